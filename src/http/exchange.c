/*
 * exchange.c -- one request from its first byte to its answer.
 *
 * libmicrohttpd calls exchange_handle with the head, with each piece of the body, at the end, and
 * again whenever a request that waited goes on. While a request waits (for a commit, for a pool)
 * its connection is suspended, and nothing here touches it but whoever resumes it.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "http/inside.h"

#define SPARE_BODY_BYTES_MAX KIB(64)
#define ADDRESS_BYTES_MAX    60

const struct route routes[] = {
	{ MHD_HTTP_METHOD_POST,    "/api/commands",   commands_post, false, false },
	{ MHD_HTTP_METHOD_GET,     "/api/views/",     view_get, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/commands/",  command_post, false, false },
	{ MHD_HTTP_METHOD_GET,     "/api/events",     events_get, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/session",    session_post, false, false },
	{ MHD_HTTP_METHOD_GET,     "/api/session",    session_get, false, false },
	{ MHD_HTTP_METHOD_DELETE,  "/api/session",    session_delete, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/password",   password_post, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/streams",    streams_post, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/invitations", invitation_post, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/verify",     verify_post, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/areas",      areas_post, false, false },
	{ MHD_HTTP_METHOD_GET,     "/openapi.json",   openapi_get, true, false },
	{ MHD_HTTP_METHOD_GET,     "/healthz",        health_get, true, false },
	{ MHD_HTTP_METHOD_GET,     "/metrics",        metrics_get, false, false },
	{ MHD_HTTP_METHOD_GET,     "/api/setup",      setup_get, true, false },
	{ MHD_HTTP_METHOD_POST,    "/api/setup",      setup_post, true, false },
	{ MHD_HTTP_METHOD_POST,    "/api/jobs",       import_post, false, true },
	{ MHD_HTTP_METHOD_GET,     "/api/jobs",       imports_get, false, false },
	{ MHD_HTTP_METHOD_GET,     "/api/jobs/",      import_get, false, false },
	{ MHD_HTTP_METHOD_POST,    "/api/jobs/",      import_change, false, false },
	{ MHD_HTTP_METHOD_DELETE,  "/api/jobs/",      import_delete, false, false },
	{ NULL, NULL, NULL, false, false },
};

/* Whatever is not of the interface: the web app. */
static const struct route asset_route = { MHD_HTTP_METHOD_GET, "", asset_get, true,
	false };

/* NULL: nothing there; one with another method when only that does not fit. */
static const struct route *
route_find(const char *method, struct str url, struct str *ret_rest)
{
	const struct route *other = NULL;

	for (const struct route *r = routes; r->fn != NULL; r++) {
		struct str path = str_of(r->path);
		bool       is_prefix = path.n > 1 && path.p[path.n - 1] == '/';

		if (is_prefix ? !str_starts(url, path) || url.n == path.n : !str_equal(url, path))
			continue;
		*ret_rest = str_slice(url, path.n, SIZE_MAX);
		if (strcmp(method, r->method) == 0)
			return r;
		other = r;
	}
	if (other != NULL || str_starts(url, S("/api/")) || str_equal(url, S("/api")))
		return other;
	*ret_rest = url;
	return &asset_route;
}

static struct exchange *
exchange_new(struct loop *loop, struct MHD_Connection *connection)
{
	struct server   *server = loop_server(loop);
	struct worker  *w = pthread_getspecific(server->workers);
	struct exchange *x;
	struct arena    arena = { 0 };
	struct buffer   body = { 0 };

	if (w != NULL && w->spares != NULL) {
		x = w->spares;
		w->spares = x->next_spare;
		w->spare_count--;
		arena = x->arena;
		body = x->body;
		memset(x, 0, sizeof(*x));
	} else {
		x = memory_new(sizeof(*x));
	}
	x->arena = arena;
	x->body = body;
	x->server = server;
	x->loop = loop;
	x->connection = connection;
	x->is_local = loop_is_local(loop);
	server->requests++;
	server->at_work++;
	return x;
}

