/* place.c -- see place.h. One place: added, renamed, moved, closed. */
#include <errno.h>
#include <inttypes.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/place/place_inside.h"
#include "gen/place_sql.h"

struct rows
place_find(struct tx *tx, place_id place, struct place_chain *ret_chain)
{
	struct place_node n;
	place_id          other;
	struct rows       rows = place_node_read(tx, place, &n);

	if (rows.n == 0 && (rows = q_place_alias_get(tx, place, &other)).n == 1)
		rows = place_node_read(tx, other, &n);
	if (rows.n == 1)
		*ret_chain = (struct place_chain){ .id = n.id, .compound = n.compound,
			.building = n.building, .stair = n.stair, .floor = n.floor, .kind = n.kind,
			.sort = n.sort, .path = n.path, .is_stub = n.is_stub,
			.is_closed = n.closed.v != 0 };
	return rows;
}

int
place_stub_make(struct tx *tx, struct call *call, place_id place)
{
	struct place_node n = { .id = place, .kind = place_kind_ROOM, .name = S(""), .key = S(""),
		.shorts = S(""), .is_stub = true };

	/* Behind all that is known. */
	n.sort = arena_printf(tx->arena, "z%020" PRIu64, (uint64_t)place.v);
	n.path = arena_printf(tx->arena, "#%" PRId64, place.v);
	flag_raise(call, &FLAG_place_unknown);
	return place_node_write(tx, call, &n, false);
}

/* The parent that a command names; parent 0: *ret_parent stays NULL. 0 or a fault. */
static int
parent_read(struct tx *tx, place_id parent, struct place_node *node,
    const struct place_node **ret_parent)
{
	struct place_chain chain;
	int                r;

	*ret_parent = NULL;
	if (parent.v == 0)
		return 0;
	r = rows_some(place_find(tx, parent, &chain), FAULT_place_parent_unknown);
	if (r == 0)
		r = rows_some(place_node_read(tx, chain.id, node), FAULT_place_parent_unknown);
	if (r == 0)
		*ret_parent = node;
	return r;
}

int
place_add_apply(struct tx *tx, struct call *call, const struct place_add *in)
{
	struct place_node        node = { .id = in->place, .kind = in->kind, .name = in->name };
	struct place_node        parent_node;
	const struct place_node *parent;
	struct place_chain       chain;
	struct rows              rows = place_find(tx, in->place, &chain);
	bool                     is_stub_there = rows.n > 0 && chain.is_stub;
	place_id                 twin;
	int                      r;

	if (rows.n > 0 && !is_stub_there)
		return FAULT_place_exists;
	r = rows_done(rows);
	if (r == 0)
		r = parent_read(tx, in->parent, &parent_node, &parent);
	if (r == 0)
		r = place_node_compose(tx->arena, parent, &node);
	if (r == 0)
		r = rows_none(place_twin_find(tx, &node, &twin), FAULT_place_name_taken);
	if (r == 0)
		r = place_sort_settle(tx, &node);
	if (r == 0 && is_stub_there)
		r = place_past_write(tx, call, in->place);
	return r != 0 ? r : place_node_write(tx, call, &node, is_stub_there);
}

/* Everything below a node, in walking order: parents come before what lies in them. */
static int
below_read(struct tx *tx, struct str sort, place_id **ret_ids, size_t *ret_count)
{
	struct stmt *s = q_place_below_begin(tx, sort);
	struct rows  rows = { 0 };
	size_t       room = 0, n = 0;
	place_id    *ids = NULL;

	for (;;) {
		if (n == room) {
			place_id *more = arena_alloc(tx->arena, (room * 2 + 64) * sizeof(*ids));

			for (size_t i = 0; i < n; i++)
				more[i] = ids[i];
			ids = more;
			room = room * 2 + 64;
		}
		rows = q_place_below_next(tx, s, &ids[n]);
		if (rows.n != 1)
			break;
		n++;
	}
	sql_end(s);
	*ret_ids = ids;
	*ret_count = n;
	return rows_done(rows);
}

#define DEPTH_MAX 6 /* compound, building, stair, floor, room, and one to spare */

/*
 * Writes a node that has a new name or parent, and everything below it: their order and whole
 * names begin with its own.
 */
static int
subtree_write(
    struct tx *tx, struct call *call, const struct place_node *node, struct str sort_before)
{
	struct place_node above[DEPTH_MAX] = { *node };
	size_t            depth = 1, count = 0;
	place_id         *ids;
	int               r = below_read(tx, sort_before, &ids, &count);

	if (r == 0)
		r = place_node_write(tx, call, node, true);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct place_node n;
		seq_id            closed;
		int               fault;

