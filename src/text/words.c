/* words.c -- see words.h. */
#include <string.h>
#include "text/words.h"

#define WORD_BYTES 96 /* a longer cell is no word */

/* The words of one meaning, separated by blanks. */
struct words {
	int meaning;
	const char *list;
};

/* The cell in lower case, narrow, without blanks and marks; empty when it is longer than a word. */
static struct str
word_make(struct str cell, char ret_bytes[static WORD_BYTES])
{
	size_t n = 0;
	uint32_t c;

	while (chars_next(&cell, &c)) {
		c = char_narrow(c);
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (char_is_invisible(c) || c == CHAR_BROKEN ||
		    (c < 0x80 ? !char_is_digit(c) && !char_is_letter(c)
			      : c >= 0x3001 && c <= 0x3003))
			continue;
		if (n + 4 > WORD_BYTES)
			return S("");
		n += utf8_put(c, ret_bytes + n);
	}
	return (struct str){ ret_bytes, n };
}

static bool
is_listed(struct str word, const char *list)
{
	struct str rest = str_of(list), one;

	while (str_split(&rest, ' ', &one))
		if (str_equal(one, word))
			return true;
	return false;
}

static bool
has_listed(struct str word, const char *list)
{
	struct str rest = str_of(list), one;

	while (str_split(&rest, ' ', &one))
		if (one.n > 0 && str_find(word, one) >= 0)
			return true;
	return false;
}

/* The meaning of a whole word; 0: none. */
static int
meaning_exact(const struct words *words, size_t count, struct str word)
{
	for (size_t i = 0; i < count; i++)
		if (word.n > 0 && is_listed(word, words[i].list))
			return words[i].meaning;
	return 0;
}

/* The meaning of the first list that has a word inside of this one; 0: none. */
static int
meaning_inside(const struct words *words, size_t count, struct str word)
{
	for (size_t i = 0; i < count; i++)
		if (has_listed(word, words[i].list))
			return words[i].meaning;
	return 0;
}

bool
sex_read(struct str cell, enum sex *ret_sex)
{
	static const struct words words[] = {
		{ SEX_MALE, "男 男性 男士 男子 男孩 先生 m male man mr 1 01 ♂" },
		{ SEX_FEMALE, "女 女性 女士 女子 女孩 小姐 太太 f female woman ms mrs 2 02 ♀" },
	};
	char bytes[WORD_BYTES];
	int meaning = meaning_exact(words, LEN(words), word_make(cell, bytes));

	*ret_sex = (enum sex)meaning;
	return meaning != 0;
}

struct label
sex_label(enum sex sex)
{
	static const struct label labels[] = {
		[SEX_UNKNOWN] = { "未知", "Unknown" },
		[SEX_MALE] = { "男", "Male" },
		[SEX_FEMALE] = { "女", "Female" },
	};

	return labels[sex];
}

/* ---- relation ---- */

static const struct words relations[] = {
	{ RELATION_HEAD,
	    "户主 本人 本户户主 房主 户长 自己 业主 01 02 head self householder headofhousehold" },
	{ RELATION_SPOUSE, "配偶 妻 妻子 夫 丈夫 爱人 老婆 老公 夫妻 先生 太太 媳妇 10 11 12 "
			   "spouse wife husband" },
	{ RELATION_CHILD, "子 女 儿子 女儿 儿 子女 长子 次子 三子 四子 五子 大儿子 二儿子 小儿子 "
			  "长女 次女 三女 四女 五女 大女儿 "
			  "二女儿 小女儿 独生子 独生女 养子 养女 继子 继女 孩子 小孩 婴儿 新生儿 "
			  "之子 之女 20 30 child son daughter" },
	{ RELATION_PARENT,
	    "父 母 父亲 母亲 爸爸 妈妈 爸 妈 父母 继父 继母 养父 养母 51 52 parent father mother" },
	{ RELATION_GRANDCHILD, "孙 孙子 孙女 外孙 外孙子 外孙女 孙儿 曾孙 曾孙女 曾孙子 长孙 "
			       "孙子女 40 grandchild grandson "
			       "granddaughter" },
	{ RELATION_GRANDPARENT, "祖父 祖母 爷爷 奶奶 外公 外婆 外祖父 外祖母 姥姥 姥爷 曾祖父 "
				"曾祖母 祖父母 61 62 grandparent grandfather "
				"grandmother" },
	{ RELATION_SIBLING, "兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹 兄弟姐妹 哥 胞兄 胞弟 胞姐 "
			    "胞妹 70 sibling brother sister" },
	{ RELATION_IN_LAW, "公公 婆婆 岳父 岳母 丈人 丈母娘 儿媳 儿媳妇 女婿 嫂子 弟媳 姐夫 妹夫 "
			   "孙媳 孙女婿 翁 婆 姻亲 parentinlaw motherinlaw "
			   "fatherinlaw soninlaw daughterinlaw inlaw" },
	{ RELATION_TENANT, "租户 租客 承租人 租住 租住人员 合租 合租人 同租 同租人 二房东 租户户主 "
			   "房客 借住 暂住 tenant flatmate roommate" },
	{ RELATION_EMPLOYEE,
	    "保姆 家政 护工 月嫂 雇员 员工 店员 职工 住家保姆 阿姨 employee nanny maid helper" },
	{ RELATION_OTHER, "其他 其它 亲属 亲戚 其他亲属 朋友 同事 同学 非亲属 侄子 侄女 外甥 "
			  "外甥女 伯父 叔叔 姑姑 姨妈 舅舅 堂兄 表妹 "
			  "表哥 表弟 表姐 99 97 other relative otherrelative friend colleague" },
};

