/*
 * keys_fuzz.c -- key files, rings of backups and recovery words as nobody would write them.
 *
 * The first byte of the input chooses what is tried. A random file never passes the checks, so
 * files are made whole, then altered at places that the input names, with the checks made again
 * where it says so. What is accepted with the checks untouched must be what was written.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "ledger/keyring.h"
#include "ledger/recovery.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define KEYS 5

enum try { TRY_RAW, TRY_FILE, TRY_FILE_CHECKED, TRY_RING, TRY_WORDS, TRIES };

static void
bug_unless(bool is_so)
{
	if (!is_so)
		abort();
}

/* Adds, in every three bytes of input, a value to a byte of the image; then cuts it. */
static size_t
alter(unsigned char *image, size_t image_bytes, const uint8_t *bytes, size_t n, bool *ret_marks)
{
	size_t cut;

	*ret_marks = false;
	if (n < 2)
		return image_bytes;
	cut = (size_t)bytes[0] << 8 | bytes[1];
	for (size_t i = 2; i + 3 <= n; i += 3) {
		size_t at = ((size_t)bytes[i] << 8 | bytes[i + 1]) % image_bytes;

		/* Most of the head is padding: what is in it is tried more often than that. */
		if (at < RECORDS_AT && at % PAGE_BYTES >= 600)
			at = RECORDS_AT + at % (image_bytes - RECORDS_AT);
		*ret_marks |= at >= PAGE_BYTES && at < RECORDS_AT;
		image[at] = (unsigned char)(image[at] + bytes[i + 2]);
	}
	return cut < 2 * RECORD_BYTES ? image_bytes - cut : image_bytes;
}

/* The checks of the records, as if they had been written so. */
static void
checks_mend(const struct secret *secret, unsigned char *image, size_t bytes)
{
	struct tail tail = { 0 };
	unsigned char record[RECORD_BYTES];

	for (size_t at = RECORDS_AT; at + RECORD_BYTES <= bytes; at += RECORD_BYTES) {
		record_write(secret, image + at, &tail, record);
		memcpy(image + at, record, RECORD_BYTES);
	}
	mark_write(secret, &tail, image + mark_at(tail.count));
}

static void
image_try(const unsigned char *image, size_t bytes, const struct ring *written, bool may_lack)
{
	struct secret secret;
	struct ring ring = { 0 };
	struct tail tail;
	char why[KEYS_WHY_BYTES] = "";

	if (image_read(image, bytes, "file", why, &secret, &ring, &tail) != 0) {
		bug_unless(why[0] != '\0' && strchr(why, '\n') == NULL);
	} else {
		bug_unless(ring_records(&ring) <= tail.count);
		for (size_t i = 0; written != NULL && i < written->count; i++) {
			struct ring_key *key = ring_find(&ring, &written->keys[i].name);

			bug_unless(key != NULL || may_lack);
			bug_unless(key == NULL || memcmp(key->key.cipher,
						      written->keys[i].key.cipher, KEY_BYTES) == 0);
		}
	}
	ring_done(&ring);
}

static void
ring_try(const struct secret *secret, unsigned char *image, size_t image_bytes,
    const uint8_t *bytes, size_t n)
{
	unsigned char *ring, *cut;
	size_t whole, left, key_bytes;
	char why[KEYS_WHY_BYTES];
	bool has_marks;

	ring = image_for_backup(secret, image, image_bytes, &whole);
	left = alter(ring, whole, bytes, n, &has_marks);
	/* Exactly as large as it says, for the sanitizer. */
	cut = memory_new(left);
	memcpy(cut, ring, left);
	if (left > CHECK_BYTES && n % 2 == 0)
		(void)crypto_generichash(
		    cut + left - CHECK_BYTES, CHECK_BYTES, cut, left - CHECK_BYTES, NULL, 0);
	if (image_from_backup(cut, left, secret->master, "ring", why, &key_bytes) == 0)
		image_try(cut, key_bytes, NULL, true);
	image_free(cut, left);
	image_free(ring, whole);
}

static void
file_try(enum try try, const uint8_t *bytes, size_t n)
{
	struct secret secret = { .master = "a master" };
	struct ring ring = { 0 };
	struct ring_key key;
	struct tail tail;
	unsigned char *image, *cut;
	size_t image_bytes, left;
	bool has_marks;

	secret_derive(&secret);
	ring_destroyed_add(&ring, (struct key_name){ 2, 7, 1 });
	for (int32_t i = 0; i < KEYS; i++) {
		ring_key_make(&secret, &(struct key_name){ i % 2, i, 1 }, &key);
		ring_add(&ring, &key);
	}
	image = image_new(&secret, &ring, &image_bytes, &tail);
	if (try == TRY_RING) {
		ring_try(&secret, image, image_bytes, bytes, n);
		ring_done(&ring);
		return;
	}
	left = alter(image, image_bytes, bytes, n, &has_marks);
	cut = memory_new(left);
	memcpy(cut, image, left);
	if (try == TRY_FILE_CHECKED) {
		checks_mend(&secret, cut, left);
		image_try(cut, left, NULL, true);
	} else {
		image_try(cut, left, &ring, has_marks);
	}
	image_free(cut, left);
	image_free(image, image_bytes);
	ring_done(&ring);
}

/* The input is laid over the words of a sheet, so that most of them are right. */
static void
words_try(const uint8_t *bytes, size_t n)
{
	unsigned char master[KEY_BYTES] = "a master", again[KEY_BYTES];
	char words[RECOVERY_WORDS_BYTES], line[RECOVERY_PROBLEM_BYTES];
	char *text = memory_new(n + sizeof(words));
	struct recovery_problem problem;
	size_t text_bytes = n;

	memcpy(text, bytes, n);
	if (n > 2 && bytes[0] % 2 == 0) {
		recovery_words(master, words);
		text_bytes = sizeof(words) - 1;
		memcpy(text, words, text_bytes);
		for (size_t i = 1; i + 2 <= n; i += 2)
			text[bytes[i] % text_bytes] = (char)bytes[i + 1];
	}
	if (recovery_words_read((struct str){ text, text_bytes }, master, &problem)) {
		recovery_words(master, words);
		bug_unless(recovery_words_read(str_of(words), again, &problem));
		bug_unless(memcmp(master, again, KEY_BYTES) == 0);
	}
	bug_unless(problem.word <= RECOVERY_WORDS && problem.count <= RECOVERY_WORDS);
	for (int is_chinese = 0; is_chinese < 2; is_chinese++) {
		recovery_problem_print(&problem, is_chinese, line);
		bug_unless(utf8_is_valid(str_of(line)) && strchr(line, '%') == NULL);
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	enum try try = n > 0 ? (enum try)(bytes[0] % TRIES) : TRY_RAW;

	if (n > 0)
		bytes++, n--;
	switch (try) {
	case TRY_RAW:
		image_try(bytes, n, NULL, true);
		break;
	case TRY_FILE:
	case TRY_FILE_CHECKED:
	case TRY_RING:
		file_try(try, bytes, n);
		break;
	case TRY_WORDS:
		words_try(bytes, n);
		break;
	case TRIES:
		break;
	}
	return 0;
}
