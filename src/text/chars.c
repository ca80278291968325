/* chars.c -- see chars.h. Without libc. */
#include "text/chars.h"

bool
chars_next(struct str *rest, uint32_t *ret_char)
{
	size_t n;

	if (rest->n == 0)
		return false;
	n = utf8_next(*rest, ret_char);
	if (n == 0) {
		*ret_char = CHAR_BROKEN;
		n = 1;
	}
	rest->p += n;
	rest->n -= n;
	return true;
}

static bool
is_wide_space(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       (c >= 0x2028 && c <= 0x2029) || c == 0x202f || c == 0x205f || c == 0x3000 ||
	       (c >= '\t' && c <= '\r');
}

uint32_t
char_narrow(uint32_t c)
{
	if (c >= 0x21 && c <= 0x7e)
		return c;
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xff01 + '!';
	if (is_wide_space(c))
		return ' ';
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe58 || c == 0xfe63)
		return '-';
	if (c == 0x2018 || c == 0x2019 || c == 0x2032 || c == 0x201b)
		return '\'';
	if (c == 0x201c || c == 0x201d || c == 0x2033 || c == 0x201f)
		return '"';
	return c;
}

bool
char_is_invisible(uint32_t c)
{
	return c < '\t' || (c > '\r' && c < ' ') || c == 0x7f ||
	       (c >= 0x80 && c < 0xa0 && c != 0x85) || c == 0xad || c == 0x34f || c == 0x61c ||
	       c == 0x115f || c == 0x1160 || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x3164 ||
	       (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c == 0xffa0 ||
	       (c >= 0xfff0 && c <= 0xfffc) || (c >= 0xe0000 && c <= 0xe0fff);
}

bool
char_is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

bool
char_is_letter(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool
char_is_han(uint32_t c)
{
	return c == 0x3007 || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x323af);
}

int
char_numeral(uint32_t c)
{
	static const uint32_t numerals[][2] = {
		{ 0x3007, 0x96f6 },
		{ 0x4e00, 0x58f9 },
		{ 0x4e8c, 0x8d30 },
		{ 0x4e09, 0x53c1 },
		{ 0x56db, 0x8086 },
		{ 0x4e94, 0x4f0d },
		{ 0x516d, 0x9646 },
		{ 0x4e03, 0x67d2 },
		{ 0x516b, 0x634c },
		{ 0x4e5d, 0x7396 },
	};

	if (c == 0x25cb) /* ○, often typed for 〇 */
		return 0;
	if (c == 0x4e24) /* 两 */
		return 2;
	for (int i = 0; i < (int)LEN(numerals); i++)
		if (numerals[i][0] == c || numerals[i][1] == c)
			return i;
	return -1;
}

/* 十 百 千, and how much they count; 0 for others. */
static int64_t
numeral_unit(uint32_t c)
{
	switch (c) {
	case 0x5341: /* 十 */
	case 0x62fe: /* 拾 */
		return 10;
	case 0x767e: /* 百 */
	case 0x4f70: /* 佰 */
		return 100;
	case 0x5343: /* 千 */
	case 0x4edf: /* 仟 */
		return 1000;
	}
	return 0;
}

#define NUMBER_MAX INT64_C(999999999)

static bool
digits_take(struct str *rest, int64_t *ret_value)
{
	struct str s = *rest;
	int64_t value = 0;

	while (s.n > 0 && char_is_digit((unsigned char)s.p[0])) {
		value = value * 10 + (s.p[0] - '0');
		if (value > NUMBER_MAX)
			return false;
		s = (struct str){ s.p + 1, s.n - 1 };
	}
	if (s.p == rest->p)
		return false;
	*rest = s;
	*ret_value = value;
	return true;
}

/* Numerals written one after the other: 二〇二二. One alone, or several. */
static bool
plain_take(struct str *rest, int64_t *ret_value)
{
	struct str s = *rest, next = s;
	uint32_t c;
	int64_t value = 0;
	int digit;

	while (chars_next(&next, &c) && (digit = char_numeral(c)) >= 0) {
		value = value * 10 + digit;
		if (value > NUMBER_MAX)
			return false;
		s = next;
	}
	if (s.p == rest->p)
		return false;
	*rest = s;
	*ret_value = value;
	return true;
}

/* 廿 twenty, 卅 thirty; 0 for others. */
static int64_t
numeral_tens(uint32_t c)
{
	return c == 0x5eff ? 20 : c == 0x5345 ? 30 : 0;
}

/* Numerals with units, these in falling order: 一百零三, 十五, 廿三. */
static bool
units_take(struct str *rest, int64_t *ret_value)
{
	struct str s = *rest, next = s;
	uint32_t c;
	int64_t total = 0, digit = -1, unit, unit_before = 10000;

	while (chars_next(&next, &c)) {
		if (numeral_tens(c) != 0 && unit_before > 10 && digit <= 0) {
			total += numeral_tens(c);
			unit_before = 10;
			digit = -1;
		} else if ((unit = numeral_unit(c)) != 0 && unit < unit_before && digit != 0) {
			total += (digit < 0 ? 1 : digit) * unit;
			unit_before = unit;
			digit = -1;
		} else if (char_numeral(c) >= 0 && digit <= 0) {
			digit = char_numeral(c);
		} else {
			break;
		}
		s = next;
	}
	if (unit_before == 10000)
		return false;
	*rest = s;
	*ret_value = total + (digit > 0 ? digit : 0);
	return true;
}

bool
number_take(struct str *rest, int64_t *ret_value)
{
	return digits_take(rest, ret_value) || units_take(rest, ret_value) ||
	       plain_take(rest, ret_value);
}

bool
chars_equal(struct str s, const char *text)
{
	size_t i = 0;

	while (i < s.n && text[i] != '\0' && s.p[i] == text[i])
		i++;
	return i == s.n && text[i] == '\0';
}

bool
chars_has(struct str s, const char *text)
{
	for (size_t at = 0; at <= s.n; at++) {
		size_t i = 0;

		while (at + i < s.n && text[i] != '\0' && s.p[at + i] == text[i])
			i++;
		if (text[i] == '\0')
			return true;
	}
	return false;
}

/* Where the digits from `at` on end. */
static size_t
digits_end(struct str s, size_t at)
{
	while (at < s.n && char_is_digit((unsigned char)s.p[at]))
		at++;
	return at;
}

/* E+17 at `at`, to the end of s. False: not so. */
static bool
exponent_read(struct str s, size_t at, bool has_point, size_t *ret_exponent)
{
	size_t exponent = 0;

	if (at == s.n || s.p[at] != 'E')
		return false;
	at++;
	if (at < s.n && s.p[at] == '+')
		at++;
	else if (!has_point)
		return false;
	if (at == s.n || s.n - at > 3 || digits_end(s, at) != s.n)
		return false;
	for (; at < s.n; at++)
		exponent = exponent * 10 + (size_t)(s.p[at] - '0');
	*ret_exponent = exponent;
	return true;
}

enum number_form
number_form_read(struct str s, char ret_digits[static NUMBER_FORM_MAX], size_t *ret_count)
{
	size_t whole = digits_end(s, 0), count = whole, end = whole, exponent;
	bool has_point = whole < s.n && s.p[whole] == '.', is_zero = true;

	if (whole == 0 || s.n > NUMBER_FORM_MAX)
		return NUMBER_FORM_OTHER;
	if (has_point)
		end = digits_end(s, whole + 1);
	for (size_t i = 0; i < whole; i++)
		ret_digits[i] = s.p[i];
	for (size_t i = whole + 1; i < end; i++) {
		ret_digits[count++] = s.p[i];
		is_zero = is_zero && s.p[i] == '0';
	}
	if (exponent_read(s, end, has_point, &exponent)) {
		*ret_count = count;
		return whole + exponent <= 15 && count == whole + exponent ? NUMBER_FORM_WHOLE
									   : NUMBER_FORM_ROUNDED;
	}
	if (end != s.n || end < whole + 2 || !is_zero)
		return NUMBER_FORM_OTHER;
	*ret_count = whole;
	return whole <= 15 ? NUMBER_FORM_WHOLE : NUMBER_FORM_ROUNDED;
}

#define NONE_BYTES_MAX 12 /* of the longest word for nothing: 拒绝提供 */

bool
text_is_none(struct str line)
{
	static const char *const words[] = { "无", "没有", "暂无", "未知", "不详", "未提供", "未填",
		"未填写", "无证", "无证件", "不清楚", "不知道", "拒绝提供", "空", "没", "暂缺",
		"缺", "none", "None", "NONE", "n/a", "N/A", "NA", "na", "null", "NULL", "nil",
		"unknown", "Unknown" };
	struct str marks = line;
	uint32_t c;
	bool has_more = false;

	while (!has_more && chars_next(&marks, &c))
		has_more = c != '/' && c != '-' && c != '\\' && c != '_' && c != '.' &&
			   c != ' ' && c != '\'' && c != 0x3001 && c != 0x3002;
	if (!has_more)
		return true;
	if (line.n > NONE_BYTES_MAX)
		return false;
	for (size_t i = 0; i < LEN(words); i++)
		if (chars_equal(line, words[i]))
			return true;
	return false;
}
