/* deliver.c -- see deliver.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include "base/str.h"
#include "ledger/deliver.h"
#include "gen/ledger_sql.h"

#define AREAS_MAX    4096 /* of a database */
#define MESSAGES_MAX 200  /* at once, of one area to another */

struct post {                     /* from one area to another */
	struct ledger *ledger;
	struct arena  *arena;
	area_id        from, to;
	time_ms        now;
	stream_id      stream;     /* of `from` in `to`; 0: none yet */
	int64_t        next_n;
};

/* The receiving stream, opened when there is none. -ENOENT: that area has no ledger here. */
static int
stream_ready(struct post *p)
{
	struct tx      tx = { .db = p->ledger->db, .arena = p->arena, .area = p->to };
	struct str     token_hash, store = arena_printf(p->arena, "%" PRId64, p->from.v);
	int64_t        kind, closed_n, made;
	user_id        user;
	seq_id         closed, last;
	time_ms        revoked;
	struct outcome outcome;
	struct rows    rows;
	struct str     json;
	const void    *in;
	struct problems problems = { 0 };
	int            r;

	rows = q_everywhere_area_own_stream(&tx, &p->stream);
	if (rows.n <= 0)
		return rows.n < 0 ? (int)rows.n : -ENOENT;
	rows = q_stream_of_store(&tx, STREAM_AREA, store, &p->stream);
	if (rows.n < 0)
		return (int)rows.n;
	if (rows.n == 1)
		return rows_some(q_stream_find(&tx, p->stream, &kind, &user, &token_hash, &closed_n,
		    &closed, &revoked, &p->next_n, &last, &made), -EIO);
	r = stream_number_take(p->ledger, &p->stream);
	if (r != 0)
		return r;
	json = arena_printf(p->arena, "{\"stream\":\"%" PRId64 "\",\"kind\":\"area\","
	    "\"store\":\"%" PRId64 "\"}", p->stream.v, p->from.v);
	p->next_n = 1;
	if (!decode_fields(p->arena, command_find(S("stream_open")), json, &in, &problems))
		return -EINVAL;
	r = ledger_do(p->ledger, p->arena, p->to, p->now, command_find(S("stream_open")), in,
	    &outcome);
	/* Refused: another server has opened it at this moment; the next run finds it. */
	return r != 0 ? r : outcome.answer == DONE ? 0 : -EAGAIN;
}

/*
 * All fields of a message as one JSON object. What nobody can open any more (its key is destroyed,
 * it was altered) does not hold up what follows: then *ret_is_whole is false, and only the open
 * fields are there.
 */
static int
fields_join(struct post *p, int64_t n, struct str open, struct str sealed, struct str *ret_fields,
    bool *ret_is_whole)
{
	struct buffer b = { 0 };
	int           r = outbox_open(p->ledger->keys, p->from, p->to, n, sealed, &b);
	int           open_bytes = (int)open.n - 1; /* without its bracket */

	*ret_is_whole = r == 0;
	*ret_fields = arena_copy(p->arena, open);
	if (r == 0 && b.n > 2) /* more than {} */
		*ret_fields = arena_printf(p->arena, "%.*s%s%.*s", open_bytes, open.p,
		    open_bytes > 1 ? "," : "", (int)b.n - 1, b.p + 1);
	buffer_done(&b);
	return r == -ENOKEY || r == -EBADMSG ? 0 : r;
}

/* One message as an envelope; a command of none goes aside in the ledger that receives it. */
static int
envelope_make(struct post *p, struct envelope *e, struct str open, struct str sealed)
{
	struct problems problems = { 0 };
	struct str      fields;
	bool            is_whole;
	int             r = fields_join(p, e->n, open, sealed, &fields, &is_whole);

	if (r != 0)
		return r;
	e->command = is_whole ? command_find(e->name) : NULL;
	if (e->command != NULL && !decode_fields(p->arena, e->command, fields, &e->in, &problems))
		e->command = NULL;
	e->raw = arena_printf(p->arena, "{\"n\":%" PRId64 ",\"name\":\"%.*s\","
	    "\"at\":%" PRId64 ",\"fields\":%.*s}", e->n, (int)e->name.n, e->name.p, e->at.ms,
	    (int)fields.n, fields.p);
	return 0;
}

