/* text_words_test.c -- cells with one of a few meanings; and lines, numerals and empty words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "text/words.h"

struct row {
	const char *cell;
	int meaning;
};

static void
sexes_are_read(void **state)
{
	static const struct row rows[] = { { "男", 1 }, { "女", 2 }, { " 男 ", 1 }, { "男性", 1 },
		{ "M", 1 }, { "f", 2 }, { "Male", 1 }, { "FEMALE", 2 }, { "1", 1 }, { "2", 2 },
		{ "１", 1 }, { "先生", 1 }, { "女士", 2 }, { "♀", 2 }, { "", 0 }, { "未知", 0 },
		{ "男女", 0 }, { "9", 0 }, { "Unknown", 0 } };
	enum sex sex;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++)
		if (sex_read(str_of(rows[i].cell), &sex) != (rows[i].meaning != 0) ||
		    (int)sex != rows[i].meaning)
			fail_msg("%s: %d", rows[i].cell, (int)sex);
}

static void
relations_are_read(void **state)
{
	static const struct row rows[] = {
		{ "户主", RELATION_HEAD },
		{ "本人", RELATION_HEAD },
		{ "户主本人", RELATION_HEAD },
		{ "户主（租）", RELATION_HEAD },
		{ "配偶", RELATION_SPOUSE },
		{ "妻", RELATION_SPOUSE },
		{ "之妻", RELATION_SPOUSE },
		{ "户主之妻", RELATION_SPOUSE },
		{ "子", RELATION_CHILD },
		{ "女", RELATION_CHILD },
		{ "长子", RELATION_CHILD },
		{ "次女", RELATION_CHILD },
		{ "之子", RELATION_CHILD },
		{ "户主的儿子", RELATION_CHILD },
		{ "父", RELATION_PARENT },
		{ "母亲", RELATION_PARENT },
		{ "孙女", RELATION_GRANDCHILD },
		{ "外婆", RELATION_GRANDPARENT },
		{ "弟弟", RELATION_SIBLING },
		{ "岳母", RELATION_IN_LAW },
		{ "儿媳", RELATION_IN_LAW },
		{ "租户", RELATION_TENANT },
		{ "合租", RELATION_TENANT },
		{ "保姆", RELATION_EMPLOYEE },
		{ "朋友", RELATION_OTHER },
		{ "Son", RELATION_CHILD },
		{ "", RELATION_UNKNOWN },
		{ "甲乙丙", RELATION_UNKNOWN },
		{ "非户主", RELATION_UNKNOWN },
	};
	struct arena arena = { 0 };
	struct household_relation relation;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		relation_read(&arena, str_of(rows[i].cell), &relation);
		if ((int)relation.relation != rows[i].meaning ||
		    relation.is_head != (rows[i].meaning == RELATION_HEAD))
			fail_msg("%s: %d", rows[i].cell, (int)relation.relation);
	}
	relation_read(&arena, S(" 户主\n（租） "), &relation);
	assert_string_equal(arena_cstr(&arena, relation.text), "户主 (租)");
	arena_done(&arena);
}

static void
kinds_are_read(void **state)
{
	static const struct row populations[] = {
		{ "户籍", POPULATION_REGISTERED },
		{ "户籍人口", POPULATION_REGISTERED },
		{ "深户", POPULATION_REGISTERED },
		{ "本地户籍", POPULATION_REGISTERED },
		{ "常住", POPULATION_SETTLED },
		{ "常住人口", POPULATION_SETTLED },
		{ "非户籍常住", POPULATION_SETTLED },
		{ "非户籍", POPULATION_FLOATING },
		{ "流动", POPULATION_FLOATING },
		{ "流动人口", POPULATION_FLOATING },
		{ "暂住人员", POPULATION_FLOATING },
		{ "外来人员", POPULATION_FLOATING },
		{ "境外", POPULATION_OVERSEAS },
		{ "港澳台", POPULATION_OVERSEAS },
		{ "外籍人士", POPULATION_OVERSEAS },
		{ "", POPULATION_UNKNOWN },
		{ "甲", POPULATION_UNKNOWN },
	};
	static const struct row housings[] = {
		{ "自住", HOUSING_OWN },
		{ "自有房屋", HOUSING_OWN },
		{ "业主", HOUSING_OWN },
		{ "出租", HOUSING_LET },
		{ "租赁", HOUSING_LET },
		{ "整租", HOUSING_LET },
		{ "出租屋", HOUSING_LET },
		{ "公租房", HOUSING_LET },
		{ "空置", HOUSING_VACANT },
		{ "空置房", HOUSING_VACANT },
		{ "无人居住", HOUSING_VACANT },
		{ "商铺", HOUSING_OTHER },
		{ "员工宿舍", HOUSING_OTHER },
		{ "", HOUSING_UNKNOWN },
		{ "甲", HOUSING_UNKNOWN },
	};
	enum population population;
	enum housing housing;

	(void)state;
	for (size_t i = 0; i < LEN(populations); i++)
		if (population_read(str_of(populations[i].cell), &population) !=
			(populations[i].meaning != 0) ||
		    (int)population != populations[i].meaning)
			fail_msg("%s: %d", populations[i].cell, (int)population);
	for (size_t i = 0; i < LEN(housings); i++)
		if (housing_read(str_of(housings[i].cell), &housing) !=
			(housings[i].meaning != 0) ||
		    (int)housing != housings[i].meaning)
			fail_msg("%s: %d", housings[i].cell, (int)housing);
}

static void
care_is_read(void **state)
{
	static const struct {
		const char *cell;
		uint32_t bits;
		const char *unknown;
	} rows[] = {
		{ "独居老人", CARE_ALONE, "" },
		{ "孕产妇", CARE_PREGNANT, "" },
		{ "孕妇", CARE_PREGNANT, "" },
		{ "透析", CARE_DIALYSIS, "" },
		{ "血液透析", CARE_DIALYSIS, "" },
		{ "残疾", CARE_DISABLED, "" },
		{ "精神障碍", CARE_MENTAL, "" },
		{ "婴幼儿", CARE_INFANT, "" },
		{ "行动不便", CARE_IMMOBILE, "" },
		{ "卧床", CARE_IMMOBILE, "" },
		{ "独居老人、透析", CARE_ALONE | CARE_DIALYSIS, "" },
		{ "独居老人/残疾", CARE_ALONE | CARE_DISABLED, "" },
		{ "独居老人，残疾；行动不便", CARE_ALONE | CARE_DISABLED | CARE_IMMOBILE, "" },
		{ "孕产妇 婴幼儿", CARE_PREGNANT | CARE_INFANT, "" },
		{ "残疾（肢体）", CARE_DISABLED, "肢体" },
		{ "独居残疾老人", CARE_ALONE | CARE_DISABLED, "" },
		{ "80岁以上高龄老人", CARE_ELDERLY, "" },
		{ "空巢独居老人", CARE_ALONE | CARE_ELDERLY, "" },
		{ "高血压、糖尿病", CARE_CHRONIC, "" },
		{ "癌症化疗", CARE_CANCER, "" },
		{ "低保户", CARE_HARDSHIP, "" },
		{ "留守儿童", CARE_MINOR, "" },
		{ "退役军人", 0, "退役军人" },
		{ "退役军人、透析、党员", CARE_DIALYSIS, "退役军人、党员" },
		{ "无", 0, "" },
		{ "否", 0, "" },
		{ "-", 0, "" },
		{ "", 0, "" },
		{ "无残疾", 0, "" },
		{ "非残疾", 0, "" },
		{ "是", 0, "" },
		{ "Pregnant, dialysis", CARE_PREGNANT | CARE_DIALYSIS, "" },
		{ "cannot walk", CARE_IMMOBILE, "" },
	};
	struct arena arena = { 0 };
	struct care_set care;
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		care_read(&arena, str_of(rows[i].cell), &care);
		if (care.bits != rows[i].bits ||
		    !str_equal(care.unknown, str_of(rows[i].unknown))) {
			wrong++;
			print_error("%s: %x '%.*s', expected %x '%s'\n", rows[i].cell, care.bits,
			    (int)care.unknown.n, care.unknown.p, rows[i].bits, rows[i].unknown);
		}
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

static void
answers_are_read(void **state)
{
	static const struct row rows[] = { { "是", ANSWER_YES }, { "√", ANSWER_YES },
		{ "Y", ANSWER_YES }, { "有", ANSWER_YES }, { "TRUE", ANSWER_YES },
		{ "1", ANSWER_YES }, { "否", ANSWER_NO }, { "×", ANSWER_NO }, { "no", ANSWER_NO },
		{ "无", ANSWER_NO }, { "未", ANSWER_NO }, { "0", ANSWER_NO },
		{ "", ANSWER_UNKNOWN }, { "也许", ANSWER_UNKNOWN } };

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++)
		if ((int)answer_read(str_of(rows[i].cell)) != rows[i].meaning)
			fail_msg("%s", rows[i].cell);
}

static bool
reads_sex(struct str text, int meaning)
{
	enum sex sex;

	return sex_read(text, &sex) && (int)sex == meaning;
}

static bool
reads_relation(struct str text, int meaning)
{
	struct arena arena = { 0 };
	struct household_relation relation;

	relation_read(&arena, text, &relation);
	arena_done(&arena);
	return (int)relation.relation == meaning;
}

static bool
reads_population(struct str text, int meaning)
{
	enum population population;

	return population_read(text, &population) && (int)population == meaning;
}

static bool
reads_housing(struct str text, int meaning)
{
	enum housing housing;

	return housing_read(text, &housing) && (int)housing == meaning;
}

static bool
reads_care(struct str text, int meaning)
{
	struct arena arena = { 0 };
	struct care_set care;

	care_read(&arena, text, &care);
	arena_done(&arena);
	return (int)care.bits == meaning && care.unknown.n == 0;
}

static bool
reads_answer(struct str text, int meaning)
{
	return (int)answer_read(text) == meaning;
}

static void
label_check(struct label label, bool (*reads)(struct str text, int meaning), int meaning)
{
	assert_true(strlen(label.zh) > 0 && strlen(label.en) > 0);
	if (!reads(str_of(label.zh), meaning) || !reads(str_of(label.en), meaning))
		fail_msg("%s / %s", label.zh, label.en);
}

/* What goes out with a label comes back with its meaning, in both languages. */
static void
labels_are_read_again(void **state)
{
	(void)state;
	for (int i = 1; i <= SEX_FEMALE; i++)
		label_check(sex_label((enum sex)i), reads_sex, i);
	for (int i = 1; i < RELATIONS; i++)
		label_check(relation_label((enum relation)i), reads_relation, i);
	for (int i = 1; i < POPULATIONS; i++)
		label_check(population_label((enum population)i), reads_population, i);
	for (int i = 1; i < HOUSINGS; i++)
		label_check(housing_label((enum housing)i), reads_housing, i);
	for (int i = 0; i < CARES; i++)
		label_check(care_label((enum care)(1 << i)), reads_care, 1 << i);
	for (int i = 1; i <= ANSWER_YES; i++)
		label_check(answer_label((enum answer)i), reads_answer, i);
}

