/*
 * server.h -- Redvest over HTTP: one server before one database, until it is stopped.
 *
 * Requests are parsed and views are read on the HTTP threads, each with a read connection of its
 * own; commands are queued to ledger/writer.h and answered after their commit.
 */
#pragma once
#include "ledger/database.h"

struct server;

struct server_options {
	const char *listen;     /* host:port; port 0: any that is free */
	const char *cert, *key; /* PEM files; NULL: plain HTTP */
	bool        has_socket; /* the socket of the terminal beside the database */
	struct founding *founding; /* when there is no database: where one may be made */
};

/*
 * Starts serving. 0, or -errno and one line in `why`. The database stays open until server_stop;
 * NULL: there is none yet, and the one that is made by POST /api/setup is the server's own.
 */
int server_start(struct database *database, const struct server_options *options,
    struct server **ret_server, char why[static DATABASE_WHY_BYTES]);

/* "http://127.0.0.1:8080" */
const char *server_url(const struct server *server);

/* Read certificate and key again. On failure those before stay. 0 or -errno with `why`. */
int server_reload(struct server *server, char why[static DATABASE_WHY_BYTES]);

/* Accepts no more, answers what it has, ends. NULL is fine. */
void server_stop(struct server *server);