/* The messages that have not arrived, as envelopes. */
static int
messages_read(struct post *p, struct envelope *envelopes, size_t *ret_count)
{
	struct tx    tx = { .db = p->ledger->db, .arena = p->arena, .area = p->from };
	struct stmt *s = q_outbox_messages_begin(&tx, p->to, p->next_n);
	struct rows  rows = { 0 };
	struct str   open, sealed;
	size_t       n = 0;
	int          r = 0;

	for (; r == 0 && n < MESSAGES_MAX; n++) {
		struct envelope *e = &envelopes[n];

		*e = (struct envelope){ 0 };
		rows = q_outbox_messages_next(&tx, s, &e->n, &e->at, &e->name, &open, &sealed);
		if (rows.n <= 0)
			break;
		r = envelope_make(p, e, open, sealed);
	}
	sql_end(s);
	*ret_count = n;
	return r != 0 ? r : rows_done(rows);
}

static int
post_deliver(struct post *p, int64_t newest, size_t *delivered)
{
	struct envelope *envelopes = arena_alloc(p->arena, MESSAGES_MAX * sizeof(*envelopes));
	struct batch     b = { .area = p->to, .received = p->now, .envelopes = envelopes,
		.arena = p->arena };
	struct batch    *batches[] = { &b };
	int              r;

	r = stream_ready(p);
	if (r == -ENOENT)
		return 0;
	while (r == 0 && p->next_n <= newest) {
		r = messages_read(p, envelopes, &b.count);
		if (r != 0 || b.count == 0)
			return r;
		b.stream = p->stream;
		b.ret_outcomes = arena_alloc(p->arena, b.count * sizeof(struct outcome));
		ledger_execute(p->ledger, batches, 1);
		r = b.ret_result;
		*delivered += r == 0 ? b.ret_count : 0;
		p->next_n = b.ret_next;
	}
	return r;
}

struct pair { area_id from, to; int64_t newest; };

static int
pairs_read(struct tx *tx, struct pair *pairs, size_t *ret_count)
{
	area_id      areas[AREAS_MAX];
	struct stmt *s = q_everywhere_areas_begin(tx, 0, INT64_MAX);
	struct rows  rows = { 0 };
	size_t       count = 0, n = 0;

	while (count < AREAS_MAX && (rows = q_everywhere_areas_next(tx, s, &areas[count])).n == 1)
		count++;
	sql_end(s);
	for (size_t i = 0; rows.n >= 0 && i < count; i++) {
		tx->area = areas[i];
		s = q_outbox_newest_begin(tx);
		while (n < AREAS_MAX &&
		    (rows = q_outbox_newest_next(tx, s, &pairs[n].to, &pairs[n].newest)).n == 1)
			pairs[n++].from = areas[i];
		sql_end(s);
	}
	*ret_count = n;
	return rows_done(rows);
}

int
ledger_deliver(struct ledger *ledger, time_ms now, size_t *ret_delivered)
{
	struct arena arena = { 0 };
	struct tx    tx = { .db = ledger->db, .arena = &arena };
	struct pair *pairs = arena_alloc(&arena, AREAS_MAX * sizeof(*pairs));
	size_t       count = 0;
	int          r;

	*ret_delivered = 0;
	r = pairs_read(&tx, pairs, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct post p = { .ledger = ledger, .arena = &arena, .from = pairs[i].from,
			.to = pairs[i].to, .now = now };

		r = post_deliver(&p, pairs[i].newest, ret_delivered);
	}
	arena_done(&arena);
	return r;
}
