#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "arp directed": a plain ARP request from the wire, of a neighbour that is
# known and has not changed, for an address that just one child has, goes to that
# child and up the lower device. Whatever else comes by ARP goes to all.
#
#  .-- room --.   .-- other --.
#  |    m1    |   |    m2     |
#  '----+-----'   '-----+-----'
#       |     .--- box -+--.       .- outside -.
#       '-----+--- eth0 ---+-------+--- eth0   |
#             '------------'       '-----------'
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=device.sh
. "$(dirname "$0")/device.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

IP1=10.9.0.1 IP2=10.9.0.2 NOBODYS=10.9.0.77
# Neighbours outside. Those of one test are not known from an earlier one: the table is
# made anew with the option.
PEER=10.9.0.201 PEER_MAC=02:00:00:ee:ee:01 CHANGED=02:00:00:ee:ee:02
# Has anybody asked for m2's address?
asked=false
# Longer than a new neighbour is heard by all.
SETTLE=6

# place NAME NS IP MAC [OPTION...] - a child with an address, up, in a namespace of its own
place() {
	ip -n "$box" link add link eth0 name "$1" netns "$2" address "$4" type "$KIND" \
		mode bridge "${@:5}"
	# Nobody asks or answers by himself, and an entry is what was heard last.
	sysctls "$2" "net.ipv4.conf.$1.arp_ignore=8" "net.ipv4.neigh.$1.locktime=0"
	links "$2" <<-END
		address add $3/24 dev $1
		link set $1 up
	END
}

# network - m1 and m2, with the option on
network() {
	fresh
	place m1 "$room" "$IP1" "$MAC_A"
	place m2 "$other" "$IP2" "$MAC_B" arp directed
	asked=false
}

# What a packet socket takes them for.
HEARD=broadcast

# asks M1 M2 WORD... - ARP from outside; how many frames m1 and m2 must hear, and box/eth0
# always one
asks() {
	hears "$TEXT: ${*:3}" send "$outside/eth0" src="$PEER_MAC" asks="$PEER" "${@:3}" \
		hear "$room/m1,$HEARD=$1" "$other/m2,$HEARD=$2" "$box/eth0,$HEARD=1"
}

# known - the neighbour, new or not, is known then and has not changed
known() {
	TEXT=new asks 1 1 arp="$IP1"
	pause "$SETTLE"
	TEXT=settles asks 1 1 arp="$IP1"
	# Of each address all hear the first.
	"$asked" || TEXT=first asks 1 1 arp="$IP2"
	asked=true
	TEXT=known asks 1 0 arp="$IP1"
}

bindings() {
	in_ns "$box" mymacvlan -j bindings | jq -c "$1"
}

# bound IP - "CHILD STATE" for each child that claims it, sorted
bound() {
	bindings "[.[]|select(.ip==\"$1\")|\"\(.ifname) \(.state)\"]|sort|join(\",\")"
}

is_bound() {
	[ "$(bound "$1")" = "\"$2\"" ]
}

test_flood_is_the_default() {
	local TEXT=flood i

	fresh
	place m1 "$room" "$IP1" "$MAC_A"
	place m2 "$other" "$IP2" "$MAC_B"
	has "$room" m1 arp=
	for i in 1 2; do
		asks 1 1 arp="$IP1"
		pause "$SETTLE"
	done
	asks 1 1 arp="$IP1"
	equal "bindings" "$(bindings .)" "[]"
}

test_known_neighbour_is_directed() {
	network
	has "$room" m1 arp=directed
	has "$other" m2 arp=directed
	equal "shown" "$(in_ns "$box" mymacvlan -j show | jq -c '.[].arp')" '"directed"'
	known
	TEXT=known asks 0 1 arp="$IP2"
	TEXT=known asks 0 1 arp="$IP2"
	# Off and on again nobody is known.
	ip -n "$room" link set m1 type "$KIND" arp flood
	has "$other" m2 arp=
	TEXT="off" asks 1 1 arp="$IP1"
	ip -n "$room" link set m1 type "$KIND" arp directed
	TEXT="on again" asks 1 1 arp="$IP1"
}

