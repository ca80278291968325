/* seal_test.c -- sealed values: they open where they were sealed, and nowhere else; hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/hash.h"
#include "ledger/seal.h"

#define AREA ((area_id){ 440304005012 })

struct fixture {
	char folder[32], path[64];
	struct keys *keys;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char why[KEYS_WHY_BYTES];

	strcpy(f->folder, "/tmp/seal_test_XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/k", f->folder);
	*state = f;
	return keys_new(f->path, &f->keys, why);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	keys_close(f->keys);
	(void)unlink(f->path);
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

static struct data_key
key_of(struct fixture *f, uint8_t class, int32_t week)
{
	struct data_key key;

	assert_int_equal(keys_data_key(f->keys, AREA, class, week, &key), 0);
	return key;
}

static void
opens_where_it_was_sealed(void **state)
{
	struct fixture *f = *state;
	struct data_key key = key_of(f, 2, 2721);
	struct buffer sealed = { 0 }, plain = { 0 };
	char text[3000];
	size_t lengths[] = { 0, 1, 15, 16, 17, 200, 3000 };

	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < LEN(lengths); i++) {
		struct str s = { text, lengths[i] };

		buffer_reset(&sealed), buffer_reset(&plain);
		buffer_add(&plain, S("before"));
		seal(&key, s, AREA, 7, S("round_sample_take"), &sealed);
		assert_int_equal(sealed.n, s.n + SEAL_MORE_BYTES);
		assert_int_equal(
		    unseal(f->keys, buffer_str(&sealed), AREA, 7, S("round_sample_take"), &plain),
		    0);
		assert_int_equal(plain.n, 6 + s.n);
		assert_memory_equal(plain.p, "before", 6);
		assert_memory_equal(plain.p + 6, text, s.n);
	}
	/* An empty value into an empty buffer. */
	buffer_done(&plain), buffer_reset(&sealed);
	seal(&key, (struct str){ NULL, 0 }, AREA, 7, S(""), &sealed);
	assert_int_equal(unseal(f->keys, buffer_str(&sealed), AREA, 7, S(""), &plain), 0);
	assert_int_equal(plain.n, 0);
	buffer_done(&sealed), buffer_done(&plain);
}

static void
any_altered_byte_is_refused(void **state)
{
	struct fixture *f = *state;
	struct data_key key = key_of(f, 2, 2721);
	struct buffer sealed = { 0 }, plain = { 0 };

	/* Where the class or the week is altered, there is such a key too. */
	for (unsigned bit = 0; bit < 8; bit++)
		for (size_t at = 0; at < 4; at++)
			(void)key_of(f, 2, (int32_t)(2721u ^ (uint32_t)1 << (8 * at + bit)));
	for (unsigned bit = 0; bit < 8; bit++)
		(void)key_of(f, (uint8_t)(2u ^ 1u << bit), 2721);

	seal(&key, S("13800000000, 3-2-501"), AREA, 7, S("need_ask"), &sealed);
	for (size_t i = 0; i < sealed.n; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			sealed.p[i] = (char)(sealed.p[i] ^ (1 << bit));
			assert_int_equal(
			    unseal(f->keys, buffer_str(&sealed), AREA, 7, S("need_ask"), &plain),
			    -EBADMSG);
			assert_int_equal(plain.n, 0);
			sealed.p[i] = (char)(sealed.p[i] ^ (1 << bit));
		}
	for (size_t n = 0; n < sealed.n; n++)
		assert_int_equal(
		    unseal(f->keys, (struct str){ sealed.p, n }, AREA, 7, S("need_ask"), &plain),
		    -EBADMSG);
	buffer_char(&sealed, 'x');
	assert_int_equal(
	    unseal(f->keys, buffer_str(&sealed), AREA, 7, S("need_ask"), &plain), -EBADMSG);
	buffer_done(&sealed), buffer_done(&plain);
}

