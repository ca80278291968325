/* sheet_csv_test.c -- text files as offices send them: encodings, separators, quotes, damage. */
#include <errno.h>
#include <iconv.h>
#include "sheet_parts.h"

#define assert_csv(text, expected) assert_bytes(S(text), NULL, expected)

static void
commas_quotes_and_lines(void **state)
{
	(void)state;
	assert_csv(
	    "姓名,电话\n张三丰,13800000000\n", "1: A'姓名' B'电话'\n2: A'张三丰' B'13800000000'\n");
	assert_csv("a,b\r\n1,2\r\n", "1: A'a' B'b'\n2: A'1' B'2'\n");
	assert_csv("a,b\r1,2\r\r3,4", "1: A'a' B'b'\n2: A'1' B'2'\n4: A'3' B'4'\n");
	assert_csv("\n\n,,\na,,c\n", "4: A'a' C'c'\n");
	assert_csv("a,\"b \"\"c\"\", d\"\n", "1: A'a' B'b \"c\", d'\n");
	assert_csv("a,\"1\n2\r\n3\"\nx,y\n", "1: A'a' B'1\n2\r\n3'\n4: A'x' B'y'\n");
	assert_csv("a,\"\",\"b\"", "1: A'a' C'b'\n");
	assert_csv("3\"管,a\n", "1: A'3\"管' B'a'\n");
	assert_csv("\"益民\"小区,a\n", "1: A'益民小区' B'a'\n");
	assert_csv("=\"0440\",\"=\"\"12\"\"\",=\"\",=\"\n",
	    "1: A'0440' B'12' D'=\"'\n");
	assert_csv("only\n", "1: A'only'\n");
}

static void
quotes_that_do_not_close(void **state)
{
	(void)state;
	assert_csv("a,b\n1,\"2\n3,4\n", "1: A'a' B'b'\nsheet_quote_unclosed 2 B\n");
	/* The mark of line 2 closes at line 3's, and swallows its beginning. */
	assert_csv("a,b\n1,\"2\n3,\"4\"\n", "1: A'a' B'b'\nsheet_quote_unclosed 2 B\n");
	assert_csv("\"", "sheet_quote_unclosed 1 A\n");
}

static void
separators(void **state)
{
	(void)state;
	assert_csv("姓名;地址\n甲;3栋,1502\n乙;4栋,201\n",
	    "1: A'姓名' B'地址'\n2: A'甲' B'3栋,1502'\n3: A'乙' B'4栋,201'\n");
	assert_csv("名单\n\n姓名\t地址\n甲\t3栋,1502\n",
	    "1: A'名单'\n3: A'姓名' B'地址'\n4: A'甲' B'3栋,1502'\n");
	assert_csv("名;数\n甲;1,5\n乙;2,5\n", "1: A'名' B'数'\n2: A'甲' B'1,5'\n3: A'乙' B'2,5'\n");
	assert_csv("a,b\n\"1;2;3\",4\n", "1: A'a' B'b'\n2: A'1;2;3' B'4'\n");
	assert_csv("sep=|\na|b\n1,2|3\n", "2: A'a' B'b'\n3: A'1,2' B'3'\n");
}

static struct buffer
converted(const char *utf8, const char *encoding, const char *mark)
{
	struct buffer b = { 0 };
	iconv_t cd = iconv_open(encoding, "UTF-8");
	char *from = (char *)(uintptr_t)utf8, *to;
	size_t from_bytes = strlen(utf8), to_bytes = from_bytes * 4;

	buffer_add(&b, str_of(mark));
	to = buffer_reserve(&b, to_bytes);
	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &from, &from_bytes, &to, &to_bytes), 0);
	b.n = (size_t)(to - b.p);
	iconv_close(cd);
	return b;
}

