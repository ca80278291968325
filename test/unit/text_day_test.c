/* text_day_test.c -- days as they stand in cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/when.h"
#include "text/day.h"

#define EXACT	   DAY_EXACT, DAY_DOUBT_NONE
#define NO_YEAR	   DAY_DOUBTFUL, DAY_DOUBT_YEAR_MISSING
#define SHORT_YEAR DAY_DOUBTFUL, DAY_DOUBT_YEAR_SHORT
#define WHICH	   DAY_DOUBTFUL, DAY_DOUBT_MONTH_OR_DAY
#define NO_DAY	   DAY_DOUBTFUL, DAY_DOUBT_DAY_MISSING
#define SERIAL	   DAY_DOUBTFUL, DAY_DOUBT_SERIAL_TEXT
#define BAD	   DAY_UNREADABLE, DAY_DOUBT_NONE, 0
#define EMPTY	   DAY_EMPTY, DAY_DOUBT_NONE, 0

static const date_ymd today = { 20220304 };

struct row {
	const char *cell;
	enum day_verdict verdict;
	enum day_doubt doubt;
	int64_t ymd;
	int32_t minute; /* one too many, so that 0 means not said */
};

static const struct row texts[] = {
	{ "2022-03-05", EXACT, 20220305, 0 },
	{ "2022-3-5", EXACT, 20220305, 0 },
	{ "2022.3.5", EXACT, 20220305, 0 },
	{ "2022.03.05", EXACT, 20220305, 0 },
	{ "2022。3。5", EXACT, 20220305, 0 },
	{ "2022、3、5", EXACT, 20220305, 0 },
	{ "2022/3/5", EXACT, 20220305, 0 },
	{ "2022\\3\\5", EXACT, 20220305, 0 },
	{ "2022 3 5", EXACT, 20220305, 0 },
	{ "2022 / 3 / 5", EXACT, 20220305, 0 },
	{ "２０２２．３．５", EXACT, 20220305, 0 },
	{ "2022—3—5", EXACT, 20220305, 0 },
	{ "2022.3.5.", EXACT, 20220305, 0 },
	{ "'2022-03-05", EXACT, 20220305, 0 },
	{ "\u200b2022-03-05\u00a0", EXACT, 20220305, 0 },
	{ "2022年3月5日", EXACT, 20220305, 0 },
	{ "2022年03月05日", EXACT, 20220305, 0 },
	{ "2022年3月5号", EXACT, 20220305, 0 },
	{ "2022年3月5", EXACT, 20220305, 0 },
	{ "2022年3.5", EXACT, 20220305, 0 },
	{ "2022 年 3 月 5 日", EXACT, 20220305, 0 },
	{ "公元2022年3月5日", EXACT, 20220305, 0 },
	{ "2022年3月5日星期六", EXACT, 20220305, 0 },
	{ "2022年3月5日（周六）", EXACT, 20220305, 0 },
	{ "2022-03-05 星期六 14:30", EXACT, 20220305, 871 },
	{ "1990年3月7日出生", EXACT, 19900307, 0 },
	{ "1990年3月7日生", EXACT, 19900307, 0 },
	{ "二〇二二年三月五日", EXACT, 20220305, 0 },
	{ "二零二二年三月五日", EXACT, 20220305, 0 },
	{ "二○二二年十二月二十五日", EXACT, 20221225, 0 },
	{ "二〇二二年十月三十一日", EXACT, 20221031, 0 },
	{ "二〇二二年元月廿三日", EXACT, 20220123, 0 },
	{ "一九九〇年三月七日", EXACT, 19900307, 0 },
	{ "贰零贰贰年叁月伍日", EXACT, 20220305, 0 },
	{ "20220305", EXACT, 20220305, 0 },
	{ "19491001", EXACT, 19491001, 0 },
	{ "2022-03-05 14:30", EXACT, 20220305, 871 },
	{ "2022-03-05 14:30:59", EXACT, 20220305, 871 },
	{ "2022-03-05T14:30:00Z", EXACT, 20220305, 871 },
	{ "2022-03-05T14:30:00.000+08:00", EXACT, 20220305, 871 },
	{ "2022/3/5 0:00", EXACT, 20220305, 1 },
	{ "2022/3/5 0:00:00", EXACT, 20220305, 1 },
	{ "2022/3/5 2:30:00 PM", EXACT, 20220305, 871 },
	{ "2022/3/5 12:05 AM", EXACT, 20220305, 6 },
	{ "2022/3/5 下午2:30", EXACT, 20220305, 871 },
	{ "2022年3月5日 上午 9:05", EXACT, 20220305, 546 },
	{ "2022年3月5日14时30分", EXACT, 20220305, 871 },
	{ "2022年3月5日14点半", EXACT, 20220305, 871 },
	{ "2022.3.5 8：05", EXACT, 20220305, 486 },
	{ "20220305 14:30", EXACT, 20220305, 871 },
	{ "5-Mar-2022", EXACT, 20220305, 0 },
	{ "05 March 2022", EXACT, 20220305, 0 },
	{ "Mar 5, 2022", EXACT, 20220305, 0 },
	{ "March 5th, 2022", EXACT, 20220305, 0 },
	{ "5-3月-2022", EXACT, 20220305, 0 },
	{ "5-三月-22", SHORT_YEAR, 20220305, 0 },
	{ "5-Mar-22", SHORT_YEAR, 20220305, 0 },
	{ "13/5/2021", EXACT, 20210513, 0 },
	{ "5/13/2021", EXACT, 20210513, 0 },
	{ "5/5/2021", EXACT, 20210505, 0 },
	{ "3/5/2022", WHICH, 20220305, 0 },
	{ "03-05-2022", WHICH, 20220305, 0 },
	{ "22.3.5", SHORT_YEAR, 20220305, 0 },
	{ "22-03-05", SHORT_YEAR, 20220305, 0 },
	{ "22/3/5", SHORT_YEAR, 20220305, 0 },
	{ "22年3月5日", SHORT_YEAR, 20220305, 0 },
	{ "90.3.7", SHORT_YEAR, 19900307, 0 },
	{ "90年3月7日", SHORT_YEAR, 19900307, 0 },
	{ "23.3.7", SHORT_YEAR, 19230307, 0 },
	{ "3/7/90", WHICH, 19900307, 0 },
	{ "3/17/90", SHORT_YEAR, 19900317, 0 },
	{ "900307", SHORT_YEAR, 19900307, 0 },
	{ "3月5日", NO_YEAR, 20220305, 0 },
	{ "三月五日", NO_YEAR, 20220305, 0 },
	{ "3月5号14:30", NO_YEAR, 20220305, 871 },
	{ "3.5", NO_YEAR, 20220305, 0 },
	{ "3-5", NO_YEAR, 20220305, 0 },
	{ "12月25日", NO_YEAR, 20211225, 0 },
	{ "4月4日", NO_YEAR, 20220404, 0 },
	{ "4月5日", NO_YEAR, 20210405, 0 },
	{ "5-Mar", NO_YEAR, 20220305, 0 },
	{ "1990年3月", NO_DAY, 19900301, 0 },
	{ "1990.3", NO_DAY, 19900301, 0 },
	{ "1990-03", NO_DAY, 19900301, 0 },
	{ "3/1990", NO_DAY, 19900301, 0 },
	{ "199003", NO_DAY, 19900301, 0 },
	{ "1990年", NO_DAY, 19900101, 0 },
	{ "1990", NO_DAY, 19900101, 0 },
	{ "Mar 1990", NO_DAY, 19900301, 0 },
	{ "44625", SERIAL, 20220305, 0 },
	{ "", EMPTY, 0 },
	{ " ", EMPTY, 0 },
	{ "无", EMPTY, 0 },
	{ "/", EMPTY, 0 },
	{ "至今", EMPTY, 0 },
	{ "长期", BAD, 0 },
	{ "2022-02-29", BAD, 0 },
	{ "2022-13-05", BAD, 0 },
	{ "2022.3.32", BAD, 0 },
	{ "20221305", BAD, 0 },
	{ "2022年13月5日", BAD, 0 },
	{ "2022-03-05-06", BAD, 0 },
	{ "上周三", BAD, 0 },
	{ "3月", BAD, 0 },
	{ "5日", BAD, 0 },
	{ "14:30", BAD, 0 },
	{ "2022-03-05 25:00", BAD, 0 },
	{ "同上", BAD, 0 },
	{ "13800000001", BAD, 0 },
	{ "12345", SERIAL, 19331018, 0 },
	{ "2022-03-05 a long remark that no date has, and that is longer than the buffer of one "
	  "line of a "
	  "date, which is a limit of its own",
	    BAD, 0 },
};