static struct str
head_of_household_drop(struct str word)
{
	static const char *const heads[] = { "与户主是", "户主之", "户主的", "系户主", "是户主",
		"为户主" };

	for (size_t i = 0; i < LEN(heads); i++)
		if (str_starts(word, str_of(heads[i])) && word.n > strlen(heads[i]))
			return str_slice(word, strlen(heads[i]), SIZE_MAX);
	return word;
}

void
relation_read(struct arena *arena, struct str cell, struct household_relation *ret_relation)
{
	char bytes[WORD_BYTES];
	struct str word = head_of_household_drop(word_make(cell, bytes));
	struct str behind =
	    str_starts(word, S("之")) ? str_slice(word, strlen("之"), SIZE_MAX) : word;
	int meaning = meaning_exact(relations, LEN(relations), word);

	if (meaning == RELATION_UNKNOWN)
		meaning = meaning_exact(relations, LEN(relations), behind);
	/* 户主(租), 长子张某: what stands in brackets or behind says more. */
	if (meaning == RELATION_UNKNOWN && str_starts(word, S("户主")) &&
	    word.n <= strlen("户主") + 6)
		meaning = RELATION_HEAD;
	*ret_relation = (struct household_relation){ (enum relation)meaning,
		meaning == RELATION_HEAD, text_line(arena, cell) };
}

struct label
relation_label(enum relation relation)
{
	static const struct label labels[RELATIONS] = {
		[RELATION_UNKNOWN] = { "未知", "Unknown" },
		[RELATION_HEAD] = { "户主", "Head of household" },
		[RELATION_SPOUSE] = { "配偶", "Spouse" },
		[RELATION_CHILD] = { "子女", "Child" },
		[RELATION_PARENT] = { "父母", "Parent" },
		[RELATION_GRANDCHILD] = { "孙子女", "Grandchild" },
		[RELATION_GRANDPARENT] = { "祖父母", "Grandparent" },
		[RELATION_SIBLING] = { "兄弟姐妹", "Sibling" },
		[RELATION_IN_LAW] = { "姻亲", "In-law" },
		[RELATION_TENANT] = { "租户", "Tenant" },
		[RELATION_EMPLOYEE] = { "雇员", "Employee" },
		[RELATION_OTHER] = { "其他", "Other" },
	};

	return labels[relation];
}

/* ---- kinds ---- */

bool
population_read(struct str cell, enum population *ret_population)
{
	static const struct words exact[] = {
		{ POPULATION_REGISTERED, "户籍 本地 户籍人口 常住户籍 人户一致 人在户在 本市户籍 "
					 "是 有 1 registered registeredhere" },
		{ POPULATION_SETTLED, "常住 常住人口 常驻 常住非户籍 2 settled" },
		{ POPULATION_FLOATING,
		    "流动 流动人口 暂住 外来 外地 租住 非户籍 非深户 否 3 floating" },
		{ POPULATION_OVERSEAS, "境外 外国 外籍 港澳 台湾 港澳台 4 overseas fromoverseas" },
	};
	/* 非户籍常住 is settled, 非户籍 alone floating; so the longer stand before the shorter. */
	static const struct words inside[] = {
		{ POPULATION_OVERSEAS, "境外 外籍 外国 港澳 台胞 台湾 香港 澳门 overseas foreign" },
		{ POPULATION_FLOATING, "流动 暂住 短住 短租 外来 floating temporary" },
		{ POPULATION_SETTLED, "非户籍常住 常住非户籍 非户籍的常住 常住外来 长住 settled" },
		{ POPULATION_FLOATING, "非户籍 非本地 非深户 非本市 外地 外市 外省 租住" },
		{ POPULATION_REGISTERED, "户籍 深户 本地 本市 户在 registered" },
		{ POPULATION_SETTLED, "常住 常驻" },
	};
	char bytes[WORD_BYTES];
	struct str word = word_make(cell, bytes);
	int meaning = meaning_exact(exact, LEN(exact), word);

	if (meaning == 0)
		meaning = meaning_inside(inside, LEN(inside), word);
	*ret_population = (enum population)meaning;
	return meaning != 0;
}

