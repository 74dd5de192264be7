#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What "make demo" shows: two children of one network card.
#
#    .-- ns1 --.    .-- ns2 --.
#    |  mac1   |    |  mac2   |
#    |  .122   |    |  .123   |
#    '----+----'    '----+----'       192.168.56.0/24
#         '----.   .-----'
#            .-+---+-.            .-- outside --.
#            | eth0  |------------|    eth0     |
#            | .110  |            |     .1      |
#            '- box -'            '-------------'
. "$(dirname "$0")/../lib.sh"

# child NAME NS HOST - made beside the lower device, then moved, as one does
child() {
	ip -n "$box" link add link eth0 name "$1" type "$KIND" mode bridge
	ip -n "$box" link set "$1" netns "$2"
	links "$2" <<-END
		address add 192.168.56.$3/24 dev $1
		link set $1 up
	END
}

build() {
	netns box outside ns1 ns2
	cable "$box" eth0 "$outside" eth0
	ip -n "$box" address add 192.168.56.110/24 dev eth0
	ip -n "$outside" address add 192.168.56.1/24 dev eth0
	child mac1 "$ns1" 122
	child mac2 "$ns2" 123
}

test_ping_across() {
	check "mac1 to mac2" in_ns "$ns1" ping -n -c 3 -i 0.1 -W 2 192.168.56.123
	check "mac2 to mac1" in_ns "$ns2" ping -n -c 1 -W 2 192.168.56.122
	check "mac2 to the outside" in_ns "$ns2" ping -n -c 1 -W 2 192.168.56.1
}

test_shown() {
	equal "kind" "$(field "$ns1" mac1 info_kind)" "$KIND"
	equal "mode" "$(field "$ns1" mac1 mode)" bridge
}

# Straight to the sibling: nobody watches the lower device here.
test_counted() {
	only_ours
	counters "$ns1" mac1
	[ "${COUNTER[tx_local]-0}" -ge 3 ] || fail "tx_local is ${COUNTER[tx_local]-missing}"
	[ "${COUNTER[rx_unicast]-0}" -ge 3 ] || fail "rx_unicast is ${COUNTER[rx_unicast]-missing}"
	equal "rx_unicast_dropped" "${COUNTER[rx_unicast_dropped]-missing}" 0
}

build
run_tests ping_across shown counted
