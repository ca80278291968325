/*
 * xlsx_fuzz.c -- any bytes as a workbook. What begins like a zip goes the whole way; all else is
 * cut at bytes 0xff, which are in no UTF-8, into sheet, strings, styles, workbook and relations,
 * so that no checksum stands between the fuzzer and the parsers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "sheet/inside.h"

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sheet_limits
limits_small(void)
{
	struct sheet_limits limits = sheet_limits_usual;

	limits.row_bytes_max = KIB(16);
	limits.cell_bytes_max = KIB(4);
	limits.columns_max = 64;
	limits.rows_max = 1000;
	limits.part_bytes_max = MIB(1);
	limits.total_bytes_max = MIB(4);
	limits.merges_abreast_max = 16;
	return limits;
}

static void
row_check(const struct sheet *sheet, const struct sheet_row *row)
{
	struct sheet_merge merge;

	if (row->cell_count == 0 || row->number == 0 || !utf8_is_valid(row->sheet))
		abort();
	for (size_t i = 0; i < row->cell_count; i++) {
		const struct sheet_cell *cell = &row->cells[i];

		if (cell->kind == SHEET_EMPTY || cell->text.n == 0 || !utf8_is_valid(cell->text))
			abort();
		if (i > 0 && cell->column <= row->cells[i - 1].column)
			abort();
		if (cell->merged_from_row >= row->number)
			abort();
		if (cell->merged_from_row > 0 &&
		    (!sheet_merge_of(sheet, cell->column, &merge) ||
			merge.row_first != cell->merged_from_row || merge.row_last < row->number))
			abort();
	}
}

static void
rows_check(struct sheet *sheet, int result, struct sheet_fault *fault)
{
	struct sheet_row row;
	struct buffer b = { 0 };

	if (result == 0) {
		while ((result = sheet_next(sheet, &row, fault)) == 1)
			row_check(sheet, &row);
		sheet_close(sheet);
	}
	if (result < 0) {
		sheet_fault_print(fault, SHEET_ENGLISH, &b);
		if (result != -EBADMSG || fault->code == SHEET_NO_FAULT)
			abort();
		buffer_done(&b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sheet_limits limits = limits_small();
	struct sheet *sheet = NULL;
	struct sheet_fault fault;
	struct str rest = { (const char *)data, size }, bytes;
	struct sheet_part parts[] = {
		{ "xl/worksheets/sheet1.xml", { NULL, 0 } },
		{ "xl/sharedStrings.xml", { NULL, 0 } },
		{ "xl/styles.xml", { NULL, 0 } },
		{ "xl/workbook.xml",
		    S("<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>") },
		{ "xl/_rels/workbook.xml.rels",
		    S("<Relationships>"
		      "<Relationship Id=\"r1\" Type=\"" REL
		      "worksheet\" Target=\"worksheets/sheet1.xml\"/>"
		      "<Relationship Id=\"r2\" Type=\"" REL
		      "sharedStrings\" Target=\"sharedStrings.xml\"/>"
		      "<Relationship Id=\"r3\" Type=\"" REL "styles\" Target=\"styles.xml\"/>"
		      "</Relationships>") },
	};
	size_t count = 0;
	int result;

	if (str_starts(rest, S("PK"))) {
		result = sheet_open_memory(rest, &limits, &sheet, &fault);
		rows_check(sheet, result, &fault);
		return 0;
	}
	/* A part that is empty is as above, or absent as far as the reader can tell. */
	for (; count < LEN(parts) && str_split(&rest, '\xff', &bytes); count++)
		if (bytes.n > 0)
			parts[count].bytes = bytes;
	result = sheet_open_parts(parts, LEN(parts), &limits, &sheet, &fault);
	rows_check(sheet, result, &fault);
	return 0;
}
