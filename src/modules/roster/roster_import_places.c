/*
 * roster_import_places.c -- a row of a sheet of places: what it is, where it lies, is it there?
 *
 * What the cells say is looked for as it stands before it is read as an address, so that every
 * place that was exported is found again, whatever its name.
 */
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/place/place.h"

#define KIND_NONE (-1) /* not said, or not understood */

static bool
is_level(int kind)
{
	return kind >= place_kind_COMPOUND && kind <= place_kind_ROOM;
}

/* ---- the kind ---- */

static const struct {
	const char *word;
	enum place_kind kind;
} kind_words[] = {
	{ "楼", place_kind_BUILDING },
	{ "栋", place_kind_BUILDING },
	{ "层", place_kind_FLOOR },
	{ "房屋", place_kind_ROOM },
	{ "房号", place_kind_ROOM },
	{ "户", place_kind_ROOM },
	{ "住宅", place_kind_ROOM },
	{ "大门", place_kind_GATE },
	{ "门岗", place_kind_GATE },
	{ "卡口", place_kind_GATE },
	{ "卡点", place_kind_GATE },
	{ "检测点", place_kind_POINT },
	{ "核酸采样点", place_kind_POINT },
	{ "物资点", place_kind_STORE },
	{ "物资仓库", place_kind_STORE },
	{ "商店", place_kind_SHOP },
	{ "店铺", place_kind_SHOP },
	{ "商户", place_kind_SHOP },
};

static bool
is_word(struct import *import, struct str word, const char *text)
{
	return str_equal(word, text_word(&import->row_arena, str_of(text)));
}

static int
kind_read(struct import *import, struct entry *entry)
{
	struct cell cell = cell_of(import, COLUMN_CATEGORY);
	struct str word = text_word(&import->row_arena, cell.text);

	if (word.n == 0)
		return KIND_NONE;
	for (int64_t i = 0; i < place_kind_choice.count; i++) {
		const struct option *o = &place_kind_choice.options[i];

		if (o->name != NULL &&
		    (is_word(import, word, o->name) || is_word(import, word, o->zh) ||
			is_word(import, word, o->en)))
			return (int)i;
	}
	for (size_t i = 0; i < LEN(kind_words); i++)
		if (chars_equal(word, kind_words[i].word))
			return (int)kind_words[i].kind;
	remark_add(import, entry, cell.column, cell.text, REMARK_place_kind_unknown, S(""));
	return KIND_NONE;
}

static struct str
kind_label(const struct import *import, int kind)
{
	const struct option *o = &place_kind_choice.options[kind];

	return str_of(import->options->is_english ? o->en : o->zh);
}

/* ---- where ---- */

/* A row's words; of a gate and the like `name` is its own, else the address says it all. */
struct place_said {
	struct said said;
	struct str name;
	int kind;
};

static void
words_read(struct import *import, int kind, struct place_said *ret_words)
{
	struct said *said = &ret_words->said;
	struct str name = text_line(&import->row_arena, cell_of(import, COLUMN_NAME).text);

	said_read(import, said);
	ret_words->kind = kind;
	ret_words->name = S("");
	if (is_level(kind)) {
		if (said->parts[kind].n == 0 && said->whole.n == 0)
			said->parts[kind] = name;
	} else if (kind != KIND_NONE) {
		if (name.n == 0) { /* 商铺2 where rooms have their numbers */
			name = text_line(&import->row_arena, said->parts[PLACE_ROOM]);
			said->parts[PLACE_ROOM] = S("");
		}
		ret_words->name = name;
	}
}

static void
refuse(struct import *import, struct entry *entry, const struct place_said *words,
    enum remark_word word, struct str about)
{
	struct str found = said_text(import, &words->said);

	remark_add(
	    import, entry, words->said.column, found.n > 0 ? found : words->name, word, about);
}

/* The deepest part that is said; -1: none. */
static int
deepest(const struct str keys[static PLACE_LEVELS])
{
	int level = PLACE_LEVELS - 1;

	while (level >= 0 && keys[level].n == 0)
		level--;
	return level;
}

/* The place that is called so, part by part, from the top; 0: none. */
static uint32_t
place_as_said(struct import *import, const struct place_said *words)
{
	struct str keys[PLACE_LEVELS];
	uint32_t place;

	if (words->said.whole.n > 0)
		return 0;
	for (int level = 0; level < PLACE_LEVELS; level++)
		keys[level] = place_key(
		    &import->row_arena, (enum place_level)level, words->said.parts[level]);
	place = place_walk(&import->places, 0, keys, PLACE_COMPOUND);
	if (is_level(words->kind) || words->kind == KIND_NONE)
		return place != 0 && (words->kind == KIND_NONE ||
					 import->places.leaves[place].kind == words->kind)
			   ? place
			   : 0;
	if (place == 0 && deepest(keys) >= 0)
		return 0;
	return place_child(&import->places, place, words->kind,
	    place_key(&import->row_arena, PLACE_LEVELS, words->name));
}

