/*
 * roster_rows.c -- many people at once, as a sheet brings them.
 *
 * Everything is read, checked, cleaned and sealed before the first row is written; new people then
 * need no reading at all, so that on PostgreSQL their rows are sent together.
 */
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/roster/roster_inside.h"
#include "gen/roster_sql.h"

#define SLOTS 2048 /* a power of two, four times the rows of a command */

static_assert(SLOTS >= 4 * ROSTER_ROWS_MAX, "slots are never full");

struct planned {
	const struct roster_row *row;
	struct draft             draft;
	place_id                 place;      /* 0: none told */
	bool                     is_skipped; /* changed since the plan */
};

struct home {                     /* a household that rows of the command name */
	household_id household;
	place_id     place;
	struct str   code, landlord; /* landlord sealed */
	int64_t      housing;
	bool         is_there, is_changed;
};

struct plan {
	struct tx      *tx;
	struct call    *call;
	struct planned *list;
	struct home    *homes;
	size_t          count, home_count;
	uint16_t        by_person[SLOTS], by_identity[SLOTS], by_home[SLOTS]; /* index + 1 */
	place_id        asked, place; /* the last row's, and what it stands for */
	bool            is_person_there, is_home_there; /* some that rows call new may be there */
};

static uint64_t
mixed(int64_t id)
{
	uint64_t x = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);

	return x ^ x >> 32;
}

struct range { int64_t first, last; };

static void
range_add(struct range *range, int64_t id)
{
	range->first = id < range->first ? id : range->first;
	range->last = id > range->last ? id : range->last;
}

/* New ids follow one another, so that one look tells that none of them is there. 0 or -errno. */
static int
new_ids_check(struct plan *p, const struct roster_rows_put *in)
{
	struct range people = { INT64_MAX, 0 }, homes = { INT64_MAX, 0 };
	person_id    person;
	household_id home;
	struct rows  rows;

	for (size_t i = 0; i < in->rows_count; i++) {
		const struct roster_row *row = &in->rows[i];

		if (row->seen_seq.v == 0)
			range_add(&people, row->person.v);
		if (row->household.v != 0)
			range_add(&homes, row->household.v);
	}
	rows = q_roster_person_between(p->tx, (person_id){ people.first },
	    (person_id){ people.last }, &person);
	p->is_person_there = rows.n != 0;
	if (rows.n >= 0)
		rows = q_roster_household_between(p->tx, (household_id){ homes.first },
		    (household_id){ homes.last }, &home);
	p->is_home_there = rows.n != 0;
	return rows_done(rows);
}

/* True when the person has a row already. */
static bool
is_second_row(struct plan *p, person_id person)
{
	size_t i = mixed(person.v) & (SLOTS - 1);

	for (; p->by_person[i] != 0; i = (i + 1) & (SLOTS - 1))
		if (p->list[p->by_person[i] - 1].row->person.v == person.v)
			return true;
	p->by_person[i] = (uint16_t)(p->count + 1);
	return false;
}

/* True when another row of the command has this number. */
static bool
is_second_identity(struct plan *p, size_t index)
{
	struct str hash = p->list[index].draft.person.identity_hash;
	size_t     i = str_hash(hash) & (SLOTS - 1);

	for (; p->by_identity[i] != 0; i = (i + 1) & (SLOTS - 1))
		if (str_equal(p->list[p->by_identity[i] - 1].draft.person.identity_hash, hash))
			return true;
	p->by_identity[i] = (uint16_t)(index + 1);
	return false;
}

/* Rows come in the order of places, so the last row's is mostly this one's. */
static int
place_plan(struct plan *p, place_id place, place_id *ret_place)
{
	struct place_chain chain;
	int                r = 0;

	*ret_place = (place_id){ 0 };
	if (place.v == 0)
		return 0;
	if (place.v != p->asked.v) {
		r = rows_some(place_find(p->tx, place, &chain), FAULT_roster_place_missing);
		if (r == 0) {
			p->asked = place;
			p->place = chain.id;
		}
	}
	*ret_place = p->place;
	return r;
}

/* The household of a row, from the command, the database, or new. 0 or -errno. */
static int
home_find(struct plan *p, household_id household, struct home **ret_home)
{
	struct home *home;
	struct rows  rows;
	size_t       i = mixed(household.v) & (SLOTS - 1);

	for (; p->by_home[i] != 0; i = (i + 1) & (SLOTS - 1))
		if (p->homes[p->by_home[i] - 1].household.v == household.v) {
			*ret_home = &p->homes[p->by_home[i] - 1];
			return 0;
		}
	home = &p->homes[p->home_count];
	*home = (struct home){ .household = household, .code = S(""), .landlord = S("") };
	rows = (struct rows){ 0 };
	if (p->is_home_there)
		rows = q_roster_household_get(p->tx, household, &home->place, &home->code,
		    &home->housing, &home->landlord);
	home->is_there = rows.n > 0;
	p->by_home[i] = (uint16_t)++p->home_count;
	*ret_home = home;
	return rows_done(rows);
}

static int
home_plan(struct plan *p, const struct planned *planned)
{
	const struct roster_row *row = planned->row;
	struct home             *home;
	struct str               landlord = S("");
	int                      r;

	if (row->household.v == 0)
		return 0;
	r = home_find(p, row->household, &home);
	if (r == 0 && row->landlord.n > 0)
		r = call_seal(p->tx, p->call, CLASS_PHONE, "landlord", row->landlord, &landlord);
	if (r != 0)
		return r;
	if (planned->place.v != 0 && planned->place.v != home->place.v) {
		home->place = planned->place;
		home->is_changed = true;
	}
	if (row->household_code.n > 0 && !str_equal(row->household_code, home->code)) {
		home->code = row->household_code;
		home->is_changed = true;
	}
	if (row->housing != roster_housing_UNKNOWN && (int64_t)row->housing != home->housing) {
		home->housing = row->housing;
		home->is_changed = true;
	}
	if (landlord.n > 0 && !str_equal(landlord, home->landlord)) {
		home->landlord = landlord;
		home->is_changed = true;
	}
	return 0;
}

