/* http_test.c -- the server's door: signing in, other sites' pages, streams and their batches. */
#include "http_fixture.h"

static void
sign_in_gives_a_cookie(void **state)
{
	struct house *h = *state;
	struct reply  a = ask(h, "POST", "/api/session", NULL,
	    "{\"user\":\"clerk\",\"password\":\"" PASSWORD "\"}");

	assert_int_equal(a.status, 200);
	assert_true(has(&a.head, "Set-Cookie: redvest=" AREA_TEXT "."));
	assert_true(has(&a.head, "; HttpOnly"));
	assert_true(has(&a.head, "; SameSite=Strict"));
	assert_true(has(&a.head, "; Path=/;"));
	assert_false(has(&a.head, "Secure"));
	assert_true(has(&a.head, "Cache-Control: no-store"));
	assert_true(has(&a.head, "Content-Security-Policy: default-src 'none'"));
	assert_string_equal(text_at(tree(h, &a), "login"), "clerk");
	assert_true(has(&a.body, "\"roles\":[\"clerk\"]"));
	reply_done(&a);
	a = ask(h, "POST", "/api/session", "X-Forwarded-Proto: https",
	    "{\"user\":\"clerk\",\"password\":\"" PASSWORD "\"}");
	assert_true(has(&a.head, "; Secure"));
	reply_done(&a);
}

static void
wrong_names_and_passwords_look_alike(void **state)
{
	struct house *h = *state;
	struct reply wrong = ask(h, "POST", "/api/session", NULL,
	    "{\"user\":\"clerk\",\"password\":\"wrong\"}");
	struct reply unknown = ask(h, "POST", "/api/session", NULL,
	    "{\"user\":\"who\",\"password\":\"wrong\"}");
	struct reply log;

	assert_int_equal(wrong.status, 401);
	assert_int_equal(unknown.status, 401);
	assert_string_equal(wrong.body.p, unknown.body.p);
	assert_false(has(&unknown.head, "Set-Cookie"));
	log = ask(h, "GET", "/api/views/flag_ledger?limit=20", sign_in(h, "admin"), NULL);
	assert_int_equal(log.status, 200);
	assert_non_null(
	    strstr(strstr(log.body.p, "access_sign_in_fail") + 1, "access_sign_in_fail"));
	reply_done(&wrong);
	reply_done(&unknown);
	reply_done(&log);
}

static void
too_many_attempts_are_put_off(void **state)
{
	struct house *h = *state;
	struct reply  a = { 0 };
	int           tries = 0;

	do {
		reply_done(&a);
		a = ask(h, "POST", "/api/session", NULL,
		    "{\"user\":\"nobody\",\"password\":\"wrong\"}");
	} while (a.status == 401 && ++tries < 40);
	assert_int_equal(a.status, 429);
	assert_in_range(tries, 5, 20);
	assert_true(has(&a.head, "Retry-After: "));
	reply_done(&a);
	/* Another name is not held up by it. */
	(void)sign_in(h, "clerk");
}

static void
sessions_end(void **state)
{
	struct house *h = *state;
	const char   *session = sign_in(h, "clerk");

	assert_int_equal(status_of(h, "GET", "/api/session", session, NULL), 200);
	assert_int_equal(status_of(h, "DELETE", "/api/session", session, NULL), 204);
	assert_int_equal(status_of(h, "GET", "/api/session", session, NULL), 401);
	assert_int_equal(status_of(h, "GET", "/api/views/stream_list", session, NULL), 401);
	assert_int_equal(
	    status_of(h, "GET", "/api/session", "Cookie: redvest=" AREA_TEXT ".x", NULL), 401);
	assert_int_equal(status_of(h, "GET", "/api/session", "Cookie: redvest=", NULL), 401);
}

