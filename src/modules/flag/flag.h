/*
 * flag.h -- flags: what somebody must settle. The ledger writes them as commands raise them; here
 * they are listed and settled, and what went aside is applied after all, or dismissed.
 */
#pragma once
#include "modules/stream/stream.h"

#define MODULE     flag
#define MODULE_DEF "modules/flag/flag.def"
#include "ledger/declare.h"
