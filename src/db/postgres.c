/*
 * postgres.c -- sql.h on PostgreSQL by libpq: transactions and statements. See postgres.h first.
 *
 * After an error in a transaction the server takes nothing more, so neither do we: every call
 * answers the same -errno until db_rollback. A commit that answers -EPIPE may have happened;
 * whoever asked must look (docs/decisions/postgresql.md). After -EAGAIN, run it all again.
 */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "db/postgres.h"

#define BINARY 1

const int postgres_formats[PARAMS_MAX] = { [0 ... PARAMS_MAX - 1] = BINARY };

static struct postgres_stmt *
of_stmt(struct stmt *s)
{
	return (struct postgres_stmt *)s;
}

/* Sending. */

void
postgres_sent(struct postgres_db *d, int is_sent, enum sent_kind kind, struct postgres_stmt *s,
    const char *what)
{
	if (!is_sent && !d->is_stale)
		(void)postgres_fail(d, what, NULL);
	if (d->sent_n == d->sent_room) {
		d->sent_room = d->sent_room * 2 + 16;
		d->sent = memory_grow(d->sent, d->sent_room * sizeof(*d->sent));
	}
	d->sent[d->sent_n++] = (struct sent){ kind, s, what };
}

/* Text without parameters; rows come binary. */
static void
send_text(struct postgres_db *d, const char *text, enum sent_kind kind, struct postgres_stmt *s,
    const char *what)
{
	postgres_sent(d, PQsendQueryParams(d->conn, text, 0, NULL, NULL, NULL, NULL, BINARY), kind,
	    s, what);
}

static void
send_begin(struct postgres_db *d)
{
	if (d->tx != TX_WANTED)
		return;
	send_text(d, d->is_write_tx ? "BEGIN ISOLATION LEVEL READ COMMITTED"
	                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	    SENT_OTHER, NULL, "begin");
	d->tx = TX_OPEN;
}

void
postgres_send_prepare(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);

	if (s->prepared_on == d->generation)
		return;
	postgres_sent(d, PQsendPrepare(d->conn, s->name, s->stmt.sql->postgres, s->params_n,
	    s->types), SENT_PREPARE, s, s->stmt.sql->name);
}

static void
send_fetch(struct postgres_stmt *s, int rows)
{
	char text[sizeof(s->name) + 32];

	snprintf(text, sizeof(text), "FETCH %d FROM %s", rows, s->name);
	send_text(postgres_of(s->stmt.db), text, SENT_ROWS, s, s->stmt.sql->name);
}

/*
 * A stream is a cursor, not libpq's single-row mode: it may end early without a cancel (which
 * would fail the transaction), and other statements may run meanwhile.
 */
static void
send_declare(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);
	struct buffer       text = { 0 };

	buffer_printf(&text, "DECLARE %s NO SCROLL CURSOR FOR %s", s->name, s->stmt.sql->postgres);
	buffer_char(&text, '\0');
	postgres_sent(d, PQsendQueryParams(d->conn, text.p, s->params_n, s->types, s->values,
	    s->lengths, postgres_formats, BINARY), SENT_DECLARE, s, s->stmt.sql->name);
	buffer_done(&text);
	s->fetch_rows = STREAM_ROWS_FIRST;
	send_fetch(s, s->fetch_rows);
}

static void
send_execute(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);

	postgres_send_prepare(s);
	postgres_sent(d, PQsendQueryPrepared(d->conn, s->name, s->params_n, s->values, s->lengths,
	    postgres_formats, BINARY), SENT_ROWS, s, s->stmt.sql->name);
}

static void
send_sync(struct postgres_db *d)
{
	postgres_sent(d, PQpipelineSync(d->conn), SENT_SYNC, NULL, "sync");
}

/* Collecting. */

