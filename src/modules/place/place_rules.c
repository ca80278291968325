/* place_rules.c -- what follows from kinds and numbers alone. Also compiled to WebAssembly. */
#include "modules/place/place.h"

int64_t
place_kind_rank(int64_t kind)
{
	/* Gates come before the houses; what is called by a name, after them. */
	static const unsigned char ranks[] = {
		[place_kind_COMPOUND] = 1, [place_kind_BUILDING] = 2, [place_kind_STAIR] = 3,
		[place_kind_FLOOR] = 4, [place_kind_ROOM] = 5, [place_kind_GATE] = 0,
		[place_kind_POINT] = 6, [place_kind_STORE] = 7, [place_kind_SHOP] = 8,
	};

	return kind >= 0 && kind < (int64_t)LEN(ranks) ? ranks[kind] : (int64_t)LEN(ranks);
}

bool
place_kind_fits(int64_t kind, int64_t parent_kind)
{
	if (parent_kind < -1 || parent_kind > place_kind_SHOP)
		return false;
	switch (kind) {
	case place_kind_COMPOUND:
		return parent_kind == -1;
	case place_kind_BUILDING:
		return parent_kind == -1 || parent_kind == place_kind_COMPOUND;
	case place_kind_STAIR:
		return parent_kind == place_kind_BUILDING;
	case place_kind_FLOOR:
		return parent_kind == place_kind_BUILDING || parent_kind == place_kind_STAIR;
	case place_kind_ROOM:
		return parent_kind >= place_kind_COMPOUND && parent_kind <= place_kind_FLOOR;
	case place_kind_GATE:
	case place_kind_POINT:
	case place_kind_STORE:
	case place_kind_SHOP:
		return parent_kind <= place_kind_FLOOR;
	}
	return false;
}

int64_t
place_pattern_count(int64_t towers, int64_t stairs, int64_t floors, int64_t rooms)
{
	int64_t below;

	if (towers < 1 || towers > 9999 || stairs < 0 || stairs > 99 || floors < 0 ||
	    floors > 999 || rooms < 1 || rooms > 99)
		return -1;
	below = floors > 0 ? floors * (1 + rooms) : rooms;
	return towers * (1 + (stairs > 0 ? stairs * (1 + below) : below));
}
