#!/usr/bin/env bash
# The whole way of a new user, on a clean Debian with its own systemd and without a network: unpack, install, set up, count,
# fail, restart, upgrade, go back, remove. As root. Writes all that was typed and printed to dist/trial/transcript.txt and
# ends with 0 only if everything was as it should be. Contacts are simulated; Node.js is a copy of this machine's.
#
# usage: clean-debian.sh [ARCHIVE]      default: what `npm run release` makes of this commit
set -euo pipefail
checkout=$(cd "$(dirname "$0")/../.." && pwd)
here=$checkout/scripts/trial
work=$(mktemp -d)
transcript=$checkout/dist/trial/transcript.txt
# shellcheck source=scripts/trial/container.sh
. "$here/container.sh"
trap stop_container EXIT

[ "$(id -u)" = 0 ] || { echo "the trial boots a system: run it as root" >&2; exit 1; }
archive=${1:-}
if [ -z "$archive" ]; then
  node "$checkout/dist/scripts/release/release.js" >&2
  archive=$(echo "$checkout"/dist/release/sealtrace-*.tar.gz)
fi
mkdir -p "$(dirname "$transcript")"
: >"$transcript"

failed=0 checks=0
# Types a command inside; keeps what it printed in $said, and in the transcript.
type_in() {
  printf '\n# %s\n' "$1" | tee -a "$transcript"
  status=0
  said=$(inside "$1" 2>&1) || status=$?
  printf '%s\n' "$said" | tee -a "$transcript"
}
# expect WHAT PATTERN: what was printed has this in it. expect_status WHAT STATUS.
expect() { verdict "$1" "$(grep -qE -- "$2" <<<"$said" && echo yes || echo no)"; }
expect_status() { verdict "$1" "$([ "$status" = "$2" ] && echo yes || echo no)"; }
verdict() {
  local word=ok
  checks=$((checks + 1))
  if [ "$2" != yes ]; then
    word=FAILED
    failed=$((failed + 1))
  fi
  printf '   %s: %s\n' "$word" "$1" | tee -a "$transcript"
}
# Seals of the shift under way, as the daemon tells them; 0 while it does not answer.
seals() {
  inside "sealtrace status --json 2>/dev/null" |
    node -e 'const s = require("node:fs").readFileSync(0, "utf8"); console.log(s ? JSON.parse(s).lines[0].shift.seals : 0)'
}
wait_for_seals() { # wait_for_seals MORE-THAN SECONDS
  local until=$((SECONDS + $2))
  while [ "$(seals)" -le "$1" ]; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}

make_root "$work/root"
cp "$(readlink -f "$(command -v node)")" "$work/root/usr/local/bin/node"
cp "$archive" "$work/root/root/"
other_version "$archive" "$work/root/root/sealtrace-next.tar.gz"
name=$(basename "$archive" .tar.gz)
boot

echo "== install and count"
began=$SECONDS
type_in "cat /etc/debian_version; node --version; id sealtrace"
expect "there is no user yet" "no such user"
type_in "cd /root && tar -xzf $name.tar.gz && $name/scripts/install.sh"
expect_status "the installation succeeds" 0
expect "it says what comes next" "next: sudo sealtrace setup"
# A panel is wired; here a simulated machine takes the place of the contacts.
inside "mkdir -p /etc/systemd/system/sealtrace.service.d && sed -n 's/^ExecStart=.*/[Service]\nExecStart=\n&/p' \
  /etc/systemd/system/sealtrace.service | sed 's/ run\$/ run --sim busy --speed 20/' >/etc/systemd/system/sealtrace.service.d/sim.conf
  systemctl daemon-reload"
type_in "printf '%s\n' 'Tray sealer' 17/27 '06:00-14:00, 14:00-22:00' Europe/Madrid trial-1 | sealtrace setup"
expect_status "setting up succeeds" 0
expect "it shows what would run" "[0-9]{4}-[0-9]{2}-[0-9]{2}/early"
expect "the service counts" "the service counts"
verdict "a seal is counted" "$(wait_for_seals 0 60 && echo yes || echo no)"
verdict "counting within ten minutes of unpacking: $((SECONDS - began)) s" "$([ $((SECONDS - began)) -le 600 ] && echo yes)"
type_in "sealtrace status"
expect "the line runs" "TRAY SEALER +RUNNING"
type_in "systemctl status sealtrace --no-pager"
expect "systemd was told that it is ready" "Active: active \(running\)"
type_in "ps -o user:12,nlwp,rss,args -C node"
expect "it runs as its own user" "^sealtrace "
type_in "grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/\$(systemctl show -p MainPID --value sealtrace)/status"
expect "without capabilities" "CapEff:.0000000000000000"
expect "without new privileges" "NoNewPrivs:.1"
expect "with a filter of system calls" "Seccomp:.2"
type_in "systemd-analyze security sealtrace.service --no-pager | tail -n 1"
expect "hardened" "level for sealtrace.service: [0-9.]+ (OK|SAFE)"
type_in "systemd-analyze cat-config systemd/journald.conf | grep -v '^#'"
expect "the log is bounded" "SystemMaxUse=64M"
type_in "mkdir -p /media/sealtrace/sda1 && mount -t tmpfs -o uid=\$(id -u sealtrace) stick /media/sealtrace/sda1 &&
  grep sda1 /proc/\$(systemctl show -p MainPID --value sealtrace)/mountinfo"
