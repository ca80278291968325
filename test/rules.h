/* rules.h -- every RULE as something that can be called with numbers. tools/rulesgen writes it. */
#pragma once
#include <stdint.h>

#define RULE_PARAMS_MAX 8

/* Letters: l 64 bits, t time_ms, d date_ymd, i 32 bits, e an enum, b bool. */
struct rule_call {
	const char *name;
	char        result;
	const char *params; /* a letter each */
	int64_t   (*call)(const int64_t *arguments);
};

extern const struct rule_call rule_calls[]; /* ends with name == NULL */
