/*
 * events.c -- GET /api/events: which views have changed, as server-sent events.
 *
 * After a commit the tables that changed are noted with every client that looks at the area; a
 * thread tells each of the views that read them, at most once in PAUSE_MS. In between, the
 * client's connection is suspended. Whoever has lost the session or the role meanwhile hears
 * nothing more: that is looked up again whenever there is something to tell.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "http/inside.h"

#define EVENTS_MAX         4096 /* clients */
#define EVENTS_OF_USER_MAX 16
#define PAUSE_MS           250   /* between two events of one client */
#define LOOK_MS            5000  /* between two looks at who has gone */
#define STILL_HERE_MS      25000 /* between signs of life */
#define RETRY_MS           3000  /* what clients wait before they come again */
#define BLOCK_BYTES        2048  /* that libmicrohttpd asks for at once */

struct client {
	struct client         *before, *after;
	struct events         *events;
	struct exchange       *exchange;  /* lives as long as the answer does */
	struct MHD_Connection *connection;
	int                    fd;        /* its socket */
	area_id                first, last;
	user_id                user;
	area_id                home;
	unsigned               roles;
	struct table_set       pending;
	struct buffer          out;       /* what has not been sent yet, ... */
	size_t                 sent;      /* ... and how much of it has */
	int64_t                told_ms;   /* monotonic */
	bool                   is_suspended, is_ending;
};

struct events {
	pthread_t       thread;
	bool            has_thread, is_stopping, is_closed;
	pthread_mutex_t mutex;
	pthread_cond_t  wake;
	struct client   ring;        /* before and after alone */
	size_t          count;
	bool            is_changed;  /* some client has something pending */
};

/* The views that read what has changed and that this client may see, as one event. */
static void
event_write(struct client *c)
{
	struct buffer *b = &c->out;
	bool           is_first = true;

	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->view_count; i++) {
			const struct view *view = modules[m]->views[i];

			if ((view->roles & c->roles) == 0 ||
			    !table_set_meets(&view->sql->sql.reads, &c->pending))
				continue;
			if (is_first)
				buffer_printf(b, "event: changed\ndata: {\"area\":\"%" PRId64
				    "\",\"views\":[", c->first.v);
			buffer_printf(b, is_first ? "\"%s\"" : ",\"%s\"", view->name);
			is_first = false;
		}
	if (!is_first)
		buffer_add(b, S("]}\n\n"));
	c->pending = (struct table_set){ 0 };
}

static bool
is_pending(const struct client *c)
{
	static const struct table_set all = { { UINT64_MAX, UINT64_MAX } };

	return table_set_meets(&c->pending, &all);
}

/* The mutex is held: let its reader go on. */
static void
client_wake(struct client *c)
{
	if (!c->is_suspended)
		return;
	c->is_suspended = false;
	loop_resume(c->exchange->loop, c->connection);
}

/* Nobody watches the socket of a connection that sleeps: has the client closed it? */
static bool
is_gone(struct client *c)
{
	char byte;

	if (!c->is_ending && c->is_suspended &&
	    recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
		c->is_ending = true;
		client_wake(c);
	}
	return c->is_ending;
}

static void
tell_all(struct events *e, int64_t now_ms)
{
	for (struct client *c = e->ring.after; c != &e->ring; c = c->after) {
		if (c->sent < c->out.n || is_gone(c))
			continue; /* or it has not taken the last one yet */
		if (is_pending(c))
			event_write(c);
		else if (now_ms - c->told_ms > STILL_HERE_MS)
			buffer_add(&c->out, S(": still here\n\n"));
		if (c->sent == c->out.n)
			continue;
		c->told_ms = now_ms;
		client_wake(c);
	}
}

/* The mutex is held. Sleeps until the time, or until there is something to look at. */
static void
sleep_until(struct events *e, int64_t after_ms, bool is_for_changes)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += after_ms / 1000;
	until.tv_nsec += after_ms % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!e->is_stopping && !(is_for_changes && e->is_changed) &&
	    pthread_cond_timedwait(&e->wake, &e->mutex, &until) == 0)
		;
}

static void *
events_main(void *context)
{
	struct events *e = context;

	(void)pthread_mutex_lock(&e->mutex);
	while (!e->is_stopping) {
		sleep_until(e, LOOK_MS, true);
		e->is_changed = false;
		tell_all(e, clock_monotonic_ms());
		sleep_until(e, PAUSE_MS, false);
	}
	(void)pthread_mutex_unlock(&e->mutex);
	return NULL;
}

