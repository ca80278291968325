/*
 * backup.c -- see backup.h.
 *
 * One way for both databases: every table is read within one transaction and written, row by row,
 * into the other database. So a backup of PostgreSQL is a file that SQLite opens, and can be
 * brought back into either.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/backup.h"
#include "gen/ledger_sql.h"
#include "gen/schema.h"

#define AREAS_MAX 4096

struct copy {
	struct tx    from, to;
	struct arena arena;
};

static void
row_bind(struct stmt *to, struct stmt *from, const char *columns)
{
	for (int i = 0; columns[i] != '\0'; i++)
		if (columns[i] == 'i')
			sql_bind_i64(to, i, sql_column_i64(from, i));
		else
			sql_bind_str(to, i, sql_column_str(from, i));
}

/* All rows of a table in the area that both transactions stand in. */
static int
table_copy(struct copy *c, const struct table *t)
{
	struct stmt *from = sql_begin_stream(&c->from, &t->all);
	struct rows  rows, put = { 0 };

	while ((rows = sql_next(&c->from, from)).n == 1 && put.n >= 0) {
		struct stmt *to = sql_begin(&c->to, &t->insert);

		row_bind(to, from, t->all.columns);
		put = sql_run(&c->to, to);
		sql_end(to);
	}
	sql_end(from);
	return put.n < 0 ? (int)put.n : rows_done(rows);
}

static int
area_copy(struct copy *c, area_id area)
{
	int r = 0;

	c->from.area = c->to.area = area;
	for (size_t i = 0; r == 0 && i < TABLE_COUNT; i++)
		if (!schema_tables[i].is_everywhere)
			r = table_copy(c, &schema_tables[i]);
	return r;
}

static int
all_copy(struct copy *c)
{
	area_id     *areas = arena_alloc(&c->arena, AREAS_MAX * sizeof(*areas));
	struct stmt *s = q_everywhere_areas_begin(&c->from, 0, INT64_MAX);
	struct rows  rows = { 0 };
	size_t       count = 0;
	int          r;

	while (count < AREAS_MAX &&
	       (rows = q_everywhere_areas_next(&c->from, s, &areas[count])).n == 1)
		count++;
	sql_end(s);
	r = rows_done(rows);
	for (size_t i = 0; r == 0 && i < TABLE_COUNT; i++)
		if (schema_tables[i].is_everywhere)
			r = table_copy(c, &schema_tables[i]);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = area_copy(c, areas[i]);
	return r;
}

int
database_copy(struct db *from, struct db *to, char why[static DATABASE_WHY_BYTES])
{
	struct copy c = { .from = { .db = from }, .to = { .db = to } };
	int         r;

	c.from.arena = c.to.arena = &c.arena;
	r = db_begin(from, false);
	if (r == 0)
		r = db_begin(to, true);
	if (r == 0)
		r = db_script(to, db_is_postgres(to) ? schema_postgres : schema_sqlite);
	if (r == 0)
		r = all_copy(&c);
	if (r == 0)
		r = db_commit(to);
	if (r != 0) {
		const char *error = db_error(to)[0] != '\0' ? db_error(to) : db_error(from);

		(void)snprintf(
		    why, DATABASE_WHY_BYTES, "%s", error[0] != '\0' ? error : strerror(-r));
	}
	db_rollback(from);
	db_rollback(to);
	arena_done(&c.arena);
	return r;
}

static void
file_remove(const char *path)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char                     name[PATH_BYTES_MAX + 8];

	for (size_t i = 0; i < LEN(suffixes); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		(void)unlink(name);
	}
}

int
backup_write(struct database *database, const char *path, char why[static DATABASE_WHY_BYTES])
{
	char       ring[PATH_BYTES_MAX];
	struct db *from = NULL, *to = NULL;
	int        r;

	(void)snprintf(ring, sizeof(ring), "%.900s.keys", path);
	if (access(ring, F_OK) == 0) {
		(void)snprintf(why, DATABASE_WHY_BYTES, "%.600s: is there already", ring);
		return -EEXIST;
	}
	r = db_open(&to, path, DB_CREATE, why);
	if (r != 0)
		return r;
	r = database_connect(database, DB_READ, &from, why);
	if (r == 0)
		r = database_copy(from, to, why);
	db_close(from);
	db_close(to);
	if (r == 0)
		r = keys_export_wrapped(database->keys, ring, why);
	if (r != 0)
		file_remove(path);
	return r;
}

/* With the keys, or -errno and without. */
static int
restore_copy(struct db *from, struct db *to, const char *ring,
    const unsigned char master[static KEY_BYTES], const char *keys, char *why)
{
	int r = keys_restore(ring, master, keys, why);

	if (r != 0)
		return r;
	r = database_copy(from, to, why);
	if (r != 0)
		(void)unlink(keys);
	return r;
}

int
backup_restore(const char *path, const unsigned char master[static KEY_BYTES], const char *url,
    const char *keys_path, char why[static DATABASE_WHY_BYTES])
{
	struct database *database = NULL;
	char             ring[PATH_BYTES_MAX], keys[PATH_BYTES_MAX];
	struct db       *from = NULL, *to = NULL;
	bool             is_new = false;
	int              r;

	(void)snprintf(ring, sizeof(ring), "%.900s.keys", path);
	database_keys_path(url, keys_path, keys);
	r = db_open(&from, path, DB_READ, why);
	if (r == 0) {
		r = db_open(&to, url, DB_CREATE, why);
		is_new = r == 0 && !database_is_postgres(url);
	}
	if (r == 0)
		r = restore_copy(from, to, ring, master, keys, why);
	db_close(from);
	db_close(to);
	if (r != 0 && is_new)
		file_remove(url);
	if (r == 0)
		r = database_open(url, keys_path, &database, why);
	if (r == 0)
		r = database_epoch_renew(database, why);
	database_close(database);
	return r;
}
