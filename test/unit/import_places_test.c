/*
 * import_places_test.c -- sheets of places: what becomes of each row, the same again, faults, and
 * that what was exported comes in again.
 */
#include <cjson/cJSON.h>
#include "import_office.h"
#include "http/export.h"
#include "ledger/decode.h"
#include "modules/roster/roster_import_remarks.h"

static const char *const places_rows[] = {
	"示例小区场所表",
	"小区|楼栋|单元|楼层|房号|种类|名称|面积",
	"示例花园|3栋|2单元|15层|1502|||88",
	"||||1503|||",
	"|三号楼|2|15|2|||",
	"示例花园||||||| ",
	"示例花园|4栋||||楼栋||",
	"示例花园|||||楼栋|5栋|",
	"示例花园|||||出入口|东门|",
	"|||||采样点|小广场|",
	"|||||Gate|北门|",
	"示例花园|3栋||1层|101|商铺|甲店|",
	"示例花园||||商铺2|商铺||",
	"合计|3|||||",
	"填表人：某某|||||||",
	NULL,
};
/* As place_print tells them. */
static const char places_wanted[] = "gate 北门\n"
				    "compound 示例花园\n"
				    "gate 示例花园 东门\n"
				    "building 示例花园 3栋\n"
				    "stair 示例花园 3栋 2单元\n"
				    "floor 示例花园 3栋 2单元 15层\n"
				    "room 示例花园 3栋 2单元 15层 1502\n"
				    "room 示例花园 3栋 2单元 15层 1503\n"
				    "floor 示例花园 3栋 1层\n"
				    "shop 示例花园 3栋 1层 甲店\n"
				    "building 示例花园 4栋\n"
				    "building 示例花园 5栋\n"
				    "shop 示例花园 商铺2\n"
				    "point 小广场\n";

static void
one_sheet(struct office *o, const char *const *rows)
{
	const struct fixture_sheet sheets[] = { { .name = "场所", .rows = rows },
		{ .rows = NULL } };

	assert_int_equal(fixture_xlsx(o->sheet, sheets), 0);
}

static void
view_begin(
    struct office *o, const char *name, struct view_query *ret_query, struct reader *ret_reader)
{
	*ret_query = (struct view_query){ .view = view_find(str_of(name)),
		.area = office_area,
		.after = S(""),
		.limit = 100000 };
	*ret_reader = (struct reader){ .user = o->clerk.user,
		.roles = ROLE_CLERK,
		.keys = world_database(o->world)->keys,
		.now = office_now };
	assert_non_null(ret_query->view);
}

/* room 示例花园 3栋 1502: the kind, what it lies in, and its name. */
static int
place_print(void *context, const struct view_row *row)
{
	static const char *const levels[] = { "compound", "building", "stair", "floor", "room" };
	struct arena arena = { 0 };
	struct buffer json = { 0 };
	cJSON *tree;
	const char *kind, *name;

	view_row_json(row, &json);
	tree = json_tree(&arena, buffer_str(&json));
	assert_non_null(tree);
	kind = cJSON_GetObjectItem(tree, "kind")->valuestring;
	name = cJSON_GetObjectItem(tree, "name")->valuestring;
	buffer_printf(context, "%s", kind);
	for (size_t i = 0; i < LEN(levels); i++) {
		const char *part = cJSON_GetObjectItem(tree, levels[i])->valuestring;

		if (part[0] != '\0' && strcmp(levels[i], kind) != 0)
			buffer_printf(context, " %s", part);
	}
	buffer_printf(context, " %s\n", name);
	arena_done(&arena);
	buffer_done(&json);
	return 0;
}

/* Every place as the view tells it. */
static void
places_print(struct office *o, struct buffer *ret_text)
{
	struct arena arena = { 0 };
	struct view_query query;
	struct reader reader;
	struct str next;

	view_begin(o, "place_sheet", &query, &reader);
	assert_int_equal(
	    view_each(o->reader, &arena, &query, &reader, place_print, ret_text, &next), 0);
	arena_done(&arena);
}

