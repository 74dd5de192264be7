#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The host and its containers talk, with the programs that people use, and all
# of them still reach the outside.
#
#   netns host                  netns c1, c2      netns outside
#   +---------------------+    +-----------+     +-------------+
#   | e0 192.168.7.1      |    | mv .11 .12|     | q0 .100     |
#   |    2001:db8:7::1    |    | ::11 ::12 |     |    ::100    |
#   +--|---------------|--+    +--|--------+     +--|----------+
#      |               +----------+                 |
#      +--------------------------------------------+
# shellcheck source=host.sh
. "$(dirname "$0")/host.sh"

# container NS NUMBER [OPTION...]
container() {
	ip -n "$host" link add link e0 name mv netns "$1" type "$KIND" "${@:3}"
	links "$1" <<-END
	link set lo up
	link set mv up
	address add 192.168.7.$2/24 dev mv
	address add 2001:db8:7::$2/64 dev mv nodad
	END
}

build() {
	netns host outside c1 c2
	cable "$host" e0 "$outside" q0
	links "$host" <<-END
	link set lo up
	address add 192.168.7.1/24 dev e0
	address add 2001:db8:7::1/64 dev e0 nodad
	END
	links "$outside" <<-END
	address add 192.168.7.100/24 dev q0
	address add 2001:db8:7::100/64 dev q0 nodad
	END
	container "$c1" 11 mode bridge host on
	container "$c2" 12 mode private host on
}

# pings NS ADDRESS...
pings() {
	local to

	for to in "${@:2}"; do
		check "$1 to $to" in_ns "$1" ping -n -c 2 -i 0.1 -W 3 "$to"
	done
}

test_ping() {
	pings "$host" 192.168.7.11 192.168.7.12 2001:db8:7::11 2001:db8:7::12 \
		192.168.7.100
	pings "$c1" 192.168.7.1 2001:db8:7::1 192.168.7.100 2001:db8:7::100
	pings "$c2" 192.168.7.1 2001:db8:7::1 192.168.7.100
	pings "$outside" 192.168.7.1 192.168.7.11 192.168.7.12
	[ "$(counter "$c1" mv rx_host)" -gt 0 ] || fail "rx_host counts nothing"
	[ "$(counter "$c1" mv tx_host)" -gt 0 ] || fail "tx_host counts nothing"
}

test_private_children_do_not_meet() {
	expect_fails "bridge to private" in_ns "$c1" ping -n -c 1 -W 1 192.168.7.12
	expect_fails "private to bridge" in_ns "$c2" ping -n -c 1 -W 1 192.168.7.11
}

# What the host routes between them is its own decision: FORWARD rules apply.
test_private_children_by_way_of_the_host() {
	local kind=192.168.7

	sysctls "$host" net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.conf.e0.send_redirects=0
	ip -n "$c1" route add "$kind".12 via "$kind".1
	ip -n "$c2" route add "$kind".11 via "$kind".1
	pings "$c2" "$kind".11
	in_ns "$host" nft -f - <<-END
	table ip t {
		chain f {
			type filter hook forward priority 0
			iifname e0 oifname e0 drop
		}
	}
	END
	expect_fails "a FORWARD rule" in_ns "$c2" ping -n -c 1 -W 1 "$kind".11
	in_ns "$host" nft delete table ip t
	ip -n "$c1" route del "$kind".12
	ip -n "$c2" route del "$kind".11
	sysctls "$host" net.ipv4.ip_forward=0
}

expect_fails() {
	! "${@:2}" >/dev/null 2>&1 || fail "this should not get through: $1"
}

# both_claim NS DEV ADDRESS - is the address of NS found to be a duplicate?
found_duplicate() {
	ip -n "$1" -6 address show dev "$2" | grep -q "$3.*dadfailed"
}

test_duplicate_addresses_are_found() {
	ip -n "$c1" address add 2001:db8:7::1/64 dev mv
	poll 5 found_duplicate "$c1" mv 2001:db8:7::1 ||
		fail "the host's address in a container"
	ip -n "$c1" address del 2001:db8:7::1/64 dev mv
	ip -n "$host" address add 2001:db8:7::11/64 dev e0
	poll 5 found_duplicate "$host" e0 2001:db8:7::11 ||
		fail "a container's address on the host"
	ip -n "$host" address del 2001:db8:7::11/64 dev e0
}

# listens NS PORT - for "poll"
listens() {
	in_ns "$1" ss -Hltn "sport = :$2" | grep -q .
}

# ended JOB - for "poll"
ended() {
	! jobs -pr "$1" 2>/dev/null | grep -q .
}

# iperf NS ADDRESS SERVER-NS OPTION... - the client's sums must say that nothing
# is missing
iperf() {
	local out

	ip netns exec "$3" iperf3 -s -1 -p 5300 >"$RESULT_DIR/server" 2>&1 &
	poll 10 listens "$3" 5300
	out=$(in_ns "$1" timeout 60 iperf3 -c "$2" -p 5300 -J "${@:4}" 2>&1) ||
		{ fail "iperf3 $1 to $2 ${*:4}"; note "$out"; }
	poll 10 ended %% || kill %%
	wait || :
	[[ $out == *'"bytes"'* ]] || fail "iperf3 $1 to $2 ${*:4}: no bytes"
}

