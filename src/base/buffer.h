/* buffer.h -- bytes that grow at their end, and JSON written into them. */
#pragma once
#include <string.h>
#include "base/base.h"

struct buffer {
	char  *p; /* owned; not NUL-terminated */
	size_t n, room;
};

void buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_i64(struct buffer *b, int64_t value);
void buffer_grow(struct buffer *b, size_t bytes); /* for buffer_reserve */

/* Room for `bytes` more; where to write them. Add what was written to b->n. */
static inline char *
buffer_reserve(struct buffer *b, size_t bytes)
{
	if (b->room - b->n < bytes)
		buffer_grow(b, bytes);
	return b->p + b->n;
}

static inline void
buffer_add(struct buffer *b, struct str s)
{
	if (s.n == 0)
		return;
	memcpy(buffer_reserve(b, s.n), s.p, s.n);
	b->n += s.n;
}

static inline void
buffer_char(struct buffer *b, char c)
{
	*buffer_reserve(b, 1) = c;
	b->n++;
}

struct str buffer_str(const struct buffer *b); /* borrowed until the next change */
void       buffer_reset(struct buffer *b);     /* empty, room kept */
void       buffer_done(struct buffer *b);

/* A JSON string with its quotes. What is not UTF-8 becomes U+FFFD. */
void json_str(struct buffer *b, struct str s);

/* "name": with the comma that belongs before it (none after '{'). */
void json_name(struct buffer *b, const char *name);

/* "name":"value" and "name":true, likewise. */
void json_name_str(struct buffer *b, const char *name, struct str value);
void json_name_bool(struct buffer *b, const char *name, bool value);

/* The comma before an element of an array, unless it is the first. */
void json_next(struct buffer *b);

/* "440304005012": ids and areas are strings, because JSON numbers end at 2^53. */
void json_id(struct buffer *b, int64_t id);

/* "2022-03-04T09:00:00Z" (".250Z" where there are milliseconds); 0 gives null. */
void json_time(struct buffer *b, time_ms t);

/* "2022-03-04"; 0 gives null. */
void json_date(struct buffer *b, date_ymd d);
