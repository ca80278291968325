/*
 * search_keys.h -- pinyin keys for names that come without them.
 *
 * A command that names somebody has a field `search` behind its field `name`: the keys by which
 * typed letters find the person. Applying reads no ICU, so they come in the command; and whoever
 * takes a command in, the server or the terminal, fills the field where the sender left it empty.
 * The ledger keeps what was filled, so a replay finds the same with any version of ICU. See
 * docs/decisions/names.md.
 */
#pragma once
#include "base/arena.h"
#include "ledger/grammar.h"

struct search_keys;

/* Of any number of threads. A thread of its own gets ICU ready, for 200 ms. */
struct search_keys *search_keys_new(void);
void                search_keys_free(struct search_keys *keys); /* NULL is accepted */

/* Does the command have such a field, itself or in the items of a list? */
bool search_keys_has(const struct command *command);

/*
 * Fills what is empty in a decoded command; texts are the arena's. Without ICU's data nothing is
 * filled: such people are found by their name only.
 */
void search_keys_fill(struct search_keys *keys, struct arena *arena, const struct command *command,
    const void *in);
