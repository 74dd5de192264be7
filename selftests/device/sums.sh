#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a child has lost is counted once by kind and once by cause: the sums are
# equal, whatever frames come in whatever state. And each frame that was for it is
# either received or lost. Of each mode, and a tap. The topology is in device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

[ "$KIND" = mymacvlan ] || skip_all "counters are our own"

# sum PREFIX SUFFIX - of the counters just read
sum() {
	local name total=0

	for name in "${!COUNTER[@]}"; do
		[[ $name != "$1"*"$2" ]] || total=$((total + COUNTER[$name]))
	done
	echo "$total"
}

# sums_agree STATE - of "rx_..._dropped" and "rx_drop_..." of m1, and of what ip
# shows, to which the kernel adds delivered frames of protocols that nobody speaks
sums_agree() {
	local by_kind shown

	by_kind=$(sum rx_ _dropped)
	equal "$1: by kind and by cause" "$by_kind" "$(sum rx_drop_ '')"
	shown=$(ip -n "$box" -j -s link show dev m1 | jq '.[0].stats64.rx.dropped')
	[ "$shown" -ge "$by_kind" ] || fail "$1: ip shows $shown of $by_kind"
}

# every_kind - frames of each kind from outside: 9 for MAC_A, of which 3 from MAC_C;
# 5 broadcasts; 6 for groups, two of them fragments; 2 for somebody else
every_kind() {
	check "all sent" frame limit=0 settle=100 \
		send "$outside/eth0" dst="$MAC_A" count=3 may-fail \
		send "$outside/eth0" dst="$MAC_A" src="$MAC_C" count=3 may-fail \
		send "$outside/eth0" dst="$MAC_A" vlan=5 may-fail \
		send "$outside/eth0" dst="$MAC_A" size=33 may-fail \
		send "$outside/eth0" dst="$MAC_A" size=1500 may-fail \
		send "$outside/eth0" count=3 may-fail \
		send "$outside/eth0" size=33 may-fail \
		send "$outside/eth0" vlan=5 may-fail \
		send "$outside/eth0" dst="$GROUP" count=3 may-fail \
		send "$outside/eth0" dst="$GROUP" size=33 may-fail \
		send "$outside/eth0" dst="$GROUP" ip4=224.0.0.7 frag=0+ size=64 count=2 may-fail \
		send "$outside/eth0" dst="$MAC_B" count=2 may-fail \
		hear "$box/eth0,tap"
}

# reached KIND - m1 has received or lost them, as the counters just read say
reached() {
	local got="rx_$1" lost="rx_$1_dropped"

	echo $((COUNTER[$got] + COUNTER[$lost]))
}

# gets STATE UNICAST BROADCAST - so many frames of every kind are for m1
gets() {
	local unicast broadcast

	counters "$box" m1
	unicast=$(reached unicast) broadcast=$(reached broadcast)
	every_kind
	counters "$box" m1
	equal "$1: unicast received or lost" $(($(reached unicast) - unicast)) "$2"
	equal "$1: broadcast received or lost" $(($(reached broadcast) - broadcast)) "$3"
	sums_agree "$1"
}

# total - received or lost, of all kinds; what a tap's ring had no room for is both
total() {
	echo $(($(reached unicast) + $(reached broadcast) + $(reached multicast) -
		COUNTER[rx_drop_queue_full]))
}

# tap_gets STATE FRAMES - so many of every kind are for the tap, which hears all groups
tap_gets() {
	local before

	counters "$box" m1
	before=$(total)
	every_kind
	counters "$box" m1
	equal "$1: received or lost" $(($(total) - before)) "$2"
	sums_agree "$1"
}

# lost NAME - how many frames m1 has lost by this cause
lost() {
	counter "$box" m1 "rx_drop_$1"
}

# through_all_states UP DOWN OPTION... - "UNICAST BROADCAST" that are for m1 while it
# is up, and while it is down
through_all_states() {
	local up=$1 down=$2 mode=${*:3} state
	shift 2

	fresh
	ip -n "$box" link add link eth0 name m1 address "$MAC_A" type "$KIND" "$@"
	for state in "m1 up=$up" "m1 down=$down" "m1 up=$up" "m1 protodown on=0 0" \
			"m1 protodown off=$up" "eth0 down=0 0" "eth0 up=$up"; do
		# With protodown a passthru child still takes what is for nobody else.
		[[ $state != *"protodown on"* || $mode != *passthru ]] ||
			state="${state%%=*}=$down"
		# shellcheck disable=SC2086 # device and state
		ip -n "$box" link set ${state%%=*}
		# shellcheck disable=SC2086 # two numbers
		gets "$mode, ${state%%=*}" ${state#*=}
	done
}

test_child_of_each_mode() {
	local mode

	for mode in private vepa bridge; do
		through_all_states "9 5" "0 0" mode "$mode"
		equal "$mode: nothing is lost to a child that is down" "$(lost child_down)" 0
	done
	through_all_states "3 0" "3 0" mode source macaddr add "$MAC_C"
	[ "$(lost child_down)" -gt 0 ] || fail "source: frames to a child that is down"
	# Floods go to who is up.
	through_all_states "11 5" "11 0" mode passthru
	[ "$(lost child_down)" -gt 0 ] || fail "passthru: frames to a child that is down"
}

# Nobody reads, and the ring is short: it overflows in the state "up".
test_tap() {
	local node

	fresh
	modprobe -q mymacvtap || [ -e /sys/module/mymacvtap ] || skip "no mymacvtap"
	ip -n "$box" link add link eth0 name m1 address "$MAC_A" type mymacvtap mode bridge
	ip -n "$box" link set m1 txqueuelen 2 up
	node=/dev/tap$(in_ns "$box" cat /sys/class/net/m1/ifindex)
	poll 5 test -c "$node" || fail "no node $node"
	tap_gets "tap that nobody has open" 20
	exec {tap}<>"$node"
	tap_gets "tap that nobody reads" 20
	[ "$(lost queue_full)" -gt 0 ] || fail "the ring did not overflow"
	ip -n "$box" link set m1 down
	tap_gets "tap that is down" 0
	ip -n "$box" link set m1 up
	tap_gets "tap that is up again" 20
	exec {tap}>&-
	tap_gets "tap that was closed" 20
}

spaces
run_tests child_of_each_mode tap
