/*
 * verify.c -- POST /api/verify: the ledger's chain, and every table made again from it, while the
 * server goes on; for whoever answers for the office. One at a time, on a pool's thread.
 */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>
#include "http/inside.h"
#include "ledger/verify.h"

#define VERIFIERS (ROLE_ADMIN | ROLE_WARDEN | ROLE_AUDITOR)

struct verifying {                /* x->own */
	struct verify_report report;
	int64_t              begin_ms, took_ms;
};

/* A backup that is no longer where it was is no reason not to look: then from the first row. */
static void
verify_work(struct exchange *x)
{
	struct verifying *v = x->own;
	char              base[PATH_BYTES_MAX] = "";

	v->begin_ms = clock_monotonic_ms();
	x->result = verify_base_find(x->server->database, base);
	if (x->result == 0)
		x->result = ledger_verify(x->server->database,
		    base[0] != '\0' && access(base, R_OK) == 0 ? base : NULL, &v->report);
	v->took_ms = clock_monotonic_ms() - v->begin_ms;
	exchange_resume(x);
}

static enum MHD_Result
verify_answer(struct exchange *x)
{
	const struct verifying *v = x->own;
	struct buffer           b = { 0 };

	if (x->result != 0)
		return reply_failure(x, x->result);
	buffer_printf(&b, "{\"areas\":%" PRId64 ",\"rows\":%" PRId64 ",\"tables\":%zu,"
	    "\"took_ms\":%" PRId64 ",\"is_right\":%s,\"wrong\":", v->report.areas,
	    v->report.rows, v->report.tables, v->took_ms,
	    v->report.wrong[0] == '\0' ? "true" : "false");
	json_str(&b, str_of(v->report.wrong));
	buffer_char(&b, '}');
	return reply_json(x, 200, &b);
}

enum MHD_Result
verify_post(struct exchange *x)
{
	enum MHD_Result result;

	if (!asker_find(x, worker_get(x->server), (area_id){ 0 }, true, &result))
		return result;
	if ((x->asker.roles & VERIFIERS) == 0)
		return reply_error(x, ERROR_role_missing);
	x->own = arena_alloc(&x->arena, sizeof(struct verifying));
	return exchange_work(x, x->server->verifiers, verify_work, verify_answer);
}