static void
report_print(const struct roster_import_report *report, struct buffer *b)
{
	for (size_t i = 0; i < ROSTER_IMPORT_VERDICTS; i++)
		buffer_printf(b, "%s%" PRIu64, i > 0 ? " " : "", report->counts[i]);
	buffer_char(b, '\n');
	for (size_t i = 0; i < report->remark_count; i++) {
		const struct roster_import_remark *r = &report->remarks[i];

		buffer_printf(b, "%u %.*s: %.*s\n", r->row, (int)r->found.n, r->found.p,
		    (int)r->did.n, r->did.p);
	}
}

static void
import_gives(struct office *o, unsigned how, const char *wanted)
{
	struct roster_import_report report;
	struct buffer b = { 0 };
	uint64_t sum = 0;

	if (office_import(o, o->sheet, how | OFFICE_PLACES, &report) != 0)
		fail_msg("%s", report.why);
	for (size_t i = 0; i < ROSTER_IMPORT_VERDICTS; i++)
		sum += report.counts[i];
	assert_int_equal(sum, report.row_count);
	report_print(&report, &b);
	if (!str_equal(buffer_str(&b), str_of(wanted)))
		fail_msg("--- wanted\n%s--- got\n%.*s", wanted, (int)b.n, b.p);
	roster_import_report_done(&report);
	buffer_done(&b);
}

/* The same file again: so many rows unchanged, so many refused, nothing sent. */
static void
again_is_unchanged(struct office *o, const char *path, uint64_t refused)
{
	struct roster_import_report report;
	int64_t last = ledger_last(o);
	struct buffer b = { 0 };

	assert_int_equal(office_import(o, path, OFFICE_PLACES, &report), 0);
	report_print(&report, &b);
	if (report.counts[ROSTER_IMPORT_UNCHANGED] + refused != report.row_count ||
	    report.counts[ROSTER_IMPORT_REFUSED] != refused)
		fail_msg("again:\n%.*s", (int)b.n, b.p);
	assert_true(report.is_done);
	assert_int_equal(report.place_count, 0);
	assert_int_equal(o->sent, 0);
	assert_int_equal(ledger_last(o), last);
	roster_import_report_done(&report);
	buffer_done(&b);
}

static void
places_are(struct office *o, const char *wanted)
{
	struct str rest = str_of(wanted), got, line, want;
	struct buffer b = { 0 };

	places_print(o, &b);
	got = buffer_str(&b);
	while (got.n > 0 && rest.n > 0) {
		(void)str_split(&got, '\n', &line);
		(void)str_split(&rest, '\n', &want);
		if (!str_equal(line, want))
			fail_msg("wanted %.*s, got %.*s", (int)want.n, want.p, (int)line.n, line.p);
	}
	assert_int_equal(got.n, 0);
	assert_int_equal(rest.n, 0);
	buffer_done(&b);
}

/* ---- what is new, and again ---- */

static void
places_come_on(const char *url)
{
	static const char wanted[] =
	    "9 0 0 2 0\n"
	    "2 面积: 不认识这一列，没有导入\n"
	    "4 : 空白处按上一行填写，共 2 行\n"
	    "5 示例花园 3栋2单元1502: 与 第 3 行 是同一处\n"
	    "12 示例花园 3栋 1层 101: 这类场所不在房间之下，放在“示例花园 3栋1层”\n"
	    "14 合计: 合计行，跳过\n"
	    "15 填表人:某某: 说明文字，跳过\n";
	struct office *o = office_new(url);
	int64_t last = ledger_last(o);

	one_sheet(o, places_rows);
	import_gives(o, OFFICE_DRY, wanted);
	assert_int_equal(o->sent, 0);
	assert_int_equal(ledger_last(o), last);
	import_gives(o, 0, wanted);
	assert_int_equal(o->sent, 1);
	places_are(o, places_wanted);
	again_is_unchanged(o, o->sheet, 0);
	places_are(o, places_wanted);
	office_free(o);
}

