/*
 * scenario.c -- runs .scn files, each on a new database, and ends with "N passed, N failed".
 *
 *   scenario [--db URL] [--http build/redvest] FILE...
 *
 *   area 440304005012 益民社区                  an area that is open when the file begins
 *   as ROLE NAME in AREA at YYYY-MM-DD HH:MM    who speaks from here on, on the own stream (UTC);
 *                                               nobody NAME: without a grant; system -: the area
 *     command field=value ... -> outcome        the next number of that stream
 *     N: command field=value ... -> outcome     this number, whatever comes next
 *     raw {JSON with $n} -> outcome             an envelope as it stands
 *   expect view NAME param=value ...: column value, ...       some row has these; a value may be
 *                                               an object without another one inside: {"a":"$a1"}
 *   expect view ...: none | denied | bad | N rows
 *   deliver                                     what areas have sent to each other arrives
 *   in process only                             (first line) uses the area's own stream
 *
 * Outcomes are done, refused FAULT, aside, early, known, stream_forked, each with ", flag FLAG"
 * for every flag. The commands under one "as" are one batch, which is then sent a second time:
 * the answers must be the same. p7 is the id 7; @NAME and #NAME are the account and the stream
 * of a speaker; "-> done as a1" calls its row of the ledger $a1, from the next batch on; a value
 * with spaces stands in quotes, a list in brackets; <FILE is what the file holds.
 */
#include <cjson/cJSON.h>
#include <ctype.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/verify.h"
#include "lib/steps.h"
#include "lib/world.h"

#define BATCH_MAX   64
#define CLIENTS_MAX 64
#define LABELS_MAX  64

static const time_ms beginning = { INT64_C(1640995200000) }; /* 2022-01-01 */

struct run {
	const char    *path, *url, *redvest;
	struct world  *world;
	struct arena   arena;              /* of the file */
	struct client  clients[CLIENTS_MAX];
	size_t         client_count;
	struct client *speaker;
	time_ms        now;
	struct str     envelopes[BATCH_MAX];
	const char    *expected[BATCH_MAX];
	int            lines[BATCH_MAX];
	char           labels[BATCH_MAX][16];
	size_t         count;
	unsigned       role, roles_seen;   /* of the speaker; those that did or saw something */
	struct { char name[16]; int64_t seq; } rows[LABELS_MAX];
	size_t         row_count;
	int            passed, failed;
};

static void
check(struct run *run, int line, bool is_right, const char *expected, const char *got)
{
	run->passed += is_right;
	run->failed += !is_right;
	if (!is_right)
		printf("%s:%d: expected %s, got %s\n", run->path, line, expected, got);
}

static char *
trimmed(char *s)
{
	s += strspn(s, " ");
	for (size_t n = strlen(s); n > 0 && s[n - 1] == ' '; n--)
		s[n - 1] = '\0';
	return s;
}

static struct client *
client_find(struct run *run, int64_t area, const char *name)
{
	for (size_t i = 0; i < run->client_count; i++)
		if ((area == 0 || run->clients[i].area.v == area) &&
		    strcmp(run->clients[i].name, name) == 0)
			return &run->clients[i];
	return NULL;
}

/* "as clerk li in 440304005012 at 2022-03-04 08:00" */
static bool
speaker_read(const char *line, char role[32], char name[32], int64_t *ret_area, time_ms *ret_at)
{
	char date[16], clock[8], text[40];

	if (sscanf(line, "as %31s %31s in %" SCNd64 " at %15s %7s", role, name, ret_area, date,
	    clock) != 5)
		return false;
	snprintf(text, sizeof(text), "%sT%sZ", date, clock);
	return time_parse(str_of(text), ret_at);
}

/* Everybody who speaks in the file, before the first word. */
static void
people_prepare(struct run *run, char *text)
{
	char role[32], name[100];
	int  number = 0;

	for (char *l = text, *end; l != NULL; l = end == NULL ? NULL : end + 1) {
		struct client *c;
		int64_t        area;
		time_ms        at;

		number++;
		end = strchr(l, '\n');
		if (sscanf(l, "area %" SCNd64 " %99[^\n]", &area, name) == 2)
			world_area(run->world, (area_id){ area }, name, beginning);
		if (strncmp(l, "as ", 3) != 0)
			continue;
		if (!speaker_read(l, role, name, &area, &at))
			errx(1, "%s:%d: cannot read this", run->path, number);
		c = client_find(run, area, name);
		if (c == NULL) {
			if (run->client_count == CLIENTS_MAX)
				errx(1, "%s: too many speakers", run->path);
			c = &run->clients[run->client_count++];
			*c = (struct client){ .area = { area } };
			snprintf(c->name, sizeof(c->name), "%.31s", name);
			if (strcmp(role, "system") == 0)
				c->roles = ROLE_SYSTEM, c->next_n = 1;
			else
				world_client(run->world, c, beginning);
		}
		if (role_find(str_of(role)) != NULL &&
		    (role_find(str_of(role))->bit & ~c->roles) != 0)
			world_role(run->world, c, role_find(str_of(role))->bit, beginning);
	}
}

