/* sheet_write_test.c -- tables written, and read again; the input given back with remarks. */
#include <dirent.h>
#include <errno.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include "sheet_parts.h"

#define TEXT(s)                                                                                    \
	{                                                                                          \
		.kind = SHEET_VALUE_TEXT, .text = {(s), sizeof(s) - 1 }                            \
	}
#define INTEGER(n)                                                                                 \
	{                                                                                          \
		.kind = SHEET_VALUE_INTEGER, .number = (n)                                         \
	}
#define DATE(n)                                                                                    \
	{                                                                                          \
		.kind = SHEET_VALUE_DATE, .number = (n)                                            \
	}
#define DATETIME(n)                                                                                \
	{                                                                                          \
		.kind = SHEET_VALUE_DATETIME, .number = (n)                                        \
	}
#define EMPTY                                                                                      \
	{                                                                                          \
		.kind = SHEET_VALUE_EMPTY                                                          \
	}

static struct buffer
file_read(const char *path)
{
	struct buffer b = { 0 };
	FILE *file = fopen(path, "rb");
	size_t n;

	assert_non_null(file);
	while ((n = fread(buffer_reserve(&b, 65536), 1, 65536, file)) > 0)
		b.n += n;
	fclose(file);
	buffer_char(&b, '\0');
	return b;
}

static size_t
files_count(const char *path)
{
	DIR *dir = opendir(path);
	size_t count = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static void
table_write(const char *path, enum sheet_format format)
{
	static const struct str titles[] = { { "益民社区名单", 18 }, { "", 0 } };
	static const struct str names[] = { { "姓名", 6 }, { "证件号码", 12 }, { "次数", 6 },
		{ "出生日期", 12 }, { "采样时间", 12 } };
	static const struct sheet_value rows[][5] = {
		{ TEXT("张三丰"), TEXT("440304199003071000"), INTEGER(-3), DATE(19900307),
		    DATETIME(1646386200000) },
		{ TEXT("=HYPERLINK(\"x\")"), TEXT("+86 138"), INTEGER(9007199254740993),
		    DATE(19000228), DATETIME(-3000000000000) },
		{ EMPTY, EMPTY, EMPTY, EMPTY, EMPTY },
		{ TEXT("a\"b,\n行"), TEXT("@x"), INTEGER(0), EMPTY, DATETIME(1646386200500) },
	};
	const struct sheet_write_options options = {
		.sheet_name = S("一栋"),
		.watermark = S("仅供防疫 & 王某 2022-03-04"),
		.titles = titles,
		.title_count = 2,
	};
	struct sheet_writer *writer;

	assert_int_equal(sheet_write_open(path, format, &options, &writer), 0);
	assert_int_equal(sheet_write_heading(writer, names, LEN(names)), 0);
	for (size_t i = 0; i < LEN(rows); i++)
		assert_int_equal(sheet_write_row(writer, rows[i], 5), 0);
	assert_int_equal(access(path, F_OK), -1); /* nothing half */
	assert_int_equal(sheet_write_close(writer), 0);
}

static void
round_trip_xlsx(void **state)
{
	struct folder folder = folder_new();
	struct stat stat_buffer;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/表.xlsx", folder.path);
	table_write(path, SHEET_XLSX);
	assert_file(path, NULL,
	    "一栋 1: A'仅供防疫 & 王某 2022-03-04'\n"
	    "一栋 2: A'益民社区名单'\n"
	    "一栋 3: A'姓名' B'证件号码' C'次数' D'出生日期' E'采样时间'\n"
	    "一栋 4: A'张三丰' B'440304199003071000' C#-3 D@19900307 E@20220304+34200000\n"
	    "一栋 5: A'=HYPERLINK(\"x\")' B'+86 138' C'9007199254740993' D'1900-02-28' "
	    "E'1874-12-07 18:40:00'\n"
	    "一栋 7: A'a\"b,\n行' B'@x' C#0 E@20220304+34200500\n");
	assert_int_equal(stat(path, &stat_buffer), 0);
	assert_int_equal(stat_buffer.st_mode & 0777, 0600);
	assert_int_equal(files_count(folder.path), 1);
	folder_remove(&folder);
}

static void
round_trip_csv(void **state)
{
	struct folder folder = folder_new();
	struct buffer b;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x.csv", folder.path);
	table_write(path, SHEET_CSV);
	b = file_read(path);
	assert_string_equal(b.p, "\xef\xbb\xbf仅供防疫 & 王某 2022-03-04\r\n"
				 "益民社区名单\r\n"
				 "姓名,证件号码,次数,出生日期,采样时间\r\n"
				 "张三丰,440304199003071000,-3,1990-03-07,2022-03-04 09:30:00\r\n"
				 "\"'=HYPERLINK(\"\"x\"\")\",'+86 "
				 "138,9007199254740993,1900-02-28,1874-12-07 18:40:00\r\n"
				 ",,,,\r\n"
				 "\"a\"\"b,\n行\",'@x,0,,2022-03-04 09:30:00\r\n");
	assert_file(path, NULL,
	    "1: A'仅供防疫 & 王某 2022-03-04'\n"
	    "2: A'益民社区名单'\n"
	    "3: A'姓名' B'证件号码' C'次数' D'出生日期' E'采样时间'\n"
	    "4: A'张三丰' B'440304199003071000' C'-3' D'1990-03-07' E'2022-03-04 09:30:00'\n"
	    "5: A''=HYPERLINK(\"x\")' B''+86 138' C'9007199254740993' D'1900-02-28' "
	    "E'1874-12-07 18:40:00'\n"
	    "7: A'a\"b,\n行' B''@x' C'0' E'2022-03-04 09:30:00'\n");
	buffer_done(&b);
	folder_remove(&folder);
}

static void
formulas_in_csv(void **state)
{
	static const char *const heads[] = { "=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "＝1",
		"＋", "－", "＠" };
	struct buffer b = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(heads); i++) {
		buffer_reset(&b);
		csv_text(&b, str_of(heads[i]));
		assert_int_equal(b.p[b.p[0] == '"'], '\'');
	}
	buffer_reset(&b);
	csv_text(&b, S("a=1"));
	buffer_char(&b, '|');
	csv_text(&b, S(" =1"));
	buffer_char(&b, '|');
	csv_text(&b, S("\xff\xe5\xbc\xa0\0"));
	assert_true(str_equal(buffer_str(&b), S("a=1|\" =1\"|\xef\xbf\xbd张\xef\xbf\xbd")));
	buffer_done(&b);
}

