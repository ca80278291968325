/*
 * import_pages.c -- /api/jobs: a sheet is uploaded, planned, looked at, explained, done.
 *
 * Whoever may import into an area sees its jobs. What a remark tells of a person is masked as the
 * reader's role has it; the sheet itself goes back only to whoever brought it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "http/imports.h"

static const char *const state_names[] = {
#define X(name) #name,
	IMPORT_STATES(X)
#undef X
};

static void
u64_write(struct buffer *b, const char *name, uint64_t value)
{
	json_name(b, name);
	buffer_i64(b, (int64_t)value);
}

/* What every list of jobs has; without the closing brace. */
static void
job_write(struct buffer *b, const struct import_job *job)
{
	buffer_char(b, '{');
	json_name_str(b, "job", str_of(job->id));
	json_name_str(b, "sheet", str_of(job->form->name));
	json_name_str(b, "file", str_of(job->name));
	json_name(b, "area");
	json_id(b, job->area.v);
	json_name(b, "account");
	json_id(b, job->account.v);
	json_name(b, "at");
	json_time(b, job->made);
	json_name_str(b, "state", str_of(state_names[job->state]));
	json_name_str(b, "phase", str_of(import_phase_names[job->phase]));
	u64_write(b, "so_far", job->so_far);
	u64_write(b, "total", job->total);
	u64_write(b, "rows", job->report.rows);
	for (size_t i = 0; i < IMPORT_VERDICT_COUNT; i++)
		u64_write(b, import_verdict_names[i], job->report.counts[i]);
	u64_write(b, "places", job->report.places);
	u64_write(b, "sent", job->report.sent);
	json_name_bool(b, "is_done", job->report.is_done);
	json_name_str(b, "why", str_of(job->report.why));
	u64_write(b, "remark_count", job->report.remark_count + job->report.remark_more);
}

static void
column_write(struct buffer *b, const struct import_column *column)
{
	char letters[8];
	int  n = 0;

	for (uint32_t c = column->column + 1; c > 0; c = (c - 1) / 26)
		letters[n++] = (char)('A' + (c - 1) % 26);
	json_next(b);
	buffer_char(b, '{');
	json_name_str(b, "sheet", column->sheet);
	u64_write(b, "row", column->row);
	json_name(b, "column");
	buffer_char(b, '"');
	while (n > 0)
		buffer_char(b, letters[--n]);
	buffer_char(b, '"');
	json_name_str(b, "heading", column->heading);
	json_name_bool(b, "is_known", column->is_known);
	json_name_str(b, "zh", str_of(column->zh));
	json_name_str(b, "en", str_of(column->en));
	buffer_char(b, '}');
}

static void
columns_write(struct buffer *b, const struct import_job *job)
{
	struct import_column column;
	const char          *zh, *en;

	json_name(b, "columns");
	buffer_char(b, '[');
	for (size_t i = 0; job->has_report && i < job->report.column_count; i++) {
		job->form->reads->column(&job->report, i, &column);
		column_write(b, &column);
	}
	buffer_char(b, ']');
	json_name(b, "meanings");
	buffer_char(b, '[');
	for (size_t i = 0; job->form->reads->meaning(i, &zh, &en); i++) {
		json_next(b);
		buffer_char(b, '{');
		json_name_str(b, "zh", str_of(zh));
		json_name_str(b, "en", str_of(en));
		buffer_char(b, '}');
	}
	buffer_char(b, ']');
}

static void
remark_write(struct buffer *b, const struct import_remark *remark, unsigned roles)
{
	bool is_clear = (class_clear_for[remark->class] & roles) != 0;

	json_next(b);
	buffer_char(b, '{');
	json_name_str(b, "sheet", remark->sheet);
	json_name(b, "row");
	if (remark->row > 0)
		buffer_i64(b, remark->row);
	else
		buffer_add(b, S("null"));
	json_name_str(b, "heading", remark->heading);
	json_name_str(b, "found", is_clear || remark->found.n == 0 ? remark->found : S("***"));
	json_name_str(b, "did", remark->did);
	buffer_char(b, '}');
}

static void
remarks_write(struct buffer *b, const struct import_job *job, size_t after, size_t limit,
    unsigned roles)
{
	size_t               count = job->has_report ? job->report.remark_count : 0;
	struct import_remark remark;
	size_t               i = after;

	json_name(b, "remarks");
	buffer_char(b, '[');
	for (; i < count && i < after + limit; i++) {
		job->form->reads->remark(&job->report, i, &remark);
		remark_write(b, &remark, roles);
	}
	buffer_char(b, ']');
	json_name(b, "next");
	if (i < count)
		buffer_printf(b, "\"%zu\"", i);
	else
		buffer_add(b, S("null"));
}

static bool
may_import(const struct exchange *x, const struct sheet_form *form)
{
	return (command_find(str_of(form->reads->command))->roles & x->asker.roles) != 0;
}

