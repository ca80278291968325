/* fixtures.c -- see fixtures.h. */
#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>
#include "base/buffer.h"
#include "base/str.h"
#include "base/when.h"
#include "lib/fixtures.h"
#include "text/identity.h"

#define IN_MEMORY_MAX 100000 /* people; of larger sheets every text stands in its cell */
#define EXCEL_EPOCH   25569  /* the day number of 1970-01-01 */

/* ---- sheets by their rows ---- */

struct book {
	lxw_workbook *workbook;
	lxw_format *day;
};

static void
cell_write(
    const struct book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, struct str cell)
{
	char text[2048];
	double days;

	if (cell.n == 0)
		return;
	(void)str_copy(cell, text, sizeof(text));
	if (text[0] == '=') {
		worksheet_write_number(sheet, row, column, strtod(text + 1, NULL), NULL);
	} else if (text[0] == '@') {
		days = (double)(date_to_days((date_ymd){ atoll(text + 1) }) + EXCEL_EPOCH);
		worksheet_write_number(sheet, row, column, days, book->day);
	} else if (text[0] == '!') {
		worksheet_write_formula_str(sheet, row, column, "=NA()", NULL, "#N/A");
	} else {
		worksheet_write_string(sheet, row, column, text, NULL);
	}
}

static void
sheet_write(const struct book *book, const struct fixture_sheet *s)
{
	lxw_worksheet *sheet = workbook_add_worksheet(book->workbook, s->name);
	lxw_row_col_options hidden = { .hidden = LXW_TRUE };
	const struct fixture_merge *merge = s->merges;

	/* A merge writes its first cell, which then gets its own text. */
	for (; merge->row_last > 0 || merge->column_last > 0; merge++)
		worksheet_merge_range(sheet, merge->row_first, (lxw_col_t)merge->column_first,
		    merge->row_last, (lxw_col_t)merge->column_last, "", NULL);
	for (uint32_t row = 0; s->rows[row] != NULL; row++) {
		struct str rest = str_of(s->rows[row]), cell;

		for (uint16_t column = 0; rest.p != NULL && str_split(&rest, '|', &cell); column++)
			cell_write(book, sheet, row, column, cell);
	}
	for (size_t i = 0; i < FIXTURE_HIDDEN_MAX && s->hidden[i] != 0; i++)
		worksheet_set_row_opt(
		    sheet, (lxw_row_t)s->hidden[i] - 1, LXW_DEF_ROW_HEIGHT, NULL, &hidden);
	if (s->is_hidden)
		worksheet_hide(sheet);
}

static int
book_close(struct book *book)
{
	return workbook_close(book->workbook) == LXW_NO_ERROR ? 0 : -EIO;
}

static struct book
book_open(const char *path, bool is_constant_memory)
{
	lxw_workbook_options options = { .constant_memory = is_constant_memory };
	struct book book = { .workbook = workbook_new_opt(path, &options) };

	book.day = workbook_add_format(book.workbook);
	format_set_num_format(book.day, "yyyy/m/d");
	return book;
}

int
fixture_xlsx(const char *path, const struct fixture_sheet *sheets)
{
	struct book book = book_open(path, false);

	for (; sheets->rows != NULL; sheets++)
		sheet_write(&book, sheets);
	return book_close(&book);
}

/* ---- text files ---- */

static bool
needs_quotes(struct str cell, char separator)
{
	for (size_t i = 0; i < cell.n; i++)
		if (cell.p[i] == separator || cell.p[i] == '"' || cell.p[i] == '\n')
			return true;
	return false;
}

static void
csv_row(struct buffer *b, struct str row, char separator)
{
	struct str cell;
	bool is_first = true;

	while (str_split(&row, '|', &cell)) {
		bool is_quoted = needs_quotes(cell, separator);

		if (!is_first)
			buffer_char(b, separator);
		is_first = false;
		if (is_quoted)
			buffer_char(b, '"');
		for (size_t i = 0; i < cell.n; i++) {
			if (cell.p[i] == '"')
				buffer_char(b, '"');
			buffer_char(b, cell.p[i]);
		}
		if (is_quoted)
			buffer_char(b, '"');
	}
	buffer_add(b, S("\r\n"));
}

