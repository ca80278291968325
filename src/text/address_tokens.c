/* address_tokens.c -- see address_tokens.h. */
#include <string.h>
#include "text/address_tokens.h"

struct word {
	const char *text;
	enum unit unit;
};

/* Behind a number, the longer before the shorter. */
static const struct word units[] = {
	{ "号楼", UNIT_BUILDING },
	{ "栋楼", UNIT_BUILDING },
	{ "号栋", UNIT_BUILDING },
	{ "栋", UNIT_BUILDING },
	{ "幢", UNIT_BUILDING },
	{ "棟", UNIT_BUILDING },
	{ "座", UNIT_BUILDING },
	{ "#楼", UNIT_BUILDING },
	{ "#", UNIT_BUILDING },
	{ "号单元", UNIT_STAIR },
	{ "单元", UNIT_STAIR },
	{ "号门", UNIT_STAIR },
	{ "门", UNIT_STAIR },
	{ "梯", UNIT_STAIR },
	{ "楼层", UNIT_FLOOR },
	{ "层楼", UNIT_FLOOR },
	{ "层", UNIT_FLOOR },
	{ "号房", UNIT_ROOM },
	{ "号室", UNIT_ROOM },
	{ "房间", UNIT_ROOM },
	{ "室", UNIT_ROOM },
	{ "房", UNIT_ROOM },
	{ "户", UNIT_ROOM },
	{ "楼", UNIT_LOU },
	{ "号", UNIT_HAO },
	{ "號", UNIT_HAO },
	{ "弄", UNIT_LANE },
	{ "巷", UNIT_ALLEY },
	{ "坊", UNIT_ALLEY },
	{ "排", UNIT_ALLEY },
	{ "组", UNIT_ALLEY },
	{ "队", UNIT_ALLEY },
	{ "横", UNIT_ALLEY },
};

/* Before a number, as abroad. */
static const struct word prefixes[] = {
	{ "BUILDING", UNIT_BUILDING },
	{ "BLOCK", UNIT_BUILDING },
	{ "BLDG", UNIT_BUILDING },
	{ "TOWER", UNIT_BUILDING },
	{ "#", UNIT_BUILDING },
	{ "UNIT", UNIT_STAIR },
	{ "FLOOR", UNIT_FLOOR },
	{ "LEVEL", UNIT_FLOOR },
	{ "ROOM", UNIT_ROOM },
	{ "FLAT", UNIT_ROOM },
	{ "APT", UNIT_ROOM },
	{ "RM", UNIT_ROOM },
};

struct str
address_line(struct arena *arena, struct str cell)
{
	struct str line = text_line(arena, cell);
	char *p = arena_alloc(arena, line.n + 1);
	size_t n = 0;
	uint32_t c;

	while (chars_next(&line, &c)) {
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		else if (c == '/' || c == '\\' || c == '_' || c == '.' || c == '~' || c == '|')
			c = '-';
		else if ((c < 0x80 && !char_is_digit(c) && !char_is_letter(c) && c != '-' &&
			     c != '#') ||
			 c == 0xb7 || (c >= 0x3001 && c <= 0x301f && c != 0x3007))
			c = ' ';
		n += utf8_put(c, p + n);
	}
	return str_trim((struct str){ p, n });
}

static bool
is_alnum(char c)
{
	return char_is_digit((unsigned char)c) || char_is_letter((unsigned char)c);
}

static bool
is_mark(char c)
{
	return c == ' ' || c == '-';
}

/* A number, of digits or of Chinese numerals, with a unit other than 号 behind it. */
static bool
unit_follows(struct str rest)
{
	int64_t value;

	if (!number_take(&rest, &value))
		return false;
	for (size_t i = 0; i < LEN(units); i++)
		if (str_starts(rest, str_of(units[i].text)))
			return true;
	return false;
}

/* A street's name; the 街道 is an office. */
static bool
is_street(struct str text)
{
	static const char *const ends[] = { "路", "街", "道", "巷", "胡同" };

	for (size_t i = 0; i < LEN(ends); i++)
		if (str_ends(text, str_of(ends[i])))
			return !str_ends(text, S("街道"));
	return false;
}

/*
 * The unit at the beginning of *rest, taken off; some may stand behind a blank. 号 is one only
 * where the address goes on with numbers or ends: 六号大院 is a name. After a street it always is.
 */
