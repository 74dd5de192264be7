#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# MAC addresses of children: changing them, two devices with one address, and
# the lower device that takes a child's. The topology is in device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

IN_USE="MAC address is already in use"

test_change_while_up() {
	fresh
	child m1 "$MAC_A"
	check "change" ip -n "$box" link set m1 address "$MAC_B"
	hears "only the new address" \
		send "$outside/eth0" dst="$MAC_A" send "$outside/eth0" dst="$MAC_B" count=2 \
		hear "$box/m1=2"
	poll 5 not listed "$box" eth0 "$MAC_A" || fail "the old address is still a filter"
	check "the new address is a filter" listed "$box" eth0 "$MAC_B"
	talks "$box/m1" "$outside/eth0"
}

test_change_while_down() {
	fresh
	ip -n "$box" link add link eth0 name m1 address "$MAC_A" type "$KIND" mode bridge
	check "change" ip -n "$box" link set m1 address "$MAC_B"
	check "no filter while down" not listed "$box" eth0 "$MAC_B"
	ip -n "$box" link set m1 up
	talks "$box/m1" "$outside/eth0"
}

test_no_frame_is_lost_meanwhile() {
	local flip

	only_ours
	flip=$(program flip)
	# Both ends of the cable in one namespace: one program uses both.
	spaces box
	cable "$box" eth0 "$box" eth1
	child m1 "$MAC_A"
	check "every round is answered" in_ns "$box" "$flip" eth1 m1 "$MAC_A" "$MAC_B" 40
}

