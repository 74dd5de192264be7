#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Options "pin ip", "pin guard" and "allow": the list, who changes it, and what a
# pinned child may say.
#
#   netns host         netns box          netns router
#   +-----------+      +-----------+      +--------+
#   |     e0    |      |    m1     |      |        |
#   |     |\    |      |  pin ip   |      |        |
#   |     | '---|------|---'       |      |        |
#   |     '-----|------|-----------|------|-- q0   |
#   +-----------+      +-----------+      +--------+
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

OWN=02:00:00:00:0c:01
REFUSED="Option allow is set from within the lower device's namespace only"
LIAR=$(program liar) || exit 1
ALLOWED=(192.0.2.10 198.51.100.0/24 2001:db8::10 2001:db8:1::/64)
SHOWN=192.0.2.10/32,198.51.100.0/24,2001:db8::10/128,2001:db8:1::/64
# So many random frames for each level; more with FRAMES=.
FRAMES=${FRAMES:-20000}

test_list() {
	local many

	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 pin=off allow=
	set o1 type $KIND pin ip	| o1 pin=ip allow=
	set o1 type $KIND allow add ${ALLOWED[*]}	| o1 allow=$SHOWN
	set o1 type $KIND allow add 192.0.2.10/32	| o1 allow=$SHOWN
	set o1 type $KIND allow del 192.0.2.10 2001:db8:1::/64	| o1 allow=198.51.100.0/24,2001:db8::10/128
	set o1 type $KIND allow del 192.0.2.99	| o1 allow=198.51.100.0/24,2001:db8::10/128
	set o1 type $KIND pin guard	| o1 pin=guard allow=198.51.100.0/24,2001:db8::10/128
	set o1 type $KIND allow set 10.1.2.3/8 ::/0	| o1 allow=10.0.0.0/8,::/0
	set o1 type $KIND allow flush	| o1 allow=
	set o1 type $KIND allow set	| o1 allow=
	add link e0 name o2 type $KIND pin ip allow add 192.0.2.10	| o2 allow=192.0.2.10/32
	del o2
	END
	[[ $(ip -n "$host" link set o1 type "$KIND" allow add 192.0.2.10 2001:db8::10
		ip -n "$host" -d link show o1) == *" pin guard announce off allow 192.0.2.10/32 2001:db8::10/128 "* ]] ||
		fail "ip -d does not tell"
	mapfile -t many < <(printf '10.0.0.%d\n' {1..63})
	expect_err "allow: at most 64 IP addresses" \
		ip -n "$host" link set o1 type "$KIND" allow add "${many[@]}"
	has "$host" o1 allow=192.0.2.10/32,2001:db8::10/128
	check "64" ip -n "$host" link set o1 type "$KIND" allow add "${many[@]:1}"
	equal "how many" "$(show "$host" o1 | jq '.[].linkinfo.info_data.allow | length')" 64
	ip -n "$host" link del o1
}

test_not_the_containers() {
	child pin ip allow add 192.0.2.10
	expect_err "$REFUSED" in_ns "$box" ip link set m1 type "$KIND" allow add 192.0.2.1
	expect_err "$REFUSED" ip -n "$box" link set m1 type "$KIND" allow flush
	expect_err "Option pin is set" in_ns "$box" ip link set m1 type "$KIND" pin mac
	has "$box" m1 pin=ip allow=192.0.2.10/32
	end
}

test_by_the_tool() {
	child pin ip
	check "add" tool "$host" set e0 child "$OWN" allow add "${ALLOWED[@]}"
	has "$box" m1 pin=ip allow="$SHOWN"
	check "all at once" tool "$host" set e0 child "$OWN" \
		allow set 192.0.2.10 pin guard
	has "$box" m1 pin=guard allow=192.0.2.10/32
	check "flush" tool "$host" set e0 child "$OWN" allow flush
	has "$box" m1 allow=
	expect_err "bad address" tool "$host" set e0 child "$OWN" allow add 192.0.2.256
	expect_err "bad address" tool "$host" set e0 child "$OWN" allow add ::/129
	expect_err "bad allow" tool "$host" set e0 child "$OWN" allow more
	end
}

# lies LEVEL - random frames, against a model of what may pass
lies() {
	local out status=0

	child pin "$1" allow add "${ALLOWED[@]}"
	out=$("$LIAR" "$box" m1 "$router" q0 "$1" "$FRAMES" "${SEED:-$RANDOM}" 2>&1) ||
		status=$?
	note "${out//$'\n'/$'\n# '}"
	equal "liar" "$status" 0
	end
}

