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

start_netconsole() {
	in_ns "$box" modprobe netconsole \
		"netconsole=6665@192.0.2.1/m1,6666@192.0.2.2/$MAC_C" \
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

spaces
run_tests message_over_a_child child_is_deleted_meanwhile
