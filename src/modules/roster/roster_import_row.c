/*
 * roster_import_row.c -- one row below the headings: its cells by column, and whether it is a
 * person.
 *
 * Cells come as the office meant them: numbers without their exponents, 同上 as what stands above.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"

/* A double holds 15 digits; programs print them in many ways, and only one is a room's number. */
static struct str
number_text(struct import *import, const struct sheet_cell *cell)
{
	bool has_marks = memchr(cell->text.p, '.', cell->text.n) != NULL ||
			 memchr(cell->text.p, 'E', cell->text.n) != NULL;

	if (!has_marks || fabs(cell->number) >= 1e15 || cell->number != floor(cell->number))
		return cell->text;
	return arena_printf(&import->row_arena, "%.0f", cell->number);
}

static struct str
date_text(struct import *import, date_ymd d)
{
	return arena_printf(&import->row_arena, "%04" PRId64 "-%02" PRId64 "-%02" PRId64,
	    d.ymd / 10000, d.ymd / 100 % 100, d.ymd % 100);
}

/* Text files have what a formula showed as a text. */
static bool
is_error_text(struct str text)
{
	static const char *const errors[] = { "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!",
		"#NULL!", "#NUM!" };

	if (text.n < 4 || text.p[0] != '#')
		return false;
	for (size_t i = 0; i < LEN(errors); i++)
		if (chars_equal(text, errors[i]))
			return true;
	return false;
}

static void
cell_read(struct import *import, const struct sheet_cell *from, struct cell *ret_cell)
{
	*ret_cell = (struct cell){ .text = from->text, .column = (int32_t)from->column };
	switch (from->kind) {
	case SHEET_NUMBER:
		ret_cell->is_number = true;
		ret_cell->text = number_text(import, from);
		break;
	case SHEET_DATE:
		ret_cell->date = from->date;
		if (from->date.ymd != 0)
			ret_cell->text = date_text(import, from->date);
		break;
	case SHEET_ERROR:
		ret_cell->is_error = true;
		break;
	case SHEET_TEXT:
		ret_cell->is_error = is_error_text(from->text);
		break;
	case SHEET_EMPTY:
	case SHEET_BOOL:
		break;
	}
	if (ret_cell->is_error)
		ret_cell->text = S("");
}

/* Names and documents are never those of the row above. */
static bool
may_be_as_above(enum column_meaning meaning)
{
	return meaning != COLUMN_NAME && meaning != COLUMN_IDENTITY && meaning != COLUMN_UNKNOWN &&
	       meaning != COLUMN_ROW_NUMBER;
}

/* Could it be 同上 or a ditto mark? A look at the first bytes, because every cell is asked. */
static bool
may_say_as_above(struct str text)
{
	static const char *const heads[] = { "同", "上", "仝" };

	if (text.n == 0 || text.n > 24)
		return false;
	if (strchr("\"'-.dDsS \t\xc2\xe2\xe3\xef", text.p[0]) != NULL)
		return true;
	for (size_t i = 0; i < LEN(heads); i++)
		if (str_starts(text, str_of(heads[i])))
			return true;
	return false;
}

static void
above_keep(struct above *above, const struct cell *cell)
{
	buffer_reset(&above->text);
	buffer_add(&above->text, cell->text);
	above->is_number = cell->is_number;
	above->date = cell->date;
}

/* What stands above in the column. False: nothing. */
bool
cell_from_above(const struct import *import, int32_t column, struct cell *ret_cell)
{
	const struct above *above = &import->above[column];

	if (above->text.n == 0)
		return false;
	*ret_cell = (struct cell){ .text = buffer_str(&above->text),
		.column = column,
		.is_number = above->is_number,
		.date = above->date };
	return true;
}

static void
cells_read(struct import *import, const struct sheet_row *row)
{
	const struct layout *layout = &import->layout;

	for (size_t i = 0; i < layout->count; i++)
		import->cells[i] = (struct cell){ .text = S(""), .column = (int32_t)i };
	for (size_t i = 0; i < row->cell_count && row->cells[i].column < layout->count; i++) {
		struct cell *cell = &import->cells[row->cells[i].column];

		cell_read(import, &row->cells[i], cell);
		if (row->cells[i].kind == SHEET_TEXT && may_say_as_above(cell->text) &&
		    may_be_as_above(layout->meanings[cell->column]) &&
		    cell_is_same_as_above(&import->row_arena, cell->text))
			cell->is_as_above = true;
	}
}

