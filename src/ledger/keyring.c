/* keyring.c -- see keyring.h. */
#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "ledger/keyring.h"

#define MAGIC_BYTES	 16
#define MAGIC_KEYS	 "redvest keys v1\n"
#define MAGIC_RING	 "redvest ring v1\n"
#define MAGIC_SAME_BYTES 14 /* before the number of the version */

#define ID_AT	  MAGIC_BYTES
#define MASTER_AT (ID_AT + DATABASE_ID_BYTES)
#define CHECK_AT  (PAGE_BYTES - CHECK_BYTES)
#define MARK_AT	  PAGE_BYTES
#define MARK_STEP 512 /* so that a torn sector spoils one of them */

#define RECORD_NAME_BYTES 16
#define WRAP_NONCE_BYTES  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define WRAP_TAG_BYTES	  crypto_aead_xchacha20poly1305_ietf_ABYTES

static_assert(sizeof(MAGIC_KEYS) == MAGIC_BYTES + 1, "a magic fills its place");
static_assert(sizeof(MAGIC_RING) == MAGIC_BYTES + 1, "a magic fills its place");
static_assert(RECORD_BODY == RECORD_NAME_BYTES + WRAP_NONCE_BYTES + KEY_BYTES + WRAP_TAG_BYTES,
    "a record holds its name, and a wrapped key");

enum kind {
	KIND_KEY = 1,
	KIND_DESTROYED = 2, /* all keys of the area and class before the week; the rest is zeros */
};

int
keys_refuse(char *why, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(why, KEYS_WHY_BYTES, format, args);
	va_end(args);
	return error;
}

