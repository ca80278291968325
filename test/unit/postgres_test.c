/* postgres_test.c -- statements and transactions of the PostgreSQL backend. */
#include <signal.h>
#include <sys/wait.h>
#include "unit/postgres_fixture.h"

static const struct sql parent_list = { .name = "parent_list", .params = "i", .columns = "is",
	.postgres = "SELECT id, name FROM parent WHERE id >= $1 ORDER BY id",
	.reads = TABLE(PARENT) };
static const struct sql value_insert = { .name = "value_insert", .params = "iisb", .columns = "i",
	.postgres = "INSERT INTO value (id, i, s, b) VALUES ($1, $2, $3, $4) RETURNING id",
	.is_write = true, .changes = TABLE(VALUE) };
static const struct sql value_get = { .name = "value_get", .params = "i", .columns = "isbiiiss",
	.postgres = "SELECT i, s, b, small, middle, yes, v, s::name FROM value WHERE id = $1",
	.reads = TABLE(VALUE) };
static const struct sql literals = { .name = "literals", .params = "", .columns = "iiiiiissb",
	.postgres = "SELECT true, false, '-32768'::smallint, '-2147483648'::integer,"
	    " '-9223372036854775808'::bigint, 200::smallint, 'v'::varchar, ''::text, ''::bytea" };
static const struct sql area_echo = { .name = "area_echo", .params = "flas", .columns = "iiis",
	.postgres = "SELECT $1, $2, $3, $4" };
static const struct sql text_bug = { .name = "text_bug", .params = "", .columns = "i",
	.postgres = "SELECT ''::text" };
static const struct sql count_bug = { .name = "count_bug", .params = "", .columns = "i",
	.postgres = "SELECT 1, 2" };
static const struct sql syntax_bug = { .name = "syntax_bug", .params = "", .columns = "i",
	.postgres = "SELEKT 1" };
static const struct sql division = { .name = "division", .params = "i", .columns = "i",
	.postgres = "SELECT 1 / $1" };

static void
test_types(void **state)
{
	struct fixture *f = fixture_of(state);
	struct stmt    *s = sql_begin(&f->tx, &literals);

	assert_int_equal(sql_next(&f->tx, s).n, 1);
	assert_int_equal(sql_column_i64(s, 0), 1);
	assert_int_equal(sql_column_i64(s, 1), 0);
	assert_true(sql_column_i64(s, 2) == INT16_MIN);
	assert_true(sql_column_i64(s, 3) == INT32_MIN);
	assert_true(sql_column_i64(s, 4) == INT64_MIN);
	assert_int_equal(sql_column_i64(s, 5), 200);
	assert_str(sql_column_str(s, 6), S("v"));
	assert_str(sql_column_str(s, 7), S(""));
	assert_str(sql_column_str(s, 8), S(""));
	assert_false(sql_column_is_null(s, 7));
	assert_false(sql_column_is_null(s, 8));
	assert_int_equal(sql_next(&f->tx, s).n, 0);
	assert_int_equal(sql_next(&f->tx, s).n, 0);
	sql_end(s);
}

static void
value_add(struct fixture *f, int64_t id, int64_t i, struct str text, struct str bytes)
{
	struct stmt *s = sql_begin(&f->tx, &value_insert);

	sql_bind_i64(s, 0, id);
	sql_bind_i64(s, 1, i);
	sql_bind_str(s, 2, text);
	sql_bind_str(s, 3, bytes);
	assert_int_equal(sql_next(&f->tx, s).n, 1);
	assert_int_equal(sql_column_i64(s, 0), id);
	assert_int_equal(sql_next(&f->tx, s).n, 0);
	sql_end(s);
}

static void
value_check(struct fixture *f, int64_t id, int64_t i, struct str text, struct str bytes)
{
	struct stmt *s = sql_begin(&f->tx, &value_get);

	sql_bind_i64(s, 0, id);
	assert_int_equal(sql_next(&f->tx, s).n, 1);
	assert_true(sql_column_i64(s, 0) == i);
	assert_str(sql_column_str(s, 1), text);
	assert_str(sql_column_str(s, 2), bytes);
	sql_end(s);
}