static const struct row numbers[] = {
	{ "44625", EXACT, 20220305, 0 },
	{ "44625.0", EXACT, 20220305, 1 },
	{ "44625.604166666664", EXACT, 20220305, 871 },
	{ "44625.9999999", EXACT, 20220305, 1440 },
	{ "32939", EXACT, 19900307, 0 },
	{ "366", EXACT, 19001231, 0 },
	{ "2958465", EXACT, 99991231, 0 },
	{ "2958466", BAD, 0 },
	{ "20220305", EXACT, 20220305, 0 },
	{ "199003", NO_DAY, 19900301, 0 },
	{ "1990", NO_DAY, 19900101, 0 },
	{ "1990.3", NO_DAY, 19900101, 0 },
	{ "3.5", BAD, 0 },
	{ "0", BAD, 0 },
	{ "-5", BAD, 0 },
	{ "2022-03-05", EXACT, 20220305, 0 },
};

static size_t
row_check(const struct row *row, struct day_context context)
{
	struct day day;
	size_t wrong = 0;

	day_read(str_of(row->cell), context, &day);
	if (day.verdict != row->verdict || day.doubt != row->doubt || day.date.ymd != row->ymd ||
	    day.minute != row->minute - 1) {
		wrong++;
		print_error("'%s': verdict %d doubt %d day %d minute %d; expected %d %d %d %d\n",
		    row->cell, (int)day.verdict, (int)day.doubt, (int)day.date.ymd, (int)day.minute,
		    (int)row->verdict, (int)row->doubt, (int)row->ymd, (int)row->minute - 1);
	}
	return wrong;
}

