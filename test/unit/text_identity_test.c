/* text_identity_test.c -- identity documents: every way a number is written, and ruined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/when.h"
#include "text/identity.h"

#define NONE	 IDENTITY_NONE
#define RESIDENT IDENTITY_RESIDENT
#define PASSPORT IDENTITY_PASSPORT
#define PERMIT	 IDENTITY_HMT_PERMIT
#define HMT	 IDENTITY_HMT_RESIDENCE
#define FOREIGN	 IDENTITY_FOREIGNER_CARD
#define OTHER	 IDENTITY_OTHER

static const date_ymd today = { 20220304 };

struct row {
	const char *cell;
	enum identity_kind told;
	bool is_number;
	enum identity_kind kind;
	enum identity_verdict verdict;
	const char *number;
};

static const struct row rows[] = {
	/* whole */
	{ "110101199003071233", NONE, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "11010119900307123X", NONE, false, RESIDENT, IDENTITY_CHECKSUM_WRONG,
	    "11010119900307123X" },
	{ "44030419900119018X", RESIDENT, false, RESIDENT, IDENTITY_OK, "44030419900119018X" },
	{ "44030419900119018x", RESIDENT, false, RESIDENT, IDENTITY_OK, "44030419900119018X" },
	{ "４４０３０４１９９００１１９０１８ｘ", RESIDENT, false, RESIDENT, IDENTITY_OK,
	    "44030419900119018X" },
	{ "'110101199003071233", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "\t110101199003071233\n", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "‘110101199003071233", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101 19900307 1233", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101\u00a019900307\u30001233", RESIDENT, false, RESIDENT, IDENTITY_OK,
	    "110101199003071233" },
	{ "\ufeff1101\u200b0119900307\u20601233", RESIDENT, false, RESIDENT, IDENTITY_OK,
	    "110101199003071233" },
	{ "110101-19900307-1233", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101.19900307.1233", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101·19900307·1233", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "\"110101199003071233\"", RESIDENT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "身份证号：110101199003071233", NONE, false, RESIDENT, IDENTITY_OK,
	    "110101199003071233" },
	{ "44030419900119018\u0425", RESIDENT, false, RESIDENT, IDENTITY_OK, "44030419900119018X" },
	{ "44030419900119018×", RESIDENT, false, RESIDENT, IDENTITY_OK, "44030419900119018X" },
	{ "110101199003071233孩子", NONE, false, RESIDENT, IDENTITY_CHARACTER_WRONG,
	    "110101199003071233" },
	/* the old ones */
	{ "110101900307123", NONE, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101900307123", RESIDENT, true, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "1.10101900307123E+14", RESIDENT, true, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101900307123.0", RESIDENT, true, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101901307123", NONE, false, RESIDENT, IDENTITY_BIRTH_IMPOSSIBLE, "110101901307123" },
	{ "000101900307123", NONE, false, RESIDENT, IDENTITY_DIVISION_UNKNOWN, "000101900307123" },
	/* destroyed by rounding */
	{ "4.40304E+17", RESIDENT, false, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "4.40304e+17", NONE, false, NONE, IDENTITY_DESTROYED, "" },
	{ "４.４０３０４Ｅ＋１７", NONE, false, NONE, IDENTITY_DESTROYED, "" },
	{ "4.4030419900307123E+17", RESIDENT, true, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "4.40304E17", RESIDENT, false, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "1.10102E+14", RESIDENT, false, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "440304199003071000", RESIDENT, true, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "440304199003071000", RESIDENT, false, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "440,304,199,003,071,000", RESIDENT, true, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "440304199003071234", RESIDENT, true, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "110101199003071233", RESIDENT, true, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "110101199003071000.0", RESIDENT, false, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "##########", RESIDENT, false, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "#N/A", RESIDENT, false, RESIDENT, IDENTITY_DESTROYED, "" },
	{ "#VALUE!", NONE, false, NONE, IDENTITY_DESTROYED, "" },
	/* masked */
	{ "110101********1233", RESIDENT, false, RESIDENT, IDENTITY_MASKED, "" },
	{ "110101xxxxxxxx1233", RESIDENT, false, RESIDENT, IDENTITY_MASKED, "" },
	/* nothing */
	{ "", NONE, false, NONE, IDENTITY_EMPTY, "" },
	{ "  ", RESIDENT, false, RESIDENT, IDENTITY_EMPTY, "" },
	{ "无", NONE, false, NONE, IDENTITY_EMPTY, "" },
	{ "暂无", RESIDENT, false, RESIDENT, IDENTITY_EMPTY, "" },
	{ "无身份证", NONE, false, NONE, IDENTITY_EMPTY, "" },
	{ "/", PASSPORT, false, PASSPORT, IDENTITY_EMPTY, "" },
	{ "N/A", NONE, false, NONE, IDENTITY_EMPTY, "" },
	{ "身份证丢失", NONE, false, NONE, IDENTITY_CHARACTER_WRONG, "" },
	/* wrong */
	{ "11010119900307123", RESIDENT, false, RESIDENT, IDENTITY_TOO_SHORT, "11010119900307123" },
	{ "1101011990030712333", RESIDENT, false, RESIDENT, IDENTITY_TOO_LONG,
	    "1101011990030712333" },
	{ "13800000001", NONE, false, RESIDENT, IDENTITY_TOO_SHORT, "13800000001" },
	{ "110101199003071232", RESIDENT, false, RESIDENT, IDENTITY_CHECKSUM_WRONG,
	    "110101199003071232" },
	{ "110101199013071233", RESIDENT, false, RESIDENT, IDENTITY_BIRTH_IMPOSSIBLE,
	    "110101199013071233" },
	{ "110101199002301233", RESIDENT, false, RESIDENT, IDENTITY_BIRTH_IMPOSSIBLE,
	    "110101199002301233" },
	{ "110101202203051233", RESIDENT, false, RESIDENT, IDENTITY_BIRTH_IMPOSSIBLE,
	    "110101202203051233" },
	{ "110101179003071233", RESIDENT, false, RESIDENT, IDENTITY_BIRTH_IMPOSSIBLE,
	    "110101179003071233" },
	{ "990101199003071233", RESIDENT, false, FOREIGN, IDENTITY_CHECKSUM_WRONG,
	    "990101199003071233" },
	{ "010101199003071233", RESIDENT, false, RESIDENT, IDENTITY_DIVISION_UNKNOWN,
	    "010101199003071233" },
	{ "11O101199003071233", RESIDENT, false, RESIDENT, IDENTITY_CHARACTER_WRONG,
	    "11O101199003071233" },
	{ "1101X1199003071233", NONE, false, RESIDENT, IDENTITY_CHARACTER_WRONG,
	    "1101X1199003071233" },
	{ "110101199003071233/110101199003071233/110101199003071233/110101199003071233", RESIDENT,
	    false, RESIDENT, IDENTITY_TOO_LONG, "" },
	{ "110101199003071233/44030419900119018X", RESIDENT, false, RESIDENT, IDENTITY_TOO_LONG,
	    "" },
	/* residence permits, foreigners' cards */
	{ "810000199001011239", HMT, false, HMT, IDENTITY_CHECKSUM_WRONG, "810000199001011239" },
	{ "810000199001011230", RESIDENT, false, HMT, IDENTITY_OK, "810000199001011230" },
	{ "820000199001011232", NONE, false, HMT, IDENTITY_OK, "820000199001011232" },
	{ "830000199001011234", HMT, false, HMT, IDENTITY_OK, "830000199001011234" },
	{ "911840199001011239", FOREIGN, false, FOREIGN, IDENTITY_CHECKSUM_WRONG,
	    "911840199001011239" },
	{ "91184019900101123X", NONE, false, FOREIGN, IDENTITY_OK, "91184019900101123X" },
	{ "USA44009001011X", FOREIGN, false, FOREIGN, IDENTITY_CHARACTER_WRONG, "USA44009001011X" },
	{ "USA440090010112X", FOREIGN, false, FOREIGN, IDENTITY_TOO_LONG, "USA440090010112X" },
	{ "USA440300900101", FOREIGN, false, FOREIGN, IDENTITY_OK, "USA440300900101" },
	{ "usa440300900101", NONE, false, FOREIGN, IDENTITY_OK, "USA440300900101" },
	/* passports and permits */
	{ "E12345678", PASSPORT, false, PASSPORT, IDENTITY_OK, "E12345678" },
	{ "e 1234 5678", NONE, false, PASSPORT, IDENTITY_OK, "E12345678" },
	{ "EA1234567", RESIDENT, false, PASSPORT, IDENTITY_OK, "EA1234567" },
	{ "护照E12345678", NONE, false, PASSPORT, IDENTITY_OK, "E12345678" },
	{ "护照：E12345678", RESIDENT, false, PASSPORT, IDENTITY_OK, "E12345678" },
	{ "4E1234567", PASSPORT, false, PASSPORT, IDENTITY_OK, "4E1234567" },
	{ "533380006", PASSPORT, false, PASSPORT, IDENTITY_OK, "533380006" },
	{ "E12", PASSPORT, false, PASSPORT, IDENTITY_TOO_SHORT, "E12" },
	{ "H12345678", PERMIT, false, PERMIT, IDENTITY_OK, "H12345678" },
	{ "H1234567801", NONE, false, PERMIT, IDENTITY_OK, "H1234567801" },
	{ "M12345678", RESIDENT, false, PERMIT, IDENTITY_OK, "M12345678" },
	{ "12345678", PERMIT, false, PERMIT, IDENTITY_OK, "12345678" },
	{ "1234567", PERMIT, false, PERMIT, IDENTITY_TOO_SHORT, "1234567" },
	{ "A123456(7)", NONE, false, OTHER, IDENTITY_OK, "A1234567" },
	{ "A１２３４５６（7）", OTHER, false, OTHER, IDENTITY_OK, "A1234567" },
	{ "N440012345", NONE, false, OTHER, IDENTITY_OK, "N440012345" },
	{ "军字第0012345号", OTHER, false, OTHER, IDENTITY_CHARACTER_WRONG, "0012345" },
	/* the shape decides against what was told */
	{ "110101199003071233", OTHER, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
	{ "110101199003071233", PASSPORT, false, RESIDENT, IDENTITY_OK, "110101199003071233" },
};

static void
cells_are_read(void **state)
{
	struct identity id;
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		const struct row *row = &rows[i];

		identity_clean(str_of(row->cell), row->told, row->is_number, today, &id);
		if (id.kind != row->kind || id.verdict != row->verdict ||
		    strcmp(id.number, row->number) != 0) {
			wrong++;
			print_error(
			    "'%s' told %d: kind %d verdict %d number %s; expected %d %d %s\n",
			    row->cell, (int)row->told, (int)id.kind, (int)id.verdict, id.number,
			    (int)row->kind, (int)row->verdict, row->number);
		}
	}
	assert_int_equal(wrong, 0);
}

