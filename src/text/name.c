/* name.c -- see name.h. */
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include "text/name.h"

#define DOT 0xb7u /* · */

/* ---- characters ---- */

/*
 * GB 18030-2000 put these into the private area, from U+E815 on; since then they have places of
 * their own. Old systems still write them. As ICU's converters gb18030 and windows-936-2000 differ.
 */
static const uint32_t private_area[] = {
	0x2e81,
	0x20087,
	0x20089,
	0x200cc,
	0x2e84,
	0x3473,
	0x3447,
	0x2e88,
	0x2e8b,
	0x9fb4,
	0x359e,
	0x361a,
	0x360e,
	0x2e8c,
	0x2e97,
	0x396e,
	0x3918,
	0x9fb5,
	0x39cf,
	0x39df,
	0x3a73,
	0x39d0,
	0x9fb6,
	0x9fb7,
	0x3b4e,
	0x3c6e,
	0x3ce0,
	0x2ea7,
	0x215d7,
	0x9fb8,
	0x2eaa,
	0x4056,
	0x415f,
	0x2eae,
	0x4337,
	0x2eb3,
	0x2eb6,
	0x2eb7,
	0x2298f,
	0x43b1,
	0x43ac,
	0x2ebb,
	0x43dd,
	0x44d6,
	0x4661,
	0x464c,
	0x9fb9,
	0x4723,
	0x4729,
	0x477c,
	0x478d,
	0x2eca,
	0x4947,
	0x497a,
	0x497d,
	0x4982,
	0x4983,
	0x4985,
	0x4986,
	0x499f,
	0x499b,
	0x49b7,
	0x49b6,
	0x9fba,
	0x241fe,
	0x4ca3,
	0x4c9f,
	0x4ca0,
	0x4ca1,
	0x4c77,
	0x4ca2,
	0x4d13,
	0x4d14,
	0x4d15,
	0x4d16,
	0x4d17,
	0x4d18,
	0x4d19,
	0x4dae,
	0x9fbb,
};
#define PRIVATE_FIRST 0xe815u
#define PRIVATE_LAST  0xe864u
static_assert(LEN(private_area) == PRIVATE_LAST - PRIVATE_FIRST + 1, "one for each");

/* Radicals and compatibility forms that stand for a unified ideograph. */
static bool
is_compatible(uint32_t c)
{
	return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0x2f800 && c <= 0x2fa1f);
}

/* The one character that ICU's compatibility form has; itself when there is none or more. */
static uint32_t
unified(uint32_t c)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&error);
	UChar units[18]; /* the longest compatibility form there is */
	int32_t n = unorm2_getDecomposition(nfkc, (UChar32)c, units, LEN(units), &error);
	UChar32 whole[2];
	int32_t count = 0;

	if (U_FAILURE(error) || n <= 0)
		return c;
	(void)u_strToUTF32(whole, LEN(whole), &count, units, n, &error);
	return U_SUCCESS(error) && count == 1 ? (uint32_t)whole[0] : c;
}

static bool
is_dot(uint32_t c)
{
	return c == DOT || c == 0x2022 || c == 0x30fb || c == 0xff65 || c == 0x2027 ||
	       c == 0x2219 || c == 0x22c5 || c == 0x318d || c == 0x2024 || c == 0x387 ||
	       c == 0xff61 || c == 0x25cf || c == 0x16eb || c == 0x2981;
}

/* The character as a name has it: narrow, real, with one kind of dot and of brackets. */
static uint32_t
name_char(uint32_t c)
{
	if (c == CHAR_BROKEN)
		return '?';
	if (c >= PRIVATE_FIRST && c <= PRIVATE_LAST)
		c = private_area[c - PRIVATE_FIRST];
	if (is_compatible(c))
		c = unified(c);
	if (is_dot(c))
		return DOT;
	c = char_narrow(c);
	if (c == '[' || c == '{' || c == 0x3010 || c == 0x3014)
		return '(';
	if (c == ']' || c == '}' || c == 0x3011 || c == 0x3015)
		return ')';
	return c;
}

/* One line of such characters; a radical's ideograph may be a byte longer than the radical. */
static struct str
line_make(struct arena *arena, struct str cell)
{
	char *p = arena_alloc(arena, 2 * cell.n + 1);
	size_t n = 0;
	uint32_t c;

	while (chars_next(&cell, &c)) {
		c = name_char(c);
		if (char_is_invisible(c) || (c == ' ' && (n == 0 || p[n - 1] == ' ')))
			continue;
		n += utf8_put(c, p + n);
	}
	return str_trim((struct str){ p, n });
}

/* ---- what is written beside a name ---- */

struct beside {
	char *name, *note; /* room for the line, and a blank for each of its characters */
	size_t name_n, note_n;
};

static void
note_add(struct beside *beside, struct str text)
{
	text = str_trim(text);
	if (text.n == 0)
		return;
	if (beside->note_n > 0)
		beside->note[beside->note_n++] = ' ';
	memcpy(beside->note + beside->note_n, text.p, text.n);
	beside->note_n += text.n;
}

