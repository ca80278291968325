/*
 * view_fixture.h -- a small neighbourhood to look at, on SQLite or PostgreSQL: places, people with
 * every class of values, closed and changed things, a second area; and what may be asked of it.
 *
 * REDVEST_TEST_POSTGRES is the URL of a database of a user that may create schemas.
 */
#pragma once
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cjson/cJSON.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/view.h"
#include "lib/world.h"

#define AREA       INT64_C(440304005012)
#define AREA_BELOW INT64_C(440304005013)
#define STREET     INT64_C(440304005000)
#define CITY       INT64_C(440300000000)
#define BEGINNING  INT64_C(1646352000000) /* 2022-03-04 */
#define STEPS_MAX  64
#define QUERIES_MAX 64
#define STEP_MS    60000      /* between two commands */

struct list { struct arena *arena; struct str *rows; size_t count, room; };

struct fixture {
	struct world  *world;
	struct db     *db;         /* reads */
	struct arena   arena;      /* of a test */
	struct arena   kept;       /* of the group */
	struct client  clerk, other;
	time_ms        now;
	size_t         step_count; /* commands that changed something */
	int64_t        seqs[STEPS_MAX], received[STEPS_MAX];
	char           url[1000], folder[40], schema[40];
};

/* Called after each step of the story, with its number. */
typedef void step_fn(struct fixture *f, size_t step);

/* ---- every kind and class in one view, ordered by a text that has the signs of cursors ---- */

static const struct option sexes[] = {
	{ "UNKNOWN", "未知", "Unknown" }, { "MALE", "男", "Male" }, { "FEMALE", "女", "Female" },
};
static const struct choice sex = { "sex", sexes, LEN(sexes) };

#define EVERY_COLUMNS \
	"SELECT id, name, birth, identity, phone, care, is_immobile, sex, registered_address," \
	" note, work, made_seq, 12"
static const struct column every_columns[] = {
	{ "person", KIND_ID, CLASS_OPEN, "人员", "Person", NULL, NULL, NULL },
	{ "name", KIND_TEXT, CLASS_NAME, "姓名", "Name", NULL, NULL, NULL },
	{ "birth", KIND_DATE, CLASS_IDENTITY, "出生", "Birth", NULL, NULL, NULL },
	{ "identity", KIND_SEALED, CLASS_IDENTITY, "证件", "Identity", NULL, NULL, NULL },
	{ "phone", KIND_SEALED, CLASS_PHONE, "电话", "Phone", NULL, NULL, NULL },
	{ "care", KIND_INT, CLASS_HEALTH, "重点", "Care", NULL, NULL, NULL },
	{ "is_immobile", KIND_BOOL, CLASS_HEALTH, "不便", "Immobile", NULL, NULL, NULL },
	{ "sex", KIND_CHOICE, CLASS_HEALTH, "性别", "Sex", &sex, NULL, NULL },
	{ "address", KIND_TEXT, CLASS_WHEREABOUTS, "地址", "Address", NULL, NULL, NULL },
	{ "note", KIND_TEXT, CLASS_TEXT, "备注", "Note", NULL, NULL, NULL },
	{ "work", KIND_TEXT, CLASS_SECRET, "单位", "Work", NULL, NULL, NULL },
	{ "made", KIND_INT, CLASS_SECRET, "记录", "Made", NULL, NULL, NULL },
	{ 0 },
};
static const struct field no_params[] = { { 0 } };
static const struct view_sql every_sql = {
	.sql = { .name = "every", .params = "aisiii", .columns = "isibbiiisssii",
	    .sqlite = EVERY_COLUMNS " FROM roster_person WHERE area = ?1 AND (?2 = 0 OR"
	        " (name, id) > (?3, ?4)) ORDER BY name, id LIMIT ?5 OFFSET ?6",
	    .postgres = EVERY_COLUMNS " FROM roster_person WHERE area = $1 AND ($2::bigint = 0 OR"
	        " (name, id) > ($3, $4)) ORDER BY name, id LIMIT $5 OFFSET $6" },
	.as_of = -1, .now = -1, .me = -1, .has_cursor = 1, .cursor = { 2, 3 }, .limit = 4,
	.skip = 5, .order = { 1, 0 }, .order_count = 2,
};
static const struct view every_view = { "every", ROLE_ALL, "全部", "All", no_params, every_columns,
	&every_sql, NULL };

/* ---- the neighbourhood ---- */

