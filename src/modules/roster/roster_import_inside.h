/*
 * roster_import_inside.h -- what the parts of the importer share.
 *
 *   roster_import.c           the run: every sheet, every row, then the sending
 *   roster_import_layout.c    heading rows: which column means what
 *   roster_import_split.c     rows that hold several people
 *   roster_import_row.c       one data row, cell by cell; or no data row at all
 *   roster_import_clean.c     the cells of a person: name, document, phone, days, words
 *   roster_import_address.c   the cells of an address
 *   roster_import_places.c    a row of a sheet of places
 *   roster_import_place.c     the tree of places, there and to be made
 *   roster_import_grid.c      the column 网格
 *   roster_import_people.c    who is on the roster, and who came in this file
 *   roster_import_plan.c      what is to be done with a row
 *   roster_import_send.c      doing it
 *   roster_import_remark.c    what is said of a cell or a row
 *   roster_import_report.c    the report as text, JSON and sheet
 */
#pragma once
#include "modules/roster/roster_import.h"
#include "modules/roster/roster_import_remarks.h"
#include "text/address.h"
#include "text/day.h"
#include "text/heading.h"
#include "text/identity.h"
#include "text/name.h"
#include "text/phone.h"
#include "text/pinyin.h"

#define TOLD_MAX	   100 /* headings that somebody has explained, now and before */
#define TOLD_BYTES_MAX	   200 /* of such a heading; as roster.def has it */
#define LAYOUT_COLUMNS_MAX 512 /* of a sheet; further ones are not read */
#define TITLES_MAX	   8
#define HEADING_ROWS_MAX   60 /* the headings are among the first rows that hold something */

/* ---- tables in memory: what may be meant, by a hash of what it belongs to ---- */

struct index_slot {
	uint32_t hash, value;
};
struct index {
	struct index_slot *slots; /* owned; value 0: free */
	size_t count, room;	  /* room: a power of two, or 0 */
};

/* Values are not 0; several may have one hash. */
void index_put(struct index *index, uint64_t hash, uint32_t value);

/* The next value that may have this hash: compare! *cursor is 0 before the first. 0: no more. */
uint32_t index_next(const struct index *index, uint64_t hash, size_t *cursor);
void index_done(struct index *index);

/* A hash of parts: begins with any number, takes texts and numbers one after another. */
uint64_t hash_text(uint64_t hash, struct str s);
uint64_t hash_number(uint64_t hash, int64_t number);

/* ---- the headings of a sheet ---- */

struct layout {
	size_t count; /* columns, at most LAYOUT_COLUMNS_MAX; 0: none found */
	uint32_t row; /* the last of its heading rows */
	enum column_meaning meanings[LAYOUT_COLUMNS_MAX];
	struct str headings[LAYOUT_COLUMNS_MAX]; /* the report's arena's */
	int16_t first[COLUMN_MEANINGS];		 /* column; -1: none */
	int16_t next[LAYOUT_COLUMNS_MAX];	 /* the next of that meaning; -1: none */
	size_t known;				 /* columns that are understood */
	bool is_heads;				 /* its people are the heads of households */
};

/* What somebody has said a heading to mean. */
struct told_column {
	struct str heading, meaning; /* heading: as text_word gives it */
};

/* A row's texts, copied: what the search for the headings has seen. */
struct row_copy {
	uint32_t number;
	size_t count;
	bool is_cut;			      /* it has more columns than are read */
	struct str texts[LAYOUT_COLUMNS_MAX]; /* a merged heading stands in all its columns */
};

struct heading_search {
	struct arena arena;
	struct row_copy before;	       /* the row before; count 0: none */
	int score;		       /* of it alone; 0: it is no heading row */
	size_t rows;		       /* seen so far */
	struct str titles[TITLES_MAX]; /* the longest text of each row above; arena's */
	size_t title_count;
};

enum layout_step {
	LAYOUT_GOES_ON,
	LAYOUT_FOUND,	     /* this row was the last of the headings */
	LAYOUT_FOUND_BEFORE, /* the row before was; this one is the first below them */
	LAYOUT_NONE,	     /* there are none among HEADING_ROWS_MAX rows */
};

struct import;

int columns_remembered_read(struct import *import); /* 0 or -errno */
void layout_begin(struct import *import);
enum layout_step layout_search(struct import *import, const struct sheet_row *row);
bool layout_search_end(struct import *import); /* at the sheet's end: found after all? */

/* Is a sheet's first row somebody already, by the headings of the sheet before? Then they count. */
bool layout_goes_on(struct import *import, const struct sheet_row *row);

