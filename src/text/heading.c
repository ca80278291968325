/* heading.c -- see heading.h; the words are in heading_words.c. */
#include <string.h>
#include "text/heading.h"
#include "text/heading_words.h"

#define HEADING_BYTES_MAX 180 /* a longer cell is a sentence */

static bool
is_bracket(uint32_t c, bool *ret_opens)
{
	*ret_opens = c == '(' || c == '[' || c == '{' || c == 0x3010 || c == 0x3014 || c == '<' ||
		     c == 0x300a;
	return *ret_opens || c == ')' || c == ']' || c == '}' || c == 0x3011 || c == 0x3015 ||
	       c == '>' || c == 0x300b;
}

static bool
is_mark(uint32_t c)
{
	return c < 0x80 ? !char_is_digit(c) && !char_is_letter(c)
			: c == 0xb7 || (c >= 0x2000 && c < 0x2e80) || (c >= 0x3000 && c <= 0x303f);
}

/* Numbers before a heading: 1.姓名, ①姓名, (1)姓名, 一、姓名. Not 14天. */
static struct str
numbering_drop(struct str word)
{
	struct str rest = word, next;
	int64_t value;
	uint32_t c;

	if (str_starts(rest, S("(")))
		rest = str_slice(rest, 1, SIZE_MAX);
	if (!number_take(&rest, &value))
		return word;
	next = rest;
	return chars_next(&next, &c) && is_mark(c) && c != '/' && c != '-' ? next : word;
}

/* What stands outside of brackets, or inside of them, without marks. */
static struct str
core_make(struct arena *arena, struct str word, bool is_inside)
{
	char *p = arena_alloc(arena, word.n + 1);
	size_t n = 0, depth = 0;
	uint32_t c;
	bool opens;

	while (chars_next(&word, &c)) {
		if (is_bracket(c, &opens))
			depth = opens ? depth + 1 : depth > 0 ? depth - 1 : 0;
		else if ((depth > 0) == is_inside && !is_mark(c))
			n += utf8_put(c, p + n);
	}
	return (struct str){ p, n };
}

static struct str
heading_core(struct arena *arena, struct str cell)
{
	struct str word, core;

	if (cell.n > 4 * HEADING_BYTES_MAX)
		return S("");
	word = numbering_drop(text_word(arena, cell));
	core = core_make(arena, word, false);
	if (core.n == 0)
		core = core_make(arena, word, true);
	return core.n > HEADING_BYTES_MAX ? S("") : core;
}

/* Is the core this label, blanks, marks and capitals aside? */
static bool
is_label(struct str core, const char *label)
{
	struct str rest = str_of(label);
	uint32_t c, expected;

	while (chars_next(&rest, &c)) {
		if (c == ' ' || is_mark(c))
			continue;
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (!chars_next(&core, &expected) || expected != c)
			return false;
	}
	return core.n == 0;
}

/* What Redvest's own templates and exports call their columns, in both languages. */
static enum column_meaning
label_meaning(struct str core)
{
	for (int m = COLUMN_ROW_NUMBER; m < COLUMN_MEANINGS && core.n > 0; m++) {
		struct label label = column_meaning_label((enum column_meaning)m);

		if (is_label(core, label.zh) || is_label(core, label.en))
			return (enum column_meaning)m;
	}
	return COLUMN_UNKNOWN;
}

static enum column_meaning
core_meaning(struct str core)
{
	enum column_meaning meaning = heading_word_exact(core);

	if (meaning == COLUMN_UNKNOWN)
		meaning = label_meaning(core);
	return meaning != COLUMN_UNKNOWN ? meaning : heading_word_inside(core);
}

/* Whose columns stand under a group heading. */
enum group {
	GROUP_OWN,
	GROUP_LANDLORD,
	GROUP_CONTACT,
	GROUP_RELATED,
	GROUP_REGISTERED,
	GROUP_EMPLOYER,
};

