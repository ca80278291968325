/* database.c -- see database.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/backup.h"
#include "ledger/database.h"
#include "gen/ledger_sql.h"
#include "gen/schema.h"

#define LOCK_TRIES    20
#define LOCK_PAUSE_US 50000

bool
database_is_postgres(const char *url)
{
	return str_starts(str_of(url), S("postgresql://")) ||
	       str_starts(str_of(url), S("postgres://"));
}

/* The name in postgresql://user@host/NAME?…; "redvest" when there is none. */
static void
postgres_name(const char *url, char *ret_name, size_t bytes)
{
	const char *p = strstr(url, "://") + 3;
	const char *slash = strchr(p, '/');
	size_t      n = slash == NULL ? 0 : strcspn(slash + 1, "?");

	(void)snprintf(ret_name, bytes, "%.*s", n > 0 ? (int)n : 7, n > 0 ? slash + 1 : "redvest");
}

void
database_keys_path(const char *url, const char *keys_path, char ret_path[static PATH_BYTES_MAX])
{
	char name[200];

	if (keys_path != NULL) {
		(void)snprintf(ret_path, PATH_BYTES_MAX, "%s", keys_path);
	} else if (database_is_postgres(url)) {
		postgres_name(url, name, sizeof(name));
		(void)snprintf(ret_path, PATH_BYTES_MAX, "redvest-%s.keys", name);
	} else {
		(void)snprintf(ret_path, PATH_BYTES_MAX, "%.900s.keys", url);
	}
}

static void
paths_fill(struct database *d, const char *url, const char *keys_path)
{
	(void)snprintf(d->url, sizeof(d->url), "%s", url);
	database_keys_path(url, keys_path, d->keys_path);
}

void
database_socket_path(const char *url, char ret_path[static PATH_BYTES_MAX])
{
	if (database_is_postgres(url))
		ret_path[0] = '\0';
	else
		(void)snprintf(ret_path, PATH_BYTES_MAX, "%.900s.sock", url);
}

int
database_lock(const char *path, int *ret_lock_fd, char why[static DATABASE_WHY_BYTES])
{
	char name[PATH_BYTES_MAX];
	int  fd;

	(void)snprintf(name, sizeof(name), "%.900s.lock", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		int r = -errno;

		(void)snprintf(why, DATABASE_WHY_BYTES, "%.400s: %s", name, strerror(-r));
		return r;
	}
	/* A process that was killed holds it until its last thread has ended. */
	for (int tries = 0; tries < LOCK_TRIES; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			*ret_lock_fd = fd;
			return 0;
		}
		(void)usleep(LOCK_PAUSE_US);
	}
	(void)close(fd);
	(void)snprintf(why, DATABASE_WHY_BYTES,
	    "%.400s: another redvest is at work on it (a server?)", path);
	return -EBUSY;
}

/* One process writes to a file; the lock goes with the process. */
static int
lock_take(struct database *d, char *why)
{
	if (d->lock_fd >= 0 || database_is_postgres(d->url) || strcmp(d->url, ":memory:") == 0)
		return 0;
	return database_lock(d->url, &d->lock_fd, why);
}

int
database_connect(const struct database *database, enum db_mode mode, struct db **ret_db,
    char why[static DATABASE_WHY_BYTES])
{
	return db_open(ret_db, database->url, mode, why);
}

static int
meta_set(struct db *db, struct arena *arena, struct str name, struct str value)
{
	struct tx tx = { .db = db, .arena = arena };

	return rows_done(q_meta_set(&tx, name, value));
}

static int64_t
epoch_new(void)
{
	uint64_t bits;

	randombytes_buf(&bits, sizeof(bits));
	return (int64_t)(bits >> 11) + 1; /* 53 bits: a JSON number */
}

