/* verify.c -- see verify.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/backup.h"
#include "ledger/seal.h"
#include "ledger/verify.h"
#include "gen/ledger_sql.h"
#include "gen/schema.h"

#define AREAS_MAX   4096
#define COMMIT_ROWS 1000 /* replayed in one transaction */

struct replay {
	struct tx             source, target;
	struct keys          *keys;
	struct arena          row_arena, arena;
	struct verify_report *report;
	unsigned char         hash[HASH_BYTES];
	seq_id                last;
	time_ms               received;
};

static void __attribute__((format(printf, 2, 3)))
wrong(struct replay *r, const char *format, ...)
{
	va_list args;

	if (r->report->wrong[0] != '\0')
		return;
	va_start(args, format);
	(void)vsnprintf(r->report->wrong, sizeof(r->report->wrong), format, args);
	va_end(args);
}

int
table_digest(struct tx *tx, const struct table *table,
    unsigned char ret_digest[static HASH_BYTES])
{
	struct stmt *s = sql_begin_stream(tx, &table->all);
	struct rows  rows;
	struct hash  h;

	hash_begin(&h);
	while ((rows = sql_next(tx, s)).n == 1)
		for (int i = 0; table->all.columns[i] != '\0'; i++)
			if (table->all.columns[i] == 'i')
				hash_add_i64(&h, sql_column_i64(s, i));
			else
				hash_add_str(&h, sql_column_str(s, i));
	sql_end(s);
	hash_end(&h, ret_digest);
	return rows_done(rows);
}

/* The ledger itself was checked by its chain; its head and the counters with it. */
bool
table_is_compared(const struct table *table)
{
	static const char *const not_compared[] = { "ledger", "ledger_head", "checkpoint",
		"everywhere_counter", "everywhere_meta", NULL };

	for (size_t i = 0; not_compared[i] != NULL; i++)
		if (strcmp(not_compared[i], table->name) == 0)
			return false;
	return true;
}

/* The sealed fields as JSON; false: altered, or their key is gone. */
static bool
sealed_read(struct replay *r, const struct ledger_row *row, struct str *ret_json)
{
	struct buffer b = { 0 };
	int           result;

	*ret_json = S("");
	if (row->sealed.n == 0)
		return true;
	result = unseal(r->keys, row->sealed, r->source.area, row->seq.v, row->command, &b);
	*ret_json = arena_copy(&r->row_arena, buffer_str(&b));
	buffer_done(&b);
	return result == 0;
}

static bool
flags_are(const struct call *call, struct str names)
{
	struct str rest = names, part;

	for (size_t i = 0; i < call->flag_count; i++)
		if (!str_split(&rest, ' ', &part) || !str_equal(part, str_of(call->flags[i]->name)))
			return false;
	return names.n == 0 ? call->flag_count == 0 : rest.p == NULL;
}

static int
stream_of_row(struct replay *r, const struct ledger_row *row, struct call *call, int64_t *ret_made)
{
	struct str token_hash;
	int64_t    kind, closed_n, next_n;
	seq_id     closed, last;
	time_ms    revoked;
	int        result;

	result = rows_some(q_stream_find(&r->target, row->stream, &kind, &call->user, &token_hash,
	    &closed_n, &closed, &revoked, &next_n, &last, ret_made), -ENOENT);
	call->stream_kind = (enum sender_kind)kind;
	if (result == 0 && (next_n != row->n || last.v != row->prev.v))
		wrong(r, "area %" PRId64 ", row %" PRId64 ": stream %" PRId64 " has a hole",
		    r->source.area.v, row->seq.v, row->stream.v);
	return result;
}