static bool
area_read(struct exchange *x, area_id *ret_area, enum MHD_Result *ret_result)
{
	struct str      text = exchange_argument(x, "area");
	struct problems problems = { 0 };

	*ret_area = (area_id){ 0 };
	if (text.n == 0 || str_to_i64(text, &ret_area->v))
		return true;
	problem_add(&problems, S("area"), "应为区划代码", "a division code is wanted");
	*ret_result = reply_problems(x, &problems);
	return false;
}

/* A whole number from 0; false: it was answered. */
static bool
number_read(struct exchange *x, const char *name, int64_t usual, int64_t hi, size_t *ret_number,
    enum MHD_Result *ret_result)
{
	struct str      text = exchange_argument(x, name);
	struct problems problems = { 0 };
	int64_t         value = usual;

	if (text.n == 0 || (str_to_i64(text, &value) && value >= 0 && value <= hi)) {
		*ret_number = (size_t)value;
		return true;
	}
	problem_add(&problems, str_of(name), "应为不太大的整数", "a number that is not too large");
	*ret_result = reply_problems(x, &problems);
	return false;
}

enum MHD_Result
imports_get(struct exchange *x)
{
	struct imports *imports = x->server->imports;
	struct buffer   b = { 0 };
	enum MHD_Result result;
	area_id         area;

	if (!area_read(x, &area, &result) ||
	    !asker_find(x, worker_get(x->server), area, false, &result))
		return result;
	area = area.v != 0 ? area : x->asker.home;
	buffer_add(&b, S("{\"jobs\":["));
	imports_lock(imports);
	for (const struct import_job *j = imports_first(imports); j != NULL; j = j->next)
		if (j->area.v == area.v && may_import(x, j->form)) {
			json_next(&b);
			job_write(&b, j);
			buffer_char(&b, '}');
		}
	imports_unlock(imports);
	buffer_add(&b, S("]}"));
	return reply_json(x, 200, &b);
}

/*
 * The job of the address, locked, for whoever may see it; *ret_what is what stands behind it. NULL:
 * it was answered.
 */
static struct import_job *
job_lock(struct exchange *x, bool is_change, struct str *ret_what, enum MHD_Result *ret_result)
{
	struct imports    *imports = x->server->imports;
	struct import_job *job;
	struct str         id;
	area_id            area = { 0 };

	*ret_what = x->rest;
	(void)str_split(ret_what, '/', &id);
	imports_lock(imports);
	job = imports_find(imports, id);
	if (job != NULL)
		area = job->area;
	imports_unlock(imports);
	if (!asker_find(x, worker_get(x->server), area, is_change, ret_result))
		return NULL;
	imports_lock(imports);
	job = imports_find(imports, id);
	if (job != NULL && may_import(x, job->form))
		return job;
	imports_unlock(imports);
	*ret_result = reply_error(x, job == NULL ? ERROR_job_unknown : ERROR_role_missing);
	return NULL;
}

static enum MHD_Result
job_unlock(struct exchange *x, const struct import_job *job)
{
	struct buffer b = { 0 };

	job_write(&b, job);
	buffer_char(&b, '}');
	imports_unlock(x->server->imports);
	return reply_json(x, 200, &b);
}

static enum MHD_Result
error_unlock(struct exchange *x, enum http_error error)
{
	imports_unlock(x->server->imports);
	return reply_error(x, error);
}

enum MHD_Result
import_get(struct exchange *x)
{
	struct buffer      b = { 0 };
	struct import_job *job;
	enum MHD_Result    result;
	struct str         what;
	size_t             after, limit;

	if (!number_read(x, "after", 0, INT32_MAX, &after, &result) ||
	    !number_read(x, "limit", PAGE_ROWS, PAGE_ROWS_MAX, &limit, &result))
		return result;
	job = job_lock(x, false, &what, &result);
	if (job == NULL)
		return result;
	if (str_equal(what, S("sheet")))
		return import_sheet_get(x, job);
	if (what.n > 0)
		return error_unlock(x, ERROR_address_unknown);
	job_write(&b, job);
	columns_write(&b, job);
	remarks_write(&b, job, after, limit, x->asker.roles);
	buffer_char(&b, '}');
	imports_unlock(x->server->imports);
	return reply_json(x, 200, &b);
}

/* The file is there as a whole. */
enum MHD_Result
import_post(struct exchange *x)
{
	struct upload     *upload = x->upload;
	struct str         lang = exchange_argument(x, "lang");
	struct import_job *job;
	struct buffer      b = { 0 };
	int                r = upload_close(x);

	if (r != 0)
		return r == -EFBIG ? reply_error(x, ERROR_body_bytes_max) : reply_failure(x, r);
	job = memory_new(sizeof(*job));
	random_text(job->id);
	job->server = x->server;
	job->form = upload->form;
	job->area = upload->area;
	job->home = x->asker.home;
	job->account = x->asker.user;
	job->is_console = x->asker.is_console;
	job->is_english = str_equal(lang, S("en"));
	(void)str_copy(str_slice(exchange_argument(x, "file"), 0, IMPORT_NAME_BYTES - 1), job->name,
	    sizeof(job->name));
	(void)snprintf(job->path, sizeof(job->path), "%s", upload->path);
	job->bytes = upload->bytes;
	job->made = clock_now();
	buffer_printf(&b, "{\"job\":\"%s\"}", job->id);
	if (imports_add(x->server->imports, job) != 0) {
		free(job);
		buffer_done(&b);
		return reply_error(x, ERROR_imports_max);
	}
	upload->path[0] = '\0'; /* the job's now */
	return reply_json(x, 200, &b);
}

