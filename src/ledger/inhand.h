/*
 * inhand.h -- which commands were in hand when the server died, so that one bad record cannot
 * stop a neighbourhood.
 *
 * A small file beside the database, mapped into memory: before a transaction its commands are
 * noted there, after it the note is withdrawn. Nothing is flushed, because what matters is that it
 * outlives the process (an assertion, a signal, kill -9), not the machine. What a start finds
 * noted is suspected: a signal that came up in the very thread that applied it counts 2, any
 * other death 1. Suspected commands are applied alone; with INHAND_POINTS_MAX they are set aside
 * unapplied, see envelope.is_suspect. docs/decisions/http.md has the reasons.
 */
#pragma once
#include "base/base.h"

#define INHAND_SLOTS        4    /* writers of a process */
#define INHAND_COMMANDS_MAX 4096 /* in one transaction */
#define INHAND_SUSPECTS_MAX (INHAND_SLOTS * INHAND_COMMANDS_MAX)
#define INHAND_POINTS_MAX   3
#define INHAND_WHY_BYTES    600

struct inhand;
struct inhand_key { unsigned char bytes[16]; }; /* a digest of the command and its stream */

/*
 * Opens the file, made when there is none (0600); one that is damaged begins anew. It is locked:
 * -EWOULDBLOCK when another process has it. On failure `why` has one line. 0 or -errno.
 */
int  inhand_open(const char *path, struct inhand **ret_inhand, char why[static INHAND_WHY_BYTES]);
void inhand_close(struct inhand *inhand); /* NULL is fine */

/*
 * This thread is about to apply these (at most INHAND_COMMANDS_MAX) in its slot; and: it is done
 * with them, whatever came of it.
 */
void inhand_begin(struct inhand *inhand, unsigned slot, const struct inhand_key *keys,
    size_t count);
void inhand_end(struct inhand *inhand, unsigned slot);

/* Is anything suspected at all? And how much one command is: 0, or points. Any thread. */
bool     inhand_suspects(const struct inhand *inhand);
unsigned inhand_points(struct inhand *inhand, const struct inhand_key *key);

/* It was taken, and nothing died of it. */
void inhand_clear(struct inhand *inhand, const struct inhand_key *key);

/*
 * From now on a fatal signal in a thread between inhand_begin and inhand_end is noted in the
 * file; what was to happen on that signal still does. Once in a process.
 */
void inhand_watch_signals(void);
