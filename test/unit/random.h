/* random.h -- numbers and texts for tests that try many; the same seed gives the same. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct dice { uint64_t state; };

/* splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
static inline uint64_t
dice_next(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* From lo to hi, both included; the ends come more often than others. */
static inline int64_t
dice_between(struct dice *d, int64_t lo, int64_t hi)
{
	uint64_t span = (uint64_t)hi - (uint64_t)lo, r = dice_next(d);

	if (r % 8 == 0)
		return r & 8 ? hi : lo;
	r = dice_next(d);
	return (int64_t)((uint64_t)lo + (span == UINT64_MAX ? r : r % (span + 1)));
}

/* UTF-8 of at most `bytes` and at least `least` bytes: quotes, controls, Chinese, pictures. */
static inline struct str
dice_text(struct dice *d, struct arena *arena, size_t least, size_t bytes)
{
	static const uint32_t odd[] = { '"', '\\', '\n', '\t', 1, 0x7f, '/', '{', ']', ',', ':',
		0x80, 0x7ff, 0x800, 0x5f20, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x1f9ba,
		0x10ffff };
	size_t wanted = (size_t)dice_between(d, (int64_t)least, (int64_t)bytes), n = 0;
	char  *p = arena_alloc(arena, bytes + 1);

	while (n < wanted) {
		uint32_t c = (uint32_t)(dice_next(d) % 3 == 0 ? odd[dice_next(d) % LEN(odd)] :
		                                                 'a' + dice_next(d) % 26);
		char     one[4];
		size_t   k = utf8_put(c, one);

		for (size_t i = 0; i < k && n + k <= bytes; i++)
			p[n + i] = one[i];
		n += n + k <= bytes ? k : 0;
		if (n + 4 > bytes && n >= least)
			break;
	}
	return (struct str){ p, n };
}
