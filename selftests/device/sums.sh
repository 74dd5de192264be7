#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a child has lost is counted once by kind and once by cause: the sums are
# equal, whatever frames come in whatever state. Of each mode, and a tap.
# The topology is in device.sh.
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

# sums_agree STATE DEV - of "rx_..._dropped" and "rx_drop_...", and of what ip shows,
# to which the kernel adds delivered frames of protocols that nobody speaks
sums_agree() {
	local by_kind shown

	counters "$box" "$2"
	by_kind=$(sum rx_ _dropped)
	equal "$2, $1: by kind and by cause" "$by_kind" "$(sum rx_drop_ '')"
	shown=$(ip -n "$box" -j -s link show dev "$2" | jq '.[0].stats64.rx.dropped')
	[ "$shown" -ge "$by_kind" ] || fail "$2, $1: ip shows $shown of $by_kind"
}

# every_kind FROM DEV - frames of each kind; what becomes of them is not asked
every_kind() {
	frame limit=0 settle=100 \
		send "$1" dst="$MAC_A" count=3 may-fail send "$1" count=3 may-fail \
		send "$1" dst="$GROUP" count=3 may-fail \
		send "$1" dst="$MAC_A" src="$MAC_C" count=3 may-fail \
		send "$1" dst="$GROUP" ip4=224.0.0.7 frag=0+ size=64 count=2 may-fail \
		send "$1" dst="$MAC_A" vlan=5 may-fail send "$1" size=0 may-fail \
		hear "$box/eth0,tap" >/dev/null || :
}

# lost NAME - how many frames m1 has lost by this cause
lost() {
	counter "$box" m1 "rx_drop_$1"
}

# through_all_states KIND OPTION...
through_all_states() {
	local state

	fresh
	ip -n "$box" link add link eth0 name m1 address "$MAC_A" type "$@"
	for state in "m1 up" "m1 down" "m1 up" "eth0 down" "eth0 up"; do
		# shellcheck disable=SC2086 # device and state
		ip -n "$box" link set $state
		every_kind "$outside/eth0"
		sums_agree "$* after $state" m1
	done
}

test_child_of_each_mode() {
	local mode

	for mode in private vepa bridge; do
		through_all_states mymacvlan mode "$mode"
		equal "$mode: nothing is lost to a child that is down" "$(lost child_down)" 0
	done
	through_all_states mymacvlan mode source macaddr add "$MAC_C"
	[ "$(lost child_down)" -gt 0 ] || fail "source: frames to a child that is down"
	through_all_states mymacvlan mode passthru
	[ "$(lost child_down)" -gt 0 ] || fail "passthru: frames to a child that is down"
}

# Nobody reads, and the ring is short: it overflows in the state "up".
test_tap() {
	local node

	fresh
	ip -n "$box" link add link eth0 name m1 address "$MAC_A" type mymacvtap mode bridge ||
		skip "no taps here"
	ip -n "$box" link set m1 txqueuelen 2 up
	node=/dev/tap$(in_ns "$box" cat /sys/class/net/m1/ifindex)
	[ -c "$node" ] || skip "no $node"
	exec {tap}<>"$node" 2>/dev/null || skip "$node does not open from here"
	every_kind "$outside/eth0"
	sums_agree "nobody reads" m1
	[ "$(lost queue_full)" -gt 0 ] || fail "the ring did not overflow"
	ip -n "$box" link set m1 down
	every_kind "$outside/eth0"
	sums_agree "down" m1
	exec {tap}>&-
	every_kind "$outside/eth0"
	sums_agree "closed" m1
}

spaces
run_tests child_of_each_mode tap
