/* describe.c -- see describe.h; here the plain text, and what the other forms share. */
#include <assert.h>
#include <ctype.h>
#include <string.h>
#include "base/str.h"
#include "ledger/decode.h"
#include "ledger/describe.h"

#define ITEMS_MAX 256 /* of all modules together */

void
describe_word(struct buffer *out, struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		buffer_char(out, (char)tolower((unsigned char)name.p[i]));
}

void
describe_role_words(struct buffer *out, unsigned roles, const char *before, bool is_small)
{
	for (const struct role_text *r = role_texts; r->name != NULL; r++) {
		if ((r->bit & roles) == 0)
			continue;
		buffer_add(out, str_of(before));
		if (is_small)
			describe_word(out, str_of(r->name));
		else
			buffer_add(out, str_of(r->name));
	}
}

const char *
describe_kind(enum kind kind)
{
	static const char *const names[] = {
		[KIND_ID] = "id", [KIND_AREA] = "area", [KIND_TEXT] = "text", [KIND_INT] = "int",
		[KIND_TIME] = "time", [KIND_DATE] = "date", [KIND_BOOL] = "bool",
		[KIND_CHOICE] = "choice", [KIND_LIST] = "list", [KIND_COUNT] = "count",
		[KIND_SEALED] = "text",
	};

	return names[kind];
}

struct items { const struct item *list[ITEMS_MAX]; size_t count; };

/* What an item holds comes before it. */
static void
items_collect(struct items *items, const struct field *fields)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		size_t i = 0;

		if (f->item == NULL)
			continue;
		while (i < items->count && items->list[i] != f->item)
			i++;
		if (i < items->count)
			continue;
		items_collect(items, f->item->fields);
		assert(items->count < ITEMS_MAX);
		items->list[items->count++] = f->item;
	}
}

void
describe_items(struct buffer *out, item_fn *fn)
{
	struct items items = { 0 };

	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++)
			items_collect(&items, modules[m]->commands[i].fields);
	for (size_t i = 0; i < items.count; i++)
		fn(out, items.list[i]);
}

static bool
is_option(const struct view *view, struct str param, struct str name)
{
	for (const struct field *f = view->params; f->name != NULL; f++) {
		if (f->choice == NULL || !str_equal(str_of(f->name), param))
			continue;
		for (int64_t i = 0; i < f->choice->count; i++)
			if (f->choice->options[i].name != NULL &&
			    str_equal(str_of(f->choice->options[i].name), name))
				return true;
	}
	return false;
}

bool
describe_opens(const struct column *count, struct str *rest, struct opening *ret_opening)
{
	struct opening o;
	struct str     part;

	if (rest->n == 0 || !str_split(rest, ',', &part))
		return false;
	o.param = o.from = str_trim(part);
	if (str_find(o.param, S("=")) >= 0)
		(void)str_split(&o.from, '=', &o.param);
	o.is_option = is_option(count->opens, o.param, o.from);
	*ret_opening = o;
	return true;
}

/* ---- the plain text ---- */

struct page { struct buffer *out; bool is_english; };

static const char *
words(const struct page *p, const char *zh, const char *en)
{
	return p->is_english ? en : zh;
}

static void
choice_print(struct buffer *out, const struct choice *choice)
{
	const char *before = " ";

	for (int64_t i = 0; i < choice->count; i++) {
		if (choice->options[i].name == NULL)
			continue;
		buffer_add(out, str_of(before));
		describe_word(out, str_of(choice->options[i].name));
		before = "|";
	}
}

static void
limits_print(struct buffer *out, const struct field *f)
{
	bool has_lo = f->lo != INT64_MIN && f->lo != 0;
	bool has_hi = f->hi < JSON_INT_MAX && f->hi != TIME_NEVER_MS;

	if (f->kind == KIND_BOOL || f->kind == KIND_CHOICE || f->kind == KIND_DATE)
		return;
	if (!has_hi && (!has_lo || f->kind == KIND_ID))
		return;
	buffer_char(out, ' ');
	if (has_lo || f->kind != KIND_LIST)
		buffer_i64(out, f->lo);
	buffer_add(out, S("…"));
	if (has_hi)
		buffer_i64(out, f->hi);
}

