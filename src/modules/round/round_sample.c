/*
 * round_sample.c -- swabs and attempts to reach people: facts, taken whatever the lists say.
 *
 * A swab of somebody who is due and missing, by far the most frequent, is four statements: one that
 * reads all it needs, the swab itself, the due row, the counter of the floor.
 */
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/round/round_inside.h"
#include "gen/round_sql.h"

/* Ids of stream 0, which nobody has: of people whom a swab has found. */
#define FOUND_FIRST (INT64_C(1) << 38)

/* The round of a fact, made when nobody has opened it. */
static int
round_stub_check(struct tx *tx, struct call *call, round_id round, bool is_known,
    enum round_state state)
{
	if (is_known && state != round_state_PLANNED)
		return 0;
	flag_raise(call, &FLAG_round_not_opened);
	return is_known ? 0 : rows_done(q_round_stub_insert(tx, round, call->seq));
}

static int
point_check(struct tx *tx, struct call *call, place_id point)
{
	struct place_chain chain;
	struct rows        rows = place_find(tx, point, &chain);

	return rows.n == 0 ? place_stub_make(tx, call, point) : rows_done(rows);
}

/* Reads what the swab meets: round, person, point. */
static int
sample_meet(struct tx *tx, struct call *call, const struct round_sample_take *in,
    struct due_row *ret_due)
{
	struct due_row due = { .person = in->person };
	int64_t        round_state = round_state_PLANNED, state = round_due_ABSENT;
	time_ms        closed = { 0 };
	bool           is_point_known = false;
	struct rows    rows;
	int            r;

	rows = q_round_sample_find(tx, in->round, in->person, in->point, &round_state, &closed,
	    &is_point_known, &due.is_there, &due.place.sort, &due.place.id, &due.place.compound,
	    &due.place.building, &due.place.stair, &due.place.floor, &state, &due.samples,
	    &due.sample);
	if (rows.n < 0)
		return rows_done(rows);
	due.state = (enum round_due)state;
	r = round_stub_check(tx, call, in->round, rows.n == 1, (enum round_state)round_state);
	if (r == 0 && in->point.v != 0 && !is_point_known)
		r = point_check(tx, call, in->point);
	if (round_is_late(call->at, closed))
		flag_raise(call, &FLAG_round_sampled_late);
	*ret_due = due;
	return r;
}

/* Somebody who is not on the roster is entered as found. */
static int
person_find(struct tx *tx, struct call *call, const struct round_sample_take *in,
    person_id *ret_person)
{
	struct roster_person_find found = { .person = in->person, .name = in->name,
		.search = in->search, .identity = in->identity, .phone = in->phone,
		.note = in->room, .place = in->place, .kind = roster_stay_kind_RESIDENT };

	if (found.person.v == 0) {
		found.person.v = FOUND_FIRST | call->seq.v;
		buffer_printf(&call->result, "{\"person\":\"%lld\"}", (long long)found.person.v);
	}
	flag_raise(call, &FLAG_round_person_found);
	*ret_person = found.person;
	return roster_person_find_apply(tx, call, &found);
}

/* Who was sampled, as the roster knows: by number, else by document. Rows 0: nobody known. */
static struct rows
person_know(struct tx *tx, struct call *call, const struct round_sample_take *in,
    struct roster_person *ret_person)
{
	struct rows rows = { 0 };
	person_id   person;

	if (in->person.v != 0)
		rows = roster_find(tx, in->person, ret_person);
	if (rows.n == 0 && in->identity.n > 0)
		rows = roster_by_identity(tx, call, in->identity, &person);
	else
		return rows;
	return rows.n == 1 ? roster_find(tx, person, ret_person) : rows;
}

/*
 * Somebody was sampled who is not counted in the round under the number given: known by another
 * one, or on the roster and not due, or not on the roster. Afterwards *due is in the round.
 */
static int
sample_enter(struct tx *tx, struct call *call, const struct round_sample_take *in,
    struct due_row *due)
{
	struct round_row     round = { .id = in->round };
	enum round_reason    reason = round_reason_ARRIVED;
	struct roster_person person = { .id = { 0 } };
	person_id            same = { 0 };
	time_ms              since = { 0 };
	struct rows          known = person_know(tx, call, in, &person);
	int                  r = rows_done(known);

