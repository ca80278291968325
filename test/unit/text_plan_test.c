/* text_plan_test.c -- plans as text: those that come along, every problem, and properties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/str.h"
#include "text/plan.h"

static struct str
built_in(const char *name)
{
	for (size_t i = 0; plans_built_in[i].name != NULL; i++)
		if (strcmp(plans_built_in[i].name, name) == 0)
			return plans_built_in[i].text;
	fail_msg("there is no plan %s", name);
	return S("");
}

static void
built_in_plans(void **state)
{
	struct plan          plan;
	struct plan_problems problems;
	size_t               count = 0;

	(void)state;
	for (; plans_built_in[count].name != NULL; count++) {
		assert_true(plan_read(plans_built_in[count].text, &plan, &problems));
		assert_true(str_equal(plan.values[PLAN_NAME].text,
		    str_of(plans_built_in[count].name)));
	}
	assert_true(count >= 2);
	assert_true(plan_read(built_in("covid-2022"), &plan, &problems));
	assert_int_equal(plan.values[PLAN_FOREHEAD].number, 373);
	assert_int_equal(plan.values[PLAN_AGE_FROM].number, 36);
	assert_int_equal(plan.values[PLAN_EXEMPT_VACCINATED].number, 48);
	assert_int_equal(plan.values[PLAN_SEALED_TUBE].word, PLAN_WORD_HOUSEHOLD);
	assert_int_equal(plan.values[PLAN_EXEMPT_QUARANTINED].word, PLAN_WORD_UNTIL_ENDED);
	assert_true(plan_read(built_in("norovirus-school"), &plan, &problems));
	assert_int_equal(plan.values[PLAN_AGE_FROM].word, PLAN_WORD_NONE);
	assert_int_equal(plan.values[PLAN_WRIST].word, PLAN_WORD_NONE);
	assert_int_equal(plan.values[PLAN_FIRST_DAY].number, 1);
}

/* The plan of that name with its first `from` written as `to`. */
static struct str
changed(struct arena *arena, const char *from, const char *to)
{
	struct str text = built_in("covid-2022");
	ptrdiff_t  at = str_find(text, str_of(from));
	size_t     behind = (size_t)at + strlen(from);

	if (at < 0)
		fail_msg("the plan has no %s", from);
	return arena_printf(arena, "%.*s%s%.*s", (int)at, text.p, to, (int)(text.n - behind),
	    text.p + behind);
}

