#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode vepa: everything goes out to the wire, and reaches siblings only if the
# switch sends it back. See world.sh for the topology. Children of e0: v1 v2 v3
# (vepa), b1 (bridge), p1 (private).
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

G1=01:00:5e:01:01:01 G2=01:00:5e:02:02:02 G6=33:33:00:00:00:99

# others NAME... - into OTHERS: all children but these hear nothing
others() {
	local dev

	OTHERS=()
	for dev in v1 v2 v3 b1 p1; do
		[[ " $* " == *" $dev "* ]] || OTHERS+=("$host/$dev=0")
	done
}

test_plain_switch_sends_nothing_back() {
	others
	gains "unicast to a sibling" "$host" v1 "tx_wire=1 tx_local=0" \
		send "$host/v1" dst="@$host/v2" \
		hear "${OTHERS[@]}" "$host/e0=0" "$peer/q0=1"
	hears "unicast to a bridge child" send "$host/v1" dst="@$host/b1" \
		hear "${OTHERS[@]}" "$host/e0=0" "$peer/q0=1"
	hears "broadcast" send "$host/v1" \
		hear "${OTHERS[@]}" "$host/e0=0" "$peer/q0,broadcast=1"
}

test_unicast_by_the_reflecting_switch() {
	reflect on
	others v2
	gains "to a sibling" "$host" v2 "rx_unicast=1 rx_drop_isolated=0" \
		send "$host/v1" dst="@$host/v2" \
		hear "$host/v2,host=1" "${OTHERS[@]}" "$host/e0=0" "$peer/q0=1"
	others b1
	hears "to a bridge child" send "$host/v1" dst="@$host/b1" \
		hear "$host/b1,host=1" "${OTHERS[@]}"
	others v1
	hears "from a bridge child" send "$host/b1" dst="@$host/v1" \
		hear "$host/v1,host=1" "${OTHERS[@]}" "$peer/q0=1"
	reflect off
}

test_broadcast_by_the_reflecting_switch() {
	reflect on
	hears "all but the sender and private ones" send "$host/v1" hear \
		"$host/v1=0" "$host/v2,broadcast=1" "$host/v3,broadcast=1" \
		"$host/b1,broadcast=1" "$host/p1=0" \
		"$host/e0,broadcast=1" "$peer/q0,broadcast=1"
	reflect off
}

test_multicast_by_the_reflecting_switch() {
	join v1 "$G1"
	join v2 "$G1"
	join b1 "$G6"
	reflect on
	others v2
	hears "subscribers but the sender" send "$host/v1" dst="$G1" hear \
		"$host/v2,multicast=1" "${OTHERS[@]}" "$peer/q0=1"
	others v1 v2
	hears "from a bridge child" send "$host/b1" dst="$G1" hear \
		"$host/v1=1" "$host/v2=1" "${OTHERS[@]}"
	others b1
	hears "of IPv6" send "$host/v1" dst="$G6" hear \
		"$host/b1,multicast=1" "${OTHERS[@]}"
	reflect off
	others
	hears "not from a plain switch" send "$host/v1" dst="$G1" hear \
		"${OTHERS[@]}" "$peer/q0=1"
	leave v1 "$G1"
	leave v2 "$G1"
	leave b1 "$G6"
}

test_from_outside() {
	join v2 "$G2"
	others v1
	hears "unicast" send "$peer/q0" dst="@$host/v1" \
		hear "$host/v1,host=1" "${OTHERS[@]}" "$host/e0=0"
	others v1 v2 v3 b1 p1
	hears "broadcast" send "$peer/q0" hear "$host/v1,broadcast=1" \
		"$host/v2=1" "$host/v3=1" "$host/b1=1" "$host/p1=1" \
		"$host/e0=1"
	others v2
	hears "multicast" send "$peer/q0" dst="$G2" hear \
		"$host/v2,multicast=1" "${OTHERS[@]}"
	leave v2 "$G2"
}

# Outside is a machine with v1's address. v1 takes it for its own, sent back.
test_shared_address_from_outside() {
	hears "broadcast" send "$peer/q0" src="@$host/v1" hear "$host/v1=0" \
		"$host/v2=1" "$host/v3=1" "$host/b1=1" "$host/p1=0"
}

test_machines_by_the_reflecting_switch() {
	machines vepa
	no_ping "$one" 10.9.0.2
	pings "$one" 10.9.0.3
	pings "$peer" fd09::2
	reflect on
	pings "$one" 10.9.0.2
	pings "$two" fd09::1
	# The probe for an own address comes back and is not taken for another's.
	dad_passes "$one" m0 fd09::11/64
	dad_fails "$two" m0 fd09::1/64
	dad_fails "$one" m0 fd09::3/64
	reflect off
	dad_passes "$two" m0 fd09::22/64
	ip -n "$peer" addr flush dev q0
}

test_mode_changed_live() {
	ip -n "$host" link set v1 type "$KIND" mode bridge
	hears "bridge" send "$host/v1" dst="@$host/b1" \
		hear "$host/b1,host=1" "$peer/q0=0"
	ip -n "$host" link set v1 type "$KIND" mode private
	reflect on
	hears "private" send "$host/v1" hear "$host/v2=0" "$host/b1=0"
	ip -n "$host" link set v1 type "$KIND" mode vepa
	hears "vepa again" send "$host/v1" hear "$host/v1=0" "$host/v2=1" \
		"$host/b1=1"
	reflect off
}

world
children "v1 mode vepa" "v2 mode vepa" "v3 mode vepa" "b1 mode bridge" \
	"p1 mode private"

run_tests plain_switch_sends_nothing_back unicast_by_the_reflecting_switch \
	broadcast_by_the_reflecting_switch \
	multicast_by_the_reflecting_switch from_outside \
	shared_address_from_outside machines_by_the_reflecting_switch \
	mode_changed_live