static void
who_am_i(void **state)
{
	struct house *h = *state;
	const char   *clerk = sign_in(h, "clerk");
	struct reply  a = ask(h, "GET", "/api/session", clerk, NULL);

	assert_string_equal(text_at(tree(h, &a), "area_name"), "测试社区");
	assert_string_equal(text_at(tree(h, &a), "time_zone"), "Asia/Shanghai");
	assert_true(has(&a.body, "\"is_demonstration\":true"));
	assert_true(has(&a.body, "\"has_second_administrator\":false"));
	assert_true(has(&a.body, "\"areas\":[{\"area\":\"" AREA_TEXT
	    "\",\"name\":\"测试社区\"}]}"));
	assert_true(cJSON_GetObjectItem(tree(h, &a), "epoch")->valuedouble > 0);
	reply_done(&a);
	a = ask(h, "GET", "/api/session", sign_in(h, "nobody"), NULL);
	assert_true(has(&a.body, "\"roles\":[]") && has(&a.body, "\"areas\":[]"));
	reply_done(&a);
}

static void
other_sites_are_refused(void **state)
{
	struct house *h = *state;
	const char   *session = sign_in(h, "clerk");
	const char   *cookie = arena_copy(&h->arena, (struct str){ session,
	    strcspn(session, "\n") }).p;
	const char *foreign = arena_printf(&h->arena, "%s\nOrigin: http://evil.example", session).p;
	const char   *ours = arena_printf(&h->arena, "%s\nOrigin: %s", session, h->base).p;
	struct reply  a = ask(h, "POST", "/api/streams", cookie, "{}");

	assert_int_equal(a.status, 403);
	assert_string_equal(text_at(tree(h, &a), "error"), "header_missing");
	reply_done(&a);
	a = ask(h, "POST", "/api/streams", foreign, "{}");
	assert_int_equal(a.status, 403);
	assert_string_equal(text_at(tree(h, &a), "error"), "origin_foreign");
	reply_done(&a);
	assert_int_equal(status_of(h, "POST", "/api/streams", ours, "{}"), 200);
	assert_int_equal(status_of(h, "POST", "/api/session", "Origin: null",
	    "{\"user\":\"clerk\",\"password\":\"" PASSWORD "\"}"), 403);
}

static void
streams_are_for_those_with_a_role(void **state)
{
	struct house *h = *state;
	const char   *clerk = sign_in(h, "clerk");

	assert_int_equal(status_of(h, "POST", "/api/streams", "X-Redvest: 1", "{}"), 401);
	assert_int_equal(status_of(h, "POST", "/api/streams", sign_in(h, "admin"),
	    "{\"kind\":\"token\"}"), 200);
	assert_int_equal(status_of(h, "POST", "/api/streams", clerk, "{\"kind\":\"token\"}"), 403);
	assert_int_equal(status_of(h, "POST", "/api/streams", clerk, "{\"kind\":\"x\"}"), 400);
	assert_int_equal(
	    status_of(h, "POST", "/api/streams", clerk, "{\"invitation\":\"x\"}"), 400);
	/* The street has no ledger here, and the clerk no role there. */
	assert_int_equal(status_of(h, "POST", "/api/streams", clerk,
	    "{\"area\":\"" STREET_TEXT "\"}"), 403);
}

static void
batches_are_taken_in_order_once(void **state)
{
	struct house *h = *state;
	const char   *stream = enrol(h, sign_in(h, "clerk"), "{\"store\":\"phone\"}");
	struct reply first = ask(h, "POST", "/api/commands", stream, batch(h, 1, 3));
	struct reply again = ask(h, "POST", "/api/commands", stream, batch(h, 1, 3)), a;

	assert_int_equal(first.status, 200);
	assert_string_equal(outcomes(h, &first), "done done done");
	assert_true(has(&first.body, "\"flags\":[\"stream_record_lost\"]"));
	assert_int_equal(cJSON_GetObjectItem(tree(h, &first), "next")->valueint, 4);
	assert_string_equal(first.body.p, again.body.p);
	a = ask(h, "POST", "/api/commands", stream, batch(h, 3, 2));
	assert_string_equal(outcomes(h, &a), "done done");
	reply_done(&a);
	a = ask(h, "POST", "/api/commands", stream, batch(h, 6, 1));
	assert_string_equal(outcomes(h, &a), "early");
	assert_int_equal(cJSON_GetObjectItem(tree(h, &a), "next")->valueint, 5);
	reply_done(&a);
	a = ask(h, "POST", "/api/commands", stream, "{\"commands\":[]}");
	assert_int_equal(a.status, 200);
	assert_int_equal(cJSON_GetObjectItem(tree(h, &a), "next")->valueint, 5);
	reply_done(&a);
	reply_done(&first);
	reply_done(&again);
}

