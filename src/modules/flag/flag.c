/* flag.c -- see flag.h. */
#include <errno.h>
#include "base/str.h"
#include "modules/flag/flag.h"
#include "ledger/execute.h"
#include "gen/flag_sql.h"

int
flag_settle_apply(struct tx *tx, struct call *call, const struct flag_settle *in)
{
	struct str name;
	seq_id     settled;
	int        r;

	r = rows_some(q_flag_find(tx, in->seq, in->number, &name, &settled), FAULT_flag_unknown);
	if (r != 0)
		return r;
	if (settled.v != 0)
		return FAULT_flag_settled_already;
	return rows_done(q_flag_settle(tx, in->seq, in->number, call->seq));
}

/* The flag of a record that is still aside: its first. 0, a fault or -errno. */
static int
aside_find(struct tx *tx, seq_id seq)
{
	struct str name = S("");
	seq_id     settled = { 0 };
	int        r;

	r = rows_some(q_flag_find(tx, seq, 0, &name, &settled), FAULT_flag_aside_unknown);
	if (r == 0 && !str_starts(name, S("aside_")))
		return FAULT_flag_aside_unknown;
	return r == 0 && settled.v != 0 ? FAULT_flag_settled_already : r;
}

int
flag_aside_apply_apply(struct tx *tx, struct call *call, const struct flag_aside_apply *in)
{
	int r;

	r = aside_find(tx, in->seq);
	if (r != 0)
		return r;
	r = aside_take(tx, call, in->seq);
	if (r == -EINVAL)
		return FAULT_flag_aside_unreadable;
	if (r > 0)
		return FAULT_flag_aside_refused;
	return r != 0 ? r : rows_done(q_flag_settle(tx, in->seq, 0, call->seq));
}

int
flag_aside_dismiss_apply(struct tx *tx, struct call *call, const struct flag_aside_dismiss *in)
{
	int r;

	r = aside_find(tx, in->seq);
	if (r != 0)
		return r;
	return rows_done(q_flag_settle(tx, in->seq, 0, call->seq));
}

#define MODULE     flag
#define MODULE_DEF "modules/flag/flag.def"
#include "ledger/define.h"
