/* found.c -- see found.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/backup.h"
#include "ledger/found.h"


struct founding {
	char url[PATH_BYTES_MAX], keys[PATH_BYTES_MAX]; /* where it will be */
	char new_url[PATH_BYTES_MAX], new_keys[PATH_BYTES_MAX]; /* and is made */
	int  lock_fd;
};

static void
member_add(struct buffer *b, const char *name, struct str value, const char *usual)
{
	json_name(b, name);
	json_str(b, value.p != NULL ? value : str_of(usual));
}

/* 0: done; -EPERM: refused; or -errno. */
static int
outcome_check(struct ledger *ledger, int r, const struct outcome *outcome,
    const struct fault **ret_fault, char *why)
{
	*ret_fault = NULL;
	if (r == 0 && outcome->answer == REFUSED)
		*ret_fault = fault_find(outcome->fault);
	if (r == 0 && outcome->answer == DONE)
		return 0;
	(void)snprintf(why, DATABASE_WHY_BYTES, "%s", r != 0 ? db_error(ledger->db) :
	    *ret_fault != NULL ? (*ret_fault)->en : "a command was set aside");
	return r != 0 ? r : -EPERM;
}

/* One command of the area's own stream, its fields in the buffer. */
static int
own_do(struct ledger *ledger, struct arena *arena, area_id area, time_ms now, const char *name,
    struct buffer *json, const struct fault **ret_fault, char *why)
{
	const struct command *command = command_find(str_of(name));
	struct outcome        outcome = { 0 };
	int                   r;

	r = ledger_do(ledger, arena, area, now, command,
	    command_in(arena, command, buffer_str(json)), &outcome);
	buffer_reset(json);
	return outcome_check(ledger, r, &outcome, ret_fault, why);
}

int
found_area(struct ledger *ledger, struct arena *arena, time_ms now, const struct found_area *in,
    const struct fault **ret_fault, char why[static DATABASE_WHY_BYTES])
{
	const struct command *open = command_find(S("area_open"));
	struct outcome        outcome = { 0 };
	struct buffer         b = { 0 };
	int                   r;

	buffer_char(&b, '{');
	member_add(&b, "name", in->name, "");
	member_add(&b, "time_zone", in->time_zone, TIME_ZONE_USUAL);
	buffer_printf(&b, ",\"is_demonstration\":%s}", in->is_demonstration ? "true" : "false");
	r = ledger_found(ledger, arena, in->area, now, command_in(arena, open, buffer_str(&b)),
	    &outcome);
	r = outcome_check(ledger, r, &outcome, ret_fault, why);
	if (r == 0) {
		buffer_reset(&b);
		buffer_char(&b, '{');
		member_add(&b, "text", in->plan, "");
		buffer_char(&b, '}');
		r = own_do(ledger, arena, in->area, now, "area_plan_set", &b, ret_fault, why);
	}
	buffer_done(&b);
	return r;
}

int
found_account(struct ledger *ledger, struct arena *arena, area_id area, time_ms now,
    const struct found_account *in, user_id *ret_user, const struct fault **ret_fault,
    char why[static DATABASE_WHY_BYTES])
{
	struct buffer b = { 0 };
	stream_id     number;
	int64_t       id;
	int           r = stream_number_take(ledger, &number);

	*ret_fault = NULL;
	if (r != 0) {
		(void)snprintf(why, DATABASE_WHY_BYTES, "%s", db_error(ledger->db));
		return r;
	}
	id = number.v << ID_STREAM_SHIFT;
	buffer_printf(&b, "{\"account\":\"%" PRId64 "\"", id | 1);
	member_add(&b, "login", in->login, "");
	member_add(&b, "name", in->name, "");
	member_add(&b, "password_hash", in->password_hash, "");
	buffer_char(&b, '}');
	r = own_do(ledger, arena, area, now, "access_user_add", &b, ret_fault, why);
	if (r == 0) {
		buffer_printf(&b, "{\"grant_id\":\"%" PRId64 "\",\"account\":\"%" PRId64
		    "\",\"role\":\"%s\"}", id | 2, id | 1, in->role);
		r = own_do(ledger, arena, area, now, "access_grant_give", &b, ret_fault, why);
	}
	buffer_done(&b);
	if (r == 0)
		*ret_user = (user_id){ id | 1 };
	return r;
}

static void
file_remove(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal", ".lock", ".new" };
	char                     name[PATH_BYTES_MAX + 16];

	for (size_t i = 0; i < LEN(endings); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		(void)unlink(name);
	}
}

static bool
is_one_file(const char *a, const char *b)
{
	struct stat of_a, of_b;

	return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && of_a.st_ino == of_b.st_ino &&
	    of_a.st_dev == of_b.st_dev;
}

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* Is there a database at the url? 0 or 1, or -errno with `why`. */
static int
database_is_there(const char *url, char *why)
{
	struct db *db = NULL;
	int        r;

	if (!database_is_postgres(url))
		return is_there(url);
	r = db_open(&db, url, DB_READ, why);
	db_close(db);
	return r == -ENOENT ? 0 : r == 0 ? 1 : r;
}

/* What a crash left: our own files, and the second name of a key file without a database. */
static void
remains_remove(struct founding *f, bool has_database)
{
	if (!has_database && is_one_file(f->keys, f->new_keys))
		(void)unlink(f->keys);
	file_remove(f->new_keys);
	file_remove(f->new_url);
}

