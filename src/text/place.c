/* place.c -- see place.h. */
#include <inttypes.h>
#include <string.h>
#include "text/place.h"

#define ALLEYS	      "巷坊排组队横"
#define SETTLE_ROUNDS 8

static bool
is_alnum(uint32_t c)
{
	return char_is_digit(c) || char_is_letter(c);
}

/* What a character becomes between two others: marks go, but not between numbers (1502/1503). */
static uint32_t
plain_char(uint32_t c, uint32_t before, struct str behind)
{
	uint32_t after = 0;

	if (c >= 'a' && c <= 'z')
		return c - 'a' + 'A';
	if (c < 0x80 ? is_alnum(c) || c == '-' || c == '#'
		     : c != 0xb7 && (c < 0x3001 || c > 0x301f || c == 0x3007))
		return c;
	if (c == '(' || c == ')')
		return 0;
	(void)chars_next(&behind, &after);
	return is_alnum(before) && is_alnum(after) ? '-' : 0;
}

/* Upper-case, narrow, without blanks, most marks, and the 第 before a number; 3.0 is 3. */
static struct str
plain_make(struct arena *arena, struct str text)
{
	struct str word = text_word(arena, text);
	char *p = arena_alloc(arena, word.n + 1);
	size_t n = 0;
	uint32_t c, before = 0;

	while (chars_next(&word, &c)) {
		if (c == '.' && chars_equal(word, "0") && char_is_digit(before))
			break;
		c = plain_char(c, before, word);
		if (c != 0)
			n += utf8_put(c, p + n);
		before = c;
	}
	word = (struct str){ p, n };
	while (str_starts(word, S("第")))
		word = str_slice(word, strlen("第"), SIZE_MAX);
	return word;
}

static bool
suffix_drop(struct str *word, const char *suffix)
{
	struct str s = str_of(suffix);

	if (word->n <= s.n || !str_ends(*word, s))
		return false;
	word->n -= s.n;
	return true;
}

/* Drops the first of the suffixes (a list that ends with NULL) that stands at the end. */
static bool
suffixes_drop(struct str *word, const char *const *suffixes)
{
	for (size_t i = 0; suffixes[i] != NULL; i++)
		if (suffix_drop(word, suffixes[i]))
			return true;
	return false;
}

static bool
prefix_drop(struct str *word, const char *prefix)
{
	struct str s = str_of(prefix);

	if (word->n <= s.n || !str_starts(*word, s))
		return false;
	*word = str_slice(*word, s.n, SIZE_MAX);
	return true;
}

/* As people write abroad: Building 3, Unit 2, Room 1502. */
static void
english_drop(struct str *word, const char *const *prefixes)
{
	for (size_t i = 0; prefixes[i] != NULL; i++)
		if (prefix_drop(word, prefixes[i]))
			return;
}

/* A number and nothing else. */
static bool
is_number(struct str s, int64_t *ret_value)
{
	return number_take(&s, ret_value) && s.n == 0;
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static bool
is_letters(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_letter((unsigned char)s.p[i]))
			return false;
	return s.n > 0;
}

static size_t
count_digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && char_is_digit((unsigned char)s.p[n]))
		n++;
	return n;
}

/* Every run of digits without its leading zeros, and without #. */
static struct str
zeros_drop(struct arena *arena, struct str s)
{
	char *p = arena_alloc(arena, s.n + 1);
	size_t n = 0;
	bool is_inside = false;

	for (size_t i = 0; i < s.n; i++) {
		bool is_digit = char_is_digit((unsigned char)s.p[i]);

		if (s.p[i] == '0' && !is_inside && i + 1 < s.n &&
		    char_is_digit((unsigned char)s.p[i + 1]))
			continue;
		is_inside = is_digit;
		if (s.p[i] != '#')
			p[n++] = s.p[i];
	}
	return (struct str){ p, n };
}

/* The same of a whole text, where a dash at the end separates nothing. */
static struct str
whole_make(struct arena *arena, struct str s)
{
	s = zeros_drop(arena, s);
	while (s.n > 0 && s.p[s.n - 1] == '-')
		s.n--;
	return s;
}

/* Where the number begins with which s ends; s.n when it ends with none. */
static size_t
number_at_end(struct str s)
{
	int64_t value;
	uint32_t c;

	for (struct str rest = s; rest.n > 0;) {
		if (is_number(rest, &value))
			return s.n - rest.n;
		(void)chars_next(&rest, &c);
	}
	return s.n;
}

