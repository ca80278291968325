/* roster_rules.c -- what follows from days, times and kinds alone. Also compiled to WebAssembly. */
#include "modules/roster/roster.h"

bool
roster_kind_is_present(int64_t kind)
{
	return kind >= roster_stay_kind_REGISTERED && kind <= roster_stay_kind_VISITOR;
}

bool
roster_stay_is_at(time_ms from, time_ms until, time_ms at)
{
	return from.ms <= at.ms && at.ms < until.ms;
}

bool
roster_stays_overlap(time_ms from, time_ms until, time_ms other_from, time_ms other_until)
{
	return from.ms < other_until.ms && other_from.ms < until.ms && from.ms < until.ms &&
	    other_from.ms < other_until.ms;
}

int64_t
roster_age_years(date_ymd birth, date_ymd day)
{
	if (birth.ymd < 10000101 || birth.ymd > 99991231 || day.ymd < birth.ymd ||
	    day.ymd > 99991231)
		return -1;
	/* Whole years have passed when month and day have come round: of 29 February on 1 March. */
	return (day.ymd - birth.ymd) / 10000;
}
