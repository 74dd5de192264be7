#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Docker on a machine with the drop-in, whose kernel refuses our modules as with
# Secure Boot: the in-tree driver serves it.
#
#   .-- machine_a --.
#   | .--- c220 --. |
#   | |   eth0    | |
#   | '----+------' |
#   |    enp0s5     |
#   '------+--------'
#          '----------- switch: br0, 192.168.2.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/docker_daemon.sh"

# refused - what was not signed by Debian is not loaded any more, until this machine
# ends. A kernel without signatures has one of the two missing.
refused() {
	local enforce=/sys/module/module/parameters/sig_enforce

	if [ -e "$enforce" ]; then
		echo 1 >"$enforce"
		reason="could not insert 'mymacvlan': Key was rejected by service"
	else
		rm "/usr/lib/modules/$(uname -r)/updates/mymacvtap.ko"
		depmod
		reason="there is no module mymacvtap for kernel $(uname -r)"
	fi
}

test_docker_works() {
	check "docker network create" on machine_a docker network create -d macvlan \
		--subnet 192.168.2.0/24 --gateway 192.168.2.1 -o parent=enp0s5 macnet
	run machine_a c220 --network macnet --ip 192.168.2.220
	equal "its driver" "$(beside machine_a c220 ethtool -i eth0 | sed -n 's/^driver: //p')" macvlan
	pings machine_a c220 192.168.2.1
}

test_the_log_says_why() {
	[[ $(dmesg) == *"mymacvlan: drop-in: the in-tree drivers serve macvlan and macvtap, not mymacvlan: $reason"* ]] ||
		fail "expected \"$reason\" in: $(dmesg | grep drop-in)"
}

test_taps_as_well() {
	check "ip link add type macvtap" \
		on machine_a ip link add link enp0s5 name t1 type macvtap mode bridge
	[ ! -e /sys/module/mymacvlan ] || fail "mymacvlan is loaded"
	on machine_a docker rm -f c220 >/dev/null 2>&1
}

refused
lan machine_a
docker_start machine_a
run_tests docker_works the_log_says_why taps_as_well