/* 三巷, 3巷: the key of an alley is 3巷. Empty when the text does not end with a numbered alley. */
static struct str
alley_key(struct arena *arena, struct str text)
{
	struct str alleys = S(ALLEYS), stem, alley;
	uint32_t c;
	int64_t value;
	size_t at;

	while (alleys.n > 0) {
		alley = alleys;
		(void)chars_next(&alleys, &c);
		alley.n -= alleys.n;
		stem = text;
		if (!str_ends(text, alley) || (stem.n -= alley.n) == 0)
			continue;
		at = number_at_end(stem);
		if (at == stem.n || !is_number(str_slice(stem, at, SIZE_MAX), &value))
			return (struct str){ "", 0 };
		return arena_printf(
		    arena, "%.*s%" PRId64 "%.*s", (int)at, stem.p, value, (int)alley.n, alley.p);
	}
	return (struct str){ "", 0 };
}

/* A stem with a number at its end and text before it: 东区三栋 and 东区3号楼 are 东区3栋. */
static struct str
building_named(struct arena *arena, struct str word, struct str stem, bool is_hao)
{
	size_t at = number_at_end(stem);
	struct str prefix = str_slice(stem, 0, at), alley;
	int64_t value;

	if (at == stem.n || chars_has(prefix, "栋") || chars_has(prefix, "座") ||
	    !is_number(str_slice(stem, at, SIZE_MAX), &value))
		return whole_make(arena, word);
	alley = alley_key(arena, prefix);
	if (alley.n > 0)
		return arena_printf(
		    arena, "%.*s%" PRId64 "%s", (int)alley.n, alley.p, value, is_hao ? "号" : "栋");
	prefix = zeros_drop(arena, prefix);
	return arena_printf(arena, "%.*s%" PRId64 "栋", (int)prefix.n, prefix.p, value);
}

static struct str
building_key(struct arena *arena, struct str word)
{
	static const char *const suffixes[] = { "号楼", "栋楼", "号栋", "楼栋", "栋", "幢", "棟",
		"座", "楼", "#", NULL };
	static const char *const prefixes[] = { "BUILDING", "BLOCK", "BLDG", "TOWER", "#", NULL };
	struct str stem = word, rest;
	bool has_suffix = suffixes_drop(&stem, suffixes), is_hao = false;
	int64_t value;

	if (!has_suffix)
		is_hao = has_suffix = suffix_drop(&stem, "号") || suffix_drop(&stem, "號");
	while (suffix_drop(&stem, "#"))
		;
	english_drop(&stem, prefixes);
	if (is_number(stem, &value))
		return arena_printf(arena, "%" PRId64 "栋", value);
	rest = stem;
	if (!char_is_digit((unsigned char)stem.p[0]) && number_take(&rest, &value) &&
	    is_letters(rest))
		return arena_printf(arena, "%" PRId64 "%.*s栋", value, (int)rest.n, rest.p);
	if (is_letters(stem))
		return arena_printf(arena, "%.*s座", (int)stem.n, stem.p);
	if (is_ascii(stem)) {
		stem = whole_make(arena, stem);
		return stem.n == 0 ? stem : arena_printf(arena, "%.*s栋", (int)stem.n, stem.p);
	}
	return has_suffix ? building_named(arena, word, stem, is_hao) : whole_make(arena, word);
}

static struct str
stair_key(struct arena *arena, struct str word)
{
	static const char *const suffixes[] = { "号单元", "单元", "号门", "门", "号梯", "梯",
		NULL };
	static const char *const sides[] = { "东", "西", "南", "北", "中", "左", "右" };
	struct str stem = word;
	int64_t value;
	bool has_suffix = suffixes_drop(&stem, suffixes) || prefix_drop(&stem, "单元") ||
			  prefix_drop(&stem, "UNIT");

	if (is_number(stem, &value))
		return arena_printf(arena, "%" PRId64 "单元", value);
	if (is_ascii(stem)) {
		stem = whole_make(arena, stem);
		return stem.n == 0 ? stem : arena_printf(arena, "%.*s单元", (int)stem.n, stem.p);
	}
	for (size_t i = 0; i < LEN(sides); i++)
		has_suffix = has_suffix || chars_equal(stem, sides[i]);
	return has_suffix ? arena_printf(arena, "%.*s单元", (int)stem.n, stem.p) : word;
}