/* Blanks of nothing but white space are blanks. */
bool
is_cell_blank(struct str s)
{
	uint32_t c;

	while (chars_next(&s, &c))
		if (char_narrow(c) != ' ' && !char_is_invisible(c))
			return false;
	return true;
}

struct cell
cell_of(const struct import *import, enum column_meaning meaning)
{
	const struct layout *layout = &import->layout;
	struct cell none = { .text = S(""), .column = layout->first[meaning] };

	for (int c = layout->first[meaning]; c >= 0; c = layout->next[c])
		if (!is_cell_blank(import->cells[c].text))
			return import->cells[c];
	return none;
}

/* What may be a name stands alone in many notes; this is how many cells there are beside it. */
static size_t
filled_count(const struct import *import)
{
	size_t filled = 0;

	for (size_t i = 0; i < import->layout.count; i++)
		filled += import->layout.meanings[i] != COLUMN_ROW_NUMBER &&
			  import->cells[i].text.n > 0 && !is_cell_blank(import->cells[i].text);
	return filled;
}

/* 2 to 4 Han, or letters: nothing that a sentence has. */
static bool
is_bare_name(struct import *import, struct str text)
{
	struct name name;
	struct str rest;
	uint32_t c;

	name_clean(&import->row_arena, text, &name);
	if (name.verdict != NAME_OK || utf8_length(name.text) > 20)
		return false;
	for (rest = text; chars_next(&rest, &c);) {
		c = char_narrow(c);
		if (c == ':' || c == ';' || c == ',' || c == 0x3002 || char_is_digit(c))
			return false;
	}
	return true;
}

static bool
has_address(const struct import *import)
{
	static const enum column_meaning parts[] = { COLUMN_ROOM, COLUMN_BUILDING_ROOM,
		COLUMN_ADDRESS };

	for (size_t i = 0; i < LEN(parts); i++)
		if (cell_of(import, parts[i]).text.n > 0)
			return true;
	return false;
}

static size_t
digit_count(struct str s)
{
	size_t digits = 0;
	uint32_t c;

	while (chars_next(&s, &c))
		digits += char_is_digit(char_narrow(c));
	return digits;
}

#define NUMBER_DIGITS_MIN 5 /* fewer are a count: 35 人 */

/* A row with a number of a document or a telephone is a person, whatever else it says. */
static bool
has_number(const struct import *import)
{
	return digit_count(cell_of(import, COLUMN_IDENTITY).text) >= NUMBER_DIGITS_MIN ||
	       digit_count(cell_of(import, COLUMN_PHONE).text) >= NUMBER_DIGITS_MIN;
}

static enum row_kind
kind_of_nameless(struct import *import, bool is_note)
{
	if (is_note || filled_count(import) == 0)
		return ROW_NOTE;
	if (has_number(import))
		return ROW_PERSON;
	if (!has_address(import))
		return filled_count(import) <= 2 ? ROW_NOTE : ROW_PERSON;
	return ROW_VACANT;
}

/* （空房） is 空房. */
static struct str
brackets_drop(struct str text)
{
	static const char *const pairs[][2] = { { "（", "）" }, { "(", ")" }, { "【", "】" },
		{ "[", "]" } };

	text = str_trim(text);
	for (size_t i = 0; i < LEN(pairs); i++) {
		struct str open = str_of(pairs[i][0]), close = str_of(pairs[i][1]);

		if (str_starts(text, open) && str_ends(text, close))
			return str_slice(text, open.n, text.n - open.n - close.n);
	}
	return text;
}

/* 空置, 空户, 无人, 空 where a name belongs. */
static bool
is_vacancy_word(struct import *import, struct str text)
{
	static const char *const vacant[] = { "空置", "空户", "空房", "无人", "空", "无人居住",
		"空关", "空置房", "空关户", "vacant", "empty", "无人住" };
	struct str word;

	if (text.n > 24)
		return false;
	text = brackets_drop(text);
	word = text_word(&import->row_arena, text);
	for (size_t i = 0; i < LEN(vacant); i++)
		if (chars_equal(word, vacant[i]))
			return true;
	return false;
}

