#!/bin/sh
# openapi_test.sh -- what /openapi.json says of the interface, held against a server with a small
# demonstration. Ends with "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
. test/lib/server.sh

work=$(mktemp -d /tmp/redvest-openapi.XXXXXX)
trap 'server_stop "$work"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

build/redvest demo --people 300 --db "$work/demo.db" >"$work/demo.txt"
build/redvest schema --openapi >"$work/openapi.json"
url=$(server_start "$work" --db "$work/demo.db")
python3 test/openapi.py "$url" "$work/openapi.json" \
	"$(sed -n 's/^ *admin  *//p' "$work/demo.txt")"
