/* calendar.c -- days by number, see when.h. Without libc: rules on the phone use it too. */
#include "base/when.h"

int64_t
date_to_days(date_ymd d)
{
	int64_t month = d.ymd / 100 % 100, day = d.ymd % 100;
	int64_t year = d.ymd / 10000 - (month <= 2);
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

date_ymd
date_of_days(int64_t days)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t m = (5 * of_year + 2) / 153, day = of_year - (153 * m + 2) / 5 + 1;
	int64_t month = m < 10 ? m + 3 : m - 9;

	year += era * 400 + (month <= 2);
	return (date_ymd){ year * 10000 + month * 100 + day };
}

bool
date_is_real(date_ymd d)
{
	int64_t month = d.ymd / 100 % 100, day = d.ymd % 100;

	return d.ymd >= 10000 && d.ymd <= 99991231 && month >= 1 && month <= 12 && day >= 1 &&
	    date_of_days(date_to_days(d)).ymd == d.ymd;
}
