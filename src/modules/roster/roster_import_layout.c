/*
 * roster_import_layout.c -- heading rows: where they are, and which column means what.
 *
 * The headings are the row, or the two rows one above the other, that look most like headings among
 * the first of the sheet. Two rows are tried because offices write 房东 over 姓名 and 电话.
 */
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/roster/roster_import_words.h"
#include "gen/roster_sql.h"

void
layout_begin(struct import *import)
{
	struct heading_search *search = &import->search;

	if (import->layout.count > 0)
		import->layout_before = import->layout;
	import->layout = (struct layout){ .count = 0 };
	import->tables.count = 0;
	arena_reset(&search->arena);
	search->before.count = 0;
	search->score = 0;
	search->rows = 0;
	search->title_count = 0;
}

/* A merged heading stands over all its columns; one that covers the sheet is a title. */
static bool
is_heading_merge(const struct sheet_merge *merge, size_t columns)
{
	size_t width = merge->column_last - merge->column_first + 1;

	return width > 1 && width <= 12 && width * 2 <= columns;
}

static size_t
columns_of(const struct sheet_row *row)
{
	size_t columns = row->cells[row->cell_count - 1].column + 1;

	return columns < LAYOUT_COLUMNS_MAX ? columns : LAYOUT_COLUMNS_MAX;
}

static void
row_copy_make(struct import *import, const struct sheet_row *row, struct row_copy *ret_copy)
{
	size_t columns = columns_of(row), widest = columns;

	if (import->search.before.count > widest)
		widest = import->search.before.count;
	ret_copy->number = row->number;
	ret_copy->is_cut = row->cells[row->cell_count - 1].column >= LAYOUT_COLUMNS_MAX;
	for (size_t i = 0; i < LAYOUT_COLUMNS_MAX; i++)
		ret_copy->texts[i] = S("");
	for (size_t i = 0; i < row->cell_count && row->cells[i].column < columns; i++) {
		const struct sheet_cell *cell = &row->cells[i];
		struct sheet_merge merge;
		struct str text = arena_copy(&import->search.arena, cell->text);

		ret_copy->texts[cell->column] = text;
		if (!sheet_merge_of(import->sheet, cell->column, &merge) ||
		    !is_heading_merge(&merge, widest))
			continue;
		for (uint32_t c = cell->column; c <= merge.column_last && c < LAYOUT_COLUMNS_MAX;
		     c++) {
			ret_copy->texts[c] = text;
			if (c >= columns)
				columns = c + 1;
		}
	}
	ret_copy->count = columns;
}

/* A pair of "户号=户编号,D=房号". False: no more of them. */
static bool
pair_next(struct str *rest, struct str *ret_name, struct str *ret_meaning)
{
	while (rest->n > 0 && str_split(rest, ',', ret_meaning))
		if (str_split(ret_meaning, '=', ret_name) && ret_meaning->p != NULL)
			return true;
	return false;
}

/* To be remembered once the import is done; of residents' sheets only. */
static void
told_keep(struct import *import, struct str heading, struct str meaning)
{
	struct arena *arena = &import->arena;

	if (import->options->is_places)
		return;
	for (size_t i = 0; i < import->told_count; i++)
		if (str_equal(import->told[i].heading, heading))
			return;
	for (size_t i = 0; i < import->remembered_count; i++)
		if (str_equal(import->remembered[i].heading, heading) &&
		    str_equal(import->remembered[i].meaning, str_trim(meaning)))
			return;
	if (import->told_count < TOLD_MAX && heading.n <= TOLD_BYTES_MAX &&
	    meaning.n <= TOLD_BYTES_MAX)
		import->told[import->told_count++] =
		    (struct told_column){ arena_copy(arena, heading),
			    arena_copy(arena, str_trim(meaning)) };
}

/* Headings that say what a place is and what it is called; nobody's 姓名 is a place's. */
static enum column_meaning
place_meaning(enum column_meaning meaning, struct str word)
{
	static const char *const kinds[] = { "种类", "类型", "类别", "场所种类", "场所类型",
		"场所类别", "kind", "type", "placekind" };
	static const char *const names[] = { "名称", "场所", "场所名称", "地点", "地点名称", "name",
		"place", "placename" };

	for (size_t i = 0; i < LEN(kinds); i++)
		if (chars_equal(word, kinds[i]))
			return COLUMN_CATEGORY;
	for (size_t i = 0; i < LEN(names); i++)
		if (chars_equal(word, names[i]))
			return COLUMN_NAME;
	return meaning == COLUMN_CATEGORY || meaning == COLUMN_NAME ? COLUMN_IGNORED : meaning;
}

