/*
 * plan.h -- a disease's plan as people write it: thresholds, days, tubes, who is exempt, how long
 * what is kept, who passes a gate.
 *
 *   # a comment to the end of the line
 *   [fever]
 *   forehead = 37.3 °C
 *
 * Every rule of PLAN_RULES is there once; "none" where the disease asks for none. What is not
 * understood is told by line, and nothing of the text is taken. Reading and printing are pure: the
 * same text gives the same plan everywhere and always.
 */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"

#define PLAN_BYTES_MAX      20000 /* of the text */
#define PLAN_NAME_BYTES_MAX 60    /* of its name: small letters, digits, '-' */
#define PLAN_TEXT_BYTES_MAX 200   /* of a text for people */
#define PLAN_PROBLEMS_MAX   20    /* that are told of at once */

enum plan_unit {
	PLAN_UNIT_NONE,    /* a bare number, or a word */
	PLAN_UNIT_NAME,    /* of the plan */
	PLAN_UNIT_TEXT,    /* for people */
	PLAN_UNIT_DEGREES, /* tenths of a degree Celsius */
	PLAN_UNIT_DAYS,
	PLAN_UNIT_HOURS,
	PLAN_UNIT_MONTHS,
	PLAN_UNIT_SWABS,   /* in one tube */
	PLAN_UNIT_CASES,
	PLAN_UNIT_TIMES,
};

/* A value that is said in words; a rule allows some of them. */
#define PLAN_WORDS(X) \
	X(NUMBER,       "") /* no word: a number, a name or a text */ \
	X(NONE,         "none") \
	X(HOUSEHOLD,    "household")   /* a tube for each */ \
	X(UNTIL_ENDED,  "until ended") \
	X(NEEDED,       "needed") \
	X(NOT_NEEDED,   "not needed") \
	X(NOBODY,       "nobody") \
	X(IN_ONLY,      "in only") \
	X(WITH_PASS,    "with a pass") \
	X(EVERYBODY,    "everybody") \
	X(ANOTHER_SITE, "another site") \
	X(SAME_SITE,    "same site")
#define X(name, text) PLAN_WORD_##name,
enum plan_word { PLAN_WORDS(X) PLAN_WORD_COUNT };
#undef X

/*
 * X(NAME, section, key, unit, lowest, highest, words it may be instead). In the order in which a
 * plan is printed; a section's rules stand together.
 */
#define PLAN_TUBE   1, 20, PLAN_MAY(HOUSEHOLD)
#define PLAN_PASSER 0, 0, PLAN_MAY(NOBODY) | PLAN_MAY(IN_ONLY) | PLAN_MAY(WITH_PASS) | \
	PLAN_MAY(EVERYBODY)
