/*
 * pinyin.h -- keys by which a name is found that is typed in Latin letters.
 *
 * Readings come from ICU, character by character, and from a table of the characters that ICU reads
 * in one of their ways only: surnames (区 ou, 曾 zeng, 单 shan, 尉迟 yuchi) and common ambiguous
 * ones in given names (乐 le, yue). Every reading finds. See docs/decisions/names.md.
 */
#pragma once
#include "text/chars.h"

/*
 * ICU's transliterators and what they said, by character. One thread at a time: give every thread
 * its own, or a lock. About 100 KB beside ICU's own 7 MB, which all share.
 */
struct pinyin;

/* NULL: ICU's data are missing. Takes about 10 ms; the first Han name takes another 200 ms. */
struct pinyin *pinyin_new(void);
void pinyin_free(struct pinyin *pinyin);

/* Spends those 200 ms in a thread of its own, which the first to ask for keys waits for. */
void pinyin_warm(struct pinyin *pinyin);

#define PINYIN_KEYS_BYTES_MAX 240

/*
 * The keys of a cleaned name, separated by blanks: the whole in every reading, the initials in
 * every reading, then what stands behind an interpunct or a blank. 曾小明 has "zengxiaoming
 * cengxiaoming zxm cxm", Maria Santos "mariasantos ms santos". Lower-case ASCII letters and digits;
 * ü is there as v and as u. The likelier reading comes first; of a name with very many readings
 * some are left out, and no key is ever cut.
 */
struct str pinyin_keys(struct pinyin *pinyin, struct arena *arena, struct str name);

/*
 * What somebody typed ("Zeng Xiao-Ming", "lü bu"), as it is to be looked up as the beginning of a
 * key. Without pinyin (NULL) only its ASCII letters and digits count.
 */
struct str pinyin_typed(struct pinyin *pinyin, struct arena *arena, struct str typed);

/*
 * The table: readings separated by blanks, the likeliest first; NULL where ICU's is the only one.
 * Of a surname of one or two characters (尉迟: "yu-chi wei-chi"), or of one in a given name.
 */
const char *reading_of_surname(struct str surname);
const char *reading_of_given(struct str character);
