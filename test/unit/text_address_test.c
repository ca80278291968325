/* text_address_test.c -- addresses as they stand in one cell, and in columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "text/address.h"

/* What is expected: compound|building|stair|floor|room, then E exact, G guessed, U unreadable. */
static const struct {
	const char *cell, *expected;
} cells[] = {
	/* the ones that everybody writes */
	{ "3栋2单元1502", "|3栋|2单元|15层|1502 E" },
	{ "3-2-1502", "|3栋|2单元|15层|1502 E" },
	{ "3#1502", "|3栋||15层|1502 E" },
	{ "益田花园三栋二单元十五楼02", "益田花园|3栋|2单元|15层|1502 E" },
	{ "A座1203", "|A座||12层|1203 E" },
	{ "3号楼1502室", "|3栋||15层|1502 E" },
	{ "12幢3门502", "|12栋|3单元|5层|502 E" },
	{ "广东省深圳市福田区福保街道益民社区益田村35栋12A", "益田村|35栋||12层|12A E" },
	{ "3栋商铺02", "|3栋|||商铺2 E" },
	{ "负一层", "|||-1层| U" },
	/* marks and widths */
	{ "３栋２单元１５０２", "|3栋|2单元|15层|1502 E" },
	{ "3 栋 2 单元 1502", "|3栋|2单元|15层|1502 E" },
	{ "3栋-2单元-1502", "|3栋|2单元|15层|1502 E" },
	{ "3栋，2单元，1502室", "|3栋|2单元|15层|1502 E" },
	{ "3—2—1502", "|3栋|2单元|15层|1502 E" },
	{ "3/2/1502", "|3栋|2单元|15层|1502 E" },
	{ "3.2.1502", "|3栋|2单元|15层|1502 E" },
	{ "3－2－1502", "|3栋|2单元|15层|1502 E" },
	{ "3-2-1502室", "|3栋|2单元|15层|1502 E" },
	{ "3#2-1502", "|3栋|2单元|15层|1502 E" },
	{ "3#-2-1502", "|3栋|2单元|15层|1502 E" },
	{ "3#楼2单元1502", "|3栋|2单元|15层|1502 E" },
	{ "3栋2-1502", "|3栋|2单元|15层|1502 E" },
	{ "3-2单元1502", "|3栋|2单元|15层|1502 G" },
	{ "3-2-15-02", "|3栋|2单元|15层|1502 E" },
	{ "3栋2单元15层02", "|3栋|2单元|15层|1502 E" },
	{ "3栋2单元15楼02室", "|3栋|2单元|15层|1502 E" },
	{ "3栋15楼1502", "|3栋||15层|1502 E" },
	{ "3栋15-02", "|3栋||15层|1502 E" },
	{ "3栋15F02", "|3栋||15层|1502 E" },
	{ "3栋15F-02", "|3栋||15层|1502 E" },
	{ "第三栋第二单元1502房", "|3栋|2单元|15层|1502 E" },
	{ "三号楼二单元一五〇二室", "|3栋|2单元|15层|1502 E" },
	{ "三栋一五〇二", "|3栋||15层|1502 E" },
	{ "3栋502", "|3栋||5层|502 E" },
	{ "3栋1502A", "|3栋||15层|1502A E" },
	{ "3栋1502-1", "|3栋||15层|1502-1 E" },
	{ "3栋B1502", "|3栋||15层|B1502 E" },
	{ "3栋A座1502", "|3栋A座||15层|1502 E" },
	{ "3-2-1502-1", "|3栋|2单元|15层|1502-1 E" },
	{ "3栋二单元1507-A", "|3栋|2单元|15层|1507-A E" },
	{ "3栋负一层02", "|3栋||-1层|-102 E" },
	{ "3栋地下一层5号", "|3栋||-1层|-105 E" },
	{ "-1层02", "|||-1层|-102 E" },
	{ "3栋商铺", "|3栋|||商铺 E" },
	{ "3栋一楼商铺", "|3栋||1层|商铺 E" },
	{ "3栋1502号", "|3栋||15层|1502 E" },
	{ "35栋15F", "|35栋||15层|15F E" },
	/* guesses */
	{ "3-1502", "|3栋||15层|1502 G" },
	{ "A1203", "|A座||12层|1203 G" },
	{ "A-1203", "|A座||12层|1203 G" },
	{ "3-02", "|3栋|||2 G" },
	{ "3楼1502", "|3栋||15层|1502 G" },
	{ "15楼1502", "|||15层|1502 E" },
	{ "15楼02", "|||15层|1502 E" },
	{ "益田花园3", "益田花园|3栋||| G" },
	{ "益田花园1502", "益田花园|||15层|1502 E" },
	{ "3栋5楼1502", "|3栋||5层|1502 G" },
	{ "3栋1502主卧", "|3栋||15层|1502 G" },
	{ "3栋1502（租客）", "|3栋||15层|1502 G" },
	/* compounds, streets, regions */
	{ "益田花园3栋1502", "益田花园|3栋||15层|1502 E" },
	{ "益田花园 3栋 1502", "益田花园|3栋||15层|1502 E" },
	{ "益田花园-3-2-1502", "益田花园|3栋|2单元|15层|1502 E" },
	{ "益田花园2期3栋1502", "益田花园2期|3栋||15层|1502 E" },
	{ "益田花园二期3栋1502", "益田花园二期|3栋||15层|1502 E" },
	{ "益田花园A区3栋1502", "益田花园A区|3栋||15层|1502 E" },
	{ "三元里三栋502", "三元里|3栋||5层|502 E" },
	{ "百花园五栋502", "百花园|5栋||5层|502 E" },
	{ "88号公馆3栋502", "88号公馆|3栋||5层|502 E" },
	{ "六号大院3栋502", "六号大院|3栋||5层|502 E" },
	{ "深圳市福田区益田村35栋502", "益田村|35栋||5层|502 E" },
	{ "福田区福保街道益田村35栋502", "益田村|35栋||5层|502 E" },
	{ "福保街道益民社区益田村35栋502", "益田村|35栋||5层|502 E" },
	{ "广东深圳福田福保街道益田村35栋502", "益田村|35栋||5层|502 E" },
	{ "益民小区35栋502", "益民小区|35栋||5层|502 E" },
	{ "幸福社区3栋502", "幸福社区|3栋||5层|502 E" },
	{ "广西壮族自治区南宁市青秀区某某花园3栋502", "某某花园|3栋||5层|502 E" },
	{ "深圳市福田区福强路3018号益田花园3栋1502", "益田花园|3栋||15层|1502 E" },
	{ "福强三路12号益田花园3栋1502", "益田花园|3栋||15层|1502 E" },
	{ "福强路3018号3栋1502", "福强路3018号|3栋||15层|1502 E" },
	{ "万里路120弄3号1502室", "万里路120弄|3栋||15层|1502 E" },
	{ "新洲村三巷12号502", "新洲村|3巷12号||5层|502 E" },
	{ "新洲村3巷12号502房", "新洲村|3巷12号||5层|502 E" },
	{ "益田村35号502", "益田村|35栋||5层|502 E" },
	{ "某某大厦A座1203", "某某大厦|A座||12层|1203 E" },
	{ "某某大厦15楼1502", "某某大厦|||15层|1502 E" },
	{ "某某大厦15楼", "某某大厦|||15层| U" },
	{ "Building 3, Unit 2, Room 1502", "|3栋|2单元|15层|1502 E" },
	{ "Yitian Garden Block A Flat 1203", "YITIANGARDEN|A座||12层|1203 E" },
	/* named buildings */
	{ "东座1502", "|东座||15层|1502 E" },
	{ "益田花园东座1502", "益田花园|东座||15层|1502 E" },
	{ "益田花园 紫荆阁 1502", "益田花园|紫荆阁||15层|1502 E" },
	{ "益田花园紫荆阁3栋1502", "益田花园紫荆阁|3栋||15层|1502 E" },
	{ "益田花园附楼302", "益田花园|附楼||3层|302 E" },
	/* more of the usual ones */
	{ "2单元1502", "||2单元|15层|1502 E" },
	{ "八栋二零一", "|8栋||2层|201 E" },
	{ "12号楼-1-301", "|12栋|1单元|3层|301 E" },
	{ "三期B区12栋3单元601", "三期B区|12栋|3单元|6层|601 E" },
	{ "某某西村二坊12号301", "某某西村|2坊12号||3层|301 E" },
	{ "B区8栋二单元三楼右", "B区|8栋|2单元|3层|右 E" },
	{ "3栋1502-1503", "|3栋||15层|1502-1503 G" },
	{ "3栋1502 张某 13800000001", "|3栋||15层|1502 G" },
	{ "3栋5D", "|3栋||5层|5D E" },
	/* nothing to be read */
	{ "", "||||  " },
	{ "无", "||||  " },
	{ "同上", "同上|||| U" },
	{ "益田花园", "益田花园|||| U" },
	{ "住在亲戚家", "住在亲戚家|||| U" },
};

