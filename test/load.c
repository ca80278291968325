/*
 * load.c -- build/load: many HTTP clients in one process, for benchmarks and crash tests.
 *
 * Prints one JSON object; exits with 0 when all went well, 1 when some answer was wrong or missing,
 * 2 when it could not begin. SIGINT and SIGTERM end the run early, and in order.
 */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "base/arena.h"
#include "base/str.h"
#include "load/modes.h"

static const struct mode *const modes[] = { &mode_get, &mode_samples, &mode_slow, &mode_flood };

/* Options that are numbers: where they go, and what they may be. */
struct number_option {
	const char *name;
	size_t      offset;
	int64_t     least, most;
};

#define NUMBER(name, least, most) { #name, offsetof(struct options, name), least, most }

static const struct number_option number_options[] = {
	NUMBER(connections, 1, CONNECTIONS_MAX),
	NUMBER(good, 0, CONNECTIONS_MAX),
	NUMBER(threads, 1, THREADS_MAX),
	NUMBER(seconds, 1, 1000000),
	NUMBER(warmup, 0, 1000000),
	NUMBER(grace, 0, 1000000),
	NUMBER(batch, 1, BATCH_MAX),
	NUMBER(count, 1, INT64_C(1000000000000)),
	NUMBER(seed, 0, INT64_MAX),
	{ "interval", offsetof(struct options, interval_ms), 1, 1000000 },
};

/* Options that are text. */
static const struct text_option {
	const char *name;
	size_t      offset;
} text_options[] = {
	{ "url", offsetof(struct options, url) },
	{ "good-url", offsetof(struct options, good_url) },
	{ "lines", offsetof(struct options, lines) },
	{ "streams", offsetof(struct options, streams) },
	{ "name", offsetof(struct options, name) },
	{ "fields", offsetof(struct options, fields) },
	{ "log", offsetof(struct options, log) },
};

static void
usage_print(FILE *to)
{
	(void)fprintf(to, "usage: load MODE [URL] [options]\n");
	for (size_t i = 0; i < LEN(modes); i++)
		(void)fprintf(to, "  %s\n", modes[i]->usage);
	(void)fprintf(to,
	    "  --connections N  64; in samples one for each stream    --threads N   1\n"
	    "  --seconds S      how long new requests begin; 5        --warmup S    unmeasured; 0\n"
	    "  --grace S        then to wait for answers; 10          --header H    any number\n"
	    "  --lines FILE     for %%r and %%1 … %%9, at random         --in-order    in turn\n"
	    "  --seed N         of chance; 1                          --batch N     a post; 1\n"
	    "  --count N        commands in all; no end               --log FILE    acknowledged\n"
	    "  --part head|body|read  what is slow; head              --interval MS a byte; 500\n"
	    "  --good N         others beside; 0                      --good-url URL  their page\n"
	    "  --fields: %%n number, %%s stream, %%i new id, %%t now, %%r line, %%1 … columns\n");
}

static int
number_set(struct options *options, const char *name, const char *text)
{
	for (size_t i = 0; i < LEN(number_options); i++) {
		const struct number_option *option = &number_options[i];
		int64_t                     value;

		if (strcmp(option->name, name) != 0)
			continue;
		if (!str_to_i64(str_of(text), &value) || value < option->least ||
		    value > option->most) {
			(void)fprintf(stderr, "load: --%s is %lld to %lld, not %s\n", name,
			    (long long)option->least, (long long)option->most, text);
			return -EINVAL;
		}
		memcpy((char *)options + option->offset, &value, sizeof(value));
		return 0;
	}
	return -ENOENT;
}

static int
part_set(struct options *options, const char *text)
{
	static const char *const parts[] = {
		[SLOW_HEAD] = "head", [SLOW_BODY] = "body", [SLOW_READ] = "read"
	};

	for (size_t i = 0; i < LEN(parts); i++)
		if (strcmp(text, parts[i]) == 0) {
			options->part = (enum slow_part)i;
			return 0;
		}
	(void)fprintf(stderr, "load: --part is head, body or read, not %s\n", text);
	return -EINVAL;
}