		r = rows_done(place_node_read(tx, ids[i], &n));
		if (r != 0)
			break;
		while (depth > 1 && above[depth - 1].id.v != n.parent.v)
			depth--;
		closed = n.closed;
		above[depth - 1].closed.v = 0;
		fault = place_node_compose(tx->arena, &above[depth - 1], &n);
		if (fault != 0 || depth == DEPTH_MAX)
			return -EINVAL;
		n.closed = closed;
		r = place_sort_settle(tx, &n);
		if (r == 0)
			r = place_past_write(tx, call, n.id);
		if (r == 0)
			r = rows_done(q_place_node_set(tx, n.id, n.parent, n.kind, n.name, n.key,
			    n.sort, n.path, n.shorts, n.compound, n.building, n.stair, n.floor,
			    n.named, call->seq));
		above[depth++] = n;
	}
	return r;
}

/* {"named_seq":…,"name":…,"parent":…} into the answer: what it is now. */
static int
change_tell(struct call *call, const struct place_node *now)
{
	struct buffer *b = &call->result;

	buffer_printf(b, "{\"named_seq\":\"%" PRId64 "\",\"name\":", now->named.v);
	json_str(b, now->name);
	buffer_printf(b, ",\"parent\":\"%" PRId64 "\"}", now->parent.v);
	return FAULT_place_changed_since;
}

/*
 * The node, with another name or parent, checked and written, as long as it is what was seen.
 * 0, a fault or -errno.
 */
static int
node_change(struct tx *tx, struct call *call, place_id place, struct str name, place_id parent_id,
    seq_id seen)
{
	struct place_node        node, before, parent_node;
	const struct place_node *parent;
	place_id                 twin;
	int                      r;

	r = rows_some(place_node_read(tx, place, &before), FAULT_place_not_there);
	if (r != 0)
		return r;
	if (before.is_stub)
		return FAULT_place_not_there;
	if (before.closed.v != 0)
		return FAULT_place_is_closed;
	if (seen.v != 0 && seen.v != before.named.v)
		return change_tell(call, &before);
	node = before;
	node.name = name.p != NULL ? name : before.name;
	r = parent_read(tx, name.p != NULL ? before.parent : parent_id, &parent_node, &parent);
	if (r == 0)
		r = place_node_compose(tx->arena, parent, &node);
	if (r == 0)
		r = rows_none(place_twin_find(tx, &node, &twin), FAULT_place_name_taken);
	if (r == 0)
		r = place_sort_settle(tx, &node);
	if (r == 0)
		r = place_past_write(tx, call, place);
	return r != 0 ? r : subtree_write(tx, call, &node, before.sort);
}

int
place_rename_apply(struct tx *tx, struct call *call, const struct place_rename *in)
{
	return node_change(tx, call, in->place, in->name, (place_id){ 0 }, in->seen_seq);
}

int
place_move_apply(struct tx *tx, struct call *call, const struct place_move *in)
{
	return node_change(
	    tx, call, in->place, (struct str){ NULL, 0 }, in->parent, in->seen_seq);
}

int
place_close_apply(struct tx *tx, struct call *call, const struct place_close *in)
{
	struct place_chain chain;
	int                r;

	r = rows_some(place_find(tx, in->place, &chain), FAULT_place_not_there);
	if (r != 0)
		return r;
	if (chain.is_closed)
		return FAULT_place_is_closed;
	r = rows_done(q_place_past_keep_below(tx, chain.sort, (seq_id){ 0 }, call->seq));
	return r != 0 ? r : rows_done(q_place_close_below(tx, chain.sort, call->seq));
}

int
place_reopen_apply(struct tx *tx, struct call *call, const struct place_reopen *in)
{
	struct place_node node, parent;
	place_id          twin;
	int               r;

	r = rows_some(place_node_read(tx, in->place, &node), FAULT_place_not_there);
	if (r != 0)
		return r;
	if (node.closed.v == 0)
		return FAULT_place_is_open;
	if (node.parent.v != 0) {
		r = rows_some(
		    place_node_read(tx, node.parent, &parent), FAULT_place_parent_unknown);
		if (r != 0)
			return r;
		if (parent.closed.v != 0)
			return FAULT_place_is_closed;
	}
	r = rows_none(place_twin_find(tx, &node, &twin), FAULT_place_name_taken);
	if (r == 0)
		r = rows_done(q_place_past_keep_below(tx, node.sort, node.closed, call->seq));
	return r != 0 ? r :
	    rows_done(q_place_reopen_below(tx, node.sort, node.closed, call->seq));
}

#define MODULE     place
#define MODULE_DEF "modules/place/place.def"
#include "ledger/define.h"
