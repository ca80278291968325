/*
 * samples.c -- build/load samples: phones that send numbered commands and lose none.
 *
 * Each connection is one stream. What was not acknowledged is sent again with the same bytes, also
 * to a server that has been killed and started again; every answer must speak of the commands that
 * were sent. What was acknowledged is written to a log, "stream n seq outcome" a line, so that it
 * can be looked for in the ledger afterwards.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/str.h"
#include "modes.h"

#define LOG_FLUSH_BYTES KIB(32)

enum outcome { DONE, REFUSED, ASIDE, EARLY, KNOWN, OUTCOME_COUNT };

static const char *const outcome_names[OUTCOME_COUNT] = {
	[DONE] = "done", [REFUSED] = "refused", [ASIDE] = "aside", [EARLY] = "early",
	[KNOWN] = "known"
};

struct stream {
	char    id[40]; /* as JSON has it: 7 or "7" */
	char    token[TOKEN_BYTES_MAX];
	int64_t number;   /* of the id */
	int64_t first;    /* n of the batch in http.out, else of the next one */
	int64_t count;    /* commands in that batch; 0: none */
	int64_t seq;      /* of its newest command acknowledged */
	bool    is_broken; /* the server's answers do not agree: it is not used again */
};

/* Of one worker. */
struct tallies {
	int64_t       made, acknowledged, measured, resent, flagged;
	int64_t       outcomes[OUTCOME_COUNT];
	struct buffer log;
};

/* Of the run; load->own. */
struct samples {
	const struct options *options;
	struct stream        *streams; /* owned */
	size_t                count;
	struct pattern        fields;
	int                   log; /* file; -1: none */
	atomic_llong          left; /* commands that may still be made */
	atomic_llong          made, acknowledged, measured, resent, flagged;
	atomic_llong          outcomes[OUTCOME_COUNT];
};

static int64_t
commands_claim(struct samples *samples)
{
	int64_t wanted = samples->options->batch, left;

	if (samples->options->count == 0)
		return wanted;
	left = atomic_fetch_sub(&samples->left, wanted);
	if (left <= 0)
		return 0;
	return left < wanted ? left : wanted;
}

static void
command_write(struct worker *worker, const struct stream *stream, int64_t n, struct buffer *out)
{
	const struct samples *samples = worker->load->own;
	struct pattern_values values = { .n = n, .stream = stream->number };

	values.now_ms = clock_wall_ms();
	if (pattern_needs_line(&samples->fields))
		values.line = worker_line(worker);
	json_next(out);
	buffer_printf(out, "{\"n\":%lld,\"name\":\"%s\",\"at\":%lld,\"fields\":", (long long)n,
	    samples->options->name, (long long)values.now_ms);
	pattern_write(&samples->fields, &values, out);
	buffer_char(out, '}');
}

static bool
samples_ask(struct worker *worker, struct client *client)
{
	const struct load *load = worker->load;
	struct samples    *samples = load->own;
	struct stream     *stream = client->own;
	struct tallies    *tallies = worker->own;
	struct buffer     *out = &client->http.out, *body = &client->http.body;

	if (worker_is_stopping(worker) || stream->is_broken)
		return false;
	stream->count = commands_claim(samples);
	if (stream->count == 0) {
		client_end(worker, client);
		return false;
	}
	buffer_reset(body);
	buffer_printf(body, "{\"stream\":%s,\"sent\":%lld,\"made\":%lld,\"commands\":[", stream->id,
	    (long long)clock_wall_ms(), (long long)(stream->first + stream->count - 1));
	for (int64_t i = 0; i < stream->count; i++)
		command_write(worker, stream, stream->first + i, body);
	buffer_add(body, S("]}"));
	buffer_printf(out,
	    "POST %s HTTP/1.1\r\nHost: %s\r\n%sAuthorization: Stream %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
	    strcmp(load->url.path, "/") == 0 ? "/api/commands" : load->url.path, load->url.host,
	    load->headers, stream->token, body->n);
	buffer_add(out, buffer_str(body));
	buffer_reset(body);
	tallies->made += stream->count;
	return true;
}

