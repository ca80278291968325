/* view_check.c -- a number opens: every COUNT against the rows that it says it counts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "ledger/view.h"

#define COUNTS_MAX 100000 /* of one view */

/* What is opened is remembered first: no two views run at once on a connection. */
struct opened { const struct column *count; int64_t wanted; struct view_query query; };
struct opened_list { struct opened *list; size_t count; const struct view_query *query; };

static size_t
param_index(const struct view *v, struct str name)
{
	size_t i = 0;

	while (v->params[i].name != NULL && !str_equal(str_of(v->params[i].name), name))
		i++;
	return i;
}

/* Parameters of the outer query stay in force where the opened view has them too. */
static void
params_inherit(const struct view_query *outer, struct view_query *inner)
{
	for (size_t i = 0; outer->view->params[i].name != NULL; i++) {
		size_t k = param_index(inner->view, str_of(outer->view->params[i].name));

		if (inner->view->params[k].name == NULL || !outer->is_given[i])
			continue;
		inner->is_given[k] = true;
		inner->numbers[k] = outer->numbers[i];
		inner->texts[k] = outer->texts[i];
	}
}

static int
column_index(const struct view *v, struct str name)
{
	int i = 0;

	while (v->columns[i].name != NULL && !str_equal(str_of(v->columns[i].name), name))
		i++;
	return i;
}

/* The option of that name, as .def writes it (SAMPLED), into the parameter; false: none. */
static bool
option_fill(const struct field *param, struct str name, int64_t *ret_number)
{
	if (param->kind != KIND_CHOICE)
		return false;
	for (int64_t i = 0; i < param->choice->count; i++)
		if (param->choice->options[i].name != NULL &&
		    str_equal(str_of(param->choice->options[i].name), name)) {
			*ret_number = i;
			return true;
		}
	return false;
}

/*
 * One of OPENS: "round"; "place=building", the parameter and the column that fills it; or
 * "state=SAMPLED", an option of the parameter's choice.
 */
static int
param_fill(const struct view_row *row, struct str part, struct view_query *inner)
{
	struct str from = str_trim(part), name = from;
	size_t     k;
	int        column;

	if (str_find(from, S("=")) >= 0)
		(void)str_split(&from, '=', &name);
	k = param_index(inner->view, name);
	if (inner->view->params[k].name == NULL)
		return -EINVAL;
	inner->is_given[k] = true;
	if (option_fill(&inner->view->params[k], from, &inner->numbers[k]))
		return 0;
	column = column_index(row->view, from);
	if (row->view->columns[column].name == NULL)
		return -EINVAL;
	if (inner->view->params[k].kind == KIND_TEXT)
		inner->texts[k] = arena_copy(row->tx->arena, sql_column_str(row->stmt, column));
	else
		inner->numbers[k] = sql_column_i64(row->stmt, column);
	return 0;
}

static int
row_counts(void *context, const struct view_row *row)
{
	struct opened_list *all = context;
	int                 r = 0;

	for (int i = 0; r == 0 && row->view->columns[i].name != NULL; i++) {
		const struct column *c = &row->view->columns[i];
		struct str           rest = str_of(c->opens_with), part;
		struct opened       *o;

		if (c->kind != KIND_COUNT)
			continue;
		if (all->count == COUNTS_MAX)
			return -E2BIG;
		all->list = memory_grow(all->list, (all->count + 1) * sizeof(*all->list));
		o = &all->list[all->count++];
		*o = (struct opened){ .count = c, .wanted = sql_column_i64(row->stmt, i) };
		o->query = (struct view_query){ .view = c->opens, .area = row->tx->area,
			.as_of = all->query->as_of, .as_of_seq = all->query->as_of_seq,
			.limit = INT64_MAX };
		params_inherit(all->query, &o->query);
		while (r == 0 && rest.n > 0 && str_split(&rest, ',', &part))
			r = param_fill(row, part, &o->query);
	}
	return r;
}

static int
row_counted(void *context, const struct view_row *row)
{
	(void)row;
	(*(int64_t *)context)++;
	return 0;
}

int
view_counts_check(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader)
{
	struct opened_list all = { .query = query };
	struct str         next;
	int                r;

	r = view_each(db, arena, query, reader, row_counts, &all, &next);
	for (size_t i = 0; r == 0 && i < all.count; i++) {
		int64_t n = 0;

		r = view_each(db, arena, &all.list[i].query, reader, row_counted, &n, &next);
		if (r == 0 && n != all.list[i].wanted)
			r = -ERANGE;
	}
	free(all.list);
	return r != 0 ? r : (int)all.count;
}
