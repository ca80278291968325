/* backup.h -- a copy of a database, in which what is sealed stays sealed, and its return. */
#pragma once
#include "ledger/database.h"

/*
 * Copies the database, while others write to it, into a new SQLite file at path, and its key ring
 * without the master to path.keys. The file holds no key: with the words of the recovery sheet,
 * and only with them, it can be brought back. -EEXIST when there is a file. On failure `why` has
 * one line and neither file is left.
 */
int backup_write(struct database *database, const char *path, char why[static DATABASE_WHY_BYTES]);

/*
 * All tables and rows of one database into another, which is empty: no tables yet. In one
 * transaction. 0 or -errno.
 */
int database_copy(struct db *from, struct db *to, char why[static DATABASE_WHY_BYTES]);

/*
 * Brings a backup back into a new database at url (refused when there is one), with a new key
 * file of the ring and the master, and renews the epoch, so that phones send again what was
 * acknowledged after the backup. On failure `why` has one line and nothing of it is left.
 */
int backup_restore(const char *path, const unsigned char master[static KEY_BYTES],
    const char *url, const char *keys_path, char why[static DATABASE_WHY_BYTES]);
