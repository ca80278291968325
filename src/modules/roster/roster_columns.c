/* roster_columns.c -- what somebody has said of the headings of the office's sheets. */
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/roster/roster.h"
#include "gen/roster_sql.h"

int
roster_columns_put_apply(struct tx *tx, struct call *call, const struct roster_columns_put *in)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->columns_count; i++) {
		const struct roster_column *column = &in->columns[i];
		struct str                  before;
		struct rows                 rows;

		rows = q_roster_column_get(tx, column->heading, &before);
		if (rows.n < 0)
			r = rows_done(rows);
		else if (rows.n == 0)
			r = rows_done(q_roster_column_insert(tx, column->heading, column->meaning,
			    call->seq));
		else if (!str_equal(before, column->meaning))
			r = rows_done(q_roster_column_set(tx, column->heading, column->meaning,
			    call->seq));
	}
	return r;
}
