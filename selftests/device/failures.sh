#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Creations that fail must leave nothing behind: no port, no source entry, no
# address, no count, no reference; also while frames arrive. The topology is in
# device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# rejected OPTION... - a child with a bad name
rejected() {
	local name

	for name in "$BAD_NAME" "$LATE_NAME"; do
		expect_err "" ip -n "$box" link add link eth0 name "$name" type "$KIND" "$@"
	done
}

test_first_child_rejected() {
	local mode

	fresh
	for mode in private vepa bridge passthru source "source macaddr add $MAC_A"; do
		# shellcheck disable=SC2086 # a list of words
		rejected mode $mode
		clean_lower "$box" eth0
	done
}

test_another_child_rejected() {
	local mode

	fresh
	child m1
	for mode in private vepa bridge passthru source "source macaddr add $MAC_A"; do
		# shellcheck disable=SC2086 # a list of words
		rejected mode $mode
	done
	talks "$box/m1" "$outside/eth0"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# The address that a source child would have taken frames of must mean nothing.
test_source_list_of_a_rejected_child() {
	fresh
	child m1
	rejected mode source macaddr add "$MAC_A"
	rejected mode source macaddr set "$MAC_A" "$MAC_B"
	hears "frames of that source" send "$outside/eth0" src="$MAC_A" dst="@$box/m1" \
		send "$outside/eth0" src="$MAC_B" dst="@$box/m1" hear "$box/m1=2"
}

test_passthru_rejected() {
	local own

	fresh
	own=$(mac "$box" eth0)
	expect_err "" ip -n "$box" link add link eth0 name "$LATE_NAME" address "$MAC_A" \
		type "$KIND" mode passthru
	equal "address of the lower device" "$(mac "$box" eth0)" "$own"
	child m1
	talks "$box/m1" "$outside/eth0"
}

test_name_that_is_taken() {
	fresh
	child m1
	expect_err "File exists" ip -n "$box" link add link eth0 name m1 type "$KIND"
	expect_err "File exists" ip -n "$box" link add link eth0 name eth0 type "$KIND" mode source
	talks "$box/m1" "$outside/eth0"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# Children come, fail and go while frames for all of them arrive.
test_while_frames_arrive() {
	local frames i

	fresh
	child m1 "$MAC_A"
	{
		for i in {1..40}; do
			frame limit=10 send "$outside/eth0" dst="$MAC_B" src="$MAC_C" count=40 \
				send "$outside/eth0" src="$MAC_C" count=40 \
				send "$outside/eth0" dst="$GROUP" src="$MAC_C" count=40
		done
	} >/dev/null 2>&1 &
	frames=$!
	for i in {1..8}; do
		ip -n "$box" -force -batch - >/dev/null 2>&1 <<-END || :
			link add link eth0 name $LATE_NAME type $KIND mode source macaddr add $MAC_C
			link add link eth0 name m2 address $MAC_B type $KIND mode bridge
			link set m2 up
			link add link eth0 name m3 type $KIND mode source macaddr add $MAC_C
			link set m3 up
			link set m3 type $KIND macaddr flush
			link add link eth0 name $LATE_NAME type $KIND mode bridge
			link set m2 address $MAC_C
			link del m3
			link del m2
		END
	done
	kill "$frames"
	wait "$frames" 2>/dev/null || :
	talks "$box/m1" "$outside/eth0"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# The last child, and so the port, goes while frames arrive.
test_port_goes_while_frames_arrive() {
	local frames i mode

	fresh
	{
		for i in {1..40}; do
			frame limit=10 send "$outside/eth0" dst="$MAC_A" count=60 \
				send "$outside/eth0" count=60
		done
	} >/dev/null 2>&1 &
	frames=$!
	for i in {1..6}; do
		for mode in bridge passthru source; do
			ip -n "$box" -batch - <<-END
				link add link eth0 name m1 address $MAC_A type $KIND mode $mode
				link set m1 up
				link set m1 promisc on
				link del m1
			END
		done
	done
	kill "$frames"
	wait "$frames" 2>/dev/null || :
	clean_lower "$box" eth0
}

# The lower device must stay an Ethernet device.
test_change_of_type() {
	fresh
	ip -n "$box" link add up0 type bond mode active-backup fail_over_mac 1 2>/dev/null ||
		skip "no bonding"
	modprobe -q tun || :
	ip -n "$box" tuntap add tun0 mode tun 2>/dev/null || skip "no tun"
	ip -n "$box" link add link up0 name m1 type "$KIND" mode bridge
	expect_err "" ip -n "$box" link set tun0 master up0
	ip -n "$box" link del tun0
	its_port_is_eth0
	ip -n "$box" link set m1 up
	poll 5 state_is "$box" m1 UP
	talks "$box/m1" "$outside/eth0"
}

its_port_is_eth0() {
	links "$box" <<-END
		link set eth0 down
		link set eth0 master up0
		link set up0 up
	END
}

spaces
run_tests first_child_rejected another_child_rejected \
	source_list_of_a_rejected_child passthru_rejected name_that_is_taken \
	while_frames_arrive port_goes_while_frames_arrive change_of_type
