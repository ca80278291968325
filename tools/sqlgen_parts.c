/*
 * sqlgen_parts.c -- what stands in a statement for more than is written there:
 *
 *   PARTS(roster_things)     everything that modules have said under "-- part: roster_things", with
 *                            UNION ALL between: each module adds to a view of an earlier one
 *   WORD(round_reason, x)    the word of the option or state whose number x is, as in JSON
 */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include "sqlgen.h"

#define PARTS_MAX 256

struct part {
	char name[64];
	char *sql; /* without its semicolon */
};

static struct part *
parts(int **ret_count)
{
	static struct part list[PARTS_MAX];
	static int count;

	*ret_count = &count;
	return list;
}

/* The parts in a queries.sql, in which states have their numbers. */
void
parts_read(char *text)
{
	int *count;
	struct part *list = parts(&count);

	for (char *p = strstr(text, "-- part: "); p != NULL; p = strstr(p, "-- part: ")) {
		char *sql = strchr(p, '\n'), *end = strchr(p, ';');
		struct part *part = &list[*count];

		if (sql == NULL || end == NULL || *count == PARTS_MAX)
			errx(1, "too many parts, or one without an end");
		snprintf(part->name, sizeof(part->name), "%.*s", (int)(sql - p - 9), p + 9);
		part->sql = strndup(sql + 1, (size_t)(end - sql - 1));
		++*count;
		p = end;
	}
}

static void
parts_print(FILE *f, const char *query, const char *name, size_t n)
{
	int *count, printed = 0;
	const struct part *list = parts(&count);

	for (int i = 0; i < *count; i++)
		if (strlen(list[i].name) == n && strncmp(list[i].name, name, n) == 0) {
			char *sql = replaced(query, list[i].sql);

			fprintf(f, "%s%s", printed++ > 0 ? "\nUNION ALL\n" : "", sql);
			free(sql);
		}
	if (printed == 0)
		errx(1, "%s: nobody has a part called %.*s", query, (int)n, name);
}

/* CASE x WHEN 4 THEN 'left' ... END */
static void
word_print(FILE *f, const char *query, const char *set, size_t n, const char *value, int value_n)
{
	int printed = 0;

	fprintf(f, "CASE %.*s", value_n, value);
	for (int i = 0; i < nstates; i++) {
		const char *name = states[i].name + n + 1;

		if (states[i].set_length != n || strncmp(states[i].name, set, n) != 0)
			continue;
		fprintf(f, " WHEN %d THEN '", states[i].number);
		for (; *name != '\0'; name++)
			fputc(tolower((unsigned char)*name), f);
		fputc('\'', f);
		printed++;
	}
	fprintf(f, " ELSE '' END");
	if (printed == 0)
		errx(1, "%s: no set called %.*s", query, (int)n, set);
}

/* The statement with what stands for more written out; the caller's to be freed. */
char *
replaced(const char *query, const char *sql)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	while (*sql != '\0') {
		bool is_parts = strncmp(sql, "PARTS(", 6) == 0;
		bool is_word = strncmp(sql, "WORD(", 5) == 0;
		const char *name = sql + (is_parts ? 6 : 5), *end = strchr(sql, ')');
		size_t n;

		if (!is_parts && !is_word) {
			fputc(*sql++, f);
			continue;
		}
		n = word_length(name);
		if (end == NULL || n == 0 || (is_word && name[n] != ','))
			errx(1, "%s: cannot read %.30s", query, sql);
		if (is_parts)
			parts_print(f, query, name, n);
		else
			word_print(f, query, name, n, name + n + 2, (int)(end - name - (int)n - 2));
		sql = end + 1;
	}
	fclose(f);
	return out;
}
