/*
 * view_test.c -- views on a small neighbourhood: pages give every row once and in order, masks
 * hold for every role and class, the past is as it was, numbers open. On SQLite, and on PostgreSQL
 * where REDVEST_TEST_POSTGRES is the URL of a database.
 */
#include "unit/view_fixture.h"

/* ---- pages ---- */

static void
pages_check(struct fixture *f, const struct view_query *query)
{
	static const int64_t  sizes[] = { 1, 2, 3, 7, 60, PAGE_ROWS_MAX, PAGE_ROWS_MAX + 1 };
	struct reader         reader = reader_of(f, ~0u);
	struct view_query     q = *query;
	struct str            next;
	struct list          *all, *page;
	struct list           pages;

	q.limit = INT64_MAX;
	all = rows_of(f, &q, &reader, &next);
	assert_int_equal(next.n, 0);
	for (size_t i = 0; i < LEN(sizes); i++) {
		pages = (struct list){ .rows = arena_alloc(&f->arena,
		    (all->count + (size_t)sizes[i]) * sizeof(struct str)) };
		q.limit = sizes[i];
		q.after = S("");
		do {
			page = rows_of(f, &q, &reader, &next);
			assert_true(page->count <= (size_t)sizes[i]);
			assert_true(next.n == 0 || page->count == (size_t)sizes[i]);
			for (size_t k = 0; k < page->count; k++)
				pages.rows[pages.count++] = page->rows[k];
			q.after = next;
		} while (next.n > 0 && pages.count <= all->count);
		lists_are_equal(&q, "pages", all, &pages);
	}
}

static void
test_pages(void **state)
{
	struct fixture *f = *state;

	each_query(f, (area_id){ AREA }, pages_check);
}

/* A page from the middle has the rows that stand there, however it is come by. */
static void
skip_check(struct fixture *f, const struct view_query *query)
{
	static const size_t skips[] = { 1, 2, 7, 60 };
	struct reader       reader = reader_of(f, ~0u);
	struct view_query   q = *query;
	struct list        *all, *page;
	struct str          next;

	q.limit = INT64_MAX;
	all = rows_of(f, &q, &reader, &next);
	for (size_t i = 0; i < LEN(skips); i++) {
		struct list rest = *all;

		rest.rows += rest.count < skips[i] ? rest.count : skips[i];
		rest.count -= rest.count < skips[i] ? rest.count : skips[i];
		rest.count = rest.count < 3 ? rest.count : 3;
		q.limit = 3;
		q.skip = (int64_t)skips[i];
		page = rows_of(f, &q, &reader, &next);
		lists_are_equal(&q, "skip", &rest, page);
	}
}

static void
test_skip(void **state)
{
	struct fixture *f = *state;

	each_query(f, (area_id){ AREA }, skip_check);
}

/* A street, a city: the rows of each area below, each with its area. */
static void
test_pages_of_a_street(void **state)
{
	struct fixture   *f = *state;
	struct reader     reader = reader_of(f, ~0u);
	struct view_query q = { .view = &every_view, .area = { CITY }, .limit = INT64_MAX };
	struct str        next;
	struct list      *all = rows_of(f, &q, &reader, &next);

	each_query(f, (area_id){ STREET }, pages_check);
	each_query(f, (area_id){ CITY }, pages_check);
	assert_int_equal(all->count, 7);
	assert_true(str_starts(all->rows[0], S("{\"area\":\"440304005012\",")));
	assert_true(str_starts(all->rows[6], S("{\"area\":\"440304005013\",")));
}

static void
test_order_by_a_text(void **state)
{
	static const char *const persons[] = { "5", "6", "4", "2", "3", "1" };
	struct fixture   *f = *state;
	struct reader     reader = reader_of(f, ROLE_ALL);
	struct view_query q = { .view = &every_view, .area = { AREA }, .limit = 100 };
	struct str        next;
	struct list      *all = rows_of(f, &q, &reader, &next);

	assert_int_equal(all->count, LEN(persons));
	for (size_t i = 0; i < LEN(persons); i++)
		assert_true(str_starts(all->rows[i], arena_printf(&f->arena, "{\"person\":\"%s\",",
		    persons[i])));
}

