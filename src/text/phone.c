/*
 * phone.c -- see phone.h.
 *
 * The cell is cut into pieces at what cannot be inside of a number; a piece is groups of digits
 * with blanks or dashes between them. Groups are joined so that the best and fewest numbers come
 * out: "138 0000 0000" is one number, "13800000001 13800000002" two.
 */
#include <string.h>
#include "text/phone.h"

#define GROUPS_MAX    12
#define GROUP_BYTES   34 /* three mobile numbers back to back */
#define JOINED_BYTES  (GROUPS_MAX * GROUP_BYTES)
#define BAD	      20 /* more than any way to read a piece as numbers */
#define EXTENSION_MAX 5
#define MOBILE_DIGITS 11

struct piece {
	char groups[GROUPS_MAX][GROUP_BYTES]; /* digits, each ends with NUL */
	size_t count;
	bool has_plus;	/* before the first group */
	bool is_masked; /* 138****0001, or too long to be looked at */
};

struct cutter {
	struct phones *phones;
	struct piece piece;
	char *rest; /* room for the line and a blank for each of its characters */
	size_t rest_n;
	bool has_words;	   /* the cell has letters or Han */
	bool is_extension; /* the piece stands behind 转 */
};

static bool
is_mobile(const char *s)
{
	return strlen(s) == MOBILE_DIGITS && s[0] == '1' && s[1] >= '3' && s[1] <= '9';
}

/* With its area code: 010 and 02x are followed by eight digits, the others by seven or eight. */
static bool
is_landline(const char *s)
{
	size_t n = strlen(s);

	if ((n != 11 && n != 12) || s[0] != '0')
		return false;
	if (s[1] == '1' || s[1] == '2')
		return n == 11 && (s[1] == '2' || s[2] == '0') && s[3] >= '2';
	return s[1] >= '3' && s[4] >= '2';
}

static bool
is_service(const char *s)
{
	return strlen(s) == 10 && (strncmp(s, "400", 3) == 0 || strncmp(s, "800", 3) == 0);
}

/* Hong Kong and Macau have eight digits behind 852 and 853, Taiwan eight or nine behind 886. */
static bool
is_neighbour(const char *s)
{
	size_t n = strlen(s);

	return (n == 11 && (strncmp(s, "852", 3) == 0 || strncmp(s, "853", 3) == 0)) ||
	       ((n == 11 || n == 12) && strncmp(s, "886", 3) == 0);
}

static unsigned
number_set(struct phone *phone, enum phone_verdict verdict, const char *head, const char *tail,
    unsigned cost)
{
	size_t head_n = strlen(head), tail_n = strlen(tail);

	phone->verdict = verdict;
	if (head_n + tail_n >= sizeof(phone->number))
		tail_n = sizeof(phone->number) - 1 - head_n;
	memcpy(phone->number, head, head_n);
	memcpy(phone->number + head_n, tail, tail_n);
	phone->number[head_n + tail_n] = '\0';
	phone->extension[0] = '\0';
	return cost;
}

/* A number of the mainland. 1: surely; 2: a number without its area code; BAD: not one. */
static unsigned
national_read(const char *s, struct phone *ret_phone)
{
	size_t n = strlen(s);

	if (is_mobile(s))
		return number_set(ret_phone, PHONE_MOBILE, "", s, 1);
	if (s[0] == '0' && is_mobile(s + 1)) /* dialled so from another city, once */
		return number_set(ret_phone, PHONE_MOBILE, "", s + 1, 1);
	if (is_landline(s) || is_service(s))
		return number_set(ret_phone, PHONE_LANDLINE, "", s, 1);
	if ((n == 7 || n == 8) && s[0] >= '2' && s[0] <= '8')
		return number_set(ret_phone, PHONE_LANDLINE, "", s, 2);
	return BAD;
}

/* Behind +86 the area code has lost its zero: +86 755 82345678. */
static unsigned
behind_86_read(const char *s, struct phone *ret_phone)
{
	char with_zero[PHONE_NUMBER_BYTES] = "0";
	unsigned cost = national_read(s, ret_phone);

	if (cost == 1 || strlen(s) + 2 > sizeof(with_zero))
		return cost == 1 ? 1 : BAD;
	memcpy(with_zero + 1, s, strlen(s));
	cost = national_read(with_zero, ret_phone);
	return cost == 1 ? 1 : BAD;
}