static enum group
group_read(struct str core)
{
	static const struct {
		const char *word;
		enum group group;
	} groups[] = {
		{ "房东", GROUP_LANDLORD },
		{ "业主", GROUP_LANDLORD },
		{ "出租人", GROUP_LANDLORD },
		{ "产权人", GROUP_LANDLORD },
		{ "landlord", GROUP_LANDLORD },
		{ "owner", GROUP_LANDLORD },
		{ "紧急联系", GROUP_CONTACT },
		{ "监护人", GROUP_CONTACT },
		{ "家属", GROUP_CONTACT },
		{ "亲属", GROUP_CONTACT },
		{ "guardian", GROUP_CONTACT },
		{ "emergency", GROUP_CONTACT },
		{ "关联人", GROUP_RELATED },
		{ "密接", GROUP_RELATED },
		{ "同行人", GROUP_RELATED },
		{ "同住人", GROUP_RELATED },
		{ "related", GROUP_RELATED },
		{ "户籍", GROUP_REGISTERED },
		{ "户口", GROUP_REGISTERED },
		{ "工作单位", GROUP_EMPLOYER },
		{ "单位信息", GROUP_EMPLOYER },
		{ "employer", GROUP_EMPLOYER },
	};

	for (size_t i = 0; i < LEN(groups); i++)
		if (chars_has(core, groups[i].word))
			return groups[i].group;
	return GROUP_OWN;
}

/* A column under a group that is not the resident's own. */
static enum column_meaning
meaning_in_group(enum group group, enum column_meaning meaning)
{
	switch (group) {
	case GROUP_OWN:
		return meaning;
	case GROUP_LANDLORD:
		return meaning == COLUMN_NAME	 ? COLUMN_LANDLORD_NAME
		       : meaning == COLUMN_PHONE ? COLUMN_LANDLORD_PHONE
						 : COLUMN_UNKNOWN;
	case GROUP_CONTACT:
		return meaning == COLUMN_NAME	 ? COLUMN_CONTACT_NAME
		       : meaning == COLUMN_PHONE ? COLUMN_CONTACT_PHONE
						 : COLUMN_UNKNOWN;
	case GROUP_RELATED:
		return meaning == COLUMN_NAME	    ? COLUMN_RELATED_NAME
		       : meaning == COLUMN_PHONE    ? COLUMN_RELATED_PHONE
		       : meaning == COLUMN_IDENTITY ? COLUMN_RELATED_IDENTITY
						    : COLUMN_UNKNOWN;
	case GROUP_REGISTERED:
		return meaning == COLUMN_ADDRESS ? COLUMN_REGISTERED_ADDRESS : meaning;
	case GROUP_EMPLOYER:
		return meaning == COLUMN_NAME				      ? COLUMN_WORKPLACE
		       : meaning == COLUMN_PHONE || meaning == COLUMN_ADDRESS ? COLUMN_UNKNOWN
									      : meaning;
	}
	return COLUMN_UNKNOWN;
}

enum column_meaning
heading_meaning(struct arena *arena, struct str upper, struct str lower)
{
	struct str above = heading_core(arena, upper), core = heading_core(arena, lower), both;
	enum column_meaning meaning;

	if (core.n == 0)
		return core_meaning(above);
	if (above.n == 0 || str_equal(above, core))
		return core_meaning(core);
	both = arena_printf(arena, "%.*s%.*s", (int)above.n, above.p, (int)core.n, core.p);
	meaning = heading_word_exact(both);
	if (meaning != COLUMN_UNKNOWN)
		return meaning;
	/* 名称 and 号码 mean nothing alone, but they do under 单位 and 证件. */
	meaning = core_meaning(core);
	return meaning != COLUMN_UNKNOWN ? meaning_in_group(group_read(above), meaning)
					 : heading_word_inside(both);
}