static void
log_flush(const struct samples *samples, struct buffer *log)
{
	size_t at = 0;

	while (samples->log >= 0 && at < log->n) {
		ssize_t n = write(samples->log, log->p + at, log->n - at);

		if (n < 0 && errno != EINTR) {
			perror("load: the log of what was acknowledged");
			break;
		}
		at += n < 0 ? 0 : (size_t)n;
	}
	buffer_reset(log);
}

static int64_t
json_i64(const cJSON *item)
{
	int64_t value = -1;

	if (cJSON_IsNumber(item))
		return (int64_t)item->valuedouble;
	if (cJSON_IsString(item) && !str_to_i64(str_of(item->valuestring), &value))
		return -1;
	return value;
}

/* Checks one outcome and counts it. False: the answer is wrong, trouble says how. */
static bool
outcome_take(struct worker *worker, struct client *client, const cJSON *item, int64_t n)
{
	struct stream  *stream = client->own;
	struct tallies *tallies = worker->own;
	const cJSON    *name = cJSON_GetObjectItemCaseSensitive(item, "outcome");
	const cJSON    *fault = cJSON_GetObjectItemCaseSensitive(item, "fault");
	const cJSON    *flags = cJSON_GetObjectItemCaseSensitive(item, "flags");
	int64_t         got = json_i64(cJSON_GetObjectItemCaseSensitive(item, "n"));
	int64_t         seq = json_i64(cJSON_GetObjectItemCaseSensitive(item, "seq"));
	size_t          i = 0;

	while (i < OUTCOME_COUNT && cJSON_IsString(name) &&
	    strcmp(name->valuestring, outcome_names[i]) != 0)
		i++;
	if (got != n || !cJSON_IsString(name) || i == OUTCOME_COUNT) {
		result_trouble(client->result, "stream %s: n %lld answered as n %lld, outcome %s",
		    stream->id, (long long)n, (long long)got,
		    cJSON_IsString(name) ? name->valuestring : "(none)");
		return false;
	}
	tallies->outcomes[i]++;
	if (i == EARLY || (i != KNOWN && seq <= stream->seq)) {
		result_trouble(client->result, "stream %s: n %lld is %s, seq %lld after %lld",
		    stream->id, (long long)n, outcome_names[i], (long long)seq,
		    (long long)stream->seq);
		return false;
	}
	if (i != DONE && i != KNOWN && cJSON_IsString(fault))
		result_trouble(client->result, "%s %s", outcome_names[i], fault->valuestring);
	tallies->flagged += cJSON_GetArraySize(flags) > 0;
	stream->seq = seq > stream->seq ? seq : stream->seq;
	buffer_printf(&tallies->log, "%lld %lld %lld %s\n", (long long)stream->number, (long long)n,
	    (long long)seq, outcome_names[i]);
	return true;
}

/* True: the answer is one for this batch, and `next` goes on behind it. */
static bool
batch_take(struct worker *worker, struct client *client)
{
	struct stream *stream = client->own;
	struct str     body = client->http.answer.body;
	cJSON         *json = cJSON_ParseWithLength(body.p, body.n);
	const cJSON   *item, *outcomes = cJSON_GetObjectItemCaseSensitive(json, "outcomes");
	int64_t        n = stream->first, end = stream->first + stream->count;
	int64_t        next = json_i64(cJSON_GetObjectItemCaseSensitive(json, "next"));
	bool           is_right = cJSON_GetArraySize(outcomes) == stream->count && next == end;

	if (!is_right)
		result_trouble(client->result,
		    "stream %s: %d outcomes and next %lld to %lld commands from %lld: %.*s",
		    stream->id, cJSON_GetArraySize(outcomes), (long long)next,
		    (long long)stream->count, (long long)stream->first,
		    (int)(body.n < 80 ? body.n : 80), body.p);
	cJSON_ArrayForEach(item, outcomes)
		is_right = is_right && outcome_take(worker, client, item, n++);
	cJSON_Delete(json);
	return is_right;
}

