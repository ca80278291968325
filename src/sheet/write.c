/*
 * write.c -- a table written row by row into a file beside the wanted one, which takes its name
 * when it is whole.
 *
 * libxlsxwriter does not notice a full disk while it fills its temporary files; so a finished
 * workbook is read once before anybody gets to see it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/when.h"
#include "sheet/inside.h"

#define WIDTH_MIN          8
#define WIDTH_ROWS_MAX     1000 /* rows that are measured for the widths */
#define PRINT_CHARS_MAX    100  /* of the watermark, in header and footer; Excel takes 255 in all */
#define INTEGER_EXACT_MAX  INT64_C(999999999999999)
#define ESCAPE_BYTES       7    /* a control character as _x000D_ */
#define SERIAL_1970        25569
#define SERIAL_SAFE_YMD    19000301 /* from here on everybody's day numbers agree */

struct column {
	uint8_t width;
	bool    is_text; /* some value is, so that what is typed below stays text as well */
};

struct sheet_writer {
	char            *path, *temp_path; /* owned */
	lxw_workbook    *book;             /* owned; of .xlsx */
	lxw_worksheet   *sheet;            /* the book's */
	lxw_format      *heading, *title, *mark, *text, *date, *datetime; /* the book's */
	FILE            *csv;              /* owned; of .csv */
	struct column   *columns;          /* owned */
	size_t           column_count;
	struct buffer    line;             /* of the csv, or one text */
	uint32_t         row;              /* 0-based, the next one */
	uint32_t         sheet_count;
	uint64_t         row_count;        /* that hold something, of all sheets */
	int              result;           /* of the first failure */
};

static int
failed(struct sheet_writer *w, int result)
{
	if (w->result == 0)
		w->result = result;
	return w->result;
}

/* errno may be another's by now; but a disk that is full should be called so. */
static int
lxw_failed(struct sheet_writer *w, lxw_error error)
{
	switch ((int)error) {
	case LXW_NO_ERROR:
		return w->result;
	case LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE:
		return failed(w, -EFBIG);
	case LXW_ERROR_MEMORY_MALLOC_FAILED:
		return failed(w, -ENOMEM);
	default:
		return failed(w, errno != 0 ? -errno : -EIO);
	}
}

static struct column *
column_at(struct sheet_writer *w, size_t index)
{
	if (index >= w->column_count) {
		w->columns = memory_grow(w->columns, (index + 1) * sizeof(*w->columns));
		for (size_t i = w->column_count; i <= index; i++)
			w->columns[i] = (struct column){ .width = WIDTH_MIN };
		w->column_count = index + 1;
	}
	return &w->columns[index];
}

static void
column_measure(struct sheet_writer *w, size_t index, uint32_t width, bool is_text)
{
	struct column *column = column_at(w, index);

	if (w->row < WIDTH_ROWS_MAX && width + 2 > column->width)
		column->width = (uint8_t)(width + 2);
	column->is_text = column->is_text || is_text;
}

static void
cell_text(struct sheet_writer *w, size_t column, struct str text, lxw_format *format)
{
	buffer_reset(&w->line);
	xlsx_text(&w->line, text);
	if (w->line.n > 0)
		(void)lxw_failed(w, worksheet_write_string(w->sheet, w->row, (lxw_col_t)column,
		    w->line.p, format));
}

static void
cell_serial(struct sheet_writer *w, size_t column, double serial, lxw_format *format)
{
	(void)lxw_failed(w,
	    worksheet_write_number(w->sheet, w->row, (lxw_col_t)column, serial, format));
}

static void
cell_date(struct sheet_writer *w, size_t column, date_ymd date)
{
	struct buffer b = { 0 };

	if (!date_text(&b, date))
		(void)failed(w, -EINVAL);
	else if (date.ymd < SERIAL_SAFE_YMD)
		cell_text(w, column, buffer_str(&b), w->text);
	else
		cell_serial(w, column, (double)(date_to_days(date) + SERIAL_1970), w->date);
	buffer_done(&b);
}

static void
cell_datetime(struct sheet_writer *w, size_t column, int64_t local_ms)
{
	static const date_ymd safe = { SERIAL_SAFE_YMD };
	struct buffer         b = { 0 };

	if (!datetime_text(&b, local_ms))
		(void)failed(w, -EINVAL);
	else if (local_ms < date_to_days(safe) * DAY_MS)
		cell_text(w, column, buffer_str(&b), w->text);
	else
		cell_serial(w, column, (double)local_ms / (double)DAY_MS + SERIAL_1970,
		    w->datetime);
	buffer_done(&b);
}

