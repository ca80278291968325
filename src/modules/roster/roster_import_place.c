/*
 * roster_import_place.c -- the tree of places: those of the area, and those that this file needs.
 *
 * A place is the same when its key is (3栋, 三栋, 3号楼). A room is looked for in its building,
 * with the stair when one is said, whatever floor it lies on: sheets leave out what everybody
 * knows.
 */
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "gen/roster_sql.h"

#define PLACES_PAGE 10000

/* Gates and the like are called by any name. */
static enum place_level
level_of_kind(int kind)
{
	return kind <= place_kind_ROOM ? (enum place_level)kind : PLACE_LEVELS;
}

static const struct place_leaf *
leaf_of(const struct place_tree *tree, uint32_t place)
{
	return &tree->leaves[place];
}

static uint64_t
child_hash(uint32_t parent, int kind, struct str key)
{
	return hash_text(hash_number((uint64_t)kind, parent), key);
}

static uint64_t
key_hash(int kind, uint32_t building, struct str key)
{
	return hash_text(hash_number((uint64_t)kind + 100, building), key);
}

/* Puts a leaf behind the others; parents come before. */
static uint32_t
leaf_add(struct place_tree *tree, struct place_leaf leaf)
{
	const struct place_leaf *parent;
	uint32_t place = tree->count;

	if (tree->count == tree->room) {
		tree->room = tree->room == 0 ? 1024 : tree->room * 2;
		tree->leaves = memory_grow(tree->leaves, tree->room * sizeof(*tree->leaves));
	}
	tree->count++;
	if (place == 0) {
		tree->leaves[0] = leaf;
		return 0;
	}
	parent = leaf_of(tree, leaf.parent);
	leaf.compound = leaf.kind == place_kind_COMPOUND ? place : parent->compound;
	leaf.building = leaf.kind == place_kind_BUILDING ? place : parent->building;
	leaf.stair = leaf.kind == place_kind_STAIR ? place : parent->stair;
	tree->leaves[place] = leaf;
	index_put(&tree->children, child_hash(leaf.parent, leaf.kind, leaf.key), place);
	if (leaf.kind == place_kind_ROOM)
		index_put(&tree->by_key, key_hash(leaf.kind, leaf.building, leaf.key), place);
	if (leaf.kind == place_kind_BUILDING)
		index_put(&tree->by_key, key_hash(leaf.kind, 0, leaf.key), place);
	if (leaf.id != 0)
		index_put(&tree->by_id, hash_number(0, leaf.id), place);
	if (leaf.kind == place_kind_COMPOUND) {
		tree->compound_count++;
		tree->compound = place;
	}
	return place;
}

uint32_t
place_of_id(const struct place_tree *tree, int64_t id)
{
	size_t cursor = 0;
	uint32_t place;

	while ((place = index_next(&tree->by_id, hash_number(0, id), &cursor)) != 0)
		if (leaf_of(tree, place)->id == id)
			return place;
	return 0;
}

/* One page of rows in walking order, so that parents come before what lies in them. */
static int
places_page(struct import *import, struct str *sort, size_t *ret_count)
{
	struct place_tree *tree = &import->places;
	struct stmt *s = q_roster_import_places_begin(&import->tx, *sort, PLACES_PAGE);
	struct rows rows;
	place_id id, parent;
	int64_t kind;
	struct str name, key;

	*ret_count = 0;
	while ((rows = q_roster_import_places_next(
		    &import->tx, s, &id, &parent, &kind, &name, &key, sort))
		   .n == 1) {
		struct place_leaf leaf = {
			.id = id.v, .kind = (uint8_t)kind, .parent = place_of_id(tree, parent.v)
		};

		(*ret_count)++;
		/* What lies in a closed place is closed; what is not, is not to be put at the top.
		 */
		if ((kind > place_kind_ROOM && !import->options->is_places) ||
		    (leaf.parent == 0 && parent.v != 0))
			continue;
		leaf.name = arena_copy(&tree->arena, name);
		leaf.key = str_equal(name, key) ? leaf.name : arena_copy(&tree->arena, key);
		leaf.sort = arena_copy(&tree->arena,
		    place_sort_key(&import->row_arena, level_of_kind((int)kind), key));
		leaf_add(tree, leaf);
	}
	sql_end(s);
	return rows_done(rows);
}