static int
done_apply(struct replay *r, const struct ledger_row *row, struct call *call)
{
	const struct command *c = command_find(row->command);
	struct str            sealed;
	const void           *in;
	int                   result;

	if (c == NULL || !sealed_read(r, row, &sealed) ||
	    !decode_stored(&r->row_arena, c, row->open_fields, sealed, &in)) {
		wrong(r, "area %" PRId64 ", row %" PRId64 ": cannot be read", r->source.area.v,
		    row->seq.v);
		return 0;
	}
	result = c->apply(&r->target, call, in);
	if (result > 0 || result == -EINVAL)
		wrong(r, "area %" PRId64 ", row %" PRId64 ": %s was done, and is refused on replay",
		    r->source.area.v, row->seq.v, c->name);
	else if (!flags_are(call, row->flags))
		wrong(r, "area %" PRId64 ", row %" PRId64 ": other flags on replay",
		    r->source.area.v, row->seq.v);
	buffer_done(&call->result);
	return result < 0 && result != -EINVAL ? result : 0;
}

/* Of what went aside the row itself is needed: it may be applied later. */
static int
aside_keep(struct replay *r, const struct ledger_row *row)
{
	return rows_done(q_ledger_append(&r->target, row->seq, row->stream, row->n, row->prev,
	    row->digest, row->at, row->sent, row->made, row->received, row->command,
	    row->open_fields, row->sealed, row->answer, row->fault, row->flags, row->result,
	    (struct str){ (const char *)r->hash, HASH_BYTES }));
}

static int
row_replay(struct replay *r, const struct ledger_row *row)
{
	struct call call = { .stream = row->stream, .n = row->n, .at = row->at, .seq = row->seq,
		.received = row->received, .roles = ~0u, .keys = r->keys, .is_replay = true };
	struct str  rest = row->flags, name;
	int64_t     number = 0, made = 0;
	int         result;

	result = stream_of_row(r, row, &call, &made);
	if (result == -ENOENT) {
		wrong(r, "area %" PRId64 ", row %" PRId64 ": of no stream", r->source.area.v,
		    row->seq.v);
		return 0;
	}
	if (result == 0 && row->answer == DONE)
		result = done_apply(r, row, &call);
	else if (result == 0 && row->answer == ASIDE)
		result = aside_keep(r, row);
	while (result == 0 && row->flags.n > 0 && str_split(&rest, ' ', &name))
		result = rows_done(q_flag_add(&r->target, row->seq, number++, name));
	if (result == 0)
		result = rows_done(q_stream_advance(&r->target, row->stream, row->n + 1, row->seq,
		    made > row->made ? made : row->made));
	return result;
}

/* One row: its place in the chain, then what it did. */
static int
row_check(struct replay *r, const struct ledger_row *row, struct str stored_hash)
{
	if (row->seq.v != r->last.v + 1)
		wrong(r, "area %" PRId64 ": row %" PRId64 " is missing", r->source.area.v,
		    r->last.v + 1);
	if (row->received.ms < r->received.ms)
		wrong(r, "area %" PRId64 ", row %" PRId64 ": received before the row before it",
		    r->source.area.v, row->seq.v);
	ledger_row_hash(row, r->source.area, r->hash, r->hash);
	if (!str_equal(stored_hash, (struct str){ (const char *)r->hash, HASH_BYTES }))
		wrong(r, "area %" PRId64 ", row %" PRId64 ": altered, its hash does not fit",
		    r->source.area.v, row->seq.v);
	r->last = row->seq;
	r->received = row->received;
	r->report->rows++;
	return r->report->wrong[0] != '\0' ? 0 : row_replay(r, row);
}

/* Up to a thousand rows; *ret_count of them. */
static int
rows_walk(struct replay *r, size_t *ret_count)
{
	struct stmt *s = q_ledger_walk_begin(&r->source, r->last);
	struct rows  rows = { 0 };
	size_t       n = 0;
	int          result = 0;

	while (result == 0 && r->report->wrong[0] == '\0') {
		struct ledger_row row;
		struct str        hash;

		arena_reset(&r->row_arena);
		rows = q_ledger_walk_next(&r->source, s, &row.seq, &row.stream, &row.n, &row.prev,
		    &row.digest, &row.at, &row.sent, &row.made, &row.received, &row.command,
		    &row.open_fields, &row.sealed, &row.answer, &row.fault, &row.flags, &row.result,
		    &hash);
		if (rows.n != 1)
			break;
		result = row_check(r, &row, hash);
		n++;
	}
	sql_end(s);
	*ret_count = n;
	return result != 0 ? result : rows_done(rows);
}

