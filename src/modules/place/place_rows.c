/*
 * place_rows.c -- many places at once: the rows of a sheet, and a compound from a pattern.
 *
 * All is looked up and composed before the first row is written. Nodes of the command are found
 * again in a table of their own, because the database does not have them yet.
 */
#include <inttypes.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/place/place_inside.h"
#include "gen/place_sql.h"

#define SLOTS 4096 /* a power of two, four times what one command has: rows and their parents */

static_assert(SLOTS >= 4 * 2 * PLACE_ROWS_MAX, "slots are never full");

enum what { NEW, STUB_FILLED, THERE, ALIAS };

struct planned {
	struct place_node node;
	place_id asked; /* the id that the row has; that of the node may be another */
	enum what         what;
};

struct plan {
	struct tx      *tx;
	struct planned *list;      /* rows and parents that were read */
	size_t          count;
	uint16_t        by_id[SLOTS], by_key[SLOTS], by_sort[SLOTS]; /* index + 1 */
};

static uint64_t
mixed(uint64_t x)
{
	x ^= x >> 31;
	x *= UINT64_C(0x9e3779b97f4a7c15);
	return x ^ x >> 29;
}

static uint64_t
key_hash(place_id parent, enum place_kind kind, struct str key)
{
	return mixed(str_hash(key) + (uint64_t)parent.v * 16 + (uint64_t)kind);
}

static void
slot_take(uint16_t *slots, uint64_t hash, size_t index)
{
	size_t i = hash & (SLOTS - 1);

	while (slots[i] != 0)
		i = (i + 1) & (SLOTS - 1);
	slots[i] = (uint16_t)(index + 1);
}

static struct planned *
by_id(struct plan *p, place_id id)
{
	for (size_t i = mixed((uint64_t)id.v) & (SLOTS - 1); p->by_id[i] != 0;
	     i = (i + 1) & (SLOTS - 1))
		if (p->list[p->by_id[i] - 1].asked.v == id.v)
			return &p->list[p->by_id[i] - 1];
	return NULL;
}

static struct planned *
by_key(struct plan *p, const struct place_node *n)
{
	size_t i = key_hash(n->parent, n->kind, n->key) & (SLOTS - 1);

	for (; p->by_key[i] != 0; i = (i + 1) & (SLOTS - 1)) {
		struct planned *other = &p->list[p->by_key[i] - 1];

		if (other->node.parent.v == n->parent.v && other->node.kind == n->kind &&
		    str_equal(other->node.key, n->key))
			return other;
	}
	return NULL;
}

static bool
has_sort(struct plan *p, struct str sort)
{
	for (size_t i = str_hash(sort) & (SLOTS - 1); p->by_sort[i] != 0; i = (i + 1) & (SLOTS - 1))
		if (str_equal(p->list[p->by_sort[i] - 1].node.sort, sort))
			return true;
	return false;
}

static void
remember(struct plan *p, const struct planned *planned)
{
	size_t at = p->count++;

	p->list[at] = *planned;
	slot_take(p->by_id, mixed((uint64_t)planned->asked.v), at);
	if (planned->what == ALIAS)
		return;
	slot_take(
	    p->by_key, key_hash(planned->node.parent, planned->node.kind, planned->node.key), at);
	slot_take(p->by_sort, str_hash(planned->node.sort), at);
}

/* The node that an id stands for, from the command or the database. Rows 0: unknown. */
static struct rows
known_read(struct plan *p, place_id id, struct planned *ret_planned)
{
	struct planned    *there = by_id(p, id);
	struct place_chain chain;
	struct rows        rows = { 1 };

	if (there != NULL) {
		*ret_planned = *there;
		return rows;
	}
	rows = place_find(p->tx, id, &chain);
	if (rows.n <= 0)
		return rows;
	*ret_planned = (struct planned){ .asked = id, .what = THERE };
	return place_node_read(p->tx, chain.id, &ret_planned->node);
}

/* Is the place that has this id the one that the row says? 0, or FAULT_place_exists. */
static int
same_check(const struct place_node *there, const struct place_node *row)
{
	return there->parent.v == row->parent.v && there->kind == row->kind &&
	    str_equal(there->key, row->key) ? 0 : FAULT_place_exists;
}

