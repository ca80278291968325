/* identity_words.c -- what documents are called, see identity.h. Without libc. */
#include "text/identity.h"

struct word {
	const char *text;
	enum identity_kind kind;
};

/* The whole cell: short words and codes that would mean something else inside of others. */
static const struct word wholes[] = {
	{ "无", IDENTITY_NONE },
	{ "无证", IDENTITY_NONE },
	{ "无证件", IDENTITY_NONE },
	{ "没有", IDENTITY_NONE },
	{ "未办理", IDENTITY_NONE },
	{ "未办", IDENTITY_NONE },
	{ "暂无", IDENTITY_NONE },
	{ "无身份证", IDENTITY_NONE },
	{ "NONE", IDENTITY_NONE },
	{ "111", IDENTITY_RESIDENT },
	{ "112", IDENTITY_RESIDENT },
	{ "01", IDENTITY_RESIDENT },
	{ "113", IDENTITY_OTHER },
	{ "02", IDENTITY_OTHER },
	{ "114", IDENTITY_OTHER },
	{ "414", IDENTITY_PASSPORT },
	{ "03", IDENTITY_PASSPORT },
	{ "511", IDENTITY_HMT_PERMIT },
	{ "516", IDENTITY_HMT_PERMIT },
	{ "06", IDENTITY_HMT_PERMIT },
	{ "07", IDENTITY_HMT_PERMIT },
	{ "553", IDENTITY_FOREIGNER_CARD },
	{ "99", IDENTITY_OTHER },
	{ "ID", IDENTITY_RESIDENT },
};

/* Inside of the cell; the first one found decides, so the special stands before the general. */
static const struct word parts[] = {
	{ "永久居留", IDENTITY_FOREIGNER_CARD },
	{ "永居", IDENTITY_FOREIGNER_CARD },
	{ "五星卡", IDENTITY_FOREIGNER_CARD },
	{ "PERMANENT", IDENTITY_FOREIGNER_CARD },
	{ "往来港澳", IDENTITY_OTHER },
	{ "往来台湾", IDENTITY_OTHER },
	{ "赴台", IDENTITY_OTHER },
	{ "居民居住证", IDENTITY_HMT_RESIDENCE },
	{ "港澳台居住证", IDENTITY_HMT_RESIDENCE },
	{ "台居住证", IDENTITY_HMT_RESIDENCE },
	{ "港澳居住证", IDENTITY_HMT_RESIDENCE },
	{ "RESIDENCEPERMITFORH", IDENTITY_HMT_RESIDENCE },
	{ "来往内地", IDENTITY_HMT_PERMIT },
	{ "来往大陆", IDENTITY_HMT_PERMIT },
	{ "港澳通行证", IDENTITY_HMT_PERMIT },
	{ "台湾通行证", IDENTITY_HMT_PERMIT },
	{ "港澳台通行证", IDENTITY_HMT_PERMIT },
	{ "台湾居民来往", IDENTITY_HMT_PERMIT },
	{ "港澳居民来往", IDENTITY_HMT_PERMIT },
	{ "回乡证", IDENTITY_HMT_PERMIT },
	{ "回乡卡", IDENTITY_HMT_PERMIT },
	{ "台胞证", IDENTITY_HMT_PERMIT },
	{ "通行证", IDENTITY_HMT_PERMIT },
	{ "HOMERETURN", IDENTITY_HMT_PERMIT },
	{ "HMTPERMIT", IDENTITY_HMT_PERMIT },
	{ "TRAVELPERMIT", IDENTITY_HMT_PERMIT },
	{ "护照", IDENTITY_PASSPORT },
	{ "護照", IDENTITY_PASSPORT },
	{ "PASSPORT", IDENTITY_PASSPORT },
	{ "香港", IDENTITY_OTHER },
	{ "澳门", IDENTITY_OTHER },
	{ "台湾", IDENTITY_OTHER },
	{ "身份证", IDENTITY_RESIDENT },
	{ "身份證", IDENTITY_RESIDENT },
	{ "身分证", IDENTITY_RESIDENT },
	{ "公民身份", IDENTITY_RESIDENT },
	{ "IDCARD", IDENTITY_RESIDENT },
	{ "IDENTITYCARD", IDENTITY_RESIDENT },
	{ "户口", IDENTITY_OTHER },
	{ "出生", IDENTITY_OTHER },
	{ "军官", IDENTITY_OTHER },
	{ "士兵", IDENTITY_OTHER },
	{ "军人", IDENTITY_OTHER },
	{ "警官", IDENTITY_OTHER },
	{ "驾驶", IDENTITY_OTHER },
	{ "驾照", IDENTITY_OTHER },
	{ "社保", IDENTITY_OTHER },
	{ "社会保障", IDENTITY_OTHER },
	{ "居留", IDENTITY_OTHER },
	{ "居住证", IDENTITY_OTHER },
	{ "签证", IDENTITY_OTHER },
	{ "学生证", IDENTITY_OTHER },
	{ "工作证", IDENTITY_OTHER },
	{ "残疾", IDENTITY_OTHER },
	{ "其他", IDENTITY_OTHER },
	{ "其它", IDENTITY_OTHER },
	{ "BIRTHCERT", IDENTITY_OTHER },
	{ "LICENCE", IDENTITY_OTHER },
	{ "LICENSE", IDENTITY_OTHER },
	{ "OTHER", IDENTITY_OTHER },
};

