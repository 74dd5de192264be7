#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is in the way has a name that whoever asks can use: with index and
# namespace where it is elsewhere. What no answer can tell, the kernel log does.
# The topology is in device.sh; "room" is nsid 7 of "box".
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

IN_USE="MAC address is already in use"

# index NS DEV
index() {
	[[ $(ip -n "$1" -o link show dev "$2") =~ ^([0-9]+): ]] && echo "${BASH_REMATCH[1]}"
}

# away NAME OPTION... - a child in "room"; its index there in $away. Old kernels refuse
# a name that the lower device's namespace has as well.
away() {
	ip -n "$box" netns set "$room" 7 2>/dev/null || :
	ip -n "$box" link add link eth0 name away0 netns "$room" "${@:2}"
	links "$room" <<-END
		link set away0 name $1
		link set $1 up
	END
	away=$(index "$room" "$1")
}

# log_has_all TEXT - where the answer could not
log_has_all() {
	[ "$KERNEL" -lt 602 ] || return 0
	logged "$1" || fail "the log has no \"$1\""
}

test_owner_in_another_namespace() {
	local away

	only_ours
	fresh
	dmesg --clear
	away m1 address "$MAC_A" type "$KIND" mode bridge
	ip -n "$box" link add link eth0 name m2 address "$MAC_A" type "$KIND" mode bridge
	expect_err "$IN_USE: belongs to m1 (index $away, nsid 7)" ip -n "$box" link set m2 up
	log_has_all "$IN_USE: $MAC_A belongs to m1 (index $away, netns "
	ip -n "$box" link del m2
	ip -n "$room" link del m1
}

test_lower_device_of_the_same_name() {
	local away lower

	only_ours
	fresh
	dmesg --clear
	lower=$(mac "$box" eth0)
	away eth0 address "$MAC_A" type "$KIND" mode bridge
	expect_err "$IN_USE: belongs to the lower device eth0" \
		ip -n "$room" link set eth0 address "$lower"
	log_has_all "$IN_USE: belongs to the lower device eth0 (index $(index "$box" eth0), netns "
	ip -n "$room" link del eth0
}

test_passthru_in_another_namespace() {
	local away

	only_ours
	fresh
	dmesg --clear
	away m1 type "$KIND" mode passthru
	expect_err "Lower device has a passthru child: m1 (index $away, nsid 7)" \
		ip -n "$box" link add link eth0 name m2 type "$KIND" mode bridge
	log_has_all "Lower device has a passthru child: m1 (index $away, netns "
	ip -n "$room" link del m1
	away m1 type "$KIND" mode bridge
	expect_err "Passthru needs the lower device alone: m1 (index $away, nsid 7)" \
		ip -n "$box" link add link eth0 name m2 type "$KIND" mode passthru
	ip -n "$room" link del m1
}

test_multicast_address() {
	only_ours
	fresh
	child m1
	expect_err "MAC address is zero or multicast" ip -n "$box" link set m1 address "$GROUP"
	expect_err "MAC address is zero or multicast" \
		ip -n "$box" link set m1 address 00:00:00:00:00:00
}

# deaf NAME - the log says so of its VLAN 5
deaf() {
	logged "$1: VLAN 5 hears nothing: v0 on the lower device gets its frames"
}

test_vlan_on_child_and_lower() {
	local name=d${SRANDOM}

	only_ours
	fresh
	dmesg --clear
	child "$name" "$MAC_A"
	child other
	links "$box" <<-END
		link add link $name name v1 up type vlan id 5
		link add link $name name v2 up type vlan id 6
	END
	hears "as long as it is alone" send "$outside/eth0" dst="$MAC_A" vlan=5 hear "$box/v1=1"
	ip -n "$box" link add link eth0 name v0 type vlan id 5
	check "the lower device's is new" deaf "$name"
	check "not of others" not logged "VLAN 6 hears nothing"
	check "not of others" not deaf other
	dmesg --clear
	links "$box" <<-END
		link del v1
		link add link $name name v1 up type vlan id 5
	END
	check "the child's is new" deaf "$name"
}

# A bridge that sorts by VLAN as lower device: a VLAN device on it has only that
# VLAN's frames, so its children have no others.
test_vlan_of_a_bridge() {
	only_ours
	fresh
	links "$box" <<-END
		link add up0 type bridge vlan_filtering 1 mcast_snooping 0
		link set up0 up
		link set eth0 master up0
		link add link up0 name v0 type vlan id 5
		link set v0 up
		link add link v0 name m1 address $MAC_A type $KIND mode bridge
		link set m1 up
	END
	bridge -n "$box" -batch - <<-END
		vlan add dev eth0 vid 5
		vlan add dev eth0 vid 6
		vlan add dev up0 vid 5 self
	END
	poll 30 hears_now || fail "the bridge does not forward"
	hears "of its VLAN only" send "$outside/eth0" dst="$MAC_A" vlan=5 hear "$box/m1=1"
	hears "of its VLAN only" send "$outside/eth0" dst="$MAC_A" vlan=6 hear "$box/m1=0"
	hears "of its VLAN only" send "$outside/eth0" vlan=6 hear "$box/m1=0"
	hears "of its VLAN only" send "$outside/eth0" vlan=5 hear "$box/m1=1"
}

hears_now() {
	frame limit=300 settle=50 send "$outside/eth0" dst="$MAC_A" vlan=5 hear "$box/m1=1"
}

spaces
run_tests owner_in_another_namespace lower_device_of_the_same_name \
	passthru_in_another_namespace multicast_address \
	vlan_on_child_and_lower vlan_of_a_bridge
