/* recovery.c -- see recovery.h. */
#include <errno.h>
#include <inttypes.h>
#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/str.h"
#include "ledger/recovery.h"

#define WORD_LETTERS 5
#define CHECK_BYTES  4
#define VALUE_BYTES  (KEY_BYTES + CHECK_BYTES)
#define QUIET	     4 /* light modules around the code, as ISO/IEC 18004 wants them */

static_assert(RECOVERY_WORDS * 2 == VALUE_BYTES, "a word holds two bytes");
static_assert(RECOVERY_WORDS % RECOVERY_GROUP_WORDS == 0, "groups are full");

static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aiou";

static void
word_write(unsigned value, char ret_letters[static WORD_LETTERS])
{
	ret_letters[0] = consonants[value >> 12 & 15];
	ret_letters[1] = vowels[value >> 10 & 3];
	ret_letters[2] = consonants[value >> 6 & 15];
	ret_letters[3] = vowels[value >> 4 & 3];
	ret_letters[4] = consonants[value & 15];
}

static bool
word_read(const char *letters, unsigned char ret_value[static 2])
{
	unsigned value = 0;

	for (size_t i = 0; i < WORD_LETTERS; i++) {
		const char *letter_set = i % 2 == 0 ? consonants : vowels;
		const char *at = strchr(letter_set, letters[i]);

		if (at == NULL || *at == '\0')
			return false;
		value = value << (i % 2 == 0 ? 4 : 2) | (unsigned)(at - letter_set);
	}
	ret_value[0] = (unsigned char)(value >> 8);
	ret_value[1] = (unsigned char)value;
	return true;
}

static void
check_make(const unsigned char *master, unsigned char ret_check[static CHECK_BYTES])
{
	static const char what[] = "recovery";
	crypto_generichash_state state;
	unsigned char hash[crypto_generichash_BYTES];

	(void)crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	(void)crypto_generichash_update(&state, (const unsigned char *)what, sizeof(what) - 1);
	(void)crypto_generichash_update(&state, master, KEY_BYTES);
	(void)crypto_generichash_final(&state, hash, sizeof(hash));
	memcpy(ret_check, hash, CHECK_BYTES);
	sodium_memzero(hash, sizeof(hash));
}

static bool
check_fits(const unsigned char *value)
{
	unsigned char check[CHECK_BYTES];

	check_make(value, check);
	return sodium_memcmp(check, value + KEY_BYTES, CHECK_BYTES) == 0;
}

void
recovery_words(
    const unsigned char master[static KEY_BYTES], char ret_words[static RECOVERY_WORDS_BYTES])
{
	unsigned char value[VALUE_BYTES];

	memcpy(value, master, KEY_BYTES);
	check_make(master, value + KEY_BYTES);
	for (size_t i = 0; i < RECOVERY_WORDS; i++) {
		word_write((unsigned)value[2 * i] << 8 | value[2 * i + 1], ret_words + 6 * i);
		ret_words[6 * i + WORD_LETTERS] = i + 1 < RECOVERY_WORDS ? '-' : '\0';
	}
	sodium_memzero(value, sizeof(value));
}

/* ---- reading ---- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether the word would make the check fit with one other letter. */
static bool
one_letter_mends(unsigned char *value, size_t word)
{
	unsigned char before[2] = { value[2 * word], value[2 * word + 1] };
	bool is_mended = false;

	for (size_t at = 0; at < WORD_LETTERS && !is_mended; at++) {
		const char *letters = at % 2 == 0 ? consonants : vowels;
		char text[WORD_LETTERS];

		word_write((unsigned)before[0] << 8 | before[1], text);
		for (; *letters != '\0' && !is_mended; letters++) {
			text[at] = *letters;
			is_mended = word_read(text, value + 2 * word) && check_fits(value);
		}
		sodium_memzero(text, sizeof(text));
	}
	memcpy(value + 2 * word, before, sizeof(before));
	return is_mended;
}

