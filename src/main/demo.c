/*
 * demo.c -- redvest demo: a whole synthetic neighbourhood by seed, with a round of yesterday and
 * one of today that is half done; who came and went between them makes the difference.
 *
 * Everything is made by commands, as clerks and samplers would send them. Names are made of a
 * surname and two signs of the sexagenary cycle, identity numbers have division codes under which
 * none are issued, telephones begin with 1380000: nobody is meant.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/account.h"
#include "ledger/view.h"
#include "main/house.h"
#include "main/plans.h"
#include "text/pinyin.h"

#define DEMO_AREA      440304005012
#define PEOPLE_MAX     100000 /* of an area */
#define ROOMS_A_FLOOR  8
#define FLOORS         20
#define STAIRS         2
#define PEOPLE_A_ROOM  27 /* tenths, on average */
#define ROWS_MAX       500
#define AREAS_MAX      100    /* communities 012, 013 … of one street */
#define HOUR_MS        INT64_C(3600000)
#define ROUND_MS       (4 * HOUR_MS) /* of today's, since it opened */
#define BEFORE_MS      (28 * HOUR_MS) /* since yesterday's opened */
#define BETWEEN_MS     (12 * HOUR_MS) /* since people came and went */
#define POINTS         4
#define NAME_BYTES_MAX 40

struct demo {
	struct house   house;
	struct arena   arena;      /* of a batch */
	struct pinyin *pinyin;
	area_id        area;
	stream_id      stream;
	int64_t        n, counter; /* the stream's next command and id */
	uint64_t       random;
	time_ms        now;
	int64_t        people, buildings;
	int64_t        first_place; /* id of the compound; its nodes follow in walking order */
	int64_t        first_point; /* likewise, of the sampling points */
	int64_t       *present;     /* ids of those who are there and can be sampled; owned */
	int64_t        present_count;
	struct buffer  rows;
	int            row_count;
};

/* SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed everywhere. */
static uint64_t
random_next(struct demo *d)
{
	uint64_t z = d->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static int64_t
random_below(struct demo *d, int64_t n)
{
	return (int64_t)(random_next(d) % (uint64_t)n);
}

static int64_t
id_next(struct demo *d)
{
	return d->stream.v << ID_STREAM_SHIFT | d->counter++;
}

/* Sends `count` commands, given as envelopes separated by commas. An exit status. */
static int
send(struct demo *d, struct str envelopes, time_ms received)
{
	struct str      body = arena_printf(&d->arena, "{\"commands\":[%.*s]}", (int)envelopes.n,
	    envelopes.p);
	struct request  request;
	struct problems problems = { 0 };
	struct batch    b = { .area = d->area, .stream = d->stream, .received = received,
		.arena = &d->arena };
	struct batch   *batches[] = { &b };

	if (!decode_request(&d->arena, body, &request, &problems))
		return fail("demo: %.*s %s", (int)problems.list[0].field.n,
		    problems.list[0].field.p, problems.list[0].en);
	b.envelopes = request.envelopes;
	b.count = request.count;
	b.ret_outcomes = arena_alloc(&d->arena, b.count * sizeof(struct outcome));
	ledger_execute(&d->house.ledger, batches, 1);
	if (b.ret_result != 0)
		return fail("%s", db_error(d->house.ledger.db));
	for (size_t i = 0; i < b.count; i++)
		if (b.ret_outcomes[i].answer != DONE)
			return fail("demo: %.*s was %s %.*s", (int)b.envelopes[i].name.n,
			    b.envelopes[i].name.p, answer_words[b.ret_outcomes[i].answer],
			    (int)b.ret_outcomes[i].fault.n, b.ret_outcomes[i].fault.p);
	arena_reset(&d->arena);
	return 0;
}

static int __attribute__((format(printf, 4, 5)))
send_one(struct demo *d, const char *name, time_ms at, const char *format, ...)
{
	struct buffer b = { 0 };
	va_list       args;
	char         *fields = NULL;
	int           status;

	va_start(args, format);
	if (vasprintf(&fields, format, args) < 0)
		abort();
	va_end(args);
	buffer_printf(&b, "{\"n\":%" PRId64 ",\"name\":\"%s\",\"at\":%" PRId64 ",\"fields\":%s}",
	    d->n++, name, at.ms, fields);
	free(fields);
	status = send(d, buffer_str(&b), at);
	buffer_done(&b);
	return status;
}

static int
console_open(struct demo *d)
{
	const struct command *open = command_find(S("stream_open"));
	struct outcome        outcome;
	struct str            json;

	if (stream_number_take(&d->house.ledger, &d->stream) != 0)
		return fail("%s", db_error(d->house.ledger.db));
	json = arena_printf(&d->arena,
	    "{\"stream\":\"%" PRId64 "\",\"kind\":\"console\",\"store\":\"demo\"}", d->stream.v);
	d->n = d->counter = 1;
	return ledger_do(&d->house.ledger, &d->arena, d->area, d->now, open,
	    command_in(&d->arena, open, json), &outcome) == 0 ? 0 : fail("stream_open");
}

static int
places_make(struct demo *d)
{
	int64_t rooms = d->people * 10 / PEOPLE_A_ROOM + 1;
	int64_t a_building = STAIRS * FLOORS * ROOMS_A_FLOOR;

	d->buildings = (rooms + a_building - 1) / a_building;
	d->first_place = id_next(d);
	d->counter += 1 + d->buildings * (1 + STAIRS * (1 + FLOORS * (1 + ROOMS_A_FLOOR)));
	return send_one(d, "place_pattern_add", d->now,
	    "{\"first\":\"%" PRId64 "\",\"name\":\"示例花园\",\"towers\":%" PRId64
	    ",\"stairs\":%d,\"floors\":%d,\"rooms\":%d}",
	    d->first_place, d->buildings, STAIRS, FLOORS, ROOMS_A_FLOOR);
}

static int
points_make(struct demo *d)
{
	static const char *const names[POINTS] = { "1号点 东广场", "2号点 车棚", "3号点 小学",
		"4号队 上门" };
	int status = 0;

	d->first_point = d->stream.v << ID_STREAM_SHIFT | d->counter;
	for (int i = 0; status == 0 && i < POINTS; i++)
		status = send_one(d, "place_add", d->now,
		    "{\"place\":\"%" PRId64 "\",\"kind\":\"point\",\"name\":\"%s\"}",
		    id_next(d), names[i]);
	return status;
}

/* The id of a room: the pattern numbers its nodes in walking order, each before what is in it. */
static int64_t
room_id(const struct demo *d, int64_t index)
{
	int64_t of_floor = 1 + ROOMS_A_FLOOR, of_stair = 1 + FLOORS * of_floor;
	int64_t of_building = 1 + STAIRS * of_stair;
	int64_t room = index % ROOMS_A_FLOOR, floor = index / ROOMS_A_FLOOR % FLOORS;
	int64_t stair = index / (ROOMS_A_FLOOR * FLOORS) % STAIRS;
	int64_t building = index / (ROOMS_A_FLOOR * FLOORS * STAIRS);

	return d->first_place + 1 + building * of_building + 1 + stair * of_stair + 1 +
	    floor * of_floor + 1 + room;
}

static void
name_make(struct demo *d, char *ret_name, size_t bytes)
{
	static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "杨", "赵", "黄",
		"周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋",
		"郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "曾", "区", "单", "仇", "解", "查",
		"欧阳", "司马" };
	static const char *const stems[] = { "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬",
		"癸" };
	static const char *const branches[] = { "子", "丑", "寅", "卯", "辰", "巳", "午", "未",
		"申", "酉", "戌", "亥" };

	(void)snprintf(ret_name, bytes, "%s%s%s", surnames[random_below(d, LEN(surnames))],
	    stems[random_below(d, LEN(stems))], branches[random_below(d, LEN(branches))]);
}

/* GB 11643, of divisions 71…, under which none are issued; no two people have the same. */
static void
identity_make(struct demo *d, date_ymd birth, bool is_male, char ret_number[static 19])
{
	static const int  weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	static const char checks[] = "10X98765432";
	int64_t           order = random_below(d, 500) * 2 + is_male;
	int               sum = 0;

	(void)snprintf(ret_number, 19, "71%04" PRId64 "%08" PRId64 "%03" PRId64,
	    d->counter % 10000, birth.ymd, order);
	for (int i = 0; i < 17; i++)
		sum += (ret_number[i] - '0') * weights[i];
	ret_number[17] = checks[sum % 11];
	ret_number[18] = '\0';
}

