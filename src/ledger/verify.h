/* verify.h -- proof that nothing was lost or altered: the hash chain, and the tables made again. */
#pragma once
#include "ledger/database.h"
#include "ledger/execute.h"

struct verify_report {
	int64_t areas, rows;      /* what was read */
	size_t  tables;           /* compared */
	char    wrong[400];       /* the first that is wrong, with its place; empty: nothing */
};

/*
 * Read the ledger of every area, check its chain, and replay it into a fresh SQLite database whose
 * tables are then compared with those that are there, digest by digest. 0 when it could be done
 * (report.wrong says what was found), or -errno.
 *
 * is_full: from the first row. Else only the chain is checked from the first row, and what is
 * applied anew begins there too unless a checkpoint's digests stand in the ledger.
 */
int ledger_verify(struct database *database, bool is_full, struct verify_report *ret_report);

/* The digest of a table's rows of one area (of all, where it belongs to none), in key order. */
struct table;
int table_digest(struct tx *tx, const struct table *table,
    unsigned char ret_digest[static HASH_BYTES]);
