#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module is unloaded with children up and frames under way, and loaded
# again. In the test machine only: it takes every child on the machine away.
#
#    m1        m2        m3 (in room)
#     \        |        /
#    .-'-------+-------'-.     .- outside -.
#    |   eth0  of "box"  +-----+--- eth0   |
#    '-------------------'     '-----------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"
# Stands on it, and comes again when somebody needs it.
rmmod "${KIND/lan/tap}" 2>/dev/null || :

GROUP=01:00:5e:7f:00:07
FILE=${MYMACVLAN_KO:-$(modinfo -n "$KIND")}

loaded() {
	[ -d "/sys/module/$KIND" ]
}

# children MODE - all of them up
children() {
	links "$box" <<-END
		link add link eth0 name m1 address 02:00:00:00:00:01 type $KIND mode $1
		link set m1 up
		link add link eth0 name m2 address 02:00:00:00:00:02 type $KIND mode $1
		link set m2 up promisc on
		link add link eth0 name m3 netns $room address 02:00:00:00:00:03 type $KIND mode $1
	END
	ip -n "$room" link set m3 up allmulticast on
	ip -n "$box" maddress add "$GROUP" dev m1
}

# traffic - frames of all kinds from all sides, until killed; its pid in $traffic
traffic() {
	endless >/dev/null 2>&1 &
	traffic=$!
}

endless() {
	# A device that is gone is no failure here.
	set +eE
	trap - ERR
	while :; do
		frame limit=1 send "$outside/eth0" dst=02:00:00:00:00:01 count=50 may-fail \
			send "$outside/eth0" dst=02:00:00:00:00:03 count=50 may-fail \
			send "$outside/eth0" count=50 may-fail \
			send "$outside/eth0" dst="$GROUP" count=50 may-fail \
			send "$box/m1" dst=02:00:00:00:00:03 count=50 may-fail \
			send "$room/m3" count=50 may-fail \
			send "$room/m3" dst="$GROUP" count=50 may-fail
		# Once the children are gone, the frames from outside go on.
		frame limit=1 send "$outside/eth0" count=50 may-fail \
			send "$outside/eth0" dst=02:00:00:00:00:01 count=50 may-fail
	done
}

no_traffic() {
	kill "$traffic"
	wait "$traffic" 2>/dev/null || :
}

# gone - no child is left, nor what they asked of eth0
gone() {
	check "m1 is gone" no_device "$box" m1
	check "m3 is gone" no_device "$room" m3
	[[ $(ip -n "$box" -d link show dev eth0) =~ promiscuity\ ([0-9]+).*allmulti\ ([0-9]+) ]]
	equal "promiscuity and allmulti of eth0" "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" "0 0"
	equal "filters of eth0" \
		"$(bridge -n "$box" fdb show dev eth0 | grep -E '^02:|7f:00:07' || :)" ""
}

test_known_by_its_link_kind() {
	modinfo -F alias "$FILE" | grep -qx "rtnl-link-$KIND" || fail "no alias rtnl-link-$KIND"
	equal "licence" "$(modinfo -F license "$FILE")" GPL
	[ -n "$(modinfo -F description "$FILE")" ] || fail "no description"
}

test_loaded_when_needed() {
	check "unload" rmmod "$KIND"
	check "it is unloaded" not loaded
	children bridge
	check "it is loaded" loaded
	hears "frames" send "$outside/eth0" hear "$box/m1=1" "$room/m3=1"
	check "unload" rmmod "$KIND"
	gone
}

not() {
	! "$@"
}

test_loaded_twice() {
	modprobe "$KIND"
	expect_err "File exists" insmod "$FILE"
	check "it is still there" loaded
}

# unloaded_under_traffic MODE
unloaded_under_traffic() {
	local capture

	children "$1"
	traffic
	# Somebody holds a packet socket of a child.
	ip netns exec "$box" tcpdump -ni m2 -w /dev/null 2>"$RESULT_DIR/capture" &
	capture=$!
	poll 30 grep -q "listening on" "$RESULT_DIR/capture" || fail "no capture"
	poll 30 has_received "$room" m3 100 || fail "no traffic"
	check "unload" rmmod "$KIND"
	gone
	modprobe "$KIND"
	children "$1"
	poll 30 has_received "$room" m3 100 || fail "no traffic"
	check "unload again" rmmod "$KIND"
	no_traffic
	gone
	kill "$capture" 2>/dev/null || :
	wait "$capture" 2>/dev/null || :
}

test_unloaded_under_traffic() {
	local mode

	for mode in bridge vepa; do
		unloaded_under_traffic "$mode"
	done
}

# Broadcasts wait in the queue when the module goes.
test_unloaded_with_a_full_queue() {
	local round

	for round in 1 2 3; do
		children bridge
		ip -n "$box" link set m1 type "$KIND" mode bridge bcqueuelen 4000
		frame limit=1 send "$outside/eth0" count=3000 || :
		check "unload, round $round" rmmod "$KIND"
		gone
	done
}

test_unloaded_with_passthru() {
	local own

	own=$(mac "$box" eth0)
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode passthru
		link set m1 up
		link set m1 address 02:00:00:00:00:01
	END
	check "unload" rmmod "$KIND"
	equal "address of eth0" "$(mac "$box" eth0)" "$own"
	gone
}

test_works_after_all() {
	modprobe "$KIND"
	children bridge
	hears "frames" send "$outside/eth0" dst=02:00:00:00:00:01 \
		send "$box/m1" dst=02:00:00:00:00:03 send "$room/m3" \
		hear "$box/m1=2" "$room/m3=1" "$outside/eth0=1"
}

netns box outside room
no_ipv6 "$box" "$outside" "$room"
cable "$box" eth0 "$outside" eth0
# However this ends, the next test finds the module there.
trap 'modprobe "$KIND"; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests known_by_its_link_kind loaded_when_needed loaded_twice \
	unloaded_under_traffic unloaded_with_a_full_queue \
	unloaded_with_passthru works_after_all