/* Under the lock. */
static int
place_check(struct founding *f, char *why)
{
	int r = database_is_there(f->url, why);

	if (r < 0)
		return r;
	remains_remove(f, r == 1);
	if (r == 0 && !is_there(f->keys))
		return 0;
	(void)snprintf(why, DATABASE_WHY_BYTES, r == 1 ? "%.500s: is there already" :
	    "%.500s: is there already, and its database is not", r == 1 ? f->url : f->keys);
	return r == 1 ? -EEXIST : -ENOTEMPTY;
}

static void
lock_drop(struct founding *f)
{
	if (f->lock_fd >= 0)
		(void)close(f->lock_fd);
	f->lock_fd = -1;
}

int
founding_begin(const char *url, const char *keys_path, struct founding **ret_founding,
    char why[static DATABASE_WHY_BYTES])
{
	struct founding *f = memory_new(sizeof(*f));
	bool             is_postgres = database_is_postgres(url);
	int              r;

	f->lock_fd = -1;
	(void)snprintf(f->url, sizeof(f->url), "%s", url);
	database_keys_path(url, keys_path, f->keys);
	(void)snprintf(f->new_keys, sizeof(f->new_keys), "%.900s.founding", f->keys);
	(void)snprintf(f->new_url, sizeof(f->new_url), is_postgres ? "%.900s.founding.db" :
	    "%.900s.founding", is_postgres ? f->keys : url);
	r = database_lock(is_postgres ? f->keys : url, &f->lock_fd, why);
	if (r == 0)
		r = place_check(f, why);
	if (r != 0)
		founding_end(f);
	else
		*ret_founding = f;
	return r;
}

/* The whole of it beside its place, closed again. */
static int
beside_make(struct founding *f, struct arena *arena, time_ms now, const struct found_area *area,
    const struct found_account *account, user_id *ret_user, const struct fault **ret_fault,
    char *why)
{
	struct database *database = NULL;
	struct ledger    ledger = { 0 };
	int              r = database_create(f->new_url, f->new_keys, &database, why);

	if (r == 0)
		r = database_connect(database, DB_WRITE, &ledger.db, why);
	if (r == 0) {
		ledger.keys = database->keys;
		r = found_area(&ledger, arena, now, area, ret_fault, why);
	}
	if (r == 0)
		r = found_account(&ledger, arena, area->area, now, account, ret_user, ret_fault,
		    why);
	db_close(ledger.db);
	arena_done(&ledger.arena);
	database_close(database);
	return r;
}

/* A name in a folder lasts when the folder is written. */
static int
folder_sync(const char *path)
{
	char  folder[PATH_BYTES_MAX];
	char *slash;
	int   fd, r = 0;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		folder[0] = '\0';
	else
		slash[slash == folder] = '\0';
	fd = open(folder[0] != '\0' ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fsync(fd) != 0)
		r = -errno;
	(void)close(fd);
	return r;
}

/* Its rows into PostgreSQL, in one transaction. */
static int
rows_copy(struct founding *f, char *why)
{
	struct db *from = NULL, *to = NULL;
	int        r = db_open(&from, f->new_url, DB_READ, why);

	if (r == 0)
		r = db_open(&to, f->url, DB_CREATE, why);
	if (r == 0)
		r = database_copy(from, to, why);
	db_close(from);
	db_close(to);
	return r;
}

/* A second name, so that a crash shows whose the first is; where there are none, another. */
static int
name_take(const char *from, const char *to)
{
	if (link(from, to) == 0)
		return folder_sync(to);
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return -errno;
	return rename(from, to) == 0 ? folder_sync(to) : -errno;
}

/* The key file first: a database is never without it. */
static int
place_take(struct founding *f, char *why)
{
	int r = name_take(f->new_keys, f->keys);

	if (r == 0 && database_is_postgres(f->url)) {
		r = rows_copy(f, why);
		if (r != 0)
			(void)unlink(f->keys);
		return r;
	}
	if (r == 0)
		r = name_take(f->new_url, f->url);
	if (r == 0)
		return 0;
	(void)snprintf(why, DATABASE_WHY_BYTES, "%.400s: %s", f->url, strerror(-r));
	if (!is_there(f->url) && is_one_file(f->keys, f->new_keys))
		(void)unlink(f->keys);
	return r;
}

int
founding_make(struct founding *founding, struct arena *arena, time_ms now,
    const struct found_area *area, const struct found_account *account,
    struct database **ret_database, user_id *ret_user, const struct fault **ret_fault,
    char why[static DATABASE_WHY_BYTES])
{
	int r = place_check(founding, why);

	*ret_fault = NULL;
	if (r == 0)
		r = beside_make(founding, arena, now, area, account, ret_user, ret_fault, why);
	if (r == 0)
		r = place_take(founding, why);
	file_remove(founding->new_url);
	file_remove(founding->new_keys);
	if (r == 0)
		r = database_open_locked(founding->url, founding->keys, &founding->lock_fd,
		    ret_database, why);
	if (r == 0)
		lock_drop(founding); /* on PostgreSQL nobody took it over */
	return r;
}

void
founding_end(struct founding *founding)
{
	if (founding == NULL)
		return;
	lock_drop(founding);
	free(founding);
}
