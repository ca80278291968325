/* imports.h -- sheets that were uploaded and are read into the database; shared by import*.c. */
#pragma once
#include "http/inside.h"
#include "ledger/importer.h"

#define IMPORTS_MAX           32       /* jobs that are remembered */
#define IMPORT_THREADS        2
#define IMPORT_MS             INT64_C(86400000) /* then a job and its file are forgotten */
#define IMPORT_NAME_BYTES     256
#define IMPORT_COLUMNS_BYTES  8192     /* what was said of headings */
#define UPLOAD_BYTES_MAX      MIB(512) /* of a file: what sheets may have */
#define UPLOADS_BYTES_MAX     MIB(2048) /* of all files together */
#define UPLOAD_SECONDS_MAX    1800

#define IMPORT_STATES(X) \
	X(waiting) X(planning) X(planned) X(running) X(done) X(failed) X(cancelled)
enum import_state {
#define X(name) IMPORT_STATE_##name,
	IMPORT_STATES(X)
#undef X
};

struct import_job {
	char                     id[RANDOM_TEXT_BYTES];
	struct server           *server;
	const struct sheet_form *form;
	area_id                  area, home;  /* home: of the account */
	user_id                  account;
	bool                     is_console, is_english;
	char                     name[IMPORT_NAME_BYTES];  /* of the file, as the user calls it */
	char                     path[PATH_BYTES_MAX + 64]; /* "": removed */
	uint64_t                 bytes;
	time_ms                  made;

	/* Under the mutex of imports.c, but for a running job's own thread. */
	enum import_state        state;
	bool                     wants_run, is_strict, has_report;
	int                      result;      /* of the last run */
	unsigned                 readers;     /* of the report, beyond the mutex */
	char                     columns[IMPORT_COLUMNS_BYTES];
	struct import_report     report;

	_Atomic bool             is_cancelled;
	_Atomic int              phase;       /* enum import_phase */
	_Atomic uint64_t         so_far, total;

	struct arena             arena;       /* of the command under way */
	stream_id                stream;      /* of this run; 0: not enrolled yet */
	int64_t                  n, counter;
	struct import_job       *next;
};

/* ---- imports.c: the jobs, and the threads that do them ---- */

struct imports *imports_new(void);
void            imports_stop(struct imports *imports); /* cancels what runs; NULL is fine */
void            imports_free(struct imports *imports);

void imports_lock(struct imports *imports);
void imports_unlock(struct imports *imports);

/* Takes the job over, with its file. -EBUSY: too many are under way. */
int imports_add(struct imports *imports, struct import_job *job);

/* All under the lock. */
struct import_job *imports_first(struct imports *imports); /* the newest; then by next */
struct import_job *imports_find(struct imports *imports, struct str id);
bool imports_again(struct imports *imports, struct import_job *job, bool wants_run);
void imports_cancel(struct imports *imports, struct import_job *job);
void imports_read_end(struct imports *imports, struct import_job *job);

/* ---- import_run.c: one run, on a thread of its own ---- */

int import_run(struct import_job *job, struct import_report *ret_report);
