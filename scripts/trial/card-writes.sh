#!/usr/bin/env bash
# What the daemon writes to its card in a day: runs it in real time on an ext4 of its own and reads the statistics of the
# block device, so that the file system's own journal and tables count as well. As root, after `npm run build`.
set -euo pipefail
usage="usage: card-writes.sh MINUTES [LINES [SCENARIO [CONFIGURATION LINE...]]]"
minutes=${1:?$usage} lines=${2:-1} scenario=${3:-busy}
shift $(($# < 3 ? $# : 3))
main=$(cd "$(dirname "$0")/../.." && pwd)/dist/runtime/main.js
work=$(mktemp -d) daemon='' loop=''

clean_up() {
  [ -z "$daemon" ] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null || true
  mountpoint -q "$work/card" && umount "$work/card"
  [ -z "$loop" ] || losetup -d "$loop"
  rm -rf "$work"
}
trap clean_up EXIT

mkdir "$work/card"
truncate -s 1G "$work/image"
# such as MKFS_OPTIONS="-O fast_commit"
read -ra options <<<"${MKFS_OPTIONS:-}"
mkfs.ext4 -q "${options[@]}" -E lazy_itable_init=0,lazy_journal_init=0 "$work/image"
loop=$(losetup --find --show "$work/image")
mount -o noatime "$loop" "$work/card"
{
  printf '%s\n' "$@"
  for i in $(seq "$lines"); do printf '[[line]]\nid = "line-%s"\nname = "Line %s"\n' "$i" "$i"; done
} >"$work/config.toml"

# Requests, sectors of 512 bytes and flushes written so far.
written() {
  sync -f "$work/card"
  awk '{ print $5, $7, $16 }' "/sys/block/${loop#/dev/}/stat"
}
status() { SEALTRACE_SOCKET_DIR=$work node "$main" status --json; }
seals() { status | node -e 'let s="";process.stdin.on("data",d=>s+=d).on("end",()=>console.log(JSON.parse(s).metrics.seals, JSON.parse(s).metrics.edges))'; }

node "$main" run --config "$work/config.toml" --data "$work/card/data" --socket "$work" --sim "$scenario" 2>"$work/log" &
daemon=$!
sleep 60 # starting writes more, and happens seldom
read -r requests sectors flushes < <(written)
read -r seals edges < <(seals)
sleep $((minutes * 60))
read -r requests2 sectors2 flushes2 < <(written)
read -r seals2 edges2 < <(seals)

awk -v m="$minutes" -v s="$((sectors2 - sectors))" -v r="$((requests2 - requests))" -v f="$((flushes2 - flushes))" \
  -v n="$((seals2 - seals))" -v e="$((edges2 - edges))" -v what="$lines lines, $scenario${*:+, $*}${MKFS_OPTIONS:+, $MKFS_OPTIONS}" 'BEGIN {
    day = 1440 / m
    printf "%s: %d minutes, %d seals, %d edges\n", what, m, n, e
    printf "  on the card %.1f MB, %d requests, %d flushes\n", s * 512 / 1e6, r, f
    printf "  a day of this: %.0f MB, %d requests, %d flushes; a year: %.0f GB\n", s * 512 * day / 1e6, r * day, f * day, s * 512 * day * 365 / 1e9
  }'
