#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Classes of bugs about making and ending children and ports. The topology is that
# of ../device/device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../device/device.sh
. "$(dirname "$0")/../device/device.sh"
# shellcheck source=bugs.sh
. "$(dirname "$0")/bugs.sh"

ATTRIBUTES='mode bridge|mode private|mode passthru|mode source|'
ATTRIBUTES+="mode source macaddr set $MAC_A $MAC_C"

# refused - a creation that fails, of each kind and in each mode
refused() {
	local name attributes=() words

	IFS='|' read -ra attributes <<<"$ATTRIBUTES"
	for name in "$BAD_NAME" "$LATE_NAME"; do
		for words in "${attributes[@]}"; do
			echo "link add link eth0 name $name type $KIND $words"
			echo "link add link eth0 name $name type ${KIND/lan/tap} $words"
		done
	done
}

# Nothing of them may work; "ip" goes on after each.
refuse_all() {
	local line

	modprobe -q "${KIND/lan/tap}" || :
	ip -n "$box" -force -batch - <<<"$(refused)" 2>/dev/null || :
	line=$(ip -n "$box" -o link show type "$KIND")
	equal "children" "$line" ""
}

# A failed creation did not free its port, in each mode.
test_CVE_2022_49853_failed_creation_leaks() {
	forget_leaks
	fresh
	refuse_all
	clean_lower "$box" eth0
	child m1
	refuse_all_beside m1
	ip -n "$box" link del m1
	clean_lower "$box" eth0
	no_leaks
}

# refuse_all_beside CHILD
refuse_all_beside() {
	ip -n "$box" -force -batch - <<<"$(refused)" 2>/dev/null || :
	talks "$box/$1" "$outside/eth0"
}

# too_long_a_list - a creation that fails at the 5001st of its senders, with two of
# ours among the first
too_long_a_list() {
	local list answer

	list=$(printf ',4:02ee0000%04x' {1..5000})
	answer=$("$NL" "$box" new "$KIND" link=eth0 name=s0 u32:1=16 u32:3=3 \
		"nest:5=4:${MAC_A//:/},4:${MAC_C//:/}$list")
	[[ $answer == ENOSPC* ]] || fail "answer to a list that is too long: $answer"
}

# A failed creation left an entry that pointed to the freed child.
test_CVE_2026_23209_failed_creation_leaves_a_source() {
	fresh
	child m1
	refuse_all_beside m1
	too_long_a_list
	hears "frames of listed senders" send "$outside/eth0" src="$MAC_A" dst="@$box/m1" \
		send "$outside/eth0" src="$MAC_C" dst="@$box/m1" hear "$box/m1=2"
}

# A failed creation freed the child, or its port, while frames looked at it.
test_CVE_2026_23273_failed_creation_under_traffic() {
	local i

	fresh
	flood send "$outside/eth0" src="$MAC_C" count=400000
	for i in {1..4}; do
		printf "link add link eth0 name $LATE_NAME type $KIND mode %s\n" \
			bridge passthru source
	done | ip -n "$box" -force -batch - 2>/dev/null || :
	calm
	clean_lower "$box" eth0
}

# A name that nobody had looked at reached the notifiers.
test_CVE_2018_7191_name_that_cannot_be() {
	same link/netlink.sh name_that_cannot_be
}

# The core had freed it already. Each step that may fail does, once.
test_CVE_2022_4744_failed_creation_frees_twice() {
	same link/no_memory.sh creation creation_with_sources
}

# lists N - as many times a sender that four children list comes and goes
lists() {
	local i n

	for ((i = 0; i < $1; i++)); do
		for n in 1 2 3 4; do
			echo "link set s$n type $KIND macaddr del $MAC_C"
			echo "link set s$n type $KIND macaddr add $MAC_C"
		done
		echo "link set s$((i % 4 + 1)) type $KIND macaddr flush"
	done
}

# An entry was freed while a frame went along the list that it was on.
test_CVE_2026_23001_source_delete_against_receive() {
	local n

	fresh
	for n in 1 2 3 4; do
		printf '%s\n' "link add link eth0 name s$n type $KIND mode source macaddr add $MAC_C" \
			"link set s$n up"
	done | links "$box"
	flood send "$outside/eth0" src="$MAC_C" dst="$MAC_B" count=1000000
	lists 40 | links "$box"
	calm
	printf 'link set s%s type '"$KIND"' macaddr add '"$MAC_C"'\n' 1 2 3 4 | links "$box"
	hears "all who list it" send "$outside/eth0" src="$MAC_C" dst="$MAC_B" \
		hear "$box/s1=1" "$box/s2=1" "$box/s3=1" "$box/s4=1"
	printf 'link del s%s\n' 1 2 3 4 | links "$box"
	clean_lower "$box" eth0
}

# The frame that nodst keeps from the host was never freed.
test_CVE_2022_3526_leak_in_source_and_nodst() {
	forget_leaks
	fresh
	links "$box" <<-END
		link add link eth0 name s1 type $KIND mode source nodst macaddr add $MAC_C
		link set s1 up
	END
	hears "a listed sender" send "$outside/eth0" src="$MAC_C" count=20 \
		send "$outside/eth0" src="$MAC_C" dst="$MAC_B" count=20 \
		send "$outside/eth0" src="$MAC_C" dst="$GROUP" count=20 \
		hear "$box/s1=60" "$box/eth0=0"
	ip -n "$box" link del s1
	clean_lower "$box" eth0
	no_leaks
}

test_child_vanishes_while_its_broadcast_is_queued() {
	same modes/queue.sh deleted_with_frames_in_the_queue listeners_leave_during_a_flood
}

test_full_queue_is_never_rescheduled() {
	same modes/queue.sh long_queue_is_emptied
}

test_purged_queue_keeps_references() {
	same module/unload.sh unloaded_with_a_full_queue
}

test_missing_attributes() {
	same link/netlink.sh harmless
}

test_counts_drift() {
	same device/counts.sh every_order_in_mode_passthru every_order_in_mode_bridge
}

# address_is ADDRESS - of eth0 of box
address_is() {
	[ "$(mac "$box" eth0)" = "$1" ]
}

# Each way to end a passthru child gives the lower device its address back.
test_address_is_not_restored() {
	local own

	fresh
	own=$(mac "$box" eth0)
	passthru_with_another_address
	ip -n "$box" link del p1
	check "restored after the child's end" address_is "$own"

	expect_err "" ip -n "$box" link add link eth0 name "$LATE_NAME" address "$MAC_B" \
		type "$KIND" mode passthru
	check "restored after a failed creation" address_is "$own"

	passthru_with_another_address
	ip -n "$box" link set p1 netns "$room"
	netns_del "$room"
	check "restored after its namespace's end" poll 10 address_is "$own"
	spaces room
}

passthru_with_another_address() {
	links "$box" <<-END
		link add link eth0 name p1 type $KIND mode passthru
		link set p1 up
		link set p1 address $MAC_A
	END
	check "passed on to the lower device" address_is "$MAC_A"
}

NL=${0%/*}/../link/nl
spaces
run_tests CVE_2022_49853_failed_creation_leaks \
	CVE_2026_23209_failed_creation_leaves_a_source \
	CVE_2026_23273_failed_creation_under_traffic \
	CVE_2018_7191_name_that_cannot_be \
	CVE_2022_4744_failed_creation_frees_twice \
	CVE_2026_23001_source_delete_against_receive \
	CVE_2022_3526_leak_in_source_and_nodst \
	child_vanishes_while_its_broadcast_is_queued full_queue_is_never_rescheduled \
	purged_queue_keeps_references missing_attributes counts_drift address_is_not_restored