int
places_read(struct import *import)
{
	struct str sort = S("");
	size_t count;
	int r;

	leaf_add(&import->places,
	    (struct place_leaf){ .kind = UINT8_MAX, .key = S(""), .name = S(""), .sort = S("") });
	do {
		r = places_page(import, &sort, &count);
		sort = arena_copy(&import->arena, sort);
		arena_reset(&import->row_arena);
	} while (r == 0 && count == PLACES_PAGE);
	return r;
}

void
places_done(struct place_tree *tree)
{
	free(tree->leaves);
	index_done(&tree->children);
	index_done(&tree->by_key);
	index_done(&tree->by_id);
	arena_done(&tree->arena);
}

uint32_t
place_child(const struct place_tree *tree, uint32_t parent, int kind, struct str key)
{
	size_t cursor = 0;
	uint32_t place;

	while ((place = index_next(&tree->children, child_hash(parent, kind, key), &cursor)) != 0)
		if (leaf_of(tree, place)->parent == parent && leaf_of(tree, place)->kind == kind &&
		    str_equal(leaf_of(tree, place)->key, key))
			return place;
	return 0;
}

uint32_t
place_child_have(struct import *import, uint32_t parent, int kind, struct str key, struct str name)
{
	struct place_tree *tree = &import->places;
	struct place_leaf leaf = { .parent = parent, .kind = (uint8_t)kind };
	uint32_t place = place_child(tree, parent, kind, key);

	if (place != 0)
		return place;
	leaf.key = arena_copy(&tree->arena, key);
	leaf.name = str_equal(name, key) ? leaf.key : arena_copy(&tree->arena, name);
	leaf.sort =
	    arena_copy(&tree->arena, place_sort_key(&import->row_arena, level_of_kind(kind), key));
	return leaf_add(tree, leaf);
}

uint32_t
place_walk(
    const struct place_tree *tree, uint32_t from, const struct str *keys, enum place_level first)
{
	bool is_there = true;

	for (int level = (int)first; level < PLACE_LEVELS && is_there; level++) {
		if (keys[level].n == 0)
			continue;
		from = place_child(tree, from, level, keys[level]);
		is_there = from != 0;
	}
	return from;
}

/* The child, made when it is not there. An empty key gives the parent itself. */
static uint32_t
child_have(
    struct import *import, uint32_t parent, enum place_level level, const struct address *address)
{
	struct str key = address->keys[level], name = key;

	/* A stair without a building, as some villages have it, is left out. */
	if (key.n == 0 || key.n > PLACE_NAME_MAX ||
	    !place_kind_fits(
		(int64_t)level, parent == 0 ? -1 : leaf_of(&import->places, parent)->kind))
		return parent;
	/* As somebody wrote it, if that leads to the same key again. */
	if (level == PLACE_COMPOUND && address->said[level].n <= PLACE_NAME_MAX &&
	    str_equal(place_key(&import->row_arena, level, address->said[level]), key))
		name = address->said[level];
	return place_child_have(import, parent, (int)level, key, name);
}

/* Buildings of this key in any compound; one that lies in none goes before. */
static uint32_t
building_anywhere(const struct place_tree *tree, struct str key, size_t *ret_count)
{
	size_t cursor = 0;
	uint32_t place, found = 0;

	*ret_count = 0;
	while ((place = index_next(
		    &tree->by_key, key_hash(place_kind_BUILDING, 0, key), &cursor)) != 0) {
		if (leaf_of(tree, place)->kind != place_kind_BUILDING ||
		    !str_equal(leaf_of(tree, place)->key, key))
			continue;
		found = place;
		if (leaf_of(tree, place)->compound == 0) {
			*ret_count = 1;
			return place;
		}
		(*ret_count)++;
	}
	return found;
}

