#!/bin/sh
# jobs_test.sh -- sheets imported over HTTP: who may, what is recognised and explained, cancelled
# and killed on the way, and done again. Its argument is the folder of a private PostgreSQL. Ends
# with "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/server.sh
. test/lib/postgres.sh

redvest=$PWD/build/redvest
work=$(mktemp -d /tmp/redvest-jobs.XXXXXX)
finish() {
	server_kill "$work" || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
REDVEST=$redvest
cd "$work"
rows=4000
python3 - $rows >odd.csv <<'END'
import sys
stems, branches = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
print("称呼,楼栋,房号")
for i in range(int(sys.argv[1])):
    print(f"王{stems[i % 10]}{branches[i % 12]},{i % 20 + 1}栋,{101 + i // 20}")
END
sed '1s/称呼/姓名/' odd.csv >big.csv
printf '姓名,楼栋,房号,电话\n王甲子,3栋,101,\n,3栋,102,13800001234\n' >small.csv

# ask JAR METHOD PATH [curl's options]: the status on stdout, the answer in the file answer.
ask() {
	jar=$1 method=$2 path=$3
	shift 3
	curl -sS -b "$jar" -o answer -w '%{http_code}' --max-time 60 -X "$method" \
		-H "X-Redvest: ${mark:-1}" "$@" "$url$path" || true
}
gives() { # gives STATUS TEXT ask's arguments
	status=$1 text=$2
	shift 2
	[ "$(ask "$@")" = "$status" ] && grep -q "$text" answer
}
field() { python3 -c 'import json, sys; print(json.load(open("answer"))[sys.argv[1]])' "$1"; }
no_files() { [ -z "$(find . -path '*.exports/*')" ]; }
upload() { # upload JAR FILE: its job
	ask "$1" POST "/api/jobs?sheet=residents&file=$2" --data-binary "@$2" >status
	field job
}
comes_to() { # comes_to STATE JAR JOB: as soon as it does, and not to an end before
	for _ in $(seq 300); do
		ask "$2" GET "/api/jobs/$3?limit=1" >status
		case $(field state) in
		"$1") return 0 ;;
		waiting | planning | running) sleep 0.05 ;;
		*) return 1 ;;
		esac
	done
	return 1
}
counts_are() { # counts_are "new changed unchanged doubtful refused": of the answer
	[ "$(for name in new changed unchanged doubtful refused; do field $name; done | xargs)" = \
		"$1" ]
}
account() { # account LOGIN ROLE: signed in, in the file LOGIN.jar
	password=$("$redvest" user add "$1" "$1" "$2" --db "$db" --keys a.keys --lang en |
		sed -n 's/.*: //p')
	curl -sS -c "$1.jar" -o answer -H 'Content-Type: application/json' "$url/api/session" \
		-d "{\"user\":\"$1\",\"password\":\"$password\"}"
}