/* Is this row headings again? When they are others, they count from here on. */
bool layout_is_again(struct import *import, const struct sheet_row *row);

/* Does the roster take anything from such a column? */
bool is_meaning_used(enum column_meaning meaning);

/* `first`, `next` and `known`, from what the columns mean. */
void layout_link(struct layout *layout);

/* ---- rows that hold several people ---- */

#define ABREAST_MAX 12 /* side by side */
#define NAMES_MAX  12 /* in a cell */

struct tables {
	size_t count, first, width; /* columns; count 0: the sheet has one table */
	bool has_heads;		    /* and a further one of what is said of 户主 */
	struct layout whole;
	uint32_t row_before[ABREAST_MAX + 1]; /* as import->row_before, of each */
};

/*
 * What a column means of a head of household who is a person of its own: 户主身份证 is the
 * document's number. COLUMN_UNKNOWN: it is not about the head.
 */
enum column_meaning head_meaning(struct import *import, struct str heading);

void tables_find(struct import *import); /* of the layout that is set */
bool is_table_begin(const struct tables *tables, size_t column);   /* of one but the first */
bool is_table_further(const struct tables *tables, size_t column); /* in one but the first */

/*
 * Makes a table's columns the layout, and its cells, with those of no table, the row; the table
 * behind the last is that of the heads. False: the table has nothing in this row. table_leave
 * brings the whole layout back.
 */
bool table_enter(struct import *import, size_t table, const struct sheet_row *row,
    struct sheet_row *ret_part);
void table_leave(struct import *import, size_t table);

/*
 * The parts of a text between 、 , ; / and line breaks, none of them blank; 0 when there are more
 * than `most`.
 */
size_t text_parts(struct str text, size_t most, struct str *ret_parts);

/* The names in the name's cell when it holds nothing but several names; else 0. */
size_t names_split(struct import *import, struct str ret_names[static NAMES_MAX]);

/* ---- a cell and a row ---- */

struct cell {
	struct str text; /* empty: blank; until the next row */
	int32_t column;	 /* -1: there is no such column */
	bool is_number, is_as_above, is_error;
	date_ymd date; /* of a cell shown as a date */
};

/*
 * Of a row with several names, the cells as they are for one of them: what is there as often is
 * each one's, what is the household's is everybody's, all else the first's.
 */
void name_enter(struct import *import, const struct cell *cells, size_t index, size_t count);

/* What stood in a column last, for 同上 and for blanks that mean the same. */
struct above {
	struct buffer text;
	bool is_number;
	date_ymd date;
};

/* ROW_PERSON: a row of data; in a sheet of places a place. */
enum row_kind { ROW_PERSON, ROW_VACANT, ROW_TOTAL, ROW_NOTE, ROW_HEADING };

/* One data row, understood. Texts are the row's arena's, or constant. */
struct entry {
	uint32_t row;
	enum remark_weight weight; /* the heaviest of its remarks */
	struct str name, beside_name;
	struct identity identity; /* number empty: none that can be believed */
	bool is_name_doubtful, is_identity_doubtful;
	enum sex sex;
	date_ymd birth;
	struct str phones;			 /* a blank between them */
	bool has_kind;				 /* else kind is the usual one */
	int64_t kind, population, housing, care; /* of roster.def */
	bool is_immobile, is_head, is_vacant;
	struct str relation, registered_address, work, note, landlord;
	struct str household; /* what the sheet calls it; empty: nothing */
	time_ms since, until;
	uint32_t place; /* in the tree; 0: not known */
};

/* Reads the row into import->cells and says what it is. */
enum row_kind row_read(struct import *import, const struct sheet_row *row);

/* Of a person's row: what stands above is put in where the row says so. */
void cells_settle(struct import *import, struct entry *entry);

/* The first cell of that meaning with something in it, or an empty one. */
struct cell cell_of(const struct import *import, enum column_meaning meaning);
bool is_cell_blank(struct str text); /* or nothing but white space */
bool cell_from_above(const struct import *import, int32_t column, struct cell *ret_cell);
void cells_keep(struct import *import);	  /* as what stands above the next row */
void above_forget(struct import *import); /* at the beginning of a sheet */

void entry_clean(struct import *import, struct entry *entry); /* all but the address */

/* A line more in the person's note: what: text. */
void entry_note(struct import *import, struct entry *entry, const char *what, struct str text);

/* What the sheet's name and title say of places; once its headings are found. */
void sheet_address_read(struct import *import);

