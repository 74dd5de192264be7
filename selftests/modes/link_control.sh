#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# PAUSE, spanning tree, LACP: what two neighbours on a cable tell each other about it.
# No child may say such things to the switch, but in mode passthru, where it owns the
# lower device. 802.1X and LLDP are its own affair.
#
#   netns host                       netns wire
#   +-------------------------+      +----------+
#   | b1 b2 p1 v1 s1 -- e0 ---|------|-- p0     |
#   |             t0 -- e9 ---|------|-- p9     |
#   +-------------------------+      +----------+
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

TREE=01:80:c2:00:00:00
PAUSE=01:80:c2:00:00:01
LLDP=01:80:c2:00:00:0e
GROUP=33:33:00:00:12:34

# kept TEXT DEV COUNT ARGUMENT... - so many frames of DEV end there, and are counted
kept() {
	gains "$1" "$host" "$2" "tx_drop_link_control=$3 tx_wire=0" "${@:4}" \
		hear "$wire/p0,tap=0"
}

# sent TEXT DEV COUNT ARGUMENT... - so many go to the wire
sent() {
	gains "$1" "$host" "$2" "tx_drop_link_control=0 tx_wire=$3" "${@:4}" \
		hear "$wire/p0,tap=$3"
}

# all_reserved DEV OPTION... - a frame from DEV to each address that no bridge forwards,
# but 03 and 0e, into the array SENDS
all_reserved() {
	local octet

	SENDS=()
	for octet in 0{0,1,2,4,5,6,7,8,9,a,b,c,d,f}; do
		SENDS+=(send "$host/$1" dst="01:80:c2:00:00:$octet" "${@:2}")
	done
}

test_reserved_addresses() {
	local dev

	for dev in b1 p1 v1 s1; do
		all_reserved "$dev"
		kept "$dev" "$dev" 14 "${SENDS[@]}"
		all_reserved "$dev" bypass
		kept "$dev, past the queue" "$dev" 14 "${SENDS[@]}"
	done
}

test_stations_protocols() {
	local dev

	for dev in b1 p1 v1 s1; do
		sent "$dev: 802.1X and LLDP" "$dev" 2 \
			send "$host/$dev" dst=01:80:c2:00:00:03 type=888e \
			send "$host/$dev" dst="$LLDP" type=88cc
		sent "$dev: others" "$dev" 3 \
			send "$host/$dev" dst=01:80:c2:00:00:10 \
			send "$host/$dev" dst=01:80:c2:00:01:00 \
			send "$host/$dev" dst="$GROUP"
	done
}

test_pause_to_any_group() {
	local dev

	for dev in b1 p1 v1 s1; do
		kept "$dev" "$dev" 4 send "$host/$dev" dst="$PAUSE" type=8808 \
			send "$host/$dev" dst="$LLDP" type=8808 \
			send "$host/$dev" dst="$GROUP" type=8808 bypass \
			send "$host/$dev" type=8808
	done
	# A packet socket's user tells the kernel what he likes.
	kept "called something else" b1 1 \
		send "$host/b1" dst="$GROUP" type=8808 says=0800
}

# The tag is in the frame, or beside it as a VLAN device has it.
test_vlan() {
	all_reserved b1 vlan=5
	kept "in the frame" b1 14 "${SENDS[@]}"
	kept "PAUSE, in the frame" b1 1 send "$host/b1" dst="$GROUP" type=8808 vlan=5
	sent "LLDP, in the frame" b1 1 send "$host/b1" dst="$LLDP" type=88cc vlan=5
	ip -n "$host" link add link b1 name b1.5 type vlan id 5
	ip -n "$host" link set b1.5 up
	all_reserved b1.5
	kept "a VLAN device's" b1 14 "${SENDS[@]}"
	kept "PAUSE of a VLAN device" b1 1 send "$host/b1.5" dst="$GROUP" type=8808
	sent "LLDP of a VLAN device" b1 1 send "$host/b1.5" dst="$LLDP" type=88cc
	ip -n "$host" link set b1 type "$KIND" mode private
	kept "mode private" b1 1 send "$host/b1.5" dst="$TREE"
	ip -n "$host" link set b1 type "$KIND" mode bridge
	ip -n "$host" link del b1.5
}

