#!/bin/sh
# The first process of an emulated computer. Runs lab_module and says how it ended; who emulates it then ends it. The
# kernel puts lab_module into its environment, from its command line.
: "${lab_module:?}"
export PATH=/bin HOME=/run TMPDIR=/run NO_COLOR=1
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
busybox mount -t devtmpfs dev /dev
busybox mkdir /dev/shm
busybox mount -t tmpfs shm /dev/shm
busybox mount -t tmpfs run /run
echo "lab: up"
node "$lab_module"
echo "lab: ended with $?"
exec busybox sleep 86400