struct events *
events_new(void)
{
	struct events     *e = memory_new(sizeof(*e));
	pthread_condattr_t attributes;

	e->ring.before = e->ring.after = &e->ring;
	(void)pthread_mutex_init(&e->mutex, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&e->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	e->has_thread = pthread_create(&e->thread, NULL, events_main, e) == 0;
	return e;
}

void
events_changed(struct events *e, area_id area, const struct table_set *tables)
{
	(void)pthread_mutex_lock(&e->mutex);
	for (struct client *c = e->ring.after; c != &e->ring; c = c->after)
		if (area.v == 0 || (c->first.v <= area.v && area.v <= c->last.v)) {
			table_set_add(&c->pending, tables);
			e->is_changed = true;
		}
	if (e->is_changed)
		(void)pthread_cond_signal(&e->wake);
	(void)pthread_mutex_unlock(&e->mutex);
}

void
events_close(struct events *e)
{
	(void)pthread_mutex_lock(&e->mutex);
	e->is_closed = true;
	for (struct client *c = e->ring.after; c != &e->ring; c = c->after) {
		c->is_ending = true;
		client_wake(c);
	}
	(void)pthread_mutex_unlock(&e->mutex);
}

void
events_free(struct events *e)
{
	if (e == NULL)
		return;
	(void)pthread_mutex_lock(&e->mutex);
	e->is_stopping = true;
	(void)pthread_cond_signal(&e->wake);
	(void)pthread_mutex_unlock(&e->mutex);
	if (e->has_thread)
		(void)pthread_join(e->thread, NULL);
	(void)pthread_cond_destroy(&e->wake);
	(void)pthread_mutex_destroy(&e->mutex);
	free(e);
}

size_t
events_count(struct events *e)
{
	size_t count;

	(void)pthread_mutex_lock(&e->mutex);
	count = e->count;
	(void)pthread_mutex_unlock(&e->mutex);
	return count;
}

static void
client_free(void *client)
{
	struct client *c = client;
	struct events *e = c->events;

	(void)pthread_mutex_lock(&e->mutex);
	c->before->after = c->after;
	c->after->before = c->before;
	e->count--;
	(void)pthread_mutex_unlock(&e->mutex);
	buffer_done(&c->out);
	free(c);
}

/* The mutex is held. What there is to send; 0: nothing, and the connection sleeps until then. */
static ssize_t
out_take(struct client *c, char *bytes, size_t bytes_max)
{
	size_t n = c->out.n - c->sent;

	if (n == 0) {
		c->is_suspended = true;
		MHD_suspend_connection(c->connection);
		return 0;
	}
	n = n < bytes_max ? n : bytes_max;
	memcpy(bytes, c->out.p + c->sent, n);
	c->sent += n;
	if (c->sent == c->out.n) {
		buffer_reset(&c->out);
		c->sent = 0;
	}
	return (ssize_t)n;
}

/* On the connection's HTTP thread. */
static ssize_t
client_read(void *client, uint64_t position, char *bytes, size_t bytes_max)
{
	struct client  *c = client;
	struct worker  *w = worker_get(c->exchange->server);
	enum http_error error;
	ssize_t         n = MHD_CONTENT_READER_END_OF_STREAM;
	bool            may_look;

	(void)position;
	may_look = w != NULL && asker_read(c->exchange, w, c->first, false, &error) &&
	    c->exchange->asker.roles != 0;
	(void)pthread_mutex_lock(&c->events->mutex);
	if (may_look && !c->is_ending) {
		c->roles = c->exchange->asker.roles;
		n = out_take(c, bytes, bytes_max);
	}
	(void)pthread_mutex_unlock(&c->events->mutex);
	return n;
}

/* False: there are too many, of this user or at all. */
static bool
client_add(struct events *e, struct client *c)
{
	size_t of_user = 0;
	bool   may_come;

	(void)pthread_mutex_lock(&e->mutex);
	for (struct client *other = e->ring.after; other != &e->ring; other = other->after)
		of_user += other->user.v == c->user.v && other->home.v == c->home.v &&
		    !is_gone(other);
	may_come = !e->is_closed && e->count < EVENTS_MAX && of_user < EVENTS_OF_USER_MAX;
	if (may_come) {
		c->before = e->ring.before;
		c->after = &e->ring;
		c->before->after = c->after->before = c;
		e->count++;
	}
	(void)pthread_mutex_unlock(&e->mutex);
	return may_come;
}

enum MHD_Result
events_get(struct exchange *x)
{
	struct str           area = exchange_argument(x, "area");
	struct client       *c;
	struct problems      problems = { 0 };
	struct MHD_Response *response;
	area_id              asked = { 0 };
	enum MHD_Result      result;

	if (area.n > 0 && (!str_to_i64(area, &asked.v) || asked.v < 1)) {
		problem_add(&problems, S("area"), "应为区划代码", "a division code is wanted");
		return reply_problems(x, &problems);
	}
	if (!asker_find(x, worker_get(x->server), asked, false, &result))
		return result;
	if (x->asker.roles == 0)
		return reply_error(x, ERROR_role_missing);
	c = memory_new(sizeof(*c));
	*c = (struct client){ .events = x->server->events,
		.exchange = x,
		.connection = x->connection,
		.fd = exchange_socket(x),
		.first = asked.v != 0 ? asked : x->asker.home,
		.user = x->asker.user,
		.home = x->asker.home,
		.roles = x->asker.roles,
		.told_ms = clock_monotonic_ms() };
	c->last = area_last_below(c->first);
	buffer_printf(&c->out, "retry: %d\n\n", RETRY_MS);
	if (!client_add(x->server->events, c)) {
		buffer_done(&c->out);
		free(c);
		return reply_error(x, ERROR_events_max);
	}
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, client_read, c,
	    client_free);
	if (response == NULL) {
		client_free(c);
		return MHD_NO;
	}
	(void)MHD_add_response_header(response, "Content-Type", "text/event-stream; charset=utf-8");
	x->is_endless = true;
	reply_header(x, "X-Accel-Buffering", S("no")); /* nginx passes each event on at once */
	return reply_prepared(x, 200, response);
}
