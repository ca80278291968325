/* plan.c -- see plan.h: reading a plan line by line, and writing it. */
#include <inttypes.h>
#include <string.h>
#include "base/str.h"
#include "text/plan.h"

struct rule {
	const char    *section, *key;
	enum plan_unit unit;
	int64_t        lo, hi;
	unsigned       words; /* PLAN_MAY of each */
};

#define X(name, section, key, unit, ...) { section, key, PLAN_UNIT_##unit, __VA_ARGS__ },
static const struct rule rules[PLAN_RULE_COUNT] = { PLAN_RULES(X) };
#undef X

#define X(name, text) text,
static const char *const words[PLAN_WORD_COUNT] = { PLAN_WORDS(X) };
#undef X

/* Behind a number: of several, of one, and as an input method has it. */
static const struct { const char *many, *one, *wide; } units[] = {
	[PLAN_UNIT_NONE] = { "", "", "" }, [PLAN_UNIT_NAME] = { "", "", "" },
	[PLAN_UNIT_TEXT] = { "", "", "" }, [PLAN_UNIT_DEGREES] = { "°C", "°C", "℃" },
	[PLAN_UNIT_DAYS] = { "days", "day", "天" }, [PLAN_UNIT_HOURS] = { "hours", "hour", "小时" },
	[PLAN_UNIT_MONTHS] = { "months", "month", "个月" },
	[PLAN_UNIT_SWABS] = { "swabs", "swab", "人份" },
	[PLAN_UNIT_CASES] = { "cases", "case", "例" },
	[PLAN_UNIT_TIMES] = { "times", "time", "次" },
};

/* Rules that make sense only together: a number, and in which time. */
static const enum plan_rule pairs[][2] = {
	{ PLAN_CLUSTER_CASES, PLAN_CLUSTER_DAYS }, { PLAN_SEALED_PASSES, PLAN_SEALED_PASS_DAYS },
	{ PLAN_CONTROLLED_PASSES, PLAN_CONTROLLED_PASS_DAYS },
	{ PLAN_PRECAUTION_PASSES, PLAN_PRECAUTION_PASS_DAYS },
	{ PLAN_OPEN_PASSES, PLAN_OPEN_PASS_DAYS },
};

struct reading {
	struct plan          *plan;
	struct plan_problems *problems;
	const char           *section; /* as rules have it; NULL: none yet */
	bool                  is_lost; /* in an unknown section: its keys are passed over */
	int                   line;
	int                   lines[PLAN_RULE_COUNT]; /* of each rule; 0: nowhere yet */
};

const char *
plan_rule_section(enum plan_rule rule)
{
	return rules[rule].section;
}

const char *
plan_rule_key(enum plan_rule rule)
{
	return rules[rule].key;
}

enum plan_unit
plan_rule_unit(enum plan_rule rule)
{
	return rules[rule].unit;
}

static void
problem_add(struct reading *r, enum plan_problem_kind kind, int line, int rule, struct str section,
    struct str key)
{
	struct plan_problems *p = r->problems;

	if (p->count == PLAN_PROBLEMS_MAX)
		return;
	if (rule >= 0) {
		section = str_of(rules[rule].section);
		key = str_of(rules[rule].key);
	}
	p->list[p->count++] = (struct plan_problem){ kind, line, rule, section, key };
}

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The same words, however many blanks stand between them, in capitals or not. */
static bool
is_same(struct str s, const char *wanted)
{
	size_t i = 0;

	for (; i < s.n && *wanted != '\0'; wanted++) {
		if (small(s.p[i]) != *wanted && !(is_blank(s.p[i]) && *wanted == ' '))
			return false;
		for (i++; *wanted == ' ' && i < s.n && is_blank(s.p[i]); i++)
			;
	}
	return i == s.n && *wanted == '\0';
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		    (s.p[i] == '-' && i > 0)))
			return false;
	return s.n > 0;
}

/* A text is one line that a page can show. */
static bool
is_line(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0;
}

/* Digits, for degrees with one decimal, to the unit's whole numbers; *ret_rest is behind them. */
static bool
number_take(struct str s, bool is_tenths, int64_t *ret_number, struct str *ret_rest)
{
	int64_t number = 0;
	size_t  i = 0;

	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && i < 9; i++)
		number = number * 10 + (s.p[i] - '0');
	if (i == 0)
		return false;
	if (is_tenths) {
		number *= 10;
		if (i + 1 < s.n && s.p[i] == '.' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9') {
			number += s.p[i + 1] - '0';
			i += 2;
		}
	}
	if (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.'))
		return false;
	*ret_number = number;
	*ret_rest = str_trim(str_slice(s, i, s.n - i));
	return true;
}

