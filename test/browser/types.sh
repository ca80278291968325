#!/bin/sh
# types.sh -- the web app against the types of the declarations, and each of its files against the house's limits.
set -eu
cd "$(dirname "$0")/../.."
passed=0
make --no-print-directory web-check
passed=$((passed + 1))
long=$(find web/src -name '*.vue' -o -name '*.ts' ! -path 'web/src/gen/*' | xargs wc -l | awk '$2 != "total" && $1 > 260')
if [ -n "$long" ]; then
	echo "too long for one component or file:"
	echo "$long"
	echo "$passed passed, 1 failed"
	exit 1
fi
any=$(grep -rnE '(: |as |<)any([],;)>= ]|$)' web/src --include='*.ts' --include='*.vue' | grep -v '^web/src/gen/' || true)
if [ -n "$any" ]; then
	echo "any:"
	echo "$any"
	echo "$passed passed, 1 failed"
	exit 1
fi
echo "$((passed + 2)) passed, 0 failed"