static void
test_cursors_that_are_none(void **state)
{
	static const char *const wrong[] = { "x", "|", "440304005012", "440304005012|a", "1|a|1",
		"440304005012|a|b", "440304005012|a|1|1", "440304005013|a|1", "999999999999|a|1",
		"-440304005012|a|1", "440304005012|a|", "||||||||||||" };
	struct fixture   *f = *state;
	struct reader     reader = reader_of(f, ROLE_ALL);
	struct view_query q = { .view = &every_view, .area = { AREA }, .limit = 10 };
	struct list       list = { .arena = &f->arena };
	char              long_one[3000] = "440304005012|";
	struct str        next;

	for (size_t i = 0; i < LEN(wrong); i++) {
		q.after = str_of(wrong[i]);
		if (view_each(f->db, &f->arena, &q, &reader, row_add, &list, &next) != -EINVAL)
			fail_msg("%s is taken for a cursor", wrong[i]);
	}
	memset(long_one + 13, 'x', sizeof(long_one) - 16);
	strcpy(long_one + sizeof(long_one) - 3, "|1");
	q.after = str_of(long_one);
	assert_int_equal(view_each(f->db, &f->arena, &q, &reader, row_add, &list, &next), -EINVAL);
	/* And nothing of the kind keeps the connection from the next. */
	q.after = S("440304005012|a|1");
	assert_int_equal(view_each(f->db, &f->arena, &q, &reader, row_add, &list, &next), 0);
}

/* ---- who sees what ---- */

static void
expect_masked(const struct view *v, const struct column *c, unsigned roles, const cJSON *clear,
    const cJSON *seen)
{
	const char *text = cJSON_GetStringValue(clear);
	char        wanted[200] = "";
	uint32_t    first;

	if (c->class != CLASS_SECRET && (class_clear_for[c->class] & roles) != 0) {
		if (!cJSON_Compare(clear, seen, true))
			fail_msg("%s.%s: masked for %#x", v->name, c->name, roles);
		return;
	}
	if (c->kind != KIND_TEXT && c->kind != KIND_SEALED) {
		if (!cJSON_IsNull(seen))
			fail_msg("%s.%s: not null for %#x", v->name, c->name, roles);
		return;
	}
	if (c->kind == KIND_SEALED && *text != '\0')
		snprintf(wanted, sizeof(wanted), "****%s", text + strlen(text) - 4);
	else if (c->class == CLASS_NAME && *text != '\0')
		snprintf(wanted, sizeof(wanted), "%.*s**", (int)utf8_next(str_of(text), &first),
		    text);
	else if (*text != '\0')
		snprintf(wanted, sizeof(wanted), "***");
	if (strcmp(cJSON_GetStringValue(seen), wanted) != 0)
		fail_msg("%s.%s for %#x: %s instead of %s", v->name, c->name, roles,
		    cJSON_GetStringValue(seen), wanted);
}

static void
rows_masked(struct fixture *f, const struct view_query *q, unsigned roles, const struct list *clear)
{
	struct reader reader = reader_of(f, roles);
	struct str    next;
	struct list  *seen = rows_of(f, q, &reader, &next);

	assert_int_equal(seen->count, clear->count);
	for (size_t i = 0; i < seen->count; i++) {
		const cJSON *a = json_tree(&f->arena, clear->rows[i])->child;
		const cJSON *b = json_tree(&f->arena, seen->rows[i])->child;
		const struct column *c = q->view->columns;

		for (; c->name != NULL; c++, a = a->next, b = b->next) {
			assert_string_equal(a->string, c->name);
			assert_string_equal(b->string, c->name);
			expect_masked(q->view, c, roles, a, b);
		}
	}
}

