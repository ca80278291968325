#!/bin/sh
# types.sh -- the web app against the types of the declarations, and its files against limits.
set -eu
cd "$(dirname "$0")/../.."
passed=0 failed=0

# look WHAT LINES: nothing is to be found.
look() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf '%s:\n%s\n' "$1" "$2"
}

types=$(make --no-print-directory web-check 2>&1 | grep 'error TS' || true)
look "types" "$types"
files=$(find web/src -type f \( -name '*.vue' -o -name '*.ts' \) ! -path 'web/src/gen/*' \
	! -name texts.ts)
# shellcheck disable=SC2086
look "too long for one component" "$(wc -l $files | awk '$2 != "total" && $1 > 260')"
# shellcheck disable=SC2086
look "any" "$(grep -nE '(: |as |<)any([],;)>= ]|$)' $files || true)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
