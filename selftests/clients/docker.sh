#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Docker on two machines of one LAN: the example of clients.md, as it is typed.
#
#   .----------- machine_a ----------.   .----------- machine_b ----------.
#   | .--- c220 ---.  .--- c221 ---. |   | .--- c222 ---.  .--- c223 ---. |
#   | |    eth0    |  |    eth0    | |   | |    eth0    |  |    eth0    | |
#   | '-----+------'  '------+-----' |   | '-----+------'  '------+-----' |
#   |       '----. .---------'       |   |       '----. .---------'       |
#   |           enp0s5               |   |           enp0s5               |
#   '-------------+------------------'   '-------------+------------------'
#                 '----------- switch: br0 ------------'
#                       192.168.2.1, fd00:2::1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/docker_daemon.sh"

# network VAR
network() {
	on "$1" docker network create -d macvlan \
		--subnet 192.168.2.0/24 --gateway 192.168.2.1 \
		-o parent=enp0s5 -o macvlan_mode=bridge macnet
}

# container VAR HOST - cHOST with that address; comes back with the daemon
container() {
	run "$1" "c$2" --restart always --network macnet --ip "192.168.2.$2"
}

# everyone_reaches_everyone - by address; by name where one Docker knows both
everyone_reaches_everyone() {
	pings machine_a c220 192.168.2.1 192.168.2.221 192.168.2.222 192.168.2.223 c221
	pings machine_a c221 192.168.2.1 192.168.2.220 192.168.2.222 192.168.2.223 c220
	pings machine_b c222 192.168.2.1 192.168.2.220 192.168.2.221 192.168.2.223 c223
	pings machine_b c223 192.168.2.1 192.168.2.220 192.168.2.221 192.168.2.222 c222
}

test_network_and_containers() {
	check "the network on machine_a" network machine_a
	check "the network on machine_b" network machine_b
	container machine_a 220
	container machine_a 221
	container machine_b 222
	container machine_b 223
	has_mode machine_a c220 bridge
	has_mode machine_b c223 bridge
}

test_everyone_reaches_everyone() {
	everyone_reaches_everyone
}

test_gateway_reaches_containers() {
	for host in 220 221 222 223; do
		check "the gateway reaches .$host" in_ns "$switch" \
			ping -q -c 1 -w 10 "192.168.2.$host"
	done
}

test_a_container_starts_again() {
	local before after

	before=$(beside machine_a c220 ip -o link show dev eth0)
	check "docker restart" on machine_a docker restart -t 1 c220
	after=$(beside machine_a c220 ip -o link show dev eth0)
	[ "$before" != "$after" ] || fail "the device is the old one"
	has_mode machine_a c220 bridge
	pings machine_a c220 192.168.2.1 192.168.2.221 192.168.2.223 c221
	pings machine_b c222 192.168.2.220
}

test_the_daemon_starts_again() {
	[ "$(on machine_a sh -c "$kept_devices" | wc -l)" = 2 ] ||
		fail "no devices are found where two are"
	docker_stop machine_a
	check "no device while it is away" no_devices_in machine_a
	docker_daemon machine_a
	check "c220 runs again" poll 60 running machine_a c220
	check "c221 runs again" poll 60 running machine_a c221
	everyone_reaches_everyone
}

# A daemon that died leaves its containers alone; the next one ends them.
test_the_daemon_dies() {
	docker_stop machine_b KILL
	docker_daemon machine_b
	check "c222 runs again" poll 60 running machine_b c222
	check "c223 runs again" poll 60 running machine_b c223
	has_mode machine_b c222 bridge
	everyone_reaches_everyone
}

test_a_network_in_use_stays() {
	! on machine_a docker network rm macnet 2>/dev/null ||
		fail "removed while c220 and c221 use it"
	pings machine_a c220 192.168.2.221
}

test_nothing_is_left() {
	for var in machine_a machine_b; do
		on "$var" docker rm -f c220 c221 c222 c223 >/dev/null 2>&1
		check "docker network rm" on "$var" docker network rm macnet
		check "$var has no device" no_devices_in "$var"
		promiscuity "${!var}" enp0s5 0
		docker_stop "$var"
	done
	unloads
}

# running VAR NAME
running() {
	[ "$(on "$1" docker inspect -f '{{.State.Running}}' "$2")" = true ]
}

# Prints the devices of kind macvlan, in the networks that Docker has on a machine. The
# files of those that have ended go a minute later.
# shellcheck disable=SC2016 # the machine's shell
kept_devices='for net in /run/docker/netns/*; do
	[ "$(stat -f -c %T "$net" 2>/dev/null)" = nsfs ] || continue
	nsenter --net="$net" ip -o link show type macvlan || echo "$net: no look at it"
done'

# no_devices_in VAR - neither on the machine nor in a container's network
no_devices_in() {
	local kept

	no_links "${!1}" || return
	kept=$(on "$1" sh -c "$kept_devices")
	[ -z "$kept" ] || { echo "$kept"; return 1; }
}

lan machine_a machine_b
docker_start machine_a machine_b
run_tests network_and_containers everyone_reaches_everyone \
	gateway_reaches_containers a_container_starts_again \
	the_daemon_starts_again the_daemon_dies a_network_in_use_stays \
	nothing_is_left
