/* postgres_connect_test.c -- which databases are opened; what happens when a connection ends. */
#include "unit/postgres_fixture.h"

static const struct sql backend_pid = { .name = "backend_pid", .params = "", .columns = "i",
	.postgres = "SELECT pg_backend_pid()" };

static void
terminate(struct fixture *f)
{
	char    text[128];
	int64_t pid = number_of(f, &backend_pid);

	snprintf(text, sizeof(text), "SELECT pg_terminate_backend(%" PRId64 ", 10000)", pid);
	beside(f, text);
}

static void
test_connection_lost(void **state)
{
	struct fixture *f = fixture_of(state);
	struct stmt    *s;
	int64_t         r;

	/* Idle: nobody need know. */
	assert_int_equal(number_of(f, &parent_count), 0);
	terminate(f);
	assert_int_equal(number_of(f, &parent_count), 0);
	terminate(f);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), 1);

	/* In a transaction it is lost with all that was in it. */
	assert_int_equal(parent_add(f, &parent_bulk, 2, S("")), 1);
	terminate(f);
	assert_int_equal(parent_add(f, &parent_insert, 3, S("")), -EPIPE);
	assert_non_null(strstr(db_error(f->db), "parent_bulk: ")); /* it went first */
	assert_null(strchr(db_error(f->db), '\n'));
	assert_int_equal(parent_add(f, &parent_bulk, 4, S("")), -EPIPE);
	assert_int_equal(number_of(f, &parent_count), -EPIPE);
	assert_int_equal(db_script(f->db, "SELECT 1"), -EPIPE);
	assert_int_equal(db_commit(f->db), -EPIPE);
	db_rollback(f->db);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(number_of(f, &parent_count), 0);
	assert_int_equal(parent_add(f, &parent_insert, 5, S("")), 1);
	assert_int_equal(parent_add(f, &parent_bulk, 6, S("")), 1);
	terminate(f);
	assert_int_equal(db_commit(f->db), -EPIPE); /* of the rows that waited */
	db_rollback(f->db);
	assert_int_equal(committed(f, "parent"), 0);

	/* Amid a stream; its rows fetched before may still come. */
	assert_int_equal(db_begin(f->db, false), 0);
	s = sql_begin_stream(&f->tx, &numbers);
	sql_bind_i64(s, 0, ROWS_MANY);
	assert_int_equal(sql_next(&f->tx, s).n, 1);
	terminate(f);
	while ((r = sql_next(&f->tx, s).n) == 1)
		;
	assert_int_equal(r, -EPIPE);
	assert_int_equal(sql_next(&f->tx, s).n, -EPIPE);
	sql_end(s);
	db_rollback(f->db);
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_insert, 7, S("")), 1);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(committed(f, "parent"), 1);
}

static void
test_locks(void **state)
{
	struct fixture *f = fixture_of(state);

	assert_int_equal(db_script(f->db, "SET lock_timeout = '50ms'"), 0);
	beside(f, "BEGIN; LOCK TABLE parent");
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), -EAGAIN);
	assert_true(sql_is_machine_error(-EAGAIN));
	db_rollback(f->db);
	beside(f, "COMMIT");
	assert_int_equal(db_begin(f->db, true), 0);
	assert_int_equal(parent_add(f, &parent_insert, 1, S("")), 1);
	assert_int_equal(db_commit(f->db), 0);
}

/* Whose fault: the record's (-EINVAL) or the machine's? */
static void
test_errors_of_the_server(void **state)
{
	static const struct {
		const char *sqlstate;
		int         wanted;
	} errors[] = {
		{ "53100", -ENOSPC }, { "53200", -ENOMEM }, { "53300", -EAGAIN },
		{ "40001", -EAGAIN }, { "40P01", -EAGAIN }, { "55P03", -EAGAIN },
		{ "57014", -EAGAIN }, { "57P01", -EPIPE }, { "08006", -EPIPE },
		{ "25006", -EPIPE }, { "58030", -EIO }, { "XX001", -EIO }, { "42501", -EIO },
		{ "23505", -EINVAL }, { "22003", -EINVAL }, { "54000", -EINVAL },
		{ "P0001", -EINVAL },
	};
	struct fixture *f = fixture_of(state);
	char            text[256];

	for (size_t i = 0; i < LEN(errors); i++) {
		snprintf(text, sizeof(text), "DO $$BEGIN RAISE EXCEPTION E'made\nup' USING"
		    " ERRCODE = '%s', DETAIL = 'secret'; END$$", errors[i].sqlstate);
		assert_int_equal(db_begin(f->db, true), 0);
		assert_int_equal(db_script(f->db, text), errors[i].wanted);
		snprintf(text, sizeof(text), "script: made up (%s)", errors[i].sqlstate);
		assert_string_equal(db_error(f->db), text);
		assert_int_equal(sql_is_machine_error(errors[i].wanted),
		    errors[i].wanted != -EINVAL);
		assert_int_equal(db_commit(f->db), errors[i].wanted);
		assert_int_equal(number_of(f, &parent_count), errors[i].wanted);
		db_rollback(f->db);
		assert_int_equal(number_of(f, &parent_count), 0);
	}
}

