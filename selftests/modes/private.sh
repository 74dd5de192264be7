#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode private: never hears a sibling, nor is heard by one, not even when the
# switch sends frames back. See world.sh for the topology. Children of e0: p1 p2
# (private), b1 (bridge), v1 (vepa).
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

G1=01:00:5e:01:01:01 G2=01:00:5e:02:02:02

# isolated FROM TO - not one frame, whatever the switch does
isolated() {
	reflect off
	hears "$1 to $2 by a plain switch" send "$host/$1" dst="@$host/$2" \
		hear "$host/$2=0" "$host/e0=0" "$peer/q0=1"
	# In-tree macvlan keeps broadcasts apart, but not unicast.
	[ "$KIND" = mymacvlan ] || return 0
	reflect on
	gains "$1 to $2 by a reflecting switch" "$host" "$2" \
		"rx_drop_isolated=1 rx_unicast_dropped=1 rx_unicast=0" \
		send "$host/$1" dst="@$host/$2" \
		hear "$host/$2=0" "$host/e0=0" "$peer/q0=1"
	reflect off
}

test_unicast_among_siblings() {
	isolated p1 p2
	isolated p1 b1
	isolated p1 v1
	isolated b1 p1
	isolated v1 p1
}

# The others hear each other as ever.
test_siblings_of_other_modes() {
	hears "unicast" send "$host/b1" dst="@$host/v1" hear "$peer/q0=1"
	reflect on
	hears "unicast, reflected" send "$host/b1" dst="@$host/v1" \
		hear "$host/v1,host=1" "$peer/q0=1"
	hears "broadcast" send "$host/v1" hear "$host/b1=1" "$host/v1=0" \
		"$host/p1=0" "$host/p2=0"
	reflect off
}

test_broadcast_from_a_private_child() {
	hears "plain switch" send "$host/p1" hear "$host/p1=0" "$host/p2=0" \
		"$host/b1=0" "$host/v1=0" "$host/e0=0" "$peer/q0,broadcast=1"
	reflect on
	# It hears itself: this could as well be a router that shares its MAC.
	hears "reflecting switch" send "$host/p1" hear "$host/p1=1" \
		"$host/p2=0" "$host/b1=0" "$host/v1=0" "$host/e0=0" "$peer/q0=1"
	reflect off
}

test_floods_from_others() {
	join p1 "$G1"
	join p2 "$G1"
	join v1 "$G1"
	reflect on
	hears "broadcast of a bridge child" send "$host/b1" hear "$host/p1=0" \
		"$host/p2=0" "$host/v1=1" "$peer/q0=1"
	hears "multicast of a vepa child" send "$host/v1" dst="$G1" hear \
		"$host/p1=0" "$host/p2=0" "$host/v1=0" "$peer/q0=1"
	hears "multicast of a bridge child" send "$host/b1" dst="$G1" hear \
		"$host/p1=0" "$host/p2=0" "$host/v1=1" "$peer/q0=1"
	hears "multicast of a private child" send "$host/p1" dst="$G1" hear \
		"$host/p2=0" "$host/v1=0" "$peer/q0=1"
	reflect off
	leave p1 "$G1"
	leave p2 "$G1"
	leave v1 "$G1"
}

test_from_and_to_outside() {
	join p2 "$G2"
	hears "unicast from outside" send "$peer/q0" dst="@$host/p1" \
		hear "$host/p1,host=1" "$host/p2=0" "$host/e0=0"
	hears "broadcast from outside" send "$peer/q0" hear \
		"$host/p1,broadcast=1" "$host/p2,broadcast=1" "$host/b1=1"
	hears "multicast from outside" send "$peer/q0" dst="$G2" hear \
		"$host/p1=0" "$host/p2,multicast=1" "$host/b1=0"
	hears "unicast to outside" send "$host/p1" dst="@$peer/q0" \
		hear "$peer/q0,host=1" "$host/e0=0"
	hears "multicast to outside" send "$host/p1" dst="$G2" \
		hear "$peer/q0,multicast=1" "$host/p2=0"
	leave p2 "$G2"
}

# A child that lists a private sibling does not hear it, nor keeps what the switch
# sends back of it from anybody.
test_listed_by_a_sibling() {
	only_ours
	children "s1 mode source macaddr add $(mac "$host" p1) nodst"
	reflect on
	gains "unicast to another" "$host" s1 \
		"rx_drop_isolated=1 rx_unicast_dropped=1 rx_unicast=0" \
		send "$host/p1" dst="@$host/b1" hear "$host/s1=0" "$host/b1=0" \
		"$peer/q0=1"
	gains "broadcast" "$host" s1 \
		"rx_drop_isolated=1 rx_broadcast_dropped=1 rx_broadcast=0" \
		send "$host/p1" hear "$host/s1=0" "$host/p1=1" "$peer/q0=1"
	# Once it is not private any more, who lists it hears it.
	ip -n "$host" link set p1 type "$KIND" mode vepa
	hears "not private" send "$host/p1" hear "$host/s1=1" "$peer/q0=1"
	ip -n "$host" link set p1 type "$KIND" mode private
	reflect off
	ip -n "$host" link del s1
}