static void
what_the_number_says_is_told(void **state)
{
	struct identity id;

	(void)state;
	identity_clean(S("110101199003071233"), RESIDENT, false, today, &id);
	assert_int_equal(id.birth.ymd, 19900307);
	assert_int_equal(id.sex, SEX_MALE);
	assert_int_equal(id.division, 110101);
	assert_false(id.is_kind_guessed || id.was_15 || id.is_tail_zero);
	identity_clean(S("44030419900119018X"), NONE, false, today, &id);
	assert_int_equal(id.sex, SEX_FEMALE);
	assert_true(id.is_kind_guessed);
	identity_clean(S("110101900307123"), RESIDENT, false, today, &id);
	assert_true(id.was_15);
	assert_int_equal(id.birth.ymd, 19900307);
	assert_int_equal(id.sex, SEX_MALE);
	identity_clean(S("810000199001011230"), HMT, false, today, &id);
	assert_int_equal(id.division, 0);
	assert_int_equal(id.birth.ymd, 19900101);
	identity_clean(S("E12345678"), PASSPORT, false, today, &id);
	assert_int_equal(id.birth.ymd, 0);
	assert_int_equal(id.sex, SEX_UNKNOWN);
	identity_clean(S("110101202203051233"), RESIDENT, false, (date_ymd){ 0 }, &id);
	assert_int_not_equal(id.verdict, IDENTITY_BIRTH_IMPOSSIBLE);
}