/* Puts what stands above into blanks that mean it; before the cells are read. */
void blanks_fill(struct import *import, const struct entry *entry);

/* Where the person lives: entry->place. */
void entry_address(struct import *import, struct entry *entry);

/* What the cells of an address say, as they stand. */
struct said {
	struct str parts[PLACE_LEVELS], whole;
	int32_t column; /* of what is shown in remarks */
	bool is_guess, is_anything;
	uint64_t hash;
};

void said_read(struct import *import, struct said *ret_said);
struct str said_text(struct import *import, const struct said *said);
void address_compose(struct import *import, const struct said *said, struct address *ret_address);

/* A row of a sheet of places, and what is to be done with it. */
void place_row_take(struct import *import, const struct sheet_row *row);

struct address_memory *addresses_new(void); /* addresses that were read before */
void addresses_free(struct address_memory *memory);

/* ---- places ---- */

struct place_leaf {				    /* a node of the tree */
	int64_t id;				    /* 0: to be made */
	uint32_t parent, compound, building, stair; /* in the tree; 0: none */
	uint8_t kind;				    /* enum place_kind */
	uint32_t claimed;	    /* 1 + the row of the report that is this place; 0: none */
	uint32_t grid;		    /* that a row says; 0: none */
	bool is_used;		    /* to be made: a row of this file is in or below it */
	struct str key, name, sort; /* sort: its own, not of the path */
};

struct place_tree {
	struct arena arena;
	struct place_leaf *leaves; /* owned; the first stands for the top */
	uint32_t count, room;
	uint32_t compound_count, compound; /* and the last of them */
	struct index children;		   /* by parent, kind, key */
	struct index by_key;		   /* rooms by building and key, buildings by key alone */
	struct index by_id;
};

/* What an address came to. */
struct where {
	uint32_t place;	       /* 0: none */
	enum remark_word word; /* REMARK_WORDS: nothing to say */
	struct str about;      /* of the word; the row's arena's */
};

int places_read(struct import *import); /* 0 or -errno */
void places_done(struct place_tree *tree);
uint32_t place_of_id(const struct place_tree *tree, int64_t id); /* 0: none */
void place_resolve(struct import *import, const struct address *address, struct where *ret_where);

/* The child of that kind and key; 0: none. */
uint32_t place_child(const struct place_tree *tree, uint32_t parent, int kind, struct str key);

/* The same, to be made when it is not there; the kind fits, and the key is not too long. */
uint32_t place_child_have(
    struct import *import, uint32_t parent, int kind, struct str key, struct str name);

/* From a place downwards by these keys, nothing left out; 0: no such place. */
uint32_t place_walk(const struct place_tree *tree, uint32_t from, const struct str *keys,
    enum place_level first);

/* Of an address that may mean several places: those, at most so many. Returns how many. */
#define PLACE_NAME_MAX 200 /* bytes; as place.def has it */
#define CANDIDATES_MAX 32
size_t place_candidates(const struct place_tree *tree, const struct address *address,
    uint32_t ret_places[static CANDIDATES_MAX]);
void place_use(struct place_tree *tree, uint32_t place); /* it is to be made, with all above it */

/* 益田花园 3栋2单元1502. */
struct str place_path(struct arena *arena, const struct place_tree *tree, uint32_t place);

/* Every leaf in walking order, the top first; owned by the caller. */
uint32_t *places_in_order(const struct place_tree *tree);

/* ---- grids ---- */

struct grid {
	int64_t id; /* 0: to be made */
	struct str name;
	uint8_t kind; /* enum place_set_kind */
};

struct grid_change {
	uint32_t grid, place;
	bool is_drop;
};

/* Who may be in charge, and whom the sheet puts in charge. */
struct grid_account {
	int64_t id;
	struct str name; /* in its one form */
};
struct grid_person {
	uint32_t grid, account; /* indexes */
};

struct grids {
	struct grid *list; /* owned; the first is none */
	uint32_t count, room;
	uint32_t known_count;	     /* of list: those of the database */
	uint32_t last;		     /* that was asked for */
	struct index members;	     /* places by grid and place */
	struct grid_change *changes; /* owned; what is to be done */
	size_t change_count, change_room;
	struct grid_account *accounts; /* owned; the first is none */
	uint32_t account_count, account_room;
	struct index charges;	    /* accounts by grid and account */
	struct grid_person *people; /* owned; to be put in charge */
	size_t person_count, person_room;
	struct index told; /* names that are no account's, by name */
};

