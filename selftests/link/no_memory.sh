#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory runs out, at one place after the other: what fails must leave nothing
# behind, and a child that cannot have a group of its own must hear too much
# rather than too little. Needs a kernel that fails on demand, as the debug
# kernel does.
#
#   netns host
#   +------------------------+
#   |  m0 ...                |
#   |   |                    |
#   |   e0 --------- p0      |
#   +------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../memory.sh
. "$(dirname "$0")/../memory.sh"

# Attribute numbers and modes, see include/uapi/linux/mymacvlan.h
MODE=1 MACMODE=3 MAC=4 MACDATA=5 HOST=44
SOURCE=16 SET=3
G1=01:00:5e:01:01:01 G2=01:00:5e:02:02:02

# failslab NAME=VALUE...
failslab() {
	local word

	for word; do
		echo "${word#*=}" >"$DEBUG/failslab/${word%%=*}"
	done
}

test_creation() {
	creating 400 "u32:$MODE=4"
}

test_creation_with_sources() {
	creating 400 "u32:$MODE=$SOURCE" \
		"u32:$MACMODE=$SET" "nest:$MACDATA=$MAC:020000000001,$MAC:020000000002"
}

test_creation_with_host() {
	creating 400 "u32:$MODE=4" "bytes:$HOST=01"
}

# What is there serves another child as well.
test_another_creation() {
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode bridge
	failing 400 new "$KIND" link=e0 name=x%N "u32:$MODE=4" -- del "$KIND" name=x%N
	hears "frames" send "$host/p0" dst="@$host/m0" hear "$host/m0,host=1"
	no_children
}

test_up() {
	ip -n "$host" link add link e0 name m0 type "$KIND" mode bridge
	failing 100 change "$KIND" dev=m0 up -- change "$KIND" dev=m0 down
	ip -n "$host" link set m0 up
	hears "frames" send "$host/p0" dst="@$host/m0" send "$host/p0" \
		hear "$host/m0,host=1" "$host/m0,broadcast=1"
	no_children
}

test_address() {
	ip -n "$host" link add link e0 name m0 address 02:00:00:00:00:01 up type "$KIND" mode bridge
	failing 100 change "$KIND" dev=m0 address=020000000002 -- \
		change "$KIND" dev=m0 address=020000000001
	equal "addresses on e0" "$(bridge -n "$host" fdb show dev e0 | grep -o '^02[^ ]*')" \
		02:00:00:00:00:01
	hears "frames" send "$host/p0" dst=02:00:00:00:00:01 send "$host/p0" \
		dst=02:00:00:00:00:02 hear "$host/m0,host=1"
	no_children
}

test_mode() {
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode bridge
	failing 100 change "$KIND" dev=m0 "u32:$MODE=$SOURCE" -- \
		change "$KIND" dev=m0 "u32:$MODE=4"
	has "$host" m0 mode=bridge
	no_children
}

# The lower device takes a passthru child's address.
test_address_of_passthru() {
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode passthru
	failing 100 change "$KIND" dev=m0 address=020000000002 -- \
		change "$KIND" dev=m0 address=020000000001
	equal "address of e0" "$(ip -n "$host" -j link show dev e0 | jq -r '.[0].address')" \
		02:00:00:00:00:01
	hears "frames" send "$host/p0" dst=02:00:00:00:00:01 hear "$host/m0,host=1"
	no_children
}

test_mode_with_sources() {
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode bridge
	failing 100 change "$KIND" dev=m0 "u32:$MODE=$SOURCE" "u32:$MACMODE=$SET" \
		"nest:$MACDATA=$MAC:020000000001,$MAC:020000000002" -- \
		change "$KIND" dev=m0 "u32:$MODE=4"
	has "$host" m0 mode=bridge
	hears "no source's frames" send "$host/p0" src=02:00:00:00:00:01 dst=02:00:00:00:00:09 \
		hear "$host/m0=0"
	no_children
}

# warned TEXT - by the kernel, since the log was emptied
warned() {
	[[ $(dmesg) == *"$1"* ]] || fail "expected \"$1\" in: $(dmesg | tail -n 5)"
}

