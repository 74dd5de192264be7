#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A network card's time stamps belong to all who use it: a child in the initial
# namespace may set them, one in a container may not. All may ask.
#
#    m1        m2 (in room)
#     |         |
#    .+---------+.
#    |   card    |   e1000e, in the initial namespace
#    '-----------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=card.sh
. "$(dirname "$0")/card.sh"

REFUSED="Operation not supported"
SAYS="Time stamping is set in the initial network namespace only"

# on NS|- DEV [TX RX] - what the helper prints, there or here
on() {
	if [ "$1" = - ]; then
		"$HELPER" "${@:2}" || :
	else
		in_ns "$1" "$HELPER" "${@:2}" || :
	fi
}

# two_children LOWER - one here and one in a namespace
two_children() {
	# shellcheck disable=SC2064 # the name of now
	trap "ip link del m1; $2 cleanup" EXIT
	netns room
	ip -batch - <<-END
		link add link $1 name m1 type $KIND mode bridge
		link add link $1 name m2 netns $room type $KIND mode bridge
	END
}

card() {
	cards e1000e
	[ ${#CARDS[@]} -gt 0 ] ||
		skip "no e1000e card here, which has time stamps: selftests/vm/run --nic e1000e"
	CARD=${CARDS[0]}
	ip link set "$CARD" up
	equal "time stamps at first" "$(on - "$CARD" 0 0)" "0 0"
	two_children "$CARD" "ip link set $CARD down;"
}

test_child_in_the_initial_namespace_sets() {
	card
	equal "m1 sets" "$(on - m1 1 1)" "1 1"
	equal "the card has it" "$(on - "$CARD")" "1 1"
	equal "m1 sets it back" "$(on - m1 0 0)" "0 0"
	equal "the card has that, too" "$(on - "$CARD")" "0 0"
}

test_child_in_a_container_does_not_set() {
	card
	equal "m2 sets" "$(on "$room" m2 1 1)" "$REFUSED"
	equal "the card has nothing of it" "$(on - "$CARD")" "0 0"
	on - "$CARD" 1 1 >/dev/null
	equal "m2 unsets" "$(on "$room" m2 0 0)" "$REFUSED"
	equal "the card has it still" "$(on - "$CARD")" "1 1"
}

test_all_ask() {
	card
	equal "m1, off" "$(on - m1)" "0 0"
	equal "m2, off" "$(on "$room" m2)" "0 0"
	on - "$CARD" 1 1 >/dev/null
	equal "m1, on" "$(on - m1)" "1 1"
	equal "m2, on" "$(on "$room" m2)" "1 1"
}

# What the card's driver does not know is told in its words: 2 is one-step
# stamps.
test_errors_of_the_card_are_passed_on() {
	local error="Numerical result out of range"

	card
	equal "the card" "$(on - "$CARD" 2 0)" "$error"
	equal "m1" "$(on - m1 2 0)" "$error"
	equal "m2" "$(on "$room" m2 2 0)" "$REFUSED"
}

# Without such a card: a refusal is the same whoever says no, but kernels from
# 6.12 on write the child's reason into their log.
test_log_tells_who_refuses() {
	only_ours
	[ "$KERNEL" -ge 612 ] || skip "this kernel keeps the reason for itself"
	ip link add vlower type dummy
	two_children vlower "ip link del vlower;"
	dmesg --clear
	equal "m1" "$(on - m1 1 1)" "$REFUSED"
	[[ $(dmesg) != *"$SAYS"* ]] || fail "m1 was refused by the child"
	equal "m2" "$(on "$room" m2 1 1)" "$REFUSED"
	[[ $(dmesg) == *"m2: $SAYS"* ]] || fail "m2: the log has no reason: $(dmesg)"
}

HELPER=$(program hwtstamp) || exit 1
run_tests child_in_the_initial_namespace_sets child_in_a_container_does_not_set \
	all_ask errors_of_the_card_are_passed_on log_tells_who_refuses
