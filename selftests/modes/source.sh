#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode source: a child gets every frame from the senders on its list, whatever
# the destination. See world.sh for the topology. Children of e0: s1 s2 s3
# (source), b1 (bridge).
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

A=02:aa:00:00:00:0a B=02:aa:00:00:00:0b C=02:aa:00:00:00:0c
G1=01:00:5e:01:01:01


# heard TEXT SOURCE DESTINATION NAME=N...
heard() {
	local want=() word

	for word in "${@:4}"; do
		want+=("$host/$word")
	done
	hears "$1" send "$peer/q0" src="$2" dst="$3" hear "${want[@]}"
}

# lists - s1: A, s2: A and B, s3: nothing
lists() {
	links "$host" <<-END
		link set s1 type $KIND macaddr set "$A"
		link set s2 type $KIND macaddr set $A $B
		link set s3 type $KIND macaddr flush
	END
}

test_unicast() {
	heard "listed twice, for s1" "$A" "@$host/s1" s1,host=1 s2=1 s3=0 b1=0
	heard "listed once, for s1" "$B" "@$host/s1" s1=0 s2=1 s3=0 b1=0
	heard "not listed, for s1" "$C" "@$host/s1" s1=0 s2=0 s3=0 b1=0
	heard "listed twice, for a bridge child" "$A" "@$host/b1" \
		s1=1 s2=1 s3=0 b1,host=1 e0=0
	heard "listed twice, for the lower device" "$A" "@$host/e0" \
		s1=1 s2=1 s3=0 b1=0 e0,host=1
	heard "listed twice, for nobody" "$A" 02:99:00:00:00:01 \
		s1=1 s2=1 s3=0 b1=0 e0,host=0
}

test_floods() {
	heard "broadcast, listed" "$A" broadcast \
		s1,broadcast=1 s2,broadcast=1 s3=0 b1,broadcast=1 e0=1
	heard "broadcast, not listed" "$C" broadcast s1=0 s2=0 s3=0 b1=1 e0=1
	# What was on the wire, not what it has joined.
	join b1 "$G1"
	heard "multicast, listed" "$A" "$G1" s1=1 s2=1 s3=0 b1=1 e0=1
	heard "multicast, not listed" "$C" "$G1" s1=0 s2=0 s3=0 b1=1 e0=1
	leave b1 "$G1"
}

test_nodst_ends_it_there() {
	ip -n "$host" link set s2 type "$KIND" mode source nodst
	heard "unicast for a bridge child" "$A" "@$host/b1" s1=1 s2=1 b1=0 e0=0
	heard "unicast for the lower device" "$B" "@$host/e0" s1=0 s2=1 e0=0
	heard "broadcast" "$B" broadcast s1=0 s2=1 b1=0 e0=0
	heard "a sender not on its list" "$C" "@$host/b1" s1=0 s2=0 b1,host=1
	ip -n "$host" link set s2 type "$KIND" mode source flag null
	heard "flag null" "$B" "@$host/b1" s1=0 s2=1 b1,host=1
}

# Or it could keep the router from the host and from all siblings.
test_nodst_is_not_the_containers() {
	local refused="Flag nodst is set from within the lower device's namespace only"

	only_ours
	netns box
	ip -n "$host" link add link e0 name c1 netns "$box" type "$KIND" mode bridge
	check "before it is first up" in_ns "$box" ip link set c1 type "$KIND" nodst
	check "cleared" in_ns "$box" ip link set c1 type "$KIND" flag null
	ip -n "$box" link set c1 up
	expect_err "$refused" in_ns "$box" ip link set c1 type "$KIND" \
		mode source nodst macaddr set "$C"
	has "$box" c1 mode=bridge nodst=
	check "without it" in_ns "$box" ip link set c1 type "$KIND" \
		mode source macaddr set "$C"
	expect_err "$refused" in_ns "$box" ip link set c1 type "$KIND" nodst
	expect_err "$refused" in_ns "$box" ip link add link c1 name c2 \
		type "$KIND" mode source nodst macaddr set "$C"
	heard "the host's router" "$C" "@$host/e0" e0=1
	netns_del "$box"
	# With a request that names nothing new, it stays as the host made it.
	netns box
	ip -n "$host" link add link e0 name c1 type "$KIND" mode source nodst
	ip -n "$host" link set c1 netns "$box" up
	check "as it is" in_ns "$box" ip link set c1 type "$KIND" nodst
	has "$box" c1 nodst=true
	netns_del "$box"
}

