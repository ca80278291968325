/*
 * keys.c -- see keys.h; the bytes of the file are in keyring.h.
 *
 * A new key is appended to the file. Everything else puts a whole new file in its place, through
 * a temporary one beside it; so does the next change after a failed write, because what is in the
 * file is then uncertain. Whoever changes the file holds its flock, and has read what others wrote
 * before.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/str.h"
#include "ledger/keyring.h"

#define TEMPORARY_MORE ".new"

struct keys {
	char *path; /* owned */
	struct secret secret;
	pthread_mutex_t writer; /* for whoever changes the file: it guards the next four */
	int fd;
	off_t bytes; /* of the file when it was last read or written; 0: never, -1: uncertain */
	struct tail tail;
	bool has_failed;       /* a write of ours did: what is in the file is uncertain */
	pthread_rwlock_t lock; /* of the ring, which changes only with the writer's lock held too */
	struct ring ring;
};

static int
refuse_errno(char *why, int error, const char *path)
{
	return keys_refuse(why, error, "%s: %s", path, strerror(-error));
}

/* ---- files ---- */

static int
bytes_write(int fd, const unsigned char *bytes, size_t n, size_t at)
{
	while (n > 0) {
		ssize_t done = pwrite(fd, bytes, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? -errno : -EIO;
		bytes += done, at += (size_t)done, n -= (size_t)done;
	}
	return 0;
}

static int
flush(int fd)
{
	return fsync(fd) == 0 ? 0 : -errno;
}

/* A rename, a link and an unlink are durable when their directory is. */
static int
directory_flush(const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX];
	int fd, r;

	if (slash == NULL)
		(void)str_copy(S("."), directory, sizeof(directory));
	else if (!str_copy((struct str){ path, (size_t)(slash - path) + 1 }, directory,
		     sizeof(directory)))
		return -ENAMETOOLONG;
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = flush(fd);
	(void)close(fd);
	return r;
}

/* Before a file with keys goes. It helps where the disk writes in place, and is no proof. */
static int
file_wipe(int fd)
{
	static const unsigned char zeros[PAGE_BYTES];
	struct stat st;
	int r;

	if (fstat(fd, &st) != 0)
		return -errno;
	for (off_t at = 0; at < st.st_size; at += PAGE_BYTES) {
		off_t rest = st.st_size - at;

		r = bytes_write(
		    fd, zeros, (size_t)(rest < PAGE_BYTES ? rest : PAGE_BYTES), (size_t)at);
		if (r != 0)
			return r;
	}
	return flush(fd);
}

enum replace { REPLACE, REFUSE_IF_THERE };

/*
 * Puts a whole file at path, or leaves what was there. *ret_is_placed says whether the new one is
 * at path, which it may be even on -errno: then it may vanish again in a crash. ret_fd, unless
 * NULL, is the new file, set when it is placed.
 */
static int
file_place(const char *path, const unsigned char *image, size_t bytes, enum replace replace,
    bool *ret_is_placed, int *ret_fd)
{
	char temporary[PATH_MAX];
	int fd, r;

	*ret_is_placed = false;
	if (snprintf(temporary, sizeof(temporary), "%s" TEMPORARY_MORE, path) >=
	    (int)sizeof(temporary))
		return -ENAMETOOLONG;
	if (unlink(temporary) != 0 && errno != ENOENT)
		return -errno;
	fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	/* Nobody else knows it yet. It comes to its place locked as what it replaces is. */
	r = flock(fd, LOCK_EX) == 0 ? 0 : -errno;
	if (r == 0)
		r = bytes_write(fd, image, bytes, 0);
	if (r == 0)
		r = flush(fd);
	/* link() refuses a name that exists; rename() takes it over. */
	if (r == 0 && (replace == REPLACE ? rename(temporary, path) : link(temporary, path)) != 0)
		r = -errno;
	*ret_is_placed = r == 0;
	if (r != 0 || replace == REFUSE_IF_THERE)
		(void)unlink(temporary);
	if (r == 0)
		r = directory_flush(path);
	if (*ret_is_placed && ret_fd != NULL)
		*ret_fd = fd;
	else
		(void)close(fd);
	return r;
}