test_probes_and_announcements_go_to_all() {
	local TEXT=known

	network
	known
	TEXT=probe asks 1 1 arp="$IP1" asks=0.0.0.0
	pause "$SETTLE"
	TEXT=probe asks 1 1 arp="$IP1" asks=0.0.0.0
	TEXT=probe asks 1 1 arp="$IP1" asks=0.0.0.0
	asks 1 0 arp="$IP1"
	TEXT=announcement asks 1 1 arp="$PEER" asks="$PEER"
	TEXT=reply asks 1 1 arp="$IP1" op=2
	TEXT="RARP's type" asks 1 1 arp="$IP1" op=3
	ip -n "$other" maddress add "$GROUP" dev m2
	hears "to a group" send "$outside/eth0" src="$PEER_MAC" asks="$PEER" arp="$IP1" \
		dst="$GROUP" hear "$room/m1=0" "$other/m2,multicast=1"
	ip -n "$other" maddress del "$GROUP" dev m2
	asks 1 0 arp="$IP1"
}

test_unknown_and_contested_targets_go_to_all() {
	local TEXT=known

	network
	known
	TEXT="nobody's" asks 1 1 arp="$NOBODYS"
	TEXT="the sender's own" asks 1 1 arp="$PEER"
	ip -n "$other" address add "$IP1/24" dev m2
	equal "contested" "$(bound "$IP1")" '"m1 contested,m2 contested"'
	TEXT=contested asks 1 1 arp="$IP1"
	TEXT="another one" asks 0 1 arp="$IP2"
	# Now it is one child's again.
	ip -n "$other" address del "$IP1/24" dev m2
	asks 1 0 arp="$IP1"
}

# Who has an address without having said so is asked, too, and is not to be cut off.
test_claimed_in_silence() {
	local TEXT

	network
	known
	hears "m2 claims it" send "$other/m2" arp="$NOBODYS" asks=10.9.0.88 hear "$outside/eth0=1"
	TEXT="first for it" asks 1 1 arp=10.9.0.88
	TEXT="nobody else has it" asks 0 1 arp=10.9.0.88
	# A machine behind m1, which has a MAC address of its own.
	gains "it does" "$room" m1 "binding_contested=1" \
		send "$room/m1" arp="$PEER" asks=10.9.0.88 sha="$MAC_C" hear "$outside/eth0=1"
	equal "contested" "$(bound 10.9.0.88)" '"m2 contested"'
	TEXT="somebody else has it" asks 1 1 arp=10.9.0.88
}

# Kinds of ARP that the stack believes like any other.
test_strange_arp_is_heard() {
	local TEXT how

	for how in hrd=6 tags=2; do
		network
		known
		# shellcheck disable=SC2086 # no word, or one
		hears "m2 lies, $how" send "$other/m2" arp="$IP1" asks="$PEER" $how \
			hear "$room/m1,broadcast=1"
		TEXT="all must hear the truth, $how" asks 1 1 arp="$IP1"
		network
		known
		TEXT="changed, $how" asks 1 1 arp="$IP1" src="$CHANGED" "$how"
		TEXT="as before, $how" asks 1 1 arp="$IP1"
	done
}

# Not all hear what is for a group, so that not all know then.
test_group_settles_nothing() {
	local TEXT i

	network
	known
	for i in 1 2; do
		hears "changed, to a group" send "$outside/eth0" src="$CHANGED" asks="$PEER" \
			arp="$IP1" dst="$GROUP" hear "$room/m1=0" "$other/m2=0"
		pause "$SETTLE"
	done
	TEXT="none has heard it" asks 1 1 arp="$IP1" src="$CHANGED"
}

# The host takes a neighbour's address, and gives it back.
test_host_takes_an_address() {
	local TEXT=known

	network
	ip -n "$room" link set m1 netns "$box"
	ip -n "$box" link set m1 type "$KIND" mode bridge host on || skip "no host on"
	ip -n "$box" link set m1 netns "$room"
	links "$room" <<-END
		address add $IP1/24 dev m1
		link set m1 up
	END
	known
	hears "the host says so" send "$box/eth0" arp="$IP1" asks="$PEER" \
		hear "$room/m1,broadcast=1"
	TEXT="the peer has it again" asks 1 1 arp="$IP1"
}