test_list_changed_live() {
	ip -n "$host" link set s3 type "$KIND" macaddr add "$C"
	heard "added" "$C" "@$host/e0" s1=0 s2=0 s3=1
	ip -n "$host" link set s3 type "$KIND" macaddr set "$A"
	heard "replaced, gone" "$C" "@$host/e0" s3=0
	heard "replaced, new" "$A" "@$host/e0" s1=1 s2=1 s3=1
	ip -n "$host" link set s3 type "$KIND" macaddr del "$A"
	heard "deleted" "$A" "@$host/e0" s1=1 s2=1 s3=0
	ip -n "$host" link set s2 type "$KIND" macaddr flush
	heard "flushed" "$A" "@$host/e0" s1=1 s2=0
	# Into another mode and back, the list is empty.
	ip -n "$host" link set s1 type "$KIND" mode bridge
	heard "no longer mode source" "$A" "@$host/e0" s1=0
	heard "a bridge child now" "$C" "@$host/s1" s1,host=1
	ip -n "$host" link set s1 type "$KIND" mode source
	heard "mode source with an empty list" "$A" "@$host/s1" s1=0
	lists
}

test_child_down() {
	ip -n "$host" link set s1 down
	heard "s1 down" "$A" "@$host/e0" s1=0 s2=1 e0,host=1
	gains "s1 counts" "$host" s1 "rx_drop_child_down=2 rx_unicast_dropped=1 rx_broadcast_dropped=1" \
		send "$peer/q0" src="$A" dst="@$host/e0" \
		send "$peer/q0" src="$A" hear "$host/s1=0" "$host/s2=2"
	ip -n "$host" link set s1 up
	heard "s1 up" "$A" "@$host/e0" s1=1 s2=1
}

test_child_deleted() {
	children "s4 mode source macaddr add $A"
	heard "there" "$A" "@$host/e0" s1=1 s4=1
	ip -n "$host" link del s4
	heard "gone" "$A" "@$host/e0" s1=1 e0,host=1
}

test_sends_to_the_wire() {
	hears "to outside" send "$host/s1" dst="@$peer/q0" \
		hear "$peer/q0,host=1" "$host/e0=0"
	hears "to a sibling" send "$host/s1" dst="@$host/b1" \
		hear "$peer/q0=1" "$host/b1=0"
	hears "broadcast" send "$host/s1" hear "$peer/q0=1" "$host/b1=0" \
		"$host/s2=0" "$host/e0=0"
}

# Its own frames that the switch sends back concern nobody here.
test_own_frames_that_come_back() {
	only_ours
	reflect on
	gains "broadcast" "$host" s1 "rx_drop_isolated=1 rx_broadcast_dropped=1" \
		send "$host/s1" hear "$host/s1=0" "$host/s2=0" "$host/b1=0" \
		"$host/e0=0" "$peer/q0=1"
	reflect off
}

# Who asks to hear itself hears that, and loses nothing.
test_own_frames_of_one_that_lists_itself() {
	only_ours
	ip -n "$host" link set s1 type "$KIND" macaddr add "$(mac "$host" s1)"
	reflect on
	gains "broadcast" "$host" s1 \
		"rx_broadcast=1 rx_drop_isolated=0 rx_broadcast_dropped=0" \
		send "$host/s1" hear "$host/s1=1" "$host/s2=0" "$host/b1=0" \
		"$host/e0=0" "$peer/q0=1"
	reflect off
	lists
}

test_machine() {
	local peer_mac

	peer_mac=$(mac "$peer" q0)
	netns one
	ip -n "$host" link add link e0 name m0 netns "$one" type "$KIND" \
		mode source
	links "$one" <<-END
		link set m0 up
		addr add 10.9.0.1/24 dev m0
		addr add fd09::1/64 dev m0
	END
	sysctls "$peer" net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.q0.disable_ipv6=0
	links "$peer" <<-END
		addr add 10.9.0.3/24 dev q0
		addr add fd09::3/64 dev q0
	END
	poll 10 dad_over "$one"
	poll 10 dad_over "$peer"
	no_ping "$one" 10.9.0.3
	ip -n "$one" link set m0 type "$KIND" macaddr add "$peer_mac"
	pings "$one" 10.9.0.3
	pings "$peer" 10.9.0.1
	pings "$one" fd09::3
	dad_fails "$one" m0 fd09::3/64
	ip -n "$peer" addr flush dev q0
}

world
children "s1 mode source" "s2 mode source" "s3 mode source" "b1 mode bridge"
lists

run_tests unicast floods nodst_ends_it_there nodst_is_not_the_containers \
	list_changed_live child_down child_deleted sends_to_the_wire \
	own_frames_that_come_back own_frames_of_one_that_lists_itself machine
