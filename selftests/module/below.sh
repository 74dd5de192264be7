#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a child asks of its lower device, and takes over from it, that no program
# is told of: a small module, view.c, looks.
#
#    w1  w2     VLAN devices
#     |   |
#    v1  v2     (v1 is looked at)
#     |   |
#    vlower     in the initial namespace, which view.c searches
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=look.sh
. "$(dirname "$0")/look.sh"

# vids TEXT [VID...] - the VLAN ids that vlower lets pass, the newest first
vids() {
	look v1
	[[ $seen =~ "v1 lower vids"([0-9 ]*)\. ]] || fail "$1: nothing seen: $seen"
	equal "$1: VLAN ids of the lower device" "${BASH_REMATCH[1]}" "${*:2}"
}

# two_children - on a bond, which has a filter for VLAN ids, as they come with
# id 0 on every device that is up
two_children() {
	modprobe 8021q 2>/dev/null || skip "no VLAN"
	lower bond
	ip -batch - <<-END
		link add link vlower name v1 type $KIND mode bridge
		link add link vlower name v2 type $KIND mode bridge
		link set v1 up
		link set v2 up
	END
	[[ $(ethtool -k v1) == *"rx-vlan-filter: on"* ]] ||
		fail "v1 does not ask for VLAN ids"
}

# vlan NAME CHILD ID
vlan() {
	ip link add link "$2" name "$1" type vlan id "$3"
}

# all_down - nothing is left: not one reference too many on any id
all_down() {
	ip -batch - <<-END
		link del v2
		link set v1 down
		link set vlower down
	END
	vids "all down"
}

test_vlan_ids_are_passed_down() {
	two_children
	vids "none" " 0"
	vlan w1 v1 7
	vids "one" " 7 0"
	vlan w2 v2 7
	ip link del w1
	vids "the other child still has it" " 7 0"
	vlan w1 v1 8
	vids "two" " 8 7 0"
	ip link del w2
	vids "one is left" " 8 0"
	ip link del w1
	vids "none is left" " 0"
	all_down
}

test_vlan_ids_go_with_the_child() {
	two_children
	vlan w2 v2 7
	vids "one" " 7 0"
	ip link del v2
	vids "none" " 0"
	ip link add link vlower name v2 type "$KIND" mode bridge
	all_down
}

# filter on|off - of the lower device
filter() {
	ethtool -K vlower rx-vlan-filter "$1" >/dev/null
}

test_vlan_filter_is_turned_off_and_on() {
	two_children
	vlan w1 v1 7
	filter off
	vids "no filter" " 0"
	filter on
	vids "filter again" " 7 0"
	filter off
	ip link del w1
	filter on
	vids "deleted meanwhile" " 0"
	all_down
}

# room - of v1 equals that of its lower device, which has some: sets $headroom
# and $tailroom
room() {
	look v1
	[[ $seen =~ headroom\ ([0-9]+)\ of\ ([0-9]+)\ tailroom\ ([0-9]+)\ of\ ([0-9]+) ]] ||
		fail "nothing seen: $seen"
	equal "$1: headroom" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
	equal "$1: tailroom" "${BASH_REMATCH[3]}" "${BASH_REMATCH[4]}"
	headroom=${BASH_REMATCH[2]} tailroom=${BASH_REMATCH[4]}
}

test_room_of_the_lower_device() {
	lower dummy
	# It wants room on both ends.
	ip link add link vlower name vsec type macsec 2>/dev/null || skip "no macsec"
	ip link add link vsec name v1 type "$KIND" mode bridge
	room "macsec"
	[ "$headroom" -gt 0 ] || fail "macsec wants no headroom"
	[ "$tailroom" -gt 0 ] || fail "macsec wants no tailroom"
}

# A bridge wants the headroom of its ports; nobody is told of that until its
# features change as well.
test_room_of_the_lower_device_grows() {
	lower bridge vport
	ip link add vport type dummy
	ip link add link vport name vsec type macsec 2>/dev/null || skip "no macsec"
	ip link add link vlower name v1 type "$KIND" mode bridge
	room "no port"
	equal "headroom without a port" "$headroom" 0
	ip link set vsec master vlower
	ethtool -K vlower tx off >/dev/null
	room "a port"
	[ "$headroom" -gt 0 ] || fail "the bridge still wants no headroom"
}

run_tests vlan_ids_are_passed_down vlan_ids_go_with_the_child \
	vlan_filter_is_turned_off_and_on room_of_the_lower_device \
	room_of_the_lower_device_grows