static enum column_meaning
words_meaning(struct import *import, struct str upper, struct str lower)
{
	struct arena *arena = &import->row_arena;
	enum column_meaning meaning = heading_meaning(arena, upper, lower);

	return import->options->is_places ? place_meaning(meaning, text_word(arena, lower))
					  : meaning;
}

/*
 * What the user says of a column now, by its heading or its letters, or has said before of this
 * heading. COLUMN_UNKNOWN: nothing.
 */
static enum column_meaning
meaning_told(struct import *import, size_t column, struct str heading)
{
	struct arena *arena = &import->row_arena;
	struct str rest = import->options->columns, name, meaning, word = text_word(arena, heading);
	char letters[SHEET_COLUMN_LETTERS_BYTES];

	sheet_column_letters((uint32_t)column, letters);
	while (pair_next(&rest, &name, &meaning)) {
		if (word.n > 0 && str_equal(text_word(arena, name), word)) {
			told_keep(import, word, meaning);
			return words_meaning(import, S(""), meaning);
		}
		if (str_equal(str_trim(name), str_of(letters)))
			return words_meaning(import, S(""), meaning);
	}
	for (size_t i = 0; i < import->remembered_count && word.n > 0; i++)
		if (str_equal(import->remembered[i].heading, word))
			return words_meaning(import, S(""), import->remembered[i].meaning);
	return COLUMN_UNKNOWN;
}

int
columns_remembered_read(struct import *import)
{
	struct stmt *s = q_roster_columns_all_begin(&import->tx);
	struct str heading, meaning;
	struct rows rows;

	while ((rows = q_roster_columns_all_next(&import->tx, s, &heading, &meaning)).n == 1 &&
	       import->remembered_count < TOLD_MAX)
		import->remembered[import->remembered_count++] = (struct told_column){
			arena_copy(&import->arena, text_word(&import->row_arena, heading)),
			arena_copy(&import->arena, meaning)
		};
	sql_end(s);
	arena_reset(&import->row_arena);
	return rows_done(rows);
}

/*
 * What a column means: as the user says, as its headings say; or a category of care, which many
 * sheets have a column each for.
 */
static enum column_meaning
meaning_of(struct import *import, size_t column, struct str upper, struct str lower)
{
	struct str last = text_line(&import->row_arena, lower);
	enum column_meaning meaning;

	meaning = meaning_told(import, column, last);
	if (meaning == COLUMN_UNKNOWN)
		meaning = words_meaning(import, upper, lower);
	if (!import->options->is_places && meaning == COLUMN_UNKNOWN &&
	    is_care_word(&import->row_arena, last))
		meaning = COLUMN_CARE;
	return meaning;
}

