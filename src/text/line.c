/* line.c -- a cell as one plain line or word, see chars.h. */
#include "text/chars.h"

/* Narrow forms are never longer than what they stand for, so the cell's length is room enough. */
struct str
text_line(struct arena *arena, struct str cell)
{
	char *p = arena_alloc(arena, cell.n + 1);
	size_t n = 0;
	bool has_space = false;
	uint32_t c;

	while (chars_next(&cell, &c)) {
		c = char_narrow(c);
		if (c == CHAR_BROKEN || char_is_invisible(c))
			continue;
		if (c == ' ') {
			has_space = n > 0;
			continue;
		}
		if (has_space)
			p[n++] = ' ';
		has_space = false;
		n += utf8_put(c, p + n);
	}
	return (struct str){ p, n };
}

struct str
text_word(struct arena *arena, struct str cell)
{
	char *p = arena_alloc(arena, cell.n + 1);
	size_t n = 0;
	uint32_t c;

	while (chars_next(&cell, &c)) {
		c = char_narrow(c);
		if (c == CHAR_BROKEN || c == ' ' || char_is_invisible(c))
			continue;
		n += utf8_put(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c, p + n);
	}
	return (struct str){ p, n };
}
