/*
 * access.h -- accounts, sessions and grants: who may act as what, in which area, from when to when;
 * and the record of what was looked at unmasked or taken away.
 */
#pragma once
#include "ledger/grammar.h"

#define GRANTS_OF_USER_MAX 16 /* in one area; ledger/authorize reads as many of every area above */

typedef struct { int64_t v; } grant_id;
typedef struct { int64_t v; } invitation_id;

#define MODULE     access
#define MODULE_DEF "modules/access/access.def"
#include "ledger/declare.h"
