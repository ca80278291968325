/* roster_import_clean.c -- the cells of a person: name, document, telephone, days and words. */
#include <inttypes.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/roster/roster_import_words.h"

#define CHINA_AHEAD_MS (INT64_C(8) * 3600000) /* sheets have days; theirs are days in China */

static struct str
joined(struct import *import, struct str before, struct str more, const char *between)
{
	if (more.n == 0)
		return before;
	if (before.n == 0)
		return more;
	return arena_printf(&import->row_arena, "%.*s%s%.*s", (int)before.n, before.p, between,
	    (int)more.n, more.p);
}

/* Adds to the note, once. */
static void
note_add(struct import *import, struct entry *entry, struct str more)
{
	if (more.n > 0 && str_find(entry->note, more) < 0)
		entry->note = joined(import, entry->note, more, "；");
}

void
entry_note(struct import *import, struct entry *entry, const char *what, struct str text)
{
	if (text.n > 0)
		note_add(import, entry,
		    arena_printf(&import->row_arena, "%s：%.*s", what, (int)text.n, text.p));
}

/* All cells of a meaning, as one line. */
static struct str
line_of(struct import *import, enum column_meaning meaning)
{
	const struct layout *layout = &import->layout;
	struct str line = S("");

	for (int c = layout->first[meaning]; c >= 0; c = layout->next[c]) {
		struct str one;

		if (import->cells[c].text.n == 0)
			continue;
		one = text_line(&import->row_arena, import->cells[c].text);

		if (!text_is_none(one))
			line = joined(import, line, one, "；");
	}
	return line;
}

static void
name_read(struct import *import, struct entry *entry)
{
	struct cell cell = cell_of(import, COLUMN_NAME);
	struct name name;

	name_clean(&import->row_arena, cell.text, &name);
	entry->name = name.text;
	entry->beside_name = name.note;
	switch (name.verdict) {
	case NAME_OK:
		break;
	case NAME_EMPTY:
		entry->name = S("");
		remark_add(import, entry, cell.column, cell.text, REMARK_name_missing, S(""));
		return;
	case NAME_TOO_SHORT:
		remark_add(import, entry, cell.column, cell.text, REMARK_name_short, S(""));
		break;
	case NAME_TOO_LONG:
		remark_add(import, entry, cell.column, cell.text, REMARK_name_long, S(""));
		return;
	case NAME_DOUBTFUL:
		entry->is_name_doubtful = true;
		remark_add(import, entry, cell.column, cell.text, REMARK_name_odd, S(""));
		break;
	case NAME_VERDICTS:
		break;
	}
	if (name.note.n > 0) {
		note_add(import, entry, name.note);
		remark_add(import, entry, cell.column, cell.text, REMARK_name_beside, name.note);
	}
}

/* What the number came to, in words of text/identity.h. */
static void
identity_tell(
    struct import *import, struct entry *entry, const struct cell *cell, enum identity_kind told)
{
	const struct identity *identity = &entry->identity;
	struct str number = str_of(identity->number);
	enum remark_word word = REMARK_WORDS;

	switch (identity->verdict) {
	case IDENTITY_OK:
	case IDENTITY_EMPTY:
	case IDENTITY_VERDICTS:
		break;
	case IDENTITY_DESTROYED:
		import->destroyed_count++;
		word = REMARK_identity_destroyed;
		break;
	case IDENTITY_MASKED:
		word = REMARK_identity_masked;
		break;
	case IDENTITY_TOO_SHORT:
	case IDENTITY_TOO_LONG:
	case IDENTITY_CHARACTER_WRONG:
	case IDENTITY_BIRTH_IMPOSSIBLE:
	case IDENTITY_DIVISION_UNKNOWN:
	case IDENTITY_CHECKSUM_WRONG:
		word = number.n > 0 ? REMARK_identity_odd : REMARK_identity_is_words;
		entry->is_identity_doubtful = number.n > 0;
		break;
	}
	if (word != REMARK_WORDS)
		remark_add(import, entry, cell->column, cell->text, word,
		    str_of(say(import, identity_verdict_label(identity->verdict))));
	if (number.n > 0 && identity->was_15)
		remark_add(import, entry, cell->column, cell->text, REMARK_identity_was_15,
		    mask_numbers(&import->row_arena, number, true));
	if (number.n > 0 && identity->is_kind_guessed && told != IDENTITY_NONE)
		remark_add(import, entry, cell->column, cell->text, REMARK_identity_kind_differs,
		    str_of(say(import, identity_kind_label(identity->kind))));
}