/* What stands behind the '='. False: *ret_kind says why not. */
static bool
value_read(int rule, struct str s, struct plan_value *ret_value, enum plan_problem_kind *ret_kind)
{
	const struct rule *is = &rules[rule];
	struct plan_value  value = { .word = PLAN_WORD_NUMBER, .text = S("") };
	struct str         rest;

	*ret_kind = PLAN_VALUE_BAD;
	if (is->unit == PLAN_UNIT_NAME || is->unit == PLAN_UNIT_TEXT) {
		if (is->unit == PLAN_UNIT_NAME ? !is_name(s) : !is_line(s))
			return false;
		*ret_kind = PLAN_RANGE_BAD;
		value.text = s;
		*ret_value = value;
		return s.n <= (size_t)is->hi;
	}
	for (int w = PLAN_WORD_NUMBER + 1; w < PLAN_WORD_COUNT; w++) {
		if ((is->words & 1u << w) != 0 && is_same(s, words[w])) {
			value.word = (enum plan_word)w;
			*ret_value = value;
			return true;
		}
	}
	if (is->hi == 0 ||
	    !number_take(s, is->unit == PLAN_UNIT_DEGREES, &value.number, &rest))
		return false;
	*ret_kind = PLAN_UNIT_BAD;
	if (!is_same(rest, units[is->unit].many) && !is_same(rest, units[is->unit].one) &&
	    !str_equal(rest, str_of(units[is->unit].many)) &&
	    !str_equal(rest, str_of(units[is->unit].wide)))
		return false;
	*ret_kind = PLAN_RANGE_BAD;
	*ret_value = value;
	return value.number >= is->lo && value.number <= is->hi;
}

static void
section_read(struct reading *r, struct str name)
{
	r->is_lost = true;
	for (size_t i = 0; i < PLAN_RULE_COUNT; i++) {
		if (is_same(name, rules[i].section)) {
			r->section = rules[i].section;
			r->is_lost = false;
			return;
		}
	}
	problem_add(r, PLAN_SECTION_UNKNOWN, r->line, -1, name, S(""));
}

static int
rule_find(const char *section, struct str key)
{
	for (int i = 0; i < PLAN_RULE_COUNT; i++)
		if (strcmp(rules[i].section, section) == 0 && is_same(key, rules[i].key))
			return i;
	return -1;
}

/* "key = value"; a comment may follow what is not a text. */
static void
rule_read(struct reading *r, struct str key, struct str value)
{
	enum plan_problem_kind kind;
	int                    rule;
	ptrdiff_t              comment;

	if (r->section == NULL && !r->is_lost)
		problem_add(r, PLAN_KEY_OUTSIDE, r->line, -1, S(""), key);
	if (r->section == NULL || r->is_lost)
		return;
	rule = rule_find(r->section, key);
	if (rule < 0) {
		problem_add(r, PLAN_KEY_UNKNOWN, r->line, -1, str_of(r->section), key);
		return;
	}
	if (r->lines[rule] != 0) {
		problem_add(r, PLAN_DOUBLE, r->line, rule, S(""), S(""));
		return;
	}
	comment = rules[rule].unit == PLAN_UNIT_TEXT ? -1 : str_find(value, S("#"));
	if (comment >= 0)
		value = str_trim(str_slice(value, 0, (size_t)comment));
	r->lines[rule] = r->line;
	if (!value_read(rule, value, &r->plan->values[rule], &kind))
		problem_add(r, kind, r->line, rule, S(""), S(""));
}

static void
line_read(struct reading *r, struct str line)
{
	static const struct str equals[] = { { "=", 1 }, { "＝", sizeof("＝") - 1 } };
	ptrdiff_t               at = -1;
	size_t                  bytes = 0;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#' || str_starts(line, S("＃")))
		return;
	if (line.p[0] == '[' && line.p[line.n - 1] == ']') {
		section_read(r, str_trim(str_slice(line, 1, line.n - 2)));
		return;
	}
	for (size_t i = 0; i < LEN(equals); i++) {
		ptrdiff_t found = str_find(line, equals[i]);

		if (found >= 0 && (at < 0 || found < at)) {
			at = found;
			bytes = equals[i].n;
		}
	}
	if (at <= 0) {
		problem_add(r, PLAN_LINE_BAD, r->line, -1, S(""), S(""));
		return;
	}
	rule_read(r, str_trim(str_slice(line, 0, (size_t)at)),
	    str_trim(str_slice(line, (size_t)at + bytes, line.n)));
}

