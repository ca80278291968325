/*
 * writer.h -- group commit: the queue before the ledger, and the threads that empty it.
 *
 * Whoever has a decoded batch submits it and is called back after the commit that it was part of.
 * A writer takes what is waiting, applies it in one transaction, commits once. SQLite has one
 * writer; on PostgreSQL an area always goes to the same of several. Beside them a thread moves
 * SQLite's log into the database. After a commit, messages between areas are delivered.
 */
#pragma once
#include "ledger/database.h"
#include "ledger/execute.h"

#define WRITERS_MAX                4
#define WRITER_GROUP_COMMANDS_MAX  4096     /* in one transaction */
#define WRITER_QUEUE_COMMANDS_MAX  65536    /* waiting for one writer; one batch more may come */
#define WRITER_QUEUE_BYTES_MAX     MIB(64)  /* likewise, as sent */

struct writer;

struct job {
	struct batch batch;     /* the submitter's; ret_ members are there when it is done */

	/*
	 * May be NULL: on the writer's thread, before the transaction: takes a number, say, that
	 * the batch needs. Not 0: the batch is not run and has that ret_result.
	 */
	int (*prepare)(struct job *job, struct ledger *ledger);

	void (*done)(struct job *job); /* on the writer's thread, after the commit; must be quick */
	void       *context;           /* the submitter's */
	struct job *next;              /* the writer's, and what follows */
	uint64_t    number;            /* of arrival */
	size_t      bytes;
};

struct writer_options {
	unsigned count;         /* of writers; SQLite: 1 */
	time_ms (*now)(void);
	void   *context;

	/*
	 * On a writer's thread after each commit, before the jobs are done: what an area's tables
	 * have seen. area 0: of any area, anything.
	 */
	void (*changed)(void *context, area_id area, const struct table_set *tables);

	/* One line that somebody should read: a database that fails, a suspected record. */
	void (*tell)(void *context, const char *line);
};

struct writer_stats {
	int64_t queue_jobs, queue_commands; /* waiting now */
	int64_t groups, commands;           /* transactions, commands in them, since the start */
	int64_t failed_groups;              /* machine errors */
	int64_t delivered;                  /* messages between areas */
	int64_t wal_frames;                 /* as last seen */
	int64_t answers[STREAM_FORKED + 1]; /* outcomes, by enum answer */
};

/* Starts the threads. The database must outlive the writer. On failure `why` has one line. */
int writer_new(struct database *database, const struct writer_options *options,
    struct writer **ret_writer, char why[static DATABASE_WHY_BYTES]);

/* Takes what is still queued, then ends the threads; what is submitted later gets -EBUSY. */
void writer_stop(struct writer *writer);
void writer_free(struct writer *writer); /* stops it, too; NULL is fine */

/*
 * Queues a job, which must stay until done is called (never from within this call). -EBUSY: the
 * queue is too long; nothing was taken, and done is not called.
 */
int writer_submit(struct writer *writer, struct job *job);

/* Is so much waiting that reads should step back? */
bool writer_is_pressed(struct writer *writer);

void writer_stats(struct writer *writer, struct writer_stats *ret_stats);
