/* str.h -- comparing, cutting and reading struct str. Nothing here allocates. */
#pragma once
#include "base/base.h"

/* A view of a NUL-terminated string; NULL gives the empty one. */
struct str str_of(const char *s);

bool str_equal(struct str a, struct str b);
bool str_starts(struct str s, struct str head);
bool str_ends(struct str s, struct str tail);

/* By bytes, as memcmp: < 0, 0, > 0. */
int str_compare(struct str a, struct str b);

/* Where needle first stands in s, or -1. */
ptrdiff_t str_find(struct str s, struct str needle);

/* The bytes from at on, at most count of them. */
struct str str_slice(struct str s, size_t at, size_t count);

/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/*
 * Takes what stands before the first `separator` out of *rest (which then begins behind it).
 * False when *rest was exhausted: p is NULL.
 */
bool str_split(struct str *rest, char separator, struct str *ret_part);

/* A whole decimal number, nothing else beside it. False: not one, or beyond 64 bits. */
bool str_to_i64(struct str s, int64_t *ret_value);

/* Copies with a closing NUL; false (and nothing copied but the NUL) when it does not fit. */
bool str_copy(struct str s, char *ret_buffer, size_t bytes);

/* FNV-1a over the bytes, for tables in memory only; never stored. */
uint64_t str_hash(struct str s);

/*
 * Reads one UTF-8 character at s.p and returns its bytes; 0 at the end of s or where the text is
 * not UTF-8 (overlong forms and surrogates included).
 */
size_t utf8_next(struct str s, uint32_t *ret_char);

/* Writes one character (at most 4 bytes) and returns its bytes. */
size_t utf8_put(uint32_t c, char *ret_bytes);

bool   utf8_is_valid(struct str s);
size_t utf8_length(struct str s); /* in characters; s must be valid */
