/*
 * import_run_test.c -- whole runs of the importer: workbooks and text files with everything in
 * them, again, broken off and gone on with, dry, strict, with somebody else at the roster.
 */
#include <cjson/cJSON.h>
#include "import_office.h"
#include "ledger/verify.h"
#include "modules/roster/roster_import_remarks.h"
#include "sheet/sheet.h"

#define GOLDEN_NASTY  "test/golden/import_nasty.txt"
#define GOLDEN_FAULTS "test/golden/import_faults.txt"
#define PEOPLE	      1700

static const char *postgres_url;

/* The bytes of a file; owned by the caller. */
static char *
file_text(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	assert_non_null(f);
	if (getdelim(&text, &room, '\0', f) < 0)
		text = calloc(1, 1);
	fclose(f);
	return text;
}

static void
assert_same(const struct buffer *got, const struct buffer *wanted)
{
	if (!str_equal(buffer_str(got), buffer_str(wanted)))
		fail_msg("--- wanted\n%.*s\n--- got\n%.*s", (int)wanted->n, wanted->p, (int)got->n,
		    got->p);
}

static void
counts_add_up(const struct roster_import_report *report)
{
	uint64_t sum = 0, rows[ROSTER_IMPORT_VERDICTS] = { 0 };

	for (size_t i = 0; i < report->row_count; i++)
		rows[report->rows[i].verdict]++;
	for (size_t i = 0; i < ROSTER_IMPORT_VERDICTS; i++) {
		assert_int_equal(rows[i], report->counts[i]);
		sum += report->counts[i];
	}
	assert_int_equal(sum, report->row_count);
}

/* ---- everything at once ---- */

/* The report and the people after the workbook with every fault, as on record. */
static void
nasty_workbook_on(const char *url)
{
	struct office *o = office_new(url);
	struct roster_import_report report;
	struct verify_report verified;
	struct buffer got = { 0 };
	const char *golden = getenv("GOLDEN");
	FILE *f;
	char *wanted;

	assert_int_equal(fixture_xlsx(o->sheet, fixture_nasty), 0);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	counts_add_up(&report);
	roster_import_print(&report, 0, &got);
	buffer_char(&got, '\n');
	people_print(o, &got);
	roster_import_report_done(&report);
	if (golden != NULL && strcmp(golden, "write") == 0) {
		f = fopen(GOLDEN_NASTY, "w");
		assert_non_null(f);
		fwrite(got.p, 1, got.n, f);
		fclose(f);
	}
	wanted = file_text(GOLDEN_NASTY);
	buffer_char(&got, '\0');
	assert_string_equal(got.p, wanted);
	free(wanted);
	buffer_done(&got);

	assert_int_equal(office_import(o, o->sheet, OFFICE_ENGLISH, &report), 0);
	assert_int_equal(
	    report.counts[ROSTER_IMPORT_UNCHANGED] + report.counts[ROSTER_IMPORT_REFUSED],
	    report.row_count);
	assert_int_equal(o->sent, 0);
	roster_import_report_done(&report);
	/* What was imported replays to the same tables. */
	assert_int_equal(ledger_verify(world_database(o->world), NULL, &verified), 0);
	assert_string_equal(verified.wrong, "");
	office_free(o);
}

static void
nasty_workbook(void **state)
{
	(void)state;
	nasty_workbook_on(NULL);
	if (postgres_url != NULL)
		nasty_workbook_on(postgres_url);
}

/* Whatever the separator and the encoding, the same comes of it. */
static void
text_files_are_alike(void **state)
{
	static const struct {
		char separator;
		enum fixture_encoding encoding;
	} forms[] = {
		{ ',', FIXTURE_UTF8 },
		{ ',', FIXTURE_GB18030 },
		{ ';', FIXTURE_UTF8_MARK },
		{ '\t', FIXTURE_UTF8 },
		{ '\t', FIXTURE_GB18030 },
	};
	struct buffer first = { 0 }, got = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(forms); i++) {
		struct office *o = office_new(NULL);
		struct roster_import_report report;

		assert_int_equal(fixture_csv(o->sheet, fixture_nasty_rows, forms[i].separator,
				     forms[i].encoding),
		    0);
		assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
		buffer_reset(&got);
		roster_import_json(&report, &got);
		people_print(o, &got);
		if (i == 0)
			buffer_add(&first, buffer_str(&got));
		assert_same(&got, &first);
		roster_import_report_done(&report);
		office_free(o);
	}
	assert_true(str_find(buffer_str(&first), S("张小测")) > 0);
	buffer_done(&first);
	buffer_done(&got);
}

