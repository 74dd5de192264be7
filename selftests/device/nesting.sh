#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Devices on a child: a VLAN, and another child, which goes to the real lower
# device. The topology is in device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

test_vlan_on_a_child() {
	fresh
	child m1
	child m2
	ip -n "$box" link add link m1 name m1.10 type vlan id 10 2>/dev/null ||
		skip "no VLAN"
	ip -n "$box" link add link m2 name m2.10 type vlan id 10
	links "$outside" <<-END
		link add link eth0 name v10 type vlan id 10
		link set v10 up
	END
	links "$box" <<-END
		link set m1.10 up
		link set m2.10 up
	END
	talks "$box/m1.10" "$outside/v10"
	talks "$box/m1" "$outside/eth0"
	hears "siblings" send "$box/m1.10" dst="@$box/m2" send "$box/m1.10" \
		hear "$box/m2.10,host=1" "$box/m2.10,broadcast=1" "$outside/v10=1"
	check "join" join "$box" eth0 "$box" m1.10
	hears "a group of the VLAN" send "$outside/v10" dst="$GROUP" \
		hear "$box/m1.10=1" "$box/m2.10=0"
	ip -n "$box" link del m1
	check "the VLAN goes with the child" no_device "$box" m1.10
	ip -n "$box" link del m2
	clean_lower "$box" eth0
}

test_child_on_a_child() {
	local index

	fresh
	child m1
	ip -n "$box" link add link m1 name m2 netns "$room" type "$KIND" mode bridge
	ip -n "$room" link set m2 up
	index=$(in_ns "$box" cat /sys/class/net/eth0/ifindex)
	equal "its lower device" "$(in_ns "$room" cat /sys/class/net/m2/iflink)" "$index"
	hears "siblings" send "$box/m1" dst="@$room/m2" hear "$room/m2=1"
	# From another namespace, where there is no lower device.
	ip -n "$room" link add link m2 name m3 type "$KIND" mode bridge
	ip -n "$room" link set m3 up
	equal "and again" "$(in_ns "$room" cat /sys/class/net/m3/iflink)" "$index"
	talks "$room/m3" "$outside/eth0"
	# The one that was named may go first.
	ip -n "$box" link del m1
	ip -n "$room" link del m2
	talks "$room/m3" "$outside/eth0"
	ip -n "$room" link del m3
	clean_lower "$box" eth0
}

# guest COMMAND... - in a network namespace of a user namespace, with the child
# m1 in it: root there, nobody outside
guest() {
	local pid status=0

	unshare --user --map-root-user --net sleep 1000 &
	pid=$!
	poll 5 other_netns "$pid"
	ip -n "$box" link set m1 netns "$pid"
	nsenter -t "$pid" --user --net "$@" || status=$?
	kill "$pid"
	wait "$pid" 2>/dev/null || :
	return "$status"
}

# other_netns PID - it has got namespaces of its own
other_netns() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

# A container's root can do with its child what is the child's alone.
test_capability_for_a_child_on_a_child() {
	unshare --user --map-root-user true 2>/dev/null || skip "no user namespaces"
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 703 ] ||
		skip "in-tree macvlan of this kernel does not check"
	fresh
	child m1
	expect_err "CAP_NET_ADMIN" guest ip link add link m1 name m2 type "$KIND" mode bridge
}

# Nor is it told the names of the host's devices.
test_name_of_a_strangers_device() {
	local lower

	unshare --user --map-root-user true 2>/dev/null || skip "no user namespaces"
	only_ours
	fresh
	lower=$(mac "$box" eth0)
	child m1
	expect_err "MAC address is already in use: $lower belongs to another device" \
		guest ip link set m1 address "$lower"
	logged "MAC address is already in use: $lower belongs to eth0 (index" ||
		logged "belongs to the lower device eth0" || fail "nor is the log told"
}

test_capability_for_settings_of_the_port() {
	unshare --user --map-root-user true 2>/dev/null || skip "no user namespaces"
	only_ours
	fresh
	child m1
	expect_err "CAP_NET_ADMIN" guest ip link set m1 type "$KIND" mode bridge bcqueuelen 5
	fresh
	child m1
	expect_err "CAP_NET_ADMIN" guest ip link set m1 type "$KIND" arp directed
	fresh
	child m1
	check "mode is the child's own" guest ip link set m1 type "$KIND" mode vepa
}

spaces
run_tests vlan_on_a_child child_on_a_child capability_for_a_child_on_a_child \
	name_of_a_strangers_device \
	capability_for_settings_of_the_port
