#!/bin/sh
# plans.sh -- writes plans/*.plan as a C file, so that one binary is all: tools/plans.sh FILE...
set -eu
echo '/* Made by tools/plans.sh from plans/. */'
echo '#include "text/plan.h"'
echo 'const struct plan_built_in plans_built_in[] = {'
for file; do
	printf '\t{ "%s", S(\n' "$(basename "$file" .plan)"
	sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' "$file"
	echo '	) },'
done
echo '	{ 0 } };'
