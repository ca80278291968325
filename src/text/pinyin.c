/*
 * pinyin.c -- see pinyin.h.
 *
 * ICU needs 10 to 30 µs for a name, more than all else that an import does with a row; so what it
 * says of a character is kept. There are some three thousand characters in names.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#include "text/pinyin.h"

#define SLOTS	     8192 /* a power of two, so that neighbours do not meet */
#define SOUND_BYTES  12	  /* zhuang has six; other scripts' longest has eight */
#define UNITS_MAX    40
#define READINGS_MAX 6
#define VARIANTS_MAX 8

struct slot {
	uint32_t c; /* 0: empty */
	char sound[SOUND_BYTES];
};

struct pinyin {
	pthread_t warming; /* has all of this until it is joined */
	bool is_warming;
	UTransliterator *latin, *ascii; /* owned */
	struct slot slots[SLOTS];
};

/* A syllable in its readings, or a word of letters. */
struct unit {
	struct str readings[READINGS_MAX];
	size_t count;
	bool begins_part;
};

struct units {
	struct unit list[UNITS_MAX];
	size_t count;
};

static UTransliterator *
transliterator_new(const char *name)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar id[32];
	UTransliterator *t;

	(void)u_uastrncpy(id, name, LEN(id));
	t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
	return U_SUCCESS(error) ? t : NULL;
}

struct pinyin *
pinyin_new(void)
{
	struct pinyin *pinyin = memory_new(sizeof(*pinyin));

	pinyin->latin = transliterator_new("Any-Latin");
	pinyin->ascii = transliterator_new("Latin-ASCII");
	if (pinyin->latin != NULL && pinyin->ascii != NULL)
		return pinyin;
	pinyin_free(pinyin);
	return NULL;
}

static void
warming_end(struct pinyin *pinyin)
{
	if (pinyin->is_warming)
		(void)pthread_join(pinyin->warming, NULL);
	pinyin->is_warming = false;
}

void
pinyin_free(struct pinyin *pinyin)
{
	if (pinyin == NULL)
		return;
	warming_end(pinyin);
	if (pinyin->latin != NULL)
		utrans_close(pinyin->latin);
	if (pinyin->ascii != NULL)
		utrans_close(pinyin->ascii);
	free(pinyin);
}

/* ---- one character ---- */

/* Latin-ASCII would make u of ü, and 吕 and 路 the same; keyboards have v. */
static void
umlauts_to_v(UChar *text, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		if (text[i] == 0xfc || (text[i] >= 0x1d6 && text[i] <= 0x1dc && text[i] % 2 == 0))
			text[i] = 'v';
}

static void
sound_make(struct pinyin *pinyin, uint32_t c, char ret_sound[static SOUND_BYTES])
{
	UErrorCode error = U_ZERO_ERROR;
	UChar text[64];
	UChar32 whole = (UChar32)c;
	int32_t n = 0, limit;
	size_t count = 0;

	(void)u_strFromUTF32(text, LEN(text), &n, &whole, 1, &error);
	limit = n;
	utrans_transUChars(pinyin->latin, text, &n, LEN(text), 0, &limit, &error);
	if (U_SUCCESS(error) && char_is_han(c))
		umlauts_to_v(text, n);
	limit = n;
	utrans_transUChars(pinyin->ascii, text, &n, LEN(text), 0, &limit, &error);
	for (int32_t i = 0; U_SUCCESS(error) && i < n && count + 1 < SOUND_BYTES; i++) {
		if (text[i] >= 'A' && text[i] <= 'Z')
			ret_sound[count++] = (char)(text[i] - 'A' + 'a');
		else if (text[i] < 0x80 && (char_is_digit(text[i]) || char_is_letter(text[i])))
			ret_sound[count++] = (char)text[i];
	}
	ret_sound[count] = '\0';
}

