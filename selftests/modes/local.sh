#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Between bridge children a frame goes straight, unless somebody on the lower
# device's receive path would see it or stop it: a tap, a tc rule, an nft rule,
# an XDP program. Then it goes that way, and what they do to it holds.
#
#   netns host
#   +------------------------+
#   |  b1 ---> b2            |
#   |    \     /             |
#   |     e0 -------- p0     |
#   +------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# goes TEXT straight|round N - a frame from b1 reaches b2 N times, by that way
goes() {
	local counters="tx_local=1 tx_hairpin=0"

	[ "$2" = straight ] || counters="tx_local=0 tx_hairpin=1"
	gains "$1" "$host" b1 "$counters tx_wire=0 tx_drop_local=0" \
		send "$host/b1" dst="@$host/b2" hear "$host/b2,host=$3" \
		"$host/p0=0"
}

test_nobody_watches() {
	goes "straight" straight 1
	# A rule for what goes out of the lower device is not about this frame.
	tc -n "$host" qdisc add dev e0 root pfifo
	goes "with a queueing discipline" straight 1
	tc -n "$host" qdisc del dev e0 root
}

test_tap_sees_it() {
	gains "a packet socket" "$host" b1 "tx_local=0 tx_hairpin=1" \
		send "$host/b1" dst="@$host/b2" \
		hear "$host/b2,host=1" "$host/e0,tap=1"
	goes "no longer" straight 1
}

# What only such a socket would see goes round as well.
test_socket_of_one_protocol_sees_it() {
	gains "a socket" "$host" b1 "tx_local=0 tx_hairpin=1" \
		send "$host/b1" dst="@$host/b2" hear "$host/b2,host=1" "$host/e0=0"
	goes "no longer" straight 1
}

# One for another protocol is no reason: the LLDP daemon's would slow all down.
test_socket_of_another_protocol_does_not_count() {
	gains "a socket for LLDP" "$host" b1 "tx_local=1 tx_hairpin=0" \
		send "$host/b1" dst="@$host/b2" \
		hear "$host/b2,host=1" "$host/e0,type:88cc=0"
	gains "and one for the frame" "$host" b1 "tx_local=0 tx_hairpin=1" \
		send "$host/b1" dst="@$host/b2" \
		hear "$host/b2,host=1" "$host/e0,type:88cc=0" "$host/e0=0"
	gains "a tagged one may be anything" "$host" b1 "tx_local=0 tx_hairpin=1" \
		send "$host/b1" dst="@$host/b2" vlan=6 may-fail \
		hear "$host/e0,type:88cc=0"
}

# rps DEV CPUS - by which its receive queue's frames are received
rps() {
	in_ns "$host" sh -c "echo $2 >/sys/class/net/$1/queues/rx-0/rps_cpus" 2>/dev/null
}

# Which CPU receives it is the lower device's to say, not the sibling's.
test_lower_device_chooses_the_cpu() {
	local dev

	for dev in e0 b2; do
		rps "$dev" 1 || skip "no RPS"
		goes "$dev chooses" round 1
		rps "$dev" 0
		goes "$dev no longer chooses" straight 1
	done
}

# A queue for sending says nothing about one for receiving; the kernel warns of one
# that is not there where anything chooses the CPU.
test_queue_of_the_sender_is_none_of_the_receiver() {
	links "$host" <<-END
		link add link e0 name q1 numtxqueues 8 type $KIND mode bridge
		link add link e0 name q2 numrxqueues 2 type $KIND mode bridge
		link set q1 up
		link set q2 up
	END
	tc -n "$host" qdisc add dev q1 clsact 2>/dev/null || skip "no clsact here"
	tc -n "$host" filter add dev q1 egress matchall action skbedit \
		queue_mapping 5 2>/dev/null || skip "no skbedit here"
	rps lo 1 || skip "no RPS"
	hears "straight" send "$host/q1" dst="@$host/q2" hear "$host/q2,host=1"
	rps lo 0
	check "no warning" not_logged "q2 received packet on queue"
	printf 'link del %s\n' q1 q2 | links "$host"
}

not_logged() {
	! dmesg | grep -F "$1"
}

# The driver that takes a frame tells when it was sent: here it is ours.
test_sender_is_told_when() {
	local way

	for way in straight round; do
		[ "$way" = straight ] || {
			tc -n "$host" qdisc add dev e0 clsact 2>/dev/null || break
			tc -n "$host" filter add dev e0 ingress matchall action pass
		}
		hears "$way" send "$host/b1" dst="@$host/b2" count=3 stamp \
			hear "$host/b2,host=3"
	done
	tc -n "$host" qdisc del dev e0 clsact 2>/dev/null || :
	hears "flood" send "$host/b1" count=2 stamp hear "$host/b2=2" "$host/p0=2"
	ip -n "$host" link set b2 mtu 600
	hears "large" send "$host/b1" dst="@$host/b2" size=1400 stamp hear "$host/b2=1"
	ip -n "$host" link set b2 mtu 1500
	ip -n "$host" link set b1 type "$KIND" host on 2>/dev/null || return 0
	hears "to the host" send "$host/b1" dst="@$host/e0" stamp hear "$host/e0=1"
	ip -n "$host" link set b1 type "$KIND" host off
}

