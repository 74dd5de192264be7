#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "pin mac": who sets it, that nobody else changes the address, and every
# way to send a frame with another one.
#
#   netns host         netns box          netns router
#   +-----------+      +-----------+      +--------+
#   |     e0    |      |    m1     |      |        |
#   |     |\    |      |  pin mac  |      |        |
#   |     | '---|------|---'       |      |        |
#   |     '-----|------|-----------|------|-- q0   |
#   +-----------+      +-----------+      +--------+
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

OWN=02:00:00:00:0b:01
OTHER=02:00:00:00:0b:02
PINNED="MAC address is pinned, only the host changes it"
REFUSED="Option pin is set from within the lower device's namespace only"
REST=88b5$(printf '00%.0s' {1..46})

# refuses_address - the container's root cannot change m1's address
refuses_address() {
	expect_err "$PINNED: m1" in_ns "$box" ip link set m1 address "$OTHER"
	expect_err "Operation not permitted" "$SPOOF" address "$box" m1 "$OTHER"
	equal "the address" "$(mac "$box" m1)" "$OWN"
}

# loses TEXT [ARGUMENT...] - m1's frames with another source go nowhere and are counted
loses() {
	gains "$1: spoofed" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/m1" src="$OTHER" "${@:2}" hear "$router/q0=0"
	gains "$1: its own" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/m1" "${@:2}" hear "$router/q0=1"
}

test_shown() {
	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 pin=off
	set o1 type $KIND pin mac	| o1 pin=mac
	set o1 type $KIND pin off	| o1 pin=off
	add link e0 name o2 type $KIND pin mac	| o2 pin=mac
	del o1
	END
	[[ $(ip -n "$host" -d link show o2) == *" pin mac "* ]] ||
		fail "ip -d does not tell"
	expect_err "" ip -n "$host" link set o2 type "$KIND" pin maybe
	has "$host" o2 pin=mac
	ip -n "$host" link del o2
}

test_given_with_the_address() {
	ip -n "$host" link add link e0 name m1 netns "$box" address "$OWN" \
		type "$KIND" mode bridge pin mac
	refuses_address
	ip -n "$box" link set m1 up
	refuses_address
	loses "up"
	end
}

test_from_first_up_on() {
	ip -n "$host" link add link e0 name m1 netns "$box" type "$KIND" \
		mode bridge pin mac
	check "before it" in_ns "$box" ip link set m1 address "$OTHER"
	check "and again" in_ns "$box" ip link set m1 address "$OWN"
	ip -n "$box" link set m1 up
	refuses_address
	ip -n "$box" link set m1 down
	refuses_address
	end
}

# A failed "up" is none.
test_not_before_it_is_up() {
	local lower

	lower=$(mac "$host" e0)
	ip -n "$host" link add link e0 name m1 netns "$box" type "$KIND" \
		mode bridge pin mac
	in_ns "$box" ip link set m1 down
	expect_err "in use" in_ns "$box" ip link set m1 address "$lower"
	check "another one" in_ns "$box" ip link set m1 address "$OWN"
	end
}

test_set_later() {
	ip -n "$host" link add link e0 name m1 address "$OWN" type "$KIND" mode bridge
	links "$host" <<-END
	link set m1 up
	link set m1 type $KIND pin mac
	link set m1 netns $box
	END
	refuses_address
	ip -n "$box" link set m1 up
	loses "set later"
	end
	# Never up: the address is final with the command that has it, too.
	ip -n "$host" link add link e0 name m1 type "$KIND" mode bridge
	ip -n "$host" link set m1 address "$OWN" type "$KIND" pin mac
	ip -n "$host" link set m1 netns "$box"
	refuses_address
	end
}

test_host_changes_it() {
	steps "$host" <<-END
	add link e0 name m1 up address $OWN type $KIND mode bridge pin mac
	set m1 address $OTHER	| m1 address=$OTHER pin=mac
	END
	gains "the new one" "$host" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$host/m1" hear "$router/q0=1"
	gains "the old one" "$host" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$host/m1" src="$OWN" hear "$router/q0=0"
	ip -n "$host" link del m1
}

