#!/bin/sh
# sh debian/build.sh BUILD [dpkg-buildpackage options]
# Builds the packages from a clean copy of the tree, in BUILD/deb, where they are left. Without npm and what it has
# fetched before, the national table of divisions is left out. SHARE=1: the objects that BUILD has of the same sources
# and flags are taken, which saves compiling them again; `make fault` sees that the packages are the same.
build=$(realpath "$1") || exit 1
shift
cd "$(dirname "$0")/.." || exit 1
# what make was called with is for the tree, not for the packages
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL CC CFLAGS CPPFLAGS LDFLAGS
version=$(dpkg-parsechangelog -S Version)
tree=$build/deb/xiangyin-$version
rm -rf "$build/deb"
mkdir -p "$tree" || exit 1
tar -cf - --exclude=./.git --exclude=./build . | tar -xf - -C "$tree" || exit 1
if sh debian/divisions.sh "$build/divisions"; then
    cp -r "$build/divisions" "$tree/divisions" || exit 1
else
    echo "xiangyin-divisions is not built" >&2
    export DEB_BUILD_PROFILES="${DEB_BUILD_PROFILES:+$DEB_BUILD_PROFILES }pkg.xiangyin.nodivisions"
fi
# dates of files go into the packages
find "$tree" -newermt "$(dpkg-parsechangelog -S Date)" -exec touch -h -d "$(dpkg-parsechangelog -S Date)" {} +
if [ -n "${SHARE:-}" ]; then
    # as old as they are, so that make knows them to be newer than their sources; it looks at the flags itself
    (cd "$build" && find flags libraries.mk gateway modem store templates -name '*.o' -o -name flags -o -name '*.mk') |
        tar -C "$build" -cf - -T - | (mkdir "$tree/build" && tar -C "$tree/build" -xf -) || exit 1
    set -- -nc "$@"
fi
cd "$tree" && dpkg-buildpackage -us -uc -b "$@" >"$build/deb/log" 2>&1 && cd .. && rm -rf "$tree" && ls -l ./*.deb && exit 0
tail -n 30 "$build/deb/log" >&2
exit 1
