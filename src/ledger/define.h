/* define.h -- turns MODULE_DEF into tables. Included once, last, by <module>.c. */

/* What does not hold does not compile. */
#define SPEAKS(name, zh, en) \
	static_assert(sizeof(zh) > 1 && sizeof(en) > 1, #name ": a text is empty");
#define COMMAND(cmd, is_fact, roles, zh, en) SPEAKS(cmd, zh, en) \
	static_assert((roles) != 0, #cmd ": nobody may send it"); \
	static_assert(sizeof(struct cmd) <= IN_BYTES_MAX, #cmd ": too large");
#define FIELD(cmd, ctype, name, kind, need, lo, hi, class, zh, en) SPEAKS(name, zh, en)
#define CHOICE_FIELD(cmd, set, name, need, class, zh, en)          SPEAKS(name, zh, en)
#define LIST(cmd, item_, name, need, max, zh, en)                  SPEAKS(name, zh, en)
#define VIEW(v, roles, zh, en) SPEAKS(v, zh, en) \
	static_assert((roles) != 0, #v ": nobody may see it");
#define COLUMN(v, ctype, name, kind, class, zh, en)   SPEAKS(name, zh, en)
#define CHOICE_COLUMN(v, set, name, class, zh, en)    SPEAKS(name, zh, en)
#define COUNT(v, name, opens, zh, en)                 SPEAKS(name, zh, en)
#define STATE(set, name, number, next, zh, en)        SPEAKS(name, zh, en)
#define OPTION(set, name, number, zh, en)             SPEAKS(name, zh, en)
#define MACHINE(set)
#define END_MACHINE(set)
#define CHOICE(set)
#define END_CHOICE(set)
#define FAULT(name, http, zh, en)         SPEAKS(name, zh, en)
#define FLAG(name, zh, en)                SPEAKS(name, zh, en)
#define SHEET(name, reads, writes, zh, en) SPEAKS(name, zh, en)
#include "ledger/pass.h"

#define TO(s) (1u << (s))
#define MACHINE(set)                            static const struct state set##_states[] = {
#define STATE(set, name, number, next, zh, en)          [number] = { #name, next },
#define END_MACHINE(set)                        }; \
	static_assert(LEN(set##_states) <= 32, #set ": too many states"); \
	const struct machine set##_machine = { #set, set##_states, (int64_t)LEN(set##_states) };
#include "ledger/pass.h"

#define MACHINE(set)                            static const struct option set##_options[] = {
#define STATE(set, name, number, next, zh, en)          [number] = { #name, zh, en },
#define END_MACHINE(set)                        }; \
	const struct choice set##_choice = { #set, set##_options, (int64_t)LEN(set##_options) };
#define CHOICE(set)                             static const struct option set##_options[] = {
#define OPTION(set, name, number, zh, en)               [number] = { #name, zh, en },
#define END_CHOICE(set)                         }; \
	const struct choice set##_choice = { #set, set##_options, (int64_t)LEN(set##_options) };
#define FLAG(name, zh, en) const struct flag FLAG_##name = { #name, zh, en };
#include "ledger/pass.h"

#define COMMAND(cmd, is_fact, roles, zh, en) \
	static int cmd##_thunk(struct tx *tx, struct call *call, const void *in) \
	    { return cmd##_apply(tx, call, in); } \
	static const struct field cmd##_fields[] = {
#define ITEM(i) static const struct field i##_fields[] = {
#define FIELD(cmd, ctype, name, kind, need, lo, hi, class, zh, en) \
	{ #name, KIND_##kind, need, lo, hi, CLASS_##class, offsetof(struct cmd, name), zh, en, \
	  NULL, NULL, 0 },
#define CHOICE_FIELD(cmd, set, name, need, class, zh, en) \
	{ #name, KIND_CHOICE, need, 0, 0, CLASS_##class, offsetof(struct cmd, name), zh, en, \
	  &set##_choice, NULL, 0 },
#define LIST(cmd, item_, name, need, max, zh, en) \
	{ #name, KIND_LIST, need, 0, max, CLASS_OPEN, offsetof(struct cmd, name), zh, en, \
	  NULL, &item_##_item, offsetof(struct cmd, name##_count) },
#define END_COMMAND(cmd) { 0 } };
#define END_ITEM(i)      { 0 } }; \
	const struct item i##_item = { #i, sizeof(struct i), i##_fields };
#include "ledger/pass.h"

#define VIEW(v, roles, zh, en) static const struct field v##_params[] = {
#define PARAM(v, ctype, name, kind, need) \
	{ #name, KIND_##kind, need, INT64_MIN, INT64_MAX, CLASS_OPEN, 0, "", "", NULL, NULL, 0 },
#define CHOICE_PARAM(v, set, name, need) \
	{ #name, KIND_CHOICE, need, 0, 0, CLASS_OPEN, 0, "", "", &set##_choice, NULL, 0 },
#define END_VIEW(v)            { 0 } };
#include "ledger/pass.h"

#define OPENS(v, ...) &v##_view, #__VA_ARGS__
#define VIEW(v, roles, zh, en)        static const struct column v##_columns[] = {
#define COLUMN(v, ctype, name, kind, class, zh, en) \
	{ #name, KIND_##kind, CLASS_##class, zh, en, NULL, NULL, NULL },
#define CHOICE_COLUMN(v, set, name, class, zh, en) \
	{ #name, KIND_CHOICE, CLASS_##class, zh, en, &set##_choice, NULL, NULL },
#define COUNT(v, name, opens, zh, en) { #name, KIND_COUNT, CLASS_OPEN, zh, en, NULL, opens },
#define END_VIEW(v)                   { 0 } };
#include "ledger/pass.h"

#define VIEW(v, roles, zh, en) const struct view v##_view = \
	{ #v, roles, zh, en, v##_params, v##_columns, &v##_sql, &CAT(MODULE, _module) };
#include "ledger/pass.h"

/* The lists. Each ends with an empty row, because a module may have none of a kind. */
static const struct command module_commands[] = {
#define COMMAND(cmd, is_fact, roles, zh, en) \
	{ #cmd, is_fact, roles, zh, en, cmd##_fields, sizeof(struct cmd), cmd##_thunk, \
	  &CAT(MODULE, _module) },
#include "ledger/pass.h"
	{ 0 } };
static const struct fault module_faults[] = {
#define FAULT(name, http, zh, en) { #name, http, zh, en },
#include "ledger/pass.h"
	{ 0 } };
static const struct flag *const module_flags[] = {
#define FLAG(name, zh, en) &FLAG_##name,
#include "ledger/pass.h"
	NULL };
static const struct view *const module_views[] = {
#define VIEW(v, roles, zh, en) &v##_view,
#include "ledger/pass.h"
	NULL };
static const struct machine *const module_machines[] = {
#define MACHINE(set) &set##_machine,
#define STATE(set, name, number, next, zh, en)
#define END_MACHINE(set)
#include "ledger/pass.h"
	NULL };
static const struct choice *const module_choices[] = {
#define CHOICE(set) &set##_choice,
#define OPTION(set, name, number, zh, en)
#define END_CHOICE(set)
#define MACHINE(set) &set##_choice,
#define STATE(set, name, number, next, zh, en)
#define END_MACHINE(set)
#include "ledger/pass.h"
	NULL };
static const struct sheet_form module_sheets[] = {
#define SHEET(name, reads, writes, zh, en) { #name, zh, en, reads, writes },
#include "ledger/pass.h"
	{ 0 } };
static const struct rule module_rules[] = {
#define RULE(type, name, ...) { #name, #type, #__VA_ARGS__ },
#include "ledger/pass.h"
	{ 0 } };
static_assert(LEN(module_faults) < 100, "codes of a module are base + 1 ... base + 99");

const struct module CAT(MODULE, _module) = {
	STR(MODULE), CAT(FAULT_BASE_, MODULE),
	module_commands, LEN(module_commands) - 1, module_faults, LEN(module_faults) - 1,
	module_flags, LEN(module_flags) - 1, module_views, LEN(module_views) - 1,
	module_machines, LEN(module_machines) - 1, module_choices, LEN(module_choices) - 1,
	module_sheets, LEN(module_sheets) - 1, module_rules, LEN(module_rules) - 1,
};
