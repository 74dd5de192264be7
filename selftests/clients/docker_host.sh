#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Docker's containers and their own host, which reach each other by a sysctl and
# nothing else: "The host and its containers" in clients.md.
#
#   .----------- machine_a ----------.
#   | .--- web ----.  .--- c221 ---. |
#   | |    eth0    |  |    eth0    | |
#   | '-----+------'  '------+-----' |
#   |       '----. .---------'       |
#   |           enp0s5  .10          |
#   '-------------+------------------'
#                 '-- switch: br0, 192.168.2.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/docker_daemon.sh"

# page VAR ADDRESS - what a web server there answers
page() {
	on "$1" busybox wget -q -O - -T 10 "http://$2/"
}

test_sysctl() {
	check "the module" on machine_a modprobe mymacvlan
	check "the sysctl" on machine_a sysctl -qw net.mymacvlan.host=1
	check "the network" on machine_a docker network create -d macvlan \
		--subnet 192.168.2.0/24 --gateway 192.168.2.1 \
		-o parent=enp0s5 -o macvlan_mode=bridge macnet
	run machine_a web --network macnet --ip 192.168.2.220
	run machine_a c221 --network macnet --ip 192.168.2.221
	has_mode machine_a web bridge
	[[ $(beside machine_a web ip -d -j link show dev eth0) == *'"host":true'* ]] ||
		fail "the container's device has not the option"
}

test_host_reaches_a_service_of_a_container() {
	in_container machine_a web /bin/sh -c 'echo container >/tmp/index.html'
	in_container machine_a web /bin/busybox httpd -p 80 -h /tmp
	equal "the page" "$(page machine_a 192.168.2.220)" container
}

test_container_reaches_a_service_of_the_host() {
	on machine_a bash -c 'mkdir -p /run/www && echo host >/run/www/index.html'
	on machine_a busybox httpd -p 8080 -h /run/www
	equal "the page" "$(in_container machine_a c221 /bin/busybox wget -q -O - -T 10 \
		http://192.168.2.10:8080/)" host
	on machine_a pkill busybox
}

test_all_else_is_as_before() {
	pings machine_a c221 192.168.2.1 192.168.2.220 192.168.2.10 web
	check "the gateway reaches a container" in_ns "$switch" \
		ping -q -c 1 -w 10 192.168.2.220
}

# vouched NAME true|false
vouched() {
	[[ $(beside machine_a "$1" ip -d -j link show dev eth0) == *"\"addr_vouched\":$2"* ]] ||
		fail "$1: addr_vouched is not $2"
}

# Docker gives the address, and the container another one, which is its own choice.
test_mac_address() {
	run machine_a own --network macnet --ip 192.168.2.222 --cap-add NET_ADMIN \
		--mac-address 02:00:00:00:02:22
	equal "the address" "$(beside machine_a own ip -j link show dev eth0 |
		jq -r '.[0].address')" 02:00:00:00:02:22
	vouched own true
	check "the host reaches it" on machine_a ping -q -c 1 -w 10 192.168.2.222
	check "the container changes it" in_container machine_a own \
		/bin/busybox ip link set eth0 address 02:00:00:00:02:23
	vouched own false
	! on machine_a ping -q -c 1 -w 2 192.168.2.222 >/dev/null 2>&1 ||
		fail "the host reaches it all the same"
	check "back again" in_container machine_a own \
		/bin/busybox ip link set eth0 address 02:00:00:00:02:22
	vouched own true
	check "the host reaches it again" on machine_a ping -q -c 1 -w 10 192.168.2.222
}

test_removal() {
	on machine_a docker rm -f web c221 own >/dev/null 2>&1
	check "docker network rm" on machine_a docker network rm macnet
	check "no device" no_links "$machine_a"
	docker_stop machine_a
	unloads
}

lan machine_a
ip -n "$machine_a" address add 192.168.2.10/24 dev enp0s5
docker_start machine_a
run_tests sysctl host_reaches_a_service_of_a_container \
	container_reaches_a_service_of_the_host all_else_is_as_before mac_address removal