/* The building, or what stands for it. False: several may be meant. */
static bool
building_resolve(struct import *import, const struct address *address, uint32_t *ret_building)
{
	struct place_tree *tree = &import->places;
	struct str key = address->keys[PLACE_BUILDING];
	uint32_t found;
	size_t count = 0;

	if (address->keys[PLACE_COMPOUND].n > 0) {
		*ret_building = child_have(import, child_have(import, 0, PLACE_COMPOUND, address),
		    PLACE_BUILDING, address);
		return true;
	}
	if (key.n == 0) {
		*ret_building = tree->compound_count == 1 && address->keys[PLACE_ROOM].n > 0
				    ? tree->compound
				    : 0;
		return true;
	}
	found = building_anywhere(tree, key, &count);
	if (count > 1 || (count == 0 && tree->compound_count > 1))
		return false;
	*ret_building = found != 0
			    ? found
			    : child_have(import, tree->compound_count == 1 ? tree->compound : 0,
				  PLACE_BUILDING, address);
	return true;
}

/* Rooms of a building by their number, and of a stair when one is said. */
static uint32_t
room_find(const struct place_tree *tree, uint32_t building, struct str stair, struct str key,
    size_t *ret_count)
{
	size_t cursor = 0;
	uint32_t place, found = 0;

	*ret_count = 0;
	while ((place = index_next(
		    &tree->by_key, key_hash(place_kind_ROOM, building, key), &cursor)) != 0) {
		const struct place_leaf *leaf = leaf_of(tree, place);

		if (leaf->kind != place_kind_ROOM || leaf->building != building ||
		    !str_equal(leaf->key, key) ||
		    (stair.n > 0 && !str_equal(leaf_of(tree, leaf->stair)->key, stair)))
			continue;
		found = place;
		(*ret_count)++;
	}
	return found;
}

static void
room_resolve(struct import *import, const struct address *address, uint32_t building,
    struct where *ret_where)
{
	struct place_tree *tree = &import->places;
	struct str key = address->keys[PLACE_ROOM];
	uint32_t in_building = leaf_of(tree, building)->building;
	size_t count = 0;

	if (key.n > 0 && in_building != 0)
		ret_where->place =
		    room_find(tree, in_building, address->keys[PLACE_STAIR], key, &count);
	if (count == 1)
		return;
	if (count > 1) {
		ret_where->place = building;
		ret_where->word = REMARK_address_many;
		ret_where->about = key;
		return;
	}
	ret_where->place = child_have(import, building, PLACE_STAIR, address);
	ret_where->place = child_have(import, ret_where->place, PLACE_FLOOR, address);
	ret_where->place = child_have(import, ret_where->place, PLACE_ROOM, address);
	if (key.n == 0 || in_building == 0) {
		ret_where->word = key.n == 0 ? REMARK_address_no_room : REMARK_address_no_building;
		ret_where->about = place_path(&import->row_arena, tree, ret_where->place);
	}
}

void
place_resolve(struct import *import, const struct address *address, struct where *ret_where)
{
	uint32_t building;

	*ret_where = (struct where){ .word = REMARK_WORDS, .about = S("") };
	if (!building_resolve(import, address, &building)) {
		ret_where->word = REMARK_compound_many;
		ret_where->about = address->keys[PLACE_BUILDING];
	} else if (building == 0) {
		ret_where->word = REMARK_address_unreadable;
	} else {
		room_resolve(import, address, building, ret_where);
	}
}

/* Rooms of that key in a building; of an address without a room the building itself. */
static void
candidates_in(const struct place_tree *tree, const struct address *address, uint32_t building,
    uint32_t ret_places[static CANDIDATES_MAX], size_t *count)
{
	struct str key = address->keys[PLACE_ROOM], stair = address->keys[PLACE_STAIR];
	size_t cursor = 0;
	uint32_t place;

	if (key.n == 0 && building != 0 && *count < CANDIDATES_MAX)
		ret_places[(*count)++] = building;
	while (key.n > 0 && *count < CANDIDATES_MAX &&
	       (place = index_next(
		    &tree->by_key, key_hash(place_kind_ROOM, building, key), &cursor)) != 0) {
		const struct place_leaf *leaf = leaf_of(tree, place);

		if (leaf->kind == place_kind_ROOM && leaf->building == building &&
		    str_equal(leaf->key, key) &&
		    (stair.n == 0 || str_equal(leaf_of(tree, leaf->stair)->key, stair)))
			ret_places[(*count)++] = place;
	}
}

