/* account.c -- see account.h. */
#include <errno.h>
#include <string.h>
#include "base/str.h"
#include "ledger/account.h"
#include "text/zone.h"
#include "gen/ledger_sql.h"

/* The end of a reading transaction: what was read, or why it could not be. */
static int
reading_end(struct db *db, int r)
{
	if (r == 0)
		r = db_commit(db);
	if (r != 0)
		db_rollback(db);
	return r;
}

static int
account_load(struct tx *tx, user_id user, struct account *ret_account)
{
	struct account a = { .home = tx->area, .user = user };
	bool           is_closed;
	int            r;

	r = rows_some(q_user_find(tx, user, &a.login, &a.name, &a.password_hash, &is_closed),
	    -ENOENT);
	if (r != 0)
		return r;
	if (is_closed)
		return -ENOENT;
	*ret_account = a;
	return 0;
}

int
account_of_login(struct db *db, struct arena *arena, struct str login, struct account *ret_account)
{
	struct tx tx = { .db = db, .arena = arena };
	user_id   user = { 0 };
	int       r;

	r = db_begin(db, false);
	if (r == 0)
		r = rows_some(q_everywhere_login_find(&tx, login, &tx.area, &user), -ENOENT);
	if (r == 0)
		r = account_load(&tx, user, ret_account);
	return reading_end(db, r);
}

int
account_of_user(struct db *db, struct arena *arena, area_id home, user_id user,
    struct account *ret_account)
{
	struct tx tx = { .db = db, .arena = arena, .area = home };
	int       r;

	r = db_begin(db, false);
	if (r == 0)
		r = account_load(&tx, user, ret_account);
	return reading_end(db, r);
}

int
account_of_session(struct db *db, struct arena *arena, area_id home,
    const unsigned char hash[static HASH_BYTES], time_ms now, user_id *ret_user,
    time_ms *ret_until)
{
	struct tx      tx = { .db = db, .arena = arena, .area = home };
	struct account account;
	user_id        user = { 0 };
	time_ms        until = { 0 };
	bool           is_ended = false;
	int            r;

	r = db_begin(db, false);
	if (r == 0)
		r = rows_some(q_session_find(&tx, (struct str){ (const char *)hash, HASH_BYTES },
		    &user, &until, &is_ended), -ENOENT);
	if (r == 0 && (is_ended || until.ms <= now.ms))
		r = -ENOENT;
	if (r == 0)
		r = account_load(&tx, user, &account);
	r = reading_end(db, r);
	if (r == 0) {
		*ret_user = user;
		*ret_until = until;
	}
	return r;
}

int
account_authority(struct db *db, struct arena *arena, area_id area, user_id user,
    struct authority *ret_authority)
{
	struct tx tx = { .db = db, .arena = arena, .area = area };
	int       r;

	r = db_begin(db, false);
	if (r == 0)
		r = authority_read(&tx, user, ret_authority);
	return reading_end(db, r);
}

int
enrolment_read(struct db *db, struct arena *arena, area_id area, stream_id stream,
    struct enrolment *ret_enrolment)
{
	struct tx        tx = { .db = db, .arena = arena, .area = area };
	struct enrolment e = { 0 };
	struct str       token_hash = { 0 };
	int64_t          closed_n, made;
	seq_id           closed, last;
	int              r;

	r = db_begin(db, false);
	if (r == 0)
		r = rows_some(q_stream_find(&tx, stream, &e.kind, &e.user, &token_hash, &closed_n,
		    &closed, &e.revoked, &e.next_n, &last, &made), -ENOENT);
	if (r == 0 && token_hash.n != HASH_BYTES)
		r = -ENOENT;
	if (r == 0) {
		memcpy(e.token_hash, token_hash.p, HASH_BYTES);
		*ret_enrolment = e;
	}
	return reading_end(db, r);
}

static int
areas_load(struct tx *tx, area_id first, area_id last, area_id **ret_areas, size_t *ret_count)
{
	area_id     *areas = NULL;
	struct stmt *s = q_everywhere_areas_begin(tx, first.v, last.v);
	struct rows  rows = { 0 };
	size_t       n = 0, room = 0;
	area_id      area;

	while (n < DATABASE_AREAS_MAX && (rows = q_everywhere_areas_next(tx, s, &area)).n == 1) {
		if (n == room) {
			area_id *more = arena_alloc(tx->arena, (room * 4 + 4) * sizeof(*more));

			if (n > 0)
				memcpy(more, areas, n * sizeof(*more));
			areas = more;
			room = room * 4 + 4;
		}
		areas[n++] = area;
	}
	sql_end(s);
	*ret_areas = areas;
	*ret_count = n;
	return rows_done(rows);
}

