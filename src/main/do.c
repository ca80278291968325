/* do.c -- redvest do: any command from the terminal. */
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "ledger/search_keys.h"
#include "main/door.h"

/*
 * "field=value" to JSON members; an id that the command makes is made here when it is left out.
 * What is no field, and what has no value of its kind, is a problem of that field.
 */
static bool
fields_read(const struct options *o, const struct command *c, struct door *door, area_id area,
    struct buffer *json, struct problems *problems)
{
	bool is_first_given = false;

	buffer_char(json, '{');
	for (size_t i = 1; i < o->rest_count; i++) {
		const struct field *f = c->fields;
		struct str          value = str_of(o->rest[i]), name;

		if (!str_split(&value, '=', &name) || value.p == NULL)
			return fail("%s: field=value is wanted", o->rest[i]) == 0;
		while (f->name != NULL && !str_equal(str_of(f->name), name))
			f++;
		if (f->name == NULL) {
			problem_add(problems, name, "没有这个字段", "there is no such field");
			continue;
		}
		json_name(json, f->name);
		/* As it was typed: the decoder says what is wanted instead. */
		if (!decode_value(f, value, json))
			json_str(json, value);
		is_first_given |= f == c->fields;
	}
	/* By convention the id that a command makes is its first field, "chosen by the client". */
	if (!is_first_given && c->fields[0].kind == KIND_ID &&
	    strstr(c->fields[0].en, "chosen by the client") != NULL) {
		json_name(json, c->fields[0].name);
		json_id(json, door_next_id(door, area));
	}
	buffer_char(json, '}');
	return true;
}

int
outcome_show(const struct options *o, const struct outcome *out)
{
	const struct fault *fault = out->fault.n > 0 ? fault_find(out->fault) : NULL;
	struct str          rest = out->flags, name;

	if (o->is_json) {
		struct buffer b = { 0 };

		outcome_json(out, &b);
		printf("%.*s\n", (int)b.n, b.p);
		buffer_done(&b);
	} else {
		printf("%s  #%lld\n", answer_words[out->answer], (long long)out->seq.v);
		while (out->flags.n > 0 && str_split(&rest, ' ', &name)) {
			const struct flag *flag = flag_find(name);

			printf("  %.*s: %s\n", (int)name.n, name.p,
			    flag == NULL ? "" : o->is_english ? flag->en : flag->zh);
		}
		if (out->result.n > 0)
			printf("  %.*s\n", (int)out->result.n, out->result.p);
	}
	if (fault != NULL)
		return fail("%s: %s", fault->name, o->is_english ? fault->en : fault->zh);
	return out->answer == DONE ? 0 : 1;
}

static int
problems_show(const struct problems *p, bool is_english)
{
	for (size_t i = 0; i < p->count; i++)
		(void)fail("%.*s: %s", (int)p->list[i].field.n, p->list[i].field.p,
		    is_english ? p->list[i].en : p->list[i].zh);
	return 1;
}

static void
search_fill(struct arena *arena, const struct command *c, const void *in)
{
	struct search_keys *keys;

	if (!search_keys_has(c))
		return;
	keys = search_keys_new();
	search_keys_fill(keys, arena, c, in);
	search_keys_free(keys);
}

static int
command_send(const struct options *o, struct arena *arena, struct door *door,
    const struct command *c)
{
	struct buffer   json = { 0 };
	struct problems problems = { 0 };
	struct outcome  outcome;
	const void     *in;
	area_id         area;
	int             status = 1;

	if (door_area(door, o, &area) && fields_read(o, c, door, area, &json, &problems)) {
		if (!decode_fields(arena, c, buffer_str(&json), &in, &problems) ||
		    problems.count > 0)
			status = problems_show(&problems, o->is_english);
		else {
			search_fill(arena, c, in);
			if (door_do(door, arena, area, c, in, &outcome) == 0)
				status = outcome_show(o, &outcome);
		}
	}
	buffer_done(&json);
	return status;
}

int
do_main(const struct options *o, struct arena *arena)
{
	const struct command *c = command_find(str_of(o->rest[0]));
	struct door          *door;
	int                   status;

	if (c == NULL)
		return fail("there is no command %s; see redvest schema", o->rest[0]);
	door = door_open(o, true);
	if (door == NULL)
		return 1;
	status = command_send(o, arena, door, c);
	door_close(door);
	return status;
}
