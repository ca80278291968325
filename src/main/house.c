/* house.c -- see house.h. */
#include <sodium.h>
#include <string.h>
#include "base/str.h"
#include "main/house.h"

#define PASSWORD_LETTERS 14 /* of 31 kinds: 69 bits */

struct str
json_text(struct arena *arena, const char *text)
{
	struct buffer b = { 0 };
	struct str    s;

	json_str(&b, str_of(text));
	s = arena_copy(arena, buffer_str(&b));
	buffer_done(&b);
	return s;
}

int
house_area(struct house *house, struct arena *arena, const struct found_area *area)
{
	const struct fault *fault;
	char                why[DATABASE_WHY_BYTES] = "";

	return found_area(&house->ledger, arena, now_ms(), area, &fault, why) == 0 ? 0 :
	    fail("%s", why);
}

int
house_make(const struct options *o, struct arena *arena, const struct found_area *area,
    struct house *ret_house)
{
	char why[DATABASE_WHY_BYTES] = "";

	if (database_create(o->db, o->keys, &ret_house->database, why) != 0 ||
	    database_connect(ret_house->database, DB_WRITE, &ret_house->ledger.db, why) != 0)
		return fail("%s", why);
	ret_house->ledger.keys = ret_house->database->keys;
	return house_area(ret_house, arena, area);
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
house_password(char ret_password[static HOUSE_PASSWORD_BYTES],
    char ret_hash[static PASSWORD_HASH_BYTES])
{
	password_make(ret_password);
	return password_hash(str_of(ret_password), ret_hash) == 0 ? 0 :
	    fail("not enough memory for the password's hash");
}

int
house_account(struct house *house, struct arena *arena, area_id area, const char *login,
    const char *name, const char *role, char ret_password[static HOUSE_PASSWORD_BYTES])
{
	struct found_account account = { str_of(login), str_of(name), S(""), role };
	const struct fault  *fault;
	char                 hash[PASSWORD_HASH_BYTES], why[DATABASE_WHY_BYTES] = "";
	user_id              user;

	if (house_password(ret_password, hash) != 0)
		return 1;
	account.password_hash = str_of(hash);
	return found_account(&house->ledger, arena, area, now_ms(), &account, &user, &fault,
	    why) == 0 ? 0 : fail("%s", why);
}

void
house_close(struct house *house)
{
	db_close(house->ledger.db);
	arena_done(&house->ledger.arena);
	database_close(house->database);
}
