/*
 * guard.c -- connections that never come to the point.
 *
 * libmicrohttpd ends a connection that says nothing for a while, but one that says a byte now and
 * then holds its place for ever, and so does one that reads so slowly. Every connection has a time
 * by which its request must be there, or its answer taken; a thread shuts down those that are late.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include "http/inside.h"

#define LOOK_SECONDS 5

struct guarded {
	struct guarded *before, *after;
	struct guard   *guard;
	int             fd;
	_Atomic int64_t due_ms;    /* monotonic; INT64_MAX: it waits for us */
};

struct guard {
	struct certificate *certificate;
	pthread_t       thread;
	bool            has_thread, is_stopping;
	pthread_mutex_t mutex;
	pthread_cond_t  wake;
	struct guarded  ring;      /* before and after alone */
	size_t          count;
};

static void
look(struct guard *g)
{
	int64_t now = clock_monotonic_ms();

	for (struct guarded *c = g->ring.after; c != &g->ring; c = c->after)
		if (c->due_ms < now) {
			(void)shutdown(c->fd, SHUT_RDWR);
			c->due_ms = INT64_MAX;
		}
}

static void *
guard_main(void *context)
{
	struct guard   *g = context;
	struct timespec until;

	(void)pthread_mutex_lock(&g->mutex);
	while (!g->is_stopping) {
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += LOOK_SECONDS;
		(void)pthread_cond_timedwait(&g->wake, &g->mutex, &until);
		look(g);
	}
	(void)pthread_mutex_unlock(&g->mutex);
	return NULL;
}

struct guard *
guard_new(struct certificate *certificate)
{
	struct guard      *g = memory_new(sizeof(*g));
	pthread_condattr_t attributes;

	g->certificate = certificate;
	g->ring.before = g->ring.after = &g->ring;
	(void)pthread_mutex_init(&g->mutex, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&g->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	g->has_thread = pthread_create(&g->thread, NULL, guard_main, g) == 0;
	return g;
}

void
guard_free(struct guard *g)
{
	if (g == NULL)
		return;
	(void)pthread_mutex_lock(&g->mutex);
	g->is_stopping = true;
	(void)pthread_cond_signal(&g->wake);
	(void)pthread_mutex_unlock(&g->mutex);
	if (g->has_thread)
		(void)pthread_join(g->thread, NULL);
	(void)pthread_cond_destroy(&g->wake);
	(void)pthread_mutex_destroy(&g->mutex);
	free(g);
}

static void
due_set(struct guarded *c, int64_t seconds)
{
	c->due_ms = clock_monotonic_ms() + seconds * 1000;
}

/* The end is told before the socket is closed, so that look() never meets another's. */
void
guard_notify(void *guard, struct MHD_Connection *connection, void **own,
    enum MHD_ConnectionNotificationCode code)
{
	struct guard   *g = guard;
	struct guarded *c;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
		    MHD_CONNECTION_INFO_CONNECTION_FD);

		c = memory_new(sizeof(*c));
		c->guard = g;
		c->fd = info->connect_fd;
		due_set(c, REQUEST_SECONDS_MAX);
		(void)pthread_mutex_lock(&g->mutex);
		c->before = g->ring.before;
		c->after = &g->ring;
		c->before->after = c->after->before = c;
		g->count++;
		(void)pthread_mutex_unlock(&g->mutex);
		*own = c;
		return;
	}
	c = *own;
	*own = NULL;
	(void)pthread_mutex_lock(&g->mutex);
	c->before->after = c->after;
	c->after->before = c->before;
	g->count--;
	(void)pthread_mutex_unlock(&g->mutex);
	free(c);
}

static struct guarded *
guarded_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info == NULL ? NULL : info->socket_context;
}

void
guard_due(struct MHD_Connection *connection, int64_t seconds)
{
	struct guarded *c = guarded_of(connection);

	if (c != NULL && seconds == 0)
		c->due_ms = INT64_MAX;
	else if (c != NULL)
		due_set(c, seconds);
}

struct certificate *
guard_certificate(struct MHD_Connection *connection)
{
	struct guarded *c = connection == NULL ? NULL : guarded_of(connection);

	return c == NULL ? NULL : c->guard->certificate;
}

size_t
guard_count(struct guard *g)
{
	size_t count;

	(void)pthread_mutex_lock(&g->mutex);
	count = g->count;
	(void)pthread_mutex_unlock(&g->mutex);
	return count;
}