/* Somebody migrated, or dropped what was prepared: one failure, then all is made anew. */
static void
test_prepared_anew(void **state)
{
	struct fixture *f = fixture_of(state);
	static const struct sql all = { .name = "all", .params = "", .columns = "i",
		.postgres = "SELECT * FROM changing" };

	assert_int_equal(db_script(f->db, "CREATE TABLE changing (i smallint);"
	    "INSERT INTO changing VALUES (7)"), 0);
	assert_int_equal(number_of(f, &all), 7);
	beside(f, "ALTER TABLE changing ALTER i TYPE bigint");
	assert_int_equal(number_of(f, &all), -EAGAIN);
	assert_int_equal(number_of(f, &all), 7);
	assert_int_equal(db_script(f->db, "DEALLOCATE ALL"), 0);
	assert_int_equal(db_begin(f->db, false), 0);
	assert_int_equal(number_of(f, &all), -EAGAIN);
	db_rollback(f->db);
	assert_int_equal(db_begin(f->db, false), 0);
	assert_int_equal(number_of(f, &all), 7);
	assert_int_equal(db_commit(f->db), 0);
}

static void
refused(const char *url, enum db_mode mode, int wanted, const char *why)
{
	char       error[DB_ERROR_BYTES] = "";
	struct db *db = NULL;
	int        r = db_open(&db, url, mode, error);

	if (r != wanted || strstr(error, why) == NULL || strchr(error, '\n') != NULL)
		fail_msg("%d, not %d: %s (not: %s)", r, wanted, error, why);
	assert_null(db);
	assert_null(strstr(error, "geheim"));
}

static void
test_modes(void **state)
{
	struct fixture *f = fixture_of(state);
	char            parameter[128], url[2048];

	db_close(open_as(f->url, DB_READ));
	db_close(open_as(f->url, DB_WRITE));
	refused(f->url, DB_CREATE, -EEXIST, "already");
	snprintf(parameter, sizeof(parameter), "options=-csearch_path%%3Dredvest_unit_none");
	url_with(parameter, url, sizeof(url));
	refused(url, DB_READ, -ENOENT, "no tables");
	refused(url, DB_WRITE, -ENOENT, "no tables");
	url_with("dbname=redvest_unit_none", url, sizeof(url));
	refused(url, DB_WRITE, -EPIPE, "does not exist");
}

static void
database_refused(struct fixture *f, const char *how, const char *why)
{
	char name[80], text[256], url[2048];

	snprintf(name, sizeof(name), "%s_other", f->schema_name);
	snprintf(text, sizeof(text), "CREATE DATABASE %s TEMPLATE template0 %s", name, how);
	beside(f, text);
	snprintf(text, sizeof(text), "dbname=%s", name);
	url_with(text, url, sizeof(url));
	refused(url, DB_CREATE, -EINVAL, why);
	refused(url, DB_READ, -EINVAL, "createdb -T template0 -E UTF8");
	snprintf(text, sizeof(text), "DROP DATABASE %s", name);
	beside(f, text);
}

static void
test_encoding_and_collation(void **state)
{
	struct fixture *f = fixture_of(state);

	database_refused(f, "ENCODING SQL_ASCII LOCALE 'C'", "encoding SQL_ASCII, collation C");
	database_refused(f, "ENCODING UTF8 LOCALE_PROVIDER libc LOCALE 'C.UTF-8'",
	    "encoding UTF8, collation C.UTF-8");
	database_refused(f, "ENCODING UTF8 LOCALE_PROVIDER icu ICU_LOCALE 'und' LOCALE 'C'",
	    "of another provider");
}

/* No word of a password, wherever a mistake puts it. */
static void
test_urls(void **state)
{
	static const char *const odd[] = {
		"postgresql://user:ge/geheim@127.0.0.1:1/db",
		"postgresql://user:a@geheim@127.0.0.1/db",
		"postgresql://user:geheim%zz@127.0.0.1/db", "postgresql://user:geheim",
		"postgresql://user:geheim/db", "postgresql://user:1/geheim@127.0.0.1/db",
		"postgresql://user@[geheim/db",
		"postgresql://127.0.0.1/db?geheim=1", "postgresql://127.0.0.1/db?password",
	};

	(void)state;
	for (size_t i = 0; i < LEN(odd); i++)
		refused(odd[i], DB_WRITE, -EINVAL, "not a postgresql:// URL");
	refused("postgresql://user:geheim@127.0.0.1:1/db", DB_WRITE, -EPIPE, "127.0.0.1");
	refused("postgres://user@127.0.0.1:1/db?password=geheim", DB_READ, -EPIPE, "127.0.0.1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(connection_lost), TEST(locks), TEST(errors_of_the_server),
		TEST(prepared_anew), TEST(modes), TEST(encoding_and_collation),
		cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
