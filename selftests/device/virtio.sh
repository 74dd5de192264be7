#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The lower device is a network card that filters by itself, as hardware does:
# virtio-net. What it lets pass is what the children asked for, no more.
#
#    .- room -.                          .- other -.
#    |   m1   |                          |   m2    |
#    '---+----'                          '---+-----'
#    .---+--- box --.          .- outside ---+---.
#    |  eth0 (card) +----------+ eth0 (card)     |
#    '--------------'          '-----------------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"
# shellcheck source=card.sh
. "$(dirname "$0")/card.sh"

# fresh_cards - no children from an earlier test
fresh_cards() {
	ip -n "$box" -force -batch - 2>/dev/null <<-END || :
		link del m1
		link del w7
	END
	ip -n "$room" link del m1 2>/dev/null || :
	ip -n "$other" link del m2 2>/dev/null || :
}

# reaches LISTENER COUNT WORD... - of a frame from outside so many come there.
# The card learns of a new filter from a work item.
reaches() {
	poll 5 frame limit=500 send "$outside/eth0" "${@:3}" hear "$1=$2"
}

# passes WORD... - the card lets the frame pass; stops WORD... - it does not
passes() {
	check "passes: $*" reaches "$box/eth0,tap" 1 "$@"
}

stops() {
	check "stops: $*" reaches "$box/eth0,tap" 0 "$@"
}

# pair - m1 and m2 in bridge mode on the two cards
pair() {
	fresh_cards
	ip -n "$box" link add link eth0 name m1 netns "$room" address "$MAC_A" \
		type "$KIND" mode bridge
	ip -n "$outside" link add link eth0 name m2 netns "$other" address "$MAC_B" \
		type "$KIND" mode bridge
	ip -n "$room" link set m1 up
	ip -n "$other" link set m2 up
	poll 5 state_is "$other" m2 UP
	check "m1 can be reached" reaches "$room/m1" 1 dst="$MAC_A"
}

test_children_talk_across() {
	pair
	ip -n "$room" address add 192.0.2.1/24 dev m1
	ip -n "$other" address add 192.0.2.2/24 dev m2
	check "ping" in_ns "$room" ping -n -c 1 -W 5 192.0.2.2
	check "ping back, in fragments" in_ns "$other" ping -n -c 1 -W 5 -s 8000 192.0.2.1
	talks "$room/m1" "$other/m2"
	stops dst="$MAC_C"
}

test_addresses_are_filtered() {
	fresh_cards
	stops dst="$MAC_A"
	child m1 "$MAC_A"
	passes dst="$MAC_A"
	check "and to the child" reaches "$box/m1,host" 1 dst="$MAC_A"
	equal "nobody needs everything" "$(counts "$box" eth0)" "0 0"
	stops dst="$MAC_B"
	ip -n "$box" link set m1 address "$MAC_B"
	passes dst="$MAC_B"
	stops dst="$MAC_A"
	ip -n "$box" link set m1 down
	stops dst="$MAC_B"
	ip -n "$box" link set m1 up
	passes dst="$MAC_B"
	ip -n "$box" link del m1
	stops dst="$MAC_B"
}

test_groups_are_filtered() {
	fresh_cards
	child m1 "$MAC_A"
	stops dst="$GROUP"
	ip -n "$box" maddress add "$GROUP" dev m1
	passes dst="$GROUP"
	check "and to the child" reaches "$box/m1,multicast" 1 dst="$GROUP"
	ip -n "$box" maddress del "$GROUP" dev m1
	stops dst="$GROUP"
	ip -n "$box" link set m1 allmulticast on
	passes dst="$GROUP"
	ip -n "$box" link set m1 allmulticast off
	stops dst="$GROUP"
}

# A VLAN device on a child has the card let its frames pass.
test_vlan_ids_are_filtered() {
	[[ $(in_ns "$box" ethtool -k eth0) == *"rx-vlan-filter: on"* ]] ||
		skip "this card has no filter for VLAN ids"
	fresh_cards
	child m1 "$MAC_A"
	passes dst="$MAC_A"
	stops dst="$MAC_A" vlan=7
	ip -n "$box" link add link m1 name w7 up type vlan id 7 || skip "no VLAN"
	passes dst="$MAC_A" vlan=7
	check "and to the VLAN device" reaches "$box/w7,host" 1 dst="$MAC_A" vlan=7
	stops dst="$MAC_A" vlan=8
	ip -n "$box" link del w7
	stops dst="$MAC_A" vlan=7
	# The child goes with the VLAN device on it.
	ip -n "$box" link add link m1 name w7 up type vlan id 7
	passes dst="$MAC_A" vlan=7
	ip -n "$box" link del m1
	ip -n "$box" link set eth0 address "$MAC_A"
	passes dst="$MAC_A"
	stops dst="$MAC_A" vlan=7
	ip -n "$box" link set eth0 address "$CARD_MAC"
}

test_promiscuous_child() {
	fresh_cards
	child m1 "$MAC_A"
	stops dst="$MAC_C"
	ip -n "$box" link set m1 promisc on
	passes dst="$MAC_C"
	ip -n "$box" link set m1 promisc off
	stops dst="$MAC_C"
}

# The card takes the child's address, and everything but with "nopromisc".
test_passthru() {
	fresh_cards
	ip -n "$box" link add link eth0 name m1 type "$KIND" mode passthru
	ip -n "$box" link set m1 up
	passes dst="$MAC_C"
	check "and to the child" reaches "$box/m1" 1 dst="$MAC_C"
	ip -n "$box" link set m1 type "$KIND" mode passthru flag nopromisc
	stops dst="$MAC_C"
	ip -n "$box" link set m1 address "$MAC_A"
	equal "address of the card" "$(mac "$box" eth0)" "$MAC_A"
	check "to the child" reaches "$box/m1,host" 1 dst="$MAC_A"
	stops dst="$CARD_MAC"
	ip -n "$box" link del m1
	equal "address of the card" "$(mac "$box" eth0)" "$CARD_MAC"
	passes dst="$CARD_MAC"
	stops dst="$MAC_A"
}

cards virtio_net virtio_pci
[ ${#CARDS[@]} -ge 2 ] ||
	skip_all "no two virtio-net cards here: selftests/vm/run --nic virtio-net-pci --nic virtio-net-pci"
spaces
ip -batch - <<-END
	link set ${CARDS[0]} netns $box name eth0 up
	link set ${CARDS[1]} netns $outside name eth0 up
END
CARD_MAC=$(mac "$box" eth0)
poll 5 state_is "$box" eth0 UP
poll 5 state_is "$outside" eth0 UP
run_tests children_talk_across addresses_are_filtered groups_are_filtered \
	vlan_ids_are_filtered promiscuous_child passthru