# lower_moves FUNCTION - to another namespace, where that function has no memory
lower_moves() {
	trap 'any_allocation; cleanup' EXIT
	netns room
	no_ipv6 "$room"
	memory_of "$1"
	dmesg --clear
	no_memory ip -n "$host" link set e0 netns "$room"
	any_allocation
	ip -n "$room" link set e0 up
}

# recover NS - the child comes back once there is memory; e0 is there
recover() {
	ip -n "$host" link set m0 down
	ip -n "$host" link set m0 up
	check "filter of m0" poll 5 filter "$1" e0 "$(ip -n "$host" -j link show dev m0 |
		jq -r '.[0].address')"
	check "group of m0" poll 5 joined "$1" e0 "$G1" 1
	hears "frames" send "$host/p0" dst="@$host/m0" send "$host/p0" dst="$G1" \
		hear "$host/m0,host=1" "$host/m0,multicast=1"
}

# filter NS DEV MAC - DEV receives it
filter() {
	bridge -n "$1" fdb show dev "$2" | grep "^$3 " >/dev/null
}

not_filter() {
	! filter "$@"
}

# nothing_in_room - e0 is asked for nothing there
nothing_in_room() {
	ip -n "$host" link del m0
	poll 5 not_filter "$room" e0 "$G1" || :
	equal "filters of e0" "$(bridge -n "$room" fdb show dev e0 |
		sed '/^33:33:\|^01:00:5e:00:00:01/d')" ""
	ip -n "$room" link set e0 netns "$host"
	ip -n "$host" link set e0 up
	no_children
}

test_filters_of_a_lower_that_moves() {
	ip -n "$host" link add link e0 name m0 address 02:00:00:00:00:01 up type "$KIND" mode bridge
	ip -n "$host" maddr add "$G1" dev m0
	poll 5 joined "$host" e0 "$G1" 1
	lower_moves mymacvlan_filter_restore
	warned "no memory to receive from e0 again"
	recover "$room"
	nothing_in_room
}

test_groups_of_a_lower_that_moves() {
	ip -n "$host" link add link e0 name m0 address 02:00:00:00:00:01 up type "$KIND" mode bridge
	ip -n "$host" maddr add "$G1" dev m0
	poll 5 joined "$host" e0 "$G1" 1
	lower_moves mymacvlan_listen_restore
	warned "no memory to listen to $G1 again"
	recover "$room"
	nothing_in_room
}

test_host_of_a_lower_that_moves() {
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode bridge host on
	ip -n "$host" maddr add "$G1" dev m0
	lower_moves mymacvlan_host_hook
	warned "no egress hook here"
	has "$host" m0 host=false
	recover "$room"
	nothing_in_room
}

# The lower device has had a child's address, and goes back to its own.
test_address_that_comes_back() {
	local own

	trap 'any_allocation; cleanup' EXIT
	own=$(ip -n "$host" -j link show dev e0 | jq -r '.[0].address')
	ip -n "$host" link add link e0 name m0 address 02:00:00:00:00:01 up type "$KIND" mode bridge
	ip -n "$host" maddr add "$G1" dev m0
	ip -n "$host" link set e0 address 02:00:00:00:00:01
	memory_of mymacvlan_addr_follow_lower
	dmesg --clear
	no_memory ip -n "$host" link set e0 address "$own"
	any_allocation
	warned "cannot receive again; set it down and up"
	recover "$host"
	no_children
}

# All of the new list or all of the old one.
test_replaced_list() {
	local n answer='' old new

	old=("macaddr_data=02:00:00:00:00:0a,02:00:00:00:00:0b" macaddr_count=2)
	new=("macaddr_data=02:00:00:00:00:0b,02:00:00:00:00:0c,02:00:00:00:00:0d" macaddr_count=3)
	ip -n "$host" link add link e0 name s0 type "$KIND" mode source
	for ((n = 1; n <= 60; n++)); do
		[ "$answer" != OK ] || break
		ip -n "$host" link set s0 type "$KIND" macaddr set 02:00:00:00:00:0a 02:00:00:00:00:0b
		answer=$(nl change "$KIND" dev=s0 "u32:$MACMODE=$SET" fail="$n" \
			"nest:$MACDATA=$MAC:02000000000b,$MAC:02000000000c,$MAC:02000000000d")
		case $answer in
		*OK)	has "$host" s0 "${new[@]}" ;;
		+E*)	has "$host" s0 "${old[@]}" ;;
		+nothing) ;;
		*)	fail "answer: $answer" ;;
		esac
	done
	equal "the last answer" "$answer" OK
	no_children
}