/* What no line told: rules that are missing, and halves of a pair. */
static void
whole_check(struct reading *r)
{
	const struct plan_value *values = r->plan->values;

	for (int i = 0; i < PLAN_RULE_COUNT; i++)
		if (r->lines[i] == 0)
			problem_add(r, PLAN_MISSING, r->line, i, S(""), S(""));
	for (size_t i = 0; r->problems->count == 0 && i < LEN(pairs); i++) {
		enum plan_rule a = pairs[i][0], b = pairs[i][1];

		if ((values[a].word == PLAN_WORD_NONE) != (values[b].word == PLAN_WORD_NONE))
			problem_add(r, PLAN_HALF, r->lines[b], (int)b, S(""), S(""));
	}
}

bool
plan_read(struct str text, struct plan *ret_plan, struct plan_problems *ret_problems)
{
	struct plan    plan = { 0 };
	struct reading r = { .plan = &plan, .problems = ret_problems };
	struct str     line;

	ret_problems->count = 0;
	if (text.n > PLAN_BYTES_MAX)
		problem_add(&r, PLAN_TOO_LONG, 1, -1, S(""), S(""));
	else if (!utf8_is_valid(text) || (text.n > 0 && memchr(text.p, '\0', text.n) != NULL))
		problem_add(&r, PLAN_NOT_UTF8, 1, -1, S(""), S(""));
	if (ret_problems->count > 0)
		return false;
	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_slice(text, 3, text.n);
	while (str_split(&text, '\n', &line)) {
		r.line++;
		line_read(&r, line);
	}
	whole_check(&r);
	if (ret_problems->count == 0)
		*ret_plan = plan;
	return ret_problems->count == 0;
}

void
plan_number_print(enum plan_rule rule, const struct plan_value *value, struct buffer *ret_text)
{
	enum plan_unit unit = rules[rule].unit;

	if (value->word != PLAN_WORD_NUMBER)
		return;
	if (unit == PLAN_UNIT_NAME || unit == PLAN_UNIT_TEXT)
		buffer_add(ret_text, value->text);
	else if (unit == PLAN_UNIT_DEGREES)
		buffer_printf(ret_text, "%" PRId64 ".%" PRId64, value->number / 10,
		    value->number % 10);
	else
		buffer_i64(ret_text, value->number);
}

void
plan_value_print(enum plan_rule rule, const struct plan_value *value, struct buffer *ret_text)
{
	enum plan_unit unit = rules[rule].unit;

	buffer_add(ret_text, str_of(words[value->word]));
	plan_number_print(rule, value, ret_text);
	if (value->word == PLAN_WORD_NUMBER && units[unit].many[0] != '\0')
		buffer_printf(ret_text, " %s",
		    value->number == 1 ? units[unit].one : units[unit].many);
}

void
plan_print(const struct plan *plan, struct buffer *ret_text)
{
	for (int i = 0; i < PLAN_RULE_COUNT; i++) {
		if (i == 0 || strcmp(rules[i].section, rules[i - 1].section) != 0)
			buffer_printf(ret_text, "%s[%s]\n", i == 0 ? "" : "\n", rules[i].section);
		buffer_printf(ret_text, "%s = ", rules[i].key);
		plan_value_print((enum plan_rule)i, &plan->values[i], ret_text);
		buffer_char(ret_text, '\n');
	}
}

/* "35.0 to 43.0 °C, or: none", or the keys of a section: what would be right. */
static void
right_print(const struct plan_problem *p, const char *to, const char *or, struct buffer *b)
{
	const struct rule *is = p->rule >= 0 ? &rules[p->rule] : NULL;
	struct plan_value  lo = { 0 }, hi = { 0 };
	bool               is_first = true;

	for (int i = 0; is == NULL && i < PLAN_RULE_COUNT; i++) {
		bool is_begin = i == 0 || strcmp(rules[i].section, rules[i - 1].section) != 0;

		if (p->kind == PLAN_SECTION_UNKNOWN ? !is_begin :
		    !str_equal(p->section, str_of(rules[i].section)))
			continue;
		buffer_printf(b, "%s%s", is_first ? "" : ", ",
		    p->kind == PLAN_SECTION_UNKNOWN ? rules[i].section : rules[i].key);
		is_first = false;
	}
	if (is == NULL || is->unit == PLAN_UNIT_NAME || is->unit == PLAN_UNIT_TEXT)
		return;
	lo.number = is->lo;
	hi.number = is->hi;
	if (is->hi > 0) {
		plan_number_print((enum plan_rule)p->rule, &lo, b);
		buffer_printf(b, " %s ", to);
		plan_value_print((enum plan_rule)p->rule, &hi, b);
	}
	for (int w = PLAN_WORD_NUMBER + 1; w < PLAN_WORD_COUNT; w++) {
		if ((is->words & 1u << w) == 0)
			continue;
		buffer_printf(b, "%s%s", is->hi == 0 && is_first ? "" : or, words[w]);
		is_first = false;
	}
}

