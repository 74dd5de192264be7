#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The queue for broadcast and multicast: bounded, what it loses is counted, and
# it goes on after having been full; who goes by it and who does not.
#
#   netns host                     netns out
#   +------------------------+     +--------+
#   |  b1 b2 v1 ...          |     |        |
#   |    \ | /               |     |        |
#   |     e0 ----------------|-----|-- q0   |
#   +------------------------+     +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

[ "$KIND" = mymacvlan ] || skip_all "counters and bclim are our own"

G1=01:00:5e:01:01:01

# port LENGTH LIMIT - what all children ask for
port() {
	local dev

	for dev in b1 b2 v1; do
		echo "link set $dev type $KIND bcqueuelen $1 bclim $2"
	done | links "$host"
}

test_full_queue_drops_and_counts() {
	port 0 1
	gains "no room at all" "$host" b1 \
		"port_queue_dropped=20 rx_broadcast=0" \
		send "$out/q0" count=20 \
		hear "$host/b1=0" "$host/b2=0" "$host/v1=0" "$host/e0=20"
	counters "$host" v1
	equal "limit, as shown" "${COUNTER[port_queue_limit]}" 0
	equal "length, as shown" "${COUNTER[port_queue_length]}" 0
	port 1000 1
	gains "room again" "$host" b1 "port_queue_dropped=0 rx_broadcast=20" \
		send "$out/q0" count=20 \
		hear "$host/b1=20" "$host/b2=20" "$host/v1=20" "$host/e0=20"
}

# More than fit, as fast as can be: each is either delivered or counted.
test_burst_is_delivered_or_counted() {
	local dropped heard dev
	local -A before

	port 3 1
	for dev in b1 b2 v1; do
		before[$dev]=$(counter "$host" "$dev" rx_broadcast)
	done
	dropped=$(counter "$host" b1 port_queue_dropped)
	hears "burst" send "$out/q0" count=500 hear "$host/b1=1-500" \
		"$host/b2=1-500" "$host/v1=1-500" "$host/e0=500"
	counters "$host" b1
	dropped=$((COUNTER[port_queue_dropped] - dropped))
	heard=$((COUNTER[rx_broadcast] - before[b1]))
	note "a queue of 3: $heard heard, $dropped dropped"
	equal "heard and dropped" $((heard + dropped)) 500
	equal "left in the queue" "${COUNTER[port_queue_length]}" 0
	for dev in b2 v1; do
		equal "heard by $dev" \
			$(($(counter "$host" "$dev" rx_broadcast) - before[$dev])) \
			"$heard"
	done
	hears "not stalled" send "$out/q0" hear "$host/b1=1" "$host/b2=1" \
		"$host/v1=1"
	port 1000 1
}

# With so many listeners the worker falls behind, has more to do than its share
# at a time, and comes back for the rest without another frame to remind it.
test_long_queue_is_emptied() {
	local i

	port 1000 1
	for ((i = 0; i < 30; i++)); do
		echo "link add link e0 name c$i type $KIND mode bridge"
		echo "link set c$i up"
	done | links "$host"
	hears "400 frames" limit=30000 send "$out/q0" count=400 \
		hear "$host/b1=400" "$host/v1=400" "$host/c29=400"
	equal "left in the queue" "$(counter "$host" b1 port_queue_length)" 0
	printf 'link del c%d\n' {0..29} | links "$host"
}

# dropped DEV - received frames that "ip" says were lost
dropped() {
	ip -n "$host" -j -s link show dev "$1" | jq '.[0].stats64.rx.dropped'
}

