/* postgres_bulk_test.c -- rows that wait: what is asked later sees them, what fails names them. */
#include "unit/postgres_fixture.h"

static const struct sql child_list = { .name = "child_list", .params = "", .columns = "iib",
	.postgres = "SELECT id, parent, secret FROM child ORDER BY id", .reads = TABLE(CHILD) };
static const struct sql leaf_bulk = { .name = "leaf_bulk", .params = "ii", .columns = "",
	.postgres = "INSERT INTO leaf (id, child) SELECT p1, p2"
	    " FROM unnest($1::bigint[], $2::bigint[]) AS row_(p1, p2)",
	.is_write = true, .is_bulk = true, .reads = TABLE(CHILD), .changes = TABLE(LEAF) };
static const struct sql child_insert = { .name = "child_insert", .params = "ii", .columns = "",
	.postgres = "INSERT INTO child (id, parent) VALUES ($1, $2)",
	.is_write = true, .reads = TABLE(PARENT), .changes = TABLE(CHILD) };

static int64_t
pair_add(struct fixture *f, const struct sql *sql, int64_t id, int64_t parent)
{
	struct stmt *s = sql_begin(&f->tx, sql);
	struct rows  rows;

	sql_bind_i64(s, 0, id);
	sql_bind_i64(s, 1, parent);
	rows = sql_run(&f->tx, s);
	sql_end(s);
	return rows.n;
}

/* Whatever waits first, rows go before those that name them. */
static void
test_bulk_order(void **state)
{
	struct fixture *f = fixture_of(state);

	for (int order = 0; order < 6; order++) {
		static const char orders[6][4] = { "lpc", "lcp", "plc", "pcl", "clp", "cpl" };

		assert_int_equal(db_begin(f->db, true), 0);
		for (int i = 0; i < 3; i++)
			if (orders[order][i] == 'l')
				assert_int_equal(pair_add(f, &leaf_bulk, order, order), 1);
			else if (orders[order][i] == 'c')
				assert_int_equal(child_add(f, order, order, S("")), 1);
			else
				assert_int_equal(parent_add(f, &parent_bulk, order, S("")), 1);
		assert_int_equal(db_commit(f->db), 0);
	}
	assert_int_equal(committed(f, "leaf"), 6);

	/* A statement of its own waits for nothing: what it refers to goes first. */
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_bulk, 7, S("")), 1);
	assert_int_equal(pair_add(f, &child_insert, 7, 7), 1);
	assert_int_equal(db_commit(f->db), 0);
}

static void
test_bulk(void **state)
{
	struct fixture *f = fixture_of(state);
	struct stmt    *s;

	assert_int_equal(db_begin(f->db, true), 0);
	/* The child's row comes first, of a parent that comes later. */
	for (int i = 1; i <= 9; i++) {
		assert_int_equal(child_add(f, i, 10 - i, i % 3 == 0 ? (struct str){ NULL, 0 }
		    : i % 3 == 1 ? S("") : S("\0\xff")), 1);
		assert_int_equal(parent_add(f, &parent_bulk, 10 - i, S("益民")), 1);
	}
	assert_int_equal(number_of(f, &parent_count), 9);
	assert_int_equal(parent_add(f, &parent_bulk, 10, S("")), 1);
	assert_int_equal(parent_add(f, &parent_rename, 10, S("tenth")), 1);
	assert_int_equal(child_add(f, 10, 10, S("x")), 1);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "parent"), 10);

	s = sql_begin(&f->tx, &child_list);
	for (int i = 1; i <= 10; i++) {
		assert_int_equal(sql_next(&f->tx, s).n, 1);
		assert_int_equal(sql_column_i64(s, 0), i);
		assert_int_equal(sql_column_i64(s, 1), i < 10 ? 10 - i : 10);
		assert_int_equal(sql_column_is_null(s, 2), i % 3 == 0);
		assert_str(sql_column_str(s, 2), i == 10 ? S("x") : i % 3 == 2 ? S("\0\xff")
		    : S(""));
	}
	assert_int_equal(sql_next(&f->tx, s).n, 0);
	sql_end(s);
}