/* More than one command takes. */
static void
many_places(struct office *o)
{
	enum { ROOMS = 1200 };
	static char rows[ROOMS][40];
	const char *list[ROOMS + 2] = { "小区|楼栋|房号" };
	struct roster_import_report report;

	for (int i = 0; i < ROOMS; i++) {
		snprintf(rows[i], sizeof(rows[i]), "示例花园|%d栋|%d0%d", i / 100 + 1,
		    i % 100 / 4 + 1, i % 4 + 1);
		list[i + 1] = rows[i];
	}
	one_sheet(o, list);
	assert_int_equal(office_import(o, o->sheet, OFFICE_PLACES, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], ROOMS);
	assert_int_equal(report.place_count, 1 + 12 + 12 * 25 + ROOMS);
	assert_int_equal(o->sent, (1 + 12 + 12 * 25 + ROOMS + 499) / 500);
	roster_import_report_done(&report);
	again_is_unchanged(o, o->sheet, 0);
}

/* ---- what was exported ---- */

static void
place_put(struct office *o, int64_t id, int64_t parent, enum place_kind kind, const char *name)
{
	struct place_add in = { .place = { o->clerk.stream.v << 39 | id },
		.parent = { parent == 0 ? 0 : o->clerk.stream.v << 39 | parent },
		.kind = kind,
		.name = str_of(name) };
	struct outcome outcome;

	arena_reset(&o->arena);
	office_do(o, command_find(S("place_add")), &in, &outcome);
	if (outcome.answer != DONE)
		fail_msg("%s: %.*s", name, (int)outcome.fault.n, outcome.fault.p);
	o->counter = id + 1;
}

/* Names that no reading of addresses would give. */
static void
odd_places(struct office *o)
{
	place_put(o, 1, 0, place_kind_BUILDING, "3栋");
	place_put(o, 2, 1, place_kind_FLOOR, "15层");
	place_put(o, 3, 2, place_kind_ROOM, "2");
	place_put(o, 4, 2, place_kind_ROOM, "1502");
	place_put(o, 5, 0, place_kind_COMPOUND, "示例花园3栋");
	place_put(o, 6, 5, place_kind_BUILDING, "3栋");
	place_put(o, 7, 6, place_kind_STAIR, "甲单元");
	place_put(o, 8, 7, place_kind_ROOM, "3-2-1502");
	place_put(o, 9, 6, place_kind_ROOM, "1502");
	place_put(o, 10, 5, place_kind_ROOM, "门房");
	place_put(o, 11, 0, place_kind_COMPOUND, "合计苑");
	place_put(o, 12, 11, place_kind_BUILDING, "3-2");
	place_put(o, 13, 12, place_kind_STORE, "1502");
	place_put(o, 14, 2, place_kind_SHOP, "15层");
	place_put(o, 15, 0, place_kind_GATE, "示例花园 3栋");
	place_put(o, 16, 0, place_kind_POINT, "3栋");
}

static void
exported(struct office *o, const char *name, const char *format, bool is_zh, char path[static 200])
{
	struct arena arena = { 0 };
	struct view_query query;
	struct reader reader;

	snprintf(path, 200, "%s/%s.%s", o->dir, name, format);
	view_begin(o, "place_sheet", &query, &reader);
	assert_int_equal(
	    export_file(o->reader, &arena, &query, &reader, path, format, S("clerk"), is_zh), 0);
	arena_done(&arena);
}

static void
round_trip_on(const char *url)
{
	struct office *o = office_new(url), *other;
	struct roster_import_report report;
	struct buffer b = { 0 };
	char zh[200], en[200];

	odd_places(o);
	many_places(o);
	exported(o, "zh", "xlsx", true, zh);
	exported(o, "en", "csv", false, en);
	again_is_unchanged(o, zh, 0);
	again_is_unchanged(o, en, 0);

	/* Elsewhere all of it is new, and then there. */
	places_print(o, &b);
	other = office_new(NULL);
	assert_int_equal(office_import(other, zh, OFFICE_PLACES, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], report.row_count);
	roster_import_report_done(&report);
	again_is_unchanged(other, zh, 0);
	buffer_char(&b, '\0');
	places_are(other, b.p);
	buffer_done(&b);
	office_free(other);
	office_free(o);
}

static void
simple_places_elsewhere(void **state)
{
	struct office *o = office_new(NULL), *other = office_new(NULL);
	struct roster_import_report report;
	char path[200];

	(void)state;
	one_sheet(o, places_rows);
	assert_int_equal(office_import(o, o->sheet, OFFICE_PLACES, &report), 0);
	roster_import_report_done(&report);
	exported(o, "zh", "xlsx", true, path);
	assert_int_equal(office_import(other, path, OFFICE_PLACES, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], report.row_count);
	roster_import_report_done(&report);
	places_are(other, places_wanted);
	office_free(other);
	office_free(o);
}

