/*
 * steps.h -- which steps of which machines commands have taken: for the tests of completeness.
 *
 * A program that is linked with -Wl,--wrap=machine_step,--wrap=command_apply has its steps counted:
 * those of commands that were done, in this process.
 */
#pragma once
#include "ledger/grammar.h"

bool steps_taken(const struct machine *machine, int64_t from, int64_t to);
