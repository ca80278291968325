/* round_plan.c -- who is due, as the plan of the disease says it: ages, reasons to be exempt. */
#include "base/str.h"
#include "base/when.h"
#include "ledger/execute.h"
#include "modules/area/area.h"
#include "modules/round/round_inside.h"
#include "gen/round_sql.h"

static const struct {
	enum round_exemption exemption;
	enum plan_rule       window, proof;
} grounds[] = {
	{ round_exemption_VACCINATED,  PLAN_EXEMPT_VACCINATED,  PLAN_PROOF_VACCINATED },
	{ round_exemption_QUARANTINED, PLAN_EXEMPT_QUARANTINED, PLAN_PROOF_QUARANTINED },
	{ round_exemption_OTHER_DUTY,  PLAN_EXEMPT_OTHER_DUTY,  PLAN_PROOF_OTHER_DUTY },
	{ round_exemption_MEDICAL,     PLAN_EXEMPT_MEDICAL,     PLAN_PROOF_MEDICAL },
	{ round_exemption_DYING,       PLAN_EXEMPT_DYING,       PLAN_PROOF_DYING },
	{ round_exemption_OTHER,       PLAN_EXEMPT_OTHER,       PLAN_PROOF_OTHER },
};
/* All but NONE, and AGE, which goes by the plan's age. */
static_assert(LEN(grounds) + 2 == ROUND_EXEMPTIONS, "an exemption that no plan speaks of");

/* A size of tubes that has a word here; 0: none. */
static int64_t
mix_of(const struct plan_value *tube)
{
	int64_t mix = tube->word == PLAN_WORD_HOUSEHOLD ? round_mix_HOUSEHOLD : tube->number;

	return mix >= 0 && mix < round_mix_choice.count &&
	    round_mix_choice.options[mix].name != NULL ? mix : 0;
}

int
round_plan_at(struct tx *tx, time_ms at, struct round_plan *ret_plan)
{
	struct round_plan plan = { .plan = { 0 } };
	struct area_rules rules;
	struct rows       found = area_rules_at(tx, at, &rules);

	if (found.n < 0)
		return rows_done(found);
	for (int i = round_exemption_NONE + 1; found.n == 0 && i < ROUND_EXEMPTIONS; i++)
		plan.grounds[i] = (struct round_ground){ true, true, 0 };
	for (size_t i = 0; found.n > 0 && i < LEN(grounds); i++) {
		const struct plan_value *window = &rules.values[grounds[i].window];

		plan.grounds[grounds[i].exemption] = (struct round_ground){
			.is_exempt = window->word != PLAN_WORD_NONE,
			.is_evidence_needed =
			    rules.values[grounds[i].proof].word != PLAN_WORD_NOT_NEEDED,
			.window_ms = window->number * (DAY_MS / 24) };
	}
	if (found.n > 0) {
		plan.plan = rules.plan;
		plan.age_from = rules.values[PLAN_AGE_FROM].number;
		plan.mix = mix_of(&rules.values[PLAN_OPEN_TUBE]);
		plan.grounds[round_exemption_AGE] =
		    (struct round_ground){ plan.age_from > 0, true, 0 };
	}
	*ret_plan = plan;
	return 0;
}

int
round_grounds_write(struct tx *tx, round_id round, const struct round_plan *plan)
{
	int r = 0;

	for (int i = round_exemption_NONE + 1; r == 0 && i < ROUND_EXEMPTIONS; i++)
		if (plan->grounds[i].is_exempt)
			r = rows_done(q_round_ground_insert(tx, round, i,
			    plan->grounds[i].window_ms, plan->grounds[i].is_evidence_needed));
	return r;
}

int
round_ground_read(struct tx *tx, round_id round, enum round_exemption exemption,
    struct round_ground *ret_ground)
{
	struct round_ground ground = { .is_exempt = false };
	struct rows         rows = q_round_ground_get(tx, round, exemption, &ground.window_ms,
	    &ground.is_evidence_needed);

	ground.is_exempt = rows.n == 1;
	*ret_ground = ground;
	return rows_done(rows);
}
