#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "announce": a container is started again with its old IP address and another
# MAC address, and is reached at once. The neighbour believes in the old one for half
# an hour, and the switch has learnt another port.
#
#  .-- room --.                         .-------- outside --------.    .- near -.
#  |    m1    |    .--- box ---.        |  eth0                   |    |        |
#  '----+-----'    |   eth0 ---+--------+-- (switch br0) ---- p0 -+----+-- n0   |
#       '----------+-- up0     |        |  eth1                   |    |        |
#                  |   eth1 ---+--------+--'                      |    '--------'
#                  '-----------'        '-------------------------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

IP=192.0.2.1
IP6=2001:db8::1
GONE=02:00:00:dd:dd:01

# network - everything but m1; the neighbour's entries are old ones
network() {
	fresh
	ip -n "$outside" link del br0 2>/dev/null || :
	ip -n "$near" link del n0 2>/dev/null || :
	cable "$outside" p0 "$near" n0
	switch "$outside" br0 eth0 p0
	links "$near" <<-END
		address add 192.0.2.9/24 dev n0
	END
	sysctls "$near" net.ipv4.neigh.n0.base_reachable_time_ms=1800000
	believes "$GONE"
}

# believes MAC - the neighbour knows m1 by this address, and is sure of it
believes() {
	ip -n "$near" neigh replace "$IP" lladdr "$1" dev n0 nud reachable
}

# make [OPTION...] - m1 in room, down
make() {
	ip -n "$box" link add link "${LOWER-eth0}" name m1 netns "$room" address "$MAC_A" \
		type "$KIND" mode bridge "$@"
}

up() {
	ip -n "$room" link set m1 up
}

with_address() {
	ip -n "$room" address add "$IP/24" dev m1
}

# reached TEXT - the neighbour's first ping of this second that is answered
reached() {
	check "$1: reached within a second" in_ns "$near" \
		ping -nq -i 0.1 -c 10 -W 1 "$IP"
	[[ $(ip -n "$near" neigh show "$IP") != *$GONE* ]] || fail "$1: the old entry is there"
}

# stale TEXT - the neighbour still sends to the old address
stale() {
	! in_ns "$near" ping -nq -i 0.2 -c 8 -W 1 "$IP" >/dev/null ||
		fail "$1: reached"
	[[ $(ip -n "$near" neigh show "$IP") == *$GONE* ]] || fail "$1: the old entry is gone"
}

test_without_it_the_old_entry_stays() {
	network
	make announce off
	has "$room" m1 announce=false
	up
	with_address
	stale "off"
	ip -n "$room" link set m1 type "$KIND" announce on
	has "$room" m1 announce=true
	reached "turned on"
}

test_address_added_after_up() {
	network
	make
	has "$room" m1 announce=true
	up
	with_address
	reached "after up"
}

test_address_added_before_up() {
	network
	make
	with_address
	up
	reached "before up"
}

# By the host, in its own namespace.
test_mac_address_changes() {
	local room=$box

	network
	make
	up
	with_address
	reached "before"
	believes "$GONE"
	ip -n "$room" link set m1 address "$MAC_B"
	has "$room" m1 announce=true
	reached "with another MAC address"
	[[ $(ip -n "$near" neigh show "$IP") == *$MAC_B* ]] || fail "not by $MAC_B"
}

test_child_moves() {
	network
	make
	up
	with_address
	reached "before"
	believes "$GONE"
	ip -n "$room" link set m1 netns "$other"
	links "$other" <<-END
		link set m1 up
		address add $IP/24 dev m1
	END
	reached "after the move"
}

# learnt PORT - the switch has seen m1 behind this port
learnt() {
	[[ $(bridge -n "$outside" fdb show dev "$1") == *"$MAC_A master br0"* ]]
}

# The switch sends frames for m1 elsewhere, until it hears of it.
astray() {
	bridge -n "$outside" fdb replace "$MAC_A" dev p0 master dynamic
}

test_switch_learns_where_a_child_without_address_is() {
	network
	astray
	make
	up
	check "$KIND: the switch knows" poll 2 learnt eth0
	ip -n "$room" link del m1
	astray
	ip -n "$box" link add link eth0 name t1 netns "$room" address "$MAC_A" type mymacvtap \
		mode bridge
	has "$room" t1 announce=true
	ip -n "$room" link set t1 up
	check "a tap: the switch knows" poll 2 learnt eth0
	ip -n "$room" link del t1
	astray
	make announce off
	up
	pause 1
	! learnt eth0 || fail "announced with announce off"
}

