/* roster_told.c -- what is said of a person: cleaned, sealed, hashed, made searchable, written. */
#include <errno.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/roster/roster_inside.h"
#include "text/identity.h"
#include "text/phone.h"
#include "gen/roster_sql.h"

static_assert((int)roster_identity_kind_OTHER == (int)IDENTITY_OTHER &&
    (int)roster_identity_kind_FOREIGNER_CARD == (int)IDENTITY_FOREIGNER_CARD &&
    (int)roster_identity_kind_HMT_RESIDENCE == (int)IDENTITY_HMT_RESIDENCE &&
    (int)roster_identity_kind_HMT_PERMIT == (int)IDENTITY_HMT_PERMIT &&
    (int)roster_identity_kind_PASSPORT == (int)IDENTITY_PASSPORT &&
    (int)roster_identity_kind_RESIDENT == (int)IDENTITY_RESIDENT, "one list of documents");
static_assert((int)roster_sex_MALE == (int)SEX_MALE && (int)roster_sex_FEMALE == (int)SEX_FEMALE,
    "one list of sexes");

struct draft
draft_new(person_id person)
{
	const struct str none = S("");

	return (struct draft){ .is_new = true, .readings = none, .words = none, .person = {
		.id = person, .name = none, .identity = none, .identity_hash = none, .phone = none,
		.phone_hash = none, .relation = none, .registered_address = none, .work = none,
		.note = none } };
}

/* The number in its one form; empty when a spreadsheet or a mask has destroyed it. */
static int
identity_take(struct tx *tx, struct call *call, const struct told *told, struct roster_person *p)
{
	struct identity id;
	struct str      number;
	bool            is_doubtful;
	int             r;

	if (told->identity_kind != roster_identity_kind_NONE)
		p->identity_kind = told->identity_kind;
	identity_clean(told->identity, (enum identity_kind)told->identity_kind, false,
	    (date_ymd){ 0 }, &id);
	is_doubtful = told->is_identity_doubtful ||
	    (id.verdict != IDENTITY_OK && id.verdict != IDENTITY_EMPTY);
	if (is_doubtful)
		flag_raise(call, &FLAG_roster_identity_doubtful);
	number = arena_copy(tx->arena, str_of(id.number));
	if (number.n == 0) {
		p->is_identity_doubtful = is_doubtful || p->is_identity_doubtful;
		return 0;
	}
	p->is_identity_doubtful = is_doubtful;
	p->identity_kind = (enum roster_identity_kind)id.kind;
	if (id.verdict == IDENTITY_OK && p->sex == roster_sex_UNKNOWN)
		p->sex = (enum roster_sex)id.sex;
	if (id.verdict == IDENTITY_OK && p->birth.ymd == 0)
		p->birth = id.birth;
	r = call_seal(tx, call, CLASS_IDENTITY, "identity", number, &p->identity);
	p->identity_hash = call_equality(tx, call, "identity", number);
	return r;
}

/* Its numbers with a space between; what has none stays as it was written. */
static struct str
phone_plain(struct arena *arena, struct str text)
{
	struct phones phones;
	struct buffer b = { 0 };
	struct str    plain;

	phones_read(arena, text, &phones);
	if (phones.count == 0)
		return text_line(arena, text);
	for (size_t i = 0; i < phones.count; i++) {
		const struct phone *p = &phones.list[i];

		if (i > 0)
			buffer_char(&b, ' ');
		buffer_add(&b, str_of(p->number));
		if (p->extension[0] != '\0')
			buffer_printf(&b, "-%s", p->extension);
	}
	plain = arena_copy(arena, buffer_str(&b));
	buffer_done(&b);
	return plain;
}

static int
phone_take(struct tx *tx, struct call *call, struct str text, struct roster_person *p)
{
	struct str plain = phone_plain(tx->arena, text), rest = plain, first;

	if (!str_split(&rest, ' ', &first))
		return 0;
	p->phone_hash = call_equality(tx, call, "phone", first);
	return call_seal(tx, call, CLASS_PHONE, "phone", plain, &p->phone);
}

static bool
is_head_word(struct str relation)
{
	static const char *const words[] = { "户主", "戶主", "本人", "head", "Head" };

	for (size_t i = 0; i < LEN(words); i++)
		if (str_equal(relation, str_of(words[i])))
			return true;
	return false;
}

static void
texts_take(const struct told *told, struct roster_person *p)
{
	if (told->name.n > 0)
		p->name = told->name;
	if (told->relation.n > 0) {
		p->relation = told->relation;
		p->is_head = is_head_word(told->relation);
	}
	if (told->registered_address.n > 0)
		p->registered_address = told->registered_address;
	if (told->work.n > 0)
		p->work = told->work;
	if (told->note.n > 0)
		p->note = told->note;
}