static void
batch_send(struct run *run)
{
	static struct came first[BATCH_MAX], again[BATCH_MAX];
	char               status[40];
	int                r;

	if (run->count == 0)
		return;
	memset(first, 0, sizeof(first));
	memset(again, 0, sizeof(again));
	run->speaker->made = run->speaker->next_n - 1;
	r = world_send(run->world, run->speaker, run->envelopes, run->count, run->now, first);
	snprintf(status, sizeof(status), "status %d", r);
	for (size_t i = 0; i < run->count; i++) {
		check(run, run->lines[i], r == 0 && strcmp(first[i].text, run->expected[i]) == 0,
		    run->expected[i], r == 0 ? first[i].text : status);
		if (strncmp(first[i].text, "done", 4) == 0)
			run->roles_seen |= run->role;
	}
	for (size_t i = 0; i < run->count; i++)
		if (run->labels[i][0] != '\0' && run->row_count < LABELS_MAX) {
			strcpy(run->rows[run->row_count].name, run->labels[i]);
			run->rows[run->row_count++].seq = first[i].seq;
		}
	if ((run->speaker->roles & ROLE_SYSTEM) == 0) {
		r = world_send(
		    run->world, run->speaker, run->envelopes, run->count, run->now, again);
		check(run, run->lines[0], r == 0 && memcmp(first, again, sizeof(first)) == 0,
		    "the same answers to the batch sent again", "others");
	}
	run->count = 0;
}

static void
speaker_set(struct run *run, int line, const char *text)
{
	char    role[32], name[32];
	int64_t area;

	if (!speaker_read(text, role, name, &area, &run->now))
		errx(1, "%s:%d: cannot read this", run->path, line);
	run->speaker = client_find(run, area, name);
	run->role = role_find(str_of(role)) != NULL ? role_find(str_of(role))->bit : 0;
}

/* The value up to the next space that is not within quotes or brackets. */
static char *
value_end(char *p)
{
	int  depth = 0;
	bool is_quoted = false;

	for (; *p != '\0' && (*p != ' ' || depth > 0 || is_quoted); p++) {
		is_quoted ^= *p == '"';
		depth += *p == '[' || *p == '{';
		depth -= *p == ']' || *p == '}';
	}
	return p;
}

/* $a1 to the row of the ledger that is called so, also within a list. */
static struct str
labels_replace(struct run *run, const char *value)
{
	struct str text = S("");

	while (*value != '\0') {
		size_t plain = strcspn(value, "$"), length = 0, i = 0;

		while (value[plain] == '$' && isalnum((unsigned char)value[plain + 1 + length]))
			length++;
		while (i < run->row_count && (strlen(run->rows[i].name) != length ||
		    strncmp(run->rows[i].name, value + plain + 1, length) != 0))
			i++;
		if (length > 0 && i < run->row_count)
			text = arena_printf(&run->arena, "%.*s%.*s%" PRId64, (int)text.n, text.p,
			    (int)plain, value, run->rows[i].seq);
		else
			text = arena_printf(&run->arena, "%.*s%.*s", (int)text.n, text.p,
			    (int)(plain + length + (value[plain] == '$')), value);
		value += plain + length + (value[plain] == '$');
	}
	return text;
}

static struct str
file_read(struct run *run, const char *path)
{
	FILE         *f = fopen(path, "r");
	struct buffer b = { 0 };
	struct str    text;
	size_t        n;

	if (f == NULL)
		err(1, "%s: %s", run->path, path);
	while ((n = fread(buffer_reserve(&b, KIB(4)), 1, KIB(4), f)) > 0)
		b.n += n;
	(void)fclose(f);
	text = arena_copy(&run->arena, buffer_str(&b));
	buffer_done(&b);
	return text;
}

