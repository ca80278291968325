/*
 * text_fuzz.c -- arbitrary bytes as cells, through everything in src/text.
 *
 * Nothing may crash or read beyond a cell, and what is said to be canonical must stay as it is when
 * it is read again. The first byte chooses what the sheet tells beside the cell.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "base/when.h"
#include "text/address.h"
#include "text/day.h"
#include "text/heading.h"
#include "text/identity.h"
#include "text/name.h"
#include "text/phone.h"
#include "text/pinyin.h"
#include "text/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static void
identity_try(struct str cell, uint8_t choice)
{
	struct identity once, twice;
	enum identity_kind kind;

	(void)identity_kind_read(cell, &kind);
	identity_clean(cell, (enum identity_kind)(choice % IDENTITY_KINDS), (choice & 64) != 0,
	    (date_ymd){ (choice & 32) != 0 ? 20220304 : 0 }, &once);
	identity_clean(str_of(once.number), once.kind, false, (date_ymd){ 0 }, &twice);
	assert(strcmp(once.number, twice.number) == 0);
	assert(once.verdict != IDENTITY_OK || once.number[0] != '\0');
	assert(once.verdict != IDENTITY_DESTROYED || once.number[0] == '\0');
	assert(once.birth.ymd == 0 || date_is_real(once.birth));
}

static void
phone_try(struct arena *arena, struct str cell)
{
	struct phones once, twice;

	phones_read(arena, cell, &once);
	assert(once.count <= PHONES_MAX && utf8_is_valid(once.rest));
	for (size_t i = 0; i < once.count; i++) {
		const struct phone *p = &once.list[i];

		assert(p->number[0] != '\0' || p->verdict >= PHONE_DESTROYED);
		if (p->verdict >= PHONE_DESTROYED)
			continue;
		phones_read(arena, str_of(p->number), &twice);
		assert(twice.count == 1 && strcmp(twice.list[0].number, p->number) == 0 &&
		       twice.list[0].verdict == p->verdict);
	}
}

static void
day_try(struct str cell, uint8_t choice)
{
	struct day_context context = { (choice & 1) != 0, (choice & 2) != 0,
		{ (choice & 4) != 0 ? 20220304 : 0 } };
	struct day day, to;

	day_read(cell, context, &day);
	assert((day.date.ymd != 0) == (day.verdict == DAY_EXACT || day.verdict == DAY_DOUBTFUL));
	assert(day.date.ymd == 0 || date_is_real(day.date));
	assert((day.doubt != DAY_DOUBT_NONE) == (day.verdict == DAY_DOUBTFUL));
	assert(day.minute >= -1 && day.minute < 1440);
	if (period_read(cell, context, &day, &to))
		assert(
		    date_is_real(day.date) && date_is_real(to.date) && day.date.ymd <= to.date.ymd);
}

static void
place_try(struct arena *arena, struct str cell)
{
	struct str key, sort;

	for (int l = 0; l < PLACE_LEVELS; l++) {
		key = place_key(arena, (enum place_level)l, cell);
		assert(utf8_is_valid(key));
		assert(str_equal(place_key(arena, (enum place_level)l, key), key));
		sort = place_sort_key(arena, (enum place_level)l, cell);
		assert(sort.n <= PLACE_SORT_BYTES_MAX && utf8_is_valid(sort));
		for (size_t i = 0; i < sort.n; i++)
			assert((unsigned char)sort.p[i] >= '-');
	}
}

static void
address_try(struct arena *arena, struct str cell)
{
	struct address address;
	struct str columns[PLACE_LEVELS] = { S("益田花园"), S("3栋"), S(""), S(""), S("1502") };

	address_read(arena, cell, &address);
	for (int l = 0; l < PLACE_LEVELS; l++) {
		assert(utf8_is_valid(address.keys[l]) && utf8_is_valid(address.said[l]));
		assert(str_equal(
		    place_key(arena, (enum place_level)l, address.keys[l]), address.keys[l]));
	}
	assert(address.confidence != ADDRESS_EXACT || address.rest.n == 0);
	for (int l = 0; l < PLACE_LEVELS; l++) {
		struct str kept = columns[l];

		columns[l] = cell;
		address_of_columns(arena, columns, &address);
		columns[l] = kept;
	}
}

static void
name_try(struct arena *arena, struct pinyin *pinyin, struct str cell)
{
	struct name once, twice;
	struct str keys;

	name_clean(arena, cell, &once);
	assert(utf8_is_valid(once.text) && utf8_is_valid(once.note));
	name_clean(arena, once.text, &twice);
	assert(str_equal(once.text, twice.text));
	keys = pinyin_keys(pinyin, arena, once.text);
	assert(keys.n <= PINYIN_KEYS_BYTES_MAX);
	for (size_t i = 0; i < keys.n; i++)
		assert(keys.p[i] == ' ' || char_is_digit((unsigned char)keys.p[i]) ||
		       (keys.p[i] >= 'a' && keys.p[i] <= 'z'));
	(void)pinyin_typed(pinyin, arena, cell);
}

static void
words_try(struct arena *arena, struct str cell)
{
	enum sex sex;
	enum population population;
	enum housing housing;
	struct household_relation relation;
	struct care_set care;
	struct str line = text_line(arena, cell), half = str_slice(cell, cell.n / 2, SIZE_MAX);
	struct str cells[] = { cell, half };

	assert(utf8_is_valid(line) && str_equal(text_line(arena, line), line));
	(void)sex_read(cell, &sex);
	(void)population_read(cell, &population);
	(void)housing_read(cell, &housing);
	(void)answer_read(cell);
	relation_read(arena, cell, &relation);
	care_read(arena, cell, &care);
	assert(utf8_is_valid(care.unknown));
	(void)heading_meaning(arena, half, cell);
	(void)heading_row_score(arena, NULL, cells, LEN(cells));
	(void)row_is_total(arena, cells, LEN(cells));
	(void)row_is_note(arena, cells, LEN(cells));
	(void)cell_is_same_as_above(arena, cell);
}

static struct pinyin *
pinyin_shared(struct pinyin *new)
{
	static struct pinyin *shared;

	if (new != NULL)
		shared = new;
	return shared;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	assert(pinyin_shared(pinyin_new()) != NULL);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str cell;
	char *copy;

	if (size == 0)
		return 0;
	/* A copy of its own, without a closing NUL: reading beyond it is seen. */
	copy = malloc(size);
	assert(copy != NULL);
	memcpy(copy, data, size);
	cell = (struct str){ copy + 1, size - 1 };
	identity_try(cell, data[0]);
	phone_try(&arena, cell);
	day_try(cell, data[0]);
	place_try(&arena, cell);
	address_try(&arena, cell);
	if ((data[0] & 16) != 0) /* not always: ICU is slow with what it has not seen */
		name_try(&arena, pinyin_shared(NULL), cell);
	words_try(&arena, cell);
	arena_done(&arena);
	free(copy);
	return 0;
}