/* One person as a row of roster_rows_put; the household is that of the room. */
static void
person_add(struct demo *d, int64_t room, int64_t household, bool is_head)
{
	int64_t     age = is_head ? 25 + random_below(d, 60) : random_below(d, 85);
	date_ymd    birth = date_of_days(d->now.ms / DAY_MS - age * 365 - random_below(d, 365));
	bool        is_male = random_below(d, 2) == 1;
	int64_t     kind = random_below(d, 100), person;
	char        name[NAME_BYTES_MAX], identity[19];
	struct str  search;
	const char *kinds = kind < 45	? "registered"
			    : kind < 65 ? "resident"
			    : kind < 95 ? "tenant"
					: "away";

	person = id_next(d);
	/* Who is too young is exempt; one in five of them is sampled all the same. */
	if (kind < 95 && (age > 3 || random_below(d, 5) == 0))
		d->present[d->present_count++] = person;
	name_make(d, name, sizeof(name));
	identity_make(d, birth, is_male, identity);
	search = pinyin_keys(d->pinyin, &d->arena, str_of(name));
	json_next(&d->rows);
	buffer_printf(&d->rows,
	    "{\"person\":\"%" PRId64 "\",\"place\":\"%" PRId64 "\",\"kind\":\"%s\",\"name\":\"%s\","
	    "\"search\":\"%.*s\",\"sex\":\"%s\",\"birth\":\"%04" PRId64 "-%02" PRId64 "-%02" PRId64
	    "\","
	    "\"identity_kind\":\"resident\",\"identity\":\"%s\",\"household\":\"%" PRId64
	    "\",\"relation\":\"%s\"",
	    person, room, kinds, name, (int)search.n, search.p, is_male ? "male" : "female",
	    birth.ymd / 10000, birth.ymd / 100 % 100, birth.ymd % 100, identity, household,
	    is_head ? "户主" : "家属");
	if (age >= 12)
		buffer_printf(
		    &d->rows, ",\"phone\":\"1380000%04" PRId64 "\"", random_below(d, 10000));
	if (age >= 75 && random_below(d, 5) == 0)
		buffer_add(&d->rows, S(",\"is_immobile\":true"));
	buffer_char(&d->rows, '}');
	d->row_count++;
}

static int
rows_send(struct demo *d)
{
	int status = 0;

	if (d->row_count > 0) {
		buffer_char(&d->rows, '\0');
		status = send_one(d, "roster_rows_put", d->now, "{\"rows\":[%s]}", d->rows.p);
	}
	buffer_reset(&d->rows);
	d->row_count = 0;
	return status;
}

static int
people_make(struct demo *d, bool has_terminal)
{
	int64_t left = d->people, rooms = d->buildings * STAIRS * FLOORS * ROOMS_A_FLOOR;
	int     status = 0;

	for (int64_t i = 0; status == 0 && left > 0 && i < rooms; i++) {
		int64_t still = rooms - i,
			here = left / still + (random_below(d, still) < left % still);
		int64_t household = id_next(d);

		here += random_below(d, 3) - 1;
		here = here < 0 || i + 1 == rooms ? left / still : here > left ? left : here;
		for (int64_t k = 0; k < here && k < 12; k++)
			person_add(d, room_id(d, i), household, k == 0);
		left -= here < 12 ? here : 12;
		if (d->row_count > ROWS_MAX - 12)
			status = rows_send(d);
		if (has_terminal && i % 500 == 0)
			fprintf(stderr, "\r%" PRId64 " / %" PRId64, d->people - left, d->people);
	}
	return status != 0 ? status : rows_send(d);
}

struct sampling {
	struct demo  *demo;
	int64_t       round, opens_ms;
	bool          is_over;
	struct buffer batch;
	int64_t       taken;
};

/* So many of a hundred: in a round that goes through the buildings, or in one that is over. */
static int64_t
sampled_percent(const struct sampling *s, int64_t done_percent)
{
	if (s->is_over)
		return 99;
	return done_percent < 40 ? 98 : done_percent < 60 ? 50 : 4;
}

static int
sample_send(struct sampling *s)
{
	int status = s->batch.n == 0 ? 0 : send(s->demo, buffer_str(&s->batch), s->demo->now);

	buffer_reset(&s->batch);
	return status;
}

