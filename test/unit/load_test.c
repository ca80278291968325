/* load_test.c -- the parts of the load client: times counted, patterns filled, HTTP understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "load/http_client.c"
#include "load/pattern.c"
#include "load/tally.c"

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
tally_agrees_with_sorting(void **state)
{
	static int64_t times[20000];
	static struct tally tally, halves[2];
	static const double shares[] = { 0, 0.01, 0.5, 0.9, 0.99, 0.999 };
	uint32_t            x = 7;

	(void)state;
	for (size_t i = 0; i < LEN(times); i++) {
		x = x * 1664525 + 1013904223;
		times[i] = (x >> 8) % (i % 3 == 0 ? 100 : i % 3 == 1 ? 10000 : 10000000);
		tally_add(&tally, times[i]);
		tally_add(&halves[i % 2], times[i]);
	}
	qsort(times, LEN(times), sizeof(times[0]), by_size);
	tally_merge(&halves[0], &halves[1]);
	assert_memory_equal(&tally, &halves[0], sizeof(tally));
	for (size_t i = 0; i < LEN(shares); i++) {
		double exact = (double)times[(size_t)(shares[i] * LEN(times))] / 1000.0;
		double told = tally_ms(&tally, shares[i]);

		assert_true(told >= exact && told <= exact * 1.017);
	}
	assert_true(tally_ms(&tally, 1) == (double)times[LEN(times) - 1] / 1000.0);
}

static void
tally_holds_any_time(void **state)
{
	struct tally tally = { 0 };

	(void)state;
	assert_true(tally_ms(&tally, 0.5) == 0);
	tally_add(&tally, -1);
	tally_add(&tally, INT64_MAX);
	assert_int_equal(tally.count, 2);
	assert_int_equal(tally.most_us, INT64_MAX);
	for (size_t i = 1; i < TALLY_STEPS; i++) {
		assert_true(step_end(i) > step_end(i - 1));
		assert_int_equal(step_of(step_end(i)), i);
		assert_int_equal(step_of(step_end(i - 1) + 1), i);
	}
}

static void
pattern_fills(void **state)
{
	struct pattern_values values = { .n = 9, .stream = 3, .now_ms = 77, .line = S("a\tb b\t") };
	struct buffer         out = { 0 };
	struct pattern        pattern;

	(void)state;
	assert_int_equal(pattern_parse("{%n,%s,%t,%i,[%r],%1|%2|%3|%4,100%%}", &pattern), 0);
	assert_true(pattern_needs_line(&pattern));
	pattern_write(&pattern, &values, &out);
	buffer_char(&out, '\0');
	assert_string_equal(out.p, "{9,3,77,1649267441673,[a\tb b\t],a|b b||,100%}");
	buffer_done(&out);
	assert_int_equal(pattern_parse("%n", &pattern), 0);
	assert_false(pattern_needs_line(&pattern));
	assert_int_equal(pattern_parse("", &pattern), 0);
	assert_int_equal(pattern.count, 0);
	assert_int_equal(pattern_parse("%q", &pattern), -EINVAL);
	assert_int_equal(pattern_parse("%", &pattern), -EINVAL);
	assert_int_equal(pattern_parse("%0", &pattern), -EINVAL);
}

static void
url_is_read(void **state)
{
	struct http_url url;

	(void)state;
	assert_int_equal(http_url_parse("http://127.0.0.1:8080/a?b=%r", &url), 0);
	assert_string_equal(url.host, "127.0.0.1:8080");
	assert_string_equal(url.path, "/a?b=%r");
	assert_int_equal(ntohs(((struct sockaddr_in *)&url.address)->sin_port), 8080);
	assert_int_equal(http_url_parse("http://127.0.0.1", &url), 0);
	assert_string_equal(url.path, "/");
	assert_int_equal(ntohs(((struct sockaddr_in *)&url.address)->sin_port), 80);
	assert_int_equal(http_url_parse("https://127.0.0.1/", &url), -EINVAL);
	assert_int_equal(http_url_parse("http://127.0.0.1:123456789/", &url), -EINVAL);
}

/* What a server may send, and what is to be understood; `r` when it then closes. */
struct exchange {
	const char *sent;
	int         r; /* 1: whole before the end; else what the end gives */
	int         status;
	const char *body;
	bool        closes;
	int64_t     retry_after_s;
};

