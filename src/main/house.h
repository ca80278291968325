/* house.h -- a new database with its area and accounts, made at the terminal. */
#pragma once
#include "ledger/database.h"
#include "ledger/found.h"
#include "ledger/password.h"
#include "main/options.h"

#define HOUSE_PASSWORD_BYTES 24

struct house { struct database *database; struct ledger ledger; };

/* Makes the database of o->db and its area; refuses one that exists. An exit status. */
int house_make(const struct options *o, struct arena *arena, const struct found_area *area,
    struct house *ret_house);

/* One more area in it. An exit status. */
int house_area(struct house *house, struct arena *arena, const struct found_area *area);

/*
 * An account with a role (as JSON has it: "admin") and a password made up here. An exit status.
 */
int house_account(struct house *house, struct arena *arena, area_id area, const char *login,
    const char *name, const char *role, char ret_password[static HOUSE_PASSWORD_BYTES]);

/* A password and its hash. An exit status. */
int house_password(char ret_password[static HOUSE_PASSWORD_BYTES],
    char ret_hash[static PASSWORD_HASH_BYTES]);

void house_close(struct house *house);

/* Letters and digits that are not mistaken for each other. */
void password_make(char ret_password[static HOUSE_PASSWORD_BYTES]);

/* A text as a JSON string, in the arena. */
struct str json_text(struct arena *arena, const char *text);
