/* http_fixture.h -- what tests of the server share: a database, people, a server, a client. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/str.h"
#include "http/server.h"
#include "ledger/execute.h"
#include "ledger/password.h"

#define AREA         440304005012
#define AREA_TEXT    "440304005012"
#define STREET_TEXT  "440304005000"
#define PASSWORD     "correct horse"

struct house {
	char             folder[40], path[60], base[100];
	struct database *database;
	struct server   *server;
	struct arena     arena;
	struct ledger    ledger;
	int64_t          next_id;
	time_ms          now;  /* of the start: what batches say, so that they can be repeated */
	CURL            *curl;
};

struct reply {
	long          status;
	struct buffer body, head;
};

static inline time_ms
wall_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (time_ms){ (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 };
}

/* A command of the area's own stream that must be done. */
static inline void
own(struct house *h, const char *name, struct str json)
{
	const struct command *command = command_find(str_of(name));
	struct problems       problems = { 0 };
	struct outcome        outcome;
	const void           *in;

	assert_non_null(command);
	if (!decode_fields(&h->arena, command, json, &in, &problems))
		fail_msg("%s: %.*s: %s", name, (int)problems.list[0].field.n,
		    problems.list[0].field.p, problems.list[0].en);
	assert_int_equal(
	    ledger_do(&h->ledger, &h->arena, (area_id){ AREA }, wall_now(), command, in, &outcome),
	    0);
	assert_int_equal(outcome.answer, DONE);
}

/* An account; role NULL: without any. Its password is PASSWORD. */
static inline int64_t
account_make(struct house *h, const char *login, const char *role)
{
	static char hash[PASSWORD_HASH_BYTES]; /* made once: it costs 30 ms */
	int64_t     user = h->next_id++;

	if (hash[0] == '\0')
		assert_int_equal(password_hash(S(PASSWORD), hash), 0);
	own(h, "access_user_add",
	    arena_printf(&h->arena,
		"{\"account\":\"%" PRId64
		"\",\"login\":\"%s\",\"name\":\"名%s\",\"password_hash\":\"%s\"}",
		user, login, login, hash));
	if (role != NULL)
		own(h, "access_grant_give", arena_printf(&h->arena, "{\"grant_id\":\"%" PRId64
		    "\",\"account\":\"%" PRId64 "\",\"role\":\"%s\"}", h->next_id++, user, role));
	return user;
}

static inline void
house_serve(struct house *h)
{
	struct server_options options = { .listen = "127.0.0.1:0", .has_socket = true };
	char                  why[DATABASE_WHY_BYTES] = "";

	if (server_start(h->database, &options, &h->server, why) != 0)
		fail_msg("%s", why);
	(void)snprintf(h->base, sizeof(h->base), "%s", server_url(h->server));
}

static inline void
house_found(struct house *h)
{
	const struct command *open = command_find(S("area_open"));
	struct problems       problems = { 0 };
	struct outcome        outcome;
	const void           *in;

	assert_true(decode_fields(&h->arena, open, S("{\"name\":\"测试社区\",\"time_zone\":"
	    "\"Asia/Shanghai\",\"is_demonstration\":true}"), &in, &problems));
	assert_int_equal(ledger_found(&h->ledger, &h->arena, (area_id){ AREA }, wall_now(), in,
	    &outcome), 0);
}

static inline int
setup(void **state)
{
	struct house    *h = memory_new(sizeof(*h));
	char             why[DATABASE_WHY_BYTES] = "";

	assert_true(sodium_init() >= 0);
	decode_setup();
	strcpy(h->folder, "/tmp/redvest_http_XXXXXX");
	assert_non_null(mkdtemp(h->folder));
	(void)snprintf(h->path, sizeof(h->path), "%s/a.db", h->folder);
	h->next_id = 1;
	if (database_create(h->path, NULL, &h->database, why) != 0 ||
	    database_connect(h->database, DB_WRITE, &h->ledger.db, why) != 0)
		fail_msg("%s", why);
	h->ledger.keys = h->database->keys;
	house_found(h);
	(void)account_make(h, "admin", "admin");
	(void)account_make(h, "clerk", "clerk");
	(void)account_make(h, "helper", "helper");
	(void)account_make(h, "nobody", NULL);
	db_close(h->ledger.db);
	h->ledger.db = NULL;
	h->curl = curl_easy_init();
	house_serve(h);
	h->now = wall_now();
	*state = h;
	return 0;
}

