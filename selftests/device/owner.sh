#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the owner of a child does to it, in a container, stays there: the lower
# device and a sibling are the same before and after. What the kernel itself does
# (LRO while the child forwards or is bridged) can be taken back by the host.
#
#    room: m1, t0        box: m2
#           \  |             |
#            '-+--- bond0 ---'      in box; eth0 is its slave
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# build - bond0 is the lower device because it has LRO to be turned off
build() {
	fresh
	ip -n "$room" -force -batch - 2>/dev/null <<-END || :
		link del m1
		link del t0
		link del br0
	END
	ip -n "$box" link del bond0 2>/dev/null || :
	ip -n "$box" link add bond0 type bond mode active-backup miimon 50 2>/dev/null ||
		skip "no bonding"
	links "$box" <<-END
		link set eth0 down
		link set eth0 master bond0
		link set bond0 up
		link add link bond0 name m1 address $MAC_A netns $room type $KIND mode bridge
		link add link bond0 name m2 address $MAC_B type $KIND mode bridge
		link set m2 up
	END
	ip -n "$room" link set m1 up
	check "up" poll 5 state_is "$room" m1 UP
	[ "$(feature "$box" bond0 large-receive-offload)" = on ] || fail "no LRO to begin with"
}

# feature NS DEV NAME - "on" or "off"
feature() {
	[[ $(in_ns "$1" ethtool -k "$2") =~ $'\n\t'?\ *$3:\ (on|off) ]]
	echo "${BASH_REMATCH[1]}"
}

# lro STATE TEXT - the lower device's
lro() {
	equal "LRO of the lower device, $2" \
		"$(feature "$box" bond0 large-receive-offload)" "$1"
}

# state - all that can be told of the lower device and the sibling, but for the
# two counts that a child may add to
state() {
	local dev

	for dev in bond0 eth0 m2; do
		ip -n "$box" -d -j link show dev "$dev" 2>/dev/null |
			sed -E 's/"(promiscuity|allmulti)":[0-9]+//g; s/,/,\n/g'
		in_ns "$box" ethtool -k "$dev" 2>/dev/null
		in_ns "$box" ethtool "$dev" 2>/dev/null
	done
}

BEFORE=''
# same TEXT - as when BEFORE was set
same() {
	local now

	now=$(state)
	[ "$now" != "$BEFORE" ] || return 0
	fail "$1: the lower device or the sibling has changed"
	diff <(echo "$BEFORE") <(echo "$now") | sed 's/^/#     /' || :
}

