/*
 * roster_import_address.c -- where a row's person lives: columns or one cell, blanks that mean the
 * row above, and what the sheet's name or title says where the row says nothing.
 */
#include <inttypes.h>
#include <stdlib.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/roster/roster_import_words.h"

static const enum column_meaning levels[PLACE_LEVELS] = { COLUMN_COMPOUND, COLUMN_BUILDING,
	COLUMN_STAIR, COLUMN_FLOOR, COLUMN_ROOM };
static const enum column_meaning wholes[] = { COLUMN_ADDRESS, COLUMN_BUILDING_ROOM };

/* ---- what a sheet's name and title say ---- */

static bool
ends_as_compound(struct str s)
{
	static const char *const ends[] = { "花园", "小区", "苑", "村", "城", "里", "庄", "园",
		"府", "湾", "庭", "居", "阁", "大厦", "公寓", "广场", "坊", "邨", "寓", "轩", "台",
		"郡", "院" };

	for (size_t i = 0; i < LEN(ends); i++)
		if (str_ends(s, str_of(ends[i])))
			return true;
	return false;
}

/* What stands before 居民花名册 and the like. */
static struct str
title_head(struct str title)
{
	static const char *const words[] = { "居民", "人员", "住户", "业主", "租户", "花名册",
		"登记", "信息", "名单", "名册", "台账", "统计", "核酸", "情况", "人口", "摸排",
		"20" };
	ptrdiff_t first = (ptrdiff_t)title.n;

	for (size_t i = 0; i < LEN(words); i++) {
		ptrdiff_t at = str_find(title, str_of(words[i]));

		if (at >= 0 && at < first)
			first = at;
	}
	return str_slice(title, 0, (size_t)first);
}

static bool
names_building(struct str s)
{
	static const char *const words[] = { "栋", "幢", "座", "楼", "#", "号", "单元", "Building",
		"building", "Block", "block" };
	struct str rest = s;
	int64_t number;

	for (size_t i = 0; i < LEN(words); i++)
		if (chars_has(s, words[i]))
			return true;
	return number_take(&rest, &number) && rest.n == 0 && number > 0 && number < 1000;
}

static void
part_take(
    struct import *import, const struct address *from, enum place_level level, struct str words)
{
	struct address *to = &import->sheet_address;
	struct arena *arena = &import->report->arena;

	if (from->keys[level].n == 0 || to->keys[level].n > 0)
		return;
	to->keys[level] = arena_copy(arena, from->keys[level]);
	to->said[level] = arena_copy(arena, from->said[level]);
	import->sheet_words[level] = arena_copy(arena, words);
}

static void
place_words_read(struct import *import, struct str words, struct str head)
{
	struct address address;
	struct str line = text_line(&import->row_arena, head);

	address_read(&import->row_arena, line, &address);
	if (names_building(line) && address.keys[PLACE_BUILDING].n == 0 &&
	    address.keys[PLACE_COMPOUND].n == 0) {
		address_init(&address);
		address.keys[PLACE_BUILDING] = place_key(&import->row_arena, PLACE_BUILDING, line);
		address.said[PLACE_BUILDING] = line;
	}
	if (ends_as_compound(address.said[PLACE_COMPOUND]) ||
	    ends_as_compound(address.keys[PLACE_COMPOUND]))
		part_take(import, &address, PLACE_COMPOUND, words);
	if (names_building(line)) {
		part_take(import, &address, PLACE_BUILDING, words);
		part_take(import, &address, PLACE_STAIR, words);
	}
}

void
sheet_address_read(struct import *import)
{
	const struct heading_search *search = &import->search;

	address_init(&import->sheet_address);
	import->is_building_told = import->is_compound_told = import->is_guess_told = false;
	place_words_read(import, import->sheet_name, import->sheet_name);
	for (size_t i = 0; i < search->title_count; i++)
		if (!row_is_note(&import->row_arena, &search->titles[i], 1))
			place_words_read(import, search->titles[i],
			    title_head(text_line(&import->row_arena, search->titles[i])));
}

