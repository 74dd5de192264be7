#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Our modules under the in-tree drivers' names, for programs that know no other.
# In the test machine only: it unloads and loads modules.
#
#    c1        t1
#     \        /
#    .-'------'-.
#    |   eth0   |  dummy, in "box"
#    '----------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"
[ "$KIND" = mymacvlan ] || skip_all "only for kind mymacvlan"

loaded() {
	[ -d "/sys/module/$1" ]
}

not() {
	! "$@"
}

unload_all() {
	modprobe -r mymacvtap mymacvlan macvtap macvlan
}

# refused MODULE KIND TEXT - and the kernel says why
refused() {
	dmesg --clear
	check "$1 kind=$2 is refused" not modprobe "$1" "kind=$2"
	check "$1 is not loaded" not loaded "$1"
	[[ $(dmesg) == *"$3"* ]] || fail "expected \"$3\" in: $(dmesg)"
}

# driver DEV - which driver serves it
driver() {
	ip netns exec "$box" ethtool -i "$1" | sed -n 's/^driver: //p'
}

test_unknown_names_are_refused() {
	unload_all
	refused mymacvlan ipvlan "mymacvlan: kind=ipvlan is not known: it may be mymacvlan, or macvlan"
	refused mymacvlan "" "mymacvlan: kind= is not known"
	refused mymacvlan macvtap "kind=macvtap is not known"
	refused mymacvtap macvlan "mymacvtap: kind=macvlan is not known: it may be mymacvtap, or macvtap"
}

test_name_that_is_taken() {
	unload_all
	modprobe macvlan && modprobe macvtap
	refused mymacvlan macvlan "mymacvlan: another driver has registered link kind macvlan"
	refused mymacvtap macvtap "mymacvtap: another driver has registered link kind macvtap"
	# Nothing is left that would be in the way of the next one.
	check "mymacvtap by its own name" modprobe mymacvtap
}

# taps - makes taps as fast as it can, until one is there; says what is odd about a refusal
taps() {
	local text

	while ! text=$(ip -n "$box" link add link eth0 name "$1" type mymacvtap 2>&1); do
		[[ $text == *"Unknown device type"* ]] || { echo "$text"; return; }
	done
}

# As long as the module is being loaded its kind is unknown: whoever finds it can use it.
# Those who ask meanwhile do not wait for a modprobe of the kernel's.
test_made_while_loading() {
	local round name
	local -a odd

	modprobe mymacvlan
	sysctl -qw kernel.modprobe=/bin/false
	for ((round = 0; round < 10; round++)); do
		modprobe -r mymacvtap
		for name in t1 t2 t3; do
			taps "$name" &
		done >"$RESULT_DIR/odd"
		modprobe mymacvtap
		wait
		mapfile -t odd <"$RESULT_DIR/odd"
		equal "odd answers, round $round" "${odd[*]}" ""
		printf 'link del %s\n' t1 t2 t3 | ip -n "$box" -force -batch - 2>/dev/null || :
	done
	sysctl -qw kernel.modprobe="$loader"
}

test_ours_in_place_of_macvlan() {
	unload_all
	modprobe mymacvlan kind=macvlan
	ip -n "$box" link add link eth0 name c1 type macvlan mode bridge
	equal "driver" "$(driver c1)" mymacvlan
	equal "kind" "$(ip -n "$box" -j -d link show dev c1 | jq -r '.[].linkinfo.info_kind')" macvlan
	check "in-tree macvlan is not loaded" not loaded macvlan
	# Before 7.x modprobe says nothing of it.
	modprobe macvlan 2>/dev/null || :
	check "nor can it be" not loaded macvlan
	check "our own name is not there" not \
		ip -n "$box" link add link eth0 name c2 type mymacvlan mode bridge
}

test_ours_in_place_of_macvtap() {
	local index

	unload_all
	modprobe mymacvtap kind=macvtap
	ip -n "$box" link add link eth0 name t1 type macvtap mode bridge
	equal "driver" "$(driver t1)" mymacvtap
	check "in-tree macvtap is not loaded" not loaded macvtap
	index=$(ip -n "$box" -j link show dev t1 | jq '.[].ifindex')
	check "the class is macvtap's" ip netns exec "$box" \
		test -e "/sys/class/net/t1/macvtap/tap$index/dev"
	equal "subsystem" "$(ip netns exec "$box" readlink "/sys/class/net/t1/tap$index/subsystem")" \
		"../../../../../../class/macvtap"
	grep -q ' macvtap$' /proc/devices || fail "/proc/devices has no macvtap"
}

# Nobody tells mymacvtap, and in-tree macvtap would want in-tree macvlan.
test_tap_follows() {
	unload_all
	modprobe mymacvlan kind=macvlan
	modprobe mymacvtap
	equal "kind" "$(</sys/module/mymacvtap/parameters/kind)" macvtap
	check "macvtap" ip -n "$box" link add link eth0 name t1 type macvtap mode bridge
	equal "driver" "$(driver t1)" mymacvtap
	check "in-tree macvtap is not loaded" not loaded macvtap
	unload_all
	modprobe mymacvtap
	equal "kind" "$(</sys/module/mymacvtap/parameters/kind)" mymacvtap
	rmmod mymacvtap
	modprobe mymacvtap kind=macvtap
	equal "kind" "$(</sys/module/mymacvtap/parameters/kind)" macvtap
}

# host NS - the sysctl there
host() {
	ip netns exec "$1" sysctl -n net.mymacvlan.host
}

# A value that sysctl.conf has set is lost with the module; a parameter is not.
test_sysctl_is_set_by_a_parameter() {
	local later

	unload_all
	modprobe mymacvlan
	equal "without" "$(sysctl -n net.mymacvlan.host)" 0
	sysctl -qw net.mymacvlan.host=1
	unload_all
	modprobe mymacvlan host=1
	equal "with it" "$(sysctl -n net.mymacvlan.host)" 1
	equal "a child has it" "$(
		ip link add dum0 up type dummy
		ip link add link dum0 name c1 type mymacvlan mode bridge
		ip -j -d link show dev c1 | jq -r '.[].linkinfo.info_data.host'
		ip link delete dum0)" true
	# As sysctl.conf, it is for the initial namespace.
	netns later
	equal "another namespace" "$(host "$box")" 0
	equal "a later one" "$(host "$later")" 0
	sysctl -qw net.mymacvlan.host=0
	equal "set to 0 afterwards" "$(sysctl -n net.mymacvlan.host)" 0
	unload_all
	check "host=2 is refused" not modprobe mymacvlan host=2
}

test_own_names_again() {
	unload_all
	ip -n "$box" link add link eth0 name c1 type mymacvlan mode bridge
	ip -n "$box" link add link eth0 name t1 type mymacvtap mode bridge
	equal "drivers" "$(driver c1) $(driver t1)" "mymacvlan mymacvtap"
}

netns box
ip -n "$box" link add eth0 type dummy
loader=$(sysctl -n kernel.modprobe)
# However this ends, the next test finds the module there.
trap 'sysctl -qw kernel.modprobe="$loader"; unload_all; modprobe mymacvlan; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests unknown_names_are_refused name_that_is_taken made_while_loading \
	ours_in_place_of_macvlan ours_in_place_of_macvtap tap_follows \
	sysctl_is_set_by_a_parameter own_names_again