/* Any text comes back as it was, if XML can say it at all. */
static void
odd_texts_in_xlsx(void **state)
{
	static const struct str texts[] = {
		{ "_x000D_", 7 },
		{ "a\r\nb", 4 },
		{ "\x01\x1f", 2 },
		{ " 前后 ", 8 },
		{ "<&>\"'", 5 },
		{ "𬀩㛃·阿", 12 },
		{ "\t", 1 },
		{ "_x00", 4 },
		{ "__x4E2D__", 9 },
	};
	struct sheet_value values[LEN(texts)];
	struct folder folder = folder_new();
	struct sheet_write_options options = { .sheet_name = { "", 0 } };
	struct sheet_writer *writer;
	struct sheet *sheet;
	struct sheet_fault fault;
	struct sheet_row row;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x.xlsx", folder.path);
	assert_int_equal(sheet_write_open(path, SHEET_XLSX, &options, &writer), 0);
	for (size_t i = 0; i < LEN(texts); i++)
		values[i] = (struct sheet_value){ .kind = SHEET_VALUE_TEXT, .text = texts[i] };
	assert_int_equal(sheet_write_row(writer, values, LEN(texts)), 0);
	values[0].text = S("\xff\0\xef\xbf\xbf");
	assert_int_equal(sheet_write_row(writer, values, 1), 0);
	assert_int_equal(sheet_write_close(writer), 0);
	assert_int_equal(sheet_open(path, NULL, &sheet, &fault), 0);
	assert_int_equal(sheet_next(sheet, &row, &fault), 1);
	assert_int_equal(row.cell_count, LEN(texts));
	assert_true(str_equal(row.sheet, S("Sheet1")));
	for (size_t i = 0; i < LEN(texts); i++)
		if (!str_equal(row.cells[i].text, texts[i]))
			fail_msg("%zu: %.*s", i, (int)row.cells[i].text.n, row.cells[i].text.p);
	assert_int_equal(sheet_next(sheet, &row, &fault), 1);
	assert_true(str_equal(row.cells[0].text, S("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")));
	sheet_close(sheet);
	folder_remove(&folder);
}

static void
cells_cut_at_their_limit(void **state)
{
	struct buffer b = { 0 }, text = { 0 };

	(void)state;
	for (int i = 0; i < SHEET_CELL_UNITS_MAX; i++)
		buffer_add(&text, S("栋"));
	xlsx_text(&b, buffer_str(&text));
	assert_true(str_equal(buffer_str(&b), buffer_str(&text)));
	buffer_add(&text, S("栋"));
	buffer_reset(&b);
	xlsx_text(&b, buffer_str(&text));
	assert_int_equal(b.n, text.n - 3);
	assert_true(str_ends(buffer_str(&b), S("栋…")));
	/* Characters beyond the basic plane count two. */
	buffer_reset(&text);
	buffer_reset(&b);
	for (int i = 0; i < SHEET_CELL_UNITS_MAX / 2 + 1; i++)
		buffer_add(&text, S("😀"));
	xlsx_text(&b, buffer_str(&text));
	assert_int_equal(b.n, SHEET_CELL_UNITS_MAX / 2 * 4 + 3);
	buffer_done(&b);
	buffer_done(&text);
}

