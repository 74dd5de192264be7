#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# With "arp directed" every child's neighbour table is what it would be without: two
# networks that are the same, but for the option, hear the same random ARP. State and
# age of an entry may differ, the MAC address may not.
#
#    a1 ... a4  with "arp flood"      b1 ... b4  with "arp directed"
#     |     |                          |     |
#    .+-----+--------- box ------------+-----+.     .- outside -.
#    |     e0                         e1 -----+-----+-- e1      |
#    |      '---------------------------------+-----+-- e0      |
#    '----------------------------------------'     '-----------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

NUMBERS="1 2 3 4"
# shellcheck disable=SC2034 # through ${!var}
declare a1 a2 a3 a4 b1 b2 b3 b4

# member NS LOWER NUMBER - a child in its namespace; an entry is what was heard last
member() {
	ip -n "$box" link add link "$2" name mv netns "$1" address "02:00:00:00:0a:0$3" \
		type "$KIND" mode bridge announce off
	sysctls "$1" net.ipv4.neigh.mv.locktime=0 net.ipv4.conf.mv.arp_accept=1 \
		net.ipv4.neigh.mv.base_reachable_time_ms=86400000 \
		net.ipv4.neigh.mv.gc_stale_time=86400
	links "$1" <<-END
		address add 10.9.0.$3/24 dev mv
		link set mv up
	END
}

# network - both, in the same order
network() {
	local n a b

	cable "$box" e0 "$outside" e0
	cable "$box" e1 "$outside" e1
	for n in $NUMBERS; do
		a=a$n b=b$n
		member "${!a}" e0 "$n"
		member "${!b}" e1 "$n"
	done
	ip -n "$b1" link set mv type "$KIND" arp directed
}

# table NS - "IP MAC" for each entry
table() {
	ip -n "$1" -j neigh show dev mv | jq -r '.[]|select(.lladdr)|"\(.dst) \(.lladdr)"' | sort
}

# both COMMAND... - on m of a and of b, NUMBER
both() {
	local n=$1 a b
	shift
	a=a$n b=b$n
	ip -n "${!a}" "$@" && ip -n "${!b}" "$@"
}

same_tables() {
	local n a b

	for n in $NUMBERS; do
		a=a$n b=b$n
		equal "$1: table of m$n" "$(table "${!b}" | tr '\n' ,)" \
			"$(table "${!a}" | tr '\n' ,)"
	done
}

# forget - what is contested is so no longer once nobody claims it
forget() {
	local n

	for n in $NUMBERS; do
		both "$n" link set mv down
		both "$n" link set mv up
	done
}

# broadcasts SIDE - how many all of its children have heard
broadcasts() {
	local n ns sum=0

	for n in $NUMBERS; do
		ns=$1$n
		sum=$((sum + $(counter "${!ns}" mv rx_broadcast)))
	done
	echo "$sum"
}

test_same_tables() {
	local round talk n flooded directed seed=$SRANDOM

	note "seed $seed"
	talk=$(program arp_talk)
	network
	for ((round = 0; round < ${ROUNDS-8}; round++)); do
		"$talk" $((seed + round)) 120 "$outside/e0,$outside/e1" "$a1/mv,$b1/mv" \
			"$a2/mv,$b2/mv" "$a3/mv,$b3/mv" "$a4/mv,$b4/mv"
		pause 0.2
		same_tables "round $round"
		# New neighbours become known ones.
		pause 6
		((round % 4 != 3)) || forget
		n=$((1 + (seed + round) % 4))
		case $((round % 6)) in
		1)	both "$n" address add "10.9.0.$((n % 4 + 1))/24" dev mv ;;
		2)	both $((1 + (seed + round - 1) % 4)) address del \
				"10.9.0.$(((1 + (seed + round - 1) % 4) % 4 + 1))/24" dev mv ;;
		3)	both "$n" link set mv down
			both "$n" link set mv up ;;
		esac
	done
	flooded=$(broadcasts a) directed=$(broadcasts b)
	note "broadcasts heard: $flooded with flood, $directed with directed"
	[ "$directed" -lt $((flooded - 100)) ] || fail "hardly any was directed"
}

spaces box outside a1 a2 a3 a4 b1 b2 b3 b4
run_tests same_tables
