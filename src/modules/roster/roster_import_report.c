/* roster_import_report.c -- the report: as text, as JSON, and as the sheet that came with remarks.
 */
#include <inttypes.h>
#include <stdlib.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"

static const struct {
	const char *name;
	struct label label;
} verdicts[ROSTER_IMPORT_VERDICTS] = {
	[ROSTER_IMPORT_NEW] = { "new", { "新增", "New" } },
	[ROSTER_IMPORT_CHANGED] = { "changed", { "有变化", "Changed" } },
	[ROSTER_IMPORT_UNCHANGED] = { "unchanged", { "无变化", "Unchanged" } },
	[ROSTER_IMPORT_DOUBTFUL] = { "doubtful", { "存疑", "Doubtful" } },
	[ROSTER_IMPORT_REFUSED] = { "refused", { "未导入", "Refused" } },
};

const char *
roster_import_verdict_name(enum roster_import_verdict verdict)
{
	return verdicts[verdict].name;
}

static const char *
verdict_label(const struct roster_import_report *report, uint8_t verdict)
{
	return report->is_english ? verdicts[verdict].label.en : verdicts[verdict].label.zh;
}

void
roster_import_json(const struct roster_import_report *report, struct buffer *b)
{
	char letters[SHEET_COLUMN_LETTERS_BYTES];

	buffer_printf(b, "{\"rows\":%" PRIu64, report->row_count);
	for (size_t i = 0; i < ROSTER_IMPORT_VERDICTS; i++)
		buffer_printf(b, ",\"%s\":%" PRIu64, verdicts[i].name, report->counts[i]);
	buffer_add(b, S(",\"remarks\":["));
	for (size_t i = 0; i < report->remark_count; i++) {
		const struct roster_import_remark *remark = &report->remarks[i];

		buffer_add(b, i > 0 ? S(",{\"sheet\":") : S("{\"sheet\":"));
		json_str(b, remark->sheet);
		if (remark->row > 0)
			buffer_printf(b, ",\"row\":%" PRIu32, remark->row);
		else
			buffer_add(b, S(",\"row\":null"));
		buffer_add(b, S(",\"column\":"));
		if (remark->column >= 0) {
			sheet_column_letters((uint32_t)remark->column, letters);
			json_str(b, str_of(letters));
		} else {
			buffer_add(b, S("null"));
		}
		buffer_add(b, S(",\"found\":"));
		json_str(b, remark->found);
		buffer_add(b, S(",\"did\":"));
		json_str(b, remark->did);
		buffer_char(b, '}');
	}
	buffer_add(b, S("]}"));
}

/* “一栋” 第 12 行 D 列（证件号码） */
static void
place_print(const struct roster_import_report *report, const struct roster_import_remark *remark,
    struct buffer *b)
{
	bool is_english = report->is_english;
	char letters[SHEET_COLUMN_LETTERS_BYTES];

	if (remark->sheet.n > 0)
		buffer_printf(
		    b, is_english ? "\"%.*s\" " : "“%.*s”", (int)remark->sheet.n, remark->sheet.p);
	if (remark->row > 0)
		buffer_printf(b, is_english ? "row %" PRIu32 : "第 %" PRIu32 " 行", remark->row);
	if (remark->column >= 0) {
		sheet_column_letters((uint32_t)remark->column, letters);
		buffer_printf(b, is_english ? ", column %s" : " %s 列", letters);
	}
	if (remark->heading.n > 0)
		buffer_printf(b, is_english ? " (%.*s)" : "（%.*s）", (int)remark->heading.n,
		    remark->heading.p);
}

static void
counts_print(const struct roster_import_report *report, struct buffer *b)
{
	bool is_english = report->is_english;

	buffer_printf(
	    b, is_english ? "%" PRIu64 " rows:" : "共 %" PRIu64 " 行：", report->row_count);
	for (size_t i = 0; i < ROSTER_IMPORT_VERDICTS; i++)
		buffer_printf(b, "%s%s %" PRIu64,
		    i == 0	 ? (is_english ? " " : "")
		    : is_english ? ", "
				 : "，",
		    verdict_label(report, (uint8_t)i), report->counts[i]);
	buffer_printf(b,
	    is_english ? ".\nNew places: %" PRIu64 ".\n" : "。\n新增场所 %" PRIu64 " 处。\n",
	    report->place_count);
	if (report->why[0] != '\0')
		buffer_printf(b, "%s\n", report->why);
	if (report->why[0] != '\0' && report->sent_count > 0)
		buffer_printf(b,
		    is_english ? "%" PRIu64 " people were written before; import again to go on.\n"
			       : "此前已写入 %" PRIu64 " 人；再导入一次就会接着做。\n",
		    report->sent_count);
}

