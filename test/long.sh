#!/bin/sh
# long.sh -- make test-long: the fuzzers, the sanitizers and the crash test for MINUTES (60).
set -eu
cd "$(dirname "$0")/.."
. test/lib/tally.sh

minutes=${MINUTES:-60}
jobs=$(nproc)
seed=${SEED:-$(date +%s)}
echo "MINUTES=$minutes SEED=$seed"

tally_begin
deadline=$(($(date +%s) + minutes * 60))

# A fuzzer's own summary is no tally: it passes when nothing was found.
fuzz() {
	corpus=$(mktemp -d /tmp/redvest-fuzz.XXXXXX)
	if "$1" -max_total_time="$2" -seed="$seed" -max_len=65536 -rss_limit_mb=1024 -verbosity=0 \
		-artifact_prefix="$corpus/" "$corpus" >"$corpus/log" 2>&1; then
		rm -rf "$corpus"
		echo "1 passed, 0 failed"
	else
		tail -n 30 "$corpus/log"
		echo "what broke it is in $corpus"
		echo "0 passed, 1 failed"
	fi
}

echo "building with the sanitizers"
make --no-print-directory -j"$jobs" FLAVOUR=asan build/asan/scenario >/dev/null
make --no-print-directory -j"$jobs" build tests >/dev/null
make --no-print-directory -j"$jobs" fuzzers >/dev/null
tally "scenarios with the sanitizers" build/asan/scenario --db /tmp/redvest-scenario-asan.db \
	src/modules/*/*.scn test/scenario/*.scn
tally "crashes under load" sh test/crash_test.sh "" 100
tally "histories of rounds" build/round_history --db /tmp/redvest-rounds-long.db \
	--seed "$seed" --histories 60

count=$(ls build/fuzz/fuzz/*_fuzz | wc -l)
left=$((deadline - $(date +%s)))
each=$((left / count))
[ "$each" -ge 5 ] || each=5
for target in build/fuzz/fuzz/*_fuzz; do
	tally "fuzz: $(basename "$target" _fuzz), $each s" fuzz "$target" "$each"
done
tally_end
