/*
 * area.h -- an office's territory with its own ledger: community, street, district, city.
 * It is opened once, by the first command of its ledger, and announces itself to the area above.
 */
#pragma once
#include "ledger/grammar.h"
#include "text/plan.h"

#define MODULE     area
#define MODULE_DEF "modules/area/area.def"
#include "ledger/declare.h"

/*
 * The rules that are in force at a time: by enum plan_rule, texts aside. Rows 0: the area has no
 * plan; *ret_plan is untouched.
 */
struct area_rules {
	seq_id            plan; /* the row of the ledger that brought it */
	struct plan_value values[PLAN_RULE_COUNT];
};
struct rows area_rules_at(struct tx *tx, time_ms at, struct area_rules *ret_rules);
