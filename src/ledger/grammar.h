/*
 * grammar.h -- what a module says of itself, as data that can be listed.
 *
 * The words are used in <module>.def; declare.h and define.h turn them into C. From these lists
 * come the decoder, permissions, masks, OpenAPI, the manual and the tests of completeness.
 */
#pragma once
#include "base/base.h"
#include "db/sql.h"

#define FLAGS_MAX     8         /* one command raises at most */
#define IN_BYTES_MAX  KIB(2)    /* the decoded struct of one command, lists aside */
#define TEXT_MAX      2000      /* bytes of an ordinary text field */
#define NOTE_MAX      20000     /* bytes of a long one */
#define ID_MAX        INT64_MAX
#define MODULES_MAX   64

struct call;
struct cJSON;

#define MODULE(name) MODULE_##name,
enum { MODULE_none,
#include "modules.def"
};
#undef MODULE

/* Who may do and see what: each bit a role; a grant gives one within an area and a time. */
#define ROLES(X) \
	X(SYSTEM,       0, "系统",     "system")       /* the area's own clockwork */ \
	X(ADMIN,        1, "管理员",   "administrator") \
	X(HEADQUARTERS, 2, "指挥部",   "headquarters")  /* of street, district, city */ \
	X(WARDEN,       3, "社区负责人", "warden")      /* the neighbourhood's head */ \
	X(CLERK,        4, "社工",     "clerk") \
	X(GRID,         5, "网格员",   "grid worker") \
	X(HELPER,       6, "志愿者",   "helper")        /* a post and a shift */ \
	X(SAMPLER,      7, "采样员",   "sampler") \
	X(LABORATORY,   8, "检测机构", "laboratory") \
	X(TRACER,       9, "流调员",   "tracer")        /* a list */ \
	X(CONTACT,     10, "单位联系人", "unit contact") \
	X(RESIDENT,    11, "居民",     "resident")      /* a household */ \
	X(AUDITOR,     12, "审计",     "auditor")       /* reads, changes nothing */
#define X(name, bit, zh, en) ROLE_##name = 1u << (bit),
enum role { ROLES(X) };
#undef X
#define ROLE_OFFICE  (ROLE_ADMIN | ROLE_WARDEN | ROLE_CLERK)
#define ROLE_READERS (ROLE_OFFICE | ROLE_HEADQUARTERS | ROLE_AUDITOR)
#define ROLE_ALL     (ROLE_READERS | ROLE_GRID | ROLE_HELPER | ROLE_SAMPLER | ROLE_LABORATORY | \
                      ROLE_TRACER | ROLE_CONTACT | ROLE_RESIDENT)
#define ROLE_SENDERS (ROLE_ALL & ~ROLE_AUDITOR)

struct role_text { const char *name; unsigned bit; const char *zh, *en; };
extern const struct role_text role_texts[]; /* ends with name == NULL */

enum { OPTIONAL, REQUIRED };

enum kind {
	KIND_ID,     /* 64 bits, wrapped; in JSON a string */
	KIND_AREA,   /* likewise, 12 digits */
	KIND_TEXT,   /* struct str, UTF-8 */
	KIND_INT,    /* int64_t, within ±2^53 */
	KIND_TIME,   /* time_ms; RFC 3339 */
	KIND_DATE,   /* date_ymd; "2022-03-04" */
	KIND_BOOL,   /* bool */
	KIND_CHOICE, /* enum; its word */
	KIND_LIST,   /* pointer and count of items; fields only */
	KIND_COUNT,  /* int64_t; columns only: opens the rows that it counts */
	KIND_SEALED, /* columns only: a text sealed in its table, see seal_column */
};

/* What a value tells of a person: decides sealing in the ledger, and by role the mask. */
#define CLASSES(X) \
	X(OPEN,        ~0u) \
	X(NAME,        ROLE_OFFICE | ROLE_HEADQUARTERS | ROLE_GRID | ROLE_SAMPLER | ROLE_TRACER) \
	X(IDENTITY,    0) \
	X(PHONE,       ROLE_WARDEN | ROLE_CLERK | ROLE_GRID | ROLE_TRACER) \
	X(HEALTH,      ROLE_WARDEN | ROLE_CLERK | ROLE_TRACER) \
	X(WHEREABOUTS, ROLE_WARDEN | ROLE_CLERK | ROLE_GRID | ROLE_TRACER) \
	X(TEXT,        ROLE_OFFICE | ROLE_GRID | ROLE_TRACER) \
	X(SECRET,      0)              /* never shown, not even with a reason */
