/*
 * decode_test.c -- JSON to structs and back: every kind, every limit, everything wrong at once,
 * the exact bytes of commands, and random values of every command there and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/when.h"
#include "ledger/decode.h"
#include "unit/random.h"

#define ROUNDS_MAX 200

/* ---- a command with every kind of field, and lists within lists ---- */

struct leaf { int64_t number; };
struct row { struct str word; const struct leaf *leaves; size_t leaves_count; };
struct every {
	int64_t id, area, number, time, day, wide;
	struct str text;
	bool is_so;
	int colour;
	const struct row *rows;
	size_t rows_count;
};

static const struct option colours[] = { { "RED", "红", "red" }, { 0 }, { "BLUE", "蓝", "blue" } };
static const struct choice colour = { "colour", colours, LEN(colours) };

#define F(name, kind, need, lo, hi, extra) \
	{ #name, KIND_##kind, need, lo, hi, CLASS_OPEN, offsetof(struct every, name), "中", "en", \
	  extra, NULL, 0 }
static const struct field leaf_fields[] = {
	{ "number", KIND_INT, REQUIRED, 0, 9, CLASS_OPEN, 0, "中", "en", NULL, NULL, 0 }, { 0 },
};
static const struct item leaf_item = { "leaf", sizeof(struct leaf), leaf_fields };
static const struct field row_fields[] = {
	{ "word", KIND_TEXT, OPTIONAL, 0, 10, CLASS_NAME, offsetof(struct row, word), "中", "en",
	  NULL, NULL, 0 },
	{ "leaves", KIND_LIST, OPTIONAL, 0, 3, CLASS_OPEN, offsetof(struct row, leaves), "中", "en",
	  NULL, &leaf_item, offsetof(struct row, leaves_count) },
	{ 0 },
};
static const struct item row_item = { "row", sizeof(struct row), row_fields };
static const struct field every_fields[] = {
	F(id, ID, REQUIRED, 1, ID_MAX, NULL), F(area, AREA, OPTIONAL, 0, INT64_MAX, NULL),
	F(text, TEXT, OPTIONAL, 2, 8, NULL), F(number, INT, OPTIONAL, -5, 5, NULL),
	F(wide, INT, OPTIONAL, INT64_MIN, INT64_MAX, NULL),
	F(time, TIME, OPTIONAL, 0, TIME_NEVER_MS, NULL),
	F(day, DATE, OPTIONAL, 20000101, 20991231, NULL), F(is_so, BOOL, OPTIONAL, 0, 1, NULL),
	F(colour, CHOICE, OPTIONAL, 0, 0, &colour),
	{ "rows", KIND_LIST, OPTIONAL, 0, 4, CLASS_OPEN, offsetof(struct every, rows), "中", "en",
	  NULL, &row_item, offsetof(struct every, rows_count) },
	{ 0 },
};
static const struct command every_command = { .name = "every", .fields = every_fields,
	.bytes = sizeof(struct every) };

struct fixture { struct arena arena; struct problems problems; };

static int
set_up(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	decode_setup();
	return *state == NULL;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	arena_done(&f->arena);
	free(f);
	return 0;
}

static const struct every *
read_every(struct fixture *f, const char *json)
{
	const void *in = NULL;

	f->problems.count = 0;
	return decode_fields(&f->arena, &every_command, str_of(json), &in,
	    &f->problems) ? in : NULL;
}

/* "field=what is wrong;" for every problem, in their order. */
static const char *
problems_print(struct fixture *f)
{
	struct str all = S("");

	for (size_t i = 0; i < f->problems.count; i++)
		all = arena_printf(&f->arena, "%.*s%.*s=%s;", (int)all.n, all.p,
		    (int)f->problems.list[i].field.n, f->problems.list[i].field.p,
		    f->problems.list[i].en);
	return all.n > 0 ? all.p : "";
}

static void
assert_str(struct str s, const char *wanted)
{
	if (!str_equal(s, str_of(wanted)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)s.n, s.p, wanted);
}

/* ---- values ---- */

