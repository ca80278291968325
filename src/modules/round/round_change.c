/*
 * round_change.c -- named changes of who is due: one by one, exemptions, and all at once as the
 * roster has changed.
 */
#include <inttypes.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/round/round_inside.h"
#include "gen/round_sql.h"

/* A round that may be changed, and a person as the roster knows her. 0, a fault or -errno. */
static int
both_read(struct tx *tx, round_id round, person_id person, struct round_row *ret_round,
    struct roster_person *ret_person, struct due_row *ret_due)
{
	int r = rows_some(round_read(tx, round, ret_round), FAULT_round_unknown);

	if (r == 0 && ret_round->state != round_state_OPEN)
		r = FAULT_round_not_open;
	if (r == 0)
		r = rows_some(roster_person_read(tx, person, ret_person),
		    FAULT_round_person_unknown);
	if (r == 0)
		r = due_read(tx, round, person, ret_due);
	return r;
}

/* The home that a command names, or else the roster. 0, FAULT_round_place_unknown or -errno. */
static int
place_read(struct tx *tx, struct call *call, person_id person, place_id place,
    struct place_chain *ret_place, time_ms *ret_since)
{
	*ret_since = call->at;
	if (place.v == 0)
		return home_read(tx, person, call->received, ret_place, ret_since);
	return rows_some(place_find(tx, place, ret_place), FAULT_round_place_unknown);
}

/* Somebody is counted from now on, unless an age or an exemption is in the way. */
static int
come(struct tx *tx, struct call *call, const struct round_row *round,
    const struct roster_person *person, struct due_row *due, enum round_reason reason,
    place_id place, struct str detail)
{
	enum round_due     state = round_due_MISSING;
	int64_t            exemption = round_exemption_NONE;
	person_id          same;
	struct place_chain home;
	time_ms            since;
	int                r;

	r = due_of_same(tx, round->id, person, &same);
	if (r == 0 && (due->state != round_due_ABSENT || same.v != 0))
		r = FAULT_round_person_counted;
	if (r == 0)
		r = place_read(tx, call, person->id, place, &home, &since);
	if (r == 0)
		r = rows_done(q_round_exemption_of(tx, round->id, person->id, call->received,
		    &exemption));
	if (r != 0)
		return r;
	if (round_is_too_young(person->birth.ymd, round->born_after))
		exemption = round_exemption_AGE;
	if (due->samples > 0)
		state = round_due_SAMPLED;
	else if (exemption != round_exemption_NONE)
		state = round_due_EXEMPT;
	if (!due->is_there) {
		due->place = home;
		return due_enter(tx, call, round, due, state, reason,
		    (enum round_exemption)exemption, since, detail);
	}
	if (home.id.v != due->place.id.v && home.id.v != 0)
		r = due_place(tx, call, round->id, due, &home);
	if (r != 0)
		return r;
	return due_step(tx, call, round->id, due, state, reason, (enum round_exemption)exemption,
	    detail);
}

/* Somebody is counted no more. */
static int
go(struct tx *tx, struct call *call, const struct round_row *round, struct due_row *due,
    enum round_reason reason, struct str detail)
{
	if (due->state == round_due_ABSENT)
		return FAULT_round_person_not_counted;
	if (due->state == round_due_SAMPLED)
		return FAULT_round_person_sampled;
	return due_step(tx, call, round->id, due, round_due_ABSENT, reason, round_exemption_NONE,
	    detail);
}

/*
 * One person stood on the list twice: one of both entries goes, the one that was not sampled, so
 * that no swab changes hands and the two can be parted again.
 */
static int
double_take(struct tx *tx, struct call *call, const struct round_row *round, struct due_row *due,
    person_id other, struct str detail)
{
	struct due_row kept;
	int            r;

	if (due->state == round_due_ABSENT)
		return FAULT_round_person_not_counted;
	r = due_read(tx, round->id, other, &kept);
	if (r != 0)
		return r;
	if (kept.state == round_due_ABSENT)
		return FAULT_round_double_unknown;
	if (due->samples > 0 && kept.samples == 0)
		due = &kept;
	return due_step(tx, call, round->id, due, round_due_ABSENT, round_reason_DOUBLE,
	    round_exemption_NONE, detail);
}

static int
moved(struct tx *tx, struct call *call, const struct round_row *round, struct due_row *due,
    place_id place, struct str detail)
{
	struct place_chain home;
	time_ms            since;
	int                r;

	if (due->state == round_due_ABSENT)
		return FAULT_round_person_not_counted;
	r = place_read(tx, call, due->person, place, &home, &since);
	if (r != 0)
		return r;
	return home.id.v == 0 ? FAULT_round_place_unknown :
	    due_move(tx, call, round->id, due, &home, detail);
}

