#!/bin/sh
# The first process of a laboratory machine. Its root is this computer's, not to be written to; lab_folder is shared and
# may be written. Runs lab_node lab_module lab_folder, leaves its exit status in the folder and switches the machine off.
# The kernel puts these into its environment, from its command line.
: "${lab_folder:?}" "${lab_node:?}" "${lab_module:?}"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/run NO_COLOR=1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs shm /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs run /run
mount -t configfs config /sys/kernel/config
mount -t hostfs -o "$lab_folder" lab "$lab_folder"
echo "lab: up"
"$lab_node" "$lab_module" "$lab_folder"
echo $? >"$lab_folder/status"
sync
busybox poweroff -f