static struct recovery_problem
problem_at(enum recovery_fault fault, size_t word, size_t count)
{
	return (struct recovery_problem){ .fault = fault,
		.word = word,
		.group = word > 0 ? (word - 1) / RECOVERY_GROUP_WORDS + 1 : 0,
		.count = count };
}

static struct recovery_problem
value_check(unsigned char *value)
{
	if (check_fits(value))
		return problem_at(RECOVERY_READ, 0, RECOVERY_WORDS);
	for (size_t i = 0; i < RECOVERY_WORDS; i++)
		if (one_letter_mends(value, i))
			return problem_at(RECOVERY_LETTER_WRONG, i + 1, RECOVERY_WORDS);
	return problem_at(RECOVERY_CHECK_WRONG, 0, RECOVERY_WORDS);
}

/* What stands in a word that was broken in two, or misses a letter, is shorter than a word. */
static struct recovery_problem
value_read(struct str typed, unsigned char *value)
{
	char word[WORD_LETTERS];
	size_t letters = 0, count = 0;

	for (size_t i = 0; i <= typed.n; i++) {
		char c = i < typed.n ? lower(typed.p[i]) : ' ';

		if (c >= 'a' && c <= 'z') {
			if (letters == 0 && count == RECOVERY_WORDS)
				return problem_at(RECOVERY_TOO_MANY, 0, count);
			word[letters++] = c;
		}
		if (letters == WORD_LETTERS) {
			if (!word_read(word, value + 2 * count))
				return problem_at(RECOVERY_WORD_WRONG, count + 1, count);
			letters = 0;
			count++;
		} else if (letters > 0 && (c < 'a' || c > 'z')) {
			return problem_at(RECOVERY_WORD_WRONG, count + 1, count);
		}
	}
	if (count < RECOVERY_WORDS)
		return problem_at(RECOVERY_TOO_FEW, 0, count);
	return value_check(value);
}

bool
recovery_words_read(struct str typed, unsigned char ret_master[static KEY_BYTES],
    struct recovery_problem *ret_problem)
{
	const struct str prefix = S(RECOVERY_PREFIX);
	unsigned char value[VALUE_BYTES] = { 0 };
	bool has_prefix;

	if (typed.n > RECOVERY_TYPED_BYTES_MAX) {
		*ret_problem = problem_at(RECOVERY_TOO_LONG, 0, 0);
		return false;
	}
	typed = str_trim(typed);
	has_prefix = typed.n >= prefix.n && strncasecmp(typed.p, prefix.p, prefix.n) == 0;
	*ret_problem = value_read(str_slice(typed, has_prefix ? prefix.n : 0, SIZE_MAX), value);
	if (ret_problem->fault == RECOVERY_READ)
		memcpy(ret_master, value, KEY_BYTES);
	sodium_memzero(value, sizeof(value));
	return ret_problem->fault == RECOVERY_READ;
}

