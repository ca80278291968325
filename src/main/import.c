/* import.c -- redvest import: a sheet into the database, or what it would change. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/importer.h"
#include "main/door.h"

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
progress(void *context, enum import_phase phase, uint64_t so_far, uint64_t total)
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
report_show(const struct options *o, const struct importer *importer,
    const struct import_report *report)
{
	struct buffer b = { 0 };

	if (o->is_json)
		importer->json(report, &b);
	else
		importer->print(report, REMARKS_SHOWN_MAX, &b);
	printf("%.*s\n", (int)b.n, b.p);
	buffer_done(&b);
}

static int
annotated_write(const struct options *o, const struct importer *importer,
    const struct import_report *report)
{
	char why[IMPORT_WHY_BYTES] = "";

	if (o->output == NULL || importer->annotate(o->rest[1], report, o->output, why) == 0)
		return 0;
	return fail("%s: %s", o->output, why);
}

static int
import_with(const struct options *o, const struct importer *importer, struct import *import)
{
	struct import_options options = {
		.path = o->rest[1], .reader = door_reader(import->door),
		.keys = door_database(import->door)->keys, .area = import->area, .now = now_ms(),
		.is_dry = o->is_dry, .is_strict = o->is_strict, .is_english = o->is_english,
		.columns = str_of(o->columns), .send = send, .send_all = send_all,
		.next_id = next_id, .progress = progress, .context = import,
	};
	struct import_report report;
	int                  status, r;

	r = importer->run(&options, &report);
	if (import->has_terminal)
		fputs("\r                                        \r", stderr);
	if (r == 0 || report.rows > 0)
		report_show(o, importer, &report);
	status = r == 0 ? 0 : fail("%s", report.why);
	if (report.rows > 0 && annotated_write(o, importer, &report) != 0)
		status = 1;
	importer->done(&report);
	return status;
}

int
import_main(const struct options *o, struct arena *arena)
{
	struct import import = { .is_english = o->is_english,
		.has_terminal = isatty(STDERR_FILENO) == 1 };
	const struct sheet_form *form = importing_find(str_of(o->rest[0]));
	int                      status = 1;

	(void)arena;
	if (form == NULL)
		return fail("import knows residents and places; %s is not there yet", o->rest[0]);
	import.door = door_open(o, !o->is_dry);
	if (import.door == NULL)
		return 1;
	if (door_area(import.door, o, &import.area))
		status = import_with(o, form->reads, &import);
	arena_done(&import.arena);
	door_close(import.door);
	return status;
}
