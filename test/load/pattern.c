/* pattern.c -- see pattern.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "pattern.h"

int
lines_read(const char *path, struct lines *ret_lines)
{
	struct lines lines = { 0 };
	struct str   rest, line;
	size_t       room = 0;
	ssize_t      n;
	FILE        *f = fopen(path, "r");

	if (f == NULL)
		return -errno;
	n = getdelim(&lines.text, &room, '\0', f);
	(void)fclose(f);
	rest = (struct str){ lines.text, n < 0 ? 0 : (size_t)n };
	room = 0;
	while (str_split(&rest, '\n', &line)) {
		if (str_trim(line).n == 0 || line.p[0] == '#')
			continue;
		if (lines.count == room) {
			room = room * 2 + 1024;
			lines.lines = memory_grow(lines.lines, room * sizeof(*lines.lines));
		}
		lines.lines[lines.count++] = line;
	}
	if (lines.count == 0) {
		lines_done(&lines);
		return -ENODATA;
	}
	*ret_lines = lines;
	return 0;
}

void
lines_done(struct lines *lines)
{
	free(lines->lines);
	free(lines->text);
	*lines = (struct lines){ 0 };
}

int
pattern_parse(const char *text, struct pattern *ret_pattern)
{
	struct pattern pattern = { 0 };

	while (*text != '\0') {
		size_t n = strcspn(text, "%");

		if (pattern.count + 2 > PATTERN_PIECES_MAX)
			return -E2BIG;
		if (n > 0)
			pattern.pieces[pattern.count++].text = (struct str){ text, n };
		text += n;
		if (*text == '\0')
			break;
		if (text[1] == '\0' || strchr("nisrt%123456789", text[1]) == NULL)
			return -EINVAL;
		pattern.pieces[pattern.count++].letter = text[1];
		text += 2;
	}
	*ret_pattern = pattern;
	return 0;
}

bool
pattern_needs_line(const struct pattern *pattern)
{
	for (size_t i = 0; i < pattern->count; i++) {
		char letter = pattern->pieces[i].letter;

		if (letter == 'r' || (letter >= '1' && letter <= '9'))
			return true;
	}
	return false;
}

/* 1 is the first; empty where the line has no such column. */
static struct str
column_of(struct str line, int wanted)
{
	struct str part = S("");

	while (wanted-- > 0)
		if (!str_split(&line, '\t', &part))
			return S("");
	return part;
}

void
pattern_write(
    const struct pattern *pattern, const struct pattern_values *values, struct buffer *out)
{
	for (size_t i = 0; i < pattern->count; i++) {
		const struct pattern_piece *piece = &pattern->pieces[i];

		switch (piece->letter) {
		case '\0':
			buffer_add(out, piece->text);
			break;
		case 'n':
			buffer_i64(out, values->n);
			break;
		case 's':
			buffer_i64(out, values->stream);
			break;
		case 'i': /* 24 bits of stream, 39 of a counter: the number serves */
			buffer_i64(out, values->stream << 39 | values->n);
			break;
		case 't':
			buffer_i64(out, values->now_ms);
			break;
		case 'r':
			buffer_add(out, values->line);
			break;
		case '%':
			buffer_char(out, '%');
			break;
		default:
			buffer_add(out, column_of(values->line, piece->letter - '0'));
		}
	}
}
