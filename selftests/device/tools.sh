#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What ethtool and ip say of a child, and what another kind of macvlan makes of
# it. The topology is in device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

test_driver() {
	fresh
	child m1
	[[ $(in_ns "$box" ethtool -i m1) == "driver: $KIND"$'\n'* ]] ||
		fail "driver: $(in_ns "$box" ethtool -i m1)"
}

# what NS DEV - the link settings that can be told of any device
settings() {
	in_ns "$1" ethtool "$2" 2>/dev/null | grep -E 'Speed|Duplex|Link detected'
}

test_link_settings_are_the_lower_devices() {
	fresh
	child m1
	poll 5 state_is "$box" m1 UP
	equal "settings" "$(settings "$box" m1)" "$(settings "$box" eth0)"
	[[ $(settings "$box" m1) == *Speed* ]] || fail "no speed"
	ip -n "$outside" link set eth0 down
	poll 5 state_is "$box" m1 LOWERLAYERDOWN
	[[ $(settings "$box" m1) == *"Link detected: no"* ]] || fail "link is still detected"
}

timestamping() {
	in_ns "$1" ethtool -T "$2" | tail -n +2
}

test_timestamping_is_the_lower_devices() {
	fresh
	child m1
	equal "timestamping" "$(timestamping "$box" m1)" "$(timestamping "$box" eth0)"
}

test_counters_have_names() {
	local name

	only_ours
	fresh
	child m1
	counters "$box" m1
	for name in rx_unicast rx_multicast rx_broadcast rx_unicast_dropped \
		rx_multicast_dropped rx_broadcast_dropped rx_drop_child_down \
		rx_drop_no_memory rx_drop_backlog rx_drop_isolated tx_wire \
		tx_local tx_hairpin tx_drop_wire tx_drop_lower_down \
		tx_drop_local tx_drop_flood tx_drop_pin tx_drop_link_control port_queue_dropped \
		port_queue_length port_queue_limit; do
		[ -n "${COUNTER[$name]-}" ] || fail "no $name"
	done
	equal "port_queue_limit" "${COUNTER[port_queue_limit]}" 1000
}

# statistics NS DEV - rx and tx packets, rx and tx bytes
statistics() {
	ip -n "$1" -s -j link show dev "$2" | jq -r \
		'.[0].stats64 | "\(.rx.packets) \(.tx.packets) \(.rx.bytes) \(.tx.bytes) \(.rx.multicast)"'
}

# Frames of 60 bytes: 14 of the header and 46 of the payload.
test_statistics() {
	fresh
	child m1
	child m2
	hears "frames" send "$outside/eth0" dst="@$box/m1" count=3 \
		send "$outside/eth0" count=2 send "$box/m1" dst="@$outside/eth0" count=4 \
		send "$box/m1" dst="@$box/m2" count=5 hear "$box/m1=5" "$box/m2=7"
	equal "m1" "$(statistics "$box" m1)" "5 9 300 540 2"
	equal "m2" "$(statistics "$box" m2)" "7 0 420 0 2"
}

# In-tree macvlan knows our children for macvlans, as NIC drivers do: it goes
# for the real lower device, which is taken.
test_others_know_a_child_for_a_macvlan() {
	only_ours
	fresh
	ip -n "$box" link add claim type dummy 2>/dev/null || skip "no dummy"
	ip -n "$box" link add link claim name t1 type macvlan 2>/dev/null ||
		skip "no in-tree macvlan"
	child m1
	expect_err "Device or resource busy" ip -n "$box" link add link m1 name t2 type macvlan
	expect_err "Lower device is in use" ip -n "$box" link add link t1 name m2 type "$KIND"
	talks "$box/m1" "$outside/eth0"
}

test_beside_in_tree_macvlan() {
	only_ours
	fresh
	cable "$box" eth1 "$outside" eth1
	ip -n "$box" link add link eth1 name t1 type macvlan mode bridge 2>/dev/null ||
		skip "no in-tree macvlan"
	ip -n "$box" link set t1 up
	child m1
	talks "$box/m1" "$outside/eth0"
	talks "$box/t1" "$outside/eth1"
	hears "apart" send "$outside/eth0" send "$outside/eth1" hear "$box/m1=1" "$box/t1=1"
	ip -n "$box" link del m1
	talks "$box/t1" "$outside/eth1"
}

spaces
run_tests driver link_settings_are_the_lower_devices \
	timestamping_is_the_lower_devices counters_have_names statistics \
	others_know_a_child_for_a_macvlan beside_in_tree_macvlan