static void
encodings(void **state)
{
	static const char text[] = "姓名,住址\r\n𬀩㛃·阿依,益田花园三栋\r\n";
	static const char expected[] =
	    "1: A'姓名' B'住址'\n2: A'𬀩㛃·阿依' B'益田花园三栋'\n";
	static const struct {
		const char *encoding, *mark;
	} cases[] = {
		{ "UTF-8", "" },
		{ "UTF-8", "\xef\xbb\xbf" },
		{ "GB18030", "" },
		{ "UTF-16LE", "\xff\xfe" },
		{ "UTF-16BE", "\xfe\xff" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct buffer b = converted(text, cases[i].encoding, cases[i].mark);

		assert_bytes(buffer_str(&b), NULL, expected);
		buffer_done(&b);
	}
}

/* Characters lie across the borders of what is read at a time, at every offset. */
static void
long_texts_in_every_encoding(void **state)
{
	static const char *const encodings[] = { "UTF-8", "GB18030", "UTF-16LE" };
	static const char *const marks[] = { "", "", "\xff\xfe" };

	(void)state;
	for (size_t e = 0; e < LEN(encodings); e++) {
		for (size_t shift = 0; shift < 5; shift++) {
			struct buffer text = { 0 }, b;
			struct sheet *sheet;
			struct sheet_fault fault;
			struct sheet_row row;
			uint32_t count = 0;

			buffer_add(&text, (struct str){ "aaaaa", shift });
			for (int i = 0; i < 30000; i++)
				buffer_add(&text, S("住址𬀩,\"3\"\"栋\"\n"));
			buffer_char(&text, '\0');
			b = converted(text.p, encodings[e], marks[e]);
			assert_int_equal(
			    sheet_open_memory(buffer_str(&b), NULL, &sheet, &fault), 0);
			while (sheet_next(sheet, &row, &fault) == 1) {
				assert_int_equal(row.number, ++count);
				assert_int_equal(row.cell_count, 2);
				assert_true(str_ends(row.cells[0].text, S("住址𬀩")));
				assert_true(str_equal(row.cells[1].text, S("3\"栋")));
			}
			assert_int_equal(count, 30000);
			sheet_close(sheet);
			buffer_done(&b);
			buffer_done(&text);
		}
	}
}

static void
text_that_is_damaged(void **state)
{
	struct buffer b = { 0 };

	(void)state;
	assert_csv("a,b\n\xff\xff,1\n", "sheet_text_undecodable 2\n");
	assert_csv("\xef\xbb\xbf"
		   "a,b\r\n1,\xb0\xa1\r\n",
	    "sheet_text_undecodable 2\n");
	assert_csv("a,b\n1,\0\n", "sheet_text_nul 2\n");
	assert_csv("\xff\xfe"
		   "a\0\n\0\0\xd8"
		   "b\0",
	    "sheet_text_undecodable 2\n");
	assert_csv("\xff\xfe"
		   "a\0\n\0\0\0"
		   "b\0",
	    "sheet_text_nul 2\n");
	assert_csv("\xff\xfe"
		   "a",
	    "sheet_text_undecodable 1\n");
	assert_csv("", "sheet_empty\n");
	assert_csv("\xef\xbb\xbf", "sheet_empty\n");
	assert_csv("\xff\xfe", "sheet_empty\n");
	assert_csv("\r\n , \n", "2: A' ' B' '\n");
	/* UTF-8 that was cut in the middle of a character is not taken for GB18030. */
	for (int i = 0; i < 20; i++)
		buffer_add(&b, S("姓名,住址\n"));
	buffer_add(&b, S("\xe5\xbc"));
	assert_bytes(buffer_str(&b), NULL, "sheet_text_undecodable 21\n");
	buffer_done(&b);
}

static void
markup_under_a_tables_name(void **state)
{
	(void)state;
	assert_csv("<html><body><table>", "sheet_is_html\n");
	assert_csv("\xef\xbb\xbf\r\n <!DOCTYPE HTML PUBLIC", "sheet_is_html\n");
	assert_csv("<!-- saved --> <TABLE border=1>", "sheet_is_html\n");
	assert_csv("MIME-Version: 1.0\r\nX-Document-Type: Workbook", "sheet_is_html\n");
	assert_csv("<?xml version=\"1.0\"?><html xmlns=", "sheet_is_html\n");
	assert_csv("<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>",
	    "sheet_is_xml\n");
	assert_csv("<\xff", "sheet_text_undecodable 1\n");
	assert_csv("<5岁,1\n", "1: A'<5岁' B'1'\n");
}

static void
limits_of_text(void **state)
{
	struct sheet_limits limits = sheet_limits_usual;

	(void)state;
	limits.columns_max = 2;
	assert_bytes(S("a,b\na,b,c\n"), &limits, "1: A'a' B'b'\nsheet_columns_max 2 C\n");
	limits = sheet_limits_usual;
	limits.rows_max = 1;
	assert_bytes(S("a,b\n\na,b\n"), &limits, "1: A'a' B'b'\nsheet_rows_max 3\n");
	limits = sheet_limits_usual;
	limits.cell_bytes_max = 4;
	assert_bytes(
	    S("abcd\nab,\"cd\"\"efg\"\n"), &limits, "1: A'abcd'\nsheet_cell_bytes_max 2 B\n");
	limits = sheet_limits_usual;
	limits.row_bytes_max = 5;
	assert_bytes(S("abc,de\nabc,def\n"), &limits, "1: A'abc' B'de'\nsheet_row_bytes_max 2 B\n");
	limits = sheet_limits_usual;
	limits.file_bytes_max = 5;
	assert_bytes(S("abc,d"), &limits, "1: A'abc' B'd'\n");
	assert_bytes(S("abc,de"), &limits, "sheet_file_bytes_max\n");
}

/* More rows than the thread keeps ready; and the sheet is closed before it has read them all. */
static void
rows_read_ahead(void **state)
{
	struct buffer csv = { 0 };
	struct sheet *sheet;
	struct sheet_row row;
	struct sheet_fault fault;

	(void)state;
	for (uint32_t i = 1; i <= 20000; i++)
		buffer_printf(&csv, "%u,%u\n", i, i % 7);
	for (uint32_t stop = 1; stop <= 20000; stop = stop * 9 + 1) {
		assert_int_equal(
		    sheet_open_memory(buffer_str(&csv), NULL, &sheet, &fault), 0);
		sheet_read_ahead(sheet);
		for (uint32_t i = 1; i <= stop; i++) {
			int64_t said = 0;

			assert_int_equal(sheet_next(sheet, &row, &fault), 1);
			assert_int_equal(row.number, i);
			assert_true(str_to_i64(sheet_row_cell(&row, 0)->text, &said));
			assert_int_equal(said, i);
		}
		sheet_close(sheet);
	}
	buffer_done(&csv);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_quotes_and_lines),
		cmocka_unit_test(quotes_that_do_not_close),
		cmocka_unit_test(separators),
		cmocka_unit_test(encodings),
		cmocka_unit_test(long_texts_in_every_encoding),
		cmocka_unit_test(text_that_is_damaged),
		cmocka_unit_test(markup_under_a_tables_name),
		cmocka_unit_test(limits_of_text),
		cmocka_unit_test(rows_read_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