# The CPU's backlog has room for one frame: of two siblings' copies one is lost.
test_full_backlog_is_counted() {
	local limit before after dev
	local -A sum=()

	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	links "$host" <<-END
		link add link e0 name b3 type $KIND mode bridge
		link set b3 up
	END
	before=$(($(dropped b2) + $(dropped b3)))
	for dev in b2 b3; do
		counters "$host" "$dev"
		add_up -1
	done
	limit=$(</proc/sys/net/core/netdev_max_backlog)
	sysctl -qw net.core.netdev_max_backlog=0
	frame send "$host/b1" may-fail hear "$host/b2" "$host/b3" >/dev/null
	sysctl -qw "net.core.netdev_max_backlog=$limit"
	for dev in b2 b3; do
		counters "$host" "$dev"
		add_up 1
	done
	after=$(($(dropped b2) + $(dropped b3)))
	equal "delivered" "${sum[rx_broadcast]}" 1
	equal "lost broadcasts" "${sum[rx_broadcast_dropped]}" 1
	equal "lost by cause" "${sum[rx_drop_backlog]}" 1
	equal "lost multicast" "${sum[rx_multicast_dropped]}" 0
	equal "lost as ip shows it" $((after - before)) 1
	ip -n "$host" link del b3
}

# While a child goes down the kernel waits for all who send on it, and a sibling's frames
# still find it: they are lost because it is down, not because there was no room.
test_to_a_child_on_its_way_down() {
	local flood round backlog down

	counters "$host" b2
	backlog=${COUNTER[rx_drop_backlog]}
	down=${COUNTER[rx_drop_child_down]}
	frame limit=0 settle=0 send "$host/b1" count=20000 may-fail hear "$host/e0" \
		>/dev/null 2>&1 &
	flood=$!
	while kill -0 "$flood" 2>/dev/null; do
		for ((round = 0; round < 20; round++)); do
			printf 'link set b2 %s\n' down up
		done | links "$host"
	done
	wait "$flood" || :
	counters "$host" b2
	equal "as if there had been no room" "$((COUNTER[rx_drop_backlog] - backlog))" 0
	note "$((COUNTER[rx_drop_child_down] - down)) lost on the way down"
	# With one processor the kernel need not wait (7.3).
	[ "$FAILED" != 0 ] || [ "$((COUNTER[rx_drop_child_down] - down))" -gt 0 ] ||
		skip "no frame came while it went down"
}

# add_up FACTOR - the counters just read, into "sum"
add_up() {
	local name

	for name in "${!COUNTER[@]}"; do
		[[ $name == rx_* ]] || continue
		sum[$name]=$((${sum[$name]-0} + $1 * COUNTER[$name]))
	done
}

# burst DEV WORD... - 20 frames for one receiver leave in one go, for a backlog with room
# for one; says what "frame" is told
burst() {
	local limit

	tc -n "$host" qdisc add dev "$1" root netem slot 400ms 400ms || skip "no netem here"
	limit=$(</proc/sys/net/core/netdev_max_backlog)
	sysctl -qw net.core.netdev_max_backlog=0
	frame limit=1500 settle=500 send "$host/$1" may-fail count=20 "${@:2}" >/dev/null || :
	sysctl -qw "net.core.netdev_max_backlog=$limit"
	tc -n "$host" qdisc del dev "$1" root
}

# gained DEV COUNTER... - by the counters of DEV since "counters" was asked for it, in $total
# and, for the last one, in $lost
gained() {
	local dev=$1 name
	local -A before=()
	shift

	for name; do
		before[$name]=${COUNTER[$name]}
	done
	counters "$host" "$dev"
	total=0
	for name; do
		lost=$((COUNTER[$name] - before[$name]))
		total=$((total + lost))
	done
}

# all_counted TEXT - of the 20, and some were lost
all_counted() {
	equal "$1: delivered or lost" "$total" 20
	[ "$lost" -gt 0 ] || fail "$1: nothing was lost"
}

test_full_backlog_of_unicast() {
	local total lost

	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	only_ours
	counters "$host" b2
	burst b1 dst="@$host/b2" hear "$host/b2"
	gained b2 rx_unicast rx_unicast_dropped
	all_counted "to a sibling"
	# Somebody watches the lower device.
	counters "$host" b1
	burst b1 dst="@$host/b2" hear "$host/e0,tap"
	gained b1 tx_hairpin tx_drop_local
	all_counted "the long way"
	ip -n "$host" link set b1 type "$KIND" host on 2>/dev/null || return 0
	counters "$host" b1
	burst b1 dst="@$host/e0" hear "$host/e0"
	gained b1 tx_host tx_host_drop_backlog
	all_counted "to the host"
	ip -n "$host" link set b1 type "$KIND" host off
}

