#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# systemd-networkd and udev, with .netdev files of Kind=macvlan and Kind=macvtap:
# the example of clients.md, each key of [MACVLAN] and [MACVTAP] that this version knows,
# files that change, removal.
#
#   .----------- machine ------------.
#   |   macvlan0 .51      ...        |
#   |       '-------. .----'         |
#   |            enp0s5       enp0s6 |
#   '--------------+-------------+---'
#                  '-- switch: br0 192.168.2.1
. "$(dirname "$0")/lib.sh"
client_programs networkctl udevadm dbus-daemon \
	/usr/lib/systemd/systemd-networkd /usr/lib/systemd/systemd-udevd

conf=/etc/systemd/network

#
# The daemons, as systemd would start them
#

# file NAME - its text comes on standard input
file() {
	on machine tee "$conf/$1" >/dev/null
}

udev_answers() {
	on machine udevadm control --ping
}

# udev_start - takes the cards as they are; on children and taps it does what
# Debian's own rules say
udev_start() {
	file 00-cards.link <<-END
		[Match]
		OriginalName=enp0s*
		[Link]
		NamePolicy=keep
		MACAddressPolicy=none
	END
	program_start machine udevd /usr/lib/systemd/systemd-udevd
	check "udevd runs" poll 30 udev_answers
	check "udev knows the cards" on machine \
		udevadm trigger --settle --subsystem-match=net --action=add
}

# networkd_start - it becomes the user systemd-network by itself
networkd_start() {
	on machine install -d -o systemd-network -g systemd-network \
		/run/systemd/netif /run/systemd/netif/links /run/systemd/netif/leases
	program_start machine networkd /usr/lib/systemd/systemd-networkd
	check "networkd runs" poll 30 on machine busctl status org.freedesktop.network1
}

no_networkd() {
	! on machine pgrep -f systemd-networkd
}

networkd_stop() {
	on machine pkill -TERM -f systemd-networkd
	check "networkd has ended" poll 20 no_networkd
}

dbus_start() {
	on machine mkdir -p /run/dbus "$conf"
	program_start machine dbus dbus-daemon --system --nofork --nopidfile
	check "dbus runs" poll 30 on machine test -S /run/dbus/system_bus_socket
}

#
# What the tests look at
#

# state DEV - as networkd calls it
state() {
	on machine networkctl --json=short status "$1" 2>/dev/null |
		jq -r .AdministrativeState
}

configured() {
	[ "$(state "$1")" = configured ]
}

# is_up DEV - networkd has done all that it wanted to with it
is_up() {
	check "$1 is configured" poll 30 configured "$1" ||
		{ on machine networkctl --no-pager --full status "$1" | sed 's/^/# /'; }
	ours "device $1" on machine
}

reload() {
	check "networkctl reload" on machine networkctl reload
}

# value DEV FILTER - a part of what "ip" knows about its kind
value() {
	on machine ip -d -j link show dev "$1" | jq -c ".[0].linkinfo.info_data | $2"
}

# pings DEV HOST
pings() {
	check "$2 answers on $1" on machine ping -q -c 1 -w 10 -I "$1" "$2"
}

# gone DEV
gone() {
	no_device "$machine" "$1"
}

# delete DEV...
delete() {
	local dev

	check "networkctl delete $*" on machine networkctl delete "$@"
	for dev; do
		check "$dev is gone" poll 10 gone "$dev"
	done
}

# clean - no file and no device but the cards
clean() {
	local dev

	# shellcheck disable=SC2016 # the machine's shell
	on machine sh -c 'rm -f "$0"/[1-9]*' "$conf"
	reload
	for dev; do
		gone "$dev" || delete "$dev"
	done
	check "no device is left" no_links "$machine"
	promiscuity "$machine" enp0s5 0
	promiscuity "$machine" enp0s6 0
}

#
# Tests
#

test_readme() {
	file 10-macvlan0.netdev <<-END
		[NetDev]
		Name=macvlan0
		Kind=macvlan

		[MACVLAN]
		Mode=bridge
	END
	file 20-enp0s5.network <<-END
		[Match]
		Name=enp0s5

		[Network]
		MACVLAN=macvlan0
		LinkLocalAddressing=no
	END
	file 30-macvlan0.network <<-END
		[Match]
		Name=macvlan0

		[Network]
		Address=192.168.2.51/24
		Gateway=192.168.2.1
	END
	networkd_start
	is_up macvlan0
	equal "mode" "$(value macvlan0 .mode)" '"bridge"'
	pings macvlan0 192.168.2.1
	check "the gateway reaches it" in_ns "$switch" ping -q -c 1 -w 10 192.168.2.51
	equal "the default route" "$(on machine ip -j route show default | jq -r '.[0].dev')" \
		macvlan0
}

# The daemon finds its device again.
test_networkd_starts_again() {
	local before

	before=$(on machine cat /sys/class/net/macvlan0/ifindex)
	networkd_stop
	pings macvlan0 192.168.2.1
	networkd_start
	is_up macvlan0
	equal "index of macvlan0" "$(on machine cat /sys/class/net/macvlan0/ifindex)" "$before"
	pings macvlan0 192.168.2.1
}

test_delete_and_reload() {
	delete macvlan0
	clean macvlan0
}