static enum unit
unit_take(struct str *rest, struct str before)
{
	bool has_blank = rest->n > 0 && rest->p[0] == ' ';
	struct str s = str_slice(*rest, has_blank, SIZE_MAX);

	for (size_t i = 0; i < LEN(units); i++) {
		struct str behind = str_slice(s, strlen(units[i].text), SIZE_MAX);

		if (!str_starts(s, str_of(units[i].text)) ||
		    (has_blank && units[i].unit > UNIT_FLOOR && units[i].unit != UNIT_LOU))
			continue;
		if (units[i].unit == UNIT_HAO && behind.n > 0 &&
		    (unsigned char)behind.p[0] >= 0x80 && !is_street(before) &&
		    !unit_follows(behind))
			return UNIT_NONE;
		*rest = behind;
		return units[i].unit;
	}
	return UNIT_NONE;
}

/* Letters that name a unit before its number: ROOM 1502, with or without a blank. */
static bool
prefix_take(struct str *rest, enum unit *ret_unit)
{
	if (rest->p[0] != '#' && !char_is_letter((unsigned char)rest->p[0]))
		return false;
	for (size_t i = 0; i < LEN(prefixes); i++) {
		struct str s = str_slice(*rest, strlen(prefixes[i].text), SIZE_MAX);
		bool is_apart;

		if (!str_starts(*rest, str_of(prefixes[i].text)))
			continue;
		is_apart = s.n > 0 && s.p[0] == ' ';
		while (s.n > 0 && s.p[0] == ' ')
			s = str_slice(s, 1, SIZE_MAX);
		if (s.n == 0 ||
		    !(is_apart ? is_alnum(s.p[0]) : char_is_digit((unsigned char)s.p[0])))
			continue;
		*rest = s;
		*ret_unit = prefixes[i].unit;
		return true;
	}
	return false;
}

static void
digits_set(struct token *token)
{
	struct str s = token->text;
	size_t ascii = 0;
	int64_t value;

	token->digits = 0;
	while (ascii < s.n && char_is_digit((unsigned char)s.p[ascii]))
		ascii++;
	if (ascii == s.n)
		token->digits = ascii;
	else if (ascii == 0 && number_take(&s, &value) && s.n == 0)
		token->digits = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4;
}

/*
 * 负一层, 地下一层, and -1层 at the beginning or behind a blank: a floor below the ground. 负102 is
 * a room there.
 */
static bool
below_take(struct str *rest, bool is_after_blank, struct token *ret_token)
{
	static const char *const marks[] = { "负", "地下", "-" };
	struct str s = *rest, text;
	enum unit unit;
	int64_t value;
	size_t i = 0;

	while (i < LEN(marks) && !str_starts(s, str_of(marks[i])))
		i++;
	if (i == LEN(marks) || (i == 2 && !is_after_blank))
		return false;
	s = str_slice(s, strlen(marks[i]), SIZE_MAX);
	if (!number_take(&s, &value))
		return false;
	text = (struct str){ rest->p, rest->n - s.n };
	unit = unit_take(&s, S(""));
	if (unit != UNIT_FLOOR && unit != UNIT_LOU && (i == 2 || value < 100))
		return false;
	*ret_token = (struct token){ .is_number = true,
		.text = text,
		.unit = unit == UNIT_LOU ? UNIT_FLOOR : unit,
		.said = { rest->p, rest->n - s.n } };
	*rest = s;
	return true;
}

static size_t
ascii_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_alnum(s.p[n]))
		n++;
	return n;
}

static size_t
letters_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && char_is_letter((unsigned char)s.p[n]))
		n++;
	return n;
}

/* 15F02: a floor, and the room goes on. */
static bool
floor_f_take(struct str *rest, struct token *ret_token)
{
	struct str s = *rest;
	int64_t value;
	size_t digits;

	if (!char_is_digit((unsigned char)s.p[0]) || !number_take(&s, &value) || value > 200 ||
	    s.n == 0 || s.p[0] != 'F')
		return false;
	digits = rest->n - s.n;
	s = str_slice(s, 1, SIZE_MAX);
	while (s.n > 0 && is_mark(s.p[0]))
		s = str_slice(s, 1, SIZE_MAX);
	if (s.n == 0 || !char_is_digit((unsigned char)s.p[0]))
		return false;
	*ret_token = (struct token){ .is_number = true, .unit = UNIT_FLOOR };
	ret_token->text = str_slice(*rest, 0, digits);
	ret_token->said = str_slice(*rest, 0, digits + 1);
	digits_set(ret_token);
	*rest = str_slice(*rest, digits + 1, SIZE_MAX);
	return true;
}