test_not_the_containers_to_lift() {
	child pin mac
	expect_err "$REFUSED" in_ns "$box" ip link set m1 type "$KIND" pin off
	expect_err "$REFUSED" ip -n "$box" link set m1 type "$KIND" mode vepa pin off
	has "$box" m1 pin=mac mode=bridge
	check "as it is" in_ns "$box" ip link set m1 type "$KIND" pin mac
	end
	child
	expect_err "$REFUSED" in_ns "$box" ip link set m1 type "$KIND" pin mac
	has "$box" m1 pin=off
	check "no pin, any address" in_ns "$box" ip link set m1 address "$OTHER"
	gains "no pin, any source" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/m1" src="$OWN" hear "$router/q0=1"
	end
}

test_by_the_tool() {
	child
	check "pin" tool "$host" set e0 child "$OWN" pin mac
	has "$box" m1 pin=mac
	refuses_address
	loses "by the tool"
	check "off" tool "$host" set e0 child "$OWN" pin off
	has "$box" m1 pin=off
	check "any address" in_ns "$box" ip link set m1 address "$OTHER"
	expect_err "nothing to do" tool "$host" set e0 child "$OTHER"
	expect_err "bad pin" tool "$host" set e0 child "$OTHER" pin on
	expect_err "Lower device does not exist" tool "$box" set e0 child "$OTHER" pin mac
	has "$box" m1 pin=off
	end
	# Named by its address it is final, never up or not; by its index it is not yet.
	ip -n "$host" link add link e0 name m1 netns "$box" address "$OWN" type "$KIND"
	check "by index" tool "$host" set e0 \
		child "$(in_ns "$box" cat /sys/class/net/m1/ifindex)" pin mac
	check "not final" in_ns "$box" ip link set m1 address "$OTHER"
	check "back" in_ns "$box" ip link set m1 address "$OWN"
	check "by address" tool "$host" set e0 child "$OWN" pin mac
	refuses_address
	end
}

test_sysctl_is_the_default() {
	sysctls "$host" net.mymacvlan.pin=1
	ip -n "$host" link add link e0 name m1 netns "$box" address "$OTHER" \
		type "$KIND" mode bridge
	has "$box" m1 pin=mac
	check "a runtime sets it" in_ns "$box" ip link set m1 address "$OWN"
	ip -n "$box" link set m1 up
	refuses_address
	loses "by default"
	end
	steps "$host" <<-END
	add link e0 name o1 type $KIND pin off	| o1 pin=off
	add link e0 name o2 type $KIND mode vepa	| o2 pin=mac
	del o1
	del o2
	END
	sysctls "$host" net.mymacvlan.pin=0
	steps "$host" <<-END
	add link e0 name o1 type $KIND	| o1 pin=off
	del o1
	END
	expect_err "" sysctls "$host" net.mymacvlan.pin=2
}

test_every_mode() {
	local mode

	for mode in private vepa bridge source passthru; do
		ip -n "$host" link add link e0 name m1 netns "$box" \
			address "$OWN" type "$KIND" mode "$mode" pin mac
		ip -n "$box" link set m1 up
		loses "$mode"
		loses "$mode, unicast" dst="@$router/q0"
		end
	done
}

test_mode_is_changed_inside() {
	local mode

	child pin mac
	for mode in private vepa source bridge; do
		in_ns "$box" ip link set m1 type "$KIND" mode "$mode"
		has "$box" m1 pin=mac mode="$mode"
		loses "$mode" dst="@$router/q0"
		refuses_address
	done
	end
}

test_ways_to_send() {
	child pin mac
	loses "past the queue" bypass dst="@$router/q0"
	loses "in a VLAN" vlan=5
	loses "multicast" dst=01:00:5e:00:00:01
	ip -n "$host" link add link e0 name o1 up type "$KIND" mode bridge
	gains "to a sibling" "$box" m1 "tx_drop_pin=1 tx_local=0" \
		send "$box/m1" src="$OTHER" dst="@$host/o1" hear "$host/o1=0"
	gains "to a sibling, its own" "$box" m1 "tx_drop_pin=0 tx_local=1" \
		send "$box/m1" dst="@$host/o1" hear "$host/o1=1"
	ip -n "$host" link del o1
	end
}

