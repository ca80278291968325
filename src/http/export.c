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
#include "text/zone.h"

#define COLUMNS_MAX 64 /* of a view */

struct export {
	struct sheet_writer *writer; /* of a sheet */
	FILE                *json;   /* or of JSON */
	bool                 is_zh;
	bool                 is_first;
	struct buffer        text;   /* of one row: its cells one behind another, or its JSON */
};

static int
sheet_row(void *context, const struct view_row *row)
{
	struct export     *e = context;
	struct sheet_value values[COLUMNS_MAX + 1];
	size_t             begins[COLUMNS_MAX + 1], n = 0;

	buffer_reset(&e->text);
	if (row->has_area) {
		buffer_i64(&e->text, row->tx->area.v);
		values[n++] = (struct sheet_value){ .kind = SHEET_VALUE_TEXT,
			.text.n = e->text.n };
		begins[0] = 0;
	}
	for (int i = 0; row->view->columns[i].name != NULL && n <= COLUMNS_MAX; i++, n++) {
		values[n] = (struct sheet_value){ .kind = SHEET_VALUE_INTEGER };
		if (view_row_is_number(row, i, &values[n].number))
			continue;
		begins[n] = e->text.n;
		view_row_text(row, i, e->is_zh, &e->text);
		values[n].text.n = e->text.n - begins[n];
		values[n].kind = values[n].text.n > 0 ? SHEET_VALUE_TEXT : SHEET_VALUE_EMPTY;
	}
	/* Only now the buffer stays where it is. */
	for (size_t i = 0; i < n; i++)
		if (values[i].kind == SHEET_VALUE_TEXT)
			values[i].text.p = e->text.p + begins[i];
	return sheet_write_row(e->writer, values, n);
}

static int
json_row(void *context, const struct view_row *row)
{
	struct export *e = context;

	buffer_reset(&e->text);
	buffer_add(&e->text, e->is_first ? S("\n") : S(",\n"));
	e->is_first = false;
	view_row_json(row, &e->text);
	return fwrite(e->text.p, 1, e->text.n, e->json) == e->text.n ? 0 : -EIO;
}

static struct str
watermark(struct arena *arena, const struct view_query *q, const struct reader *reader,
    struct str who, bool is_zh)
{
	char when[TIME_TEXT_BYTES];

	if (reader->zone != NULL)
		zone_print(reader->zone, reader->now, when);
	else
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
	struct export e = { .is_zh = is_zh, .is_first = true };
	int           r;

	if (strcmp(format, "json") == 0)
		r = json_export(&e, db, arena, query, reader, path);
	else
		r = sheet_export(&e, db, arena, query, reader, path,
		    strcmp(format, "xlsx") == 0 ? SHEET_XLSX : SHEET_CSV, who);
	buffer_done(&e.text);
	return r;
}
