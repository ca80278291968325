/*
 * setup.c -- the first minutes of a server: GET and POST /api/setup.
 *
 * A server may be started before there is a database. Then it gives the web app and takes one
 * request: to make the database, its area and its first administrator, who is signed in by it. That
 * is for whoever sits at this machine. From elsewhere it needs a code, which the terminal shows as
 * soon as somebody asks. A page of another site cannot do it: not with its own Origin, nor under a
 * name that it points at this machine, because only names of this machine count as here.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/when.h"
#include "http/inside.h"
#include "ledger/password.h"
#include "ledger/recovery.h"
#include "text/plan.h"

struct setup_body {
	area_id    area;
	struct str name, time_zone, plan, login, person_name, password, code;
};

#define TEXT_FIELD(field, need, lo, hi, class, zh, en) \
	{ #field, KIND_TEXT, need, lo, hi, class, offsetof(struct setup_body, field), zh, en, \
	  NULL, NULL, 0 }

static const struct field setup_fields[] = {
	{ "area", KIND_AREA, REQUIRED, 100000000000, 999999999999, CLASS_OPEN,
	  offsetof(struct setup_body, area),
	  "区划代码", "Division code", NULL, NULL, 0 },
	TEXT_FIELD(name, REQUIRED, 1, 200, CLASS_OPEN, "辖区名称", "What the area is called"),
	TEXT_FIELD(time_zone, OPTIONAL, 0, 60, CLASS_OPEN, "时区", "Time zone"),
	TEXT_FIELD(plan, OPTIONAL, 0, 60, CLASS_OPEN, "方案", "The disease's plan"),
	TEXT_FIELD(login, REQUIRED, 2, 60, CLASS_TEXT, "登录名", "Name to sign in with"),
	TEXT_FIELD(person_name, REQUIRED, 1, 100, CLASS_NAME, "姓名", "Who it is"),
	TEXT_FIELD(password, REQUIRED, PASSWORD_BYTES_MIN, PASSWORD_BYTES_MAX, CLASS_SECRET,
	    "密码", "Password"),
	TEXT_FIELD(code, OPTIONAL, 0, 60, CLASS_SECRET, "设置码", "The terminal's code"),
	{ 0 },
};
static const struct command setup_form = { .name = "setup", .fields = setup_fields,
	.bytes = sizeof(struct setup_body) };

struct setup {
	struct signing           signing;  /* first: session_answer takes it */
	const struct setup_body *body;
	const struct fault      *fault;
	char                     why[DATABASE_WHY_BYTES];
};

/* "localhost:8080", "127.0.0.1", "[::1]:8080": not a name that another site could make ours. */
static bool
host_is_here(struct exchange *x)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	const char              *host = exchange_header(x, "Host");

	for (size_t i = 0; host != NULL && i < LEN(names); i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(host, names[i], n) == 0 && (host[n] == '\0' || host[n] == ':'))
			return true;
	}
	return false;
}

static bool
is_from_here(struct exchange *x)
{
	return exchange_is_from_here(x) && host_is_here(x);
}

/* Once, when it is asked for. */
static void
code_tell(struct server *server)
{
	if (atomic_exchange(&server->has_told_code, true))
		return;
	(void)fprintf(stderr, "redvest: 设置码 · code for setting up: %s\n", server->setup_code);
	(void)fflush(stderr);
}

enum MHD_Result
setup_get(struct exchange *x)
{
	bool          is_new = !x->server->is_open, needs_code = is_new && !is_from_here(x);
	struct buffer b = { 0 };

	if (needs_code)
		code_tell(x->server);
	buffer_printf(&b, "{\"is_new\":%s,\"needs_code\":%s}", is_new ? "true" : "false",
	    needs_code ? "true" : "false");
	return reply_json(x, 200, &b);
}

static bool
code_is_right(struct server *server, struct str code)
{
	size_t n = strlen(server->setup_code);

	return code.n == n && sodium_memcmp(code.p, server->setup_code, n) == 0;
}

static bool
sheet_make(struct exchange *x, const struct setup *s, const struct database *database)
{
	struct recovery_sheet sheet = { .master = keys_master(database->keys),
		.database_id = keys_database_id(database->keys), .area = s->body->area,
		.area_name = s->body->name, .date = date_of_days(clock_now().ms / DAY_MS) };
	struct buffer         b = { 0 };
	bool                  is_made = recovery_sheet_html(&sheet, &b) == 0;

	buffer_char(&b, '\0');
	((struct setup *)x->own)->signing.recovery_sheet =
	    arena_copy(&x->arena, buffer_str(&b)).p;
	sodium_memzero(b.p, b.n);
	buffer_done(&b);
	return is_made;
}

/* Of one that comes with the program; p == NULL: there is none of this name. */
static struct str
plan_text(struct str name)
{
	struct str wanted = name.n > 0 ? name : S(PLAN_USUAL);

	for (const struct plan_built_in *p = plans_built_in; p->name != NULL; p++)
		if (str_equal(str_of(p->name), wanted))
			return p->text;
	return (struct str){ 0 };
}

