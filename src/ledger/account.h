/*
 * account.h -- who stands at the door: accounts, sessions, tokens of streams, and their roles.
 *
 * Each function is one short reading transaction on a connection of the caller's thread. Texts
 * live in the arena. -ENOENT: there is none (or no more); other -errno are the database's.
 */
#pragma once
#include "ledger/authorize.h"
#include "ledger/hash.h"

#define DATABASE_AREAS_MAX 4096 /* areas with a ledger in one database */

struct account {
	area_id    home;          /* where it is kept */
	user_id    user;
	struct str login, name;
	struct str password_hash; /* empty: it cannot sign in */
};

struct enrolment {                /* a stream as its row says */
	int64_t       kind;       /* enum sender_kind */
	user_id       user;
	time_ms       revoked;    /* 0: not revoked */
	int64_t       next_n;
	unsigned char token_hash[HASH_BYTES];
};

struct area_self {                /* an area as it says of itself */
	struct str name, time_zone, plan;
	bool       is_demonstration;
	int64_t    administrators; /* accounts that may act as such now */
};

struct area_named { area_id area; struct str name; };

/* By the name to sign in with. A closed account is none. */
int account_of_login(struct db *db, struct arena *arena, struct str login,
    struct account *ret_account);

int account_of_user(struct db *db, struct arena *arena, area_id home, user_id user,
    struct account *ret_account);

/* A session that has neither ended nor run out, of an account that is not closed. */
int account_of_session(struct db *db, struct arena *arena, area_id home,
    const unsigned char hash[static HASH_BYTES], time_ms now, user_id *ret_user,
    time_ms *ret_until);

/* What the user may do in an area. */
int account_authority(struct db *db, struct arena *arena, area_id area, user_id user,
    struct authority *ret_authority);

/* The hash of an invitation's token, whether it is still good or not. */
int invitation_hash_read(struct db *db, struct arena *arena, area_id area, int64_t invitation,
    unsigned char ret_hash[static HASH_BYTES]);

/* -ENOENT as well for a stream that nobody can send to from outside. */
int enrolment_read(struct db *db, struct arena *arena, area_id area, stream_id stream,
    struct enrolment *ret_enrolment);

/* The areas with a ledger here, from first to last; at most DATABASE_AREAS_MAX. */
int areas_between(struct db *db, struct arena *arena, area_id first, area_id last,
    area_id **ret_areas, size_t *ret_count);

int area_self_read(struct db *db, struct arena *arena, area_id area, time_ms now,
    struct area_self *ret_self);

struct zone;

/*
 * The clock of an area, to be freed with zone_free; NULL: it has no ledger here, or ICU does not
 * know its zone.
 */
struct zone *area_zone(struct db *db, struct arena *arena, area_id area, time_ms now);

/* The areas with a ledger here in which the user has a role now, in their order. */
int account_areas(struct db *db, struct arena *arena, user_id user, time_ms now,
    struct area_named **ret_areas, size_t *ret_count);

/* The newest rows of the ledgers of these areas, added up: it grows with every command. */
int areas_heads_sum(struct db *db, struct arena *arena, area_id first, area_id last,
    int64_t *ret_sum);
