#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mymacvlan(8) shows ports and children in whatever namespace: what there is, and
# nothing to whom it does not concern.
#
#   netns host              netns box        netns peer
#   +----------------+      +-----------+    +--------+
#   |  m0        e0  |      |           |    |        |
#   |   |       /| \-|------|-- m1      |    |        |
#   |   '------' '---|------|-----------|----|-- q0   |
#   +----------------+      +-----------+    +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[ "$KIND" = mymacvlan ] || skip_all "in-tree macvlan tells nothing of the kind"

M0=02:00:00:00:0c:00
M1=02:00:00:00:0c:01
ONLY_HOST="Only from within the lower device's namespace"

# tool NS ARGUMENT... - mymacvlan(8) in a namespace
tool() {
	in_ns "$1" mymacvlan "${@:2}"
}

# told NS FILTER - what a filter of jq makes of "mymacvlan -j show"
told() {
	tool "$1" -j show | jq -c "$2"
}

# two_children - m0 in netns host, m1 in netns box
two_children() {
	links "$host" <<-END
	link add link e0 name m0 address $M0 type $KIND mode bridge
	link add link e0 name m1 address $M1 type $KIND mode private
	link set m1 netns $box
	link set m0 up
	END
	ip -n "$box" link set m1 up
}

end() {
	ip -n "$box" link del m1
	ip -n "$host" link del m0
}

test_nothing() {
	equal "JSON" "$(tool "$host" -j show)" "[]"
	equal "text" "$(tool "$host" show)" ""
	expect_err "Lower device does not exist" tool "$host" show nosuch
	expect_err "has no children of mymacvlan" tool "$host" show e0
}

test_ports_and_children() {
	two_children
	equal "the port" "$(told "$host" '.[]|[.ifname,.address,.children_count,.bclim]')" \
		"[\"e0\",\"$(mac "$host" e0)\",2,1]"
	equal "its children" "$(told "$host" '[.[].children[]|[.address,.mode,.kind,.up]]')" \
		"[[\"$M0\",\"bridge\",\"mymacvlan\",true],[\"$M1\",\"private\",\"mymacvlan\",true]]"
	equal "names and namespaces" \
		"$(told "$host" '[.[].children[]|[.ifname,.netns]]')" \
		"[[\"m0\",null],[\"m1\",\"$box\"]]"
	equal "indices" "$(told "$host" '[.[].children[].ifindex]')" \
		"[$(in_ns "$host" cat /sys/class/net/m0/ifindex),$(in_ns "$box" cat /sys/class/net/m1/ifindex)]"
	equal "inodes" "$(told "$host" '.[].children[1].netns_inode')" \
		"$(stat -L -c %i "/run/netns/$box")"
	[[ $(tool "$host" show e0) == *"  $M1  m1@$box  private up"* ]] ||
		fail "text: $(tool "$host" show e0)"
	ip -n "$host" link set m0 type "$KIND" mode vepa
	ip -n "$box" link set m1 down
	ip -n "$box" link set m1 address 02:00:00:00:0c:11
	equal "changes" "$(told "$host" '[.[].children[]|[.address,.mode,.up,.addr_vouched]]')" \
		"[[\"$M0\",\"vepa\",true,true],[\"02:00:00:00:0c:11\",\"private\",false,false]]"
	check "pin m0" ip -n "$host" link set m0 type "$KIND" pin guard
	equal "pins" "$(told "$host" '[.[].children[].pin]')" '["guard","off"]'
	[[ $(tool "$host" show child m0) == *" pin guard"* ]] ||
		fail "text: $(tool "$host" show child m0)"
	ip -n "$box" link set m1 name $'m\e[2K'
	[[ $(tool "$host" show) == *"  m?[2K@$box  "* ]] ||
		fail "a name is a command to the terminal: $(tool "$host" show | cat -v)"
	ip -n "$box" link set $'m\e[2K' name m1
	end
	equal "nothing is left" "$(tool "$host" -j show)" "[]"
}

test_one_child() {
	two_children
	equal "by address" "$(tool "$host" -j show child "$M1" | jq -c '[.[]|[.lower,.ifname]]')" \
		'[["e0","m1"]]'
	equal "by name" "$(tool "$host" -j show child m0 | jq -c '[.[].address]')" "[\"$M0\"]"
	[[ $(tool "$host" show child m0) == *"e0  $M0  m0  bridge up"* ]] ||
		fail "text: $(tool "$host" show child m0)"
	expect_err "nosuch: no child" tool "$host" show child nosuch
	expect_err "02:00:00:00:0c:77: no child" tool "$host" show child 02:00:00:00:0c:77
	equal "by namespace" "$(tool "$host" -j -n "$box" show | jq -c '[.[].children[].ifname]')" \
		'["m1"]'
	expect_err "no network namespace of that name" tool "$host" -n nosuch show
	end
}

# same_counters NS DEV - the tool tells what "ethtool -S" does
same_counters() {
	local name ours=()

	counters "$1" "$2"
	for name in "${!COUNTER[@]}"; do
		[[ $name == port_* || $name == NIC ]] || ours+=("$name=${COUNTER[$name]}")
	done
	equal "counters of $2" "$(tool "$host" -j show child "$2" |
			jq -r '.[].counters|to_entries[]|"\(.key)=\(.value)"' | sort)" \
		"$(printf '%s\n' "${ours[@]}" | sort)"
}

