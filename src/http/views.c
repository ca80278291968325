/*
 * views.c -- GET /api/views/NAME: what may be seen, as JSON; with a reason, unmasked.
 *
 * Beside the view's own parameters: area, format (json, csv, xlsx), reveal (a reason), lang (zh,
 * en), and as_of, after, limit. What is unmasked or taken away is in the ledger before the first
 * byte is. The ETag is made of what the answer depends on, without reading it.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include "http/inside.h"

#define REVEALERS        (ROLE_ADMIN | ROLE_WARDEN | ROLE_CLERK)
#define REASON_BYTES_MAX 600
#define RECORD_BYTES_MAX 600 /* of the parameters, in the ledger */
#define ETAG_BYTES       16

struct arguments {                /* of one request's address */
	struct view_arg list[ARGUMENTS_MAX];
	size_t          count;
	bool            is_beyond;
};

static enum MHD_Result
argument_add(void *context, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
    const char *value, size_t value_bytes)
{
	struct arguments *a = context;

	(void)kind;
	if (a->count == ARGUMENTS_MAX) {
		a->is_beyond = true;
		return MHD_NO;
	}
	a->list[a->count++] = (struct view_arg){ { name, name_bytes },
		value == NULL ? S("") : (struct str){ value, value_bytes } };
	return MHD_YES;
}

static bool
format_is_known(struct str format)
{
	return str_equal(format, S("json")) || str_equal(format, S("csv")) ||
	    str_equal(format, S("xlsx"));
}

/* False: it is one of the view's own. */
static bool
common_take(struct view_arg arg, struct asked *asked, struct problems *problems)
{
	if (str_equal(arg.name, S("area"))) {
		if (!str_to_i64(arg.value, &asked->query.area.v) || asked->query.area.v < 1)
			problem_add(problems, arg.name, "应为区划代码",
			    "a division code is wanted");
	} else if (str_equal(arg.name, S("format"))) {
		asked->format = arg.value;
		if (!format_is_known(arg.value))
			problem_add(problems, arg.name, "应为 json、csv 或 xlsx",
			    "json, csv or xlsx is wanted");
	} else if (str_equal(arg.name, S("reveal"))) {
		asked->reveal = str_trim(arg.value);
		if (asked->reveal.n == 0 || asked->reveal.n > REASON_BYTES_MAX)
			problem_add(problems, arg.name, "请写明理由（不超过 200 字）",
			    "a reason is wanted, of at most 600 bytes");
	} else if (str_equal(arg.name, S("lang"))) {
		asked->is_zh = !str_equal(arg.value, S("en"));
	} else {
		return false;
	}
	return true;
}

static struct str
arguments_text(struct exchange *x, const struct arguments *a)
{
	struct buffer b = { 0 };
	struct str    s;

	for (size_t i = 0; i < a->count; i++) {
		if (b.n > 0)
			buffer_char(&b, '&');
		buffer_add(&b, a->list[i].name);
		buffer_char(&b, '=');
		buffer_add(&b, a->list[i].value);
	}
	s = arena_copy(&x->arena, buffer_str(&b));
	buffer_done(&b);
	return s;
}

/* For the record: as long as fits, but never half a character. */
static struct str
text_cut(struct str s)
{
	uint32_t c;
	size_t   n = 0, step;

	while (n < RECORD_BYTES_MAX && (step = utf8_next(str_slice(s, n, SIZE_MAX), &c)) > 0)
		n += step;
	return str_slice(s, 0, n);
}

/* What the answer depends on beside its address: 0 with the number, or -errno. */
static int
version_of(struct exchange *x, struct worker *w, int64_t *ret_version)
{
	const struct view_query *query = &((struct asked *)x->own)->query;
	area_id                  last = area_last_below(query->area);

	if (db_is_postgres(w->db))
		return areas_heads_sum(w->db, &w->arena, query->area, last, ret_version);
	*ret_version = (int64_t)versions_sum(x->server->versions, query->area, last,
	    &query->view->sql->sql.reads);
	return 0;
}

/* An ETag, before anything is read; empty: this view changes as time goes by. */
static int
etag_make(struct exchange *x, struct worker *w, struct str *ret_etag)
{
	struct asked *asked = x->own;
	unsigned char hash[HASH_BYTES];
	struct hash   h;
	int64_t       version;
	int           r;

	*ret_etag = S("");
	if (asked->query.view->sql->now >= 0)
		return 0;
	r = version_of(x, w, &version);
	if (r != 0)
		return r;
	hash_begin(&h);
	hash_add_str(&h, (struct str){ (char *)x->server->nonce, sizeof(x->server->nonce) });
	hash_add_str(&h, x->rest);
	hash_add_str(&h, asked->whole);
	hash_add_i64(&h, asked->query.area.v);
	hash_add_i64(&h, x->asker.roles);
	hash_add_i64(&h, x->asker.user.v);
	hash_add_i64(&h, asked->reveal.n > 0);
	hash_add_i64(&h, version);
	hash_end(&h, hash);
	*ret_etag = arena_printf(&x->arena, "W/\"%s\"", hex_text(&x->arena,
	    (struct str){ (char *)hash, ETAG_BYTES }).p);
	return 0;
}

