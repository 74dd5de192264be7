#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A virtual machine on the LAN: QEMU boots a small guest on /dev/tapN.
#
#   .- netns sibling -.    .--- QEMU ---.
#   |   s0   .20      |    | guest eth0 |
#   '--------+--------'    '-----+------'   192.0.2.0/24, 2001:db8::/64
#            '--------.   .------' /dev/tapN
#               .-----+---+-----.           .- netns outside -.
#               |    e0   t0    |-----------|  q0   .1        | DHCP server,
#               '-- netns box --'           '-----------------' router
#
# QEMU and the guest's kernel and file system come from guest_files: in a test
# machine they are in ../qemu-files beside the tests (scripts/test-vm brings
# them there), elsewhere they are made of what this machine has.
#
# From the environment: GUEST_ACCEL, "kvm" or "tcg" (default: KVM where it works).
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/console.sh"

case $KIND in
*macvlan) TAP=${KIND%vlan}vtap CHILD=$KIND ;;
*macvtap) TAP=$KIND CHILD=${KIND%vtap}vlan ;;
esac
# Nobody in particular.
USER_ID=4242
# The guest does not know where it is: in an emulated machine one that uses what
# KVM offers it dies sooner or later.
CPU=max,la57=off,kvm=off
# With several threads an emulated processor may run an instruction that another
# one has patched in part.
case ${GUEST_ACCEL-} in
kvm)	ACCEL=(-accel kvm) ;;
tcg)	ACCEL=(-accel "tcg,thread=single") ;;
*)	ACCEL=(-accel kvm -accel "tcg,thread=single") ;;
esac

#
# Processes
#

PROCESSES=()

# background NS COMMAND... - runs until this shell ends, in a session of its own
# with all that it starts
background() {
	# Or else it would get /dev/null.
	setsid ip netns exec "$@" <&0 &
	PROCESSES+=("$BASHPID:$!")
}

# end_processes - those of this shell
end_processes() {
	local process

	for process in "${PROCESSES[@]}"; do
		[ "${process%:*}" = "$BASHPID" ] || continue
		kill -KILL -- "-${process#*:}" 2>/dev/null || :
		wait "${process#*:}" 2>/dev/null || :
	done
	PROCESSES=()
}

#
# The guest
#

# find_files - sets $FILES
find_files() {
	local program

	FILES=$LIB_DIR/../qemu-files
	[ ! -d "$FILES" ] || return 0
	[ -z "${MYMACVLAN_VM-}" ] || skip_all "no QEMU in this machine: make test-vm"
	for program in qemu-system-x86_64 busybox cpio; do
		type -P "$program" >/dev/null || skip_all "no $program here"
	done
	FILES=$RESULT_DIR/files
	"${0%/*}/guest_files" "$FILES" "$(uname -r)" || skip_all "no kernel for a guest here"
	# A user must come at it.
	chmod 755 "$RESULT_DIR"
}

# launch QUEUES VHOST [WRAPPER...] - QEMU on t0; WRAPPER is what runs the program
# that opens the node and then becomes QEMU
launch() {
	local queues=$1 vhost=$2 cpus=$1 fds net machine both
	shift 2

	fds=$(seq -s : 20 $((19 + queues)))
	net=tap,id=net,vhost=$vhost,
	if [ "$queues" = 1 ]; then
		net+=fd=20
	else
		net+=fds=$fds
	fi
	# shellcheck disable=SC2054 # the commas are QEMU's
	machine=(-nodefaults -no-user-config -no-reboot -display none -L "$FILES"
		-machine pc "${ACCEL[@]}" -cpu "$CPU" -m 128 -smp "$cpus"
		-kernel "$FILES/kernel" -initrd "$FILES/initrd"
		-append "$GUEST_APPEND"
		-serial stdio -netdev "$net"
		-device "virtio-net-pci,netdev=net,mac=$(mac "$box" t0),mq=on,romfile=")
	mkfifo "$RESULT_DIR/in" "$RESULT_DIR/out"
	# For reading and writing: does not wait for the other side.
	exec {guest_in}<>"$RESULT_DIR/in" {both}<>"$RESULT_DIR/out"
	# shellcheck disable=SC2016 # expanded by the inner shell
	background "$box" "$@" env QEMU_MODULE_DIR="$FILES" bash -c '
		node=$1 queues=$2
		shift 2
		for ((fd = 20; fd < 20 + queues; fd++)); do
			eval "exec $fd<>\$node" || exit
		done
		exec "$@"' - "$node" "$queues" "$FILES/qemu-system-x86_64" "${machine[@]}" \
		<"$RESULT_DIR/in" >"$RESULT_DIR/out" 2>"$GUEST_LOG"
	# Ends when QEMU ends.
	exec {guest_out}<"$RESULT_DIR/out" {both}>&-
	rm "$RESULT_DIR"/{in,out}
}

