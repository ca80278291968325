/* keys_file_test.c -- the key file: nothing acknowledged is lost, nothing damaged is believed. */
#include "unit/keys_fixture.h"

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
a_file_that_vanished_gets_no_keys(void **state)
{
	struct fixture *f = *state;
	struct keys *keys = made(f), *other;
	struct data_key one = key_of(keys, 1), key;
	size_t count;

	assert_int_equal(unlink(f->path), 0);
	assert_true(has_key(keys, 1, &one));
	assert_int_equal(keys_find(keys, AREA, 1, 2, &key), -ENOKEY);
	assert_int_equal(keys_data_key(keys, AREA, 1, 2, &key), -ENOENT);
	assert_int_equal(keys_destroy(keys, AREA, 1, 2, &count), -ENOENT);
	/* Nor when another database's has taken its place. */
	assert_int_equal(keys_new(f->path, &other, f->why), 0);
	assert_int_equal(keys_data_key(keys, AREA, 1, 2, &key), -EBADMSG);
	assert_int_equal(keys_data_key(keys, AREA, 1, 2, &key), -EBADMSG);
	assert_true(has_key(keys, 1, &one));
	assert_int_equal(keys_find(other, AREA, 1, 1, &key), -ENOKEY);
	keys_close(keys), keys_close(other);
}

/* What only a bug could write, or somebody who has the master. */
static void
impossible_files_are_refused(void **state)
{
	static unsigned char a[20000], b[20000];
	struct fixture *f = *state;
	struct secret secret = { .master = "a master" };
	struct ring ring = { 0 };
	struct tail tail;
	struct ring_key key;
	struct keys *keys;
	unsigned char *image;
	size_t bytes;

	secret_derive(&secret);
	ring_key_make(&secret, &(struct key_name){ 1, 1, 1 }, &key);
	ring_add(&ring, &key);
	ring_add(&ring, &key);
	image = image_new(&secret, &ring, &bytes, &tail);
	file_put(f->path, image, bytes);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
	image_free(image, bytes);
	ring_done(&ring);
	assert_int_equal(unlink(f->path), 0);

	/* A mark that was written for another record at that place. */
	keys = made(f);
	(void)key_of(keys, 1);
	bytes = file_get(f->path, a, sizeof(a));
	(void)key_of(keys, 2);
	keys_close(keys);
	(void)file_get(f->path, b, sizeof(b));
	file_put(f->path, a, bytes);
	keys = opened(f);
	(void)key_of(keys, 2);
	keys_close(keys);
	bytes = file_get(f->path, a, sizeof(a));
	assert_int_equal(bytes, RECORDS_AT + 2 * RECORD_BYTES);
	memcpy(a + PAGE_BYTES, b + PAGE_BYTES, PAGE_BYTES);
	file_put(f->path, a, bytes);
	assert_int_equal(keys_open(f->path, &keys, f->why), -EBADMSG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_cut_file_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_torn_append_loses_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(an_altered_byte_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    records_of_another_order_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(other_versions_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(the_old_file_is_overwritten, setup, teardown),
		cmocka_unit_test_setup_teardown(remains_of_a_crash_do_no_harm, setup, teardown),
		cmocka_unit_test_setup_teardown(killed_at_any_moment, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_makes_no_key, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_backup_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_vanished_gets_no_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(impossible_files_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
