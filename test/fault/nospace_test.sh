#!/bin/sh
# nospace_test.sh -- that the broken disk breaks: `nospace_test.sh build/fault/nospace.so`. With
# SQLite's own shell, whose promises are known. Ends with "N passed, N failed".
set -eu

case $1 in
/*) library=$1 ;;
*) library=$PWD/$1 ;;
esac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
cd "$dir"
passed=0
failed=0

expect() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1: wanted \"$2\", got \"$3\""
	fi
}

database_new() {
	rm -f a.db*
	sqlite3 a.db 'PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER PRIMARY KEY);' >/dev/null
}

# Space ends and comes back while the process lives.
database_new
cat >full.sql <<-'SQL'
	INSERT INTO t VALUES (1);
	.shell touch full
	INSERT INTO t VALUES (2);
	.shell rm full
	INSERT INTO t VALUES (3);
SQL
LD_PRELOAD=$library FAULT_PATH=a.db FAULT_TRIGGER=$dir/full sqlite3 a.db <full.sql 2>errors || true
expect 'rows beside a full disk' '1 3' "$(sqlite3 a.db 'SELECT x FROM t' | paste -s -d ' ')"
expect 'refusals' 1 "$(grep -c 'disk is full' errors)"
touch full
LD_PRELOAD=$library FAULT_PATH=other.db FAULT_TRIGGER=$dir/full \
	sqlite3 a.db 'INSERT INTO t VALUES (4)'
expect 'another file' 3 "$(sqlite3 a.db 'SELECT count(*) FROM t')"
rm full

# A death at each write or flush in turn: what was promised is there, and nothing is broken.
for x in 1 2 3 4 5; do
	echo "INSERT INTO t VALUES ($x); SELECT $x;"
	echo '.output stdout' # flushes what was said
done >five.sql
database_new
LD_PRELOAD=$library FAULT_PATH=a.db FAULT_COUNT=$dir/count \
	sqlite3 a.db 'PRAGMA synchronous = FULL' '.read five.sql' >/dev/null
calls=$(cat count)
expect 'calls were counted' yes "$([ "$calls" -gt 10 ] && echo yes)"
deaths=0
most=0
k=1
while [ "$k" -le "$calls" ]; do
	database_new
	status=0
	env LD_PRELOAD="$library" FAULT_PATH=a.db FAULT_KILL_AT="$k" \
		sqlite3 a.db 'PRAGMA synchronous = FULL' '.read five.sql' >said 2>/dev/null ||
		status=$?
	[ "$status" -ne 137 ] || deaths=$((deaths + 1))
	promised=$(tail -n 1 said)
	most=${promised:-$most}
	kept=$(sqlite3 a.db 'SELECT coalesce(max(x), 0) FROM t WHERE x <= (SELECT count(*) FROM t)')
	expect "sound after a death at $k" ok "$(sqlite3 a.db 'PRAGMA integrity_check')"
	expect "kept after a death at $k" yes "$([ "$kept" -ge "${promised:-0}" ] && echo yes)"
	k=$((k + 1))
done
expect 'deaths' "$calls" "$deaths"
expect 'promises before the last death' 5 "$most"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
