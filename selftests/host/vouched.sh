#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "host": only an address that is vouched for takes the host's frames off
# the wire. Who vouches, and who does not: the router's address, taken by a
# child, must not bring it what the host sends to the router.
#
#   netns host         netns box          netns router
#   +-----------+      +-----------+      +--------+
#   |     e0    |      |    m1     |      |        |
#   |     |\    |      |  host on  |      |        |
#   |     | '---|------|---'       |      |        |
#   |     '-----|------|-----------|------|-- q0   |
#   +-----------+      +-----------+      +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

OWN=02:00:00:00:0a:01
OTHER=02:00:00:00:0a:02
REFUSED="Option host is set from within the lower device's namespace only"

# child - m1 in netns box, up, made by the host with address OWN
child() {
	ip -n "$host" link add link e0 name m1 address "$OWN" type "$KIND" \
		mode bridge host on
	links "$host" <<-END
	link set m1 up
	link set m1 netns $box
	END
	ip -n "$box" link set m1 up
}

end() {
	ip -n "$box" link del m1
}

# vouched true|false
vouched() {
	has "$box" m1 addr_vouched="$1" host=true
}

# diverted ADDRESS - the host's frame for it reaches m1 and not the wire
diverted() {
	hears "$1: the host's frame for the child" send "$host/e0" dst="$1" \
		hear "$box/m1,host=1" "$router/q0=0"
}

# on_the_wire ADDRESS - it reaches the wire and not m1
on_the_wire() {
	hears "$1: the host's frame for the wire" send "$host/e0" dst="$1" \
		hear "$box/m1=0" "$router/q0=1"
}

# takes_routers_address COMMAND... - the command gives m1 the router's address,
# which takes nothing away; with its own one m1 is as before
takes_routers_address() {
	local mac

	mac=$(mac "$router" q0)
	check "the change itself" "$@" ip link set m1 address "$mac"
	equal "the address" "$(mac "$box" m1)" "$mac"
	vouched false
	on_the_wire "$mac"
	check "back again" "$@" ip link set m1 address "$OWN"
	vouched true
	diverted "$OWN"
}

test_made_by_the_host() {
	child
	vouched true
	diverted "$OWN"
	[[ $(ip -n "$box" -d link show m1) != *addr_own_choice* ]] ||
		fail "text says own choice"
	end
}

# Docker with --cap-add NET_ADMIN: every capability, but not the namespace.
test_container_of_the_initial_user_namespace() {
	child
	takes_routers_address in_ns "$box"
	in_ns "$box" ip link set m1 address "$OTHER"
	[[ $(ip -n "$box" -d link show m1) == *" host on addr_own_choice "* ]] ||
		fail "text does not say own choice"
	on_the_wire "$OTHER"
	end
}

test_refused_change_vouches_for_nothing() {
	local lower

	child
	lower=$(mac "$host" e0)
	expect_err "in use" in_ns "$box" ip link set m1 address "$lower"
	vouched true
	in_ns "$box" ip link set m1 address "$OTHER"
	expect_err "in use" in_ns "$box" ip link set m1 address "$lower"
	vouched false
	end
}

