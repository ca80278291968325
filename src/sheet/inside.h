/* inside.h -- what the files of src/sheet share among themselves; nobody else includes it. */
#pragma once
#include <sys/types.h>
#include "base/arena.h"
#include "sheet/sheet.h"

#define CHUNK_BYTES KIB(64) /* what is read or unpacked at a time */

/* ---- fault.c ---- */

/* Each fills *ret_fault and returns -EBADMSG, so that a check is one line. */
int fault_set(struct sheet_fault *ret_fault, enum sheet_code code);
int fault_limit(struct sheet_fault *ret_fault, enum sheet_code code, uint64_t limit);

/* sheet_unreadable; returns -error. */
int fault_errno(struct sheet_fault *ret_fault, int error);

/* Adds the place to a fault that has none. Returns result, for tail calls. */
int fault_at(struct sheet_fault *fault, struct str sheet, uint32_t row, int32_t column, int result);

/* ---- source.c: the bytes of a file or of memory ---- */

struct source {
	int         fd;     /* owned; -1: memory */
	const char *memory; /* borrowed */
	uint64_t    bytes;
};

/* How many bytes were read at offset, fewer only at the end; or -errno with the fault. */
ssize_t source_read(const struct source *source, uint64_t offset, char *ret_bytes, size_t count,
    struct sheet_fault *ret_fault);

/* What the content shows: 0 with *ret_is_zip, or the fault of what is not a table. */
int source_sniff(const struct source *source, bool *ret_is_zip, struct sheet_fault *ret_fault);

/* ---- package.c: the parts of an .xlsx ---- */

struct sheet_part {
	const char *name;
	struct str  bytes;
};

struct package {
	void                      *zip;   /* zip_t, owned; NULL: parts in memory */
	const struct sheet_part   *parts; /* borrowed */
	size_t                     part_count;
	const struct sheet_limits *limits;
	uint64_t                   bytes_total; /* unpacked so far */
};

struct part {
	struct package *package;
	void           *file;         /* zip_file_t, owned; NULL: from memory */
	struct str      rest;         /* of a part in memory */
	uint64_t        bytes_packed, bytes_read;
};

int  package_open(struct package *package, const struct source *source,
     struct sheet_fault *ret_fault);
void package_close(struct package *package);
bool package_has(const struct package *package, const char *name);

/* sheet_part_missing when there is none of that name (compared without ASCII case). */
int part_open(struct package *package, const char *name, struct part *ret_part,
    struct sheet_fault *ret_fault);

/* Bytes read, 0 at the end (when the checksum was right), or -errno with the fault. */
ssize_t part_read(struct part *part, char *ret_bytes, size_t count, struct sheet_fault *ret_fault);
void    part_close(struct part *part);

/* ---- xml.c: one part through expat, within the limits ---- */

struct xml;

/* Names come without their prefix; atts alternate names (with prefix) and values, NULL ends. */
struct xml_handlers {
	void (*start)(struct xml *xml, const char *name, const char **atts);
	void (*end)(struct xml *xml, const char *name);
	void (*text)(struct xml *xml, struct str text); /* in pieces */
};

struct xml {
	void                      *parser; /* XML_Parser, owned */
	const struct xml_handlers *handlers;
	void                      *context; /* of the handlers; borrowed */
	const struct sheet_limits *limits;
	struct sheet_fault        *fault;   /* where handlers and parser report */
	struct part                part;
	uint64_t                   bytes_fed;
	uint64_t                   names[1024]; /* hashes of the names seen; open addressing */
	size_t                     name_count, depth;
	bool                       is_suspended, is_last, is_ended;
	int                        result; /* 0 or what a handler refused with */
};

#define XML_STEP_SUSPENDED 1

void xml_init(struct xml *xml, const struct xml_handlers *handlers, void *context,
    const struct sheet_limits *limits, struct sheet_fault *fault);
void xml_done(struct xml *xml);

/* From handlers: stop with a fault that is set already; pause after this event; end well. */
void xml_refuse(struct xml *xml, int result);
void xml_suspend(struct xml *xml);
void xml_end(struct xml *xml);

/* Gives bytes to the parser. 0, XML_STEP_SUSPENDED, or the refusal. */
int xml_feed(struct xml *xml, struct str bytes);

