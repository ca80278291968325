/* open.c -- a table of whatever kind: opened by its content, read row by row, closed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

struct sheet {
	struct source       source;
	struct package      package;
	struct rows        *rows; /* of a workbook, owned; else NULL */
	struct csv         *csv;  /* of a text file, owned; else NULL */
	struct sheet_limits limits;
	struct ahead       *ahead; /* owned; NULL: rows are read when they are asked for */
	uint64_t            row_count;
	struct sheet_fault  fault; /* of the first failure, as result is */
	int                 result;
};

static struct sheet *
sheet_new(const struct sheet_limits *limits)
{
	struct sheet *sheet = memory_new(sizeof(*sheet));

	sheet->source.fd = -1;
	sheet->limits = limits != NULL ? *limits : sheet_limits_usual;
	sheet->package.limits = &sheet->limits;
	return sheet;
}

/* Takes the sheet: it is either handed on or closed. */
static int
sheet_begin(struct sheet *sheet, struct sheet **ret_sheet, struct sheet_fault *ret_fault)
{
	bool is_zip;
	int  result = 0;

	if (sheet->source.bytes > sheet->limits.file_bytes_max)
		result = fault_limit(ret_fault, SHEET_CODE_sheet_file_bytes_max,
		    sheet->limits.file_bytes_max);
	if (result == 0)
		result = source_sniff(&sheet->source, &is_zip, ret_fault);
	if (result == 0 && !is_zip)
		result = csv_open(&sheet->csv, &sheet->source, &sheet->limits, ret_fault);
	else if (result == 0)
		result = package_open(&sheet->package, &sheet->source, ret_fault);
	if (result == 0 && is_zip)
		result = rows_open(&sheet->rows, &sheet->package, &sheet->limits, ret_fault);
	if (result != 0)
		sheet_close(sheet);
	else
		*ret_sheet = sheet;
	return result;
}

int
sheet_open(const char *path, const struct sheet_limits *limits, struct sheet **ret_sheet,
    struct sheet_fault *ret_fault)
{
	struct sheet *sheet;
	struct stat   stat;
	int           error;
	/* Not to wait for the other end of a pipe that somebody names as a file. */
	int           fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return fault_errno(ret_fault, errno);
	error = fstat(fd, &stat) < 0 ? errno
	    : S_ISDIR(stat.st_mode)  ? EISDIR
	    : S_ISREG(stat.st_mode)  ? 0
	                             : ESPIPE;
	if (error != 0) {
		(void)close(fd);
		return fault_errno(ret_fault, error);
	}
	sheet = sheet_new(limits);
	sheet->source.fd = fd;
	sheet->source.bytes = (uint64_t)stat.st_size;
	return sheet_begin(sheet, ret_sheet, ret_fault);
}

int
sheet_open_memory(struct str bytes, const struct sheet_limits *limits, struct sheet **ret_sheet,
    struct sheet_fault *ret_fault)
{
	struct sheet *sheet = sheet_new(limits);

	sheet->source.memory = bytes.p;
	sheet->source.bytes = bytes.n;
	return sheet_begin(sheet, ret_sheet, ret_fault);
}

int
sheet_open_parts(const struct sheet_part *parts, size_t part_count,
    const struct sheet_limits *limits, struct sheet **ret_sheet, struct sheet_fault *ret_fault)
{
	struct sheet *sheet = sheet_new(limits);
	int           result;

	sheet->package.parts = parts;
	sheet->package.part_count = part_count;
	result = rows_open(&sheet->rows, &sheet->package, &sheet->limits, ret_fault);
	if (result != 0)
		sheet_close(sheet);
	else
		*ret_sheet = sheet;
	return result;
}

int
sheet_row_read(struct sheet *sheet, struct sheet_row *ret_row, struct sheet_fault *ret_fault)
{
	int result = sheet->result;

	if (result == 0)
		result = sheet->rows != NULL ? rows_next(sheet->rows, ret_row, &sheet->fault)
		                             : csv_next(sheet->csv, ret_row, &sheet->fault);
	if (result == 1 && ++sheet->row_count > sheet->limits.rows_max) {
		result = fault_limit(&sheet->fault, SHEET_CODE_sheet_rows_max,
		    sheet->limits.rows_max);
		(void)fault_at(&sheet->fault, ret_row->sheet, ret_row->number, -1, result);
	}
	if (result >= 0)
		return result;
	sheet->result = result;
	*ret_fault = sheet->fault;
	return result;
}

int
sheet_next(struct sheet *sheet, struct sheet_row *ret_row, struct sheet_fault *ret_fault)
{
	return sheet->ahead != NULL ? ahead_next(sheet->ahead, ret_row, ret_fault)
	                            : sheet_row_read(sheet, ret_row, ret_fault);
}

void
sheet_read_ahead(struct sheet *sheet)
{
	if (sheet->ahead == NULL)
		sheet->ahead = ahead_begin(sheet);
}

void
sheet_close(struct sheet *sheet)
{
	if (sheet == NULL)
		return;
	ahead_end(sheet->ahead);
	rows_close(sheet->rows);
	csv_close(sheet->csv);
	package_close(&sheet->package);
	if (sheet->source.fd >= 0)
		(void)close(sheet->source.fd);
	free(sheet);
}

const struct sheet_merge *
sheet_merges_copy(const struct sheet *sheet, struct arena *arena, size_t *ret_count)
{
	const struct merges *merges = sheet->rows != NULL ? rows_merges(sheet->rows) : NULL;
	size_t               count = merges != NULL ? merges->active_count : 0;
	struct sheet_merge  *copy;

	*ret_count = count;
	if (count == 0)
		return NULL;
	copy = arena_alloc(arena, count * sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = merges->active[i].range;
	return copy;
}

bool
sheet_merge_of(const struct sheet *sheet, uint32_t column, struct sheet_merge *ret_merge)
{
	const struct merges      *merges = NULL;
	const struct sheet_merge *copies = NULL;
	size_t                    count = 0;

	if (sheet->ahead != NULL)
		copies = ahead_merges(sheet->ahead, &count);
	else if (sheet->rows != NULL)
		merges = rows_merges(sheet->rows);
	if (merges != NULL)
		count = merges->active_count;
	for (size_t i = 0; i < count; i++) {
		const struct sheet_merge *range =
		    merges != NULL ? &merges->active[i].range : &copies[i];

		if (column < range->column_first || column > range->column_last)
			continue;
		*ret_merge = *range;
		return true;
	}
	return false;
}

bool
sheet_is_1904(const struct sheet *sheet)
{
	return sheet->rows != NULL && rows_is_1904(sheet->rows);
}
