/*
 * address.h -- an address in one cell, or in columns, as the parts of a place.
 *
 * 3栋2单元1502, 3-2-1502, 3#1502, 益田花园三栋二单元十五楼02 and Building 3, Unit 2, Room 1502 are
 * one room.
 */
#pragma once
#include "text/place.h"

enum address_confidence {
	ADDRESS_EMPTY,
	ADDRESS_EXACT,	    /* every part was named, or stands where only one reading is possible */
	ADDRESS_GUESSED,    /* a part was taken by its place or size, or words were left over */
	ADDRESS_UNREADABLE, /* neither building nor room was found */
};

struct address {
	enum address_confidence confidence;
	struct str keys[PLACE_LEVELS]; /* canonical, see place_key; empty: not said */
	struct str
	    said[PLACE_LEVELS]; /* as it stood in the cell, or the key where it was put together */
	struct str region; /* 广东省深圳市福田区福保街道益民社区, with street and number */
	struct str rest;       /* words that are no part of an address */
	bool is_floor_derived; /* nobody said it, the room's number tells it */
};

/*
 * Reads one cell. All texts are in the arena. A number without its unit is taken by its place:
 * building-room, building-stair-room, building-stair-floor-room; behind a building, stair-room or,
 * when the last has at most two digits, floor-room. The floor goes into the room's key: 十五楼02
 * has the room 1502. A street's number belongs to region or compound, an alley's (三巷12号) is a
 * building.
 */
void address_read(struct arena *arena, struct str cell, struct address *ret_address);

/*
 * Reads the columns of a sheet that has them apart, by level; empty where there is no column. A
 * building's cell may hold the stair too (3-2), and a room's cell the whole (3-2-1502); what a
 * column of its own says goes first.
 */
void address_of_columns(struct arena *arena, const struct str columns[static PLACE_LEVELS],
    struct address *ret_address);

/* An address that says nothing: every text is empty, none is NULL. */
void address_init(struct address *ret_address);

/*
 * The end of reading, for both: puts the floor into the room's key or takes it from there, and says
 * how sure all is.
 */
void address_settle(struct arena *arena, bool is_guess, struct address *address);
