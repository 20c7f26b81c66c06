# shellcheck shell=bash
# Part of clean-debian.sh: a clean Debian that boots with its own systemd. It uses `work` and `name` of the script.
# shellcheck disable=SC2154

suite=bookworm
container='' # process of systemd-nspawn

# A clean Debian, once from the mirror that apt uses on this machine, then from a copy.
make_root() {
  local cache mirror
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/sealtrace-trial/$suite
  if [ ! -d "$cache" ]; then
    if ! command -v debootstrap >/dev/null || ! command -v systemd-nspawn >/dev/null; then
      apt-get update -qq && apt-get install -y -qq debootstrap systemd-container >/dev/null
    fi
    # shellcheck disable=SC2016 # a field of apt's
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    mkdir -p "$(dirname "$cache")"
    rm -rf "$cache.part"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,udev,dbus,tzdata,procps "$suite" "$cache.part" "$mirror" >&2
    mv "$cache.part" "$cache"
  fi
  cp -a "$cache" "$1"
}

# The same release under another version, as the next one would be.
other_version() { # other_version ARCHIVE TARGET
  local tree
  mkdir "$work/next"
  tar -xzf "$1" -C "$work/next"
  tree=$(echo "$work"/next/*)
  sed -i 's/"version": ".*"/"version": "9.9.9"/' "$tree/package.json"
  sed -i 's/^version=.*/version=9.9.9/' "$tree/RELEASE"
  tar -czf "$2" -C "$work/next" "$(basename "$tree")"
}

boot() {
  systemd-nspawn --quiet --directory="$work/root" --boot --register=no --keep-unit --private-network \
    --console=pipe </dev/null >>"$work/console.log" 2>&1 &
  container=$!
  wait_until_up
}

# Runs a command in the container, as root.
inside() {
  local leader
  leader=$(pgrep -P "$container" | head -n 1)
  nsenter --target "$leader" --mount --pid --uts --ipc --net /usr/bin/env -i \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root bash -c "$1"
}

wait_until_up() {
  local until=$((SECONDS + 90)) state
  while [ "$SECONDS" -lt "$until" ]; do
    state=$(inside "systemctl is-system-running" 2>/dev/null || true)
    case $state in running | degraded) return ;; esac
    sleep 0.3
  done
  tail -n 20 "$work/console.log" >&2
  echo "the container does not come up" >&2
  return 1
}

# Every process of the container ends at once.
cut_power() {
  kill -9 "$(pgrep -P "$container" | head -n 1)"
  wait "$container" 2>/dev/null || true
}

halt() {
  local until=$((SECONDS + 30))
  inside "systemctl poweroff" >/dev/null 2>&1 || true
  while kill -0 "$container" 2>/dev/null && [ "$SECONDS" -lt "$until" ]; do sleep 0.3; done
  kill "$container" 2>/dev/null || true
  wait "$container" 2>/dev/null || true
}

stop_container() {
  if [ -n "$container" ] && kill -0 "$container" 2>/dev/null; then halt; fi
  rm -rf "$work"
}