static void
put_u64(unsigned char *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

static uint64_t
get_u64(const unsigned char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return le64toh(value);
}

/* ---- the ring in memory ---- */

/* The multipliers are those of splitmix64 (Steele, Lea, Flood 2014). */
static size_t
name_hash(const struct key_name *name)
{
	uint64_t h = (uint64_t)name->area * 0x9e3779b97f4a7c15u;

	h ^= (uint64_t)(uint32_t)name->week << 8 | name->class;
	h *= 0xbf58476d1ce4e5b9u;
	return (size_t)(h ^ h >> 29);
}

static bool
name_equal(const struct key_name *a, const struct key_name *b)
{
	return a->area == b->area && a->week == b->week && a->class == b->class;
}

struct ring_key *
ring_find(const struct ring *ring, const struct key_name *name)
{
	size_t i = name_hash(name);

	if (ring->slot_count == 0)
		return NULL;
	for (;; i++) {
		uint32_t at = ring->slots[i & (ring->slot_count - 1)];

		if (at == 0)
			return NULL;
		if (name_equal(&ring->keys[at - 1].name, name))
			return &ring->keys[at - 1];
	}
}

static void
ring_slot_take(struct ring *ring, size_t index)
{
	size_t i = name_hash(&ring->keys[index].name);

	while (ring->slots[i & (ring->slot_count - 1)] != 0)
		i++;
	ring->slots[i & (ring->slot_count - 1)] = (uint32_t)index + 1;
}

/* By copying, because realloc would leave keys behind in freed memory. */
static void
ring_grow(struct ring *ring)
{
	size_t room = ring->room > 0 ? ring->room * 2 : 64;
	struct ring_key *bigger = memory_new(room * sizeof(*bigger));

	if (ring->count > 0) {
		memcpy(bigger, ring->keys, ring->count * sizeof(*bigger));
		sodium_memzero(ring->keys, ring->count * sizeof(*bigger));
	}
	free(ring->keys);
	ring->keys = bigger;
	ring->room = room;

	free(ring->slots);
	ring->slot_count = room * 2;
	ring->slots = memory_new(ring->slot_count * sizeof(*ring->slots));
	for (size_t i = 0; i < ring->count; i++)
		ring_slot_take(ring, i);
}

void
ring_add(struct ring *ring, const struct ring_key *key)
{
	if (ring->count == ring->room)
		ring_grow(ring);
	ring->keys[ring->count] = *key;
	ring_slot_take(ring, ring->count++);
}

static struct key_name *
destroyed_find(const struct ring *ring, int64_t area, uint8_t class)
{
	for (size_t i = 0; i < ring->destroyed_count; i++)
		if (ring->destroyed[i].area == area && ring->destroyed[i].class == class)
			return &ring->destroyed[i];
	return NULL;
}

void
ring_destroyed_add(struct ring *ring, struct key_name name)
{
	struct key_name *before = destroyed_find(ring, name.area, name.class);

	if (before != NULL) {
		before->week = before->week > name.week ? before->week : name.week;
		return;
	}
	if (ring->destroyed_count == ring->destroyed_room) {
		ring->destroyed_room = ring->destroyed_room > 0 ? ring->destroyed_room * 2 : 16;
		ring->destroyed =
		    memory_grow(ring->destroyed, ring->destroyed_room * sizeof(*ring->destroyed));
	}
	ring->destroyed[ring->destroyed_count++] = name;
}

int32_t
ring_destroyed_week(const struct ring *ring, const struct key_name *name)
{
	const struct key_name *left = destroyed_find(ring, name->area, name->class);

	return left != NULL ? left->week : INT32_MIN;
}

size_t
ring_records(const struct ring *ring)
{
	return ring->count + ring->destroyed_count;
}

void
ring_done(struct ring *ring)
{
	if (ring->room > 0)
		sodium_memzero(ring->keys, ring->room * sizeof(*ring->keys));
	free(ring->keys);
	free(ring->slots);
	free(ring->destroyed);
	*ring = (struct ring){ 0 };
}

/* ---- cryptography ---- */

void
secret_new(struct secret *ret_secret)
{
	randombytes_buf(ret_secret->database_id, DATABASE_ID_BYTES);
	randombytes_buf(ret_secret->master, KEY_BYTES);
	secret_derive(ret_secret);
}

void
secret_derive(struct secret *secret)
{
	for (uint64_t i = 0; i < PURPOSES; i++)
		(void)crypto_kdf_derive_from_key(
		    secret->derived[i], KEY_BYTES, i + 1, "redvest1", secret->master);
}

static void
data_key_derive(const unsigned char *random, const struct key_name *name, struct data_key *ret)
{
	(void)crypto_kdf_derive_from_key(ret->cipher, KEY_BYTES, 1, "data key", random);
	(void)crypto_kdf_derive_from_key(ret->nonce, KEY_BYTES, 2, "data key", random);
	ret->week = name->week;
	ret->class = name->class;
}

static void
name_write(unsigned char *body, enum kind kind, const struct key_name *name)
{
	uint32_t week = htole32((uint32_t)name->week);

	memset(body, 0, RECORD_NAME_BYTES);
	body[0] = (unsigned char)kind;
	body[1] = name->class;
	memcpy(body + 4, &week, sizeof(week));
	put_u64(body + 8, (uint64_t)name->area);
}

static struct key_name
name_read(const unsigned char *body)
{
	uint32_t week;

	memcpy(&week, body + 4, sizeof(week));
	return (struct key_name){ (int64_t)get_u64(body + 8), (int32_t)le32toh(week), body[1] };
}

void
ring_key_make(const struct secret *secret, const struct key_name *name, struct ring_key *ret_key)
{
	unsigned char random[KEY_BYTES], *nonce = ret_key->wrapped + RECORD_NAME_BYTES;

	randombytes_buf(random, sizeof(random));
	randombytes_buf(nonce, WRAP_NONCE_BYTES);
	ret_key->name = *name;
	name_write(ret_key->wrapped, KIND_KEY, name);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + WRAP_NONCE_BYTES, NULL, random,
	    KEY_BYTES, ret_key->wrapped, RECORD_NAME_BYTES, NULL, nonce,
	    secret->derived[PURPOSE_WRAP]);
	data_key_derive(random, name, &ret_key->key);
	sodium_memzero(random, sizeof(random));
}

