#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Lower devices that hold their instance lock while they notify, as dummy does
# on the newest kernels: everything that is told to the children, once. A
# kernel with lockdep shows what it thinks of it; without, a mistake hangs.
#
#    m1 (up)  m2 (down)  m3 (in room, up)
#      \        |        /
#       '------ d0 -----'      dummy or netdevsim
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# children MODE
children() {
	links "$box" <<-END
		link set d0 up
		link add link d0 name m1 address $MAC_A type $KIND mode $1
		link set m1 up
		link add link d0 name m2 address $MAC_B type $KIND mode $1
		link add link d0 name m3 netns $room address $MAC_C type $KIND mode $1
	END
	ip -n "$room" link set m3 up promisc on allmulticast on
	join "$box" d0 "$box" m1
}

# lro - where it can be changed (netdevsim), it comes and goes with a device on m1
# that does not take it: the core would turn it off below, under the lock
lro() {
	ip -n "$box" link add link m1 name v1 type vlan id 7 2>/dev/null || :
	in_ns "$box" ethtool -K d0 lro on >/dev/null 2>&1 || :
	check "features" in_ns "$box" ethtool -K d0 gro off
	check "features" in_ns "$box" ethtool -K d0 gro on
	ip -n "$box" link del v1 2>/dev/null || :
	in_ns "$box" ethtool -K d0 lro off >/dev/null 2>&1 || :
	in_ns "$box" ethtool -K d0 lro on >/dev/null 2>&1 || :
}

# notifications - each that a lower device can make
notifications() {
	check "MTU" links "$box" <<-END
		link set d0 mtu 1400
		link set d0 mtu 1600
		link set m1 mtu 1600
		link set d0 mtu 1500
	END
	check "address of m2" links "$box" <<-END
		link set d0 address $MAC_B
		link set d0 address 02:00:00:00:00:77
		link set m2 up
		link set d0 address $MAC_B
		link set d0 address 02:00:00:00:00:78
		link set m2 down
	END
	check "down and up" links "$box" <<-END
		link set d0 down
		link set d0 up
	END
	# netdevsim has no such switch.
	if ip -n "$box" link set d0 carrier off 2>/dev/null; then
		check "carrier" ip -n "$box" link set d0 carrier on
	fi
	check "features" in_ns "$box" ethtool -K d0 tso off sg off
	check "features" in_ns "$box" ethtool -K d0 tso on sg on
	lro
	check "name and counts" links "$box" <<-END
		link set d0 promisc on
		link set d0 promisc off
		link set d0 allmulticast on
		link set d0 allmulticast off
		link set m1 promisc on
		link set m1 allmulticast on
		link set m1 promisc off
		link set m1 allmulticast off
	END
	equal "MTU" "$(field "$box" m1 mtu)" 1500
}

talking() {
	hears "siblings" send "$box/m1" dst="@$room/m3" send "$box/m1" \
		hear "$room/m3=2"
}

# all_of_it - and away it goes, once by the children, once by the lower device
all_of_it() {
	children bridge
	notifications
	talking
	printf 'link del %s\n' m1 m2 | links "$box"
	ip -n "$room" link del m3
	clean_lower "$box" d0
	children vepa
	check "the lower device goes" ip -n "$box" link del d0
	check "and its children" no_device "$room" m3
}

test_dummy() {
	fresh
	ip -n "$box" link add d0 type dummy 2>/dev/null || skip "no dummy"
	all_of_it
}

test_passthru_on_dummy() {
	fresh
	ip -n "$box" link add d0 address "$MAC_C" type dummy 2>/dev/null || skip "no dummy"
	check "address" links "$box" <<-END
		link set d0 up
		link add link d0 name m1 type $KIND mode passthru
		link set m1 up
		link set m1 address $MAC_A
		link set d0 address $MAC_B
	END
	equal "follows" "$(mac "$box" m1)" "$MAC_B"
	check "moves" ip -n "$box" link set d0 netns "$room"
	ip -n "$room" link set d0 up
	ip -n "$box" link set m1 address "$MAC_A"
	ip -n "$box" link del m1
	equal "restored" "$(mac "$room" d0)" "$MAC_B"
	clean_lower "$room" d0
	ip -n "$room" link del d0
}

# netdevsim is not in Debian's kernels; where it is, it is the strictest. Once
# down it has no carrier again, for it has no peer.
test_netdevsim() {
	local bus=/sys/bus/netdevsim id=$((RANDOM + 1)) dev

	modprobe -q netdevsim 2>/dev/null || [ -d "$bus" ] || skip "no netdevsim"
	fresh
	echo "$id 1" >"$bus"/new_device
	dev=$(ls "$bus"/devices/netdevsim"$id"/net)
	ip link set "$dev" netns "$box" name d0
	children bridge
	notifications
	printf 'link del %s\n' m1 m2 | links "$box"
	ip -n "$room" link del m3
	clean_lower "$box" d0
	children vepa
	echo "$id" >"$bus"/del_device
	check "the children go" no_device "$room" m3
}

spaces
run_tests dummy passthru_on_dummy netdevsim
