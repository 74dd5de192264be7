#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode passthru takes the whole port: refused beside others, refuses others;
# "nopromisc" live; the lower device's promiscuity and address come back.
#
#   netns host
#   +------------------------+
#   |   m0 (passthru)        |
#   |   |                    |
#   |   e0 ---------- p0     |
#   +------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

child() {
	ip -n "$host" link add link e0 name "$1" type "$KIND" "${@:2}"
}

change() {
	ip -n "$host" link set m0 type "$KIND" "$@"
}

# lower TEXT PROMISCUITY ALLMULTI
lower() {
	local json

	json=$(show "$host" e0)
	[[ $json =~ \"promiscuity\":([0-9]+) ]]
	equal "promiscuity of the lower device, $1" "${BASH_REMATCH[1]}" "$2"
	[[ ! $json =~ \"allmulti\":([0-9]+) ]] ||
		equal "allmulti of the lower device, $1" "${BASH_REMATCH[1]}" "$3"
}

test_refused_beside_other_children() {
	local before

	child m0 mode bridge
	before=$(ip -n "$host" -j -d link show)
	expect_err "Lower device already has children: passthru needs it alone" \
		child m1 mode passthru
	equal "state" "$(ip -n "$host" -j -d link show)" "$before"
	ip -n "$host" link set m0 up
	# The address of m0 may have made the lower device promiscuous.
	before=$(ip -n "$host" -j -d link show)
	expect_err "Lower device already has children: passthru needs it alone" \
		child m1 mode passthru
	equal "state" "$(ip -n "$host" -j -d link show)" "$before"
	ip -n "$host" link del m0
}

test_refuses_other_children() {
	local before mode

	child m0 mode passthru
	before=$(ip -n "$host" -j -d link show)
	for mode in private vepa bridge passthru source; do
		expect_err "Lower device has a passthru child: nothing else can join it" \
			child m1 mode "$mode"
		equal "state after $mode" \
			"$(ip -n "$host" -j -d link show)" "$before"
	done
	# The refused ones did not take the port with them.
	ip -n "$host" link set m0 up
	lower "after refused children" 1 0
	ip -n "$host" link del m0
}

test_promiscuity_follows_up_and_down() {
	child m0 mode passthru
	lower "created" 0 0
	ip -n "$host" link set m0 up
	lower "up" 1 0
	ip -n "$host" link set m0 down
	lower "down" 0 0
	ip -n "$host" link set m0 up
	lower "up again" 1 0
	# The child's own promiscuity is not added to it.
	ip -n "$host" link set m0 promisc on
	lower "child promiscuous" 1 0
	ip -n "$host" link set m0 promisc off
	lower "child not promiscuous" 1 0
	ip -n "$host" link del m0
	lower "deleted while up" 0 0
}

test_nopromisc_live() {
	child m0 mode passthru nopromisc
	ip -n "$host" link set m0 up
	lower "nopromisc" 0 0
	change mode passthru flag null
	lower "flag null" 1 0
	change mode passthru flag null
	lower "flag null again" 1 0
	change mode passthru nopromisc
	lower "nopromisc again" 0 0
	change mode passthru nopromisc
	lower "nopromisc twice" 0 0
	ip -n "$host" link set m0 down
	lower "nopromisc, down" 0 0
	ip -n "$host" link del m0
}

test_nopromisc_changed_while_down() {
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 703 ] ||
		skip "a bug of in-tree macvlan on this kernel"
	child m0 mode passthru nopromisc
	change mode passthru flag null
	lower "changed while down" 0 0
	ip -n "$host" link set m0 up
	lower "up after that" 1 0
	change mode passthru nopromisc
	ip -n "$host" link set m0 down
	change mode passthru flag null
	ip -n "$host" link del m0
	lower "deleted" 0 0
}

test_nopromisc_when_deleted_while_up() {
	child m0 mode passthru
	ip -n "$host" link set m0 up
	change mode passthru nopromisc
	ip -n "$host" link del m0
	lower "deleted with nopromisc" 0 0
}

test_allmulti_goes_down_and_comes_back() {
	only_ours
	child m0 mode passthru nopromisc
	ip -n "$host" link set m0 up
	ip -n "$host" link set m0 allmulticast on
	lower "child allmulti" 0 1
	ip -n "$host" link set m0 down
	lower "down" 0 0
	ip -n "$host" link set m0 up
	lower "up again" 0 1
	ip -n "$host" link del m0
	lower "deleted" 0 0
}

test_address_restored() {
	local own

	own=$(mac "$host" e0)
	child m0 mode passthru
	ip -n "$host" link set m0 up
	ip -n "$host" link set m0 address 02:00:00:00:bb:01
	equal "the lower's address" "$(mac "$host" e0)" 02:00:00:00:bb:01
	equal "the child's address" "$(mac "$host" m0)" 02:00:00:00:bb:01
	ip -n "$host" link set m0 address 02:00:00:00:bb:02
	ip -n "$host" link set m0 down
	equal "the lower's address after down" "$(mac "$host" e0)" 02:00:00:00:bb:02
	ip -n "$host" link del m0
	equal "the lower's address after delete" "$(mac "$host" e0)" "$own"
}

test_follows_the_lowers_address() {
	local own

	own=$(mac "$host" e0)
	child m0 mode passthru
	ip -n "$host" link set m0 up
	ip -n "$host" link set e0 address 02:00:00:00:bb:03
	equal "the child's address" "$(mac "$host" m0)" 02:00:00:00:bb:03
	# That is now the address to come back to.
	ip -n "$host" link set m0 address 02:00:00:00:bb:04
	ip -n "$host" link del m0
	equal "the lower's address" "$(mac "$host" e0)" 02:00:00:00:bb:03
	ip -n "$host" link set e0 address "$own"
}

test_port_is_free_afterwards() {
	child m0 mode passthru
	ip -n "$host" link del m0
	child m0 mode bridge
	child m1 mode vepa
	printf 'link del m%d\n' 0 1 | links "$host"
	child m0 mode passthru
	ip -n "$host" link del m0
}

netns host
cable "$host" e0 "$host" p0
no_ipv6 "$host"

run_tests refused_beside_other_children refuses_other_children \
	promiscuity_follows_up_and_down nopromisc_live \
	nopromisc_changed_while_down \
	nopromisc_when_deleted_while_up allmulti_goes_down_and_comes_back \
	address_restored follows_the_lowers_address port_is_free_afterwards
