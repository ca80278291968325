/* http_wait_test.c -- what waits: many clients at once, events, the terminal's socket, the end. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include "http_fixture.h"

#define CLIENTS 256 /* on two threads: 128 each, as many as libmicrohttpd takes at once */
#define ROUNDS  20

struct phone {
	CURL              *curl;
	struct curl_slist *headers;
	struct buffer      body;
	const char        *stream;
	int                next;
};

static void
phone_post(struct house *h, struct phone *p, CURLM *multi)
{
	char url[200];

	(void)snprintf(url, sizeof(url), "%s/api/commands", h->base);
	buffer_reset(&p->body);
	curl_easy_setopt(p->curl, CURLOPT_URL, url);
	curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, p->headers);
	curl_easy_setopt(p->curl, CURLOPT_COPYPOSTFIELDS, batch(h, p->next, 1));
	curl_easy_setopt(p->curl, CURLOPT_WRITEFUNCTION, bytes_take);
	curl_easy_setopt(p->curl, CURLOPT_WRITEDATA, &p->body);
	curl_easy_setopt(p->curl, CURLOPT_PRIVATE, p);
	curl_easy_setopt(p->curl, CURLOPT_TIMEOUT, 20L);
	assert_int_equal(curl_multi_add_handle(multi, p->curl), CURLM_OK);
}

/* Everybody posts, and all wait for their answers before anybody posts again. */
static void
round_run(struct house *h, struct phone *phones, CURLM *multi)
{
	int running = CLIENTS, left;

	for (size_t i = 0; i < CLIENTS; i++)
		phone_post(h, &phones[i], multi);
	while (running > 0) {
		assert_int_equal(curl_multi_perform(multi, &running), CURLM_OK);
		if (running > 0)
			(void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
	for (CURLMsg *m; (m = curl_multi_info_read(multi, &left)) != NULL;) {
		CURL         *easy = m->easy_handle;
		struct phone *p;
		long          status;

		assert_int_equal(m->data.result, CURLE_OK);
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &p);
		assert_int_equal(status, 200);
		buffer_char(&p->body, '\0');
		assert_non_null(strstr(p->body.p, "\"outcome\":\"done\""));
		p->next++;
		curl_multi_remove_handle(multi, easy);
	}
}

static void
many_clients_in_step_are_all_answered(void **state)
{
	struct house *h = *state;
	const char   *session = sign_in(h, "clerk");
	struct phone *phones = memory_new(CLIENTS * sizeof(*phones));
	CURLM        *multi = curl_multi_init();

	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CLIENTS);
	for (size_t i = 0; i < CLIENTS; i++)
		phones[i] = (struct phone){ .curl = curl_easy_init(), .next = 1,
			.headers = curl_slist_append(NULL, enrol(h, session, "{}")) };
	for (int i = 0; i < ROUNDS; i++)
		round_run(h, phones, multi);
	for (size_t i = 0; i < CLIENTS; i++) {
		assert_int_equal(phones[i].next, ROUNDS + 1);
		curl_easy_cleanup(phones[i].curl);
		curl_slist_free_all(phones[i].headers);
		buffer_done(&phones[i].body);
	}
	curl_multi_cleanup(multi);
	free(phones);
}

struct listener {                 /* a thread that listens for events */
	pthread_t          thread;
	char               url[200];
	struct curl_slist *headers;
	struct buffer      heard;   /* of the thread, until it is joined */
	_Atomic bool       is_listening, is_enough;
	CURLcode           code;
	long               status;
};

static size_t
event_take(char *p, size_t size, size_t n, void *context)
{
	struct listener *l = context;

	buffer_add(&l->heard, (struct str){ p, size * n });
	l->is_listening = true;
	return str_find(buffer_str(&l->heard), S("event: changed")) >= 0 ? 0 : size * n;
}

static void *
listener_main(void *context)
{
	struct listener *l = context;
	CURL            *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_URL, l->url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, l->headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, event_take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, l);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 15L);
	l->code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &l->status);
	curl_easy_cleanup(curl);
	l->is_listening = true;
	return NULL;
}

