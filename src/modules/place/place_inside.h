/* place_inside.h -- a node as the files of the module pass it around. */
#pragma once
#include "base/arena.h"
#include "modules/place/place.h"

struct place_node {               /* texts are the transaction's arena's */
	place_id        id, parent; /* parent 0: at the top */
	enum place_kind kind;
	struct str      name;       /* as somebody wrote it */
	struct str      key;        /* which writings mean the same */
	struct str      sort, path; /* of the whole path: for order, for people */
	struct str      shorts;     /* how people also write it, for search: 3-2-1502 */
	place_id        compound, building, stair, floor;
	seq_id          named, closed; /* of its name and parent; closed 0: open */
	bool            is_stub;
};

/* The node itself, stubs and closed ones too; no alias. */
struct rows place_node_read(struct tx *tx, place_id place, struct place_node *ret_node);

/*
 * Everything of a node that follows from its id, kind and name and from its parent (NULL: at the
 * top). 0, or FAULT_place_kind_misfit, FAULT_place_is_closed, FAULT_place_name_empty.
 */
int place_node_compose(struct arena *arena, const struct place_node *parent,
    struct place_node *node);

/* Another open node of that parent, kind and key; 0: none. */
struct rows place_twin_find(struct tx *tx, const struct place_node *node, place_id *ret_twin);

/* A sort key that no other node has: its own, or with the id behind it. 0 or -errno. */
int place_sort_settle(struct tx *tx, struct place_node *node);

/* Writes a new node, or fills the stub that has its id. 0 or -errno. */
int place_node_write(struct tx *tx, struct call *call, const struct place_node *node,
    bool is_stub_there);

/* Keeps what a node has been until this command, before it changes. 0 or -errno. */
int place_past_write(struct tx *tx, struct call *call, place_id place);
