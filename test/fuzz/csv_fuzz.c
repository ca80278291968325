/*
 * csv_fuzz.c -- any bytes as a file: a table, or a refusal with a name; then read back what the
 * writer of CSV makes of the first cells, which must be the same cells.
 */
#include <errno.h>
#include <stdlib.h>
#include "base/str.h"
#include "sheet/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small enough that the fuzzer reaches them. */
static struct sheet_limits
limits_small(void)
{
	struct sheet_limits limits = sheet_limits_usual;

	limits.row_bytes_max = KIB(16);
	limits.cell_bytes_max = KIB(4);
	limits.columns_max = 64;
	limits.rows_max = 1000;
	return limits;
}

static void
row_check(const struct sheet_row *row, uint32_t number_before)
{
	if (row->cell_count == 0 || row->number <= number_before)
		abort();
	for (size_t i = 0; i < row->cell_count; i++) {
		const struct sheet_cell *cell = &row->cells[i];

		if (cell->text.n == 0 || !utf8_is_valid(cell->text) || cell->kind != SHEET_TEXT)
			abort();
		if (i > 0 && cell->column <= row->cells[i - 1].column)
			abort();
		if (sheet_row_cell(row, cell->column) != cell)
			abort();
	}
}

/* Any text quoted by the writer is one cell to the reader, up to the apostrophe. */
static void
field_check(struct str text)
{
	struct buffer b = { 0 };
	struct sheet *sheet;
	struct sheet_row row;
	struct sheet_fault fault;
	struct str found;

	buffer_add(&b, S("\xef\xbb\xbf"
			 "x,"));
	csv_text(&b, text);
	buffer_add(&b, S("\r\n"));
	if (sheet_open_memory(buffer_str(&b), NULL, &sheet, &fault) != 0 ||
	    sheet_next(sheet, &row, &fault) != 1 || row.cell_count != 2)
		abort();
	found = row.cells[1].text;
	if (!str_equal(found, text) &&
	    !(found.p[0] == '\'' && str_equal(str_slice(found, 1, SIZE_MAX), text)))
		abort();
	if (sheet_next(sheet, &row, &fault) != 0)
		abort();
	sheet_close(sheet);
	buffer_done(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sheet_limits limits = limits_small();
	struct sheet *sheet;
	struct sheet_row row;
	struct sheet_fault fault;
	struct buffer b = { 0 };
	uint32_t number = 0;
	int result;

	/* A zip is xlsx_fuzz's. */
	if (size > 1 && data[0] == 'P' && data[1] == 'K')
		return 0;
	result =
	    sheet_open_memory((struct str){ (const char *)data, size }, &limits, &sheet, &fault);
	if (result == 0) {
		while ((result = sheet_next(sheet, &row, &fault)) == 1) {
			row_check(&row, number);
			if (number == 0)
				field_check(row.cells[0].text);
			number = row.number;
		}
		sheet_close(sheet);
	}
	if (result < 0) {
		sheet_fault_print(&fault, SHEET_CHINESE, &b);
		if (result != -EBADMSG || fault.code == SHEET_NO_FAULT ||
		    !utf8_is_valid(buffer_str(&b)))
			abort();
		buffer_done(&b);
	}
	return 0;
}
