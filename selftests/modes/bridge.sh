#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode bridge: direct to bridge siblings, everything else by the wire. See
# world.sh for the topology. Children of e0: b1 b2 b3 (bridge), v1 (vepa),
# p1 (private), d1 (bridge, down).
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

G1=01:00:5e:01:01:01 G2=01:00:5e:02:02:02 G6=33:33:00:00:00:99

# everyone=N as the end of a "hear" list for all but the named children
others() {
	local dev

	OTHERS=()
	for dev in b1 b2 b3 v1 p1 d1; do
		[[ " $* " == *" $dev "* ]] || OTHERS+=("$host/$dev=0")
	done
}

test_unicast_between_siblings() {
	others b2
	gains "b1 to b2, once, and not on the wire" "$host" b1 \
		"tx_local=1 tx_hairpin=0 tx_wire=0" \
		send "$host/b1" dst="@$host/b2" \
		hear "$host/b2,host=1" "${OTHERS[@]}" "$peer/q0=0"
	gains "the receiver counts it" "$host" b3 \
		"rx_unicast=3 rx_multicast=0 rx_broadcast=0" \
		send "$host/b1" dst="@$host/b3" count=3 hear "$host/b3,host=3"
}

test_unicast_to_other_modes_takes_the_wire() {
	others v1
	gains "b1 to v1" "$host" b1 "tx_wire=1 tx_local=0 tx_hairpin=0" \
		send "$host/b1" dst="@$host/v1" \
		hear "$host/v1=0" "${OTHERS[@]}" "$peer/q0=1"
	reflect on
	hears "b1 to v1 by a switch that reflects" \
		send "$host/b1" dst="@$host/v1" \
		hear "$host/v1,host=1" "${OTHERS[@]}" "$peer/q0=1"
	hears "v1 to b1 by a switch that reflects" \
		send "$host/v1" dst="@$host/b1" \
		hear "$host/b1,host=1" "$host/v1=0" "$host/b2=0" "$peer/q0=1"
	reflect off
}

test_unicast_from_outside() {
	local dev

	for dev in b1 v1 p1; do
		others "$dev"
		hears "peer to $dev" send "$peer/q0" dst="@$host/$dev" \
			hear "$host/$dev,host=1" "$host/e0=0" "${OTHERS[@]}"
	done
}

test_unicast_to_strangers() {
	others
	hears "from b1 to nobody here" \
		send "$host/b1" dst=02:99:00:00:00:01 \
		hear "$peer/q0=1" "$host/e0=0" "${OTHERS[@]}"
	hears "from outside, for the lower device" \
		send "$peer/q0" dst="@$host/e0" \
		hear "$host/e0,host=1" "${OTHERS[@]}"
	hears "from outside, for nobody" \
		send "$peer/q0" dst=02:99:00:00:00:01 \
		hear "$host/e0,host=0" "${OTHERS[@]}"
	hears "from b1 to the peer" send "$host/b1" dst="@$peer/q0" \
		hear "$peer/q0,host=1" "$host/e0=0" "${OTHERS[@]}"
}

test_broadcast_from_a_child() {
	others b2 b3
	gains "b1" "$host" b2 "rx_broadcast=1 rx_multicast=0 rx_unicast=0" \
		send "$host/b1" hear "$host/b2,broadcast=1" \
		"$host/b3,broadcast=1" "${OTHERS[@]}" "$peer/q0,broadcast=1" \
		"$host/e0=0"
}

test_broadcast_from_outside() {
	hears "to all that are up, and the lower device" send "$peer/q0" hear \
		"$host/b1,broadcast=1" "$host/b2,broadcast=1" \
		"$host/b3,broadcast=1" "$host/v1,broadcast=1" \
		"$host/p1,broadcast=1" "$host/e0,broadcast=1" "$host/d1=0"
}

# A switch that reflects brings a child's own broadcast back. It cannot be told
# from a router's frame that shares the child's address, so all hear it.
test_broadcast_that_comes_back() {
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 703 ] ||
		skip "in-tree macvlan does otherwise on this kernel"
	reflect on
	hears "b1" send "$host/b1" hear "$host/b1=1" "$host/b2=2" \
		"$host/b3=2" "$host/v1=1" "$host/p1=0" "$peer/q0=1"
	reflect off
}