# The lower device takes its address: it hears nothing, but is not heard either.
test_shadowed() {
	local own taken

	only_ours
	own=$(mac "$host" e0) taken=$(mac "$host" p1)
	ip -n "$host" link set e0 address "$taken"
	reflect on
	hears "unicast" send "$host/p1" dst="@$host/p2" send "$host/p1" dst="@$host/b1" \
		hear "$host/p2=0" "$host/b1=0" "$peer/q0=2"
	hears "broadcast" send "$host/p1" hear "$host/p2=0" "$host/b1=0" "$host/v1=0" \
		"$peer/q0=1"
	reflect off
	ip -n "$host" link set e0 address "$own"
	hears "it is heard from outside again" send "$peer/q0" dst="$taken" \
		hear "$host/p1,host=1"
}

# router_heard TEXT SOURCE - everybody hears what the peer sends as SOURCE
router_heard() {
	hears "$1: unicast" send "$peer/q0" src="$2" dst="@$host/b1" \
		send "$peer/q0" src="$2" dst="@$host/v1" \
		send "$peer/q0" src="$2" dst="@$host/p1" \
		send "$peer/q0" src="$2" dst="@$host/e0" \
		hear "$host/b1,host=1" "$host/v1,host=1" "$host/p1,host=1" \
		"$host/e0,host=1"
	hears "$1: broadcast" send "$peer/q0" src="$2" hear "$host/b1=1" \
		"$host/v1=1" "$host/p1=1" "$host/p2=1" "$host/e0=1"
}

# A container calls itself as the router does. It may; nobody is cut off.
test_takes_the_address_of_the_router() {
	local mode router

	only_ours
	router=$(mac "$peer" q0)
	netns box
	no_ipv6 "$box"
	links "$host" <<-END
		link add link e0 name t1 netns $box type $KIND mode private
		link add link e0 name s1 type $KIND mode source macaddr add $router
		link set s1 up
	END
	links "$box" <<-END
		link set t1 up
		link set t1 address $router
	END
	for mode in private bridge vepa source; do
		ip -n "$box" link set t1 type "$KIND" mode "$mode"
		router_heard "$mode" "$router"
		hears "$mode: who lists the router" send "$peer/q0" hear "$host/s1=1"
	done
	ip -n "$host" link del s1
}

# keepalived's child is private, and its peer on the wire has the same address.
test_shared_with_a_router() {
	local mode

	only_ours
	for mode in private bridge source; do
		links "$host" <<-END
			link add link e0 name r1 address 00:00:5e:00:01:07 \
				type $KIND mode $mode
			link set r1 up
		END
		router_heard "$mode" 00:00:5e:00:01:07
		ip -n "$host" link del r1
	done
}

# The mode is its owner's to change: who is private stays apart all the same.
test_container_gives_it_up() {
	netns box
	no_ipv6 "$box"
	ip -n "$host" link add link e0 name t1 netns "$box" type "$KIND" mode private
	ip -n "$box" link set t1 up
	hears "private" send "$box/t1" send "$host/b1" dst="@$box/t1" \
		hear "$host/b1=0" "$host/p1=0" "$box/t1=0" "$peer/q0=2"
	check "mode bridge" in_ns "$box" ip link set t1 type "$KIND" mode bridge
	hears "to all" send "$box/t1" hear "$host/b1=1" "$host/p1=0" "$host/p2=0" \
		"$host/v1=0" "$peer/q0=1"
	hears "to one" send "$box/t1" dst="@$host/b1" send "$box/t1" dst="@$host/p1" \
		hear "$host/b1=1" "$host/p1=0" "$peer/q0=1"
	hears "from all" send "$host/b1" send "$host/p1" hear "$box/t1=1" "$peer/q0=2"
}

test_machines() {
	machines private
	reflect on
	pings "$one" 10.9.0.3
	pings "$two" fd09::3
	pings "$peer" 10.9.0.2
	pings "$peer" fd09::1
	no_ping "$one" 10.9.0.2
	no_ping "$one" fd09::2
	dad_fails "$one" m0 fd09::3/64
	reflect off
	dad_passes "$one" m0 fd09::11/64
	ip -n "$peer" addr flush dev q0
}

test_mode_changed_live() {
	links "$host" <<-END
		link set p1 type $KIND mode bridge
		link set p2 type $KIND mode bridge
	END
	hears "both bridge" send "$host/p1" dst="@$host/p2" \
		hear "$host/p2,host=1" "$peer/q0=0"
	ip -n "$host" link set p2 type "$KIND" mode vepa
	reflect on
	hears "no private child left" send "$host/p1" dst="@$host/p2" \
		hear "$host/p2,host=1" "$peer/q0=1"
	ip -n "$host" link set p2 type "$KIND" mode private
	[ "$KIND" != mymacvlan ] ||
		hears "one private again" send "$host/p1" dst="@$host/p2" \
			hear "$host/p2=0" "$peer/q0=1"
	reflect off
	ip -n "$host" link set p1 type "$KIND" mode private
}

world
children "p1 mode private" "p2 mode private" "b1 mode bridge" "v1 mode vepa"

run_tests unicast_among_siblings siblings_of_other_modes \
	broadcast_from_a_private_child floods_from_others \
	from_and_to_outside listed_by_a_sibling shadowed \
	takes_the_address_of_the_router shared_with_a_router \
	container_gives_it_up machines mode_changed_live
