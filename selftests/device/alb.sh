#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A bond that balances by addresses (balance-alb, balance-tlb) looks at the
# devices above it: for each that it takes for a macvlan it sends "learning
# packets" with that device's address, and so tells the switch where it is. The
# children have no IP address but where it says so: what the switch learns of
# them then, it learns from these packets.
#
#    .--- room ---.
#    |     m1     |
#    '-----+------'
#    .-----+---- box --.        .---- outside ----.
#    |   up0    eth0 --+--------+-- eth0   switch |
#    |  (bond)  eth1 --+--------+-- eth1     |    |
#    '-----------------'        |      m9 - br0   |
#                               '-----------------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# build MODE - the bond, and a switch that tells VLANs apart
build() {
	fresh
	ip -n "$box" link add up0 type bond mode "$1" miimon 50 lp_interval 1 2>/dev/null ||
		skip "no bonding"
	cable "$box" eth1 "$outside" eth1
	ip -n "$outside" link del br0 2>/dev/null || :
	switch "$outside" br0 eth0 eth1
	ip -n "$outside" link set br0 type bridge vlan_filtering 1
	bridge -n "$outside" -batch - <<-END
		vlan add dev eth0 vid 7
		vlan add dev eth1 vid 7
	END
	links "$box" <<-END
		link set eth0 down
		link set eth1 down
		link set eth0 master up0
		link set eth1 master up0
		link set up0 up
		link set up0 type bond active_slave eth0
	END
}

# bond_child LOWER - m1 in room
bond_child() {
	ip -n "$box" link add link "$1" name m1 netns "$room" address "$MAC_A" \
		type "$KIND" mode bridge
	ip -n "$room" link set m1 up
	poll 5 state_is "$room" m1 UP
}

fail_over() {
	ip -n "$box" link set up0 type bond active_slave eth1
}

# learnt PORT VID - the switch has seen m1 behind this port, in this VLAN
learnt() {
	[[ $(bridge -n "$outside" fdb show dev "$1") == *"$MAC_A vlan $2 master br0"* ]]
}

test_failover_tells_of_a_child() {
	build balance-alb
	bond_child up0
	hears "before" send "$room/m1" hear "$outside/eth0,tap=1" "$outside/eth1,tap=0"
	check "the switch knows the old way" learnt eth0 1
	fail_over
	check "and the new way" poll 5 learnt eth1 1
	hears "afterwards" send "$room/m1" send "$outside/br0" dst="$MAC_A" \
		hear "$outside/eth1,tap=1" "$outside/eth0,tap=0" "$room/m1=1"
}

test_lost_cable_tells_of_a_child() {
	build balance-alb
	bond_child up0
	hears "before" send "$room/m1" hear "$outside/eth0,tap=1"
	ip -n "$outside" link set eth0 down
	check "the switch knows the new way" poll 10 learnt eth1 1
	hears "afterwards" send "$outside/br0" dst="$MAC_A" hear "$room/m1=1"
	ip -n "$outside" link set eth0 up
}

# The packets bear the tag of the VLAN that is between bond and child.
test_failover_tells_of_a_child_on_a_vlan() {
	build balance-alb
	ip -n "$box" link add link up0 name v7 up type vlan id 7 2>/dev/null || skip "no VLAN"
	bond_child v7
	hears "before" send "$room/m1" hear "$outside/eth0,tap=1" "$outside/eth1,tap=0"
	check "the switch knows the old way" learnt eth0 7
	fail_over
	check "and the new way" poll 5 learnt eth1 7
	check "in that VLAN only" not learnt eth1 1
}

# This mode tells all the time, without a failover.
test_tlb_tells_again_and_again() {
	build balance-tlb
	bond_child up0
	check "once" poll 10 learnt eth0 1
	bridge -n "$outside" fdb del "$MAC_A" dev eth0 master vlan 1
	check "and again" poll 10 learnt eth0 1
}

# A child that has gone is told of no more.
test_no_word_of_a_child_that_is_gone() {
	build balance-tlb
	bond_child up0
	check "while it is there" poll 10 learnt eth0 1
	ip -n "$room" link del m1
	bridge -n "$outside" fdb del "$MAC_A" dev eth0 master vlan 1
	# Twice the time after which it would be.
	pause 2.5
	check "not now" not learnt eth0 1
}

# ping_all NS HOST... - each of them answers
ping_all() {
	local ns=$1 host
	shift

	for host; do
		check "ping $host" in_ns "$ns" ping -n -c 1 -W 5 "192.0.2.$host"
	done
}

# Frames to several others, for which the bond takes turns with its slaves, and
# from them; on the other side, too, a child is one of them.
test_traffic_both_ways() {
	build balance-alb
	bond_child up0
	links "$outside" <<-END
		link add link br0 name m9 type $KIND mode bridge
		link set m9 netns $other
		address add 192.0.2.101/24 dev br0
		address add 192.0.2.102/24 dev br0
	END
	links "$other" <<-END
		link set m9 up
		address add 192.0.2.9/24 dev m9
	END
	ip -n "$room" address add 192.0.2.1/24 dev m1
	ip -n "$box" address add 192.0.2.2/24 dev up0
	ping_all "$room" 9 101 102
	ping_all "$other" 1 2
	ping_all "$box" 9 101
	fail_over
	ping_all "$other" 1 2
	ping_all "$room" 9 101 102
	ping_all "$box" 9 101
}

spaces
run_tests failover_tells_of_a_child lost_cable_tells_of_a_child \
	failover_tells_of_a_child_on_a_vlan tlb_tells_again_and_again \
	no_word_of_a_child_that_is_gone traffic_both_ways
