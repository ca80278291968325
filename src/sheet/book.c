/*
 * book.c -- what a workbook lists: its sheets in order, where their parts lie, how it counts days.
 * Parts are found by their relationships, as the format demands, because names differ by maker.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

#define RELATION_BYTES_MAX 1024 /* a longer one is no part of ours, and passed over */

struct relation {
	struct str id, kind; /* kind: the last segment of its type, "worksheet" */
	char      *part;
};

struct loading {
	struct book     *book;
	struct arena    *arena;  /* borrowed from the book */
	struct str       folder; /* of the relations' part, with its slash; or empty */
	struct relation *relations; /* owned */
	size_t           relation_count, relation_room;
	size_t           listed_count; /* sheets of every kind */
	bool             is_root_seen;
};

/* "/xl/worksheets/../sheet1.xml" is xl/sheet1.xml; a relative target begins in the folder. */
static char *
part_name(struct arena *arena, struct str folder, const char *target)
{
	bool       is_absolute = target[0] == '/' || target[0] == '\\';
	struct str joined = arena_printf(arena, "%.*s%s", is_absolute ? 0 : (int)folder.n,
	    folder.p, target);
	char      *path = arena_cstr(arena, joined);
	char      *name = arena_alloc(arena, joined.n + 1), *end = name;
	struct str segment;

	for (char *p = strchr(path, '\\'); p != NULL; p = strchr(p, '\\'))
		*p = '/';
	joined.p = path;
	while (str_split(&joined, '/', &segment)) {
		if (segment.n == 0 || str_equal(segment, S(".")))
			continue;
		if (str_equal(segment, S(".."))) {
			while (end > name && *--end != '/')
				;
			continue;
		}
		if (end > name)
			*end++ = '/';
		memcpy(end, segment.p, segment.n);
		end += segment.n;
	}
	*end = '\0';
	return name;
}

static void
on_relation(struct xml *xml, const char *name, const char **atts)
{
	struct loading  *l = xml->context;
	const char      *id = xml_att(atts, "Id"), *type = xml_att(atts, "Type");
	const char      *target = xml_att(atts, "Target"), *mode = xml_att(atts, "TargetMode");
	const char      *slash;
	struct relation *relation;

	if (strcmp(name, "Relationship") != 0 || id == NULL || type == NULL || target == NULL ||
	    (mode != NULL && strcmp(mode, "External") == 0) ||
	    strlen(id) + strlen(type) + strlen(target) > RELATION_BYTES_MAX)
		return;
	if (l->relation_count >= xml->limits->parts_max) {
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_parts_max,
		    xml->limits->parts_max));
		return;
	}
	if (l->relation_count == l->relation_room) {
		l->relation_room = l->relation_room * 2 + 16;
		l->relations = memory_grow(l->relations, l->relation_room * sizeof(*relation));
	}
	slash = strrchr(type, '/');
	relation = &l->relations[l->relation_count++];
	relation->id = arena_copy(l->arena, str_of(id));
	relation->kind = arena_copy(l->arena, str_of(slash == NULL ? type : slash + 1));
	relation->part = part_name(l->arena, l->folder, target);
}

static void
on_nothing(struct xml *xml, const char *name)
{
	(void)xml, (void)name;
}

/* Replaces the relations by those of a part ("" for the package's own). */
static int
relations_load(struct loading *l, struct package *package, const char *part,
    struct sheet_fault *ret_fault)
{
	static const struct xml_handlers handlers = { on_relation, on_nothing, NULL };
	const char *slash = strrchr(part, '/');
	struct str  name;

	l->relation_count = 0;
	l->folder = (struct str){ part, slash == NULL ? 0 : (size_t)(slash - part) + 1 };
	name = arena_printf(l->arena, "%.*s_rels/%s.rels", (int)l->folder.n, part,
	    part + l->folder.n);
	if (!package_has(package, name.p))
		return 0;
	return xml_parse_part(package, name.p, &handlers, l, ret_fault);
}

static const struct relation *
relation_of_kind(const struct loading *l, const char *kind)
{
	for (size_t i = 0; i < l->relation_count; i++)
		if (str_equal(l->relations[i].kind, str_of(kind)))
			return &l->relations[i];
	return NULL;
}

static struct str
name_cut(struct str name)
{
	size_t n = SHEET_NAME_BYTES_MAX - 1;

	if (name.n <= n)
		return name;
	while (n > 0 && ((unsigned char)name.p[n] & 0xc0) == 0x80)
		n--;
	return (struct str){ name.p, n };
}

