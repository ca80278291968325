/*
 * execute.c -- the spine: the one function through which every write passes.
 *
 * Decoding happened before, the reply is sent after. In between, group commit: the batches that
 * are waiting are taken one after another in one transaction.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "gen/ledger_sql.h"
#include "gen/schema.h"

#define TRIES_MAX 10 /* of a transaction that the database asks to run again */

const char *const answer_words[] = {
	[DONE] = "done", [REFUSED] = "refused", [ASIDE] = "aside", [EARLY] = "early",
	[KNOWN] = "known", [STREAM_FORKED] = "stream_forked",
};

void
outcome_json(const struct outcome *outcome, struct buffer *ret_json)
{
	struct str rest = outcome->flags, flag;

	buffer_add(ret_json, S("{\"n\":"));
	buffer_i64(ret_json, outcome->n);
	buffer_add(ret_json, S(",\"seq\":"));
	if (outcome->seq.v != 0)
		json_id(ret_json, outcome->seq.v);
	else
		buffer_add(ret_json, S("null"));
	buffer_add(ret_json, S(",\"outcome\":\""));
	buffer_add(ret_json, str_of(answer_words[outcome->answer]));
	buffer_add(ret_json, S("\",\"fault\":"));
	if (outcome->fault.n > 0)
		json_str(ret_json, outcome->fault);
	else
		buffer_add(ret_json, S("null"));
	buffer_add(ret_json, S(",\"flags\":["));
	while (outcome->flags.n > 0 && str_split(&rest, ' ', &flag)) {
		json_next(ret_json);
		json_str(ret_json, flag);
	}
	buffer_add(ret_json, S("],\"result\":"));
	buffer_add(ret_json, outcome->result.n > 0 ? outcome->result : S("null"));
	buffer_char(ret_json, '}');
}

struct stream {
	stream_id id;
	int64_t   kind, next_n, made;
	user_id   user;
	time_ms   revoked;
	seq_id    last;            /* its newest row; the ones before hang on prev */
	bool      is_changed;
};

struct head {                     /* of an area's ledger, while the group writes to it */
	area_id       area;        /* 0: none is held */
	seq_id        seq;
	time_ms       received;
	unsigned char hash[HASH_BYTES];
	bool          is_changed;
};

/* What runs: one batch after another within the group's transaction. */
struct run {
	struct ledger   *ledger;
	struct tx        tx;
	struct batch    *batch;
	struct stream    stream;
	struct head      head;
	struct authority authority; /* of that user in that area; 0: of nobody yet */
	user_id          authority_user;
	area_id          authority_area;
	struct table_set grant_tables;
	struct envelope *failing;  /* whose apply answered -errno; marked for the next run */
};

static struct str
bytes_of(const unsigned char *p, size_t n)
{
	return (struct str){ (const char *)p, n };
}

void
ledger_row_hash(const struct ledger_row *row, area_id area,
    const unsigned char prev[static HASH_BYTES], unsigned char ret_hash[static HASH_BYTES])
{
	const int64_t    numbers[] = { area.v, row->seq.v, row->stream.v, row->n, row->prev.v,
		row->at.ms, row->sent.ms, row->made, row->received.ms, row->answer };
	const struct str texts[] = { row->digest, row->command, row->open_fields, row->sealed,
		row->fault, row->flags, row->result };
	struct hash h;

	hash_begin(&h);
	hash_add_str(&h, bytes_of(prev, HASH_BYTES));
	for (size_t i = 0; i < LEN(numbers); i++)
		hash_add_i64(&h, numbers[i]);
	for (size_t i = 0; i < LEN(texts); i++)
		hash_add_str(&h, texts[i]);
	hash_end(&h, ret_hash);
}

/* The fields as the ledger keeps them: the open ones readable, the others sealed together. */
static int
row_fields_fill(struct run *run, const struct envelope *e, struct ledger_row *row)
{
	struct keys *keys = run->ledger->keys;
	int          r;

	if (row->answer == ASIDE) {
		row->open_fields = S("");
		r = text_seal(&run->tx, keys, CLASS_COUNT, row->received, e->raw, row->seq.v,
		    S("aside"), &row->sealed);
	} else {
		r = fields_seal(&run->tx, keys, e->command, e->in, row->received, row->seq.v,
		    str_of(e->command->name), &row->open_fields, &row->sealed);
	}
	return r == -ENOKEY ? -EIO : r;
}

