/*
 * roster_import_grid.c -- the column 网格: which grid or sector a row's place is in.
 *
 * A grid is found by its name, and made when there is none. When every room of a building, those of
 * the roster included, is said to be in one grid, the building joins it and not its rooms; likewise
 * stairs and floors. So what a whole roster says becomes a few places, and what a short list says
 * is taken of the rooms on it only. A place that is itself in another grid leaves that. 网格员 is
 * an account of that name, who is put in charge beside those who are.
 */
#include <stdlib.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "gen/roster_sql.h"

#define MIXED UINT32_MAX /* rooms below are in several grids, or in none */

static uint64_t
member_hash(uint32_t grid, uint32_t place)
{
	return hash_number(hash_number(7, grid), place);
}

static bool
is_listed(const struct index *index, uint64_t hash, uint32_t value)
{
	size_t cursor = 0;
	uint32_t found;

	while ((found = index_next(index, hash, &cursor)) != 0)
		if (found == value)
			return true;
	return false;
}

static bool
is_member(const struct grids *grids, uint32_t grid, uint32_t place)
{
	return is_listed(&grids->members, member_hash(grid, place), place);
}

/* Is it in the grid, or anything that it lies in? */
static bool
is_inside(const struct import *import, uint32_t grid, uint32_t place)
{
	for (; place != 0; place = import->places.leaves[place].parent)
		if (is_member(&import->grids, grid, place))
			return true;
	return false;
}

static uint32_t
grid_add(struct import *import, struct grid grid)
{
	struct grids *grids = &import->grids;

	if (grids->count == grids->room) {
		grids->room = grids->room == 0 ? 64 : grids->room * 2;
		grids->list = memory_grow(grids->list, grids->room * sizeof(*grids->list));
	}
	grids->list[grids->count] = grid;
	return grids->count++;
}

/* Tells the verdict of a row that changes nothing else. */
static void
row_changes(struct import *import, const struct entry *entry, uint32_t row, struct str what)
{
	if (import->report->rows[row].verdict != ROSTER_IMPORT_UNCHANGED)
		return;
	remark_at(import, entry->row, -1, S(""), REMARK_changed, what);
	row_verdict_set(import, row, ROSTER_IMPORT_CHANGED);
}

/* ---- what is there ---- */

static struct str
account_name(struct import *import, struct str name)
{
	struct name clean;

	name_clean(&import->row_arena, name, &clean);
	return clean.text;
}

static int
accounts_read(struct import *import)
{
	struct grids *grids = &import->grids;
	struct stmt *s = q_roster_import_accounts_begin(&import->tx);
	struct grid_account account = { .name = S("") };
	struct rows rows;
	user_id id;

	do {
		if (grids->account_count == grids->account_room) {
			grids->account_room += 256;
			grids->accounts = memory_grow(grids->accounts,
			    grids->account_room * sizeof(*grids->accounts));
		}
		grids->accounts[grids->account_count++] = account;
		rows = q_roster_import_accounts_next(&import->tx, s, &id, &account.name);
		if (rows.n == 1)
			account = (struct grid_account){ id.v,
				arena_copy(&import->arena, account_name(import, account.name)) };
	} while (rows.n == 1);
	sql_end(s);
	arena_reset(&import->row_arena);
	return rows_done(rows);
}

static int
charges_read(struct import *import)
{
	struct grids *grids = &import->grids;
	struct stmt *s = q_roster_import_set_people_begin(&import->tx);
	struct rows rows;
	place_set_id set;
	user_id id;

	while ((rows = q_roster_import_set_people_next(&import->tx, s, &set, &id)).n == 1)
		for (uint32_t grid = 1; grid < grids->count; grid++)
			for (uint32_t i = 1;
			     grids->list[grid].id == set.v && i < grids->account_count; i++)
				if (grids->accounts[i].id == id.v)
					index_put(&grids->charges, member_hash(grid, i), i);
	sql_end(s);
	return rows_done(rows);
}

