/*
 * import_run.c -- one run of an import: plan only, or plan and send.
 *
 * What it sends are commands of a stream of its own, enrolled for the account that uploaded the
 * sheet: so the ledger judges each by that account's grants, and tells who it was. A command waits
 * for its commit before the next one goes, so that others get their turn between them.
 */
#include <errno.h>
#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "http/imports.h"

#define BUSY_PAUSE_NS 100000000 /* until a queue that is full is tried again */
#define BUSY_TRIES    600

struct sending { struct job job; struct import_job *import; sem_t sent; };

static void
sent(struct job *job)
{
	struct sending *sending = job->context;

	(void)sem_post(&sending->sent);
}

/* On the writer's thread: a number, and the command that enrols it. */
static int
stream_prepare(struct job *job, struct ledger *ledger)
{
	struct sending    *sending = job->context;
	struct import_job *import = sending->import;
	struct buffer      b = { 0 };
	bool               is_made;
	int                r = stream_number_take(ledger, &import->stream);

	if (r != 0)
		return r;
	buffer_printf(&b, "{\"stream\":%" PRId64 ",\"kind\":\"%s\",\"account\":\"%" PRId64
	    "\",\"store\":\"import\"}", import->stream.v,
	    import->is_console ? "console" : "store", import->account.v);
	is_made = own_batch(&import->arena, import->area, "stream_open", buffer_str(&b),
	    &job->batch);
	buffer_done(&b);
	return is_made ? 0 : -EINVAL;
}

/* Into the writer's queue, and wait. 0, -ECANCELED, or -errno. */
static int
job_do(struct sending *sending)
{
	static const struct timespec pause = { 0, BUSY_PAUSE_NS };
	int                          r = -EBUSY;

	sending->job.context = sending;
	sending->job.done = sent;
	(void)sem_init(&sending->sent, 0, 0);
	for (int i = 0; r == -EBUSY && i < BUSY_TRIES && !sending->import->is_cancelled; i++) {
		r = writer_submit(sending->import->server->writer, &sending->job);
		if (r == -EBUSY)
			(void)nanosleep(&pause, NULL);
	}
	if (r == -EBUSY && sending->import->is_cancelled)
		r = -ECANCELED;
	while (r == 0 && sem_wait(&sending->sent) != 0)
		;
	(void)sem_destroy(&sending->sent);
	return r != 0 ? r : sending->job.batch.ret_result;
}

static int
enrol(struct import_job *import)
{
	struct sending sending = { .import = import, .job = { .prepare = stream_prepare,
		.batch = { .area = import->area } } };
	int            r;

	if (import->stream.v != 0)
		return 0;
	r = job_do(&sending);
	if (r == 0 && sending.job.batch.ret_outcomes[0].answer != DONE)
		r = -EPROTO;
	if (r != 0)
		import->stream.v = 0;
	import->n = 1;
	import->counter = 1;
	return r;
}

static int
command_do(struct import_job *import, const struct command *command, const void *in,
    struct outcome *ret_outcome)
{
	time_ms         now = clock_now();
	struct envelope e = { .n = import->n, .at = now, .name = str_of(command->name),
		.command = command, .in = in };
	struct sending  sending = { .import = import };
	int             r;

	e.raw = encode_envelope(&import->arena, e.n, now, command, in);
	sending.job.batch = (struct batch){ .area = import->area, .stream = import->stream,
		.made = e.n, .sent = now, .received = now, .envelopes = &e, .count = 1,
		.arena = &import->arena, .ret_outcomes = ret_outcome };
	r = job_do(&sending);
	if (r == 0)
		import->n++;
	return r;
}

static int
send_one(void *context, const struct command *command, const void *in, struct outcome *ret_outcome)
{
	struct import_job *import = context;
	int                r;

	if (import->is_cancelled)
		return -ECANCELED;
	arena_reset(&import->arena);
	r = enrol(import);
	return r != 0 ? r : command_do(import, command, in, ret_outcome);
}

static int64_t
next_id(void *context)
{
	struct import_job *import = context;
	int                r = enrol(import);

	return r != 0 ? r : import->stream.v << ID_STREAM_SHIFT | import->counter++;
}

static void
progress(void *context, enum import_phase phase, uint64_t so_far, uint64_t total)
{
	struct import_job *import = context;

	import->phase = (int)phase;
	import->so_far = so_far;
	import->total = total;
}

/* All that was sent is in; nothing hangs on it. */
static void
stream_end(struct import_job *import)
{
	const struct command *close = command_find(S("stream_close"));
	struct outcome        outcome;

	if (import->stream.v == 0)
		return;
	arena_reset(&import->arena);
	(void)command_do(import, close, command_in(&import->arena, close,
	    arena_printf(&import->arena, "{\"made\":%" PRId64 "}", import->n)), &outcome);
	import->stream.v = 0;
}

int
import_run(struct import_job *job, struct import_report *ret_report)
{
	struct import_options options = { .path = job->path, .keys = job->server->database->keys,
		.area = job->area, .now = clock_now(), .is_dry = !job->wants_run,
		.is_strict = job->is_strict, .is_english = job->is_english,
		.columns = str_of(job->columns), .send = send_one, .next_id = next_id,
		.progress = progress, .context = job };
	char why[DATABASE_WHY_BYTES] = "";
	int  r;

	*ret_report = (struct import_report){ .own = NULL };
	job->stream.v = 0;
	r = database_connect(job->server->database, DB_READ, &options.reader, why);
	if (r != 0) {
		(void)snprintf(ret_report->why, sizeof(ret_report->why), "%.600s", why);
		return r;
	}
	r = job->form->reads->run(&options, ret_report);
	db_close(options.reader);
	stream_end(job);
	arena_done(&job->arena);
	return r;
}
