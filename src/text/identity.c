/* identity.c -- see identity.h. Without libc. */
#include "base/when.h"
#include "text/identity.h"

#define RAW_MAX	    NUMBER_FORM_MAX
#define NOTE_MAX    95
#define BIRTH_FIRST 18800101

/* A cell taken apart: what may belong to a number, and the words around it. */
struct scan {
	char raw[RAW_MAX + 1]; /* narrow upper-case ASCII without blanks */
	size_t raw_n;
	char note[NOTE_MAX + 1]; /* everything else, UTF-8 */
	size_t note_n;
	bool is_long;	   /* raw did not fit */
	bool has_brackets; /* as in A123456(7) */
};

static void
copy(char *to, const char *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
}

/* Letters that look like the closing X. */
static uint32_t
to_latin_x(uint32_t c)
{
	return c == 0x425 || c == 0x445 || c == 0xd7 || c == 0x3a7 || c == 0x3c7 || c == 0x2169 ||
		       c == 0x2179
		   ? 'X'
		   : c;
}

/* Marks beyond ASCII that mean nothing: 、 。 · • … */
static bool
is_blank_mark(uint32_t c)
{
	return c == 0xb7 || c == 0x30fb || (c >= 0x2016 && c <= 0x205e) ||
	       (c >= 0x3001 && c <= 0x303f && c != 0x3007);
}

static void
scan_read(struct str cell, struct scan *ret_scan)
{
	uint32_t c;

	ret_scan->raw_n = ret_scan->note_n = 0;
	ret_scan->is_long = ret_scan->has_brackets = false;
	while (chars_next(&cell, &c)) {
		c = to_latin_x(char_narrow(c));
		if (c == ' ' || char_is_invisible(c) || is_blank_mark(c))
			continue;
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c < 0x7f) {
			ret_scan->has_brackets = ret_scan->has_brackets || c == '(';
			ret_scan->is_long = ret_scan->is_long || ret_scan->raw_n == RAW_MAX;
			if (ret_scan->raw_n < RAW_MAX)
				ret_scan->raw[ret_scan->raw_n++] = (char)c;
		} else if (ret_scan->note_n + 4 <= NOTE_MAX) {
			ret_scan->note_n += utf8_put(c, ret_scan->note + ret_scan->note_n);
		}
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_all_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_digit(s[i]))
			return false;
	return n > 0;
}

static bool
is_mark(char c)
{
	return !is_digit(c) && !is_letter(c) && c != '*' && c != '#';
}

/* Marks at both ends: the apostrophe that makes a cell text, quotes, a colon behind a label. */
static void
scan_trim(struct scan *scan)
{
	size_t from = 0;

	while (scan->raw_n > 0 && is_mark(scan->raw[scan->raw_n - 1]))
		scan->raw_n--;
	while (from < scan->raw_n && is_mark(scan->raw[from]))
		from++;
	copy(scan->raw, scan->raw + from, scan->raw_n - from);
	scan->raw_n -= from;
}

static bool
scan_is_masked(const struct scan *scan)
{
	size_t run = 0;

	for (size_t i = 0; i < scan->raw_n; i++) {
		if (scan->raw[i] == '*')
			return true;
		run = scan->raw[i] == 'X' ? run + 1 : 0;
		if (run >= 3)
			return true;
	}
	return false;
}

/* What rounding left, or a column too narrow (####), or a formula that failed (#N/A). */
static bool
scan_is_destroyed(struct scan *scan, bool is_number)
{
	char digits[NUMBER_FORM_MAX];
	size_t count;

	if (scan->raw_n > 0 && scan->raw[0] == '#')
		return true;
	switch (number_form_read((struct str){ scan->raw, scan->raw_n }, digits, &count)) {
	case NUMBER_FORM_ROUNDED:
		return true;
	case NUMBER_FORM_WHOLE:
		copy(scan->raw, digits, count);
		scan->raw_n = count;
		return false;
	case NUMBER_FORM_OTHER:
		return is_number && scan->raw_n > 15 && is_all_digits(scan->raw, scan->raw_n);
	}
	return false;
}

