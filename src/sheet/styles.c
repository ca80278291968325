/* styles.c -- which cell styles show a number as a date. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

#define FORMAT_IDS 65536 /* of number formats; those beyond are taken as no dates */

/* What a number format may hold beside placeholders, skipped: one token's bytes, at least 1. */
static size_t
format_token(struct str rest)
{
	const char *close;

	switch (rest.p[0]) {
	case '\\': /* the next character as it is; or as wide; or repeated */
	case '_':
	case '*':
		return rest.n > 1 ? 2 : 1;
	case '"':
		close = memchr(rest.p + 1, '"', rest.n - 1);
		return close == NULL ? rest.n : (size_t)(close - rest.p) + 1;
	case '[': /* colours, conditions, locales; elapsed time is looked at by the caller */
		close = memchr(rest.p + 1, ']', rest.n - 1);
		return close == NULL ? rest.n : (size_t)(close - rest.p) + 1;
	default:
		return 1;
	}
}

static bool
is_elapsed(struct str token)
{
	return token.n >= 3 && token.p[0] == '[' && strchr("hHmMsS", token.p[1]) != NULL &&
	    (token.p[2] == ']' || token.p[2] == token.p[1]);
}

bool
format_is_date(const char *code)
{
	static const char *const units[] = { "年", "月", "日" };
	struct str rest = str_of(code);

	for (size_t n; rest.n > 0 && rest.p[0] != ';'; rest = str_slice(rest, n, SIZE_MAX)) {
		n = format_token(rest);
		if (is_elapsed((struct str){ rest.p, n }))
			return true;
		if (n > 1)
			continue;
		if (rest.n >= 7 && strncasecmp(rest.p, "General", 7) == 0) {
			n = 7;
			continue;
		}
		if (strchr("yYmMdDhHsS", rest.p[0]) != NULL)
			return true;
		/* E is the year of an era, unless it is the exponent's. */
		if ((rest.p[0] == 'e' || rest.p[0] == 'E') &&
		    !(rest.n > 1 && (rest.p[1] == '+' || rest.p[1] == '-')))
			return true;
		for (size_t i = 0; i < LEN(units); i++)
			if (str_starts(rest, str_of(units[i])))
				return true;
	}
	return false;
}

/* ECMA-376 18.8.30; 27 to 36 and 50 to 58 are the dates of Chinese, Japanese, Korean. */
static bool
is_builtin_date(unsigned long id)
{
	return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
	    (id >= 50 && id <= 58);
}

struct loading {
	struct styles *styles;
	size_t         room;
	uint8_t       *formats; /* of FORMAT_IDS: 0 not defined by the file, 1 no date, 2 a date */
	bool           is_cell_styles;
};

static void
style_add(struct xml *xml, struct loading *l, unsigned long format)
{
	struct styles *s = l->styles;

	if (s->count >= xml->limits->styles_max) {
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_styles_max,
		    xml->limits->styles_max));
		return;
	}
	if (s->count == l->room) {
		l->room = l->room * 2 + 64;
		s->is_date = memory_grow(s->is_date, l->room);
	}
	s->is_date[s->count++] = format < FORMAT_IDS && l->formats[format] != 0
	    ? l->formats[format] == 2
	    : is_builtin_date(format);
}

static void
on_start(struct xml *xml, const char *name, const char **atts)
{
	struct loading *l = xml->context;
	const char     *text = xml_att(atts, "numFmtId"), *code;
	unsigned long   id = text == NULL ? 0 : strtoul(text, NULL, 10);

	if (strcmp(name, "cellXfs") == 0) {
		l->is_cell_styles = true;
	} else if (strcmp(name, "xf") == 0 && l->is_cell_styles) {
		style_add(xml, l, id);
	} else if (strcmp(name, "numFmt") == 0 && id < FORMAT_IDS) {
		code = xml_att(atts, "formatCode");
		l->formats[id] = code != NULL && format_is_date(code) ? 2 : 1;
	}
}

static void
on_end(struct xml *xml, const char *name)
{
	struct loading *l = xml->context;

	if (strcmp(name, "cellXfs") == 0)
		l->is_cell_styles = false;
}

int
styles_load(struct styles *styles, struct package *package, const char *name,
    struct sheet_fault *ret_fault)
{
	static const struct xml_handlers handlers = { on_start, on_end, NULL };
	struct loading l = { .styles = styles, .formats = memory_new(FORMAT_IDS) };
	int            result = xml_parse_part(package, name, &handlers, &l, ret_fault);

	free(l.formats);
	return result;
}

void
styles_done(struct styles *styles)
{
	free(styles->is_date);
	*styles = (struct styles){ 0 };
}
