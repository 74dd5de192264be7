#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Network namespaces: children that move, children and lower devices whose
# namespace or device is deleted. The topology is in device.sh; $room and
# $other are two more namespaces.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

test_child_moves_and_comes_back() {
	fresh
	child m1 "$MAC_A"
	talks "$box/m1" "$outside/eth0"
	ip -n "$box" link set m1 netns "$room"
	# A device that moves is taken down.
	check "its filter is gone" not listed "$box" eth0 "$MAC_A"
	ip -n "$room" link set m1 up
	join "$box" eth0 "$room" m1
	talks group "$room/m1" "$outside/eth0"
	ip -n "$room" link set m1 netns "$other"
	ip -n "$other" link set m1 up
	talks "$other/m1" "$outside/eth0"
	ip -n "$other" link set m1 netns "$box"
	ip -n "$box" link set m1 up
	talks "$box/m1" "$outside/eth0"
	equal "address" "$(mac "$box" m1)" "$MAC_A"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_made_in_another_namespace() {
	local index

	fresh
	ip -n "$box" link add link eth0 name m1 netns "$room" type "$KIND" mode bridge
	index=$(in_ns "$box" cat /sys/class/net/eth0/ifindex)
	# Older versions of ip look for a name in the wrong namespace.
	ip -n "$room" link add link-netns "$box" link "if$index" name m2 \
		type "$KIND" mode bridge
	links "$room" <<-END
		link set m1 up
		link set m2 up
	END
	for dev in m1 m2; do
		equal "link of $dev" "$(field "$room" "$dev" link_index)" "$index"
		[ -n "$(field "$room" "$dev" link_netnsid)" ] || fail "no link-netnsid of $dev"
		equal "iflink of $dev" "$(in_ns "$room" cat /sys/class/net/"$dev"/iflink)" "$index"
		talks "$room/$dev" "$outside/eth0"
	done
	hears "one another" send "$room/m1" dst="@$room/m2" hear "$room/m2=1"
}

test_link_is_shown_by_name() {
	fresh
	child m1
	equal "link" "$(field "$box" m1 link)" eth0
	equal "iflink" "$(in_ns "$box" cat /sys/class/net/m1/iflink)" \
		"$(in_ns "$box" cat /sys/class/net/eth0/ifindex)"
}

# Siblings in three namespaces.
test_siblings_in_different_namespaces() {
	fresh
	# Older kernels look in the lower device's namespace first: box last.
	for ns in "$room" "$other" "$box"; do
		ip -n "$box" link add link eth0 name m1 netns "$ns" type "$KIND" mode bridge
		ip -n "$ns" link set m1 up
	done
	hears "unicast" send "$box/m1" dst="@$room/m1" send "$room/m1" dst="@$other/m1" \
		send "$other/m1" dst="@$box/m1" \
		hear "$box/m1=1" "$room/m1=1" "$other/m1=1" "$outside/eth0=0"
	hears "broadcast" send "$box/m1" \
		hear "$box/m1=0" "$room/m1=1" "$other/m1=1" "$outside/eth0=1"
}

test_namespace_of_a_child_is_deleted() {
	spaces room
	fresh
	ip -n "$box" link add link eth0 name m1 netns "$room" address "$MAC_A" \
		type "$KIND" mode bridge
	ip -n "$room" link set m1 up promisc on allmulticast on
	join "$box" eth0 "$room" m1
	netns_del "$room"
	check "the filter goes" poll 10 not listed "$box" eth0 "$MAC_A"
	check "the group goes" poll 10 not listed "$box" eth0 "$GROUP"
	clean_lower "$box" eth0
}

test_lower_device_is_deleted() {
	fresh
	child m1
	ip -n "$box" link add link eth0 name m2 netns "$room" type "$KIND" mode bridge
	ip -n "$box" link add link eth0 name m3 netns "$other" type "$KIND" mode source
	ip -n "$room" link set m2 up promisc on
	join "$box" eth0 "$room" m2
	ip -n "$box" link del eth0
	check "beside it" no_device "$box" m1
	check "elsewhere, up" no_device "$room" m2
	check "elsewhere, down" no_device "$other" m3
}

test_namespace_of_the_lower_device_is_deleted() {
	spaces box
	fresh
	ip -n "$box" link add link eth0 name m1 netns "$room" type "$KIND" mode bridge
	ip -n "$room" link set m1 up
	child m2
	netns_del "$box"
	check "the child is gone" poll 10 no_device "$room" m1
	check "so is the cable" poll 10 no_device "$outside" eth0
}

test_passthru_moves() {
	local own

	spaces room
	fresh
	own=$(mac "$box" eth0)
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru
		link set m1 address $MAC_A
		link set m1 netns $room
	END
	ip -n "$room" link set m1 up
	equal "address" "$(mac "$room" m1)" "$MAC_A"
	talks "$room/m1" "$outside/eth0"
	ip -n "$room" link set m1 address "$MAC_B"
	equal "of the lower device" "$(mac "$box" eth0)" "$MAC_B"
	netns_del "$room"
	check "restored" poll 10 has_mac "$box" eth0 "$own"
	clean_lower "$box" eth0
}

# has_mac NS DEV MAC - for "poll"
has_mac() {
	[ "$(mac "$1" "$2")" = "$3" ]
}

spaces
run_tests child_moves_and_comes_back made_in_another_namespace \
	link_is_shown_by_name siblings_in_different_namespaces \
	namespace_of_a_child_is_deleted lower_device_is_deleted \
	namespace_of_the_lower_device_is_deleted passthru_moves
