/* look.c -- redvest view and redvest export: what may be seen, on the screen or as a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "http/export.h"
#include "ledger/account.h"
#include "main/door.h"
#include "main/house.h"
#include "text/zone.h"

struct look {                     /* one view asked for */
	const struct options *options;
	struct door          *door;
	struct view_query     query;
	struct reader         reader;
	struct buffer         asked; /* the parameters, for the record */
};

static bool
query_read(struct look *look, const struct view *view, area_id area)
{
	const struct options *o = look->options;
	struct view_arg       args[WORDS_MAX];
	struct problems       problems = { 0 };
	size_t                n = 0;

	for (size_t i = 1; i < o->rest_count; i++, n++) {
		args[n].value = str_of(o->rest[i]);
		if (!str_split(&args[n].value, '=', &args[n].name) || args[n].value.p == NULL)
			return fail("%s: key=value is wanted", o->rest[i]) == 0;
		buffer_printf(&look->asked, "%s%s", i > 1 ? " " : "", o->rest[i]);
	}
	if (view_query_read(view, area, args, n, &look->query, &problems))
		return true;
	for (size_t i = 0; i < problems.count; i++)
		(void)fail("%.*s: %s", (int)problems.list[i].field.n, problems.list[i].field.p,
		    o->is_english ? problems.list[i].en : problems.list[i].zh);
	return false;
}

/* Reading that must not be forgotten: with a reason, and every export. */
static int
record(struct look *look, struct arena *arena, const char *format)
{
	const struct options *o = look->options;
	const struct command *command = command_find(format != NULL ? S("access_export") :
	                                                              S("access_reveal"));
	struct outcome        outcome;
	struct str            json;

	if (format == NULL && o->reveal == NULL)
		return 0;
	if (o->reveal != NULL && o->reveal[0] == '\0')
		return fail("--reveal needs a reason");
	buffer_char(&look->asked, '\0');
	json = arena_printf(arena,
	    "{\"account\":\"0\",\"view\":\"%s\",\"query\":%s,\"reason\":%s%s%s%s}",
	    look->query.view->name, json_text(arena, look->asked.p).p,
	    json_text(arena, o->reveal == NULL ? "" : o->reveal).p,
	    format == NULL ? "" : ",\"format\":\"", format == NULL ? "" : format,
	    format == NULL ? "" : "\"");
	return door_do(look->door, arena, look->query.area, command,
		   command_in(arena, command, json), &outcome) == 0
		   ? 0
		   : 1;
}

static int
table_row(void *context, const struct view_row *row)
{
	const struct look *look = context;
	struct buffer      b = { 0 };

	for (int i = 0; row->view->columns[i].name != NULL; i++) {
		if (i > 0)
			buffer_char(&b, '\t');
		view_row_text(row, i, !look->options->is_english, &b);
	}
	printf("%.*s\n", (int)b.n, b.p);
	buffer_done(&b);
	return 0;
}

static int
table_show(struct look *look, struct arena *arena)
{
	const struct column *columns = look->query.view->columns;
	struct str           next;
	int                  r;

	for (int i = 0; columns[i].name != NULL; i++)
		printf("%s%s", i > 0 ? "\t" : "",
		    look->options->is_english ? columns[i].en : columns[i].zh);
	putchar('\n');
	r = view_each(
	    door_reader(look->door), arena, &look->query, &look->reader, table_row, look, &next);
	return r == 0 ? 0 : fail("%s: %s", look->query.view->name, strerror(-r));
}

static int
view_show(struct look *look, struct arena *arena)
{
	struct buffer json = { 0 };
	int           r;

	if (!look->options->is_json) {
		look->query.limit = INT64_MAX;
		return table_show(look, arena);
	}
	r = view_json(door_reader(look->door), arena, &look->query, &look->reader, &json);
	if (r == 0)
		printf("%.*s\n", (int)json.n, json.p);
	buffer_done(&json);
	return r == 0 ? 0 : fail("%s: %s", look->query.view->name, strerror(-r));
}

static int
view_write(struct look *look, struct arena *arena, const char *format)
{
	const struct options *o = look->options;
	int                   r;

	look->query.limit = INT64_MAX;
	r = export_file(door_reader(look->door), arena, &look->query, &look->reader, o->output,
	    format, S("terminal"), !o->is_english);
	return r == 0 ? 0 : fail("%s: %s", o->output, strerror(-r));
}

static int
look_with(const struct options *o, struct arena *arena, const char *format)
{
	const struct view *view = view_find(str_of(o->rest[0]));
	struct look        look = { .options = o };
	area_id            area;
	int                status = 1;

	if (view == NULL)
		return fail("there is no view %s; see redvest schema", o->rest[0]);
	look.door = door_open(o, format != NULL || o->reveal != NULL);
	if (look.door == NULL)
		return 1;
	look.reader = (struct reader){ .roles = ~0u, .is_revealing = o->reveal != NULL,
		.is_masking = o->reveal == NULL, .keys = door_database(look.door)->keys,
		.now = now_ms() };
	if (door_area(look.door, o, &area) && query_read(&look, view, area) &&
	    record(&look, arena, format) == 0) {
		look.reader.zone =
		    area_zone(door_reader(look.door), arena, area, look.reader.now);
		status =
		    format == NULL ? view_show(&look, arena) : view_write(&look, arena, format);
		zone_free(look.reader.zone);
	}
	buffer_done(&look.asked);
	door_close(look.door);
	return status;
}

int
view_main(const struct options *o, struct arena *arena)
{
	return look_with(o, arena, NULL);
}

int
export_main(const struct options *o, struct arena *arena)
{
	const char *dot = o->output == NULL ? NULL : strrchr(o->output, '.');

	if (dot == NULL || (strcmp(dot, ".xlsx") != 0 && strcmp(dot, ".csv") != 0 &&
	    strcmp(dot, ".json") != 0))
		return fail("export needs -o FILE.xlsx, FILE.csv or FILE.json");
	return look_with(o, arena, dot + 1);
}
