/*
 * areas.c -- POST /api/areas: one more area in the database, for the terminal on this machine:
 * whoever may read the key file. Its first two commands are those of ledger/found.h.
 */
#include <errno.h>
#include <inttypes.h>
#include "http/inside.h"

struct area_body { area_id area; struct str name, time_zone, plan; };

#define TEXT_FIELD(field, need, hi, zh, en) \
	{ #field, KIND_TEXT, need, 0, hi, CLASS_OPEN, offsetof(struct area_body, field), zh, en, \
	  NULL, NULL, 0 }

static const struct field area_fields[] = {
	{ "area", KIND_AREA, REQUIRED, 100000000000, 999999999999, CLASS_OPEN,
	  offsetof(struct area_body, area), "区划代码", "Division code", NULL, NULL, 0 },
	TEXT_FIELD(name, REQUIRED, 200, "辖区名称", "What the area is called"),
	TEXT_FIELD(time_zone, REQUIRED, 60, "时区", "Time zone"),
	TEXT_FIELD(plan, REQUIRED, BODY_BYTES_MAX, "方案", "The text of its disease's plan"),
	{ 0 },
};
static const struct command area_form = { .name = "areas", .fields = area_fields,
	.bytes = sizeof(struct area_body) };

/* On the writer's thread: the number of the area's own stream, then its first command. */
static int
open_prepare(struct job *job, struct ledger *ledger)
{
	struct exchange        *x = job->context;
	const struct area_body *in = x->own;
	struct buffer           b = { 0 };
	stream_id               founder;
	bool                    is_made;
	int                     r = stream_number_take(ledger, &founder);

	if (r != 0)
		return r;
	buffer_add(&b, S("{\"name\":"));
	json_str(&b, in->name);
	buffer_add(&b, S(",\"time_zone\":"));
	json_str(&b, in->time_zone);
	buffer_char(&b, '}');
	is_made = own_batch(&x->arena, in->area, "area_open", buffer_str(&b), &job->batch);
	job->batch.is_founding = true;
	job->batch.founder = founder;
	buffer_done(&b);
	return is_made ? 0 : -EINVAL;
}

/* NULL: the command was done. */
static const struct fault *
fault_of(const struct exchange *x)
{
	const struct outcome *o = x->job.batch.ret_outcomes;

	return o->answer == REFUSED ? fault_find(o->fault) : NULL;
}

static enum MHD_Result
planned(struct exchange *x)
{
	const struct area_body *in = x->own;
	struct buffer           b = { 0 };

	if (x->job.batch.ret_result != 0)
		return reply_failure(x, x->job.batch.ret_result);
	if (fault_of(x) != NULL)
		return fault_reply(x, fault_of(x));
	buffer_printf(&b, "{\"area\":\"%" PRId64 "\"}", in->area.v);
	return reply_json(x, 200, &b);
}

static enum MHD_Result
opened(struct exchange *x)
{
	const struct area_body *in = x->own;
	struct buffer           b = { 0 };
	bool                    is_made;

	if (x->job.batch.ret_result != 0)
		return reply_failure(x, x->job.batch.ret_result);
	if (fault_of(x) != NULL)
		return fault_reply(x, fault_of(x));
	buffer_add(&b, S("{\"text\":"));
	json_str(&b, in->plan);
	buffer_char(&b, '}');
	x->job = (struct job){ 0 };
	is_made = own_batch(&x->arena, in->area, "area_plan_set", buffer_str(&b), &x->job.batch);
	buffer_done(&b);
	return is_made ? exchange_submit(x, planned) : reply_failure(x, -EINVAL);
}

enum MHD_Result
areas_post(struct exchange *x)
{
	struct str      json = x->body.n > 0 ? buffer_str(&x->body) : S("{}");
	struct problems problems = { 0 };
	enum MHD_Result result;
	const void     *in;

	if (!asker_find(x, worker_get(x->server), (area_id){ 0 }, true, &result))
		return result;
	if (!x->asker.is_console)
		return reply_error(x, ERROR_role_missing);
	if (!decode_fields(&x->arena, &area_form, json, &in, &problems))
		return reply_problems(x, &problems);
	x->own = (void *)(uintptr_t)in;
	x->job = (struct job){ .prepare = open_prepare,
		.batch = { .area = ((const struct area_body *)in)->area } };
	return exchange_submit(x, opened);
}
