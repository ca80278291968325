/* house.c -- see house.h. */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include "base/str.h"
#include "ledger/password.h"
#include "main/house.h"

#define PASSWORD_LETTERS 14 /* of 31 kinds: 69 bits */

static struct str
json_str_text(struct arena *arena, struct str text)
{
	struct buffer b = { 0 };
	struct str    s;

	json_str(&b, text);
	s = arena_copy(arena, buffer_str(&b));
	buffer_done(&b);
	return s;
}

struct str
json_text(struct arena *arena, const char *text)
{
	return json_str_text(arena, str_of(text));
}

/* One command of the area's own stream that must be done. */
static int
own_do(struct house *house, struct arena *arena, area_id area, const char *name, struct str json)
{
	const struct command *command = command_find(str_of(name));
	struct outcome        outcome;
	int                   r;

	r = ledger_do(&house->ledger, arena, area, now_ms(), command,
	    command_in(arena, command, json), &outcome);
	if (r != 0)
		return fail("%s: %s", name, db_error(house->ledger.db));
	if (outcome.answer == REFUSED)
		return fail("%s: %s", name, fault_find(outcome.fault)->en);
	return outcome.answer == DONE ? 0 : fail("%s: was set aside", name);
}

int
house_area(struct house *house, struct arena *arena, const struct new_area *new_area)
{
	const struct command *open = command_find(S("area_open"));
	struct outcome        outcome;
	struct str            json;

	json = arena_printf(arena,
	    "{\"name\":%s,\"time_zone\":%s,\"is_demonstration\":%s}",
	    json_text(arena, new_area->name).p,
	    json_text(arena, new_area->time_zone != NULL ? new_area->time_zone :
	    "Asia/Shanghai").p,
	    new_area->is_demonstration ? "true" : "false");
	if (ledger_found(&house->ledger, arena, new_area->area, now_ms(),
	    command_in(arena, open, json), &outcome) != 0)
		return fail("%s", db_error(house->ledger.db));
	if (outcome.answer != DONE)
		return fail("%s", fault_find(outcome.fault)->en);
	return own_do(house, arena, new_area->area, "area_plan_set",
	    arena_printf(arena, "{\"text\":%s}", json_str_text(arena, new_area->plan).p));
}

int
house_make(const struct options *o, struct arena *arena, const struct new_area *new_area,
    struct house *ret_house)
{
	char why[DATABASE_WHY_BYTES] = "";

	if (database_create(o->db, o->keys, &ret_house->database, why) != 0 ||
	    database_connect(ret_house->database, DB_WRITE, &ret_house->ledger.db, why) != 0)
		return fail("%s", why);
	ret_house->ledger.keys = ret_house->database->keys;
	return house_area(ret_house, arena, new_area);
}

void
password_make(char ret_password[static HOUSE_PASSWORD_BYTES])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";

	for (int i = 0; i < PASSWORD_LETTERS; i++)
		ret_password[i] = letters[randombytes_uniform(sizeof(letters) - 1)];
	ret_password[PASSWORD_LETTERS] = '\0';
}

int
house_account(struct house *house, struct arena *arena, area_id area, const char *login,
    const char *name, const char *role, char ret_password[static HOUSE_PASSWORD_BYTES])
{
	stream_id number;
	int64_t   user;
	char      hash[PASSWORD_HASH_BYTES];
	int       status;

	if (stream_number_take(&house->ledger, &number) != 0)
		return fail("%s", db_error(house->ledger.db));
	user = number.v << ID_STREAM_SHIFT | 1;
	password_make(ret_password);
	if (password_hash(str_of(ret_password), hash) != 0)
		return fail("not enough memory for the password's hash");
	status = own_do(house, arena, area, "access_user_add", arena_printf(arena,
	    "{\"account\":\"%" PRId64 "\",\"login\":%s,\"name\":%s,\"password_hash\":%s}", user,
	    json_text(arena, login).p, json_text(arena, name).p, json_text(arena, hash).p));
	if (status != 0)
		return status;
	return own_do(house, arena, area, "access_grant_give", arena_printf(arena,
	    "{\"grant_id\":\"%" PRId64 "\",\"account\":\"%" PRId64 "\",\"role\":\"%s\"}",
	    number.v << ID_STREAM_SHIFT | 2, user, role));
}

void
house_close(struct house *house)
{
	db_close(house->ledger.db);
	arena_done(&house->ledger.arena);
	database_close(house->database);
}
