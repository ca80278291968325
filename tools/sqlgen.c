/*
 * sqlgen.c -- queries.sql to typed C functions for both databases, checked against schema and .def.
 *
 *   sqlgen schema  OUT x.def... schema.sql... queries.sql...   OUT.h, OUT.c: the schema as text
 *   sqlgen queries OUT queries.sql x.def... schema.sql...      OUT.h, OUT.c: a function a query
 *
 * A query begins with one of
 *   -- query: NAME     one row, or none:             q_NAME(tx, in..., ret_out...)
 *   -- each: NAME      rows one after another:       q_NAME_begin(tx, in...), q_NAME_next(...)
 *   -- bulk: NAME      an INSERT; on PostgreSQL its rows are sent together
 *   -- view: NAME      the query of a VIEW
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
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARS_MAX   40
#define STATES_MAX 1024
#define ITEMS_MAX  4096
#define TABLES_MAX 128

struct var { char type[32], name[64]; };
struct list { int count; struct var vars[VARS_MAX]; };
struct query {
	char        name[64], more[64];       /* more: behind the statement on PostgreSQL */
	enum what  { QUERY, EACH, BULK, VIEW } what;
	struct list in, out;
	const char *sql;                      /* with its closing semicolon */
	sqlite3_stmt *stmt;
	unsigned char reads[TABLES_MAX], changes[TABLES_MAX];
};

static sqlite3 *db;
static FILE *h, *c;
static struct { char name[80]; int number; } states[STATES_MAX];
static struct { char view[64], word[16], name[64], kind[16]; } items[ITEMS_MAX]; /* PARAM ... ORDER */
static int nstates, nitems, ntables;
static char tables[TABLES_MAX][64];

static char *
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

static bool
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
		states[nstates++].number = number;
	} else if (sscanf(l, "PARAM(%63[^,], %63[^,], %63[^,], %15[A-Z]", set, type, name, kind) == 4)
		item_add("PARAM", set, name, kind);
	else if (sscanf(l, "CHOICE_PARAM(%63[^,], %63[^,], %63[^,]", set, type, name) == 3)
		item_add("PARAM", set, name, "CHOICE");
	else if (sscanf(l, "COLUMN(%63[^,], %63[^,], %63[^,], %15[A-Z]", set, type, name, kind) == 4)
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

static size_t
word_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

/* gate_pass_OPEN becomes 0. Texts in quotes and comments are left alone. */
static char *
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

static void
print_quoted(FILE *f, const char *s)
{
	fputs("\n\t\"", f);
	for (; *s != '\0'; s++)
		if (*s == '\n')
			fputs(s[1] == '\0' ? "\\n" : "\\n\"\n\t\"", f);
		else if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else
			fputc(*s, f);
	fputc('"', f);
}

/* The same statement for PostgreSQL: types, no STRICT, $1 for the first parameter. */
static char *
lowered(const char *sql, sqlite3_stmt *s, bool is_bulk)
{
	static const char *const words[][2] = { { "INTEGER", "BIGINT" }, { "BLOB", "BYTEA" } };
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	while (*sql != '\0') {
		size_t n = word_length(sql);
		char word[80];

		if (strncmp(sql, ") STRICT, WITHOUT ROWID", 23) == 0) {
			fputc(')', f);
			sql += 23;
		} else if (s != NULL && *sql == ':' && (n = word_length(sql + 1)) > 0) {
			snprintf(word, sizeof(word), "%.*s", (int)n + 1, sql);
			if (is_bulk)
				fprintf(f, "row_.p%d", sqlite3_bind_parameter_index(s, word));
			else
				fprintf(f, "$%d", sqlite3_bind_parameter_index(s, word));
			sql += n + 1;
		} else if (n > 0) {
			snprintf(word, sizeof(word), "%.*s", (int)n, sql);
			for (size_t i = 0; i < 2; i++)
				if (strcmp(words[i][0], word) == 0)
					snprintf(word, sizeof(word), "%s", words[i][1]);
			fputs(word, f);
			sql += n;
		} else
			fputc(*sql++, f);
	}
	fclose(f);
	return out;
}