static bool
is_of_letter(Oid type, char letter)
{
	switch (type) {
	case OID_TEXT:
	case OID_VARCHAR:
	case OID_BPCHAR:
	case OID_NAME:
		return letter == 's';
	case OID_BYTEA:
		return letter == 'b';
	case OID_INT8:
	case OID_INT4:
	case OID_INT2:
	case OID_BOOL:
		return letter != 's' && letter != 'b' && letter != '\0';
	default:
		return false;
	}
}

static int
mistake(struct postgres_db *d, const char *what, const char *why)
{
	int r = postgres_refuse(d, what, why);

	if (d->tx != TX_NONE)
		d->tx_error = r;
	return r;
}

/* A type that we do not read (numeric, of sum() without a cast) is a bug in queries.sql. */
static int
check_columns(struct postgres_db *d, struct postgres_stmt *s)
{
	const struct sql *sql = s->stmt.sql;
	int               n = PQnfields(s->result);
	char              why[DB_ERROR_BYTES];

	if (s->checked_on == d->generation)
		return 0;
	if ((size_t)n != strlen(sql->columns)) {
		snprintf(why, sizeof(why), "answers %d columns, not %zu", n, strlen(sql->columns));
		return mistake(d, sql->name, why);
	}
	for (int i = 0; i < n; i++) {
		Oid type = PQftype(s->result, i);

		if (is_of_letter(type, sql->columns[i]))
			continue;
		snprintf(why, sizeof(why), "column %d (%s) has type %u%s, which is not '%c':"
		    " cast it", i + 1, PQfname(s->result, i), type,
		    type == OID_NUMERIC ? " (numeric)" : "", sql->columns[i]);
		return mistake(d, sql->name, why);
	}
	s->checked_on = d->generation;
	return 0;
}

/* Keeps or frees res. */
static int
accept(struct postgres_db *d, const struct sent *sent, PGresult *res)
{
	int r = 0;

	switch (sent->kind) {
	case SENT_PREPARE:
		sent->s->prepared_on = d->generation;
		break;
	case SENT_ROWS:
		PQclear(sent->s->result);
		sent->s->result = res;
		return check_columns(d, sent->s);
	case SENT_COMMIT:
		/* A transaction that failed is answered ROLLBACK, and that is no error to libpq. */
		if (strcmp(PQcmdStatus(res), "COMMIT") != 0)
			r = mistake(d, sent->what, "the transaction had failed");
		break;
	case SENT_BULK:
	case SENT_DECLARE:
	case SENT_OTHER:
	case SENT_SYNC:
		break;
	}
	PQclear(res);
	return r;
}

static void
abort_if_bug(const struct sent *sent, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	if ((sent->kind != SENT_PREPARE && sent->kind != SENT_DECLARE) || state == NULL)
		return;
	if ((strncmp(state, "42", 2) == 0 && strcmp(state, "42501") != 0) ||
	    strcmp(state, "0A000") == 0) {
		fprintf(stderr, "%s: %s\n", sent->what,
		    PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
		abort();
	}
}

static int
collect_one(struct postgres_db *d, const struct sent *sent, bool has_failed)
{
	PGresult *res = PQgetResult(d->conn);
	int       r = 0;

	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		r = accept(d, sent, res);
		break;
	case PGRES_PIPELINE_SYNC:
		PQclear(res);
		return 0;
	case PGRES_PIPELINE_ABORTED:
		PQclear(res);
		r = -EINVAL; /* after an error, which counts */
		break;
	default:
		if (!has_failed) {
			abort_if_bug(sent, res);
			r = postgres_fail(d, sent->what, res);
			if (sent->kind == SENT_BULK && r == -EINVAL && !d->waits_not) {
				d->waits_not_next = true;
				r = d->tx_error = -EAGAIN;
			}
		}
		PQclear(res);
		break;
	}
	while (!d->is_stale && (res = PQgetResult(d->conn)) != NULL)
		PQclear(res);
	return r;
}

