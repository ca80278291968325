/* seal_bench.c -- what sealing, finding keys and hashing cost on this machine: build/seal_bench */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/hash.h"
#include "ledger/seal.h"

#define AREA   ((area_id){ 440304005012 })
#define ROUNDS 300000

struct bench {
	struct keys *keys;
	struct data_key key;
	struct buffer sealed, plain;
	unsigned char hash[HASH_BYTES];
	char text[300];
};

static int64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void
seal_200(struct bench *b, int i)
{
	buffer_reset(&b->sealed);
	seal(&b->key, (struct str){ b->text, 200 }, AREA, i, S("round_sample_take"), &b->sealed);
}

static void
seal_phone(struct bench *b, int i)
{
	buffer_reset(&b->sealed);
	seal(&b->key, (struct str){ b->text, 11 }, AREA, i, S("person.phone"), &b->sealed);
}

static void
unseal_200(struct bench *b, int i)
{
	if (i == 0)
		seal_200(b, 7);
	buffer_reset(&b->plain);
	if (unseal(b->keys, buffer_str(&b->sealed), AREA, 7, S("round_sample_take"), &b->plain) !=
	    0)
		abort();
}

static void
find(struct bench *b, int i)
{
	if (keys_find(b->keys, AREA, 1, i % 50, &b->key) != 0)
		abort();
}

static void
equality(struct bench *b, int i)
{
	memcpy(b->text, &i, sizeof(i));
	hash_equality(keys_derived(b->keys, KEYS_EQUALITY), AREA, S("phone"),
	    (struct str){ b->text, 11 }, b->hash);
}

static void
chain_300(struct bench *b, int i)
{
	(void)i;
	chain_next(b->hash, (struct str){ b->text, 300 }, b->hash);
}

static void
measure(const char *what, void (*run)(struct bench *b, int i), struct bench *b)
{
	int64_t start = now_ns();

	for (int i = 0; i < ROUNDS; i++)
		run(b, i);
	(void)printf("%-44s %7.0f ns\n", what, (double)(now_ns() - start) / ROUNDS);
}

static void *
find_all(void *argument)
{
	struct bench own = { .keys = ((struct bench *)argument)->keys };

	for (int i = 0; i < ROUNDS; i++)
		find(&own, i);
	return NULL;
}

static void
measure_threads(struct bench *b)
{
	pthread_t threads[2];
	int64_t start = now_ns();

	for (size_t i = 0; i < LEN(threads); i++)
		if (pthread_create(&threads[i], NULL, find_all, b) != 0)
			abort();
	for (size_t i = 0; i < LEN(threads); i++)
		(void)pthread_join(threads[i], NULL);
	(void)printf("%-44s %7.0f ns\n", "find a key, two threads at once",
	    (double)(now_ns() - start) / ROUNDS);
}

int
main(void)
{
	char folder[] = "/tmp/seal_bench_XXXXXX", path[64], why[KEYS_WHY_BYTES];
	struct bench b = { 0 };
	int64_t start;

	if (mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/keys", folder);
	if (keys_new(path, &b.keys, why) != 0) {
		(void)fprintf(stderr, "%s\n", why);
		return 1;
	}
	start = now_ns();
	for (int week = 0; week < 50; week++)
		if (keys_data_key(b.keys, AREA, 1, week, &b.key) != 0)
			return 1;
	(void)printf("%-44s %7.0f us\n", "make a key, durable", (double)(now_ns() - start) / 50e3);
	measure("seal 200 bytes", seal_200, &b);
	measure("unseal 200 bytes, its key found", unseal_200, &b);
	measure("seal a phone number", seal_phone, &b);
	measure("find a key", find, &b);
	measure_threads(&b);
	measure("hash for equality", equality, &b);
	measure("next of the chain, 300 bytes", chain_300, &b);
	keys_close(b.keys);
	(void)keys_erase(path, why);
	(void)rmdir(folder);
	buffer_done(&b.sealed);
	buffer_done(&b.plain);
	return 0;
}
