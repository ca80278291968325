/* round.c -- see round.h. A round opens, freezing who is due, and closes. */
#include <inttypes.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/execute.h"
#include "modules/round/round_inside.h"
#include "gen/round_sql.h"

/* Another open round of the scope in the same time? 0, FAULT_round_overlap or -errno. */
static int
overlap_check(struct tx *tx, const struct round_open *in, place_id scope)
{
	struct stmt *s = q_round_open_of_begin(tx, scope);
	struct rows  rows;
	time_ms      opens = { 0 }, closes = { 0 };
	round_id     round;
	bool         does_overlap = false;

	while ((rows = q_round_open_of_next(tx, s, &round, &opens, &closes)).n == 1)
		does_overlap |= round_overlaps(in->opens, in->closes, opens, closes);
	sql_end(s);
	return does_overlap ? FAULT_round_overlap : rows_done(rows);
}

/* The scope as the tree knows it; 0 stays 0. 0 or a fault. */
static int
scope_read(struct tx *tx, place_id scope, place_id *ret_scope)
{
	struct place_chain chain = { .id = { 0 } };
	int                r = 0;

	if (scope.v != 0)
		r = rows_some(place_find(tx, scope, &chain), FAULT_round_scope_unknown);
	if (r == 0 && (chain.is_stub || chain.is_closed))
		r = FAULT_round_scope_unknown;
	*ret_scope = chain.id;
	return r;
}

/* The plan in force when the round begins, as far as the command does not say otherwise. */
static int
plan_take(struct tx *tx, const struct round_open *in, struct round_plan *ret_plan)
{
	int r = round_plan_at(tx, in->opens, ret_plan);

	if (in->age_from > 0 || in->is_all_ages)
		ret_plan->age_from = in->is_all_ages ? 0 : in->age_from;
	if (ret_plan->plan.v != 0)
		ret_plan->grounds[round_exemption_AGE].is_exempt = ret_plan->age_from > 0;
	return r;
}

/* Who is due, exempt or not counted; and the counters. */
static int
freeze(struct tx *tx, struct call *call, const struct round_open *in, place_id scope,
    int64_t born_after)
{
	int64_t missing = 0, sampled = 0, exempt = 0, absent = 0, before = 0;
	int     r;

	r = rows_done(q_round_counts(tx, in->round, &missing, &before, &exempt, &absent));
	before += missing;
	if (r == 0)
		r = rows_done(q_round_freeze(tx, in->round, scope, in->opens, born_after,
		    before == 0, call->seq));
	if (r == 0)
		r = rows_done(q_round_counters_make(tx, in->round, call->seq));
	if (r == 0)
		r = rows_done(q_round_counts(tx, in->round, &missing, &sampled, &exempt, &absent));
	if (r == 0)
		r = rows_done(q_round_frozen_set(tx, in->round, missing + sampled - before));
	buffer_printf(&call->result,
	    "{\"due\":%" PRId64 ",\"exempt\":%" PRId64 ",\"absent\":%" PRId64 "}",
	    missing + sampled, exempt, absent);
	return r;
}

int
round_open_apply(struct tx *tx, struct call *call, const struct round_open *in)
{
	struct round_row row = { .state = round_state_PLANNED };
	struct rows      rows = round_read(tx, in->round, &row);
	date_ymd         day = in->day.ymd != 0 ? in->day : date_of_days(in->opens.ms / DAY_MS);
	struct round_plan plan = { .plan = { 0 } };
	struct step      step;
	place_id         scope;
	int              r = rows_done(rows);

	if (r != 0)
		return r;
	if (!machine_step(&round_state_machine, row.state, round_state_OPEN, &step))
		return FAULT_round_exists;
	if (in->closes.ms <= in->opens.ms)
		return FAULT_round_time_backwards;
	r = scope_read(tx, in->scope, &scope);
	if (r == 0)
		r = overlap_check(tx, in, scope);
	if (r == 0)
		r = plan_take(tx, in, &plan);
	if (r == 0 && rows.n == 0)
		r = rows_done(q_round_stub_insert(tx, in->round, call->seq));
	if (r == 0)
		r = rows_done(q_round_open_set(tx, in->round, step, in->name, scope, in->opens,
		    in->closes, day.ymd, plan.age_from, plan.plan, plan.mix, call->seq,
		    call->received));
	if (r == 0)
		r = round_grounds_write(tx, in->round, &plan);
	if (r != 0)
		return r;
	return freeze(tx, call, in, scope, round_born_after(day.ymd, plan.age_from));
}

int
round_close_apply(struct tx *tx, struct call *call, const struct round_close *in)
{
	struct round_row row;
	struct step      step;
	int64_t          missing = 0, sampled = 0, exempt = 0, absent = 0;
	int              r;

	r = rows_some(round_read(tx, in->round, &row), FAULT_round_unknown);
	if (r != 0)
		return r;
	if (!machine_step(&round_state_machine, row.state, round_state_CLOSED, &step))
		return FAULT_round_not_open;
	r = rows_done(q_round_counts(tx, in->round, &missing, &sampled, &exempt, &absent));
	if (r != 0)
		return r;
	buffer_printf(&call->result, "{\"missing\":%" PRId64 ",\"sampled\":%" PRId64 "}", missing,
	    sampled);
	return rows_done(q_round_close_set(tx, in->round, step, call->seq, call->received));
}

#define MODULE     round
#define MODULE_DEF "modules/round/round.def"
#include "ledger/define.h"
