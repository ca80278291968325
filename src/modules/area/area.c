/* area.c -- see area.h. */
#include "base/str.h"
#include "modules/area/area.h"
#include "ledger/execute.h"
#include "gen/area_sql.h"

/* "Asia/Shanghai", "UTC": whether it exists is the server's time zone database to say. */
static bool
time_zone_is_plausible(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '/' || c == '_' || c == '-' || c == '+'))
			return false;
	}
	return s.n > 0;
}

int
area_open_apply(struct tx *tx, struct call *call, const struct area_open *in)
{
	struct area_child_announce announce = { tx->area, in->name };
	area_id                    above = area_above(tx->area);
	struct str                 name;
	int                        r;

	r = rows_none(q_area_find(tx, &name), FAULT_area_is_open);
	if (r != 0)
		return r;
	if (tx->area.v < 100000000000 || tx->area.v > 999999999999)
		return FAULT_area_code_bad;
	if (!time_zone_is_plausible(in->time_zone))
		return FAULT_area_time_zone_unknown;
	r = rows_done(q_area_insert(tx, in->name, in->time_zone, in->plan, in->is_demonstration,
	    call->at));
	if (r != 0 || above.v == 0)
		return r;
	return outbox_put(tx, call, above, command_find(S("area_child_announce")), &announce);
}

int
area_rename_apply(struct tx *tx, struct call *call, const struct area_rename *in)
{
	(void)call;
	return rows_done(q_area_name_set(tx, in->name));
}

int
area_child_announce_apply(struct tx *tx, struct call *call, const struct area_child_announce *in)
{
	(void)call;
	return rows_done(q_area_child_set(tx, in->child, in->name));
}

int
area_checkpoint_apply(struct tx *tx, struct call *call, const struct area_checkpoint *in)
{
	int r = 0;

	(void)call;
	for (size_t i = 0; r == 0 && i < in->tables_count; i++)
		r = rows_done(q_area_checkpoint_set(tx, in->seq, in->tables[i].table_name,
		    hex_bytes(tx->arena, in->tables[i].digest), in->path));
	return r;
}

#define MODULE     area
#define MODULE_DEF "modules/area/area.def"
#include "ledger/define.h"