# No sibling hears that: a thousand children that come up would tell a thousand.
test_siblings_do_not_hear_of_it() {
	local before

	network
	ip -n "$box" link add link eth0 name m2 type "$KIND" mode bridge
	ip -n "$box" link set m2 up
	before=$(counter "$box" m2 rx_broadcast)
	astray
	make
	up
	check "the switch knows" poll 2 learnt eth0
	equal "broadcasts that m2 heard" "$(counter "$box" m2 rx_broadcast)" "$before"
}

test_bond_fails_over() {
	ip -n "$box" link add up0 type bond mode active-backup miimon 50 2>/dev/null ||
		skip "no bonding"
	ip -n "$box" link del up0
	network
	ip -n "$box" link add up0 type bond mode active-backup miimon 50
	cable "$box" eth1 "$outside" eth1
	ip -n "$outside" link set eth1 master br0
	links "$box" <<-END
		link set eth0 down
		link set eth1 down
		link set eth0 master up0
		link set eth1 master up0
		link set up0 up
		link set up0 type bond active_slave eth0
	END
	LOWER=up0 make
	up
	check "the switch knows the old way" poll 5 learnt eth0
	with_address
	reached "the old way"
	believes "$GONE"
	ip -n "$box" link set up0 type bond active_slave eth1
	reached "the new way"
	check "the switch knows the new way" poll 2 learnt eth1
	ip -n "$room" address flush dev m1
	ip -n "$box" link set up0 type bond active_slave eth0
	check "without an address: the old way again" poll 2 learnt eth0
}

# The cable comes after the address.
test_no_carrier_at_first() {
	network
	ip -n "$outside" link set eth0 down
	make
	up
	with_address
	pause 0.5
	ip -n "$outside" link set eth0 up
	poll 5 state_is "$room" m1 UP || fail "no carrier"
	check "reached" poll 3 in_ns "$near" ping -nq -c 1 -W 1 "$IP"
}

# Who has it now is for the router's program to tell.
test_virtual_routers_address_is_left_alone() {
	network
	ip -n "$box" link add link eth0 name m1 netns "$room" address 00:00:5e:00:01:07 \
		type "$KIND" mode bridge announce on
	has "$room" m1 announce=false
	up
	with_address
	stale "VRRP"
}

# A child's own choice is its own business.
test_own_choice() {
	network
	make announce on
	up
	in_ns "$room" ip link set m1 address "$MAC_C"
	has "$room" m1 announce=false addr_vouched=false
	with_address
	in_ns "$room" ip link set m1 type "$KIND" announce on
	has "$room" m1 announce=false
	stale "own choice"
}

# For programs that cannot pass options. It is the lower device's namespace that counts.
test_sysctl() {
	fresh
	expect_err "" sysctls "$box" net.mymacvlan.announce=2
	sysctls "$box" net.mymacvlan.announce=0
	sysctls "$room" net.mymacvlan.announce=1
	make
	has "$room" m1 announce=false
	sysctls "$box" net.mymacvlan.announce=1
	sysctls "$room" net.mymacvlan.announce=0
	has "$room" m1 announce=false
	ip -n "$room" link del m1
	make
	has "$room" m1 announce=true
	ip -n "$room" link del m1
}

# It has the lower device's address.
test_passthru() {
	local text="announce is not for mode passthru: the address is the lower device's"

	fresh
	expect_err "$text" ip -n "$box" link add link eth0 name m1 type "$KIND" mode passthru \
		announce on
	ip -n "$box" link add link eth0 name m1 type "$KIND" mode passthru
	has "$box" m1 announce=false
	expect_err "$text" ip -n "$box" link set m1 type "$KIND" announce on bclim 7
	has "$box" m1 announce=false bclim=
	ip -n "$box" link set m1 type "$KIND" announce off
	ip -n "$box" link del m1
}

# with_ipv6 NS DEV
with_ipv6() {
	sysctls "$1" "net.ipv6.conf.$2.disable_ipv6=0"
}

believes6() {
	ip -n "$near" -6 neigh replace "$IP6" lladdr "$1" dev n0 nud reachable
}

knows6() {
	[[ $(ip -n "$near" -6 neigh show "$IP6") == *"$1"* ]]
}

tentative() {
	[[ $(ip -n "$room" -6 address show dev m1 tentative) == *$IP6* ]]
}

