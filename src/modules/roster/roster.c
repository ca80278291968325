/* roster.c -- see roster.h. One person: found, put on the roster, changed; households; events. */
#include <errno.h>
#include <inttypes.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/roster/roster_inside.h"
#include "text/identity.h"
#include "gen/roster_sql.h"

struct rows
roster_person_read(struct tx *tx, person_id person, struct roster_person *ret_person)
{
	struct roster_person p = { .id = person };
	int64_t              sex = 0, identity_kind = 0, population = 0;
	struct rows          rows;

	rows = q_roster_person_get(tx, person, &p.name, &sex, &p.birth, &identity_kind, &p.identity,
	    &p.identity_hash, &p.is_identity_doubtful, &p.phone, &p.phone_hash, &p.care,
	    &p.is_immobile, &population, &p.household, &p.relation, &p.is_head,
	    &p.registered_address, &p.work, &p.note, &p.is_stub, &p.same_as, &p.made, &p.since,
	    &p.changed);
	p.sex = (enum roster_sex)sex;
	p.identity_kind = (enum roster_identity_kind)identity_kind;
	p.population = (enum roster_population)population;
	if (rows.n > 0)
		*ret_person = p;
	return rows;
}

struct rows
roster_find(struct tx *tx, person_id person, struct roster_person *ret_person)
{
	struct rows rows = roster_person_read(tx, person, ret_person);

	if (rows.n > 0 && ret_person->same_as.v != 0)
		rows = roster_person_read(tx, ret_person->same_as, ret_person);
	return rows;
}

struct rows
roster_resolve(struct tx *tx, person_id person, person_id *ret_person)
{
	person_id   same_as;
	struct rows rows = q_roster_same_as(tx, person, &same_as);

	if (rows.n > 0)
		*ret_person = same_as.v != 0 ? same_as : person;
	return rows;
}

struct rows
roster_by_identity(struct tx *tx, const struct call *call, struct str identity,
    person_id *ret_person)
{
	struct identity id;
	struct str      number;

	identity_clean(identity, IDENTITY_NONE, false, (date_ymd){ 0 }, &id);
	number = str_of(id.number);
	if (number.n == 0)
		return (struct rows){ 0 };
	return q_roster_identity_find(tx, call_equality(tx, call, "identity", number),
	    (person_id){ 0 }, ret_person);
}

int
roster_stub_make(struct tx *tx, struct call *call, person_id person, struct str name)
{
	struct draft draft = draft_new(person);
	struct told  told = { .name = name };
	int          r = told_apply(tx, call, &told, &draft);

	draft.person.is_stub = true;
	flag_raise(call, &FLAG_roster_person_unknown);
	return r != 0 ? r : draft_write(tx, call, &draft);
}

int
roster_event_add(struct tx *tx, struct call *call, person_id person, struct str what,
    struct str detail)
{
	return rows_done(q_roster_event_insert(tx, person, call->seq, call->numbered++, call->at,
	    what, detail));
}

/* The place of a decision's person; 0: none told. 0 or FAULT_roster_place_missing. */
static int
place_check(struct tx *tx, place_id place, place_id *ret_place)
{
	struct place_chain chain = { .id = { 0 } };
	int                r = 0;

	if (place.v != 0)
		r = rows_some(place_find(tx, place, &chain), FAULT_roster_place_missing);
	*ret_place = chain.id;
	return r;
}

static int
household_check(struct tx *tx, household_id household)
{
	place_id   place;
	struct str code, landlord;
	int64_t    housing;

	return household.v == 0 ? 0 : rows_some(q_roster_household_get(tx, household, &place, &code,
	    &housing, &landlord), FAULT_roster_household_missing);
}

int
roster_person_add_apply(struct tx *tx, struct call *call, const struct roster_person_add *in)
{
	const struct told  told = { .name = in->name, .search = in->search, .sex = in->sex,
		.birth = in->birth, .identity_kind = in->identity_kind, .identity = in->identity,
		.phone = in->phone, .care = in->care, .is_immobile = in->is_immobile,
		.population = in->population, .household = in->household, .relation = in->relation,
		.registered_address = in->registered_address, .work = in->work, .note = in->note };
	struct draft       draft = draft_new(in->person);
	struct roster_stay stay = { .kind = in->kind, .from = in->since };
	struct rows        rows = draft_read(tx, in->person, &draft);
	int                r = rows_done(rows);

	if (rows.n > 0 && (!draft.person.is_stub || draft.person.same_as.v != 0))
		return FAULT_roster_person_exists;
	if (r == 0)
		r = household_check(tx, in->household);
	if (r == 0)
		r = place_check(tx, in->place, &stay.place);
	if (r == 0)
		r = told_apply(tx, call, &told, &draft);
	if (r == 0 && in->identity.n > 0)
		r = identity_twice_check(tx, call, &draft.person);
	if (r == 0)
		r = draft_write(tx, call, &draft);
	return r != 0 || stay.place.v == 0 ? r : stay_put(tx, call, in->person, &stay);
}

static void
field_forget(enum roster_field what, struct roster_person *p)
{
	switch (what) {
	case roster_field_SEX:
		p->sex = roster_sex_UNKNOWN;
		break;
	case roster_field_BIRTH:
		p->birth.ymd = 0;
		break;
	case roster_field_IDENTITY:
		p->identity = p->identity_hash = S("");
		p->identity_kind = roster_identity_kind_NONE;
		p->is_identity_doubtful = false;
		break;
	case roster_field_PHONE:
		p->phone = p->phone_hash = S("");
		break;
	case roster_field_CARE:
		p->care = 0;
		break;
	case roster_field_MOBILITY:
		p->is_immobile = false;
		break;
	case roster_field_HOUSEHOLD:
		p->household.v = 0;
		break;
	case roster_field_RELATION:
		p->relation = S("");
		p->is_head = false;
		break;
	case roster_field_ADDRESS:
		p->registered_address = S("");
		break;
	case roster_field_WORK:
		p->work = S("");
		break;
	case roster_field_NOTE:
		p->note = S("");
		break;
	case roster_field_POPULATION:
		p->population = roster_population_UNKNOWN;
		break;
	}
}