static int
samples_take(struct demo *d, int64_t round, int64_t opens_ms, bool is_over)
{
	struct sampling s = { .demo = d, .round = round, .opens_ms = opens_ms,
		.is_over = is_over };
	int64_t         in_batch = 0;
	int             status = 0;

	for (int64_t i = 0; status == 0 && i < d->present_count; i++) {
		if (random_below(d, 100) >= sampled_percent(&s, i * 100 / d->present_count))
			continue;
		if (s.batch.n > 0)
			buffer_char(&s.batch, ',');
		buffer_printf(&s.batch,
		    "{\"n\":%" PRId64 ",\"name\":\"round_sample_take\",\"at\":%" PRId64
		    ",\"fields\":{\"round\":\"%" PRId64 "\",\"person\":\"%" PRId64
		    "\",\"tube\":\"%s%06" PRId64 "\",\"mix\":\"ten\",\"point\":\"%" PRId64
		    "\"}}",
		    d->n++, s.opens_ms + i * ROUND_MS / d->present_count, round, d->present[i],
		    is_over ? "DEMO" : "DEMO2", s.taken / 10,
		    d->first_point + s.taken / 10 % POINTS);
		s.taken++;
		if (++in_batch == ROWS_MAX) {
			status = sample_send(&s);
			in_batch = 0;
		}
	}
	status = status != 0 ? status : sample_send(&s);
	buffer_done(&s.batch);
	return status;
}

/* Yesterday's round, over and closed; or today's, half done. */
static int
round_hold(struct demo *d, const char *name, int64_t opens_ms, bool is_over)
{
	int64_t round = id_next(d);
	int     status;

	status = send_one(d, "round_open", d->now,
	    "{\"round\":\"%" PRId64 "\",\"name\":\"%s\",\"opens\":%" PRId64
	    ",\"closes\":%" PRId64 "}", round, name, opens_ms, opens_ms + ROUND_MS + 8 * HOUR_MS);
	if (status == 0)
		status = samples_take(d, round, opens_ms, is_over);
	if (status == 0 && is_over)
		status = send_one(d, "round_close", d->now, "{\"round\":\"%" PRId64 "\"}", round);
	return status;
}

/* Somebody who is there, and is not any more: the last one takes the place in the list. */
static int64_t
present_take(struct demo *d)
{
	int64_t at = random_below(d, d->present_count), person = d->present[at];

	d->present[at] = d->present[--d->present_count];
	return person;
}

/* Between the rounds some move out, are taken to hospital or into quarantine; a few die. */
static int
people_leave(struct demo *d)
{
	static const struct { const char *kind; int64_t one_in; } ways[] = {
		{ "", 700 }, { "hospital", 2000 }, { "quarantined", 1500 }, { "dead", 5000 },
	};
	int64_t since = d->now.ms - BETWEEN_MS;
	int     status = 0;

	for (size_t w = 0; w < LEN(ways); w++)
		for (int64_t i = d->people / ways[w].one_in; i > 0 && status == 0; i--)
			status = ways[w].kind[0] == '\0' ?
			    send_one(d, "roster_stay_end", (time_ms){ since },
			        "{\"person\":\"%" PRId64 "\",\"until\":%" PRId64 "}",
			        present_take(d), since) :
			    send_one(d, "roster_stay_begin", (time_ms){ since },
			        "{\"person\":\"%" PRId64 "\",\"kind\":\"%s\",\"since\":%" PRId64
			        "}", present_take(d), ways[w].kind, since);
	return status;
}

/* And some move in. */
static int
people_arrive(struct demo *d)
{
	int64_t rooms = d->buildings * STAIRS * FLOORS * ROOMS_A_FLOOR;
	char    name[NAME_BYTES_MAX];
	int     status = 0;

	for (int64_t i = d->people / 600; i > 0 && status == 0; i--) {
		int64_t    person = id_next(d);
		struct str search;

		name_make(d, name, sizeof(name));
		search = pinyin_keys(d->pinyin, &d->arena, str_of(name));
		d->present[d->present_count++] = person;
		status = send_one(d, "roster_person_add", d->now,
		    "{\"person\":\"%" PRId64 "\",\"name\":\"%s\",\"search\":\"%.*s\","
		    "\"place\":\"%" PRId64 "\",\"kind\":\"tenant\",\"since\":%" PRId64 "}",
		    person, name, (int)search.n, search.p, room_id(d, random_below(d, rooms)),
		    d->now.ms - BETWEEN_MS);
	}
	return status;
}

static int
neighbourhood_make(struct demo *d, bool has_terminal)
{
	int status;

	d->present_count = 0;
	status = console_open(d);
	if (status == 0)
		status = places_make(d);
	if (status == 0)
		status = points_make(d);
	if (status == 0)
		status = people_make(d, has_terminal);
	if (status == 0)
		status = round_hold(d, "第一轮", d->now.ms - BEFORE_MS, true);
	if (status == 0)
		status = people_leave(d);
	if (status == 0)
		status = people_arrive(d);
	return status != 0 ? status : round_hold(d, "第二轮", d->now.ms - ROUND_MS, false);
}

