/*
 * round_plans.c -- random plans of diseases, and who is due and exempt under them.
 *
 *   round_plans [--db URL] [--seed 1] [--plans 12]
 *
 * Each plan asks for another age, knows other reasons for exemptions, for other times and with
 * other evidence. People get exemptions of every kind; then perhaps another plan is set, and a
 * round opens. What the program makes of it is compared, person by person, with the plans as they
 * were drawn and the pure rules. In the end all of it is replayed. Ends with "N passed, N failed".
 */
#include <cjson/cJSON.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/decode.h"
#include "ledger/verify.h"
#include "lib/world.h"
#include "modules/area/area.h"
#include "modules/round/round.h"
#include "unit/random.h"

#define HOUR_MS      INT64_C(3600000)
#define PEOPLE       80
#define PEOPLE_FIRST 5000
#define BATCH        100

static const time_ms beginning = { INT64_C(1646352000000) }; /* 2022-03-04 */
static const int64_t round_day = 20220306;

static const struct { enum round_exemption exemption; enum plan_rule window, proof; } kinds[] = {
	{ round_exemption_VACCINATED, PLAN_EXEMPT_VACCINATED, PLAN_PROOF_VACCINATED },
	{ round_exemption_QUARANTINED, PLAN_EXEMPT_QUARANTINED, PLAN_PROOF_QUARANTINED },
	{ round_exemption_OTHER_DUTY, PLAN_EXEMPT_OTHER_DUTY, PLAN_PROOF_OTHER_DUTY },
	{ round_exemption_MEDICAL, PLAN_EXEMPT_MEDICAL, PLAN_PROOF_MEDICAL },
	{ round_exemption_DYING, PLAN_EXEMPT_DYING, PLAN_PROOF_DYING },
	{ round_exemption_OTHER, PLAN_EXEMPT_OTHER, PLAN_PROOF_OTHER },
};

struct person {
	int64_t  birth;
	unsigned standing; /* reasons of exemptions in force when the round opens: 1 << reason */
	bool     is_exempt;
};

struct trial {
	struct world *world;
	struct client clerk;
	struct arena  arena;
	struct dice   dice;
	struct plan   plan;
	struct person people[PEOPLE];
	time_ms       now, opens, closes;
	struct str    envelopes[BATCH];   /* what waits to be sent, and what must come of it */
	const char   *expected[BATCH];
	size_t        waiting;
	int           passed, failed;
};

static int64_t
below(struct trial *t, int64_t n)
{
	return (int64_t)(dice_next(&t->dice) % (uint64_t)n);
}

static void
check(struct trial *t, bool is_right, const char *expected, const char *got, int64_t who)
{
	t->passed += is_right;
	t->failed += !is_right;
	if (!is_right)
		printf("FAILED: expected %s, got %s (%ld)\n", expected, got, who);
}

static void
flush(struct trial *t)
{
	static struct came came[BATCH];

	t->clerk.made = t->clerk.next_n - 1;
	if (t->waiting > 0 && world_send(t->world, &t->clerk, t->envelopes, t->waiting, t->now,
	    came) != 0)
		errx(1, "the batch was not taken");
	for (size_t i = 0; i < t->waiting; i++)
		check(t, strcmp(came[i].text, t->expected[i]) == 0, t->expected[i], came[i].text,
		    came[i].seq);
	t->waiting = 0;
}

/* One command, its fields as JSON, and what must come of it. */
static void
send(struct trial *t, const char *name, struct str fields, const char *expected)
{
	if (t->waiting == BATCH)
		flush(t);
	t->expected[t->waiting] = expected;
	t->envelopes[t->waiting++] = arena_printf(&t->arena,
	    "{\"n\":%ld,\"name\":\"%s\",\"at\":%ld,\"fields\":%.*s}", t->clerk.next_n++, name,
	    t->now.ms, (int)fields.n, fields.p);
}

