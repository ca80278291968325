/* names.c -- the modules, and what is declared in them, by name. */
#include <string.h>
#include "base/str.h"
#include "ledger/grammar.h"

#define MODULE(name) extern const struct module name##_module;
#include "modules.def"
#undef MODULE
#define MODULE(name) &name##_module,
const struct module *const modules[MODULES_MAX] = {
#include "modules.def"
};
#undef MODULE

const struct role_text role_texts[] = {
#define X(name, bit, zh, en) { #name, 1u << (bit), zh, en },
	ROLES(X)
#undef X
	{ 0 },
};

const unsigned class_clear_for[CLASS_COUNT] = {
#define X(name, clear_for) clear_for,
	CLASSES(X)
#undef X
};

const char *const class_names[CLASS_COUNT] = {
#define X(name, clear_for) #name,
	CLASSES(X)
#undef X
};

static bool
is_called(const char *name, struct str wanted)
{
	return strlen(name) == wanted.n && memcmp(name, wanted.p, wanted.n) == 0;
}

const struct command *
command_find(struct str name)
{
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++)
			if (is_called(modules[m]->commands[i].name, name))
				return &modules[m]->commands[i];
	return NULL;
}

const struct view *
view_find(struct str name)
{
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->view_count; i++)
			if (is_called(modules[m]->views[i]->name, name))
				return modules[m]->views[i];
	return NULL;
}

const struct flag *
flag_find(struct str name)
{
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->flag_count; i++)
			if (is_called(modules[m]->flags[i]->name, name))
				return modules[m]->flags[i];
	return NULL;
}

const struct fault *
fault_find(struct str name)
{
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->fault_count; i++)
			if (is_called(modules[m]->faults[i].name, name))
				return &modules[m]->faults[i];
	return NULL;
}

const struct role_text *
role_find(struct str name)
{
	for (const struct role_text *r = role_texts; r->name != NULL; r++)
		if (strlen(r->name) == name.n && strncasecmp(r->name, name.p, name.n) == 0)
			return r;
	return NULL;
}
