/*
 * describe_typescript.c -- the declarations as TypeScript. See describe.h.
 *
 * Commands, items and choices keep their names; a view gives NAME_params and NAME_row. The texts
 * in both languages, limits, roles and classes are in one constant, `catalogue`.
 */
#include "base/str.h"
#include "ledger/decode.h"
#include "ledger/describe.h"

static const char preamble[] =
    "// Written by redvest schema --typescript. Do not edit.\n"
    "\n"
    "/** 64 bits, as a string of digits. */\n"
    "export type Id = string\n"
    "/** Division code of an area, 12 digits. */\n"
    "export type Area = string\n"
    "/** RFC 3339 in UTC, as answers have it. */\n"
    "export type Time = string\n"
    "/** RFC 3339 with an offset, or milliseconds since 1970, as requests may have it. */\n"
    "export type TimeIn = string | number\n"
    "/** \"2022-03-04\". */\n"
    "export type Day = string\n"
    "export interface Texts { zh: string; en: string }\n";

/* "a" | "b" as the body of a union type; never when there is none. */
struct names { struct buffer *out; bool is_some; };

static void
names_add(struct names *n, const char *name, bool is_word)
{
	buffer_add(n->out, n->is_some ? S(" | \"") : S("\""));
	if (is_word)
		describe_word(n->out, str_of(name));
	else
		buffer_add(n->out, str_of(name));
	buffer_char(n->out, '"');
	n->is_some = true;
}

static void
names_end(struct names *n)
{
	buffer_add(n->out, n->is_some ? S("\n") : S("never\n"));
}

static void
comment(struct buffer *out, const char *indent, const char *zh, const char *en)
{
	if (*en != '\0')
		buffer_printf(out, "%s/** %s · %s */\n", indent, zh, en);
}

static void
type_in(struct buffer *out, const struct field *f)
{
	switch (f->kind) {
	case KIND_ID:     buffer_add(out, S("Id")); break;
	case KIND_AREA:   buffer_add(out, S("Area")); break;
	case KIND_TEXT:   buffer_add(out, S("string")); break;
	case KIND_INT:    buffer_add(out, S("number")); break;
	case KIND_TIME:   buffer_add(out, S("TimeIn")); break;
	case KIND_DATE:   buffer_add(out, S("Day")); break;
	case KIND_BOOL:   buffer_add(out, S("boolean")); break;
	case KIND_CHOICE: buffer_add(out, str_of(f->choice->name)); break;
	case KIND_LIST:   buffer_printf(out, "%s[]", f->item->name); break;
	case KIND_COUNT:
	case KIND_SEALED: break; /* of columns only */
	}
}

static void
fields_interface(struct buffer *out, const char *name, const char *suffix,
    const struct field *fields)
{
	buffer_printf(out, "export interface %s%s {\n", name, suffix);
	for (const struct field *f = fields; f->name != NULL; f++) {
		comment(out, "  ", f->zh, f->en);
		buffer_printf(out, "  %s%s: ", f->name, f->need == REQUIRED ? "" : "?");
		type_in(out, f);
		buffer_char(out, '\n');
	}
	buffer_add(out, S("}\n"));
}

static void
item_interface(struct buffer *out, const struct item *item)
{
	fields_interface(out, item->name, "", item->fields);
}

static void
choice_type(struct buffer *out, const struct choice *choice)
{
	struct names n = { .out = out };

	buffer_printf(out, "export type %s = ", choice->name);
	for (int64_t i = 0; i < choice->count; i++)
		if (choice->options[i].name != NULL)
			names_add(&n, choice->options[i].name, true);
	names_end(&n);
}

/* null: there is none, or this role does not see it. A masked text is a text with stars. */
static void
type_out(struct buffer *out, const struct column *c)
{
	switch (c->kind) {
	case KIND_ID:     buffer_add(out, S("Id | null")); break;
	case KIND_AREA:   buffer_add(out, S("Area | null")); break;
	case KIND_TEXT:
	case KIND_SEALED: buffer_add(out, S("string")); break;
	case KIND_INT:
	case KIND_COUNT:  buffer_add(out, S("number | null")); break;
	case KIND_TIME:   buffer_add(out, S("Time | null")); break;
	case KIND_DATE:   buffer_add(out, S("Day | null")); break;
	case KIND_BOOL:   buffer_add(out, S("boolean | null")); break;
	case KIND_CHOICE: buffer_printf(out, "%s | null", c->choice->name); break;
	case KIND_LIST:   break; /* of fields only */
	}
}

static void
view_interfaces(struct buffer *out, const struct view *v)
{
	comment(out, "", v->zh, v->en);
	fields_interface(out, v->name, "_params", v->params);
	buffer_printf(out, "export interface %s_row {\n", v->name);
	buffer_add(out, S("  /** Only when asked for in a street or above. */\n  area?: Area\n"));
	for (const struct column *c = v->columns; c->name != NULL; c++) {
		comment(out, "  ", c->zh, c->en);
		buffer_printf(out, "  %s: ", c->name);
		type_out(out, c);
		buffer_char(out, '\n');
	}
	buffer_add(out, S("}\n"));
}

