/* recovery_test.c -- the recovery sheet: what is printed can be typed in again, mistakes are named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "ledger/recovery.h"

/* Sixteen words of the paper's examples, as bytes: 127.0.0.1 is lusab-babad, and so on. */
static const unsigned char known[KEY_BYTES] = { 127, 0, 0, 1, 63, 84, 220, 193, 63, 118, 7, 35, 140,
	98, 193, 141, 64, 255, 6, 200, 128, 30, 52, 45, 147, 67, 119, 2, 212, 58, 253, 68 };
static const char known_words[] = "lusab-babad-gutih-tugad-gutuk-bisog-mudof-sakat-haguz-biram-"
				  "mabiv-gibot-natag-lisaf-tibup-zujah-";

static void
random_master(uint32_t seed, unsigned char ret_master[KEY_BYTES])
{
	unsigned char bytes[randombytes_SEEDBYTES] = { 0 };

	memcpy(bytes, &seed, sizeof(seed));
	randombytes_buf_deterministic(ret_master, KEY_BYTES, bytes);
}

static struct recovery_problem
problem_of(const char *typed)
{
	unsigned char master[KEY_BYTES] = { 9 };
	struct recovery_problem problem;

	assert_false(recovery_words_read(str_of(typed), master, &problem));
	for (size_t i = 0; i < KEY_BYTES; i++)
		assert_int_equal(master[i], i == 0 ? 9 : 0);
	return problem;
}

static void
words_are_proquints(void **state)
{
	char words[RECOVERY_WORDS_BYTES];

	(void)state;
	recovery_words(known, words);
	assert_memory_equal(words, known_words, sizeof(known_words) - 1);
	assert_int_equal(strlen(words), RECOVERY_WORDS_BYTES - 1);
}

static void
random_masters_come_back(void **state)
{
	char words[RECOVERY_WORDS_BYTES];
	unsigned char master[KEY_BYTES], back[KEY_BYTES];
	struct recovery_problem problem;

	(void)state;
	for (uint32_t seed = 0; seed < 2000; seed++) {
		random_master(seed, master);
		recovery_words(master, words);
		assert_true(recovery_words_read(str_of(words), back, &problem));
		assert_memory_equal(master, back, KEY_BYTES);
	}
}

/* Writes the words with a separator after each; NULL: none. */
static void
typed(const char *separator, bool is_upper, bool is_numbered, char *ret)
{
	char words[RECOVERY_WORDS_BYTES];

	recovery_words(known, words);
	for (size_t i = 0; i < RECOVERY_WORDS; i++) {
		if (is_numbered && i % 3 == 0)
			ret += sprintf(ret, "%zu. ", i / 3 + 1);
		for (size_t at = 0; at < 5; at++)
			*ret++ = (char)(words[6 * i + at] - (is_upper ? 'a' - 'A' : 0));
		ret += sprintf(ret, "%s", separator);
	}
}

static void
any_way_of_typing_is_read(void **state)
{
	static const char *const separators[] = { "", " ", "-", " - ", "\n", "\r\n", ", ", ".",
		"\t", "　", "–", "\n\n  " };
	char text[1000], coded[1100];
	unsigned char back[KEY_BYTES];
	struct recovery_problem problem;

	(void)state;
	for (size_t i = 0; i < LEN(separators); i++)
		for (unsigned how = 0; how < 4; how++) {
			typed(separators[i], how & 1, how & 2, text);
			assert_true(recovery_words_read(str_of(text), back, &problem));
			assert_memory_equal(known, back, KEY_BYTES);
			(void)snprintf(coded, sizeof(coded), "\n %s%s", "redVEST1:", text);
			assert_true(recovery_words_read(str_of(coded), back, &problem));
			assert_memory_equal(known, back, KEY_BYTES);
		}
}