/* The word is that of the row above nearly always, and looking it up takes long. */
static bool
identity_kind_told(struct import *import, struct str text, enum identity_kind *ret_kind)
{
	if (import->kind_word.n == 0 || !str_equal(text, buffer_str(&import->kind_word))) {
		buffer_reset(&import->kind_word);
		buffer_add(&import->kind_word, text);
		import->is_kind_known = identity_kind_read(text, &import->kind_told);
	}
	*ret_kind = import->kind_told;
	return import->is_kind_known;
}

static void
identity_read(struct import *import, struct entry *entry)
{
	struct cell cell = cell_of(import, COLUMN_IDENTITY);
	struct cell kind_cell = cell_of(import, COLUMN_IDENTITY_KIND);
	enum identity_kind told = IDENTITY_NONE;

	if (kind_cell.text.n > 0 && !identity_kind_told(import, kind_cell.text, &told))
		remark_add(import, entry, kind_cell.column, kind_cell.text,
		    REMARK_identity_kind_unknown, S(""));
	identity_clean(cell.text, told, cell.is_number, import->today, &entry->identity);
	if (entry->identity.number[0] == '\0' && entry->identity.verdict == IDENTITY_EMPTY)
		entry->identity.kind = IDENTITY_NONE;
	if (entry->identity.is_tail_zero && import->destroyed_count > 0) {
		entry->identity.verdict = IDENTITY_DESTROYED;
		entry->identity.number[0] = '\0';
		entry->identity.sex = SEX_UNKNOWN;
		entry->identity.birth.ymd = 0;
		remark_add(import, entry, cell.column, cell.text, REMARK_identity_tail_zero, S(""));
		return;
	}
	identity_tell(import, entry, &cell, told);
}

/* Sex and birth: what a whole number tells goes before what its row says. */
static void
sex_settle(struct import *import, struct entry *entry)
{
	struct cell cell = cell_of(import, COLUMN_SEX);
	bool is_believed = entry->identity.verdict == IDENTITY_OK;

	if (!sex_words_read(&import->row_arena, cell.text, &entry->sex))
		remark_add(import, entry, cell.column, cell.text, REMARK_sex_unreadable, S(""));
	if (is_believed && entry->identity.sex != SEX_UNKNOWN) {
		if (entry->sex != SEX_UNKNOWN && entry->sex != entry->identity.sex)
			remark_add(
			    import, entry, cell.column, cell.text, REMARK_sex_differs, S(""));
		entry->sex = entry->identity.sex;
	}
}

static struct str
date_words(struct import *import, date_ymd d)
{
	return arena_printf(&import->row_arena, "%04" PRId64 "-%02" PRId64 "-%02" PRId64,
	    d.ymd / 10000, d.ymd / 100 % 100, d.ymd % 100);
}

static void
day_of_cell(struct import *import, const struct cell *cell, struct day *ret_day)
{
	struct day_context context = { .is_number = cell->is_number,
		.is_1904 = sheet_is_1904(import->sheet),
		.today = import->today };

	if (cell->date.ymd != 0)
		*ret_day = (struct day){ .verdict = DAY_EXACT, .date = cell->date, .minute = -1 };
	else
		day_read(cell->text, context, ret_day);
}

