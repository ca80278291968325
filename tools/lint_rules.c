/* lint_rules.c -- see lint.h: the rules that need no more than words and lines. */
#include <stdio.h>
#include <string.h>
#include "lint.h"

/* Folders of src, each may include only those before it. */
static const char *const folders[] = {
	"base", "text", "db", "ledger", "sheet", "solve", "modules", "http", "main"
};

/* Folders that know nothing but base. */
static const char *const only_base[] = { "text", "sheet", "solve" };

/* The folder of a path below src ("ledger"), and of a module ("gate") or "". */
static void
place_of(const char *path, char folder[static NAME_BYTES], char module[static NAME_BYTES])
{
	folder[0] = module[0] = '\0';
	if (sscanf(path, "%63[^/]/", folder) == 1 && strcmp(folder, "modules") == 0)
		(void)sscanf(path, "modules/%63[^/]/", module);
}

static size_t
rank_of(const char *folder)
{
	size_t i = 0;

	while (i < LEN(folders) && strcmp(folders[i], folder) != 0)
		i++;
	return i;
}

static size_t
module_rank(const struct lint *lint, const char *module)
{
	size_t i = 0;

	while (i < lint->module_count && strcmp(lint->modules[i], module) != 0)
		i++;
	return i;
}

/* NULL, or why `from` may not include the module's file. */
static const char *
module_include_fault(
    const struct lint *lint, const char *from, const char *module, const char *path)
{
	char header[3 * NAME_BYTES];

	if (strcmp(from, module) == 0)
		return NULL;
	if (module_rank(lint, module) >= module_rank(lint, from))
		return "that module is not listed before this one";
	(void)snprintf(header, sizeof(header), "modules/%s/%s.h", module, module);
	return strcmp(path, header) == 0 ? NULL : "of another module only its <name>.h";
}

/* "gen/…": NULL, or why this folder may not include it. */
static const char *
generated_include_fault(const char *folder, const char *module, const char *path)
{
	char sql[3 * NAME_BYTES];

	if (begins(path, "gen/schema"))
		return rank_of(folder) < rank_of("ledger") ? "it is of the ledger, below" : NULL;
	(void)snprintf(sql, sizeof(sql), "gen/%s_sql.h", module[0] != '\0' ? module : folder);
	if (ends(path, "_sql.h") && strcmp(path, sql) != 0)
		return "another's queries";
	return NULL;
}

static const char *
include_fault(const struct lint *lint, const char *from, const char *path)
{
	char folder[NAME_BYTES], module[NAME_BYTES], to[NAME_BYTES], to_module[NAME_BYTES];

	place_of(from, folder, module);
	place_of(path, to, to_module);
	if (strcmp(path, "modules.def") == 0)
		return rank_of(folder) < rank_of("ledger") ? "modules are below this folder" : NULL;
	if (strcmp(to, "gen") == 0)
		return generated_include_fault(folder, module, path);
	if (rank_of(to) == LEN(folders))
		return "not a folder of src, or not named from src";
	if (to_module[0] != '\0' && module[0] != '\0')
		return module_include_fault(lint, module, to_module, path);
	if (strcmp(folder, to) == 0)
		return NULL;
	if (to_module[0] != '\0')
		return "modules are seen only as tables, through ledger's headers";
	if (is_in(folder, only_base, LEN(only_base)) && strcmp(to, "base") != 0)
		return "this folder includes only base";
	return rank_of(to) < rank_of(folder) ? NULL : "that folder is below this one";
}

