#!/usr/bin/env bash
# Installs sealtrace on Debian and on Raspberry Pi OS, 64-bit, and upgrades, rolls back and removes it. As root.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: sudo scripts/install.sh [ARCHIVE]         install or upgrade; data and settings stay
       sudo scripts/install.sh --rollback        back to the version before the last upgrade
       sudo scripts/install.sh --uninstall       remove the program; data, settings and user stay
       sudo scripts/install.sh --purge [--yes]   remove everything, data and settings as well
TEXT
}

readonly OPT=/opt/sealtrace DATA=/var/lib/sealtrace CONFIG=/etc/sealtrace STICKS=/media/sealtrace SHARES=/mnt/sealtrace
readonly UNITS=/etc/systemd/system RULES=/etc/udev/rules.d COMMAND=/usr/local/bin/sealtrace SHARE=/usr/local/share
# What lies in the system: path in the folder of a version, and its place.
readonly SYSTEM_FILES="
scripts/install/sealtrace.service $UNITS/sealtrace.service
scripts/install/sealtrace-stick@.service $UNITS/sealtrace-stick@.service
scripts/install/90-sealtrace-stick.rules $RULES/90-sealtrace-stick.rules
scripts/install/90-sealtrace-gpio.rules $RULES/90-sealtrace-gpio.rules
scripts/install/journald.conf /etc/systemd/journald.conf.d/50-sealtrace.conf
share/sealtrace.1 $SHARE/man/man1/sealtrace.1
share/sealtrace.bash $SHARE/bash-completion/completions/sealtrace
share/sealtrace.zsh $SHARE/zsh/site-functions/_sealtrace
share/sealtrace.fish $SHARE/fish/vendor_completions.d/sealtrace.fish
"
HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
TREE=$(dirname "$HERE")
readonly HERE TREE

say() { echo "sealtrace: $*"; }
fail() {
  echo "sealtrace: $*" >&2
  exit 1
}
fact() { sed -n "s/^$2=//p" "$1/RELEASE"; } # fact TREE NAME
name_of() { echo "$(fact "$1" version)-$(fact "$1" commit | cut -c1-8)"; }
with_systemd() { [ -d /run/systemd/system ]; }
is_running() { with_systemd && systemctl is-active --quiet sealtrace; }
stop_service() { if with_systemd; then systemctl stop sealtrace 2>/dev/null || true; fi; }

