/*
 * readings.c -- characters that are read otherwise in names, see pinyin.h.
 *
 * Only what ICU's Han-Latin does not say, or says wrongly for a name. Surnames are those whose
 * reading 《通用规范汉字字典》 and the usual dictionaries of surnames give apart; where families
 * differ, all readings stand here, the commoner one first.
 */
#include "text/pinyin.h"

struct reading {
	const char *text, *readings;
};

static const struct reading surnames[] = {
	{ "区", "ou" },
	{ "曾", "zeng" },
	{ "单", "shan" },
	{ "仇", "qiu" },
	{ "解", "xie" },
	{ "查", "zha" },
	{ "盖", "ge gai" },
	{ "朴", "piao" },
	{ "缪", "miao" },
	{ "覃", "qin tan" },
	{ "乐", "yue le" },
	{ "翟", "zhai di" },
	{ "尉", "wei yu" },
	{ "宓", "mi fu" },
	{ "种", "chong" },
	{ "秘", "bi mi" },
	{ "召", "shao zhao" },
	{ "员", "yun yuan" },
	{ "贠", "yun" },
	{ "黑", "he hei" },
	{ "折", "she zhe" },
	{ "繁", "po fan" },
	{ "佴", "nai" },
	{ "郇", "xun huan" },
	{ "郗", "xi chi" },
	{ "郄", "qie xi" },
	{ "隗", "wei kui" },
	{ "牟", "mou mu" },
	{ "能", "nai neng" },
	{ "祭", "zhai ji" },
	{ "薄", "bo bao" },
	{ "柏", "bai bo" },
	{ "谌", "chen shen" },
	{ "阚", "kan" },
	{ "冒", "mao mo" },
	{ "褚", "chu zhu" },
	{ "角", "jue jiao" },
	{ "强", "qiang jiang" },
	{ "适", "kuo shi" },
	{ "莘", "shen xin" },
	{ "参", "shen can" },
	{ "长", "chang zhang" },
	{ "藏", "zang cang" },
	{ "都", "du dou" },
	{ "乜", "nie mie" },
	{ "么", "yao me" },
	{ "句", "gou ju" },
	{ "钭", "tou dou" },
	{ "蔚", "yu wei" },
	{ "行", "xing hang" },
	{ "粘", "nian zhan" },
	{ "镡", "tan xin chan" },
	{ "炅", "gui jiong" },
	{ "晟", "cheng sheng" },
	{ "颉", "xie jie" },
	{ "洼", "wa gui" },
	{ "费", "fei bi" },
	{ "奇", "qi ji" },
	{ "洗", "xian xi" },
	{ "卜", "bu" },
	{ "重", "chong zhong" },
	{ "不", "fou bu" },
	{ "铅", "yan qian" },
	{ "调", "diao tiao" },
	{ "隽", "juan jun" },
	{ "会", "gui hui kuai" },
	{ "炔", "gui que" },
	{ "咎", "gao jiu" },
	{ "泷", "shuang long" },
	{ "伽", "jia qie" },
	{ "俟", "qi si" },
	{ "宿", "su xiu" },
	{ "闾", "lv" },
	{ "尉迟", "yu-chi wei-chi" },
	{ "万俟", "mo-qi" },
	{ "澹台", "tan-tai" },
	{ "单于", "chan-yu" },
	{ "拓跋", "tuo-ba" },
	{ "乐正", "yue-zheng" },
	{ "吐谷", "tu-yu" },
	{ "中行", "zhong-hang" },
	{ "解毗", "xie-pi" },
	{ "区阳", "ou-yang" },
};

static const struct reading givens[] = {
	{ "靓", "liang jing" },
	{ "浚", "jun xun" },
	{ "乐", "le yue" },
	{ "长", "chang zhang" },
	{ "行", "xing hang" },
	{ "朝", "chao zhao" },
	{ "重", "chong zhong" },
	{ "茜", "qian xi" },
	{ "柏", "bai bo" },
	{ "晟", "sheng cheng" },
	{ "娜", "na nuo" },
	{ "颉", "jie xie" },
	{ "莘", "xin shen" },
	{ "盛", "sheng cheng" },
	{ "传", "chuan zhuan" },
	{ "藏", "zang cang" },
	{ "车", "che ju" },
	{ "仔", "zai zi" },
	{ "都", "du dou" },
	{ "曾", "zeng ceng" },
	{ "单", "dan shan" },
	{ "参", "shen can" },
	{ "弹", "tan dan" },
	{ "石", "shi dan" },
	{ "卡", "ka qia" },
	{ "贾", "jia gu" },
	{ "尉", "wei yu" },
	{ "纶", "lun guan" },
	{ "覃", "tan qin" },
	{ "炅", "jiong gui" },
	{ "冯", "feng ping" },
	{ "隽", "juan jun" },
	{ "偲", "si cai" },
	{ "歙", "xi she" },
	{ "瑱", "zhen tian" },
	{ "镡", "tan chan xin" },
	{ "省", "sheng xing" },
	{ "调", "tiao diao" },
	{ "降", "jiang xiang" },
	{ "地", "di" },
	{ "蕃", "fan bo" },
	{ "解", "jie xie" },
	{ "薄", "bo bao" },
	{ "谌", "chen shen" },
	{ "蔚", "wei yu" },
	{ "禅", "chan shan" },
	{ "莎", "sha suo" },
	{ "珩", "heng hang" },
	{ "阿", "a e" },
	{ "伽", "jia qie" },
	{ "说", "yue shuo" },
	{ "率", "shuai" },
};

static const char *
find(const struct reading *list, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (chars_equal(text, list[i].text))
			return list[i].readings;
	return NULL;
}

const char *
reading_of_surname(struct str surname)
{
	return find(surnames, LEN(surnames), surname);
}

const char *
reading_of_given(struct str character)
{
	return find(givens, LEN(givens), character);
}
