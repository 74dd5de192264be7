#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The two machines of machines.sh with $uplink = enp0s5.200, VLAN 200 of their
# network cards: promiscuous, with an address and the default route of its own.
# All in 192.168.200.0/24 and fd00:200::/64:
#
#   gateway .1 (br0.200 of the switch), machines .10 and .11,
#   containers .100 to .103
#
# Behind the gateway lives 203.0.113.1. The untagged network, 192.168.2.0/24,
# is there as well and hears nothing of this.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/machines.sh"

# vlan_machine NS HOST
vlan_machine() {
	address "$1" enp0s5 2 "$2"
	links "$1" <<-END
		link add link enp0s5 name enp0s5.200 type vlan id 200
		link set enp0s5.200 promisc on
	END
	address "$1" enp0s5.200 200 "$2"
	ip -n "$1" route add default via 192.168.200.1 dev enp0s5.200
}

# vlan_container MACHINE NS HOST
vlan_container() {
	container "$1" enp0s5.200 "$2" 200 "$3"
	ip -n "$2" route add default via 192.168.200.1
}

build() {
	machines
	links "$switch" <<-END
		link add link br0 name br0.200 type vlan id 200
		address add 203.0.113.1/32 dev lo
	END
	address "$switch" br0.200 200 1
	vlan_machine "$machine_a" 10
	vlan_machine "$machine_b" 11
	vlan_container "$machine_a" "$a1" 100
	vlan_container "$machine_a" "$a2" 101
	vlan_container "$machine_b" "$b1" 102
	vlan_container "$machine_b" "$b2" 103
	for ns in "$switch" "$machine_a" "$machine_b" "$a1" "$a2" "$b1" "$b2"; do
		poll 10 dad_done "$ns"
	done
}

test_containers_reach_each_other_and_the_gateway() {
	reach "$a1" 200 101 102 103 1
	reach "$a2" 200 100 102 103 1
	reach "$b1" 200 100 101 103 1
	reach "$b2" 200 100 101 102 1
}

test_machines_and_gateway_reach_containers() {
	reach "$switch" 200 100 101 102 103
	reach "$machine_a" 200 102 103 11 1
	reach "$machine_b" 200 100 101 10 1
}

test_default_route_is_the_gateway() {
	for ns in "$machine_a" "$machine_b" "$a1" "$b2"; do
		pings "$ns" 203.0.113.1
	done
}

test_frames_leave_with_the_tag() {
	hears "broadcast" send "$a1/eth0" \
		hear "$a2/eth0=1" "$b1/eth0=1" "$b2/eth0=1" "$switch/br0.200=1" \
		"$machine_b/enp0s5.200=1" "$machine_b/enp0s5=0"
	hears "untagged frames stay out" send "$switch/br0" \
		hear "$machine_a/enp0s5=1" "$a1/eth0=0" "$b1/eth0=0"
}

build
run_tests containers_reach_each_other_and_the_gateway \
	machines_and_gateway_reach_containers \
	default_route_is_the_gateway frames_leave_with_the_tag
