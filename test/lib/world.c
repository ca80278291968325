/* world.c -- see world.h. In process; world_http.c has what goes through a server. */
#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/deliver.h"
#include "ledger/view.h"
#include "lib/world_http.h"
#include "modules/access/access.h"
#include "modules/area/area.h"
#include "modules/stream/stream.h"

struct world {
	struct database *database;
	struct ledger    ledger;
	struct db       *reader;
	struct arena     arena;
	char             url[PATH_BYTES_MAX], keys_path[PATH_BYTES_MAX + 8];
	const char      *redvest;
	struct remote   *remote;   /* NULL: in process */
	bool             is_http;
	int64_t          next_id;
};

static void
must(int r, const char *what)
{
	if (r == 0)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(-r));
	abort();
}

/* Another test's tables go away. */
static void
postgres_empty(const char *url)
{
	PGconn   *c = PQconnectdb(url);
	PGresult *r = PQexec(c, "SET client_min_messages = error; DO $$ DECLARE t text; BEGIN"
	    " FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP"
	    " EXECUTE format('DROP TABLE %I CASCADE', t); END LOOP; END $$");

	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s", PQerrorMessage(c));
		abort();
	}
	PQclear(r);
	PQfinish(c);
}

/* A file with what the program puts beside it: a database, but for its keys; or a key file. */
static void
files_remove(const char *url)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", ".lock", ".inhand", ".sock" };
	char                     path[PATH_BYTES_MAX + 20];

	for (size_t i = 0; i < LEN(suffixes); i++) {
		snprintf(path, sizeof(path), "%s%s", url, suffixes[i]);
		(void)unlink(path);
	}
	snprintf(path, sizeof(path), "%s.exports", url);
	(void)rmdir(path);
}

struct world *
world_new(const char *url, bool is_http, const char *redvest)
{
	struct world *w = memory_new(sizeof(*w));
	char          why[DATABASE_WHY_BYTES] = "";

	snprintf(w->url, sizeof(w->url), "%s", url);
	w->is_http = is_http;
	w->redvest = redvest;
	if (database_is_postgres(url)) {
		postgres_empty(url);
		snprintf(
		    w->keys_path, sizeof(w->keys_path), "/tmp/redvest-test-%d.keys", (int)getpid());
	} else {
		files_remove(url);
		snprintf(w->keys_path, sizeof(w->keys_path), "%s.keys", w->url);
	}
	(void)unlink(w->keys_path);
	must(database_create(url, w->keys_path, &w->database, why), why);
	must(database_connect(w->database, DB_WRITE, &w->ledger.db, why), why);
	must(database_connect(w->database, DB_READ, &w->reader, why), why);
	w->ledger.keys = w->database->keys;
	w->next_id = 1;
	return w;
}

void
world_free(struct world *w)
{
	remote_stop(w->remote);
	db_close(w->ledger.db);
	db_close(w->reader);
	arena_done(&w->ledger.arena);
	arena_done(&w->arena);
	database_close(w->database);
	files_remove(w->keys_path);
	if (!database_is_postgres(w->url))
		files_remove(w->url);
	free(w);
}

struct ledger *
world_ledger(struct world *w)
{
	return &w->ledger;
}

struct database *
world_database(struct world *w)
{
	return w->database;
}

/* A command of the area's own stream that must succeed. */
static void
own(struct world *w, area_id area, time_ms now, const char *name, const void *in)
{
	struct outcome o;

	must(ledger_do(&w->ledger, &w->arena, area, now, command_find(str_of(name)), in, &o), name);
	if (o.answer != DONE) {
		fprintf(stderr, "%s: %.*s\n", name, (int)o.fault.n, o.fault.p);
		abort();
	}
}

void
world_area(struct world *w, area_id area, const char *name, time_ms now)
{
	struct area_open in = { .name = str_of(name), .time_zone = S("Asia/Shanghai") };
	struct outcome   o;

	must(ledger_found(&w->ledger, &w->arena, area, now, &in, &o), "area_open");
}

static struct str
token_hash_hex(struct world *w, const char *token)
{
	unsigned char hash[HASH_BYTES];

	hash_token(keys_derived(w->database->keys, KEYS_TOKEN), str_of(token), hash);
	return hex_text(&w->arena, (struct str){ (const char *)hash, sizeof(hash) });
}

void
world_role(struct world *w, struct client *c, unsigned role, time_ms now)
{
	struct access_grant_give grant = { .grant_id = { w->next_id++ }, .account = c->user,
		.role = (enum access_role)__builtin_ctz(role), .since = now };

	own(w, c->area, now, "access_grant_give", &grant);
	c->roles |= role;
}

void
world_client(struct world *w, struct client *c, time_ms now)
{
	struct access_user_add user;
	struct stream_open     open;
	struct access_sign_in  session;

	c->user.v = w->next_id++;
	c->next_n = 1;
	user = (struct access_user_add){ .account = c->user, .name = str_of(c->name) };
	user.login = arena_printf(&w->arena, "u%" PRId64, c->user.v);
	own(w, c->area, now, "access_user_add", &user);
	must(stream_number_take(&w->ledger, &c->stream), "stream_number_take");
	snprintf(c->token, sizeof(c->token), "%" PRId64 ".%" PRId64 ".test%" PRId64, c->area.v,
	    c->stream.v, c->user.v);
	open = (struct stream_open){ .stream = c->stream,
		.kind = stream_kind_STORE,
		.account = c->user,
		.store = str_of(c->name),
		.token_hash = token_hash_hex(w, c->token) };
	own(w, c->area, now, "stream_open", &open);
	snprintf(
	    c->session, sizeof(c->session), "%" PRId64 ".session%" PRId64, c->area.v, c->user.v);
	session = (struct access_sign_in){ .account = c->user, .until = { TIME_NEVER_MS },
		.session_hash = token_hash_hex(w, c->session) };
	own(w, c->area, now, "access_sign_in", &session);
}