/*
 * A row that says everything is taken part by part as it stands, so that what was exported is the
 * same elsewhere. 0: its parts are no such place.
 */
static uint32_t
place_as_it_stands(struct import *import, const struct place_said *words)
{
	struct arena *arena = &import->row_arena;
	struct str keys[PLACE_LEVELS], names[PLACE_LEVELS], key;
	uint32_t place = 0;
	int level;

	for (int i = 0; i < PLACE_LEVELS; i++) {
		names[i] = text_line(arena, words->said.parts[i]);
		keys[i] = place_key(arena, (enum place_level)i, names[i]);
		if (names[i].n > PLACE_NAME_MAX || keys[i].n > PLACE_NAME_MAX)
			return 0;
	}
	level = deepest(keys);
	key = place_key(arena, PLACE_LEVELS, words->name);
	if (is_level(words->kind)
		? level != words->kind
		: level == PLACE_ROOM || key.n == 0 || words->name.n > PLACE_NAME_MAX)
		return 0;
	for (int i = 0; i <= level; i++) {
		if (keys[i].n == 0)
			continue;
		if (!place_kind_fits(i, place == 0 ? -1 : import->places.leaves[place].kind))
			return 0;
		place = place_child_have(import, place, i, keys[i], names[i]);
	}
	return is_level(words->kind)
		   ? place
		   : place_child_have(import, place, words->kind, key, words->name);
}

/*
 * In a sheet with all the columns of the view place_sheet a row that says its kind says everything,
 * and a blank is a blank.
 */
static bool
is_row_whole(const struct import *import, int kind)
{
	const int16_t *first = import->layout.first;
	bool is_whole = kind != KIND_NONE && first[COLUMN_NAME] >= 0;

	for (int meaning = COLUMN_COMPOUND; meaning <= COLUMN_ROOM; meaning++)
		is_whole = is_whole && first[meaning] >= 0;
	return is_whole;
}

/* How many places an address may mean that are there, where it does not say which. */
static size_t
places_there(struct import *import, const struct address *address)
{
	const struct place_tree *tree = &import->places;
	uint32_t places[CANDIDATES_MAX];
	size_t count = place_candidates(tree, address, places), there = 0;

	for (size_t i = 0; i < count; i++)
		there += address->keys[PLACE_ROOM].n > 0 ||
			 place_walk(tree, places[i], address->keys, PLACE_STAIR) != 0;
	return there;
}

/*
 * The place of an address, made when it is not there. 0: none, and that has been told; unless
 * several are there already: those are as they should be, and *ret_is_there is set.
 */
static uint32_t
place_by_address(struct import *import, struct entry *entry, const struct place_said *words,
    const struct address *address, bool *ret_is_there)
{
	struct place_tree *tree = &import->places;
	int level = deepest(address->keys);
	struct where where;
	uint32_t there;

	for (int i = 0; i <= level; i++)
		if (address->keys[i].n > PLACE_NAME_MAX) {
			refuse(import, entry, words, REMARK_place_long, S(""));
			return 0;
		}
	there = place_walk(tree, 0, address->keys, PLACE_COMPOUND);
	if (there != 0)
		return there;
	place_resolve(import, address, &where);
	if (where.word == REMARK_compound_many || where.word == REMARK_address_many) {
		*ret_is_there = places_there(import, address) > 0;
		refuse(import, entry, words,
		    *ret_is_there ? REMARK_place_several : REMARK_place_compound_many,
		    said_text(import, &words->said));
		return 0;
	}
	if (where.place == 0 || tree->leaves[where.place].kind != level) {
		refuse(import, entry, words, REMARK_place_unreadable, S(""));
		return 0;
	}
	if (where.word == REMARK_address_no_building && words->kind == KIND_NONE &&
	    tree->leaves[where.place].id == 0)
		remark_add(import, entry, words->said.column, said_text(import, &words->said),
		    where.word, where.about);
	return where.place;
}

/* What a gate and the like lies in: no room, and no floor that only the room's number told. */
static void
room_drop(struct address *address)
{
	address->keys[PLACE_ROOM] = address->said[PLACE_ROOM] = S("");
	if (address->is_floor_derived)
		address->keys[PLACE_FLOOR] = address->said[PLACE_FLOOR] = S("");
}

static uint32_t
named_place(struct import *import, struct entry *entry, const struct place_said *words,
    struct address *address, bool *ret_is_there)
{
	struct str key = place_key(&import->row_arena, PLACE_LEVELS, words->name);
	bool has_room = address->keys[PLACE_ROOM].n > 0;
	uint32_t upper = 0;

