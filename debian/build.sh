#!/bin/sh
# sh debian/build.sh BUILD [dpkg-buildpackage options]
# Builds the packages from a clean copy of the tree, in BUILD/deb, where they are left. Without npm and what it has
# fetched before, the national table of divisions is left out.
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
cd "$tree" && dpkg-buildpackage -us -uc -b "$@" >"$build/deb/log" 2>&1 && cd .. && rm -rf "$tree" && ls -l ./*.deb && exit 0
tail -n 30 "$build/deb/log" >&2
exit 1