/* What makes a floor lie below the ground; B only before digits. */
static bool
below_drop(struct str *stem)
{
	static const char *const prefixes[] = { "负", "-", "地下第", "地下" };

	for (size_t i = 0; i < LEN(prefixes); i++)
		if (prefix_drop(stem, prefixes[i]))
			return true;
	return stem->n > 1 && char_is_digit((unsigned char)stem->p[1]) && prefix_drop(stem, "B");
}

static struct str
floor_key(struct arena *arena, struct str word)
{
	static const char *const suffixes[] = { "楼层", "层楼", "层", "楼", "F", NULL };
	static const char *const prefixes[] = { "FLOOR", "LEVEL", NULL };
	struct str stem = word;
	int64_t value;
	bool is_below;

	if (chars_equal(word, "地下") || chars_equal(word, "地下室") || chars_equal(word, "地下层"))
		return S("-1层");
	(void)suffixes_drop(&stem, suffixes);
	english_drop(&stem, prefixes);
	is_below = below_drop(&stem);
	if (is_number(stem, &value))
		return arena_printf(
		    arena, "%s%" PRId64 "层", is_below && value != 0 ? "-" : "", value);
	if (!is_ascii(stem) || is_below)
		return whole_make(arena, word);
	stem = whole_make(arena, stem);
	return stem.n == 0 ? stem : arena_printf(arena, "%.*s层", (int)stem.n, stem.p);
}

/* 15楼02, 15层2, 15-02: a floor and a room on it. */
static bool
room_of_two(struct arena *arena, struct str stem, struct str *ret_room)
{
	struct str rest = stem, floor;
	int64_t value;
	bool is_dash;

	(void)prefix_drop(&rest, "负");
	if (!number_take(&rest, &value) || value > 200)
		return false;
	floor = (struct str){ stem.p, stem.n - rest.n };
	is_dash = prefix_drop(&rest, "-");
	if (!is_dash && !prefix_drop(&rest, "楼") && !prefix_drop(&rest, "层") &&
	    !prefix_drop(&rest, "F"))
		return false;
	if (is_dash ? rest.n != 2 || count_digits(rest) != 2
		    : rest.n == 0 || rest.n > 4 || count_digits(rest) != rest.n)
		return false;
	*ret_room = place_room_on_floor(arena, floor_key(arena, floor), whole_make(arena, rest));
	return true;
}

static struct str
room_key(struct arena *arena, struct str word)
{
	static const char *const suffixes[] = { "号房", "号室", "房间", "室", "房", "号", "户", "#",
		NULL };
	static const char *const prefixes[] = { "ROOM", "RM", "FLAT", "APT", "#", NULL };
	struct str stem = word, room;
	int64_t value;
	size_t at;

	while (suffixes_drop(&stem, suffixes))
		;
	english_drop(&stem, prefixes);
	if (room_of_two(arena, stem, &room))
		return room;
	if (prefix_drop(&stem, "负") || prefix_drop(&stem, "-")) {
		if (is_number(stem, &value) && value > 0)
			return arena_printf(arena, "-%" PRId64, value);
		return whole_make(arena, word);
	}
	if (is_number(stem, &value))
		return arena_printf(arena, "%" PRId64, value);
	at = number_at_end(stem);
	if (is_ascii(stem) || at == stem.n || !is_number(str_slice(stem, at, SIZE_MAX), &value))
		return whole_make(arena, stem);
	stem = zeros_drop(arena, str_slice(stem, 0, at));
	return arena_printf(arena, "%.*s%" PRId64, (int)stem.n, stem.p, value);
}

static struct str
key_once(struct arena *arena, enum place_level level, struct str text)
{
	struct str word = plain_make(arena, text);

	if (word.n == 0 || text_is_none(word))
		return S("");
	switch (level) {
	case PLACE_COMPOUND:
	case PLACE_LEVELS:
		return word;
	case PLACE_BUILDING:
		return building_key(arena, word);
	case PLACE_STAIR:
		return stair_key(arena, word);
	case PLACE_FLOOR:
		return floor_key(arena, word);
	case PLACE_ROOM:
		return room_key(arena, word);
	}
	return word;
}

/*
 * What is left of a strange text may be read once more, as of #N/A and 15号室室. One that never
 * settles stays as it was written: then, too, the key of the key is the key.
 */
