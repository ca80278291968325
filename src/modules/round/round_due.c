/*
 * round_due.c -- people in a round: read, entered, stepped, moved; the named rows and the counters
 * that go with it.
 */
#include <assert.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/round/round_inside.h"
#include "gen/round_sql.h"

struct rows
round_read(struct tx *tx, round_id round, struct round_row *ret_round)
{
	struct round_row row = { .id = round };
	int64_t          state = 0, day = 0, age_from = 0;
	struct rows      rows = q_round_get(tx, round, &state, &row.scope, &row.opens, &row.closes,
	    &day, &age_from, &row.closed);

	if (rows.n == 1) {
		row.state = (enum round_state)state;
		row.born_after = round_born_after(day, age_from);
		*ret_round = row;
	}
	return rows;
}

int
due_read(struct tx *tx, round_id round, person_id person, struct due_row *ret_due)
{
	struct due_row due = { .person = person };
	int64_t        state = round_due_ABSENT, reason = 0, exemption = 0;
	int            r;

	r = rows_done(q_round_due_get(tx, round, person, &due.place.sort, &due.place.id,
	    &due.place.compound, &due.place.building, &due.place.stair, &due.place.floor, &state,
	    &reason, &exemption, &due.samples, &due.sample, &due.is_there));
	due.state = (enum round_due)state;
	due.reason = (enum round_reason)reason;
	due.exemption = (enum round_exemption)exemption;
	if (r == 0)
		*ret_due = due;
	return r;
}

int
due_of_same(struct tx *tx, round_id round, const struct roster_person *person, person_id *ret_same)
{
	person_id counts = person->same_as.v != 0 ? person->same_as : person->id;

	*ret_same = (person_id){ 0 };
	return rows_done(q_round_due_same(tx, round, person->id, counts, ret_same));
}

/* The lowest node of the tree that has a counter. */
static place_id
counter_node(const struct place_chain *place)
{
	return place->floor.v != 0 ? place->floor : place->stair.v != 0 ? place->stair :
	    place->building.v != 0 ? place->building : place->compound;
}

/* So many more people of each state at that place. */
static struct rows
counter_add(struct tx *tx, round_id round, const struct place_chain *place,
    const int64_t more[static 4])
{
	return q_round_counter_add(tx, round, counter_node(place), more[round_due_MISSING],
	    more[round_due_SAMPLED], more[round_due_EXEMPT], more[round_due_ABSENT]);
}

/* Somebody of that state lives there no more. */
static int
counter_leave(struct tx *tx, round_id round, const struct place_chain *place, enum round_due state)
{
	int64_t     more[4] = { 0 };
	struct rows rows;

	more[state] = -1;
	rows = counter_add(tx, round, place, more);
	if (rows.n > 0)
		rows = q_round_counter_drop(tx, round, counter_node(place));
	return rows_done(rows);
}

/* Somebody of that state comes to live there. */
static int
counter_come(struct tx *tx, round_id round, const struct place_chain *place, enum round_due state)
{
	int64_t     more[4] = { 0 };
	struct rows rows;

	more[state] = 1;
	rows = counter_add(tx, round, place, more);
	if (rows.n == 0)
		rows = q_round_counter_insert(tx, round, counter_node(place), place->compound,
		    place->building, place->stair, place->floor, place->sort,
		    more[round_due_MISSING], more[round_due_SAMPLED], more[round_due_EXEMPT],
		    more[round_due_ABSENT]);
	else if (rows.n > 0)
		rows = q_round_counter_reach(tx, round, counter_node(place), place->sort);
	return rows_done(rows);
}

int
counter_step(struct tx *tx, round_id round, const struct due_row *due, enum round_due from,
    enum round_due to)
{
	int64_t more[4] = { 0 };

	more[from]--;
	more[to]++;
	return rows_done(counter_add(tx, round, &due->place, more));
}

/* The named row. */
static int
change_add(struct tx *tx, struct call *call, round_id round, const struct due_row *due,
    enum round_reason reason, int64_t gained, struct str detail)
{
	return rows_done(q_round_change_insert(tx, round, due->person, call->seq, call->at, reason,
	    due->state, gained, detail, call->user));
}

int
due_enter(struct tx *tx, struct call *call, const struct round_row *round,
    struct due_row *due, enum round_due state, enum round_reason reason,
    enum round_exemption exemption, time_ms since, struct str detail)
{
	const struct place_chain *p = &due->place;
	int                       r;

	assert(!due->is_there);
	if (due->place.sort.p == NULL)
		due->place.sort = S("");
	r = rows_done(q_round_due_insert(tx, round->id, p->sort, due->person, p->id, p->compound,
	    p->building, p->stair, p->floor, state, reason, exemption, since, call->seq));
	if (r != 0)
		return r;
	due->is_there = true;
	due->state = state;
	due->reason = reason;
	due->exemption = exemption;
	r = counter_come(tx, round->id, p, state);
	if (r != 0)
		return r;
	return change_add(tx, call, round->id, due, reason, round_gain(round_due_ABSENT, state),
	    detail);
}

int
due_step(struct tx *tx, struct call *call, round_id round, struct due_row *due,
    enum round_due state, enum round_reason reason, enum round_exemption exemption,
    struct str detail)
{
	enum round_due from = due->state;
	struct step    step;
	bool           may = machine_step(&round_due_machine, from, state, &step);
	int            r;

	assert(may);
	r = rows_done(q_round_due_step(tx, round, due->place.sort, due->person, step, reason,
	    exemption, call->seq));
	if (r == 0)
		r = counter_step(tx, round, due, from, state);
	if (r != 0)
		return r;
	due->state = state;
	due->reason = reason;
	due->exemption = exemption;
	return change_add(tx, call, round, due, reason, round_gain(from, state), detail);
}

int
due_place(struct tx *tx, struct call *call, round_id round, struct due_row *due,
    const struct place_chain *place)
{
	int r = counter_leave(tx, round, &due->place, due->state);

	if (r == 0)
		r = counter_come(tx, round, place, due->state);
	if (r == 0)
		r = rows_done(q_round_due_move(tx, round, due->place.sort, due->person, place->sort,
		    place->id, place->compound, place->building, place->stair, place->floor,
		    call->seq));
	if (r == 0)
		due->place = *place;
	return r;
}

int
due_move(struct tx *tx, struct call *call, round_id round, struct due_row *due,
    const struct place_chain *place, struct str detail)
{
	int r = due_place(tx, call, round, due, place);

	return r != 0 ? r : change_add(tx, call, round, due, round_reason_MOVED, 0, detail);
}

int
home_read(struct tx *tx, person_id person, time_ms at, struct place_chain *ret_place,
    time_ms *ret_since)
{
	struct place_chain place = { .sort = S("") };
	struct roster_stay stay = { 0 };
	int                r = rows_done(roster_stay_at(tx, person, at, &stay));

	if (r == 0 && stay.place.v != 0)
		r = rows_done(place_find(tx, stay.place, &place));
	*ret_place = place;
	*ret_since = stay.from;
	return r;
}