int grids_read(struct import *import); /* after places_read. 0 or -errno */
void grids_done(struct grids *grids);

/* What the row's cell says of its place, when the row has its verdict. */
void grid_take(struct import *import, const struct entry *entry);

/* When all was read: the changes. */
void grids_settle(struct import *import);

/* ---- people ---- */

struct planned;

/* Somebody on the roster, or new in this file. */
struct person {
	int64_t id;		/* 0: new */
	uint64_t identity_hash; /* the beginning of the stored one; 0: no identity */
	uint32_t place;		/* in the tree, of the first stay; 0: none */
	uint32_t claimed;	/* 1 + the row of the report that is this person; 0: none yet */
	struct known *known;	/* NULL: new */
	const struct planned *planned; /* of one who is new; NULL: not planned yet */
};

struct str person_name(const struct person *person);
struct str person_phones(const struct person *person); /* a blank between them */

struct stay_known {
	uint32_t place;
	uint8_t kind;
	int64_t from, until;
	const struct stay_known *next;
};

struct known { /* what the roster has, as far as it is compared */
	int64_t changed_seq;
	int64_t household; /* 0: none */
	struct str name, phones;
	uint64_t relation, registered_address, work, note; /* hashes */
	int32_t birth;					   /* ymd */
	uint16_t care;
	uint8_t sex, identity_kind, population;
	bool is_immobile, is_stub;
	const struct stay_known *stays;
};

struct household {	  /* of the roster, or new in this file */
	int64_t id;	  /* 0: new */
	uint32_t place;	  /* 0: none */
	uint32_t touched; /* 1 + the last row of the report that is of it; 0: none */
	struct str code;
	uint64_t landlord; /* a hash; 0: none */
	uint8_t housing;
	bool has_head, is_housing_said, is_landlord_said; /* in this file */
};

/* The document of a record that was merged into another person's. */
struct merged {
	uint64_t identity_hash;
	int64_t same_as;
};

struct people {
	struct arena arena;
	struct person *list; /* owned; the first is nobody */
	uint32_t count, room;
	struct index by_id, by_identity, by_name_place, by_name_phone;
	struct merged *merged; /* owned; the first is none */
	uint32_t merged_count, merged_room;
	struct index by_merged;
	struct household *households; /* owned; the first is none */
	uint32_t household_count, household_room;
	struct index household_by_id, household_by_place;
	uint32_t known_count; /* those of the roster */
};

int people_read(struct import *import);		/* after places_read. 0 or -errno */
void people_tables_free(struct people *people); /* nobody is looked for any more */
void people_done(struct people *people);
uint32_t person_of_id(const struct people *people, int64_t id); /* 0: none */
uint32_t household_of_id(const struct people *people, int64_t id);
uint32_t household_add(struct people *people, struct household household);

/* Of a text, to be compared; 0: empty. */
uint64_t text_hash(struct str s);
uint64_t name_place_hash(struct str name, uint32_t place);
uint64_t name_phone_hash(struct str name, struct str phone);

enum match_how { MATCH_NONE, MATCH_IDENTITY, MATCH_ROOM, MATCH_PHONE, MATCH_AMBIGUOUS };

struct match {
	enum match_how how;
	uint32_t person;	/* of people; 0: none */
	uint32_t namesake;	/* same name and room, another document; 0: none */
	size_t candidates;	/* of MATCH_AMBIGUOUS */
	bool is_identity_other; /* by room, though the document differs a little */
};

void person_match(struct import *import, const struct entry *entry, struct match *ret_match);
/* Does somebody of this name live there, as far as is known? */
bool is_somebody_at(const struct people *people, struct str name, uint32_t place);
uint32_t person_new(struct import *import, const struct entry *entry); /* in the tables */

/* The beginning of the hash that the roster keeps of a document's number; 0: no number. */
uint64_t identity_hash(const struct import *import, struct str number);

/* The document of somebody on the roster, or new in this file; empty: none, or it was destroyed. */
int person_identity(
    struct import *import, uint32_t person, struct str *ret_number, bool *ret_is_doubtful);

/* The household of a row: an index; 0: it cannot be told. `row` is of the report. */
uint32_t household_of(
    struct import *import, const struct entry *entry, uint32_t person, uint32_t row);

/* ---- the plan ---- */

enum planned_text {
	PLANNED_NAME,
	PLANNED_SEARCH,
	PLANNED_IDENTITY,
	PLANNED_PHONE,
	PLANNED_CODE,
	PLANNED_RELATION,
	PLANNED_LANDLORD,
	PLANNED_ADDRESS,
	PLANNED_WORK,
	PLANNED_NOTE,
	PLANNED_TEXTS
};

