/*
 * keyring.h -- for keys.c alone: the data keys in memory, and the bytes of a key file.
 *
 * A file is a head (magic, id, master, check), a page with two marks, and the records. Each record
 * bears a check over itself and the check before it. A record is appended and flushed, then the
 * older of the two marks is overwritten with the new count and flushed, then the key may be used.
 * So what lies behind the newest mark was never used and may be lost; what lies before it must be
 * there, or the file is refused. Numbers are little-endian.
 *
 * A ring for backups is the same, with a fingerprint in the place of the master and a plain hash
 * of everything at its end.
 */
#pragma once
#include "ledger/keys.h"

#define PAGE_BYTES  4096
#define CHECK_BYTES 32
#define RECORDS_AT  ((size_t)2 * PAGE_BYTES)
#define LINK_BYTES  16

/* mark: count 8, check of the last record 16, check of the mark 16 */
#define MARK_BODY  (8 + LINK_BYTES)
#define MARK_BYTES (MARK_BODY + LINK_BYTES)

/* record: kind 1, class 1, zeros 2, week 4, area 8, nonce 24, wrapped key 32 + 16, check 16 */
#define RECORD_BODY	88
#define RECORD_BYTES	(RECORD_BODY + LINK_BYTES)
#define IMAGE_BYTES_MAX (RECORDS_AT + (size_t)KEYS_COUNT_MAX * RECORD_BYTES + CHECK_BYTES)

enum { PURPOSE_WRAP = KEYS_PURPOSES, PURPOSE_CHECK, PURPOSES };

/* What does not change while the file is open. */
struct secret {
	unsigned char database_id[DATABASE_ID_BYTES];
	unsigned char master[KEY_BYTES];
	unsigned char derived[PURPOSES][KEY_BYTES];
};

struct key_name {
	int64_t area;
	int32_t week;
	uint8_t class;
};

struct ring_key {
	struct key_name name;
	struct data_key key;
	unsigned char wrapped[RECORD_BODY]; /* as in the file */
};

struct ring {
	struct ring_key *keys; /* owned; wiped before it is freed */
	size_t count, room;
	uint32_t *slots; /* owned: index + 1 of a key, 0 is free; a power of two of them */
	size_t slot_count;
	struct key_name *destroyed; /* owned: of an area and class, the first week that is left */
	size_t destroyed_count, destroyed_room;
};

/* Where the records end. */
struct tail {
	uint64_t count;
	unsigned char link[LINK_BYTES]; /* check of the last record; zeros when there is none */
	bool is_ragged;			/* more lies behind the mark: rewrite before appending */
};

/* A fresh master and id, or the derived keys of given ones. */
void secret_new(struct secret *ret_secret);
void secret_derive(struct secret *secret);

struct ring_key *ring_find(const struct ring *ring, const struct key_name *name);
void ring_add(struct ring *ring, const struct ring_key *key);
size_t ring_records(const struct ring *ring);
void ring_done(struct ring *ring);

/* The keys of an area and class before a week are destroyed; which week that is (INT32_MIN). */
void ring_destroyed_add(struct ring *ring, struct key_name name);
int32_t ring_destroyed_week(const struct ring *ring, const struct key_name *name);

/* A random data key, and its record. */
void ring_key_make(
    const struct secret *secret, const struct key_name *name, struct ring_key *ret_key);

/* The bytes of a record to be appended at *tail, which moves on. */
void record_write(const struct secret *secret, const unsigned char *body, struct tail *tail,
    unsigned char ret_record[static RECORD_BYTES]);

/* The mark that says that the records end at tail, and its place in the file. */
void mark_write(const struct secret *secret, const struct tail *tail,
    unsigned char ret_mark[static MARK_BYTES]);
size_t mark_at(uint64_t count);

/* A whole file; the caller's, to be freed by image_free. */
unsigned char *image_new(
    const struct secret *secret, const struct ring *ring, size_t *ret_bytes, struct tail *ret_tail);
void image_free(unsigned char *image, size_t bytes);

/*
 * Reads one. On failure why is set; what was read until then is in *ring, and the caller's to be
 * freed either way.
 */
int image_read(const unsigned char *image, size_t bytes, const char *path, char *why,
    struct secret *ret_secret, struct ring *ring, struct tail *ret_tail);

/* A whole file made into a ring for backups; *ret_bytes is larger than bytes. Frees image. */
unsigned char *image_for_backup(
    const struct secret *secret, unsigned char *image, size_t bytes, size_t *ret_bytes);

/* And back, in place, with the master from the recovery sheet. */
int image_from_backup(unsigned char *image, size_t bytes, const unsigned char *master,
    const char *path, char *why, size_t *ret_bytes);

/* Sets why and returns error. */
__attribute__((format(printf, 3, 4))) int keys_refuse(
    char *why, int error, const char *format, ...);