/* Who is named in a command without readings is found by typed letters all the same. */
static void
names_are_found_by_letters(void **state)
{
	struct house *h = *state;
	const char   *session = sign_in(h, "clerk");
	const char   *stream = enrol(h, session, "{}");
	const char   *body = arena_printf(&h->arena,
	    "{\"commands\":["
	    "{\"n\":1,\"name\":\"roster_person_add\",\"at\":%" PRId64
	    ",\"fields\":{\"person\":\"7001\",\"name\":\"曾小明\"}},"
	    "{\"n\":2,\"name\":\"round_sample_take\",\"at\":%" PRId64
	    ",\"fields\":{\"round\":\"1\",\"person\":\"7002\",\"name\":\"区 甲子\"}},"
	    "{\"n\":3,\"name\":\"roster_person_add\",\"at\":%" PRId64
	    ",\"fields\":{\"person\":\"7003\",\"name\":\"乙丑\",\"search\":\"own\"}}]}",
	    h->now.ms, h->now.ms, h->now.ms).p;
	static const struct { const char *typed, *name; } finds[] = {
		{ "zxm", "曾小明" }, { "cengxiao", "曾小明" }, { "oujia", "区 甲子" },
		{ "own", "乙丑" },
	};
	struct reply a = ask(h, "POST", "/api/commands", stream, body);

	assert_int_equal(a.status, 200);
	reply_done(&a);
	/* The same bytes again are the same commands. */
	a = ask(h, "POST", "/api/commands", stream, body);
	assert_int_equal(a.status, 200);
	reply_done(&a);
	for (size_t i = 0; i < LEN(finds); i++) {
		a = ask(h, "GET", arena_printf(&h->arena, "/api/views/roster_search?area="
		    AREA_TEXT "&q=%s", finds[i].typed).p, session, NULL);
		assert_int_equal(a.status, 200);
		if (!has(&a.body, finds[i].name))
			fail_msg("%s: %s", finds[i].typed, a.body.p);
		reply_done(&a);
	}
	a = ask(h, "GET", "/api/views/roster_search?area=" AREA_TEXT "&q=yichou", session, NULL);
	assert_false(has(&a.body, "乙丑"));
	reply_done(&a);
}

/* The desk makes an invitation for so many; its token. */
static const char *
invite(struct house *h, const char *admin, const char *script, int id, int uses)
{
	int64_t until = h->now.ms + 3600000;
	struct reply a = ask(h, "POST", "/api/invitations", admin,
	    arena_printf(&h->arena, "{\"invitation\":\"%d\"}", id).p), b;
	const char *token = text_at(tree(h, &a), "token");

	assert_int_equal(a.status, 200);
	b = ask(h, "POST", "/api/commands/access_invite", script, arena_printf(&h->arena,
	    "{\"invitation\":\"%d\",\"role\":\"helper\",\"uses\":%d,\"since\":%" PRId64
	    ",\"until\":%" PRId64 ",\"token_hash\":\"%s\"}", id, uses, h->now.ms, until,
	    text_at(tree(h, &a), "token_hash")).p);
	assert_int_equal(b.status, 200);
	reply_done(&a);
	reply_done(&b);
	return token;
}

static struct reply
come(struct house *h, const char *token, const char *more)
{
	return ask(h, "POST", "/api/streams", NULL, arena_printf(&h->arena,
	    "{\"invitation\":\"%s\"%s}", token, more).p);
}