static void
every_wrong_letter_is_found(void **state)
{
	static const char all[] = "abcdefghijklmnopqrstuvwxyz";
	char words[RECOVERY_WORDS_BYTES];

	(void)state;
	recovery_words(known, words);
	for (size_t i = 0; i < RECOVERY_WORDS_BYTES - 1; i++) {
		char before = words[i];

		if (i % 6 == 5)
			continue;
		for (const char *c = all; *c != '\0'; c++) {
			struct recovery_problem p;

			if (*c == before)
				continue;
			words[i] = *c;
			p = problem_of(words);
			assert_true(
			    p.fault == RECOVERY_WORD_WRONG || p.fault == RECOVERY_LETTER_WRONG);
			assert_int_equal(p.fault == RECOVERY_LETTER_WRONG,
			    strchr(i % 6 % 2 == 0 ? "bdfghjklmnprstvz" : "aiou", *c) != NULL);
			assert_int_equal(p.word, i / 6 + 1);
			assert_int_equal(p.group, i / 18 + 1);
		}
		words[i] = before;
	}
}

static void
other_mistakes_are_named(void **state)
{
	char words[RECOVERY_WORDS_BYTES], text[RECOVERY_TYPED_BYTES_MAX + 2];
	char line[RECOVERY_PROBLEM_BYTES];
	struct recovery_problem p;

	(void)state;
	recovery_words(known, words);
	assert_int_equal(problem_of("").fault, RECOVERY_TOO_FEW);
	p = problem_of("lusab babad");
	assert_int_equal(p.fault, RECOVERY_TOO_FEW);
	assert_int_equal(p.count, 2);
	recovery_problem_print(&p, false, line);
	assert_string_equal(line, "only 2 words, there are 18");

	(void)snprintf(text, sizeof(text), "%s babab", words);
	assert_int_equal(problem_of(text).fault, RECOVERY_TOO_MANY);
	(void)snprintf(text, sizeof(text), "%s b", words);
	assert_int_equal(problem_of(text).fault, RECOVERY_TOO_MANY);

	/* A letter left out, in the fifth word. */
	(void)snprintf(text, sizeof(text), "lusab babad gutih tugad guuk %s", words + 30);
	p = problem_of(text);
	assert_int_equal(p.fault, RECOVERY_WORD_WRONG);
	assert_int_equal(p.word, 5);
	assert_int_equal(p.group, 2);
	recovery_problem_print(&p, false, line);
	assert_string_equal(
	    line, "group 2, word 2 (number 5 of all) is no word of a recovery sheet");
	recovery_problem_print(&p, true, line);
	assert_string_equal(line, "第 2 组第 2 个词（全表第 5 个）不是恢复表上的词");

	/* Two words in the wrong order. */
	(void)snprintf(text, sizeof(text), "babad lusab%s", words + 11);
	assert_int_equal(problem_of(text).fault, RECOVERY_CHECK_WRONG);

	memset(text, ' ', sizeof(text));
	memcpy(text, words, strlen(words));
	text[RECOVERY_TYPED_BYTES_MAX + 1] = '\0';
	assert_int_equal(problem_of(text).fault, RECOVERY_TOO_LONG);
	text[RECOVERY_TYPED_BYTES_MAX] = '\0';
	assert_true(recovery_words_read(str_of(text), (unsigned char[KEY_BYTES]){ 0 }, &p));
}

/* The modules of the drawn code, from its half blocks; returns its width with the quiet zone. */
static size_t
drawn_read(const char *text, bool ret_dark[80][80])
{
	size_t width = 0, y = 0, x = 0;

	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			width = x > width ? x : width;
			x = 0, y += 2;
			continue;
		}
		assert_true(x < 80 && y + 1 < 80);
		if (*text == ' ') {
			ret_dark[y][x] = ret_dark[y + 1][x] = true;
			x++;
			continue;
		}
		ret_dark[y][x] = strncmp(text, "▄", 3) == 0;
		ret_dark[y + 1][x] = strncmp(text, "▀", 3) == 0;
		assert_true(ret_dark[y][x] || ret_dark[y + 1][x] || strncmp(text, "█", 3) == 0);
		x++, text += 2;
	}
	return width;
}

