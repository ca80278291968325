/* place_node.c -- what follows from a node's name and parent: keys, order, ids of the chain. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/place/place_inside.h"
#include "text/place.h"
#include "gen/place_sql.h"

static_assert((int)place_kind_COMPOUND == (int)PLACE_COMPOUND &&
    (int)place_kind_BUILDING == (int)PLACE_BUILDING && (int)place_kind_STAIR == (int)PLACE_STAIR &&
    (int)place_kind_FLOOR == (int)PLACE_FLOOR && (int)place_kind_ROOM == (int)PLACE_ROOM,
    "the first kinds are the levels of an address");

struct rows
place_node_read(struct tx *tx, place_id place, struct place_node *ret_node)
{
	struct place_node n = { .id = place };
	int64_t           kind = 0;
	struct rows       rows;

	rows =
	    q_place_get(tx, place, &n.parent, &kind, &n.name, &n.key, &n.sort, &n.path, &n.shorts,
		&n.compound, &n.building, &n.stair, &n.floor, &n.is_stub, &n.named, &n.closed);
	n.kind = (enum place_kind)kind;
	if (rows.n > 0)
		*ret_node = n;
	return rows;
}

static enum place_level
level_of(enum place_kind kind)
{
	return kind <= place_kind_ROOM ? (enum place_level)kind : PLACE_LEVELS;
}

static bool
is_ascii_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The name as it stands in a path: 三栋 as 3栋, because its parts are told apart by that. */
static struct str
label_of(const struct place_node *node)
{
	return node->kind >= place_kind_BUILDING && node->kind <= place_kind_ROOM ? node->key :
	                                                                            node->name;
}

/* The floor is not said when the room's number says it: 3栋1502. */
static struct str
base_of(struct arena *arena, const struct place_node *parent, const struct place_node *node)
{
	struct str base = parent->path;

	if (node->kind == place_kind_ROOM && parent->kind == place_kind_FLOOR &&
	    str_equal(place_floor_of_room(arena, node->key), parent->key) &&
	    str_ends(base, parent->key))
		base = str_trim(str_slice(base, 0, base.n - parent->key.n));
	return base;
}

static struct str
path_make(struct arena *arena, const struct place_node *parent, const struct place_node *node)
{
	struct str label = label_of(node),
		   base = parent == NULL ? S("") : base_of(arena, parent, node);
	bool       is_apart;

	if (base.n == 0)
		return label;
	is_apart = parent->kind == place_kind_COMPOUND || node->kind > place_kind_ROOM ||
	    (is_ascii_word(base.p[base.n - 1]) && is_ascii_word(label.p[0]));
	return arena_printf(arena, "%.*s%s%.*s", (int)base.n, base.p, is_apart ? " " : "",
	    (int)label.n, label.p);
}

/* 3 of 3栋, A of A座, 2 of 2单元; the whole where there is no such word behind. */
static struct str
stem_of(struct str key)
{
	static const char *const words[] = { "栋", "座", "单元" };

	for (size_t i = 0; i < LEN(words); i++) {
		struct str word = str_of(words[i]);

		if (key.n > word.n && str_ends(key, word))
			return str_slice(key, 0, key.n - word.n);
	}
	return key;
}

static struct str
lower(struct arena *arena, struct str s)
{
	char *p = arena_alloc(arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + ('a' - 'A') : s.p[i]);
	return (struct str){ p, s.n };
}

