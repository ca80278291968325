/*
 * lint.h -- what the parts of the house linter share. See lint.c.
 *
 * It reads text, not C: comments and literals are blanked, braces are counted.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define LEN(a)             (sizeof(a) / sizeof((a)[0]))
#define COLUMNS_MAX        100
#define TAB_COLUMNS        8
#define FUNCTION_LINES_MAX 70
#define FILE_LINES_MAX     800 /* a .c file has fewer */
#define NAME_BYTES         64
#define NAMES_MAX          64
#define ALLOWED_MAX        200
#define LINE_BYTES         400

/* One file. The three texts have the same length and the same lines. */
struct source {
	const char *path; /* from the root */
	const char *name; /* its last part */
	const char *ext;  /* "c", "h", "sql" …; "" */
	char       *text; /* as it is */
	char       *code; /* comments and the insides of literals are blanks */
	char       *bare; /* likewise without preprocessor lines */
};

struct allowed {
	char rule[NAME_BYTES], path[200];
	int  line;
	bool is_used;
};

struct lint {
	char           modules[NAMES_MAX][NAME_BYTES]; /* in order */
	size_t         module_count;
	char           transactions[NAMES_MAX][NAME_BYTES]; /* functions that begin and end them */
	size_t         transaction_count;
	struct allowed allowed[ALLOWED_MAX];
	size_t         allowed_count;
	int            passed, failed;
};

struct rule {
	const char *name, *what;
	bool (*applies)(const struct source *source);
	void (*check)(struct lint *lint, const struct source *source);
};

/* One breach, unless it is allowed: a line on stdout. */
void fail(struct lint *lint, const char *path, int line, const char *rule, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Text */

bool is_in(const char *word, const char *const *words, size_t count);
bool is_word_char(char c);
bool begins(const char *s, const char *head);
bool ends(const char *s, const char *tail);
bool has_word(const char *s, const char *word);

/* From 1. */
int line_of(const char *text, const char *at);

/* A whole file. NULL: there is none. Owned by the caller, as those of the next two. */
char *text_read(const char *path);

/* Comments and the insides of literals blanked; then preprocessor lines as well. */
char *code_of(const char *text);
char *bare_of(const char *code);

/* The next name before a parenthesis at or behind s, no member's; NULL: no more. */
const char *call_next(const char *text, const char *s, char ret_name[static NAME_BYTES]);

bool is_script(const struct source *source);

/* Rules */

void include_check(struct lint *lint, const struct source *source);
void columns_check(struct lint *lint, const struct source *source);
void lines_check(struct lint *lint, const struct source *source);
void opening_check(struct lint *lint, const struct source *source);
void leftover_check(struct lint *lint, const struct source *source);
void sql_check(struct lint *lint, const struct source *source);
void call_check(struct lint *lint, const struct source *source);
void clock_check(struct lint *lint, const struct source *source);
void transaction_check(struct lint *lint, const struct source *source);
void global_check(struct lint *lint, const struct source *source);
void function_check(struct lint *lint, const struct source *source);
