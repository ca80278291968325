/*
 * sqlite.c -- sql.h on SQLite: WAL, synchronous=FULL, statements kept.
 *
 * Checkpoints are not automatic: the server runs them beside the writer (db_checkpoint), and
 * a log beyond WAL_FRAMES_MAX is moved by whoever commits.
 */
#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "db/backend.h"

#define WAL_FRAMES_MAX  32000 /* pages of 4 KiB: 125 MiB */

struct sqlite_db {
	struct db     db; /* first: the two are one */
	sqlite3      *handle;
	sqlite3_stmt *begin_read, *begin_write, *commit;
	bool          may_commit; /* db_commit is at work */
	bool          is_memory;
	const _Atomic uint64_t *commits; /* borrowed; NULL: reading transactions are not shared */
	uint64_t      commits_seen;      /* when the one that lasts began */
};

struct sqlite_stmt {
	struct stmt   stmt;
	sqlite3_stmt *raw;
};

static const struct backend backend;

static struct sqlite_db *
of_db(struct db *db)
{
	return (struct sqlite_db *)db;
}

static sqlite3_stmt *
raw(struct stmt *s)
{
	return ((struct sqlite_stmt *)s)->raw;
}

static int
errno_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return -EIO;
	default:
		return -EINVAL;
	}
}

static int
failed(struct db *db, const char *what, int code)
{
	snprintf(db->error, sizeof(db->error), "%s: %s", what, sqlite3_errmsg(of_db(db)->handle));
	return errno_of(code);
}

static int
commit_hook(void *db)
{
	return !((struct sqlite_db *)db)->may_commit;
}

static int
wal_hook(void *db, sqlite3 *handle, const char *schema, int frames)
{
	(void)handle, (void)schema;
	((struct sqlite_db *)db)->db.wal_frames = frames;
	return SQLITE_OK;
}