size_t
place_candidates(const struct place_tree *tree, const struct address *address,
    uint32_t ret_places[static CANDIDATES_MAX])
{
	struct str key = address->keys[PLACE_BUILDING], compound = address->keys[PLACE_COMPOUND];
	size_t cursor = 0, count = 0;
	uint32_t building;

	if (key.n == 0)
		candidates_in(tree, address, 0, ret_places, &count);
	while (key.n > 0 && (building = index_next(&tree->by_key,
				 key_hash(place_kind_BUILDING, 0, key), &cursor)) != 0) {
		const struct place_leaf *leaf = leaf_of(tree, building);

		if (leaf->kind == place_kind_BUILDING && str_equal(leaf->key, key) &&
		    (compound.n == 0 || str_equal(leaf_of(tree, leaf->compound)->key, compound)))
			candidates_in(tree, address, building, ret_places, &count);
	}
	return count;
}

void
place_use(struct place_tree *tree, uint32_t place)
{
	for (; place != 0 && !tree->leaves[place].is_used; place = tree->leaves[place].parent)
		tree->leaves[place].is_used = true;
}

struct str
place_path(struct arena *arena, const struct place_tree *tree, uint32_t place)
{
	const struct place_leaf *leaf = leaf_of(tree, place), *parent = leaf_of(tree, leaf->parent);
	struct str above;

	if (place == 0)
		return S("");
	/* The room's number says the floor. */
	if (leaf->kind == place_kind_ROOM && parent->kind == place_kind_FLOOR)
		parent = leaf_of(tree, parent->parent);
	above = place_path(arena, tree, (uint32_t)(parent - tree->leaves));
	return arena_printf(arena, "%.*s%s%.*s", (int)above.n, above.p,
	    parent->kind == place_kind_COMPOUND ? " " : "", (int)leaf->name.n, leaf->name.p);
}

/* Siblings by kind and key; stable by their place in the tree. */
static int
leaf_compare(const void *a, const void *b, void *context)
{
	const struct place_leaf *leaves = context;
	const struct place_leaf *x = &leaves[*(const uint32_t *)a],
				*y = &leaves[*(const uint32_t *)b];
	int by_sort;

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	by_sort = str_compare(x->sort, y->sort);
	return by_sort != 0 ? by_sort : x < y ? -1 : x > y;
}

/*
 * Sorted by parent, the children of each leaf stand together; then the tree is walked with a stack
 * of what is still to come.
 */
uint32_t *
places_in_order(const struct place_tree *tree)
{
	uint32_t *children = memory_new(tree->count * sizeof(*children));
	uint32_t *first = memory_new((tree->count + 1) * sizeof(*first));
	uint32_t *order = memory_new(tree->count * sizeof(*order));
	uint32_t *stack = memory_new(tree->count * sizeof(*stack));
	size_t depth = 0, n = 0;

	for (uint32_t i = 1; i < tree->count; i++)
		children[i - 1] = i;
	qsort_r(children, tree->count - 1, sizeof(*children), leaf_compare, tree->leaves);
	for (uint32_t i = 0, leaf = 0; leaf <= tree->count; leaf++) {
		while (i < tree->count - 1 && tree->leaves[children[i]].parent < leaf)
			i++;
		first[leaf] = i;
	}
	stack[depth++] = 0;
	while (depth > 0) {
		uint32_t leaf = stack[--depth];

		order[n++] = leaf;
		for (uint32_t i = first[leaf + 1]; i > first[leaf]; i--)
			stack[depth++] = children[i - 1];
	}
	free(children);
	free(first);
	free(stack);
	return order;
}
