#!/bin/sh
# server.sh -- starts and stops `redvest serve` for tests and benchmarks. Source it:
#
#   dir=$(mktemp -d)
#   trap 'server_stop "$dir"; rm -rf "$dir"' EXIT
#   trap 'exit 1' INT TERM
#   url=$(server_start "$dir" --db "$dir/redvest.db")    http://127.0.0.1:40123
#
# DIR keeps server.pid, server.url and server.log of one server, and earlier.log of those before it
# on the same folder. Environment for the server, such as LD_PRELOAD, goes into SERVER_ENV
# ("NAME=value NAME=value"); REDVEST names another binary.

# server_is_up DIR: its process is there, and is not merely waiting to be buried by its parent.
server_is_up() {
	server_pid=$(cat "$1/server.pid" 2>/dev/null) || return 1
	case $(sed 's/.*) //; s/ .*//' "/proc/$server_pid/stat" 2>/dev/null) in
	'' | Z | X) return 1 ;;
	esac
}

# server_gone DIR SECONDS: waits until the process has ended.
server_gone() {
	server_left=$(($2 * 50))
	while server_is_up "$1"; do
		[ "$server_left" -gt 0 ] || return 1
		server_left=$((server_left - 1))
		sleep 0.02
	done
	rm -f "$1/server.pid"
}

# server_ready DIR SECONDS: the URL of its ready line, as soon as that is written.
server_ready() {
	server_left=$(($2 * 50))
	while server_is_up "$1" && [ "$server_left" -gt 0 ]; do
		server_url=$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' "$1/server.log")
		server_url=$(echo "$server_url" | head -n 1)
		if [ -n "$server_url" ]; then
			echo "${server_url%/}" | tee "$1/server.url"
			return 0
		fi
		server_left=$((server_left - 1))
		sleep 0.02
	done
	return 1
}

# server_start DIR [arguments of serve …]: prints its URL once it is ready. The first start takes
# a free port and later ones keep it, so that clients find the server again.
server_start() {
	server_dir=$1
	shift
	if server_is_up "$server_dir"; then
		echo "server.sh: $server_dir already has a running server" >&2
		return 1
	fi
	for server_try in 1 2 3; do
		server_url=$(cat "$server_dir/server.url" 2>/dev/null) || server_url=
		server_url=${server_url:-http://127.0.0.1:0}
		touch "$server_dir/server.log"
		cat "$server_dir/server.log" >>"$server_dir/earlier.log"
		: >"$server_dir/server.log"
		# shellcheck disable=SC2086
		env ${SERVER_ENV:-} "${REDVEST:-build/redvest}" serve "$@" \
			--listen "${server_url#*://}" >"$server_dir/server.log" 2>&1 </dev/null &
		echo $! >"$server_dir/server.pid"
		server_ready "$server_dir" "${SERVER_SECONDS:-30}" && return 0
		server_kill "$server_dir"
		grep -qi 'address already in use' "$server_dir/server.log" || break
		rm -f "$server_dir/server.url"
		sleep "0.$server_try"
	done
	echo "server.sh: no start: $(tail -n 1 "$server_dir/server.log")" >&2
	return 1
}

# server_kill DIR: as a power cut would.
server_kill() {
	server_is_up "$1" || return 0
	kill -9 "$server_pid" 2>/dev/null
	server_gone "$1" 10
}

# server_stop DIR: politely. One that does not end within 20 s is killed, and that is a failure.
server_stop() {
	server_is_up "$1" || return 0
	kill -TERM "$server_pid" 2>/dev/null
	server_gone "$1" 20 && return 0
	echo "server.sh: did not end on SIGTERM: $server_pid" >&2
	server_kill "$1"
	return 1
}

# server_memory DIR: KiB resident now, and the most there were.
server_memory() {
	server_is_up "$1" || return 1
	awk '/^VmRSS/ { now = $2 } /^VmHWM/ { most = $2 } END { print now, most }' \
		"/proc/$server_pid/status"
}
