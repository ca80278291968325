/*
 * hash.h -- the hashes of the ledger: its chain, digests of rows and commands, equality, tokens.
 *
 * All are BLAKE2b of libsodium. Nothing here allocates or fails. Keys come from keys.h.
 */
#pragma once
#include <sodium.h>
#include "base/base.h"

#define HASH_BYTES   32
#define DIGEST_BYTES 16

/*
 * The hash of a row of the ledger from that of the row before it (zeros before the first):
 * BLAKE2b-256 over prev and the stored bytes. ret_hash may be prev.
 */
void chain_next(const unsigned char prev[static HASH_BYTES], struct str stored,
    unsigned char ret_hash[static HASH_BYTES]);

/*
 * A hash over several values. Each is framed by its kind and length, so that no two different
 * sequences of values give the same bytes; "ab","c" and "a","bc" differ.
 */
struct hash {
	crypto_generichash_state state;
};

void hash_begin(struct hash *hash);
void hash_begin_keyed(struct hash *hash, const unsigned char key[static HASH_BYTES]);
void hash_add_i64(struct hash *hash, int64_t value);
void hash_add_str(struct hash *hash, struct str value);
void hash_end(struct hash *hash, unsigned char ret_hash[static HASH_BYTES]);

/* The digest of a command, over its bytes as sent. Key: KEYS_DIGEST. */
void hash_command(const unsigned char key[static HASH_BYTES], struct str sent,
    unsigned char ret_digest[static DIGEST_BYTES]);

/*
 * What is stored beside a sealed value, to find it again when it is asked for exactly. `name` is
 * the kind of value ("identity", "phone"): the same digits as an identity and as a phone, or in
 * two areas, give unlike hashes. The caller brings value to its one form (no spaces, 'X' in
 * capitals) first. Key: KEYS_EQUALITY.
 */
void hash_equality(const unsigned char key[static HASH_BYTES], area_id area, struct str name,
    struct str value, unsigned char ret_digest[static DIGEST_BYTES]);

/* What is stored of a token of a stream or a session, in place of the token. Key: KEYS_TOKEN. */
void hash_token(const unsigned char key[static HASH_BYTES], struct str token,
    unsigned char ret_hash[static HASH_BYTES]);
