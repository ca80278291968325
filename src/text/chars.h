/*
 * chars.h -- single characters of a cell: width, invisibility, Chinese numerals.
 *
 * What people typed, pasted and forwarded differs in ways that nobody sees. Everything in src/text
 * looks at a cell through these functions. Those of chars.c need no libc and run on the phone too.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* A word in the two languages of the users. */
struct label {
	const char *zh, *en;
};

/* Stands for a byte that is not UTF-8. */
#define CHAR_BROKEN 0xfffdu

/* Takes the next character off *rest; CHAR_BROKEN for a byte that is not UTF-8. False: the end. */
bool chars_next(struct str *rest, uint32_t *ret_char);

/*
 * The plain form of a character: full-width forms to ASCII, every kind of space to ' ', every dash
 * to '-', curly quotes to straight ones, other control characters than white space to themselves.
 */
uint32_t char_narrow(uint32_t c);

/* Takes no room on the screen: zero-width characters, byte-order marks, marks of direction. */
bool char_is_invisible(uint32_t c);

bool char_is_digit(uint32_t c);	 /* 0-9 */
bool char_is_letter(uint32_t c); /* A-Z, a-z */
bool char_is_han(uint32_t c);	 /* unified ideographs of all planes, and 〇 */

/* 0-9 for 〇零一二…九, 两, and the banker's 壹贰…玖; -1 for others. */
int char_numeral(uint32_t c);

/*
 * Takes a whole number off *rest: ASCII digits, or Chinese numerals as digits (一五〇二), with
 * units (一百零三, 二十三) or short (廿三). False (and nothing taken): none there, or above
 * 999,999,999.
 */
bool number_take(struct str *rest, int64_t *ret_value);

/* str_equal and str_find without libc, against a NUL-terminated text. */
bool chars_equal(struct str s, const char *text);
bool chars_has(struct str s, const char *text);

/* Numbers as spreadsheets and programs print them into a cell. */
enum number_form {
	NUMBER_FORM_OTHER,   /* not such a form */
	NUMBER_FORM_WHOLE,   /* every digit is known: 1.3800000001E+10, 13800000000.0 */
	NUMBER_FORM_ROUNDED, /* digits are gone: 1.38E+10, 440304199003071000.0 */
};
#define NUMBER_FORM_MAX 63

/*
 * Recognises 4.40304E+17 and 13800000000.0 in narrow upper-case ASCII. Where it is WHOLE, the
 * digits are written and counted. 16 digits and more are always ROUNDED: a double holds 15.
 * The exponent needs a sign or the mantissa a point, because passports may read 4E123456.
 */
enum number_form number_form_read(
    struct str s, char ret_digits[static NUMBER_FORM_MAX], size_t *ret_count);

/*
 * The cell as one line: narrow, without invisible characters and broken bytes, white space
 * (line breaks too) to single spaces, none at the ends. Twice is the same as once.
 */
struct str text_line(struct arena *arena, struct str cell);

/* text_line without any space and in lower case, for comparing with tables of words. */
struct str text_word(struct arena *arena, struct str cell);

/* Stands for "there is none": empty, 无, 没有, 暂无, 未知, 不详, /, -, none, N/A … */
bool text_is_none(struct str line);