/* {"changed_seq":…,"at":…,"account":…,"changed":["phone","stays"]} into the answer. 0 or -errno. */
static int
changes_tell(struct tx *tx, struct call *call, person_id person, seq_id seen)
{
	seq_id     changed;
	time_ms    at;
	user_id    account;
	struct str words, word;
	int        r;

	r = rows_some(
	    q_roster_changes_since(tx, person, seen, &changed, &at, &account, &words), -EIO);
	if (r != 0)
		return r;
	buffer_printf(&call->result, "{\"changed_seq\":\"%" PRId64 "\",\"at\":", changed.v);
	json_time(&call->result, at);
	buffer_printf(&call->result, ",\"account\":\"%" PRId64 "\",\"changed\":[", account.v);
	words = str_trim(words);
	while (words.n > 0 && str_split(&words, ' ', &word)) {
		json_next(&call->result);
		json_str(&call->result, word);
	}
	buffer_add(&call->result, S("]}"));
	return 0;
}

int
roster_person_change_apply(struct tx *tx, struct call *call, const struct roster_person_change *in)
{
	const struct told told = { .name = in->name, .search = in->search, .sex = in->sex,
		.birth = in->birth, .identity_kind = in->identity_kind, .identity = in->identity,
		.phone = in->phone, .care = in->care, .is_immobile = in->is_immobile,
		.population = in->population, .household = in->household, .relation = in->relation,
		.registered_address = in->registered_address, .work = in->work, .note = in->note };
	struct draft      draft;
	person_id         person;
	int               r;

	r = rows_some(roster_resolve(tx, in->person, &person), FAULT_roster_person_missing);
	if (r == 0)
		r = rows_some(draft_read(tx, person, &draft), FAULT_roster_person_missing);
	if (r != 0)
		return r;
	if (in->seen_seq.v != 0 && in->seen_seq.v != draft.person.changed.v) {
		r = changes_tell(tx, call, person, in->seen_seq);
		return r != 0 ? r : FAULT_roster_changed_since;
	}
	r = household_check(tx, in->household);
	for (size_t i = 0; r == 0 && i < in->forget_count; i++)
		field_forget(in->forget[i].what, &draft.person);
	if (r == 0)
		r = told_apply(tx, call, &told, &draft);
	if (r == 0 && in->identity.n > 0)
		r = identity_twice_check(tx, call, &draft.person);
	return r != 0 ? r : draft_write(tx, call, &draft);
}

int
roster_person_find_apply(struct tx *tx, struct call *call, const struct roster_person_find *in)
{
	struct told              told = { .name = in->name, .search = in->search, .sex = in->sex,
		.identity_kind = in->identity_kind, .identity = in->identity, .phone = in->phone,
		.note = in->note };
	struct roster_stay_begin stay = {
		.place = in->place, .kind = in->kind, .since = in->since
	};
	struct draft             draft = draft_new(in->person);
	person_id                person = in->person;
	struct rows              rows = roster_resolve(tx, in->person, &person);
	int                      r = rows_done(rows);

	if (rows.n > 0) {
		rows = draft_read(tx, person, &draft);
		r = rows_done(rows);
		if (!draft.person.is_stub)
			flag_raise(call, &FLAG_roster_person_there);
	}
	draft.person.is_stub = draft.is_new && in->name.n == 0;
	if (in->birth.ymd >= 10000101 && in->birth.ymd <= 99991231)
		told.birth = in->birth;
	if (r == 0)
		r = told_apply(tx, call, &told, &draft);
	if (r == 0 && in->identity.n > 0)
		r = identity_twice_check(tx, call, &draft.person);
	if (r == 0)
		r = draft_write(tx, call, &draft);
	if (r == 0)
		r = roster_event_add(tx, call, person, S("roster_person_find"), S(""));
	if (r != 0 || in->place.v == 0)
		return r;
	stay.person = person;
	return roster_stay_begin_apply(tx, call, &stay);
}

int
roster_household_put_apply(struct tx *tx, struct call *call, const struct roster_household_put *in)
{
	place_id    place = { 0 }, told;
	struct str  code = S(""), landlord = S("");
	int64_t     housing = 0;
	struct rows rows = q_roster_household_get(tx, in->household, &place, &code, &housing,
	    &landlord);
	int         r = rows_done(rows);

	if (r == 0)
		r = place_check(tx, in->place, &told);
	if (r == 0 && in->landlord.n > 0)
		r = call_seal(tx, call, CLASS_PHONE, "landlord", in->landlord, &landlord);
	if (r != 0)
		return r;
	if (told.v != 0)
		place = told;
	if (in->code.n > 0)
		code = in->code;
	if (in->housing != roster_housing_UNKNOWN)
		housing = in->housing;
	if (rows.n == 0)
		return rows_done(q_roster_household_insert(tx, in->household, place, code, housing,
		    landlord, call->seq));
	return rows_done(q_roster_household_set(tx, in->household, place, code, housing, landlord));
}

#define MODULE     roster
#define MODULE_DEF "modules/roster/roster.def"
#include "ledger/define.h"