/* The answers to all that was sent: 0, or the first error. */
static int
collect(struct postgres_db *d)
{
	int error = 0, r;

	for (size_t i = 0; i < d->sent_n && !d->is_stale; i++) {
		r = collect_one(d, &d->sent[i], error != 0);
		error = error != 0 ? error : r;
	}
	d->sent_n = 0;
	return error != 0 ? error : d->is_stale ? -EPIPE : 0;
}

static int
sync_and_collect(struct postgres_db *d)
{
	send_sync(d);
	return collect(d);
}

/* Transactions. */

static int
begin(struct db *db, bool is_write)
{
	struct postgres_db *d = postgres_of(db);
	int                 r;

	if (d->tx != TX_NONE)
		return postgres_refuse(d, "begin", "a transaction is open");
	if (is_write && d->mode == DB_READ)
		return postgres_refuse(d, "begin", "the database was opened to read");
	r = postgres_ready(d);
	if (r < 0)
		return r;
	d->tx = TX_WANTED;
	d->is_write_tx = is_write;
	if (is_write) {
		d->waits_not = d->waits_not_next;
		d->waits_not_next = false;
	}
	d->tx_number++;
	d->tx_error = 0;
	return 0;
}

/*
 * Without statistics the server takes a large table for one of a few rows, until its autovacuum
 * comes by: freezing a round of 40,000 right after an import took eight minutes, with them two
 * seconds. They need not be new: that an area's rows are most of a table is what they must tell.
 */
static void
analyze_when_due(struct postgres_db *d)
{
	int64_t at = d->analyze_at > 0 ? d->analyze_at : ANALYZE_ROWS_FIRST;

	if (d->rows_written < at || d->is_stale)
		return;
	d->analyze_at = d->rows_written * ANALYZE_TIMES;
	send_text(d, "ANALYZE", SENT_OTHER, NULL, "analyze");
	(void)sync_and_collect(d); /* what was committed stays so */
	d->tx_error = 0;
}

static int
commit(struct db *db)
{
	struct postgres_db *d = postgres_of(db);
	int                 r;

	if (d->tx == TX_NONE)
		return postgres_refuse(d, "commit", "no transaction is open");
	if (d->tx_error != 0)
		return d->tx_error;
	if (d->tx == TX_OPEN || d->waiting != NULL) {
		send_begin(d);
		bulk_send(d);
		send_text(d, "COMMIT", SENT_COMMIT, NULL, "commit");
		send_sync(d);
		r = d->is_write_tx || d->is_stale ? collect(d) : 0;
		if (r < 0)
			return r;
	}
	d->tx = TX_NONE;
	if (d->is_write_tx)
		analyze_when_due(d);
	return 0;
}

static void
rollback(struct db *db)
{
	struct postgres_db *d = postgres_of(db);
	bool                has_answers = d->sent_n > 0; /* which are not the next transaction's */

	if (d->tx == TX_NONE)
		return;
	bulk_forget(d);
	if (d->tx == TX_OPEN && !d->is_stale) {
		send_text(d, "ROLLBACK", SENT_OTHER, NULL, "rollback");
		send_sync(d);
		if (has_answers)
			(void)collect(d);
	}
	if (d->is_stale)
		postgres_disconnect(d);
	d->tx = TX_NONE;
	d->tx_error = 0;
}

static int
script(struct db *db, const char *text)
{
	struct postgres_db *d = postgres_of(db);
	PGresult           *res;
	ExecStatusType      status;
	int                 r;

	if (d->tx_error != 0)
		return d->tx_error;
	r = d->tx == TX_NONE ? postgres_ready(d) : 0;
	if (r < 0)
		return r;
	send_begin(d);
	bulk_send(d);
	r = sync_and_collect(d);
	if (r < 0)
		return r;
	(void)PQexitPipelineMode(d->conn);
	res = PQexec(d->conn, text);
	status = PQresultStatus(res);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
		r = postgres_fail(d, "script", res);
	PQclear(res);
	/* A script may have a BEGIN of its own and fail before its COMMIT. */
	if (d->tx == TX_NONE && PQtransactionStatus(d->conn) == PQTRANS_INERROR)
		PQclear(PQexec(d->conn, "ROLLBACK"));
	(void)PQenterPipelineMode(d->conn);
	return r;
}

