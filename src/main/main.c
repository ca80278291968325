/* main.c -- redvest: one program, many words. Each subcommand is in the file that its table names.
 */
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "base/str.h"
#include "ledger/decode.h"
#include "main/options.h"

static const struct subcommand subcommands[] = {
	{ "init", "--area CODE --name NAME [--plan PLAN] [--time-zone ZONE] [-o SHEET.html]",
	    "make a new database and its first administrator", "area name plan time-zone output", 0,
	    0, init_main },
	{ "area", "CODE NAME [--time-zone ZONE] [--plan PLAN]",
	    "open one more area in the database", "time-zone plan", 2, 2, area_main },
	{ "demo", "[--people 40000] [--areas 1] [--seed 1] [--replace]",
	    "make a whole synthetic neighbourhood (./demo.db unless --db)",
	    "people areas seed replace", 0, 0, demo_main },
	{ "serve", "[--listen 127.0.0.1:8080] [--cert FILE --key FILE]", "serve HTTP until SIGTERM",
	    "listen cert key", 0, 0, serve_command },
	{ "import", "residents|places FILE.xlsx|csv [--dry-run] [--json] [--strict]"
	    " [--columns 门牌=房号,D=姓名] [-o FILE.xlsx]",
	    "read a sheet into the database", "area dry-run json strict columns output", 2, 2,
	    import_main },
	{ "export", "VIEW [key=value ...] -o FILE.xlsx|csv|json [--reveal REASON]",
	    "write a view to a file", "area output reveal", 1, WORDS_MAX, export_main },
	{ "view", "VIEW [key=value ...] [--json] [--reveal REASON]", "show a view",
	    "area json reveal", 1, WORDS_MAX, view_main },
	{ "do", "COMMAND field=value ... [--json]", "send any command", "area json", 1, WORDS_MAX,
	    do_main },
	{ "plan", "list | show [NAME] | check FILE | set NAME|FILE [since=TIME]",
	    "the plan of a disease: those there are, one's text, a file's mistakes, take one",
	    "area json", 1, 3, plan_main },
	{ "schema", "[--openapi|--typescript]", "what commands, views, faults and flags there are",
	    "openapi typescript", 0, 0, schema_main },
	{ "verify", "[--full] [--json]", "check the ledger's chain and replay it", "full json", 0,
	    0, verify_main },
	{ "backup", "FILE", "copy the database, and its key ring without the master", "", 1, 1,
	    backup_main },
	{ "restore", "FILE [--words FILE]",
	    "bring a backup back, with the words of the recovery sheet", "words", 1, 1,
	    restore_main },
	{ "user", "add LOGIN NAME ROLE [until=TIME] | password LOGIN | close LOGIN | list",
	    "accounts and their roles", "area json", 1, 5, user_main },
	{ 0 },
};

int
fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("redvest: ", stderr);
	(void)vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return 1;
}

time_ms
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (time_ms){ (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 };
}

bool
option_number(const char *text, int64_t usual, int64_t lo, int64_t hi, int64_t *ret_value)
{
	*ret_value = usual;
	return text == NULL || (str_to_i64(str_of(text), ret_value) && *ret_value >= lo &&
	    *ret_value <= hi);
}

static void
usage_print(void)
{
	puts("redvest -- who lives here, who has been tested, who is missing\n");
	for (const struct subcommand *s = subcommands; s->name != NULL; s++)
		printf("  redvest %-8s %s\n", s->name, s->about);
	puts("\nEvery subcommand has --help and takes --db FILE|postgresql://… (default "
	    "./redvest.db),\n--keys FILE and --lang zh|en.");
}

static int
help(const struct subcommand *s)
{
	printf("redvest %s %s\n\n%s\n", s->name, s->usage, s->about);
	return 0;
}

/* Where an option's value goes, or what it switches on. */
struct option_place { const char *name; const char **value; bool *is_on; };

