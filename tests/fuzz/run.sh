#!/bin/sh
# Runs one fuzzer of build/fuzz for some seconds: sh tests/fuzz/run.sh fuzz_NAME SECONDS
# It starts from tests/corpus/fuzz_NAME/ (never written to) and what it found worth keeping before; tests/fuzz/fuzz_NAME.dict
# holds words it should know. Fails when something is found, and says where the input that shows it is kept.
name=$1 seconds=$2
cd "$(dirname "$0")/../.." || exit 1
scratch=build/fuzz/corpus/$name seeds=tests/corpus/$name words=tests/fuzz/$name.dict
mkdir -p "$scratch" build/fuzz/findings || exit 1
[ -d "$seeds" ] || seeds=
[ -f "$words" ] && words=-dict=$words || words=

log=build/fuzz/$name.log
# shellcheck disable=SC2086
if "build/fuzz/bin/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/findings/$name-" $words "$scratch" $seeds >"$log" 2>&1; then
    echo "$name: $(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\).*/\1 runs in \2 s, nothing found/p' "$log")"
else
    tail -n 60 "$log" >&2
    echo "$name: found something, see above and $log" >&2
    exit 1
fi
