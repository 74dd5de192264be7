#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Behind a port that lets one MAC address through: DHCP, router advertisements,
# multicast also where the switch makes unicast of it, what the uplink sends back, and
# what is not a child's to send.
# shellcheck source=macnat.sh
. "$(dirname "$0")/macnat.sh"

# serve OPTION... - dnsmasq outside
serve() {
	ip netns exec "$outside" dnsmasq --no-daemon --conf-file=/dev/null --user=root \
		--interface=q0 --bind-interfaces --port=0 \
		--dhcp-leasefile="$RESULT_DIR/leases" "$@" >"$RESULT_DIR/dnsmasq" 2>&1 &
}

# lease NS - by busybox's client, which does not ask for broadcasts by itself
lease() {
	cat >"$RESULT_DIR/dhcp" <<-'END'
	#!/bin/sh
	[ "$1" != bound ] || ip address add "$ip/24" dev "$interface"
	END
	chmod +x "$RESULT_DIR/dhcp"
	check "${1%-*}: a lease" in_ns "$1" busybox udhcpc -i mv -n -q -t 10 -T 1 \
		-s "$RESULT_DIR/dhcp"
}

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

# has_address NS TEXT - for "poll"
has_address() {
	[[ $(ip -n "$1" -6 address show dev mv scope global -tentative) == *$2* ]]
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
	gains "LLDP" "$c1" mv "tx_drop_macnat_reserved=1" settle=300 \
		send "$c1/mv" type=88cc dst=01:80:c2:00:00:0e hear "$outside/q0=0"
	hears "what is" send "$c1/mv" dst=@"$outside/q0" hear "$outside/q0=1"
}

# As it leaves the child and as it has to be on the wire, see model.c.
test_frames_are_as_in_the_model() {
	local model

	model=$(program model) || skip "no compiler here"
	uplink
	container "$c1" mode bridge macnat on
	no_ipv6 "$host" "$outside" "$sw" "$c1"
	check "the model" "$model" "$c1" mv "$outside" q0 "$(mac "$host" e0)" \
		"${FRAMES:-3000}" "${SEED:-$SRANDOM}"
	[ "$(counter "$c1" mv tx_drop_macnat_form)" -gt 0 ] ||
		fail "tx_drop_macnat_form counts nothing"
}

run_tests dhcp router_advertisements duplicate_address_detection an_ipv4_address_is_taken \
	multicast \
	multicast_to_unicast reflected not_a_childs_to_send frames_are_as_in_the_model
