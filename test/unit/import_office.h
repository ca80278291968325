/*
 * import_office.h -- an office that imports sheets: what the tests of the importer share.
 *
 * Commands go straight into the ledger as those of a clerk's stream. Who is on the roster
 * afterwards is told as one line each, in the order of names, with everything in clear.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "lib/fixtures.h"
#include "lib/world.h"
#include "modules/roster/roster.h"
#include "modules/roster/roster_import.h"
#include "gen/ledger_sql.h"
#include "gen/roster_sql.h"

#define PEOPLE_MAX 50000

static const time_ms office_now = { INT64_C(1646449200000) }; /* 2022-03-05 11:00 in China */
static const area_id office_area = { 440304005012 };

struct office {
	char dir[64], db[128], sheet[128];
	struct world *world;
	struct db *reader;
	struct client clerk;
	struct arena arena; /* of the command under way */
	int64_t counter;
	size_t sent;	   /* commands of the run */
	size_t together;   /* how often several were sent at once */
	size_t fails_at;   /* the command that cannot be sent, from 1; 0: none does */
	size_t changes_at; /* before it somebody else changes a person; 0: nobody does */
	person_id changed;
	const char *columns; /* what the user says of headings; NULL: nothing */
};

static inline struct office *
office_new(const char *url)
{
	struct office *o = memory_new(sizeof(*o));
	char why[DATABASE_WHY_BYTES];

	snprintf(o->dir, sizeof(o->dir), "/tmp/redvest-import.XXXXXX");
	assert_non_null(mkdtemp(o->dir));
	snprintf(o->db, sizeof(o->db), "%s/a.db", o->dir);
	snprintf(o->sheet, sizeof(o->sheet), "%s/a.xlsx", o->dir);
	o->world = world_new(url != NULL ? url : o->db, false, NULL);
	world_area(o->world, office_area, "益民社区", office_now);
	o->clerk = (struct client){ .area = office_area, .name = "clerk" };
	world_client(o->world, &o->clerk, office_now);
	world_role(o->world, &o->clerk, ROLE_CLERK, office_now);
	assert_int_equal(database_connect(world_database(o->world), DB_READ, &o->reader, why), 0);
	o->counter = 1;
	return o;
}

static inline void
office_free(struct office *o)
{
	char command[128];

	db_close(o->reader);
	world_free(o->world);
	arena_done(&o->arena);
	snprintf(command, sizeof(command), "rm -rf %s", o->dir);
	assert_int_equal(system(command), 0);
	free(o);
}

/* Commands of the clerk's stream, in one transaction. */
static inline void
office_do_all(struct office *o, const struct command *command, const void *const *ins, size_t count,
    struct outcome *ret_outcomes)
{
	struct envelope *envelopes = arena_alloc(&o->arena, count * sizeof(*envelopes));
	struct batch b = { .area = office_area,
		.stream = o->clerk.stream,
		.received = office_now,
		.sent = office_now,
		.made = o->clerk.next_n + (int64_t)count - 1,
		.envelopes = envelopes,
		.count = count,
		.arena = &o->arena,
		.ret_outcomes = ret_outcomes };
	struct batch *batches[] = { &b };

	for (size_t i = 0; i < count; i++) {
		int64_t n = o->clerk.next_n + (int64_t)i;

		envelopes[i] = (struct envelope){ .n = n,
			.at = office_now,
			.command = command,
			.in = ins[i],
			.name = str_of(command->name),
			.raw =
			    encode_envelope(&o->arena, n, office_now, command, ins[i]) };
	}
	ledger_execute(world_ledger(o->world), batches, 1);
	assert_int_equal(b.ret_result, 0);
	assert_int_equal(b.ret_count, count);
	o->clerk.next_n = b.ret_next;
}

static inline void
office_do(
    struct office *o, const struct command *command, const void *in, struct outcome *ret_outcome)
{
	office_do_all(o, command, &in, 1, ret_outcome);
}

/* Somebody else gives a person another telephone. */
static inline void
office_person_change(struct office *o, person_id person, const char *phone)
{
	struct roster_person_change in = { .person = person,
		.name = S(""),
		.search = S(""),
		.identity = S(""),
		.phone = str_of(phone),
		.relation = S(""),
		.registered_address = S(""),
		.work = S(""),
		.note = S("") };
	struct outcome outcome;

	office_do(o, command_find(S("roster_person_change")), &in, &outcome);
	assert_int_equal(outcome.answer, DONE);
}