static void
test_values_return(void **state)
{
	struct fixture *f = fixture_of(state);
	struct str      bytes = S("\0\xff\0'\\x00\n"), text = S("益民社区 9栋 'a' \"b\" \\ \x01");
	struct buffer   large = { 0 };
	struct stmt    *s;

	memset(buffer_reserve(&large, MIB(6)), 'x', MIB(6));
	large.n = MIB(6);
	assert_int_equal(db_begin(f->db, true), 0);
	value_add(f, 1, INT64_MAX, text, bytes);
	value_add(f, 2, INT64_MIN, S(""), S(""));
	value_add(f, 3, -1, (struct str){ NULL, 0 }, (struct str){ NULL, 0 });
	value_add(f, 4, 1, buffer_str(&large), buffer_str(&large));
	s = sql_begin(&f->tx, &value_insert);
	sql_bind_i64(s, 0, 5);
	sql_bind_null(s, 3); /* others are not bound, which is NULL too */
	assert_int_equal(sql_next(&f->tx, s).n, 1);
	sql_end(s);
	assert_int_equal(db_commit(f->db), 0);

	value_check(f, 1, INT64_MAX, text, bytes);
	value_check(f, 2, INT64_MIN, S(""), S(""));
	value_check(f, 3, -1, S(""), S(""));
	value_check(f, 4, 1, buffer_str(&large), buffer_str(&large));
	value_check(f, 5, 0, S(""), S(""));
	s = sql_begin(&f->tx, &value_get);
	sql_bind_i64(s, 0, 5);
	assert_int_equal(sql_next(&f->tx, s).n, 1);
	for (int i = 0; i < 8; i++) {
		assert_true(sql_column_is_null(s, i));
		assert_int_equal(sql_column_i64(s, i), 0);
		assert_int_equal(sql_column_str(s, i).n, 0);
	}
	sql_end(s);
	buffer_done(&large);
}

static void
test_area_is_bound(void **state)
{
	struct fixture *f = fixture_of(state);
	struct stmt    *s = sql_begin(&f->tx, &area_echo);

	sql_bind_str(s, 3, S("x"));
	assert_int_equal(sql_next(&f->tx, s).n, 1);
	assert_true(sql_column_i64(s, 0) == f->tx.area.v);
	assert_true(sql_column_i64(s, 1) == f->tx.area_last.v);
	assert_true(sql_column_i64(s, 2) == f->tx.area.v);
	sql_end(s);
}

static void
test_rows_changed(void **state)
{
	struct fixture *f = fixture_of(state);
	struct stmt    *s;

	assert_int_equal(db_begin(f->db, true), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(parent_add(f, &parent_insert, i, S("name")), 1);
	assert_int_equal(parent_add(f, &parent_rename, 3, S("other")), 7);
	assert_int_equal(parent_add(f, &parent_rename, 99, S("none")), 0);
	s = sql_begin(&f->tx, &parent_rename); /* bound anew without end */
	for (int from = 8; from < 10; from++) {
		sql_bind_i64(s, 0, from);
		sql_bind_str(s, 1, S("last"));
		assert_int_equal(sql_run(&f->tx, s).n, 10 - from);
	}
	sql_end(s);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "parent"), 10);
}

/* The same statement within its own loop, three deep. */
static void
count_pairs(struct fixture *f, int64_t from, int depth, int *count)
{
	struct stmt *s = sql_begin(&f->tx, &parent_list);

	sql_bind_i64(s, 0, from);
	while (sql_next(&f->tx, s).n == 1) {
		int64_t id = sql_column_i64(s, 0);

		(*count)++;
		if (depth > 1)
			count_pairs(f, id + 1, depth - 1, count);
		assert_int_equal(sql_column_i64(s, 0), id);
	}
	sql_end(s);
}

static void
test_nested(void **state)
{
	struct fixture *f = fixture_of(state);
	int             count = 0;

	assert_int_equal(db_begin(f->db, true), 0);
	for (int i = 1; i <= 6; i++)
		assert_int_equal(parent_add(f, &parent_insert, i, S("")), 1);
	assert_int_equal(db_commit(f->db), 0);
	for (int i = 0; i < 2; i++) { /* kept statements serve again */
		count = 0;
		count_pairs(f, 1, 3, &count);
		assert_int_equal(count, 6 + 15 + 20);
	}
}