/* Each: what was written for what, and which one problem that is, of which rule. */
static const struct change {
	const char            *from, *to;
	enum plan_problem_kind kind;
	int                    rule;
	const char            *told; /* somewhere in the line for people */
} changes[] = {
	{ "quarantine = 14 days", "quarantine = 14", PLAN_UNIT_BAD, PLAN_QUARANTINE,
	    "[days] quarantine: 单位不对，应为：1 至 365 days，或 none。 / the unit is wrong; "
	    "right is: 1 to 365 days or none." },
	{ "quarantine = 14 days", "quarantine = 14 hours", PLAN_UNIT_BAD, PLAN_QUARANTINE, "days" },
	{ "quarantine = 14 days", "quarantine = 14 dayss", PLAN_UNIT_BAD, PLAN_QUARANTINE, "" },
	{ "quarantine = 14 days", "quarantine = 0 days", PLAN_RANGE_BAD, PLAN_QUARANTINE, "1 to" },
	{ "quarantine = 14 days", "quarantine = 9999999999 days", PLAN_VALUE_BAD, PLAN_QUARANTINE,
	    "" },
	{ "quarantine = 14 days", "quarantine = 366 days", PLAN_RANGE_BAD, PLAN_QUARANTINE, "" },
	{ "quarantine = 14 days", "quarantine = 14.5 days", PLAN_VALUE_BAD, PLAN_QUARANTINE, "" },
	{ "quarantine = 14 days", "quarantine = -1 days", PLAN_VALUE_BAD, PLAN_QUARANTINE, "" },
	{ "quarantine = 14 days", "quarantine =", PLAN_VALUE_BAD, PLAN_QUARANTINE, "" },
	{ "quarantine = 14 days", "quarantine = needed", PLAN_VALUE_BAD, PLAN_QUARANTINE, "" },
	{ "quarantine = 14 days", "", PLAN_MISSING, PLAN_QUARANTINE, "缺少" },
	{ "quarantine = 14 days", "quarantine = 14 days\nQuarantine = 14 days", PLAN_DOUBLE,
	    PLAN_QUARANTINE, "两次" },
	{ "quarantine = 14 days", "quarantine = 14 days\nisolation = 14 days", PLAN_KEY_UNKNOWN, -1,
	    "[days] isolation: 这一节没有这个键，应为：first day, quarantine, health " },
	{ "forehead = 37.3 °C", "forehead = 37.3 °F", PLAN_UNIT_BAD, PLAN_FOREHEAD,
	    "35.0 to 43.0 °C or none" },
	{ "forehead = 37.3 °C", "forehead = 37.35 °C", PLAN_VALUE_BAD, PLAN_FOREHEAD, "" },
	{ "forehead = 37.3 °C", "forehead = 37. °C", PLAN_VALUE_BAD, PLAN_FOREHEAD, "" },
	{ "forehead = 37.3 °C", "forehead = 373 °C", PLAN_RANGE_BAD, PLAN_FOREHEAD, "" },
	{ "forehead = 37.3 °C", "forehead 37.3 °C\nforehead = none", PLAN_LINE_BAD, -1, "这一行" },
	{ "[plan]", "kind = x\n[plan]", PLAN_KEY_OUTSIDE, -1, "kind: " },
	{ "[plan]", "[plans]\nx = y\n[plan]", PLAN_SECTION_UNKNOWN, -1,
	    "[plans]: 没有这一节，应为：plan, fever, cluster, days" },
	{ "[plan]", "= x\n[plan]", PLAN_LINE_BAD, -1, "" },
	{ "[plan]", "\xff\n[plan]", PLAN_NOT_UTF8, -1,
	    ":1: 文件不是 UTF-8 文本，请另存为 UTF-8。 / the file is" },
	{ "name = covid-2022", "name = COVID", PLAN_VALUE_BAD, PLAN_NAME, "hyphens" },
	{ "name = covid-2022", "name = -a", PLAN_VALUE_BAD, PLAN_NAME, "" },
	{ "name = covid-2022", "name = "
	    "a234567890123456789012345678901234567890123456789012345678901", PLAN_RANGE_BAD,
	    PLAN_NAME, "" },
	{ "may pass = in only", "may pass = out only", PLAN_VALUE_BAD, PLAN_CONTROLLED_PASSER,
	    "nobody or in only or with a pass or everybody" },
	{ "passes = 1 time ", "passes = none ", PLAN_HALF, PLAN_PRECAUTION_PASS_DAYS, "同时" },
	{ "first day = 0", "first day = 2", PLAN_RANGE_BAD, PLAN_FIRST_DAY, "0 to 1" },
	{ "tube = household", "tube = 21 swabs", PLAN_RANGE_BAD, PLAN_SEALED_TUBE, "household" },
};

static void
problems_told(void **state)
{
	struct arena         arena = { 0 };
	struct plan          plan;
	struct plan_problems problems;
	struct buffer        line = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(changes); i++) {
		const struct change *c = &changes[i];

		print_message("%s -> %s\n", c->from, c->to);
		assert_false(plan_read(changed(&arena, c->from, c->to), &plan, &problems));
		assert_int_equal(problems.count, 1);
		assert_int_equal(problems.list[0].kind, c->kind);
		assert_int_equal(problems.list[0].rule, c->rule);
		buffer_reset(&line);
		plan_problem_print(&problems.list[0], S("my.plan"), &line);
		assert_true(str_starts(buffer_str(&line), S("my.plan:")));
		assert_true(str_find(buffer_str(&line), str_of(c->told)) >= 0);
		assert_true(str_find(buffer_str(&line), S("\n")) < 0);
	}
	buffer_done(&line);
	arena_done(&arena);
}