static void
any_other_place_is_refused(void **state)
{
	struct fixture *f = *state;
	struct data_key key = key_of(f, 2, 2721), other;
	struct buffer sealed = { 0 }, plain = { 0 };
	struct str s;

	/* A table's class and week are the same in another area, where the key is another. */
	assert_int_equal(keys_data_key(f->keys, (area_id){ 440304005013 }, 2, 2721, &other), 0);
	seal(&key, S("abc"), AREA, 7, S("person.phone"), &sealed);
	s = buffer_str(&sealed);
	assert_int_equal(
	    unseal(f->keys, s, (area_id){ 440304005013 }, 7, S("person.phone"), &plain), -EBADMSG);
	assert_int_equal(unseal(f->keys, s, (area_id){ 1 }, 7, S("person.phone"), &plain), -ENOKEY);
	assert_int_equal(unseal(f->keys, s, AREA, 8, S("person.phone"), &plain), -EBADMSG);
	assert_int_equal(unseal(f->keys, s, AREA, 7, S("person.phone2"), &plain), -EBADMSG);
	assert_int_equal(unseal(f->keys, s, AREA, 7, S("person.phon"), &plain), -EBADMSG);
	assert_int_equal(unseal(f->keys, s, AREA, 7, S(""), &plain), -EBADMSG);
	assert_int_equal(unseal(f->keys, s, AREA, 7, S("person.phone"), &plain), 0);
	buffer_done(&sealed), buffer_done(&plain);
}

/* What cannot be decoded is sealed under the name it came with, however long. */
static void
names_may_be_long(void **state)
{
	struct fixture *f = *state;
	struct data_key key = key_of(f, 2, 2721);
	struct buffer sealed = { 0 }, plain = { 0 };
	char name[5000];

	memset(name, 'n', sizeof(name));
	for (size_t n = 126; n < 132; n++) {
		buffer_reset(&sealed), buffer_reset(&plain);
		seal(&key, S("abc"), AREA, 7, (struct str){ name, n }, &sealed);
		assert_int_equal(unseal(f->keys, buffer_str(&sealed), AREA, 7,
				     (struct str){ name, n + 1 }, &plain),
		    -EBADMSG);
		assert_int_equal(
		    unseal(f->keys, buffer_str(&sealed), AREA, 7, (struct str){ name, n }, &plain),
		    0);
	}
	seal(&key, S("abc"), AREA, 7, (struct str){ name, sizeof(name) }, &sealed);
	buffer_done(&sealed), buffer_done(&plain);
}

static void
the_same_gives_the_same_bytes(void **state)
{
	struct fixture *f = *state;
	struct data_key key = key_of(f, 2, 2721), week_after = key_of(f, 2, 2722);
	struct buffer a = { 0 }, b[6] = { 0 };

	seal(&key, S("abc"), AREA, 7, S("need_ask"), &a);
	seal(&key, S("abc"), AREA, 7, S("need_ask"), &b[0]);
	assert_true(str_equal(buffer_str(&a), buffer_str(&b[0])));
	/* A number used again for something else must not have the same nonce. */
	seal(&key, S("abd"), AREA, 7, S("need_ask"), &b[1]);
	seal(&key, S("abc"), AREA, 8, S("need_ask"), &b[2]);
	seal(&key, S("abc"), (area_id){ 1 }, 7, S("need_ask"), &b[3]);
	seal(&key, S("bc"), AREA, 7, S("need_aska"), &b[4]);
	seal(&week_after, S("abc"), AREA, 7, S("need_ask"), &b[5]);
	for (size_t i = 1; i < LEN(b); i++)
		assert_memory_not_equal(a.p + 6, b[i].p + 6, 24);
	buffer_done(&a);
	for (size_t i = 0; i < LEN(b); i++)
		buffer_done(&b[i]);
}