/* Nothing is said that no case shows; and what is said is masked. */
static void
every_remark_is_shown(void **state)
{
	static const struct {
		const char *name;
		const char *zh;
	} words[] = {
#define X(name, weight, zh, en) { #name, zh },
		ROSTER_IMPORT_REMARKS(X)
#undef X
	};
	/* These come in tests of this file. */
	static const char *const elsewhere[] = { "changed_since", "columns_many", "sheet_as_before",
		"sheet_no_rows" };
	char *faults = file_text(GOLDEN_FAULTS), *nasty = file_text(GOLDEN_NASTY);

	(void)state;
	for (size_t i = 0; i < LEN(words); i++) {
		char head[200], *gap;
		bool is_elsewhere = false;

		for (size_t k = 0; k < LEN(elsewhere); k++)
			is_elsewhere |= strcmp(elsewhere[k], words[i].name) == 0;
		snprintf(head, sizeof(head), "%s", words[i].zh);
		gap = strstr(head, "{}");
		if (gap == head)
			memmove(head, head + 2, strlen(head + 2) + 1);
		else if (gap != NULL)
			*gap = '\0';
		if (!is_elsewhere && strstr(faults, head) == NULL && strstr(nasty, head) == NULL)
			fail_msg("%s: no case shows it", words[i].name);
	}
	free(faults);
	free(nasty);
}

/* ---- again, dry, strict ---- */

static void
json_is_as_agreed(void **state)
{
	struct office *o = office_new(NULL);
	struct roster_import_report report;
	struct buffer json = { 0 };
	static const char *const names[] = { "rows", "new", "changed", "unchanged", "doubtful",
		"refused" };
	static const char *const parts[] = { "sheet", "row", "column", "found", "did" };
	cJSON *tree, *remarks, *one;

	(void)state;
	assert_int_equal(fixture_xlsx(o->sheet, fixture_nasty), 0);
	assert_int_equal(office_import(o, o->sheet, OFFICE_DRY, &report), 0);
	roster_import_json(&report, &json);
	tree = json_tree(&o->arena, buffer_str(&json));
	assert_non_null(tree);
	for (size_t i = 0; i < LEN(names); i++)
		assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(tree, names[i])));
	assert_int_equal(
	    cJSON_GetObjectItemCaseSensitive(tree, "rows")->valueint, report.row_count);
	remarks = cJSON_GetObjectItemCaseSensitive(tree, "remarks");
	assert_int_equal(cJSON_GetArraySize(remarks), report.remark_count);
	assert_int_equal(cJSON_GetArraySize(tree), LEN(names) + 1);
	cJSON_ArrayForEach(one, remarks)
	{
		assert_int_equal(cJSON_GetArraySize(one), LEN(parts));
		for (size_t i = 0; i < LEN(parts); i++)
			assert_non_null(cJSON_GetObjectItemCaseSensitive(one, parts[i]));
	}
	/* No number of a document or a telephone is told in full. */
	assert_int_equal(str_find(buffer_str(&json), S("110101199003071233")), -1);
	assert_int_equal(str_find(buffer_str(&json), S("13800000001")), -1);
	buffer_done(&json);
	roster_import_report_done(&report);
	office_free(o);
}

static void
dry_run_writes_nothing(void **state)
{
	struct office *o = office_new(NULL);
	struct roster_import_report dry, done;
	struct buffer a = { 0 }, b = { 0 };
	int64_t last = ledger_last(o);

	(void)state;
	assert_int_equal(fixture_xlsx(o->sheet, fixture_nasty), 0);
	assert_int_equal(office_import(o, o->sheet, OFFICE_DRY, &dry), 0);
	assert_false(dry.is_done);
	assert_int_equal(o->sent, 0);
	assert_int_equal(o->counter, 1);
	assert_int_equal(ledger_last(o), last);
	assert_int_equal(office_import(o, o->sheet, 0, &done), 0);
	assert_true(ledger_last(o) > last);
	/* It said exactly what was then done. */
	roster_import_json(&dry, &a);
	roster_import_json(&done, &b);
	assert_same(&a, &b);
	assert_int_equal(dry.place_count, done.place_count);
	roster_import_report_done(&dry);
	roster_import_report_done(&done);
	buffer_done(&a);
	buffer_done(&b);
	office_free(o);
}