/* The backup's tables must be those whose digests the ledger has. */
static int
base_check(struct replay *r)
{
	unsigned char found[HASH_BYTES];
	struct str    digest, hash = S("");
	int           result;

	result = rows_some(q_ledger_head_read(&r->target, &r->last, &r->received, &hash), -EIO);
	if (result == 0)
		memcpy(r->hash, hash.p, HASH_BYTES);
	for (size_t t = 0; result == 0 && t < TABLE_COUNT; t++) {
		const struct table *table = &schema_tables[t];
		struct rows         rows;

		if (table->is_everywhere || !table_is_compared(table))
			continue;
		rows = q_checkpoint_digest(&r->source, r->last, str_of(table->name), &digest);
		if (rows.n == 0)
			wrong(r, "area %" PRId64 ": the ledger knows nothing of this backup",
			    r->source.area.v);
		result = rows.n < 0 ? rows_done(rows) : table_digest(&r->target, table, found);
		if (result == 0 && rows.n == 1 &&
		    !str_equal(digest, (struct str){ (const char *)found, HASH_BYTES }))
			wrong(r, "area %" PRId64 ": table %s of the backup is not as it was made",
			    r->source.area.v, table->name);
	}
	r->report->areas_based++;
	return result;
}

static int
area_begin(struct replay *r, area_id area)
{
	struct str none = S("");
	stream_id  own;
	int        result;

	r->source.area = r->target.area = area;
	if (q_everywhere_area_own_stream(&r->target, &own).n == 1)
		return base_check(r);
	r->last = (seq_id){ 0 };
	r->received = (time_ms){ INT64_MIN };
	memset(r->hash, 0, sizeof(r->hash));
	result = rows_some(q_everywhere_area_own_stream(&r->source, &own), -EIO);
	if (result == 0)
		result = rows_done(q_everywhere_area_add(&r->target, own.v));
	if (result == 0)
		result = rows_done(q_stream_add(&r->target, own, STREAM_OWN, (user_id){ 0 }, none,
		    none, (seq_id){ 0 }));
	return result;
}

static int
area_replay(struct replay *r, area_id area)
{
	struct str hash = S("");
	seq_id     head = { 0 };
	time_ms    received;
	size_t     count = 1;
	int        result = area_begin(r, area);

	while (result == 0 && count > 0 && r->report->wrong[0] == '\0') {
		result = rows_walk(r, &count);
		if (result == 0)
			result = db_commit(r->target.db);
		if (result == 0)
			result = db_begin(r->target.db, true);
	}
	if (result == 0)
		result = rows_done(q_ledger_head_read(&r->source, &head, &received, &hash));
	if (result == 0 && (head.v != r->last.v ||
	    !str_equal(hash, (struct str){ (const char *)r->hash, HASH_BYTES })))
		wrong(r, "area %" PRId64 ": the newest row should be %" PRId64 ", found %" PRId64,
		    area.v, head.v, r->last.v);
	r->report->areas++;
	return result;
}

/* How many columns a table's key has: they stand first in it, and its rows are ordered by them. */
static int
key_columns(const struct table *t, struct str *ret_names)
{
	static const char by[] = " ORDER BY ";
	const char       *p = strstr(t->all.sqlite, by) + sizeof(by) - 1;
	int               count = 1;

	*ret_names = (struct str){ p, strcspn(p, ";") };
	for (size_t i = 0; i < ret_names->n; i++)
		count += p[i] == ',';
	return count;
}