static inline int
office_send(
    void *context, const struct command *command, const void *in, struct outcome *ret_outcome)
{
	struct office *o = context;

	if (++o->sent == o->fails_at)
		return -EPIPE;
	arena_reset(&o->arena);
	if (o->sent == o->changes_at)
		office_person_change(o, o->changed, "13899999999");
	office_do(o, command, in, ret_outcome);
	return 0;
}

static inline int
office_send_all(void *context, const struct command *command, const void *const *ins, size_t count,
    struct outcome *ret_outcomes)
{
	struct office *o = context;

	arena_reset(&o->arena);
	o->sent += count;
	o->together++;
	office_do_all(o, command, ins, count, ret_outcomes);
	return 0;
}

static inline int64_t
office_next_id(void *context)
{
	struct office *o = context;

	return o->clerk.stream.v << 39 | o->counter++;
}

enum {
	OFFICE_DRY = 1,
	OFFICE_STRICT = 2,
	OFFICE_ENGLISH = 4,
	OFFICE_PLACES = 8,
	OFFICE_TOGETHER = 16
};

static inline int
office_import(
    struct office *o, const char *path, unsigned how, struct roster_import_report *ret_report)
{
	struct roster_import_options options = { .path = path,
		.reader = o->reader,
		.keys = world_database(o->world)->keys,
		.area = office_area,
		.now = office_now,
		.is_places = (how & OFFICE_PLACES) != 0,
		.is_dry = (how & OFFICE_DRY) != 0,
		.is_strict = (how & OFFICE_STRICT) != 0,
		.is_english = (how & OFFICE_ENGLISH) != 0,
		.columns = str_of(o->columns != NULL ? o->columns : ""),
		.send = office_send,
		.send_all = (how & OFFICE_TOGETHER) != 0 ? office_send_all : NULL,
		.next_id = office_next_id,
		.context = o };

	o->sent = o->together = 0;
	return roster_import(&options, ret_report);
}

/* ---- what is on the roster ---- */

static inline void
sealed_print(struct office *o, const char *column, struct str sealed, struct buffer *b)
{
	assert_int_equal(
	    sealed_open(world_database(o->world)->keys, office_area, column, sealed, b), 0);
}

static inline void
stays_print(struct tx *tx, person_id person, struct buffer *b)
{
	struct stmt *s = q_roster_stays_of_begin(tx, person);
	place_id places[8];
	int64_t kinds[8];
	time_ms since[8], until[8];
	seq_id made;
	size_t count = 0;

	while (count < 8 && q_roster_stays_of_next(tx, s, &places[count], &kinds[count],
				&since[count], &until[count], &made)
				    .n == 1)
		count++;
	sql_end(s);
	for (size_t i = 0; i < count; i++) {
		struct place_chain chain;

		assert_int_equal(place_find(tx, places[i], &chain).n, 1);
		buffer_printf(b, "%s%.*s#%" PRId64, i > 0 ? "," : "", (int)chain.path.n,
		    chain.path.p, kinds[i]);
		if (since[i].ms != 0)
			buffer_printf(b, "@%" PRId64, since[i].ms);
		if (until[i].ms != TIME_NEVER_MS)
			buffer_printf(b, "-%" PRId64, until[i].ms);
	}
}

struct someone {
	person_id id;
	household_id household;
	struct str name;
};

/*
 * 王测试|1|19900307|1:110101…|13800000001 …|益田花园 3栋2单元1502#0|户主*|h001 李测试|care|note …;
 * `first` is the first of the household by name, so that it is seen who belongs together.
 */
static inline void
person_print(
    struct office *o, struct tx *tx, person_id id, struct str first, struct buffer *b)
{
	struct roster_person p;
	place_id place;
	struct str code = S(""), landlord = S("");
	int64_t housing = 0;

