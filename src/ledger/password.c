/* password.c -- see password.h. */
#include <errno.h>
#include "base/str.h"
#include "ledger/password.h"

#define OPERATIONS crypto_pwhash_OPSLIMIT_INTERACTIVE

/* Of no password: what is compared with where there is nothing to compare with. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

int
password_hash(struct str password, char ret_hash[static PASSWORD_HASH_BYTES])
{
	return crypto_pwhash_str_alg(ret_hash, password.p, password.n, OPERATIONS,
	    PASSWORD_MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0 ? 0 : -ENOMEM;
}

bool
password_verify(struct str hash, struct str password)
{
	char text[PASSWORD_HASH_BYTES];
	bool is_ours = str_copy(hash, text, sizeof(text)) &&
	    crypto_pwhash_str_needs_rehash(text, OPERATIONS, PASSWORD_MEMORY_BYTES) == 0;

	return crypto_pwhash_str_verify(is_ours ? text : nobody, password.p, password.n) == 0 &&
	    is_ours;
}
