#!/bin/sh
# tls_test.sh -- HTTPS with the office's own certificate: served, renewed on SIGHUP without a
# connection lost, kept when the new one is wrong; and the server's last words.
set -eu
cd "$(dirname "$0")/.."
. test/lib/check.sh
. test/lib/server.sh

work=$(mktemp -d /tmp/redvest-tls.XXXXXX)
db=$work/a.db
finish() {
	server_kill "$work" || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# certificate NAME: a key and a certificate of that common name, signed by itself.
certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj "/CN=$1" -addext "subjectAltName=IP:127.0.0.1" \
		-keyout "$work/$1.key" -out "$work/$1.pem" 2>/dev/null
}
use() {
	cp "$work/$1.pem" "$work/tls.pem"
	cp "$work/$1.key" "$work/tls.key"
}
served() { # served NAME: the common name of the certificate that a client gets
	[ "$(openssl s_client -connect "${url#*://}" </dev/null 2>/dev/null |
		openssl x509 -noout -subject | sed 's/.*CN = //')" = "$1" ]
}
answers() { curl -sS --fail --max-time 10 --cacert "$work/$1.pem" "$url/healthz"; }
hangup() {
	kill -HUP "$(cat "$work/server.pid")"
	sleep 0.3
}

build/redvest init --db "$db" --area 440304005012 --name 测试 --lang en -o "$work/sheet.html" \
	>/dev/null
certificate first
certificate second
use first
echo https://127.0.0.1:0 >"$work/server.url"
check "a certificate without its key is refused" \
	sh -c "! build/redvest serve --db '$db' --listen 127.0.0.1:0 --cert '$work/first.pem'"
check "a key of another certificate is refused" sh -c "! build/redvest serve --db '$db' \
	--listen 127.0.0.1:0 --cert '$work/first.pem' --key '$work/second.key'"
url=$(server_start "$work" --db "$db" --cert "$work/tls.pem" --key "$work/tls.key")
check "it says https" sh -c "echo $url | grep -q ^https"
check "HTTPS answers" answers first
check "TLS 1.2 as well" curl -sS --fail --tls-max 1.2 --cacert "$work/first.pem" "$url/healthz"
check "TLS 1.1 no more" sh -c "! curl -sS --tls-max 1.1 --cacert '$work/first.pem' '$url/healthz'"
check "plain HTTP on that port does not" \
	sh -c "! curl -sS --max-time 5 'http://${url#*://}/healthz'"
check "and HTTPS still does" answers first
check "the cookie is Secure" sh -c "curl -sS -o /dev/null -D - --cacert '$work/first.pem' \
	-d '{\"user\":\"admin\",\"password\":\"x\"}' '$url/api/session' | grep -q '^HTTP/1.1 401'"
check "the first certificate is served" served first
(curl -sS --max-time 20 --cacert "$work/first.pem" "$url/healthz" "$url/healthz?again" \
	--rate 1/s >"$work/kept" 2>&1) &
kept=$!
sleep 0.5 # it has its connection by now
use second
hangup
check "on SIGHUP the second is" served second
check "HTTPS answers with it" answers second
wait "$kept" && kept=0 || kept=1
check "the connection from before goes on" [ "$kept" -eq 0 ]
echo garbage >"$work/tls.pem"
hangup
check "a certificate that cannot be read changes nothing" served second
check "and somebody is told" grep -q "stays as it was" "$work/server.log"
server_stop "$work" && stopped=0 || stopped=1
check "it ends on SIGTERM" [ "$stopped" -eq 0 ]
check "it has said one line of its own" \
	[ "$(grep -c 'listening on' "$work/server.log")" -eq 1 ]
check "the socket is gone" [ ! -e "$db.sock" ]
check_end
