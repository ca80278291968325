/*
 * sqlite_insert.c -- reference: what SQLite alone takes, a fact and its ledger row at a time.
 *
 *   sqlite_insert FILE [ROWS [BATCH]]    100,000 facts in batches of 64; FILE must not exist
 *
 * Keyed as Redvest's tables are, (area, seq) and no other index, synchronous=FULL, a transaction
 * for each batch. Prints how many facts a second became durable.
 */
#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		errx(1, "%s: %s", sql, sqlite3_errmsg(db));
}

static sqlite3_stmt *
compile(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		errx(1, "%s: %s", sql, sqlite3_errmsg(db));
	return s;
}

static void
step(sqlite3 *db, sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE || sqlite3_reset(s) != SQLITE_OK)
		errx(1, "%s: %s", sqlite3_sql(s), sqlite3_errmsg(db));
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sqlite3 *
database_new(const char *path)
{
	sqlite3 *db;

	if (access(path, F_OK) == 0)
		errx(1, "%s exists", path);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		errx(1, "%s: %s", path, sqlite3_errmsg(db));
	run(db, "PRAGMA journal_mode = WAL");
	run(db, "PRAGMA synchronous = FULL");
	run(db, "PRAGMA wal_autocheckpoint = 4000");
	run(db, "CREATE TABLE ledger (area INTEGER NOT NULL, seq INTEGER NOT NULL,"
		" stream INTEGER NOT NULL, n INTEGER NOT NULL, name TEXT NOT NULL,"
		" at_ms INTEGER NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL,"
		" PRIMARY KEY (area, seq)) STRICT, WITHOUT ROWID");
	run(db, "CREATE TABLE fact (area INTEGER NOT NULL, seq INTEGER NOT NULL,"
		" tube INTEGER NOT NULL, person INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
		" PRIMARY KEY (area, seq)) STRICT, WITHOUT ROWID");
	return db;
}

static void
insert(sqlite3 *db, sqlite3_stmt *ledger, sqlite3_stmt *fact, sqlite3_int64 seq)
{
	static const char body[] = "{\"tube\":\"1099511627777\",\"person\":\"1099511699999\"}";
	static const char hash[32] = "0123456789abcdef0123456789abcde";

	sqlite3_bind_int64(ledger, 1, 440304005012);
	sqlite3_bind_int64(ledger, 2, seq);
	sqlite3_bind_int64(ledger, 3, seq % 256);
	sqlite3_bind_int64(ledger, 4, seq / 256 + 1);
	sqlite3_bind_int64(ledger, 5, 1646355600000 + seq);
	sqlite3_bind_blob(ledger, 6, body, sizeof(body) - 1, SQLITE_STATIC);
	sqlite3_bind_blob(ledger, 7, hash, sizeof(hash), SQLITE_STATIC);
	step(db, ledger);
	sqlite3_bind_int64(fact, 1, 440304005012);
	sqlite3_bind_int64(fact, 2, seq);
	sqlite3_bind_int64(fact, 3, (sqlite3_int64)1 << 40 | seq / 10);
	sqlite3_bind_int64(fact, 4, (sqlite3_int64)1 << 41 | seq);
	sqlite3_bind_int64(fact, 5, 1646355600000 + seq);
	step(db, fact);
}

int
main(int argc, char *argv[])
{
	long          rows = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;
	long          batch = argc > 3 ? strtol(argv[3], NULL, 10) : 64;
	sqlite3_stmt *ledger, *fact;
	sqlite3      *db;
	double        begun;

	if (argc < 2 || rows < 1 || batch < 1)
		errx(1, "usage: sqlite_insert FILE [ROWS [BATCH]]");
	db = database_new(argv[1]);
	ledger = compile(db, "INSERT INTO ledger VALUES (?, ?, ?, ?, 'sample_take', ?, ?, ?)");
	fact = compile(db, "INSERT INTO fact VALUES (?, ?, ?, ?, ?)");
	begun = now();
	for (long i = 0; i < rows; i++) {
		if (i % batch == 0)
			run(db, "BEGIN IMMEDIATE");
		insert(db, ledger, fact, i + 1);
		if (i % batch == batch - 1 || i == rows - 1)
			run(db, "COMMIT");
	}
	printf("%.0f\n", (double)rows / (now() - begun));
	sqlite3_finalize(ledger);
	sqlite3_finalize(fact);
	sqlite3_close(db);
	return 0;
}