/* Letters upper-case, without spaces and marks; longer cells than the buffer name no document. */
static size_t
word_make(struct str cell, char *ret_word, size_t bytes)
{
	size_t n = 0;
	uint32_t c;

	while (n + 4 < bytes && chars_next(&cell, &c)) {
		c = char_narrow(c);
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c >= 0x80 ? !char_is_invisible(c) : char_is_digit(c) || char_is_letter(c))
			n += utf8_put(c, ret_word + n);
	}
	return n;
}

bool
identity_kind_read(struct str cell, enum identity_kind *ret_kind)
{
	char bytes[120];
	struct str word = { bytes, word_make(cell, bytes, sizeof(bytes)) };

	if (word.n == 0) {
		*ret_kind = IDENTITY_NONE;
		return false;
	}
	for (size_t i = 0; i < LEN(wholes); i++)
		if (chars_equal(word, wholes[i].text)) {
			*ret_kind = wholes[i].kind;
			return true;
		}
	for (size_t i = 0; i < LEN(parts); i++)
		if (chars_has(word, parts[i].text)) {
			*ret_kind = parts[i].kind;
			return true;
		}
	*ret_kind = IDENTITY_OTHER;
	return false;
}

struct label
identity_kind_label(enum identity_kind kind)
{
	static const struct label labels[IDENTITY_KINDS] = {
		[IDENTITY_NONE] = { "无", "None" },
		[IDENTITY_RESIDENT] = { "居民身份证", "Resident identity card" },
		[IDENTITY_PASSPORT] = { "护照", "Passport" },
		[IDENTITY_HMT_PERMIT] = { "港澳台居民来往通行证",
		    "Travel permit for Hong Kong, Macau and Taiwan residents" },
		[IDENTITY_HMT_RESIDENCE] = { "港澳台居民居住证",
		    "Residence permit for Hong Kong, Macau and Taiwan residents" },
		[IDENTITY_FOREIGNER_CARD] = { "外国人永久居留身份证",
		    "Foreigner's permanent residence card" },
		[IDENTITY_OTHER] = { "其他证件", "Other document" },
	};

	return labels[kind];
}

struct label
identity_verdict_label(enum identity_verdict verdict)
{
	static const struct label labels[IDENTITY_VERDICTS] = {
		[IDENTITY_OK] = { "正确", "Correct" },
		[IDENTITY_EMPTY] = { "没有号码", "No number" },
		[IDENTITY_DESTROYED] = { "号码已被表格软件四舍五入毁坏，请按证件重填",
		    "The spreadsheet has rounded the number away; type it again from the "
		    "document" },
		[IDENTITY_MASKED] = { "号码被遮盖，不完整", "The number is masked" },
		[IDENTITY_TOO_SHORT] = { "号码位数不够", "The number is too short" },
		[IDENTITY_TOO_LONG] = { "号码位数过多", "The number is too long" },
		[IDENTITY_CHARACTER_WRONG] = { "号码中有不该有的字符",
		    "The number has a character that does not belong there" },
		[IDENTITY_BIRTH_IMPOSSIBLE] = { "号码中的出生日期不可能",
		    "The birth date in the number is impossible" },
		[IDENTITY_DIVISION_UNKNOWN] = { "号码开头的省份代码不存在",
		    "The number begins with no province's code" },
		[IDENTITY_CHECKSUM_WRONG] = { "校验码不符，可能有一位写错",
		    "The check character does not fit; a digit may be wrong" },
	};

	return labels[verdict];
}
