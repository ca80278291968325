/*
 * postgres.h -- what the files of the PostgreSQL backend share. Only src/db/postgres*.c include it.
 *
 * The connection is in libpq's pipeline mode all the time. What belongs together (BEGIN, rows
 * that waited, a statement to prepare, the statement) is sent at once, with one sync behind it;
 * each part is noted in `sent`, and answers are collected in that order. Where nobody needs the
 * answer (the end of a transaction that read, a cursor's end, rows sent because there were many)
 * it is collected with the next.
 */
#pragma once
#include <libpq-fe.h>
#include "base/buffer.h"
#include "db/backend.h"

#define PARAMS_MAX        64
#define ANALYZE_ROWS_FIRST 500   /* rows written before statistics are made, ... */
#define ANALYZE_TIMES      4     /* ... and then each time there are so many times more */
#define WAITING_ROWS_MAX  4096   /* rows of is_bulk statements that wait on a connection */
#define WAITING_BYTES_MAX MIB(4)
#define STREAM_BYTES      MIB(1) /* a stream's rows held at once, about; as libpq counts them */
#define STREAM_ROWS_FIRST 64
#define STREAM_ROWS_MAX   4096

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23,
	OID_TEXT = 25, OID_BPCHAR = 1042, OID_VARCHAR = 1043, OID_NUMERIC = 1700,
	OID_BYTEA_ARRAY = 1001, OID_TEXT_ARRAY = 1009, OID_INT8_ARRAY = 1016 };

enum postgres_tx {
	TX_NONE,
	TX_WANTED, /* begun by the caller; BEGIN goes with the first statement */
	TX_OPEN,
};

enum sent_kind {
	SENT_PREPARE,
	SENT_DECLARE, /* a stream's cursor */
	SENT_ROWS,    /* whose rows somebody waits for */
	SENT_BULK,    /* rows that waited, of nobody knows which call */
	SENT_COMMIT,
	SENT_OTHER,   /* succeeds or fails, no more */
	SENT_SYNC,
};

struct postgres_stmt;

struct sent {
	enum sent_kind        kind;
	struct postgres_stmt *s;    /* of PREPARE and ROWS */
	const char           *what; /* for the message; borrowed */
};

struct postgres_db {
	struct db             db; /* first: the two are one */
	enum db_mode          mode;
	char                 *url;        /* owned; has the password: goes into no message */
	PGconn               *conn;       /* owned; NULL: lost, or not made yet */
	unsigned              generation; /* which connection this is, from 1 */
	bool                  is_stale;   /* the connection is of no use any more */
	enum postgres_tx      tx;
	bool                  is_write_tx;
	uint64_t              tx_number;
	int                   tx_error; /* -errno of the transaction, until rollback */
	unsigned              stmts_count;
	struct sent          *sent; /* owned: what has no answer yet, in order */
	size_t                sent_n, sent_room;
	struct postgres_stmt *waiting; /* with rows to send */
	size_t                waiting_rows, waiting_bytes;
	int64_t               rows_written; /* since it was opened */
	int64_t               analyze_at;   /* rows_written, when statistics are due again */
	bool                  waits_not; /* rows go one by one in this transaction */
	bool                  waits_not_next;
};

struct postgres_stmt {
	struct stmt           stmt; /* first: the two are one */
	char                  name[64];    /* of the prepared statement, or of the cursor */
	unsigned              prepared_on; /* the connection's generation; 0: none */
	unsigned              checked_on;  /* likewise: types of the columns */
	int                   params_n;
	Oid                  *types;    /* owned, params_n, like the next four */
	const char          **values;   /* borrowed until end; NULL is NULL */
	int                  *lengths;  /* bytes */
	int64_t              *integers; /* big endian, where values point to */
	struct buffer        *columns;  /* is_bulk: an array each, as PostgreSQL reads it */
	bool                 *has_null; /* is_bulk: owned, params_n */
	size_t                rows_n;   /* is_bulk: waiting */
	struct postgres_stmt *next_waiting;
	PGresult             *result; /* owned; a stream's: the last rows fetched */
	int                   row;    /* of the result; -1: before the first */
	int                   fetch_rows; /* a stream's: asked for at once */
	bool                  is_executed, is_stream;
	bool                  owns_tx;   /* a stream outside a transaction has its own */
	uint64_t              tx_number; /* a stream's */
};

extern const struct backend postgres_backend;
extern const int            postgres_formats[PARAMS_MAX]; /* all binary */

static inline struct postgres_db *
postgres_of(struct db *db)
{
	return (struct postgres_db *)db;
}

/* Makes the connection usable, anew if it was lost. 0 or -errno, said in db->error. */
int  postgres_ready(struct postgres_db *d);
void postgres_disconnect(struct postgres_db *d);

/*
 * Says in db->error what the server or libpq complains of (res may be NULL) and returns the
 * -errno, which is also the transaction's from now on. A useless connection becomes stale.
 */
int postgres_fail(struct postgres_db *d, const char *what, const PGresult *res);

/* Likewise where the mistake is found here, by a message of our own; always -EINVAL. */
int postgres_refuse(struct postgres_db *d, const char *what, const char *why);

/* Notes what a PQsend function has sent; is_sent is its answer. */
void postgres_sent(struct postgres_db *d, int is_sent, enum sent_kind kind,
    struct postgres_stmt *s, const char *what);
void postgres_send_prepare(struct postgres_stmt *s); /* unless it is prepared already */

/* postgres_bulk.c: rows of is_bulk statements wait as columns and go as arrays. */
void bulk_init(struct postgres_stmt *s);
void bulk_done(struct postgres_stmt *s);
void bulk_append(struct postgres_stmt *s); /* the row that is bound */
bool bulk_is_due(const struct postgres_db *d); /* must what waits go now? */
bool bulk_meets(const struct postgres_db *d, const struct sql *sql);
void bulk_send(struct postgres_db *d);   /* all that waits */
void bulk_forget(struct postgres_db *d); /* likewise */