test_same_address_again() {
	fresh
	child m1 "$MAC_A"
	check "no change" ip -n "$box" link set m1 address "$MAC_A"
	talks "$box/m1" "$outside/eth0"
	check "delete" ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_duplicate_may_exist_while_down() {
	fresh
	child m1 "$MAC_A"
	check "made" ip -n "$box" link add link eth0 name m2 address "$MAC_A" \
		type "$KIND" mode bridge
	expect_err "$IN_USE: $MAC_A belongs to m1" ip -n "$box" link set m2 up
	check "the owner goes down" ip -n "$box" link set m1 down
	check "now it is free" ip -n "$box" link set m2 up
	hears "the new owner" send "$outside/eth0" dst="$MAC_A" hear "$box/m2,host=1" "$box/m1=0"
	expect_err "$IN_USE: $MAC_A belongs to m2" ip -n "$box" link set m1 up
}

test_duplicate_by_change() {
	fresh
	child m1 "$MAC_A"
	child m2 "$MAC_B"
	expect_err "$IN_USE: $MAC_A belongs to m1" ip -n "$box" link set m2 address "$MAC_A"
	equal "address of m2" "$(mac "$box" m2)" "$MAC_B"
	talks "$box/m2" "$outside/eth0"
	ip -n "$box" link set m2 down
	expect_err "$IN_USE: $MAC_A belongs to m1" ip -n "$box" link set m2 address "$MAC_A"
	ip -n "$box" link set m1 down
	check "from a device that is down" ip -n "$box" link set m2 address "$MAC_A"
}

test_duplicate_of_the_lower_device() {
	local lower

	fresh
	lower=$(mac "$box" eth0)
	child m1 "$MAC_A"
	expect_err "$IN_USE: belongs to the lower device eth0" ip -n "$box" link set m1 address "$lower"
	equal "address of m1" "$(mac "$box" m1)" "$MAC_A"
	check "made" ip -n "$box" link add link eth0 name m2 address "$lower" \
		type "$KIND" mode bridge
	expect_err "$IN_USE: belongs to the lower device eth0" ip -n "$box" link set m2 up
}

test_invalid_address() {
	fresh
	child m1 "$MAC_A"
	expect_err "" ip -n "$box" link set m1 address "$GROUP"
	expect_err "" ip -n "$box" link set m1 address 00:00:00:00:00:00
	equal "address of m1" "$(mac "$box" m1)" "$MAC_A"
	talks "$box/m1" "$outside/eth0"
}

# An old program asks by ioctl, where there is no text to be had: it gets the
# error number, and the kernel log the text.
test_duplicate_by_ioctl() {
	local name output

	type -P busybox >/dev/null || skip "no busybox"
	fresh
	printf -v name 'd%08x' "$SRANDOM"
	child m1 "$MAC_A"
	ip -n "$box" link add link eth0 name "$name" address "$MAC_A" type "$KIND" mode bridge
	output=$(in_ns "$box" busybox ifconfig "$name" up 2>&1) && fail "it is up"
	[[ $output == *"Address already in use"* ]] || fail "up: \"$output\""
	ip -n "$box" link set "$name" address "$MAC_B"
	output=$(in_ns "$box" busybox ifconfig "$name" hw ether "$MAC_A" 2>&1) && fail "changed"
	[[ $output == *"Address already in use"* ]] || fail "change: \"$output\""
	[ "$KIND" = mymacvlan ] || return 0
	dmesg | grep -F "$name" | grep -qF "$IN_USE: $MAC_A belongs to m1" ||
		fail "the kernel log does not say it"
}

test_lower_device_takes_it() {
	local lower name

	only_ours
	fresh
	lower=$(mac "$box" eth0)
	printf -v name 'v%08x' "$SRANDOM"
	child "$name" "$MAC_A"
	ip -n "$box" link set eth0 address "$MAC_A"
	hears "the lower device wins" send "$outside/eth0" dst="$MAC_A" \
		hear "$box/eth0,host=1" "$box/$name=0"
	hears "floods still come" send "$outside/eth0" hear "$box/$name=1"
	check "a warning names the child" logged "$name"
	ip -n "$box" link set eth0 address "$lower"
	hears "the child has it back" send "$outside/eth0" dst="$MAC_A" \
		hear "$box/eth0=0" "$box/$name,host=1"
	talks "$box/$name" "$outside/eth0"
}

test_lower_device_takes_it_and_the_child_leaves() {
	only_ours
	fresh
	child m1 "$MAC_A"
	child m2 "$MAC_B"
	ip -n "$box" link set eth0 address "$MAC_A"
	# Elsewhere, it is reachable again.
	check "another address" ip -n "$box" link set m1 address "$MAC_C"
	talks "$box/m1" "$outside/eth0"
	hears "still the lower device" send "$outside/eth0" dst="$MAC_A" hear "$box/eth0,host=1"
	# The second child is taken, goes down and must not come back up.
	ip -n "$box" link set eth0 address "$MAC_B"
	ip -n "$box" link set m2 down
	expect_err "$IN_USE: belongs to the lower device eth0" ip -n "$box" link set m2 up
	ip -n "$box" link set eth0 address "$MAC_A"
	check "now it can" ip -n "$box" link set m2 up
	talks "$box/m2" "$outside/eth0"
	# A child that is taken is deleted.
	ip -n "$box" link set eth0 address "$MAC_C"
	links "$box" <<-END
		link del m1
		link del m2
		link set eth0 address $MAC_B
	END
	clean_lower "$box" eth0
}

has_active() {
	[ "$(in_ns "$box" cat /sys/class/net/up0/bonding/active_slave)" = "$1" ]
}

# A bond that balances by addresses gives its active device that of another one, past the
# driver. What the lower device was asked for is to be the same when it ends.
test_written_over_by_a_bond() {
	local before

	only_ours
	fresh
	child m1 "$MAC_A"
	child m2 "$MAC_B"
	before=$(bridge -n "$box" fdb show dev eth0 | sort)
	links "$box" <<-END
		link set m1 down
		link add d0 address $MAC_B type dummy
	END
	ip -n "$box" link add up0 type bond mode balance-tlb miimon 10 lp_interval 3600 \
		2>/dev/null || skip "no bonding"
	links "$box" <<-END
		link set m1 master up0
		link set d0 master up0
		link set up0 up
	END
	poll 10 has_active m1 || fail "m1 is not active"
	ip -n "$box" link set up0 type bond active_slave d0
	poll 10 has_active d0 || fail "d0 is not active"
	equal "what m1 says" "$(mac "$box" m1)" "$MAC_B"
	check "down" ip -n "$box" link set m1 down
	check "m2's address is still a filter" listed "$box" eth0 "$MAC_B"
	check "m1's is none any more" not listed "$box" eth0 "$MAC_A"
	ip -n "$box" link del up0
	ip -n "$box" link del d0
	ip -n "$box" link set m1 up
	equal "filters" "$(bridge -n "$box" fdb show dev eth0 | sort)" "$before"
	hears "m2" send "$outside/eth0" dst="$MAC_B" hear "$box/m2,host=1"
	ip -n "$box" link del m1
	ip -n "$box" link del m2
	clean_lower "$box" eth0
}

spaces
run_tests change_while_up change_while_down no_frame_is_lost_meanwhile \
	same_address_again duplicate_may_exist_while_down duplicate_by_change \
	duplicate_of_the_lower_device invalid_address duplicate_by_ioctl \
	lower_device_takes_it lower_device_takes_it_and_the_child_leaves written_over_by_a_bond