expect "a stick that is mounted later is seen, to be written to" "sda1 rw"
type_in "umount /media/sealtrace/sda1; rmdir /media/sealtrace/sda1; ls /var/lib/sealtrace; du -sh --apparent-size /opt/sealtrace; du -sm /opt/sealtrace | cut -f 1"
verdict "the production tree is 60 MB at most" "$([ "$(tail -n 1 <<<"$said")" -le 60 ] && echo yes)"

echo "== start to first counted seal"
inside "systemctl stop sealtrace; rm -rf /var/lib/sealtrace/*"
start=$(date +%s%N)
inside "systemctl start sealtrace"
ready=$((($(date +%s%N) - start) / 1000000))
wait_for_seals 0 30 || true
first=$((($(date +%s%N) - start) / 1000000))
echo "ready after $ready ms, first seal counted after $first ms (its sealing takes some 300 ms of that)" | tee -a "$transcript"
verdict "three seconds at most" "$([ "$first" -le 3000 ] && echo yes)"

echo "== it goes on"
wait_for_seals 10 60 || true
before=$(seals)
type_in "kill -9 \$(systemctl show -p MainPID --value sealtrace); sleep 3; systemctl show -p NRestarts sealtrace"
expect "it is started again" "NRestarts=1"
verdict "killed, it counts on from where it was" "$(wait_for_seals "$before" 60 && echo yes)"
type_in "journalctl -u sealtrace --no-pager -o cat | tail -n 5"
before=$(seals)
printf '\n# the power fails and comes back\n' | tee -a "$transcript"
cut_power
boot
verdict "after a power cut it counts on from where it was" "$(wait_for_seals "$before" 90 && echo yes)"
before=$(seals)
printf '\n# reboot\n' | tee -a "$transcript"
halt
boot
verdict "restarted, the whole system, it counts on from where it was" "$(wait_for_seals "$before" 90 && echo yes)"
type_in "systemctl is-system-running; sealtrace report --list"
expect "nothing failed at the start" "^running"

echo "== upgrade and way back"
before=$(seals)
type_in "cd /root && mkdir next && tar -xzf sealtrace-next.tar.gz -C next && next/*/scripts/install.sh"
expect_status "the upgrade succeeds" 0
expect "it says what it did" "upgraded from .* to 9\.9\.9-"
type_in "sealtrace --version; ls -l /opt/sealtrace; ls /var/lib/sealtrace/before-upgrade"
expect "the new version is in use" "^9\.9\.9$"
verdict "it counts on after the upgrade" "$(wait_for_seals "$before" 60 && echo yes)"
type_in "/root/next/*/scripts/install.sh && systemctl show -p NRestarts,ActiveState sealtrace"
expect "a second time changes nothing" "is installed"
before=$(seals)
type_in "/opt/sealtrace/current/scripts/install.sh --rollback; sealtrace --version"
expect "the way back" "back from 9\.9\.9"
verdict "nothing is lost on the way back" "$(wait_for_seals "$before" 60 && echo yes)"

echo "== remove"
type_in "/opt/sealtrace/current/scripts/install.sh --uninstall; systemctl status sealtrace; sealtrace --version"
expect "the service is gone" "could not be found"
type_in "find / -xdev -iname '*sealtrace*' -not -path '/root/*' -not -path '/proc/*' | sort; ls /var/lib/sealtrace"
expect "data stay" "^db$"
type_in "rm -rf /etc/systemd/system/sealtrace.service.d; /root/$name/scripts/install.sh --purge --yes
  find / -xdev -iname '*sealtrace*' -not -path '/root/*' -not -path '/proc/*' -not -path '/var/log/*' -not -path '/run/*'; id sealtrace"
expect "purged, the user is gone" "no such user"
verdict "purged, nothing is left" "$(grep -q '^/' <<<"$said" && echo no || echo yes)"

echo "$((checks - failed)) of $checks checks passed; the transcript is $transcript" | tee -a "$transcript"
[ "$failed" = 0 ]
