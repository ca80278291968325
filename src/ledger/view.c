/* view.c -- see view.h. */
#include <assert.h>
#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/execute.h"
#include "ledger/view.h"
#include "text/zone.h"
#include "gen/ledger_sql.h"

#define CURSOR_BYTES_MAX 1000
#define AREAS_MAX        4096 /* of one view asked for in a city */

static bool
param_read(const struct field *f, struct str text, int64_t *ret_number, struct str *ret_text)
{
	time_ms  t;
	date_ymd d;

	switch (f->kind) {
	case KIND_TEXT:
		*ret_text = text;
		return true;
	case KIND_TIME:
		if (!time_parse(text, &t))
			return false;
		*ret_number = t.ms;
		return true;
	case KIND_DATE:
		if (!date_parse(text, &d))
			return false;
		*ret_number = d.ymd;
		return true;
	case KIND_CHOICE:
		*ret_number = choice_number(f->choice, text);
		return *ret_number >= 0;
	case KIND_BOOL:
		*ret_number = str_equal(text, S("true")) || str_equal(text, S("1"));
		return *ret_number == 1 || str_equal(text, S("false")) || str_equal(text, S("0"));
	case KIND_ID:
	case KIND_AREA:
	case KIND_INT:
	case KIND_COUNT:
	case KIND_LIST:
	case KIND_SEALED:
		break;
	}
	return str_to_i64(text, ret_number);
}

static void
as_of_read(struct view_query *q, struct str value, struct problems *problems)
{
	if (q->view->sql->as_of < 0)
		problem_add(problems, S("as_of"), "此视图没有历史", "this view has no past");
	else if (value.n < 14 && str_to_i64(value, &q->as_of_seq.v) && q->as_of_seq.v >= 0)
		return;
	else if (!time_parse(value, &q->as_of) || q->as_of.ms <= 0)
		problem_add(problems, S("as_of"), "应为时间或序号",
		    "a time or a number of the ledger is wanted");
}

/* What every view takes, behind its own parameters. */
static const char *const common_names[] = { "as_of", "after", "limit", "skip" };

static void
common_read(struct view_query *q, size_t which, struct str value, struct problems *problems)
{
	if (which == 0)
		as_of_read(q, value, problems);
	else if (which == 1)
		q->after = value;
	else if (which == 2 &&
	    (!str_to_i64(value, &q->limit) || q->limit < 1 || q->limit > PAGE_ROWS_MAX))
		problem_add(problems, S("limit"), "应为 1 至 1000", "1 to 1000 is wanted");
	else if (which == 3 && (!str_to_i64(value, &q->skip) || q->skip < 0 ||
	    q->skip > SKIP_ROWS_MAX))
		problem_add(problems, S("skip"), "应为行数", "a number of rows is wanted");
	else if (which == 3 && area_last_below(q->area).v != q->area.v)
		problem_add(problems, S("skip"), "只用于一个社区", "is for one neighbourhood only");
}

static size_t
param_count(const struct view *view)
{
	size_t n = 0;

	while (view->params[n].name != NULL)
		n++;
	return n;
}

/* The parameter's number; behind the view's own the common ones; behind all: there is none. */
static size_t
param_number(const struct view *view, struct str name)
{
	size_t own = param_count(view), k = 0, c = 0;

	while (k < own && !str_equal(str_of(view->params[k].name), name))
		k++;
	while (k == own && c < LEN(common_names) && !str_equal(str_of(common_names[c]), name))
		c++;
	return k + c;
}

bool
view_query_read(const struct view *view, area_id area, const struct view_arg *args, size_t count,
    struct view_query *ret_query, struct problems *ret_problems)
{
	struct view_query q = { .view = view, .area = area, .limit = PAGE_ROWS };
	bool              has_come[VIEW_PARAMS_MAX + LEN(common_names)] = { 0 };
	size_t            own = param_count(view);

