/* lint_text.c -- see lint.h: reading, blanking, finding words. */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lint.h"

bool
is_in(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

bool
is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool
begins(const char *s, const char *head)
{
	return strncmp(s, head, strlen(head)) == 0;
}

bool
ends(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && strcmp(s + n - m, tail) == 0;
}

int
line_of(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

bool
has_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = strstr(s, word), *from = s; at != NULL; at = strstr(at + n, word))
		if ((at == from || !is_word_char(at[-1])) && !is_word_char(at[n]))
			return true;
	return false;
}

char *
text_read(const char *path)
{
	FILE  *f = fopen(path, "r");
	char  *text = NULL;
	size_t room = 0;

	if (f == NULL)
		return NULL;
	if (getdelim(&text, &room, '\0', f) < 0) {
		free(text);
		text = strdup("");
	}
	(void)fclose(f);
	if (text == NULL)
		err(2, "%s", path);
	return text;
}

/* The end of a comment or literal that begins at s; s when none does. Stops at the text's end. */
static char *
span_end(char *s)
{
	char quote = *s;

	if (s[0] == '/' && s[1] == '/')
		return s + strcspn(s, "\n");
	if (s[0] == '/' && s[1] == '*') {
		char *end = strstr(s + 2, "*/");

		return end == NULL ? s + strlen(s) : end + 2;
	}
	if (quote != '"' && quote != '\'')
		return s;
	for (s++; *s != '\0' && *s != quote && *s != '\n'; s++)
		if (*s == '\\' && s[1] != '\0')
			s++;
	return *s == quote ? s + 1 : s;
}

static void
blank(char *from, const char *to)
{
	for (; from < to; from++)
		if (*from != '\n')
			*from = ' ';
}

char *
code_of(const char *text)
{
	char *code = strdup(text);

	if (code == NULL)
		err(2, "memory");
	for (char *s = code; *s != '\0';) {
		char *end = span_end(s);

		if (end == s) {
			s++;
			continue;
		}
		if (*s == '/')
			blank(s, end);
		else if (end - s > 2)
			blank(s + 1, end - 1); /* the quotes stay */
		s = end;
	}
	return code;
}

char *
bare_of(const char *code)
{
	char *bare = strdup(code);

	if (bare == NULL)
		err(2, "memory");
	for (char *line = bare; *line != '\0';) {
		char *end = line + strcspn(line, "\n");
		bool  is_directive = line[strspn(line, " \t")] == '#';

		while (is_directive && *end == '\n' && end[-1] == '\\')
			end += 1 + strcspn(end + 1, "\n");
		if (is_directive)
			blank(line, end);
		line = *end == '\n' ? end + 1 : end;
	}
	return bare;
}

const char *
call_next(const char *text, const char *s, char ret_name[static NAME_BYTES])
{
	while (*s != '\0') {
		size_t      n = 0;
		const char *before = s;

		while (is_word_char(s[n]))
			n++;
		if (n == 0) {
			s++;
			continue;
		}
		while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
			before--;
		/* x->time() and x.time() are somebody else's. */
		if (n < NAME_BYTES && s[n + strspn(s + n, " \t")] == '(' &&
		    (before == text || (before[-1] != '.' && before[-1] != '>'))) {
			memcpy(ret_name, s, n);
			ret_name[n] = '\0';
			return s;
		}
		s += n;
	}
	return NULL;
}

bool
is_script(const struct source *s)
{
	return strcmp(s->ext, "sh") == 0;
}
