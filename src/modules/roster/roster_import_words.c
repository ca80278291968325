/* roster_import_words.c -- see roster_import_words.h. */
#include "base/str.h"
#include "modules/roster/roster_import_words.h"
#include "modules/roster/roster.h"
#include "text/words.h"

static bool
has_any(struct str s, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (chars_has(s, words[i]))
			return true;
	return false;
}

static_assert((int)roster_population_REGISTERED == (int)POPULATION_REGISTERED &&
		  (int)roster_population_RESIDENT == (int)POPULATION_SETTLED &&
		  (int)roster_population_FLOATING == (int)POPULATION_FLOATING &&
		  (int)roster_population_OVERSEAS == (int)POPULATION_OVERSEAS,
    "one list of populations");
static_assert((int)roster_housing_OWN == (int)HOUSING_OWN &&
		  (int)roster_housing_LET == (int)HOUSING_LET &&
		  (int)roster_housing_VACANT == (int)HOUSING_VACANT,
    "one list of housings");

static int64_t
kind_of(enum population population, enum housing housing)
{
	if (population == POPULATION_REGISTERED)
		return roster_stay_kind_REGISTERED;
	if (population == POPULATION_FLOATING || housing == HOUSING_LET)
		return roster_stay_kind_TENANT;
	return roster_stay_kind_RESIDENT;
}

void
stay_words_read(const struct stay_words *words, struct stay_meaning *ret_meaning)
{
	static const char *const gone[] = { "户在人不在", "空挂", "挂户", "人不在", "已搬", "搬走",
		"外出" };
	static const char *const dead[] = { "亡", "已故", "去世", "过世" };
	enum population population = POPULATION_UNKNOWN;
	enum housing housing = HOUSING_UNKNOWN;

	*ret_meaning = (struct stay_meaning){ .is_said = false };
	ret_meaning->is_population_unknown =
	    !population_read(words->population, &population) && !text_is_none(words->population);
	if (!housing_read(words->housing, &housing) || housing == HOUSING_OTHER)
		housing = HOUSING_UNKNOWN;
	ret_meaning->is_said = population != POPULATION_UNKNOWN || housing == HOUSING_LET;
	ret_meaning->population = (int64_t)population;
	ret_meaning->housing = (int64_t)housing;
	ret_meaning->kind = kind_of(population, housing);
	if (has_any(words->beside, dead, LEN(dead))) {
		ret_meaning->is_said = true;
		ret_meaning->kind = roster_stay_kind_DEAD;
	} else if (has_any(words->elsewhere, gone, LEN(gone))) {
		ret_meaning->is_said = true;
		ret_meaning->kind = roster_stay_kind_AWAY;
	}
}

static int64_t
roster_bits(uint32_t bits)
{
	static const struct {
		enum care care;
		enum roster_care number;
	} same[] = {
		{ CARE_ALONE, roster_care_ALONE },
		{ CARE_ELDERLY, roster_care_OLD },
		{ CARE_PREGNANT, roster_care_PREGNANT },
		{ CARE_DIALYSIS, roster_care_DIALYSIS },
		{ CARE_DISABLED, roster_care_DISABLED },
		{ CARE_MENTAL, roster_care_MENTAL },
		{ CARE_INFANT, roster_care_INFANT },
		{ CARE_CHRONIC, roster_care_CHRONIC },
		{ CARE_CANCER, roster_care_CANCER },
		{ CARE_HARDSHIP, roster_care_POOR },
		{ CARE_MINOR, roster_care_CHILD },
	};
	int64_t found = 0;

	/* Who cannot walk is not in care for that; see is_immobile. */
	static_assert(LEN(same) == CARES - 1, "every category but CARE_IMMOBILE");
	for (size_t i = 0; i < LEN(same); i++)
		if ((bits & same[i].care) != 0)
			found |= INT64_C(1) << same[i].number;
	return found;
}

void
care_words_read(struct arena *arena, struct str cell, struct care_meaning *ret_meaning)
{
	struct care_set set;

	care_read(arena, cell, &set);
	*ret_meaning = (struct care_meaning){
		.bits = roster_bits(set.bits),
		.is_immobile = (set.bits & CARE_IMMOBILE) != 0,
		.unknown = set.unknown,
	};
}

bool
is_care_word(struct arena *arena, struct str text)
{
	struct care_set set;

	care_read(arena, text, &set);
	return set.bits != 0 && set.unknown.n == 0;
}

bool
is_yes(struct str cell)
{
	return answer_read(cell) == ANSWER_YES;
}

bool
sex_words_read(struct arena *arena, struct str cell, enum sex *ret_sex)
{
	*ret_sex = SEX_UNKNOWN;
	return text_is_none(text_line(arena, cell)) || sex_read(cell, ret_sex);
}

struct str
relation_words_read(struct arena *arena, struct str cell, bool *ret_is_head)
{
	struct household_relation relation;

	relation_read(arena, cell, &relation);
	*ret_is_head = relation.is_head;
	return relation.text;
}
