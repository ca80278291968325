/*
 * zone.h -- the clock on the wall of an area: an instant as people there read it.
 *
 * A zone is an IANA name; its rules come with ICU, so nothing depends on the machine's settings. A
 * zone is of one thread at a time.
 */
#pragma once
#include "base/base.h"
#include "base/when.h"

struct zone;

/* The zone of that name; NULL: there is none. */
struct zone *zone_new(struct str name);
void         zone_free(struct zone *zone);

/* "2022-03-04 17:10": to the minute, as tables and sheets have it. */
void zone_print(struct zone *zone, time_ms t, char ret_text[static TIME_TEXT_BYTES]);
