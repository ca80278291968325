/* when.h -- instants and days as text. UTC only; time zones are the server's views' business. */
#pragma once
#include "base/base.h"

#define TIME_TEXT_BYTES 40
#define DATE_TEXT_BYTES 28
#define DAY_MS          INT64_C(86400000)

/* RFC 3339: "2022-03-04T09:00:00Z"; a fraction where there are milliseconds. */
void time_print(time_ms t, char ret_text[static TIME_TEXT_BYTES]);

/* "2022-03-04" */
void date_print(date_ymd d, char ret_text[static DATE_TEXT_BYTES]);

/*
 * RFC 3339 with an offset or Z ("2022-03-04T17:00:00.5+08:00"; seconds may be left out), or
 * milliseconds as a number. False: neither.
 */
bool time_parse(struct str s, time_ms *ret_time);

/* "2022-03-04" or "20220304", a day that exists. */
bool date_parse(struct str s, date_ymd *ret_date);
bool date_is_real(date_ymd d);

/* Days since 1970-01-01 of a civil date, and back (Howard Hinnant's days_from_civil). */
int64_t  date_to_days(date_ymd d);
date_ymd date_of_days(int64_t days);
