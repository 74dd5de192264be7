#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Docker on VLAN 200 of two machines' cards: the example of clients.md. First on a VLAN
# device that was made by hand, then on one that Docker makes and removes.
#
#   .----------- machine_a ----------.   .----------- machine_b ----------.
#   |  c100 .100         c101 .101   |   |  c102 .102         c103 .103   |
#   |     '-------. .-------'        |   |     '-------. .-------'        |
#   |     enp0s5.200  .10            |   |     enp0s5.200  .11            |
#   |         enp0s5                 |   |         enp0s5                 |
#   '-----------+--------------------'   '-----------+--------------------'
#               '----------- switch: br0 ------------'
#       VLAN 200: br0.200, 192.168.200.1; behind it lives 203.0.113.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/docker_daemon.sh"

# network VAR
network() {
	on "$1" docker network create -d macvlan \
		--subnet 192.168.200.0/24 --gateway 192.168.200.1 \
		-o parent=enp0s5.200 -o macvlan_mode=bridge macvlan200
}

# containers - of all four, on both machines
containers() {
	local var host=100

	for var in machine_a machine_a machine_b machine_b; do
		run "$var" "c$host" --network macvlan200 --ip "192.168.200.$host"
		host=$((host + 1))
	done
}

no_containers() {
	local var

	for var in machine_a machine_b; do
		on "$var" docker rm -f c100 c101 c102 c103 >/dev/null 2>&1
		check "docker network rm" on "$var" docker network rm macvlan200
		check "$var has no device" no_links "${!var}"
	done
}

everyone_reaches_everyone() {
	pings machine_a c100 192.168.200.1 203.0.113.1 192.168.200.101 192.168.200.102 192.168.200.103 c101
	pings machine_a c101 192.168.200.1 203.0.113.1 192.168.200.100 192.168.200.102 192.168.200.103 c100
	pings machine_b c102 192.168.200.1 203.0.113.1 192.168.200.100 192.168.200.101 192.168.200.103 c103
	pings machine_b c103 192.168.200.1 203.0.113.1 192.168.200.100 192.168.200.101 192.168.200.102 c102
	has_mode machine_a c100 bridge
	has_mode machine_b c103 bridge
}

# by_hand VAR HOST
by_hand() {
	on "$1" ip link add link enp0s5 name enp0s5.200 type vlan id 200
	on "$1" ip link set enp0s5.200 promisc on
	on "$1" ip address add "192.168.200.$2/24" dev enp0s5.200
	on "$1" ip link set enp0s5.200 up
	on "$1" ip route add default via 192.168.200.1 dev enp0s5.200
}

test_vlan_made_by_hand() {
	by_hand machine_a 10
	by_hand machine_b 11
	check "the network on machine_a" network machine_a
	check "the network on machine_b" network machine_b
	containers
	everyone_reaches_everyone
	check "machine_a reaches what is behind the gateway" \
		on machine_a ping -q -c 1 -w 10 203.0.113.1
	check "machine_a reaches containers on machine_b" \
		on machine_a ping -q -c 1 -w 10 192.168.200.102
	hears "frames have the tag" send "$switch/br0.200" \
		hear "$machine_a/enp0s5.200=1" "$machine_b/enp0s5.200=1"
	hears "untagged ones stay out" send "$switch/br0" \
		hear "$machine_a/enp0s5=1" "$machine_a/enp0s5.200=0"
}

test_what_was_made_by_hand_stays() {
	no_containers
	for var in machine_a machine_b; do
		has "${!var}" enp0s5.200 link=enp0s5 id=200
		promiscuity "${!var}" enp0s5.200 1
		on "$var" ip link del enp0s5.200
	done
}

test_vlan_made_by_docker() {
	check "the network on machine_a" network machine_a
	check "the network on machine_b" network machine_b
	has "$machine_a" enp0s5.200 link=enp0s5 id=200
	containers
	everyone_reaches_everyone
}

test_what_docker_made_goes() {
	no_containers
	for var in machine_a machine_b; do
		no_device "${!var}" enp0s5.200 || fail "$var still has enp0s5.200"
		docker_stop "$var"
	done
	unloads
}

lan machine_a machine_b
links "$switch" <<-END
	link add link br0 name br0.200 up type vlan id 200
	address add 192.168.200.1/24 dev br0.200
	address add 203.0.113.1/32 dev lo
END
docker_start machine_a machine_b
run_tests vlan_made_by_hand what_was_made_by_hand_stays vlan_made_by_docker \
	what_docker_made_goes