static int
meta_write(struct database *d, struct db *db, char *why)
{
	struct arena arena = { 0 };
	struct str   id = { (const char *)keys_database_id(d->keys), DATABASE_ID_BYTES };
	int          r;

	d->epoch = epoch_new();
	r = db_begin(db, true);
	if (r == 0)
		r = meta_set(
		    db, &arena, S("schema_version"), arena_printf(&arena, "%d", SCHEMA_VERSION));
	if (r == 0)
		r = meta_set(db, &arena, S("epoch"), arena_printf(&arena, "%" PRId64, d->epoch));
	if (r == 0)
		r = meta_set(db, &arena, S("database_id"), hex_text(&arena, id));
	if (r == 0)
		r = db_commit(db);
	if (r != 0) {
		(void)snprintf(why, DATABASE_WHY_BYTES, "%s", db_error(db));
		db_rollback(db);
	}
	arena_done(&arena);
	return r;
}

static int
meta_get(struct tx *tx, const char *name, struct str *ret_value)
{
	return rows_some(q_meta_get(tx, str_of(name), ret_value), -ENOENT);
}

/* What the database says of itself, by name; 0 or -errno. */
static int
meta_read(struct db *db, struct arena *arena, struct str *ret_version, struct str *ret_id,
    struct str *ret_epoch)
{
	struct tx tx = { .db = db, .arena = arena };
	int       r;

	r = db_begin(db, false);
	if (r == 0)
		r = meta_get(&tx, "schema_version", ret_version);
	if (r == 0)
		r = meta_get(&tx, "database_id", ret_id);
	if (r == 0)
		r = meta_get(&tx, "epoch", ret_epoch);
	db_rollback(db);
	return r;
}

/* Does this database fit this program and this key file? Fills the epoch and the version. */
static int
meta_check(struct database *d, struct db *db, int *ret_version, char *why)
{
	struct arena arena = { 0 };
	struct str   version = S(""), found = S(""), epoch = S("");
	struct str   id = { (const char *)keys_database_id(d->keys), DATABASE_ID_BYTES };
	int64_t      number = 0;
	int          r = meta_read(db, &arena, &version, &found, &epoch);

	if (r != 0 || !str_to_i64(version, &number) || !str_to_i64(epoch, &d->epoch)) {
		(void)snprintf(
		    why, DATABASE_WHY_BYTES, "%.400s: this is not a Redvest database", d->url);
		r = -EINVAL;
	} else if (!str_equal(found, hex_text(&arena, id))) {
		(void)snprintf(why, DATABASE_WHY_BYTES,
		    "%.400s: is the key file of another database", d->keys_path);
		r = -EKEYREJECTED;
	}
	*ret_version = (int)number;
	arena_done(&arena);
	return r;
}

/* Where the copy from before a migration goes. */
static void
before_path(const struct database *d, int version, char ret_path[static PATH_BYTES_MAX])
{
	char name[200];

	if (!database_is_postgres(d->url)) {
		(void)snprintf(ret_path, PATH_BYTES_MAX, "%.900s.before-%d", d->url, version + 1);
		return;
	}
	postgres_name(d->url, name, sizeof(name));
	(void)snprintf(ret_path, PATH_BYTES_MAX, "redvest-%s.before-%d", name, version + 1);
}

int
database_migrate(struct database *database, const struct migration *migrations, int version,
    int *ret_version, char why[static DATABASE_WHY_BYTES])
{
	char       path[PATH_BYTES_MAX];
	struct db *db = NULL;
	int        r;

	before_path(database, version, path);
	r = backup_write(database, path, why);
	if (r == 0)
		r = database_connect(database, DB_WRITE, &db, why);
	for (const struct migration *m = migrations; r == 0 && m->version != 0; m++) {
		if (m->version <= version)
			continue;
		r = db_script(db, db_is_postgres(db) ? m->postgres : m->sqlite);
		if (r == 0) {
			version = m->version;
			continue;
		}
		(void)snprintf(why, DATABASE_WHY_BYTES,
		    "migration to version %d: %.300s; %.200s is a copy", m->version, db_error(db),
		    path);
		db_rollback(db);
	}
	db_close(db);
	*ret_version = version;
	return r;
}

