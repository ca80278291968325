#!/bin/sh
# postgres.sh -- a private PostgreSQL from Debian's package, for tests and benchmarks. Source it:
#
#   dir=$(mktemp -d /tmp/redvest-pg.XXXXXX)
#   trap 'postgres_stop "$dir"; rm -rf "$dir"' EXIT
#   trap 'exit 1' INT TERM
#   url=$(postgres_start "$dir")            postgresql:///redvest?host=…&user=redvest
#   other=$(postgres_createdb "$dir" other) likewise, another database
#
# It listens on a Unix socket in the folder and nowhere else; that is 0700, so trust is enough.
# initdb refuses root: as root everything runs as the user postgres, who then owns the folder and
# must be able to reach it. A socket's path has 107 bytes at most, so the folder's must be short.
# Every function may be called twice. Redvest's role owns its schema and nothing else.

postgres_bin() {
	find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 |
		xargs -r dirname
}

# postgres_as COMMAND …: as the user who may run the server, from a folder that anyone may enter.
postgres_as() (
	cd / || exit 1
	if [ "$(id -u)" -eq 0 ]; then
		exec setpriv --reuid postgres --regid postgres --init-groups "$@"
	fi
	exec "$@"
)

# postgres_sql DIR DATABASE [psql's options]: statements on stdin as the superuser, bare rows out.
postgres_sql() {
	postgres_dir=$1 postgres_db=$2
	shift 2
	postgres_as "$(postgres_bin)/psql" -qAtX -v ON_ERROR_STOP=1 -h "$postgres_dir" -U postgres \
		-d "$postgres_db" "$@"
}

postgres_is_up() {
	[ -f "$1/data/postmaster.pid" ] &&
		postgres_as "$(postgres_bin)/pg_ctl" -s -D "$1/data" status >/dev/null 2>&1
}

postgres_init() {
	mkdir -p "$1" && chmod 0700 "$1" || return 1
	if [ "$(id -u)" -eq 0 ]; then
		chown postgres: "$1" || return 1
	fi
	if ! postgres_as test -w "$1"; then
		echo "postgres.sh: the user postgres cannot reach $1; take one of mktemp -d" >&2
		return 1
	fi
	rm -rf "$1/data"
	postgres_as "$(postgres_bin)/initdb" -D "$1/data" -U postgres -A trust -E UTF8 \
		--locale=C >"$1/initdb.log" 2>&1 || {
		echo "postgres.sh: initdb failed: $(tail -n 1 "$1/initdb.log")" >&2
		return 1
	}
	postgres_as tee -a "$1/data/postgresql.conf" >/dev/null <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$1'
		max_connections = 100
		fsync = on
		timezone = 'UTC'
		log_min_messages = warning
	CONF
	postgres_as touch "$1/data/redvest.ready"
}

# postgres_start DIR: makes the cluster when there is none, starts it when it is not up, and prints
# the URL of the database `redvest`. DIR is an absolute path, free of spaces.
postgres_start() {
	case $1 in
	*[!A-Za-z0-9/._-]* | [!/]* | '')
		echo "postgres.sh: not an absolute path free of spaces: $1" >&2
		return 1
		;;
	esac
	if [ "${#1}" -gt 88 ]; then
		echo "postgres.sh: too long for the path of a socket: $1" >&2
		return 1
	fi
	if [ -z "$(postgres_bin)" ]; then
		echo "postgres.sh: PostgreSQL is missing: tools/install.sh test" >&2
		return 1
	fi
	[ -f "$1/data/redvest.ready" ] || postgres_init "$1" || return 1
	if ! postgres_is_up "$1"; then
		postgres_as "$(postgres_bin)/pg_ctl" -s -w -t 60 -D "$1/data" -l "$1/server.log" \
			start >/dev/null || {
			echo "postgres.sh: no start: $(tail -n 1 "$1/server.log")" >&2
			return 1
		}
	fi
	postgres_createdb "$1" redvest
}

# postgres_createdb DIR NAME: UTF8, collation C, from template0, with a schema of Redvest's own
# (found first because it has the role's name). Prints its URL; keeps one that exists.
postgres_createdb() {
	case $2 in
	*[!a-z0-9_]* | '')
		echo "postgres.sh: not the name of a database: $2" >&2
		return 1
		;;
	esac
	postgres_sql "$1" postgres <<-SQL || return 1
		SELECT 'CREATE ROLE redvest LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT'
		 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redvest') \gexec
		SELECT 'CREATE DATABASE $2 TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C'''
		 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$2') \gexec
	SQL
	postgres_sql "$1" "$2" <<-SQL || return 1
		SET client_min_messages = warning;
		REVOKE ALL ON DATABASE $2 FROM PUBLIC;
		GRANT CONNECT ON DATABASE $2 TO redvest;
		REVOKE ALL ON SCHEMA public FROM PUBLIC;
		CREATE SCHEMA IF NOT EXISTS redvest AUTHORIZATION redvest;
	SQL
	echo "postgresql:///$2?host=$1&user=redvest"
}

# postgres_dropdb DIR NAME: with whoever is still connected; no error when there is none.
postgres_dropdb() {
	postgres_as "$(postgres_bin)/dropdb" --if-exists --force -h "$1" -U postgres "$2" \
		2>/dev/null
}

# postgres_crash DIR: as if the power had gone; postgres_start recovers it.
postgres_crash() {
	postgres_is_up "$1" || return 0
	postgres_as "$(postgres_bin)/pg_ctl" -s -w -m immediate -D "$1/data" stop
}

# postgres_stop DIR: by the pid that its folder names. Fails only when something still runs.
postgres_stop() {
	postgres_is_up "$1" || return 0
	postgres_as "$(postgres_bin)/pg_ctl" -s -w -t 30 -m fast -D "$1/data" stop 2>/dev/null ||
		postgres_crash "$1"
}
