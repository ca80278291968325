/*
 * roster_import_people.c -- who is on the roster, and who came in this file: read once, found by
 * hash.
 *
 * Somebody is the same person by the document's number; else by name and room; else by name and
 * telephone, unless two documents say otherwise. Rows that have none of these are found by the name
 * alone among people of whom nothing else is known, so that the same file again finds them, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/roster/roster.h"
#include "gen/roster_sql.h"

#define PEOPLE_PAGE 10000

uint64_t
name_place_hash(struct str name, uint32_t place)
{
	return hash_number(hash_text(1, name), place);
}

uint64_t
name_phone_hash(struct str name, struct str phone)
{
	return hash_text(hash_text(2, name), phone);
}

uint64_t
identity_hash(const struct import *import, struct str number)
{
	unsigned char digest[DIGEST_BYTES];
	uint64_t hash;

	if (number.n == 0)
		return 0;
	hash_equality(keys_derived(import->options->keys, KEYS_EQUALITY), import->options->area,
	    S("identity"), number, digest);
	memcpy(&hash, digest, sizeof(hash));
	return hash != 0 ? hash : 1;
}

static uint32_t
person_add(struct people *people, struct person person)
{
	if (people->count == people->room) {
		people->room = people->room == 0 ? 1024 : people->room * 2;
		people->list = memory_grow(people->list, people->room * sizeof(*people->list));
	}
	people->list[people->count] = person;
	return people->count++;
}

struct str
person_name(const struct person *person)
{
	if (person->known != NULL)
		return person->known->name;
	return person->planned != NULL ? planned_text(person->planned, PLANNED_NAME) : S("");
}

struct str
person_phones(const struct person *person)
{
	if (person->known != NULL)
		return person->known->phones;
	return person->planned != NULL ? planned_text(person->planned, PLANNED_PHONE) : S("");
}

static void
person_index(struct people *people, uint32_t at, struct str name, struct str phones)
{
	const struct person *person = &people->list[at];
	const struct stay_known *stay = person->known != NULL ? person->known->stays : NULL;
	struct str phone;

	if (person->identity_hash != 0)
		index_put(&people->by_identity, person->identity_hash, at);
	index_put(&people->by_name_place, name_place_hash(name, person->place), at);
	for (; stay != NULL; stay = stay->next)
		if (stay->place != person->place)
			index_put(&people->by_name_place, name_place_hash(name, stay->place), at);
	while (phones.n > 0 && str_split(&phones, ' ', &phone))
		index_put(&people->by_name_phone, name_phone_hash(name, phone), at);
}

uint32_t
person_new(struct import *import, const struct entry *entry)
{
	struct people *people = &import->people;
	uint32_t at = person_add(
	    people, (struct person){ .place = entry->place,
			.identity_hash = identity_hash(import, str_of(entry->identity.number)) });

	person_index(people, at, entry->name, entry->phones);
	return at;
}

/* ---- reading the roster ---- */

uint64_t
text_hash(struct str s)
{
	return s.n == 0 ? 0 : hash_text(0, s) | 1;
}

/* The numbers in clear; empty when their key was destroyed. 0 or -errno. */
static int
phones_open(struct import *import, struct str sealed, struct str *ret_phones)
{
	struct buffer plain = { 0 };
	int r = sealed_open(import->options->keys, import->options->area, "phone", sealed, &plain);

	*ret_phones = plain.n == 0 ? S("") : arena_copy(&import->people.arena, buffer_str(&plain));
	buffer_done(&plain);
	return r == -ENOKEY ? 0 : r;
}

/* A merged record's document finds the record that counts. */
static void
merged_add(struct people *people, struct merged merged)
{
	if (people->merged_count == people->merged_room) {
		people->merged_room = people->merged_room == 0 ? 64 : people->merged_room * 2;
		people->merged =
		    memory_grow(people->merged, people->merged_room * sizeof(*people->merged));
		if (people->merged_count == 0)
			people->merged[people->merged_count++] = (struct merged){ 0 };
	}
	if (merged.identity_hash != 0)
		index_put(&people->by_merged, merged.identity_hash, people->merged_count);
	people->merged[people->merged_count++] = merged;
}

static int
people_page(struct import *import, person_id *after, size_t *ret_count)
{
	struct people *people = &import->people;
	struct stmt *s = q_roster_import_people_begin(&import->tx, *after, PEOPLE_PAGE);
	struct rows rows;
	int r = 0;

	*ret_count = 0;
	for (; r == 0; (*ret_count)++) {
		struct known *known = arena_alloc(&people->arena, sizeof(*known));
		struct str name, hash, phone, relation, address, work, note;
		struct person person = { 0 };
		struct name clean;
		int64_t sex, kind, population, care;
		person_id id, same_as;
		household_id household;
		seq_id changed;
		date_ymd birth;

		rows = q_roster_import_people_next(&import->tx, s, &id, &name, &sex, &birth, &kind,
		    &hash, &phone, &care, &known->is_immobile, &population, &household, &relation,
		    &address, &work, &note, &known->is_stub, &same_as, &changed);
		if (rows.n != 1)
			break;
		*after = id;
		if (hash.n == DIGEST_BYTES)
			memcpy(&person.identity_hash, hash.p, sizeof(person.identity_hash));
		if (same_as.v != 0) {
			merged_add(people, (struct merged){ person.identity_hash, same_as.v });
			continue;
		}
		known->changed_seq = changed.v;
		known->household = household.v;
		known->relation = text_hash(relation);
		known->registered_address = text_hash(address);
		known->work = text_hash(work);
		known->note = text_hash(note);
		known->birth = (int32_t)birth.ymd;
		known->care = (uint16_t)care;
		known->sex = (uint8_t)sex;
		known->identity_kind = (uint8_t)kind;
		known->population = (uint8_t)population;
		name_clean(&import->row_arena, name, &clean);
		known->name = arena_copy(&people->arena, clean.text);
		person.id = id.v;
		person.known = known;
		r = phones_open(import, phone, &known->phones);
		index_put(&people->by_id, hash_number(0, id.v), person_add(people, person));
	}
	sql_end(s);
	return r != 0 ? r : rows_done(rows);
}

