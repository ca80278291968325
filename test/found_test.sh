#!/bin/sh
# found_test.sh -- a new database is whole or not there, wherever the program dies while it makes
# one; whoever tries again makes it, or finds it with its administrator. Its argument is the folder
# of a private PostgreSQL. STEP=1 dies at every call, else at every third or so. Ends with
# "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/postgres.sh

redvest=${REDVEST:-$PWD/build/redvest}
dies=$PWD/build/fault/dies.so
work=$(mktemp -d /tmp/redvest-found.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

init() { "$redvest" init --area 440304005012 --name 测试 --lang en "$@" >init.txt 2>&1; }

is_whole() { # is_whole DB …: an administrator, and a ledger that replays
	"$redvest" user list --json "$@" 2>&1 | grep -q '"login":"admin"' &&
		"$redvest" verify "$@" >verify.txt 2>&1
}

# again DB …: after a death. What is there is whole, or it can be made.
again() {
	if init "$@"; then
		is_whole "$@"
	else
		grep -q 'already' init.txt && is_whole "$@"
	fi && ! ls | grep -q founding
}

# deaths STEP DB …: one death at every STEP-th call, until it lives.
deaths() {
	step=$1
	shift
	at=1
	while [ "$at" -lt 3000 ]; do
		reset_place
		status=0
		DIES_AT=$at LD_PRELOAD=$dies "$redvest" init --area 440304005012 --name 测试 "$@" \
			>dead.txt 2>&1 || status=$?
		rm -f ./*.html
		[ "$status" -ne 0 ] || break
		check "dead at call $at" sh -c "cat dead.txt; test $status -eq 137"
		check "again after $at" again "$@"
		at=$((at + step))
	done
	check "it came to its end" test "$status" -eq 0
	check "after some deaths" test "$at" -gt 20
}

reset_place() { rm -f a.db* a.keys* ./*.html; }
deaths "${STEP:-3}" --db a.db

if [ -n "${1:-}" ]; then
	reset_place() {
		rm -f pg.keys* ./*.html
		postgres_sql "$pgdir" found 2>/dev/null <<-END
			DROP SCHEMA IF EXISTS redvest CASCADE;
			CREATE SCHEMA redvest AUTHORIZATION redvest;
		END
	}
	pgdir=$1
	url=$(postgres_createdb "$pgdir" found)
	deaths "${STEP:-13}" --db "$url" --keys pg.keys
fi
check_end
