/*
 * identity.h -- what stands in an identity document's column: which document, is the number whole.
 *
 * GB 11643 numbers have 18 characters: six of the division, eight of the birth date, three in
 * sequence (the last one odd for men) and a checksum (ISO 7064 MOD 11-2). Three documents share
 * that shape: residents' cards, residence permits of people from Hong Kong, Macau and Taiwan
 * (810000, 820000, 830000) and, since 2023, foreigners' permanent residence cards (beginning with
 * 9). Spreadsheets keep 15 digits of a number: what was rounded is recognised and never returned.
 *
 * No libc and no allocation: the field app runs this file too, with chars.c, utf8.c and calendar.c.
 */
#pragma once
#include "text/chars.h"

/* Stored: numbers stay as they are. */
enum identity_kind {
	IDENTITY_NONE = 0,	     /* has none (newborns), or nobody said which */
	IDENTITY_RESIDENT = 1,	     /* 居民身份证, 18 characters */
	IDENTITY_PASSPORT = 2,	     /* of any country */
	IDENTITY_HMT_PERMIT = 3,     /* 回乡证, 台胞证 */
	IDENTITY_HMT_RESIDENCE = 4,  /* 港澳台居民居住证, 18 characters */
	IDENTITY_FOREIGNER_CARD = 5, /* 外国人永久居留身份证, 15 or 18 characters */
	IDENTITY_OTHER = 6,
	IDENTITY_KINDS
};

enum identity_verdict {
	IDENTITY_OK,
	IDENTITY_EMPTY,	    /* nothing, or a word for nothing */
	IDENTITY_DESTROYED, /* a spreadsheet rounded it away; number is empty */
	IDENTITY_MASKED,    /* 4403**********1234: not the number; number is empty */
	IDENTITY_TOO_SHORT,
	IDENTITY_TOO_LONG,	   /* number is empty when it does not even fit */
	IDENTITY_CHARACTER_WRONG,  /* a character that this document's numbers do not have */
	IDENTITY_BIRTH_IMPOSSIBLE, /* no such day, before 1880 or after today */
	IDENTITY_DIVISION_UNKNOWN, /* the first two digits are no province */
	IDENTITY_CHECKSUM_WRONG,
	IDENTITY_VERDICTS
};

/* GB/T 2261.1; stored. */
enum sex {
	SEX_UNKNOWN = 0,
	SEX_MALE = 1,
	SEX_FEMALE = 2,
};

#define IDENTITY_NUMBER_BYTES 32

struct identity {
	enum identity_kind kind;
	enum identity_verdict verdict;
	char number[IDENTITY_NUMBER_BYTES]; /* upper case, no blanks or dashes; ends with NUL */
	date_ymd birth;			    /* only of 18 characters with a possible day */
	enum sex sex;			    /* only of 18 characters */
	int32_t division;		    /* six digits of a resident's number; 0: none */
	bool is_kind_guessed;		    /* nobody told it, or the number shows another */
	bool was_15;			    /* an old number, made 18 by century and checksum */
	/*
	 * The last three are 000, as rounding leaves them, though the checksum is right. Believe it
	 * only where no other number of the column was destroyed.
	 */
	bool is_tail_zero;
};

/*
 * Reads a cell. `told` is what the sheet says of the document (IDENTITY_NONE: nothing), is_number
 * whether the spreadsheet held the cell as a number, today bounds the birth date (0: it does not).
 * A number whose shape shows another document than was told gets that kind. Every verdict but OK
 * is for the caller to show; a wrong checksum is a warning, not a refusal. Reading the cleaned
 * number again gives the same number.
 */
void identity_clean(struct str cell, enum identity_kind told, bool is_number, date_ymd today,
    struct identity *ret_identity);

/*
 * The document that a word means: 身份证, 护照, 港澳居民来往内地通行证, 台胞证, 出生证, 无,
 * Passport, and codes of GA/T 517 (111, 414 …). Households' registers and birth certificates are
 * OTHER. False: not understood (the kind is then OTHER), or empty (NONE).
 */
bool identity_kind_read(struct str cell, enum identity_kind *ret_kind);

/* The 18th character for 17 digits. */
char identity_checksum(const char digits[static 17]);

struct label identity_kind_label(enum identity_kind kind);
struct label identity_verdict_label(enum identity_verdict verdict);
