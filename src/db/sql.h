/*
 * sql.h -- the only way to run SQL: statements written by tools/sqlgen, on SQLite or PostgreSQL.
 *
 * A connection (struct db) belongs to one thread at a time. Every statement that touches an
 * area's tables binds :area from its struct tx by itself; modules never bind it. Nothing here
 * logs: what the database said last is in db_error, for whoever stands at the top.
 */
#pragma once
#include "base/arena.h"
#include "base/base.h"

#define TABLES_MAX 128

/* Which tables, by their number in gen/schema.h. */
struct table_set {
	uint64_t bits[TABLES_MAX / 64];
};

static inline void
table_set_add(struct table_set *set, const struct table_set *more)
{
	for (size_t i = 0; i < LEN(set->bits); i++)
		set->bits[i] |= more->bits[i];
}

static inline bool
table_set_meets(const struct table_set *a, const struct table_set *b)
{
	uint64_t common = 0;

	for (size_t i = 0; i < LEN(a->bits); i++)
		common |= a->bits[i] & b->bits[i];
	return common != 0;
}

/* One statement, as tools/sqlgen writes it. */
struct sql {
	const char      *name;
	const char      *sqlite, *postgres; /* the same statement for each */
	const char      *params;            /* a letter each: i integer, s text, b bytes, a area,
	                                       f first and l last area of a range */
	const char      *columns;           /* likewise */
	bool             is_write;
	bool             is_bulk;  /* an INSERT whose rows may be sent together, later */
	struct table_set reads, changes; /* read are also tables that a foreign key looks into */
};

struct db;
struct stmt;

struct tx {
	struct db       *db;
	struct arena    *arena;     /* texts that queries answer live here */
	area_id          area;      /* bound as :area and :area_first */
	area_id          area_last; /* bound as :area_last */
	unsigned         writes;    /* statements that could write, since the ledger set it to 0 */
	struct table_set changed;   /* what they wrote to */
};

/* What a q_ function answers. A struct, so that a count of rows cannot be returned as a fault. */
struct rows {
	int64_t n; /* rows found or changed; < 0: -errno */
};

/* To 0, -errno, or the fault: when there should be some row, or none. */
static inline int
rows_done(struct rows rows)
{
	return rows.n < 0 ? (int)rows.n : 0;
}

static inline int
rows_some(struct rows rows, int fault)
{
	return rows.n == 0 ? fault : rows_done(rows);
}

static inline int
rows_none(struct rows rows, int fault)
{
	return rows.n > 0 ? fault : rows_done(rows);
}

/* Is this -errno about the machine (disk, memory, connection) and not about the record? */
bool sql_is_machine_error(int r);

enum db_mode {
	DB_READ,   /* of an existing database */
	DB_WRITE,  /* of an existing database */
	DB_CREATE, /* refuses one that exists (-EEXIST) */
};

/* Once in a process of many threads, before its first connection: so that they wait less. */
void db_setup(void);

/*
 * Opens a file, ":memory:" or a postgresql:// URL. 0 or -errno; on failure ret_error (of
 * DB_ERROR_BYTES) has one line for the user.
 */
#define DB_ERROR_BYTES 512

int  db_open(struct db **ret_db, const char *url, enum db_mode mode, char *ret_error);
void db_close(struct db *db); /* NULL is fine */

bool        db_is_postgres(const struct db *db);
const char *db_error(const struct db *db); /* of the last failure; borrowed */

/* Run many statements at once: schema and migrations. 0 or -errno. */
int db_script(struct db *db, const char *text);

/*
 * Transactions. Only src/ledger begins and commits those that write; a commit that it did not
 * ask for is undone by the database layer.
 */
int  db_begin(struct db *db, bool is_write);
int  db_commit(struct db *db);
void db_rollback(struct db *db);

/*
 * A reading transaction of SQLite costs more than what most read in it. From now on this
 * connection's last on after db_commit as long as *commits stays the same, which whoever writes
 * counts up after each commit; db_rest ends one before its thread goes to sleep, because the log
 * cannot begin anew while it lasts. PostgreSQL: nothing.
 */
void db_share_reads(struct db *db, const _Atomic uint64_t *commits);
void db_rest(struct db *db);

/* A row of SQLite's write-ahead log is moved to the database by this; PostgreSQL: nothing. */
int db_checkpoint(struct db *db, int64_t *ret_wal_frames);

/* Pages in that log at the last commit of this connection; PostgreSQL: 0. */
int64_t db_wal_frames(const struct db *db);

/* Compile (once a connection), and bind the area. Never NULL: what does not compile is a bug. */
struct stmt *sql_begin(struct tx *tx, const struct sql *sql);

/* Likewise, for a result too large to hold: no other statement may run before sql_end. */
struct stmt *sql_begin_stream(struct tx *tx, const struct sql *sql);

void sql_bind_i64(struct stmt *s, int index, int64_t x); /* index from 0, as in sql.params */
void sql_bind_str(struct stmt *s, int index, struct str x); /* borrows x until sql_end */
void sql_bind_null(struct stmt *s, int index);

struct rows sql_run(struct tx *tx, struct stmt *s);  /* to the end: rows changed */
struct rows sql_next(struct tx *tx, struct stmt *s); /* 1: a row, 0: no more */
void        sql_end(struct stmt *s);

int64_t    sql_column_i64(struct stmt *s, int index); /* NULL gives 0 */
struct str sql_column_str(struct stmt *s, int index); /* borrowed until the next sql_next */
bool       sql_column_is_null(struct stmt *s, int index);
