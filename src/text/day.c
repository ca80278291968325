/*
 * day.c -- see day.h.
 *
 * A text is taken apart into numbers, each with the unit (年 月 日) or the mark behind it. Units
 * say what a number is; without them, place and size do.
 */
#include <string.h>
#include "base/when.h"
#include "text/day.h"

#define LINE_BYTES   128 /* no date is longer */
#define TOKENS_MAX   3
#define SERIAL_LAST  2958465 /* 9999-12-31 */
#define SERIAL_FIRST 366     /* numbers below are months and days typed as 3.5, not 1900 */
#define LATER_DAYS   31	     /* a day without a year may be so much after today */

struct token {
	int64_t value;
	size_t digits; /* 0: Chinese numerals or a month's name */
	char unit;     /* 'y', 'm', 'd' or 0 */
	char mark;     /* what stood behind: / . - space or 0 */
};

struct parts {
	struct token tokens[TOKENS_MAX];
	size_t count;
	int32_t minute;
};

/* The three numbers of a date, as far as they are said. */
struct triple {
	int64_t year, month, day; /* 0: not said */
	enum day_doubt doubt;
};

/* Narrow, in lower case, without invisible characters, in a buffer. False: too long. */
static bool
line_make(struct str cell, char ret_line[static LINE_BYTES], size_t *ret_n)
{
	size_t n = 0;
	uint32_t c;

	while (chars_next(&cell, &c)) {
		c = char_narrow(c);
		if (char_is_invisible(c) || c == CHAR_BROKEN || (c == ' ' && n == 0))
			continue;
		if (n + 4 > LINE_BYTES)
			return false;
		n += utf8_put(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c, ret_line + n);
	}
	while (n > 0 && (ret_line[n - 1] == ' ' || ret_line[n - 1] == '\''))
		n--;
	*ret_n = n;
	return true;
}

static bool
word_take(struct str *rest, const char *word)
{
	if (!str_starts(*rest, str_of(word)))
		return false;
	*rest = str_slice(*rest, strlen(word), SIZE_MAX);
	return true;
}

static void
blanks_take(struct str *rest)
{
	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == ','))
		*rest = str_slice(*rest, 1, SIZE_MAX);
}

/* jan … december. */
static bool
month_name_take(struct str *rest, int64_t *ret_month)
{
	static const char names[12][4] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
		"sep", "oct", "nov", "dec" };

	for (size_t i = 0; i < LEN(names); i++)
		if (word_take(rest, names[i])) {
			while (rest->n > 0 && char_is_letter((unsigned char)rest->p[0]))
				*rest = str_slice(*rest, 1, SIZE_MAX);
			*ret_month = (int64_t)i + 1;
			return true;
		}
	return false;
}

static char
unit_take(struct str *rest)
{
	struct str s = *rest;
	char unit = 0;

	blanks_take(&s);
	if (word_take(&s, "年"))
		unit = 'y';
	else if (word_take(&s, "月份") || word_take(&s, "月"))
		unit = 'm';
	else if (word_take(&s, "日") || word_take(&s, "号") || word_take(&s, "號"))
		unit = 'd';
	if (unit != 0)
		*rest = s;
	return unit;
}

static char
mark_take(struct str *rest)
{
	static const char *const dots[] = { "。", "·", "、" };
	char mark = 0;
	bool has_blank = rest->n > 0 && rest->p[0] == ' ';

	blanks_take(rest);
	if (rest->n > 0 && strchr("/.-\\", rest->p[0]) != NULL) {
		mark = rest->p[0] == '\\' ? '/' : rest->p[0];
		*rest = str_slice(*rest, 1, SIZE_MAX);
	}
	for (size_t i = 0; mark == 0 && i < LEN(dots); i++)
		if (word_take(rest, dots[i]))
			mark = '.';
	blanks_take(rest);
	return mark == 0 && has_blank ? ' ' : mark;
}

