#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three hundred children, two of which send a broadcast every 2.5 ms each. What comes
# from the wire meanwhile is nobody's loss.
#
#   netns host                     netns out
#   +------------------------+     +--------+
#   |  c0 c1 ... c299        |     |        |
#   |    \ | /               |     |        |
#   |     e0 ----------------|-----|-- q0   |
#   +------------------------+     +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

MANY=300
# Microseconds from one frame to the next: of each flood, and of the wire.
FLOOD=2500
WIRE=5000
FRAMES=500

# flood CHILD - until it is killed
flood() {
	exec "$FRAME" limit=0 settle=0 send "$host/$1" count=1000000 every="$FLOOD" \
		hear "$host/e0" >/dev/null
}

# sent CHILD AT_LEAST - for "poll"
sent() {
	[ "$(packets "$1" tx)" -ge "$2" ]
}

# packets CHILD rx|tx
packets() {
	in_ns "$host" cat "/sys/class/net/$1/statistics/$2_packets"
}

test_wire_loses_nothing() {
	local dev i floods=() heard=() before after

	# A sample of them: a listener slows all down.
	for ((i = 2; i < MANY; i += 11)); do
		heard+=("$host/c$i=$FRAMES")
	done
	for dev in c0 c1; do
		flood "$dev" &
		floods+=($!)
	done
	for dev in c0 c1; do
		poll 20 sent "$dev" 100 || fail "$dev does not send"
	done
	before=$(packets c0 tx)
	gains "meanwhile" "$host" c2 "port_queue_dropped=0 rx_drop_backlog=0" \
		limit=60000 send "$out/q0" count="$FRAMES" every="$WIRE" \
		hear "${heard[@]}" "$host/c$((MANY - 1))=$FRAMES" "$host/e0=$FRAMES"
	after=$(packets c0 tx)
	kill -0 "${floods[@]}" || fail "the floods have ended"
	kill "${floods[@]}"
	wait || :
	note "c0 has sent $((after - before)) frames meanwhile"
	[ $((after - before)) -gt 200 ] || fail "c0 has hardly sent"
	[ "$(packets c2 rx)" -gt $((2 * FRAMES)) ] || fail "nobody has heard the floods"
}

netns host out
no_ipv6 "$host" "$out"
cable "$host" e0 "$out" q0
for ((i = 0; i < MANY; i++)); do
	echo "link add link e0 name c$i up type $KIND mode bridge"
done | links "$host"

run_tests wire_loses_nothing
