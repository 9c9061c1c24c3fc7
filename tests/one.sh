# Runs one test for tests/run.sh: sh tests/one.sh NAME. Its whole output, and how long it took, stay in $LOGS. A test
# that has not ended after $LIMIT seconds is killed, and its log says where each of its processes stood.
log=$LOGS/$1
if [ -n "$TOGETHER" ]; then set -- "$TOGETHER" "$1"; else set -- "$BUILD/tests/$1"; fi

# The process $1 and all that it started.
family() {
    echo "$1"
    for child in $(cat "/proc/$1"/task/*/children 2>/dev/null); do family "$child"; done
}

end_it_after_the_limit() {
    sleep "$LIMIT"
    all=$(family "$(cat "$log.pid")")
    echo "not ok - it has not ended after $LIMIT s"
    for pid in $all; do
        printf '# %s: %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-200)"
        gdb -p "$pid" -batch -ex 'thread apply all backtrace 10' 2>/dev/null | sed -n 's/^\(Thread\|#\)/#   \1/p'
    done
    kill -KILL $all
}

begin=$(date +%s%N)
: >"$log"
end_it_after_the_limit >>"$log" 2>/dev/null &
watch=$!
sh -c 'echo $$ >"$0"; exec "$@"' "$log.pid" "$@" >>"$log" 2>&1 </dev/null
code=$?
kill $(family $watch)
end=$(date +%s%N)
times >"$log.times"
cat "$log"
# Milliseconds; then the processor's time, as the shell writes it; then how it ended.
echo "$(((end - begin) / 1000000)) $(tail -n 1 "$log.times") $code" >"$log.took"
rm "$log.times" "$log.pid"
exit $code
