#!/bin/sh
# fault_test.sh -- what a server must survive: a full disk, a record that kills it, a second
# server, a clock that goes back, a tampered database, an empty machine after a fire, clients that
# are slow, many, huge or wrong, and SIGTERM.
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/server.sh
. test/lib/api.sh

work=$(mktemp -d /tmp/redvest-fault.XXXXXX)
db=$work/a.db
finish() {
	server_kill "$work" || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

password=$(build/redvest init --db "$db" --area 440304005012 --name 测试 --lang en |
	tee "$work/init" | sed -n 's/ *password: //p')
url=$(server_start "$work" --db "$db")
api_session "$url" "$work/jar" admin "$password" >/dev/null
api_streams "$url" "$work/jar" 5 >"$work/streams"

at=$(date +%s%3N)

# post LINE FIRST COUNT: commands FIRST … of the stream on that line; the status on stdout.
post() {
	read -r stream token next <<-END
		$(sed -n "$1p" "$work/streams")
	END
	commands=$(seq "$2" "$(($2 + $3 - 1))" |
		sed 's/.*/{"n":&,"name":"stream_lost","at":'"$at"',"fields":{"lost":&}}/' |
		paste -sd,)
	curl -sS -o "$work/answer" -w '%{http_code}' --max-time 30 -H \
		"Authorization: Stream $token" \
		-H 'Content-Type: application/json' \
		--data-binary \
			"{\"stream\":$stream,\"made\":$2,\"commands\":[$commands]}" \
		"$url/api/commands" || true
}
status_is() { # status_is STATUS LINE FIRST COUNT
	wanted=$1
	shift
	[ "$(post "$@")" = "$wanted" ]
}
raw_is() { # raw_is STATUS BODY-FILE
	token=$(sed -n '1s/^[^ ]* \([^ ]*\) .*/\1/p' "$work/streams")
	[ "$(curl -sS -o "$work/answer" -w '%{http_code}' --max-time 30 -H "Authorization: Stream \
		$token" \
		-H 'Content-Type: application/json' --data-binary "@$2" \
			"$url/api/commands")" = "$1" ]
}

# --- wrong and huge requests
check "a batch is taken" status_is 200 1 1 3
check "and done" grep -q '"outcome":"done"' "$work/answer"
check "sent again it is answered" status_is 200 1 1 3
printf '{"commands":[{' >"$work/body"
check "broken JSON: 400" raw_is 400 "$work/body"
printf '{"stream":"x","made":"y","commands":{}}' >"$work/body"
check "wrong types: 400" raw_is 400 "$work/body"
check "and all that is wrong is listed" \
	sh -c "grep -q made '$work/answer' && grep -q stream '$work/answer'"
head -c 5000000 /dev/zero | tr '\0' ' ' >"$work/body"
check "5 MB of nothing: 413" raw_is 413 "$work/body"
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; }' >"$work/body"
check "100,000 brackets: 400" raw_is 400 "$work/body"
check "a wrong token: 401" \
	sh -c "curl -sS -o /dev/null -w '%{http_code}' \
			-H 'Authorization: Stream 440304005012.1.x' \
			--data '{}' $url/api/commands | grep -q 401"
check "and the server goes on" status_is 200 1 4 1

# --- slow and many clients
check "slow clients beside good ones" \
	sh -c "build/load slow $url/healthz --part head --connections 200 --seconds 4 \
			--interval 200 --good 4 --good-url $url/healthz"
check "10,000 connections beside good ones" \
	sh -c \
		"ulimit -n 25000
		build/load flood $url/healthz --connections 10000 --seconds 6 --good 4"
check "and the server goes on after them" status_is 200 1 5 1

# --- a second server
check "a second server on the file is refused" \
	says "another redvest" build/redvest serve --db "$db" --listen 127.0.0.1:0
check "the terminal goes through the running server" build/redvest do area_rename name=新名 --db \
	"$db"

# --- SIGTERM
server_stop "$work"
exits() { # exits: 0 on SIGTERM, after the line that it is ready
	build/redvest serve --db "$db" --listen 127.0.0.1:0 >"$work/ready" 2>&1 &
	pid=$!
	for i in $(seq 100); do
		! grep -q "listening on http://" "$work/ready" || break
		sleep 0.05
	done
	kill -TERM "$pid"
	wait "$pid"
}
check "SIGTERM ends it with 0" exits

