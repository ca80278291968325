/* heading_words.h -- the words of headings; for heading.c. Words have no blanks and no marks. */
#pragma once
#include "text/heading.h"

/* The whole heading, in lower case. */
enum column_meaning heading_word_exact(struct str core);

/* By what it contains, for headings that nobody foresaw. */
enum column_meaning heading_word_inside(struct str core);
