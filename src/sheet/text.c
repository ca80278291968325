/*
 * text.c -- which encoding a text file has, strictly, and its text as UTF-8.
 *
 * The whole file is read once to find out. Valid UTF-8 wins, because GB18030 text is hardly ever
 * valid UTF-8, while nearly every UTF-8 text could be read as GB18030, into nonsense. For the same
 * reason a text that was UTF-8 for a long while is damaged UTF-8 when that ends, not GB18030.
 */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

#define UTF8_SURE_CHARS 32 /* that many characters of several bytes are no coincidence */

/* The line on which an offset lies, for texts where a line ends in the byte \n or \r. */
static uint32_t
line_of(const struct source *source, uint64_t offset)
{
	struct sheet_fault ignored;
	char              *chunk = memory_new(CHUNK_BYTES), before = '\0';
	uint32_t           line = 1;

	for (uint64_t at = 0; at < offset; at += CHUNK_BYTES) {
		size_t  wanted = offset - at < CHUNK_BYTES ? (size_t)(offset - at) : CHUNK_BYTES;
		ssize_t n = source_read(source, at, chunk, wanted, &ignored);

		for (ssize_t i = 0; i < n; before = chunk[i++])
			line += chunk[i] == '\r' || (chunk[i] == '\n' && before != '\r');
	}
	free(chunk);
	return line;
}

/* How many of the bytes are ASCII other than NUL, eight at a time. */
static size_t
ascii_span(struct str s)
{
	const uint64_t high = 0x8080808080808080u, low = 0x0101010101010101u;
	size_t         i = 0;
	uint64_t       word;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&word, s.p + i, 8);
		if (((word | (word - low)) & high) != 0)
			break;
	}
	while (i < s.n && s.p[i] > '\0')
		i++;
	return i;
}

struct utf8_check {
	uint64_t valid_bytes; /* up to the first byte that is wrong */
	uint64_t wide_count;  /* characters of several bytes before it */
	bool     is_valid, has_nul;
};

/* Checks a window; returns how much of it was used: all but a character cut at its end. */
static size_t
utf8_check_window(struct utf8_check *check, struct str window, bool is_last)
{
	size_t   at = 0, n;
	uint32_t c;

	while (check->is_valid && !check->has_nul) {
		at += ascii_span(str_slice(window, at, SIZE_MAX));
		if (at == window.n)
			break;
		if (window.p[at] == '\0') {
			check->has_nul = true;
			break;
		}
		n = utf8_next(str_slice(window, at, SIZE_MAX), &c);
		if (n == 0 && window.n - at < 4 && !is_last)
			break;
		if (n == 0)
			check->is_valid = false;
		check->wide_count += n > 0;
		at += n;
	}
	check->valid_bytes += at;
	return at;
}

static int
utf8_check(const struct source *source, uint64_t from, struct utf8_check *ret_check,
    struct sheet_fault *ret_fault)
{
	char    *chunk = memory_new(CHUNK_BYTES);
	uint64_t offset = from;
	ssize_t  n = 1;

	*ret_check = (struct utf8_check){ .valid_bytes = from, .is_valid = true };
	while (n > 0 && ret_check->is_valid && !ret_check->has_nul) {
		n = source_read(source, offset, chunk, CHUNK_BYTES, ret_fault);
		if (n > 0)
			offset += utf8_check_window(ret_check, (struct str){ chunk, (size_t)n },
			    offset + (uint64_t)n >= source->bytes);
	}
	free(chunk);
	return n < 0 ? (int)n : 0;
}

static int
fault_line(const struct source *source, enum sheet_code code, uint64_t offset,
    struct sheet_fault *ret_fault)
{
	int result = fault_set(ret_fault, code);

	return fault_at(ret_fault, (struct str){ NULL, 0 }, line_of(source, offset), -1, result);
}

static void
text_begin(struct text *text, enum text_encoding encoding, uint64_t offset)
{
	static const char *const names[] = {
		[TEXT_GB18030] = "GB18030",
		[TEXT_UTF16LE] = "UTF-16LE",
		[TEXT_UTF16BE] = "UTF-16BE",
	};

	text->encoding = encoding;
	text->offset = offset;
	text->raw_bytes = 0;
	text->window = (struct str){ "", 0 };
	if (text->iconv != NULL)
		(void)iconv_close(text->iconv);
	text->iconv = NULL;
	if (encoding == TEXT_UTF8)
		return;
	text->iconv = iconv_open("UTF-8", names[encoding]);
	if (text->iconv == (iconv_t)-1)
		text->iconv = NULL;
}

