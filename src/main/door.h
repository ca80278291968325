/*
 * door.h -- how the terminal writes: through the server that runs on the same file, by its socket,
 * or, when none runs, into the ledger itself under the file's lock.
 *
 * It acts as the console: whoever may read the key file may do everything in it, and the ledger
 * says that it was done at the terminal. Reading needs no server and no lock.
 */
#pragma once
#include "ledger/execute.h"
#include "ledger/found.h"
#include "ledger/view.h"
#include "main/options.h"

struct door;

/*
 * Opens the database. is_writing false: for reading only, door_do must not be called. Says on
 * stderr what is wrong; NULL then.
 */
struct door *door_open(const struct options *options, bool is_writing);
void         door_close(struct door *door); /* NULL is fine */

/* The only area of the database, or that of --area. False: it has said what is wrong. */
bool door_area(struct door *door, const struct options *options, area_id *ret_area);

struct database *door_database(struct door *door);
struct db       *door_reader(struct door *door); /* a connection for reading */

/* A new id of this run, 24 bits of stream and 39 of a counter; opens the stream if need be. */
int64_t door_next_id(struct door *door, area_id area);

/*
 * Send one command and wait until it is durable. Texts of the outcome live in the arena. 0,
 * -errno, or -EPROTO with a line on stderr for what the server answered.
 */
int door_do(struct door *door, struct arena *arena, area_id area, const struct command *command,
    const void *in, struct outcome *ret_outcome);

/* The same of several commands of one kind, in one transaction where there is no server. */
int door_do_all(struct door *door, struct arena *arena, area_id area,
    const struct command *command, const void *const *ins, size_t count,
    struct outcome *ret_outcomes);

/* One more area in the database. An exit status. */
int door_area_open(struct door *door, struct arena *arena, const struct found_area *area);

/* Shows on stdout what came of a command, and why it was refused. An exit status. */
int outcome_show(const struct options *o, const struct outcome *out);
