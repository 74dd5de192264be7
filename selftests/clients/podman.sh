#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Podman's macvlan networks (netavark): README's example, and each option.
#
#   .----------- machine ------------.
#   |  c1 .31            c2 .32      |
#   |     '-------. .-------'        |
#   |           enp0s5               |
#   '-------------+------------------'
#                 '---- switch: br0 192.168.2.1
. "$(dirname "$0")/lib.sh"
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

# beside NAME COMMAND... - a program of the machine's, in the container's network
beside() {
	local pid

	pid=$(on machine podman inspect -f '{{.State.Pid}}' "$1") &&
		on machine nsenter --target "$pid" --net -- "${@:2}"
}

# has_mode NAME MODE
has_mode() {
	equal "mode of $1" "$(beside "$1" ip -d -j link show dev eth0 |
		jq -r '.[0].linkinfo.info_data.mode')" "$2"
	ours "$1: eth0" beside "$1"
}

# pings NAME HOST...
pings() {
	# shellcheck disable=SC2016 # the container's shell
	check "$1 reaches ${*:2}" on machine podman exec "$1" sh -c \
		'for host; do ping -q -c 1 -w 10 "$host" || exit; done' sh "${@:2}"
}

# deaf NAME HOST
deaf() {
	! on machine podman exec "$1" ping -q -c 3 -i 0.2 -w 1 "$2" >/dev/null 2>&1 ||
		fail "$1 reaches $2"
}

# Bridge is Podman's default mode, too.
test_up_ping_down() {
	network
	start_container 1
	start_container 2
	has_mode c1 bridge
	pings c1 192.168.2.1 192.168.2.32
	pings c2 192.168.2.1 192.168.2.31
	check "podman restart" on machine podman restart -t 0 c1
	has_mode c1 bridge
	pings c1 192.168.2.1 192.168.2.32
	remove
}

test_private() {
	network -o mode=private
	start_container 1
	start_container 2
	has_mode c1 private
	pings c1 192.168.2.1
	deaf c1 192.168.2.32
	remove
}

test_vepa() {
	network -o mode=vepa
	start_container 1
	start_container 2
	has_mode c1 vepa
	pings c1 192.168.2.1
	deaf c1 192.168.2.32
	hairpin "$switch" machine on
	pings c1 192.168.2.32
	hairpin "$switch" machine off
	remove
}

test_passthru() {
	local mac

	mac=$(mac "$machine" enp0s5)
	network -o mode=passthru
	start_container 1
	has_mode c1 passthru
	pings c1 192.168.2.1
	! start_container 2 2>"$RESULT_DIR/error" || fail "a second one joined"
	pings c1 192.168.2.1
	remove
	equal "MAC address of enp0s5" "$(mac "$machine" enp0s5)" "$mac"
}

test_mtu_and_mac_address() {
	network -o mtu=1400
	start_container 1 mac=02:00:00:00:02:31
	equal "MTU and MAC address" "$(beside c1 ip -j link show dev eth0 |
		jq -r '.[0] | "\(.mtu) \(.address)"')" "1400 02:00:00:00:02:31"
	pings c1 192.168.2.1
	check "the largest frame" on machine podman exec c1 \
		ping -q -M "do" -s 1372 -c 1 -w 10 192.168.2.1
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
	mtu_above_the_parents nothing_is_left
