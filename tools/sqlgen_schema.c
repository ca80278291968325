/* sqlgen_schema.c -- the schema as text for both databases, whole tables, migrations. */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "sqlgen.h"

/* The columns of a table, separated by commas, in front of each what `before` says. */
static char *
columns_list(const char *table, const char *which, const char *before)
{
	char *sql = NULL, *list = NULL;
	size_t size;
	FILE *f = open_memstream(&list, &size);
	sqlite3_stmt *s;

	if (asprintf(&sql, "SELECT name FROM pragma_table_info('%s') WHERE %s", table, which) < 0 ||
	    sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		errx(1, "%s: %s", table, sqlite3_errmsg(db));
	for (bool is_first = true; sqlite3_step(s) == SQLITE_ROW; is_first = false)
		fprintf(f, "%s%s%s", is_first ? "" : ", ", before,
		    (const char *)sqlite3_column_text(s, 0));
	fclose(f);
	sqlite3_finalize(s);
	free(sql);
	return list;
}

/* One member of struct table: a statement, checked as any other but for the area rule. */
static void
table_statement(int t, enum what what, const char *suffix, const char *sql)
{
	static struct query q;
	sqlite3_stmt *columns;
	char *select = NULL;

	q = (struct query){ .what = what, .sql = sql };
	snprintf(q.name, sizeof(q.name), "%.40s_%s", tables[t], suffix);
	sqlite3_set_authorizer(db, table_seen, &q);
	if (sqlite3_prepare_v2(db, sql, -1, &q.stmt, NULL) != SQLITE_OK ||
	    asprintf(&select, "SELECT * FROM %s", tables[t]) < 0 ||
	    sqlite3_prepare_v2(db, select, -1, &columns, NULL) != SQLITE_OK)
		errx(1, "%s: %s", q.name, sqlite3_errmsg(db));
	sqlite3_set_authorizer(db, NULL, NULL);
	for (int i = 0; i < sqlite3_column_count(columns); i++) {
		const char *type = sqlite3_column_decltype(columns, i);
		struct list *list = what == BULK ? &q.in : &q.out;
		struct var *v = &list->vars[list->count++];

		snprintf(v->type, sizeof(v->type), "%s", strcmp(type, "TEXT") == 0 ? "str" :
		    strcmp(type, "BLOB") == 0 ? "blob" : "int64_t");
		snprintf(v->name, sizeof(v->name), "of_%.56s", sqlite3_column_name(columns, i));
	}
	fprintf(c, "\t{\n");
	print_sql(&q);
	fprintf(c, "\t},\n");
	sqlite3_finalize(q.stmt);
	sqlite3_finalize(columns);
	free(select);
}

/* How a whole table of an area is read, in the order of its key, and a row of it written. */
static void
table_print(int t)
{
	char *key = columns_list(tables[t], "pk > 0 ORDER BY pk", ""), *all = NULL, *insert = NULL;
	char *names = columns_list(tables[t], "1", ""),
	     *values = columns_list(tables[t], "1", ":of_");
	bool is_global = strncmp(tables[t], "everywhere_", 11) == 0;

	if (asprintf(&all, "SELECT * FROM %s%s ORDER BY %s;\n", tables[t],
	    is_global ? "" : " WHERE area = :area", key) < 0 ||
	    asprintf(&insert, "INSERT INTO %s (%s) VALUES (%s);\n", tables[t], names, values) < 0)
		err(1, "asprintf");
	fprintf(c, "\t{ \"%s\", %s,\n", tables[t], is_global ? "true" : "false");
	table_statement(t, QUERY, "all", all);
	table_statement(t, BULK, "insert", insert);
	fprintf(c, "\t},\n");
	free(all);
	free(insert);
	free(names);
	free(values);
	free(key);
}

/* src/modules/x/migrate/0002_why.sql: one transaction that brings version 1 to 2. */
static void
migration_print(const char *path, const char *stats)
{
	const char *name = strrchr(path, '/') + 1;
	int version = atoi(name);
	char *text = slurp(path), *whole = NULL;

	if (version < 2)
		errx(
		    1, "%s: a migration is called after the version it makes, from 0002_ on", path);
	if (asprintf(&whole, "BEGIN;\n%sUPDATE everywhere_meta SET value = '%d'"
	    " WHERE name = 'schema_version';\nCOMMIT;\n", states_replace(text), version) < 0)
		err(1, "asprintf");
	fprintf(c, "\t{ %d,", version);
	print_quoted(c, whole);
	print_quoted(c, stats);
	fprintf(c, ",");
	print_quoted(c, lowered(whole, NULL, false));
	fprintf(c, " },\n");
	free(text);
	free(whole);
}

static void
migrations_print(char *const paths[], int count, const char *stats)
{
	fprintf(h, "/* By version; ends with version 0. Each text is a transaction of its own. */\n"
	    "extern const struct migration { int version; const char *sqlite, *postgres; }\n"
	    "    schema_migrations[];\n");
	fprintf(c, "const struct migration schema_migrations[] = {\n");
	for (int i = 0; i < count; i++)
		if (strstr(paths[i], "/migrate/") != NULL)
			migration_print(paths[i], stats);
	fprintf(c, "\t{ 0 },\n};\n");
}

void
schema_print(const char *schema, const char *stats, char *const paths[], int count)
{
	fprintf(h,
	    "extern const char schema_sqlite[], schema_postgres[];\n"
	    "#define TABLE_COUNT %d\n"
	    "/* Every table, in the order of the bits of a struct table_set: after those it refers "
	    "to. */\n"
	    "extern const struct table { const char *name; bool is_everywhere; struct sql all, "
	    "insert; }\n"
	    "    schema_tables[TABLE_COUNT];\n"
	    "/* Every statement of every queries.sql, a list each; ends with NULL. */\n"
	    "extern const struct sql *const *const schema_statements[];\n",
	    ntables);
	fprintf(c, "const char schema_sqlite[] =");
	print_quoted(c, schema);
	print_quoted(c, stats);
	fprintf(c, ";\n\nconst char schema_postgres[] =");
	print_quoted(c, lowered(schema, NULL, false));
	fprintf(c, ";\n\nconst struct table schema_tables[TABLE_COUNT] = {\n");
	for (int i = 0; i < ntables; i++)
		table_print(i);
	fprintf(c, "};\n\n");
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < count; i++) {
			char *dir = strdup(paths[i]), *name;

			if (!ends(dir, "/queries.sql"))
				continue;
			dir[strlen(dir) - strlen("/queries.sql")] = '\0';
			name = strrchr(dir, '/') + 1;
			fprintf(c, pass == 0 ? "extern const struct sql *const %s_statements[];\n" :
			    "\t%s_statements,\n", name);
		}
		fprintf(c, pass == 0 ? "const struct sql *const *const schema_statements[] = {\n" :
		    "\tNULL,\n};\n");
	}
	migrations_print(paths, count, stats);
}