test_tcp_both_ways() {
	type iperf3 >/dev/null 2>&1 || skip "no iperf3 here"
	iperf "$c1" 192.168.7.1 "$host" -n 4M
	iperf "$host" 192.168.7.11 "$c1" -n 4M
	iperf "$c2" 2001:db8:7::1 "$host" -n 4M
	iperf "$host" 2001:db8:7::12 "$c2" -n 4M
}

# Datagrams larger than the MTU come in fragments.
test_udp_both_ways() {
	type iperf3 >/dev/null 2>&1 || skip "no iperf3 here"
	iperf "$c1" 192.168.7.1 "$host" -u -b 20M -n 500K -l 8000
	iperf "$host" 192.168.7.11 "$c1" -u -b 20M -n 500K -l 8000
}

test_large_frames() {
	links "$host" <<-END
	link set e0 mtu 9000
	END
	ip -n "$outside" link set q0 mtu 9000
	ip -n "$c1" link set mv mtu 9000
	check "host to child" in_ns "$host" ping -n -c 1 -W 3 -M "do" -s 8972 192.168.7.11
	check "child to host" in_ns "$c1" ping -n -c 1 -W 3 -M "do" -s 8972 192.168.7.1
	# As from the wire: larger than this child's MTU, and it gets it.
	check "to a child with a smaller MTU" \
		in_ns "$host" ping -n -c 1 -W 3 -s 8972 192.168.7.12
	ip -n "$c1" link set mv mtu 1500
	ip -n "$outside" link set q0 mtu 1500
	ip -n "$host" link set e0 mtu 1500
}

# file NS ADDRESS SERVER-NS - 2 MB by TCP, equal at both ends
file() {
	ip netns exec "$3" socat -u TCP-LISTEN:5400,reuseaddr OPEN:"$RESULT_DIR/got",creat,trunc &
	poll 10 listens "$3" 5400
	in_ns "$1" timeout 60 socat -u OPEN:"$RESULT_DIR/sent" TCP:"$2":5400
	poll 10 ended %% || kill %%
	wait || :
	check "$1 to $2: the same" cmp "$RESULT_DIR/sent" "$RESULT_DIR/got"
}

test_same_bytes_with_and_without_offloads() {
	local feature

	head -c 2000000 /dev/urandom >"$RESULT_DIR/sent"
	for feature in on off; do
		in_ns "$host" ethtool -K e0 tso "$feature" gso "$feature" tx "$feature" \
			>/dev/null 2>&1
		file "$c1" 192.168.7.1 "$host"
		file "$host" 192.168.7.12 "$c2"
	done
	in_ns "$host" ethtool -K e0 tso on gso on tx on >/dev/null 2>&1
}

# mDNS and the like: a service that joins a group, on either side.
test_multicast_both_ways() {
	local got=$RESULT_DIR/mdns

	ip netns exec "$c1" socat -u UDP4-RECV:5353,reuseaddr,ip-add-membership=224.0.0.251:mv \
		OPEN:"$got",creat,trunc &
	poll 5 says "$host" e0 192.168.7.1 "$got"
	grep -q 192.168.7.1 "$got" || fail "the host's question does not reach the child"
	kill %%
	ip netns exec "$host" socat -u UDP4-RECV:5353,reuseaddr,ip-add-membership=224.0.0.251:e0 \
		OPEN:"$got",creat,trunc &
	poll 5 says "$c2" mv 192.168.7.12 "$got"
	grep -q 192.168.7.12 "$got" || fail "the child's question does not reach the host"
	kill %%
	wait || :
}

# says NS DEV TEXT FILE - for "poll": multicasts, and has somebody written it?
says() {
	echo "$3" | in_ns "$1" socat -u - UDP4-DATAGRAM:224.0.0.251:5353,ip-multicast-if="$3"
	pause 0.1
	grep -q "$3" "$4"
}