static void
old_remove(const struct options *o)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", ".keys", ".lock", ".inhand" };
	char                     path[PATH_BYTES_MAX + 10];

	for (size_t i = 0; i < LEN(suffixes); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", o->db, suffixes[i]);
		(void)unlink(path);
	}
}

/* Every area in it; a database without one was broken off at its beginning. */
static bool
is_demonstration(const struct database *database, struct arena *arena)
{
	struct reader     reader = { .roles = ~0u, .keys = database->keys, .now = now_ms() };
	struct problems   problems = { 0 };
	struct view_query query;
	struct buffer     json = { 0 };
	struct db        *db = NULL;
	area_id          *areas = NULL;
	size_t            count = 0;
	char              why[DATABASE_WHY_BYTES];
	bool              is_one = database_connect(database, DB_READ, &db, why) == 0 &&
	    areas_between(db, arena, (area_id){ 0 }, (area_id){ INT64_MAX }, &areas, &count) == 0;

	for (size_t i = 0; is_one && i < count; i++) {
		buffer_reset(&json);
		is_one = view_query_read(
			     view_find(S("area_self")), areas[i], NULL, 0, &query, &problems) &&
			 view_json(db, arena, &query, &reader, &json) == 0 &&
			 str_find(buffer_str(&json), S("\"is_demonstration\":true")) >= 0;
	}
	buffer_done(&json);
	db_close(db);
	return is_one;
}

/* Only what was made as a demonstration may be replaced. */
static int
old_check(const struct options *o, struct arena *arena)
{
	struct database *old;
	char             why[DATABASE_WHY_BYTES] = "";
	bool             may_go;

	if (database_is_postgres(o->db) || access(o->db, F_OK) != 0)
		return 0;
	if (!o->is_replace)
		return fail("%s: is there already; --replace makes it anew", o->db);
	if (database_open(o->db, o->keys, &old, why) != 0)
		return fail("%s", why);
	may_go = is_demonstration(old, arena);
	database_close(old);
	if (!may_go)
		return fail("%s: is no demonstration; it stays", o->db);
	old_remove(o);
	return 0;
}

int
demo_main(const struct options *o, struct arena *arena)
{
	struct found_area new_area = {
		.area = { DEMO_AREA }, .name = S("示例社区"), .is_demonstration = true
	};
	struct demo       d = { .area = new_area.area, .now = now_ms() };
	char              admin[HOUSE_PASSWORD_BYTES], clerk[HOUSE_PASSWORD_BYTES];
	int64_t           seed, areas;
	bool              has_terminal = isatty(STDERR_FILENO) == 1;
	int               status;

	if (!option_number(o->people, 40000, 1, PEOPLE_MAX, &d.people) ||
	    !option_number(o->areas, 1, 1, AREAS_MAX, &areas) ||
	    !option_number(o->seed, 1, 0, INT64_MAX, &seed))
		return fail("--people is 1 to %d, --areas 1 to %d, --seed a whole number",
		    PEOPLE_MAX, AREAS_MAX);
	d.random = (uint64_t)seed;
	d.present = memory_new((size_t)d.people * 2 * sizeof(*d.present));
	d.pinyin = pinyin_new();
	status = d.pinyin == NULL ? fail("ICU's data are missing") : old_check(o, arena);
	if (status == 0)
		status = plan_text(arena, PLAN_USUAL, &new_area.plan);
	if (status == 0)
		status = house_make(o, arena, &new_area, &d.house);
	if (status == 0)
		status = house_account(
		    &d.house, arena, d.area, ADMIN_LOGIN, ADMIN_NAME, "admin", admin);
	if (status == 0)
		status =
		    house_account(&d.house, arena, d.area, "clerk", "社工 Clerk", "clerk", clerk);
	for (int64_t i = 0; status == 0 && i < areas; i++) {
		d.area.v = new_area.area.v = DEMO_AREA + i;
		status = i == 0 ? 0 : house_area(&d.house, arena, &new_area);
		if (status == 0)
			status = neighbourhood_make(&d, has_terminal);
	}
	if (has_terminal)
		fputs("\r                      \r", stderr);
	if (status == 0)
		printf("%s: %" PRId64 " %s\n  admin  %s\n  clerk  %s\n", o->db, d.people * areas,
		    o->is_english ? "people of a demonstration; sign in as"
				  : "位演示居民；登录名与密码",
		    admin, clerk);
	pinyin_free(d.pinyin);
	free(d.present);
	buffer_done(&d.rows);
	arena_done(&d.arena);
	house_close(&d.house);
	return status;
}