static int
ring_key_read(const struct secret *secret, const unsigned char *body, struct ring_key *ret_key)
{
	unsigned char random[KEY_BYTES];
	const unsigned char *nonce = body + RECORD_NAME_BYTES;

	if (crypto_aead_xchacha20poly1305_ietf_decrypt(random, NULL, NULL, nonce + WRAP_NONCE_BYTES,
		KEY_BYTES + WRAP_TAG_BYTES, body, RECORD_NAME_BYTES, nonce,
		secret->derived[PURPOSE_WRAP]) != 0)
		return -EBADMSG;
	ret_key->name = name_read(body);
	memcpy(ret_key->wrapped, body, RECORD_BODY);
	data_key_derive(random, &ret_key->name, &ret_key->key);
	sodium_memzero(random, sizeof(random));
	return 0;
}

/* What is hashed first says what it is, so that no check can stand for one of another kind. */
static void
check_make(const struct secret *secret, struct str what, const unsigned char *bytes, size_t n,
    unsigned char *ret_check, size_t check_bytes)
{
	crypto_generichash_state state;

	(void)crypto_generichash_init(
	    &state, secret->derived[PURPOSE_CHECK], KEY_BYTES, check_bytes);
	(void)crypto_generichash_update(&state, (const unsigned char *)what.p, what.n);
	(void)crypto_generichash_update(&state, bytes, n);
	(void)crypto_generichash_final(&state, ret_check, check_bytes);
}

static void
link_next(const struct secret *secret, const unsigned char *link, const unsigned char *body,
    unsigned char *ret_link)
{
	check_make(secret, (struct str){ (const char *)link, LINK_BYTES }, body, RECORD_BODY,
	    ret_link, LINK_BYTES);
}

/* ---- images: the bytes of a file ---- */

static void
head_check(const struct secret *secret, const unsigned char *image, unsigned char *ret_check)
{
	check_make(secret, S("head"), image, CHECK_AT, ret_check, CHECK_BYTES);
}

static void
mark_check(const struct secret *secret, const unsigned char *mark, unsigned char *ret_check)
{
	check_make(secret, S("mark"), mark, MARK_BODY, ret_check, LINK_BYTES);
}

/* What the head of a ring for backups has in the place of the master: it tells whether one fits. */
static void
fingerprint(const struct secret *secret, unsigned char *ret_fingerprint)
{
	check_make(secret, S("master"), secret->database_id, DATABASE_ID_BYTES, ret_fingerprint,
	    KEY_BYTES);
}

void
mark_write(
    const struct secret *secret, const struct tail *tail, unsigned char ret_mark[static MARK_BYTES])
{
	put_u64(ret_mark, tail->count);
	memcpy(ret_mark + 8, tail->link, LINK_BYTES);
	mark_check(secret, ret_mark, ret_mark + MARK_BODY);
}

size_t
mark_at(uint64_t count)
{
	return MARK_AT + count % 2 * MARK_STEP;
}

/* The newer of the marks that are whole; NULL when neither is. */
static const unsigned char *
mark_find(const struct secret *secret, const unsigned char *image)
{
	const unsigned char *newest = NULL;
	unsigned char check[LINK_BYTES];

	for (size_t i = 0; i < 2; i++) {
		const unsigned char *mark = image + mark_at(i);

		mark_check(secret, mark, check);
		if (sodium_memcmp(check, mark + MARK_BODY, LINK_BYTES) == 0 &&
		    (newest == NULL || get_u64(mark) > get_u64(newest)))
			newest = mark;
	}
	return newest;
}

void
record_write(const struct secret *secret, const unsigned char *body, struct tail *tail,
    unsigned char ret_record[static RECORD_BYTES])
{
	memcpy(ret_record, body, RECORD_BODY);
	link_next(secret, tail->link, body, tail->link);
	memcpy(ret_record + RECORD_BODY, tail->link, LINK_BYTES);
	tail->count++;
}

