/* address_tokens.h -- the words and numbers of an address; for address.c. */
#pragma once
#include "text/place.h"

enum unit {
	UNIT_NONE,
	UNIT_BUILDING,
	UNIT_STAIR,
	UNIT_FLOOR,
	UNIT_ROOM,
	UNIT_LOU,   /* 楼: a building's or a floor's */
	UNIT_HAO,   /* 号: a building's, a room's or a street's */
	UNIT_LANE,  /* 弄: Shanghai's compounds */
	UNIT_ALLEY, /* 巷 and the like: a part of a building's name in villages */
};

#define ADDRESS_TOKENS_MAX 24

struct token {
	bool is_number;
	bool is_street_number; /* 福华路12号 */
	enum unit unit;	       /* of a number */
	struct str said;       /* in the line, with the unit */
	struct str text;       /* in the line, without it */
	size_t digits; /* of a number of digits alone; Chinese numerals count as 1 to 4; else 0 */
};

struct tokens {
	struct token list[ADDRESS_TOKENS_MAX];
	size_t count;
};

/*
 * Cuts a line (upper-case, with ' ' and '-' as its only marks). Numbers are digits, letters of at
 * most two, both mixed, or Chinese numerals before a unit. False: more than ADDRESS_TOKENS_MAX.
 */
bool address_cut(struct str line, struct tokens *ret_tokens);

/* The line that address_cut takes. */
struct str address_line(struct arena *arena, struct str cell);