static void
masks_check(struct fixture *f, const struct view_query *query)
{
	struct reader     reader = reader_of(f, query->view->roles);
	struct view_query q = *query;
	struct str        next;
	struct list       none = { .arena = &f->arena }, *clear;

	q.limit = 100;
	reader.is_revealing = true;
	clear = rows_of(f, &q, &reader, &next);
	for (const struct role_text *r = role_texts; r->name != NULL; r++) {
		if ((r->bit & q.view->roles) != 0) {
			rows_masked(f, &q, r->bit, clear);
			rows_masked(f, &q, r->bit | ROLE_HELPER, clear);
			continue;
		}
		reader = reader_of(f, r->bit);
		reader.is_revealing = true;
		assert_int_equal(view_each(f->db, &f->arena, &q, &reader, row_add, &none, &next),
		    -EACCES);
	}
	reader = reader_of(f, 0);
	assert_int_equal(view_each(f->db, &f->arena, &q, &reader, row_add, &none, &next), -EACCES);
	assert_int_equal(none.count, 0);
}

static void
test_masks(void **state)
{
	struct fixture *f = *state;

	each_query(f, (area_id){ AREA }, masks_check);
}

/* The same in so many words, so that a wrong table of classes is seen as well. */
static void
test_masks_in_words(void **state)
{
	static const struct {
		unsigned    roles;
		bool        is_revealing, is_masking;
		const char *row;
	} cases[] = {
		{ ROLE_WARDEN, false, false, "{'person':'1','name':'甲|一%7C','birth':null,"
		  "'identity':'****123X','phone':'13800000001','care':5,'is_immobile':true,"
		  "'sex':'male','address':'某路 1 号','note':'怕狗','work':'***','made':null}" },
		{ ROLE_WARDEN, true, false, "{'person':'1','name':'甲|一%7C','birth':'1990-03-07',"
		  "'identity':'11010119900307123X','phone':'13800000001','care':5,"
		  "'is_immobile':true,'sex':'male','address':'某路 1 号','note':'怕狗',"
		  "'work':'***','made':null}" },
		{ ROLE_HELPER, false, false, "{'person':'1','name':'甲**','birth':null,"
		  "'identity':'****123X','phone':'****0001','care':null,'is_immobile':null,"
		  "'sex':null,'address':'***','note':'***','work':'***','made':null}" },
		{ ROLE_WARDEN, false, true, "{'person':'1','name':'甲**','birth':null,"
		  "'identity':'****123X','phone':'****0001','care':null,'is_immobile':null,"
		  "'sex':null,'address':'***','note':'***','work':'***','made':null}" },
	};
	struct fixture   *f = *state;
	struct view_query q = { .view = &every_view, .area = { AREA }, .limit = 10 };
	struct str        next;

	for (size_t i = 0; i < LEN(cases); i++) {
		struct reader reader = reader_of(f, cases[i].roles);
		struct list  *rows;

		reader.is_revealing = cases[i].is_revealing;
		reader.is_masking = cases[i].is_masking;
		rows = rows_of(f, &q, &reader, &next);
		if (!str_equal(rows->rows[5], str_of(json_of(&f->arena, cases[i].row))))
			fail_msg("%.*s instead of %s", (int)rows->rows[5].n, rows->rows[5].p,
			    cases[i].row);
	}
}

/* ---- a sheet's texts ---- */

struct texts { struct fixture *f; bool is_zh; const char *all; };

static int
texts_add(void *context, const struct view_row *row)
{
	struct texts *t = context;
	struct buffer b = { 0 };
	int64_t       number;

	for (int i = 0; row->view->columns[i].name != NULL; i++) {
		if (view_row_is_number(row, i, &number))
			buffer_printf(&b, "#%" PRId64, number);
		else
			view_row_text(row, i, t->is_zh, &b);
		buffer_char(&b, ';');
	}
	t->all = arena_copy(&t->f->arena, buffer_str(&b)).p;
	buffer_done(&b);
	return 0;
}

