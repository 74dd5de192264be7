#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Podman's macvlan networks (netavark): the example of clients.md, and each option.
#
#   .----------- machine ------------.
#   |  c1 .31            c2 .32      |
#   |     '-------. .-------'        |
#   |           enp0s5               |
#   '-------------+------------------'
#                 '---- switch: br0 192.168.2.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/containers.sh"
client_programs podman /usr/lib/podman/netavark crun ping

# network OPTION...
network() {
	tidy
	check "podman network create $*" on machine podman network create -d macvlan \
		--subnet 192.168.2.0/24 --gateway 192.168.2.1 -o parent=enp0s5 "$@" macnet
}

# start_container HOST [NETWORK-OPTION] - c1 is .31, c2 is .32
start_container() {
	on machine podman run -d --name "c$1" --network "macnet:ip=192.168.2.3$1${2:+,$2}" \
		busybox sleep infinity >/dev/null
}

# tidy - away with what a test that failed has left
tidy() {
	[ ! -e "$RESULT_DIR/busy" ] || {
		on machine podman rm -f -t 0 c1 c2
		on machine podman network rm macnet
	} >/dev/null 2>&1 || :
	: >"$RESULT_DIR/busy"
}

# remove - containers and network, and nothing is left of them
remove() {
	on machine podman rm -f -t 0 c1 c2 >/dev/null 2>&1 || :
	check "podman network rm" on machine podman network rm macnet
	check "no device is left" no_links "$machine"
	promiscuity "$machine" enp0s5 0
	rm "$RESULT_DIR/busy"
}

# process_of VAR NAME
process_of() {
	on "$1" podman inspect -f '{{.State.Pid}}' "$2"
}

# in_container VAR NAME COMMAND...
in_container() {
	on "$1" podman exec "${@:2}"
}

# Bridge is Podman's default mode, too.
test_up_ping_down() {
	network
	start_container 1
	start_container 2
	has_mode machine c1 bridge
	pings machine c1 192.168.2.1 192.168.2.32
	pings machine c2 192.168.2.1 192.168.2.31
	check "podman restart" on machine podman restart -t 0 c1
	has_mode machine c1 bridge
	pings machine c1 192.168.2.1 192.168.2.32
	remove
}

test_private() {
	network -o mode=private
	start_container 1
	start_container 2
	has_mode machine c1 private
	pings machine c1 192.168.2.1
	deaf machine c1 192.168.2.32
	remove
}

test_vepa() {
	network -o mode=vepa
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
	network -o mode=passthru
	start_container 1
	has_mode machine c1 passthru
	pings machine c1 192.168.2.1
	! start_container 2 2>"$RESULT_DIR/error" || fail "a second one joined"
	pings machine c1 192.168.2.1
	remove
	equal "MAC address of enp0s5" "$(mac "$machine" enp0s5)" "$mac"
}

test_mtu_and_mac_address() {
	network -o mtu=1400
	start_container 1 mac=02:00:00:00:02:31
	equal "MTU and MAC address" "$(beside machine c1 ip -j link show dev eth0 |
		jq -r '.[0] | "\(.mtu) \(.address)"')" "1400 02:00:00:00:02:31"
	pings machine c1 192.168.2.1
	check "the largest frame" in_container machine c1 \
		ping -q -M "do" -s 1372 -c 1 -w 10 192.168.2.1
	remove
}

# What iproute2 calls bclim.
test_broadcast_threshold() {
	network -o bclim=7
	start_container 1
	equal "bclim" "$(beside machine c1 ip -d -j link show dev eth0 |
		jq -r '.[0].linkinfo.info_data.bclim')" 7
	pings machine c1 192.168.2.1
	remove
}

# MTU that the parent does not have: refused, with the kernel's words
test_mtu_above_the_parents() {
	network -o mtu=9000
	! start_container 1 2>"$RESULT_DIR/error" || fail "started"
	note "$(tail -n 1 "$RESULT_DIR/error")"
	remove
}

test_nothing_is_left() {
	unloads
}

lan machine
image "$RESULT_DIR/image.tar"
on machine podman import - busybox <"$RESULT_DIR/image.tar" >/dev/null 2>&1 ||
	{ echo "Bail out! podman takes no image"; exit 1; }
run_tests up_ping_down private vepa passthru mtu_and_mac_address \
	broadcast_threshold mtu_above_the_parents nothing_is_left