static void
test_every_kind(void **state)
{
	struct fixture     *f = *state;
	const struct every *e = read_every(f,
	    " {\"id\":\"9223372036854775807\",\"area\":\"440304005012\",\"text\":\"张三\","
	    "\"number\":-5,\"time\":\"2022-03-04T17:00:00+08:00\",\"day\":\"2022-03-04\","
	    "\"is_so\":true,\"colour\":\"blue\",\"wide\":\"-9223372036854775808\",\"rows\":["
	    "{\"word\":\"a\",\"leaves\":[{\"number\":1},{\"number\":9}]},{}]} \n");

	assert_non_null(e);
	assert_true(e->id == INT64_MAX && e->area == INT64_C(440304005012) && e->number == -5);
	assert_true(e->time == INT64_C(1646384400000) && e->day == 20220304 &&
	    e->wide == INT64_MIN);
	assert_str(e->text, "张三");
	assert_true(e->is_so && e->colour == 2 && e->rows_count == 2);
	assert_str(e->rows[0].word, "a");
	assert_int_equal(e->rows[0].leaves_count, 2);
	assert_int_equal(e->rows[0].leaves[1].number, 9);
	assert_int_equal(e->rows[1].leaves_count, 0);
}

static void
test_left_out_and_null_are_zero(void **state)
{
	struct fixture     *f = *state;
	const struct every *a = read_every(f, "{\"id\":1}");
	const struct every *b = read_every(f, "{\"rows\":null,\"text\":null,\"id\":1,\"time\":null,"
	    "\"day\":null,\"is_so\":null,\"colour\":null,\"number\":null,\"area\":null}");
	struct every zero = { .id = 1 };

	assert_non_null(a);
	assert_non_null(b);
	assert_memory_equal(a, &zero, sizeof(zero));
	assert_memory_equal(b, &zero, sizeof(zero));
}

