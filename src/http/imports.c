/*
 * imports.c -- the jobs of imports: who waits, who is at work, what came of it.
 *
 * In memory only. A file lies in the folder of exports, which is emptied at the start; so a server
 * that ends in the midst forgets the job, and uploading the same file again goes on where it
 * stopped. A job is forgotten after a day, its file with it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "http/imports.h"

#define PURGE_SECONDS 60

struct imports {
	pthread_t          threads[IMPORT_THREADS];
	unsigned           count;
	pthread_mutex_t    mutex;
	pthread_cond_t     wake;
	struct import_job *first;    /* the newest */
	bool               is_stopping;
};

static void
file_remove(struct import_job *job)
{
	if (job->path[0] == '\0')
		return;
	(void)unlink(job->path);
	job->path[0] = '\0';
	job->server->uploads_bytes -= (int64_t)job->bytes;
}

static void
job_free(struct import_job *job)
{
	file_remove(job);
	if (job->has_report)
		job->form->reads->done(&job->report);
	arena_done(&job->arena);
	free(job);
}

static bool
is_at_work(const struct import_job *job)
{
	return job->state == IMPORT_STATE_waiting || job->state == IMPORT_STATE_planning ||
	    job->state == IMPORT_STATE_running || job->readers > 0;
}

/* Those of yesterday; and the oldest that does nothing, when there are as many as may be. */
static void
purge(struct imports *imports, size_t count_max)
{
	time_ms             now = clock_now();
	struct import_job **oldest;
	size_t              count;

	for (struct import_job **at = &imports->first, *job; (job = *at) != NULL;)
		if (!is_at_work(job) && job->made.ms + IMPORT_MS < now.ms) {
			*at = job->next;
			job_free(job);
		} else {
			at = &job->next;
		}
	do {
		oldest = NULL;
		count = 0;
		for (struct import_job **at = &imports->first; *at != NULL; at = &(*at)->next) {
			count++;
			if (!is_at_work(*at))
				oldest = at;
		}
		if (count > count_max && oldest != NULL) {
			struct import_job *job = *oldest;

			*oldest = job->next;
			job_free(job);
		}
	} while (count > count_max && oldest != NULL);
}

/* The oldest that waits. */
static struct import_job *
waiting_find(struct imports *imports)
{
	struct import_job *found = NULL;

	for (struct import_job *job = imports->first; job != NULL; job = job->next)
		if (job->state == IMPORT_STATE_waiting)
			found = job;
	return found;
}

static void
job_end(struct imports *imports, struct import_job *job, int result, struct import_report *report)
{
	while (job->readers > 0)
		(void)pthread_cond_wait(&imports->wake, &imports->mutex);
	if (job->has_report)
		job->form->reads->done(&job->report);
	job->report = *report;
	job->has_report = true;
	job->result = result;
	if (job->is_cancelled) {
		job->state = IMPORT_STATE_cancelled;
		file_remove(job);
	} else {
		job->state = result != 0 ? IMPORT_STATE_failed :
		    job->wants_run ? IMPORT_STATE_done : IMPORT_STATE_planned;
	}
}

static void *
imports_main(void *context)
{
	struct imports      *imports = context;
	struct import_job   *job;
	struct import_report report;
	struct timespec      until;
	int                  result;

	(void)pthread_mutex_lock(&imports->mutex);
	while (!imports->is_stopping) {
		purge(imports, IMPORTS_MAX);
		job = waiting_find(imports);
		if (job == NULL) {
			(void)clock_gettime(CLOCK_REALTIME, &until);
			until.tv_sec += PURGE_SECONDS;
			(void)pthread_cond_timedwait(&imports->wake, &imports->mutex, &until);
			continue;
		}
		job->state = job->wants_run ? IMPORT_STATE_running : IMPORT_STATE_planning;
		(void)pthread_mutex_unlock(&imports->mutex);
		result = import_run(job, &report);
		(void)pthread_mutex_lock(&imports->mutex);
		job_end(imports, job, result, &report);
	}
	(void)pthread_mutex_unlock(&imports->mutex);
	return NULL;
}