static size_t
count_digits(struct str s)
{
	size_t digits = 0;
	uint32_t c;

	while (chars_next(&s, &c))
		digits += char_is_digit(char_narrow(c));
	return digits;
}

int
heading_row_score(
    struct arena *arena, const struct str *uppers, const struct str *lowers, size_t count)
{
	bool has[COLUMN_MEANINGS] = { false };
	int score = 0;

	for (size_t i = 0; i < count; i++) {
		struct str upper = uppers != NULL ? uppers[i] : S("");
		enum column_meaning meaning;

		if (text_word(arena, lowers[i]).n == 0 && text_word(arena, upper).n == 0)
			continue;
		if (count_digits(lowers[i]) > 5) { /* a number of somebody, which no heading has */
			score -= 20;
			continue;
		}
		meaning = heading_meaning(arena, upper, lowers[i]);
		if (meaning == COLUMN_UNKNOWN)
			score -= 6;
		else if (!has[meaning])
			score += 10;
		has[meaning] = true;
	}
	return score > 0 ? score : 0;
}

/* The first cell that is not empty, as a word; empty when there is none. */
static struct str
first_word(struct arena *arena, const struct str *cells, size_t count)
{
	struct str word = S("");

	for (size_t i = 0; i < count && word.n == 0; i++)
		word = text_word(arena, cells[i]);
	return word;
}

/* 共35人, 共计: 12 户. */
static bool
is_counted(struct str word)
{
	int64_t value;

	if (!str_starts(word, S("共")))
		return false;
	word = str_slice(word, strlen("共"), SIZE_MAX);
	if (str_starts(word, S("有")))
		word = str_slice(word, strlen("有"), SIZE_MAX);
	return number_take(&word, &value) &&
	       (str_starts(word, S("人")) || str_starts(word, S("户")) ||
		   str_starts(word, S("名")) || str_starts(word, S("条")) ||
		   str_starts(word, S("份")));
}

static bool
starts_with_any(struct str word, const char *const *heads, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_starts(word, str_of(heads[i])))
			return true;
	return false;
}

bool
row_is_total(struct arena *arena, const struct str *cells, size_t count)
{
	static const char *const heads[] = { "合计", "总计", "小计", "共计", "累计", "本页合计",
		"本页小计", "总人数", "总户数", "人数合计", "合共", "total", "subtotal",
		"grandtotal", "sum:" };
	struct str word = first_word(arena, cells, count);

	return word.n <= 60 && (starts_with_any(word, heads, LEN(heads)) || is_counted(word));
}

bool
row_is_note(struct arena *arena, const struct str *cells, size_t count)
{
	static const char *const heads[] = { "填表说明", "填写说明", "填报说明",
		"说明:", "注:", "注1", "注意:", "注意事项", "备注:", "附注", "填表人", "填报人",
		"制表人", "制表单位", "制表日期", "审核人", "审核:", "审批人", "负责人签",
		"负责人:", "填报单位", "填表单位", "填报日期", "填表日期", "填表时间", "填报时间",
		"统计人", "统计时间", "报送单位", "联系人:", "单位盖章", "单位(盖章)", "社区(盖章)",
		"盖章", "※", "note:", "notes:", "remark:", "remarks:", "preparedby",
		"instructions" };

	return starts_with_any(first_word(arena, cells, count), heads, LEN(heads));
}

bool
cell_is_same_as_above(struct arena *arena, struct str cell)
{
	static const char *const words[] = { "同上", "同前", "上同", "同上行", "同左", "同上一行",
		"〃", "″", "\"", "''", "\"\"", "″″", "〃〃", "々", "仝", "仝上", "-do-", "do.",
		"-\"-", "ditto", "sameasabove", "same", "↑", "⺀", "、、", "．．", ".." };
	struct str word = text_word(arena, cell);

	for (size_t i = 0; i < LEN(words); i++)
		if (chars_equal(word, words[i]))
			return true;
	return false;
}
