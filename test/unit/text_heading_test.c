/*
 * text_heading_test.c -- headings as they stand in the sheets of neighbourhoods, and rows around.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "text/heading.h"

#define C(name) COLUMN_##name

static const struct {
	const char *upper, *lower;
	enum column_meaning meaning;
} rows[] = {
	/* the columns of a residents' sheet */
	{ "", "网格", C(GRID) },
	{ "", "小区", C(COMPOUND) },
	{ "", "楼栋", C(BUILDING) },
	{ "", "单元", C(STAIR) },
	{ "", "楼层", C(FLOOR) },
	{ "", "房号", C(ROOM) },
	{ "", "户编号", C(HOUSEHOLD) },
	{ "", "与户主关系", C(RELATION) },
	{ "", "姓名", C(NAME) },
	{ "", "性别", C(SEX) },
	{ "", "出生日期", C(BIRTH) },
	{ "", "证件类型", C(IDENTITY_KIND) },
	{ "", "证件号码", C(IDENTITY) },
	{ "", "联系电话", C(PHONE) },
	{ "", "人口类型(户籍/常住/流动/境外)", C(POPULATION) },
	{ "", "户籍地址", C(REGISTERED_ADDRESS) },
	{ "", "现住址", C(ADDRESS) },
	{ "", "人户分离", C(IS_ELSEWHERE) },
	{ "", "房屋性质(自住/出租/空置)", C(HOUSING) },
	{ "", "房东及电话", C(LANDLORD) },
	{ "", "房东", C(LANDLORD_NAME) },
	{ "", "房东电话", C(LANDLORD_PHONE) },
	{ "", "重点人群(独居老人/孕产妇/透析)", C(CARE) },
	{ "", "工作单位", C(WORKPLACE) },
	{ "", "迁入", C(MOVED_IN) },
	{ "", "迁出", C(MOVED_OUT) },
	{ "", "备注", C(REMARK) },
	{ "", "序号", C(ROW_NUMBER) },
	{ "", "民族", C(IGNORED) },
	{ "", "政治面貌", C(IGNORED) },
	{ "", "车牌", C(PLATE) },
	/* how they are written */
	{ "", "姓 名", C(NAME) },
	{ "", "姓\n名", C(NAME) },
	{ "", "姓　　名", C(NAME) },
	{ "", "姓名：", C(NAME) },
	{ "", "姓名*", C(NAME) },
	{ "", "*姓名", C(NAME) },
	{ "", "姓名(必填)", C(NAME) },
	{ "", "姓名（必填）", C(NAME) },
	{ "", "【必填】姓名", C(NAME) },
	{ "", "1.姓名", C(NAME) },
	{ "", "1、姓名", C(NAME) },
	{ "", "（1）姓名", C(NAME) },
	{ "", "一、姓名", C(NAME) },
	{ "", "（姓名）", C(NAME) },
	{ "", "\ufeff姓名", C(NAME) },
	{ "", "身份证\n号码", C(IDENTITY) },
	{ "", "联系\r\n电话", C(PHONE) },
	{ "", "“姓名”", C(NAME) },
	{ "", "ｎａｍｅ", C(NAME) },
	{ "", "Name", C(NAME) },
	{ "", "NAME *", C(NAME) },
	{ "", "Date of Birth", C(BIRTH) },
	{ "", "ID No.", C(IDENTITY) },
	/* other words for them */
	{ "", "身份证号", C(IDENTITY) },
	{ "", "身份证号码", C(IDENTITY) },
	{ "", "证件号", C(IDENTITY) },
	{ "", "公民身份号码", C(IDENTITY) },
	{ "", "身份证", C(IDENTITY) },
	{ "", "身份证/护照号码", C(IDENTITY) },
	{ "", "身份证号码（18位）", C(IDENTITY) },
	{ "", "居民身份证件的号码", C(IDENTITY) },
	{ "", "手机", C(PHONE) },
	{ "", "手机号", C(PHONE) },
	{ "", "手机号码", C(PHONE) },
	{ "", "电话", C(PHONE) },
	{ "", "联系方式", C(PHONE) },
	{ "", "本人常用联系电话", C(PHONE) },
	{ "", "栋", C(BUILDING) },
	{ "", "栋号", C(BUILDING) },
	{ "", "楼号", C(BUILDING) },
	{ "", "幢", C(BUILDING) },
	{ "", "座", C(BUILDING) },
	{ "", "门牌号", C(ROOM) },
	{ "", "房间号", C(ROOM) },
	{ "", "室", C(ROOM) },
	{ "", "现居住地址", C(ADDRESS) },
	{ "", "居住地址", C(ADDRESS) },
	{ "", "详细地址", C(ADDRESS) },
	{ "", "住址", C(ADDRESS) },
	{ "", "在本社区居住的详细地址", C(ADDRESS) },
	{ "", "是否人户分离", C(IS_ELSEWHERE) },
	{ "", "楼栋房号", C(BUILDING_ROOM) },
	{ "", "楼栋/房号", C(BUILDING_ROOM) },
	{ "", "楼栋-单元-房号", C(BUILDING_ROOM) },
	{ "", "户籍所在地", C(REGISTERED_ADDRESS) },
	{ "", "身份证地址", C(REGISTERED_ADDRESS) },
	{ "", "人员类别", C(CATEGORY) },
	{ "", "户籍类型", C(POPULATION) },
	{ "", "入住时间", C(MOVED_IN) },
	{ "", "搬离日期", C(MOVED_OUT) },
	{ "", "所属网格", C(GRID) },
	{ "", "网格员", C(RESPONSIBLE) },
	{ "", "网格长", C(RESPONSIBLE) },
	{ "", "所属网格负责人", C(RESPONSIBLE) },
	{ "", "网格编号及名称", C(GRID) },
	{ "", "户主姓名", C(HOUSEHOLDER) },
	{ "", "户主", C(HOUSEHOLDER) },
	{ "", "是否为重点人群", C(CARE) },
	/* somebody else's */
	{ "", "紧急联系人电话", C(CONTACT_PHONE) },
	{ "", "监护人姓名", C(CONTACT_NAME) },
	{ "", "业主姓名及电话", C(LANDLORD) },
	{ "", "房东身份证号码", C(UNKNOWN) },
	{ "", "单位电话", C(UNKNOWN) },
	{ "", "网格员电话", C(IGNORED) },
	{ "", "网格员联系方式", C(IGNORED) },
	{ "", "楼栋长手机号", C(IGNORED) },
	{ "", "楼栋长姓名", C(IGNORED) },
	{ "", "配偶姓名", C(IGNORED) },
	{ "", "包保干部联系电话", C(IGNORED) },
	{ "", "本人手机号", C(PHONE) },
	{ "", "单位地址", C(UNKNOWN) },
	{ "", "房东住址", C(UNKNOWN) },
	{ "", "关联人员身份证", C(RELATED_IDENTITY) },
	/* two rows */
	{ "房东", "姓名", C(LANDLORD_NAME) },
	{ "房东", "电话", C(LANDLORD_PHONE) },
	{ "房东信息", "联系电话", C(LANDLORD_PHONE) },
	{ "房东信息", "身份证号", C(UNKNOWN) },
	{ "房东", "住址", C(UNKNOWN) },
	{ "证件", "类型", C(IDENTITY_KIND) },
	{ "证件", "号码", C(IDENTITY) },
	{ "有效证件", "号码", C(IDENTITY) },
	{ "基本信息", "姓名", C(NAME) },
	{ "一、基本信息", "证件号码", C(IDENTITY) },
	{ "户籍", "地址", C(REGISTERED_ADDRESS) },
	{ "户籍信息", "详细地址", C(REGISTERED_ADDRESS) },
	{ "居住信息", "详细地址", C(ADDRESS) },
	{ "姓名", "", C(NAME) },
	{ "姓名", "姓名", C(NAME) },
	{ "监护人", "姓名", C(CONTACT_NAME) },
	{ "紧急联系人", "手机", C(CONTACT_PHONE) },
	{ "关联人员", "姓名", C(RELATED_NAME) },
	{ "关联人员", "身份证", C(RELATED_IDENTITY) },
	{ "工作单位", "名称", C(WORKPLACE) },
	{ "工作单位", "电话", C(UNKNOWN) },
	{ "楼栋", "号", C(BUILDING) },
	{ "Landlord", "Phone", C(LANDLORD_PHONE) },
	/* the other sheets */
	{ "", "试管编号", C(TUBE) },
	{ "", "条码", C(TUBE) },
	{ "", "管内序号", C(TUBE_POSITION) },
	{ "", "人群类别", C(CATEGORY) },
	{ "", "采样点", C(SAMPLING_POINT) },
	{ "", "采样时间", C(SAMPLED_AT) },
	{ "", "采样人", C(SAMPLER) },
	{ "", "混采类型", C(TUBE_KIND) },
	{ "", "结果", C(RESULT) },
	{ "", "结果(阴性/阳性/单管复核/不合格)", C(RESULT) },
	{ "", "检测机构", C(LABORATORY) },
	{ "", "检测时间", C(TESTED_AT) },
	{ "", "出发地", C(ORIGIN) },
	{ "", "途经地", C(VIA) },
	{ "", "返回时间", C(RETURNED_AT) },
	{ "", "返深日期", C(RETURNED_AT) },
	{ "", "交通方式", C(TRANSPORT) },
	{ "", "车次/航班/车牌", C(VEHICLE) },
	{ "", "座位", C(SEAT) },
	{ "", "同行人", C(COMPANIONS) },
	{ "", "接触史", C(CONTACT_HISTORY) },
	{ "", "健康状况", C(HEALTH) },
	{ "", "健康码", C(CODE_COLOUR) },
	{ "", "核酸时间及结果", C(TEST_STATE) },
	{ "", "管控措施", C(MEASURE) },
	{ "", "起止日", C(PERIOD) },
	{ "", "责任人", C(RESPONSIBLE) },
	{ "", "体温", C(TEMPERATURE) },
	{ "", "进/出", C(DIRECTION) },
	{ "", "时间", C(TIME) },
	{ "", "来意", C(PURPOSE) },
	{ "", "到访户", C(VISITED) },
	{ "", "码色", C(CODE_COLOUR) },
	{ "", "值守人", C(GUARD) },
	{ "", "系统编号", C(LEAD_NUMBER) },
	{ "", "线索标题", C(LEAD_TITLE) },
	{ "", "类别", C(CATEGORY) },
	{ "", "类型(加急/紧急/普通)", C(LEAD_URGENCY) },
	{ "", "核查要求", C(LEAD_REQUEST) },
	{ "", "核查情况", C(LEAD_FINDINGS) },
	{ "", "单位", C(WORKPLACE) },
	{ "", "岗位", C(POST) },
	{ "", "班次", C(SHIFT) },
	{ "", "签到", C(SIGNED_IN) },
	{ "", "签退", C(SIGNED_OUT) },
	{ "", "时长", C(DURATION) },
	{ "", "签名", C(SIGNATURE) },
	{ "", "品名", C(ITEM) },
	{ "", "规格", C(SPECIFICATION) },
	{ "", "数量", C(QUANTITY) },
	{ "", "入库/出库", C(DIRECTION) },
	{ "", "来源/去向", C(COUNTERPART) },
	{ "", "经手人", C(HANDLER) },
	{ "", "结存", C(BALANCE) },
	{ "", "有效期", C(EXPIRES) },
	{ "", "日期", C(DATE) },
	{ "", "企业名称", C(COMPANY) },
	{ "", "信用代码", C(CREDIT_CODE) },
	{ "", "联系人", C(CONTACT_PERSON) },
	{ "", "员工总数", C(STAFF_TOTAL) },
	{ "", "返岗人数", C(STAFF_BACK) },
	{ "", "抵达日", C(ARRIVED_AT) },
	{ "", "隔离情况", C(ISOLATION) },
	{ "", "防疫物资", C(PROTECTION) },
	{ "", "承诺", C(PROMISE) },
	/* no headings */
	{ "", "", C(UNKNOWN) },
	{ "", "张某某", C(UNKNOWN) },
	{ "", "3栋", C(UNKNOWN) },
	{ "", "110101199003071233", C(UNKNOWN) },
	{ "", "疫苗接种情况", C(UNKNOWN) },
	{ "", "是否接种新冠疫苗及接种时间", C(UNKNOWN) },
	{ "", "益民社区居民花名册", C(UNKNOWN) },
};

