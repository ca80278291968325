/* apply.c -- one command inside its transaction: authority, apply, flags; sealing for modules. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "ledger/seal.h"
#include "gen/ledger_sql.h"

#define TAIL_CHARACTERS 4

void
flag_raise(struct call *call, const struct flag *flag)
{
	for (size_t i = 0; i < call->flag_count; i++)
		if (call->flags[i] == flag)
			return;
	assert(call->flag_count < FLAGS_MAX);
	call->flags[call->flag_count++] = flag;
}

bool
machine_step(const struct machine *m, int64_t from, int64_t to, struct step *ret_step)
{
	assert(from >= 0 && from < m->count && to >= 0 && to < m->count);
	if ((m->states[from].next & (1u << to)) == 0)
		return false;
	*ret_step = (struct step){ from, to };
	return true;
}

/* Where the last four characters begin; the whole is never shown: a short text has no tail. */
static struct str
tail_of(struct str s)
{
	size_t at = s.n;

	if (utf8_length(s) <= TAIL_CHARACTERS)
		return (struct str){ s.p, 0 };
	for (int left = TAIL_CHARACTERS; at > 0 && left > 0;)
		left -= ((unsigned char)s.p[--at] & 0xc0) != 0x80;
	return str_slice(s, at, SIZE_MAX);
}

int
call_seal(struct tx *tx, struct call *call, enum class class, const char *column,
    struct str plain, struct str *ret_stored)
{
	struct data_key key;
	struct buffer   b = { 0 };
	struct str      tail = tail_of(plain);
	int             r;

	*ret_stored = S("");
	if (plain.n == 0)
		return 0;
	r = keys_data_key(call->keys, tx->area, (uint8_t)class, keys_week(call->received), &key);
	if (r != 0)
		return r;
	buffer_char(&b, (char)tail.n);
	buffer_add(&b, tail);
	seal(&key, plain, tx->area, 0, str_of(column), &b);
	data_key_wipe(&key);
	*ret_stored = arena_copy(tx->arena, buffer_str(&b));
	buffer_done(&b);
	return 0;
}

struct str
sealed_tail(struct str stored)
{
	size_t n = stored.n == 0 ? 0 : (unsigned char)stored.p[0];

	return str_slice(stored, stored.n > 0, n);
}

int
sealed_open(struct keys *keys, area_id area, const char *column, struct str stored,
    struct buffer *ret_plain)
{
	size_t skip = 1 + sealed_tail(stored).n;

	if (stored.n == 0)
		return 0;
	return unseal(keys, str_slice(stored, skip, SIZE_MAX), area, 0, str_of(column), ret_plain);
}

struct str
call_equality(struct tx *tx, const struct call *call, const char *kind, struct str value)
{
	unsigned char digest[DIGEST_BYTES];

	if (value.n == 0)
		return S("");
	hash_equality(keys_derived(call->keys, KEYS_EQUALITY), tx->area, str_of(kind), value,
	    digest);
	return arena_copy(tx->arena, (struct str){ (const char *)digest, sizeof(digest) });
}

int
text_seal(struct tx *tx, struct keys *keys, enum class class, time_ms received, struct str plain,
    int64_t number, struct str name, struct str *ret_sealed)
{
	struct data_key key;
	struct buffer   b = { 0 };
	int             r;

	r = keys_data_key(keys, tx->area, (uint8_t)class, keys_week(received), &key);
	if (r != 0)
		return r;
	seal(&key, plain, tx->area, number, name, &b);
	data_key_wipe(&key);
	*ret_sealed = arena_copy(tx->arena, buffer_str(&b));
	buffer_done(&b);
	return 0;
}

/* The class that says how long a command's sealed part is kept: the highest in it. */
static enum class
command_class(const struct field *fields)
{
	enum class class = CLASS_OPEN;

	for (const struct field *f = fields; f->name != NULL; f++) {
		enum class c = f->kind == KIND_LIST ? command_class(f->item->fields) : f->class;

		class = c > class ? c : class;
	}
	return class;
}

int
fields_seal(struct tx *tx, struct keys *keys, const struct command *command, const void *in,
    time_ms received, int64_t number, struct str name, struct str *ret_open,
    struct str *ret_sealed)
{
	struct buffer b = { 0 };
	enum class    class = command_class(command->fields);
	int           r = 0;

	encode_fields(command, in, true, &b);
	*ret_open = arena_copy(tx->arena, buffer_str(&b));
	*ret_sealed = S("");
	if (class != CLASS_OPEN) {
		buffer_reset(&b);
		encode_fields(command, in, false, &b);
	}
	/* A swab of somebody known has nothing to hide: no empty object is sealed. */
	if (class != CLASS_OPEN && !str_equal(buffer_str(&b), S("{}")))
		r = text_seal(tx, keys, class, received, buffer_str(&b), number, name, ret_sealed);
	buffer_done(&b);
	return r;
}

