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
	local json shown='' want

	json=$(show "$host" "$1")
	if [[ $json =~ \"macaddr_data\":\[([^]]*)\] ]]; then
		shown=$(tr -d '"' <<<"${BASH_REMATCH[1]}" | tr , '\n' | sort)
	fi
	want=$(printf '%s\n' "${@:2}" | sort)
	equal "the list of $1" "$shown" "$want"
	[[ $json =~ \"macaddr_count\":([0-9]+) ]] || fail "$1 shows no count"
	equal "the count of $1" "${BASH_REMATCH[1]-}" $(($# - 1))
}

new_s0() {
	ip -n "$host" link add link e0 name s0 type "$KIND" mode source "$@"
}

del_s0() {
	ip -n "$host" link del s0
}

test_add_and_del() {
	new_s0
	list s0
	macaddr s0 add "$A"
	macaddr s0 add "$B"
	list s0 "$A" "$B"
	macaddr s0 add "$A"
	list s0 "$A" "$B"
	macaddr s0 del "$C"
	list s0 "$A" "$B"
	macaddr s0 del "$A"
	list s0 "$B"
	macaddr s0 del "$B"
	list s0
	del_s0
}

test_set_and_flush() {
	new_s0
	macaddr s0 set "$A" "$B"
	list s0 "$A" "$B"
	macaddr s0 set "$B" "$C"
	list s0 "$B" "$C"
	macaddr s0 set "$C" "$C" "$C"
	list s0 "$C"
	macaddr s0 set
	list s0
	macaddr s0 set "$A" "$B" "$C"
	macaddr s0 flush
	list s0
	macaddr s0 flush
	list s0
	del_s0
}

test_at_creation() {
	new_s0 macaddr set "$A" "$B"
	list s0 "$A" "$B"
	del_s0
	new_s0 macaddr add "$A"
	list s0 "$A"
	del_s0
}

test_one_address_in_two_lists() {
	new_s0 macaddr add "$A"
	ip -n "$host" link add link e0 name s1 type "$KIND" mode source \
		macaddr set "$A" "$B"
	list s0 "$A"
	list s1 "$A" "$B"
	macaddr s1 del "$A"
	list s0 "$A"
	list s1 "$B"
	macaddr s0 flush
	list s1 "$B"
	printf 'link del s%d\n' 0 1 | links "$host"
}

test_leaving_mode_source_empties_the_list() {
	new_s0 macaddr set "$A" "$B"
	ip -n "$host" link set s0 type "$KIND" mode bridge
	has "$host" s0 mode=bridge macaddr_count=
	ip -n "$host" link set s0 type "$KIND" mode source
	list s0
	macaddr s0 add "$C"
	# Naming the mode that it has is not leaving it.
	ip -n "$host" link set s0 type "$KIND" mode source
	list s0 "$C"
	ip -n "$host" link set s0 type "$KIND" mode source macaddr add "$A"
	list s0 "$A" "$C"
	del_s0
}

test_mode_and_list_in_one_request() {
	ip -n "$host" link add link e0 name s0 type "$KIND" mode bridge
	ip -n "$host" link set s0 type "$KIND" mode source macaddr set "$A" "$B"
	has "$host" s0 mode=source
	list s0 "$A" "$B"
	del_s0
}

test_list_needs_mode_source() {
	local before mode

	before=$(ip -n "$host" -j -d link show)
	for mode in private vepa bridge passthru; do
		expect_err "Source list needs mode source" \
			ip -n "$host" link add link e0 name s0 type "$KIND" \
			mode "$mode" macaddr add "$A"
	done
	equal "state" "$(ip -n "$host" -j -d link show)" "$before"

	ip -n "$host" link add link e0 name s0 type "$KIND" mode bridge
	before=$(show "$host" s0)
	expect_err "Source list needs mode source" macaddr s0 add "$A"
	expect_err "Source list needs mode source" macaddr s0 set "$A" "$B"
	equal "state" "$(show "$host" s0)" "$before"
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
test_long_list() {
	local i macs=()

	for ((i = 0; i < 60; i++)); do
		macs+=("$(printf '02:11:00:00:00:%02x' "$i")")
	done
	new_s0
	macaddr s0 set "${macs[@]}"
	list s0 "${macs[@]}"
	macaddr s0 set "$A"
	list s0 "$A"
	del_s0
}

test_nothing_left_behind() {
	equal "devices" "$(ip -n "$host" -j -d link show)" "$MADE"
}

netns host
cable "$host" e0 "$host" p0
pause 0.5
MADE=$(ip -n "$host" -j -d link show)

run_tests add_and_del set_and_flush at_creation one_address_in_two_lists \
	leaving_mode_source_empties_the_list mode_and_list_in_one_request \
	list_needs_mode_source refused_list_keeps_mode_and_list long_list nothing_left_behind
