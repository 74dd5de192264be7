#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every kind of lower device: two children talk through it to the outside and
# to each other.
#
#    m1   m2
#     |   |
#    .+---+. one of: veth, VLAN, VLAN with reorder_hdr off, bond, team, bridge
#    |lower|
#    '--+--'            .- outside -.
#      eth0-------------+--- peer   |    peer: eth0, or its VLAN
#                       '-----------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# two_children LOWER - and that it can be called back
two_children() {
	links "$box" <<-END
		link set $1 up
		link add link $1 name m1 address $MAC_A type $KIND mode bridge
		link add link $1 name m2 address $MAC_B type $KIND mode bridge
		link set m1 up
		link set m2 up
	END
	poll 5 state_is "$box" m2 UP
}

# all_talk PEER - all ways, then the children go
all_talk() {
	join "$box" "$lower" "$box" m1
	talks group "$box/m1" "$1"
	talks "$box/m2" "$1"
	hears "one another" send "$box/m1" dst="@$box/m2" send "$box/m2" dst="@$box/m1" \
		send "$box/m1" \
		hear "$box/m1,host=1" "$box/m2,host=1" "$box/m2,broadcast=1" "$1=1"
	hears "unknown unicast" send "$1" dst="$MAC_C" hear "$box/m1=0" "$box/m2=0"
	links "$box" <<-END
		link del m1
		link del m2
	END
	poll 5 not listed "$box" "$lower" "$GROUP" || fail "$GROUP is left on $lower"
	check "$MAC_A is gone" not listed "$box" "$lower" "$MAC_A"
	check "$MAC_B is gone" not listed "$box" "$lower" "$MAC_B"
}

test_veth() {
	lower=eth0
	fresh
	two_children "$lower"
	all_talk "$outside/eth0"
	clean_lower "$box" eth0
}

# vlan OPTION... - VLAN 7 of eth0, with a peer on the outside
vlan() {
	lower=v7
	fresh
	ip -n "$box" link add link eth0 name v7 type vlan id 7 "$@" 2>/dev/null ||
		skip "no VLAN"
	links "$outside" <<-END
		link add link eth0 name v7 type vlan id 7
		link set v7 up
	END
	two_children v7
}

vlan_talks() {
	hears "tagged on the wire" send "$box/m1" type=88b5 hear "$outside/v7=1" "$outside/eth0=0"
	hears "untagged are not theirs" send "$outside/eth0" send "$outside/eth0" dst="$MAC_A" \
		hear "$box/m1=0" "$box/m2=0"
	all_talk "$outside/v7"
	ip -n "$box" link del v7
	clean_lower "$box" eth0
}

test_vlan() {
	vlan
	vlan_talks
}

# The frames arrive with the tag still in them.
test_vlan_with_reorder_hdr_off() {
	vlan reorder_hdr off
	vlan_talks
}

test_vlan_with_reorder_hdr_off_and_a_tap() {
	vlan reorder_hdr off
	# Somebody watches the lower device: siblings go the long way.
	hears "one another" send "$box/m1" dst="@$box/m2" send "$box/m1" \
		hear "$box/m2,host=1" "$box/m2,broadcast=1" "$box/v7,tap"
	vlan_talks
}

# Programs make such a device's frames with the tag in the Ethernet header.
test_ping_over_vlan_with_reorder_hdr_off() {
	vlan reorder_hdr off
	ip -n "$box" link set m1 netns "$room"
	links "$room" <<-END
		link set m1 up
		address add 192.0.2.1/24 dev m1
	END
	ip -n "$box" address add 192.0.2.2/24 dev m2
	ip -n "$outside" address add 192.0.2.3/24 dev v7
	check "outside" in_ns "$room" ping -n -c 1 -W 2 192.0.2.3
	check "from outside" in_ns "$outside" ping -n -c 1 -W 2 192.0.2.1
	# In-tree macvlan does not find the sibling.
	[ "$KIND" = mymacvlan ] || return 0
	check "sibling" in_ns "$room" ping -n -c 1 -W 2 192.0.2.2
	check "sibling's way" in_ns "$box" ping -n -c 1 -W 2 192.0.2.1
}

# master KIND OPTION... - "up0"
master() {
	local kind=$1
	shift
	lower=up0
	fresh
	ip -n "$box" link add up0 type "$kind" "$@" 2>/dev/null || skip "no $kind"
}

# its_port - eth0 becomes the only port of "up0"
its_port() {
	links "$box" <<-END
		link set eth0 down
		link set eth0 master up0
		link set eth0 up
		link set up0 up
	END
}

test_bond() {
	master bond mode active-backup miimon 100
	its_port
	two_children up0
	all_talk "$outside/eth0"
	clean_lower "$box" up0
}

test_team() {
	master team
	# As teamd would at its start.
	in_ns "$box" "$(program teammode)" up0 roundrobin
	its_port
	two_children up0
	all_talk "$outside/eth0"
	clean_lower "$box" up0
}

test_bridge() {
	master bridge stp_state 0 forward_delay 0 mcast_snooping 0
	its_port
	two_children up0
	all_talk "$outside/eth0"
	# A bridge takes no bridge.
	clean_lower "$box" up0 "$KIND"
}

# Devices that can be told apart no better than by their port: a VLAN of a bond.
test_vlan_of_a_bond() {
	master bond mode active-backup miimon 100
	its_port
	ip -n "$box" link add link up0 name v7 type vlan id 7 2>/dev/null || skip "no VLAN"
	links "$outside" <<-END
		link add link eth0 name v7 type vlan id 7
		link set v7 up
	END
	lower=v7
	two_children v7
	all_talk "$outside/v7"
	clean_lower "$box" v7
}

spaces
run_tests veth vlan vlan_with_reorder_hdr_off vlan_with_reorder_hdr_off_and_a_tap \
	ping_over_vlan_with_reorder_hdr_off bond team bridge vlan_of_a_bond
