/*
 * view.h -- what may be seen: a VIEW of some module, by role, in an area or in all below it.
 *
 * One function runs every view; masks are decided here, nowhere else. A view asked for in a
 * street or above is that of each area below, one after another, each row with its area.
 */
#pragma once
#include "base/buffer.h"
#include "ledger/authorize.h"
#include "ledger/decode.h"
#include "ledger/keys.h"

#define PAGE_ROWS     200
#define PAGE_ROWS_MAX 1000
#define SKIP_ROWS_MAX 1000000000

struct zone;

struct reader {                   /* who looks */
	user_id      user;
	unsigned     roles;        /* in force now, in the area asked for */
	bool         is_revealing; /* a reason was given and recorded: no masks but of secrets */
	bool         is_masking;   /* everything personal is masked, whatever the roles */
	struct keys *keys;
	time_ms      now;
	struct zone *zone;         /* of times in texts; NULL, and in JSON always: RFC 3339 */
};

struct view_query {
	const struct view *view;
	area_id            area;
	bool               is_given[VIEW_PARAMS_MAX];
	int64_t            numbers[VIEW_PARAMS_MAX]; /* of parameters that are not TEXT */
	struct str         texts[VIEW_PARAMS_MAX];   /* borrowed */
	seq_id             as_of_seq;  /* 0: not given */
	time_ms            as_of;      /* 0: not given */
	struct str after; /* the cursor of the page before; empty: from the beginning */
	int64_t            limit;      /* rows, at most */
	int64_t            skip;       /* so many rows are left out first; of one area only */
};

/*
 * Reads name=value pairs: the view's parameters, and as_of, after, limit, skip. False lists all
 * that is wrong: unknown, unreadable, missing.
 */
struct view_arg { struct str name, value; };
bool view_query_read(const struct view *view, area_id area, const struct view_arg *args,
    size_t count, struct view_query *ret_query, struct problems *ret_problems);

/* One row, while view_each runs. */
struct view_row {
	const struct view *view;
	struct tx         *tx;
	struct stmt       *stmt;
	const struct reader *reader;
	bool               has_area;   /* its area is told: several may come */
	struct buffer     *scratch;    /* borrowed; of one value at a time */
};

/* 0 to go on; anything else stops and is what view_each returns. */
typedef int view_row_fn(void *context, const struct view_row *row);

/*
 * Run the query. *ret_next gets the cursor behind the last row when there may be more (in the
 * arena; empty: that was all). 0, -EACCES without a role, -EINVAL for a bad cursor, or -errno.
 */
int view_each(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader, view_row_fn *fn, void *context, struct str *ret_next);

/* The value of a column as text for a sheet: masked, times as RFC 3339 in UTC. */
void view_row_text(const struct view_row *row, int column, bool is_zh, struct buffer *ret_text);
bool view_row_is_number(const struct view_row *row, int column, int64_t *ret_value);

/* The row as a JSON object, masked. */
void view_row_json(const struct view_row *row, struct buffer *ret_json);

/* {"rows":[…],"next":…}. Returns as view_each. */
int view_json(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader, struct buffer *ret_json);

/* Open every COUNT of every row and count. Returns how many, or -ERANGE when one is wrong. */
int view_counts_check(struct db *db, struct arena *arena, const struct view_query *query,
    const struct reader *reader);
