#!/bin/bash
# Builds the kernel of the laboratory: Linux as a program (User-Mode Linux) with simulated GPIO chips, USB sticks, a
# client for network shares and time travel, from Debian's kernel source. Prints the program's path. Built once for each
# version of this script.
set -euo pipefail

source_package=linux-source-6.1
jobs=${SEALTRACE_LAB_JOBS:-2}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sealtrace-lab
kernel=$cache/$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-16)/linux

# Commands and the packages that bring them: for a laboratory with a kernel, and to build one.
run_tools='busybox:busybox-static mkfs.ext4:e2fsprogs mkfs.vfat:dosfstools smbd:samba'
build_tools='flex:flex bison:bison bc:bc gcc:gcc make:make xz:xz-utils'

say() { echo "kernel: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

need() {
  local tool packages=()
  for tool in "$@"; do
    PATH=$PATH:/usr/sbin command -v "${tool%%:*}" >/dev/null || packages+=("${tool##*:}")
  done
  [ ${#packages[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || fail "run as root, or first: apt-get install ${packages[*]}"
  say "installing ${packages[*]}"
  apt-get update -qq >&2 || fail "apt-get update failed"
  apt-get install -y -qq --no-install-recommends "${packages[@]}" libc6-dev >/dev/null || fail "apt-get install failed"
}

# Without what is large and never compiled here: unpacking would take twice as long.
unpack_source() {
  cd "$work"
  chmod 755 "$work"
  if ! apt-get download "$source_package" >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then apt-get update -qq >&2; fi
    apt-get download "$source_package" >/dev/null || fail "no $source_package: it is of Debian 12"
  fi
  dpkg-deb --fsys-tarfile "$source_package"_*.deb | tar xO "./usr/src/$source_package.tar.xz" | xz -dc -T"$jobs" |
    tar x --exclude='*.rst' --exclude='*/Documentation/devicetree/*' --exclude='*/tools/testing/*' \
      --exclude='*/drivers/gpu/drm/*/*.[ch]' --exclude='*/sound/*.[ch]' --exclude='*/drivers/net/ethernet/*.[ch]' \
      --exclude='*/drivers/net/wireless/*.[ch]' --exclude='*/drivers/media/*.[ch]'
  rm -f "$source_package"_*.deb
}

# change FILE SED-EXPRESSION LINES: each change must meet what it is meant for, and make so many new lines.
change() {
  local before
  before=$(mktemp "$work/before.XXXXXX")
  cp "$1" "$before"
  sed -i "$2" "$1"
  [ "$(diff "$before" "$1" | grep -c '^>')" = "$3" ] || fail "$1 is another than expected"
}

patch_source() {
  # Processors with AMX hand over 11,008 bytes of registers.
  change arch/x86/um/user-offsets.c 's/DEFINE_LONGS(HOST_FP_SIZE, 2696)/DEFINE_LONGS(HOST_FP_SIZE, 16384)/' 1
  # Timers as fine as those of the appliance.
  change arch/um/Kconfig '/^config HZ/,+3 s/default 100/default 1000/' 1
  # In time travel work takes a millionth of its time: a computer that stands still for minutes makes no edge late.
  change arch/um/kernel/time.c \
    's/return os_timer_one_shot(delta);/return os_timer_one_shot(time_travel_mode ? delta * 1000000 : delta);/' 1
  # Then time may have come further by being read than to the event that the alarm was set for.
  change arch/um/kernel/time.c \
    's/^\ttime_travel_set_time(time_travel_next_event);/\tif (time_travel_next_event > time_travel_time)\n\t&/' 2
  yield_truly
  keep_known_registers
}

# In time travel no time passes while a program waits in a loop of sched_yield(), as libuv does when a thread ends: the
# scheduler would go on with it for half a minute. For the scheduler each yield takes a tick.
yield_truly() {
  cat >>arch/um/kernel/time.c <<'C'
unsigned long yielded_ticks;

unsigned long long sched_clock(void)
{
	return (unsigned long long)(jiffies - INITIAL_JIFFIES + yielded_ticks) * (NSEC_PER_SEC / HZ);
}
C
  change arch/um/kernel/skas/syscall.c \
    's/^void handle_syscall/extern unsigned long yielded_ticks;\n\n&/' 2
  change arch/um/kernel/skas/syscall.c \
    's/^\t\tPT_REGS_SET_SYSCALL_RETURN(regs, ret);/&\n\t\tif (time_travel_mode \&\& syscall == __NR_sched_yield)\n\t\t\tyielded_ticks++;/' 2
}

# To write the floating-point registers of a process takes as long as all else of a system call. It is left out where
# they are known to be what they are to become.
keep_known_registers() {
  change arch/x86/um/os-Linux/registers.c 's/^int \(save\|restore\)_fp_registers(/static int host_\1_fp_registers(/' 2
  change arch/x86/um/os-Linux/registers.c 's/^#include <errno.h>/&\n#include <string.h>/' 1
  cat >>arch/x86/um/os-Linux/registers.c <<'C'

/* Of each stopped process what was read or written last. */
static struct known_fp {
	int pid;
	unsigned long registers[FP_SIZE];
} known_fp[64];

static struct known_fp *known_fp_of(int pid)
{
	return &known_fp[pid % 64];
}

void forget_fp_registers(int pid)
{
	if (known_fp_of(pid)->pid == pid)
		known_fp_of(pid)->pid = 0;
}

int save_fp_registers(int pid, unsigned long *fp_regs)
{
	struct known_fp *known = known_fp_of(pid);
	int err = host_save_fp_registers(pid, fp_regs);

	known->pid = err ? 0 : pid;
	memcpy(known->registers, fp_regs, sizeof(known->registers));
	return err;
}

int restore_fp_registers(int pid, unsigned long *fp_regs)
{
	struct known_fp *known = known_fp_of(pid);
	int err;

	if (known->pid == pid && !memcmp(known->registers, fp_regs, sizeof(known->registers)))
		return 0;
	err = host_restore_fp_registers(pid, fp_regs);
	known->pid = err ? 0 : pid;
	memcpy(known->registers, fp_regs, sizeof(known->registers));
	return err;
}
C
  change arch/um/include/shared/registers.h 's/^extern int put_fp.*/&\nextern void forget_fp_registers(int pid);/' 1
  # where code of the kernel runs in the process, and where the process ends
  change arch/um/os-Linux/skas/process.c 's/^\terr = ptrace(PTRACE_CONT, pid, 0, .*/\tforget_fp_registers(pid);\n&/' 2
  change arch/um/os-Linux/process.c 's/^\tkill(pid, SIGKILL);/\tforget_fp_registers(pid);\n&/' 2
  change arch/um/os-Linux/process.c 's/^#include <os.h>/&\n#include <registers.h>/' 1
}

# What each line is there for, and options of the kernel.
options='
programs BINFMT_ELF BINFMT_SCRIPT MULTIUSER POSIX_TIMERS PRINTK BUG FUTEX EPOLL SIGNALFD TIMERFD EVENTFD AIO SHMEM
programs ADVISE_SYSCALLS MEMBARRIER FILE_LOCKING INOTIFY_USER EXPERT SLUB HIGH_RES_TIMERS NO_HZ_IDLE NET UNIX
files PROC_FS PROC_SYSCTL SYSFS TMPFS DEVTMPFS HOSTFS
disk BLOCK BLK_DEV BLK_DEV_UBD EXT4_FS
console TTY UNIX98_PTYS STDERR_CONSOLE SSL NULL_CHAN FD_CHAN
random HW_RANDOM UML_RANDOM
pins GPIOLIB GPIO_CDEV GPIO_SIM CONFIGFS_FS
time UML_TIME_TRAVEL_SUPPORT
stick VIRTIO_MENU VIRTIO_UML UML_PCI_OVER_VIRTIO SCSI BLK_DEV_SD USB_SUPPORT USB USB_STORAGE
stick USB_GADGET USB_DUMMY_HCD USB_CONFIGFS USB_CONFIGFS_MASS_STORAGE FAT_FS VFAT_FS NLS NLS_CODEPAGE_437 NLS_ISO8859_1 NLS_UTF8
share INET NETDEVICES NETWORK_FILESYSTEMS CIFS
'
must_have='64BIT UNIX GPIO_SIM GPIO_CDEV HOSTFS BLK_DEV_UBD EXT4_FS UML_TIME_TRAVEL_SUPPORT UML_RANDOM USB_STORAGE
USB_DUMMY_HCD USB_CONFIGFS_MASS_STORAGE VFAT_FS CIFS'

build() {
  local make=(nice make ARCH=um SUBARCH=x86_64 "O=$work/b") option switches=()
  "${make[@]}" tinyconfig >/dev/null 2>&1 || fail "the kernel cannot be configured"
  # shellcheck disable=SC2013,SC2001
  for option in $(sed 's/^[a-z]* //' <<<"$options"); do switches+=(-e "$option"); done
  scripts/config --file "$work/b/.config" "${switches[@]}" -d SLOB --set-val KERNEL_STACK_ORDER 4 \
    -d CC_OPTIMIZE_FOR_SIZE -e CC_OPTIMIZE_FOR_PERFORMANCE
  "${make[@]}" olddefconfig >/dev/null 2>&1
  for option in $must_have; do
    grep -q "^CONFIG_$option=y" "$work/b/.config" || fail "this kernel has no $option"
  done
  "${make[@]}" "-j$jobs" linux >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    fail "compiling failed"
  }
}

[ "$(uname -m)" = x86_64 ] || fail "the laboratory needs an x86-64 computer"
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
# shellcheck disable=SC2086
need $run_tools
if [ ! -x "$kernel" ]; then
  started=$SECONDS
  # shellcheck disable=SC2086
  need $build_tools
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "unpacking $source_package"
  unpack_source
  cd "$work/$source_package"
  patch_source
  say "compiling with $jobs jobs"
  build
  # what earlier versions of this script built is of no use
  find "$cache" -mindepth 1 -maxdepth 1 -type d -name '????????????????' -exec rm -rf {} +
  mkdir -p "$(dirname "$kernel")"
  strip -o "$work/linux" "$work/b/linux"
  mv "$work/linux" "$kernel"
  say "built in $((SECONDS - started)) s"
fi
echo "$kernel"
