#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The list of source addresses of mode source: add, del, set, flush; its count
# and contents as shown; a request that fails leaves the list as it was.
#
#   netns host
#   +------------------------+
#   |  s0  s1                |
#   |    \ /                 |
#   |    e0 --------- p0     |
#   +------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

A=02:00:00:00:00:0a B=02:00:00:00:00:0b C=02:00:00:00:00:0c

macaddr() {
	ip -n "$host" link set "$1" type "$KIND" macaddr "${@:2}"
}

# list CHILD MAC... - the list must hold these, in any order
list() {
	local macs

	printf -v macs '%s,' "${@:2}"
	has "$host" "$1" macaddr_data="${macs%,}" macaddr_count=$(($# - 1))
}

new_s0() {
	ip -n "$host" link add link e0 name s0 type "$KIND" mode source "$@"
}

del_s0() {
	ip -n "$host" link del s0
}

test_add_and_del() {
	steps "$host" <<-END
		add link e0 name s0 type $KIND mode source | s0 macaddr_data= macaddr_count=0
		set s0 type $KIND macaddr add $A
		set s0 type $KIND macaddr add $B | s0 macaddr_data=$A,$B macaddr_count=2
		set s0 type $KIND macaddr add $A | s0 macaddr_data=$A,$B macaddr_count=2
		set s0 type $KIND macaddr del $C | s0 macaddr_data=$A,$B macaddr_count=2
		set s0 type $KIND macaddr del $A | s0 macaddr_data=$B macaddr_count=1
		set s0 type $KIND macaddr del $B | s0 macaddr_data= macaddr_count=0
		del s0
	END
}

test_set_and_flush() {
	steps "$host" <<-END
		add link e0 name s0 type $KIND mode source
		set s0 type $KIND macaddr set $A $B | s0 macaddr_data=$A,$B macaddr_count=2
		set s0 type $KIND macaddr set $B $C | s0 macaddr_data=$B,$C macaddr_count=2
		set s0 type $KIND macaddr set $C $C $C | s0 macaddr_data=$C macaddr_count=1
		set s0 type $KIND macaddr set | s0 macaddr_data= macaddr_count=0
		set s0 type $KIND macaddr set $A $B $C
		set s0 type $KIND macaddr flush | s0 macaddr_data= macaddr_count=0
		set s0 type $KIND macaddr flush | s0 macaddr_data= macaddr_count=0
		del s0
	END
}

test_at_creation() {
	steps "$host" <<-END
		add link e0 name s0 type $KIND mode source macaddr set $A $B | s0 macaddr_data=$A,$B macaddr_count=2
		del s0
		add link e0 name s0 type $KIND mode source macaddr add $A | s0 macaddr_data=$A macaddr_count=1
		del s0
	END
}

test_one_address_in_two_lists() {
	steps "$host" <<-END
		add link e0 name s0 type $KIND mode source macaddr add $A
		add link e0 name s1 type $KIND mode source macaddr set $A $B | s0 macaddr_data=$A
		| s1 macaddr_data=$A,$B
		set s1 type $KIND macaddr del $A | s0 macaddr_data=$A
		| s1 macaddr_data=$B
		set s0 type $KIND macaddr flush | s1 macaddr_data=$B
		del s0 | s1 macaddr_data=$B
		del s1
	END
}

test_add_and_del_take_lists() {
	steps "$host" <<-END
		add link e0 name s0 type $KIND mode source macaddr add $A $B
		| s0 macaddr_data=$A,$B macaddr_count=2
		set s0 type $KIND macaddr add $B $C | s0 macaddr_data=$A,$B,$C
		set s0 type $KIND macaddr del $C $A | s0 macaddr_data=$B macaddr_count=1
		del s0
	END
}

# Naming the mode that it has is not leaving it.
test_leaving_mode_source_empties_the_list() {
	steps "$host" <<-END
		add link e0 name s0 type $KIND mode source macaddr set $A $B
		set s0 type $KIND mode bridge | s0 mode=bridge macaddr_count= macaddr_data=
		set s0 type $KIND mode source | s0 macaddr_count=0 macaddr_data=
		set s0 type $KIND macaddr add $C
		set s0 type $KIND mode source | s0 macaddr_data=$C macaddr_count=1
		set s0 type $KIND mode source macaddr add $A | s0 macaddr_data=$A,$C
		del s0
	END
}

test_mode_and_list_in_one_request() {
	steps "$host" <<-END
		add link e0 name s0 type $KIND mode bridge
		set s0 type $KIND mode source macaddr set $A $B | s0 mode=source macaddr_data=$A,$B
		del s0
	END
}

test_list_needs_mode_source() {
	local before mode

	before=$(devices "$host")
	for mode in private vepa bridge passthru; do
		expect_err "Source list needs mode source" \
			ip -n "$host" link add link e0 name s0 type "$KIND" \
			mode "$mode" macaddr add "$A"
	done
	equal "state" "$(devices "$host")" "$before"

	ip -n "$host" link add link e0 name s0 type "$KIND" mode bridge
	before=$(devices "$host" dev s0)
	expect_err "Source list needs mode source" macaddr s0 add "$A"
	expect_err "Source list needs mode source" macaddr s0 set "$A" "$B"
	equal "state" "$(devices "$host" dev s0)" "$before"
	del_s0
}

# In one request with the mode that forbids it: neither happens.
test_refused_list_keeps_mode_and_list() {
	only_ours
	new_s0 macaddr set "$A" "$B"
	expect_err "Source list needs mode source" \
		ip -n "$host" link set s0 type "$KIND" mode bridge macaddr add "$C"
	has "$host" s0 mode=source
	list s0 "$A" "$B"
	del_s0
}

# As many as "ip" can send at once, and all of them come back in a dump.
# More than what memory's size is rounded up to has room for. A request of ip takes some 60.
test_long_list() {
	local i mac macs=()

	for ((i = 0; i < 480; i++)); do
		printf -v mac '02:11:00:00:%02x:%02x' $((i / 256)) $((i % 256))
		macs+=("$mac")
	done
	new_s0
	macaddr s0 set "${macs[@]:0:60}"
	for ((i = 60; i < 480; i += 60)); do
		macaddr s0 add "${macs[@]:i:60}"
	done
	list s0 "${macs[@]}"
	macaddr s0 set "$A"
	list s0 "$A"
	del_s0
}

# lists - commands that add 3000 addresses to s0
lists() {
	local i k

	for ((i = 0; i < 50; i++)); do
		printf 'link set s0 type %s macaddr add' "$KIND"
		for ((k = 0; k < 60; k++)); do
			printf ' 02:22:00:00:%02x:%02x' "$i" "$k"
		done
		echo
	done
}

# charged - objects of memory cgroups, in the size that an address on a list takes
charged() {
	awk '$1 == "kmalloc-cg-64" { print $2 }' /proc/slabinfo
}

# Whoever may make a user namespace may make any number of lists in it.
test_list_is_charged_to_who_makes_it() {
	local before after

	only_ours
	before=$(charged)
	[ -n "$before" ] || skip "no memory cgroups here"
	new_s0
	lists | links "$host"
	after=$(charged)
	has "$host" s0 macaddr_count=3000
	[ $((after - before)) -ge 5000 ] || fail "only $((after - before)) objects are charged"
	del_s0
}

test_nothing_left_behind() {
	equal "devices" "$(devices "$host")" "$MADE"
}

netns host
cable "$host" e0 "$host" p0
MADE=$(devices "$host")

run_tests add_and_del set_and_flush at_creation one_address_in_two_lists \
	add_and_del_take_lists \
	leaving_mode_source_empties_the_list mode_and_list_in_one_request \
	list_needs_mode_source refused_list_keeps_mode_and_list long_list \
	list_is_charged_to_who_makes_it nothing_left_behind