static void
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
	if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid",
	    -1, &s, NULL) != SQLITE_OK)
		errx(1, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(s) == SQLITE_ROW) {
		if (ntables == TABLES_MAX)
			errx(1, "too many tables");
		snprintf(tables[ntables++], 64, "%s", (const char *)sqlite3_column_text(s, 0));
	}
	sqlite3_finalize(s);
}

static int
table_seen(void *query, int action, const char *a, const char *b, const char *x, const char *y)
{
	struct query *q = query;

	(void)b, (void)x, (void)y;
	for (int i = 0; i < ntables && a != NULL; i++)
		if (strcmp(tables[i], a) != 0)
			continue;
		else if (action == SQLITE_READ || action == SQLITE_SELECT)
			q->reads[i] = 1;
		else if (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE)
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

		if (sscanf(detail, "SCAN %63s", table) != 1 && sscanf(detail, "SEARCH %63s", table) != 1)
			continue;
		if (is_sub(sql, table) || strncmp(table, "everywhere_", 11) == 0)
			continue;
		if (strstr(detail, "(area=?") == NULL && strstr(detail, "(area>? AND area<?)") == NULL)
			errx(1, "%s: not by area: %s", name, detail);
	}
	sqlite3_finalize(plan);
	free(explain);
}

static void
prepare(struct query *q, const char *sql)
{
	bool has_area = false;

	sqlite3_set_authorizer(db, table_seen, q);
	if (sqlite3_prepare_v2(db, sql, -1, &q->stmt, NULL) != SQLITE_OK)
		errx(1, "%s: %s", q->name, sqlite3_errmsg(db));
	sqlite3_set_authorizer(db, NULL, NULL);
	for (int i = 0; i < ntables; i++)
		has_area |= (q->reads[i] || q->changes[i]) && strncmp(tables[i], "everywhere_", 11) != 0;
	if (has_area && sqlite3_bind_parameter_index(q->stmt, ":area") == 0 &&
	    (sqlite3_bind_parameter_index(q->stmt, ":area_first") == 0 ||
	    sqlite3_bind_parameter_index(q->stmt, ":area_last") == 0))
		errx(1, "%s: does not bind :area", q->name);
	plan_check(q->name, sql);
	if (strcasestr(sql, "SET state") != NULL && (strstr(sql, "state = :step_to") == NULL ||
	    strstr(sql, "AND state = :step_from") == NULL))
		errx(1, "%s: sets a state without a step", q->name);
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

static const char *
ctype(const char *type)
{
	return strcmp(type, "str") == 0 || strcmp(type, "blob") == 0 ? "struct str" :
	    strcmp(type, "step") == 0 ? "struct step" : type;
}

/* The integer inside a wrapped type: any *_id holds .v, time_ms .ms, date_ymd .ymd. */
static const char *
member(const char *type)
{
	if (ends(type, "_id"))
		return ".v";
	if (strcmp(type, "time_ms") == 0)
		return ".ms";
	if (strcmp(type, "date_ymd") == 0)
		return ".ymd";
	if (strcmp(type, "int64_t") != 0 && strcmp(type, "bool") != 0)
		errx(1, "unknown type %s", type);
	return "";
}

/* The letter of a parameter by its name: what is declared, or what the transaction binds. */
static char
param_letter(const struct query *q, const char *name)
{
	static const struct { const char *name; char letter; } known[] = {
		{ "area", 'a' }, { "area_first", 'f' }, { "area_last", 'l' },
		{ "step_from", 'i' }, { "step_to", 'i' },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].letter;
	for (int i = 0; i < q->in.count; i++)
		if (strcmp(q->in.vars[i].name, name) == 0)
			return strcmp(q->in.vars[i].type, "str") == 0 ? 's' :
			    strcmp(q->in.vars[i].type, "blob") == 0 ? 'b' : 'i';
	errx(1, "%s: parameter %s is not declared", q->name, name);
}

static void
print_table_set(const char *what, const unsigned char *set)
{
	unsigned long long bits[TABLES_MAX / 64] = { 0 };

	for (int i = 0; i < ntables; i++)
		if (set[i])
			bits[i / 64] |= 1ull << i % 64;
	fprintf(c, "\t%s = { { 0x%llxu, 0x%llxu } },\n", what, bits[0], bits[1]);
}

static void
print_letters(const char *what, const struct query *q, bool is_params)
{
	fprintf(c, "\t%s = \"", what);
	if (is_params)
		for (int i = 1; i <= sqlite3_bind_parameter_count(q->stmt); i++)
			fputc(param_letter(q, sqlite3_bind_parameter_name(q->stmt, i) + 1), c);
	else
		for (int i = 0; i < q->out.count; i++)
			fputc(strcmp(q->out.vars[i].type, "str") == 0 ? 's' :
			    strcmp(q->out.vars[i].type, "blob") == 0 ? 'b' : 'i', c);
	fprintf(c, "\",\n");
}

/* INSERT INTO t (...) VALUES (...) as one statement over arrays. */
static char *
bulk_lowered(const struct query *q)
{
	const char *values = strstr(q->sql, "VALUES"), *tail;
	char *head, *row, *out = NULL;
	size_t size;
	FILE *f;

	if (values == NULL || strncmp(q->sql, "INSERT INTO", 11) != 0 || !ends(q->sql, ");\n"))
		errx(1, "%s: a bulk query is INSERT INTO t (...) VALUES (...);", q->name);
	head = strndup(q->sql, (size_t)(values - q->sql));
	tail = strchr(values, '(') + 1;
	row = strndup(tail, strlen(tail) - 3);
	f = open_memstream(&out, &size);
	fprintf(f, "%sSELECT %s FROM unnest(", head, lowered(row, q->stmt, true));
	for (int i = 1; i <= sqlite3_bind_parameter_count(q->stmt); i++) {
		char letter = param_letter(q, sqlite3_bind_parameter_name(q->stmt, i) + 1);

		fprintf(f, "%s$%d::%s[]", i > 1 ? ", " : "", i,
		    letter == 's' ? "text" : letter == 'b' ? "bytea" : "bigint");
	}
	fprintf(f, ") AS row_(");
	for (int i = 1; i <= sqlite3_bind_parameter_count(q->stmt); i++)
		fprintf(f, "%sp%d", i > 1 ? ", " : "", i);
	fprintf(f, ");\n");
	fclose(f);
	free(head);
	free(row);
	return out;
}

/* The members of struct sql. */
static void
print_sql(const struct query *q)
{
	char *postgres = q->what == BULK ? bulk_lowered(q) : lowered(q->sql, q->stmt, false);
	char *semicolon = strrchr(postgres, ';');

	if (semicolon != NULL)
		*semicolon = '\0';
	fprintf(c, "\t.name = \"%s\",\n\t.sqlite =", q->name);
	print_quoted(c, q->sql);
	fprintf(c, ",\n\t.postgres =");
	print_quoted(c, postgres);
	if (*q->more != '\0')
		fprintf(c, " \" %s\"", q->more);
	fprintf(c, ",\n");
	print_letters(".params", q, true);
	print_letters(".columns", q, false);
	fprintf(c, "\t.is_write = %s,\n", sqlite3_stmt_readonly(q->stmt) ? "false" : "true");
	fprintf(c, "\t.is_bulk = %s,\n", q->what == BULK ? "true" : "false");
	print_table_set(".reads", q->reads);
	print_table_set(".changes", q->changes);
	free(postgres);
}

static void
print_inputs(FILE *f, const struct query *q)
{
	fprintf(f, "struct tx *tx");
	for (int i = 0; i < q->in.count; i++)
		fprintf(f, ", %s %s", ctype(q->in.vars[i].type), q->in.vars[i].name);
}

static void
print_outputs(FILE *f, const struct query *q)
{
	for (int i = 0; i < q->out.count; i++)
		fprintf(f, ", %s *ret_%s", ctype(q->out.vars[i].type), q->out.vars[i].name);
}

/* Prints how each input is bound. */
static void
print_binds(const struct query *q)
{
	for (int i = 0; i < q->in.count; i++) {
		const char *type = q->in.vars[i].type, *name = q->in.vars[i].name;
		bool is_step = strcmp(type, "step") == 0;
		char key[80];
		int index;

		snprintf(key, sizeof(key), is_step ? ":%s_to" : ":%s", name);
		index = sqlite3_bind_parameter_index(q->stmt, key) - 1;
		if (index < 0)
			errx(1, "%s: input %s is not used by the query", q->name, name);
		if (is_step) {
			fprintf(c, "\tsql_bind_i64(s, %d, %s.to);\n", index, name);
			snprintf(key, sizeof(key), ":%s_from", name);
			index = sqlite3_bind_parameter_index(q->stmt, key) - 1;
			fprintf(c, "\tsql_bind_i64(s, %d, %s.from);\n", index, name);
		} else if (strcmp(type, "str") == 0 || strcmp(type, "blob") == 0)
			fprintf(c, "\tsql_bind_str(s, %d, %s);\n", index, name);
		else
			fprintf(c, "\tsql_bind_i64(s, %d, %s%s);\n", index, name, member(type));
	}
}

static void
print_columns(const struct query *q)
{
	for (int i = 0; i < q->out.count; i++) {
		const char *type = q->out.vars[i].type, *var = q->out.vars[i].name;

		if (strcmp(type, "str") == 0 || strcmp(type, "blob") == 0)
			fprintf(c, "\t\t*ret_%s = arena_copy(tx->arena, sql_column_str(s, %d));\n",
			    var, i);
		else
			fprintf(c, "\t\t(*ret_%s)%s = sql_column_i64(s, %d)%s;\n", var, member(type),
			    i, strcmp(type, "bool") == 0 ? " != 0" : "");
	}
}

static void
print_each(const struct query *q)
{
	fprintf(h, "struct stmt *q_%s_begin(", q->name);
	print_inputs(h, q);
	fprintf(h, ");\nstruct rows q_%s_next(struct tx *tx, struct stmt *s", q->name);
	print_outputs(h, q);
	fprintf(h, ");\n");
	fprintf(c, "struct stmt *\nq_%s_begin(", q->name);
	print_inputs(c, q);
	fprintf(c, ")\n{\n\tstruct stmt *s = sql_begin(tx, &%s_statement);\n\n", q->name);
	print_binds(q);
	fprintf(c, "\treturn s;\n}\n\nstruct rows\nq_%s_next(struct tx *tx, struct stmt *s", q->name);
	print_outputs(c, q);
	fprintf(c, ")\n{\n\tstruct rows rows = sql_next(tx, s);\n\n\tif (rows.n > 0) {\n");
	print_columns(q);
	fprintf(c, "\t}\n\treturn rows;\n}\n\n");
}

static void
print_query(const struct query *q)
{
	fprintf(h, "struct rows q_%s(", q->name);
	print_inputs(h, q);
	print_outputs(h, q);
	fprintf(h, ");\n");
	fprintf(c, "struct rows\nq_%s(", q->name);
	print_inputs(c, q);
	print_outputs(c, q);
	fprintf(c, ")\n{\n\tstruct stmt *s = sql_begin(tx, &%s_statement);\n\tstruct rows rows;\n\n",
	    q->name);
	print_binds(q);
	if (q->out.count == 0) {
		fprintf(c, "\trows = sql_run(tx, s);\n");
	} else {
		fprintf(c, "\trows = sql_next(tx, s);\n\tif (rows.n > 0) {\n");
		print_columns(q);
		fprintf(c, "\t}\n");
	}
	if (strstr(q->sql, ":step_to") != NULL)
		fprintf(c, "\tassert(rows.n != 0); /* the state is the one that was read */\n");
	fprintf(c, "\tsql_end(s);\n\treturn rows;\n}\n\n");
}

static void
query(struct query *q, const char *sql)
{
	q->sql = sql;
	prepare(q, sql);
	fprintf(c, "static const struct sql %s_statement = {\n", q->name);
	print_sql(q);
	fprintf(c, "};\n\n");
	if (q->what == EACH)
		print_each(q);
	else
		print_query(q);
	if (q->out.count != sqlite3_column_count(q->stmt))
		errx(1, "%s: declares %d outputs, has %d", q->name, q->out.count,
		    sqlite3_column_count(q->stmt));
	sqlite3_finalize(q->stmt);
}

/* "SELECT ..." of a view, as one page: behind the cursor, in its order, so many rows. */
static char *
view_paged(const char *name, const char *sql, struct list *order)
{
	char *paged = NULL, copy[64] = "";
	size_t size;
	FILE *f = open_memstream(&paged, &size);

	for (int i = 0; i < nitems; i++)
		if (strcmp(items[i].view, name) == 0 && strcmp(items[i].word, "ORDER") == 0)
			snprintf(copy, sizeof(copy), "%s", items[i].name);
	for (char *save = NULL, *p = strtok_r(copy, ", ", &save); p != NULL;
	    p = strtok_r(NULL, ", ", &save))
		snprintf(order->vars[order->count++].name, 64, "%s", p);
	if (order->count == 0 || order->count > 4)
		errx(1, "%s: no VIEW with an ORDER of one to four columns", name);
	fprintf(f, "SELECT * FROM (\n%.*s) AS sub_view\nWHERE (:has_cursor = 0 OR (",
	    (int)(strrchr(sql, ';') - sql), sql);
	for (int i = 0; i < order->count; i++)
		fprintf(f, "%s%s", i > 0 ? ", " : "", order->vars[i].name);
	fprintf(f, ") > (");
	for (int i = 0; i < order->count; i++)
		fprintf(f, "%s:cursor_%d", i > 0 ? ", " : "", i);
	fprintf(f, "))\nORDER BY ");
	for (int i = 0; i < order->count; i++)
		fprintf(f, "%s%s", i > 0 ? ", " : "", order->vars[i].name);
	fprintf(f, "\nLIMIT :limit;\n");
	fclose(f);
	return paged;
}

static void
input_add(struct query *q, const char *type, const char *name)
{
	struct var *v = &q->in.vars[q->in.count++];

	snprintf(v->type, sizeof(v->type), "%s", type);
	snprintf(v->name, sizeof(v->name), "%s", name);
}

/* The view's columns, first the declared ones in their order; what follows is for ORDER only. */
static void
view_columns_check(struct query *q)
{
	int column = 0;

	for (int i = 0; i < nitems; i++) {
		if (strcmp(items[i].view, q->name) != 0 || strcmp(items[i].word, "COLUMN") != 0)
			continue;
		if (column == sqlite3_column_count(q->stmt) ||
		    strcmp(sqlite3_column_name(q->stmt, column), items[i].name) != 0)
			errx(1, "%s: column %s is not the query's", q->name, items[i].name);
		snprintf(q->out.vars[column++].type, 32, "%s", strcmp(items[i].kind, "TEXT") == 0 ?
		    "str" : strcmp(items[i].kind, "SEALED") == 0 ? "blob" : "int64_t");
	}
	for (; column < sqlite3_column_count(q->stmt); column++) {
		const char *type = sqlite3_column_decltype(q->stmt, column);

		snprintf(q->out.vars[column].type, 32, "%s",
		    type != NULL && strcmp(type, "TEXT") == 0 ? "str" : "int64_t");
	}
	q->out.count = column;
}

static int
bind_index(const struct query *q, const char *name)
{
	char key[80];

	snprintf(key, sizeof(key), ":%s", name);
	return sqlite3_bind_parameter_index(q->stmt, key) - 1;
}

static void
print_view_tail(const struct query *q, const struct list *order)
{
	fprintf(c, "\t.params = { ");
	for (int i = 0; i < nitems; i++)
		if (strcmp(items[i].view, q->name) == 0 && strcmp(items[i].word, "PARAM") == 0) {
			if (bind_index(q, items[i].name) < 0)
				errx(1, "%s: the query does not use %s", q->name, items[i].name);
			fprintf(c, "%d, ", bind_index(q, items[i].name));
		}
	fprintf(c, "-1 },\n\t.as_of = %d, .now = %d, .me = %d, .limit = %d, .has_cursor = %d,\n",
	    bind_index(q, "as_of"), bind_index(q, "now"), bind_index(q, "me"),
	    bind_index(q, "limit"), bind_index(q, "has_cursor"));
	fprintf(c, "\t.cursor = { ");
	for (int i = 0; i < order->count; i++) {
		char name[24];

		snprintf(name, sizeof(name), "cursor_%d", i);
		fprintf(c, "%d, ", bind_index(q, name));
	}
	fprintf(c, "},\n\t.order = { ");
	for (int i = 0; i < order->count; i++) {
		int column = 0;

		while (column < q->out.count &&
		    strcmp(sqlite3_column_name(q->stmt, column), order->vars[i].name) != 0)
			column++;
		if (column == q->out.count)
			errx(1, "%s: ORDER by %s, which is no column", q->name, order->vars[i].name);
		fprintf(c, "%d, ", column);
	}
	fprintf(c, "},\n\t.order_count = %d,\n};\n\n", order->count);
}

static void
view(struct query *q, const char *sql)
{
	struct list order = { 0 };
	char *paged = view_paged(q->name, sql, &order);

	q->sql = paged;
	for (int i = 0; i < nitems; i++)
		if (strcmp(items[i].view, q->name) == 0 && strcmp(items[i].word, "PARAM") == 0)
			input_add(q, strcmp(items[i].kind, "TEXT") == 0 ? "str" : "int64_t",
			    items[i].name);
	input_add(q, "int64_t", "as_of");
	input_add(q, "int64_t", "now");
	input_add(q, "int64_t", "me");
	input_add(q, "int64_t", "limit");
	input_add(q, "int64_t", "has_cursor");
	prepare(q, paged);
	view_columns_check(q);
	for (int i = 0; i < order.count; i++) {
		char name[24];

		snprintf(name, sizeof(name), "cursor_%d", i);
		for (int k = 0; k < q->out.count; k++)
			if (strcmp(sqlite3_column_name(q->stmt, k), order.vars[i].name) == 0)
				input_add(q, q->out.vars[k].type, name);
	}
	fprintf(h, "extern const struct view_sql %s_sql;\n", q->name);
	fprintf(c, "const struct view_sql %s_sql = {\n\t.sql = {\n", q->name);
	print_sql(q);
	fprintf(c, "\t},\n");
	print_view_tail(q, &order);
	sqlite3_finalize(q->stmt);
	free(paged);
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
	static const char *const words[] = { "query", "each", "bulk", "view" };
	char word[16], name[64], more[512];

	if (sscanf(l, "-- in: %511[^\n]", more) == 1)
		list_read(&q->in, more, q->name);
	else if (sscanf(l, "-- out: %511[^\n]", more) == 1)
		list_read(&q->out, more, q->name);
	else if (sscanf(l, "-- postgres: %511[^\n]", more) == 1)
		snprintf(q->more, sizeof(q->more), "%.63s", more);
	else if (sscanf(l, "-- %15[a-z]: %63[a-z0-9_]", word, name) == 2)
		for (int i = 0; i < 4; i++)
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
	char sql[16384] = "", *save = NULL;
	int count = 0;

	for (char *l = strtok_r(text, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save)) {
		if (!line_read(l, &q))
			continue;
		if (strlen(sql) + strlen(l) + 2 > sizeof(sql) || count == 512)
			errx(1, "%s: too long", q.name);
		strcat(strcat(sql, l), "\n");
		if (!ends(l, ";"))
			continue;
		if (q.what == VIEW)
			view(&q, sql);
		else
			query(&q, sql);
		snprintf(names[count], 64, "%s", q.name);
		is_view[count++] = q.what == VIEW;
		*sql = '\0';
	}
	print_list(module, names, is_view, count);
}

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
	char *names = columns_list(tables[t], "1", ""), *values = columns_list(tables[t], "1", ":of_");
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

static void
schema_print(const char *schema, char *const paths[], int count)
{
	fprintf(h, "extern const char schema_sqlite[], schema_postgres[];\n"
	    "#define TABLE_COUNT %d\n"
	    "/* Every table, in the order of the bits of a struct table_set: after those it refers to. */\n"
	    "extern const struct table { const char *name; bool is_everywhere; struct sql all, insert; }\n"
	    "    schema_tables[TABLE_COUNT];\n"
	    "/* Every statement of every queries.sql, a list each; ends with NULL. */\n"
	    "extern const struct sql *const *const schema_statements[];\n", ntables);
	fprintf(c, "const char schema_sqlite[] =");
	print_quoted(c, schema);
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
	char *schema = NULL, *text, *base;
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
	fprintf(h, "#pragma once\n#include \"db/sql.h\"\n#include \"ledger/grammar.h\"\n\n");
	fprintf(c, "#include <assert.h>\n#include \"gen/%s.h\"\n\n", base);
	if (is_schema)
		schema_print(schema, argv + 3, argc - 3);
	else {
		/* The types of its queries come from the module's own header. */
		base[strlen(base) - strlen("_sql")] = '\0';
		if (strcmp(base, "ledger") != 0)
			fprintf(h, "#include \"modules/%s/%s.h\"\n", base, base);
		queries(states_replace(slurp(argv[3])), base);
	}
	return fclose(h) != 0 || fclose(c) != 0;
}
