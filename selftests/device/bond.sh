#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A bond fails over: its children tell the network where they are now.
#
#    .--- room ---.
#    |     m1     |  192.0.2.1, member of 239.1.2.3
#    '-----+------'
#    .-----+---- box --.        .---- outside ----.
#    |   up0    eth0 --+--------+-- eth0          |
#    |  (bond)  eth1 --+--------+-- eth1   switch |
#    '-----------------'        '-----------------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

build() {
	fresh
	ip -n "$box" link add up0 type bond mode active-backup miimon 50 2>/dev/null ||
		skip "no bonding"
	cable "$box" eth1 "$outside" eth1
	ip -n "$outside" link del br0 2>/dev/null || :
	switch "$outside" br0 eth0 eth1
	links "$box" <<-END
		link set eth0 down
		link set eth1 down
		link set eth0 master up0
		link set eth1 master up0
		link set up0 up
		link set up0 type bond active_slave eth0
		link add link up0 name m1 netns $room address $MAC_A type $KIND mode bridge
	END
	links "$room" <<-END
		link set m1 up
		address add 192.0.2.1/24 dev m1
	END
	poll 5 state_is "$room" m1 UP
}

fail_over() {
	ip -n "$box" link set up0 type bond active_slave eth1
}

# learnt PORT - the switch has seen m1 behind this port
learnt() {
	[[ $(bridge -n "$outside" fdb show dev "$1") == *"$MAC_A master br0"* ]]
}

# Nothing else is sent: what the switch learns, it learns from m1's own
# announcement.
test_switch_learns_the_new_way() {
	build
	hears "before" send "$room/m1" hear "$outside/eth0,tap=1" "$outside/eth1,tap=0"
	check "the switch knows the old way" learnt eth0
	fail_over
	check "and the new way" poll 5 learnt eth1
	hears "afterwards" send "$room/m1" send "$outside/br0" dst="$MAC_A" \
		hear "$outside/eth1,tap=1" "$room/m1=1"
}

# A slave loses its cable.
test_cable_is_pulled() {
	build
	hears "before" send "$room/m1" hear "$outside/eth0,tap=1"
	ip -n "$outside" link set eth0 down
	check "the switch learns the new way" poll 10 learnt eth1
	hears "afterwards" send "$outside/br0" dst="$MAC_A" hear "$room/m1=1"
	ip -n "$outside" link set eth0 up
}

test_group_is_joined_again() {
	local capture join

	type -P socat tcpdump >/dev/null || skip "no socat or no tcpdump"
	build
	ip netns exec "$room" socat -u \
		UDP4-RECV:5000,ip-add-membership=239.1.2.3:192.0.2.1 /dev/null &
	join=$!
	poll 5 listed "$box" up0 01:00:5e:01:02:03 || fail "the join did not come down"
	# What a join sends of its own accord, twice, is over.
	pause 3
	ip netns exec "$outside" timeout 20 tcpdump -nni eth1 -c 1 --immediate-mode \
		"igmp and ether src $MAC_A" >"$RESULT_DIR/igmp" 2>"$RESULT_DIR/capture" &
	capture=$!
	poll 10 grep -q "listening on" "$RESULT_DIR/capture"
	fail_over
	wait "$capture" || fail "no IGMP report on the new way"
	kill "$join"
	wait "$join" 2>/dev/null || :
}

spaces
run_tests switch_learns_the_new_way cable_is_pulled group_is_joined_again