# modes KIND SECTION - all that can share a card, and passthru on another one
modes() {
	local kind=$1 section=$2 mode

	for mode in private vepa bridge passthru source; do
		file "10-$mode.netdev" <<-END
			[NetDev]
			Name=$mode
			Kind=$kind

			[$section]
			Mode=$mode
		END
	done
	file 10-source.netdev <<-END
		[NetDev]
		Name=source
		Kind=$kind

		[$section]
		Mode=source
		SourceMACAddress=02:00:00:00:00:01 02:00:00:00:00:02
		SourceMACAddress=02:00:00:00:00:03
	END
	printf '%s\n' "[Match]" "Name=enp0s5" "[Network]" "LinkLocalAddressing=no" \
		"$section=private" "$section=vepa" "$section=bridge" "$section=source" |
		file 20-enp0s5.network
	printf '%s\n' "[Match]" "Name=enp0s6" "[Network]" "LinkLocalAddressing=no" \
		"$section=passthru" | file 20-enp0s6.network
	printf '%s\n' "[Match]" "Name=private vepa bridge passthru source" \
		"[Network]" "LinkLocalAddressing=no" | file 30-all.network
	reload
	for mode in private vepa bridge passthru source; do
		is_up "$mode"
		equal "kind of $mode" "$(on machine ip -d -j link show dev "$mode" |
			jq -r '.[0].linkinfo.info_kind')" "$kind"
		equal "mode of $mode" "$(value "$mode" .mode)" "\"$mode\""
	done
	equal "senders" "$(value source '.macaddr_data | sort')" \
		'["02:00:00:00:00:01","02:00:00:00:00:02","02:00:00:00:00:03"]'
}

test_modes() {
	modes macvlan MACVLAN
	clean private vepa bridge passthru source
}

test_modes_of_taps() {
	local mode

	modes macvtap MACVTAP
	for mode in private vepa bridge passthru source; do
		check "the node of $mode" on machine \
			test -c "/dev/tap$(on machine cat "/sys/class/net/$mode/ifindex")"
	done
	clean private vepa bridge passthru source
}

test_queue_and_threshold() {
	file 10-queue.netdev <<-END
		[NetDev]
		Name=queue
		Kind=macvlan
		MACAddress=02:00:00:00:02:52
		MTUBytes=1400

		[MACVLAN]
		Mode=bridge
		BroadcastMulticastQueueLength=2345
		BroadcastQueueThreshold=7
	END
	printf '%s\n' "[Match]" "Name=enp0s5" "[Network]" "LinkLocalAddressing=no" \
		"MACVLAN=queue" | file 20-enp0s5.network
	printf '%s\n' "[Match]" "Name=queue" "[Network]" "LinkLocalAddressing=no" \
		"Address=192.168.2.52/24" | file 30-queue.network
	reload
	is_up queue
	equal "queue length asked for, threshold" "$(value queue '[.bcqueuelen, .bclim]')" "[2345,7]"
	equal "MAC address, MTU" "$(on machine ip -j link show dev queue |
		jq -r '.[0] | "\(.address) \(.mtu)"')" "02:00:00:00:02:52 1400"
	pings queue 192.168.2.1
}

# The changed address is taken over at once. What [MACVLAN] says is only for a
# device that networkd makes.
test_changed_files() {
	on machine sed -i 's/=bridge/=vepa/; s/=2345/=3456/; s/=7/=no/' "$conf/10-queue.netdev"
	on machine sed -i 's/2\.52/2.53/' "$conf/30-queue.network"
	reload
	check "the address is another one" poll 20 has_address queue 192.168.2.53
	pings queue 192.168.2.1
	delete queue
	check "networkctl reconfigure" on machine networkctl reconfigure enp0s5
	is_up queue
	equal "mode, queue length, threshold" "$(value queue '[.mode, .bcqueuelen, .bclim]')" \
		'["vepa",3456,-1]'
	pings queue 192.168.2.1
	clean queue
}

has_address() {
	on machine ip -j address show dev "$1" |
		jq -e --arg a "$2" '.[0].addr_info[] | select(.local == $a)'
}

# A device that networkd has no file about. It has an address by chance, which
# udev makes a lasting one.
test_by_hand_under_udev() {
	local before

	check "ip link add" on machine ip link add link enp0s5 name byhand type macvlan mode bridge
	check "udev is done" on machine udevadm wait --timeout=20 --initialized=yes \
		/sys/class/net/byhand
	before=$(mac "$machine" byhand)
	on machine ip link del byhand
	check "ip link add, again" on machine ip link add link enp0s5 name byhand type macvlan mode bridge
	check "udev is done again" on machine udevadm wait --timeout=20 --initialized=yes \
		/sys/class/net/byhand
	equal "MAC address" "$(mac "$machine" byhand)" "$before"
	on machine ip link del byhand
}

test_nothing_is_left() {
	networkd_stop
	check "no device is left" no_links "$machine"
	unloads
}

lan machine
cable "$machine" enp0s6 "$switch" second
dbus_start
udev_start
run_tests readme networkd_starts_again delete_and_reload modes modes_of_taps \
	queue_and_threshold changed_files by_hand_under_udev nothing_is_left
