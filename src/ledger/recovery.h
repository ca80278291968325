/*
 * recovery.h -- the recovery sheet: the master of a database's keys on paper, for the safe.
 *
 * The master is written as proquints, pronounceable words of five letters that stand for 16 bits
 * each (D. S. Wilkerson, "A Proposal for Proquints: Identifiers that are Readable, Spellable, and
 * Pronounceable", arXiv:0901.4016). Sixteen words are the master, two are a check over it. They
 * are printed in numbered groups of three, to be read aloud and typed in again.
 */
#pragma once
#include "base/buffer.h"
#include "ledger/keys.h"

#define RECOVERY_WORDS		 18
#define RECOVERY_GROUP_WORDS	 3
#define RECOVERY_WORDS_BYTES	 (RECOVERY_WORDS * 6) /* with '-' between them, and a NUL */
#define RECOVERY_PREFIX		 "REDVEST1:"	      /* before the words in the code */
#define RECOVERY_TYPED_BYTES_MAX 4096
#define RECOVERY_PROBLEM_BYTES	 200

/* "lusab-babad-…". Wipe it when it was used. */
void recovery_words(
    const unsigned char master[static KEY_BYTES], char ret_words[static RECOVERY_WORDS_BYTES]);

/* Why words could not be read. */
enum recovery_fault {
	RECOVERY_READ = 0,
	RECOVERY_TOO_LONG,   /* more than RECOVERY_TYPED_BYTES_MAX */
	RECOVERY_WORD_WRONG, /* `word` is none that can be on a sheet */
	RECOVERY_TOO_FEW,    /* count < RECOVERY_WORDS */
	RECOVERY_TOO_MANY,
	RECOVERY_LETTER_WRONG, /* the check fails, and would not with one other letter in `word` */
	RECOVERY_CHECK_WRONG,  /* the check fails: several letters, or words in another order */
};

struct recovery_problem {
	enum recovery_fault fault;
	size_t word;  /* from 1, where fault has one; else 0 */
	size_t group; /* that it stands in, from 1; else 0 */
	size_t count; /* words read */
};

/*
 * Reads words as typed, or as scanned with their prefix: in any case, with any spaces, dashes,
 * dots, line breaks and numbers of groups between them, or with nothing between them. False:
 * ret_problem says why, and ret_master is untouched.
 */
bool recovery_words_read(struct str typed, unsigned char ret_master[static KEY_BYTES],
    struct recovery_problem *ret_problem);

/* A problem in one line, in Chinese or in English. */
void recovery_problem_print(const struct recovery_problem *problem, bool is_chinese,
    char ret_line[static RECOVERY_PROBLEM_BYTES]);

struct recovery_sheet {
	const unsigned char *master;	  /* KEY_BYTES; borrowed, as all here */
	const unsigned char *database_id; /* DATABASE_ID_BYTES */
	area_id area;
	struct str area_name; /* UTF-8, as long as it may be */
	date_ymd date;	      /* on which it is made; 0: a line to write it on */
};

/*
 * The sheet for the terminal: words, and the code drawn in half blocks (light on dark, as most
 * terminals are). 0, or -errno of libqrencode with nothing appended. *out holds the secret: it is
 * the caller's to wipe.
 */
int recovery_sheet_text(const struct recovery_sheet *sheet, struct buffer *out);

/* The sheet as one page of HTML in itself, A4, in Chinese and English, to be printed. */
int recovery_sheet_html(const struct recovery_sheet *sheet, struct buffer *out);

/* The code alone, as an SVG element that fits the box it is put into. */
int recovery_code_svg(const unsigned char master[static KEY_BYTES], struct buffer *out);