/* What the row does not say, from the sheet; told once. */
static void
sheet_parts_add(struct import *import, struct address *address)
{
	const struct address *sheet = &import->sheet_address;
	bool has_building = address->keys[PLACE_BUILDING].n > 0;

	if (address->keys[PLACE_COMPOUND].n == 0 && sheet->keys[PLACE_COMPOUND].n > 0) {
		address->keys[PLACE_COMPOUND] = sheet->keys[PLACE_COMPOUND];
		address->said[PLACE_COMPOUND] = sheet->said[PLACE_COMPOUND];
		if (!import->is_compound_told)
			remark_at(import, import->layout.row, -1,
			    import->sheet_words[PLACE_COMPOUND], REMARK_title_is_place,
			    sheet->said[PLACE_COMPOUND]);
		import->is_compound_told = true;
	}
	if (has_building || sheet->keys[PLACE_BUILDING].n == 0)
		return;
	address->keys[PLACE_BUILDING] = sheet->keys[PLACE_BUILDING];
	address->said[PLACE_BUILDING] = sheet->said[PLACE_BUILDING];
	if (address->keys[PLACE_STAIR].n == 0)
		address->keys[PLACE_STAIR] = sheet->keys[PLACE_STAIR];
	if (!import->is_building_told)
		remark_at(import, import->layout.row, -1, import->sheet_words[PLACE_BUILDING],
		    REMARK_sheet_is_place, sheet->keys[PLACE_BUILDING]);
	import->is_building_told = true;
}

/* ---- blanks ---- */

static struct cell *
cell_at(struct import *import, enum column_meaning meaning)
{
	int16_t column = import->layout.first[meaning];

	return column < 0 ? NULL : &import->cells[column];
}

static bool
blank_fill(struct import *import, enum column_meaning meaning)
{
	struct cell *cell = cell_at(import, meaning);

	return cell != NULL && cell->text.n == 0 && cell_from_above(import, cell->column, cell);
}

static bool
is_blank_all(const struct import *import)
{
	for (size_t i = 0; i < PLACE_LEVELS; i++)
		if (cell_of(import, levels[i]).text.n > 0)
			return false;
	for (size_t i = 0; i < LEN(wholes); i++)
		if (cell_of(import, wholes[i]).text.n > 0)
			return false;
	return true;
}

/*
 * A blank means the row above when that row is the one above, and: the whole address is blank and
 * nobody begins a household; or upper parts are blank before the first that is not (a building
 * written once for many rooms). A blank behind a part that is said is a blank.
 */
void
blanks_fill(struct import *import, const struct entry *entry)
{
	bool is_near = import->row_before != 0 &&
		       (entry->row <= import->row_before + 1 || import->sheet_name.n == 0);
	bool is_head, is_filled = false;

	if (!is_near)
		return;
	(void)relation_words_read(
	    &import->row_arena, cell_of(import, COLUMN_RELATION).text, &is_head);
	if (is_blank_all(import)) {
		if (is_head)
			return;
		for (size_t i = 0; i < PLACE_LEVELS; i++)
			is_filled |= blank_fill(import, levels[i]);
		for (size_t i = 0; i < LEN(wholes); i++)
			is_filled |= blank_fill(import, wholes[i]);
		(void)blank_fill(import, COLUMN_HOUSEHOLD);
		(void)blank_fill(import, COLUMN_HOUSEHOLDER);
	} else if (cell_of(import, COLUMN_ADDRESS).text.n == 0) {
		for (size_t i = 0; i < PLACE_LEVELS && cell_of(import, levels[i]).text.n == 0; i++)
			is_filled |= blank_fill(import, levels[i]);
	}
	if (is_filled && import->blank_count++ == 0)
		import->blank_first = entry->row;
}

/* ---- the row ---- */