test_ipv6_after_dad_only() {
	network
	with_ipv6 "$near" n0
	believes6 "$GONE"
	make
	up
	with_ipv6 "$room" m1
	sysctls "$room" net.ipv6.conf.m1.dad_transmits=3
	ip -n "$room" address add "$IP6/64" dev m1
	check "DAD begins" poll 1 tentative
	while tentative; do
		pause 0.2
		knows6 "$GONE" || { ! tentative || fail "announced before DAD was over"; break; }
	done
	check "announced afterwards" poll 2 knows6 "$MAC_A"
}

# The neighbour has the address itself: the switch keeps its entry.
test_ipv6_duplicate_is_not_announced() {
	local mac

	network
	with_ipv6 "$near" n0
	with_ipv6 "$outside" br0
	ip -n "$near" address add "$IP6/64" dev n0 nodad
	mac=$(mac "$near" n0)
	ip -n "$outside" -6 neigh replace "$IP6" lladdr "$mac" dev br0 nud reachable
	make
	up
	with_ipv6 "$room" m1
	ip -n "$room" address add "$IP6/64" dev m1
	check "the duplicate is found" poll 8 dad_failed
	# Longer than it would take to be announced.
	pause 1
	[[ $(ip -n "$outside" -6 neigh show "$IP6") == *"$mac"* ]] ||
		fail "a duplicate address was announced"
}

dad_failed() {
	[[ $(ip -n "$room" -6 address show dev m1) == *dadfailed* ]]
}

# However often a container changes its addresses: twenty times a second for a while. The
# one that stays is announced each time that the child is, by one frame.
test_a_container_in_a_hurry() {
	local begin passed capture sent i

	type -P tcpdump >/dev/null || skip "no tcpdump"
	network
	make
	up
	with_address
	reached "at first"
	ip netns exec "$near" timeout 60 tcpdump -lnni n0 --immediate-mode \
		"arp and ether src $MAC_A" >"$RESULT_DIR/arp" 2>"$RESULT_DIR/capture" &
	capture=$!
	poll 10 grep -q "listening on" "$RESULT_DIR/capture" || fail "no capture"
	begin=${EPOCHREALTIME/.}
	for ((i = 0; i < 60; i++)); do
		printf 'address %s 192.0.2.77/24 dev m1\n' add del | links "$room"
		pause 0.05
	done
	passed=$(((${EPOCHREALTIME/.} - begin) / 1000))
	# What is still to come.
	pause 0.3
	kill "$capture"
	wait "$capture" 2>/dev/null || :
	sent=$(grep -cE "who-has $IP .*tell $IP|Announcement $IP" "$RESULT_DIR/arp" || :)
	note "$sent announcements in $passed ms"
	[ "$sent" -le $((passed / 200 + 3)) ] || fail "$sent announcements in $passed ms"
	[ "$sent" -ge $((passed / 1000)) ] || fail "only $sent announcements in $passed ms"
}

# all_learnt COUNT - the switch has seen so many of the children
all_learnt() {
	[ "$(bridge -n "$outside" fdb show dev eth0 |
		grep -c "^02:00:00:ab:.* master br0" || :)" = "$1" ]
}

# They have their turns by and by.
test_many_children() {
	local count=100 i

	network
	for ((i = 0; i < count; i++)); do
		printf 'link add link eth0 name c%d address 02:00:00:ab:%02x:%02x type %s mode bridge\n' \
			"$i" $((i >> 8)) $((i & 255)) "$KIND"
	done | links "$box"
	for ((i = 0; i < count; i++)); do
		echo "link set c$i up"
	done | links "$box"
	check "the switch knows all of them" poll 10 all_learnt "$count"
	for ((i = 0; i < count; i++)); do
		echo "link del c$i"
	done | links "$box"
}

# Announcements are under way when the child goes.
test_child_ends_meanwhile() {
	local i

	network
	for ((i = 0; i < 20; i++)); do
		cat <<-END
			link add link eth0 name m1 type $KIND mode bridge
			link set m1 up
			address add $IP/24 dev m1
			link del m1
		END
	done | links "$box"
	check "the lower device can be deleted" ip -n "$box" link del eth0
}

# Devices of box announce as they do by default.
spaces box outside room other near
sysctls "$box" net.mymacvlan.announce=1
run_tests without_it_the_old_entry_stays address_added_after_up address_added_before_up \
	mac_address_changes child_moves switch_learns_where_a_child_without_address_is \
	siblings_do_not_hear_of_it bond_fails_over no_carrier_at_first \
	virtual_routers_address_is_left_alone own_choice sysctl passthru ipv6_after_dad_only \
	ipv6_duplicate_is_not_announced a_container_in_a_hurry many_children child_ends_meanwhile
