/* lint_outer.c -- see lint.h: the rules about functions and variables. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "lint.h"

/* A statement as it is collected: one blank between words, insides of braces left out. */
struct statement {
	char text[LINE_BYTES];
	int  line; /* of its first character */
};

static void
statement_add(struct statement *st, char c, int line)
{
	size_t n = strlen(st->text);

	if (isspace((unsigned char)c))
		c = ' ';
	if (n == 0)
		st->line = line;
	if (n + 1 >= sizeof(st->text) || (c == ' ' && (n == 0 || st->text[n - 1] == ' ')))
		return;
	st->text[n] = c;
	st->text[n + 1] = '\0';
}

/* Whether this declares a variable that can change. */
static bool
is_mutable(const char *statement)
{
	char        head[LINE_BYTES];
	const char *star, *paren;
	size_t      n = strcspn(statement, "=[");
	int         words = 0;

	(void)snprintf(head, sizeof(head), "%.*s", (int)n, statement);
	while (n > 0 && (head[n - 1] == ' ' || head[n - 1] == ';'))
		head[--n] = '\0';
	for (size_t i = 0; i < n; i++)
		words += is_word_char(head[i]) && !is_word_char(head[i + 1]);
	if (words < 2 || has_word(head, "typedef") || head[n - 1] == '}')
		return false;
	if (sscanf(head, "%*[a-z] %*s %n", &words) == 0 && words == (int)n &&
	    (begins(head, "struct ") || begins(head, "enum ") || begins(head, "union ")))
		return false; /* only named */
	paren = strchr(head, '(');
	if (paren != NULL && paren[1] != '*')
		return false; /* a prototype or a macro */
	star = strrchr(head, '*');
	return !has_word(star == NULL ? head : star, "const");
}

/* A block that is a function's body follows its parameters. */
static bool
is_function(const char *statement)
{
	size_t n = strlen(statement);

	while (n > 0 && statement[n - 1] == ' ')
		n--;
	return n > 0 && statement[n - 1] == ')' && strchr(statement, '=') == NULL;
}

static void
function_name(const char *statement, char ret_name[static NAME_BYTES])
{
	size_t end = strcspn(statement, "("), begin;

	while (end > 0 && statement[end - 1] == ' ')
		end--;
	for (begin = end; begin > 0 && is_word_char(statement[begin - 1]); begin--)
		;
	(void)snprintf(ret_name, NAME_BYTES, "%.*s", (int)(end - begin), statement + begin);
}

/* `static` in a function hides a global in it. */
static void
body_check(struct lint *lint, const struct source *source, const char *from, const char *to)
{
	for (const char *s = from; s < to; s++) {
		struct statement st = { 0 };

		if (!begins(s, "static") || is_word_char(s[-1]) || is_word_char(s[6]))
			continue;
		for (const char *c = s; c < to && *c != ';' && *c != '='; c++) {
			if (*c == '{') /* the members of a struct */
				c = strchr(c, '}') == NULL ? to - 1 : strchr(c, '}');
			statement_add(&st, *c, 1);
		}
		if (is_mutable(st.text))
			fail(lint, source->path, line_of(source->bare, s), "global", "%s", st.text);
	}
}

/* A macro used as a line of its own ends without a semicolon. */
static bool
is_macro_line(const char *statement, const char *rest)
{
	size_t n = strcspn(statement, " (");

	return n > 0 && statement[n] == '(' && ends(statement, ")") &&
	    *rest == '\n' && is_word_char(rest[1]);
}

/* Walks a file's outermost level; `seen` is called for statements and for functions' bodies. */
static void
outer_walk(struct lint *lint, const struct source *source,
    void (*seen)(struct lint *, const struct source *, const struct statement *, const char *from,
        const char *to))
{
	struct statement st = { 0 };
	const char      *body = NULL;
	int              line = 1, braces = 0, parens = 0;

	for (const char *s = source->bare; *s != '\0'; s++) {
		line += *s == '\n';
		braces += *s == '{';
		parens += (*s == '(') - (*s == ')');
		if (*s == '{' && braces == 1 && is_function(st.text))
			body = s;
		if (braces == 0)
			statement_add(&st, *s, line);
		else if (braces == 1 && body == NULL && *s == '{')
			statement_add(&st, '{', line);
		if (*s == '}' && braces > 0) {
			braces = s[-1] == '\n' ? 0 : braces - 1; /* at the edge: surely the end */
			if (braces == 0 && body != NULL)
				seen(lint, source, &st, body, s);
			else if (braces == 0)
				statement_add(&st, '}', line);
		}
		if (braces == 0 && ((*s == '}' && body != NULL) || (*s == ';' && parens <= 0) ||
		    (parens <= 0 && is_macro_line(st.text, s + 1)))) {
			if (*s == ';')
				seen(lint, source, &st, NULL, NULL);
			st = (struct statement){ 0 };
			body = NULL;
			parens = 0;
		}
	}
}

static void
global_seen(struct lint *lint, const struct source *source, const struct statement *st,
    const char *from, const char *to)
{
	if (from != NULL)
		body_check(lint, source, from, to);
	else if (is_mutable(st->text))
		fail(lint, source->path, st->line, "global", "%s", st->text);
}

void
global_check(struct lint *lint, const struct source *source)
{
	outer_walk(lint, source, global_seen);
}

static void
function_seen(struct lint *lint, const struct source *source, const struct statement *st,
    const char *from, const char *to)
{
	int  lines = from == NULL ? 0 : line_of(from, to);
	char name[NAME_BYTES];

	if (lines <= FUNCTION_LINES_MAX)
		return;
	function_name(st->text, name);
	fail(lint, source->path, st->line, "function", "%s has %d lines of at most %d", name, lines,
	    FUNCTION_LINES_MAX);
}

void
function_check(struct lint *lint, const struct source *source)
{
	outer_walk(lint, source, function_seen);
}
