#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Frames by chance, in both directions, see frames.c; and very many of them that
# several owners share, by the kernel's packet generator.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

# How many frames the packet generator makes, which sends 32 at a time.
SHARED=$((${SHARED:-20000} / 32 * 32))

test_frames() {
	fuzz frames frames 200
	loaded_anew
}

test_frames_watched() {
	fuzz frames frames 200 watched
	loaded_anew
}

# Frames are delivered or counted all the same.
test_frames_without_memory() {
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	[ -e /sys/kernel/debug/failslab/require-start ] ||
		skip "this kernel cannot fail by who asks for memory"
	# shellcheck source=../memory.sh
	. "$(dirname "$0")/../memory.sh"
	trap 'any_allocation; cleanup' EXIT
	any_allocation
	memory_of_driver
	fuzz frames frames 200 hungry=10
	any_allocation
	loaded_anew
}

# generator LINE... - commands for the packet generator on eth0
generator() {
	# shellcheck disable=SC2016 # for that shell
	in_ns "$box" bash -c '
		[ -d /proc/net/pktgen ] || exit 4
		echo rem_device_all >/proc/net/pktgen/kpktgend_0
		echo add_device eth0 >/proc/net/pktgen/kpktgend_0 || exit
		for line; do
			echo "$line" >/proc/net/pktgen/eth0 || exit
		done
		echo start >/proc/net/pktgen/pgctrl
		# Does not wait for a thread that has not begun yet.
		end=$((SECONDS + 1200))
		until grep -qE "^Result: OK: [0-9]+\(c" /proc/net/pktgen/eth0; do
			[ $SECONDS -lt $end ] || exit
			sleep 0.1
		done' generator "$@"
}

# received KIND - frames of that kind that the children have received or lost
received() {
	local dev got="rx_$1" lost="rx_$1_dropped" sum=0

	for dev in m1 m2 m3 m4; do
		counters "$box" "$dev"
		sum=$((sum + COUNTER[$got] + COUNTER[$lost]))
	done
	echo "$sum"
}

# What the queue had no room for would have reached all four.
received_or_dropped() {
	echo $(($(received broadcast) + 4 * $(counter "$box" m1 port_queue_dropped)))
}

# all_reached N - nothing is under way to the listeners any more
all_reached() {
	[ "$(received_or_dropped)" = "$1" ]
}

# The receive path gets each frame many times, held by the generator as well.
test_shared_frames() {
	local burst common=("xmit_mode netif_receive" "delay 0" "src_mac 02:ee:00:00:00:01"
		"min_pkt_size 60" "max_pkt_size 1500" "flag TXSIZE_RND" "flag IPSRC_RND"
		"src_min 192.0.2.1" "src_max 192.0.2.250" "flag UDPSRC_RND" "udp_src_min 1"
		"udp_src_max 60000" "count $SHARED")

	only_ours
	modprobe pktgen 2>/dev/null || skip "this kernel has no packet generator"
	netns box outside
	no_ipv6 "$box" "$outside"
	cable "$box" eth0 "$outside" eth0
	links "$box" <<-END
		link add link eth0 name m1 address 02:00:00:00:00:01 up type $KIND mode bridge
		link add link eth0 name m2 address 02:00:00:00:00:02 up type $KIND mode vepa
		link add link eth0 name m3 address 02:00:00:00:00:03 up type $KIND mode private
		link add link eth0 name m4 address 02:00:00:00:00:04 up type ${KIND/lan/tap} mode bridge
	END
	for burst in 1 32; do
		check "unicast, $burst times each" generator "${common[@]}" "burst $burst" \
			"dst_mac 02:00:00:00:00:01" "dst_mac_count 4" "flag MACDST_RND"
		check "broadcast, $burst times each" generator "${common[@]}" "burst $burst" \
			"dst_mac ff:ff:ff:ff:ff:ff"
	done
	poll 20 all_reached $((8 * SHARED)) || :
	equal "unicast frames received or lost" "$(received unicast)" $((2 * SHARED))
	equal "broadcast frames received or lost" "$(received_or_dropped)" $((8 * SHARED))
	note "shared frames: $((4 * SHARED))"
	rmmod pktgen
	netns_del "$box" "$outside"
	loaded_anew
}

# What the processor's backlog has no room for never reaches the driver, and
# could not be accounted for.
[ -z "${MYMACVLAN_VM-}" ] || sysctl -qw net.core.netdev_max_backlog=100000
run_tests frames frames_watched frames_without_memory shared_frames