static int
row_append(struct run *run, const struct envelope *e, struct ledger_row *row)
{
	unsigned char hash[HASH_BYTES];
	struct rows   rows;
	int           r;

	r = row_fields_fill(run, e, row);
	if (r != 0)
		return r;
	ledger_row_hash(row, run->tx.area, run->head.hash, hash);
	rows = q_ledger_append(&run->tx, row->seq, row->stream, row->n, row->prev, row->digest,
	    row->at, row->sent, row->made, row->received, row->command, row->open_fields,
	    row->sealed, row->answer, row->fault, row->flags, row->result,
	    bytes_of(hash, sizeof(hash)));
	if (rows.n < 0)
		return rows_done(rows);
	memcpy(run->head.hash, hash, sizeof(hash));
	run->head.seq = row->seq;
	run->head.received = row->received;
	run->head.is_changed = true;
	run->stream.next_n = row->n + 1;
	run->stream.last = row->seq;
	run->stream.made = run->stream.made > row->made ? run->stream.made : row->made;
	run->stream.is_changed = true;
	return 0;
}

/* The flags' names, separated by a space; each a row that somebody settles. */
static int
flags_add(struct run *run, const struct call *call, struct str aside, struct str *ret_names)
{
	struct buffer b = { 0 };
	int64_t       number = 0;
	int           r = 0;

	if (aside.n > 0) {
		buffer_add(&b, aside);
		r = rows_done(q_flag_add(&run->tx, call->seq, number++, aside));
	}
	for (size_t i = 0; r == 0 && i < call->flag_count; i++) {
		if (b.n > 0)
			buffer_char(&b, ' ');
		buffer_add(&b, str_of(call->flags[i]->name));
		r = rows_done(q_flag_add(&run->tx, call->seq, number++,
		    str_of(call->flags[i]->name)));
	}
	*ret_names = arena_copy(run->batch->arena, buffer_str(&b));
	buffer_done(&b);
	return r;
}

/* Facts by the grant in force when they happened, decisions by that of now. */
static unsigned
roles_for(const struct run *run, const struct envelope *e, time_ms received)
{
	if (e->command == NULL)
		return 0;
	return e->command->is_fact ? authority_roles_then(&run->authority, e->at, received) :
	                             authority_roles_now(&run->authority, received);
}

void
envelope_digest(const struct keys *keys, struct envelope *e)
{
	if (!e->has_digest)
		hash_command(keys_derived(keys, KEYS_DIGEST), e->raw, e->digest);
	e->has_digest = true;
}

/* n == next: applied and appended, whatever comes of it. */
static int
apply_and_append(struct run *run, struct envelope *e, struct outcome *ret)
{
	struct batch     *b = run->batch;
	struct applied    applied;
	struct ledger_row row = {
		.seq = { run->head.seq.v + 1 }, .prev = run->stream.last, .stream = run->stream.id,
		.n = run->stream.next_n, .made = b->made, .sent = b->sent, .command = e->name,
		.received = b->received, .fault = S(""), .result = S(""),
	};
	struct call       call = {
		.user = run->stream.user, .stream = run->stream.id, .n = row.n, .seq = row.seq,
		.stream_kind = (enum sender_kind)run->stream.kind, .keys = run->ledger->keys,
	};
	bool              is_revoked = run->stream.revoked.ms > 0;
	int               r;

	if (row.received.ms < run->head.received.ms)
		row.received = run->head.received; /* never goes back */
	row.at = e->at.ms != 0 ? e->at : row.received;
	call.at = row.at;
	call.received = row.received;
	call.roles = roles_for(run, e, row.received);
	if (is_revoked)
		applied = (struct applied){
			.answer = ASIDE, .aside = S("aside_revoked"), .fault = S("")
		};
	else if ((r = command_apply(&run->tx, &call, e, &applied)) != 0) {
		run->failing = e;
		return r;
	}
	row.answer = applied.answer;
	row.fault = applied.fault.p != NULL ? applied.fault : S("");
	row.result = arena_copy(b->arena, buffer_str(&call.result));
	buffer_done(&call.result);
	row.digest = bytes_of(e->digest, sizeof(e->digest));
	r = flags_add(run, &call, applied.aside, &row.flags);
	if (r == 0)
		r = row_append(run, e, &row);
	*ret = (struct outcome){ row.n, row.seq, applied.answer, row.fault, row.flags, row.result };
	return r;
}

/*
 * n < next: answered as it was the first time. One walk back serves a whole batch, because its
 * numbers rise: seq is where the walk stands.
 */
static int
answer_again(struct run *run, const struct envelope *e, struct outcome *ret)
{
	struct str     digest = { 0 };
	struct outcome stored = { 0 };
	int64_t        n = 0, answer = 0;
	seq_id         seq = run->stream.last, prev = { 0 };
	struct rows    rows;

	*ret = (struct outcome){ .n = e->n, .answer = KNOWN, .fault = S(""), .flags = S(""),
		.result = S("") };
	if (run->stream.next_n - e->n > REPEAT_WALK_MAX)
		return 0;
	for (;; seq = prev) {
		rows = q_ledger_answer(&run->tx, seq, &n, &prev, &digest, &answer, &stored.fault,
		    &stored.flags, &stored.result);
		if (rows.n < 0)
			return rows_done(rows);
		assert(rows.n == 1 && n >= e->n); /* a hole in a stream is a bug */
		if (n == e->n)
			break;
	}
	ret->answer = STREAM_FORKED;
	if (!str_equal(digest, bytes_of(e->digest, sizeof(e->digest))))
		return 0;
	ret->seq = seq;
	ret->answer = (enum answer)answer;
	ret->fault = arena_copy(run->batch->arena, stored.fault);
	ret->flags = arena_copy(run->batch->arena, stored.flags);
	ret->result = arena_copy(run->batch->arena, stored.result);
	return 0;
}

