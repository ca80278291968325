/* plan.c -- redvest plan: see the plans of diseases, check one, and let an area go by it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "main/door.h"
#include "main/house.h"
#include "main/plans.h"
#include "text/plan.h"

/* A file of at most one byte more than a plan may have, so that the reader says what is wrong. */
static int
file_read(struct arena *arena, const char *path, struct str *ret_text)
{
	FILE *f = fopen(path, "r");
	char *text = arena_alloc(arena, PLAN_BYTES_MAX + 1);
	bool  is_read;

	if (f == NULL)
		return -errno;
	ret_text->p = text;
	ret_text->n = fread(text, 1, PLAN_BYTES_MAX + 1, f);
	is_read = ferror(f) == 0;
	(void)fclose(f);
	return is_read ? 0 : -EIO;
}

static int
unknown_tell(const char *name)
{
	struct buffer b = { 0 };

	for (const struct plan_built_in *p = plans_built_in; p->name != NULL; p++)
		buffer_printf(&b, "%s%s", p == plans_built_in ? "" : ", ", p->name);
	(void)fail("%s: 没有这个方案，也没有这个文件；现有方案 / "
		   "no such plan and no such file; the plans are: %.*s", name, (int)b.n, b.p);
	buffer_done(&b);
	return 1;
}

/* The text as it stands: of a plan that comes along, else of a file. An exit status. */
static int
text_find(struct arena *arena, const char *name, struct str *ret_text)
{
	int r;

	for (const struct plan_built_in *p = plans_built_in; p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0) {
			*ret_text = p->text;
			return 0;
		}
	}
	r = file_read(arena, name, ret_text);
	if (r == -ENOENT)
		return unknown_tell(name);
	return r == 0 ? 0 : fail("%s: %s", name, strerror(-r));
}

static int
text_check(const char *name, struct str text, struct plan *ret_plan)
{
	struct plan_problems problems;
	struct buffer        line = { 0 };

	if (plan_read(text, ret_plan, &problems))
		return 0;
	for (size_t i = 0; i < problems.count; i++) {
		buffer_reset(&line);
		plan_problem_print(&problems.list[i], str_of(name), &line);
		(void)fail("%.*s", (int)line.n, line.p);
	}
	buffer_done(&line);
	return 1;
}

int
plan_text(struct arena *arena, const char *name, struct str *ret_text)
{
	struct plan plan;
	int         status;

	name = name != NULL ? name : PLAN_USUAL;
	status = text_find(arena, name, ret_text);
	return status != 0 ? status : text_check(name, *ret_text, &plan);
}

/* An option's words, from the tables of the modules. */
static const char *
words_of(const char *choice, int64_t number, bool is_english)
{
	for (const struct module *const *m = modules; *m != NULL; m++) {
		for (size_t i = 0; i < (*m)->choice_count; i++) {
			const struct choice *c = (*m)->choices[i];

			if (strcmp(c->name, choice) == 0 && number < c->count &&
			    c->options[number].name != NULL)
				return is_english ? c->options[number].en : c->options[number].zh;
		}
	}
	return "";
}

/* What was understood, in words: so that whoever wrote it sees whether it is what was meant. */
static void
words_print(const struct plan *plan, bool is_english)
{
	for (int i = 0; i < PLAN_RULE_COUNT; i++) {
		const struct plan_value *v = &plan->values[i];
		enum plan_rule           rule = (enum plan_rule)i;
		struct buffer            b = { 0 };
		const char              *unit =
		    words_of("area_unit", plan_rule_unit(rule), is_english);

		plan_number_print(rule, v, &b);
		if (v->word == PLAN_WORD_NUMBER && unit[0] != '\0')
			buffer_printf(&b, " %s", unit);
		else if (v->word != PLAN_WORD_NUMBER)
			buffer_add(&b, str_of(words_of("area_word", v->word, is_english)));
		printf("[%s] %s%s%.*s\n", plan_rule_section(rule),
		    words_of("area_rule", i, is_english), is_english ? ": " : "：", (int)b.n,
		    b.p);
		buffer_done(&b);
	}
}

static int
list_show(bool is_english)
{
	for (const struct plan_built_in *p = plans_built_in; p->name != NULL; p++) {
		struct plan plan;

		if (text_check(p->name, p->text, &plan) != 0)
			return 1;
		printf("%s\t%.*s\n", p->name,
		    (int)plan.values[is_english ? PLAN_TITLE_EN : PLAN_TITLE_ZH].text.n,
		    plan.values[is_english ? PLAN_TITLE_EN : PLAN_TITLE_ZH].text.p);
	}
	return 0;
}

