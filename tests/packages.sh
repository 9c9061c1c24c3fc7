#!/bin/sh
# sh tests/packages.sh install|offer|check PACKAGE...
# Installs the Debian packages that are missing, or only names them. Fails when any is still missing; with "offer",
# which tries to install packages that tests can do without, it never fails. No daemon is started.
action=$1
shift
missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

offers=
[ "$action" = offer ] && offers=yes
if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    sudo=sudo
else
    action=check
fi
if [ "$action" = check ]; then
    [ -n "$offers" ] && exit 0
    echo "Missing packages:$missing. As root:" >&2
    echo "    apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

# Debian asks this script before it starts a daemon: 101 forbids it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap '$sudo rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    $sudo chmod 755 "$policy"
fi

echo "Installing:$missing" >&2
# Waits while another apt runs.
apt_get() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2
}
# shellcheck disable=SC2086
if [ -n "$offers" ]; then
    apt_get install -y -qq --no-install-recommends -o Acquire::Retries=0 -o Acquire::http::Timeout=20 $missing ||
        echo "Going on without:$missing" >&2
    exit 0
fi
apt_get update -qq
# shellcheck disable=SC2086
apt_get install -y -qq --no-install-recommends $missing || {
    echo "apt-get could not install:$missing" >&2
    exit 1
}