/* ---- grids ---- */

/* "第一网格 GRID: 1栋, 2栋 101\n", each with its places. */
static void
grids_are(struct office *o, const char *wanted)
{
	struct arena arena = { 0 };
	struct tx tx = { .db = o->reader,
		.arena = &arena,
		.area = office_area,
		.area_last = office_area };
	struct stmt *s = q_roster_import_sets_begin(&tx);
	struct buffer b = { 0 };
	place_set_id set, last = { 0 };
	int64_t kind;
	struct str name;
	place_id place;

	while (q_roster_import_sets_next(&tx, s, &set, &kind, &name, &place).n == 1) {
		struct place_chain chain = { .path = S("") };

		if (place.v != 0)
			assert_int_equal(place_find(&tx, place, &chain).n, 1);
		if (set.v == last.v)
			buffer_printf(&b, ", %.*s", (int)chain.path.n, chain.path.p);
		else
			buffer_printf(&b, "%s%.*s %s: %.*s", b.n > 0 ? "\n" : "", (int)name.n,
			    name.p, place_set_kind_choice.options[kind].name, (int)chain.path.n,
			    chain.path.p);
		last = set;
	}
	sql_end(s);
	buffer_char(&b, '\0');
	assert_string_equal(b.p, wanted);
	buffer_done(&b);
	arena_done(&arena);
}

/* New, changed and unchanged rows of residents; and again. */
static void
grids_of(struct office *o, const char *const *rows, uint64_t new, uint64_t changed,
    uint64_t unchanged)
{
	struct roster_import_report report;

	one_sheet(o, rows);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], new);
	assert_int_equal(report.counts[ROSTER_IMPORT_CHANGED], changed);
	assert_int_equal(report.counts[ROSTER_IMPORT_UNCHANGED], unchanged);
	roster_import_report_done(&report);
	assert_int_equal(office_import(o, o->sheet, 0, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_UNCHANGED], new + changed + unchanged);
	assert_int_equal(o->sent, 0);
	roster_import_report_done(&report);
}

static void
grids_come_on(const char *url)
{
	static const char *const first[] = { "网格|楼栋|单元|房号|姓名",
		"第一网格|1栋|1|101|甲测试", "第一网格|1栋|1|102|乙测试",
		"第二网格|1栋|2|101|丙测试", "第二网格|2栋||101|丁测试", "|2栋||102|戊测试",
		"第一网格|3栋||101|己测试", NULL };
	/* 3栋 moves as a whole, a room of 1栋 alone; one that has none joins. */
	static const char *const second[] = { "网格|楼栋|单元|房号|姓名",
		"第三网格|1栋|1|102|乙测试", "第二网格|3栋||101|己测试", "第二网格|2栋||102|戊测试",
		"第二网格|2栋||101|丁测试", NULL };
	static const char *const sector[] = { "片区|楼栋|单元|房号|姓名", "东片|3栋||101|己测试",
		NULL };
	struct office *o = office_new(url), *other;
	struct roster_import_report report;
	char path[200];

	grids_of(o, first, 6, 0, 0);
	grids_are(o, "第一网格 GRID: 1栋1单元, 3栋\n第二网格 GRID: 1栋2单元, 2栋101");
	grids_of(o, second, 0, 3, 1);
	grids_are(o, "第一网格 GRID: 1栋1单元\n"
		     "第二网格 GRID: 1栋2单元, 2栋, 2栋101, 3栋\n第三网格 GRID: 1栋1单元102");
	grids_of(o, sector, 0, 1, 0);
	exported(o, "zh", "xlsx", true, path);
	other = office_new(NULL);
	assert_int_equal(office_import(other, path, OFFICE_PLACES, &report), 0);
	assert_int_equal(report.counts[ROSTER_IMPORT_NEW], report.row_count);
	roster_import_report_done(&report);
	grids_are(other, "第一网格 GRID: 1栋1单元\n第二网格 GRID: 1栋2单元, 2栋, 3栋");
	again_is_unchanged(other, path, 0);
	office_free(other);
	office_free(o);
}