	assert_int_equal(roster_person_read(tx, id, &p).n, 1);
	if (p.household.v != 0)
		assert_int_equal(
		    q_roster_household_get(tx, p.household, &place, &code, &housing, &landlord).n,
		    1);
	buffer_printf(b, "%.*s|%d|%" PRId64 "|%d%s", (int)p.name.n, p.name.p, (int)p.sex,
	    p.birth.ymd, (int)p.identity_kind, p.is_identity_doubtful ? "?" : ":");
	sealed_print(o, "identity", p.identity, b);
	buffer_char(b, '|');
	sealed_print(o, "phone", p.phone, b);
	buffer_char(b, '|');
	stays_print(tx, id, b);
	buffer_printf(b, "|%.*s%s|", (int)p.relation.n, p.relation.p, p.is_head ? "*" : "");
	if (p.household.v != 0)
		buffer_printf(b, "h%.*s %.*s", (int)code.n, code.p, (int)first.n, first.p);
	if (housing != 0)
		buffer_printf(b, "|housing %" PRId64, housing);
	if (landlord.n > 0) {
		buffer_add(b, S("|landlord "));
		sealed_print(o, "landlord", landlord, b);
	}
	if (p.care != 0 || p.is_immobile)
		buffer_printf(b, "|care %" PRId64 "%s", p.care, p.is_immobile ? "!" : "");
	if (p.population != roster_population_UNKNOWN)
		buffer_printf(b, "|population %d", (int)p.population);
	if (p.registered_address.n > 0)
		buffer_printf(b, "|from %.*s", (int)p.registered_address.n, p.registered_address.p);
	if (p.work.n > 0)
		buffer_printf(b, "|work %.*s", (int)p.work.n, p.work.p);
	if (p.note.n > 0)
		buffer_printf(b, "|note %.*s", (int)p.note.n, p.note.p);
}

static inline int
line_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Everybody's records, merged ones too; the list is the arena's. */
static inline size_t
people_list(struct office *o, struct arena *arena, struct someone **ret_list)
{
	struct tx tx = {
		.db = o->reader, .arena = arena, .area = office_area, .area_last = office_area
	};
	struct stmt *s = q_roster_import_people_begin(&tx, (person_id){ 0 }, PEOPLE_MAX);
	struct someone *list = arena_alloc(arena, PEOPLE_MAX * sizeof(*list));
	struct str t[7];
	int64_t n[4];
	date_ymd birth;
	bool is[2];
	person_id same;
	seq_id changed;
	size_t count = 0;

	while (count < PEOPLE_MAX &&
	       q_roster_import_people_next(&tx, s, &list[count].id, &list[count].name, &n[0],
		   &birth, &n[1], &t[0], &t[1], &n[2], &is[0], &n[3],
		   &list[count].household, &t[2], &t[3],
		   &t[4], &t[5], &is[1], &same, &changed)
		       .n == 1)
		count++;
	sql_end(s);
	*ret_list = list;
	return count;
}

static inline int
household_compare(const void *a, const void *b)
{
	const struct someone *x = a, *y = b;

	if (x->household.v != y->household.v)
		return x->household.v < y->household.v ? -1 : 1;
	return str_compare(x->name, y->name);
}

/* Everybody on the roster. Ids are not in it: two runs may have given other ones. */
static inline void
people_print(struct office *o, struct buffer *ret_text)
{
	struct arena arena = { 0 }, row = { 0 };
	struct tx tx = {
		.db = o->reader, .arena = &row, .area = office_area, .area_last = office_area
	};
	struct someone *list;
	size_t count = people_list(o, &arena, &list);
	char **lines = arena_alloc(&arena, (count + 1) * sizeof(*lines));
	struct buffer b = { 0 };

	struct str first = S("");

	qsort(list, count, sizeof(*list), household_compare);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || list[i].household.v != list[i - 1].household.v)
			first = list[i].name;
		buffer_reset(&b);
		arena_reset(&row);
		person_print(o, &tx, list[i].id, first, &b);
		lines[i] = arena_cstr(&arena, buffer_str(&b));
	}
	qsort(lines, count, sizeof(*lines), line_compare);
	for (size_t i = 0; i < count; i++)
		buffer_printf(ret_text, "%s\n", lines[i]);
	buffer_done(&b);
	arena_done(&arena);
	arena_done(&row);
}

/* The person of that name. */
static inline person_id
person_named(struct office *o, const char *name)
{
	struct arena arena = { 0 };
	struct someone *list;
	size_t count = people_list(o, &arena, &list);
	person_id found = { 0 };

	for (size_t i = 0; i < count; i++)
		if (str_equal(list[i].name, str_of(name)))
			found = list[i].id;
	arena_done(&arena);
	assert_int_not_equal(found.v, 0);
	return found;
}

/* The last row of the area's ledger. */
static inline int64_t
ledger_last(struct office *o)
{
	struct arena arena = { 0 };
	struct tx tx = { .db = o->reader, .arena = &arena, .area = office_area };
	seq_id seq;
	time_ms received;
	struct str hash;

	assert_int_equal(q_ledger_head_read(&tx, &seq, &received, &hash).n, 1);
	arena_done(&arena);
	return seq.v;
}
