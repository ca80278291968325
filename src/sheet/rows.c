/*
 * rows.c -- the rows of a workbook, pulled one by one out of a parser that pushes: it is paused at
 * the end of each row that holds something.
 */
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

enum cell_type {
	TYPE_NUMBER,
	TYPE_SHARED,
	TYPE_STRING,
	TYPE_INLINE,
	TYPE_BOOL,
	TYPE_ERROR,
	TYPE_ISO,
};

struct rows {
	struct package            *package; /* borrowed */
	const struct sheet_limits *limits;
	struct book                book;
	struct strings             strings;
	struct styles              styles;
	struct merges              merges;
	struct cells               cells;
	struct xml                 xml;
	struct sheet_fault         fault;
	size_t                     sheet_at;
	bool                       is_sheet_open;

	/* The row and the cell that the parser is in. */
	uint32_t       row;    /* 1-based */
	uint32_t       column; /* 0-based */
	uint32_t       column_next;
	bool           is_in_rows, is_in_row, is_in_cell; /* each only inside the one before */
	bool           is_row_hidden, is_text, is_phonetic, is_preserved;
	enum cell_type type;
	unsigned long  style;
	size_t         text_from, piece_from;
};

static void
row_begin(struct xml *xml, struct rows *r, const char **atts)
{
	uint64_t number = (uint64_t)r->row + 1;

	r->is_row_hidden = false;
	for (; atts[0] != NULL; atts += 2) {
		if (strcmp(atts[0], "r") == 0)
			number = strtoull(atts[1], NULL, 10);
		else if (strcmp(atts[0], "hidden") == 0)
			r->is_row_hidden = xml_is_true(atts[1]);
	}
	if (number > SHEET_XLSX_ROWS_MAX) {
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_rows_max,
		    SHEET_XLSX_ROWS_MAX));
	} else if (number <= r->row) {
		xml_refuse(xml, fault_set(xml->fault, SHEET_CODE_sheet_rows_disordered));
	} else {
		r->row = (uint32_t)number;
		r->column_next = 0;
		r->is_in_row = true;
	}
}

static enum cell_type
type_of(const char *t)
{
	static const struct {
		const char    *name;
		enum cell_type type;
	} types[] = {
		{ "s", TYPE_SHARED }, { "inlineStr", TYPE_INLINE }, { "str", TYPE_STRING },
		{ "b", TYPE_BOOL },   { "e", TYPE_ERROR },          { "d", TYPE_ISO },
	};

	for (size_t i = 0; t != NULL && i < LEN(types); i++)
		if (strcmp(t, types[i].name) == 0)
			return types[i].type;
	return TYPE_NUMBER;
}

static void
cell_begin(struct xml *xml, struct rows *r, const char **atts)
{
	const char *type = NULL;
	uint32_t    row;

	r->column = r->column_next;
	r->style = 0;
	for (; atts[0] != NULL; atts += 2) {
		if (atts[0][0] == '\0' || atts[0][1] != '\0')
			continue;
		if (atts[0][0] == 't')
			type = atts[1];
		else if (atts[0][0] == 's')
			r->style = strtoul(atts[1], NULL, 10);
		else if (atts[0][0] == 'r' && reference_parse(atts[1], &r->column, &row) == NULL)
			r->column = UINT32_MAX;
	}
	if (r->column >= r->limits->columns_max) {
		r->column = r->column_next;
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_columns_max,
		    r->limits->columns_max));
		return;
	}
	if (r->column < r->column_next) {
		xml_refuse(xml, fault_set(xml->fault, SHEET_CODE_sheet_rows_disordered));
		return;
	}
	r->type = type_of(type);
	r->column_next = r->column + 1;
	r->text_from = r->cells.text_bytes;
	r->is_in_cell = true;
}

static void
piece_begin(struct rows *r, const char **atts)
{
	const char *space = xml_att(atts, "space");

	r->is_preserved = space != NULL && strcmp(space, "preserve") == 0;
	r->is_text = true;
	r->piece_from = r->cells.text_bytes;
}

