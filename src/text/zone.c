/* zone.c -- see zone.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include "base/arena.h"
#include "base/str.h"
#include "text/zone.h"

#define NAME_MAX_UNITS 64

struct zone { UCalendar *calendar; };

/* The name in UTF-16, as ICU takes it; it is ASCII, or there is no such zone. */
static int32_t
name_wide(struct str name, UChar ret_wide[static NAME_MAX_UNITS])
{
	if (name.n == 0 || name.n >= NAME_MAX_UNITS)
		return 0;
	for (size_t i = 0; i < name.n; i++) {
		if ((unsigned char)name.p[i] >= 0x80)
			return 0;
		ret_wide[i] = (UChar)name.p[i];
	}
	return (int32_t)name.n;
}

struct zone *
zone_new(struct str name)
{
	UErrorCode   error = U_ZERO_ERROR;
	UChar        wide[NAME_MAX_UNITS], known[NAME_MAX_UNITS];
	int32_t      n = name_wide(name, wide);
	UBool        is_system = false;
	struct zone *zone;
	UCalendar   *calendar;

	if (n == 0)
		return NULL;
	/* ICU takes what it does not know for UTC; so it is asked first whether it does. */
	(void)ucal_getCanonicalTimeZoneID(wide, n, known, NAME_MAX_UNITS, &is_system, &error);
	if (U_FAILURE(error) || !is_system)
		return NULL;
	calendar = ucal_open(wide, n, "en_US", UCAL_GREGORIAN, &error);
	if (U_FAILURE(error))
		return NULL;
	zone = memory_new(sizeof(*zone));
	zone->calendar = calendar;
	return zone;
}

void
zone_free(struct zone *zone)
{
	if (zone == NULL)
		return;
	ucal_close(zone->calendar);
	free(zone);
}

void
zone_print(struct zone *zone, time_ms t, char ret_text[static TIME_TEXT_BYTES])
{
	UErrorCode error = U_ZERO_ERROR;
	int64_t    local, days, minutes;
	date_ymd   day;

	ucal_setMillis(zone->calendar, (double)t.ms, &error);
	local = t.ms + ucal_get(zone->calendar, UCAL_ZONE_OFFSET, &error) +
	    ucal_get(zone->calendar, UCAL_DST_OFFSET, &error);
	if (U_FAILURE(error))
		local = t.ms;
	days = local / DAY_MS - (local % DAY_MS < 0);
	minutes = (local - days * DAY_MS) / 60000;
	day = date_of_days(days);
	date_print(day, ret_text);
	(void)snprintf(ret_text + strlen(ret_text), TIME_TEXT_BYTES - DATE_TEXT_BYTES,
	    " %02u:%02u", (unsigned)(minutes / 60) % 24, (unsigned)(minutes % 60));
}
