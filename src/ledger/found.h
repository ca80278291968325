/*
 * found.h -- a new database with its first area and its first administrator: whole, or not at all.
 *
 * It is made beside its place, under names with ".founding", and put there at the end: a file by
 * its name, PostgreSQL in one transaction. The key file is in place just before. What a crash left
 * on the way is removed by whoever begins next, so that a name is never taken by half a database.
 */
#pragma once
#include "ledger/database.h"
#include "ledger/execute.h"

#define ID_STREAM_SHIFT 39 /* an id is 24 bits of stream and 39 of that stream's counter */
#define ADMIN_LOGIN     "admin"
#define ADMIN_NAME      "管理员 Administrator"

#define TIME_ZONE_USUAL "Asia/Shanghai"

struct found_area {
	area_id    area;
	struct str name, time_zone; /* p == NULL: TIME_ZONE_USUAL */
	struct str plan;            /* the text of its disease's plan */
	bool       is_demonstration;
};

struct found_account {
	struct str login, name, password_hash;
	const char *role;                 /* as JSON has it: "admin" */
};

/*
 * One more area, one more account with its role, by commands of the area's own stream. 0 or -errno
 * with `why`; -EPERM: refused, and then ret_fault (else NULL) says by which fault.
 */
int found_area(struct ledger *ledger, struct arena *arena, time_ms now,
    const struct found_area *in, const struct fault **ret_fault,
    char why[static DATABASE_WHY_BYTES]);
int found_account(struct ledger *ledger, struct arena *arena, area_id area, time_ms now,
    const struct found_account *in, user_id *ret_user, const struct fault **ret_fault,
    char why[static DATABASE_WHY_BYTES]);

struct founding;

/*
 * Holds the place of a new database against others. -EEXIST: there is one; -ENOTEMPTY: there is
 * only a key file of one; -EBUSY: another process has the place; else -errno. keys_path NULL: the
 * usual one.
 */
int founding_begin(const char *url, const char *keys_path, struct founding **ret_founding,
    char why[static DATABASE_WHY_BYTES]);

/* Makes it, and opens it for writing. As above; after a failure it may be called again. */
int founding_make(struct founding *founding, struct arena *arena, time_ms now,
    const struct found_area *area, const struct found_account *account,
    struct database **ret_database, user_id *ret_user, const struct fault **ret_fault,
    char why[static DATABASE_WHY_BYTES]);

void founding_end(struct founding *founding); /* NULL is fine */