static bool
token_take(struct str *rest, struct token *ret_token)
{
	const char *from;

	if (word_take(rest, "元月"))
		*ret_token = (struct token){ .value = 1, .unit = 'm' };
	else if (month_name_take(rest, &ret_token->value))
		*ret_token = (struct token){ .value = ret_token->value, .unit = 'm' };
	else {
		from = rest->p;
		if (!number_take(rest, &ret_token->value))
			return false;
		ret_token->digits =
		    char_is_digit((unsigned char)*from) ? (size_t)(rest->p - from) : 0;
		(void)(word_take(rest, "st") || word_take(rest, "nd") || word_take(rest, "rd") ||
		       word_take(rest, "th"));
		ret_token->unit = unit_take(rest);
	}
	ret_token->mark = mark_take(rest);
	return true;
}

/* 上午 and am, 下午 and pm: 0, 'a' or 'p'. */
static char
half_take(struct str *rest)
{
	blanks_take(rest);
	if (word_take(rest, "上午") || word_take(rest, "早上") || word_take(rest, "凌晨") ||
	    word_take(rest, "am") || word_take(rest, "a.m."))
		return 'a';
	if (word_take(rest, "下午") || word_take(rest, "晚上") || word_take(rest, "中午") ||
	    word_take(rest, "pm") || word_take(rest, "p.m."))
		return 'p';
	return 0;
}

/* Behind the minutes: seconds, a fraction, a zone; read, and left aside. */
static void
seconds_take(struct str *rest)
{
	int64_t seconds;

	if (word_take(rest, ":") || word_take(rest, "分")) {
		(void)number_take(rest, &seconds);
		(void)word_take(rest, "秒");
	}
	if (word_take(rest, "."))
		(void)number_take(rest, &seconds);
	(void)word_take(rest, "z");
	if (word_take(rest, "+")) {
		(void)number_take(rest, &seconds);
		if (word_take(rest, ":"))
			(void)number_take(rest, &seconds);
	}
}

/* 14:30, 14:30:05.0Z, 下午2:30, 2:30 pm, 14时30分. False: not a time. */
static bool
time_take(struct str *rest, int32_t *ret_minute)
{
	struct str s = *rest;
	int64_t hour, minute = 0;
	char half;

	(void)word_take(&s, "t");
	half = half_take(&s);
	blanks_take(&s);
	if (!number_take(&s, &hour))
		return false;
	if (word_take(&s, "时") || word_take(&s, "点")) {
		if (word_take(&s, "半"))
			minute = 30;
		else if (!word_take(&s, "整"))
			(void)number_take(&s, &minute);
	} else if (!word_take(&s, ":") || !number_take(&s, &minute)) {
		return false;
	}
	seconds_take(&s);
	if (half == 0)
		half = half_take(&s);
	if (half == 'p' && hour < 12)
		hour += 12;
	if (half == 'a' && hour == 12)
		hour = 0;
	if (hour > 23 || minute > 59)
		return false;
	*rest = s;
	*ret_minute = (int32_t)(hour * 60 + minute);
	return true;
}

/* 星期六, (周六): says nothing new. */
static void
weekday_take(struct str *rest)
{
	static const char *const days[] = { "一", "二", "三", "四", "五", "六", "日", "天" };
	struct str s = *rest;
	bool has_bracket;

	blanks_take(&s);
	has_bracket = word_take(&s, "(");
	if (!word_take(&s, "星期") && !word_take(&s, "周"))
		return;
	for (size_t i = 0; i < LEN(days); i++)
		if (word_take(&s, days[i])) {
			if (has_bracket)
				(void)word_take(&s, ")");
			blanks_take(&s);
			*rest = s;
			return;
		}
}

static bool
parts_read(struct str line, struct parts *ret_parts)
{
	struct token *tokens = ret_parts->tokens;

	*ret_parts = (struct parts){ .minute = -1 };
	(void)word_take(&line, "'");
	(void)word_take(&line, "公元");
	while (line.n > 0) {
		bool has_day =
		    ret_parts->count > 1 || (ret_parts->count == 1 && tokens[0].digits == 8);

		weekday_take(&line);
		if ((has_day && time_take(&line, &ret_parts->minute)) ||
		    ret_parts->count == TOKENS_MAX || !token_take(&line, &tokens[ret_parts->count]))
			break;
		ret_parts->count++;
	}
	blanks_take(&line);
	(void)(word_take(&line, "出生") || word_take(&line, "生"));
	return line.n == 0 && ret_parts->count > 0;
}

