/*
 * postgres_connect.c -- opening PostgreSQL, what is asked of the server, what its errors mean.
 *
 * The URL has a password. libpq quotes parts of an URL that it cannot read, so what looks wrong
 * is refused here first, in words that quote nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "db/postgres.h"

#define SERVER_VERSION_MIN 150000

/*
 * What a SQLSTATE (a prefix of it) means; the first that fits; what is not here is about the
 * record: -EINVAL. A stale connection is closed at rollback and made anew at the next begin.
 */
static const struct {
	const char *state;
	int         error;
	bool        is_stale;
} meanings[] = {
	{ "53100", -ENOSPC, false }, /* disk full */
	{ "53200", -ENOMEM, false },
	{ "53", -EAGAIN, false },    /* too many connections */
	{ "40001", -EAGAIN, false }, /* serialization failure */
	{ "40P01", -EAGAIN, false }, /* deadlock */
	{ "55P03", -EAGAIN, false }, /* lock not available */
	{ "57014", -EAGAIN, false }, /* cancelled by the administrator */
	{ "57P", -EPIPE, true },     /* shutdown, crash, starting up */
	{ "08", -EPIPE, true },
	{ "25P03", -EPIPE, true },   /* idle for too long */
	{ "25006", -EPIPE, true },   /* has become a standby; another host may be the primary */
	{ "26000", -EAGAIN, true },  /* somebody dropped the prepared statements */
	{ "0A000", -EAGAIN, true },  /* a prepared statement's columns changed: migrated */
	{ "58", -EIO, false },
	{ "XX", -EIO, false },       /* data corrupted; an error inside PostgreSQL */
	{ "42501", -EIO, false },    /* a right that the role lacks: not the record's fault */
};

