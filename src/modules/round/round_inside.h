/* round_inside.h -- what the files of the module say to each other. */
#pragma once
#include "modules/round/round.h"

/* What a round's row has. */
struct round_row {
	round_id         id;
	enum round_state state;
	place_id         scope;      /* 0: everywhere */
	time_ms          opens, closes;
	time_ms          closed;     /* 0: not closed */
	int64_t          born_after; /* ymd: who was born later is too young */
};

/* A person in a round. Texts are the transaction's arena's. */
struct due_row {
	bool                 is_there; /* else only person is filled, and state is ABSENT */
	person_id            person;
	struct place_chain   place;    /* id 0: not known */
	enum round_due       state;
	enum round_reason    reason;
	enum round_exemption exemption;
	int64_t              samples;
	seq_id               sample;   /* the newest; 0: none */
};

/* Rows 0: unknown. */
struct rows round_read(struct tx *tx, round_id round, struct round_row *ret_round);

/* What the plan says of who is due. */
struct round_ground {
	bool    is_exempt;
	bool    is_evidence_needed;
	int64_t window_ms; /* how long it exempts; 0: until it is ended */
};
#define ROUND_EXEMPTIONS (round_exemption_DYING + 1)
struct round_plan {
	seq_id              plan;     /* 0: the area has none */
	int64_t             age_from; /* months; 0: no age is asked */
	int64_t             mix;      /* enum round_mix; 0: the plan says nothing that has a word */
	struct round_ground grounds[ROUND_EXEMPTIONS]; /* by enum round_exemption */
};

/*
 * The plan that is in force at a time. An area without one exempts for any reason, with evidence,
 * until it is ended, and asks for no age. 0 or -errno.
 */
int round_plan_at(struct tx *tx, time_ms at, struct round_plan *ret_plan);

/* The grounds into the rows that the round keeps, and one of them back. 0 or -errno. */
int round_grounds_write(struct tx *tx, round_id round, const struct round_plan *plan);
int round_ground_read(struct tx *tx, round_id round, enum round_exemption exemption,
    struct round_ground *ret_ground);

/* The person in the round, whether there or not. 0 or -errno. */
int due_read(struct tx *tx, round_id round, person_id person, struct due_row *ret_due);

/*
 * Who else is in the round, counted or exempt, and the same human being: a record merged into this
 * one, or that into which this one was merged; of several the sampled one. 0: nobody. 0 or -errno.
 */
int due_of_same(struct tx *tx, round_id round, const struct roster_person *person,
    person_id *ret_same);

static inline bool
due_is_counted(const struct due_row *due)
{
	return due->state == round_due_MISSING || due->state == round_due_SAMPLED;
}

/*
 * The three ways in which people of a round change, each with its named row; there is no other.
 * `due` is brought up to date. 0 or -errno; which states may follow is the caller's to check.
 */

/* Somebody enters who was not in it: due->person, due->place. */
int due_enter(struct tx *tx, struct call *call, const struct round_row *round,
    struct due_row *due, enum round_due state, enum round_reason reason,
    enum round_exemption exemption, time_ms since, struct str detail);

/* Into another state. */
int due_step(struct tx *tx, struct call *call, round_id round, struct due_row *due,
    enum round_due state, enum round_reason reason, enum round_exemption exemption,
    struct str detail);

/* To another place; the state stays. */
int due_move(struct tx *tx, struct call *call, round_id round, struct due_row *due,
    const struct place_chain *place, struct str detail);

/* The place alone of somebody who enters again: the step that follows names it. */
int due_place(struct tx *tx, struct call *call, round_id round, struct due_row *due,
    const struct place_chain *place);

/* A step of one person in the counters alone: of a missing one who was sampled. */
int counter_step(struct tx *tx, round_id round, const struct due_row *due, enum round_due from,
    enum round_due to);

/* Where somebody is at home at some time, as the roster says; id 0: not known. 0 or -errno. */
int home_read(struct tx *tx, person_id person, time_ms at, struct place_chain *ret_place,
    time_ms *ret_since);
