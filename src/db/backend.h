/* backend.h -- what SQLite and PostgreSQL have in common behind sql.h. Only src/db includes it. */
#pragma once
#include "db/sql.h"

#define STMT_SLOTS 1024 /* statements a connection keeps; a power of two above their number */

struct stmt {
	const struct sql *sql;
	struct db        *db;
	bool              is_busy;  /* between sql_begin and sql_end */
	struct stmt      *another;  /* the same statement once more, where it runs within itself */
};

struct backend {
	bool is_postgres;
	void (*close)(struct db *db);
	int (*script)(struct db *db, const char *text);
	int (*begin)(struct db *db, bool is_write);
	int (*commit)(struct db *db);
	void (*rollback)(struct db *db);
	int (*checkpoint)(struct db *db, int64_t *ret_wal_frames);
	struct stmt *(*prepare)(struct db *db, const struct sql *sql);
	void (*finalize)(struct stmt *s);
	void (*start)(struct stmt *s, bool is_stream);
	void (*bind_i64)(struct stmt *s, int index, int64_t x);
	void (*bind_str)(struct stmt *s, int index, struct str x);
	void (*bind_null)(struct stmt *s, int index);
	struct rows (*next)(struct stmt *s);
	struct rows (*run)(struct stmt *s);
	void (*end)(struct stmt *s);
	int64_t (*column_i64)(struct stmt *s, int index);
	struct str (*column_str)(struct stmt *s, int index);
	bool (*column_is_null)(struct stmt *s, int index);
};

struct db {
	const struct backend *backend;
	char                  error[DB_ERROR_BYTES];
	int64_t               wal_frames; /* SQLite: in the log at the last commit */
	struct stmt          *stmts[STMT_SLOTS]; /* by the address of their struct sql */
};

int sqlite_open(struct db **ret_db, const char *path, enum db_mode mode, char *ret_error);
int postgres_open(struct db **ret_db, const char *url, enum db_mode mode, char *ret_error);
