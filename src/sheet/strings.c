/*
 * strings.c -- the shared strings of a workbook, one after the other in one buffer: 4 bytes a
 * string beside its text. Rich text is joined; what only says how to pronounce is left out.
 */
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

/* "_x000D_": the value of four hexadecimal digits between _x and _, or -1. ECMA-376 22.9.2.19 */
static int32_t
escape_at(const char *p, const char *end)
{
	int32_t value = 0;

	if (end - p < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return -1;
	for (int i = 2; i < 6; i++) {
		char c = p[i];
		int  digit = c >= '0' && c <= '9' ? c - '0'
		     : c >= 'a' && c <= 'f'       ? c - 'a' + 10
		     : c >= 'A' && c <= 'F'       ? c - 'A' + 10
		                                  : -1;

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

size_t
text_unescape(char *text, size_t bytes)
{
	const char *p = bytes == 0 ? NULL : memmem(text, bytes, "_x", 2), *end = text + bytes;
	char       *to = text + (p == NULL ? bytes : (size_t)(p - text));

	while (p != NULL && p < end) {
		int32_t unit = escape_at(p, end), low;

		if (unit < 0) {
			*to++ = *p++;
			continue;
		}
		p += 7;
		low = unit >= 0xd800 && unit < 0xdc00 ? escape_at(p, end) : -1;
		if (low >= 0xdc00 && low < 0xe000) {
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
			p += 7;
		}
		if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
			unit = 0xfffd;
		to += utf8_put((uint32_t)unit, to);
	}
	return (size_t)(to - text);
}

struct str
text_collapse(struct str text)
{
	while (text.n > 0 && strchr(" \t\r\n", text.p[0]) != NULL && text.p[0] != '\0')
		text.p++, text.n--;
	while (text.n > 0 && strchr(" \t\r\n", text.p[text.n - 1]) != NULL &&
	    text.p[text.n - 1] != '\0')
		text.n--;
	return text;
}

struct loading {
	struct strings *strings;
	size_t          item_from, piece_from; /* in the buffer */
	bool            is_item, is_text, is_phonetic, is_preserved;
};

static void
on_start(struct xml *xml, const char *name, const char **atts)
{
	struct loading *l = xml->context;
	const char     *space;

	if (strcmp(name, "si") == 0) {
		l->is_item = true;
		l->item_from = l->strings->text.n;
	} else if (strcmp(name, "rPh") == 0) {
		l->is_phonetic = true;
	} else if (strcmp(name, "t") == 0 && l->is_item && !l->is_phonetic) {
		space = xml_att(atts, "space");
		l->is_preserved = space != NULL && strcmp(space, "preserve") == 0;
		l->is_text = true;
		l->piece_from = l->strings->text.n;
	}
}

static void
item_end(struct xml *xml, struct loading *l)
{
	struct strings *s = l->strings;

	l->is_item = false;
	if (s->count >= xml->limits->strings_max) {
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_strings_max,
		    xml->limits->strings_max));
		return;
	}
	if (s->count == s->room) {
		s->room = s->room * 2 + 1024;
		s->ends = memory_grow(s->ends, s->room * sizeof(*s->ends));
	}
	s->ends[s->count++] = (uint32_t)s->text.n;
}

static void
piece_end(struct loading *l)
{
	struct buffer *text = &l->strings->text;
	struct str     piece;

	l->is_text = false;
	if (text->n == l->piece_from)
		return;
	piece = (struct str){ text->p + l->piece_from, text->n - l->piece_from };
	if (!l->is_preserved)
		piece = text_collapse(piece);
	memmove(text->p + l->piece_from, piece.p, piece.n);
	text->n = l->piece_from + text_unescape(text->p + l->piece_from, piece.n);
}

static void
on_end(struct xml *xml, const char *name)
{
	struct loading *l = xml->context;

	if (strcmp(name, "si") == 0 && l->is_item)
		item_end(xml, l);
	else if (strcmp(name, "rPh") == 0)
		l->is_phonetic = false;
	else if (strcmp(name, "t") == 0 && l->is_text)
		piece_end(l);
}

static void
on_text(struct xml *xml, struct str text)
{
	struct loading *l = xml->context;
	struct buffer  *b = &l->strings->text;

	if (!l->is_text)
		return;
	if (b->n - l->item_from + text.n > xml->limits->cell_bytes_max)
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_cell_bytes_max,
		    xml->limits->cell_bytes_max));
	else if (b->n + text.n > xml->limits->strings_bytes_max || b->n + text.n > UINT32_MAX)
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_strings_bytes_max,
		    xml->limits->strings_bytes_max));
	else
		buffer_add(b, text);
}

int
strings_load(struct strings *strings, struct package *package, const char *name,
    struct sheet_fault *ret_fault)
{
	static const struct xml_handlers handlers = { on_start, on_end, on_text };
	struct loading                   l = { .strings = strings };

	return xml_parse_part(package, name, &handlers, &l, ret_fault);
}

void
strings_done(struct strings *strings)
{
	buffer_done(&strings->text);
	free(strings->ends);
	*strings = (struct strings){ 0 };
}

struct str
strings_at(const struct strings *strings, size_t index)
{
	size_t from = index == 0 ? 0 : strings->ends[index - 1];

	/* Nothing but empty texts leaves no buffer at all. */
	if (strings->ends[index] == from)
		return (struct str){ "", 0 };
	return (struct str){ strings->text.p + from, strings->ends[index] - from };
}
