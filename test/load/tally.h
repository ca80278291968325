/* tally.h -- how long things took: counts in steps of at most 1.6 %, merged by adding. */
#pragma once
#include "base/base.h"

#define TALLY_STEPS 2304 /* up to 2^41 µs, 25 days */

struct tally {
	int64_t  count, most_us;
	uint32_t steps[TALLY_STEPS];
};

void tally_add(struct tally *tally, int64_t us);
void tally_merge(struct tally *into, const struct tally *from);

/* The time in ms that this share (0.5, 0.99) did not exceed; 0 of an empty tally. */
double tally_ms(const struct tally *tally, double share);
