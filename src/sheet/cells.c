/* cells.c -- the row that is being made; references, numbers and days as spreadsheets have them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/when.h"
#include "sheet/inside.h"

#define SERIAL_1900_DAYS 25569 /* serial of 1970-01-01 */
#define SERIAL_1904_DAYS 24107
#define SERIAL_1900_LAST 2958465 /* 9999-12-31 */
#define SERIAL_LEAP      60      /* the 29 February 1900 that Lotus 1-2-3 believed in */
#define NUMBER_BYTES_MAX 400     /* of a number's text; a double never needs so many */

void
cells_init(struct cells *cells, const struct sheet_limits *limits)
{
	*cells = (struct cells){ .limits = limits };
	/* Pages that no text touches are never made, so the limit costs nothing. */
	cells->text = memory_new(limits->row_bytes_max);
}

void
cells_done(struct cells *cells)
{
	free(cells->cells);
	free(cells->spare);
	free(cells->text);
	*cells = (struct cells){ 0 };
}

void
cells_reset(struct cells *cells)
{
	cells->count = 0;
	cells->text_bytes = 0;
}

int
cells_text(struct cells *cells, size_t text_from, struct str text, struct sheet_fault *ret_fault)
{
	const struct sheet_limits *limits = cells->limits;

	if (cells->text_bytes - text_from + text.n > limits->cell_bytes_max)
		return fault_limit(ret_fault, SHEET_CODE_sheet_cell_bytes_max,
		    limits->cell_bytes_max);
	if (cells->text_bytes + text.n > limits->row_bytes_max)
		return fault_limit(ret_fault, SHEET_CODE_sheet_row_bytes_max,
		    limits->row_bytes_max);
	memcpy(cells->text + cells->text_bytes, text.p, text.n);
	cells->text_bytes += text.n;
	return 0;
}

struct sheet_cell *
cells_add(struct cells *cells)
{
	if (cells->count == cells->room) {
		cells->room = cells->room * 2 + 32;
		cells->cells = memory_grow(cells->cells, cells->room * sizeof(*cells->cells));
	}
	cells->cells[cells->count] = (struct sheet_cell){ 0 };
	return &cells->cells[cells->count++];
}

/* Keeps the anchor's value until the range ends below. */
static void
anchor_keep(struct merge_active *active, const struct sheet_cell *cell)
{
	active->anchor = *cell;
	active->text = memory_new(cell->text.n);
	memcpy(active->text, cell->text.p, cell->text.n);
	active->anchor.text.p = active->text;
	active->anchor.merged_from_row = active->range.row_first;
}

/* Empties the row for one that is made from it. */
static const struct sheet_cell *
cells_swap(struct cells *cells, size_t *ret_count)
{
	struct sheet_cell *from = cells->cells;
	size_t             room = cells->room;

	*ret_count = cells->count;
	cells->cells = cells->spare;
	cells->room = cells->spare_room;
	cells->spare = from;
	cells->spare_room = room;
	cells->count = 0;
	return from;
}

bool
cells_merge(struct cells *cells, struct merges *merges, uint32_t row)
{
	const struct sheet_cell *from;
	size_t                   at = 0, count, own = 0;

	if (merges->active_count == 0)
		return cells->count > 0;
	from = cells_swap(cells, &count);
	for (size_t i = 0; i < merges->active_count; i++) {
		struct merge_active      *active = &merges->active[i];
		const struct sheet_merge *range = &active->range;

		for (; at < count && from[at].column < range->column_first; own++)
			*cells_add(cells) = from[at++];
		if (row > range->row_first && active->anchor.kind != SHEET_EMPTY) {
			*cells_add(cells) = active->anchor;
		} else if (row == range->row_first && at < count &&
		    from[at].column == range->column_first) {
			if (range->row_last > row)
				anchor_keep(active, &from[at]);
			*cells_add(cells) = from[at++];
			own++;
		}
		while (at < count && from[at].column <= range->column_last)
			at++;
	}
	for (; at < count; own++)
		*cells_add(cells) = from[at++];
	return own > 0;
}

const struct sheet_cell *
sheet_row_cell(const struct sheet_row *row, uint32_t column)
{
	static const struct sheet_cell empty = { .text = { "", 0 } };
	size_t                         low = 0, high = row->cell_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (row->cells[middle].column == column)
			return &row->cells[middle];
		if (row->cells[middle].column < column)
			low = middle + 1;
		else
			high = middle;
	}
	return &empty;
}