#define PLAN_WINDOW 1, 8760, PLAN_MAY(UNTIL_ENDED) | PLAN_MAY(NONE)
#define PLAN_PROOF  0, 0, PLAN_MAY(NEEDED) | PLAN_MAY(NOT_NEEDED)
#define PLAN_ZONE(X, ZONE, section) \
	X(ZONE##_TUBE,      section, "tube",        SWABS, PLAN_TUBE) \
	X(ZONE##_PASSER,    section, "may pass",    NONE,  PLAN_PASSER) \
	X(ZONE##_PASSES,    section, "passes",      TIMES, 1, 100, PLAN_MAY(NONE)) \
	X(ZONE##_PASS_DAYS, section, "within",      DAYS,  1, 31, PLAN_MAY(NONE)) \
	X(ZONE##_TEST,      section, "test within", HOURS, 1, 720, PLAN_MAY(NONE))
#define PLAN_RULES(X) \
	X(NAME,       "plan", "name",    NAME, 1, PLAN_NAME_BYTES_MAX, 0) \
	X(TITLE_ZH,   "plan", "chinese", TEXT, 1, PLAN_TEXT_BYTES_MAX, 0) \
	X(TITLE_EN,   "plan", "english", TEXT, 1, PLAN_TEXT_BYTES_MAX, 0) \
	X(FOREHEAD,   "fever", "forehead", DEGREES, 350, 430, PLAN_MAY(NONE)) \
	X(NECK,       "fever", "neck",     DEGREES, 350, 430, PLAN_MAY(NONE)) \
	X(WRIST,      "fever", "wrist",    DEGREES, 350, 430, PLAN_MAY(NONE)) \
	X(EAR,        "fever", "ear",      DEGREES, 350, 430, PLAN_MAY(NONE)) \
	X(ARMPIT,     "fever", "armpit",   DEGREES, 350, 430, PLAN_MAY(NONE)) \
	X(SECOND,     "fever", "second reading", NONE, 0, 0, \
	    PLAN_MAY(ANOTHER_SITE) | PLAN_MAY(SAME_SITE) | PLAN_MAY(NONE)) \
	X(CLUSTER_CASES, "cluster", "cases",  CASES, 1, 1000, PLAN_MAY(NONE)) \
	X(CLUSTER_DAYS,  "cluster", "within", DAYS,  1, 365, PLAN_MAY(NONE)) \
	X(FIRST_DAY,  "days", "first day",         NONE, 0, 1, 0) \
	X(QUARANTINE, "days", "quarantine",        DAYS, 1, 365, PLAN_MAY(NONE)) \
	X(MONITORING, "days", "health monitoring", DAYS, 1, 365, PLAN_MAY(NONE)) \
	X(TUBE_QUARANTINED, "tubes", "quarantined", SWABS, PLAN_TUBE) \
	X(TUBE_RECALLED,    "tubes", "recalled",    SWABS, PLAN_TUBE) \
	X(AGE_FROM,   "due", "age from", MONTHS, 1, 1200, PLAN_MAY(NONE)) \
	X(EXEMPT_VACCINATED,  "exempt", "vaccinated",   HOURS, PLAN_WINDOW) \
	X(EXEMPT_QUARANTINED, "exempt", "quarantined",  HOURS, PLAN_WINDOW) \
	X(EXEMPT_OTHER_DUTY,  "exempt", "other duty",   HOURS, PLAN_WINDOW) \
	X(EXEMPT_MEDICAL,     "exempt", "medical",      HOURS, PLAN_WINDOW) \
	X(EXEMPT_DYING,       "exempt", "dying",        HOURS, PLAN_WINDOW) \
	X(EXEMPT_OTHER,       "exempt", "other reason", HOURS, PLAN_WINDOW) \
	X(PROOF_VACCINATED,   "evidence", "vaccinated",   NONE, PLAN_PROOF) \
	X(PROOF_QUARANTINED,  "evidence", "quarantined",  NONE, PLAN_PROOF) \
	X(PROOF_OTHER_DUTY,   "evidence", "other duty",   NONE, PLAN_PROOF) \
	X(PROOF_MEDICAL,      "evidence", "medical",      NONE, PLAN_PROOF) \
	X(PROOF_DYING,        "evidence", "dying",        NONE, PLAN_PROOF) \
	X(PROOF_OTHER,        "evidence", "other reason", NONE, PLAN_PROOF) \
	X(KEEP_IDENTITY,    "keep", "identity",    DAYS, 1, 3650, 0) \
	X(KEEP_PHONE,       "keep", "phone",       DAYS, 1, 3650, 0) \
	X(KEEP_HEALTH,      "keep", "health",      DAYS, 1, 3650, 0) \
	X(KEEP_WHEREABOUTS, "keep", "whereabouts", DAYS, 1, 3650, 0) \
	X(KEEP_TEXT,        "keep", "text",        DAYS, 1, 3650, 0) \
	X(SEALED_LASTS,     "sealed zone",     "lasts", DAYS, 1, 365, PLAN_MAY(NONE)) \
	PLAN_ZONE(X, SEALED, "sealed zone") \
	X(CONTROLLED_LASTS, "controlled zone", "lasts", DAYS, 1, 365, PLAN_MAY(NONE)) \
	PLAN_ZONE(X, CONTROLLED, "controlled zone") \
	X(PRECAUTION_LASTS, "precaution zone", "lasts", DAYS, 1, 365, PLAN_MAY(NONE)) \
	PLAN_ZONE(X, PRECAUTION, "precaution zone") \
	PLAN_ZONE(X, OPEN, "no zone")
#define PLAN_MAY(word) (1u << PLAN_WORD_##word)
#define X(name, ...) PLAN_##name,
enum plan_rule { PLAN_RULES(X) PLAN_RULE_COUNT };
#undef X

struct plan_value {
	enum plan_word word;
	int64_t        number; /* word NUMBER: in the rule's unit */
	struct str     text;   /* of a name or a text; borrowed from what was read */
};

struct plan { struct plan_value values[PLAN_RULE_COUNT]; }; /* by enum plan_rule */

enum plan_problem_kind {
	PLAN_TOO_LONG, PLAN_NOT_UTF8, PLAN_LINE_BAD, PLAN_SECTION_UNKNOWN, PLAN_KEY_UNKNOWN,
	PLAN_KEY_OUTSIDE, PLAN_DOUBLE, PLAN_MISSING, PLAN_UNIT_BAD, PLAN_VALUE_BAD, PLAN_RANGE_BAD,
	PLAN_HALF,
	PLAN_PROBLEM_KINDS
};

struct plan_problem {
	enum plan_problem_kind kind;
	int                    line;    /* from 1 */
	int                    rule;    /* enum plan_rule; -1: none is known */
	struct str             section; /* as written, or as it is called; may be empty */
	struct str             key;     /* likewise */
};

struct plan_problems {
	struct plan_problem list[PLAN_PROBLEMS_MAX]; /* in the order of lines; texts borrowed */
	size_t              count;
};

/* True: all of the text is understood. Else *ret_problems has one at least. */
bool plan_read(struct str text, struct plan *ret_plan, struct plan_problems *ret_problems);

/* The whole plan as a text that plan_read takes, without comments. */
void plan_print(const struct plan *plan, struct buffer *ret_text);

/* What stands behind the '=' of a rule; and without its unit, empty for a word. */
void plan_value_print(enum plan_rule rule, const struct plan_value *value,
    struct buffer *ret_text);
void plan_number_print(enum plan_rule rule, const struct plan_value *value,
    struct buffer *ret_text);

/* What a rule is called, what it is measured in. */
const char    *plan_rule_section(enum plan_rule rule);
const char    *plan_rule_key(enum plan_rule rule);
enum plan_unit plan_rule_unit(enum plan_rule rule);

/* "plan.txt:12: [days] quarantine: 单位不对… The unit is wrong…": one line without its end. */
void plan_problem_print(const struct plan_problem *problem, struct str file,
    struct buffer *ret_line);

/* The two halves of that sentence. */
void plan_problem_zh(const struct plan_problem *problem, struct buffer *ret_text);
void plan_problem_en(const struct plan_problem *problem, struct buffer *ret_text);

#define PLAN_USUAL "covid-2022" /* of a new area when nobody says */

/* The plans that come with the program, from plans/; ends with a NULL name. */
struct plan_built_in { const char *name; struct str text; };
extern const struct plan_built_in plans_built_in[];
