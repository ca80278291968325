/* importer.c -- see importer.h. */
#include "base/str.h"
#include "ledger/importer.h"

const char *const import_verdict_names[IMPORT_VERDICT_COUNT] = {
#define X(name) #name,
	IMPORT_VERDICTS(X)
#undef X
};

const char *const import_phase_names[IMPORT_PHASE_COUNT] = { "reading", "places", "rows" };

const struct sheet_form *
importing_find(struct str name)
{
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->sheet_count; i++)
			if (modules[m]->sheets[i].reads != NULL &&
			    str_equal(str_of(modules[m]->sheets[i].name), name))
				return &modules[m]->sheets[i];
	return NULL;
}