struct imports *
imports_new(void)
{
	struct imports *imports = memory_new(sizeof(*imports));

	(void)pthread_mutex_init(&imports->mutex, NULL);
	(void)pthread_cond_init(&imports->wake, NULL);
	while (imports->count < IMPORT_THREADS && pthread_create(&imports->threads[imports->count],
	    NULL, imports_main, imports) == 0)
		imports->count++;
	return imports;
}

void
imports_stop(struct imports *imports)
{
	if (imports == NULL)
		return;
	(void)pthread_mutex_lock(&imports->mutex);
	imports->is_stopping = true;
	for (struct import_job *job = imports->first; job != NULL; job = job->next)
		job->is_cancelled = true;
	(void)pthread_cond_broadcast(&imports->wake);
	(void)pthread_mutex_unlock(&imports->mutex);
	for (unsigned i = 0; i < imports->count; i++)
		(void)pthread_join(imports->threads[i], NULL);
	imports->count = 0;
}

void
imports_free(struct imports *imports)
{
	struct import_job *next;

	if (imports == NULL)
		return;
	imports_stop(imports);
	for (struct import_job *job = imports->first; job != NULL; job = next) {
		next = job->next;
		job_free(job);
	}
	(void)pthread_cond_destroy(&imports->wake);
	(void)pthread_mutex_destroy(&imports->mutex);
	free(imports);
}

void
imports_lock(struct imports *imports)
{
	(void)pthread_mutex_lock(&imports->mutex);
}

void
imports_unlock(struct imports *imports)
{
	(void)pthread_mutex_unlock(&imports->mutex);
}

int
imports_add(struct imports *imports, struct import_job *job)
{
	size_t at_work = 0;
	int    r = -EBUSY;

	imports_lock(imports);
	for (struct import_job *other = imports->first; other != NULL; other = other->next)
		at_work += is_at_work(other);
	if (at_work < IMPORTS_MAX && !imports->is_stopping && imports->count > 0) {
		job->next = imports->first;
		imports->first = job;
		purge(imports, IMPORTS_MAX);
		(void)pthread_cond_broadcast(&imports->wake);
		r = 0;
	}
	imports_unlock(imports);
	return r;
}

struct import_job *
imports_first(struct imports *imports)
{
	return imports->first;
}

struct import_job *
imports_find(struct imports *imports, struct str id)
{
	for (struct import_job *job = imports->first; job != NULL; job = job->next)
		if (str_equal(str_of(job->id), id))
			return job;
	return NULL;
}

bool
imports_again(struct imports *imports, struct import_job *job, bool wants_run)
{
	if (is_at_work(job) || job->path[0] == '\0')
		return false;
	job->wants_run = wants_run;
	job->state = IMPORT_STATE_waiting;
	job->phase = IMPORT_READING;
	job->so_far = job->total = 0;
	(void)pthread_cond_broadcast(&imports->wake);
	return true;
}

/* Its file is gone; what was done stays done. */
static void
job_drop(struct import_job *job)
{
	if (job->state != IMPORT_STATE_done)
		job->state = IMPORT_STATE_cancelled;
	file_remove(job);
}

void
imports_cancel(struct imports *imports, struct import_job *job)
{
	bool is_running = job->state == IMPORT_STATE_planning ||
	    job->state == IMPORT_STATE_running;

	job->is_cancelled = true;
	if (!is_running && job->readers == 0)
		job_drop(job);
	(void)pthread_cond_broadcast(&imports->wake);
}

void
imports_read_end(struct imports *imports, struct import_job *job)
{
	imports_lock(imports);
	job->readers--;
	if (job->readers == 0 && job->is_cancelled && job->state != IMPORT_STATE_planning &&
	    job->state != IMPORT_STATE_running)
		job_drop(job);
	(void)pthread_cond_broadcast(&imports->wake);
	imports_unlock(imports);
}