/* What stands in brackets goes to the note; one that does not end goes on to the line's end. */
static void
brackets_take(struct str line, struct beside *beside)
{
	while (line.n > 0) {
		const char *end;

		if (line.p[0] == ')' || line.p[0] != '(') {
			if (line.p[0] != ')')
				beside->name[beside->name_n++] = line.p[0];
			line = str_slice(line, 1, SIZE_MAX);
			continue;
		}
		line = str_slice(line, 1, SIZE_MAX);
		end = memchr(line.p, ')', line.n);
		if (end == NULL)
			end = line.p + line.n;
		note_add(beside, (struct str){ line.p, (size_t)(end - line.p) });
		line = str_slice(line, (size_t)(end - line.p), SIZE_MAX);
	}
}

/* Never part of a name. */
static const char *const note_words[] = { "户主", "非户主", "租客", "租户", "承租人", "业主",
	"房东", "二房东", "已故", "已亡", "已死亡", "死亡", "已去世", "去世", "已迁出", "迁出",
	"已搬走", "搬走", "已搬离", "搬离", "新生儿", "代管" };

/* What separates a name from other words, or stands for nothing, at either end of it. */
static bool
is_mark(uint32_t c)
{
	return c == ' ' || c == '-' || c == ':' || c == ',' || c == ';' || c == '.' || c == '\'' ||
	       c == '"' || c == '`' || c == DOT || c == 0x3001 || c == 0x3002 || c == '/' ||
	       c == '_' || c == '|' || c == '\\' || c == '~' || c == '=' || c == '!' || c == ')';
}

/* Signs that somebody put at a name to remember something. */
static bool
is_sign(uint32_t c)
{
	return c == '*' || c == '#' || c == '^' || c == '+' || c == '&' || c == '@' ||
	       c == 0x203b || (c >= 0x2600 && c <= 0x27bf) || (c >= 0x25b2 && c <= 0x25ce) ||
	       c == 0x221a;
}

/* The last character of s, and its bytes; 0 when s is empty. */
static size_t
char_last(struct str s, uint32_t *ret_char)
{
	size_t n = s.n > 0;

	while (n > 0 && n < s.n && n < 4 && ((unsigned char)s.p[s.n - n] & 0xc0) == 0x80)
		n++;
	return n == 0 ? 0 : utf8_next(str_slice(s, s.n - n, n), ret_char);
}

/* Marks at both ends go, signs go to the note. A point behind a letter stays: John Example Jr. */
static struct str
ends_trim(struct str s, struct beside *beside)
{
	struct str before;
	uint32_t c = 0, last = 0;
	size_t n;

	while ((n = utf8_next(s, &c)) > 0 && (is_mark(c) || is_sign(c))) {
		if (is_sign(c))
			note_add(beside, str_slice(s, 0, n));
		s = str_slice(s, n, SIZE_MAX);
	}
	while ((n = char_last(s, &c)) > 0 && (is_mark(c) || is_sign(c))) {
		before = str_slice(s, 0, s.n - n);
		if (c == '.' && char_last(before, &last) > 0 && char_is_letter(last))
			break;
		if (is_sign(c))
			note_add(beside, str_slice(s, s.n - n, n));
		s = before;
	}
	return s;
}

/* The longest of the words with which s ends, leaving six bytes: two Han. NULL: none. */
static const char *
word_behind(struct str s)
{
	const char *found = NULL;

	for (size_t i = 0; i < LEN(note_words); i++)
		if (str_ends(s, str_of(note_words[i])) && s.n >= strlen(note_words[i]) + 6 &&
		    (found == NULL || strlen(note_words[i]) > strlen(found)))
			found = note_words[i];
	return found;
}

static struct str
words_behind_take(struct str name, struct beside *beside)
{
	const char *word;
	uint32_t c = 0;

	for (;;) {
		name = ends_trim(name, beside);
		word = word_behind(name);
		/* 亡 alone ends names too, but not behind a mark. */
		if (word == NULL && str_ends(name, S("亡")) &&
		    char_last(str_slice(name, 0, name.n - strlen("亡")), &c) > 0 && is_mark(c))
			word = "亡";
		if (word == NULL)
			return name;
		note_add(beside, str_of(word));
		name.n -= strlen(word);
	}
}

/* 1. and 1、 before a name number the rows. */
static struct str
numbering_drop(struct str name)
{
	struct str rest = name;
	int64_t number;

	while (rest.n > 0 && char_is_digit((unsigned char)rest.p[0]) &&
	       number_take(&rest, &number) &&
	       (str_starts(rest, S(".")) || str_starts(rest, S("、")))) {
		name = str_slice(rest, str_starts(rest, S(".")) ? 1 : strlen("、"), SIZE_MAX);
		rest = name;
	}
	return name;
}

