/*
 * postgres_bulk.c -- rows that need not be sent one by one: INSERT … SELECT … FROM unnest($1, …).
 *
 * A row is appended to one array a column, in PostgreSQL's binary form, so that sending copies
 * nothing. All that waits goes together, and a table goes before those whose foreign keys look
 * into it (they are among what a statement reads), whichever row was first.
 *
 * When such a row breaks a rule, the call that brought it has been answered long ago, and another
 * must not be blamed. So the transaction answers -EAGAIN, and in the next one rows go one by one.
 */
#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "db/postgres.h"

/* array_recv in PostgreSQL's arrayfuncs.c: dimensions, has nulls, type, length, lower bound. */
#define ARRAY_HEAD_BYTES 20

static Oid
element_type(char letter)
{
	return letter == 's' ? OID_TEXT : letter == 'b' ? OID_BYTEA : OID_INT8;
}

static Oid
array_type(char letter)
{
	return letter == 's' ? OID_TEXT_ARRAY : letter == 'b' ? OID_BYTEA_ARRAY : OID_INT8_ARRAY;
}

void
bulk_init(struct postgres_stmt *s)
{
	s->columns = memory_new((size_t)s->params_n * sizeof(*s->columns));
	s->has_null = memory_new((size_t)s->params_n * sizeof(*s->has_null));
	for (int i = 0; i < s->params_n; i++)
		s->types[i] = array_type(s->stmt.sql->params[i]);
}

static void
empty(struct postgres_stmt *s)
{
	for (int i = 0; i < s->params_n; i++) {
		/* One huge value should not keep its room for good. */
		if (s->columns[i].room > WAITING_BYTES_MAX)
			buffer_done(&s->columns[i]);
		buffer_reset(&s->columns[i]);
		s->has_null[i] = false;
	}
	s->rows_n = 0;
}

void
bulk_done(struct postgres_stmt *s)
{
	for (int i = 0; s->columns != NULL && i < s->params_n; i++)
		buffer_done(&s->columns[i]);
	free(s->columns);
	free(s->has_null);
}

static void
put_u32(char *p, uint32_t x)
{
	x = htobe32(x);
	memcpy(p, &x, sizeof(x));
}

static size_t
append_value(struct buffer *b, const char *value, size_t bytes)
{
	char *p;

	if (b->n == 0) {
		memset(buffer_reserve(b, ARRAY_HEAD_BYTES), 0, ARRAY_HEAD_BYTES);
		b->n = ARRAY_HEAD_BYTES;
	}
	p = buffer_reserve(b, 4 + bytes);
	put_u32(p, value == NULL ? UINT32_MAX : (uint32_t)bytes);
	if (bytes > 0)
		memcpy(p + 4, value, bytes);
	b->n += 4 + bytes;
	return 4 + bytes;
}

void
bulk_append(struct postgres_stmt *s)
{
	struct postgres_db *d = postgres_of(s->stmt.db);

	if (s->rows_n++ == 0) {
		s->next_waiting = d->waiting;
		d->waiting = s;
	}
	for (int i = 0; i < s->params_n; i++) {
		size_t bytes = s->values[i] == NULL ? 0 : (size_t)s->lengths[i];

		s->has_null[i] |= s->values[i] == NULL;
		d->waiting_bytes += append_value(&s->columns[i], s->values[i], bytes);
	}
	d->waiting_rows++;
}

bool
bulk_is_due(const struct postgres_db *d)
{
	return d->waits_not || d->waiting_rows >= WAITING_ROWS_MAX ||
	    d->waiting_bytes >= WAITING_BYTES_MAX;
}

bool
bulk_meets(const struct postgres_db *d, const struct sql *sql)
{
	for (const struct postgres_stmt *s = d->waiting; s != NULL; s = s->next_waiting)
		if (table_set_meets(&s->stmt.sql->changes, &sql->reads) ||
		    table_set_meets(&s->stmt.sql->changes, &sql->changes))
			return true;
	return false;
}

static void
send_rows(struct postgres_db *d, struct postgres_stmt *s)
{
	const char *values[PARAMS_MAX];
	int         lengths[PARAMS_MAX];

	for (int i = 0; i < s->params_n; i++) {
		char *head = s->columns[i].p;

		put_u32(head, 1);
		put_u32(head + 4, s->has_null[i]);
		put_u32(head + 8, element_type(s->stmt.sql->params[i]));
		put_u32(head + 12, (uint32_t)s->rows_n);
		put_u32(head + 16, 1);
		values[i] = head;
		assert(s->columns[i].n <= INT32_MAX);
		lengths[i] = (int)s->columns[i].n;
	}
	postgres_send_prepare(s);
	postgres_sent(d, PQsendQueryPrepared(d->conn, s->name, s->params_n, values, lengths,
	    postgres_formats, 1), SENT_BULK, NULL, s->stmt.sql->name);
	empty(s);
}

/* One that reads no table of another that waits; where each does, any. */
static struct postgres_stmt **
find_first(struct postgres_db *d)
{
	for (struct postgres_stmt **at = &d->waiting; *at != NULL; at = &(*at)->next_waiting) {
		const struct postgres_stmt *other = d->waiting;

		while (other != NULL && (other == *at ||
		    !table_set_meets(&other->stmt.sql->changes, &(*at)->stmt.sql->reads)))
			other = other->next_waiting;
		if (other == NULL)
			return at;
	}
	return &d->waiting;
}

static void
take_all(struct postgres_db *d, void (*take)(struct postgres_db *d, struct postgres_stmt *s))
{
	while (d->waiting != NULL) {
		struct postgres_stmt **at = find_first(d), *s = *at;

		*at = s->next_waiting;
		s->next_waiting = NULL;
		take(d, s);
	}
	d->waiting_rows = d->waiting_bytes = 0;
}

void
bulk_send(struct postgres_db *d)
{
	take_all(d, send_rows);
}

static void
forget_rows(struct postgres_db *d, struct postgres_stmt *s)
{
	(void)d;
	empty(s);
}

void
bulk_forget(struct postgres_db *d)
{
	take_all(d, forget_rows);
}
