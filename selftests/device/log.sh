#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who can fill the kernel log, and whose messages are lost then. What each lower
# device says here: it has taken the address of its child. The topology is in
# device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# lines DEV - how many there are in the log about this child
lines() {
	dmesg | grep -c "[ :]$1: .*$MAC_A" || :
}

# The driver has a limit of 10 lines in 5 seconds: many lines, and yet far fewer
# than changes on a machine that takes several times that long.
CHANGES=200

# take_address TIMES - commands that give eth0 the child's address, and another one
take_address() {
	local i

	for ((i = 0; i < $1; i++)); do
		printf 'link set eth0 address %s\n' "$MAC_A" "$MAC_B"
	done
}

# quiet_port_speaks - what a port has to say that has been quiet until now
quiet_port_speaks() {
	links "$room" <<-END
		link add eth0 type dummy
		link set eth0 up
		link add link eth0 name quiet address $MAC_A up type $KIND mode bridge
	END
	take_address 1 | links "$room"
	equal "lines of a port that was quiet" "$(lines quiet)" 1
	ip -n "$room" link del eth0
}

test_noisy_port() {
	local count

	only_ours
	fresh
	child noisy "$MAC_A"
	dmesg --clear
	take_address "$CHANGES" | links "$box"
	count=$(lines noisy)
	check "the noisy one is heard" test "$count" -ge 1
	check "but not each time ($count lines)" test "$count" -lt $((CHANGES / 2))
	quiet_port_speaks
}

# Any user may make a user namespace, and in it as many ports as there is memory.
test_ports_of_any_user() {
	local count

	only_ours
	unshare -Urn true 2>/dev/null || skip "no user namespaces"
	dmesg --clear
	check "many ports" unshare -Urn ip -batch - <<-END
		$(for ((i = 0; i < CHANGES; i++)); do
			echo "link add d$i up type dummy"
			echo "link add link d$i name noisy$i address $MAC_A up type $KIND mode bridge"
			echo "link set d$i address $MAC_A"
		done)
	END
	count=$(lines "noisy[0-9]*")
	check "they are heard" test "$count" -ge 1
	check "as one ($count lines)" test "$count" -lt $((CHANGES / 2))
	quiet_port_speaks
}

spaces
run_tests noisy_port ports_of_any_user