/* Many streams of one person are read once, as long as no grant changes. */
static int
authority_load(struct run *run, user_id user)
{
	int r;

	if (user.v != 0 && run->authority_user.v == user.v &&
	    run->authority_area.v == run->tx.area.v)
		return 0;
	r = authority_read(&run->tx, user, &run->authority);
	run->authority_user.v = r == 0 ? user.v : 0;
	run->authority_area = run->tx.area;
	return r;
}

static int
stream_load(struct run *run)
{
	struct stream *s = &run->stream;
	struct str     token_hash;
	int64_t        closed_n;
	seq_id         closed;
	int            r = 0;

	*s = (struct stream){ .id = run->batch->stream };
	if (s->id.v == 0)
		r = rows_some(q_everywhere_area_own_stream(&run->tx, &s->id), -ENOENT);
	if (r == 0)
		r = rows_some(q_stream_find(&run->tx, s->id, &s->kind, &s->user, &token_hash,
		    &closed_n, &closed, &s->revoked, &s->next_n, &s->last, &s->made), -ENOENT);
	if (r != 0)
		return r;
	switch ((enum sender_kind)s->kind) {
	case STREAM_OWN:
	case STREAM_AREA:
		authority_always(ROLE_SYSTEM, &run->authority);
		run->authority_user.v = 0;
		return 0;
	case STREAM_CONSOLE:
		authority_always(~0u, &run->authority);
		run->authority_user.v = 0;
		return 0;
	case STREAM_STORE:
	case STREAM_TOKEN:
		return authority_load(run, s->user);
	}
	return -EINVAL;
}

/* The head that is held, back into its row. */
static int
head_save(struct run *run)
{
	struct head *h = &run->head;
	area_id      area = run->tx.area;
	int          r = 0;

	run->tx.area = h->area;
	if (h->area.v != 0 && h->is_changed)
		r = rows_done(q_ledger_head_set(&run->tx, h->seq, h->received,
		    bytes_of(h->hash, sizeof(h->hash))));
	run->tx.area = area;
	h->area.v = 0;
	return r;
}

/* The head of the batch's area, locked; held until another area's batch comes. */
static int
head_load(struct run *run)
{
	struct head *h = &run->head;
	struct str   hash = { 0 };
	int          r;

	if (h->area.v == run->tx.area.v)
		return 0;
	r = head_save(run);
	if (r == 0)
		r = rows_some(q_ledger_head_lock(&run->tx, &h->seq, &h->received, &hash), -ENOENT);
	if (r != 0)
		return r;
	assert(hash.n == HASH_BYTES);
	memcpy(h->hash, hash.p, HASH_BYTES);
	h->area = run->tx.area;
	h->is_changed = false;
	return 0;
}

/* A new area begins with its own stream and an empty ledger. */
static int
area_found(struct run *run)
{
	static const unsigned char zero[HASH_BYTES];
	stream_id                  own = run->batch->founder;
	struct str                 none = S("");
	int                        r;

	if (q_everywhere_area_own_stream(&run->tx, &own).n == 1)
		return 0;
	r = rows_done(q_everywhere_area_add(&run->tx, own.v));
	if (r == 0)
		r = rows_done(q_ledger_head_add(&run->tx, bytes_of(zero, sizeof(zero))));
	if (r == 0)
		r = rows_done(q_stream_add(&run->tx, own, STREAM_OWN, (user_id){ 0 }, none, none,
		    (seq_id){ 0 }));
	return r;
}