# The worker stands on a listener that leaves the group.
test_listeners_leave_during_a_flood() {
	local flood round i

	{
		for round in 1 2 3; do
			frame limit=10 settle=0 send "$out/q0" dst="$G1" count=2000 \
				hear "$host/b1"
		done
	} >/dev/null 2>&1 &
	flood=$!
	for ((i = 0; i < 300; i++)); do
		printf 'fdb add %s dev %s self\n' "$G1" b1 "$G1" b2 "$G1" v1
		printf 'fdb del %s dev %s self\n' "$G1" v1 "$G1" b2 "$G1" b1
	done | bridge -n "$host" -force -batch - 2>/dev/null || :
	wait "$flood"
	poll 5 joined "$host" e0 "$G1" 0 || fail "somebody still listens"
}

# heard_all N - every tenth of those that stay has heard so many more than $before
heard_all() {
	local i

	for ((i = 1; i < 200; i += 20)); do
		[ "$(counter "$host" "c$i" rx_multicast)" = $((before[i] + $1)) ] || return
	done
}

# The worker lets others run in the midst of a flood, and goes on at a listener that
# may leave meanwhile: those that stay get each frame once.
test_listeners_leave_between_batches() {
	local i flood count=200
	local -a before=()

	for ((i = 1; i <= 200; i++)); do
		printf 'link add c%d link e0 type %s mode bridge\nlink set c%d up\n' \
			"$i" "$KIND" "$i"
	done | links "$host"
	for ((i = 1; i <= 200; i++)); do
		echo "fdb add $G1 dev c$i self"
	done | bridge -n "$host" -batch -
	for ((i = 1; i < 200; i += 20)); do
		before[i]=$(counter "$host" "c$i" rx_multicast)
	done
	counters "$host" b1
	frame limit=20 settle=0 send "$out/q0" dst="$G1" count="$count" \
		hear "$host/c1=$count" >/dev/null 2>&1 &
	flood=$!
	while kill -0 "$flood" 2>/dev/null; do
		for ((i = 2; i <= 200; i += 2)); do
			printf 'fdb del %s dev c%d self\nfdb add %s dev c%d self\n' \
				"$G1" "$i" "$G1" "$i"
		done
	done | bridge -n "$host" -force -batch - 2>/dev/null || :
	wait "$flood" || :
	poll 20 heard_all "$count" || fail "somebody who stayed missed a frame, or had one twice"
	equal "no room in the queue" \
		"$(counter "$host" b1 port_queue_dropped)" "${COUNTER[port_queue_dropped]}"
	for ((i = 1; i <= 200; i++)); do
		echo "link del c$i"
	done | links "$host"
}

# Up to bclim listeners a frame does not wait: an empty queue does not matter.
test_who_goes_by_the_queue() {
	ip -n "$host" maddr add "$G1" dev b1
	poll 5 joined "$host" e0 "$G1" 1
	port 0 1
	hears "one listener" send "$out/q0" dst="$G1" hear "$host/b1=1"
	hears "three listeners" send "$out/q0" hear "$host/b1=0"
	port 0 3
	hears "three listeners, limit 3" send "$out/q0" \
		hear "$host/b1=1" "$host/b2=1" "$host/v1=1"
	port 0 2
	hears "three listeners, limit 2" send "$out/q0" \
		hear "$host/b1=0" "$host/b2=0" "$host/v1=0"
	port 0 0
	hears "one listener, limit 0" send "$out/q0" dst="$G1" hear "$host/b1=0"
	port 0 -1
	hears "limit -1: never" send "$out/q0" \
		hear "$host/b1=1" "$host/b2=1" "$host/v1=1"
	hears "limit -1: never" send "$out/q0" dst="$G1" hear "$host/b1=1"
	ip -n "$host" maddr del "$G1" dev b1
	port 1000 1
}

test_own_flood_to_few_is_not_queued() {
	port 0 1
	gains "from b1" "$host" b1 "tx_drop_flood=0 tx_wire=1" \
		send "$host/b1" hear "$host/b2=1" "$out/q0=1"
	port 1000 1
}

