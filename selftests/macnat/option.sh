#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "macnat": what is shown, what is refused and by what words, who may turn it
# on, live, and the default that a sysctl gives.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# child NAME OPTION... - "ip link add" in netns host
child() {
	ip -n "$host" link add link e0 name "$1" type "$KIND" "${@:2}"
}

test_shown() {
	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 macnat=false
	add link e0 name o2 type $KIND mode bridge macnat on	| o2 macnat=true
	set o1 type $KIND macnat on	| o1 macnat=true
	set o1 type $KIND macnat off	| o1 macnat=false
	set o2 type $KIND mode private	| o2 mode=private macnat=true
	del o1
	del o2
	END
	child o1 mode bridge macnat on
	[[ $(ip -n "$host" -d link show o1) == *" macnat on "* ]] ||
		fail "ip -d does not tell"
	ip -n "$host" link del o1
}

test_modes_that_refuse_it() {
	local mode text="Option macnat is for modes bridge and private only"

	for mode in vepa source passthru; do
		expect_err "$text" child o1 mode "$mode" macnat on
		no_device "$host" o1 || fail "$mode: it is there"
	done
	child o1 mode vepa
	expect_err "$text" ip -n "$host" link set o1 type "$KIND" macnat on
	has "$host" o1 macnat=false mode=vepa
	check "together with the mode" \
		ip -n "$host" link set o1 type "$KIND" mode bridge macnat on
	has "$host" o1 macnat=true mode=bridge
	for mode in vepa source; do
		expect_err "$text" ip -n "$host" link set o1 type "$KIND" mode "$mode"
		has "$host" o1 macnat=true mode=bridge
	done
	check "together with off" \
		ip -n "$host" link set o1 type "$KIND" mode vepa macnat off
	has "$host" o1 macnat=false mode=vepa
	ip -n "$host" link del o1
}

# on_list MAC - is an address on the lower device's list?
on_list() {
	[[ $(in_ns "$host" bridge fdb show dev e0) == *"$1"* ]]
}

# While it is up its address goes from the lower device's list, and comes back.
test_live() {
	local own promiscuity

	child o1 mode bridge
	ip -n "$host" link set o1 up
	# A device without such a list becomes promiscuous for what is on it.
	promiscuity=$(field "$host" e0 promiscuity)
	own=$(mac "$host" o1)
	on_list "$own" || fail "it is not there"
	ip -n "$host" link set o1 type "$KIND" macnat on
	! on_list "$own" || fail "on: it is still there"
	ip -n "$host" link set o1 address 02:00:00:00:66:01
	! on_list 02:00:00:00:66:01 || fail "its new address is there"
	ip -n "$host" link set o1 promisc on
	has "$host" e0 promiscuity=0
	ip -n "$host" link set o1 type "$KIND" macnat off
	on_list 02:00:00:00:66:01 || fail "off: it is not there again"
	has "$host" e0 promiscuity=$((promiscuity + 1))
	ip -n "$host" link set o1 promisc off
	ip -n "$host" link set o1 type "$KIND" macnat on
	ip -n "$host" link del o1
	! on_list 02:00:00:00:66:01 || fail "deleted: it is still there"
	has "$host" e0 promiscuity=0
}

test_frames_when_it_changes_live() {
	child o1 mode bridge
	ip -n "$host" link set o1 netns "$c1" name mv up
	no_ipv6 "$host" "$outside" "$c1"
	own_on_the_wire "$(mac "$c1" mv)"
	check "on" in_ns "$host" mymacvlan set e0 child "$(mac "$c1" mv)" macnat on
	has "$c1" mv macnat=true
	own_on_the_wire "$(mac "$host" e0)"
	check "off" in_ns "$host" mymacvlan set e0 child "$(mac "$c1" mv)" macnat off
	has "$c1" mv macnat=false
	own_on_the_wire "$(mac "$c1" mv)"
	ip -n "$c1" link del mv
}

# own_on_the_wire MAC - the source address of what the child sends
own_on_the_wire() {
	local out

	ip netns exec "$outside" timeout 10 tcpdump -nelc 1 -i q0 ether proto 0x88b5 \
		>"$RESULT_DIR/dump" 2>"$RESULT_DIR/dump.err" &
	poll 10 grep -s listening "$RESULT_DIR/dump.err"
	frame send "$c1/mv"
	wait || :
	out=$(<"$RESULT_DIR/dump")
	[[ $out == *"$1 > "* ]] || fail "on the wire: $out, expected $1"
}

# owns PID - it has its own network namespace now
owns() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] &&
		[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

inside() {
	nsenter -t "$1" -U -n --preserve-credentials "${@:2}"
}

test_container_cannot_change_it() {
	local text="Option macnat is set from within the lower device's namespace only"

	type unshare >/dev/null 2>&1 || skip "no unshare here"
	in_ns "$host" unshare -Un true || skip "no user namespaces here"
	child o1 mode bridge
	child o2 mode bridge macnat on
	ip netns exec "$host" unshare -rn sleep infinity &
	poll 5 owns "$!"
	links "$host" <<-END
	link set o1 netns $!
	link set o2 netns $!
	END
	expect_err "$text" inside "$!" ip link set o1 type "$KIND" macnat on
	expect_err "$text" inside "$!" ip link set o2 type "$KIND" macnat off
	check "the same as it is" inside "$!" ip link set o1 type "$KIND" macnat off
	[[ $(inside "$!" ip -j -d link show o1) == *'"macnat":false'* ]] ||
		fail "it is on"
	[[ $(inside "$!" ip -j -d link show o2) == *'"macnat":true'* ]] ||
		fail "it is off"
	kill "$!"
	wait || :
}

test_sysctl_is_the_default() {
	sysctls "$host" net.mymacvlan.macnat=1
	child o1 mode bridge
	child o2 mode vepa
	child o3 mode private macnat off
	has "$host" o1 macnat=true
	has "$host" o2 macnat=false
	has "$host" o3 macnat=false
	sysctls "$host" net.mymacvlan.macnat=0
	child o4 mode bridge
	has "$host" o4 macnat=false
	links "$host" <<-END
	link del o1
	link del o2
	link del o3
	link del o4
	END
}

uplink
run_tests shown modes_that_refuse_it live frames_when_it_changes_live \
	container_cannot_change_it sysctl_is_the_default
