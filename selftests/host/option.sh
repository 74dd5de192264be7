#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "host": what is shown, what is refused and by what words, who may turn
# it on, and the default that a sysctl gives.
# shellcheck source=host.sh
. "$(dirname "$0")/host.sh"

# child NAME OPTION... - "ip link add" in netns host
child() {
	ip -n "$host" link add link e0 name "$1" type "$KIND" "${@:2}"
}

test_shown() {
	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 host=false
	add link e0 name o2 type $KIND mode bridge host on	| o2 host=true
	set o1 type $KIND host on	| o1 host=true
	set o1 type $KIND host off	| o1 host=false
	set o2 type $KIND mode private	| o2 mode=private host=true
	del o1
	del o2
	END
	child o1 mode bridge host on
	[[ $(ip -n "$host" -d link show o1) == *" host on "* ]] ||
		fail "ip -d does not tell"
	ip -n "$host" link del o1
}

test_modes_that_refuse_it() {
	local mode text="Option host is for modes bridge and private only"

	for mode in vepa source passthru; do
		expect_err "$text" child o1 mode "$mode" host on
		no_device "$host" o1 || fail "$mode: it is there"
	done
	expect_err "$text: add \"mode bridge\"" child o1 host on
	child o1 mode vepa
	expect_err "$text" ip -n "$host" link set o1 type "$KIND" host on
	has "$host" o1 host=false mode=vepa
	check "together with the mode" \
		ip -n "$host" link set o1 type "$KIND" mode bridge host on
	has "$host" o1 host=true mode=bridge
	for mode in vepa source; do
		expect_err "$text" ip -n "$host" link set o1 type "$KIND" mode "$mode"
		has "$host" o1 host=true mode=bridge
	done
	check "together with off" \
		ip -n "$host" link set o1 type "$KIND" mode vepa host off
	has "$host" o1 host=false mode=vepa
	ip -n "$host" link del o1
}

test_bad_words() {
	expect_err "host" child o1 mode bridge host maybe
	no_device "$host" o1 || fail "it is there"
}

# hooks - how many egress hooks of ours the lower device has
hooks() {
	in_ns "$host" nft list hooks netdev device e0 2>/dev/null |
		grep -c mymacvlan_host_egress || :
}

test_hook_only_while_needed() {
	equal "before" "$(hooks)" 0
	child o1 mode bridge host on
	child o2 mode bridge host on
	if [ "$(hooks)" = 0 ]; then
		links "$host" <<-END
		link del o1
		link del o2
		END
		skip "nft does not list the hooks of devices here"
	fi
	equal "two children, one hook" "$(hooks)" 1
	ip -n "$host" link set o1 type "$KIND" host off
	equal "one child" "$(hooks)" 1
	ip -n "$host" link del o2
	equal "none" "$(hooks)" 0
	ip -n "$host" link del o1
}

# A container's root cannot turn it on for itself, nor off.
test_container_cannot_change_it() {
	local text="Option host is set from within the lower device's namespace only"

	type unshare >/dev/null 2>&1 || skip "no unshare here"
	in_ns "$host" unshare -Un true || skip "no user namespaces here"
	child o1 mode bridge
	child o2 mode bridge host on
	ip netns exec "$host" unshare -rn sleep infinity &
	poll 5 owns "$!"
	links "$host" <<-END
	link set o1 netns $!
	link set o2 netns $!
	END
	expect_err "$text" inside "$!" ip link set o1 type "$KIND" host on
	expect_err "$text" inside "$!" ip link set o2 type "$KIND" host off
	check "the same as it is" inside "$!" ip link set o1 type "$KIND" host off
	[[ $(inside "$!" ip -j -d link show o1) == *'"host":false'* ]] ||
		fail "it is on"
	[[ $(inside "$!" ip -j -d link show o2) == *'"host":true'* ]] ||
		fail "it is off"
	kill "$!"
	wait || :
	poll 5 in_ns "$host" bash -c '! ls /sys/class/net/e0/upper_* 2>/dev/null'
}