test_changed_neighbour_goes_to_all() {
	local TEXT

	network
	known
	TEXT="of two minds" asks 1 1 arp="$IP1" src="$CHANGED" sha="$PEER_MAC"
	TEXT="as before" asks 1 0 arp="$IP1"
	TEXT="changed" asks 1 1 arp="$IP1" src="$CHANGED"
	TEXT="changed back" asks 1 1 arp="$IP1"
	# The second and the third are no change, but come at once.
	hears "and again" send "$outside/eth0" src="$CHANGED" asks="$PEER" arp="$IP1" count=3 \
		hear "$room/m1,broadcast=3" "$other/m2,broadcast=3"
	pause "$SETTLE"
	TEXT="settles" asks 1 1 arp="$IP1" src="$CHANGED"
	TEXT="is known" asks 1 0 arp="$IP1" src="$CHANGED"
	# By ARP that only one child hears.
	hears "a reply to m2" send "$outside/eth0" src="$PEER_MAC" dst="$MAC_B" asks="$PEER" \
		op=2 arp="$IP2" hear "$other/m2,host=1" "$room/m1=0"
	TEXT="changed meanwhile" asks 1 1 arp="$IP1" src="$CHANGED"
}

test_other_vlan_is_another_network() {
	local TEXT=known HEARD=broadcast

	network
	known
	# Without a VLAN device these are nobody's.
	HEARD=other
	TEXT="target in a VLAN" asks 1 1 arp="$IP1" vlan=5
	pause "$SETTLE"
	TEXT="target in a VLAN" asks 1 1 arp="$IP1" vlan=5
	TEXT="target in a VLAN" asks 1 1 arp="$IP1" vlan=5
	# The child has it there, too, and says so.
	hears "m1 in the VLAN" send "$room/m1" vlan=5 arp="$NOBODYS" asks="$IP1" \
		hear "$outside/eth0,tap=1"
	equal "bound" "$(bindings "[.[]|select(.vlan==5)|[.ip,.ifname,.seen]]")" \
		"[[\"$IP1\",\"m1\",true]]"
	TEXT="target in a VLAN, first" asks 1 1 arp="$IP1" vlan=5
	TEXT="target in a VLAN, known" asks 1 0 arp="$IP1" vlan=5
	HEARD=broadcast
	asks 1 0 arp="$IP1"
}

test_sender_with_a_childs_address_goes_to_all() {
	local TEXT

	network
	known
	TEXT="m2's address" asks 1 1 arp="$IP1" asks="$IP2"
	pause "$SETTLE"
	TEXT="m2's address" asks 1 1 arp="$IP1" asks="$IP2"
	TEXT="m2's address" asks 1 1 arp="$IP1" asks="$IP2"
	# m2 takes the known neighbour's, and gives it back: all hear of its return.
	TEXT="the peer" asks 1 0 arp="$IP1"
	ip -n "$other" address add "$PEER/24" dev m2
	ip -n "$other" address del "$PEER/24" dev m2
	TEXT="the peer has it again" asks 1 1 arp="$IP1"
	known
	hears "m1 takes it" send "$room/m1" arp="$NOBODYS" asks="$PEER" \
		hear "$other/m2,broadcast=1"
	ip -n "$room" link set m1 address "$MAC_C"
	ip -n "$room" link set m1 address "$MAC_A"
	TEXT="m1 had it" asks 1 1 arp="$IP1"
	known
	ip -n "$other" address add "$PEER/24" dev m2
	TEXT="the peer's" asks 1 1 arp="$IP1"
	ip -n "$other" address del "$PEER/24" dev m2
	TEXT="the peer is new again" asks 1 1 arp="$IP1"
	pause "$SETTLE"
	TEXT="settles" asks 1 1 arp="$IP1"
	TEXT="known" asks 1 0 arp="$IP1"
	# It says so in the peer's name, but with the MAC address of a third one.
	hears "m2 lies" send "$other/m2" arp="$IP1" asks="$PEER" sha="$MAC_C" \
		hear "$room/m1,broadcast=1"
	equal "binds nothing" "$(bound "$PEER")" '""'
	TEXT="all must hear the truth" asks 1 1 arp="$IP1"
}

