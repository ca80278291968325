/*
 * bucket.c -- token buckets by name or address, in memory: how often somebody may try.
 *
 * The table has a fixed size. Where it is full, the bucket that is nearest to full itself gives
 * way: forgetting it changes least.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "http/inside.h"

#define PLACES 8192 /* a power of two */
#define PROBES 8

struct bucket {
	uint64_t key;      /* 0: an empty place */
	int64_t  full_ms;  /* monotonic: when it will be full again */
};

struct buckets {
	pthread_mutex_t mutex;
	unsigned char   secret[crypto_shorthash_KEYBYTES]; /* nobody chooses names that collide */
	int64_t         refill_ms, tokens;
	struct bucket   places[PLACES];
};

struct buckets *
buckets_new(unsigned tokens, int64_t refill_ms)
{
	struct buckets *b = memory_new(sizeof(*b));

	(void)pthread_mutex_init(&b->mutex, NULL);
	randombytes_buf(b->secret, sizeof(b->secret));
	b->tokens = tokens;
	b->refill_ms = refill_ms;
	return b;
}

void
buckets_free(struct buckets *b)
{
	if (b == NULL)
		return;
	(void)pthread_mutex_destroy(&b->mutex);
	free(b);
}

static struct bucket *
bucket_find(struct buckets *b, struct str key)
{
	unsigned char  hash[crypto_shorthash_BYTES];
	struct bucket *best = NULL;
	uint64_t       number;

	(void)crypto_shorthash(hash, (const unsigned char *)key.p, key.n, b->secret);
	memcpy(&number, hash, sizeof(number));
	number |= number == 0;
	for (size_t i = 0; i < PROBES; i++) {
		struct bucket *place = &b->places[(number + i) % PLACES];

		if (place->key == number)
			return place;
		if (best == NULL || place->full_ms < best->full_ms)
			best = place;
	}
	*best = (struct bucket){ number, 0 };
	return best;
}

int
bucket_take(struct buckets *b, struct str key, int64_t now_ms)
{
	struct bucket *bucket;
	int64_t        full_ms, wait_ms;

	(void)pthread_mutex_lock(&b->mutex);
	bucket = bucket_find(b, key);
	full_ms = (bucket->full_ms > now_ms ? bucket->full_ms : now_ms) + b->refill_ms;
	wait_ms = full_ms - now_ms - b->tokens * b->refill_ms;
	if (wait_ms <= 0)
		bucket->full_ms = full_ms;
	(void)pthread_mutex_unlock(&b->mutex);
	return wait_ms <= 0 ? 0 : (int)(wait_ms / 1000) + 1;
}

void
bucket_give(struct buckets *b, struct str key, int64_t now_ms)
{
	struct bucket *bucket;

	(void)pthread_mutex_lock(&b->mutex);
	bucket = bucket_find(b, key);
	bucket->full_ms = bucket->full_ms > now_ms ? bucket->full_ms - b->refill_ms : 0;
	(void)pthread_mutex_unlock(&b->mutex);
}