uint32_t
person_of_id(const struct people *people, int64_t id)
{
	size_t cursor = 0;
	uint32_t at;

	while ((at = index_next(&people->by_id, hash_number(0, id), &cursor)) != 0)
		if (people->list[at].id == id)
			return at;
	return 0;
}

/* Everybody's stays, of the people from `first` to `last` inclusive. */
static int
stays_page(struct import *import, person_id first, person_id last)
{
	struct people *people = &import->people;
	struct stmt *s = q_roster_import_stays_begin(&import->tx, first, last);
	struct rows rows;
	person_id id;
	place_id place;
	int64_t kind;
	time_ms from, until;

	while (
	    (rows = q_roster_import_stays_next(&import->tx, s, &id, &place, &kind, &from, &until))
		.n == 1) {
		uint32_t at = person_of_id(people, id.v);
		struct stay_known *stay;
		struct known *known;

		if (at == 0)
			continue;
		known = people->list[at].known;
		stay = arena_alloc(&people->arena, sizeof(*stay));
		*stay = (struct stay_known){ .place = place_of_id(&import->places, place.v),
			.kind = (uint8_t)kind,
			.from = from.ms,
			.until = until.ms,
			.next = known->stays };
		known->stays = stay;
		/* In order of time: the last one is where the person is. */
		people->list[at].place = stay->place;
	}
	sql_end(s);
	return rows_done(rows);
}

uint32_t
household_add(struct people *people, struct household household)
{
	uint32_t at = people->household_count;

	if (at == people->household_room) {
		people->household_room = at == 0 ? 1024 : at * 2;
		people->households = memory_grow(
		    people->households, people->household_room * sizeof(*people->households));
	}
	people->households[at] = household;
	people->household_count++;
	if (at == 0)
		return 0;
	if (household.id != 0)
		index_put(&people->household_by_id, hash_number(0, household.id), at);
	index_put(&people->household_by_place, hash_number(1, household.place), at);
	return at;
}

uint32_t
household_of_id(const struct people *people, int64_t id)
{
	size_t cursor = 0;
	uint32_t at;

	while ((at = index_next(&people->household_by_id, hash_number(0, id), &cursor)) != 0)
		if (people->households[at].id == id)
			return at;
	return 0;
}

static int
households_page(struct import *import, household_id *after, size_t *ret_count)
{
	struct people *people = &import->people;
	struct stmt *s = q_roster_import_households_begin(&import->tx, *after, PEOPLE_PAGE);
	struct buffer landlord = { 0 };
	struct rows rows;
	place_id place;
	int64_t housing;
	struct str code, sealed;
	int r = 0;

	*ret_count = 0;
	while (r == 0 && (rows = q_roster_import_households_next(
			      &import->tx, s, after, &place, &code, &housing, &sealed))
				 .n == 1) {
		buffer_reset(&landlord);
		r = sealed_open(
		    import->options->keys, import->options->area, "landlord", sealed, &landlord);
		if (r == -ENOKEY)
			r = 0;
		household_add(people, (struct household){ .id = after->v,
					  .place = place_of_id(&import->places, place.v),
					  .code = arena_copy(&people->arena, code),
					  .housing = (uint8_t)housing,
					  .landlord = text_hash(buffer_str(&landlord)) });
		(*ret_count)++;
	}
	sql_end(s);
	buffer_done(&landlord);
	return r != 0 ? r : rows_done(rows);
}

int
people_read(struct import *import)
{
	struct people *people = &import->people;
	person_id after = { 0 }, first;
	household_id household = { 0 };
	size_t count;
	int r;

	(void)person_add(people, (struct person){ .id = 0 });
	(void)household_add(people, (struct household){ .code = S("") });
	do {
		first = after;
		r = people_page(import, &after, &count);
		if (r == 0 && count > 0)
			r = stays_page(import, first, after);
		arena_reset(&import->row_arena);
	} while (r == 0 && count == PEOPLE_PAGE);
	for (uint32_t i = 1; i < people->count; i++)
		person_index(people, i, people->list[i].known->name, people->list[i].known->phones);
	people->known_count = people->count - 1;
	do {
		if (r == 0)
			r = households_page(import, &household, &count);
		arena_reset(&import->row_arena);
	} while (r == 0 && count == PEOPLE_PAGE);
	return r;
}

void
people_tables_free(struct people *people)
{
	index_done(&people->by_merged);
	index_done(&people->by_id);
	index_done(&people->by_identity);
	index_done(&people->by_name_place);
	index_done(&people->by_name_phone);
	index_done(&people->household_by_id);
	index_done(&people->household_by_place);
}

void
people_done(struct people *people)
{
	people_tables_free(people);
	free(people->list);
	free(people->households);
	free(people->merged);
	arena_done(&people->arena);
}