/* Is there such a place already, under another id? Then the row's id stands for it. */
static int
twin_plan(struct plan *p, bool is_parent_new, struct planned *planned)
{
	struct planned *twin = by_key(p, &planned->node);
	struct rows     rows = { twin != NULL };
	place_id        other = { 0 };

	if (twin == NULL && !is_parent_new)
		rows = place_twin_find(p->tx, &planned->node, &other);
	if (rows.n <= 0)
		return rows_done(rows);
	if (planned->what == STUB_FILLED)
		return FAULT_place_name_taken;
	planned->what = ALIAS;
	if (twin != NULL)
		planned->node = twin->node;
	else
		rows = place_node_read(p->tx, other, &planned->node);
	return rows_done(rows);
}

static int
sort_plan(struct plan *p, bool is_parent_new, struct planned *planned)
{
	struct place_node *n = &planned->node;
	int                r = is_parent_new ? 0 : place_sort_settle(p->tx, n);

	if (r == 0 && has_sort(p, n->sort))
		n->sort =
		    arena_printf(p->tx->arena, "%.*s~%" PRId64, (int)n->sort.n, n->sort.p, n->id.v);
	return r;
}

/* One row: what it is and what becomes of it. 0, a fault or -errno. */
static int
row_plan(struct plan *p, const struct place_row *row)
{
	struct planned parent = { 0 }, there, planned = { .asked = row->place, .what = NEW,
		.node = { .id = row->place, .kind = row->kind, .name = row->name } };
	bool           has_parent = row->parent.v != 0, is_parent_new;
	struct rows    rows;
	int            r = 0;

	if (has_parent)
		r = rows_some(known_read(p, row->parent, &parent), FAULT_place_parent_unknown);
	if (r == 0)
		r = place_node_compose(
		    p->tx->arena, has_parent ? &parent.node : NULL, &planned.node);
	if (r != 0)
		return r;
	if (has_parent && by_id(p, row->parent) == NULL)
		remember(p, &parent);
	rows = known_read(p, row->place, &there);
	if (rows.n > 0 && !there.node.is_stub) {
		if (by_id(p, row->place) == NULL)
			remember(p, &there);
		return same_check(&there.node, &planned.node);
	}
	if (rows.n < 0)
		return rows_done(rows);
	if (rows.n > 0)
		planned.what = STUB_FILLED;
	is_parent_new = has_parent && parent.what == NEW;
	r = twin_plan(p, is_parent_new, &planned);
	if (r == 0 && planned.what != ALIAS)
		r = sort_plan(p, is_parent_new, &planned);
	if (r == 0)
		remember(p, &planned);
	return r;
}

static int
planned_write(struct tx *tx, struct call *call, const struct planned *p)
{
	int r = 0;

	switch (p->what) {
	case THERE:
		return 0;
	case ALIAS:
		return rows_done(q_place_alias_insert(tx, p->asked, p->node.id));
	case STUB_FILLED:
		r = place_past_write(tx, call, p->node.id);
		break;
	case NEW:
		break;
	}
	return r != 0 ? r : place_node_write(tx, call, &p->node, p->what == STUB_FILLED);
}

int
place_rows_put_apply(struct tx *tx, struct call *call, const struct place_rows_put *in)
{
	struct plan *p = arena_alloc(tx->arena, sizeof(*p));
	size_t       written = 0;
	int          r = 0;

	p->tx = tx;
	p->list = arena_alloc(tx->arena, 2 * in->rows_count * sizeof(*p->list));
	for (size_t i = 0; r == 0 && i < in->rows_count; i++)
		r = row_plan(p, &in->rows[i]);
	for (size_t i = 0; r == 0 && i < p->count; i++) {
		r = planned_write(tx, call, &p->list[i]);
		written += p->list[i].what == NEW || p->list[i].what == STUB_FILLED;
	}
	if (r == 0)
		buffer_printf(&call->result, "{\"new\":%zu,\"known\":%zu}", written,
		    in->rows_count - written);
	return r;
}

struct pattern {
	struct tx   *tx;
	struct call *call;
	int64_t      next_id;
};

/* The next node of the pattern: checked by composing, and written. 0, a fault or -errno. */
static int
pattern_node(struct pattern *p, const struct place_node *parent, enum place_kind kind,
    struct str name, struct place_node *ret_node)
{
	int r;

	*ret_node = (struct place_node){ .id = { p->next_id++ }, .kind = kind, .name = name };
	r = place_node_compose(p->tx->arena, parent, ret_node);
	return r != 0 ? r : place_node_write(p->tx, p->call, ret_node, false);
}

/* Rooms of one floor; floor 0: numbered from 1. */
static int
pattern_rooms(struct pattern *p, const struct place_node *parent, int64_t floor, int64_t rooms)
{
	struct place_node node;
	int               r = 0;

	for (int64_t i = 1; r == 0 && i <= rooms; i++)
		r = pattern_node(p, parent, place_kind_ROOM,
		    arena_printf(p->tx->arena, "%" PRId64, floor * 100 + i), &node);
	return r;
}

