/*
 * roster.h -- the people of an area: who they are, where they are, since when and as what.
 *
 * A stay is somebody's time at a place as something (registered, resident, tenant, visitor, away,
 * in hospital, quarantined elsewhere, dead). It has two pairs of times: from_ms and until_ms say
 * when it was so, made_seq and superseded_seq which rows of the ledger said it. So "who lived here
 * on the 5th" has an answer as known on the 5th and one as known today. Stays of one person at one
 * place never overlap; a new one cuts those that it meets.
 *
 * A person's data are those of roster_person since data_seq, and of roster_person_past before.
 * changed_seq is the newest row of the ledger that changed data or stays: who changes a person says
 * which one was seen.
 *
 * Two records of one person are merged, and can be parted again: the stays of one are given to the
 * other, same_as names it, and facts keep the ids that they were recorded with.
 */
#pragma once
#include "modules/place/place.h"

#define ROSTER_ROWS_MAX 500 /* of one roster_rows_put */

typedef struct { int64_t v; } person_id;
typedef struct { int64_t v; } household_id;

#define MODULE     roster
#define MODULE_DEF "modules/roster/roster.def"
#include "ledger/declare.h"

/* Sheets of residents, and of places: see ledger/importer.h and roster_import.h. */
extern const struct importer roster_importer, roster_place_importer;

/* What a person's row has. Texts are the transaction's arena's. */
struct roster_person {
	person_id    id, same_as;           /* same_as 0: the record itself counts */
	struct str   name;                  /* empty: a stub */
	enum roster_sex sex;
	date_ymd     birth;                 /* 0: not known */
	enum roster_identity_kind identity_kind;
	struct str   identity;              /* sealed, see sealed_open: column "identity" */
	struct str   identity_hash;         /* of call_equality; empty: none */
	bool         is_identity_doubtful;
	struct str phone; /* sealed, column "phone"; numbers with a space between */
	struct str   phone_hash;            /* of the first number */
	int64_t      care;                  /* bits of roster_care */
	bool         is_immobile;
	enum roster_population population;
	household_id household;             /* 0: none known */
	struct str   relation;
	bool         is_head;               /* of the household */
	struct str   registered_address, work, note;
	bool         is_stub;
	seq_id       made, since, changed;  /* since: these data */
};

/* A stay in force. */
struct roster_stay {
	place_id              place;
	enum roster_stay_kind kind;
	time_ms from, until; /* from 0: nobody knows since when; until TIME_NEVER_MS: open */
	seq_id                made;
};

/* The record of that id itself, merged or not. Rows 0: unknown. */
struct rows roster_person_read(struct tx *tx, person_id person, struct roster_person *ret_person);

/* The record that counts: the one that this one has been merged into, or itself. */
struct rows roster_find(struct tx *tx, person_id person, struct roster_person *ret_person);
struct rows roster_resolve(struct tx *tx, person_id person, person_id *ret_person);

/*
 * Where a person is at some time, of several places the one where present, else the first. Takes
 * the id that counts. Rows 0: nowhere known.
 */
struct rows roster_stay_at(struct tx *tx, person_id person, time_ms at,
    struct roster_stay *ret_stay);

/*
 * Makes a person that a fact names and nobody knows, with a name when one is told, and raises
 * roster_person_unknown. Only after roster_person_read found nothing. 0 or -errno.
 */
int roster_stub_make(struct tx *tx, struct call *call, person_id person, struct str name);

/* The person with this document's number (in any writing); of several the first. Rows 0: none. */
struct rows roster_by_identity(struct tx *tx, const struct call *call, struct str identity,
    person_id *ret_person);

/*
 * One more thing that happened to a person, for the person's page: `what` is the name of a command
 * or a word of the module's own, `detail` for people. Neither may hold an identity or a phone. May
 * be called several times in one command. 0 or -errno.
 */
int roster_event_add(struct tx *tx, struct call *call, person_id person, struct str what,
    struct str detail);
