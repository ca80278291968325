/* text_place_test.c -- parts of addresses: what is the same place, and which comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "text/place.h"

#define C PLACE_COMPOUND
#define B PLACE_BUILDING
#define D PLACE_STAIR
#define F PLACE_FLOOR
#define R PLACE_ROOM

static const struct {
	enum place_level level;
	const char *text, *key;
} keys[] = {
	{ C, "益田花园", "益田花园" },
	{ C, " 益田 花园 ", "益田花园" },
	{ C, "益田花园（东区）", "益田花园东区" },
	{ C, "ｙｉｔｉａｎ Garden", "YITIANGARDEN" },
	{ C, "", "" },
	{ C, "无", "" },
	{ B, "3", "3栋" },
	{ B, "03", "3栋" },
	{ B, "３", "3栋" },
	{ B, "3栋", "3栋" },
	{ B, "3 栋", "3栋" },
	{ B, "三栋", "3栋" },
	{ B, "第3栋", "3栋" },
	{ B, "第三栋", "3栋" },
	{ B, "3幢", "3栋" },
	{ B, "3棟", "3栋" },
	{ B, "3号楼", "3栋" },
	{ B, "三号楼", "3栋" },
	{ B, "3楼", "3栋" },
	{ B, "3座", "3栋" },
	{ B, "3#", "3栋" },
	{ B, "3＃", "3栋" },
	{ B, "#3", "3栋" },
	{ B, "3#楼", "3栋" },
	{ B, "3号", "3栋" },
	{ B, "3栋楼", "3栋" },
	{ B, "十栋", "10栋" },
	{ B, "十二栋", "12栋" },
	{ B, "二十三号楼", "23栋" },
	{ B, "一百零八栋", "108栋" },
	{ B, "A", "A座" },
	{ B, "a", "A座" },
	{ B, "A座", "A座" },
	{ B, "Ａ座", "A座" },
	{ B, "A栋", "A座" },
	{ B, "a幢", "A座" },
	{ B, "A楼", "A座" },
	{ B, "A号楼", "A座" },
	{ B, "3A栋", "3A栋" },
	{ B, "三A栋", "3A栋" },
	{ B, "3a座", "3A栋" },
	{ B, "A3栋", "A3栋" },
	{ B, "A03", "A3栋" },
	{ B, "A-3栋", "A-3栋" },
	{ B, "1-2栋", "1-2栋" },
	{ B, "东座", "东座" },
	{ B, "紫荆阁", "紫荆阁" },
	{ B, "东区三栋", "东区3栋" },
	{ B, "东区3号楼", "东区3栋" },
	{ B, "三巷12号", "3巷12号" },
	{ B, "3巷十二号", "3巷12号" },
	{ B, "一坊45栋", "1坊45栋" },
	{ B, "Building 3", "3栋" },
	{ B, "Block A", "A座" },
	{ B, "3栋A座", "3栋A座" },
	{ B, "", "" },
	{ B, "-", "" },
	{ B, "/", "" },
	{ D, "2", "2单元" },
	{ D, "02", "2单元" },
	{ D, "2单元", "2单元" },
	{ D, "二单元", "2单元" },
	{ D, "第二单元", "2单元" },
	{ D, "2门", "2单元" },
	{ D, "2号门", "2单元" },
	{ D, "2梯", "2单元" },
	{ D, "单元2", "2单元" },
	{ D, "Unit 2", "2单元" },
	{ D, "A单元", "A单元" },
	{ D, "a", "A单元" },
	{ D, "东", "东单元" },
	{ D, "东单元", "东单元" },
	{ D, "无", "" },
	{ F, "15", "15层" },
	{ F, "15层", "15层" },
	{ F, "15楼", "15层" },
	{ F, "十五楼", "15层" },
	{ F, "第15层", "15层" },
	{ F, "15F", "15层" },
	{ F, "15f", "15层" },
	{ F, "05", "5层" },
	{ F, "负一", "-1层" },
	{ F, "负一层", "-1层" },
	{ F, "负1楼", "-1层" },
	{ F, "-1", "-1层" },
	{ F, "－1", "-1层" },
	{ F, "-1F", "-1层" },
	{ F, "B1", "-1层" },
	{ F, "b2", "-2层" },
	{ F, "B1层", "-1层" },
	{ F, "地下一层", "-1层" },
	{ F, "地下二层", "-2层" },
	{ F, "地下室", "-1层" },
	{ F, "夹层", "夹层" },
	{ F, "Floor 15", "15层" },
	{ F, "二十楼", "20层" },
	{ R, "1502", "1502" },
	{ R, "1502室", "1502" },
	{ R, "1502房", "1502" },
	{ R, "1502号", "1502" },
	{ R, "1502号房", "1502" },
	{ R, "1502户", "1502" },
	{ R, "１５０２", "1502" },
	{ R, "一五〇二", "1502" },
	{ R, "一五零二室", "1502" },
	{ R, "02", "2" },
	{ R, "0502", "502" },
	{ R, "12A", "12A" },
	{ R, "12a", "12A" },
	{ R, "1502-1", "1502-1" },
	{ R, "1502－01", "1502-1" },
	{ R, "商铺02", "商铺2" },
	{ R, "商铺二", "商铺2" },
	{ R, "商铺", "商铺" },
	{ R, "15楼02", "1502" },
	{ R, "十五楼02室", "1502" },
	{ R, "15层2", "1502" },
	{ R, "15-02", "1502" },
	{ R, "15F02", "1502" },
	{ R, "负102", "-102" },
	{ R, "-102", "-102" },
	{ R, "负一层02", "-102" },
	{ R, "Room 1502", "1502" },
	{ R, "A1203", "A1203" },
	{ R, "#1502", "1502" },
	{ R, "门卫室", "门卫" },
	{ R, "1502/1503", "1502-1503" },
	{ R, "1502、1503", "1502-1503" },
	{ R, "1502.0", "1502" },
	{ B, "3.0", "3栋" },
	{ B, "(3)", "3栋" },
	{ R, "", "" },
};

static void
keys_are_canonical(void **state)
{
	struct arena arena = { 0 };
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(keys); i++) {
		struct str key = place_key(&arena, keys[i].level, str_of(keys[i].text));
		struct str again = place_key(&arena, keys[i].level, key);

		if (!str_equal(key, str_of(keys[i].key)) || !str_equal(again, key)) {
			wrong++;
			print_error("%d '%s': '%.*s', again '%.*s', expected '%s'\n",
			    (int)keys[i].level, keys[i].text, (int)key.n, key.p, (int)again.n,
			    again.p, keys[i].key);
		}
		arena_reset(&arena);
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

static void
floors_and_rooms_go_together(void **state)
{
	static const char *const on_floor[][3] = {
		{ "15层", "2", "1502" },
		{ "15层", "12", "1512" },
		{ "5层", "2", "502" },
		{ "-1层", "2", "-102" },
		{ "15层", "1502", "1502" },
		{ "15层", "A", "15A" },
		{ "15层", "12A", "12A" },
		{ "", "2", "2" },
		{ "15层", "", "" },
		{ "0层", "2", "2" },
		{ "夹层", "2", "夹2" },
		{ "15层", "商铺2", "商铺2" },
	};
	static const char *const of_room[][2] = {
		{ "1502", "15层" },
		{ "502", "5层" },
		{ "101", "1层" },
		{ "2", "" },
		{ "12", "" },
		{ "12A", "12层" },
		{ "3A", "3层" },
		{ "1502A", "15层" },
		{ "1502-1", "15层" },
		{ "A1203", "12层" },
		{ "-102", "-1层" },
		{ "10501", "" },
		{ "商铺2", "" },
		{ "", "" },
		{ "A", "" },
		{ "12AB", "" },
		{ "3-2-1502", "" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(on_floor); i++) {
		struct str room =
		    place_room_on_floor(&arena, str_of(on_floor[i][0]), str_of(on_floor[i][1]));

		assert_string_equal(arena_cstr(&arena, room), on_floor[i][2]);
	}
	for (size_t i = 0; i < LEN(of_room); i++) {
		struct str floor = place_floor_of_room(&arena, str_of(of_room[i][0]));

		assert_string_equal(arena_cstr(&arena, floor), of_room[i][1]);
	}
	arena_done(&arena);
}

/* Each list stands in the order in which people expect it. */
static void
lists_are_in_natural_order(void **state)
{
	static const char *const buildings[] = { "1栋", "2", "三栋", "9号楼", "10栋", "11#",
		"二十栋", "100栋", "A座", "B座", "东座", NULL };
	static const char *const floors[] = { "B10", "B3", "负二", "B1", "1", "2楼", "三层", "9F",
		"10", "十一楼", "100层", "天台", NULL };
	static const char *const rooms[] = { "-201", "-102", "-101", "2", "12", "101", "102", "999",
		"1001", "1002", "1101", "A101", "商铺1", "商铺2", "商铺10", NULL };
	static const char *const compounds[] = { "益田一村", "益田二村", "益田三村", "益田九村",
		"益田十村", "益田十一村", NULL };
	static const struct {
		enum place_level level;
		const char *const *texts;
	} lists[] = { { B, buildings }, { F, floors }, { R, rooms }, { C, compounds } };
	struct arena arena = { 0 };

	(void)state;
	for (size_t l = 0; l < LEN(lists); l++)
		for (const char *const *t = lists[l].texts; t[1] != NULL; t++) {
			struct str a = place_sort_key(&arena, lists[l].level, str_of(t[0]));
			struct str b = place_sort_key(&arena, lists[l].level, str_of(t[1]));

			if (str_compare(a, b) >= 0)
				fail_msg("%s (%.*s) before %s (%.*s)", t[0], (int)a.n, a.p, t[1],
				    (int)b.n, b.p);
			/* Also as the upper parts of a path. */
			a = arena_printf(&arena, "%.*s!%s", (int)a.n, a.p, "9");
			b = arena_printf(&arena, "%.*s!%s", (int)b.n, b.p, "1");
			assert_true(str_compare(a, b) < 0);
		}
	arena_done(&arena);
}