static int
batch_take(struct run *run)
{
	struct batch *b = run->batch;
	int           r;

	run->tx.area = b->area;
	run->tx.changed = (struct table_set){ 0 };
	b->ret_count = 0;
	b->ret_is_forked = false;
	r = b->is_founding ? area_found(run) : 0;
	if (r == 0)
		r = head_load(run);
	if (r == 0)
		r = stream_load(run);
	for (size_t i = 0; r == 0 && i < b->count && !b->ret_is_forked; i++) {
		struct envelope *e = &b->envelopes[i];
		struct outcome  *o = &b->ret_outcomes[i];

		envelope_digest(run->ledger->keys, e);
		if (e->n > run->stream.next_n)
			*o = (struct outcome){ .n = e->n, .answer = EARLY, .fault = S(""),
				.flags = S(""), .result = S("") };
		else if (e->n != 0 && e->n < run->stream.next_n)
			r = answer_again(run, e, o);
		else
			r = apply_and_append(run, e, o);
		b->ret_is_forked = r == 0 && o->answer == STREAM_FORKED;
		b->ret_count += !b->ret_is_forked;
	}
	if (r == 0 && run->stream.is_changed)
		r = rows_done(q_stream_advance(&run->tx, run->stream.id, run->stream.next_n,
		    run->stream.last, run->stream.made));
	b->ret_next = run->stream.next_n;
	b->ret_changed = run->tx.changed;
	if (table_set_meets(&run->tx.changed, &run->grant_tables))
		run->authority_user.v = 0;
	return r;
}

/* The tables that say who may do what. */
static void
grant_tables_find(struct table_set *ret_set)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (strcmp(schema_tables[i].name, "access_grant") == 0)
			table_set_add(ret_set, &schema_tables[i].insert.changes);
}

/*
 * One transaction over all batches. 0; -errno of the machine; or 1 after a command failed for a
 * reason of its own and was marked: run again.
 */
static int
group_run(struct ledger *ledger, struct batch *const *batches, size_t count)
{
	struct run run = { .ledger = ledger, .tx = { .db = ledger->db, .arena = &ledger->arena } };
	int        r;

	arena_reset(&ledger->arena);
	grant_tables_find(&run.grant_tables);
	r = db_begin(ledger->db, true);
	for (size_t i = 0; r == 0 && i < count; i++) {
		run.batch = batches[i];
		run.failing = NULL;
		r = batch_take(&run);
		batches[i]->ret_result = r;
		if (r == -ENOENT)
			r = 0; /* nothing was written for it */
		if (r != 0 && !sql_is_machine_error(r) && run.failing != NULL) {
			run.failing->is_suspect = true;
			db_rollback(ledger->db);
			return 1;
		}
	}
	if (r == 0)
		r = head_save(&run);
	if (r == 0)
		r = db_commit(ledger->db);
	if (r != 0)
		db_rollback(ledger->db);
	return r;
}

void
ledger_execute(struct ledger *ledger, struct batch *const *batches, size_t count)
{
	int tries = 0, r;

	/* Each run again sets one more record aside, so this ends; others may be in the way. */
	do
		r = group_run(ledger, batches, count);
	while (r > 0 || (r == -EAGAIN && ++tries < TRIES_MAX));
	if (r == 0 || count == 1) {
		if (r != 0)
			batches[0]->ret_result = r;
		return;
	}
	if (sql_is_machine_error(r)) {
		for (size_t i = 0; i < count; i++)
			batches[i]->ret_result = r;
		return;
	}
	/* What fails only at the end (rows sent together) is found by taking each alone. */
	for (size_t i = 0; i < count; i++)
		ledger_execute(ledger, &batches[i], 1);
}

int
stream_number_take(struct ledger *ledger, stream_id *ret_stream)
{
	struct tx tx = { .db = ledger->db, .arena = &ledger->arena };
	int64_t   number = 0;
	int       r;

	r = db_begin(ledger->db, true);
	if (r == 0)
		r = rows_some(q_stream_number_take(&tx, &number), -EIO);
	if (r == 0)
		r = db_commit(ledger->db);
	if (r != 0)
		db_rollback(ledger->db);
	*ret_stream = (stream_id){ number };
	return r;
}

static int
do_own(struct ledger *ledger, struct arena *arena, area_id area, time_ms now,
    const struct command *command, const void *in, stream_id founder, struct outcome *ret_outcome)
{
	struct envelope e = { .command = command, .in = in, .at = now,
		.name = str_of(command->name),
		.raw = encode_envelope(arena, 0, now, command, in) };
	struct batch    b = { .area = area, .received = now, .envelopes = &e, .count = 1,
		.arena = arena, .ret_outcomes = ret_outcome, .founder = founder,
		.is_founding = founder.v != 0 };
	struct batch   *batches[] = { &b };

	ledger_execute(ledger, batches, 1);
	return b.ret_result;
}

int
ledger_do(struct ledger *ledger, struct arena *arena, area_id area, time_ms now,
    const struct command *command, const void *in, struct outcome *ret_outcome)
{
	return do_own(ledger, arena, area, now, command, in, (stream_id){ 0 }, ret_outcome);
}

int
ledger_found(struct ledger *ledger, struct arena *arena, area_id area, time_ms now,
    const void *in, struct outcome *ret_outcome)
{
	stream_id founder;
	int       r = stream_number_take(ledger, &founder);

	if (r != 0)
		return r;
	return do_own(ledger, arena, area, now, command_find(S("area_open")), in, founder,
	    ret_outcome);
}
