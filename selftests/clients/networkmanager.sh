#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# NetworkManager: the example of clients.md as it stands there, modes, a tap, removal.
#
#   .----------- machine ------------.
#   |   macvlan0 .51      ...        |
#   |       '-------. .----'         |
#   |            enp0s5              |
#   '--------------+-----------------'
#                  '-- switch: br0, 192.168.2.1
. "$(dirname "$0")/lib.sh"
client_programs NetworkManager nmcli dbus-daemon udevadm /usr/lib/systemd/systemd-udevd

# Where the machine has a directory of its own.
conf=/run/networkmanager.conf

dbus_start() {
	on machine mkdir -p /run/dbus
	program_start machine dbus dbus-daemon --system --nofork --nopidfile
	check "dbus runs" poll 30 on machine test -S /run/dbus/system_bus_socket
}

udev_answers() {
	on machine udevadm control --ping
}

# NetworkManager leaves alone what udev has not seen.
udev_start() {
	program_start machine udevd /usr/lib/systemd/systemd-udevd
	check "udevd runs" poll 30 udev_answers
	check "udev knows the card" on machine \
		udevadm trigger --settle --subsystem-match=net --action=add
}

# manager_start - it makes no connection that nobody has asked for
manager_start() {
	on machine tee "$conf" >/dev/null <<-END
		[main]
		plugins=keyfile
		no-auto-default=*
		[keyfile]
		path=/run/connections
	END
	program_start machine manager NetworkManager --no-daemon --config "$conf"
	check "NetworkManager runs" poll 60 on machine nmcli -t general status
	check "it knows the card" poll 30 on machine nmcli -t device show enp0s5
}

# value DEV FILTER - a part of what "ip" knows about its kind
value() {
	on machine ip -d -j link show dev "$1" | jq -r ".[0].linkinfo | $2"
}

# connection NAME WORD... - a child or a tap, without addresses, that is up
connection() {
	local name=$1
	shift
	check "connection $name" on machine nmcli connection add type macvlan \
		con-name "$name" ifname "$name" dev enp0s5 ipv4.method disabled \
		ipv6.method disabled "$@"
	check "$name up" on machine nmcli --wait 30 connection up "$name"
	ours "device $name" on machine
}

gone() {
	no_device "$machine" "$1"
}

# delete NAME...
delete() {
	local name

	for name; do
		check "nmcli connection delete $name" on machine nmcli connection delete "$name"
		check "$name is gone" poll 10 gone "$name"
	done
}

test_example() {
	example NetworkManager sh >"$RESULT_DIR/example"
	[ -s "$RESULT_DIR/example" ] || fail "clients.md has no example"
	check "the example" on machine bash -eux <"$RESULT_DIR/example"
	ours "device macvlan0" on machine
	equal "kind and mode" "$(value macvlan0 '.info_kind + " " + .info_data.mode')" \
		"macvlan bridge"
	equal "the address" "$(on machine ip -4 -j addr show dev macvlan0 |
		jq -r '.[0].addr_info[0].local')" 192.168.2.51
	equal "the default route" "$(on machine ip -j route show default |
		jq -r '.[0] | .gateway + " " + .dev')" "192.168.2.1 macvlan0"
	check "the gateway answers" on machine ping -q -c 1 -w 10 -I macvlan0 192.168.2.1
}

test_down_and_up() {
	check "down" on machine nmcli --wait 30 connection down macvlan0
	check "the device is gone" poll 10 gone macvlan0
	promiscuity "$machine" enp0s5 0
	check "up" on machine nmcli --wait 30 connection up macvlan0
	check "the gateway answers" on machine ping -q -c 1 -w 10 -I macvlan0 192.168.2.1
	delete macvlan0
}

test_modes() {
	local mode

	for mode in private vepa bridge; do
		connection "m_$mode" mode "$mode"
		equal "mode" "$(value "m_$mode" .info_data.mode)" "$mode"
	done
	delete m_private m_vepa m_bridge
}

# The flag says that the lower device stays as it is.
test_passthru() {
	connection pass mode passthru
	equal "mode" "$(value pass .info_data.mode)" passthru
	promiscuity "$machine" enp0s5 1
	delete pass
	connection quiet mode passthru macvlan.promiscuous no
	equal "flag" "$(value quiet .info_data.nopromisc)" true
	promiscuity "$machine" enp0s5 0
	delete quiet
}

test_tap() {
	connection tap0 mode bridge tap yes
	equal "kind" "$(value tap0 .info_kind)" macvtap
	check "its node" on machine \
		test -c "/dev/tap$(on machine cat /sys/class/net/tap0/ifindex)"
	delete tap0
}

test_nothing_is_left() {
	check "no device" no_links "$machine"
	promiscuity "$machine" enp0s5 0
	on machine pkill NetworkManager
	unloads
}

lan machine
dbus_start
udev_start
manager_start
run_tests example down_and_up modes passthru tap nothing_is_left