tcpdump_listens() {
	grep -q 'listening on' "$RESULT_DIR/tcpdump.err"
}

test_tcpdump_sees_it() {
	local pid

	type tcpdump >/dev/null 2>&1 || skip "no tcpdump here"
	ip netns exec "$host" tcpdump -Z root -i e0 -n -c 1 -e ether proto 0x88b5 \
		>"$RESULT_DIR/tcpdump.out" 2>"$RESULT_DIR/tcpdump.err" &
	pid=$!
	poll 10 tcpdump_listens
	goes "with tcpdump on the lower device" round 1
	# It ends after one frame; without one it would wait for ever.
	if ! poll 5 test ! -e "/proc/$pid"; then
		kill "$pid"
		fail "tcpdump saw nothing"
	fi
	wait "$pid" || :
	equal "frames shown" "$(grep -c 88b5 "$RESULT_DIR/tcpdump.out")" 1
	goes "without tcpdump" straight 1
}

test_tap_on_all_devices_sees_it() {
	local pid

	type tcpdump >/dev/null 2>&1 || skip "no tcpdump here"
	ip netns exec "$host" tcpdump -Z root -i any -n -w /dev/null \
		2>"$RESULT_DIR/tcpdump.err" &
	pid=$!
	poll 10 tcpdump_listens || fail "tcpdump does not start"
	goes "with tcpdump on any device" round 1
	kill "$pid"
	wait "$pid" || :
	goes "without it" straight 1
}

test_tc_rule_stops_it() {
	tc -n "$host" qdisc add dev e0 clsact 2>/dev/null ||
		skip "no clsact here"
	tc -n "$host" filter add dev e0 ingress protocol all matchall action drop
	goes "drop" round 0
	tc -n "$host" filter del dev e0 ingress
	tc -n "$host" filter add dev e0 ingress protocol all matchall action pass
	goes "pass" round 1
	tc -n "$host" qdisc del dev e0 clsact
	goes "no rule" straight 1
}

test_nft_rule_stops_it() {
	in_ns "$host" nft -f - 2>/dev/null <<-END || skip "no nft here"
		table netdev t {
			chain c {
				type filter hook ingress device e0 priority 0;
				drop
			}
		}
	END
	goes "drop" round 0
	in_ns "$host" nft flush chain netdev t c
	goes "an empty chain" round 1
	in_ns "$host" nft delete table netdev t
	goes "no table" straight 1
}

test_xdp_program_stops_it() {
	local xdp_drop

	xdp_drop=$(program xdp_drop)
	"$xdp_drop" "$host" e0 || skip "no XDP here"
	goes "drop" round 0
	ip -n "$host" link set e0 xdpgeneric off
	goes "no program" straight 1
}

test_child_in_mode_source_sees_it() {
	links "$host" <<-END
		link add link e0 name s1 type $KIND mode source macaddr add $(mac "$host" b1)
		link set s1 up
	END
	gains "a source child" "$host" b1 "tx_local=0 tx_hairpin=1" \
		send "$host/b1" dst="@$host/b2" hear "$host/b2,host=1" "$host/s1=1"
	ip -n "$host" link del s1
	goes "no longer" straight 1
}

# What the wire has for that VLAN is the VLAN device's, who may be anybody: in another
# namespace, or in a bridge. A container must not get there by a sibling's address.
test_frames_of_a_vlan_below_go_out() {
	only_ours
	ip -n "$host" link add link e0 name e0.5 address "$(mac "$host" b2)" \
		type vlan id 5 2>/dev/null || skip "no VLAN here"
	ip -n "$host" link set e0.5 up
	gains "tagged" "$host" b1 "tx_local=0 tx_hairpin=0 tx_wire=1" \
		send "$host/b1" dst="@$host/b2" vlan=5 \
		hear "$host/b2=0" "$host/e0.5=0" "$host/p0=1"
	gains "of another VLAN" "$host" b1 "tx_local=0 tx_hairpin=1 tx_wire=0" \
		send "$host/b1" dst="@$host/b2" vlan=6 \
		hear "$host/b2=1" "$host/e0.5=0" "$host/p0=0"
	goes "untagged" straight 1
	ip -n "$host" link del e0.5
}

# A dummy keeps its carrier when it goes down, so its children go on sending.
test_lower_down_drops_and_counts() {
	ip -n "$host" link add d0 type dummy 2>/dev/null || skip "no dummy here"
	links "$host" <<-END
		link set d0 up
		link add link d0 name x1 type $KIND mode bridge
		link add link d0 name x2 type $KIND mode bridge
		link set x1 up
		link set x2 up
	END
	gains "up" "$host" x1 "tx_drop_lower_down=0 tx_local=1" \
		send "$host/x1" dst="@$host/x2" hear "$host/x2=1"
	ip -n "$host" link set d0 down
	gains "down" "$host" x1 "tx_drop_lower_down=3 tx_local=0 tx_hairpin=0" \
		send "$host/x1" dst="@$host/x2" count=3 may-fail \
		hear "$host/x2=0"
	gains "down, for the wire" "$host" x1 "tx_drop_lower_down=2 tx_wire=0" \
		send "$host/x1" dst=02:99:00:00:00:01 count=2 may-fail \
		hear "$host/x2=0"
	ip -n "$host" link set d0 up
	gains "up again" "$host" x1 "tx_drop_lower_down=0 tx_local=1" \
		send "$host/x1" dst="@$host/x2" hear "$host/x2=1"
	ip -n "$host" link del d0
}