static void
what_cannot_be_written(void **state)
{
	static struct sheet_value wide[SHEET_XLSX_COLUMNS_MAX + 1];
	static const struct str titles[SHEET_TITLES_MAX + 1];
	struct sheet_value long_text = { .kind = SHEET_VALUE_TEXT };
	struct sheet_value no_date[] = { DATE(20220230) }, no_time[] = { DATETIME(INT64_MAX) };
	struct folder folder = folder_new();
	struct sheet_write_options options = { .sheet_name = S("a/b") };
	struct sheet_writer *writer;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x.xlsx", folder.path);
	assert_int_equal(sheet_write_open(path, SHEET_XLSX, &options, &writer), -EINVAL);
	long_text.text.n = sheet_limits_usual.row_bytes_max;
	long_text.text.p = memset(malloc(long_text.text.n + 1), 'x', long_text.text.n + 1);
	options.sheet_name = S("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二");
	assert_int_equal(sheet_write_open(path, SHEET_XLSX, &options, &writer), -EINVAL);
	options = (struct sheet_write_options){ .titles = titles, .title_count = LEN(titles) };
	assert_int_equal(sheet_write_open(path, SHEET_XLSX, &options, &writer), -EINVAL);
	options = (struct sheet_write_options){ .title_count = 0 };
	assert_int_equal(
	    sheet_write_open("/nonexistent/x", SHEET_XLSX, &options, &writer), -ENOENT);
	for (enum sheet_format format = SHEET_XLSX; format <= SHEET_CSV; format++) {
		assert_int_equal(sheet_write_open(path, format, &options, &writer), 0);
		assert_int_equal(sheet_write_row(writer, wide, LEN(wide)), -EFBIG);
		assert_int_equal(sheet_write_row(writer, wide, 1), -EFBIG);
		assert_int_equal(sheet_write_close(writer), -EFBIG);
		assert_int_equal(sheet_write_open(path, format, &options, &writer), 0);
		assert_int_equal(sheet_write_row(writer, &long_text, 1), 0);
		long_text.text.n++;
		assert_int_equal(sheet_write_row(writer, &long_text, 1), -EFBIG);
		long_text.text.n--;
		sheet_write_abandon(writer);
		assert_int_equal(sheet_write_open(path, format, &options, &writer), 0);
		assert_int_equal(sheet_write_row(writer, no_date, 1), -EINVAL);
		sheet_write_abandon(writer);
		assert_int_equal(sheet_write_open(path, format, &options, &writer), 0);
		assert_int_equal(sheet_write_row(writer, no_time, 1), -EINVAL);
		sheet_write_abandon(writer);
	}
	sheet_write_abandon(NULL);
	free((char *)(uintptr_t)long_text.text.p);
	assert_int_equal(files_count(folder.path), 0);
	folder_remove(&folder);
}

static void
rows_of_the_format(void **state)
{
	struct folder folder = folder_new();
	struct sheet_write_options options = { .title_count = 0 };
	struct sheet_value value = EMPTY, one = INTEGER(1);
	struct sheet_writer *writer;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x.xlsx", folder.path);
	assert_int_equal(sheet_write_open(path, SHEET_XLSX, &options, &writer), 0);
	for (int i = 1; i < SHEET_XLSX_ROWS_MAX; i++)
		assert_int_equal(sheet_write_row(writer, &value, 1), 0);
	assert_int_equal(sheet_write_row(writer, &one, 1), 0);
	assert_int_equal(sheet_write_row(writer, &one, 1), -EFBIG);
	sheet_write_abandon(writer);
	folder_remove(&folder);
}

/* A disk that is full is told, whatever libxlsxwriter makes of it, and leaves nothing behind. */
static void
full_disk(void **state)
{
	struct folder folder = folder_new();
	struct sheet_write_options options = { .title_count = 0 };
	struct sheet_writer *writer;
	struct rlimit before, small;
	char path[128], text[64];
	int results[2];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x", folder.path);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ .rlim_cur = 100000, .rlim_max = before.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	for (enum sheet_format format = SHEET_XLSX; format <= SHEET_CSV; format++) {
		assert_int_equal(sheet_write_open(path, format, &options, &writer), 0);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		for (int i = 0; i < 20000; i++) {
			struct sheet_value value = { .kind = SHEET_VALUE_TEXT };

			(void)snprintf(text, sizeof(text), "%d %d", i, i * 7919 % 10007);
			value.text = str_of(text);
			(void)sheet_write_row(writer, &value, 1);
		}
		results[format] = sheet_write_close(writer);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	}
	assert_true(results[SHEET_XLSX] == -EFBIG || results[SHEET_XLSX] == -EIO);
	assert_int_equal(results[SHEET_CSV], -EFBIG);
	assert_int_equal(files_count(folder.path), 0);
	folder_remove(&folder);
}

