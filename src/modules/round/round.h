/*
 * round.h -- rounds: one testing of everyone. Opening one freezes who is due; from then on the
 * headcount changes only by named rows. A sample is a fact and is taken whatever the lists say. So
 * at any moment the missing are known by name, in walking order, and any two headcounts can be
 * bridged.
 *
 * What is often asked of a sample is a column of the person's due row: "has she been sampled in
 * this round", when, how often, and which of the ledger's rows is the newest.
 */
#pragma once
#include "ledger/grammar.h"
#include "modules/place/place.h"
#include "modules/roster/roster.h"

#define ROUND_DRIFT_MAX         500      /* people whom one round_drift_take names */
#define ROUND_NOBODY_BORN_AFTER 99999999 /* no age is asked: later than any day */

typedef struct { int64_t v; } round_id;

#define MODULE     round
#define MODULE_DEF "modules/round/round.def"
#include "ledger/declare.h"