static void
test_texts_of_a_sheet(void **state)
{
	struct fixture   *f = *state;
	struct reader     reader = reader_of(f, ROLE_WARDEN);
	struct view_query q = { .view = &every_view, .area = { AREA }, .limit = 10 };
	struct texts      t = { .f = f };
	struct str        next;

	assert_int_equal(view_each(f->db, &f->arena, &q, &reader, texts_add, &t, &next), 0);
	assert_string_equal(t.all,
	    "1;甲|一%7C;;****123X;13800000001;#5;yes;Male;某路 1 号;怕狗;***;;");
	t.is_zh = true;
	reader.is_masking = true;
	assert_int_equal(view_each(f->db, &f->arena, &q, &reader, texts_add, &t, &next), 0);
	assert_string_equal(t.all, "1;甲**;;****123X;****0001;;;;***;***;***;;");
	reader.is_masking = false;
	assert_int_equal(view_each(f->db, &f->arena, &q, &reader, texts_add, &t, &next), 0);
	assert_string_equal(t.all,
	    "1;甲|一%7C;;****123X;13800000001;#5;是;男;某路 1 号;怕狗;***;;");
}

/* ---- parameters ---- */

static const struct field some_params[] = {
	{ "place", KIND_ID, REQUIRED, INT64_MIN, INT64_MAX, CLASS_OPEN, 0, "", "", NULL, NULL, 0 },
	{ "kind", KIND_TEXT, REQUIRED, INT64_MIN, INT64_MAX, CLASS_OPEN, 0, "", "", NULL, NULL, 0 },
	{ "on", KIND_TIME, OPTIONAL, INT64_MIN, INT64_MAX, CLASS_OPEN, 0, "", "", NULL, NULL, 0 },
	{ "day", KIND_DATE, OPTIONAL, INT64_MIN, INT64_MAX, CLASS_OPEN, 0, "", "", NULL, NULL, 0 },
	{ "is_so", KIND_BOOL, OPTIONAL, INT64_MIN, INT64_MAX, CLASS_OPEN, 0, "", "", NULL, NULL,
	  0 },
	{ "sex", KIND_CHOICE, OPTIONAL, 0, 0, CLASS_OPEN, 0, "", "", &sex, NULL, 0 },
	{ 0 },
};
static const struct view_sql past_sql = { .as_of = 0 };
static const struct view params_view = { "params", ROLE_ALL, "参数", "Parameters", some_params,
	every_columns, &past_sql, NULL };
static const struct view no_past_view = { "no_past", ROLE_ALL, "参数", "Parameters", no_params,
	every_columns, &every_sql, NULL };

/* "name=value&name=value"; the problems as "name=what;". */
static const char *
query_read(struct fixture *f, const struct view *v, const char *text, struct view_query *ret_query)
{
	struct problems problems = { 0 };
	struct view_arg args[VIEW_PARAMS_MAX + 4];
	struct str      rest = str_of(text), part, all = S("");
	size_t          n = 0;

	while (rest.n > 0 && str_split(&rest, '&', &part)) {
		(void)str_split(&part, '=', &args[n].name);
		args[n++].value = part.p != NULL ? part : S("");
	}
	if (view_query_read(v, (area_id){ AREA }, args, n, ret_query, &problems) !=
	    (problems.count == 0))
		fail_msg("%s: taken with problems, or refused without", text);
	for (size_t i = 0; i < problems.count; i++)
		all = arena_printf(&f->arena, "%.*s%.*s=%s;", (int)all.n, all.p,
		    (int)problems.list[i].field.n, problems.list[i].field.p, problems.list[i].en);
	return all.n > 0 ? all.p : "";
}

