/* address_columns.c -- addresses that a sheet has in columns of their own, see address.h. */
#include "text/address.h"

struct columns {
	struct arena *arena;
	struct address *address;
	bool is_guess;
};

static bool
has_part(const struct address *address, enum place_level level)
{
	return address->keys[level].n > 0;
}

static void
part_set(struct columns *columns, enum place_level level, struct str said)
{
	columns->address->said[level] = text_line(columns->arena, said);
	columns->address->keys[level] = place_key(columns->arena, level, said);
}

/* What a cell of its own column says goes before what another cell says beside it. */
static void
part_merge(struct address *address, const struct address *other, enum place_level level)
{
	if (has_part(address, level))
		return;
	address->keys[level] = other->keys[level];
	address->said[level] = other->said[level];
}

/* Without numbers, and without anything that ends divisions: nothing to take apart. */
static bool
is_plain_name(struct str key)
{
	static const char *const marks[] = { "市", "区", "县", "镇", "乡", "街道", "居委会",
		"村委会", "路", "道" };
	uint32_t c;

	for (size_t i = 0; i < LEN(marks); i++)
		if (chars_has(key, marks[i]))
			return false;
	while (chars_next(&key, &c))
		if (c < 0x80 || char_numeral(c) >= 0 || c == 0x5341 || c == 0x767e)
			return false;
	return true;
}

/* 3栋, A座, 3A栋: one name with its unit. */
static bool
is_plain_building(struct str key)
{
	size_t n = 0;

	while (n < key.n &&
	       (char_is_digit((unsigned char)key.p[n]) || char_is_letter((unsigned char)key.p[n])))
		n++;
	return str_equal(str_slice(key, n, SIZE_MAX), S("栋")) ||
	       str_equal(str_slice(key, n, SIZE_MAX), S("座"));
}

/* 福田区益田花园 and 益田花园3栋 in the compound's column. */
static void
compound_cell_read(struct columns *columns)
{
	struct address *address = columns->address, whole;

	if (!has_part(address, PLACE_COMPOUND) || is_plain_name(address->keys[PLACE_COMPOUND]))
		return;
	address_read(columns->arena, address->said[PLACE_COMPOUND], &whole);
	if (!has_part(&whole, PLACE_COMPOUND))
		return;
	if (whole.confidence != ADDRESS_UNREADABLE &&
	    (whole.confidence != ADDRESS_EXACT || has_part(address, PLACE_BUILDING)))
		return;
	address->region = whole.region;
	for (enum place_level level = PLACE_BUILDING; level < PLACE_LEVELS; level++)
		part_merge(address, &whole, level);
	address->keys[PLACE_COMPOUND] = whole.keys[PLACE_COMPOUND];
	address->said[PLACE_COMPOUND] = whole.said[PLACE_COMPOUND];
}

/*
 * 3-2 or 3栋2单元 in the building's column, or 益田花园3栋. A name before the number that is not
 * the compound's belongs to the building: 东区3栋 is another one than 西区3栋.
 */
static void
building_cell_read(struct columns *columns)
{
	struct address *address = columns->address, whole;
	struct str *room = &whole.keys[PLACE_ROOM];

	address_read(columns->arena, address->said[PLACE_BUILDING], &whole);
	if (!has_part(&whole, PLACE_BUILDING) ||
	    (has_part(&whole, PLACE_COMPOUND) && has_part(address, PLACE_COMPOUND) &&
		!str_equal(whole.keys[PLACE_COMPOUND], address->keys[PLACE_COMPOUND])))
		return;
	if (!has_part(&whole, PLACE_STAIR) && !has_part(&whole, PLACE_FLOOR) && room->n > 0 &&
	    room->n <= 2) {
		whole.said[PLACE_STAIR] = *room;
		whole.keys[PLACE_STAIR] = place_key(columns->arena, PLACE_STAIR, *room);
		*room = (struct str){ "", 0 };
	} else if (!has_part(&whole, PLACE_STAIR) && room->n == 0 &&
		   !has_part(&whole, PLACE_COMPOUND)) {
		return;
	}
	address->keys[PLACE_BUILDING] = whole.keys[PLACE_BUILDING];
	address->said[PLACE_BUILDING] = whole.said[PLACE_BUILDING];
	part_merge(address, &whole, PLACE_COMPOUND);
	part_merge(address, &whole, PLACE_STAIR);
	part_merge(address, &whole, PLACE_FLOOR);
	part_merge(address, &whole, PLACE_ROOM);
}

/* Numbers with a mark between them, or with the unit of a building or a stair. */
static bool
may_be_whole(struct columns *columns, struct str room)
{
	static const char *const units[] = { "-", "栋", "幢", "座", "单元", "号楼" };
	int64_t value;
	struct str rest = room;

	if (place_floor_of_room(columns->arena, room).n > 0 || str_starts(room, S("-")))
		return false;
	if (!char_is_letter((unsigned char)room.p[0]) && !number_take(&rest, &value))
		return false;
	for (size_t i = 0; i < LEN(units); i++)
		if (chars_has(room, units[i]))
			return true;
	return false;
}

/*
 * 3-2-1502 in the room's column. Before a room, the number that is not the building's own is the
 * stair's: 2-1502 beside 3栋.
 */
static void
room_cell_read(struct columns *columns)
{
	struct address *address = columns->address, whole;

	if (!may_be_whole(columns, address->keys[PLACE_ROOM]))
		return;
	address_read(columns->arena, address->said[PLACE_ROOM], &whole);
	if (!has_part(&whole, PLACE_ROOM))
		return;
	if (has_part(&whole, PLACE_BUILDING) && has_part(address, PLACE_BUILDING) &&
	    !str_equal(whole.keys[PLACE_BUILDING], address->keys[PLACE_BUILDING])) {
		columns->is_guess = true;
		if (!has_part(&whole, PLACE_STAIR)) {
			whole.said[PLACE_STAIR] = whole.said[PLACE_BUILDING];
			whole.keys[PLACE_STAIR] =
			    place_key(columns->arena, PLACE_STAIR, whole.said[PLACE_STAIR]);
		}
	}
	columns->is_guess = columns->is_guess || !has_part(address, PLACE_BUILDING);
	address->keys[PLACE_ROOM] = whole.keys[PLACE_ROOM];
	address->said[PLACE_ROOM] = whole.said[PLACE_ROOM];
	part_merge(address, &whole, PLACE_BUILDING);
	part_merge(address, &whole, PLACE_STAIR);
	part_merge(address, &whole, PLACE_FLOOR);
}

void
address_of_columns(
    struct arena *arena, const struct str cells[static PLACE_LEVELS], struct address *ret_address)
{
	struct columns columns = { .arena = arena, .address = ret_address };

	address_init(ret_address);
	for (enum place_level level = PLACE_COMPOUND; level < PLACE_LEVELS; level++)
		part_set(&columns, level, cells[level]);
	compound_cell_read(&columns);
	if (has_part(ret_address, PLACE_BUILDING) &&
	    !is_plain_building(ret_address->keys[PLACE_BUILDING]))
		building_cell_read(&columns);
	if (has_part(ret_address, PLACE_ROOM))
		room_cell_read(&columns);
	address_settle(arena, columns.is_guess, ret_address);
}
