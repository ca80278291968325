/* sql.c -- what is the same on every database: the statements kept, the area bound. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include "base/str.h"
#include "db/backend.h"

bool
sql_is_machine_error(int r)
{
	return r == -EIO || r == -ENOSPC || r == -EBUSY || r == -ENOMEM || r == -EPIPE ||
	    r == -EAGAIN;
}

int
db_open(struct db **ret_db, const char *url, enum db_mode mode, char *ret_error)
{
	if (str_starts(str_of(url), S("postgresql://")) ||
	    str_starts(str_of(url), S("postgres://")))
		return postgres_open(ret_db, url, mode, ret_error);
	return sqlite_open(ret_db, url, mode, ret_error);
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	for (size_t i = 0; i < STMT_SLOTS; i++)
		for (struct stmt *s = db->stmts[i], *another; s != NULL; s = another) {
			another = s->another;
			db->backend->finalize(s);
		}
	db->backend->close(db);
}

bool
db_is_postgres(const struct db *db)
{
	return db->backend->is_postgres;
}

const char *
db_error(const struct db *db)
{
	return db->error;
}

int
db_script(struct db *db, const char *text)
{
	return db->backend->script(db, text);
}

int
db_begin(struct db *db, bool is_write)
{
	return db->backend->begin(db, is_write);
}

int
db_commit(struct db *db)
{
	return db->backend->commit(db);
}

void
db_rollback(struct db *db)
{
	db->backend->rollback(db);
}

int
db_checkpoint(struct db *db, int64_t *ret_wal_frames)
{
	return db->backend->checkpoint(db, ret_wal_frames);
}

int64_t
db_wal_frames(const struct db *db)
{
	return db->wal_frames;
}

static struct stmt *
stmt_take(struct db *db, const struct sql *sql)
{
	size_t       slot = ((uintptr_t)sql >> 4) * 0x9e3779b1u & (STMT_SLOTS - 1), tried = 0;
	struct stmt *s;

	while (db->stmts[slot] != NULL && db->stmts[slot]->sql != sql) {
		slot = (slot + 1) & (STMT_SLOTS - 1);
		assert(++tried < STMT_SLOTS);
	}
	for (s = db->stmts[slot]; s != NULL && s->is_busy; s = s->another)
		;
	if (s == NULL) {
		s = db->backend->prepare(db, sql);
		s->another = db->stmts[slot];
		db->stmts[slot] = s;
	}
	s->is_busy = true;
	return s;
}

static struct stmt *
begin(struct tx *tx, const struct sql *sql, bool is_stream)
{
	struct stmt *s = stmt_take(tx->db, sql);

	tx->db->backend->start(s, is_stream);
	for (int i = 0; sql->params[i] != '\0'; i++)
		if (sql->params[i] == 'a' || sql->params[i] == 'f')
			sql_bind_i64(s, i, tx->area.v);
		else if (sql->params[i] == 'l')
			sql_bind_i64(s, i, tx->area_last.v);
	return s;
}

struct stmt *
sql_begin(struct tx *tx, const struct sql *sql)
{
	return begin(tx, sql, false);
}

struct stmt *
sql_begin_stream(struct tx *tx, const struct sql *sql)
{
	return begin(tx, sql, true);
}

static void
count_write(struct tx *tx, const struct stmt *s)
{
	if (s->sql->is_write) {
		tx->writes++;
		table_set_add(&tx->changed, &s->sql->changes);
	}
}

struct rows
sql_run(struct tx *tx, struct stmt *s)
{
	count_write(tx, s);
	return s->db->backend->run(s);
}

struct rows
sql_next(struct tx *tx, struct stmt *s)
{
	count_write(tx, s);
	return s->db->backend->next(s);
}

void
sql_end(struct stmt *s)
{
	s->db->backend->end(s);
	s->is_busy = false;
}

void
sql_bind_i64(struct stmt *s, int index, int64_t x)
{
	s->db->backend->bind_i64(s, index, x);
}

void
sql_bind_str(struct stmt *s, int index, struct str x)
{
	s->db->backend->bind_str(s, index, x);
}

void
sql_bind_null(struct stmt *s, int index)
{
	s->db->backend->bind_null(s, index);
}

int64_t
sql_column_i64(struct stmt *s, int index)
{
	return s->db->backend->column_i64(s, index);
}

struct str
sql_column_str(struct stmt *s, int index)
{
	return s->db->backend->column_str(s, index);
}

bool
sql_column_is_null(struct stmt *s, int index)
{
	return s->db->backend->column_is_null(s, index);
}
