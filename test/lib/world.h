/*
 * world.h -- a neighbourhood for tests: a database of either kind, with or without a server before
 * it, and people who send commands and look at views.
 */
#pragma once
#include "base/buffer.h"
#include "ledger/database.h"
#include "ledger/execute.h"

#define WORLD_OUTCOME_BYTES 800

/* What came of one command: as a scenario writes it, and its row of the ledger. */
struct came { char text[WORLD_OUTCOME_BYTES]; int64_t seq; };

struct world;

struct client {                   /* one person with one phone */
	area_id   area;
	user_id   user;
	stream_id stream;
	unsigned  roles;           /* SYSTEM: the area's own stream */
	char      name[40];
	char      token[160], session[160];
	int64_t   next_n, made;
};

/*
 * A new database at url (a path, removed in the end, or postgresql://, which is emptied). Aborts
 * when it cannot.
 */
struct world *world_new(const char *url, bool is_http, const char *redvest);
void          world_free(struct world *world);

struct ledger   *world_ledger(struct world *world);
struct database *world_database(struct world *world);

/* Before world_start: found an area; make a person with a stream and a session. */
void world_area(struct world *world, area_id area, const char *name, time_ms now);
void world_client(struct world *world, struct client *client, time_ms now);
void world_role(struct world *world, struct client *client, unsigned role, time_ms now);

/* From here on commands go through the server, if there is one. */
void world_start(struct world *world);

/*
 * Send commands as JSON envelopes; ret_outcomes gets what came of each ("done, flag x"). 0, or an
 * HTTP-like status of the whole (409 is 0: the outcome says it).
 */
int world_send(struct world *world, struct client *client, const struct str *envelopes,
    size_t count, time_ms now, struct came *ret_outcomes);

/* The view as JSON; 200, or 400, 403. args: "name=value name=value". */
int world_view(struct world *world, struct client *client, struct str view, const char *args,
    time_ms now, struct buffer *ret_json);

/* Deliver what areas have sent to each other. */
void world_deliver(struct world *world, time_ms now);