void
recovery_problem_print(const struct recovery_problem *problem, bool is_chinese,
    char ret_line[static RECOVERY_PROBLEM_BYTES])
{
	static const char *const lines[][2] = {
		[RECOVERY_READ] = { "读取正确", "read correctly" },
		[RECOVERY_TOO_LONG] = { "输入太长", "this is too long" },
		[RECOVERY_WORD_WRONG] = { "第 %zu 组第 %zu 个词（全表第 %zu 个）不是恢复表上的词",
		    "group %zu, word %zu (number %zu of all) is no word of a recovery sheet" },
		[RECOVERY_TOO_FEW] = { "只有 %zu 个词，应有 18 个",
		    "only %zu words, there are 18" },
		[RECOVERY_TOO_MANY] = { "多于 18 个词", "more than 18 words" },
		[RECOVERY_LETTER_WRONG] = { "第 %zu 组第 %zu 个词（全表第 %zu 个）有一个字母不对",
		    "group %zu, word %zu (number %zu of all) seems to have one wrong letter" },
		[RECOVERY_CHECK_WRONG] = { "校验不符：请与恢复表逐组核对",
		    "the check does not fit: compare each group with the sheet" },
	};
	static_assert(RECOVERY_WORDS == 18, "as the lines say");
	const char *line = lines[problem->fault][is_chinese ? 0 : 1];

	switch (problem->fault) {
	case RECOVERY_WORD_WRONG:
	case RECOVERY_LETTER_WRONG:
		(void)snprintf(ret_line, RECOVERY_PROBLEM_BYTES, line, problem->group,
		    (problem->word - 1) % RECOVERY_GROUP_WORDS + 1, problem->word);
		return;
	case RECOVERY_TOO_FEW:
		(void)snprintf(ret_line, RECOVERY_PROBLEM_BYTES, line, problem->count);
		return;
	case RECOVERY_READ:
	case RECOVERY_TOO_LONG:
	case RECOVERY_TOO_MANY:
	case RECOVERY_CHECK_WRONG:
		(void)snprintf(ret_line, RECOVERY_PROBLEM_BYTES, "%s", line);
	}
}

/* ---- the code ---- */

/* In capitals, which a code holds in fewer modules. NULL: errno says why. */
static QRcode *
code_new(const unsigned char *master)
{
	char text[sizeof(RECOVERY_PREFIX) - 1 + RECOVERY_WORDS_BYTES] = RECOVERY_PREFIX;
	char *words = text + sizeof(RECOVERY_PREFIX) - 1;
	QRcode *code;

	recovery_words(master, words);
	for (; *words != '\0'; words++)
		if (*words >= 'a' && *words <= 'z')
			*words = (char)(*words - 'a' + 'A');
	code = QRcode_encodeString(text, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
	sodium_memzero(text, sizeof(text));
	return code;
}

static void
code_free(QRcode *code)
{
	sodium_memzero(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
}

/* Also for places in the quiet zone around the code. */
static bool
code_is_dark(const QRcode *code, int x, int y)
{
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	       (code->data[y * code->width + x] & 1) != 0;
}

/* Two rows of modules in a line; what is light is drawn, for a terminal is dark. */
static void
code_draw(const QRcode *code, struct buffer *out)
{
	static const char *const halves[] = { "█", "▀", "▄", " " };

	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		for (int x = -QUIET; x < code->width + QUIET; x++) {
			int upper = code_is_dark(code, x, y);
			int under = y + 1 >= code->width + QUIET || code_is_dark(code, x, y + 1);

			buffer_add(out, str_of(halves[upper * 2 + under]));
		}
		buffer_char(out, '\n');
	}
}

/* One path, with one stroke for each run of dark modules in a row. */
static void
code_svg(const QRcode *code, struct buffer *out)
{
	int size = code->width + 2 * QUIET;

	buffer_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
	    "<path fill=\"#000\" d=\"",
	    size, size, size, size);
	for (int y = 0; y < code->width; y++)
		for (int x = 0, run; x < code->width; x += run + 1) {
			for (run = 0; code_is_dark(code, x + run, y); run++)
				continue;
			if (run > 0)
				buffer_printf(
				    out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
		}
	buffer_add(out, S("\"/></svg>"));
}

int
recovery_code_svg(const unsigned char master[static KEY_BYTES], struct buffer *out)
{
	QRcode *code = code_new(master);

	if (code == NULL)
		return -errno;
	code_svg(code, out);
	code_free(code);
	return 0;
}

/* ---- the sheet ---- */

static void
id_print(const unsigned char *database_id, struct buffer *out)
{
	for (size_t i = 0; i < DATABASE_ID_BYTES; i++)
		buffer_printf(out, "%s%02x", i > 0 && i % 4 == 0 ? " " : "", database_id[i]);
}

static void
date_print(date_ymd date, struct buffer *out)
{
	if (date.ymd == 0)
		buffer_add(out, S("__________"));
	else
		buffer_printf(out, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, date.ymd / 10000,
		    date.ymd / 100 % 100, date.ymd % 100);
}

int
recovery_sheet_text(const struct recovery_sheet *sheet, struct buffer *out)
{
	char words[RECOVERY_WORDS_BYTES];
	QRcode *code = code_new(sheet->master);

	if (code == NULL)
		return -errno;
	recovery_words(sheet->master, words);
	buffer_add(out, S("恢复表 Recovery sheet: "));
	buffer_add(out, sheet->area_name);
	buffer_printf(out, " (%" PRId64 ")  ", sheet->area.v);
	date_print(sheet->date, out);
	buffer_add(out, S("\n数据库 Database: "));
	id_print(sheet->database_id, out);
	buffer_add(out, S("\n\n抄写或打印后锁进保险柜。服务器坏了，只有它能打开备份里加密的信息（证"
			  "件号、电话等）；\n"
			  "谁有它和备份，谁就能看到这些信息。\n"
			  "Write this down or print it, and lock it in the safe. When the server "
			  "is gone, nothing\n"
			  "else opens what is sealed in a backup (identity numbers, phones and "
			  "more); whoever has\n"
			  "both can read it.\n\n"));
	for (size_t i = 0; i < RECOVERY_WORDS; i++) {
		if (i % RECOVERY_GROUP_WORDS == 0)
			buffer_printf(out, "  %zu.", i / RECOVERY_GROUP_WORDS + 1);
		buffer_char(out, ' ');
		buffer_add(out, (struct str){ words + 6 * i, WORD_LETTERS });
		if ((i + 1) % (2 * RECOVERY_GROUP_WORDS) == 0)
			buffer_char(out, '\n');
		else if ((i + 1) % RECOVERY_GROUP_WORDS == 0)
			buffer_add(out, S("   "));
	}
	buffer_char(out, '\n');
	code_draw(code, out);
	sodium_memzero(words, sizeof(words));
	code_free(code);
	return 0;
}

static void
html_escape(struct str s, struct buffer *out)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<':
			buffer_add(out, S("&lt;"));
			break;
		case '>':
			buffer_add(out, S("&gt;"));
			break;
		case '&':
			buffer_add(out, S("&amp;"));
			break;
		case '"':
			buffer_add(out, S("&quot;"));
			break;
		default:
			buffer_char(out, s.p[i]);
		}
}

