#!/bin/sh
# terminal_test.sh -- what whoever sets up a database relies on: nothing is overwritten, nobody else
# may read it, and the recovery sheet is there on both databases. Its argument is the folder of a
# private PostgreSQL of test/lib/postgres.sh. Ends with "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/postgres.sh
. test/lib/server.sh

redvest=$PWD/build/redvest
work=$(mktemp -d /tmp/redvest-terminal.XXXXXX)
trap 'server_stop "$work" 2>/dev/null; rm -rf "$work"' EXIT
REDVEST=$redvest
export REDVEST
trap 'exit 1' INT TERM

# words FILE: the first group of the sheet that the terminal showed.
words() { sed -n 's/^  1\. \([a-z ]*[a-z]\) .*/\1/p' "$1" | head -n 1; }

# has_sheet SHOWN SHEET: the page has the words that the terminal showed.
has_sheet() {
	first=$(words "$1" | cut -d ' ' -f 1)
	[ -n "$first" ] && grep -q "<td>$first" "$2"
}

cd "$work"
check "init" sh -c "$redvest init --area 440304005012 --name 测试 --lang en >shown"
check "init: the sheet" has_sheet shown redvest.db.recovery.html
check "init: nobody else may read" test "$(stat -c %a redvest.db redvest.db.keys \
	redvest.db.recovery.html | sort -u)" = 600
check "init refuses what exists" refuses "$redvest" init --area 440304005012 --name 测试
check "demo refuses what exists" refuses "$redvest" demo --db redvest.db --people 10
check "demo --replace refuses what is none" refuses "$redvest" demo --db redvest.db --people 10 \
	--replace
check "and it is still there" "$redvest" verify
check "do fills in how a name is typed" sh -c "$redvest do roster_person_add name=尉迟甲子 &&
	$redvest view roster_search q=yuchi --json | grep -q 尉"
"$redvest" do round_open round=1 name=一 opens=2022-03-04T09:10:00Z closes=2022-03-04T17:00:00Z \
	>done-round
check "times on the screen are the area's" sh -c "$redvest view round_list |
	grep -q '	2022-03-04 17:10	2022-03-05 01:00	'"
check "in sheets as well" sh -c "$redvest export round_list -o rounds.csv &&
	grep -q '2022-03-04 17:10' rounds.csv && ! grep -q T09:10 rounds.csv"
check "in JSON they are UTC" sh -c "$redvest view round_list --json |
	grep -q '\"opens\":\"2022-03-04T09:10:00Z\"'"
"$redvest" init --area 440304005012 --name 测试 --db two.db >done-two
server_start "$work" --db two.db >url
check "one more area while a server runs" "$redvest" area 440304005000 街道 --db two.db
check "which is there at once" sh -c "$redvest view area_self --area 440304005000 --db two.db \
	--json | grep -q 街道"
check "and once only" refuses "$redvest" area 440304005000 街道 --db two.db
check "not for who comes over the network" sh -c "curl -s -X POST -H 'X-Redvest: 1' -d '{}' \
	$(cat url)/api/areas | grep -q not_signed_in"
server_stop "$work"
check "the ledgers make the same tables" "$redvest" verify --db two.db
echo "a letter" >letter.db
check "demo --replace refuses what is no database" refuses "$redvest" demo --db letter.db --replace
check "and that is still there" grep -q letter letter.db
check "demo" "$redvest" demo --db demo.db --people 30
check "demo --replace" "$redvest" demo --db demo.db --people 20 --replace
"$redvest" plan show covid-2022 | sed 's/^name = .*/name = ours/; s/14 days/10 days/' >ours.plan
sed 's/^quarantine = .*days/quarantine = 10/' ours.plan >wrong.plan
check "init refuses a plan that is not there" refuses "$redvest" init --area 440304005012 \
	--name 测试 --db c.db --plan influenza
check "and says which there are" sh -c "$redvest init --area 440304005012 --name 测试 --db c.db \
	--plan influenza 2>&1 | grep -q 'covid-2022, norovirus-school'"
check "init refuses a plan with a mistake" refuses "$redvest" init --area 440304005012 \
	--name 测试 --db c.db --plan wrong.plan
check "and nothing was made" test ! -e c.db -a ! -e c.db.keys
check "plan check says which line" sh -c "$redvest plan check wrong.plan 2>&1 |
	grep -q 'wrong.plan:[0-9]*: \[days\] quarantine: .*单位不对.* / the unit is wrong'"
