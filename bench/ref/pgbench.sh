#!/bin/sh
# pgbench.sh -- reference: PostgreSQL alone, one row inserted in each transaction. Source it after
# test/lib/postgres.sh.
#
#   pgbench_inserts DIR [CLIENTS [SECONDS]]    transactions a second (4 clients, 5 s)
#
# DIR has a cluster that postgres_start made. Prepared statements, one thread, durable.

pgbench_inserts() {
	pgbench_url=$(postgres_createdb "$1" pgbench) || return 1
	pgbench_script=$(mktemp) || return 1
	cat >"$pgbench_script" <<-'SQL'
		\set area random(1, 4)
		INSERT INTO fact (area, tube, person, at_ms)
		VALUES (:area, 1099511627777, 7, 1646355600000);
	SQL
	postgres_sql "$1" pgbench <<-'SQL' || return 1
		SET ROLE redvest;
		SET client_min_messages = warning;
		DROP TABLE IF EXISTS redvest.fact;
		CREATE TABLE redvest.fact (
		  area bigint NOT NULL, seq bigint GENERATED ALWAYS AS IDENTITY,
		  tube bigint NOT NULL, person bigint NOT NULL, at_ms bigint NOT NULL,
		  PRIMARY KEY (area, seq));
	SQL
	"$(postgres_bin)/pgbench" -n -M prepared -j 1 -c "${2:-4}" -T "${3:-5}" \
		-f "$pgbench_script" "$pgbench_url" 2>/dev/null |
		sed -n 's/^tps = \([0-9.]*\).*/\1/p' | grep .
	pgbench_status=$?
	rm -f "$pgbench_script"
	postgres_dropdb "$1" pgbench
	return "$pgbench_status"
}