static int
sets_read(struct import *import)
{
	struct stmt *s = q_roster_import_sets_begin(&import->tx);
	struct rows rows;
	place_set_id set, last = { 0 };
	place_id place;
	int64_t kind;
	struct str name;
	uint32_t at;

	(void)grid_add(import, (struct grid){ .name = S("") }); /* none */
	while ((rows = q_roster_import_sets_next(&import->tx, s, &set, &kind, &name, &place)).n ==
	       1) {
		if (set.v != last.v)
			(void)grid_add(import,
			    (struct grid){ .id = set.v,
				.kind = (uint8_t)kind,
				.name = arena_copy(&import->arena, name) });
		last = set;
		at = place.v == 0 ? 0 : place_of_id(&import->places, place.v);
		if (at != 0)
			index_put(&import->grids.members,
			    member_hash(import->grids.count - 1, at), at);
	}
	sql_end(s);
	import->grids.known_count = import->grids.count;
	return rows_done(rows);
}

int
grids_read(struct import *import)
{
	int r = sets_read(import);

	if (r == 0)
		r = accounts_read(import);
	return r != 0 ? r : charges_read(import);
}

/* ---- a row ---- */

/* The open grid of that name, of any kind; else one to be made. */
static uint32_t
grid_have(struct import *import, struct str name)
{
	struct grids *grids = &import->grids;
	struct str heading = import->layout.headings[import->layout.first[COLUMN_GRID]];
	bool is_sector = chars_has(heading, "片区") && !chars_has(heading, "网格");

	if (grids->last != 0 && str_equal(grids->list[grids->last].name, name))
		return grids->last;
	for (uint32_t i = 1; i < grids->count; i++)
		if (str_equal(grids->list[i].name, name))
			return grids->last = i;
	grids->last = grid_add(import,
	    (struct grid){ .name = arena_copy(&import->arena, name),
		.kind = is_sector ? place_set_kind_SECTOR : place_set_kind_GRID });
	return grids->last;
}

/* Another grid in which the place is, the nearest; 0: none. */
static uint32_t
grid_before(const struct import *import, uint32_t grid, uint32_t place)
{
	const struct grids *grids = &import->grids;

	for (; place != 0; place = import->places.leaves[place].parent)
		for (uint32_t i = 1; i < grids->known_count; i++)
			if (i != grid && grids->list[i].kind == grids->list[grid].kind &&
			    is_member(grids, i, place))
				return i;
	return 0;
}

/* The only account of that name; 0: none, or several. */
static uint32_t
account_of(struct import *import, struct str name)
{
	const struct grids *grids = &import->grids;
	struct str clean = account_name(import, name);
	uint32_t found = 0;

	for (uint32_t i = 1; i < grids->account_count; i++)
		if (str_equal(grids->accounts[i].name, clean)) {
			if (found != 0)
				return 0;
			found = i;
		}
	return found;
}

/* 网格员: who is in charge of the grid. */
static void
charges_take(struct import *import, const struct entry *entry, uint32_t grid, uint32_t row)
{
	struct grids *grids = &import->grids;
	int column = import->layout.first[COLUMN_RESPONSIBLE];
	struct str names[NAMES_MAX];
	struct cell cell;
	size_t count;

	/* 楼长 is nobody of the grid's. */
	while (column >= 0 && !chars_has(import->layout.headings[column], "网格"))
		column = import->layout.next[column];
	if (column < 0 || text_is_none(import->cells[column].text))
		return;
	cell = import->cells[column];
	count = text_parts(cell.text, NAMES_MAX, names);

	for (size_t i = 0; i < count; i++) {
		uint32_t account = account_of(import, names[i]);

		if (account == 0) {
			if (is_listed(&grids->told, text_hash(names[i]), 1))
				continue;
			index_put(&grids->told, text_hash(names[i]), 1);
			remark_at(import, entry->row, cell.column, cell.text, REMARK_grid_nobody,
			    names[i]);
			continue;
		}
		if (is_listed(&grids->charges, member_hash(grid, account), account))
			continue;
		index_put(&grids->charges, member_hash(grid, account), account);
		if (grids->person_count == grids->person_room) {
			grids->person_room += 64;
			grids->people = memory_grow(
			    grids->people, grids->person_room * sizeof(*grids->people));
		}
		grids->people[grids->person_count++] = (struct grid_person){ grid, account };
		row_changes(import, entry, row,
		    import->options->is_english ? S("who is in charge") : S("网格负责人"));
	}
}

