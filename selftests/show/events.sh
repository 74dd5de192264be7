#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Notifications: what happens to a child is told in the lower device's namespace, and
# nowhere else.
#
#   netns host: e0, m0, "mymacvlan monitor"      netns box: m1, on e0
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[ "$KIND" = mymacvlan ] || skip_all "in-tree macvlan tells nothing of the kind"

M0=02:00:00:00:0d:00
M1=02:00:00:00:0d:01
M2=02:00:00:00:0d:02

# listen NS - "mymacvlan -j monitor" there, into $heard
listen() {
	heard=$RESULT_DIR/heard
	: >"$heard"
	# Not by a function: its process would be another one, see stop.
	ip netns exec "$1" mymacvlan -j monitor >>"$heard" 2>&1 &
	monitor=$!
	pokes=0
	if ! poll 10 hears_poke "$1"; then
		[[ $(<"$heard") != *"so there are none"* ]] ||
			skip "this kernel has no groups that need a right"
		fail "the monitor hears nothing: $(<"$heard")"
	fi
	# In append mode: the next line is the first one again.
	: >"$heard"
}

# hears_poke NS - a child that is made and deleted there is heard of
hears_poke() {
	pokes=$((pokes + 1))
	links "$1" <<-END
	link add poke type dummy
	link add link poke name poke$pokes type $KIND
	link del poke
	END
	poll 1 grep "\"gone\".*poke$pokes\"" "$heard"
}

stop() {
	kill "$monitor"
	wait "$monitor" || :
}

# told FILTER EXPECTED - sooner or later that is all that FILTER of jq finds
told() {
	poll 5 is_told "$1" "$2" ||
		fail "$1: $(jq -sc "$1" "$heard"), not $2; heard: $(<"$heard")"
}

is_told() {
	[ "$(jq -sc "$1" "$heard")" = "$2" ]
}

test_life_of_a_child() {
	listen "$host"
	ip -n "$host" link add link e0 name m1 address "$M1" type "$KIND" mode bridge
	told '[.[]|[.event,.lower,.ifname,.address,.mode,.up]]' \
		"[[\"added\",\"e0\",\"m1\",\"$M1\",\"bridge\",false]]"
	ip -n "$host" link set m1 netns "$box"
	told 'map(select(.event=="changed"))|last|[.ifname,.netns]' "[\"m1\",\"$box\"]"
	ip -n "$box" link set m1 up
	told 'map(select(.event=="changed"))|last|.up' true
	in_ns "$box" ip link set m1 address 02:00:00:00:0d:11
	told 'map(select(.event=="changed"))|last|[.address,.addr_vouched]' \
		'["02:00:00:00:0d:11",false]'
	ip -n "$box" link set m1 type "$KIND" mode private
	told 'map(select(.event=="changed"))|last|.mode' '"private"'
	# Old kernels rename no device that is up.
	ip -n "$box" link set m1 down
	ip -n "$box" link set m1 name x1
	told 'map(select(.event=="changed"))|last|.ifname' '"x1"'
	ip -n "$box" link del x1
	told 'last|[.event,.ifname,.address]' '["gone","x1","02:00:00:00:0d:11"]'
	equal "added and gone, once each" \
		"$(jq -sc 'map(select(.event!="changed").event)' "$heard")" '["added","gone"]'
	stop
}

test_failed_creation_is_not_told() {
	listen "$host"
	expect_err "MTU is above" ip -n "$host" link add link e0 name m1 mtu 9999 type "$KIND"
	ip -n "$host" link add link e0 name m0 address "$M0" type "$KIND"
	told '[.[]|[.event,.ifname]]' '[["added","m0"]]'
	ip -n "$host" link del m0
	stop
}

test_conflict() {
	listen "$host"
	ip -n "$host" link add link e0 name m0 address "$M0" up type "$KIND" mode bridge
	in_ns "$host" ip link set e0 address "$M0"
	told 'map(select(.event=="conflict"))|[.[]|[.ifname,.address]]' "[[\"m0\",\"$M0\"]]"
	in_ns "$host" ip link set e0 address 02:00:00:00:0d:ee
	ip -n "$host" link del m0
	stop
}

