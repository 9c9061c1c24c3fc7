#!/bin/sh
# The long forms of the tests of faults, side by side: sh tests/fault/run.sh BUILD NAME... Prints what each found, and
# fails when one does; its whole output is in BUILD/fault/NAME.log.
build=$1
shift
mkdir -p "$build/fault" || exit 1
begin=$(date +%s)
export XIANGYIN_FAULT=1 CMOCKA_MESSAGE_OUTPUT=TAP
for name; do
    (
        timeout $((${XIANGYIN_SOAK:-300} + 3600)) "$build/tests/test_$name" >"$build/fault/$name.log" 2>&1
        echo $? >"$build/fault/$name.status"
    ) &
done
wait
bad=0
for name; do
    if [ "$(cat "$build/fault/$name.status")" = 0 ]; then
        sed -n "s/^# \(.*\)/$name: \1/p" "$build/fault/$name.log" | grep -v ': ok - tests'
    else
        tail -n 20 "$build/fault/$name.log"
        echo "$name: FAILED, see $build/fault/$name.log"
        bad=1
    fi
done
echo "fault: $# tests in $((($(date +%s) - begin) / 60)) minutes, $([ $bad = 0 ] && echo all clean || echo NOT clean)"
exit $bad