/* ---- unions and maps of all modules ---- */

static void
sets_print(struct buffer *out)
{
	struct names faults = { .out = out }, flags = { .out = out };
	struct names roles = { .out = out }, classes = { .out = out };

	buffer_add(out, S("export type Role = "));
	for (const struct role_text *r = role_texts; r->name != NULL; r++)
		names_add(&roles, r->name, true);
	names_end(&roles);
	buffer_add(out, S("export type Class = "));
	for (int i = 0; i < CLASS_COUNT; i++)
		names_add(&classes, class_names[i], true);
	names_end(&classes);
	buffer_add(out, S("export type Fault = "));
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->fault_count; i++)
			names_add(&faults, modules[m]->faults[i].name, false);
	names_end(&faults);
	buffer_add(out, S("export type Flag = "));
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->flag_count; i++)
			names_add(&flags, modules[m]->flags[i]->name, false);
	names_end(&flags);
}

static void
maps_print(struct buffer *out)
{
	buffer_add(out, S("\nexport interface Commands {\n"));
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++)
			buffer_printf(out, "  %s: %s\n", modules[m]->commands[i].name,
			    modules[m]->commands[i].name);
	buffer_add(out, S("}\nexport type Command = keyof Commands\n\nexport interface Views {\n"));
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->view_count; i++) {
			const char *name = modules[m]->views[i]->name;

			buffer_printf(out, "  %s: { params: %s_params; row: %s_row }\n", name, name,
			    name);
		}
	buffer_add(out, S("}\nexport type View = keyof Views\n"));
}

/* ---- the catalogue ---- */

static void
texts_add(struct buffer *out, const char *zh, const char *en)
{
	buffer_add(out, S("zh: "));
	json_str(out, str_of(zh));
	buffer_add(out, S(", en: "));
	json_str(out, str_of(en));
}

static void
roles_add(struct buffer *out, unsigned roles)
{
	buffer_add(out, S("roles: ["));
	for (const struct role_text *r = role_texts; r->name != NULL; r++)
		if ((r->bit & roles) != 0) {
			json_next(out);
			buffer_char(out, '"');
			describe_word(out, str_of(r->name));
			buffer_char(out, '"');
		}
	buffer_char(out, ']');
}

static void
class_add(struct buffer *out, enum class class)
{
	buffer_add(out, S(", class: \""));
	describe_word(out, str_of(class_names[class]));
	buffer_char(out, '"');
}

/* Limits only where they are exact numbers and say something. */
static void
field_add(struct buffer *out, const struct field *f)
{
	bool has_limits = f->kind == KIND_TEXT || f->kind == KIND_INT || f->kind == KIND_LIST;

	buffer_printf(out, "%s: { kind: \"%s\", required: %s", f->name, describe_kind(f->kind),
	    f->need == REQUIRED ? "true" : "false");
	class_add(out, f->class);
	if (has_limits && f->lo > 0 && f->lo <= JSON_INT_MAX)
		buffer_printf(out, ", min: %lld", (long long)f->lo);
	if (has_limits && f->hi < JSON_INT_MAX)
		buffer_printf(out, ", max: %lld", (long long)f->hi);
	if (f->choice != NULL)
		buffer_printf(out, ", choice: \"%s\"", f->choice->name);
	if (f->item != NULL)
		buffer_printf(out, ", item: \"%s\"", f->item->name);
	buffer_add(out, S(", "));
	texts_add(out, f->zh, f->en);
	buffer_add(out, S(" },\n"));
}

static void
fields_add(struct buffer *out, const struct field *fields)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		buffer_add(out, S("      "));
		field_add(out, f);
	}
}

/* with: parameters and the columns that fill them; fixed: parameters and their options. */
static void
openings_add(struct buffer *out, const struct column *c, bool is_option)
{
	struct str     rest = str_of(c->opens_with);
	struct opening o;

	buffer_add(out, is_option ? S(", fixed: {") : S(", with: {"));
	while (describe_opens(c, &rest, &o)) {
		if (o.is_option != is_option)
			continue;
		json_next(out);
		buffer_printf(out, " %.*s: \"", (int)o.param.n, o.param.p);
		if (is_option)
			describe_word(out, o.from);
		else
			buffer_add(out, o.from);
		buffer_char(out, '"');
	}
	buffer_add(out, S(" }"));
}

static void
column_add(struct buffer *out, const struct column *c)
{
	buffer_printf(out, "      %s: { kind: \"%s\"", c->name, describe_kind(c->kind));
	class_add(out, c->class);
	if (c->choice != NULL)
		buffer_printf(out, ", choice: \"%s\"", c->choice->name);
	if (c->kind == KIND_COUNT) {
		buffer_printf(out, ", opens: { view: \"%s\"", c->opens->name);
		openings_add(out, c, false);
		openings_add(out, c, true);
		buffer_add(out, S(" }"));
	}
	buffer_add(out, S(", "));
	texts_add(out, c->zh, c->en);
	buffer_add(out, S(" },\n"));
}