static void
test_wrong_values(void **state)
{
	static const struct { const char *value, *wrong; } cases[] = {
		{ "\"id\":null", "id=is required;" },
		{ "\"id\":0", "id=out of range;" },
		{ "\"id\":true", "id=a whole number is wanted;" },
		{ "\"id\":\"\"", "id=a whole number is wanted;" },
		{ "\"id\":\"1x\"", "id=a whole number is wanted;" },
		{ "\"id\":\"9223372036854775808\"", "id=a whole number is wanted;" },
		{ "\"id\":1.5", "id=a whole number is wanted;" },
		{ "\"id\":9007199254740991", "" },
		{ "\"id\":9007199254740992", "id=a whole number is wanted;" },
		{ "\"id\":9007199254740993", "id=a whole number is wanted;" },
		{ "\"id\":1e300", "id=a whole number is wanted;" },
		{ "\"id\":1e999", "id=a whole number is wanted;" },
		{ "\"id\":{}", "id=a whole number is wanted;" },
		{ "\"id\":1,\"number\":6", "number=out of range;" },
		{ "\"id\":1,\"number\":-6", "number=out of range;" },
		{ "\"id\":1,\"number\":5.0", "" },
		{ "\"id\":1,\"text\":\"x\"", "text=too short;" },
		{ "\"id\":1,\"text\":\"张三张\"", "text=too long;" },
		{ "\"id\":1,\"text\":\"12345678\"", "" },
		{ "\"id\":1,\"text\":5", "text=a text is wanted;" },
		{ "\"id\":1,\"time\":\"yesterday\"", "time=a time is wanted;" },
		{ "\"id\":1,\"time\":\"2022-02-30T00:00:00Z\"", "time=a time is wanted;" },
		{ "\"id\":1,\"time\":-1", "time=out of range;" },
		{ "\"id\":1,\"time\":1646384400000", "" },
		{ "\"id\":1,\"day\":\"2022-02-29\"", "day=a date is wanted;" },
		{ "\"id\":1,\"day\":20220304", "day=a date is wanted;" },
		{ "\"id\":1,\"day\":\"1999-12-31\"", "day=out of range;" },
		{ "\"id\":1,\"day\":\"20220304\"", "" },
		{ "\"id\":1,\"is_so\":1", "is_so=true or false is wanted;" },
		{ "\"id\":1,\"is_so\":\"true\"", "is_so=true or false is wanted;" },
		{ "\"id\":1,\"colour\":\"green\"", "colour=not one of the choices;" },
		{ "\"id\":1,\"colour\":\"\"", "colour=not one of the choices;" },
		{ "\"id\":1,\"colour\":2", "colour=not one of the choices;" },
		{ "\"id\":1,\"rows\":{}", "rows=a list is wanted;" },
		{ "\"id\":1,\"rows\":[{},{},{},{}]", "" },
		{ "\"id\":1,\"rows\":[{},{},{},{},{}]", "rows=too many entries;" },
		{ "\"id\":1,\"rows\":[{},5]", "rows[1]=an object with fields is wanted;" },
		{ "\"id\":1,\"rows\":[null]", "rows[0]=an object with fields is wanted;" },
		{ "\"id\":1,\"rows\":[{\"leaves\":[{},{\"number\":10}]}]",
		  "rows[0].leaves[0].number=is required;rows[0].leaves[1].number=out of range;" },
		{ "\"id\":1,\"other\":1", "other=there is no such field;" },
		{ "\"id\":1,\"ID\":1", "ID=there is no such field;" },
		{ "\"id\":1,\"rows\":[{\"x\":1}]", "rows[0].x=there is no such field;" },
		{ "\"id\":1,\"id\":1", "id=is given twice;" },
		{ "\"id\":1,\"id\":null", "id=is given twice;" },
		{ "\"id\":null,\"id\":1", "id=is given twice;id=is required;" },
		{ "\"id\":1,\"\\u0069d\":2", "id=is given twice;" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		struct str json = arena_printf(&f->arena, "{%s}", cases[i].value);
		bool       is_read = read_every(f, json.p) != NULL;

		if (strcmp(problems_print(f), cases[i].wrong) != 0 ||
		    is_read != (*cases[i].wrong == 0))
			fail_msg("%s: %s", cases[i].value, problems_print(f));
	}
}

static void
test_all_that_is_wrong_at_once(void **state)
{
	struct fixture *f = *state;

	assert_null(read_every(f, "{\"number\":99,\"odd\":1,\"day\":\"x\",\"rows\":[{\"word\":1},"
	    "{\"leaves\":[{\"number\":-1}]}],\"text\":\"1234567890\"}"));
	assert_string_equal(problems_print(f), "number=out of range;odd=there is no such field;"
	    "day=a date is wanted;rows[0].word=a text is wanted;"
	    "rows[1].leaves[0].number=out of range;text=too long;id=is required;");
}

static void
test_problems_max(void **state)
{
	struct fixture *f = *state;
	struct buffer   json = { 0 };

	buffer_add(&json, S("{\"id\":1"));
	for (int i = 0; i < PROBLEMS_MAX + 5; i++)
		buffer_printf(&json, ",\"x%d\":1", i);
	buffer_char(&json, '}');
	buffer_char(&json, '\0');
	assert_null(read_every(f, json.p));
	assert_int_equal(f->problems.count, PROBLEMS_MAX);
	/* And a list that is full already hides nothing. */
	f->problems.count = PROBLEMS_MAX;
	assert_false(decode_fields(&f->arena, &every_command, S("{}"), &(const void *){ NULL },
	    &f->problems));
	buffer_done(&json);
}

/* A name of a million bytes is not repeated to whoever sent it. */
static void
test_long_names_are_cut(void **state)
{
	struct fixture *f = *state;
	struct str      name = { arena_alloc(&f->arena, 5001), 5000 };

	memset((char *)(uintptr_t)name.p, 'x', name.n);
	assert_null(read_every(f, arena_printf(&f->arena, "{\"id\":1,\"%s\":1}", name.p).p));
	assert_int_equal(f->problems.list[0].field.n, 100);
}

/* ---- texts ---- */

static void
test_escapes(void **state)
{
	static const struct { const char *json, *text; } cases[] = {
		{ "\\u5f20\\n", "张\n" }, { "\\ud83e\\uddba", "\xf0\x9f\xa6\xba" },
		{ "a\\\\u0", "a\\u0" }, { "\\\\ud800", "\\ud800" }, { "\\/\\\"", "/\"" },
		/* What no text can hold. */
		{ "a\\u0000b", "a\xef\xbf\xbd" "b" }, { "a\\ud83e", "a\xef\xbf\xbd" },
		{ "\\uDDBAx", "\xef\xbf\xbdx" }, { "\\ud83ex", "\xef\xbf\xbdx" },
		{ "\\ud83e\\n", "\xef\xbf\xbd\n" },
		{ "\\ud83e\\ud83e", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\\\\\\u0000", "\\\xef\xbf\xbd" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		const struct every *e = read_every(f, arena_printf(&f->arena,
		    "{\"id\":1,\"text\":\"%s\"}", cases[i].json).p);

		if (e == NULL)
			fail_msg("%s: %s", cases[i].json, problems_print(f));
		else
			assert_str(e->text, cases[i].text);
	}
	/* In a name as well: it is another name then. */
	assert_null(read_every(f, "{\"id\\u0000\":1}"));
	assert_string_equal(problems_print(f),
	    "id\xef\xbf\xbd=there is no such field;id=is required;");
}

