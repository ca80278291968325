/*
 * postgres_fixture.h -- what tests of the PostgreSQL backend share: a server, tables, statements.
 *
 * REDVEST_TEST_POSTGRES is the URL of a database (UTF8, collation C) of a user that may create
 * schemas and databases. Each test has a schema of its own in it.
 */
#pragma once
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libpq-fe.h>
#include <cmocka.h>
#include "base/buffer.h"
#include "base/str.h"
#include "db/sql.h"

#define ROWS_MANY 100000

enum { LEAF, CHILD, PARENT, VALUE };
#define TABLE(number) { .bits = { UINT64_C(1) << (number) } }

static const char schema[] = "CREATE TABLE everywhere_meta (name text PRIMARY KEY);"
    "CREATE TABLE parent (id bigint PRIMARY KEY, name text CHECK (name <> 'refused'));"
    "CREATE TABLE child (id bigint PRIMARY KEY, parent bigint REFERENCES parent, secret bytea);"
    "CREATE TABLE leaf (id bigint PRIMARY KEY, child bigint REFERENCES child);"
    "CREATE TABLE value (id bigint PRIMARY KEY, i bigint, s text, b bytea, small smallint,"
    " middle integer, yes boolean, v varchar(20));";

static const struct sql parent_insert = { .name = "parent_insert", .params = "is", .columns = "",
	.postgres = "INSERT INTO parent VALUES ($1, $2)", .is_write = true,
	.changes = TABLE(PARENT) };
static const struct sql parent_bulk = { .name = "parent_bulk", .params = "is", .columns = "",
	.postgres = "INSERT INTO parent (id, name) SELECT id, name"
	    " FROM unnest($1::bigint[], $2::text[]) AS row_(id, name)",
	.is_write = true, .is_bulk = true, .changes = TABLE(PARENT) };
static const struct sql child_bulk = { .name = "child_bulk", .params = "iib", .columns = "",
	.postgres = "INSERT INTO child (id, parent, secret) SELECT id, parent, secret"
	    " FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS row_(id, parent, secret)",
	.is_write = true, .is_bulk = true, .reads = TABLE(PARENT), .changes = TABLE(CHILD) };
static const struct sql parent_count = { .name = "parent_count", .params = "", .columns = "i",
	.postgres = "SELECT count(*) FROM parent", .reads = TABLE(PARENT) };
static const struct sql numbers = { .name = "numbers", .params = "i", .columns = "is",
	.postgres = "SELECT n, 'row ' || n FROM generate_series(1, $1) AS n ORDER BY n" };
static const struct sql parent_rename = { .name = "parent_rename", .params = "is", .columns = "",
	.postgres = "UPDATE parent SET name = $2 WHERE id >= $1", .is_write = true,
	.reads = TABLE(PARENT), .changes = TABLE(PARENT) };
static const struct sql sum_bug = { .name = "sum_bug", .params = "", .columns = "i",
	.postgres = "SELECT sum(id) FROM parent", .reads = TABLE(PARENT) };

struct fixture {
	char           url[2048], schema_name[64];
	PGconn        *beside; /* another connection, with the schema as its path */
	struct db     *db;
	struct arena   arena;
	struct tx      tx;
};

static inline const char *
given_url(void)
{
	return getenv("REDVEST_TEST_POSTGRES");
}

static inline void
beside(struct fixture *f, const char *text)
{
	PGresult *res = PQexec(f->beside, text);

	if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", text, PQerrorMessage(f->beside));
	PQclear(res);
}

static inline void
url_with(const char *parameter, char *ret_url, size_t bytes)
{
	const char *url = given_url();

	snprintf(ret_url, bytes, "%s%c%s", url, strchr(url, '?') == NULL ? '?' : '&', parameter);
}

static inline struct db *
open_as(const char *url, enum db_mode mode)
{
	char       error[DB_ERROR_BYTES] = "";
	struct db *db = NULL;

	if (db_open(&db, url, mode, error) != 0)
		fail_msg("%s", error);
	return db;
}

static inline int
set_up(void **state)
{
	static int      number;
	struct fixture *f = memory_new(sizeof(*f));
	char            text[128];

	*state = f;
	if (given_url() == NULL)
		return 0;
	f->beside = PQconnectdb(given_url());
	snprintf(f->schema_name, sizeof(f->schema_name), "redvest_unit_%d_%d", (int)getpid(),
	    ++number);
	snprintf(text, sizeof(text), "CREATE SCHEMA %s", f->schema_name);
	beside(f, text);
	snprintf(text, sizeof(text), "SET search_path = %s", f->schema_name);
	beside(f, text);
	snprintf(text, sizeof(text), "options=-csearch_path%%3D%s", f->schema_name);
	url_with(text, f->url, sizeof(f->url));
	f->db = open_as(f->url, DB_CREATE);
	assert_int_equal(db_script(f->db, schema), 0);
	f->tx = (struct tx){ .db = f->db, .arena = &f->arena, .area = { 440304005012 },
		.area_last = { 440304999999 } };
	return 0;
}

static inline int
tear_down(void **state)
{
	struct fixture *f = *state;
	char            text[128];

	db_close(f->db);
	if (f->beside != NULL) {
		snprintf(text, sizeof(text), "SET client_min_messages = error;"
		    " DROP SCHEMA %s CASCADE", f->schema_name);
		beside(f, text);
		PQfinish(f->beside);
	}
	arena_done(&f->arena);
	free(f);
	return 0;
}

/* To each test its fixture; no server, no test. */
static inline struct fixture *
fixture_of(void **state)
{
	if (given_url() == NULL) {
		print_message("REDVEST_TEST_POSTGRES is not set\n");
		skip();
	}
	return *state;
}

static inline int64_t
parent_add(struct fixture *f, const struct sql *sql, int64_t id, struct str name)
{
	struct stmt *s = sql_begin(&f->tx, sql);
	struct rows  rows;

	sql_bind_i64(s, 0, id);
	sql_bind_str(s, 1, name);
	rows = sql_run(&f->tx, s);
	sql_end(s);
	return rows.n;
}

static inline int64_t
child_add(struct fixture *f, int64_t id, int64_t parent, struct str secret)
{
	struct stmt *s = sql_begin(&f->tx, &child_bulk);
	struct rows  rows;

	sql_bind_i64(s, 0, id);
	sql_bind_i64(s, 1, parent);
	if (secret.p == NULL)
		sql_bind_null(s, 2);
	else
		sql_bind_str(s, 2, secret);
	rows = sql_run(&f->tx, s);
	sql_end(s);
	return rows.n;
}

/* The only number that sql answers; < 0: -errno. */
static inline int64_t
number_of(struct fixture *f, const struct sql *sql)
{
	struct stmt *s = sql_begin(&f->tx, sql);
	struct rows  rows = sql_next(&f->tx, s);
	int64_t      n = rows.n == 1 ? sql_column_i64(s, 0) : rows.n;

	sql_end(s);
	return n;
}

/* As somebody else sees it. */
static inline int64_t
committed(struct fixture *f, const char *table)
{
	char      text[128];
	PGresult *res;
	int64_t   n;

	snprintf(text, sizeof(text), "SELECT count(*) FROM %s", table);
	res = PQexec(f->beside, text);
	assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
	n = atoll(PQgetvalue(res, 0, 0));
	PQclear(res);
	return n;
}

static inline void
assert_str(struct str got, struct str wanted)
{
	assert_int_equal(got.n, wanted.n);
	assert_memory_equal(got.p, wanted.p, wanted.n);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)