int
told_apply(struct tx *tx, struct call *call, const struct told *told, struct draft *draft)
{
	struct roster_person *p = &draft->person;
	int                   r = 0;

	if (told->search.n > 0 || told->name.n > 0)
		draft->readings = told->search.n > 0 ? told->search : S("");
	texts_take(told, p);
	if (told->sex != roster_sex_UNKNOWN)
		p->sex = told->sex;
	if (told->birth.ymd != 0)
		p->birth = told->birth;
	if (told->care != 0)
		p->care = told->care;
	p->is_immobile = p->is_immobile || told->is_immobile;
	if (told->population != roster_population_UNKNOWN)
		p->population = told->population;
	if (told->household.v != 0)
		p->household = told->household;
	if (told->identity.n > 0 || told->is_identity_doubtful ||
	    told->identity_kind != roster_identity_kind_NONE)
		r = identity_take(tx, call, told, p);
	if (r == 0 && told->phone.n > 0)
		r = phone_take(tx, call, told->phone, p);
	return r != 0 ? r : draft_words_make(tx, call, draft);
}

static void
lower_add(struct buffer *b, struct str s)
{
	char *p;

	if (s.n == 0)
		return;
	if (b->n > 0)
		buffer_char(b, ' ');
	p = buffer_reserve(b, s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + ('a' - 'A') : s.p[i]);
	b->n += s.n;
}

/* The last four characters of each number; the first ones of a family's are asked for as often. */
static int
phone_tails_add(struct tx *tx, struct call *call, struct str sealed, struct buffer *words)
{
	struct buffer plain = { 0 };
	struct str    rest, part;
	int           r = sealed_open(call->keys, tx->area, "phone", sealed, &plain);

	rest = buffer_str(&plain);
	while (r == 0 && rest.n > 0 && str_split(&rest, ' ', &part))
		if (part.n > 4)
			lower_add(words, str_slice(part, part.n - 4, 4));
	buffer_done(&plain);
	return r == -ENOKEY ? 0 : r; /* forgotten: nothing to find it by */
}

int
draft_words_make(struct tx *tx, struct call *call, struct draft *draft)
{
	struct buffer b = { 0 };
	int           r;

	lower_add(&b, draft->person.name);
	lower_add(&b, draft->readings);
	lower_add(&b, sealed_tail(draft->person.identity));
	r = phone_tails_add(tx, call, draft->person.phone, &b);
	draft->words = arena_copy(tx->arena, buffer_str(&b));
	buffer_done(&b);
	return r;
}

int
identity_twice_check(struct tx *tx, struct call *call, const struct roster_person *person)
{
	person_id   other;
	struct rows rows;

	if (person->identity_hash.n == 0)
		return 0;
	rows = q_roster_identity_find(tx, person->identity_hash, person->id, &other);
	if (rows.n > 0)
		flag_raise(call, &FLAG_roster_identity_twice);
	return rows_done(rows);
}

int
draft_write(struct tx *tx, struct call *call, const struct draft *draft)
{
	const struct roster_person *p = &draft->person;
	int                         r;

	if (draft->is_new) {
		r = rows_done(q_roster_person_insert(tx, p->id, p->name, p->sex, p->birth,
		    p->identity_kind, p->identity, p->identity_hash, p->is_identity_doubtful,
		    p->phone, p->phone_hash, p->care, p->is_immobile, p->population, p->household,
		    p->relation, p->is_head, p->registered_address, p->work, p->note, p->is_stub,
		    call->seq));
		return r != 0 ? r : rows_done(q_roster_search_insert(tx, p->id, draft->readings,
		    draft->words));
	}
	r = rows_done(q_roster_person_past_keep(tx, p->id, call->seq));
	if (r == 0)
		r = rows_done(q_roster_person_set(tx, p->id, p->name, p->sex, p->birth,
		    p->identity_kind, p->identity, p->identity_hash, p->is_identity_doubtful,
		    p->phone, p->phone_hash, p->care, p->is_immobile, p->population, p->household,
		    p->relation, p->is_head, p->registered_address, p->work, p->note, p->same_as,
		    call->seq));
	return r != 0 ? r
		      : rows_done(q_roster_search_set(tx, p->id, draft->readings, draft->words));
}

struct rows
draft_read(struct tx *tx, person_id person, struct draft *ret_draft)
{
	struct draft draft = { .readings = S(""), .words = S("") };
	struct rows  rows = roster_person_read(tx, person, &draft.person);

	if (rows.n > 0)
		rows = q_roster_search_readings(tx, person, &draft.readings);
	if (rows.n > 0)
		*ret_draft = draft;
	return rows;
}