static void
test_not_json(void **state)
{
	static const char *const cases[] = {
		"", " ", "{", "{\"id\":1", "{\"id\":1}}", "{\"id\":1},", "{\"id\":1,}",
		"{'id':1}", "{\"id\":1}x", "nul", "{\"id\":\"\xff\"}", "{\"id\":\"\xc0\x80\"}",
		"{\"id\":\"\xed\xa0\x80\"}", "{\"id\":\"\xf5\x80\x80\x80\"}",
		"{\"id\":\"\xe5\xbc\"}",
		"{\"id\":\"\\x\"}", "{\"id\":\"\\u12g4\"}", "{\"id\":\"\\u12\"}", "{\"text\":\"a",
		"{\"text\":\"\\", "{\"text\":\"\\u00", "{\"id\":1 2}", "{\"id\" 1}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < LEN(cases); i++) {
		if (read_every(f, cases[i]) != NULL)
			fail_msg("%s was taken", cases[i]);
		assert_string_equal(problems_print(f), "=this is not JSON;");
	}
	/* A NUL is no white space, and ends no text. */
	f->problems.count = 0;
	assert_false(decode_fields(&f->arena, &every_command, S("{\"id\":1,\"text\":\"ab\0c\"}"),
	    &(const void *){ NULL }, &f->problems));
	assert_false(decode_fields(&f->arena, &every_command, S("{\"id\":\0001}"),
	    &(const void *){ NULL }, &f->problems));
	/* JSON, but no object. */
	assert_null(read_every(f, "[]"));
	assert_string_equal(problems_print(f), "=an object with fields is wanted;");
}

static void
test_deep_nesting(void **state)
{
	struct fixture *f = *state;
	struct buffer   json = { 0 };

	for (int depth = 900; depth <= 100000; depth += 99100) {
		buffer_reset(&json);
		buffer_add(&json, S("{\"id\":1,\"odd\":"));
		for (int i = 0; i < depth; i++)
			buffer_char(&json, '[');
		for (int i = 0; i < depth; i++)
			buffer_char(&json, ']');
		buffer_add(&json, S("}\0"));
		assert_null(read_every(f, json.p));
		assert_string_equal(problems_print(f),
		    depth == 900 ? "odd=there is no such field;" : "=this is not JSON;");
	}
	buffer_done(&json);
}

/* ---- requests ---- */

static bool
read_request(struct fixture *f, struct str body, struct request *ret)
{
	f->problems.count = 0;
	return decode_request(&f->arena, body, ret, &f->problems);
}

static void
test_request_head(void **state)
{
	struct fixture *f = *state;
	struct request  r;

	assert_true(read_request(f, S("{\"commands\":[],\"stream\":\"7\",\"sent\":"
	    "\"2022-03-04T09:00:00Z\",\"made\":12,\"what_comes_later\":{\"commands\":[1]}}"), &r));
	assert_true(r.stream == 7 && r.made == 12 && r.sent.ms == INT64_C(1646384400000));
	assert_int_equal(r.count, 0);
	assert_true(read_request(f, S("\xef\xbb\xbf{\"commands\":[]}"), &r));
	assert_true(r.stream == 0 && r.made == 0 && r.sent.ms == 0);
	assert_false(read_request(f, S("{\"commands\":{},\"stream\":0,\"sent\":[],\"made\":-1}"),
	    &r));
	assert_string_equal(problems_print(f), "stream=the number of a stream is wanted;"
	    "made=a whole number is wanted;sent=a time is wanted;"
	    "commands=a list of commands is wanted;");
	assert_false(read_request(f, S("{}"), &r));
	assert_false(read_request(f, S("[]"), &r));
	assert_false(read_request(f, S("\"commands\""), &r));
	assert_false(read_request(f, S("{\"commands\":[],\"commands\":[]}"), &r));
}