static size_t
in_charge_count(struct office *o)
{
	struct arena arena = { 0 };
	struct tx tx = { .db = o->reader,
		.arena = &arena,
		.area = office_area,
		.area_last = office_area };
	struct stmt *s = q_roster_import_set_people_begin(&tx);
	place_set_id set;
	user_id account;
	size_t count = 0;

	for (; q_roster_import_set_people_next(&tx, s, &set, &account).n == 1; count++)
		assert_int_equal(account.v, o->clerk.user.v);
	sql_end(s);
	arena_done(&arena);
	return count;
}

/* The account of that name is put in charge, once; of grids that are new and that are there. */
static void
grids_have_somebody_in_charge(void **state)
{
	static const char *const first[] = { "网格|网格员|楼栋|房号|姓名",
		"第一网格|clerk、某人|1栋|101|甲测试", "第一网格|clerk|1栋|102|乙测试",
		"第二网格||2栋|101|丙测试", NULL };
	static const char *const second[] = { "网格|网格长|楼栋|房号|姓名",
		"第一网格|clerk|1栋|101|甲测试", "第二网格|clerk|2栋|101|丙测试", NULL };
	struct office *o = office_new(NULL);

	(void)state;
	grids_of(o, first, 3, 0, 0);
	assert_int_equal(in_charge_count(o), 1);
	grids_of(o, second, 0, 1, 1);
	assert_int_equal(in_charge_count(o), 2);
	office_free(o);
}

/* ---- faults ---- */

#define LONG_10 "十一二三四五六七八九"
#define LONG_70 LONG_10 LONG_10 LONG_10 LONG_10 LONG_10 LONG_10 LONG_10

static const struct {
	const char *rows[12];
	const char *wanted;
	uint64_t refused;
} faults[] = {
	{ { "小区|楼栋|房号|种类|名称", "示例花园|||楼栋|", "|||楼栋|", "||||乙",
	      "示例花园|||采样点|", "示例花园|3栋||别墅|", "示例花园|4栋|101|楼栋|",
	      "示例花园|||商铺|" LONG_70 },
	    "1 0 0 1 5\n"
	    "2 示例花园: 没有楼栋的名称，没有导入\n"
	    "3 : 没有说是哪里，没有导入\n"
	    "4 : 没有说是哪里，没有导入\n"
	    "5 示例花园: 没有采样点的名称，没有导入\n"
	    "6 别墅: 看不懂种类，按写明的住址导入\n"
	    "7 楼栋: 种类与住址不同，按住址作“房间”\n"
	    "8 示例花园: 名称太长，没有导入\n",
	    5 },
	{ { "现住址|楼长电话", "桥下|1", "3栋2单元1502|1", "3-1503|1", "3栋1504 桥下|1" },
	    "2 0 0 1 1\n"
	    "1 楼长电话: 场所表不取这一列，没有导入\n"
	    "2 桥下: 看不懂，没有导入\n"
	    "4 3-1503: 住址没写单位，按先后读作“示例花园 3栋1503”\n"
	    "5 3栋1504 桥下: 住址按“示例花园 3栋1504”导入，请核对\n",
	    1 },
	{ { "小区|楼栋|房号", "甲苑|3栋|101", "乙苑|3栋|101", "小区|楼栋|房号" },
	    "2 0 0 0 0\n4 小区: 又是表头，跳过\n", 0 },
	{ { "楼栋|房号", "3栋|101", "9栋|101", "3栋|999" },
	    "0 0 1 0 2\n"
	    "2 3栋 101: 有几处 3栋 101 都已登记，没有改动\n"
	    "3 9栋 101: 有几个小区，没写小区，没有导入\n"
	    "4 3栋 999: 有几个小区，没写小区，没有导入\n",
	    2 },
	{ { "小区|楼栋|单元" }, "0 0 0 0 0\n1 : 只有表头，没有场所\n", 0 },
};

static void
faults_on(const char *url)
{
	struct office *o = office_new(url);

	for (size_t i = 0; i < LEN(faults); i++) {
		one_sheet(o, faults[i].rows);
		import_gives(o, 0, faults[i].wanted);
		again_is_unchanged(o, o->sheet, faults[i].refused);
	}
	office_free(o);
}

