/*
 * csv.c -- records of text files: comma, tab or semicolon, quotes with newlines in them.
 *
 * RFC 4180 with what offices produce beside it: a quotation mark inside an unquoted field stands
 * for itself, and so does text after a closing one on the same line. When such text follows a
 * field of several lines, a mark was forgotten and the lines were swallowed: that is refused.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

#define SAMPLE_RECORDS_MAX 64 /* looked at to find the separator */

struct csv {
	struct text                text;
	const struct sheet_limits *limits;
	struct cells               cells;
	struct sheet_fault         fault;
	char                       separator;
	uint32_t                   line; /* 1-based, of the next character */
	bool                       is_after_return; /* a \n that follows ends no line of its own */
	bool                       is_ended;
};

/* What the text begins with, when it is markup and not a table. */
static int
markup_check(struct str head, struct sheet_fault *ret_fault)
{
	static const char *const html[] = {
		"<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<div", "<style",
		"mime-version:",
	};

	head = str_trim(head);
	while (str_starts(head, S("<!--"))) {
		ptrdiff_t end = str_find(head, S("-->"));

		head = str_trim(str_slice(head, end < 0 ? head.n : (size_t)end + 3, SIZE_MAX));
	}
	for (size_t i = 0; i < LEN(html); i++)
		if (head.n >= strlen(html[i]) && strncasecmp(head.p, html[i], strlen(html[i])) == 0)
			return fault_set(ret_fault, SHEET_CODE_sheet_is_html);
	if (!str_starts(head, S("<?xml")))
		return 0;
	return fault_set(ret_fault, str_find(head, S("<html")) >= 0 ? SHEET_CODE_sheet_is_html
	                                                           : SHEET_CODE_sheet_is_xml);
}

/* How many records of the sample agree on a number of fields above one, and on which. */
static size_t
separator_weight(struct str sample, char separator, size_t *ret_fields)
{
	size_t counts[SAMPLE_RECORDS_MAX], records = 0, fields = 1, best = 0;
	bool   is_quoted = false, is_blank = true;

	for (size_t i = 0; i <= sample.n && records < LEN(counts); i++) {
		char c = i < sample.n ? sample.p[i] : '\n';

		if (c == '"')
			is_quoted = !is_quoted;
		if (c == separator && !is_quoted)
			fields++;
		if ((c == '\n' || c == '\r') && !is_quoted) {
			if (!is_blank)
				counts[records++] = fields;
			fields = 1;
			is_blank = true;
		} else {
			is_blank = is_blank && (c == ' ' || c == separator);
		}
	}
	*ret_fields = 1;
	for (size_t i = 0; i < records; i++) {
		size_t agreeing = 0;

		for (size_t j = 0; j < records; j++)
			agreeing += counts[j] == counts[i];
		if (counts[i] > 1 && (agreeing > best ||
		    (agreeing == best && counts[i] > *ret_fields))) {
			best = agreeing;
			*ret_fields = counts[i];
		}
	}
	return best;
}

/* "sep=;" in the first line is Excel's own word for it, and no record. */
static char
separator_find(struct csv *csv)
{
	static const char candidates[] = { ',', '\t', ';' };
	struct str        sample = csv->text.window;
	char              found = ',';
	size_t            best = 0, best_fields = 1;

	if (sample.n >= 6 && strncasecmp(sample.p, "sep=", 4) == 0 &&
	    (sample.p[5] == '\r' || sample.p[5] == '\n') && sample.p[4] != '"') {
		found = sample.p[4];
		csv->text.window = str_slice(sample, 5, SIZE_MAX);
		return found;
	}
	for (size_t i = 0; i < LEN(candidates); i++) {
		size_t fields, weight = separator_weight(sample, candidates[i], &fields);

		if (weight > best || (weight == best && fields > best_fields)) {
			found = candidates[i];
			best = weight;
			best_fields = fields;
		}
	}
	return found;
}

int
csv_open(struct csv **ret_csv, const struct source *source, const struct sheet_limits *limits,
    struct sheet_fault *ret_fault)
{
	struct csv *csv = memory_new(sizeof(*csv));
	int         result;

	csv->limits = limits;
	csv->line = 1;
	cells_init(&csv->cells, limits);
	result = text_open(&csv->text, source, ret_fault);
	if (result == 0)
		result = text_fill(&csv->text, ret_fault);
	if (result == 0)
		result = fault_set(ret_fault, SHEET_CODE_sheet_empty);
	if (result == 1)
		result = markup_check(csv->text.window, ret_fault);
	if (result != 0) {
		csv_close(csv);
		return result;
	}
	csv->separator = separator_find(csv);
	*ret_csv = csv;
	return 0;
}

void
csv_close(struct csv *csv)
{
	if (csv == NULL)
		return;
	text_close(&csv->text);
	cells_done(&csv->cells);
	free(csv);
}

enum place {
	FIELD_BEGIN,
	FIELD_PLAIN,
	FIELD_QUOTED,
	FIELD_CLOSED, /* behind a quotation mark that may be doubled, or the closing one */
};

/* The record that is being read. */
struct record {
	enum place place;
	size_t     field_from; /* in cells.text */
	uint32_t   column, line, field_line;
	bool       is_over;
};

static void
line_ends(struct csv *csv, char c)
{
	if (c == '\r' || !csv->is_after_return)
		csv->line++;
	csv->is_after_return = c == '\r';
}