test_counters() {
	two_children
	hears "frames for both" send "$peer/q0" hear "$host/m0=1" "$box/m1=1"
	hears "one for m0" send "$peer/q0" dst="$M0" hear "$host/m0=1" "$box/m1=0"
	same_counters "$host" m0
	same_counters "$box" m1
	equal "unicast of m0" \
		"$(tool "$host" -j show child m0 | jq '.[].counters.rx_unicast')" 1
	equal "packets of m0" "$(tool "$host" -j show child m0 | jq '.[].rx.packets')" \
		"$(in_ns "$host" cat /sys/class/net/m0/statistics/rx_packets)"
	counters "$host" m0
	equal "those of the port" "$(told "$host" '.[].counters|[.port_queue_limit,.rx_unicast]')" \
		"[${COUNTER[port_queue_limit]},null]"
	[[ $(tool "$host" stats) == *"e0 "*"$M0"*"m0"* ]] || fail "$(tool "$host" stats)"
	end
}

test_groups() {
	two_children
	ip -n "$box" maddr add 01:00:5e:00:00:63 dev m1
	ip -n "$host" link set m0 allmulticast on
	poll 5 listens 01:00:5e:00:00:63 ||
		fail "the group is not there: $(tool "$host" groups)"
	equal "who listens" "$(tool "$host" -j groups |
			jq -c '.[]|select(.group=="01:00:5e:00:00:63")|[.lower,.members[].address]')" \
		"[\"e0\",\"$M1\"]"
	equal "who listens to all" "$(tool "$host" -j groups |
			jq -c '.[]|select(.group=="all")|[.members[].ifname]')" '["m0"]'
	[[ $(tool "$host" groups e0) == *"01:00:5e:00:00:63  members 1"*"$M1  m1@$box"* ]] ||
		fail "text: $(tool "$host" groups e0)"
	end
}

# listens GROUP - somebody does
listens() {
	tool "$host" -j groups | jq -e --arg g "$1" 'any(.group==$g)'
}

# Docker with --cap-add NET_ADMIN: every capability, and another namespace.
test_container_of_the_initial_user_namespace() {
	two_children
	equal "its own namespace has no port" "$(tool "$box" -j show)" "[]"
	expect_err "Lower device does not exist" tool "$box" show e0
	equal "a socket of the host's, used in another namespace" \
		"$("$DUMP" "$host" children first=leave:"$box")" "messages 0 pieces 1 EPERM"
	end
}

test_container_of_its_own_user_namespace() {
	in_ns "$host" unshare -U true || skip "no user namespaces"
	two_children
	expect_err "$ONLY_HOST" in_ns "$host" unshare -Ur mymacvlan show
	expect_err "$ONLY_HOST" in_ns "$host" unshare -Ur mymacvlan show e0
	expect_err "$ONLY_HOST" in_ns "$host" unshare -Ur mymacvlan groups
	expect_err "$ONLY_HOST" in_ns "$host" unshare -Ur mymacvlan stats
	equal "in a namespace of its own" "$(in_ns "$host" unshare -Urn mymacvlan -j show)" "[]"
	end
}

# owns PID - it has its own network namespace now
owns() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] &&
		[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

# A guest has a lower device of its own. What is in the machine's namespaces has a
# MAC address for him, and a mode, and no name.
test_children_above_the_readers_user_namespace() {
	local pid guest told

	in_ns "$host" unshare -U true || skip "no user namespaces"
	unshare -rn sleep 600 &
	pid=$!
	poll 5 owns "$pid"
	guest=guest-$pid
	ip netns attach "$guest" "$pid"
	NAMESPACES+=("$guest")
	ip link add d0 netns "$guest" type dummy
	links "$guest" <<-END
	link add link d0 name m0 address $M0 type $KIND mode bridge
	link add link d0 name m1 address $M1 type $KIND mode bridge
	link set m1 netns $box
	END
	told=$(nsenter -t "$pid" --user --net mymacvlan -j show |
		jq -c '[.[].children[]|[.address,.mode,.ifname,.ifindex,.netns_inode]]')
	equal "told to the guest" "$(jq -c '[.[]|[.[0],.[1],.[2]]]' <<<"$told")" \
		"[[\"$M0\",\"bridge\",\"m0\"],[\"$M1\",\"bridge\",null]]"
	equal "nor index, nor namespace" "$(jq -c '.[1][3:]' <<<"$told")" "[null,null]"
	ip -n "$box" link del m1
	# The guest's namespaces are below the machine's.
	ip -n "$host" link add link e0 name m2 type "$KIND"
	ip -n "$host" link set m2 netns "$guest"
	equal "told to the machine" "$(told "$host" '[.[].children[]|[.ifname,.netns]]')" \
		"[[\"m2\",\"$guest\"]]"
	ip -n "$guest" link del m2
	kill "$pid"
}

test_command_line() {
	expect_err "unknown command" mymacvlan look
	expect_err "the command is missing" mymacvlan -j
	expect_err "unknown option" mymacvlan -x show
	expect_err "nothing after" mymacvlan -n
	expect_err "two lower devices" mymacvlan show e0 e1
	expect_err "which child" mymacvlan show child
	expect_err "bad MAC address" mymacvlan show child 02:00:00:00:0c:zz
	expect_err "bad number of seconds" mymacvlan stats -w 0
	expect_err "are for commands that show" mymacvlan -j set e0 child 1 host on
}

DUMP=$(program dump) || exit 1
netns host box peer
no_ipv6 "$host" "$box" "$peer"
cable "$host" e0 "$peer" q0
run_tests nothing ports_and_children one_child counters groups \
	container_of_the_initial_user_namespace container_of_its_own_user_namespace \
	children_above_the_readers_user_namespace command_line