/* p7, @li, #li and $a1 to numbers; quotes away. */
static struct str
value_read(struct run *run, const struct field *f, char *value)
{
	bool           is_id = f != NULL && f->kind == KIND_ID;
	struct client *c;

	if (*value == '"')
		return (struct str){ value + 1, strlen(value) - 2 };
	if (is_id && (*value == '@' || *value == '#')) {
		c = client_find(run, run->speaker->area.v, value + 1);
		c = c != NULL ? c : client_find(run, 0, value + 1);
		if (c == NULL)
			errx(1, "%s: nobody is called %s", run->path, value);
		return arena_printf(
		    &run->arena, "%" PRId64, *value == '@' ? c->user.v : c->stream.v);
	}
	if (*value == '$' || *value == '[')
		return labels_replace(run, value);
	if (*value == '<')
		return file_read(run, value + 1);
	if (is_id && islower((unsigned char)*value))
		value++;
	return str_of(value);
}

static void
fields_write(struct run *run, int line, const struct command *command, char *args,
    struct buffer *json)
{
	buffer_char(json, '{');
	for (char *p = trimmed(args); *p != '\0';) {
		const struct field *f = command->fields;
		char               *end = value_end(p), *equals = strchr(p, '=');
		char                stop = *end;

		*end = '\0';
		if (equals == NULL)
			errx(1, "%s:%d: no value: %s", run->path, line, p);
		*equals = '\0';
		while (f->name != NULL && strcmp(f->name, p) != 0)
			f++;
		json_name(json, p);
		/* What the decoder is to refuse is sent as a text. */
		if (f->name == NULL || !decode_value(f, value_read(run, f, equals + 1), json))
			json_str(json, value_read(run, NULL, equals + 1));
		p = end + (stop != '\0');
		p += strspn(p, " ");
	}
	buffer_char(json, '}');
}

/* $n becomes the number. */
static struct str
raw_write(struct run *run, const char *text, int64_t n)
{
	const char *mark = strstr(text, "$n");

	if (mark == NULL)
		return arena_copy(&run->arena, str_of(text));
	return arena_printf(
	    &run->arena, "%.*s%" PRId64 "%s", (int)(mark - text), text, n, mark + 2);
}

static void
command_add(struct run *run, int line, char *text)
{
	char                 *arrow = strstr(text, "->"), *args, *label;
	struct buffer         json = { 0 };
	const struct command *command;
	int64_t               n;
	int                   skip = 0;
	size_t                i = run->count;

	if (arrow == NULL || i == BATCH_MAX || run->speaker == NULL)
		errx(1, "%s:%d: no outcome, no speaker or too many", run->path, line);
	*arrow = '\0';
	text = trimmed(text);
	if (sscanf(text, "%" SCNd64 ": %n", &n, &skip) == 1 && skip > 0)
		text += skip;
	else
		n = run->speaker->next_n++;
	label = strstr(arrow + 2, " as ");
	if (label != NULL)
		*label = '\0';
	snprintf(
	    run->labels[i], sizeof(run->labels[i]), "%s", label == NULL ? "" : trimmed(label + 4));
	run->expected[i] = trimmed(arrow + 2);
	run->lines[i] = line;
	run->count++;
	if (strncmp(text, "raw ", 4) == 0) {
		run->envelopes[i] = raw_write(run, text + 4, n);
		return;
	}
	args = text + strcspn(text, " ");
	command = command_find((struct str){ text, (size_t)(args - text) });
	if (command == NULL)
		errx(1, "%s:%d: no such command: %s", run->path, line, text);
	buffer_printf(&json, "{\"n\":%" PRId64 ",\"name\":\"%s\",\"at\":%" PRId64 ",\"fields\":", n,
	    command->name, run->now.ms);
	fields_write(run, line, command, args, &json);
	buffer_char(&json, '}');
	run->envelopes[i] = arena_copy(&run->arena, buffer_str(&json));
	buffer_done(&json);
}

static bool
value_is(const cJSON *v, struct str wanted)
{
	char number[32];

	if (cJSON_IsString(v))
		return str_equal(str_of(v->valuestring), wanted);
	if (cJSON_IsNumber(v)) {
		snprintf(number, sizeof(number), "%.0f", v->valuedouble);
		return str_equal(str_of(number), wanted);
	}
	return str_equal(wanted, cJSON_IsTrue(v)    ? S("true")
				 : cJSON_IsFalse(v) ? S("false")
						    : S("null"));
}