# The virtual router of VRRP: outside is a machine with b1's address.
test_shared_address_from_outside() {
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 703 ] ||
		skip "in-tree macvlan does otherwise on this kernel"
	join b2 "$G1"
	hears "broadcast" send "$peer/q0" src="@$host/b1" hear "$host/b1=1" \
		"$host/b2=1" "$host/b3=1" "$host/v1=1" "$host/p1=0"
	hears "multicast" send "$peer/q0" src="@$host/b1" dst="$G1" \
		hear "$host/b1=0" "$host/b2,multicast=1" "$host/b3=0"
	hears "unicast" send "$peer/q0" src="@$host/b1" dst="@$host/b2" \
		hear "$host/b1=0" "$host/b2,host=1" "$host/b3=0"
	leave b2 "$G1"
}

test_multicast_reaches_subscribers_only() {
	local group

	join b1 "$G1"
	join b2 "$G1" "$G2"
	join v1 "$G2" "$G6"
	ip -n "$host" maddr add "$G1" dev d1
	others b1 b2
	hears "first group, from outside" send "$peer/q0" dst="$G1" hear \
		"$host/b1,multicast=1" "$host/b2,multicast=1" \
		"$host/e0,multicast=1" "${OTHERS[@]}"
	others b2 v1
	hears "second group, from outside" send "$peer/q0" dst="$G2" \
		hear "$host/b2=1" "$host/v1=1" "${OTHERS[@]}"
	others v1
	hears "group of IPv6, from outside" send "$peer/q0" dst="$G6" \
		hear "$host/v1,multicast=1" "${OTHERS[@]}"
	others b2
	hears "first group, from a child that listens itself" \
		send "$host/b1" dst="$G1" \
		hear "$host/b2,multicast=1" "${OTHERS[@]}" "$peer/q0=1"
	hears "second group, from a child that does not" \
		send "$host/b3" dst="$G2" \
		hear "$host/b2=1" "${OTHERS[@]}" "$peer/q0=1"
	leave b1 "$G1"
	leave b2 "$G1" "$G2"
	leave v1 "$G2" "$G6"
	ip -n "$host" maddr del "$G1" dev d1
	for group in "$G1" "$G2" "$G6"; do
		equal "users of $group" "$(mc_users "$host" e0 "$group")" 0
	done
}

# In-tree macvlan goes on hearing until the next change of its list.
test_multicast_after_leaving() {
	only_ours
	join b1 "$G1"
	join b2 "$G1" "$G2"
	leave b2 "$G1"
	others b1
	hears "a group that one of two has left" send "$peer/q0" dst="$G1" \
		hear "$host/b1=1" "${OTHERS[@]}"
	leave b1 "$G1"
	others
	hears "a group that all have left" send "$peer/q0" dst="$G1" \
		hear "${OTHERS[@]}"
	others b2
	hears "a group that nobody has left" send "$peer/q0" dst="$G2" \
		hear "$host/b2=1" "${OTHERS[@]}"
	leave b2 "$G2"
}

# By the other way to subscribe, and by IGMP.
test_multicast_other_ways_to_join() {
	only_ours
	in_ns "$host" bridge fdb add "$G1" dev b2
	poll 5 joined "$host" e0 "$G1" 1
	hears "bridge fdb" send "$peer/q0" dst="$G1" \
		hear "$host/b1=0" "$host/b2=1"
	in_ns "$host" bridge fdb del "$G1" dev b2
	poll 5 joined "$host" e0 "$G1" 0
	hears "deleted" send "$peer/q0" dst="$G1" hear "$host/b2=0"
	ip -n "$host" addr add 239.1.1.1/32 dev b3 autojoin
	poll 5 joined "$host" e0 "$G1" 1
	hears "IGMP" send "$peer/q0" dst="$G1" \
		hear "$host/b1=0" "$host/b2=0" "$host/b3=1"
	ip -n "$host" addr del 239.1.1.1/32 dev b3
	poll 5 joined "$host" e0 "$G1" 0
}

# 256 groups and one subscriber to one of them: no filter lets others through.
test_multicast_no_false_positives() {
	local i group sends=()

	only_ours
	for ((i = 0; i < 256; i++)); do
		printf -v group '01:00:5e:33:44:%02x' "$i"
		sends+=(send "$peer/q0" dst="$group")
	done
	join b2 01:00:5e:33:44:07
	hears "256 groups" "${sends[@]}" hear "$host/b1=0" "$host/b2=1"
	leave b2 01:00:5e:33:44:07
}

allmulti_is() {
	[ "$(field "$host" e0 allmulti)" = "$1" ]
}

