#!/bin/sh
# lib.sh -- what every benchmark needs: fields of JSON, medians, the table. Source it.

# bench_field NAME: that field of the JSON on stdin; a path is a.b.c.
bench_field() {
	python3 -c '
import json, sys
value = json.load(sys.stdin)
for step in sys.argv[1].split("."):
    value = value[step]
print(value)' "$1"
}

# bench_median K COMMAND …: runs it K times; each prints a number; prints the median, the upper one
# of two. Fails when a run fails or prints none.
bench_median() {
	bench_times=$1
	shift
	bench_numbers=
	while [ "$bench_times" -gt 0 ]; do
		bench_number=$("$@") || return 1
		case $bench_number in
		'' | *[!0-9.]*)
			echo "bench: not a number from $*: $bench_number" >&2
			return 1
			;;
		esac
		bench_numbers="$bench_numbers $bench_number"
		bench_times=$((bench_times - 1))
	done
	# shellcheck disable=SC2086
	printf '%s\n' $bench_numbers | sort -n |
		awk '{ a[NR] = $1 } END { print a[int(NR / 2) + 1] }'
}

# bench_ratio FIGURE REFERENCE: to two places; "-" without a reference.
bench_ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b + 0 > 0) printf "%.2f\n", a / b; else print "-" }'
}

# bench_seconds COMMAND …: how long it took; its output is thrown away.
bench_seconds() {
	bench_begun=$(date +%s.%N)
	"$@" >/dev/null || return 1
	echo "$bench_begun $(date +%s.%N)" | awk '{ printf "%.3f\n", $2 - $1 }'
}

# bench_head, then bench_row WORK FIGURE UNIT REFERENCE "what the reference is" TARGET "least|most":
# one line of a Markdown table. The last word says which side of the target is good; with it the row
# ends in "yes" or "no", and a "no" is remembered for bench_verdict.
bench_missed=0
bench_head() {
	echo '| work | figure | reference | ratio | target | met |'
	echo '|---|---|---|---|---|---|'
}

bench_row() {
	bench_met=$(awk -v x="$2" -v t="$6" -v side="${7:-}" 'BEGIN {
		if (side == "least") print (x + 0 >= t + 0) ? "yes" : "no"
		else if (side == "most") print (x + 0 <= t + 0) ? "yes" : "no"
		else print "-" }')
	[ "$bench_met" != no ] || bench_missed=$((bench_missed + 1))
	bench_target=${6:+${7:+at $7 }$6 $3}
	bench_reference="${4:+$4 }${5:--} | $(bench_ratio "$2" "$4")"
	echo "| $1 | $2 $3 | $bench_reference | ${bench_target:--} | $bench_met |"
}

# bench_verdict: how many targets were missed; fails when there were some.
bench_verdict() {
	echo "$bench_missed targets missed"
	[ "$bench_missed" -eq 0 ]
}
