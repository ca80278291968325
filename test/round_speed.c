/*
 * round_speed.c -- how fast rounds are with a generated area, in process.
 *
 *   round_speed [--db URL] [--people 40000] [--samples 20000]
 *
 * Prints a line "what: figure" each: opening a round; swabs in batches of 256, people in the order
 * of their doors and at random; who is missing, by building and the first 200, with nobody and with
 * nearly everybody sampled. Seconds are of the processor, which other programs disturb less; with a
 * PostgreSQL, which works elsewhere, of the clock on the wall.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/str.h"
#include "ledger/view.h"
#include "lib/world.h"

#define ROOMS_FIRST  1000000
#define PEOPLE_FIRST 5000000
#define FLOORS	     30
#define ROOMS	     8
#define BATCH	     256
#define ROWS_OF_PUT  500
#define TIMES	     9

static const time_ms morning = { INT64_C(1646352000000) }; /* 2022-03-04 */

struct speed {
	clockid_t clock;
	struct world *world;
	struct client clerk;
	struct db *reader;
	struct arena arena;
	int64_t people, towers;
	struct str envelopes[BATCH];
	struct came came[BATCH];
};

static double
seconds(const struct speed *s)
{
	struct timespec t;

	clock_gettime(s->clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
send_all(struct speed *s, size_t count)
{
	s->clerk.made = s->clerk.next_n - 1;
	if (world_send(s->world, &s->clerk, s->envelopes, count, morning, s->came) != 0)
		errx(1, "the batch was not taken");
	for (size_t i = 0; i < count; i++)
		if (strncmp(s->came[i].text, "done", 4) != 0)
			errx(1, "%.*s: %s", (int)s->envelopes[i].n, s->envelopes[i].p,
			    s->came[i].text);
}

static struct str
envelope(struct speed *s, const char *name, const char *fields)
{
	return arena_printf(&s->arena, "{\"n\":%ld,\"name\":\"%s\",\"at\":%ld,\"fields\":%s}",
	    s->clerk.next_n++, name, morning.ms, fields);
}

static void
send_one(struct speed *s, const char *name, const char *fields)
{
	s->envelopes[0] = envelope(s, name, fields);
	send_all(s, 1);
	arena_reset(&s->arena);
}

/* Towers of 30 floors of 8 rooms in one stair; where the nth room is among the ids. */
static int64_t
room_id(int64_t n)
{
	int64_t of_tower = 2 + FLOORS * (1 + ROOMS), floor = n / ROOMS % FLOORS;

	return ROOMS_FIRST + 1 + n / (ROOMS * FLOORS) * of_tower + 2 + floor * (1 + ROOMS) + 1 +
	       n % ROOMS;
}

static void
area_make(struct speed *s)
{
	int64_t rooms;
	char fields[300];

	s->towers = s->people / (3 * FLOORS * ROOMS) + 1;
	rooms = s->towers * FLOORS * ROOMS;
	(void)snprintf(fields, sizeof(fields),
	    "{\"first\":\"%d\",\"name\":\"益田花园\",\"towers\":%ld"
	    ",\"stairs\":1,\"floors\":%d,\"rooms\":%d}",
	    ROOMS_FIRST, s->towers, FLOORS, ROOMS);
	send_one(s, "place_pattern_add", fields);
	for (int64_t i = 0; i < s->people; i += ROWS_OF_PUT) {
		struct buffer b = { 0 };

		buffer_add(&b, S("{\"rows\":["));
		for (int64_t k = i; k < i + ROWS_OF_PUT && k < s->people; k++) {
			json_next(&b);
			buffer_printf(&b,
			    "{\"person\":\"%ld\",\"place\":\"%ld"
			    "\",\"kind\":\"%s\",\"name\":\"居民%ld\",\"birth\":\"%s\","
			    "\"phone\":\"1380%07ld\"}",
			    PEOPLE_FIRST + k, room_id(k * rooms / s->people),
			    k % 50 == 0 ? "hospital" : "resident", k,
			    k % 70 == 0 ? "2021-12-01" : "1980-05-05", k);
		}
		buffer_add(&b, S("]}"));
		buffer_char(&b, '\0');
		send_one(s, "roster_rows_put", b.p);
		buffer_done(&b);
	}
}

static void
round_open(struct speed *s, int round)
{
	char fields[300];
	double begun;

	(void)snprintf(fields, sizeof(fields),
	    "{\"round\":\"%d\",\"name\":\"%d\",\"opens\":%ld"
	    ",\"closes\":%ld,\"age_from\":6}",
	    round, round, morning.ms + round * 100, morning.ms + round * 100 + 99);
	begun = seconds(s);
	send_one(s, "round_open", fields);
	printf("round %d of %ld opened: %.0f ms\n", round, s->people, (seconds(s) - begun) * 1e3);
}

/* One swab each of `count` people; step 1: door by door. */
static void
samples_take(struct speed *s, int round, int64_t count, int64_t step)
{
	double begun = seconds(s);
	int64_t person = 0;

	for (int64_t i = 0; i < count;) {
		size_t n = 0;

		for (; n < BATCH && i < count; i++) {
			char fields[200];

			person = (person + step) % s->people;
			(void)snprintf(fields, sizeof(fields),
			    "{\"round\":\"%d\",\"person\":\"%ld"
			    "\",\"tube\":\"T%07ld\",\"mix\":\"ten\",\"site\":\"throat\"}",
			    round, PEOPLE_FIRST + person, i / 10);
			s->envelopes[n++] = envelope(s, "round_sample_take", fields);
		}
		send_all(s, n);
		arena_reset(&s->arena);
	}
	printf("%ld swabs, %s: %.0f a second\n", count, step == 1 ? "door by door" : "at random",
	    (double)count / (seconds(s) - begun));
}

/* As the server does it; no COUNT is opened. args: "name=value name=value". */
static void
view_run(struct speed *s, const char *view, const char *args, struct buffer *ret_json)
{
	struct view_arg list[VIEW_PARAMS_MAX];
	struct view_query query;
	struct problems problems = { 0 };
	struct reader reader = { .user = s->clerk.user,
		.roles = ROLE_CLERK,
		.keys = world_database(s->world)->keys,
		.now = { morning.ms + 99 } };
	struct str rest = str_of(args), part;
	size_t count = 0;

	while (count < LEN(list) && str_split(&rest, ' ', &part))
		if (str_split(&part, '=', &list[count].name))
			list[count++].value = part;
	if (!view_query_read(
		view_find(str_of(view)), s->clerk.area, list, count, &query, &problems))
		errx(1, "%s %s", view, args);
	if (view_json(s->reader, &s->arena, &query, &reader, ret_json) != 0)
		errx(1, "%s: %s", view, db_error(s->reader));
	arena_reset(&s->arena);
}

static int
by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
view_time(struct speed *s, const char *view, const char *args)
{
	double took[TIMES];
	int64_t rows = 0;

	for (int i = 0; i < TIMES; i++) {
		struct buffer json = { 0 };
		double begun = seconds(s);

		view_run(s, view, args, &json);
		took[i] = (seconds(s) - begun) * 1e3;
		rows = 0;
		for (size_t k = 0; k < json.n; k++)
			rows += json.p[k] == '{';
		buffer_done(&json);
	}
	qsort(took, TIMES, sizeof(took[0]), by_number);
	printf("%s %s: %.2f ms, %ld rows\n", view, args, took[TIMES / 2], rows - 1);
}

static void
views_time(struct speed *s, int round)
{
	char args[100];

	(void)snprintf(args, sizeof(args), "round=%d level=building", round);
	view_time(s, "round_progress", args);
	(void)snprintf(args, sizeof(args), "round=%d", round);
	view_time(s, "round_missing", args);
	(void)snprintf(args, sizeof(args), "round=%d place=%ld", round,
	    ROOMS_FIRST + 1 + (s->towers - 1) * (2 + FLOORS * (1 + ROOMS)));
	view_time(s, "round_missing", args);
	(void)snprintf(args, sizeof(args), "round=%d", round);
	view_time(s, "round_list", args);
	view_time(s, "round_drift", args);
}

int
main(int argc, char *argv[])
{
	static struct speed s = { .people = 40000 };
	const char *url = "/tmp/redvest-round-speed.db";
	char why[DATABASE_WHY_BYTES];
	int64_t samples = 0;

	for (int i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "--db") == 0)
			url = argv[i + 1];
		else if (strcmp(argv[i], "--people") == 0)
			s.people = strtoll(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--samples") == 0)
			samples = strtoll(argv[i + 1], NULL, 10);
	samples = samples > 0 ? samples : s.people - s.people / 100;
	s.clock = database_is_postgres(url) ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
	decode_setup();
	s.world = world_new(url, false, NULL);
	s.clerk = (struct client){ .area = { INT64_C(440304005012) }, .name = "clerk" };
	world_area(s.world, s.clerk.area, "益民社区", morning);
	world_client(s.world, &s.clerk, morning);
	world_role(s.world, &s.clerk, ROLE_CLERK, morning);
	world_start(s.world);
	if (database_connect(world_database(s.world), DB_READ, &s.reader, why) != 0)
		errx(1, "%s", why);
	area_make(&s);
	round_open(&s, 1);
	views_time(&s, 1);
	samples_take(&s, 1, samples, 1);
	views_time(&s, 1);
	round_open(&s, 2);
	samples_take(&s, 2, samples, 7919);
	view_time(&s, "round_bridge", "round_a=1 round_b=2");
	view_time(&s, "round_person", "person=5000007");
	db_close(s.reader);
	arena_done(&s.arena);
	world_free(s.world);
	return 0;
}
