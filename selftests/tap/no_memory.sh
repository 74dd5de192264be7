#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory runs out while a tap is made or its node given away: no node, no number
# and no name is left of one that failed. The topology is that of
# ../memory.sh.
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
# shellcheck source=../memory.sh
. "$(dirname "$0")/../memory.sh"

# Attribute numbers, see include/uapi/linux/mymacvlan.h
MODE=1 ALLMULTI=40 PERM=43

# nodes - how many there are in the class, and their names in /dev
nodes() {
	local name ns n=0

	for ns in "$host" "$room"; do
		n=$((n + $(ip netns exec "$ns" find "/sys/class/$KIND" -type l | wc -l)))
	done
	echo "$n"
	for name in /dev/tap*; do
		[ ! -e "$name" ] || echo "$name"
	done
}

test_creation() {
	creating 600 "u32:$MODE=4"
	equal "nodes" "$(nodes)" 0
}

test_creation_without_allmulti() {
	creating 600 "u32:$MODE=4" "bytes:$ALLMULTI=00"
	equal "nodes" "$(nodes)" 0
}

# One of the same number in another namespace has the name until then.
test_creation_beside_a_namesake() {
	new_index
	ip -n "$room" link add dev v0 type veth peer name v1
	ip -n "$room" link add link v0 name r0 index "$index" type "$KIND"
	failing 600 new "$KIND" link=e0 name=x%N index="$index" "u32:$MODE=4" -- \
		del "$KIND" name=x%N
	no_children
	equal "nodes" "$(nodes)" "1
/dev/tap$index"
	ip -n "$room" link del v0
	equal "nodes" "$(nodes)" 0
}

# permissions OCTAL - of t0's node
permissions() {
	equal "permissions" "$(stat -c %a "$node")" "$1"
}

# A node is the new owner's, or still the old one's.
test_node_given_away() {
	local node n answer='' failed=0

	ip -n "$host" link add link e0 name t0 up type "$KIND" mode bridge
	node=/dev/tap$(ip netns exec "$host" cat /sys/class/net/t0/ifindex)
	for ((n = 1; n <= 300; n++)); do
		[ "$answer" != OK ] || break
		nl change "$KIND" dev=t0 "u16:$PERM=384" >/dev/null
		answer=$(nl change "$KIND" dev=t0 "u16:$PERM=432" fail="$n")
		case $answer in
		*OK)	permissions 660 ;;
		+E*)	permissions 600; failed=$((failed + 1)) ;;
		+nothing) ;;
		*)	fail "answer: $answer" ;;
		esac
	done
	note "refused $failed times of $n"
	equal "the last answer" "$answer" OK
	equal "nodes" "$(nodes)" "1
$node"
	check "the node opens" bash -c ": <>$node"
	no_children
	equal "nodes" "$(nodes)" 0
}

a_lower_device
netns room
run_tests creation creation_without_allmulti creation_beside_a_namesake node_given_away
