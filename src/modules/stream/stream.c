/* stream.c -- see stream.h. */
#include "base/str.h"
#include "modules/stream/stream.h"
#include "ledger/execute.h"
#include "gen/stream_sql.h"

static_assert((int)stream_kind_OWN == (int)STREAM_OWN &&
    (int)stream_kind_CONSOLE == (int)STREAM_CONSOLE &&
    (int)stream_kind_STORE == (int)STREAM_STORE && (int)stream_kind_TOKEN == (int)STREAM_TOKEN &&
    (int)stream_kind_AREA == (int)STREAM_AREA, "one list of kinds");

int
stream_open_apply(struct tx *tx, struct call *call, const struct stream_open *in)
{
	stream_id other;
	int64_t   next;
	int       r;

	r = rows_none(q_stream_next(tx, in->stream, &next), FAULT_stream_exists);
	if (r != 0)
		return r;
	/* Of another area there is one: its messages are numbered once. */
	if (in->kind == stream_kind_AREA)
		r = rows_none(q_stream_of_area(tx, in->store, &other), FAULT_stream_exists);
	if (r != 0)
		return r;
	return rows_done(q_stream_insert(tx, in->stream, in->kind, in->account, in->store,
	    hex_bytes(tx->arena, in->token_hash), call->seq));
}

int
stream_close_apply(struct tx *tx, struct call *call, const struct stream_close *in)
{
	if (in->made != call->n)
		flag_raise(call, &FLAG_stream_close_odd);
	return rows_done(q_stream_close(tx, call->stream, call->seq, in->made));
}

int
stream_lost_apply(struct tx *tx, struct call *call, const struct stream_lost *in)
{
	(void)tx, (void)in;
	flag_raise(call, &FLAG_stream_record_lost);
	return 0;
}

int
stream_revoke_apply(struct tx *tx, struct call *call, const struct stream_revoke *in)
{
	int64_t next;
	time_ms revoked;
	int     r;

	r = rows_some(q_stream_next(tx, in->stream, &next), FAULT_stream_unknown);
	if (r != 0)
		return r;
	r = rows_done(q_stream_revoked(tx, in->stream, &revoked));
	if (r != 0)
		return r;
	if (revoked.ms != 0)
		return FAULT_stream_is_revoked;
	return rows_done(q_stream_revoke(tx, in->stream, call->received));
}

#define MODULE     stream
#define MODULE_DEF "modules/stream/stream.def"
#include "ledger/define.h"
