/* verify.h -- proof that nothing was lost or altered: the hash chain, and the tables made again. */
#pragma once
#include "ledger/database.h"
#include "ledger/execute.h"

struct table;

struct verify_report {
	int64_t areas, rows;      /* what was read */
	int64_t areas_based;      /* of them, begun at a checkpoint */
	size_t  tables;           /* compared */
	char    wrong[400];       /* the first that is wrong, with its place; empty: nothing */
};

/*
 * Read the ledger of every area, check its chain, and replay it into a fresh SQLite database whose
 * tables are then compared with those that are there, digest by digest. 0 when it could be done
 * (report.wrong says what was found), or -errno.
 *
 * base: NULL, and all is replayed from the first row; or the path of a backup whose tables'
 * digests stand in the ledger (see area_checkpoint): it is checked against them, and rows after
 * it are replayed onto a copy of it. Areas that are not in it are replayed from their first row.
 */
int ledger_verify(struct database *database, const char *base, struct verify_report *ret_report);

/* The newest backup that the ledger of an area knows; empty when there is none. 0 or -errno. */
int verify_base_find(struct database *database, char ret_path[static PATH_BYTES_MAX]);

/* Is it compared, and so in a checkpoint? The ledger itself and the counters are not. */
bool table_is_compared(const struct table *table);

/* The digest of a table's rows of one area (of all, where it belongs to none), in key order. */
int table_digest(struct tx *tx, const struct table *table,
    unsigned char ret_digest[static HASH_BYTES]);
