#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a trace tells of frames: the events mymacvlan:rx, tx and drop, as tracefs has
# them, each frame once; and why the kernel is told that a frame was freed
# (skb:kfree_skb, as dropwatch and perf have it).
#
#   netns host                       netns box   netns peer
#   +------------------------+       +------+    +--------+
#   |  m0   m2           e0  |       |  m1  |    |        |
#   |   |   |           /| \-|-------|--'---|----|-- q0   |
#   |   '---'----------' |   |       |      |    |        |
#   +------------------------+       +------+    +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[ "$KIND" = mymacvlan ] || skip_all "in-tree macvlan has no events"

M0=02:00:00:00:0d:00
M1=02:00:00:00:0d:01
M2=02:00:00:00:0d:02
NOBODY=02:99:00:00:00:01
TRACING=/sys/kernel/tracing
[ -e $TRACING/events ] || mount -t tracefs tracefs $TRACING 2>/dev/null || :
[ -d $TRACING/events/mymacvlan ] ||
	skip_all "this kernel has no tracefs, or no events of modules"
HERE=$TRACING/instances/mymacvlan-$$

# listen EVENT... - to what is told from now on, in an instance of our own
listen() {
	local event

	mkdir -p "$HERE"
	for event; do
		echo 1 >"$HERE/events/$event/enable"
	done
	echo >"$HERE/trace"
}

# ignore - nobody listens any more
ignore() {
	local event

	[ -d "$HERE" ] || return 0
	for event in mymacvlan skb/kfree_skb; do
		echo 0 >"$HERE/events/$event/enable"
	done
	echo >"$HERE/trace"
}

# told [PATTERN] - what was told since, less the addresses of frames, which are never
# the same
told() {
	sed -nE 's/^.*: (rx|tx|drop): (.*) skbaddr=[^ ]*$/\1 \2/p' "$HERE/trace" |
		grep -E "${1-}" || :
}

# tells TEXT LINES ARGUMENT... - what the events say while "frame" does what the
# arguments say, of frames of 114 bytes, in any order
tells() {
	listen mymacvlan
	hears "$1" "${@:3}"
	equal "$1" "$(told len=114 | sort)" "$(sort <<<"$2")"
	ignore
}

# record EVENT DEV NETNS DEST SRC [CAUSE] - a line as it must be
record() {
	local inode=0

	[ -z "$2" ] || inode=$(stat -L -c %i "/run/netns/$3")
	echo "$1 port=e0 child=$2 netns=$inode${6:+ cause=$6} dest=$4 src=$5 len=114"
}

# captured - somebody has a packet socket in netns host
captured() {
	[ "$(in_ns "$host" cat /proc/net/packet | wc -l)" -gt 1 ]
}

test_unicast() {
	tells "from the wire" "$(record rx m0 "$host" "$M0" "$Q0")" \
		send "$peer/q0" dst="$M0" size=100 hear "$host/m0=1"
	tells "to the wire" "$(record tx m0 "$host" "$Q0" "$M0")" \
		send "$host/m0" dst="$Q0" size=100 hear "$peer/q0=1"
	tells "to a sibling in another namespace" \
		"$(record tx m0 "$host" "$M1" "$M0"; record rx m1 "$box" "$M1" "$M0")" \
		send "$host/m0" dst="$M1" size=100 hear "$box/m1=1"
	# By way of the lower device's receive path.
	in_ns "$host" tcpdump -ni e0 -w /dev/null 2>/dev/null &
	poll 10 captured || fail "tcpdump does not listen"
	tells "with a capture" \
		"$(record tx m0 "$host" "$M1" "$M0"; record rx m1 "$box" "$M1" "$M0")" \
		send "$host/m0" dst="$M1" size=100 hear "$box/m1=1"
	kill $!
	wait $! 2>/dev/null || :
}

# At once, and by the port's queue.
test_floods() {
	local limit all=ff:ff:ff:ff:ff:ff

	for limit in -1 1; do
		ip -n "$host" link set m0 type "$KIND" bclim "$limit"
		tells "from the wire, bclim $limit" "$(
				record rx m0 "$host" "$all" "$Q0"
				record rx m1 "$box" "$all" "$Q0"
				record rx m2 "$host" "$all" "$Q0")" \
			send "$peer/q0" size=100 hear "$host/m0=1" "$box/m1=1" "$host/m2=1"
	done
	tells "from a child" "$(
			record tx m0 "$host" "$all" "$M0"
			record rx m1 "$box" "$all" "$M0"
			record rx m2 "$host" "$all" "$M0")" \
		send "$host/m0" size=100 hear "$peer/q0=1" "$box/m1=1" "$host/m2=1"
}