/* A year of two digits: the latest century that does not lie in the future. */
static int64_t
year_whole(int64_t year, date_ymd today)
{
	int64_t now = today.ymd != 0 ? today.ymd / 10000 : 2030;

	return year > now % 100 ? now / 100 * 100 - 100 + year : now / 100 * 100 + year;
}

static bool
is_year(const struct token *t)
{
	return t->unit == 'y' || (t->unit == 0 && t->value >= 1000);
}

/* Fills from tokens with units; the others go where a place is left. */
static bool
triple_by_units(const struct parts *parts, struct triple *ret_triple)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct token *t = &parts->tokens[i];
		int64_t *place = t->unit == 'y'	  ? &ret_triple->year
				 : t->unit == 'm' ? &ret_triple->month
				 : t->unit == 'd' ? &ret_triple->day
				 : is_year(t)	  ? &ret_triple->year
				 : ret_triple->month == 0 && i + 1 < parts->count &&
					 parts->tokens[i + 1].unit != 'm'
				     ? &ret_triple->month
				 : ret_triple->day == 0 ? &ret_triple->day
							: &ret_triple->year;

		if (*place != 0)
			return false;
		*place = t->value;
	}
	return ret_triple->month != 0 || (ret_triple->year != 0 && ret_triple->day == 0);
}

/* a/b/year. */
static void
triple_year_last(int64_t a, int64_t b, int64_t year, struct triple *ret_triple)
{
	bool is_day_first = a > 12;

	*ret_triple = (struct triple){ year, is_day_first ? b : a, is_day_first ? a : b,
		!is_day_first && b <= 12 && a != b ? DAY_DOUBT_MONTH_OR_DAY : DAY_DOUBT_NONE };
}

/*
 * Three bare numbers. With two-digit years: 22.3.5 and 22-3-5 begin with it, 3/5/22 ends with it.
 */
static void
triple_of_three(const struct token *t, struct triple *ret_triple)
{
	int64_t a = t[0].value, b = t[1].value, c = t[2].value;

	if (a >= 1000)
		*ret_triple = (struct triple){ a, b, c, DAY_DOUBT_NONE };
	else if (c >= 1000)
		triple_year_last(a, b, c, ret_triple);
	else if (a > 31 || (c <= 31 && (t[0].mark != '/' || a > 12)))
		*ret_triple = (struct triple){ a, b, c, DAY_DOUBT_NONE };
	else
		triple_year_last(a, b, c, ret_triple);
}

/* 20220305, 202203, 220305 and 2022; other lengths say nothing. */
static bool
triple_of_one(const struct token *t, struct triple *ret_triple)
{
	int64_t v = t->value;

	if (t->digits == 8)
		*ret_triple = (struct triple){ v / 10000, v / 100 % 100, v % 100, DAY_DOUBT_NONE };
	else if (t->digits == 6 && v / 100 >= 1900 && v / 100 <= 2099 && v % 100 >= 1 &&
		 v % 100 <= 12)
		*ret_triple = (struct triple){ v / 100, v % 100, 0, DAY_DOUBT_NONE };
	else if (t->digits == 6)
		*ret_triple =
		    (struct triple){ v / 10000, v / 100 % 100, v % 100, DAY_DOUBT_YEAR_SHORT };
	else if (v >= 1900 && v <= 2099)
		*ret_triple = (struct triple){ v, 0, 0, DAY_DOUBT_NONE };
	else
		return false;
	return true;
}

static bool
triple_read(const struct parts *parts, struct triple *ret_triple)
{
	const struct token *t = parts->tokens;
	bool has_unit = false;

	*ret_triple = (struct triple){ 0 };
	for (size_t i = 0; i < parts->count; i++)
		has_unit = has_unit || t[i].unit != 0;
	if (has_unit)
		return triple_by_units(parts, ret_triple);
	if (parts->count == 1)
		return triple_of_one(t, ret_triple);
	if (parts->count == 3) {
		triple_of_three(t, ret_triple);
		return true;
	}
	if (t[0].value >= 1000)
		*ret_triple = (struct triple){ t[0].value, t[1].value, 0, DAY_DOUBT_NONE };
	else if (t[1].value >= 1000)
		*ret_triple = (struct triple){ t[1].value, t[0].value, 0, DAY_DOUBT_NONE };
	else
		*ret_triple = (struct triple){ 0, t[0].value, t[1].value, DAY_DOUBT_NONE };
	return true;
}

