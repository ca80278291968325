/*
 * postgres_statements_test.c -- every statement of every queries.sql, and the schema, on
 * PostgreSQL: each compiles, has columns of the types declared, and knows what it reads.
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
	return db_script(f->db, "DROP TABLE everywhere_meta") != 0 ||
	    db_script(f->db, schema_postgres) != 0;
}

static struct rows
run_with_nothing(struct fixture *f, const struct sql *sql)
{
	struct stmt *s = sql_begin(&f->tx, sql);
	struct rows  rows;

	for (int i = 0; sql->params[i] != '\0'; i++)
		if (sql->params[i] == 's' || sql->params[i] == 'b')
			sql_bind_str(s, i, S(""));
		else if (sql->params[i] == 'i')
			sql_bind_i64(s, i, 0);
	rows = sql->columns[0] == '\0' ? sql_run(&f->tx, s) : sql_next(&f->tx, s);
	sql_end(s);
	return rows;
}

/* A write may break a constraint, nothing else; what does not compile ends the program. */
static void
check_statement(struct fixture *f, const struct sql *sql)
{
	struct rows rows;
	int         r;

	assert_int_equal(db_begin(f->db, true), 0);
	rows = run_with_nothing(f, sql);
	r = rows.n < 0 ? (int)rows.n : db_commit(f->db);
	if (r < 0 && (!sql->is_write || strstr(db_error(f->db), "(23") == NULL))
		fail_msg("%s", db_error(f->db));
	db_rollback(f->db);
}

static void
test_every_statement(void **state)
{
	struct fixture *f = fixture_of(state);

	for (int i = 0; schema_statements[i] != NULL; i++)
		for (int k = 0; schema_statements[i][k] != NULL; k++)
			check_statement(f, schema_statements[i][k]);
	for (int i = 0; i < TABLE_COUNT; i++)
		check_statement(f, &schema_tables[i].all);
}

static struct table_set
set_of(const char *table)
{
	struct table_set set = { 0 };

	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (strcmp(schema_tables[i].name, table) == 0)
			set.bits[i / 64] |= UINT64_C(1) << i % 64;
	return set;
}

static int
check_reads(const struct sql *sql, const char *child, const char *parent)
{
	struct table_set changed = set_of(child), looked_into = set_of(parent);
	const char      *head = "INSERT INTO ";

	if (!str_starts(str_of(sql->postgres), str_of(head)) ||
	    !table_set_meets(&sql->changes, &changed))
		return 0;
	if (!table_set_meets(&sql->reads, &looked_into))
		fail_msg("%s: changes %s, but is not known to read %s", sql->name, child, parent);
	return 1;
}

/* Rows that wait are sent in time only if a statement's foreign keys are among what it reads. */
static void
test_foreign_keys_are_read(void **state)
{
	struct fixture *f = fixture_of(state);
	PGresult       *keys = PQexec(f->beside, "SELECT c.relname, p.relname FROM pg_constraint k"
	    " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid"
	    " WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace");
	int             n = 0;

	for (int i = 0; i < PQntuples(keys); i++)
		for (int k = 0; schema_statements[k] != NULL; k++)
			for (int m = 0; schema_statements[k][m] != NULL; m++)
				n += check_reads(schema_statements[k][m], PQgetvalue(keys, i, 0),
				    PQgetvalue(keys, i, 1));
	assert_true(n > 0);
	PQclear(keys);
}

#define TEST_REAL(name) cmocka_unit_test_setup_teardown(test_##name, set_up_real, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_REAL(every_statement), TEST_REAL(foreign_keys_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