# freed REASON - the frame of each event of a drop was freed so, and no other way
freed() {
	local address reasons

	while read -r address; do
		reasons=$(sed -nE "s/^.*kfree_skb: skbaddr=$address .* reason: (.*)\$/\1/p" \
			"$HERE/trace" | sort -u)
		equal "why it is freed" "$reasons" "$1"
	done < <(sed -nE 's/^.*: drop: .* len=114 skbaddr=(.*)$/\1/p' "$HERE/trace")
}

# Where a kernel names the place in its text, no frame is freed by us for no reason.
none_for_no_reason() {
	equal "freed for no reason" "$(grep -E \
		'kfree_skb: .*location=[^ ]+ \[mymacv[lt]a[np]\] .*NOT_SPECIFIED' "$HERE/trace" || :)" ""
}

# loses TEXT LINES REASON ARGUMENT... - the same of losses only, and what kfree_skb
# says of the frame; REASON is empty where somebody else frees it
loses() {
	listen mymacvlan/drop skb/kfree_skb
	hears "$1" "${@:4}"
	equal "$1" "$(told len=114 | sort)" "$(sort <<<"$2")"
	[ -z "$3" ] || freed "$3"
	none_for_no_reason
	ignore
}

# since SERIES NEW OLD - what a kernel has a word for
since() {
	[ "$KERNEL" -ge "$1" ] && echo "$2" || echo "$3"
}

test_isolated() {
	ip -n "$host" link set m0 type "$KIND" mode private
	loses "a private child's frame comes back" \
		"$(record drop m1 "$box" "$M1" "$M0" rx_drop_isolated)" OTHERHOST \
		send "$peer/q0" src="$M0" dst="$M1" size=100 hear "$box/m1=0"
	ip -n "$host" link set m0 type "$KIND" mode bridge
}

test_pinned() {
	ip -n "$host" link set m0 type "$KIND" pin mac
	loses "from another address" \
		"$(record drop m0 "$host" "$Q0" "$NOBODY" tx_drop_pin)" \
		"$(since 612 MAC_INVALID_SOURCE DEV_HDR)" \
		send "$host/m0" dst="$Q0" src="$NOBODY" size=100 may-fail hear "$peer/q0=0"
	ip -n "$host" link set m0 type "$KIND" pin off
}

test_for_the_link() {
	loses "to a spanning tree" \
		"$(record drop m0 "$host" 01:80:c2:00:00:00 "$M0" tx_drop_link_control)" \
		"$(since 613 MAC_IEEE_MAC_CONTROL DEV_HDR)" \
		send "$host/m0" dst=01:80:c2:00:00:00 size=100 hear "$peer/q0,tap=0"
}

# Who refuses it frees it: the event tells what was sent.
test_refused_by_the_lower_device() {
	tc -n "$host" qdisc add dev e0 root bfifo limit 1
	loses "the queue is full" \
		"$(record drop m0 "$host" "$Q0" "$M0" tx_drop_wire)" "" \
		send "$host/m0" dst="$Q0" size=100 may-fail hear "$peer/q0=0"
	tc -n "$host" qdisc del dev e0 root
}

test_full_queue() {
	local dev

	for dev in m0 m2; do
		echo "link set $dev type $KIND bcqueuelen 0 bclim 1"
	done | links "$host"
	ip -n "$box" link set m1 type "$KIND" bcqueuelen 0
	# Not worth a copy, so there is none to be freed.
	loses "no room" \
		"$(record drop "" "" ff:ff:ff:ff:ff:ff "$Q0" port_queue_dropped)" "" \
		send "$peer/q0" size=100 hear "$host/m0=0"
	for dev in m0 m2; do
		echo "link set $dev type $KIND bcqueuelen 1000"
	done | links "$host"
	ip -n "$box" link set m1 type "$KIND" bcqueuelen 1000
}

