/* inhand_test.c -- what was in hand when a process died is suspected; the writer acts on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/inhand.h"
#include "ledger/writer.h"

struct fixture {
	char folder[40], path[60], database_path[60];
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->folder, "/tmp/inhand_test_XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/a.inhand", f->folder);
	(void)snprintf(f->database_path, sizeof(f->database_path), "%s/a.db", f->folder);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	char            command[80];

	(void)snprintf(command, sizeof(command), "rm -rf %s", f->folder);
	free(f);
	return system(command);
}

static struct inhand *
open_at(const char *path)
{
	char           why[INHAND_WHY_BYTES] = "";
	struct inhand *h;

	if (inhand_open(path, &h, why) != 0)
		fail_msg("%s", why);
	return h;
}

static struct inhand_key
key(unsigned number)
{
	struct inhand_key k = { { 0 } };

	memcpy(k.bytes, &number, sizeof(number));
	memcpy(k.bytes + 8, &number, sizeof(number));
	return k;
}

enum death { BY_KILL, BY_ABORT, BY_ABORT_ELSEWHERE, IN_ORDER };

static void *
abort_main(void *context)
{
	(void)context;
	abort();
}

/* A process that dies with the keys of these numbers in hand. */
static void
child_dies(const struct fixture *f, const unsigned *numbers, size_t count, enum death death)
{
	struct rlimit     no_core = { 0, 0 };
	struct inhand_key keys[16];
	struct inhand    *h;
	pthread_t         thread;
	pid_t             pid = fork();

	if (pid != 0) {
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		return;
	}
	(void)setrlimit(RLIMIT_CORE, &no_core);
	(void)signal(SIGABRT, SIG_DFL);
	h = open_at(f->path);
	inhand_watch_signals();
	for (size_t i = 0; i < count; i++)
		keys[i] = key(numbers[i]);
	inhand_begin(h, 1, keys, count);
	if (death == BY_KILL)
		(void)kill(getpid(), SIGKILL);
	else if (death == BY_ABORT)
		abort();
	else if (death == BY_ABORT_ELSEWHERE &&
	    pthread_create(&thread, NULL, abort_main, NULL) == 0)
		(void)pthread_join(thread, NULL);
	inhand_end(h, 1);
	_exit(0);
}

static unsigned
points(struct inhand *h, unsigned number)
{
	struct inhand_key k = key(number);

	return inhand_points(h, &k);
}

static void
what_ended_in_order_is_not_suspected(void **state)
{
	struct fixture *f = *state;
	struct inhand  *h;

	child_dies(f, (unsigned[]){ 1, 2, 3 }, 3, IN_ORDER);
	h = open_at(f->path);
	assert_false(inhand_suspects(h));
	assert_int_equal(points(h, 2), 0);
	inhand_close(h);
}

static void
deaths_add_up(void **state)
{
	struct fixture   *f = *state;
	struct inhand    *h;
	struct inhand_key one = key(1);

	child_dies(f, (unsigned[]){ 1, 2 }, 2, BY_KILL);
	h = open_at(f->path);
	assert_true(inhand_suspects(h));
	assert_int_equal(points(h, 1), 1);
	assert_int_equal(points(h, 2), 1);
	assert_int_equal(points(h, 3), 0);
	inhand_close(h);
	child_dies(f, (unsigned[]){ 2, 3 }, 2, BY_ABORT);
	h = open_at(f->path);
	assert_int_equal(points(h, 1), 1);
	assert_int_equal(points(h, 2), INHAND_POINTS_MAX);
	assert_int_equal(points(h, 3), 2);
	inhand_clear(h, &one);
	assert_int_equal(points(h, 1), 0);
	inhand_close(h);
	/* Cleared is cleared, also for the next start; the others stay. */
	child_dies(f, (unsigned[]){ 4 }, 1, BY_ABORT_ELSEWHERE);
	h = open_at(f->path);
	assert_int_equal(points(h, 1), 0);
	assert_int_equal(points(h, 2), INHAND_POINTS_MAX);
	assert_int_equal(points(h, 4), 1);
	inhand_close(h);
}

static void
a_damaged_file_begins_anew(void **state)
{
	struct fixture *f = *state;
	struct inhand  *h;
	int             fd;

	child_dies(f, (unsigned[]){ 1 }, 1, BY_KILL);
	fd = open(f->path, O_RDWR);
	assert_int_equal(pwrite(fd, "garbage", 7, 0), 7);
	(void)close(fd);
	h = open_at(f->path);
	assert_false(inhand_suspects(h));
	inhand_close(h);
	assert_int_equal(truncate(f->path, 100), 0);
	h = open_at(f->path);
	assert_false(inhand_suspects(h));
	inhand_close(h);
	child_dies(f, (unsigned[]){ 7 }, 1, BY_KILL);
	h = open_at(f->path);
	assert_int_equal(points(h, 7), 1);
	inhand_close(h);
}

