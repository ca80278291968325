/* roster_import_match.c -- who a row is, and to which household it belongs; see
 * roster_import_people.c. */
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/roster/roster.h"

int
person_identity(struct import *import, uint32_t at, struct str *ret_number, bool *ret_is_doubtful)
{
	const struct person *person = &import->people.list[at];
	struct roster_person there;
	struct buffer plain = { 0 };
	struct rows rows;
	int r;

	*ret_number = S("");
	*ret_is_doubtful = false;
	if (person->known == NULL) {
		*ret_number = person->planned == NULL
				  ? S("")
				  : planned_text(person->planned, PLANNED_IDENTITY);
		*ret_is_doubtful = person->planned != NULL && person->planned->is_identity_doubtful;
		return 0;
	}
	rows = roster_person_read(&import->tx, (person_id){ person->id }, &there);
	if (rows.n <= 0)
		return rows_done(rows);
	r = sealed_open(
	    import->options->keys, import->options->area, "identity", there.identity, &plain);
	if (r == 0 && plain.n > 0)
		*ret_number = arena_copy(&import->row_arena, buffer_str(&plain));
	*ret_is_doubtful = there.is_identity_doubtful;
	buffer_done(&plain);
	return 0; /* what cannot be opened any more is not compared */
}

/*
 * Are two numbers one that was mistyped: two characters other, two neighbours exchanged, or one
 * missing?
 */
static bool
is_mistyped(struct str a, struct str b)
{
	size_t other = 0, head = 0, tail = 0, least = a.n < b.n ? a.n : b.n;

	if (a.n == b.n) {
		for (size_t i = 0; i < a.n; i++)
			other += a.p[i] != b.p[i];
		return other <= 2;
	}
	while (head < least && a.p[head] == b.p[head])
		head++;
	while (tail < least - head && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail])
		tail++;
	return a.n + b.n - 2 * least == 1 && head + tail == least;
}

/* How the documents of a row and of somebody with the same name stand to each other. */
enum fit { FIT, FIT_MISTYPED, FIT_NOT };

static enum fit
documents_fit(struct import *import, const struct entry *entry, uint32_t at)
{
	struct str number = str_of(entry->identity.number), there;
	bool is_doubtful;

	if (number.n == 0 || import->people.list[at].identity_hash == 0)
		return FIT;
	if (person_identity(import, at, &there, &is_doubtful) != 0 || there.n == 0)
		return FIT_NOT;
	/* A slip of the hand breaks the checksum: two whole numbers are two people's. */
	return (entry->is_identity_doubtful || is_doubtful) && is_mistyped(number, there)
		   ? FIT_MISTYPED
		   : FIT_NOT;
}

static bool
is_at(const struct person *person, uint32_t place)
{
	const struct stay_known *stay = person->known != NULL ? person->known->stays : NULL;

	for (; stay != NULL; stay = stay->next)
		if (stay->place == place)
			return true;
	return person->place == place;
}

bool
is_somebody_at(const struct people *people, struct str name, uint32_t place)
{
	size_t cursor = 0;
	uint32_t at;

	while (
	    (at = index_next(&people->by_name_place, name_place_hash(name, place), &cursor)) != 0)
		if (str_equal(person_name(&people->list[at]), name) &&
		    is_at(&people->list[at], place))
			return true;
	return false;
}

static bool
has_phone(const struct person *person, struct str phone)
{
	struct str rest = person_phones(person), one;

	while (rest.n > 0 && str_split(&rest, ' ', &one))
		if (str_equal(one, phone))
			return true;
	return false;
}

static void
match_identity(struct import *import, const struct entry *entry, struct match *ret_match)
{
	const struct people *people = &import->people;
	uint64_t hash = identity_hash(import, str_of(entry->identity.number));
	size_t cursor = 0;
	uint32_t at;

	if (hash == 0)
		return;
	/* Of several with one number, which the roster flags, the one of that name. */
	while ((at = index_next(&people->by_identity, hash, &cursor)) != 0) {
		if (people->list[at].identity_hash != hash)
			continue;
		if (ret_match->person == 0 ||
		    str_equal(person_name(&people->list[at]), entry->name))
			ret_match->person = at;
		ret_match->how = MATCH_IDENTITY;
	}
	for (cursor = 0;
	     ret_match->person == 0 && (at = index_next(&people->by_merged, hash, &cursor)) != 0;)
		if (people->merged[at].identity_hash == hash) {
			ret_match->person = person_of_id(people, people->merged[at].same_as);
			ret_match->how = ret_match->person != 0 ? MATCH_IDENTITY : MATCH_NONE;
		}
}

