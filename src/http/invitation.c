/*
 * invitation.c -- a code at a post: made for whoever invites, taken from whoever comes.
 *
 * A token is "area.invitation.random". The ledger has its hash; the text is shown once, as a code
 * to scan. Whether it still holds is for the command access_invitation_use to say.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "http/inside.h"

#define TOKEN_BYTES (RANDOM_TEXT_BYTES + 42)

struct invitation_body { area_id area; int64_t invitation; };

static const struct field invitation_fields[] = {
	{ "area", KIND_AREA, OPTIONAL, 1, INT64_MAX, CLASS_OPEN,
	  offsetof(struct invitation_body, area), "辖区", "Area; the home area when not given",
	  NULL, NULL, 0 },
	{ "invitation", KIND_ID, REQUIRED, 1, ID_MAX, CLASS_OPEN,
	  offsetof(struct invitation_body, invitation), "邀请编号", "Invitation", NULL, NULL, 0 },
	{ 0 },
};
static const struct command invitation_form = { .name = "invitation", .fields = invitation_fields,
	.bytes = sizeof(struct invitation_body) };

/* The token and the hash that access_invite takes: no record holds a token. */
enum MHD_Result
invitation_post(struct exchange *x)
{
	const struct command         *invite = command_find(S("access_invite"));
	const struct invitation_body *body;
	struct problems               problems = { 0 };
	struct buffer                 b = { 0 };
	unsigned char                 hash[HASH_BYTES];
	char                          random[RANDOM_TEXT_BYTES], token[TOKEN_BYTES];
	enum MHD_Result               result;
	const void                   *in;
	area_id                       area;

	if (!decode_fields(&x->arena, &invitation_form, buffer_str(&x->body), &in, &problems)) {
		/* Strangers learn nothing of what is wanted. */
		return asker_find(x, worker_get(x->server), (area_id){ 0 }, true, &result) ?
		    reply_problems(x, &problems) : result;
	}
	body = in;
	if (!asker_find(x, worker_get(x->server), body->area, true, &result))
		return result;
	if ((x->asker.roles & invite->roles) == 0)
		return reply_error(x, ERROR_role_missing);
	area = body->area.v != 0 ? body->area : x->asker.home;
	random_text(random);
	(void)snprintf(token, sizeof(token), "%" PRId64 ".%" PRId64 ".%s", area.v,
	    body->invitation, random);
	token_hash(x->server, str_of(token), hash);
	buffer_printf(&b, "{\"token\":\"%s\",\"token_hash\":\"", token);
	buffer_add(&b, hex_text(&x->arena, (struct str){ (char *)hash, sizeof(hash) }));
	buffer_add(&b, S("\"}"));
	return reply_json_secret(x, 200, &b);
}

struct using {                    /* x->own while an invitation is taken */
	struct enrolling *enrolling;
	int64_t           invitation;
	struct str        name, address;
};

/* On the writer's thread: the number that the account's id is made of. */
static int
use_prepare(struct job *job, struct ledger *ledger)
{
	struct exchange *x = job->context;
	struct using    *u = x->own;
	struct buffer    b = { 0 };
	stream_id        number;
	bool             is_made;
	int              r = stream_number_take(ledger, &number);

	if (r != 0)
		return r;
	u->enrolling->user.v = number.v << ID_STREAM_SHIFT | 1;
	buffer_printf(&b, "{\"invitation\":\"%" PRId64 "\",\"account\":\"%" PRId64
	    "\",\"grant_id\":\"%" PRId64 "\",\"name\":", u->invitation, u->enrolling->user.v,
	    number.v << ID_STREAM_SHIFT | 2);
	json_str(&b, u->name);
	buffer_char(&b, '}');
	is_made = own_batch(&x->arena, u->enrolling->area, "access_invitation_use", buffer_str(&b),
	    &job->batch);
	buffer_done(&b);
	return is_made ? 0 : -EINVAL;
}

static enum MHD_Result
use_answer(struct exchange *x)
{
	struct using         *u = x->own;
	const struct outcome *o = x->job.batch.ret_outcomes;
	const struct fault   *fault;

	if (x->job.batch.ret_result != 0)
		return reply_failure(x, x->job.batch.ret_result);
	fault = o->answer == REFUSED ? fault_find(o->fault) : NULL;
	if (fault != NULL)
		return fault_reply(x, fault);
	if (o->answer != DONE)
		return reply_error(x, ERROR_database_fails);
	bucket_give(x->server->sign_in_addresses, u->address, clock_monotonic_ms());
	return enrolment_submit(x, u->enrolling);
}

static bool
token_parse(struct str token, area_id *ret_area, int64_t *ret_invitation)
{
	struct str rest = token, area, invitation;

	return str_split(&rest, '.', &area) && str_split(&rest, '.', &invitation) && rest.n > 0 &&
	    str_to_i64(area, &ret_area->v) && str_to_i64(invitation, ret_invitation);
}

static bool
token_is_right(struct exchange *x, struct worker *w, struct str token, struct using *u)
{
	unsigned char hash[HASH_BYTES], wanted[HASH_BYTES];

	token_hash(x->server, token, hash);
	return token_parse(token, &u->enrolling->area, &u->invitation) &&
	    invitation_hash_read(w->db, &x->arena, u->enrolling->area, u->invitation,
	    wanted) == 0 &&
	    sodium_memcmp(hash, wanted, HASH_BYTES) == 0;
}

enum MHD_Result
invitation_use(struct exchange *x, struct str token, struct str name, struct enrolling *e)
{
	struct worker *w = worker_get(x->server);
	struct using  *u = arena_alloc(&x->arena, sizeof(*u));
	int            wait_s;

	if (!x->is_local && !origin_is_ours(x))
		return reply_error(x, ERROR_origin_foreign);
	*u = (struct using){ .enrolling = e, .name = name, .address = exchange_address(x) };
	wait_s = bucket_take(x->server->sign_in_addresses, u->address, clock_monotonic_ms());
	if (wait_s > 0) {
		reply_header(x, "Retry-After", arena_printf(&x->arena, "%d", wait_s));
		return reply_error(x, ERROR_sign_in_limit);
	}
	if (w == NULL)
		return reply_error(x, ERROR_database_fails);
	if (!token_is_right(x, w, token, u))
		return reply_error(x, ERROR_token_wrong);
	x->own = u;
	x->job = (struct job){ .prepare = use_prepare, .batch = { .area = e->area } };
	return exchange_submit(x, use_answer);
}
