/* str.c -- see str.h. */
#include <string.h>
#include "base/str.h"

struct str
str_of(const char *s)
{
	return s == NULL ? (struct str){ "", 0 } : (struct str){ s, strlen(s) };
}

bool
str_equal(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_starts(struct str s, struct str head)
{
	return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}

bool
str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

int
str_compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int    r = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return r != 0 ? r : (a.n > b.n) - (a.n < b.n);
}

ptrdiff_t
str_find(struct str s, struct str needle)
{
	const char *p;

	if (needle.n == 0)
		return 0;
	p = s.n == 0 ? NULL : memmem(s.p, s.n, needle.p, needle.n);
	return p == NULL ? -1 : p - s.p;
}

struct str
str_slice(struct str s, size_t at, size_t count)
{
	at = at < s.n ? at : s.n;
	return (struct str){ s.p + at, count < s.n - at ? count : s.n - at };
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_space(s.p[0]))
		s.p++, s.n--;
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_split(struct str *rest, char separator, struct str *ret_part)
{
	const char *p;

	if (rest->p == NULL)
		return false;
	p = rest->n == 0 ? NULL : memchr(rest->p, separator, rest->n);
	if (p == NULL) {
		*ret_part = *rest;
		*rest = (struct str){ NULL, 0 };
		return true;
	}
	*ret_part = (struct str){ rest->p, (size_t)(p - rest->p) };
	*rest = (struct str){ p + 1, rest->n - ret_part->n - 1 };
	return true;
}

bool
str_to_i64(struct str s, int64_t *ret_value)
{
	bool    is_negative = s.n > 0 && s.p[0] == '-';
	int64_t value = 0;

	if (s.n == is_negative)
		return false;
	for (size_t i = is_negative; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, s.p[i] - '0', &value))
			return false;
	}
	if (!is_negative && value == INT64_MIN)
		return false;
	*ret_value = is_negative ? value : -value;
	return true;
}

bool
str_copy(struct str s, char *ret_buffer, size_t bytes)
{
	if (s.n >= bytes) {
		ret_buffer[0] = '\0';
		return false;
	}
	if (s.n > 0)
		memcpy(ret_buffer, s.p, s.n);
	ret_buffer[s.n] = '\0';
	return true;
}

uint64_t
str_hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}