static const struct exchange exchanges[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 1, 200, "hello", false, -1 },
	{ "HTTP/1.1 200 OK\r\ncontent-length:0\r\nCONNECTION: Close\r\n\r\n", 1, 200, "", true,
	    -1 },
	{ "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 1\r\n\r\nx", 1, 503, "x",
	    false, 7 },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 1, 304, "", false, -1 },
	{ "HTTP/1.1 204 Nothing\r\n\r\n", 1, 204, "", false, -1 },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny", 1, 200, "y",
	    false, -1 },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", 1, 200, "hi", true, -1 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "5;a=b\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
	    1, 200, "hello 0123456789", false, -1 },
	{ "HTTP/1.1 200 OK\r\n\r\nuntil the end", 1, 200, "until the end", true, -1 },
	{ "", -EPIPE, 0, "", false, -1 },
	{ "HTTP/1.1 200", -ECONNRESET, 0, "", false, -1 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", -ECONNRESET, 0, "", false, -1 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", -ECONNRESET, 0, "",
	    false, -1 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", -EBADMSG, 0, "",
	    false, -1 },
	{ "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", -EBADMSG, 0, "", false, -1 },
	{ "HTTP/1.1 200 OK\r\nno header\r\n\r\n", -EBADMSG, 0, "", false, -1 },
	{ "SSH-2.0-OpenSSH_9.2\r\n\r\n", -EBADMSG, 0, "", false, -1 },
};

/* Sends an exchange in pieces of so many bytes; what the client makes of it in the end. */
static int
exchange_run(struct http_client *client, const struct exchange *exchange, size_t piece)
{
	struct str rest = str_of(exchange->sent);
	int        fds[2], r = 0;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	client->fd = fds[0];
	client->in_used = 0;
	buffer_reset(&client->in);
	http_next(client);
	while (r == 0 && rest.n > 0) {
		struct str part = str_slice(rest, 0, piece);

		assert_int_equal(write(fds[1], part.p, part.n), part.n);
		rest = str_slice(rest, part.n, rest.n);
		r = http_receive(client);
	}
	close(fds[1]);
	return r == 0 ? http_receive(client) : r;
}

static void
answers_are_understood(void **state)
{
	static const size_t pieces[] = { 1, 2, 7, 10000 };
	struct http_client  client = { .fd = -1, .keeps_body = true };

	(void)state;
	for (size_t i = 0; i < LEN(exchanges) * LEN(pieces); i++) {
		const struct exchange *wanted = &exchanges[i / LEN(pieces)];
		int                    r = exchange_run(&client, wanted, pieces[i % LEN(pieces)]);

		if (r != wanted->r)
			print_error("%d, not %d, of %s\n", r, wanted->r, wanted->sent);
		assert_int_equal(r, wanted->r);
		if (r == 1) {
			const struct http_answer *got = &client.answer;

			assert_int_equal(got->status, wanted->status);
			assert_int_equal(got->body_bytes, strlen(wanted->body));
			assert_true(str_equal(got->body, str_of(wanted->body)));
			assert_int_equal(got->closes, wanted->closes);
			assert_int_equal(got->retry_after_s, wanted->retry_after_s);
		}
		http_close(&client);
	}
	http_done(&client);
}

static void
answers_follow_each_other(void **state)
{
	struct http_client client = { .fd = -1, .keeps_body = true };
	const char        *text = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
	char               digit;
	int                fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	client.fd = fds[0];
	http_next(&client);
	for (digit = '0'; digit <= '9'; digit++) {
		assert_int_equal(write(fds[1], text, strlen(text)), strlen(text));
		assert_int_equal(http_receive(&client), 0);
		assert_int_equal(write(fds[1], &digit, 1), 1);
		assert_int_equal(http_receive(&client), 1);
		assert_int_equal(client.answer.body.p[0], digit);
		http_next(&client);
	}
	close(fds[1]);
	assert_int_equal(http_receive(&client), -EPIPE);
	http_done(&client);
}

static void
endless_head_is_refused(void **state)
{
	struct http_client client = { .fd = -1 };
	char               line[KIB(1)];
	int                fds[2], r = 0;

	(void)state;
	memset(line, 'x', sizeof(line));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	client.fd = fds[0];
	http_next(&client);
	for (size_t i = 0; i < 100 && r == 0; i++) {
		assert_int_equal(write(fds[1], line, sizeof(line)), sizeof(line));
		r = http_receive(&client);
	}
	assert_int_equal(r, -EBADMSG);
	close(fds[1]);
	http_done(&client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tally_agrees_with_sorting),
		cmocka_unit_test(tally_holds_any_time),
		cmocka_unit_test(pattern_fills),
		cmocka_unit_test(url_is_read),
		cmocka_unit_test(answers_are_understood),
		cmocka_unit_test(answers_follow_each_other),
		cmocka_unit_test(endless_head_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
