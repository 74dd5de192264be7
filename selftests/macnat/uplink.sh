#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Behind uplinks that let one MAC address through everything works for a child with
# "macnat on" that works for any machine, and nothing without it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# start LOCK - the uplink and two containers
start() {
	uplink
	"lock_by_$1"
	container "$c1" mode bridge macnat on
	container "$c2" mode private macnat on
	addresses "$c1" 11
	addresses "$c2" 12
}

everybody_reaches_everybody() {
	pings "$c1" 192.168.7.100 2001:db8:7::100
	pings "$c2" 192.168.7.100 2001:db8:7::100
	pings "$outside" 192.168.7.1 192.168.7.11 192.168.7.12 2001:db8:7::1 \
		2001:db8:7::11 2001:db8:7::12
	pings "$host" 192.168.7.100 2001:db8:7::100
	[ "$(counter "$c1" mv tx_macnat)" -gt 0 ] || fail "tx_macnat counts nothing"
	[ "$(counter "$c1" mv rx_macnat)" -gt 0 ] || fail "rx_macnat counts nothing"
}

test_locked_port() {
	start bridge
	everybody_reaches_everybody
}

test_rules() {
	start rules
	everybody_reaches_everybody
}

# With one and the other lock, so that both are seen to be one.
test_silence_without_it() {
	local lock

	for lock in bridge rules; do
		uplink
		"lock_by_$lock"
		container "$c1" mode bridge
		addresses "$c1" 11
		silent "out, $lock" "$c1" 192.168.7.100
		silent "in, $lock" "$outside" 192.168.7.11
		pings "$host" 192.168.7.100
	done
}

test_in_tree_is_silent() {
	uplink
	lock_by_bridge
	ip -n "$host" link add link e0 name mv netns "$c1" type macvlan mode bridge \
		2>/dev/null || skip "no in-tree macvlan here"
	ip -n "$c1" link set mv up
	addresses "$c1" 11
	silent "out" "$c1" 192.168.7.100
	silent "in" "$outside" 192.168.7.11
}

test_tcp_both_ways() {
	local feature

	start bridge
	head -c 2000000 /dev/urandom >"$RESULT_DIR/sent"
	for feature in on off; do
		in_ns "$host" ethtool -K e0 tso "$feature" gso "$feature" tx "$feature" \
			>/dev/null 2>&1
		file "$c1" 192.168.7.100 "$outside"
		file "$outside" 192.168.7.11 "$c1"
		file "$c2" 2001:db8:7::100 "$outside"
		file "$outside" 2001:db8:7::12 "$c2"
	done
}

# Datagrams larger than the MTU come in fragments.
test_fragments() {
	start bridge
	check "out, IPv4" in_ns "$c1" ping -n -c 1 -W 3 -s 5000 192.168.7.100
	check "in, IPv4" in_ns "$outside" ping -n -c 1 -W 3 -s 5000 192.168.7.11
	check "out, IPv6" in_ns "$c1" ping -n -c 1 -W 3 -s 5000 2001:db8:7::100
	check "in, IPv6" in_ns "$outside" ping -n -c 1 -W 3 -s 5000 2001:db8:7::11
}

# Siblings and the host see a child as it is.
test_real_addresses_inside() {
	uplink
	lock_by_bridge
	container "$c1" mode bridge macnat on host on
	container "$c2" mode bridge macnat on
	addresses "$c1" 11
	addresses "$c2" 12
	pings "$c1" 192.168.7.12 192.168.7.1 2001:db8:7::12 2001:db8:7::1
	pings "$outside" 192.168.7.11
	knows "$c2" mv 192.168.7.11 "$(mac "$c1" mv)"
	knows "$host" e0 192.168.7.11 "$(mac "$c1" mv)"
	knows "$outside" q0 192.168.7.11 "$(mac "$host" e0)"
	knows "$outside" q0 2001:db8:7::11 "$(mac "$host" e0)"
}

# knows NS DEV ADDRESS MAC
knows() {
	local entry

	in_ns "$1" ping -n -c 1 -W 3 "$3" >/dev/null 2>&1 || fail "${1%-*} to $3"
	entry=$(ip -n "$1" neighbour show to "$3" dev "$2")
	[[ $entry == *"lladdr $4 "* ]] || fail "${1%-*} has $3 as \"$entry\", expected $4"
}

# Neighbours forget, and ask again.
test_neighbours_ask_again() {
	local ns

	start bridge
	pings "$outside" 192.168.7.11 2001:db8:7::11
	for ns in "$outside" "$c1"; do
		ip -n "$ns" neighbour flush all
		pings "$outside" 192.168.7.11 2001:db8:7::11
		ip -n "$ns" neighbour flush all
		pings "$c1" 192.168.7.100 2001:db8:7::100
	done
}

# reachable NS ADDRESS - for "poll": somebody has answered a question to one
reachable() {
	in_ns "$1" ping -n -c 1 -W 1 "$2" >/dev/null 2>&1 || :
	[[ $(ip -n "$1" neighbour show to "$2") == *REACHABLE* ]]
}

# Before an entry is given up the neighbour itself is asked: by unicast.
test_unicast_questions() {
	local address

	start bridge
	pings "$outside" 192.168.7.11 2001:db8:7::11
	sysctls "$outside" net.ipv4.neigh.q0.mcast_solicit=0 net.ipv6.neigh.q0.mcast_solicit=0 \
		net.ipv4.neigh.q0.delay_first_probe_time=1 \
		net.ipv6.neigh.q0.delay_first_probe_time=1
	for address in 192.168.7.11 2001:db8:7::11; do
		ip -n "$outside" neighbour replace "$address" dev q0 \
			lladdr "$(mac "$host" e0)" nud stale
		poll 10 reachable "$outside" "$address" ||
			fail "nobody answers for $address when asked by unicast"
	done
}

test_vlan_on_a_child() {
	start bridge
	links "$c1" <<-END
	link add link mv name mv.5 up type vlan id 5
	address add 192.168.8.11/24 dev mv.5
	END
	links "$outside" <<-END
	link add link q0 name q0.5 up type vlan id 5
	address add 192.168.8.100/24 dev q0.5
	END
	pings "$c1" 192.168.8.100
	pings "$outside" 192.168.8.11
}

# The lower device may itself be a VLAN's.
test_vlan_below() {
	uplink
	lock_by_bridge
	links "$host" <<-END
	link add link e0 name e0.6 up type vlan id 6
	address add 192.168.9.1/24 dev e0.6
	END
	links "$outside" <<-END
	link add link q0 name q0.6 up type vlan id 6
	address add 192.168.9.100/24 dev q0.6
	END
	ip -n "$host" link add link e0.6 name mv netns "$c1" type "$KIND" mode bridge macnat on
	links "$c1" <<-END
	link set mv up
	address add 192.168.9.11/24 dev mv
	END
	pings "$c1" 192.168.9.100
	pings "$outside" 192.168.9.11 192.168.9.1
}

run_tests locked_port rules silence_without_it in_tree_is_silent tcp_both_ways fragments \
	real_addresses_inside neighbours_ask_again unicast_questions vlan_on_a_child vlan_below
