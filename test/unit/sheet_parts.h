/* sheet_parts.h -- for the tests of src/sheet: workbooks from parts, and rows as one line each. */
#pragma once
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/str.h"
#include "sheet/inside.h"

#define XMLNS "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELNS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char rels_usual[] =
    "<Relationships><Relationship Id=\"r1\" Type=\"" RELNS "/officeDocument\" "
    "Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_rels_usual[] =
    "<Relationships><Relationship Id=\"r1\" Type=\"" RELNS "/worksheet\" "
    "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"" RELNS
    "/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"r3\" Type=\"" RELNS
    "/styles\" Target=\"/xl/styles.xml\"/></Relationships>";
static const char book_usual[] =
    "<workbook " XMLNS " xmlns:r=\"" RELNS "\"><sheets><sheet name=\"一栋\" sheetId=\"1\" "
    "r:id=\"r1\"/></sheets></workbook>";

/* The parts of a workbook with one sheet; NULL leaves strings or styles out. */
struct workbook {
	struct sheet_part parts[6];
	size_t count;
};

static inline struct workbook
workbook_of(const char *sheet, const char *strings, const char *styles)
{
	struct workbook w = { .parts = {
		{ "_rels/.rels", str_of(rels_usual) },
		{ "xl/workbook.xml", str_of(book_usual) },
		{ "xl/_rels/workbook.xml.rels", str_of(book_rels_usual) },
		{ "xl/worksheets/sheet1.xml", str_of(sheet) },
	}, .count = 4 };

	if (strings != NULL)
		w.parts[w.count++] = (struct sheet_part){ "xl/sharedStrings.xml", str_of(strings) };
	if (styles != NULL)
		w.parts[w.count++] = (struct sheet_part){ "xl/styles.xml", str_of(styles) };
	return w;
}

/* 一栋 3: A'text' B#1.50 C@2022-03-05 D@+34200000 E?TRUE F!#N/A G^2'above' */
static inline void
row_dump(const struct sheet_row *row, struct buffer *b)
{
	static const char marks[] = { ' ', '\'', '#', '@', '?', '!' };

	buffer_printf(b, "%.*s%s%s%u%s:", (int)row->sheet.n, row->sheet.p,
	    row->is_sheet_hidden ? "(hidden)" : "", row->sheet.n > 0 ? " " : "", row->number,
	    row->is_hidden ? "h" : "");
	for (size_t i = 0; i < row->cell_count; i++) {
		const struct sheet_cell *cell = &row->cells[i];
		char letters[SHEET_COLUMN_LETTERS_BYTES];

		sheet_column_letters(cell->column, letters);
		buffer_printf(b, " %s", letters);
		if (cell->merged_from_row > 0)
			buffer_printf(b, "^%u", cell->merged_from_row);
		buffer_char(b, marks[cell->kind]);
		if (cell->kind == SHEET_DATE && cell->date.ymd != 0)
			buffer_i64(b, cell->date.ymd);
		if (cell->kind == SHEET_DATE && cell->day_ms != 0)
			buffer_printf(b, "+%d", cell->day_ms);
		if (cell->kind != SHEET_DATE)
			buffer_add(b, cell->text);
		if (cell->kind == SHEET_TEXT)
			buffer_char(b, '\'');
	}
	buffer_char(b, '\n');
}

/* All rows, or what stopped them: "sheet_quote_unclosed 3 B", and closes. */
static inline void
sheet_dump(struct sheet *sheet, int result, struct sheet_fault *fault, struct buffer *b)
{
	struct sheet_row row;

	if (result == 0) {
		while ((result = sheet_next(sheet, &row, fault)) == 1)
			row_dump(&row, b);
		if (result < 0) {
			struct sheet_fault again;

			assert_int_equal(sheet_next(sheet, &row, &again), result);
			assert_int_equal(again.code, fault->code);
		}
		sheet_close(sheet);
	}
	if (result < 0) {
		assert_true(fault->code > SHEET_NO_FAULT && fault->code < SHEET_CODE_COUNT);
		assert_int_equal(result, fault->error != 0 ? -fault->error : -EBADMSG);
		buffer_printf(b, "%s", sheet_fault_name(fault->code));
		if (fault->row > 0)
			buffer_printf(b, " %u", fault->row);
		if (fault->column >= 0) {
			char letters[SHEET_COLUMN_LETTERS_BYTES];

			sheet_column_letters((uint32_t)fault->column, letters);
			buffer_printf(b, " %s", letters);
		}
		buffer_char(b, '\n');
	}
	buffer_char(b, '\0');
}

#define assert_dump(b, expected)                                                                   \
	do {                                                                                       \
		assert_string_equal((b).p, expected);                                              \
		buffer_done(&(b));                                                                 \
	} while (0)

/* Each is read twice: row by row, and by the thread that reads ahead. */
#define assert_parts(w, limits, expected)                                                          \
	for (int ahead_ = 0; ahead_ < 2; ahead_++) {                                               \
		struct buffer dump_ = { 0 };                                                       \
		struct sheet *sheet_ = NULL;                                                       \
		struct sheet_fault fault_ = { 0 };                                                 \
		int r_ = sheet_open_parts((w).parts, (w).count, limits, &sheet_, &fault_);         \
		if (r_ == 0 && ahead_ == 1)                                                        \
			sheet_read_ahead(sheet_);                                                  \
		sheet_dump(sheet_, r_, &fault_, &dump_);                                           \
		assert_dump(dump_, expected);                                                      \
	}

#define assert_bytes(bytes, limits, expected)                                                      \
	for (int ahead_ = 0; ahead_ < 2; ahead_++) {                                               \
		struct buffer dump_ = { 0 };                                                       \
		struct sheet *sheet_ = NULL;                                                       \
		struct sheet_fault fault_ = { 0 };                                                 \
		int r_ = sheet_open_memory(bytes, limits, &sheet_, &fault_);                       \
		if (r_ == 0 && ahead_ == 1)                                                        \
			sheet_read_ahead(sheet_);                                                  \
		sheet_dump(sheet_, r_, &fault_, &dump_);                                           \
		assert_dump(dump_, expected);                                                      \
	}

#define assert_file(path, limits, expected)                                                        \
	for (int ahead_ = 0; ahead_ < 2; ahead_++) {                                               \
		struct buffer dump_ = { 0 };                                                       \
		struct sheet *sheet_ = NULL;                                                       \
		struct sheet_fault fault_ = { 0 };                                                 \
		int r_ = sheet_open(path, limits, &sheet_, &fault_);                               \
		if (r_ == 0 && ahead_ == 1)                                                        \
			sheet_read_ahead(sheet_);                                                  \
		sheet_dump(sheet_, r_, &fault_, &dump_);                                           \
		assert_dump(dump_, expected);                                                      \
	}

/* A directory of the test's own, removed with what lies in it. */
struct folder {
	char path[64];
};

static inline struct folder
folder_new(void)
{
	struct folder f = { "/tmp/redvest-sheet.XXXXXX" };

	assert_non_null(mkdtemp(f.path));
	return f;
}

static inline void
folder_remove(struct folder *f)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", f->path);
	assert_int_equal(system(command), 0);
}