static void
headings_are_read(void **state)
{
	struct arena arena = { 0 };
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		enum column_meaning meaning =
		    heading_meaning(&arena, str_of(rows[i].upper), str_of(rows[i].lower));

		if (meaning != rows[i].meaning) {
			wrong++;
			print_error("'%s' over '%s': %s, expected %s\n", rows[i].upper,
			    rows[i].lower, column_meaning_label(meaning).en,
			    column_meaning_label(rows[i].meaning).en);
		}
		arena_reset(&arena);
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

/* What a template is made with is understood when it comes back, in both languages. */
static void
labels_are_read_again(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	for (int m = COLUMN_UNKNOWN; m < COLUMN_MEANINGS; m++) {
		struct label label = column_meaning_label((enum column_meaning)m);

		assert_true(label.zh != NULL && label.en != NULL && strlen(label.zh) > 0 &&
			    strlen(label.en) > 0);
		if (m == COLUMN_UNKNOWN)
			continue;
		if (heading_meaning(&arena, S(""), str_of(label.zh)) != (enum column_meaning)m ||
		    heading_meaning(&arena, S(""), str_of(label.en)) != (enum column_meaning)m)
			fail_msg("%s / %s", label.zh, label.en);
	}
	arena_done(&arena);
}

static int
score(const char *const *texts)
{
	struct arena arena = { 0 };
	struct str cells[16];
	size_t count = 0;
	int result;

	while (texts[count] != NULL) {
		cells[count] = str_of(texts[count]);
		count++;
	}
	result = heading_row_score(&arena, NULL, cells, count);
	arena_done(&arena);
	return result;
}

static void
the_heading_row_is_found(void **state)
{
	static const char *const title[] = { "益民社区2022年居民花名册", "", "", "", "", "", NULL };
	static const char *const group[] = { "序号", "基本信息", "", "", "房东", "", NULL };
	static const char *const heads[] = { "序号", "姓名", "证件号码", "联系电话", "现住址",
		"备注", NULL };
	static const char *const person[] = { "1", "张某某", "110101199003071233", "13800000001",
		"3栋1502", "", NULL };
	static const char *const words[] = { "", "张某某", "身份证", "户主", "男", "备注", NULL };
	static const char *const note[] = { "填表说明：请如实填写姓名、电话", "", "", "", "", "",
		NULL };
	static const char *const empty[] = { "", "", NULL };
	struct arena arena = { 0 };
	struct str uppers[] = { S("序号"), S("房东"), S("") },
		   lowers[] = { S(""), S("姓名"), S("电话") };

	(void)state;
	assert_true(score(heads) >= 60);
	assert_true(score(heads) > score(group));
	assert_true(score(title) < HEADING_SCORE_MIN);
	assert_true(score(person) < HEADING_SCORE_MIN);
	assert_true(score(words) < HEADING_SCORE_MIN);
	assert_true(score(note) < HEADING_SCORE_MIN);
	assert_int_equal(score(empty), 0);
	assert_int_equal(heading_row_score(&arena, uppers, lowers, 3), 30);
	arena_done(&arena);
}

static void
rows_that_are_no_data_are_known(void **state)
{
	static const char *const totals[] = { "合计", "合 计", "总计：", "小计", "共计35人",
		"共35人", "共 35 户", "总人数：35", "Total", "本页小计" };
	static const char *const notes[] = { "填表说明：一、…", "注：1.姓名必填",
		"备注：以上为网格员核实", "填表人：", "填表人：张某  审核人：李某", "审核人",
		"说明：红色必填", "Note: all fields", "单位（盖章）：", "填报日期：2022年3月5日" };
	static const char *const data[] = { "张某某", "1", "共某某", "注某", "备注", "益田花园",
		"小某", "说明", "", "共青团" };
	struct arena arena = { 0 };
	struct str cells[3] = { S(""), S(""), S("x") };

	(void)state;
	for (size_t i = 0; i < LEN(totals); i++) {
		cells[1] = str_of(totals[i]);
		if (!row_is_total(&arena, cells, 3) || row_is_note(&arena, cells, 3))
			fail_msg("%s", totals[i]);
	}
	for (size_t i = 0; i < LEN(notes); i++) {
		cells[1] = str_of(notes[i]);
		if (row_is_total(&arena, cells, 3) || !row_is_note(&arena, cells, 3))
			fail_msg("%s", notes[i]);
	}
	for (size_t i = 0; i < LEN(data); i++) {
		cells[1] = str_of(data[i]);
		if (row_is_total(&arena, cells, 3) || row_is_note(&arena, cells, 3))
			fail_msg("%s", data[i]);
	}
	arena_done(&arena);
}

static void
same_as_above_is_known(void **state)
{
	static const char *const same[] = { "同上", " 同 上 ", "〃", "″", "“", "”", "\"", "＂",
		"''", "ditto", "-do-", "々" };
	static const char *const other[] = { "", "同", "上", "同上街3号", "-", "张同上", "0" };
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(same); i++)
		if (!cell_is_same_as_above(&arena, str_of(same[i])))
			fail_msg("%s", same[i]);
	for (size_t i = 0; i < LEN(other); i++)
		if (cell_is_same_as_above(&arena, str_of(other[i])))
			fail_msg("%s", other[i]);
	arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_are_read),
		cmocka_unit_test(labels_are_read_again),
		cmocka_unit_test(the_heading_row_is_found),
		cmocka_unit_test(rows_that_are_no_data_are_known),
		cmocka_unit_test(same_as_above_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