# owns PID - it has its own network namespace now
owns() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] &&
		[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

test_container_of_its_own_user_namespace() {
	local pid

	in_ns "$host" unshare -Un true || skip "no user namespaces here"
	unshare -rn sleep 600 &
	pid=$!
	poll 5 owns "$pid"
	# The container's namespace under a name, for "hears".
	ip netns attach "$box.u" "$pid"
	NAMESPACES+=("$box.u")
	box=$box.u
	child
	takes_routers_address nsenter -t "$pid" -U -n --preserve-credentials
	# Never up: still not the container's to choose.
	ip -n "$host" link add link e0 name m2 netns "$box" address 02:00:00:00:0a:03 \
		type "$KIND" mode bridge host on
	nsenter -t "$pid" -U -n --preserve-credentials ip link set m2 address "$OTHER"
	has "$box" m2 addr_vouched=false
	ip -n "$box" link del m2
	end
	kill "$pid"
	wait || :
}

# Runtimes set it from inside, before the child is first up, and so does the host.
test_before_it_is_first_up() {
	ip -n "$host" link add link e0 name m1 netns "$box" type "$KIND" \
		mode bridge host on
	in_ns "$box" ip link set m1 address "$OTHER"
	vouched true
	in_ns "$box" ip link set m1 address "$OWN"
	vouched true
	ip -n "$box" link set m1 up
	diverted "$OWN"
	ip -n "$box" link set m1 down
	in_ns "$box" ip link set m1 address "$OTHER"
	vouched false
	ip -n "$box" link set m1 up
	on_the_wire "$OTHER"
	end
}

test_changed_by_the_host() {
	steps "$host" <<-END
	add link e0 name m1 up address $OWN type $KIND mode bridge	| m1 addr_vouched=true
	set m1 address $OTHER	| m1 addr_vouched=true
	set m1 netns $box
	END
	in_ns "$box" ip link set m1 address "$OWN"
	has "$box" m1 addr_vouched=false
	in_ns "$box" ip link set m1 netns "$host"
	has "$host" m1 addr_vouched=false
	# The address that it has: the host's choice from now on.
	steps "$host" <<-END
	set m1 address $OWN	| m1 addr_vouched=true
	del m1
	END
}

test_option_is_not_the_containers() {
	child
	expect_err "$REFUSED" in_ns "$box" ip link set m1 type "$KIND" host off
	expect_err "$REFUSED" ip -n "$box" link set m1 type "$KIND" host off
	vouched true
	check "as it is" in_ns "$box" ip link set m1 type "$KIND" host on
	end
	ip -n "$host" link add link e0 name m1 netns "$box" type "$KIND" mode bridge
	expect_err "$REFUSED" in_ns "$box" ip link set m1 type "$KIND" host on
	has "$box" m1 host=false
	end
}

# A container's own child on its child goes to the host's lower device: the host
# has not made it.
test_child_of_a_child() {
	local mac

	mac=$(mac "$router" q0)
	child
	sysctls "$host" net.mymacvlan.host=1
	expect_err "$REFUSED" in_ns "$box" ip link add link m1 name m2 \
		type "$KIND" mode bridge host on
	in_ns "$box" ip link add link m1 name m2 address "$mac" type "$KIND" mode bridge
	has "$box" m2 host=false addr_vouched=false
	in_ns "$box" ip link set m2 address "$OTHER"
	has "$box" m2 addr_vouched=false
	in_ns "$box" ip link set m2 address "$mac" up
	hears "the router's" send "$host/e0" dst="$mac" \
		hear "$box/m2=0" "$box/m1=0" "$router/q0=1"
	sysctls "$host" net.mymacvlan.host=0
	end
	ip -n "$box" link del m2
}

test_read_only() {
	ip -n "$host" link add link e0 name m1 type "$KIND" mode passthru
	has "$host" m1 addr_vouched=
	ip -n "$host" link del m1
}

test_told_in_the_log() {
	local before

	# A port of its own: there is a limit for each.
	netns host box router
	cable "$host" e0 "$router" q0
	child
	before=$(dmesg | grep -c "is its own choice" || :)
	in_ns "$box" ip link set m1 address "$OTHER"
	dmesg | grep "MAC address $OTHER is its own choice (index [0-9]* in network" >/dev/null ||
		fail "the kernel's log does not tell"
	[ "$(dmesg | grep -c "is its own choice")" -gt "$before" ] || fail "no new line"
	end
}

netns host box router
no_ipv6 "$host" "$box" "$router"
cable "$host" e0 "$router" q0
run_tests made_by_the_host container_of_the_initial_user_namespace \
	refused_change_vouches_for_nothing container_of_its_own_user_namespace \
	before_it_is_first_up changed_by_the_host option_is_not_the_containers \
	child_of_a_child read_only told_in_the_log
