/*
 * commands.c -- POST /api/commands: a batch of a stream; and one command of a script.
 *
 * A batch is authenticated by the stream's own token, so that a queue can be sent after a session
 * has ended. Who may do what is the ledger's to say.
 */
#include <errno.h>
#include <inttypes.h>
#include "base/when.h"
#include "http/inside.h"

static enum MHD_Result
commands_answer(struct exchange *x)
{
	const struct batch *batch = &x->job.batch;
	struct buffer       b = { 0 };

	if (batch->ret_result == -ENOENT)
		return reply_error(x, ERROR_token_wrong);
	if (batch->ret_result != 0)
		return reply_failure(x, batch->ret_result);
	(void)buffer_reserve(&b, 160 + batch->ret_count * 128);
	buffer_char(&b, '{');
	if (batch->ret_is_forked)
		buffer_add(&b, S("\"error\":\"stream_forked\",\"zh\":\"流水已分叉，请重新登记。\","
		    "\"en\":\"The stream has forked: enrol again.\","));
	buffer_add(&b, S("\"epoch\":"));
	buffer_i64(&b, x->server->database->epoch);
	buffer_add(&b, S(",\"next\":"));
	buffer_i64(&b, batch->ret_next);
	buffer_add(&b, S(",\"outcomes\":["));
	for (size_t i = 0; i < batch->ret_count; i++) {
		json_next(&b);
		outcome_json(&batch->ret_outcomes[i], &b);
	}
	buffer_add(&b, S("]}"));
	return reply_json(x, batch->ret_is_forked ? 409 : 200, &b);
}

static enum MHD_Result
token_refuse(struct exchange *x, int r)
{
	return r == -ENOENT ? reply_error(x, ERROR_token_wrong) : reply_failure(x, r);
}

enum MHD_Result
commands_post(struct exchange *x)
{
	struct worker     *w = worker_get(x->server);
	struct problems    problems = { 0 };
	struct request     request = { 0 };
	struct stream_slot stream;
	int                r = w == NULL ? -EIO : stream_of_token(x, w, &stream);

	if (r != 0)
		return token_refuse(x, r);
	if (!decode_request(&x->arena, buffer_str(&x->body), &request, &problems))
		return reply_problems(x, &problems);
	if (request.stream != 0 && request.stream != stream.stream.v) {
		problem_add(&problems, S("stream"), "不是该令牌的流水",
		    "not the stream of this token");
		return reply_problems(x, &problems);
	}
	for (size_t i = 0; i < request.count; i++)
		search_keys_fill(x->server->search_keys, &x->arena, request.envelopes[i].command,
		    request.envelopes[i].in);
	x->job = (struct job){ .batch = { .area = stream.area, .stream = stream.stream,
		.made = request.made, .sent = request.sent, .received = clock_now(),
		.envelopes = request.envelopes, .count = request.count, .arena = &x->arena,
		.ret_outcomes = arena_alloc(&x->arena, request.count * sizeof(struct outcome)) } };
	return exchange_submit(x, commands_answer);
}

enum MHD_Result
fault_reply(struct exchange *x, const struct fault *fault)
{
	struct buffer b = { 0 };

	buffer_printf(&b, "{\"fault\":\"%s\",\"zh\":", fault->name);
	json_str(&b, str_of(fault->zh));
	buffer_add(&b, S(",\"en\":"));
	json_str(&b, str_of(fault->en));
	buffer_char(&b, '}');
	return reply_json(x, (unsigned)fault->http, &b);
}

/* What came of a script's command: done is 200, aside 202 (somebody will look at it). */
static enum MHD_Result
command_answer(struct exchange *x)
{
	const struct outcome *o = x->job.batch.ret_outcomes;
	const struct fault   *fault;
	struct buffer         b = { 0 };

	if (x->job.batch.ret_result != 0)
		return token_refuse(x, x->job.batch.ret_result);
	fault = o->answer == REFUSED ? fault_find(o->fault) : NULL;
	if (fault != NULL)
		return fault_reply(x, fault);
	outcome_json(o, &b);
	return reply_json(x, o->answer == ASIDE ? 202 : 200, &b);
}

static bool
command_is_permitted(struct exchange *x, struct worker *w, const struct stream_slot *stream,
    const struct command *command)
{
	struct authority authority;

	/* A fact is taken from anybody; the ledger sets it aside. */
	return command->is_fact ||
	    (account_authority(w->db, &x->arena, stream->area, stream->user, &authority) == 0 &&
	    (authority_roles_now(&authority, clock_now()) & command->roles) != 0);
}

enum MHD_Result
command_post(struct exchange *x)
{
	struct worker        *w = worker_get(x->server);
	struct str            json = x->body.n > 0 ? buffer_str(&x->body) : S("{}");
	struct str            at = exchange_argument(x, "at");
	struct envelope      *e = arena_alloc(&x->arena, sizeof(*e));
	struct problems       problems = { 0 };
	const struct command *command = command_find(x->rest);
	struct stream_slot    stream;
	time_ms               now = clock_now();
	int                   r = w == NULL ? -EIO : stream_of_token(x, w, &stream);

	if (r == 0 && stream.kind != STREAM_TOKEN)
		r = -ENOENT; /* a phone's stream numbers its commands itself */
	if (r != 0)
		return token_refuse(x, r);
	if (command == NULL)
		return reply_error(x, ERROR_command_unknown);
	*e = (struct envelope){ .at = now, .name = str_of(command->name), .command = command };
	if (at.p != NULL && !time_parse(at, &e->at))
		problem_add(&problems, S("at"), "应为时间", "a time is wanted");
	(void)decode_fields(&x->arena, command, json, &e->in, &problems);
	if (problems.count > 0)
		return reply_problems(x, &problems);
	if (!command_is_permitted(x, w, &stream, command))
		return reply_error(x, ERROR_role_missing);
	search_keys_fill(x->server->search_keys, &x->arena, command, e->in);
	e->raw = encode_envelope(&x->arena, 0, e->at, command, e->in);
	x->job = (struct job){ .batch = { .area = stream.area, .stream = stream.stream,
		.received = now, .sent = now, .envelopes = e, .count = 1, .arena = &x->arena,
		.ret_outcomes = arena_alloc(&x->arena, sizeof(struct outcome)) } };
	return exchange_submit(x, command_answer);
}
