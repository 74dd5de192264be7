#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "allow" with MAC addresses: a bridge child has others beside its own, for a
# bridge or machines behind it. Who gives them, what is in the way of one, and whose
# frames go where.
#
#   netns host               netns box              netns router
#   +-----------------+      +---------------+      +--------+
#   |     e0     s1   |      |      m1       |      |        |
#   |     | \____/    |      | allow MAC     |      |        |
#   |     |  '--------|------|------'        |      |        |
#   |     '-----------|------|---------------|------|-- q0   |
#   +-----------------+      +---------------+      +--------+
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

OWN=02:00:00:00:0d:01 X=02:00:00:00:0d:10 Y=02:00:00:00:0d:11 SIBLING=02:00:00:00:0d:02
REFUSED="Option allow is set from within the lower device's namespace only"
USED="MAC address is already in use"
MODE="MAC addresses in list allow are for mode bridge only"

# sibling [MODE] - s1 in host, up
sibling() {
	ip -n "$host" link add link e0 name s1 address "$SIBLING" up type "$KIND" \
		mode "${1-bridge}"
}

# asked MAC - the lower device is asked for it
asked() {
	[[ $(bridge -n "$host" fdb show dev e0) == *"$1"* ]]
}

not_asked() {
	! asked "$1"
}

# taken WHO COMMAND... - it is refused, as WHO has the address
taken() {
	local output

	if output=$("${@:2}" 2>&1); then
		fail "this should have failed: ${*:2}"
		return
	fi
	[[ $output == *"$USED"* ]] || fail "said \"$output\": ${*:2}"
	[ "$KERNEL" -lt 602 ] || [[ $output == *"belongs to $1"* ]] ||
		fail "said \"$output\", expected $1: ${*:2}"
}

# allow ACTION MAC... - m1's list, by the host
allow() {
	tool "$host" set e0 child "$OWN" allow "$@"
}

# reached TEXT MAC - who sends to it reaches m1, and nobody else
reached() {
	gains "$1: from the wire" "$box" m1 "rx_unicast=1" \
		send "$router/q0" dst="$2" \
		hear "$box/m1,host=1" "$host/e0=0" "$host/s1=0"
	gains "$1: from a sibling" "$host" s1 "tx_local=1 tx_wire=0" \
		send "$host/s1" dst="$2" hear "$box/m1,host=1" "$router/q0=0"
}

# unknown TEXT MAC - as an address that no child has
unknown() {
	hears "$1: from the wire" send "$router/q0" dst="$2" \
		hear "$box/m1=0" "$host/e0,host=0" "$host/s1=0"
	gains "$1: from a sibling" "$host" s1 "tx_local=0 tx_wire=1" \
		send "$host/s1" dst="$2" hear "$box/m1=0" "$router/q0=1"
}

test_list() {
	local many text

	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 allow=
	set o1 type $KIND allow add $X	| o1 allow=$X
	set o1 type $KIND allow add $X $Y	| o1 allow=$X,$Y
	set o1 type $KIND allow add 192.0.2.1	| o1 allow=192.0.2.1/32,$X,$Y
	set o1 type $KIND allow del $X 2001:db8::1	| o1 allow=192.0.2.1/32,$Y
	set o1 type $KIND allow del $X	| o1 allow=192.0.2.1/32,$Y
	set o1 type $KIND allow set $X 2001:db8::/64	| o1 allow=2001:db8::/64,$X
	set o1 type $KIND allow flush	| o1 allow=
	add link e0 name o2 type $KIND mode bridge pin mac allow add $Y	| o2 allow=$Y
	del o2
	set o1 type $KIND allow add $Y	| o1 allow=$Y
	END
	text=$(ip -n "$host" -d link show o1)
	[[ $text == *" allow $Y "* ]] || fail "ip -d does not tell: $text"
	mapfile -t many < <(printf '02:00:00:00:0e:%02x\n' {1..64})
	expect_err "allow: at most 64 MAC addresses" \
		ip -n "$host" link set o1 type "$KIND" allow add "${many[@]}"
	has "$host" o1 allow="$Y"
	check "64" ip -n "$host" link set o1 type "$KIND" allow add "${many[@]:1}"
	equal "how many" "$(show "$host" o1 | jq '.[].linkinfo.info_data.allow | length')" 64
	ip -n "$host" link set o1 up
	asked "02:00:00:00:0e:40" || fail "not all are asked for"
	ip -n "$host" link del o1
	check "all are given back" not_asked "02:00:00:00:0e:"
}

