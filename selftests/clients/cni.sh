#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The CNI plugin "macvlan", called as a container runtime calls it: ADD, CHECK, DEL
# with a configuration on standard input.
#
#   .- netns pod1 -.    .- netns pod2 -.
#   |  eth0  .31   |    |  eth0  .32   |
#   '------+-------'    '------+-------'
#          '----. .------------'
#          enp0s5 (netns machine) ------- switch: br0 192.168.2.1
. "$(dirname "$0")/lib.sh"

CNI=/usr/lib/cni
client_programs $CNI/macvlan $CNI/static $CNI/tuning jq ping

# conf HOST [MEMBERS] - the configuration for pod HOST; more members, as JSON
conf() {
	jq -n --argjson more "{${2-}}" '{ cniVersion: "1.0.0", name: "macnet",
		type: "macvlan", master: "enp0s5", ipam: { type: "static",
		addresses: [ { address: "192.168.2.3'"$1"'/24",
			gateway: "192.168.2.1" } ] } } + $more'
}

# cni PLUGIN COMMAND NS - the configuration on standard input, the result on output
cni() {
	in_ns "$machine" env CNI_COMMAND="$2" CNI_CONTAINERID="$3" CNI_IFNAME=eth0 \
		CNI_NETNS="/run/netns/$3" CNI_PATH="$CNI" "$CNI/$1"
}

# add NS CONF - makes eth0 there, and keeps what must come with CHECK and DEL. A
# refusal is JSON on standard output.
declare -A CONF
add() {
	local result

	result=$(cni macvlan ADD "$1" <<<"$2") || { note "$result"; return 1; }
	CONF[$1]=$(jq --argjson result "$result" '.prevResult = $result' <<<"$2")
}

# add_check NS MODE CONF - ADD, a device of ours in that mode, CHECK
add_check() {
	add "$1" "$3"
	has "$1" eth0 mode="$2"
	ours "$1: eth0" in_ns "$1"
	cni macvlan CHECK "$1" <<<"${CONF[$1]}" || fail "CHECK"
}

# del NS - twice, which must do no harm
del() {
	cni macvlan DEL "$1" <<<"${CONF[$1]}" || fail "DEL"
	no_device "$1" eth0 || fail "eth0 is left"
	cni macvlan DEL "$1" <<<"${CONF[$1]}" || fail "DEL once more"
}

# reaches NS HOST
reaches() {
	check "$1 reaches $2" in_ns "$1" ping -q -c 1 -w 10 "$2"
}

# deaf NS HOST
deaf() {
	! in_ns "$1" ping -q -c 3 -i 0.2 -w 1 "$2" >/dev/null || fail "$1 reaches $2"
}

# two MODE - both pods in that mode
two() {
	netns pod1 pod2
	add_check "$pod1" "$1" "$(conf 1 "\"mode\": \"$1\"")"
	add_check "$pod2" "$1" "$(conf 2 "\"mode\": \"$1\"")"
	reaches "$pod1" 192.168.2.1
	reaches "$pod2" 192.168.2.1
}

two_end() {
	del "$pod1"
	del "$pod2"
	promiscuity "$machine" enp0s5 0
}

test_bridge() {
	two bridge
	reaches "$pod1" 192.168.2.32
	two_end
}

test_the_default_is_bridge() {
	netns pod1
	add_check "$pod1" bridge "$(conf 1)"
	del "$pod1"
}

test_private() {
	two private
	deaf "$pod1" 192.168.2.32
	two_end
}

test_vepa() {
	two vepa
	deaf "$pod1" 192.168.2.32
	hairpin "$switch" machine on
	reaches "$pod1" 192.168.2.32
	hairpin "$switch" machine off
	two_end
}

test_passthru() {
	local mac

	mac=$(mac "$machine" enp0s5)
	netns pod1 pod2
	add_check "$pod1" passthru "$(conf 1 '"mode": "passthru"')"
	reaches "$pod1" 192.168.2.1
	! cni macvlan ADD "$pod2" <<<"$(conf 2 '"mode": "passthru"')" >/dev/null ||
		fail "a second one joined"
	no_device "$pod2" eth0 || fail "the refused one left a device"
	del "$pod1"
	equal "MAC address of enp0s5" "$(mac "$machine" enp0s5)" "$mac"
}

test_mtu() {
	netns pod1
	add_check "$pod1" bridge "$(conf 1 '"mtu": 1400')"
	has "$pod1" eth0 mtu=1400
	check "the largest frame" in_ns "$pod1" \
		ping -q -M "do" -s 1372 -c 1 -w 10 192.168.2.1
	del "$pod1"
	! cni macvlan ADD "$pod1" <<<"$(conf 1 '"mtu": 9000')" >/dev/null ||
		fail "a larger one than enp0s5's"
}

# All ways to ask for an address: of the runtime, its older one, of the network.
test_mac_address() {
	netns pod1 pod2
	add_check "$pod1" bridge "$(conf 1 '"capabilities": { "mac": true },
		"runtimeConfig": { "mac": "02:00:00:00:02:31" }')"
	CNI_ARGS="IgnoreUnknown=1;MAC=02:00:00:00:02:32" \
		add_check "$pod2" bridge "$(conf 2)"
	has "$pod1" eth0 address=02:00:00:00:02:31
	has "$pod2" eth0 address=02:00:00:00:02:32
	reaches "$pod1" 192.168.2.32
	two_end
	add_check "$pod1" bridge "$(conf 1 '"mac": "02:00:00:00:02:33"')"
	has "$pod1" eth0 address=02:00:00:00:02:33
	del "$pod1"
}

# The macvlan plugin has no option for it; "tuning", chained after it, has.
test_promisc_by_the_tuning_plugin() {
	local tuning before

	netns pod1
	add_check "$pod1" bridge "$(conf 1)"
	before=$(field "$machine" enp0s5 promiscuity)
	tuning=$(jq '.type = "tuning" | .promisc = true | .mtu = 1300 | del(.ipam)' <<<"${CONF[$pod1]}")
	cni tuning ADD "$pod1" <<<"$tuning" >/dev/null || fail "ADD of tuning"
	has "$pod1" eth0 promiscuity=1 mtu=1300
	promiscuity "$machine" enp0s5 $((before + 1))
	cni tuning CHECK "$pod1" <<<"$tuning" || fail "CHECK of tuning"
	cni tuning DEL "$pod1" <<<"$tuning" || fail "DEL of tuning"
	del "$pod1"
	promiscuity "$machine" enp0s5 0
}

# What happens where a runtime dies: the namespace goes first.
test_del_after_the_namespace() {
	netns pod1
	add_check "$pod1" bridge "$(conf 1)"
	netns_del "$pod1"
	cni macvlan DEL "$pod1" <<<"${CONF[$pod1]}" || fail "DEL"
	check "no device is left" no_links "$machine"
	promiscuity "$machine" enp0s5 0
}

test_nothing_is_left() {
	check "no device is left" no_links "$machine"
	unloads
}

lan machine
run_tests bridge the_default_is_bridge private vepa passthru mtu mac_address \
	promisc_by_the_tuning_plugin del_after_the_namespace nothing_is_left
