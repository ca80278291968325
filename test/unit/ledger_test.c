/*
 * ledger_test.c -- streams and numbers against a model: whatever is sent, early, twice, altered,
 * mixed with others in one transaction, is taken once and in order, and answered the same. And
 * what areas send to each other arrives whole, and unread on its way.
 *
 * On SQLite, and on the PostgreSQL of REDVEST_TEST_POSTGRES. SEED=… repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/str.h"
#include "gen/ledger_sql.h"
#include "ledger/seal.h"
#include "ledger/verify.h"
#include "lib/world.h"
#include "modules/access/access.h"
#include "modules/area/area.h"

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

/* Is this text anywhere in the file? */
static bool
file_has(const char *path, const char *text)
{
	char  *bytes = NULL;
	size_t size = 0;
	FILE  *f = fopen(path, "r");
	bool   has;

	if (f == NULL)
		return false;
	size = fread(bytes = malloc(MIB(8)), 1, MIB(8), f);
	has = memmem(bytes, size, text, strlen(text)) != NULL;
	(void)fclose(f);
	free(bytes);
	return has;
}

/* Does any column of any table have this text? As PostgreSQL prints bytes, that is: in hex. */
static bool
postgres_has(const char *url, const char *text)
{
	PGconn       *c = PQconnectdb(url);
	PGresult     *tables = PQexec(
	    c, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()");
	struct buffer sql = { 0 };
	bool          has;

	buffer_add(&sql, S("SELECT sum(n) FROM (SELECT 0 AS n"));
	for (int i = 0; i < PQntuples(tables); i++)
		buffer_printf(&sql, " UNION ALL SELECT count(*) FROM %s AS t WHERE "
		    "position('%s' IN t::text) > 0 OR position(encode('%s', 'hex') IN t::text) > 0",
		    PQgetvalue(tables, i, 0), text, text);
	buffer_add(&sql, S(") AS found"));
	PQclear(tables);
	buffer_char(&sql, '\0');
	tables = PQexec(c, sql.p);
	assert_int_equal(PQresultStatus(tables), PGRES_TUPLES_OK);
	has = strcmp(PQgetvalue(tables, 0, 0), "0") != 0;
	PQclear(tables);
	PQfinish(c);
	buffer_done(&sql);
	return has;
}

static bool
database_has(const char *url, const char *text)
{
	char wal[PATH_BYTES_MAX];

	(void)snprintf(wal, sizeof(wal), "%s-wal", url);
	return database_is_postgres(url) ? postgres_has(url, text) :
	    file_has(url, text) || file_has(wal, text);
}

/* Row seq of an area's ledger, with what its seal hides; of this command, and done. */
static const void *
row_open(struct world *w, struct arena *arena, area_id from, int64_t seq, const char *name)
{
	struct tx         tx = { .db = world_ledger(w)->db, .arena = arena, .area = from };
	struct ledger_row row = { 0 };
	struct buffer     json = { 0 };
	const void       *in = NULL;

	assert_int_equal(q_ledger_row(&tx, (seq_id){ seq }, &row.stream, &row.n, &row.prev,
	    &row.digest, &row.at, &row.received, &row.command, &row.open_fields, &row.sealed,
	    &row.answer, &row.fault, &row.flags, &row.result).n, 1);
	assert_true(str_equal(row.command, str_of(name)));
	assert_int_equal(row.answer, DONE);
	assert_int_equal(
	    unseal(world_ledger(w)->keys, row.sealed, from, seq, row.command, &json), 0);
	assert_true(decode_stored(arena, command_find(str_of(name)), row.open_fields,
	    buffer_str(&json), &in));
	buffer_done(&json);
	return in;
}

/* A message that nobody can open any more goes aside; the next one arrives. */
static void
message_lost(struct world *w, struct tx *tx, struct call *call, area_id street)
{
	struct access_sign_in_fail fail = { .login = S("x"), .address = S("y") };
	struct area_child_announce next = { area, S("社区") };
	struct tx                  reader = { .db = tx->db, .arena = tx->arena, .area = street };
	struct ledger_row          row = { 0 };
	size_t                     count;

	assert_int_equal(db_begin(tx->db, true), 0);
	assert_int_equal(
	    outbox_put(tx, call, street, command_find(S("access_sign_in_fail")), &fail), 0);
	assert_int_equal(
	    outbox_put(tx, call, street, command_find(S("area_child_announce")), &next), 0);
	assert_int_equal(db_commit(tx->db), 0);
	assert_int_equal(keys_destroy(call->keys, area, CLASS_TEXT, keys_week(now) + 1, &count), 0);
	assert_int_equal(count, 1);
	world_deliver(w, now);
	for (int64_t seq = 6; seq <= 7; seq++) {
		assert_int_equal(q_ledger_row(&reader, (seq_id){ seq }, &row.stream, &row.n,
		    &row.prev, &row.digest, &row.at, &row.received, &row.command, &row.open_fields,
		    &row.sealed, &row.answer, &row.fault, &row.flags, &row.result).n, 1);
		assert_int_equal(row.answer, seq == 6 ? ASIDE : DONE);
	}
}

#define LOGIN   "message-login"
#define HIDDEN  "hidden-in-message"
#define ADDRESS "192.0.2.44"

/* A message with sealed fields arrives whole; on its way nobody reads them in the database. */
static void
message_run(const char *url)
{
	static const area_id         street = { 440304005000 };
	struct world                *w = world_new(url, false, NULL);
	struct arena                 arena = { 0 };
	struct tx                    tx = { .db = world_ledger(w)->db, .arena = &arena,
		.area = area };
	struct call                  call = { .at = now, .received = now,
		.keys = world_ledger(w)->keys };
	struct access_user_add       user = { .account = { 77 }, .login = S(LOGIN),
		.name = S(HIDDEN), .password_hash = S("\"quoted\"") };
	struct access_sign_in_fail   fail = { .login = S(HIDDEN), .address = S(ADDRESS) };
	const struct access_user_add *got;
	const struct access_sign_in_fail *got_fail;

	world_area(w, area, "社区", now);
	world_area(w, street, "街道", now);
	world_deliver(w, now); /* that the community is there */
	assert_int_equal(db_begin(tx.db, true), 0);
	assert_int_equal(outbox_put(&tx, &call, street, command_find(S("access_sign_in_fail")),
	    &fail), 0);
	assert_int_equal(outbox_put(&tx, &call, street, command_find(S("access_user_add")), &user),
	    0);
	assert_int_equal(db_commit(tx.db), 0);
	assert_true(database_has(url, LOGIN));
	assert_false(database_has(url, HIDDEN));
	assert_false(database_has(url, ADDRESS));
	world_deliver(w, now);
	assert_false(database_has(url, ADDRESS));
	/* Rows 1 to 3: the area, the stream of the community, its announcement. */
	got_fail = row_open(w, &arena, street, 4, "access_sign_in_fail");
	assert_true(str_equal(got_fail->login, fail.login));
	assert_true(str_equal(got_fail->address, fail.address));
	got = row_open(w, &arena, street, 5, "access_user_add");
	assert_int_equal(got->account.v, 77);
	assert_true(str_equal(got->login, user.login));
	assert_true(str_equal(got->name, user.name));
	assert_true(str_equal(got->password_hash, user.password_hash));
	message_lost(w, &tx, &call, street);
	arena_done(&arena);
	world_free(w);
}

static void
message_on_sqlite(void **state)
{
	(void)state;
	message_run("/tmp/redvest-ledger-test.db");
}

static void
message_on_postgres(void **state)
{
	const char *url = getenv("REDVEST_TEST_LEDGER_POSTGRES");

	(void)state;
	if (url == NULL)
		skip();
	message_run(url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_on_sqlite),
		cmocka_unit_test(message_on_postgres),
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