# Counted, logged, and heard by all.
test_used_outside() {
	local TEXT

	network
	gains "a request" "$other" m2 "ip_conflicts=1" send "$outside/eth0" \
		src="$PEER_MAC" asks="$IP2" arp="$IP1" hear "$room/m1=1" "$other/m2=1"
	check "told" logged "m2: IP address $IP2 is in use by $PEER_MAC on the wire"
	gains "a reply to one of them" "$other" m2 "ip_conflicts=1" send "$outside/eth0" \
		src="$PEER_MAC" asks="$IP2" arp="$IP1" op=2 dst="$MAC_A" hear "$room/m1=1"
	gains "a virtual router's" "$other" m2 "ip_conflicts=0" send "$outside/eth0" \
		src=00:00:5e:00:01:07 asks="$IP2" arp="$IP1" hear "$room/m1=1" "$other/m2=1"
	gains "its own, sent back" "$other" m2 "ip_conflicts=0" send "$outside/eth0" \
		src="$MAC_B" asks="$IP2" arp="$IP1" hear "$room/m1=1" "$other/m2=1"
	gains "a sibling's, sent back" "$other" m2 "ip_conflicts=0" send "$outside/eth0" \
		src="$MAC_A" asks="$IP2" arp="$IP1" hear "$room/m1=1" "$other/m2=1"
}

# The same by neighbour discovery.
test_ipv6_used_outside() {
	network
	sysctls "$room" net.ipv6.conf.m1.disable_ipv6=0
	sysctls "$outside" net.ipv6.conf.eth0.disable_ipv6=0 net.ipv6.conf.eth0.ndisc_notify=1
	ip -n "$room" address add 2001:db8::1/64 dev m1 nodad
	check "bound" poll 10 is_bound 2001:db8::1 "m1 bound"
	ip -n "$outside" address add 2001:db8::1/64 dev eth0 nodad
	ip -n "$outside" link set eth0 address "$CHANGED"
	check "counted" poll 10 counted "$room" m1 ip_conflicts 1
	check "told" logged "m1: IP address 2001:db8::1 is in use by $CHANGED on the wire"
	sysctls "$room" net.ipv6.conf.m1.disable_ipv6=1
	sysctls "$outside" net.ipv6.conf.eth0.disable_ipv6=1
}

# Their source is a child's MAC address: who hears them is for the mode to say.
test_hairpin_goes_to_all() {
	local TEXT

	network
	TEXT=first asks 1 1 arp="$IP1" src="$MAC_B"
	pause "$SETTLE"
	TEXT=second asks 1 1 arp="$IP1" src="$MAC_B"
	TEXT=third asks 1 1 arp="$IP1" src="$MAC_B"
}

test_who_is_known_how() {
	network
	equal "configured" "$(bindings '[.[]|select(.ifname=="m1")|[.ip,.configured,.seen,.given,.state]]')" \
		"[[\"$IP1\",true,false,false,\"bound\"]]"
	hears "m1 asks" send "$room/m1" arp="$NOBODYS" asks="$IP1" hear "$outside/eth0=1"
	equal "seen, too" "$(bindings '[.[]|select(.ifname=="m1")|[.ip,.configured,.seen]]')" \
		"[[\"$IP1\",true,true]]"
	hears "m1 probes" send "$room/m1" arp="$NOBODYS" asks=0.0.0.0 hear "$outside/eth0=1"
	hears "m1 sends IPv4" send "$room/m1" ip4=10.9.0.200 hear "$outside/eth0=1"
	hears "from the wire" send "$outside/eth0" arp="$IP1" asks=10.9.0.99 hear "$room/m1=1"
	equal "nothing else" "$(bindings '[.[]|select(.ifname=="m1").ip]')" "[\"$IP1\"]"
	hears "m1 has another one" send "$room/m1" arp="$IP2" asks=10.9.0.55 hear "$outside/eth0=1"
	equal "seen only" "$(bindings '[.[]|select(.ip=="10.9.0.55")|[.ifname,.configured,.seen]]')" \
		'[["m1",false,true]]'
	[[ $(in_ns "$box" mymacvlan bindings eth0) == *"eth0  $IP1  $MAC_A  m1@"*" configured seen "*" s ago  bound"* ]] ||
		fail "text: $(in_ns "$box" mymacvlan bindings eth0)"
	equal "of one namespace" \
		"$(in_ns "$box" mymacvlan -j -n "$other" bindings | jq -c '[.[].ip]')" "[\"$IP2\"]"
}

