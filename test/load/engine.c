/* engine.c -- see engine.h. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include "engine.h"

#define EVENTS_AT_ONCE 256
#define TICK_MS        5

int64_t
clock_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_wall_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
worker_is_stopping(const struct worker *worker)
{
	const struct load *load = worker->load;

	return worker->now_us >= load->stop_us || atomic_load(&load->control->is_stopped);
}

uint64_t
worker_random(struct worker *worker)
{
	/* splitmix64: Steele, Lea and Flood, 2014. */
	uint64_t z = worker->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

struct str
worker_line(struct worker *worker)
{
	const struct load *load = worker->load;
	size_t             i;

	if (load->lines.count == 0)
		return (struct str){ "", 0 };
	if (load->is_in_order)
		i = atomic_fetch_add(&load->control->next_line, 1);
	else
		i = (size_t)worker_random(worker);
	return load->lines.lines[i % load->lines.count];
}

void
result_trouble(struct result *result, const char *format, ...)
{
	va_list args;

	if (result->first_trouble[0] != '\0')
		return;
	va_start(args, format);
	(void)vsnprintf(result->first_trouble, sizeof(result->first_trouble), format, args);
	va_end(args);
}

void
result_merge(struct result *into, const struct result *from)
{
	tally_merge(&into->latency, &from->latency);
	into->answered += from->answered;
	into->bytes += from->bytes;
	for (size_t i = 0; i < STATUS_COUNT; i++)
		into->statuses[i] += from->statuses[i];
	into->resent += from->resent;
	into->opened += from->opened;
	into->refused += from->refused;
	into->lost += from->lost;
	into->closed += from->closed;
	into->held += from->held;
	into->errors += from->errors;
	if (from->first_trouble[0] != '\0')
		result_trouble(into, "%s", from->first_trouble);
}

void
client_answered(struct worker *worker, struct client *client)
{
	const struct http_answer *answer = &client->http.answer;
	struct result            *result = client->result;

	worker->answered_us = worker->now_us;
	result->answered++;
	result->bytes += answer->body_bytes;
	result->statuses[answer->status < STATUS_COUNT ? answer->status : 0]++;
	if (worker->now_us >= worker->load->measure_us && worker->now_us < worker->load->stop_us &&
	    answer->status < 400)
		tally_add(&result->latency, worker->now_us - client->asked_us);
}

void
client_pause(struct worker *worker, struct client *client, int64_t retry_after_s)
{
	int64_t pause = client->pause_us;

	client->pause_us = pause * 2 < PAUSE_US_MAX ? pause * 2 : PAUSE_US_MAX;
	if (retry_after_s > 5)
		retry_after_s = 5;
	if (retry_after_s * 1000000 > pause)
		pause = retry_after_s * 1000000;
	/* Up to a quarter more: those who were turned away together must not return together. */
	pause += (int64_t)(worker_random(worker) % (uint64_t)(pause / 4));
	client->wake_us = worker->now_us + pause;
	client->state = CLIENT_RESTS;
}

void
client_end(struct worker *worker, struct client *client)
{
	(void)worker;
	http_close(&client->http);
	client->state = CLIENT_ENDED;
}

static void
poll_set(struct worker *worker, struct client *client, int operation, bool reads, bool writes)
{
	struct epoll_event event = { .data.ptr = client };

	event.events = (reads ? EPOLLIN : 0u) | (writes ? EPOLLOUT : 0u);
	client->wants_writing = writes;
	if (epoll_ctl(worker->epoll, operation, client->http.fd, &event) != 0)
		result_trouble(client->result, "epoll_ctl: %s", strerror(errno));
}

void
client_poll(struct worker *worker, struct client *client, bool reads, bool writes)
{
	poll_set(worker, client, EPOLL_CTL_MOD, reads, writes);
}

/* The connection is gone, or never came to be. */
static void
client_lose(struct worker *worker, struct client *client, int error)
{
	struct result *result = client->result;

	if (client->state == CLIENT_CONNECTS || client->http.fd < 0)
		result->refused++;
	else if (client->state != CLIENT_RESTS)
		result->lost++;
	else
		result->closed++;
	if (client->has_request || client->state != CLIENT_RESTS || client->http.fd < 0)
		result_trouble(result, "connection: %s", strerror(-error));
	http_close(&client->http);
	client_pause(worker, client, -1);
	if (client->kind->lost != NULL)
		client->kind->lost(worker, client, error);
}

static void
client_send(struct worker *worker, struct client *client)
{
	int r = http_send(&client->http);

	if (r < 0)
		client_lose(worker, client, r);
	else if ((r == 0) != client->wants_writing)
		client_poll(worker, client, true, r == 0);
}

