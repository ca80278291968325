/*
 * database.h -- a database with its key file: made, locked, opened, named.
 *
 * A file `x.db` has its keys in `x.db.keys` and its lock in `x.db.lock`. A PostgreSQL database
 * has its keys in `redvest-NAME.keys` in the working directory, unless told otherwise.
 */
#pragma once
#include "base/arena.h"
#include "db/sql.h"
#include "ledger/keys.h"

#define SCHEMA_VERSION   1
#define DATABASE_WHY_BYTES 640
#define PATH_BYTES_MAX   1000

struct database {
	char         url[PATH_BYTES_MAX];  /* a file or postgresql://… */
	char         keys_path[PATH_BYTES_MAX];
	struct keys *keys;                 /* owned; shared by all connections of the process */
	int          lock_fd;              /* -1: none */
	int64_t      epoch;                /* renewed by a restore */
};

/*
 * Make a new database: schema, key file, a first epoch. -EEXIST when there is one already. In
 * all functions here `why` gets one line for the user on failure. keys_path NULL: the usual one.
 */
int database_create(const char *url, const char *keys_path, struct database **ret_database,
    char why[static DATABASE_WHY_BYTES]);

/*
 * Open an existing one for writing: takes the lock of a file (-EBUSY: another process has it),
 * refuses a database of a later version, migrates one of an earlier, refuses a key file of
 * another database.
 */
int database_open(const char *url, const char *keys_path, struct database **ret_database,
    char why[static DATABASE_WHY_BYTES]);

/* Likewise for reading only: no lock. */
int database_open_reader(const char *url, const char *keys_path, struct database **ret_database,
    char why[static DATABASE_WHY_BYTES]);

/* The lock of a file, by itself: `path`.lock. 0, -EBUSY, or -errno. */
int database_lock(const char *path, int *ret_lock_fd, char why[static DATABASE_WHY_BYTES]);

/* database_open for whoever has the lock already: *lock_fd is taken over and becomes -1. */
int database_open_locked(const char *url, const char *keys_path, int *lock_fd,
    struct database **ret_database, char why[static DATABASE_WHY_BYTES]);

void database_close(struct database *database); /* NULL is fine */

/* One more connection, of the thread that asks; the caller closes it with db_close. */
int database_connect(const struct database *database, enum db_mode mode, struct db **ret_db,
    char why[static DATABASE_WHY_BYTES]);

/*
 * Bring a database of an earlier version to that of the newest migration in the list, after a
 * backup beside it (url.before-N; a PostgreSQL database: redvest-NAME.before-N). What fails leaves
 * the version it had reached. 0 or -errno; ret_version is where it stands then.
 */
struct migration;
int database_migrate(struct database *database, const struct migration *migrations, int version,
    int *ret_version, char why[static DATABASE_WHY_BYTES]);

/* A new epoch: after a restore. 0 or -errno. */
int database_epoch_renew(struct database *database, char why[static DATABASE_WHY_BYTES]);

/* Where the key file is: keys_path itself, or the usual place when it is NULL. */
void database_keys_path(const char *url, const char *keys_path,
    char ret_path[static PATH_BYTES_MAX]);

/* The socket beside the file, by which the terminal talks to a running server; "" for none. */
void database_socket_path(const char *url, char ret_path[static PATH_BYTES_MAX]);

bool database_is_postgres(const char *url);