test_bindings_end() {
	network
	hears "m1 has another one" send "$room/m1" arp="$IP2" asks=10.9.0.55 hear "$outside/eth0=1"
	check "seen" is_bound 10.9.0.55 "m1 bound"
	ip -n "$room" address del "$IP1/24" dev m1
	equal "address taken away" "$(bound "$IP1")" '""'
	ip -n "$room" address add "$IP1/24" dev m1
	equal "address back" "$(bound "$IP1")" '"m1 bound"'
	ip -n "$room" link set m1 address "$MAC_C"
	equal "MAC address changed: seen" "$(bound 10.9.0.55)" '""'
	equal "MAC address changed: configured" "$(bound "$IP1")" '"m1 bound"'
	ip -n "$room" link set m1 down
	equal "down" "$(bound "$IP1")" '""'
	ip -n "$room" link set m1 up
	equal "up" "$(bound "$IP1")" '"m1 bound"'
	ip -n "$room" link set m1 netns "$other"
	equal "moved" "$(bound "$IP1")" '""'
	ip -n "$other" link del m1
	equal "one is left" "$(bindings '[.[].ip]')" "[\"$IP2\"]"
	ip -n "$other" link del m2
	equal "no port" "$(bindings .)" "[]"
}

# A sibling's address is not to be had by waiting for it.
test_nobody_steals() {
	network
	gains "m2 uses m1's address" "$other" m2 "binding_contested=1" \
		send "$other/m2" arp="$NOBODYS" asks="$IP1" hear "$outside/eth0=1"
	equal "still m1's" "$(bound "$IP1")" '"m1 contested"'
	check "told" logged "IP address $IP1 belongs to $MAC_A, and $MAC_B uses it"
	# Nor is it hidden by what the log has just been told.
	ip -n "$room" address add 10.9.0.61/24 dev m1
	hears "m2 uses another one" send "$other/m2" arp="$NOBODYS" asks=10.9.0.61 hear "$outside/eth0=1"
	check "told, too" logged "IP address 10.9.0.61 belongs to $MAC_A, and $MAC_B uses it"
	ip -n "$room" address del 10.9.0.61/24 dev m1
	# As a neighbour that is known would be directed.
	PEER=10.9.0.202 TEXT=new asks 1 1 arp="$IP2"
	pause "$SETTLE"
	PEER=10.9.0.202 TEXT=settles asks 1 1 arp="$IP2"
	PEER=10.9.0.202 TEXT=contested asks 1 1 arp="$IP1"
	PEER=10.9.0.202 TEXT="not contested" asks 0 1 arp="$IP2"
	ip -n "$room" link set m1 down
	hears "m2 again" send "$other/m2" arp="$NOBODYS" asks="$IP1" hear "$outside/eth0=1"
	equal "m1 is gone" "$(bound "$IP1")" '"m2 bound"'
}

# Nobody waits for this in "make test": ONLY=contested_for_ten_minutes SLOW=1.
test_contested_for_ten_minutes() {
	[ -n "${SLOW-}" ] || skip "it takes ten minutes: set SLOW"
	network
	known
	gains "m2 uses m1's address" "$other" m2 "binding_contested=1" \
		send "$other/m2" arp="$NOBODYS" asks="$IP1" hear "$outside/eth0=1"
	pause 590
	TEXT=contested asks 1 1 arp="$IP1"
	pause 10
	equal "ten minutes later" "$(bound "$IP1")" '"m1 bound"'
	TEXT="ten minutes later" asks 1 0 arp="$IP1"
}

# What the host gives beats what a child says of itself.
test_given_by_the_host() {
	fresh
	place m1 "$room" "$IP1" "$MAC_A"
	ip -n "$box" link add link eth0 name m2 address "$MAC_B" type "$KIND" mode bridge \
		arp directed
	ip -n "$box" link set m2 up
	ip -n "$box" link set m2 type "$KIND" allow set "$IP1" 10.9.1.0/24
	equal "given, though silent" "$(bound "$IP1")" '"m1 none,m2 bound"'
	gains "m1 contests nothing" "$room" m1 "binding_contested=1" \
		send "$room/m1" arp="$NOBODYS" asks="$IP1" hear "$outside/eth0=1"
	equal "given" "$(bound "$IP1")" '"m1 none,m2 bound"'
	ip -n "$box" link set m2 type "$KIND" pin ip allow set 10.9.1.0/24
	equal "taken away" "$(bound "$IP1")" '"m1 bound"'
	ip -n "$box" address add 10.9.0.66/24 dev m2
	equal "not allowed" "$(bound 10.9.0.66)" '""'
	ip -n "$box" address add 10.9.1.6/24 dev m2
	[[ $(bound 10.9.1.6) == *m2* ]] || fail "allowed, and not known"
	ip -n "$box" link del m2
}