/* JSON with ' in place of ". */
static inline const char *
json_of(struct arena *arena, const char *text)
{
	char *json = arena_cstr(arena, str_of(text));

	for (char *p = json; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return json;
}

static inline void
send(struct fixture *f, struct client *c, const char *name, const char *fields)
{
	struct came came;
	struct str  envelope;

	f->now.ms += STEP_MS;
	envelope = arena_printf(&f->arena, "{\"n\":%" PRId64 ",\"name\":\"%s\",\"at\":%" PRId64
	    ",\"fields\":%s}", c->next_n++, name, f->now.ms, json_of(&f->arena, fields));
	if (world_send(f->world, c, &envelope, 1, f->now, &came) != 0 ||
	    strncmp(came.text, "done", 4) != 0) {
		fprintf(stderr, "%s %s: %s\n", name, fields, came.text);
		abort();
	}
	if (c->area.v != AREA || f->step_count == STEPS_MAX)
		return;
	f->seqs[f->step_count] = came.seq;
	f->received[f->step_count++] = f->now.ms;
}

static inline struct client
client_new(struct fixture *f, int64_t area, const char *name, unsigned roles)
{
	struct client c = { .area = { area } };

	snprintf(c.name, sizeof(c.name), "%s", name);
	world_client(f->world, &c, f->now);
	for (unsigned role = 1; role <= roles; role <<= 1)
		if ((role & roles) != 0)
			world_role(f->world, &c, role, f->now);
	return c;
}

/* place_reopen, _rename and _move are not among them: they say how it should always have been. */
static const struct sent { const char *name, *fields; } steps[] = {
	{ "place_pattern_add",
	  "{'first':'100','name':'益田花园','towers':2,'stairs':2,'floors':3,'rooms':2}" },
	{ "place_add", "{'place':'90','kind':'gate','name':'北门'}" },
	{ "place_set_add", "{'place_set':'1','kind':'grid','name':'第一网格',"
	  "'nodes':[{'place':'101'}],'people':[{'account':'1'}]}" },
	{ "roster_rows_put", "{'rows':["
	  "{'person':'1','place':'105','kind':'registered','name':'甲|一%7C','sex':'male',"
	  "'identity':'11010119900307123X','birth':'1990-03-07','phone':'13800000001','care':5,"
	  "'is_immobile':true,'registered_address':'某路 1 号','note':'怕狗','work':'某厂'},"
	  "{'person':'2','place':'105','kind':'resident','name':'甲|一%'},"
	  "{'person':'3','place':'106','kind':'tenant','name':'甲|一%','sex':'female'},"
	  "{'person':'4','place':'106','kind':'tenant','name':'甲','note':'|'},"
	  "{'person':'5','kind':'tenant','name':'%25|%'}]}" },
	{ "place_close", "{'place':'90','why':'录错'}" },
	{ "roster_rows_put", "{'rows':[{'person':'6','place':'107','kind':'visitor','name':'乙',"
	  "'identity':'110101199003071233'}]}" },
	{ "place_set_change", "{'place_set':'1','nodes_add':[{'place':'100'}],"
	  "'nodes_drop':[{'place':'101'}],'people_drop':[{'account':'1'}]}" },
	{ "place_set_close", "{'place_set':'1'}" },
	{ "place_set_add", "{'place_set':'2','kind':'sector','name':'片区',"
	  "'nodes':[{'place':'100'},{'place':'102'}],'people':[{'account':'1'},{'account':'2'}]}" },
};

static inline int
neighbourhood_make(struct fixture *f)
{
	char why[DATABASE_WHY_BYTES] = "";

	f->world = world_new(f->url, false, NULL);
	f->now.ms = BEGINNING;
	world_area(f->world, (area_id){ AREA }, "益民社区", f->now);
	world_area(f->world, (area_id){ AREA_BELOW }, "邻近社区", f->now);
	f->clerk = client_new(f, AREA, "clerk", ROLE_CLERK | ROLE_WARDEN | ROLE_ADMIN);
	f->other = client_new(f, AREA_BELOW, "other", ROLE_CLERK);
	if (database_connect(world_database(f->world), DB_READ, &f->db, why) != 0) {
		fprintf(stderr, "%s\n", why);
		return -1;
	}
	return 0;
}

static inline struct reader
reader_of(struct fixture *f, unsigned roles)
{
	return (struct reader){ .user = f->clerk.user, .roles = roles,
		.keys = world_database(f->world)->keys, .now = { f->now.ms + 1000 } };
}

/* ---- rows ---- */

static inline int
row_add(void *context, const struct view_row *row)
{
	struct list  *list = context;
	struct buffer b = { 0 };
	struct str   *rows;

	if (list->count == list->room) {
		rows = arena_alloc(list->arena, (list->room * 2 + 8) * sizeof(*rows));
		for (size_t i = 0; i < list->count; i++)
			rows[i] = list->rows[i];
		list->rows = rows;
		list->room = list->room * 2 + 8;
	}
	view_row_json(row, &b);
	list->rows[list->count++] = arena_copy(list->arena, buffer_str(&b));
	buffer_done(&b);
	return 0;
}

static inline struct list *
rows_of(struct fixture *f, const struct view_query *q, const struct reader *reader,
    struct str *ret_next)
{
	struct list *list = arena_alloc(&f->arena, sizeof(*list));
	int          r;

	list->arena = &f->arena;
	r = view_each(f->db, &f->arena, q, reader, row_add, list, ret_next);
	if (r != 0)
		fail_msg("%s: %s, %s", q->view->name, strerror(-r), db_error(f->db));
	return list;
}

static inline void
lists_are_equal(const struct view_query *q, const char *what, const struct list *a,
    const struct list *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (!str_equal(a->rows[i], b->rows[i]))
			fail_msg("%s, %s, row %zu: %.*s instead of %.*s", q->view->name, what, i,
			    (int)b->rows[i].n, b->rows[i].p, (int)a->rows[i].n, a->rows[i].p);
	if (a->count != b->count)
		fail_msg("%s, %s: %zu rows instead of %zu", q->view->name, what, b->count,
		    a->count);
}

/* What to ask of views that want parameters, and of others beside everything. */
static const struct { const char *view, *name, *value; } asked[] = {
	{ "place_tree", "parent", "100" }, { "place_rooms", "place", "101" },
	{ "place_page", "place", "100" }, { "place_page", "place", "90" },
	{ "place_names", "place", "100" }, { "place_search", "q", "1" },
	{ "place_sets", "place", "105" }, { "place_set_nodes", "place_set", "1" },
	{ "place_set_nodes", "place_set", "2" }, { "place_set_people", "place_set", "1" },
	{ "place_set_people", "place_set", "2" },
	{ "flag_open", "name", "roster_identity_doubtful" }, { "access_grants", "account", "1" },
};

typedef void query_fn(struct fixture *f, const struct view_query *q);

static inline bool
wants_params(const struct view *v)
{
	for (const struct field *p = v->params; p->name != NULL; p++)
		if (p->need == REQUIRED)
			return true;
	return false;
}

static inline void
each_query(struct fixture *f, area_id area, query_fn *fn)
{
	struct problems   problems = { 0 };
	struct view_query q;

	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->view_count; i++)
			if (!wants_params(modules[m]->views[i]) &&
			    view_query_read(modules[m]->views[i], area, NULL, 0, &q, &problems))
				fn(f, &q);
	for (size_t i = 0; i < LEN(asked); i++) {
		struct view_arg arg = { str_of(asked[i].name), str_of(asked[i].value) };

		assert_true(view_query_read(view_find(str_of(asked[i].view)), area, &arg, 1, &q,
		    &problems));
		fn(f, &q);
	}
	q = (struct view_query){ .view = &every_view, .area = area };
	fn(f, &q);
}