static int
option_set(struct options *options, struct buffer *headers, const char *name, const char *text)
{
	int r;

	if (strcmp(name, "in-order") == 0) {
		options->is_in_order = true;
		return 0;
	}
	if (strcmp(name, "header") == 0) {
		buffer_printf(headers, "%s\r\n", text);
		return 0;
	}
	if (strcmp(name, "part") == 0)
		return part_set(options, text);
	for (size_t i = 0; i < LEN(text_options); i++)
		if (strcmp(text_options[i].name, name) == 0) {
			memcpy((char *)options + text_options[i].offset, &text, sizeof(text));
			return 0;
		}
	r = number_set(options, name, text);
	if (r == -ENOENT)
		(void)fprintf(stderr, "load: no option --%s\n", name);
	return r;
}

/* 0 or -errno, after a line on stderr. */
static int
options_read(int argc, char *argv[], struct options *options, struct buffer *headers)
{
	for (int i = 0; i < argc; i++) {
		const char *name = argv[i] + 2;
		bool        has_value = strcmp(argv[i], "--in-order") != 0;
		int         r;

		if (strncmp(argv[i], "--", 2) != 0) {
			options->url = argv[i];
			continue;
		}
		if (has_value && i + 1 == argc) {
			(void)fprintf(stderr, "load: %s needs a value\n", argv[i]);
			return -EINVAL;
		}
		r = option_set(options, headers, name, has_value ? argv[++i] : NULL);
		if (r != 0)
			return r;
	}
	if (options->url == NULL)
		(void)fprintf(stderr, "load: no URL\n");
	return options->url == NULL ? -EINVAL : 0;
}

static int
url_read(const char *text, struct http_url *ret_url, struct pattern *ret_path)
{
	int r = http_url_parse(text, ret_url);

	if (r == 0)
		r = pattern_parse(ret_url->path, ret_path);
	if (r != 0)
		(void)fprintf(stderr, "load: %s: %s\n", text, strerror(-r));
	return r;
}

static int
load_init(struct load *load, const struct options *options)
{
	int r = url_read(options->url, &load->url, &load->path);

	if (r == 0)
		r = url_read(options->good_url == NULL ? options->url : options->good_url,
		    &load->good_url, &load->good_path);
	if (r == 0 && options->lines != NULL) {
		r = lines_read(options->lines, &load->lines);
		if (r != 0)
			(void)fprintf(stderr, "load: %s: %s\n", options->lines, strerror(-r));
	}
	load->is_in_order = options->is_in_order;
	return r;
}

/* As many files as connections need. */
static int
files_allow(int64_t connections)
{
	struct rlimit limit;
	rlim_t        wanted = (rlim_t)connections + 64;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return -errno;
	if (limit.rlim_cur >= wanted)
		return 0;
	limit.rlim_cur = wanted;
	if (wanted > limit.rlim_max)
		limit.rlim_max = wanted; /* root may */
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return 0;
	(void)fprintf(stderr, "load: %lld connections are more open files than allowed\n",
	    (long long)connections);
	return -EMFILE;
}

/* Connections go round the threads, so that each has its share of every kind. */
static void
workers_init(struct worker *workers, const struct load *load, const struct mode *mode,
    const struct options *options)
{
	int64_t total = options->connections + options->good, threads = options->threads;

	for (int64_t t = 0; t < threads; t++) {
		struct worker *worker = &workers[t];

		worker->load = load;
		worker->random = (uint64_t)(options->seed * THREADS_MAX + t);
		worker->client_count = (size_t)((total - t + threads - 1) / threads);
		worker->clients = memory_new((worker->client_count + 1) * sizeof(struct client));
		for (size_t i = 0; i < worker->client_count; i++)
			mode->client_init(
			    worker, &worker->clients[i], i * (size_t)threads + (size_t)t);
	}
}

static void *
worker_main(void *arg)
{
	struct worker *worker = arg;

	worker_run(worker);
	atomic_fetch_sub(&worker->load->control->running, 1);
	return NULL;
}

