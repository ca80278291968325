/* import.c -- redvest import: a sheet into the database, or what it would change. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "main/door.h"
#include "modules/roster/roster_import.h"

#define REMARKS_SHOWN_MAX 40

struct import {
	struct door *door;
	struct arena arena;   /* of the command under way */
	area_id      area;
	bool         is_english;
	bool         has_terminal;
};

static int
send(void *context, const struct command *command, const void *in, struct outcome *ret_outcome)
{
	struct import *import = context;

	arena_reset(&import->arena);
	return door_do(import->door, &import->arena, import->area, command, in, ret_outcome);
}

static int
send_all(void *context, const struct command *command, const void *const *ins, size_t count,
    struct outcome *ret_outcomes)
{
	struct import *import = context;

	arena_reset(&import->arena);
	return door_do_all(
	    import->door, &import->arena, import->area, command, ins, count, ret_outcomes);
}

static int64_t
next_id(void *context)
{
	struct import *import = context;
	int64_t        id = door_next_id(import->door, import->area);

	return id > 0 ? id : -EIO;
}

static void
progress(void *context, enum roster_import_phase phase, uint64_t so_far, uint64_t total)
{
	static const char *const zh[] = { "读取", "建立住址", "导入居民" };
	static const char *const en[] = { "reading", "places", "people" };
	const struct import     *import = context;

	if (!import->has_terminal)
		return;
	fprintf(stderr, "\r%s %llu", import->is_english ? en[phase] : zh[phase],
	    (unsigned long long)so_far);
	if (total > 0)
		fprintf(stderr, " / %llu", (unsigned long long)total);
	fputs("   ", stderr);
}

static void
report_show(const struct options *o, const struct roster_import_report *report)
{
	struct buffer b = { 0 };

	if (o->is_json)
		roster_import_json(report, &b);
	else
		roster_import_print(report, REMARKS_SHOWN_MAX, &b);
	printf("%.*s\n", (int)b.n, b.p);
	buffer_done(&b);
}

static int
annotated_write(const struct options *o, const struct roster_import_report *report)
{
	struct sheet_fault fault;
	struct buffer      b = { 0 };

	if (o->output == NULL || roster_import_annotate(o->rest[1], report, o->output, &fault) == 0)
		return 0;
	sheet_fault_print(&fault, o->is_english ? SHEET_ENGLISH : SHEET_CHINESE, &b);
	(void)fail("%s: %.*s", o->output, (int)b.n, b.p);
	buffer_done(&b);
	return 1;
}

static int
import_with(const struct options *o, struct import *import)
{
	struct roster_import_options options = {
		.path = o->rest[1], .reader = door_reader(import->door),
		.keys = door_database(import->door)->keys, .area = import->area, .now = now_ms(),
		.is_places = strcmp(o->rest[0], "places") == 0,
		.is_dry = o->is_dry, .is_strict = o->is_strict, .is_english = o->is_english,
		.columns = str_of(o->columns), .send = send, .send_all = send_all,
		.next_id = next_id, .progress = progress, .context = import,
	};
	struct roster_import_report report;
	int                         status, r;

	r = roster_import(&options, &report);
	if (import->has_terminal)
		fputs("\r                                        \r", stderr);
	if (r == 0 || report.row_count > 0)
		report_show(o, &report);
	status = r == 0 ? 0 : fail("%s", report.why);
	if (report.row_count > 0 && annotated_write(o, &report) != 0)
		status = 1;
	roster_import_report_done(&report);
	return status;
}

int
import_main(const struct options *o, struct arena *arena)
{
	struct import import = { .is_english = o->is_english,
		.has_terminal = isatty(STDERR_FILENO) == 1 };
	int           status = 1;

	(void)arena;
	if (strcmp(o->rest[0], "residents") != 0 && strcmp(o->rest[0], "places") != 0)
		return fail("import knows residents and places; %s is not there yet", o->rest[0]);
	import.door = door_open(o, !o->is_dry);
	if (import.door == NULL)
		return 1;
	if (door_area(import.door, o, &import.area))
		status = import_with(o, &import);
	arena_done(&import.arena);
	door_close(import.door);
	return status;
}
