/* text_name_test.c -- names: one form, the words beside them, and the keys that find them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <unicode/ucnv.h>
#include "text/name.h"
#include "text/pinyin.h"

static const struct {
	const char *cell;
	enum name_verdict verdict;
	const char *text, *note;
} rows[] = {
	{ "张某某", NAME_OK, "张某某", "" },
	{ "张 某", NAME_OK, "张某", "" },
	{ "张\u3000某", NAME_OK, "张某", "" },
	{ " 张某\n", NAME_OK, "张某", "" },
	{ "张\u200b某\ufeff", NAME_OK, "张某", "" },
	{ "'张某", NAME_OK, "张某", "" },
	{ "买买提·艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提•艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提．艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提・艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提.艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提-艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提 · 艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提··艾力", NAME_OK, "买买提·艾力", "" },
	{ "买买提。艾力", NAME_OK, "买买提·艾力", "" },
	{ "阿卜杜拉·买买提·艾力", NAME_OK, "阿卜杜拉·买买提·艾力", "" },
	{ "Maria Santos", NAME_OK, "Maria Santos", "" },
	{ "ＭＡＲＩＡ　ＳＡＮＴＯＳ", NAME_OK, "MARIA SANTOS", "" },
	{ "MARIA   SANTOS", NAME_OK, "MARIA SANTOS", "" },
	{ "John R. Example Jr.", NAME_OK, "John R. Example Jr.", "" },
	{ "O'Example", NAME_OK, "O'Example", "" },
	{ "O’Example", NAME_OK, "O'Example", "" },
	{ "Anne-Marie Müller", NAME_OK, "Anne-Marie Müller", "" },
	{ "Иван Пример", NAME_OK, "Иван Пример", "" },
	{ "김철수", NAME_OK, "김철수", "" },
	{ "佐々木某", NAME_OK, "佐々木某", "" },
	{ "David 张", NAME_OK, "David 张", "" },
	{ "张𬀩", NAME_OK, "张𬀩", "" },
	{ "张㛃", NAME_OK, "张㛃", "" },
	{ "𠮷某", NAME_OK, "𠮷某", "" },
	{ "张\ue863", NAME_OK, "张䶮", "" },
	{ "张䶮", NAME_OK, "张䶮", "" },
	{ "⽅⽅", NAME_OK, "方方", "" },
	{ "金\uf90a", NAME_OK, "金金", "" },
	{ "张某(亡)", NAME_OK, "张某", "亡" },
	{ "张某（户主）", NAME_OK, "张某", "户主" },
	{ "张某（租客", NAME_OK, "张某", "租客" },
	{ "张某【已故】", NAME_OK, "张某", "已故" },
	{ "张某[租客](102)", NAME_OK, "张某", "租客 102" },
	{ "（户主）张某", NAME_OK, "张某", "户主" },
	{ "张某 户主", NAME_OK, "张某", "户主" },
	{ "张某-租客", NAME_OK, "张某", "租客" },
	{ "张某户主", NAME_OK, "张某", "户主" },
	{ "张某已搬走", NAME_OK, "张某", "已搬走" },
	{ "张某某二房东", NAME_OK, "张某某", "二房东" },
	{ "张某-亡", NAME_OK, "张某", "亡" },
	{ "户主：张某", NAME_OK, "张某", "户主" },
	{ "姓名：张某", NAME_OK, "张某", "" },
	{ "1.张某", NAME_OK, "张某", "" },
	{ "12、张某", NAME_OK, "张某", "" },
	{ "*张某", NAME_OK, "张某", "*" },
	{ "张某★", NAME_OK, "张某", "★" },
	{ "张某、", NAME_OK, "张某", "" },
	{ "MARIA SANTOS (玛利亚)", NAME_OK, "MARIA SANTOS", "玛利亚" },
	{ "张某之子", NAME_OK, "张某之子", "" },
	{ "张亡", NAME_OK, "张亡", "" },
	{ "", NAME_EMPTY, "", "" },
	{ "无", NAME_EMPTY, "", "" },
	{ "/", NAME_EMPTY, "", "" },
	{ "（空）", NAME_EMPTY, "", "空" },
	{ "张", NAME_TOO_SHORT, "张", "" },
	{ "张？明", NAME_DOUBTFUL, "张?明", "" },
	{ "张\xff明", NAME_DOUBTFUL, "张?明", "" },
	{ "张\ufffd明", NAME_DOUBTFUL, "张?明", "" },
	{ "张□明", NAME_DOUBTFUL, "张□明", "" },
	{ "张*明", NAME_DOUBTFUL, "张*明", "" },
	{ "张\ue000", NAME_DOUBTFUL, "张\ue000", "" },
	{ "张某1", NAME_DOUBTFUL, "张某1", "" },
	{ "张某、李某", NAME_DOUBTFUL, "张某、李某", "" },
	{ "张某/李某", NAME_DOUBTFUL, "张某/李某", "" },
	{ "张某 李某", NAME_DOUBTFUL, "张某李某", "" },
	{ "13800000001", NAME_DOUBTFUL, "13800000001", "" },
	{ "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
	    NAME_OK,
	    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
	    "" },
	{ "甲一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
	    NAME_TOO_LONG,
	    "甲一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
	    "" },
};

static void
cells_are_read(void **state)
{
	struct arena arena = { 0 };
	struct name name, again;
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		name_clean(&arena, str_of(rows[i].cell), &name);
		name_clean(&arena, name.text, &again);
		if (name.verdict != rows[i].verdict ||
		    !str_equal(name.text, str_of(rows[i].text)) ||
		    !str_equal(name.note, str_of(rows[i].note)) ||
		    !str_equal(again.text, name.text)) {
			wrong++;
			print_error(
			    "'%s': %d '%.*s' note '%.*s' again '%.*s', expected %d '%s' '%s'\n",
			    rows[i].cell, (int)name.verdict, (int)name.text.n, name.text.p,
			    (int)name.note.n, name.note.p, (int)again.text.n, again.text.p,
			    (int)rows[i].verdict, rows[i].text, rows[i].note);
		}
		arena_reset(&arena);
	}
	assert_int_equal(wrong, 0);
	arena_done(&arena);
}

static void
keys_have_every_reading(void **state)
{
	static const char *const keys[][2] = {
		{ "王小某", "wangxiaomou wxm" },
		{ "区某某", "oumoumou qumoumou omm qmm" },
		{ "曾某", "zengmou cengmou zm cm" },
		{ "单某", "shanmou danmou sm dm" },
		{ "仇某", "qiumou choumou qm cm" },
		{ "解某", "xiemou jiemou xm jm" },
		{ "查某", "zhamou chamou zm cm" },
		{ "盖某", "gemou gaimou gm" },
		{ "朴某", "piaomou pumou pm" },
		{ "翟某", "zhaimou dimou zm dm" },
		{ "缪某", "miaomou moumou mm" },
		{ "尉迟某", "yuchimou weichimou ycm wcm" },
		{ "万俟某", "moqimou wanqimou mqm wqm" },
		{ "单于某", "chanyumou shanyumou danyumou cym sym dym" },
		{ "长孙某", "changsunmou zhangsunmou csm zsm" },
		{ "令狐某", "linghumou lhm" },
		{ "欧阳某某", "ouyangmoumou oymm" },
		{ "吕某", "lvmou lumou lyumou lm" },
		{ "王乐", "wangle wangyue wl wy" },
		{ "张重阳", "zhangchongyang zhangzhongyang zcy zzy" },
		{ "买买提·艾力", "maimaitiaili mmtal aili" },
		{ "Maria Santos", "mariasantos ms santos" },
		{ "MARIA SANTOS", "mariasantos ms santos" },
		{ "Anne-Marie Müller", "annemariemuller amm mariemuller muller" },
		{ "O'Example", "oexample o" },
		{ "Иван Пример", "ivanprimer ip primer" },
		{ "김철수", "gimcheolsu gcs" },
		{ "David 张", "davidzhang dz zhang" },
		{ "张𬀩", "zhangwei zw" },
		{ "张䶮", "zhangyan zy" },
		{ "", "" },
		{ "·", "" },
	};
	struct arena arena = { 0 };
	struct pinyin *pinyin = pinyin_new();
	size_t wrong = 0;

	(void)state;
	assert_non_null(pinyin);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < LEN(keys); i++) {
			struct str found = pinyin_keys(pinyin, &arena, str_of(keys[i][0]));

			if (!str_equal(found, str_of(keys[i][1]))) {
				wrong++;
				print_error("%s: '%.*s', expected '%s'\n", keys[i][0], (int)found.n,
				    found.p, keys[i][1]);
			}
			arena_reset(&arena);
		}
	assert_int_equal(wrong, 0);
	pinyin_free(pinyin);
	arena_done(&arena);
}

/* The beginning of what one types finds one of the keys. */
static bool
finds(struct str keys, struct str typed)
{
	struct str key;

	while (str_split(&keys, ' ', &key))
		if (typed.n > 0 && str_starts(key, typed))
			return true;
	return false;
}

