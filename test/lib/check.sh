#!/bin/sh
# check.sh -- checks of a shell test, counted: source it, with $work a folder of the test's own.
#
#   check "what should hold" COMMAND …    passes when the command does; else shows its last lines
#   check "…" refuses COMMAND …           passes when the command fails
#   check "…" says TEXT COMMAND …         … with one line on stderr, and the text in it
#   check_end                             "N passed, N failed"; fails when one has

passed=0 failed=0

check() {
	name=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		tail -n 5 "$work/out"
	fi
}

refuses() { ! "$@"; }

says() {
	text=$1
	shift
	! "$@" >/dev/null 2>"$work/err" && [ "$(wc -l <"$work/err")" -eq 1 ] &&
		grep -q "$text" "$work/err"
}

check_end() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