static void
check_stream(struct fixture *f, int64_t rows, int64_t stop_after)
{
	struct stmt *s = sql_begin_stream(&f->tx, &numbers);
	int64_t      n = 0;
	char         text[32];

	sql_bind_i64(s, 0, rows);
	while (n < stop_after && sql_next(&f->tx, s).n == 1) {
		n++;
		assert_int_equal(sql_column_i64(s, 0), n);
		snprintf(text, sizeof(text), "row %" PRId64, n);
		assert_str(sql_column_str(s, 1), str_of(text));
		if (n == 5) /* something else meanwhile */
			assert_true(number_of(f, &parent_count) >= 0);
	}
	assert_int_equal(n, rows < stop_after ? rows : stop_after);
	if (n == rows && n < stop_after)
		assert_int_equal(sql_next(&f->tx, s).n, 0);
	sql_end(s);
}

static void
test_stream(void **state)
{
	struct fixture *f = fixture_of(state);

	for (int i = 0; i < 2; i++) {
		if (i == 1) /* else each stream has a transaction of its own */
			assert_int_equal(db_begin(f->db, false), 0);
		check_stream(f, ROWS_MANY, INT64_MAX);
		check_stream(f, ROWS_MANY, 3000);
		check_stream(f, ROWS_MANY, 1);
		check_stream(f, ROWS_MANY, 0);
		check_stream(f, 0, INT64_MAX);
		check_stream(f, 63, INT64_MAX);
		check_stream(f, 64, INT64_MAX);
		check_stream(f, 65, INT64_MAX);
		assert_int_equal(number_of(f, &parent_count), 0);
	}
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(db_begin(f->db, true), 0); /* no stream has left its own open */
	check_stream(f, 10, INT64_MAX);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), 1);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "parent"), 1);
}

/* Rows so large that they must come one by one. */
static void
test_stream_of_large_rows(void **state)
{
	struct fixture *f = fixture_of(state);
	static const struct sql large = { .name = "large", .params = "i", .columns = "is",
		.postgres = "SELECT n, repeat('x', 2 * 1024 * 1024 + n::integer)"
		    " FROM generate_series(1, $1) AS n ORDER BY n" };
	struct stmt *s = sql_begin_stream(&f->tx, &large);

	sql_bind_i64(s, 0, 70);
	for (int i = 1; i <= 70; i++) {
		assert_int_equal(sql_next(&f->tx, s).n, 1);
		assert_int_equal(sql_column_i64(s, 0), i);
		assert_int_equal(sql_column_str(s, 1).n, MIB(2) + (size_t)i);
	}
	assert_int_equal(sql_next(&f->tx, s).n, 0);
	sql_end(s);
}

static void
test_stream_outlives_transaction(void **state)
{
	struct fixture *f = fixture_of(state);
	struct stmt    *s;
	int             n = 0;

	assert_int_equal(db_begin(f->db, false), 0);
	s = sql_begin_stream(&f->tx, &numbers);
	sql_bind_i64(s, 0, ROWS_MANY);
	assert_int_equal(sql_next(&f->tx, s).n, 1);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(db_begin(f->db, false), 0);
	while (sql_next(&f->tx, s).n == 1)
		n++;
	assert_in_range(n, 1, 4096);
	assert_int_equal(sql_next(&f->tx, s).n, -EINVAL);
	sql_end(s);
	assert_int_equal(number_of(f, &parent_count), 0);
	db_rollback(f->db);
}

static void
test_constraints(void **state)
{
	struct fixture *f = fixture_of(state);
	struct stmt    *s;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(db_begin(f->db, true), 0);
		assert_int_equal(parent_add(f, &parent_insert, 1, S("a")), 1);
		assert_int_equal(parent_add(f, &parent_insert, 1, S("b")), -EINVAL);
		assert_non_null(strstr(db_error(f->db), "parent_insert: "));
		assert_non_null(strstr(db_error(f->db), "(23505)"));
		assert_null(strchr(db_error(f->db), '\n'));
		assert_int_equal(parent_add(f, &parent_insert, 2, S("b")), -EINVAL);
		assert_int_equal(number_of(f, &parent_count), -EINVAL);
		db_rollback(f->db);
		assert_int_equal(number_of(f, &parent_count), 0);
	}
	/* What PostgreSQL cannot hold in a text. */
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("a\0b")), -EINVAL);
	db_rollback(f->db);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("\xff")), -EINVAL);
	db_rollback(f->db);
	/* Outside a transaction an error is of that statement alone. */
	s = sql_begin(&f->tx, &division);
	sql_bind_i64(s, 0, 0);
	assert_int_equal(sql_next(&f->tx, s).n, -EINVAL);
	assert_int_equal(sql_next(&f->tx, s).n, -EINVAL);
	sql_end(s);
	assert_int_equal(number_of(f, &parent_count), 0);
}