static void
whoever_is_invited_is_enrolled(void **state)
{
	struct house *h = *state;
	const char   *admin = sign_in(h, "admin"), *clerk = sign_in(h, "clerk");
	const char   *script = enrol(h, admin, "{\"kind\":\"token\"}"), *stream;
	const char   *token = invite(h, admin, script, 71, 1);
	char         *forged = arena_cstr(&h->arena, str_of(token));
	struct reply  a;

	assert_int_equal(status_of(h, "POST", "/api/invitations", clerk,
	    "{\"invitation\":\"72\"}"), 403);
	assert_int_equal(status_of(h, "POST", "/api/invitations", "X-Redvest: 1",
	    "{\"invitation\":\"72\"}"), 401);
	a = come(h, token, "");
	assert_int_equal(a.status, 400);
	assert_true(has(&a.body, "\"field\":\"name\""));
	reply_done(&a);
	forged[strlen(forged) - 1] ^= 1;
	a = come(h, forged, ",\"name\":\"王甲子\"");
	assert_int_equal(a.status, 401);
	reply_done(&a);
	a = come(h, token, ",\"name\":\"王甲子\"");
	assert_int_equal(a.status, 200);
	assert_string_equal(text_at(tree(h, &a), "area"), AREA_TEXT);
	stream = arena_printf(&h->arena, "Authorization: Stream %s",
	    text_at(tree(h, &a), "token")).p;
	reply_done(&a);
	a = ask(h, "POST", "/api/commands", stream, batch(h, 1, 1));
	assert_string_equal(outcomes(h, &a), "done");
	reply_done(&a);
	a = come(h, token, ",\"name\":\"李乙丑\"");
	assert_int_equal(a.status, 409);
	assert_string_equal(text_at(tree(h, &a), "fault"), "access_invitation_used_up");
	reply_done(&a);
	assert_int_equal(status_of(h, "POST", "/api/commands/access_invitation_end", script,
	    "{\"invitation\":\"71\"}"), 200);
	a = come(h, token, ",\"name\":\"李乙丑\"");
	assert_string_equal(text_at(tree(h, &a), "fault"), "access_invitation_over");
	reply_done(&a);
	/* What is decided after the end is not the helper's any more; nothing is lost. */
	a = ask(h, "GET", "/api/views/access_invited?invitation=71", admin, NULL);
	assert_true(has(&a.body, "王甲子") && !has(&a.body, "李乙丑"));
	reply_done(&a);
}

static void
a_forked_stream_stops(void **state)
{
	struct house *h = *state;
	const char   *stream = enrol(h, sign_in(h, "clerk"), "{}");
	char         *other;
	struct reply  a;

	assert_int_equal(status_of(h, "POST", "/api/commands", stream, batch(h, 1, 2)), 200);
	other = arena_cstr(&h->arena, str_of(batch(h, 1, 3)));
	strstr(other, "\"lost\":2")[7] = '7';
	a = ask(h, "POST", "/api/commands", stream, other);
	assert_int_equal(a.status, 409);
	assert_string_equal(text_at(tree(h, &a), "error"), "stream_forked");
	assert_string_equal(outcomes(h, &a), "done");
	assert_int_equal(cJSON_GetObjectItem(tree(h, &a), "next")->valueint, 3);
	reply_done(&a);
}

static void
what_cannot_be_read_goes_aside(void **state)
{
	struct house *h = *state;
	const char   *stream = enrol(h, sign_in(h, "clerk"), "{}");
	struct reply  a = ask(h, "POST", "/api/commands", stream, "{\"commands\":["
	    "{\"n\":1,\"name\":\"nonsense\",\"at\":1,\"fields\":{}},"
	    "{\"n\":2,\"name\":\"stream_lost\",\"at\":1,\"fields\":{\"lost\":\"many\"}},"
	    "{\"n\":3,\"name\":\"stream_lost\",\"fields\":{\"lost\":3}},"
	    "{\"n\":4,\"name\":\"area_rename\",\"at\":1,\"fields\":{\"name\":\"x\"}}]}");

	assert_int_equal(a.status, 200);
	assert_string_equal(outcomes(h, &a), "aside aside aside aside");
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, batch(h, 5, 1)), 200);
	assert_true(has(&a.body, "aside_unreadable"));
	assert_true(has(&a.body, "aside_forbidden"));
	reply_done(&a);
}

