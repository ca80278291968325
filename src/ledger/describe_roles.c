/* describe_roles.c -- who may do and see what, a line each. See describe.h. */
#include "base/str.h"
#include "ledger/describe.h"

static void
roles_print(struct buffer *out, unsigned roles)
{
	buffer_char(out, ':');
	describe_role_words(out, roles, " ", false);
	if ((roles & ROLE_ALL) == 0 && (roles & ROLE_SYSTEM) == 0)
		buffer_add(out, S(" nobody"));
	buffer_char(out, '\n');
}

/* The columns that are masked for somebody who sees the view. */
static void
view_print(struct buffer *out, const struct view *v)
{
	buffer_printf(out, "view %s", v->name);
	roles_print(out, v->roles);
	for (const struct column *c = v->columns; c->name != NULL; c++)
		if ((v->roles & ~class_clear_for[c->class]) != 0) {
			buffer_printf(out, "view %s %s, %s, in clear", v->name, c->name,
			    class_names[c->class]);
			roles_print(out, v->roles & class_clear_for[c->class]);
		}
}

void
describe_roles(struct buffer *out)
{
	buffer_add(out, S(
	    "# Who may send a command, see a view, and see a class of values unmasked. What is\n"
	    "# masked may be opened with a reason, which is recorded; SECRET never.\n"));
	for (int i = 0; i < CLASS_COUNT; i++) {
		buffer_printf(out, "class %s", class_names[i]);
		roles_print(out, class_clear_for[i] & (ROLE_ALL | ROLE_SYSTEM));
	}
	for (size_t m = 0; modules[m] != NULL; m++) {
		buffer_printf(out, "\n# %s\n", modules[m]->name);
		for (size_t i = 0; i < modules[m]->command_count; i++) {
			const struct command *c = &modules[m]->commands[i];

			buffer_printf(out, "command %s", c->name);
			roles_print(out, c->roles);
		}
		for (size_t i = 0; i < modules[m]->view_count; i++)
			view_print(out, modules[m]->views[i]);
	}
}