static void
fields_print(const struct page *p, const struct field *fields, int depth)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		buffer_printf(p->out, "%*s%s%s: %s", depth * 4, "", f->name,
		    f->need == REQUIRED ? "" : "?", describe_kind(f->kind));
		if (f->choice != NULL)
			choice_print(p->out, f->choice);
		limits_print(p->out, f);
		if (f->class != CLASS_OPEN) {
			buffer_add(p->out, S(" ["));
			describe_word(p->out, str_of(class_names[f->class]));
			buffer_char(p->out, ']');
		}
		if (*f->en != '\0')
			buffer_printf(p->out, "  %s", words(p, f->zh, f->en));
		buffer_char(p->out, '\n');
		if (f->item != NULL)
			fields_print(p, f->item->fields, depth + 1);
	}
}

static void
command_print(const struct page *p, const struct command *c)
{
	buffer_printf(p->out, "\n%s %s  %s\n   ", c->is_fact ? "fact" : "decision", c->name,
	    words(p, c->zh, c->en));
	describe_role_words(p->out, c->roles, " ", true);
	buffer_char(p->out, '\n');
	fields_print(p, c->fields, 1);
}

static void
count_print(struct buffer *out, const struct column *c)
{
	struct str     rest = str_of(c->opens_with);
	struct opening o;

	buffer_printf(out, " -> %s", c->opens->name);
	while (describe_opens(c, &rest, &o)) {
		buffer_printf(out, " %.*s=", (int)o.param.n, o.param.p);
		if (o.is_option)
			describe_word(out, o.from);
		else
			buffer_printf(out, "<%.*s>", (int)o.from.n, o.from.p);
	}
}

static void
view_print(const struct page *p, const struct view *v)
{
	buffer_printf(p->out, "\nview %s  %s\n   ", v->name, words(p, v->zh, v->en));
	describe_role_words(p->out, v->roles, " ", true);
	buffer_add(p->out, v->sql->as_of >= 0 ? S("; as_of\n") : S("\n"));
	if (v->params->name != NULL)
		buffer_printf(p->out, "  %s\n", words(p, "参数", "parameters"));
	fields_print(p, v->params, 1);
	buffer_printf(p->out, "  %s\n", words(p, "列", "columns"));
	for (const struct column *c = v->columns; c->name != NULL; c++) {
		buffer_printf(p->out, "    %s: %s", c->name, describe_kind(c->kind));
		if (c->choice != NULL)
			choice_print(p->out, c->choice);
		if (c->kind == KIND_COUNT)
			count_print(p->out, c);
		if (c->class != CLASS_OPEN) {
			buffer_add(p->out, S(" ["));
			describe_word(p->out, str_of(class_names[c->class]));
			buffer_char(p->out, ']');
		}
		buffer_printf(p->out, "  %s\n", words(p, c->zh, c->en));
	}
}

static void
module_print(const struct page *p, const struct module *m)
{
	buffer_printf(p->out, "%s== %s ==\n", p->out->n > 0 ? "\n" : "", m->name);
	for (size_t i = 0; i < m->command_count; i++)
		command_print(p, &m->commands[i]);
	for (size_t i = 0; i < m->view_count; i++)
		view_print(p, m->views[i]);
	if (m->fault_count > 0)
		buffer_char(p->out, '\n');
	for (size_t i = 0; i < m->fault_count; i++)
		buffer_printf(p->out, "fault %s %d  %s\n", m->faults[i].name, m->faults[i].http,
		    words(p, m->faults[i].zh, m->faults[i].en));
	if (m->flag_count > 0)
		buffer_char(p->out, '\n');
	for (size_t i = 0; i < m->flag_count; i++)
		buffer_printf(p->out, "flag %s  %s\n", m->flags[i]->name,
		    words(p, m->flags[i]->zh, m->flags[i]->en));
}

void
describe_text(struct buffer *out, bool is_english)
{
	struct page page = { out, is_english };

	for (size_t m = 0; modules[m] != NULL; m++)
		module_print(&page, modules[m]);
}
