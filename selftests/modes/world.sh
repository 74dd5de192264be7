# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The world that the tests of the modes live in:
#
#   netns host            netns wire              netns peer
#   +------------+        +--------------+        +----------+
#   | children   |        |      br0     |        |          |
#   |    \ | /   |        |     /   \    |        |          |
#   |     e0 ----|--------|-- p0     p1 -|--------|-- q0     |
#   +------------+        +--------------+        +----------+
#
# br0 learns nothing: it sends every frame everywhere, which makes it easy to
# say who must hear it. With "reflect on" also back to where it came from: that
# is what a VEPA switch does.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# world - makes it; "host", "wire" and "peer" hold the names
world() {
	netns host wire peer
	no_ipv6 "$host" "$wire" "$peer"
	cable "$host" e0 "$wire" p0
	cable "$wire" p1 "$peer" q0
	switch "$wire" br0 p0 p1
	links "$wire" <<-END
		link set p0 type bridge_slave learning off
		link set p1 type bridge_slave learning off
	END
	# A bridge port forwards only when its carrier has been noticed.
	poll 10 frame limit=200 settle=0 send "$host/e0" hear "$peer/q0=1"
	poll 10 frame limit=200 settle=0 send "$peer/q0" hear "$host/e0=1"
}

# reflect on|off
reflect() {
	hairpin "$wire" p0 "$1"
}

# children LINE... - "NAME OPTION..." each: children of e0 that are up
children() {
	local line

	for line; do
		echo "link add link e0 name ${line%% *} type $KIND ${line#* }"
		echo "link set ${line%% *} up"
	done | links "$host"
}

# probe DEV GROUP N - does a frame to the group reach the child N times?
probe() {
	frame limit=100 settle=20 send "$wire/p0" dst="$2" hear "$host/$1=$3"
}

# join DEV GROUP... - newer kernels tell the driver from a work item
join() {
	local dev=$1 group
	shift

	for group; do
		ip -n "$host" maddr add "$group" dev "$dev"
		poll 5 probe "$dev" "$group" 1 ||
			fail "$dev has joined $group and hears nothing"
	done
}

# leave DEV GROUP...
leave() {
	local dev=$1 group
	shift

	for group; do
		ip -n "$host" maddr del "$group" dev "$dev"
		# In-tree macvlan hears it until its list changes once more.
		[ "$KIND" = mymacvlan ] || continue
		poll 5 probe "$dev" "$group" 0 ||
			fail "$dev has left $group and still hears it"
	done
}

# machines MODE [OPTION]... - two children in namespaces of their own, "one"
# and "two", with addresses 10.9.0.1 and .2, fd09::1 and ::2; peer has .3, ::3
machines() {
	local n=0 ns

	netns one two
	sysctls "$peer" net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.q0.disable_ipv6=0
	for ns in "$one" "$two"; do
		n=$((n + 1))
		ip -n "$host" link add link e0 name m0 netns "$ns" \
			type "$KIND" mode "$@"
		links "$ns" <<-END
			link set m0 up
			addr add 10.9.0.$n/24 dev m0
			addr add fd09::$n/64 dev m0
		END
	done
	links "$peer" <<-END
		addr add 10.9.0.3/24 dev q0
		addr add fd09::3/64 dev q0
	END
	for ns in "$one" "$two" "$peer"; do
		poll 10 dad_over "$ns" || fail "addresses stay tentative in $ns"
	done
}

# dad_over NS - no address is tentative any more
dad_over() {
	[ -z "$(ip -n "$1" -6 addr show tentative)" ]
}

# pings NS ADDRESS
pings() {
	check "ping $2 from ${1%-*}" in_ns "$1" ping -n -q -c1 -W2 "$2"
}

# no_ping NS ADDRESS
no_ping() {
	! in_ns "$1" ping -n -q -c1 -W1 "$2" >/dev/null 2>&1 ||
		fail "ping $2 from ${1%-*} should get no answer"
}

# dad_fails NS DEV ADDRESS - somebody has this address already
dad_fails() {
	ip -n "$1" addr add "$3" dev "$2"
	poll 10 dad_failed "$1" "$2" || fail "$3 on $2 is taken, unnoticed"
	ip -n "$1" addr del "$3" dev "$2"
}

dad_failed() {
	[ -n "$(ip -n "$1" -6 addr show dev "$2" dadfailed)" ]
}

# dad_passes NS DEV ADDRESS
dad_passes() {
	ip -n "$1" addr add "$3" dev "$2"
	poll 10 dad_over "$1" || fail "$3 on $2 stays tentative"
	! dad_failed "$1" "$2" || fail "$3 on $2 is said to be taken"
}
