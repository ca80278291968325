/* round_assign.c -- who is sent to find the missing of a place. */
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/round/round_inside.h"
#include "gen/round_sql.h"

/* The place as the tree knows it, of a round that is open. 0 or a fault. */
static int
assign_read(struct tx *tx, round_id round, place_id place, struct place_chain *ret_place)
{
	struct round_row row;
	int              r;

	r = rows_some(round_read(tx, round, &row), FAULT_round_unknown);
	if (r == 0 && row.state != round_state_OPEN)
		return FAULT_round_not_open;
	if (r == 0)
		r = rows_some(place_find(tx, place, ret_place), FAULT_round_place_unknown);
	if (r == 0 && (ret_place->is_stub || ret_place->is_closed))
		return FAULT_round_place_unknown;
	return r;
}

int
round_assign_apply(struct tx *tx, struct call *call, const struct round_assign *in)
{
	struct place_chain place;
	int                r;

	r = assign_read(tx, in->round, in->place, &place);
	if (r != 0)
		return r;
	if (place.kind > place_kind_FLOOR)
		return FAULT_round_assign_misfit;
	if (in->account.v == 0 && str_trim(in->name).n == 0)
		return FAULT_round_assign_nobody;
	r = rows_done(q_round_assignment_end(tx, in->round, place.id, call->seq, call->received));
	if (r == 0)
		r = rows_done(q_round_assignment_insert(tx, in->round, place.id, call->seq,
		    call->received, in->account, str_trim(in->name), in->how, in->note,
		    call->user));
	return r;
}

int
round_assign_end_apply(struct tx *tx, struct call *call, const struct round_assign_end *in)
{
	struct place_chain place;
	seq_id             seq;
	int                r;

	r = assign_read(tx, in->round, in->place, &place);
	if (r == 0)
		r = rows_some(q_round_assignment_find(tx, in->round, place.id, &seq),
		    FAULT_round_assign_none);
	if (r != 0)
		return r;
	return rows_done(
	    q_round_assignment_end(tx, in->round, place.id, call->seq, call->received));
}
