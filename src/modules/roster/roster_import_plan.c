/*
 * roster_import_plan.c -- what is to be done with a row: new, changed and how, unchanged, doubtful.
 *
 * What a row does not say stays as it is on the roster. What it says goes before, but nothing that
 * somebody found at a door is lost by it: telephones and categories of care are added, and who is
 * known to be in hospital is not brought home by a sheet.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/roster/roster.h"

static const struct {
	const char *name;
	struct label label;
} text_fields[PLANNED_TEXTS] = {
	[PLANNED_NAME] = { "name", { "姓名", "name" } },
	[PLANNED_SEARCH] = { "search", { "检索", "search" } },
	[PLANNED_IDENTITY] = { "identity", { "证件号码", "document" } },
	[PLANNED_PHONE] = { "phone", { "电话", "telephone" } },
	[PLANNED_CODE] = { "household_code", { "户编号", "household" } },
	[PLANNED_RELATION] = { "relation", { "与户主关系", "relation" } },
	[PLANNED_LANDLORD] = { "landlord", { "房东", "landlord" } },
	[PLANNED_ADDRESS] = { "registered_address", { "户籍地址", "registered address" } },
	[PLANNED_WORK] = { "work", { "工作单位", "workplace" } },
	[PLANNED_NOTE] = { "note", { "备注", "note" } },
};

void
plan_begin(struct import *import)
{
	for (const struct field *f = roster_row_item.fields; f->name != NULL; f++)
		for (size_t i = 0; i < PLANNED_TEXTS; i++)
			if (strcmp(text_fields[i].name, f->name) == 0)
				import->text_bytes_max[i] = (uint16_t)f->hi;
}

struct str
planned_text(const struct planned *planned, enum planned_text which)
{
	const char *p = planned->texts;

	for (int i = 0; i < (int)which; i++)
		p += planned->bytes[i];
	return (struct str){ p, planned->bytes[which] };
}

/* ---- what differs from the roster ---- */

struct difference {
	struct buffer words; /* 电话、住址 */
	struct entry *entry;
	const struct person *person;
	struct match match;
	bool has_stay;			 /* the stay is to be sent */
	bool keeps_name, keeps_identity; /* the roster's */
	struct str phones;
	uint32_t household;
};

static void
differs(struct import *import, struct difference *d, const char *zh, const char *en)
{
	if (d->words.n > 0)
		buffer_add(&d->words, import->options->is_english ? S(", ") : S("、"));
	buffer_add(&d->words, str_of(import->options->is_english ? en : zh));
}

static void
name_compare(struct import *import, struct difference *d)
{
	struct str there = person_name(d->person);
	int32_t column = import->layout.first[COLUMN_NAME];

	if (str_equal(there, d->entry->name))
		return;
	d->keeps_name = d->entry->is_name_doubtful && there.n > 0;
	if (there.n > 0)
		remark_add(import, d->entry, column, d->entry->name,
		    d->keeps_name ? REMARK_name_kept : REMARK_name_changed, there);
	if (!d->keeps_name)
		differs(import, d, "姓名", "name");
}

static void
identity_compare(struct import *import, struct difference *d)
{
	struct entry *entry = d->entry;
	struct str number = str_of(entry->identity.number), there;
	bool is_doubtful;

	if (number.n == 0)
		return;
	if (d->match.how == MATCH_IDENTITY) {
		/* By the document of a record that was merged into this one: it has its own. */
		d->keeps_identity = identity_hash(import, number) != d->person->identity_hash;
		if (!d->keeps_identity &&
		    d->person->known->identity_kind != (uint8_t)entry->identity.kind)
			differs(import, d, "证件类型", "kind of document");
		return;
	}
	if (d->person->identity_hash == 0) {
		differs(import, d, "证件号码", "document");
		return;
	}
	if (person_identity(import, d->match.person, &there, &is_doubtful) != 0)
		there = S("");
	d->keeps_identity = entry->is_identity_doubtful && !is_doubtful;
	remark_add(import, entry, import->layout.first[COLUMN_IDENTITY], number,
	    d->keeps_identity ? REMARK_identity_kept : REMARK_identity_changed,
	    mask_numbers(&import->row_arena, there, true));
	if (!d->keeps_identity)
		differs(import, d, "证件号码", "document");
}

