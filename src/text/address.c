/*
 * address.c -- see address.h.
 *
 * The line is cut into words and numbers. What stands before the first number of a place is region
 * and compound; numbers with a unit go where it says; those without fill what is left, by their
 * place and by how many digits they have.
 */
#include <string.h>
#include "text/address.h"
#include "text/address_tokens.h"

#define PLAIN_MAX	4 /* numbers without a unit in one address */
#define ROOM_DIGITS_MAX 5 /* more are a telephone's */

/* What is known while the numbers of an address are given their levels. */
struct reading {
	struct arena *arena;
	struct tokens tokens;
	struct address *address;
	size_t first;		 /* the first number of the place */
	size_t plain[PLAIN_MAX]; /* numbers that had no unit */
	size_t plain_count;
	size_t word; /* a word before a room's number: 商铺; SIZE_MAX: none */
	bool is_guess;
	bool has_other; /* numbers that found no level */
};

static struct str
span(struct str from, struct str to)
{
	return (struct str){ from.p, (size_t)(to.p + to.n - from.p) };
}

static void
part_set(struct reading *reading, enum place_level level, struct str said)
{
	reading->address->said[level] = said;
	reading->address->keys[level] = place_key(reading->arena, level, said);
}

static bool
has_part(const struct reading *reading, enum place_level level)
{
	return reading->address->keys[level].n > 0;
}

/* ---- region and compound ---- */

/*
 * Takes 福田区 off *rest: two to eight characters that end with one of the endings. 区 is not a
 * district in 小区, 社区, 园区 and their like, nor 市 a city in 市场.
 */
static bool
division_take(struct str *rest, const char *const *endings)
{
	static const char *const others[] = { "小区", "社区", "园区", "片区", "校区", "厂区",
		"住宅区", "生活区", "苑区", "山区", "庭区" };
	struct str s = *rest;
	uint32_t c;

	for (size_t count = 1; count <= 8 && chars_next(&s, &c) && char_is_han(c); count++) {
		struct str name = { rest->p, rest->n - s.n };

		if (count < 3 || s.n == 0)
			continue;
		for (size_t i = 0; i < LEN(others); i++)
			if (str_ends(name, str_of(others[i])))
				return false;
		for (size_t i = 0; endings[i] != NULL; i++)
			if (str_ends(name, str_of(endings[i])) && !str_starts(s, S("场"))) {
				*rest = s;
				return true;
			}
	}
	return false;
}

/* Behind the last of the words in s; s.p when there is none. */
static const char *
behind_last(struct str s, const char *word)
{
	const char *found = s.p;
	ptrdiff_t at;

	while ((at = str_find(s, str_of(word))) >= 0) {
		found = s.p + at + strlen(word);
		s = str_slice(s, (size_t)at + strlen(word), SIZE_MAX);
	}
	return found;
}

/*
 * How many bytes of the head are province, city, district, street office and neighbourhood. What is
 * left must be a name of two characters; a single city or district may be part of a name and stays.
 */
static size_t
region_length(struct str head)
{
	static const char *const provinces[] = { "省", "自治区", "特别行政区", NULL };
	static const char *const cities[] = { "市", "自治州", "地区", "盟", NULL };
	static const char *const districts[] = { "区", "县", "旗", "市", NULL };
	static const char *const offices[] = { "街道办事处", "街道", "镇", "乡", NULL };
	static const char *const offices_anywhere[] = { "街道办事处", "街道办", "街道",
		"社区居委会", "社区居民委员会", "社区", "居委会", "村委会" };
	struct str rest = head;
	const char *end;
	size_t steps = 0;

	steps += division_take(&rest, provinces);
	steps += division_take(&rest, cities);
	steps += division_take(&rest, districts);
	if (steps > 0)
		steps += division_take(&rest, offices);
	end = steps > 1 ? rest.p : head.p;
	for (size_t i = 0; i < LEN(offices_anywhere); i++) {
		const char *behind = behind_last(head, offices_anywhere[i]);

		if (behind > end && head.p + head.n - behind >= 6)
			end = behind;
	}
	return head.p + head.n - end >= 6 || (steps > 0 && end == head.p + head.n)
		   ? (size_t)(end - head.p)
		   : 0;
}