int
areas_between(struct db *db, struct arena *arena, area_id first, area_id last,
    area_id **ret_areas, size_t *ret_count)
{
	struct tx tx = { .db = db, .arena = arena };
	int       r;

	r = db_begin(db, false);
	if (r == 0)
		r = areas_load(&tx, first, last, ret_areas, ret_count);
	return reading_end(db, r);
}

int
areas_heads_sum(struct db *db, struct arena *arena, area_id first, area_id last, int64_t *ret_sum)
{
	struct tx  tx = { .db = db, .arena = arena };
	struct str hash;
	area_id   *areas = NULL;
	size_t     count = 0;
	seq_id     seq = { 0 };
	time_ms    received;
	int64_t    sum = 0;
	int        r;

	r = db_begin(db, false);
	if (r == 0)
		r = areas_load(&tx, first, last, &areas, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		tx.area = areas[i];
		r = rows_some(q_ledger_head_read(&tx, &seq, &received, &hash), -ENOENT);
		sum += seq.v;
	}
	*ret_sum = sum;
	return reading_end(db, r);
}

int
area_self_read(struct db *db, struct arena *arena, area_id area, time_ms now,
    struct area_self *ret_self)
{
	struct tx tx = { .db = db, .arena = arena, .area = area };
	int       r;

	*ret_self = (struct area_self){ 0 };
	r = db_begin(db, false);
	if (r == 0)
		r = rows_some(q_self_find(&tx, now, &ret_self->name, &ret_self->time_zone,
		    &ret_self->plan, &ret_self->is_demonstration), -ENOENT);
	if (r == 0)
		r = rows_done(q_administrators_count(&tx, now, &ret_self->administrators));
	return reading_end(db, r);
}

struct zone *
area_zone(struct db *db, struct arena *arena, area_id area, time_ms now)
{
	struct area_self self;

	return area_self_read(db, arena, area, now, &self) == 0 ? zone_new(self.time_zone) : NULL;
}

/* Where the user has a grant of its own. */
static int
granted_load(struct tx *tx, user_id user, time_ms now, area_id *ret_areas, size_t *ret_count)
{
	struct stmt *s = q_grants_within_begin(tx, user, now);
	struct rows  rows = { 0 };
	size_t       n = 0;

	while (n < DATABASE_AREAS_MAX && (rows = q_grants_within_next(tx, s, &ret_areas[n])).n == 1)
		n++;
	sql_end(s);
	*ret_count = n;
	return rows_done(rows);
}

static bool
is_granted(const area_id *granted, size_t count, area_id area)
{
	for (size_t i = 0; i < count; i++)
		if (granted[i].v <= area.v && area.v <= area_last_below(granted[i]).v)
			return true;
	return false;
}

int
account_areas(struct db *db, struct arena *arena, user_id user, time_ms now,
    struct area_named **ret_areas, size_t *ret_count)
{
	struct tx          tx = { .db = db, .arena = arena, .area_last = { INT64_MAX } };
	area_id           *granted = arena_alloc(arena, DATABASE_AREAS_MAX * sizeof(*granted));
	struct area_named *areas = arena_alloc(arena, DATABASE_AREAS_MAX * sizeof(*areas));
	struct area_named  next;
	struct stmt       *s;
	struct rows        rows = { 0 };
	size_t             granted_count = 0, n = 0;
	int                r = db_begin(db, false);

	if (r == 0)
		r = granted_load(&tx, user, now, granted, &granted_count);
	if (r == 0) {
		s = q_selves_within_begin(&tx);
		while (n < DATABASE_AREAS_MAX &&
		    (rows = q_selves_within_next(&tx, s, &next.area, &next.name)).n == 1)
			if (is_granted(granted, granted_count, next.area))
				areas[n++] = next;
		sql_end(s);
		r = rows_done(rows);
	}
	*ret_areas = areas;
	*ret_count = n;
	return reading_end(db, r);
}

int
invitation_hash_read(struct db *db, struct arena *arena, area_id area, int64_t invitation,
    unsigned char ret_hash[static HASH_BYTES])
{
	struct tx  tx = { .db = db, .arena = arena, .area = area };
	struct str hash = { 0 };
	int        r;

	r = db_begin(db, false);
	if (r == 0)
		r = rows_some(q_invitation_hash(&tx, invitation, &hash), -ENOENT);
	if (r == 0 && hash.n != HASH_BYTES)
		r = -ENOENT;
	if (r == 0)
		memcpy(ret_hash, hash.p, HASH_BYTES);
	return reading_end(db, r);
}