/* An object has commas of its own: the part that began it goes on to its end. */
static struct str
part_whole(struct str part, struct str *rest)
{
	ptrdiff_t end = str_find(*rest, S("}"));

	if (str_find(part, S("{")) < 0 || str_find(part, S("}")) >= 0 || end < 0)
		return part;
	part.n = (size_t)(rest->p - part.p) + (size_t)end + 1;
	*rest = str_slice(*rest, (size_t)end + 1, SIZE_MAX);
	(void)str_split(rest, ',', &(struct str){ NULL, 0 });
	return part;
}

/* "outside 1, name A**" against one row. */
static bool
row_has(const cJSON *row, struct str wanted)
{
	struct str rest = wanted, part, name;

	while (str_split(&rest, ',', &part)) {
		part = str_trim(part_whole(part, &rest));
		if (!str_split(&part, ' ', &name))
			return false;
		if (!value_is(cJSON_GetObjectItem(row, strndupa(name.p, name.n)), str_trim(part)))
			return false;
	}
	return true;
}

/* "stream #zhou, seq $a1": names to numbers. */
static char *
names_replace(struct run *run, char *wanted)
{
	const struct field f = { .kind = KIND_ID };
	struct buffer      b = { 0 };
	char              *copy;

	for (char *p = wanted; *p != '\0';) {
		size_t n = strcspn(p + 1, " ,\"") + 1;

		if ((*p == '@' || *p == '#' || *p == '$') && p > wanted &&
		    (p[-1] == ' ' || p[-1] == '"')) {
			buffer_add(&b, value_read(run, &f, strndupa(p, n)));
			p += n;
		} else {
			buffer_char(&b, *p++);
		}
	}
	copy = arena_cstr(&run->arena, buffer_str(&b));
	buffer_done(&b);
	return copy;
}

static bool
rows_are(const cJSON *rows, const char *wanted)
{
	const cJSON *row;
	int          count, end = 0;

	if (strcmp(wanted, "none") == 0)
		return cJSON_IsArray(rows) && cJSON_GetArraySize(rows) == 0;
	if (sscanf(wanted, "%d rows%n", &count, &end) == 1 && end > 0)
		return cJSON_GetArraySize(rows) == count;
	cJSON_ArrayForEach(row, rows)
		if (row_has(row, str_of(wanted)))
			return true;
	return false;
}

static void
view_expect(struct run *run, int line, char *text)
{
	char         *wanted = strstr(text, ": ");
	struct buffer json = { 0 }, args = { 0 };
	size_t        n = strcspn(text, " :");
	int           status;

	if (wanted == NULL || run->speaker == NULL)
		errx(1, "%s:%d: cannot read this", run->path, line);
	*wanted = '\0';
	wanted = names_replace(run, trimmed(wanted + 2));
	for (char *p = text + n, *save = NULL, *w = strtok_r(p, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save)) {
		char *equals = strchr(w, '=');
		const struct field f = { .kind = KIND_ID };
		struct str value =
		    equals == NULL
			? S("")
			: value_read(run,
			      isdigit((unsigned char)
				      equals[1 + (islower((unsigned char)equals[1]) != 0)]) ||
				      equals[1] == '@' || equals[1] == '#' || equals[1] == '$'
				  ? &f
				  : NULL,
			      equals + 1);

		buffer_printf(&args, "%.*s=%.*s ", equals == NULL ? 0 : (int)(equals - w), w,
		    (int)value.n, value.p);
	}
	buffer_char(&args, '\0');
	status =
	    world_view(run->world, run->speaker, (struct str){ text, n }, args.p, run->now, &json);
	run->roles_seen |= status == 200 ? run->role : 0;
	if (strcmp(wanted, "denied") == 0 || strcmp(wanted, "bad") == 0) {
		check(run, line, status == (*wanted == 'd' ? 403 : 400), wanted,
		    status == 200 ? "rows" : "another status");
	} else {
		struct arena arena = { 0 };
		cJSON       *tree = json_tree(&arena, buffer_str(&json));

		buffer_char(&json, '\0');
		check(run, line,
		    status == 200 && rows_are(cJSON_GetObjectItem(tree, "rows"), wanted), wanted,
		    status == 200 ? json.p : "another status, or a COUNT that opens other rows");
		arena_done(&arena);
	}
	buffer_done(&json);
	buffer_done(&args);
}