# The host's own frames are not checked in its namespace, and its children are.
test_with_the_host() {
	ip -n "$host" link add link e0 name o1 type "$KIND" mode bridge host on 2>/dev/null ||
		skip "no option host here"
	child pin mac host on
	gains "to the host" "$box" m1 "tx_drop_pin=1 tx_host=0" \
		send "$box/m1" src="$OTHER" dst="@$host/e0" hear "$host/e0=0"
	gains "to the host, its own" "$box" m1 "tx_drop_pin=0 tx_host=1" \
		send "$box/m1" dst="@$host/e0" hear "$host/e0=1"
	loses "broadcast"
	end
	ip -n "$host" link del o1
}

test_counted_for_everybody() {
	local before after

	child pin mac
	before=$(ip -n "$box" -s -j link show m1 | jq '.[0].stats64.tx.dropped')
	loses "seen by ip -s"
	after=$(ip -n "$box" -s -j link show m1 | jq '.[0].stats64.tx.dropped')
	equal "ip -s" "$((after - before))" 1
	end
}

# hex MAC...
hex() {
	local all="$*"

	all=${all//:/}
	echo "${all// /}"
}

# checksums START OFFSET N - a frame of its own, with a checksum to be filled in there:
# so many are stopped
checksums() {
	asks_for_checksum "$1" "$2" "$(hex ff:ff:ff:ff:ff:ff "$OWN")$REST"
	equal "checksum from $1, at +$2: stopped" "$stopped" "$3"
}

# A packet ring's memory is the sender's all the time.
test_written_after_the_check() {
	child pin mac
	in_ns "$host" tc qdisc add dev e0 root tbf rate 64kbit \
		burst 1600 latency 10s ||
		{ end; skip "no tbf here"; }
	"$FLIP" "$box" m1 "$router" q0 "$(hex 02:00:00:00:00:99 "$OWN")$REST" \
		"$(hex 02:00:00:00:00:99 "$OTHER")${REST//00/ee}" 14 || fail "flipped"
	# Behind a tag a frame that stops the switch's port.
	"$FLIP" "$box" m1 "$router" q0 "$(hex 01:00:5e:00:00:99 "$OWN")810000050800$REST" \
		"$(hex 01:00:5e:00:00:99 "$OWN")810000058808${REST//00/ee}" 18 || fail "PAUSE"
	in_ns "$host" tc qdisc del dev e0 root
	end
}

# The source address would be written over below. Packet sockets and taps look at what
# they are asked for, AF_XDP of new kernels does not.
test_checksum_in_the_header() {
	[ -x "$XSK_SEND" ] || skip "no program xsk_send here"
	child pin mac
	checksums 0 6 1
	checksums 6 0 1
	checksums 13 20 1
	checksums 14 2 0
	checksums 34 6 0
	end
}

# Packet sockets and taps with a virtio-net header: a checksum, or segments.
test_virtio_headers() {
	local node frame

	frame=$(hex 02:00:00:00:00:99 "$OWN")0800
	frame+=4500011c0000000040060000c000020ac0000201$(zeros 12)5010040000000000$(zeros 244)
	in_software
	child pin mac
	virtio "a packet socket" m1 0-14 "$frame"
	end
	tap pin mac
	virtio "a tap" "$node" 0-14 "$frame"
	end
	in_hardware
}

# without_header - t0, a tun device whose packets tc sends by m1 as they are: m1's Ethernet
# header is what is said to be their IP header
without_header() {
	modprobe -q tun || :
	ip -n "$box" tuntap add t0 mode tun vnet_hdr 2>/dev/null || { end; skip "no tun here"; }
	ip -n "$box" link set t0 up
	in_ns "$box" tc qdisc add dev t0 ingress
	in_ns "$box" tc filter add dev t0 ingress matchall \
		action mirred egress redirect dev m1 2>/dev/null ||
		{ ip -n "$box" link del t0; end; skip "no mirred here"; }
}

# Who cuts such a packet into segments writes a checksum over the end of the source. OWN
# is that of UDP's, or TCP's, protocol.
test_segments_over_the_header() {
	local OWN=02:42:ac:06:00:02

	child pin mac
	without_header
	in_software
	virtio "to all" tun:t0 6-12 \
		"4500011c0000$(hex "$OWN")c000020ac0000201$(zeros 12)5010040000000000$(zeros 244)"
	# With an option: then its first byte is that of an address of one.
	virtio "to one" tun:t0 6-12 \
		"460001200000$(hex "$OWN")c000020ac0000201$(zeros 16)5010040000000000$(zeros 244)"
	in_hardware
	ip -n "$box" link del t0
	end
}

# And who marks it, as a queue does that has become too long, writes the checksum of that.
test_marks_over_the_header() {
	child pin mac
	without_header
	{ in_ns "$host" tc qdisc add dev e0 root handle 1: tbf rate 2mbit burst 600 limit 1mb &&
		in_ns "$host" tc qdisc add dev e0 parent 1:1 fq_codel ce_threshold 0us; } 2>/dev/null ||
		{ ip -n "$box" link del t0; end; skip "no tbf or fq_codel here"; }
	# It can be marked (ECT) in two places: 1, the destination, and where it belongs.
	virtio "to one" tun:t0 6-12 \
		"4602011c0000$(hex "$OWN")08004502$(zeros 240)"
	[[ $(in_ns "$host" tc -s qdisc show dev e0) =~ ce_mark\ ([0-9]+) ]] || fail "none is marked"
	note "marked: ${BASH_REMATCH[1]-}"
	in_ns "$host" tc qdisc del dev e0 root
	ip -n "$box" link del t0
	end
}

test_moves() {
	netns other
	no_ipv6 "$other"
	child pin mac
	in_ns "$box" ip link set m1 netns "$other"
	expect_err "$PINNED" in_ns "$other" ip link set m1 address "$OTHER"
	expect_err "$REFUSED" in_ns "$other" ip link set m1 type "$KIND" pin off
	ip -n "$other" link set m1 up
	gains "there" "$other" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$other/m1" src="$OTHER" hear "$router/q0=0"
	in_ns "$other" ip link set m1 netns "$box"
	refuses_address
	ip -n "$box" link set m1 up
	loses "and back"
	end
}

# lies_as_other - what m1 sends with OTHER, which the device says is its own address
lies_as_other() {
	equal "what the device says" "$(mac "$box" m1)" "$OTHER"
	gains "$1: with the other's" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/m1" src="$OTHER" hear "$router/q0=0"
	gains "$1: past the queue" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/m1" src="$OTHER" dst="@$router/q0" bypass hear "$router/q0=0"
	gains "$1: its own" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/m1" src="$OWN" hear "$router/q0=1"
}

# owns PID - it has its own network namespace now
owns() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] &&
		[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

test_container_of_its_own_user_namespace() {
	local pid inside

	in_ns "$host" unshare -Un true || skip "no user namespaces here"
	unshare -rn sleep 600 &
	pid=$!
	poll 5 owns "$pid"
	ip netns attach "$box.u" "$pid"
	NAMESPACES+=("$box.u")
	box=$box.u
	no_ipv6 "$box"
	inside=(nsenter -t "$pid" -U -n --preserve-credentials)
	child pin mac
	expect_err "$PINNED" "${inside[@]}" ip link set m1 address "$OTHER"
	expect_err "$REFUSED" "${inside[@]}" ip link set m1 type "$KIND" pin off
	loses "there"
	end
	kill "$pid"
	wait || :
}

# from TEXT DEV - what DEV sends comes to m1 as it is: dropped
from() {
	gains "$1" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/$2" src="$OTHER" hear "$router/q0=0"
	gains "$1, its own" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/$2" src="$OWN" hear "$router/q0=1"
}

test_vlan_on_top() {
	child pin mac
	links "$box" <<-END
	link add link m1 name v5 type vlan id 5
	link set v5 address $OTHER up
	END
	gains "a VLAN's" "$box" m1 "tx_drop_pin=1 tx_wire=0" send "$box/v5" \
		hear "$router/q0=0"
	refuses_address
	end
}

test_bridge_on_top() {
	child pin mac
	links "$box" <<-END
	link add d0 up type veth peer name d1
	link set d1 up
	link add b0 type bridge mcast_snooping 0
	link set b0 up
	link set d0 master b0
	link set m1 master b0
	END
	from "a bridge's" d1
	links "$box" <<-END
	link del b0
	link del d0
	END
	refuses_address
	end
}

test_tc_on_top() {
	child pin mac
	links "$box" <<-END
	link add d0 up type veth peer name d1
	link set d1 up
	END
	in_ns "$box" tc qdisc add dev d0 ingress 2>/dev/null || skip "no tc here"
	in_ns "$box" tc filter add dev d0 ingress matchall action mirred egress \
		redirect dev m1 || skip "no mirred here"
	from "redirected" d1
	ip -n "$box" link del d0
	end
}

test_xdp_socket() {
	local before sent payload

	[ -x "$XSK_SEND" ] || skip "no program xsk_send here"
	child pin mac
	payload=88b5$(printf '00%.0s' {1..46})
	counters "$box" m1
	before=${COUNTER[tx_drop_pin]} sent=${COUNTER[tx_wire]}
	"$XSK_SEND" "$box" m1 "$(hex ff:ff:ff:ff:ff:ff "$OTHER")$payload" \
		"$(hex ff:ff:ff:ff:ff:ff "$OWN")$payload" || skip "no AF_XDP here"
	# Also one that is too short to have a source.
	"$XSK_SEND" "$box" m1 ffffffffffff0200 2>/dev/null || :
	check "one of two" poll 5 counted "$box" m1 tx_drop_pin $((before + 1))
	[ "$(counter "$box" m1 tx_drop_pin)" -le $((before + 2)) ] || fail "more are lost"
	equal "sent" "$(counter "$box" m1 tx_wire)" $((sent + 1))
	end
}

# new_bond MODE... - b0 with the address OTHER
new_bond() {
	ip -n "$box" link add b0 address "$OTHER" type bond mode "$@" miimon 10 \
		2>/dev/null || skip "no bonding here"
}

test_bond_on_top() {
	child pin mac
	ip -n "$box" link set m1 down
	new_bond active-backup
	ip -n "$box" link add d0 type dummy
	# A first one gives the bond its address, which the second must take.
	ip -n "$box" link set d0 master b0
	if in_ns "$box" ip link set m1 master b0 2>/dev/null; then
		equal "the address" "$(mac "$box" m1)" "$OWN"
	fi
	ip -n "$box" link del b0
	refuses_address
	end
	ip -n "$box" link del d0
}

has_active() {
	[ "$(in_ns "$box" cat /sys/class/net/b0/bonding/active_slave)" = "$1" ]
}

# A kernel thread, with every capability, wants to give m1 the other's address.
test_bond_failover_on_it() {
	child pin mac
	ip -n "$box" link set m1 down
	new_bond active-backup fail_over_mac follow
	links "$box" <<-END
	link add d0 address $OTHER type veth peer name d1
	link set d1 up
	link set d0 master b0
	link set b0 up
	link set m1 master b0
	END
	poll 10 has_active d0 || fail "d0 is not active"
	ip -n "$box" link set d0 down
	poll 10 has_active m1 || fail "m1 is not active"
	equal "the address" "$(mac "$box" m1)" "$OWN"
	gains "the bond's own source" "$box" m1 "tx_wire=0" \
		send "$box/b0" src="$OTHER" hear "$router/q0=0"
	ip -n "$box" link del b0
	ip -n "$box" link del d0
	refuses_address
	end
}

# The same failover, in the task of the host, which deletes another device.
test_bond_failover_by_the_host() {
	child pin mac
	ip -n "$box" link set m1 down
	new_bond active-backup fail_over_mac follow
	ip -n "$host" link add d1 up type veth peer name d0 address "$OTHER" netns "$box"
	links "$box" <<-END
	link set d0 master b0
	link set b0 up
	link set m1 master b0
	END
	poll 10 has_active d0 || fail "d0 is not active"
	ip -n "$host" link del d1
	poll 10 has_active m1 || fail "m1 is not active"
	equal "the address" "$(mac "$box" m1)" "$OWN"
	ip -n "$box" link del b0
	refuses_address
	end
}

test_team_on_top() {
	local mode=$LIB_DIR/device/teammode

	child pin mac
	ip -n "$box" link set m1 down
	ip -n "$box" link add b0 address "$OTHER" type team 2>/dev/null ||
		skip "no team devices here"
	[ -x "$mode" ] || skip "no program teammode here"
	in_ns "$box" "$mode" b0 roundrobin
	in_ns "$box" ip link set m1 master b0 2>/dev/null || :
	in_ns "$box" ip link set b0 address "$OTHER" 2>/dev/null || :
	equal "the address" "$(mac "$box" m1)" "$OWN"
	ip -n "$box" link del b0
	refuses_address
	end
}

# lower_from_box - e0's index, and the id that netns host has in netns box
lower_from_box() {
	[[ $(ip -n "$box" -j link show m1) =~ \"link_index\":([0-9]+).*\"link_netnsid\":([0-9]+) ]]
}

# add_from_box INDEX ID - a child on that lower device. Newer ones of ip want to know its
# name.
add_from_box() {
	local out lower

	for lower in "if$1" e0; do
		out=$(in_ns "$box" ip link add link "$lower" link-netnsid "$2" name m2 \
			type "$KIND" mode bridge 2>&1) && return
		[[ $out == *"Cannot find device"* ]] || break
	done
	echo "$out" >&2
	return 1
}

# In this mode the addresses of two ports are swapped in the devices, past drivers.
test_bond_swaps_addresses() {
	child pin mac
	ip -n "$box" link set m1 down
	# No learning packets: they would be counted, too.
	ip -n "$box" link add b0 type bond mode balance-tlb miimon 10 \
		lp_interval 3600 2>/dev/null || { end; skip "no bonding here"; }
	links "$box" <<-END
	link add d0 address $OTHER type veth peer name d1
	link set d1 up
	link set m1 master b0
	link set d0 master b0
	link set b0 up
	END
	poll 10 has_active m1 || fail "m1 is not active"
	ip -n "$box" link set b0 type bond active_slave d0
	poll 10 has_active d0 || fail "d0 is not active"
	lies_as_other "swapped"
	# A request that is about another child leaves this one as it is.
	if type mymacvlan >/dev/null 2>&1; then
		expect_err "no such child" tool "$host" set e0 child 02:00:00:00:0b:77 pin off
		equal "what the device says then" "$(mac "$box" m1)" "$OTHER"
	fi
	# To ask for what is so already is nobody's right to decide anew.
	in_ns "$box" ip link set m1 address "$OTHER" type "$KIND" pin mac 2>/dev/null || :
	hears "asked for again" send "$box/m1" src="$OTHER" hear "$router/q0=0"
	ip -n "$box" link del b0
	equal "the address" "$(mac "$box" m1)" "$OWN"
	ip -n "$box" link del d0
	refuses_address
	ip -n "$box" link set m1 up
	loses "after it"
	end
}

# PRP gives its second port the address of the first, past drivers, on new kernels.
test_prp_on_top() {
	child pin mac
	links "$box" <<-END
	link add d0 address $OTHER up type veth peer name d1
	link set d1 up
	END
	ip -n "$box" link add p0 type hsr slave1 d0 slave2 m1 proto 1 2>/dev/null ||
		{ ip -n "$box" link del d0; end; skip "no PRP here"; }
	ip -n "$box" link set p0 up
	equal "the address" "$(mac "$box" m1)" "$OWN"
	hears "with the other's" send "$box/m1" src="$OTHER" hear "$router/q0=0"
	in_ns "$box" ip link set d0 down
	in_ns "$box" ip link set d0 address 02:00:00:00:0b:03
	equal "the address then" "$(mac "$box" m1)" "$OWN"
	links "$box" <<-END
	link del p0
	link del d0
	END
	refuses_address
	end
}

# Other kinds of children of m1 send through it, or are refused.
test_other_kinds_on_top() {
	local kind

	child pin mac
	for kind in "macvlan mode bridge" "macvlan mode passthru" "macvtap mode bridge" \
		"ipvlan mode l2"; do
		# shellcheck disable=SC2086 # words
		in_ns "$box" ip link add link m1 name x1 type $kind 2>/dev/null || continue
		in_ns "$box" ip link set x1 address "$OTHER" 2>/dev/null || :
		ip -n "$box" link set x1 up
		gains "$kind" "$box" m1 "tx_wire=0" \
			send "$box/x1" src="$OTHER" may-fail hear "$router/q0=0"
		equal "$kind: the address" "$(mac "$box" m1)" "$OWN"
		ip -n "$box" link del x1
	done
	refuses_address
	end
}

# Docker's --cap-add NET_ADMIN: every capability over the host, too.
test_no_child_by_the_container() {
	local text="Children are pinned here" index id

	child pin mac
	expect_err "$text" in_ns "$box" ip link add link m1 name m2 \
		address "$OTHER" type "$KIND" mode bridge
	lower_from_box || fail "no index of the lower device"
	index=${BASH_REMATCH[1]} id=${BASH_REMATCH[2]}
	expect_err "$text" add_from_box "$index" "$id"
	no_device "$box" m2 || fail "m2 is there"
	# Nor in place of the one that he has, where pinned is the default.
	sysctls "$host" net.mymacvlan.pin=1
	check "he deletes it" in_ns "$box" ip link del m1
	expect_err "$text" add_from_box "$index" "$id"
	sysctls "$host" net.mymacvlan.pin=0
	# No child is pinned: as ever. By default they are: refused.
	child
	check "no pin" in_ns "$box" ip link add link m1 name m2 type "$KIND" mode bridge
	ip -n "$box" link del m2
	sysctls "$host" net.mymacvlan.pin=1
	expect_err "$text" in_ns "$box" ip link add link m1 name m2 type "$KIND"
	sysctls "$host" net.mymacvlan.pin=0
	end
}

test_passthru() {
	local lower

	lower=$(mac "$host" e0)
	ip -n "$host" link add link e0 name m1 netns "$box" type "$KIND" \
		mode passthru pin mac
	ip -n "$box" link set m1 up
	expect_err "$PINNED" in_ns "$box" ip link set m1 address "$OTHER"
	equal "the lower device's" "$(mac "$host" e0)" "$lower"
	equal "the child's" "$(mac "$box" m1)" "$lower"
	# The host's change of the lower device is the child's, too.
	ip -n "$host" link set e0 address "$OTHER"
	equal "followed" "$(mac "$box" m1)" "$OTHER"
	gains "the new one" "$box" m1 "tx_drop_pin=0" send "$box/m1" hear "$router/q0=1"
	gains "the old one" "$box" m1 "tx_drop_pin=1" send "$box/m1" src="$lower" \
		hear "$router/q0=0"
	ip -n "$host" link set e0 address "$lower"
	end
}

# Who has a tap open needs no capability for the ioctl.
test_tap() {
	local node payload before

	tap pin mac
	expect_err "Operation not permitted" \
		"$SPOOF" tap "$box" "$node" "$OTHER"
	equal "the address" "$(mac "$box" m1)" "$OWN"
	payload=88b5$(printf '00%.0s' {1..46})
	before=$(counter "$box" m1 tx_drop_pin)
	"$SPOOF" write "$box" "$node" \
		"$(hex ff:ff:ff:ff:ff:ff "$OTHER")$payload"
	equal "spoofed" "$(counter "$box" m1 tx_drop_pin)" $((before + 1))
	"$SPOOF" write "$box" "$node" \
		"$(hex ff:ff:ff:ff:ff:ff "$OWN")$payload"
	equal "its own" "$(counter "$box" m1 tx_drop_pin)" $((before + 1))
	end
}

netns host box router
no_ipv6 "$host" "$box" "$router"
cable "$host" e0 "$router" q0
run_tests shown given_with_the_address from_first_up_on not_before_it_is_up \
	set_later host_changes_it not_the_containers_to_lift by_the_tool \
	sysctl_is_the_default every_mode mode_is_changed_inside ways_to_send \
	with_the_host counted_for_everybody checksum_in_the_header virtio_headers \
	segments_over_the_header marks_over_the_header moves \
	container_of_its_own_user_namespace vlan_on_top bridge_on_top tc_on_top \
	xdp_socket bond_on_top bond_failover_on_it bond_failover_by_the_host \
	bond_swaps_addresses prp_on_top team_on_top other_kinds_on_top \
	written_after_the_check no_child_by_the_container passthru tap
