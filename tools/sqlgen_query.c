/* sqlgen_query.c -- a query as a typed C function, and the same statement for PostgreSQL. */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "sqlgen.h"

void
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
char *
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
void
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
			fprintf(c, "\t\t(*ret_%s)%s = sql_column_i64(s, %d)%s;\n", var,
			    member(type), i, strcmp(type, "bool") == 0 ? " != 0" : "");
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
	fprintf(
	    c, "\treturn s;\n}\n\nstruct rows\nq_%s_next(struct tx *tx, struct stmt *s", q->name);
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
	fprintf(c,
	    ")\n{\n\tstruct stmt *s = sql_begin(tx, &%s_statement);\n\tstruct rows rows;\n\n",
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

void
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