static void
plan_draw(struct trial *t)
{
	struct plan_problems problems;
	struct buffer        text = { 0 }, json = { 0 };
	struct plan_value   *age = &t->plan.values[PLAN_AGE_FROM];

	if (!plan_read(plans_built_in[0].text, &t->plan, &problems))
		errx(1, "%s is not understood", plans_built_in[0].name);
	*age = (struct plan_value){ .word = PLAN_WORD_NONE };
	if (below(t, 3) > 0)
		*age = (struct plan_value){ .number = 1 + below(t, 60) };
	for (size_t i = 0; i < LEN(kinds); i++) {
		struct plan_value *window = &t->plan.values[kinds[i].window];

		*window = (struct plan_value){ .word = PLAN_WORD_NONE };
		if (below(t, 3) == 0)
			window->word = PLAN_WORD_UNTIL_ENDED;
		else if (below(t, 2) == 0)
			*window = (struct plan_value){ .number = 1 + below(t, 96) };
		t->plan.values[kinds[i].proof] = (struct plan_value){
			.word = below(t, 2) == 0 ? PLAN_WORD_NEEDED : PLAN_WORD_NOT_NEEDED };
	}
	plan_print(&t->plan, &text);
	buffer_add(&json, S("{\"text\":"));
	json_str(&json, buffer_str(&text));
	buffer_char(&json, '}');
	send(t, "area_plan_set", buffer_str(&json), "done");
	buffer_done(&text);
	buffer_done(&json);
}

/* What the plan says of a reason: false when it exempts nobody for it. */
static bool
reason_read(const struct trial *t, enum round_exemption reason, int64_t *ret_window_ms,
    bool *ret_needs_evidence)
{
	*ret_window_ms = 0;
	*ret_needs_evidence = true;
	if (reason == round_exemption_AGE)
		return t->plan.values[PLAN_AGE_FROM].word == PLAN_WORD_NUMBER;
	for (size_t i = 0; i < LEN(kinds); i++) {
		if (kinds[i].exemption != reason)
			continue;
		*ret_window_ms = t->plan.values[kinds[i].window].number * HOUR_MS;
		*ret_needs_evidence = t->plan.values[kinds[i].proof].word == PLAN_WORD_NEEDED;
		return t->plan.values[kinds[i].window].word != PLAN_WORD_NONE;
	}
	return false;
}

/* One exemption, in the round or for those to come; what comes of it follows from the plan. */
static void
exempt(struct trial *t, int i, bool is_in_round)
{
	struct person       *p = &t->people[i];
	enum round_exemption reason = (enum round_exemption)(1 + below(t, round_exemption_DYING));
	time_ms              since = { t->now.ms - below(t, 120) * HOUR_MS };
	time_ms              until;
	bool                 has_evidence = below(t, 4) > 0, needs_evidence;
	int64_t              window_ms;
	static const char *const words[] = { "none", "age", "vaccinated", "quarantined",
		"other_duty", "medical", "other", "dying" };
	const char          *expected = "done";

	if (!reason_read(t, reason, &window_ms, &needs_evidence))
		expected = "refused round_ground_unknown";
	else if (needs_evidence && !has_evidence)
		expected = "refused round_evidence_missing";
	else if (window_ms > 0 &&
	    since.ms + window_ms <= (is_in_round ? t->opens.ms : t->now.ms))
		expected = "refused round_until_past";
	else if (is_in_round && p->is_exempt)
		expected = "refused round_person_exempt";
	send(t, "round_exempt", arena_printf(&t->arena,
	    "{%s\"person\":\"%d\",\"reason\":\"%s\",\"evidence\":\"%s\",\"since\":%ld}",
	    is_in_round ? "\"round\":\"1\"," : "", PEOPLE_FIRST + i, words[reason],
	    has_evidence ? "单" : "", since.ms), expected);
	if (strcmp(expected, "done") != 0)
		return;
	until.ms = round_exemption_until(since, window_ms, (time_ms){ 0 });
	p->is_exempt |= is_in_round;
	if (!is_in_round && round_exemption_holds(since, until, t->opens))
		p->standing |= 1u << reason;
}

static cJSON *
rows_of(struct trial *t, const char *view, const char *args)
{
	struct buffer json = { 0 };
	cJSON        *tree;
	int           status;

	flush(t);
	status = world_view(t->world, &t->clerk, str_of(view), args, t->now, &json);

	check(t, status == 200, view, "no answer", status);
	tree = json_tree(&t->arena, buffer_str(&json));
	buffer_done(&json);
	return cJSON_GetObjectItem(tree, "rows");
}

/* The first of the reasons for which the plan of now exempts people. */
static enum round_exemption
standing_of(const struct trial *t, unsigned reasons)
{
	int64_t window_ms;
	bool    needs_evidence;

	for (int i = round_exemption_NONE + 1; i <= round_exemption_DYING; i++)
		if ((reasons & 1u << i) != 0 &&
		    reason_read(t, (enum round_exemption)i, &window_ms, &needs_evidence))
			return (enum round_exemption)i;
	return round_exemption_NONE;
}

