/*
 * keys.h -- the key file of a database: its master, and the ring of data keys that seal its rows.
 *
 * A data key belongs to one (area, class of retention, week). Destroying it is how what it sealed
 * is forgotten, wherever copies of that lie. Only backups of the ring made before hold it still,
 * wrapped, for whoever has the recovery sheet. docs/decisions/sealing.md has the format of the
 * file and its reasons.
 *
 * Every function here may be called from any thread. Several processes may have one key file open
 * at a time: each finds the keys that another made. What one destroys stays in the memory of the
 * others until they change the file, look for a key that they have not, or end; so the process
 * that serves is the one to destroy.
 */
#pragma once
#include "base/base.h"

#define KEY_BYTES	  32
#define DATABASE_ID_BYTES 16
#define KEYS_WHY_BYTES	  400
#define KEYS_COUNT_MAX	  (1u << 18) /* of data keys and destructions in a file: 27 MB */

struct keys;

/* What sealing needs of a data key. Wipe it (data_key_wipe) when it is kept no longer. */
struct data_key {
	unsigned char cipher[KEY_BYTES]; /* derived: for the cipher */
	unsigned char nonce[KEY_BYTES];	 /* derived: for the nonce made of what is sealed */
	int32_t week;			 /* keys_week() of the records it seals */
	uint8_t class;			 /* of retention */
};

/* Keys derived from the master, for hash.h. */
enum keys_purpose { KEYS_DIGEST, KEYS_EQUALITY, KEYS_TOKEN, KEYS_PURPOSES };

/*
 * Makes a key file with a fresh master and an empty ring, mode 0600, and opens it. -EEXIST when
 * there is one. Here and below `why` gets, on failure only, one line for the user without a
 * newline, beginning with the path.
 */
int keys_new(const char *path, struct keys **ret_keys, char why[static KEYS_WHY_BYTES]);

/*
 * Opens a key file. -EPERM: others than its owner may read or write it. -EBADMSG: damaged, cut
 * short, or no key file. -EPROTONOSUPPORT: of a later version. Else -errno. The remains of an
 * append that a crash interrupted, before its key was used, are passed over.
 */
int keys_open(const char *path, struct keys **ret_keys, char why[static KEYS_WHY_BYTES]);

/* Wipes and frees. NULL is fine. */
void keys_close(struct keys *keys);

/* The week of an instant: whole weeks since 1970-01-01 UTC, rounded down. */
int32_t keys_week(time_ms t);

/*
 * Finds the data key, or makes it. A key that is made is durable in the file before this returns;
 * -errno when that cannot be had, and then there is no such key. -ENOKEY: it was destroyed, and
 * is never made again. -ENOSPC: KEYS_COUNT_MAX is reached, or the disk is full. -ENOENT: the file
 * was removed while it was open.
 */
int keys_data_key(
    struct keys *keys, area_id area, uint8_t class, int32_t week, struct data_key *ret_key);

/* Finds the data key; -ENOKEY when it was destroyed or never made. Makes none. */
int keys_find(
    struct keys *keys, area_id area, uint8_t class, int32_t week, struct data_key *ret_key);

/*
 * Destroys the keys of an area and class in all weeks before before_week, in the file (which is
 * rewritten; the old one is overwritten with zeros) and in memory. ret_count is how many there
 * were. Running it again destroys nothing more and returns 0. After -errno it must be called
 * again before anybody is told that the keys are gone.
 */
int keys_destroy(
    struct keys *keys, area_id area, uint8_t class, int32_t before_week, size_t *ret_count);

/* KEY_BYTES bytes, the same as long as the master is; borrowed until keys_close. */
const unsigned char *keys_derived(const struct keys *keys, enum keys_purpose purpose);

/* DATABASE_ID_BYTES random bytes that name the database; borrowed until keys_close. */
const unsigned char *keys_database_id(const struct keys *keys);

/* The secret on the recovery sheet (KEY_BYTES), for recovery.h alone; borrowed. */
const unsigned char *keys_master(const struct keys *keys);

/*
 * Writes the ring for a backup: the data keys, wrapped by the master, without the master. Nobody
 * reads it without the recovery sheet. Call it after the backup's copy of the database was made,
 * so that every key used in that copy is in it. Replaces the file at path.
 */
int keys_export_wrapped(struct keys *keys, const char *path, char why[static KEYS_WHY_BYTES]);

/*
 * Makes a key file of such a ring and the master from the recovery sheet. -EEXIST when there is a
 * key file already, -EBADMSG when the ring is damaged, -EKEYREJECTED when the master is that of
 * another database.
 */
int keys_restore(const char *ring_path, const unsigned char master[static KEY_BYTES],
    const char *path, char why[static KEYS_WHY_BYTES]);

/*
 * The end of a database: overwrites the key file with zeros and removes it, with what a crash may
 * have left beside it. It must not be open. Running it again is harmless.
 */
int keys_erase(const char *path, char why[static KEYS_WHY_BYTES]);

void data_key_wipe(struct data_key *key);