/* The line that is told is the one that is wrong; no more problems than fit; nothing too long. */
static void
lines_and_limits(void **state)
{
	struct plan          plan;
	struct plan_problems problems;
	char                *text = calloc(1, PLAN_BYTES_MAX + 1);

	(void)state;
	assert_false(plan_read(S("# a\r\n\r\n[days]\r\nfirst day = 7\r\n"), &plan, &problems));
	assert_int_equal(problems.list[0].kind, PLAN_RANGE_BAD);
	assert_int_equal(problems.list[0].line, 4);
	assert_int_equal(problems.count, PLAN_PROBLEMS_MAX);
	memset(text, ' ', PLAN_BYTES_MAX + 1);
	assert_false(plan_read((struct str){ text, PLAN_BYTES_MAX + 1 }, &plan, &problems));
	assert_int_equal(problems.list[0].kind, PLAN_TOO_LONG);
	assert_int_equal(problems.count, 1);
	assert_false(plan_read((struct str){ text, PLAN_BYTES_MAX }, &plan, &problems));
	assert_int_equal(problems.list[0].kind, PLAN_MISSING);
	assert_false(plan_read(S(""), &plan, &problems));
	free(text);
}

/* As people type it: another system's ends of lines, full-width signs, Chinese units, capitals. */
static void
typed_otherwise(void **state)
{
	static const char *const ways[][2] = {
		{ "forehead = 37.3 °C", "Forehead＝37.3℃" },
		{ "forehead = 37.3 °C", "forehead=37.3°C # 额温" },
		{ "quarantine = 14 days", "  quarantine\t=\t14天  " },
		{ "vaccinated = 48 hours", "vaccinated = 48 小时" },
		{ "health monitoring = 7 days", "Health   Monitoring = 7 DAYS" },
		{ "age from = 36 months", "＃ 月龄\nage from = 36 个月" },
		{ "may pass = in only", "may pass = In  Only" },
		{ "[plan]", "\xef\xbb\xbf[ Plan ]\r\n" },
	};
	struct arena         arena = { 0 };
	struct plan          plan;
	struct plan_problems problems;
	struct buffer        wanted = { 0 }, got = { 0 };

	(void)state;
	assert_true(plan_read(built_in("covid-2022"), &plan, &problems));
	plan_print(&plan, &wanted);
	for (size_t i = 0; i < LEN(ways); i++) {
		struct str text = changed(&arena, ways[i][0], ways[i][1]);

		/* The mark of the byte order stands at the beginning only. */
		if (i == LEN(ways) - 1)
			text = str_slice(text, (size_t)str_find(text, S("\xef\xbb\xbf")), text.n);
		assert_true(plan_read(text, &plan, &problems));
		buffer_reset(&got);
		plan_print(&plan, &got);
		assert_true(str_equal(buffer_str(&got), buffer_str(&wanted)));
	}
	buffer_done(&wanted);
	buffer_done(&got);
	arena_done(&arena);
}

/* Every value of every rule that the table allows. */
#define X(name, section, key, unit, ...) { PLAN_UNIT_##unit, __VA_ARGS__ },
static const struct { enum plan_unit unit; int64_t lo, hi; unsigned words; } allowed[] = {
	PLAN_RULES(X)
};
#undef X

