/* sqlgen_view.c -- the query of a VIEW, paged in its ORDER. */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "sqlgen.h"

/* "SELECT ..." of a view, as one page: behind the cursor, in its order, so many after so many. */
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
	fprintf(f, "\nLIMIT :limit OFFSET :skip;\n");
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
	fprintf(c, "-1 },\n\t.as_of = %d, .now = %d, .me = %d, .limit = %d, .skip = %d,\n",
	    bind_index(q, "as_of"), bind_index(q, "now"), bind_index(q, "me"),
	    bind_index(q, "limit"), bind_index(q, "skip"));
	fprintf(c, "\t.has_cursor = %d,\n", bind_index(q, "has_cursor"));
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
			errx(
			    1, "%s: ORDER by %s, which is no column", q->name, order->vars[i].name);
		fprintf(c, "%d, ", column);
	}
	fprintf(c, "},\n\t.order_count = %d,\n};\n\n", order->count);
}

void
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
	input_add(q, "int64_t", "skip");
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