struct columns_item { struct str heading, meaning; };
struct job_body { bool is_strict; const struct columns_item *columns; size_t columns_count; };

static const struct field columns_fields[] = {
	{ "heading", KIND_TEXT, REQUIRED, 1, 200, CLASS_OPEN,
	  offsetof(struct columns_item, heading), "表头", "Heading, or letters of a column", NULL,
	  NULL, 0 },
	{ "meaning", KIND_TEXT, REQUIRED, 1, 200, CLASS_OPEN,
	  offsetof(struct columns_item, meaning), "意思", "What it means", NULL, NULL, 0 },
	{ 0 },
};
static const struct item columns_of_job = { "columns", sizeof(struct columns_item),
	columns_fields };
static const struct field job_fields[] = {
	{ "is_strict", KIND_BOOL, OPTIONAL, 0, 1, CLASS_OPEN, offsetof(struct job_body, is_strict),
	  "有一行不能导入就全部不导入", "Nothing is done when a row is refused", NULL, NULL, 0 },
	{ "columns", KIND_LIST, OPTIONAL, 0, 100, CLASS_OPEN, offsetof(struct job_body, columns),
	  "各列", "Columns", NULL, &columns_of_job, offsetof(struct job_body, columns_count) },
	{ 0 },
};
static const struct command job_form = { .name = "job", .fields = job_fields,
	.bytes = sizeof(struct job_body) };

/* "户号=户编号,D=房号"; false: too much, or signs that part them. */
static bool
columns_text(const struct job_body *body, char ret_text[static IMPORT_COLUMNS_BYTES])
{
	struct buffer b = { 0 };
	bool          is_good = true;

	for (size_t i = 0; i < body->columns_count; i++) {
		const struct columns_item *c = &body->columns[i];

		is_good &= str_find(c->heading, S(",")) < 0 && str_find(c->heading, S("=")) < 0 &&
		    str_find(c->meaning, S(",")) < 0 && str_find(c->meaning, S("=")) < 0;
		buffer_add(&b, i > 0 ? S(",") : S(""));
		buffer_add(&b, c->heading);
		buffer_char(&b, '=');
		buffer_add(&b, c->meaning);
	}
	is_good &= b.n < IMPORT_COLUMNS_BYTES;
	if (is_good)
		is_good = str_copy(buffer_str(&b), ret_text, IMPORT_COLUMNS_BYTES);
	buffer_done(&b);
	return is_good;
}

enum MHD_Result
import_change(struct exchange *x)
{
	struct str             json = x->body.n > 0 ? buffer_str(&x->body) : S("{}"), what;
	struct problems        problems = { 0 };
	char                  *columns = arena_alloc(&x->arena, IMPORT_COLUMNS_BYTES);
	const struct job_body *body;
	struct import_job     *job;
	enum MHD_Result        result;
	const void            *in = NULL;
	bool                   wants_run;

	(void)decode_fields(&x->arena, &job_form, json, &in, &problems);
	body = in;
	if (body != NULL && !columns_text(body, columns))
		problem_add(&problems, S("columns"), "太多，或含逗号、等号",
		    "too many, or with a comma or an equals sign");
	if (problems.count > 0)
		return reply_problems(x, &problems);
	job = job_lock(x, true, &what, &result);
	if (job == NULL)
		return result;
	wants_run = str_equal(what, S("run"));
	if (!wants_run && !str_equal(what, S("columns")))
		return error_unlock(x, ERROR_address_unknown);
	if (wants_run && (job->account.v != x->asker.user.v || job->home.v != x->asker.home.v))
		return error_unlock(x, ERROR_job_foreign);
	if (!imports_again(x->server->imports, job, wants_run))
		return error_unlock(x, ERROR_job_state);
	if (wants_run)
		job->is_strict = body->is_strict;
	else
		(void)str_copy(str_of(columns), job->columns, sizeof(job->columns));
	return job_unlock(x, job);
}

enum MHD_Result
import_delete(struct exchange *x)
{
	struct import_job *job;
	enum MHD_Result    result;
	struct str         what;

	job = job_lock(x, true, &what, &result);
	if (job == NULL)
		return result;
	if (what.n > 0)
		return error_unlock(x, ERROR_address_unknown);
	imports_cancel(x->server->imports, job);
	return job_unlock(x, job);
}