/* Lower-case ASCII; empty for what has no sound. Borrowed until the next call. */
static const char *
sound_of(struct pinyin *pinyin, uint32_t c)
{
	struct slot *slot = &pinyin->slots[c % SLOTS];

	if (slot->c != c) {
		sound_make(pinyin, c, slot->sound);
		slot->c = c;
	}
	return slot->sound;
}

static void *
warming_main(void *pinyin)
{
	(void)sound_of(pinyin, 0x66fe); /* any Han character */
	return NULL;
}

void
pinyin_warm(struct pinyin *pinyin)
{
	if (pinyin != NULL && !pinyin->is_warming)
		pinyin->is_warming =
		    pthread_create(&pinyin->warming, NULL, warming_main, pinyin) == 0;
}

/* ---- readings ---- */

static void
reading_add(struct unit *unit, struct str reading)
{
	if (reading.n == 0 || unit->count == READINGS_MAX)
		return;
	for (size_t i = 0; i < unit->count; i++)
		if (str_equal(unit->readings[i], reading))
			return;
	unit->readings[unit->count++] = reading;
}

/* Syllable `at` of every reading in the list: "yu-chi wei-chi". */
static void
readings_add(struct unit *unit, const char *list, size_t at)
{
	struct str rest = str_of(list), reading, syllable = S("");

	if (list == NULL)
		return;
	while (str_split(&rest, ' ', &reading)) {
		for (size_t i = 0; i <= at; i++)
			if (!str_split(&reading, '-', &syllable))
				syllable = S("");
		reading_add(unit, syllable);
	}
}

/* lv is typed as lu too, and stands as lyu in passports. */
static void
umlauts_add(struct arena *arena, struct unit *unit)
{
	size_t count = unit->count;

	for (size_t i = 0; i < count; i++) {
		struct str reading = unit->readings[i];
		ptrdiff_t at = str_find(reading, S("v"));
		char *p;

		if (at < 0)
			continue;
		p = arena_cstr(arena, reading);
		p[at] = 'u';
		reading_add(unit, (struct str){ p, reading.n });
		if (reading.n == 2)
			reading_add(unit, arena_printf(arena, "%cyu", reading.p[0]));
	}
}

static struct str
first_characters(struct str s, size_t count)
{
	struct str rest = s;
	uint32_t c;

	while (count-- > 0 && chars_next(&rest, &c) && char_is_han(c))
		;
	return (struct str){ s.p, s.n - rest.n };
}

/* The character at the beginning of `rest`, as the name's character `at` (0: a surname begins). */
static void
han_read(struct pinyin *pinyin, struct arena *arena, struct str name, struct str rest, size_t at,
    struct unit *ret_unit)
{
	struct str one = first_characters(rest, 1);
	uint32_t c = 0;

	if (at < 2)
		readings_add(ret_unit, reading_of_surname(first_characters(name, 2)), at);
	readings_add(ret_unit, at == 0 ? reading_of_surname(one) : reading_of_given(one), 0);
	(void)chars_next(&rest, &c);
	reading_add(ret_unit, arena_copy(arena, str_of(sound_of(pinyin, c))));
	umlauts_add(arena, ret_unit);
}

static bool
is_syllable(uint32_t c)
{
	return c >= 0x2e80;
}

/* A word of letters up to the next mark; apostrophes belong to it. */
static struct str
word_take(struct pinyin *pinyin, struct arena *arena, struct str *rest)
{
	struct str s = *rest;
	uint32_t c;
	size_t characters = 0, n = 0;
	char *p;

	while (
	    chars_next(&s, &c) && !is_syllable(c) && (c == '\'' || sound_of(pinyin, c)[0] != '\0'))
		characters++;
	p = arena_alloc(arena, characters * SOUND_BYTES + 1);
	while (characters-- > 0) {
		(void)chars_next(rest, &c);
		if (c != '\'') {
			const char *sound = sound_of(pinyin, c);

			memcpy(p + n, sound, strlen(sound));
			n += strlen(sound);
		}
	}
	return (struct str){ p, n };
}

