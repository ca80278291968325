/* schema.c -- redvest schema: what exists, as text, OpenAPI or TypeScript. */
#include <stdio.h>
#include "ledger/describe.h"
#include "main/options.h"

int
schema_main(const struct options *o, struct arena *arena)
{
	struct buffer b = { 0 };

	(void)arena;
	if (o->is_openapi && o->is_typescript)
		return fail("--openapi or --typescript, not both");
	if (o->is_openapi)
		describe_openapi(&b);
	else if (o->is_typescript)
		describe_typescript(&b);
	else
		describe_text(&b, o->is_english);
	(void)fwrite(b.p, 1, b.n, stdout);
	buffer_done(&b);
	return 0;
}
