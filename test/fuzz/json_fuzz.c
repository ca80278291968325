/*
 * json_fuzz.c -- any bytes as a request, and as the fields of every command: read or refused, and
 * what is read, written and read again is the same.
 *
 * The first byte says which: 0 a request, else a command by its number.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "ledger/decode.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	decode_setup();
	return 0;
}

static void
must(bool is_right)
{
	if (!is_right)
		abort();
}

static const struct command *
command_number(unsigned number)
{
	size_t count = 0;

	for (size_t m = 0; modules[m] != NULL; m++)
		count += modules[m]->command_count;
	number %= (unsigned)count;
	for (size_t m = 0;; m++) {
		if (number < modules[m]->command_count)
			return &modules[m]->commands[number];
		number -= (unsigned)modules[m]->command_count;
	}
}

static void
problems_check(const struct problems *p)
{
	must(p->count <= PROBLEMS_MAX);
	for (size_t i = 0; i < p->count; i++)
		must(p->list[i].zh[0] != '\0' && p->list[i].en[0] != '\0');
}

/* What the struct is written as must be read as the same struct, whole or as the ledger has it. */
static void
fields_check(struct arena *arena, const struct command *c, const void *in)
{
	struct str      first = encode_envelope(arena, 1, (time_ms){ 1 }, c, in);
	struct str      body = arena_printf(arena, "{\"commands\":[%.*s]}", (int)first.n, first.p);
	struct problems problems = { 0 };
	struct request  r;
	struct buffer   open = { 0 }, sealed = { 0 };
	const void     *stored;

	must(decode_request(arena, body, &r, &problems) && r.count == 1);
	must(str_equal(r.envelopes[0].raw, first) && r.envelopes[0].command == c);
	must(str_equal(encode_envelope(arena, 1, (time_ms){ 1 }, c, r.envelopes[0].in), first));
	encode_fields(c, in, true, &open);
	encode_fields(c, in, false, &sealed);
	must(decode_stored(arena, c, buffer_str(&open), buffer_str(&sealed), &stored));
	must(str_equal(encode_envelope(arena, 1, (time_ms){ 1 }, c, stored), first));
	buffer_done(&open);
	buffer_done(&sealed);
}

/* The bytes of each command lie in the body, one behind the other, and are that command. */
static void
request_check(struct arena *arena, struct str body)
{
	struct problems problems = { 0 };
	struct request  r;
	const char     *end = body.p;

	if (!decode_request(arena, body, &r, &problems)) {
		must(problems.count > 0);
		problems_check(&problems);
		return;
	}
	must(problems.count == 0 && r.count <= BATCH_COMMANDS_MAX);
	for (size_t i = 0; i < r.count; i++) {
		const struct envelope *e = &r.envelopes[i];
		struct str             again;
		struct request         one;

		must(e->raw.p >= end && e->raw.p + e->raw.n <= body.p + body.n && e->n > 0);
		end = e->raw.p + e->raw.n;
		again = arena_printf(arena, "{\"commands\":[%.*s]}", (int)e->raw.n, e->raw.p);
		must(decode_request(arena, again, &one, &problems) && one.count == 1);
		must(one.envelopes[0].n == e->n && one.envelopes[0].command == e->command);
		must(str_equal(one.envelopes[0].name, e->name) &&
		    str_equal(one.envelopes[0].raw, e->raw));
		if (e->command != NULL)
			fields_check(arena, e->command, e->in);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena    arena = { 0 };
	struct problems problems = { 0 };
	const void     *in;
	char           *copy;

	if (size == 0)
		return 0;
	/* Exactly so many bytes, so that a step beyond them is seen. */
	copy = malloc(size - 1 > 0 ? size - 1 : 1);
	memcpy(copy, data + 1, size - 1);
	if (data[0] == 0)
		request_check(&arena, (struct str){ copy, size - 1 });
	else if (decode_fields(&arena, command_number(data[0] - 1u),
	    (struct str){ copy, size - 1 }, &in, &problems))
		fields_check(&arena, command_number(data[0] - 1u), in);
	problems_check(&problems);
	free(copy);
	arena_done(&arena);
	return 0;
}