struct label
population_label(enum population population)
{
	static const struct label labels[POPULATIONS] = {
		[POPULATION_UNKNOWN] = { "未知", "Unknown" },
		[POPULATION_REGISTERED] = { "户籍", "Registered here" },
		[POPULATION_SETTLED] = { "常住", "Settled" },
		[POPULATION_FLOATING] = { "流动", "Floating" },
		[POPULATION_OVERSEAS] = { "境外", "From overseas" },
	};

	return labels[population];
}

bool
housing_read(struct str cell, enum housing *ret_housing)
{
	static const struct words exact[] = {
		{ HOUSING_OWN, "自住 自有 自购 业主 业主自住 自用 own owned owneroccupied 1" },
		{ HOUSING_LET, "出租 租 租房 租住 租赁 租用 整租 合租 群租 let rented rent 2" },
		{ HOUSING_VACANT, "空置 空 空房 空关 闲置 无人 无人居住 未入住 vacant empty 3" },
		{ HOUSING_OTHER, "其他 其它 商用 商铺 办公 other 4 9" },
	};
	static const struct words inside[] = {
		{ HOUSING_VACANT, "空置 空房 空关 闲置 无人居住 未入住 vacant" },
		{ HOUSING_LET, "出租 租房 租住 租赁 承租 合租 群租 公租 廉租 转租 租 rent" },
		{ HOUSING_OTHER, "商铺 商用 办公 宿舍 仓库 厂房 民宿 培训 物业用房" },
		{ HOUSING_OWN, "自住 自有 自购 商品房 借住 own" },
	};
	char bytes[WORD_BYTES];
	struct str word = word_make(cell, bytes);
	int meaning = meaning_exact(exact, LEN(exact), word);

	if (meaning == 0)
		meaning = meaning_inside(inside, LEN(inside), word);
	*ret_housing = (enum housing)meaning;
	return meaning != 0;
}

struct label
housing_label(enum housing housing)
{
	static const struct label labels[HOUSINGS] = {
		[HOUSING_UNKNOWN] = { "未知", "Unknown" },
		[HOUSING_OWN] = { "自住", "Owner-occupied" },
		[HOUSING_LET] = { "出租", "Let" },
		[HOUSING_VACANT] = { "空置", "Vacant" },
		[HOUSING_OTHER] = { "其他", "Other" },
	};

	return labels[housing];
}

/* ---- care ---- */

static const struct words cares[] = {
	{ CARE_ALONE, "独居 孤寡 孤老 livingalone alone" },
	{ CARE_ELDERLY, "高龄 空巢 80岁以上 八十岁以上 老人 老年人 elderly" },
	{ CARE_PREGNANT, "孕 产妇 待产 哺乳 pregnant" },
	{ CARE_DIALYSIS, "透析 血透 腹透 肾透 尿毒症 dialysis" },
	{ CARE_DISABLED, "残疾 残障 视障 听障 聋哑 盲人 disab" },
	{ CARE_MENTAL, "精神 严重精障 精障 智障 智力障碍 自闭 阿尔茨海默 老年痴呆 认知症 认知障碍 "
		       "失智 mental" },
	{ CARE_INFANT, "婴 幼儿 新生儿 0至3岁 03岁 infant" },
	{ CARE_IMMOBILE, "行动不便 行动不方便 不能行走 卧床 失能 瘫痪 坐轮椅 轮椅 immobile "
			 "bedridden cannotwalk" },
	{ CARE_CANCER, "肿瘤 癌 放化疗 化疗 放疗 cancer chemo" },
	{ CARE_CHRONIC,
	    "慢性病 慢病 基础疾病 基础病 高血压 糖尿病 心脏病 哮喘 心脑血管 冠心病 chronic" },
	{ CARE_HARDSHIP, "低保 特困 五保 低收入 困难户 困难家庭 贫困 hardship poor" },
	{ CARE_MINOR, "留守儿童 困境儿童 孤儿 事实无人抚养 minor" },
};

/*
 * 独居老人 is one word for living alone, 残疾儿童 one for the disabled: weaker words do not count.
 */