static void
random_plan(struct plan *plan)
{
	static const char *const texts[] = { "a", "covid-2022", "0", "x-1" };
	static const char *const titles[] = { "一", "a # b = [c]", "37.3 °C", "none", "é＝" };

	for (int i = 0; i < PLAN_RULE_COUNT; i++) {
		struct plan_value v = { .word = PLAN_WORD_NUMBER, .text = S("") };

		if (allowed[i].unit == PLAN_UNIT_NAME)
			v.text = str_of(texts[(size_t)rand() % LEN(texts)]);
		else if (allowed[i].unit == PLAN_UNIT_TEXT)
			v.text = str_of(titles[(size_t)rand() % LEN(titles)]);
		else if (allowed[i].words != 0 && (allowed[i].hi == 0 || rand() % 2 == 0))
			do
				v.word = (enum plan_word)(rand() % PLAN_WORD_COUNT);
			while ((allowed[i].words & 1u << v.word) == 0);
		else
			v.number = allowed[i].lo + rand() % (allowed[i].hi - allowed[i].lo + 1);
		plan->values[i] = v;
	}
#define WITH(a, b) \
	if ((plan->values[a].word == PLAN_WORD_NONE) != (plan->values[b].word == PLAN_WORD_NONE)) \
		plan->values[a] = plan->values[b] = (struct plan_value){ .word = PLAN_WORD_NONE, \
			.text = S("") };
	WITH(PLAN_CLUSTER_CASES, PLAN_CLUSTER_DAYS)
	WITH(PLAN_SEALED_PASSES, PLAN_SEALED_PASS_DAYS)
	WITH(PLAN_CONTROLLED_PASSES, PLAN_CONTROLLED_PASS_DAYS)
	WITH(PLAN_PRECAUTION_PASSES, PLAN_PRECAUTION_PASS_DAYS)
	WITH(PLAN_OPEN_PASSES, PLAN_OPEN_PASS_DAYS)
#undef WITH
}

static bool
is_same(const struct plan *a, const struct plan *b)
{
	for (int i = 0; i < PLAN_RULE_COUNT; i++)
		if (a->values[i].word != b->values[i].word ||
		    a->values[i].number != b->values[i].number ||
		    !str_equal(a->values[i].text, b->values[i].text))
			return false;
	return true;
}

/* Printed and read it is the same plan, and printed again the same text. */
static void
printed_and_read(void **state)
{
	struct buffer        once = { 0 }, twice = { 0 };
	struct plan          plan, again;
	struct plan_problems problems;

	(void)state;
	srand(7);
	for (int i = 0; i < 5000; i++) {
		random_plan(&plan);
		buffer_reset(&once);
		plan_print(&plan, &once);
		assert_true(plan_read(buffer_str(&once), &again, &problems));
		assert_true(is_same(&plan, &again));
		buffer_reset(&twice);
		plan_print(&again, &twice);
		assert_true(str_equal(buffer_str(&once), buffer_str(&twice)));
	}
	buffer_done(&once);
	buffer_done(&twice);
}

/* With one line of it gone or twice there it is refused, whichever line. */
static void
one_line_less_or_more(void **state)
{
	struct arena         arena = { 0 };
	struct buffer        text = { 0 };
	struct plan          plan;
	struct plan_problems problems;
	struct str           rest, line;
	int                  rules = 0;

	(void)state;
	assert_true(plan_read(built_in("norovirus-school"), &plan, &problems));
	plan_print(&plan, &text);
	rest = buffer_str(&text);
	while (str_split(&rest, '\n', &line)) {
		size_t at = (size_t)(line.p - text.p), next = at + line.n + 1;

		if (str_find(line, S("=")) < 0)
			continue;
		rules++;
		assert_false(plan_read(arena_printf(&arena, "%.*s%.*s", (int)at, text.p,
		    (int)(text.n - next), text.p + next), &plan, &problems));
		assert_int_equal(problems.list[0].kind, PLAN_MISSING);
		assert_false(plan_read(arena_printf(&arena, "%.*s%.*s", (int)next, text.p,
		    (int)(text.n - at), text.p + at), &plan, &problems));
		assert_int_equal(problems.list[0].kind, PLAN_DOUBLE);
	}
	assert_int_equal(rules, PLAN_RULE_COUNT);
	buffer_done(&text);
	arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_plans), cmocka_unit_test(problems_told),
		cmocka_unit_test(lines_and_limits), cmocka_unit_test(typed_otherwise),
		cmocka_unit_test(printed_and_read), cmocka_unit_test(one_line_less_or_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