test_allmulti_and_promiscuous_hear_all_once() {
	join b1 "$G1"
	join b3 "$G1"
	links "$host" <<-END
		link set b1 allmulticast on
		link set b2 promisc on
	END
	poll 5 allmulti_is 1
	hears "a group" send "$peer/q0" dst="$G1" hear \
		"$host/b1=1" "$host/b2=1" "$host/b3=1" "$host/v1=0"
	hears "another group" send "$peer/q0" dst="$G2" hear \
		"$host/b1=1" "$host/b2=1" "$host/b3=0" "$host/v1=0"
	hears "broadcast" send "$peer/q0" hear \
		"$host/b1=1" "$host/b2=1" "$host/b3=1" "$host/v1=1"
	hears "a group, from a child" send "$host/b3" dst="$G2" hear \
		"$host/b1=1" "$host/b2=1" "$host/b3=0" "$peer/q0=1"
	hears "unicast for others is for others" send "$host/b1" \
		dst="@$host/b3" hear "$host/b2=0" "$host/b3=1"
	links "$host" <<-END
		link set b1 allmulticast off
		link set b2 promisc off
	END
	poll 5 allmulti_is 0
	check "no longer" poll 5 frame send "$peer/q0" dst="$G2" hear \
		"$host/b1=0" "$host/b2=0" "$host/b3=0"
	hears "what b1 had joined before" send "$peer/q0" dst="$G1" hear \
		"$host/b1=1" "$host/b2=0" "$host/b3=1"
	leave b1 "$G1"
	leave b3 "$G1"
}

test_child_down_and_up() {
	others
	hears "from outside to a child that is down" \
		send "$peer/q0" dst="@$host/d1" hear "${OTHERS[@]}"
	hears "from a sibling to one that is down" \
		send "$host/b1" dst="@$host/d1" hear "${OTHERS[@]}"
	ip -n "$host" link set d1 up
	hears "up, from a sibling" send "$host/b1" dst="@$host/d1" \
		hear "$host/d1,host=1"
	hears "up, broadcast" send "$peer/q0" hear "$host/d1=1"
	ip -n "$host" link set d1 down
	hears "down again" send "$peer/q0" hear "$host/d1=0" "$host/b1=1"
	hears "down again, from a sibling" send "$host/b1" dst="@$host/d1" \
		hear "${OTHERS[@]}"
}

# PAUSE is between the two ends of a cable, whoever listens to its group.
test_pause_is_not_flooded() {
	local group=01:80:c2:00:00:01

	join b2 "$group"
	ip -n "$host" link set b3 promisc on
	poll 5 allmulti_is 0
	others
	hears "from outside" send "$wire/p0" dst="$group" type=8808 \
		hear "${OTHERS[@]}"
	hears "from a child" send "$host/b1" dst="$group" type=8808 \
		hear "${OTHERS[@]}"
	hears "other frames to that group are" send "$wire/p0" dst="$group" \
		hear "$host/b2=1" "$host/b3=1" "$host/b1=0"
	ip -n "$host" link set b3 promisc off
	leave b2 "$group"
}

# The host's own multicast, looped back to itself, has no Ethernet header.
test_looped_frames_pass_by() {
	local before

	sysctls "$host" net.ipv4.icmp_echo_ignore_broadcasts=0
	links "$host" <<-END
		link set lo up
		addr add 10.9.1.1/24 dev e0
		route add 224.0.0.0/4 dev e0
		link set b2 promisc on
	END
	before=$(counter "$host" b2 rx_multicast)
	pings "$host" 224.0.0.1
	equal "multicast heard by b2" \
		"$(counter "$host" b2 rx_multicast)" "$before"
	links "$host" <<-END
		addr del 10.9.1.1/24 dev e0
		link set b2 promisc off
		link set lo down
	END
}