	for (size_t i = 0; i < count; i++) {
		const struct view_arg *a = &args[i];
		size_t                 k = param_number(view, a->name);

		if (k == own + LEN(common_names)) {
			problem_add(ret_problems, a->name, "没有这个参数",
			    "there is no such parameter");
			continue;
		}
		if (has_come[k])
			problem_add(ret_problems, a->name, "参数重复", "is given twice");
		else if (k >= own)
			common_read(&q, k - own, a->value, ret_problems);
		else if (a->value.n > 0)
			q.is_given[k] = param_read(&view->params[k], a->value, &q.numbers[k],
			    &q.texts[k]);
		if (k < own && a->value.n > 0 && !q.is_given[k])
			problem_add(ret_problems, a->name, "无法识别", "cannot be read");
		has_come[k] = k >= own || a->value.n > 0;
	}
	for (size_t k = 0; k < own; k++)
		if (view->params[k].need == REQUIRED && !has_come[k])
			problem_add(ret_problems, str_of(view->params[k].name), "必填",
			    "is required");
	*ret_query = q;
	return ret_problems->count == 0;
}

/* The newest row that was there at a time: received never goes back, so halving finds it. */
static int
seq_at(struct tx *tx, time_ms when, seq_id *ret_seq)
{
	struct str hash;
	time_ms    received = { 0 };
	seq_id     low = { 0 }, high = { 0 };
	int        r;

	r = rows_done(q_ledger_head_read(tx, &high, &received, &hash));
	while (r == 0 && low.v < high.v) {
		seq_id middle = { low.v + (high.v - low.v + 1) / 2 };

		r = rows_some(q_ledger_received_at(tx, middle, &received), -EIO);
		if (received.ms <= when.ms)
			low = middle;
		else
			high.v = middle.v - 1;
	}
	*ret_seq = low;
	return r;
}

/* The cursor is a JSON array: the area, then the values of ORDER, all as strings. */
static bool
cursor_read(struct arena *arena, struct str text, area_id *ret_area,
    struct str ret_values[VIEW_ORDER_MAX], int count)
{
	struct str rest = text, part;
	int        i = 0;

	if (text.n > CURSOR_BYTES_MAX || !str_split(&rest, '|', &part) ||
	    !str_to_i64(part, &ret_area->v))
		return false;
	while (i < count && str_split(&rest, '|', &part))
		ret_values[i++] = arena_copy(arena, part);
	return i == count && rest.p == NULL;
}

static bool
is_text_column(const struct view_sql *v, int column)
{
	return v->sql.columns[column] == 's';
}

/* area|value|value; '|' and '%' within texts as %7C and %25. */
static void
cursor_write(const struct view_row *row, struct buffer *b)
{
	const struct view_sql *v = row->view->sql;

	buffer_reset(b);
	buffer_i64(b, row->tx->area.v);
	for (int i = 0; i < v->order_count; i++) {
		buffer_char(b, '|');
		if (!is_text_column(v, v->order[i])) {
			buffer_i64(b, sql_column_i64(row->stmt, v->order[i]));
			continue;
		}
		struct str s = sql_column_str(row->stmt, v->order[i]);

		for (size_t k = 0; k < s.n; k++)
			if (s.p[k] == '|' || s.p[k] == '%')
				buffer_printf(b, "%%%02X", (unsigned)s.p[k]);
			else
				buffer_char(b, s.p[k]);
	}
}

static struct str
cursor_text(struct arena *arena, struct str s)
{
	char  *p = arena_alloc(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool is_bar = str_starts(str_slice(s, i, 3), S("%7C"));
		bool is_percent = str_starts(str_slice(s, i, 3), S("%25"));

		p[n++] = is_bar ? '|' : s.p[i];
		i += is_bar || is_percent ? 2 : 0;
	}
	return (struct str){ p, n };
}

static int
cursor_bind(struct tx *tx, struct stmt *s, const struct view_sql *v, struct str *values)
{
	int64_t number;

	for (int i = 0; i < v->order_count; i++) {
		if (is_text_column(v, v->order[i])) {
			values[i] = cursor_text(tx->arena, values[i]);
			sql_bind_str(s, v->cursor[i], values[i]);
		} else {
			if (!str_to_i64(values[i], &number))
				return -EINVAL;
			sql_bind_i64(s, v->cursor[i], number);
		}
	}
	return 0;
}

