/*
 * words.h -- the words of cells that have one of a few meanings: sex, relation, kinds, yes and no.
 *
 * Each reader gives what was not understood back, so that nothing that somebody wrote is lost.
 */
#pragma once
#include "text/identity.h" /* enum sex */

/*
 * 男, M, male, 1, 先生; 女, F, 2. False: something else, or nothing (told apart by text_is_none).
 */
bool sex_read(struct str cell, enum sex *ret_sex);
struct label sex_label(enum sex sex);

/* Stored: numbers stay as they are. */
enum relation {
	RELATION_UNKNOWN = 0,
	RELATION_HEAD = 1,
	RELATION_SPOUSE = 2,
	RELATION_CHILD = 3,
	RELATION_PARENT = 4,
	RELATION_GRANDCHILD = 5,
	RELATION_GRANDPARENT = 6,
	RELATION_SIBLING = 7,
	RELATION_IN_LAW = 8,
	RELATION_TENANT = 9,
	RELATION_EMPLOYEE = 10, /* nannies, shop assistants */
	RELATION_OTHER = 11,	/* relatives further away, friends */
	RELATIONS
};

struct household_relation {
	enum relation relation;
	bool is_head;
	struct str text; /* as it was written, one line, from the arena */
};

/* 户主, 本人, 妻, 之子, 长女, 公公, 租户, 合租 …, with or without 户主的. */
void relation_read(struct arena *arena, struct str cell, struct household_relation *ret_relation);
struct label relation_label(enum relation relation);

/* Stored. */
enum population {
	POPULATION_UNKNOWN = 0,
	POPULATION_REGISTERED = 1, /* 户籍: registered here */
	POPULATION_SETTLED = 2, /* 常住: lives here for half a year or more, registered elsewhere */
	POPULATION_FLOATING = 3, /* 流动 */
	POPULATION_OVERSEAS = 4, /* 境外: Hong Kong, Macau, Taiwan and abroad */
	POPULATIONS
};

bool population_read(struct str cell, enum population *ret_population);
struct label population_label(enum population population);

/* Stored. */
enum housing {
	HOUSING_UNKNOWN = 0,
	HOUSING_OWN = 1,    /* 自住 */
	HOUSING_LET = 2,    /* 出租 */
	HOUSING_VACANT = 3, /* 空置 */
	HOUSING_OTHER = 4,  /* shops, offices, dormitories */
	HOUSINGS
};

bool housing_read(struct str cell, enum housing *ret_housing);
struct label housing_label(enum housing housing);

/* Stored as a set of bits. */
enum care {
	CARE_ALONE = 1 << 0,	 /* 独居老人 */
	CARE_ELDERLY = 1 << 1,	 /* 高龄, 空巢 */
	CARE_PREGNANT = 1 << 2,	 /* 孕产妇 */
	CARE_DIALYSIS = 1 << 3,	 /* 透析 */
	CARE_DISABLED = 1 << 4,	 /* 残疾 */
	CARE_MENTAL = 1 << 5,	 /* 精神障碍 */
	CARE_INFANT = 1 << 6,	 /* 婴幼儿 */
	CARE_IMMOBILE = 1 << 7,	 /* 行动不便, 卧床, 失能 */
	CARE_CHRONIC = 1 << 8,	 /* 基础疾病, 慢性病 */
	CARE_CANCER = 1 << 9,	 /* 肿瘤, 放化疗 */
	CARE_HARDSHIP = 1 << 10, /* 低保, 特困 */
	CARE_MINOR = 1 << 11,	 /* 留守儿童, 困境儿童 */
};
#define CARES 12

struct care_set {
	uint32_t bits;	    /* of enum care */
	struct str unknown; /* words that are none of them, separated by 、; from the arena */
};

/* Several words in one cell, separated by 、 / , ; + or blanks. 无 and 否 are none; 无残疾 too. */
void care_read(struct arena *arena, struct str cell, struct care_set *ret_care);
struct label care_label(enum care care);

enum answer {
	ANSWER_UNKNOWN,
	ANSWER_NO,
	ANSWER_YES,
};

/* 是, 有, √, Y, 1, 已; 否, 无, 未, ×, N, 0. An empty cell is UNKNOWN. */
enum answer answer_read(struct str cell);
struct label answer_label(enum answer answer);
