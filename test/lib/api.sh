#!/bin/sh
# api.sh -- Redvest's HTTP interface for shell scripts: session, streams, views. Source it.
#
# JAR is curl's file of cookies; X-Redvest tells the server that no other site sent this. Each
# function prints the answer's body, and fails, the status on stderr, when that is not 2xx.

# json_field NAME: the value of a name in the JSON on stdin, outermost first; a path is a.b.0.c.
json_field() {
	python3 -c '
import json, sys
value = json.load(sys.stdin)
for step in sys.argv[1].split("."):
    value = value[int(step)] if isinstance(value, list) else value[step]
print(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))' "$1"
}

# api URL PATH [curl's arguments …]
api() {
	api_url=$1$2
	shift 2
	api_body=$(mktemp) || return 1
	api_status=$(curl -sS --max-time 60 -o "$api_body" -w '%{http_code}' \
		-H 'Content-Type: application/json' -H 'X-Redvest: 1' "$@" "$api_url")
	cat "$api_body"
	rm -f "$api_body"
	case $api_status in
	2??) return 0 ;;
	esac
	echo "api.sh: $api_status from $api_url" >&2
	return 1
}

# api_session URL JAR USER PASSWORD: signs in; the cookie goes into JAR.
api_session() {
	api_login=$(python3 -c 'import json, sys
print(json.dumps({"user": sys.argv[1], "password": sys.argv[2]}))' "$3" "$4")
	api "$1" /api/session -c "$2" -b "$2" --data-binary "$api_login"
}

# api_streams URL JAR COUNT [AREA]: enrols so many streams of who is signed in, in the own area or
# another; prints "stream token next" lines, as build/load reads them.
api_streams() {
	api_area=${4:+"\"area\":\"$4\""}
	seq "$3" | sed "s|.*|url = \"$1/api/streams\"|" |
		curl -sS --fail --max-time 60 -b "$2" -H 'Content-Type: application/json' \
			-H 'X-Redvest: 1' --data-binary "{${api_area:-}}" -w '\n' -K - |
		python3 -c 'import json, sys
for line in filter(str.strip, sys.stdin):
    answer = json.loads(line)
    print(json.dumps(answer["stream"]), answer["token"], answer["next"])'
}
