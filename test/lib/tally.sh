#!/bin/sh
# tally.sh -- runs parts of a test, says what each came to, and adds up: source it.
#
#   tally_begin
#   tally NAME command …     a part; its last line is "N passed, N failed", or cmocka's summary
#   tally_end                prints the sum as the last line; status 1 when anything failed

tally_begin() {
	tally_passed=0 tally_failed=0
	tally_log=$(mktemp /tmp/redvest-tally.XXXXXX)
}

# What the output says of itself: ours on the last line, cmocka's somewhere near the end.
tally_count() {
	awk '
		/^[0-9]+ passed, [0-9]+ failed$/ { ours = 1; p = $1; f = $3 }
		/^\[  PASSED  \] [0-9]+ test/ { cp = $4 }
		/^\[  FAILED  \] [0-9]+ test/ { cf = $4 }
		END { print (ours ? p : cp + 0), (ours ? f : cf + 0) }
	' "$tally_log"
}

tally() {
	tally_name=$1
	shift
	tally_start=$(date +%s)
	tally_status=0
	"$@" >"$tally_log" 2>&1 || tally_status=$?
	set -- $(tally_count)
	# A part that died, or that tested nothing, has failed.
	if [ "$tally_status" -ne 0 ] && [ "$2" -eq 0 ]; then
		set -- "$1" 1
	fi
	if [ "$1" -eq 0 ] && [ "$2" -eq 0 ] && ! grep -q "SKIPPED" "$tally_log"; then
		set -- 0 1
	fi
	tally_passed=$((tally_passed + $1))
	tally_failed=$((tally_failed + $2))
	printf '%-44s %6d passed %4d failed %5d s\n' "$tally_name" "$1" "$2" \
		$(($(date +%s) - tally_start))
	if [ "$2" -ne 0 ] || [ "$tally_status" -ne 0 ]; then
		grep -vE '^\[ (RUN|      OK) ' "$tally_log" | tail -n 60
	fi
}

tally_end() {
	rm -f "$tally_log"
	echo "$tally_passed passed, $tally_failed failed"
	[ "$tally_failed" -eq 0 ]
}