test_not_the_containers() {
	child allow add "$X"
	expect_err "$REFUSED" in_ns "$box" ip link set m1 type "$KIND" allow add "$Y"
	expect_err "$REFUSED" ip -n "$box" link set m1 type "$KIND" allow flush
	expect_err "Lower device does not exist" \
		tool "$box" set e0 child "$OWN" allow flush
	has "$box" m1 allow="$X"
	end
}

test_by_the_tool() {
	local json

	child
	check "add" allow add "$X" 192.0.2.0/24
	has "$box" m1 allow=192.0.2.0/24,"$X"
	json=$(tool "$host" -j show child "$OWN")
	equal "shown" "$(jq -c '.[0].allow' <<<"$json")" "[\"192.0.2.0/24\",\"$X\"]"
	[[ $(tool "$host" show child "$OWN") == *"allow 192.0.2.0/24 $X"* ]] ||
		fail "not shown as text"
	[[ $(tool "$host" show child "$X") == *"$OWN"* ]] || fail "not found by it"
	expect_err "no child of that address" tool "$host" show child "$Y"
	check "del" allow del "$X"
	check "set, and pin" tool "$host" set e0 child "$OWN" allow set "$Y" pin mac
	has "$box" m1 pin=mac allow="$Y"
	taken m1 allow add "$OWN"
	expect_err "bad address" allow add 02:00:00:00:0d
	has "$box" m1 allow="$Y"
	check "flush" allow flush
	has "$box" m1 allow=
	end
}

# refuses TEXT MAC - o1 cannot be given it, and nothing changes, at the lower device neither
refuses() {
	local before

	before=$(devices "$host"; bridge -n "$host" fdb show dev e0)
	expect_err "$1" ip -n "$host" link set o1 type "$KIND" allow add "$Y" "$2"
	equal "after $2" "$(devices "$host"; bridge -n "$host" fdb show dev e0)" "$before"
}

test_addresses_in_the_way() {
	local lower

	lower=$(mac "$host" e0)
	sibling
	steps "$host" <<-END
	add link e0 name o1 address $OWN up type $KIND mode bridge allow add 192.0.2.1
	add link e0 name o2 type $KIND mode bridge allow add $X
	END
	refuses "MAC address is zero or multicast" 00:00:00:00:00:00
	refuses "MAC address is zero or multicast" 01:00:5e:00:00:01
	refuses "$USED: belongs to the lower device e0" "$lower"
	refuses "$USED: $SIBLING belongs to s1" "$SIBLING"
	refuses "$USED: $OWN belongs to o1" "$OWN"
	# By a list, though o2 has never been up.
	refuses "$USED: $X belongs to o2" "$X"
	expect_err "$USED: $X belongs to o2" ip -n "$host" link add link e0 name o3 \
		type "$KIND" mode bridge allow add "$X"
	no_device "$host" o3 || fail "made all the same"
	# Senders of mode source are nobody's.
	steps "$host" <<-END
	add link e0 name o3 up type $KIND mode source macaddr add $Y
	set o1 type $KIND allow add $Y	| o1 allow=192.0.2.1/32,$Y
	del o1
	del o2
	del o3
	del s1
	END
}

# What is on a list is nobody else's, and not the child's own either.
test_others_are_refused() {
	child allow add "$X"
	sibling
	taken m1 ip -n "$host" link set s1 address "$X"
	ip -n "$host" link set s1 down
	taken m1 ip -n "$host" link set s1 address "$X"
	taken m1 in_ns "$box" ip link set m1 address "$X"
	ip -n "$box" link set m1 down
	taken m1 ip -n "$host" link set s1 address "$X"
	ip -n "$host" link add link e0 name o1 address "$X" type "$KIND" mode bridge
	taken m1 ip -n "$host" link set o1 up
	check "own while down" in_ns "$box" ip link set m1 address "$Y"
	ip -n "$box" link set m1 address "$OWN"
	check "flush" allow flush
	check "free" ip -n "$host" link set o1 up
	taken o1 allow add "$X"
	ip -n "$host" link del o1
	end
	ip -n "$host" link del s1
}

test_received() {
	child
	sibling
	unknown "before" "$X"
	allow add "$X" "$Y"
	reached "added" "$X"
	reached "added" "$Y"
	reached "its own" "$OWN"
	allow del "$X"
	unknown "deleted" "$X"
	reached "the other one" "$Y"
	end
	hears "child is gone" send "$host/s1" dst="$Y" send "$router/q0" dst="$Y" \
		hear "$router/q0=1" "$host/e0,host=0" "$host/s1=0"
	check "and not asked for" not_asked "$Y"
	ip -n "$host" link del s1
}