/* The bytes in GB18030. */
static void
gb18030(struct buffer *b)
{
	iconv_t cd = iconv_open("GB18030", "UTF-8");
	size_t room = b->n * 2 + 16, left = b->n, rest = room;
	char *out = malloc(room), *to = out, *from = b->p;

	if (iconv(cd, &from, &left, &to, &rest) == (size_t)-1)
		abort();
	iconv_close(cd);
	buffer_reset(b);
	buffer_add(b, (struct str){ out, room - rest });
	free(out);
}

static int
file_write(const char *path, struct str bytes)
{
	FILE *f = fopen(path, "wb");
	size_t written;

	if (f == NULL)
		return -errno;
	written = fwrite(bytes.p, 1, bytes.n, f);
	return fclose(f) == 0 && written == bytes.n ? 0 : -EIO;
}

int
fixture_csv(
    const char *path, const char *const *rows, char separator, enum fixture_encoding encoding)
{
	struct buffer b = { 0 };
	int r;

	if (encoding == FIXTURE_UTF8_MARK)
		buffer_add(&b, S("\xef\xbb\xbf"));
	for (; *rows != NULL; rows++)
		csv_row(&b, str_of(*rows), separator);
	if (encoding == FIXTURE_GB18030)
		gb18030(&b);
	r = file_write(path, buffer_str(&b));
	buffer_done(&b);
	return r;
}

/* ---- people ---- */

void
fixture_identity(date_ymd birth, unsigned order, char ret_number[static FIXTURE_IDENTITY_BYTES])
{
	snprintf(ret_number, FIXTURE_IDENTITY_BYTES, "440399%08u%03u",
	    (unsigned)birth.ymd % 100000000, order % 1000);
	ret_number[17] = identity_checksum(ret_number);
	ret_number[18] = '\0';
}

/* splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t
random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint32_t
random_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(random_next(state) % n);
}

struct resident {
	uint32_t room, member; /* from 0; the first member is the head */
	char name[32], identity[FIXTURE_IDENTITY_BYTES], phone[12];
	date_ymd birth;
	bool is_man;
};

static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
	"徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩",
	"唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕",
	"区", "单", "仇", "解", "查", "欧阳", "尉迟", "上官" };
static const char *const stems[] = { "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸" };
static const char *const branches[] = { "子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉",
	"戌", "亥" };

#define ROOM_PEOPLE_MAX 5

#define DAYS_A_YEAR 336 /* 12 months of 28 */
#define ORDERS	    499 /* odd ones; even ones are for women */
#define AGES_MAX    6	/* spans of ages, so that more than a million numbers differ */

/*
 * Nobody in a room has another's name, because the second sign is the member's own; and nobody in a
 * sheet has another's document, because day, order and span of ages follow from the row.
 */
static void
resident_make(uint64_t *state, uint32_t row, uint32_t room, uint32_t member, struct resident *r)
{
	uint32_t span = row / (DAYS_A_YEAR * ORDERS) % AGES_MAX, day = row % DAYS_A_YEAR;
	uint32_t age = member < 2 ? 25 + span * 10 + random_below(state, 10)
				  : span * 4 + random_below(state, 4);
	uint32_t surname = (room * 7 + (member == 1)) % LEN(surnames);
	uint64_t sign = room / LEN(surnames) + member * 5;

	r->room = room;
	r->member = member;
	r->is_man = member == 0 ? room % 2 == 0 : random_below(state, 2) == 0;
	r->birth.ymd = (2021 - age) * 10000 + (1 + day / 28) * 100 + 1 + day % 28;
	fixture_identity(r->birth, 1 + 2 * (row / DAYS_A_YEAR % ORDERS) + !r->is_man, r->identity);
	snprintf(r->name, sizeof(r->name), "%s%s%s", surnames[surname],
	    stems[random_below(state, LEN(stems))], branches[sign % LEN(branches)]);
	snprintf(r->phone, sizeof(r->phone), "13800%06u", random_below(state, 1000000));
}

