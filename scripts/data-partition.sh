#!/usr/bin/env bash
# Moves data and settings of sealtrace to a partition of their own, so that the system's can be read-only. As root.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: sudo scripts/data-partition.sh PARTITION [--format]
  PARTITION  such as /dev/mmcblk0p3: an ext4 that is not in use; data that are on it already are used
  --format   make a new ext4 on it first; all that is on it is lost
TEXT
}

readonly DATA=/var/lib/sealtrace CONFIG=/etc/sealtrace TABLE=/etc/fstab
say() { echo "sealtrace: $*"; }
fail() {
  echo "sealtrace: $*" >&2
  exit 1
}

check() { # check PARTITION FORMAT
  [ "$(id -u)" = 0 ] || fail "run it as root: sudo $0"
  [ -b "$1" ] || fail "$1 is no partition; see: lsblk"
  [ -d "$DATA" ] || fail "install sealtrace first"
  if mountpoint -q "$DATA"; then fail "$DATA is on a partition of its own already"; fi
  if findmnt --noheadings --source "$1" >/dev/null; then fail "$1 is in use; unmount it first"; fi
  if [ "$2" != --format ] && [ "$(blkid -o value -s TYPE "$1")" != ext4 ]; then
    fail "$1 has no ext4; if all that is on it may be lost: --format"
  fi
}

format() {
  # fast_commit halves what a commit writes, where kernel and tools have it
  mkfs.ext4 -q -F -L sealtrace -O fast_commit "$1" || mkfs.ext4 -q -F -L sealtrace "$1"
}

# Copies data and settings, unless the partition has some of an earlier system.
fill() {
  local place
  place=$(mktemp -d)
  mount -o noatime "$1" "$place"
  if [ -e "$place/db" ]; then
    say "$1 holds data already, and they are used"
  else
    cp -a "$DATA/." "$place/"
  fi
  if [ ! -e "$place/settings" ]; then cp -a "$CONFIG" "$place/settings"; fi
  chown -R sealtrace:sealtrace "$place"
  chown -R root:root "$place/settings"
  chmod 0750 "$place"
  umount "$place"
  rmdir "$place"
}

enter_in_table() {
  local uuid
  uuid=$(blkid -o value -s UUID "$1")
  cp -a "$TABLE" "$TABLE.part"
  {
    echo "# sealtrace: data and settings"
    echo "UUID=$uuid $DATA ext4 noatime,nodev,nosuid,noexec,errors=remount-ro 0 2"
    echo "$DATA/settings $CONFIG none bind,x-systemd.requires-mounts-for=$DATA 0 0"
  } >>"$TABLE.part"
  sync -f "$TABLE.part"
  mv "$TABLE.part" "$TABLE"
}

main() {
  case ${1:-} in --help | -h) usage && return ;; '' | -*) usage >&2 && exit 2 ;; esac
  case ${2:-} in '' | --format) ;; *) usage >&2 && exit 2 ;; esac
  check "$1" "${2:-}"
  systemctl stop sealtrace
  if [ "${2:-}" = --format ]; then format "$1"; fi
  fill "$1"
  enter_in_table "$1"
  mv "$DATA" "$DATA.before"
  mkdir "$DATA"
  systemctl daemon-reload
  mount "$DATA"
  mount "$CONFIG"
  if [ -f "$CONFIG/config.toml" ]; then systemctl start sealtrace; fi
  say "data and settings are on $1; the former data are in $DATA.before, to be removed when all is well"
}

main "$@"
