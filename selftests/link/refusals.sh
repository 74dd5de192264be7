#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Somebody refuses at each step of making, changing and starting a child: a
# notifier, the owner of the lower device's rx handler, the depth of the stack of
# devices. Whatever it was leaves nothing behind.
#
#   netns host
#   +------------------------+
#   |  m0 ...                |
#   |   |                    |
#   |   e0 --------- p0      |
#   +------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

INJECT=/sys/kernel/debug/notifier-error-inject/netdev/actions
ENOMEM=-12

# state - all that a failure could have changed; which queue a frame left by is not
state() {
	devices "$host"
	bridge -n "$host" -j fdb show
	ip -n "$host" -j maddress show
}

can_refuse() {
	[ -d "$INJECT" ] || skip "this kernel injects no errors of notifiers"
}

# refusing EVENT COMMAND... - the notifiers' chain ends with an error at EVENT:
# the command fails, and everything is as before
refusing() {
	local event=$1 before status=0
	shift

	before=$(state)
	echo "$ENOMEM" >"$INJECT/$event/error"
	"$@" >/dev/null 2>&1 || status=$?
	echo 0 >"$INJECT/$event/error"
	[ "$status" != 0 ] || fail "$event did not stop: $*"
	equal "state after $event" "$(state)" "$before"
}

# settled NAME - its state will not change any more by itself
settled() {
	check "$1 is up" poll 5 in_ns "$host" grep -qx up "/sys/class/net/$1/operstate"
}

# made OPTION... - by both modules, in this mode
made() {
	refusing "$1" ip -n "$host" link add link e0 name x0 type "$KIND" "${@:2}"
	refusing "$1" ip -n "$host" link add link e0 name x0 type "$TAP" "${@:2}"
}

test_notifier_refuses_creation() {
	local event mode

	can_refuse
	for event in NETDEV_POST_INIT NETDEV_REGISTER NETDEV_PRECHANGEUPPER NETDEV_CHANGEUPPER; do
		for mode in bridge passthru source; do
			made "$event" mode "$mode"
		done
	done
	is_free
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode bridge
	settled m0
	for event in NETDEV_POST_INIT NETDEV_REGISTER NETDEV_PRECHANGEUPPER NETDEV_CHANGEUPPER; do
		made "$event" mode private
	done
	hears "frames" send "$host/p0" dst="@$host/m0" hear "$host/m0,host=1"
	ip -n "$host" link del m0
	is_free
}

test_notifier_refuses_changes() {
	local mode

	can_refuse
	for mode in bridge passthru; do
		ip -n "$host" link add link e0 name m0 type "$KIND" mode "$mode"
		refusing NETDEV_PRE_UP ip -n "$host" link set m0 up
		refusing NETDEV_CHANGENAME ip -n "$host" link set m0 name m1
		refusing NETDEV_PRECHANGEMTU ip -n "$host" link set m0 mtu 1000
		refusing NETDEV_CHANGEMTU ip -n "$host" link set m0 mtu 1000
		ip -n "$host" link set m0 up
		settled m0
		refusing NETDEV_CHANGEMTU ip -n "$host" link set m0 mtu 1000
		hears "frames" send "$host/p0" dst="@$host/m0" hear "$host/m0,host=1"
		ip -n "$host" link del m0
	done
	is_free
}

another_driver() {
	only_ours
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	[ -e "$KO" ] || skip "no $KO: make module MYMACVLAN_TEST=1 builds it"
}

# no_address_for DEV COMMAND... - another driver refuses whatever address DEV gets
no_address_for() {
	insmod "$KO" device="$1" refuse=1
	"${@:2}" || fail "$*"
	rmmod mymacvlan_view
}

# address_refused DEV - of m0, since DEV must not change
address_refused() {
	local before

	before=$(state)
	no_address_for "$1" expect_err "Exchange full" \
		ip -n "$host" link set m0 address 02:00:00:00:00:07
	equal "state" "$(state)" "$before"
}

test_address_is_refused() {
	local mode

	another_driver
	for mode in bridge passthru source; do
		ip -n "$host" link add link e0 name m0 type "$KIND" mode "$mode"
		address_refused m0
		[ "$mode" != passthru ] || address_refused e0
		ip -n "$host" link set m0 up
		settled m0
		address_refused m0
		[ "$mode" != passthru ] || address_refused e0
		[ "$mode" = source ] ||
			hears "frames" send "$host/p0" dst="@$host/m0" hear "$host/m0,host=1"
		ip -n "$host" link del m0
	done
	is_free
}

