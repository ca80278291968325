/*
 * import_test.c -- every fault of a sheet: what the report says of it, and what is stored.
 *
 * test/golden/import_faults.txt has the cases: the rows of a text file, then how many are new,
 * changed, unchanged, doubtful and refused, the remarks (row, column, what was found: what was
 * done), and the people as people_print tells them. \n and \t in a cell are such characters.
 * Behind ++ comes the next sheet; what is told is of the last one. With GOLDEN=write the file is
 * written anew from what came; then read the difference.
 */
#include "import_office.h"

#define GOLDEN	    "test/golden/import_faults.txt"
#define ROWS_MAX    64
#define SECTIONS    3
#define CELLS_BYTES 8192

static const char *const section_names[SECTIONS] = { "counts", "remarks", "people" };

struct fault_case {
	char name[120];
	const char *rows[ROWS_MAX + 1];
	size_t count;
	struct buffer wanted[SECTIONS], got[SECTIONS];
};

static void
counts_print(const struct roster_import_report *report, struct buffer *b)
{
	for (size_t i = 0; i < ROSTER_IMPORT_VERDICTS; i++)
		buffer_printf(b, "%s%" PRIu64, i > 0 ? " " : "", report->counts[i]);
	buffer_char(b, '\n');
}

static void
remarks_print(const struct roster_import_report *report, struct buffer *b)
{
	for (size_t i = 0; i < report->remark_count; i++) {
		const struct roster_import_remark *r = &report->remarks[i];
		char letters[SHEET_COLUMN_LETTERS_BYTES] = "";

		if (r->column >= 0)
			sheet_column_letters((uint32_t)r->column, letters);
		buffer_printf(b, "%u%s", r->row, letters);
		if (r->found.n > 0)
			buffer_printf(b, " %.*s", (int)r->found.n, r->found.p);
		buffer_printf(b, ": %.*s\n", (int)r->did.n, r->did.p);
	}
}

/* The same sheet again changes nothing, and says so. */
static void
again_check(struct office *o, struct fault_case *c, uint64_t refused)
{
	struct roster_import_report report;
	struct buffer b = { 0 };

	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	if (report.counts[ROSTER_IMPORT_UNCHANGED] + refused != report.row_count ||
	    report.counts[ROSTER_IMPORT_REFUSED] != refused) {
		remarks_print(&report, &b);
		fail_msg("%s, again:\n%.*s", c->name, (int)b.n, b.p);
	}
	assert_int_equal(report.sent_count, 0);
	assert_int_equal(report.place_count, 0);
	assert_int_equal(o->sent, 0);
	people_print(o, &b);
	assert_true(str_equal(buffer_str(&b), buffer_str(&c->got[2])));
	roster_import_report_done(&report);
	buffer_done(&b);
}

/* Writes the rows from `first` to the next ++ to o->sheet. Gives the row behind that, or more. */
static size_t
sheet_write(struct office *o, const struct fault_case *c, size_t first)
{
	const char *rows[ROWS_MAX + 1] = { NULL };
	size_t count = 0;

	while (first + count < c->count && strcmp(c->rows[first + count], "++") != 0) {
		rows[count] = c->rows[first + count];
		count++;
	}
	assert_int_equal(fixture_csv(o->sheet, rows, ',', FIXTURE_UTF8), 0);
	return first + count + 1;
}

static void
case_run(const char *url, struct fault_case *c)
{
	struct office *o = office_new(url);
	struct roster_import_report report;
	size_t next = sheet_write(o, c, 0);

	for (; next < c->count; next = sheet_write(o, c, next)) {
		assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
		roster_import_report_done(&report);
	}
	if (office_import(o, o->sheet, 0, &report) != 0)
		fail_msg("%s: %s", c->name, report.why);
	assert_true(report.is_done);
	counts_print(&report, &c->got[0]);
	remarks_print(&report, &c->got[1]);
	people_print(o, &c->got[2]);
	again_check(o, c, report.counts[ROSTER_IMPORT_REFUSED]);
	roster_import_report_done(&report);
	office_free(o);
}

