#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# LXC containers with lxc.net.0.type = macvlan: the example of clients.md, and each mode.
#
#   .----------- machine ------------.
#   |  c1 .41            c2 .42      |
#   |     '-------. .-------'        |
#   |           enp0s5               |
#   '-------------+------------------'
#                 '---- switch: br0 192.168.2.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/containers.sh"
client_programs lxc-start lxc-stop lxc-info lxc-attach

# container NUMBER MODE [LINE...] - its file system is busybox; it sleeps, and
# does not know the signal that asks for its end. LINEs go to its configuration.
container() {
	local name=c$1 mode=$2 number=$1
	shift 2
	on machine mkdir -p "/var/lib/lxc/$name/rootfs"
	on machine tar -C "/var/lib/lxc/$name/rootfs" -xf "$RESULT_DIR/image.tar"
	{
		cat <<-END
			lxc.uts.name = $name
			lxc.rootfs.path = dir:/var/lib/lxc/$name/rootfs
			lxc.apparmor.profile = unconfined
			lxc.init.cmd = /bin/sleep infinity
			lxc.signal.halt = SIGKILL

			lxc.net.0.type = macvlan
			lxc.net.0.macvlan.mode = $mode
			lxc.net.0.link = enp0s5
			lxc.net.0.name = eth0
			lxc.net.0.flags = up
			lxc.net.0.ipv4.address = 192.168.2.4$number/24
			lxc.net.0.ipv4.gateway = 192.168.2.1
		END
		[ $# = 0 ] || printf '%s\n' "$@"
	} | on machine tee "/var/lib/lxc/$name/config" >/dev/null
}

# start_container NUMBER - "lxc-start" comes back when the container runs
start_container() {
	check "lxc-start c$1" on machine lxc-start --name "c$1" \
		--logfile /run/lxc.log --logpriority ERROR
}

running() {
	on machine lxc-info --name "c$1" --state | grep -q RUNNING
}

# lower_is_free - a namespace ends some time after its last process, and the
# devices in it with the namespace
lower_is_free() {
	no_links "$machine" && [ "$(field "$machine" enp0s5 promiscuity)" = 0 ]
}

stop_all() {
	local number

	for number in 1 2; do
		! running "$number" ||
			check "lxc-stop c$number" on machine lxc-stop --name "c$number"
	done
	check "no device is left" poll 10 lower_is_free
}

# two_containers MODE - they run, on our driver, in that mode
two_containers() {
	local number

	for number in 1 2; do
		container "$number" "$1"
		start_container "$number"
		has_mode machine "c$number" "$1"
	done
}

# process_of VAR NAME
process_of() {
	on "$1" lxc-info --name "$2" --pid --no-humanize
}

# in_container VAR NAME COMMAND...
in_container() {
	on "$1" lxc-attach --name "$2" -- "${@:3}"
}

test_bridge() {
	two_containers bridge
	pings machine c1 192.168.2.1 192.168.2.42
	pings machine c2 192.168.2.1 192.168.2.41
	check "the gateway reaches c1" in_ns "$switch" ping -q -c 1 -w 10 192.168.2.41
	check "lxc-stop c1" on machine lxc-stop --name c1
	check "c1 is stopped" not running 1
	start_container 1
	has_mode machine c1 bridge
	pings machine c1 192.168.2.1 192.168.2.42
	stop_all
}

test_private() {
	two_containers private
	pings machine c1 192.168.2.1
	pings machine c2 192.168.2.1
	deaf machine c1 192.168.2.42
	hairpin "$switch" machine on
	deaf machine c1 192.168.2.42
	hairpin "$switch" machine off
	stop_all
}

test_vepa() {
	two_containers vepa
	pings machine c1 192.168.2.1
	deaf machine c1 192.168.2.42
	hairpin "$switch" machine on
	pings machine c1 192.168.2.42
	hairpin "$switch" machine off
	stop_all
}

test_passthru() {
	local mac

	mac=$(mac "$machine" enp0s5)
	container 1 passthru
	container 2 passthru
	start_container 1
	has_mode machine c1 passthru
	pings machine c1 192.168.2.1
	! on machine lxc-start --name c2 --logfile /run/c2.log --logpriority ERROR 2>/dev/null ||
		fail "a second one joined"
	pings machine c1 192.168.2.1
	stop_all
	equal "MAC address of enp0s5" "$(mac "$machine" enp0s5)" "$mac"
}

test_mtu_and_mac_address() {
	container 1 bridge "lxc.net.0.mtu = 1400" "lxc.net.0.hwaddr = 02:00:00:00:02:41"
	start_container 1
	equal "MTU and MAC address" "$(beside machine c1 ip -j link show dev eth0 |
		jq -r '.[0] | "\(.mtu) \(.address)"')" "1400 02:00:00:00:02:41"
	# LXC sets it from inside, before the device is first up.
	equal "vouched for" "$(beside machine c1 ip -d -j link show dev eth0 |
		jq '.[0].linkinfo.info_data.addr_vouched')" true
	pings machine c1 192.168.2.1
	stop_all
}

# Its processes are killed, and nobody tells LXC to tidy up.
test_a_container_dies() {
	two_containers bridge
	on machine kill -KILL "$(process_of machine c1)"
	check "c1 has ended" poll 20 not running 1
	pings machine c2 192.168.2.1
	start_container 1
	pings machine c1 192.168.2.42
	stop_all
}

test_nothing_is_left() {
	unloads
}

not() {
	! "$@"
}

lan machine
image "$RESULT_DIR/image.tar"
run_tests bridge private vepa passthru mtu_and_mac_address a_container_dies \
	nothing_is_left