/* An envelope that is readable but whose content is not comes without a command, and goes aside. */
static void
test_envelopes(void **state)
{
	static const struct { const char *envelope; bool is_taken, is_known; } cases[] = {
		{ "{\"n\":1,\"name\":\"stream_close\",\"at\":1,\"fields\":{\"made\":1}}", true,
		    true },
		{ "{\"n\":\"1\",\"name\":\"stream_close\",\"at\":\"2022-03-04T09:00:00Z\","
		  "\"fields\":{\"made\":1},\"later\":1}", true, true },
		{ "{\"n\":1,\"name\":\"stream_close\",\"at\":1,\"fields\":{}}", true, false },
		{ "{\"n\":1,\"name\":\"stream_close\",\"at\":1}", true, false },
		{ "{\"n\":1,\"name\":\"stream_close\",\"at\":1,\"fields\":[]}", true, false },
		{ "{\"n\":1,\"name\":\"stream_close\",\"fields\":{\"made\":1}}", true, false },
		{ "{\"n\":1,\"name\":\"stream_close\",\"at\":-1,\"fields\":{\"made\":1}}", true,
		    false },
		{ "{\"n\":1,\"name\":\"stream_close\",\"at\":1e15,\"fields\":{\"made\":1}}", true,
		    false },
		{ "{\"n\":1,\"name\":\"no_such\",\"at\":1,\"fields\":{}}", true, false },
		{ "{\"n\":1,\"name\":5,\"at\":1,\"fields\":{}}", true, false },
		{ "{\"n\":1}", true, false },
		{ "{\"n\":1,\"name\":\"stream_close\",\"name\":\"stream_close\",\"at\":1,"
		  "\"fields\":{\"made\":1}}", true, false },
		{ "{\"n\":1,\"name\":\"stream_close\",\"at\":1,\"fields\":{\"made\":1},"
		  "\"fields\":{\"made\":2}}", true, false },
		{ "{\"n\":1,\"n\":2,\"name\":\"stream_close\",\"at\":1,\"fields\":{\"made\":1}}",
		    false,
		  false },
		{ "{\"n\":0}", false, false }, { "{\"n\":-1}", false, false },
		{ "{\"n\":1.5}", false, false }, { "{}", false, false }, { "5", false, false },
		{ "null", false, false }, { "[1]", false, false }, { "\"n\"", false, false },
	};
	struct fixture *f = *state;
	struct request  r;

	for (size_t i = 0; i < LEN(cases); i++) {
		struct str body = arena_printf(&f->arena, "{\"commands\":[%s]}", cases[i].envelope);

		if (read_request(f, body, &r) != cases[i].is_taken)
			fail_msg("%s: %s", cases[i].envelope, problems_print(f));
		if (cases[i].is_taken && (r.envelopes[0].command != NULL) != cases[i].is_known)
			fail_msg("%s", cases[i].envelope);
	}
	/* The second is told by its place. */
	assert_false(read_request(f, S("{\"commands\":[{\"n\":1},{\"n\":0},7]}"), &r));
	assert_string_equal(problems_print(f), "commands[1]=no readable number n, or too long;"
	    "commands[2]=no readable number n, or too long;");
}

/* The body with so many small commands, or one of so many bytes. */
static struct str
body_of(struct fixture *f, size_t count, size_t bytes)
{
	struct buffer b = { 0 };
	struct str    body;

	buffer_add(&b, S("{\"commands\":["));
	for (size_t i = 0; i < count; i++) {
		size_t start = b.n + (i > 0);

		json_next(&b);
		buffer_printf(&b, "{\"n\":%zu,\"name\":\"\",\"x\":\"", i + 1);
		while (b.n - start + 2 < bytes)
			buffer_char(&b, 'x');
		buffer_add(&b, S("\"}"));
	}
	buffer_add(&b, S("]}"));
	body = arena_copy(&f->arena, buffer_str(&b));
	buffer_done(&b);
	return body;
}