static const char *
relation_of(const struct resident *r)
{
	static const char *const words[] = { "户主", "配偶", "子", "女", "母" };

	return r->member < 2 ? words[r->member] : r->is_man ? words[2] : words[3];
}

#define FLOORS	       25
#define ROOMS_A_FLOOR  8
#define STAIRS	       2
#define ROOMS_BUILDING (FLOORS * ROOMS_A_FLOOR * STAIRS)
#define BUILDINGS      20 /* of a compound */

static void
resident_write(lxw_worksheet *sheet, uint32_t row, const struct resident *r)
{
	static const char *const kinds[] = { "户籍", "常住", "流动" };
	uint32_t building = r->room / ROOMS_BUILDING, in_building = r->room % ROOMS_BUILDING;
	uint32_t stair = in_building / (FLOORS * ROOMS_A_FLOOR),
		 in_stair = in_building % (FLOORS * ROOMS_A_FLOOR);
	char texts[16][80];
	const char *care = r->birth.ymd > 20180000 ? "婴幼儿" : r->room % 97 == 0 ? "行动不便" : "";

	snprintf(texts[0], 80, "%u", row);
	snprintf(texts[1], 80, "示例%u期花园", building / BUILDINGS + 1);
	snprintf(texts[2], 80, "%u栋", building % BUILDINGS + 1);
	snprintf(texts[3], 80, "%u单元", stair + 1);
	snprintf(
	    texts[4], 80, "%u%02u", in_stair / ROOMS_A_FLOOR + 1, in_stair % ROOMS_A_FLOOR + 1);
	snprintf(texts[5], 80, "%06u", r->room + 1);
	snprintf(texts[6], 80, "%s", relation_of(r));
	snprintf(texts[7], 80, "%s", r->name);
	snprintf(texts[8], 80, "%s", r->is_man ? "男" : "女");
	snprintf(texts[9], 80, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, r->birth.ymd / 10000,
	    r->birth.ymd / 100 % 100, r->birth.ymd % 100);
	snprintf(texts[10], 80, "居民身份证");
	snprintf(texts[11], 80, "%s", r->identity);
	snprintf(texts[12], 80, "%s", r->phone);
	snprintf(texts[13], 80, "%s", kinds[r->room % LEN(kinds)]);
	snprintf(texts[14], 80, "广东省示例市示例区%u号", r->room % 5000 + 1);
	snprintf(texts[15], 80, "%s", care);
	for (uint16_t i = 0; i < LEN(texts); i++)
		if (texts[i][0] != '\0')
			worksheet_write_string(sheet, row, i, texts[i], NULL);
}

int
fixture_residents(const char *path, uint32_t people, uint64_t seed)
{
	static const char *const headings[] = { "序号", "小区", "楼栋", "单元", "房号", "户编号",
		"与户主关系", "姓名", "性别", "出生日期", "证件类型", "证件号码", "联系电话",
		"人口类型", "户籍地址", "重点人群" };
	struct book book = book_open(path, people > IN_MEMORY_MAX);
	lxw_worksheet *sheet = workbook_add_worksheet(book.workbook, "居民花名册");
	uint64_t state = seed;
	uint32_t row = 1;

	for (uint16_t i = 0; i < LEN(headings); i++)
		worksheet_write_string(sheet, 0, i, headings[i], NULL);
	for (uint32_t room = 0; row <= people; room++) {
		uint32_t members = 1 + random_below(&state, ROOM_PEOPLE_MAX);

		for (uint32_t member = 0; member < members && row <= people; member++, row++) {
			struct resident r;

			resident_make(&state, row, room, member, &r);
			resident_write(sheet, row, &r);
		}
	}
	return book_close(&book);
}
