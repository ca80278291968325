#!/bin/sh
# round_test.sh -- random histories of rounds add up, and random plans of diseases are gone by, on
# SQLite and on the PostgreSQL in a folder.
#
#   round_test.sh [PGDIR] [SEED]
set -eu
cd "$(dirname "$0")/.."
. test/lib/postgres.sh

work=$(mktemp -d /tmp/redvest-rounds.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
status=0
run() {
	build/round_history --seed "${2:-1}" --db "$1" --histories "$3" || status=1
	build/round_plans --seed "${2:-1}" --db "$1" --plans "$3" || status=1
}

run "$work/history.db" "${2:-1}" 6 >"$work/out"
if [ -n "${1:-}" ]; then
	run "$(postgres_createdb "$1" rounds)" "${2:-1}" 2 >>"$work/out"
fi
grep -v ' passed, ' "$work/out" || true
awk '/ passed, / { passed += $1; failed += $3 }
	END { printf "%d passed, %d failed\n", passed, failed }' "$work/out"
exit "$status"
