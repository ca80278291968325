/* tally.c -- see tally.h. Each power of two above 128 µs has 64 steps. */
#include "tally.h"

static size_t
step_of(int64_t us)
{
	uint64_t v = us < 0 ? 0 : (uint64_t)us;
	size_t   power, step;

	if (v < 128)
		return (size_t)v;
	power = 63u - (size_t)__builtin_clzll(v);
	step = 128 + (power - 7) * 64 + ((v >> (power - 6)) & 63);
	return step < TALLY_STEPS ? step : TALLY_STEPS - 1;
}

/* The longest time in a step, in µs. */
static int64_t
step_end(size_t step)
{
	size_t power = (step - 128) / 64 + 7, part = (step - 128) % 64 + 65;

	return step < 128 ? (int64_t)step : (int64_t)((uint64_t)part << (power - 6)) - 1;
}

void
tally_add(struct tally *tally, int64_t us)
{
	tally->count++;
	tally->steps[step_of(us)]++;
	if (us > tally->most_us)
		tally->most_us = us;
}

void
tally_merge(struct tally *into, const struct tally *from)
{
	into->count += from->count;
	if (from->most_us > into->most_us)
		into->most_us = from->most_us;
	for (size_t i = 0; i < TALLY_STEPS; i++)
		into->steps[i] += from->steps[i];
}

double
tally_ms(const struct tally *tally, double share)
{
	int64_t wanted = (int64_t)((double)tally->count * share), passed = 0;

	for (size_t i = 0; i < TALLY_STEPS && tally->count > 0; i++) {
		passed += tally->steps[i];
		if (passed > wanted || passed == tally->count) {
			int64_t us = step_end(i);

			return (double)(us < tally->most_us ? us : tally->most_us) / 1000.0;
		}
	}
	return 0;
}