static int
checkpoint(struct db *db, int64_t *ret_wal_frames)
{
	(void)db;
	*ret_wal_frames = 0;
	return 0;
}

static void
close_(struct db *db)
{
	struct postgres_db *d = postgres_of(db);

	postgres_disconnect(d);
	free(d->sent);
	free(d->url);
	free(d);
}

/* Statements. */

static struct stmt *
prepare(struct db *db, const struct sql *sql)
{
	struct postgres_stmt *s = memory_new(sizeof(*s));
	size_t                n = strlen(sql->params);

	assert(n <= PARAMS_MAX);
	s->stmt.sql = sql;
	s->stmt.db = db;
	/* The server cuts names at 63 bytes, so the number that makes them unique comes first. */
	snprintf(s->name, sizeof(s->name), "s%u_%.40s", ++postgres_of(db)->stmts_count, sql->name);
	s->params_n = (int)n;
	s->types = memory_new(n * sizeof(*s->types));
	s->values = memory_new(n * sizeof(*s->values));
	s->lengths = memory_new(n * sizeof(*s->lengths));
	s->integers = memory_new(n * sizeof(*s->integers));
	for (size_t i = 0; i < n; i++)
		s->types[i] = sql->params[i] == 's' ? OID_TEXT
		            : sql->params[i] == 'b' ? OID_BYTEA : OID_INT8;
	if (sql->is_bulk)
		bulk_init(s);
	return &s->stmt;
}

static void
finalize(struct stmt *stmt)
{
	struct postgres_stmt *s = of_stmt(stmt);

	bulk_done(s);
	PQclear(s->result);
	free(s->types);
	free(s->values);
	free(s->lengths);
	free(s->integers);
	free(s);
}

static void
start(struct stmt *stmt, bool is_stream)
{
	assert(!is_stream || !stmt->sql->is_write);
	of_stmt(stmt)->is_stream = is_stream;
}

static void
bind_i64(struct stmt *stmt, int index, int64_t x)
{
	struct postgres_stmt *s = of_stmt(stmt);

	s->integers[index] = (int64_t)htobe64((uint64_t)x);
	s->values[index] = (const char *)&s->integers[index];
	s->lengths[index] = sizeof(x);
}

static void
bind_str(struct stmt *stmt, int index, struct str x)
{
	struct postgres_stmt *s = of_stmt(stmt);

	assert(x.n <= INT32_MAX);
	s->values[index] = x.p != NULL ? x.p : "";
	s->lengths[index] = (int)x.n;
}

static void
bind_null(struct stmt *stmt, int index)
{
	of_stmt(stmt)->values[index] = NULL;
}

static int
may_execute(struct postgres_db *d, const struct sql *sql)
{
	if (d->tx_error != 0)
		return d->tx_error;
	if (sql->is_write && d->tx == TX_NONE)
		return postgres_refuse(d, sql->name, "writes outside a transaction");
	if (sql->is_write && !d->is_write_tx)
		return postgres_refuse(d, sql->name, "writes in a transaction that reads");
	return 0;
}

static int
execute(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);
	int                 r = may_execute(d, s->stmt.sql);

	if (r == 0 && d->tx == TX_NONE) {
		s->owns_tx = s->is_stream;
		r = s->is_stream ? begin(&d->db, false) : postgres_ready(d);
	}
	if (r < 0)
		return r;
	send_begin(d);
	if (bulk_meets(d, s->stmt.sql))
		bulk_send(d);
	s->tx_number = d->tx_number;
	s->row = -1;
	if (s->is_stream)
		send_declare(s);
	else
		send_execute(s);
	r = sync_and_collect(d);
	s->is_executed = r == 0;
	if (r < 0 && s->owns_tx)
		rollback(&d->db);
	return r;
}