static void
lines_are_plain(void **state)
{
	static const char *const lines[][2] = {
		{ "  张\u3000某\r\n\t李 ", "张 某 李" },
		{ "ＡＢｃ１２３（）", "ABc123()" },
		{ "a\u200bb\ufeff", "ab" },
		{ "a\xff"
		  "b\xe5\xbc",
		    "ab" },
		{ "“a”—‘b’", "\"a\"-'b'" },
		{ "\u00a0", "" },
		{ "", "" },
		{ "a \u200b b", "a b" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(lines); i++) {
		struct str line = text_line(&arena, str_of(lines[i][0]));

		assert_string_equal(arena_cstr(&arena, line), lines[i][1]);
		assert_true(str_equal(text_line(&arena, line), line));
	}
	assert_string_equal(arena_cstr(&arena, text_word(&arena, S(" Ａ b\n张 某 "))), "ab张某");
	arena_done(&arena);
}

static void
numerals_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
		const char *rest;
	} rows[] = {
		{ "12", 12, "" },
		{ "007x", 7, "x" },
		{ "一", 1, "" },
		{ "十", 10, "" },
		{ "十五", 15, "" },
		{ "二十", 20, "" },
		{ "二十三栋", 23, "栋" },
		{ "一百", 100, "" },
		{ "一百零三", 103, "" },
		{ "一百二十", 120, "" },
		{ "一千二百零五", 1205, "" },
		{ "百二", 102, "" },
		{ "廿三", 23, "" },
		{ "卅", 30, "" },
		{ "二〇二二年", 2022, "年" },
		{ "一五〇二", 1502, "" },
		{ "一零零", 100, "" },
		{ "○八", 8, "" },
		{ "两", 2, "" },
		{ "壹拾贰", 12, "" },
		{ "十十", 10, "十" },
		{ "二十三四", 23, "四" },
		{ "999999999", 999999999, "" },
	};
	static const char *const none[] = { "", "x1", "栋", "1000000000", "张三", "-1" };

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		struct str rest = str_of(rows[i].text);
		int64_t value = -1;

		if (!number_take(&rest, &value) || value != rows[i].value ||
		    !str_equal(rest, str_of(rows[i].rest)))
			fail_msg(
			    "%s: %d, rest '%.*s'", rows[i].text, (int)value, (int)rest.n, rest.p);
	}
	for (size_t i = 0; i < LEN(none); i++) {
		struct str rest = str_of(none[i]);
		int64_t value;

		assert_false(number_take(&rest, &value));
		assert_int_equal(rest.n, strlen(none[i]));
	}
}

