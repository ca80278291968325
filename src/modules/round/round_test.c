/* round_test.c -- the pure rules, by table and by property. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/when.h"
#include "modules/round/round.h"

static void
overlaps(void **state)
{
	static const struct { int64_t a, b, c, d; bool is; } cases[] = {
		{ 0, 10, 10, 20, false }, { 0, 10, 9, 20, true }, { 10, 20, 0, 10, false },
		{ 0, 100, 40, 50, true }, { 40, 50, 0, 100, true }, { 0, 10, 0, 10, true },
		{ INT64_MIN, INT64_MAX, 0, 1, true },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(round_overlaps((time_ms){ cases[i].a }, (time_ms){ cases[i].b },
		    (time_ms){ cases[i].c }, (time_ms){ cases[i].d }), cases[i].is);
}

static void
ages(void **state)
{
	static const struct { int64_t day, months, birth; bool is_young; } cases[] = {
		{ 20220304, 6, 20210904, false }, /* six months today */
		{ 20220304, 6, 20210905, true },
		{ 20220331, 1, 20220228, false }, /* there is no 31 February */
		{ 20220331, 1, 20220301, true },
		{ 20220304, 36, 20190304, false }, { 20220304, 36, 20190305, true },
		{ 20220115, 1, 20211215, false }, { 20220115, 1, 20211216, true },
		{ 20220115, 13, 20201215, false }, { 20220115, 13, 20201216, true },
		{ 20220304, 0, 20220304, false }, /* no age is asked */
		{ 20220304, 6, 0, false },        /* not known: due */
		{ 20220304, 24276, 20220304, false }, { 0, 6, 20220304, false },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(round_is_too_young(cases[i].birth,
		    round_born_after(cases[i].day, cases[i].months)), cases[i].is_young);
}

/* Who is old enough today is so tomorrow; whoever is older is so too. */
static void
ages_grow(void **state)
{
	int64_t first = date_to_days((date_ymd){ 20190101 });

	(void)state;
	srand(4);
	for (int i = 0; i < 20000; i++) {
		int64_t  day = first + rand() % 1500, months = rand() % 40;
		int64_t  birth = day - rand() % 1500;
		date_ymd today = date_of_days(day), tomorrow = date_of_days(day + 1);
		date_ymd born = date_of_days(birth), before = date_of_days(birth - 1);

		if (round_is_too_young(born.ymd, round_born_after(today.ymd, months)))
			continue;
		assert_false(round_is_too_young(born.ymd, round_born_after(tomorrow.ymd, months)));
		assert_false(round_is_too_young(before.ymd, round_born_after(today.ymd, months)));
	}
}

static void
exemptions(void **state)
{
	(void)state;
	assert_true(round_exemption_holds((time_ms){ 5 }, (time_ms){ 9 }, (time_ms){ 5 }));
	assert_true(round_exemption_holds((time_ms){ 5 }, (time_ms){ 9 }, (time_ms){ 8 }));
	assert_false(round_exemption_holds((time_ms){ 5 }, (time_ms){ 9 }, (time_ms){ 9 }));
	assert_false(round_exemption_holds((time_ms){ 5 }, (time_ms){ 9 }, (time_ms){ 4 }));
	assert_true(round_exemption_holds((time_ms){ 5 }, (time_ms){ TIME_NEVER_MS },
	    (time_ms){ TIME_NEVER_MS - 1 }));
}

static void
exemption_ends(void **state)
{
	static const struct { int64_t since, window, closes, until; } cases[] = {
		{ 100, 48, 0, 148 },           /* for the plan's time */
		{ 100, 48, 120, 148 },
		{ 100, 48, 200, 200 },         /* to the end of the round at least */
		{ 100, 0, 200, 200 },          /* until it is ended: of the round */
		{ 100, 0, 0, TIME_NEVER_MS },
		{ TIME_NEVER_MS - 1, 48, 0, TIME_NEVER_MS },
		{ INT64_MAX, INT64_MAX, 0, TIME_NEVER_MS },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++)
		assert_int_equal(round_exemption_until((time_ms){ cases[i].since }, cases[i].window,
		    (time_ms){ cases[i].closes }), cases[i].until);
}

static void
reasons(void **state)
{
	const time_ms opens = { 1000 };

	(void)state;
	assert_int_equal(round_absence(roster_stay_kind_DEAD, false), round_reason_DIED);
	assert_int_equal(round_absence(roster_stay_kind_HOSPITAL, false), round_reason_HOSPITAL);
	assert_int_equal(round_absence(roster_stay_kind_QUARANTINED, false),
	    round_reason_QUARANTINED);
	assert_int_equal(round_absence(roster_stay_kind_AWAY, false), round_reason_LEFT);
	assert_int_equal(round_absence(-1, false), round_reason_LEFT);
	assert_int_equal(round_absence(roster_stay_kind_DEAD, true), round_reason_DOUBLE);
	assert_int_equal(round_entry(20220304, 20220304, opens, opens), round_reason_BORN);
	assert_int_equal(round_entry(0, 20220304, (time_ms){ 1001 }, opens), round_reason_ARRIVED);
	assert_int_equal(round_entry(19900101, 20220304, opens, opens), round_reason_FOUND);
	assert_int_equal(round_entry(0, 0, opens, opens), round_reason_FOUND);
}

/* However states follow one another, gains add up to whether one is counted at the end. */
static void
gains(void **state)
{
	(void)state;
	srand(5);
	for (int i = 0; i < 2000; i++) {
		int64_t now = round_due_ABSENT, sum = 0;

		for (int k = rand() % 12; k > 0; k--) {
			int64_t to = rand() % round_due_machine.count;

			sum += round_gain(now, to);
			now = to;
		}
		assert_int_equal(sum, now == round_due_MISSING || now == round_due_SAMPLED);
	}
}

static void
lateness(void **state)
{
	(void)state;
	assert_false(round_is_late((time_ms){ 5 }, (time_ms){ 0 }));
	assert_false(round_is_late((time_ms){ 5 }, (time_ms){ 6 }));
	assert_true(round_is_late((time_ms){ 6 }, (time_ms){ 6 }));
}

/* Nobody who was sampled becomes missing again, and a round never opens twice. */
static void
machines(void **state)
{
	struct step step;

	(void)state;
	assert_false(machine_step(&round_due_machine, round_due_SAMPLED, round_due_MISSING, &step));
	assert_false(machine_step(&round_due_machine, round_due_SAMPLED, round_due_EXEMPT, &step));
	assert_true(machine_step(&round_due_machine, round_due_SAMPLED, round_due_ABSENT, &step));
	assert_false(machine_step(&round_state_machine, round_state_OPEN, round_state_OPEN, &step));
	assert_false(machine_step(&round_state_machine, round_state_CLOSED, round_state_OPEN,
	    &step));
	assert_false(machine_step(&round_state_machine, round_state_PLANNED,
	    round_state_CLOSED, &step));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlaps), cmocka_unit_test(ages), cmocka_unit_test(ages_grow),
		cmocka_unit_test(exemptions), cmocka_unit_test(exemption_ends),
		cmocka_unit_test(reasons), cmocka_unit_test(gains),
		cmocka_unit_test(lateness), cmocka_unit_test(machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
