/* roster_stay.c -- where somebody is, since when and as what; a new stay cuts those that it meets.
 */
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/roster/roster_inside.h"
#include "gen/roster_sql.h"

#define STAYS_STEP 8

struct rows
roster_stay_at(struct tx *tx, person_id person, time_ms at, struct roster_stay *ret_stay)
{
	struct roster_stay stay;
	int64_t            kind = 0;
	struct rows        rows;

	rows = q_roster_stay_current(tx, person, at, &stay.place, &kind, &stay.from, &stay.until,
	    &stay.made);
	stay.kind = (enum roster_stay_kind)kind;
	if (rows.n > 0)
		*ret_stay = stay;
	return rows;
}

static void
stays_add(struct tx *tx, struct stays *stays, const struct roster_stay *stay)
{
	if (stays->count % STAYS_STEP == 0) {
		struct roster_stay *more = arena_alloc(tx->arena,
		    (stays->count + STAYS_STEP) * sizeof(*more));

		for (size_t i = 0; i < stays->count; i++)
			more[i] = stays->list[i];
		stays->list = more;
	}
	stays->list[stays->count++] = *stay;
}

int
stays_read(struct tx *tx, person_id person, struct stays *ret_stays)
{
	struct stmt *s = q_roster_stays_of_begin(tx, person);
	struct stays stays = { NULL, 0 };
	struct rows  rows = { 0 };

	for (;;) {
		struct roster_stay stay;
		int64_t            kind = 0;

		rows = q_roster_stays_of_next(tx, s, &stay.place, &kind, &stay.from, &stay.until,
		    &stay.made);
		if (rows.n != 1)
			break;
		stay.kind = (enum roster_stay_kind)kind;
		stays_add(tx, &stays, &stay);
	}
	sql_end(s);
	*ret_stays = stays;
	return rows_done(rows);
}

int
stays_taken_read(struct tx *tx, person_id person, seq_id taken, struct stays *ret_stays)
{
	struct stmt *s = q_roster_stays_superseded_by_begin(tx, person, taken);
	struct stays stays = { NULL, 0 };
	struct rows  rows = { 0 };

	for (;;) {
		struct roster_stay stay;
		int64_t            kind = 0;

		rows = q_roster_stays_superseded_by_next(tx, s, &stay.place, &kind, &stay.from,
		    &stay.until, &stay.made);
		if (rows.n != 1)
			break;
		stay.kind = (enum roster_stay_kind)kind;
		stays_add(tx, &stays, &stay);
	}
	sql_end(s);
	*ret_stays = stays;
	return rows_done(rows);
}

int
stay_write(struct tx *tx, struct call *call, person_id person, const struct roster_stay *stay)
{
	return rows_done(q_roster_stay_insert(tx, stay->place, person, call->seq, stay->from,
	    stay->until, stay->kind));
}

int
stay_supersede(struct tx *tx, struct call *call, person_id person, const struct roster_stay *stay)
{
	return rows_done(q_roster_stay_supersede(tx, stay->place, person, stay->made, stay->from,
	    call->seq));
}

int
stays_cut(struct tx *tx, struct call *call, person_id person, place_id place, time_ms from,
    time_ms until, size_t *ret_cut)
{
	struct stays stays;
	size_t       cut = 0;
	int          r = stays_read(tx, person, &stays);

	for (size_t i = 0; r == 0 && i < stays.count; i++) {
		const struct roster_stay *stay = &stays.list[i];
		struct roster_stay        before = *stay, after = *stay;

		if ((place.v != 0 && stay->place.v != place.v) ||
		    !roster_stays_overlap(stay->from, stay->until, from, until))
			continue;
		cut++;
		before.until = from;
		after.from = until;
		r = stay_supersede(tx, call, person, stay);
		if (r == 0 && before.from.ms < before.until.ms)
			r = stay_write(tx, call, person, &before);
		if (r == 0 && after.from.ms < after.until.ms)
			r = stay_write(tx, call, person, &after);
	}
	*ret_cut = cut;
	return r;
}

int
stays_twice_check(struct tx *tx, struct call *call, person_id person)
{
	struct stays stays;
	int          r = stays_read(tx, person, &stays);

	for (size_t i = 0; r == 0 && i < stays.count; i++)
		for (size_t k = i + 1; k < stays.count; k++) {
			const struct roster_stay *a = &stays.list[i], *b = &stays.list[k];

			if (roster_kind_is_present(a->kind) && roster_kind_is_present(b->kind) &&
			    roster_stays_overlap(a->from, a->until, b->from, b->until))
				flag_raise(call, &FLAG_roster_stay_twice);
		}
	return r;
}

/*
 * Since when, where nobody says it: of somebody's first stay nobody knows; else since the last one
 * ended; who is elsewhere by now was seen to have moved at `at`.
 */
static time_ms
since_guess(const struct stays *stays, time_ms until, time_ms at)
{
	bool    is_open = until.ms > at.ms;
	time_ms limit = is_open ? at : until, since = { 0 };

	for (size_t i = 0; i < stays->count; i++) {
		const struct roster_stay *stay = &stays->list[i];

		if (is_open && roster_stay_is_at(stay->from, stay->until, at))
			return at;
		if (stay->until.ms < limit.ms + is_open && stay->until.ms > since.ms)
			since = stay->until;
	}
	return since;
}

