#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the rest of the kernel reads of a macvlan. NIC drivers with offloaded
# forwarding, bonding and others ask netif_is_macvlan(), take the device's
# private data for a struct macvlan_dev, and count frames into it. A small
# module, view.c, does the same.
#
#    v1 (looked at by view.ko)
#     |
#    vlower (dummy), in the initial namespace, which view.ko searches
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=look.sh
. "$(dirname "$0")/look.sh"

test_fields_are_truthful() {
	lower dummy
	ip link add link vlower name v1 type "$KIND" mode source nodst \
		macaddr set 02:00:00:00:00:01 02:00:00:00:00:02
	ip link set v1 up
	look v1
	sees "v1 dev v1 lower vlower mode 16 flags 2 sources 2"
	ip link set v1 type "$KIND" mode private
	look v1
	sees "v1 dev v1 lower vlower mode 1 flags 2 sources 0"
	sees "v1 filter 1 accel 0"
}

test_lower_device_bears_no_mark() {
	only_ours
	lower dummy
	ip link add link vlower name v1 type "$KIND" mode bridge
	look v1
	sees "v1 filter 1 accel 0 lower_is_port 0"
}

test_frames_counted_by_a_nic_are_shown() {
	local json

	lower dummy
	ip link add link vlower name v1 type "$KIND" mode bridge
	look v1
	json=$(ip -j -s link show dev v1)
	[[ $json =~ \"rx\":\{\"bytes\":700,\"packets\":7,\"errors\":1, ]] ||
		fail "counted: $json"
}

test_other_devices_are_not_taken_for_children() {
	lower dummy
	! look vlower 2>/dev/null || fail "vlower was taken for a macvlan"
}

run_tests fields_are_truthful lower_device_bears_no_mark \
	frames_counted_by_a_nic_are_shown other_devices_are_not_taken_for_children
