#!/bin/sh
# Reads the includes. Each line of the order names a room and the rooms that it may include; all of these stand
# on lines above it, so there is no circle. The order stands in tests/layers.txt.
cd "$(dirname "$0")/.." || exit 1
awk '
function fail(words) { print words > "/dev/stderr"; bad = 1 }
# The room of a header or source file.
function room_of(file,  folder) {
    sub(/\.[ch]$/, "", file)
    if (file in room_of_file)
        return room_of_file[file]
    folder = file
    sub(/\/[^\/]*$/, "", folder)
    return folder
}
FNR == NR {
    sub(/#.*/, "")
    if (NF == 0)
        next
    if ($2 == "=") {
        for (i = 3; i <= NF; i++)
            room_of_file[$i] = $1
        next
    }
    room = $1
    sub(/:$/, "", room)
    if (room in is_room)
        fail("tests/lint_layers.sh: " room " has two lines")
    for (i = 2; i <= NF; i++) {
        if (!($i in is_room))
            fail("tests/lint_layers.sh: " room ": " $i " does not stand above it")
        allowed[room, $i] = 1
    }
    is_room[room] = 1
    next
}
{
    match($0, /:[0-9]+:/)
    file = substr($0, 1, RSTART - 1)
    split($0, quoted, "\"")
    from = room_of(file)
    to = room_of(quoted[2])
    if (quoted[2] !~ /\//)
        fail(file ": write the include from the root: " quoted[2])
    else if (!(from in is_room))
        fail(file ": its room " from " has no line in tests/lint_layers.sh")
    else if (from != to && !((from, to) in allowed))
        fail(file ": " from " must not include " to ": " quoted[2])
}
END { exit bad }
' tests/layers.txt - <<EOF || bad=1
$(grep -rn '^#include "' modem store templates gateway --include='*.[ch]')
EOF

# A folder with more files than this is several rooms.
most=45
for folder in $(find gateway modem store -type d); do
    n=$(find "$folder" -maxdepth 1 -type f -name '*.[ch]' | wc -l)
    [ "$n" -le $most ] || { echo "$folder: $n files, at most $most" >&2 && bad=1; }
done
exit "${bad:-0}"