/* 000 at the end and a right checksum: one in eleven destroyed numbers looks like it. */
static void
tail_of_zeros_is_marked(void **state)
{
	char number[64] = "";
	struct identity id;
	size_t marked = 0;

	(void)state;
	for (int i = 1; i < 10; i++) {
		(void)snprintf(number, sizeof(number), "1101011990030%d%d000", i % 3 + 5, i);
		identity_clean(str_of(number), RESIDENT, false, today, &id);
		if (identity_checksum(number) == '0') {
			assert_int_equal(id.verdict, IDENTITY_OK);
			assert_true(id.is_tail_zero);
			marked++;
		} else {
			assert_int_equal(id.verdict, IDENTITY_DESTROYED);
			assert_string_equal(id.number, "");
			assert_int_equal(id.birth.ymd, 0);
			assert_int_equal(id.sex, SEX_UNKNOWN);
		}
	}
	assert_in_range(marked, 0, 3);
}

/* The example of SHEETS and others whose last character was worked out by hand. */
static void
checksums_are_right(void **state)
{
	(void)state;
	assert_int_equal(identity_checksum("11010119900307123"), '3');
	assert_int_equal(identity_checksum("11010519491231002"), 'X'); /* GB 11643-1999, annex */
	assert_int_equal(identity_checksum("44052418800101001"), '4'); /* the same */
}