static struct listener *
listen_begin(struct house *h, const char *session)
{
	struct listener *l = memory_new(sizeof(*l));
	struct str       cookie = { session, strcspn(session, "\n") };

	(void)snprintf(l->url, sizeof(l->url), "%s/api/events?area=" AREA_TEXT, h->base);
	l->headers = curl_slist_append(NULL, arena_cstr(&h->arena, cookie));
	assert_int_equal(pthread_create(&l->thread, NULL, listener_main, l), 0);
	while (!l->is_listening)
		usleep(10000);
	return l;
}

static void
listen_end(struct listener *l)
{
	curl_slist_free_all(l->headers);
	buffer_done(&l->heard);
	free(l);
}

static void
events_name_the_views_that_changed(void **state)
{
	struct house    *h = *state;
	const char      *session = sign_in(h, "clerk"), *stream = enrol(h, session, "{}");
	struct listener *l;

	usleep(600000); /* what signing in and enrolling changed is told to nobody */
	l = listen_begin(h, session);
	assert_int_equal(status_of(h, "POST", "/api/commands", stream, batch(h, 1, 1)), 200);
	assert_int_equal(pthread_join(l->thread, NULL), 0);
	assert_int_equal(l->status, 200);
	assert_int_equal(l->code, CURLE_WRITE_ERROR); /* it had heard enough */
	buffer_char(&l->heard, '\0');
	assert_non_null(strstr(l->heard.p, "\"area\":\"" AREA_TEXT "\""));
	assert_non_null(strstr(l->heard.p, "\"flag_board\""));
	assert_null(strstr(l->heard.p, "\"flag_ledger\"")); /* not for a clerk */
	assert_null(strstr(l->heard.p, "\"area_self\""));   /* did not change */
	listen_end(l);
}

static void
events_have_limits(void **state)
{
	struct house    *h = *state;
	const char      *session = sign_in(h, "clerk");
	struct listener *listeners[30];
	size_t           n = 0, refused = 0;

	assert_int_equal(status_of(h, "GET", "/api/events", NULL, NULL), 401);
	assert_int_equal(status_of(h, "GET", "/api/events", sign_in(h, "nobody"), NULL), 403);
	while (n < LEN(listeners))
		listeners[n++] = listen_begin(h, session);
	/* Everybody hears this, and goes. */
	assert_int_equal(status_of(h, "POST", "/api/commands", enrol(h, session, "{}"),
	    batch(h, 1, 1)), 200);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(pthread_join(listeners[i]->thread, NULL), 0);
		refused += listeners[i]->status == 429;
		listen_end(listeners[i]);
	}
	assert_int_equal(refused, LEN(listeners) - 16);
}

static void
events_end_with_the_session(void **state)
{
	struct house    *h = *state;
	const char      *session = sign_in(h, "clerk"), *other = sign_in(h, "clerk");
	struct listener *l = listen_begin(h, session);

	assert_int_equal(status_of(h, "DELETE", "/api/session", session, NULL), 204);
	assert_int_equal(status_of(h, "POST", "/api/commands", enrol(h, other, "{}"),
	    batch(h, 1, 1)), 200);
	assert_int_equal(pthread_join(l->thread, NULL), 0);
	assert_int_equal(l->code, CURLE_OK); /* closed, not told */
	assert_true(str_find(buffer_str(&l->heard), S("event: changed")) < 0);
	listen_end(l);
}

static size_t
body_take(char *p, size_t size, size_t n, void *buffer)
{
	return bytes_take(p, size, n, buffer);
}

/* Over the socket of the terminal. */
static struct buffer
local_ask(struct house *h, const char *path, const char *header, const char *body, long *ret_status)
{
	CURL              *curl = curl_easy_init();
	struct curl_slist *headers = curl_slist_append(NULL, "X-Redvest: 1");
	struct buffer      answer = { 0 };
	char               url[300];

	if (header != NULL)
		headers = curl_slist_append(headers, header);
	(void)snprintf(url, sizeof(url), "http://localhost%s", path);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH,
	    arena_printf(&h->arena, "%s.sock", h->path).p);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
	if (body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	assert_int_equal(curl_easy_perform(curl), CURLE_OK);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	buffer_char(&answer, '\0');
	return answer;
}