/* The statement with everything bound; `values` NULL: from the beginning. */
static int
view_begin(struct tx *tx, const struct view_query *q, const struct reader *reader, int64_t limit,
    struct str *values, bool is_stream, struct stmt **ret_stmt)
{
	const struct view_sql *v = q->view->sql;
	seq_id                 as_of = q->as_of_seq;
	struct stmt           *s;
	int                    r = 0;

	if (q->as_of.ms != 0)
		r = seq_at(tx, q->as_of, &as_of);
	else if (as_of.v == 0)
		as_of.v = INT64_MAX;
	if (r != 0)
		return r;
	s = is_stream ? sql_begin_stream(tx, &v->sql) : sql_begin(tx, &v->sql);
	for (int k = 0; q->view->params[k].name != NULL; k++) {
		if (!q->is_given[k])
			sql_bind_null(s, v->params[k]);
		else if (q->view->params[k].kind == KIND_TEXT)
			sql_bind_str(s, v->params[k], q->texts[k]);
		else
			sql_bind_i64(s, v->params[k], q->numbers[k]);
	}
	if (v->as_of >= 0)
		sql_bind_i64(s, v->as_of, as_of.v);
	if (v->now >= 0)
		sql_bind_i64(s, v->now, reader->now.ms);
	if (v->me >= 0)
		sql_bind_i64(s, v->me, reader->user.v);
	sql_bind_i64(s, v->limit, limit);
	sql_bind_i64(s, v->skip, q->skip);
	sql_bind_i64(s, v->has_cursor, values != NULL);
	for (int i = 0; i < v->order_count && values == NULL; i++)
		if (is_text_column(v, v->order[i]))
			sql_bind_str(s, v->cursor[i], S(""));
		else
			sql_bind_i64(s, v->cursor[i], 0);
	r = values != NULL ? cursor_bind(tx, s, v, values) : 0;
	if (r != 0)
		sql_end(s);
	else
		*ret_stmt = s;
	return r;
}

struct pages {                    /* a run over the areas */
	const struct view_query *query;
	const struct reader     *reader;
	view_row_fn             *fn;
	void                    *context;
	int64_t                  left;     /* rows that may still come */
	bool                     has_area;
	struct buffer            cursor, scratch;
};

static int
area_run(struct pages *p, struct tx *tx, struct str *values)
{
	/* Large results are streamed: nothing else runs on the connection meanwhile. */
	bool            is_stream = p->left > PAGE_ROWS_MAX;
	struct view_row row = { .view = p->query->view, .tx = tx, .reader = p->reader,
		.has_area = p->has_area, .scratch = &p->scratch };
	struct rows     rows = { 0 };
	int             r;

	r = view_begin(tx, p->query, p->reader, p->left, values, is_stream, &row.stmt);
	if (r != 0)
		return r;
	while (r == 0 && p->left > 0 && (rows = sql_next(tx, row.stmt)).n == 1) {
		r = p->fn(p->context, &row);
		if (--p->left == 0)
			cursor_write(&row, &p->cursor);
	}
	sql_end(row.stmt);
	return r != 0 ? r : rows_done(rows);
}

/* The areas of the query that have a ledger here, from `first` on; `max` of them at most. */
static int
areas_read(struct tx *tx, area_id first, area_id last, size_t max, area_id *ret_areas,
    size_t *ret_count)
{
	struct stmt *s = q_everywhere_areas_begin(tx, first.v, last.v);
	struct rows  rows = { 0 };
	size_t       n = 0;

	while (n < max && (rows = q_everywhere_areas_next(tx, s, &ret_areas[n])).n == 1)
		n++;
	sql_end(s);
	*ret_count = n;
	return rows_done(rows);
}

