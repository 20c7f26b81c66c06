#!/bin/sh
# stick.sh plug|unplug DEVICE, as root, started by systemd: makes a stick available at /media/sealtrace/DEVICE. It is
# mounted while it is used and unmounted three seconds later, so that whoever pulls it finds it clean.
set -eu
parent=/media/sealtrace
device=$2
place=$parent/$device
case $device in *[!a-z0-9]* | '') echo "no name of a device: $device" >&2; exit 1 ;; esac

# Number of the whole disk that a device (major:minor) is on.
disk_of() {
  node=$(readlink -f "/sys/dev/block/$1") || return 0
  [ -n "$node" ] || return 0
  if [ -e "$node/partition" ]; then node=${node%/*}; fi
  if [ -e "$node/dev" ]; then cat "$node/dev"; fi
}

# The disk that the system itself runs from may hang on USB as well: it is never touched.
is_system_disk() {
  disk=$(disk_of "$(cat "/sys/class/block/$device/dev")")
  while read -r _ _ number _ point _; do
    case $point in "$parent"/*) continue ;; esac
    if [ "$(disk_of "$number")" = "$disk" ]; then return 0; fi
  done </proc/self/mountinfo
  return 1
}

plug() {
  if is_system_disk; then
    echo "$device is on a disk in use by the system: left alone"
    return
  fi
  uid=$(id -u sealtrace)
  gid=$(id -g sealtrace)
  options=nosuid,nodev,noexec,nosymfollow,noatime
  type=$(udevadm info --query=property --property=ID_FS_TYPE --value "/dev/$device")
  case $type in
    vfat) options=$options,uid=$uid,gid=$gid,fmask=0117,dmask=0007,utf8=1,shortname=mixed,flush,dirsync,errors=remount-ro,tz=UTC ;;
    exfat) options=$options,uid=$uid,gid=$gid,fmask=0117,dmask=0007,iocharset=utf8,errors=remount-ro ;;
    ext4) options=$options,errors=remount-ro ;;
    *) echo "$device has a file system that is not used: $type"; return ;;
  esac
  # What is not mounted belongs to root, so nothing can be written to the SD card in its place.
  mkdir -p "$place"
  systemd-mount --no-ask-password --automount=yes --timeout-idle-sec=3s --bind-device --fsck=no \
    --options="$options" "/dev/$device" "$place"
  # Its owners are those of the file system: give us the one folder we write to.
  if [ "$type" = ext4 ]; then install -d -o sealtrace -g sealtrace -m 0770 "$place/sealtrace"; fi
}

unplug() {
  systemd-umount "$place" 2>/dev/null || true
  rmdir "$place" 2>/dev/null || true
}

case $1 in
  plug) plug ;;
  unplug) unplug ;;
  *) echo "usage: stick.sh plug|unplug DEVICE" >&2; exit 2 ;;
esac