/* Those of the sheet, then those of the roster that it does not have. */
static void
phones_compare(struct import *import, struct difference *d)
{
	struct str rest = d->entry->phones, one, known;
	bool is_new = false;
	size_t count = 0;

	d->phones = S("");
	while (rest.n > 0 && str_split(&rest, ' ', &one)) {
		bool is_there = false;

		count++;
		known = person_phones(d->person);
		for (struct str other; known.n > 0 && str_split(&known, ' ', &other);)
			is_there |= str_equal(other, one);
		is_new |= !is_there;
	}
	if (!is_new)
		return;
	differs(import, d, "电话", "telephone");
	d->phones = d->entry->phones;
	for (known = person_phones(d->person);
	     known.n > 0 && str_split(&known, ' ', &one) && count < PHONES_MAX;) {
		bool is_said = false;

		rest = d->entry->phones;
		for (struct str other; rest.n > 0 && str_split(&rest, ' ', &other);)
			is_said |= str_equal(other, one);
		if (is_said)
			continue;
		count++;
		d->phones = arena_printf(&import->row_arena, "%.*s %.*s", (int)d->phones.n,
		    d->phones.p, (int)one.n, one.p);
	}
}

static void
data_compare(struct import *import, struct difference *d)
{
	const struct entry *entry = d->entry;
	const struct known *known = d->person->known;

	if (entry->sex != SEX_UNKNOWN && (uint8_t)entry->sex != known->sex)
		differs(import, d, "性别", "sex");
	if (entry->birth.ymd != 0 && entry->birth.ymd != known->birth)
		differs(import, d, "出生日期", "birth date");
	if ((entry->care & ~(int64_t)known->care) != 0)
		differs(import, d, "重点人群", "care");
	if (entry->is_immobile && !known->is_immobile)
		differs(import, d, "行动不便", "cannot walk");
	if (entry->population != roster_population_UNKNOWN &&
	    (uint8_t)entry->population != known->population)
		differs(import, d, "人口类型", "population");
	if (entry->relation.n > 0 && text_hash(entry->relation) != known->relation)
		differs(import, d, "与户主关系", "relation");
	if (entry->registered_address.n > 0 &&
	    text_hash(entry->registered_address) != known->registered_address)
		differs(import, d, "户籍地址", "registered address");
	if (entry->work.n > 0 && text_hash(entry->work) != known->work)
		differs(import, d, "工作单位", "workplace");
	if (entry->note.n > 0 && text_hash(entry->note) != known->note)
		differs(import, d, "备注", "note");
}

/* Is that stay what the row says of it? */
static bool
is_stay_said(const struct entry *entry, const struct stay_known *stay)
{
	return (!entry->has_kind || stay->kind == entry->kind) &&
	       (entry->since.ms == 0 || entry->since.ms == stay->from) &&
	       (entry->until.ms == 0 || entry->until.ms == stay->until);
}

static void
stay_compare(struct import *import, struct difference *d)
{
	struct entry *entry = d->entry;
	bool was_here = false, is_elsewhere = false, is_same = false;
	int64_t now = import->options->now.ms;

	if (entry->place == 0)
		return;
	for (const struct stay_known *s = d->person->known->stays; s != NULL; s = s->next) {
		bool is_now = s->from <= now && now < s->until;

		is_elsewhere |= is_now && !roster_kind_is_present(s->kind);
		was_here |= s->place == entry->place;
		is_same |= s->place == entry->place && is_stay_said(entry, s) &&
			   (is_now || entry->until.ms != 0);
		if (is_now && !entry->has_kind && roster_kind_is_present(s->kind))
			entry->kind = s->kind;
	}
	if (is_same || (is_elsewhere && was_here && entry->until.ms == 0 &&
			   roster_kind_is_present(entry->kind)))
		return;
	d->has_stay = true;
	if (was_here) {
		differs(import, d, "居住情况", "stay");
		return;
	}
	differs(import, d, "住址", "address");
	if (d->person->place != 0)
		remark_add(import, entry, -1,
		    place_path(&import->row_arena, &import->places, entry->place), REMARK_moved,
		    place_path(&import->row_arena, &import->places, d->person->place));
}

/* What the row says of its household, where no row before has said it. */
static void
household_compare(struct import *import, struct difference *d, uint32_t row)
{
	struct entry *entry = d->entry;
	const struct known *known = d->person != NULL ? d->person->known : NULL;
	struct household *h;
	uint64_t landlord = text_hash(entry->landlord);

	d->household = household_of(import, entry, d->match.person, row);
	h = &import->people.households[d->household];
	if (d->household == 0 || h->is_housing_said)
		entry->housing = roster_housing_UNKNOWN;
	if (d->household == 0 || h->is_landlord_said)
		entry->landlord = S("");
	if (d->household == 0)
		return;
	if (known != NULL && (known->household == 0 || known->household != h->id))
		differs(import, d, "户", "household");
	if (entry->household.n > 0 && h->code.n == 0) {
		h->code = arena_copy(&import->people.arena, entry->household);
		if (h->id != 0)
			differs(import, d, "户编号", "household number");
	}
	if (entry->housing != roster_housing_UNKNOWN) {
		if (h->id != 0 && h->housing != (uint8_t)entry->housing)
			differs(import, d, "房屋性质", "housing");
		h->is_housing_said = true;
	}
	if (entry->landlord.n > 0) {
		if (h->id != 0 && h->landlord != landlord)
			differs(import, d, "房东", "landlord");
		h->is_landlord_said = true;
	}
}

