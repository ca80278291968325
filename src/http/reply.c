/* reply.c -- answers: bytes, headers that every answer has, compression, errors as JSON. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "http/inside.h"

#define GZIP_BYTES_MIN 1024
#define GZIP_LEVEL     4
#define GZIP_WINDOW    (15 + 16) /* 32 KiB, and the head of a gzip file */
#define BUSY_RETRY_S   "2"
#define CSP_DATA       "default-src 'none'; frame-ancestors 'none'"

struct error_text { const char *name; unsigned status; const char *zh, *en; };

static const struct error_text errors[] = {
#define X(name, status, zh, en) { #name, status, zh, en },
	HTTP_ERRORS(X)
#undef X
};

void
reply_header(struct exchange *x, const char *name, struct str value)
{
	if (x->header_count < HEADERS_MAX)
		x->headers[x->header_count++] =
		    (struct header){ name, arena_copy(&x->arena, value) };
}

enum MHD_Result
reply_prepared(struct exchange *x, unsigned status, struct MHD_Response *response)
{
	bool            has_cache_control = false;
	enum MHD_Result r;

	for (size_t i = 0; i < x->header_count; i++) {
		(void)MHD_add_response_header(response, x->headers[i].name, x->headers[i].value.p);
		has_cache_control |= strcmp(x->headers[i].name, "Cache-Control") == 0;
	}
	if (!has_cache_control)
		(void)MHD_add_response_header(response, "Cache-Control", "no-store");
	(void)MHD_add_response_header(response, "Content-Security-Policy",
	    x->csp != NULL ? x->csp : CSP_DATA);
	(void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	(void)MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
	if (!x->is_endless)
		guard_due(x->connection, ANSWER_SECONDS_MAX);
	r = MHD_queue_response(x->connection, status, response);
	MHD_destroy_response(response);
	x->server->statuses[status / 100]++;
	x->is_answered = true;
	return r;
}

bool
reply_may_gzip(struct exchange *x)
{
	const char *accepted = exchange_header(x, "Accept-Encoding");
	const char *gzip = accepted == NULL ? NULL : strstr(accepted, "gzip");

	return gzip != NULL && strncmp(gzip + 4, ";q=0", 4) != 0;
}

/* The body packed, when that is wanted and worth it. The dictionary of a thread is kept. */
static bool
body_gzip(struct exchange *x, struct buffer *body)
{
	struct worker *w;
	struct buffer  packed = { 0 };
	z_stream      *z;

	if (body->n < GZIP_BYTES_MIN || !reply_may_gzip(x) || (w = worker_get(x->server)) == NULL)
		return false;
	if (w->deflater == NULL) {
		z = memory_new(sizeof(*z));
		if (deflateInit2(z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8,
		    Z_DEFAULT_STRATEGY) != Z_OK) {
			free(z);
			return false;
		}
		w->deflater = z;
	}
	z = w->deflater;
	(void)deflateReset(z);
	z->next_in = (unsigned char *)body->p;
	z->avail_in = (unsigned)body->n;
	z->avail_out = (unsigned)deflateBound(z, body->n);
	z->next_out = (unsigned char *)buffer_reserve(&packed, z->avail_out);
	if (deflate(z, Z_FINISH) != Z_STREAM_END) {
		buffer_done(&packed);
		return false;
	}
	packed.n = z->total_out;
	buffer_done(body);
	*body = packed;
	reply_header(x, "Content-Encoding", S("gzip"));
	return true;
}

enum MHD_Result
reply(struct exchange *x, unsigned status, const char *type, struct buffer *body)
{
	struct MHD_Response *response;

	if (body->n >= GZIP_BYTES_MIN)
		reply_header(x, "Vary", S("Accept-Encoding"));
	(void)body_gzip(x, body);
	response = body->n > 0 ?
	    MHD_create_response_from_buffer(body->n, body->p, MHD_RESPMEM_MUST_FREE) :
	    MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
	if (body->n == 0)
		buffer_done(body);
	if (response == NULL) {
		buffer_done(body);
		return MHD_NO;
	}
	*body = (struct buffer){ 0 };
	if (type != NULL)
		(void)MHD_add_response_header(response, "Content-Type", type);
	return reply_prepared(x, status, response);
}

enum MHD_Result
reply_json(struct exchange *x, unsigned status, struct buffer *body)
{
	return reply(x, status, "application/json; charset=utf-8", body);
}

static void
secret_free(void *bytes)
{
	explicit_bzero(bytes, malloc_usable_size(bytes));
	free(bytes);
}

enum MHD_Result
reply_json_secret(struct exchange *x, unsigned status, struct buffer *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback(body->n,
	    body->p, secret_free);

	if (response == NULL) {
		secret_free(body->p);
		return MHD_NO;
	}
	*body = (struct buffer){ 0 };
	(void)MHD_add_response_header(response, "Content-Type", "application/json; charset=utf-8");
	return reply_prepared(x, status, response);
}

static void
error_write(struct buffer *b, const struct error_text *e)
{
	buffer_printf(b, "{\"error\":\"%s\",\"zh\":\"%s\",\"en\":\"%s\"", e->name, e->zh, e->en);
}

enum MHD_Result
reply_error(struct exchange *x, enum http_error error)
{
	struct buffer b = { 0 };

	if (errors[error].status == 503)
		reply_header(x, "Retry-After", S(BUSY_RETRY_S));
	error_write(&b, &errors[error]);
	buffer_char(&b, '}');
	return reply_json(x, errors[error].status, &b);
}

enum MHD_Result
reply_problems(struct exchange *x, const struct problems *problems)
{
	struct buffer b = { 0 };

	error_write(&b, &errors[ERROR_request_invalid]);
	buffer_add(&b, S(",\"problems\":["));
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *p = &problems->list[i];

		json_next(&b);
		buffer_add(&b, S("{\"field\":"));
		json_str(&b, p->field);
		buffer_add(&b, S(",\"zh\":"));
		json_str(&b, str_of(p->zh));
		buffer_add(&b, S(",\"en\":"));
		json_str(&b, str_of(p->en));
		buffer_char(&b, '}');
	}
	buffer_add(&b, S("]}"));
	return reply_json(x, errors[ERROR_request_invalid].status, &b);
}

enum MHD_Result
reply_failure(struct exchange *x, int r)
{
	return reply_error(x, r == -EBUSY ? ERROR_server_busy : ERROR_database_fails);
}
