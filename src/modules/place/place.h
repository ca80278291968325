/*
 * place.h -- places: compound, building, stair, floor, room, a tree inside an area; also gates,
 * sampling points, stores and shops. Grids and sectors are named sets of its nodes with people in
 * charge; they may overlap and cross compounds.
 *
 * A place is known by what people mean: 3栋, 三栋 and 3号楼 under one parent are one place. Its
 * sort key is that of the whole path, so ORDER BY sort is the order in which one walks, and what
 * lies below a node is a range of it: from sort up to sort || '"'.
 */
#pragma once
#include "ledger/grammar.h"

#define PLACE_ROWS_MAX    500   /* of one place_rows_put */
#define PLACE_PATTERN_MAX 20000 /* nodes that one pattern may make */

typedef struct { int64_t v; } place_id;
typedef struct { int64_t v; } place_set_id;

#define MODULE     place
#define MODULE_DEF "modules/place/place.def"
#include "ledger/declare.h"

struct place_chain {
	place_id        id;        /* the place itself; see place_find */
	place_id        compound, building, stair, floor; /* 0: none; its own where it is one */
	enum place_kind kind;
	struct str      sort;      /* of the whole path; in the transaction's arena */
	struct str      path;      /* for people: 益田花园 3栋2单元1502; likewise */
	bool            is_stub;   /* somebody named it, nobody has said what it is */
	bool            is_closed;
};

/*
 * A place by its id, closed ones too. An id that a client chose for a place that was there already
 * stands for that place: ret_chain->id is then another. Rows 0: unknown.
 */
struct rows place_find(struct tx *tx, place_id place, struct place_chain *ret_chain);

/*
 * Makes a place that a fact names and nobody knows, with nothing but its id, and raises
 * place_unknown. Only after place_find found nothing. 0 or -errno.
 */
int place_stub_make(struct tx *tx, struct call *call, place_id place);