void
include_check(struct lint *lint, const struct source *source)
{
	const char *line = source->text;

	for (int number = 1; *line != '\0'; number++) {
		const char *code = source->code + (line - source->text), *fault;
		char        path[200];

		/* The directive is read in the code, so that comments do not count. */
		if (code[strspn(code, " \t")] == '#' &&
		    sscanf(line, " # include \"%199[^\"\n]\"", path) == 1) {
			fault = include_fault(lint, source->path + strlen("src/"), path);
			if (fault != NULL)
				fail(lint, source->path, number, "include", "\"%s\": %s", path,
				    fault);
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

static unsigned
columns_of_char(unsigned long c)
{
	static const struct {
		unsigned long first, last;
	} wide[] = { /* East Asian wide and full width, Unicode's UAX #11 */
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff }, { 0x3400, 0x4dbf },
		{ 0x4e00, 0x9fff }, { 0xa000, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd }
	};

	if (c >= 0x300 && c <= 0x36f)
		return 0; /* combining */
	for (size_t i = 0; i < LEN(wide); i++)
		if (c >= wide[i].first && c <= wide[i].last)
			return 2;
	return 1;
}

/* The columns of one line, which ends with '\n' or '\0'. What is not UTF-8 counts a byte each. */
static unsigned
columns_of(const char *s)
{
	unsigned columns = 0;

	while (*s != '\0' && *s != '\n') {
		unsigned char b = (unsigned char)*s++;
		unsigned long c = b;
		int           more = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : b >= 0xc0 ? 1 : 0;

		if (b == '\t') {
			columns += TAB_COLUMNS - columns % TAB_COLUMNS;
			continue;
		}
		if (more > 0)
			c = b & (0x3fu >> more);
		for (; more > 0 && ((unsigned char)*s & 0xc0) == 0x80; more--)
			c = c << 6 | ((unsigned char)*s++ & 0x3f);
		columns += columns_of_char(c);
	}
	return columns;
}

void
columns_check(struct lint *lint, const struct source *source)
{
	const char *line = source->text;

	for (int number = 1; *line != '\0'; number++) {
		unsigned columns = columns_of(line);

		if (columns > COLUMNS_MAX)
			fail(lint, source->path, number, "columns", "%u of at most %d", columns,
			    COLUMNS_MAX);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

void
lines_check(struct lint *lint, const struct source *source)
{
	int lines = line_of(source->text, source->text + strlen(source->text)) - 1;

	if (lines >= FILE_LINES_MAX)
		fail(lint, source->path, lines, "lines", "%d; a .c file has fewer than %d", lines,
		    FILE_LINES_MAX);
}

void
opening_check(struct lint *lint, const struct source *source)
{
	const char *s = source->text;
	size_t      n = strlen(source->name);

	if (is_script(source)) {
		s += begins(s, "#!") ? strcspn(s, "\n") : 0;
		s += *s == '\n';
		s += begins(s, "# ") ? 2 : 0;
	} else {
		s += begins(s, "/* ") ? 3 : begins(s, "/*\n * ") ? 6 : 0;
	}
	if (s == source->text || strncmp(s, source->name, n) != 0 || !begins(s + n, " -- ") ||
	    s[n + 4] == '\n' || s[n + 4] == '\0')
		fail(lint, source->path, 1, "opening", "not \"%s -- what it is for\"",
		    source->name);
}

void
leftover_check(struct lint *lint, const struct source *source)
{
	static const char *const words[] = { "TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK" };

	for (const char *s = source->text; *s != '\0';) {
		char   word[8] = "";
		size_t n = 0;

		while (is_word_char(s[n]))
			n++;
		if (n < sizeof(word))
			memcpy(word, s, n);
		if (n > 0 && is_in(word, words, LEN(words)))
			fail(lint, source->path, line_of(source->text, s), "leftover", "%s", word);
		s += n + (n == 0);
	}
}

void
sql_check(struct lint *lint, const struct source *source)
{
	static const char *const words[] = { "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE",
		"BEGIN", "COMMIT", "ROLLBACK" };

	for (const char *quote = strchr(source->code, '"'); quote != NULL;) {
		const char *end = strchr(quote + 1, '"');
		const char *s = source->text + (quote - source->code) + 1;
		char        word[10] = "";

		s += strspn(s, " \t");
		(void)sscanf(s, "%9[A-Z]", word);
		if (is_in(word, words, LEN(words)) && !is_word_char(s[strlen(word)]))
			fail(lint, source->path, line_of(source->code, quote), "sql",
			    "\"%s …\" belongs into queries.sql", word);
		quote = end == NULL ? NULL : strchr(end + 1, '"');
	}
}

static void
calls_forbid(struct lint *lint, const struct source *source, const char *rule,
    const char *const *names, size_t count, const char *why)
{
	char        name[NAME_BYTES];
	const char *s = source->code;

	while ((s = call_next(source->code, s, name)) != NULL) {
		if (is_in(name, names, count))
			fail(lint, source->path, line_of(source->code, s), rule, "%s(): %s", name,
			    why);
		s += strlen(name);
	}
}

void
call_check(struct lint *lint, const struct source *source)
{
	static const char *const names[] = { "strcpy", "strcat", "sprintf", "vsprintf", "gets",
		"atoi", "system", "popen" };

	calls_forbid(lint, source, "call", names, LEN(names), "unbounded, unchecked or a shell");
}

void
clock_check(struct lint *lint, const struct source *source)
{
	static const char *const names[] = { "time", "gettimeofday", "clock_gettime", "rand",
		"random", "getrandom", "arc4random" };

	calls_forbid(lint, source, "clock", names, LEN(names), "time and chance are parameters");
}

void
transaction_check(struct lint *lint, const struct source *source)
{
	const char *names[NAMES_MAX];

	for (size_t i = 0; i < lint->transaction_count; i++)
		names[i] = lint->transactions[i];
	calls_forbid(lint, source, "transaction", names, lint->transaction_count,
	    "only src/ledger begins and commits");
}
