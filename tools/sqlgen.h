/*
 * sqlgen.h -- what the parts of the generator share: the schema, the .def files, where output goes.
 * A program that runs once and ends: its state is one struct.
 */
#pragma once
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

#define VARS_MAX   40
#define STATES_MAX 1024
#define ITEMS_MAX  4096
#define TABLES_MAX 128

struct var { char type[32], name[64]; };
struct list { int count; struct var vars[VARS_MAX]; };

struct query {
	char        name[64], more[64];       /* more: behind the statement on PostgreSQL */
	enum what   { QUERY, EACH, BULK, VIEW, PART } what;
	struct list in, out;
	const char *sql;                      /* with its closing semicolon */
	sqlite3_stmt *stmt;
	unsigned char reads[TABLES_MAX], changes[TABLES_MAX];
};

struct state { char name[80]; size_t set_length; int number; };
struct item { char view[64], word[16], name[64], kind[16]; };   /* PARAM, COLUMN or ORDER */

extern sqlite3 *db;                       /* has the schema */
extern FILE *h, *c;                       /* the two files that are written */
extern struct state states[STATES_MAX];
extern struct item items[ITEMS_MAX];
extern int nstates, nitems, ntables;
extern char tables[TABLES_MAX][64];       /* in the order of their making */

/* sqlgen.c */
char  *slurp(const char *path);
bool   ends(const char *s, const char *tail);
size_t word_length(const char *s);
char  *states_replace(const char *sql);   /* gate_pass_OPEN becomes 0 */

/* sqlgen_parts.c */
void  parts_read(char *text);
char *replaced(const char *query, const char *sql);

/* sqlgen_check.c: each ends the program with one line when something does not hold */
void schema_check(void);
int table_seen(void *query, int action, const char *a, const char *b, const char *x, const char *y);
void prepare(struct query *q, const char *sql);

/* sqlgen_query.c */
void  print_quoted(FILE *f, const char *s);
char *lowered(const char *sql, sqlite3_stmt *s, bool is_bulk);
void  print_sql(const struct query *q);   /* the members of struct sql */
void  query(struct query *q, const char *sql);

/* sqlgen_view.c */
void view(struct query *q, const char *sql);

/* sqlgen_stats.c: tells the generator's own database too; the statements, for every other */
char *stats_make(void);

/* sqlgen_schema.c */
void schema_print(const char *schema, const char *stats, char *const paths[], int count);