static size_t
greater(size_t a, size_t b)
{
	return a > b ? a : b;
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

/* Somebody's name below 姓名: the row is no second row of headings, but the first of people. */
static bool
is_name_below(struct import *import, struct str upper, struct str lower)
{
	struct arena *arena = &import->row_arena;

	if (upper.n == 0 || text_word(arena, lower).n == 0)
		return false;
	switch (heading_meaning(arena, S(""), upper)) {
	case COLUMN_NAME:
		return heading_meaning(arena, S(""), lower) != COLUMN_NAME;
	case COLUMN_HOUSEHOLDER:
		return heading_meaning(arena, S(""), lower) == COLUMN_UNKNOWN;
	default:
		return false;
	}
}

#define KNOWN_SCORE   10
#define NUMBER_SCORE  20 /* taken off: somebody's number, which no heading has */
#define NUMBER_DIGITS 6
#define KNOWN_MIN     2

static bool
is_where(enum column_meaning meaning)
{
	return (meaning >= COLUMN_COMPOUND && meaning <= COLUMN_ADDRESS);
}

/* Do these columns say where a place lies, or what it is and how it is called? */
static bool
are_of_places(const bool has[static COLUMN_MEANINGS])
{
	bool is_any = has[COLUMN_NAME] && has[COLUMN_CATEGORY];

	for (int meaning = 0; meaning < COLUMN_MEANINGS; meaning++)
		is_any = is_any || (has[meaning] && is_where((enum column_meaning)meaning));
	return is_any;
}

/*
 * How much a row, or two, look like headings: by the different columns that are understood, names
 * among them. Columns that nobody understands do not count, because offices have many; 0: not at
 * all.
 */
static int
score_of(struct import *import, const struct row_copy *upper, const struct row_copy *lower)
{
	size_t count = greater(lower->count, upper != NULL ? upper->count : 0);
	bool has[COLUMN_MEANINGS] = { false };
	int score = 0, known = 0;

	for (size_t i = 0; i < count; i++) {
		struct str above = upper != NULL ? upper->texts[i] : S("");
		enum column_meaning meaning;

		if (above.n == 0 && lower->texts[i].n == 0)
			continue;
		if (is_name_below(import, above, lower->texts[i]))
			return 0;
		if (digit_count(lower->texts[i]) >= NUMBER_DIGITS) {
			score -= NUMBER_SCORE;
			continue;
		}
		meaning = meaning_of(import, i, above, lower->texts[i]);
		if (meaning != COLUMN_UNKNOWN && !has[meaning]) {
			score += KNOWN_SCORE;
			known += is_meaning_used(meaning);
		}
		has[meaning] = true;
	}
	if (import->options->is_places && !are_of_places(has))
		return 0;
	if (!import->options->is_places &&
	    (!(has[COLUMN_NAME] || has[COLUMN_HOUSEHOLDER]) || known < KNOWN_MIN))
		return 0;
	return score > 0 ? score : 0;
}

/* 姓名, or 房东 / 电话 of two rows, without line breaks. */
static struct str
heading_text(struct import *import, struct str upper, struct str lower)
{
	struct arena *arena = &import->report->arena;
	struct str above = text_line(&import->row_arena, upper), line = text_line(arena, lower);

	if (above.n == 0 || str_equal(above, line))
		return line;
	if (line.n == 0)
		return arena_copy(arena, above);
	return arena_printf(arena, "%.*s / %.*s", (int)above.n, above.p, (int)line.n, line.p);
}

/* Is it a column that a residents' sheet has, and the roster takes something from? */
bool
is_meaning_used(enum column_meaning meaning)
{
	static const bool used[COLUMN_MEANINGS] = {
		[COLUMN_ROW_NUMBER] = true,
		[COLUMN_GRID] = true,
		[COLUMN_COMPOUND] = true,
		[COLUMN_BUILDING] = true,
		[COLUMN_STAIR] = true,
		[COLUMN_FLOOR] = true,
		[COLUMN_ROOM] = true,
		[COLUMN_BUILDING_ROOM] = true,
		[COLUMN_ADDRESS] = true,
		[COLUMN_HOUSEHOLD] = true,
		[COLUMN_RELATION] = true,
		[COLUMN_HOUSEHOLDER] = true,
		[COLUMN_NAME] = true,
		[COLUMN_SEX] = true,
		[COLUMN_BIRTH] = true,
		[COLUMN_AGE] = true,
		[COLUMN_IDENTITY_KIND] = true,
		[COLUMN_IDENTITY] = true,
		[COLUMN_PHONE] = true,
		[COLUMN_POPULATION] = true,
		[COLUMN_CATEGORY] = true,
		[COLUMN_REGISTERED_ADDRESS] = true,
		[COLUMN_IS_ELSEWHERE] = true,
		[COLUMN_HOUSING] = true,
		[COLUMN_LANDLORD] = true,
		[COLUMN_LANDLORD_NAME] = true,
		[COLUMN_LANDLORD_PHONE] = true,
		[COLUMN_CARE] = true,
		[COLUMN_WORKPLACE] = true,
		[COLUMN_MOVED_IN] = true,
		[COLUMN_MOVED_OUT] = true,
		[COLUMN_REMARK] = true,
		[COLUMN_NATIONALITY] = true,
		[COLUMN_CONTACT_NAME] = true,
	};

	return used[meaning];
}

/* The same of the sheet that is read. */
static bool
is_wanted(const struct import *import, enum column_meaning meaning)
{
	if (meaning == COLUMN_RESPONSIBLE) /* of the grid */
		return import->layout.first[COLUMN_GRID] >= 0;
	if (!import->options->is_places)
		return is_meaning_used(meaning);
	return is_where(meaning) || meaning == COLUMN_NAME || meaning == COLUMN_CATEGORY ||
	       meaning == COLUMN_ROW_NUMBER || meaning == COLUMN_GRID;
}

void
layout_link(struct layout *layout)
{
	int16_t last[COLUMN_MEANINGS];

	memset(layout->first, -1, sizeof(layout->first));
	memset(last, -1, sizeof(last));
	layout->known = 0;
	for (size_t i = 0; i < layout->count; i++) {
		enum column_meaning meaning = layout->meanings[i];

		layout->next[i] = -1;
		layout->known += is_meaning_used(meaning);
		if (layout->first[meaning] < 0)
			layout->first[meaning] = (int16_t)i;
		else
			layout->next[last[meaning]] = (int16_t)i;
		last[meaning] = (int16_t)i;
	}
}

/* What is odd about columns, once a sheet. */
static void
columns_tell(struct import *import)
{
	struct layout *layout = &import->layout;
	char letters[SHEET_COLUMN_LETTERS_BYTES];

	for (size_t i = 0; i < layout->count; i++) {
		enum column_meaning meaning = layout->meanings[i];
		struct str heading = layout->headings[i];

		if (heading.n == 0)
			continue;
		if (is_table_begin(&import->tables, i))
			remark_at(import, layout->row, (int32_t)i, heading, REMARK_tables_abreast,
			    S(""));
		else if (is_table_further(&import->tables, i))
			continue;
		else if (meaning == COLUMN_UNKNOWN)
			remark_at(
			    import, layout->row, (int32_t)i, heading, REMARK_column_unknown, S(""));
		else if (import->tables.has_heads &&
			 head_meaning(import, heading) != COLUMN_UNKNOWN)
			continue;
		else if (!is_wanted(import, meaning) ||
			 (meaning == COLUMN_RESPONSIBLE && !chars_has(heading, "网格")))
			remark_at(import, layout->row, (int32_t)i, heading,
			    import->options->is_places ? REMARK_column_no_place
						       : REMARK_column_unused,
			    S(""));
		else if (layout->first[meaning] != (int16_t)i && meaning != COLUMN_PHONE &&
			 meaning != COLUMN_REMARK && meaning != COLUMN_CARE) {
			sheet_column_letters((uint32_t)layout->first[meaning], letters);
			remark_at(import, layout->row, (int32_t)i, heading, REMARK_column_twice,
			    str_of(letters));
		}
	}
}

static void
layout_set(struct import *import, const struct row_copy *upper, const struct row_copy *lower)
{
	struct layout *layout = &import->layout;

	layout->count = greater(lower->count, upper != NULL ? upper->count : 0);
	layout->row = lower->number;
	layout->is_heads = false;
	for (size_t i = 0; i < layout->count; i++) {
		struct str above = upper != NULL ? upper->texts[i] : S("");

		layout->headings[i] = heading_text(import, above, lower->texts[i]);
		layout->meanings[i] = meaning_of(import, i, above, lower->texts[i]);
	}
	layout_link(layout);
	tables_find(import);
	columns_tell(import);
	if (lower->is_cut) {
		char letters[SHEET_COLUMN_LETTERS_BYTES];

		sheet_column_letters(LAYOUT_COLUMNS_MAX - 1, letters);
		remark_at(import, layout->row, -1, S(""), REMARK_columns_many, str_of(letters));
	}
	arena_reset(&import->row_arena);
}

/* 号码 says nothing alone, but it does under 证件; 喜好 under 住址 is no address. */
static bool
is_of_group(struct import *import, struct str over, struct str heading)
{
	enum column_meaning meaning = heading_meaning(&import->row_arena, over, heading);

	return meaning == COLUMN_IDENTITY || meaning == COLUMN_IDENTITY_KIND ||
	       meaning == COLUMN_PHONE || meaning == COLUMN_WORKPLACE;
}

/*
 * An upper heading stands over the columns to its right, too, as far as these have lower headings,
 * none of which is there twice: 房东 over 姓名 and 电话, where the cells are not merged.
 */
static void
group_spread(struct import *import, const struct row_copy *upper, const struct row_copy *lower)
{
	struct row_copy *group = &import->group;
	bool seen[COLUMN_MEANINGS] = { false };
	struct str over = S("");

	*group = *upper;
	for (size_t i = 0; i < lower->count; i++) {
		enum column_meaning meaning =
		    heading_meaning(&import->row_arena, S(""), lower->texts[i]);

		if (upper->texts[i].n > 0 || lower->texts[i].n == 0 || seen[meaning]) {
			memset(seen, 0, sizeof(seen));
			over = lower->texts[i].n > 0 ? upper->texts[i] : S("");
		} else if (meaning != COLUMN_UNKNOWN ||
			   is_of_group(import, over, lower->texts[i])) {
			group->texts[i] = over;
		}
		seen[meaning] = meaning != COLUMN_UNKNOWN;
	}
}

/* What stands above the headings may name the compound. */
static void
title_note(struct heading_search *search, const struct row_copy *row)
{
	struct str title = S("");

	for (size_t i = 0; i < row->count; i++)
		if (row->texts[i].n > title.n)
			title = row->texts[i];
	if (search->title_count < TITLES_MAX)
		search->titles[search->title_count++] = title;
}

enum layout_step
layout_search(struct import *import, const struct sheet_row *row)
{
	struct heading_search *search = &import->search;
	struct row_copy *here = &import->here;
	int alone, both;

	row_copy_make(import, row, here);
	alone = score_of(import, NULL, here);
	group_spread(import, &search->before, here);
	both = search->before.count > 0 && !import->options->is_places
		   ? score_of(import, &import->group, here)
		   : 0;
	if (both > alone && both > search->score) {
		layout_set(import, &import->group, here);
		return LAYOUT_FOUND;
	}
	/* A title, 某某小区场所表, names a place too, but fewer than the headings below it. */
	if (search->score > 0 && (!import->options->is_places || alone <= search->score)) {
		layout_set(import, NULL, &search->before);
		return LAYOUT_FOUND_BEFORE;
	}
	if (search->before.count > 0)
		title_note(search, &search->before);
	search->before = *here;
	search->score = alone;
	return ++search->rows < HEADING_ROWS_MAX ? LAYOUT_GOES_ON : LAYOUT_NONE;
}

bool
layout_search_end(struct import *import)
{
	struct heading_search *search = &import->search;

	if (search->score == 0)
		return false;
	layout_set(import, NULL, &search->before);
	return true;
}

bool
layout_goes_on(struct import *import, const struct sheet_row *row)
{
	const struct layout *before = &import->layout_before;
	struct identity identity;
	struct name name;

	if (import->options->is_places || before->count == 0 || import->search.rows > 0 ||
	    before->first[COLUMN_IDENTITY] < 0)
		return false;
	name_clean(&import->row_arena,
	    sheet_row_cell(row, (uint32_t)before->first[COLUMN_NAME])->text, &name);
	identity_clean(sheet_row_cell(row, (uint32_t)before->first[COLUMN_IDENTITY])->text,
	    IDENTITY_NONE, false, import->today, &identity);
	if (name.verdict != NAME_OK || identity.verdict != IDENTITY_OK)
		return false;
	import->layout = *before;
	import->layout.row = row->number;
	tables_find(import);
	remark_at(import, row->number, -1, S(""), REMARK_sheet_as_before, S(""));
	return true;
}

/* Places have no heading that all sheets have; one that comes again is as it was. */
static bool
is_same_heading(const struct layout *layout, const struct sheet_row *row)
{
	size_t same = 0;

	for (size_t i = 0; i < row->cell_count; i++) {
		const struct sheet_cell *cell = &row->cells[i];

		if (cell->column < layout->count && cell->text.n > 0) {
			if (!str_equal(cell->text, layout->headings[cell->column]))
				return false;
			same++;
		}
	}
	return same > 0;
}

/* Could one of the cells be the heading of names? A look at the bytes, because every row is asked.
 */
static bool
may_have_headings(const struct layout *layout, const struct sheet_row *row)
{
	uint32_t column = (uint32_t)layout->first[COLUMN_NAME];
	struct str heading = layout->headings[column];

	for (size_t i = 0; i < row->cell_count; i++) {
		const struct sheet_cell *cell = &row->cells[i];

		if (cell->text.n < 40 &&
		    (str_starts(cell->text, S("姓")) ||
			(cell->column == column && (str_find(cell->text, S("姓")) >= 0 ||
						       str_equal(cell->text, heading)))))
			return true;
	}
	return false;
}

bool
layout_is_again(struct import *import, const struct sheet_row *row)
{
	const struct layout *layout = &import->layout;
	struct row_copy *here = &import->here;
	bool is_same = true;

	if (import->options->is_places)
		return is_same_heading(layout, row);
	if (!may_have_headings(layout, row))
		return false;
	row_copy_make(import, row, here);
	if (score_of(import, NULL, here) == 0)
		return false;
	for (size_t i = 0; i < here->count && i < layout->count; i++)
		is_same = is_same && (here->texts[i].n == 0 ||
					 layout->meanings[i] == heading_meaning(&import->row_arena,
								    S(""), here->texts[i]));
	if (!is_same)
		layout_set(import, NULL, here);
	return true;
}