/* SQLite counts all memory under one lock unless it is told that nobody wants to know. */
void
db_setup(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/*
 * SQLite reads a whole table into a filter when it expects many look-ups in it, as it does behind
 * any subquery whose rows it cannot guess. Here few rows are wanted of large tables: a person's
 * page read everybody and the ledger. The bit is SQLITE_BloomFilter of sqliteInt.h, since 3.38.
 */
#define BLOOM_FILTER 0x00080000

static int
setup(struct sqlite_db *d, enum db_mode mode)
{
	/*
	 * busy_timeout comes before any other PRAGMA. Readers, whose cache every commit empties,
	 * map the first of the file, in each thread and counted each time; whoever writes has the
	 * pages in its cache, and would look into the log's index for each that it maps.
	 */
	static const char always[] = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;"
	    " PRAGMA cache_size = -2000; PRAGMA mmap_size = 8388608; PRAGMA temp_store = MEMORY;";
	static const char writing[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    " PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 16777216;"
	    " PRAGMA cache_size = -16000; PRAGMA mmap_size = 0;";
	int r;

	(void)sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, d->handle, BLOOM_FILTER);
	r = sqlite3_exec(d->handle, always, NULL, NULL, NULL);
	if (r == SQLITE_OK && mode != DB_READ)
		r = sqlite3_exec(d->handle, writing, NULL, NULL, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_prepare_v2(d->handle, "BEGIN", -1, &d->begin_read, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_prepare_v2(d->handle, "BEGIN IMMEDIATE", -1, &d->begin_write, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_prepare_v2(d->handle, "COMMIT", -1, &d->commit, NULL);
	if (r == SQLITE_OK && mode != DB_READ) {
		sqlite3_commit_hook(d->handle, commit_hook, d);
		sqlite3_wal_hook(d->handle, wal_hook, d);
	}
	return r;
}

int
sqlite_open(struct db **ret_db, const char *path, enum db_mode mode, char *ret_error)
{
	bool is_memory = strcmp(path, ":memory:") == 0;
	int  flags = SQLITE_OPEN_NOMUTEX | (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0) |
	    SQLITE_OPEN_READWRITE;
	struct sqlite_db *d;
	int               r;

	if (mode == DB_CREATE && !is_memory && access(path, F_OK) == 0) {
		snprintf(ret_error, DB_ERROR_BYTES, "%s: is there already", path);
		return -EEXIST;
	}
	if (mode != DB_CREATE && !is_memory && access(path, R_OK) != 0) {
		snprintf(ret_error, DB_ERROR_BYTES, "%s: %s", path, strerror(errno));
		return -errno;
	}
	d = memory_new(sizeof(*d));
	d->db.backend = &backend;
	d->is_memory = is_memory;
	r = sqlite3_open_v2(path, &d->handle, flags, NULL);
	if (r == SQLITE_OK)
		r = setup(d, mode);
	if (r != SQLITE_OK) {
		snprintf(ret_error, DB_ERROR_BYTES, "%s: %s", path, sqlite3_errmsg(d->handle));
		r = errno_of(r);
		db_close(&d->db);
		return r;
	}
	*ret_db = &d->db;
	return 0;
}

static void
close_(struct db *db)
{
	struct sqlite_db *d = of_db(db);

	sqlite3_finalize(d->begin_read);
	sqlite3_finalize(d->begin_write);
	sqlite3_finalize(d->commit);
	(void)sqlite3_close(d->handle);
	free(d);
}

static int
script(struct db *db, const char *text)
{
	struct sqlite_db *d = of_db(db);
	int               r;

	d->may_commit = true;
	r = sqlite3_exec(d->handle, text, NULL, NULL, NULL);
	d->may_commit = false;
	return r == SQLITE_OK ? 0 : failed(db, "script", r);
}

static int
run_once(struct db *db, sqlite3_stmt *s, const char *what)
{
	int r = sqlite3_step(s);

	if (r != SQLITE_DONE)
		r = failed(db, what, r);
	else
		r = 0;
	(void)sqlite3_reset(s);
	return r;
}

/* A reading transaction that lasts: may it go on? Else it is ended here. */
static bool
goes_on(struct sqlite_db *d)
{
	uint64_t commits = *d->commits;

	if (sqlite3_get_autocommit(d->handle) == 0) {
		if (commits == d->commits_seen)
			return true;
		db_rest(&d->db);
	}
	d->commits_seen = commits;
	return false;
}

static int
begin(struct db *db, bool is_write)
{
	struct sqlite_db *d = of_db(db);

	if (d->commits != NULL && !is_write && goes_on(d))
		return 0;
	return run_once(db, is_write ? d->begin_write : d->begin_read, "begin");
}

static int
commit(struct db *db)
{
	struct sqlite_db *d = of_db(db);
	int               r;

	if (d->commits != NULL)
		return 0;
	d->may_commit = true;
	r = run_once(db, d->commit, "commit");
	d->may_commit = false;
	if (r == 0 && d->db.wal_frames > WAL_FRAMES_MAX)
		(void)sqlite3_wal_checkpoint_v2(d->handle, NULL, SQLITE_CHECKPOINT_RESTART, NULL,
		    NULL);
	return r;
}

static void
rollback(struct db *db)
{
	sqlite3 *handle = of_db(db)->handle;

	if (!sqlite3_get_autocommit(handle))
		(void)sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
}

void
db_share_reads(struct db *db, const _Atomic uint64_t *commits)
{
	if (db->backend == &backend)
		of_db(db)->commits = commits;
}

void
db_rest(struct db *db)
{
	struct sqlite_db *d = of_db(db);

	if (db->backend == &backend && d->commits != NULL &&
	    sqlite3_get_autocommit(d->handle) == 0)
		(void)run_once(db, d->commit, "rest");
}

static int
checkpoint(struct db *db, int64_t *ret_wal_frames)
{
	int frames = 0, moved = 0;
	int r = sqlite3_wal_checkpoint_v2(of_db(db)->handle, NULL, SQLITE_CHECKPOINT_PASSIVE,
	    &frames, &moved);

	*ret_wal_frames = frames;
	return r == SQLITE_OK || r == SQLITE_BUSY ? 0 : failed(db, "checkpoint", r);
}

static struct stmt *
prepare(struct db *db, const struct sql *sql)
{
	struct sqlite_stmt *s = memory_new(sizeof(*s));
	int                 r;

	s->stmt.sql = sql;
	s->stmt.db = db;
	r = sqlite3_prepare_v3(of_db(db)->handle, sql->sqlite, -1, SQLITE_PREPARE_PERSISTENT,
	    &s->raw, NULL);
	if (r != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql->name, sqlite3_errmsg(of_db(db)->handle));
		abort();
	}
	return &s->stmt;
}

static void
finalize(struct stmt *s)
{
	sqlite3_finalize(raw(s));
	free(s);
}

static void
start(struct stmt *s, bool is_stream)
{
	(void)s, (void)is_stream;
}

static void
bind_i64(struct stmt *s, int index, int64_t x)
{
	sqlite3_bind_int64(raw(s), index + 1, x);
}

static void
bind_str(struct stmt *s, int index, struct str x)
{
	const char *p = x.p != NULL ? x.p : "";

	if (s->sql->params[index] == 'b')
		sqlite3_bind_blob64(raw(s), index + 1, p, x.n, SQLITE_STATIC);
	else
		sqlite3_bind_text64(raw(s), index + 1, p, x.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void
bind_null(struct stmt *s, int index)
{
	sqlite3_bind_null(raw(s), index + 1);
}

static struct rows
next(struct stmt *s)
{
	int r = sqlite3_step(raw(s));

	if (r == SQLITE_ROW)
		return (struct rows){ 1 };
	return (struct rows){ r == SQLITE_DONE ? 0 : failed(s->db, s->sql->name, r) };
}

static struct rows
run(struct stmt *s)
{
	struct rows rows = next(s);

	assert(rows.n <= 0);
	return rows.n < 0 ? rows : (struct rows){ sqlite3_changes64(of_db(s->db)->handle) };
}

static void
end(struct stmt *s)
{
	(void)sqlite3_reset(raw(s));
	(void)sqlite3_clear_bindings(raw(s));
}

static int64_t
column_i64(struct stmt *s, int index)
{
	return sqlite3_column_int64(raw(s), index);
}

static struct str
column_str(struct stmt *s, int index)
{
	const char *p = sqlite3_column_blob(raw(s), index);

	return (struct str){ p != NULL ? p : "", (size_t)sqlite3_column_bytes(raw(s), index) };
}

static bool
column_is_null(struct stmt *s, int index)
{
	return sqlite3_column_type(raw(s), index) == SQLITE_NULL;
}

static const struct backend backend = {
	.is_postgres = false,
	.close = close_,
	.script = script,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.checkpoint = checkpoint,
	.prepare = prepare,
	.finalize = finalize,
	.start = start,
	.bind_i64 = bind_i64,
	.bind_str = bind_str,
	.bind_null = bind_null,
	.next = next,
	.run = run,
	.end = end,
	.column_i64 = column_i64,
	.column_str = column_str,
	.column_is_null = column_is_null,
};