unsigned char *
image_new(
    const struct secret *secret, const struct ring *ring, size_t *ret_bytes, struct tail *ret_tail)
{
	size_t bytes = RECORDS_AT + ring_records(ring) * RECORD_BYTES;
	unsigned char *image = memory_new(bytes), *record = image + RECORDS_AT;
	unsigned char body[RECORD_BODY] = { 0 };
	struct tail tail = { 0 };

	memcpy(image, MAGIC_KEYS, MAGIC_BYTES);
	memcpy(image + ID_AT, secret->database_id, DATABASE_ID_BYTES);
	memcpy(image + MASTER_AT, secret->master, KEY_BYTES);
	head_check(secret, image, image + CHECK_AT);
	for (size_t i = 0; i < ring->destroyed_count; i++, record += RECORD_BYTES) {
		name_write(body, KIND_DESTROYED, &ring->destroyed[i]);
		record_write(secret, body, &tail, record);
	}
	for (size_t i = 0; i < ring->count; i++, record += RECORD_BYTES)
		record_write(secret, ring->keys[i].wrapped, &tail, record);
	mark_write(secret, &tail, image + mark_at(tail.count));
	*ret_bytes = bytes;
	*ret_tail = tail;
	return image;
}

void
image_free(unsigned char *image, size_t bytes)
{
	if (image != NULL)
		sodium_memzero(image, bytes);
	free(image);
}

static int
record_read(const struct secret *secret, const unsigned char *body, struct ring *ring)
{
	struct ring_key key;
	int r;

	if (body[0] == KIND_DESTROYED) {
		ring_destroyed_add(ring, name_read(body));
		return 0;
	}
	if (body[0] != KIND_KEY)
		return -EPROTONOSUPPORT;
	r = ring_key_read(secret, body, &key);
	if (r == 0 && ring_find(ring, &key.name) != NULL)
		r = -EBADMSG;
	if (r == 0)
		ring_add(ring, &key);
	sodium_memzero(&key, sizeof(key));
	return r;
}

/*
 * The records up to the mark, and those behind it that are whole: they were written, and the crash
 * came before the mark.
 */
static int
records_read(const struct secret *secret, const unsigned char *image, size_t bytes,
    const unsigned char *mark, struct ring *ring, struct tail *tail)
{
	const unsigned char *record = image + RECORDS_AT;
	size_t rest = bytes - RECORDS_AT;
	uint64_t count = get_u64(mark);
	unsigned char link[LINK_BYTES];
	int r;

	for (; rest >= RECORD_BYTES && tail->count < KEYS_COUNT_MAX; tail->count++) {
		link_next(secret, tail->link, record, link);
		if (sodium_memcmp(link, record + RECORD_BODY, LINK_BYTES) != 0)
			break;
		if (tail->count + 1 == count && sodium_memcmp(link, mark + 8, LINK_BYTES) != 0)
			return -EBADMSG;
		r = record_read(secret, record, ring);
		if (r != 0)
			return r;
		memcpy(tail->link, link, LINK_BYTES);
		record += RECORD_BYTES, rest -= RECORD_BYTES;
	}
	tail->is_ragged = tail->count > count || rest > 0;
	/* One append can be torn, not more: there is never a second before the first is marked. */
	return tail->count < count || rest > RECORD_BYTES ? -EBADMSG : 0;
}

int
image_read(const unsigned char *image, size_t bytes, const char *path, char *why,
    struct secret *ret_secret, struct ring *ring, struct tail *ret_tail)
{
	const unsigned char *mark;
	unsigned char check[CHECK_BYTES];
	int r;