# start_guest ARGUMENT... - as "launch", until the guest answers. With KVM that
# takes a second, but KVM in an emulated machine hangs one time in ten. An
# emulated guest is slow and comes up.
start_guest() {
	local limit=300 attempts=1 attempt

	if [ "${GUEST_ACCEL-}" != tcg ] && [ -e /dev/kvm ]; then
		limit=8 attempts=4
	fi
	for ((attempt = 1; attempt <= attempts; attempt++)); do
		launch "$@"
		! answer "$limit" >"$RESULT_DIR/console" || return 0
		note "the guest did not start, attempt $attempt"
		end_processes
		exec {guest_in}>&- {guest_out}<&-
	done
	fail "no guest: $(<"$RESULT_DIR/console")"
	exit 1
}

#
# What every guest must be able to do
#

# gets_an_address - from the DHCP server outside; sets $address
gets_an_address() {
	guest ip link set eth0 up
	check "address by DHCP" guest udhcpc -i eth0 -n -q -t 10 -T 1 -s /dhcp
	address=$(guest ip -4 -o address show dev eth0)
	[[ $address =~ inet\ (192\.0\.2\.1[0-9][0-9])/24 ]] ||
		{ fail "the guest's address: $address"; return 1; }
	address=${BASH_REMATCH[1]}
}

pings() {
	check "guest to sibling" guest ping -c 1 -W 2 192.0.2.20
	check "guest to outside" guest ping -c 1 -W 2 192.0.2.1
	check "sibling to guest" in_ns "$sibling" ping -n -c 1 -W 2 "$address"
	check "outside to guest" in_ns "$outside" ping -n -c 1 -W 2 "$address"
}

listening() {
	[ -n "$(in_ns "$1" ss -Hltn "sport = :$2")" ]
}

# sum FILE
sum() {
	local sum

	sum=$(md5sum <"$1")
	echo "${sum%% *}"
}

# moves_data - 10 MB to the guest, and from there to both neighbours
moves_data() {
	local sum neighbour name ip

	sum=$(sum "$RESULT_DIR/data")
	check "download" guest "nc 192.0.2.1 9000 >/tmp/data"
	equal "size in the guest" "$(guest "wc -c </tmp/data")" 10000000
	equal "checksum in the guest" "$(guest "md5sum </tmp/data")" "$sum  -"
	for neighbour in outside/192.0.2.1 sibling/192.0.2.20; do
		name=${neighbour%/*} ip=${neighbour#*/}
		in_ns "${!name}" timeout 300 socat -u TCP-LISTEN:9001,reuseaddr \
			"CREATE:$RESULT_DIR/back" &
		poll 10 listening "${!name}" 9001
		check "upload to $name" guest "nc $ip 9001 </tmp/data"
		wait $! || :
		equal "checksum at $name" "$(sum "$RESULT_DIR/back")" "$sum"
		rm -f "$RESULT_DIR/back"
	done
}