static void
strict_is_all_or_nothing(void **state)
{
	static const char *const rows[] = { "姓名|证件号码|住址",
		"甲测试|440399199001010018|1栋101", "|440399199101010023|1栋102", NULL };
	static const char *const good[] = { "姓名|证件号码|住址",
		"甲测试|440399199001010018|1栋101", NULL };
	struct office *o = office_new(NULL);
	struct roster_import_report report;
	int64_t last = ledger_last(o);

	(void)state;
	assert_int_equal(fixture_csv(o->sheet, rows, ',', FIXTURE_UTF8), 0);
	assert_int_equal(office_import(o, o->sheet, OFFICE_STRICT, &report), -ECANCELED);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], 1);
	assert_int_equal(report.counts[ROSTER_IMPORT_REFUSED], 1);
	assert_int_equal(report.sent_count, 0);
	assert_string_not_equal(report.why, "");
	assert_int_equal(ledger_last(o), last);
	roster_import_report_done(&report);
	/* Otherwise refused rows are left out, and said so. */
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.sent_count, 1);
	roster_import_report_done(&report);
	assert_int_equal(fixture_csv(o->sheet, good, ',', FIXTURE_UTF8), 0);
	assert_int_equal(office_import(o, o->sheet, OFFICE_STRICT, &report), 0);
	roster_import_report_done(&report);
	office_free(o);
}

/* ---- broken off ---- */

/* Two sheets of one compound, without numbers of households, so that these are made up on the way.
 */
static void
sheet_without_codes(const char *path)
{
	static const char *rows[PEOPLE + 2];
	static char texts[PEOPLE][160];

	rows[0] = "姓名|证件号码|与户主关系|住址";
	for (int i = 0; i < PEOPLE; i++) {
		char number[FIXTURE_IDENTITY_BYTES];

		fixture_identity(
		    (date_ymd){ 19500101 + i % 28 + i / 28 % 12 * 100 + i / 336 * 10000 }, 1,
		    number);
		/* Two households in every room, of three and two; every seventh has no document. */
		snprintf(texts[i], sizeof(texts[i]), "测%c%c%c试|%s|%s|示例花园%d栋1单元%d",
		    'A' + i % 26, 'A' + i / 26 % 26, 'A' + i / 676, i % 7 == 0 ? "" : number,
		    i % 5 == 0 || i % 5 == 3 ? "户主" : "家属", i / 200 + 1, 101 + i % 200 / 5);
		rows[i + 1] = texts[i];
	}
	rows[PEOPLE + 1] = NULL;
	assert_int_equal(fixture_csv(path, rows, ',', FIXTURE_UTF8), 0);
}

static void
people_of_run(const char *url, bool has_codes, size_t fails_at, unsigned how,
    struct buffer *ret_people)
{
	struct office *o = office_new(url);
	struct roster_import_report report;
	int r;

	if (has_codes)
		assert_int_equal(fixture_residents(o->sheet, PEOPLE, 7), 0);
	else
		sheet_without_codes(o->sheet);
	o->fails_at = fails_at;
	r = office_import(o, o->sheet, how, &report);
	assert_int_equal(o->together, (how & OFFICE_TOGETHER) != 0);
	if (fails_at == 0) {
		assert_int_equal(report.sent_count, PEOPLE);
		assert_int_equal(r, 0);
		assert_int_equal(report.counts[ROSTER_IMPORT_NEW], PEOPLE);
	} else {
		assert_int_equal(r, -EPIPE);
		assert_false(report.is_done);
		assert_int_equal(report.sent_count % ROSTER_IMPORT_CHUNK_MAX, 0);
		assert_string_not_equal(report.why, "");
		r = (int)report.sent_count;
		roster_import_report_done(&report);
		o->fails_at = 0;
		assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
		/* It goes on where it stopped. */
		assert_int_equal(report.counts[ROSTER_IMPORT_UNCHANGED], r);
		assert_int_equal(report.counts[ROSTER_IMPORT_NEW], PEOPLE - r);
	}
	assert_true(report.is_done);
	roster_import_report_done(&report);
	people_print(o, ret_people);
	office_free(o);
}

