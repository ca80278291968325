/* authorize.h -- who may do what, where and when: grants of (role, area and below, from, until). */
#pragma once
#include "ledger/grammar.h"

#define GRANTS_MAX 64                       /* of one user in an area and those above it */
#define GRACE_MS   (INT64_C(72) * 3600000)  /* a fact may arrive so long after its grant's end */

struct grant { unsigned roles; time_ms from, until; };

struct authority {                          /* of one sender in one area */
	struct grant grants[GRANTS_MAX];
	size_t       count;
};

/*
 * Reads the grants of a user in tx->area and in every area above it. Grants beyond GRANTS_MAX
 * are not seen (access refuses to give them). 0 or -errno.
 */
int authority_read(struct tx *tx, user_id user, struct authority *ret_authority);

/* The same roles always: the area's clockwork, the terminal. */
void authority_always(unsigned roles, struct authority *ret_authority);

/* Roles in force for what is decided or looked at now. */
unsigned authority_roles_now(const struct authority *a, time_ms now);

/* Roles in force when the fact happened, if it arrives in time. */
unsigned authority_roles_then(const struct authority *a, time_ms at, time_ms received);

/*
 * Division codes: the area above (a community's street, a street's district, a district's city, a
 * city's province); 0: none. And the last code below an area; the area itself for a community.
 * GB/T 2260 and the statistics codes: 2+2+2+3+3 digits.
 */
area_id area_above(area_id area);
area_id area_last_below(area_id area);
