/* roster_test.c -- the pure rules by table; stays against a model, what was believed for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/roster/roster_inside.h"
#include "gen/roster_sql.h"
#include "gen/schema.h"

static void
ages(void **state)
{
	static const struct { int64_t birth, day, years; } cases[] = {
		{ 19900307, 20220304, 31 }, { 19900304, 20220304, 32 }, { 19900305, 20220304, 31 },
		{ 20220304, 20220304, 0 }, { 20220305, 20220304, -1 }, { 0, 20220304, -1 },
		{ 20000229, 20010228, 0 }, { 20000229, 20010301, 1 }, { 20000229, 20040229, 4 },
		{ 19000101, 20220304, 122 }, { 20220304, 0, -1 }, { INT64_MIN, INT64_MAX, -1 },
		{ 20220304, INT64_MAX, -1 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(roster_age_years((date_ymd){ cases[i].birth },
		    (date_ymd){ cases[i].day }), cases[i].years);
}

static void
presence(void **state)
{
	(void)state;
	for (int64_t kind = -2; kind < 12; kind++)
		assert_int_equal(roster_kind_is_present(kind), kind >= 0 && kind <= 3);
}

static void
intervals(void **state)
{
	static const struct { int64_t a, b, c, d; bool is; } cases[] = {
		{ 0, 10, 10, 20, false }, { 0, 10, 9, 20, true }, { 10, 20, 0, 10, false },
		{ 0, 100, 40, 50, true }, { 40, 50, 0, 100, true }, { 0, 10, 0, 10, true },
		{ 5, 5, 0, 10, false }, { 0, 10, 5, 5, false }, { 9, 3, 0, 10, false },
		{ INT64_MIN, INT64_MAX, 0, 1, true },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(roster_stays_overlap((time_ms){ cases[i].a },
		    (time_ms){ cases[i].b }, (time_ms){ cases[i].c }, (time_ms){ cases[i].d }),
		    cases[i].is);
	assert_true(roster_stay_is_at((time_ms){ 5 }, (time_ms){ 6 }, (time_ms){ 5 }));
	assert_false(roster_stay_is_at((time_ms){ 5 }, (time_ms){ 6 }, (time_ms){ 6 }));
	assert_false(roster_stay_is_at((time_ms){ 5 }, (time_ms){ 6 }, (time_ms){ 4 }));
}

/*
 * A model: at each of TIMES instants, as what a person is at each place; NOBODY where not. All that
 * ever was believed is kept, and must be answered again for the row of the ledger of its time.
 */
#define PEOPLE  3
#define PLACES  4
#define TIMES   24
#define NOBODY  (-1)
#define STEPS   60

struct town {
	struct tx    tx;
	struct arena arena;
	struct call  call;
	int8_t       now[PEOPLE][PLACES][TIMES];
	int8_t       past[STEPS + 1][PEOPLE][PLACES][TIMES];
	seq_id       seq[STEPS + 1];
};

static int
town_open(void **state)
{
	struct town *t = calloc(1, sizeof(*t));
	char         why[DB_ERROR_BYTES];
	int          r;

	t->tx = (struct tx){ .arena = &t->arena, .area = { 440304005012 } };
	t->call.seq.v = 1;
	memset(t->now, NOBODY, sizeof(t->now));
	r = db_open(&t->tx.db, ":memory:", DB_CREATE, why);
	if (r == 0)
		r = db_script(t->tx.db, schema_sqlite);
	if (r == 0)
		r = db_begin(t->tx.db, true);
	for (int i = 0; r == 0 && i < PLACES; i++)
		r = place_stub_make(&t->tx, &t->call, (place_id){ i + 1 });
	for (int i = 0; r == 0 && i < PEOPLE; i++)
		r = roster_stub_make(&t->tx, &t->call, (person_id){ i + 1 }, S(""));
	*state = t;
	return r;
}

static int
town_close(void **state)
{
	struct town *t = *state;

	db_rollback(t->tx.db);
	db_close(t->tx.db);
	arena_done(&t->arena);
	free(t);
	return 0;
}

/* Instants of the model are minutes 1, 2 … */
static time_ms
minute(int i)
{
	return (time_ms){ (i + 1) * INT64_C(60000) };
}

static void
town_begin(struct town *t)
{
	struct roster_stay_begin in = { .person = { 1 + rand() % PEOPLE },
		.place = { 1 + rand() % PLACES }, .kind = (enum roster_stay_kind)(rand() % 8),
		.is_beside = rand() % 3 == 0 };
	int since = rand() % TIMES, until = since + 1 + rand() % TIMES;

	in.since = minute(since);
	if (until < TIMES)
		in.until = minute(until);
	assert_int_equal(roster_stay_begin_apply(&t->tx, &t->call, &in), 0);
	for (int place = 0; place < PLACES; place++)
		for (int i = since; i < TIMES && i < until; i++) {
			if (place + 1 == in.place.v)
				t->now[in.person.v - 1][place][i] = (int8_t)in.kind;
			else if (!in.is_beside)
				t->now[in.person.v - 1][place][i] = NOBODY;
		}
}