static void
tokens_open_only_their_own_stream(void **state)
{
	struct house *h = *state;
	const char   *session = sign_in(h, "clerk");
	const char   *one = enrol(h, session, "{}"), *other = enrol(h, session, "{}");
	char         *forged = arena_cstr(&h->arena, str_of(one));
	struct reply  a;

	assert_int_equal(status_of(h, "POST", "/api/commands", NULL, batch(h, 1, 1)), 401);
	assert_int_equal(status_of(h, "POST", "/api/commands", session, batch(h, 1, 1)), 401);
	forged[strlen(forged) - 1] ^= 1;
	assert_int_equal(status_of(h, "POST", "/api/commands", forged, batch(h, 1, 1)), 401);
	assert_int_equal(
	    status_of(h, "POST", "/api/commands", "Authorization: Stream 1.2", "{}"), 401);
	assert_int_equal(status_of(h, "POST", "/api/commands",
	    "Authorization: Stream " AREA_TEXT ".1.", batch(h, 1, 1)), 401);
	a = ask(h, "POST", "/api/commands", other, "{\"stream\":\"1\",\"commands\":[]}");
	assert_int_equal(a.status, 400);
	assert_true(has(&a.body, "\"field\":\"stream\""));
	reply_done(&a);
}

static void
bad_bodies_are_refused_whole(void **state)
{
	struct house *h = *state;
	const char   *stream = enrol(h, sign_in(h, "clerk"), "{}");
	char         *huge = memory_new(BODY_BYTES_MAX + 2);
	struct reply  a = ask(h, "POST", "/api/commands", stream,
	    "{\"made\":\"y\",\"stream\":\"z\",\"sent\":[],\"commands\":[]}");

	assert_int_equal(a.status, 400);
	assert_true(has(&a.body, "\"field\":\"made\"") && has(&a.body, "\"field\":\"stream\"") &&
	    has(&a.body, "\"field\":\"sent\""));
	assert_true(has(&a.head, "Content-Type: application/json"));
	reply_done(&a);
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, "{\"commands\":[{"), 400);
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, ""), 400);
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, "\xff\xfe"), 400);
	memset(huge, ' ', BODY_BYTES_MAX + 1);
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, huge), 413);
	assert_int_equal(status_of(h, "POST", "/api/commands", arena_printf(&h->arena,
	    "%s\nTransfer-Encoding: chunked", stream).p, huge), 413);
	free(huge);
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, batch(h, 1, 1)), 200);
}

static void
scripts_send_one_command(void **state)
{
	struct house *h = *state;
	const char   *session = sign_in(h, "admin");
	const char   *token = enrol(h, session, "{\"kind\":\"token\"}");
	const char   *browser = enrol(h, session, "{}");
	struct reply  a = ask(h, "POST", "/api/commands/area_rename", token, "{\"name\":\"新名\"}");

	assert_int_equal(a.status, 200);
	assert_string_equal(text_at(tree(h, &a), "outcome"), "done");
	reply_done(&a);
	a = ask(h, "POST", "/api/commands/access_grant_end", token, "{\"grant_id\":\"999\"}");
	assert_int_equal(a.status, 404);
	assert_string_equal(text_at(tree(h, &a), "fault"), "access_grant_unknown");
	reply_done(&a);
	a = ask(h, "POST", "/api/commands/access_user_add", token, "{\"login\":7,\"other\":1}");
	assert_int_equal(a.status, 400);
	assert_true(has(&a.body, "\"field\":\"login\"") && has(&a.body, "\"field\":\"other\"") &&
	    has(&a.body, "\"field\":\"account\"") && has(&a.body, "\"field\":\"name\""));
	reply_done(&a);
	assert_int_equal(status_of(h, "POST", "/api/commands/no_such", token, "{}"), 404);
	assert_int_equal(status_of(h, "POST", "/api/commands/area_open", token,
	    "{\"name\":\"x\",\"time_zone\":\"UTC\"}"), 403);
	assert_int_equal(status_of(h, "POST", "/api/commands/area_rename", browser,
	    "{\"name\":\"x\"}"), 401);
	/* The token also looks, as its user may. */
	a = ask(h, "GET", "/api/views/area_self", token, NULL);
	assert_int_equal(a.status, 200);
	assert_true(has(&a.body, "新名"));
	reply_done(&a);
	assert_int_equal(status_of(h, "GET", "/api/views/area_self", browser, NULL), 401);
}