static void
cell_integer(struct sheet_writer *w, size_t column, int64_t number)
{
	char digits[24];

	if (number >= -INTEGER_EXACT_MAX && number <= INTEGER_EXACT_MAX) {
		cell_serial(w, column, (double)number, NULL);
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%lld", (long long)number);
	cell_text(w, column, str_of(digits), w->text);
}

static void
xlsx_row(struct sheet_writer *w, const struct sheet_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		switch (values[i].kind) {
		case SHEET_VALUE_EMPTY:
			break;
		case SHEET_VALUE_TEXT:
			column_measure(w, i, text_width(values[i].text), true);
			cell_text(w, i, values[i].text, w->text);
			break;
		case SHEET_VALUE_INTEGER:
			column_measure(w, i, 0, false);
			cell_integer(w, i, values[i].number);
			break;
		case SHEET_VALUE_DATE:
			column_measure(w, i, 10, false);
			cell_date(w, i, (date_ymd){ values[i].number });
			break;
		case SHEET_VALUE_DATETIME:
			column_measure(w, i, 19, false);
			cell_datetime(w, i, values[i].number);
			break;
		}
	}
}

static void
csv_row(struct sheet_writer *w, const struct sheet_value *values, size_t count)
{
	buffer_reset(&w->line);
	for (size_t i = 0; i < count; i++) {
		bool is_real = true;

		if (i > 0)
			buffer_char(&w->line, ',');
		switch (values[i].kind) {
		case SHEET_VALUE_EMPTY:
			break;
		case SHEET_VALUE_TEXT:
			csv_text(&w->line, values[i].text);
			break;
		case SHEET_VALUE_INTEGER:
			buffer_i64(&w->line, values[i].number);
			break;
		case SHEET_VALUE_DATE:
			is_real = date_text(&w->line, (date_ymd){ values[i].number });
			break;
		case SHEET_VALUE_DATETIME:
			is_real = datetime_text(&w->line, values[i].number);
			break;
		}
		if (!is_real)
			(void)failed(w, -EINVAL);
	}
	buffer_add(&w->line, S("\r\n"));
	if (w->result == 0 && fwrite(w->line.p, 1, w->line.n, w->csv) != w->line.n)
		(void)failed(w, -errno);
}

static bool
is_bearable(const struct sheet_value *values, size_t count)
{
	size_t bytes = 0;

	if (count > SHEET_XLSX_COLUMNS_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		bytes += values[i].kind == SHEET_VALUE_TEXT ? values[i].text.n : 0;
	return bytes <= sheet_limits_usual.row_bytes_max;
}

static bool
is_blank(const struct sheet_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i].kind != SHEET_VALUE_EMPTY &&
		    (values[i].kind != SHEET_VALUE_TEXT || values[i].text.n > 0))
			return false;
	return true;
}

int
sheet_write_row(struct sheet_writer *writer, const struct sheet_value *values, size_t count)
{
	if (writer->result != 0)
		return writer->result;
	if (!is_bearable(values, count))
		return failed(writer, -EFBIG);
	if (writer->csv != NULL) {
		csv_row(writer, values, count);
	} else {
		if (writer->row >= SHEET_XLSX_ROWS_MAX)
			return failed(writer, -EFBIG);
		errno = 0;
		xlsx_row(writer, values, count);
	}
	writer->row_count += !is_blank(values, count);
	writer->row++;
	return writer->result;
}

/* Rows that stand above the heading run over the columns beside them and set no width. */
static void
line_above(struct sheet_writer *w, struct str text, lxw_format *format)
{
	struct sheet_value value = { .kind = SHEET_VALUE_TEXT, .text = text };

	if (text.n == 0 || w->result != 0)
		return;
	if (w->csv != NULL) {
		csv_row(w, &value, 1);
	} else {
		cell_text(w, 0, text, format);
		w->row_count++;
	}
	w->row++;
}

