/*
 * roster_import_split.c -- rows that hold several people: tables side by side, and a cell with the
 * names of a whole household.
 *
 * Tables side by side have the same headings again, 房号 姓名 电话 | 房号 姓名 电话. Each is read
 * as if it stood alone, together with the columns that are not repeated; so a household whose
 * members follow one another in a row is read, too.
 */
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"

/* ---- tables side by side ---- */

/* 姓名 of 成员一 / 姓名: under its own heading each member has the same columns. */
static struct str
lower_heading(const struct layout *layout, size_t column)
{
	struct str heading = column < layout->count ? layout->headings[column] : S("");
	int64_t gap;

	while ((gap = str_find(heading, S(" / "))) >= 0)
		heading = str_slice(heading, (size_t)gap + 3, SIZE_MAX);
	return heading;
}

/* Does a column come again in each of the tables, so many columns further on? */
static bool
is_repeated(const struct layout *layout, size_t column, size_t width, size_t count)
{
	struct str heading = lower_heading(layout, column);

	for (size_t i = 1; i < count; i++)
		if (!str_equal(lower_heading(layout, column + i * width), heading))
			return false;
	return true;
}

/* So many headings of names follow one another at the same distance. */
static size_t
names_count(const struct layout *layout, size_t *ret_width)
{
	int first = layout->first[COLUMN_NAME], last = first, next;
	size_t count = 1;

	if (first < 0 || layout->next[first] < 0)
		return 0;
	*ret_width = (size_t)(layout->next[first] - first);
	while ((next = layout->next[last]) >= 0 && (size_t)(next - last) == *ret_width &&
	       str_equal(lower_heading(layout, (size_t)next),
		   lower_heading(layout, (size_t)first)) &&
	       count < ABREAST_MAX) {
		last = next;
		count++;
	}
	return count;
}

static size_t
understood_count(const struct layout *layout, size_t first, size_t width)
{
	size_t count = 0;

	for (size_t i = first; i < first + width && i < layout->count; i++)
		count += is_meaning_used(layout->meanings[i]);
	return count;
}

enum column_meaning
head_meaning(struct import *import, struct str heading)
{
	struct str head = S("户主"), word = text_word(&import->row_arena, heading);

	if (!str_starts(word, head) || chars_has(word, "关系"))
		return COLUMN_UNKNOWN;
	word = str_slice(word, head.n, SIZE_MAX);
	return word.n == 0 ? COLUMN_NAME : heading_meaning(&import->row_arena, S(""), word);
}

/* Is the head's own document beside the name? Then the head is to be a person, too. */
static bool
has_heads(struct import *import)
{
	const struct layout *layout = &import->layout;
	bool has_identity = false;

	for (size_t i = 0; i < layout->count; i++)
		has_identity |= head_meaning(import, layout->headings[i]) == COLUMN_IDENTITY;
	return has_identity && layout->first[COLUMN_HOUSEHOLDER] >= 0;
}

/* The columns about heads mean what they would of anybody. */
static void
heads_set(struct import *import)
{
	struct layout *layout = &import->layout;

	for (size_t i = 0; i < layout->count; i++) {
		enum column_meaning meaning = head_meaning(import, layout->headings[i]);

		if (meaning != COLUMN_UNKNOWN)
			layout->meanings[i] = meaning;
	}
	layout->is_heads = true;
	layout_link(layout);
}

void
tables_find(struct import *import)
{
	const struct layout *layout = &import->layout;
	struct tables *tables = &import->tables;
	size_t width = 0, count, first, name;

	tables->count = 0;
	tables->has_heads = false;
	if (import->options->is_places)
		return;
	/* One row a household, and nobody else's name. */
	if (layout->first[COLUMN_NAME] < 0 && layout->first[COLUMN_HOUSEHOLDER] >= 0)
		heads_set(import);
	count = names_count(layout, &width);
	if (count < 2)
		return;
	name = first = (size_t)layout->first[COLUMN_NAME];
	while (first > 0 && name - first + 1 < width &&
	       is_repeated(layout, first - 1, width, count))
		first--;
	for (size_t i = name + 1; i < first + width; i++)
		if (!is_repeated(layout, i, width, count))
			return;
	if (understood_count(layout, first, width) < 2)
		return;
	tables->count = count;
	tables->first = first;
	tables->width = width;
	tables->has_heads = has_heads(import);
	tables->whole = *layout;
	memset(tables->row_before, 0, sizeof(tables->row_before));
}

/* Of which table a column is; SIZE_MAX: of all. */
static size_t
table_of(const struct tables *tables, size_t column)
{
	if (column < tables->first || column >= tables->first + tables->count * tables->width)
		return SIZE_MAX;
	return (column - tables->first) / tables->width;
}

bool
is_table_begin(const struct tables *tables, size_t column)
{
	return tables->count > 1 && column > tables->first &&
	       table_of(tables, column) != SIZE_MAX &&
	       (column - tables->first) % tables->width == 0;
}

