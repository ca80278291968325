/* http_views_test.c -- what may be seen over HTTP: roles, pages, ETags, reasons, sheets. */
#include <dirent.h>
#include "http_fixture.h"

static void
roles_decide(void **state)
{
	struct house *h = *state;
	struct reply  a = ask(h, "GET", "/api/views/access_users", sign_in(h, "clerk"), NULL);

	assert_int_equal(a.status, 403);
	assert_string_equal(text_at(tree(h, &a), "error"), "role_missing");
	assert_true(text_at(tree(h, &a), "zh")[0] != '\0' && text_at(tree(h, &a), "en")[0] != '\0');
	reply_done(&a);
	assert_int_equal(status_of(h, "GET", "/api/views/access_users", sign_in(h, "admin"), NULL),
	    200);
	assert_int_equal(
	    status_of(h, "GET", "/api/views/area_self", sign_in(h, "nobody"), NULL), 403);
	assert_int_equal(status_of(h, "GET", "/api/views/area_self", NULL, NULL), 401);
	assert_int_equal(status_of(h, "GET", "/api/views/no_such", sign_in(h, "clerk"), NULL), 404);
	/* A role here is none in the street above. */
	assert_int_equal(status_of(h, "GET", "/api/views/area_self?area=" STREET_TEXT,
	    sign_in(h, "clerk"), NULL), 403);
}

static void
every_bad_parameter_is_named(void **state)
{
	struct house *h = *state;
	struct reply a = ask(h, "GET",
	    "/api/views/stream_list?is_all_in=maybe&x=1&limit=0&format=pdf"
	    "&reveal=",
	    sign_in(h, "clerk"), NULL);

	assert_int_equal(a.status, 400);
	assert_true(has(&a.body, "\"field\":\"is_all_in\"") && has(&a.body, "\"field\":\"x\"") &&
	    has(&a.body, "\"field\":\"limit\"") && has(&a.body, "\"field\":\"format\"") &&
	    has(&a.body, "\"field\":\"reveal\""));
	reply_done(&a);
	assert_int_equal(status_of(h, "GET", "/api/views/stream_list?area=x", sign_in(h, "clerk"),
	    NULL), 400);
	assert_int_equal(
	    status_of(h, "GET", "/api/views/flag_open?after=x", sign_in(h, "clerk"), NULL), 400);
}

static void
pages_follow_one_another(void **state)
{
	struct house *h = *state;
	const char   *session = sign_in(h, "clerk"), *stream = enrol(h, session, "{}");
	char          after[200] = "", path[400];
	int           rows = 0, pages = 0;

	assert_int_equal(status_of(h, "POST", "/api/commands", stream, batch(h, 1, 25)), 200);
	do {
		struct reply a;
		const cJSON *json;

		(void)snprintf(path, sizeof(path), "/api/views/flag_open?limit=10%s%s",
		    after[0] != '\0' ? "&after=" : "", after);
		a = ask(h, "GET", path, session, NULL);
		assert_int_equal(a.status, 200);
		json = tree(h, &a);
		rows += cJSON_GetArraySize(cJSON_GetObjectItem(json, "rows"));
		(void)snprintf(after, sizeof(after), "%s", text_at(json, "next"));
		for (char *bar = after; (bar = strchr(bar, '|')) != NULL;) {
			memmove(bar + 3, bar + 1, strlen(bar));
			memcpy(bar, "%7C", 3);
		}
		reply_done(&a);
	} while (after[0] != '\0' && ++pages < 20);
	assert_true(rows >= 25);
	assert_true(pages >= 2);
}

static const char *
etag_of(struct house *h, const struct reply *a)
{
	const char *etag = strstr(a->head.p, "ETag: ");

	assert_non_null(etag);
	return arena_printf(&h->arena, "If-None-Match: %.*s", (int)strcspn(etag + 6, "\r"),
	    etag + 6).p;
}

static void
what_has_not_changed_is_not_sent(void **state)
{
	struct house *h = *state;
	const char   *clerk = sign_in(h, "clerk"), *admin = sign_in(h, "admin");
	const char   *stream = enrol(h, clerk, "{}"), *headers;
	struct reply  a = ask(h, "GET", "/api/views/flag_board", clerk, NULL), b;

	headers = arena_printf(&h->arena, "%s\n%s", clerk, etag_of(h, &a)).p;
	b = ask(h, "GET", "/api/views/flag_board", headers, NULL);
	assert_int_equal(b.status, 304);
	assert_string_equal(b.body.p, "");
	assert_string_equal(etag_of(h, &a), etag_of(h, &b));
	reply_done(&b);
	/* Another role, another view of the same, other parameters: another tag. */
	b = ask(h, "GET", "/api/views/flag_board", admin, NULL);
	assert_string_not_equal(etag_of(h, &a), etag_of(h, &b));
	reply_done(&b);
	b = ask(h, "GET", "/api/views/flag_board?limit=3", headers, NULL);
	assert_int_equal(b.status, 200);
	reply_done(&b);
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, batch(h, 1, 1)), 200);
	b = ask(h, "GET", "/api/views/flag_board", headers, NULL);
	assert_int_equal(b.status, 200);
	reply_done(&b);
	reply_done(&a);
}

