#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A container is started again, with the addresses that it had, while the namespace
# of the one before is still being torn down: the old one neither keeps its MAC
# address nor answers for its IP addresses. See world.sh for the topology.
#
# The kernel tears namespaces down one batch after the other. Those that go before
# keep it busy: meanwhile the old one is dying, but all there.
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

MAC=02:5e:00:00:00:07
ROUNDS=${ROUNDS:-5}
BALLAST=12

# ballast - namespaces whose end takes a moment
ballast() {
	local n i names=()

	for ((n = 0; n < BALLAST; n++)); do
		names+=("ballast$n-$SRANDOM")
	done
	BALLAST_NAMES=("${names[@]}")
	for n in "${names[@]}"; do
		echo "netns add $n"
		for ((i = 0; i < 8; i++)); do
			echo "link add d$i netns $n type dummy"
		done
	done | ip -batch -
}

# dying - the old container's last process ends, behind the ballast
dying() {
	{
		printf 'netns del %s\n' "${BALLAST_NAMES[@]}"
		echo "netns del $old"
	} | ip -batch -
}

# container NAME MAC - in a namespace, up, with 10.9.0.7 and fd09::7
container() {
	ip -n "$host" link add link e0 name m0 address "$2" netns "${!1}" \
		type "$KIND" mode bridge
	links "${!1}" <<-END
		link set m0 up
		addr add 10.9.0.7/24 dev m0
		addr add fd09::7/64 dev m0
	END
}

test_same_mac() {
	local round refused=0

	only_ours
	for ((round = 0; round < ROUNDS; round++)); do
		netns old new
		container old "$MAC"
		poll 10 dad_over "$old"
		ballast
		ip -n "$host" link add link e0 name m0 address "$MAC" netns "$new" \
			type "$KIND" mode bridge
		dying
		ip -n "$new" link set m0 up || refused=$((refused + 1))
		hears "round $round: unicast" send "$peer/q0" dst="$MAC" \
			send "$host/b1" dst="$MAC" hear "$new/m0,host=2" "$peer/q0=0"
		netns_del "$new"
		NAMESPACES=()
	done
	equal "refused of $ROUNDS" "$refused" 0
}

# The same while the new one is up already and gets the address then.
test_mac_taken_while_up() {
	only_ours
	netns old new
	container old "$MAC"
	poll 10 dad_over "$old"
	ballast
	ip -n "$host" link add link e0 name m0 netns "$new" type "$KIND" mode bridge
	ip -n "$new" link set m0 up
	dying
	check "the address" ip -n "$new" link set m0 address "$MAC"
	hears "unicast" send "$peer/q0" dst="$MAC" hear "$new/m0,host=1"
}

test_same_ip_addresses() {
	local round failed=0 answered=0

	only_ours
	for ((round = 0; round < ROUNDS; round++)); do
		netns old new
		container old "$MAC"
		poll 10 dad_over "$old"
		ballast
		ip -n "$host" link add link e0 name m0 netns "$new" type "$KIND" mode bridge
		ip -n "$new" link set m0 up
		dying
		# Has somebody the IPv4 address?
		ip -n "$new" addr add 10.9.0.8/24 dev m0
		! in_ns "$new" ping -n -q -c 1 -W 1 10.9.0.7 >/dev/null ||
			answered=$((answered + 1))
		ip -n "$new" addr add fd09::7/64 dev m0
		poll 10 dad_over "$new"
		! dad_failed "$new" m0 || failed=$((failed + 1))
		# What still waits for ARP holds the namespace, which then lives on.
		ip -n "$new" link del m0
		netns_del "$new"
		NAMESPACES=()
	done
	equal "IPv6 addresses refused of $ROUNDS" "$failed" 0
	equal "IPv4 addresses answered for of $ROUNDS" "$answered" 0
}

# asks COMMAND - after it for .7, twice by a broadcast, then straight to the MAC address, by
# names that are right and wrong; in $answers how many came, in $reached how many of the
# latter found the child. "counters" was asked for b1 before.
asks() {
	local says sends=(send "$host/b1" arp=10.9.0.7 count=2)
	local -A before

	for says in 0806 88b5 0800 86dd; do
		sends+=(send "$host/b1" dst="$MAC" arp=10.9.0.7 says="$says")
	done
	"$@"
	frame limit=500 "${sends[@]}" hear "$peer/q0" >/dev/null || :
	before=([rx_unicast]=${COUNTER[rx_unicast]} [tx_local]=${COUNTER[tx_local]})
	counters "$host" b1
	answers=$((COUNTER[rx_unicast] - before[rx_unicast]))
	reached=$((COUNTER[tx_local] - before[tx_local]))
}

# Whatever a packet socket's user calls the request.
test_asked_while_dying() {
	local round answers reached answered=0 there=0

	only_ours
	for ((round = 0; round < ROUNDS; round++)); do
		netns old
		container old "$MAC"
		poll 10 dad_over "$old"
		ballast
		counters "$host" b1
		asks true
		equal "answers of the living" "$answers, reached by $reached" "6, reached by 4"
		asks dying
		answered=$((answered + answers))
		there=$((there + reached))
		NAMESPACES=()
	done
	note "$there requests found it while it was dying"
	equal "answers of the dying" "$answered" 0
	[ "$FAILED" != 0 ] || [ "$there" -gt 0 ] || skip "it was gone at once, each time"
}

# A living one keeps its addresses.
test_living_owner() {
	netns old new
	container old "$MAC"
	poll 10 dad_over "$old"
	ip -n "$host" link add link e0 name m0 address "$MAC" netns "$new" \
		type "$KIND" mode bridge
	expect_err "MAC address is already in use" ip -n "$new" link set m0 up
	ip -n "$new" link set m0 address 02:5e:00:00:00:08
	ip -n "$new" link set m0 up
	dad_fails "$new" m0 fd09::7/64
	ip -n "$new" addr add 10.9.0.8/24 dev m0
	pings "$new" 10.9.0.7
}

world
children "b1 mode bridge"

run_tests same_mac mac_taken_while_up same_ip_addresses asked_while_dying \
	living_owner
