#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "bridge fdb" on a child: multicast addresses on any, unicast addresses on a
# passthru child only. The topology is in device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

fdb() {
	bridge -n "$box" fdb "$@"
}

test_multicast() {
	fresh
	child m1
	child m2
	check "add" fdb add "$GROUP" dev m1 self
	check "it is shown" listed "$box" m1 "$GROUP"
	check "it goes down" poll 5 listed "$box" eth0 "$GROUP"
	hears "only this child" send "$outside/eth0" dst="$GROUP" hear "$box/m1=1" "$box/m2=0"
	expect_err "File exists" fdb add "$GROUP" dev m1 self
	check "delete" fdb del "$GROUP" dev m1 self
	check "it is gone below" poll 5 not listed "$box" eth0 "$GROUP"
	check "it is not shown" not listed "$box" m1 "$GROUP"
	expect_err "" fdb del "$GROUP" dev m1 self
}

test_multicast_of_a_deleted_child() {
	fresh
	child m1
	fdb add "$GROUP" dev m1 self
	poll 5 listed "$box" eth0 "$GROUP"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# many add|del FIRST LAST - groups of m1, in one process
many() {
	local i

	for ((i = $2; i <= $3; i++)); do
		printf 'fdb %s 01:00:5e:7f:%02x:%02x dev m1 self\n' "$1" $((i >> 8)) \
			$((i & 255))
	done | bridge -n "$box" -batch -
}

# below FEWEST MOST - so many of these are in the lower device's list
below() {
	local count

	count=$(in_ns "$box" grep -cE ' eth0 .* 01005e7f' /proc/net/dev_mcast || :)
	[ "$count" -ge "$1" ] && [ "$count" -le "$2" ]
}

# For each that comes or goes the lower device's driver looks at all of them.
test_more_groups_than_a_child_may_have() {
	only_ours
	fresh
	child m1
	many add 0 4195
	check "no more go down" poll 10 below 4090 4096
	hears "one too many" send "$outside/eth0" dst=01:00:5e:7f:10:60 hear "$box/m1=1"
	check "it hears all" poll 5 frame limit=500 send "$outside/eth0" dst=01:00:5e:00:77:77 \
		hear "$box/m1=1"
	check "it is told" grep -q "m1.*: has more than 4096 multicast groups" <<<"$(dmesg)"
	ip -n "$box" link set m1 down
	check "none" poll 10 below 0 0
	ip -n "$box" link set m1 up
	check "the same again" poll 10 below 4090 4096
	many del 0 199
	check "fewer" poll 10 below 3996 3996
	check "it hears its own" poll 5 frame limit=500 send "$outside/eth0" \
		dst=01:00:5e:00:77:77 hear "$box/m1=0"
	hears "all of them" send "$outside/eth0" dst=01:00:5e:7f:10:60 hear "$box/m1=1"
	ip -n "$box" link del m1
	check "none is left" poll 10 below 0 0
}

# give_back OWNER MAC - the owner wants to give back what is taken from it already. Kernels
# from 7.1 on take an address off the lower device a moment later.
give_back() {
	check "$1 gives $2 back" in_ns "$box" "$ALONE" "$GIVE_BACK" m1 "$2" 50 "$1"
	check "it is gone below" poll 5 not listed "$box" eth0 "$2"
}

test_deleted_twice() {
	only_ours
	fresh
	child m1
	give_back fdb "$GROUP"
	fdb add "$GROUP" dev m1 self
	check "it goes down" poll 5 listed "$box" eth0 "$GROUP"
	hears "its group" send "$outside/eth0" dst="$GROUP" hear "$box/m1=1"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_unicast_deleted_twice() {
	only_ours
	fresh
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru nopromisc
		link set m1 up
	END
	give_back fdb "$MAC_A"
	fdb add "$MAC_A" dev m1 self
	check "it goes down" poll 5 listed "$box" eth0 "$MAC_A"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_taken_from_its_owner() {
	only_ours
	fresh
	child m1
	give_back group "$GROUP"
	hears "nobody's group" send "$outside/eth0" dst="$GROUP" hear "$box/m1=0"
	ip -n "$box" maddr add "$GROUP" dev m1
	check "it goes down" poll 5 listed "$box" eth0 "$GROUP"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_unicast_taken_from_its_owner() {
	only_ours
	fresh
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru nopromisc
		link set m1 up
		link add link m1 name v1 address $MAC_A type vlan id 5
	END
	give_back v1 "$MAC_A"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_unicast_is_refused() {
	local mode text="Unicast addresses can be added in mode passthru only"

	fresh
	ip -n "$box" link add link eth0 name m1 type "$KIND" mode private
	for mode in private vepa bridge source; do
		ip -n "$box" link set m1 type "$KIND" mode "$mode"
		expect_err "$text" fdb add "$MAC_A" dev m1 self
		expect_err "" fdb del "$MAC_A" dev m1 self
	done
	check "it is not shown" not listed "$box" m1 "$MAC_A"
}

test_unicast_of_passthru() {
	fresh
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru nopromisc
		link set m1 up
	END
	check "add" fdb add "$MAC_A" dev m1 self
	check "it is shown" listed "$box" m1 "$MAC_A"
	check "it goes down" poll 5 listed "$box" eth0 "$MAC_A"
	expect_err "File exists" fdb add "$MAC_A" dev m1 self
	expect_err "Invalid MAC address" fdb add 00:00:00:00:00:00 dev m1 self
	hears "it is heard" send "$outside/eth0" dst="$MAC_A" hear "$box/m1=1"
	check "delete" fdb del "$MAC_A" dev m1 self
	check "it is gone below" poll 5 not listed "$box" eth0 "$MAC_A"
	fdb add "$MAC_B" dev m1 self
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# unicast add|del FIRST LAST - addresses of m1, in one process
unicast() {
	local i

	for ((i = $2; i <= $3; i++)); do
		printf 'fdb %s 02:00:00:7f:%02x:%02x dev m1 self\n' "$1" $((i >> 8)) \
			$((i & 255))
	done | bridge -n "$box" -batch -
}

# unicast_below COUNT - so many of these are in the lower device's list
unicast_below() {
	[ "$(bridge -n "$box" fdb show dev eth0 | grep -c '^02:00:00:7f:')" = "$1" ]
}

test_more_unicast_than_a_child_may_have() {
	only_ours
	fresh
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru nopromisc
		link set m1 up
	END
	unicast add 1 4095
	check "they go down" poll 10 unicast_below 4095
	# A VLAN device's is one more, and one too many.
	links "$box" <<-END
		link add link m1 name v1 address 02:00:00:7f:77:01 type vlan id 5
		link add link m1 name v2 address 02:00:00:7f:77:02 type vlan id 6
		link set v1 up
		link set v2 up
	END
	check "no more go down" poll 10 listed "$box" eth0 02:00:00:7f:77:01
	unicast_below 4096 || fail "more than that"
	expect_err "Unicast address list is full: m1 takes 4096 addresses" \
		fdb add "$MAC_A" dev m1 self
	check "it is told" grep -q "m1.*: has more than 4096 unicast addresses" <<<"$(dmesg)"
	ip -n "$box" link set m1 down
	check "none" poll 10 unicast_below 0
	links "$box" <<-END
		link set m1 up
		link set v1 up
		link set v2 up
	END
	check "the same again" poll 10 unicast_below 4096
	unicast del 1 100
	check "room" poll 10 unicast_below 3997
	check "one that had no room" listed "$box" eth0 02:00:00:7f:77:02
	check "another" fdb add "$MAC_A" dev m1 self
	ip -n "$box" link del m1
	check "none is left" poll 10 unicast_below 0
	clean_lower "$box" eth0
}

# No address of a child is for one VLAN only, so none is taken for that.
test_vlan_is_refused() {
	fresh
	child m1
	expect_err "Addresses of a child are for all VLANs" \
		fdb add "$GROUP" dev m1 self vlan 5
	check "it is not shown" not listed "$box" m1 "$GROUP"
	fdb add "$GROUP" dev m1 self
	expect_err "" fdb del "$GROUP" dev m1 self vlan 5
	check "it is still there" listed "$box" m1 "$GROUP"
}

test_replace_is_refused() {
	fresh
	child m1
	expect_err "Addresses cannot be replaced" fdb replace "$GROUP" dev m1 self
}

spaces
ALONE=$(program alone) && GIVE_BACK=$(program give_back) || exit 1
run_tests multicast multicast_of_a_deleted_child more_groups_than_a_child_may_have \
	deleted_twice taken_from_its_owner unicast_is_refused unicast_of_passthru more_unicast_than_a_child_may_have unicast_deleted_twice \
	unicast_taken_from_its_owner vlan_is_refused replace_is_refused
