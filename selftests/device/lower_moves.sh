#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The lower device moves to another network namespace. On the way the kernel
# forgets the lower device's address filters; afterwards its children must hear
# all that they heard before, and nothing may stay behind when they go.
#
#    .- box -.         .- room -.         .- outside -.
#    |  m1   |  then   |        |         |           |
#    |  eth0-+- - - - -+- eth0 -+---------+- eth0     |
#    '-------'         '--------'         '-----------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# moved_over - eth0 goes to $room
moved_over() {
	ip -n "$box" link set eth0 netns "$room"
	ip -n "$room" link set eth0 up
}

test_children_hear_as_before() {
	only_ours
	fresh
	child m1 "$MAC_A"
	child m2 "$MAC_B"
	join "$box" eth0 "$box" m1
	moved_over
	poll 5 state_is "$box" m1 UP
	check "filter of m1" poll 5 listed "$room" eth0 "$MAC_A"
	check "filter of m2" poll 5 listed "$room" eth0 "$MAC_B"
	check "group of m1" poll 5 listed "$room" eth0 "$GROUP"
	talks group "$box/m1" "$outside/eth0"
	talks "$box/m2" "$outside/eth0"
	hears "only who joined" send "$outside/eth0" dst="$GROUP" hear "$box/m1=1" "$box/m2=0"
	hears "siblings" send "$box/m1" dst="@$box/m2" hear "$box/m2=1"
	# Groups can be left and joined as if nothing had happened.
	ip -n "$box" maddress del "$GROUP" dev m1
	check "left" poll 5 not listed "$room" eth0 "$GROUP"
	join "$room" eth0 "$box" m2
	talks group "$box/m2" "$outside/eth0"
	ip -n "$box" link del m1
	check "deleted" not listed "$room" eth0 "$MAC_A"
	ip -n "$box" link del m2
	clean_lower "$room" eth0
}

test_two_listeners_of_a_group() {
	only_ours
	fresh
	child m1
	child m2
	join "$box" eth0 "$box" m1
	join "$box" eth0 "$box" m2
	moved_over
	poll 5 listed "$room" eth0 "$GROUP"
	ip -n "$box" link del m1
	pause 0.2
	check "one is left" listed "$room" eth0 "$GROUP"
	ip -n "$box" link del m2
	check "none is left" poll 5 not listed "$room" eth0 "$GROUP"
	clean_lower "$room" eth0
}

# In the midst of the move a child joins a group: the lower device has it once.
test_join_meanwhile() {
	only_ours
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	[ -e "$KO" ] || skip "no $KO: make module MYMACVLAN_TEST=1 builds it"
	fresh
	child m1
	# It has a name of its own: the module looks for all devices of that name.
	ip -n "$box" link set eth0 down
	ip -n "$box" link set eth0 name moves
	ip -n "$box" link set moves up
	insmod "$KO" device=moves join=1
	dmesg --clear
	ip -n "$box" link set moves netns "$room" || fail "does not move"
	rmmod mymacvlan_view
	[[ $(dmesg) == *"view: m1 has joined"* ]] || fail "nobody has joined meanwhile"
	ip -n "$room" link set moves up
	check "joined" poll 5 joined "$room" moves "$MOVING" 1
	pause 0.2
	equal "references" "$(mc_users "$room" moves "$MOVING")" 1
	ip -n "$box" link del m1
	check "left" poll 5 joined "$room" moves "$MOVING" 0
	ip -n "$room" link del moves
}

