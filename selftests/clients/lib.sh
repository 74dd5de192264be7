# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of the programs that people use, after which they have all
# of ../lib.sh, with the kind of link that those programs ask for. The programs
# are Debian's, in the test machine that scripts/test-clients starts; there our
# modules stand in the place of the in-tree ones, and none is loaded yet.
#
# A "machine" here has a network, mounts, processes and a host name of its own,
# and nothing in /run and /var/lib/docker and the like: two daemons get along, and
# commands can be typed as on any computer. It ends with the file that made it,
# and all of its processes with it.

export KIND=${KIND:-macvlan}
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

declare -A MACHINE_PID
# What programs write while they run, one file for each program and machine.
LOGS=$RESULT_DIR

# Directories that each machine has for itself.
own_dirs="/run /var/lib/docker /var/lib/containerd /var/lib/containers
	/var/lib/cni /var/lib/lxc /var/lib/libvirt /var/cache/libvirt /etc/cni
	/etc/containers/networks"

#
# Ours or theirs
#

# client_programs NAME... - the file is for a machine that has these programs, and
# our modules as "make install DROP_IN=1" puts them there
client_programs() {
	local name

	for name; do
		type -P "$name" >/dev/null || [ -e "$name" ] ||
			skip_all "no $name here: make test-clients"
	done
	modprobe --showconfig | grep -q '^install macvlan .*/usr/lib/mymacvlan/drop-in' ||
		skip_all "our modules are not in macvlan's place here: make test-clients"
}

# in_tree_loaded - true where a driver of that name is
in_tree_loaded() {
	[ -e /sys/module/macvlan ] || [ -e /sys/module/macvtap ]
}

# ours WHAT COMMAND... - "COMMAND ethtool -i DEV": our driver serves the device,
# and the in-tree ones are not loaded. The last word of WHAT is the device.
ours() {
	local dev=${1##* } driver
	local text=$1
	shift

	driver=$("$@" ethtool -i "$dev" | sed -n 's/^driver: //p')
	[[ $driver == mymacvlan || $driver == mymacvtap ]] ||
		fail "$text: its driver is \"$driver\""
	! in_tree_loaded || fail "$text: in-tree macvlan is loaded"
}

# unloads - no user of the modules is left, nor anything that only looks so
unloads() {
	check "the modules unload" modprobe -r mymacvtap mymacvlan
	[ ! -e /sys/module/mymacvlan ] || fail "mymacvlan is still loaded"
	! in_tree_loaded || fail "in-tree macvlan is loaded"
}

#
# Machines
#

# The first process of a machine: collects the orphans, and waits.
# shellcheck disable=SC2016 # the machine's own shell expands it
machine_init='
	mount -t proc proc /proc
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	hostname "$1"
	shift
	for dir; do
		mkdir -p "$dir"
		mount -t tmpfs tmpfs "$dir"
	done
	mkdir -p /run/lock
	: >/run/machine
	while :; do sleep infinity & wait $!; done
'

# machine_up VAR - its first process is through
machine_up() {
	MACHINE_PID[$1]=$(pgrep -P "${MACHINE_PARENT[$1]}") && on "$1" test -e /run/machine
}

# machine VAR... - sets each variable to the name of a network namespace that is
# the machine's; "on VAR" runs commands there
declare -A MACHINE_PARENT
machine() {
	local var

	netns "$@"
	for var; do
		# shellcheck disable=SC2086 # a list
		ip netns exec "${!var}" unshare --mount --uts --ipc --pid --fork --kill-child \
			bash -c "$machine_init" machine "${var//_/-}" $own_dirs \
			<&- >"$LOGS/$var.machine" 2>&1 &
		MACHINE_PARENT[$var]=$!
		poll 60 machine_up "$var" ||
			{ cat "$LOGS/$var.machine"; echo "Bail out! no machine $var"; exit 1; }
	done
	trap 'end_machines; cleanup; rm -rf "$RESULT_DIR"' EXIT
}

# on VAR COMMAND... - as root on this machine
on() {
	local pid=${MACHINE_PID[$1]-}
	shift
	[ -n "$pid" ] || return 1
	nsenter --target "$pid" --mount --net --uts --ipc --pid --wd=/root -- "$@"
}

# end_machines - their processes, and waits for the end of them
end_machines() {
	local var

	for var in "${!MACHINE_PARENT[@]}"; do
		kill -KILL "${MACHINE_PARENT[$var]}" 2>/dev/null || continue
		wait "${MACHINE_PARENT[$var]}" 2>/dev/null
	done
	MACHINE_PARENT=() MACHINE_PID=()
}

# program_start VAR NAME COMMAND... - in the background on this machine, its output
# in $LOGS/VAR.NAME
program_start() {
	local log=$LOGS/$1.$2 pid=${MACHINE_PID[$1]}
	shift 2
	nsenter --target "$pid" --mount --net --uts --ipc --pid --wd=/ -- \
		setsid "$@" </dev/null >>"$log" 2>&1 &
	# However it ends, the shell shall not report it.
	disown
}

# program_log VAR NAME - the end of it, for a look at what went wrong
program_log() {
	tail -n 20 "$LOGS/$1.$2" | sed "s/^/# $1 $2: /"
}

# lan VAR... - makes the machines, each with a card enp0s5, and a switch with the
# gateway 192.168.2.1. A port of the switch is called like its machine.
lan() {
	local var

	machine "$@"
	netns switch
	for var; do
		cable "${!var}" enp0s5 "$switch" "$var"
		ip -n "${!var}" link set lo up
	done
	switch "$switch" br0 "$@"
	links "$switch" <<-END
		link set lo up
		address add 192.168.2.1/24 dev br0
		address add fd00:2::1/64 dev br0 nodad
	END
}

# no_links NS - nothing of kind macvlan or macvtap is in this namespace
no_links() {
	local kind found

	for kind in macvlan macvtap; do
		found=$(ip -n "$1" -o link show type "$kind")
		[ -z "$found" ] || { echo "left: $found"; return 1; }
	done
}

# promiscuity NS DEV COUNT - how many want it so
promiscuity() {
	equal "promiscuity of $2" "$(field "$1" "$2" promiscuity)" "$3"
}

# example SECTION LANGUAGE - the section's block of that language in clients.md
example() {
	awk -v head="## $1" -v begin="\`\`\`$2" '/^## / { here = $0 == head }
		here && /^```$/ { inside = 0 }
		here && inside { print }
		here && $0 == begin { inside = 1 }' "$(dirname "${BASH_SOURCE[0]}")/clients.md"
}

#
# Images for containers
#

# image FILE - a root file system for containers, as a tar archive: busybox, and
# with their libraries ping, which asks for names as programs do, and a shell that
# has no ping of its own
image() {
	local root=$RESULT_DIR/image file name

	mkdir -p "$root"/{bin,etc,proc,sys,dev,tmp,run,var,root,usr}
	cp /bin/busybox "$root/bin"
	for name in ls cat sleep ip arping nslookup ifconfig hostname; do
		ln -sf busybox "$root/bin/$name"
	done
	for file in /bin/ping /bin/dash $(ldd /bin/ping /bin/dash | grep -o '/[^ )]*[^ :)]'); do
		mkdir -p "$root$(dirname "$file")"
		cp -L "$file" "$root$file"
	done
	ln -s dash "$root/bin/sh"
	echo "root:x:0:0:root:/root:/bin/sh" >"$root/etc/passwd"
	echo "hosts: files dns" >"$root/etc/nsswitch.conf"
	tar -C "$root" -cf "$1" .
}