static void
command_add(struct buffer *out, const struct command *c)
{
	buffer_printf(out, "    %s: { kind: \"%s\", ", c->name, c->is_fact ? "fact" : "decision");
	roles_add(out, c->roles);
	buffer_add(out, S(", "));
	texts_add(out, c->zh, c->en);
	buffer_add(out, S(", fields: {\n"));
	fields_add(out, c->fields);
	buffer_add(out, S("    } },\n"));
}

static void
view_add(struct buffer *out, const struct view *v)
{
	buffer_printf(out, "    %s: { has_past: %s, ", v->name,
	    v->sql->as_of >= 0 ? "true" : "false");
	roles_add(out, v->roles);
	buffer_add(out, S(", "));
	texts_add(out, v->zh, v->en);
	buffer_add(out, S(", params: {\n"));
	fields_add(out, v->params);
	buffer_add(out, S("    }, columns: {\n"));
	for (const struct column *c = v->columns; c->name != NULL; c++)
		column_add(out, c);
	buffer_add(out, S("    } },\n"));
}

static void
item_add(struct buffer *out, const struct item *item)
{
	buffer_printf(out, "    %s: {\n", item->name);
	fields_add(out, item->fields);
	buffer_add(out, S("    },\n"));
}

static void
choice_add(struct buffer *out, const struct choice *choice)
{
	buffer_printf(out, "    %s: {\n", choice->name);
	for (int64_t i = 0; i < choice->count; i++) {
		if (choice->options[i].name == NULL)
			continue;
		buffer_add(out, S("      "));
		describe_word(out, str_of(choice->options[i].name));
		buffer_add(out, S(": { "));
		texts_add(out, choice->options[i].zh, choice->options[i].en);
		buffer_add(out, S(" },\n"));
	}
	buffer_add(out, S("    },\n"));
}

static void
module_add(struct buffer *out, const struct module *m, int part)
{
	for (size_t i = 0; part == 0 && i < m->command_count; i++)
		command_add(out, &m->commands[i]);
	for (size_t i = 0; part == 1 && i < m->view_count; i++)
		view_add(out, m->views[i]);
	for (size_t i = 0; part == 2 && i < m->choice_count; i++)
		choice_add(out, m->choices[i]);
	for (size_t i = 0; part == 3 && i < m->fault_count; i++) {
		buffer_printf(out, "    %s: { http: %d, ", m->faults[i].name, m->faults[i].http);
		texts_add(out, m->faults[i].zh, m->faults[i].en);
		buffer_add(out, S(" },\n"));
	}
	for (size_t i = 0; part == 4 && i < m->flag_count; i++) {
		buffer_printf(out, "    %s: { ", m->flags[i]->name);
		texts_add(out, m->flags[i]->zh, m->flags[i]->en);
		buffer_add(out, S(" },\n"));
	}
}

static void
catalogue_print(struct buffer *out)
{
	static const char *const parts[] = { "commands", "views", "choices", "faults", "flags" };

	buffer_add(out, S("\nexport const catalogue = {\n"));
	for (int part = 0; part < (int)LEN(parts); part++) {
		buffer_printf(out, "  %s: {\n", parts[part]);
		for (size_t m = 0; modules[m] != NULL; m++)
			module_add(out, modules[m], part);
		buffer_add(out, S("  },\n"));
	}
	buffer_add(out, S("  items: {\n"));
	describe_items(out, item_add);
	buffer_add(out, S("  },\n  roles: {\n"));
	for (const struct role_text *r = role_texts; r->name != NULL; r++) {
		buffer_add(out, S("    "));
		describe_word(out, str_of(r->name));
		buffer_add(out, S(": { "));
		texts_add(out, r->zh, r->en);
		buffer_add(out, S(" },\n"));
	}
	buffer_add(out, S("  },\n  /** Which roles see a class of values unmasked. */\n"
	                  "  classes: {\n"));
	for (int i = 0; i < CLASS_COUNT; i++) {
		buffer_add(out, S("    "));
		describe_word(out, str_of(class_names[i]));
		buffer_add(out, S(": { "));
		roles_add(out, class_clear_for[i]);
		buffer_add(out, S(" },\n"));
	}
	buffer_add(out, S("  },\n} as const\n"));
}

void
describe_typescript(struct buffer *out)
{
	buffer_add(out, S(preamble));
	sets_print(out);
	buffer_char(out, '\n');
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->choice_count; i++)
			choice_type(out, modules[m]->choices[i]);
	buffer_char(out, '\n');
	describe_items(out, item_interface);
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++) {
			const struct command *c = &modules[m]->commands[i];

			comment(out, "", c->zh, c->en);
			fields_interface(out, c->name, "", c->fields);
		}
	buffer_char(out, '\n');
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->view_count; i++)
			view_interfaces(out, modules[m]->views[i]);
	maps_print(out);
	catalogue_print(out);
}
