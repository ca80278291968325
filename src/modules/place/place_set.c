/* place_set.c -- grids and sectors: named sets of places, and who is in charge of them. */
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/place/place_inside.h"
#include "gen/place_sql.h"

/* Each place's own id, for one that was there already. 0 or FAULT_place_not_there. */
static int
nodes_resolve(struct tx *tx, const struct place_ref *refs, size_t count, place_id **ret_ids)
{
	place_id          *ids = arena_alloc(tx->arena, (count + 1) * sizeof(*ids));
	struct place_chain chain;
	int                r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		r = rows_some(place_find(tx, refs[i].place, &chain), FAULT_place_not_there);
		if (r == 0)
			ids[i] = chain.id;
	}
	*ret_ids = ids;
	return r;
}

static int
nodes_add(struct tx *tx, struct call *call, place_set_id set, const place_id *ids, size_t count)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		seq_id      made;
		struct rows rows = q_place_set_node_get(tx, set, ids[i], &made);

		r = rows_done(rows);
		if (rows.n == 0)
			r = rows_done(q_place_set_node_insert(tx, set, ids[i], call->seq));
	}
	return r;
}

static int
people_add(struct tx *tx, struct call *call, place_set_id set, const struct place_person *people,
    size_t count)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		seq_id      made;
		struct rows rows = q_place_set_person_get(tx, set, people[i].account, &made);

		r = rows_done(rows);
		if (rows.n == 0)
			r = rows_done(
			    q_place_set_person_insert(tx, set, people[i].account, call->seq));
	}
	return r;
}

int
place_set_add_apply(struct tx *tx, struct call *call, const struct place_set_add *in)
{
	struct str name;
	seq_id     closed;
	place_id  *nodes;
	int        r;

	r = rows_none(q_place_set_get(tx, in->place_set, &name, &closed), FAULT_place_set_exists);
	if (r == 0)
		r = nodes_resolve(tx, in->nodes, in->nodes_count, &nodes);
	if (r == 0)
		r = rows_done(q_place_set_insert(tx, in->place_set, in->kind, in->name, call->seq));
	if (r == 0)
		r = nodes_add(tx, call, in->place_set, nodes, in->nodes_count);
	return r != 0 ? r : people_add(tx, call, in->place_set, in->people, in->people_count);
}

/* 0, or the fault of one that is not there or is closed. */
static int
set_check(struct tx *tx, place_set_id set)
{
	struct str name;
	seq_id     closed = { 0 };
	int        r = rows_some(q_place_set_get(tx, set, &name, &closed), FAULT_place_set_unknown);

	return r == 0 && closed.v != 0 ? FAULT_place_set_is_closed : r;
}

int
place_set_change_apply(struct tx *tx, struct call *call, const struct place_set_change *in)
{
	place_id *add, *drop;
	int       r = set_check(tx, in->place_set);

	if (r == 0)
		r = nodes_resolve(tx, in->nodes_add, in->nodes_add_count, &add);
	if (r == 0)
		r = nodes_resolve(tx, in->nodes_drop, in->nodes_drop_count, &drop);
	if (r == 0 && in->name.n > 0)
		r = rows_done(q_place_set_past_keep(tx, in->place_set, call->seq));
	if (r == 0 && in->name.n > 0)
		r = rows_done(q_place_set_name(tx, in->place_set, in->name, call->seq));
	for (size_t i = 0; r == 0 && i < in->nodes_drop_count; i++)
		r = rows_done(q_place_set_node_end(tx, in->place_set, drop[i], call->seq));
	for (size_t i = 0; r == 0 && i < in->people_drop_count; i++)
		r = rows_done(q_place_set_person_end(tx, in->place_set, in->people_drop[i].account,
		    call->seq));
	if (r == 0)
		r = nodes_add(tx, call, in->place_set, add, in->nodes_add_count);
	return r != 0 ? r
		      : people_add(tx, call, in->place_set, in->people_add, in->people_add_count);
}

int
place_set_close_apply(struct tx *tx, struct call *call, const struct place_set_close *in)
{
	int r = set_check(tx, in->place_set);

	return r != 0 ? r : rows_done(q_place_set_end(tx, in->place_set, call->seq));
}