/* Waits for the workers; a signal stops them early. */
static void
workers_watch(struct control *control, int64_t grace_us)
{
	const struct timespec moment = { .tv_nsec = 20000000 };
	sigset_t              ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGINT);
	(void)sigaddset(&ends, SIGTERM);
	while (atomic_load(&control->running) > 0)
		if (sigtimedwait(&ends, NULL, &moment) > 0) {
			atomic_store(&control->end_us, clock_us() + grace_us);
			atomic_store(&control->is_stopped, true);
		}
}

/* False: a thread could not be made. */
static bool
workers_run(struct worker *workers, const struct load *load, const struct options *options)
{
	pthread_t threads[THREADS_MAX];
	sigset_t  ends;
	int64_t   count;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGINT);
	(void)sigaddset(&ends, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
	atomic_store(&load->control->running, (int)options->threads);
	for (count = 0; count < options->threads; count++)
		if (pthread_create(&threads[count], NULL, worker_main, &workers[count]) != 0)
			break;
	atomic_fetch_sub(&load->control->running, (int)(options->threads - count));
	workers_watch(load->control, options->grace * 1000000);
	for (int64_t i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
	return count == options->threads;
}

/* Adds the workers up and frees what they have. */
static void
workers_sum(struct worker *workers, const struct load *load, const struct mode *mode,
    int64_t threads, struct summary *summary)
{
	int64_t answered_us = 0, end_us = load->stop_us;

	for (int64_t i = 0; i < threads; i++) {
		if (mode->worker_done != NULL)
			mode->worker_done(&workers[i]);
		for (size_t r = 0; r < RESULTS; r++)
			result_merge(&summary->results[r], &workers[i].results[r]);
		if (workers[i].answered_us > answered_us)
			answered_us = workers[i].answered_us;
		free(workers[i].clients);
	}
	/* A run that ended early was as long as its answers came. */
	if (answered_us > 0 && answered_us < end_us && clock_us() < end_us)
		end_us = answered_us;
	summary->measured_us = end_us - load->measure_us;
}

static int
run(const struct mode *mode, struct options *options, const char *headers)
{
	struct control  control = { 0 };
	struct load     load = { .headers = headers, .control = &control };
	struct summary *summary = memory_new(sizeof(*summary));
	struct worker  *workers = NULL;
	struct buffer   out = { 0 };
	bool            is_good;
	int             status = 2;

	if (load_init(&load, options) != 0 || mode->prepare(options, &load) != 0 ||
	    files_allow(options->connections + options->good) != 0)
		goto out;
	workers = memory_new((size_t)options->threads * sizeof(*workers));
	workers_init(workers, &load, mode, options);
	load.begin_us = clock_us();
	load.measure_us = load.begin_us + options->warmup * 1000000;
	load.stop_us = load.measure_us + options->seconds * 1000000;
	control.end_us = load.stop_us + options->grace * 1000000;
	is_good = workers_run(workers, &load, options);
	workers_sum(workers, &load, mode, options->threads, summary);
	buffer_char(&out, '{');
	is_good &= mode->print(&load, summary, &out);
	buffer_add(&out, S("}\n"));
	(void)fwrite(out.p, 1, out.n, stdout);
	status = is_good ? 0 : 1;
out:
	if (mode->done != NULL && load.own != NULL)
		mode->done(&load);
	buffer_done(&out);
	lines_done(&load.lines);
	free(workers);
	free(summary);
	return status;
}

int
main(int argc, char *argv[])
{
	struct options options = {
		.threads = 1, .seconds = 5, .grace = 10, .batch = 1, .interval_ms = 500, .seed = 1
	};
	struct buffer headers = { 0 };
	int           status = 2;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		usage_print(stdout);
		return 0;
	}
	for (size_t i = 0; argc > 1 && i < LEN(modes); i++) {
		if (strcmp(argv[1], modes[i]->name) != 0)
			continue;
		if (options.connections == 0 && modes[i] != &mode_samples)
			options.connections = 64;
		if (options_read(argc - 2, argv + 2, &options, &headers) == 0) {
			buffer_char(&headers, '\0');
			status = run(modes[i], &options, headers.p);
		}
		buffer_done(&headers);
		return status;
	}
	usage_print(stderr);
	return status;
}
