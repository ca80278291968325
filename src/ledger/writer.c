/* writer.c -- see writer.h. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/str.h"
#include "ledger/deliver.h"
#include "ledger/inhand.h"
#include "ledger/writer.h"
#include "gen/schema.h"

#define PRESSED_COMMANDS  (WRITER_QUEUE_COMMANDS_MAX / 4)
#define CHECKPOINT_FRAMES 4000                    /* of 4 KiB: so many new ones are worth one */
#define KEEPER_PAUSE_NS   INT64_C(50000000)       /* between two rounds */

static_assert(WRITERS_MAX <= INHAND_SLOTS, "a slot each");
static_assert(WRITER_GROUP_COMMANDS_MAX <= INHAND_COMMANDS_MAX, "all are noted");
static_assert(BATCH_COMMANDS_MAX <= WRITER_GROUP_COMMANDS_MAX, "a batch fits");

/* One thread that applies, with its queue. */
struct lane {
	struct writer    *writer;
	unsigned          index;
	pthread_t         thread;
	bool              has_thread;
	struct ledger     ledger;         /* db owned */
	pthread_mutex_t   mutex;          /* of the queue */
	pthread_cond_t    wake;
	struct job       *first, **last;
	uint64_t          arrived;
	int64_t           jobs, commands;
	size_t            bytes;
	bool              is_stopping, must_deliver;
	bool              is_failing;     /* the last transaction failed; told once */
	struct job       *group[WRITER_GROUP_COMMANDS_MAX];
	struct batch     *batches[WRITER_GROUP_COMMANDS_MAX];
	struct inhand_key keys[WRITER_GROUP_COMMANDS_MAX];
};

struct writer {
	struct database      *database;
	struct writer_options options;
	struct inhand        *inhand;
	struct lane          *lanes[WRITERS_MAX];
	struct table_set      outbox;         /* the one table */
	pthread_t             keeper;         /* checkpoints, and says when to deliver */
	bool                  has_keeper;
	struct db            *keeper_db;      /* NULL: PostgreSQL */
	pthread_mutex_t       keeper_mutex;
	pthread_cond_t        keeper_wake;
	bool                  is_stopping, is_outbox_changed, must_checkpoint;
	_Atomic int64_t       groups, commands_taken, failed_groups, delivered, wal_frames;
	_Atomic int64_t       moved_frames;   /* of the log, when the keeper last moved it */
	_Atomic int64_t       answers[STREAM_FORKED + 1];
};

static void
tell(struct writer *w, const char *format, const char *what)
{
	char line[DATABASE_WHY_BYTES];

	(void)snprintf(line, sizeof(line), format, what);
	w->options.tell(w->options.context, line);
}

/* The digest is keyed: with area and stream in it, it tells commands apart. */
static struct inhand_key
key_of(const struct writer *w, const struct batch *b, struct envelope *e)
{
	const uint64_t    where[] = { (uint64_t)b->area.v, (uint64_t)b->stream.v };
	struct inhand_key key;

	static_assert(sizeof(key.bytes) == DIGEST_BYTES && sizeof(where) == DIGEST_BYTES, "alike");
	envelope_digest(w->database->keys, e);
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		key.bytes[i] = (unsigned char)(e->digest[i] ^ where[i / 8] >> i % 8 * 8);
	return key;
}

/* What the transaction left behind. */
static void
after_execute(struct lane *lane, int r)
{
	struct writer *w = lane->writer;
	int64_t        frames = db_wal_frames(lane->ledger.db);

	w->groups++;
	if (r != 0) {
		w->failed_groups++;
		if (!lane->is_failing)
			tell(w, "the database fails, nothing is taken: %s",
			    db_error(lane->ledger.db));
	} else if (lane->is_failing) {
		tell(w, "%s", "the database works again");
	}
	lane->is_failing = r != 0;
	w->wal_frames = frames;
	if (frames < w->moved_frames)
		w->moved_frames = 0; /* the log has begun anew */
	if (frames - w->moved_frames < CHECKPOINT_FRAMES)
		return;
	(void)pthread_mutex_lock(&w->keeper_mutex);
	w->must_checkpoint = true;
	(void)pthread_cond_signal(&w->keeper_wake);
	(void)pthread_mutex_unlock(&w->keeper_mutex);
}

