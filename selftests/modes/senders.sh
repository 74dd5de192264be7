#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Children that flood more siblings than a sender's CPU serves at once: each
# harms itself only. Its frames wait in a queue of its own, limited in frames
# and bytes, charged to the sending socket, and gone when the child goes down.
#
#   netns host                     netns out
#   +------------------------+     +--------+
#   |  b1 b2 c0 ... c99      |     |        |
#   |    \ | /               |     |        |
#   |     e0 ----------------|-----|-- q0   |
#   +------------------------+     +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

[ "$KIND" = mymacvlan ] || skip_all "counters and bclim are our own"

MANY=100

# everyone WORD... - the same options for all children
everyone() {
	local i

	{
		printf "link set %s type $KIND $*\n" b1 b2
		for ((i = 0; i < MANY; i++)); do
			echo "link set c$i type $KIND $*"
		done
	} | links "$host"
}

# Two children send as fast as they can; the wire has room for its own frames.
test_floods_cost_the_wire_nothing() {
	local dev floods=() pid

	everyone bcqueuelen 200
	for dev in b1 b2; do
		frame limit=0 settle=0 send "$host/$dev" count=2000 hear "$host/e0" >/dev/null &
		floods+=($!)
	done
	for dev in b1 b2; do
		poll 20 sent "$host" "$dev" 300 || fail "$dev does not send"
	done
	gains "meanwhile" "$host" c1 "port_queue_dropped=0" limit=60000 \
		send "$out/q0" count=150 hear "$host/c1=150" "$host/c99=150" "$host/e0=150"
	for pid in "${floods[@]}"; do
		wait "$pid" || :
	done
	everyone bcqueuelen 1000
}

# sent NS DEV AT_LEAST - for "poll"
sent() {
	counted "$1" "$2" tx_wire "$3"
}

# The socket's send buffer is full long before the queue is: the sender waits.
test_sender_waits_for_its_own_flood() {
	gains "1500 frames" "$host" b1 "tx_drop_flood=0 tx_wire=1500" limit=90000 \
		send "$host/b1" count=1500 hear "$host/b2=1500" "$host/c99=1500"
}

# A sender with a large send buffer, and frames that are few but large.
test_bytes_are_limited() {
	local before dropped heard

	big_send_buffer
	printf 'link set %s mtu 9000\n' e0 b1 | links "$host"
	ip -n "$out" link set q0 mtu 9000
	before=$(counter "$host" c5 rx_broadcast)
	dropped=$(counter "$host" b1 tx_drop_flood)
	frame limit=30000 send "$host/b1" size=8900 count=400 hear "$out/q0=400" ||
		fail "not sent"
	poll 30 queue_is_empty || fail "not delivered"
	heard=$(($(counter "$host" c5 rx_broadcast) - before))
	dropped=$(($(counter "$host" b1 tx_drop_flood) - dropped))
	note "$heard heard, $dropped dropped"
	equal "heard and dropped" $((heard + dropped)) 400
	[ "$dropped" -gt 0 ] || fail "400 large frames fit into the queue"
	[ "$heard" -gt 20 ] || fail "next to nothing fits into the queue"
	default_send_buffer
}

# Nothing more arrives for a while.
queue_is_empty() {
	local before

	before=$(counter "$host" c99 rx_broadcast)
	pause 0.5
	[ "$before" = "$(counter "$host" c99 rx_broadcast)" ]
}

big_send_buffer() {
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	DEFAULT=$(</proc/sys/net/core/wmem_default)
	sysctl -qw net.core.wmem_default=16777216
}

default_send_buffer() {
	sysctl -qw "net.core.wmem_default=$DEFAULT"
}

# 300 small frames are less than 512 KiB: none is dropped for want of room.
# What waits holds the sending socket, and that its namespace, until the child
# goes: then both are gone, and the rest has not been delivered.
test_deleted_sender_leaves_nothing() {
	local before heard ns

	big_send_buffer
	netns ns
	no_ipv6 "$ns"
	links "$host" <<-END
		link add link e0 name x1 netns $ns type $KIND mode bridge
		link add last type veth peer name last netns $ns
	END
	ip -n "$ns" link set x1 up
	before=$(counter "$host" c99 rx_broadcast)
	frame limit=0 settle=0 send "$ns/x1" count=300 hear "$host/e0" >/dev/null || :
	ip -n "$ns" link del x1
	netns_del "$ns"
	poll 20 no_device "$host" last || fail "the namespace is still there"
	heard=$(($(counter "$host" c99 rx_broadcast) - before))
	pause 0.5
	equal "heard since then" $(($(counter "$host" c99 rx_broadcast) - before)) "$heard"
	default_send_buffer
	[ "$heard" -lt 300 ] || skip "the worker was quicker than the end of the child"
}

# The same of a child that is only set down, with its last frame: the worker is far from
# having served all siblings. What they miss is counted.
test_down_is_counted() {
	local before dropped heard

	big_send_buffer
	before=$(counter "$host" c99 rx_broadcast)
	dropped=$(counter "$host" b1 tx_drop_flood)
	frame limit=0 settle=0 send "$host/b1" count=300 down hear "$host/e0" >/dev/null || :
	poll 20 queue_is_empty || fail "frames still come"
	heard=$(($(counter "$host" c99 rx_broadcast) - before))
	dropped=$(($(counter "$host" b1 tx_drop_flood) - dropped))
	note "$heard heard, $dropped dropped"
	equal "heard and dropped" $((heard + dropped)) 300
	ip -n "$host" link set b1 up
	hears "up again" limit=20000 send "$host/b1" count=10 hear "$host/c99=10"
	default_send_buffer
	[ "$dropped" -gt 0 ] || fail "all was delivered: nothing ended with the child"
}

# Those of another mode do not get the frame: they must not make it wait.
test_others_do_not_count() {
	local i

	for ((i = 0; i < MANY; i++)); do
		echo "link set c$i type $KIND mode private"
	done | links "$host"
	everyone bcqueuelen 0
	gains "two bridge children" "$host" b1 "tx_drop_flood=0 tx_wire=1" \
		send "$host/b1" hear "$host/b2=1" "$host/c0=0" "$out/q0=1"
	everyone bcqueuelen 1000
	for ((i = 0; i < MANY; i++)); do
		echo "link set c$i type $KIND mode bridge"
	done | links "$host"
}

netns host out
no_ipv6 "$host" "$out"
cable "$host" e0 "$out" q0
{
	printf "link add link e0 name %s up type $KIND mode bridge\n" b1 b2
	for ((i = 0; i < MANY; i++)); do
		echo "link add link e0 name c$i up type $KIND mode bridge"
	done
} | links "$host"

run_tests floods_cost_the_wire_nothing sender_waits_for_its_own_flood \
	bytes_are_limited deleted_sender_leaves_nothing down_is_counted \
	others_do_not_count
