#!/bin/sh
# run.sh -- make bench: the budget, each row beside a reference measured in the same run. The table
# goes to stdout; bench/RESULTS.md keeps the figures of a run with the machine they come from.
#
#   SECONDS_EACH=5 TIMES=3 LARGE=1 bench/run.sh      LARGE=0 leaves the million residents out
set -eu
cd "$(dirname "$0")/.."
. bench/lib.sh
. bench/ref/nginx.sh
. bench/ref/pgbench.sh
. test/lib/postgres.sh
. test/lib/server.sh
. test/lib/api.sh

seconds=${SECONDS_EACH:-5} times=${TIMES:-3} large=${LARGE:-1}
work=$(mktemp -d /tmp/redvest-bench.XXXXXX)
chmod 755 "$work"
pg=$work/pg
mkdir "$pg"
finish() {
	server_kill "$work" || true
	nginx_stop "$work/nginx" 2>/dev/null || true
	postgres_stop "$pg" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
note() { echo "bench: $*" >&2; }

make --no-print-directory -j"$(nproc)" build tests >/dev/null
db=$work/demo.db

# signed_in DB [more of serve]: starts the server, signs in as the administrator.
signed_in() {
	signed_db=$1
	shift
	rm -f "$work/jar"
	url=$(server_start "$work" --db "$signed_db" "$@")
	password=$(build/redvest user password admin --db "$signed_db" "$@" --lang en |
		sed -n 's/.*: //p')
	api_session "$url" "$work/jar" admin "$password" >/dev/null
	cookie=$(awk '$6 == "redvest" { print "redvest=" $7 }' "$work/jar")
}

# one JSON field of the load client, the median of $times runs
load_field() {
	field=$1
	shift
	bench_median "$times" sh -c \
		"build/load $* | (. bench/lib.sh; bench_field $field)"
}

# median seconds of a request, as curl sees it
request_ms() {
	bench_median 9 sh -c \
		"curl -sS -o /dev/null -w '%{time_total}\n' -H 'Cookie: $cookie' '$1' |
		awk '{ printf \"%.2f\n\", \$1 * 1000 }'"
}

# sweep_ms VIEW QUERY: the same view of every area and round in $work/rounds, milliseconds in all;
# an & of the query is written \\&
sweep_ms() {
	sed "s|\(.*\) \(.*\)|url = \"$url/api/views/$1?area=\1\&round=\2\&$2\"|" "$work/rounds" |
		sed 's/$/\noutput = "\/dev\/null"/' |
		curl -sS --fail -H "Cookie: $cookie" -w '%{time_total}\n' -K - |
		awk '{ sum += $1 } END { printf "%.1f\n", sum * 1000 }'
}

bench_head

note "demonstration of 40,000 residents"
build/redvest demo --db "$db" --people 40000 >/dev/null
area=440304005012
# Everybody once, in no order that has to do with where they live.
sqlite3 "$db" "SELECT id FROM roster_person WHERE area = $area ORDER BY id * 7919 % 40009" \
	>"$work/people"

# round_new: closes the round that is open, opens one in which everybody is missing, prints it
round_new() {
	round_open=$(build/redvest view round_list --db "$db" --json | json_field rows.0.round)
	round_number=$(date +%s%N)
	build/redvest do round_close round="$round_open" --db "$db" >/dev/null
	build/redvest do round_open round="$round_number" name="$round_number" is_all_ages=true \
		opens="$(date -u +%FT%TZ)" closes="$(date -u -d '8 hours' +%FT%TZ)" --db "$db" \
			>/dev/null
	echo "$round_number"
}

# --- start to the first answer
start_once() {
	begin=$(date +%s%N)
	server_start "$work" --db "$db" >"$work/url"
	curl -sS -o /dev/null "$(cat "$work/url")/healthz"
	echo $((($(date +%s%N) - begin) / 1000000))
	server_stop "$work"
}
note "start"
bench_row "start to first answer" "$(bench_median "$times" start_once)" ms "" "" 200 most

# --- samples over HTTP: of people who are missing; when all are sampled, second swabs
signed_in "$db"
streams_make() { api_streams "$url" "$work/jar" 256 >"$work/streams"; }
streams_make
round_samples() {
	build/load samples --url "$url" --streams "$work/streams" --name round_sample_take \
		--fields \
			"{\"round\":\"$round\",\"person\":\"%1\",\"tube\":\"T%n\"}" \
		--lines "$work/people" --in-order --log /dev/null "$@" >"$work/samples.json"
}
samples() {
	round=$(round_new)
	round_samples --batch 1 --seconds "$seconds"
	json_field "$1" <"$work/samples.json"
}
note "samples"
rate=$(bench_median "$times" samples rate)
p99=$(json_field p99_ms <"$work/samples.json")
insert=$(build/ref/sqlite_insert "$work/insert.db" 200000 64 | sed 's/[^0-9.].*//')
bench_row "sample taken over HTTP, 256 connections" "$rate" /s "$insert" \
	"bare rows, SQLite" 15000 least
bench_row "its p99" "$p99" ms "" "" 100 most

# --- looking up a person
note "look-up"
person=$(head -n 1 "$work/people")
path="/api/views/roster_person?area=$area&person=$person"
bytes=$(curl -sS -H "Cookie: $cookie" -H 'X-Redvest: 1' "$url$path" | wc -c)
sed 's/.*/&/' "$work/people" >"$work/lines"
rate=$(load_field rate get "'$url/api/views/roster_person?area=$area&person=%r'" --lines \
	"$work/lines" \
	--connections 256 --seconds "$seconds" --warmup 1 --header "'Cookie: $cookie'" --header \
		"'X-Redvest: 1'")
nginx=$(nginx_start "$work/nginx" "$bytes")
reference=$(load_field rate get "$nginx" --connections 256 --seconds "$seconds" --warmup 1)
etag=$(curl -sS -o /dev/null -D - -H "Cookie: $cookie" "$url$path" | tr -d '\r' |
	awk 'tolower($1) == "etag:" { print $2 }')
known=$(load_field rate get "'$url$path'" --connections 256 --seconds "$seconds" --warmup 1 \
	--header "'Cookie: $cookie'" --header "'If-None-Match: $etag'")
nginx_stop "$work/nginx"
bench_row "person looked up over HTTP ($bytes bytes)" "$rate" /s "$reference" "nginx, static file" \
	"$(awk -v r="$reference" 'BEGIN { printf "%.0f", r * 0.6 }')" least
bench_row "the same person again, unchanged (304)" "$known" /s "$reference" \
	"nginx, static file" ""

# --- the roster in a browser
note "the roster in a browser"
tools/web.sh run "$PWD/bench/browser.mjs" "$url" admin "$password" >"$work/browser.json"
bench_row "longest task, scrolling 40,000 rows in a browser" \
	"$(json_field longest_task_ms <"$work/browser.json")" ms "" "" 50 most
bench_row "search while one types, p95" \
	"$(json_field search_p95_ms <"$work/browser.json")" ms "" "" 250 most

# --- who is missing: late in the day, one in a hundred
note "who is missing"
round=$(round_new)
round_samples --batch 100 --seconds 60 --count 39600
bench_row "missing by building, 40,000" \
	"$(request_ms "$url/api/views/round_progress?area=$area&round=$round&level=building")" ms \
		"" "" 5 most
bench_row "first 200 rows of the missing, 40,000" \
	"$(request_ms "$url/api/views/round_missing?area=$area&round=$round&limit=200")" ms "" "" \
		5 most
missing_rows() {
	begin=$(date +%s%N)
	build/redvest export round_people "round=$round" --db "$db" -o "$work/people.csv" >/dev/null
	rows=$(wc -l <"$work/people.csv")
	rm -f "$work/people.csv"
	awk -v n="$rows" -v ns=$(($(date +%s%N) - begin)) \
		'BEGIN { printf "%.0f\n", n / (ns / 1e9) }'
}
bench_row "rows streamed to .csv" "$(bench_median "$times" missing_rows)" /s "" "" 300000 least

# --- memory
note "memory"
for i in $(seq 50); do
	curl -sS -N --max-time 20 -o /dev/null -H "Cookie: $cookie" "$url/api/events?area=$area" \
		2>/dev/null &
done
samples rate >/dev/null
bench_row "memory, 256 connections and 50 desks" \
	"$(server_memory "$work" | awk '{ printf "%.0f", $1 / 1024 }')" MB "" "" 64 most
server_stop "$work"

# --- import
note "import"
build/fixtures "$work/sheets" 40000
import_once() {
	rm -rf "$work/import"
	mkdir "$work/import"
	build/redvest init --db "$work/import/a.db" --area $area --name 测试 >/dev/null
	bench_seconds build/redvest import residents "$1" --db "$work/import/a.db" --json
}
reading=$(bench_median "$times" build/ref/sheet_read "$work/sheets/residents-40000.xlsx")
bench_row "import of 40,000 residents" \
	"$(bench_median "$times" import_once "$work/sheets/residents-40000.xlsx")" \
	s "$reading" "reading the sheet alone" 2 most
if [ "$large" = 1 ]; then
	note "import of a million"
	build/fixtures "$work/sheets" 1000000
	rm -rf "$work/import"
	mkdir "$work/import"
	build/redvest init --db "$work/import/a.db" --area $area --name 测试 >/dev/null
	python3 - "$work" >"$work/large" <<-'END'
		import resource, subprocess, sys, time
		work = sys.argv[1]
		begin = time.time()
		subprocess.run(["build/redvest", "import", "residents", \
			f"{work}/sheets/residents-1000000.xlsx",
		    "--db", f"{work}/import/a.db", "--json"], check=True, stdout=subprocess.DEVNULL)
		usage = resource.getrusage(resource.RUSAGE_CHILDREN)
		print(f"{time.time() - begin:.1f} {usage.ru_maxrss // 1024}")
	END
	bench_row "import of 1,000,000 residents" "$(cut -d' ' -f1 "$work/large")" s "" "" 120 most
	bench_row "its memory" "$(cut -d' ' -f2 "$work/large")" MB "" "" 512 most
	rm -rf "$work/import" "$work/sheets"

	note "a million residents in 25 areas"
	build/redvest demo --db "$work/city.db" --people 40000 --areas 25 >/dev/null
	build/redvest area 440304005000 示例街道 --db "$work/city.db"
	build/redvest user add city 演示 headquarters --area 440304005000 --db "$work/city.db" \
		--lang en >"$work/city"
	url=$(server_start "$work" --db "$work/city.db")
	rm -f "$work/jar"
	api_session "$url" "$work/jar" city "$(sed -n 's/.*: //p' "$work/city" | head -n 1)" \
		>/dev/null
	cookie=$(awk '$6 == "redvest" { print "redvest=" $7 }' "$work/jar")
	# Each area has a round of its own: the street asks for all of them, one after another.
	sqlite3 -separator ' ' "$work/city.db" "SELECT area, id FROM round_round" >"$work/rounds"
	bench_row "missing by building, 1,000,000 in 25 areas" \
		"$(bench_median 5 sweep_ms round_progress 'level=building\&limit=1000')" \
		ms "" "" 200 most
	bench_row "first 200 rows of the missing in each of them" \
		"$(bench_median 5 sweep_ms round_missing limit=200)" ms "" "" 200 most
	server_stop "$work"
	rm -rf "$work"/city.db*
fi

# --- PostgreSQL, four areas
note "PostgreSQL"
pgurl=$(postgres_start "$pg")
keys=$work/pg.keys
build/redvest demo --db "$pgurl" --keys "$keys" --people 4000 --areas 4 >/dev/null
signed_in "$pgurl" --keys "$keys"
pg_areas="440304005012 440304005013 440304005014 440304005015"
account=$(api "$url" /api/session -b "$work/jar" | json_field account)
for code in $pg_areas; do
	build/redvest do access_grant_give account="$account" role=clerk --area "$code" \
		--db "$pgurl" --keys "$keys" >/dev/null
	api_streams "$url" "$work/jar" 64 "$code" >"$work/streams.$code"
	echo "SELECT id FROM redvest.roster_person WHERE area = $code" |
		postgres_sql "$pg" redvest >"$work/people.$code"
	build/redvest view round_list --area "$code" --db "$pgurl" --keys "$keys" --json |
		json_field rows.0.round >"$work/round.$code"
done

# samples_of_areas: each area has a client of its own; the sum of their rates
samples_of_areas() {
	for code in $pg_areas; do
		round=$(cat "$work/round.$code")
		build/load samples --url "$url" --streams "$work/streams.$code" \
			--name round_sample_take --lines "$work/people.$code" \
			--fields "{\"round\":\"$round\",\"person\":\"%1\",\"tube\":\"T%n\"}" \
			--batch 1 --seconds "$seconds" --log /dev/null >"$work/samples.$code" &
	done
	wait
	for code in $pg_areas; do
		json_field rate <"$work/samples.$code"
	done | awk '{ sum += $1 } END { printf "%.1f\n", sum }'
}
rate=$(bench_median "$times" samples_of_areas)
bench_row "sample taken over HTTP on PostgreSQL, 4 areas" "$rate" /s \
	"$(pgbench_inserts "$pg" 4 "$seconds")" "pgbench, one insert" 3000 least
server_stop "$work"

bench_verdict || true