/* Any one digit changed, and any two neighbours exchanged, is seen. */
static void
mistyping_is_seen(void **state)
{
	static const char *const numbers[] = { "110101199003071233", "44030419900119018X" };
	char wrong[19];
	struct identity id;

	(void)state;
	for (size_t n = 0; n < LEN(numbers); n++)
		for (size_t i = 0; i < 17; i++) {
			for (char c = '0'; c <= '9'; c++) {
				memcpy(wrong, numbers[n], sizeof(wrong));
				wrong[i] = c;
				identity_clean(str_of(wrong), NONE, false, today, &id);
				assert_int_equal(id.verdict == IDENTITY_OK, c == numbers[n][i]);
			}
			memcpy(wrong, numbers[n], sizeof(wrong));
			wrong[i] = numbers[n][i + 1];
			wrong[i + 1] = numbers[n][i];
			identity_clean(str_of(wrong), NONE, false, today, &id);
			assert_int_equal(id.verdict == IDENTITY_OK, wrong[i] == wrong[i + 1]);
		}
}

/* Each day, sex and sequence gives one number that is whole, and comes back the same as text. */
static void
cleaning_twice_is_cleaning_once(void **state)
{
	struct identity once, twice;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		identity_clean(str_of(rows[i].cell), rows[i].told, rows[i].is_number, today, &once);
		identity_clean(str_of(once.number), once.kind, false, today, &twice);
		assert_string_equal(twice.number, once.number);
		assert_int_equal(twice.kind, once.kind);
	}
	for (int64_t day = 0; day < 20000; day += 17) {
		char made[19], rounded[24];

		(void)snprintf(made, sizeof(made), "440304%08d%03d",
		    (int)date_of_days(day - 2000).ymd, (int)(day % 999));
		made[17] = identity_checksum(made);
		made[18] = '\0';
		identity_clean(str_of(made), NONE, false, today, &once);
		assert_int_equal(once.verdict, IDENTITY_OK);
		assert_string_equal(once.number, made);
		if (made[17] == 'X')
			continue;
		/* What Excel keeps of it, as it shows it and as it stores it. */
		(void)snprintf(rounded, sizeof(rounded), "%.5E", (double)atoll(made));
		identity_clean(str_of(rounded), RESIDENT, false, today, &once);
		assert_int_equal(once.verdict, IDENTITY_DESTROYED);
		(void)snprintf(rounded, sizeof(rounded), "%.15s000", made);
		identity_clean(str_of(rounded), RESIDENT, true, today, &once);
		assert_int_equal(once.verdict, IDENTITY_DESTROYED);
	}
}

