/* keys_fixture.h -- what tests of the key file share: a folder of their own, bytes of files. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/str.h"
#include "ledger/keyring.h"

#define AREA	 ((area_id){ 440304005012 })
#define CHECK_AT (PAGE_BYTES - CHECK_BYTES)

struct fixture {
	char folder[32], path[80], other[80], temporary[80], why[KEYS_WHY_BYTES];
};

static inline int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->folder, "/tmp/keys_test_XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/a.db.keys", f->folder);
	(void)snprintf(f->other, sizeof(f->other), "%s/other", f->folder);
	(void)snprintf(f->temporary, sizeof(f->temporary), "%s/a.db.keys.new", f->folder);
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	(void)unlink(f->path);
	(void)unlink(f->other);
	(void)unlink(f->temporary);
	if (rmdir(f->folder) != 0)
		return -1;
	free(f);
	return 0;
}

static inline struct keys *
made(struct fixture *f)
{
	struct keys *keys;

	assert_int_equal(keys_new(f->path, &keys, f->why), 0);
	return keys;
}

static inline struct keys *
opened(struct fixture *f)
{
	struct keys *keys;
	int r = keys_open(f->path, &keys, f->why);

	if (r != 0)
		fail_msg("%s", f->why);
	return keys;
}

static inline struct data_key
key_of(struct keys *keys, int32_t week)
{
	struct data_key key;

	assert_int_equal(keys_data_key(keys, AREA, 1, week, &key), 0);
	return key;
}

static inline bool
key_equal(const struct data_key *a, const struct data_key *b)
{
	return memcmp(a->cipher, b->cipher, KEY_BYTES) == 0 &&
	       memcmp(a->nonce, b->nonce, KEY_BYTES) == 0 && a->week == b->week &&
	       a->class == b->class;
}

static inline bool
has_key(struct keys *keys, int32_t week, const struct data_key *expected)
{
	struct data_key key;
	int r = keys_find(keys, AREA, 1, week, &key);

	assert_true(r == 0 || r == -ENOKEY);
	return r == 0 && key_equal(&key, expected);
}

static inline size_t
file_get(const char *path, unsigned char *ret, size_t room)
{
	FILE *file = fopen(path, "rb");
	size_t n;

	assert_non_null(file);
	n = fread(ret, 1, room, file);
	assert_true(n < room);
	(void)fclose(file);
	return n;
}

static inline void
file_put(const char *path, const unsigned char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	(void)close(fd);
}

static inline unsigned
files_in(const char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	unsigned count = 0;

	while ((entry = readdir(directory)) != NULL)
		count += entry->d_name[0] != '.';
	(void)closedir(directory);
	return count;
}
