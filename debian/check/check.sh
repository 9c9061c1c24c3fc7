#!/bin/bash
# bash debian/check/check.sh BUILD [boot]
# What `make package-check` does, as root: builds the packages, of the objects that BUILD has already; lintian; the
# exposure of the services; a clean root in which they are installed, set up to the first answered text, reinstalled,
# removed and purged. With "boot" (make fault) they are also built a second time, from nothing, and compared, and the
# same root is booted in QEMU, with real systemd and udev, where guest.sh goes on. The mirror is the one that apt uses
# here. Where there can be no clean root, what needs one is left out, saying so. Prints when each step was done; the
# first failure ends it. A second check of the same BUILD waits for the first. What cannot run here: a modem's own
# radio, a power cut of the whole box, and piuparts' list of old releases.
set -eu
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$build/package-check
modem='' emulator='' guest='' relay=''

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
fail() { say "FAILED: $*" >&2; exit 1; }

# Only what this script started; processes and mounts are of namespaces of their own and go with them.
finish() {
    for pid in $relay $guest $emulator; do kill "$pid" 2>/dev/null || true; done
}
trap finish EXIT

build() {
    ! grep -q " $work/" /proc/self/mountinfo || fail "something is mounted below $work: unmount it"
    rm -rf --one-file-system "$work" && mkdir -p "$work"
    SHARE=1 sh debian/build.sh "$build" >/dev/null || fail "the packages do not build; see $build/deb/log"
    say "built: $(cd "$build/deb" && stat -c '%n %s' ./*.deb | tr '\n' ' ')"
}