jobs() { # jobs DB
	db=$1
	rm -rf server.* a.keys* ./*.html
	"$redvest" init --db "$db" --keys a.keys --area 440304005012 --name 测试 >init.txt
	url=$(server_start "$work" --db "$db" --keys a.keys)
	account li clerk
	account wang warden
	account sun sampler
	check "nobody" gives 401 not_signed_in none.jar POST '/api/jobs?sheet=residents' -d x
	check "no role" gives 403 role_missing sun.jar POST '/api/jobs?sheet=residents' -d x
	check "another sheet" gives 400 '"field":"sheet"' li.jar POST '/api/jobs?sheet=cats' -d x
	mark=0
	check "no mark" gives 403 header_missing li.jar POST '/api/jobs?sheet=residents' -d x
	mark=1
	check "no file is left of them" no_files

	job=$(upload li.jar small.csv)
	check "planned" comes_to planned li.jar "$job"
	check "counts" counts_are "1 0 0 0 1"
	check "nothing was written" gives 200 '"rows":\[\]' li.jar GET /api/views/roster_people
	check "a remark" gives 200 '"row":3,"heading":[^}]*"did":"没有姓名' li.jar GET \
		"/api/jobs/$job"
	check "no job" gives 404 job_unknown li.jar GET "/api/jobs/none"
	check "not for samplers" gives 403 role_missing sun.jar GET "/api/jobs/$job"
	check "another of the office looks" gives 200 '"state":"planned"' wang.jar GET \
		"/api/jobs/$job"
	check "and finds it" gives 200 "$job" wang.jar GET /api/jobs
	check "but does not do it" gives 403 job_foreign wang.jar POST "/api/jobs/$job/run"
	check "nor take the sheet" gives 403 job_foreign wang.jar GET "/api/jobs/$job/sheet"
	check "strictly" gives 200 '"state":"waiting"' li.jar POST "/api/jobs/$job/run" \
		-d '{"is_strict":true}'
	check "it is refused" comes_to failed li.jar "$job"
	check "with a reason" grep -q '全部没有导入' answer
	check "then not" gives 200 '"state":"waiting"' li.jar POST "/api/jobs/$job/run"
	check "done" comes_to done li.jar "$job"
	check "the sheet" gives 200 'PK' li.jar GET "/api/jobs/$job/sheet"
	check "and that is told" gives 200 'import residents' wang.jar GET /api/views/access_log
	check "who it was" gives 200 '"name":"li","store":"import"' wang.jar GET \
		/api/views/stream_list
	check "forgotten" gives 200 '"state":"done"' li.jar DELETE "/api/jobs/$job"
	check "its file, too" no_files
	check "no more" gives 409 job_state li.jar POST "/api/jobs/$job/run"

	job=$(upload li.jar odd.csv)
	check "headings that nobody knows" comes_to failed li.jar "$job"
	check "commas" gives 400 '"field":"columns"' li.jar POST "/api/jobs/$job/columns" \
		-d '{"columns":[{"heading":"a,b","meaning":"姓名"}]}'
	check "explained" gives 200 waiting li.jar POST "/api/jobs/$job/columns" \
		-d '{"columns":[{"heading":"称呼","meaning":"姓名"}]}'
	check "now they are known" comes_to planned li.jar "$job"
	check "and counted" counts_are "$rows 0 0 0 0"
	check "run" gives 200 waiting li.jar POST "/api/jobs/$job/run"
	check "cancelled" gives 200 '"state"' li.jar DELETE "/api/jobs/$job"
	check "it ends" sh -c 'sleep 1'
	comes_to done li.jar "$job" || check "as cancelled" test "$(field state)" = cancelled

	job=$(upload li.jar odd.csv)
	comes_to planned li.jar "$job" || ask li.jar POST "/api/jobs/$job/columns" \
		-d '{"columns":[{"heading":"称呼","meaning":"姓名"}]}' >status
	check "brought again" comes_to planned li.jar "$job"
	ask li.jar POST "/api/jobs/$job/run" >status
	for _ in $(seq 100); do # until something of it is in
		ask li.jar GET "/api/jobs/$job?limit=0" >status
		[ "$(field phase)" != rows ] || break
	done
	server_kill "$work"
	url=$(server_start "$work" --db "$db" --keys a.keys)
	check "a server that died knows nothing of it" gives 404 job_unknown li.jar GET \
		"/api/jobs/$job"
	job=$(upload li.jar big.csv)
	check "once more" comes_to planned li.jar "$job"
	check "nobody is doubtful" test "$(field doubtful)$(field refused)$(field changed)" = 000
	check "on it goes" gives 200 waiting li.jar POST "/api/jobs/$job/run"
	check "to its end" comes_to done li.jar "$job"
	job=$(upload li.jar odd.csv)
	check "the headings are remembered" comes_to planned li.jar "$job"
	check "everybody is there once" counts_are "0 0 $rows 0 0"
	server_stop "$work"
	check "verify" "$redvest" verify --db "$db" --keys a.keys
}

jobs "$work/a.db"
if [ -n "${1:-}" ]; then
	jobs "$(postgres_createdb "$1" jobs)"
fi
check_end