void
grid_take(struct import *import, const struct entry *entry)
{
	struct place_leaf *leaf = &import->places.leaves[entry->place];
	struct cell cell = cell_of(import, COLUMN_GRID);
	struct str name = text_line(&import->row_arena, cell.text);
	uint32_t row = (uint32_t)import->report->row_count - 1, grid, before;

	if (name.n == 0 || text_is_none(name) || entry->place == 0 ||
	    (!import->options->is_places && leaf->kind != place_kind_ROOM) ||
	    (leaf->id == 0 && !leaf->is_used) ||
	    import->report->rows[row].verdict == ROSTER_IMPORT_REFUSED)
		return;
	if (name.n > PLACE_NAME_MAX) {
		remark_at(import, entry->row, cell.column, name, REMARK_grid_long, S(""));
		return;
	}
	grid = grid_have(import, name);
	if (leaf->grid != 0 && leaf->grid != grid) {
		remark_at(import, entry->row, cell.column, name, REMARK_grid_twice,
		    import->grids.list[leaf->grid].name);
		return;
	}
	leaf->grid = grid;
	charges_take(import, entry, grid, row);
	if (is_inside(import, grid, entry->place))
		return;
	before = grid_before(import, grid, entry->place);
	if (before != 0)
		remark_at(import, entry->row, cell.column, name, REMARK_grid_before,
		    import->grids.list[before].name);
	row_changes(import, entry, row, import->options->is_english ? S("grid") : S("网格"));
}

/* ---- from rooms to what they fill ---- */

static void
change_add(struct grids *grids, uint32_t grid, uint32_t place, bool is_drop)
{
	if (grids->change_count == grids->change_room) {
		grids->change_room = grids->change_room == 0 ? 64 : grids->change_room * 2;
		grids->changes =
		    memory_grow(grids->changes, grids->change_room * sizeof(*grids->changes));
	}
	grids->changes[grids->change_count++] = (struct grid_change){ grid, place, is_drop };
	if (!is_drop)
		index_put(&grids->members, member_hash(grid, place), place);
}

static bool
is_there(const struct place_leaf *leaf)
{
	return leaf->id != 0 || leaf->is_used;
}

/* Of each place the grid that all rooms in it are said to be in; MIXED, or 0: it has no rooms. */
static uint32_t *
grids_above(const struct place_tree *tree)
{
	uint32_t *above = memory_new(tree->count * sizeof(*above));

	for (uint32_t i = 1; i < tree->count; i++) {
		const struct place_leaf *room = &tree->leaves[i];
		uint32_t grid = room->grid != 0 ? room->grid : MIXED;

		if (room->kind != place_kind_ROOM || !is_there(room))
			continue;
		for (uint32_t p = room->parent; p != 0 && above[p] != MIXED;
		     p = tree->leaves[p].parent)
			above[p] = above[p] == 0 || above[p] == grid ? grid : MIXED;
	}
	return above;
}

void
grids_settle(struct import *import)
{
	const struct place_tree *tree = &import->places;
	struct grids *grids = &import->grids;
	uint32_t *above;

	if (grids->count < 2)
		return;
	above = grids_above(tree);
	for (uint32_t i = 1; i < tree->count; i++) {
		const struct place_leaf *leaf = &tree->leaves[i];
		uint32_t grid = leaf->grid, top = i, parent = leaf->parent;

		if (grid == 0 || !is_there(leaf) || is_inside(import, grid, i))
			continue;
		for (; leaf->kind == place_kind_ROOM && parent != 0 && above[parent] == grid &&
		       tree->leaves[parent].kind >= place_kind_BUILDING;
		     parent = tree->leaves[parent].parent)
			top = parent;
		change_add(grids, grid, top, false);
		for (uint32_t other = 1; other < grids->known_count; other++)
			if (other != grid && grids->list[other].kind == grids->list[grid].kind &&
			    is_member(grids, other, top))
				change_add(grids, other, top, true);
	}
	free(above);
}

void
grids_done(struct grids *grids)
{
	index_done(&grids->members);
	free(grids->list);
	free(grids->changes);
	index_done(&grids->charges);
	index_done(&grids->told);
	free(grids->accounts);
	free(grids->people);
}
