/*
 * round_history.c -- random histories of a small area: whatever happens, rounds add up.
 *
 *   round_history [--db URL] [--seed N] [--histories N] [--steps N]
 *
 * People come, go, die and are merged; rounds of the whole and of single buildings open, overlap
 * and close; swabs, changes and exemptions fall where they may. After every history
 *   each headcount is what was frozen and the named changes since;
 *   every number opens as many rows as it says;
 *   between any two rounds the bridge explains everything;
 *   nobody is both sampled and missing;
 *   counters are what counting the people gives;
 *   the past, asked for later, is what it was;
 *   what the roster shows, taken, leaves nothing to take;
 *   the ledger makes the same tables again.
 * And a round opened over random people finds each as the pure rules say; more changes than one
 * command takes are taken by several. It prints its seed and ends with "N passed, N failed".
 */
#include <cjson/cJSON.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/verify.h"
#include "lib/world.h"
#include "modules/round/round.h"
#include "unit/random.h"

#define BATCH	     16
#define PEOPLE_FIRST 1000
#define PEOPLE_MAX   60
#define ROUNDS_MAX   9
#define PASTS_MAX    4
#define FROZEN	     400
#define HOUR_MS	     INT64_C(3600000)

static const time_ms beginning = { INT64_C(1646352000000) }; /* 2022-03-04 */

/* Two towers of two floors of two rooms, by place_pattern_add from 100. */
static const int rooms[] = { 104, 105, 107, 108, 112, 113, 115, 116 };
static const int scopes[] = { 0, 0, 0, 101, 109 };

struct past {
	int64_t seq, round;
	char *progress, *missing;
};

struct history {
	struct world *world;
	struct client clerk;
	struct arena arena;
	struct dice dice;
	time_ms now;
	int64_t people, rounds; /* numbers given so far */
	int64_t seq;		/* of the newest command */
	struct past pasts[PASTS_MAX];
	int past_count;
	struct arena sent; /* what waits */
	struct str envelopes[BATCH];
	size_t waiting;
	char trace[300]; /* what was done last */
	int passed, failed;
};

static void
check(struct history *h, bool is_right, const char *what, int64_t a, int64_t b)
{
	h->passed += is_right;
	h->failed += !is_right;
	if (!is_right)
		printf("FAILED: %s (%ld, %ld) after %s\n", what, a, b, h->trace);
}

static int64_t
below(struct history *h, int64_t n)
{
	return (int64_t)(dice_next(&h->dice) % (uint64_t)n);
}

/* What waits goes as one batch; whatever comes of each command, apply must not have failed. */
static void
flush(struct history *h)
{
	static struct came came[BATCH];

	h->clerk.made = h->clerk.next_n - 1;
	if (h->waiting > 0 &&
	    world_send(h->world, &h->clerk, h->envelopes, h->waiting, h->now, came) != 0)
		errx(1, "the batch was not taken");
	for (size_t i = 0; i < h->waiting; i++) {
		h->seq = came[i].seq;
		if (strncmp(came[i].text, "done", 4) == 0 ||
		    strncmp(came[i].text, "refused", 7) == 0)
			continue;
		(void)snprintf(
		    h->trace, sizeof(h->trace), "%.*s", (int)h->envelopes[i].n, h->envelopes[i].p);
		check(h, false, came[i].text, 0, 0);
	}
	if (h->waiting > 0)
		(void)snprintf(h->trace, sizeof(h->trace), "%.*s",
		    (int)h->envelopes[h->waiting - 1].n, h->envelopes[h->waiting - 1].p);
	h->waiting = 0;
	arena_reset(&h->sent);
}

