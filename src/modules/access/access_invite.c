/*
 * access_invite.c -- invitations: a code at a post instead of an account for everybody who helps.
 *
 * Whoever comes with the token gets an account that cannot sign in, and one grant that begins and
 * ends with the invitation, so that a clock a little behind does no harm. What leads the
 * neighbourhood is not given away like that.
 */
#include "base/str.h"
#include "modules/access/access.h"
#include "ledger/execute.h"
#include "gen/access_sql.h"

#define ROLES_INVITED (ROLE_CLERK | ROLE_GRID | ROLE_HELPER | ROLE_SAMPLER | ROLE_LABORATORY | \
	ROLE_TRACER | ROLE_CONTACT)

struct invitation { int64_t role, uses; time_ms since, until; seq_id ended; };

static struct rows
invitation_find(struct tx *tx, invitation_id id, struct invitation *ret)
{
	return q_access_invitation_find(tx, id, &ret->role, &ret->since, &ret->until, &ret->uses,
	    &ret->ended);
}

int
access_invite_apply(struct tx *tx, struct call *call, const struct access_invite *in)
{
	time_ms           since = in->since.ms != 0 ? in->since : call->received;
	struct invitation before;
	int               r;

	if ((1u << in->role & ROLES_INVITED) == 0)
		return FAULT_access_role_beyond;
	if (in->until.ms <= since.ms || in->until.ms <= call->received.ms)
		return FAULT_access_grant_backwards;
	r = rows_none(invitation_find(tx, in->invitation, &before),
	    FAULT_access_invitation_exists);
	if (r != 0)
		return r;
	return rows_done(q_access_invitation_insert(tx, in->invitation, in->role, since, in->until,
	    in->uses, in->note, hex_bytes(tx->arena, in->token_hash), call->seq));
}

int
access_invitation_end_apply(struct tx *tx, struct call *call,
    const struct access_invitation_end *in)
{
	struct invitation invitation;
	int               r;

	r = rows_some(invitation_find(tx, in->invitation, &invitation),
	    FAULT_access_invitation_unknown);
	if (r != 0)
		return r;
	if (invitation.ended.v != 0)
		return FAULT_access_invitation_over;
	r = rows_done(q_access_invited_grants_end(tx, in->invitation, call->received));
	if (r != 0)
		return r;
	return rows_done(q_access_invitation_end(tx, in->invitation, call->seq));
}

int
access_invitation_use_apply(struct tx *tx, struct call *call,
    const struct access_invitation_use *in)
{
	struct invitation invitation;
	struct str        login;
	int64_t           used = 0;
	int               r;

	r = rows_some(invitation_find(tx, in->invitation, &invitation),
	    FAULT_access_invitation_unknown);
	if (r != 0)
		return r;
	if (invitation.ended.v != 0 || call->received.ms < invitation.since.ms ||
	    call->received.ms >= invitation.until.ms)
		return FAULT_access_invitation_over;
	r = rows_done(q_access_invited_count(tx, in->invitation, &used));
	if (r != 0)
		return r;
	if (used >= invitation.uses)
		return FAULT_access_invitation_used_up;
	r = rows_none(q_access_user_login(tx, in->account, &login), FAULT_access_user_exists);
	if (r != 0)
		return r;
	r = rows_done(q_access_user_insert(tx, in->account, S(""), in->name, S(""), call->seq));
	if (r == 0)
		r = rows_done(q_access_grant_insert(tx, in->grant_id, in->account, invitation.role,
		    invitation.since, invitation.until));
	if (r != 0)
		return r;
	return rows_done(q_access_invited_insert(tx, in->account, in->invitation, in->grant_id,
	    call->received));
}