static const struct {
	const char *cell;
	enum identity_kind kind;
	bool is_known;
} kinds[] = {
	{ "居民身份证", RESIDENT, true },
	{ "身份证", RESIDENT, true },
	{ "二代身份证", RESIDENT, true },
	{ "临时居民身份证", RESIDENT, true },
	{ " 身 份 证 ", RESIDENT, true },
	{ "ID Card", RESIDENT, true },
	{ "居民身份证（户口簿）", RESIDENT, true },
	{ "护照", PASSPORT, true },
	{ "外国护照", PASSPORT, true },
	{ "Passport", PASSPORT, true },
	{ "港澳居民来往内地通行证", PERMIT, true },
	{ "港澳居民来往内地通行证（回乡证）", PERMIT, true },
	{ "回乡证", PERMIT, true },
	{ "台胞证", PERMIT, true },
	{ "台湾居民来往大陆通行证", PERMIT, true },
	{ "港澳台通行证", PERMIT, true },
	{ "港澳台居民居住证", HMT, true },
	{ "港澳居民居住证", HMT, true },
	{ "台湾居民居住证", HMT, true },
	{ "外国人永久居留身份证", FOREIGN, true },
	{ "外国人永久居留证", FOREIGN, true },
	{ "户口簿", OTHER, true },
	{ "户口本", OTHER, true },
	{ "出生证", OTHER, true },
	{ "出生医学证明", OTHER, true },
	{ "军官证", OTHER, true },
	{ "香港身份证", OTHER, true },
	{ "往来港澳通行证", OTHER, true },
	{ "其他", OTHER, true },
	{ "无", NONE, true },
	{ "无证件", NONE, true },
	{ "none", NONE, true },
	{ "", NONE, false },
	{ "？", NONE, false },
	{ "111", RESIDENT, true },
	{ "414", PASSPORT, true },
	{ "516", PERMIT, true },
	{ "553", FOREIGN, true },
	{ "甲乙丙", OTHER, false },
};

static void
kinds_are_read(void **state)
{
	enum identity_kind kind;
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LEN(kinds); i++) {
		bool is_known = identity_kind_read(str_of(kinds[i].cell), &kind);

		if (is_known != kinds[i].is_known || kind != kinds[i].kind) {
			wrong++;
			print_error(
			    "'%s': kind %d, known %d\n", kinds[i].cell, (int)kind, is_known);
		}
	}
	assert_int_equal(wrong, 0);
	for (int k = 0; k < IDENTITY_KINDS; k++) {
		struct label label = identity_kind_label((enum identity_kind)k);

		assert_true(strlen(label.zh) > 0 && strlen(label.en) > 0);
	}
	for (int v = 0; v < IDENTITY_VERDICTS; v++) {
		struct label label = identity_verdict_label((enum identity_verdict)v);

		assert_true(strlen(label.zh) > 0 && strlen(label.en) > 0);
	}
}

/* The labels that go out come back in. */
static void
labels_are_read_again(void **state)
{
	enum identity_kind kind;

	(void)state;
	for (int k = 0; k < IDENTITY_KINDS; k++) {
		assert_true(identity_kind_read(
		    str_of(identity_kind_label((enum identity_kind)k).zh), &kind));
		assert_int_equal(kind, k);
		assert_true(identity_kind_read(
		    str_of(identity_kind_label((enum identity_kind)k).en), &kind));
		assert_int_equal(kind, k);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_read),
		cmocka_unit_test(what_the_number_says_is_told),
		cmocka_unit_test(tail_of_zeros_is_marked),
		cmocka_unit_test(checksums_are_right),
		cmocka_unit_test(mistyping_is_seen),
		cmocka_unit_test(cleaning_twice_is_cleaning_once),
		cmocka_unit_test(kinds_are_read),
		cmocka_unit_test(labels_are_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