static void
widths(void **state)
{
	(void)state;
	assert_int_equal(text_width(S("张三a")), 5);
	assert_int_equal(text_width(S("张\nabcd\n三")), 4);
	assert_int_equal(text_width(S("")), 0);
	assert_int_equal(
	    text_width(S("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三")),
	    SHEET_WIDTH_MAX);
}

static void
text_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void
remarks_beside_a_text_file(void **state)
{
	static const struct sheet_remark remarks[] = {
		{ 0, 3, { SHEET_REMARK_HEADING, sizeof(SHEET_REMARK_HEADING) - 1 } },
		{ 0, 5, { "号码已损坏", 15 } },
		{ 0, 5, { "电话缺失", 12 } },
		{ 0, 7, { "nobody", 6 } }, /* there is no such row */
		{ 3, 1, { "nowhere", 7 } },
	};
	struct folder folder = folder_new();
	struct sheet_fault fault;
	char input[128], output[128];

	(void)state;
	(void)snprintf(input, sizeof(input), "%s/in.csv", folder.path);
	(void)snprintf(output, sizeof(output), "%s/out.xlsx", folder.path);
	text_write(input, "名单\n\n姓名,证件号码,电话\n甲,1,2\n乙,4.40304E+17\n丙,\"x\ny\",3\n");
	assert_int_equal(sheet_annotate(input, output, NULL, remarks, LEN(remarks), &fault), 0);
	assert_file(output, NULL,
	    "Sheet1 1: A'名单'\n"
	    "Sheet1 3: A'姓名' B'证件号码' C'电话' D'处理结果 Remark'\n"
	    "Sheet1 4: A'甲' B'1' C'2'\n"
	    "Sheet1 5: A'乙' B'4.40304E+17' D'号码已损坏；电话缺失'\n"
	    "Sheet1 6: A'丙' B'x\ny' C'3'\n");
	text_write(input, "a,\"b\n");
	assert_int_equal(sheet_annotate(input, output, NULL, NULL, 0, &fault), -EBADMSG);
	assert_int_equal(fault.code, SHEET_CODE_sheet_quote_unclosed);
	text_write(input, "a\n");
	assert_int_equal(sheet_annotate(input, "/nonexistent/x", NULL, NULL, 0, &fault), -ENOENT);
	assert_int_equal(fault.code, SHEET_CODE_sheet_unreadable);
	assert_int_equal(sheet_annotate("/nonexistent/x", output, NULL, NULL, 0, &fault), -ENOENT);
	text_write(input, "\n");
	assert_int_equal(sheet_annotate(input, output, NULL, NULL, 0, &fault), 0);
	assert_file(output, NULL, "");
	folder_remove(&folder);
}

static void
remarks_beside_a_workbook(void **state)
{
	static const struct sheet_remark remarks[] = {
		{ 0, 4, { "新增", 6 } },
		{ 0, 5, { "可疑", 6 } },
	};
	struct folder folder = folder_new();
	struct sheet_fault fault;
	char input[128], output[128];

	(void)state;
	(void)snprintf(input, sizeof(input), "%s/in", folder.path);
	(void)snprintf(output, sizeof(output), "%s/out", folder.path);
	table_write(input, SHEET_XLSX);
	assert_int_equal(sheet_annotate(input, output, NULL, remarks, LEN(remarks), &fault), 0);
	assert_file(output, NULL,
	    "一栋 1: A'仅供防疫 & 王某 2022-03-04'\n"
	    "一栋 2: A'益民社区名单'\n"
	    "一栋 3: A'姓名' B'证件号码' C'次数' D'出生日期' E'采样时间'\n"
	    "一栋 4: A'张三丰' B'440304199003071000' C'-3' D'1990-03-07' E'2022-03-04 09:30:00' "
	    "F'新增'\n"
	    "一栋 5: A'=HYPERLINK(\"x\")' B'+86 138' C'9007199254740993' D'1900-02-28' "
	    "E'1874-12-07 18:40:00' F'可疑'\n"
	    "一栋 7: A'a\"b,\n行' B'@x' C'0' E'2022-03-04 09:30:00'\n");
	folder_remove(&folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip_xlsx),
		cmocka_unit_test(round_trip_csv),
		cmocka_unit_test(formulas_in_csv),
		cmocka_unit_test(odd_texts_in_xlsx),
		cmocka_unit_test(cells_cut_at_their_limit),
		cmocka_unit_test(what_cannot_be_written),
		cmocka_unit_test(rows_of_the_format),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(widths),
		cmocka_unit_test(remarks_beside_a_text_file),
		cmocka_unit_test(remarks_beside_a_workbook),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