static void
html_head(const struct recovery_sheet *sheet, struct buffer *out)
{
	buffer_add(out,
	    S("<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">\n"
	      "<title>恢复表 Recovery sheet</title>\n<style>\n"
	      "@page { size: A4; margin: 18mm }\n"
	      "body { font: 11pt/1.45 \"Noto Sans CJK SC\", \"Microsoft YaHei\", sans-serif;\n"
	      "  color: #000; max-width: 174mm; margin: auto; overflow-wrap: anywhere }\n"
	      "h1 { font-size: 20pt; margin: 0 }\n"
	      "h2 { font-size: 12pt; margin: 6mm 0 1mm }\n"
	      "p { margin: 1mm 0 } [lang=en] { font-size: 9.5pt }\n"
	      "dl { display: grid; grid-template-columns: auto 1fr; gap: 0 5mm; margin: 3mm 0 }\n"
	      "dd { margin: 0 } dd, td { font-variant-numeric: tabular-nums }\n"
	      ".secret { display: flex; gap: 8mm; align-items: center; margin: 4mm 0;\n"
	      "  border: 1.5pt solid #b3261e; padding: 3mm 5mm; break-inside: avoid }\n"
	      ".secret svg { width: 62mm; height: 62mm; flex: none }\n"
	      "table { border-spacing: 0 2.5mm; font: 15pt \"Noto Sans Mono\", monospace }\n"
	      "th { text-align: right; padding-right: 4mm; font-weight: normal; color: #555 }\n"
	      "td { padding-right: 4mm }\n"
	      ".line { border-bottom: .5pt solid #000; height: 8mm }\n"
	      "</style></head><body>\n<h1>恢复表 Recovery sheet</h1>\n<dl><dt>辖区 Area<dd>"));
	html_escape(sheet->area_name, out);
	buffer_printf(out, " (%" PRId64 ")<dt>数据库 Database<dd>", sheet->area.v);
	id_print(sheet->database_id, out);
	buffer_add(out, S("<dt>日期 Date<dd>"));
	date_print(sheet->date, out);
	buffer_add(out, S("</dl>\n"));
}