static struct str
marks_trim(struct str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '-'))
		s = str_slice(s, 1, SIZE_MAX);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '-'))
		s.n--;
	return s;
}

/* Where the place begins: at the first number that is neither a street's nor a lane's. */
static size_t
first_find(const struct tokens *tokens)
{
	size_t first = 0;

	while (first < tokens->count &&
	       (!tokens->list[first].is_number || tokens->list[first].is_street_number ||
		   tokens->list[first].unit == UNIT_LANE))
		first++;
	return first;
}

/* A building's name in the usual form: 东座, and 紫荆阁 where it stands apart. */
static bool
has_building_name(struct str text, bool is_apart)
{
	static const char *const sides[] = { "东座", "西座", "南座", "北座", "中座", "东栋", "西栋",
		"南栋", "北栋", "东塔", "西塔", "南塔", "北塔", "主楼", "副楼", "东楼", "西楼",
		"南楼", "北楼", "前座", "后座", "附楼" };
	static const char *const names[] = { "阁", "轩", "座", "栋", "楼", "斋", "塔" };

	for (size_t i = 0; i < LEN(sides); i++)
		if (is_apart ? str_equal(text, str_of(sides[i])) : str_ends(text, str_of(sides[i])))
			return true;
	for (size_t i = 0; is_apart && i < LEN(names); i++)
		if (str_ends(text, str_of(names[i])))
			return true;
	return false;
}

/* Takes such a name off the end of the compound's, when no number names the building. */
static struct str
building_name_take(struct reading *reading, struct str compound)
{
	const struct tokens *tokens = &reading->tokens;
	struct str last = tokens->list[reading->first - 1].said;
	bool is_apart = last.n < compound.n;

	for (size_t i = reading->first; i < tokens->count; i++)
		if (tokens->list[i].unit == UNIT_BUILDING || tokens->list[i].unit == UNIT_HAO ||
		    tokens->list[i].unit == UNIT_ALLEY)
			return compound;
	if (!has_building_name(last, is_apart))
		return compound;
	if (!is_apart) {
		size_t n = strlen("东座");

		last = str_slice(last, last.n - n, n);
	}
	part_set(reading, PLACE_BUILDING, last);
	return str_slice(compound, 0, compound.n - last.n);
}

/* The compound is the name behind the last street's number, or else all but the region. */
static void
head_read(struct reading *reading)
{
	const struct token *list = reading->tokens.list;
	struct str head, compound;
	size_t from = reading->first;

	if (reading->first == 0)
		return;
	head = span(list[0].said, list[reading->first - 1].said);
	while (from > 0 && !list[from - 1].is_number)
		from--;
	if (from > 0 && from < reading->first && list[from - 1].is_street_number) {
		compound = span(list[from].said, list[reading->first - 1].said);
		reading->address->region = marks_trim(span(list[0].said, list[from - 1].said));
	} else {
		size_t n = region_length(head);

		compound = str_slice(head, n, SIZE_MAX);
		reading->address->region = marks_trim(str_slice(head, 0, n));
	}
	if (reading->first < reading->tokens.count)
		compound = building_name_take(reading, marks_trim(compound));
	part_set(reading, PLACE_COMPOUND, marks_trim(compound));
}

/* ---- numbers ---- */

/* The next number behind `at` that may be a room's, or NULL. */
static const struct token *
room_after(const struct reading *reading, size_t at)
{
	const struct tokens *tokens = &reading->tokens;

	for (size_t i = at + 1; i < tokens->count; i++)
		if (tokens->list[i].is_number &&
		    (tokens->list[i].unit == UNIT_NONE || tokens->list[i].unit == UNIT_ROOM ||
			tokens->list[i].unit == UNIT_HAO))
			return &tokens->list[i];
	return NULL;
}

static bool
has_unit_after(const struct reading *reading, size_t at, enum unit unit)
{
	const struct tokens *tokens = &reading->tokens;

	for (size_t i = at + 1; i < tokens->count; i++)
		if (tokens->list[i].is_number && tokens->list[i].unit == unit)
			return true;
	return false;
}

/*
 * 3楼: behind a building a floor, before a stair or a floor a building. Else the room decides: of
 * 15楼1502 and 15楼02 it is the floor, of 3楼1502 the building.
 */
