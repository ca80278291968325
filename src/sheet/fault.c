/* fault.c -- what is wrong with a file, as a name and as a sentence in two languages. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "base/str.h"
#include "sheet/inside.h"

const struct sheet_limits sheet_limits_usual = {
#define X(name, usual) .name##_max = (usual),
	SHEET_LIMITS(X)
#undef X
};

static const struct {
	const char *name, *texts[2];
} faults[SHEET_CODE_COUNT] = {
	[SHEET_NO_FAULT] = { "sheet_no_fault", { "没有问题", "Nothing is wrong" } },
#define X(name, zh, en) [CAT(SHEET_CODE_, name)] = { #name, { zh, en } },
	SHEET_FAULTS(X)
#undef X
};

const char *
sheet_fault_name(enum sheet_code code)
{
	return faults[code < SHEET_CODE_COUNT ? code : SHEET_NO_FAULT].name;
}

static void
print_place(const struct sheet_fault *fault, enum sheet_language language, struct buffer *b)
{
	bool is_chinese = language == SHEET_CHINESE;
	char letters[SHEET_COLUMN_LETTERS_BYTES];

	if (fault->sheet[0] != '\0')
		buffer_printf(b, is_chinese ? "，工作表“%s”" : ", sheet \"%s\"", fault->sheet);
	if (fault->row > 0)
		buffer_printf(b, is_chinese ? "，第 %" PRIu32 " 行" : ", row %" PRIu32, fault->row);
	if (fault->column >= 0) {
		sheet_column_letters((uint32_t)fault->column, letters);
		buffer_printf(b, is_chinese ? "，%s 列" : ", column %s", letters);
	}
}

void
sheet_fault_print(const struct sheet_fault *fault, enum sheet_language language, struct buffer *b)
{
	bool is_chinese = language == SHEET_CHINESE;

	buffer_add(b, str_of(faults[fault->code].texts[language]));
	if (fault->error != 0)
		buffer_printf(b, is_chinese ? "（%s）" : " (%s)", strerrordesc_np(fault->error));
	if (fault->limit > 0)
		buffer_printf(b,
		    is_chinese ? "（上限 %" PRIu64 "）" : " (the limit is %" PRIu64 ")",
		    fault->limit);
	print_place(fault, language, b);
	buffer_add(b, is_chinese ? S("。") : S("."));
}

int
fault_set(struct sheet_fault *ret_fault, enum sheet_code code)
{
	*ret_fault = (struct sheet_fault){ .code = code, .column = -1 };
	return -EBADMSG;
}

int
fault_limit(struct sheet_fault *ret_fault, enum sheet_code code, uint64_t limit)
{
	*ret_fault = (struct sheet_fault){ .code = code, .limit = limit, .column = -1 };
	return -EBADMSG;
}

int
fault_errno(struct sheet_fault *ret_fault, int error)
{
	*ret_fault = (struct sheet_fault){
		.code = SHEET_CODE_sheet_unreadable, .error = error, .column = -1,
	};
	return -error;
}

int
fault_at(struct sheet_fault *fault, struct str sheet, uint32_t row, int32_t column, int result)
{
	/* It fits: names are cut when the workbook is read. */
	if (fault->sheet[0] == '\0')
		(void)str_copy(sheet, fault->sheet, sizeof(fault->sheet));
	if (fault->row == 0)
		fault->row = row;
	if (fault->column < 0)
		fault->column = column;
	return result;
}