struct address_slot {
	uint64_t hash;
	uint32_t place;
	uint8_t confidence, word;
	bool has_rest; /* words were left over */
};
struct address_memory {
	struct index index;
	struct address_slot *slots; /* the first is none */
	uint32_t count, room;
};

static struct address_slot *
memory_find(struct import *import, uint64_t hash)
{
	struct address_memory *memory = import->addresses;
	size_t cursor = 0;
	uint32_t at;

	while ((at = index_next(&memory->index, hash, &cursor)) != 0)
		if (memory->slots[at].hash == hash)
			return &memory->slots[at];
	return NULL;
}

static void
memory_keep(struct address_memory *memory, struct address_slot slot)
{
	if (memory->count == memory->room) {
		memory->room = memory->room == 0 ? 1024 : memory->room * 2;
		memory->slots = memory_grow(memory->slots, memory->room * sizeof(*memory->slots));
		if (memory->count == 0)
			memory->count = 1;
	}
	index_put(&memory->index, slot.hash, memory->count);
	memory->slots[memory->count++] = slot;
}

struct address_memory *
addresses_new(void)
{
	return memory_new(sizeof(struct address_memory));
}

void
addresses_free(struct address_memory *memory)
{
	if (memory == NULL)
		return;
	index_done(&memory->index);
	free(memory->slots);
	free(memory);
}

/* Excel makes a day of 3-2; what was typed is its month and day. */
static struct str
part_text(struct import *import, const struct cell *cell, bool *is_guess)
{
	if (cell->date.ymd == 0)
		return cell->text;
	*is_guess = true;
	return arena_printf(&import->row_arena, "%" PRId64 "-%" PRId64, cell->date.ymd / 100 % 100,
	    cell->date.ymd % 100);
}

void
said_read(struct import *import, struct said *ret_said)
{
	struct cell whole = cell_of(import, COLUMN_ADDRESS), room = cell_of(import, COLUMN_ROOM);

	*ret_said = (struct said){ .hash = hash_number(7, import->sheet_index) };
	if (whole.text.n == 0)
		whole = cell_of(import, COLUMN_BUILDING_ROOM);
	ret_said->whole = part_text(import, &whole, &ret_said->is_guess);
	for (size_t i = 0; i < PLACE_LEVELS; i++) {
		struct cell cell = cell_of(import, levels[i]);

		ret_said->parts[i] = part_text(import, &cell, &ret_said->is_guess);
		if (cell.text.n > 0 &&
		    text_is_none(text_line(&import->row_arena, ret_said->parts[i])))
			ret_said->parts[i] = S("");
		ret_said->hash = hash_text(ret_said->hash, ret_said->parts[i]);
		ret_said->is_anything |= ret_said->parts[i].n > 0;
	}
	ret_said->hash = hash_text(ret_said->hash, ret_said->whole);
	ret_said->is_anything |= ret_said->whole.n > 0;
	ret_said->column = whole.text.n > 0 || room.column < 0 ? whole.column : room.column;
}

/* All that was said, as the user would look for it. */
struct str
said_text(struct import *import, const struct said *said)
{
	struct str text = S("");

	for (size_t i = 0; i < PLACE_LEVELS; i++)
		if (said->parts[i].n > 0)
			text = arena_printf(&import->row_arena, "%.*s%s%.*s", (int)text.n, text.p,
			    text.n > 0 ? " " : "", (int)said->parts[i].n, said->parts[i].p);
	if (said->whole.n > 0)
		text = arena_printf(&import->row_arena, "%.*s%s%.*s", (int)text.n, text.p,
		    text.n > 0 ? " " : "", (int)said->whole.n, said->whole.p);
	return text;
}

