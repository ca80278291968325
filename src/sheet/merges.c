/*
 * merges.c -- merged ranges, which a sheet lists after its rows although rows depend on them.
 *
 * So each part is unpacked once before its rows are read. What stands before the end of the rows
 * is only searched for that end, at the speed of memmem; what follows is parsed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

#define ROWS_END       "sheetData>"
#define ROWS_END_BYTES (sizeof(ROWS_END) - 1)
#define CARRY_BYTES    32 /* "</", a prefix and ROWS_END, where a chunk ends in the middle of it */

static void
on_start(struct xml *xml, const char *name, const char **atts)
{
	struct merges     *merges = xml->context;
	struct sheet_merge range;
	const char        *p = strcmp(name, "mergeCell") == 0 ? xml_att(atts, "ref") : NULL;

	if (p == NULL)
		return;
	p = reference_parse(p, &range.column_first, &range.row_first);
	if (p == NULL || *p++ != ':')
		return;
	p = reference_parse(p, &range.column_last, &range.row_last);
	if (p == NULL || *p != '\0' || range.row_last < range.row_first ||
	    range.column_last < range.column_first)
		return;
	if (merges->count >= xml->limits->merges_max) {
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_merges_max,
		    xml->limits->merges_max));
		return;
	}
	if (merges->count == merges->room) {
		merges->room = merges->room * 2 + 64;
		merges->all = memory_grow(merges->all, merges->room * sizeof(*merges->all));
	}
	merges->all[merges->count++] = range;
}

static void
on_end(struct xml *xml, const char *name)
{
	if (strcmp(name, "mergeCells") == 0)
		xml_end(xml);
}

static const struct xml_handlers handlers = { on_start, on_end, NULL };

/* Behind the last "</sheetData>" or "</x:sheetData>" of a window that ends after from; or NULL. */
static const char *
rows_end_find(const char *window, size_t bytes, size_t from)
{
	const char *end = window + bytes, *hit = window, *found = NULL, *p;

	while ((hit = memmem(hit, (size_t)(end - hit), ROWS_END, ROWS_END_BYTES)) != NULL) {
		p = hit;
		hit += ROWS_END_BYTES;
		if (p > window && p[-1] == ':')
			for (p--; p > window && p[-1] != '/' && p[-1] != '<' && p[-1] != '>'; p--)
				;
		if (p - window >= 2 && p[-1] == '/' && p[-2] == '<' && hit > window + from)
			found = hit;
	}
	return found;
}

/* What follows the rows is no whole document: it begins in the middle and ends with a surplus. */
static int
tail_feed(struct xml *xml, struct str bytes)
{
	int result = xml_feed(xml, bytes);

	if (result != 0 && xml->fault->code == SHEET_CODE_sheet_xml_broken) {
		xml->result = 0;
		xml->is_ended = true;
		return 0;
	}
	return result;
}

struct scan {
	struct merges *merges;
	struct part    part;
	struct xml     xml; /* of the tail; no parser before the end of the rows was seen */
	char          *window; /* owned; CARRY_BYTES from the chunk before, then a chunk */
	size_t         carried;
};

/* Another end of the rows: the first was one in a comment or the like. */
static int
tail_begin(struct scan *scan, const struct sheet_limits *limits, struct sheet_fault *ret_fault)
{
	xml_done(&scan->xml);
	scan->merges->count = 0;
	xml_init(&scan->xml, &handlers, scan->merges, limits, ret_fault);
	return xml_feed(&scan->xml, S("<tail>"));
}

static int
scan_chunk(struct scan *scan, size_t fresh, const struct sheet_limits *limits,
    struct sheet_fault *ret_fault)
{
	size_t      bytes = scan->carried + fresh, kept = bytes < CARRY_BYTES ? bytes : CARRY_BYTES;
	const char *end = scan->window + bytes;
	const char *from = rows_end_find(scan->window, bytes, scan->carried);
	int         result = 0;