static void
suspicions_have_a_limit(void **state)
{
	struct fixture    *f = *state;
	struct inhand     *h = open_at(f->path);
	struct inhand_key *keys = calloc(INHAND_COMMANDS_MAX, sizeof(*keys));

	for (unsigned round = 0; round < 6; round++) {
		for (unsigned i = 0; i < INHAND_COMMANDS_MAX; i++)
			keys[i] = key(round * INHAND_COMMANDS_MAX + i + 1);
		inhand_begin(h, 0, keys, INHAND_COMMANDS_MAX);
		inhand_close(h); /* as a death would leave it */
		h = open_at(f->path);
	}
	assert_int_equal(points(h, 1), 1);
	assert_int_equal(points(h, INHAND_SUSPECTS_MAX), 1);
	assert_int_equal(points(h, 6 * INHAND_COMMANDS_MAX), 0);
	inhand_close(h);
	free(keys);
}

/* ---- the writer ---- */

struct writing {
	struct database *database;
	struct writer   *writer;
	struct arena     arena;
	pthread_mutex_t  mutex;
	pthread_cond_t   wake;
	int              done;
	bool             is_open;
	char             told[200];
};

static time_ms
fixed_now(void)
{
	return (time_ms){ INT64_C(1646384400000) };
}

static void
changed(void *context, area_id area, const struct table_set *tables)
{
	(void)context, (void)area, (void)tables;
}

static void
tell(void *context, const char *line)
{
	struct writing *w = context;

	(void)snprintf(w->told, sizeof(w->told), "%s", line);
}

static void
job_done(struct job *job)
{
	struct writing *w = job->context;

	(void)pthread_mutex_lock(&w->mutex);
	w->done++;
	(void)pthread_cond_broadcast(&w->wake);
	(void)pthread_mutex_unlock(&w->mutex);
}

static void
done_wait(struct writing *w, int count)
{
	(void)pthread_mutex_lock(&w->mutex);
	while (w->done < count)
		(void)pthread_cond_wait(&w->wake, &w->mutex);
	(void)pthread_mutex_unlock(&w->mutex);
}

/* A database with one area, opened for a writer. */
static struct writing *
writing_new(const struct fixture *f)
{
	struct writing *w = memory_new(sizeof(*w));
	char            why[DATABASE_WHY_BYTES] = "";
	struct ledger   ledger = { 0 };
	struct outcome  outcome;
	struct problems problems = { 0 };
	const void     *in;

	assert_true(sodium_init() >= 0);
	decode_setup();
	(void)pthread_mutex_init(&w->mutex, NULL);
	(void)pthread_cond_init(&w->wake, NULL);
	assert_int_equal(database_create(f->database_path, NULL, &w->database, why), 0);
	assert_int_equal(database_connect(w->database, DB_WRITE, &ledger.db, why), 0);
	ledger.keys = w->database->keys;
	assert_true(decode_fields(&w->arena, command_find(S("area_open")),
	    S("{\"name\":\"x\",\"time_zone\":\"UTC\"}"), &in, &problems));
	assert_int_equal(
	    ledger_found(&ledger, &w->arena, (area_id){ 440304005012 }, fixed_now(), in, &outcome),
	    0);
	db_close(ledger.db);
	arena_done(&ledger.arena);
	return w;
}

static void
writing_start(struct writing *w)
{
	struct writer_options options = { .count = 1, .now = fixed_now, .context = w,
		.changed = changed, .tell = tell };
	char                  why[DATABASE_WHY_BYTES] = "";

	if (writer_new(w->database, &options, &w->writer, why) != 0)
		fail_msg("%s", why);
}

static void
writing_free(struct writing *w)
{
	writer_free(w->writer);
	database_close(w->database);
	arena_done(&w->arena);
	free(w);
}

/* So many commands of the area itself, that tell of areas below it. */
static struct job *
job_make(struct writing *w, int first, size_t count)
{
	const struct command *command = command_find(S("area_child_announce"));
	struct job           *job = arena_alloc(&w->arena, sizeof(*job));
	struct envelope      *e = arena_alloc(&w->arena, count * sizeof(*e));

	for (size_t i = 0; i < count; i++) {
		struct problems problems = { 0 };
		struct str      json = arena_printf(&w->arena, "{\"child\":%d,\"name\":\"x\"}",
		    first + (int)i);

		e[i] = (struct envelope){ .at = fixed_now(), .name = str_of(command->name),
			.command = command };
		assert_true(decode_fields(&w->arena, command, json, &e[i].in, &problems));
		e[i].raw = encode_envelope(&w->arena, 0, fixed_now(), command, e[i].in);
	}
	*job = (struct job){ .context = w, .done = job_done,
		.batch = { .area = { 440304005012 }, .received = fixed_now(), .envelopes = e,
			.count = count, .arena = &w->arena,
			.ret_outcomes = arena_alloc(&w->arena, count * sizeof(struct outcome)) } };
	return job;
}

/* Keeps the writer busy until the gate is opened. */
static int
prepare_slowly(struct job *job, struct ledger *ledger)
{
	struct writing *w = job->context;

	(void)ledger;
	(void)pthread_mutex_lock(&w->mutex);
	while (!w->is_open)
		(void)pthread_cond_wait(&w->wake, &w->mutex);
	(void)pthread_mutex_unlock(&w->mutex);
	return 0;
}