static void
personal_data_are_kept_by_no_browser(void **state)
{
	struct house *h = *state;
	struct reply  a = ask(h, "GET", "/api/views/access_users", sign_in(h, "admin"), NULL);

	assert_true(has(&a.head, "Cache-Control: no-store"));
	reply_done(&a);
	a = ask(h, "GET", "/api/views/flag_board", sign_in(h, "admin"), NULL);
	assert_true(has(&a.head, "Cache-Control: private, no-cache"));
	reply_done(&a);
}

static void
large_answers_are_packed(void **state)
{
	struct house *h = *state;
	const char   *clerk = sign_in(h, "clerk"), *stream = enrol(h, clerk, "{}");
	const char   *accepts = arena_printf(&h->arena, "%s\nAccept-Encoding: br, gzip", clerk).p;
	const char   *refuses = arena_printf(&h->arena, "%s\nAccept-Encoding: gzip;q=0", clerk).p;
	struct reply  a;

	assert_int_equal(status_of(h, "POST", "/api/commands", stream, batch(h, 1, 100)), 200);
	a = ask(h, "GET", "/api/views/flag_open", accepts, NULL);
	assert_true(
	    has(&a.head, "Content-Encoding: gzip") && has(&a.head, "Vary: Accept-Encoding"));
	assert_int_equal((unsigned char)a.body.p[0], 0x1f);
	assert_int_equal((unsigned char)a.body.p[1], 0x8b);
	reply_done(&a);
	a = ask(h, "GET", "/api/views/flag_open", refuses, NULL);
	assert_false(has(&a.head, "Content-Encoding"));
	assert_int_equal(a.body.p[0], '{');
	reply_done(&a);
}

static void
unmasking_needs_a_role_and_leaves_a_record(void **state)
{
	struct house *h = *state;
	const char   *admin = sign_in(h, "admin");
	struct reply  a;

	assert_int_equal(status_of(h, "GET", "/api/views/area_self?reveal=curious",
	    sign_in(h, "helper"), NULL), 403);
	assert_int_equal(status_of(h, "GET", "/api/views/access_users?reveal=complaint%207", admin,
	    NULL), 200);
	a = ask(h, "GET", "/api/views/access_log", admin, NULL);
	assert_true(has(&a.body, "\"view\":\"access_users\",\"format\":\"\",\"is_unmasked\":true,"
	    "\"reason\":\"complaint 7\""));
	reply_done(&a);
}

static bool
folder_is_empty(const char *path)
{
	DIR           *folder = opendir(path);
	struct dirent *entry;
	bool           is_empty = true;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		is_empty = is_empty && entry->d_name[0] == '.';
	(void)closedir(folder);
	return is_empty;
}

static void
sheets_are_watermarked_and_recorded(void **state)
{
	struct house *h = *state;
	const char   *admin = sign_in(h, "admin");
	struct reply  a = ask(h, "GET", "/api/views/access_users?format=csv&lang=en", admin, NULL);
	char          path[100];

	assert_int_equal(a.status, 200);
	assert_true(has(&a.head, "Content-Type: text/csv"));
	assert_true(has(&a.head, "filename=\"access_users_"));
	assert_true(has(&a.body, "admin 名admin") && has(&a.body, "DEMONSTRATION"));
	assert_true(has(&a.body, "Login") && has(&a.body, "helper"));
	reply_done(&a);
	a = ask(h, "GET", "/api/views/access_users?format=xlsx", admin, NULL);
	assert_int_equal(a.status, 200);
	assert_memory_equal(a.body.p, "PK", 2);
	reply_done(&a);
	(void)snprintf(path, sizeof(path), "%s.exports", h->path);
	assert_true(folder_is_empty(path));
	a = ask(h, "GET", "/api/views/access_log", admin, NULL);
	assert_true(has(&a.body, "\"format\":\"csv\"") && has(&a.body, "\"format\":\"xlsx\""));
	reply_done(&a);
	assert_int_equal(status_of(h, "GET", "/api/views/access_users?format=csv",
	    sign_in(h, "clerk"), NULL), 403);
}

static void
long_texts_in_an_address_do_no_harm(void **state)
{
	struct house *h = *state;
	char          path[1500] = "/api/views/flag_open?format=csv&name=";
	size_t        n = strlen(path);

	for (size_t i = 0; i < 300; i++)
		n += (size_t)snprintf(path + n, sizeof(path) - n, "%%FF");
	assert_int_equal(status_of(h, "GET", path, sign_in(h, "clerk"), NULL), 200);
	assert_in_range(status_of(h, "GET", "/api/views/flag_open?format=csv&name=a%00b",
	    sign_in(h, "clerk"), NULL), 200, 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_decide),
		cmocka_unit_test(every_bad_parameter_is_named),
		cmocka_unit_test(pages_follow_one_another),
		cmocka_unit_test(what_has_not_changed_is_not_sent),
		cmocka_unit_test(personal_data_are_kept_by_no_browser),
		cmocka_unit_test(large_answers_are_packed),
		cmocka_unit_test(unmasking_needs_a_role_and_leaves_a_record),
		cmocka_unit_test(sheets_are_watermarked_and_recorded),
		cmocka_unit_test(long_texts_in_an_address_do_no_harm),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, setup, teardown);
}
