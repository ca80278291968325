/*
 * roster_import.h -- residents' sheets into the roster, and sheets of places: what a sheet would
 * change, and changing it.
 *
 * In two halves. The planner only reads: it finds the heading row of every sheet, recognises
 * columns by meaning, cleans every cell, resolves the place, looks for the person, and puts each
 * data row into exactly one of five counts. Doing it sends the plan as commands place_rows_put and
 * roster_rows_put of at most ROSTER_IMPORT_CHUNK_MAX rows, in the order of places. Nothing is sent
 * before everything was planned. The same sheet again finds everything unchanged; so a run that was
 * broken off goes on where it stopped when it is run again.
 *
 * A caller gives a reading connection of its own (in no transaction, used by nobody else until the
 * report is there), the path of a file, and ways to send a command and to take a new id as one
 * stream. Everything runs in the calling thread, for seconds or a minute: never in one that answers
 * others. Two threads of the importer's own read the file ahead and get ICU ready; they touch
 * neither the connection nor the callbacks, and are gone when roster_import returns.
 *
 * docs/decisions/import.md has the rules: what is doubtful, what is refused, who is the same
 * person.
 */
#pragma once
#include "base/buffer.h"
#include "db/sql.h"
#include "ledger/execute.h"
#include "sheet/sheet.h"
#include "text/heading.h"

#define ROSTER_IMPORT_CHUNK_MAX	  500	  /* rows of one command */
#define ROSTER_IMPORT_TOGETHER_MAX 4	  /* commands given to send_all at once */
#define ROSTER_IMPORT_REMARKS_MAX 200000  /* kept; further ones are counted */
#define ROSTER_IMPORT_ROWS_MAX	  2000000 /* data rows of one file */
#define ROSTER_IMPORT_WHY_BYTES	  640
#define ROSTER_IMPORT_COLUMNS_MAX 2000	  /* told of, of all sheets together */

enum roster_import_verdict {
	ROSTER_IMPORT_NEW,	 /* not on the roster yet */
	ROSTER_IMPORT_CHANGED,	 /* on the roster, with something else in it */
	ROSTER_IMPORT_UNCHANGED, /* nothing is to be written */
	ROSTER_IMPORT_DOUBTFUL,	 /* new or changed, and somebody should look at it: see its remarks
				  */
	ROSTER_IMPORT_REFUSED,	 /* not taken: see its remarks */
	ROSTER_IMPORT_VERDICTS
};

struct roster_import_remark {
	struct str sheet; /* its name; of text files empty */
	uint32_t sheet_index;
	uint32_t row;	       /* 1-based, as the spreadsheet shows it; 0: about the whole sheet */
	int32_t column;	       /* 0-based; -1: about the whole row */
	struct str heading;    /* of the column; may be empty */
	struct str found, did; /* in the user's language; numbers of documents and phones masked */
};

/* One column below a heading row, and what it was taken for. */
struct roster_import_column {
	struct str sheet, heading;
	uint32_t row, column; /* of the headings, from 1; from 0 */
	enum column_meaning meaning;
};

/* One data row and what was decided of it, in the file's order. */
struct roster_import_row {
	uint32_t sheet_index, row;
	uint8_t verdict; /* enum roster_import_verdict */
};

enum roster_import_phase {
	ROSTER_IMPORT_READING, /* the roster, then the sheet: done and total in rows; total 0: not
				  known */
	ROSTER_IMPORT_PLACES,  /* sending */
	ROSTER_IMPORT_PEOPLE,
};

struct roster_import_options {
	const char *path;  /* .xlsx or .csv */
	struct db *reader; /* borrowed; in no transaction */
	struct keys *keys; /* borrowed */
	area_id area;
	time_ms now;
	date_ymd today; /* in the area's time zone; 0: that of now in China */
	bool is_places; /* rows are places, and people are not read; else rows are residents */
	bool is_dry;	/* plan only: send and next_id are not called, and may be NULL */
	bool is_strict; /* any refused row: nothing is done. Else refused rows are left out */
	bool is_english;
	struct str columns; /* what the user has said of columns, by heading or letters, in words
			       of headings: "户号=户编号,D=房号"; or empty. When the
			       import is done, what was said of a heading is remembered
			       for the area */

	/*
	 * Sends one command as the stream of this import and waits for what came of it. 0 or
	 * -errno; ret_outcome's texts must stay until the next call.
	 */
	int (*send)(void *context, const struct command *command, const void *in,
	    struct outcome *ret_outcome);
	/*
	 * The same of several commands of one kind, in that order, each with what came of it. For
	 * a caller that commits them together, which saves half the writing. NULL: send is used.
	 */
	int (*send_all)(void *context, const struct command *command, const void *const *ins,
	    size_t count, struct outcome *ret_outcomes);
	/* A new id of that stream, for a place, a household or a person; < 0: -errno. */
	int64_t (*next_id)(void *context);
	/* Called now and then; total 0: not known yet. NULL: not wanted. */
	void (*progress)(
	    void *context, enum roster_import_phase phase, uint64_t done, uint64_t total);
	void *context;
};

struct roster_import_report {
	uint64_t row_count; /* data rows; the sum of counts */
	uint64_t counts[ROSTER_IMPORT_VERDICTS];
	uint64_t place_count; /* places to be made, or made */
	uint64_t sent_count;  /* rows of people that were taken by the ledger */
	bool is_done;	      /* everything that was to be sent is in */
	bool is_english;

	struct roster_import_remark *remarks; /* in the file's order */
	size_t remark_count, remark_more;     /* beyond ROSTER_IMPORT_REMARKS_MAX */
	struct roster_import_row *rows;
	struct roster_import_column *columns; /* in the file's order, ROSTER_IMPORT_COLUMNS_MAX */
	size_t column_count;
	struct sheet_fault fault;	   /* of -EBADMSG */
	char why[ROSTER_IMPORT_WHY_BYTES]; /* one line for the user when the result is not 0 */
	struct arena arena;		   /* what the above points to */
};

/*
 * Plans, and unless is_dry does it. *ret_report is filled whatever the result, and must be given to
 * roster_import_report_done. 0: planned, or done. -EBADMSG: the file is refused as a whole;
 * -ENOMSG: no sheet of it has a heading row with names; -ECANCELED: is_strict, and some rows are
 * refused (nothing was sent); -EPROTO: a command was refused or set aside; else what the database,
 * the file or send said. After a failure of send the report tells how far it came; may be run
 * again. A row whose person was changed since the plan is not overwritten, and counted as refused.
 */
int roster_import(
    const struct roster_import_options *options, struct roster_import_report *ret_report);

void roster_import_report_done(struct roster_import_report *report);

/* {"rows","new","changed","unchanged","doubtful","refused","remarks":[{"sheet","row","column",…}]}
 */
void roster_import_json(const struct roster_import_report *report, struct buffer *ret_json);

/* The same as lines: the counts, then at most remarks_max remarks (0: all). */
void roster_import_print(
    const struct roster_import_report *report, size_t remarks_max, struct buffer *ret_text);

/*
 * The input with a column more, that says of each data row what came of it and why: an .xlsx at
 * output. 0, or an error as sheet_annotate gives it.
 */
int roster_import_annotate(const char *path, const struct roster_import_report *report,
    const char *output, struct sheet_fault *ret_fault);

/* "new", "changed" …, and the same in the user's language. */
const char *roster_import_verdict_name(enum roster_import_verdict verdict);