# A source child that is down, and a tap that nobody reads.
test_down_and_full_ring() {
	local node tap

	ip -n "$host" link add link e0 name s0 type "$KIND" mode source macaddr add "$NOBODY"
	listen mymacvlan/drop
	hears "down" send "$peer/q0" dst="$M0" src="$NOBODY" size=100 hear "$host/m0=1"
	equal "down" "$(told len=114)" \
		"$(record drop s0 "$host" "$M0" "$NOBODY" rx_drop_child_down)"
	ignore
	ip -n "$host" link del s0
	modprobe -q mymacvtap || [ -e /sys/module/mymacvtap ] || skip "no mymacvtap"
	ip -n "$host" link add link e0 name t0 address "$NOBODY" type mymacvtap mode bridge
	ip -n "$host" link set t0 txqueuelen 1 up
	node=/dev/tap$(in_ns "$host" cat /sys/class/net/t0/ifindex)
	poll 5 test -c "$node" || fail "no node $node"
	exec {tap}<>"$node"
	loses "ring" "$(record drop t0 "$host" "$NOBODY" "$Q0" rx_drop_queue_full
			record drop t0 "$host" "$NOBODY" "$Q0" rx_drop_queue_full)" FULL_RING \
		send "$peer/q0" dst="$NOBODY" count=3 size=100 hear "$host/m0=0"
	exec {tap}>&-
	ip -n "$host" link del t0
}

# As many as the counters say, from several processors and while others are lost.
test_as_many_as_are_counted() {
	local before

	counters "$host" m0
	before=$((COUNTER[rx_unicast] + COUNTER[rx_broadcast] + COUNTER[rx_drop_backlog]))
	listen mymacvlan
	hears "many" limit=60000 send "$peer/q0" dst="$M0" count=300 size=100 \
		send "$peer/q0" count=100 size=100 hear "$host/m0=1-400"
	counters "$host" m0
	equal "told of m0" "$(told "^(rx|drop) .* child=m0 .*len=114" | wc -l)" \
		$((COUNTER[rx_unicast] + COUNTER[rx_broadcast] +
		   COUNTER[rx_drop_backlog] - before))
	ignore
}

test_nothing_when_nobody_listens() {
	listen mymacvlan
	ignore
	hears "a frame" send "$peer/q0" dst="$M0" size=100 hear "$host/m0=1"
	equal "nothing" "$(told)" ""
}

# Filters by a counter's name and a device's.
test_filters() {
	listen mymacvlan
	echo 'child == "m1"' >"$HERE/events/mymacvlan/rx/filter"
	echo 'cause == "tx_drop_pin"' >"$HERE/events/mymacvlan/drop/filter"
	hears "two" send "$peer/q0" size=100 hear "$host/m0=1" "$box/m1=1"
	equal "of m1 only" "$(told)" "$(record rx m1 "$box" ff:ff:ff:ff:ff:ff "$Q0")"
	ignore
	rmdir "$HERE"
}

# Last: takes every child of the machine away.
test_unloaded_while_traced() {
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	listen mymacvlan
	frame limit=1 settle=0 send "$peer/q0" count=2000 may-fail hear "$host/e0" \
		>/dev/null 2>&1 &
	rmmod mymacvtap 2>/dev/null || :
	check "unload" rmmod mymacvlan
	wait $! || :
	check "the events are gone" test ! -e "$HERE/events/mymacvlan"
	grep -q "rx: port=e0 child=m0" "$HERE/trace" || note "no frame was early enough"
	modprobe mymacvlan
	check "they are there again" test -e "$HERE/events/mymacvlan/rx"
	children
	tells "after that" "$(record rx m0 "$host" "$M0" "$Q0")" \
		send "$peer/q0" dst="$M0" size=100 hear "$host/m0=1"
}

children() {
	links "$host" <<-END
	link add link e0 name m0 address "$M0" type $KIND mode bridge
	link add link e0 name m1 address "$M1" type $KIND mode bridge
	link add link e0 name m2 address "$M2" type $KIND mode bridge
	link set m1 netns $box
	link set m0 up
	link set m2 up
	END
	ip -n "$box" link set m1 up
}

end_trace() {
	ignore
	[ ! -d "$HERE" ] || rmdir "$HERE"
}

netns host box peer
trap 'end_trace; cleanup; rm -rf "$RESULT_DIR"' EXIT
no_ipv6 "$host" "$box" "$peer"
cable "$host" e0 "$peer" q0
Q0=$(mac "$peer" q0)
children
run_tests unicast floods isolated pinned for_the_link refused_by_the_lower_device \
	full_queue down_and_full_ring as_many_as_are_counted nothing_when_nobody_listens \
	filters unloaded_while_traced
