#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a child takes over from its lower device, and follows when it changes
# there: MTU, operational state, features, segmentation limits. The topology is
# in device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

mtus() {
	echo "$(field "$box" m1 mtu) $(field "$box" m2 mtu)"
}

# The lower device's MTU unless one was asked for; never above it.
test_mtu_is_remembered() {
	local mtu

	only_ours
	fresh
	ip -n "$box" link set eth0 mtu 9000
	child m1
	ip -n "$box" link add link eth0 name m2 mtu 4000 type "$KIND"
	for mtu in "1500:1500 1500" "5000:5000 4000" "9000:9000 4000" "68:68 68" \
			"9000:9000 4000"; do
		ip -n "$box" link set eth0 mtu "${mtu%%:*}"
		equal "lower device ${mtu%%:*}" "$(mtus)" "${mtu#*:}"
	done
	# Asked for later; what the driver does itself is nobody's request.
	links "$box" <<-END
		link set m1 mtu 3000
		link set eth0 mtu 2000
		link set m2 mtu 1400
		link set eth0 mtu 9000
	END
	equal "asked for later" "$(mtus)" "3000 1400"
	expect_err "" ip -n "$box" link set m1 mtu 9001
	ip -n "$box" link set eth0 mtu 1500
	ip -n "$box" link set eth0 mtu 9000
	equal "a refused one is not asked for" "$(mtus)" "3000 1400"
	# Down, in another namespace, and while the lower device moves.
	links "$box" <<-END
		link set m1 down
		link set m2 netns $room
		link set eth0 mtu 1000
		link set eth0 netns $other
	END
	ip -n "$other" link set eth0 mtu 9000
	equal "down" "$(field "$box" m1 mtu)" 3000
	equal "elsewhere" "$(field "$room" m2 mtu)" 1400
}

# A bond gives its slaves its own MTU and puts the old one back when they leave, also
# when they move elsewhere. That is nobody's request, nor above the lower device's.
test_mtu_put_back_by_a_bond() {
	only_ours
	fresh
	ip -n "$box" link add bond1 mtu 1400 type bond mode active-backup 2>/dev/null ||
		skip "this kernel has no bonding"
	child m1
	child m2
	links "$box" <<-END
		link set m1 down
		link set m1 mtu 1400
		link set m1 master bond1
		link set m1 netns $room
		link set eth0 mtu 1300
		link set eth0 mtu 1500
	END
	equal "the MTU asked for, after the bond" "$(field "$room" m1 mtu)" 1400
	links "$box" <<-END
		link set eth0 mtu 9000
		link set m2 down
		link set m2 master bond1
	END
	equal "under the bond" "$(field "$box" m2 mtu)" 1400
	ip -n "$box" link set eth0 mtu 4000
	ip -n "$box" link set m2 netns "$room"
	equal "never above the lower device's" "$(field "$room" m2 mtu)" 4000
	# More than it had before the bond: what the bond put back is not a request.
	ip -n "$box" link set eth0 mtu 9600
	equal "as the lower device, after the bond" "$(field "$room" m2 mtu)" 9600
}

test_mtu() {
	local small

	fresh
	ip -n "$box" link set eth0 mtu 3000
	child m1
	equal "the lower device's unless told" "$(field "$box" m1 mtu)" 3000
	ip -n "$box" link add link eth0 name m2 mtu 1400 type "$KIND"
	ip -n "$box" link set eth0 mtu 2000
	equal "cut by the lower device's" "$(mtus)" "2000 1400"
	ip -n "$box" link set eth0 mtu 9000
	equal "raised with it unless told" "$(mtus)" "9000 1400"
	expect_err "MTU is above the lower device's" \
		ip -n "$box" link add link eth0 name m3 mtu 9001 type "$KIND"
	expect_err "mtu greater than device maximum" ip -n "$box" link set m1 mtu 9001
	for small in 67 0; do
		expect_err "" ip -n "$box" link set m1 mtu "$small"
	done
	equal "refused" "$(mtus)" "9000 1400"
	ip -n "$box" link set m1 mtu 9000
	ip -n "$box" link set m2 mtu 68
	equal "set" "$(mtus)" "9000 68"
}