build_again() {
    mkdir -p "$work/again"
    [ ! -d "$build/divisions" ] || cp -r "$build/divisions" "$work/again/divisions"
    # another folder, zone and mask
    (umask 027 && TZ=Asia/Shanghai sh debian/build.sh "$work/again" >/dev/null) ||
        fail "the packages do not build again; see $work/again/deb/log"
    for package in "$build"/deb/*.deb; do
        cmp "$package" "$work/again/deb/$(basename "$package")" || fail "$package is not reproducible"
    done
    say "built again, and the same"
}

# The packages to build with stand in the Makefile too.
check_dependencies() {
    local lacking package
    for package in $(sed -n '/^PACKAGES  :=/,/[^\\]$/p' Makefile | tr -d '\\' | tr ' ' '\n' | grep -- -dev); do
        grep -q "^ *\(Build-Depends: \)\?$package,\?" debian/control || lacking="${lacking:-} $package"
    done
    [ -z "${lacking:-}" ] || fail "debian/control does not build-depend on$lacking"
}

check_words() {
    lintian --pedantic --fail-on error,warning,info,pedantic --suppress-tags-from-file debian/check/suppressed \
        "$build"/deb/*.deb >"$work/lintian" 2>&1 || { cat "$work/lintian"; fail "lintian"; }
    for service in debian/*.service; do
        systemd-analyze security --offline=true --threshold=20 "$service" >"$work/exposure" 2>&1 ||
            { tail -n 2 "$work/exposure"; fail "$service is exposed by more than 2.0"; }
        say "$(tail -n 1 "$work/exposure" | tr -cd '[:print:]')"
    done
}

in_root() { chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    HOME=/root "$@"; }

# Prints why there can be no clean root here; nothing where there can be one.
lacks_root() {
    command -v debootstrap >/dev/null || { echo "debootstrap cannot be installed here"; return; }
    mkdir -p "$work/try" && mount -t tmpfs tmpfs "$work/try" && mknod "$work/try/null" c 1 3 &&
        (: >"$work/try/null") && umount "$work/try" || { echo "no device can be made here"; return; }
    (cd "$work/try" && apt-get -o Acquire::Retries=1 download -qq tzdata >/dev/null 2>&1) ||
        echo "apt cannot fetch from its mirror of Debian"
}

make_root() {
    local mirror suite
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    debootstrap --variant=minbase \
        --include=kmod,systemd-sysv,udev \
        "$suite" "$work/root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
        { tail "$work/debootstrap.log"; fail "debootstrap"; }
    cp -L /etc/resolv.conf "$work/root/etc/resolv.conf" 2>/dev/null || true
    # devices and terminals of its own, none of this machine's
    mount -t tmpfs -o mode=755 tmpfs "$work/root/dev"
    mknod -m 666 "$work/root/dev/null" c 1 3
    mknod -m 666 "$work/root/dev/zero" c 1 5
    mknod -m 666 "$work/root/dev/urandom" c 1 9
    mkdir "$work/root/dev/pts" "$work/root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$work/root/dev/pts"
    ln -s pts/ptmx "$work/root/dev/ptmx"
    ln -s /proc/self/fd "$work/root/dev/fd"
    mount -t proc proc "$work/root/proc"
    # nothing is started in a chroot
    printf '#!/bin/sh\nexit 101\n' >"$work/root/usr/sbin/policy-rc.d"
    chmod 755 "$work/root/usr/sbin/policy-rc.d"
    say "a clean root"
}

# An answer from the cadre's phone once a text has gone there: WORDS, the emulator's log.
answer_when_texted() {
    local before=$3
    for _ in $(seq 600); do
        [ "$(grep -c 13900000010 "$2" 2>/dev/null || true)" -gt "$before" ] && break
        sleep .2
    done
    echo "$1" | timeout 30 "$program" phone 13900000010 --device "$modem" --wait 3 >>"$work/phone.log" 2>&1 || true
}

# Runs the emulator, maybe in the clean root, and waits for it. modem: its device as this script sees it.
start_emulator() {
    modem=$1
    shift
    "$@" >"$work/emulator.log" 2>&1 &
    emulator=$!
    for _ in $(seq 100); do [ -e "$modem.control" ] && return; sleep .1; done
    fail "the emulated modem does not start"
}

install_and_set_up() {
    local began=$SECONDS
    mkdir -p "$work/root/packages"
    cp "$build"/deb/*.deb debian/tests/upgrade-and-purge debian/tests/demonstration "$work/root/packages/"
    rm -f "$work/root/packages"/*dbgsym* "$work/root/packages"/*voice*
    in_root sh -c 'apt-get install -qq -y --no-install-recommends /packages/*.deb' >"$work/install.log" 2>&1 ||
        { tail "$work/install.log"; fail "the packages do not install"; }
    in_root id xiangyin | grep -q dialout || fail "the user xiangyin is not in the group dialout"
    mkdir -m 777 "$work/root/packages/modem"
    # as the service's user, who then may open its port
    start_emulator "$work/root/packages/modem/port" chroot --userspec=xiangyin "$work/root" \
        /usr/bin/xiangyin emulator /packages/modem/port --log /packages/modem/sent
    printf 'county = 浮山县\nline = /packages/modem/port\ncadre = 13900000010 甲例一\npage = yes\n' \
        >"$work/root/packages/answers"
    if [ ! -d "$build/divisions" ]; then
        cp gateway/demo/units.csv "$work/root/packages/units.csv"
        echo 'units = /packages/units.csv' >>"$work/root/packages/answers"
    fi
    answer_when_texted 收到 "$work/root/packages/modem/sent" 0 &
    in_root xiangyin setup --answers /packages/answers --wait 60 >"$work/setup.log" 2>&1 ||
        { tail "$work/setup.log"; fail "setup in the clean root"; }
    say "installed and set up in $((SECONDS - began)) s: $(grep -a answered "$work/setup.log")"
    kill "$emulator" && emulator=''
    [ "$(in_root stat -c %U /var/lib/xiangyin/xiangyin.db)" = xiangyin ] || fail "the store is not the service's"
}

keep_and_purge() {
    in_root sh /packages/demonstration >"$work/demonstration.log" 2>&1 ||
        { tail "$work/demonstration.log"; fail "the demonstration's case"; }
    say "the demonstration's case, from the first text to the rating"
    in_root env AUTOPKGTEST_TMP=/tmp PACKAGES=/packages sh /packages/upgrade-and-purge >"$work/purge.log" 2>&1 ||
        { tail "$work/purge.log"; fail "upgrade, remove and purge"; }
    say "upgraded, removed and purged: data stay until somebody says otherwise"
}

boot() {
    local kernel
    in_root sh -c 'apt-get update -qq && apt-get install -qq -y --no-install-recommends /packages/*.deb \
        dbus linux-image-amd64 modemmanager && apt-get clean' >>"$work/install.log" 2>&1 ||
        { tail "$work/install.log"; fail "the packages, a kernel and ModemManager do not install"; }
    say "kernel and ModemManager"
    kernel=$(ls "$work"/root/boot/vmlinuz-* | tail -n 1)
    cp "$kernel" "$work/vmlinuz"
    cp "$work"/root/boot/initrd.img-"${kernel##*vmlinuz-}" "$work/initrd"
    umount "$work/root/proc" "$work/root/dev/pts" "$work/root/dev"
    rm "$work/root/usr/sbin/policy-rc.d"
    sed 's/^line = .*/line = modem/' "$work/root/packages/answers" >"$work/root/packages/answers.vm"
    install -m 0755 debian/check/guest.sh "$work/root/packages/guest.sh"
    install -m 0644 debian/check/guest.service "$work/root/etc/systemd/system/guest.service"
    ln -s ../guest.service "$work/root/etc/systemd/system/multi-user.target.wants/guest.service"
    : >"$work/serial"
    mke2fs -q -t ext4 -d "$work/root" "$work/disk" 1600M >"$work/mke2fs.log" 2>&1
    rm -rf --one-file-system "$work/root"
    start_emulator "$work/modem" "$program" emulator "$work/modem" --log "$work/sent"
    qemu-system-x86_64 -accel tcg -machine q35 -m 768 -smp 2 -kernel "$work/vmlinuz" -initrd "$work/initrd" \
        -append 'root=/dev/vda rw console=ttyS0 quiet' -drive "file=$work/disk,format=raw,if=virtio,cache=unsafe" \
        -device qemu-xhci -chardev "socket,id=modem,path=$work/usb,server=on,wait=off" \
        -device usb-serial,chardev=modem,serial=XY20260001 \
        -display none -serial "file:$work/serial" -no-reboot -nic none >"$work/qemu.log" 2>&1 &
    guest=$!
    say "booting"
}