static void
strict_is_all_or_nothing(void **state)
{
	struct office *o = office_new(NULL);
	struct roster_import_report report;

	(void)state;
	one_sheet(o, faults[0].rows);
	assert_int_equal(
	    office_import(o, o->sheet, OFFICE_PLACES | OFFICE_STRICT, &report), -ECANCELED);
	assert_int_equal(o->sent, 0);
	places_are(o, "");
	roster_import_report_done(&report);
	office_free(o);
}

static void
sheets_without_places(void **state)
{
	const struct fixture_sheet sheets[] = {
		{ .name = "甲", .rows = (const char *const[]){ "品名|数量", "口罩|3", NULL } },
		{ .name = "乙", .rows = (const char *const[]){ "楼栋", "3栋", NULL } },
		{ .rows = NULL },
	};
	struct office *o = office_new(NULL);
	struct roster_import_report report;

	(void)state;
	assert_int_equal(fixture_xlsx(o->sheet, sheets), 0);
	import_gives(o, 0, "1 0 0 0 0\n0 甲: 没有找到含小区、楼栋、房号等列的表头，这一页没有读\n");
	one_sheet(o, sheets[0].rows);
	assert_int_equal(office_import(o, o->sheet, OFFICE_PLACES, &report), -ENOMSG);
	assert_string_equal(report.why, "没有找到含小区、楼栋、房号等列的表头，无法导入");
	roster_import_report_done(&report);
	office_free(o);
}

/* A residents' sheet gives its rooms, and nobody. */
static void
residents_give_rooms(void **state)
{
	static const char *const rows[] = { "姓名|证件号码|楼栋|房号",
		"王测试|110101199003071233|1栋|101", "李测试||1栋|102", NULL };
	struct office *o = office_new(NULL);
	struct buffer b = { 0 };

	(void)state;
	one_sheet(o, rows);
	import_gives(o, 0,
	    "2 0 0 0 0\n"
	    "1 姓名: 场所表不取这一列，没有导入\n"
	    "1 证件号码: 场所表不取这一列，没有导入\n");
	people_print(o, &b);
	assert_int_equal(b.n, 0);
	buffer_done(&b);
	office_free(o);
}

/* What the user says of headings counts, and is not remembered. */
static void
columns_are_told(void **state)
{
	static const char *const rows[] = { "甲|乙|丙", "3栋|出入口|南门", NULL };
	struct office *o = office_new(NULL);

	(void)state;
	one_sheet(o, rows);
	o->columns = "甲=楼栋,乙=种类,C=名称";
	import_gives(o, 0, "1 0 0 0 0\n");
	assert_int_equal(o->sent, 1);
	places_are(o, "building 3栋\ngate 3栋 南门\n");
	again_is_unchanged(o, o->sheet, 0);
	office_free(o);
}

static const char *postgres_url;

static void
on_sqlite(void **state)
{
	(void)state;
	places_come_on(NULL);
	round_trip_on(NULL);
	faults_on(NULL);
}

static void
on_postgres(void **state)
{
	(void)state;
	if (postgres_url == NULL)
		skip();
	places_come_on(postgres_url);
	round_trip_on(postgres_url);
	faults_on(postgres_url);
}

static void
grids_come_on_sqlite(void **state)
{
	(void)state;
	grids_come_on(NULL);
}

static void
grids_come_on_postgres(void **state)
{
	(void)state;
	if (postgres_url == NULL)
		skip();
	grids_come_on(postgres_url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_sqlite),
		cmocka_unit_test(on_postgres),
		cmocka_unit_test(simple_places_elsewhere),
		cmocka_unit_test(strict_is_all_or_nothing),
		cmocka_unit_test(sheets_without_places),
		cmocka_unit_test(residents_give_rooms),
		cmocka_unit_test(columns_are_told),
		cmocka_unit_test(grids_come_on_sqlite),
		cmocka_unit_test(grids_come_on_postgres),
		cmocka_unit_test(grids_have_somebody_in_charge),
	};

	postgres_url = getenv("REDVEST_TEST_LEDGER_POSTGRES");
	decode_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
