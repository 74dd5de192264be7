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

# new_guest NAME - a namespace that belongs to a user namespace of its own, whose root
# is process $pid
new_guest() {
	unshare -rn sleep 600 &
	pid=$!
	poll 5 owns "$pid"
	ip netns attach "$1" "$pid"
	NAMESPACES+=("$1")
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
	[[ $(ip -n "$box" -d link show m1) == *" host on pin off announce off addr_own_choice "* ]] ||
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

# tool NS WORD... - mymacvlan(8) there
tool() {
	type mymacvlan >/dev/null 2>&1 || skip "no program mymacvlan here"
	in_ns "$1" mymacvlan "${@:2}"
}

test_host_vouches_by_the_tool() {
	child
	in_ns "$box" ip link set m1 address "$OTHER"
	vouched false
	check "vouch" tool "$host" set e0 child "$OTHER" vouch
	vouched true
	diverted "$OTHER"
	in_ns "$box" ip link set m1 address "$OWN"
	vouched false
	on_the_wire "$OWN"
	end
}

# The address that m1 had once is m2's now: not any more for m1 to take back.
test_new_owner_by_the_tool() {
	child
	in_ns "$box" ip link set m1 address "$OTHER"
	ip -n "$host" link add link e0 name m2 address "$OWN" type "$KIND" mode bridge
	check "vouch" tool "$host" set e0 child "$OWN" vouch
	has "$host" m2 addr_vouched=true
	in_ns "$box" ip link set m1 address "$OWN"
	vouched false
	on_the_wire "$OWN"
	ip -n "$host" link del m2
	end
}

# vouch_is_heard - what the host decides is told where the child is
vouch_is_heard() {
	tool "$host" set e0 child "$OTHER" vouch
	grep "m1@" "$RESULT_DIR/monitor" >/dev/null
}

test_told_to_who_watches_links() {
	local state watcher

	type mymacvlan >/dev/null 2>&1 || skip "no program mymacvlan here"
	child
	in_ns "$box" ip link set m1 address "$OTHER"
	for state in up down; do
		ip -n "$box" link set m1 "$state"
		ip -n "$box" monitor link >"$RESULT_DIR/monitor" &
		watcher=$!
		check "the child is $state" poll 10 vouch_is_heard
		kill "$watcher"
		wait "$watcher" || :
	done
	end
}

test_host_switches_by_the_tool() {
	local index

	ip -n "$host" link add link e0 name m1 netns "$box" up address "$OWN" \
		type "$KIND" mode bridge
	index=$(in_ns "$box" cat /sys/class/net/m1/ifindex)
	on_the_wire "$OWN"
	check "on, by index" tool "$host" set e0 child "$index" host on
	vouched true
	diverted "$OWN"
	check "off, by address" tool "$host" set e0 child "$OWN" host off
	has "$box" m1 host=false
	check "on, by both" tool "$host" set e0 child "$OWN" index "$index" host on
	has "$box" m1 host=true
	# All or nothing.
	in_ns "$box" ip link set m1 address "$OTHER"
	ip -n "$box" link set m1 type "$KIND" mode bridge
	check "off" tool "$host" set e0 child "$OTHER" host off
	ip -n "$box" link set m1 type "$KIND" mode vepa
	expect_err "for modes bridge and private" \
		tool "$host" set e0 child "$OTHER" host on vouch
	has "$box" m1 host=false addr_vouched=false
	end
}

test_tool_in_the_wrong_place() {
	local index refused="The lower device has no such child"

	child
	index=$(in_ns "$box" cat /sys/class/net/m1/ifindex)
	expect_err "Lower device does not exist" \
		tool "$box" set e0 child "$OWN" host off
	expect_err "$refused" tool "$host" set e0 child "$OTHER" vouch
	expect_err "$refused" tool "$host" set e0 child "$OWN" index $((index + 1)) vouch
	expect_err "has no children of mymacvlan" \
		tool "$router" set q0 child "$OWN" vouch
	expect_err "which child" tool "$host" set e0 host on
	expect_err "nothing to do" tool "$host" set e0 child "$OWN"
	expect_err "vouch needs the MAC address" tool "$host" set e0 child "$index" vouch
	# A user namespace's root, in the lower device's own namespace.
	if in_ns "$host" unshare -U true; then
		expect_err "Only from within the lower device's namespace" \
			in_ns "$host" unshare -Ur mymacvlan set e0 child "$OWN" host off
	fi
	vouched true
	# Two children that the same name would fit.
	ip -n "$host" link add link e0 name m2 address "$OWN" type "$KIND" mode bridge
	expect_err "Several children are meant" tool "$host" set e0 child "$OWN" host off
	check "one of them" tool "$host" set e0 child "$OWN" \
		index "$(in_ns "$host" cat /sys/class/net/m2/ifindex)" host on
	has "$host" m2 host=true
	ip -n "$host" link del m2
	vouched true
	end
}

# It gives the child its own address, in the name of who set it up.
stacked_on_it() {
	local mac

	mac=$(mac "$router" q0)
	child
	ip -n "$box" link set m1 down
	"$1"
	poll 10 has_address "$mac" || fail "m1 has not the router's address"
	vouched false
	on_the_wire "$mac"
	ip -n "$box" link del b0
	poll 10 has_address "$OWN" || fail "m1 has not got its address back"
	vouched true
	end
}

has_address() {
	[ "$(mac "$box" m1)" = "$1" ]
}

bond_of_it() {
	ip -n "$box" link add b0 address "$(mac "$router" q0)" type bond \
		mode active-backup miimon 10 2>/dev/null || skip "no bonding here"
	ip -n "$box" link set b0 type bond fail_over_mac none
	links "$box" <<-END
	link set m1 master b0
	link set b0 up
	link set b0 address $(mac "$router" q0)
	END
}

# in_the_initial_namespace - a host there: work items are, too
in_the_initial_namespace() {
	ip netns attach "$host.init" $$
	NAMESPACES+=("$host.init")
	host=$host.init
	netns box router
	no_ipv6 "$box" "$router"
	cable "$host" e0 "$router" q0
}

# fails_over - m1 is the backup of a bond in $box, whose active slave has the address
# of the router and is set down: a work item gives m1 the address
fails_over() {
	local mac

	mac=$(mac "$router" q0)
	ip -n "$box" link set m1 down
	ip -n "$box" link add b0 type bond mode active-backup miimon 10 \
		fail_over_mac follow 2>/dev/null || skip "no bonding here"
	links "$box" <<-END
	link add d0 address $mac type veth peer name d1
	link set d1 up
	link set d0 master b0
	link set b0 up
	link set m1 master b0
	END
	poll 10 has_active d0 || fail "d0 is not active"
	ip -n "$box" link set d0 down
	poll 10 has_active m1 || fail "m1 is not active"
	poll 10 has_address "$mac" || fail "m1 has not the router's address"
	vouched false
	on_the_wire "$mac"
	links "$box" <<-END
	link del b0
	link del d0
	END
	end
	ip -n "$host" link del e0
}

test_bond_failover_on_it() {
	in_the_initial_namespace
	child
	fails_over
}

# The host's own bond: what its work item chooses nobody has looked at.
test_bond_failover_on_the_hosts() {
	in_the_initial_namespace
	box=$host
	ip -n "$host" link add link e0 name m1 address "$OWN" type "$KIND" \
		mode bridge host on
	fails_over
}

# The failover comes while the host deletes another device that the bond has: it is
# the host's task that sets the child's address then.
test_bond_failover_by_the_host() {
	local mac

	mac=$(mac "$router" q0)
	child
	ip -n "$box" link set m1 down
	ip -n "$box" link add b0 type bond mode active-backup miimon 10 \
		fail_over_mac follow 2>/dev/null || skip "no bonding here"
	ip -n "$host" link add d1 up type veth peer name d0 address "$mac" netns "$box"
	links "$box" <<-END
	link set d0 master b0
	link set b0 up
	link set m1 master b0
	END
	poll 10 has_active d0 || fail "d0 is not active"
	ip -n "$host" link del d1
	poll 10 has_active m1 || fail "m1 is not active"
	poll 10 has_address "$mac" || fail "m1 has not the router's address"
	vouched false
	on_the_wire "$mac"
	ip -n "$box" link del b0
	tool "$host" set e0 child "$(mac "$box" m1)" vouch
	vouched true
	end
}

has_active() {
	[ "$(in_ns "$box" cat /sys/class/net/b0/bonding/active_slave)" = "$1" ]
}

test_bond_on_it() {
	stacked_on_it bond_of_it
}

team_of_it() {
	local mode=$LIB_DIR/device/teammode

	ip -n "$box" link add b0 address "$(mac "$router" q0)" type team 2>/dev/null ||
		skip "no team devices here"
	[ -x "$mode" ] || skip "no program teammode here"
	# As teamd would at its start.
	in_ns "$box" "$mode" b0 roundrobin
	links "$box" <<-END
	link set b0 address $(mac "$router" q0)
	link set m1 master b0
	link set b0 up
	END
}

test_team_on_it() {
	stacked_on_it team_of_it
}

# Its address changes while the child is in it.
test_team_takes_another_address() {
	local mac

	mac=$(mac "$router" q0)
	child
	ip -n "$box" link set m1 down
	team_of_it
	in_ns "$box" ip link set b0 address "$OTHER"
	poll 10 has_address "$OTHER" || fail "m1 has not followed the team"
	vouched false
	on_the_wire "$OTHER"
	in_ns "$box" ip link set b0 address "$mac"
	poll 10 has_address "$mac" || fail "m1 has not followed the team"
	vouched false
	on_the_wire "$mac"
	ip -n "$box" link del b0
	end
}

# options NS DEV - as "ip" shows them
options() {
	ip -n "$1" -d link show dev "$2" | sed -n "s/^ *$KIND //p"
}

# A user namespace's root who has the card is its host, until the card goes back.
test_card_lent_to_a_container() {
	local pid mac guest

	in_ns "$host" unshare -Un true || skip "no user namespaces here"
	mac=$(mac "$router" q0)
	guest=$box.g
	new_guest "$guest"
	ip -n "$host" link set e0 netns "$guest"
	nsenter -t "$pid" -U -n --preserve-credentials ip link add link e0 name m1 \
		address "$mac" type "$KIND" mode bridge host on \
		allow add 0.0.0.0/0 arp directed bclim 7
	nsenter -t "$pid" -U -n --preserve-credentials ip link add link e0 name s1 \
		type "$KIND" mode source flag nodst
	has "$guest" m1 addr_vouched=true host=true
	[[ $(options "$guest" m1) == *"arp directed"*"allow 0.0.0.0/0"* ]] ||
		fail "m1 has $(options "$guest" m1)"
	[[ $(options "$guest" s1) == *nodst* ]] || fail "s1 has $(options "$guest" s1)"
	links "$guest" <<-END
	link set m1 netns $box
	link set s1 netns $box
	link set e0 netns $host
	END
	links "$host" <<-END
	link set e0 up
	END
	ip -n "$box" link set m1 up
	[[ $(options "$box" m1) != *@(directed|allow|bclim)* ]] ||
		fail "m1 still has $(options "$box" m1)"
	[[ $(options "$box" s1) != *nodst* ]] || fail "s1 still has $(options "$box" s1)"
	ip -n "$box" link del s1
	has "$box" m1 addr_vouched=false host=false
	ip -n "$host" link add link e0 name h1 type "$KIND" mode bridge host on
	on_the_wire "$mac"
	ip -n "$host" link del h1
	end
	kill "$pid"
	wait || :
}

# A guest puts a bond above its child while it has the card. The card goes back, and
# so does the right to vouch; the failover comes in the host's task.
test_bond_left_by_a_guest() {
	local pid mac

	in_ns "$host" unshare -Un true || skip "no user namespaces here"
	netns host router
	no_ipv6 "$host" "$router"
	cable "$host" e0 "$router" q0
	mac=$(mac "$router" q0)
	box=$box.g
	new_guest "$box"
	no_ipv6 "$box"
	ip -n "$host" link set e0 netns "$box"
	ip -n "$host" link add d1 up type veth peer name d0 address "$mac" netns "$box"
	nsenter -t "$pid" -U -n --preserve-credentials ip -batch - <<-END ||
	link add link e0 name m1 address $OWN type $KIND mode bridge
	link add b0 type bond mode active-backup miimon 10 fail_over_mac follow
	link set d0 master b0
	link set b0 up
	link set m1 master b0
	END
		skip "no bonding here"
	poll 10 has_active d0 || fail "d0 is not active"
	ip -n "$box" link set e0 netns "$host"
	ip -n "$host" link set e0 up
	check "the host trusts it" tool "$host" set e0 child "$OWN" host on
	check "and its address" tool "$host" set e0 child "$OWN" vouch
	vouched true
	ip -n "$host" link del d1
	poll 10 has_active m1 || fail "m1 is not active"
	poll 10 has_address "$mac" || fail "m1 has not the router's address"
	vouched false
	on_the_wire "$mac"
	ip -n "$box" link del b0
	end
	kill "$pid"
	wait || :
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
	child_of_a_child host_vouches_by_the_tool new_owner_by_the_tool told_to_who_watches_links \
	host_switches_by_the_tool \
	tool_in_the_wrong_place bond_on_it bond_failover_on_it \
	bond_failover_on_the_hosts \
	bond_failover_by_the_host team_on_it team_takes_another_address \
	card_lent_to_a_container bond_left_by_a_guest \
	read_only told_in_the_log
