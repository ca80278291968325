/*
 * typescript.c -- writes the types of the web client, as `redvest schema --typescript` does,
 * before there is a redvest.
 */
#include <stdio.h>
#include "ledger/describe.h"

int
main(void)
{
	struct buffer out = { 0 };
	bool          is_written;

	describe_typescript(&out);
	is_written = fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
	buffer_done(&out);
	return is_written ? 0 : 1;
}