test_down_and_up() {
	child allow add "$X"
	sibling
	asked "$X" || fail "not asked for while it is up"
	ip -n "$box" link set m1 down
	check "down: not asked for" not_asked "$X"
	unknown "down" "$X"
	check "more while down" allow add "$Y"
	ip -n "$box" link set m1 up
	reached "up again" "$X"
	reached "up again" "$Y"
	end
	ip -n "$host" link del s1
}

test_sent() {
	local level

	for level in off mac; do
		child pin "$level" allow add "$X"
		sibling
		gains "$level: its own" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
			send "$box/m1" hear "$router/q0=1" "$host/s1=1"
		gains "$level: allowed" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
			send "$box/m1" src="$X" hear "$router/q0=1" "$host/s1=1"
		gains "$level: to a sibling" "$box" m1 "tx_drop_pin=0 tx_local=1" \
			send "$box/m1" src="$X" dst="$SIBLING" hear "$router/q0=0" \
			"$host/s1,host=1"
		gains "$level: to one outside" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
			send "$box/m1" src="$X" dst="@$router/q0" hear "$router/q0=1" \
			"$host/s1=0"
		end
		ip -n "$host" link del s1
	done
	child pin mac allow add "$X"
	gains "another one" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/m1" src="$Y" hear "$router/q0=0"
	allow flush
	gains "no longer" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/m1" src="$X" hear "$router/q0=0"
	end
}

# says TEXT LOST FRAME - m1 sends it, and so many are dropped
says() {
	local before

	before=$(counter "$box" m1 tx_drop_pin)
	"$SPOOF" frame "$box" m1 "$3"
	equal "$1" "$(($(counter "$box" m1 tx_drop_pin) - before))" "$2"
}

# arp MAC MAC - a broadcast request of the first one, which calls itself the second
arp() {
	echo "ffffffffffff${1//:/}08060001080006040001${2//:/}c000020a000000000000c0000201"
}

# ipv6 MAC SOURCE - UDP
ipv6() {
	echo "020000000099${1//:/}86dd6000000000081140${2}20010db80000000000000000000000010035003500080000"
}

test_sent_with_ip_addresses() {
	local level

	for level in ip guard; do
		child pin "$level" allow add "$X" 192.0.2.10
		says "$level: ARP" 0 "$(arp "$X" "$X")"
		says "$level: its own ARP" 0 "$(arp "$OWN" "$OWN")"
		says "$level: ARP of another one" 1 "$(arp "$X" "$Y")"
		says "$level: from another one" 1 "$(arp "$Y" "$X")"
		says "$level: its fe80::" 0 "$(ipv6 "$X" "fe80000000000000000000fffe000d10")"
		says "$level: fe80:: of another one" 1 \
			"$(ipv6 "$X" "fe80000000000000000000fffe000d11")"
		says "$level: no other fe80::" 1 \
			"$(ipv6 "$X" "fe80000000000001000000fffe000d10")"
		end
	done
}

# A bridge behind the child does not know where Y is.
test_not_sent_back() {
	child allow add "$X" "$Y"
	gains "from one to the other" "$box" m1 "tx_wire=1 tx_local=0 rx_unicast=0" \
		send "$box/m1" src="$X" dst="$Y" hear "$router/q0=1" "$box/m1=0"
	tool "$host" set e0 child "$OWN" pin mac
	gains "pinned" "$box" m1 "tx_wire=1 tx_local=0 rx_unicast=0 tx_drop_pin=0" \
		send "$box/m1" src="$X" dst="$Y" hear "$router/q0=1" "$box/m1=0"
	end
}

test_machine_behind_a_bridge() {
	local vm

	netns vm
	child pin mac allow add "$X"
	sibling
	ip link add v0 netns "$box" type veth peer name eth0 address "$X" netns "$vm"
	ip -n "$box" link set v0 up
	switch "$box" br0 m1 v0
	links "$vm" <<-END
	link set eth0 up
	addr add 10.8.0.2/24 dev eth0
	END
	ip -n "$router" addr add 10.8.0.1/24 dev q0
	ip -n "$host" addr add 10.8.0.3/24 dev s1
	# Until the bridge forwards.
	check "the wire" poll 20 in_ns "$vm" ping -n -q -c 1 -W 1 10.8.0.1
	check "a sibling" in_ns "$vm" ping -n -q -c 2 -W 2 10.8.0.3
	check "from the wire" in_ns "$router" ping -n -q -c 2 -W 2 10.8.0.2
	check "from a sibling" in_ns "$host" ping -n -q -c 2 -W 2 10.8.0.2
	ip -n "$vm" link set eth0 address "$Y"
	! in_ns "$vm" ping -n -q -c 1 -W 1 10.8.0.1 >/dev/null ||
		fail "another address passes"
	ip -n "$router" addr flush dev q0
	ip -n "$box" link del br0
	end
	ip -n "$host" link del s1
}

