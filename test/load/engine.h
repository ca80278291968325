/*
 * engine.h -- many connections in few threads: what every mode of build/load runs on.
 *
 * A connection is of a kind, which says what it asks next and what it makes of the answers. The
 * engine connects, sends, receives, reconnects after a growing pause, and sends a request that was
 * not answered again, byte for byte. In a mode's callbacks only the own worker is touched.
 */
#pragma once
#include <stdatomic.h>
#include <stdio.h>
#include "http_client.h"
#include "pattern.h"
#include "tally.h"

#define PAUSE_US_MIN      20000
#define PAUSE_US_MAX      1000000
#define STATUS_COUNT      600
#define TROUBLE_BYTES_MAX 200

struct worker;
struct client;

/* What came of the requests of one kind of client. Added up over workers. */
struct result {
	struct tally latency; /* from the first sending to the answer, in the measured time */
	int64_t      answered, bytes;
	int64_t      statuses[STATUS_COUNT];
	int64_t      resent;  /* requests sent again */
	int64_t      opened;  /* connections that came to be */
	int64_t      refused; /* that did not */
	int64_t      lost;    /* closed by the server while it owed an answer */
	int64_t      closed;  /* closed by the server while it owed nothing */
	int64_t      held;    /* connections still open when the time was over */
	int64_t      errors;  /* answers that are wrong */
	char         first_trouble[TROUBLE_BYTES_MAX];
};

struct client_kind {
	/* Writes the next request to http.out. False: rests till wake_us, or for good when 0. */
	bool (*ask)(struct worker *worker, struct client *client);
	/* Judges the answer. True: the request is dealt with; false: send it again at wake_us. */
	bool (*answered)(struct worker *worker, struct client *client);
	/* May be NULL. The connection is closed, or has never been; error is negative. */
	void (*lost)(struct worker *worker, struct client *client, int error);
	/* May be NULL: for clients that send and receive by themselves, at wake_us. */
	void (*drip)(struct worker *worker, struct client *client);
};

enum client_state { CLIENT_RESTS, CLIENT_CONNECTS, CLIENT_WAITS, CLIENT_HOLDS, CLIENT_ENDED };

struct client {
	struct http_client        http;
	const struct client_kind *kind;
	struct result            *result; /* of its worker */
	void                     *own;    /* of the mode; borrowed */
	enum client_state         state;
	bool                      has_request; /* in http.out, not dealt with */
	bool                      wants_writing;
	int                       tries;    /* to send this request */
	int64_t                   asked_us; /* when it was first sent */
	int64_t                   pause_us; /* before the next attempt */
	int64_t                   wake_us;  /* CLIENT_RESTS, CLIENT_HOLDS: 0: never */
};

#define RESULTS 2 /* of those who matter; of those who go on working beside them */

struct worker {
	const struct load *load;
	struct client     *clients; /* owned */
	size_t             client_count;
	int                epoll;
	uint64_t           random;
	int64_t            now_us;
	int64_t            answered_us; /* when the last answer came */
	struct result      results[RESULTS];
	void              *own; /* of the mode */
};

/* What threads share and change. */
struct control {
	atomic_bool   is_stopped;
	atomic_llong  end_us; /* when what is not answered is given up */
	atomic_size_t next_line;
	atomic_int    running; /* workers */
};

/* One run: options and what the threads share. Times are of CLOCK_MONOTONIC. */
struct load {
	struct http_url url, good_url;
	const char     *headers; /* "Name: value\r\n…" */
	int64_t         begin_us, measure_us, stop_us;
	struct pattern  path, good_path;
	struct lines    lines; /* may be empty */
	bool            is_in_order;
	struct control *control;
	void           *own; /* of the mode */
};

int64_t clock_us(void);
int64_t clock_wall_ms(void);

/* Whether no new work is to begin. */
bool worker_is_stopping(const struct worker *worker);

/* The next line of the file, or a random one; empty when there is no file. */
struct str worker_line(struct worker *worker);
uint64_t   worker_random(struct worker *worker);

/* Keeps the first words that tell what is wrong. */
void result_trouble(struct result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void result_merge(struct result *into, const struct result *from);

/* Counts an answer and, in the measured time, its latency. */
void client_answered(struct worker *worker, struct client *client);

/* Rests for the pause, which doubles; Retry-After (s; -1: none) lengthens it, to 5 s at most. */
void client_pause(struct worker *worker, struct client *client, int64_t retry_after_s);

/* Closes the connection and never opens it again. */
void client_end(struct worker *worker, struct client *client);

/* Whether the socket is to be polled: for reading, for writing as well. */
void client_poll(struct worker *worker, struct client *client, bool reads, bool writes);

/* Runs until every client has ended, or the control's end_us. */
void worker_run(struct worker *worker);