/* Goes on with xml->part until it pauses (1), ends (0) or is refused. */
int xml_step(struct xml *xml);

/* A whole part at once. */
int xml_parse_part(struct package *package, const char *name, const struct xml_handlers *handlers,
    void *context, struct sheet_fault *fault);

const char *xml_local(const char *name);

/* The value of an attribute by its local name, or NULL. */
const char *xml_att(const char **atts, const char *local);

/* "1", "true", "on"; NULL is false. */
bool xml_is_true(const char *value);

/* ---- strings.c: the shared strings, and text as XML of sheets has it ---- */

struct strings {
	struct buffer text;     /* one after the other */
	uint32_t     *ends;     /* owned; where each ends in text */
	size_t        count, room;
};

int        strings_load(struct strings *strings, struct package *package, const char *name,
	   struct sheet_fault *ret_fault);
void       strings_done(struct strings *strings);
struct str strings_at(const struct strings *strings, size_t index);

/* Resolves _x000D_ in place; returns the new length, never longer. */
size_t text_unescape(char *text, size_t bytes);

/* Without XML's white space at both ends, as Excel shows it where xml:space is not "preserve". */
struct str text_collapse(struct str text);

/* ---- styles.c ---- */

struct styles {
	uint8_t *is_date; /* owned; by index of a cell's style */
	size_t   count;
};

int  styles_load(struct styles *styles, struct package *package, const char *name,
     struct sheet_fault *ret_fault);
void styles_done(struct styles *styles);

/* Does a number format show a date or a time? */
bool format_is_date(const char *code);

/* ---- book.c: what the workbook lists ---- */

struct book_sheet {
	struct str  name; /* in the book's arena */
	const char *part; /* in the book's arena */
	bool        is_hidden;
};

struct book {
	struct book_sheet *sheets; /* owned */
	size_t             sheet_count, sheet_room;
	struct arena       arena;
	const char        *strings_part, *styles_part; /* in the arena; NULL: none */
	bool               is_1904;
};

int  book_load(struct book *book, struct package *package, struct sheet_fault *ret_fault);
void book_done(struct book *book);

/* ---- merges.c ---- */

struct merge_active {
	struct sheet_merge range;
	struct sheet_cell  anchor; /* its text is owned by this entry */
	char              *text;   /* owned */
};

struct merges {
	struct sheet_merge  *all; /* owned; by first row, then column */
	size_t               count, room, next;
	struct merge_active *active; /* owned; of the row at hand, by column, disjoint */
	size_t               active_count, active_room;
};

/* Reads the whole part once, which also proves its checksum. */
int  merges_load(struct merges *merges, struct package *package, const char *part,
     struct sheet_fault *ret_fault);
void merges_done(struct merges *merges);

/* Makes the ranges of this row the active ones; rows only go up. */
int merges_enter_row(struct merges *merges, uint32_t row, uint64_t abreast_max,
    struct sheet_fault *ret_fault);

/* ---- cells.c: the row that is being made ---- */

struct cells {
	struct sheet_cell *cells; /* owned */
	size_t             count, room;
	struct sheet_cell *spare; /* owned; what cells_merge makes the row from */
	size_t             spare_room;
	char              *text; /* owned; limits->row_bytes_max, never moved */
	size_t             text_bytes;
	const struct sheet_limits *limits;
};

void cells_init(struct cells *cells, const struct sheet_limits *limits);
void cells_done(struct cells *cells);
void cells_reset(struct cells *cells);

/* Text for the cell at hand, which began at text_from. */
int cells_text(struct cells *cells, size_t text_from, struct str text,
    struct sheet_fault *ret_fault);

/* A zeroed cell at the end of the row. */
struct sheet_cell *cells_add(struct cells *cells);

/*
 * Puts in what merges show in this row, takes out what they cover, and remembers anchors.
 * Returns whether the row holds something of its own.
 */
bool cells_merge(struct cells *cells, struct merges *merges, uint32_t row);

/* "AB12": its end, or NULL when it is none or beyond the format's bounds. */
const char *reference_parse(const char *text, uint32_t *ret_column, uint32_t *ret_row);

/* Date, time and number from ISO 8601, "2022-03-05T09:30:00"; false: it is something else. */
bool iso_date_parse(struct str text, struct sheet_cell *cell);

