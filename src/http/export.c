/* export.c -- see export.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "base/when.h"
#include "http/export.h"
#include "sheet/sheet.h"

#define COLUMNS_MAX 64 /* of a view */

struct export {
	struct sheet_writer *writer; /* of a sheet */
	FILE                *json;   /* or of JSON */
	bool                 is_zh;
	bool                 is_first;
	struct arena        *arena;  /* of one row */
};

static int
sheet_row(void *context, const struct view_row *row)
{
	struct export     *e = context;
	struct sheet_value values[COLUMNS_MAX + 1] = { 0 };
	size_t             n = 0;

	arena_reset(e->arena);
	if (row->has_area)
		values[n++] = (struct sheet_value){ .kind = SHEET_VALUE_TEXT,
			.text = arena_printf(e->arena, "%lld", (long long)row->tx->area.v) };
	for (int i = 0; row->view->columns[i].name != NULL && n <= COLUMNS_MAX; i++, n++) {
		struct buffer text = { 0 };

		if (view_row_is_number(row, i, &values[n].number)) {
			values[n].kind = SHEET_VALUE_INTEGER;
			continue;
		}
		view_row_text(row, i, e->is_zh, &text);
		values[n].kind = text.n > 0 ? SHEET_VALUE_TEXT : SHEET_VALUE_EMPTY;
		values[n].text = arena_copy(e->arena, buffer_str(&text));
		buffer_done(&text);
	}
	return sheet_write_row(e->writer, values, n);
}

static int
json_row(void *context, const struct view_row *row)
{
	struct export *e = context;
	struct buffer  b = { 0 };
	bool           is_written;

	buffer_add(&b, e->is_first ? S("\n") : S(",\n"));
	e->is_first = false;
	view_row_json(row, &b);
	is_written = fwrite(b.p, 1, b.n, e->json) == b.n;
	buffer_done(&b);
	return is_written ? 0 : -EIO;
}

static struct str
watermark(struct arena *arena, const struct view_query *q, const struct reader *reader,
    struct str who, bool is_zh)
{
	char when[TIME_TEXT_BYTES];

	time_print(reader->now, when);
	return arena_printf(arena, "%s %lld · %.*s · %s · %s", is_zh ? q->view->zh : q->view->en,
	    (long long)q->area.v, (int)who.n, who.p, when,
	    reader->is_revealing ? (is_zh ? "未遮盖" : "unmasked") : (is_zh ? "已遮盖" : "masked"));
}

static int
sheet_begin(struct export *e, struct arena *arena, const struct view_query *q,
    const struct reader *reader, const char *path, enum sheet_format format, struct str who)
{
	struct sheet_write_options options = {
		.watermark = watermark(arena, q, reader, who, e->is_zh),
	};
	struct str names[COLUMNS_MAX + 1];
	size_t     n = 0;
	int        r;

	r = sheet_write_open(path, format, &options, &e->writer);
	if (r != 0)
		return r;
	if (area_last_below(q->area).v != q->area.v)
		names[n++] = e->is_zh ? S("辖区") : S("Area");
	for (const struct column *c = q->view->columns; c->name != NULL && n <= COLUMNS_MAX; c++)
		names[n++] = str_of(e->is_zh ? c->zh : c->en);
	return sheet_write_heading(e->writer, names, n);
}

static int
sheet_export(struct export *e, struct db *db, struct arena *arena, const struct view_query *q,
    const struct reader *reader, const char *path, enum sheet_format format, struct str who)
{
	struct str next;
	int        r = sheet_begin(e, arena, q, reader, path, format, who);

	if (r == 0)
		r = view_each(db, arena, q, reader, sheet_row, e, &next);
	if (r == 0)
		return sheet_write_close(e->writer);
	sheet_write_abandon(e->writer);
	return r;
}

static int
json_export(struct export *e, struct db *db, struct arena *arena, const struct view_query *q,
    const struct reader *reader, const char *path)
{
	struct str next, part = arena_printf(arena, "%s.part", path);
	int        r = 0;

	e->json = fopen(part.p, "wx");
	if (e->json == NULL)
		return -errno;
	fputs("{\"rows\":[", e->json);
	r = view_each(db, arena, q, reader, json_row, e, &next);
	fputs("\n],\"next\":null}\n", e->json);
	if (fclose(e->json) != 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(part.p, path) != 0)
		r = -errno;
	if (r != 0)
		(void)unlink(part.p);
	return r;
}

int
export_file(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader, const char *path, const char *format, struct str who, bool is_zh)
{
	struct arena  row = { 0 };
	struct export e = { .is_zh = is_zh, .is_first = true, .arena = &row };
	int           r;

	if (strcmp(format, "json") == 0)
		r = json_export(&e, db, arena, query, reader, path);
	else
		r = sheet_export(&e, db, arena, query, reader, path,
		    strcmp(format, "xlsx") == 0 ? SHEET_XLSX : SHEET_CSV, who);
	arena_done(&row);
	return r;
}
