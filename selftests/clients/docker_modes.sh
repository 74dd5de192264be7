#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each value of Docker's macvlan_mode, and the other options of its macvlan
# networks, by what the containers hear.
#
#   .----------- machine ------------.
#   |  c1 .31            c2 .32      |
#   |     '-------. .-------'        |
#   |           enp0s5  .10          |
#   '-------------+------------------'
#                 '---- switch: br0 .1, fd00:2::1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/docker_daemon.sh"

# network OPTION... - of that LAN
network() {
	tidy
	check "docker network create $*" on machine docker network create -d macvlan \
		--subnet 192.168.2.0/24 --gateway 192.168.2.1 "$@" net
}

# start_container HOST [OPTION...] - c1 is .31, c2 is .32
start_container() {
	run machine "c$1" --network net --ip "192.168.2.3$1" "${@:2}"
}

# tidy - away with what a test that failed has left
tidy() {
	[ ! -e "$RESULT_DIR/busy" ] || {
		on machine docker rm -f c1 c2
		on machine docker network rm net
	} >/dev/null 2>&1 || :
	: >"$RESULT_DIR/busy"
}

# remove - containers and network, and nothing is left of them
remove() {
	on machine docker rm -f c1 c2 >/dev/null 2>&1 || :
	check "docker network rm" on machine docker network rm net
	check "no device is left" no_links "$machine"
	promiscuity "$machine" enp0s5 0
	rm "$RESULT_DIR/busy"
}

test_bridge() {
	network -o parent=enp0s5 -o macvlan_mode=bridge
	start_container 1
	start_container 2
	has_mode machine c1 bridge
	pings machine c1 192.168.2.1 192.168.2.32 c2
	deaf machine c1 192.168.2.10
	remove
}

test_the_default_is_bridge() {
	network -o parent=enp0s5
	start_container 1
	has_mode machine c1 bridge
	remove
}

test_private() {
	network -o parent=enp0s5 -o macvlan_mode=private
	start_container 1
	start_container 2
	has_mode machine c1 private
	pings machine c1 192.168.2.1
	pings machine c2 192.168.2.1
	deaf machine c1 192.168.2.32
	hairpin "$switch" machine on
	deaf machine c1 192.168.2.32
	hairpin "$switch" machine off
	remove
}

test_vepa() {
	network -o parent=enp0s5 -o macvlan_mode=vepa
	start_container 1
	start_container 2
	has_mode machine c1 vepa
	pings machine c1 192.168.2.1
	deaf machine c1 192.168.2.32
	hairpin "$switch" machine on
	pings machine c1 192.168.2.32
	hairpin "$switch" machine off
	remove
}

test_passthru() {
	local mac

	mac=$(mac "$machine" enp0s5)
	network -o parent=enp0s5 -o macvlan_mode=passthru
	start_container 1
	has_mode machine c1 passthru
	pings machine c1 192.168.2.1
	expect_docker_error "second container" start_container 2
	pings machine c1 192.168.2.1
	remove
	equal "MAC address of enp0s5" "$(mac "$machine" enp0s5)" "$mac"
}

# expect_docker_error TEXT COMMAND... - Docker passes on no text of the kernel's
expect_docker_error() {
	local text=$1
	shift
	! "$@" 2>/dev/null || fail "this should have failed: $text"
	on machine docker rm -f c2 >/dev/null 2>&1 || :
}

test_a_wrong_mode_is_refused() {
	! on machine docker network create -d macvlan -o parent=enp0s5 \
		-o macvlan_mode=sideways net 2>/dev/null || fail "it was taken"
}

test_ipv6_and_mac_address() {
	local address

	network --ipv6 --subnet fd00:2::/64 --gateway fd00:2::1 -o parent=enp0s5
	start_container 1 --ip6 fd00:2::31 --mac-address 02:00:00:00:02:31
	start_container 2 --ip6 fd00:2::32
	address=$(in_container machine c1 cat /sys/class/net/eth0/address)
	equal "MAC address" "$address" 02:00:00:00:02:31
	pings machine c1 fd00:2::1 fd00:2::32
	pings machine c1 192.168.2.1
	address=$(ip -n "$switch" -j neighbour show 192.168.2.31 | jq -r '.[0].lladdr')
	equal "MAC address that the gateway knows" "$address" 02:00:00:00:02:31
	remove
}

# No way out of an internal network, and none to the host.
test_internal_and_without_a_parent() {
	tidy
	check "docker network create" on machine docker network create -d macvlan \
		--internal --subnet 192.168.2.0/24 net
	start_container 1
	start_container 2
	has_mode machine c1 bridge
	pings machine c1 192.168.2.32
	deaf machine c1 192.168.2.1
	remove
	equal "Docker's own dummies" "$(ip -n "$machine" -o link show type dummy)" ""
}

# A parent is busy for a bridge; Docker passes the refusal on.
test_a_parent_in_use() {
	ip -n "$machine" link add br9 type bridge
	ip -n "$machine" link set enp0s5 master br9
	network -o parent=enp0s5
	! start_container 1 2>"$RESULT_DIR/error" || fail "enp0s5 is in a bridge"
	grep -qi 'busy\|in use' "$RESULT_DIR/error" ||
		fail "Docker said: $(<"$RESULT_DIR/error")"
	on machine docker rm -f c1 >/dev/null 2>&1
	ip -n "$machine" link del br9
	remove
}

test_nothing_is_left() {
	docker_stop machine
	unloads
}

lan machine
ip -n "$machine" address add 192.168.2.10/24 dev enp0s5
docker_start machine
run_tests bridge the_default_is_bridge private vepa passthru \
	a_wrong_mode_is_refused ipv6_and_mac_address \
	internal_and_without_a_parent a_parent_in_use nothing_is_left
