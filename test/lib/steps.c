/* steps.c -- see steps.h. What the linker puts before machine_step and command_apply. */
#include <string.h>
#include "ledger/execute.h"
#include "lib/steps.h"

#define STEPS_MAX 2000

struct taken { const struct machine *machine; struct step step; };

struct steps {
	struct taken list[STEPS_MAX]; /* each once; behind `count` those of the command in hand */
	size_t       count, pending;
};

bool __real_machine_step(const struct machine *m, int64_t from, int64_t to,
    struct step *ret_step);
bool __wrap_machine_step(const struct machine *m, int64_t from, int64_t to,
    struct step *ret_step);
int __real_command_apply(struct tx *tx, struct call *call, const struct envelope *e,
    struct applied *ret_applied);
int __wrap_command_apply(struct tx *tx, struct call *call, const struct envelope *e,
    struct applied *ret_applied);

/* Of this process, whose commands are applied one after another. */
static struct steps *
steps_all(void)
{
	static struct steps steps;

	return &steps;
}

static bool
is_among(const struct steps *s, size_t count, const struct machine *m, int64_t from, int64_t to)
{
	for (size_t i = 0; i < count; i++)
		if (s->list[i].machine == m && s->list[i].step.from == from &&
		    s->list[i].step.to == to)
			return true;
	return false;
}

bool
steps_taken(const struct machine *machine, int64_t from, int64_t to)
{
	return is_among(steps_all(), steps_all()->count, machine, from, to);
}

bool
__wrap_machine_step(const struct machine *m, int64_t from, int64_t to, struct step *ret_step)
{
	struct steps *s = steps_all();
	bool          may = __real_machine_step(m, from, to, ret_step);

	if (may && s->pending < STEPS_MAX && !is_among(s, s->pending, m, from, to))
		s->list[s->pending++] = (struct taken){ m, *ret_step };
	return may;
}

int
__wrap_command_apply(struct tx *tx, struct call *call, const struct envelope *e,
    struct applied *ret_applied)
{
	struct steps *s = steps_all();
	int           r;

	s->pending = s->count;
	r = __real_command_apply(tx, call, e, ret_applied);
	if (r == 0 && ret_applied->answer == DONE)
		s->count = s->pending;
	return r;
}