int
sheet_write_heading(struct sheet_writer *writer, const struct str *names, size_t count)
{
	struct sheet_value *values = memory_new(count * sizeof(*values));
	lxw_format         *text = writer->text;

	for (size_t i = 0; i < count; i++)
		values[i] = (struct sheet_value){ .kind = SHEET_VALUE_TEXT, .text = names[i] };
	writer->text = writer->heading;
	(void)sheet_write_row(writer, values, count);
	writer->text = text;
	free(values);
	for (size_t i = 0; i < writer->column_count; i++)
		writer->columns[i].is_text = false;
	if (writer->result == 0 && writer->sheet != NULL) {
		worksheet_freeze_panes(writer->sheet, writer->row, 0);
		(void)worksheet_repeat_rows(writer->sheet, writer->row - 1, writer->row - 1);
	}
	return writer->result;
}

/* "&" begins a command in Excel's headers and footers. */
static void
mark_print(struct sheet_writer *w, struct str mark)
{
	struct buffer b = { 0 };
	uint32_t      c;

	buffer_add(&b, S("&C"));
	for (size_t n, i = 0; i < PRINT_CHARS_MAX && (n = utf8_next(mark, &c)) > 0; i++) {
		if (c == '&')
			buffer_char(&b, '&');
		if (c >= 0x20)
			buffer_add(&b, str_slice(mark, 0, n));
		mark = str_slice(mark, n, SIZE_MAX);
	}
	buffer_char(&b, '\0');
	(void)lxw_failed(w, worksheet_set_header(w->sheet, b.p));
	b.n--;
	buffer_add(&b, S("&R&P/&N"));
	buffer_char(&b, '\0');
	(void)lxw_failed(w, worksheet_set_footer(w->sheet, b.p));
	buffer_done(&b);
}

static void
formats_make(struct sheet_writer *w)
{
	w->heading = workbook_add_format(w->book);
	format_set_bold(w->heading);
	format_set_text_wrap(w->heading);
	format_set_align(w->heading, LXW_ALIGN_VERTICAL_CENTER);
	format_set_bottom(w->heading, LXW_BORDER_THIN);
	format_set_bg_color(w->heading, 0xf2f2f2);
	w->title = workbook_add_format(w->book);
	format_set_bold(w->title);
	format_set_font_size(w->title, 14);
	w->mark = workbook_add_format(w->book);
	format_set_font_color(w->mark, 0x808080);
	w->text = workbook_add_format(w->book);
	format_set_num_format(w->text, "@");
	w->date = workbook_add_format(w->book);
	format_set_num_format(w->date, "yyyy-mm-dd");
	w->datetime = workbook_add_format(w->book);
	format_set_num_format(w->datetime, "yyyy-mm-dd hh:mm:ss");
}

/* The widths come last, when the rows are known. */
static void
sheet_finish(struct sheet_writer *w)
{
	for (size_t i = 0; i < w->column_count; i++)
		(void)lxw_failed(w, worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i,
		    w->columns[i].width, w->columns[i].is_text ? w->text : NULL));
	w->column_count = 0;
}

static int
sheet_add(struct sheet_writer *w, const char *name)
{
	errno = 0;
	w->sheet = workbook_add_worksheet(w->book, name);
	if (w->sheet == NULL)
		return failed(w, errno != 0 ? -errno : -EIO);
	w->sheet_count++;
	w->row = 0;
	return 0;
}

int
writer_sheet_add(struct sheet_writer *writer, struct str name)
{
	char copy[SHEET_NAME_BYTES_MAX], usual[32];

	(void)snprintf(usual, sizeof(usual), "Sheet%u", writer->sheet_count + 1);
	if (writer->sheet != NULL)
		sheet_finish(writer);
	if (name.n == 0 || !str_copy(name, copy, sizeof(copy)) ||
	    workbook_validate_sheet_name(writer->book, copy) != LXW_NO_ERROR)
		return sheet_add(writer, usual);
	return sheet_add(writer, copy);
}

void
writer_row_move(struct sheet_writer *writer, uint32_t row)
{
	if (row > writer->row)
		writer->row = row - 1;
}

/* mkstemp makes it 0600: tables hold what is nobody else's business. */
static int
file_begin(struct sheet_writer *w, const char *path, enum sheet_format format)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	size_t               bytes = strlen(path) + sizeof(".XXXXXX");
	int                  fd;

	w->path = memory_new(bytes);
	memcpy(w->path, path, strlen(path));
	w->temp_path = memory_new(bytes);
	(void)snprintf(w->temp_path, bytes, "%s.XXXXXX", path);
	fd = mkostemp(w->temp_path, O_CLOEXEC);
	if (fd < 0) {
		w->temp_path[0] = '\0';
		return -errno;
	}
	if (format == SHEET_CSV) {
		w->csv = fdopen(fd, "wb");
		return w->csv == NULL || fwrite("\xef\xbb\xbf", 1, 3, w->csv) != 3 ? -errno : 0;
	}
	(void)close(fd);
	w->book = workbook_new_opt(w->temp_path, &options);
	if (w->book == NULL)
		return -ENOMEM;
	formats_make(w);
	return 0;
}