static int
pages_run(struct pages *p, struct tx *tx)
{
	const struct view_query *q = p->query;
	size_t                   max = p->has_area ? AREAS_MAX : 1;
	area_id                 *areas = arena_alloc(tx->arena, max * sizeof(*areas));
	area_id                  first = q->area, last = area_last_below(q->area);
	struct str               values[VIEW_ORDER_MAX];
	size_t                   count;
	int                      r;

	if (q->after.n > 0 && !cursor_read(tx->arena, q->after, &first, values,
	    q->view->sql->order_count))
		return -EINVAL;
	if (first.v < q->area.v || first.v > last.v)
		return -EINVAL;
	r = areas_read(tx, first, last, max, areas, &count);
	for (size_t i = 0; r == 0 && i < count && p->left > 0; i++) {
		tx->area = areas[i];
		tx->area_last = areas[i];
		r = area_run(p, tx, q->after.n > 0 && areas[i].v == first.v ? values : NULL);
	}
	return r;
}

int
view_each(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader, view_row_fn *fn, void *context, struct str *ret_next)
{
	struct tx    tx = { .db = db, .arena = arena };
	struct pages p = { .query = query, .reader = reader, .fn = fn, .context = context,
		.left = query->limit, .has_area = area_last_below(query->area).v != query->area.v };
	int          r;

	if ((query->view->roles & reader->roles) == 0)
		return -EACCES;
	r = db_begin(db, false);
	if (r == 0)
		r = pages_run(&p, &tx);
	if (r == 0)
		r = db_commit(db);
	if (r != 0)
		db_rollback(db);
	else
		*ret_next = arena_copy(arena, buffer_str(&p.cursor));
	buffer_done(&p.cursor);
	buffer_done(&p.scratch);
	return r;
}

static bool
is_masked(const struct view_row *row, const struct column *c)
{
	if (c->class == CLASS_SECRET)
		return true;
	if (row->reader->is_revealing || c->class == CLASS_OPEN)
		return false;
	return row->reader->is_masking || (class_clear_for[c->class] & row->reader->roles) == 0;
}

/* The first character and two stars: the length is not told. */
static void
masked_add(struct buffer *b, struct str s)
{
	uint32_t c;

	if (s.n == 0)
		return;
	buffer_add(b, str_slice(s, 0, utf8_next(s, &c)));
	buffer_add(b, S("**"));
}

static void
text_add(const struct view_row *row, int i, const struct column *c, struct buffer *b)
{
	struct str s = sql_column_str(row->stmt, i);

	if (c->kind == KIND_TEXT && !is_masked(row, c)) {
		buffer_add(b, s);
	} else if (c->kind == KIND_TEXT) {
		if (c->class == CLASS_NAME)
			masked_add(b, s);
		else if (s.n > 0)
			buffer_add(b, S("***"));
	} else if (s.n > 0) {
		if (is_masked(row, c) ||
		    sealed_open(row->reader->keys, row->tx->area, c->name, s, b) != 0) {
			buffer_add(b, S("****"));
			buffer_add(b, sealed_tail(s));
		}
	}
}

static bool
is_text_kind(enum kind kind)
{
	return kind == KIND_TEXT || kind == KIND_SEALED;
}

/* Does a number stand for none, or may it not be seen? */
static bool
is_none(const struct view_row *row, int i, const struct column *c, int64_t value)
{
	if (is_masked(row, c) || (value == 0 && sql_column_is_null(row->stmt, i)))
		return true;
	switch (c->kind) {
	case KIND_ID:
	case KIND_DATE:
		return value == 0;
	case KIND_TIME:
		return value == 0 || value >= TIME_NEVER_MS;
	case KIND_CHOICE:
		return value < 0 || value >= c->choice->count ||
		    c->choice->options[value].name == NULL;
	case KIND_TEXT:
	case KIND_SEALED:
	case KIND_AREA:
	case KIND_INT:
	case KIND_COUNT:
	case KIND_BOOL:
	case KIND_LIST:
		break;
	}
	return false;
}