/* Converts all of it once, so that reading cannot fail half-way. */
static int
text_prove(struct text *text, uint64_t offset, struct sheet_fault *ret_fault)
{
	uint32_t line = 1;
	char     before = '\0';
	int      result;

	text_begin(text, text->encoding, offset);
	while ((result = text_fill(text, ret_fault)) == 1) {
		const char *nul = memchr(text->window.p, '\0', text->window.n);
		struct str  clean = str_slice(text->window, 0,
		     nul == NULL ? SIZE_MAX : (size_t)(nul - text->window.p));

		for (size_t i = 0; i < clean.n; before = clean.p[i++])
			line += clean.p[i] == '\r' || (clean.p[i] == '\n' && before != '\r');
		if (nul != NULL) {
			result = fault_set(ret_fault, SHEET_CODE_sheet_text_nul);
			break;
		}
	}
	if (result < 0)
		return fault_at(ret_fault, (struct str){ NULL, 0 },
		    ret_fault->code == SHEET_CODE_sheet_unreadable ? 0 : line, -1, result);
	text_begin(text, text->encoding, offset);
	return 0;
}

/* Without a mark of UTF-16. */
static int
bytes_detect(struct text *text, uint64_t mark_bytes, struct sheet_fault *ret_fault)
{
	struct utf8_check check;
	int               result = utf8_check(text->source, mark_bytes, &check, ret_fault);

	if (result != 0)
		return result;
	if (check.has_nul)
		return fault_line(text->source, SHEET_CODE_sheet_text_nul, check.valid_bytes,
		    ret_fault);
	if (check.is_valid) {
		text_begin(text, TEXT_UTF8, mark_bytes);
		return 0;
	}
	if (mark_bytes > 0 || check.wide_count >= UTF8_SURE_CHARS)
		return fault_line(text->source, SHEET_CODE_sheet_text_undecodable,
		    check.valid_bytes, ret_fault);
	text->encoding = TEXT_GB18030;
	return text_prove(text, 0, ret_fault);
}

int
text_open(struct text *text, const struct source *source, struct sheet_fault *ret_fault)
{
	char       head[3];
	ssize_t    n = source_read(source, 0, head, sizeof(head), ret_fault);
	struct str s = { head, n > 0 ? (size_t)n : 0 };

	if (n < 0)
		return (int)n;
	*text = (struct text){ .source = source, .raw = memory_new(CHUNK_BYTES) };
	if (str_starts(s, S("\xff\xfe")) || str_starts(s, S("\xfe\xff"))) {
		text->encoding = head[0] == '\xff' ? TEXT_UTF16LE : TEXT_UTF16BE;
		return text_prove(text, 2, ret_fault);
	}
	return bytes_detect(text, str_starts(s, S("\xef\xbb\xbf")) ? 3 : 0, ret_fault);
}

void
text_close(struct text *text)
{
	if (text->iconv != NULL)
		(void)iconv_close(text->iconv);
	buffer_done(&text->decoded);
	free(text->raw);
	*text = (struct text){ 0 };
}

/* Converts what is in raw and keeps the beginning of a character at its end. */
static int
raw_decode(struct text *text, bool is_last, struct sheet_fault *ret_fault)
{
	char  *from = text->raw, *to;
	size_t from_bytes = text->raw_bytes, to_bytes = text->raw_bytes * 3 + 16;
	size_t result;

	buffer_reset(&text->decoded);
	to = buffer_reserve(&text->decoded, to_bytes);
	if (text->iconv == NULL)
		return fault_errno(ret_fault, ENOSYS);
	result = iconv(text->iconv, &from, &from_bytes, &to, &to_bytes);
	text->decoded.n = (size_t)(to - text->decoded.p);
	text->window = buffer_str(&text->decoded);
	if (result == (size_t)-1 && (errno != EINVAL || is_last))
		text->is_broken = true;
	memmove(text->raw, from, from_bytes);
	text->raw_bytes = from_bytes;
	return 0;
}

int
text_fill(struct text *text, struct sheet_fault *ret_fault)
{
	ssize_t n;
	int     result;

	do {
		/* What came before the damage was handed out first, so that its lines count. */
		if (text->is_broken)
			return fault_set(ret_fault, SHEET_CODE_sheet_text_undecodable);
		n = source_read(text->source, text->offset, text->raw + text->raw_bytes,
		    CHUNK_BYTES - text->raw_bytes, ret_fault);
		if (n < 0)
			return (int)n;
		text->offset += (uint64_t)n;
		if (text->encoding == TEXT_UTF8) {
			text->window = (struct str){ text->raw, (size_t)n };
			return n > 0;
		}
		text->raw_bytes += (size_t)n;
		if (text->raw_bytes == 0)
			return 0;
		result = raw_decode(text, n == 0, ret_fault);
		if (result != 0)
			return result;
	} while (text->window.n == 0);
	return 1;
}
