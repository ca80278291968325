#!/bin/sh
# tamper_test.sh -- whoever changes a database past the program is found out, and verify says in
# which row: of the ledger, of a table. Its argument is the folder of a
# private PostgreSQL of test/lib/postgres.sh. Ends with "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/postgres.sh

redvest=$PWD/build/redvest
work=$(mktemp -d /tmp/redvest-tamper.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# neighbourhood DB: a few rooms and people in it.
neighbourhood() {
	"$redvest" init --db "$1" --keys "$work/$2.keys" --area 440304005012 --name 测试 \
		--plan covid-2022 		>"$work/init" 2>&1
	printf '楼栋,单元,房号,姓名\n1栋,1,101,张甲\n1栋,1,102,李乙\n1栋,1,201,王丙\n' \
		>"$work/people.csv"
	"$redvest" import residents "$work/people.csv" --db "$1" --keys "$work/$2.keys" \
		>"$work/import"
}

# tampered TEXT DONE UNDONE: what is done to the database is told with TEXT; undone, all is right.
tampered() {
	sql "$2" && check "$kind: $1" says "$1" "$redvest" verify --full --db "$db" \
		--keys "$work/$kind.keys" --lang en
	sql "$3" || check "$kind: undone: $3" false
}

walk() {
	check "$kind: untouched" "$redvest" verify --full --db "$db" --keys "$work/$kind.keys"
	person=$(sql "SELECT max(id) FROM roster_person")
	tampered "table roster_person.*, column [0-9]* is altered in row id $person" \
		"UPDATE roster_person SET name = '王丁' WHERE id = $person" \
		"UPDATE roster_person SET name = '王丙' WHERE id = $person"
	tampered "table area_plan_line.*, a row is missing: " \
		"CREATE TABLE kept AS SELECT * FROM area_plan_line
		  WHERE rule = (SELECT min(rule) FROM area_plan_line);
		DELETE FROM area_plan_line WHERE rule = (SELECT min(rule) FROM area_plan_line)" \
		"INSERT INTO area_plan_line SELECT * FROM kept; DROP TABLE kept"
	tampered "table area_child.*, there is a row too many" \
		"INSERT INTO area_child SELECT area, 440304005013, '' FROM ledger WHERE seq = 1" \
		"DELETE FROM area_child"
	tampered "row 3: altered" "UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 3" \
		"UPDATE ledger SET at_ms = at_ms - 1 WHERE seq = 3"
	tampered "row 4: altered" "UPDATE ledger SET flags = 'x' || flags WHERE seq = 4" \
		"UPDATE ledger SET flags = substr(flags, 2) WHERE seq = 4"
	check "$kind: and all is right again" "$redvest" verify --full --db "$db" \
		--keys "$work/$kind.keys"
	sql "DELETE FROM ledger WHERE seq = 5"
	check "$kind: a row that was taken out" says "row 5 is missing" "$redvest" verify --full \
		--db "$db" --keys "$work/$kind.keys" --lang en
}

kind=sqlite db=$work/a.db
sql() { sqlite3 "$db" "$1"; }
neighbourhood "$db" sqlite
walk

if [ -n "${1:-}" ]; then
	pgdir=$1 kind=postgres
	db=$(postgres_createdb "$pgdir" tamper)
	sql() { echo "SET search_path = redvest; $1;" | postgres_sql "$pgdir" tamper; }
	neighbourhood "$db" postgres
	walk
	postgres_dropdb "$pgdir" tamper
fi
check_end