# Children in one namespace share its reassembly, so they get it done.
test_multicast_fragments_are_reassembled() {
	local first="ip4=239.1.1.1 id=11 frag=0+ size=800"
	local last="ip4=239.1.1.1 id=11 frag=800 size=100"

	join b1 "$G1"
	join b2 "$G1"
	# shellcheck disable=SC2086 # lists of words
	hears "two fragments are one frame" \
		send "$peer/q0" dst="$G1" $first send "$peer/q0" dst="$G1" $last \
		hear "$host/b1,multicast=1" "$host/b2,multicast=1" \
		"$host/b3=0" "$host/e0,multicast=1"
	# shellcheck disable=SC2086
	hears "in the other order" \
		send "$peer/q0" dst="$G1" ${last/id=11/id=12} \
		send "$peer/q0" dst="$G1" ${first/id=11/id=12} \
		hear "$host/b1=1" "$host/b2=1" "$host/b3=0"
	# shellcheck disable=SC2086
	hears "one alone is none" \
		send "$peer/q0" dst="$G1" ${first/id=11/id=13} \
		hear "$host/b1=0" "$host/b2=0"
	# shellcheck disable=SC2086
	hears "unicast ones are left alone" \
		send "$peer/q0" dst="@$host/b1" ${first/id=11/id=14} \
		send "$peer/q0" dst="@$host/b1" ${last/id=11/id=14} \
		hear "$host/b1,host=2" "$host/b2=0"
	leave b1 "$G1"
	leave b2 "$G1"
}

# A tap has heard the last fragment as it was on the wire, with a sender of its own: what
# follows from that one (here: a private child's, that comes back) is not for the whole.
test_fragments_beside_a_tap() {
	local first="ip4=239.1.1.1 id=21 frag=0+ size=800"
	local last="ip4=239.1.1.1 id=21 frag=800 size=100"

	only_ours
	[ "$KIND" = mymacvlan ] || skip "only for kind mymacvlan"
	modprobe -q mymacvtap || [ -e /sys/module/mymacvtap ] || skip "no mymacvtap"
	ip -n "$host" link add link e0 name t0 type mymacvtap mode bridge
	ip -n "$host" link set t0 up
	join b1 "$G1"
	# shellcheck disable=SC2086 # lists of words
	hears "its first one's sender counts" \
		send "$peer/q0" dst="$G1" $first \
		send "$peer/q0" dst="$G1" src="@$host/p1" $last \
		hear "$host/b1=1" "$host/e0=1" "$host/t0=1" "$host/p1=0"
	leave b1 "$G1"
	ip -n "$host" link del t0
}

test_machines_reach_each_other() {
	machines bridge
	pings "$one" 10.9.0.2
	pings "$one" 10.9.0.3
	pings "$peer" 10.9.0.2
	pings "$one" fd09::2
	pings "$two" fd09::3
	pings "$peer" fd09::1
	dad_fails "$two" m0 fd09::1/64
	dad_fails "$one" m0 fd09::3/64
	dad_passes "$peer" q0 fd09::33/64
	dad_fails "$peer" q0 fd09::2/64
	links "$peer" <<-END
		addr flush dev q0
	END
}

test_mode_changed_live() {
	ip -n "$host" link set b3 type "$KIND" mode vepa
	hears "b1 to b3 in mode vepa" send "$host/b1" dst="@$host/b3" \
		hear "$host/b3=0" "$peer/q0=1"
	hears "broadcast" send "$host/b1" hear "$host/b2=1" "$host/b3=0"
	ip -n "$host" link set b3 type "$KIND" mode bridge
	hears "b1 to b3 in mode bridge again" send "$host/b1" dst="@$host/b3" \
		hear "$host/b3,host=1" "$peer/q0=0"
	hears "broadcast again" send "$host/b1" hear "$host/b2=1" "$host/b3=1"
	ip -n "$host" link set b1 type "$KIND" mode vepa
	hears "from b1 in mode vepa" send "$host/b1" dst="@$host/b3" \
		hear "$host/b3=0" "$peer/q0=1"
	ip -n "$host" link set b1 type "$KIND" mode bridge
	hears "from b1 in mode bridge again" send "$host/b1" dst="@$host/b3" \
		hear "$host/b3,host=1" "$peer/q0=0"
}

world
children "b1 mode bridge" "b2 mode bridge" "b3 mode bridge" "v1 mode vepa" \
	"p1 mode private" "d1 mode bridge"
ip -n "$host" link set d1 down

run_tests unicast_between_siblings unicast_to_other_modes_takes_the_wire \
	unicast_from_outside unicast_to_strangers broadcast_from_a_child \
	broadcast_from_outside broadcast_that_comes_back \
	shared_address_from_outside multicast_reaches_subscribers_only multicast_after_leaving \
	multicast_other_ways_to_join multicast_no_false_positives \
	allmulti_and_promiscuous_hear_all_once child_down_and_up \
	pause_is_not_flooded looped_frames_pass_by \
	multicast_fragments_are_reassembled fragments_beside_a_tap \
	machines_reach_each_other \
	mode_changed_live