static void
html_words(const char *words, struct buffer *out)
{
	buffer_add(out, S("<table>"));
	for (size_t i = 0; i < RECOVERY_WORDS; i++) {
		if (i % RECOVERY_GROUP_WORDS == 0)
			buffer_printf(out, "<tr><th>%zu", i / RECOVERY_GROUP_WORDS + 1);
		buffer_add(out, S("<td>"));
		buffer_add(out, (struct str){ words + 6 * i, WORD_LETTERS });
	}
	buffer_add(out, S("</table>"));
}

int
recovery_sheet_html(const struct recovery_sheet *sheet, struct buffer *out)
{
	char words[RECOVERY_WORDS_BYTES];
	QRcode *code = code_new(sheet->master);

	if (code == NULL)
		return -errno;
	recovery_words(sheet->master, words);
	html_head(sheet, out);
	buffer_add(out, S("<h2>这是什么</"
			  "h2><p>居民的证件号、电话和台账里的敏感内容，在数据库和备份里都是加密的。"
			  "钥匙在服务器的钥匙文件（."
			  "keys）里，备份里没有。服务器坏了、丢了，就用这张表和备份恢复："
			  "运行 redvest restore，照着输入 18 个词，或扫描二维码。"
			  "没有这张表，备份里加密的内容谁也打不开。</p>\n"
			  "<div lang=\"en\"><h2>What this is</h2><p>Residents' identity numbers "
			  "and phones, and "
			  "what is sensitive in the ledger, are encrypted in the database and in "
			  "its backups. The "
			  "key is in the server's key file (.keys) and in no backup. When the "
			  "server is broken or "
			  "gone, this sheet and a backup bring everything back: run redvest "
			  "restore and type the "
			  "18 words, or scan the code. Without this sheet nobody can open what is "
			  "encrypted in a "
			  "backup.</p></div>\n<div class=\"secret\">"));
	code_svg(code, out);
	html_words(words, out);
	buffer_add(out,
	    S("</div>\n<h2>请锁进保险柜</h2><p>谁有这张表和一份备份，谁就能看到居民的全部信息。"
	      "不要拍照，不要复印，不要存在电脑里；打印之后删除文件。备份里的姓名和房号没有加密，"
	      "备份也要另行妥善保管。疫情结束、数据销毁时，这张表一并销毁。</p>\n"
	      "<div lang=\"en\"><h2>Keep it in the safe</h2><p>Whoever has this sheet and a backup "
	      "can "
	      "read everything about the residents. Take no photo or copy of it and keep none on a "
	      "computer; delete the file once it is printed. Names and rooms are not encrypted in "
	      "a "
	      "backup: keep backups safe too, and elsewhere. When the data are destroyed at the "
	      "end, "
	      "this sheet is destroyed with them.</p></div>\n"
	      "<dl><dt>保管人 Kept by<dd class=\"line\"><dt>存放处 Where<dd class=\"line\">"
	      "<dt>见证人 Witness<dd class=\"line\"></dl>\n</body></html>\n"));
	sodium_memzero(words, sizeof(words));
	code_free(code);
	return 0;
}
