/* roster_import_index.c -- tables in memory, by open addressing: 8 bytes a slot, at most ¾ full. */
#include <stdlib.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"

#define ROOM_MIN 1024

/* Multiplied so that hashes that differ little stand far apart (Knuth, 6.4). */
static size_t
slot_of(const struct index *index, uint32_t hash)
{
	return (size_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (index->room - 1);
}

static void
slot_fill(struct index *index, uint32_t hash, uint32_t value)
{
	size_t at = slot_of(index, hash);

	while (index->slots[at].value != 0)
		at = (at + 1) & (index->room - 1);
	index->slots[at] = (struct index_slot){ hash, value };
}

static uint32_t
short_of(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

static void
index_grow(struct index *index)
{
	struct index before = *index;

	index->room = before.room == 0 ? ROOM_MIN : before.room * 2;
	index->slots = memory_new(index->room * sizeof(*index->slots));
	for (size_t i = 0; i < before.room; i++)
		if (before.slots[i].value != 0)
			slot_fill(index, before.slots[i].hash, before.slots[i].value);
	free(before.slots);
}

void
index_put(struct index *index, uint64_t hash, uint32_t value)
{
	if ((index->count + 1) * 4 > index->room * 3)
		index_grow(index);
	slot_fill(index, short_of(hash), value);
	index->count++;
}

uint32_t
index_next(const struct index *index, uint64_t hash, size_t *cursor)
{
	uint32_t short_hash = short_of(hash);
	size_t at;

	if (index->room == 0)
		return 0;
	/* The cursor is how many slots have been looked at. */
	at = (slot_of(index, short_hash) + *cursor) & (index->room - 1);
	for (; index->slots[at].value != 0; at = (at + 1) & (index->room - 1)) {
		(*cursor)++;
		if (index->slots[at].hash == short_hash)
			return index->slots[at].value;
	}
	return 0;
}

void
index_done(struct index *index)
{
	free(index->slots);
	*index = (struct index){ 0 };
}

uint64_t
hash_text(uint64_t hash, struct str s)
{
	hash = (hash ^ 0xcbf29ce484222325u) * 0x100000001b3u;
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return hash_number(hash, (int64_t)s.n);
}

/* The finisher of splitmix64. */
uint64_t
hash_number(uint64_t hash, int64_t number)
{
	uint64_t z = hash + (uint64_t)number * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}
