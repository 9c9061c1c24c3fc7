#!/bin/sh
# Names each public function that is declared neither in the header named after its .c, nor in a header that
# names that .c in a comment. Reports their number; fails only with the argument "strict".
cd "$(dirname "$0")/.." || exit 1
list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT
# shellcheck disable=SC2046
ctags -x --languages=C --kinds-C=f --extras=-F --_xformat='%N %F' \
    $(find modem store templates gateway -name '*.c') | grep -vE '^(main|malloc|calloc|realloc) ' >"$list"
# One pass over the headers: which functions each declares, which .c files its comments name.
awk '
FILENAME == list { source[$1] = $2; next }
{
    line = $0
    while (match(line, /[a-z0-9_\/]+\.c[^a-z0-9_]/)) {
        names[FILENAME, substr(line, RSTART, RLENGTH - 1)] = 1
        line = substr(line, RSTART + RLENGTH - 1)
    }
    line = $0
    while (match(line, /[a-z_][a-z0-9_]*\(/)) {
        word = substr(line, RSTART, RLENGTH - 1)
        if (word in source)
            declared[word] = declared[word] " " FILENAME
        line = substr(line, RSTART + RLENGTH)
    }
}
END {
    for (word in source) {
        file = source[word]
        own = file
        sub(/\.c$/, ".h", own)
        short = file
        sub(/.*\//, "", short)
        n = split(declared[word], headers, " ")
        found = 0
        for (i = 1; i <= n; i++)
            found = found || headers[i] == own || ((headers[i], short) in names) || ((headers[i], file) in names)
        if (!found)
            print file ": " word " is declared in" (n ? declared[word] : " no header")
    }
}' list="$list" "$list" $(find modem store templates gateway -name '*.h') | sort >"$list.found"
cat "$list.found"
n=$(wc -l <"$list.found")
rm -f "$list.found"
echo "lint_names: $n"
[ "$1" != strict ] || [ "$n" -eq 0 ]