static unsigned
number_read(const char *s, bool has_plus, struct phone *ret_phone)
{
	const char *all = s;
	bool is_abroad = has_plus;
	unsigned cost = BAD;

	if (!is_abroad && strlen(s) > 10 && s[0] == '0' && s[1] == '0') {
		is_abroad = true;
		s += 2;
	}
	if (strncmp(s, "86", 2) == 0 && (is_abroad || strlen(s) >= 13))
		cost = behind_86_read(s + 2, ret_phone);
	else if (is_abroad && strlen(s) >= 7 && strlen(s) <= 15 && s[0] != '0')
		return number_set(ret_phone, PHONE_FOREIGN, "+", s, 1);
	if (cost == BAD && !is_abroad)
		cost = national_read(s, ret_phone);
	if (cost == BAD && !is_abroad && is_neighbour(s))
		return number_set(ret_phone, PHONE_FOREIGN, "+", s, 1);
	if (cost == BAD)
		(void)number_set(ret_phone, PHONE_UNREADABLE, has_plus ? "+" : "", all, BAD);
	return cost;
}

/* The groups from..to as one number; the last may be its extension: 0755-82345678-801. */
static unsigned
groups_read(const struct piece *piece, size_t from, size_t to, struct phone *ret_phone)
{
	char joined[JOINED_BYTES];
	size_t n = 0, last = 0;
	bool has_plus = piece->has_plus && from == 0;
	unsigned cost;

	for (size_t i = from; i < to; i++) {
		last = n;
		memcpy(joined + n, piece->groups[i], strlen(piece->groups[i]));
		n += strlen(piece->groups[i]);
	}
	joined[n] = '\0';
	cost = number_read(joined, has_plus, ret_phone);
	if (cost < BAD || to - from < 2 || n - last < 2 || n - last > EXTENSION_MAX)
		return cost;
	joined[last] = '\0';
	cost = number_read(joined, has_plus, ret_phone);
	if (cost < BAD && ret_phone->verdict == PHONE_LANDLINE) {
		(void)str_copy(str_of(piece->groups[to - 1]), ret_phone->extension,
		    sizeof(ret_phone->extension));
		return cost;
	}
	joined[last] = piece->groups[to - 1][0];
	(void)number_read(joined, has_plus, ret_phone);
	return BAD;
}

static void
phone_add(struct phones *phones, const struct phone *phone)
{
	for (size_t i = 0; i < phones->count; i++)
		if (phone->number[0] != '\0' && strcmp(phones->list[i].number, phone->number) == 0)
			return;
	if (phones->count == PHONES_MAX) {
		phones->has_more = true;
		return;
	}
	phones->list[phones->count++] = *phone;
}

static void
rest_add(struct cutter *cutter, const char *p, size_t n)
{
	memcpy(cutter->rest + cutter->rest_n, p, n);
	cutter->rest_n += n;
}

static void
rest_blank(struct cutter *cutter)
{
	if (cutter->rest_n > 0 && cutter->rest[cutter->rest_n - 1] != ' ')
		rest_add(cutter, " ", 1);
}

static size_t
piece_digits(const struct piece *piece)
{
	size_t n = 0;

	for (size_t i = 0; i < piece->count; i++)
		n += strlen(piece->groups[i]);
	return n;
}

/* Adds the numbers of the best way to join the groups: best[i] is how well the first i do. */
static void
piece_split(struct phones *phones, const struct piece *piece)
{
	unsigned best[GROUPS_MAX + 1] = { 0 };
	size_t begin[GROUPS_MAX + 1] = { 0 }, ends[GROUPS_MAX], count = 0;
	struct phone phone;

	for (size_t to = 1; to <= piece->count; to++) {
		best[to] = UINT32_MAX;
		for (size_t from = 0; from < to; from++) {
			unsigned cost = best[from] + groups_read(piece, from, to, &phone);

			if (cost < best[to]) {
				best[to] = cost;
				begin[to] = from;
			}
		}
	}
	for (size_t to = piece->count; to > 0; to = begin[to])
		ends[count++] = to;
	while (count-- > 0) {
		(void)groups_read(piece, begin[ends[count]], ends[count], &phone);
		phone_add(phones, &phone);
	}
}