	if (key.n == 0 || words->name.n > PLACE_NAME_MAX) {
		refuse(import, entry, words, key.n == 0 ? REMARK_place_nameless : REMARK_place_long,
		    kind_label(import, words->kind));
		return 0;
	}
	room_drop(address);
	if (deepest(address->keys) >= 0)
		upper = place_by_address(import, entry, words, address, ret_is_there);
	if (entry->weight == REFUSE || *ret_is_there)
		return 0;
	if (has_room)
		remark_add(import, entry, words->said.column, said_text(import, &words->said),
		    REMARK_place_in_room, place_path(&import->row_arena, &import->places, upper));
	return place_child_have(import, upper, words->kind, key, words->name);
}

/* The row's place by its address; 0: as place_by_address. */
static uint32_t
place_read(
    struct import *import, struct entry *entry, const struct place_said *words, bool *ret_is_there)
{
	struct address address;
	bool is_named = words->kind != KIND_NONE && !is_level(words->kind);
	int level;
	uint32_t place;

	address_compose(import, &words->said, &address);
	level = deepest(address.keys);
	if (words->said.whole.n > 0 && address.confidence == ADDRESS_UNREADABLE &&
	    deepest(words->said.parts) < 0) {
		refuse(import, entry, words, REMARK_place_unreadable, S(""));
		return 0;
	}
	if (is_named)
		place = named_place(import, entry, words, &address, ret_is_there);
	else if (level < 0 ||
		 (words->kind == KIND_NONE && said_text(import, &words->said).n == 0)) {
		refuse(import, entry, words, REMARK_place_missing, S(""));
		return 0;
	} else if (level < words->kind) {
		refuse(
		    import, entry, words, REMARK_place_nameless, kind_label(import, words->kind));
		return 0;
	} else
		place = place_by_address(import, entry, words, &address, ret_is_there);
	if (place == 0)
		return 0;
	if (!is_named && words->kind != KIND_NONE && level > words->kind)
		remark_add(import, entry, import->layout.first[COLUMN_CATEGORY],
		    cell_of(import, COLUMN_CATEGORY).text, REMARK_place_kind_differs,
		    kind_label(import, level));
	if (words->said.is_guess || (address.confidence == ADDRESS_GUESSED && address.rest.n > 0)) {
		remark_add(import, entry, words->said.column, said_text(import, &words->said),
		    REMARK_address_guessed, place_path(&import->row_arena, &import->places, place));
	} else if (address.confidence == ADDRESS_GUESSED && !import->is_guess_told) {
		import->is_guess_told = true;
		remark_at(import, entry->row, words->said.column, said_text(import, &words->said),
		    REMARK_addresses_guessed,
		    place_path(&import->row_arena, &import->places, place));
	}
	return place;
}

/* ---- the row ---- */

static bool
has_where(const struct import *import)
{
	for (int meaning = COLUMN_COMPOUND; meaning <= COLUMN_ADDRESS; meaning++)
		if (cell_of(import, (enum column_meaning)meaning).text.n > 0)
			return true;
	return false;
}

static void
place_plan(struct import *import, struct entry *entry, bool is_there)
{
	struct place_leaf *leaf = &import->places.leaves[entry->place];

	if (entry->weight == REFUSE) {
		(void)row_add(import, entry->row, ROSTER_IMPORT_REFUSED);
		return;
	}
	if (is_there || leaf->id != 0) {
		(void)row_add(import, entry->row, ROSTER_IMPORT_UNCHANGED);
		return;
	}
	if (leaf->claimed != 0) {
		remark_add(import, entry, -1,
		    place_path(&import->row_arena, &import->places, entry->place),
		    REMARK_place_twice, row_words(import, leaf->claimed - 1));
		(void)row_add(import, entry->row, ROSTER_IMPORT_DOUBTFUL);
		return;
	}
	leaf->claimed =
	    1 + row_add(import, entry->row,
		    entry->weight == DOUBT ? ROSTER_IMPORT_DOUBTFUL : ROSTER_IMPORT_NEW);
	place_use(&import->places, entry->place);
}

void
place_row_take(struct import *import, const struct sheet_row *row)
{
	struct entry entry = { .row = row->number, .name = S(""), .note = S("") };
	struct place_said words;
	bool is_there = false;
	int kind;

	cells_settle(import, &entry);
	kind = kind_read(import, &entry);
	/* A gate below a merged compound lies in it; a row that says nothing is nowhere. */
	if (!is_row_whole(import, kind) && (has_where(import) || kind > place_kind_ROOM))
		blanks_fill(import, &entry);
	words_read(import, kind, &words);
	entry.place = place_as_said(import, &words);
	if (entry.place == 0 && is_row_whole(import, kind))
		entry.place = place_as_it_stands(import, &words);
	if (entry.place == 0)
		entry.place = place_read(import, &entry, &words, &is_there);
	place_plan(import, &entry, is_there);
	grid_take(import, &entry);
	cells_keep(import);
	import->row_before = row->number;
	import->sheet_rows++;
}
