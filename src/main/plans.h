/* plans.h -- the plans of diseases at the terminal: those that come along, and files. */
#pragma once
#include "main/options.h"
#include "text/plan.h"

/*
 * The text of a plan by its name, or of the file of that name; NULL: the usual one. What is not
 * understood is told line by line on stderr. An exit status.
 */
int plan_text(struct arena *arena, const char *name, struct str *ret_text);
