#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bcqueuelen, of which the port uses the largest, and bclim, one for the port;
# and who may set them.
#
#   netns host               user namespace (of nobody special)
#   +-----------------+      +---------------+
#   | m0 m1 ...       |      |  guest        |
#   |   \ | __________|______|__/            |
#   |    e0 ----- p0  |      |  v0 ---- v1   |
#   +-----------------+      +---------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

child() {
	ip -n "$host" link add link e0 name "$1" type "$KIND" "${@:2}"
}

change() {
	ip -n "$host" link set "$1" type "$KIND" "${@:2}"
}

test_length_used_is_the_largest() {
	steps "$host" <<-END
		add link e0 name m0 type $KIND | m0 bcqueuelen=1000 usedbcqueuelen=1000
		set m0 type $KIND bcqueuelen 10 | m0 bcqueuelen=10 usedbcqueuelen=10
		add link e0 name m1 type $KIND bcqueuelen 20 | m0 bcqueuelen=10 usedbcqueuelen=20
		| m1 bcqueuelen=20 usedbcqueuelen=20
		add link e0 name m2 type $KIND bcqueuelen 20
		set m1 type $KIND bcqueuelen 5 | m1 bcqueuelen=5 usedbcqueuelen=20
		set m2 type $KIND bcqueuelen 7 | m0 usedbcqueuelen=10
		| m2 bcqueuelen=7 usedbcqueuelen=10
		set m2 type $KIND bcqueuelen 5000 | m0 usedbcqueuelen=5000
		del m2 | m1 bcqueuelen=5 usedbcqueuelen=10
		del m0 | m1 bcqueuelen=5 usedbcqueuelen=5
		set m1 type $KIND bcqueuelen 0 | m1 bcqueuelen=0 usedbcqueuelen=0
		set m1 type $KIND bcqueuelen 4294967295 | m1 usedbcqueuelen=4294967295
		del m1
		add link e0 name m0 type $KIND bcqueuelen 3 | m0 usedbcqueuelen=3
		del m0
	END
}

# A child counts from its creation to its deletion, up or down.
test_length_of_children_that_are_up() {
	steps "$host" <<-END
		add link e0 name m0 type $KIND bcqueuelen 10
		add link e0 name m1 type $KIND bcqueuelen 300
		set m0 up
		set m1 up | m0 usedbcqueuelen=300
		set m1 down | m0 usedbcqueuelen=300
		del m1 | m0 usedbcqueuelen=10
		del m0
	END
}

test_limit_of_the_port() {
	ip link help "$KIND" 2>&1 | grep -q bclim ||
		skip "this ip does not know bclim for $KIND"
	steps "$host" <<-END
		add link e0 name m0 type $KIND | m0 bclim=
		add link e0 name m1 type $KIND bclim 5 | m0 bclim=5
		| m1 bclim=5
		set m0 type $KIND bclim -1 | m1 bclim=-1
		set m0 type $KIND bclim 0 | m1 bclim=0
		set m0 type $KIND bclim 2147483647 | m1 bclim=2147483647
		set m0 type $KIND bclim 1 | m1 bclim=
		set m0 type $KIND bclim 7 | m1 bclim=7
		del m0
		del m1
		add link e0 name m0 type $KIND | m0 bclim=
		del m0
	END
}

# A child that could not be made has no say in what the port does.
test_refused_child_changes_nothing() {
	only_ours
	child m0 bcqueuelen 10 bclim 3
	expect_err "" child m1 mode passthru bcqueuelen 900 bclim 8
	expect_err "" child m0 bcqueuelen 900 bclim 8
	has "$host" m0 bcqueuelen=10 usedbcqueuelen=10 bclim=3
	# Neither does a change of which one part is refused.
	expect_err "" change m0 bcqueuelen 900 bclim 8 mode passthru
	expect_err "" change m0 bcqueuelen 900 bclim 8 macaddr flush
	has "$host" m0 bcqueuelen=10 usedbcqueuelen=10 bclim=3 mode=vepa
	ip -n "$host" link del m0
}

# In a user namespace: root there is nobody outside.
test_longer_than_1000_is_for_the_real_root() {
	local text="bcqueuelen above 1000 needs CAP_NET_ADMIN in the initial user namespace"

	unshare -Urn true 2>/dev/null || skip "no user namespaces here"
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 703 ] ||
		skip "in-tree macvlan allows it on this kernel"
	check "as root" child m0 bcqueuelen 1001
	ip -n "$host" link del m0
	check "1000 as somebody" unshare -Urn bash -e -c "
		ip link add v0 type veth peer name v1
		ip link add link v0 name m0 type $KIND bcqueuelen 1000
		ip link set m0 type $KIND bcqueuelen 999"
	expect_err "$text" unshare -Urn bash -e -c "
		ip link add v0 type veth peer name v1
		ip link add link v0 name m0 type $KIND bcqueuelen 1001"
	expect_err "$text" unshare -Urn bash -e -c "
		ip link add v0 type veth peer name v1
		ip link add link v0 name m0 type $KIND
		ip link set m0 type $KIND bcqueuelen 1001"
}

# guest COMMAND... - inside the user namespace that got a child
guest() {
	nsenter -t "$GUEST" -U -n --preserve-credentials "$@"
}

other_netns() {
	[ "$(readlink "/proc/$GUEST/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

test_port_settings_are_for_the_lowers_owner() {
	local before text="CAP_NET_ADMIN in the lower device's namespace"

	unshare -Urn true 2>/dev/null || skip "no user namespaces here"
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 703 ] ||
		skip "in-tree macvlan allows it on this kernel"
	unshare -Urn sleep 1000 &
	GUEST=$!
	trap 'kill $GUEST; cleanup' EXIT
	poll 5 other_netns
	child m0 mode bridge
	child m1 mode bridge
	ip -n "$host" link set m0 netns "$GUEST"
	before=$(devices "$host" dev m1)
	expect_err "$text" guest ip link set m0 type "$KIND" bcqueuelen 5
	expect_err "$text" guest ip link set m0 type "$KIND" bclim 5
	expect_err "$text" guest ip link set m0 type "$KIND" bclim 5 mode vepa
	expect_err "Real lower device is in a namespace without CAP_NET_ADMIN" \
		guest ip link add link m0 name m2 type "$KIND"
	equal "sibling" "$(devices "$host" dev m1)" "$before"
	equal "the child's mode" \
		"$(guest ip -j -d link show m0 | grep -o '"mode":"[a-z]*"')" \
		'"mode":"bridge"'
	# What is the child's own is for its owner to set.
	check "own mode" guest ip link set m0 type "$KIND" mode private
	check "own state" guest ip link set m0 up
	ip -n "$host" link del m1
	check "own child deleted" guest ip link del m0
}

test_nothing_left_behind() {
	equal "devices" "$(devices "$host")" "$MADE"
}

netns host
cable "$host" e0 "$host" p0
MADE=$(devices "$host")

run_tests length_used_is_the_largest length_of_children_that_are_up \
	limit_of_the_port refused_child_changes_nothing \
	longer_than_1000_is_for_the_real_root \
	port_settings_are_for_the_lowers_owner nothing_left_behind