/* Of one column of two rows: < 0, 0, > 0. */
static int
column_compare(const struct table *t, int i, struct stmt *a, struct stmt *b)
{
	if (t->all.columns[i] == 'i') {
		int64_t x = sql_column_i64(a, i), y = sql_column_i64(b, i);

		return (x > y) - (x < y);
	}
	return str_compare(sql_column_str(a, i), sql_column_str(b, i));
}

/* The first column in which two rows differ; -1: none. */
static int
rows_differ(const struct table *t, struct stmt *a, struct stmt *b, int *ret_order)
{
	for (int i = 0; t->all.columns[i] != '\0'; i++) {
		*ret_order = column_compare(t, i, a, b);
		if (*ret_order != 0)
			return i;
	}
	return -1;
}

/* " seq 17": the numbers of a row's key but the area, which is said before. */
static void
key_print(const struct table *t, struct stmt *s, int keys, struct str names, struct buffer *b)
{
	struct str name;

	for (int i = 0; i < keys && str_split(&names, ',', &name); i++) {
		while (name.n > 0 && name.p[0] == ' ')
			name = str_slice(name, 1, SIZE_MAX);
		if (t->all.columns[i] == 'i' && !str_equal(name, S("area")))
			buffer_printf(b, " %.*s %" PRId64, (int)name.n, name.p,
			    sql_column_i64(s, i));
	}
}

/* Where the table differs first: both are walked side by side, in the order of the key. */
static int
row_find(struct replay *r, const struct table *t, struct buffer *ret_where)
{
	struct stmt *found = sql_begin_stream(&r->source, &t->all);
	struct stmt *made = sql_begin_stream(&r->target, &t->all);
	struct rows  there, wanted;
	struct str   names;
	int          keys = key_columns(t, &names), column = -1, order = 0;

	do {
		there = sql_next(&r->source, found);
		wanted = sql_next(&r->target, made);
		if (there.n == 1 && wanted.n == 1)
			column = rows_differ(t, found, made, &order);
	} while (there.n == 1 && wanted.n == 1 && column < 0);
	if (there.n == 1 && (wanted.n == 0 || (column < keys && order < 0))) {
		buffer_add(ret_where, S(", there is a row too many:"));
		key_print(t, found, keys, names, ret_where);
	} else if (wanted.n == 1 && (there.n == 0 || column < keys)) {
		buffer_add(ret_where, S(", a row is missing:"));
		key_print(t, made, keys, names, ret_where);
	} else if (column >= 0) {
		buffer_printf(ret_where, ", column %d is altered in row", column + 1);
		key_print(t, found, keys, names, ret_where);
	}
	sql_end(found);
	sql_end(made);
	return there.n < 0 ? rows_done(there) : rows_done(wanted);
}

static int
table_wrong(struct replay *r, const struct table *t)
{
	struct buffer where = { 0 };
	int           result = row_find(r, t, &where);

	wrong(r, "area %" PRId64 ": table %s is not what the ledger makes of it%.*s",
	    r->source.area.v, t->name, (int)where.n, where.n > 0 ? where.p : "");
	buffer_done(&where);
	return result;
}

static int
tables_compare(struct replay *r, area_id area, bool is_everywhere)
{
	unsigned char found[HASH_BYTES], made[HASH_BYTES];
	int           result = 0;

	r->source.area = r->target.area = area;
	for (size_t t = 0; result == 0 && t < TABLE_COUNT; t++) {
		if (schema_tables[t].is_everywhere != is_everywhere ||
		    !table_is_compared(&schema_tables[t]))
			continue;
		result = table_digest(&r->source, &schema_tables[t], found);
		if (result == 0)
			result = table_digest(&r->target, &schema_tables[t], made);
		r->report->tables++;
		if (result == 0 && memcmp(found, made, sizeof(found)) != 0)
			return table_wrong(r, &schema_tables[t]);
	}
	return result;
}