test_long_frame() {
	fresh
	ip -n "$box" link set eth0 mtu 9000
	ip -n "$outside" link set eth0 mtu 9000
	child m1
	child m2
	hears "out" send "$box/m1" size=9000 hear "$outside/eth0=1" "$box/m2=1"
	hears "in" send "$outside/eth0" dst="@$box/m1" size=9000 hear "$box/m1=1"
}

test_operational_state() {
	fresh
	child m1
	check "up" poll 5 state_is "$box" m1 UP
	ip -n "$outside" link set eth0 down
	check "no cable" poll 5 state_is "$box" m1 LOWERLAYERDOWN
	ip -n "$outside" link set eth0 up
	check "cable" poll 5 state_is "$box" m1 UP
	talks "$box/m1" "$outside/eth0"
	ip -n "$box" link set eth0 down
	check "lower device down" poll 5 not state_is "$box" m1 UP
	hears "frames to a lower device that is down" send "$outside/eth0" may-fail \
		hear "$box/m1=0"
	ip -n "$box" link set eth0 up
	check "lower device up" poll 5 state_is "$box" m1 UP
	talks "$box/m1" "$outside/eth0"
}

test_made_without_a_cable() {
	fresh
	ip -n "$outside" link set eth0 down
	child m1
	check "no cable" poll 5 state_is "$box" m1 LOWERLAYERDOWN
	ip -n "$outside" link set eth0 up
	check "cable" poll 5 state_is "$box" m1 UP
}

# A child that sends while its lower device is down loses and counts.
test_sends_into_a_lower_device_that_is_down() {
	only_ours
	fresh
	child m1
	child m2
	poll 5 state_is "$box" m1 UP
	ip -n "$box" link set eth0 down
	frame send "$box/m1" dst="@$box/m2" may-fail hear "$box/m2=0" ||
		fail "the sibling heard it"
	counters "$box" m1
	# The stack itself drops what goes to a device without carrier.
	equal "delivered" "${COUNTER[tx_local]}" 0
	[ "${COUNTER[tx_wire]}" = 0 ] || fail "counted as sent"
}

test_protodown() {
	fresh
	child m1
	poll 5 state_is "$box" m1 UP
	ip -n "$box" link set m1 protodown on
	[ "$KIND" = mymacvlan ] || [ "$KERNEL" -ge 700 ] || skip "a bug of in-tree macvlan"
	check "down" poll 5 not state_is "$box" m1 UP
	# What the lower device does does not bring it up.
	ip -n "$outside" link set eth0 down
	ip -n "$outside" link set eth0 up
	poll 5 state_is "$box" eth0 UP
	equal "carrier" "$(in_ns "$box" cat /sys/class/net/m1/carrier)" 0
	ip -n "$box" link set m1 protodown off
	check "up" poll 5 state_is "$box" m1 UP
	talks "$box/m1" "$outside/eth0"
}

# Without a carrier below there is none above, whatever ends meanwhile.
test_protodown_ends_without_a_cable() {
	fresh
	child m1
	poll 5 state_is "$box" m1 UP
	ip -n "$box" link set m1 protodown on
	ip -n "$outside" link set eth0 down
	poll 5 not state_is "$box" eth0 UP
	ip -n "$box" link set m1 protodown off
	[[ $KIND == my* ]] || [ "$KERNEL" -ge 700 ] || skip "a bug of in-tree macvlan"
	equal "carrier" "$(in_ns "$box" cat /sys/class/net/m1/carrier)" 0
	check "not up" not state_is "$box" m1 UP
	# The same while the child is down, which the core tells nobody.
	links "$box" <<-END
		link set m1 down
		link set m1 protodown on
		link set m1 protodown off
		link set m1 up
	END
	equal "carrier" "$(in_ns "$box" cat /sys/class/net/m1/carrier)" 0
	ip -n "$outside" link set eth0 up
	check "cable" poll 5 state_is "$box" m1 UP
	talks "$box/m1" "$outside/eth0"
}

# What happened to the lower device while protodown was on.
test_state_after_protodown() {
	local state

	only_ours
	fresh
	child m1
	poll 5 state_is "$box" m1 UP
	for state in dormant testing; do
		ip -n "$box" link set eth0 state up
		check "up" poll 5 state_is "$box" m1 UP
		links "$box" <<-END
			link set m1 protodown on
			link set eth0 state $state
			link set m1 protodown off
		END
		check "$state" poll 5 state_is "$box" m1 "${state^^}"
	done
	ip -n "$box" link set eth0 state up
	check "up" poll 5 state_is "$box" m1 UP
}

