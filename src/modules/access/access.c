/* access.c -- see access.h. */
#include "base/str.h"
#include "modules/access/access.h"
#include "ledger/execute.h"
#include "gen/access_sql.h"

static_assert(GRANTS_OF_USER_MAX * 4 <= GRANTS_MAX, "community, street, district and city");
static_assert(1u << access_role_AUDITOR == ROLE_AUDITOR, "a role's number is its bit");

static bool
login_is_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
			return false;
	}
	return true;
}

int
access_user_add_apply(struct tx *tx, struct call *call, const struct access_user_add *in)
{
	struct str login;
	area_id    home;
	user_id    other;
	int        r;

	r = rows_none(q_access_user_login(tx, in->account, &login), FAULT_access_user_exists);
	if (r != 0)
		return r;
	r = rows_none(q_access_login_find(tx, in->login, &home, &other), FAULT_access_login_taken);
	if (r != 0)
		return r;
	if (!login_is_good(in->login))
		return FAULT_access_login_bad;
	r = rows_done(q_access_user_insert(tx, in->account, in->login, in->name, in->password_hash,
	    call->seq));
	if (r != 0)
		return r;
	return rows_done(q_access_login_insert(tx, in->login, in->account));
}

int
access_user_close_apply(struct tx *tx, struct call *call, const struct access_user_close *in)
{
	struct str login;
	int        r;

	r = rows_some(q_access_user_login(tx, in->account, &login), FAULT_access_user_unknown);
	if (r != 0)
		return r;
	r = rows_done(q_access_sessions_end(tx, in->account, call->seq));
	if (r != 0)
		return r;
	return rows_done(q_access_user_close(tx, in->account));
}

int
access_password_set_apply(struct tx *tx, struct call *call, const struct access_password_set *in)
{
	struct str login;
	int        r;

	(void)call;
	r = rows_some(q_access_user_login(tx, in->account, &login), FAULT_access_user_unknown);
	if (r != 0)
		return r;
	return rows_done(q_access_password_set(tx, in->account, in->password_hash));
}

/* A warden gives the roles of the neighbourhood, headquarters all but the administrator's. */
static bool
may_give(unsigned roles, enum access_role role)
{
	if ((roles & (ROLE_SYSTEM | ROLE_ADMIN)) != 0)
		return true;
	if ((roles & ROLE_HEADQUARTERS) != 0)
		return role != access_role_ADMIN;
	return role != access_role_ADMIN && role != access_role_HEADQUARTERS &&
	    role != access_role_AUDITOR;
}

int
access_grant_give_apply(struct tx *tx, struct call *call, const struct access_grant_give *in)
{
	time_ms  since = in->since.ms != 0 ? in->since : call->received;
	time_ms  until = in->until.ms != 0 ? in->until : (time_ms){ TIME_NEVER_MS };
	time_ms  given_until;
	int64_t  count = 0;
	int      r;

	if (!may_give(call->roles, in->role))
		return FAULT_access_role_beyond;
	if (until.ms <= since.ms)
		return FAULT_access_grant_backwards;
	r = rows_none(q_access_grant_find(tx, in->grant_id, &given_until),
	    FAULT_access_grant_exists);
	if (r != 0)
		return r;
	r = rows_done(q_access_grants_count(tx, in->account, &count));
	if (r != 0)
		return r;
	if (count >= GRANTS_OF_USER_MAX)
		return FAULT_access_grants_max;
	return rows_done(q_access_grant_insert(tx, in->grant_id, in->account, in->role, since,
	    until));
}

int
access_grant_end_apply(struct tx *tx, struct call *call, const struct access_grant_end *in)
{
	time_ms until;
	int     r;

	r = rows_some(q_access_grant_find(tx, in->grant_id, &until), FAULT_access_grant_unknown);
	if (r != 0)
		return r;
	if (until.ms <= call->received.ms)
		return FAULT_access_grant_over;
	return rows_done(q_access_grant_until_set(tx, in->grant_id, call->received));
}

int
access_sign_in_apply(struct tx *tx, struct call *call, const struct access_sign_in *in)
{
	return rows_done(q_access_session_set(tx, hex_bytes(tx->arena, in->session_hash),
	    in->account, call->received, in->until, in->address));
}

/* The ledger's row is all that is wanted of it. */
int
access_sign_in_fail_apply(struct tx *tx, struct call *call, const struct access_sign_in_fail *in)
{
	(void)tx, (void)call, (void)in;
	return 0;
}

int
access_session_end_apply(struct tx *tx, struct call *call, const struct access_session_end *in)
{
	return rows_done(q_access_session_end(tx, hex_bytes(tx->arena, in->session_hash),
	    call->seq));
}

int
access_sessions_end_apply(struct tx *tx, struct call *call, const struct access_sessions_end *in)
{
	return rows_done(q_access_sessions_end(tx, in->account, call->seq));
}

int
access_reveal_apply(struct tx *tx, struct call *call, const struct access_reveal *in)
{
	return rows_done(q_access_log_insert(tx, call->seq, call->at, in->account, in->view, S(""),
	    true, in->reason));
}

int
access_export_apply(struct tx *tx, struct call *call, const struct access_export *in)
{
	return rows_done(q_access_log_insert(tx, call->seq, call->at, in->account, in->view,
	    in->format, in->reason.n > 0, in->reason));
}

#define MODULE     access
#define MODULE_DEF "modules/access/access.def"
#include "ledger/define.h"