static int
exemption_stop(struct tx *tx, struct call *call, const struct round_row *round,
    struct due_row *due, struct str detail)
{
	return due_step(tx, call, round->id, due, due->samples > 0 ? round_due_SAMPLED :
	    round_due_MISSING, round_reason_EXEMPT_ENDED, round_exemption_NONE, detail);
}

int
round_change_apply(struct tx *tx, struct call *call, const struct round_change *in)
{
	struct roster_person person;
	struct round_row     round;
	struct due_row       due;
	person_id            other = in->other;
	int                  r;

	r = both_read(tx, in->round, in->person, &round, &person, &due);
	if (r != 0)
		return r;
	switch (in->reason) {
	case round_reason_ARRIVED:
	case round_reason_FOUND:
	case round_reason_BORN:
		return come(tx, call, &round, &person, &due, in->reason, in->place, in->detail);
	case round_reason_LEFT:
	case round_reason_DIED:
	case round_reason_HOSPITAL:
	case round_reason_QUARANTINED:
	case round_reason_OTHER_ROUND:
		return go(tx, call, &round, &due, in->reason, in->detail);
	case round_reason_DOUBLE:
		other = other.v != 0 ? other : person.same_as;
		if (other.v == 0 || other.v == in->person.v)
			return FAULT_round_double_unknown;
		r = rows_some(roster_resolve(tx, other, &other), FAULT_round_person_unknown);
		return r != 0 ? r : double_take(tx, call, &round, &due, other, in->detail);
	case round_reason_MOVED:
		return moved(tx, call, &round, &due, in->place, in->detail);
	case round_reason_FROZEN:
	case round_reason_EXEMPT_BEGUN:
	case round_reason_EXEMPT_ENDED:
		break;
	}
	return FAULT_round_reason_elsewhere;
}

/* What the round's plan says of the reason; without a round, the plan of now. 0 or -errno. */
static int
ground_read(struct tx *tx, struct call *call, const struct round_exempt *in,
    struct round_ground *ret_ground)
{
	struct round_plan plan;
	int               r;

	if (in->round.v != 0)
		return round_ground_read(tx, in->round, in->reason, ret_ground);
	r = round_plan_at(tx, call->received, &plan);
	*ret_ground = plan.grounds[in->reason];
	return r;
}

/* From when until when it exempts. False: it is over already, or before the round begins. */
static bool
time_take(const struct call *call, const struct round_exempt *in, const struct round_row *round,
    int64_t window_ms, time_ms *ret_since, time_ms *ret_until)
{
	time_ms since = in->since.ms != 0 ? in->since : call->received;
	time_ms until = { round_exemption_until(since, window_ms, (time_ms){ 0 }) };
	time_ms wanted = in->round.v != 0 ? round->opens : call->received;

	*ret_since = since;
	*ret_until = in->until;
	if (in->until.ms != 0)
		return in->until.ms > call->received.ms;
	ret_until->ms = round_exemption_until(since, window_ms, round->closes);
	return until.ms > wanted.ms;
}

int
round_exempt_apply(struct tx *tx, struct call *call, const struct round_exempt *in)
{
	struct roster_person person;
	struct round_row     round = { .state = round_state_PLANNED };
	struct due_row       due = { .state = round_due_ABSENT };
	struct round_ground  ground = { .is_exempt = false };
	time_ms              since, until;
	int                  r;

	if (in->round.v == 0)
		r = rows_some(roster_person_read(tx, in->person, &person),
		    FAULT_round_person_unknown);
	else
		r = both_read(tx, in->round, in->person, &round, &person, &due);
	if (r != 0)
		return r;
	if (in->reason == round_exemption_NONE)
		return FAULT_round_reason_elsewhere;
	r = ground_read(tx, call, in, &ground);
	if (r != 0)
		return r;
	if (!ground.is_exempt)
		return FAULT_round_ground_unknown;
	if (ground.is_evidence_needed && in->evidence.n == 0)
		return FAULT_round_evidence_missing;
	if (!time_take(call, in, &round, ground.window_ms, &since, &until))
		return FAULT_round_until_past;
	if (in->round.v != 0 && due.state == round_due_ABSENT)
		return FAULT_round_person_not_counted;
	if (due.state == round_due_SAMPLED)
		return FAULT_round_person_sampled;
	if (due.state == round_due_EXEMPT)
		return FAULT_round_person_exempt;
	r = rows_done(q_round_exemption_insert(tx, in->person, call->seq, in->round, in->reason,
	    in->evidence, since, until, call->user));
	if (r == 0 && in->round.v != 0)
		return due_step(tx, call, in->round, &due, round_due_EXEMPT,
		    round_reason_EXEMPT_BEGUN, in->reason, S(""));
	return r;
}

