/* keys_test.c -- the ring of data keys: found again, shared, destroyed, backed up, restored. */
#include "unit/keys_fixture.h"

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

/* Two that have the file open, as two processes would: each finds what the other made. */
static void
processes_share_a_file(void **state)
{
	struct fixture *f = *state;
	struct keys *a = made(f), *b = opened(f), *c = opened(f);
	struct data_key one = key_of(a, 1), two = key_of(b, 2), three, key;
	size_t count;

	assert_true(has_key(b, 1, &one));
	assert_true(has_key(a, 2, &two));
	assert_int_equal(keys_destroy(a, AREA, 1, 2, &count), 0);
	assert_int_equal(count, 1);
	three = key_of(b, 3);
	assert_int_equal(keys_data_key(b, AREA, 1, 1, &key), -ENOKEY);
	assert_true(has_key(a, 3, &three));
	assert_int_equal(keys_destroy(b, AREA, 1, 3, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(keys_destroy(c, AREA, 1, 3, &count), 0);
	assert_int_equal(count, 0);
	assert_true(has_key(c, 3, &three));
	keys_close(a), keys_close(b), keys_close(c);
	a = opened(f);
	assert_true(has_key(a, 3, &three));
	assert_int_equal(keys_find(a, AREA, 1, 2, &key), -ENOKEY);
	keys_close(a);
}

/* What is half appended is no damage: whoever opens the file meanwhile waits for the rest. */
static void
opening_waits_for_who_appends(void **state)
{
	struct fixture *f = *state;
	struct data_key key;
	struct keys *keys = made(f), *other;
	char why[KEYS_WHY_BYTES];
	pid_t children[8];
	int status;

	for (size_t i = 0; i < LEN(children); i++) {
		children[i] = fork();
		for (int k = 0; children[i] == 0 && k < 500; k++) {
			if (keys_open(f->path, &other, why) != 0)
				_exit(1);
			keys_close(other);
		}
		if (children[i] == 0)
			_exit(0);
	}
	for (int32_t week = 0; week < 60; week++)
		assert_int_equal(keys_data_key(keys, AREA, 1, week, &key), 0);
	for (size_t i = 0; i < LEN(children); i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	keys_close(keys);
}

/* Each makes the same keys as fast as it can, and destroys those of an area of its own. */
static void
process_run(struct fixture *f, int64_t number, int out)
{
	struct keys *keys = opened(f);
	struct data_key weeks[40], key;
	size_t count;

	for (int32_t week = 0; week < (int32_t)LEN(weeks); week++) {
		weeks[week] = key_of(keys, week);
		if (keys_data_key(keys, (area_id){ number }, 1, week, &key) != 0 ||
		    (week % 5 == 0 &&
			keys_destroy(keys, (area_id){ number }, 1, week + 1, &count) != 0))
			_exit(1);
	}
	keys_close(keys);
	_exit(write(out, weeks, sizeof(weeks)) == sizeof(weeks) ? 0 : 1);
}

static void
many_processes_lose_no_key(void **state)
{
	struct fixture *f = *state;
	struct data_key weeks[40], key;
	struct keys *keys;
	pid_t children[4];
	int pipes[2], status;

	keys_close(made(f));
	assert_int_equal(pipe(pipes), 0);
	for (size_t i = 0; i < LEN(children); i++) {
		children[i] = fork();
		if (children[i] == 0)
			process_run(f, (int64_t)i, pipes[1]);
	}
	for (size_t i = 0; i < LEN(children); i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	keys = opened(f);
	for (size_t i = 0; i < LEN(children); i++) {
		assert_int_equal(read(pipes[0], weeks, sizeof(weeks)), sizeof(weeks));
		for (int32_t week = 0; week < (int32_t)LEN(weeks); week++) {
			assert_true(has_key(keys, week, &weeks[week]));
			assert_int_equal(keys_find(keys, (area_id){ (int64_t)i }, 1, week, &key),
			    week > 35 ? 0 : -ENOKEY);
		}
	}
	keys_close(keys);
	(void)close(pipes[0]), (void)close(pipes[1]);
	assert_int_equal(files_in(f->folder), 1);
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
		cmocka_unit_test_setup_teardown(destroyed_is_destroyed, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_backup_and_the_sheet_bring_keys_back, setup, teardown),
		cmocka_unit_test_setup_teardown(erased_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(threads_see_one_ring, setup, teardown),
		cmocka_unit_test_setup_teardown(processes_share_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(opening_waits_for_who_appends, setup, teardown),
		cmocka_unit_test_setup_teardown(many_processes_lose_no_key, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_ring_is_answered, setup, teardown),
		cmocka_unit_test(weeks_are_counted_from_the_epoch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
