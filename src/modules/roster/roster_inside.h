/* roster_inside.h -- what the files of the module say to each other. */
#pragma once
#include "base/arena.h"
#include "modules/roster/roster.h"

/* What somebody says of a person; empty and 0: nothing said. Texts are borrowed. */
struct told {
	struct str   name, search, identity, phone, relation, registered_address, work, note;
	enum roster_sex sex;
	enum roster_identity_kind identity_kind;
	enum roster_population population;
	date_ymd     birth;
	household_id household;
	int64_t      care;
	bool         is_immobile, is_identity_doubtful;
};

/* A person as it will be written, with what only writing needs. */
struct draft {
	struct roster_person person;
	struct str           readings, words; /* for search */
	bool                 is_new;          /* no row has its id */
};

/* Of a new person, all texts empty. */
struct draft draft_new(person_id person);

/*
 * Puts what is told into the draft: numbers cleaned, sealed and hashed, search words made. Raises
 * roster_identity_doubtful. 0 or -errno.
 */
int told_apply(struct tx *tx, struct call *call, const struct told *told, struct draft *draft);

/* The words that a search of this person looks through, from the draft. 0 or -errno. */
int draft_words_make(struct tx *tx, struct call *call, struct draft *draft);

/* Somebody else has this number? Then raises roster_identity_twice. 0 or -errno. */
int identity_twice_check(struct tx *tx, struct call *call, const struct roster_person *person);

/* Writes a new person, or the person's earlier data into the past and the new ones. 0 or -errno. */
int draft_write(struct tx *tx, struct call *call, const struct draft *draft);

/* The draft of a person that is there, with the readings. Rows 0: unknown. */
struct rows draft_read(struct tx *tx, person_id person, struct draft *ret_draft);

/* Stays. A new one has its call's seq. */
struct stays { struct roster_stay *list; size_t count; };

/* Those of a person that are believed now, in order of time. 0 or -errno. */
int stays_read(struct tx *tx, person_id person, struct stays *ret_stays);

/* Those that a row of the ledger superseded. 0 or -errno. */
int stays_taken_read(struct tx *tx, person_id person, seq_id taken, struct stays *ret_stays);

int stay_write(struct tx *tx, struct call *call, person_id person, const struct roster_stay *stay);

/* No more believed from now on. 0 or -errno. */
int stay_supersede(struct tx *tx, struct call *call, person_id person,
    const struct roster_stay *stay);

/*
 * Takes [from, until) out of the person's stays: what lies before and after remains. place 0: of
 * all places. *ret_cut: how many were met. 0 or -errno.
 */
int stays_cut(struct tx *tx, struct call *call, person_id person, place_id place, time_ms from,
    time_ms until, size_t *ret_cut);

/*
 * A stay as a sheet says it, of a person that is there: from 0: not said, until 0: open. The same
 * as is known changes nothing. 0 or -errno.
 */
int stay_put(struct tx *tx, struct call *call, person_id person, const struct roster_stay *told);

/* Raises roster_stay_twice when the person is present at two places at once. 0 or -errno. */
int stays_twice_check(struct tx *tx, struct call *call, person_id person);

/* When a command's fact was, within what a stay can hold. */
time_ms time_of_call(const struct call *call);