/* A row to be sent, packed: there may be a million. Its texts follow it, one behind the other. */
struct planned {
	uint32_t row;			   /* of the report */
	uint32_t person, household, place; /* their indexes; 0: none */
	int64_t since, until;
	int32_t birth;
	uint16_t care;
	uint8_t kind, sex, identity_kind, population, housing;
	bool is_identity_doubtful, is_immobile;
	uint16_t bytes[PLANNED_TEXTS];
	char texts[];
};

struct str planned_text(const struct planned *planned, enum planned_text which);

/* What is to be done with a person's row: the verdict, and the row to be sent if there is one. */
void plan_row(struct import *import, struct entry *entry);
void plan_vacant(struct import *import, struct entry *entry);

/* Numbers of this sheet that end in 000 are doubtful when others of it were destroyed. */
void plan_sheet_end(struct import *import);
void plan_begin(struct import *import);

/* Sends it all. 0 or as roster_import. */
int plan_send(struct import *import);

/* ---- the run ---- */

struct import {
	const struct roster_import_options *options;
	struct roster_import_report *report;
	date_ymd today;
	struct arena arena;	/* of the plan */
	struct arena row_arena; /* of the row, or of a short step */
	struct tx tx;
	struct pinyin *pinyin;

	struct sheet *sheet;
	struct str sheet_name; /* the report's arena's */
	uint32_t sheet_index;
	struct str *sheet_names; /* owned; of the sheets seen, by their index */
	size_t sheet_name_room;
	struct told_column told[TOLD_MAX], remembered[TOLD_MAX];
	size_t told_count, remembered_count;
	struct heading_search search;
	struct row_copy here, group; /* group: an upper row, its headings over all their columns */
	struct tables tables; /* of this layout */
	struct layout layout, layout_before; /* of this sheet and of the last one that had one */
	struct address sheet_address; /* what the sheet's name and its title say of the place */
	struct str sheet_words[PLACE_LEVELS]; /* which text said it */
	bool is_building_told, is_compound_told, is_guess_told;
	enum { SHEET_SEARCHING, SHEET_READING, SHEET_PASSED } state;
	uint32_t row_before; /* the last person's row; 0: none */
	uint32_t hidden_first, hidden_count, blank_first, blank_count;
	size_t destroyed_count; /* of identity numbers in this sheet */
	size_t sheets_read;
	uint32_t sheet_rows;

	struct buffer kind_word; /* the last word for a kind of document, and what it meant */
	enum identity_kind kind_told;
	bool is_kind_known;
	struct cell cells[LAYOUT_COLUMNS_MAX];
	struct above above[LAYOUT_COLUMNS_MAX];

	uint16_t text_bytes_max[PLANNED_TEXTS]; /* as roster.def has them */
	struct place_tree places;
	struct grids grids;
	struct people people;
	struct address_memory *addresses; /* owned */

	struct planned **planned; /* owned; in the file's order, then in that of places */
	size_t planned_count, planned_room;
	struct planned **tail_zero; /* owned: numbers of this sheet that end in 000 */
	size_t tail_zero_count, tail_zero_room;
	size_t row_room, remark_room;
};

/* Where a row stands, for remarks about another: 第 12 行, or with its sheet. */
struct str row_words(struct import *import, uint32_t row);

const char *say(const struct import *import, struct label label);

/* The cell as one line, with all but the ends of numbers hidden: of documents and telephones. */
struct str mask_numbers(struct arena *arena, struct str cell, bool is_number_column);

/* About a sheet, a column or a row (column -1). `about` fills the {} of the word. */
void remark_at(struct import *import, uint32_t row, int32_t column, struct str found,
    enum remark_word word, struct str about);

/* The same about a person's row, whose verdict it bears upon. */
void remark_add(struct import *import, struct entry *entry, int32_t column, struct str found,
    enum remark_word word, struct str about);

/* About a row of the report, when its sheet has been read. */
void remark_row(struct import *import, uint32_t row, struct str found, enum remark_word word);

/* Puts the remarks into the file's order. */
void remarks_sort(struct roster_import_report *report);

/* A data row more; its index. */
uint32_t row_add(struct import *import, uint32_t row, enum roster_import_verdict verdict);
void row_verdict_set(struct import *import, uint32_t row, enum roster_import_verdict verdict);

/* A number as text. */
struct str count_text(struct arena *arena, uint64_t count);