static void
test_limits_of_a_request(void **state)
{
	struct fixture *f = *state;
	struct request  r;

	assert_true(read_request(f, body_of(f, BATCH_COMMANDS_MAX, 0), &r));
	assert_int_equal(r.count, BATCH_COMMANDS_MAX);
	assert_int_equal(r.envelopes[BATCH_COMMANDS_MAX - 1].n, BATCH_COMMANDS_MAX);
	assert_false(read_request(f, body_of(f, BATCH_COMMANDS_MAX + 1, 0), &r));
	assert_string_equal(problems_print(f), "commands=at most 1000 in a batch;");
	assert_true(read_request(f, body_of(f, 1, COMMAND_BYTES_MAX), &r));
	assert_int_equal(r.envelopes[0].raw.n, COMMAND_BYTES_MAX);
	assert_false(read_request(f, body_of(f, 1, COMMAND_BYTES_MAX + 1), &r));
}

/* Half a picture character in one record must not keep all the others out. */
static void
test_one_odd_text_stops_nobody(void **state)
{
	struct fixture *f = *state;
	struct request  r;
	struct str      body = S("{\"commands\":["
	    "{\"n\":1,\"name\":\"stream_lost\",\"at\":1,"
	    "\"fields\":{\"lost\":1,\"why\":\"a\\ud83e\"}},"
	    "{\"n\":2,\"name\":\"stream_close\",\"at\":1,\"fields\":{\"made\":2}}]}");

	assert_true(read_request(f, body, &r));
	assert_non_null(r.envelopes[0].command);
	assert_non_null(r.envelopes[1].command);
	assert_true(str_find(r.envelopes[0].raw, S("a\\ud83e\"")) > 0);
}

static void
blanks(struct buffer *b, struct dice *d)
{
	static const char kinds[] = " \t\r\n";

	while (dice_next(d) % 2 == 0)
		buffer_char(b, kinds[dice_next(d) % 4]);
}

/* The digest is over the bytes as sent: they must be found, whatever stands around them. */
static void
test_raw_bytes(void **state)
{
	static const char *const members[] = {
		"\"commands_\":[{\"n\":9}]", "\"a\\\"commands\":[1,{\"]\":\"}\"}]",
		"\"x\":\"\\\\\"",
		"\"y\":{\"commands\":[{\"n\":8}]}", "\"z\":[[],{},\"]\",\"}\"]", "\"\":-1.5e3",
	};
	static const char *const envelopes[] = {
		"{\"n\":%d}", "{ \"n\" : %d , \"x\":\"]},{[\\\\\" }",
		"{\"n\":%d,\"y\":[[{}],\"\\\"\"]}",
		"{\"name\":\"\\u005d\\\\\\\"\",\n\"n\":%d}", "{\"z\":{\"commands\":[]},\"n\":%d}",
	};
	struct fixture *f = *state;
	struct dice     d = { 20220304 };
	struct request  r;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct buffer b = { 0 };
		struct str    raw[5];
		int           at = (int)(dice_next(&d) % 7);

		blanks(&b, &d);
		buffer_char(&b, '{');
		for (int i = 0; i <= 6; i++) {
			buffer_add(&b, i > 0 ? S(",") : S(""));
			blanks(&b, &d);
			if (i != at) {
				buffer_add(&b, str_of(members[i > at ? i - 1 : i]));
				blanks(&b, &d);
				continue;
			}
			buffer_add(&b,
			    dice_next(&d) % 2 ? S("\"commands\"") : S("\"\\u0063ommands\""));
			blanks(&b, &d);
			buffer_char(&b, ':');
			blanks(&b, &d);
			buffer_char(&b, '[');
			for (int k = 0; k < 5; k++) {
				raw[k] = arena_printf(&f->arena, envelopes[dice_next(&d) % 5],
				    k + 1);
				buffer_add(&b, k > 0 ? S(",") : S(""));
				blanks(&b, &d);
				buffer_add(&b, raw[k]);
				blanks(&b, &d);
			}
			buffer_char(&b, ']');
			blanks(&b, &d);
		}
		buffer_char(&b, '}');
		blanks(&b, &d);
		if (!read_request(f, buffer_str(&b), &r))
			fail_msg("%.*s: %s", (int)b.n, b.p, problems_print(f));
		assert_int_equal(r.count, 5);
		for (int k = 0; k < 5; k++) {
			assert_int_equal(r.envelopes[k].n, k + 1);
			if (!str_equal(r.envelopes[k].raw, raw[k]))
				fail_msg("%.*s instead of %s", (int)r.envelopes[k].raw.n,
				    r.envelopes[k].raw.p, raw[k].p);
		}
		buffer_done(&b);
	}
}

