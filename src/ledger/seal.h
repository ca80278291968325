/*
 * seal.h -- sealing what must not lie readable on the disk: fields of commands, columns of tables.
 *
 * A sealed value knows which data key opens it, and opens only where it was put: in its area, at
 * its number and under its name. Sealing the same value at the same place gives the same bytes,
 * because the nonce is made of what is sealed; so a ledger replays to the same bytes, and a number
 * used again after a restore does no harm. docs/decisions/sealing.md has the reasons.
 */
#pragma once
#include "base/buffer.h"
#include "ledger/keys.h"

/* version 1, class 1, week 4, nonce 24, then the ciphertext with its tag 16 */
#define SEAL_VERSION	1
#define SEAL_HEAD_BYTES 30
#define SEAL_MORE_BYTES 46 /* by which the sealed value is longer than the plain one */

/*
 * Appends the sealed value to *out. For the ledger, number is the seq and name that of the command;
 * for a table, number is the id of the row and name is "table.column" (no command has a dot).
 */
void seal(const struct data_key *key, struct str plain, area_id area, int64_t number,
    struct str name, struct buffer *out);

/*
 * Appends the plain value to *out; nothing on failure. -EBADMSG: altered, or not sealed for this
 * place. -ENOKEY: its key was destroyed, or is not in this key file.
 */
int unseal(struct keys *keys, struct str sealed, area_id area, int64_t number, struct str name,
    struct buffer *out);

/* Which key opens it, without opening it. False: not a sealed value. */
bool seal_key_of(struct str sealed, uint8_t *ret_class, int32_t *ret_week);