	if (r == 0 && known.n == 0) {
		reason = round_reason_FOUND;
		r = person_find(tx, call, in, &person.id);
	}
	if (r == 0 && known.n > 0)
		r = due_of_same(tx, in->round, &person, &same);
	if (r == 0)
		r = due_read(tx, in->round, same.v != 0 ? same : person.id, due);
	if (r != 0 || due->state != round_due_ABSENT)
		return r;
	if (known.n > 0)
		flag_raise(call, &FLAG_round_sampled_not_due);
	/* Whose swab was taken before is sampled by that one: what she was then stays so. */
	if (due->is_there)
		return due_step(tx, call, in->round, due, due->samples > 0 ? round_due_SAMPLED :
		    round_due_MISSING, reason, round_exemption_NONE, S(""));
	r = home_read(tx, person.id, call->at, &due->place, &since);
	if (r != 0)
		return r;
	return due_enter(tx, call, &round, due, round_due_MISSING, reason, round_exemption_NONE,
	    since, S(""));
}

/* The due row of who was sampled. */
static int
sample_count(struct tx *tx, struct call *call, round_id round, const struct due_row *due)
{
	struct step step;
	int         r;

	if (due->state != round_due_MISSING ||
	    !machine_step(&round_due_machine, round_due_MISSING, round_due_SAMPLED, &step)) {
		flag_raise(call, due->samples > 0 ? &FLAG_round_sampled_twice :
		    &FLAG_round_sampled_exempt);
		return rows_done(q_round_due_sample_more(tx, round, due->place.sort, due->person,
		    call->seq, call->at));
	}
	r = rows_done(q_round_due_sample(tx, round, due->place.sort, due->person, step, call->seq,
	    call->at));
	if (r != 0)
		return r;
	return counter_step(tx, round, due, round_due_MISSING, round_due_SAMPLED);
}

int
round_sample_take_apply(struct tx *tx, struct call *call, const struct round_sample_take *in)
{
	struct due_row due;
	int            r;

	r = sample_meet(tx, call, in, &due);
	if (r == 0 && due.state == round_due_ABSENT)
		r = sample_enter(tx, call, in, &due);
	if (r != 0)
		return r;
	/* The number that was told, also of a record that was merged: they may be parted again. */
	r = rows_done(q_round_sample_insert(tx, call->seq, in->round,
	    in->person.v != 0 ? in->person : due.person, due.sample, call->at, in->tube, in->mix,
	    in->site, in->point, call->user));
	if (r != 0)
		return r;
	return sample_count(tx, call, in->round, &due);
}

/* Who was contacted, as the round has her: under the number told, or as the same human being. */
static int
contact_meet(struct tx *tx, struct call *call, const struct round_contact *in,
    struct due_row *ret_due)
{
	struct roster_person person;
	person_id            same = { 0 };
	struct rows          known;
	int                  r = due_read(tx, in->round, in->person, ret_due);

	if (r != 0 || ret_due->state != round_due_ABSENT)
		return r;
	known = roster_find(tx, in->person, &person);
	if (known.n == 0)
		return roster_stub_make(tx, call, in->person, S(""));
	r = rows_done(known);
	if (r == 0)
		r = due_of_same(tx, in->round, &person, &same);
	return r != 0 || same.v == 0 ? r : due_read(tx, in->round, same, ret_due);
}

int
round_contact_apply(struct tx *tx, struct call *call, const struct round_contact *in)
{
	struct round_row round = { .state = round_state_PLANNED };
	struct due_row   due;
	struct rows      known = round_read(tx, in->round, &round);
	int              r = rows_done(known);

	if (r == 0)
		r = round_stub_check(tx, call, in->round, known.n == 1, round.state);
	if (r == 0)
		r = contact_meet(tx, call, in, &due);
	if (r == 0)
		r = rows_done(q_round_contact_insert(tx, call->seq, in->round, in->person, call->at,
		    in->how, in->outcome, in->detail, in->next_step, call->user));
	if (r == 0 && !due_is_counted(&due))
		flag_raise(call, &FLAG_round_contact_not_due);
	if (r != 0 || !due.is_there)
		return r;
	return rows_done(q_round_due_contact(tx, in->round, due.place.sort, due.person, call->seq));
}