/* A row of a sheet of places that says where or what is a place, whatever else it says. */
static enum row_kind
kind_of_place(struct import *import, bool is_note)
{
	static const enum column_meaning parts[] = { COLUMN_COMPOUND, COLUMN_BUILDING, COLUMN_STAIR,
		COLUMN_FLOOR, COLUMN_ROOM, COLUMN_BUILDING_ROOM, COLUMN_ADDRESS, COLUMN_CATEGORY,
		COLUMN_NAME };

	for (size_t i = 0; i < LEN(parts) && !is_note; i++)
		if (cell_of(import, parts[i]).text.n > 0)
			return ROW_PERSON;
	return ROW_NOTE;
}

enum row_kind
row_read(struct import *import, const struct sheet_row *row)
{
	struct str texts[LAYOUT_COLUMNS_MAX];
	struct cell name;
	bool is_note, is_data;

	if (layout_is_again(import, row))
		return ROW_HEADING;
	cells_read(import, row);
	/* What has a kind is a place, though it be called 合计苑. */
	is_data = import->options->is_places ? cell_of(import, COLUMN_CATEGORY).text.n > 0
					     : has_number(import);
	for (size_t i = 0; i < import->layout.count; i++)
		texts[i] = import->cells[i].text;
	name = cell_of(import, COLUMN_NAME);
	if (!is_data && row_is_total(&import->row_arena, texts, import->layout.count))
		return ROW_TOTAL;
	is_note = !is_data && row_is_note(&import->row_arena, texts, import->layout.count);
	if (import->options->is_places)
		return kind_of_place(import, is_note);
	if (name.text.n == 0)
		return kind_of_nameless(import, is_note);
	if (!is_data && is_vacancy_word(import, name.text))
		return ROW_VACANT;
	if (is_note || (filled_count(import) == 1 && import->layout.known > 2 &&
			   !is_bare_name(import, name.text)))
		return ROW_NOTE;
	return ROW_PERSON;
}

void
cells_settle(struct import *import, struct entry *entry)
{
	const struct layout *layout = &import->layout;

	for (size_t i = 0; i < layout->count; i++) {
		struct cell *cell = &import->cells[i];

		if (cell->is_error && is_meaning_used(layout->meanings[i]))
			remark_add(import, entry, (int32_t)i, S(""), REMARK_cell_error, S(""));
		if (cell->is_as_above && !cell_from_above(import, (int32_t)i, cell)) {
			remark_add(
			    import, entry, (int32_t)i, cell->text, REMARK_as_above_nothing, S(""));
			*cell = (struct cell){ .text = S(""), .column = (int32_t)i };
		}
	}
}

static bool
is_part_of_address(enum column_meaning meaning)
{
	return meaning == COLUMN_COMPOUND || meaning == COLUMN_BUILDING ||
	       meaning == COLUMN_STAIR || meaning == COLUMN_FLOOR || meaning == COLUMN_ROOM;
}

/* Household numbers go with the address: both are blank for those of the same household. */
static bool
goes_with_address(enum column_meaning meaning)
{
	return is_part_of_address(meaning) || meaning == COLUMN_HOUSEHOLD ||
	       meaning == COLUMN_HOUSEHOLDER;
}

void
cells_keep(struct import *import)
{
	const struct layout *layout = &import->layout;
	bool is_address_said = false;

	for (size_t i = 0; i < layout->count; i++)
		is_address_said |=
		    import->cells[i].text.n > 0 && is_part_of_address(layout->meanings[i]);
	for (size_t i = 0; i < layout->count; i++) {
		const struct cell *cell = &import->cells[i];
		struct above *above = &import->above[i];

		/* What came from there is there already. A blank in an address that is said is
		 * said. */
		if (cell->text.p == above->text.p)
			continue;
		if (cell->text.n > 0 ? may_be_as_above(layout->meanings[i])
				     : is_address_said && goes_with_address(layout->meanings[i]))
			above_keep(above, cell);
	}
}

void
above_forget(struct import *import)
{
	for (size_t i = 0; i < LAYOUT_COLUMNS_MAX; i++)
		buffer_reset(&import->above[i].text);
}
