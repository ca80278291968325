/*
 * rules.c -- every pure rule, and the reader of identity numbers, on random inputs, natively: a
 * line each, which rules.mjs asks again of the same source as WebAssembly.
 *
 *   rules [SEED [ROUNDS]]
 *
 *   seed 1
 *   rule NAME ARGUMENT... = RESULT       5n has 64 bits, 5 has 32
 *   identity CELL told is_number today = kind verdict number birth sex division flags
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/when.h"
#include "rules.h"
#include "text/identity.h"
#include "unit/random.h"

#define ROUNDS_USUAL 10000
#define CELL_MAX     40

static int64_t
number_random(struct dice *d)
{
	static const int64_t ends[] = { INT64_MIN, INT64_MIN + 1, INT32_MIN, -1, 0, 1, INT32_MAX,
		TIME_NEVER_MS - 1, TIME_NEVER_MS, TIME_NEVER_MS + 1, INT64_MAX - 1, INT64_MAX };

	switch (dice_next(d) % 4) {
	case 0:
		return ends[dice_next(d) % LEN(ends)];
	case 1:
		return dice_between(d, -3, 40);
	case 2:
		return dice_between(d, -100000, 100000);
	default:
		return (int64_t)dice_next(d);
	}
}

/* Mostly days that exist, near each other. */
static int64_t
day_random(struct dice *d)
{
	if (dice_next(d) % 4 == 0)
		return number_random(d);
	return date_of_days(dice_between(d, 0, 20000)).ymd + (dice_next(d) % 8 == 0);
}

static int64_t
value_random(struct dice *d, char letter)
{
	switch (letter) {
	case 'b':
		return dice_next(d) % 2;
	case 'e':
		return dice_between(d, 0, 15);
	case 'i':
		return (int32_t)number_random(d);
	case 'd':
		return day_random(d);
	case 't':
		return dice_next(d) % 2 ? dice_between(d, 1646300000000, 1646300000020) :
		                          number_random(d);
	default:
		return number_random(d);
	}
}

static void
value_print(char letter, int64_t value)
{
	printf(" %" PRId64 "%s", value, strchr("ltd", letter) != NULL ? "n" : "");
}

static void
rule_try(const struct rule_call *rule, struct dice *d)
{
	int64_t arguments[RULE_PARAMS_MAX] = { 0 };
	size_t  n = strlen(rule->params);

	if (n > RULE_PARAMS_MAX)
		errx(1, "%s: more than %d parameters", rule->name, RULE_PARAMS_MAX);
	printf("rule %s", rule->name);
	for (size_t i = 0; i < n; i++) {
		arguments[i] = value_random(d, rule->params[i]);
		value_print(rule->params[i], arguments[i]);
	}
	printf(" =");
	value_print(rule->result, rule->call(arguments));
	putchar('\n');
}

/* A number with its checksum or without, and what people do to it; or anything. */
static struct str
cell_random(struct dice *d, struct arena *arena)
{
	static const char *const odd[] = { " ", "-", "x", "Ｘ", "１", "*", "(", "A", "张", "\xff",
		"'", ".", "E+17", "无", "〇", "\xe2\x80\x8b" };
	static const int divisions[] = { 110101, 440304, 810000, 830000, 932682, 123, 999999 };
	char        text[CELL_MAX * 4] = "", digits[32];
	size_t      used;

	if (dice_next(d) % 8 == 0)
		return dice_text(d, arena, 0, CELL_MAX);
	snprintf(digits, sizeof(digits), "%06d%08" PRId64 "%03d", divisions[dice_next(d) % 7],
	    date_of_days(dice_between(d, -40000, 20000)).ymd % 100000000,
	    (int)(dice_next(d) % 1000));
	used = (size_t)snprintf(text, sizeof(text), "%.*s%c", dice_next(d) % 4 ? 17 : 14, digits,
	    dice_next(d) % 4 ? identity_checksum(digits) : '7');
	for (uint64_t i = dice_next(d) % 4; i > 1; i--) {
		const char *add = odd[dice_next(d) % LEN(odd)];
		size_t      at = dice_next(d) % (used + 1), n = strlen(add);

		memmove(text + at + n, text + at, used - at);
		memcpy(text + at, add, n);
		used += n;
	}
	return arena_copy(arena, (struct str){ text, used });
}

static void
identity_try(struct dice *d, struct arena *arena)
{
	struct str      cell = cell_random(d, arena);
	struct identity id = { 0 };
	int             told = (int)(dice_next(d) % IDENTITY_KINDS),
	    is_number = dice_next(d) % 4 == 0;
	date_ymd        today = { dice_next(d) % 2 ? 20220304 : 0 };

	identity_clean(cell, (enum identity_kind)told, is_number, today, &id);
	printf("identity %s. %d %d %" PRId64 "n = %d %d %s. %" PRId64 "n %d %d %d%d%d\n",
	    hex_text(arena, cell).p, told, is_number, today.ymd, (int)id.kind, (int)id.verdict,
	    hex_text(arena, str_of(id.number)).p, id.birth.ymd, (int)id.sex, (int)id.division,
	    id.is_kind_guessed, id.was_15, id.is_tail_zero);
	arena_reset(arena);
}

int
main(int argc, char *argv[])
{
	int64_t      seed = 1, rounds = ROUNDS_USUAL;
	struct arena arena = { 0 };
	struct dice  d;

	if ((argc > 1 && !str_to_i64(str_of(argv[1]), &seed)) ||
	    (argc > 2 && !str_to_i64(str_of(argv[2]), &rounds)))
		errx(2, "usage: rules [SEED [ROUNDS]]");
	d.state = (uint64_t)seed;
	printf("seed %" PRId64 "\n", seed);
	for (int64_t i = 0; i < rounds; i++) {
		for (const struct rule_call *rule = rule_calls; rule->name != NULL; rule++)
			rule_try(rule, &d);
		identity_try(&d, &arena);
	}
	arena_done(&arena);
	return fflush(stdout) != 0;
}