static void
birth_settle(struct import *import, struct entry *entry)
{
	struct cell cell = cell_of(import, COLUMN_BIRTH);
	struct day day;
	bool is_believed = entry->identity.verdict == IDENTITY_OK && entry->identity.birth.ymd != 0;

	day_of_cell(import, &cell, &day);
	entry->birth = day.date;
	if (is_believed) {
		if (day.verdict == DAY_EXACT && day.date.ymd != entry->identity.birth.ymd)
			remark_add(
			    import, entry, cell.column, cell.text, REMARK_birth_differs, S(""));
		entry->birth = entry->identity.birth;
	} else if (day.verdict == DAY_UNREADABLE || day.doubt == DAY_DOUBT_YEAR_MISSING) {
		/* 3月5日: nobody's age can be guessed. */
		remark_add(import, entry, cell.column, cell.text, REMARK_birth_unreadable, S(""));
		entry->birth.ymd = 0;
	} else if (day.date.ymd > import->today.ymd) {
		remark_add(import, entry, cell.column, cell.text, REMARK_birth_future, S(""));
		entry->birth.ymd = 0;
	} else if (day.verdict == DAY_DOUBTFUL) {
		remark_add(import, entry, cell.column, cell.text, REMARK_birth_doubtful,
		    date_words(import, day.date));
	}
}

/* Adds a number unless it is there. */
static void
phone_add(struct import *import, struct entry *entry, struct str number, size_t *count)
{
	struct str rest = entry->phones, one;

	while (rest.n > 0 && str_split(&rest, ' ', &one))
		if (str_equal(one, number))
			return;
	entry->phones = joined(import, entry->phones, number, " ");
	(*count)++;
}

#define PHONE_DIGITS_MIN 5

static void
phone_cell_read(struct import *import, struct entry *entry, const struct cell *cell, size_t *count)
{
	struct phones *phones = arena_alloc(&import->row_arena, sizeof(*phones));
	char most[12];

	phones_read(&import->row_arena, cell->text, phones);
	for (size_t i = 0; i < phones->count; i++) {
		const struct phone *phone = &phones->list[i];
		struct str number =
		    phone->extension[0] == '\0'
			? str_of(phone->number)
			: arena_printf(
			      &import->row_arena, "%s-%s", phone->number, phone->extension);

		if (phone->verdict == PHONE_DESTROYED) {
			remark_add(
			    import, entry, cell->column, cell->text, REMARK_phone_destroyed, S(""));
			continue;
		}
		if (phone->verdict == PHONE_UNREADABLE)
			remark_add(
			    import, entry, cell->column, cell->text, REMARK_phone_odd, S(""));
		if (*count < PHONES_MAX && number.n >= PHONE_DIGITS_MIN)
			phone_add(import, entry, number, count);
	}
	if (phones->has_more) {
		snprintf(most, sizeof(most), "%d", PHONES_MAX);
		remark_add(
		    import, entry, cell->column, cell->text, REMARK_phone_many, str_of(most));
	}
	if (phones->rest.n > 0 && !text_is_none(phones->rest)) {
		entry_note(import, entry, "电话", phones->rest);
		remark_add(
		    import, entry, cell->column, cell->text, REMARK_phone_beside, phones->rest);
	}
}

static void
phone_read_all(struct import *import, struct entry *entry)
{
	const struct layout *layout = &import->layout;
	size_t count = 0;

	for (int c = layout->first[COLUMN_PHONE]; c >= 0; c = layout->next[c])
		if (import->cells[c].text.n > 0)
			phone_cell_read(import, entry, &import->cells[c], &count);
}

/* A day of the sheet as an instant; 0: none. */
static time_ms
day_begin(struct import *import, struct entry *entry, enum column_meaning meaning)
{
	struct cell cell = cell_of(import, meaning);
	struct day day;

	day_of_cell(import, &cell, &day);
	if (day.verdict == DAY_UNREADABLE)
		remark_add(import, entry, cell.column, cell.text, REMARK_since_unreadable, S(""));
	if (day.verdict == DAY_DOUBTFUL)
		remark_add(import, entry, cell.column, cell.text, REMARK_since_doubtful,
		    date_words(import, day.date));
	if (day.date.ymd == 0)
		return (time_ms){ 0 };
	return (time_ms){ date_to_days(day.date) * DAY_MS - CHINA_AHEAD_MS };
}

