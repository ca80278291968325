#!/bin/sh
# run.sh -- the last step of `make run`: `run.sh build/redvest`. Makes ./demo.db when it is not
# there (40,000 people, a round half done), prints who is missing by building, gives the accounts
# admin and clerk fresh passwords, and serves. Run again it keeps the demonstration.
#
# LISTEN=host:port serves elsewhere than on 127.0.0.1:8080; PEOPLE=n makes a smaller one.
set -eu

redvest=$1
db=demo.db
listen=${LISTEN:-127.0.0.1:8080}
people=${PEOPLE:-40000}

# say ENGLISH CHINESE: in the language of the user, as redvest itself.
say() {
	case ${LANG:-} in
	zh*) printf '%s\n' "$2" ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# The process that holds the lock of the database; nothing when there is none.
holder_find() {
	[ -e $db.lock ] || return 0
	inode=$(stat -c %i $db.lock)
	awk -v inode="$inode" '$2 == "FLOCK" && $6 ~ ":" inode "$" { print $5; exit }' /proc/locks
}

# Where that process listens, as it was told to.
holder_listen() {
	tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null |
		awk 'before == "--listen" { at = $0 }
			$0 == "serve" { is_server = 1 }
			{ before = $0 }
			END { if (is_server) print at == "" ? "127.0.0.1:8080" : at }'
}

# A demonstration appears under its name when it is whole: an interrupted one is begun anew.
demo_make() {
	new=demo-new.db
	say "making a demonstration of $people people" \
		"正在生成 $people 位居民的演示数据"
	rm -f $new $new-wal $new-shm $new.keys
	"$redvest" demo --db $new --people "$people" >/dev/null
	for suffix in .keys -wal -shm ""; do
		[ ! -e $new$suffix ] || mv $new$suffix $db$suffix
	done
	rm -f $new.lock $new.inhand
}

missing_print() {
	round=$("$redvest" view round_list --db $db --json |
		sed -n 's/.*"rows":\[{"round":"\([0-9]*\)".*/\1/p')
	if [ -z "$round" ]; then
		say "no round has been opened" "还没有开启任何一轮"
		return
	fi
	say "Who is missing, by building (missing, due, sampled, exempt):" \
		"各楼未采人数（未采、应采、已采、免采）："
	"$redvest" view round_progress round="$round" level=building --db $db --lang en |
		awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			$at["Due"] > 0 {
				printf "%8d %8d %8d %8d  %s\n", $at["Missing"], $at["Due"],
					$at["Sampled"], $at["Exempt"], $at["Its whole name"]
			}'
	say "By name, room by room:" "按房间列出姓名："
	echo "  $redvest view round_missing round=$round --db $db"
}

# A password that is new and shown here only; $password.
password_new() {
	password=$("$redvest" user password "$1" --db $db --lang en | sed -n 's/.*: //p')
}

sign_in_print() {
	password_new admin
	admin=$password
	password_new clerk
	echo
	say "http://$listen   sign in as" "http://$listen   登录名与密码"
	printf '  admin  %s\n  clerk  %s\n' "$admin" "$password"
	say "for instance" "例如"
	printf '  curl -c jar -H "Content-Type: application/json" \\\n'
	printf '       http://%s/api/session \\\n' "$listen"
	printf "       -d '{\"user\":\"clerk\",\"password\":\"%s\"}'\n" "$password"
	printf '  curl -b jar "http://%s/api/views/round_list"\n\n' "$listen"
	say "Ctrl-C ends the server." "按 Ctrl-C 结束。"
}

holder=$(holder_find)
if [ -n "$holder" ]; then
	at=$(holder_listen "$holder")
	if [ -z "$at" ]; then
		say "redvest is at work on $db (process $holder); try again when it is done" \
			"另一个 redvest 正在使用 $db（进程 $holder），请稍后再试" >&2
		exit 1
	fi
	missing_print
	say "A server is running on $db already, process $holder: http://$at" \
		"$db 上已有服务在运行，进程 $holder：http://$at"
	say "A new password for clerk: $redvest user password clerk --db $db" \
		"给 clerk 一个新密码：$redvest user password clerk --db $db"
	exit 0
fi
[ -e $db ] || demo_make
missing_print
sign_in_print
exec "$redvest" serve --db $db --listen "$listen"