# Somebody else on the wire has the address; see device/duplicate.sh.
test_conflict_on_the_wire() {
	local i

	links "$host" <<-END
	link add w0 type veth peer name w1
	link set w0 up
	link set w1 up
	link add link w0 name m2 address $M2 type $KIND mode bridge
	link set m2 up
	END
	listen "$host"
	for i in {1..5}; do
		pause 0.3
		hears "frame $i" send "$host/w1" src="$M2" hear "$host/w0=0-1"
	done
	told 'map(select(.event=="conflict"))|.[0]|[.ifname,.address]' "[\"m2\",\"$M2\"]"
	ip -n "$host" link del w0
	stop
}

# Somebody else has the IP address; see device/arp.sh.
test_ip_conflict_on_the_wire() {
	links "$host" <<-END
	link add w0 type veth peer name w1
	link set w0 up
	link set w1 up
	link add link w0 name m2 address $M2 type $KIND mode bridge announce off arp directed
	link set m2 netns $box
	END
	links "$box" <<-END
	address add 10.9.0.1/24 dev m2
	link set m2 up
	END
	listen "$host"
	hears "somebody else" send "$host/w1" asks=10.9.0.1 arp=10.9.0.7 hear "$host/w0=1"
	told 'map(select(.event=="conflict"))|.[0]|[.ifname,.address]' "[\"m2\",\"$M2\"]"
	ip -n "$host" link del w0
	stop
}

# Ten times a second and child, whatever a container does and however long it takes.
test_container_cannot_flood() {
	local i start lines most

	ip -n "$host" link add link e0 name m1 address "$M1" type "$KIND" mode bridge
	ip -n "$host" link set m1 netns "$box"
	listen "$host"
	start=$SECONDS
	for i in {1..200}; do
		echo "link set m1 up"
		echo "link set m1 down"
	done | links "$box"
	ip -n "$box" link set m1 type "$KIND" mode private
	told 'last|[.event,.mode,.up]' '["changed","private",false]'
	lines=$(wc -l <"$heard") most=$((10 * (SECONDS - start + 2)))
	[ "$lines" -le "$most" ] || fail "$lines lines for 400 changes in $((SECONDS - start)) s"
	ip -n "$box" link del m1
	stop
}

test_nothing_elsewhere() {
	listen "$box"
	ip -n "$host" link add link e0 name m1 address "$M1" type "$KIND" mode bridge
	ip -n "$host" link set m1 netns "$box"
	ip -n "$box" link set m1 up
	ip -n "$box" link del m1
	# One in the own namespace comes after all that was told of others.
	links "$box" <<-END
	link add d0 type dummy
	link add link d0 name own type $KIND
	END
	told '[.[]|[.event,.ifname]]' '[["added","own"]]'
	ip -n "$box" link del d0
	stop
}

test_only_with_the_right() {
	[ "$("$DUMP" "$host" join)" != "messages 0 pieces 0 ENOENT" ] ||
		skip "this kernel has no groups that need a right"
	equal "with it" "$("$DUMP" "$host" join)" "messages 0 pieces 0 OK"
	equal "without capabilities" "$("$DUMP" "$host" join first=drop)" \
		"messages 0 pieces 0 EPERM"
	in_ns "$host" unshare -U true || return 0
	expect_err "Operation not permitted" in_ns "$host" unshare -Ur mymacvlan monitor
}

DUMP=$(program dump) || exit 1
netns host box
no_ipv6 "$host" "$box"
ip -n "$host" link add e0 type dummy
ip -n "$host" link set e0 up
run_tests life_of_a_child failed_creation_is_not_told conflict conflict_on_the_wire \
	ip_conflict_on_the_wire container_cannot_flood \
	nothing_elsewhere only_with_the_right
