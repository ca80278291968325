/* export.h -- a view as a file: .xlsx or .csv with a watermark, or .json. */
#pragma once
#include "ledger/view.h"

/*
 * Runs the query (with its limit) and writes the rows to a file at path, which appears when it is
 * whole. format: "xlsx", "csv" or "json". `who` stands in the watermark with the time. The caller
 * has recorded the export before. 0, -EACCES, -EFBIG beyond the rows of .xlsx, or -errno.
 */
int export_file(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader, const char *path, const char *format, struct str who, bool is_zh);