test_random_frames_mac() {
	lies mac
}

test_random_frames_ip() {
	lies ip
}

test_random_frames_guard() {
	lies guard
}

# raw TYPE DIGITS - a broadcast of m1's
raw() {
	echo "ffffffffffff${OWN//:/}$1$2"
}

# to_one FRAME - the same to one address: the driver has two paths
to_one() {
	echo "${1/ffffffffffff/020000000099}"
}

# lost TEXT FRAME - m1 cannot send it, to all and to one, which is counted
lost() {
	local before

	before=$(counter "$box" m1 tx_drop_pin)
	"$SPOOF" frame "$box" m1 "$2"
	"$SPOOF" frame "$box" m1 "$(to_one "$2")"
	equal "$1" "$(($(counter "$box" m1 tx_drop_pin) - before))" 2
}

IPV4=4500002e0000000040110000c000020ac0000201
UDP=003500350020000000000000 TCP=0035003500000001000000005010040000000000
IPV6=600000000020 ADDRESSES=20010db800000000000000000000001020010db8000000000000000000000001
ARP=0001080006040002${OWN//:/}c000020a000000000000c0000201

test_too_short() {
	child pin guard allow add "${ALLOWED[@]}"
	lost "a type alone" "$(raw 0800 "")"
	lost "IPv4 without its end" "$(raw 0800 "${IPV4:0:38}")"
	lost "UDP without ports" "$(raw 0800 "$IPV4${UDP:0:6}")"
	lost "IPv6 without its end" "$(raw 86dd "${IPV6}3aff${ADDRESSES:0:62}")"
	lost "ICMPv6 without a type" "$(raw 86dd "6000000000003aff$ADDRESSES")"
	lost "ARP without its end" "$(raw 0806 "${ARP:0:54}")"
	lost "a tag alone" "$(raw 8100 "")"
	lost "a tag without a type" "$(raw 8100 0005)"
	end
}

# What is no ARP of Ethernet and IPv4, and what is no neighbour discovery.
test_odd() {
	child pin guard allow add "${ALLOWED[@]}"
	lost "ARP, long addresses" "$(raw 0806 "000108000804${ARP:12}0000000000")"
	lost "ARP, short addresses" "$(raw 0806 "000108000404${ARP:12}")"
	lost "ARP of IPv6" "$(raw 0806 "000186dd0610${ARP:12}")"
	lost "ARP of another card" "$(raw 0806 "000608000604${ARP:12}")"
	lost "IPv4 in 802.2" "$(raw 0030 "aaaa030000000800$IPV4$UDP")"
	lost "PPPoE" "$(raw 8864 "110000010030$IPV4$UDP")"
	lost "MPLS" "$(raw 8847 "00010140$IPV4$UDP")"
	lost "three tags" "$(raw 8100 "000581000005810000050800")"
	lost "ICMP redirect" "$(raw 0800 "${IPV4/4011/4001}050100000000000000000000")"
	lost "ICMP router" "$(raw 0800 "${IPV4/4011/4001}090000000000000000000000")"
	end
}

# checksums TEXT START OFFSET N FRAME - to all and to one, with a checksum there: so
# many are stopped
checksums() {
	asks_for_checksum "$2" "$3" "$5" "$(to_one "$5")"
	equal "$1: stopped" "$stopped" "$4"
}

# A checksum that is filled in below would be written over what was checked.
test_checksum_in_a_header() {
	local advertised

	[ -x "$XSK_SEND" ] || skip "no program xsk_send here"
	child pin guard allow add "${ALLOWED[@]}"
	checksums "IPv4's source" 14 12 2 "$(raw 0800 "${IPV4/4011/4006}$UDP$(zeros 64)")"
	checksums "TCP's checksum" 34 16 0 "$(raw 0800 "${IPV4/4011/4006}$UDP$(zeros 64)")"
	checksums "IPv4's source, UDP" 14 12 2 "$(raw 0800 "$IPV4$UDP$(zeros 64)")"
	checksums "IPv4's end" 33 0 2 "$(raw 0800 "$IPV4$UDP$(zeros 64)")"
	checksums "UDP's ports" 34 0 2 "$(raw 0800 "$IPV4$UDP$(zeros 64)")"
	checksums "UDP's checksum" 34 6 0 "$(raw 0800 "$IPV4$UDP$(zeros 64)")"
	checksums "ARP" 14 14 2 "$(raw 0806 "$ARP$(zeros 64)")"
	advertised=$(raw 86dd "${IPV6}3aff${ADDRESSES}8800000060000000${ADDRESSES:0:32}0201${OWN//:/}$(zeros 64)")
	checksums "ICMPv6's type" 54 0 2 "$advertised"
	checksums "ICMPv6's target" 54 8 2 "$advertised"
	checksums "ICMPv6's checksum" 54 2 0 "$advertised"
	end
}

# flips TEXT CHECKED FRAME - what is checked cannot be written over after that
flips() {
	local frame other

	frame=$(to_one "$3")
	other=${frame:0:12}$(zeros $(((${#frame} - 12) / 2)) | tr 0 e)
	"$FLIP" "$box" m1 "$router" q0 "$frame" "$other" "$2" || fail "$1"
}

test_written_after_the_check() {
	child pin guard allow add "${ALLOWED[@]}"
	in_ns "$host" tc qdisc add dev e0 root tbf rate 64kbit \
		burst 1600 latency 10s ||
		{ end; skip "no tbf here"; }
	flips "UDP" 38 "$(raw 0800 "$IPV4$UDP$(zeros 64)")"
	flips "ARP" 42 "$(raw 0806 "$ARP$(zeros 64)")"
	flips "neighbour advertisement" 86 "$(raw 86dd \
		"${IPV6}3aff${ADDRESSES}8800000060000000${ADDRESSES:0:32}0201${OWN//:/}$(zeros 64)")"
	flips "UDP over IPv6" 58 "$(raw 86dd "${IPV6}11ff$ADDRESSES$UDP$(zeros 64)")"
	in_ns "$host" tc qdisc del dev e0 root
	end
}

# virtio_frames DEV - what m1 may say, with anything to be done to it below
virtio_frames() {
	local ip6=86dd${IPV6/0020/0108}

	virtio "TCP" "$1" 0-14,26-30 \
		"$(to_one "$(raw 0800 "${IPV4/002e000000004011/011c000000004006}$TCP$(zeros 244)")")"
	virtio "UDP" "$1" 0-14,26-30 \
		"$(to_one "$(raw 0800 "${IPV4/002e/011c}$UDP$(zeros 252)")")"
	virtio "UDP over IPv6" "$1" 0-14,22-38 \
		"$(to_one "$(raw "$ip6" "11ff$ADDRESSES$UDP$(zeros 252)")")"
	virtio "TCP over IPv6" "$1" 0-14,22-38 \
		"$(to_one "$(raw "$ip6" "06ff$ADDRESSES$TCP$(zeros 244)")")"
	virtio "ARP" "$1" 0-32 "$(to_one "$(raw 0806 "$ARP$(zeros 200)")")"
}

# A checksum to be filled in, or segments to be cut, by others after the check.
test_virtio_headers() {
	local node

	in_software
	child pin ip allow add "${ALLOWED[@]}"
	virtio_frames m1
	end
	tap pin ip allow add "${ALLOWED[@]}"
	virtio_frames "$node"
	end
	in_hardware
}

# sent_lengths - of each frame that m1 was asked to send since "listen"
sent_lengths() {
	sed -nE 's/^.*: tx: .* child=m1 .* len=([0-9]+) .*$/\1/p' "$TRACE/trace" | paste -sd ' '
}

# lengths_are LENGTH...
lengths_are() {
	[ "$(sent_lengths)" = "$*" ]
}

# What GRO has put together has an IP header for each packet, and only the first would be
# looked at. tc may change that one, and old kernels send the others as they came. So the
# child gets each by itself, which only a trace of the child tells.
test_received_as_a_list() {
	local frame TRACE=/sys/kernel/tracing/instances/pin-$$

	mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || :
	mkdir "$TRACE" 2>/dev/null || skip "this kernel has no tracefs"
	child pin ip allow add "${ALLOWED[@]}"
	links "$box" <<-END
	link add d0 up type veth peer name d1
	link set d1 up
	END
	in_ns "$box" ethtool -K d1 gro on rx-gro-list on >/dev/null 2>&1 ||
		{ ip -n "$box" link del d0; end; rmdir "$TRACE"; skip "no rx-gro-list here"; }
	in_ns "$box" sh -c 'echo 3000000000 >/sys/class/net/d1/gro_flush_timeout'
	in_ns "$box" tc qdisc add dev d1 ingress
	in_ns "$box" tc filter add dev d1 ingress matchall \
		action mirred egress redirect dev m1 2>/dev/null ||
		{ ip -n "$box" link del d0; end; rmdir "$TRACE"; skip "no mirred here"; }
	echo 'name == "d1"' >"$TRACE/events/net/netif_receive_skb/filter"
	echo 1 >"$TRACE/events/net/netif_receive_skb/enable"
	echo 1 >"$TRACE/events/mymacvlan/tx/enable"
	frame=$(to_one "$(raw 86dd "60000000001811ff${ADDRESSES}003500350018a3d1$(zeros 16)")")
	"$SPOOF" twice "$box" d0 "$frame"
	check "each is looked at" poll 8 lengths_are 78 78
	grep -q 'netif_receive_skb: .* len=80 ' "$TRACE/trace" ||
		fail "nothing was received as a list: $(grep netif_receive_skb "$TRACE/trace")"
	equal "none is lost" "$(counter "$box" m1 tx_drop_pin)" 0
	ip -n "$box" link del d0
	echo 0 >"$TRACE/events/enable"
	rmdir "$TRACE"
	end
}

# What honest stacks do gets through: ARP, ND and DAD, ping.
test_honest() {
	local local6

	netns guest peer
	cable "$host" e1 "$peer" p0
	ip -n "$host" link add link e1 name g1 netns "$guest" address "$OWN" \
		type "$KIND" mode bridge pin guard allow add "${ALLOWED[@]}"
	links "$guest" <<-END
	link set g1 up
	addr add 192.0.2.10/24 dev g1
	addr add 192.0.2.11/24 dev g1
	addr add 2001:db8::10/64 dev g1
	END
	links "$peer" <<-END
	addr add 192.0.2.1/24 dev p0
	addr add 2001:db8::1/64 dev p0 nodad
	END
	check "IPv4" poll 10 in_ns "$guest" ping -c1 -W1 -I 192.0.2.10 192.0.2.1
	if [ -d /proc/sys/net/ipv6 ]; then
		check "IPv6" poll 20 in_ns "$guest" ping -c1 -W1 2001:db8::1
		local6=$(ip -n "$peer" -j addr show dev p0 |
			jq -r '.[].addr_info[] | select(.scope == "link") | .local')
		check "link-local" poll 20 in_ns "$guest" ping -c1 -W1 "$local6%g1"
	fi
	equal "nothing is lost" "$(counter "$guest" g1 tx_drop_pin)" 0
	ip -n "$peer" neigh flush all
	if in_ns "$guest" ping -c1 -W1 -I 192.0.2.11 192.0.2.1 >/dev/null 2>&1; then
		fail "an address that is not allowed gets through"
	fi
	[ "$(counter "$guest" g1 tx_drop_pin)" -gt 0 ] || fail "nothing is counted"
	ip -n "$guest" link del g1
}

# A VLAN device of the child's has the tag beside the frame.
test_in_a_vlan() {
	# The source of what "frame" sends.
	child pin ip allow add 192.0.2.1
	links "$box" <<-END
	link add link m1 name v5 type vlan id 5
	link set v5 up
	link add link v5 name v6 type vlan id 6
	link set v6 up
	END
	gains "one tag" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/v5" ip4=192.0.2.9 type=0800 hear "$router/q0,type:0800=1"
	gains "two tags" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/v6" ip4=192.0.2.9 type=0800 hear "$router/q0,type:0800=0"
	tool "$host" set e0 child "$OWN" allow set 192.0.2.2
	gains "one tag, not allowed" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/v5" ip4=192.0.2.9 type=0800 hear "$router/q0,type:0800=0"
	end
}

# What is below goes by what a packet socket says of its frame: that is what was checked.
test_lies_about_the_protocol() {
	child pin ip allow add 192.0.2.1
	tc -n "$host" qdisc add dev e0 clsact
	tc -n "$host" filter add dev e0 egress protocol ipv6 matchall action drop
	gains "IPv4 as IPv6" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/m1" ip4=192.0.2.9 type=0800 says=86dd hear "$router/q0,type:0800=1"
	tc -n "$host" qdisc del dev e0 clsact
	end
}

netns host box router
no_ipv6 "$host" "$box" "$router"
cable "$host" e0 "$router" q0
run_tests list not_the_containers by_the_tool random_frames_mac \
	random_frames_ip random_frames_guard too_short odd lies_about_the_protocol \
	checksum_in_a_header virtio_headers received_as_a_list written_after_the_check \
	honest in_a_vlan