/* Keeps letters and digits. */
static void
scan_strip(struct scan *scan)
{
	size_t n = 0;

	for (size_t i = 0; i < scan->raw_n; i++)
		if (is_digit(scan->raw[i]) || is_letter(scan->raw[i]))
			scan->raw[n++] = scan->raw[i];
	scan->raw_n = n;
}

char
identity_checksum(const char digits[static 17])
{
	static const uint8_t weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	unsigned sum = 0;

	for (size_t i = 0; i < LEN(weights); i++)
		sum += (unsigned)(digits[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

static bool
is_province(const char *number)
{
	static const uint8_t provinces[] = { 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36,
		37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82,
		83 };
	int code = (number[0] - '0') * 10 + number[1] - '0';

	for (size_t i = 0; i < LEN(provinces); i++)
		if (provinces[i] == code)
			return true;
	return false;
}

static int64_t
number_of(const char *digits, size_t n)
{
	int64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + digits[i] - '0';
	return value;
}

static bool
birth_is_possible(date_ymd birth, date_ymd today)
{
	return date_is_real(birth) && birth.ymd >= BIRTH_FIRST &&
	       (today.ymd == 0 || birth.ymd <= today.ymd);
}

static enum identity_kind
kind_of_18(const char *number)
{
	if (number[0] == '9')
		return IDENTITY_FOREIGNER_CARD;
	if (number[0] == '8' && number[1] >= '1' && number[1] <= '3' &&
	    number_of(number + 2, 4) == 0)
		return IDENTITY_HMT_RESIDENCE;
	return IDENTITY_RESIDENT;
}

static bool
is_shape_18(const struct scan *scan)
{
	return scan->raw_n == 18 && is_all_digits(scan->raw, 17) &&
	       (is_digit(scan->raw[17]) || scan->raw[17] == 'X');
}

static void
number_set(struct identity *identity, const char *number, size_t n)
{
	n = n < IDENTITY_NUMBER_BYTES ? n : 0;
	copy(identity->number, number, n);
	identity->number[n] = '\0';
}

static void
judge_18(const char *number, date_ymd today, struct identity *ret_identity)
{
	date_ymd birth = { number_of(number + 6, 8) };
	bool is_born = birth_is_possible(birth, today);

	number_set(ret_identity, number, 18);
	ret_identity->sex = (number[16] - '0') % 2 == 1 ? SEX_MALE : SEX_FEMALE;
	if (is_born)
		ret_identity->birth = birth;
	if (ret_identity->kind == IDENTITY_RESIDENT && is_province(number))
		ret_identity->division = (int32_t)number_of(number, 6);
	ret_identity->is_tail_zero = number[15] == '0' && number[16] == '0' && number[17] == '0';
	if (!is_born)
		ret_identity->verdict = IDENTITY_BIRTH_IMPOSSIBLE;
	else if (ret_identity->kind == IDENTITY_RESIDENT && ret_identity->division == 0)
		ret_identity->verdict = IDENTITY_DIVISION_UNKNOWN;
	else if (identity_checksum(number) != number[17])
		ret_identity->verdict =
		    ret_identity->is_tail_zero ? IDENTITY_DESTROYED : IDENTITY_CHECKSUM_WRONG;
	else
		ret_identity->verdict = IDENTITY_OK;
}

/* Residents' numbers of before 1999: the year without its century, and no checksum. */
static void
judge_15(const char *old, date_ymd today, struct identity *ret_identity)
{
	char number[18];

	copy(number, old, 6);
	number[6] = '1';
	number[7] = '9';
	copy(number + 8, old + 6, 9);
	number[17] = identity_checksum(number);
	ret_identity->was_15 = true;
	judge_18(number, today, ret_identity);
	ret_identity->is_tail_zero = false;
	if (ret_identity->verdict != IDENTITY_OK) {
		ret_identity->sex = SEX_UNKNOWN;
		number_set(ret_identity, old, 15);
	}
}

static size_t
count_digits(const struct scan *scan)
{
	size_t digits = 0;

	for (size_t i = 0; i < scan->raw_n; i++)
		digits += is_digit(scan->raw[i]);
	return digits;
}

static size_t
count_letters_first(const struct scan *scan)
{
	size_t n = 0;

	while (n < scan->raw_n && is_letter(scan->raw[n]))
		n++;
	return n;
}

/* The document that a number has which does not have the residents' shape; NONE: cannot be told. */
static enum identity_kind
kind_guess(const struct scan *scan)
{
	size_t n = scan->raw_n, letters = count_letters_first(scan), digits = count_digits(scan);
	bool is_led = letters > 0 && letters + digits == n;

	if (scan->has_brackets && is_led && n >= 8 && n <= 9)
		return IDENTITY_OTHER; /* a card of Hong Kong: A123456(7) */
	if (is_led && letters == 1 && (scan->raw[0] == 'H' || scan->raw[0] == 'M') &&
	    (digits == 8 || digits == 10))
		return IDENTITY_HMT_PERMIT;
	if (is_led && letters == 3 && digits == 12)
		return IDENTITY_FOREIGNER_CARD;
	if (is_led && letters == 1 && digits == 9)
		return IDENTITY_OTHER; /* a card of Taiwan, a birth certificate */
	if (n >= 6 && n <= 12 && digits >= 5 && digits < n)
		return IDENTITY_PASSPORT;
	return IDENTITY_NONE;
}

/* Residents' numbers that do not have the residents' shape. */
static enum identity_verdict
judge_misshapen(const struct scan *scan)
{
	size_t digits = count_digits(scan);

	if (digits != scan->raw_n &&
	    !(digits == scan->raw_n - 1 && scan->raw[scan->raw_n - 1] == 'X'))
		return IDENTITY_CHARACTER_WRONG;
	return scan->raw_n < 18 ? IDENTITY_TOO_SHORT : IDENTITY_TOO_LONG;
}

static enum identity_verdict
judge_length(size_t n, size_t least, size_t most)
{
	return n < least ? IDENTITY_TOO_SHORT : n > most ? IDENTITY_TOO_LONG : IDENTITY_OK;
}

static enum identity_verdict
judge_foreigner_card(const struct scan *scan)
{
	if (scan->raw_n == 15)
		return count_letters_first(scan) == 3 && count_digits(scan) == 12
			   ? IDENTITY_OK
			   : IDENTITY_CHARACTER_WRONG;
	return scan->raw_n == 18 ? IDENTITY_CHARACTER_WRONG : judge_length(scan->raw_n, 15, 15);
}

/* A number that has not the residents' shape, of the document told or else guessed. */
static void
judge_other(const struct scan *scan, enum identity_kind told, struct identity *ret_identity)
{
	enum identity_kind kind = told, guess = kind_guess(scan);
	size_t n = scan->raw_n;

	if (told == IDENTITY_NONE ||
	    ((told == IDENTITY_RESIDENT || told == IDENTITY_HMT_RESIDENCE) &&
		guess != IDENTITY_NONE))
		kind = guess;
	if (kind == IDENTITY_NONE)
		kind = count_digits(scan) >= 10 ? IDENTITY_RESIDENT : IDENTITY_OTHER;
	ret_identity->kind = kind;
	ret_identity->is_kind_guessed = kind != told;
	number_set(ret_identity, scan->raw, n);
	switch (kind) {
	case IDENTITY_RESIDENT:
	case IDENTITY_HMT_RESIDENCE:
		ret_identity->verdict = judge_misshapen(scan);
		break;
	case IDENTITY_PASSPORT:
		ret_identity->verdict = judge_length(n, 5, 20);
		break;
	case IDENTITY_HMT_PERMIT:
		ret_identity->verdict = judge_length(n, 8, 13);
		break;
	case IDENTITY_FOREIGNER_CARD:
		ret_identity->verdict = judge_foreigner_card(scan);
		break;
	case IDENTITY_NONE:
	case IDENTITY_OTHER:
	case IDENTITY_KINDS:
		ret_identity->verdict =
		    judge_length(n, told == IDENTITY_OTHER ? 1 : 6, IDENTITY_NUMBER_BYTES - 1);
		break;
	}
}

/*
 * Words beside the number may name the document (护照E12345678). False: there is no number, and the
 * verdict says whether the words say so too.
 */
static bool
note_read(const struct scan *scan, enum identity_kind *told, bool *ret_is_foreign,
    struct identity *ret_identity)
{
	struct str note = { scan->note, scan->note_n };
	enum identity_kind kind;
	bool is_known = identity_kind_read(note, &kind);

	*ret_is_foreign = !is_known;
	if (scan->raw_n == 0) {
		bool is_none = text_is_none(note) || (is_known && kind == IDENTITY_NONE);

		ret_identity->verdict = is_none ? IDENTITY_EMPTY : IDENTITY_CHARACTER_WRONG;
		return false;
	}
	if (is_known && kind != IDENTITY_NONE)
		*told = kind;
	return true;
}

/* A number of letters and digits alone. */
static void
judge(
    const struct scan *scan, enum identity_kind told, date_ymd today, struct identity *ret_identity)
{
	bool may_be_resident =
	    told == IDENTITY_NONE || told == IDENTITY_RESIDENT || told == IDENTITY_OTHER;

	if (is_shape_18(scan)) {
		ret_identity->kind = kind_of_18(scan->raw);
		ret_identity->is_kind_guessed = ret_identity->kind != told;
		judge_18(scan->raw, today, ret_identity);
	} else if (scan->raw_n == 15 && is_all_digits(scan->raw, 15) && may_be_resident) {
		ret_identity->kind = IDENTITY_RESIDENT;
		ret_identity->is_kind_guessed = told != IDENTITY_RESIDENT;
		judge_15(scan->raw, today, ret_identity);
	} else {
		judge_other(scan, told, ret_identity);
	}
	if (ret_identity->verdict == IDENTITY_DESTROYED)
		*ret_identity =
		    (struct identity){ .kind = ret_identity->kind, .verdict = IDENTITY_DESTROYED };
}

void
identity_clean(struct str cell, enum identity_kind told, bool is_number, date_ymd today,
    struct identity *ret_identity)
{
	struct scan scan;
	bool has_foreign_words = false;

	*ret_identity = (struct identity){ .kind = told, .verdict = IDENTITY_EMPTY };
	scan_read(cell, &scan);
	scan_trim(&scan);
	if (scan.note_n > 0 && !note_read(&scan, &told, &has_foreign_words, ret_identity))
		return;
	ret_identity->kind = told;
	if (text_is_none((struct str){ scan.raw, scan.raw_n }))
		return;
	if (scan_is_destroyed(&scan, is_number)) {
		ret_identity->verdict = IDENTITY_DESTROYED;
	} else if (scan_is_masked(&scan)) {
		ret_identity->verdict = IDENTITY_MASKED;
	} else if (scan.is_long) {
		ret_identity->verdict = IDENTITY_TOO_LONG;
	} else {
		scan_strip(&scan);
		if (text_is_none((struct str){ scan.raw, scan.raw_n })) /* N.A. */
			return;
		judge(&scan, told, today, ret_identity);
		if (has_foreign_words && ret_identity->verdict == IDENTITY_OK)
			ret_identity->verdict = IDENTITY_CHARACTER_WRONG;
	}
}