const char *
reference_parse(const char *text, uint32_t *ret_column, uint32_t *ret_row)
{
	uint32_t column = 0, row = 0;

	for (; *text >= 'A' && *text <= 'Z'; text++)
		if ((column = column * 26 + (uint32_t)(*text - 'A') + 1) > SHEET_XLSX_COLUMNS_MAX)
			return NULL;
	if (column == 0 || *text < '1' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++)
		if ((row = row * 10 + (uint32_t)(*text - '0')) > SHEET_XLSX_ROWS_MAX)
			return NULL;
	*ret_column = column - 1;
	*ret_row = row;
	return text;
}

void
sheet_column_letters(uint32_t column, char ret_letters[static SHEET_COLUMN_LETTERS_BYTES])
{
	char     letters[SHEET_COLUMN_LETTERS_BYTES], *p = letters + sizeof(letters) - 1;
	uint64_t rest = (uint64_t)column + 1;

	for (*p = '\0'; rest > 0; rest = (rest - 1) / 26)
		*--p = (char)('A' + (rest - 1) % 26);
	memcpy(ret_letters, p, (size_t)(letters + sizeof(letters) - p));
}

static const char *
digits_skip(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

bool
number_parse(struct str text, double *ret_number)
{
	char        copy[NUMBER_BYTES_MAX];
	const char *p = copy, *digits;
	double      number;

	if (!str_copy(text, copy, sizeof(copy)) || strlen(copy) != text.n)
		return false;
	p += *p == '-' || *p == '+';
	digits = p;
	p = digits_skip(p);
	if (*p == '.')
		p = digits_skip(p + 1);
	if (p - digits < 1 + (memchr(digits, '.', (size_t)(p - digits)) != NULL))
		return false;
	if (*p == 'E' || *p == 'e') {
		p += p[1] == '-' || p[1] == '+' ? 2 : 1;
		digits = p;
		p = digits_skip(p);
		if (p == digits)
			return false;
	}
	if (*p != '\0')
		return false;
	number = strtod(copy, NULL);
	if (!isfinite(number))
		return false;
	*ret_number = number;
	return true;
}

bool
sheet_serial_date(double serial, bool is_1904, date_ymd *ret_date, int32_t *ret_day_ms)
{
	int64_t last = is_1904 ? SERIAL_1900_LAST - SERIAL_1900_DAYS + SERIAL_1904_DAYS
	                       : SERIAL_1900_LAST;
	int64_t day, day_ms;

	if (!(serial >= 0 && serial < (double)last + 1))
		return false;
	day = (int64_t)serial;
	day_ms = llround((serial - (double)day) * (double)DAY_MS);
	if (day_ms == DAY_MS) {
		day++;
		day_ms = 0;
	}
	if (day > last || (!is_1904 && day == SERIAL_LEAP))
		return false;
	if (is_1904)
		*ret_date = date_of_days(day - SERIAL_1904_DAYS);
	else if (day == 0)
		*ret_date = (date_ymd){ 0 };
	else
		*ret_date = date_of_days(day - SERIAL_1900_DAYS + (day < SERIAL_LEAP));
	*ret_day_ms = (int32_t)day_ms;
	return true;
}

bool
iso_date_parse(struct str text, struct sheet_cell *cell)
{
	struct str clock = str_slice(text, 10, SIZE_MAX);
	char       instant[TIME_TEXT_BYTES];
	date_ymd   date;
	time_ms    t = { 0 };

	if (!date_parse(str_slice(text, 0, 10), &date))
		return false;
	if (clock.n > 0) {
		/* On the wall, without a zone: read as if it were UTC on the first day there is. */
		if (clock.p[0] != 'T' || clock.n > 20)
			return false;
		(void)snprintf(instant, sizeof(instant), "1970-01-01%.*s%s", (int)clock.n, clock.p,
		    clock.p[clock.n - 1] == 'Z' ? "" : "Z");
		if (!time_parse(str_of(instant), &t) || t.ms < 0 || t.ms >= DAY_MS)
			return false;
	}
	cell->date = date;
	cell->day_ms = (int32_t)t.ms;
	cell->number = (double)(date_to_days(date) + SERIAL_1900_DAYS) +
	    (double)t.ms / (double)DAY_MS;
	return true;
}
