/*
 * annotate.c -- the answer to an import: the sheet that came, with a remark beside each row.
 * The input is read twice, because the remarks' column lies beyond the widest row.
 */
#include <errno.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

struct widths {
	uint32_t *columns; /* owned; by sheet: how many its widest row has */
	size_t    count;
};

static int
widths_read(const char *input, const struct sheet_limits *limits, struct widths *ret_widths,
    struct sheet_fault *ret_fault)
{
	struct sheet    *sheet;
	struct sheet_row row;
	int              result = sheet_open(input, limits, &sheet, ret_fault);

	if (result != 0)
		return result;
	while ((result = sheet_next(sheet, &row, ret_fault)) == 1) {
		uint32_t columns = row.cells[row.cell_count - 1].column + 1;

		for (; ret_widths->count <= row.sheet_index; ret_widths->count++) {
			ret_widths->columns = memory_grow(ret_widths->columns,
			    (ret_widths->count + 1) * sizeof(*ret_widths->columns));
			ret_widths->columns[ret_widths->count] = 0;
		}
		if (columns > ret_widths->columns[row.sheet_index])
			ret_widths->columns[row.sheet_index] = columns;
	}
	sheet_close(sheet);
	return result;
}

struct annotating {
	struct sheet_writer       *writer;
	const struct sheet_remark *remarks; /* those to come */
	size_t                     remark_count;
	struct widths              widths;
	struct buffer              dates, remark; /* of the row */
	struct sheet_value        *values;        /* owned; of the widest row there may be */
};

#define DATE_BYTES_MAX 32

/* Remarks on this row, joined; those on rows that hold nothing are passed over. */
static struct str
remarks_take(struct annotating *a, const struct sheet_row *row)
{
	buffer_reset(&a->remark);
	for (; a->remark_count > 0; a->remarks++, a->remark_count--) {
		const struct sheet_remark *remark = a->remarks;

		if (remark->sheet_index > row->sheet_index ||
		    (remark->sheet_index == row->sheet_index && remark->row > row->number))
			break;
		if (remark->sheet_index < row->sheet_index || remark->row < row->number)
			continue;
		if (a->remark.n > 0)
			buffer_add(&a->remark, S("；"));
		buffer_add(&a->remark, remark->text);
	}
	return buffer_str(&a->remark);
}

/* A day number says nothing to people, so it is written out, into room that was made before. */
static struct str
date_cell(struct annotating *a, const struct sheet_cell *cell)
{
	size_t  from = a->dates.n;
	int32_t second = cell->day_ms / 1000;

	if (cell->date.ymd != 0)
		(void)date_text(&a->dates, cell->date);
	if (second > 0 || cell->date.ymd == 0)
		buffer_printf(&a->dates, "%s%02d:%02d:%02d", cell->date.ymd != 0 ? " " : "",
		    second / 3600, second / 60 % 60, second % 60);
	return (struct str){ a->dates.p + from, a->dates.n - from };
}

static int
row_write(struct annotating *a, const struct sheet_row *row)
{
	uint32_t remark_at;

	/* The file must not have changed since its widths were read. */
	if (row->sheet_index >= a->widths.count)
		return -ESTALE;
	remark_at = a->widths.columns[row->sheet_index];
	for (uint32_t i = 0; i < remark_at; i++)
		a->values[i] = (struct sheet_value){ .kind = SHEET_VALUE_EMPTY };
	buffer_reset(&a->dates);
	(void)buffer_reserve(&a->dates, row->cell_count * DATE_BYTES_MAX);
	for (size_t i = 0; i < row->cell_count; i++) {
		const struct sheet_cell *cell = &row->cells[i];

		if (cell->column >= remark_at)
			return -ESTALE;
		a->values[cell->column] = (struct sheet_value){
			.kind = SHEET_VALUE_TEXT,
			.text = cell->kind == SHEET_DATE ? date_cell(a, cell) : cell->text,
		};
	}
	a->values[remark_at] = (struct sheet_value){
		.kind = SHEET_VALUE_TEXT, .text = remarks_take(a, row),
	};
	writer_row_move(a->writer, row->number);
	return sheet_write_row(a->writer, a->values, (size_t)remark_at + 1);
}

static int
rows_copy(struct annotating *a, const char *input, const struct sheet_limits *limits,
    struct sheet_fault *ret_fault)
{
	struct sheet    *sheet;
	struct sheet_row row;
	uint32_t         sheet_index = UINT32_MAX;
	int              result = sheet_open(input, limits, &sheet, ret_fault);

	if (result != 0)
		return result;
	while ((result = sheet_next(sheet, &row, ret_fault)) == 1) {
		if (row.sheet_index != sheet_index) {
			sheet_index = row.sheet_index;
			result = writer_sheet_add(a->writer, row.sheet);
			if (result != 0)
				break;
		}
		result = row_write(a, &row);
		if (result != 0)
			break;
	}
	sheet_close(sheet);
	return result;
}

int
sheet_annotate(const char *input, const char *output, const struct sheet_limits *limits,
    const struct sheet_remark *remarks, size_t remark_count, struct sheet_fault *ret_fault)
{
	struct annotating a = { .remarks = remarks, .remark_count = remark_count };
	int               result;

	*ret_fault = (struct sheet_fault){ .column = -1 };
	result = widths_read(input, limits, &a.widths, ret_fault);
	if (result == 0)
		result = writer_open(output, SHEET_XLSX, &a.writer);
	if (result == 0) {
		a.values = memory_new((SHEET_XLSX_COLUMNS_MAX + 1) * sizeof(*a.values));
		result = rows_copy(&a, input, limits, ret_fault);
	}
	if (result == 0) {
		result = sheet_write_close(a.writer);
		a.writer = NULL;
	}
	if (result != 0 && ret_fault->code == SHEET_NO_FAULT)
		(void)fault_errno(ret_fault, -result);
	sheet_write_abandon(a.writer);
	free(a.widths.columns);
	free(a.values);
	buffer_done(&a.dates);
	buffer_done(&a.remark);
	return result;
}
