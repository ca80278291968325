/* seal.c -- see seal.h. */
#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include "ledger/hash.h"
#include "ledger/seal.h"

#define NONCE_BYTES	 crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES	 crypto_aead_xchacha20poly1305_ietf_ABYTES
#define NONCE_AT	 6
#define NAME_BYTES_PLAIN 128 /* longer names stand in a place by their hash */

static_assert(SEAL_HEAD_BYTES == NONCE_AT + NONCE_BYTES, "the head ends with the nonce");
static_assert(SEAL_MORE_BYTES == SEAL_HEAD_BYTES + TAG_BYTES, "a head and a tag");

/* Where a value is sealed: authenticated with it, and part of its nonce. */
struct place {
	unsigned char bytes[8 + 8 + 8 + NONCE_AT + NAME_BYTES_PLAIN];
	size_t n;
};

static void
place_add(struct place *place, const void *bytes, size_t n)
{
	if (n > 0)
		memcpy(place->bytes + place->n, bytes, n);
	place->n += n;
}

static void
place_add_u64(struct place *place, uint64_t value)
{
	value = htole64(value);
	place_add(place, &value, sizeof(value));
}

/* The length of the name comes before it, so that whatever follows cannot be taken for it. */
static void
place_make(
    struct place *place, const unsigned char *head, area_id area, int64_t number, struct str name)
{
	unsigned char hash[HASH_BYTES];

	place->n = 0;
	place_add_u64(place, (uint64_t)area.v);
	place_add_u64(place, (uint64_t)number);
	place_add_u64(place, name.n);
	place_add(place, head, NONCE_AT);
	if (name.n <= NAME_BYTES_PLAIN) {
		place_add(place, name.p, name.n);
		return;
	}
	(void)crypto_generichash(
	    hash, sizeof(hash), (const unsigned char *)name.p, name.n, NULL, 0);
	place_add(place, hash, sizeof(hash));
}

void
seal(const struct data_key *key, struct str plain, area_id area, int64_t number, struct str name,
    struct buffer *out)
{
	unsigned char *head = (unsigned char *)buffer_reserve(out, plain.n + SEAL_MORE_BYTES);
	uint32_t week = htole32((uint32_t)key->week);
	crypto_generichash_state state;
	struct place place;

	head[0] = SEAL_VERSION;
	head[1] = key->class;
	memcpy(head + 2, &week, sizeof(week));
	place_make(&place, head, area, number, name);

	(void)crypto_generichash_init(&state, key->nonce, KEY_BYTES, NONCE_BYTES);
	(void)crypto_generichash_update(&state, place.bytes, place.n);
	(void)crypto_generichash_update(&state, (const unsigned char *)plain.p, plain.n);
	(void)crypto_generichash_final(&state, head + NONCE_AT, NONCE_BYTES);

	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(head + SEAL_HEAD_BYTES, NULL,
	    (const unsigned char *)plain.p, plain.n, place.bytes, place.n, NULL, head + NONCE_AT,
	    key->cipher);
	out->n += plain.n + SEAL_MORE_BYTES;
}

bool
seal_key_of(struct str sealed, uint8_t *ret_class, int32_t *ret_week)
{
	uint32_t week;

	if (sealed.n < SEAL_MORE_BYTES || sealed.p[0] != SEAL_VERSION)
		return false;
	memcpy(&week, sealed.p + 2, sizeof(week));
	*ret_class = (uint8_t)sealed.p[1];
	*ret_week = (int32_t)le32toh(week);
	return true;
}

int
unseal(struct keys *keys, struct str sealed, area_id area, int64_t number, struct str name,
    struct buffer *out)
{
	const unsigned char *head = (const unsigned char *)sealed.p;
	struct data_key key;
	struct place place;
	size_t plain_bytes;
	uint8_t class;
	int32_t week;
	int r;

	if (!seal_key_of(sealed, &class, &week))
		return -EBADMSG;
	r = keys_find(keys, area, class, week, &key);
	if (r != 0)
		return r;
	place_make(&place, head, area, number, name);
	plain_bytes = sealed.n - SEAL_MORE_BYTES;
	r = crypto_aead_xchacha20poly1305_ietf_decrypt(
	    (unsigned char *)buffer_reserve(out, plain_bytes + 1), NULL, NULL,
	    head + SEAL_HEAD_BYTES, sealed.n - SEAL_HEAD_BYTES, place.bytes, place.n,
	    head + NONCE_AT, key.cipher);
	data_key_wipe(&key);
	if (r != 0)
		return -EBADMSG;
	out->n += plain_bytes;
	return 0;
}
