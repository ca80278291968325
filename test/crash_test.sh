#!/bin/sh
# crash_test.sh -- kill -9 at any moment under load: nothing that was acknowledged is lost, nothing
# is there twice, and the ledger replays to the same tables.
#
#   crash_test.sh [PGDIR] [KILLS]    on SQLite, and on the PostgreSQL in PGDIR when it is given
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/server.sh
. test/lib/api.sh
. test/lib/postgres.sh

pgdir=${1:-}
kills=${2:-10}
work=$(mktemp -d /tmp/redvest-crash.XXXXXX)
loader=
finish() {
	[ -z "$loader" ] || kill "$loader" 2>/dev/null || true
	server_kill "$work" || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# rows DB: "stream n seq" of every command of the load, from the database itself.
rows() {
	statement="SELECT stream, n, seq FROM ledger WHERE command = 'stream_lost' ORDER BY seq"
	case $1 in
	postgresql:*) echo "SET search_path = redvest; $statement" | postgres_sql "$pgdir" crash \
		-F ' ' ;;
	*) sqlite3 -separator ' ' "$1" "$statement" ;;
	esac
}

# crash DB: the whole thing on one database.
crash() {
	db=$1
	keys=$work/crash.keys
	rm -f "$work"/server.* "$keys"
	password=$(build/redvest init --db "$db" --keys "$keys" --area 440304005012 --name 测试 \
		--lang en -o "$work/recovery.$$.$(date +%N).html" | sed -n 's/ *password: //p')
	url=$(server_start "$work" --db "$db" --keys "$keys")
	api_session "$url" "$work/jar" admin "$password" >/dev/null
	api_streams "$url" "$work/jar" 64 >"$work/streams"
	: >"$work/acks"
	build/load samples --url "$url" --streams "$work/streams" --name stream_lost \
		--fields '{"lost":%n}' --batch 4 --seconds 3600 --log "$work/acks" \
			>"$work/load.json" &
	loader=$!
	i=0
	while [ "$i" -lt "$kills" ]; do
		# Sometimes while it starts, mostly in the middle of commits.
		seed=$((i + $$))
		sleep "0.$(awk -v s=$seed 'BEGIN { srand(s); printf "%03d", rand() * 500 + 20 }')"
		server_kill "$work"
		i=$((i + 1))
		server_start "$work" --db "$db" --keys "$keys" >/dev/null
	done
	sleep 1
	kill -TERM "$loader"
	wait "$loader" || true
	loader=
	server_stop "$work" && stopped=yes || stopped=no
	check "$db: SIGTERM after $kills kills" [ "$stopped" = yes ]
	rows "$db" >"$work/rows"
	awk '{ print $1, $2, $3 }' "$work/acks" | sort -u >"$work/acknowledged"
	sort "$work/rows" >"$work/stored"
	lost=$(comm -23 "$work/acknowledged" "$work/stored" | wc -l)
	twice=$(awk '{ print $1, $2 }' "$work/rows" | sort | uniq -d | wc -l)
	count=$(wc -l <"$work/acknowledged")
	stored=$(wc -l <"$work/rows")
	echo "$db: $kills kills, $count acknowledged, $stored stored, $lost lost, $twice twice"
	check "$db: something was acknowledged" [ "$count" -gt 100 ]
	check "$db: nothing acknowledged is lost" [ "$lost" -eq 0 ]
	check "$db: nothing is there twice" [ "$twice" -eq 0 ]
	verified=no
	build/redvest verify --full --db "$db" --keys "$keys" --lang en && verified=yes
	check "$db: the ledger replays" [ "$verified" = yes ]
}

crash "$work/crash.db"
if [ -n "$pgdir" ]; then
	postgres_dropdb "$pgdir" crash
	crash "$(postgres_createdb "$pgdir" crash)"
fi
check_end