# mtu_refused MTU - of m0, which is as it was
mtu_refused() {
	local before

	before=$(state)
	insmod "$KO" device=m0 refuse=1
	expect_err "Exchange full" ip -n "$host" link set m0 mtu "$1"
	rmmod mymacvlan_view
	equal "state" "$(state)" "$before"
}

# follows LOWER MTU - what m0 has while the lower device has LOWER
follows() {
	ip -n "$host" link set e0 mtu "$1"
	has "$host" m0 mtu="$2"
}

# Nobody has asked for the MTU that the kernel puts back.
test_mtu_is_refused() {
	another_driver
	ip -n "$host" link add link e0 name m0 type "$KIND" mode bridge
	mtu_refused 1400
	follows 9000 9000
	mtu_refused 1400
	follows 4000 4000
	ip -n "$host" link set m0 mtu 3000
	mtu_refused 2000
	follows 9000 3000
	follows 1500 1500
	mtu_refused 1400
	follows 9000 3000
	ip -n "$host" link del m0
	ip -n "$host" link set e0 mtu 1500
	is_free
}

# A passthru child goes, and the lower device cannot have its own address back.
test_old_address_is_refused() {
	local own

	another_driver
	own=$(ip -n "$host" -j link show dev e0 | jq -r '.[0].address')
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode passthru
	ip -n "$host" link set m0 address 02:00:00:00:00:07
	dmesg --clear
	no_address_for e0 ip -n "$host" link del m0
	[[ $(dmesg) == *"e0: cannot restore MAC address $own"* ]] || fail "no word of it: $(dmesg)"
	is_free
	ip -n "$host" link set e0 address "$own"
}

# is_free - somebody else can have e0, and it can go
is_free() {
	check "e0 is free" links "$host" <<-END
		link add br0 type bridge
		link set e0 master br0
		link del br0
	END
}

# taken NAME - children of each kind on it are refused, with the state as before
taken() {
	local before mode

	before=$(state)
	for mode in bridge passthru source; do
		expect_err "Lower device is in use" \
			ip -n "$host" link add link "$1" name x0 type "$KIND" mode "$mode"
	done
	equal "state of $1" "$(state)" "$before"
}

test_handler_is_taken() {
	links "$host" <<-END
		link add br0 type bridge
		link set e0 master br0
	END
	taken e0
	ip -n "$host" link del br0
	if ip -n "$host" link add link e0 name i0 type ipvlan 2>/dev/null; then
		taken e0
		ip -n "$host" link del i0
	fi
	if ip -n "$host" link add b0 type bond mode active-backup 2>/dev/null; then
		links "$host" <<-END
			link set e0 down
			link set e0 master b0
		END
		taken e0
		ip -n "$host" link del b0
		ip -n "$host" link set e0 up
	fi
	is_free
}

# Devices can stand on each other eight high.
test_stack_is_too_high() {
	local i lower=e0 before

	for i in {1..7}; do
		ip -n "$host" link add link "$lower" name "v$i" type vlan id "$i"
		lower=v$i
	done
	while ip -n "$host" link add link "$lower" name "v$((i + 1))" type vlan id 9 2>/dev/null; do
		i=$((i + 1)) lower=v$i
	done
	before=$(state)
	expect_err "" ip -n "$host" link add link "$lower" name x0 type "$KIND" mode bridge
	expect_err "" ip -n "$host" link add link "$lower" name x0 type "$KIND" mode passthru
	expect_err "" ip -n "$host" link add link "$lower" name x0 type "$TAP"
	equal "state" "$(state)" "$before"
	# The reference of a child would keep it for ever.
	check "the highest can go" ip -n "$host" link del "$lower"
	ip -n "$host" link del v1
	is_free
}

# Parts of the address lists and their counts come later, by a work item.
quiet() {
	local one

	one=$(state)
	pause 0.3
	[ "$one" = "$(state)" ]
}

TAP=${KIND/lan/tap}
modprobe -q "$TAP" || skip_all "no module $TAP"
modprobe -q netdev-notifier-error-inject || :
netns host
no_ipv6 "$host"
cable "$host" e0 "$host" p0
poll 5 quiet || :
KO=${MYMACVLAN_VIEW_KO:-$(dirname "$0")/../../build/mymacvlan_view.ko}
run_tests notifier_refuses_creation notifier_refuses_changes handler_is_taken \
	stack_is_too_high address_is_refused old_address_is_refused mtu_is_refused