/* The year that today suggests for a month and a day. */
static int64_t
year_suggested(int64_t month, int64_t day, date_ymd today)
{
	int64_t year = today.ymd / 10000;
	date_ymd d = { year * 10000 + month * 100 + day };

	if (month == 2 && day == 29)
		return year;
	return date_to_days(d) > date_to_days(today) + LATER_DAYS ? year - 1 : year;
}

static void
day_set(struct triple triple, int32_t minute, date_ymd today, struct day *ret_day)
{
	enum day_doubt doubt = triple.doubt;
	date_ymd date;

	if (triple.year == 0 && (today.ymd == 0 || triple.month > 12 || triple.day > 31))
		return;
	if (triple.day == 0 && triple.year == 0)
		return;
	if (triple.year == 0) {
		triple.year = year_suggested(triple.month, triple.day, today);
		doubt = DAY_DOUBT_YEAR_MISSING;
	} else if (triple.year < 100) {
		triple.year = year_whole(triple.year, today);
		doubt = doubt == DAY_DOUBT_NONE ? DAY_DOUBT_YEAR_SHORT : doubt;
	}
	if (triple.day == 0) {
		triple.month = triple.month == 0 ? 1 : triple.month;
		triple.day = 1;
		doubt = DAY_DOUBT_DAY_MISSING;
	}
	date = (date_ymd){ triple.year * 10000 + triple.month * 100 + triple.day };
	if (triple.month > 12 || triple.day > 31 || triple.year < 1800 || !date_is_real(date))
		return;
	*ret_day =
	    (struct day){ doubt == DAY_DOUBT_NONE ? DAY_EXACT : DAY_DOUBTFUL, doubt, date, minute };
}

/* The 1900 system has a 29 February 1900 that never was, as 60; before it all is one day off. */
static void
serial_set(int64_t serial, int32_t minute, bool is_1904, enum day_doubt doubt, struct day *ret_day)
{
	static const date_ymd begins[] = { { 18991231 }, { 18991230 }, { 19040101 } };
	int64_t zero = date_to_days(begins[is_1904 ? 2 : serial > 60]);

	if (serial < SERIAL_FIRST || serial > SERIAL_LAST)
		return;
	*ret_day = (struct day){ doubt == DAY_DOUBT_NONE ? DAY_EXACT : DAY_DOUBTFUL, doubt,
		date_of_days(zero + serial), minute };
}

/* .604166 of a day, in minutes, to the nearest one. */
static int32_t
fraction_minute(struct str digits)
{
	int64_t parts = 0, scale = 1;

	for (size_t i = 0; i < digits.n && i < 9; i++) {
		parts = parts * 10 + digits.p[i] - '0';
		scale *= 10;
	}
	parts = (parts * 1440 * 2 + scale) / (scale * 2);
	return (int32_t)(parts > 1439 ? 1439 : parts);
}

/* A cell that is a number: a serial one, or 20220305. False: it is not written as a number. */
static bool
number_read(struct str line, struct day_context context, struct day *ret_day)
{
	struct str fraction;
	struct token token = { 0 };
	struct triple triple;
	const char *from = line.p;
	bool has_point;

	if (!char_is_digit((unsigned char)line.p[0]) || !number_take(&line, &token.value))
		return false;
	token.digits = (size_t)(line.p - from);
	has_point = word_take(&line, ".");
	fraction = line;
	for (size_t i = 0; i < line.n; i++)
		if (!char_is_digit((unsigned char)line.p[i]) || !has_point)
			return false;
	/* Six digits would be the 23rd century, and 1900 to 2099 the year 1905. */
	if ((token.digits == 8 || token.digits == 6 || token.value / 100 == 19 ||
		token.value / 100 == 20) &&
	    triple_of_one(&token, &triple))
		day_set(triple, -1, context.today, ret_day);
	else
		serial_set(token.value, fraction.n > 0 ? fraction_minute(fraction) : -1,
		    context.is_1904, DAY_DOUBT_NONE, ret_day);
	return true;
}

static bool
is_empty(struct str line)
{
	return text_is_none(line) || chars_equal(line, "至今") || chars_equal(line, "现在") ||
	       chars_equal(line, "目前");
}

