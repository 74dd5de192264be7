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

test_refused_beside_other_children() {
	local before

	child m0 mode bridge
	before=$(devices "$host")
	expect_err "Passthru needs the lower device alone: m0" \
		child m1 mode passthru
	equal "state" "$(devices "$host")" "$before"
	ip -n "$host" link set m0 up
	# The address of m0 may have made the lower device promiscuous.
	before=$(devices "$host")
	expect_err "Passthru needs the lower device alone: m0" \
		child m1 mode passthru
	equal "state" "$(devices "$host")" "$before"
	ip -n "$host" link del m0
}

test_refuses_other_children() {
	local before mode

	child m0 mode passthru
	before=$(devices "$host")
	for mode in private vepa bridge passthru source; do
		expect_err "Lower device has a passthru child: m0" \
			child m1 mode "$mode"
		equal "state after $mode" \
			"$(devices "$host")" "$before"
	done
	# The refused ones did not take the port with them.
	ip -n "$host" link set m0 up
	has "$host" e0 promiscuity=1 allmulti=0
	ip -n "$host" link del m0
}

test_promiscuity_follows_up_and_down() {
	# The child's own promiscuity is not added to it.
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode passthru | e0 promiscuity=0
		set m0 up | e0 promiscuity=1
		set m0 down | e0 promiscuity=0
		set m0 up | e0 promiscuity=1
		set m0 promisc on | e0 promiscuity=1
		set m0 promisc off | e0 promiscuity=1
		del m0 | e0 promiscuity=0 allmulti=0
	END
}

test_nopromisc_live() {
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode passthru nopromisc
		set m0 up | e0 promiscuity=0
		set m0 type $KIND mode passthru flag null | e0 promiscuity=1
		set m0 type $KIND mode passthru flag null | e0 promiscuity=1
		set m0 type $KIND mode passthru nopromisc | e0 promiscuity=0
		set m0 type $KIND mode passthru nopromisc | e0 promiscuity=0
		set m0 down | e0 promiscuity=0
		del m0 | e0 promiscuity=0
	END
}

test_nopromisc_changed_while_down() {
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 703 ] ||
		skip "a bug of in-tree macvlan on this kernel"
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode passthru nopromisc
		set m0 type $KIND mode passthru flag null | e0 promiscuity=0
		set m0 up | e0 promiscuity=1
		set m0 type $KIND mode passthru nopromisc | e0 promiscuity=0
		set m0 down | e0 promiscuity=0
		set m0 type $KIND mode passthru flag null | e0 promiscuity=0
		del m0 | e0 promiscuity=0
	END
}

test_nopromisc_when_deleted_while_up() {
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode passthru
		set m0 up | e0 promiscuity=1
		set m0 type $KIND mode passthru nopromisc
		del m0 | e0 promiscuity=0
	END
}

test_allmulti_goes_down_and_comes_back() {
	only_ours
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode passthru nopromisc
		set m0 up
		set m0 allmulticast on | e0 promiscuity=0 allmulti=1
		set m0 down | e0 promiscuity=0 allmulti=0
		set m0 up | e0 promiscuity=0 allmulti=1
		del m0 | e0 promiscuity=0 allmulti=0
	END
}

test_address_restored() {
	local own

	own=$(mac "$host" e0)
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode passthru
		set m0 up
		set m0 address 02:00:00:00:bb:01 | e0 address=02:00:00:00:bb:01
		| m0 address=02:00:00:00:bb:01
		set m0 address 02:00:00:00:bb:02
		set m0 down | e0 address=02:00:00:00:bb:02
		del m0 | e0 address=$own
	END
}

# An address that the lower device gets meanwhile is the one to come back to.
test_follows_the_lowers_address() {
	local own

	own=$(mac "$host" e0)
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode passthru
		set m0 up
		set e0 address 02:00:00:00:bb:03 | m0 address=02:00:00:00:bb:03
		set m0 address 02:00:00:00:bb:04
		del m0 | e0 address=02:00:00:00:bb:03
		set e0 address $own
	END
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
