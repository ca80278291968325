/*
 * lint.c -- the house linter: what STYLE.md and the order of the folders ask, held as a test.
 *
 *   lint [--root DIR]    each breach is one line "file:line: rule: what"
 *   lint --list          the rules
 *
 * It ends with "N passed, N failed"; a rule that one file keeps is one passed. Exceptions are lines
 * "rule path why" in tools/lint.allow; one that is no longer needed fails as well.
 */
#include <err.h>
#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lint.h"

void
fail(struct lint *lint, const char *path, int line, const char *rule, const char *format, ...)
{
	va_list args;

	for (size_t i = 0; i < lint->allowed_count; i++) {
		struct allowed *a = &lint->allowed[i];

		if (strcmp(a->rule, rule) == 0 && strcmp(a->path, path) == 0) {
			a->is_used = true;
			return;
		}
	}
	lint->failed++;
	printf("%s:%d: %s: ", path, line, rule);
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	(void)putchar('\n');
}

static bool
is_c(const struct source *s)
{
	return strcmp(s->ext, "c") == 0 || strcmp(s->ext, "h") == 0;
}

static bool
is_product(const struct source *s)
{
	return is_c(s) && begins(s->path, "src/") && !ends(s->path, "_test.c");
}

static bool
is_outside_db(const struct source *s)
{
	return is_product(s) && !begins(s->path, "src/db/");
}

static bool
is_outside_ledger(const struct source *s)
{
	return is_outside_db(s) && !begins(s->path, "src/ledger/");
}

static bool
is_deterministic(const struct source *s)
{
	return is_product(s) &&
	    (begins(s->path, "src/modules/") || begins(s->path, "src/ledger/"));
}

static bool
is_c_file(const struct source *s)
{
	return strcmp(s->ext, "c") == 0;
}

static bool
is_code(const struct source *s)
{
	return is_c(s) || is_script(s);
}

static bool
is_ruled(const struct source *s)
{
	return is_code(s) || strcmp(s->ext, "sql") == 0;
}

static bool
is_any(const struct source *s)
{
	return s->ext[0] != '\0';
}

static const struct rule rules[] = {
	{ "include", "folders and modules include only what stands before them", is_product,
	    include_check },
	{ "columns", "a line has at most 100 columns", is_ruled, columns_check },
	{ "lines", "a .c file has fewer than 800 lines", is_c_file, lines_check },
	{ "function", "a function's body has at most 70 lines", is_c, function_check },
	{ "opening", "a file opens with \"name -- what it is for\"", is_code, opening_check },
	{ "leftover", "nothing is left to do in a comment", is_any, leftover_check },
	{ "sql", "SQL is in queries.sql and schema.sql", is_outside_db, sql_check },
	{ "call", "no unbounded functions, no shell", is_product, call_check },
	{ "clock", "applying reads no clock and no chance", is_deterministic, clock_check },
	{ "transaction", "only the ledger commits", is_outside_ledger, transaction_check },
	{ "global", "no variables but const outside functions", is_product, global_check },
};

static void
file_check(struct lint *lint, const char *path)
{
	const char   *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
	struct source source = { .path = path };

	source.name = slash == NULL ? path : slash + 1;
	source.ext = dot == NULL || dot < source.name ? "" : dot + 1;
	source.text = text_read(path);
	if (source.text == NULL)
		err(2, "%s", path);
	source.code = is_c(&source) ? code_of(source.text) : strdup("");
	source.bare = bare_of(source.code);
	for (size_t i = 0; i < LEN(rules); i++) {
		int failed = lint->failed;

		if (!rules[i].applies(&source))
			continue;
		rules[i].check(lint, &source);
		lint->passed += lint->failed == failed;
	}
	free(source.bare);
	free(source.code);
	free(source.text);
}