static const struct { const char *zh, *en; bool is_shown; /* with what would be right */ }
sentences[PLAN_PROBLEM_KINDS] = {
	[PLAN_TOO_LONG] = { "方案文件过大，最多 " STR(PLAN_BYTES_MAX) " 字节",
	    "the plan is too long, " STR(PLAN_BYTES_MAX) " bytes at most", false },
	[PLAN_NOT_UTF8] = { "文件不是 UTF-8 文本，请另存为 UTF-8",
	    "the file is no text in UTF-8; save it as UTF-8", false },
	[PLAN_LINE_BAD] = { "这一行不是 [节]、键 = 值 或 # 说明",
	    "this line is no [section], no key = value and no # comment", false },
	[PLAN_SECTION_UNKNOWN] = { "没有这一节，应为：", "there is no such section, but: ", true },
	[PLAN_KEY_UNKNOWN] = { "这一节没有这个键，应为：", "the section has no such key, but: ",
	    true },
	[PLAN_KEY_OUTSIDE] = { "键的前面没有 [节]", "no [section] stands before this key", false },
	[PLAN_DOUBLE] = { "这个键写了两次", "this key stands there twice", false },
	[PLAN_MISSING] = { "缺少这个键，应为：", "this key is missing; it may be: ", true },
	[PLAN_UNIT_BAD] = { "单位不对，应为：", "the unit is wrong; right is: ", true },
	[PLAN_VALUE_BAD] = { "看不懂这个值，应为：", "this value is not understood; it may be: ",
	    true },
	[PLAN_RANGE_BAD] = { "值超出范围，应为：", "the value is out of range; it may be: ", true },
	[PLAN_HALF] = { "次数与期限须同时填写，或同为 none",
	    "the number and its time are both given, or both none", false },
};

/* A name and a text have no words for what would be right. */
static const char name_zh[] = "小写字母、数字和连字符";
static const char name_en[] = "small letters, digits and hyphens";
static const char text_zh[] = "一行文字，最多 " STR(PLAN_TEXT_BYTES_MAX) " 字节";
static const char text_en[] = "one line of text, " STR(PLAN_TEXT_BYTES_MAX) " bytes at most";

void
plan_problem_zh(const struct plan_problem *p, struct buffer *ret_text)
{
	enum plan_unit unit = p->rule >= 0 ? rules[p->rule].unit : PLAN_UNIT_NONE;

	buffer_add(ret_text, str_of(sentences[p->kind].zh));
	if (sentences[p->kind].is_shown)
		right_print(p, "至", "，或 ", ret_text);
	if (sentences[p->kind].is_shown && unit == PLAN_UNIT_NAME)
		buffer_add(ret_text, str_of(name_zh));
	if (sentences[p->kind].is_shown && unit == PLAN_UNIT_TEXT)
		buffer_add(ret_text, str_of(text_zh));
}

void
plan_problem_en(const struct plan_problem *p, struct buffer *ret_text)
{
	enum plan_unit unit = p->rule >= 0 ? rules[p->rule].unit : PLAN_UNIT_NONE;

	buffer_add(ret_text, str_of(sentences[p->kind].en));
	if (sentences[p->kind].is_shown)
		right_print(p, "to", " or ", ret_text);
	if (sentences[p->kind].is_shown && unit == PLAN_UNIT_NAME)
		buffer_add(ret_text, str_of(name_en));
	if (sentences[p->kind].is_shown && unit == PLAN_UNIT_TEXT)
		buffer_add(ret_text, str_of(text_en));
}

void
plan_problem_print(const struct plan_problem *p, struct str file, struct buffer *ret_line)
{
	buffer_printf(ret_line, "%.*s:%d: ", (int)file.n, file.p, p->line);
	if (p->section.n > 0)
		buffer_printf(ret_line, "[%.*s]%s", (int)p->section.n, p->section.p,
		    p->key.n > 0 ? " " : "");
	buffer_add(ret_line, p->key);
	buffer_add(ret_line, p->section.n + p->key.n > 0 ? S(": ") : S(""));
	plan_problem_zh(p, ret_line);
	buffer_add(ret_line, S("。 / "));
	plan_problem_en(p, ret_line);
	buffer_char(ret_line, '.');
}
