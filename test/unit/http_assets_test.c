/* http_assets_test.c -- the web app as the server gives it, made of the files in test/web. */
#include "http_fixture.h"

#define SCRIPT "/assets/index-Ab12_d3Q.js"

static void
pages_of_the_app_are_its_index(void **state)
{
	static const char *const paths[] = { "/", "/index.html", "/round/5", "/apidocs",
		"/a%20b/%E6%A5%BC" };
	struct house *h = *state;

	for (size_t i = 0; i < LEN(paths); i++) {
		struct reply a = ask(h, "GET", paths[i], NULL, NULL);

		assert_int_equal(a.status, 200);
		assert_true(has(&a.body, "<script type=\"module\" src=\"" SCRIPT "\">"));
		assert_true(has(&a.head, "Content-Type: text/html; charset=utf-8"));
		assert_true(has(&a.head, "Cache-Control: no-cache\r\n"));
		assert_true(has(&a.head, "Content-Security-Policy: default-src 'self'; "
		    "script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"));
		assert_true(has(&a.head, "frame-ancestors 'none'"));
		assert_true(has(&a.head, "X-Content-Type-Options: nosniff"));
		assert_true(has(&a.head, "Referrer-Policy: no-referrer"));
		reply_done(&a);
	}
}

static void
what_is_not_there_is_404(void **state)
{
	static const char *const paths[] = { "/none.js", "/assets/none-12345678.css", "/api",
		"/api/none", "/api/views/", "/%2e%2e/%2e%2e/etc/passwd.txt",
		"/.hidden" };
	struct house *h = *state;

	for (size_t i = 0; i < LEN(paths); i++) {
		struct reply a = ask(h, "GET", paths[i], NULL, NULL);

		assert_int_equal(a.status, 404);
		assert_string_equal(text_at(tree(h, &a), "error"), "address_unknown");
		reply_done(&a);
	}
	assert_int_equal(status_of(h, "POST", "/round", NULL, "{}"), 405);
	assert_int_equal(status_of(h, "GET", "/healthz", NULL, NULL), 200);
}

static void
hashed_names_are_kept_for_ever(void **state)
{
	struct house *h = *state;
	struct reply  a = ask(h, "GET", SCRIPT, NULL, NULL);

	assert_int_equal(a.status, 200);
	assert_true(has(&a.head, "Cache-Control: public, max-age=31536000, immutable"));
	assert_true(has(&a.head, "Content-Type: text/javascript"));
	reply_done(&a);
	a = ask(h, "GET", "/sw.js", NULL, NULL);
	assert_true(has(&a.head, "Cache-Control: no-cache\r\n"));
	reply_done(&a);
	a = ask(h, "GET", "/rules.wasm", NULL, NULL);
	assert_true(has(&a.head, "Content-Type: application/wasm\r\n"));
	assert_int_equal(a.body.n, 8 + 1);
	assert_memory_equal(a.body.p, "\0asm\1\0\0\0", 8);
	reply_done(&a);
}

static void
packed_for_whoever_takes_it(void **state)
{
	struct house *h = *state;
	struct reply  plain = ask(h, "GET", SCRIPT, NULL, NULL);
	struct reply  packed = ask(h, "GET", SCRIPT, "Accept-Encoding: gzip, br", NULL);
	struct reply  small = ask(h, "GET", "/rules.wasm", "Accept-Encoding: gzip", NULL);

	assert_false(has(&plain.head, "Content-Encoding"));
	assert_true(has(&plain.head, "Vary: Accept-Encoding"));
	assert_true(has(&packed.head, "Content-Encoding: gzip"));
	assert_true(has(&packed.head, "Vary: Accept-Encoding"));
	assert_true(packed.body.n * 4 < plain.body.n);
	assert_memory_equal(packed.body.p, "\x1f\x8b", 2);
	assert_false(has(&small.head, "Content-Encoding"));
	reply_done(&plain);
	reply_done(&packed);
	reply_done(&small);
}

static void
what_is_known_is_not_sent_again(void **state)
{
	struct house *h = *state;
	struct reply  a = ask(h, "GET", "/", NULL, NULL), b;
	const char   *etag = strstr(a.head.p, "ETag: ");
	const char   *known;

	assert_non_null(etag);
	known = arena_printf(&h->arena, "If-None-Match: \"other\", %.*s",
	    (int)strcspn(etag + 6, "\r"), etag + 6).p;
	b = ask(h, "GET", "/round/7", known, NULL);
	assert_int_equal(b.status, 304);
	assert_int_equal(b.body.n, 1);
	assert_true(has(&b.head, "ETag: "));
	reply_done(&b);
	assert_int_equal(status_of(h, "GET", "/sw.js", known, NULL), 200);
	reply_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_of_the_app_are_its_index),
		cmocka_unit_test(what_is_not_there_is_404),
		cmocka_unit_test(hashed_names_are_kept_for_ever),
		cmocka_unit_test(packed_for_whoever_takes_it),
		cmocka_unit_test(what_is_known_is_not_sent_again),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, setup, teardown);
}