/* Every step that a machine allows must be taken by some command. */
static void
machine_check(struct run *run, const struct machine *m)
{
	char step[100];

	for (int64_t from = 0; from < m->count; from++)
		for (int64_t to = 0; to < m->count; to++) {
			if ((m->states[from].next & (1u << to)) == 0)
				continue;
			(void)snprintf(step, sizeof(step), "%s from %s to %s", m->name,
			    m->states[from].name, m->states[to].name);
			check(run, 0, steps_taken(m, from, to), step, "no scenario");
		}
}

/* Whatever a module declares must occur in some scenario; every role must do or see something. */
static void
completeness_check(struct run *run, const char *all)
{
	for (const struct role_text *role = role_texts; role->name != NULL; role++)
		check(run, 0, (run->roles_seen & role->bit) != 0, role->name, "no scenario");
	for (size_t m = 0; modules[m] != NULL; m++) {
		const struct module *mod = modules[m];
		const char          *names[600];
		size_t               n = 0;

		for (size_t i = 0; i < mod->command_count; i++)
			names[n++] = mod->commands[i].name;
		for (size_t i = 0; i < mod->fault_count; i++)
			names[n++] = mod->faults[i].name;
		for (size_t i = 0; i < mod->flag_count; i++)
			names[n++] = mod->flags[i]->name;
		for (size_t i = 0; i < mod->view_count; i++)
			names[n++] = mod->views[i]->name;
		for (size_t i = 0; i < mod->machine_count; i++)
			machine_check(run, mod->machines[i]);
		while (n-- > 0)
			check(run, 0, strstr(all, names[n]) != NULL, names[n], "no scenario");
	}
}

static void
line_run(struct run *run, int line, char *l)
{
	if (strncmp(l, "  ", 2) == 0) {
		command_add(run, line, l);
		return;
	}
	batch_send(run);
	if (strncmp(l, "as ", 3) == 0)
		speaker_set(run, line, l);
	else if (strncmp(l, "expect view ", 12) == 0)
		view_expect(run, line, l + 12);
	else if (strcmp(l, "deliver") == 0)
		world_deliver(run->world, run->now);
	else if (*l != '\0' && *l != '#' && strncmp(l, "area ", 5) != 0 &&
	    strcmp(l, "in process only") != 0)
		errx(1, "%s:%d: cannot read this", run->path, line);
}

/* The ledger alone makes the same tables again. */
static void
verify_check(struct run *run)
{
	struct verify_report report = { 0 };
	int                  r = ledger_verify(world_database(run->world), NULL, &report);

	check(run, 0, r == 0 && report.wrong[0] == '\0', "the ledger to replay to the same tables",
	    r == 0 ? report.wrong : strerror(-r));
}

static void
file_run(struct run *run, const char *path, FILE *all)
{
	char  *text = NULL, *rest;
	size_t size = 0;
	FILE  *f = fopen(path, "r");
	int    line = 0;
	bool   is_http = run->redvest != NULL;

	if (f == NULL || getdelim(&text, &size, '\0', f) < 0)
		err(1, "%s", path);
	fclose(f);
	fputs(text, all);
	if (is_http && strstr(text, "in process only") == text) {
		free(text);
		return;
	}
	run->path = path;
	run->client_count = run->count = run->row_count = 0;
	run->speaker = NULL;
	run->now = beginning;
	run->world = world_new(run->url, is_http, run->redvest);
	people_prepare(run, text);
	world_start(run->world);
	rest = text;
	for (char *l = strsep(&rest, "\n"); l != NULL; l = strsep(&rest, "\n"))
		line_run(run, ++line, l);
	batch_send(run);
	if (!is_http)
		verify_check(run);
	world_free(run->world);
	arena_reset(&run->arena);
	free(text);
}

int
main(int argc, char *argv[])
{
	static struct run run;
	char             *text = NULL, path[64];
	size_t            size;
	FILE             *all = open_memstream(&text, &size);
	int               i = 1;

	decode_setup();
	(void)snprintf(path, sizeof(path), "/tmp/redvest-scenario-%d.db", (int)getpid());
	run.url = path;
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2)
		if (strcmp(argv[i], "--db") == 0)
			run.url = argv[i + 1];
		else if (strcmp(argv[i], "--http") == 0)
			run.redvest = argv[i + 1];
		else
			errx(2, "unknown option %s", argv[i]);
	for (; i < argc; i++)
		file_run(&run, argv[i], all);
	fclose(all);
	run.path = "declared";
	if (run.redvest == NULL)
		completeness_check(&run, text);
	free(text);
	arena_done(&run.arena);
	printf("%d passed, %d failed\n", run.passed, run.failed);
	return run.failed != 0;
}