# The host gives out addresses and answers questions for its containers.
test_dhcp_and_dns_server_on_the_host() {
	local pid

	type dnsmasq busybox >/dev/null 2>&1 || skip "no dnsmasq or busybox here"
	ip -n "$c1" address flush dev mv
	ip netns exec "$host" dnsmasq --no-daemon --conf-file=/dev/null --user=root \
		--interface=e0 --bind-interfaces --no-resolv --no-hosts \
		--dhcp-range=192.168.7.50,192.168.7.59,1h --dhcp-leasefile="$RESULT_DIR/leases" \
		--address=/host.test/192.168.7.1 \
		--address=/host.test/2001:db8:7::1 >"$RESULT_DIR/dnsmasq" 2>&1 &
	pid=$!
	cat >"$RESULT_DIR/dhcp" <<-'END'
	#!/bin/sh
	[ "$1" != bound ] || ip address add "$ip/24" dev "$interface"
	END
	chmod +x "$RESULT_DIR/dhcp"
	check "a lease" in_ns "$c1" busybox udhcpc -i mv -n -q -t 10 -T 1 -s "$RESULT_DIR/dhcp"
	[[ $(ip -n "$c1" -4 address show dev mv) == *192.168.7.5* ]] ||
		fail "no address from the host's range"
	check "a name" in_ns "$c1" busybox nslookup host.test 192.168.7.1
	kill "$pid"
	wait "$pid" || :
	ip -n "$c1" address flush dev mv
	ip -n "$c1" address add 192.168.7.11/24 dev mv
	ip -n "$c1" address add 2001:db8:7::11/64 dev mv nodad
}

# on_and_off NS N [on|off] - the option of the child there, again and again, and
# what it ends with; from the host's namespace, as only the host may
on_and_off() {
	local mac i

	mac=$(mac "$1" mv)
	for ((i = 0; i < $2; i++)); do
		echo "mymacvlan set e0 child $mac host off"
		echo "mymacvlan set e0 child $mac host ${3-on}"
	done | in_ns "$host" bash -e
}

test_on_and_off_under_traffic() {
	type mymacvlan >/dev/null 2>&1 || skip "no program mymacvlan here"
	ip netns exec "$host" ping -n -q -i 0.01 -w 20 192.168.7.11 >"$RESULT_DIR/ping" 2>&1 &
	ip netns exec "$c1" ping -n -q -i 0.01 -w 20 192.168.7.1 >/dev/null 2>&1 &
	ip netns exec "$c2" ping -n -q -b -i 0.01 -w 20 192.168.7.255 >/dev/null 2>&1 &
	on_and_off "$c1" 5
	on_and_off "$c2" 5
	# Both off at once: the hook comes and goes.
	on_and_off "$c2" 5 off
	on_and_off "$c1" 5
	# shellcheck disable=SC2046 # pids
	kill $(jobs -p)
	wait || :
	in_ns "$host" mymacvlan set e0 child "$(mac "$c2" mv)" host on
	pings "$host" 192.168.7.11 192.168.7.12
}

test_deletion_under_traffic() {
	local i

	ip netns exec "$host" ping -n -q -i 0.01 -w 20 192.168.7.30 >/dev/null 2>&1 &
	ip netns exec "$host" ping -n -q -b -i 0.01 -w 20 192.168.7.255 >/dev/null 2>&1 &
	for ((i = 0; i < 10; i++)); do
		cat <<-END
		link add link e0 name x address 02:00:00:00:00:30 up type $KIND mode bridge host on
		link del x
		END
	done | {
		echo "neighbour replace 192.168.7.30 lladdr 02:00:00:00:00:30 dev e0"
		cat
	} | links "$host"
	# shellcheck disable=SC2046 # pids
	kill $(jobs -p)
	wait || :
	ip -n "$host" neighbour del 192.168.7.30 dev e0
	pings "$host" 192.168.7.11
}

test_lower_device_moves_to_another_namespace() {
	netns other
	ip -n "$host" link set e0 netns "$other"
	links "$other" <<-END
	link set e0 up
	address add 192.168.7.1/24 dev e0
	address add 2001:db8:7::1/64 dev e0 nodad
	END
	poll 5 in_ns "$other" ping -n -c 1 -W 1 192.168.7.11
	pings "$other" 192.168.7.11 192.168.7.12
	pings "$c1" 192.168.7.1 2001:db8:7::1
	equal "the option" "$(field "$c1" mv host)" true
	ip -n "$other" link set e0 netns "$host"
	links "$host" <<-END
	link set e0 up
	address add 192.168.7.1/24 dev e0
	address add 2001:db8:7::1/64 dev e0 nodad
	END
	poll 5 in_ns "$host" ping -n -c 1 -W 1 192.168.7.11
	pings "$c2" 192.168.7.1
}

# The hook must have gone with them: what it knows of them is freed.
test_last_child_ends_after_a_move() {
	netns other
	ip -n "$host" link set e0 netns "$other"
	links "$other" <<-END
	link set e0 up
	address add 192.168.7.1/24 dev e0
	END
	poll 5 in_ns "$other" ping -n -c 1 -W 1 192.168.7.11
	pings "$other" 192.168.7.11
	ip -n "$c1" link del mv
	ip -n "$c2" link del mv
	pings "$other" 192.168.7.100
}

build
run_tests ping private_children_do_not_meet \
	private_children_by_way_of_the_host duplicate_addresses_are_found \
	tcp_both_ways udp_both_ways large_frames \
	same_bytes_with_and_without_offloads multicast_both_ways \
	dhcp_and_dns_server_on_the_host on_and_off_under_traffic \
	deletion_under_traffic lower_device_moves_to_another_namespace \
	last_child_ends_after_a_move
