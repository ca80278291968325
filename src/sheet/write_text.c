/* write_text.c -- texts, dates and widths as tables want them. */
#include <inttypes.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"
#include "sheet/inside.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* Does a literal "_x000D_" stand here, which a reader would take for an escape? */
static bool
is_escape(struct str s)
{
	if (s.n < 7 || s.p[0] != '_' || s.p[1] != 'x' || s.p[6] != '_')
		return false;
	for (int i = 2; i < 6; i++)
		if (memchr("0123456789abcdefABCDEF", s.p[i], 22) == NULL)
			return false;
	return true;
}

/* One character as XML of a cell carries it: its bytes, and how many UTF-16 units Excel counts. */
static size_t
xlsx_char(struct str rest, char ret_bytes[static 8], size_t *ret_used)
{
	uint32_t c;
	size_t   n = utf8_next(rest, &c);

	*ret_used = n > 0 ? n : 1;
	if (n == 0 || c == 0 || c == 0xfffe || c == 0xffff)
		c = 0xfffd;
	if ((c < 0x20 && c != '\t' && c != '\n') || (c == '_' && is_escape(rest))) {
		static const char digits[] = "0123456789ABCDEF";

		memcpy(ret_bytes, "_x00", 4);
		ret_bytes[4] = digits[c >> 4];
		ret_bytes[5] = digits[c & 15];
		ret_bytes[6] = '_';
		return 7;
	}
	return utf8_put(c, ret_bytes);
}

void
xlsx_text(struct buffer *b, struct str text)
{
	size_t units = 0, cut = b->n; /* where the ellipsis would go */

	while (text.n > 0) {
		char   bytes[8];
		size_t used, n = xlsx_char(text, bytes, &used);

		/* Escapes count as they are written: libxlsxwriter counts so. */
		units += n == 4 ? 2 : n == 7 ? 7 : 1;
		if (units > SHEET_CELL_UNITS_MAX) {
			b->n = cut;
			buffer_add(b, S(ELLIPSIS));
			break;
		}
		buffer_add(b, (struct str){ bytes, n });
		if (units < SHEET_CELL_UNITS_MAX)
			cut = b->n;
		text = str_slice(text, used, SIZE_MAX);
	}
	*buffer_reserve(b, 1) = '\0';
}

/*
 * What Excel, WPS or LibreOffice may take for a formula when they open a CSV file (OWASP, CSV
 * injection), full-width signs included, which Asian editions fold.
 */
static bool
is_formula(struct str text)
{
	static const struct str heads[] = {
		{ "=", 1 }, { "+", 1 }, { "-", 1 }, { "@", 1 }, { "\t", 1 }, { "\r", 1 },
		{ "\n", 1 },
		{ "＝", 3 }, { "＋", 3 }, { "－", 3 }, { "＠", 3 },
	};

	for (size_t i = 0; i < LEN(heads) && text.n > 0; i++)
		if (text.p[0] == heads[i].p[0] && str_starts(text, heads[i]))
			return true;
	return false;
}

/* How many bytes at the beginning stand in a cell as they are. */
static size_t
csv_plain(struct str s)
{
	size_t   n = 0, more;
	uint32_t c;

	while (n < s.n) {
		if ((unsigned char)s.p[n] < 0x80)
			more = s.p[n] != '"' && s.p[n] != '\0';
		else
			more = utf8_next((struct str){ s.p + n, s.n - n }, &c);
		if (more == 0)
			break;
		n += more;
	}
	return n;
}

static bool
is_to_be_quoted(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case ',':
		case '"':
		case '\r':
		case '\n':
		case '\t':
		case ';':
			return true;
		}
	return s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

void
csv_text(struct buffer *b, struct str text)
{
	bool is_quoted = is_to_be_quoted(text);

	if (is_quoted)
		buffer_char(b, '"');
	if (is_formula(text))
		buffer_char(b, '\'');
	for (;;) {
		size_t plain = csv_plain(text);

		buffer_add(b, (struct str){ text.p, plain });
		if (plain == text.n)
			break;
		if (text.p[plain] == '"')
			buffer_add(b, S("\"\""));
		else
			buffer_add(b, S("\xef\xbf\xbd")); /* no character */
		text = str_slice(text, plain + 1, SIZE_MAX);
	}
	if (is_quoted)
		buffer_char(b, '"');
}

bool
date_text(struct buffer *b, date_ymd date)
{
	if (!date_is_real(date))
		return false;
	buffer_printf(b, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, date.ymd / 10000,
	    date.ymd / 100 % 100, date.ymd % 100);
	return true;
}

bool
datetime_text(struct buffer *b, int64_t local_ms)
{
	int64_t days = local_ms / DAY_MS, second;

	if (local_ms % DAY_MS < 0)
		days--;
	second = (local_ms - days * DAY_MS) / 1000;
	if (days < -719162 || days > 2932896 || !date_text(b, date_of_days(days)))
		return false;
	buffer_printf(b, " %02" PRId64 ":%02" PRId64 ":%02" PRId64, second / 3600,
	    second / 60 % 60, second % 60);
	return true;
}

static bool
is_wide(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x20000 && c <= 0x3fffd);
}

uint32_t
text_width(struct str text)
{
	uint32_t width = 0, widest = 0, c;

	for (size_t n; text.n > 0 && width < SHEET_WIDTH_MAX;
	     text = str_slice(text, n > 0 ? n : 1, SIZE_MAX)) {
		n = utf8_next(text, &c);
		width = n > 0 && c == '\n' ? 0 : width + 1 + (n > 0 && is_wide(c));
		widest = width > widest ? width : widest;
	}
	return widest < SHEET_WIDTH_MAX ? widest : SHEET_WIDTH_MAX;
}
