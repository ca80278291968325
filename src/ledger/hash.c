/* hash.c -- see hash.h. */
#include <endian.h>
#include <string.h>
#include "ledger/hash.h"

static void
add(struct hash *hash, const void *bytes, size_t n)
{
	(void)crypto_generichash_update(&hash->state, bytes, n);
}

void
chain_next(const unsigned char prev[static HASH_BYTES], struct str stored,
    unsigned char ret_hash[static HASH_BYTES])
{
	struct hash hash;

	hash_begin(&hash);
	add(&hash, prev, HASH_BYTES);
	add(&hash, stored.p, stored.n);
	hash_end(&hash, ret_hash);
}

void
hash_begin(struct hash *hash)
{
	(void)crypto_generichash_init(&hash->state, NULL, 0, HASH_BYTES);
}

void
hash_begin_keyed(struct hash *hash, const unsigned char key[static HASH_BYTES])
{
	(void)crypto_generichash_init(&hash->state, key, HASH_BYTES, HASH_BYTES);
}

/* A letter for the kind and eight bytes, little-endian: a number, or the length of a text. */
static void
frame(struct hash *hash, char kind, uint64_t value)
{
	unsigned char bytes[1 + sizeof(value)] = { (unsigned char)kind };

	value = htole64(value);
	memcpy(bytes + 1, &value, sizeof(value));
	add(hash, bytes, sizeof(bytes));
}

void
hash_add_i64(struct hash *hash, int64_t value)
{
	frame(hash, 'i', (uint64_t)value);
}

void
hash_add_str(struct hash *hash, struct str value)
{
	frame(hash, 's', value.n);
	add(hash, value.p, value.n);
}

void
hash_end(struct hash *hash, unsigned char ret_hash[static HASH_BYTES])
{
	(void)crypto_generichash_final(&hash->state, ret_hash, HASH_BYTES);
}

void
hash_command(const unsigned char key[static HASH_BYTES], struct str sent,
    unsigned char ret_digest[static DIGEST_BYTES])
{
	(void)crypto_generichash(
	    ret_digest, DIGEST_BYTES, (const unsigned char *)sent.p, sent.n, key, HASH_BYTES);
}

void
hash_equality(const unsigned char key[static HASH_BYTES], area_id area, struct str name,
    struct str value, unsigned char ret_digest[static DIGEST_BYTES])
{
	unsigned char whole[HASH_BYTES];
	struct hash hash;

	hash_begin_keyed(&hash, key);
	hash_add_i64(&hash, area.v);
	hash_add_str(&hash, name);
	hash_add_str(&hash, value);
	hash_end(&hash, whole);
	memcpy(ret_digest, whole, DIGEST_BYTES);
}

void
hash_token(const unsigned char key[static HASH_BYTES], struct str token,
    unsigned char ret_hash[static HASH_BYTES])
{
	(void)crypto_generichash(
	    ret_hash, HASH_BYTES, (const unsigned char *)token.p, token.n, key, HASH_BYTES);
}