# has_ipv6 - for "poll": a global address that is no longer tentative; sets
# $address6
has_ipv6() {
	address6=$(guest "ip -6 -o address show dev eth0 scope global")
	[[ $address6 =~ inet6\ (2001:db8:[0-9a-f:]*)/64 ]] || return 1
	[[ $address6 != *tentative* ]] || return 1
	address6=${BASH_REMATCH[1]}
}

# dad_failed - for "poll": the guest has seen that 2001:db8::bad is taken
dad_failed() {
	guest "grep -q '^20010db8[0-9a-f]*0bad .*c8 *eth0$' /proc/net/if_inet6"
}

# forget - the neighbours must ask for the guest's address again
forget() {
	ip -n "$outside" -6 neighbour flush dev q0
	ip -n "$sibling" -6 neighbour flush dev s0
}

# The host has no IPv6 on the tap, so it joins no group for the guest.
uses_ipv6() {
	poll 30 has_ipv6 || { fail "no address by SLAAC: $address6"; return; }
	check "guest to sibling" guest ping -c 1 -W 5 2001:db8::20
	check "guest to outside" guest ping -c 1 -W 5 2001:db8::1
	guest ip address add 2001:db8::bad/64 dev eth0
	check "the guest sees a duplicate" poll 20 dad_failed
	# From here on the guest must hear groups that only it knows: behind
	# in-tree macvtap that is a matter of luck.
	[ "$TAP" = mymacvtap ] || return 0
	forget
	check "outside to guest" in_ns "$outside" ping -n -c 1 -W 5 "$address6"
	check "sibling to guest" in_ns "$sibling" ping -n -c 1 -W 5 "$address6"
	ip -n "$outside" address add "$address6/64" dev q0
	check "the outside sees a duplicate" poll 20 outside_dad_failed
	ip -n "$outside" address del "$address6/64" dev q0
}

# Shows that the above is due to it.
needs_allmulti() {
	[ "$TAP" = mymacvtap ] || return 0
	ip -n "$box" link set t0 type "$TAP" allmulti off
	forget
	! in_ns "$outside" ping -n -c 1 -W 2 "$address6" >/dev/null ||
		fail "reached by IPv6 with allmulti off"
	ip -n "$box" link set t0 type "$TAP" allmulti on
	check "IPv6 with allmulti on" in_ns "$outside" ping -n -c 2 -W 5 "$address6"
}

outside_dad_failed() {
	[[ $(ip -n "$outside" -6 address show dev q0 dadfailed) == *" $address6/64"* ]]
}

# works - all of it
works() {
	gets_an_address
	pings
	moves_data
	uses_ipv6
}

# tap OPTION... - a new one
tap() {
	trap 'end_processes; cleanup; no_tap' EXIT
	ip -n "$box" link add link e0 name t0 up type "$TAP" mode bridge "$@"
	node=/dev/tap$(in_ns "$box" cat /sys/class/net/t0/ifindex)
}

no_tap() {
	ip -n "$box" link del t0
}

# The machine that has e0 itself: not without "host on".
talks_to_its_host() {
	[ "$TAP" = mymacvtap ] || return 0
	ip -n "$box" address add 192.0.2.10/24 dev e0
	! guest ping -c 1 -W 2 192.0.2.10 >/dev/null || fail "reached its host without the option"
	ip -n "$box" link set t0 type "$TAP" host on
	check "guest to host" guest ping -c 2 -W 5 192.0.2.10
	check "host to guest" in_ns "$box" ping -n -c 2 -W 5 "$address"
	background "$box" socat -t 120 TCP-LISTEN:9000,reuseaddr \
		"OPEN:$RESULT_DIR/data,rdonly"
	poll 10 listening "$box" 9000
	check "download from the host" guest "nc 192.0.2.10 9000 >/tmp/data"
	equal "checksum in the guest" "$(guest "md5sum </tmp/data")" \
		"$(sum "$RESULT_DIR/data")  -"
	check "the outside, still" guest ping -c 1 -W 5 192.0.2.1
	check "the sibling, still" guest ping -c 1 -W 5 192.0.2.20
	ip -n "$box" address del 192.0.2.10/24 dev e0
}

