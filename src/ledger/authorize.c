/* authorize.c -- see authorize.h. */
#include "ledger/authorize.h"
#include "gen/ledger_sql.h"

/* What a code's tail of zeros stands for, from the smallest area up. */
static const int64_t levels[] = { 1, 1000, 1000000, 100000000, 10000000000 };

area_id
area_above(area_id area)
{
	for (size_t i = 1; i < LEN(levels); i++)
		if (area.v % levels[i] != 0)
			return (area_id){ area.v - area.v % levels[i] };
	return (area_id){ 0 };
}

area_id
area_last_below(area_id area)
{
	size_t i = LEN(levels) - 1;

	while (area.v % levels[i] != 0)
		i--;
	return (area_id){ area.v + levels[i] - 1 };
}

void
authority_always(unsigned roles, struct authority *ret_authority)
{
	*ret_authority = (struct authority){
		.grants = { { roles, { INT64_MIN }, { INT64_MAX } } }, .count = 1,
	};
}

int
authority_read(struct tx *tx, user_id user, struct authority *ret_authority)
{
	area_id     home = tx->area;
	int64_t     role;
	struct rows rows = { 0 };

	ret_authority->count = 0;
	for (; tx->area.v != 0 && rows.n >= 0; tx->area = area_above(tx->area)) {
		struct stmt *s = q_grants_of_begin(tx, user);
		struct grant g;

		while ((rows = q_grants_of_next(tx, s, &role, &g.from, &g.until)).n > 0) {
			g.roles = 1u << role;
			if (ret_authority->count < GRANTS_MAX)
				ret_authority->grants[ret_authority->count++] = g;
		}
		sql_end(s);
	}
	tx->area = home;
	return rows_done(rows);
}

unsigned
authority_roles_now(const struct authority *a, time_ms now)
{
	unsigned roles = 0;

	for (size_t i = 0; i < a->count; i++)
		if (a->grants[i].from.ms <= now.ms && now.ms < a->grants[i].until.ms)
			roles |= a->grants[i].roles;
	return roles;
}

unsigned
authority_roles_then(const struct authority *a, time_ms at, time_ms received)
{
	unsigned roles = 0;

	for (size_t i = 0; i < a->count; i++) {
		const struct grant *g = &a->grants[i];
		bool is_in_time = g->until.ms > TIME_NEVER_MS ||
		    received.ms <= g->until.ms + GRACE_MS;

		if (g->from.ms <= at.ms && at.ms < g->until.ms && is_in_time)
			roles |= g->roles;
	}
	return roles;
}