static int
replay_all(struct replay *r)
{
	area_id     *areas = arena_alloc(&r->arena, AREAS_MAX * sizeof(*areas));
	struct stmt *s = q_everywhere_areas_begin(&r->source, 0, INT64_MAX);
	struct rows  rows = { 0 };
	size_t       count = 0;
	int          result;

	while (count < AREAS_MAX &&
	    (rows = q_everywhere_areas_next(&r->source, s, &areas[count])).n == 1)
		count++;
	sql_end(s);
	result = rows_done(rows);
	for (size_t i = 0; result == 0 && i < count && r->report->wrong[0] == '\0'; i++)
		result = area_replay(r, areas[i]);
	for (size_t i = 0; result == 0 && i < count && r->report->wrong[0] == '\0'; i++)
		result = tables_compare(r, areas[i], false);
	if (result == 0 && r->report->wrong[0] == '\0')
		result = tables_compare(r, (area_id){ 0 }, true);
	return result;
}

/* A fresh database, or a copy of the backup, to replay into. */
static int
target_open(struct replay *r, const char *base, const char *path, char *why)
{
	struct db *from = NULL;
	int        result;

	result = db_open(&r->target.db, path, DB_CREATE, why);
	if (base == NULL)
		return result == 0 ? db_script(r->target.db, schema_sqlite) : result;
	if (result == 0)
		result = db_open(&from, base, DB_READ, why);
	if (result == 0)
		result = database_copy(from, r->target.db, why);
	db_close(from);
	return result;
}

static int
replay_begin(struct replay *r, const struct database *database, const char *base, const char *path,
    char *why)
{
	int result;

	result = database_connect(database, DB_READ, &r->source.db, why);
	if (result == 0)
		result = target_open(r, base, path, why);
	if (result == 0)
		result = db_begin(r->source.db, false);
	if (result == 0)
		result = db_begin(r->target.db, true);
	return result;
}

static void
directory_remove(const char *directory, const char *path)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char                     name[PATH_BYTES_MAX];

	for (size_t i = 0; i < LEN(suffixes); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		(void)unlink(name);
	}
	(void)rmdir(directory);
}

int
ledger_verify(struct database *database, const char *base, struct verify_report *ret_report)
{
	struct replay r = { .keys = database->keys, .report = ret_report };
	char          directory[] = "/tmp/redvest-verify-XXXXXX", path[64];
	char          why[DATABASE_WHY_BYTES] = "";
	int           result;

	*ret_report = (struct verify_report){ 0 };
	if (mkdtemp(directory) == NULL)
		return -errno;
	(void)snprintf(path, sizeof(path), "%s/replay.db", directory);
	r.source.arena = r.target.arena = &r.row_arena;
	result = replay_begin(&r, database, base, path, why);
	if (result == 0)
		result = replay_all(&r);
	db_close(r.source.db);
	db_close(r.target.db);
	arena_done(&r.row_arena);
	arena_done(&r.arena);
	directory_remove(directory, path);
	return result;
}

int
verify_base_find(struct database *database, char ret_path[static PATH_BYTES_MAX])
{
	struct arena arena = { 0 };
	struct tx    tx = { .arena = &arena };
	struct str   path = S("");
	struct stmt *s;
	seq_id       seq;
	char         why[DATABASE_WHY_BYTES];
	int          r = database_connect(database, DB_READ, &tx.db, why);

	ret_path[0] = '\0';
	if (r != 0)
		return r;
	r = db_begin(tx.db, false);
	if (r == 0) {
		s = q_everywhere_areas_begin(&tx, 0, INT64_MAX);
		r = rows_done(q_everywhere_areas_next(&tx, s, &tx.area));
		sql_end(s);
	}
	if (r == 0)
		r = rows_done(q_checkpoint_newest(&tx, &seq, &path));
	if (r == 0)
		(void)str_copy(path, ret_path, PATH_BYTES_MAX);
	db_rollback(tx.db);
	db_close(tx.db);
	arena_done(&arena);
	return r;
}