# The option is on with all that belongs to it, or off.
test_host_on() {
	local n answer='' refused=0

	# When the slab wants a page is not always the same.
	echo 1 >"$DEBUG/fail_page_alloc/ignore-gfp-wait"
	for ((n = 1; n <= 60; n++)); do
		[ "$answer" != OK ] || break
		ip -n "$host" link add link e0 name m0 type "$KIND" mode bridge
		answer=$(nl change "$KIND" dev=m0 "bytes:$HOST=01" fail="$n")
		case $answer in
		*OK)	has "$host" m0 host=true ;;
		+E*)	has "$host" m0 host=false ;;
		+nothing) ;;
		*)	fail "answer: $answer" ;;
		esac
		[[ $answer != *"No memory for option host" ]] || refused=$((refused + 1))
		ip -n "$host" link del m0
	done
	echo 0 >"$DEBUG/fail_page_alloc/ignore-gfp-wait"
	# What the port has for it, in two pieces, and the counters of the child.
	equal "refusals for want of memory of ours" "$refused" 3
	no_children
}

# Groups and their members are small; the core's own entries are not. They are charged to
# a memory cgroup, and then have a cache of their own.
small_memory() {
	local cache

	for cache in /sys/kernel/slab/kmalloc-{,cg-}64/failslab; do
		[ ! -e "$cache" ] || echo "$1" >"$cache"
	done
	failslab cache-filter="$1" probability=$((100 * $1)) times=-1
}

test_group() {
	trap 'any_allocation; cleanup' EXIT
	links "$host" <<-END
		link add link e0 name m0 type $KIND mode bridge
		link add link e0 name m1 type $KIND mode bridge
		link set m0 up
		link set m1 up
	END
	# It has joined what it joins of its own accord.
	poll 5 joined "$host" e0 01:00:5e:00:00:01 2 || fail "no group of all hosts"
	failslab ignore-gfp-wait=1
	small_memory 1
	ip -n "$host" maddr add "$G1" dev m0
	poll 5 probe "$G1" m0=1 m1=0 || fail "m0 does not hear its group"
	check "nor any other" probe "$G2" m0=1 m1=0
	small_memory 0
	failslab ignore-gfp-wait=0
	poll 10 joined "$host" e0 "$G1" 1 || fail "it never joins"
	poll 5 probe "$G2" m0=0 m1=0 || fail "it goes on hearing too much"
	check "its group" probe "$G1" m0=1 m1=0
	no_children
}

# Not for the group, but for the entry of the lower device.
test_group_of_the_lower() {
	local size

	trap 'any_allocation; cleanup' EXIT
	ip -n "$host" link add link e0 name m0 up type "$KIND" mode bridge
	# It has joined what it joins of its own accord.
	poll 5 joined "$host" e0 01:00:5e:00:00:01 2 || fail "no group of all hosts"
	memory_of mymacvlan_listen_sync
	for size in 96 128 192 256; do
		echo 1 >"/sys/kernel/slab/kmalloc-$size/failslab"
	done
	failslab cache-filter=1 probability=100 times=-1
	ip -n "$host" maddr add "$G1" dev m0
	poll 5 probe "$G1" m0=1 || fail "m0 does not hear its group"
	check "nor any other" probe "$G2" m0=1
	any_allocation
	poll 10 joined "$host" e0 "$G1" 1 || fail "it never joins"
	poll 5 probe "$G2" m0=0 || fail "it goes on hearing too much"
	check "its group" probe "$G1" m0=1
	no_children
}

# probe GROUP NAME=N... - who hears it
probe() {
	local group=$1
	shift
	frame limit=300 settle=50 send "$host/p0" dst="$group" hear "${@/#/$host/}"
}

[ -e $DEBUG/failslab/require-start ] || skip_all "this kernel cannot fail by who asks for memory"
a_lower_device
trap 'any_allocation; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests creation creation_with_sources creation_with_host another_creation \
	up address address_of_passthru address_that_comes_back mode mode_with_sources \
	filters_of_a_lower_that_moves groups_of_a_lower_that_moves \
	host_of_a_lower_that_moves replaced_list host_on group group_of_the_lower
