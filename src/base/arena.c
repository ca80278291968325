/* arena.c -- see arena.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

#define CHUNK_BYTES KIB(16)
#define ALIGN       _Alignof(max_align_t)

struct arena_chunk {
	struct arena_chunk *before;
	size_t              used, bytes; /* of memory[] */
	_Alignas(max_align_t) char memory[];
};

static void
out_of_memory(void)
{
	fputs("redvest: out of memory\n", stderr);
	abort();
}

void *
memory_new(size_t bytes)
{
	void *p = calloc(1, bytes > 0 ? bytes : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
memory_grow(void *p, size_t bytes)
{
	p = realloc(p, bytes > 0 ? bytes : 1);
	if (p == NULL)
		out_of_memory();
	return p;
}

static void
chunk_add(struct arena *arena, size_t bytes)
{
	size_t              room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
	struct arena_chunk *chunk = malloc(sizeof(*chunk) + room);

	if (chunk == NULL)
		out_of_memory();
	chunk->before = arena->newest;
	chunk->used = 0;
	chunk->bytes = room;
	arena->newest = chunk;
	arena->bytes_total += room;
}

void *
arena_alloc(struct arena *arena, size_t bytes)
{
	size_t rounded = (bytes + ALIGN - 1) & ~(ALIGN - 1);
	void  *p;

	if (arena->newest == NULL || arena->newest->bytes - arena->newest->used < rounded)
		chunk_add(arena, rounded);
	p = arena->newest->memory + arena->newest->used;
	arena->newest->used += rounded;
	return memset(p, 0, bytes);
}

struct str
arena_copy(struct arena *arena, struct str s)
{
	return (struct str){ arena_cstr(arena, s), s.n };
}

char *
arena_cstr(struct arena *arena, struct str s)
{
	char *p = arena_alloc(arena, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p;
}

struct str
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char   *p;
	int     n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		out_of_memory();
	p = arena_alloc(arena, (size_t)n + 1);
	va_start(args, format);
	(void)vsnprintf(p, (size_t)n + 1, format, args);
	va_end(args);
	return (struct str){ p, (size_t)n };
}

static unsigned
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') :
	    c >= 'a' && c <= 'f'    ? (unsigned)(c - 'a' + 10) :
	    c >= 'A' && c <= 'F'    ? (unsigned)(c - 'A' + 10) : 0;
}

struct str
hex_bytes(struct arena *arena, struct str hex)
{
	char *p = arena_alloc(arena, hex.n / 2 + 1);

	for (size_t i = 0; i + 1 < hex.n; i += 2)
		p[i / 2] = (char)(hex_digit(hex.p[i]) << 4 | hex_digit(hex.p[i + 1]));
	return (struct str){ p, hex.n / 2 };
}

struct str
hex_text(struct arena *arena, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char             *p = arena_alloc(arena, bytes.n * 2 + 1);

	for (size_t i = 0; i < bytes.n; i++) {
		p[i * 2] = digits[(unsigned char)bytes.p[i] >> 4];
		p[i * 2 + 1] = digits[(unsigned char)bytes.p[i] & 15];
	}
	return (struct str){ p, bytes.n * 2 };
}

void
arena_reset(struct arena *arena)
{
	struct arena_chunk *first;

	while (arena->newest != NULL && arena->newest->before != NULL) {
		first = arena->newest;
		arena->newest = first->before;
		arena->bytes_total -= first->bytes;
		free(first);
	}
	if (arena->newest != NULL)
		arena->newest->used = 0;
}

void
arena_done(struct arena *arena)
{
	arena_reset(arena);
	free(arena->newest);
	*arena = (struct arena){ 0 };
}