/* Every number up to 9999, as people write it in Chinese, is read as itself. */
static void
numerals_of_every_number_are_read(void **state)
{
	static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八",
		"九" };
	static const char *const units[] = { "千", "百", "十", "" };

	(void)state;
	for (int n = 1; n < 10000; n++) {
		int parts[] = { n / 1000, n / 100 % 10, n / 10 % 10, n % 10 };
		char text[64] = "";
		bool has_begun = false, has_zero = false;
		struct str rest;
		int64_t value;

		for (size_t i = 0; i < 4; i++) {
			if (parts[i] == 0) {
				has_zero = has_begun;
				continue;
			}
			if (has_zero)
				strcat(text, digits[0]);
			if (!(parts[i] == 1 && i == 2 && !has_begun))
				strcat(text, digits[parts[i]]);
			strcat(text, units[i]);
			has_begun = true;
			has_zero = false;
		}
		rest = str_of(text);
		if (!number_take(&rest, &value) || value != n || rest.n > 0)
			fail_msg("%s: %d", text, (int)value);
	}
}

static void
words_for_nothing_are_known(void **state)
{
	static const char *const none[] = { "", "无", "没有", "暂无", "/", "-", "--", "N/A", "none",
		"null", "不详", "、", "." };
	static const char *const some[] = { "无锡", "0", "张", "无1", "没有人" };

	(void)state;
	for (size_t i = 0; i < LEN(none); i++)
		if (!text_is_none(str_of(none[i])))
			fail_msg("%s", none[i]);
	for (size_t i = 0; i < LEN(some); i++)
		if (text_is_none(str_of(some[i])))
			fail_msg("%s", some[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sexes_are_read),
		cmocka_unit_test(relations_are_read),
		cmocka_unit_test(kinds_are_read),
		cmocka_unit_test(care_is_read),
		cmocka_unit_test(answers_are_read),
		cmocka_unit_test(labels_are_read_again),
		cmocka_unit_test(lines_are_plain),
		cmocka_unit_test(numerals_are_read),
		cmocka_unit_test(numerals_of_every_number_are_read),
		cmocka_unit_test(words_for_nothing_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