static int
fetch(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);
	size_t              rows;
	int                 r;

	if (d->tx_number != s->tx_number || d->tx == TX_NONE)
		return postgres_refuse(d, s->stmt.sql->name, "its transaction is over");
	if (d->tx_error != 0)
		return d->tx_error;
	rows = (size_t)s->fetch_rows * STREAM_BYTES / PQresultMemorySize(s->result);
	rows = rows < 1 ? 1 : rows > STREAM_ROWS_MAX ? STREAM_ROWS_MAX : rows;
	send_fetch(s, (int)rows);
	r = sync_and_collect(d);
	if (r < 0)
		return r;
	s->fetch_rows = (int)rows;
	s->row = -1;
	return 0;
}

static struct rows
next(struct stmt *stmt)
{
	struct postgres_stmt *s = of_stmt(stmt);
	int                   r = 0;

	assert(!stmt->sql->is_bulk);
	if (!s->is_executed)
		r = execute(s);
	else if (s->is_stream && s->row + 1 == s->fetch_rows)
		r = fetch(s);
	if (r < 0)
		return (struct rows){ r };
	if (s->row + 1 >= PQntuples(s->result))
		return (struct rows){ 0 };
	s->row++;
	return (struct rows){ 1 };
}

static struct rows
run_bulk(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);
	int                 r = may_execute(d, s->stmt.sql);

	if (r < 0)
		return (struct rows){ r };
	bulk_append(s);
	if (bulk_is_due(d)) {
		send_begin(d);
		bulk_send(d);
		r = sync_and_collect(d);
	}
	return (struct rows){ r < 0 ? r : 1 };
}

static struct rows
run(struct stmt *stmt)
{
	struct postgres_stmt *s = of_stmt(stmt);
	int64_t               n = 0;
	int                   r;

	if (stmt->sql->is_bulk) {
		postgres_of(stmt->db)->rows_written++;
		return run_bulk(s);
	}
	r = execute(s);
	if (r < 0)
		return (struct rows){ r };
	assert(PQntuples(s->result) == 0);
	(void)str_to_i64(str_of(PQcmdTuples(s->result)), &n);
	postgres_of(stmt->db)->rows_written += stmt->sql->is_write ? n : 0;
	return (struct rows){ n };
}

static void
end_stream(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);
	char                text[sizeof(s->name) + 16];

	if (d->tx == TX_NONE || d->tx_number != s->tx_number)
		return;
	if (s->owns_tx) {
		rollback(&d->db);
	} else if (d->tx_error == 0) {
		snprintf(text, sizeof(text), "CLOSE %s", s->name);
		send_text(d, text, SENT_OTHER, NULL, s->stmt.sql->name);
		send_sync(d);
	}
}

static void
end(struct stmt *stmt)
{
	struct postgres_stmt *s = of_stmt(stmt);

	if (s->is_stream && s->is_executed)
		end_stream(s);
	PQclear(s->result);
	s->result = NULL;
	s->is_executed = s->is_stream = s->owns_tx = false;
	memset(s->values, 0, (size_t)s->params_n * sizeof(*s->values));
}

static int64_t
column_i64(struct stmt *stmt, int index)
{
	struct postgres_stmt *s = of_stmt(stmt);
	const unsigned char  *p = (const unsigned char *)PQgetvalue(s->result, s->row, index);
	int                   n = PQgetlength(s->result, s->row, index);
	uint64_t              x = n > 0 && (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (int i = 0; i < n; i++)
		x = x << 8 | p[i];
	return (int64_t)x;
}

static struct str
column_str(struct stmt *stmt, int index)
{
	struct postgres_stmt *s = of_stmt(stmt);

	return (struct str){ PQgetvalue(s->result, s->row, index),
		(size_t)PQgetlength(s->result, s->row, index) };
}

static bool
column_is_null(struct stmt *stmt, int index)
{
	struct postgres_stmt *s = of_stmt(stmt);

	return PQgetisnull(s->result, s->row, index) != 0;
}

const struct backend postgres_backend = {
	.is_postgres = true,
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
