/*
 * arena.h -- memory that is given back all at once: of a request, of a batch, of an import's row.
 *
 * Running out of memory ends the process with one line: nothing acknowledged can be lost by it,
 * and every size that a user can grow has a limit long before.
 */
#pragma once
#include "base/base.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *newest;      /* owned */
	size_t              bytes_total; /* of all chunks */
};

/* Zeroed arena: `struct arena a = { 0 };`. Memory is zeroed, aligned for any type, never NULL. */
void *arena_alloc(struct arena *arena, size_t bytes);

struct str arena_copy(struct arena *arena, struct str s);
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Hexadecimal digits to bytes, and back in small letters; what is no digit counts as 0. */
struct str hex_bytes(struct arena *arena, struct str hex);
struct str hex_text(struct arena *arena, struct str bytes);

/* A NUL-terminated copy, for functions of other libraries. */
char *arena_cstr(struct arena *arena, struct str s);

/* Forget everything; keeps the first chunk for the next round. */
void arena_reset(struct arena *arena);

/* Give everything back. The arena may be used again. */
void arena_done(struct arena *arena);

/* malloc, calloc and realloc that end the process instead of returning NULL. */
void *memory_new(size_t bytes);
void *memory_grow(void *p, size_t bytes);
