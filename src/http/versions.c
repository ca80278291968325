/*
 * versions.c -- how often each table of each area has changed since the start: what an ETag and
 * the events are made of. In memory; on PostgreSQL, where others write too, the heads of the
 * ledgers are read instead.
 */
#include <stdlib.h>
#include "http/inside.h"

struct area_versions {
	area_id  area;
	uint64_t counts[TABLES_MAX];
};

struct versions {
	pthread_rwlock_t       lock;
	struct area_versions **areas;   /* by area, rising */
	size_t                 count, room;
	uint64_t               all;     /* of any area, anything */
};

struct versions *
versions_new(void)
{
	struct versions *v = memory_new(sizeof(*v));

	(void)pthread_rwlock_init(&v->lock, NULL);
	return v;
}

void
versions_free(struct versions *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->count; i++)
		free(v->areas[i]);
	free(v->areas);
	(void)pthread_rwlock_destroy(&v->lock);
	free(v);
}

/* The first that is not before the area. */
static size_t
place_of(const struct versions *v, area_id area)
{
	size_t low = 0, high = v->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (v->areas[middle]->area.v < area.v)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
versions_bump(struct versions *v, area_id area, const struct table_set *tables)
{
	struct area_versions *a;
	size_t                at;

	(void)pthread_rwlock_wrlock(&v->lock);
	if (area.v == 0) {
		v->all++;
		(void)pthread_rwlock_unlock(&v->lock);
		return;
	}
	at = place_of(v, area);
	if (at == v->count || v->areas[at]->area.v != area.v) {
		if (v->count == v->room) {
			v->room = v->room * 2 + 16;
			v->areas = memory_grow(v->areas, v->room * sizeof(struct area_versions *));
		}
		for (size_t i = v->count++; i > at; i--)
			v->areas[i] = v->areas[i - 1];
		v->areas[at] = memory_new(sizeof(*a));
		v->areas[at]->area = area;
	}
	a = v->areas[at];
	for (size_t word = 0; word < LEN(tables->bits); word++)
		for (uint64_t bits = tables->bits[word]; bits != 0; bits &= bits - 1)
			a->counts[word * 64 + (size_t)__builtin_ctzll(bits)]++;
	(void)pthread_rwlock_unlock(&v->lock);
}

static uint64_t
area_sum(const struct area_versions *a, const struct table_set *tables)
{
	uint64_t sum = 0;

	for (size_t word = 0; word < LEN(tables->bits); word++)
		for (uint64_t bits = tables->bits[word]; bits != 0; bits &= bits - 1)
			sum += a->counts[word * 64 + (size_t)__builtin_ctzll(bits)];
	return sum;
}

uint64_t
versions_sum(struct versions *v, area_id first, area_id last, const struct table_set *tables)
{
	uint64_t sum;

	(void)pthread_rwlock_rdlock(&v->lock);
	sum = v->all;
	for (size_t i = place_of(v, first); i < v->count && v->areas[i]->area.v <= last.v; i++)
		sum += area_sum(v->areas[i], tables);
	(void)pthread_rwlock_unlock(&v->lock);
	return sum;
}
