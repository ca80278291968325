/* serve.c -- redvest serve: HTTP before the database, until SIGTERM or SIGINT. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include "http/server.h"
#include "ledger/found.h"
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

/* database NULL: it will be made by whoever opens the page. */
static int
serve(struct database *database, struct founding *founding, const struct options *o)
{
	struct server_options options = { .listen = o->listen != NULL ? o->listen : LISTEN_USUAL,
		.cert = o->cert, .key = o->key, .has_socket = true, .founding = founding };
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
	if (database == NULL)
		(void)printf(o->is_english ? "%s: is not there yet; open the page on this computer "
		    "to make it\n" : "%s 尚不存在；请在本机打开网页，按提示建立\n", o->db);
	(void)printf("listening on %s\n", server_url(server));
	(void)fflush(stdout);
	signals_wait(server, &signals);
	server_stop(server);
	return 0;
}

int
serve_command(const struct options *o, struct arena *arena)
{
	struct database *database = NULL;
	struct founding *founding = NULL;
	char             why[DATABASE_WHY_BYTES] = "";
	int              status, r;

	(void)arena;
	if ((o->cert == NULL) != (o->key == NULL))
		return fail("--cert and --key belong together");
	db_setup();
	r = founding_begin(o->db, o->keys, &founding, why);
	if (r == -EEXIST)
		r = database_open(o->db, o->keys, &database, why);
	status = r == 0 ? serve(database, founding, o) : fail("%s", why);
	database_close(database);
	founding_end(founding);
	return status;
}
