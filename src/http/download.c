/*
 * download.c -- a view as a sheet to take away: recorded, watermarked, made in a file and sent.
 *
 * The rows are read on a thread of its own, one at a time, into a file in a folder of ours; the
 * file has lost its name before the first byte is sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/when.h"
#include "http/export.h"
#include "http/inside.h"
#include "text/zone.h"

struct area_found { struct worker *w; struct str *name; bool *is_demonstration; };

static int
area_row(void *context, const struct view_row *row)
{
	struct area_found *found = context;
	struct buffer      b = { 0 };

	for (int i = 0; row->view->columns[i].name != NULL; i++) {
		buffer_reset(&b);
		view_row_text(row, i, false, &b);
		if (strcmp(row->view->columns[i].name, "name") == 0)
			*found->name = arena_copy(&found->w->arena, buffer_str(&b));
		else if (strcmp(row->view->columns[i].name, "is_demonstration") == 0)
			*found->is_demonstration = str_equal(buffer_str(&b), S("yes"));
	}
	buffer_done(&b);
	return 0;
}

void
area_about(struct worker *w, area_id area, struct str *ret_name, bool *ret_is_demonstration)
{
	const struct view *view = view_find(S("area_self"));
	struct view_query  query = { .view = view, .area = area, .limit = 1 };
	struct reader      reader = { .roles = ROLE_ADMIN, .keys = w->server->database->keys };
	struct area_found  found = { w, ret_name, ret_is_demonstration };
	struct str         next;

	*ret_name = S("");
	*ret_is_demonstration = false;
	if (view != NULL)
		(void)view_each(w->db, &w->arena, &query, &reader, area_row, &found, &next);
}

/* Who takes it, for the watermark. */
static struct str
taker(struct exchange *x, struct worker *w)
{
	struct account account = { .login = S("terminal"), .name = S("") };
	struct asked  *asked = x->own;
	struct str     area_name;
	bool           is_demonstration;

	area_about(w, asked->query.area, &area_name, &is_demonstration);
	if (!x->asker.is_console)
		(void)account_of_user(w->db, &w->arena, x->asker.home, x->asker.user, &account);
	return arena_printf(&w->arena, "%.*s · %.*s %.*s%s", (int)area_name.n, area_name.p,
	    (int)account.login.n, account.login.p, (int)account.name.n, account.name.p,
	    is_demonstration ? " · 演示数据 DEMONSTRATION" : "");
}

static int
file_make(struct exchange *x, struct worker *w, const char *path)
{
	struct asked *asked = x->own;
	struct reader reader = { .user = x->asker.user, .roles = x->asker.roles,
		.is_revealing = asked->reveal.n > 0, .keys = x->server->database->keys,
		.now = clock_now() };
	int r;

	reader.zone = area_zone(w->db, &w->arena, asked->query.area, reader.now);
	r = export_file(w->db, &w->arena, &asked->query, &reader, path,
	    str_equal(asked->format, S("xlsx")) ? "xlsx" : "csv", taker(x, w), asked->is_zh);
	zone_free(reader.zone);
	return r;
}

static int
file_open_unnamed(const char *path, struct asked *asked)
{
	struct stat st;
	int         fd = open(path, O_RDONLY | O_CLOEXEC), r = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		r = -errno;
	(void)unlink(path);
	if (r == 0) {
		asked->fd = fd;
		asked->bytes = (uint64_t)st.st_size;
	} else if (fd >= 0) {
		(void)close(fd);
	}
	return r;
}

/* On an exporter's thread. */
static void
download_work(struct exchange *x)
{
	struct worker *w = worker_get(x->server);
	char           path[PATH_BYTES_MAX + 64], random[RANDOM_TEXT_BYTES];

	x->result = -EIO;
	if (w != NULL) {
		arena_reset(&w->arena);
		random_text(random);
		(void)snprintf(path, sizeof(path), "%s/%s", x->server->exports_path, random);
		x->result = file_make(x, w, path);
		if (x->result == 0)
			x->result = file_open_unnamed(path, x->own);
		arena_done(&w->arena);
		worker_rest(x->server);
	}
	exchange_resume(x);
}

static enum MHD_Result
download_answer(struct exchange *x)
{
	struct asked        *asked = x->own;
	bool                 is_xlsx = str_equal(asked->format, S("xlsx"));
	struct MHD_Response *response;
	char                 time[TIME_TEXT_BYTES];

	if (x->result == -EFBIG)
		return reply_error(x, ERROR_export_rows_max);
	if (x->result != 0)
		return reply_failure(x, x->result);
	response = MHD_create_response_from_fd64(asked->bytes, asked->fd);
	if (response == NULL)
		return MHD_NO;
	asked->fd = -1; /* the response's now */
	time_print(clock_now(), time);
	(void)MHD_add_response_header(response, "Content-Type", is_xlsx ?
	    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" :
	    "text/csv; charset=utf-8");
	reply_header(x, "Content-Disposition", arena_printf(&x->arena,
	    "attachment; filename=\"%s_%.10s.%s\"", asked->query.view->name, time,
	    is_xlsx ? "xlsx" : "csv"));
	return reply_prepared(x, 200, response);
}

static enum MHD_Result
download_recorded(struct exchange *x)
{
	int r = x->job.batch.ret_result;

	if (r == -ENOENT)
		return reply_error(x, ERROR_area_unknown);
	if (r != 0)
		return reply_failure(x, r);
	return exchange_work(x, x->server->exporters, download_work, download_answer);
}

static void
asked_done(void *own)
{
	struct asked *asked = own;

	if (asked->fd >= 0)
		(void)close(asked->fd);
}

enum MHD_Result
download_begin(struct exchange *x)
{
	struct asked *asked = x->own;

	asked->query.limit = INT64_MAX; /* all of it: a sheet has no pages */
	x->own_done = asked_done;
	if (!view_record(x, "access_export", asked->format))
		return reply_error(x, ERROR_request_invalid);
	return exchange_submit(x, download_recorded);
}