/* 0, -EPERM with s->fault, or -errno with s->why. */
static int
database_make(struct exchange *x, struct setup *s)
{
	const struct setup_body *in = s->body;
	struct found_area        area = { .area = in->area, .name = in->name,
		.time_zone = in->time_zone, .plan = plan_text(in->plan) };
	struct found_account     account = { in->login, in->person_name, S(""), "admin" };
	struct database         *database = NULL;
	char                     hash[PASSWORD_HASH_BYTES];
	int                      r = password_hash(in->password, hash);

	if (r != 0)
		return r;
	account.password_hash = str_of(hash);
	if (area.time_zone.n == 0)
		area.time_zone.p = NULL;
	s->signing.account = (struct account){ .home = in->area, .login = in->login,
		.name = in->person_name };
	r = founding_make(x->server->founding, &x->arena, clock_now(), &area, &account, &database,
	    &s->signing.account.user, &s->fault, s->why);
	if (r == 0 && !sheet_make(x, s, database))
		r = -ENOMEM;
	if (r != 0)
		database_close(database);
	return r != 0 ? r : server_open(x->server, database, s->why);
}

/* On a thread for passwords. */
static void
setup_work(struct exchange *x)
{
	struct setup *s = x->own;

	x->result = database_make(x, s);
	if (x->result != 0) {
		x->server->is_founding = false;
		exchange_resume(x);
		return;
	}
	(void)fprintf(stderr, "redvest: the database was made by %.*s\n",
	    (int)s->signing.address.n, s->signing.address.p);
	s->signing.record = s->body->area;
	s->signing.is_right = true;
	signing_record(x, &s->signing);
}

/* The fields whose rules are those of modules. */
static void
fault_problem(const struct fault *fault, struct problems *problems)
{
	struct str name = str_of(fault->name);

	problem_add(problems, str_starts(name, S("area_code")) ? S("area") :
	    str_starts(name, S("area_time_zone")) ? S("time_zone") :
	    str_starts(name, S("access_login")) ? S("login") : S("plan"), fault->zh, fault->en);
}

static enum MHD_Result
setup_answer(struct exchange *x)
{
	struct setup   *s = x->own;
	struct problems problems = { 0 };

	if (x->result == 0)
		return session_answer(x);
	if (x->result == -EPERM && s->fault != NULL) {
		fault_problem(s->fault, &problems);
		return reply_problems(x, &problems);
	}
	if (x->result == -EEXIST || x->result == -ENOTEMPTY)
		return reply_error(x, ERROR_setup_done);
	(void)fprintf(stderr, "redvest: %s\n", s->why);
	return reply_failure(x, x->result);
}

/* The rule of the module access, so that it is told of with the other fields. */
static bool
login_is_good(struct exchange *x)
{
	const cJSON *json = json_tree(&x->arena, buffer_str(&x->body));
	struct str   login = str_of(cJSON_GetStringValue(cJSON_GetObjectItem(json, "login")));

	for (size_t i = 0; i < login.n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", login.p[i]) == NULL)
			return false;
	return true;
}

/* False: it was answered. */
static bool
body_read(struct exchange *x, const struct setup_body **ret_body, enum MHD_Result *ret_result)
{
	const struct fault *login_bad = fault_find(S("access_login_bad"));
	struct problems     problems = { 0 };
	const void         *in = NULL;

	(void)decode_fields(&x->arena, &setup_form, buffer_str(&x->body), &in, &problems);
	*ret_body = in;
	if (!login_is_good(x))
		problem_add(&problems, S("login"), login_bad->zh, login_bad->en);
	if (*ret_body != NULL && plan_text((*ret_body)->plan).p == NULL)
		problem_add(&problems, S("plan"), "没有这个方案", "there is no such plan");
	if (problems.count == 0)
		return true;
	*ret_result = reply_problems(x, &problems);
	return false;
}

/* Whoever is not at this machine shows the terminal's code. False: it was answered. */
static bool
place_is_right(struct exchange *x, struct str code, enum MHD_Result *ret_result)
{
	int wait_s;

	if (is_from_here(x))
		return true;
	code_tell(x->server);
	wait_s = bucket_take(x->server->sign_in_addresses, exchange_address(x),
	    clock_monotonic_ms());
	if (wait_s > 0) {
		reply_header(x, "Retry-After", arena_printf(&x->arena, "%d", wait_s));
		*ret_result = reply_error(x, ERROR_sign_in_limit);
		return false;
	}
	if (code_is_right(x->server, code))
		return true;
	*ret_result = reply_error(x, ERROR_setup_code_wrong);
	return false;
}

enum MHD_Result
setup_post(struct exchange *x)
{
	const char     *own_header = exchange_header(x, "X-Redvest");
	struct setup   *s = arena_alloc(&x->arena, sizeof(*s));
	enum MHD_Result result;

	if (!origin_is_ours(x))
		return reply_error(x, ERROR_origin_foreign);
	if (own_header == NULL || strcmp(own_header, "1") != 0)
		return reply_error(x, ERROR_header_missing);
	if (x->server->is_open)
		return reply_error(x, ERROR_setup_done);
	*s = (struct setup){ .signing = { .address = exchange_address(x) } };
	if (!body_read(x, &s->body, &result))
		return result;
	if (!place_is_right(x, s->body->code, &result))
		return result;
	if (atomic_exchange(&x->server->is_founding, true))
		return reply_error(x, ERROR_server_busy);
	s->signing.login = s->body->login;
	s->signing.password = s->body->password;
	x->own = s;
	return exchange_work(x, x->server->passwords, setup_work, setup_answer);
}
