# Runs one test for tests/run.sh: sh tests/one.sh NAME. Its whole output, and how long it took, stay in $LOGS.
log=$LOGS/$1
if [ -n "$TOGETHER" ]; then set -- "$TOGETHER" "$1"; else set -- "$BUILD/tests/$1"; fi
begin=$(date +%s%N)
"$@" >"$log" 2>&1
code=$?
end=$(date +%s%N)
times >"$log.times"
cat "$log"
# Milliseconds; then the processor's time, as the shell writes it; then how it ended.
echo "$(((end - begin) / 1000000)) $(tail -n 1 "$log.times") $code" >"$log.took"
rm "$log.times"
exit $code