static void
broken_off_goes_on(const char *url, bool has_codes)
{
	struct buffer whole = { 0 }, together = { 0 };

	people_of_run(url, has_codes, 0, 0, &whole);
	people_of_run(url, has_codes, 0, OFFICE_TOGETHER, &together);
	assert_same(&together, &whole);
	buffer_done(&together);
	/* Before anything, among the places, and before every chunk of people. */
	for (size_t fails_at = 1; fails_at <= 5; fails_at++) {
		struct buffer parts = { 0 };

		people_of_run(url, has_codes, fails_at, 0, &parts);
		assert_same(&parts, &whole);
		buffer_done(&parts);
	}
	buffer_done(&whole);
}

static void
broken_off_goes_on_sqlite(void **state)
{
	(void)state;
	broken_off_goes_on(NULL, true);
	broken_off_goes_on(NULL, false);
}

static void
broken_off_goes_on_postgres(void **state)
{
	(void)state;
	if (postgres_url == NULL)
		skip();
	broken_off_goes_on(postgres_url, false);
}

/* ---- somebody else at the roster ---- */

static void
people_file(const char *path, const char *const *rows)
{
	assert_int_equal(fixture_csv(path, rows, ',', FIXTURE_UTF8), 0);
}

static void
phone_of(struct office *o, person_id id, struct buffer *ret_phone)
{
	struct arena arena = { 0 };
	struct tx tx = { .db = o->reader, .arena = &arena, .area = office_area };
	struct roster_person p;

	buffer_reset(ret_phone);
	assert_int_equal(roster_person_read(&tx, id, &p).n, 1);
	sealed_print(o, "phone", p.phone, ret_phone);
	arena_done(&arena);
}

static void
changed_since_on(const char *url)
{
	static const char *const before[] = { "姓名|证件号码|电话|住址",
		"甲测试|440399199001010018|13800000001|1栋101",
		"乙测试|440399199101010023|13800000002|1栋102", NULL };
	static const char *const after[] = { "姓名|证件号码|电话|住址",
		"甲测试|440399199001010018|13800000011|1栋101",
		"乙测试|440399199101010023|13800000012|1栋102", NULL };
	struct office *o = office_new(url);
	struct roster_import_report report;
	struct buffer phone = { 0 };

	people_file(o->sheet, before);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	roster_import_report_done(&report);
	people_file(o->sheet, after);
	o->changed = person_named(o, "甲测试");
	o->changes_at = 1;
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	counts_add_up(&report);
	assert_int_equal(report.counts[ROSTER_IMPORT_CHANGED], 1);
	assert_int_equal(report.counts[ROSTER_IMPORT_REFUSED], 1);
	assert_int_equal(report.rows[0].verdict, ROSTER_IMPORT_REFUSED);
	assert_int_equal(report.sent_count, 1);
	assert_true(str_starts(report.remarks[0].did, S("改了")));
	assert_true(str_starts(report.remarks[1].did, S("导入途中别人改过此人")));
	assert_int_equal(report.remarks[1].row, 2);
	phone_of(o, o->changed, &phone);
	assert_true(str_equal(buffer_str(&phone), S("13899999999")));
	phone_of(o, person_named(o, "乙测试"), &phone);
	assert_true(str_equal(buffer_str(&phone), S("13800000012 13800000002")));
	roster_import_report_done(&report);

	/* The next run has seen that change. */
	o->changes_at = 0;
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_CHANGED], 1);
	assert_int_equal(report.counts[ROSTER_IMPORT_UNCHANGED], 1);
	phone_of(o, o->changed, &phone);
	assert_true(str_equal(buffer_str(&phone), S("13800000011 13899999999")));
	roster_import_report_done(&report);
	buffer_done(&phone);
	office_free(o);
}

static void
changed_since_is_not_overwritten(void **state)
{
	(void)state;
	changed_since_on(NULL);
	if (postgres_url != NULL)
		changed_since_on(postgres_url);
}

