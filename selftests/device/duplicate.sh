#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Somebody else on the wire has the MAC address of a child: that is counted and
# logged. What a switch sends back of the child's own frames is not taken for it. The
# topology is in device.sh; outside is the somebody, or the switch.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan does not look"

# In use for longer than it takes to tell a frame that comes back.
PAUSE=0.3

# begin NAME MODE [ADDRESS] - a child, up, which has nothing to send
begin() {
	fresh
	ip -n "$box" link add link eth0 name "$1" address "${3-$MAC_A}" type "$KIND" \
		mode "$2" announce off
	ip -n "$box" link set "$1" up
}

# foreign [ADDRESS] - somebody else broadcasts with it, several times
foreign() {
	local i

	for ((i = 0; i < 5; i++)); do
		pause "$PAUSE"
		hears "a broadcast from outside" send "$outside/eth0" src="${1-$MAC_A}" \
			hear "$box/eth0=0-1"
	done
}

conflicts() {
	counter "$box" "$1" addr_conflicts
}

# lines NAME - what the log says of the child
lines() {
	dmesg | grep -c "[ :]$1: MAC address .* is in use by somebody else on the wire" || :
}

# Names of this run, as the log may have those of an earlier one.
NAME=d$((SRANDOM % 100000))

test_somebody_else() {
	local mode name

	for mode in bridge private vepa; do
		name=$NAME${mode::1}
		begin "$name" "$mode"
		foreign
		check "$mode: counted" poll 2 counted "$box" "$name" addr_conflicts 1
		equal "$mode: lines in the log" "$(lines "$name")" 1
		foreign
		equal "$mode: lines in the log, later" "$(lines "$name")" 1
		ip -n "$box" link del "$name"
	done
}

# Each of the child's broadcasts comes back.
test_switch_sends_back() {
	local mode name=${NAME}h i

	for mode in bridge private vepa; do
		begin "$name" "$mode"
		ip -n "$outside" link del br0 2>/dev/null || :
		switch "$outside" br0 eth0
		hairpin "$outside" eth0 on
		for ((i = 0; i < 6; i++)); do
			pause "$PAUSE"
			hears "$mode: comes back" send "$box/$name" hear "$box/eth0,tap=1"
		done
		pause "$PAUSE"
		equal "$mode: conflicts" "$(conflicts "$name")" 0
		ip -n "$box" link del "$name"
	done
	ip -n "$outside" link del br0
}

# A virtual router has several machines.
test_vrrp() {
	local name=${NAME}r

	begin "$name" private 00:00:5e:00:01:33
	foreign 00:00:5e:00:01:33
	pause "$PAUSE"
	equal "conflicts" "$(conflicts "$name")" 0
}

# A child that takes the router's address must not make the log say so.
test_own_choice() {
	local name=${NAME}o

	begin "$name" bridge
	ip -n "$box" link set "$name" netns "$room"
	ip -n "$room" link set "$name" up
	in_ns "$room" ip link set "$name" address "$MAC_B"
	foreign "$MAC_B"
	pause "$PAUSE"
	equal "conflicts" "$(counter "$room" "$name" addr_conflicts)" 0
	equal "lines in the log" "$(lines "$name")" 0
}

# The port ends while one is looked at.
test_port_ends_meanwhile() {
	local name=${NAME}e i

	for ((i = 0; i < 5; i++)); do
		begin "$name" bridge
		pause "$PAUSE"
		hears "from outside" send "$outside/eth0" src="$MAC_A" hear "$box/eth0=0-1"
		pause "$PAUSE"
		hears "from outside" send "$outside/eth0" src="$MAC_A" hear "$box/eth0=0-1"
		ip -n "$box" link del "$name"
	done
}

spaces
run_tests somebody_else switch_sends_back vrrp own_choice port_ends_meanwhile
