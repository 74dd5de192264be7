#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Behind a port that lets one MAC address through: DHCP, router advertisements,
# multicast also where the switch makes unicast of it, what the uplink sends back, and
# what is not a child's to send.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

test_dhcp() {
	type dnsmasq busybox >/dev/null 2>&1 || skip "no dnsmasq or busybox here"
	uplink
	lock_by_bridge
	container "$c1" mode bridge macnat on
	container "$c2" mode private macnat on
	serve --dhcp-range=192.168.7.50,192.168.7.59,1h
	lease "$c1"
	lease "$c2"
	[[ $(ip -n "$c1" -4 address show dev mv) == *192.168.7.5* ]] || fail "c1: no address"
	# Each by its own MAC address, not by the one on the wire.
	grep -q "$(mac "$c1" mv)" "$RESULT_DIR/leases" || fail "c1 is not known to the server"
	grep -q "$(mac "$c2" mv)" "$RESULT_DIR/leases" || fail "c2 is not known to the server"
	pings "$c1" 192.168.7.100
	kill %%
	wait || :
}

test_router_advertisements() {
	local address

	type dnsmasq >/dev/null 2>&1 || skip "no dnsmasq here"
	uplink
	lock_by_bridge
	container "$c1" mode bridge macnat on
	serve --enable-ra --dhcp-range=2001:db8:7::,ra-only,64
	poll 20 has_address "$c1" 2001:db8:7: || fail "no address from the router"
	address=$(ip -n "$c1" -6 -o address show dev mv scope global)
	address=${address##*inet6 } address=${address%%/*}
	pings "$c1" 2001:db8:7::100
	pings "$outside" "$address"
	[[ $(ip -n "$c1" -6 route show default) == *" via fe80:"* ]] ||
		fail "no default route"
	kill %%
	wait || :
}

# Two containers take the same address: one of them finds out.
test_duplicate_address_detection() {
	uplink
	lock_by_bridge
	container "$c1" mode bridge macnat on
	ip -n "$c1" address add 2001:db8:7::100/64 dev mv
	poll 10 duplicate "$c1" 2001:db8:7::100 || fail "an address from outside is not found"
	ip -n "$c1" address add 2001:db8:7::33/64 dev mv
	poll 10 has_address "$c1" 2001:db8:7::33 || fail "its own frame disturbs it"
}

# Who has an address answers a probe for it by unicast, to nobody's IP address.
test_an_ipv4_address_is_taken() {
	uplink
	lock_by_bridge
	container "$c1" mode bridge macnat on
	! in_ns "$c1" busybox arping -D -q -c 3 -w 3 -I mv 192.168.7.100 ||
		fail "an address from outside is not found"
	check "one that is free" in_ns "$c1" busybox arping -D -q -c 2 -w 3 -I mv 192.168.7.33
}

# duplicate NS ADDRESS - for "poll"
duplicate() {
	[[ $(ip -n "$1" -6 address show dev mv dadfailed) == *$2* ]]
}

# heard FILE TEXT SENDER-NS GROUP - for "poll": multicasts; has it been heard?
heard() {
	echo "$2" | in_ns "$3" socat -u - UDP4-DATAGRAM:"$4":5353,ip-multicast-if=192.168.7.100
	pause 0.1
	grep -s "$2" "$1" >/dev/null
}

# listen NS GROUP FILE
listen() {
	ip netns exec "$1" socat -u UDP4-RECV:5353,reuseaddr,ip-add-membership="$2":mv \
		OPEN:"$3",creat,trunc &
}

test_multicast() {
	uplink
	lock_by_bridge
	container "$c1" mode bridge macnat on
	addresses "$c1" 11
	listen "$c1" 224.0.0.251 "$RESULT_DIR/one"
	poll 10 heard "$RESULT_DIR/one" question "$outside" 224.0.0.251 || fail "mDNS"
	kill %%
	wait || :
}

# As most access points do: the group's frame comes to the MAC address that has sent the
# report, which is the lower device's.
test_multicast_to_unicast() {
	uplink
	links "$sw" <<-END
	link set br0 type bridge mcast_snooping 1 mcast_querier 1 mcast_query_use_ifaddr 0
	link set p0 type bridge_slave mcast_to_unicast on
	END
	lock_by_bridge
	container "$c1" mode bridge macnat on
	container "$c2" mode private macnat on
	addresses "$c1" 11
	addresses "$c2" 12
	listen "$c1" 239.1.2.3 "$RESULT_DIR/one"
	listen "$c2" 239.1.2.3 "$RESULT_DIR/two"
	poll 20 heard "$RESULT_DIR/one" stream "$outside" 239.1.2.3 || fail "a bridge child"
	poll 20 heard "$RESULT_DIR/two" stream "$outside" 239.1.2.3 || fail "a private one"
	kill %1 %2
	wait || :
	# Frame by frame: to the lower device's address, whatever is in it.
	no_ipv6 "$host" "$outside" "$c1" "$c2"
	hears "who has not joined" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=239.9.9.9 \
		hear "$c1/mv=0" "$host/e0=1"
	hears "to all" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=255.255.255.255 \
		hear "$c1/mv=1" "$c2/mv=1" "$host/e0=1"
	hears "to the subnet" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=192.168.7.255 \
		hear "$c1/mv=1" "$c2/mv=1" "$host/e0=1"
	hears "ARP for who is not known" settle=300 \
		send "$outside/q0" dst=@"$host/e0" arp=192.168.7.99 asks=192.168.7.100 \
		hear "$c1/mv=1" "$c2/mv=1" "$host/e0=1"
	hears "ARP for a child" settle=300 \
		send "$outside/q0" dst=@"$host/e0" arp=192.168.7.11 asks=192.168.7.100 \
		hear "$c1/mv=1" "$c2/mv=0" "$host/e0=0"
	hears "ARP for the host" settle=300 \
		send "$outside/q0" dst=@"$host/e0" arp=192.168.7.1 asks=192.168.7.100 \
		hear "$c1/mv=0" "$c2/mv=0" "$host/e0=1"
	gains "its own, once more" "$c1" mv "port_macnat_reflected=1" settle=300 \
		send "$outside/q0" dst=@"$host/e0" src=@"$host/e0" ip4=255.255.255.255 \
		hear "$c1/mv=0" "$c2/mv=0" "$host/e0=1"
}

# A datagram in fragments: children hear it as a whole, taps as it was on the wire.
test_fragments_to_unicast() {
	uplink
	container "$c1" mode bridge macnat on
	no_ipv6 "$host" "$outside" "$c1"
	hears "two fragments" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=255.255.255.255 id=7 frag=0+ size=64 \
		send "$outside/q0" dst=@"$host/e0" ip4=255.255.255.255 id=7 frag=64 size=64 \
		hear "$c1/mv=1" "$host/e0=2"
}

# What nobody has, and what a child may not have, is the host's to answer for.
test_nobodys() {
	uplink
	container "$c1" mode bridge macnat on
	addresses "$c1" 11
	no_ipv6 "$host" "$outside" "$c1"
	gains "of nobody" "$c1" mv "port_macnat_unknown=1 rx_macnat=0" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=192.168.7.99 \
		hear "$c1/mv=0" "$host/e0=1"
	gains "of the host" "$c1" mv "port_macnat_unknown=0 rx_macnat=0" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=192.168.7.1 \
		hear "$c1/mv=0" "$host/e0=1"
	gains "of the child" "$c1" mv "port_macnat_unknown=0 rx_macnat=1" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=192.168.7.11 \
		hear "$c1/mv=1" "$host/e0=0"
	ip -n "$c1" address add 192.168.7.1/24 dev mv
	gains "claimed, and the host's" "$c1" mv "rx_macnat_refused=1 rx_macnat=0" settle=300 \
		send "$outside/q0" dst=@"$host/e0" ip4=192.168.7.1 \
		hear "$c1/mv=0" "$host/e0=1"
}

# announced MAC - for "poll"
announced() {
	grep -q "192.168.7.11 is-at $1\|who-has 192.168.7.11 .*tell 192.168.7.11" "$RESULT_DIR/dump" &&
		grep -q "$1 > ff:ff:ff:ff:ff:ff" "$RESULT_DIR/dump"
}

# The network knows the children by the lower device's address: it is told of a new one.
test_the_lower_device_changes_its_address() {
	uplink
	container "$c1" mode bridge macnat on
	addresses "$c1" 11
	ip netns exec "$outside" tcpdump -nel -i q0 arp >"$RESULT_DIR/dump" \
		2>"$RESULT_DIR/dump.err" &
	poll 10 grep -s listening "$RESULT_DIR/dump.err"
	ip -n "$host" link set e0 address 02:00:00:00:88:01
	poll 10 announced 02:00:00:00:88:01 || fail "nobody is told"
	pings "$outside" 192.168.7.11
	kill %%
	wait || :
}

# All of it for a tap: what its guest has is known by what that sends.
test_tap() {
	modprobe -q mymacvtap || :
	uplink
	lock_by_bridge
	ip -n "$host" link add link e0 name mv netns "$c1" type mymacvtap mode bridge \
		macnat on 2>/dev/null || skip "no mymacvtap here"
	ip -n "$c1" link set mv up
	has "$c1" mv macnat=true
	no_ipv6 "$host" "$outside" "$c1"
	# Nobody has opened it: what it is given is counted.
	hears "what the guest says of itself" send "$c1/mv" arp=192.168.7.100 \
		asks=192.168.7.21 hear "$outside/q0=1"
	gains "what comes for it" "$c1" mv "rx_macnat=1" send "$outside/q0" \
		dst=@"$host/e0" ip4=192.168.7.21 hear "$host/e0=0"
}

# An uplink that repeats to all what one sends.
test_reflected() {
	uplink
	container "$c1" mode bridge macnat on
	container "$c2" mode bridge macnat on
	ip -n "$host" link add link e0 name plain up type "$KIND" mode bridge
	no_ipv6 "$host" "$outside" "$c1" "$c2"
	hairpin "$sw" p0 on
	hears "its own, once more" settle=300 send "$c1/mv" \
		hear "$c1/mv=0" "$c2/mv=1" "$outside/q0=1" "$host/plain=2"
	[ "$(counter "$c1" mv port_macnat_reflected)" -gt 0 ] ||
		fail "port_macnat_reflected counts nothing"
}

test_not_a_childs_to_send() {
	uplink
	container "$c1" mode bridge macnat on
	container "$c2" mode bridge macnat on
	no_ipv6 "$host" "$outside" "$c1" "$c2"
	gains "802.1X" "$c1" mv "tx_drop_macnat_reserved=1" settle=300 \
		send "$c1/mv" type=888e dst=@"$outside/q0" hear "$outside/q0=0"
	gains "pre-authentication" "$c1" mv "tx_drop_macnat_reserved=1" settle=300 \
		send "$c1/mv" type=88c7 dst=@"$outside/q0" hear "$outside/q0=0"
	gains "LLDP" "$c1" mv "tx_drop_macnat_reserved=1" settle=300 \
		send "$c1/mv" type=88cc dst=01:80:c2:00:00:0e hear "$outside/q0=0"
	hears "what is" send "$c1/mv" dst=@"$outside/q0" hear "$outside/q0=1"
}

# Somebody below would write it over the source: new kernels' AF_XDP asks for that.
test_checksum_in_the_header() {
	local frame before xsk_send=$LIB_DIR/bugs/xsk_send

	[ -x "$xsk_send" ] || skip "no program xsk_send here"
	uplink
	container "$c1" mode bridge macnat on
	no_ipv6 "$host" "$outside" "$c1"
	frame=ffffffffffff$(mac "$c1" mv | tr -d :)88b5$(printf '00%.0s' {1..46})
	before=$(counter "$c1" mv tx_drop_macnat_form)
	"$xsk_send" "$c1" mv csum=0+6 "$frame" || skip "no AF_XDP here, or it cannot ask for that"
	poll 5 counted "$c1" mv tx_drop_macnat_form $((before + 1)) || fail "it is sent"
}

# As it leaves the child and as it has to be on the wire, see model.c.
test_frames_are_as_in_the_model() {
	local model

	model=$(program model) || skip "no compiler here"
	uplink
	container "$c1" mode bridge macnat on
	no_ipv6 "$host" "$outside" "$sw" "$c1"
	in_ns "$host" ethtool -K e0 tx off >/dev/null 2>&1 || :
	check "the model" "$model" "$c1" mv "$outside" q0 "$(mac "$host" e0)" \
		"${FRAMES:-3000}" "${SEED:-$SRANDOM}"
	[ "$(counter "$c1" mv tx_drop_macnat_form)" -gt 0 ] ||
		fail "tx_drop_macnat_form counts nothing"
}

run_tests dhcp router_advertisements duplicate_address_detection an_ipv4_address_is_taken \
	multicast multicast_to_unicast fragments_to_unicast reflected nobodys \
	the_lower_device_changes_its_address tap not_a_childs_to_send \
	checksum_in_the_header frames_are_as_in_the_model
