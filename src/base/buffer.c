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

void
buffer_grow(struct buffer *b, size_t bytes)
{
	b->room = b->room * 2 > b->n + bytes ? b->room * 2 : b->n + bytes + 256;
	b->p = memory_grow(b->p, b->room);
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

/* How many bytes at the beginning stand in a JSON string as they are. */
static size_t
json_plain(struct str s)
{
	size_t   n = 0, more;
	uint32_t c;

	while (n < s.n) {
		unsigned char byte = (unsigned char)s.p[n];

		if (byte >= 0x80)
			more = utf8_next((struct str){ s.p + n, s.n - n }, &c);
		else
			more = byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f;
		if (more == 0)
			break;
		n += more;
	}
	return n;
}

void
json_str(struct buffer *b, struct str s)
{
	buffer_char(b, '"');
	for (;;) {
		size_t plain = json_plain(s);
		char   c;

		buffer_add(b, (struct str){ s.p, plain });
		if (plain == s.n)
			break;
		c = s.p[plain];
		if ((unsigned char)c >= 0x80)
			buffer_add(b, S("\xef\xbf\xbd"));
		else if (c == '\n')
			buffer_add(b, S("\\n"));
		else if (c < 0x20 || c == 0x7f)
			buffer_printf(b, "\\u%04x", (unsigned)c);
		else
			buffer_char(b, '\\'), buffer_char(b, c);
		s = str_slice(s, plain + 1, SIZE_MAX);
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
	size_t n = strlen(name);
	char  *p;

	json_next(b);
	p = buffer_reserve(b, n + 3);
	p[0] = '"';
	memcpy(p + 1, name, n);
	memcpy(p + 1 + n, "\":", 2);
	b->n += n + 3;
}

void
json_name_str(struct buffer *b, const char *name, struct str value)
{
	json_name(b, name);
	json_str(b, value);
}

void
json_name_bool(struct buffer *b, const char *name, bool value)
{
	json_name(b, name);
	buffer_add(b, value ? S("true") : S("false"));
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
	char text[DATE_TEXT_BYTES];

	if (d.ymd == 0) {
		buffer_add(b, S("null"));
		return;
	}
	date_print(d, text);
	buffer_char(b, '"');
	buffer_add(b, str_of(text));
	buffer_char(b, '"');
}