/* A number as a spreadsheet writes it: [+-]digits[.digits][E[+-]digits], and finite. */
bool number_parse(struct str text, double *ret_number);

/* ---- rows.c: the rows of a workbook ---- */

struct rows;

int  rows_open(struct rows **ret_rows, struct package *package, const struct sheet_limits *limits,
     struct sheet_fault *ret_fault);
int  rows_next(struct rows *rows, struct sheet_row *ret_row, struct sheet_fault *ret_fault);
void rows_close(struct rows *rows);

const struct merges *rows_merges(const struct rows *rows);
bool                 rows_is_1904(const struct rows *rows);

/* ---- text.c and csv.c ---- */

enum text_encoding { TEXT_UTF8, TEXT_GB18030, TEXT_UTF16LE, TEXT_UTF16BE };

/* Decoded text, a window at a time. */
struct text {
	const struct source *source;
	uint64_t             offset; /* of the next byte to read */
	enum text_encoding   encoding;
	void                *iconv; /* iconv_t, owned; NULL: none needed */
	char                *raw;   /* owned; CHUNK_BYTES */
	size_t               raw_bytes;
	bool                 is_broken; /* by what follows the window */
	struct buffer        decoded;
	struct str           window; /* not yet taken */
};

/* Finds the encoding by reading all of it; refuses NUL and what no encoding fits. */
int  text_open(struct text *text, const struct source *source, struct sheet_fault *ret_fault);
void text_close(struct text *text);

/* Fills the empty window: 1, 0 at the end, or the fault. */
int text_fill(struct text *text, struct sheet_fault *ret_fault);

struct csv;

int  csv_open(struct csv **ret_csv, const struct source *source, const struct sheet_limits *limits,
     struct sheet_fault *ret_fault);
int  csv_next(struct csv *csv, struct sheet_row *ret_row, struct sheet_fault *ret_fault);
void csv_close(struct csv *csv);

/* ---- open.c ---- */

/* A workbook whose parts lie in memory, without a zip around them; they stay until the close. */
int sheet_open_parts(const struct sheet_part *parts, size_t part_count,
    const struct sheet_limits *limits, struct sheet **ret_sheet, struct sheet_fault *ret_fault);

/* What sheet_next does when nothing is read ahead. */
int sheet_row_read(struct sheet *sheet, struct sheet_row *ret_row, struct sheet_fault *ret_fault);

/* The merged ranges of the row that was read last; NULL: none. */
const struct sheet_merge *sheet_merges_copy(const struct sheet *sheet, struct arena *arena,
    size_t *ret_count);

/* ---- ahead.c: rows read by a thread of their own ---- */

struct ahead;

/* NULL: there is no thread to be had. Until ahead_end the sheet's reading belongs to it. */
struct ahead             *ahead_begin(struct sheet *sheet);
int                       ahead_next(struct ahead *ahead, struct sheet_row *ret_row,
                          struct sheet_fault *ret_fault);
const struct sheet_merge *ahead_merges(const struct ahead *ahead, size_t *ret_count);
void                      ahead_end(struct ahead *ahead); /* NULL is accepted */

/* ---- write_text.c ---- */

/*
 * Appends text as an .xlsx cell may hold it: valid UTF-8, what XML cannot carry escaped as
 * _x000D_, cut at SHEET_CELL_UNITS_MAX with "…". Ends with a NUL that is not counted.
 */
void xlsx_text(struct buffer *b, struct str text);

/* Appends a field with its quotes and, before what looks like a formula, an apostrophe. */
void csv_text(struct buffer *b, struct str text);

/* "2022-03-04", "2022-03-04 09:30:00"; false when there is no such day. */
bool date_text(struct buffer *b, date_ymd date);
bool datetime_text(struct buffer *b, int64_t local_ms);

/* Columns on a screen that the longest line takes; Han characters take two. */
uint32_t text_width(struct str text);

/* ---- write.c, for annotate.c ---- */

/* A writer without a sheet yet. */
int writer_open(const char *path, enum sheet_format format, struct sheet_writer **ret_writer);

/* Another sheet of an .xlsx, rows from 1 on; a name that Excel refuses or has becomes "Sheet2". */
int writer_sheet_add(struct sheet_writer *writer, struct str name);

/* Where the next row goes, 1-based; only downwards. */
void writer_row_move(struct sheet_writer *writer, uint32_t row);