# A bridge over two children finds its loop by the spanning tree's messages.
test_siblings_hear_it() {
	join b2 "$TREE"
	kept "spanning tree" b1 1 send "$host/b1" dst="$TREE" \
		hear "$host/b2,multicast=1"
	leave b2 "$TREE"
}

test_with_the_host() {
	ip -n "$host" link set b1 type "$KIND" mode bridge host on
	all_reserved b1
	kept "of a child" b1 14 "${SENDS[@]}" hear "$host/e0,tap=0"
	kept "PAUSE" b1 1 send "$host/b1" dst="$PAUSE" type=8808
	sent "LLDP" b1 1 send "$host/b1" dst="$LLDP" type=88cc
	hears "the host may" send "$host/e0" dst="$TREE" hear "$wire/p0,tap=1"
	ip -n "$host" link set b1 type "$KIND" mode bridge host off
}

test_pinned() {
	ip -n "$host" link set b1 type "$KIND" pin mac
	all_reserved b1
	kept "of a child" b1 14 "${SENDS[@]}"
	sent "LLDP" b1 1 send "$host/b1" dst="$LLDP" type=88cc
	ip -n "$host" link set b1 type "$KIND" pin off
}

# A tap's user writes what he likes.
test_tap() {
	local before index frame

	modprobe -q mymacvtap || [ -e /sys/module/mymacvtap ] || skip "no mymacvtap"
	ip -n "$host" link add link e0 name m0 address 02:00:00:00:00:10 \
		type mymacvtap mode bridge
	ip -n "$host" link set m0 up
	index=$(in_ns "$host" cat /sys/class/net/m0/ifindex)
	poll 5 test -c "/dev/tap$index" || skip "no node here"
	before=$(counter "$host" m0 tx_drop_link_control)
	# An empty virtio-net header, a frame of 60 bytes from 53:4f:55:52:43:45.
	for frame in '\x01\x80\xc2\0\0\0%s\0\x26' '\x01\x80\xc2\0\0\1%s\x88\x08' \
		'\x33\x33\0\0\0\1%s\x88\x08'; do
		{
			printf '\0%.0s' {1..10}
			# shellcheck disable=SC2059 # one of those above
			printf "$frame" SOURCE
			printf '\0%.0s' {1..46}
		} >"$RESULT_DIR/write"
		dd if="$RESULT_DIR/write" of="/dev/tap$index" bs=100 conv=notrunc \
			status=none
	done
	equal "dropped" "$(counter "$host" m0 tx_drop_link_control)" $((before + 3))
	equal "sent" "$(counter "$host" m0 tx_wire)" 0
	ip -n "$host" link del m0
}

# It is alone on its lower device, and speaks for the port as in-tree.
test_passthru() {
	cable "$host" e9 "$wire" p9
	ip -n "$host" link add link e9 name t0 type "$KIND" mode passthru
	ip -n "$host" link set t0 up
	poll 10 frame limit=200 settle=0 send "$host/t0" hear "$wire/p9=1"
	all_reserved t0
	gains "all" "$host" t0 "tx_drop_link_control=0 tx_wire=15" "${SENDS[@]}" \
		send "$host/t0" dst="$GROUP" type=8808 hear "$wire/p9,tap=15"
	ip -n "$host" link del e9
}

[[ $KIND == my* ]] || skip_all "only for kind my$KIND"
world
children "b1 mode bridge" "b2 mode bridge" "p1 mode private" "v1 mode vepa" \
	"s1 mode source"
run_tests reserved_addresses stations_protocols pause_to_any_group vlan \
	siblings_hear_it with_the_host pinned tap passthru
