/* roster_import_remark.c -- what the importer says of a cell or a row, and how it masks numbers. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"

static const struct {
	enum remark_weight weight;
	struct label label;
} words[] = {
#define X(name, weight, zh, en) [REMARK_##name] = { weight, { zh, en } },
	ROSTER_IMPORT_REMARKS(X)
	ROSTER_IMPORT_PLACE_REMARKS(X)
#undef X
};

#define FOUND_BYTES_MAX 120 /* of a cell, as it is shown */

/* At most so many bytes, whole characters. */
static struct str
cut(struct str s, size_t bytes)
{
	if (s.n <= bytes)
		return s;
	while (bytes > 0 && ((unsigned char)s.p[bytes] & 0xc0) == 0x80)
		bytes--;
	return (struct str){ s.p, bytes };
}

static bool
is_number_char(char c)
{
	return (c >= '0' && c <= '9') || c == '*';
}

/* The end of a number that begins at `at`: digits and letters, single blanks and dashes between. */
static size_t
number_end(struct str line, size_t at, bool has_letters, size_t *ret_count)
{
	size_t end = at;

	*ret_count = 0;
	for (size_t i = at; i < line.n; i++) {
		char c = line.p[i];

		if (is_number_char(c) ||
		    ((has_letters || c == 'X' || c == 'x') && char_is_letter((unsigned char)c))) {
			(*ret_count)++;
			end = i + 1;
		} else if ((c != ' ' && c != '-') || i != end) {
			break;
		}
	}
	return end;
}

/*
 * A number that a spreadsheet printed as 4.40304199003071E+17: the division alone stays. Gives the
 * place of the E, or 0 when the cell is something else.
 */
static size_t
exponent_at(struct str line)
{
	for (size_t i = 2; i + 1 < line.n; i++)
		if ((line.p[i] == 'E' || line.p[i] == 'e') &&
		    (line.p[i + 1] == '+' || line.p[i + 1] == '-') && line.p[1] == '.')
			return i;
	return 0;
}

#define TAIL_SHOWN	  4
#define EXPONENT_SHOWN	  7  /* 4.40304: the division */
#define NUMBER_MIN	  5  /* in a column of numbers */
#define NUMBER_BESIDE_MIN 11 /* in any other */

struct str
mask_numbers(struct arena *arena, struct str cell, bool is_number_column)
{
	struct str line = text_line(arena, cell);
	size_t least = is_number_column ? NUMBER_MIN : NUMBER_BESIDE_MIN, e = exponent_at(line);
	char *p;

	line = cut(line, FOUND_BYTES_MAX);
	p = arena_cstr(arena, line);
	for (size_t i = EXPONENT_SHOWN; i < e && i < line.n; i++)
		p[i] = '*';
	for (size_t at = 0, end; at < line.n && e == 0; at = end) {
		size_t count;

		end = number_end(line, at, is_number_column, &count);
		for (size_t i = at; i < end && count >= least && count > TAIL_SHOWN; i++)
			if (p[i] != ' ' && p[i] != '-') {
				p[i] = '*';
				count--;
			}
		if (end == at)
			end++;
	}
	return (struct str){ p, line.n };
}

/* The label with its {} filled. */
static struct str
filled(struct arena *arena, const char *text, struct str about)
{
	const char *gap = strstr(text, "{}");

	if (gap == NULL)
		return str_of(text);
	return arena_printf(
	    arena, "%.*s%.*s%s", (int)(gap - text), text, (int)about.n, about.p, gap + 2);
}

const char *
say(const struct import *import, struct label label)
{
	return import->options->is_english ? label.en : label.zh;
}

/* Room for one more; NULL: enough has been said. */
static struct roster_import_remark *
remark_new(struct import *import)
{
	struct roster_import_report *report = import->report;

	if (report->remark_count == ROSTER_IMPORT_REMARKS_MAX) {
		report->remark_more++;
		return NULL;
	}
	if (report->remark_count == import->remark_room) {
		import->remark_room = import->remark_room == 0 ? 256 : import->remark_room * 2;
		report->remarks =
		    memory_grow(report->remarks, import->remark_room * sizeof(*report->remarks));
	}
	return &report->remarks[report->remark_count++];
}

static bool
is_column_of_numbers(const struct import *import, int32_t column)
{
	enum column_meaning meaning;

	if (column < 0 || column >= (int32_t)import->layout.count)
		return false;
	meaning = import->layout.meanings[column];
	return meaning == COLUMN_IDENTITY || meaning == COLUMN_PHONE ||
	       meaning == COLUMN_LANDLORD || meaning == COLUMN_LANDLORD_PHONE;
}

void
remark_at(struct import *import, uint32_t row, int32_t column, struct str found,
    enum remark_word word, struct str about)
{
	struct roster_import_remark *remark = remark_new(import);
	struct arena *arena = &import->report->arena;

	if (remark == NULL)
		return;
	*remark = (struct roster_import_remark){ .sheet = import->sheet_name,
		.sheet_index = import->sheet_index,
		.row = row,
		.column = column };
	if (column >= 0 && column < (int32_t)import->layout.count)
		remark->heading = import->layout.headings[column];
	remark->found = mask_numbers(arena, found, is_column_of_numbers(import, column));
	remark->did = filled(arena, say(import, words[word].label), about);
}

void
remark_add(struct import *import, struct entry *entry, int32_t column, struct str found,
    enum remark_word word, struct str about)
{
	if (words[word].weight > entry->weight)
		entry->weight = words[word].weight;
	remark_at(import, entry->row, column, found, word, about);
}

struct str
row_words(struct import *import, uint32_t row)
{
	const struct roster_import_row *at = &import->report->rows[row];

	if (at->sheet_index == import->sheet_index)
		return arena_printf(&import->row_arena,
		    import->options->is_english ? "row %" PRIu32 : "第 %" PRIu32 " 行", at->row);
	return arena_printf(&import->row_arena,
	    import->options->is_english ? "row %" PRIu32 " of \"%.*s\""
					: "第 %" PRIu32 " 行（“%.*s”）",
	    at->row, (int)import->sheet_names[at->sheet_index].n,
	    import->sheet_names[at->sheet_index].p);
}

void
remark_row(struct import *import, uint32_t row, struct str found, enum remark_word word)
{
	const struct roster_import_row *at = &import->report->rows[row];

	import->sheet_index = at->sheet_index;
	import->sheet_name = import->sheet_names[at->sheet_index];
	remark_at(import, at->row, -1, found, word, S(""));
}

struct str
count_text(struct arena *arena, uint64_t count)
{
	return arena_printf(arena, "%" PRIu64, count);
}