static void
batch_acknowledged(struct worker *worker, struct client *client)
{
	struct stream  *stream = client->own;
	struct tallies *tallies = worker->own;

	tallies->acknowledged += stream->count;
	if (worker->now_us >= worker->load->measure_us && worker->now_us < worker->load->stop_us)
		tallies->measured += stream->count;
	stream->first += stream->count;
	stream->count = 0;
	if (tallies->log.n > LOG_FLUSH_BYTES)
		log_flush(worker->load->own, &tallies->log);
}

/* Answers other than 200 and 409 say that nothing was taken. */
static bool
samples_answered(struct worker *worker, struct client *client)
{
	const struct http_answer *answer = &client->http.answer;
	struct stream            *stream = client->own;
	struct tallies           *tallies = worker->own;

	client_answered(worker, client);
	if (client->tries > 1)
		tallies->resent += stream->count * (client->tries - 1);
	client->tries = 1; /* counted */
	if (answer->status == 200 && batch_take(worker, client)) {
		batch_acknowledged(worker, client);
		return true;
	}
	if (answer->status == 200 || answer->status == 409) {
		client->result->errors++;
		result_trouble(client->result, "stream %s: status %d", stream->id, answer->status);
		stream->is_broken = true;
		client_end(worker, client);
		return true;
	}
	if (answer->status != 503 && answer->status != 429) {
		client->result->errors++;
		result_trouble(client->result, "status %d: %.*s", answer->status,
		    (int)(answer->body.n < 120 ? answer->body.n : 120), answer->body.p);
	}
	client_pause(worker, client, answer->retry_after_s);
	return false;
}

static const struct client_kind samples_kind = {
	.ask = samples_ask,
	.answered = samples_answered,
};

/* "stream token next", the stream as JSON has it. */
static bool
stream_parse(struct str line, struct stream *ret_stream)
{
	struct stream stream = { 0 };
	struct str    id, token, bare;

	if (!str_split(&line, ' ', &id) || !str_split(&line, ' ', &token))
		return false;
	bare = id;
	if (id.n > 2 && id.p[0] == '"')
		bare = str_slice(id, 1, id.n - 2);
	if (!str_to_i64(bare, &stream.number) || !str_to_i64(str_trim(line), &stream.first) ||
	    stream.first < 1 || !str_copy(id, stream.id, sizeof(stream.id)) ||
	    !str_copy(token, stream.token, sizeof(stream.token)))
		return false;
	*ret_stream = stream;
	return true;
}

static int
streams_read(const char *path, struct samples *samples)
{
	struct lines lines;
	int          r = lines_read(path, &lines);

	if (r != 0) {
		(void)fprintf(stderr, "load: %s: %s\n", path, strerror(-r));
		return r;
	}
	samples->streams = memory_new(lines.count * sizeof(*samples->streams));
	for (size_t i = 0; i < lines.count && r == 0; i++)
		if (!stream_parse(lines.lines[i], &samples->streams[i])) {
			(void)fprintf(stderr, "load: %s: not \"stream token next\": %.*s\n", path,
			    (int)lines.lines[i].n, lines.lines[i].p);
			r = -EINVAL;
		}
	samples->count = lines.count;
	lines_done(&lines);
	return r;
}

/*
 * With the numbers that come next, so that another run goes on. Left out: streams whose last batch
 * was not answered, as its bytes are gone, and broken ones.
 */
static int
streams_write(const char *path, const struct samples *samples)
{
	struct buffer temporary = { 0 };
	FILE         *f;
	int           r = 0;

	buffer_printf(&temporary, "%s.new", path);
	buffer_char(&temporary, '\0');
	f = fopen(temporary.p, "w");
	for (size_t i = 0; f != NULL && i < samples->count; i++) {
		const struct stream *stream = &samples->streams[i];

		if (stream->count == 0 && !stream->is_broken)
			(void)fprintf(f, "%s %s %lld\n", stream->id, stream->token,
			    (long long)stream->first);
	}
	if (f == NULL || fclose(f) != 0 || rename(temporary.p, path) != 0)
		r = -errno;
	buffer_done(&temporary);
	return r;
}