static bool
is_known(const struct subcommand *s, const char *name)
{
	static const char always[] = "db keys lang";
	const char       *lists[] = { s->takes, always };

	for (size_t i = 0; i < LEN(lists); i++)
		for (struct str rest = str_of(lists[i]), word; str_split(&rest, ' ', &word);)
			if (str_equal(word, str_of(name)))
				return true;
	return false;
}

/* Takes one option at argv[*i]; false: it has said what is wrong. */
static bool
option_take(const struct subcommand *s, struct option_place *places, int argc, char *argv[], int *i)
{
	const char *name = strcmp(argv[*i], "-o") == 0 ? "output" : argv[*i] + 2;

	for (struct option_place *p = places; p->name != NULL; p++) {
		if (strcmp(p->name, name) != 0 || !is_known(s, name))
			continue;
		if (p->is_on != NULL) {
			*p->is_on = true;
			return true;
		}
		if (*i + 1 >= argc)
			return fail("--%s needs a value", name) == 0;
		*p->value = argv[++*i];
		return true;
	}
	return fail("%s has no option %s; see redvest %s --help", s->name, argv[*i], s->name) == 0;
}

static bool
options_read(const struct subcommand *s, int argc, char *argv[], struct options *o)
{
	const char *lang = NULL, *locale = getenv("LANG");
	struct option_place places[] = {
		{ "db", &o->db, NULL },
		{ "keys", &o->keys, NULL },
		{ "area", &o->area, NULL },
		{ "name", &o->name, NULL },
		{ "plan", &o->plan, NULL },
		{ "time-zone", &o->time_zone, NULL },
		{ "people", &o->people, NULL },
		{ "areas", &o->areas, NULL },
		{ "seed", &o->seed, NULL },
		{ "listen", &o->listen, NULL },
		{ "cert", &o->cert, NULL },
		{ "key", &o->key, NULL },
		{ "output", &o->output, NULL },
		{ "reveal", &o->reveal, NULL },
		{ "words", &o->words, NULL },
		{ "columns", &o->columns, NULL },
		{ "lang", &lang, NULL },
		{ "json", NULL, &o->is_json },
		{ "full", NULL, &o->is_full },
		{ "dry-run", NULL, &o->is_dry },
		{ "replace", NULL, &o->is_replace },
		{ "openapi", NULL, &o->is_openapi },
		{ "typescript", NULL, &o->is_typescript },
		{ "strict", NULL, &o->is_strict },
		{ 0 },
	};

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "-o") == 0 || strncmp(argv[i], "--", 2) == 0) {
			if (!option_take(s, places, argc, argv, &i))
				return false;
		} else if (o->rest_count < WORDS_MAX) {
			o->rest[o->rest_count++] = argv[i];
		} else {
			return fail("more than %d words", WORDS_MAX) == 0;
		}
	}
	if (lang != NULL && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
		return fail("--lang is zh or en, not %s", lang) == 0;
	if (o->db == NULL)
		o->db = s->run == demo_main ? "./demo.db" : "./redvest.db";
	o->is_english = lang != NULL ? strcmp(lang, "en") == 0 :
	    locale == NULL || strncmp(locale, "zh", 2) != 0;
	if ((int)o->rest_count < s->rest_min || (int)o->rest_count > s->rest_max)
		return fail("usage: redvest %s %s", s->name, s->usage) == 0;
	return true;
}

int
main(int argc, char *argv[])
{
	const struct subcommand *s = subcommands;
	struct options           options = { 0 };
	struct arena             arena = { 0 };
	int                      status;

	if (argc < 2)
		return fail("a subcommand is wanted; see redvest --help");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		usage_print();
		return 0;
	}
	while (s->name != NULL && strcmp(s->name, argv[1]) != 0)
		s++;
	if (s->name == NULL)
		return fail("there is no subcommand %s; see redvest --help", argv[1]);
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			return help(s);
	options.program = s->name;
	if (!options_read(s, argc, argv, &options))
		return 2;
	if (sodium_init() < 0)
		return fail("no source of randomness");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077); /* names are readable in the database, in backups and in exports */
	decode_setup();
	status = s->run(&options, &arena);
	arena_done(&arena);
	return status;
}
