/*
 * importer.h -- how a module reads a sheet into itself, as a table: for those who know modules only
 * as tables (the server, the terminal). SHEET in a .def names one.
 */
#pragma once
#include "ledger/execute.h"

/* What came of a data row; each row is exactly one of these. */
#define IMPORT_VERDICTS(X) X(new) X(changed) X(unchanged) X(doubtful) X(refused)
enum import_verdict {
#define X(name) IMPORT_##name,
	IMPORT_VERDICTS(X)
#undef X
	IMPORT_VERDICT_COUNT
};
extern const char *const import_verdict_names[IMPORT_VERDICT_COUNT];

/* What is there and what comes is read; then what others stand in is sent, then they. */
enum import_phase { IMPORT_READING, IMPORT_PLACES, IMPORT_ROWS, IMPORT_PHASE_COUNT };
extern const char *const import_phase_names[IMPORT_PHASE_COUNT];

#define IMPORT_WHY_BYTES 640

struct import_options {
	const char  *path;       /* .xlsx or .csv */
	struct db   *reader;     /* borrowed; in no transaction, used by nobody else meanwhile */
	struct keys *keys;       /* borrowed */
	area_id      area;
	time_ms      now;
	bool         is_dry;     /* plan only: send and next_id may be NULL */
	bool         is_strict;  /* any refused row: nothing is done */
	bool         is_english;
	struct str   columns;    /* what was said of headings: "户号=户编号,D=房号" */

	/* Sends one command, waits for what came of it: 0 or -errno. Texts last until the next. */
	int (*send)(void *context, const struct command *command, const void *in,
	    struct outcome *ret_outcome);
	/* Several of one kind, committed together; NULL: send is used. */
	int (*send_all)(void *context, const struct command *command, const void *const *ins,
	    size_t count, struct outcome *ret_outcomes);
	int64_t (*next_id)(void *context); /* < 0: -errno */
	void (*progress)(void *context, enum import_phase phase, uint64_t so_far, uint64_t total);
	void *context;
};

struct import_remark {
	struct str sheet, heading, found, did; /* heading: of the column; may be empty */
	uint32_t   row;          /* from 1; 0: about the whole sheet */
	int32_t    column;       /* from 0; -1: about the whole row */
	enum class class;        /* of what was found */
};

struct import_column {
	struct str  sheet, heading;
	uint32_t    row;         /* of the headings */
	uint32_t    column;      /* from 0 */
	bool        is_known;
	const char *zh, *en;     /* what it means */
};

struct import_report {
	uint64_t rows, counts[IMPORT_VERDICT_COUNT], places;
	uint64_t sent;           /* rows that were taken by the ledger */
	bool     is_done;        /* everything that was to be sent is in */
	size_t   remark_count, remark_more, column_count;
	char     why[IMPORT_WHY_BYTES]; /* one line for the user when the result is not 0 */
	void    *own;            /* the importer's */
};

struct importer {
	const char *command;     /* whoever may send this may import */

	/* *ret_report is filled whatever the result and must be given to done. 0 or -errno. */
	int  (*run)(const struct import_options *options, struct import_report *ret_report);
	void (*remark)(const struct import_report *report, size_t i, struct import_remark *ret);
	void (*column)(const struct import_report *report, size_t i, struct import_column *ret);

	/* The i-th thing that a column may mean; false: there are no more. */
	bool (*meaning)(size_t i, const char **ret_zh, const char **ret_en);

	void (*json)(const struct import_report *report, struct buffer *b);
	void (*print)(const struct import_report *report, size_t remarks_max, struct buffer *b);

	/* The input with what came of each row, as an .xlsx at output. 0, or -errno with `why`. */
	int  (*annotate)(const char *path, const struct import_report *report, const char *output,
	    char why[static IMPORT_WHY_BYTES]);
	void (*done)(struct import_report *report);
};

/* The importer of a sheet, by its name in a .def; NULL: nothing reads such a sheet. */
const struct sheet_form *importing_find(struct str name);