/* One command, its fields with ' for ". */
static void send(struct history *h, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
send(struct history *h, const char *name, const char *format, ...)
{
	char fields[1000];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(fields, sizeof(fields), format, args);
	va_end(args);
	for (char *p = fields; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	h->envelopes[h->waiting++] =
	    arena_printf(&h->sent, "{\"n\":%ld,\"name\":\"%s\",\"at\":%ld,\"fields\":{%s}}",
		h->clerk.next_n++, name, h->now.ms, fields);
	if (h->waiting == BATCH)
		flush(h);
}

/* The rows of a view, whose counts have been opened; the text too when it is wanted. */
static cJSON *rows_of(struct history *h, const char *view, char **ret_text, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static cJSON *
rows_of(struct history *h, const char *view, char **ret_text, const char *format, ...)
{
	struct buffer json = { 0 };
	char query[300];
	va_list args;
	cJSON *tree;
	int status;

	va_start(args, format);
	(void)vsnprintf(query, sizeof(query), format, args);
	va_end(args);
	flush(h);
	status = world_view(h->world, &h->clerk, str_of(view), query, h->now, &json);
	check(h, status == 200, view, status, 0);
	tree = json_tree(&h->arena, buffer_str(&json));
	if (ret_text != NULL)
		*ret_text = strndup(json.p, json.n);
	buffer_done(&json);
	return cJSON_GetObjectItem(tree, "rows");
}

static int64_t
number_of(const cJSON *row, const char *name)
{
	const cJSON *v = cJSON_GetObjectItem(row, name);

	return cJSON_IsString(v) ? strtoll(v->valuestring, NULL, 10)
				 : (int64_t)cJSON_GetNumberValue(v);
}

static const char *
text_of(const cJSON *row, const char *name)
{
	const cJSON *v = cJSON_GetObjectItem(row, name);

	return cJSON_IsString(v) ? v->valuestring : "";
}

/* ---- what happens ---- */

static int64_t
somebody(struct history *h)
{
	return PEOPLE_FIRST + below(h, h->people + 1);
}

static int64_t
some_round(struct history *h)
{
	return 1 + below(h, h->rounds + 1);
}

static void
person_add(struct history *h)
{
	static const char *const kinds[] = { "registered", "resident", "tenant", "visitor", "away",
		"hospital" };
	int64_t birth = below(h, 4) == 0 ? 20220301 + below(h, 8) : 19800101 + below(h, 28);

	if (h->people >= PEOPLE_MAX)
		return;
	if (below(h, 8) == 0)
		send(h, "roster_person_add", "'person':'%ld','name':'无处'",
		    PEOPLE_FIRST + h->people++);
	else
		send(h, "roster_person_add",
		    "'person':'%ld','name':'居民%ld','birth':'%ld-%02ld-%02ld','place':'%d','kind':"
		    "'%s','since':%ld",
		    PEOPLE_FIRST + h->people, h->people, birth / 10000, birth / 100 % 100,
		    birth % 100, rooms[below(h, LEN(rooms))], kinds[below(h, LEN(kinds))],
		    below(h, 3) == 0 ? 0 : h->now.ms - below(h, 48) * HOUR_MS);
	h->people++;
}

static void
stay_change(struct history *h)
{
	static const char *const kinds[] = { "resident", "resident", "visitor", "away", "hospital",
		"quarantined", "dead" };
	const char *beside = below(h, 4) == 0 ? ",\"is_beside\":true" : "";

	if (below(h, 4) == 0)
		send(h, "roster_stay_end", "'person':'%ld'", somebody(h));
	else if (below(h, 2) == 0)
		send(h, "roster_stay_begin", "'person':'%ld','kind':'%s'%s", somebody(h),
		    kinds[below(h, LEN(kinds))], beside);
	else
		send(h, "roster_stay_begin",
		    "'person':'%ld','place':'%d','kind':'%s','until':%ld%s", somebody(h),
		    rooms[below(h, LEN(rooms))], kinds[below(h, LEN(kinds))],
		    below(h, 2) == 0 ? 0 : h->now.ms + below(h, 9) * HOUR_MS, beside);
}

static void
merge(struct history *h)
{
	if (below(h, 3) > 0)
		send(h, "roster_merge", "'person':'%ld','into':'%ld'", somebody(h), somebody(h));
	else
		send(h, "roster_unmerge", "'person':'%ld'", somebody(h));
}

static void
round_open(struct history *h)
{
	int64_t opens = h->now.ms + (below(h, 3) - 1) * HOUR_MS;

	if (h->rounds >= ROUNDS_MAX)
		return;
	send(h, "round_open",
	    "'round':'%ld','name':'轮','scope':'%d','opens':%ld,'closes':%ld,'age_from':%ld",
	    h->rounds + 1, scopes[below(h, LEN(scopes))], opens,
	    opens + (1 + below(h, 20)) * HOUR_MS, below(h, 12));
	h->rounds++;
}

static void
sample(struct history *h)
{
	if (below(h, 12) == 0)
		send(h, "round_sample_take", "'round':'%ld','name':'路人','place':'%d'",
		    some_round(h), rooms[below(h, LEN(rooms))]);
	else
		send(h, "round_sample_take",
		    "'round':'%ld','person':'%ld','tube':'T%ld','mix':'ten'", some_round(h),
		    somebody(h), below(h, 99));
}

static void
name_change(struct history *h)
{
	static const char *const reasons[] = { "arrived", "found", "born", "left", "died",
		"hospital", "quarantined", "double", "other_round", "moved" };
	const char *reason = reasons[below(h, LEN(reasons))];

	send(h, "round_change",
	    "'round':'%ld','person':'%ld','reason':'%s','place':'%d','other':'%ld'", some_round(h),
	    somebody(h), reason, below(h, 2) == 0 ? 0 : rooms[below(h, LEN(rooms))],
	    below(h, 3) == 0 ? 0 : somebody(h));
}

static void
exempt(struct history *h)
{
	int64_t round = below(h, 2) == 0 ? 0 : some_round(h);

	if (below(h, 3) == 0)
		send(h, "round_exempt_end", "'round':'%ld','person':'%ld'", round, somebody(h));
	else
		send(h, "round_exempt",
		    "'round':'%ld','person':'%ld','reason':'medical','evidence':'x','until':%ld",
		    round, somebody(h),
		    below(h, 2) == 0 ? 0 : h->now.ms + (1 + below(h, 30)) * HOUR_MS);
}

static void
step(struct history *h)
{
	h->now.ms += below(h, 2) * HOUR_MS / 4;
	switch (below(h, 24)) {
	case 0:
	case 1:
	case 2:
		person_add(h);
		break;
	case 3:
	case 4:
	case 5:
	case 6:
		stay_change(h);
		break;
	case 7:
		merge(h);
		break;
	case 8:
		round_open(h);
		break;
	case 9:
		if (below(h, 3) == 0)
			send(h, "round_close", "'round':'%ld'", some_round(h));
		break;
	case 10:
	case 11:
	case 12:
		name_change(h);
		break;
	case 13:
	case 14:
		exempt(h);
		break;
	case 15:
		send(h, "round_contact",
		    "'round':'%ld','person':'%ld','how':'phone','outcome':'other'", some_round(h),
		    somebody(h));
		break;
	case 16:
		send(h, "round_drift_take", "'round':'%ld','people':[{'person':'%ld'}]",
		    some_round(h), somebody(h));
		break;
	default:
		sample(h);
	}
}

/* ---- what must hold ---- */

static void
round_check(struct history *h, const cJSON *row, int64_t *ret_due)
{
	static const char *const levels[] = { "round", "compound", "building", "stair", "floor" };
	int64_t round = number_of(row, "round"), due = number_of(row, "due");
	const cJSON *person;
	char *live, *counted;

	*ret_due = due;
	check(h, due == number_of(row, "frozen") + number_of(row, "gained"),
	    "a headcount is what was frozen and the named changes", round, due);
	check(h, due == number_of(row, "sampled") + number_of(row, "missing"),
	    "who is due is sampled or missing", round, due);
	for (size_t i = 0; i < LEN(levels); i++) {
		(void)rows_of(h, "round_progress", &live, "round=%ld level=%s", round, levels[i]);
		(void)rows_of(h, "round_progress", &counted, "round=%ld level=%s as_of=%ld", round,
		    levels[i], h->seq);
		check(h, strcmp(live, counted) == 0, "counters are what counting gives", round,
		    (int64_t)i);
		free(live);
		free(counted);
	}
	(void)rows_of(h, "round_missing", &live, "round=%ld", round);
	(void)rows_of(h, "round_missing", &counted, "round=%ld as_of=%ld", round, h->seq);
	check(h, strcmp(live, counted) == 0, "few missing are found as many are", round, 0);
	free(live);
	free(counted);
	cJSON_ArrayForEach(person, rows_of(h, "round_people", NULL, "round=%ld", round))
	{
		const char *state = text_of(person, "state");

		if (strcmp(state, "missing") == 0)
			check(h, number_of(person, "samples") == 0,
			    "nobody is both sampled and missing", round,
			    number_of(person, "person"));
		if (strcmp(state, "sampled") == 0)
			check(h,
			    cJSON_GetArraySize(rows_of(h, "round_person", NULL,
				"round=%ld person=%ld", round, number_of(person, "person"))) > 0,
			    "who is sampled has swabs", round, number_of(person, "person"));
	}
}

static void
bridge_check(struct history *h, int64_t a, int64_t due_a, int64_t b, int64_t due_b)
{
	int64_t sum = due_a;
	const cJSON *row;

	cJSON_ArrayForEach(row, rows_of(h, "round_bridge", NULL, "round_a=%ld round_b=%ld", a, b))
	{
		const char *line = text_of(row, "line");

		sum += number_of(row, "sign") * number_of(row, "people");
		if (strcmp(line, "before") == 0)
			check(h, number_of(row, "people") == due_a,
			    "a bridge begins at the headcount", a, b);
		else if (strcmp(line, "after") == 0)
			check(h, number_of(row, "people") == due_b,
			    "a bridge ends at the headcount", a, b);
		else if (strcmp(line, "unexplained") == 0)
			check(h, number_of(row, "people") == 0, "nothing is unexplained", a, b);
	}
	check(h, sum == due_b, "a bridge leads from one headcount to the other", a, b);
}

static void
past_keep(struct history *h)
{
	struct past *p = &h->pasts[h->past_count];

	if (h->past_count == PASTS_MAX || h->rounds == 0)
		return;
	p->round = 1 + below(h, h->rounds);
	flush(h);
	p->seq = h->seq;
	(void)rows_of(h, "round_progress", &p->progress, "round=%ld level=round", p->round);
	(void)rows_of(h, "round_missing", &p->missing, "round=%ld", p->round);
	h->past_count++;
}

/* The ids in a text of rows, one after another: places and contacts may have changed since. */
static void
ids_of(struct history *h, const char *text, struct buffer *ret_ids)
{
	int64_t ids[PEOPLE_MAX * 4];
	size_t count = 0;
	const cJSON *row;

	cJSON_ArrayForEach(row,
	    cJSON_GetObjectItem(json_tree(&h->arena, str_of(text)), "rows")) if (count < LEN(ids))
	    ids[count++] = number_of(row, "person");
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && ids[k] < ids[k - 1]; k--) {
			int64_t other = ids[k];

			ids[k] = ids[k - 1];
			ids[k - 1] = other;
		}
	for (size_t i = 0; i < count; i++)
		buffer_printf(ret_ids, "%ld ", ids[i]);
}

static void
pasts_check(struct history *h)
{
	for (int i = 0; i < h->past_count; i++) {
		struct past *p = &h->pasts[i];
		struct buffer then = { 0 }, now = { 0 };
		char *progress, *missing;

		(void)rows_of(h, "round_progress", &progress, "round=%ld level=round as_of=%ld",
		    p->round, p->seq);
		(void)rows_of(
		    h, "round_missing", &missing, "round=%ld as_of=%ld", p->round, p->seq);
		check(h, strcmp(progress, p->progress) == 0, "the past is what it was", p->round,
		    p->seq);
		ids_of(h, p->missing, &then);
		ids_of(h, missing, &now);
		check(h, str_equal(buffer_str(&then), buffer_str(&now)),
		    "who was missing is who was", p->round, p->seq);
		buffer_done(&then);
		buffer_done(&now);
		free(progress);
		free(missing);
		free(p->progress);
		free(p->missing);
	}
	h->past_count = 0;
}

static void
drift_check(struct history *h, int64_t round)
{
	int64_t before;
	char *left;

	for (int times = 0; times < 3; times++) {
		before = cJSON_GetArraySize(rows_of(h, "round_drift", NULL, "round=%ld", round));
		if (before == 0)
			return;
		send(h, "round_drift_take", "'round':'%ld'", round);
	}
	(void)rows_of(h, "round_drift", &left, "round=%ld", round);
	check(h, false, left, round, before);
	free(left);
}

static void
everything_check(struct history *h)
{
	int64_t rounds[ROUNDS_MAX + 2], due[ROUNDS_MAX + 2];
	int count = 0;
	const cJSON *row;

	cJSON_ArrayForEach(row, rows_of(h, "round_list", NULL, "limit=200"))
	{
		rounds[count] = number_of(row, "round");
		round_check(h, row, &due[count++]);
	}
	for (int a = 0; a < count; a++)
		for (int b = 0; b < count; b++)
			bridge_check(h, rounds[a], due[a], rounds[b], due[b]);
	arena_reset(&h->arena);
}

static void
world_begin(struct history *h, const char *url)
{
	h->world = world_new(url, false, NULL);
	h->clerk = (struct client){ .area = { INT64_C(440304005012) }, .name = "clerk" };
	h->now = beginning;
	h->people = h->rounds = 0;
	world_area(h->world, h->clerk.area, "益民社区", beginning);
	world_client(h->world, &h->clerk, beginning);
	world_role(h->world, &h->clerk, ROLE_CLERK, beginning);
	world_start(h->world);
	send(h, "place_pattern_add",
	    "'first':'100','name':'益田花园','towers':2,'stairs':1,'floors':2,'rooms':2");
}

static void
world_end(struct history *h)
{
	struct verify_report report = { 0 };
	int r;

	flush(h);
	r = ledger_verify(world_database(h->world), NULL, &report);

	check(h, r == 0 && report.wrong[0] == '\0', "the ledger makes the same tables", r, 0);
	if (report.wrong[0] != '\0')
		printf("%s\n", report.wrong);
	world_free(h->world);
	arena_done(&h->arena);
	arena_done(&h->sent);
}

static void
history_run(struct history *h, const char *url, int64_t steps)
{
	world_begin(h, url);
	for (int i = 0; i < 12; i++)
		person_add(h);
	for (int64_t i = 0; i < steps; i++) {
		step(h);
		if (below(h, steps / 4 + 1) == 0)
			past_keep(h);
		arena_reset(&h->arena);
	}
	everything_check(h);
	pasts_check(h);
	for (int64_t i = 1; i <= h->rounds; i++)
		drift_check(h, i);
	everything_check(h);
	world_end(h);
}

/* ---- what the rules say ---- */

struct frozen {
	int64_t kind, birth;
	time_ms since, until, exempt_until;
};

/* In which state the pure rules put somebody, and why. */
static void
frozen_rule(const struct frozen *f, time_ms opens, int64_t born_after, const char **ret_state,
    int64_t *ret_reason)
{
	bool is_here =
	    roster_kind_is_present(f->kind) && roster_stay_is_at(f->since, f->until, opens);

	*ret_state = "missing";
	*ret_reason = round_reason_FROZEN;
	if (!is_here) {
		*ret_state = "absent";
		*ret_reason = round_absence(f->until.ms > opens.ms ? f->kind : -1, false);
	} else if (round_is_too_young(f->birth, born_after) ||
		   (f->exempt_until.ms > 0 &&
		       round_exemption_holds(beginning, f->exempt_until, opens))) {
		*ret_state = "exempt";
		*ret_reason = round_reason_EXEMPT_BEGUN;
	}
}

static void
frozen_make(struct history *h, struct frozen *f, int i)
{
	static const char *const kinds[] = { "registered", "resident", "tenant", "visitor", "away",
		"hospital", "quarantined", "dead" };

	*f = (struct frozen){ .kind = below(h, LEN(kinds)),
		.since = { beginning.ms - HOUR_MS },
		.until = { TIME_NEVER_MS },
		.birth = below(h, 3) == 0 ? 20210820 + below(h, 30) % 12 : 19700101 };
	if (below(h, 4) == 0)
		f->until.ms = beginning.ms + below(h, 10) * HOUR_MS + 1;
	if (below(h, 5) == 0)
		f->exempt_until.ms = beginning.ms + (1 + below(h, 10)) * HOUR_MS;
	send(h, "roster_person_add", "'person':'%d','name':'甲%d','birth':'%04d-%02d-%02d'",
	    PEOPLE_FIRST + i, i, (int)(f->birth / 10000), (int)(f->birth / 100 % 100),
	    (int)(f->birth % 100));
	send(h, "roster_stay_begin",
	    "'person':'%d','place':'%d','kind':'%s','since':%ld,'until':%ld", PEOPLE_FIRST + i,
	    rooms[below(h, LEN(rooms))], kinds[f->kind], f->since.ms, f->until.ms);
	if (f->exempt_until.ms > 0)
		send(h, "round_exempt",
		    "'person':'%d','reason':'medical','evidence':'x','until':%ld", PEOPLE_FIRST + i,
		    f->exempt_until.ms);
}

static void
frozen_check(struct history *h, const char *url)
{
	static struct frozen people[FROZEN];
	const time_ms opens = { beginning.ms + 5 * HOUR_MS };
	const cJSON *row;
	int64_t seen = 0;

	world_begin(h, url);
	for (int i = 0; i < FROZEN; i++)
		frozen_make(h, &people[i], i);
	send(h, "round_open",
	    "'round':'1','name':'一','opens':%ld,'closes':%ld,'day':'2022-02-28','age_from':6",
	    opens.ms, opens.ms + HOUR_MS);
	cJSON_ArrayForEach(row, rows_of(h, "round_people", NULL, "round=1 limit=1000"))
	{
		int64_t i = number_of(row, "person") - PEOPLE_FIRST, reason;
		const char *state;

		frozen_rule(&people[i], opens, round_born_after(20220228, 6), &state, &reason);
		check(h, strcmp(text_of(row, "state"), state) == 0, state, i, people[i].kind);
		check(h,
		    choice_number(&round_reason_choice, str_of(text_of(row, "reason"))) == reason,
		    "the reason is the rule's", i, reason);
		seen++;
	}
	check(h, seen == FROZEN, "everybody known is in the round, due or not", seen, FROZEN);
	world_end(h);
}

/* More people than one command takes. */
static void
drift_limit_check(struct history *h, const char *url)
{
	const int64_t wanted[] = { ROUND_DRIFT_MAX + 20, 20, 0 };

	world_begin(h, url);
	send(h, "round_open", "'round':'1','name':'一','opens':%ld,'closes':%ld", beginning.ms,
	    beginning.ms + HOUR_MS);
	for (int i = 0; i < ROUND_DRIFT_MAX + 20; i++)
		send(h, "roster_person_add", "'person':'%d','name':'甲','place':'104'",
		    PEOPLE_FIRST + i);
	for (size_t i = 0; i < LEN(wanted); i++) {
		const cJSON *rows = rows_of(h, "round_drift", NULL, "round=1 limit=1000");

		check(h, cJSON_GetArraySize(rows) == wanted[i],
		    "one command takes so many and no more", cJSON_GetArraySize(rows), wanted[i]);
		send(h, "round_drift_take", "'round':'1'");
	}
	world_end(h);
}

int
main(int argc, char *argv[])
{
	static struct history h;
	const char *url = "/tmp/redvest-round-history.db";
	int64_t seed = 1, histories = 12, steps = 160;

	for (int i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "--db") == 0)
			url = argv[i + 1];
		else if (strcmp(argv[i], "--seed") == 0)
			seed = strtoll(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--histories") == 0)
			histories = strtoll(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--steps") == 0)
			steps = strtoll(argv[i + 1], NULL, 10);
		else
			errx(2, "unknown option %s", argv[i]);
	decode_setup();
	h.dice = (struct dice){ (uint64_t)seed };
	printf("seed %ld\n", seed);
	frozen_check(&h, url);
	drift_limit_check(&h, url);
	for (int64_t i = 0; i < histories; i++)
		history_run(&h, url, steps);
	printf("%d passed, %d failed\n", h.passed, h.failed);
	return h.failed != 0;
}
