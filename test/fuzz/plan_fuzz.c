/*
 * plan_fuzz.c -- arbitrary bytes as a plan.
 *
 * What is taken is the same plan when it is printed and read again; what is not is told, each
 * problem in one line.
 */
#include <assert.h>
#include <string.h>
#include "base/str.h"
#include "text/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed);

static void
again_read(const struct plan *plan)
{
	struct buffer        once = { 0 }, twice = { 0 };
	struct plan          again;
	struct plan_problems problems;

	plan_print(plan, &once);
	assert(plan_read(buffer_str(&once), &again, &problems));
	plan_print(&again, &twice);
	assert(str_equal(buffer_str(&once), buffer_str(&twice)));
	buffer_done(&once);
	buffer_done(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan          plan;
	struct plan_problems problems;
	struct buffer        line = { 0 };

	if (plan_read((struct str){ (const char *)data, size }, &plan, &problems)) {
		again_read(&plan);
		return 0;
	}
	assert(problems.count > 0 && problems.count <= PLAN_PROBLEMS_MAX);
	for (size_t i = 0; i < problems.count; i++) {
		assert(i == 0 || problems.list[i].line >= problems.list[i - 1].line);
		buffer_reset(&line);
		plan_problem_print(&problems.list[i], S("x"), &line);
		assert(line.n > 0 && memchr(line.p, '\n', line.n) == NULL);
	}
	buffer_done(&line);
	return 0;
}

/* One in four starts anew from a plan that comes along, so that whole plans are met. */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
	struct str text = plans_built_in[seed / 4 % 2].text;

	if (seed % 4 == 0 && text.n <= size_max) {
		memcpy(data, text.p, text.n);
		size = text.n;
	}
	return LLVMFuzzerMutate(data, size, size_max);
}