static void
what_is_typed_finds(void **state)
{
	static const char *const typed[][2] = {
		{ "曾小明", "zeng" },
		{ "曾小明", "Zeng Xiao-Ming" },
		{ "曾小明", "ceng xiao" },
		{ "曾小明", "zxm" },
		{ "曾小明", "ZXM" },
		{ "曾小明", "ｚｅｎｇ" },
		{ "吕布某", "lü bu" },
		{ "吕布某", "lv" },
		{ "吕布某", "lu" },
		{ "吕布某", "LYU" },
		{ "Anne-Marie Müller", "Müller" },
		{ "Anne-Marie Müller", "muller" },
		{ "买买提·艾力", "aili" },
		{ "Иван Пример", "Пример" },
	};
	struct arena arena = { 0 };
	struct pinyin *pinyin = pinyin_new();

	(void)state;
	for (size_t i = 0; i < LEN(typed); i++) {
		struct str keys = pinyin_keys(pinyin, &arena, str_of(typed[i][0]));

		if (!finds(keys, pinyin_typed(pinyin, &arena, str_of(typed[i][1]))))
			fail_msg("'%s' does not find %s", typed[i][1], typed[i][0]);
	}
	assert_int_equal(pinyin_typed(NULL, &arena, S("曾")).n, 0);
	assert_int_equal(pinyin_typed(NULL, &arena, S("Zeng X")).n, 5);
	pinyin_free(pinyin);
	arena_done(&arena);
}

