#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Options "pin ip", "pin guard" and "allow": the list, who changes it, and what a
# pinned child may say.
#
#   netns host         netns box          netns router
#   +-----------+      +-----------+      +--------+
#   |     e0    |      |    m1     |      |        |
#   |     |\    |      |  pin ip   |      |        |
#   |     | '---|------|---'       |      |        |
#   |     '-----|------|-----------|------|-- q0   |
#   +-----------+      +-----------+      +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

OWN=02:00:00:00:0c:01
REFUSED="Option allow is set from within the lower device's namespace only"
LIAR=$(program liar) || exit 1
ALLOWED=(192.0.2.10 198.51.100.0/24 2001:db8::10 2001:db8:1::/64)
SHOWN=192.0.2.10/32,198.51.100.0/24,2001:db8::10/128,2001:db8:1::/64
# So many random frames for each level; more with FRAMES=.
FRAMES=${FRAMES:-20000}

# child LEVEL WORD... - m1 in netns box, up
child() {
	ip -n "$host" link add link e0 name m1 netns "$box" address "$OWN" \
		type "$KIND" mode bridge pin "$@"
	ip -n "$box" link set m1 up
}

end() {
	ip -n "$box" link del m1
}

# tool NS WORD... - mymacvlan(8) there
tool() {
	type mymacvlan >/dev/null 2>&1 || skip "no program mymacvlan here"
	in_ns "$1" mymacvlan "${@:2}"
}

test_list() {
	local many

	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 pin=off allow=
	set o1 type $KIND pin ip	| o1 pin=ip allow=
	set o1 type $KIND allow add ${ALLOWED[*]}	| o1 allow=$SHOWN
	set o1 type $KIND allow add 192.0.2.10/32	| o1 allow=$SHOWN
	set o1 type $KIND allow del 192.0.2.10 2001:db8:1::/64	| o1 allow=198.51.100.0/24,2001:db8::10/128
	set o1 type $KIND allow del 192.0.2.99	| o1 allow=198.51.100.0/24,2001:db8::10/128
	set o1 type $KIND pin guard	| o1 pin=guard allow=198.51.100.0/24,2001:db8::10/128
	set o1 type $KIND allow set 10.1.2.3/8 ::/0	| o1 allow=10.0.0.0/8,::/0
	set o1 type $KIND allow flush	| o1 allow=
	set o1 type $KIND allow set	| o1 allow=
	add link e0 name o2 type $KIND pin ip allow add 192.0.2.10	| o2 allow=192.0.2.10/32
	del o2
	END
	[[ $(ip -n "$host" link set o1 type "$KIND" allow add 192.0.2.10 2001:db8::10
		ip -n "$host" -d link show o1) == *" pin guard allow 192.0.2.10/32 2001:db8::10/128 "* ]] ||
		fail "ip -d does not tell"
	mapfile -t many < <(printf '10.0.0.%d\n' {1..63})
	expect_err "allow: at most 64 IP addresses" \
		ip -n "$host" link set o1 type "$KIND" allow add "${many[@]}"
	has "$host" o1 allow=192.0.2.10/32,2001:db8::10/128
	check "64" ip -n "$host" link set o1 type "$KIND" allow add "${many[@]:1}"
	equal "how many" "$(show "$host" o1 | jq '.[].linkinfo.info_data.allow | length')" 64
	ip -n "$host" link del o1
}

test_not_the_containers() {
	child ip allow add 192.0.2.10
	expect_err "$REFUSED" in_ns "$box" ip link set m1 type "$KIND" allow add 192.0.2.1
	expect_err "$REFUSED" ip -n "$box" link set m1 type "$KIND" allow flush
	expect_err "Option pin is set" in_ns "$box" ip link set m1 type "$KIND" pin mac
	has "$box" m1 pin=ip allow=192.0.2.10/32
	end
}

