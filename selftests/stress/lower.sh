#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The lower device goes down, changes, disappears while frames of all kinds go by.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

three_children() {
	batch "$box" <<-END
		link add link $1 name m1 address 02:00:00:00:00:01 up type $KIND mode bridge
		link add link $1 name m2 address 02:00:00:00:00:02 up type $KIND mode bridge
		link add link $1 name m3 address 02:00:00:00:00:03 netns $room type $KIND mode vepa
		maddress add $GROUP dev m1
		link set m2 promisc on
	END
	batch "$room" <<<"link set m3 up"
}

some_noise() {
	noise "$outside/eth0" "$box/m1" "$box/m2" "$room/m3"
	noise "$outside/eth0" "$box/m2" "$room/m3" "$box/m1"
}

ups_and_downs() {
	batch "$box" <<-END
		link set eth0 down
		link set eth0 mtu 1400
		link set eth0 address 02:00:00:00:00:99
		link set eth0 up
		link set eth0 mtu 1500
		link set eth0 promisc on
		link set eth0 promisc off
		link set m1 up
		link set m2 up
	END
}

test_up_and_down() {
	place
	three_children eth0
	some_noise
	job ups_and_downs
	the_end "$box" "$room"
}

# The lower device takes its children along, and comes again.
lives() {
	ip -n "$box" link del eth0
	batch "$box" <<-END
		link add eth0 type veth peer name eth0 netns $outside
		link set eth0 up
	END
	batch "$outside" <<<"link set eth0 up"
	three_children eth0
}

test_deleted() {
	place
	some_noise
	job lives
	jobs_end
	[ -n "$(ip -n "$box" -o link show dev eth0 2>/dev/null)" ] || lives
	the_end "$box" "$room"
}

failovers() {
	batch "$box" <<-END
		link set b1 down
		link set b1 up
		link set bond0 type bond active_slave b2
		link set b2 down
		link set b2 up
		link set bond0 type bond active_slave b1
		link set b2 nomaster
		link set b2 down
		link set b2 master bond0
	END
}

test_bond_fails_over() {
	place
	batch "$box" <<-END
		link add bond0 type bond mode active-backup miimon 10
		link add b1 type veth peer name b1 netns $outside
		link add b2 type veth peer name b2 netns $outside
		link set b1 master bond0
		link set b2 master bond0
		link set bond0 up
	END
	no_device "$box" bond0 && skip "no bonding here"
	batch "$outside" <<-END
		link set b1 up
		link set b2 up
	END
	three_children bond0
	noise "$outside/b1" "$outside/b2" "$box/m1" "$box/m2" "$room/m3"
	job failovers
	jobs_end
	no_children "$box" "$room"
	as_before "$box" bond0
	check "bond0 can be deleted" timeout 20 ip -n "$box" link del bond0
	the_end "$box" "$room"
}

reload() {
	rmmod mymacvtap
	rmmod mymacvlan
	modprobe mymacvlan
	three_children eth0
	batch "$box" <<<"link add link eth0 name t1 address 02:00:00:00:00:04 up type mymacvtap mode bridge"
}

test_module_unloaded() {
	only_ours
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	place
	three_children eth0
	some_noise
	noise "$box/t1,tap"
	job reload
	the_end "$box" "$room"
}

trap '[ -z "${MYMACVLAN_VM-}" ] || modprobe mymacvlan; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests up_and_down deleted bond_fails_over module_unloaded
