/* search_keys_test.c -- what is filled in a command so that typed letters find a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/str.h"
#include "ledger/decode.h"
#include "ledger/search_keys.h"
#include "modules/roster/roster.h"
#include "text/pinyin.h"

/* Each field `search` stands behind a name, else nobody would fill it. */
static void
searches_check(const char *command, const struct field *fields, size_t *count)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		if (f->kind == KIND_LIST)
			searches_check(command, f->item->fields, count);
		if (strcmp(f->name, "search") != 0)
			continue;
		(*count)++;
		if (f == fields || strcmp(f[-1].name, "name") != 0 ||
		    f->hi < PINYIN_KEYS_BYTES_MAX)
			fail_msg("%s: search stands behind no name, or is short", command);
	}
}

static void
search_stands_behind_name(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++)
			searches_check(modules[m]->commands[i].name, modules[m]->commands[i].fields,
			    &count);
	assert_true(count >= 5);
}

static void
keys_are_filled(void **state)
{
	const struct command *put = command_find(S("roster_rows_put"));
	struct search_keys   *keys = search_keys_new();
	struct problems       problems = { 0 };
	struct arena          arena = { 0 };
	const void           *in;
	const struct roster_rows_put *rows;

	(void)state;
	assert_false(search_keys_has(command_find(S("roster_stay_end"))));
	assert_true(search_keys_has(command_find(S("round_sample_take"))));
	assert_true(decode_fields(&arena, put, S("{\"rows\":["
	    "{\"person\":\"1\",\"kind\":\"resident\",\"name\":\"仇 甲子\"},"
	    "{\"person\":\"2\",\"kind\":\"resident\",\"name\":\"乙丑\",\"search\":\"own\"},"
	    "{\"person\":\"3\",\"kind\":\"resident\",\"name\":\"□\"}]}"), &in, &problems));
	search_keys_fill(keys, &arena, put, in);
	rows = in;
	assert_memory_equal(rows->rows[0].search.p, "qiujiazi choujiazi", 18);
	assert_true(str_equal(rows->rows[1].search, S("own")));
	assert_int_equal(rows->rows[2].search.n, 0);
	arena_done(&arena);
	search_keys_free(keys);
	search_keys_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_stands_behind_name),
		cmocka_unit_test(keys_are_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