static inline void
neighbourhood_fill(struct fixture *f, step_fn *fn)
{
	for (size_t i = 0; i < LEN(steps); i++) {
		send(f, &f->clerk, steps[i].name, steps[i].fields);
		fn(f, i);
	}
	send(f, &f->other, steps[0].name, steps[0].fields);
	send(f, &f->other, steps[5].name, steps[5].fields);
}

/* ---- both databases ---- */

static inline int
set_up_at(struct fixture *f, step_fn *fn)
{
	if (neighbourhood_make(f) != 0)
		return -1;
	neighbourhood_fill(f, fn);
	return 0;
}

static inline int
sqlite_set_up(void **state, step_fn *fn)
{
	struct fixture *f = memory_new(sizeof(*f));

	*state = f;
	strcpy(f->folder, "/tmp/view_test_XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	snprintf(f->url, sizeof(f->url), "%s/db", f->folder);
	return set_up_at(f, fn);
}

static inline int
postgres_do(const char *what, const char *schema, const char *more)
{
	PGconn   *c = PQconnectdb(getenv("REDVEST_TEST_POSTGRES"));
	char      text[200];
	PGresult *r;
	int       status;

	snprintf(text, sizeof(text), "SET client_min_messages = error; %s SCHEMA %s %s", what,
	    schema, more);
	r = PQexec(c, text);
	status = PQresultStatus(r) == PGRES_COMMAND_OK ? 0 : -1;
	if (status != 0)
		fprintf(stderr, "%s", PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
	return status;
}

static inline int
postgres_set_up(void **state, step_fn *fn)
{
	struct fixture *f = memory_new(sizeof(*f));
	const char     *url = getenv("REDVEST_TEST_POSTGRES");

	*state = f;
	snprintf(f->schema, sizeof(f->schema), "redvest_view_%d", (int)getpid());
	if (postgres_do("CREATE", f->schema, "") != 0)
		return -1;
	snprintf(f->url, sizeof(f->url), "%s%coptions=-csearch_path%%3D%s", url,
	    strchr(url, '?') == NULL ? '?' : '&', f->schema);
	return set_up_at(f, fn);
}

static inline int
tear_down(void **state)
{
	struct fixture *f = *state;
	char            path[1020];
	static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };

	db_close(f->db);
	world_free(f->world);
	arena_done(&f->arena);
	arena_done(&f->kept);
	if (f->schema[0] != '\0')
		(void)postgres_do("DROP", f->schema, "CASCADE");
	for (size_t i = 0; f->folder[0] != '\0' && i < LEN(suffixes); i++) {
		snprintf(path, sizeof(path), "%s%s", f->url, suffixes[i]);
		(void)unlink(path);
	}
	if (f->folder[0] != '\0')
		(void)rmdir(f->folder);
	free(f);
	return 0;
}
