/* roster_importer.c -- roster_import as the table of ledger/importer.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "ledger/importer.h"
#include "modules/roster/roster.h"
#include "modules/roster/roster_import.h"

#define SAME(a, b) static_assert((int)(a) == (int)(b), "of the table and of the importer")

SAME(IMPORT_VERDICT_COUNT, ROSTER_IMPORT_VERDICTS);
SAME(IMPORT_new, ROSTER_IMPORT_NEW);
SAME(IMPORT_changed, ROSTER_IMPORT_CHANGED);
SAME(IMPORT_unchanged, ROSTER_IMPORT_UNCHANGED);
SAME(IMPORT_doubtful, ROSTER_IMPORT_DOUBTFUL);
SAME(IMPORT_refused, ROSTER_IMPORT_REFUSED);
SAME(IMPORT_READING, ROSTER_IMPORT_READING);
SAME(IMPORT_PLACES, ROSTER_IMPORT_PLACES);
SAME(IMPORT_ROWS, ROSTER_IMPORT_PEOPLE);
SAME(IMPORT_WHY_BYTES, ROSTER_IMPORT_WHY_BYTES);

/* The caller's, with what it wants to hear of. */
struct caller { const struct import_options *options; };

static int
send_on(void *context, const struct command *command, const void *in, struct outcome *ret_outcome)
{
	const struct caller *caller = context;

	return caller->options->send(caller->options->context, command, in, ret_outcome);
}

static int
send_all_on(void *context, const struct command *command, const void *const *ins, size_t count,
    struct outcome *ret_outcomes)
{
	const struct caller *caller = context;

	return caller->options->send_all(caller->options->context, command, ins, count,
	    ret_outcomes);
}

static int64_t
next_id_on(void *context)
{
	const struct caller *caller = context;

	return caller->options->next_id(caller->options->context);
}

static void
progress_on(void *context, enum roster_import_phase phase, uint64_t so_far, uint64_t total)
{
	const struct caller *caller = context;

	if (caller->options->progress != NULL)
		caller->options->progress(caller->options->context, (enum import_phase)phase,
		    so_far, total);
}

static void
report_fill(const struct roster_import_report *from, struct import_report *ret)
{
	ret->rows = from->row_count;
	for (size_t i = 0; i < IMPORT_VERDICT_COUNT; i++)
		ret->counts[i] = from->counts[i];
	ret->places = from->place_count;
	ret->sent = from->sent_count;
	ret->is_done = from->is_done;
	ret->remark_count = from->remark_count;
	ret->remark_more = from->remark_more;
	ret->column_count = from->column_count;
	memcpy(ret->why, from->why, sizeof(ret->why));
}

static int
import_run(const struct import_options *o, bool is_places, struct import_report *ret_report)
{
	struct caller                caller = { o };
	struct roster_import_report *own = memory_new(sizeof(*own));
	struct roster_import_options options = {
		.path = o->path, .reader = o->reader, .keys = o->keys, .area = o->area,
		.now = o->now, .is_places = is_places, .is_dry = o->is_dry,
		.is_strict = o->is_strict, .is_english = o->is_english, .columns = o->columns,
		.send = send_on, .send_all = o->send_all != NULL ? send_all_on : NULL,
		.next_id = next_id_on, .progress = progress_on, .context = &caller,
	};
	int r = roster_import(&options, own);

	*ret_report = (struct import_report){ .own = own };
	report_fill(own, ret_report);
	return r;
}

static int
residents_run(const struct import_options *options, struct import_report *ret_report)
{
	return import_run(options, false, ret_report);
}

static int
places_run(const struct import_options *options, struct import_report *ret_report)
{
	return import_run(options, true, ret_report);
}

/*
 * Documents and telephones are masked in the remark itself, and whoever may import sees names and
 * notes; what a column says of somebody's health is the exception.
 */
static enum class
remark_class(const struct roster_import_report *own, const struct roster_import_remark *remark)
{
	for (size_t i = 0; i < own->column_count; i++)
		if (remark->column == (int32_t)own->columns[i].column &&
		    str_equal(remark->sheet, own->columns[i].sheet) &&
		    own->columns[i].meaning == COLUMN_CARE)
			return CLASS_HEALTH;
	return remark->column < 0 ? CLASS_NAME : CLASS_TEXT;
}

static void
remark_give(const struct import_report *report, size_t i, struct import_remark *ret)
{
	const struct roster_import_report *own = report->own;
	const struct roster_import_remark *remark = &own->remarks[i];

	*ret = (struct import_remark){ .sheet = remark->sheet, .heading = remark->heading,
		.found = remark->found, .did = remark->did, .row = remark->row,
		.column = remark->column, .class = remark_class(own, remark) };
}

static void
column_give(const struct import_report *report, size_t i, struct import_column *ret)
{
	const struct roster_import_report *own = report->own;
	const struct roster_import_column *column = &own->columns[i];
	struct label                       label = column_meaning_label(column->meaning);

	*ret = (struct import_column){ .sheet = column->sheet, .heading = column->heading,
		.row = column->row, .column = column->column,
		.is_known = column->meaning != COLUMN_UNKNOWN, .zh = label.zh, .en = label.en };
}

static bool
meaning_give(size_t i, const char **ret_zh, const char **ret_en)
{
	struct label label;

	if (i + 1 >= COLUMN_MEANINGS)
		return false;
	label = column_meaning_label((enum column_meaning)(i + 1)); /* 0: not recognised */
	*ret_zh = label.zh;
	*ret_en = label.en;
	return true;
}

static void
json(const struct import_report *report, struct buffer *b)
{
	roster_import_json(report->own, b);
}

static void
print(const struct import_report *report, size_t remarks_max, struct buffer *b)
{
	roster_import_print(report->own, remarks_max, b);
}

static int
annotate(const char *path, const struct import_report *report, const char *output,
    char why[static IMPORT_WHY_BYTES])
{
	const struct roster_import_report *own = report->own;
	struct sheet_fault                 fault;
	struct buffer                      b = { 0 };
	int r = roster_import_annotate(path, own, output, &fault);

	if (r == 0)
		return 0;
	sheet_fault_print(&fault, own->is_english ? SHEET_ENGLISH : SHEET_CHINESE, &b);
	(void)str_copy(str_slice(buffer_str(&b), 0, IMPORT_WHY_BYTES - 1), why, IMPORT_WHY_BYTES);
	buffer_done(&b);
	return r;
}

static void
done(struct import_report *report)
{
	if (report->own != NULL)
		roster_import_report_done(report->own);
	free(report->own);
	*report = (struct import_report){ 0 };
}

const struct importer roster_importer = { "roster_rows_put", residents_run, remark_give,
	column_give, meaning_give, json, print, annotate, done };
const struct importer roster_place_importer = { "place_rows_put", places_run, remark_give,
	column_give, meaning_give, json, print, annotate, done };
