/* modes.h -- the modes of build/load: who the clients are, and what is printed in the end. */
#pragma once
#include "engine.h"

#define CONNECTIONS_MAX 50000
#define THREADS_MAX     16
#define BATCH_MAX       1000
#define TOKEN_BYTES_MAX 500

enum slow_part { SLOW_HEAD, SLOW_BODY, SLOW_READ };

struct options {
	const char    *url, *good_url; /* good_url: NULL: the same */
	const char    *lines, *streams, *name, *fields, *log;
	int64_t        connections, good, threads, batch;
	int64_t        count; /* commands to make; 0: no end but the time's */
	int64_t        seconds, warmup, grace, interval_ms;
	int64_t        seed;
	bool           is_in_order;
	enum slow_part part;
};

/* Results of the whole run. */
struct summary {
	struct result results[RESULTS];
	int64_t       measured_us; /* how long the measured time was */
};

struct mode {
	const char *name, *usage;

	/* 0, or -errno after a line on stderr. May set load->own and options->connections. */
	int (*prepare)(struct options *options, struct load *load);

	/* Sets kind, result and own of a client; the first `connections` are not the good ones. */
	void (*client_init)(struct worker *worker, struct client *client, size_t index);

	/* May be NULL: at the end of a worker, in its thread. */
	void (*worker_done)(struct worker *worker);

	/* Writes the fields of the summary into the JSON object begun. True: all went well. */
	bool (*print)(struct load *load, const struct summary *summary, struct buffer *out);

	/* May be NULL: frees load->own, also after a prepare that failed. */
	void (*done)(struct load *load);
};

extern const struct mode mode_get, mode_samples, mode_slow, mode_flood;

/* Clients who ask for one page after another: all of `get`, and the good ones of other modes. */
extern const struct client_kind get_kind;

/* "GET … HTTP/1.1" with its headers, to http.out: of the good page if the client is a good one. */
void get_write(struct worker *worker, struct client *client);

/* Fields that every mode prints: answers, latencies, statuses, what went wrong. */
void result_print(const struct result *result, struct buffer *out);
void rate_print(const char *name, int64_t count, int64_t us, struct buffer *out);
void number_print(const char *name, int64_t value, struct buffer *out);

/* "good":{…} when there were such clients. True: they had answers, and no wrong ones. */
bool good_print(const struct summary *summary, struct buffer *out);