static void
exchange_free(struct exchange *x)
{
	struct worker *w = pthread_getspecific(x->server->workers);

	if (x->own_done != NULL)
		x->own_done(x->own);
	upload_done(x);
	x->server->bodies_bytes -= (int64_t)x->body_counted;
	x->server->at_work--;
	arena_reset(&x->arena);
	buffer_reset(&x->body);
	if (w != NULL && w->spare_count < SPARES_MAX && x->body.room <= SPARE_BODY_BYTES_MAX) {
		x->next_spare = w->spares;
		w->spares = x;
		w->spare_count++;
		return;
	}
	arena_done(&x->arena);
	buffer_done(&x->body);
	free(x);
}

int
exchange_socket(struct exchange *x)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection,
	    MHD_CONNECTION_INFO_CONNECTION_FD);

	return info == NULL ? -1 : info->connect_fd;
}

/* The socket of the terminal is for whoever runs the server, and for root. */
static bool
peer_is_allowed(struct exchange *x)
{
	struct ucred peer;
	socklen_t    bytes = sizeof(peer);

	return getsockopt(exchange_socket(x), SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0 &&
	    (peer.uid == geteuid() || peer.uid == 0);
}

/* The head is there: what can be refused before the body is. */
static enum MHD_Result
head_check(struct exchange *x, const char *url, const char *method)
{
	const char     *length = exchange_header(x, MHD_HTTP_HEADER_CONTENT_LENGTH);
	int64_t         bytes = 0;
	enum MHD_Result result;

	x->is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	x->route = route_find(x->is_head ? MHD_HTTP_METHOD_GET : method, str_of(url), &x->rest);
	x->rest = arena_copy(&x->arena, x->rest);
	if (x->is_local && !peer_is_allowed(x))
		return reply_error(x, ERROR_console_only);
	if (x->server->is_stopping) {
		reply_header(x, "Connection", S("close"));
		return reply_error(x, ERROR_server_busy);
	}
	if (x->route == NULL)
		return reply_error(x, ERROR_address_unknown);
	if (strcmp(x->is_head ? MHD_HTTP_METHOD_GET : method, x->route->method) != 0) {
		reply_header(x, "Allow", str_of(x->route->method));
		return reply_error(x, ERROR_method_bad);
	}
	if (!x->server->is_open && !x->route->is_always)
		return reply_error(x, ERROR_setup_first);
	if (x->route->takes_file)
		return upload_begin(x, &result) ? MHD_YES : result;
	if (length != NULL && str_to_i64(str_of(length), &bytes) && bytes > (int64_t)BODY_BYTES_MAX)
		return reply_error(x, ERROR_body_bytes_max);
	if (bytes > 0 && x->server->bodies_bytes + bytes > (int64_t)BODIES_BYTES_MAX)
		return reply_error(x, ERROR_server_busy);
	return MHD_YES;
}

/* A body without a length is found too large only on the way; the answer waits for its end. */
static enum MHD_Result
body_take(struct exchange *x, const char *data, size_t *data_bytes)
{
	size_t n = *data_bytes;

	*data_bytes = 0;
	if (x->upload != NULL) {
		(void)upload_take(x, (struct str){ data, n }); /* the answer waits for the end */
		return MHD_YES;
	}
	if (x->body.n + n > BODY_BYTES_MAX) {
		if (x->is_body_refused)
			return MHD_NO;
		x->is_body_refused = true;
		x->server->bodies_bytes -= (int64_t)x->body_counted;
		x->body_counted = 0;
		buffer_done(&x->body);
		return MHD_YES;
	}
	buffer_add(&x->body, (struct str){ data, n });
	x->body_counted += n;
	x->server->bodies_bytes += (int64_t)n;
	return MHD_YES;
}

enum MHD_Result
exchange_handle(void *loop, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data, size_t *data_bytes, void **own)
{
	struct exchange *x = *own;
	exchange_fn     *then;

	(void)version;
	if (x == NULL) {
		x = exchange_new(loop, connection);
		*own = x;
		return head_check(x, url, method);
	}
	if (x->is_answered) {
		*data_bytes = 0; /* of a body that nobody wants */
		return MHD_YES;
	}
	if (*data_bytes > 0)
		return body_take(x, data, data_bytes);
	if (x->then != NULL) {
		then = x->then;
		x->then = NULL;
		return then(x);
	}
	guard_due(connection, 0);
	if (x->is_body_refused)
		return reply_error(x, ERROR_body_bytes_max);
	return x->route->fn(x);
}

void
exchange_completed(void *unused, struct MHD_Connection *connection, void **own,
    enum MHD_RequestTerminationCode how)
{
	(void)unused, (void)how;
	if (*own == NULL)
		return;
	guard_due(connection, REQUEST_SECONDS_MAX);
	exchange_free(*own);
	*own = NULL;
}

static void
job_done(struct job *job)
{
	exchange_resume(job->context);
}

void
exchange_resume(struct exchange *x)
{
	loop_resume(x->loop, x->connection);
}

void
exchange_submit_again(struct exchange *x)
{
	int r;

	x->job.context = x;
	x->job.done = job_done;
	r = writer_submit(x->server->writer, &x->job);
	if (r == 0)
		return;
	x->job.batch.ret_result = r;
	exchange_resume(x);
}

enum MHD_Result
exchange_submit(struct exchange *x, exchange_fn *then)
{
	x->then = then;
	MHD_suspend_connection(x->connection);
	exchange_submit_again(x);
	return MHD_YES;
}

enum MHD_Result
exchange_work(struct exchange *x, struct pool *pool, void (*work)(struct exchange *x),
    exchange_fn *then)
{
	x->then = then;
	x->work = work;
	x->result = 0;
	MHD_suspend_connection(x->connection);
	if (pool_submit(pool, x) != 0) {
		x->result = -EBUSY;
		exchange_resume(x);
	}
	return MHD_YES;
}

bool
own_batch(struct arena *arena, area_id area, const char *name, struct str json,
    struct batch *ret_batch)
{
	const struct command *command = command_find(str_of(name));
	struct envelope      *e = arena_alloc(arena, sizeof(*e));
	struct problems       problems = { 0 };
	time_ms               now = clock_now();

	assert(command != NULL);
	*e = (struct envelope){ .at = now, .name = str_of(command->name), .command = command };
	if (!decode_fields(arena, command, json, &e->in, &problems))
		return false;
	e->raw = encode_envelope(arena, 0, now, command, e->in);
	*ret_batch = (struct batch){ .area = area, .received = now, .envelopes = e, .count = 1,
		.arena = arena, .ret_outcomes = arena_alloc(arena, sizeof(struct outcome)) };
	return true;
}

const char *
exchange_header(struct exchange *x, const char *name)
{
	return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

struct str
exchange_argument(struct exchange *x, const char *name)
{
	const char *value = NULL;
	size_t      bytes = 0;

	if (MHD_lookup_connection_value_n(x->connection, MHD_GET_ARGUMENT_KIND, name, strlen(name),
	    &value, &bytes) != MHD_YES)
		return (struct str){ 0 };
	return value == NULL ? S("") : (struct str){ value, bytes };
}

/* The peer's address as text; true: this machine. */
static bool
peer_print(struct exchange *x, char ret_text[static INET6_ADDRSTRLEN])
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection,
	    MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info == NULL ? NULL : info->client_addr;

	ret_text[0] = '\0';
	if (a != NULL && a->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a;

		(void)inet_ntop(AF_INET, &in->sin_addr, ret_text, INET6_ADDRSTRLEN);
		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	}
	if (a != NULL && a->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)a;

		(void)inet_ntop(AF_INET6, &in6->sin6_addr, ret_text, INET6_ADDRSTRLEN);
		return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
	}
	return false;
}

bool
exchange_is_from_here(struct exchange *x)
{
	char text[INET6_ADDRSTRLEN];

	return x->is_local ||
	    (peer_print(x, text) && exchange_header(x, "X-Forwarded-For") == NULL);
}

/* Behind nginx on this machine the client is whom nginx names last. */
struct str
exchange_address(struct exchange *x)
{
	char        text[INET6_ADDRSTRLEN];
	const char *forwarded, *comma;

	if (x->is_local)
		return S("terminal");
	forwarded = peer_print(x, text) ? exchange_header(x, "X-Forwarded-For") : NULL;
	if (forwarded == NULL)
		return arena_copy(&x->arena, str_of(text));
	comma = strrchr(forwarded, ',');
	return str_slice(str_trim(str_of(comma != NULL ? comma + 1 : forwarded)), 0,
	    ADDRESS_BYTES_MAX);
}

bool
exchange_is_secure(struct exchange *x)
{
	char        text[INET6_ADDRSTRLEN];
	const char *scheme = exchange_header(x, "X-Forwarded-Proto");

	return x->server->has_tls ||
	    (scheme != NULL && strcmp(scheme, "https") == 0 && peer_print(x, text));
}