static void
test_params(void **state)
{
	static const struct { const char *args, *wrong; } cases[] = {
		{ "place=1&kind=x", "" }, { "", "place=is required;kind=is required;" },
		{ "place=&kind=", "place=is required;kind=is required;" },
		{ "place=x", "place=cannot be read;kind=is required;" },
		{ "other=1&place=1", "other=there is no such parameter;kind=is required;" },
		{ "place=1&kind=x&place=2", "place=is given twice;" },
		{ "place=1&kind=x&limit=0", "limit=1 to 1000 is wanted;" },
		{ "place=1&kind=x&limit=1001", "limit=1 to 1000 is wanted;" },
		{ "place=1&kind=x&limit=1000", "" },
		{ "place=1&kind=x&limit=-1", "limit=1 to 1000 is wanted;" },
		{ "place=1&kind=x&limit=many", "limit=1 to 1000 is wanted;" },
		{ "place=1&kind=x&limit=", "limit=1 to 1000 is wanted;" },
		{ "place=1&kind=x&skip=20000", "" },
		{ "place=1&kind=x&skip=-1", "skip=a number of rows is wanted;" },
		{ "place=1&kind=x&skip=1000000001", "skip=a number of rows is wanted;" },
		{ "place=1&kind=x&skip=", "skip=a number of rows is wanted;" },
		{ "place=1&kind=x&on=2022-03-04T09:00:00Z&day=2022-03-04&is_so=true&sex=male", "" },
		{ "place=1&kind=x&on=soon&day=2022-02-30&is_so=maybe&sex=none", "on=cannot be read;"
		  "day=cannot be read;is_so=cannot be read;sex=cannot be read;" },
		{ "place=1&kind=x&as_of=17", "" },
		{ "place=1&kind=x&as_of=2022-03-04T09:00:00Z", "" },
		{ "place=1&kind=x&as_of=now", "as_of=a time or a number of the ledger is wanted;" },
		{ "place=1&kind=x&as_of=-1", "as_of=a time or a number of the ledger is wanted;" },
		{ "place=1&kind=x&as_of=", "as_of=a time or a number of the ledger is wanted;" },
		{ "place=1&kind=x&as_of=17&as_of=18", "as_of=is given twice;" },
	};
	struct fixture   *f = *state;
	struct view_query q;

	for (size_t i = 0; i < LEN(cases); i++) {
		const char *wrong = query_read(f, &params_view, cases[i].args, &q);

		if (strcmp(wrong, cases[i].wrong) != 0)
			fail_msg("%s: %s", cases[i].args, wrong);
	}
	assert_string_equal(query_read(f, &no_past_view, "as_of=17", &q),
	    "as_of=this view has no past;");
	assert_string_equal(query_read(f, &params_view,
	    "place=7&kind=a=b&on=2022-03-04T09:00:00Z&day=2022-03-04&is_so=0&sex=Female&after=c"
	    "&limit=5&as_of=17", &q), "");
	assert_true(q.numbers[0] == 7 && q.numbers[2] == INT64_C(1646384400000));
	assert_true(q.numbers[3] == 20220304 && q.numbers[4] == 0 && q.numbers[5] == 2);
	assert_true(str_equal(q.texts[1], S("a=b")) && str_equal(q.after, S("c")));
	assert_true(q.limit == 5 && q.as_of_seq.v == 17 && q.as_of.ms == 0);
	assert_true(q.is_given[4] && q.is_given[5]);
	assert_string_equal(query_read(f, &params_view, "place=7&kind=x", &q), "");
	assert_true(q.limit == PAGE_ROWS && !q.is_given[2]);
}

/* ---- numbers open ---- */

static void
counts_check(struct fixture *f, const struct view_query *query)
{
	struct reader     reader = reader_of(f, ~0u);
	struct view_query q = *query;
	int               r;

	q.limit = INT64_MAX;
	r = view_counts_check(f->db, &f->arena, &q, &reader);
	if (r < 0)
		fail_msg("%s: %s", q.view->name, r == -ERANGE ? "a count is wrong" : strerror(-r));
	for (size_t i = 0; q.view->sql->as_of >= 0 && i < f->step_count; i++) {
		q.as_of_seq.v = f->seqs[i];
		r = view_counts_check(f->db, &f->arena, &q, &reader);
		if (r < 0)
			fail_msg("%s as of step %zu: %s", q.view->name, i,
			    r == -ERANGE ? "a count is wrong" : strerror(-r));
	}
}

static void
test_counts_open(void **state)
{
	struct fixture *f = *state;

	each_query(f, (area_id){ AREA }, counts_check);
	each_query(f, (area_id){ CITY }, counts_check);
}

