/*
 * area.h -- an office's territory with its own ledger: community, street, district, city.
 * It is opened once, by the first command of its ledger, and announces itself to the area above.
 */
#pragma once
#include "ledger/grammar.h"

#define MODULE     area
#define MODULE_DEF "modules/area/area.def"
#include "ledger/declare.h"
