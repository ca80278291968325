/* roster_import_words.h -- what the words of a residents' sheet mean for the roster. */
#pragma once
#include "base/arena.h"
#include "text/identity.h"

/* As somebody wrote them; empty: nothing. */
struct stay_words {
	struct str population; /* 户籍, 常住, 流动, 境外 */
	struct str housing;    /* 自住, 出租, 空置 */
	struct str elsewhere;  /* 人户分离: 户在人不在, 人在户不在, 是 */
	struct str beside;     /* what stood beside the name: 亡, 租客 */
};

struct stay_meaning {
	bool is_said; /* else kind is the usual one */
	bool is_population_unknown;
	int64_t kind, population, housing; /* of roster.def */
};

/*
 * Who is there, and as what. Nobody is away because of 人户分离 alone: it says as often that one
 * lives here and is registered elsewhere, and nobody must be missed.
 */
void stay_words_read(const struct stay_words *words, struct stay_meaning *ret_meaning);

struct care_meaning {
	int64_t bits; /* 1 << enum roster_care */
	bool is_immobile;
	struct str unknown; /* words that are none of them; the arena's */
};

void care_words_read(struct arena *arena, struct str cell, struct care_meaning *ret_meaning);

/* Does it name a category of care and nothing else? */
bool is_care_word(struct arena *arena, struct str text);

/* 是, √, 1 under a heading that names a category itself. */
bool is_yes(struct str cell);

/* False: not understood. Nothing gives SEX_UNKNOWN. */
bool sex_words_read(struct arena *arena, struct str cell, enum sex *ret_sex);

/* The relation as one line; is it the head? */
struct str relation_words_read(struct arena *arena, struct str cell, bool *ret_is_head);