# feature NS DEV NAME - "on" or "off"
feature() {
	[[ $(in_ns "$1" ethtool -k "$2") =~ $'\n\t'?\ *$3:\ (on|off) ]]
	echo "${BASH_REMATCH[1]}"
}

test_features_follow() {
	local name to

	fresh
	child m1
	for name in generic-receive-offload rx-checksumming; do
		for to in on off on; do
			in_ns "$box" ethtool -K eth0 "$name" "$to"
			equal "$name" "$(feature "$box" m1 "$name")" "$to"
		done
	done
	# What a child does in software whatever is below it.
	in_ns "$box" ethtool -K eth0 tx off sg off >/dev/null
	for name in scatter-gather tx-checksumming tcp-segmentation-offload; do
		equal "$name" "$(feature "$box" m1 "$name")" on
	done
}

# same_as_in_tree TEXT - m1 on eth0 and t1, in-tree macvlan's, on eth1. Only LRO
# differs: on ours it is no feature that the child's user can change.
same_as_in_tree() {
	local ours theirs

	ours=$(in_ns "$box" ethtool -k m1 | tail -n +2 | grep -v large-receive)
	theirs=$(in_ns "$box" ethtool -k t1 | tail -n +2 | grep -v large-receive)
	[ "$ours" = "$theirs" ] && return
	fail "$1"
	diff <(echo "$theirs") <(echo "$ours") | sed 's/^/#     /'
}

# Two lower devices treated alike; our child and in-tree macvlan's must have
# the same features all the time.
test_features_as_in_tree() {
	local change

	[ "$KERNEL" -ge 703 ] || skip "in-tree macvlan of this kernel is not the reference"
	fresh
	cable "$box" eth1 "$outside" eth1
	ip -n "$box" link add link eth1 name t1 type macvlan mode bridge 2>/dev/null ||
		skip "no in-tree macvlan"
	child m1
	same_as_in_tree "new"
	for change in "gro off" "rx off" "tx off" "sg off" "gso off" "rxvlan off" \
		"rx-gro-list on" "gro on" "rx on" "tx on" "sg on" "tso on" "gso on"; do
		# shellcheck disable=SC2086 # two words
		in_ns "$box" ethtool -K eth0 $change >/dev/null
		# shellcheck disable=SC2086 # two words
		in_ns "$box" ethtool -K eth1 $change >/dev/null
		same_as_in_tree "lower device: $change"
	done
	for change in "gro off" "rx off" "tx off" "lro on" "gro on"; do
		# shellcheck disable=SC2086 # two words
		in_ns "$box" ethtool -K m1 $change >/dev/null 2>&1 || :
		# shellcheck disable=SC2086 # two words
		in_ns "$box" ethtool -K t1 $change >/dev/null 2>&1 || :
		same_as_in_tree "child: $change"
	done
}

# tso NS DEV
tso() {
	echo "$(field "$1" "$2" tso_max_size) $(field "$1" "$2" tso_max_segs)"
}

test_segmentation_limits() {
	fresh
	ip -n "$box" link add bond0 type bond mode active-backup 2>/dev/null ||
		skip "no bonding"
	ip -n "$box" link add link bond0 name m1 type "$KIND" mode bridge
	[ -n "$(field "$box" m1 tso_max_size)" ] || skip "this ip does not show them"
	equal "as the lower device's" "$(tso "$box" m1)" "$(tso "$box" bond0)"
	links "$box" <<-END
		link set eth0 down
		link set eth0 master bond0
	END
	equal "with a slave" "$(tso "$box" m1)" "$(tso "$box" bond0)"
	ip -n "$box" link set eth0 nomaster
	equal "without" "$(tso "$box" m1)" "$(tso "$box" bond0)"
}

spaces
run_tests mtu mtu_is_remembered mtu_put_back_by_a_bond long_frame \
	operational_state made_without_a_cable sends_into_a_lower_device_that_is_down \
	protodown protodown_ends_without_a_cable state_after_protodown \
	features_follow features_as_in_tree segmentation_limits