test_mode_stays_bridge() {
	child allow add "$X"
	expect_err "$MODE" in_ns "$box" ip link set m1 type "$KIND" mode vepa
	expect_err "$MODE" ip -n "$box" link set m1 type "$KIND" mode private
	has "$box" m1 mode=bridge allow="$X"
	end
	expect_err "$MODE" ip -n "$host" link add link e0 name o1 type "$KIND" \
		mode private allow add "$X"
	no_device "$host" o1 || fail "made all the same"
	steps "$host" <<-END
	add link e0 name o1 up type $KIND mode vepa allow add 192.0.2.1
	set o1 type $KIND mode bridge allow add $X	| o1 mode=bridge allow=192.0.2.1/32,$X
	set o1 type $KIND mode private allow del $X	| o1 mode=private allow=192.0.2.1/32
	END
	check "given back" not_asked "$X"
	expect_err "$MODE" ip -n "$host" link set o1 type "$KIND" allow add "$X"
	expect_err "$MODE" tool "$host" set e0 child "$(mac "$host" o1)" allow add "$X"
	has "$host" o1 mode=private allow=192.0.2.1/32
	ip -n "$host" link del o1
}

test_private_sibling() {
	child allow add "$X"
	sibling private
	# What a switch sends back.
	gains "from the allowed address" "$host" s1 "rx_drop_isolated=1" \
		send "$router/q0" src="$X" dst="$SIBLING" hear "$host/s1=0"
	hears "its broadcast" send "$router/q0" src="$X" hear "$host/s1=0" "$box/m1=1"
	gains "to the allowed address" "$box" m1 "rx_drop_isolated=1" \
		send "$router/q0" src="$SIBLING" dst="$X" hear "$box/m1=0"
	allow flush
	hears "no longer" send "$router/q0" src="$X" dst="$SIBLING" hear "$host/s1,host=1"
	end
	ip -n "$host" link del s1
}

# A child's own frames would come back at once: so these come at some distance.
test_used_by_somebody_else() {
	local name=a$((SRANDOM % 100000)) i

	ip -n "$host" link add link e0 name "$name" netns "$box" address "$OWN" \
		type "$KIND" mode bridge announce off allow add "$X"
	ip -n "$box" link set "$name" up
	for ((i = 0; i < 5; i++)); do
		pause 0.3
		hears "a broadcast from outside" send "$router/q0" src="$X" \
			hear "$box/$name=0-1"
	done
	check "counted" poll 2 counted "$box" "$name" addr_conflicts 1
	equal "lines in the log" \
		"$(dmesg | grep -c "[ :]$name: MAC address $X is in use by somebody else" || :)" 1
	ip -n "$box" link del "$name"
}

test_protodown() {
	child allow add "$X"
	sibling
	ip -n "$box" link set m1 protodown on
	unknown "protodown" "$X"
	ip -n "$host" link set s1 protodown on
	taken m1 ip -n "$host" link set s1 address "$X"
	# Nor does one that has it wait for its own.
	taken s1 allow add "$SIBLING"
	ip -n "$host" link set s1 protodown off
	ip -n "$box" link set m1 protodown off
	poll 5 carrier || fail "no carrier"
	reached "active again" "$X"
	end
	ip -n "$host" link del s1
}

carrier() {
	[ "$(in_ns "$box" cat /sys/class/net/m1/carrier)" = 1 ]
}

test_host_reaches_it() {
	child allow add "$X"
	gains "without the option" "$box" m1 "rx_unicast=0" \
		send "$host/e0" dst="$X" hear "$box/m1=0" "$router/q0=1"
	tool "$host" set e0 child "$OWN" host on || { end; skip "no host access here"; }
	gains "with it" "$box" m1 "rx_unicast=1 rx_host=1" \
		send "$host/e0" dst="$X" hear "$box/m1,host=1" "$router/q0=0"
	hears "and back" send "$box/m1" src="$X" dst="@$host/e0" \
		hear "$host/e0,host=1" "$router/q0=0"
	allow flush
	hears "not allowed" send "$host/e0" dst="$X" hear "$box/m1=0" "$router/q0=1"
	end
}

