/*
 * poison.c -- a preloaded library: a record that kills whoever applies it. When a text that
 * contains $FAULT_POISON is to be written by SQLite or PostgreSQL, the process aborts, as an
 * assertion would.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
taste(const void *text, size_t bytes)
{
	const char *poison = getenv("FAULT_POISON");

	if (poison != NULL && text != NULL && memmem(text, bytes, poison, strlen(poison)) != NULL)
		abort();
}

int sqlite3_bind_text64(void *statement, int index, const char *text, uint64_t bytes,
    void (*destroy)(void *), unsigned char encoding);

int
sqlite3_bind_text64(void *statement, int index, const char *text, uint64_t bytes,
    void (*destroy)(void *), unsigned char encoding)
{
	static int (*real)(void *, int, const char *, uint64_t, void (*)(void *), unsigned char);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_bind_text64");
	taste(text, bytes);
	return real(statement, index, text, bytes, destroy, encoding);
}