static enum unit
lou_read(struct reading *reading, size_t at)
{
	const struct token *token = &reading->tokens.list[at], *room = room_after(reading, at);
	struct str floor;

	if (has_part(reading, PLACE_BUILDING))
		return UNIT_FLOOR;
	if (has_unit_after(reading, at, UNIT_STAIR) || has_unit_after(reading, at, UNIT_FLOOR) ||
	    has_unit_after(reading, at, UNIT_LOU) || token->digits == 0)
		return UNIT_BUILDING;
	if (has_unit_after(reading, at, UNIT_BUILDING) || room == NULL || room->digits <= 2)
		return UNIT_FLOOR;
	floor =
	    place_floor_of_room(reading->arena, place_key(reading->arena, PLACE_ROOM, room->text));
	if (str_equal(floor, place_key(reading->arena, PLACE_FLOOR, token->text)))
		return UNIT_FLOOR;
	reading->is_guess = true;
	return UNIT_BUILDING;
}

/* 3号: a building while there is none and a room may follow, a room behind it. */
static enum unit
hao_read(struct reading *reading, size_t at)
{
	const struct token *token = &reading->tokens.list[at];

	if (has_part(reading, PLACE_BUILDING))
		return UNIT_ROOM;
	if (room_after(reading, at) != NULL || token->digits <= 2)
		return UNIT_BUILDING;
	reading->is_guess = true;
	return UNIT_ROOM;
}

/* The building may have two names (3栋A座), or an alley before it (三巷12号). */
static void
building_set(struct reading *reading, size_t at)
{
	const struct token *list = reading->tokens.list;
	struct str before = reading->address->said[PLACE_BUILDING];

	if (has_part(reading, PLACE_BUILDING)) {
		if (at == 0 || before.p + before.n != list[at].said.p) {
			reading->has_other = true;
			return;
		}
		part_set(reading, PLACE_BUILDING, span(before, list[at].said));
	} else if (at > 0 && list[at - 1].is_number && list[at - 1].unit == UNIT_ALLEY) {
		part_set(reading, PLACE_BUILDING, span(list[at - 1].said, list[at].said));
	} else {
		part_set(reading, PLACE_BUILDING, list[at].said);
	}
}

static void
level_set(struct reading *reading, enum place_level level, size_t at)
{
	if (has_part(reading, level))
		reading->has_other = true;
	else
		part_set(reading, level, reading->tokens.list[at].said);
}

static void
rest_add(struct reading *reading, struct str text)
{
	struct str rest = reading->address->rest;

	reading->address->rest = rest.n == 0 ? text
					     : arena_printf(reading->arena, "%.*s %.*s",
						   (int)rest.n, rest.p, (int)text.n, text.p);
}

static void
number_place(struct reading *reading, size_t at)
{
	enum unit unit = reading->tokens.list[at].unit;

	if (unit == UNIT_LOU)
		unit = lou_read(reading, at);
	else if (unit == UNIT_HAO)
		unit = hao_read(reading, at);
	switch (unit) {
	case UNIT_BUILDING:
		building_set(reading, at);
		break;
	case UNIT_STAIR:
		level_set(reading, PLACE_STAIR, at);
		break;
	case UNIT_FLOOR:
		level_set(reading, PLACE_FLOOR, at);
		break;
	case UNIT_ROOM:
		level_set(reading, PLACE_ROOM, at);
		break;
	case UNIT_NONE:
	case UNIT_LANE:
		if (reading->tokens.list[at].digits > ROOM_DIGITS_MAX)
			rest_add(reading, reading->tokens.list[at].text);
		else if (reading->plain_count < PLAIN_MAX)
			reading->plain[reading->plain_count++] = at;
		else
			reading->has_other = true;
		break;
	case UNIT_ALLEY: /* its number was taken with the building's */
	case UNIT_LOU:
	case UNIT_HAO:
		break;
	}
}

/* Words that are a place inside of a building, alone or with a number behind. */
static bool
is_room_word(struct str text)
{
	static const char *const words[] = { "铺", "店", "物业", "办公", "管理处", "门卫", "保安",
		"天台", "天面", "车库", "车位", "架空", "地下", "宿舍", "杂物", "会所", "幼儿园",
		"户", "房", "室", "阁楼", "夹层", "超市", "市场", "食堂", "仓库", "药房", "诊所" };

	static const char *const sides[] = { "左", "右", "东", "西", "中", "南", "北" };

	for (size_t i = 0; i < LEN(sides); i++)
		if (chars_equal(text, sides[i]))
			return true;
	for (size_t i = 0; i < LEN(words); i++)
		if (chars_has(text, words[i]))
			return true;
	return false;
}