/* One more who may be meant. */
static void
candidate_add(struct match *match, uint32_t at, enum match_how how, enum fit fit)
{
	if (match->person == at)
		return;
	match->candidates++;
	match->how = match->candidates > 1 ? MATCH_AMBIGUOUS : how;
	match->person = at;
	match->is_identity_other = fit == FIT_MISTYPED;
}

static void
match_room(struct import *import, const struct entry *entry, struct match *ret_match)
{
	const struct people *people = &import->people;
	size_t cursor = 0;
	uint32_t at;

	while ((at = index_next(&people->by_name_place, name_place_hash(entry->name, entry->place),
		    &cursor)) != 0) {
		const struct person *person = &people->list[at];
		enum fit fit;

		if (!str_equal(person_name(person), entry->name) || !is_at(person, entry->place))
			continue;
		/* Where nothing is known of the place, a name alone finds only who has nothing
		 * else. */
		if (entry->place == 0 &&
		    (person->identity_hash != 0 || person_phones(person).n > 0))
			continue;
		fit = documents_fit(import, entry, at);
		if (fit == FIT_NOT)
			ret_match->namesake = at;
		else
			candidate_add(ret_match, at, MATCH_ROOM, fit);
	}
}

static void
match_phone(struct import *import, const struct entry *entry, struct match *ret_match)
{
	const struct people *people = &import->people;
	struct str rest = entry->phones, phone;
	uint32_t at;

	while (rest.n > 0 && str_split(&rest, ' ', &phone)) {
		size_t cursor = 0;

		while ((at = index_next(&people->by_name_phone, name_phone_hash(entry->name, phone),
			    &cursor)) != 0)
			if (str_equal(person_name(&people->list[at]), entry->name) &&
			    has_phone(&people->list[at], phone) &&
			    documents_fit(import, entry, at) != FIT_NOT)
				candidate_add(
				    ret_match, at, MATCH_PHONE, documents_fit(import, entry, at));
	}
}

void
person_match(struct import *import, const struct entry *entry, struct match *ret_match)
{
	*ret_match = (struct match){ .how = MATCH_NONE };
	match_identity(import, entry, ret_match);
	if (ret_match->how == MATCH_NONE && (entry->place != 0 || entry->phones.n == 0))
		match_room(import, entry, ret_match);
	if (ret_match->how == MATCH_NONE)
		match_phone(import, entry, ret_match);
}

/* ---- households ---- */

static bool
is_room(const struct import *import, uint32_t place)
{
	return import->places.leaves[place].kind == place_kind_ROOM;
}

/*
 * Of those in the room: by the number on the sheet, one that has none yet; else, for a head one
 * without a head, for others the one of the rows before.
 */
static uint32_t
household_in(const struct import *import, const struct entry *entry)
{
	const struct people *people = &import->people;
	size_t cursor = 0;
	uint32_t at, found = 0, unnamed = 0;

	while ((at = index_next(
		    &people->household_by_place, hash_number(1, entry->place), &cursor)) != 0) {
		const struct household *h = &people->households[at];

		if (h->place != entry->place)
			continue;
		if (entry->household.n > 0) {
			if (str_equal(h->code, entry->household))
				return at;
			if (h->code.n == 0 && h->touched == 0)
				unnamed = at;
		} else if (entry->is_head
			       ? !h->has_head && (found == 0 || h->touched == 0)
			       : found == 0 || h->touched > people->households[found].touched) {
			found = at;
		}
	}
	return entry->household.n > 0 ? unnamed : found;
}

/* The person's own, unless the row puts the person into another. */
static uint32_t
household_own(const struct import *import, const struct entry *entry, uint32_t person)
{
	const struct known *known = import->people.list[person].known;
	uint32_t at = known == NULL ? 0 : household_of_id(&import->people, known->household);
	const struct household *h = &import->people.households[at];

	if (at == 0)
		return 0;
	if (entry->household.n > 0 && h->code.n > 0)
		return str_equal(h->code, entry->household) ? at : 0;
	return entry->place == 0 || h->place == 0 || h->place == entry->place ? at : 0;
}

uint32_t
household_of(struct import *import, const struct entry *entry, uint32_t person, uint32_t row)
{
	struct people *people = &import->people;
	uint32_t at = household_own(import, entry, person);
	struct household *h;

	if (at == 0 && entry->household.n == 0 && !is_room(import, entry->place))
		return 0;
	if (at == 0)
		at = household_in(import, entry);
	if (at == 0)
		at = household_add(
		    people, (struct household){ .place = entry->place, .code = S("") });
	h = &people->households[at];
	h->touched = row + 1;
	h->has_head = h->has_head || entry->is_head;
	return at;
}