/* Is this the machine's failure, after which nothing of the transaction is there? */
static int
machine_result(const struct batch *b)
{
	return sql_is_machine_error(b->ret_result) ? b->ret_result : 0;
}

static void
execute_plainly(struct lane *lane, struct batch **batches, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < batches[i]->count; k++)
			lane->keys[n++] = key_of(lane->writer, batches[i],
			    &batches[i]->envelopes[k]);
	inhand_begin(lane->writer->inhand, lane->index, lane->keys, n);
	ledger_execute(&lane->ledger, batches, count);
	inhand_end(lane->writer->inhand, lane->index);
	after_execute(lane, machine_result(batches[0]));
}

/* One command in a transaction of its own; set aside when it is suspected too much, or fails. */
static void
execute_alone(struct lane *lane, struct batch *part)
{
	struct writer    *w = lane->writer;
	struct inhand_key key = key_of(w, part, part->envelopes);
	struct batch     *batches[] = { part };

	if (inhand_points(w->inhand, &key) >= INHAND_POINTS_MAX) {
		part->envelopes->is_suspect = true;
		tell(w, "%s", "a record that was in hand whenever the server died is set aside");
	}
	for (int i = 0; i < 2; i++) {
		inhand_begin(w->inhand, lane->index, &key, 1);
		ledger_execute(&lane->ledger, batches, 1);
		inhand_end(w->inhand, lane->index);
		after_execute(lane, machine_result(part));
		if (part->ret_result == 0 || part->ret_result == -ENOENT ||
		    machine_result(part) != 0 || part->envelopes->is_suspect)
			break;
		part->envelopes->is_suspect = true;
	}
	if (part->ret_result == 0)
		inhand_clear(w->inhand, &key);
}

/* A batch command by command; what was taken before a failure is answered again when resent. */
static void
execute_carefully(struct lane *lane, struct batch *b)
{
	struct batch     part = *b;
	struct table_set changed = { 0 };

	part.count = 1;
	b->ret_count = 0;
	for (size_t i = 0; i < b->count; i++) {
		part.envelopes = &b->envelopes[i];
		part.ret_outcomes = &b->ret_outcomes[i];
		execute_alone(lane, &part);
		table_set_add(&changed, &part.ret_changed);
		b->ret_count += part.ret_result == 0 ? part.ret_count : 0;
		if (part.ret_result != 0 || part.ret_is_forked)
			break;
		part.is_founding = false;
	}
	b->ret_result = part.ret_result;
	b->ret_is_forked = part.ret_is_forked;
	b->ret_next = part.ret_next;
	b->ret_changed = changed;
}

static bool
is_suspected(struct lane *lane, const struct batch *b)
{
	struct writer *w = lane->writer;

	if (!inhand_suspects(w->inhand))
		return false;
	for (size_t i = 0; i < b->count; i++) {
		struct inhand_key key = key_of(w, b, &b->envelopes[i]);

		if (inhand_points(w->inhand, &key) > 0)
			return true;
	}
	return false;
}

/* Batches in order; those that are suspected leave the group and go command by command. */
static void
execute_all(struct lane *lane, struct batch **batches, size_t count)
{
	size_t first = 0;

	for (size_t i = 0; i <= count; i++) {
		bool is_careful = i < count && is_suspected(lane, batches[i]);

		if (i < count && !is_careful)
			continue;
		if (i > first)
			execute_plainly(lane, &batches[first], i - first);
		if (is_careful)
			execute_carefully(lane, batches[i]);
		first = i + 1;
	}
	/* Rows that are sent together fail together: find the one that it was. */
	for (size_t i = 0; i < count; i++)
		if (batches[i]->ret_result != 0 && batches[i]->ret_result != -ENOENT &&
		    machine_result(batches[i]) == 0 && batches[i]->count > 0)
			execute_carefully(lane, batches[i]);
}