/* What tells of persons is in no browser's store; the rest may be kept, and asked for again. */
static bool
is_personal(const struct view *view)
{
	for (const struct column *c = view->columns; c->name != NULL; c++)
		if (c->class != CLASS_OPEN)
			return true;
	return false;
}

static enum MHD_Result
view_failure(struct exchange *x, int r)
{
	struct problems problems = { 0 };

	if (r == -EACCES)
		return reply_error(x, ERROR_role_missing);
	if (r != -EINVAL)
		return reply_failure(x, r);
	problem_add(&problems, S("after"), "无法识别", "cannot be read");
	return reply_problems(x, &problems);
}

static enum MHD_Result
view_answer(struct exchange *x)
{
	struct worker *w = worker_get(x->server);
	struct asked  *asked = x->own;
	struct reader  reader = { .user = x->asker.user, .roles = x->asker.roles,
		.is_revealing = asked->reveal.n > 0, .keys = x->server->database->keys,
		.now = clock_now() };
	const char    *known = exchange_header(x, "If-None-Match");
	struct buffer  b = { 0 };
	struct str     etag = S("");
	int            r;

	arena_reset(&w->arena);
	r = etag_make(x, w, &etag);
	if (r != 0)
		return reply_failure(x, r);
	if (etag.n > 0)
		reply_header(x, "ETag", etag);
	if (!is_personal(asked->query.view))
		reply_header(x, "Cache-Control", S("private, no-cache"));
	if (etag.n > 0 && known != NULL && strstr(known, etag.p + 2) != NULL)
		return reply(x, 304, NULL, &b);
	r = view_json(w->db, &w->arena, &asked->query, &reader, &b);
	if (r == 0)
		return reply_json(x, 200, &b);
	buffer_done(&b);
	return view_failure(x, r);
}

static enum MHD_Result
reveal_recorded(struct exchange *x)
{
	int r = x->job.batch.ret_result;

	if (r == -ENOENT)
		return reply_error(x, ERROR_area_unknown);
	return r != 0 ? reply_failure(x, r) : view_answer(x);
}

/* {"account":…,"view":…,"query":…} and what a kind of record has beside. */
bool
view_record(struct exchange *x, const char *command, struct str format)
{
	struct asked *asked = x->own;
	struct buffer b = { 0 };
	bool          is_made;

	buffer_printf(&b, "{\"account\":\"%" PRId64 "\",\"view\":\"%s\",\"query\":",
	    x->asker.user.v, asked->query.view->name);
	json_str(&b, asked->parameters);
	if (asked->reveal.n > 0) {
		buffer_add(&b, S(",\"reason\":"));
		json_str(&b, asked->reveal);
	}
	if (format.n > 0) {
		buffer_add(&b, S(",\"format\":"));
		json_str(&b, format);
	}
	buffer_char(&b, '}');
	x->job = (struct job){ 0 };
	is_made = own_batch(&x->arena, asked->query.area, command, buffer_str(&b), &x->job.batch);
	buffer_done(&b);
	return is_made;
}

static enum MHD_Result
view_begin(struct exchange *x)
{
	struct asked *asked = x->own;

	if (asked->reveal.n > 0 && (x->asker.roles & REVEALERS) == 0)
		return reply_error(x, ERROR_role_missing);
	if (!x->is_local && writer_is_pressed(x->server->writer))
		return reply_error(x, ERROR_server_busy); /* reads step back first */
	if (!str_equal(asked->format, S("json")))
		return download_begin(x);
	if (asked->reveal.n == 0)
		return view_answer(x);
	if (!view_record(x, "access_reveal", S("")))
		return reply_error(x, ERROR_request_invalid);
	return exchange_submit(x, reveal_recorded);
}

static void
asked_read(struct exchange *x, struct arguments *a, struct asked *asked,
    struct problems *problems)
{
	const char *languages = exchange_header(x, "Accept-Language");
	size_t      kept = 0;

	asked->format = S("json");
	asked->fd = -1;
	asked->is_zh = languages == NULL || strncmp(languages, "en", 2) != 0;
	(void)MHD_get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND, argument_add, a);
	asked->whole = arguments_text(x, a);
	if (a->is_beyond)
		problem_add(problems, S(""), "参数过多", "too many parameters");
	for (size_t i = 0; i < a->count; i++)
		if (!common_take(a->list[i], asked, problems))
			a->list[kept++] = a->list[i];
	a->count = kept;
	asked->parameters = text_cut(arguments_text(x, a));
}

enum MHD_Result
view_get(struct exchange *x)
{
	struct worker     *w = worker_get(x->server);
	const struct view *view = view_find(x->rest);
	struct asked      *asked = arena_alloc(&x->arena, sizeof(*asked));
	struct arguments   arguments = { .count = 0 };
	struct problems    problems = { 0 };
	struct view_query  query;
	enum MHD_Result    result;

	asked_read(x, &arguments, asked, &problems);
	if (!asker_find(x, w, asked->query.area, false, &result))
		return result;
	if (view == NULL)
		return reply_error(x, ERROR_view_unknown);
	if ((view->roles & x->asker.roles) == 0)
		return reply_error(x, ERROR_role_missing);
	if (!view_query_read(view, asked->query.area.v != 0 ? asked->query.area : x->asker.home,
	    arguments.list, arguments.count, &query, &problems) || problems.count > 0)
		return reply_problems(x, &problems);
	asked->query = query;
	x->own = asked;
	return view_begin(x);
}