# The lower device's queue is full with the first frame.
test_refused_by_the_lower_device() {
	tc -n "$host" qdisc add dev e0 root bfifo limit 1
	gains "for the wire" "$host" b1 "tx_drop_wire=3 tx_wire=0" \
		send "$host/b1" dst="@$host/p0" count=3 may-fail hear "$host/p0=0"
	goes "for a sibling" straight 1
	tc -n "$host" qdisc del dev e0 root
	gains "no queue" "$host" b1 "tx_drop_wire=0 tx_wire=3" \
		send "$host/b1" dst="@$host/p0" count=3 hear "$host/p0=3"
}

# The stack sends no such frame; one that is redirected by tc may be as long as
# the device allows that it came in on.
test_too_long_for_the_lower_device() {
	links "$host" <<-END
		link add x0 mtu 9000 type veth peer name x1 mtu 9000
		link set x0 up
		link set x1 up
	END
	tc -n "$host" qdisc add dev x1 clsact 2>/dev/null ||
		skip "no clsact here"
	tc -n "$host" filter add dev x1 ingress protocol all matchall \
		action mirred egress redirect dev b1 2>/dev/null || skip "no mirred here"
	gains "short enough" "$host" b1 "tx_local=1 tx_drop_local=0" \
		send "$host/x0" dst="@$host/b2" size=1500 hear "$host/b2=1"
	gains "too long" "$host" b1 "tx_local=0 tx_drop_local=1" \
		send "$host/x0" dst="@$host/b2" size=2000 hear "$host/b2=0"
	ip -n "$host" link del x0
}

# As it would be from the wire: a small MTU limits what a child sends.
test_receiver_with_a_smaller_mtu() {
	ip -n "$host" link set b2 mtu 600
	hears "1400 bytes" send "$host/b1" dst="@$host/b2" size=1400 \
		hear "$host/b2,host=1"
	ip -n "$host" link set b2 mtu 1500
}

test_into_another_namespace() {
	netns other
	ip -n "$host" link add link e0 name b3 netns "$other" type "$KIND" \
		mode bridge
	ip -n "$other" link set b3 up
	gains "straight" "$host" b1 "tx_local=1 tx_hairpin=0" \
		send "$host/b1" dst="@$other/b3" hear "$other/b3,host=1"
	gains "and back" "$other" b3 "tx_local=1 tx_hairpin=0" \
		send "$other/b3" dst="@$host/b1" hear "$host/b1,host=1"
	hears "broadcast" send "$other/b3" hear "$host/b1=1" "$host/b2=1" \
		"$host/p0=1"
}

# A mark means something to the rules of the namespace where it was made only.
test_marks_stay_in_their_namespace() {
	only_ours
	netns other
	ip -n "$host" link add link e0 name b3 netns "$other" type "$KIND" \
		mode bridge
	links "$other" <<-END
		link set b3 up
		addr add 10.9.9.3/24 dev b3
	END
	ip -n "$host" addr add 10.9.9.1/24 dev b1
	in_ns "$other" nft -f - 2>/dev/null <<-END || skip "no nft here"
		table netdev t {
			chain c {
				type filter hook ingress device b3 priority 0;
				meta mark 7 drop
			}
		}
	END
	sysctls "$other" net.ipv4.icmp_echo_ignore_broadcasts=0
	check "unicast" in_ns "$host" ping -n -c1 -W2 -m 7 10.9.9.3
	check "broadcast" in_ns "$host" ping -n -c1 -W2 -m 7 -b 10.9.9.255
	ip -n "$host" addr del 10.9.9.1/24 dev b1
}

netns host
no_ipv6 "$host"
cable "$host" e0 "$host" p0
links "$host" <<-END
	link add link e0 name b1 type $KIND mode bridge
	link add link e0 name b2 type $KIND mode bridge
	link set b1 up
	link set b2 up
END

run_tests nobody_watches tap_sees_it socket_of_one_protocol_sees_it \
	socket_of_another_protocol_does_not_count lower_device_chooses_the_cpu \
	queue_of_the_sender_is_none_of_the_receiver sender_is_told_when \
	tcpdump_sees_it tap_on_all_devices_sees_it tc_rule_stops_it \
	nft_rule_stops_it xdp_program_stops_it child_in_mode_source_sees_it \
	frames_of_a_vlan_below_go_out lower_down_drops_and_counts \
	refused_by_the_lower_device too_long_for_the_lower_device \
	receiver_with_a_smaller_mtu into_another_namespace \
	marks_stay_in_their_namespace
