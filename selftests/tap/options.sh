#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The link options of the tap's own, and those that it has in common with every
# child: given, changed, shown, refused.
#
#    t0 (tap)   m0 (plain child)
#      \        /
#       '- e0 -'
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# tap_has NAME=VALUE... - what the link kind tells of t0; its "allmulti" is not
# the device's count of that name
tap_has() {
	local json

	json=$(show "$host" t0)
	compare t0 "${json#*\"info_data\"}" "$@"
}

test_defaults() {
	only_ours
	ip -n "$host" link add link e0 name t0 type "$KIND"
	has "$host" t0 mode=vepa qdisc=noop txqlen=500
	tap_has allmulti=true perm=0600
	ip -n "$host" link set t0 up
	has "$host" t0 qdisc=noqueue
	[[ $(ip -n "$host" -d link show t0) == *"perm 0600"* ]] ||
		fail "no permissions in: $(ip -n "$host" -d link show t0)"
	ip -n "$host" link del t0
}

# t0_set OPTION... - and what it leaves alone
t0_set() {
	ip -n "$host" link set t0 type "$KIND" "$@"
}

test_given_and_changed() {
	only_ours
	ip -n "$host" link add link e0 name t0 type "$KIND" mode bridge \
		allmulti off user 7 group 8 perm 0660
	tap_has mode=bridge allmulti=false perm=0660 uid=7 gid=8
	t0_set allmulti on
	tap_has mode=bridge allmulti=true perm=0660 uid=7 gid=8
	t0_set perm 0
	tap_has allmulti=true perm=0000 uid=7 gid=8
	t0_set mode private
	tap_has mode=private allmulti=true perm=0000 uid=7 gid=8
	t0_set user 0 group 0 perm 0600 allmulti off
	tap_has mode=private allmulti=false perm=0600
	ip -n "$host" link del t0
}

test_options_of_every_child() {
	steps "$host" <<-END
		add link e0 name t0 type $KIND mode source macaddr add 02:00:00:00:00:99 | t0 mode=source
		set t0 type $KIND macaddr add 02:00:00:00:00:98 | t0 mode=source
		set t0 type $KIND mode bridge | t0 mode=bridge
		set t0 type $KIND bcqueuelen 500 | t0 bcqueuelen=500
		set t0 mtu 1400 | t0 mtu=1400
		del t0
	END
	ip -n "$host" link add link e0 name t0 type "$KIND"
	expect_err "" ip -n "$host" link set t0 mtu 9000
	expect_err "passthru" ip -n "$host" link set t0 type "$KIND" mode passthru
	ip -n "$host" link del t0
}

# Taps and plain children are children of one port.
test_with_a_plain_child() {
	local address

	only_ours
	ip -n "$host" link add link e0 name t0 type "$KIND" mode bridge
	ip -n "$host" link add link e0 name m0 type "$PLAIN" mode bridge
	address=$(mac "$host" t0)
	ip -n "$host" link set t0 up
	expect_err "MAC address is already in use" \
		ip -n "$host" link set m0 address "$address"
	expect_err "Passthru needs the lower device alone: t0" \
		ip -n "$host" link add link e0 name t1 type "$KIND" mode passthru
	printf 'link del %s\n' t0 m0 | links "$host"
}

test_refused() {
	only_ours
	expect_err "bad perm" ip -n "$host" link add link e0 name t0 type "$KIND" perm 01777
	expect_err "" ip -n "$host" link add link e0 name t0 type "$KIND" allmulti maybe
	no_device "$host" t0 || fail "t0 is there"
}

# The options say "tap", so other kinds refuse them.
test_not_for_plain_children() {
	only_ours
	ip -n "$host" link add link e0 name m0 type "$PLAIN"
	! [[ $(show "$host" m0) == *'"perm"'* ]] || fail "a plain child has permissions"
	ip -n "$host" link del m0
}

test_queue_length() {
	steps "$host" <<-END
		add link e0 name t0 txqueuelen 77 type $KIND | t0 txqlen=77
		set t0 txqueuelen 1000 | t0 txqlen=1000
		del t0
	END
}

# A child on a tap is a child of the tap's own lower device.
test_on_a_tap() {
	ip -n "$host" link add link e0 name t0 type "$KIND" mode bridge
	ip -n "$host" link add link t0 name t1 type "$KIND" mode bridge
	has "$host" t1 link=e0
	ip -n "$host" link del t0
	! no_device "$host" t1 || fail "t1 went with t0"
	ip -n "$host" link del t1
}

netns host peer
no_ipv6 "$host" "$peer"
cable "$host" e0 "$peer" q0
run_tests defaults given_and_changed options_of_every_child with_a_plain_child \
	refused not_for_plain_children queue_length on_a_tap