int
writer_open(const char *path, enum sheet_format format, struct sheet_writer **ret_writer)
{
	struct sheet_writer *w = memory_new(sizeof(*w));
	int                  result = file_begin(w, path, format);

	if (result != 0)
		sheet_write_abandon(w);
	else
		*ret_writer = w;
	return result;
}

static int
sheet_first(struct sheet_writer *w, struct str name)
{
	char copy[SHEET_NAME_BYTES_MAX];

	if (name.n == 0)
		return sheet_add(w, "Sheet1");
	if (!str_copy(name, copy, sizeof(copy)) ||
	    workbook_validate_sheet_name(w->book, copy) != LXW_NO_ERROR)
		return failed(w, -EINVAL);
	return sheet_add(w, copy);
}

int
sheet_write_open(const char *path, enum sheet_format format,
    const struct sheet_write_options *options, struct sheet_writer **ret_writer)
{
	struct sheet_writer *w;
	int                  result;

	if (options->title_count > SHEET_TITLES_MAX)
		return -EINVAL;
	result = writer_open(path, format, &w);
	if (result != 0)
		return result;
	if (w->book != NULL && sheet_first(w, options->sheet_name) == 0 && options->watermark.n > 0)
		mark_print(w, options->watermark);
	line_above(w, options->watermark, w->mark);
	for (size_t i = 0; i < options->title_count; i++)
		line_above(w, options->titles[i], w->title);
	result = w->result;
	if (result != 0)
		sheet_write_abandon(w);
	else
		*ret_writer = w;
	return result;
}

/* Reads what was written; -EIO when rows are missing. */
static int
xlsx_prove(const struct sheet_writer *w)
{
	struct sheet_limits limits = sheet_limits_usual;
	struct sheet_fault  fault;
	struct sheet       *sheet;
	struct sheet_row    row;
	uint64_t            count = 0;
	int                 result;

	limits.file_bytes_max = limits.part_bytes_max = limits.total_bytes_max = INT64_MAX;
	limits.ratio_max = limits.rows_max = INT64_MAX;
	limits.row_bytes_max *= ESCAPE_BYTES;
	result = sheet_open(w->temp_path, &limits, &sheet, &fault);
	if (result != 0)
		return -EIO;
	while ((result = sheet_next(sheet, &row, &fault)) == 1)
		count++;
	sheet_close(sheet);
	return result == 0 && count == w->row_count ? 0 : -EIO;
}

static int
file_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result;

	if (fd < 0)
		return -errno;
	result = fsync(fd) < 0 ? -errno : 0;
	(void)close(fd);
	return result;
}

static void
xlsx_close(struct sheet_writer *w)
{
	lxw_error error;

	sheet_finish(w);
	if (w->result != 0)
		return;
	errno = 0;
	error = workbook_close(w->book);
	w->book = NULL;
	if (lxw_failed(w, error) == 0)
		(void)failed(w, xlsx_prove(w));
}

int
sheet_write_close(struct sheet_writer *writer)
{
	struct sheet_writer *w = writer;
	int                  result;

	if (w->book != NULL)
		xlsx_close(w);
	if (w->csv != NULL) {
		if (fclose(w->csv) != 0)
			(void)failed(w, -errno);
		w->csv = NULL;
	}
	if (w->result == 0)
		(void)failed(w, file_sync(w->temp_path));
	if (w->result == 0 && rename(w->temp_path, w->path) < 0)
		(void)failed(w, -errno);
	if (w->result == 0)
		w->temp_path[0] = '\0';
	result = w->result;
	sheet_write_abandon(w);
	return result;
}

void
sheet_write_abandon(struct sheet_writer *writer)
{
	if (writer == NULL)
		return;
	if (writer->book != NULL)
		lxw_workbook_free(writer->book);
	if (writer->csv != NULL)
		(void)fclose(writer->csv);
	if (writer->temp_path[0] != '\0')
		(void)unlink(writer->temp_path);
	buffer_done(&writer->line);
	free(writer->columns);
	free(writer->temp_path);
	free(writer->path);
	free(writer);
}
