/*
 * day.h -- the day, and the time of day, that a cell says.
 *
 * A reading that needed something that the cell does not say (the year, the century, which of two
 * numbers is the month) is DOUBTFUL and says what was missing.
 */
#pragma once
#include "text/chars.h"

enum day_verdict {
	DAY_EMPTY, /* nothing, a word for nothing, 至今 */
	DAY_EXACT,
	DAY_DOUBTFUL,
	DAY_UNREADABLE,
};

/* What a doubtful reading added. */
enum day_doubt {
	DAY_DOUBT_NONE,
	DAY_DOUBT_YEAR_MISSING, /* 3月5日: the year is the context's */
	DAY_DOUBT_YEAR_SHORT,	/* 22.3.5 */
	DAY_DOUBT_MONTH_OR_DAY, /* 3/5/2022: read with the month first */
	DAY_DOUBT_DAY_MISSING, /* 1990年3月: the first of the month; 1990: the first of the year */
	DAY_DOUBT_SERIAL_TEXT, /* 44625 as text: read as a serial number */
	DAY_DOUBTS
};

/* What the sheet says about all its days. */
struct day_context {
	bool is_number; /* the spreadsheet held the cell as a number */
	bool is_1904;	/* serial numbers count from 1904, as of old Macintoshes */
	date_ymd today; /* gives the missing year and century; 0: they stay missing */
};

struct day {
	enum day_verdict verdict;
	enum day_doubt doubt;
	date_ymd date;	/* 0 unless EXACT or DOUBTFUL */
	int32_t minute; /* of the day; -1: not said */
};

/*
 * Reads 2022.3.5, 2022/3/5, 2022-03-05 14:30, 2022年3月5日, 二〇二二年三月五日, 20220305, 3月5日,
 * 5-Mar-2022, serial numbers of both systems, and the like; every date is one that exists.
 * A missing year is the latest that does not put the day more than a month behind today.
 */
void day_read(struct str cell, struct day_context context, struct day *ret_day);

/*
 * Two days in one cell: 2022.3.5-2022.3.19, 3月5日至3月19日, 2022-03-05~2022-03-19. The second
 * takes its year from the first where it has none, and is not before it. False: not two days that
 * can be read; both are then UNREADABLE.
 */
bool period_read(
    struct str cell, struct day_context context, struct day *ret_from, struct day *ret_to);

struct label day_doubt_label(enum day_doubt doubt);