/* The connection is free: asks the next thing, or again what has not been answered. */
static void
client_ask(struct worker *worker, struct client *client)
{
	client->wake_us = 0;
	client->state = CLIENT_RESTS;
	if (!client->has_request) {
		buffer_reset(&client->http.out);
		if (!client->kind->ask(worker, client))
			return;
		client->has_request = true;
		client->tries = 0;
		client->asked_us = worker->now_us;
	}
	if (client->tries++ > 0)
		client->result->resent++;
	client->http.out_sent = 0;
	if (client->kind->drip != NULL) {
		client->state = CLIENT_HOLDS;
		client->kind->drip(worker, client);
		return;
	}
	client->state = CLIENT_WAITS;
	client_send(worker, client);
}

static void
client_open(struct worker *worker, struct client *client)
{
	const struct load *load = worker->load;
	bool               is_good = client->result == &worker->results[1];
	int                r;

	client->wake_us = 0;
	/* Nobody connects only to learn that there is nothing left to ask. */
	if (!client->has_request && worker_is_stopping(worker)) {
		client_end(worker, client);
		return;
	}
	r = http_open(&client->http, is_good ? &load->good_url : &load->url);
	if (r != 0) {
		client_lose(worker, client, r);
		return;
	}
	client->state = CLIENT_CONNECTS;
	poll_set(worker, client, EPOLL_CTL_ADD, false, true);
}

static void
client_receive(struct worker *worker, struct client *client)
{
	int  r = http_receive(&client->http);
	bool closes;

	if (r == 0)
		return;
	if (r < 0 || !client->has_request) {
		client_lose(worker, client, r < 0 ? r : -EPROTO);
		return;
	}
	closes = client->http.answer.closes;
	if (client->kind->answered(worker, client)) {
		client->has_request = false;
		client->pause_us = PAUSE_US_MIN;
		client->wake_us = 0;
	}
	http_next(&client->http);
	if (client->state == CLIENT_ENDED)
		return;
	if (closes)
		http_close(&client->http);
	if (client->has_request)
		return; /* sent again when its pause is over */
	if (closes)
		client_open(worker, client);
	else
		client_ask(worker, client);
}

static void
client_event(struct worker *worker, struct client *client, uint32_t events)
{
	if (client->state == CLIENT_ENDED || client->http.fd < 0)
		return;
	if (client->state == CLIENT_CONNECTS) {
		int r = http_opened(&client->http);

		if (r != 0) {
			client_lose(worker, client, r);
			return;
		}
		client->result->opened++;
		client_poll(worker, client, true, false);
		client_ask(worker, client);
		return;
	}
	if (client->state == CLIENT_WAITS && (events & EPOLLOUT) != 0) {
		client_send(worker, client);
		if (client->http.fd < 0)
			return;
	}
	if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
		client_receive(worker, client);
}

static void
client_wake(struct worker *worker, struct client *client)
{
	if (client->http.fd < 0)
		client_open(worker, client);
	else if (client->state == CLIENT_HOLDS)
		client->kind->drip(worker, client);
	else
		client_ask(worker, client);
}

/* Wakes whose pause is over. False: nobody is left. */
static bool
clients_tick(struct worker *worker)
{
	bool is_stopping = worker_is_stopping(worker), is_any_left = false;

	for (size_t i = 0; i < worker->client_count; i++) {
		struct client *client = &worker->clients[i];
		bool           is_due = client->wake_us != 0 && client->wake_us <= worker->now_us;
		bool           rests = client->state == CLIENT_RESTS;
		bool           holds = client->state == CLIENT_HOLDS;

		if (client->state == CLIENT_ENDED)
			continue;
		if (is_stopping && (holds || (rests && !client->has_request))) {
			client->result->held += client->http.fd >= 0;
			client_end(worker, client);
		} else if (is_due && (rests || holds)) {
			client_wake(worker, client);
		}
		is_any_left |= client->state != CLIENT_ENDED;
	}
	return is_any_left;
}

void
worker_run(struct worker *worker)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int64_t            ticked_us = 0;

	worker->epoll = epoll_create1(EPOLL_CLOEXEC);
	worker->now_us = clock_us();
	for (size_t i = 0; i < worker->client_count; i++) {
		worker->clients[i].http.fd = -1;
		worker->clients[i].pause_us = PAUSE_US_MIN;
		worker->clients[i].wake_us = worker->load->begin_us;
	}
	while (worker->now_us < atomic_load(&worker->load->control->end_us)) {
		int count;

		if (worker->now_us - ticked_us >= TICK_MS * 1000) {
			ticked_us = worker->now_us;
			if (!clients_tick(worker))
				break;
		}
		count = epoll_wait(worker->epoll, events, EVENTS_AT_ONCE, TICK_MS);
		worker->now_us = clock_us();
		for (int i = 0; i < count; i++)
			client_event(worker, events[i].data.ptr, events[i].events);
	}
	for (size_t i = 0; i < worker->client_count; i++)
		http_done(&worker->clients[i].http);
	(void)close(worker->epoll);
}
