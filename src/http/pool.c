/* pool.c -- a few threads with a queue, for what would hold up an HTTP thread. */
#include <errno.h>
#include <stdlib.h>
#include "http/inside.h"

#define POOL_THREADS_MAX 4

struct pool {
	pthread_t        threads[POOL_THREADS_MAX];
	unsigned         count;
	pthread_mutex_t  mutex;
	pthread_cond_t   wake;
	struct exchange **queue;     /* a ring */
	size_t           first, n, room;
	bool             is_stopping;
};

static void *
pool_main(void *context)
{
	struct pool *p = context;

	for (;;) {
		struct exchange *x = NULL;

		(void)pthread_mutex_lock(&p->mutex);
		while (p->n == 0 && !p->is_stopping)
			(void)pthread_cond_wait(&p->wake, &p->mutex);
		if (p->n > 0) {
			x = p->queue[p->first];
			p->first = (p->first + 1) % p->room;
			p->n--;
		}
		(void)pthread_mutex_unlock(&p->mutex);
		if (x == NULL)
			return NULL;
		x->work(x);
	}
}

struct pool *
pool_new(unsigned threads, size_t queue_max)
{
	struct pool *p = memory_new(sizeof(*p));

	p->room = queue_max;
	p->queue = memory_new(queue_max * sizeof(*p->queue));
	(void)pthread_mutex_init(&p->mutex, NULL);
	(void)pthread_cond_init(&p->wake, NULL);
	while (p->count < threads && p->count < POOL_THREADS_MAX &&
	    pthread_create(&p->threads[p->count], NULL, pool_main, p) == 0)
		p->count++;
	return p;
}

void
pool_stop(struct pool *p)
{
	(void)pthread_mutex_lock(&p->mutex);
	p->is_stopping = true;
	(void)pthread_cond_broadcast(&p->wake);
	(void)pthread_mutex_unlock(&p->mutex);
	for (unsigned i = 0; i < p->count; i++)
		(void)pthread_join(p->threads[i], NULL);
	p->count = 0;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	pool_stop(p);
	(void)pthread_cond_destroy(&p->wake);
	(void)pthread_mutex_destroy(&p->mutex);
	free(p->queue);
	free(p);
}

int
pool_submit(struct pool *p, struct exchange *x)
{
	int r = 0;

	(void)pthread_mutex_lock(&p->mutex);
	if (p->n == p->room || p->is_stopping || p->count == 0) {
		r = -EBUSY;
	} else {
		p->queue[(p->first + p->n++) % p->room] = x;
		(void)pthread_cond_signal(&p->wake);
	}
	(void)pthread_mutex_unlock(&p->mutex);
	return r;
}
