/* round_rules.c -- what follows from times, days and states alone. Also compiled to WebAssembly. */
#include "modules/round/round.h"

bool
round_overlaps(time_ms opens, time_ms closes, time_ms other_opens, time_ms other_closes)
{
	return opens.ms < other_closes.ms && other_opens.ms < closes.ms;
}

/*
 * Who was born after this day is younger than so many months on `day`. The day of the month may be
 * one that the earlier month has not: days are compared as numbers, so that does no harm.
 */
int64_t
round_born_after(int64_t day, int64_t months)
{
	int64_t month; /* since the year 0 */

	if (day <= 0 || day > 99991231 || months <= 0 || months > 12 * 9999)
		return ROUND_NOBODY_BORN_AFTER;
	month = day / 10000 * 12 + day / 100 % 100 - 1 - months;
	if (month < 0)
		return ROUND_NOBODY_BORN_AFTER;
	return month / 12 * 10000 + (month % 12 + 1) * 100 + day % 100;
}

bool
round_is_too_young(int64_t birth, int64_t born_after)
{
	return birth > born_after;
}

bool
round_exemption_holds(time_ms since, time_ms until, time_ms at)
{
	return since.ms <= at.ms && at.ms < until.ms;
}

/*
 * How long an exemption holds that began with what happened at `since`: for the plan's time, where
 * 0 is until it is ended; when it was given in a round (closes > 0), at least to the end of that.
 */
int64_t
round_exemption_until(time_ms since, int64_t window_ms, time_ms closes)
{
	int64_t until;

	if (window_ms <= 0)
		return closes.ms > 0 ? closes.ms : TIME_NEVER_MS;
	until = since.ms > TIME_NEVER_MS - window_ms ? TIME_NEVER_MS : since.ms + window_ms;
	return until > closes.ms ? until : closes.ms;
}

/* Why somebody who lives nowhere in the scope is not counted; kind: of a stay in force, or -1. */
int64_t
round_absence(int64_t kind, bool is_double)
{
	if (is_double)
		return round_reason_DOUBLE;
	if (kind == roster_stay_kind_DEAD)
		return round_reason_DIED;
	if (kind == roster_stay_kind_HOSPITAL)
		return round_reason_HOSPITAL;
	if (kind == roster_stay_kind_QUARANTINED)
		return round_reason_QUARANTINED;
	return round_reason_LEFT;
}

/* Why somebody who lives in the scope was not in the round: `opens` and `day` are the round's. */
int64_t
round_entry(int64_t birth, int64_t day, time_ms since, time_ms opens)
{
	if (birth >= day && birth > 0)
		return round_reason_BORN;
	return since.ms > opens.ms ? round_reason_ARRIVED : round_reason_FOUND;
}

static bool
is_counted(int64_t state)
{
	return state == round_due_MISSING || state == round_due_SAMPLED;
}

/* What a step adds to the headcount; `from` of somebody who was not in the round: ABSENT. */
int64_t
round_gain(int64_t from, int64_t to)
{
	return (int64_t)is_counted(to) - (int64_t)is_counted(from);
}

/* What was sampled before the closing and comes in afterwards is in time; closed 0: is open. */
bool
round_is_late(time_ms at, time_ms closed)
{
	return closed.ms > 0 && at.ms >= closed.ms;
}