static int
plan_check(const struct options *o, struct arena *arena, const char *name)
{
	struct plan plan;
	struct str  text;
	int         status = text_find(arena, name, &text);

	if (status == 0)
		status = text_check(name, text, &plan);
	if (status == 0)
		words_print(&plan, o->is_english);
	return status;
}

/* "since=TIME" as the member of the command's fields. */
static bool
since_read(const struct options *o, const struct command *c, struct buffer *json)
{
	struct str value;

	if (o->rest_count < 3)
		return true;
	value = str_of(o->rest[2]);
	if (str_starts(value, S("since="))) {
		value = str_slice(value, 6, value.n);
		json_name(json, "since");
		for (const struct field *f = c->fields; f->name != NULL; f++)
			if (strcmp(f->name, "since") == 0 && decode_value(f, value, json))
				return true;
	}
	return fail("%s: since=2022-04-01T00:00:00+08:00 is wanted", o->rest[2]) == 0;
}

static int
plan_send(const struct options *o, struct arena *arena, struct str text)
{
	const struct command *c = command_find(S("area_plan_set"));
	struct door          *door = door_open(o, true);
	struct buffer         json = { 0 };
	struct problems       problems = { 0 };
	struct outcome        outcome;
	const void           *in;
	area_id               area;
	int                   status = 1;

	if (door == NULL)
		return 1;
	buffer_add(&json, S("{\"text\":"));
	json_str(&json, text);
	if (door_area(door, o, &area) && since_read(o, c, &json)) {
		buffer_char(&json, '}');
		if (!decode_fields(arena, c, buffer_str(&json), &in, &problems))
			status = fail("%.*s: %s", (int)problems.list[0].field.n,
			    problems.list[0].field.p, o->is_english ? problems.list[0].en :
			    problems.list[0].zh);
		else if (door_do(door, arena, area, c, in, &outcome) == 0)
			status = outcome_show(o, &outcome);
	}
	buffer_done(&json);
	door_close(door);
	return status;
}

static int
text_print(void *context, const struct view_row *row)
{
	struct buffer text = { 0 };

	view_row_text(row, 0, true, &text);
	(void)fwrite(text.p, 1, text.n, stdout);
	buffer_done(&text);
	*(bool *)context = true;
	return 0;
}

/* The text that the area goes by now. */
static int
own_show(const struct options *o, struct arena *arena)
{
	struct door      *door = door_open(o, false);
	struct reader     reader = { .roles = ~0u, .now = now_ms() };
	struct problems   problems = { 0 };
	struct view_query query;
	struct str        next;
	area_id           area;
	bool              is_there = false;
	int               status = 1;

	if (door == NULL)
		return 1;
	reader.keys = door_database(door)->keys;
	if (door_area(door, o, &area) && view_query_read(view_find(S("area_plan_text")), area, NULL,
	    0, &query, &problems) && view_each(door_reader(door), arena, &query, &reader,
	    text_print, &is_there, &next) == 0)
		status = is_there ? 0 : fail("the area has no plan; redvest plan set NAME");
	door_close(door);
	return status;
}

int
plan_main(const struct options *o, struct arena *arena)
{
	const char *verb = o->rest[0], *name = o->rest[1];
	struct str  text;
	int         status;

	if (strcmp(verb, "list") == 0 && o->rest_count == 1)
		return list_show(o->is_english);
	if (strcmp(verb, "show") == 0 && o->rest_count == 1)
		return own_show(o, arena);
	if (strcmp(verb, "show") == 0 && o->rest_count == 2) {
		status = text_find(arena, name, &text);
		if (status == 0)
			(void)fwrite(text.p, 1, text.n, stdout);
		return status;
	}
	if (strcmp(verb, "check") == 0 && o->rest_count == 2)
		return plan_check(o, arena, name);
	if (strcmp(verb, "set") == 0 && o->rest_count >= 2) {
		status = plan_text(arena, name, &text);
		return status != 0 ? status : plan_send(o, arena, text);
	}
	return fail("redvest plan list | show [NAME] | check FILE | set NAME|FILE [since=TIME]");
}
