#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# netconsole over a child: the kernel's own messages, sent from wherever they
# come from. In the test machine only: it takes every message of the kernel.
#
#    m1  192.0.2.1
#     |
#    up0     a tap device (veth cannot be polled); socat reads what leaves it
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"
type -P socat >/dev/null || skip_all "no socat"

LISTENER=''

build() {
	fresh
	modprobe -q tun || :
	ip netns exec "$box" socat -u TUN,tun-name=up0,tun-type=tap,iff-up \
		"CREATE:$RESULT_DIR/heard" 2>"$RESULT_DIR/socat" &
	LISTENER=$!
	poll 5 state_is "$box" up0 UNKNOWN || poll 5 state_is "$box" up0 UP ||
		skip "no tap device: $(<"$RESULT_DIR/socat")"
	links "$box" <<-END
		link add link up0 name m1 type $KIND mode bridge
		link set m1 up
		address add 192.0.2.1/24 dev m1
	END
}

# start_netconsole [DEV]
start_netconsole() {
	in_ns "$box" modprobe netconsole \
		"netconsole=6665@192.0.2.1/${1-m1},6666@192.0.2.2/$MAC_C" \
		2>"$RESULT_DIR/modprobe" || skip "netconsole: $(<"$RESULT_DIR/modprobe")"
}

no_listener() {
	kill "$LISTENER"
	wait "$LISTENER" 2>/dev/null || :
}

test_message_over_a_child() {
	local text

	printf -v text 'netpoll test %08x' "$SRANDOM"
	build
	start_netconsole
	poll 5 says "$text" || fail "the message did not arrive"
	check "unload" rmmod netconsole
	ip -n "$box" link del m1
	clean_lower "$box" up0
	no_listener
}

# says TEXT - the kernel says it, and it has arrived
says() {
	echo "<1>$1" >/dev/kmsg
	grep -qsF "$1" "$RESULT_DIR/heard"
}

# The child goes while netconsole uses it.
test_child_is_deleted_meanwhile() {
	build
	start_netconsole
	poll 5 says "netpoll test" || fail "the message did not arrive"
	ip -n "$box" link del m1
	echo "<1>netpoll test: a child is gone" >/dev/kmsg
	check "unload" rmmod netconsole
	clean_lower "$box" up0
	no_listener
}

# refused_and_again - m1, which a netpoll uses, may not come up as m2 has its
# address; then it may. Where a refusal leaves the netpoll's lock taken, the
# last step waits for it for good, and with it every command after it.
refused_and_again() {
	links "$box" <<-END
		link set m1 down
		link add link up0 name m2 address $(mac "$box" m1) type $KIND mode bridge
		link set m2 up
	END
	expect_err "MAC address is already in use: $(mac "$box" m1) belongs to m2" \
		ip -n "$box" link set m1 up
	check "m1 again" links "$box" <<-END
		link del m2
		link set m1 up
		link set m1 down
		link set m1 up
	END
	poll 5 says "netpoll test: $1" || fail "the message did not arrive"
	check "unload" rmmod netconsole
}

test_up_is_refused_with_netpoll() {
	build
	start_netconsole
	refused_and_again "child"
	ip -n "$box" link del m1
	clean_lower "$box" up0
	no_listener
}

# above KIND - m1 below a bridge or a bond, which has the netpoll
above() {
	build
	modprobe -q "$1" || :
	{
		echo "link set m1 down"
		echo "link add above type $2"
		echo "link set m1 master above"
		echo "link set m1 up"
		echo "link set above up"
		echo "address flush dev m1"
		echo "address add 192.0.2.1/24 dev above"
	} | links "$box"
	poll 5 state_is "$box" above UP || fail "$1 is not up"
	start_netconsole above
	refused_and_again "$1"
	links "$box" <<-END
		link del above
		link del m1
	END
	clean_lower "$box" up0
	no_listener
}

test_up_is_refused_below_a_bridge() {
	above bridge bridge
}

test_up_is_refused_below_a_bond() {
	above bonding "bond mode active-backup miimon 50"
}

spaces
run_tests message_over_a_child child_is_deleted_meanwhile \
	up_is_refused_with_netpoll up_is_refused_below_a_bridge \
	up_is_refused_below_a_bond
