#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module is unloaded: refused while a file is open, even that of a tap which
# is gone; done otherwise, with taps up and frames under way. In the test machine
# only: it takes every tap on the machine away.
#
#   /dev/tapN  t0   t1
#               \   /          .- netns peer -.
#                e0 -----------+---- q0       |
#                              '--------------'
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"

MAC=02:00:00:00:00:01

taps() {
	new_index
	links "$host" <<-END
		link add link e0 name t0 index $index address $MAC type $KIND mode bridge
		link add link e0 name t1 type $KIND mode bridge
		link set t0 up
		link set t1 up
	END
}

not() {
	! "$@"
}

loaded() {
	[ -d "/sys/module/$KIND" ]
}

test_known_by_its_link_kind() {
	local file

	file=$(modinfo -n "$KIND")
	modinfo -F alias "$file" | grep -qx "rtnl-link-$KIND" || fail "no alias rtnl-link-$KIND"
	equal "licence" "$(modinfo -F license "$file")" GPL
	[ -n "$(modinfo -F description "$file")" ] || fail "no description"
}

test_loaded_when_needed() {
	check "unload" rmmod "$KIND"
	check "it is unloaded" not loaded
	taps
	check "it is loaded" loaded
	check "unload again" rmmod "$KIND"
	check "t0 is gone" no_device "$host" t0
	check "no node is left" not test -e "/dev/tap$index"
}

# What the tap stands on stays as long as it does.
test_needs_its_library() {
	modprobe "$KIND"
	expect_err "in use" rmmod tap
	[ "$KIND" != mymacvtap ] || expect_err "in use" rmmod mymacvlan
}

test_refused_while_open() {
	local file

	taps
	exec {file}<>"/dev/tap$index"
	expect_err "in use" rmmod "$KIND"
	check "t0 is there" not no_device "$host" t0
	ip -n "$host" link del t0
	expect_err "in use" rmmod "$KIND"
	exec {file}>&-
	check "unload" rmmod "$KIND"
	check "t1 is gone" no_device "$host" t1
}

# traffic - frames to the taps until killed; its pid in $traffic
traffic() {
	(
		set +eE
		trap - ERR
		while :; do
			frame limit=1 send "$peer/q0" dst="$MAC" count=200 may-fail \
				send "$peer/q0" count=200 may-fail
		done
	) >/dev/null 2>&1 &
	traffic=$!
}

test_unloaded_under_traffic() {
	local file

	modprobe "$KIND"
	taps
	traffic
	exec {file}<>"/dev/tap$index"
	poll 30 has_received "$host" t0 100 || fail "no traffic"
	expect_err "in use" rmmod "$KIND"
	exec {file}>&-
	check "unload" poll 5 rmmod "$KIND"
	kill "$traffic"
	wait "$traffic" 2>/dev/null || :
	check "t0 is gone" no_device "$host" t0
}

test_works_after_all() {
	modprobe "$KIND"
	taps
	hears "frames" send "$peer/q0" dst="$MAC" hear "$host/t0=1"
	printf 'link del %s\n' t0 t1 | links "$host"
}

netns host peer
no_ipv6 "$host" "$peer"
cable "$host" e0 "$peer" q0
# However this ends, the next test finds the module there.
trap 'modprobe "$KIND"; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests known_by_its_link_kind loaded_when_needed needs_its_library \
	refused_while_open unloaded_under_traffic works_after_all
