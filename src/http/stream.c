/*
 * stream.c -- enrolment of whoever will send commands, and whose a token is.
 *
 * A token is "area.stream.random"; its hash is in the stream's row. It never changes, so that a
 * thread remembers those that were right. Revoked streams are the ledger's business: their
 * records go aside.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "http/inside.h"

#define TOKEN_MAKERS (ROLE_ADMIN | ROLE_HEADQUARTERS | ROLE_WARDEN | ROLE_LABORATORY)

struct streams_body { area_id area; struct str store, kind, invitation, name; };

static const struct field streams_fields[] = {
	{ "area", KIND_AREA, OPTIONAL, 1, INT64_MAX, CLASS_OPEN,
	  offsetof(struct streams_body, area),
	  "辖区", "Area; the home area when not given", NULL, NULL, 0 },
	{ "store", KIND_TEXT, OPTIONAL, 0, 200, CLASS_OPEN, offsetof(struct streams_body, store),
	  "存放处", "Where its queue lies", NULL, NULL, 0 },
	{ "kind", KIND_TEXT, OPTIONAL, 0, 10, CLASS_OPEN, offsetof(struct streams_body, kind),
	  "种类", "store (the usual) or token", NULL, NULL, 0 },
	{ "invitation", KIND_TEXT, OPTIONAL, 0, 200, CLASS_SECRET,
	  offsetof(struct streams_body, invitation), "邀请码", "Invitation", NULL, NULL, 0 },
	{ "name", KIND_TEXT, OPTIONAL, 0, 100, CLASS_NAME, offsetof(struct streams_body, name),
	  "姓名", "Who it is, with an invitation", NULL, NULL, 0 },
	{ 0 },
};
static const struct command streams_form = { .name = "streams", .fields = streams_fields,
	.bytes = sizeof(struct streams_body) };

/* On the writer's thread: the number, then the token and the command that need it. */
static int
enrolment_prepare(struct job *job, struct ledger *ledger)
{
	struct exchange   *x = job->context;
	struct enrolling *e = x->own;
	unsigned char     hash[HASH_BYTES];
	char              random[RANDOM_TEXT_BYTES];
	struct buffer     b = { 0 };
	bool              is_made;
	int               r;

	r = stream_number_take(ledger, &e->stream);
	if (r != 0)
		return r;
	random_text(random);
	(void)snprintf(e->token, sizeof(e->token), "%" PRId64 ".%" PRId64 ".%s", e->area.v,
	    e->stream.v, random);
	token_hash(x->server, str_of(e->token), hash);
	buffer_printf(&b, "{\"stream\":%" PRId64 ",\"kind\":\"%s\",\"account\":\"%" PRId64
	    "\",\"token_hash\":\"", e->stream.v, e->kind, e->user.v);
	buffer_add(&b, hex_text(&x->arena, (struct str){ (char *)hash, sizeof(hash) }));
	buffer_add(&b, S("\",\"store\":"));
	json_str(&b, e->store);
	buffer_char(&b, '}');
	is_made = own_batch(&x->arena, e->area, "stream_open", buffer_str(&b), &job->batch);
	buffer_done(&b);
	return is_made ? 0 : -EINVAL;
}

static enum MHD_Result
enrolment_answer(struct exchange *x)
{
	struct enrolling *e = x->own;
	struct buffer     b = { 0 };
	int               r = x->job.batch.ret_result;

	if (r == -ENOENT)
		return reply_error(x, ERROR_area_unknown);
	if (r != 0 || x->job.batch.ret_outcomes[0].answer != DONE)
		return reply_failure(x, r);
	buffer_printf(&b, "{\"stream\":\"%" PRId64 "\",\"token\":\"%s\",\"area\":\"%" PRId64
	    "\",\"epoch\":%" PRId64 ",\"next\":1}", e->stream.v, e->token, e->area.v,
	    x->server->database->epoch);
	return reply_json(x, 200, &b);
}

enum MHD_Result
enrolment_submit(struct exchange *x, struct enrolling *e)
{
	x->own = e;
	x->job = (struct job){ .prepare = enrolment_prepare, .batch = { .area = e->area } };
	return exchange_submit(x, enrolment_answer);
}