static void
units_read(struct pinyin *pinyin, struct arena *arena, struct str name, struct units *ret_units)
{
	struct str rest = name, before;
	bool begins_part = true;
	uint32_t c;

	ret_units->count = 0;
	while (rest.n > 0 && ret_units->count < UNITS_MAX) {
		struct unit *unit = &ret_units->list[ret_units->count];

		*unit = (struct unit){ .begins_part = begins_part };
		before = rest;
		(void)chars_next(&rest, &c);
		if (is_syllable(c)) {
			han_read(pinyin, arena, name, before, ret_units->count, unit);
		} else if (sound_of(pinyin, c)[0] != '\0') {
			rest = before;
			reading_add(unit, word_take(pinyin, arena, &rest));
		} else {
			begins_part = true;
			continue;
		}
		if (unit->count > 0) {
			ret_units->count++;
			begins_part = false;
		}
	}
}

/* ---- keys ---- */

struct keys {
	char *p; /* PINYIN_KEYS_BYTES_MAX, in the arena */
	size_t n;
};

static void
key_add(struct keys *keys, struct str key)
{
	struct str rest = { keys->p, keys->n }, other;

	if (key.n == 0 || keys->n + 1 + key.n > PINYIN_KEYS_BYTES_MAX)
		return;
	while (keys->n > 0 && str_split(&rest, ' ', &other))
		if (str_equal(other, key))
			return;
	if (keys->n > 0)
		keys->p[keys->n++] = ' ';
	memcpy(keys->p + keys->n, key.p, key.n);
	keys->n += key.n;
}

/*
 * The units from `from` on in variant number `variant`, whole or as initials. False: no such one.
 */
static bool
variant_add(
    struct keys *keys, const struct units *units, size_t from, size_t variant, bool is_initials)
{
	char key[PINYIN_KEYS_BYTES_MAX];
	size_t n = 0;

	for (size_t i = from; i < units->count; i++) {
		const struct unit *unit = &units->list[i];
		struct str reading = unit->readings[variant % unit->count];
		size_t bytes = is_initials ? 1 : reading.n;

		variant /= unit->count;
		if (n + bytes > sizeof(key))
			return false;
		memcpy(key + n, reading.p, bytes);
		n += bytes;
	}
	if (variant == 0)
		key_add(keys, (struct str){ key, n });
	return variant == 0;
}

static void
variants_add(struct keys *keys, const struct units *units, size_t from, bool is_initials)
{
	for (size_t variant = 0; variant < VARIANTS_MAX; variant++)
		if (!variant_add(keys, units, from, variant, is_initials))
			return;
}

struct str
pinyin_keys(struct pinyin *pinyin, struct arena *arena, struct str name)
{
	struct units units;
	struct keys keys = { arena_alloc(arena, PINYIN_KEYS_BYTES_MAX), 0 };

	warming_end(pinyin);
	units_read(pinyin, arena, name, &units);
	variants_add(&keys, &units, 0, false);
	variants_add(&keys, &units, 0, true);
	for (size_t i = 1; i < units.count; i++)
		if (units.list[i].begins_part)
			variants_add(&keys, &units, i, false);
	return (struct str){ keys.p, keys.n };
}

struct str
pinyin_typed(struct pinyin *pinyin, struct arena *arena, struct str typed)
{
	char *p = arena_alloc(arena, typed.n * SOUND_BYTES + 1);
	size_t n = 0;
	uint32_t c;

	if (pinyin != NULL)
		warming_end(pinyin);
	while (chars_next(&typed, &c)) {
		c = char_narrow(c);
		if (c >= 'A' && c <= 'Z')
			p[n++] = (char)(c - 'A' + 'a');
		else if (char_is_letter(c) || char_is_digit(c))
			p[n++] = (char)c;
		else if (c >= 0xa0 && pinyin != NULL) {
			const char *sound = sound_of(pinyin, c);

			memcpy(p + n, sound, strlen(sound));
			n += strlen(sound);
		}
	}
	return (struct str){ p, n };
}
