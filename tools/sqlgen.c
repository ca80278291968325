/*
 * sqlgen.c -- queries.sql to typed C functions for both databases, checked against schema and .def.
 *
 *   sqlgen schema  OUT x.def... schema.sql... queries.sql... migrate/0002_why.sql...
 *                                                              OUT.h, OUT.c: the schema as text
 *   sqlgen queries OUT queries.sql x.def... schema.sql... queries.sql...
 *                                                              OUT.h, OUT.c: a function a query
 *
 * A query begins with one of
 *   -- query: NAME     one row, or none:             q_NAME(tx, in..., ret_out...)
 *   -- each: NAME      rows one after another:       q_NAME_begin(tx, in...), q_NAME_next(...)
 *   -- bulk: NAME      an INSERT; on PostgreSQL its rows are sent together
 *   -- view: NAME      the query of a VIEW
 *   -- part: NAME      what a module adds to the statements with PARTS(NAME), see sqlgen_parts.c
 * followed by "-- in: type name, ...", "-- out: type name, ..." and "-- postgres: FOR UPDATE"
 * (what stands behind the statement there). Names of states and options become their numbers;
 * a table everywhere_* belongs to no area. It fails the build, with one line, when
 *   a query does not compile, or declares other inputs or outputs than it has;
 *   a table's primary, unique or foreign key does not begin with area;
 *   a query does not bind :area (or :area_first and :area_last), or reaches the rows of some
 *   table not by area (subqueries are called sub_*);
 *   a state is set otherwise than by a step of its machine;
 *   a view's query has other parameters or columns than its PARAM, COLUMN and COUNT lines.
 */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "sqlgen.h"

sqlite3 *db;
FILE *h, *c;
struct state states[STATES_MAX];
struct item items[ITEMS_MAX];
int nstates, nitems, ntables;
char tables[TABLES_MAX][64];

char *
slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *s = NULL;
	size_t cap = 0;
	ssize_t n;

	if (f == NULL)
		err(1, "%s", path);
	n = getdelim(&s, &cap, '\0', f);
	fclose(f);
	return n < 0 ? strdup("") : s;
}

bool
ends(const char *s, const char *tail)
{
	return strlen(s) >= strlen(tail) && strcmp(s + strlen(s) - strlen(tail), tail) == 0;
}

static void
item_add(const char *word, const char *view, const char *name, const char *kind)
{
	if (nitems == ITEMS_MAX)
		errx(1, "too many columns and parameters");
	snprintf(items[nitems].word, sizeof(items[0].word), "%s", word);
	snprintf(items[nitems].view, sizeof(items[0].view), "%s", view);
	snprintf(items[nitems].name, sizeof(items[0].name), "%s", name);
	snprintf(items[nitems++].kind, sizeof(items[0].kind), "%s", kind);
}

static void
def_line_read(const char *l)
{
	char set[64], name[64], type[64], kind[16];
	int number;

	if (sscanf(l, "STATE(%63[^,], %63[^,], %d", set, name, &number) == 3 ||
	    sscanf(l, "OPTION(%63[^,], %63[^,], %d", set, name, &number) == 3) {
		if (nstates == STATES_MAX)
			errx(1, "too many states and options");
		snprintf(states[nstates].name, sizeof(states[0].name), "%.40s_%.38s", set, name);
		states[nstates].set_length = strlen(set);
		states[nstates++].number = number;
	} else if (sscanf(l, "PARAM(%63[^,], %63[^,], %63[^,], %15[A-Z]", set, type, name, kind) ==
		   4)
		item_add("PARAM", set, name, kind);
	else if (sscanf(l, "CHOICE_PARAM(%63[^,], %63[^,], %63[^,]", set, type, name) == 3)
		item_add("PARAM", set, name, "CHOICE");
	else if (sscanf(l, "COLUMN(%63[^,], %63[^,], %63[^,], %15[A-Z]", set, type, name, kind) ==
		 4)
		item_add("COLUMN", set, name, kind);
	else if (sscanf(l, "CHOICE_COLUMN(%63[^,], %63[^,], %63[^,]", set, type, name) == 3)
		item_add("COLUMN", set, name, "CHOICE");
	else if (sscanf(l, "COUNT(%63[^,], %63[^,]", set, name) == 2)
		item_add("COLUMN", set, name, "COUNT");
	else if (sscanf(l, "ORDER(%63[^,], \"%63[^\"]", set, name) == 2)
		item_add("ORDER", set, name, "");
}

static void
def_read(const char *path)
{
	char *text = slurp(path), *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save))
		def_line_read(l);
	free(text);
}

size_t
word_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

/* gate_pass_OPEN becomes 0. Texts in quotes and comments are left alone. */
char *
states_replace(const char *sql)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	while (*sql != '\0') {
		size_t n = word_length(sql);
		int i = 0;

		if (strncmp(sql, "--", 2) == 0)
			n = strcspn(sql, "\n");
		else
			for (; i < nstates && !(strlen(states[i].name) == n &&
			    strncmp(states[i].name, sql, n) == 0); i++)
				;
		if (n > 0 && i < nstates && *sql != '-')
			fprintf(f, "%d", states[i].number);
		else
			fwrite(sql, 1, n > 0 ? n : 1, f);
		sql += n > 0 ? n : 1;
	}
	fclose(f);
	return out;
}

