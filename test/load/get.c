/* get.c -- build/load get: pages asked for one after another; and what all modes print. */
#include <stdio.h>
#include "base/str.h"
#include "modes.h"

void
get_write(struct worker *worker, struct client *client)
{
	const struct load    *load = worker->load;
	bool                  is_good = client->result == &worker->results[1];
	const struct pattern *path = is_good ? &load->good_path : &load->path;
	struct buffer        *out = &client->http.out;
	struct pattern_values values = { .now_ms = clock_wall_ms() };

	if (pattern_needs_line(path))
		values.line = worker_line(worker);
	buffer_add(out, S("GET "));
	pattern_write(path, &values, out);
	buffer_printf(out, " HTTP/1.1\r\nHost: %s\r\n%s\r\n",
	    is_good ? load->good_url.host : load->url.host, load->headers);
}

static bool
get_ask(struct worker *worker, struct client *client)
{
	if (worker_is_stopping(worker))
		return false;
	get_write(worker, client);
	return true;
}

/* Whoever is turned away because of load comes back; other answers are final. */
static bool
get_answered(struct worker *worker, struct client *client)
{
	const struct http_answer *answer = &client->http.answer;

	client_answered(worker, client);
	if (answer->status == 503 || answer->status == 429) {
		client_pause(worker, client, answer->retry_after_s);
		return worker_is_stopping(worker);
	}
	if (answer->status >= 400 || answer->status < 200) {
		client->result->errors++;
		result_trouble(client->result, "status %d", answer->status);
	}
	return true;
}

const struct client_kind get_kind = { .ask = get_ask, .answered = get_answered };

void
number_print(const char *name, int64_t value, struct buffer *out)
{
	json_name(out, name);
	buffer_i64(out, value);
}

void
rate_print(const char *name, int64_t count, int64_t us, struct buffer *out)
{
	json_name(out, name);
	buffer_printf(out, "%.1f", us > 0 ? (double)count * 1e6 / (double)us : 0.0);
}

static void
statuses_print(const struct result *result, struct buffer *out)
{
	json_name(out, "statuses");
	buffer_char(out, '{');
	for (int i = 0; i < STATUS_COUNT; i++) {
		char name[16];

		if (result->statuses[i] == 0)
			continue;
		(void)snprintf(name, sizeof(name), "%d", i);
		number_print(name, result->statuses[i], out);
	}
	buffer_char(out, '}');
}

void
result_print(const struct result *result, struct buffer *out)
{
	static const struct {
		const char *name;
		double      share;
	} shares[] = { { "p50_ms", 0.5 }, { "p99_ms", 0.99 }, { "max_ms", 1.0 } };

	for (size_t i = 0; i < LEN(shares); i++) {
		json_name(out, shares[i].name);
		buffer_printf(out, "%.3f", tally_ms(&result->latency, shares[i].share));
	}
	number_print("answered", result->answered, out);
	number_print("bytes", result->bytes, out);
	statuses_print(result, out);
	number_print("opened", result->opened, out);
	number_print("refused", result->refused, out);
	number_print("lost", result->lost, out);
	number_print("resent_requests", result->resent, out);
	number_print("errors", result->errors, out);
	json_name(out, "trouble");
	if (result->first_trouble[0] == '\0')
		buffer_add(out, S("null"));
	else
		json_str(out, str_of(result->first_trouble));
}

bool
good_print(const struct summary *summary, struct buffer *out)
{
	const struct result *good = &summary->results[1];

	json_name(out, "good");
	buffer_char(out, '{');
	rate_print("rate", good->latency.count, summary->measured_us, out);
	result_print(good, out);
	buffer_char(out, '}');
	return good->latency.count > 0 && good->errors == 0;
}

static int
get_prepare(struct options *options, struct load *load)
{
	(void)options;
	(void)load;
	return 0;
}

static void
get_client_init(struct worker *worker, struct client *client, size_t index)
{
	(void)index;
	client->kind = &get_kind;
	client->result = &worker->results[0];
}

static bool
get_print(struct load *load, const struct summary *summary, struct buffer *out)
{
	const struct result *result = &summary->results[0];

	(void)load;
	rate_print("rate", result->latency.count, summary->measured_us, out);
	result_print(result, out);
	return result->latency.count > 0 && result->errors == 0 && result->lost == 0;
}

const struct mode mode_get = {
	.name = "get",
	.usage = "get URL: pages one after another; %r in the path is a line of --lines",
	.prepare = get_prepare,
	.client_init = get_client_init,
	.print = get_print,
};
