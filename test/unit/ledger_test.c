/*
 * ledger_test.c -- streams and numbers against a model: whatever is sent, early, twice, altered,
 * mixed with others in one transaction, is taken once and in order, and answered the same.
 *
 * On SQLite, and on the PostgreSQL of REDVEST_TEST_POSTGRES. SEED=… repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/str.h"
#include "ledger/verify.h"
#include "lib/world.h"

#define STREAMS    6
#define ROUNDS     150
#define BATCH      12
#define COMMANDS   2000 /* of a stream, at most */
#define TEXT_BYTES 200

static const time_ms   now = { INT64_C(1646384400000) };
static const area_id   area = { 440304005012 };

struct model {                    /* what one stream must be */
	struct client client;
	int64_t       next;         /* n that will be taken next */
	enum answer   answers[COMMANDS];
	int64_t       seqs[COMMANDS];
	uint32_t      variants[COMMANDS]; /* which text was sent first */
};

static uint64_t random_state;

static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state % n);
}

/* Command n of a stream: done, refused, unreadable or forbidden by its number. */
static struct str
envelope_text(struct arena *arena, int64_t n, uint32_t variant)
{
	static const char *const kinds[] = {
		"{\"n\":%" PRId64
		",\"name\":\"stream_lost\",\"at\":1646384400000,\"fields\":{\"lost\":%u}}",
		"{\"n\":%" PRId64 ",\"name\":\"flag_settle\",\"at\":1646384400000,"
		"\"fields\":{\"seq\":\"99999%u\",\"number\":0,\"how\":\"x\"}}",
		"{\"n\":%" PRId64
		",\"name\":\"stream_lost\",\"at\":1646384400000,\"fields\":{\"lost\":\"x%u\"}}",
		"{\"n\":%" PRId64
		",\"name\":\"area_rename\",\"at\":1646384400000,\"fields\":{\"name\":\"%u\"}}",
	};

	char text[TEXT_BYTES];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)snprintf(text, sizeof(text), kinds[n % 4], n, variant);
#pragma GCC diagnostic pop
	return arena_copy(arena, str_of(text));
}

static const enum answer answers_wanted[] = { DONE, REFUSED, ASIDE, ASIDE };

/* A batch that begins anywhere from far back to beyond the next, and rises. */
static void
batch_make(struct arena *arena, const struct model *m, struct batch *b, uint32_t variants[BATCH])
{
	int64_t       back = (int64_t)random_below(2) * random_below(20);
	int64_t       first = m->next - back > 1 ? m->next - back : 1;
	size_t        count = random_below(BATCH) + 1;
	struct buffer body = { 0 };
	struct request  request;
	struct problems problems = { 0 };
	struct str      text;

	first += random_below(10) == 0 ? 3 : 0;
	buffer_add(&body, S("{\"commands\":["));
	for (size_t i = 0; i < count; i++) {
		int64_t n = first + (int64_t)i;

		/* Once in a while what was sent before comes with other contents. */
		variants[i] =
		    n < m->next && random_below(40) != 0 ? m->variants[n] : random_below(1000);
		json_next(&body);
		text = envelope_text(arena, n, variants[i]);
		buffer_add(&body, text);
	}
	buffer_add(&body, S("]}"));
	text = arena_copy(arena, buffer_str(&body));
	buffer_done(&body);
	assert_true(decode_request(arena, text, &request, &problems));
	*b = (struct batch){ .area = area, .stream = m->client.stream, .received = now,
		.made = first + (int64_t)count - 1, .envelopes = request.envelopes,
		.count = request.count, .arena = arena };
	b->ret_outcomes = arena_alloc(arena, count * sizeof(struct outcome));
}