/* ---- there and back, for every command ---- */

static void fields_fill(struct dice *d, struct arena *arena, const struct field *fields, char *in);

static void
list_fill(struct dice *d, struct arena *arena, const struct field *f, char *in)
{
	size_t count = (size_t)dice_between(d, 0, f->hi < 4 ? f->hi : 4);
	char  *items = arena_alloc(arena, count * f->item->bytes);

	for (size_t i = 0; i < count; i++)
		fields_fill(d, arena, f->item->fields, items + i * f->item->bytes);
	memcpy(in + f->offset, &items, sizeof(items));
	memcpy(in + f->count_offset, &count, sizeof(count));
}

static void
value_fill(struct dice *d, struct arena *arena, const struct field *f, char *in)
{
	int64_t    value = dice_between(d, f->lo, f->hi);
	struct str text;
	bool       is_true = dice_next(d) % 2 == 0;
	int        number;

	switch (f->kind) {
	case KIND_TEXT:
		/* Short ones, but a token's hash is as long as it is. */
		text = dice_text(d, arena, (size_t)(f->lo > 0 ? f->lo : 0),
		    (size_t)(f->hi < 60 ? f->hi : f->lo > 60 ? f->lo : 60));
		memcpy(in + f->offset, &text, sizeof(text));
		return;
	case KIND_LIST:
		list_fill(d, arena, f, in);
		return;
	case KIND_BOOL:
		memcpy(in + f->offset, &is_true, sizeof(is_true));
		return;
	case KIND_CHOICE:
		do
			number = (int)dice_between(d, 0, f->choice->count - 1);
		while (f->choice->options[number].name == NULL);
		memcpy(in + f->offset, &number, sizeof(number));
		return;
	case KIND_DATE:
		value = date_of_days(dice_between(d, 0, 50000)).ymd;
		break;
	case KIND_ID:
	case KIND_AREA:
	case KIND_INT:
	case KIND_TIME:
		break;
	case KIND_COUNT:
	case KIND_SEALED:
		fail_msg("%s: a kind of columns only", f->name);
	}
	memcpy(in + f->offset, &value, sizeof(value));
}

static void
fields_fill(struct dice *d, struct arena *arena, const struct field *fields, char *in)
{
	for (const struct field *f = fields; f->name != NULL; f++)
		if (f->need == REQUIRED || dice_next(d) % 4 != 0)
			value_fill(d, arena, f, in);
}

static bool fields_are_equal(const struct field *fields, const char *a, const char *b);

static bool
lists_are_equal(const struct field *f, const char *a, const char *b)
{
	const char *items_a, *items_b;
	size_t      count;

	if (memcmp(a + f->count_offset, b + f->count_offset, sizeof(count)) != 0)
		return false;
	memcpy(&count, a + f->count_offset, sizeof(count));
	memcpy(&items_a, a + f->offset, sizeof(items_a));
	memcpy(&items_b, b + f->offset, sizeof(items_b));
	for (size_t i = 0; i < count; i++)
		if (!fields_are_equal(f->item->fields, items_a + i * f->item->bytes,
		    items_b + i * f->item->bytes))
			return false;
	return true;
}

static bool
fields_are_equal(const struct field *fields, const char *a, const char *b)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		struct str s, t;
		bool       is_equal;

		if (f->kind == KIND_LIST) {
			is_equal = lists_are_equal(f, a, b);
		} else if (f->kind == KIND_TEXT) {
			memcpy(&s, a + f->offset, sizeof(s));
			memcpy(&t, b + f->offset, sizeof(t));
			is_equal = str_equal(s, t);
		} else {
			size_t bytes = f->kind == KIND_BOOL ? sizeof(bool) :
			    f->kind == KIND_CHOICE ? sizeof(int) : sizeof(int64_t);

			is_equal = memcmp(a + f->offset, b + f->offset, bytes) == 0;
		}
		if (!is_equal) {
			print_message("%s differs\n", f->name);
			return false;
		}
	}
	return true;
}

