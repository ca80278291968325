/* serve.c -- redvest serve: HTTP before the database, until SIGTERM or SIGINT. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include "http/server.h"
#include "ledger/inhand.h"
#include "main/options.h"

#define LISTEN_USUAL "127.0.0.1:8080"
#define HEAPS_MAX    2 /* of malloc: threads share them, so that what one frees another may use */

/* Until it is told to end; on SIGHUP the certificate is read again. */
static void
signals_wait(struct server *server, const sigset_t *signals)
{
	char why[DATABASE_WHY_BYTES] = "";
	int  number = 0;

	while (sigwait(signals, &number) != 0 || number == SIGHUP) {
		if (number != SIGHUP)
			continue;
		if (server_reload(server, why) != 0)
			(void)fail("the certificate stays as it was: %s", why);
		number = 0;
	}
}

static int
serve(struct database *database, const struct options *o)
{
	struct server_options options = { .listen = o->listen != NULL ? o->listen : LISTEN_USUAL,
		.cert = o->cert, .key = o->key, .has_socket = true };
	char           why[DATABASE_WHY_BYTES] = "";
	struct server *server;
	sigset_t       signals;

	/* Before the first thread: they all leave these to sigwait. */
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	(void)mallopt(M_ARENA_MAX, HEAPS_MAX);
	inhand_watch_signals();
	if (server_start(database, &options, &server, why) != 0)
		return fail("%s", why);
	(void)printf("listening on %s\n", server_url(server));
	(void)fflush(stdout);
	signals_wait(server, &signals);
	server_stop(server);
	return 0;
}

int
serve_command(const struct options *o, struct arena *arena)
{
	struct database *database;
	char             why[DATABASE_WHY_BYTES] = "";
	int              status;

	(void)arena;
	if ((o->cert == NULL) != (o->key == NULL))
		return fail("--cert and --key belong together");
	db_setup();
	if (database_open(o->db, o->keys, &database, why) != 0)
		return fail("%s", why);
	status = serve(database, o);
	database_close(database);
	return status;
}