static void
one_line(char *text)
{
	char *to = text;

	for (const char *p = text; *p != '\0'; p++)
		if (*p != '\n' && *p != '\t' && *p != '\r')
			*to++ = *p;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

int
postgres_refuse(struct postgres_db *d, const char *what, const char *why)
{
	snprintf(d->db.error, sizeof(d->db.error), "%s: %s", what, why);
	return -EINVAL;
}

int
postgres_fail(struct postgres_db *d, const char *what, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	int         r = -EINVAL;

	for (size_t i = 0; state != NULL && i < LEN(meanings); i++)
		if (str_starts(str_of(state), str_of(meanings[i].state))) {
			r = meanings[i].error;
			d->is_stale |= meanings[i].is_stale;
			break;
		}
	if (res == NULL || PQstatus(d->conn) != CONNECTION_OK) {
		r = -EPIPE;
		d->is_stale = true;
	}
	if (d->tx != TX_NONE && d->tx_error != 0)
		return d->tx_error;
	/* Not the detail: it shows values of the row. */
	if (primary != NULL && state != NULL)
		snprintf(d->db.error, sizeof(d->db.error), "%s: %s (%s)", what, primary, state);
	else
		snprintf(d->db.error, sizeof(d->db.error), "%s: %s", what, PQerrorMessage(d->conn));
	one_line(d->db.error);
	if (d->tx != TX_NONE)
		d->tx_error = r;
	return r;
}

static const char *
option_of(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val != NULL ? options->val : "";
	return "";
}

/*
 * May libpq's messages about this URL be shown? They name host, port and database, and with a
 * password that has '@', '/' or '?' in it these have pieces of the password.
 */
static bool
url_is_clear(const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	const char       *port;
	bool              is_clear;

	if (options == NULL)
		return false;
	port = option_of(options, "port");
	is_clear = strchr(option_of(options, "host"), '@') == NULL &&
	    strchr(option_of(options, "dbname"), '@') == NULL &&
	    port[strspn(port, "0123456789,")] == '\0';
	PQconninfoFree(options);
	return is_clear;
}

static void
silence(void *ignored, const PGresult *res)
{
	(void)ignored, (void)res;
}

static PGconn *
connect_to(const char *url, enum db_mode mode)
{
	/* What stands before the URL it may change; what stands behind it, not. */
	const char *keywords[] = { "connect_timeout", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "target_session_attrs", "dbname",
		"client_encoding", "application_name", NULL };
	const char *values[] = { "10", "30", "10", "3", "30000",
		mode == DB_READ ? "any" : "read-write", url, "UTF8", "redvest", NULL };

	static_assert(LEN(keywords) == LEN(values), "a value for each");
	return PQconnectdbParams(keywords, values, 1);
}

void
postgres_disconnect(struct postgres_db *d)
{
	PQfinish(d->conn);
	d->conn = NULL;
	d->is_stale = false;
	d->sent_n = 0;
}

static int
connect_anew(struct postgres_db *d)
{
	static const char settings[] = "SET synchronous_commit = on; SET timezone = 'UTC';"
	    " SET jit = off; SET statement_timeout = 0; SET cursor_tuple_fraction = 1";
	PGresult *res;
	int       r = 0;

	postgres_disconnect(d);
	d->generation++;
	d->conn = connect_to(d->url, d->mode);
	if (PQstatus(d->conn) != CONNECTION_OK) {
		snprintf(d->db.error, sizeof(d->db.error), "%s", PQerrorMessage(d->conn));
		one_line(d->db.error);
		postgres_disconnect(d);
		return -EPIPE;
	}
	(void)PQsetNoticeReceiver(d->conn, silence, NULL);
	res = PQexec(d->conn, settings);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		r = postgres_fail(d, "settings", res);
	PQclear(res);
	if (r < 0) {
		postgres_disconnect(d);
		return r;
	}
	(void)PQenterPipelineMode(d->conn);
	return 0;
}

int
postgres_ready(struct postgres_db *d)
{
	if (d->conn != NULL && !d->is_stale) {
		/* Without waiting: the first takes a farewell of the server, the second its end. */
		if (PQconsumeInput(d->conn) && PQconsumeInput(d->conn) &&
		    PQstatus(d->conn) == CONNECTION_OK)
			return 0;
	}
	return connect_anew(d);
}

static int
check_database(struct postgres_db *d, const PGresult *res)
{
	const char *name = PQdb(d->conn), *encoding = PQgetvalue(res, 0, 0);
	const char *collation = PQgetvalue(res, 0, 1);
	bool        is_bytewise = strcmp(PQgetvalue(res, 0, 2), "t") == 0;
	bool        has_tables = strcmp(PQgetvalue(res, 0, 3), "t") == 0;

	if (strcmp(encoding, "UTF8") != 0 || !is_bytewise) {
		snprintf(d->db.error, sizeof(d->db.error), "database %.64s has encoding %s,"
		    " collation %.64s; Redvest needs UTF8 and C: createdb -T template0 -E UTF8"
		    " --locale-provider=libc --lc-collate=C --lc-ctype=C NAME", name, encoding,
		    collation);
		return -EINVAL;
	}
	if (d->mode == DB_CREATE && has_tables) {
		snprintf(d->db.error, sizeof(d->db.error), "database %.64s has Redvest's tables"
		    " already", name);
		return -EEXIST;
	}
	if (d->mode != DB_CREATE && !has_tables) {
		snprintf(d->db.error, sizeof(d->db.error), "database %.64s has no tables of"
		    " Redvest; redvest init makes them", name);
		return -ENOENT;
	}
	return 0;
}

/* What must be so before anything is done in this database. */
static int
check_server(struct postgres_db *d)
{
	/* Not by bytes are a provider of 'i' (ICU) and any other locale of libc; 'b' is memcmp. */
	static const char question[] = "SELECT current_setting('server_encoding'),"
	    " CASE datlocprovider WHEN 'c' THEN datcollate ELSE 'of another provider' END,"
	    " datlocprovider = 'b' OR datlocprovider = 'c' AND datcollate IN ('C', 'POSIX'),"
	    " EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	    "  WHERE c.relname = 'everywhere_meta' AND n.nspname = current_schema())"
	    " FROM pg_database WHERE datname = current_database()";
	PGresult *res;
	int       r;

	if (PQserverVersion(d->conn) < SERVER_VERSION_MIN) {
		snprintf(d->db.error, sizeof(d->db.error), "PostgreSQL %.64s is too old: 15 or"
		    " newer is needed", PQparameterStatus(d->conn, "server_version"));
		return -EINVAL;
	}
	(void)PQexitPipelineMode(d->conn);
	res = PQexec(d->conn, question);
	r = PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1
	    ? check_database(d, res) : postgres_fail(d, "open", res);
	PQclear(res);
	(void)PQenterPipelineMode(d->conn);
	return r;
}

int
postgres_open(struct db **ret_db, const char *url, enum db_mode mode, char *ret_error)
{
	struct postgres_db *d;
	int                 r;

	if (!url_is_clear(url)) {
		snprintf(ret_error, DB_ERROR_BYTES, "not a postgresql:// URL; in a password, write"
		    " characters other than letters and digits as %%XX");
		return -EINVAL;
	}
	d = memory_new(sizeof(*d));
	d->db.backend = &postgres_backend;
	d->mode = mode;
	d->url = memory_new(strlen(url) + 1);
	memcpy(d->url, url, strlen(url));
	r = connect_anew(d);
	if (r == 0)
		r = check_server(d);
	if (r < 0) {
		(void)str_copy(str_of(d->db.error), ret_error, DB_ERROR_BYTES);
		db_close(&d->db);
		return r;
	}
	*ret_db = &d->db;
	return 0;
}
