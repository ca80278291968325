/* user.c -- redvest user: accounts and their roles, from the terminal. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "ledger/account.h"
#include "ledger/password.h"
#include "main/door.h"
#include "main/house.h"

/* A command that must be done; says what is wrong otherwise. An exit status. */
static int
done(const struct options *o, struct door *door, struct arena *arena, area_id area,
    const char *name, struct str json)
{
	const struct command *command = command_find(str_of(name));
	struct problems       problems = { 0 };
	struct outcome        outcome;
	const void           *in;
	const struct fault   *fault;

	if (!decode_fields(arena, command, json, &in, &problems))
		return fail("%.*s: %s", (int)problems.list[0].field.n, problems.list[0].field.p,
		    o->is_english ? problems.list[0].en : problems.list[0].zh);
	if (door_do(door, arena, area, command, in, &outcome) != 0)
		return 1;
	if (outcome.answer == DONE)
		return 0;
	fault = fault_find(outcome.fault);
	return fail("%s", fault == NULL ? "set aside" : o->is_english ? fault->en : fault->zh);
}

/* *ret_json: its hash, as JSON. */
static int
password_new(struct arena *arena, char ret_password[static HOUSE_PASSWORD_BYTES],
    struct str *ret_json)
{
	char hash[PASSWORD_HASH_BYTES];

	password_make(ret_password);
	if (password_hash(str_of(ret_password), hash) != 0)
		return fail("not enough memory for the password's hash");
	*ret_json = json_text(arena, hash);
	return 0;
}

/* When it is good for something: the status of what made it so. */
static int
password_show(const struct options *o, const char *password, int status)
{
	if (status == 0)
		printf("%s: %s\n", o->is_english ? "password (shown only now)" :
		    "密码（只显示这一次）", password);
	return status;
}

static int
user_add(const struct options *o, struct door *door, struct arena *arena, area_id area)
{
	const struct role_text *role = o->rest_count < 4 ? NULL : role_find(str_of(o->rest[3]));
	int64_t                 user = door_next_id(door, area);
	struct str              until = S(""), hash_json;
	char                    password[HOUSE_PASSWORD_BYTES];
	int                     status;

	if (o->rest_count < 4 || role == NULL || role->bit == ROLE_SYSTEM)
		return fail(
		    "user add LOGIN NAME ROLE [until=TIME]; roles are admin, headquarters, warden,"
		    " clerk, grid, helper, sampler, laboratory, tracer, contact, resident, "
		    "auditor");
	if (o->rest_count == 5 && strncmp(o->rest[4], "until=", 6) == 0)
		until = arena_printf(arena, ",\"until\":\"%s\"", o->rest[4] + 6);
	if (user == 0 || password_new(arena, password, &hash_json) != 0)
		return 1;
	status = done(o, door, arena, area, "access_user_add", arena_printf(arena,
	    "{\"account\":\"%" PRId64 "\",\"login\":%s,\"name\":%s,\"password_hash\":%s}", user,
	    json_text(arena, o->rest[1]).p, json_text(arena, o->rest[2]).p, hash_json.p));
	if (password_show(o, password, status) != 0)
		return status;
	return done(o, door, arena, area, "access_grant_give", arena_printf(arena,
	    "{\"grant_id\":\"%" PRId64 "\",\"account\":\"%" PRId64 "\",\"role\":\"%s\"%.*s}",
	    door_next_id(door, area), user, role->name, (int)until.n, until.p));
}

/* Of the second word; false: it has said that there is none. */
static bool
account_read(const struct options *o, struct door *door, struct arena *arena,
    struct account *ret_account)
{
	if (o->rest_count < 2)
		return fail("user %s LOGIN", o->rest[0]) == 0;
	if (account_of_login(door_reader(door), arena, str_of(o->rest[1]), ret_account) != 0)
		return fail("%s: no such account", o->rest[1]) == 0;
	return true;
}

static int
user_with(const struct options *o, struct door *door, struct arena *arena)
{
	struct account account;
	struct str     hash_json;
	char           password[HOUSE_PASSWORD_BYTES];
	area_id        area;

	if (strcmp(o->rest[0], "add") == 0)
		return door_area(door, o, &area) ? user_add(o, door, arena, area) : 1;
	if (strcmp(o->rest[0], "close") == 0) {
		if (!account_read(o, door, arena, &account))
			return 1;
		return done(o, door, arena, account.home, "access_user_close", arena_printf(arena,
		    "{\"account\":\"%" PRId64 "\"}", account.user.v));
	}
	if (strcmp(o->rest[0], "password") != 0)
		return fail("user add, user password, user close or user list");
	if (!account_read(o, door, arena, &account) ||
	    password_new(arena, password, &hash_json) != 0)
		return 1;
	return password_show(o, password, done(o, door, arena, account.home,
	    "access_password_set", arena_printf(arena,
	    "{\"account\":\"%" PRId64 "\",\"password_hash\":%s}", account.user.v,
	    hash_json.p)));
}

int
user_main(const struct options *o, struct arena *arena)
{
	struct options view = *o;
	struct door   *door;
	int            status;

	if (strcmp(o->rest[0], "list") == 0 && o->rest_count > 1)
		return fail("user list takes no word; found %s", o->rest[1]);
	if (strcmp(o->rest[0], "list") == 0) {
		view.rest[0] = "access_users";
		view.rest_count = 1;
		return view_main(&view, arena);
	}
	door = door_open(o, true);
	if (door == NULL)
		return 1;
	status = user_with(o, door, arena);
	door_close(door);
	return status;
}