static void
test_bulk_much(void **state)
{
	struct fixture *f = fixture_of(state);
	struct buffer   large = { 0 };

	memset(buffer_reserve(&large, MIB(5)), 'x', MIB(5));
	large.n = MIB(5);
	assert_int_equal(db_begin(f->db, true), 0);
	for (int i = 0; i < 20000; i++)
		assert_int_equal(parent_add(f, &parent_bulk, i, S("name")), 1);
	for (int i = 0; i < 3; i++) /* each beyond what may wait, by bytes */
		assert_int_equal(child_add(f, i, i, buffer_str(&large)), 1);
	assert_int_equal(child_add(f, 3, 3, S("small")), 1);
	assert_int_equal(number_of(f, &parent_count), 20000);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "parent"), 20000);
	assert_int_equal(committed(f, "child WHERE length(secret) = 5 * 1024 * 1024"), 3);
	buffer_done(&large);
}

/* Which of three calls is it? The second transaction tells. */
static void
test_bulk_fails_at_commit(void **state)
{
	struct fixture *f = fixture_of(state);

	for (int i = 0; i < 2; i++) {
		assert_int_equal(db_begin(f->db, true), 0);
		assert_int_equal(parent_add(f, &parent_bulk, 1, S("fine")), 1);
		assert_int_equal(parent_add(f, &parent_bulk, 2, S("refused")), 1);
		assert_int_equal(parent_add(f, &parent_bulk, 3, S("fine")), 1);
		assert_int_equal(db_commit(f->db), -EAGAIN);
		assert_non_null(strstr(db_error(f->db), "parent_bulk: "));
		assert_non_null(strstr(db_error(f->db), "(23514)"));
		assert_int_equal(db_commit(f->db), -EAGAIN);
		assert_int_equal(number_of(f, &parent_count), -EAGAIN);
		db_rollback(f->db);
		assert_int_equal(number_of(f, &parent_count), 0);

		assert_int_equal(db_begin(f->db, true), 0);
		assert_int_equal(parent_add(f, &parent_bulk, 1, S("fine")), 1);
		assert_int_equal(parent_add(f, &parent_bulk, 2, S("refused")), -EINVAL);
		assert_non_null(strstr(db_error(f->db), "(23514)"));
		assert_int_equal(parent_add(f, &parent_bulk, 3, S("fine")), -EINVAL);
		assert_int_equal(db_commit(f->db), -EINVAL);
		db_rollback(f->db);
	}
	/* The next transaction has none of it, and its rows wait again. */
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_bulk, 3, S("fine")), 1);
	assert_int_equal(parent_add(f, &parent_bulk, 3, S("twice")), 1);
	assert_int_equal(db_commit(f->db), -EAGAIN);
	db_rollback(f->db);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_bulk, 3, S("fine")), 1);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "parent"), 1);
}

static void
test_bulk_fails_before_another(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(child_add(f, 1, 77, S("no such parent")), 1);
	assert_int_equal(number_of(f, &parent_count), 0); /* does not meet it */
	assert_int_equal(number_of(f, &child_list), -EAGAIN);
	assert_non_null(strstr(db_error(f->db), "child_bulk: "));
	assert_int_equal(child_add(f, 2, 77, S("")), -EAGAIN);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), -EAGAIN);
	assert_int_equal(db_commit(f->db), -EAGAIN);
	db_rollback(f->db);
	assert_int_equal(committed(f, "parent"), 0);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(child_add(f, 1, 77, S("no such parent")), -EINVAL);
	assert_int_equal(number_of(f, &parent_count), -EINVAL);
	db_rollback(f->db);

	/* Rows that wait in a transaction that fails otherwise are forgotten with it. */
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_bulk, 1, S("waits")), 1);
	assert_int_equal(number_of(f, &sum_bug), -EINVAL);
	assert_int_equal(parent_add(f, &parent_bulk, 2, S("")), -EINVAL);
	db_rollback(f->db);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(number_of(f, &parent_count), 0);
	assert_int_equal(db_commit(f->db), 0);
}

static void
test_deferred_constraint(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_int_equal(db_script(f->db, "ALTER TABLE child ALTER CONSTRAINT child_parent_fkey"
	    " DEFERRABLE INITIALLY DEFERRED"), 0);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(child_add(f, 1, 77, S("")), 1);
	assert_int_equal(db_commit(f->db), -EINVAL);
	assert_non_null(strstr(db_error(f->db), "commit: "));
	db_rollback(f->db);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), 1);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "child"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bulk), TEST(bulk_order), TEST(bulk_much), TEST(bulk_fails_at_commit),
		TEST(bulk_fails_before_another), TEST(deferred_constraint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