test_there_and_back() {
	only_ours
	fresh
	child m1 "$MAC_A"
	join "$box" eth0 "$box" m1
	moved_over
	ip -n "$room" link set eth0 netns "$box"
	ip -n "$box" link set eth0 up
	poll 5 state_is "$box" m1 UP
	poll 5 listed "$box" eth0 "$GROUP"
	talks group "$box/m1" "$outside/eth0"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_child_that_wants_everything() {
	only_ours
	fresh
	child m1
	ip -n "$box" link set m1 promisc on allmulticast on
	moved_over
	poll 5 state_is "$box" m1 UP
	hears "a group nobody joined" send "$outside/eth0" dst="$GROUP" hear "$box/m1=1"
	ip -n "$box" link set m1 promisc off
	ip -n "$box" link set m1 allmulticast off
	hears "no more" send "$outside/eth0" dst="$GROUP" hear "$box/m1=0"
	ip -n "$box" link del m1
	clean_lower "$room" eth0
}

test_child_goes_with_it() {
	only_ours
	fresh
	child m1 "$MAC_A"
	moved_over
	ip -n "$box" link set m1 netns "$room"
	ip -n "$room" link set m1 up
	join "$room" eth0 "$room" m1
	talks group "$room/m1" "$outside/eth0"
	ip -n "$room" link del m1
	clean_lower "$room" eth0
}

test_child_that_is_down_meanwhile() {
	fresh
	child m1 "$MAC_A"
	ip -n "$box" link set m1 down
	moved_over
	check "no filter" not listed "$room" eth0 "$MAC_A"
	ip -n "$box" link set m1 up
	join "$room" eth0 "$box" m1
	talks group "$box/m1" "$outside/eth0"
	ip -n "$box" link del m1
	clean_lower "$room" eth0
}

test_passthru() {
	local own

	only_ours
	fresh
	own=$(mac "$box" eth0)
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru
		link set m1 up
		link set m1 address $MAC_A
	END
	join "$box" eth0 "$box" m1
	moved_over
	poll 5 state_is "$box" m1 UP
	talks group "$box/m1" "$outside/eth0"
	hears "passthru takes everything" send "$outside/eth0" dst="$MAC_B" hear "$box/m1=1"
	ip -n "$box" link del m1
	equal "address restored" "$(mac "$room" eth0)" "$own"
	clean_lower "$room" eth0
}

# What bridge has added to a passthru child.
test_addresses_of_passthru() {
	only_ours
	fresh
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru nopromisc
		link set m1 up
	END
	bridge -n "$box" fdb add "$MAC_A" dev m1 self
	check "goes down" poll 5 listed "$box" eth0 "$MAC_A"
	moved_over
	poll 5 state_is "$box" m1 UP
	check "filter" listed "$room" eth0 "$MAC_A"
	hears "as before" send "$outside/eth0" dst="$MAC_A" hear "$box/m1=1"
	bridge -n "$box" fdb del "$MAC_A" dev m1 self
	check "deleted" not listed "$room" eth0 "$MAC_A"
	ip -n "$box" link del m1
	clean_lower "$room" eth0
}

# The old namespace goes while the child of the moved device stays.
test_old_namespace_is_deleted() {
	only_ours
	spaces box
	fresh
	ip -n "$box" link add link eth0 name m1 netns "$other" address "$MAC_A" \
		type "$KIND" mode bridge
	ip -n "$other" link set m1 up
	join "$box" eth0 "$other" m1
	moved_over
	netns_del "$box"
	poll 5 state_is "$other" m1 UP
	poll 5 listed "$room" eth0 "$GROUP"
	talks group "$other/m1" "$outside/eth0"
	ip -n "$other" link del m1
	clean_lower "$room" eth0
}

# The new namespace goes, with the lower device and a child that was there
# first: the lower device is the first to be taken down.
test_new_namespace_is_deleted() {
	only_ours
	spaces room
	fresh
	ip -n "$box" link add link eth0 name m1 netns "$room" type "$KIND" mode bridge
	ip -n "$room" link set m1 up
	moved_over
	netns_del "$room"
	check "the cable is gone" poll 10 no_device "$outside" eth0
}

# dummy holds its instance lock during notifications on the newest kernels, and
# has a unicast filter of its own.
test_dummy() {
	local counts

	fresh
	ip -n "$box" link add d0 type dummy 2>/dev/null || skip "no dummy"
	links "$box" <<-END
		link set d0 up
		link add link d0 name m1 address $MAC_A type $KIND mode bridge
		link set m1 up promisc on allmulticast on
	END
	join "$box" d0 "$box" m1
	counts=$(counts "$box" d0)
	ip -n "$box" link set d0 netns "$room"
	ip -n "$room" link set d0 up
	[ "$KIND" = mymacvlan ] || return 0
	check "filter" poll 5 listed "$room" d0 "$MAC_A"
	check "group" poll 5 listed "$room" d0 "$GROUP"
	equal "counts" "$(counts "$room" d0)" "$counts"
	ip -n "$box" link del m1
	clean_lower "$room" d0
}

test_vlan() {
	only_ours
	fresh
	ip -n "$box" link add link eth0 name v5 type vlan id 5 2>/dev/null || skip "no VLAN"
	links "$box" <<-END
		link set v5 up
		link add link v5 name m1 address $MAC_A type $KIND mode bridge
		link set m1 up
	END
	join "$box" v5 "$box" m1
	# A VLAN has to be set free first; not every kernel lets it move.
	ip -n "$box" link set v5 netns "$room" 2>/dev/null || skip "a VLAN does not move here"
	ip -n "$room" link set v5 up
	poll 5 listed "$room" v5 "$GROUP"
	check "the card below hears it too" poll 5 listed "$box" eth0 "$GROUP"
	hears "tagged frames" send "$outside/eth0" vlan=5 dst="$MAC_A" \
		send "$outside/eth0" vlan=5 dst="$GROUP" send "$outside/eth0" vlan=5 \
		hear "$box/m1=3"
	ip -n "$box" link del m1
	clean_lower "$room" v5
	check "nothing is left below" poll 5 not listed "$box" eth0 "$GROUP"
}

spaces
KO=${MYMACVLAN_VIEW_KO:-$(dirname "$0")/../../build/mymacvlan_view.ko}
# What the module joins.
MOVING=01:00:5e:01:02:03
run_tests children_hear_as_before two_listeners_of_a_group join_meanwhile \
	there_and_back child_that_wants_everything \
	child_goes_with_it child_that_is_down_meanwhile passthru addresses_of_passthru \
	old_namespace_is_deleted new_namespace_is_deleted dummy vlan
