/* roster_import.c -- the run: every sheet, every row, then the sending; see roster_import.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"
#include "modules/roster/roster_import_inside.h"

#define CHINA_AHEAD_MS (INT64_C(8) * 3600000)
#define PROGRESS_ROWS  2000

/* ---- one sheet ---- */

static void
sheet_begin(struct import *import, const struct sheet_row *row)
{
	import->sheet_index = row->sheet_index;
	import->sheet_name = arena_copy(&import->report->arena, row->sheet);
	if (row->sheet_index >= import->sheet_name_room) {
		import->sheet_name_room = row->sheet_index + 64;
		import->sheet_names = memory_grow(
		    import->sheet_names, import->sheet_name_room * sizeof(*import->sheet_names));
	}
	import->sheet_names[row->sheet_index] = import->sheet_name;
	import->row_before = import->hidden_count = import->blank_count = 0;
	import->destroyed_count = 0;
	import->sheet_rows = 0;
	import->state = SHEET_SEARCHING;
	above_forget(import);
	layout_begin(import);
	if (row->is_sheet_hidden) {
		remark_at(import, 0, -1, import->sheet_name, REMARK_sheet_hidden, S(""));
		import->state = SHEET_PASSED;
	}
}

static void
sheet_without_headings(struct import *import)
{
	remark_at(import, 0, -1, import->sheet_name,
	    import->options->is_places ? REMARK_sheet_no_place_heading : REMARK_sheet_no_heading,
	    S(""));
}

/* The headings are known: what each column is taken for is told. */
static void
reading_begin(struct import *import)
{
	struct roster_import_report *report = import->report;
	const struct layout *layout = &import->layout;

	import->state = SHEET_READING;
	if (report->columns == NULL)
		report->columns = memory_new(ROSTER_IMPORT_COLUMNS_MAX * sizeof(*report->columns));
	for (size_t i = 0; i < layout->count; i++)
		if (layout->headings[i].n > 0 && report->column_count < ROSTER_IMPORT_COLUMNS_MAX)
			report->columns[report->column_count++] = (struct roster_import_column){
				.sheet = import->sheet_name, .heading = layout->headings[i],
				.row = layout->row, .column = (uint32_t)i,
				.meaning = layout->meanings[i] };
}

static void
sheet_end(struct import *import)
{
	if (import->state == SHEET_SEARCHING && layout_search_end(import))
		reading_begin(import);
	if (import->state == SHEET_SEARCHING)
		sheet_without_headings(import);
	if (import->state != SHEET_READING)
		return;
	import->sheets_read++;
	if (import->sheet_rows == 0)
		remark_at(import, import->layout.row, -1, S(""),
		    import->options->is_places ? REMARK_sheet_no_places : REMARK_sheet_no_rows,
		    S(""));
	if (import->hidden_count > 0)
		remark_at(import, import->hidden_first, -1, S(""), REMARK_rows_hidden,
		    count_text(&import->row_arena, import->hidden_count));
	if (import->blank_count > 0)
		remark_at(import, import->blank_first, -1, S(""), REMARK_blank_as_above,
		    count_text(&import->row_arena, import->blank_count));
	plan_sheet_end(import);
}

/* ---- one row ---- */

/* What a row says that is nobody: its first text. */
static struct str
first_text(const struct sheet_row *row)
{
	return row->cells[0].text;
}

static void
person_plan(struct import *import, struct entry entry)
{
	entry_clean(import, &entry);
	if (entry.weight != REFUSE)
		entry_address(import, &entry);
	plan_row(import, &entry);
	grid_take(import, &entry);
}

/* Several names in the name's cell are as many rows. */
static void
names_plan(struct import *import, const struct entry *entry, size_t count)
{
	size_t bytes = import->layout.count * sizeof(struct cell);
	struct cell *cells = arena_alloc(&import->row_arena, bytes);
	struct str names = cell_of(import, COLUMN_NAME).text;

	memcpy(cells, import->cells, bytes);
	for (size_t i = 0; i < count; i++) {
		struct entry one = *entry;

		name_enter(import, cells, i, count);
		remark_add(import, &one, import->layout.first[COLUMN_NAME], names,
		    REMARK_names_many, count_text(&import->row_arena, count));
		person_plan(import, one);
	}
	memcpy(import->cells, cells, bytes);
}

