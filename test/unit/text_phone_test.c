/* text_phone_test.c -- telephone numbers as they stand in cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "text/phone.h"

/* What is expected, written as one line: M mobile, L landline, F foreign, D destroyed, U
 * unreadable, the number, >extension; then =words beside. */
static const struct {
	const char *cell, *expected;
} rows[] = {
	{ "13800000001", "M13800000001" },
	{ "１３８００００００１", "U1380000001" },
	{ "１３８０００００００１", "M13800000001" },
	{ " 138 0000 0001 ", "M13800000001" },
	{ "138-0000-0001", "M13800000001" },
	{ "138.0000.0001", "M13800000001" },
	{ "138\u00a00000\u200b0001", "M13800000001" },
	{ "'13800000001", "M13800000001" },
	{ "+8613800000001", "M13800000001" },
	{ "+86 138 0000 0001", "M13800000001" },
	{ "＋86－13800000001", "M13800000001" },
	{ "(+86)13800000001", "M13800000001" },
	{ "86-13800000001", "M13800000001" },
	{ "8613800000001", "M13800000001" },
	{ "008613800000001", "M13800000001" },
	{ "0086 138 0000 0001", "M13800000001" },
	{ "+86013800000001", "M13800000001" },
	{ "013800000001", "M13800000001" },
	{ "13800000001.0", "M13800000001" },
	{ "1.3800000001E+10", "M13800000001" },
	{ "1.3800000001e10", "M13800000001" },
	{ "1.38E+10", "D" },
	{ "1.38e+10", "D" },
	{ "１．３８Ｅ＋１０", "D" },
	{ "1.38E+10/13900000001", "D M13900000001" },
	{ "13800000001/13900000001", "M13800000001 M13900000001" },
	{ "13800000001、13900000001", "M13800000001 M13900000001" },
	{ "13800000001，13900000001", "M13800000001 M13900000001" },
	{ "13800000001；13900000001", "M13800000001 M13900000001" },
	{ "13800000001;13900000001", "M13800000001 M13900000001" },
	{ "13800000001\n13900000001", "M13800000001 M13900000001" },
	{ "13800000001 13900000001", "M13800000001 M13900000001" },
	{ "13800000001  138 0000 0002", "M13800000001 M13800000002" },
	{ "13800000001-13900000001", "M13800000001 M13900000001" },
	{ "1380000000113900000001", "M13800000001 M13900000001" },
	{ "13800000001或13900000001", "M13800000001 M13900000001" },
	{ "13800000001|13900000001", "M13800000001 M13900000001" },
	{ "13800000001/13800000001", "M13800000001" },
	{ "+8613800000001 13800000001", "M13800000001" },
	{ "0755-82345678", "L075582345678" },
	{ "075582345678", "L075582345678" },
	{ "（0755）82345678", "L075582345678" },
	{ "0755 8234 5678", "L075582345678" },
	{ "0755－82345678转801", "L075582345678>801" },
	{ "0755-82345678-801", "L075582345678>801" },
	{ "0755-82345678 分机 801", "L075582345678>801" },
	{ "0755-82345678 ext.801", "L075582345678>801" },
	{ "0755-82345678#801", "L075582345678>801" },
	{ "+86 755 82345678", "L075582345678" },
	{ "+86-10-82345678", "L01082345678" },
	{ "+86 (0)755 82345678", "L075582345678" },
	{ "010-82345678", "L01082345678" },
	{ "021-62345678", "L02162345678" },
	{ "0716-6234567", "L07166234567" },
	{ "82345678", "L82345678" },
	{ "8234 5678", "L82345678" },
	{ "6234567", "L6234567" },
	{ "400-820-0001", "L4008200001" },
	{ "0755-82345678/13800000001", "L075582345678 M13800000001" },
	{ "82345678 13800000001", "L82345678 M13800000001" },
	{ "0755-82345678 0755-82345679", "L075582345678 L075582345679" },
	{ "+852 6123 4567", "F+85261234567" },
	{ "852-61234567", "F+85261234567" },
	{ "00852 61234567", "F+85261234567" },
	{ "+853 66123456", "F+85366123456" },
	{ "+886 912 345 678", "F+886912345678" },
	{ "+1 (415) 555-0100", "F+14155550100" },
	{ "0014155550100", "F+14155550100" },
	{ "+81 90-1234-5678", "F+819012345678" },
	{ "13800000001/+852 61234567", "M13800000001 F+85261234567" },
	{ "张某13800000001", "M13800000001=张某" },
	{ "张某 13800000001", "M13800000001=张某" },
	{ "13800000001（父亲）", "M13800000001=父亲" },
	{ "13800000001(父亲) 13900000001(母亲)", "M13800000001 M13900000001=父亲 母亲" },
	{ "手机：13800000001", "M13800000001" },
	{ "手机13800000001 座机0755-82345678", "M13800000001 L075582345678" },
	{ "Tel: 13800000001", "M13800000001" },
	{ "2号门卫 13800000001", "M13800000001=2号门卫" },
	{ "Anna Example 13800000001", "M13800000001=Anna Example" },
	{ "1380000000", "U1380000000" },
	{ "138000000012", "U138000000012" },
	{ "12800000001", "U12800000001" },
	{ "138****0001", "U" },
	{ "****0001", "U0001" },
	{ "99", "U99" },
	{ "", "" },
	{ "无", "" },
	{ "-", "" },
	{ "/", "" },
	{ "无手机", "" },
	{ "同上", "=同上" },
	{ "13800000001/13800000002/13800000003/13800000004/13800000005/13800000006/13800000007",
	    "M13800000001 M13800000002 M13800000003 M13800000004 M13800000005 M13800000006+" },
};