static int
refuse(struct csv *csv, enum sheet_code code, const struct record *record)
{
	return fault_at(&csv->fault, (struct str){ NULL, 0 }, record->field_line,
	    (int32_t)record->column, fault_set(&csv->fault, code));
}

/* ="440304…" is how programs keep Excel from making a number of it: the value is inside. */
static struct str
formula_strip(struct str text)
{
	if (text.n < 3 || !str_starts(text, S("=\"")) || text.p[text.n - 1] != '"' ||
	    memchr(text.p + 2, '"', text.n - 3) != NULL)
		return text;
	return str_slice(text, 2, text.n - 3);
}

static int
field_end(struct csv *csv, struct record *record)
{
	size_t             bytes = csv->cells.text_bytes - record->field_from;
	struct sheet_cell *cell;
	struct str         text;

	if (record->column >= csv->limits->columns_max)
		return fault_limit(&csv->fault, SHEET_CODE_sheet_columns_max,
		    csv->limits->columns_max);
	text = formula_strip((struct str){ csv->cells.text + record->field_from, bytes });
	if (text.n > 0) {
		cell = cells_add(&csv->cells);
		cell->column = record->column;
		cell->kind = SHEET_TEXT;
		cell->text = text;
	}
	record->column++;
	record->field_from = csv->cells.text_bytes;
	record->place = FIELD_BEGIN;
	return 0;
}

/* Bytes of the window that belong to the field as they are. */
static int
run_take(struct csv *csv, struct record *record)
{
	struct str *window = &csv->text.window, run = { window->p, 0 };
	bool        is_quoted = record->place == FIELD_QUOTED;
	int         result;

	for (; run.n < window->n; run.n++) {
		char c = window->p[run.n];

		if (is_quoted ? c == '"' : c == csv->separator || c == '\n' || c == '\r')
			break;
		if (c == '\n' || c == '\r')
			line_ends(csv, c);
		else
			csv->is_after_return = false;
	}
	result = run.n == 0 ? 0
	    : cells_text(&csv->cells, record->field_from, run, &csv->fault);
	*window = str_slice(*window, run.n, SIZE_MAX);
	return result;
}

/* The character that ended a run, or that a field begins with. */
static int
mark_take(struct csv *csv, struct record *record)
{
	char c = csv->text.window.p[0];

	if (c == '"' && record->place == FIELD_BEGIN) {
		record->place = FIELD_QUOTED;
		record->field_line = csv->line;
	} else if (c == '"' && record->place == FIELD_QUOTED) {
		record->place = FIELD_CLOSED;
	} else if (c == '"' && record->place == FIELD_CLOSED) {
		record->place = FIELD_QUOTED;
		csv->text.window = str_slice(csv->text.window, 1, SIZE_MAX);
		return cells_text(&csv->cells, record->field_from, S("\""), &csv->fault);
	} else if (c == csv->separator) {
		csv->text.window = str_slice(csv->text.window, 1, SIZE_MAX);
		return field_end(csv, record);
	} else if (c == '\n' || c == '\r') {
		line_ends(csv, c);
		record->is_over = true;
		csv->text.window = str_slice(csv->text.window, 1, SIZE_MAX);
		return field_end(csv, record);
	} else {
		if (record->place == FIELD_CLOSED && csv->line != record->field_line)
			return refuse(csv, SHEET_CODE_sheet_quote_unclosed, record);
		record->place = FIELD_PLAIN;
		return 0;
	}
	csv->is_after_return = false;
	csv->text.window = str_slice(csv->text.window, 1, SIZE_MAX);
	return 0;
}

/* The text is over: what stands is a record, unless a quotation mark is open. */
static int
text_end(struct csv *csv, struct record *record)
{
	csv->is_ended = true;
	record->is_over = true;
	if (record->place == FIELD_QUOTED)
		return refuse(csv, SHEET_CODE_sheet_quote_unclosed, record);
	return field_end(csv, record);
}

static int
record_read(struct csv *csv, struct record *record)
{
	int result = 0;

	while (result == 0 && !record->is_over) {
		if (csv->text.window.n == 0) {
			result = text_fill(&csv->text, &csv->fault);
			if (result == 0)
				return text_end(csv, record);
			if (result < 0)
				return result;
		}
		/* The \n of a \r\n that ended the record before. */
		if (csv->is_after_return && record->place == FIELD_BEGIN && record->column == 0 &&
		    csv->text.window.p[0] == '\n') {
			csv->is_after_return = false;
			csv->text.window = str_slice(csv->text.window, 1, SIZE_MAX);
			result = 0;
			continue;
		}
		result = record->place == FIELD_PLAIN || record->place == FIELD_QUOTED
		    ? run_take(csv, record)
		    : 0;
		if (result == 0 && csv->text.window.n > 0)
			result = mark_take(csv, record);
	}
	return result;
}

int
csv_next(struct csv *csv, struct sheet_row *ret_row, struct sheet_fault *ret_fault)
{
	struct record record;
	int           result;

	while (!csv->is_ended) {
		record = (struct record){ .line = csv->line, .field_line = csv->line };
		cells_reset(&csv->cells);
		result = record_read(csv, &record);
		if (result != 0) {
			*ret_fault = csv->fault;
			return fault_at(ret_fault, (struct str){ NULL, 0 }, record.line,
			    (int32_t)record.column, result);
		}
		if (csv->cells.count == 0)
			continue;
		*ret_row = (struct sheet_row){
			.number = record.line,
			.cell_count = csv->cells.count,
			.cells = csv->cells.cells,
		};
		return 1;
	}
	return 0;
}