static void
stay_settle(struct import *import, struct entry *entry)
{
	struct cell population = cell_of(import, COLUMN_POPULATION);
	struct stay_words words = { .beside = entry->beside_name };
	struct stay_meaning meaning;

	if (population.text.n == 0)
		population = cell_of(import, COLUMN_CATEGORY);
	words.population = text_line(&import->row_arena, population.text);
	words.housing = line_of(import, COLUMN_HOUSING);
	words.elsewhere = line_of(import, COLUMN_IS_ELSEWHERE);
	entry->since = day_begin(import, entry, COLUMN_MOVED_IN);
	entry->until = day_begin(import, entry, COLUMN_MOVED_OUT);
	if (entry->until.ms != 0 && entry->until.ms <= entry->since.ms) {
		remark_add(import, entry, import->layout.first[COLUMN_MOVED_OUT],
		    cell_of(import, COLUMN_MOVED_OUT).text, REMARK_stay_backwards, S(""));
		entry->since.ms = entry->until.ms = 0;
	}
	stay_words_read(&words, &meaning);
	entry->has_kind = meaning.is_said;
	entry->kind = meaning.kind;
	entry->population = meaning.population;
	entry->housing = meaning.housing;
	if (meaning.is_population_unknown) {
		note_add(import, entry, words.population);
		remark_add(import, entry, population.column, population.text,
		    REMARK_population_unknown, S(""));
	}
}

/* 独居老人 may be a word in a column of care, or a column's heading with 是 below it. */
static void
care_settle(struct import *import, struct entry *entry)
{
	const struct layout *layout = &import->layout;
	struct str words = S("");
	struct care_meaning care;
	int column = layout->first[COLUMN_CARE];

	for (int c = column; c >= 0; c = layout->next[c]) {
		struct str text = import->cells[c].text;

		if (text.n > 0)
			words =
			    joined(import, words, is_yes(text) ? layout->headings[c] : text, "、");
	}
	if (words.n == 0)
		return;
	care_words_read(&import->row_arena, words, &care);
	entry->care = care.bits;
	entry->is_immobile = care.is_immobile;
	if (care.unknown.n > 0) {
		note_add(import, entry, care.unknown);
		remark_add(import, entry, column, words, REMARK_care_unknown, care.unknown);
	}
}

static void
household_read(struct import *import, struct entry *entry)
{
	struct cell relation = cell_of(import, COLUMN_RELATION);

	entry->relation = relation_words_read(&import->row_arena, relation.text, &entry->is_head);
	entry->household = line_of(import, COLUMN_HOUSEHOLD);
	if (entry->household.n == 0)
		entry->household = line_of(import, COLUMN_HOUSEHOLDER);
	if (import->layout.is_heads) {
		if (entry->household.n == 0)
			entry->household = entry->name;
		if (entry->relation.n == 0)
			entry->relation = S("户主");
		entry->is_head = true;
	}
	if (entry->relation.n == 0 && chars_has(entry->beside_name, "户主"))
		entry->is_head = true;
}

static void
foreign_note(struct import *import, struct entry *entry)
{
	static const char *const own[] = { "中国", "中华人民共和国", "汉族", "汉", "china", "cn",
		"chn", "prc" };
	struct str line = line_of(import, COLUMN_NATIONALITY);
	struct str word = text_word(&import->row_arena, line);

	for (size_t i = 0; i < LEN(own); i++)
		if (chars_equal(word, own[i]))
			return;
	entry_note(import, entry, "国籍", line);
}

void
entry_clean(struct import *import, struct entry *entry)
{
	name_read(import, entry);
	note_add(import, entry, line_of(import, COLUMN_REMARK));
	identity_read(import, entry);
	sex_settle(import, entry);
	birth_settle(import, entry);
	phone_read_all(import, entry);
	stay_settle(import, entry);
	care_settle(import, entry);
	household_read(import, entry);
	foreign_note(import, entry);
	entry->registered_address = line_of(import, COLUMN_REGISTERED_ADDRESS);
	entry->work = line_of(import, COLUMN_WORKPLACE);
	entry->landlord = line_of(import, COLUMN_LANDLORD);
	entry->landlord =
	    joined(import, entry->landlord, line_of(import, COLUMN_LANDLORD_NAME), " ");
	entry->landlord =
	    joined(import, entry->landlord, line_of(import, COLUMN_LANDLORD_PHONE), " ");
	entry_note(import, entry, "联系人", line_of(import, COLUMN_CONTACT_NAME));
}