/*
 * A number at the beginning of *rest. Digits that run into a name (2期, A区) belong to the name as
 * long as there was no building; words of three letters and more are names.
 */
static bool
number_token_take(struct str *rest, bool has_building, struct str before, struct token *ret_token)
{
	struct str s = *rest;
	enum unit unit = UNIT_NONE;
	bool has_prefix = prefix_take(&s, &unit), is_ascii = is_alnum(s.p[0]);
	const char *text = s.p;
	int64_t value;

	if (!has_prefix && str_starts(s, S("第")))
		s = str_slice(s, strlen("第"), SIZE_MAX), text = s.p;
	if (s.n == 0)
		return false;
	is_ascii = is_alnum(s.p[0]);
	if (is_ascii && letters_length(s) > 2)
		return false;
	if (!is_ascii && !number_take(&s, &value))
		return false;
	s = str_slice(s, ascii_length(s), SIZE_MAX);
	*ret_token = (struct token){ .is_number = true, .unit = unit };
	ret_token->text = (struct str){ text, (size_t)(s.p - text) };
	if (!has_prefix)
		ret_token->unit = unit_take(&s, before);
	ret_token->said = (struct str){ rest->p, (size_t)(s.p - rest->p) };
	if (ret_token->unit == UNIT_NONE && s.n > 0 && !is_mark(s.p[0]) &&
	    (!is_ascii || !has_building))
		return false;
	if (ret_token->unit == UNIT_NONE && !is_ascii && !has_building)
		return false;
	digits_set(ret_token);
	*rest = s;
	return true;
}

static bool
is_building(const struct token *token)
{
	return token->is_number && !token->is_street_number &&
	       (token->unit == UNIT_BUILDING || token->unit == UNIT_HAO ||
		   token->unit == UNIT_LOU || token->unit == UNIT_NONE);
}

/* What is no number: to the next blank, or to where a number begins. Digits inside of it stay. */
static void
text_take(struct str *rest, bool has_building, struct token *ret_token)
{
	struct str s = *rest, next;
	struct token number;
	uint32_t c;
	size_t n = letters_length(s) > 2 ? letters_length(s) : ascii_length(s);

	if (n > 0)
		s = str_slice(s, n, SIZE_MAX);
	else
		(void)chars_next(&s, &c);
	while (s.n > 0 && !is_mark(s.p[0])) {
		struct str before = { rest->p, (size_t)(s.p - rest->p) };

		next = s;
		if (number_token_take(&next, has_building, before, &number) ||
		    below_take(&next, false, &number))
			break;
		n = ascii_length(s);
		if (n > 0)
			s = str_slice(s, n, SIZE_MAX);
		else
			(void)chars_next(&s, &c);
	}
	*ret_token = (struct token){ .text = { rest->p, (size_t)(s.p - rest->p) } };
	ret_token->said = ret_token->text;
	*rest = s;
}

/* A blank or dash that only separates. */
static bool
is_gap(struct str line, bool is_after_blank)
{
	struct token below;

	return is_mark(line.p[0]) && !below_take(&line, is_after_blank, &below);
}

bool
address_cut(struct str line, struct tokens *ret_tokens)
{
	struct str before = S(""); /* the name right before, if it is one */
	bool has_building = false, is_after_blank = true;

	ret_tokens->count = 0;
	while (line.n > 0) {
		struct token *token = &ret_tokens->list[ret_tokens->count];

		if (is_gap(line, is_after_blank)) {
			is_after_blank = line.p[0] == ' ';
			line = str_slice(line, 1, SIZE_MAX);
			continue;
		}
		if (ret_tokens->count == ADDRESS_TOKENS_MAX)
			return false;
		if (!below_take(&line, is_after_blank, token) && !floor_f_take(&line, token) &&
		    !number_token_take(&line, has_building, before, token))
			text_take(&line, has_building, token);
		token->is_street_number = token->unit == UNIT_HAO && is_street(before);
		is_after_blank = false;
		before = token->is_number ? S("") : token->text;
		has_building = has_building || is_building(token);
		ret_tokens->count++;
	}
	return true;
}
