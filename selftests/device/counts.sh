#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What children ask of their lower device: promiscuity, allmulti, address
# filters. All of it must be as expected after every step, in every order of
# steps, and nothing may be left when the child is gone. The topology is in
# device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"

# permutations PREFIX WORD... - every order of the words, one a line
permutations() {
	local prefix=$1 i rest
	shift
	[ $# -gt 0 ] || { echo "$prefix"; return; }
	for ((i = 1; i <= $#; i++)); do
		rest=("${@:1:i-1}" "${@:i+1}")
		permutations "$prefix ${!i}" ${rest[@]+"${rest[@]}"}
	done
}

# expectation PASSTHRU - from the state of the child in $on to the counts
# that the lower device must have
expectation() {
	local promisc=0 allmulti=0

	if [[ " $on " == *" up "* ]]; then
		[[ " $on " != *" allmulticast "* ]] || allmulti=1
		if [ "$1" = passthru ]; then
			[[ " $on " == *" nopromisc "* ]] || promisc=1
		else
			# veth has no unicast filter: with an address to
			# listen to it is promiscuous.
			promisc=1
			[[ " $on " != *" promisc "* ]] || promisc=2
		fi
	fi
	expected+=("$promisc $allmulti")
}

# step MODE THING on|off - adds the command and what must be seen after it
step() {
	local mode=$1 thing=$2 to=$3

	case $thing-$to in
	up-on)		batch+="link set m1 up"$'\n' ;;
	up-off)		batch+="link set m1 down"$'\n' ;;
	nopromisc-on)	batch+="link set m1 type $KIND mode $mode flag nopromisc"$'\n' ;;
	nopromisc-off)	batch+="link set m1 type $KIND mode $mode flag null"$'\n' ;;
	*)		batch+="link set m1 $thing $to"$'\n' ;;
	esac
	batch+="link show dev eth0"$'\n'
	on=${on/ $thing/}
	[ "$to" = off ] || on+=" $thing"
	steps+=("$thing $to (before:$seen)")
	seen=$on
	expectation "$mode"
}

# every_order MODE THING... - switches the things on in every order and off in
# every order; one run of ip does and shows it all
every_order() {
	local mode=$1 order back thing on='' seen='' batch='' line i=0
	local steps=() expected=()
	shift

	while read -r order; do
		while read -r back; do
			for thing in $order; do step "$mode" "$thing" on; done
			for thing in $back; do step "$mode" "$thing" off; done
		done < <(permutations '' "$@")
	done < <(permutations '' "$@")
	while read -r line && [ "$FAILED" = 0 ]; do
		[[ $line =~ promiscuity\ ([0-9]+).*allmulti\ ([0-9]+) ]] || continue
		equal "promiscuity and allmulti after ${steps[i]}" \
			"${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" "${expected[i]}"
		i=$((i + 1))
	done < <(ip -n "$box" -d -batch - <<<"$batch")
	[ "$FAILED" = 1 ] || equal "steps seen" "$i" "${#steps[@]}"
}

test_every_order_in_mode_bridge() {
	fresh
	ip -n "$box" link add link eth0 name m1 type "$KIND" mode bridge
	every_order bridge up promisc allmulticast
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# In-tree macvlan loses count here.
test_every_order_in_mode_passthru() {
	only_ours
	fresh
	ip -n "$box" link add link eth0 name m1 type "$KIND" mode passthru
	every_order passthru up nopromisc allmulticast
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# deleted MODE - a child that wants everything is deleted while it is up
deleted() {
	links "$box" <<-END
		link add link eth0 name m1 type $KIND mode $1
		link set m1 up promisc on allmulticast on
	END
	join "$box" eth0 "$box" m1
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

test_deleted_with_everything_on() {
	local mode

	fresh
	for mode in private vepa bridge source; do
		deleted "$mode"
	done
	only_ours
	deleted passthru
}

# One more promiscuity than asked for: veth has no unicast filter.
test_two_children() {
	fresh
	child m1
	child m2
	links "$box" <<-END
		link set m1 promisc on allmulticast on
		link set m2 promisc on allmulticast on
	END
	equal "both" "$(counts "$box" eth0)" "3 2"
	ip -n "$box" link set m1 down
	equal "one is down" "$(counts "$box" eth0)" "2 1"
	ip -n "$box" link del m2
	equal "one is deleted" "$(counts "$box" eth0)" "0 0"
	ip -n "$box" link set m1 up
	equal "one is up again" "$(counts "$box" eth0)" "2 1"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# A capture on the child is promiscuity by another way.
test_capture_on_the_child() {
	local capture

	fresh
	child m1
	ip netns exec "$box" tcpdump -ni m1 -w /dev/null 2>/dev/null &
	capture=$!
	check "the lower device is promiscuous" poll 10 has_counts "$box" eth0 "2 0"
	kill "$capture"
	wait "$capture" || :
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

# has_counts NS DEV COUNTS - for "poll"
has_counts() {
	[ "$(counts "$1" "$2")" = "$3" ]
}

test_groups_follow() {
	fresh
	child m1
	child m2
	check "a join comes through" join "$box" eth0 "$box" m1
	ip -n "$box" maddress add "$GROUP" dev m2
	check "both listen" poll 5 frame send "$outside/eth0" dst="$GROUP" \
		hear "$box/m1=1" "$box/m2=1"
	ip -n "$box" link set m1 down
	# Time for the group to be left, which it must not be.
	pause 0.2
	check "the other one still listens" listed "$box" eth0 "$GROUP"
	hears "only who is up" send "$outside/eth0" dst="$GROUP" hear "$box/m2=1" "$box/m1=0"
	ip -n "$box" maddress del "$GROUP" dev m2
	check "nobody listens" poll 5 not listed "$box" eth0 "$GROUP"
	ip -n "$box" link set m1 up
	check "up again" poll 5 listed "$box" eth0 "$GROUP"
	hears "who is up again" send "$outside/eth0" dst="$GROUP" hear "$box/m1=1"
	ip -n "$box" link del m1
	check "deleted" poll 5 not listed "$box" eth0 "$GROUP"
	ip -n "$box" link del m2
	clean_lower "$box" eth0
}

# In-tree macvlan goes on hearing a group that it left.
test_left_group_is_not_heard() {
	only_ours
	fresh
	child m1
	child m2
	join "$box" eth0 "$box" m1
	join "$box" eth0 "$box" m2
	ip -n "$box" maddress del "$GROUP" dev m2
	check "only who is still there" poll 5 frame send "$outside/eth0" dst="$GROUP" \
		hear "$box/m1=1" "$box/m2=0"
	equal "drops of m2" "$(counter "$box" m2 rx_multicast_dropped)" 0
}

test_unicast_filters_follow() {
	fresh
	child m1 "$MAC_A"
	check "up" listed "$box" eth0 "$MAC_A"
	ip -n "$box" link set m1 down
	check "down" not listed "$box" eth0 "$MAC_A"
	ip -n "$box" link set m1 up
	ip -n "$box" link set m1 address "$MAC_B"
	check "changed" listed "$box" eth0 "$MAC_B"
	ip -n "$box" link del m1
	clean_lower "$box" eth0
}

spaces
run_tests every_order_in_mode_bridge every_order_in_mode_passthru \
	deleted_with_everything_on two_children capture_on_the_child \
	groups_follow left_group_is_not_heard \
	unicast_filters_follow