#define X(name, clear_for) CLASS_##name,
enum class { CLASSES(X) CLASS_COUNT };
#undef X
extern const unsigned    class_clear_for[CLASS_COUNT]; /* roles that see it unmasked */
extern const char *const class_names[CLASS_COUNT];

struct option { const char *name; const char *zh, *en; };      /* name == NULL: unused number */
struct choice { const char *name; const struct option *options; int64_t count; };

struct item;

struct field {                    /* of a command, of an item of a list, parameter of a view */
	const char          *name;
	enum kind            kind;
	int                  need;    /* OPTIONAL or REQUIRED */
	int64_t              lo, hi;  /* value; TEXT: bytes; LIST: items */
	enum class           class;
	size_t               offset;  /* bytes, in the struct */
	const char          *zh, *en;
	const struct choice *choice;  /* CHOICE */
	const struct item   *item;    /* LIST */
	size_t               count_offset; /* LIST: of its size_t */
};

struct item {                     /* what a LIST holds */
	const char         *name;
	size_t              bytes;    /* of its struct */
	const struct field *fields;   /* ends with name == NULL */
};

/* 0, or a fault of its own module before anything was written (DECISION only), or -errno. */
typedef int apply_fn(struct tx *tx, struct call *call, const void *in);

struct command {
	const char          *name;        /* the same word in C, SQL, JSON, scenario */
	bool                 is_fact;     /* never refused; what is odd raises a flag */
	unsigned             roles;       /* who may send it */
	const char          *zh, *en;
	const struct field  *fields;      /* ends with name == NULL */
	size_t               bytes;       /* of its struct */
	apply_fn            *apply;
	const struct module *module;
};

struct fault { const char *name; int http; const char *zh, *en; };
struct flag  { const char *name; const char *zh, *en; };

struct state   { const char *name; uint32_t next; };     /* next: set of TO(state) */
struct machine { const char *name; const struct state *states; int64_t count; };
struct step    { int64_t from, to; };                    /* only machine_step makes one */

/* May this machine go from one state to another? If so, *ret_step is what the query takes. */
bool machine_step(const struct machine *m, int64_t from, int64_t to, struct step *ret_step);

struct column {
	const char          *name;
	enum kind            kind;
	enum class           class;
	const char          *zh, *en;
	const struct choice *choice;      /* CHOICE */
	const struct view   *opens;       /* COUNT: the rows that it counts ... */
	const char          *opens_with;  /* ... with these parameters, each a column of its row, or
	                                     in capitals an option of the parameter's choice */
};

#define VIEW_PARAMS_MAX 12
#define VIEW_ORDER_MAX  4

/* The statement of a view, as tools/sqlgen writes it: the query, paged in its ORDER. */
struct view_sql {
	struct sql sql;
	int        params[VIEW_PARAMS_MAX]; /* where the declared parameters are bound */
	int        as_of, now, me;          /* likewise; -1: the query has none */
	int        limit;                   /* the page's size */
	int        skip;                    /* rows before the page, behind the cursor */
	int        has_cursor;              /* 0 or 1 is bound there */
	int        cursor[VIEW_ORDER_MAX];  /* the last row before the page */
	int        order[VIEW_ORDER_MAX];   /* columns of ORDER, by their index in the result */
	int        order_count;
};

struct view {
	const char            *name;
	unsigned               roles;
	const char            *zh, *en;
	const struct field    *params;    /* ends with name == NULL */
	const struct column   *columns;   /* ends with name == NULL; first in the query, in order */
	const struct view_sql *sql;
	const struct module   *module;
};

/* A sheet that is exchanged: which importer reads it (NULL: none), which view fills it. */
struct importer;
struct sheet_form {
	const char *name, *zh, *en;
	const struct importer *reads;
	const struct view *writes;
};

/* For the test of both builds, as they stand in the .def: "bool", "time_ms leave, time_ms back". */
struct rule { const char *name, *type, *params; };

struct module {
	const char                    *name;
	int                            fault_base; /* the first fault has the code fault_base + 1 */
	const struct command          *commands;  size_t command_count;
	const struct fault            *faults;    size_t fault_count;
	const struct flag      *const *flags;     size_t flag_count;
	const struct view      *const *views;     size_t view_count;
	const struct machine   *const *machines;  size_t machine_count;
	const struct choice    *const *choices;   size_t choice_count;
	const struct sheet_form       *sheets;    size_t sheet_count;
	const struct rule             *rules;     size_t rule_count;
};

extern const struct module *const modules[MODULES_MAX];  /* ends with NULL */

/* By name; NULL when there is none. */
const struct command *command_find(struct str name);
const struct view    *view_find(struct str name);
const struct flag    *flag_find(struct str name);
const struct fault   *fault_find(struct str name);
const struct role_text *role_find(struct str name);