/* Who is in hospital is not brought home by a sheet; another telephone is taken all the same. */
static void
hospital_is_believed(void **state)
{
	static const char *const before[] = { "姓名|证件号码|人口类型|电话|住址",
		"甲测试|440399199001010018|户籍|13800000001|1栋101", NULL };
	static const char *const after[] = { "姓名|证件号码|人口类型|电话|住址",
		"甲测试|440399199001010018|户籍|13800000002|1栋101", NULL };
	struct office *o = office_new(NULL);
	struct roster_import_report report;
	struct roster_stay_begin hospital = { .kind = roster_stay_kind_HOSPITAL,
		.since = { office_now.ms - 3600000 },
		.note = S("") };
	struct outcome outcome;
	struct buffer people = { 0 };

	(void)state;
	people_file(o->sheet, before);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	roster_import_report_done(&report);
	hospital.person = person_named(o, "甲测试");
	office_do(o, command_find(S("roster_stay_begin")), &hospital, &outcome);
	assert_int_equal(outcome.answer, DONE);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_UNCHANGED], 1);
	roster_import_report_done(&report);
	people_file(o->sheet, after);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_CHANGED], 1);
	roster_import_report_done(&report);
	people_print(o, &people);
	assert_true(
	    str_find(buffer_str(&people), S("1栋101#0-1646445600000,1栋101#5@1646445600000|")) > 0);
	assert_true(str_find(buffer_str(&people), S("13800000002 13800000001")) > 0);
	buffer_done(&people);
	office_free(o);
}

/* Two records were merged: each row of the sheet finds the one that counts. */
static void
merged_people_are_one(void **state)
{
	static const char *const rows[] = { "姓名|证件号码|住址",
		"甲测试|440399199001010018|1栋101", "甲侧试|440399199101010023|1栋102", NULL };
	struct office *o = office_new(NULL);
	struct roster_import_report report;
	struct roster_merge merge = { .why = S("") };
	struct outcome outcome;

	(void)state;
	people_file(o->sheet, rows);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], 2);
	roster_import_report_done(&report);
	merge.person = person_named(o, "甲侧试");
	merge.into = person_named(o, "甲测试");
	office_do(o, command_find(S("roster_merge")), &merge, &outcome);
	assert_int_equal(outcome.answer, DONE);
	assert_int_equal(office_import(o, o->sheet, OFFICE_DRY, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_REFUSED], 0);
	roster_import_report_done(&report);
	office_free(o);
}

/* ---- what is refused as a whole ---- */

static void
whole_files_are_refused(void **state)
{
	static const char *const no_names[] = { "品名|数量", "口罩|100", NULL };
	struct office *o = office_new(NULL);
	struct roster_import_report report;

	(void)state;
	assert_int_equal(office_import(o, "/nowhere/at/all.xlsx", 0, &report), -ENOENT);
	assert_string_not_equal(report.why, "");
	roster_import_report_done(&report);
	people_file(o->sheet, no_names);
	assert_int_equal(office_import(o, o->sheet, 0, &report), -ENOMSG);
	assert_string_not_equal(report.why, "");
	roster_import_report_done(&report);
	people_file(o->sheet, (const char *const[]){ "<html><body><table>", NULL });
	assert_int_equal(office_import(o, o->sheet, 0, &report), -EBADMSG);
	assert_int_equal(report.fault.code, SHEET_CODE_sheet_is_html);
	roster_import_report_done(&report);
	assert_int_equal(o->sent, 0);
	office_free(o);
}

/* A stream without the right: the first command goes aside, and the run says so and stops. */
static void
what_is_not_taken_ends_the_run(void **state)
{
	struct office *o = office_new(NULL);
	struct roster_import_report report;

	(void)state;
	o->clerk = (struct client){ .area = office_area, .name = "nobody" };
	world_client(o->world, &o->clerk, office_now);
	assert_int_equal(fixture_residents(o->sheet, 20, 1), 0);
	assert_int_equal(office_import(o, o->sheet, 0, &report), -EPROTO);
	assert_true(str_find(str_of(report.why), S("place_rows_put")) >= 0);
	assert_int_equal(report.sent_count, 0);
	assert_false(report.is_done);
	roster_import_report_done(&report);
	office_free(o);
}

/* ---- sheets ---- */

