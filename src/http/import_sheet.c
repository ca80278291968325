/*
 * import_sheet.c -- GET /api/jobs/ID/sheet: the sheet that was brought, with what came of each row.
 *
 * It has what was in it, unmasked; so it goes to whoever brought it, and the ledger tells of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "http/imports.h"

struct taking {                   /* x->own */
	struct import_job *job;   /* read while `readers` counts us */
	int                fd;    /* -1: none */
	uint64_t           bytes;
};

static void
taking_done(void *own)
{
	struct taking *t = own;

	if (t->fd >= 0)
		(void)close(t->fd);
	if (t->job != NULL)
		imports_read_end(t->job->server->imports, t->job);
	t->job = NULL;
}

static int
sheet_make(struct exchange *x, struct taking *t)
{
	char        path[PATH_BYTES_MAX + 64], random[RANDOM_TEXT_BYTES];
	char        why[IMPORT_WHY_BYTES] = "";
	struct stat st;
	int         r;

	random_text(random);
	(void)snprintf(path, sizeof(path), "%s/%s", x->server->exports_path, random);
	r = t->job->form->reads->annotate(t->job->path, &t->job->report, path, why);
	if (r == 0) {
		t->fd = open(path, O_RDONLY | O_CLOEXEC);
		r = t->fd < 0 || fstat(t->fd, &st) != 0 ? -errno : 0;
	}
	if (r == 0)
		t->bytes = (uint64_t)st.st_size;
	(void)unlink(path);
	return r;
}

/* On an exporter's thread. */
static void
sheet_work(struct exchange *x)
{
	x->result = sheet_make(x, x->own);
	exchange_resume(x);
}

static enum MHD_Result
sheet_answer(struct exchange *x)
{
	struct taking       *t = x->own;
	struct MHD_Response *response;

	if (x->result != 0)
		return reply_failure(x, x->result);
	response = MHD_create_response_from_fd64(t->bytes, t->fd);
	if (response == NULL)
		return MHD_NO;
	t->fd = -1; /* the response's now */
	(void)MHD_add_response_header(response, "Content-Type",
	    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
	reply_header(x, "Content-Disposition", arena_printf(&x->arena,
	    "attachment; filename=\"%s_remarks.xlsx\"", t->job->form->name));
	return reply_prepared(x, 200, response);
}

static enum MHD_Result
sheet_recorded(struct exchange *x)
{
	int r = x->job.batch.ret_result;

	return r != 0 ? reply_failure(x, r) :
	    exchange_work(x, x->server->exporters, sheet_work, sheet_answer);
}

/* Comes with the lock, and gives it back. */
enum MHD_Result
import_sheet_get(struct exchange *x, struct import_job *job)
{
	struct taking *t = arena_alloc(&x->arena, sizeof(*t));
	bool           is_own = job->account.v == x->asker.user.v && job->home.v == x->asker.home.v;
	bool           is_there = job->has_report && job->path[0] != '\0' &&
	    (job->state == IMPORT_STATE_planned || job->state == IMPORT_STATE_done ||
	    (job->state == IMPORT_STATE_failed && job->report.rows > 0));
	struct str     json;

	if (is_own && is_there)
		job->readers++;
	imports_unlock(x->server->imports);
	if (!is_own)
		return reply_error(x, ERROR_job_foreign);
	if (!is_there)
		return reply_error(x, ERROR_job_state);
	*t = (struct taking){ .job = job, .fd = -1 };
	x->own = t;
	x->own_done = taking_done;
	json = arena_printf(&x->arena, "{\"account\":\"%" PRId64 "\",\"view\":\"import %s\","
	    "\"format\":\"xlsx\",\"reason\":\"import\"}", x->asker.user.v, job->form->name);
	if (!own_batch(&x->arena, job->area, "access_export", json, &x->job.batch))
		return reply_error(x, ERROR_request_invalid);
	return exchange_submit(x, sheet_recorded);
}