static void
word_place(struct reading *reading, size_t at)
{
	struct str text = reading->tokens.list[at].text;

	if (reading->word == SIZE_MAX && !has_part(reading, PLACE_ROOM) && is_room_word(text))
		reading->word = at;
	else
		rest_add(reading, text);
}

/* The word and the number that follows it, if any: 商铺02. The number is then no longer plain. */
static void
word_set(struct reading *reading)
{
	const struct token *list = reading->tokens.list;
	size_t at = reading->word, last = reading->plain_count;

	if (at == SIZE_MAX)
		return;
	if (has_part(reading, PLACE_ROOM)) {
		rest_add(reading, list[at].text);
		return;
	}
	if (last > 0 && reading->plain[last - 1] == at + 1) {
		reading->plain_count--;
		part_set(reading, PLACE_ROOM, span(list[at].said, list[at + 1].said));
	} else {
		part_set(reading, PLACE_ROOM, list[at].said);
	}
}

/* A1203: a building A and its room, when no building was named. */
static bool
letter_split(struct reading *reading, const struct token *token)
{
	struct str text = token->text;

	if (has_part(reading, PLACE_BUILDING) || text.n < 4 || text.n > 5 ||
	    !char_is_letter((unsigned char)text.p[0]))
		return false;
	for (size_t i = 1; i < text.n; i++)
		if (!char_is_digit((unsigned char)text.p[i]))
			return false;
	part_set(reading, PLACE_BUILDING, str_slice(text, 0, 1));
	part_set(reading, PLACE_ROOM, str_slice(text, 1, SIZE_MAX));
	reading->is_guess = true;
	return true;
}

/* The levels, highest first, that `count` numbers without a unit take. The room is still free. */
static void
plain_levels(const struct reading *reading, size_t count, const struct token *last,
    enum place_level *ret_levels)
{
	bool has_building = has_part(reading, PLACE_BUILDING),
	     has_stair = has_part(reading, PLACE_STAIR);
	size_t n = 0;

	if (!has_building && count > 1)
		ret_levels[n++] = PLACE_BUILDING;
	if (count - n > 1 && !has_stair &&
	    !(count - n == 2 && last->digits > 0 && last->digits <= 2))
		ret_levels[n++] = PLACE_STAIR;
	if (count - n > 1 && !has_part(reading, PLACE_FLOOR))
		ret_levels[n++] = PLACE_FLOOR;
	ret_levels[n++] = PLACE_ROOM;
	while (n < count)
		ret_levels[n++] = PLACE_LEVELS;
}

/* With the room known, numbers before it are the building, the stair and the floor. */
static void
plain_place_before_room(struct reading *reading)
{
	static const enum place_level levels[] = { PLACE_BUILDING, PLACE_STAIR, PLACE_FLOOR };
	size_t next = 0;

	for (size_t i = 0; i < reading->plain_count; i++) {
		while (next < LEN(levels) && has_part(reading, levels[next]))
			next++;
		if (next == LEN(levels)) {
			reading->has_other = true;
			return;
		}
		reading->is_guess = reading->is_guess || reading->plain_count < 2;
		part_set(reading, levels[next], reading->tokens.list[reading->plain[i]].text);
	}
}

/* A single letter. */
static bool
is_letter(const struct token *token)
{
	return token->text.n == 1 && char_is_letter((unsigned char)token->text.p[0]);
}

/* 1502-1, 1502-A: a flat that was divided is one room; 1502-1503 behind a building may be two. */
static void
divided_room_set(struct reading *reading)
{
	const struct token *list = reading->tokens.list;
	size_t count = reading->plain_count, last, before;

	if (count < 2 || has_part(reading, PLACE_ROOM))
		return;
	last = reading->plain[count - 1];
	before = reading->plain[count - 2];
	if (last != before + 1 || list[before].digits < 3 ||
	    (list[last].digits == 0 && !is_letter(&list[last])) ||
	    (list[last].digits > 2 && !has_part(reading, PLACE_BUILDING)))
		return;
	reading->is_guess = reading->is_guess || list[last].digits > 2;
	reading->plain_count -= 2;
	part_set(reading, PLACE_ROOM, span(list[before].said, list[last].said));
}

