#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two machines on one switch, two containers on each, as in machines.sh, with
# $uplink = enp0s5 and all addresses in 192.168.2.0/24 and fd00:2::/64:
#
#   gateway .1, machines .10 and .11, containers .220 to .223
#
# Everybody reaches everybody, but for a machine and its own containers.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/machines.sh"

build() {
	machines
	address "$machine_a" enp0s5 2 10
	address "$machine_b" enp0s5 2 11
	container "$machine_a" enp0s5 "$a1" 2 220
	container "$machine_a" enp0s5 "$a2" 2 221
	container "$machine_b" enp0s5 "$b1" 2 222
	container "$machine_b" enp0s5 "$b2" 2 223
	for ns in "$machine_a" "$machine_b" "$a1" "$a2" "$b1" "$b2"; do
		poll 10 dad_done "$ns"
	done
}

test_containers_reach_each_other_and_the_gateway() {
	reach "$a1" 2 221 222 223 1
	reach "$a2" 2 220 222 223 1
	reach "$b1" 2 220 221 223 1
	reach "$b2" 2 220 221 222 1
}

test_gateway_and_other_machine_reach_containers() {
	reach "$switch" 2 220 221 222 223
	reach "$machine_a" 2 222 223 11 1
	reach "$machine_b" 2 220 221 10 1
}

# The lower device is not a member: its own machine is out of reach, as with
# in-tree macvlan.
test_container_does_not_reach_its_own_machine() {
	! in_ns "$a1" ping -n -c 1 -W 1 192.168.2.10 >/dev/null ||
		fail "a1 reached its own machine"
}

# Frames between two containers of a machine do not trouble the switch.
test_neighbours_talk_without_the_switch() {
	hears "unicast to a neighbour" send "$a1/eth0" dst="@$a2/eth0" count=3 \
		hear "$a2/eth0,host=3" "$switch/port_a,tap=0" "$b1/eth0,tap=0"
	hears "broadcast" send "$a1/eth0" \
		hear "$a2/eth0=1" "$b1/eth0=1" "$b2/eth0=1" "$switch/br0=1" \
		"$a1/eth0=0" "$machine_a/enp0s5=0" "$machine_b/enp0s5=1"
}

build
run_tests containers_reach_each_other_and_the_gateway \
	gateway_and_other_machine_reach_containers \
	container_does_not_reach_its_own_machine \
	neighbours_talk_without_the_switch
