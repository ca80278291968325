/* buffer.c -- see buffer.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/str.h"
#include "base/when.h"

char *
buffer_reserve(struct buffer *b, size_t bytes)
{
	if (b->room - b->n < bytes) {
		b->room = b->room * 2 > b->n + bytes ? b->room * 2 : b->n + bytes + 256;
		b->p = memory_grow(b->p, b->room);
	}
	return b->p + b->n;
}

void
buffer_add(struct buffer *b, struct str s)
{
	if (s.n == 0)
		return;
	memcpy(buffer_reserve(b, s.n), s.p, s.n);
	b->n += s.n;
}

void
buffer_char(struct buffer *b, char c)
{
	*buffer_reserve(b, 1) = c;
	b->n++;
}

void
buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list args;
	int     n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return;
	(void)buffer_reserve(b, (size_t)n + 1);
	va_start(args, format);
	(void)vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
	va_end(args);
	b->n += (size_t)n;
}

void
buffer_i64(struct buffer *b, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char     digits[20], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (value < 0)
		buffer_char(b, '-');
	buffer_add(b, (struct str){ p, (size_t)(digits + sizeof(digits) - p) });
}

struct str
buffer_str(const struct buffer *b)
{
	return (struct str){ b->p, b->n };
}

void
buffer_reset(struct buffer *b)
{
	b->n = 0;
}

void
buffer_done(struct buffer *b)
{
	free(b->p);
	*b = (struct buffer){ 0 };
}

void
json_str(struct buffer *b, struct str s)
{
	buffer_char(b, '"');
	while (s.n > 0) {
		size_t   plain = 0, n;
		uint32_t c;

		while (plain < s.n && (unsigned char)s.p[plain] >= 0x20 && s.p[plain] != '"' &&
		    s.p[plain] != '\\' && (unsigned char)s.p[plain] < 0x7f)
			plain++;
		buffer_add(b, (struct str){ s.p, plain });
		s = str_slice(s, plain, SIZE_MAX);
		if (s.n == 0)
			break;
		n = utf8_next(s, &c);
		if (n == 0)
			buffer_add(b, S("\xef\xbf\xbd"));
		else if (c == '\n')
			buffer_add(b, S("\\n"));
		else if (c < 0x20 || c == 0x7f)
			buffer_printf(b, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buffer_char(b, '\\'), buffer_char(b, (char)c);
		else
			buffer_add(b, (struct str){ s.p, n });
		s = str_slice(s, n > 0 ? n : 1, SIZE_MAX);
	}
	buffer_char(b, '"');
}

void
json_next(struct buffer *b)
{
	if (b->n > 0 && b->p[b->n - 1] != '{' && b->p[b->n - 1] != '[')
		buffer_char(b, ',');
}

void
json_name(struct buffer *b, const char *name)
{
	json_next(b);
	buffer_char(b, '"');
	buffer_add(b, str_of(name));
	buffer_add(b, S("\":"));
}

void
json_id(struct buffer *b, int64_t id)
{
	buffer_char(b, '"');
	buffer_i64(b, id);
	buffer_char(b, '"');
}

void
json_time(struct buffer *b, time_ms t)
{
	char text[TIME_TEXT_BYTES];

	if (t.ms == 0) {
		buffer_add(b, S("null"));
		return;
	}
	time_print(t, text);
	buffer_char(b, '"');
	buffer_add(b, str_of(text));
	buffer_char(b, '"');
}

void
json_date(struct buffer *b, date_ymd d)
{
	if (d.ymd == 0)
		buffer_add(b, S("null"));
	else
		buffer_printf(b, "\"%04" PRId64 "-%02" PRId64 "-%02" PRId64 "\"", d.ymd / 10000,
		    d.ymd / 100 % 100, d.ymd % 100);
}