static int
pattern_floors(
    struct pattern *p, const struct place_node *parent, const struct place_pattern_add *in)
{
	struct place_node floor;
	int               r = 0;

	if (in->floors == 0)
		return pattern_rooms(p, parent, 0, in->rooms);
	for (int64_t i = 1; r == 0 && i <= in->floors; i++) {
		r = pattern_node(p, parent, place_kind_FLOOR,
		    arena_printf(p->tx->arena, "%" PRId64 "层", i), &floor);
		if (r == 0)
			r = pattern_rooms(p, &floor, i, in->rooms);
	}
	return r;
}

static int
pattern_tower(struct pattern *p, struct place_node *tower, const struct place_pattern_add *in)
{
	struct place_node stair;
	int               r = place_node_write(p->tx, p->call, tower, false);

	p->next_id++;
	if (r == 0 && in->stairs == 0)
		return pattern_floors(p, tower, in);
	for (int64_t i = 1; r == 0 && i <= in->stairs; i++) {
		r = pattern_node(p, tower, place_kind_STAIR,
		    arena_printf(p->tx->arena, "%" PRId64 "单元", i), &stair);
		if (r == 0)
			r = pattern_floors(p, &stair, in);
	}
	return r;
}

/* The compound, then the towers: only these can meet what is there already. */
static int
pattern_heads_plan(struct tx *tx, const struct place_pattern_add *in, int64_t per_tower,
    struct place_node *ret_compound, struct place_node *ret_towers)
{
	const struct place_node *parent = NULL;
	struct place_chain       chain;
	struct place_node        above;
	place_id                 twin;
	bool                     is_new = in->name.n > 0;
	int64_t                  id = in->first.v + is_new;
	int                      r = 0;

	if (in->parent.v != 0) {
		r = rows_some(place_find(tx, in->parent, &chain), FAULT_place_parent_unknown);
		if (r == 0)
			r = rows_some(
			    place_node_read(tx, chain.id, &above), FAULT_place_parent_unknown);
		parent = &above;
	}
	if (r == 0 && is_new) {
		*ret_compound = (struct place_node){ .id = in->first, .kind = place_kind_COMPOUND,
			.name = in->name };
		r = place_node_compose(tx->arena, parent, ret_compound);
		if (r == 0)
			r = rows_none(
			    place_twin_find(tx, ret_compound, &twin), FAULT_place_name_taken);
		if (r == 0)
			r = place_sort_settle(tx, ret_compound);
		parent = ret_compound;
	}
	for (int64_t i = 0; r == 0 && i < in->towers; i++, id += per_tower) {
		struct place_node *t = &ret_towers[i];

		*t = (struct place_node){ .id = { id }, .kind = place_kind_BUILDING,
			.name = arena_printf(tx->arena, "%" PRId64 "栋",
			    i + (in->tower_first > 0 ? in->tower_first : 1)) };
		r = place_node_compose(tx->arena, parent, t);
		if (r == 0)
			r = rows_none(place_twin_find(tx, t, &twin), FAULT_place_name_taken);
		if (r == 0)
			r = place_sort_settle(tx, t);
	}
	return r;
}

int
place_pattern_add_apply(struct tx *tx, struct call *call, const struct place_pattern_add *in)
{
	struct place_node *towers = arena_alloc(tx->arena, (size_t)in->towers * sizeof(*towers));
	struct place_node  compound;
	struct pattern     p = { tx, call, in->first.v };
	bool               is_new = in->name.n > 0;
	int64_t count = place_pattern_count(in->towers, in->stairs, in->floors, in->rooms);
	place_id           taken;
	int                r;

	if (count < 0 || count + is_new > PLACE_PATTERN_MAX ||
	    in->first.v > ID_MAX - count - is_new)
		return FAULT_place_pattern_large;
	r = rows_none(q_place_ids_taken(tx, in->first,
	    (place_id){ in->first.v + count + is_new - 1 }, &taken), FAULT_place_pattern_ids);
	if (r == 0)
		r = pattern_heads_plan(tx, in, count / in->towers, &compound, towers);
	if (r == 0 && is_new) {
		r = place_node_write(tx, call, &compound, false);
		p.next_id++;
	}
	for (int64_t i = 0; r == 0 && i < in->towers; i++)
		r = pattern_tower(&p, &towers[i], in);
	if (r == 0)
		buffer_printf(&call->result, "{\"places\":%" PRId64 "}", count + is_new);
	return r;
}