static void
plain_place(struct reading *reading)
{
	const struct token *list = reading->tokens.list, *last;
	size_t count = reading->plain_count;
	enum place_level levels[PLAIN_MAX];
	bool had_building = has_part(reading, PLACE_BUILDING);
	bool had_floor = has_part(reading, PLACE_FLOOR);

	if (count == 0)
		return;
	last = &list[reading->plain[count - 1]];
	if (has_part(reading, PLACE_ROOM)) {
		plain_place_before_room(reading);
		return;
	}
	if (count == 1 && letter_split(reading, last))
		return;
	if (count == 1 && !had_building && !has_part(reading, PLACE_FLOOR) && last->digits > 0 &&
	    last->digits <= 2) {
		reading->is_guess = true;
		part_set(reading, PLACE_BUILDING, last->text);
		return;
	}
	plain_levels(reading, count, last, levels);
	for (size_t i = 0; i < count; i++) {
		if (levels[i] == PLACE_LEVELS)
			reading->has_other = true;
		else
			part_set(reading, levels[i], list[reading->plain[i]].text);
	}
	/* Three say it all; two may be stair and room, and a short last one may be anything. */
	if (!had_building && !had_floor && (count == 2 || (last->digits > 0 && last->digits <= 2)))
		reading->is_guess = count < 4;
}

/* ---- the whole ---- */

/* The floor into the room, or out of it. False: the room contradicts the floor that was said. */
static bool
floor_settle(struct arena *arena, struct address *address)
{
	struct str *floor = &address->keys[PLACE_FLOOR], *room = &address->keys[PLACE_ROOM];
	struct str whole = place_room_on_floor(arena, *floor, *room), derived;

	if (!str_equal(whole, *room)) {
		*room = whole;
		address->said[PLACE_ROOM] = whole;
	}
	derived = place_floor_of_room(arena, *room);
	if (floor->n == 0 && derived.n > 0) {
		*floor = derived;
		address->said[PLACE_FLOOR] = derived;
		address->is_floor_derived = true;
	}
	return derived.n == 0 || str_equal(derived, *floor);
}

void
address_settle(struct arena *arena, bool is_guess, struct address *address)
{
	bool has_any = address->rest.n > 0;

	for (size_t i = 0; i < PLACE_LEVELS; i++)
		has_any = has_any || address->keys[i].n > 0;
	is_guess = !floor_settle(arena, address) || is_guess || address->rest.n > 0;
	if (!has_any)
		address->confidence = ADDRESS_EMPTY;
	else if (address->keys[PLACE_BUILDING].n == 0 && address->keys[PLACE_ROOM].n == 0)
		address->confidence = ADDRESS_UNREADABLE;
	else
		address->confidence = is_guess ? ADDRESS_GUESSED : ADDRESS_EXACT;
}

void
address_init(struct address *ret_address)
{
	*ret_address = (struct address){ .region = S(""), .rest = S("") };
	for (size_t i = 0; i < PLACE_LEVELS; i++)
		ret_address->keys[i] = ret_address->said[i] = S("");
}

void
address_read(struct arena *arena, struct str cell, struct address *ret_address)
{
	struct reading reading = { .arena = arena, .address = ret_address, .word = SIZE_MAX };
	struct str line = address_line(arena, cell);

	address_init(ret_address);
	if (line.n == 0 || text_is_none(line))
		return;
	if (!address_cut(line, &reading.tokens)) {
		ret_address->confidence = ADDRESS_UNREADABLE;
		ret_address->rest = line;
		return;
	}
	reading.first = first_find(&reading.tokens);
	head_read(&reading);
	for (size_t i = reading.first; i < reading.tokens.count; i++) {
		if (reading.tokens.list[i].is_number)
			number_place(&reading, i);
		else
			word_place(&reading, i);
	}
	word_set(&reading);
	divided_room_set(&reading);
	plain_place(&reading);
	address_settle(arena, reading.is_guess || reading.has_other, ret_address);
}