void
address_compose(struct import *import, const struct said *said, struct address *ret_address)
{
	struct address whole;
	bool has_parts = false;

	for (size_t i = 0; i < PLACE_LEVELS; i++)
		has_parts |= said->parts[i].n > 0;
	address_of_columns(&import->row_arena, said->parts, ret_address);
	if (said->whole.n > 0 && (!has_parts || ret_address->keys[PLACE_ROOM].n == 0)) {
		address_read(&import->row_arena, said->whole, &whole);
		/* Words without building or room are no compound: 桥下. */
		if (whole.confidence == ADDRESS_UNREADABLE) {
			address_init(&whole);
			whole.confidence = ADDRESS_UNREADABLE;
		}
		for (size_t i = 0; i < PLACE_LEVELS; i++)
			if (ret_address->keys[i].n == 0) {
				ret_address->keys[i] = whole.keys[i];
				ret_address->said[i] = whole.said[i];
			}
		if (whole.keys[PLACE_ROOM].n > 0 || !has_parts) {
			ret_address->confidence = whole.confidence;
			ret_address->rest = whole.rest;
		}
	}
	sheet_parts_add(import, ret_address);
}

static void
where_tell(struct import *import, struct entry *entry, const struct said *said,
    const struct address_slot *slot, struct str about)
{
	enum remark_word word = (enum remark_word)slot->word;

	if (word == REMARK_WORDS && !said->is_guess && slot->confidence != ADDRESS_GUESSED &&
	    slot->confidence != ADDRESS_UNREADABLE)
		return;
	if (about.n == 0)
		about = place_path(&import->row_arena, &import->places, slot->place);
	if (word == REMARK_address_unreadable || word == REMARK_compound_many ||
	    slot->confidence == ADDRESS_UNREADABLE)
		entry_note(import, entry, "住址", said_text(import, said));
	if (word != REMARK_WORDS)
		remark_add(import, entry, said->column, said_text(import, said), word, about);
	else if (said->is_guess || (slot->confidence == ADDRESS_GUESSED && slot->has_rest))
		remark_add(import, entry, said->column, said_text(import, said),
		    REMARK_address_guessed, about);
	else if (slot->confidence == ADDRESS_GUESSED && !import->is_guess_told) {
		/* 3-1502 all over a sheet is how that office writes: told once. */
		import->is_guess_told = true;
		remark_at(import, entry->row, said->column, said_text(import, said),
		    REMARK_addresses_guessed, about);
	}
}

/*
 * An address that may mean several places means the one where somebody of this name lives. So the
 * same file again finds who was put there before other rows made it ambiguous.
 */
static bool
is_settled_by_name(struct import *import, const struct entry *entry, const struct address *address,
    uint32_t *ret_place)
{
	uint32_t places[CANDIDATES_MAX];
	size_t count = place_candidates(&import->places, address, places), found = 0;

	for (size_t i = 0; i < count; i++)
		if (is_somebody_at(&import->people, entry->name, places[i])) {
			*ret_place = places[i];
			found++;
		}
	return found == 1;
}

void
entry_address(struct import *import, struct entry *entry)
{
	struct said said;
	struct address address;
	struct address_slot slot, *known;
	struct where where = { .word = REMARK_WORDS, .about = S("") };
	bool is_ambiguous;

	said_read(import, &said);
	if (!said.is_anything && import->sheet_address.keys[PLACE_BUILDING].n == 0) {
		remark_add(import, entry, -1, S(""), REMARK_address_missing, S(""));
		return;
	}
	known = memory_find(import, said.hash);
	if (known == NULL) {
		address_compose(import, &said, &address);
		place_resolve(import, &address, &where);
		is_ambiguous = where.word != REMARK_WORDS && where.word != REMARK_address_no_room;
		if (is_ambiguous && is_settled_by_name(import, entry, &address, &where.place))
			where.word = REMARK_WORDS;
		slot = (struct address_slot){ said.hash, where.place, (uint8_t)address.confidence,
			(uint8_t)where.word, address.rest.n > 0 };
		/* What is ambiguous now may not be so later in the file, nor for others. */
		if (!is_ambiguous)
			memory_keep(import->addresses, slot);
		known = &slot;
	}
	entry->place = known->place;
	where_tell(import, entry, &said, known, where.about);
}