plug() {
    socat "UNIX-CONNECT:$work/usb" "OPEN:$work/modem,raw,echo=0" >>"$work/relay.log" 2>&1 &
    relay=$!
}

unplug() {
    kill "$relay" 2>/dev/null || true
    wait "$relay" 2>/dev/null || true
    relay=''
}

# Does what the guest asks for, until it has ended.
serve_guest() {
    local done=0 line texts began=$SECONDS
    while kill -0 "$guest" 2>/dev/null; do
        [ $((SECONDS - began)) -gt 1800 ] && fail "the guest takes too long; see $work/serial"
        while read -r line; do
            done=$((done + 1))
            say "guest: $line"
            case $line in
            PLUG) plug ;;
            UNPLUG) unplug ;;
            ANSWER)
                texts=$(grep -c 13900000010 "$work/sent" 2>/dev/null || true)
                answer_when_texted 收到了 "$work/sent" "${texts:-0}" &
                ;;
            TEXT)
                echo 响水河镇东陈村的自来水停了三天了 |
                    timeout 60 "$program" phone 13903570001 --device "$modem" --wait 30 >>"$work/phone.log" 2>&1 || true
                ;;
            FAILED*) fail "in the guest: ${line#FAILED}; see $work/serial" ;;
            DONE) return ;;
            esac
        done < <(tr -d '\r' <"$work/serial" 2>/dev/null | sed -n 's/^.*@@ //p' | tail -n "+$((done + 1))")
        sleep .3
    done
    fail "the guest ended before its time; see $work/serial"
}

# Read whole before any of it runs: a change of this file while it runs changes nothing.
main() {
    program=$build/xiangyin
    if [ -z "${IN_NAMESPACE:-}" ]; then
        exec 9>"$build/package-check.lock"
        flock -n 9 || { say "waiting for another check of $build"; flock 9; }
        if [ "$(id -u)" = 0 ] && unshare --mount --pid --fork true 2>/dev/null; then
            IN_NAMESPACE=yes unshare --mount --propagation private --pid --fork --kill-child \
                bash debian/check/check.sh "$build" "${2:-}" &
            # unshare heeds no gentler signal; with it all that it began ends
            trap 'kill -KILL $!; exit 1' INT TERM
            wait $! && return
            exit 1
        fi
        IN_NAMESPACE=no
    fi
    check_dependencies
    build
    check_words
    lack=$([ "$IN_NAMESPACE" = yes ] && lacks_root || echo "this is not root on a machine of its own")
    if [ -n "$lack" ]; then
        say "LEFT OUT: installing, setting up, upgrading and purging in a clean root${2:+, and the boot}: $lack"
        return
    fi
    make_root
    install_and_set_up
    keep_and_purge
    if [ "${2:-}" = boot ]; then
        build_again
        boot
        serve_guest
    fi
    say "all is well"
}
main "$@"
exit