static void
person_read(struct import *import, const struct sheet_row *row)
{
	struct entry entry = { .row = row->number };
	struct str names[NAMES_MAX];
	size_t count;

	cells_settle(import, &entry);
	blanks_fill(import, &entry);
	count = names_split(import, names);
	if (count > 1)
		names_plan(import, &entry, count);
	else
		person_plan(import, entry);
	cells_keep(import);
	import->row_before = row->number;
	import->sheet_rows++;
}

static void
vacant_read(struct import *import, const struct sheet_row *row)
{
	struct entry entry = { .row = row->number, .name = S(""), .note = S("") };

	cells_settle(import, &entry);
	blanks_fill(import, &entry);
	plan_vacant(import, &entry);
	grid_take(import, &entry);
	cells_keep(import);
	import->row_before = row->number;
	import->sheet_rows++;
}

static void
row_below_headings(struct import *import, const struct sheet_row *row)
{
	switch (row_read(import, row)) {
	case ROW_PERSON:
		if (row->is_hidden && import->hidden_count++ == 0)
			import->hidden_first = row->number;
		if (import->options->is_places)
			place_row_take(import, row);
		else
			person_read(import, row);
		break;
	case ROW_VACANT:
		vacant_read(import, row);
		break;
	case ROW_TOTAL:
		remark_at(import, row->number, -1, first_text(row), REMARK_row_total, S(""));
		break;
	case ROW_NOTE:
		remark_at(import, row->number, -1, first_text(row), REMARK_row_note, S(""));
		break;
	case ROW_HEADING:
		remark_at(import, row->number, -1, first_text(row), REMARK_row_heading, S(""));
		break;
	}
}

/* Tables side by side: the row of each. */
static void
rows_abreast(struct import *import, const struct sheet_row *row)
{
	struct sheet_row part;

	if (layout_is_again(import, row)) {
		remark_at(import, row->number, -1, first_text(row), REMARK_row_heading, S(""));
		return;
	}
	for (size_t i = 0; i <= import->tables.count; i++) {
		/* The heads come first, as they do in the sheet. */
		size_t table = i == 0 ? import->tables.count : i - 1;

		if (i == 0 && !import->tables.has_heads)
			continue;
		if (table_enter(import, table, row, &part)) {
			row_below_headings(import, &part);
			table_leave(import, table);
		}
	}
}

static void
row_take(struct import *import, const struct sheet_row *row)
{
	if (import->state == SHEET_SEARCHING && layout_goes_on(import, row)) {
		reading_begin(import);
		sheet_address_read(import);
	} else if (import->state == SHEET_SEARCHING) {
		enum layout_step step = layout_search(import, row);

		if (step == LAYOUT_NONE) {
			sheet_without_headings(import);
			import->state = SHEET_PASSED;
		}
		if (step == LAYOUT_FOUND || step == LAYOUT_FOUND_BEFORE) {
			reading_begin(import);
			sheet_address_read(import);
		}
		arena_reset(&import->row_arena);
		if (step != LAYOUT_FOUND_BEFORE)
			return;
	}
	if (import->state != SHEET_READING)
		return;
	if (import->tables.count > 1)
		rows_abreast(import, row);
	else
		row_below_headings(import, row);
	arena_reset(&import->row_arena);
}

/* ---- the file ---- */

static int
fail_with_fault(struct import *import, int result)
{
	struct buffer b = { 0 };

	sheet_fault_print(&import->report->fault,
	    import->options->is_english ? SHEET_ENGLISH : SHEET_CHINESE, &b);
	(void)snprintf(import->report->why, sizeof(import->report->why), "%.*s", (int)b.n, b.p);
	buffer_done(&b);
	return result;
}

static int
fail(struct import *import, int result, const char *zh, const char *en)
{
	(void)snprintf(import->report->why, sizeof(import->report->why), "%s",
	    import->options->is_english ? en : zh);
	return result;
}