static void
town_end(struct town *t)
{
	struct roster_stay_end in = { .person = { 1 + rand() % PEOPLE },
		.place = { rand() % 2 == 0 ? 0 : 1 + rand() % PLACES } };
	int until = rand() % TIMES;

	in.until = minute(until);
	assert_int_equal(roster_stay_end_apply(&t->tx, &t->call, &in), 0);
	for (int place = 0; place < PLACES; place++)
		for (int i = until; i < TIMES; i++)
			if (in.place.v == 0 || in.place.v == place + 1)
				t->now[in.person.v - 1][place][i] = NOBODY;
}

/* What the tables say at every instant, as known at a row of the ledger; nobody is there twice. */
static void
town_read(struct town *t, seq_id seq, int8_t ret[PEOPLE][PLACES][TIMES])
{
	static const struct sql known = { .name = "known", .params = "ai", .columns = "iiiii",
		.sqlite = "SELECT person_id, place_id, kind, from_ms, until_ms FROM roster_stay"
		    " WHERE area = :area AND made_seq <= :seq"
		    " AND (superseded_seq = 0 OR superseded_seq > :seq)" };
	struct stmt *s = sql_begin(&t->tx, &known);

	memset(ret, NOBODY, sizeof(t->now));
	sql_bind_i64(s, 1, seq.v);
	while (sql_next(&t->tx, s).n == 1)
		for (int i = 0; i < TIMES; i++) {
			int8_t *at = &ret[sql_column_i64(s, 0) - 1][sql_column_i64(s, 1) - 1][i];

			if (!roster_stay_is_at((time_ms){ sql_column_i64(s, 3) },
			    (time_ms){ sql_column_i64(s, 4) }, minute(i)))
				continue;
			assert_int_equal(*at, NOBODY);
			*at = (int8_t)sql_column_i64(s, 2);
		}
	sql_end(s);
}

static void
stays_are_as_told_and_remembered(void **state)
{
	struct town *t = *state;
	int8_t       read[PEOPLE][PLACES][TIMES];

	for (int step = 0; step < STEPS; step++) {
		t->call.seq.v++;
		t->call.at = t->call.received = minute(step);
		t->call.flag_count = 0;
		if (rand() % 4 == 0)
			town_end(t);
		else
			town_begin(t);
		town_read(t, t->call.seq, read);
		assert_memory_equal(read, t->now, sizeof(read));
		t->seq[step] = t->call.seq;
		memcpy(t->past[step], t->now, sizeof(t->now));
	}
	for (int step = 0; step < STEPS; step++) {
		town_read(t, t->seq[step], read);
		assert_memory_equal(read, t->past[step], sizeof(read));
	}
}

static void
stays_of_many_towns(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		void *town = NULL;

		srand(seed);
		assert_int_equal(town_open(&town), 0);
		stays_are_as_told_and_remembered(&town);
		town_close(&town);
	}
}

/* Merged and parted again: everybody is where they were, unless somebody said otherwise between. */
static void
merging_can_be_undone(void **state)
{
	struct town *t = *state;
	int8_t       before[PEOPLE][PLACES][TIMES], read[PEOPLE][PLACES][TIMES];

	srand(3);
	for (int round = 0; round < 30; round++) {
		struct roster_merge   merge = { .person = { 1 + round % PEOPLE } };
		struct roster_unmerge unmerge = { .person = merge.person };

		merge.into.v = 1 + merge.person.v % PEOPLE;
		for (int i = 0; i < 5; i++) {
			t->call.seq.v++;
			t->call.at = t->call.received = minute(i);
			t->call.flag_count = 0;
			town_begin(t);
		}
		town_read(t, t->call.seq, before);
		t->call.seq.v++;
		assert_int_equal(roster_merge_apply(&t->tx, &t->call, &merge), 0);
		town_read(t, t->call.seq, read);
		for (int place = 0; place < PLACES; place++)
			for (int i = 0; i < TIMES; i++)
				assert_int_equal(read[merge.person.v - 1][place][i], NOBODY);
		t->call.seq.v++;
		assert_int_equal(roster_unmerge_apply(&t->tx, &t->call, &unmerge), 0);
		town_read(t, t->call.seq, read);
		assert_memory_equal(read, before, sizeof(read));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ages),
		cmocka_unit_test(presence),
		cmocka_unit_test(intervals),
		cmocka_unit_test(stays_of_many_towns),
		cmocka_unit_test_setup_teardown(merging_can_be_undone, town_open, town_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