/* 姓名: before a name is its heading, 户主: a note. */
static struct str
words_before_take(struct str name, struct beside *beside)
{
	struct str word;
	ptrdiff_t colon;

	for (;;) {
		name = ends_trim(numbering_drop(ends_trim(name, beside)), beside);
		colon = str_find(name, S(":"));
		if (colon < 0)
			return name;
		word = str_slice(name, 0, (size_t)colon);
		if (!str_equal(word, S("姓名")) && !str_equal(word, S("Name")) &&
		    !str_equal(word, S("name")))
			note_add(beside, word);
		name = str_slice(name, (size_t)colon + 1, SIZE_MAX);
	}
}

/* ---- the name itself ---- */

/*
 * What becomes of a mark between two characters: 0, it goes. Between Han every mark of those that
 * keyboards have becomes the dot; 张三、李四 keeps its comma and is doubtful.
 */
static uint32_t
mark_between(uint32_t c, uint32_t before, uint32_t after)
{
	bool is_han = char_is_han(before) && char_is_han(after);

	if (c == DOT)
		return DOT;
	if (c == ' ')
		return is_han || before == DOT || after == DOT ? 0 : ' ';
	if (is_han && (c == '.' || c == '-' || c == 0x3002 || c == '\''))
		return DOT;
	return c;
}

/* Blanks and marks settled. A point that becomes the dot takes a byte more. */
static struct str
marks_settle(struct arena *arena, struct str rest)
{
	char *p = arena_alloc(arena, 2 * rest.n + 1);
	struct str next;
	size_t to = 0;
	uint32_t before = 0, c, after;

	while (chars_next(&rest, &c)) {
		next = rest;
		after = 0;
		(void)chars_next(&next, &after);
		if (c == ' ' || is_mark(c))
			c = mark_between(c, before, after);
		if (c == 0 || ((c == DOT || c == ' ') && before == c))
			continue;
		to += utf8_put(c, p + to);
		before = c;
	}
	return (struct str){ p, to };
}

/* Two groups of Han of two characters and more with a blank between them may be two persons. */
static bool
may_be_two(struct str name)
{
	struct str word;
	size_t groups = 0;

	if (chars_has(name, "·"))
		return false;
	while (str_split(&name, ' ', &word)) {
		size_t han = 0;
		uint32_t c;

		while (chars_next(&word, &c))
			han += char_is_han(c);
		groups += han > 1;
	}
	return groups > 1;
}

/* · in names, and 々 in Japanese ones. */
static bool
is_name_mark(uint32_t c)
{
	return c == DOT || c == 0x3005;
}

/* Letters of other scripts, roughly: what is neither punctuation nor symbol nor private. */
static bool
is_foreign_letter(uint32_t c)
{
	return (c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7) || (c >= 0x2c00 && c < 0x2e00) ||
	       (c >= 0x3041 && c <= 0x318e) || (c >= 0xa000 && c <= 0xd7ff);
}

static bool
is_doubtful(struct str name)
{
	uint32_t c;

	while (chars_next(&name, &c))
		if (c < 0x80 ? !char_is_letter(c) && c != ' ' && c != '-' && c != '\'' && c != '.'
			     : !char_is_han(c) && !is_name_mark(c) && !is_foreign_letter(c))
			return true;
	return false;
}

static enum name_verdict
name_judge(struct str name, bool is_two)
{
	size_t characters = utf8_length(name);

	if (characters == 0 || text_is_none(name))
		return NAME_EMPTY;
	if (is_two || is_doubtful(name))
		return NAME_DOUBTFUL;
	return characters < NAME_CHARACTERS_MIN	  ? NAME_TOO_SHORT
	       : characters > NAME_CHARACTERS_MAX ? NAME_TOO_LONG
						  : NAME_OK;
}

void
name_clean(struct arena *arena, struct str cell, struct name *ret_name)
{
	struct str line = line_make(arena, cell), name;
	struct beside beside = { 0 };
	size_t bytes;
	bool is_two;

	beside.name = arena_alloc(arena, line.n + 1);
	beside.note = arena_alloc(arena, 2 * line.n + 1);
	brackets_take(line, &beside);
	name = (struct str){ beside.name, beside.name_n };
	do { /* 1.户主:张某-亡 has one word behind the other; each round takes some bytes off */
		bytes = name.n;
		name = words_behind_take(words_before_take(name, &beside), &beside);
	} while (name.n != bytes);
	is_two = may_be_two(name);
	name = marks_settle(arena, name);
	ret_name->text = text_is_none(name) ? S("") : name;
	ret_name->note = (struct str){ beside.note, beside.note_n };
	ret_name->verdict = name_judge(name, is_two);
}

struct label
name_verdict_label(enum name_verdict verdict)
{
	static const struct label labels[NAME_VERDICTS] = {
		[NAME_OK] = { "正确", "Correct" },
		[NAME_EMPTY] = { "没有姓名", "No name" },
		[NAME_TOO_SHORT] = { "姓名只有一个字", "The name has one character only" },
		[NAME_TOO_LONG] = { "姓名超过四十个字", "The name has more than forty characters" },
		[NAME_DOUBTFUL] = { "姓名可疑：有数字、缺字，或像是两个人",
		    "Doubtful name: digits, a lost character, or perhaps two persons" },
	};

	return labels[verdict];
}