check "plan check of a plan says it in words" sh -c "$redvest plan check ours.plan --lang en |
	grep -q 'A quarantine lasts: 10 days'"
check "init with a file" sh -c "$redvest init --area 440304005012 --name 测试 --db c.db \
	--plan ours.plan >shown-c && $redvest view area_self --db c.db --json | grep -q '\"ours\"'"
check "its text comes back as it was" sh -c "$redvest plan show --db c.db | cmp - ours.plan"
check "another plan" sh -c "$redvest plan set norovirus-school --db c.db &&
	$redvest plan show --db c.db | grep -q '^name = norovirus-school'"
check "plan set refuses the past" refuses "$redvest" plan set covid-2022 --db c.db \
	since=2020-01-01T00:00Z
check "one more area with a plan of its own" sh -c "$redvest area 440304005013 测试二 --db c.db \
	--plan norovirus-school && $redvest plan show --area 440304005013 --db c.db | grep -q noro"
check "and all of it replays" "$redvest" verify --db c.db

check "init refuses an area without a name" says "name is a text" "$redvest" init --db d.db \
	--area 440304005012 --name ''
check "and one that is too long" says "name is a text" "$redvest" init --db d.db \
	--area 440304005012 --name "$(printf '%0300d' 0)"
check "init refuses a time zone that is too long" says "no time zone" "$redvest" init --db d.db \
	--area 440304005012 --name 测试 --time-zone "$(printf '%0300d' 0)"
check "and nothing was made" test ! -e d.db -a ! -e d.db.keys
check "a word that is no subcommand" says "no subcommand" "$redvest" sevre
check "no word at all" says "redvest --help" "$redvest"
check "a language that is not there" says "zh or en" "$redvest" verify --lang fr
check "a port that is none" says "99999" "$redvest" serve --listen 127.0.0.1:99999
check "import without a file" says "usage: redvest import" "$redvest" import residents
check "an account that is taken" says "taken" "$redvest" user add admin 张三 clerk --lang en
check "shows no password" sh -c "! $redvest user add admin 张三 clerk | grep -q ."
"$redvest" do round_open name= opens=foo bogus=1 --lang en >fields.txt 2>&1 || true
check "do says all that is wrong" sh -c "grep -q '^redvest: bogus: ' fields.txt &&
	grep -q '^redvest: name: ' fields.txt && grep -q '^redvest: opens: ' fields.txt &&
	grep -q '^redvest: closes: is required' fields.txt"

# The words of a sheet as they were shown, in their order.
sheet_words() {
	sed -n 's/^  [0-9]\. \([a-z ]*[a-z]\)  *[0-9]\. \([a-z ]*\)$/\1 \2/p' "$1"
}
sheet_words shown >words.txt
sheet_words shown-c >words-c.txt
check "backup" "$redvest" backup kept.db
check "restore looks for the backup before the words" says "lost.db" "$redvest" restore lost.db \
	--db back.db
check "restore refuses the words of another sheet" says "another database" "$redvest" \
	restore kept.db --db back.db --words words-c.txt --lang en
check "and leaves nothing in the way" test ! -e back.db -a ! -e back.db.keys
cp kept.db short.db && cp kept.db.keys short.db.keys && truncate -s 20480 short.db
check "restore refuses a backup of which a half is missing" refuses "$redvest" \
	restore short.db --db back.db --words words.txt
check "and leaves nothing in the way" test ! -e back.db -a ! -e back.db.keys
check "restore with the right words" "$redvest" restore kept.db --db back.db --words words.txt
check "and it replays" "$redvest" verify --db back.db
touch taken.html
check "init fails when its sheet cannot be written" refuses sh -c \
	"$redvest init --area 440304005012 --name 测试 --lang en --db b.db -o taken.html >shown-b"
check "but the words and the password were shown" sh -c \
	"grep -q '^  1\\. ' shown-b && grep -q 'password: [a-z0-9]' shown-b"
if [ -n "${1:-}" ]; then
	url=$(postgres_createdb "$1" terminal)
	check "init on PostgreSQL" sh -c \
		"$redvest init --db '$url' --area 440304005012 --name 测试 --lang en >shown-pg"
	check "its sheet" has_sheet shown-pg redvest-terminal.recovery.html
	check "init on PostgreSQL refuses what exists" refuses "$redvest" init --db "$url" \
		--keys other.keys --area 440304005012 --name 测试
fi
check_end