static size_t
svg_read(const char *text, bool ret_dark[80][80])
{
	const char *path = strstr(text, "<path fill=\"#000\" d=\"") + 21;
	unsigned x, y, n, size;
	int used;

	assert_int_equal(sscanf(strstr(text, "viewBox=\"0 0 ") + 13, "%u", &size), 1);
	while (sscanf(path, "M%u %uh%uv1h-%*uz%n", &x, &y, &n, &used) == 3) {
		assert_true(x + n <= 80 && y < 80);
		for (unsigned i = 0; i < n; i++)
			ret_dark[y][x + i] = true;
		path += used;
	}
	assert_memory_equal(path, "\"/>", 3);
	return size;
}

static struct recovery_sheet
sheet_of(const char *name)
{
	static const unsigned char id[DATABASE_ID_BYTES] = { 0xab, 0xcd, 1, 2 };

	return (struct recovery_sheet){ .master = known,
		.database_id = id,
		.area = { 440304005012 },
		.area_name = str_of(name),
		.date = { 20220304 } };
}

static void
both_drawings_are_the_same_code(void **state)
{
	struct recovery_sheet sheet = sheet_of("益民社区");
	struct buffer text = { 0 }, svg = { 0 };
	static bool drawn[80][80], vector[80][80];
	char words[9 + RECOVERY_WORDS_BYTES] = "REDVEST1:";
	QRcode *code;
	size_t size;
	const char *at;

	(void)state;
	assert_int_equal(recovery_sheet_text(&sheet, &text), 0);
	assert_int_equal(recovery_code_svg(known, &svg), 0);
	buffer_char(&text, '\0'), buffer_char(&svg, '\0');
	at = strstr(text.p, "████████");
	assert_non_null(at);
	size = drawn_read(at, drawn);
	assert_int_equal(svg_read(svg.p, vector), size);

	recovery_words(known, words + 9);
	for (char *c = words; *c != '\0'; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
	code = QRcode_encodeString(words, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
	assert_int_equal((size_t)code->width + 8, size);
	for (size_t y = 0; y < size; y++)
		for (size_t x = 0; x < size; x++) {
			bool is_inside = x >= 4 && y >= 4 && x < size - 4 && y < size - 4;
			bool is_dark = is_inside &&
				       (code->data[(y - 4) * (size_t)code->width + x - 4] & 1) != 0;

			assert_int_equal(drawn[y][x], is_dark);
			assert_int_equal(vector[y][x], is_dark);
		}
	QRcode_free(code);
	buffer_done(&text), buffer_done(&svg);
}

static void
the_sheet_says_all(void **state)
{
	static const char *const wanted[] = { "恢复表", "Recovery sheet", "440304005012",
		"abcd0102 00000000 00000000 00000000", "2022-03-04", "lusab", "zujah",
		"redvest restore", "a&lt;b&gt;&amp;&quot;c&quot;", "<svg ", "锁进保险柜",
		"in the safe" };
	struct recovery_sheet sheet = sheet_of("a<b>&\"c\"");
	struct buffer html = { 0 }, text = { 0 };

	(void)state;
	assert_int_equal(recovery_sheet_html(&sheet, &html), 0);
	for (size_t i = 0; i < LEN(wanted); i++)
		if (str_find(buffer_str(&html), str_of(wanted[i])) < 0)
			fail_msg("the sheet lacks %s", wanted[i]);
	assert_true(utf8_is_valid(buffer_str(&html)));
	assert_true(str_find(buffer_str(&html), S("a<b>")) < 0);
	/* Nothing is fetched from elsewhere by a page with a secret. */
	assert_true(str_find(buffer_str(&html), S("src=")) < 0);
	assert_true(str_find(buffer_str(&html), S("url(")) < 0);

	sheet.date.ymd = 0;
	assert_int_equal(recovery_sheet_text(&sheet, &text), 0);
	assert_true(str_find(buffer_str(&text), S("__________")) > 0);
	assert_true(str_find(buffer_str(&text),
			S("  1. lusab babad gutih     2. tugad gutuk bisog\n")) > 0);
	buffer_done(&html), buffer_done(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_proquints),
		cmocka_unit_test(random_masters_come_back),
		cmocka_unit_test(any_way_of_typing_is_read),
		cmocka_unit_test(every_wrong_letter_is_found),
		cmocka_unit_test(other_mistakes_are_named),
		cmocka_unit_test(both_drawings_are_the_same_code),
		cmocka_unit_test(the_sheet_says_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
