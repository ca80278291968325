/*
 * session.c -- signing in and out, and who asks.
 *
 * A session is a cookie whose hash is in a table; signing in and out are commands. Passwords are
 * verified on threads of their own. An unknown name costs the same time, is answered alike and
 * recorded alike. docs/decisions/http.md says what is refused from other sites' pages.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "http/inside.h"
#include "ledger/password.h"

#define COOKIE        "redvest"
#define SESSION_SECONDS "43200"
#define CACHE_MS      5000 /* PostgreSQL: another server's change is seen after so long */
#define ROLES_CONSOLE (~0u & ~(unsigned)ROLE_SYSTEM)

struct session_body { struct str user, password; };

static const struct field session_fields[] = {
	{ "user", KIND_TEXT, REQUIRED, 1, 60, CLASS_TEXT, offsetof(struct session_body, user),
	  "登录名", "Name to sign in with", NULL, NULL, 0 },
	{ "password", KIND_TEXT, REQUIRED, 1, PASSWORD_BYTES_MAX, CLASS_SECRET,
	  offsetof(struct session_body, password), "密码", "Password", NULL, NULL, 0 },
	{ 0 },
};
static const struct command session_form = { .name = "session", .fields = session_fields,
	.bytes = sizeof(struct session_body) };

static const struct field password_fields[] = {
	{ "password", KIND_TEXT, REQUIRED, PASSWORD_BYTES_MIN, PASSWORD_BYTES_MAX, CLASS_SECRET, 0,
	  "密码", "Password", NULL, NULL, 0 },
	{ 0 },
};
static const struct command password_form = { .name = "password", .fields = password_fields,
	.bytes = sizeof(struct str) };