static void
sheet_add(struct xml *xml, struct loading *l, const char **atts)
{
	struct book           *book = l->book;
	const char            *name = xml_att(atts, "name"), *state = xml_att(atts, "state");
	const char            *id = xml_att(atts, "id");
	const struct relation *relation = NULL;
	struct str             cut = name_cut(str_of(name));

	for (size_t i = 0; id != NULL && relation == NULL && i < l->relation_count; i++)
		if (str_equal(l->relations[i].id, str_of(id)))
			relation = &l->relations[i];
	if (relation == NULL) {
		xml_refuse(xml, fault_at(xml->fault, cut, 0, -1,
		    fault_set(xml->fault, SHEET_CODE_sheet_part_missing)));
		return;
	}
	if (++l->listed_count > xml->limits->sheets_max) {
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_sheets_max,
		    xml->limits->sheets_max));
		return;
	}
	if (!str_equal(relation->kind, S("worksheet")))
		return; /* a chart, or macros of old */
	if (book->sheet_count == book->sheet_room) {
		book->sheet_room = book->sheet_room * 2 + 8;
		book->sheets = memory_grow(book->sheets, book->sheet_room * sizeof(*book->sheets));
	}
	book->sheets[book->sheet_count++] = (struct book_sheet){
		.name = arena_copy(l->arena, cut),
		.part = relation->part,
		.is_hidden = state != NULL && strcmp(state, "visible") != 0,
	};
}

static void
on_workbook(struct xml *xml, const char *name, const char **atts)
{
	struct loading *l = xml->context;

	if (!l->is_root_seen && strcmp(name, "workbook") != 0) {
		xml_refuse(xml, fault_set(xml->fault, SHEET_CODE_sheet_is_not_table));
		return;
	}
	l->is_root_seen = true;
	if (strcmp(name, "workbookPr") == 0)
		l->book->is_1904 = xml_is_true(xml_att(atts, "date1904"));
	else if (strcmp(name, "sheet") == 0)
		sheet_add(xml, l, atts);
}

/* Where the workbook lies, or what the archive is instead. */
static int
workbook_find(struct loading *l, struct package *package, const char **ret_part,
    struct sheet_fault *ret_fault)
{
	const struct relation *document;
	int                    result;

	result = relations_load(l, package, "", ret_fault);
	if (result != 0)
		return result;
	document = relation_of_kind(l, "officeDocument");
	*ret_part = document != NULL ? document->part : "xl/workbook.xml";
	if (str_ends(str_of(*ret_part), S(".bin")))
		return fault_set(ret_fault, SHEET_CODE_sheet_is_xlsb);
	if (package_has(package, *ret_part))
		return 0;
	if (package_has(package, "content.xml"))
		return fault_set(ret_fault, SHEET_CODE_sheet_is_ods);
	return fault_set(ret_fault, document != NULL ? SHEET_CODE_sheet_part_missing
	                                             : SHEET_CODE_sheet_is_not_table);
}

static int
workbook_load(struct loading *l, struct package *package, struct sheet_fault *ret_fault)
{
	static const struct xml_handlers handlers = { on_workbook, on_nothing, NULL };
	const struct relation           *strings, *styles;
	const char                      *part;
	int                              result;

	result = workbook_find(l, package, &part, ret_fault);
	if (result != 0)
		return result;
	result = relations_load(l, package, part, ret_fault);
	if (result != 0)
		return result;
	strings = relation_of_kind(l, "sharedStrings");
	styles = relation_of_kind(l, "styles");
	l->book->strings_part = strings != NULL ? strings->part : NULL;
	l->book->styles_part = styles != NULL ? styles->part : NULL;
	result = xml_parse_part(package, part, &handlers, l, ret_fault);
	if (result == 0 && l->book->sheet_count == 0)
		return fault_set(ret_fault, SHEET_CODE_sheet_part_missing);
	return result;
}

int
book_load(struct book *book, struct package *package, struct sheet_fault *ret_fault)
{
	struct loading l = { .book = book, .arena = &book->arena };
	int            result = workbook_load(&l, package, ret_fault);

	free(l.relations);
	return result;
}

void
book_done(struct book *book)
{
	free(book->sheets);
	arena_done(&book->arena);
	*book = (struct book){ 0 };
}
