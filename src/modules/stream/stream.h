/*
 * stream.h -- streams: who numbers commands, one enrolment of (area, actor, store). The ledger
 * takes their commands in order; this module opens, closes and revokes them and shows what is
 * missing.
 */
#pragma once
#include "ledger/grammar.h"

#define MODULE     stream
#define MODULE_DEF "modules/stream/stream.def"
#include "ledger/declare.h"
