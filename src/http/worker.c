/* worker.c -- what each thread that answers has of its own: a read connection, memory, caches. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>
#include "http/inside.h"

struct worker *
worker_get(struct server *server)
{
	struct worker *w = pthread_getspecific(server->workers);
	char           why[DATABASE_WHY_BYTES] = "";

	if (w != NULL || !server->is_open)
		return w;
	w = memory_new(sizeof(*w));
	w->server = server;
	if (database_connect(server->database, DB_READ, &w->db, why) != 0) {
		(void)fprintf(stderr, "redvest: %s\n", why);
		free(w);
		return NULL;
	}
	db_share_reads(w->db, &server->commits);
	if (pthread_setspecific(server->workers, w) != 0) {
		worker_free(w);
		return NULL;
	}
	return w;
}

void
worker_rest(struct server *server)
{
	struct worker *w = pthread_getspecific(server->workers);

	if (w != NULL)
		db_rest(w->db);
}

void
worker_free(void *worker)
{
	struct worker *w = worker;

	if (w == NULL)
		return;
	while (w->spares != NULL) {
		struct exchange *x = w->spares;

		w->spares = x->next_spare;
		arena_done(&x->arena);
		buffer_done(&x->body);
		free(x);
	}
	if (w->deflater != NULL)
		(void)deflateEnd(w->deflater);
	free(w->deflater);
	db_close(w->db);
	arena_done(&w->arena);
	free(w);
}

time_ms
clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (time_ms){ (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 };
}

int64_t
clock_monotonic_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