static void
phones_print(const struct phones *phones, char *ret_text, size_t bytes)
{
	static const char letters[PHONE_VERDICTS] = "MLFDU";
	size_t n = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < phones->count; i++) {
		const struct phone *p = &phones->list[i];

		n += (size_t)snprintf(ret_text + n, bytes - n, "%s%c%s%s%s", i > 0 ? " " : "",
		    letters[p->verdict], p->number, p->extension[0] != '\0' ? ">" : "",
		    p->extension);
	}
	if (phones->has_more)
		n += (size_t)snprintf(ret_text + n, bytes - n, "+");
	if (phones->rest.n > 0)
		(void)snprintf(
		    ret_text + n, bytes - n, "=%.*s", (int)phones->rest.n, phones->rest.p);
}

static void
cells_are_read(void **state)
{
	struct arena arena = { 0 };
	struct phones phones;
	char text[400];
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		phones_read(&arena, str_of(rows[i].cell), &phones);
		phones_print(&phones, text, sizeof(text));
		if (strcmp(text, rows[i].expected) != 0) {
			wrong++;
			print_error(
			    "'%s': '%s', expected '%s'\n", rows[i].cell, text, rows[i].expected);
		}
		arena_reset(&arena);
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

/* A number as it is kept is read as itself. */
static void
reading_twice_is_reading_once(void **state)
{
	struct arena arena = { 0 };
	struct phones once, twice;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		phones_read(&arena, str_of(rows[i].cell), &once);
		for (size_t k = 0; k < once.count; k++) {
			if (once.list[k].number[0] == '\0')
				continue;
			phones_read(&arena, str_of(once.list[k].number), &twice);
			assert_int_equal(twice.count, 1);
			assert_string_equal(twice.list[0].number, once.list[k].number);
			assert_int_equal(twice.list[0].verdict, once.list[k].verdict);
		}
		arena_reset(&arena);
	}
	arena_done(&arena);
}

/* Whatever separates two mobile numbers, both are found. */
static void
separators_do_not_matter(void **state)
{
	static const char *const separators[] = { "/", "、", "，", ",", "；", ";", "\n", "\r\n",
		" ", "  ", "\t", " / ", "或", "和", "及", "|", "\\", "&", "-", " - ", "\u3000",
		"。", ".", "(", "" };
	struct arena arena = { 0 };
	struct phones phones;
	char cell[64];
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(separators); i++) {
		(void)snprintf(cell, sizeof(cell), "13800000001%s19900000002", separators[i]);
		phones_read(&arena, str_of(cell), &phones);
		if (phones.count != 2 || strcmp(phones.list[0].number, "13800000001") != 0 ||
		    strcmp(phones.list[1].number, "19900000002") != 0) {
			wrong++;
			print_error("'%s': %zu numbers\n", cell, phones.count);
		}
		arena_reset(&arena);
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

static void
labels_have_both_languages(void **state)
{
	(void)state;
	for (int v = 0; v < PHONE_VERDICTS; v++) {
		struct label label = phone_verdict_label((enum phone_verdict)v);

		assert_true(strlen(label.zh) > 0 && strlen(label.en) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_read),
		cmocka_unit_test(reading_twice_is_reading_once),
		cmocka_unit_test(separators_do_not_matter),
		cmocka_unit_test(labels_have_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