static uint32_t
care_bits(struct str word)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < LEN(cares); i++)
		if (has_listed(word, cares[i].list))
			bits |= (uint32_t)cares[i].meaning;
	if ((bits & CARE_ELDERLY) != 0 && bits != CARE_ELDERLY &&
	    !has_listed(word, "高龄 空巢 80岁以上"))
		bits &= ~(uint32_t)CARE_ELDERLY;
	return bits;
}

static bool
is_separator(uint32_t c)
{
	return c == ' ' || c == ',' || c == ';' || c == '/' || c == '+' || c == '|' || c == '\\' ||
	       c == '&' || c == 0x3001 || c == 0x3002 || c == 0xb7;
}

/* A blank between two Latin words belongs to them. */
static bool
is_inside_latin(struct str rest, struct str at)
{
	return at.p > rest.p && at.n > 1 && at.p[0] == ' ' &&
	       char_is_letter((unsigned char)at.p[-1]) && char_is_letter((unsigned char)at.p[1]);
}

/* Takes the next word off; with brackets as separators, for 残疾（肢体）. */
static struct str
part_take(struct str *rest)
{
	struct str s = *rest, before;
	uint32_t c;

	do {
		before = s;
	} while (chars_next(&s, &c) &&
		 (is_inside_latin(*rest, before) || (!is_separator(c) && c != '(' && c != ')')));
	before = (struct str){ rest->p, (size_t)(before.p - rest->p) };
	*rest = s;
	return before;
}

void
care_read(struct arena *arena, struct str cell, struct care_set *ret_care)
{
	struct str rest = text_line(arena, cell), part, word;
	char *unknown = arena_alloc(arena, 4 * rest.n + 1), bytes[WORD_BYTES];
	size_t n = 0;
	bool is_negated;
	uint32_t bits;

	ret_care->bits = 0;
	while (rest.n > 0) {
		part = part_take(&rest);
		if (part.n == 0 || text_is_none(part) || answer_read(part) != ANSWER_UNKNOWN)
			continue;
		word = word_make(part, bytes);
		is_negated = str_starts(word, S("无")) || str_starts(word, S("非")) ||
			     str_starts(word, S("不是"));
		bits = care_bits(word);
		if (bits != 0 && is_negated)
			continue;
		ret_care->bits |= bits;
		if (bits != 0)
			continue;
		if (n > 0) {
			memcpy(unknown + n, "、", strlen("、"));
			n += strlen("、");
		}
		memcpy(unknown + n, part.p, part.n);
		n += part.n;
	}
	ret_care->unknown = (struct str){ unknown, n };
}

struct label
care_label(enum care care)
{
	static const struct {
		enum care care;
		struct label label;
	} labels[CARES] = {
		{ CARE_ALONE, { "独居老人", "Elderly living alone" } },
		{ CARE_ELDERLY, { "高龄老人", "Elderly" } },
		{ CARE_PREGNANT, { "孕产妇", "Pregnant or new mother" } },
		{ CARE_DIALYSIS, { "透析", "Dialysis" } },
		{ CARE_DISABLED, { "残疾", "Disabled" } },
		{ CARE_MENTAL, { "精神障碍", "Mental illness" } },
		{ CARE_INFANT, { "婴幼儿", "Infant" } },
		{ CARE_IMMOBILE, { "行动不便", "Immobile" } },
		{ CARE_CHRONIC, { "慢性病", "Chronic illness" } },
		{ CARE_CANCER, { "肿瘤", "Cancer" } },
		{ CARE_HARDSHIP, { "困难家庭", "Hardship" } },
		{ CARE_MINOR, { "困境儿童", "Minor without support" } },
	};

	for (size_t i = 0; i < LEN(labels); i++)
		if (labels[i].care == care)
			return labels[i].label;
	return (struct label){ "", "" };
}

/* ---- yes and no ---- */

enum answer
answer_read(struct str cell)
{
	static const struct words words[] = {
		{ ANSWER_YES, "是 有 已 对 √ ✓ ✔ ☑ y yes true t 1 on 是的 属于 已完成" },
		{ ANSWER_NO,
		    "否 无 未 不 没有 不是 × ✗ ✘ ☐ n no false f 0 off 非 不属于 未完成 没" },
	};
	char bytes[WORD_BYTES];

	return (enum answer)meaning_exact(words, LEN(words), word_make(cell, bytes));
}

struct label
answer_label(enum answer answer)
{
	static const struct label labels[] = {
		[ANSWER_UNKNOWN] = { "未知", "Unknown" },
		[ANSWER_NO] = { "否", "No" },
		[ANSWER_YES] = { "是", "Yes" },
	};

	return labels[answer];
}
