/*
 * pattern.h -- text with placeholders, so that the load client knows no module's fields.
 *
 *   %n  the command's number in its stream     %i  an id made from stream and number, as text
 *   %s  the stream's number                    %t  now, in milliseconds
 *   %r  a line of the file given, as it is     %1 … %9  its columns, separated by tabs
 *   %%  a percent sign
 */
#pragma once
#include "base/buffer.h"

#define PATTERN_PIECES_MAX 64

/* The lines of a file. */
struct lines {
	char       *text;  /* owned */
	struct str *lines; /* owned */
	size_t      count;
};

struct pattern {
	struct pattern_piece {
		char       letter; /* '\0': literal */
		struct str text;   /* of a literal; borrowed from the pattern's text */
	} pieces[PATTERN_PIECES_MAX];
	size_t count;
};

/* What the placeholders stand for. */
struct pattern_values {
	int64_t    n, stream;
	int64_t    now_ms;
	struct str line;
};

/* 0, -errno, -ENODATA: no line. Empty lines and those that begin with # are left out. */
int  lines_read(const char *path, struct lines *ret_lines);
void lines_done(struct lines *lines);

/* 0; -EINVAL: unknown placeholder; -E2BIG: too many. */
int pattern_parse(const char *text, struct pattern *ret_pattern);

/* Whether it asks for a line of a file. */
bool pattern_needs_line(const struct pattern *pattern);

void pattern_write(const struct pattern *pattern, const struct pattern_values *values,
    struct buffer *out);