# It cannot be refused that.
test_lower_takes_it() {
	local lower

	lower=$(mac "$host" e0)
	child allow add "$X"
	sibling
	ip -n "$host" link set e0 address "$X"
	hears "the lower device's" send "$router/q0" dst="$X" \
		hear "$host/e0,host=1" "$box/m1=0"
	hears "its own" send "$router/q0" dst="$OWN" hear "$box/m1,host=1"
	ip -n "$box" link set m1 down
	ip -n "$box" link set m1 up
	hears "down and up" send "$router/q0" dst="$X" hear "$host/e0,host=1" "$box/m1=0"
	ip -n "$host" link set e0 address "$Y"
	reached "given back" "$X"
	ip -n "$host" link set e0 address "$X"
	check "flush meanwhile" allow flush
	ip -n "$host" link set e0 address "$lower"
	unknown "flushed" "$X"
	end
	ip -n "$host" link del s1
}

test_child_moves() {
	local room

	netns room
	no_ipv6 "$room"
	child pin mac allow add "$X"
	ip -n "$box" link set m1 netns "$room"
	has "$room" m1 allow="$X" pin=mac
	check "down: not asked for" not_asked "$X"
	ip -n "$room" link set m1 up
	hears "received" send "$router/q0" dst="$X" hear "$room/m1,host=1"
	gains "sent" "$room" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$room/m1" src="$X" hear "$router/q0=1"
	ip -n "$room" link del m1
}

test_lower_moves() {
	local room

	netns room
	no_ipv6 "$room"
	child allow add "$X"
	ip -n "$host" link set e0 netns "$room" || { end; skip "e0 does not move here"; }
	ip -n "$room" link set e0 up
	check "asked for there" poll 5 in_room
	hears "received" send "$router/q0" dst="$X" hear "$box/m1,host=1" "$room/e0=0"
	ip -n "$room" link set e0 netns "$host"
	ip -n "$host" link set e0 up
	hears "and back" send "$router/q0" dst="$X" hear "$box/m1,host=1" "$host/e0=0"
	has "$box" m1 allow="$X"
	end
}

in_room() {
	[[ $(bridge -n "$room" fdb show dev e0) == *"$X self"* ]]
}

# The namespace of the first owner is being torn down, behind others that keep the
# kernel busy, see modes/restart.sh.
test_owner_ends() {
	local round old new names n i

	for round in own list; do
		names=()
		for ((n = 0; n < 12; n++)); do
			names+=("ballast$n-$SRANDOM")
		done
		for n in "${names[@]}"; do
			echo "netns add $n"
			for ((i = 0; i < 8; i++)); do
				echo "link add d$i netns $n type dummy"
			done
		done | ip -batch -
		netns old new
		ip -n "$host" link add link e0 name m0 netns "$old" type "$KIND" mode bridge \
			allow add "$X"
		ip -n "$old" link set m0 up
		ip -n "$host" link add link e0 name m0 netns "$new" address "$OWN" \
			type "$KIND" mode bridge
		ip -n "$new" link set m0 up
		printf 'netns del %s\n' "${names[@]}" "$old" | ip -batch -
		if [ "$round" = own ]; then
			check "its own" ip -n "$new" link set m0 address "$X"
		else
			check "another list" allow add "$X"
		fi
		hears "$round" send "$router/q0" dst="$X" hear "$new/m0,host=1" "$host/e0=0"
		netns_del "$new"
	done
}

test_tap() {
	tap pin mac allow add "$X"
	expect_err "$MODE" in_ns "$box" ip link set m1 type mymacvtap mode vepa
	has "$box" m1 mode=bridge allow="$X"
	gains "received" "$box" m1 "rx_unicast=1" \
		send "$router/q0" dst="$X" hear "$host/e0=0"
	gains "sent" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/m1" src="$X" hear "$router/q0=1"
	end
}

type bridge >/dev/null 2>&1 || skip_all "no program bridge here"
netns host box router
no_ipv6 "$host" "$box" "$router"
cable "$host" e0 "$router" q0
run_tests list not_the_containers by_the_tool addresses_in_the_way others_are_refused \
	received down_and_up sent sent_with_ip_addresses not_sent_back \
	machine_behind_a_bridge mode_stays_bridge private_sibling used_by_somebody_else \
	protodown host_reaches_it lower_takes_it child_moves lower_moves owner_ends tap