static void
address_print(const struct address *address, char *ret_text, size_t bytes)
{
	static const char letters[] = " EGU";
	size_t n = 0;

	for (size_t i = 0; i < PLACE_LEVELS; i++)
		n += (size_t)snprintf(ret_text + n, bytes - n, "%s%.*s", i > 0 ? "|" : "",
		    (int)address->keys[i].n, address->keys[i].p != NULL ? address->keys[i].p : "");
	(void)snprintf(ret_text + n, bytes - n, " %c", letters[address->confidence]);
}

static void
cells_are_read(void **state)
{
	struct arena arena = { 0 };
	struct address address;
	char text[400];
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(cells); i++) {
		address_read(&arena, str_of(cells[i].cell), &address);
		address_print(&address, text, sizeof(text));
		if (strcmp(text, cells[i].expected) != 0) {
			wrong++;
			print_error("'%s': '%s', expected '%s' (region '%.*s' rest '%.*s')\n",
			    cells[i].cell, text, cells[i].expected, (int)address.region.n,
			    address.region.p, (int)address.rest.n, address.rest.p);
		}
		arena_reset(&arena);
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

/* Columns: compound, building, stair, floor, room. */
static const struct {
	const char *columns[PLACE_LEVELS], *expected;
} sheets[] = {
	{ { "益田花园", "3栋", "2单元", "15层", "1502" }, "益田花园|3栋|2单元|15层|1502 E" },
	{ { "益田花园", "3", "2", "15", "02" }, "益田花园|3栋|2单元|15层|1502 E" },
	{ { "益田花园", "3", "2", "15", "2" }, "益田花园|3栋|2单元|15层|1502 E" },
	{ { "益田花园", "三栋", "二单元", "十五楼", "1502室" }, "益田花园|3栋|2单元|15层|1502 E" },
	{ { "益田花园", "第3栋", "", "", "1502房" }, "益田花园|3栋||15层|1502 E" },
	{ { "", "3#", "", "", "1502" }, "|3栋||15层|1502 E" },
	{ { "", "A座", "", "", "1203" }, "|A座||12层|1203 E" },
	{ { "", "A", "", "", "12A" }, "|A座||12层|12A E" },
	{ { "", "3-2", "", "", "1502" }, "|3栋|2单元|15层|1502 E" },
	{ { "", "3栋2单元", "", "", "1502" }, "|3栋|2单元|15层|1502 E" },
	{ { "", "益田花园3栋", "", "", "1502" }, "益田花园|3栋||15层|1502 E" },
	{ { "益田花园", "益田花园3栋", "", "", "1502" }, "益田花园|3栋||15层|1502 E" },
	{ { "益田花园", "东区3栋", "", "", "1502" }, "益田花园|东区3栋||15层|1502 E" },
	{ { "", "三巷12号", "", "", "502" }, "|3巷12号||5层|502 E" },
	{ { "", "3栋", "", "", "3-2-1502" }, "|3栋|2单元|15层|1502 E" },
	{ { "", "3栋", "", "", "3栋1502" }, "|3栋||15层|1502 E" },
	{ { "", "3栋", "", "", "2-1502" }, "|3栋|2单元|15层|1502 G" },
	{ { "", "3栋", "2", "", "2-1502" }, "|3栋|2单元|15层|1502 G" },
	{ { "", "3栋", "2", "", "2单元1502" }, "|3栋|2单元|15层|1502 E" },
	{ { "", "", "", "", "3-2-1502" }, "|3栋|2单元|15层|1502 G" },
	{ { "", "", "", "", "3栋2单元1502" }, "|3栋|2单元|15层|1502 G" },
	{ { "", "3栋", "", "", "15-02" }, "|3栋||15层|1502 E" },
	{ { "", "3.0", "2.0", "", "1502.0" }, "|3栋|2单元|15层|1502 E" },
	{ { "", "3栋", "", "", "1502/1503" }, "|3栋||15层|1502-1503 E" },
	{ { "", "3栋", "", "", "15楼02" }, "|3栋||15层|1502 E" },
	{ { "", "3栋", "", "", "1502-1" }, "|3栋||15层|1502-1 E" },
	{ { "", "3栋", "", "负一", "02" }, "|3栋||-1层|-102 E" },
	{ { "", "3栋", "", "", "商铺02" }, "|3栋|||商铺2 E" },
	{ { "", "3栋", "", "5", "1502" }, "|3栋||5层|1502 G" },
	{ { "益田花园3栋", "", "", "", "1502" }, "益田花园|3栋||15层|1502 E" },
	{ { "深圳市福田区福保街道益田村", "3栋", "", "", "1502" }, "益田村|3栋||15层|1502 E" },
	{ { "益田花园2期", "3栋", "", "", "1502" }, "益田花园2期|3栋||15层|1502 E" },
	{ { "益田花园", "紫荆阁", "", "", "1502" }, "益田花园|紫荆阁||15层|1502 E" },
	{ { "益田花园", "", "", "", "" }, "益田花园|||| U" },
	{ { "", "", "", "", "" }, "||||  " },
};

static void
columns_are_read(void **state)
{
	struct arena arena = { 0 };
	struct address address;
	struct str columns[PLACE_LEVELS];
	char text[400];
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(sheets); i++) {
		for (size_t l = 0; l < PLACE_LEVELS; l++)
			columns[l] = str_of(sheets[i].columns[l]);
		address_of_columns(&arena, columns, &address);
		address_print(&address, text, sizeof(text));
		if (strcmp(text, sheets[i].expected) != 0) {
			wrong++;
			print_error("'%s' '%s' '%s': '%s', expected '%s'\n", sheets[i].columns[1],
			    sheets[i].columns[2], sheets[i].columns[4], text, sheets[i].expected);
		}
		arena_reset(&arena);
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

/* The same room, written in one cell in any of the usual ways, or in columns, has the same keys. */
static void
ways_of_writing_agree(void **state)
{
	static const char *const ways[] = { "%d栋%d单元%d%02d", "%d-%d-%d%02d", "%d#%d-%d%02d",
		"%d号楼%d单元%d%02d室", "%d幢%d门%d%02d", "第%d栋第%d单元%d楼%02d",
		"%d栋%d单元%d层%02d", "%d-%d-%d-%02d" };
	struct arena arena = { 0 };
	struct address one, other;
	char text[100], parts[4][8];

	(void)state;
	for (int n = 0; n < 3000; n++) {
		int building = n % 41 + 1, stair = n % 3 + 1, floor = n % 33 + 1, room = n % 11 + 1;
		int numbers[] = { building, stair, floor, room };
		struct str columns[PLACE_LEVELS] = { S("") };

		for (size_t i = 0; i < 4; i++) {
			(void)snprintf(parts[i], sizeof(parts[i]), "%d", numbers[i] % 1000);
			columns[i + 1] = str_of(parts[i]);
		}
		address_of_columns(&arena, columns, &one);
		for (size_t i = 0; i < LEN(ways); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			(void)snprintf(text, sizeof(text), ways[i], building, stair, floor, room);
#pragma GCC diagnostic pop
			address_read(&arena, str_of(text), &other);
			assert_int_equal(other.confidence, ADDRESS_EXACT);
			for (size_t l = 0; l < PLACE_LEVELS; l++)
				if (!str_equal(one.keys[l], other.keys[l]))
					fail_msg("%s: level %zu is '%.*s', not '%.*s'", text, l,
					    (int)other.keys[l].n, other.keys[l].p,
					    (int)one.keys[l].n, one.keys[l].p);
		}
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static void
what_was_said_is_kept(void **state)
{
	struct arena arena = { 0 };
	struct address a;

	(void)state;
	address_read(
	    &arena, S("广东省深圳市福田区福保街道益民社区益田村三号楼 二单元1502（租客）"), &a);
	assert_string_equal(arena_cstr(&arena, a.region), "广东省深圳市福田区福保街道益民社区");
	assert_string_equal(arena_cstr(&arena, a.said[PLACE_COMPOUND]), "益田村");
	assert_string_equal(arena_cstr(&arena, a.said[PLACE_BUILDING]), "三号楼");
	assert_string_equal(arena_cstr(&arena, a.said[PLACE_STAIR]), "二单元");
	assert_string_equal(arena_cstr(&arena, a.said[PLACE_ROOM]), "1502");
	assert_string_equal(arena_cstr(&arena, a.rest), "租客");
	assert_true(a.is_floor_derived);
	address_read(&arena, S("三栋二单元十五楼02"), &a);
	assert_string_equal(arena_cstr(&arena, a.said[PLACE_FLOOR]), "十五楼");
	assert_false(a.is_floor_derived);
	address_read(&arena, S("某某路12号益田花园3栋502"), &a);
	assert_string_equal(arena_cstr(&arena, a.region), "某某路12号");
	arena_done(&arena);
}

static void
too_many_parts_are_unreadable(void **state)
{
	struct arena arena = { 0 };
	struct address a;
	char text[400] = "";

	(void)state;
	for (int i = 0; i < 60; i++)
		memcpy(text + 3 * i, "3- ", 3);
	address_read(&arena, str_of(text), &a);
	assert_int_equal(a.confidence, ADDRESS_UNREADABLE);
	assert_true(a.rest.n > 0);
	arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_read),
		cmocka_unit_test(columns_are_read),
		cmocka_unit_test(ways_of_writing_agree),
		cmocka_unit_test(what_was_said_is_kept),
		cmocka_unit_test(too_many_parts_are_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
