/* migrate_test.c -- a database of an earlier schema: migrated in order, a copy kept, or left alone.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/database.h"
#include "gen/schema.h"

struct place { char directory[64], url[128]; struct database *database; };

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	char          why[DATABASE_WHY_BYTES];

	strcpy(p->directory, "/tmp/redvest-migrate-XXXXXX");
	assert_non_null(mkdtemp(p->directory));
	snprintf(p->url, sizeof(p->url), "%s/a.db", p->directory);
	assert_int_equal(database_create(p->url, NULL, &p->database, why), 0);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;
	char          command[100];

	database_close(p->database);
	snprintf(command, sizeof(command), "rm -rf %s", p->directory);
	assert_int_equal(system(command), 0);
	free(p);
	return 0;
}

/* Two steps, of which the second uses what the first made. */
static const struct migration steps[] = {
	{ 2, "BEGIN; CREATE TABLE later (area INTEGER NOT NULL, PRIMARY KEY (area)) STRICT,"
	     " WITHOUT ROWID; COMMIT;", "" },
	{ 3, "BEGIN; INSERT INTO later (area) VALUES (7); COMMIT;", "" },
	{ 0 },
};

static const struct migration broken[] = {
	{ 2,
	    "BEGIN; CREATE TABLE later (area INTEGER NOT NULL, PRIMARY KEY (area)) STRICT,"
	    " WITHOUT ROWID; COMMIT;",
	    "" },
	{ 3, "BEGIN; INSERT INTO later (area) VALUES (7); INSERT INTO nowhere VALUES (1); COMMIT;",
	    "" },
	{ 0 },
};

static bool
runs(const char *url, const char *sql)
{
	struct db *db;
	char       why[DATABASE_WHY_BYTES];
	bool       is_done;

	assert_int_equal(db_open(&db, url, DB_WRITE, why), 0);
	is_done = db_script(db, sql) == 0;
	db_close(db);
	return is_done;
}

static void
steps_run_in_order_after_a_backup(void **state)
{
	struct place *p = *state;
	char          why[DATABASE_WHY_BYTES], path[160];
	int           version = 0;

	assert_int_equal(database_migrate(p->database, steps, 1, &version, why), 0);
	assert_int_equal(version, 3);
	/* The row is there: to insert it again is refused. */
	assert_false(runs(p->url, "INSERT INTO later (area) VALUES (7)"));
	snprintf(path, sizeof(path), "%s.before-2", p->url);
	assert_int_equal(access(path, R_OK), 0);
	assert_false(runs(path, "INSERT INTO later (area) VALUES (8)"));
}

static void
what_fails_leaves_the_version_before(void **state)
{
	struct place *p = *state;
	char          why[DATABASE_WHY_BYTES];
	int           version = 0;

	assert_int_not_equal(database_migrate(p->database, broken, 1, &version, why), 0);
	assert_int_equal(version, 2);
	assert_non_null(strstr(why, "version 3"));
	assert_true(runs(p->url, "INSERT INTO later (area) VALUES (7)"));
}

static void
another_version_is_refused(void **state)
{
	struct place    *p = *state;
	struct database *again;
	char             why[DATABASE_WHY_BYTES];

	assert_true(
	    runs(p->url, "UPDATE everywhere_meta SET value = '99' WHERE name = 'schema_version'"));
	database_close(p->database);
	p->database = NULL;
	assert_int_equal(database_open(p->url, NULL, &again, why), -EPROTONOSUPPORT);
	assert_non_null(strstr(why, "schema 99"));
}

static void
one_process_at_a_time(void **state)
{
	struct place    *p = *state;
	struct database *again;
	char             why[DATABASE_WHY_BYTES];

	assert_int_equal(database_open(p->url, NULL, &again, why), -EBUSY);
	assert_non_null(strstr(why, "another redvest"));
	assert_int_equal(database_open_reader(p->url, NULL, &again, why), 0);
	database_close(again);
}

static void
keys_of_another_database_are_refused(void **state)
{
	struct place    *p = *state;
	struct database *other, *again;
	char             why[DATABASE_WHY_BYTES], url[160], keys[200];

	snprintf(url, sizeof(url), "%s/b.db", p->directory);
	snprintf(keys, sizeof(keys), "%s.keys", url);
	assert_int_equal(database_create(url, NULL, &other, why), 0);
	database_close(other);
	database_close(p->database);
	p->database = NULL;
	assert_int_equal(database_open(p->url, keys, &again, why), -EKEYREJECTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(steps_run_in_order_after_a_backup, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_fails_leaves_the_version_before, setup, teardown),
		cmocka_unit_test_setup_teardown(another_version_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(one_process_at_a_time, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    keys_of_another_database_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