static struct told
told_of(const struct roster_row *row)
{
	return (struct told){ .name = row->name,
		.search = row->search,
		.sex = row->sex,
		.birth = row->birth,
		.identity_kind = row->identity_kind,
		.identity = row->identity,
		.is_identity_doubtful = row->is_identity_doubtful,
		.phone = row->phone,
		.care = row->care,
		.is_immobile = row->is_immobile,
		.population = row->population,
		.household = row->household,
		.relation = row->relation,
		.registered_address = row->registered_address,
		.work = row->work,
		.note = row->note };
}

/* What is there of the person, and whether the row was planned on it. 0 or -errno. */
static int
person_plan(struct plan *p, struct planned *planned)
{
	const struct roster_row *row = planned->row;
	struct roster_person    *person = &planned->draft.person;
	struct rows              rows = { 0 };

	planned->draft = draft_new(row->person);
	planned->is_skipped = is_second_row(p, row->person);
	if (planned->is_skipped)
		return 0;
	if (row->seen_seq.v != 0 || p->is_person_there)
		rows = draft_read(p->tx, row->person, &planned->draft);
	if (rows.n > 0)
		planned->is_skipped =
		    person->same_as.v != 0 || (person->changed.v != row->seen_seq.v &&
						  !(person->is_stub && row->seen_seq.v == 0));
	else
		planned->is_skipped = row->seen_seq.v != 0;
	return rows_done(rows);
}

/* 0, a fault or -errno. */
static int
row_plan(struct plan *p, const struct roster_row *row)
{
	struct planned *planned = &p->list[p->count];
	struct told     told = told_of(row);
	int             r;

	planned->row = row;
	if (row->until.ms != 0 && row->until.ms <= row->since.ms)
		return FAULT_roster_stay_backwards;
	r = person_plan(p, planned);
	if (r == 0)
		r = place_plan(p, row->place, &planned->place);
	if (r != 0 || planned->is_skipped) {
		p->count++;
		return r;
	}
	r = home_plan(p, planned);
	if (r == 0)
		r = told_apply(p->tx, p->call, &told, &planned->draft);
	if (r == 0 && row->identity.n > 0 && planned->draft.person.identity_hash.n > 0) {
		if (is_second_identity(p, p->count))
			flag_raise(p->call, &FLAG_roster_identity_twice);
		else
			r = identity_twice_check(p->tx, p->call, &planned->draft.person);
	}
	p->count++;
	return r;
}

static int
homes_write(struct plan *p)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->home_count; i++) {
		const struct home *h = &p->homes[i];

		if (!h->is_there)
			r = rows_done(q_roster_household_insert(p->tx, h->household, h->place,
			    h->code, h->housing, h->landlord, p->call->seq));
		else if (h->is_changed)
			r = rows_done(q_roster_household_set(p->tx, h->household, h->place, h->code,
			    h->housing, h->landlord));
	}
	return r;
}

static int
planned_write(struct plan *p, const struct planned *planned)
{
	const struct roster_row *row = planned->row;
	struct roster_stay       stay = { .place = planned->place, .kind = row->kind,
		.from = row->since, .until = row->until };
	int                      r = draft_write(p->tx, p->call, &planned->draft);

	if (r != 0 || stay.place.v == 0)
		return r;
	if (!planned->draft.is_new)
		return stay_put(p->tx, p->call, row->person, &stay);
	if (stay.until.ms == 0)
		stay.until.ms = TIME_NEVER_MS;
	return stay_write(p->tx, p->call, row->person, &stay);
}

static void
result_write(const struct plan *p)
{
	struct buffer *b = &p->call->result;
	size_t         new = 0, changed = 0;

	for (size_t i = 0; i < p->count; i++) {
		new += !p->list[i].is_skipped && p->list[i].draft.is_new;
		changed += !p->list[i].is_skipped && !p->list[i].draft.is_new;
	}
	buffer_printf(b, "{\"new\":%zu,\"changed\":%zu,\"skipped\":[", new, changed);
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].is_skipped) {
			json_next(b);
			json_id(b, p->list[i].row->person.v);
		}
	buffer_add(b, S("]}"));
}

int
roster_rows_put_apply(struct tx *tx, struct call *call, const struct roster_rows_put *in)
{
	struct plan *p = arena_alloc(tx->arena, sizeof(*p));
	int          r;

	p->tx = tx;
	p->call = call;
	r = new_ids_check(p, in);
	p->list = arena_alloc(tx->arena, in->rows_count * sizeof(*p->list));
	p->homes = arena_alloc(tx->arena, in->rows_count * sizeof(*p->homes));
	for (size_t i = 0; r == 0 && i < in->rows_count; i++)
		r = row_plan(p, &in->rows[i]);
	if (r == 0)
		r = homes_write(p);
	/* The new ones first: what is changed reads, and would send them in small parts. */
	for (size_t i = 0; r == 0 && i < p->count; i++)
		if (!p->list[i].is_skipped && p->list[i].draft.is_new)
			r = planned_write(p, &p->list[i]);
	for (size_t i = 0; r == 0 && i < p->count; i++)
		if (!p->list[i].is_skipped && !p->list[i].draft.is_new)
			r = planned_write(p, &p->list[i]);
	if (r == 0)
		result_write(p);
	return r;
}