static void
cells_are_read(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(texts); i++)
		wrong += row_check(&texts[i], (struct day_context){ .today = today });
	for (size_t i = 0; i < LEN(numbers); i++)
		wrong += row_check(
		    &numbers[i], (struct day_context){ .is_number = true, .today = today });
	assert_int_equal(wrong, 0);
}

static void
without_today_a_year_stays_missing(void **state)
{
	struct day day;

	(void)state;
	day_read(S("3月5日"), (struct day_context){ 0 }, &day);
	assert_int_equal(day.verdict, DAY_UNREADABLE);
	day_read(S("2022年3月5日"), (struct day_context){ 0 }, &day);
	assert_int_equal(day.verdict, DAY_EXACT);
}

/* 1900 to 2099 read as years, and below 366 there are no days. */
static void
serial_check(int64_t serial, bool is_1904, int64_t ymd)
{
	struct day day;
	char cell[24];

	if (serial < 366 || (serial >= 1900 && serial <= 2099))
		return;
	(void)snprintf(cell, sizeof(cell), "%d", (int)serial);
	day_read(str_of(cell), (struct day_context){ .is_number = true, .is_1904 = is_1904 }, &day);
	assert_int_equal(day.verdict, DAY_EXACT);
	assert_int_equal(day.date.ymd, ymd);
}

/* Every day of two centuries, in every way of writing it, in both systems of serial numbers. */
static void
every_day_is_read(void **state)
{
	static const char *const forms[] = { "%04d-%02d-%02d", "%d.%d.%d", "%d/%d/%d",
		"%d年%d月%d日", "%04d%02d%02d", "%d年%02d月%02d日 08:15" };
	struct day_context text = { .today = { 21000101 } };
	struct day day;
	char cell[64];

	(void)state;
	for (int64_t n = date_to_days((date_ymd){ 19010101 }); n < 47000; n += 3) {
		int ymd = (int)date_of_days(n).ymd;

		for (size_t i = 0; i < LEN(forms); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			(void)snprintf(
			    cell, sizeof(cell), forms[i], ymd / 10000, ymd / 100 % 100, ymd % 100);
#pragma GCC diagnostic pop
			day_read(str_of(cell), text, &day);
			assert_int_equal(day.verdict, DAY_EXACT);
			assert_int_equal(day.date.ymd, ymd);
		}
		serial_check(n + 25569, false, ymd);
		serial_check(n + 25569 - 1462, true, ymd);
	}
}

static void
periods_are_read(void **state)
{
	static const struct {
		const char *cell;
		int64_t from, to;
	} rows[] = {
		{ "2022.3.5-2022.3.19", 20220305, 20220319 },
		{ "2022-03-05至2022-03-19", 20220305, 20220319 },
		{ "2022/3/5—2022/3/19", 20220305, 20220319 },
		{ "2022-03-05~2022-03-19", 20220305, 20220319 },
		{ "2022-03-05 - 2022-03-19", 20220305, 20220319 },
		{ "2022年3月5日到3月19日", 20220305, 20220319 },
		{ "2021.12.25-1.8", 20211225, 20220108 },
		{ "3月5日至3月19日", 20220305, 20220319 },
		{ "3.5-3.19", 20220305, 20220319 },
		{ "2022.3.5 8:00-2022.3.19 8:00", 20220305, 20220319 },
		{ "2022-03-05", 0, 0 },
		{ "2022-03-19至2022-03-05", 0, 0 },
		{ "至2022-03-05", 0, 0 },
		{ "", 0, 0 },
		{ "十四天", 0, 0 },
	};
	struct day from, to;
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		bool is_read = period_read(
		    str_of(rows[i].cell), (struct day_context){ .today = today }, &from, &to);

		if (is_read != (rows[i].from != 0) || from.date.ymd != rows[i].from ||
		    to.date.ymd != rows[i].to) {
			wrong++;
			print_error(
			    "'%s': %d to %d\n", rows[i].cell, (int)from.date.ymd, (int)to.date.ymd);
		}
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_read),
		cmocka_unit_test(without_today_a_year_stays_missing),
		cmocka_unit_test(every_day_is_read),
		cmocka_unit_test(periods_are_read),
	};

	for (int i = 0; i < DAY_DOUBTS; i++)
		if ((strlen(day_doubt_label((enum day_doubt)i).zh) > 0) != (i > 0))
			return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