/* ---- packing ---- */

static void
planned_keep(struct planned ***list, size_t *count, size_t *room, struct planned *planned)
{
	if (*count == *room) {
		*room = *room == 0 ? 256 : *room * 2;
		*list = memory_grow(*list, *room * sizeof(**list));
	}
	(*list)[(*count)++] = planned;
}

static struct planned *
row_pack(struct import *import, const struct difference *d, uint32_t row, uint32_t person)
{
	const struct entry *entry = d->entry;
	const struct known *known = d->person != NULL ? d->person->known : NULL;
	struct str none = S("");
	struct str name = d->keeps_name ? person_name(d->person) : entry->name;
	struct str texts[PLANNED_TEXTS] = {
		[PLANNED_NAME] = name,
		[PLANNED_SEARCH] = import->pinyin == NULL
				       ? none
				       : pinyin_keys(import->pinyin, &import->row_arena, name),
		[PLANNED_IDENTITY] = d->keeps_identity ? none : str_of(entry->identity.number),
		[PLANNED_PHONE] = known != NULL ? d->phones : entry->phones,
		[PLANNED_CODE] =
		    d->household != 0 ? import->people.households[d->household].code : none,
		[PLANNED_RELATION] = entry->relation,
		[PLANNED_LANDLORD] = entry->landlord,
		[PLANNED_ADDRESS] = entry->registered_address,
		[PLANNED_WORK] = entry->work,
		[PLANNED_NOTE] = entry->note,
	};
	struct planned *planned;
	size_t bytes = 0, at = 0;

	for (size_t i = 0; i < PLANNED_TEXTS; i++)
		bytes += texts[i].n;
	planned = arena_alloc(&import->arena, sizeof(*planned) + bytes);
	*planned = (struct planned){ .row = row,
		.person = person,
		.household = d->household,
		.since = entry->since.ms,
		.until = entry->until.ms,
		.birth = (int32_t)entry->birth.ymd,
		.care = (uint16_t)(entry->care | (known != NULL ? known->care : 0)),
		.kind = (uint8_t)entry->kind,
		.sex = (uint8_t)entry->sex,
		.identity_kind = d->keeps_identity ? 0 : (uint8_t)entry->identity.kind,
		.population = (uint8_t)entry->population,
		.housing = (uint8_t)entry->housing,
		.is_identity_doubtful = entry->is_identity_doubtful && !d->keeps_identity,
		.is_immobile = entry->is_immobile,
		.place = d->has_stay ? entry->place : 0 };
	for (size_t i = 0; i < PLANNED_TEXTS; i++) {
		planned->bytes[i] = (uint16_t)texts[i].n;
		if (texts[i].n > 0)
			memcpy(planned->texts + at, texts[i].p, texts[i].n);
		at += texts[i].n;
	}
	place_use(&import->places, entry->place);
	planned_keep(&import->planned, &import->planned_count, &import->planned_room, planned);
	if (entry->identity.is_tail_zero && texts[PLANNED_IDENTITY].n > 0)
		planned_keep(
		    &import->tail_zero, &import->tail_zero_count, &import->tail_zero_room, planned);
	return planned;
}

/* ---- the row ---- */

/* Longer than the roster takes: cut between characters, and told. */
static void
text_cut(struct import *import, struct entry *entry, enum planned_text which, struct str *text)
{
	size_t most = import->text_bytes_max[which];

	if (text->n <= most)
		return;
	remark_add(
	    import, entry, -1, *text, REMARK_text_long, count_text(&import->row_arena, most));
	while (most > 0 && ((unsigned char)text->p[most] & 0xc0) == 0x80)
		most--;
	text->n = most;
}

static void
entry_cut(struct import *import, struct entry *entry)
{
	text_cut(import, entry, PLANNED_NAME, &entry->name);
	text_cut(import, entry, PLANNED_PHONE, &entry->phones);
	text_cut(import, entry, PLANNED_CODE, &entry->household);
	text_cut(import, entry, PLANNED_RELATION, &entry->relation);
	text_cut(import, entry, PLANNED_LANDLORD, &entry->landlord);
	text_cut(import, entry, PLANNED_ADDRESS, &entry->registered_address);
	text_cut(import, entry, PLANNED_WORK, &entry->work);
	text_cut(import, entry, PLANNED_NOTE, &entry->note);
}