# --- a full disk
touch "$work/none"
SERVER_ENV="LD_PRELOAD=build/fault/nospace.so FAULT_PATH=a.db FAULT_TRIGGER=$work/full"
url=$(server_start "$work" --db "$db")
check "before the disk is full" status_is 200 2 1 1
touch "$work/full"
check "a full disk: 503, nothing taken" status_is 503 2 2 1
check "with a clear line" grep -q '"en"' "$work/answer"
rm "$work/full"
check "with space again it is taken" status_is 200 2 2 1
server_stop "$work"

# --- a record that kills the server: twice, then it is set aside and the others go on
SERVER_ENV="LD_PRELOAD=build/fault/poison.so FAULT_POISON=arsenic"
read -r stream token next <<-END
	$(sed -n 3p "$work/streams")
END
rename='"name":"area_rename","at":1646384400000,"fields":{"name"'
printf '{"stream":%s,"commands":[{"n":1,%s:"arsenic"}},{"n":2,%s:"bread"}}]}' "$stream" "$rename" \
	"$rename" >"$work/body"
poison_is() {
	[ "$(curl -sS -o "$work/answer" -w '%{http_code}' --max-time 30 -H "Authorization: Stream \
		$token" \
		-H 'Content-Type: application/json' --data-binary "@$work/body" \
			"$url/api/commands")" = "$1" ]
}
for try in 1 2; do
	url=$(server_start "$work" --db "$db")
	check "the record kills the server, time $try" poison_is 000
	server_kill "$work" || true
done
url=$(server_start "$work" --db "$db")
check "then it is set aside" poison_is 200
check "and said to be suspect" grep -q aside_suspect "$work/answer"
check "and the record after it is done" grep -q '"n":2,[^}]*"outcome":"done"' "$work/answer"
server_stop "$work"

# --- a clock that goes back
SERVER_ENV="LD_PRELOAD=build/fault/clock.so FAULT_CLOCK=$work/clock"
python3 -c "import struct, sys; open('$work/clock', 'wb').write(struct.pack('<q', 4102444800000))"
url=$(server_start "$work" --db "$db")
check "in the year 2100" status_is 200 4 1 1
python3 -c "import struct, sys; open('$work/clock', 'wb').write(struct.pack('<q', 1640995200000))"
check "back in 2022" status_is 200 4 2 1
server_stop "$work"
SERVER_ENV=
check "received never goes back" build/redvest verify --full --db "$db"

# --- backup, fire, an empty machine; the phone sends again
check "backup" build/redvest backup "$work/backup.db" --db "$db"
check "verify begins with the backup" \
	sh -c "build/redvest verify --db '$db' --lang en | grep -q '1 from a backup'"
url=$(server_start "$work" --db "$db")
check "acknowledged after the backup" status_is 200 5 1 20
server_stop "$work"
mkdir "$work/new"
grep -E '^ +[0-9]\. [a-z]{5} [a-z]{5} [a-z]{5} ' "$work/init" | grep -oE '[a-z]{5}' >"$work/words"
check "words that are wrong are refused" \
	says "" build/redvest restore "$work/backup.db" --words /dev/null --db "$work/new/b.db"
check "restore on an empty machine" \
	build/redvest restore "$work/backup.db" --words "$work/words" --db "$work/new/b.db"
check "what was restored verifies" build/redvest verify --full --db "$work/new/b.db"
url=$(server_start "$work" --db "$work/new/b.db")
check "the phone sends again from next" status_is 200 5 1 20
check "and it is there" \
	sh -c \
		"build/redvest view flag_board --db '$work/new/b.db' | grep -q stream_record_lost"
server_stop "$work"

# --- a tampered database
sqlite3 "$db" "UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 9" 2>/dev/null
check "verify says where it was tampered with" \
	says "row 9" build/redvest verify --full --db "$db" --lang en
sqlite3 "$work/new/b.db" \
	"UPDATE stream SET made = 77 WHERE stream = (SELECT max(stream) FROM stream)"
check "verify says which table is not the ledger's" \
	says "table stream" build/redvest verify --full --db "$work/new/b.db" --lang en

check_end