void
day_read(struct str cell, struct day_context context, struct day *ret_day)
{
	char bytes[LINE_BYTES];
	struct str line = { bytes, 0 };
	struct parts parts;
	struct triple triple;

	*ret_day = (struct day){ .verdict = DAY_UNREADABLE, .minute = -1 };
	if (!line_make(cell, bytes, &line.n))
		return;
	if (is_empty(line)) {
		ret_day->verdict = DAY_EMPTY;
		return;
	}
	if (context.is_number && number_read(line, context, ret_day))
		return;
	if (!parts_read(line, &parts))
		return;
	if (parts.count == 1 && parts.tokens[0].digits == 5 && parts.tokens[0].unit == 0)
		serial_set(
		    parts.tokens[0].value, -1, context.is_1904, DAY_DOUBT_SERIAL_TEXT, ret_day);
	else if (triple_read(&parts, &triple))
		day_set(triple, parts.minute, context.today, ret_day);
}

/* The second day of a period: a year that it lacks follows from the first. */
static bool
period_end_settle(struct day from, struct day *to)
{
	date_ymd date = to->date;

	if (to->doubt == DAY_DOUBT_YEAR_MISSING) {
		date.ymd = from.date.ymd / 10000 * 10000 + date.ymd % 10000;
		if (date.ymd < from.date.ymd)
			date.ymd += 10000;
		if (!date_is_real(date))
			return false;
		to->date = date;
		to->doubt = from.doubt;
		to->verdict = from.verdict;
	}
	return to->date.ymd >= from.date.ymd;
}

/* 2022-03-05 is not the year 2022 to the fifth of March. */
static bool
has_date(const struct day *day)
{
	return (day->verdict == DAY_EXACT || day->verdict == DAY_DOUBTFUL) &&
	       day->doubt != DAY_DOUBT_DAY_MISSING;
}

/* Tries every place where the mark stands; a day may have the same mark inside. */
static bool
period_cut(struct str line, const char *mark, struct day_context context, struct day *ret_from,
    struct day *ret_to)
{
	struct str rest = line;
	struct day from, to;
	ptrdiff_t at;

	while ((at = str_find(rest, str_of(mark))) >= 0) {
		rest = str_slice(rest, (size_t)at + strlen(mark), SIZE_MAX);
		day_read(
		    str_slice(line, 0, (size_t)(rest.p - line.p) - strlen(mark)), context, &from);
		if (!has_date(&from))
			continue;
		if (context.today.ymd == 0)
			context.today = from.date;
		day_read(rest, context, &to);
		if (has_date(&to) && period_end_settle(from, &to)) {
			*ret_from = from;
			*ret_to = to;
			return true;
		}
	}
	return false;
}

bool
period_read(struct str cell, struct day_context context, struct day *ret_from, struct day *ret_to)
{
	static const char *const marks[] = { "至", "到", "~", "--", "-", "/" };
	char bytes[LINE_BYTES];
	struct str line = { bytes, 0 };

	*ret_from = *ret_to = (struct day){ .verdict = DAY_UNREADABLE, .minute = -1 };
	context.is_number = false;
	if (!line_make(cell, bytes, &line.n))
		return false;
	for (size_t i = 0; i < LEN(marks); i++)
		if (period_cut(line, marks[i], context, ret_from, ret_to))
			return true;
	return false;
}

struct label
day_doubt_label(enum day_doubt doubt)
{
	static const struct label labels[DAY_DOUBTS] = {
		[DAY_DOUBT_NONE] = { "", "" },
		[DAY_DOUBT_YEAR_MISSING] = { "没有写年份，按最近的年份读",
		    "No year is given; the most recent one is taken" },
		[DAY_DOUBT_YEAR_SHORT] = { "年份只有两位", "The year has two digits only" },
		[DAY_DOUBT_MONTH_OR_DAY] = { "月和日的先后不明，按先月后日读",
		    "Month or day first? Read with the month first" },
		[DAY_DOUBT_DAY_MISSING] = { "没有写日，按第一天读",
		    "No day is given; the first one is taken" },
		[DAY_DOUBT_SERIAL_TEXT] = { "像是表格软件的日期序号，按序号读",
		    "Looks like a spreadsheet's serial number and is read as one" },
	};

	return labels[doubt];
}