int
stay_put(struct tx *tx, struct call *call, person_id person, const struct roster_stay *told)
{
	time_ms            at = time_of_call(call);
	struct roster_stay stay = *told;
	struct stays       stays;
	size_t             cut, same = 0;
	int                r = stays_read(tx, person, &stays);

	if (stay.until.ms == 0)
		stay.until.ms = TIME_NEVER_MS;
	for (; r == 0 && same < stays.count; same++) {
		const struct roster_stay *s = &stays.list[same];

		if (s->place.v == stay.place.v && s->kind == stay.kind && s->until.ms > at.ms &&
		    roster_stays_overlap(s->from, s->until, stay.from, stay.until))
			break;
	}
	if (r == 0 && same < stays.count) {
		const struct roster_stay *s = &stays.list[same];

		stay.from = stay.from.ms != 0 ? stay.from : s->from;
		stay.until = told->until.ms != 0 ? stay.until : s->until;
		if (stay.from.ms == s->from.ms && stay.until.ms == s->until.ms)
			return 0;
		r = stay_supersede(tx, call, person, s);
	} else if (r == 0 && stay.from.ms == 0) {
		stay.from = since_guess(&stays, stay.until, at);
	}
	if (r == 0)
		r = stays_cut(tx, call, person, (place_id){ 0 }, stay.from, stay.until, &cut);
	if (r == 0)
		r = stay_write(tx, call, person, &stay);
	return r != 0 ? r : rows_done(q_roster_person_touch(tx, person, call->seq));
}

time_ms
time_of_call(const struct call *call)
{
	return call->at.ms > 0 && call->at.ms < TIME_NEVER_MS ? call->at : call->received;
}

/* A time that a fact tells, or when it happened. Such as no stay can hold are odd. */
static time_ms
time_told(struct call *call, time_ms told)
{
	if (told.ms == 0)
		return time_of_call(call);
	if (told.ms > 0 && told.ms < TIME_NEVER_MS)
		return told;
	flag_raise(call, &FLAG_roster_stay_odd);
	return time_of_call(call);
}

/* The record that counts, made when nobody knows it. */
static int
person_settle(struct tx *tx, struct call *call, person_id person, person_id *ret_person)
{
	struct rows rows = roster_resolve(tx, person, ret_person);

	if (rows.n != 0)
		return rows_done(rows);
	*ret_person = person;
	return roster_stub_make(tx, call, person, S(""));
}

/* Where a stay is: as told (made when nobody knows it), or where the person is at home then. */
static int
place_settle(struct tx *tx, struct call *call, person_id person, place_id told, time_ms at,
    struct place_chain *ret_chain)
{
	struct roster_stay home = { .place = told };
	struct rows        rows;
	int                r;

	*ret_chain = (struct place_chain){ .id = { 0 }, .path = S("") };
	if (told.v == 0) {
		rows = roster_stay_at(tx, person, at, &home);
		if (rows.n == 0)
			flag_raise(call, &FLAG_roster_home_unknown);
		if (rows.n <= 0)
			return rows_done(rows);
	}
	rows = place_find(tx, home.place, ret_chain);
	if (rows.n != 0)
		return rows_done(rows);
	r = place_stub_make(tx, call, home.place);
	return r != 0 ? r : rows_done(place_find(tx, home.place, ret_chain));
}

/* Somebody else has changed the person since the sender looked: told, not refused. 0 or -errno. */
static int
meanwhile_check(struct tx *tx, struct call *call, person_id person, seq_id seen)
{
	struct roster_person now;
	struct rows          rows;

	if (seen.v == 0)
		return 0;
	rows = roster_person_read(tx, person, &now);
	if (rows.n == 1 && now.changed.v != seen.v)
		flag_raise(call, &FLAG_roster_stay_meanwhile);
	return rows_done(rows);
}

int
roster_stay_begin_apply(struct tx *tx, struct call *call, const struct roster_stay_begin *in)
{
	struct roster_stay stay = { .kind = in->kind, .from = time_told(call, in->since),
		.until = { in->until.ms != 0 ? in->until.ms : TIME_NEVER_MS } };
	struct place_chain where;
	person_id          person;
	size_t             cut;
	int                r = person_settle(tx, call, in->person, &person);

	if (stay.until.ms <= stay.from.ms || stay.until.ms > TIME_NEVER_MS) {
		flag_raise(call, &FLAG_roster_stay_odd);
		stay.until.ms = TIME_NEVER_MS;
	}
	if (r == 0)
		r = meanwhile_check(tx, call, person, in->seen_seq);
	if (r == 0)
		r = place_settle(tx, call, person, in->place, stay.from, &where);
	if (r == 0)
		r = roster_event_add(tx, call, person, S("roster_stay_begin"), in->note);
	if (r != 0 || where.id.v == 0)
		return r;
	stay.place = where.id;
	r = stays_cut(tx, call, person, in->is_beside ? stay.place : (place_id){ 0 }, stay.from,
	    stay.until, &cut);
	if (r == 0)
		r = stay_write(tx, call, person, &stay);
	if (r == 0)
		r = rows_done(q_roster_person_touch(tx, person, call->seq));
	return r == 0 && in->is_beside ? stays_twice_check(tx, call, person) : r;
}

int
roster_stay_end_apply(struct tx *tx, struct call *call, const struct roster_stay_end *in)
{
	time_ms            until = time_told(call, in->until);
	struct place_chain where = { .id = { 0 } };
	person_id          person;
	size_t             cut = 0;
	int                r = person_settle(tx, call, in->person, &person);

	if (r == 0)
		r = meanwhile_check(tx, call, person, in->seen_seq);
	if (r == 0 && in->place.v != 0)
		r = place_settle(tx, call, person, in->place, until, &where);
	if (r == 0)
		r = stays_cut(tx, call, person, where.id, until, (time_ms){ TIME_NEVER_MS }, &cut);
	if (r == 0)
		r = roster_event_add(tx, call, person, S("roster_stay_end"), in->note);
	if (r == 0 && cut == 0)
		flag_raise(call, &FLAG_roster_stay_unknown);
	return r != 0 || cut == 0 ? r : rows_done(q_roster_person_touch(tx, person, call->seq));
}
