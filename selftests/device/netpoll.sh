#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# netconsole over a child: the kernel's own messages, sent from wherever they
# come from. In the test machine only: it takes every message of the kernel.
# The topology is in device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"

build() {
	fresh
	child m1
	links "$box" <<-END
		link set m1 up
		address add 192.0.2.1/24 dev m1
	END
	ip -n "$outside" address add 192.0.2.2/24 dev eth0
	poll 5 state_is "$box" m1 UP
}

start_netconsole() {
	in_ns "$box" modprobe netconsole \
		"netconsole=6665@192.0.2.1/m1,6666@192.0.2.2/$(mac "$outside" eth0)" \
		2>"$RESULT_DIR/modprobe" || skip "netconsole: $(<"$RESULT_DIR/modprobe")"
}

test_message_over_a_child() {
	local listener text

	printf -v text 'netpoll test %08x' "$SRANDOM"
	build
	in_ns "$outside" timeout 30 socat -u UDP4-RECV:6666 "CREATE:$RESULT_DIR/heard" &
	listener=$!
	start_netconsole
	poll 5 says "$text" || fail "the message did not arrive"
	check "unload" rmmod netconsole
	kill $listener
	wait $listener 2>/dev/null || :
	talks "$box/m1" "$outside/eth0"
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
	echo "<1>netpoll test: a child goes" >/dev/kmsg
	ip -n "$box" link del m1
	check "unload" rmmod netconsole
	clean_lower "$box" eth0
}

spaces
run_tests message_over_a_child child_is_deleted_meanwhile