/* Of this program's version, or brought to it. */
static int
version_check(struct database *d, int version, bool is_writer, char *why)
{
	int r = 0;

	if (version < SCHEMA_VERSION && is_writer)
		r = database_migrate(d, schema_migrations, version, &version, why);
	if (r != 0 || version == SCHEMA_VERSION)
		return r;
	(void)snprintf(why, DATABASE_WHY_BYTES,
	    "%.400s: made by another version of redvest (schema %d, this is %d)", d->url, version,
	    SCHEMA_VERSION);
	return -EPROTONOSUPPORT;
}

int
database_create(const char *url, const char *keys_path, struct database **ret_database,
    char why[static DATABASE_WHY_BYTES])
{
	struct database *d = memory_new(sizeof(*d));
	struct db       *db = NULL;
	int              r;

	d->lock_fd = -1;
	paths_fill(d, url, keys_path);
	r = db_open(&db, url, DB_CREATE, why);
	if (r == 0)
		r = lock_take(d, why);
	if (r == 0)
		r = keys_new(d->keys_path, &d->keys, why);
	if (r == 0) {
		r = db_script(db, db_is_postgres(db) ? schema_postgres : schema_sqlite);
		if (r != 0)
			(void)snprintf(why, DATABASE_WHY_BYTES, "%s", db_error(db));
	}
	if (r == 0)
		r = meta_write(d, db, why);
	db_close(db);
	if (r != 0)
		database_close(d);
	else
		*ret_database = d;
	return r;
}

/* lock_fd: of whoever has the lock already; NULL: it is taken here. */
static int
open_with(const char *url, const char *keys_path, bool is_writer, int *lock_fd,
    struct database **ret_database, char *why)
{
	struct database *d = memory_new(sizeof(*d));
	struct db       *db = NULL;
	int              version = 0, r;

	d->lock_fd = -1;
	paths_fill(d, url, keys_path);
	r = db_open(&db, url, is_writer ? DB_WRITE : DB_READ, why);
	if (r == 0 && lock_fd != NULL && !database_is_postgres(url)) {
		d->lock_fd = *lock_fd;
		*lock_fd = -1;
	}
	if (r == 0 && is_writer)
		r = lock_take(d, why);
	if (r == 0)
		r = keys_open(d->keys_path, &d->keys, why);
	if (r == 0)
		r = meta_check(d, db, &version, why);
	db_close(db);
	if (r == 0)
		r = version_check(d, version, is_writer, why);
	if (r != 0)
		database_close(d);
	else
		*ret_database = d;
	return r;
}

int
database_open(const char *url, const char *keys_path, struct database **ret_database,
    char why[static DATABASE_WHY_BYTES])
{
	return open_with(url, keys_path, true, NULL, ret_database, why);
}

int
database_open_locked(const char *url, const char *keys_path, int *lock_fd,
    struct database **ret_database, char why[static DATABASE_WHY_BYTES])
{
	return open_with(url, keys_path, true, lock_fd, ret_database, why);
}

int
database_open_reader(const char *url, const char *keys_path, struct database **ret_database,
    char why[static DATABASE_WHY_BYTES])
{
	return open_with(url, keys_path, false, NULL, ret_database, why);
}

int
database_epoch_renew(struct database *database, char why[static DATABASE_WHY_BYTES])
{
	struct db *db;
	int        r = db_open(&db, database->url, DB_WRITE, why);

	if (r == 0) {
		r = meta_write(database, db, why);
		db_close(db);
	}
	return r;
}

void
database_close(struct database *database)
{
	if (database == NULL)
		return;
	keys_close(database->keys);
	if (database->lock_fd >= 0)
		(void)close(database->lock_fd);
	free(database);
}
