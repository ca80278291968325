/* keys_test.c -- the key file: nothing acknowledged is lost, nothing damaged is believed. */
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

static int
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

static int
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

static struct keys *
made(struct fixture *f)
{
	struct keys *keys;

	assert_int_equal(keys_new(f->path, &keys, f->why), 0);
	return keys;
}

static struct keys *
opened(struct fixture *f)
{
	struct keys *keys;
	int r = keys_open(f->path, &keys, f->why);

	if (r != 0)
		fail_msg("%s", f->why);
	return keys;
}

static struct data_key
key_of(struct keys *keys, int32_t week)
{
	struct data_key key;

	assert_int_equal(keys_data_key(keys, AREA, 1, week, &key), 0);
	return key;
}

static bool
key_equal(const struct data_key *a, const struct data_key *b)
{
	return memcmp(a->cipher, b->cipher, KEY_BYTES) == 0 &&
	       memcmp(a->nonce, b->nonce, KEY_BYTES) == 0 && a->week == b->week &&
	       a->class == b->class;
}

static bool
has_key(struct keys *keys, int32_t week, const struct data_key *expected)
{
	struct data_key key;
	int r = keys_find(keys, AREA, 1, week, &key);

	assert_true(r == 0 || r == -ENOKEY);
	return r == 0 && key_equal(&key, expected);
}

static size_t
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

static void
file_put(const char *path, const unsigned char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	(void)close(fd);
}

static unsigned
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

static void
keys_are_found_again(void **state)
{
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct data_key before[300], key;
	unsigned char id[DATABASE_ID_BYTES], derived[KEYS_PURPOSES][KEY_BYTES];
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	for (int i = 0; i < 300; i++) {
		assert_int_equal(keys_data_key(keys, (area_id){ 440304005000 + i % 5 },
				     (uint8_t)(i % 3), i - 100, &before[i]),
		    0);
		assert_int_equal(before[i].week, i - 100);
		assert_int_equal(before[i].class, i % 3);
	}
	assert_int_equal(keys_find(keys, (area_id){ 440304005000 }, 1, -100, &key), -ENOKEY);
	memcpy(id, keys_database_id(keys), sizeof(id));
	for (int i = 0; i < KEYS_PURPOSES; i++)
		memcpy(derived[i], keys_derived(keys, (enum keys_purpose)i), KEY_BYTES);
	keys_close(keys);

	keys = opened(f);
	for (int i = 0; i < 300; i++) {
		assert_int_equal(keys_data_key(keys, (area_id){ 440304005000 + i % 5 },
				     (uint8_t)(i % 3), i - 100, &key),
		    0);
		assert_true(key_equal(&key, &before[i]));
	}
	assert_memory_equal(id, keys_database_id(keys), sizeof(id));
	for (int i = 0; i < KEYS_PURPOSES; i++)
		assert_memory_equal(
		    derived[i], keys_derived(keys, (enum keys_purpose)i), KEY_BYTES);
	assert_memory_not_equal(derived[0], derived[1], KEY_BYTES);
	assert_memory_not_equal(before[0].cipher, before[0].nonce, KEY_BYTES);
	keys_close(keys);
	assert_int_equal(files_in(f->folder), 1);
}

static void
a_file_that_exists_is_kept(void **state)
{
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct data_key key = key_of(keys, 1);
	char line[200];

	keys_close(keys);
	assert_int_equal(keys_new(f->path, &keys, f->why), -EEXIST);
	(void)snprintf(line, sizeof(line), "%s: exists; its keys may be in use", f->path);
	assert_string_equal(f->why, line);
	keys = opened(f);
	assert_true(has_key(keys, 1, &key));
	keys_close(keys);
	assert_int_equal(files_in(f->folder), 1);
}

