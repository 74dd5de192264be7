#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Many children on one lower device: made, found, deleted, nothing left. The
# tests go on from one another.
#
#    m1 ... m$COUNT                       all up, all in "box"
#     |      |
#    .+------+- box -.      .- outside -.
#    |      eth0-----+------+--- eth0   |
#    '---------------'      '-----------'
#
# COUNT=5000 unless the environment says otherwise; a multiple of 8.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

COUNT=${COUNT:-5000}
GROUP=01:00:5e:7f:00:07
# The number that "ip link del group" is given.
IP_GROUP=7

# address NUMBER - 1 gives 02:00:00:00:00:01
address() {
	printf '02:00:00:%02x:%02x:%02x' $(($1 >> 16)) $(($1 >> 8 & 255)) $(($1 & 255))
}

# present - how many children there are
present() {
	local lines

	mapfile -t lines < <(ip -n "$box" -o link show type "$KIND")
	echo ${#lines[@]}
}

# filters - how many addresses of children the lower device listens to
filters() {
	bridge -n "$box" fdb show dev eth0 | grep -c '^02:00:00:'
}

# found NUMBER OTHER - frames for a child come to it, from outside and from
# another child, and to nobody else
found() {
	local number=$1 other=$2

	hears "unicast to m$number" send "$outside/eth0" dst="$(address "$number")" \
		send "$box/m$other" dst="$(address "$number")" \
		hear "$box/m$number,host=2" "$box/m$other=0" "$box/eth0=0"
}

# lost NUMBER - nobody but the lower device gets frames for this child
lost() {
	hears "unicast to m$1" send "$outside/eth0" dst="$(address "$1")" hear "$box/eth0=1"
}

# dumped TEXT COUNT - all of them are told by generic netlink, to a reader of small
# pieces, the last of which take no longer than the first; into USEC how long it took
dumped() {
	local said percent

	[ "$KIND" = mymacvlan ] || skip "in-tree macvlan tells nothing of the kind"
	said=$("$DUMP" "$box" children rounds=3)
	[[ $said =~ ^usec\ ([0-9]+)\ percent\ ([0-9]+)\ messages\ $2\ pieces\ [0-9]+\ OK$ ]] ||
		fail "$1: $said"
	USEC=${BASH_REMATCH[1]} percent=${BASH_REMATCH[2]}
	note "$1: $USEC us for $2 children, the last pieces $percent % of the first"
	[ "$percent" -le 125 ] || fail "$1: the last pieces take $percent % of the first"
}

test_made() {
	local i group batch=$RESULT_DIR/batch

	for ((i = 1; i <= COUNT; i++)); do
		# Of 8, one is deleted by itself, two with the lower device
		# and the rest as a group.
		group=$IP_GROUP
		case $((i % 8)) in 0|1|4) group=0 ;; esac
		printf 'link add link eth0 name m%d up group %d address 02:00:00:%02x:%02x:%02x type %s mode bridge\n' \
			"$i" "$group" $((i >> 16)) $((i >> 8 & 255)) $((i & 255)) "$KIND"
	done >"$batch"
	check "make" ip -n "$box" -batch "$batch"
	equal "children" "$(present)" "$COUNT"
	equal "filters" "$(filters)" "$COUNT"
}

test_found() {
	found 1 "$COUNT"
	found $((COUNT / 2)) 1
	found "$COUNT" 2
	lost $((COUNT + 1))
}

# Nobody but the listener is visited.
test_one_listener_of_a_group() {
	local middle=$((COUNT / 2)) i

	ip -n "$box" maddress add "$GROUP" dev m"$middle"
	poll 10 joined "$box" eth0 "$GROUP" 1 || fail "the join did not come down"
	hears "from outside" send "$outside/eth0" dst="$GROUP" count=3 hear "$box/m$middle=3" "$box/m1=0"
	hears "from a sibling" send "$box/m1" dst="$GROUP" count=2 \
		hear "$box/m$middle=2" "$box/m2=0" "$outside/eth0=2"
	[ "$KIND" = mymacvlan ] || return 0
	equal "heard by m$middle" "$(counter "$box" m"$middle" rx_multicast)" 5
	for i in 2 $((COUNT - 1)) "$COUNT"; do
		counters "$box" "m$i"
		equal "heard by m$i" "${COUNTER[rx_multicast]}" 0
		equal "lost by m$i" "${COUNTER[rx_multicast_dropped]}" 0
	done
}

# heard - broadcast and multicast frames that the children got, all in all
heard() {
	ip -n "$box" -s link show type "$KIND" |
		awk '/RX: +bytes/ { getline; n += $6 } END { print n + 0 }'
}

all_heard() {
	[ "$(heard)" = "$1" ]
}

# A flood to all of them. A CPU's backlog takes 1000 frames: in-tree macvlan
# loses what a child sends to more.
test_broadcast() {
	local before

	only_ours
	before=$(heard)
	hears "from outside" send "$outside/eth0" hear "$box/m1=1"
	hears "from a child" send "$box/m1" hear "$outside/eth0=1" "$box/m2=1" "$box/m1=0"
	poll 10 all_heard $((before + 2 * COUNT - 1)) ||
		fail "heard: $(($(heard) - before)), expected $((2 * COUNT - 1))"
}

test_told_of_all() {
	dumped "all" "$COUNT"
	echo "$USEC" >"$RESULT_DIR/told"
}

# What each of them costs does not depend on how many there are.
test_told_of_few() {
	local all few

	dumped "a quarter" $((COUNT / 4))
	[ -e "$RESULT_DIR/told" ] || skip "not told of all"
	all=$(($(<"$RESULT_DIR/told") * 100 / COUNT)) few=$((USEC * 100 / (COUNT / 4)))
	[ "$all" -le $((few * 3 / 2)) ] || fail "$all and $few us for 100 children"
}

test_deleted_one_by_one() {
	local i batch=$RESULT_DIR/batch

	for ((i = 1; i <= COUNT; i += 8)); do
		echo "link del m$i"
	done >"$batch"
	check "delete" ip -n "$box" -batch "$batch"
	equal "children" "$(present)" $((COUNT * 7 / 8))
	equal "filters" "$(filters)" $((COUNT * 7 / 8))
	found 2 "$COUNT"
	lost 1
}

test_deleted_at_once() {
	check "delete" ip -n "$box" link del group "$IP_GROUP"
	equal "children" "$(present)" $((COUNT / 4))
	equal "filters" "$(filters)" $((COUNT / 4))
	found 4 "$COUNT"
	lost 2
}

test_deleted_with_the_lower_device() {
	check "delete the lower device" ip -n "$box" link del eth0
	equal "children" "$(present)" 0
}

[ "$KIND" != mymacvlan ] || DUMP=$(program dump) || exit 1
netns box outside
no_ipv6 "$box" "$outside"
cable "$box" eth0 "$outside" eth0
run_tests made told_of_all found one_listener_of_a_group broadcast \
	deleted_one_by_one deleted_at_once told_of_few deleted_with_the_lower_device
