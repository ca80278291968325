/*
 * area_plan.c -- the plan of the disease: its text comes in the command, is read by the pure reader
 * of src/text/plan.h, and lies line by line in a table. What others ask of it they ask of the
 * table, so that a text is read once, by the program that took it.
 */
#include <string.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/area/area.h"
#include "gen/area_sql.h"

/* Rules, units and words have here the numbers that they have there. */
#define X(name, ...) \
	static_assert((int)area_rule_##name == (int)PLAN_##name, "the rules of a plan differ");
PLAN_RULES(X)
#undef X
#define SAME(choice, PREFIX, name) \
	static_assert((int)choice##_##name == (int)PREFIX##_##name, "the options of a plan differ");
SAME(area_unit, PLAN_UNIT, DEGREES)
SAME(area_unit, PLAN_UNIT, DAYS)
SAME(area_unit, PLAN_UNIT, HOURS)
SAME(area_unit, PLAN_UNIT, MONTHS)
SAME(area_unit, PLAN_UNIT, SWABS)
SAME(area_unit, PLAN_UNIT, CASES)
SAME(area_unit, PLAN_UNIT, TIMES)
SAME(area_word, PLAN_WORD, NONE)
SAME(area_word, PLAN_WORD, HOUSEHOLD)
SAME(area_word, PLAN_WORD, UNTIL_ENDED)
SAME(area_word, PLAN_WORD, NEEDED)
SAME(area_word, PLAN_WORD, NOT_NEEDED)
SAME(area_word, PLAN_WORD, NOBODY)
SAME(area_word, PLAN_WORD, IN_ONLY)
SAME(area_word, PLAN_WORD, WITH_PASS)
SAME(area_word, PLAN_WORD, EVERYBODY)
SAME(area_word, PLAN_WORD, ANOTHER_SITE)
SAME(area_word, PLAN_WORD, SAME_SITE)
#undef SAME

/* {"line":12,"section":…,"key":…,"zh":…,"en":…} of the first problem, for who sent the text. */
static void
problem_tell(const struct plan_problem *p, struct buffer *ret_json)
{
	struct buffer text = { 0 };

	buffer_printf(ret_json, "{\"line\":%d", p->line);
	if (p->rule >= 0) {
		json_name(ret_json, "section");
		json_str(ret_json, p->section);
		json_name(ret_json, "key");
		json_str(ret_json, p->key);
	}
	plan_problem_zh(p, &text);
	json_name(ret_json, "zh");
	json_str(ret_json, buffer_str(&text));
	buffer_reset(&text);
	plan_problem_en(p, &text);
	json_name(ret_json, "en");
	json_str(ret_json, buffer_str(&text));
	buffer_char(ret_json, '}');
	buffer_done(&text);
}

/* One row for every rule. */
static int
lines_write(struct tx *tx, seq_id seq, const struct plan *plan)
{
	int64_t section = -1;
	int     r = 0;

	for (int i = 0; r == 0 && i < PLAN_RULE_COUNT; i++) {
		enum plan_rule           rule = (enum plan_rule)i;
		const struct plan_value *v = &plan->values[i];
		enum plan_unit           unit = plan_rule_unit(rule);
		struct buffer            text = { 0 };

		section += i == 0 || strcmp(plan_rule_section(rule),
		    plan_rule_section((enum plan_rule)(i - 1))) != 0;
		plan_number_print(rule, v, &text);
		r = rows_done(q_area_plan_line_insert(tx, seq, i, section,
		    arena_copy(tx->arena, buffer_str(&text)), v->number,
		    unit == PLAN_UNIT_NAME || unit == PLAN_UNIT_TEXT ? 0 : unit, v->word));
		buffer_done(&text);
	}
	return r;
}

int
area_plan_set_apply(struct tx *tx, struct call *call, const struct area_plan_set *in)
{
	struct plan          plan;
	struct plan_problems problems;
	time_ms              since = in->since;
	int64_t              plans = 0;
	int                  r;

	if (!plan_read(in->text, &plan, &problems)) {
		problem_tell(&problems.list[0], &call->result);
		return FAULT_area_plan_bad;
	}
	if (since.ms != 0 && since.ms < call->received.ms)
		return FAULT_area_plan_since_past;
	r = rows_done(q_area_plan_count(tx, &plans));
	if (since.ms == 0 && plans > 0)
		since = call->received;
	if (r == 0)
		r = rows_done(q_area_plan_insert(tx, call->seq, plan.values[PLAN_NAME].text,
		    plan.values[PLAN_TITLE_ZH].text, plan.values[PLAN_TITLE_EN].text, since,
		    in->text, call->user));
	return r != 0 ? r : lines_write(tx, call->seq, &plan);
}

struct rows
area_rules_at(struct tx *tx, time_ms at, struct area_rules *ret_rules)
{
	struct area_rules rules = { .plan = { 0 } };
	struct rows       found = q_area_plan_at(tx, at, &rules.plan), rows;
	struct stmt      *s;
	int64_t           rule = 0, number = 0, word = 0;

	if (found.n != 1)
		return found;
	for (int i = 0; i < PLAN_RULE_COUNT; i++) /* a rule that it does not know yet */
		rules.values[i].word = PLAN_WORD_NONE;
	s = q_area_plan_lines_begin(tx, rules.plan);
	while ((rows = q_area_plan_lines_next(tx, s, &rule, &number, &word)).n == 1)
		if (rule >= 0 && rule < PLAN_RULE_COUNT)
			rules.values[rule] = (struct plan_value){ .number = number,
				.word = (enum plan_word)word, .text = S("") };
	sql_end(s);
	if (rows.n < 0)
		return rows;
	*ret_rules = rules;
	return found;
}