static void
on_start(struct xml *xml, const char *name, const char **atts)
{
	struct rows *r = xml->context;
	bool         is_row = strcmp(name, "row") == 0, is_cell = strcmp(name, "c") == 0;

	if (!r->is_in_rows) {
		r->is_in_rows = strcmp(name, "sheetData") == 0;
	} else if (is_row && !r->is_in_row) {
		row_begin(xml, r, atts);
	} else if (is_cell && r->is_in_row && !r->is_in_cell) {
		cell_begin(xml, r, atts);
	} else if (is_row || is_cell) {
		xml_refuse(xml, fault_set(xml->fault, SHEET_CODE_sheet_xml_broken));
	} else if (r->is_in_cell && strcmp(name, "v") == 0) {
		r->is_text = true;
		r->is_preserved = true;
		r->piece_from = r->cells.text_bytes;
	} else if (r->type == TYPE_INLINE && strcmp(name, "t") == 0) {
		if (r->is_in_cell && !r->is_phonetic)
			piece_begin(r, atts);
	} else if (strcmp(name, "rPh") == 0) {
		r->is_phonetic = true;
	}
}

/* The number that a cell of no other type holds; formatted as a date, it is one if it can be. */
static void
number_fill(const struct rows *r, struct sheet_cell *cell)
{
	cell->text = text_collapse(cell->text);
	if (!number_parse(cell->text, &cell->number)) {
		cell->kind = SHEET_TEXT;
		return;
	}
	cell->kind = r->style < r->styles.count && r->styles.is_date[r->style] &&
	    sheet_serial_date(cell->number, r->book.is_1904, &cell->date, &cell->day_ms)
	    ? SHEET_DATE
	    : SHEET_NUMBER;
}

/* The value by its type; 0 or the refusal. */
static int
cell_fill(struct rows *r, struct sheet_cell *cell, struct sheet_fault *fault)
{
	int64_t index;

	switch (r->type) {
	case TYPE_NUMBER:
		number_fill(r, cell);
		break;
	case TYPE_SHARED:
		if (!str_to_i64(text_collapse(cell->text), &index) || index < 0 ||
		    (uint64_t)index >= r->strings.count)
			return fault_set(fault, SHEET_CODE_sheet_string_missing);
		cell->text = strings_at(&r->strings, (size_t)index);
		cell->kind = SHEET_TEXT;
		r->cells.text_bytes = r->text_from;
		break;
	case TYPE_STRING:
	case TYPE_INLINE:
		cell->kind = SHEET_TEXT;
		break;
	case TYPE_BOOL:
		cell->kind = SHEET_BOOL;
		cell->number = str_equal(cell->text, S("1")) || str_equal(cell->text, S("true"));
		cell->text = cell->number != 0 ? S("TRUE") : S("FALSE");
		break;
	case TYPE_ERROR:
		cell->kind = SHEET_ERROR;
		break;
	case TYPE_ISO:
		cell->kind = iso_date_parse(cell->text, cell) ? SHEET_DATE : SHEET_TEXT;
		break;
	}
	return 0;
}

static void
cell_end(struct xml *xml, struct rows *r)
{
	struct sheet_cell *cell;
	int                result;

	r->is_phonetic = false;
	if (r->cells.text_bytes == r->text_from) {
		r->is_in_cell = false;
		return;
	}
	cell = cells_add(&r->cells);
	cell->column = r->column;
	cell->text = (struct str){ r->cells.text + r->text_from,
		r->cells.text_bytes - r->text_from };
	result = cell_fill(r, cell, xml->fault);
	if (result != 0) {
		xml_refuse(xml, result);
		return;
	}
	r->is_in_cell = false;
	if (cell->text.n == 0)
		r->cells.count--;
}

static void
piece_end(struct rows *r)
{
	char      *text = r->cells.text + r->piece_from;
	struct str piece = { text, r->cells.text_bytes - r->piece_from };

	r->is_text = false;
	if (r->type != TYPE_INLINE && r->type != TYPE_STRING)
		return;
	if (!r->is_preserved)
		piece = text_collapse(piece);
	memmove(text, piece.p, piece.n);
	r->cells.text_bytes = r->piece_from + text_unescape(text, piece.n);
}

static void
on_end(struct xml *xml, const char *name)
{
	struct rows *r = xml->context;

	if (!r->is_in_rows)
		return;
	if (r->is_text) {
		if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
			piece_end(r);
	} else if (strcmp(name, "c") == 0) {
		cell_end(xml, r);
	} else if (strcmp(name, "rPh") == 0) {
		r->is_phonetic = false;
	} else if (strcmp(name, "row") == 0) {
		r->is_in_row = false;
		if (r->cells.count > 0)
			xml_suspend(xml);
	} else if (strcmp(name, "sheetData") == 0) {
		xml_end(xml);
	}
}