# all_features DEV - each of them off, and on
all_features() {
	local names name to

	mapfile -t names < <(in_ns "$room" ethtool -k "$1" |
		sed -nE 's/^\s*([a-z0-9-]+): (on|off).*/\1/p')
	[ ${#names[@]} -gt 20 ] || fail "few features: ${names[*]}"
	for to in off on; do
		for name in "${names[@]}"; do
			in_ns "$room" ethtool -K "$1" "$name" "$to" >/dev/null 2>&1 || :
		done
		same "ethtool -K $1, all $to"
	done
}

# all_of_ethtool DEV
all_of_ethtool() {
	local options

	while read -r options; do
		# shellcheck disable=SC2086 # words
		in_ns "$room" ethtool ${options/DEV/$1} >/dev/null 2>&1 || :
	done <<-END
		-s DEV speed 10 duplex half autoneg off
		-s DEV wol g
		-s DEV msglvl 1
		-C DEV rx-usecs 1 adaptive-rx on
		-G DEV rx 64 tx 64
		-L DEV combined 1
		-A DEV rx off tx off
		-X DEV equal 1
		-N DEV rx-flow-hash udp4 sdfn
		--set-priv-flags DEV x on
		--set-eee DEV eee off
		--set-fec DEV encoding off
		--reset DEV all
		-r DEV
	END
	same "ethtool on $1"
}

# all_of_link DEV - whatever of it the kernel takes
all_of_link() {
	ip -n "$room" -force -batch - >/dev/null 2>&1 <<-END || :
		link set $1 promisc on
		link set $1 allmulticast on
		link set $1 multicast off
		link set $1 arp off
		link set $1 dynamic on
		link set $1 mtu 1000
		link set $1 txqueuelen 77
		link set $1 carrier off
		link set $1 protodown on
		link set $1 state dormant
		link set $1 mode dormant
		link set $1 gso_max_size 5000
		link set $1 gso_max_segs 5
		link set $1 gro_max_size 5000
		link set $1 alias somebody
		link set $1 group 7
		link set $1 vf 0 mac 02:00:00:00:00:99
		link set $1 down
		link set $1 address 02:00:00:00:00:99
		link set $1 up
		address add 192.0.2.7/24 dev $1
	END
	[ "$(field "$room" "$1" mtu)" = 1000 ] || fail "MTU of $1 was not set"
	same "ip link set $1"
	ip -n "$room" -force -batch - >/dev/null 2>&1 <<-END || :
		link set $1 promisc off
		link set $1 allmulticast off
		link set $1 multicast on
		link set $1 arp on
		link set $1 mtu 1500
		link set $1 protodown off
		link set $1 mode default
		link set $1 state up
		link set $1 address $MAC_A
	END
	same "and back, $1"
}

test_owner_of_a_child() {
	only_ours
	build
	BEFORE=$(state)
	all_features m1
	all_of_ethtool m1
	all_of_link m1
	equal "counts" "$(counts "$box" bond0)" "0 0"
	check "and talks" poll 5 state_is "$room" m1 UP
	talks "$room/m1" "$outside/eth0"
}

# A reader that takes single frames only says nothing about the lower device's LRO.
test_owner_of_a_tap() {
	local node

	[ "$KIND" = mymacvlan ] || skip "only for kind mymacvlan"
	modprobe -q mymacvtap || [ -e /sys/module/mymacvtap ] || skip "no mymacvtap"
	build
	ip -n "$box" link add link bond0 name t0 netns "$room" address "$MAC_C" \
		type mymacvtap mode bridge
	ip -n "$room" link set t0 up
	node=/dev/tap$(in_ns "$room" cat /sys/class/net/t0/ifindex)
	poll 5 test -c "$node" || fail "no node $node"
	BEFORE=$(state)
	coproc READER { in_ns "$room" "$(program reader)" "$node"; }
	read -rt 10 -u "${READER[0]}" || fail "the reader did not start"
	same "opened"
	in_ns "$box" ethtool -K bond0 lro off
	in_ns "$box" ethtool -K bond0 lro on
	lro on "while the tap is read"
	all_features t0
	all_of_ethtool t0
	all_of_link t0
	eval "exec ${READER[1]}>&-"
	wait "$READER_PID" || :
	same "closed"
}

# lro_on - by the host, who has asked in vain before: the kernel does not look
# again at a request that has not changed
lro_on() {
	in_ns "$box" ethtool -K bond0 lro off >/dev/null 2>&1 || :
	in_ns "$box" ethtool -K bond0 lro on
}

test_lro_by_forwarding() {
	local family

	only_ours
	build
	for family in ipv4 ipv6; do
		[ -d "/proc/sys/net/$family" ] || continue
		sysctls "$room" "net.$family.conf.m1.forwarding=1"
		lro off "$family is forwarded"
		in_ns "$box" ethtool -K bond0 lro on >/dev/null 2>&1 || :
		lro off "still"
		sysctls "$room" "net.$family.conf.m1.forwarding=0"
		ip -n "$room" link set m1 down
		ip -n "$room" link set m1 up
		lro_on
		lro on "$family is no longer forwarded"
	done
	# Up again, and it still forwards.
	sysctls "$room" net.ipv4.conf.m1.forwarding=1
	ip -n "$room" link set m1 down
	ip -n "$room" link set m1 up
	in_ns "$box" ethtool -K bond0 lro on >/dev/null 2>&1 || :
	lro off "it forwards"
	ip -n "$room" link del m1
	lro_on
	lro on "the child is gone"
}

# A child made in a namespace that forwards.
test_lro_of_a_router() {
	only_ours
	build
	sysctls "$room" net.ipv4.conf.default.forwarding=1
	ip -n "$box" link add link bond0 name m3 netns "$room" type "$KIND" mode bridge
	sysctls "$room" net.ipv4.conf.default.forwarding=0
	lro off "it forwards"
	ip -n "$room" link del m3
	in_ns "$box" ethtool -K bond0 lro on
	lro on "it is gone"
}

test_lro_by_a_bridge() {
	only_ours
	build
	ip -n "$room" link add br0 type bridge
	ip -n "$room" link set m1 master br0
	lro off "it is bridged"
	ip -n "$room" link set m1 nomaster
	in_ns "$box" ethtool -K bond0 lro on
	lro on "no longer bridged"
}

# The core does not ask a VLAN device whether it minds.
test_lro_by_a_vlan() {
	only_ours
	build
	ip -n "$room" link add link m1 name v1 type vlan id 7 2>/dev/null || skip "no VLANs"
	in_ns "$box" ethtool -K bond0 gro off
	in_ns "$box" ethtool -K bond0 gro on
	ip -n "$room" link del v1
	in_ns "$box" ethtool -K bond0 lro on
	lro on "the VLAN is gone"
}

test_lro_was_off_at_first() {
	only_ours
	build
	in_ns "$box" ethtool -K bond0 lro off
	ip -n "$room" link del m1
	ip -n "$box" link del m2
	ip -n "$box" link add link bond0 name m1 netns "$room" type "$KIND" mode bridge
	in_ns "$box" ethtool -K bond0 lro on
	lro on "turned on later"
	equal "the child's" "$(feature "$room" m1 large-receive-offload)" on
	in_ns "$box" ethtool -K bond0 lro off
	lro off "turned off again"
	equal "the child's" "$(feature "$room" m1 large-receive-offload)" off
}

spaces
run_tests owner_of_a_child owner_of_a_tap lro_by_forwarding lro_of_a_router \
	lro_by_a_bridge lro_by_a_vlan lro_was_off_at_first