/* A few digits between words are no number: "2号门卫". They stay with the words. */
static bool
piece_is_word(const struct cutter *cutter)
{
	return cutter->has_words && !cutter->piece.has_plus && !cutter->piece.is_masked &&
	       piece_digits(&cutter->piece) < 5;
}

static bool
piece_is_extension(const struct cutter *cutter)
{
	const struct phones *phones = cutter->phones;

	return cutter->is_extension && phones->count > 0 && cutter->piece.count == 1 &&
	       strlen(cutter->piece.groups[0]) <= EXTENSION_MAX &&
	       phones->list[phones->count - 1].verdict == PHONE_LANDLINE;
}

static void
piece_end(struct cutter *cutter)
{
	struct piece *piece = &cutter->piece;
	struct phone phone;

	if (piece->count == 0 && !piece->is_masked)
		return;
	if (piece_is_extension(cutter)) {
		(void)str_copy(str_of(piece->groups[0]),
		    cutter->phones->list[cutter->phones->count - 1].extension,
		    sizeof(phone.extension));
	} else if (piece_is_word(cutter)) {
		for (size_t i = 0; i < piece->count; i++)
			rest_add(cutter, piece->groups[i], strlen(piece->groups[i]));
	} else if (piece->is_masked) {
		(void)number_set(&phone, PHONE_UNREADABLE, "", "", BAD);
		phone_add(cutter->phones, &phone);
	} else {
		piece_split(cutter->phones, piece);
	}
	cutter->is_extension = false;
	*piece = (struct piece){ 0 };
}

static void
group_add(struct piece *piece, const char *digits, size_t n)
{
	if (piece->count == GROUPS_MAX || n >= GROUP_BYTES) {
		piece->is_masked = true;
		return;
	}
	memcpy(piece->groups[piece->count], digits, n);
	piece->groups[piece->count++][n] = '\0';
}

/* Digits as they stand; numbers back to back are cut where mobile numbers end. */
static void
digits_add(struct piece *piece, const char *digits, size_t n)
{
	char one[MOBILE_DIGITS + 1] = { 0 };
	bool is_row = n > MOBILE_DIGITS && n % MOBILE_DIGITS == 0;

	for (size_t at = 0; is_row && at < n; at += MOBILE_DIGITS) {
		memcpy(one, digits + at, MOBILE_DIGITS);
		is_row = is_mobile(one);
	}
	if (!is_row) {
		group_add(piece, digits, n);
		return;
	}
	for (size_t at = 0; at < n; at += MOBILE_DIGITS)
		group_add(piece, digits + at, MOBILE_DIGITS);
}

/* How many bytes at the beginning of s may belong to 1.38E+10. */
static size_t
form_length(struct str s, char ret_upper[static NUMBER_FORM_MAX])
{
	size_t n = 0;

	while (n < s.n && n < NUMBER_FORM_MAX &&
	       (char_is_digit((unsigned char)s.p[n]) || strchr(".eE+", s.p[n]) != NULL)) {
		ret_upper[n] = s.p[n] == 'e' ? 'E' : s.p[n];
		n++;
	}
	return n;
}

/* Takes the digits at the beginning of *line into the piece. */
static void
digits_take(struct cutter *cutter, struct str *line)
{
	char upper[NUMBER_FORM_MAX], digits[NUMBER_FORM_MAX];
	size_t n = form_length(*line, upper), count = 0;
	struct phone phone;

	switch (number_form_read((struct str){ upper, n }, digits, &count)) {
	case NUMBER_FORM_WHOLE:
		digits_add(&cutter->piece, digits, count);
		break;
	case NUMBER_FORM_ROUNDED:
		piece_end(cutter);
		(void)number_set(&phone, PHONE_DESTROYED, "", "", BAD);
		phone_add(cutter->phones, &phone);
		break;
	case NUMBER_FORM_OTHER:
		for (n = 0; n < line->n && char_is_digit((unsigned char)line->p[n]);)
			n++;
		digits_add(&cutter->piece, line->p, n);
		break;
	}
	*line = str_slice(*line, n, SIZE_MAX);
}