/* ret_image is the caller's, to be wiped and freed. */
static int
file_read(int fd, unsigned char **ret_image, size_t *ret_bytes)
{
	struct stat st;
	unsigned char *image;
	size_t n = 0;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > (off_t)IMAGE_BYTES_MAX)
		return -EFBIG;
	image = memory_new((size_t)st.st_size);
	while (n < (size_t)st.st_size) {
		ssize_t got = pread(fd, image + n, (size_t)st.st_size - n, (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			got = -errno;
			sodium_memzero(image, n);
			free(image);
			return (int)got;
		}
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*ret_image = image;
	*ret_bytes = n;
	return 0;
}

/* ---- opening ---- */

static struct keys *
keys_make(const char *path)
{
	struct keys *keys = memory_new(sizeof(*keys));

	keys->path = strdup(path);
	keys->fd = -1;
	if (sodium_init() < 0 || keys->path == NULL ||
	    pthread_mutex_init(&keys->writer, NULL) != 0 ||
	    pthread_rwlock_init(&keys->lock, NULL) != 0)
		abort();
	return keys;
}

void
keys_close(struct keys *keys)
{
	if (keys == NULL)
		return;
	if (keys->fd >= 0)
		(void)close(keys->fd);
	ring_done(&keys->ring);
	(void)pthread_mutex_destroy(&keys->writer);
	(void)pthread_rwlock_destroy(&keys->lock);
	free(keys->path);
	sodium_memzero(keys, sizeof(*keys));
	free(keys);
}

/* Of a new key file, which must not exist yet. keys->secret and the ring are set. */
static int
file_new(struct keys *keys, char *why)
{
	unsigned char *image;
	size_t bytes;
	bool is_placed;
	int r;

	image = image_new(&keys->secret, &keys->ring, &bytes, &keys->tail);
	r = file_place(keys->path, image, bytes, REFUSE_IF_THERE, &is_placed, &keys->fd);
	image_free(image, bytes);
	if (r != 0 && is_placed)
		(void)unlink(keys->path);
	if (r == 0)
		(void)flock(keys->fd, LOCK_UN);
	keys->bytes = (off_t)bytes;
	if (r == -EEXIST)
		return keys_refuse(why, r, "%s: exists; its keys may be in use", keys->path);
	return r == 0 ? 0 : refuse_errno(why, r, keys->path);
}

int
keys_new(const char *path, struct keys **ret_keys, char why[static KEYS_WHY_BYTES])
{
	struct keys *keys = keys_make(path);
	int r;

	secret_new(&keys->secret);
	r = file_new(keys, why);
	if (r != 0) {
		keys_close(keys);
		return r;
	}
	*ret_keys = keys;
	return 0;
}

static int
file_check(int fd, const char *path, char *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return refuse_errno(why, -errno, path);
	if (!S_ISREG(st.st_mode))
		return keys_refuse(why, -EINVAL, "%s: not a file", path);
	if ((st.st_mode & 077) != 0)
		return keys_refuse(why, -EPERM,
		    "%s: others than its owner may use it (mode %04o); chmod 600 it", path,
		    (unsigned)(st.st_mode & 07777));
	return 0;
}

static void
ring_put(struct keys *keys, const struct ring *ring)
{
	struct ring old;

	(void)pthread_rwlock_wrlock(&keys->lock);
	old = keys->ring;
	keys->ring = *ring;
	(void)pthread_rwlock_unlock(&keys->lock);
	ring_done(&old);
}

/* Reads the file, for the first time or because another process changed it. */
static int
file_load(struct keys *keys, int fd, char *why)
{
	struct secret secret = { 0 };
	struct ring ring = { 0 };
	struct tail tail;
	unsigned char *image;
	size_t bytes;
	int r;

	r = file_check(fd, keys->path, why);
	if (r != 0)
		return r;
	r = file_read(fd, &image, &bytes);
	if (r != 0)
		return refuse_errno(why, r, keys->path);
	r = image_read(image, bytes, keys->path, why, &secret, &ring, &tail);
	image_free(image, bytes);
	if (r == 0 && keys->bytes != 0 && memcmp(&secret, &keys->secret, sizeof(secret)) != 0)
		r = keys_refuse(
		    why, -EBADMSG, "%s: replaced by that of another database", keys->path);
	if (r == 0) {
		/* Once, because its keys are lent out. */
		if (keys->bytes == 0)
			keys->secret = secret;
		keys->bytes = (off_t)bytes;
		keys->tail = tail;
		ring_put(keys, &ring);
	} else {
		ring_done(&ring);
	}
	sodium_memzero(&secret, sizeof(secret));
	return r;
}

/* Whether path names another file by now: another process put it there. -errno: none. */
static int
file_is_replaced(const struct keys *keys, bool *ret_is_so)
{
	struct stat mine, now;

	if (fstat(keys->fd, &mine) != 0 || stat(keys->path, &now) != 0)
		return -errno;
	*ret_is_so = mine.st_ino != now.st_ino || mine.st_dev != now.st_dev;
	return 0;
}

/*
 * Opens and locks the file that path names. Without the lock half of what another process appends
 * would look like damage; with it the file may be another one by the time that it is had, and the
 * old one is wiped.
 */
static int
file_open(struct keys *keys)
{
	bool is_replaced = true;
	int r = 0;

	while (r == 0 && is_replaced) {
		if (keys->fd >= 0)
			(void)close(keys->fd);
		keys->fd = open(keys->path, O_RDWR | O_CLOEXEC);
		if (keys->fd < 0)
			return -errno;
		while (r == 0 && flock(keys->fd, LOCK_SH) != 0)
			if (errno != EINTR)
				r = -errno;
		if (r == 0)
			r = file_is_replaced(keys, &is_replaced);
	}
	return r;
}

int
keys_open(const char *path, struct keys **ret_keys, char why[static KEYS_WHY_BYTES])
{
	struct keys *keys = keys_make(path);
	int r = file_open(keys);

	if (r == 0)
		r = file_load(keys, keys->fd, why);
	else
		(void)refuse_errno(why, r, path);
	if (r != 0) {
		keys_close(keys);
		return r;
	}
	(void)flock(keys->fd, LOCK_UN);
	*ret_keys = keys;
	return 0;
}

/* ---- changing ---- */

/* Another process may have replaced the file, also while this one waited for its lock. */
static int
file_lock_newest(struct keys *keys)
{
	bool is_replaced;
	int fd, r;

	for (;;) {
		while (flock(keys->fd, LOCK_EX) != 0)
			if (errno != EINTR)
				return -errno;
		r = file_is_replaced(keys, &is_replaced);
		if (r == 0 && !is_replaced)
			return 0;
		(void)flock(keys->fd, LOCK_UN);
		if (r != 0)
			return r;
		fd = open(keys->path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		(void)close(keys->fd);
		keys->fd = fd;
		keys->bytes = -1;
		keys->has_failed = false;
	}
}

static bool
file_is_current(const struct keys *keys)
{
	struct stat st;
	bool is_replaced;

	return !keys->tail.is_ragged && fstat(keys->fd, &st) == 0 && st.st_size == keys->bytes &&
	       file_is_replaced(keys, &is_replaced) == 0 && !is_replaced;
}

/*
 * Before a change, with the writer's lock held: keeps other processes out, and brings the ring up
 * to what they wrote. -ENOENT: the file was removed.
 */
static int
file_lock(struct keys *keys)
{
	char why[KEYS_WHY_BYTES];
	int r = file_lock_newest(keys);

	if (r != 0 || file_is_current(keys))
		return r;
	r = file_load(keys, keys->fd, why);
	if (r != 0)
		(void)flock(keys->fd, LOCK_UN);
	return r;
}

static void
file_unlock(struct keys *keys)
{
	(void)flock(keys->fd, LOCK_UN);
}

/*
 * Puts a file with this ring in the place of the present one, and makes the ring the present one
 * when that is done; else frees it. With both locks held.
 */
static int
file_rewrite(struct keys *keys, struct ring *ring)
{
	struct tail tail;
	unsigned char *image;
	size_t bytes;
	bool is_placed;
	int fd, r;

	image = image_new(&keys->secret, ring, &bytes, &tail);
	r = file_place(keys->path, image, bytes, REPLACE, &is_placed, &fd);
	image_free(image, bytes);
	if (!is_placed) {
		ring_done(ring);
		return r;
	}
	ring_put(keys, ring);
	/* In a crash the old file may come back, unless the new name is durable. */
	if (r == 0)
		(void)file_wipe(keys->fd);
	(void)close(keys->fd);
	keys->fd = fd;
	keys->bytes = (off_t)bytes;
	keys->tail = tail;
	keys->has_failed = r != 0;
	return r;
}

/* The ring without the keys of an area and class before a week; with a record of that. */
static void
ring_copy(const struct ring *ring, const struct key_name *before, struct ring *ret_ring)
{
	*ret_ring = (struct ring){ 0 };
	for (size_t i = 0; i < ring->destroyed_count; i++)
		ring_destroyed_add(ret_ring, ring->destroyed[i]);
	if (before != NULL)
		ring_destroyed_add(ret_ring, *before);
	for (size_t i = 0; i < ring->count; i++)
		if (ring->keys[i].name.week >= ring_destroyed_week(ret_ring, &ring->keys[i].name))
			ring_add(ret_ring, &ring->keys[i]);
}

static int
file_append(struct keys *keys, const struct ring_key *key)
{
	unsigned char record[RECORD_BYTES], mark[MARK_BYTES];
	struct tail tail = keys->tail;
	struct ring copy;
	size_t at;
	int r;

	if (keys->has_failed || keys->tail.is_ragged) {
		ring_copy(&keys->ring, NULL, &copy);
		r = file_rewrite(keys, &copy);
		if (r != 0)
			return r;
		tail = keys->tail;
	}
	record_write(&keys->secret, key->wrapped, &tail, record);
	at = RECORDS_AT + (size_t)(tail.count - 1) * RECORD_BYTES;
	r = bytes_write(keys->fd, record, RECORD_BYTES, at);
	if (r == 0)
		r = flush(keys->fd);
	mark_write(&keys->secret, &tail, mark);
	if (r == 0)
		r = bytes_write(keys->fd, mark, MARK_BYTES, mark_at(tail.count));
	if (r == 0)
		r = flush(keys->fd);
	keys->has_failed = r != 0;
	keys->bytes = r == 0 ? (off_t)(at + RECORD_BYTES) : -1;
	if (r == 0)
		keys->tail = tail;
	return r;
}

static int
key_make(struct keys *keys, const struct key_name *name, struct data_key *ret_key)
{
	struct ring_key key;
	int r;

	/* The ring cannot change under the writer's lock: no reader's lock is needed. */
	if (name->week < ring_destroyed_week(&keys->ring, name))
		return -ENOKEY;
	if (ring_records(&keys->ring) >= KEYS_COUNT_MAX)
		return -ENOSPC;
	ring_key_make(&keys->secret, name, &key);
	r = file_append(keys, &key);
	if (r == 0) {
		(void)pthread_rwlock_wrlock(&keys->lock);
		ring_add(&keys->ring, &key);
		(void)pthread_rwlock_unlock(&keys->lock);
		*ret_key = key.key;
	}
	sodium_memzero(&key, sizeof(key));
	return r;
}

static int
key_find(struct keys *keys, const struct key_name *name, struct data_key *ret_key)
{
	const struct ring_key *key;

	(void)pthread_rwlock_rdlock(&keys->lock);
	key = ring_find(&keys->ring, name);
	if (key != NULL)
		*ret_key = key->key;
	(void)pthread_rwlock_unlock(&keys->lock);
	return key != NULL ? 0 : -ENOKEY;
}

int
keys_find(struct keys *keys, area_id area, uint8_t class, int32_t week, struct data_key *ret_key)
{
	struct key_name name = { area.v, week, class };
	int r = key_find(keys, &name, ret_key);

	if (r == 0)
		return 0;
	/* Another process may have made it since the file was read. */
	(void)pthread_mutex_lock(&keys->writer);
	if (!file_is_current(keys) && file_lock(keys) == 0)
		file_unlock(keys);
	r = key_find(keys, &name, ret_key);
	(void)pthread_mutex_unlock(&keys->writer);
	return r;
}

int
keys_data_key(
    struct keys *keys, area_id area, uint8_t class, int32_t week, struct data_key *ret_key)
{
	struct key_name name = { area.v, week, class };
	int r = key_find(keys, &name, ret_key);

	if (r == 0)
		return 0;
	(void)pthread_mutex_lock(&keys->writer);
	r = file_lock(keys);
	if (r == 0) {
		/* Another thread or process may have been faster. */
		r = key_find(keys, &name, ret_key);
		if (r != 0)
			r = key_make(keys, &name, ret_key);
		file_unlock(keys);
	}
	(void)pthread_mutex_unlock(&keys->writer);
	return r;
}

/* With both locks held. */
static int
destroy(struct keys *keys, const struct key_name *before, size_t *ret_count)
{
	struct ring left;
	size_t count;
	bool is_done_before;
	int r;

	ring_copy(&keys->ring, before, &left);
	count = keys->ring.count - left.count;
	is_done_before = count == 0 && !keys->has_failed && !keys->tail.is_ragged &&
			 left.destroyed_count == keys->ring.destroyed_count &&
			 ring_destroyed_week(&keys->ring, before) >= before->week;
	if (is_done_before || ring_records(&left) > KEYS_COUNT_MAX) {
		ring_done(&left);
		r = is_done_before ? 0 : -ENOSPC;
	} else {
		r = file_rewrite(keys, &left);
	}
	if (r == 0)
		*ret_count = count;
	return r;
}

int
keys_destroy(struct keys *keys, area_id area, uint8_t class, int32_t before_week, size_t *ret_count)
{
	int r;

	(void)pthread_mutex_lock(&keys->writer);
	r = file_lock(keys);
	if (r == 0) {
		r = destroy(keys, &(struct key_name){ area.v, before_week, class }, ret_count);
		file_unlock(keys);
	}
	(void)pthread_mutex_unlock(&keys->writer);
	return r;
}

/* ---- the rest ---- */

int32_t
keys_week(time_ms t)
{
	const int64_t week_ms = 7 * INT64_C(86400000);
	int64_t week = t.ms / week_ms - (t.ms % week_ms < 0);

	return (int32_t)(week > INT32_MAX ? INT32_MAX : week < INT32_MIN ? INT32_MIN : week);
}

const unsigned char *
keys_derived(const struct keys *keys, enum keys_purpose purpose)
{
	assert(purpose < KEYS_PURPOSES);
	return keys->secret.derived[purpose];
}

const unsigned char *
keys_database_id(const struct keys *keys)
{
	return keys->secret.database_id;
}

const unsigned char *
keys_master(const struct keys *keys)
{
	return keys->secret.master;
}

int
keys_export_wrapped(struct keys *keys, const char *path, char why[static KEYS_WHY_BYTES])
{
	struct tail tail;
	unsigned char *image;
	size_t bytes;
	bool is_placed;
	int r;

	(void)pthread_rwlock_rdlock(&keys->lock);
	image = image_new(&keys->secret, &keys->ring, &bytes, &tail);
	(void)pthread_rwlock_unlock(&keys->lock);
	image = image_for_backup(&keys->secret, image, bytes, &bytes);
	r = file_place(path, image, bytes, REPLACE, &is_placed, NULL);
	image_free(image, bytes);
	return r == 0 ? 0 : refuse_errno(why, r, path);
}

static int
ring_file_read(const char *path, unsigned char **ret_image, size_t *ret_bytes, char *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return refuse_errno(why, -errno, path);
	r = file_read(fd, ret_image, ret_bytes);
	(void)close(fd);
	return r == 0 ? 0 : refuse_errno(why, r, path);
}

int
keys_restore(const char *ring_path, const unsigned char master[static KEY_BYTES], const char *path,
    char why[static KEYS_WHY_BYTES])
{
	struct keys *keys;
	unsigned char *image;
	size_t bytes, key_bytes;
	int r;

	r = ring_file_read(ring_path, &image, &bytes, why);
	if (r != 0)
		return r;
	keys = keys_make(path);
	r = image_from_backup(image, bytes, master, ring_path, why, &key_bytes);
	if (r == 0)
		r = image_read(
		    image, key_bytes, ring_path, why, &keys->secret, &keys->ring, &keys->tail);
	image_free(image, bytes);
	if (r == 0)
		r = file_new(keys, why);
	keys_close(keys);
	return r;
}

static int
file_erase(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	r = file_wipe(fd);
	(void)close(fd);
	if (unlink(path) != 0)
		return -errno;
	return r;
}

int
keys_erase(const char *path, char why[static KEYS_WHY_BYTES])
{
	char temporary[PATH_MAX];
	int r;

	if (snprintf(temporary, sizeof(temporary), "%s" TEMPORARY_MORE, path) >=
	    (int)sizeof(temporary))
		return refuse_errno(why, -ENAMETOOLONG, path);
	r = file_erase(path);
	if (r == 0)
		r = file_erase(temporary);
	if (r == 0)
		r = directory_flush(path);
	return r == 0 ? 0 : refuse_errno(why, r, path);
}

void
data_key_wipe(struct data_key *key)
{
	sodium_memzero(key, sizeof(*key));
}