# From a checkout: the archive that `npm run release` has made. It installs itself.
install_archive() {
  local archive=$1 folder
  [ -f "$archive" ] || fail "there is no archive $archive; make one with: npm run release"
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$folder'" EXIT
  tar -xzf "$archive" --no-same-owner -C "$folder" || fail "$archive cannot be unpacked; copy it again"
  bash "$folder"/*/scripts/install.sh
}

check_system() {
  case $(uname -m) in aarch64 | x86_64) ;; *) fail "this processor ($(uname -m)) is not supported: aarch64 or x86_64 is needed" ;; esac
  [ "$(getconf LONG_BIT)" = 64 ] || fail "this system is a 32-bit one; install the 64-bit Raspberry Pi OS"
  local program
  for program in perl systemctl useradd groupadd flock; do
    command -v "$program" >/dev/null || fail "the program $program is missing; this is for Debian and Raspberry Pi OS"
  done
  if grep -q '^overlayroot / ' /proc/mounts; then
    fail "the root is read-only (overlayroot) and would forget this: sudo overlayroot-chroot, then run it again there"
  fi
  { mkdir -p "$OPT" && touch "$OPT"; } 2>/dev/null || fail "$OPT cannot be written; is the system read-only?"
}

# Prints the path of a Node.js that is new enough, 64-bit, and can be reached by the service.
find_node() {
  local least node found
  least=$(fact "$TREE" node)
  node=$(command -v node || command -v nodejs || true)
  [ -n "$node" ] || no_node "there is no Node.js"
  case $(readlink -f "$node") in
    /home/* | /root/* | /run/user/*) no_node "Node.js at $node is in a home folder, where no service may look" ;;
  esac
  found=$("$node" -p 'process.versions.node + " " + process.arch') || no_node "$node cannot be started"
  case $found in *" x64" | *" arm64") ;; *) no_node "$node is not a 64-bit one ($found)" ;; esac
  [ "$(printf '%s\n' "$least" "${found% *}" | sort -V | head -n 1)" = "$least" ] ||
    no_node "Node.js ${found% *} is too old: $least or later is needed"
  echo "$node"
}

no_node() {
  fail "$1. Debian 13 and Raspberry Pi OS (Trixie) have one: apt install nodejs. On an older system take the archive
  of Node.js 22 for this processor from https://nodejs.org/en/download and unpack it there:
  sudo tar -xJf node-v22.*-linux-*.tar.xz -C /usr/local --strip-components=1"
}

make_user() {
  getent group gpio >/dev/null || groupadd --system gpio
  getent group sealtrace >/dev/null || groupadd --system sealtrace
  getent passwd sealtrace >/dev/null ||
    useradd --system --gid sealtrace --home-dir "$DATA" --no-create-home --shell /usr/sbin/nologin sealtrace
  id -nG sealtrace | grep -qw gpio || usermod -aG gpio sealtrace
}

make_folders() {
  install -d -m 0755 "$OPT" "$CONFIG" "$STICKS" "$SHARES"
  [ -d "$DATA" ] || install -d -m 0750 -o sealtrace -g sealtrace "$DATA"
}

# Copies the program beside its place, so that a power cut leaves no half of it under its name.
copy_program() {
  local place=$OPT/$1
  if [ -f "$place/RELEASE" ] && cmp -s "$place/RELEASE" "$TREE/RELEASE"; then return; fi
  rm -rf "$place" "$place.part"
  cp -r "$TREE" "$place.part"
  chown -R root:root "$place.part"
  chmod -R u=rwX,go=rX "$place.part"
  sync -f "$place.part"
  mv -T "$place.part" "$place"
}

link() { # link TARGET NAME, at once
  ln -sfn "$1" "$2.new"
  mv -T "$2.new" "$2"
}

# Puts a file in its place; remembers whether that changed anything. Who has put a link there, such as one to /dev/null,
# wants it so.
changed=0
put() {
  if [ -L "$2" ] || cmp -s "$1" "$2"; then return 0; fi
  install -D -m 0644 "$1" "$2"
  changed=1
}

put_system_files() {
  local node=$1 from place
  if [ "$(readlink "$OPT/node" || true)" != "$node" ]; then
    link "$node" "$OPT/node"
    changed=1
  fi
  while read -r from place; do
    [ -z "$from" ] || put "$OPT/current/$from" "$place"
  done <<<"$SYSTEM_FILES"
  link "$OPT/current/bin/sealtrace" "$COMMAND"
  [ "$changed" = 1 ] || return 0
  if with_systemd; then
    systemctl daemon-reload
    systemctl try-restart systemd-journald
    udevadm control --reload 2>/dev/null || true
    udevadm trigger --subsystem-match=gpio 2>/dev/null || true
  fi
}

switch_to() { # switch_to NAME: the version in use, and what belongs to it in the system
  link "$1" "$OPT/current"
  put_system_files "$2"
  systemctl enable --quiet sealtrace
}

# shellcheck source=scripts/install/versions.sh
. "$HERE/install/versions.sh"

install_program() {
  local node name old
  check_system
  node=$(find_node)
  name=$(name_of "$TREE")
  make_user
  make_folders
  copy_program "$name"
  old=$(basename "$(readlink "$OPT/current" || true)")
  if [ -n "$old" ] && [ "$old" != "$name" ] && [ -f "$OPT/$old/RELEASE" ]; then
    upgrade "$old" "$name" "$node"
  else
    switch_to "$name" "$node"
    if is_running && [ "$changed" = 1 ]; then systemctl restart sealtrace; fi
    start_if_configured || fail "it does not start; see: journalctl -u sealtrace -n 20"
    say "$name is installed, with Node.js at $node"
  fi
  [ -f "$CONFIG/config.toml" ] || say "next: sudo sealtrace setup"
  if [ -n "${SUDO_USER:-}" ] && ! id -nG "$SUDO_USER" | grep -qw sealtrace; then
    say "to let $SUDO_USER name products and enter scrap without sudo: sudo usermod -aG sealtrace $SUDO_USER"
  fi
}

start_if_configured() {
  if ! with_systemd || [ ! -f "$CONFIG/config.toml" ]; then return 0; fi
  systemctl start sealtrace
}

uninstall() {
  local place
  if with_systemd; then
    systemctl disable --quiet --now sealtrace 2>/dev/null || true
    systemctl stop 'sealtrace-stick@*' 2>/dev/null || true
  else
    systemctl disable --quiet sealtrace 2>/dev/null || true
  fi
  while read -r _ place; do
    [ -z "$place" ] || rm -f "$place"
  done <<<"$SYSTEM_FILES"
  rm -f "$COMMAND"
  rm -rf "$OPT"
  if with_systemd; then
    systemctl daemon-reload
    systemctl reset-failed 'sealtrace*' 2>/dev/null || true
    systemctl try-restart systemd-journald
    udevadm control --reload 2>/dev/null || true
  fi
  rmdir "$STICKS" "$SHARES" 2>/dev/null || true
  say "the program is removed; data stay in $DATA, settings in $CONFIG"
}

purge() {
  if [ "${1:-}" != --yes ]; then
    fail "this removes all that was ever counted ($DATA), the settings ($CONFIG) and the user; if that is meant: --purge --yes"
  fi
  uninstall
  rm -rf "$CONFIG"
  # a data partition's mount point stays, empty
  if mountpoint -q "$DATA"; then find "$DATA" -mindepth 1 -delete; else rm -rf "$DATA"; fi
  if getent passwd sealtrace >/dev/null; then userdel sealtrace; fi
  if getent group sealtrace >/dev/null; then groupdel sealtrace; fi
  say "data, settings and user are removed as well"
}

main() {
  case ${1:-} in
    --help | -h) usage && return ;;
    '' | --rollback | --uninstall | --purge) ;;
    -*) usage >&2 && exit 2 ;;
  esac
  [ "$(id -u)" = 0 ] || fail "run it as root: sudo $0 $*"
  case ${1:-} in
    [!-]*) install_archive "$1" && return ;;
    '') if [ ! -f "$TREE/RELEASE" ]; then
      install_archive "$TREE/dist/release/sealtrace-$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$TREE/package.json").tar.gz"
      return
    fi ;;
  esac
  exec 9>/run/sealtrace-install.lock
  flock -n 9 || fail "another installation is under way"
  case ${1:-} in
    '') install_program ;;
    --rollback) rollback ;;
    --uninstall) uninstall ;;
    --purge) purge "${2:-}" ;;
  esac
}

main "$@"
