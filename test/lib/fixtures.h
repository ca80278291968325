/*
 * fixtures.h -- residents' sheets for tests and benchmarks, as offices send them: clean ones of any
 * size, and ones with every fault that was met. Everybody in them is made up by a seed: a surname
 * and two signs of the sexagenary cycle, documents of a division that does not exist.
 */
#pragma once
#include "base/base.h"

#define FIXTURE_SHEETS_MAX 8
#define FIXTURE_MERGES_MAX 16
#define FIXTURE_HIDDEN_MAX 8

struct fixture_merge {
	uint32_t row_first, column_first, row_last, column_last;
}; /* 0-based */

/*
 * A sheet by its rows: cells separated by '|'. A cell that begins with '=' is a number ("=44625"),
 * with '@' a day ("@20220305"), with '!' a formula that failed; all others are texts. A row NULL
 * ends them; an empty one is left out.
 */
struct fixture_sheet {
	const char *name;
	bool is_hidden;
	const char *const *rows;
	struct fixture_merge
	    merges[FIXTURE_MERGES_MAX]; /* up to one of zeros; texts are those of rows */
	int hidden[FIXTURE_HIDDEN_MAX]; /* rows, from 1, up to a 0 */
};

/* An .xlsx of sheets; ends with one without rows. 0 or -errno. */
int fixture_xlsx(const char *path, const struct fixture_sheet *sheets);

enum fixture_encoding { FIXTURE_UTF8, FIXTURE_UTF8_MARK, FIXTURE_GB18030 };

/* A text file of rows as above, with this separator and encoding. 0 or -errno. */
int fixture_csv(
    const char *path, const char *const *rows, char separator, enum fixture_encoding encoding);

/* A clean sheet of so many people, always the same for a seed. 0 or -errno. */
int fixture_residents(const char *path, uint32_t people, uint64_t seed);

#define FIXTURE_IDENTITY_BYTES 19

/* A document's number that is whole: born on that day, the order 1 to 999 odd for men. */
void fixture_identity(
    date_ymd birth, unsigned order, char ret_number[static FIXTURE_IDENTITY_BYTES]);

/* A workbook and a text file with every fault; see fixtures_nasty.c. */
extern const struct fixture_sheet fixture_nasty[];
extern const char *const fixture_nasty_rows[];