test_by_the_tool() {
	child ip
	check "add" tool "$host" set e0 child "$OWN" allow add "${ALLOWED[@]}"
	has "$box" m1 pin=ip allow="$SHOWN"
	check "all at once" tool "$host" set e0 child "$OWN" \
		allow set 192.0.2.10 pin guard
	has "$box" m1 pin=guard allow=192.0.2.10/32
	check "flush" tool "$host" set e0 child "$OWN" allow flush
	has "$box" m1 allow=
	expect_err "bad IP address" tool "$host" set e0 child "$OWN" allow add 192.0.2.256
	expect_err "bad IP address" tool "$host" set e0 child "$OWN" allow add ::/129
	expect_err "bad allow" tool "$host" set e0 child "$OWN" allow more
	end
}

# lies LEVEL - random frames, against a model of what may pass
lies() {
	local out status=0

	child "$1" allow add "${ALLOWED[@]}"
	out=$("$LIAR" "$box" m1 "$router" q0 "$1" "$FRAMES" "${SEED:-$RANDOM}" 2>&1) ||
		status=$?
	note "${out//$'\n'/$'\n# '}"
	equal "liar" "$status" 0
	end
}

test_random_frames_mac() {
	lies mac
}

test_random_frames_ip() {
	lies ip
}

test_random_frames_guard() {
	lies guard
}

# What honest stacks do gets through: ARP, ND and DAD, ping.
test_honest() {
	local local6

	netns guest peer
	cable "$host" e1 "$peer" p0
	ip -n "$host" link add link e1 name g1 netns "$guest" address "$OWN" \
		type "$KIND" mode bridge pin guard allow add "${ALLOWED[@]}"
	links "$guest" <<-END
	link set g1 up
	addr add 192.0.2.10/24 dev g1
	addr add 192.0.2.11/24 dev g1
	addr add 2001:db8::10/64 dev g1
	END
	links "$peer" <<-END
	addr add 192.0.2.1/24 dev p0
	addr add 2001:db8::1/64 dev p0 nodad
	END
	check "IPv4" poll 10 in_ns "$guest" ping -c1 -W1 -I 192.0.2.10 192.0.2.1
	if [ -d /proc/sys/net/ipv6 ]; then
		check "IPv6" poll 20 in_ns "$guest" ping -c1 -W1 2001:db8::1
		local6=$(ip -n "$peer" -j addr show dev p0 |
			jq -r '.[].addr_info[] | select(.scope == "link") | .local')
		check "link-local" poll 20 in_ns "$guest" ping -c1 -W1 "$local6%g1"
	fi
	equal "nothing is lost" "$(counter "$guest" g1 tx_drop_pin)" 0
	ip -n "$peer" neigh flush all
	if in_ns "$guest" ping -c1 -W1 -I 192.0.2.11 192.0.2.1 >/dev/null 2>&1; then
		fail "an address that is not allowed gets through"
	fi
	[ "$(counter "$guest" g1 tx_drop_pin)" -gt 0 ] || fail "nothing is counted"
	ip -n "$guest" link del g1
}

# A VLAN device of the child's has the tag beside the frame.
test_in_a_vlan() {
	# The source of what "frame" sends.
	child ip allow add 192.0.2.1
	links "$box" <<-END
	link add link m1 name v5 type vlan id 5
	link set v5 up
	link add link v5 name v6 type vlan id 6
	link set v6 up
	END
	gains "one tag" "$box" m1 "tx_drop_pin=0 tx_wire=1" \
		send "$box/v5" ip4=192.0.2.9 type=0800 hear "$router/q0,type:0800=1"
	gains "two tags" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/v6" ip4=192.0.2.9 type=0800 hear "$router/q0,type:0800=0"
	tool "$host" set e0 child "$OWN" allow set 192.0.2.2
	gains "one tag, not allowed" "$box" m1 "tx_drop_pin=1 tx_wire=0" \
		send "$box/v5" ip4=192.0.2.9 type=0800 hear "$router/q0,type:0800=0"
	end
}

netns host box router
no_ipv6 "$host" "$box" "$router"
cable "$host" e0 "$router" q0
run_tests list not_the_containers by_the_tool random_frames_mac \
	random_frames_ip random_frames_guard honest in_a_vlan
