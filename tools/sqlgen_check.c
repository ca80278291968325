/* sqlgen_check.c -- keys begin with area, every row is reached by area, states are stepped. */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "sqlgen.h"

void
schema_check(void)
{
	static const char rule[] =
	    "SELECT name || ': not STRICT, WITHOUT ROWID' FROM pragma_table_list"
	    " WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND NOT (wr AND strict)"
	    " UNION ALL SELECT t.name || ': the primary key does not begin with area'"
	    " FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
	    " WHERE t.type = 'table' AND t.name NOT LIKE 'everywhere\\_%' ESCAPE '\\'"
	    " AND (c.pk = 1) <> (c.name = 'area')"
	    " UNION ALL SELECT t.name || ': a foreign key does not begin with area'"
	    " FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f"
	    " WHERE t.type = 'table' AND f.seq = 0 AND f.\"from\" <> 'area'"
	    " UNION ALL SELECT t.name || ': does not begin with area'"
	    " FROM sqlite_schema t JOIN pragma_index_info(t.name) c WHERE t.type = 'index'"
	    " AND t.tbl_name NOT LIKE 'everywhere\\_%' ESCAPE '\\' AND c.seqno = 0"
	    " AND c.name <> 'area'";
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, rule, -1, &s, NULL) != SQLITE_OK)
		errx(1, "%s", sqlite3_errmsg(db));
	if (sqlite3_step(s) == SQLITE_ROW)
		errx(1, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	if (sqlite3_prepare_v2(db,
		"SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid", -1, &s,
		NULL) != SQLITE_OK)
		errx(1, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(s) == SQLITE_ROW) {
		if (ntables == TABLES_MAX)
			errx(1, "too many tables");
		snprintf(tables[ntables++], 64, "%s", (const char *)sqlite3_column_text(s, 0));
	}
	sqlite3_finalize(s);
}

int
table_seen(void *query, int action, const char *a, const char *b, const char *x, const char *y)
{
	struct query *q = query;

	(void)b, (void)x, (void)y;
	for (int i = 0; i < ntables && a != NULL; i++)
		if (strcmp(tables[i], a) != 0)
			continue;
		else if (action == SQLITE_READ || action == SQLITE_SELECT)
			q->reads[i] = 1;
		else if (action == SQLITE_INSERT || action == SQLITE_UPDATE ||
			 action == SQLITE_DELETE)
			q->changes[i] = 1;
	return SQLITE_OK;
}

/* Is this name a subquery or a common table expression of the statement? */
static bool
is_sub(const char *sql, const char *name)
{
	char wanted[96];

	if (strncmp(name, "sub_", 4) == 0 || *name == '(' || strncmp(name, "CONSTANT", 8) == 0)
		return true;
	snprintf(wanted, sizeof(wanted), "%s AS (", name);
	return strstr(sql, wanted) != NULL;
}

static void
plan_check(const char *name, const char *sql)
{
	sqlite3_stmt *plan;
	char *explain = NULL, table[64];

	if (asprintf(&explain, "EXPLAIN QUERY PLAN %s", sql) < 0 ||
	    sqlite3_prepare_v2(db, explain, -1, &plan, NULL) != SQLITE_OK)
		errx(1, "%s: %s", name, sqlite3_errmsg(db));
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(plan, 3);

		if (sscanf(detail, "SCAN %63s", table) != 1 &&
		    sscanf(detail, "SEARCH %63s", table) != 1)
			continue;
		if (is_sub(sql, table) || strncmp(table, "everywhere_", 11) == 0)
			continue;
		if (strstr(detail, "(area=?") == NULL &&
		    strstr(detail, "(area>? AND area<?)") == NULL)
			errx(1, "%s: not by area: %s", name, detail);
	}
	sqlite3_finalize(plan);
	free(explain);
}

void
prepare(struct query *q, const char *sql)
{
	bool has_area = false;

	sqlite3_set_authorizer(db, table_seen, q);
	if (sqlite3_prepare_v2(db, sql, -1, &q->stmt, NULL) != SQLITE_OK)
		errx(1, "%s: %s", q->name, sqlite3_errmsg(db));
	sqlite3_set_authorizer(db, NULL, NULL);
	for (int i = 0; i < ntables; i++)
		has_area |=
		    (q->reads[i] || q->changes[i]) && strncmp(tables[i], "everywhere_", 11) != 0;
	if (has_area && sqlite3_bind_parameter_index(q->stmt, ":area") == 0 &&
	    (sqlite3_bind_parameter_index(q->stmt, ":area_first") == 0 ||
	    sqlite3_bind_parameter_index(q->stmt, ":area_last") == 0))
		errx(1, "%s: does not bind :area", q->name);
	plan_check(q->name, sql);
	if (strcasestr(sql, "SET state") != NULL && (strstr(sql, "state = :step_to") == NULL ||
	    strstr(sql, "AND state = :step_from") == NULL))
		errx(1, "%s: sets a state without a step", q->name);
}
