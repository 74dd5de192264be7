#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A tap whose program sleeps, or that somebody has made in a user namespace of
# his own, does others no harm.
#
#    t0 (open, and nobody reads)   m0 in "room"
#      \                          /
#       '--------- e0 ----------'
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

T0=02:00:00:00:00:10
M0=02:00:00:00:00:11

# sleeper - t0 in "host", its node open; m0 in "room"
sleeper() {
	local index

	links "$host" <<-END
		link add link e0 name t0 txqueuelen 1000 address $T0 type $KIND mode bridge
		link set t0 up
		link add link e0 name m0 netns $room address $M0 type $PLAIN mode bridge
	END
	links "$room" <<-END
		address add 10.1.1.1/24 dev m0
		link set m0 up
		neighbour add 10.1.1.2 lladdr $T0 dev m0
	END
	index=$(ip -n "$host" -j link show dev t0 | jq '.[].ifindex')
	# Closed when the test ends.
	exec 9<>"/dev/tap$index"
}

# send_datagrams COUNT - from one socket in "room" to t0
send_datagrams() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	timeout 60 ip netns exec "$room" bash -c \
		'exec 3<>/dev/udp/10.1.1.2/9 && for ((i = 0; i < $1; i++)); do printf %1400s . >&3; done' \
		- "$1"
}

test_sender_may_go_on() {
	only_ours
	sleeper
	# Far more than a socket may have under way.
	check "a socket can send on and on" send_datagrams 500
	equal "frames that have arrived" "$(counter "$host" t0 rx_unicast)" 500
	ip -n "$host" link del t0
	ip -n "$room" link del m0
}

can_have_its_address() {
	ip -n "$host" link set m1 up
}

test_sender_may_go_away() {
	only_ours
	sleeper
	check "frames for t0" send_datagrams 3
	netns_del "$room"
	ip -n "$host" link add link e0 name m1 address "$M0" type "$PLAIN" mode bridge
	check "m0 is gone, though its frames are not" poll 5 can_have_its_address
	printf 'link del %s\n' t0 m1 | links "$host"
}

# device_of NODE - its numbers, as sysfs writes them
device_of() {
	stat -c '%Hr:%Lr' "$1" 2>/dev/null || echo none
}

has_node() {
	[ "$(device_of "/dev/tap$index")" = "$1" ]
}

# Somebody's tap in a namespace of his own, until $stranger ends; $his node
start_stranger() {
	unshare -Urn bash -c "ip link add e0 type dummy &&
		ip link add link e0 name bad index $index type $KIND && exec sleep 1000" &
	stranger=$!
	poll 10 test -e "/dev/tap$index"
	his=$(device_of "/dev/tap$index")
}

test_names_are_not_for_strangers() {
	local stranger his mine

	only_ours
	new_index
	start_stranger
	dmesg --clear
	ip -n "$host" link add link e0 name t0 index "$index" type "$KIND"
	mine=$(ip netns exec "$host" cat "/sys/class/net/t0/tap$index/dev")
	check "ours takes the name" has_node "$mine"
	[[ $(dmesg) == *"bad: /dev/tap$index belongs to t0"* ]] ||
		fail "nobody says so: $(dmesg)"
	check "his own tap is there still" nsenter -t "$stranger" -U -n --preserve-credentials \
		ip link show bad
	ip -n "$host" link del t0
	check "he has it again" has_node "$his"
	kill "$stranger"
	wait "$stranger" 2>/dev/null || :
	check "and takes it along" poll 10 has_node none
}

# charged SIZE - objects of that many bytes that memory cgroups have been charged with. Free
# ones that a CPU keeps count as well, so that some of the first new ones do not show.
charged() {
	awk -v name="kmalloc-cg-$1" '$1 == name { print $2 }' /proc/slabinfo
}

# A ring has txqueuelen pointers, and a namespace of one's own any number of taps.
test_rings_are_charged_to_who_opens_them() {
	local index i fd fds=() small large

	only_ours
	[ -n "$(charged 4k)" ] || skip "no memory cgroups here"
	ip -n "$host" link add link e0 name t0 txqueuelen 500 address "$T0" type "$KIND" mode bridge
	ip -n "$host" link set t0 up
	index=$(ip -n "$host" -j link show dev t0 | jq '.[].ifindex')
	small=$(charged 4k) large=$(charged 8k)
	for ((i = 0; i < 100; i++)); do
		exec {fd}<>"/dev/tap$index"
		fds+=("$fd")
	done
	small=$(($(charged 4k) - small))
	[ "$small" -ge 50 ] || fail "only $small of 100 are charged when opened"
	ip -n "$host" link set t0 txqueuelen 1000
	large=$(($(charged 8k) - large))
	[ "$large" -ge 50 ] || fail "only $large of 100 are charged with another length"
	for fd in "${fds[@]}"; do
		exec {fd}<&-
	done
	ip -n "$host" link del t0
}

netns host room peer
no_ipv6 "$host" "$room" "$peer"
cable "$host" e0 "$peer" q0
run_tests sender_may_go_on rings_are_charged_to_who_opens_them \
	names_are_not_for_strangers sender_may_go_away