/* The person has been met in this file: that row stands, whatever this one says. */
static void
plan_twice(struct import *import, struct entry *entry, const struct match *match)
{
	const struct person *person = &import->people.list[match->person];
	uint32_t first = person->claimed - 1;
	struct str where = row_words(import, first);
	enum remark_word word = match->how == MATCH_PHONE  ? REMARK_twice_phone
				: match->how == MATCH_ROOM ? REMARK_twice_room
				: str_equal(person_name(person), entry->name)
				    ? REMARK_twice_identity
				    : REMARK_twice_name_differs;

	remark_add(import, entry, -1, entry->name, word, where);
	/* What was there before, and is not changed now, is not changed by being said twice. */
	row_add(import, entry->row,
	    person->known != NULL && import->report->rows[first].verdict == ROSTER_IMPORT_UNCHANGED
		? ROSTER_IMPORT_UNCHANGED
		: ROSTER_IMPORT_DOUBTFUL);
}

static void
plan_new(struct import *import, struct entry *entry, const struct match *match)
{
	struct difference d = { .entry = entry, .match = *match, .has_stay = true };
	uint32_t person, row;

	if (match->namesake != 0) {
		uint32_t first = import->people.list[match->namesake].claimed;

		remark_add(import, entry, -1, entry->name,
		    first != 0 ? REMARK_twice_namesake : REMARK_namesake,
		    first != 0 ? row_words(import, first - 1) : S(""));
	}
	row = row_add(import, entry->row,
	    entry->weight == DOUBT ? ROSTER_IMPORT_DOUBTFUL : ROSTER_IMPORT_NEW);
	household_compare(import, &d, row);
	person = person_new(import, entry);
	import->people.list[person].claimed = row + 1;
	import->people.list[person].planned = row_pack(import, &d, row, person);
	buffer_done(&d.words);
}

static void
plan_known(struct import *import, struct entry *entry, const struct match *match)
{
	struct person *person = &import->people.list[match->person];
	struct difference d = { .entry = entry, .match = *match, .person = person };
	uint32_t row = row_add(import, entry->row, ROSTER_IMPORT_UNCHANGED);

	person->claimed = row + 1;
	name_compare(import, &d);
	identity_compare(import, &d);
	phones_compare(import, &d);
	data_compare(import, &d);
	stay_compare(import, &d);
	household_compare(import, &d, row);
	if (d.words.n > 0) {
		remark_add(import, entry, -1, S(""), REMARK_changed, buffer_str(&d.words));
		row_verdict_set(import, row,
		    entry->weight == DOUBT ? ROSTER_IMPORT_DOUBTFUL : ROSTER_IMPORT_CHANGED);
		(void)row_pack(import, &d, row, match->person);
	}
	buffer_done(&d.words);
}

void
plan_row(struct import *import, struct entry *entry)
{
	struct match match;

	if (entry->weight == REFUSE) {
		(void)row_add(import, entry->row, ROSTER_IMPORT_REFUSED);
		return;
	}
	entry_cut(import, entry);
	person_match(import, entry, &match);
	if (match.how == MATCH_AMBIGUOUS) {
		remark_add(import, entry, -1, entry->name, REMARK_person_ambiguous,
		    count_text(&import->row_arena, match.candidates));
		(void)row_add(import, entry->row, ROSTER_IMPORT_REFUSED);
	} else if (match.how == MATCH_NONE) {
		plan_new(import, entry, &match);
	} else if (import->people.list[match.person].claimed != 0) {
		plan_twice(import, entry, &match);
	} else {
		plan_known(import, entry, &match);
	}
}

void
plan_vacant(struct import *import, struct entry *entry)
{
	entry_address(import, entry);
	place_use(&import->places, entry->place);
	remark_add(import, entry, -1, S(""), REMARK_row_vacant, S(""));
	(void)row_add(import, entry->row, ROSTER_IMPORT_UNCHANGED);
}

void
plan_sheet_end(struct import *import)
{
	for (size_t i = 0; i < import->tail_zero_count && import->destroyed_count > 0; i++) {
		struct planned *planned = import->tail_zero[i];

		planned->is_identity_doubtful = true;
		remark_at(import, import->report->rows[planned->row].row,
		    import->layout.first[COLUMN_IDENTITY], planned_text(planned, PLANNED_IDENTITY),
		    REMARK_identity_tail_late, S(""));
		row_verdict_set(import, planned->row, ROSTER_IMPORT_DOUBTFUL);
	}
	import->tail_zero_count = 0;
}
