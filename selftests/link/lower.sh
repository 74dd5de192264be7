#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What can be a lower device and what cannot, with the reason given by name.
#
#   netns host
#   +---------------------------------------+
#   |   m0                                  |
#   |   |                                   |
#   |   e0, with br0, bond0 or an in-tree   |
#   |   |   macvlan on it already           |
#   |   p0                                  |
#   +---------------------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

child() {
	ip -n "$host" link add link "$1" name m0 type "$KIND" "${@:2}"
}

# refused_on DEV TEXT - and no device has changed
refused_on() {
	local before

	before=$(devices "$host")
	expect_err "$2" child "$1"
	equal "state after refusal on $1" \
		"$(devices "$host")" "$before"
}

test_loopback_refused() {
	refused_on lo "Lower device is not an Ethernet device"
}

test_not_ethernet_refused() {
	ip -n "$host" link add tun0 type vti local 127.0.0.1 2>/dev/null ||
		ip -n "$host" tuntap add tun0 mode tun 2>/dev/null ||
		skip "no other kind of device here"
	refused_on tun0 "Lower device is not an Ethernet device"
	ip -n "$host" link del tun0
}

test_without_lower_refused() {
	expect_err "" ip -n "$host" link add name m0 type "$KIND"
	check "no device" no_device "$host" m0
}

test_bridge_port_refused() {
	links "$host" <<-END
		link add br0 type bridge
		link set e0 master br0
	END
	refused_on e0 "Lower device is in use: e0 by br0"
	ip -n "$host" link del br0
	child e0
	ip -n "$host" link del m0
}

test_bond_slave_refused() {
	ip -n "$host" link add bond0 type bond mode active-backup 2>/dev/null ||
		skip "no bonding here"
	links "$host" <<-END
		link set e0 down
		link set e0 master bond0
	END
	refused_on e0 "Lower device is in use: e0 by bond0"
	ip -n "$host" link del bond0
	ip -n "$host" link set e0 up
}

test_ipvlan_refused() {
	ip -n "$host" link add link e0 name i0 type ipvlan mode l2 2>/dev/null ||
		skip "no ipvlan here"
	refused_on e0 "Lower device is in use: e0 by i0"
	ip -n "$host" link del i0
}

test_port_cannot_become_a_bridge_port() {
	child e0
	ip -n "$host" link add br0 type bridge
	check "a bridge may not take it" \
		expect_fail ip -n "$host" link set e0 master br0
	ip -n "$host" link del m0
	check "a free device may be taken" \
		ip -n "$host" link set e0 master br0
	ip -n "$host" link del br0
}

expect_fail() {
	! "$@"
}

test_in_tree_macvlan_on_the_same_lower() {
	only_ours
	ip -n "$host" link add link e0 name t0 type macvlan 2>/dev/null ||
		skip "no in-tree macvlan here"
	refused_on e0 "Lower device is in use: e0 by in-tree macvlan t0"
	# Both kinds at a time, on two lower devices.
	child p0
	printf 'link del %s\n' t0 m0 | links "$host"

	child e0
	check "in-tree macvlan on our port" expect_fail \
		ip -n "$host" link add link e0 name t0 type macvlan
	has "$host" m0 mode=vepa
	ip -n "$host" link set m0 up
	printf 'link del %s\n' m0 | links "$host"
	check "in-tree macvlan on what was our port" \
		ip -n "$host" link add link e0 name t0 type macvlan
	ip -n "$host" link del t0
}

# The real lower device is the one below.
test_child_on_a_child() {
	child e0 mode bridge
	ip -n "$host" link add link m0 name m1 type "$KIND" mode bridge
	has "$host" m1 link=e0
	# m0 has nobody on it, so it may go first.
	ip -n "$host" link del m0
	has "$host" m1 link=e0
	ip -n "$host" link del m1
}

# parent WHAT NAME [OPTION]... - a device of that kind, made by "ip link add
# NAME OPTION..." if there are options, takes a child and gives it back
parent() {
	local what=$1 name=$2
	shift 2

	if [ $# -gt 0 ] && ! ip -n "$host" link add name "$name" "$@" 2>/dev/null; then
		note "SKIP: this kernel has no $what"
		return
	fi
	ip -n "$host" link set "$name" up
	check "child on $what" child "$name" mode bridge
	check "up on $what" ip -n "$host" link set m0 up
	has "$host" m0 link="$name" mode=bridge
	check "child off $what" ip -n "$host" link del m0
	[ $# = 0 ] || ip -n "$host" link del "$name"
}

test_usual_parents() {
	local made

	made=$(devices "$host")
	parent veth e0
	parent dummy d0 type dummy
	parent vlan e0.200 link e0 type vlan id 200
	parent "vlan, reorder_hdr off" e0.201 link e0 type vlan id 201 \
		reorder_hdr off
	parent bridge br0 type bridge
	parent bond bond0 type bond
	parent team team0 type team
	equal "devices" "$(devices "$host")" "$made"
}

netns host
cable "$host" e0 "$host" p0

run_tests loopback_refused not_ethernet_refused without_lower_refused \
	bridge_port_refused bond_slave_refused ipvlan_refused \
	port_cannot_become_a_bridge_port in_tree_macvlan_on_the_same_lower \
	child_on_a_child usual_parents