static void
command_there_and_back(struct fixture *f, const struct command *c, struct dice *d)
{
	uint64_t        seed = d->state;
	char           *in = arena_alloc(&f->arena, c->bytes);
	time_ms         at = { dice_between(d, 0, TIME_NEVER_MS) };
	struct buffer   open = { 0 }, sealed = { 0 };
	struct request  r;
	struct str      raw;
	const void     *back;

	fields_fill(d, &f->arena, c->fields, in);
	raw = encode_envelope(&f->arena, 7, at, c, in);
	if (!read_request(f, arena_printf(&f->arena, "{\"commands\":[%.*s]}", (int)raw.n, raw.p),
	    &r))
		fail_msg("%s, seed %#llx: %s", c->name, (unsigned long long)seed,
		    problems_print(f));
	assert_true(str_equal(r.envelopes[0].raw, raw) && r.envelopes[0].at.ms == at.ms);
	if (r.envelopes[0].command != c || !fields_are_equal(c->fields, in, r.envelopes[0].in))
		fail_msg("seed %#llx: %.*s", (unsigned long long)seed, (int)raw.n, raw.p);
	/* As the ledger keeps it: what is open, and what is sealed. */
	encode_fields(c, in, true, &open);
	encode_fields(c, in, false, &sealed);
	if (!decode_stored(&f->arena, c, buffer_str(&open), buffer_str(&sealed), &back) ||
	    !fields_are_equal(c->fields, in, back))
		fail_msg("seed %#llx: %.*s and %.*s", (unsigned long long)seed, (int)open.n, open.p,
		    (int)sealed.n, sealed.p);
	buffer_done(&open);
	buffer_done(&sealed);
}

static void
test_there_and_back(void **state)
{
	struct fixture *f = *state;
	struct dice     d = { 440304005012 };

	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++)
			for (int round = 0; round < ROUNDS_MAX; round++) {
				command_there_and_back(f, &modules[m]->commands[i], &d);
				arena_reset(&f->arena);
			}
}

/* An open list is open only when everything in it is. */
static void
test_lists_are_sealed_as_a_whole(void **state)
{
	struct fixture     *f = *state;
	const struct every *e = read_every(f, "{\"id\":1,\"rows\":[{\"word\":\"张\"}]}");
	struct buffer       open = { 0 }, sealed = { 0 };

	encode_fields(&every_command, e, true, &open);
	encode_fields(&every_command, e, false, &sealed);
	assert_str(buffer_str(&open), "{\"id\":\"1\"}");
	assert_str(buffer_str(&sealed), "{\"rows\":[{\"word\":\"张\"}]}");
	buffer_done(&open);
	buffer_done(&sealed);
}

/* ---- one value from its text ---- */

static void
test_value_from_text(void **state)
{
	static const struct { int field; const char *text, *json; } cases[] = {
		{ 0, "7", "\"7\"" }, { 2, "a\"b", "\"a\\\"b\"" }, { 3, "-5", "-5" },
		{ 3, "x", NULL },
		{ 4, "9007199254740991", "9007199254740991" },
		{ 4, "9007199254740993", "\"9007199254740993\"" },
		{ 5, "1646384400000", "1646384400000" },
		{ 5, "2022-03-04T09:00:00Z", "\"2022-03-04T09:00:00Z\"" }, { 7, "yes", "true" },
		{ 7, "否", "false" }, { 7, "maybe", NULL }, { 8, "blue", "\"blue\"" },
		{ 9, "[{}]", "[{}]" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct buffer b = { 0 };
		bool          is_read = decode_value(&every_fields[cases[i].field],
		    str_of(cases[i].text), &b);

		assert_int_equal(is_read, cases[i].json != NULL);
		if (is_read)
			assert_str(buffer_str(&b), cases[i].json);
		buffer_done(&b);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind), TEST(left_out_and_null_are_zero), TEST(wrong_values),
		TEST(all_that_is_wrong_at_once), TEST(problems_max), TEST(long_names_are_cut),
		TEST(escapes), TEST(not_json), TEST(deep_nesting), TEST(request_head),
		TEST(envelopes),
		TEST(limits_of_a_request), TEST(one_odd_text_stops_nobody), TEST(raw_bytes),
		TEST(there_and_back), TEST(lists_are_sealed_as_a_whole), TEST(value_from_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
