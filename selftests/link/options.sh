#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode, flags, MTU and address of a child: set, changed live, shown, refused.
# After each refusal everything must be as before.
#
#   netns host
#   +------------------------+
#   | m0 m1 ...              |
#   |   \ |                  |
#   |    e0 --------- p0     |
#   +------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# child NAME [OPTION]... - a child of e0
child() {
	ip -n "$host" link add link e0 name "$1" type "$KIND" "${@:2}"
}

change() {
	ip -n "$host" link set "$1" type "$KIND" "${@:2}"
}

# remember - what "unchanged" compares with
remember() {
	BEFORE=$(devices "$host")
}

# unchanged WHAT
unchanged() {
	local after

	after=$(devices "$host")
	equal "state after: $1" "$after" "$BEFORE"
}

# refused TEXT COMMAND... - and nothing has changed
refused() {
	expect_err "$@"
	unchanged "${*:2}"
}

test_defaults() {
	child m0
	has "$host" m0 mode=vepa nopromisc= nodst= bcqueuelen=1000 \
		usedbcqueuelen=1000 bclim= macaddr_count= mtu=1400 link=e0 \
		info_kind="$KIND" min_mtu=68
	ip -n "$host" link del m0
}

test_every_mode_set_and_shown() {
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode private | m0 mode=private
		del m0
		add link e0 name m0 type $KIND mode vepa | m0 mode=vepa
		del m0
		add link e0 name m0 type $KIND mode bridge | m0 mode=bridge
		del m0
		add link e0 name m0 type $KIND mode source | m0 mode=source
		del m0
		add link e0 name m0 type $KIND mode passthru | m0 mode=passthru
	END
	ip -n "$host" -d link show dev m0 >"$RESULT_DIR/text"
	check "in words" grep -q "$KIND *mode passthru " "$RESULT_DIR/text"
	ip -n "$host" link del m0
}

test_mode_changed_live() {
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode private
		set m0 up
		set m0 type $KIND mode vepa | m0 mode=vepa
		set m0 type $KIND mode bridge | m0 mode=bridge
		set m0 type $KIND mode source | m0 mode=source
		set m0 type $KIND mode private | m0 mode=private
		set m0 type $KIND mode bridge | m0 mode=bridge
		set m0 type $KIND mode source | m0 mode=source
		set m0 type $KIND mode vepa | m0 mode=vepa
		set m0 type $KIND mode private | m0 mode=private
		del m0
	END
}

test_passthru_neither_set_nor_cleared() {
	local text="Mode passthru can be neither set nor cleared on an existing device"

	child m0 mode bridge
	remember
	refused "$text" change m0 mode passthru
	# None of what came with it may have happened.
	refused "$text" change m0 mode passthru bcqueuelen 7 bclim 9 nopromisc
	ip -n "$host" link del m0

	child m0 mode passthru
	remember
	refused "$text" change m0 mode bridge
	refused "$text" change m0 mode source bcqueuelen 7 bclim 9
	check "the mode it has" change m0 mode passthru
	unchanged "the mode it has"
	ip -n "$host" link del m0
}

test_announce() {
	[[ $KIND == my* ]] || skip "in-tree macvlan has no such option"
	steps "$host" <<-END
		add link e0 name m0 type $KIND | m0 announce=true
		set m0 type $KIND announce off | m0 announce=false
		set m0 type $KIND mode bridge | m0 announce=false
		set m0 type $KIND announce on | m0 announce=true
		del m0
		add link e0 name m0 type $KIND announce off | m0 announce=false
		del m0
	END
}

test_flags() {
	steps "$host" <<-END
		add link e0 name m0 type $KIND mode source nodst | m0 nodst=true nopromisc=
		set m0 type $KIND flag null | m0 nodst= nopromisc=
		set m0 type $KIND nodst | m0 nodst=true
		set m0 type $KIND mode bridge | m0 nodst=true mode=bridge
		del m0
		add link e0 name m0 type $KIND mode passthru nopromisc | m0 nopromisc=true nodst=
		set m0 type $KIND flag null | m0 nopromisc=
		del m0
	END
}

test_mtu() {
	child m0
	has "$host" m0 mtu=1400
	remember
	# With no room for a text the kernel's own words have to do.
	check "MTU of a child above the lower's" \
		expect_fail ip -n "$host" link set m0 mtu 1401
	unchanged "mtu 1401"
	check "MTU 67" expect_fail ip -n "$host" link set m0 mtu 67
	unchanged "mtu 67"
	ip -n "$host" link set m0 mtu 68
	has "$host" m0 mtu=68
	ip -n "$host" link set m0 mtu 1400
	has "$host" m0 mtu=1400
	remember
	refused "MTU is above the lower device's" \
		ip -n "$host" link add link e0 name m1 mtu 1401 type "$KIND"
	refused "mtu less than device minimum" \
		ip -n "$host" link add link e0 name m1 mtu 67 type "$KIND"
	ip -n "$host" link add link e0 name m1 mtu 68 type "$KIND"
	has "$host" m1 mtu=68
	printf 'link del m%d\n' 0 1 | links "$host"
}

expect_fail() {
	! "$@"
}

test_address() {
	local random

	ip -n "$host" link add link e0 name m0 address 02:00:00:00:aa:01 \
		type "$KIND"
	has "$host" m0 address=02:00:00:00:aa:01
	child m1
	random=$(mac "$host" m1)
	# Locally administered, not multicast.
	[[ $random =~ ^.[26ae]: ]] || fail "random address $random"
	remember
	refused "" ip -n "$host" link add link e0 name m2 \
		address 03:00:00:00:aa:01 type "$KIND"
	refused "" ip -n "$host" link add link e0 name m2 \
		address 00:00:00:00:00:00 type "$KIND"
	refused "" ip -n "$host" link set m1 address 01:00:00:00:00:01
	refused "" ip -n "$host" link set m1 address 00:00:00:00:00:00
	refused "" ip -n "$host" link set m1 address 02:00:00:00:00
	printf 'link del m%d\n' 0 1 | links "$host"
}

test_passthru_takes_the_lowers_address() {
	ip -n "$host" link add link e0 name m0 address 02:00:00:00:aa:01 \
		type "$KIND" mode passthru
	equal "address" "$(mac "$host" m0)" "$(mac "$host" e0)"
	ip -n "$host" link del m0
}

# Whatever came and went, the lower device is as it was made.
test_nothing_left_on_the_lower_device() {
	equal "the lower device" "$(devices "$host")" "$MADE"
	check "it can become a bridge port" links "$host" <<-END
		link add br0 type bridge
		link set e0 master br0
		link set e0 nomaster
		link del br0
	END
}

netns host
cable "$host" e0 "$host" p0
links "$host" <<-END
	link set e0 mtu 1400
END
MADE=$(devices "$host")

run_tests defaults every_mode_set_and_shown mode_changed_live \
	passthru_neither_set_nor_cleared announce flags mtu address \
	passthru_takes_the_lowers_address nothing_left_on_the_lower_device
