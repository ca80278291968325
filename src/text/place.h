/*
 * place.h -- the parts of an address, one at a time: which of two writings mean the same place.
 *
 * People say 3栋, 三栋, 第3栋, 3号楼 or 3# and mean one building. What they say is kept for
 * showing; the key decides whether it is the same place, and the sort key where it stands in a
 * list.
 */
#pragma once
#include "text/chars.h"

enum place_level {
	PLACE_COMPOUND, /* 小区 */
	PLACE_BUILDING, /* 楼 */
	PLACE_STAIR,	/* 单元 */
	PLACE_FLOOR,	/* 层 */
	PLACE_ROOM,	/* 室 */
	PLACE_LEVELS
};

/*
 * The canonical form of a part as somebody wrote it, from the arena; empty for nothing. Buildings
 * become 3栋, A座, 3巷12号; stairs 2单元; floors 15层 and -1层 (负一, B1, 地下一层); rooms 1502,
 * 12A, 商铺2, -102. Digits have no leading zeros, because spreadsheets drop them; letters are
 * upper-case. What is not understood stays as it is, without blanks. The key of a key is that key.
 */
struct str place_key(struct arena *arena, enum place_level level, struct str text);

/*
 * A room's key with its floor in it: 15层 and 2 make 1502, 15层 and A make 15A, -1层 and 2 make
 * -102, 夹层 and 2 make 夹2. Rooms that have three digits, or more than a letter, stay as they are.
 * Both are keys.
 */
struct str place_room_on_floor(struct arena *arena, struct str floor, struct str room);

/*
 * The floor's key that a room's key tells; empty when it does not. Of three and four digits it is
 * all but the last two, also before a letter or a dash (1502A, 1502-1) and behind letters (A1203);
 * of one or two digits before a letter it is the digits (12A).
 */
struct str place_floor_of_room(struct arena *arena, struct str room);

#define PLACE_SORT_BYTES_MAX 64

/*
 * Bytes that compare as people count: 9栋 before 10栋, -2层 before -1层 before 1层, numbers before
 * names. Valid UTF-8 of characters from '-' on, at most PLACE_SORT_BYTES_MAX bytes (longer ones are
 * cut), so that the keys of a path may be joined by '!'.
 */
struct str place_sort_key(struct arena *arena, enum place_level level, struct str text);

struct label place_level_label(enum place_level level);