# The listeners' stacks queue what they get from the worker on a processor's backlog, which
# is shorter than the list of listeners: it is worked off in between.
test_worker_lets_the_stack_work() {
	local i limit heard=()

	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine"
	in_ns "$host" test -e /sys/class/net/b1/queues/rx-0/rps_cpus || skip "no RPS"
	for ((i = 0; i < 40; i++)); do
		printf 'link add link e0 name c%d type %s mode bridge\nlink set c%d up\n' \
			"$i" "$KIND" "$i"
		heard+=("$host/c$i=1")
	done > >(links "$host")
	wait $!
	# shellcheck disable=SC2016 # expanded in the namespace
	in_ns "$host" bash -c 'for file in /sys/class/net/c*/queues/rx-0/rps_cpus; do
		echo 1 >"$file" || exit; done' || fail "no RPS on all of them"
	limit=$(</proc/sys/net/core/netdev_max_backlog)
	sysctl -qw net.core.netdev_max_backlog=8
	hears "by all" send "$out/q0" hear "${heard[@]}"
	sysctl -qw "net.core.netdev_max_backlog=$limit"
	printf 'link del c%d\n' {0..39} | links "$host"
}

# 70 siblings are too many for the sender's CPU to serve at once.
test_own_flood_to_many_is_queued() {
	local i listeners=() silent=()

	for ((i = 0; i < 70; i++)); do
		echo "link add link e0 name c$i type $KIND mode bridge"
		echo "link set c$i up"
		listeners+=("$host/c$i=1")
		silent+=("$host/c$i=0")
	done > >(links "$host")
	wait $!
	gains "by the queue" "$host" b1 "tx_drop_flood=0 tx_wire=1" \
		send "$host/b1" hear "${listeners[@]}" "$host/b2=1" \
		"$host/v1=0" "$out/q0=1"
	gains "of c3 and all its siblings" "$host" c3 \
		"tx_drop_flood=0 rx_broadcast=0" \
		send "$host/c3" hear "${listeners[@]/c3=1/c3=0}" \
		"$host/b1=1" "$host/b2=1" "$out/q0=1"
	for ((i = 0; i < 70; i++)); do
		echo "link set c$i type $KIND bcqueuelen 0"
	done | links "$host"
	port 0 1
	gains "no room" "$host" b1 "tx_drop_flood=1 tx_wire=1 port_queue_dropped=0" \
		send "$host/b1" hear "${silent[@]}" "$host/b2=0" "$out/q0=1"
	port 1000 100
	gains "limit 100: at once" "$host" b1 "tx_drop_flood=0" \
		send "$host/b1" hear "${listeners[@]}" "$host/b2=1"
	for ((i = 0; i < 70; i++)); do
		echo "link del c$i"
	done | links "$host"
	port 1000 1
}

# The port goes while its queue has frames of children that go too.
test_deleted_with_frames_in_the_queue() {
	local round

	for round in 1 2 3; do
		links "$host" <<-END
			link add link f0 name x1 type $KIND mode bridge
			link add link f0 name x2 type $KIND mode bridge
			link set x1 up
			link set x2 up
		END
		frame limit=0 settle=0 send "$out/g0" count=$((round * 300)) \
			hear "$host/f0" >/dev/null &
		printf 'link del x%d\n' 1 2 | links "$host"
		wait $!
	done
	check "no port left" no_device "$host" x1
}

netns host out
no_ipv6 "$host" "$out"
cable "$host" e0 "$out" q0
cable "$host" f0 "$out" g0
links "$host" <<-END
	link add link e0 name b1 type $KIND mode bridge
	link add link e0 name b2 type $KIND mode bridge
	link add link e0 name v1 type $KIND mode vepa
	link set b1 up
	link set b2 up
	link set v1 up
END

run_tests full_queue_drops_and_counts burst_is_delivered_or_counted \
	long_queue_is_emptied full_backlog_is_counted full_backlog_of_unicast \
	to_a_child_on_its_way_down \
	listeners_leave_during_a_flood listeners_leave_between_batches \
	who_goes_by_the_queue own_flood_to_few_is_not_queued \
	worker_lets_the_stack_work own_flood_to_many_is_queued deleted_with_frames_in_the_queue