/* What must have come of it, and the model moved on. */
static void
batch_check(struct model *m, const struct batch *b, const uint32_t variants[BATCH])
{
	for (size_t i = 0; i < b->count; i++) {
		const struct outcome *o = &b->ret_outcomes[i];
		int64_t               n = b->envelopes[i].n;

		if (n == m->next) {
			assert_int_equal(o->answer, answers_wanted[n % 4]);
			m->answers[n] = o->answer;
			m->seqs[n] = o->seq.v;
			m->variants[n] = variants[i];
			m->next++;
		} else if (n > m->next) {
			assert_int_equal(o->answer, EARLY);
			assert_int_equal(o->seq.v, 0);
		} else if (variants[i] != m->variants[n]) {
			assert_true(b->ret_is_forked);
			assert_int_equal(b->ret_count, i);
			break;
		} else {
			assert_int_equal(o->answer, m->answers[n]);
			assert_int_equal(o->seq.v, m->seqs[n]);
		}
	}
	assert_int_equal(b->ret_next, m->next);
}

static void
model_run(const char *url)
{
	static struct model  models[STREAMS];
	struct world        *w = world_new(url, false, NULL);
	struct arena         arena = { 0 };
	struct verify_report report;

	world_area(w, area, "模型", now);
	for (size_t i = 0; i < STREAMS; i++) {
		models[i] = (struct model){ .client = { .area = area, .name = "x" }, .next = 1 };
		world_client(w, &models[i].client, now);
		world_role(w, &models[i].client, ROLE_CLERK, now);
	}
	for (int round = 0; round < ROUNDS; round++) {
		struct batch  batches[STREAMS], *list[STREAMS];
		uint32_t      variants[STREAMS][BATCH];
		size_t        count = random_below(STREAMS) + 1, first = random_below(STREAMS);

		arena_reset(&arena);
		for (size_t i = 0; i < count; i++) {
			batch_make(
			    &arena, &models[(first + i) % STREAMS], &batches[i], variants[i]);
			list[i] = &batches[i];
		}
		ledger_execute(world_ledger(w), list, count);
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(batches[i].ret_result, 0);
			batch_check(&models[(first + i) % STREAMS], &batches[i], variants[i]);
		}
	}
	assert_int_equal(ledger_verify(world_database(w), NULL, &report), 0);
	assert_string_equal(report.wrong, "");
	arena_done(&arena);
	world_free(w);
}

static void
streams_on_sqlite(void **state)
{
	(void)state;
	model_run("/tmp/redvest-ledger-test.db");
}

static void
streams_on_postgres(void **state)
{
	const char *url = getenv("REDVEST_TEST_LEDGER_POSTGRES");

	(void)state;
	if (url == NULL)
		skip();
	model_run(url);
}

/* Beyond a thousand rows back the answer is only that it is known. */
static void
long_ago_is_known(void **state)
{
	struct world   *w = world_new("/tmp/redvest-ledger-test.db", false, NULL);
	struct client   c = { .area = area, .name = "x" };
	struct came     came[2];
	struct arena    arena = { 0 };
	struct str      text;

	(void)state;
	world_area(w, area, "模型", now);
	world_client(w, &c, now);
	world_role(w, &c, ROLE_CLERK, now);
	for (int64_t n = 1; n <= REPEAT_WALK_MAX + 2; n++) {
		text = envelope_text(&arena, n, 1);
		assert_int_equal(world_send(w, &c, &text, 1, now, came), 0);
	}
	text = envelope_text(&arena, 1, 1);
	assert_int_equal(world_send(w, &c, &text, 1, now, came), 0);
	assert_string_equal(came[0].text, "known");
	text = envelope_text(&arena, 4, 1);
	assert_int_equal(world_send(w, &c, &text, 1, now, came), 0);
	assert_string_equal(came[0].text, "done, flag stream_record_lost");
	arena_done(&arena);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_on_sqlite),
		cmocka_unit_test(streams_on_postgres),
		cmocka_unit_test(long_ago_is_known),
	};
	const char *seed = getenv("SEED");

	random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	printf("SEED=%" PRIu64 "\n", random_state);
	random_state = random_state * 2654435761u + 1;
	decode_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
