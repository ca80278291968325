#!/bin/sh
# setup_test.sh -- a server without a database is set up over HTTP: by whom, once, whole or not at
# all. Its argument is the folder of a private PostgreSQL. Ends with "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/server.sh
. test/lib/postgres.sh

redvest=$PWD/build/redvest
dies=$PWD/build/fault/dies.so
work=$(mktemp -d /tmp/redvest-setup.XXXXXX)
finish() {
	server_kill "$work" || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
REDVEST=$redvest
good='{"area":"440304005012","name":"益民社区","login":"wang","person_name":"王甲子",
	"password":"correct horse"'

# ask METHOD PATH BODY [curl's options]: the status on stdout, the answer in $work/answer.
ask() {
	method=$1 path=$2 body=$3
	shift 3
	curl -sS -o "$work/answer" -D "$work/head" -w '%{http_code}' --max-time 30 -X "$method" \
		-H 'Content-Type: application/json' -H "X-Redvest: ${mark:-1}" \
		--data-binary "$body" "$@" "$url$path" || true
}
gives() { # gives STATUS TEXT ask's arguments
	status=$1 text=$2
	shift 2
	[ "$(ask "$@")" = "$status" ] && grep -q "$text" "$work/answer"
}
fields_are() { # fields_are "a b c" ask's arguments: the fields that are told of
	wanted=$1
	shift
	[ "$(ask "$@")" = 400 ] || return 1
	told=$(grep -o '"field":"[a-z_]*"' "$work/answer" | sed 's/.*:"//; s/"//' | sort | xargs)
	[ "$told" = "$wanted" ]
}
words_of() { # words_of ANSWER: of the recovery sheet in it
	python3 -c 'import json, re, sys
sheet = json.load(open(sys.argv[1]))["recovery_sheet"]
words = re.findall(r"<td>([a-z]{5})", sheet) or re.findall(r"\b[a-z]{5}\b", sheet)
print(" ".join(words))' "$1"
}

# setup DB: the whole of it.
setup() {
	db=$1
	rm -f "$work"/server.*
	cd "$work"
	url=$(server_start "$work" --db "$db" --keys "$work/a.keys")
	check "it says so" grep -q 'is not there yet' "$work/server.log"
	check "it is new" gives 200 '"is_new":true,"needs_code":false' GET /api/setup ''
	check "it is well" gives 200 '"status":"new"' GET /healthz ''
	check "it has its page" gives 200 '<title>' GET / ''
	check "nothing else works" gives 503 setup_first GET /api/session ''
	check "nobody signs in" gives 503 setup_first POST /api/session '{}'
	check "every bad field at once" fields_are "area login name password person_name" \
		POST /api/setup '{}'
	check "limits" fields_are "area login password" POST /api/setup \
		'{"area":"44","name":"a","login":"A B","person_name":"b","password":"short"}'
	check "rules of modules" fields_are time_zone POST /api/setup "$good,\"time_zone\":\"*\"}"
	check "plans" fields_are plan POST /api/setup "$good,\"plan\":\"none\"}"
	check "another site" gives 403 origin_foreign POST /api/setup "$good}" \
		-H 'Origin: http://evil.example'
	mark=0
	check "without our header" gives 403 header_missing POST /api/setup "$good}"
	mark=1
	check "no code was shown yet" refuses grep -q 'code for' "$work/server.log"
	check "under a foreign name it needs a code" gives 403 setup_code_wrong POST /api/setup \
		"$good}" -H 'Host: box.example'
	code=$(sed -n 's/.*code for setting up: //p' "$work/server.log")
	check "from elsewhere too" gives 200 '"needs_code":true' GET /api/setup '' \
		-H 'X-Forwarded-For: 10.0.0.9'
	check "a wrong code" gives 403 setup_code_wrong POST /api/setup "$good,\"code\":\"x\"}" \
		-H 'X-Forwarded-For: 10.0.0.9'
	check "still new" gives 200 '"is_new":true' GET /api/setup ''
	check "with the code" gives 200 '"recovery_sheet":"<!doctype' POST /api/setup \
		"$good,\"code\":\"$code\"}" -H 'X-Forwarded-For: 10.0.0.9'
	words_of "$work/answer" >"$work/words"
	check "signed in by it" gives 200 \
		'"area_name":"益民社区".*"roles":\["admin"\].*"areas":\[{"area":"440304005012"' \
		GET /api/session '' -H "Cookie: $(sed -n 's/^Set-Cookie: \([^;]*\).*/\1/p' \
		"$work/head")"
	check "no second administrator" grep -q '"has_second_administrator":false' "$work/answer"
	check "once" gives 409 setup_done POST /api/setup "$good}"
	check "not new" gives 200 '"is_new":false' GET /api/setup ''
	check "the password works" gives 200 '"login":"wang"' POST /api/session \
		'{"user":"wang","password":"correct horse"}'
	check "the terminal works" sh -c "'$redvest' user list --json --db '$db' \
		--keys '$work/a.keys' | grep -q wang"
	check "backup" "$redvest" backup "$work/back.db" --db "$db" --keys "$work/a.keys"
	check "the sheet's words bring it back" "$redvest" restore "$work/back.db" --db \
		"$work/again.db" --words "$work/words"
	server_stop "$work"
	check "verify" "$redvest" verify --db "$db" --keys "$work/a.keys"
	url=$(server_start "$work" --db "$db" --keys "$work/a.keys")
	check "a start later" gives 200 '"is_new":false' GET /api/setup ''
	check "not again" gives 409 setup_done POST /api/setup "$good}"
	server_stop "$work"
	rm -f again.db* back.db*
}

# dead AT: set up by a server that dies on the way; then it is new, or whole.
dead() {
	url=$(SERVER_ENV="DIES_AT=$1 LD_PRELOAD=$dies" server_start "$work" --db "$db" --keys \
		"$work/a.keys") || return 0
	ask POST /api/setup "$good}" >/dev/null 2>&1
	server_kill "$work"
	url=$(server_start "$work" --db "$db" --keys "$work/a.keys")
	if gives 200 '"is_new":true' GET /api/setup ''; then
		gives 200 recovery_sheet POST /api/setup "$good}"
	else
		gives 200 '"login":"wang"' POST /api/session \
			'{"user":"wang","password":"correct horse"}'
	fi
}

setup "$work/a.db"
check "a key file without its database" says 'its database is not' "$redvest" serve \
	--db "$work/b.db" --keys "$work/a.keys" --listen 127.0.0.1:0
check "no folder" says 'No such file' "$redvest" serve --db "$work/none/b.db" --listen 127.0.0.1:0
for at in 5 20 35 40 45 50 55 60 65; do
	rm -rf "$work"/a.db* "$work"/a.keys* "$work"/server.*
	db=$work/a.db
	check "dead at $at" dead "$at"
	server_stop "$work"
done
if [ -n "${1:-}" ]; then
	rm -rf "$work"/a.*
	setup "$(postgres_createdb "$1" setup)"
fi
check_end
