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

# lengths CHILD WANTED USED
lengths() {
	has "$host" "$1" bcqueuelen="$2" usedbcqueuelen="$3"
}

test_length_used_is_the_largest() {
	child m0
	lengths m0 1000 1000
	change m0 bcqueuelen 10
	lengths m0 10 10
	child m1 bcqueuelen 20
	lengths m0 10 20
	lengths m1 20 20
	child m2 bcqueuelen 20
	change m1 bcqueuelen 5
	lengths m1 5 20
	change m2 bcqueuelen 7
	lengths m0 10 10
	lengths m2 7 10
	change m2 bcqueuelen 5000
	lengths m0 10 5000
	ip -n "$host" link del m2
	lengths m1 5 10
	ip -n "$host" link del m0
	lengths m1 5 5
	change m1 bcqueuelen 0
	lengths m1 0 0
	change m1 bcqueuelen 4294967295
	lengths m1 4294967295 4294967295
	ip -n "$host" link del m1
	# The next port begins anew.
	child m0 bcqueuelen 3
	lengths m0 3 3
	ip -n "$host" link del m0
}

# A child counts from its creation to its deletion, up or down.
test_length_of_children_that_are_up() {
	child m0 bcqueuelen 10
	child m1 bcqueuelen 300
	links "$host" <<-END
		link set m0 up
		link set m1 up
	END
	lengths m0 10 300
	ip -n "$host" link set m1 down
	lengths m0 10 300
	ip -n "$host" link del m1
	lengths m0 10 10
	ip -n "$host" link del m0
}

test_limit_of_the_port() {
	ip link help "$KIND" 2>&1 | grep -q bclim ||
		skip "this ip does not know bclim for $KIND"
	child m0
	has "$host" m0 bclim=
	child m1 bclim 5
	has "$host" m0 bclim=5
	has "$host" m1 bclim=5
	change m0 bclim -1
	has "$host" m1 bclim=-1
	change m0 bclim 0
	has "$host" m1 bclim=0
	change m0 bclim 2147483647
	has "$host" m1 bclim=2147483647
	change m0 bclim 1
	has "$host" m1 bclim=
	change m0 bclim 7
	printf 'link del m%d\n' 0 1 | links "$host"
	child m0
	has "$host" m0 bclim=
	ip -n "$host" link del m0
}

# A child that could not be made has no say in what the port does.
test_refused_child_changes_nothing() {
	only_ours
	child m0 bcqueuelen 10 bclim 3
	expect_err "" child m1 mode passthru bcqueuelen 900 bclim 8
	expect_err "" child m0 bcqueuelen 900 bclim 8
	lengths m0 10 10
	has "$host" m0 bclim=3
	# Neither does a change of which one part is refused.
	expect_err "" change m0 bcqueuelen 900 bclim 8 mode passthru
	expect_err "" change m0 bcqueuelen 900 bclim 8 macaddr flush
	lengths m0 10 10
	has "$host" m0 bclim=3 mode=vepa
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
	before=$(show "$host" m1)
	expect_err "$text" guest ip link set m0 type "$KIND" bcqueuelen 5
	expect_err "$text" guest ip link set m0 type "$KIND" bclim 5
	expect_err "$text" guest ip link set m0 type "$KIND" bclim 5 mode vepa
	expect_err "Real lower device is in a namespace without CAP_NET_ADMIN" \
		guest ip link add link m0 name m2 type "$KIND"
	equal "sibling" "$(show "$host" m1)" "$before"
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
	equal "devices" "$(ip -n "$host" -j -d link show)" "$MADE"
}

netns host
cable "$host" e0 "$host" p0
pause 0.5
MADE=$(ip -n "$host" -j -d link show)

run_tests length_used_is_the_largest length_of_children_that_are_up \
	limit_of_the_port refused_child_changes_nothing \
	longer_than_1000_is_for_the_real_root \
	port_settings_are_for_the_lowers_owner nothing_left_behind