# owns PID - it has its own network namespace now
owns() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] &&
		[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

inside() {
	nsenter -t "$1" -U -n --preserve-credentials "${@:2}"
}

test_sysctl_is_the_default() {
	sysctls "$host" net.mymacvlan.host=1
	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 host=true
	add link e0 name o2 type $KIND mode private	| o2 host=true
	add link e0 name o3 type $KIND mode bridge host off	| o3 host=false
	add link e0 name o4 type $KIND mode vepa	| o4 host=false
	add link e0 name o5 type $KIND mode source	| o5 host=false
	del o1
	del o2
	del o3
	del o4
	del o5
	add link e0 name o6 type $KIND mode passthru	| o6 host=false
	del o6
	END
	# Where the lower device is counts, not where the child goes.
	netns box
	ip -n "$host" link add link e0 name o7 netns "$box" type "$KIND" mode bridge
	has "$box" o7 host=true
	ip -n "$box" link del o7
	sysctls "$host" net.mymacvlan.host=0
	steps "$host" <<-END
	add link e0 name o1 type $KIND mode bridge	| o1 host=false
	del o1
	END
}

test_sysctl_of_each_namespace() {
	netns other
	sysctls "$host" net.mymacvlan.host=1
	equal "another one's" "$(in_ns "$other" sysctl -n net.mymacvlan.host)" 0
	! sysctls "$host" net.mymacvlan.host=2 2>/dev/null || fail "2 is accepted"
	equal "unchanged" "$(in_ns "$host" sysctl -n net.mymacvlan.host)" 1
	sysctls "$host" net.mymacvlan.host=0
}

test_many_children() {
	local count=1000

	{
		for ((i = 0; i < count; i++)); do
			echo "link add link e0 name c$i up type $KIND mode bridge host on"
		done
	} | links "$host"
	hears "the last one" send "$host/e0" dst="@$host/c$((count - 1))" \
		send "$host/c$((count - 1))" dst="@$host/e0" \
		hear "$host/c$((count - 1)),host=1" "$host/e0,host=1" "$peer/q0=0"
	# All of them get the host's broadcast, by the queue.
	hears "a broadcast" limit=20000 send "$host/e0" \
		hear "$host/c0=1" "$host/c500=1" "$host/c999=1" "$peer/q0=1" "$host/e0=0"
	hears "a broadcast past e0's queue" limit=20000 send "$host/e0" bypass \
		send "$peer/q0" hear "$host/c0=2" "$host/c999=2" "$peer/q0=1"
	ip -n "$host" link del e0
	poll 20 no_device "$host" c0 || fail "children are left"
	cable "$host" e0 "$peer" q0
}

# come, go - 400 children that could have talked to the host
come() {
	printf "link add link e0 name c%d type $KIND mode bridge host on\n" {1..400} | links "$host"
}

go() {
	printf "link del c%d\n" {1..400} | links "$host"
}

# percpu_memory - what all processors' own variables take, kB
percpu_memory() {
	awk '$1 == "Percpu:" { print $2 }' /proc/meminfo
}

percpu_memory_at_most() {
	[ "$(percpu_memory)" -le "$1" ]
}

# 72 bytes a child and processor, which kmemleak would not find. Looked at while the children
# are there: without them the allocator has room for what is lost.
test_counters_are_freed() {
	local before

	come
	before=$(percpu_memory)
	for _ in 1 2 3; do
		go
		come
	done
	note "$before kB before, $(percpu_memory) kB now"
	poll 20 percpu_memory_at_most $((before + 16 * $(nproc))) ||
		fail "$before kB before, $(percpu_memory) kB now"
	go
}

netns host peer
no_ipv6 "$host" "$peer"
cable "$host" e0 "$peer" q0
run_tests shown modes_that_refuse_it bad_words hook_only_while_needed \
	container_cannot_change_it sysctl_is_the_default \
	sysctl_of_each_namespace many_children counters_are_freed
