#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Requests that "ip" would not send, as raw netlink messages: the errno, the
# text and the attribute that the kernel points to, and that nothing changed.
#
#   netns host
#   +------------------------+
#   |  m0 s0  p0-child pt0   |
#   |    \ /       |         |
#   |    e0 ------ e1        |
#   +------------------------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# Attribute numbers and modes, see include/uapi/linux/mymacvlan.h
MODE=1 FLAGS=2 MACMODE=3 MAC=4 MACDATA=5 MACCOUNT=6 QLEN=7 QUSED=8 CUTOFF=9
NODE_USER=41 NODE_GROUP=42 PERM=43
# One that no version has.
UNKNOWN=9999
BRIDGE=4 SOURCE=16 ADD=0 SET=3

# answers - runs the requests on standard input, one a line, in front of each
# what the answer must begin with:  ANSWER | REQUEST
answers() {
	local want request line requests=() wanted=() words=() got before i

	while IFS='|' read -r want request; do
		[ -n "$request" ] || continue
		read -ra words <<<"$request"
		[ ${#requests[@]} = 0 ] || requests+=(--)
		requests+=("${words[@]}")
		wanted+=("${want% }")
	done
	before=$(devices "$host")
	mapfile -t got < <("$NL" "$host" "${requests[@]}")
	equal "state" "$(devices "$host")" "$before"
	for ((i = 0; i < ${#wanted[@]}; i++)); do
		# The in-tree driver has no such texts.
		line=${wanted[i]}
		[ "$KIND" = mymacvlan ] || line=${line%% *}
		[[ ${got[i]-} == "$line"* ]] ||
			fail "answer $((i + 1)) is \"${got[i]-}\", expected \"${wanted[i]}\""
	done
}

test_values() {
	answers <<-END
		EINVAL @$FLAGS Unknown flag | change $KIND dev=m0 u16:$FLAGS=4
		EINVAL @$FLAGS Unknown flag | change $KIND dev=m0 u16:$FLAGS=0x8001
		EINVAL @$FLAGS Unknown flag | new $KIND link=e0 name=m1 u16:$FLAGS=8
		EINVAL @$MODE Unknown mode | change $KIND dev=m0 u32:$MODE=0
		EINVAL @$MODE Unknown mode | change $KIND dev=m0 u32:$MODE=3
		EINVAL @$MODE Unknown mode | change $KIND dev=m0 u32:$MODE=32
		EINVAL @$MODE Unknown mode | new $KIND link=e0 name=m1 u32:$MODE=12
		EINVAL @$MACMODE Unknown macaddr mode | change $KIND dev=s0 u32:$MACMODE=4
		EINVAL @$MACMODE Unknown macaddr mode | new $KIND link=e0 name=m1 u32:$MODE=$SOURCE u32:$MACMODE=99
		EINVAL | change $KIND dev=s0 u32:$MACMODE=$ADD
		EINVAL | change $KIND dev=s0 u32:$MACMODE=1
		EINVAL | new $KIND link=e0 name=m1 u32:$MODE=$SOURCE u32:$MACMODE=$ADD
	END
}

test_read_only_attributes() {
	answers <<-END
		EINVAL @$MACCOUNT macaddr count is read-only | change $KIND dev=s0 u32:$MACCOUNT=1
		EINVAL @$MACCOUNT macaddr count is read-only | new $KIND link=e0 name=m1 u32:$MACCOUNT=0
		EINVAL @$QUSED | change $KIND dev=m0 u32:$QUSED=5
		EINVAL @$QUSED | new $KIND link=e0 name=m1 u32:$QUSED=5
	END
}

test_source_addresses() {
	answers <<-END
		EADDRNOTAVAIL @$MAC Invalid source MAC address | change $KIND dev=s0 u32:$MACMODE=$ADD bytes:$MAC=010000000001
		EADDRNOTAVAIL @$MAC Invalid source MAC address | change $KIND dev=s0 u32:$MACMODE=$ADD bytes:$MAC=000000000000
		EADDRNOTAVAIL @$MAC Invalid source MAC address | change $KIND dev=s0 u32:$MACMODE=$SET bytes:$MAC=ffffffffffff
		EADDRNOTAVAIL @$MAC Invalid source MAC address | change $KIND dev=s0 u32:$MACMODE=$SET nest:$MACDATA=$MAC:020000000001,$MAC:330000000001
		EADDRNOTAVAIL @$MAC Invalid source MAC address | new $KIND link=e0 name=m1 u32:$MODE=$SOURCE u32:$MACMODE=$SET nest:$MACDATA=$MAC:000000000000
	END
}

# Lists of a wrong shape: none of it may be taken over, nor the old list lost.
test_source_lists() {
	answers <<-END
		E | change $KIND dev=s0 u32:$MACMODE=$ADD bytes:$MAC=0200000000
		E | change $KIND dev=s0 u32:$MACMODE=$ADD bytes:$MAC=02000000000102
		E | change $KIND dev=s0 u32:$MACMODE=$ADD bytes:$MAC=
		E | change $KIND dev=s0 u32:$MACMODE=$SET nest:$MACDATA=$MAC:020000000001,$MAC:0200
		E | change $KIND dev=s0 u32:$MACMODE=$SET nest:$MACDATA=$MAC:020000000001,$MODE:020000000002
		E | change $KIND dev=s0 u32:$MACMODE=$SET nest:$MACDATA=$MAC:02000000000102030405
		E | new $KIND link=e0 name=m1 u32:$MODE=$SOURCE u32:$MACMODE=$SET nest:$MACDATA=$MAC:020000000001,$MAC:02
	END
}

# As long as a list may be, and longer: more than that no dump could show. In a
# replacement old and new ones count together.
test_longest_source_list() {
	local list

	only_ours
	printf -v list ",$MAC:02aaaaaa%04x" {1..5000}
	list=${list#,}
	# A part of the new list is there already when the rest is refused.
	answers <<-END
		ENOSPC Source list is full | change $KIND dev=s0 u32:$MACMODE=$SET nest:$MACDATA=$list,$MAC:020000000001
	END
	ip -n "$host" link set s0 type "$KIND" macaddr flush
	equal "5000" "$("$NL" "$host" change "$KIND" dev=s0 "u32:$MACMODE=$SET" "nest:$MACDATA=$list")" OK
	has "$host" s0 macaddr_count=5000
	answers <<-END
		ENOSPC Source list is full | change $KIND dev=s0 u32:$MACMODE=$ADD bytes:$MAC=020000000001
		OK | change $KIND dev=s0 u32:$MACMODE=$ADD bytes:$MAC=02aaaaaa0007
	END
	links "$host" <<-END
		link set s0 type $KIND macaddr flush
		link set s0 type $KIND macaddr set 02:00:00:00:00:0a 02:00:00:00:00:0b
	END
}

# An attribute too short for its number, or cut off.
test_lengths() {
	answers <<-END
		E | change $KIND dev=m0 bytes:$MODE=0400
		E | change $KIND dev=m0 bytes:$MODE=
		E | change $KIND dev=m0 bytes:$FLAGS=01
		E | change $KIND dev=m0 bytes:$QLEN=0102
		E | change $KIND dev=m0 bytes:$CUTOFF=01
		E | change $KIND dev=s0 bytes:$MACMODE=00
		E | change $KIND dev=s0 bytes:$MACCOUNT=00
		E | new $KIND link=e0 name=m1 bytes:$MODE=04
	END
}

# A list whose last element claims more bytes than there are: the list is 20
# bytes with its header, an element of 10, its padding, and a header that
# promises 10 more. In-tree macvlan takes the whole elements of it.
test_truncated_list() {
	only_ours
	answers <<-END
		EINVAL @$MACDATA Source list has trailing bytes | change $KIND dev=s0 u32:$MACMODE=$SET raw:140005000a00040002000000000100000a000400
	END
}

test_addresses() {
	answers <<-END
		EINVAL | new $KIND link=e0 name=m1 address=0200000000
		EINVAL | new $KIND link=e0 name=m1 address=0200000000010203
		EADDRNOTAVAIL | new $KIND link=e0 name=m1 address=010000000001
		EADDRNOTAVAIL | new $KIND link=e0 name=m1 address=000000000000
		EADDRNOTAVAIL | new $KIND link=e0 name=m1 nodata address=000000000000
	END
}

test_lower() {
	answers <<-END
		EINVAL | new $KIND name=m1
		EINVAL | new $KIND name=m1 nodata
		ENODEV | new $KIND name=m1 linkindex=99999
		EINVAL | new $KIND name=m1 link=lo
		EINVAL @4 MTU is above the lower device's | new $KIND name=m1 link=e0 mtu=1501
		EINVAL | new $KIND name=m1 link=e0 mtu=67
		EINVAL Lower device has a passthru child | new $KIND name=m1 link=e1 u32:$MODE=$BRIDGE
		EINVAL Passthru needs the lower device alone | new $KIND name=m1 link=e0 u32:$MODE=8
		EINVAL @$MODE Mode passthru can be neither | change $KIND dev=m0 u32:$MODE=8
		EINVAL @$MODE Mode passthru can be neither | change $KIND dev=pt0 u32:$MODE=$BRIDGE
	END
}

# What "ip" would not send.
test_node_of_a_tap() {
	only_ours
	answers <<-END
		EINVAL @$PERM Permissions are above 0777 | new ${KIND/lan/tap} link=e0 name=t1 u16:$PERM=512
		EINVAL @$NODE_USER Unknown user id | new ${KIND/lan/tap} link=e0 name=t1 u32:$NODE_USER=4294967295
		EINVAL @$NODE_GROUP Unknown group id | new ${KIND/lan/tap} link=e0 name=t1 u32:$NODE_GROUP=4294967295
		E | new ${KIND/lan/tap} link=e0 name=t1 bytes:$PERM=01
	END
}

# A list outside of mode source, wherever it comes from.
test_source_list_needs_mode_source() {
	answers <<-END
		EINVAL @$MACMODE Source list needs mode source | change $KIND dev=m0 u32:$MACMODE=$SET nest:$MACDATA=$MAC:020000000001
		EINVAL @$MACMODE Source list needs mode source | new $KIND link=e0 name=m1 u32:$MACMODE=$ADD bytes:$MAC=020000000001
		EINVAL @$MACMODE Source list needs mode source | new $KIND link=e0 name=m1 u32:$MODE=$BRIDGE u32:$MACMODE=2
	END
}

# Requests without anything to do, and attributes from the future.
test_harmless() {
	answers <<-END
		OK | change $KIND dev=m0 nodata
		OK | change $KIND dev=m0
		OK | change $KIND dev=pt0
		OK | change $KIND dev=m0 u32:$UNKNOWN=1
		OK | change $KIND dev=s0 nest:$MACDATA=$MAC:020000000077
		OK | change $KIND dev=s0 u32:$MACMODE=$SET bytes:$MAC=02000000000a nest:$MACDATA=$MAC:02000000000b
		OK | change $KIND dev=s0 bytes:$MAC=020000000077
	END
}

# A device whose registration fails late takes all of itself away again: its
# port where it was the first, its place and its sources where it was not.
test_name_that_cannot_be() {
	answers <<-END
		EINVAL | new $KIND link=e0 name=invalid%d%d u32:$MODE=$BRIDGE
		EINVAL | new $KIND link=e0 name=invalid%d%d u32:$MODE=$SOURCE u32:$MACMODE=$SET nest:$MACDATA=$MAC:020000000001,$MAC:020000000002
		EINVAL | new $KIND link=e0 name=invalid%d%d u32:$MODE=$SOURCE u32:$MACMODE=$ADD bytes:$MAC=020000000001 u32:$QLEN=5000
		EINVAL | new $KIND link=f0 name=invalid%d%d u32:$MODE=8
		EINVAL | new $KIND link=f0 name=invalid%d%d u32:$MODE=$SOURCE u32:$MACMODE=$SET nest:$MACDATA=$MAC:020000000001
	END
	# A frame from such a source finds no freed device.
	hears "after a failed creation" send "$host/e1" src=02:00:00:00:00:01 \
		send "$host/f1" src=02:00:00:00:00:01 hear "$host/e0=1" "$host/f0=1"
	# f0 is nobody's port.
	check "f0 is free" links "$host" <<-END
		link add br0 type bridge
		link set f0 master br0
		link del br0
	END
}

NL=$(program nl) || exit 1
netns host
cable "$host" e0 "$host" e1
cable "$host" f0 "$host" f1
no_ipv6 "$host"
links "$host" <<-END
	link add link e0 name m0 type $KIND mode bridge
	link add link e0 name s0 type $KIND mode source
	link set s0 type $KIND macaddr set 02:00:00:00:00:0a 02:00:00:00:00:0b
	link add link e1 name pt0 type $KIND mode passthru
	link set m0 up
	link set s0 up
END

run_tests values read_only_attributes source_addresses source_lists \
	longest_source_list lengths \
	truncated_list addresses lower node_of_a_tap source_list_needs_mode_source harmless \
	name_that_cannot_be
