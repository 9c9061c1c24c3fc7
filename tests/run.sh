# Runs tests side by side, those first that took longest last time, and says at the end what was left out and why any
# failed:   sh tests/run.sh BUILD JOBS NAME...     (JOBS 0: one after another, and everything shown)
# What each printed stays in BUILD/test-logs/NAME. TOGETHER: the program that holds them all, unless each is its own.
# LIMIT: seconds for one test.
BUILD=$1
LOGS=$1/test-logs
jobs=$2
shift 2
export BUILD LOGS TOGETHER LIMIT CMOCKA_MESSAGE_OUTPUT=TAP
mkdir -p "$LOGS"

# The tests' folders are in memory where it has room and lets programs run: what outlives a power cut is asked by a file
# system of the tests' own.
room=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
if [ -z "$TMPDIR" ] && [ "${room:-0}" -gt 4000000 ]; then
    memory=$(mktemp -d /dev/shm/xiangyin-tests-XXXXXX)
    trap 'rm -rf "$memory"' EXIT
    trap 'exit 1' INT TERM
    chmod 755 "$memory" # PostgreSQL is another user
    cp /bin/true "$memory" && "$memory/true" && export TMPDIR="$memory"
fi

took() { cut -d' ' -f1 "$LOGS/$1.took" 2>/dev/null || echo 0; }

# One that never ran here keeps its place among those that take a second.
names=$(n=0; for name in "$@"; do
    n=$((n + 1))
    [ -e "$LOGS/$name.took" ] && ms=$(took "$name") || ms=1000
    echo "$ms $n $name"
done | sort -k1,1nr -k2,2n | cut -d' ' -f3)
for name in $names; do rm -f "$LOGS/$name"; done

[ "$jobs" = 0 ] && how=-v || how="-j $jobs"
prove --timer $how -e 'sh tests/one.sh' $names
code=$?

for name in $names; do [ -e "$LOGS/$name" ] && sed -n "s/^# left out: /left out, $name: /p" "$LOGS/$name"; done | sort -u
for name in $names; do
    [ -e "$LOGS/$name" ] || continue
    read -r _ _ _ ended <"$LOGS/$name.took"
    [ "$ended" = 0 ] && ! grep -q '^not ok' "$LOGS/$name" && continue
    printf '\n%s failed (%s):\n' "$name" "$LOGS/$name"
    grep -v -e '^ok' -e '^1\.\.' -e '^TAP version' "$LOGS/$name" | head -n 80
done
exit $code