static int
by_area(const void *a, const void *b)
{
	const struct job *x = *(struct job *const *)a, *y = *(struct job *const *)b;

	if (x->batch.area.v != y->batch.area.v)
		return x->batch.area.v < y->batch.area.v ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

/* What waits, up to a transaction's limit; 0: nothing, and the writer is stopping. */
static size_t
group_take(struct lane *lane, bool *ret_must_deliver)
{
	size_t  n = 0, commands = 0;
	bool    is_sorted = true;

	(void)pthread_mutex_lock(&lane->mutex);
	while (lane->first == NULL && !lane->is_stopping && !lane->must_deliver)
		(void)pthread_cond_wait(&lane->wake, &lane->mutex);
	while (lane->first != NULL && n < WRITER_GROUP_COMMANDS_MAX &&
	    commands + lane->first->batch.count <= WRITER_GROUP_COMMANDS_MAX) {
		struct job *job = lane->first;

		lane->first = job->next;
		if (lane->first == NULL)
			lane->last = &lane->first;
		commands += job->batch.count;
		lane->bytes -= job->bytes;
		is_sorted = is_sorted &&
		    (n == 0 || lane->group[n - 1]->batch.area.v <= job->batch.area.v);
		lane->group[n++] = job;
	}
	lane->jobs -= (int64_t)n;
	lane->commands -= (int64_t)commands;
	*ret_must_deliver = lane->must_deliver;
	lane->must_deliver = false;
	(void)pthread_mutex_unlock(&lane->mutex);
	if (!is_sorted)
		qsort(lane->group, n, sizeof(lane->group[0]), by_area);
	return n;
}

static void
outcomes_count(struct writer *w, const struct batch *b)
{
	for (size_t i = 0; i < b->ret_count; i++)
		w->answers[b->ret_outcomes[i].answer]++;
	w->answers[STREAM_FORKED] += b->ret_is_forked;
	w->commands_taken += (int64_t)b->ret_count;
}

static void
group_run(struct lane *lane, size_t count)
{
	struct writer *w = lane->writer;
	bool           is_outbox_changed = false;
	size_t         n = 0;

	for (size_t i = 0; i < count; i++) {
		struct job *job = lane->group[i];

		job->batch.ret_result = job->prepare == NULL ? 0 : job->prepare(job, &lane->ledger);
		if (job->batch.ret_result == 0)
			lane->batches[n++] = &job->batch;
	}
	if (n > 0)
		execute_all(lane, lane->batches, n);
	for (size_t i = 0; i < n; i++) {
		struct batch *b = lane->batches[i];

		if (b->ret_result != 0)
			continue;
		outcomes_count(w, b);
		is_outbox_changed |= table_set_meets(&b->ret_changed, &w->outbox);
		w->options.changed(w->options.context, b->area, &b->ret_changed);
	}
	for (size_t i = 0; i < count; i++)
		lane->group[i]->done(lane->group[i]);
	if (!is_outbox_changed)
		return;
	(void)pthread_mutex_lock(&w->keeper_mutex);
	w->is_outbox_changed = true;
	(void)pthread_cond_signal(&w->keeper_wake);
	(void)pthread_mutex_unlock(&w->keeper_mutex);
}

static void
deliver(struct lane *lane)
{
	struct writer   *w = lane->writer;
	struct table_set all;
	size_t           delivered = 0;
	int              r;

	r = ledger_deliver(&lane->ledger, w->options.now(), &delivered);
	if (r != 0)
		tell(w, "messages between areas wait: %s", strerror(-r));
	if (delivered == 0)
		return;
	w->delivered += (int64_t)delivered;
	memset(&all, 0xff, sizeof(all));
	w->options.changed(w->options.context, (area_id){ 0 }, &all);
	/* What arrived may have sent something on. */
	(void)pthread_mutex_lock(&w->keeper_mutex);
	w->is_outbox_changed = true;
	(void)pthread_cond_signal(&w->keeper_wake);
	(void)pthread_mutex_unlock(&w->keeper_mutex);
}

static void *
lane_main(void *context)
{
	struct lane *lane = context;
	bool         must_deliver;

	for (;;) {
		size_t count = group_take(lane, &must_deliver);

		if (count == 0 && !must_deliver)
			return NULL;
		if (count > 0)
			group_run(lane, count);
		if (must_deliver)
			deliver(lane);
	}
}

static void
deliver_ask(struct lane *lane)
{
	(void)pthread_mutex_lock(&lane->mutex);
	lane->must_deliver = true;
	(void)pthread_cond_signal(&lane->wake);
	(void)pthread_mutex_unlock(&lane->mutex);
}

/* Beside the writers, so that they need not wait for the database file to be written. */
static void *
keeper_main(void *context)
{
	static const struct timespec pause = { 0, KEEPER_PAUSE_NS };
	struct writer *w = context;

	for (;;) {
		bool    must_deliver, must_checkpoint, is_stopping;
		int64_t frames = 0;

		(void)pthread_mutex_lock(&w->keeper_mutex);
		while (!w->is_stopping && !w->is_outbox_changed && !w->must_checkpoint)
			(void)pthread_cond_wait(&w->keeper_wake, &w->keeper_mutex);
		is_stopping = w->is_stopping;
		must_deliver = w->is_outbox_changed;
		must_checkpoint = w->must_checkpoint;
		w->is_outbox_changed = w->must_checkpoint = false;
		(void)pthread_mutex_unlock(&w->keeper_mutex);
		if (is_stopping)
			return NULL;
		if (must_deliver)
			deliver_ask(w->lanes[0]);
		if (must_checkpoint && w->keeper_db != NULL &&
		    db_checkpoint(w->keeper_db, &frames) != 0)
			tell(w, "checkpoint: %s", db_error(w->keeper_db));
		else if (must_checkpoint)
			w->moved_frames = frames;
		(void)nanosleep(&pause, NULL);
	}
}

static int
lane_new(struct writer *w, unsigned index, char *why)
{
	struct lane *lane = memory_new(sizeof(*lane));
	int          r;

	lane->writer = w;
	lane->index = index;
	lane->last = &lane->first;
	lane->ledger.keys = w->database->keys;
	(void)pthread_mutex_init(&lane->mutex, NULL);
	(void)pthread_cond_init(&lane->wake, NULL);
	w->lanes[index] = lane;
	r = database_connect(w->database, DB_WRITE, &lane->ledger.db, why);
	if (r != 0)
		return r;
	r = -pthread_create(&lane->thread, NULL, lane_main, lane);
	lane->has_thread = r == 0;
	return r;
}

static void
lane_stop(struct lane *lane)
{
	(void)pthread_mutex_lock(&lane->mutex);
	lane->is_stopping = true;
	(void)pthread_cond_signal(&lane->wake);
	(void)pthread_mutex_unlock(&lane->mutex);
	if (lane->has_thread)
		(void)pthread_join(lane->thread, NULL);
	lane->has_thread = false;
}

static void
lane_free(struct lane *lane)
{
	assert(lane->first == NULL);
	db_close(lane->ledger.db);
	arena_done(&lane->ledger.arena);
	(void)pthread_cond_destroy(&lane->wake);
	(void)pthread_mutex_destroy(&lane->mutex);
	free(lane);
}

static struct table_set
table_named(const char *name)
{
	struct table_set set = { 0 };

	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (strcmp(schema_tables[i].name, name) == 0)
			set.bits[i / 64] |= UINT64_C(1) << i % 64;
	return set;
}

static int
inhand_make(struct writer *w, char *why)
{
	char        path[PATH_BYTES_MAX];
	const char *beside = database_is_postgres(w->database->url) ? w->database->keys_path :
	                                                              w->database->url;

	(void)snprintf(path, sizeof(path), "%.900s.inhand", beside);
	return inhand_open(path, &w->inhand, why);
}

int
writer_new(struct database *database, const struct writer_options *options,
    struct writer **ret_writer, char why[static DATABASE_WHY_BYTES])
{
	struct writer *w = memory_new(sizeof(*w));
	bool           is_postgres = database_is_postgres(database->url);
	unsigned       count = is_postgres ? options->count : 1;
	int            r;

	assert(count >= 1 && count <= WRITERS_MAX);
	w->database = database;
	w->options = *options;
	w->options.count = count;
	w->outbox = table_named("outbox");
	w->is_outbox_changed = true; /* of before the start */
	(void)pthread_mutex_init(&w->keeper_mutex, NULL);
	(void)pthread_cond_init(&w->keeper_wake, NULL);
	r = inhand_make(w, why);
	for (unsigned i = 0; r == 0 && i < count; i++)
		r = lane_new(w, i, why);
	if (r == 0 && !is_postgres)
		r = database_connect(database, DB_WRITE, &w->keeper_db, why);
	if (r == 0)
		r = -pthread_create(&w->keeper, NULL, keeper_main, w);
	w->has_keeper = r == 0;
	if (r != 0)
		writer_free(w);
	else
		*ret_writer = w;
	return r;
}

void
writer_stop(struct writer *w)
{
	(void)pthread_mutex_lock(&w->keeper_mutex);
	w->is_stopping = true;
	(void)pthread_cond_signal(&w->keeper_wake);
	(void)pthread_mutex_unlock(&w->keeper_mutex);
	if (w->has_keeper)
		(void)pthread_join(w->keeper, NULL);
	w->has_keeper = false;
	for (unsigned i = 0; i < w->options.count; i++)
		if (w->lanes[i] != NULL)
			lane_stop(w->lanes[i]);
}

void
writer_free(struct writer *w)
{
	if (w == NULL)
		return;
	writer_stop(w);
	for (unsigned i = 0; i < w->options.count; i++)
		if (w->lanes[i] != NULL)
			lane_free(w->lanes[i]);
	db_close(w->keeper_db);
	inhand_close(w->inhand);
	(void)pthread_cond_destroy(&w->keeper_wake);
	(void)pthread_mutex_destroy(&w->keeper_mutex);
	free(w);
}

static struct lane *
lane_of(struct writer *w, area_id area)
{
	return w->lanes[((uint64_t)area.v * UINT64_C(0x9e3779b97f4a7c15) >> 32) % w->options.count];
}

int
writer_submit(struct writer *w, struct job *job)
{
	struct lane *lane = lane_of(w, job->batch.area);
	int          r = 0;

	job->next = NULL;
	job->bytes = 0;
	for (size_t i = 0; i < job->batch.count; i++) {
		job->bytes += job->batch.envelopes[i].raw.n;
		envelope_digest(w->database->keys, &job->batch.envelopes[i]);
	}
	(void)pthread_mutex_lock(&lane->mutex);
	if (lane->is_stopping || lane->commands >= WRITER_QUEUE_COMMANDS_MAX ||
	    lane->bytes >= WRITER_QUEUE_BYTES_MAX) {
		r = -EBUSY;
	} else {
		job->number = lane->arrived++;
		*lane->last = job;
		lane->last = &job->next;
		lane->jobs++;
		lane->commands += (int64_t)job->batch.count;
		lane->bytes += job->bytes;
		(void)pthread_cond_signal(&lane->wake);
	}
	(void)pthread_mutex_unlock(&lane->mutex);
	return r;
}

bool
writer_is_pressed(struct writer *w)
{
	bool is_pressed = false;

	for (unsigned i = 0; i < w->options.count; i++) {
		(void)pthread_mutex_lock(&w->lanes[i]->mutex);
		is_pressed |= w->lanes[i]->commands > PRESSED_COMMANDS;
		(void)pthread_mutex_unlock(&w->lanes[i]->mutex);
	}
	return is_pressed;
}

void
writer_stats(struct writer *w, struct writer_stats *ret_stats)
{
	struct writer_stats s = { .groups = w->groups, .commands = w->commands_taken,
		.failed_groups = w->failed_groups, .delivered = w->delivered,
		.wal_frames = w->wal_frames };

	for (size_t i = 0; i < LEN(s.answers); i++)
		s.answers[i] = w->answers[i];
	for (unsigned i = 0; i < w->options.count; i++) {
		(void)pthread_mutex_lock(&w->lanes[i]->mutex);
		s.queue_jobs += w->lanes[i]->jobs;
		s.queue_commands += w->lanes[i]->commands;
		(void)pthread_mutex_unlock(&w->lanes[i]->mutex);
	}
	*ret_stats = s;
}