static bool
is_limited(struct exchange *x, enum MHD_Result *ret_result)
{
	struct str who = arena_printf(&x->arena, "%" PRId64 ".%" PRId64, x->asker.home.v,
	    x->asker.user.v);
	int wait_s = bucket_take(x->server->enrolments, who, clock_monotonic_ms());

	if (wait_s == 0)
		return false;
	reply_header(x, "Retry-After", arena_printf(&x->arena, "%d", wait_s));
	*ret_result = reply_error(x, ERROR_sign_in_limit);
	return true;
}

enum MHD_Result
streams_post(struct exchange *x)
{
	struct str                 json = x->body.n > 0 ? buffer_str(&x->body) : S("{}");
	struct enrolling          *e = arena_alloc(&x->arena, sizeof(*e));
	struct problems            problems = { 0 };
	const struct streams_body *body = NULL;
	enum MHD_Result            result;
	const void                *in;

	if (decode_fields(&x->arena, &streams_form, json, &in, &problems)) {
		body = in;
		e->kind = str_equal(body->kind, S("token")) ? "token" : "store";
		if (body->invitation.n > 0 && str_trim(body->name).n == 0)
			problem_add(&problems, S("name"), "请写姓名", "a name is wanted");
		if (body->invitation.n > 0 && (body->area.v != 0 || body->kind.n > 0))
			problem_add(&problems, S("invitation"), "邀请码已说明辖区和种类",
			    "it says by itself for which area and kind");
		if (body->kind.n > 0 && !str_equal(body->kind, str_of(e->kind)))
			problem_add(&problems, S("kind"), "应为 store 或 token",
			    "store or token is wanted");
	}
	if (problems.count > 0)
		return reply_problems(x, &problems);
	e->store = body->store;
	if (body->invitation.n > 0)
		return invitation_use(x, body->invitation, str_trim(body->name), e);
	if (!asker_find(x, worker_get(x->server), body->area, true, &result))
		return result;
	if (x->asker.is_console)
		e->kind = "console"; /* the terminal on this machine */
	if (x->asker.roles == 0 ||
	    (str_equal(body->kind, S("token")) && (x->asker.roles & TOKEN_MAKERS) == 0))
		return reply_error(x, ERROR_role_missing);
	if (!x->asker.is_console && is_limited(x, &result))
		return result;
	e->area = body->area.v != 0 ? body->area : x->asker.home;
	e->user = x->asker.user;
	return enrolment_submit(x, e);
}

static bool
token_parse(struct str token, area_id *ret_area, stream_id *ret_stream)
{
	struct str rest = token, area, stream;

	return str_split(&rest, '.', &area) && str_split(&rest, '.', &stream) && rest.n > 0 &&
	    str_to_i64(area, &ret_area->v) && str_to_i64(stream, &ret_stream->v) &&
	    ret_stream->v > 0;
}

int
stream_of_token(struct exchange *x, struct worker *w, struct stream_slot *ret_stream)
{
	static const struct str scheme = { "Stream ", 7 };
	struct str          token = str_of(exchange_header(x, "Authorization"));
	unsigned char       hash[HASH_BYTES];
	struct stream_slot  wanted = { 0 }, *slot;
	struct enrolment    e;
	int                 r;

	if (token.n <= scheme.n || strncasecmp(token.p, scheme.p, scheme.n) != 0)
		return -ENOENT;
	token = str_trim(str_slice(token, scheme.n, SIZE_MAX));
	if (!token_parse(token, &wanted.area, &wanted.stream))
		return -ENOENT;
	slot = &w->streams[(uint64_t)wanted.stream.v % STREAM_SLOTS];
	if (slot->stream.v != wanted.stream.v || slot->area.v != wanted.area.v) {
		arena_reset(&w->arena);
		r = enrolment_read(w->db, &w->arena, wanted.area, wanted.stream, &e);
		if (r != 0)
			return r;
		wanted.kind = e.kind;
		wanted.user = e.user;
		memcpy(wanted.token_hash, e.token_hash, HASH_BYTES);
		*slot = wanted;
	}
	token_hash(x->server, token, hash);
	if (sodium_memcmp(hash, slot->token_hash, HASH_BYTES) != 0)
		return -ENOENT;
	*ret_stream = *slot;
	return 0;
}