static void
test_bugs_are_named(void **state)
{
	static const struct {
		const struct sql *sql;
		const char       *why;
	} bugs[] = {
		{ &sum_bug, "sum_bug: column 1 (sum) has type 1700 (numeric)" },
		{ &text_bug, "text_bug: column 1 (text) has type 25, " },
		{ &count_bug, "count_bug: answers 2 columns, not 1" },
	};
	struct fixture *f = fixture_of(state);

	for (size_t i = 0; i < LEN(bugs); i++) {
		assert_int_equal(number_of(f, bugs[i].sql), -EINVAL);
		assert_non_null(strstr(db_error(f->db), bugs[i].why));
		assert_int_equal(number_of(f, &parent_count), 0);
	}
}

static void
test_syntax_error_aborts(void **state)
{
	struct fixture *f = fixture_of(state);
	int             status;
	pid_t           pid = fork();

	if (pid == 0) {
		(void)signal(SIGABRT, SIG_DFL);
		(void)fclose(stderr);
		f->tx.db = open_as(f->url, DB_WRITE);
		(void)number_of(f, &syntax_bug);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void
test_rollback(void **state)
{
	struct fixture *f = fixture_of(state);

	db_rollback(f->db); /* there is none */
	assert_int_equal(db_commit(f->db), -EINVAL);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(db_begin(f->db, true), -EINVAL);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), 1);
	assert_int_equal(parent_add(f, &parent_bulk, 2, S("")), 1);
	db_rollback(f->db);
	assert_int_equal(number_of(f, &parent_count), 0);
	assert_int_equal(db_begin(f->db, true), 0);
	db_rollback(f->db); /* with nothing done */
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "parent"), 0);
}

static void
test_only_writers_write(void **state)
{
	struct fixture *f = fixture_of(state);
	struct db      *reader;

	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), -EINVAL);
	assert_int_equal(parent_add(f, &parent_bulk, 1, S("")), -EINVAL);
	assert_int_equal(db_begin(f->db, false), 0);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), -EINVAL);
	assert_int_equal(parent_add(f, &parent_bulk, 1, S("")), -EINVAL);
	assert_int_equal(number_of(f, &parent_count), 0);
	assert_int_equal(db_commit(f->db), 0);
	reader = open_as(f->url, DB_READ);
	assert_int_equal(db_begin(reader, true), -EINVAL);
	assert_int_equal(db_begin(reader, false), 0);
	assert_int_equal(db_commit(reader), 0);
	db_close(reader);
}

/* What others commit meanwhile is seen by the next transaction only. */
static void
test_snapshot(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_int_equal(db_begin(f->db, false), 0);
	assert_int_equal(number_of(f, &parent_count), 0);
	beside(f, "INSERT INTO parent VALUES (1, 'beside')");
	assert_int_equal(number_of(f, &parent_count), 0);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(number_of(f, &parent_count), 1);
}

static void
test_script(void **state)
{
	struct fixture *f = fixture_of(state);
	int64_t         frames = -1;

	assert_int_equal(db_script(f->db, ""), 0);
	assert_int_equal(db_script(f->db, "INSERT INTO parent VALUES (1, ''); SELEKT"), -EINVAL);
	assert_non_null(strstr(db_error(f->db), "script: "));
	assert_int_equal(db_script(f->db, "BEGIN; SELECT 1 / 0; COMMIT"), -EINVAL);
	assert_int_equal(number_of(f, &parent_count), 0);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_bulk, 1, S("waits")), 1);
	assert_int_equal(db_script(f->db, "INSERT INTO child SELECT id, id FROM parent"), 0);
	assert_int_equal(db_script(f->db, "SELECT 1 / 0"), -EINVAL);
	assert_int_equal(db_script(f->db, "SELECT 1"), -EINVAL);
	db_rollback(f->db);
	assert_int_equal(committed(f, "parent"), 0);
	assert_int_equal(db_checkpoint(f->db, &frames), 0);
	assert_int_equal(frames, 0);
	assert_true(db_is_postgres(f->db));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(types), TEST(values_return), TEST(area_is_bound), TEST(rows_changed),
		TEST(nested),
		TEST(stream), TEST(stream_of_large_rows),
		TEST(stream_outlives_transaction), TEST(constraints),
		TEST(bugs_are_named), TEST(syntax_error_aborts), TEST(rollback),
		TEST(only_writers_write), TEST(snapshot), TEST(script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