/* 转, 分机, ext, x, #: what follows is an extension. Takes the word. */
static bool
extension_take(struct str *line)
{
	static const char *const words[] = { "转接", "转", "分机号", "分机", "ext.", "Ext.", "ext",
		"Ext", "EXT", "x", "#" };

	for (size_t i = 0; i < LEN(words); i++)
		if (str_starts(*line, str_of(words[i]))) {
			*line = str_slice(*line, strlen(words[i]), SIZE_MAX);
			return true;
		}
	return false;
}

/* 电话: and the like say nothing, nor does 或 between two numbers. Takes the word. */
static bool
label_take(struct str *line)
{
	static const char *const words[] = { "联系电话", "联系方式", "手机号码", "手机号",
		"电话号码", "移动电话", "手机", "电话", "座机", "固话", "固定电话", "号码", "或者",
		"或", "TEL.", "Tel.", "tel.", "TEL", "Tel", "tel", "Phone", "phone", "Mobile",
		"mobile" };

	for (size_t i = 0; i < LEN(words); i++)
		if (str_starts(*line, str_of(words[i]))) {
			*line = str_slice(*line, strlen(words[i]), SIZE_MAX);
			return true;
		}
	return false;
}

/* Between the digits of one number, and of several. */
static bool
is_gap(uint32_t c)
{
	return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '\'';
}

static bool
is_separator(uint32_t c)
{
	return c == '/' || c == ',' || c == ';' || c == ':' || c == '|' || c == '\\' || c == '&' ||
	       c == '"' || c == '[' || c == ']' || c == '=' || c == '_' || c == '~' ||
	       (c >= 0x3001 && c <= 0x303f && c != 0x3007) || c == 0xb7 || c == 0x2022;
}

static bool
has_words(struct str line)
{
	uint32_t c;

	while (chars_next(&line, &c))
		if (c > 0x7f ? !is_separator(c) : char_is_letter(c) && c != 'E' && c != 'e')
			return true;
	return false;
}

static void
char_take(struct cutter *cutter, struct str *line)
{
	const char *p = line->p;
	uint32_t c = 0;

	(void)chars_next(line, &c);
	if (c == '+') {
		piece_end(cutter);
		cutter->piece.has_plus = true;
	} else if (c == '*') {
		cutter->piece.is_masked = cutter->piece.is_masked || cutter->piece.count > 0;
	} else if (is_gap(c)) {
		if (cutter->piece.count == 0)
			rest_blank(cutter);
	} else if (is_separator(c)) {
		piece_end(cutter);
		rest_blank(cutter);
	} else {
		piece_end(cutter);
		rest_add(cutter, p, (size_t)(line->p - p));
	}
}

void
phones_read(struct arena *arena, struct str cell, struct phones *ret_phones)
{
	struct str line = text_line(arena, cell);
	struct cutter cutter = { .phones = ret_phones, .has_words = has_words(line) };

	*ret_phones = (struct phones){ .rest = S("") };
	if (text_is_none(line))
		return;
	cutter.rest = arena_alloc(arena, 2 * line.n + 1);
	while (line.n > 0) {
		if (char_is_digit((unsigned char)line.p[0])) {
			digits_take(&cutter, &line);
		} else if (cutter.piece.count > 0 && extension_take(&line)) {
			piece_end(&cutter);
			cutter.is_extension = true;
		} else if (label_take(&line)) {
			piece_end(&cutter);
			rest_blank(&cutter);
		} else {
			char_take(&cutter, &line);
		}
	}
	piece_end(&cutter);
	line = str_trim((struct str){ cutter.rest, cutter.rest_n });
	ret_phones->rest = text_is_none(line) ? (struct str){ "", 0 } : line;
}

struct label
phone_verdict_label(enum phone_verdict verdict)
{
	static const struct label labels[PHONE_VERDICTS] = {
		[PHONE_MOBILE] = { "手机", "Mobile" },
		[PHONE_LANDLINE] = { "座机", "Landline" },
		[PHONE_FOREIGN] = { "境外号码", "Number from abroad" },
		[PHONE_DESTROYED] = { "号码已被表格软件四舍五入毁坏",
		    "The spreadsheet has rounded the number away" },
		[PHONE_UNREADABLE] = { "看不懂的号码", "Not a telephone number" },
	};

	return labels[verdict];
}
