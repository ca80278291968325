/*
 * roster_merge.c -- two records of one person, and two after all.
 *
 * roster_merged holds who went into whom. same_as of a record names the one that counts, however
 * many mergings lie between, so that whoever looks needs one step.
 */
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/roster/roster_inside.h"
#include "gen/roster_sql.h"

/* `person` and all that were merged into it count as `target` from now on. 0 or -errno. */
static int
chain_point(struct tx *tx, struct call *call, person_id person, person_id target)
{
	struct people { person_id person; struct people *next; } *todo, *more;
	int r = 0;

	todo = arena_alloc(tx->arena, sizeof(*todo));
	todo->person = person;
	while (r == 0 && todo != NULL) {
		person_id    now = todo->person, below;
		struct stmt *s;
		struct rows  rows;

		todo = todo->next;
		r = rows_done(q_roster_person_past_keep(tx, now, call->seq));
		if (r == 0)
			r = rows_done(q_roster_same_as_set(tx, now,
			    now.v == target.v ? (person_id){ 0 } : target, call->seq));
		if (r != 0)
			break;
		s = q_roster_merged_into_begin(tx, now);
		while ((rows = q_roster_merged_into_next(tx, s, &below)).n == 1) {
			more = arena_alloc(tx->arena, sizeof(*more));
			more->person = below;
			more->next = todo;
			todo = more;
		}
		sql_end(s);
		r = rows_done(rows);
	}
	return r;
}

/* Does a stay of the list reach into this one's time? */
static bool
is_met(const struct stays *stays, const struct roster_stay *stay)
{
	for (size_t i = 0; i < stays->count; i++)
		if (roster_stays_overlap(stays->list[i].from, stays->list[i].until, stay->from,
		    stay->until))
			return true;
	return false;
}

/* The stays of one record go to the other, where nothing is known of it for that time. */
static int
stays_give(struct tx *tx, struct call *call, person_id person, person_id into)
{
	struct stays given, there;
	int          r = stays_read(tx, person, &given);

	if (r == 0)
		r = stays_read(tx, into, &there);
	for (size_t i = 0; r == 0 && i < given.count; i++) {
		r = stay_supersede(tx, call, person, &given.list[i]);
		if (r == 0 && !is_met(&there, &given.list[i]))
			r = stay_write(tx, call, into, &given.list[i]);
	}
	return r;
}

int
roster_merge_apply(struct tx *tx, struct call *call, const struct roster_merge *in)
{
	struct roster_person person, into;
	int                  r;

	r = rows_some(roster_person_read(tx, in->person, &person), FAULT_roster_person_missing);
	if (r == 0)
		r = rows_some(roster_find(tx, in->into, &into), FAULT_roster_person_missing);
	if (r != 0)
		return r;
	if (person.same_as.v != 0)
		return FAULT_roster_merged_already;
	if (into.id.v == person.id.v)
		return FAULT_roster_merge_self;
	r = rows_done(q_roster_merged_insert(tx, person.id, call->seq, into.id));
	if (r == 0)
		r = chain_point(tx, call, person.id, into.id);
	if (r == 0)
		r = stays_give(tx, call, person.id, into.id);
	return r != 0 ? r : rows_done(q_roster_person_touch(tx, into.id, call->seq));
}

/* What the merging made for the other record is taken back, and what it took is believed again. */
static int
stays_return(struct tx *tx, struct call *call, person_id person, person_id counts, seq_id merged)
{
	struct stays mine = { NULL, 0 }, theirs;
	int          r = stays_read(tx, counts, &theirs);

	for (size_t i = 0; r == 0 && i < theirs.count; i++)
		if (theirs.list[i].made.v == merged.v)
			r = stay_supersede(tx, call, counts, &theirs.list[i]);
	if (r == 0)
		r = stays_taken_read(tx, person, merged, &mine);
	for (size_t i = 0; r == 0 && i < mine.count; i++)
		r = stay_write(tx, call, person, &mine.list[i]);
	return r;
}

int
roster_unmerge_apply(struct tx *tx, struct call *call, const struct roster_unmerge *in)
{
	struct roster_person person;
	person_id            into;
	seq_id               merged;
	int                  r;

	r = rows_some(roster_person_read(tx, in->person, &person), FAULT_roster_person_missing);
	if (r == 0)
		r = rows_some(
		    q_roster_merged_get(tx, in->person, &merged, &into), FAULT_roster_not_merged);
	if (r != 0)
		return r;
	/* What was given on cannot be told apart any more. */
	if (into.v != person.same_as.v)
		return FAULT_roster_merged_further;
	r = rows_done(q_roster_merged_undo(tx, in->person, merged, call->seq));
	if (r == 0)
		r = chain_point(tx, call, in->person, in->person);
	if (r == 0)
		r = stays_return(tx, call, in->person, person.same_as, merged);
	return r != 0 ? r : rows_done(q_roster_person_touch(tx, person.same_as, call->seq));
}
