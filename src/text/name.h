/* name.h -- persons' names: one form of writing, and what was written beside them. */
#pragma once
#include "text/chars.h"

enum name_verdict {
	NAME_OK,
	NAME_EMPTY,	/* nothing, or a word for nothing */
	NAME_TOO_SHORT, /* one character */
	NAME_TOO_LONG,	/* more than NAME_CHARACTERS_MAX */
	NAME_DOUBTFUL, /* digits, two names, or signs that stand for a lost character (? □ �) */
	NAME_VERDICTS
};

#define NAME_CHARACTERS_MIN 2
#define NAME_CHARACTERS_MAX 40

struct name {
	enum name_verdict verdict;
	struct str text; /* from the arena; kept whatever the verdict */
	struct str note; /* 户主, 亡, 租客: what stood in brackets, behind or before the name */
};

/*
 * Reads a cell. Interpuncts of every kind become '·', full-width letters narrow ones, blanks
 * between Han go, between others there is one. Characters of the old private area of GB 18030 (䶮)
 * and radicals from PDF files become the characters meant; a byte that is not UTF-8 becomes '?'.
 * Rare characters of all planes stay. Cleaning twice is cleaning once.
 */
void name_clean(struct arena *arena, struct str cell, struct name *ret_name);

struct label name_verdict_label(enum name_verdict verdict);