/* Of one that is there, as it stands in JSON, but without quotes. */
static void
number_add(const struct column *c, int64_t value, struct buffer *b)
{
	char text[TIME_TEXT_BYTES];

	if (c->kind == KIND_TIME) {
		time_print((time_ms){ value }, text);
		buffer_add(b, str_of(text));
	} else if (c->kind == KIND_DATE) {
		date_print((date_ymd){ value }, text);
		buffer_add(b, str_of(text));
	} else if (c->kind == KIND_BOOL) {
		buffer_add(b, value != 0 ? S("true") : S("false"));
	} else if (c->kind == KIND_CHOICE) {
		for (const char *p = c->choice->options[value].name; *p != '\0'; p++)
			buffer_char(b, (char)tolower((unsigned char)*p));
	} else {
		buffer_i64(b, value);
	}
}

static void
value_json(const struct view_row *row, int i, const struct column *c, struct buffer *b)
{
	bool    is_bare = c->kind == KIND_BOOL || c->kind == KIND_INT || c->kind == KIND_COUNT;
	int64_t value;

	if (c->kind == KIND_TEXT && !is_masked(row, c)) {
		json_str(b, sql_column_str(row->stmt, i));
	} else if (is_text_kind(c->kind)) {
		buffer_reset(row->scratch);
		text_add(row, i, c, row->scratch);
		json_str(b, buffer_str(row->scratch));
	} else if (is_none(row, i, c, value = sql_column_i64(row->stmt, i))) {
		buffer_add(b, S("null"));
	} else {
		if (!is_bare)
			buffer_char(b, '"');
		number_add(c, value, b);
		if (!is_bare)
			buffer_char(b, '"');
	}
}

void
view_row_json(const struct view_row *row, struct buffer *ret_json)
{
	buffer_char(ret_json, '{');
	if (row->has_area) {
		json_name(ret_json, "area");
		json_id(ret_json, row->tx->area.v);
	}
	for (int i = 0; row->view->columns[i].name != NULL; i++) {
		json_name(ret_json, row->view->columns[i].name);
		value_json(row, i, &row->view->columns[i], ret_json);
	}
	buffer_char(ret_json, '}');
}

bool
view_row_is_number(const struct view_row *row, int column, int64_t *ret_value)
{
	const struct column *c = &row->view->columns[column];

	if ((c->kind != KIND_INT && c->kind != KIND_COUNT) || is_masked(row, c))
		return false;
	*ret_value = sql_column_i64(row->stmt, column);
	return *ret_value != 0 || !sql_column_is_null(row->stmt, column);
}

void
view_row_text(const struct view_row *row, int column, bool is_zh, struct buffer *ret_text)
{
	const struct column *c = &row->view->columns[column];
	int64_t              value;

	if (is_text_kind(c->kind)) {
		text_add(row, column, c, ret_text);
		return;
	}
	value = sql_column_i64(row->stmt, column);
	if (is_none(row, column, c, value))
		return;
	if (c->kind == KIND_CHOICE)
		buffer_add(ret_text, str_of(is_zh ? c->choice->options[value].zh :
		                                    c->choice->options[value].en));
	else if (c->kind == KIND_BOOL)
		buffer_add(ret_text, value != 0 ? (is_zh ? S("是") : S("yes")) :
		    (is_zh ? S("否") : S("no")));
	else if (c->kind == KIND_TIME && row->reader->zone != NULL) {
		char text[TIME_TEXT_BYTES];

		zone_print(row->reader->zone, (time_ms){ value }, text);
		buffer_add(ret_text, str_of(text));
	} else
		number_add(c, value, ret_text);
}

static int
json_add(void *context, const struct view_row *row)
{
	struct buffer *b = context;

	json_next(b);
	view_row_json(row, b);
	return 0;
}

int
view_json(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader, struct buffer *ret_json)
{
	struct str next = S("");
	int        r;

	buffer_add(ret_json, S("{\"rows\":["));
	r = view_each(db, arena, query, reader, json_add, ret_json, &next);
	buffer_add(ret_json, S("],\"next\":"));
	if (next.n > 0)
		json_str(ret_json, next);
	else
		buffer_add(ret_json, S("null"));
	buffer_char(ret_json, '}');
	return r;
}
