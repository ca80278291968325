#!/bin/sh
# run.sh -- make test: lint, unit tests, scenarios on both databases in process and over HTTP,
# the rules as WebAssembly, golden files, a short run of every fault. Ends with one line.
set -eu
cd "$(dirname "$0")/.."
. test/lib/tally.sh
. test/lib/postgres.sh

jobs=$(nproc)
echo "building"
make --no-print-directory -j"$jobs" build tests >/dev/null

dir=$(mktemp -d /tmp/redvest-pg.XXXXXX)
trap 'postgres_stop "$dir" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
url=$(postgres_start "$dir")
# The unit tests make schemas and databases of their own, so they come as the superuser.
REDVEST_TEST_POSTGRES="postgresql:///redvest?host=$dir&user=postgres"
REDVEST_TEST_LEDGER_POSTGRES=$url
export REDVEST_TEST_POSTGRES REDVEST_TEST_LEDGER_POSTGRES

scenarios=$(ls src/modules/*/*.scn test/scenario/*.scn)

tally_begin
tally "house rules" build/lint
tally "house rules: each can fail" sh test/lib/lint_test.sh build/lint
for test in build/test/*_test; do
	tally "unit: $(basename "$test" _test)" "$test"
done
tally "scenarios: SQLite" build/scenario $scenarios
tally "scenarios: PostgreSQL" build/scenario --db "$url" $scenarios
tally "scenarios: SQLite over HTTP" build/scenario --http build/redvest $scenarios
tally "scenarios: PostgreSQL over HTTP" build/scenario --db "$url" --http build/redvest $scenarios
for test in test/*_test.sh; do
	tally "$(basename "$test" _test.sh)" sh "$test" "$dir"
done
tally "web: types" test/browser/types.sh
for test in test/browser/*_test.mjs; do
	tally "browser: $(basename "$test" _test.mjs)" tools/web.sh run "$PWD/$test"
done
tally_end