static int
samples_prepare(struct options *options, struct load *load)
{
	struct samples *samples = memory_new(sizeof(*samples));
	int             r;

	load->own = samples;
	samples->options = options;
	samples->left = options->count;
	samples->log = -1;
	if (options->streams == NULL || options->name == NULL || options->fields == NULL) {
		(void)fprintf(stderr, "load: samples needs --streams, --name and --fields\n");
		return -EINVAL;
	}
	r = pattern_parse(options->fields, &samples->fields);
	if (r != 0) {
		(void)fprintf(stderr, "load: cannot read --fields %s\n", options->fields);
		return r;
	}
	r = streams_read(options->streams, samples);
	if (r != 0)
		return r;
	if (options->connections == 0 || (size_t)options->connections > samples->count)
		options->connections = (int64_t)samples->count;
	if (options->log == NULL)
		return 0;
	samples->log = open(options->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (samples->log < 0) {
		r = -errno;
		perror(options->log);
	}
	return r;
}

static void
samples_client_init(struct worker *worker, struct client *client, size_t index)
{
	struct samples *samples = worker->load->own;

	if (worker->own == NULL)
		worker->own = memory_new(sizeof(struct tallies));
	client->http.keeps_body = true;
	client->kind = &samples_kind;
	client->own = &samples->streams[index];
	client->result = &worker->results[0];
}

static void
samples_worker_done(struct worker *worker)
{
	struct samples *samples = worker->load->own;
	struct tallies *tallies = worker->own;

	if (tallies == NULL)
		return;
	log_flush(samples, &tallies->log);
	buffer_done(&tallies->log);
	atomic_fetch_add(&samples->made, tallies->made);
	atomic_fetch_add(&samples->acknowledged, tallies->acknowledged);
	atomic_fetch_add(&samples->measured, tallies->measured);
	atomic_fetch_add(&samples->resent, tallies->resent);
	atomic_fetch_add(&samples->flagged, tallies->flagged);
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		atomic_fetch_add(&samples->outcomes[i], tallies->outcomes[i]);
	free(tallies);
}

static bool
samples_print(struct load *load, const struct summary *summary, struct buffer *out)
{
	struct samples      *samples = load->own;
	const struct result *result = &summary->results[0];
	int64_t              unanswered = samples->made - samples->acknowledged;
	int                  r = streams_write(samples->options->streams, samples);

	number_print("sent", samples->made, out);
	number_print("acknowledged", samples->acknowledged, out);
	number_print("unanswered", unanswered, out);
	number_print("resent", samples->resent, out);
	rate_print("rate", samples->measured, summary->measured_us, out);
	json_name(out, "outcomes");
	buffer_char(out, '{');
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		number_print(outcome_names[i], samples->outcomes[i], out);
	buffer_char(out, '}');
	number_print("flagged", samples->flagged, out);
	result_print(result, out);
	if (r != 0)
		(void)fprintf(stderr, "load: %s: %s\n", samples->options->streams, strerror(-r));
	r |= samples->acknowledged == 0 || unanswered > 0 || result->errors > 0;
	return r == 0;
}

static void
samples_done(struct load *load)
{
	struct samples *samples = load->own;

	if (samples->log >= 0)
		(void)close(samples->log);
	free(samples->streams);
	free(samples);
}

const struct mode mode_samples = {
	.name = "samples",
	.usage = "samples --url URL --streams FILE --name COMMAND --fields JSON: numbered\n"
		 "    commands; FILE has lines \"stream token next\", and is brought up to date",
	.prepare = samples_prepare,
	.client_init = samples_client_init,
	.worker_done = samples_worker_done,
	.print = samples_print,
	.done = samples_done,
};
