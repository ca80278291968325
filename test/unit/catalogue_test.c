/*
 * catalogue_test.c -- PostgreSQL's own catalogue of Redvest's tables: every primary, unique and
 * foreign key and every index begins with area, so that the tables can be sharded by it.
 */
#include "gen/schema.h"
#include "unit/postgres_fixture.h"

static int
set_up_real(void **state)
{
	struct fixture *f;

	if (set_up(state) != 0 || given_url() == NULL)
		return 0;
	f = *state;
	return db_script(f->db, "DROP TABLE everywhere_meta, leaf, child, parent, value") != 0 ||
	    db_script(f->db, schema_postgres) != 0;
}

/* Rows of one text each; how many there were, after telling of each. */
static int
rows_tell(struct fixture *f, const char *query, const char *what)
{
	PGresult *rows = PQexec(f->beside, query);
	int       n = PQntuples(rows);

	if (PQresultStatus(rows) != PGRES_TUPLES_OK)
		fail_msg("%s", PQerrorMessage(f->beside));
	for (int i = 0; i < n && what != NULL; i++)
		print_error("%s %s\n", PQgetvalue(rows, i, 0), what);
	PQclear(rows);
	return n;
}

#define OURS " c.relnamespace = current_schema()::regnamespace" \
             " AND c.relkind = 'r' AND c.relname NOT LIKE 'everywhere\\_%'"
/* The number of a column of the table c; an expression has none. */
#define IS_NOT_AREA(number) " (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.oid" \
                            " AND a.attnum = " number ") IS DISTINCT FROM 'area'"

static void
test_keys_begin_with_area(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_true(rows_tell(f, "SELECT k.conname FROM pg_constraint k JOIN pg_class c"
	    " ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u') AND" OURS, NULL) > 0);
	assert_int_equal(rows_tell(f, "SELECT c.relname || '.' || k.conname FROM pg_constraint k"
	    " JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'f', 'x')"
	    " AND" IS_NOT_AREA("k.conkey[1]") " AND" OURS,
	    "is a key that does not begin with area"), 0);
}

/* Both ends: a row refers to rows of its own area. */
static void
test_foreign_keys_stay_in_the_area(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_int_equal(rows_tell(f, "SELECT k.conname FROM pg_constraint k JOIN pg_class c"
	    " ON c.oid = k.confrelid WHERE k.contype = 'f' AND (" IS_NOT_AREA("k.confkey[1]")
	    " OR c.relname LIKE 'everywhere\\_%') AND c.relnamespace ="
	    " current_schema()::regnamespace", "refers to something outside its area"), 0);
}

static void
test_indexes_begin_with_area(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_true(rows_tell(f, "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
	    " WHERE" OURS, NULL) > 0);
	assert_int_equal(rows_tell(f, "SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_class "
	    "c"
	    " ON c.oid = i.indrelid WHERE" IS_NOT_AREA("i.indkey[0]") " AND" OURS,
	    "is an index that does not begin with area"), 0);
}

static void
test_every_table_has_a_key(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_int_equal(rows_tell(f, "SELECT c.relname FROM pg_class c WHERE NOT EXISTS (SELECT 1"
	    " FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') AND" OURS,
	    "has no primary key"), 0);
	assert_int_equal(rows_tell(f, "SELECT c.relname FROM pg_class c WHERE" OURS, NULL) +
	    rows_tell(f, "SELECT relname FROM pg_class c WHERE c.relname LIKE 'everywhere\\_%'"
	    " AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace", NULL),
	    TABLE_COUNT);
}

/* What would be found: keys, a foreign key and an index that begin otherwise. */
static void
test_others_are_found(void **state)
{
	struct fixture *f = fixture_of(state);

	beside(f, "CREATE TABLE odd (id bigint PRIMARY KEY, area bigint, other bigint REFERENCES "
	    "odd,"
	    " UNIQUE (other, area)); CREATE INDEX odd_index ON odd (id, area);"
	    " CREATE INDEX odd_expression ON odd (abs(area))");
	assert_int_equal(rows_tell(f, "SELECT k.conname FROM pg_constraint k JOIN pg_class c"
	    " ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'f', 'x') AND"
	    IS_NOT_AREA("k.conkey[1]") " AND" OURS, NULL), 3);
	assert_int_equal(rows_tell(f, "SELECT 1 FROM pg_index i JOIN pg_class c"
	    " ON c.oid = i.indrelid WHERE" IS_NOT_AREA("i.indkey[0]") " AND" OURS, NULL), 4);
}

#define TEST_REAL(name) cmocka_unit_test_setup_teardown(test_##name, set_up_real, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_REAL(keys_begin_with_area), TEST_REAL(foreign_keys_stay_in_the_area),
		TEST_REAL(indexes_begin_with_area), TEST_REAL(every_table_has_a_key),
		TEST_REAL(others_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
