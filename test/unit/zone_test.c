/* zone_test.c -- instants as they stand on the wall of some places, and names that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/str.h"
#include "text/zone.h"

static void
instants_read_as_on_the_wall(void **state)
{
	static const struct { const char *zone, *utc, *wall; } cases[] = {
		{ "Asia/Shanghai", "2022-03-04T09:10:00Z", "2022-03-04 17:10" },
		{ "Asia/Shanghai", "2022-03-04T16:00:00Z", "2022-03-05 00:00" },
		{ "Asia/Shanghai", "2022-03-04T15:59:59.999Z", "2022-03-04 23:59" },
		{ "Asia/Shanghai", "1988-07-01T00:00:00Z", "1988-07-01 09:00" }, /* summer time */
		{ "Asia/Urumqi", "2022-12-31T18:00:00Z", "2023-01-01 00:00" },
		{ "Europe/Berlin", "2022-03-27T00:59:00Z", "2022-03-27 01:59" },
		{ "Europe/Berlin", "2022-03-27T01:00:00Z", "2022-03-27 03:00" },
		{ "America/St_Johns", "2022-01-01T00:00:00Z", "2021-12-31 20:30" },
		{ "UTC", "1969-12-31T23:59:00Z", "1969-12-31 23:59" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct zone *zone = zone_new(str_of(cases[i].zone));
		char         text[TIME_TEXT_BYTES];
		time_ms      t;

		assert_non_null(zone);
		assert_true(time_parse(str_of(cases[i].utc), &t));
		zone_print(zone, t, text);
		assert_string_equal(text, cases[i].wall);
		zone_free(zone);
	}
}

static void
other_names_are_none(void **state)
{
	static const char *const names[] = { "", "Asia/Shanghia", "Mars/Base", "北京",
		"Asia/Shanghai/Asia/Shanghai/Asia/Shanghai/Asia/Shanghai/Asia/Shanghai" };

	(void)state;
	for (size_t i = 0; i < LEN(names); i++)
		assert_null(zone_new(str_of(names[i])));
	zone_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_read_as_on_the_wall),
		cmocka_unit_test(other_names_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
