#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Docker's containers whose addresses are pinned by a sysctl and nothing else: they
# work as ever, and not even one with NET_ADMIN takes another address.
#
#   .----------- machine_a ----------.
#   | .--- web ----.  .--- own ----. |
#   | |    eth0    |  |    eth0    | |
#   | '-----+------'  '------+-----' |
#   |       '----. .---------'       |
#   |           enp0s5               |
#   '-------------+------------------'
#                 '-- switch: br0, 192.168.2.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/docker_daemon.sh"

OWN=02:00:00:00:02:22
OTHER=02:00:00:00:02:23

# address NAME - a container's
address() {
	beside machine_a "$1" ip -j link show dev eth0 | jq -r '.[0].address'
}

# pinned NAME
pinned() {
	[[ $(beside machine_a "$1" ip -d -j link show dev eth0) == *'"pin":"mac"'* ]] ||
		fail "$1 is not pinned"
}

test_sysctl() {
	check "the module" on machine_a modprobe mymacvlan
	check "the sysctl" on machine_a sysctl -qw net.mymacvlan.pin=1
	check "the network" on machine_a docker network create -d macvlan \
		--subnet 192.168.2.0/24 --gateway 192.168.2.1 \
		-o parent=enp0s5 -o macvlan_mode=bridge macnet
	run machine_a web --network macnet --ip 192.168.2.220
	run machine_a own --network macnet --ip 192.168.2.222 --cap-add NET_ADMIN \
		--mac-address "$OWN"
	pinned web
	pinned own
	equal "the address" "$(address own)" "$OWN"
}

test_works_as_ever() {
	pings machine_a own 192.168.2.1 192.168.2.220 web
	pings machine_a web 192.168.2.1 192.168.2.222 own
	check "the gateway reaches a container" in_ns "$switch" \
		ping -q -c 1 -w 10 192.168.2.222
}

test_address_is_refused() {
	local refused="Operation not permitted"

	expect_err "$refused" in_container machine_a own \
		/bin/busybox ip link set eth0 address "$OTHER"
	expect_err "$refused" in_container machine_a own \
		/bin/busybox ifconfig eth0 hw ether "$OTHER"
	check "down" in_container machine_a own /bin/busybox ip link set eth0 down
	expect_err "$refused" in_container machine_a own \
		/bin/busybox ip link set eth0 address "$OTHER"
	check "up" in_container machine_a own /bin/busybox ip link set eth0 up
	equal "the address" "$(address own)" "$OWN"
	check "the gateway reaches it" in_ns "$switch" \
		ping -q -c 1 -w 10 192.168.2.222
}

test_a_container_starts_again() {
	check "docker restart" on machine_a docker restart -t 1 own
	pinned own
	equal "the address" "$(address own)" "$OWN"
	pings machine_a own 192.168.2.1 web
}

test_removal() {
	on machine_a docker rm -f web own >/dev/null 2>&1
	check "docker network rm" on machine_a docker network rm macnet
	check "no device" no_links "$machine_a"
	docker_stop machine_a
	unloads
}

lan machine_a
docker_start machine_a
run_tests sysctl works_as_ever address_is_refused a_container_starts_again removal