void
world_start(struct world *w)
{
	if (!w->is_http)
		return;
	/* The server holds the database from here on. */
	db_close(w->ledger.db);
	w->ledger.db = NULL;
	(void)close(w->database->lock_fd);
	w->database->lock_fd = -1;
	w->remote = remote_start(w->redvest, w->url, w->keys_path);
}

static void
outcome_print(const struct outcome *o, struct came *ret_came)
{
	struct str rest = o->flags, flag;
	char      *out = ret_came->text;
	size_t     used;

	ret_came->seq = o->seq.v;
	used = (size_t)snprintf(out, WORLD_OUTCOME_BYTES, "%s%s%.*s", answer_words[o->answer],
	    o->fault.n > 0 ? " " : "", (int)o->fault.n, o->fault.p);
	while (o->flags.n > 0 && str_split(&rest, ' ', &flag))
		used += (size_t)snprintf(out + used, WORLD_OUTCOME_BYTES - used, ", flag %.*s",
		    (int)flag.n, flag.p);
}

int
world_send(struct world *w, struct client *c, const struct str *envelopes, size_t count,
    time_ms now, struct came *ret_outcomes)
{
	struct buffer   body = { 0 };
	struct request  request;
	struct problems problems = { 0 };
	struct batch    b = { .area = c->area, .received = now, .sent = now, .arena = &w->arena };
	struct batch   *batches[] = { &b };

	arena_reset(&w->arena);
	buffer_char(&body, '{');
	if (c->stream.v != 0)
		buffer_printf(&body, "\"stream\":%" PRId64 ",", c->stream.v);
	buffer_printf(&body, "\"made\":%" PRId64 ",\"sent\":%" PRId64 ",\"commands\":[", c->made,
	    now.ms);
	for (size_t i = 0; i < count; i++) {
		json_next(&body);
		buffer_add(&body, envelopes[i]);
	}
	buffer_add(&body, S("]}"));
	if (w->remote != NULL) {
		int status = remote_send(w->remote, c, buffer_str(&body), now, ret_outcomes, count);

		buffer_done(&body);
		return status;
	}
	if (!decode_request(&w->arena, buffer_str(&body), &request, &problems)) {
		buffer_done(&body);
		return 400;
	}
	b.stream = (c->roles & ROLE_SYSTEM) != 0 ? (stream_id){ 0 } : c->stream;
	b.made = request.made;
	b.envelopes = request.envelopes;
	b.count = request.count;
	for (size_t i = 0; i < count && b.stream.v == 0; i++)
		b.envelopes[i].n = 0;
	b.is_founding = b.stream.v == 0;
	if (b.is_founding)
		must(stream_number_take(&w->ledger, &b.founder), "stream_number_take");
	b.ret_outcomes = arena_alloc(&w->arena, count * sizeof(struct outcome));
	ledger_execute(&w->ledger, batches, 1);
	buffer_done(&body);
	if (b.ret_result != 0)
		return b.ret_result;
	for (size_t i = 0; i < b.ret_count + b.ret_is_forked; i++)
		outcome_print(&b.ret_outcomes[i], &ret_outcomes[i]);
	return 0;
}

/* "name=value name=value" to arguments. */
static size_t
args_split(struct str text, struct view_arg *args, size_t max)
{
	struct str rest = str_trim(text), part;
	size_t     n = 0;

	while (rest.n > 0 && n < max && str_split(&rest, ' ', &part))
		if (str_split(&part, '=', &args[n].name)) {
			args[n].value = part.p != NULL ? part : S("");
			n++;
		}
	return n;
}

int
world_view(struct world *w, struct client *c, struct str name, const char *args, time_ms now,
    struct buffer *ret_json)
{
	const struct view *view = view_find(name);
	struct view_arg    list[VIEW_PARAMS_MAX];
	struct view_query  query;
	struct problems    problems = { 0 };
	struct authority   authority;
	struct tx          tx = { .db = w->reader, .arena = &w->arena, .area = c->area };
	struct reader      reader = { .user = c->user, .keys = w->database->keys, .now = now };
	size_t             n = args_split(str_of(args), list, LEN(list));
	int                r;

	if (w->remote != NULL)
		return remote_view(w->remote, c, name, list, n, now, ret_json);
	arena_reset(&w->arena);
	if (view == NULL || !view_query_read(view, c->area, list, n, &query, &problems))
		return 400;
	must(authority_read(&tx, c->user, &authority), "authority_read");
	reader.roles = authority_roles_now(&authority, now);
	r = view_json(w->reader, &w->arena, &query, &reader, ret_json);
	if (r == -EACCES)
		return 403;
	if (r != 0)
		return r == -EINVAL ? 400 : 500;
	r = view_counts_check(w->reader, &w->arena, &query, &reader);
	return r < 0 && r != -EACCES ? r : 200;
}

void
world_deliver(struct world *w, time_ms now)
{
	size_t delivered;

	if (w->remote != NULL) {
		remote_clock_set(w->remote, now);
		remote_deliver_wait(w->remote);
		return;
	}
	must(ledger_deliver(&w->ledger, now, &delivered), "deliver");
}