static void
passwords_are_hashed_for_those_who_give_accounts(void **state)
{
	struct house *h = *state;
	struct reply  a = ask(h, "POST", "/api/password", sign_in(h, "admin"),
	    "{\"password\":\"new password\"}");

	assert_int_equal(a.status, 200);
	assert_true(password_verify(str_of(text_at(tree(h, &a), "password_hash")),
	    S("new password")));
	reply_done(&a);
	assert_int_equal(status_of(h, "POST", "/api/password", sign_in(h, "clerk"),
	    "{\"password\":\"new password\"}"), 403);
	assert_int_equal(status_of(h, "POST", "/api/password", sign_in(h, "admin"),
	    "{\"password\":\"short\"}"), 400);
}

static void
addresses_and_methods(void **state)
{
	struct house *h = *state;
	struct reply  a = ask(h, "GET", "/api/commands", NULL, NULL);

	assert_int_equal(a.status, 405);
	assert_true(has(&a.head, "Allow: POST"));
	reply_done(&a);
	assert_int_equal(status_of(h, "GET", "/no/such", NULL, NULL), 404);
	assert_int_equal(status_of(h, "GET", "/api/views/", NULL, NULL), 404);
	assert_int_equal(status_of(h, "GET", "/metrics", "X-Forwarded-For: 10.0.0.9", NULL), 403);
	a = ask(h, "GET", "/metrics", NULL, NULL);
	assert_int_equal(a.status, 200);
	assert_true(has(&a.body, "redvest_commands_total{outcome=\"done\"}"));
	reply_done(&a);
	a = ask(h, "GET", "/", NULL, NULL);
	assert_int_equal(a.status, 200);
	assert_true(has(&a.body, "演示数据") && has(&a.body, "/openapi.json"));
	assert_false(has(&a.body, "<script"));
	assert_true(has(&a.head, "frame-ancestors 'none'") && has(&a.head, "style-src 'sha256-"));
	reply_done(&a);
	a = ask(h, "GET", "/openapi.json", NULL, NULL);
	assert_int_equal(a.status, 200);
	assert_non_null(cJSON_GetObjectItem(tree(h, &a), "paths"));
	reply_done(&a);
	a = ask(h, "GET", "/healthz", NULL, NULL);
	assert_string_equal(text_at(tree(h, &a), "status"), "ok");
	reply_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_am_i),
		cmocka_unit_test(sign_in_gives_a_cookie),
		cmocka_unit_test(wrong_names_and_passwords_look_alike),
		cmocka_unit_test(too_many_attempts_are_put_off),
		cmocka_unit_test(sessions_end),
		cmocka_unit_test(other_sites_are_refused),
		cmocka_unit_test(streams_are_for_those_with_a_role),
		cmocka_unit_test(batches_are_taken_in_order_once),
		cmocka_unit_test(names_are_found_by_letters),
		cmocka_unit_test(whoever_is_invited_is_enrolled),
		cmocka_unit_test(a_forked_stream_stops),
		cmocka_unit_test(what_cannot_be_read_goes_aside),
		cmocka_unit_test(tokens_open_only_their_own_stream),
		cmocka_unit_test(bad_bodies_are_refused_whole),
		cmocka_unit_test(scripts_send_one_command),
		cmocka_unit_test(passwords_are_hashed_for_those_who_give_accounts),
		cmocka_unit_test(addresses_and_methods),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, setup, teardown);
}