# The host's own are no child's, nor those that it may route for.
test_hosts_addresses() {
	local TEXT=known

	network
	known
	ip -n "$box" address add "$IP2/24" dev eth0
	equal "the host's" "$(bound "$IP2")" '"m2 refused"'
	TEXT="the host's" asks 1 1 arp="$IP2"
	asks 1 0 arp="$IP1"
	ip -n "$other" address add 192.0.2.8/24 dev m2
	equal "of another network" "$(bound 192.0.2.8)" '"m2 refused"'
	ip -n "$box" address add 192.0.2.1/24 dev eth0
	equal "of the host's network" "$(bound 192.0.2.8)" '"m2 bound"'
	ip -n "$box" address del "$IP2/24" dev eth0
	ip -n "$box" address add "$IP2/32" dev lo
	ip -n "$box" link set lo up
	equal "the host's, on lo" "$(bound "$IP2")" '"m2 refused"'
	ip -n "$box" address flush dev lo
}

# too_many_at_once - m1 claims more than it may in a second
too_many_at_once() {
	local i send=()

	for ((i = 0; i < 200; i++)); do
		send+=(send "$room/m1" arp="$NOBODYS" asks="10.9.3.$i")
	done
	hears "two hundred" limit=20000 "${send[@]}" hear "$outside/eth0=200"
	counted "$room" m1 binding_limited 1
}

test_bounded() {
	local i send=()

	network
	for ((i = 0; i < 70; i++)); do
		send+=(send "$room/m1" arp="$NOBODYS" asks="10.9.2.$i" every=20000)
	done
	hears "seventy addresses" limit=20000 "${send[@]}" hear "$outside/eth0=70"
	equal "seen ones" "$(bindings '[.[]|select(.ifname=="m1" and .configured==false)]|length')" 64
	equal "the oldest is gone" "$(bound 10.9.2.0)" '""'
	equal "the newest is there" "$(bound 10.9.2.69)" '"m1 bound"'
	equal "the device's own stays" "$(bound "$IP1")" '"m1 bound"'
	# On a busy machine they may be spread over seconds.
	check "limited" poll 60 too_many_at_once
	# What was seen first is none the less one of so many addresses on a device.
	for ((i = 0; i < 260; i++)); do
		echo "address add 10.9.4.$((i % 256))/$((24 + i / 256)) dev m1"
	done | ip -n "$room" -batch -
	ip -n "$room" address add 10.9.5.1/24 dev m1
	equal "as many as may be" "$(bindings '[.[]|select(.ifname=="m1" and .configured)]|length')" 256
	hears "one that is seen" send "$room/m1" arp="$NOBODYS" asks=10.9.5.2 hear "$outside/eth0=1"
	ip -n "$room" address add 10.9.5.2/24 dev m1
	equal "no more" "$(bindings '[.[]|select(.ifname=="m1" and .configured)]|length')" 256
}

# The addresses of its guest are not known before it speaks.
test_taps_hear_all_until_they_speak() {
	local TEXT=known

	network
	known
	ip -n "$box" link add link eth0 name t1 address "$MAC_C" type mymacvtap mode bridge
	ip -n "$box" link set t1 up
	hears "a silent tap" send "$outside/eth0" src="$PEER_MAC" asks="$PEER" arp="$IP1" \
		hear "$room/m1,broadcast=1" "$box/t1,broadcast=1"
	# The tap's own device has addresses that are not the guest's.
	sysctls "$box" net.ipv6.conf.t1.disable_ipv6=0
	ip -n "$box" address add 10.9.0.89/24 dev t1
	hears "it has not spoken" send "$outside/eth0" src="$PEER_MAC" asks="$PEER" arp="$IP1" \
		hear "$room/m1,broadcast=1" "$box/t1,broadcast=1"
	hears "it speaks" send "$box/t1" arp="$NOBODYS" asks=10.9.0.88 hear "$outside/eth0=1"
	hears "a tap that has spoken" send "$outside/eth0" src="$PEER_MAC" asks="$PEER" \
		arp="$IP1" hear "$room/m1,broadcast=1" "$box/t1=0"
	hears "the first for the tap" send "$outside/eth0" src="$PEER_MAC" asks="$PEER" \
		arp=10.9.0.88 hear "$room/m1,broadcast=1" "$box/t1,broadcast=1"
	hears "for the tap" send "$outside/eth0" src="$PEER_MAC" asks="$PEER" \
		arp=10.9.0.88 hear "$room/m1=0" "$box/t1,broadcast=1"
	ip -n "$box" link del t1
	asks 1 0 arp="$IP1"
}

