#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The commands of the documents as they stand there: the blocks marked "sh" of README,
# modes.md, counters.md and networks.md, in a machine with one card and a router, behind
# a switch that sends frames back.
#
#    .-- machine (its own /run) --.        .---- net ----.
#    |  ns1      ns2              |        | br0  .1     |   192.168.56.0/24
#    |    '-. .-'                 |        |  | hairpin  |
#    |     eth0 -------------------------------- port    |   router: .1,
#    '----------------------------'        '-------------'   52:54:00:12:34:56
. "$(dirname "$0")/../lib.sh"

# blocks DOCUMENT - its sh blocks, one after the other
blocks() {
	awk '/^```/ { inside = !inside && $0 == "```sh"; next } inside' "$LIB_DIR/stories/$1"
}

# typed DOCUMENT [ARGUMENT] - what somebody types who follows it; says which command fails
typed() {
	[ -n "$(blocks "$1")" ] || { echo "$1 has no sh block"; return 1; }
	blocks "$1" >"$RESULT_DIR/$1.sh"
	# "ip netns" keeps its names under /run: this one is nobody else's.
	in_ns "$machine" unshare --mount --propagation private bash -c '
		mount -t tmpfs tmpfs /run
		bash -eux "$@" </dev/null' - "$RESULT_DIR/$1.sh" "${@:2}" >"$RESULT_DIR/$1.out" 2>&1 ||
		{ tail -n 5 "$RESULT_DIR/$1.out"; return 1; }
}

# lan - one for each test: a document leaves devices behind
lan() {
	only_ours
	netns machine net
	cable "$machine" eth0 "$net" port
	switch "$net" br0 port
	hairpin "$net" port on
	ip -n "$net" link set br0 address 52:54:00:12:34:56
	ip -n "$net" address add 192.168.56.1/24 dev br0
	ip -n "$machine" address add 192.168.56.110/24 dev eth0
}

# broadcasts - something from the router every second, until its namespace is gone
broadcasts() {
	while in_ns "$net" arping -q -U -c 1 -I br0 192.168.56.1; do
		:
	done
}

test_readme() {
	lan
	check "README's commands" typed README.md
	grep -E 'tx_local: +[1-9]' "$RESULT_DIR/README.md.out" >/dev/null ||
		fail "no frame went straight to the sibling"
}

test_modes() {
	lan
	broadcasts >/dev/null 2>&1 &
	check "modes.md's commands" typed modes.md
	grep -x "m2 does not hear m1" "$RESULT_DIR/modes.md.out" >/dev/null ||
		fail "m2 hears m1 in mode private"
	grep -F "3 packets captured" "$RESULT_DIR/modes.md.out" >/dev/null ||
		fail "s1 hears less than three frames of its sender"
}

# The textfile collector of node_exporter, for a child in this namespace.
test_counters() {
	lan
	ip -n "$machine" link add link eth0 name m9 type "$KIND" mode bridge
	check "counters.md's program" typed counters.md "$RESULT_DIR/prom"
	grep -E '^mymacvlan_frames\{lower="eth0",address="[0-9a-f:]+",id="[0-9]+",device="m9",netns="",counter="tx_wire"\} [0-9]+$' \
		"$RESULT_DIR/prom" >/dev/null || fail "no tx_wire of m9: $(head -n 3 "$RESULT_DIR/prom")"
	equal "other lines" "$(grep -vE '^# TYPE|^mymacvlan_frames\{' "$RESULT_DIR/prom" || :)" ""
}

test_networks() {
	lan
	check "networks.md's commands" typed networks.md
	has "$machine" m1 link=eth0.5 mode=bridge
}

run_tests readme modes counters networks
