#!/bin/bash
# Runs in the booted root, as a service. Lines that begin with @@ are for check.sh, which plugs the modem in and texts.
set -u
link=/dev/xiangyin/XY20260001-if00

ask() { echo "@@ $*" >/dev/ttyS0; }
fail() {
    ask "FAILED $*"
    { systemctl status xiangyin ModemManager; journalctl -b -u xiangyin -u ModemManager -n 60; udevadm info "$link"; } \
        >/dev/ttyS0 2>&1
    sleep 2
    systemctl --no-block poweroff
    exit 1
}
property() { systemctl show -P "$1" xiangyin.service; }
# Up to SECONDS until a command succeeds.
within() {
    local seconds=$1
    shift
    for _ in $(seq $((seconds * 2))); do
        "$@" >/dev/null 2>&1 && return
        sleep .5
    done
    return 1
}
status_says() { property StatusText | grep -q "$1"; }
has_restarted() { [ "$(property NRestarts)" -gt "$1" ] && systemctl is-active -q xiangyin; }

# a watchdog that bites sooner than in two minutes
mkdir -p /run/systemd/system/xiangyin.service.d
printf '[Service]\nWatchdogSec=15\n' >/run/systemd/system/xiangyin.service.d/check.conf
systemctl daemon-reload

[ "$(property ActiveState)" = inactive ] || fail "the service runs without a configuration"
systemctl is-active -q ModemManager || fail "ModemManager does not run"
[ -e "$link" ] && fail "a modem is there already"

ask PLUG
within 60 test -e "$link" || fail "the modem has no link in /dev/xiangyin"
[ "$(stat -Lc %G "$link")" = dialout ] || fail "the modem is not dialout's"

ask ANSWER
began=$(date +%s)
xiangyin setup --answers /packages/answers.vm --wait 180 >/run/setup.log 2>&1 ||
    { cat /run/setup.log >/dev/ttyS0; fail "setup"; }
ask "set up in $(($(date +%s) - began)) s: $(grep -a answered /run/setup.log)"
systemctl is-active -q xiangyin || fail "the service does not run"
systemctl is-enabled -q xiangyin || fail "the service is not enabled"
within 30 status_says "1 of 1 lines up" || fail "STATUS: $(property StatusText)"
ask "STATUS $(property StatusText)"
memory=$(awk '/^RssAnon/ { print $2 }' "/proc/$(property MainPID)/status")
ask "anonymous memory $memory kB, $(awk '/^AnonHugePages/ { print $2 }' "/proc/$(property MainPID)/smaps_rollup") in huge pages"

udevadm info "$link" | grep -q ID_MM_DEVICE_IGNORE=1 || fail "ModemManager is not told to leave the modem alone"
mmcli -L | grep -q 'No modems' || fail "ModemManager has the modem: $(mmcli -L)"

pid=$(property MainPID)
sed -i 's/per_day = 1000/per_day = 900/' /etc/xiangyin/xiangyin.conf
systemctl reload xiangyin || fail "reload"
sed -i 's/^signature = .*/signature = "【新】"/' /etc/xiangyin/xiangyin.conf
systemctl reload xiangyin && fail "a reload hides what it cannot change"
journalctl -b -u xiangyin | grep -q 'signature differs' || fail "what a reload cannot change is not named"
[ "$(property MainPID)" = "$pid" ] && systemctl is-active -q xiangyin || fail "a reload ends the gateway"
ask "reloaded"

kill -STOP "$pid"
within 90 has_restarted 0 || fail "the watchdog does not bite"
[ "$(property MainPID)" != "$pid" ] || fail "the watchdog did not end the gateway"
ask "the watchdog has restarted it"
within 60 status_says "1 of 1 lines up" || fail "the line is not up again"

ask UNPLUG
within 60 status_says "0 of 1 lines up" || fail "nobody saw the modem go"
[ -e "$link" ] && fail "the link stays without its modem"
ask PLUG
within 120 status_says "1 of 1 lines up" || fail "the modem is not used when it is back"
mmcli -L | grep -q 'No modems' || fail "ModemManager has the modem that came back"
ask TEXT
within 120 sh -c 'xiangyin case list --json | grep -q number' || fail "the text made no case"
ask "a text became a case after the modem was back"

exposure=$(systemd-analyze security --threshold=20 xiangyin.service | tail -n 1) || fail "exposed: $exposure"
ask "$(echo "$exposure" | tr -cd '[:print:]')"
systemctl stop xiangyin || fail "it does not stop"
[ "$(property Result)" = success ] || fail "it does not stop well: $(property Result)"
ask DONE
