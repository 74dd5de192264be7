# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the stories: two machines on a switch, each with two containers.
#
#  .--------------- machine_a --------------.   .--------------- machine_b --------------.
#  |  .---- a1 ----.      .---- a2 ----.    |   |  .---- b1 ----.      .---- b2 ----.    |
#  |  |    eth0    |      |    eth0    |    |   |  |    eth0    |      |    eth0    |    |
#  |  '-----+------'      '-----+------'    |   |  '-----+------'      '-----+------'    |
#  |        '--------.  .-------'           |   |        '--------.  .-------'           |
#  |             $uplink of                 |   |             $uplink of                 |
#  |                enp0s5                  |   |                enp0s5                  |
#  '-------------------+--------------------'   '-------------------+--------------------'
#                      '------------ br0 of "switch" ---------------'
#                                192.168.2.1, fd00:2::1
#
# A machine is a network namespace, and so is a container.

# The file that sources this file sourced the library first.
# shellcheck disable=SC2154 # namespaces are set by netns

machines() {
	netns switch machine_a machine_b a1 a2 b1 b2
	cable "$machine_a" enp0s5 "$switch" port_a
	cable "$machine_b" enp0s5 "$switch" port_b
	switch "$switch" br0 port_a port_b
	links "$switch" <<-END
		address add 192.168.2.1/24 dev br0
		address add fd00:2::1/64 dev br0 nodad
	END
}

# address NS DEV SUBNET HOST - 2 and 220 give 192.168.2.220 and fd00:2::220
address() {
	links "$1" <<-END
		address add 192.168.$3.$4/24 dev $2
		address add fd00:$3::$4/64 dev $2
		link set $2 up
	END
}

# container MACHINE UPLINK NS SUBNET HOST
container() {
	ip -n "$1" link add link "$2" name eth0 netns "$3" type "$KIND" mode bridge
	address "$3" eth0 "$4" "$5"
}

# Duplicate address detection is over in this namespace.
dad_done() {
	local tentative

	tentative=$(ip -n "$1" -6 address show tentative) && [ -z "$tentative" ]
}

# reach NS SUBNET HOST... - the namespace reaches the hosts, IPv4 and IPv6
reach() {
	local ns=$1 subnet=$2 host targets=()
	shift 2
	for host; do
		targets+=("192.168.$subnet.$host" "fd00:$subnet::$host")
	done
	pings "$ns" "${targets[@]}"
}

# pings NS ADDRESS...
pings() {
	local ns=$1
	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	check "pings of $ns" in_ns "$ns" bash -c '
		for to; do
			ping -n -c 1 -W 2 "$to" >/dev/null || { echo "no answer from $to"; exit 1; }
		done' - "$@"
}