static void
numbers_sort_as_numbers(void **state)
{
	static const int steps[] = { 1, 7, 97, 1001, 99991 };
	struct arena arena = { 0 };
	char text[32];
	struct str before = { "", 0 }, now;

	(void)state;
	for (size_t s = 0; s < LEN(steps); s++) {
		before = (struct str){ "", 0 };
		for (int n = -500 * steps[s]; n < 500 * steps[s]; n += steps[s]) {
			if (n == 0)
				continue;
			(void)snprintf(text, sizeof(text), "%d", n);
			now = place_sort_key(&arena, F, str_of(text));
			assert_true(str_compare(before, now) < 0);
			before = now;
		}
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static void
sort_keys_have_a_limit(void **state)
{
	struct arena arena = { 0 };
	char text[4000];
	struct str key;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, i % 2 == 0 ? "益" : "田", 3);
	key = place_sort_key(&arena, C, (struct str){ text, 3999 });
	assert_in_range(key.n, 60, PLACE_SORT_BYTES_MAX);
	assert_true(utf8_is_valid(key));
	memset(text, '7', sizeof(text));
	key = place_sort_key(&arena, B, (struct str){ text, 3999 });
	assert_in_range(key.n, 60, PLACE_SORT_BYTES_MAX);
	arena_done(&arena);
}

static void
levels_have_names(void **state)
{
	(void)state;
	for (int l = 0; l < PLACE_LEVELS; l++) {
		struct label label = place_level_label((enum place_level)l);

		assert_true(strlen(label.zh) > 0 && strlen(label.en) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_canonical),
		cmocka_unit_test(floors_and_rooms_go_together),
		cmocka_unit_test(lists_are_in_natural_order),
		cmocka_unit_test(numbers_sort_as_numbers),
		cmocka_unit_test(sort_keys_have_a_limit),
		cmocka_unit_test(levels_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