void
random_text(char ret_text[static RANDOM_TEXT_BYTES])
{
	unsigned char bytes[24];

	randombytes_buf(bytes, sizeof(bytes));
	(void)sodium_bin2base64(ret_text, RANDOM_TEXT_BYTES, bytes, sizeof(bytes),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void
token_hash(struct server *server, struct str token, unsigned char ret_hash[static HASH_BYTES])
{
	hash_token(keys_derived(server->database->keys, KEYS_TOKEN), token, ret_hash);
}

bool
origin_is_ours(struct exchange *x)
{
	const char *origin = exchange_header(x, "Origin"), *host = exchange_header(x, "Host");
	const char *name = origin == NULL ? NULL : strstr(origin, "://");

	return origin == NULL ||
	    (name != NULL && host != NULL && strcasecmp(name + 3, host) == 0);
}

static void
text_wipe(struct str s)
{
	if (s.n > 0)
		sodium_memzero((void *)(uintptr_t)s.p, s.n);
}

static void
cookie_set(struct exchange *x, const char *value, const char *seconds)
{
	reply_header(x, "Set-Cookie", arena_printf(&x->arena,
	    COOKIE "=%s; Path=/; Max-Age=%s; HttpOnly; SameSite=Strict%s", value, seconds,
	    exchange_is_secure(x) ? "; Secure" : ""));
}

static enum MHD_Result
session_reply(struct exchange *x, struct worker *w, const struct account *a, unsigned roles,
    time_ms until, const char *recovery_sheet)
{
	struct buffer b = { 0 };
	int           r = self_json(x, w, a, roles, until, &b);

	if (r != 0) {
		buffer_done(&b);
		return reply_failure(x, r);
	}
	if (recovery_sheet != NULL) {
		json_name(&b, "recovery_sheet");
		json_str(&b, str_of(recovery_sheet));
		text_wipe(str_of(recovery_sheet));
	}
	buffer_char(&b, '}');
	return recovery_sheet != NULL ? reply_json_secret(x, 200, &b) : reply_json(x, 200, &b);
}

/* The record is in the ledger: say how it went. */
enum MHD_Result
session_answer(struct exchange *x)
{
	struct signing  *s = x->own;
	struct worker   *w = worker_get(x->server);
	struct authority authority;

	if (x->result != 0 || x->job.batch.ret_result != 0)
		return reply_failure(x, x->result != 0 ? x->result : x->job.batch.ret_result);
	if (!s->is_right)
		return reply_error(x, ERROR_sign_in_wrong);
	if (w == NULL || account_authority(w->db, &x->arena, s->account.home, s->account.user,
	    &authority) != 0)
		return reply_error(x, ERROR_database_fails);
	cookie_set(x, s->token, SESSION_SECONDS);
	return session_reply(x, w, &s->account, authority_roles_now(&authority, clock_now()),
	    s->until, s->recovery_sheet);
}

static struct str
sign_in_json(struct exchange *x, struct signing *s)
{
	unsigned char hash[HASH_BYTES];
	struct buffer b = { 0 };
	struct str    json;

	buffer_char(&b, '{');
	if (s->is_right) {
		token_hash(x->server, str_of(s->token), hash);
		buffer_printf(&b, "\"account\":\"%" PRId64 "\",\"until\":%" PRId64
		    ",\"session_hash\":\"", s->account.user.v, s->until.ms);
		buffer_add(&b, hex_text(&x->arena, (struct str){ (char *)hash, sizeof(hash) }));
		buffer_char(&b, '"');
	} else {
		buffer_add(&b, S("\"login\":"));
		json_str(&b, s->login);
	}
	buffer_add(&b, S(",\"address\":"));
	json_str(&b, s->address);
	buffer_char(&b, '}');
	json = arena_copy(&x->arena, buffer_str(&b));
	buffer_done(&b);
	return json;
}

void
signing_record(struct exchange *x, struct signing *s)
{
	char random[RANDOM_TEXT_BYTES];

	text_wipe(s->password);
	text_wipe(buffer_str(&x->body));
	if (s->is_right) {
		random_text(random);
		(void)snprintf(s->token, sizeof(s->token), "%" PRId64 ".%s", s->account.home.v,
		    random);
		s->until.ms = clock_now().ms + SESSION_MS;
	}
	x->job = (struct job){ 0 };
	if (own_batch(&x->arena, s->record, s->is_right ? "access_sign_in" : "access_sign_in_fail",
	    sign_in_json(x, s), &x->job.batch)) {
		exchange_submit_again(x);
		return;
	}
	x->result = -EINVAL;
	exchange_resume(x);
}

/* On a thread for passwords. */
static void
session_verify(struct exchange *x)
{
	struct signing *s = x->own;
	int64_t         now_ms = clock_monotonic_ms();

	s->is_right = password_verify(s->account.password_hash, s->password) &&
	    s->account.home.v != 0;
	if (s->is_right) {
		bucket_give(x->server->sign_in_names, s->login, now_ms);
		bucket_give(x->server->sign_in_addresses, s->address, now_ms);
	}
	signing_record(x, s);
}

/* Whose name it is, or nobody's; and where the attempt is recorded. */
static int
signing_prepare(struct exchange *x, struct worker *w, struct signing *s)
{
	area_id *areas;
	size_t   count = 0;
	int      r;

	r = account_of_login(w->db, &x->arena, s->login, &s->account);
	if (r == -ENOENT)
		r = areas_between(w->db, &x->arena, (area_id){ 0 }, (area_id){ INT64_MAX }, &areas,
		    &count);
	if (r == 0)
		s->record = count > 0 ? areas[0] : s->account.home;
	return r != 0 ? r : s->record.v == 0 ? -ENOENT : 0;
}

enum MHD_Result
session_post(struct exchange *x)
{
	struct worker             *w = worker_get(x->server);
	struct signing            *s = arena_alloc(&x->arena, sizeof(*s));
	struct problems            problems = { 0 };
	const struct session_body *body;
	const void                *in;
	int                        wait_s, r;

	if (!origin_is_ours(x))
		return reply_error(x, ERROR_origin_foreign);
	if (!decode_fields(&x->arena, &session_form, buffer_str(&x->body), &in, &problems))
		return reply_problems(x, &problems);
	body = in;
	*s = (struct signing){ .login = body->user, .password = body->password,
		.address = exchange_address(x) };
	wait_s = bucket_take(x->server->sign_in_addresses, s->address, clock_monotonic_ms());
	if (wait_s == 0)
		wait_s = bucket_take(x->server->sign_in_names, s->login, clock_monotonic_ms());
	if (wait_s > 0) {
		reply_header(x, "Retry-After", arena_printf(&x->arena, "%d", wait_s));
		return reply_error(x, ERROR_sign_in_limit);
	}
	if (w == NULL)
		return reply_error(x, ERROR_database_fails);
	r = signing_prepare(x, w, s);
	if (r != 0)
		return reply_failure(x, r);
	x->own = s;
	return exchange_work(x, x->server->passwords, session_verify, session_answer);
}

enum MHD_Result
session_get(struct exchange *x)
{
	struct worker  *w = worker_get(x->server);
	enum MHD_Result result;
	struct account  account;

	if (!asker_find(x, w, (area_id){ 0 }, false, &result))
		return result;
	if (x->asker.is_console || account_of_user(w->db, &x->arena, x->asker.home, x->asker.user,
	    &account) != 0)
		return reply_error(x, ERROR_not_signed_in);
	return session_reply(x, w, &account, x->asker.roles, x->asker.until, NULL);
}

static enum MHD_Result
session_ended(struct exchange *x)
{
	struct buffer none = { 0 };

	if (x->job.batch.ret_result != 0)
		return reply_failure(x, x->job.batch.ret_result);
	cookie_set(x, "", "0");
	return reply(x, 204, NULL, &none);
}

enum MHD_Result
session_delete(struct exchange *x)
{
	struct str      hash;
	enum MHD_Result result;

	if (!asker_find(x, worker_get(x->server), (area_id){ 0 }, true, &result))
		return result;
	if (!x->asker.is_session)
		return reply_error(x, ERROR_not_signed_in);
	hash = hex_text(&x->arena, (struct str){ (char *)x->asker.hash, HASH_BYTES });
	if (!own_batch(&x->arena, x->asker.home, "access_session_end", arena_printf(&x->arena,
	    "{\"session_hash\":\"%s\"}", hash.p), &x->job.batch))
		return reply_error(x, ERROR_request_invalid);
	return exchange_submit(x, session_ended);
}

static enum MHD_Result
password_answer(struct exchange *x)
{
	struct buffer b = { 0 };

	if (x->result != 0)
		return reply_failure(x, x->result);
	buffer_printf(&b, "{\"password_hash\":\"%s\"}", (const char *)x->own);
	return reply_json(x, 200, &b);
}

static void
password_work(struct exchange *x)
{
	struct str password = *(const struct str *)x->own;

	x->own = arena_alloc(&x->arena, PASSWORD_HASH_BYTES);
	x->result = password_hash(password, x->own);
	text_wipe(password);
	text_wipe(buffer_str(&x->body));
	exchange_resume(x);
}

/* The hash that access_user_add and access_password_set take: no record holds a password. */
enum MHD_Result
password_post(struct exchange *x)
{
	struct problems problems = { 0 };
	enum MHD_Result result;
	const void     *in;

	if (!asker_find(x, worker_get(x->server), (area_id){ 0 }, true, &result))
		return result;
	if ((x->asker.roles & (ROLE_ADMIN | ROLE_HEADQUARTERS | ROLE_WARDEN)) == 0)
		return reply_error(x, ERROR_role_missing);
	if (!decode_fields(&x->arena, &password_form, buffer_str(&x->body), &in, &problems))
		return reply_problems(x, &problems);
	x->own = (void *)(uintptr_t)in;
	return exchange_work(x, x->server->passwords, password_work, password_answer);
}

/* The roles of now, and between which times they stay as they are. */
static void
roles_fill(struct session_slot *slot, const struct authority *a, time_ms now)
{
	slot->roles = authority_roles_now(a, now);
	slot->roles_from.ms = INT64_MIN;
	slot->roles_until.ms = INT64_MAX;
	for (size_t i = 0; i < a->count; i++)
		for (int end = 0; end < 2; end++) {
			time_ms t = end == 0 ? a->grants[i].from : a->grants[i].until;

			if (t.ms <= now.ms && t.ms > slot->roles_from.ms)
				slot->roles_from = t;
			if (t.ms > now.ms && t.ms < slot->roles_until.ms)
				slot->roles_until = t;
		}
}

static bool
slot_holds(const struct session_slot *slot, const struct session_slot *wanted, time_ms now)
{
	return slot->asked.v == wanted->asked.v &&
	    memcmp(slot->hash, wanted->hash, HASH_BYTES) == 0 &&
	    slot->access_version == wanted->access_version && now.ms < slot->until.ms &&
	    slot->roles_from.ms <= now.ms && now.ms < slot->roles_until.ms &&
	    wanted->loaded_ms - slot->loaded_ms < CACHE_MS;
}

/* Whose session it is, from this thread's memory or the database. 0, -ENOENT, or -errno. */
static int
session_find(struct worker *w, struct str token, area_id home, area_id asked,
    struct session_slot **ret_slot)
{
	struct session_slot  wanted = { .asked = asked, .loaded_ms = clock_monotonic_ms(),
		.access_version = w->server->access_version };
	struct authority     authority;
	struct session_slot *slot;
	time_ms              now = clock_now();
	int                  r;

	token_hash(w->server, token, wanted.hash);
	slot = &w->sessions[(wanted.hash[0] + (uint64_t)asked.v) % SESSION_SLOTS];
	*ret_slot = slot;
	if (slot_holds(slot, &wanted, now))
		return 0;
	arena_reset(&w->arena);
	r = account_of_session(w->db, &w->arena, home, wanted.hash, now, &wanted.user,
	    &wanted.until);
	if (r == 0)
		r = account_authority(w->db, &w->arena, asked, wanted.user, &authority);
	if (r != 0)
		return r;
	roles_fill(&wanted, &authority, now);
	*slot = wanted;
	return 0;
}

/* A script with its token, which may look as its user may. */
static int
asker_of_token(struct exchange *x, struct worker *w, area_id area)
{
	struct stream_slot stream;
	struct enrolment   e;
	struct authority   authority;
	int                r;

	r = stream_of_token(x, w, &stream);
	if (r == 0)
		r = enrolment_read(w->db, &x->arena, stream.area, stream.stream, &e);
	if (r == 0 && (e.kind != STREAM_TOKEN || e.revoked.ms != 0))
		r = -ENOENT;
	if (r == 0)
		r = account_authority(w->db, &x->arena, area.v != 0 ? area : stream.area, e.user,
		    &authority);
	if (r != 0)
		return r;
	x->asker = (struct asker){ .user = e.user, .home = stream.area,
		.roles = authority_roles_now(&authority, clock_now()), .until = { TIME_NEVER_MS } };
	return 0;
}

static int
asker_of_cookie(struct exchange *x, struct worker *w, area_id area)
{
	const char *cookie = MHD_lookup_connection_value(x->connection, MHD_COOKIE_KIND, COOKIE);
	struct str  token = str_of(cookie), rest = token, part;
	struct session_slot *slot;
	area_id     home;
	int         r;

	if (!str_split(&rest, '.', &part) || !str_to_i64(part, &home.v) || rest.n == 0)
		return -ENOENT;
	r = session_find(w, token, home, area.v != 0 ? area : home, &slot);
	if (r != 0)
		return r;
	x->asker = (struct asker){ .user = slot->user, .home = home, .roles = slot->roles,
		.until = slot->until, .is_session = true };
	memcpy(x->asker.hash, slot->hash, HASH_BYTES);
	return 0;
}

/* On the server's own machine: everything but what only the system may. */
static int
asker_of_console(struct exchange *x, struct worker *w, area_id area)
{
	area_id *areas = &area;
	size_t   count = 1;
	int      r = 0;

	if (area.v == 0)
		r = areas_between(w->db, &x->arena, (area_id){ 0 }, (area_id){ INT64_MAX }, &areas,
		    &count);
	if (r != 0 || count == 0)
		return r != 0 ? r : -ENOENT;
	x->asker = (struct asker){ .home = areas[0], .roles = ROLES_CONSOLE,
		.until = { TIME_NEVER_MS }, .is_console = true };
	return 0;
}

bool
asker_read(struct exchange *x, struct worker *w, area_id area, bool is_change,
    enum http_error *ret_error)
{
	const char *own_header = exchange_header(x, "X-Redvest");
	bool        has_token = !is_change && exchange_header(x, "Authorization") != NULL;
	int         r;

	*ret_error = ERROR_origin_foreign;
	if (!x->is_local && is_change && !origin_is_ours(x))
		return false;
	*ret_error = ERROR_header_missing;
	if (!x->is_local && is_change && (own_header == NULL || strcmp(own_header, "1") != 0))
		return false;
	*ret_error = ERROR_database_fails;
	if (w == NULL)
		return false;
	r = x->is_local ? asker_of_console(x, w, area) : has_token ? asker_of_token(x, w, area) :
	    asker_of_cookie(x, w, area);
	if (r == -ENOENT)
		*ret_error = x->is_local ? ERROR_area_unknown : has_token ? ERROR_token_wrong :
		    ERROR_not_signed_in;
	return r == 0;
}

bool
asker_find(struct exchange *x, struct worker *w, area_id area, bool is_change,
    enum MHD_Result *ret_result)
{
	enum http_error error;

	if (asker_read(x, w, area, is_change, &error))
		return true;
	*ret_result = reply_error(x, error);
	return false;
}