static void
gate_open(struct writing *w)
{
	(void)pthread_mutex_lock(&w->mutex);
	w->is_open = true;
	(void)pthread_cond_broadcast(&w->wake);
	(void)pthread_mutex_unlock(&w->mutex);
}

/* Submits what keeps the writer busy, and waits until it is. */
static void
slow_begin(struct writing *w, struct job *slow)
{
	struct writer_stats s;

	slow->prepare = prepare_slowly;
	assert_int_equal(writer_submit(w->writer, slow), 0);
	do {
		usleep(1000);
		writer_stats(w->writer, &s);
	} while (s.queue_jobs > 0);
}

static void
what_waits_shares_a_commit(void **state)
{
	struct writing     *w = writing_new(*state);
	struct job         *jobs[30], *slow;
	struct writer_stats before, after;

	writing_start(w);
	slow = job_make(w, 1, 1);
	for (int i = 0; i < 30; i++)
		jobs[i] = job_make(w, 100 + i, 3);
	writer_stats(w->writer, &before);
	slow_begin(w, slow);
	for (int i = 0; i < 30; i++)
		assert_int_equal(writer_submit(w->writer, jobs[i]), 0);
	gate_open(w);
	done_wait(w, 31);
	writer_stats(w->writer, &after);
	assert_int_equal(after.groups - before.groups, 2);
	assert_int_equal(after.commands - before.commands, 91);
	for (int i = 1; i < 30; i++)
		assert_true(jobs[i]->batch.ret_outcomes[0].seq.v >
		    jobs[i - 1]->batch.ret_outcomes[2].seq.v);
	writing_free(w);
}

static void
a_long_queue_is_refused(void **state)
{
	struct writing *w = writing_new(*state);
	struct job     *slow, *more;
	int             taken = 1;

	writing_start(w);
	slow = job_make(w, 1, 1);
	slow_begin(w, slow);
	assert_false(writer_is_pressed(w->writer));
	while (taken < 200) {
		more = job_make(w, taken * 1000, 1000);
		if (writer_submit(w->writer, more) != 0)
			break;
		taken++;
	}
	assert_true(writer_is_pressed(w->writer));
	assert_in_range(
	    taken, WRITER_QUEUE_COMMANDS_MAX / 1000, WRITER_QUEUE_COMMANDS_MAX / 1000 + 3);
	/* What was taken is done, also when it ends meanwhile. */
	gate_open(w);
	writer_stop(w->writer);
	assert_int_equal(w->done, taken);
	assert_int_equal(writer_submit(w->writer, more), -EBUSY);
	writing_free(w);
}

static int64_t
aside_count(struct writing *w)
{
	struct writer_stats s;

	writer_stats(w->writer, &s);
	return s.answers[ASIDE];
}

/* The key of a job's command, as a writer notes it. */
static struct inhand_key
key_of_job(struct writing *w, const struct job *job, size_t i)
{
	struct envelope  *e = &job->batch.envelopes[i];
	const uint64_t    where[] = { (uint64_t)job->batch.area.v, (uint64_t)job->batch.stream.v };
	struct inhand_key k;

	envelope_digest(w->database->keys, e);
	memcpy(k.bytes, where, sizeof(where)); /* little-endian, as this machine is */
	for (size_t b = 0; b < sizeof(k.bytes); b++)
		k.bytes[b] ^= e->digest[b];
	return k;
}

static void
suspects_are_set_aside_and_innocents_are_not(void **state)
{
	struct writing   *w = writing_new(*state);
	struct job       *job = job_make(w, 1, 5);
	struct inhand_key keys[2];
	struct inhand    *h;
	char              path[80];

	(void)snprintf(path, sizeof(path), "%s.inhand", ((struct fixture *)*state)->database_path);
	/* Number 2 was there at three deaths, number 4 at one. */
	keys[0] = key_of_job(w, job, 2);
	keys[1] = key_of_job(w, job, 4);
	for (int i = 0; i < 3; i++) {
		h = open_at(path);
		inhand_begin(h, 0, keys, i == 0 ? 2 : 1);
		inhand_close(h);
	}
	writing_start(w);
	assert_int_equal(writer_submit(w->writer, job), 0);
	done_wait(w, 1);
	assert_int_equal(job->batch.ret_result, 0);
	assert_int_equal(job->batch.ret_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(job->batch.ret_outcomes[i].answer, i == 2 ? ASIDE : DONE);
	assert_true(str_equal(job->batch.ret_outcomes[2].flags, S("aside_suspect")));
	assert_int_equal(aside_count(w), 1);
	assert_non_null(strstr(w->told, "set aside"));
	writing_free(w);
	h = open_at(path);
	assert_false(inhand_suspects(h)); /* the matter is settled */
	inhand_close(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_ended_in_order_is_not_suspected, setup, teardown),
		cmocka_unit_test_setup_teardown(deaths_add_up, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_file_begins_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(suspicions_have_a_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(what_waits_shares_a_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(a_long_queue_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    suspects_are_set_aside_and_innocents_are_not, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
