/*
 * password.h -- passwords: argon2id, of parameters fixed here, so that no stored hash can ask for
 * more time or memory than these. Costs about 30 ms and PASSWORD_MEMORY_BYTES.
 */
#pragma once
#include <sodium.h>
#include "base/base.h"

#define PASSWORD_MEMORY_BYTES MIB(19)
#define PASSWORD_BYTES_MIN    8
#define PASSWORD_BYTES_MAX    200
#define PASSWORD_HASH_BYTES   crypto_pwhash_STRBYTES

/* A text that ends with NUL. 0, or -ENOMEM. */
int password_hash(struct str password, char ret_hash[static PASSWORD_HASH_BYTES]);

/* False also for a hash that password_hash did not make, after the same time. */
bool password_verify(struct str hash, struct str password);
