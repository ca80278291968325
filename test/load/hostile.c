/*
 * hostile.c -- build/load slow and flood: clients that mean harm, and good ones beside them.
 *
 * What matters is printed under "good": whether those who behave were served meanwhile.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "base/str.h"
#include "modes.h"

#define SLOW_BODY_BYTES 100000

static bool
slow_ask(struct worker *worker, struct client *client)
{
	const struct load    *load = worker->load;
	const struct options *options = load->own;
	struct buffer        *out = &client->http.out;

	if (worker_is_stopping(worker))
		return false;
	if (options->part == SLOW_BODY)
		buffer_printf(out,
		    "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n"
		    "Content-Type: application/json\r\n\r\n",
		    load->url.path, load->url.host, load->headers, SLOW_BODY_BYTES);
	else
		get_write(worker, client);
	if (options->part == SLOW_HEAD)
		out->n -= 2; /* the empty line that would end the head never comes; others do */
	return true;
}

/* How long it took the server to be rid of the client counts as its latency. */
static void
slow_lost(struct worker *worker, struct client *client, int error)
{
	(void)error;
	if (client->has_request)
		tally_add(&client->result->latency, worker->now_us - client->asked_us);
	client->has_request = false;
}

/* Some servers say so first: 408. */
static bool
slow_answered(struct worker *worker, struct client *client)
{
	client_answered(worker, client);
	if (client->http.answer.status >= 400)
		tally_add(&client->result->latency, worker->now_us - client->asked_us);
	return true;
}

/* 1: the byte has gone; 0: there was no room; -errno. */
static int
byte_send(struct client *client, struct str bytes)
{
	ssize_t n = send(client->http.fd, bytes.p, 1, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return 1;
}

/* A broken connection is noticed by polling; here it only does not go on. */
static void
slow_drip(struct worker *worker, struct client *client)
{
	const struct options *options = worker->load->own;
	struct http_client   *http = &client->http;
	char                  byte;
	int                   small = 1;

	client->wake_us = worker->now_us + options->interval_ms * 1000;
	if (options->part == SLOW_HEAD) {
		if (http->out_sent == http->out.n)
			buffer_add(&http->out, S("X: y\r\n"));
		http->out_sent += byte_send(client,
		    str_slice(buffer_str(&http->out), http->out_sent, 1)) == 1;
		return;
	}
	if (options->part == SLOW_BODY) {
		if (http->out_sent < http->out.n)
			(void)http_send(http);
		else
			(void)byte_send(client, S(" "));
		return;
	}
	if (http->out_sent < http->out.n) {
		(void)setsockopt(http->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		(void)http_send(http);
		client_poll(worker, client, false, false);
		return;
	}
	(void)recv(http->fd, &byte, 1, 0);
}

static const struct client_kind slow_kind = {
	.ask = slow_ask,
	.answered = slow_answered,
	.lost = slow_lost,
	.drip = slow_drip,
};

/* The good ones come after those who matter to the mode. */
static void
client_init(
    struct worker *worker, struct client *client, size_t index, const struct client_kind *kind)
{
	const struct options *options = worker->load->own;
	bool                  is_good = (int64_t)index >= options->connections;

	client->kind = is_good ? &get_kind : kind;
	client->result = &worker->results[is_good];
}

static int
hostile_prepare(struct options *options, struct load *load)
{
	load->own = options;
	return 0;
}

static void
slow_client_init(struct worker *worker, struct client *client, size_t index)
{
	client_init(worker, client, index, &slow_kind);
}

static bool
slow_print(struct load *load, const struct summary *summary, struct buffer *out)
{
	const struct result *slow = &summary->results[0];

	(void)load;
	number_print("held", slow->held, out);
	result_print(slow, out);
	return good_print(summary, out);
}

const struct mode mode_slow = {
	.name = "slow",
	.usage = "slow URL: a byte every --interval ms; --good others meanwhile. Latencies: how\n"
		 "    long the server kept such a connection; held: those it still had in the end",
	.prepare = hostile_prepare,
	.client_init = slow_client_init,
	.print = slow_print,
};

/* One request for each connection, which is then kept open for nothing. */
static bool
flood_ask(struct worker *worker, struct client *client)
{
	if (client->tries > 0)
		return false;
	get_write(worker, client);
	return true;
}

static bool
flood_answered(struct worker *worker, struct client *client)
{
	client_answered(worker, client);
	return true;
}

static void
flood_lost(struct worker *worker, struct client *client, int error)
{
	(void)error;
	client->has_request = false;
	client_end(worker, client);
}

static const struct client_kind flood_kind = {
	.ask = flood_ask,
	.answered = flood_answered,
	.lost = flood_lost,
};

static void
flood_client_init(struct worker *worker, struct client *client, size_t index)
{
	client_init(worker, client, index, &flood_kind);
}

static bool
flood_print(struct load *load, const struct summary *summary, struct buffer *out)
{
	const struct result *flood = &summary->results[0];

	(void)load;
	number_print("held", flood->held, out);
	number_print("closed", flood->closed, out);
	result_print(flood, out);
	return good_print(summary, out);
}

const struct mode mode_flood = {
	.name = "flood",
	.usage = "flood URL: all connections at once, one request each, kept open; --good others\n"
		 "    meanwhile",
	.prepare = hostile_prepare,
	.client_init = flood_client_init,
	.print = flood_print,
};