/* "person_id person, str why" after what is there already. */
static void
list_read(struct list *list, char *text, const char *name)
{
	char *save = NULL;

	for (char *p = strtok_r(text, ",", &save); p != NULL; p = strtok_r(NULL, ",", &save)) {
		struct var *v = &list->vars[list->count++];

		if (list->count > VARS_MAX || sscanf(p, " %31s %63s", v->type, v->name) != 2)
			errx(1, "%s: cannot read \"%s\"", name, p);
	}
}

/* The names of a module's statements, so that a test can prepare them all. */
static void
print_list(const char *module, char names[][64], const bool *is_view, int count)
{
	fprintf(c, "const struct sql *const %s_statements[] = {\n", module);
	for (int i = 0; i < count; i++)
		fprintf(c, is_view[i] ? "\t&%s_sql.sql,\n" : "\t&%s_statement,\n", names[i]);
	fprintf(c, "\tNULL,\n};\n");
}

static bool
line_read(const char *l, struct query *q)
{
	static const char *const words[] = { "query", "each", "bulk", "view", "part" };
	char word[16], name[64], more[512];

	if (sscanf(l, "-- in: %511[^\n]", more) == 1)
		list_read(&q->in, more, q->name);
	else if (sscanf(l, "-- out: %511[^\n]", more) == 1)
		list_read(&q->out, more, q->name);
	else if (sscanf(l, "-- postgres: %511[^\n]", more) == 1)
		snprintf(q->more, sizeof(q->more), "%.63s", more);
	else if (sscanf(l, "-- %15[a-z]: %63[a-z0-9_]", word, name) == 2)
		for (int i = 0; i < 5; i++)
			if (strcmp(words[i], word) == 0) {
				*q = (struct query){ .what = (enum what)i };
				snprintf(q->name, sizeof(q->name), "%s", name);
			}
	return strncmp(l, "--", 2) != 0;
}

static void
queries(char *text, const char *module)
{
	static char names[512][64];
	static bool is_view[512];
	static struct query q;
	char sql[16384] = "", *whole, *save = NULL;
	int count = 0;

	for (char *l = strtok_r(text, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save)) {
		if (!line_read(l, &q))
			continue;
		if (strlen(sql) + strlen(l) + 2 > sizeof(sql) || count == 512)
			errx(1, "%s: too long", q.name);
		strcat(strcat(sql, l), "\n");
		if (!ends(l, ";"))
			continue;
		whole = replaced(q.name, sql);
		*sql = '\0';
		if (q.what == PART)
			continue;
		if (q.what == VIEW)
			view(&q, whole);
		else
			query(&q, whole);
		free(whole);
		snprintf(names[count], 64, "%s", q.name);
		is_view[count++] = q.what == VIEW;
	}
	print_list(module, names, is_view, count);
}

static FILE *
output(const char *base, const char *suffix)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", base, suffix);
	f = fopen(path, "w");
	if (f == NULL)
		err(1, "%s", path);
	fprintf(f, "/* Generated by sqlgen. Do not edit. */\n");
	return f;
}

int
main(int argc, char *argv[])
{
	bool is_schema = argc > 2 && strcmp(argv[1], "schema") == 0;
	char *schema = NULL, *text, *base, *stats;
	size_t size;
	FILE *all = open_memstream(&schema, &size);

	if (argc < 4)
		errx(2, "usage: sqlgen schema|queries OUT file...");
	sqlite3_open(":memory:", &db);
	/* Then the authorizer tells of the tables that foreign keys look into. */
	sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	h = output(argv[2], ".h");
	c = output(argv[2], ".c");
	base = strrchr(argv[2], '/') != NULL ? strrchr(argv[2], '/') + 1 : argv[2];
	for (int i = 3; i < argc; i++)
		if (ends(argv[i], ".def"))
			def_read(argv[i]);
	for (int i = 3; i < argc; i++) {
		if (!ends(argv[i], "schema.sql") && !ends(argv[i], "everywhere.sql"))
			continue;
		text = states_replace(slurp(argv[i]));
		if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
			errx(1, "%s: %s", argv[i], sqlite3_errmsg(db));
		fputs(text, all);
	}
	fclose(all);
	schema_check();
	stats = stats_make();
	fprintf(h, "#pragma once\n#include \"db/sql.h\"\n#include \"ledger/grammar.h\"\n\n");
	fprintf(c, "#include <assert.h>\n#include \"gen/%s.h\"\n\n", base);
	if (is_schema)
		schema_print(schema, stats, argv + 3, argc - 3);
	else {
		/* The types of its queries come from the module's own header. */
		base[strlen(base) - strlen("_sql")] = '\0';
		if (strcmp(base, "ledger") != 0)
			fprintf(h, "#include \"modules/%s/%s.h\"\n", base, base);
		for (int i = 4; i < argc; i++)
			if (ends(argv[i], "queries.sql"))
				parts_read(states_replace(slurp(argv[i])));
		queries(states_replace(slurp(argv[3])), base);
	}
	return fclose(h) != 0 || fclose(c) != 0;
}