	*ret_tail = (struct tail){ 0 };
	if (bytes < MAGIC_BYTES || memcmp(image, MAGIC_KEYS, MAGIC_SAME_BYTES) != 0)
		return keys_refuse(why, -EBADMSG, "%s: not a key file of Redvest", path);
	if (memcmp(image, MAGIC_KEYS, MAGIC_BYTES) != 0)
		return keys_refuse(
		    why, -EPROTONOSUPPORT, "%s: of another version of Redvest", path);
	if (bytes < RECORDS_AT)
		return keys_refuse(why, -EBADMSG, "%s: cut short; restore it from a backup", path);
	memcpy(ret_secret->database_id, image + ID_AT, DATABASE_ID_BYTES);
	memcpy(ret_secret->master, image + MASTER_AT, KEY_BYTES);
	secret_derive(ret_secret);
	head_check(ret_secret, image, check);
	mark = mark_find(ret_secret, image);
	if (sodium_memcmp(check, image + CHECK_AT, CHECK_BYTES) != 0 || mark == NULL)
		return keys_refuse(why, -EBADMSG, "%s: damaged; restore it from a backup", path);
	r = records_read(ret_secret, image, bytes, mark, ring, ret_tail);
	if (r == -EPROTONOSUPPORT)
		return keys_refuse(why, r, "%s: of another version of Redvest", path);
	if (r != 0)
		return keys_refuse(why, r,
		    "%s: damaged or cut short after %llu of %llu keys; restore it from a backup",
		    path, (unsigned long long)ret_tail->count, (unsigned long long)get_u64(mark));
	return 0;
}

/* ---- rings for backups ---- */

unsigned char *
image_for_backup(const struct secret *secret, unsigned char *image, size_t bytes, size_t *ret_bytes)
{
	unsigned char *ring = memory_new(bytes + CHECK_BYTES);

	memcpy(ring, image, bytes);
	image_free(image, bytes);
	memcpy(ring, MAGIC_RING, MAGIC_BYTES);
	fingerprint(secret, ring + MASTER_AT);
	/* The check of the head is one with the master in it; restoring makes it again. */
	memset(ring + CHECK_AT, 0, CHECK_BYTES);
	(void)crypto_generichash(ring + bytes, CHECK_BYTES, ring, bytes, NULL, 0);
	*ret_bytes = bytes + CHECK_BYTES;
	return ring;
}

int
image_from_backup(unsigned char *image, size_t bytes, const unsigned char *master, const char *path,
    char *why, size_t *ret_bytes)
{
	struct secret secret;
	unsigned char check[CHECK_BYTES];
	bool is_ours;

	if (bytes < MAGIC_BYTES || memcmp(image, MAGIC_RING, MAGIC_SAME_BYTES) != 0)
		return keys_refuse(why, -EBADMSG, "%s: not the keys of a backup of Redvest", path);
	if (memcmp(image, MAGIC_RING, MAGIC_BYTES) != 0)
		return keys_refuse(
		    why, -EPROTONOSUPPORT, "%s: of another version of Redvest", path);
	if (bytes < RECORDS_AT + CHECK_BYTES)
		return keys_refuse(why, -EBADMSG, "%s: cut short; take another backup", path);
	bytes -= CHECK_BYTES;
	(void)crypto_generichash(check, CHECK_BYTES, image, bytes, NULL, 0);
	if (sodium_memcmp(check, image + bytes, CHECK_BYTES) != 0)
		return keys_refuse(why, -EBADMSG, "%s: damaged; take another backup", path);

	memcpy(secret.database_id, image + ID_AT, DATABASE_ID_BYTES);
	memcpy(secret.master, master, KEY_BYTES);
	secret_derive(&secret);
	fingerprint(&secret, check);
	is_ours = sodium_memcmp(check, image + MASTER_AT, KEY_BYTES) == 0;
	if (is_ours) {
		memcpy(image, MAGIC_KEYS, MAGIC_BYTES);
		memcpy(image + MASTER_AT, master, KEY_BYTES);
		head_check(&secret, image, image + CHECK_AT);
		*ret_bytes = bytes;
	}
	sodium_memzero(&secret, sizeof(secret));
	if (!is_ours)
		return keys_refuse(
		    why, -EKEYREJECTED, "%s: the recovery sheet is that of another database", path);
	return 0;
}