/* 12 rows are claimed, 6 are there. */
static void
test_a_wrong_count_is_seen(void **state)
{
	struct column     columns[LEN(every_columns) + 1] = { 0 };
	struct view       wrong_view = { "wrong", ROLE_ALL, "错", "Wrong", no_params, columns,
		&every_sql, NULL };
	struct fixture   *f = *state;
	struct reader     reader = reader_of(f, ROLE_ALL);
	struct view_query q = { .view = &wrong_view, .area = { AREA }, .limit = 10 };

	memcpy(columns, every_columns, sizeof(every_columns));
	columns[LEN(every_columns) - 1] = (struct column){ "persons", KIND_COUNT, CLASS_OPEN,
	    "人数", "Persons", NULL, &every_view, NULL };
	assert_int_equal(view_counts_check(f->db, &f->arena, &q, &reader), -ERANGE);
}

/* ---- the past ---- */

/* All rows of all views with a past, as they were after each step. */
struct past { struct list *rows[STEPS_MAX][QUERIES_MAX]; size_t step, query; };
static struct past past;

static bool
past_query(struct fixture *f, const struct view_query *query, struct view_query *ret_query,
    struct reader *ret_reader)
{
	*ret_query = *query;
	ret_query->limit = INT64_MAX;
	*ret_reader = reader_of(f, ~0u);
	ret_reader->now.ms = BEGINNING;
	assert_true(past.query < QUERIES_MAX);
	return query->view->sql->as_of >= 0;
}

static void
past_take(struct fixture *f, const struct view_query *query)
{
	struct list      *list = arena_alloc(&f->kept, sizeof(*list));
	struct view_query q;
	struct reader     reader;
	struct str        next;

	if (!past_query(f, query, &q, &reader))
		return;
	list->arena = &f->kept;
	if (view_each(f->db, &f->kept, &q, &reader, row_add, list, &next) != 0)
		fail_msg("%s: %s", q.view->name, db_error(f->db));
	past.rows[past.step][past.query++] = list;
}

static void
past_compare(struct fixture *f, const struct view_query *query)
{
	struct list      *wanted = past.rows[past.step][past.query];
	struct view_query q;
	struct reader     reader;
	struct str        next;

	if (!past_query(f, query, &q, &reader))
		return;
	past.query++;
	q.as_of_seq.v = f->seqs[past.step];
	lists_are_equal(&q, "as of a row", wanted, rows_of(f, &q, &reader, &next));
	q.as_of_seq.v = 0;
	q.as_of.ms = f->received[past.step];
	lists_are_equal(&q, "as of its time", wanted, rows_of(f, &q, &reader, &next));
	q.as_of.ms = f->received[past.step] + STEP_MS - 1;
	lists_are_equal(&q, "as of just before the next", wanted, rows_of(f, &q, &reader, &next));
	q.as_of.ms = BEGINNING - 1;
	assert_int_equal(rows_of(f, &q, &reader, &next)->count, 0);
}

static void
test_the_past_is_as_it_was(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->step_count, LEN(steps));
	for (past.step = 0; past.step < LEN(steps); past.step++) {
		past.query = 0;
		each_query(f, (area_id){ AREA }, past_compare);
	}
	assert_true(past.query > 5);
}

static void
step_watched(struct fixture *f, size_t step)
{
	past.step = step;
	past.query = 0;
	each_query(f, (area_id){ AREA }, past_take);
}

static int
set_up_sqlite(void **state)
{
	return sqlite_set_up(state, step_watched);
}

static int
set_up_postgres(void **state)
{
	return postgres_set_up(state, step_watched);
}

static int
arena_empty(void **state)
{
	struct fixture *f = *state;

	arena_reset(&f->arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup(test_##name, arena_empty)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages), TEST(skip), TEST(pages_of_a_street), TEST(order_by_a_text),
		TEST(cursors_that_are_none), TEST(masks), TEST(masks_in_words),
		TEST(texts_of_a_sheet), TEST(params), TEST(counts_open),
		TEST(a_wrong_count_is_seen),
		TEST(the_past_is_as_it_was),
	};
	int failed;

	decode_setup();
	failed = cmocka_run_group_tests_name("SQLite", tests, set_up_sqlite, tear_down);
	if (getenv("REDVEST_TEST_POSTGRES") == NULL)
		print_message("REDVEST_TEST_POSTGRES is not set\n");
	else
		failed += cmocka_run_group_tests_name("PostgreSQL", tests, set_up_postgres,
		    tear_down);
	return failed;
}