/* Under which name the fields of a message are sealed: no column and no command has it. */
static struct str
outbox_name(area_id to, char text[static 40])
{
	(void)snprintf(text, 40, "outbox.%" PRId64, to.v);
	return str_of(text);
}

int
outbox_put(struct tx *tx, struct call *call, area_id to, const struct command *command,
    const void *in)
{
	struct str open, sealed;
	int64_t    n = 0;
	char       name[40];
	int        r;

	assert((command->roles & ROLE_SYSTEM) != 0); /* what an area may send to another */
	r = rows_done(q_outbox_next(tx, to, &n));
	if (r == 0)
		r = fields_seal(tx, call->keys, command, in, call->received, n,
		    outbox_name(to, name), &open, &sealed);
	if (r == 0)
		r = rows_done(q_outbox_add(tx, to, n, call->seq, call->at, str_of(command->name),
		    open, sealed));
	return r;
}

int
outbox_open(struct keys *keys, area_id from, area_id to, int64_t n, struct str sealed,
    struct buffer *ret_json)
{
	char name[40];

	if (sealed.n == 0)
		return 0;
	return unseal(keys, sealed, from, n, outbox_name(to, name), ret_json);
}

/* One of its own module's faults, by its code. */
static struct str
fault_name(const struct command *c, int code)
{
	int i = code - c->module->fault_base - 1;

	assert(i >= 0 && i < (int)c->module->fault_count);
	return str_of(c->module->faults[i].name);
}

/* 0 or -errno; what went wrong for a reason of the record itself is -errno too. */
int
command_apply(struct tx *tx, struct call *call, const struct envelope *e,
    struct applied *ret_applied)
{
	const struct command *c = e->command;
	int                   r;

	*ret_applied = (struct applied){ .answer = ASIDE };
	if (e->is_suspect)
		ret_applied->aside = S("aside_suspect");
	else if (c == NULL)
		ret_applied->aside = S("aside_unreadable");
	else if ((c->roles & call->roles) == 0)
		ret_applied->aside = S("aside_forbidden");
	if (ret_applied->aside.n > 0)
		return 0;
	tx->writes = 0;
	r = c->apply(tx, call, e->in);
	if (r < 0)
		return r;
	assert(r == 0 || !c->is_fact);     /* a fact is never refused */
	assert(r == 0 || tx->writes == 0); /* checks come before the first write */
	ret_applied->answer = r == 0 ? DONE : REFUSED;
	if (r > 0) {
		ret_applied->fault = fault_name(c, r);
		call->flag_count = 0;
	}
	return 0;
}

int
aside_take(struct tx *tx, struct call *call, seq_id seq)
{
	struct envelope    e = { 0 };
	struct request     request = { 0 };
	struct problems    problems = { 0 };
	struct ledger_row  row = { 0 };
	struct buffer      raw = { 0 };
	struct rows        rows;
	struct call        then = *call;
	int64_t            kind, closed_n, next_n, made;
	struct str         token_hash, body;
	time_ms            revoked;
	seq_id             closed, last;
	int                r;

	rows = q_ledger_row(tx, seq, &row.stream, &row.n, &row.prev, &row.digest, &row.at,
	    &row.received, &row.command, &row.open_fields, &row.sealed, &row.answer, &row.fault,
	    &row.flags, &row.result);
	if (rows.n <= 0 || row.answer != ASIDE)
		return rows.n < 0 ? (int)rows.n : -ENOENT;
	r = unseal(call->keys, row.sealed, tx->area, seq.v, S("aside"), &raw);
	if (r != 0)
		return -EINVAL;
	body = arena_printf(tx->arena, "{\"commands\":[%.*s]}", (int)raw.n, raw.p);
	buffer_done(&raw);
	if (!decode_request(tx->arena, body, &request, &problems) || request.count != 1)
		return -EINVAL;
	e = request.envelopes[0];
	if (e.command == NULL)
		return -EINVAL;
	r = rows_some(q_stream_find(tx, row.stream, &kind, &then.user, &token_hash, &closed_n,
	    &closed, &revoked, &next_n, &last, &made), -ENOENT);
	if (r != 0)
		return r;
	then.stream = row.stream;
	then.at = e.at;
	r = e.command->apply(tx, &then, e.in);
	memcpy(call->flags, then.flags, sizeof(call->flags));
	call->flag_count = then.flag_count;
	call->result = then.result;
	call->numbered = then.numbered;
	return r;
}