static bool
is_checked(const char *name)
{
	static const char *const exts[] = { "c", "h", "def", "sql", "scn", "sh", "mjs", "js", "ts",
		"vue" };
	const char *dot = strrchr(name, '.');

	return dot != NULL && is_in(dot + 1, exts, LEN(exts));
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
tree_check(struct lint *lint)
{
	static const char *const skipped[] = { "node_modules", "build", "dist", "gen", "golden" };
	char  src[] = "src", test[] = "test", tools[] = "tools", bench[] = "bench";
	char  web[] = "web/src";
	char *roots[] = { src, test, tools, bench, web, NULL };
	FTS  *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	if (walk == NULL)
		err(2, "fts_open");
	while ((entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_D && is_in(entry->fts_name, skipped, LEN(skipped)))
			(void)fts_set(walk, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F && is_checked(entry->fts_name))
			file_check(lint, entry->fts_path);
	}
	(void)fts_close(walk);
}

static void
modules_read(struct lint *lint)
{
	char *text = text_read("src/modules.def"), *code = text == NULL ? NULL : code_of(text);

	for (char *s = code; s != NULL && (s = strstr(s, "MODULE(")) != NULL; s++)
		if (lint->module_count < NAMES_MAX &&
		    sscanf(s, "MODULE( %63[a-z0-9_]", lint->modules[lint->module_count]) == 1)
			lint->module_count++;
	free(code);
	free(text);
}

/* Where sql.h declares x_commit, x_begin and x_rollback are meant as well. */
static void
transactions_read(struct lint *lint)
{
	static const char *const verbs[] = { "begin", "commit", "rollback" };
	char                    *text = text_read("src/db/sql.h"), name[NAME_BYTES];
	char                    *code = text == NULL ? NULL : code_of(text);
	const char              *s = code;

	while (s != NULL && (s = call_next(code, s, name)) != NULL) {
		s += strlen(name);
		if (!ends(name, "_commit") || lint->transaction_count + LEN(verbs) > NAMES_MAX)
			continue;
		for (size_t i = 0; i < LEN(verbs); i++)
			(void)snprintf(lint->transactions[lint->transaction_count++], NAME_BYTES,
			    "%.*s%s", (int)(strlen(name) - strlen("commit")), name, verbs[i]);
	}
	free(code);
	free(text);
}

static void
allowed_read(struct lint *lint)
{
	FILE *f = fopen("tools/lint.allow", "r");
	char  line[LINE_BYTES];

	for (int number = 1; f != NULL && fgets(line, sizeof(line), f) != NULL; number++) {
		struct allowed a = { .line = number };
		char           why[4];

		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (sscanf(line, "%63s %199s %3s", a.rule, a.path, why) != 3)
			errx(2, "tools/lint.allow:%d: not \"rule path why\"", number);
		if (lint->allowed_count == ALLOWED_MAX)
			errx(2, "tools/lint.allow: too many exceptions");
		lint->allowed[lint->allowed_count++] = a;
	}
	if (f != NULL)
		(void)fclose(f);
}

static void
allowed_check(struct lint *lint)
{
	size_t count = lint->allowed_count;

	lint->allowed_count = 0;
	for (size_t i = 0; i < count; i++)
		if (!lint->allowed[i].is_used)
			fail(lint, "tools/lint.allow", lint->allowed[i].line, "allow",
			    "not needed: %s %s", lint->allowed[i].rule, lint->allowed[i].path);
}

int
main(int argc, char *argv[])
{
	struct lint *lint = calloc(1, sizeof(*lint));
	int          failed;

	if (lint == NULL)
		err(2, "memory");
	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		for (size_t i = 0; i < LEN(rules); i++)
			printf("%-12s %s\n", rules[i].name, rules[i].what);
		free(lint);
		return 0;
	}
	if (argc != 1 && (argc != 3 || strcmp(argv[1], "--root") != 0))
		errx(2, "usage: lint [--root DIR] | --list");
	if (argc == 3 && chdir(argv[2]) != 0)
		err(2, "%s", argv[2]);
	modules_read(lint);
	transactions_read(lint);
	allowed_read(lint);
	tree_check(lint);
	allowed_check(lint);
	printf("%d passed, %d failed\n", lint->passed, lint->failed);
	failed = lint->failed;
	free(lint);
	return failed > 0 ? 1 : 0;
}