static void
a_destroyed_key_opens_nothing(void **state)
{
	struct fixture *f = *state;
	struct data_key key = key_of(f, 2, 100), kept = key_of(f, 2, 101);
	struct buffer old = { 0 }, new = { 0 }, plain = { 0 };
	size_t count;
	uint8_t class;
	int32_t week;

	seal(&key, S("old"), AREA, 7, S("need_ask"), &old);
	seal(&kept, S("new"), AREA, 8, S("need_ask"), &new);
	assert_int_equal(keys_destroy(f->keys, AREA, 2, 101, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(
	    unseal(f->keys, buffer_str(&old), AREA, 7, S("need_ask"), &plain), -ENOKEY);
	assert_int_equal(unseal(f->keys, buffer_str(&new), AREA, 8, S("need_ask"), &plain), 0);
	assert_true(seal_key_of(buffer_str(&old), &class, &week));
	assert_int_equal(class, 2);
	assert_int_equal(week, 100);
	assert_false(seal_key_of(S("no sealed value"), &class, &week));
	buffer_done(&old), buffer_done(&new), buffer_done(&plain);
}

static void
hash_twice(struct str a, struct str b, unsigned char ret[HASH_BYTES])
{
	struct hash hash;

	hash_begin(&hash);
	hash_add_str(&hash, a);
	hash_add_str(&hash, b);
	hash_end(&hash, ret);
}

static void
hashes_frame_their_values(void **state)
{
	unsigned char a[HASH_BYTES], b[HASH_BYTES], key[HASH_BYTES] = { 1 };
	struct hash hash;

	(void)state;
	hash_twice(S("ab"), S("c"), a);
	hash_twice(S("a"), S("bc"), b);
	assert_memory_not_equal(a, b, HASH_BYTES);
	hash_twice(S(""), S(""), a);
	hash_begin(&hash);
	hash_add_i64(&hash, 0);
	hash_add_i64(&hash, 0);
	hash_end(&hash, b);
	assert_memory_not_equal(a, b, HASH_BYTES);
	hash_begin_keyed(&hash, key);
	hash_add_i64(&hash, 0);
	hash_add_i64(&hash, 0);
	hash_end(&hash, a);
	assert_memory_not_equal(a, b, HASH_BYTES);
}

/* BLAKE2b-256 of 32 zeros and "abc", by Python's hashlib; stored chains must stay readable. */
static void
the_chain_is_blake2b(void **state)
{
	unsigned char prev[HASH_BYTES] = { 0 }, hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	(void)state;
	chain_next(prev, S("abc"), hash);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, HASH_BYTES);
	assert_string_equal(
	    hex, "5db827e5e925e6b933a86596a0446c345c0d74d77f55a751ade5d7c7162eead8");
	chain_next(prev, S("abc"), prev);
	assert_memory_equal(prev, hash, HASH_BYTES);
	chain_next(prev, S("abc"), prev);
	assert_memory_not_equal(prev, hash, HASH_BYTES);
}

static void
digests_keep_apart(void **state)
{
	struct fixture *f = *state;
	const unsigned char *key = keys_derived(f->keys, KEYS_EQUALITY);
	unsigned char a[DIGEST_BYTES], b[DIGEST_BYTES], c[HASH_BYTES], d[HASH_BYTES];

	hash_equality(key, AREA, S("phone"), S("13800000000"), a);
	hash_equality(key, AREA, S("phone"), S("13800000000"), b);
	assert_memory_equal(a, b, DIGEST_BYTES);
	hash_equality(key, AREA, S("identity"), S("13800000000"), b);
	assert_memory_not_equal(a, b, DIGEST_BYTES);
	hash_equality(key, (area_id){ 1 }, S("phone"), S("13800000000"), b);
	assert_memory_not_equal(a, b, DIGEST_BYTES);
	hash_equality(keys_derived(f->keys, KEYS_DIGEST), AREA, S("phone"), S("13800000000"), b);
	assert_memory_not_equal(a, b, DIGEST_BYTES);

	hash_command(keys_derived(f->keys, KEYS_DIGEST), S("{}"), a);
	hash_command(keys_derived(f->keys, KEYS_DIGEST), S("{ }"), b);
	assert_memory_not_equal(a, b, DIGEST_BYTES);
	hash_token(keys_derived(f->keys, KEYS_TOKEN), S("token"), c);
	hash_token(keys_derived(f->keys, KEYS_DIGEST), S("token"), d);
	assert_memory_not_equal(c, d, HASH_BYTES);
}

/* Stored bytes must stay readable by later versions: a fixed key, and what it gave. */
static void
the_format_stays(void **state)
{
	struct data_key key = { .week = 2721, .class = 3 };
	struct buffer sealed = { 0 };
	char hex[200];

	(void)state;
	memset(key.cipher, 1, KEY_BYTES);
	memset(key.nonce, 2, KEY_BYTES);
	seal(&key, S("13800000000"), AREA, 412, S("person.phone"), &sealed);
	(void)sodium_bin2hex(hex, sizeof(hex), (unsigned char *)sealed.p, sealed.n);
	assert_string_equal(hex, "0103a10a0000"
				 "45958eed0e2385ce81150ea05beae7727d4a1e211e45c4a2"
				 "e3ad11398edb1083fb0276403f03e0da153b990c5fa4095a8669ea");
	buffer_done(&sealed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(opens_where_it_was_sealed, setup, teardown),
		cmocka_unit_test_setup_teardown(any_altered_byte_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(any_other_place_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(names_may_be_long, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_gives_the_same_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_destroyed_key_opens_nothing, setup, teardown),
		cmocka_unit_test(hashes_frame_their_values),
		cmocka_unit_test(the_chain_is_blake2b),
		cmocka_unit_test_setup_teardown(digests_keep_apart, setup, teardown),
		cmocka_unit_test(the_format_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