/* A building is 3, its stair 3-2, a room of it 3-2-1502 3-1502 3栋1502. */
static struct str
shorts_make(struct arena *arena, const struct place_node *parent, const struct place_node *node)
{
	struct str above = parent == NULL ? S("") : parent->shorts, own = stem_of(node->key), first;
	ptrdiff_t  dash = str_find(above, S("-"));
	struct str made;

	if (node->kind == place_kind_BUILDING)
		made = own;
	else if (node->kind == place_kind_FLOOR)
		return above;
	else if (above.n == 0 || (node->kind != place_kind_STAIR && node->kind != place_kind_ROOM))
		return S("");
	else if (node->kind == place_kind_STAIR)
		made = arena_printf(arena, "%.*s-%.*s", (int)above.n, above.p, (int)own.n, own.p);
	else if (dash < 0)
		made = arena_printf(arena, "%.*s-%.*s %.*s栋%.*s", (int)above.n, above.p,
		    (int)own.n, own.p, (int)above.n, above.p, (int)own.n, own.p);
	else {
		first = str_slice(above, 0, (size_t)dash);
		made = arena_printf(arena, "%.*s-%.*s %.*s-%.*s %.*s栋%.*s", (int)above.n, above.p,
		    (int)own.n, own.p, (int)first.n, first.p, (int)own.n, own.p, (int)first.n,
		    first.p, (int)own.n, own.p);
	}
	return lower(arena, made);
}

static void
chain_make(const struct place_node *parent, struct place_node *node)
{
	static const place_id none = { 0 };

	node->parent = parent == NULL ? none : parent->id;
	node->compound = parent == NULL ? none : parent->compound;
	node->building = parent == NULL ? none : parent->building;
	node->stair = parent == NULL ? none : parent->stair;
	node->floor = parent == NULL ? none : parent->floor;
	if (node->kind == place_kind_COMPOUND)
		node->compound = node->id;
	else if (node->kind == place_kind_BUILDING)
		node->building = node->id;
	else if (node->kind == place_kind_STAIR)
		node->stair = node->id;
	else if (node->kind == place_kind_FLOOR)
		node->floor = node->id;
}

int
place_node_compose(struct arena *arena, const struct place_node *parent, struct place_node *node)
{
	struct str own;

	if (parent != NULL && parent->closed.v != 0)
		return FAULT_place_is_closed;
	if (!place_kind_fits(node->kind, parent == NULL ? -1 : (int64_t)parent->kind) ||
	    (parent != NULL && parent->is_stub))
		return FAULT_place_kind_misfit;
	node->key = place_key(arena, level_of(node->kind), node->name);
	if (node->key.n == 0)
		return FAULT_place_name_empty;
	own = place_sort_key(arena, level_of(node->kind), node->name);
	node->sort = arena_printf(arena, "%.*s%s%c%.*s", parent == NULL ? 0 : (int)parent->sort.n,
	    parent == NULL ? "" : parent->sort.p, parent == NULL ? "" : "!",
	    (char)('a' + place_kind_rank(node->kind)), (int)own.n, own.p);
	node->path = path_make(arena, parent, node);
	node->shorts = shorts_make(arena, parent, node);
	node->is_stub = false;
	chain_make(parent, node);
	return 0;
}

struct rows
place_twin_find(struct tx *tx, const struct place_node *node, place_id *ret_twin)
{
	return q_place_twin(tx, node->parent, node->kind, node->key, node->id, ret_twin);
}

int
place_sort_settle(struct tx *tx, struct place_node *node)
{
	place_id    other;
	struct rows rows = q_place_at_sort(tx, node->sort, &other);

	/* Names that differ only in what sort keys leave out, or a closed place of that name. */
	if (rows.n > 0 && other.v != node->id.v)
		node->sort = arena_printf(tx->arena, "%.*s~%lld", (int)node->sort.n, node->sort.p,
		    (long long)node->id.v);
	return rows_done(rows);
}

int
place_node_write(struct tx *tx, struct call *call, const struct place_node *n, bool is_stub_there)
{
	if (!is_stub_there)
		return rows_done(q_place_insert(tx, n->id, n->parent, n->kind, n->name, n->key,
		    n->sort, n->path, n->shorts, n->compound, n->building, n->stair, n->floor,
		    n->is_stub, call->seq));
	return rows_done(q_place_node_set(tx, n->id, n->parent, n->kind, n->name, n->key, n->sort,
	    n->path, n->shorts, n->compound, n->building, n->stair, n->floor, call->seq,
	    call->seq));
}

int
place_past_write(struct tx *tx, struct call *call, place_id place)
{
	return rows_done(q_place_past_keep(tx, place, call->seq));
}
