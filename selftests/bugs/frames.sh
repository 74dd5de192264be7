#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Classes of bugs on the way of a frame. The topology is that of
# ../device/device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../device/device.sh
. "$(dirname "$0")/../device/device.sh"
# shellcheck source=bugs.sh
. "$(dirname "$0")/bugs.sh"

# pktgen_says FILE WORDS - writes to a file of the packet generator in "box"
pktgen_says() {
	in_ns "$box" bash -c "echo '$2' >/proc/net/pktgen/$1"
}

# A sender that keeps its frame to send it again must not find it changed: drivers
# that pass frames on say that they can't be sent so.
test_CVE_2011_4112_shared_skbs_on_transmit() {
	modprobe -q pktgen || skip "no pktgen"
	fresh
	child m1
	check "m1 is pktgen's" pktgen_says kpktgend_0 "add_device m1"
	expect_err "" pktgen_says m1 "clone_skb 1000"
	# Each frame for itself is all right.
	pktgen_says m1 "dst_mac $(mac "$outside" eth0)"
	pktgen_says m1 "count 100"
	pktgen_says m1 "pkt_size 60"
	check "pktgen sends" pktgen_says pgctrl start
	counted_exactly tx_wire 100
	pktgen_says kpktgend_0 rem_device_all
}

# counted_exactly NAME N - a counter of m1
counted_exactly() {
	equal "$1 of m1" "$(counter "$box" m1 "$1")" "$2"
}

# What the driver noted in a frame that waited was read by the next layer.
test_CVE_2023_3090_stale_control_block() {
	fresh
	child m1
	child m2
	ip -n "$box" link set m1 type "$KIND" bclim 0
	asks m1 ingress clean
	hears "queued broadcasts, and those of a sibling" send "$outside/eth0" count=20 \
		send "$box/m2" count=20 send "$outside/eth0" dst="@$box/m1" \
		hear "$box/m1,broadcast=40" "$box/m1,host=1"
	[ "$KIND" != mymacvlan ] || forwarded_by_the_queue
}

# Few listeners would not have gone that way.
forwarded_by_the_queue() {
	has "$box" m1 bclim=0
}

# hex MAC... - one after the other, as digits
hex() {
	local IFS=

	echo "${*//:/}"
}

# Who sends past the queue need not say where the Ethernet header is.
test_mac_header_is_assumed_on_transmit() {
	local own to payload status=0
	payload=$(printf '88b5%0100d' 0)

	fresh
	child m1
	child m2
	own=$(mac "$box" m1) to=$(mac "$box" m2)
	"$XSK_SEND" "$box" m1 "$(hex "$to" "$own")$payload" \
		"$(hex ff:ff:ff:ff:ff:ff "$own")$payload" "$(hex "$GROUP" "$own")$payload" ||
		status=$?
	[ "$status" != 4 ] || skip "no AF_XDP"
	equal "status of the sender" "$status" 0
	check "m2 gets its own frame" poll 5 counted "$box" m2 rx_unicast 1
	check "m2 gets the broadcast" poll 5 counted "$box" m2 rx_broadcast 1
	equal "what m1 hears of it" "$(counter "$box" m1 rx_broadcast)" 0
}

test_loopback_frames_without_a_header() {
	same modes/bridge.sh looped_frames_pass_by
}

test_wrong_multicast_filter() {
	same modes/bridge.sh multicast_reaches_subscribers_only multicast_no_false_positives
}

test_queue_length_without_a_lock() {
	same modes/queue.sh full_queue_drops_and_counts
}

TC_ASK=$(program tc_ask) && XSK_SEND=$(program xsk_send) || exit 1
spaces
run_tests CVE_2011_4112_shared_skbs_on_transmit CVE_2023_3090_stale_control_block \
	mac_header_is_assumed_on_transmit loopback_frames_without_a_header \
	wrong_multicast_filter queue_length_without_a_lock