/* More columns than are read; a sheet that goes on without headings; one with nobody. */
static void
odd_sheets(void **state)
{
	static char wide[16000] = "姓名|证件号码|住址";
	static const char *first[] = { wide, "甲测试|440399199001010018|1栋101", NULL };
	static const char *const second[] = { "乙测试|440399199101010023|1栋102",
		"丙测试|440399196001010014|1栋103", NULL };
	static const char *const third[] = { "姓名|证件号码|住址", NULL };
	const struct fixture_sheet sheets[] = { { .name = "甲", .rows = first },
		{ .name = "乙", .rows = second }, { .name = "丙", .rows = third },
		{ .rows = NULL } };
	struct office *o = office_new(NULL);
	struct roster_import_report report;
	size_t seen = 0;

	(void)state;
	for (size_t n = strlen(wide), i = 0; i < 600; i++)
		n += (size_t)snprintf(wide + n, sizeof(wide) - n, "|无关%zu", i);
	assert_int_equal(fixture_xlsx(o->sheet, sheets), 0);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], 3);
	for (size_t i = 0; i < report.remark_count; i++) {
		seen += str_starts(report.remarks[i].did, S("列数太多"));
		seen += str_starts(report.remarks[i].did, S("没有表头，按前一页"));
		seen += str_starts(report.remarks[i].did, S("只有表头，没有人"));
	}
	assert_int_equal(seen, 3);
	roster_import_report_done(&report);
	office_free(o);
}

/* What the user says of columns goes before their headings, and is remembered when it is done. */
static void
columns_are_explained(void **state)
{
	static const char *const rows[] = { "人|丙|哪里",
		"甲测试|440399199001010018|1栋101", NULL };
	struct office *o = office_new(NULL);
	struct roster_import_options options = { .path = o->sheet,
		.reader = o->reader,
		.keys = world_database(o->world)->keys,
		.area = office_area,
		.now = office_now,
		.columns = S("人=姓名, B=证件号码,哪里 = 现住址"),
		.send = office_send,
		.next_id = office_next_id,
		.context = o };
	struct roster_import_report report;

	(void)state;
	people_file(o->sheet, rows);
	assert_int_equal(roster_import(&options, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], 1);
	assert_int_equal(report.place_count, 3);
	assert_int_equal(report.remark_count, 0);
	assert_int_equal(o->sent, 3);
	roster_import_report_done(&report);
	o->sent = 0;
	assert_int_equal(roster_import(&options, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_UNCHANGED], 1);
	assert_int_equal(o->sent, 0);
	roster_import_report_done(&report);
	/* Letters say nothing of another sheet, headings do. */
	options.columns = S("");
	assert_int_equal(roster_import(&options, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_UNCHANGED], 1);
	assert_int_equal(report.remark_count, 1);
	assert_true(str_equal(report.remarks[0].found, S("丙")));
	roster_import_report_done(&report);
	office_free(o);
}

/* The sheet that came, with a column more. */
static void
annotated_sheet(void **state)
{
	struct office *o = office_new(NULL);
	struct roster_import_report report;
	struct sheet_fault fault;
	struct sheet *sheet;
	struct sheet_row row;
	char path[160];
	size_t verdicts = 0, remarks = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/b.xlsx", o->dir);
	assert_int_equal(fixture_xlsx(o->sheet, fixture_nasty), 0);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(roster_import_annotate(o->sheet, &report, path, &fault), 0);
	assert_int_equal(sheet_open(path, NULL, &sheet, &fault), 0);
	while (sheet_next(sheet, &row, &fault) == 1) {
		struct str last = row.cells[row.cell_count - 1].text;

		verdicts += str_starts(last, S("新增")) || str_starts(last, S("存疑")) ||
			    str_starts(last, S("无变化")) || str_starts(last, S("未导入"));
		remarks += str_find(last, S("证件 / 号码：证件号码已被表格软件改成近似数")) > 0;
	}
	sheet_close(sheet);
	assert_int_equal(verdicts, report.row_count);
	assert_int_equal(remarks, 2);
	roster_import_report_done(&report);
	office_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nasty_workbook),
		cmocka_unit_test(text_files_are_alike),
		cmocka_unit_test(every_remark_is_shown),
		cmocka_unit_test(json_is_as_agreed),
		cmocka_unit_test(dry_run_writes_nothing),
		cmocka_unit_test(strict_is_all_or_nothing),
		cmocka_unit_test(broken_off_goes_on_sqlite),
		cmocka_unit_test(broken_off_goes_on_postgres),
		cmocka_unit_test(changed_since_is_not_overwritten),
		cmocka_unit_test(hospital_is_believed),
		cmocka_unit_test(merged_people_are_one),
		cmocka_unit_test(whole_files_are_refused),
		cmocka_unit_test(what_is_not_taken_ends_the_run),
		cmocka_unit_test(odd_sheets),
		cmocka_unit_test(columns_are_explained),
		cmocka_unit_test(annotated_sheet),
	};

	postgres_url = getenv("REDVEST_TEST_LEDGER_POSTGRES");
	decode_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
