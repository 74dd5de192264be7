#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In-tree macvtap, loaded and used beside ours: each has its own nodes, its own
# lower device, and its frames.
#
#    /dev/tapA   /dev/tapB
#        |           |
#    a0 (ours)   b0 (in-tree)
#        |           |
#       e0          e1
#        |           |
#  ------|-----------|------ netns peer
#       q0          q1
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

OUR_MAC=02:00:00:00:00:0a
THEIR_MAC=02:00:00:00:00:0b

[ "$KIND" = mymacvtap ] || skip_all "for kind mymacvtap beside macvtap"
modprobe macvtap 2>/dev/null || skip_all "this kernel has no macvtap"
[ "$(readlink -f /sys/module/macvtap)" != "$(readlink -f /sys/module/mymacvtap)" ] ||
	skip_all "macvtap is ours here"

make_both() {
	new_index; ours=$index
	new_index; theirs=$index
	links "$host" <<-END
		link add link e0 name a0 index $ours address $OUR_MAC type mymacvtap
		link add link e1 name b0 index $theirs address $THEIR_MAC type macvtap
		link set a0 up
		link set b0 up
	END
}

delete_both() {
	printf 'link del %s\n' a0 b0 | links "$host"
}

# arrives NODE MAC PORT - a frame to that address is what a file of the node reads
arrives() {
	local reader

	# The header and two addresses; who opens it must be in its namespace.
	exec {reader}< <(in_ns "$host" head -c 24 "/dev/tap$1" | od -An -tx1 -v)
	# Until there is a reader the host has the frames.
	poll 5 heard_by "$reader" "$2" "$3" || fail "nothing arrives at $2"
	exec {reader}<&-
	line=${line// /}
	[[ ${line:20} == "${2//:/}"* ]] || fail "read at $2: $line"
}

heard_by() {
	frame limit=1 send "$peer/$3" dst="$2"
	read -rt 1 -u "$1" line
}

test_nodes() {
	make_both
	[ -c "/dev/tap$ours" ] || fail "no node of ours"
	[ -c "/dev/tap$theirs" ] || fail "no node of theirs"
	[ "$(stat -c %t "/dev/tap$ours")" != "$(stat -c %t "/dev/tap$theirs")" ] ||
		fail "one device number for both drivers"
	delete_both
	[ ! -e "/dev/tap$ours" ] || fail "our node is left"
	[ ! -e "/dev/tap$theirs" ] || fail "their node is left"
}

test_frames() {
	make_both
	arrives "$ours" "$OUR_MAC" q0
	arrives "$theirs" "$THEIR_MAC" q1
	delete_both
}

# One lower device has one driver.
test_one_lower_device() {
	make_both
	expect_err "Lower device is in use" \
		ip -n "$host" link add link e1 name a1 type mymacvtap
	expect_err "" ip -n "$host" link add link e0 name b1 type macvtap
	delete_both
}

# Either can go while the other one works.
test_unload_one() {
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	[ ! -e /sys/kernel/debug/kmemleak ] ||
		skip "KASAN takes in-tree modules that come again for intruders"
	make_both
	check "unload theirs" rmmod macvtap
	check "b0 is gone" no_device "$host" b0
	arrives "$ours" "$OUR_MAC" q0
	ip -n "$host" link del a0
	modprobe macvtap
	make_both
	check "unload ours" rmmod mymacvtap
	check "a0 is gone" no_device "$host" a0
	arrives "$theirs" "$THEIR_MAC" q1
	ip -n "$host" link del b0
	modprobe mymacvtap
}

netns host peer
no_ipv6 "$host" "$peer"
cable "$host" e0 "$peer" q0
cable "$host" e1 "$peer" q1
run_tests nodes frames one_lower_device unload_one