static void
the_terminal_acts_as_the_console(void **state)
{
	struct house *h = *state;
	struct stat   st;
	struct buffer a;
	const char   *header;
	long          status;

	assert_int_equal(stat(arena_printf(&h->arena, "%s.sock", h->path).p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	a = local_ask(h, "/api/streams", NULL, "{\"area\":\"" AREA_TEXT "\"}", &status);
	assert_int_equal(status, 200);
	header = arena_printf(&h->arena, "Authorization: Stream %s",
	    text_at(json_tree(&h->arena, str_of(a.p)), "token")).p;
	buffer_done(&a);
	a = local_ask(h, "/api/commands", header,
	    "{\"commands\":[{\"n\":1,\"name\":\"area_rename\","
	    "\"at\":1646384400000,\"fields\":{\"name\":\"由终端\"}}]}",
	    &status);
	assert_int_equal(status, 200);
	assert_non_null(strstr(a.p, "\"outcome\":\"done\""));
	buffer_done(&a);
	a = local_ask(h, "/api/views/stream_list?limit=1000", NULL, NULL, &status);
	assert_int_equal(status, 200);
	assert_non_null(strstr(a.p, "\"kind\":\"console\""));
	buffer_done(&a);
	a = local_ask(h, "/api/views/area_self?area=x", NULL, NULL, &status);
	assert_int_equal(status, 400);
	buffer_done(&a);
}

struct sender {                   /* a thread that posts until it cannot */
	pthread_t     thread;
	char          url[200];
	char          stream[200];
	struct house *house;
	time_ms       now;
	int           acknowledged;
	_Atomic bool  has_begun;
};

static void *
sender_main(void *context)
{
	struct sender     *s = context;
	CURL              *curl = curl_easy_init();
	struct curl_slist *headers = curl_slist_append(NULL, s->stream);
	struct buffer      answer = { 0 };
	char               body[300];
	long               status = 200;

	while (status == 200) {
		(void)snprintf(body, sizeof(body),
		    "{\"commands\":[{\"n\":%d,\"name\":\"stream_lost\","
		    "\"at\":%" PRId64 ",\"fields\":{\"lost\":1}}]}",
		    s->acknowledged + 1, s->now.ms);
		buffer_reset(&answer);
		curl_easy_setopt(curl, CURLOPT_URL, s->url);
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, bytes_take);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		if (curl_easy_perform(curl) != CURLE_OK)
			break;
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
		s->acknowledged += status == 200;
		s->has_begun = true;
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	buffer_done(&answer);
	return NULL;
}

static void
stopping_keeps_what_was_acknowledged(void **state)
{
	struct house    *h = *state;
	const char      *session = sign_in(h, "clerk");
	struct listener *l = listen_begin(h, session);
	struct sender    senders[8];
	struct reply     a;

	for (size_t i = 0; i < LEN(senders); i++) {
		senders[i] = (struct sender){ .house = h, .now = wall_now() };
		(void)snprintf(senders[i].url, sizeof(senders[i].url), "%s/api/commands", h->base);
		(void)snprintf(senders[i].stream, sizeof(senders[i].stream), "%s",
		    enrol(h, session, "{}"));
		assert_int_equal(pthread_create(&senders[i].thread, NULL, sender_main, &senders[i]),
		    0);
	}
	for (size_t i = 0; i < LEN(senders); i++)
		while (!senders[i].has_begun)
			usleep(1000);
	usleep(200000);
	server_stop(h->server);
	(void)pthread_join(l->thread, NULL);
	listen_end(l);
	for (size_t i = 0; i < LEN(senders); i++)
		(void)pthread_join(senders[i].thread, NULL);
	assert_int_not_equal(access(arena_printf(&h->arena, "%s.sock", h->path).p, F_OK), 0);
	house_serve(h);
	for (size_t i = 0; i < LEN(senders); i++) {
		int next;

		a = ask(h, "POST", "/api/commands", senders[i].stream, "{\"commands\":[]}");
		next = cJSON_GetObjectItem(tree(h, &a), "next")->valueint;
		assert_true(senders[i].acknowledged > 0);
		/* The last one may have been taken without its answer having come through. */
		assert_in_range(next - 1 - senders[i].acknowledged, 0, 1);
		reply_done(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_clients_in_step_are_all_answered),
		cmocka_unit_test(events_name_the_views_that_changed),
		cmocka_unit_test(events_have_limits),
		cmocka_unit_test(events_end_with_the_session),
		cmocka_unit_test(the_terminal_acts_as_the_console),
		cmocka_unit_test(stopping_keeps_what_was_acknowledged),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, setup, teardown);
}