# It gets nothing, and another machine may have its address now.
test_protodown() {
	local TEXT

	network
	known
	ip -n "$room" link set m1 protodown on
	TEXT=protodown asks 0 1 arp="$IP1"
	ip -n "$room" link set m1 protodown off
	TEXT=known asks 1 0 arp="$IP1"
}

# An IPv6 address counts when DAD has ended well.
test_ipv6() {
	network
	sysctls "$room" net.ipv6.conf.m1.disable_ipv6=0
	sysctls "$outside" net.ipv6.conf.eth0.disable_ipv6=0
	ip -n "$room" address add 2001:db8::1/64 dev m1
	check "bound after DAD" poll 10 is_bound 2001:db8::1 "m1 bound"
	ip -n "$outside" address add 2001:db8::2/64 dev eth0 nodad
	ip -n "$room" address add 2001:db8::2/64 dev m1
	check "somebody has it" poll 10 dad_failed
	equal "not bound" "$(bound 2001:db8::2)" '"m1 none"'
	ip -n "$room" address del 2001:db8::1/64 dev m1
	equal "taken away" "$(bound 2001:db8::1)" '""'
	sysctls "$room" net.ipv6.conf.m1.disable_ipv6=1
	equal "no IPv6" "$(bindings '[.[]|select(.ip|contains(":"))]')" "[]"
	sysctls "$outside" net.ipv6.conf.eth0.disable_ipv6=1
}

dad_failed() {
	[[ $(ip -n "$room" address show dev m1 dadfailed) == *2001:db8::2* ]]
}

# in_use NS DEV ADDRESS - a real probe is answered: arping -d finds who has it
in_use() {
	[[ $(in_ns "$1" arping -0 -c 3 -w 1 -i "$2" "$3" 2>&1) == *"bytes from"* ]]
}

# As the machines of both sides look for it, in every order of events.
test_duplicate_addresses_are_found() {
	local before peer

	for before in child outside; do
		network
		sysctls "$room" net.ipv4.conf.m1.arp_ignore=0
		sysctls "$other" net.ipv4.conf.m2.arp_ignore=0
		known
		if [ "$before" = child ]; then
			check "outside probes for m1's" in_use "$outside" eth0 "$IP1"
			check "m2 probes for m1's" in_use "$other" m2 "$IP1"
		else
			ip -n "$outside" address add "$NOBODYS/24" dev eth0
			check "m1 probes for what is outside" in_use "$room" m1 "$NOBODYS"
			check "not in use" not in_use "$room" m1 10.9.0.78
		fi
		# Both children have it: whoever asks hears both.
		ip -n "$other" address add "$IP1/24" dev m2
		peer=$(in_ns "$outside" arping -d -0 -c 2 -i eth0 "$IP1" 2>&1) || :
		[[ $peer == *"$MAC_A"* && $peer == *"$MAC_B"* ]] ||
			fail "$before: not both answer: $peer"
		ip -n "$outside" address flush dev eth0
	done
}

spaces
run_tests flood_is_the_default known_neighbour_is_directed \
	probes_and_announcements_go_to_all unknown_and_contested_targets_go_to_all \
	claimed_in_silence strange_arp_is_heard group_settles_nothing host_takes_an_address \
	changed_neighbour_goes_to_all other_vlan_is_another_network ipv6_used_outside \
	sender_with_a_childs_address_goes_to_all used_outside \
	hairpin_goes_to_all who_is_known_how \
	bindings_end nobody_steals contested_for_ten_minutes given_by_the_host hosts_addresses bounded \
	taps_hear_all_until_they_speak protodown ipv6 duplicate_addresses_are_found