int
round_exempt_end_apply(struct tx *tx, struct call *call, const struct round_exempt_end *in)
{
	struct roster_person person;
	struct round_row     round;
	struct due_row       due = { .state = round_due_ABSENT };
	int64_t              reason;
	int                  r;

	if (in->round.v == 0)
		r = rows_some(roster_person_read(tx, in->person, &person),
		    FAULT_round_person_unknown);
	else
		r = both_read(tx, in->round, in->person, &round, &person, &due);
	if (r == 0 && in->round.v == 0)
		r = rows_some(q_round_exemption_any(tx, in->person, call->received, &reason),
		    FAULT_round_person_not_exempt);
	if (r != 0)
		return r;
	if (in->round.v != 0 && due.state != round_due_EXEMPT)
		return FAULT_round_person_not_exempt;
	r = rows_done(q_round_exemption_end(tx, in->person, call->seq, call->received));
	if (r == 0 && in->round.v != 0)
		return exemption_stop(tx, call, &round, &due, in->detail);
	return r;
}

/* What the roster says of one person that is not named yet. */
struct drift { person_id person; enum round_reason reason; place_id place; };
struct drifts { struct drift *list; size_t count, left; };

/* Nobody named: everybody is wanted. */
static bool
is_wanted(const struct round_drift_take *in, person_id person)
{
	for (size_t i = 0; i < in->people_count; i++)
		if (in->people[i].person.v == person.v)
			return true;
	return in->people_count == 0;
}

/* As many as one command takes; what is left is counted. 0 or -errno. */
static int
drifts_read(struct tx *tx, struct call *call, const struct round_drift_take *in,
    struct drifts *ret_drifts)
{
	struct drift *list = arena_alloc(tx->arena, ROUND_DRIFT_MAX * sizeof(*list));
	struct stmt  *s = q_round_drift_of_begin(tx, in->round, call->received);
	struct rows   rows;
	size_t        count = 0, all = 0;
	person_id     person = { 0 };
	place_id      place = { 0 };
	int64_t       reason = 0;

	for (; (rows = q_round_drift_of_next(tx, s, &person, &reason, &place)).n == 1; all++)
		if (count < ROUND_DRIFT_MAX && is_wanted(in, person))
			list[count++] = (struct drift){ person, (enum round_reason)reason, place };
	sql_end(s);
	*ret_drifts = (struct drifts){ list, count, all - count };
	return rows_done(rows);
}

/* 0, a fault before anything was written, or -errno. */
static int
drift_take(struct tx *tx, struct call *call, const struct round_row *round,
    const struct drift *drift)
{
	struct roster_person person;
	struct due_row       due;
	person_id            same;
	int64_t              exemption = round_exemption_NONE;
	int                  r;

	r = rows_some(roster_person_read(tx, drift->person, &person), FAULT_round_person_unknown);
	if (r == 0)
		r = due_read(tx, round->id, drift->person, &due);
	if (r != 0)
		return r;
	switch (drift->reason) {
	case round_reason_ARRIVED:
	case round_reason_FOUND:
	case round_reason_BORN:
		return come(tx, call, round, &person, &due, drift->reason, drift->place, S(""));
	case round_reason_LEFT:
	case round_reason_DIED:
	case round_reason_HOSPITAL:
	case round_reason_QUARANTINED:
	case round_reason_OTHER_ROUND:
		return go(tx, call, round, &due, drift->reason, S(""));
	case round_reason_DOUBLE:
		r = due_of_same(tx, round->id, &person, &same);
		return r != 0 ? r : double_take(tx, call, round, &due, same, S(""));
	case round_reason_MOVED:
		return moved(tx, call, round, &due, drift->place, S(""));
	case round_reason_EXEMPT_BEGUN:
		r = rows_done(q_round_exemption_of(tx, round->id, person.id, call->received,
		    &exemption));
		return r != 0 ? r : due_step(tx, call, round->id, &due, round_due_EXEMPT,
		    drift->reason, (enum round_exemption)exemption, S(""));
	case round_reason_EXEMPT_ENDED:
		return exemption_stop(tx, call, round, &due, S(""));
	case round_reason_FROZEN:
		break;
	}
	return 0;
}

int
round_drift_take_apply(struct tx *tx, struct call *call, const struct round_drift_take *in)
{
	struct round_row round;
	struct drifts    drifts = { 0 };
	int              r, taken = 0;

	r = rows_some(round_read(tx, in->round, &round), FAULT_round_unknown);
	if (r == 0 && round.state != round_state_OPEN)
		r = FAULT_round_not_open;
	if (r == 0)
		r = drifts_read(tx, call, in, &drifts);
	for (size_t i = 0; r == 0 && i < drifts.count; i++) {
		r = drift_take(tx, call, &round, &drifts.list[i]);
		taken += r == 0;
		/* One change may settle another: the record that remains of a double. */
		r = r > 0 ? 0 : r;
	}
	if (r == 0)
		buffer_printf(&call->result, "{\"taken\":%d,\"left\":%zu}", taken, drifts.left);
	return r;
}