static void
keys_have_a_limit(void **state)
{
	struct arena arena = { 0 };
	struct pinyin *pinyin = pinyin_new();
	char text[4000];
	struct str keys, key;

	(void)state;
	for (size_t i = 0; i + 3 <= 3999; i += 3)
		memcpy(text + i, i % 2 == 0 ? "乐" : "长", 3);
	for (size_t n = 3; n <= 3999; n += 93) {
		keys = pinyin_keys(pinyin, &arena, (struct str){ text, n });
		assert_true(keys.n > 0 && keys.n <= PINYIN_KEYS_BYTES_MAX);
		while (str_split(&keys, ' ', &key))
			assert_true(key.n > 0);
		arena_reset(&arena);
	}
	memset(text, 'a', sizeof(text));
	keys = pinyin_keys(pinyin, &arena, (struct str){ text, sizeof(text) });
	assert_int_equal(keys.n, 1); /* the initial; the word is too long for a key */
	pinyin_free(pinyin);
	arena_done(&arena);
}

/* ICU's converters of the code page and of GB 18030 disagree exactly where the table says so. */
static void
private_area_is_resolved(void **state)
{
	struct arena arena = { 0 };
	UErrorCode error = U_ZERO_ERROR;
	UConverter *old = ucnv_open("windows-936-2000", &error),
		   *new = ucnv_open("gb18030", &error);
	size_t resolved = 0;

	(void)state;
	assert_true(U_SUCCESS(error));
	for (UChar c = 0xe815; c <= 0xe864; c++) {
		char bytes[8], cell[16] = "张";
		UChar real[4];
		struct name name, other;
		uint32_t found = 0;
		int32_t n = ucnv_fromUChars(old, bytes, sizeof(bytes), &c, 1, &error);

		assert_int_equal(ucnv_toUChars(new, real, LEN(real), bytes, n, &error), 1);
		cell[3 + utf8_put(c, cell + 3)] = '\0';
		name_clean(&arena, str_of(cell), &name);
		(void)utf8_next(str_slice(name.text, 3, 4), &found);
		assert_int_not_equal(found, c);
		if (real[0] == c) /* ICU keeps these there; glibc does not */
			continue;
		cell[3 + utf8_put(real[0], cell + 3)] = '\0';
		name_clean(&arena, str_of(cell), &other);
		assert_true(str_equal(name.text, other.text));
		resolved++;
		arena_reset(&arena);
	}
	assert_true(U_SUCCESS(error));
	assert_int_equal(resolved, 66);
	ucnv_close(old);
	ucnv_close(new);
	arena_done(&arena);
}

static void
labels_have_both_languages(void **state)
{
	(void)state;
	for (int v = 0; v < NAME_VERDICTS; v++) {
		struct label label = name_verdict_label((enum name_verdict)v);

		assert_true(strlen(label.zh) > 0 && strlen(label.en) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_read),
		cmocka_unit_test(keys_have_every_reading),
		cmocka_unit_test(what_is_typed_finds),
		cmocka_unit_test(keys_have_a_limit),
		cmocka_unit_test(private_area_is_resolved),
		cmocka_unit_test(labels_have_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
