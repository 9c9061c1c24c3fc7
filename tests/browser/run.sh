#!/bin/sh
# sh tests/browser/run.sh PROGRAM FOLDER: the operator's page in a real browser. Chromium, node and what npm brings
# (playwright-core, axe-core) are installed where that can be done; else the tests are left out, and it says so.
program=$(realpath "$1") folder=$2
cd "$(dirname "$0")/../.." || exit 1
for tool in chromium node npm; do
    command -v $tool >/dev/null || sh tests/packages.sh offer $(echo $tool | sed 's/^node$/nodejs/')
    command -v $tool >/dev/null || { echo "browser: left out: $tool cannot be installed here" >&2; exit 0; }
done
sh tests/packages.sh offer fonts-noto-cjk
mkdir -p "$folder/shots" || exit 1
if [ ! -d "$folder/node_modules/playwright-core" ] || [ ! -d "$folder/node_modules/axe-core" ]; then
    npm install --silent --no-audit --no-fund --prefix "$folder" playwright-core@1 axe-core@4 >&2 ||
        { echo "browser: left out: npm cannot bring playwright-core and axe-core" >&2; exit 0; }
fi
NODE_PATH=$(realpath "$folder/node_modules") exec timeout 300 node tests/browser/page.js "$program" "$(realpath "$folder")"