static void
case_check(const struct fault_case *c)
{
	for (size_t i = 0; i < SECTIONS; i++)
		if (!str_equal(buffer_str(&c->got[i]), buffer_str(&c->wanted[i])))
			fail_msg("%s: %s\n--- wanted\n%.*s--- got\n%.*s", c->name, section_names[i],
			    (int)c->wanted[i].n, c->wanted[i].p, (int)c->got[i].n, c->got[i].p);
}

static void
case_write(FILE *out, const struct fault_case *c, char *const *lines, size_t count)
{
	fprintf(out, "\n== %s\n", c->name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s\n", lines[i]);
	for (size_t i = 0; i < SECTIONS; i++)
		fprintf(out, "-- %s\n%.*s", section_names[i], (int)c->got[i].n,
		    c->got[i].n > 0 ? c->got[i].p : "");
}

/* \n and \t as the characters. */
static const char *
row_of(struct arena *arena, const char *line)
{
	char *row = arena_alloc(arena, strlen(line) + 1), *to = row;

	for (; *line != '\0'; line++)
		if (line[0] == '\\' && (line[1] == 'n' || line[1] == 't'))
			*to++ = *++line == 'n' ? '\n' : '\t';
		else
			*to++ = *line;
	return row;
}

static void
case_done(struct fault_case *c)
{
	for (size_t i = 0; i < SECTIONS; i++) {
		buffer_done(&c->wanted[i]);
		buffer_done(&c->got[i]);
	}
}

/* Runs the cases of the file; `out` NULL: they must come out as written. */
static void
cases_run(const char *url, FILE *in, FILE *out)
{
	struct fault_case c = { .name = "" };
	struct arena arena = { 0 };
	char line[CELLS_BYTES], *lines[ROWS_MAX] = { NULL };
	int section = -1;
	size_t cases = 0;
	bool is_more;

	do {
		is_more = fgets(line, sizeof(line), in) != NULL;
		if (is_more)
			line[strcspn(line, "\n")] = '\0';
		if ((!is_more || strncmp(line, "== ", 3) == 0) && c.count > 0) {
			case_run(url, &c);
			if (out != NULL)
				case_write(out, &c, lines, c.count);
			else
				case_check(&c);
			case_done(&c);
			arena_reset(&arena);
			cases++;
		}
		if (!is_more)
			break;
		if (strncmp(line, "== ", 3) == 0) {
			c = (struct fault_case){ .name = "" };
			snprintf(c.name, sizeof(c.name), "%.100s", line + 3);
			section = -1;
		} else if (strncmp(line, "-- ", 3) == 0) {
			section++;
		} else if (section < 0 && line[0] != '\0' && c.name[0] != '\0') {
			assert_true(c.count < ROWS_MAX);
			lines[c.count] = arena_cstr(&arena, str_of(line));
			c.rows[c.count++] = row_of(&arena, line);
		} else if (section >= 0 && line[0] != '\0') {
			buffer_printf(&c.wanted[section], "%s\n", line);
		} else if (out != NULL && c.name[0] == '\0' && line[0] != '\0') {
			fprintf(out, "%s\n", line);
		}
	} while (is_more);
	arena_done(&arena);
	assert_true(cases >= 25);
}

static void
faults_on(const char *url)
{
	const char *golden = getenv("GOLDEN");
	bool is_writing = golden != NULL && strcmp(golden, "write") == 0;
	FILE *in = fopen(GOLDEN, "r"), *out = is_writing ? fopen(GOLDEN ".new", "w") : NULL;

	assert_non_null(in);
	cases_run(url, in, out);
	fclose(in);
	if (out != NULL) {
		fclose(out);
		assert_int_equal(rename(GOLDEN ".new", GOLDEN), 0);
	}
}

static void
faults_on_sqlite(void **state)
{
	(void)state;
	faults_on(NULL);
}

static void
faults_on_postgres(void **state)
{
	const char *url = getenv("REDVEST_TEST_LEDGER_POSTGRES");

	(void)state;
	if (url == NULL)
		skip();
	faults_on(url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_on_sqlite),
		cmocka_unit_test(faults_on_postgres),
	};

	decode_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
