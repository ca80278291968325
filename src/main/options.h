/* options.h -- the words of the command line: options, and what stands without one. */
#pragma once
#include "base/arena.h"
#include "ledger/database.h"

#define WORDS_MAX 64

struct options {
	const char *program;      /* the subcommand */
	const char *db, *keys;    /* db never NULL */
	const char *area, *name, *plan, *time_zone, *people, *areas, *seed, *listen, *cert, *key,
	    *output;
	const char *reveal, *words, *host, *columns;
	bool        is_json, is_full, is_dry, is_replace, is_openapi, is_typescript, is_strict;
	bool        is_english;   /* by --lang, else by the locale */
	const char *rest[WORDS_MAX];
	size_t      rest_count;
};

/* A subcommand: returns the exit status; it has said on stderr what went wrong. */
typedef int command_fn(const struct options *options, struct arena *arena);

struct subcommand {
	const char *name;
	const char *usage;        /* behind the name */
	const char *about;        /* one line */
	const char *takes;        /* long options it knows, separated by spaces */
	int         rest_min, rest_max;
	command_fn *run;
};

/* One line on stderr, and 1. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whole numbers; false when it is none or outside. NULL gives `usual`. */
bool option_number(const char *text, int64_t usual, int64_t lo, int64_t hi, int64_t *ret_value);

time_ms now_ms(void);

int init_main(const struct options *o, struct arena *arena);
int area_main(const struct options *o, struct arena *arena);
int demo_main(const struct options *o, struct arena *arena);
int serve_command(const struct options *o, struct arena *arena);
int do_main(const struct options *o, struct arena *arena);
int view_main(const struct options *o, struct arena *arena);
int export_main(const struct options *o, struct arena *arena);
int import_main(const struct options *o, struct arena *arena);
int verify_main(const struct options *o, struct arena *arena);
int backup_main(const struct options *o, struct arena *arena);
int restore_main(const struct options *o, struct arena *arena);
int user_main(const struct options *o, struct arena *arena);
int plan_main(const struct options *o, struct arena *arena);
int schema_main(const struct options *o, struct arena *arena);
