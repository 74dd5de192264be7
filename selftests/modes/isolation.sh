#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Children change their modes while they are up, in an order that is random but the
# same each time: whatever it is, a child in mode private and its siblings do not
# hear each other, and those in mode bridge do. See world.sh for the topology;
# children of e0: c0 c1 c2 c3.
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

MODES=(private vepa bridge source)
CHILDREN=4
STEPS=${STEPS:-40}
# The same walk each time; what a failure prints says how to get there.
SEED=20261122
declare -a MODE

# change CHILD MODE
change() {
	ip -n "$host" link set "c$1" type "$KIND" mode "$2"
	MODE[$1]=$2
	TRAIL+=" c$1:$2"
}

is_private() {
	[ "${MODE[$1]}" = private ] || [ "${MODE[$2]}" = private ]
}

# listeners SENDER - what each of its siblings must hear of two broadcasts, where
# that is certain, for "hear"; into $WANTED
listeners() {
	local n want

	WANTED=()
	for ((n = 0; n < CHILDREN; n++)); do
		[ "$n" != "$1" ] || continue
		want=''
		if is_private "$1" "$n"; then
			want=0
		elif [ "$REFLECTING" = off ]; then
			want=0
			[ "${MODE[$1]} ${MODE[n]}" != "bridge bridge" ] || want=2
		fi
		[ -z "$want" ] || WANTED+=("$host/c$n=$want")
	done
}

# sends CHILD - broadcasts, and to each sibling that must not hear it a frame of
# its own
sends() {
	local n words=(send "$host/c$1" "count=2")

	listeners "$1"
	[ ${#WANTED[@]} -gt 0 ] || return 0
	for ((n = 0; n < CHILDREN; n++)); do
		if [ "$n" != "$1" ] && is_private "$1" "$n"; then
			words+=(send "$host/c$1" dst="@$host/c$n")
		fi
	done
	hears "after$TRAIL: c$1 sends" "${words[@]}" hear "${WANTED[@]}"
}

# walk STEPS - one child changes, two of them send
walk() {
	local step

	RANDOM=$SEED
	for ((step = 0; step < $1 && FAILED == 0; step++)); do
		change $((RANDOM % CHILDREN)) "${MODES[RANDOM % 4]}"
		sends $((RANDOM % CHILDREN))
		sends $((RANDOM % CHILDREN))
	done
}

# begin on|off - by a switch that reflects, or not
begin() {
	local n

	REFLECTING=$1 TRAIL=''
	reflect "$1"
	for ((n = 0; n < CHILDREN; n++)); do
		change "$n" private
	done
}

test_plain_switch() {
	begin off
	walk "$STEPS"
}

test_reflecting_switch() {
	# In-tree macvlan keeps broadcasts apart, but not unicast.
	only_ours
	begin on
	walk "$STEPS"
	reflect off
}

world
children "c0 mode private" "c1 mode private" "c2 mode private" "c3 mode private"
run_tests plain_switch reflecting_switch