test_vhost_off() {
	tap
	start_guest 1 off
	works
	needs_allmulti
	talks_to_its_host
}

# groups_of FILE... - the groups that may use these devices
groups_of() {
	local file

	for file; do
		[ ! -e "$file" ] || stat -c %g "$file"
	done | paste -sd ,
}

# For a user who may use the accelerators, as "kvm" may on most systems, and
# this node.
test_vhost_on_as_a_user() {
	local user

	[ -e /dev/vhost-net ] || skip "no vhost-net here"
	if [ -n "${MYMACVLAN_VM-}" ]; then
		chgrp "$((USER_ID + 1))" /dev/vhost-net
		chmod 660 /dev/vhost-net
		[ ! -e /dev/kvm ] || chmod 666 /dev/kvm
	fi
	user=(setpriv "--reuid=$USER_ID" "--regid=$USER_ID"
	      "--groups=$(groups_of /dev/kvm /dev/vhost-net)")
	tap
	# shellcheck disable=SC2016 # expanded by the inner shell
	! "${user[@]}" bash -c ': <>"$0"' "$node" 2>/dev/null ||
		fail "anybody may open $node"
	if [ "$TAP" = mymacvtap ]; then
		no_tap
		tap user "$USER_ID" perm 0600
	else
		chown "$USER_ID" "$node"
	fi
	start_guest 1 on "${user[@]}"
	works
}

# used QUEUE - for "poll": the guest got interrupts for this receive queue
used() {
	guest "grep -q '[1-9][0-9]* .*virtio0-input.$1$' /proc/interrupts"
}

test_two_queues() {
	tap
	start_guest 2 on
	works
	for queue in 0 1; do
		check "queue $queue is used" used "$queue"
	done
}

build() {
	netns box sibling outside
	no_ipv6 "$box"
	cable "$box" e0 "$outside" q0
	ip -n "$box" link add link e0 name s0 netns "$sibling" type "$CHILD" mode bridge
	links "$sibling" <<-END
		link set s0 up
		address add 192.0.2.20/24 dev s0
		address add 2001:db8::20/64 dev s0 nodad
		address add 2001:db8::bad/64 dev s0 nodad
	END
	links "$outside" <<-END
		link set lo up
		address add 192.0.2.1/24 dev q0
		address add 2001:db8::1/64 dev q0 nodad
	END
}

# serve - what the outside has on offer
serve() {
	local program

	program=$(program advertise) || exit 1
	head -c 10000000 /dev/urandom >"$RESULT_DIR/data"
	cat >"$RESULT_DIR/dhcp" <<-END
		interface q0
		start 192.0.2.100
		end 192.0.2.199
		option subnet 255.255.255.0
		option router 192.0.2.1
		lease_file $RESULT_DIR/leases
		pidfile $RESULT_DIR/dhcp.pid
	END
	touch "$RESULT_DIR/leases"
	background "$outside" busybox udhcpd -f "$RESULT_DIR/dhcp" 2>"$RESULT_DIR/dhcp.log"
	background "$outside" "$program" q0 2001:db8::
	# The guest has nothing to say, which is no reason to hang up on it when it
	# is slow for a moment.
	background "$outside" socat -t 120 TCP-LISTEN:9000,reuseaddr,fork \
		"OPEN:$RESULT_DIR/data,rdonly"
	poll 10 listening "$outside" 9000
}

trap 'end_processes; cleanup; rm -rf "$RESULT_DIR"' EXIT
find_files
GUEST_LOG=$RESULT_DIR/qemu.err
modprobe -q vhost_net || :
if [ "${GUEST_ACCEL-}" != tcg ]; then
	modprobe -q kvm_amd || modprobe -q kvm_intel || :
fi
build
serve
run_tests vhost_off two_queues vhost_on_as_a_user