static inline int
teardown(void **state)
{
	struct house *h = *state;
	char          command[100];

	server_stop(h->server);
	database_close(h->database);
	curl_easy_cleanup(h->curl);
	arena_done(&h->ledger.arena);
	arena_done(&h->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", h->folder);
	assert_int_equal(system(command), 0);
	free(h);
	return 0;
}

static inline size_t
bytes_take(char *p, size_t size, size_t n, void *buffer)
{
	buffer_add(buffer, (struct str){ p, size * n });
	return size * n;
}

/* Headers are lines "Name: value" with '\n' between; body NULL: no body. */
static inline struct reply
ask(struct house *h, const char *method, const char *path, const char *headers, const char *body)
{
	struct curl_slist *list = NULL;
	struct reply      a = { 0 };
	struct str         rest = str_of(headers), line;
	char               url[2000];

	while (headers != NULL && str_split(&rest, '\n', &line))
		list = curl_slist_append(list, arena_cstr(&h->arena, line));
	list = curl_slist_append(list, "Content-Type: application/json");
	(void)snprintf(url, sizeof(url), "%s%s", h->base, path);
	curl_easy_reset(h->curl);
	curl_easy_setopt(h->curl, CURLOPT_URL, url);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, bytes_take);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, &a.body);
	curl_easy_setopt(h->curl, CURLOPT_HEADERFUNCTION, bytes_take);
	curl_easy_setopt(h->curl, CURLOPT_HEADERDATA, &a.head);
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT, 20L);
	if (body != NULL)
		curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(h->curl, CURLOPT_CUSTOMREQUEST, method);
	assert_int_equal(curl_easy_perform(h->curl), CURLE_OK);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &a.status);
	curl_slist_free_all(list);
	buffer_char(&a.body, '\0');
	buffer_char(&a.head, '\0');
	return a;
}

static inline void
reply_done(struct reply *a)
{
	buffer_done(&a->body);
	buffer_done(&a->head);
}

/* The status alone. */
static inline long
status_of(struct house *h, const char *method, const char *path, const char *headers,
    const char *body)
{
	struct reply a = ask(h, method, path, headers, body);

	reply_done(&a);
	return a.status;
}

static inline bool
has(const struct buffer *b, const char *text)
{
	return strstr(b->p, text) != NULL;
}

/* The JSON of an answer, in the house's arena. */
static inline const cJSON *
tree(struct house *h, const struct reply *a)
{
	const cJSON *json = json_tree(&h->arena, str_of(a->body.p));

	assert_non_null(json);
	return json;
}

static inline const char *
text_at(const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));

	return text != NULL ? text : "";
}

/* Signs in; "Cookie: …" and our own header, as ask takes them. */
static inline const char *
sign_in(struct house *h, const char *login)
{
	struct str body =
	    arena_printf(&h->arena, "{\"user\":\"%s\",\"password\":\"" PASSWORD "\"}", login);
	struct reply a = ask(h, "POST", "/api/session", NULL, body.p);
	const char   *cookie, *headers;

	assert_int_equal(a.status, 200);
	cookie = strstr(a.head.p, "redvest=");
	assert_non_null(cookie);
	headers = arena_printf(&h->arena, "Cookie: %.*s\nX-Redvest: 1", (int)strcspn(cookie, ";"),
	    cookie).p;
	reply_done(&a);
	return headers;
}

/* Enrols; "Authorization: Stream …". */
static inline const char *
enrol(struct house *h, const char *session, const char *body)
{
	struct reply a = ask(h, "POST", "/api/streams", session, body);
	const char   *headers;

	assert_int_equal(a.status, 200);
	headers = arena_printf(&h->arena, "Authorization: Stream %s",
	    text_at(tree(h, &a), "token")).p;
	reply_done(&a);
	return headers;
}

/* A batch of stream_lost n, n + 1, …, count of them. */
static inline const char *
batch(struct house *h, int n, int count)
{
	struct buffer b = { 0 };
	struct str    s;

	buffer_add(&b, S("{\"commands\":["));
	for (int i = n; i < n + count; i++)
		buffer_printf(&b, "%s{\"n\":%d,\"name\":\"stream_lost\",\"at\":%" PRId64
		    ",\"fields\":{\"lost\":%d}}", i > n ? "," : "", i, h->now.ms, i);
	buffer_add(&b, S("]}"));
	s = arena_copy(&h->arena, buffer_str(&b));
	buffer_done(&b);
	return s.p;
}

/* "done done early": the outcomes of an answer. */
static inline const char *
outcomes(struct house *h, const struct reply *a)
{
	struct buffer b = { 0 };
	const cJSON  *o;
	struct str    s;

	cJSON_ArrayForEach(o, cJSON_GetObjectItem(tree(h, a), "outcomes"))
		buffer_printf(&b, "%s%s", b.n > 0 ? " " : "", text_at(o, "outcome"));
	s = arena_copy(&h->arena, buffer_str(&b));
	buffer_done(&b);
	return s.p;
}
