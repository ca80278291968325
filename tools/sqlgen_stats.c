/*
 * sqlgen_stats.c -- what SQLite's planner is to believe of every index.
 *
 * Without statistics it takes ten rows for what an area's key finds by area alone, and would rather
 * read all rows of an area than use an index that has to be followed to its table. ANALYZE of real
 * data would make plans depend on the day; these numbers are of the schema, and the plans that the
 * generator checks are those that run.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "sqlgen.h"

#define ROWS_OF_TABLE   1000000 /* of a large area */
#define ROWS_OF_PARTIAL 10000   /* an index with WHERE holds few */
#define ROWS_OF_PART    100     /* one in so many has the next column of the key as well */
#define ROWS_OF_KEY     10      /* found by a whole key that is not unique, or by all but its end */

/* "1000000 1000000 10000 1": all, then how many the first column finds, the first two ... */
static void
stat_print(FILE *f, int columns, bool is_global, bool is_unique, bool is_partial)
{
	int rows = is_partial ? ROWS_OF_PARTIAL : ROWS_OF_TABLE;

	fprintf(f, "%d", rows);
	for (int i = 0; i < columns; i++) {
		if (i > 0 || is_global)
			rows /= ROWS_OF_PART;
		rows = rows > ROWS_OF_KEY ? rows : ROWS_OF_KEY;
		fprintf(f, " %d", is_unique && i == columns - 1 ? 1 : rows);
	}
	/* A search that leaves the area out is never wanted, however few areas there are. */
	fprintf(f, " noskipscan");
}

char *
stats_make(void)
{
	static const char indexes[] =
	    "SELECT t.name, CASE l.origin WHEN 'pk' THEN t.name ELSE l.name END,"
	    " (SELECT count(*) FROM pragma_index_info(l.name)), l.\"unique\", l.partial"
	    " FROM sqlite_schema t JOIN pragma_index_list(t.name) l"
	    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1, 2";
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	sqlite3_stmt *s;

	/* ANALYZE makes the table; what it finds in a database with rows is not wanted. */
	fprintf(f, "PRAGMA analysis_limit = 1;\nANALYZE;\nDELETE FROM sqlite_stat1;\n"
	    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES");
	if (sqlite3_prepare_v2(db, indexes, -1, &s, NULL) != SQLITE_OK)
		errx(1, "%s", sqlite3_errmsg(db));
	for (bool is_first = true; sqlite3_step(s) == SQLITE_ROW; is_first = false) {
		const char *table = (const char *)sqlite3_column_text(s, 0);

		fprintf(f, "%s\n  ('%s', '%s', '", is_first ? "" : ",", table,
		    (const char *)sqlite3_column_text(s, 1));
		stat_print(f, sqlite3_column_int(s, 2), strncmp(table, "everywhere_", 11) == 0,
		    sqlite3_column_int(s, 3) != 0, sqlite3_column_int(s, 4) != 0);
		fprintf(f, "')");
	}
	sqlite3_finalize(s);
	fprintf(f, ";\nANALYZE sqlite_schema;\n");
	fclose(f);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		errx(1, "statistics: %s", sqlite3_errmsg(db));
	return text;
}