struct str
place_key(struct arena *arena, enum place_level level, struct str text)
{
	struct str key = key_once(arena, level, text), again;

	for (size_t round = 0; round < SETTLE_ROUNDS; round++) {
		again = key_once(arena, level, key);
		if (str_equal(again, key))
			return key;
		key = again;
	}
	return plain_make(arena, text);
}

struct str
place_room_on_floor(struct arena *arena, struct str floor, struct str room)
{
	struct str stem = floor;
	int64_t number = 0, value;
	bool is_number;

	if (floor.n == 0 || room.n == 0 || room.n > 2 || !is_ascii(room))
		return room;
	(void)suffix_drop(&stem, "层");
	is_number = str_to_i64(stem, &number);
	if (!str_to_i64(room, &value) || value < 0)
		return is_letters(room) && room.n == 1 && number != 0
			   ? arena_printf(arena, "%" PRId64 "%.*s", number, (int)room.n, room.p)
			   : room;
	if (is_number)
		return number == 0 ? room
				   : arena_printf(arena, "%" PRId64 "%02" PRId64, number, value);
	room = arena_printf(arena, "%.*s%" PRId64, (int)stem.n, stem.p, value);
	return place_key(arena, PLACE_ROOM, room);
}

struct str
place_floor_of_room(struct arena *arena, struct str room)
{
	struct str sign = str_starts(room, S("-")) ? S("-") : S("");
	struct str rest = str_slice(room, sign.n, SIZE_MAX), number;
	size_t letters = 0;

	while (letters < rest.n && char_is_letter((unsigned char)rest.p[letters]))
		letters++;
	number = str_slice(rest, letters, SIZE_MAX);
	number.n = count_digits(number);
	rest = str_slice(rest, letters + number.n, SIZE_MAX);
	if (letters <= 2 && (number.n == 3 || number.n == 4) &&
	    (rest.n == 0 || char_is_letter((unsigned char)rest.p[0]) || rest.p[0] == '-'))
		return arena_printf(
		    arena, "%.*s%.*s层", (int)sign.n, sign.p, (int)number.n - 2, number.p);
	if (letters == 0 && number.n >= 1 && number.n <= 2 && rest.n == 1 && is_letters(rest))
		return arena_printf(
		    arena, "%.*s%.*s层", (int)sign.n, sign.p, (int)number.n, number.p);
	return (struct str){ "", 0 };
}

/* A number whose length comes first; below zero, everything the other way round. */
static size_t
sort_number(int64_t value, bool is_below, char *ret_bytes)
{
	char digits[24];
	size_t count = 0, n = 0;

	for (; value > 0 || count == 0; value /= 10)
		digits[count++] = (char)('0' + value % 10);
	if (is_below)
		ret_bytes[n++] = '-';
	ret_bytes[n++] = (char)(is_below ? '9' - (char)count : '0' + (char)count);
	while (count-- > 0)
		ret_bytes[n++] = (char)(is_below ? '9' - (digits[count] - '0') : digits[count]);
	return n;
}

struct str
place_sort_key(struct arena *arena, enum place_level level, struct str text)
{
	struct str key = place_key(arena, level, text), next;
	char *p = arena_alloc(arena, PLACE_SORT_BYTES_MAX + 1), part[32];
	size_t n = 0, part_n;
	bool is_below = prefix_drop(&key, "-");
	int64_t value;
	uint32_t c;

	while (key.n > 0) {
		next = key;
		if (number_take(&next, &value)) {
			part_n = sort_number(value, is_below, part);
			key = next;
		} else {
			(void)chars_next(&key, &c);
			part_n = c < '-' ? 0 : utf8_put(c, part);
		}
		is_below = false;
		if (n + part_n > PLACE_SORT_BYTES_MAX)
			break;
		memcpy(p + n, part, part_n);
		n += part_n;
	}
	return (struct str){ p, n };
}

struct label
place_level_label(enum place_level level)
{
	static const struct label labels[PLACE_LEVELS] = {
		[PLACE_COMPOUND] = { "小区", "Compound" },
		[PLACE_BUILDING] = { "楼栋", "Building" },
		[PLACE_STAIR] = { "单元", "Stair" },
		[PLACE_FLOOR] = { "楼层", "Floor" },
		[PLACE_ROOM] = { "房号", "Room" },
	};

	return labels[level];
}
