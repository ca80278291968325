/* phone.h -- the telephone numbers in a cell, and the words beside them. */
#pragma once
#include "text/chars.h"

enum phone_verdict {
	PHONE_MOBILE,	  /* 1[3-9] and nine digits */
	PHONE_LANDLINE,	  /* with the area code where the cell has it; 400 and 800 numbers too */
	PHONE_FOREIGN,	  /* Hong Kong, Macau, Taiwan and abroad: + and the country's code */
	PHONE_DESTROYED,  /* 1.38E+10: a spreadsheet rounded it away; number is empty */
	PHONE_UNREADABLE, /* number has what digits there were */
	PHONE_VERDICTS
};

#define PHONES_MAX	   6 /* in one cell; a family's, with the grandparents' */
#define PHONE_NUMBER_BYTES 24

struct phone {
	enum phone_verdict verdict;
	char number[PHONE_NUMBER_BYTES]; /* digits, 07558… or +852…; ends with NUL */
	char extension[8];		 /* of a landline: 801 */
};

struct phones {
	struct phone list[PHONES_MAX];
	size_t count;
	bool has_more;	 /* the cell has more than PHONES_MAX */
	struct str rest; /* words beside the numbers, as a landlord's name: line, from arena */
};

/*
 * Reads a cell. Several numbers may be separated by anything but digits, or stand back to back.
 * An empty cell, and a word for nothing, has count 0. The same number twice counts once. A cell
 * of words alone has count 0 and its words in rest.
 */
void phones_read(struct arena *arena, struct str cell, struct phones *ret_phones);

struct label phone_verdict_label(enum phone_verdict verdict);