bool
is_table_further(const struct tables *tables, size_t column)
{
	size_t table = tables->count > 1 ? table_of(tables, column) : SIZE_MAX;

	return table != SIZE_MAX && table > 0;
}

bool
table_enter(struct import *import, size_t table, const struct sheet_row *row,
    struct sheet_row *ret_part)
{
	struct tables *tables = &import->tables;
	struct layout *layout = &import->layout;
	struct sheet_cell *cells =
	    arena_alloc(&import->row_arena, row->cell_count * sizeof(*cells));
	int32_t heads = tables->whole.first[COLUMN_HOUSEHOLDER];
	bool has_own = false;
	size_t count = 0;

	for (size_t i = 0; i < row->cell_count; i++) {
		size_t of = table_of(tables, row->cells[i].column);

		if (of != SIZE_MAX && of != table)
			continue;
		if (table == tables->count)
			of = (int32_t)row->cells[i].column == heads ? table : of;
		has_own |= of == table && row->cells[i].text.n > 0 &&
			   !is_cell_blank(row->cells[i].text);
		cells[count++] = row->cells[i];
	}
	if (!has_own)
		return false;
	*ret_part = *row;
	ret_part->cells = cells;
	ret_part->cell_count = count;
	*layout = tables->whole;
	for (size_t i = 0; i < layout->count; i++) {
		size_t of = table_of(tables, i);

		if (of != SIZE_MAX && of != table)
			layout->meanings[i] = COLUMN_IGNORED;
	}
	layout_link(layout);
	if (table == tables->count)
		heads_set(import);
	import->row_before = tables->row_before[table];
	return true;
}

void
table_leave(struct import *import, size_t table)
{
	import->tables.row_before[table] = import->row_before;
	import->layout = import->tables.whole;
}

/* ---- several names in a cell ---- */

static bool
is_between_names(uint32_t c)
{
	return c == 0x3001 || c == ',' || c == ';' || c == '/' || c == '\n' || c == '\r';
}

size_t
text_parts(struct str text, size_t most, struct str *ret_parts)
{
	struct str rest = text;
	const char *begin = text.p;
	size_t count = 0;
	uint32_t c;

	for (;;) {
		const char *at = rest.p;
		bool is_end = !chars_next(&rest, &c);
		struct str part;

		if (!is_end && !is_between_names(c) && !is_between_names(char_narrow(c)))
			continue;
		part = (struct str){ begin, (size_t)((is_end ? text.p + text.n : at) - begin) };
		if (!is_cell_blank(part)) {
			if (count == most)
				return 0;
			ret_parts[count++] = str_trim(part);
		}
		if (is_end)
			return count;
		begin = rest.p;
	}
}

/* Two to four Han, 张三 or 张三（子）, or a name with an interpunct. */
static bool
is_whole_name(struct import *import, struct str part)
{
	struct name name;
	struct str rest;
	uint32_t c;

	name_clean(&import->row_arena, part, &name);
	if (name.verdict != NAME_OK)
		return false;
	for (rest = name.text; chars_next(&rest, &c);)
		if (!char_is_han(c) && c != 0xb7)
			return false;
	return utf8_length(name.text) <= 4 || str_find(name.text, S("·")) >= 0;
}

size_t
names_split(struct import *import, struct str ret_names[static NAMES_MAX])
{
	struct str text = cell_of(import, COLUMN_NAME).text;
	size_t count = text.n > 0 ? text_parts(text, NAMES_MAX, ret_names) : 0;

	for (size_t i = 0; i < count; i++)
		if (!is_whole_name(import, ret_names[i]))
			return 0;
	return count > 1 ? count : 0;
}

/* What is a person's own, and not the household's. */
static bool
is_own(enum column_meaning meaning)
{
	static const enum column_meaning own[] = { COLUMN_NAME, COLUMN_SEX, COLUMN_BIRTH,
		COLUMN_AGE, COLUMN_IDENTITY_KIND, COLUMN_IDENTITY, COLUMN_PHONE, COLUMN_RELATION,
		COLUMN_CARE, COLUMN_CATEGORY, COLUMN_WORKPLACE, COLUMN_REMARK, COLUMN_NATIONALITY,
		COLUMN_CONTACT_NAME };

	for (size_t i = 0; i < LEN(own); i++)
		if (meaning == own[i])
			return true;
	return false;
}

void
name_enter(struct import *import, const struct cell *cells, size_t index, size_t count)
{
	const struct layout *layout = &import->layout;

	for (size_t i = 0; i < layout->count; i++) {
		struct str parts[NAMES_MAX];
		struct cell *cell = &import->cells[i];

		*cell = cells[i];
		if (cell->text.n == 0 || !is_own(layout->meanings[i]))
			continue;
		if (text_parts(cell->text, NAMES_MAX, parts) == count) {
			cell->text = parts[index];
			cell->is_number = false;
			cell->date.ymd = 0;
		} else if (index > 0) {
			*cell = (struct cell){ .text = S(""), .column = (int32_t)i };
		}
	}
}