static void
on_text(struct xml *xml, struct str text)
{
	struct rows *r = xml->context;
	int          result;

	if (!r->is_text)
		return;
	result = cells_text(&r->cells, r->text_from, text, xml->fault);
	if (result != 0)
		xml_refuse(xml, result);
}

static int
sheet_begin(struct rows *r)
{
	static const struct xml_handlers handlers = { on_start, on_end, on_text };
	const char                      *part = r->book.sheets[r->sheet_at].part;
	int                              result;

	r->row = 0;
	r->is_in_rows = r->is_in_row = r->is_in_cell = false;
	r->is_text = r->is_phonetic = false;
	result = merges_load(&r->merges, r->package, part, &r->fault);
	if (result != 0)
		return result;
	xml_init(&r->xml, &handlers, r, r->limits, &r->fault);
	r->is_sheet_open = true;
	return part_open(r->package, part, &r->xml.part, &r->fault);
}

static void
sheet_end(struct rows *r)
{
	merges_done(&r->merges);
	xml_done(&r->xml);
	r->is_sheet_open = false;
}

/* 1: a row stands in r->cells; 0: this sheet has no more. */
static int
sheet_row_next(struct rows *r)
{
	int result;

	do {
		cells_reset(&r->cells);
		result = xml_step(&r->xml);
		if (result != XML_STEP_SUSPENDED)
			return result;
		result = merges_enter_row(&r->merges, r->row, r->limits->merges_abreast_max,
		    &r->fault);
		if (result != 0)
			return result;
	} while (!cells_merge(&r->cells, &r->merges, r->row));
	return 1;
}

/* Where the fault is: the row being read, and the column, if it lies in a cell. */
static int
fault_place(struct rows *r, int result, struct sheet_fault *ret_fault)
{
	bool is_in_row = r->is_sheet_open && r->row > 0;

	*ret_fault = r->fault;
	return fault_at(ret_fault, r->book.sheets[r->sheet_at].name, is_in_row ? r->row : 0,
	    is_in_row && r->is_in_cell ? (int32_t)r->column : -1, result);
}

int
rows_next(struct rows *rows, struct sheet_row *ret_row, struct sheet_fault *ret_fault)
{
	const struct book_sheet *sheet;
	int                      result;

	for (; rows->sheet_at < rows->book.sheet_count; rows->sheet_at++) {
		result = rows->is_sheet_open ? 0 : sheet_begin(rows);
		if (result == 0)
			result = sheet_row_next(rows);
		if (result < 0)
			return fault_place(rows, result, ret_fault);
		if (result == 0) {
			sheet_end(rows);
			continue;
		}
		sheet = &rows->book.sheets[rows->sheet_at];
		*ret_row = (struct sheet_row){
			.sheet = sheet->name,
			.sheet_index = (uint32_t)rows->sheet_at,
			.number = rows->row,
			.is_sheet_hidden = sheet->is_hidden,
			.is_hidden = rows->is_row_hidden,
			.cell_count = rows->cells.count,
			.cells = rows->cells.cells,
		};
		return 1;
	}
	return 0;
}

int
rows_open(struct rows **ret_rows, struct package *package, const struct sheet_limits *limits,
    struct sheet_fault *ret_fault)
{
	struct rows *rows = memory_new(sizeof(*rows));
	int          result;

	rows->package = package;
	rows->limits = limits;
	cells_init(&rows->cells, limits);
	result = book_load(&rows->book, package, ret_fault);
	if (result == 0 && rows->book.styles_part != NULL &&
	    package_has(package, rows->book.styles_part))
		result = styles_load(&rows->styles, package, rows->book.styles_part, ret_fault);
	/* Without the part, a cell that refers to it is refused. */
	if (result == 0 && rows->book.strings_part != NULL &&
	    package_has(package, rows->book.strings_part))
		result = strings_load(&rows->strings, package, rows->book.strings_part, ret_fault);
	if (result != 0) {
		rows_close(rows);
		return result;
	}
	*ret_rows = rows;
	return 0;
}

void
rows_close(struct rows *rows)
{
	if (rows == NULL)
		return;
	if (rows->is_sheet_open)
		sheet_end(rows);
	merges_done(&rows->merges);
	cells_done(&rows->cells);
	strings_done(&rows->strings);
	styles_done(&rows->styles);
	book_done(&rows->book);
	free(rows);
}

const struct merges *
rows_merges(const struct rows *rows)
{
	return &rows->merges;
}

bool
rows_is_1904(const struct rows *rows)
{
	return rows->book.is_1904;
}