static void
what_others_may_read_is_refused(void **state)
{
	struct fixture *f = *state;
	struct keys *keys;
	char line[200];

	keys_close(made(f));
	for (mode_t mode = 0; mode <= 0777; mode++) {
		if ((mode & 0600) != 0600)
			continue;
		assert_int_equal(chmod(f->path, mode), 0);
		if ((mode & 077) == 0) {
			keys_close(opened(f));
			continue;
		}
		assert_int_equal(keys_open(f->path, &keys, f->why), -EPERM);
	}
	assert_int_equal(chmod(f->path, 0640), 0);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EPERM);
	(void)snprintf(line, sizeof(line),
	    "%s: others than its owner may use it (mode 0640); chmod 600 it", f->path);
	assert_string_equal(f->why, line);
	assert_int_equal(chmod(f->path, 0600), 0);

	assert_int_equal(keys_open(f->other, &keys, f->why), -ENOENT);
	assert_int_equal(keys_open("/dev/null", &keys, f->why), -EINVAL);
	assert_int_equal(keys_new("/no/such/folder/keys", &keys, f->why), -ENOENT);
	assert_string_equal(f->why, "/no/such/folder/keys: No such file or directory");
}

/* Cut anywhere: refused, unless all that was acknowledged is still there. */
static void
a_cut_file_is_refused(void **state)
{
	static unsigned char image[20000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	size_t bytes;

	for (int32_t week = 0; week < 4; week++)
		(void)key_of(keys, week);
	keys_close(keys);
	bytes = file_get(f->path, image, sizeof(image));
	assert_int_equal(bytes, RECORDS_AT + 4 * RECORD_BYTES);
	for (size_t n = 0; n < bytes; n += n < RECORDS_AT ? 5 : 1) {
		file_put(f->path, image, n);
		assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
		assert_null(strchr(f->why, '\n'));
	}
	file_put(f->path, image, RECORDS_AT + 2 * RECORD_BYTES + 5);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
	assert_non_null(strstr(f->why, "cut short after 2 of 4 keys"));
}

/* Whatever the crash left of an append whose key was never used: the keys before it are there. */
static void
a_torn_append_loses_nothing(void **state)
{
	static unsigned char before[20000], after[20000], torn[20000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct data_key first = key_of(keys, 1), second = key_of(keys, 2), third, again;
	size_t n, mark = mark_at(3);

	n = file_get(f->path, before, sizeof(before));
	third = key_of(keys, 3);
	keys_close(keys);
	assert_int_equal(file_get(f->path, after, sizeof(after)), n + RECORD_BYTES);

	for (size_t cut = 0; cut <= RECORD_BYTES + MARK_BYTES; cut++) {
		size_t record = cut < RECORD_BYTES ? cut : RECORD_BYTES;
		bool is_whole = cut >= RECORD_BYTES;

		memcpy(torn, before, n);
		memcpy(torn + n, after + n, record);
		memcpy(torn + mark, after + mark, cut - record);
		file_put(f->path, torn, n + record);
		keys = opened(f);
		assert_true(has_key(keys, 1, &first));
		assert_true(has_key(keys, 2, &second));
		assert_int_equal(has_key(keys, 3, &third), is_whole);
		/* And it goes on from there. */
		again = key_of(keys, 3);
		keys_close(keys);
		keys = opened(f);
		assert_true(has_key(keys, 1, &first));
		assert_true(has_key(keys, 3, &again));
		assert_int_equal(key_equal(&again, &third), is_whole);
		keys_close(keys);
	}
	/* Blocks that the file system had reserved and not yet written. */
	memcpy(torn, before, n);
	memset(torn + n, 0, RECORD_BYTES + 1);
	file_put(f->path, torn, n + RECORD_BYTES);
	keys_close(opened(f));
	file_put(f->path, torn, n + RECORD_BYTES + 1);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
}

static void
an_altered_byte_is_refused(void **state)
{
	static unsigned char image[20000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct data_key weeks[3];
	size_t bytes, refused = 0;

	for (int32_t week = 0; week < 3; week++)
		weeks[week] = key_of(keys, week);
	keys_close(keys);
	bytes = file_get(f->path, image, sizeof(image));
	for (size_t i = 0; i < bytes; i += i < CHECK_AT ? 3 : 1) {
		bool is_in_marks = i >= PAGE_BYTES && i < RECORDS_AT;
		int r;

		image[i] ^= 0x40;
		file_put(f->path, image, bytes);
		image[i] ^= 0x40;
		r = keys_open(f->path, &keys, f->why);
		if (r == 0) {
			/* The page of the marks has two of them, and room that nobody reads. */
			assert_true(is_in_marks);
			for (int32_t week = 0; week < 3; week++)
				assert_true(has_key(keys, week, &weeks[week]));
			keys_close(keys);
			continue;
		}
		assert_true(r == -EBADMSG || (r == -EPROTONOSUPPORT && i < 16));
		refused++;
	}
	assert_true(refused >= CHECK_AT / 3 + CHECK_BYTES + 3 * RECORD_BYTES);
}

static void
records_of_another_order_are_refused(void **state)
{
	static unsigned char image[20000], moved[20000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	size_t bytes;

	for (int32_t week = 0; week < 3; week++)
		(void)key_of(keys, week);
	keys_close(keys);
	bytes = file_get(f->path, image, sizeof(image));
	memcpy(moved, image, bytes);
	memcpy(moved + RECORDS_AT, image + RECORDS_AT + RECORD_BYTES, RECORD_BYTES);
	memcpy(moved + RECORDS_AT + RECORD_BYTES, image + RECORDS_AT, RECORD_BYTES);
	file_put(f->path, moved, bytes);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
	/* One left out. */
	memcpy(moved, image, bytes);
	memcpy(
	    moved + RECORDS_AT + RECORD_BYTES, image + RECORDS_AT + 2 * RECORD_BYTES, RECORD_BYTES);
	file_put(f->path, moved, bytes - RECORD_BYTES);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
}

static void
other_versions_are_named(void **state)
{
	static unsigned char image[20000];
	struct fixture *f = *state;
	struct keys *keys;
	size_t bytes;

	keys_close(made(f));
	bytes = file_get(f->path, image, sizeof(image));
	image[14] = '2';
	file_put(f->path, image, bytes);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EPROTONOSUPPORT);
	file_put(f->path, (const unsigned char *)"SQLite format 3\0", 16);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
	assert_non_null(strstr(f->why, "not a key file"));
}

static void
destroyed_is_destroyed(void **state)
{
	static unsigned char image[40000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct data_key weeks[20], elsewhere, key;
	size_t count, bytes;

	for (int32_t week = 0; week < 20; week++)
		weeks[week] = key_of(keys, week);
	assert_int_equal(keys_data_key(keys, AREA, 2, 3, &elsewhere), 0);
	assert_int_equal(keys_destroy(keys, AREA, 1, 10, &count), 0);
	assert_int_equal(count, 10);
	for (unsigned round = 0; round < 2; round++) {
		for (int32_t week = 0; week < 20; week++)
			assert_int_equal(has_key(keys, week, &weeks[week]), week >= 10);
		assert_int_equal(keys_data_key(keys, AREA, 1, 9, &key), -ENOKEY);
		assert_int_equal(keys_data_key(keys, AREA, 1, -5, &key), -ENOKEY);
		assert_int_equal(keys_data_key(keys, AREA, 2, 3, &key), 0);
		assert_true(key_equal(&key, &elsewhere));
		/* Once more, and less: nothing changes. */
		assert_int_equal(keys_destroy(keys, AREA, 1, 10, &count), 0);
		assert_int_equal(count, 0);
		assert_int_equal(keys_destroy(keys, AREA, 1, 4, &count), 0);
		assert_int_equal(count, 0);
		keys_close(keys);
		keys = opened(f);
	}
	/* Where there never was a key, none is made afterwards either. */
	assert_int_equal(keys_destroy(keys, AREA, 7, 5, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(keys_destroy(keys, AREA, 7, 6, &count), 0);
	keys_close(keys);
	keys = opened(f);
	assert_int_equal(keys_data_key(keys, AREA, 7, 5, &key), -ENOKEY);
	assert_int_equal(keys_data_key(keys, AREA, 7, 6, &key), 0);
	assert_int_equal(keys_destroy(keys, AREA, 1, INT32_MAX, &count), 0);
	assert_int_equal(count, 10);
	assert_int_equal(keys_destroy(keys, AREA, 1, INT32_MIN, &count), 0);
	keys_close(keys);

	bytes = file_get(f->path, image, sizeof(image));
	assert_int_equal(bytes, RECORDS_AT + (2 + 2) * RECORD_BYTES);
	assert_int_equal(files_in(f->folder), 1);
}

/* The old file still has a name here: what it holds shows that it was overwritten. */
static void
the_old_file_is_overwritten(void **state)
{
	static unsigned char image[20000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	size_t count, bytes;

	(void)key_of(keys, 1);
	assert_int_equal(link(f->path, f->other), 0);
	assert_int_equal(keys_destroy(keys, AREA, 1, 2, &count), 0);
	keys_close(keys);
	bytes = file_get(f->other, image, sizeof(image));
	assert_int_equal(bytes, RECORDS_AT + RECORD_BYTES);
	assert_true(sodium_is_zero(image, bytes));
}

/* Temporary files of crashes before: at the making, at a destruction, at a restore. */
static void
remains_of_a_crash_do_no_harm(void **state)
{
	struct fixture *f = *state;
	struct keys *keys;
	struct data_key key;
	size_t count;

	file_put(f->temporary, (const unsigned char *)"half", 4);
	keys = made(f);
	assert_int_equal(files_in(f->folder), 1);
	key = key_of(keys, 1);
	(void)key_of(keys, 0);
	keys_close(keys);

	/* The new file was written, and not yet renamed. */
	file_put(f->temporary, (const unsigned char *)"redvest keys v1\n", 16);
	keys = opened(f);
	assert_true(has_key(keys, 1, &key));
	assert_int_equal(keys_destroy(keys, AREA, 1, 1, &count), 0);
	assert_true(has_key(keys, 1, &key));
	assert_int_equal(files_in(f->folder), 1);
	keys_close(keys);

	/* The name was linked, and the temporary one not yet removed. */
	assert_int_equal(link(f->path, f->temporary), 0);
	keys = opened(f);
	assert_int_equal(keys_destroy(keys, AREA, 1, 2, &count), 0);
	assert_int_equal(count, 1);
	keys_close(keys);
	keys_close(opened(f));
	assert_int_equal(files_in(f->folder), 1);
}

/* A process makes keys and is killed at some moment; all that it told of must be there. */
static void
killed_at_any_moment(void **state)
{
	struct fixture *f = *state;
	struct keys *keys;
	struct data_key told[400];
	size_t all = 0;

	keys_close(made(f));
	for (int round = 0; round < 20; round++) {
		int pipes[2], status;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0) {
			keys = opened(f);
			for (int32_t week = (int32_t)all;; week++) {
				struct data_key key;

				if (keys_data_key(keys, AREA, 1, week, &key) != 0 ||
				    write(pipes[1], &key, sizeof(key)) != sizeof(key))
					_exit(1);
			}
		}
		(void)close(pipes[1]);
		for (int i = 0; i < round % 7 && all < LEN(told); i++)
			assert_int_equal(
			    read(pipes[0], &told[all++], sizeof(told[0])), sizeof(told[0]));
		(void)usleep((unsigned)(round * 137 % 1000));
		(void)kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (all < LEN(told) &&
		       read(pipes[0], &told[all], sizeof(told[0])) == sizeof(told[0]))
			all++;
		(void)close(pipes[0]);
		keys = opened(f);
		for (size_t i = 0; i < all; i++)
			assert_true(has_key(keys, (int32_t)i, &told[i]));
		keys_close(keys);
	}
	assert_true(all > 20);
}

static void
file_size_limit(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A disk that takes no more, in the middle of a record: there is no such key, and later there is.
 */
static void
a_full_disk_makes_no_key(void **state)
{
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct data_key first = key_of(keys, 1), key;
	size_t count;

	(void)signal(SIGXFSZ, SIG_IGN);
	file_size_limit(RECORDS_AT + RECORD_BYTES + 50);
	assert_int_equal(keys_data_key(keys, AREA, 1, 2, &key), -EFBIG);
	assert_int_equal(keys_find(keys, AREA, 1, 2, &key), -ENOKEY);
	assert_true(has_key(keys, 1, &first));
	keys_close(opened(f));
	/* Nor is anything destroyed when the new file cannot be written. */
	file_size_limit(100);
	assert_int_equal(keys_destroy(keys, AREA, 1, 2, &count), -EFBIG);
	assert_true(has_key(keys, 1, &first));
	assert_int_equal(keys_data_key(keys, AREA, 1, 2, &key), -EFBIG);
	assert_int_equal(keys_export_wrapped(keys, f->other, f->why), -EFBIG);
	file_size_limit(RLIM_INFINITY);
	(void)signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(files_in(f->folder), 1);

	key = key_of(keys, 2);
	keys_close(keys);
	keys = opened(f);
	assert_true(has_key(keys, 1, &first));
	assert_true(has_key(keys, 2, &key));
	keys_close(keys);
}

static void
a_backup_and_the_sheet_bring_keys_back(void **state)
{
	static unsigned char ring[30000], keys_bytes[30000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct data_key weeks[10], key;
	unsigned char master[KEY_BYTES], id[DATABASE_ID_BYTES];
	size_t count, bytes;

	for (int32_t week = 0; week < 10; week++)
		weeks[week] = key_of(keys, week);
	assert_int_equal(keys_destroy(keys, AREA, 1, 4, &count), 0);
	memcpy(master, keys_master(keys), KEY_BYTES);
	memcpy(id, keys_database_id(keys), sizeof(id));
	assert_int_equal(keys_export_wrapped(keys, f->other, f->why), 0);
	assert_int_equal(keys_export_wrapped(keys, f->other, f->why), 0);
	keys_close(keys);

	/* Neither the master nor a data key lies in it. */
	bytes = file_get(f->other, ring, sizeof(ring));
	assert_null(memmem(ring, bytes, master, 8));
	assert_null(memmem(ring, bytes, weeks[9].cipher, 8));
	assert_int_equal(keys_open(f->other, &keys, f->why), -EBADMSG);

	assert_int_equal(keys_restore(f->other, master, f->path, f->why), -EEXIST);
	assert_true(file_get(f->path, keys_bytes, sizeof(keys_bytes)) > 0);
	assert_int_equal(unlink(f->path), 0);
	master[3] ^= 1;
	assert_int_equal(keys_restore(f->other, master, f->path, f->why), -EKEYREJECTED);
	master[3] ^= 1;
	assert_int_equal(keys_restore("/no/such", master, f->path, f->why), -ENOENT);
	assert_int_equal(files_in(f->folder), 1);
	assert_int_equal(keys_restore(f->other, master, f->path, f->why), 0);
	keys = opened(f);
	for (int32_t week = 0; week < 10; week++)
		assert_int_equal(has_key(keys, week, &weeks[week]), week >= 4);
	assert_int_equal(keys_data_key(keys, AREA, 1, 3, &key), -ENOKEY);
	assert_memory_equal(id, keys_database_id(keys), sizeof(id));
	keys_close(keys);
}

static void
a_damaged_backup_is_refused(void **state)
{
	static unsigned char ring[30000];
	struct fixture *f = *state;
	struct keys *keys = made(f);
	unsigned char master[KEY_BYTES];
	size_t bytes;
	int r;

	(void)key_of(keys, 1);
	memcpy(master, keys_master(keys), KEY_BYTES);
	assert_int_equal(keys_export_wrapped(keys, f->other, f->why), 0);
	keys_close(keys);
	assert_int_equal(unlink(f->path), 0);
	bytes = file_get(f->other, ring, sizeof(ring));
	for (size_t i = 0; i < bytes; i += i < RECORDS_AT ? 3 : 1) {
		ring[i] ^= 1;
		file_put(f->other, ring, bytes);
		ring[i] ^= 1;
		r = keys_restore(f->other, master, f->path, f->why);
		assert_true(r == -EBADMSG || (r == -EPROTONOSUPPORT && i < 16));
		file_put(f->other, ring, i);
		assert_int_equal(keys_restore(f->other, master, f->path, f->why), -EBADMSG);
	}
	assert_int_equal(files_in(f->folder), 1);
}

static void
erased_is_gone(void **state)
{
	struct fixture *f = *state;
	struct keys *keys;

	keys_close(made(f));
	file_put(f->temporary, (const unsigned char *)"half", 4);
	assert_int_equal(keys_erase(f->path, f->why), 0);
	assert_int_equal(files_in(f->folder), 0);
	assert_int_equal(keys_erase(f->path, f->why), 0);
	assert_int_equal(keys_open(f->path, &keys, f->why), -ENOENT);
}

struct racer {
	struct keys *keys;
	struct data_key seen[64];
};

static void *
race(void *argument)
{
	struct racer *racer = argument;

	for (int round = 0; round < 50; round++)
		for (int32_t week = 0; week < 64; week++)
			if (keys_data_key(racer->keys, AREA, 1, week, &racer->seen[week]) != 0)
				abort();
	return NULL;
}

/* Whoever is first makes the key; all get the same. Another area's are destroyed meanwhile. */
static void
threads_see_one_ring(void **state)
{
	struct fixture *f = *state;
	struct keys *keys = made(f);
	struct racer racers[4];
	pthread_t threads[4];
	struct data_key key;
	size_t count;

	for (size_t i = 0; i < LEN(racers); i++) {
		racers[i].keys = keys;
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (int32_t week = 0; week < 20; week++) {
		assert_int_equal(keys_data_key(keys, (area_id){ 2 }, 1, week, &key), 0);
		assert_int_equal(keys_destroy(keys, (area_id){ 2 }, 1, week + 1, &count), 0);
		assert_int_equal(count, 1);
	}
	for (size_t i = 0; i < LEN(racers); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	keys_close(keys);
	keys = opened(f);
	for (int32_t week = 0; week < 64; week++)
		for (size_t i = 0; i < LEN(racers); i++)
			assert_true(has_key(keys, week, &racers[i].seen[week]));
	keys_close(keys);
}

/* A full ring: written by the format's own functions, for so many appends would take minutes. */
static void
a_full_ring_is_answered(void **state)
{
	struct fixture *f = *state;
	struct secret secret;
	struct ring ring = { 0 };
	struct tail tail;
	struct ring_key key;
	struct keys *keys;
	struct data_key found;
	unsigned char *image;
	size_t bytes, count;

	secret_new(&secret);
	for (int32_t i = 0; i < (int32_t)KEYS_COUNT_MAX - 1; i++) {
		ring_key_make(&secret, &(struct key_name){ i % 4, i / 4, 1 }, &key);
		ring_add(&ring, &key);
	}
	image = image_new(&secret, &ring, &bytes, &tail);
	file_put(f->path, image, bytes);
	ring_done(&ring);

	keys = opened(f);
	assert_int_equal(keys_data_key(keys, (area_id){ 9 }, 1, 1, &found), 0);
	assert_int_equal(keys_data_key(keys, (area_id){ 9 }, 1, 2, &found), -ENOSPC);
	assert_int_equal(keys_data_key(keys, (area_id){ 9 }, 1, 1, &found), 0);
	keys_close(keys);
	keys = opened(f);
	assert_int_equal(keys_destroy(keys, (area_id){ 10 }, 1, 1, &count), -ENOSPC);
	assert_int_equal(keys_destroy(keys, (area_id){ 1 }, 1, 100, &count), 0);
	assert_int_equal(count, 100);
	assert_int_equal(keys_data_key(keys, (area_id){ 9 }, 1, 2, &found), 0);
	keys_close(keys);

	file_put(f->path, image, bytes);
	assert_int_equal(truncate(f->path, (off_t)IMAGE_BYTES_MAX + 1), 0);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EFBIG);
	image_free(image, bytes);
}

static void
weeks_are_counted_from_the_epoch(void **state)
{
	(void)state;
	assert_int_equal(keys_week((time_ms){ 0 }), 0);
	assert_int_equal(keys_week((time_ms){ 604799999 }), 0);
	assert_int_equal(keys_week((time_ms){ 604800000 }), 1);
	assert_int_equal(keys_week((time_ms){ -1 }), -1);
	assert_int_equal(keys_week((time_ms){ -604800000 }), -1);
	assert_int_equal(keys_week((time_ms){ 1646384400000 }), 2722);
	assert_int_equal(keys_week((time_ms){ INT64_MAX }), INT32_MAX);
	assert_int_equal(keys_week((time_ms){ INT64_MIN }), INT32_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keys_are_found_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_exists_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(what_others_may_read_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cut_file_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_torn_append_loses_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(an_altered_byte_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    records_of_another_order_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(other_versions_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(destroyed_is_destroyed, setup, teardown),
		cmocka_unit_test_setup_teardown(the_old_file_is_overwritten, setup, teardown),
		cmocka_unit_test_setup_teardown(remains_of_a_crash_do_no_harm, setup, teardown),
		cmocka_unit_test_setup_teardown(killed_at_any_moment, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_makes_no_key, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_backup_and_the_sheet_bring_keys_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_backup_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(erased_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(threads_see_one_ring, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_ring_is_answered, setup, teardown),
		cmocka_unit_test(weeks_are_counted_from_the_epoch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
