# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Children behind an uplink that lets one MAC address through.
#
#   netns c1, c2       netns host               netns sw              netns outside
#   +-----------+     +------------------+     +----------------+     +-----------+
#   | mv .11 .12|-----| e0 192.168.7.1   |-----| p0  br0  p1    |-----| q0 .100   |
#   |   ::11 ::12     |    2001:db8:7::1 |     | one MAC only   |     |   ::100   |
#   +-----------+     +------------------+     +----------------+     +-----------+
# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

# A switch's port with port security.
lock_by_bridge() {
	ip -n "$sw" link set p0 type bridge_slave learning off flood off
	in_ns "$sw" bridge link set dev p0 locked on
	in_ns "$sw" bridge fdb replace "$(mac "$host" e0)" dev p0 master static
}

# A hypervisor's or a cloud's: others' frames are dropped, both ways.
lock_by_rules() {
	local own
	own=$(mac "$host" e0)

	in_ns "$sw" nft -f - <<-END
	table netdev lock {
		chain from {
			type filter hook ingress device p0 priority 0
			ether saddr != $own drop
		}
		chain to {
			type filter hook egress device p0 priority 0
			ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 ether daddr != $own drop
		}
	}
	END
}

# What a sender has computed is to be found wrong if it is: a veth device says that
# all is well, unless told not to.
no_rx_checksums() {
	local end

	for end in "$sw p0" "$sw p1" "$outside q0" "$host e0"; do
		in_ns "${end% *}" ethtool -K "${end#* }" rx off >/dev/null 2>&1
	done
}

uplink() {
	netns host sw outside c1 c2
	cable "$host" e0 "$sw" p0
	cable "$sw" p1 "$outside" q0
	switch "$sw" br0 p0 p1
	no_rx_checksums
	links "$host" <<-END
	link set lo up
	address add 192.168.7.1/24 dev e0
	address add 2001:db8:7::1/64 dev e0 nodad
	END
	links "$outside" <<-END
	link set lo up
	address add 192.168.7.100/24 dev q0
	address add 2001:db8:7::100/64 dev q0 nodad
	END
}

# container NS OPTION... - with a child, up and without an address
container() {
	ip -n "$host" link add link e0 name mv netns "$1" type "$KIND" "${@:2}"
	links "$1" <<-END
	link set lo up
	link set mv up
	END
}

# addresses NS NUMBER
addresses() {
	links "$1" <<-END
	address add 192.168.7.$2/24 dev mv
	address add 2001:db8:7::$2/64 dev mv nodad
	END
}

# pings NS ADDRESS...
pings() {
	local to

	for to in "${@:2}"; do
		check "${1%-*} to $to" in_ns "$1" ping -n -c 2 -i 0.1 -W 3 "$to"
	done
}

# silent TEXT NS ADDRESS
silent() {
	! in_ns "$2" ping -n -c 1 -W 1 "$3" >/dev/null 2>&1 ||
		fail "this should not get through: $1"
}

# mark NS DEV LIMIT - whoever answers is known by the hop limit of what he sends
mark() {
	sysctls "$1" net.ipv4.ip_default_ttl="$3" net.ipv6.conf."$2".hop_limit="$3"
}

# answered TEXT NS ADDRESS MARK - who answers?
answered() {
	local out

	out=$(in_ns "$2" ping -n -c 1 -W 3 "$3" 2>&1) || fail "$1: nobody answers"
	[[ $out == *"ttl=$4 "* ]] || fail "$1: somebody else answers: $out"
}

# listens NS PORT - for "poll"
listens() {
	in_ns "$1" ss -Hltn "sport = :$2" | grep . >/dev/null
}

# ended PID - for "poll"
ended() {
	! kill -0 "$1" 2>/dev/null
}

# file NS ADDRESS SERVER-NS - a file by TCP, equal at both ends
file() {
	local job to=$2

	[[ $to != *:* ]] || to=[$to]
	ip netns exec "$3" socat -u TCP6-LISTEN:5400,ipv6only=0,reuseaddr \
		OPEN:"$RESULT_DIR/got",creat,trunc &
	job=$!
	poll 10 listens "$3" 5400
	check "${1%-*} to $2" in_ns "$1" timeout 60 \
		socat -u OPEN:"$RESULT_DIR/sent" TCP:"$to":5400
	poll 10 ended "$job" || kill "$job"
	wait "$job" || :
	check "${1%-*} to $2: the same" cmp "$RESULT_DIR/sent" "$RESULT_DIR/got"
}

# serve OPTION... - dnsmasq outside
serve() {
	ip netns exec "$outside" dnsmasq --no-daemon --conf-file=/dev/null --user=root \
		--interface=q0 --bind-interfaces --port=0 \
		--dhcp-leasefile="$RESULT_DIR/leases" "$@" >"$RESULT_DIR/dnsmasq" 2>&1 &
}

# lease NS - by busybox's client, which does not ask for broadcasts by itself
lease() {
	cat >"$RESULT_DIR/dhcp" <<-'END'
	#!/bin/sh
	[ "$1" != bound ] || ip address add "$ip/24" dev "$interface"
	END
	chmod +x "$RESULT_DIR/dhcp"
	check "${1%-*}: a lease" in_ns "$1" busybox udhcpc -i mv -n -q -t 10 -T 1 \
		-s "$RESULT_DIR/dhcp"
}

# has_address NS TEXT - for "poll"
has_address() {
	[[ $(ip -n "$1" -6 address show dev mv scope global -tentative) == *$2* ]]
}