	if (from != NULL)
		result = tail_begin(scan, limits, ret_fault);
	else
		from = scan->window + scan->carried;
	if (result == 0 && scan->xml.parser != NULL)
		result = tail_feed(&scan->xml, (struct str){ from, (size_t)(end - from) });
	memmove(scan->window, end - kept, kept);
	scan->carried = kept;
	return result;
}

static int
scan_run(struct scan *scan, const struct sheet_limits *limits, struct sheet_fault *ret_fault)
{
	bool    is_first = true;
	ssize_t n;
	int     result;

	for (;;) {
		n = part_read(&scan->part, scan->window + scan->carried, CHUNK_BYTES, ret_fault);
		if (n <= 0)
			return (int)n;
		/* UTF-16 has other bytes to search for; it is so rare that all of it is parsed. */
		if (is_first && n >= 2 && (memcmp(scan->window, "\xff\xfe", 2) == 0 ||
		    memcmp(scan->window, "\xfe\xff", 2) == 0))
			xml_init(&scan->xml, &handlers, scan->merges, limits, ret_fault);
		is_first = false;
		result = scan_chunk(scan, (size_t)n, limits, ret_fault);
		if (result != 0)
			return result;
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct sheet_merge *x = a, *y = b;

	if (x->row_first != y->row_first)
		return x->row_first < y->row_first ? -1 : 1;
	return (x->column_first > y->column_first) - (x->column_first < y->column_first);
}

int
merges_load(struct merges *merges, struct package *package, const char *part,
    struct sheet_fault *ret_fault)
{
	struct scan scan = { .merges = merges };
	int         result = part_open(package, part, &scan.part, ret_fault);

	if (result != 0)
		return result;
	scan.window = memory_new(CARRY_BYTES + CHUNK_BYTES);
	result = scan_run(&scan, package->limits, ret_fault);
	xml_done(&scan.xml);
	part_close(&scan.part);
	free(scan.window);
	if (merges->count > 0)
		qsort(merges->all, merges->count, sizeof(*merges->all), by_place);
	return result;
}

void
merges_done(struct merges *merges)
{
	for (size_t i = 0; i < merges->active_count; i++)
		free(merges->active[i].text);
	free(merges->active);
	free(merges->all);
	*merges = (struct merges){ 0 };
}

/* Among the active ones by column; what overlaps one of them is a file that lies, and ignored. */
static int
active_add(struct merges *merges, const struct sheet_merge *range, uint64_t abreast_max,
    struct sheet_fault *ret_fault)
{
	size_t at = merges->active_count;

	while (at > 0 && merges->active[at - 1].range.column_first > range->column_last)
		at--;
	if (at > 0 && merges->active[at - 1].range.column_last >= range->column_first)
		return 0;
	if (merges->active_count >= abreast_max)
		return fault_limit(ret_fault, SHEET_CODE_sheet_merges_abreast_max, abreast_max);
	if (merges->active_count == merges->active_room) {
		merges->active_room = merges->active_room * 2 + 16;
		merges->active = memory_grow(merges->active,
		    merges->active_room * sizeof(*merges->active));
	}
	memmove(merges->active + at + 1, merges->active + at,
	    (merges->active_count - at) * sizeof(*merges->active));
	merges->active[at] = (struct merge_active){ .range = *range };
	merges->active_count++;
	return 0;
}

int
merges_enter_row(struct merges *merges, uint32_t row, uint64_t abreast_max,
    struct sheet_fault *ret_fault)
{
	size_t kept = 0;
	int    result = 0;

	for (size_t i = 0; i < merges->active_count; i++) {
		if (merges->active[i].range.row_last >= row)
			merges->active[kept++] = merges->active[i];
		else
			free(merges->active[i].text);
	}
	merges->active_count = kept;
	for (; result == 0 && merges->next < merges->count; merges->next++) {
		const struct sheet_merge *range = &merges->all[merges->next];

		if (range->row_first > row)
			break;
		if (range->row_last >= row)
			result = active_add(merges, range, abreast_max, ret_fault);
	}
	return result;
}
