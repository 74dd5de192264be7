#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode passthru: the only child takes what the lower device receives. See
# world.sh for the topology. Child of e0: t0 (passthru).
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

G1=01:00:5e:01:01:01 G2=01:00:5e:02:02:02

test_unicast() {
	gains "for its address" "$host" t0 "rx_unicast=1" \
		send "$peer/q0" dst="@$host/e0" hear "$host/t0,host=1" "$host/e0=0"
	hears "for any other address" send "$peer/q0" dst=02:99:00:00:00:01 \
		hear "$host/t0=1" "$host/e0=0"
	hears "to outside" send "$host/t0" dst="@$peer/q0" \
		hear "$peer/q0,host=1" "$host/e0=0"
	# Something behind it, such as a bridge, sends with other addresses.
	hears "to outside, as another" send "$host/t0" src=02:99:00:00:00:02 \
		dst="@$peer/q0" hear "$peer/q0,host=1"
}

test_broadcast() {
	hears "from outside" send "$peer/q0" hear "$host/t0,broadcast=1" \
		"$host/e0,broadcast=1"
	hears "to outside" send "$host/t0" hear "$host/t0=0" "$host/e0=0" \
		"$peer/q0,broadcast=1"
}

test_multicast() {
	join t0 "$G1"
	hears "subscribed" send "$peer/q0" dst="$G1" hear "$host/t0,multicast=1"
	hears "not subscribed" send "$peer/q0" dst="$G2" hear "$host/t0=0"
	ip -n "$host" link set t0 promisc on
	poll 5 probe t0 "$G2" 1
	hears "promiscuous" send "$peer/q0" dst="$G2" hear "$host/t0=1"
	hears "promiscuous, once" send "$peer/q0" dst="$G1" hear "$host/t0=1"
	ip -n "$host" link set t0 promisc off
	leave t0 "$G1"
}

test_pause_is_not_flooded() {
	local group=01:80:c2:00:00:01

	ip -n "$host" link set t0 allmulticast on
	poll 5 probe t0 "$group" 1
	hears "PAUSE" send "$wire/p0" dst="$group" type=8808 hear "$host/t0=0"
	ip -n "$host" link set t0 allmulticast off
	poll 5 probe t0 "$group" 0
}

# Its broadcast that comes back is its own to hear, and no one else's.
test_reflected_broadcast() {
	reflect on
	hears "reflected" send "$host/t0" hear "$host/t0=1" "$host/e0=0" \
		"$peer/q0=1"
	reflect off
}

test_child_down_passes_to_the_lower_device() {
	ip -n "$host" link set t0 down
	hears "broadcast" send "$peer/q0" hear "$host/t0=0" "$host/e0=1"
	ip -n "$host" link set t0 up
	hears "up again" send "$peer/q0" dst="@$host/e0" hear "$host/t0,host=1"
}

test_bridge_on_top() {
	links "$host" <<-END
		link add br1 type bridge stp_state 0 mcast_snooping 0
		link set br1 up
		link set t0 master br1
		link add x0 type veth peer name x1
		link set x0 up master br1
		link set x1 up
	END
	hears "in" send "$peer/q0" dst="@$host/x1" hear "$host/x1,host=1"
	hears "out" send "$host/x1" dst="@$peer/q0" hear "$peer/q0,host=1"
	printf 'link del %s\n' x0 br1 | links "$host"
}

test_machine() {
	netns one
	sysctls "$peer" net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.q0.disable_ipv6=0
	ip -n "$host" link set t0 netns "$one"
	links "$one" <<-END
		link set t0 up
		addr add 10.9.0.1/24 dev t0
		addr add fd09::1/64 dev t0
	END
	links "$peer" <<-END
		addr add 10.9.0.3/24 dev q0
		addr add fd09::3/64 dev q0
	END
	poll 10 dad_over "$one"
	poll 10 dad_over "$peer"
	pings "$one" 10.9.0.3
	pings "$peer" fd09::1
	dad_fails "$one" t0 fd09::3/64
	dad_passes "$one" t0 fd09::11/64
}

world
children "t0 mode passthru"

# The last one takes the child with it.
run_tests unicast broadcast multicast pause_is_not_flooded reflected_broadcast \
	child_down_passes_to_the_lower_device bridge_on_top machine