/* Everybody is in the round as the plan and the rules have it. */
static void
people_check(struct trial *t)
{
	int64_t      born_after = round_born_after(round_day, t->plan.values[PLAN_AGE_FROM].number);
	const cJSON *row;
	int          seen = 0;

	cJSON_ArrayForEach(row, rows_of(t, "round_people", "round=1 limit=1000"))
	{
		int64_t i = strtoll(cJSON_GetObjectItem(row, "person")->valuestring, NULL, 10) -
		    PEOPLE_FIRST;
		struct person       *p = &t->people[i];
		enum round_exemption wanted = standing_of(t, p->standing);
		const char          *got = cJSON_GetObjectItem(row, "state")->valuestring;

		if (round_is_too_young(p->birth, born_after))
			wanted = round_exemption_AGE;
		p->is_exempt = wanted != round_exemption_NONE;
		check(t, strcmp(got, p->is_exempt ? "exempt" : "missing") == 0,
		    p->is_exempt ? "exempt" : "missing", got, i);
		got = p->is_exempt ? cJSON_GetObjectItem(row, "exemption")->valuestring : "none";
		check(t, choice_number(&round_exemption_choice, str_of(got)) == (int64_t)wanted,
		    round_exemption_choice.options[wanted].name, got, i);
		seen++;
	}
	check(t, seen == PEOPLE, "everybody in the round", "not so", seen);
}

static void
people_make(struct trial *t)
{
	for (int i = 0; i < PEOPLE; i++) {
		int64_t day = date_to_days((date_ymd){ round_day }) - below(t, 66 * 30);

		t->people[i] = (struct person){ .birth = date_of_days(day).ymd };
		if (below(t, 10) == 0)
			t->people[i].birth = 0;
		send(t, "roster_person_add", arena_printf(&t->arena,
		    t->people[i].birth == 0 ? "{\"person\":\"%d\",\"name\":\"甲\"}" :
		    "{\"person\":\"%d\",\"name\":\"甲\",\"birth\":\"%04d-%02d-%02d\"}",
		    PEOPLE_FIRST + i, (int)(t->people[i].birth / 10000),
		    (int)(t->people[i].birth / 100 % 100), (int)(t->people[i].birth % 100)),
		    "done");
	}
}

static void
trial_run(struct trial *t, const char *url)
{
	struct verify_report report = { 0 };

	t->world = world_new(url, false, NULL);
	t->now = beginning;
	t->clerk = (struct client){ .area = { INT64_C(440304005012) }, .name = "clerk" };
	world_area(t->world, t->clerk.area, "益民社区", t->now);
	world_client(t->world, &t->clerk, t->now);
	world_role(t->world, &t->clerk, ROLE_CLERK, t->now);
	world_role(t->world, &t->clerk, ROLE_ADMIN, t->now);
	world_start(t->world);
	plan_draw(t);
	people_make(t);
	flush(t);
	t->now.ms += 24 * HOUR_MS;
	t->opens.ms = t->now.ms + below(t, 24) * HOUR_MS;
	t->closes.ms = t->opens.ms + 12 * HOUR_MS;
	for (int i = 0; i < PEOPLE; i++)
		exempt(t, (int)below(t, PEOPLE), false);
	flush(t);
	if (below(t, 2) == 0)
		plan_draw(t);
	send(t, "round_open", arena_printf(&t->arena, "{\"round\":\"1\",\"name\":\"轮\","
	    "\"opens\":%ld,\"closes\":%ld,\"day\":\"2022-03-06\"}", t->opens.ms, t->closes.ms),
	    "done");
	people_check(t);
	t->now.ms = t->opens.ms + HOUR_MS;
	for (int i = 0; i < PEOPLE; i++)
		exempt(t, i, true);
	flush(t);
	check(t, ledger_verify(world_database(t->world), NULL, &report) == 0 &&
	    report.wrong[0] == '\0', "the same tables", report.wrong, 0);
	world_free(t->world);
	arena_reset(&t->arena);
}

int
main(int argc, char *argv[])
{
	static struct trial t;
	const char         *url = "/tmp/redvest-round-plans.db";
	int64_t             seed = 1, plans = 12;

	for (int i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "--db") == 0)
			url = argv[i + 1];
		else if (strcmp(argv[i], "--seed") == 0)
			seed = strtoll(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--plans") == 0)
			plans = strtoll(argv[i + 1], NULL, 10);
		else
			errx(2, "unknown option %s", argv[i]);
	decode_setup();
	t.dice = (struct dice){ (uint64_t)seed };
	for (int64_t i = 0; i < plans; i++)
		trial_run(&t, url);
	arena_done(&t.arena);
	printf("%d passed, %d failed\n", t.passed, t.failed);
	return t.failed != 0;
}
