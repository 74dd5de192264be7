#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a child with "macnat on" cannot get by claiming addresses: the host's, a
# sibling's, and what the host routes for. Nor can it fill the host's memory.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

HOST=41 C1=42 C2=43

start() {
	uplink
	lock_by_bridge
	container "$c1" mode bridge macnat on
	container "$c2" mode private macnat on
	addresses "$c1" 11
	mark "$host" e0 "$HOST"
	mark "$c1" mv "$C1"
	mark "$c2" mv "$C2"
}

# claim NS ADDRESS... - on the device, and by ARP or neighbour discovery
claim() {
	local address

	for address in "${@:2}"; do
		case $address in
		*:*) ip -n "$1" address add "$address/64" dev mv nodad ;;
		*) ip -n "$1" address add "$address/24" dev mv
			in_ns "$1" busybox arping -q -A -c 2 -I mv "$address" || : ;;
		esac
	done
	in_ns "$1" ping -n -c 1 -W 1 192.168.7.100 >/dev/null 2>&1 || :
	in_ns "$1" ping -n -c 1 -W 1 2001:db8:7::100 >/dev/null 2>&1 || :
}

test_the_hosts_address() {
	start
	claim "$c2" 192.168.7.1 2001:db8:7::1
	answered "IPv4" "$outside" 192.168.7.1 "$HOST"
	answered "IPv6" "$outside" 2001:db8:7::1 "$HOST"
	[ "$(counter "$c2" mv rx_macnat_refused)" -gt 0 ] ||
		fail "rx_macnat_refused counts nothing"
}

# It is the host's as soon as the host has it.
test_an_address_that_the_host_gets_later() {
	start
	claim "$c2" 192.168.7.77 2001:db8:7::77
	answered "IPv4, before" "$outside" 192.168.7.77 "$C2"
	answered "IPv6, before" "$outside" 2001:db8:7::77 "$C2"
	links "$host" <<-END
	address add 192.168.7.77/24 dev e0
	address add 2001:db8:7::77/64 dev e0 nodad
	END
	answered "IPv4" "$outside" 192.168.7.77 "$HOST"
	answered "IPv6" "$outside" 2001:db8:7::77 "$HOST"
	links "$host" <<-END
	address del 192.168.7.77/24 dev e0
	address del 2001:db8:7::77/64 dev e0
	END
	answered "IPv4, after" "$outside" 192.168.7.77 "$C2"
	answered "IPv6, after" "$outside" 2001:db8:7::77 "$C2"
}

# Local for the host without an address on any device.
test_a_local_route_of_the_host() {
	start
	claim "$c2" 192.168.7.78
	answered "before" "$outside" 192.168.7.78 "$C2"
	ip -n "$host" route add local 192.168.7.78 dev lo
	answered "with the route" "$outside" 192.168.7.78 "$HOST"
}

test_a_siblings_address() {
	start
	answered "IPv4, before" "$outside" 192.168.7.11 "$C1"
	answered "IPv6, before" "$outside" 2001:db8:7::11 "$C1"
	claim "$c2" 192.168.7.11 2001:db8:7::11
	answered "IPv4" "$outside" 192.168.7.11 "$C1"
	answered "IPv6" "$outside" 2001:db8:7::11 "$C1"
	[ "$(counter "$c2" mv binding_contested)" -gt 0 ] ||
		fail "binding_contested counts nothing"
	# The first one goes: the address is free for the second.
	ip -n "$c1" link set mv down
	claim "$c2" 192.168.7.12
	answered "IPv4, when its owner has gone" "$outside" 192.168.7.11 "$C2"
}

# The host routes for others: what comes for them is the host's.
test_what_the_host_routes_for() {
	local got

	start
	sysctls "$host" net.ipv4.ip_forward=1
	links "$host" <<-END
	link add d0 up type dummy
	address add 10.9.0.1/24 dev d0
	END
	ip -n "$outside" route add 10.9.0.0/24 via 192.168.7.1
	ip -n "$outside" route add 10.10.0.0/24 via 192.168.7.1
	claim "$c2" 10.9.0.1 10.10.0.8
	got=$(counter "$c2" mv rx_macnat)
	answered "an address of another network of the host" "$outside" 10.9.0.1 "$HOST"
	silent "an address that nobody has" "$outside" 10.10.0.8
	equal "what the child got" "$(counter "$c2" mv rx_macnat)" "$got"
}

# An address moves from one container to another, without a conflict.
test_an_address_that_moves() {
	start
	answered "before" "$outside" 192.168.7.11 "$C1"
	ip -n "$c1" address del 192.168.7.11/24 dev mv
	ip -n "$c2" address add 192.168.7.11/24 dev mv
	answered "after" "$outside" 192.168.7.11 "$C2"
	equal "no conflict" "$(counter "$c2" mv binding_contested)" 0
}

test_down_and_up() {
	start
	answered "before" "$outside" 192.168.7.11 "$C1"
	ip -n "$c1" link set mv down
	silent "down" "$outside" 192.168.7.11
	ip -n "$c1" link set mv up
	answered "up again, without a word" "$outside" 192.168.7.11 "$C1"
	ip -n "$c1" link set mv address 02:00:00:00:77:01
	answered "another MAC address" "$outside" 192.168.7.11 "$C1"
}

# Thousands of addresses: the child itself still works, and so does everybody else.
test_thousands_of_addresses() {
	local i batch=''

	start
	for ((i = 0; i < 3000; i++)); do
		batch+="address add 192.168.$((20 + i / 250)).$((1 + i % 250))/32 dev mv"$'\n'
	done
	links "$c2" <<<"$batch"
	[ "$(counter "$c2" mv binding_limited)" -gt 2500 ] ||
		fail "binding_limited does not count"
	addresses "$c2" 12
	answered "its sibling" "$outside" 192.168.7.11 "$C1"
	answered "the host" "$outside" 192.168.7.1 "$HOST"
	answered "itself, by what it sends" "$outside" 192.168.7.12 "$C2"
}

# Nothing that comes from outside binds anything.
test_claims_from_outside() {
	start
	links "$outside" <<-END
	address add 192.168.7.55/24 dev q0
	END
	in_ns "$outside" busybox arping -q -A -c 2 -I q0 192.168.7.55 || :
	mark "$outside" q0 44
	answered "outside" "$host" 192.168.7.55 44
	answered "to a child" "$c1" 192.168.7.55 44
}

# The uplink knows of one address: the lower device asks for no other.
test_nothing_of_the_unicast_filter() {
	local fdb

	uplink
	ip -n "$host" link add link e0 name mv netns "$c1" type "$KIND" mode bridge macnat on
	ip -n "$c1" link set mv up promisc on
	fdb=$(in_ns "$host" bridge fdb show dev e0)
	[[ $fdb != *"$(mac "$c1" mv)"* ]] || fail "its address is on the lower device's list"
	has "$host" e0 promiscuity=0
}

run_tests the_hosts_address an_address_that_the_host_gets_later \
	a_local_route_of_the_host a_siblings_address what_the_host_routes_for \
	an_address_that_moves down_and_up thousands_of_addresses claims_from_outside \
	nothing_of_the_unicast_filter