static int
file_read(struct import *import)
{
	struct sheet_row row;
	uint64_t rows = 0;
	int r = sheet_open(import->options->path, NULL, &import->sheet, &import->report->fault);

	if (r != 0)
		return fail_with_fault(import, r);
	sheet_read_ahead(import->sheet);
	import->state = SHEET_PASSED;
	import->sheet_index = UINT32_MAX;
	while ((r = sheet_next(import->sheet, &row, &import->report->fault)) == 1) {
		if (row.sheet_index != import->sheet_index) {
			sheet_end(import);
			sheet_begin(import, &row);
		}
		row_take(import, &row);
		if (++rows % PROGRESS_ROWS == 0 && import->options->progress != NULL)
			import->options->progress(
			    import->options->context, ROSTER_IMPORT_READING, rows, 0);
		if (import->report->row_count >= ROSTER_IMPORT_ROWS_MAX)
			return fail(import, -EFBIG, "行数太多，请分成几个文件导入",
			    "Too many rows; import them in several files");
	}
	if (r != 0)
		return fail_with_fault(import, r);
	sheet_end(import);
	if (import->sheets_read == 0 && import->options->is_places)
		return fail(import, -ENOMSG, "没有找到含小区、楼栋、房号等列的表头，无法导入",
		    "No heading row of places was found; nothing can be imported");
	if (import->sheets_read == 0)
		return fail(import, -ENOMSG, "没有找到含“姓名”的表头，无法导入",
		    "No heading row with names was found; nothing can be imported");
	return 0;
}

static int
plan_make(struct import *import)
{
	int r;

	plan_begin(import);
	import->pinyin = import->options->is_places ? NULL : pinyin_new();
	pinyin_warm(import->pinyin);
	import->addresses = addresses_new();
	/* What was said of headings was said of residents'. */
	r = import->options->is_places ? 0 : columns_remembered_read(import);
	if (r == 0)
		r = places_read(import);
	if (r == 0)
		r = grids_read(import);
	if (r == 0 && !import->options->is_places)
		r = people_read(import);
	if (r != 0)
		return fail(import, r, "读不出花名册", "The roster cannot be read");
	r = file_read(import);
	grids_settle(import);
	for (uint32_t i = 1; i < import->places.count; i++)
		import->report->place_count +=
		    import->places.leaves[i].id == 0 && import->places.leaves[i].is_used;
	return r;
}

/* What only planning needs, which is much of a large file. */
static void
plan_only_free(struct import *import)
{
	addresses_free(import->addresses);
	import->addresses = NULL;
	people_tables_free(&import->people);
	index_done(&import->places.by_key);
	index_done(&import->places.children);
	sheet_close(import->sheet);
	import->sheet = NULL;
}

static void
import_done(struct import *import)
{
	sheet_close(import->sheet);
	pinyin_free(import->pinyin);
	addresses_free(import->addresses);
	places_done(&import->places);
	grids_done(&import->grids);
	people_done(&import->people);
	for (size_t i = 0; i < LAYOUT_COLUMNS_MAX; i++)
		buffer_done(&import->above[i].text);
	buffer_done(&import->kind_word);
	free(import->sheet_names);
	free(import->planned);
	free(import->tail_zero);
	arena_done(&import->search.arena);
	arena_done(&import->row_arena);
	arena_done(&import->arena);
	remarks_sort(import->report);
	free(import);
}

int
roster_import(const struct roster_import_options *options, struct roster_import_report *ret_report)
{
	struct import *import = memory_new(sizeof(*import));
	int r;

	*ret_report = (struct roster_import_report){ .is_english = options->is_english };
	import->options = options;
	import->report = ret_report;
	import->tx = (struct tx){ .db = options->reader,
		.arena = &import->row_arena,
		.area = options->area,
		.area_last = options->area };
	import->today = options->today;
	if (import->today.ymd == 0)
		import->today = date_of_days((options->now.ms + CHINA_AHEAD_MS) / DAY_MS);
	r = plan_make(import);
	if (r == 0 && options->is_strict && ret_report->counts[ROSTER_IMPORT_REFUSED] > 0)
		r = fail(import, -ECANCELED, "有不能导入的行，按要求全部没有导入",
		    "Some rows are refused; as asked, nothing was imported");
	if (r == 0 && !options->is_dry) {
		plan_only_free(import);
		r = plan_send(import);
	}
	import_done(import);
	return r;
}

void
roster_import_report_done(struct roster_import_report *report)
{
	free(report->remarks);
	free(report->rows);
	free(report->columns);
	arena_done(&report->arena);
	*report = (struct roster_import_report){ .is_done = false };
}