void
roster_import_print(const struct roster_import_report *report, size_t remarks_max, struct buffer *b)
{
	size_t shown = remarks_max == 0 || remarks_max > report->remark_count ? report->remark_count
									      : remarks_max;
	size_t more = report->remark_count - shown + report->remark_more;

	counts_print(report, b);
	for (size_t i = 0; i < shown; i++) {
		const struct roster_import_remark *remark = &report->remarks[i];

		place_print(report, remark, b);
		if (remark->found.n > 0)
			buffer_printf(b, report->is_english ? ": \"%.*s\"" : "：“%.*s”",
			    (int)remark->found.n, remark->found.p);
		buffer_printf(b, report->is_english ? " -- %.*s\n" : " —— %.*s\n",
		    (int)remark->did.n, remark->did.p);
	}
	if (more > 0)
		buffer_printf(b,
		    report->is_english ? "and %zu more remarks.\n" : "另有 %zu 条说明。\n", more);
}

static int
before(uint32_t sheet_a, uint32_t row_a, uint32_t sheet_b, uint32_t row_b)
{
	if (sheet_a != sheet_b)
		return sheet_a < sheet_b ? -1 : 1;
	return row_a < row_b ? -1 : row_a > row_b;
}

/* A remark of a row as it stands in its last column: what it is about, and what was done. */
static struct str
remark_text(struct arena *arena, const struct roster_import_remark *remark)
{
	if (remark->heading.n == 0)
		return remark->did;
	return arena_printf(arena, "%.*s：%.*s", (int)remark->heading.n, remark->heading.p,
	    (int)remark->did.n, remark->did.p);
}

int
roster_import_annotate(const char *path, const struct roster_import_report *report,
    const char *output, struct sheet_fault *ret_fault)
{
	struct arena arena = { 0 };
	size_t most = report->row_count + report->remark_count, count = 0, row = 0, i = 0;
	struct sheet_remark *list = memory_new(most * sizeof(*list));
	int r;

	while (row < report->row_count || i < report->remark_count) {
		const struct roster_import_row *a =
		    row < report->row_count ? &report->rows[row] : NULL;
		const struct roster_import_remark *b =
		    i < report->remark_count ? &report->remarks[i] : NULL;

		if (a != NULL &&
		    (b == NULL || before(a->sheet_index, a->row, b->sheet_index, b->row) <= 0)) {
			list[count++] = (struct sheet_remark){ a->sheet_index, a->row,
				str_of(verdict_label(report, a->verdict)) };
			row++;
		} else {
			list[count++] =
			    (struct sheet_remark){ b->sheet_index, b->row, remark_text(&arena, b) };
			i++;
		}
	}
	r = sheet_annotate(path, output, NULL, list, count, ret_fault);
	free(list);
	arena_done(&arena);
	return r;
}

static int
remark_compare(const void *a, const void *b)
{
	const struct roster_import_remark *x = a, *y = b;
	int by_row = before(x->sheet_index, x->row, y->sheet_index, y->row);

	return by_row != 0 ? by_row : x->column < y->column ? -1 : x->column > y->column;
}

void
remarks_sort(struct roster_import_report *report)
{
	if (report->remark_count > 0)
		qsort(report->remarks, report->remark_count, sizeof(*report->remarks),
		    remark_compare);
}

uint32_t
row_add(struct import *import, uint32_t row, enum roster_import_verdict verdict)
{
	struct roster_import_report *report = import->report;

	if (report->row_count == import->row_room) {
		import->row_room = import->row_room == 0 ? 1024 : import->row_room * 2;
		report->rows = memory_grow(report->rows, import->row_room * sizeof(*report->rows));
	}
	report->rows[report->row_count] =
	    (struct roster_import_row){ import->sheet_index, row, (uint8_t)verdict };
	report->counts[verdict]++;
	return (uint32_t)report->row_count++;
}

void
row_verdict_set(struct import *import, uint32_t row, enum roster_import_verdict verdict)
{
	import->report->counts[import->report->rows[row].verdict]--;
	import->report->counts[verdict]++;
	import->report->rows[row].verdict = (uint8_t)verdict;
}
