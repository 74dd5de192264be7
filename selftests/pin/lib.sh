# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of option "pin", which have set OWN: a child that is pinned, and
# what becomes of its frames. Its lower device is e0 in $host, it lives in $box, and
# what it sends comes out at q0 in $router.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

SPOOF=$(program spoof) || exit 1
FLIP=$(program flip) || exit 1
VNET=$(program vnet) || exit 1
XSK_SEND=$LIB_DIR/bugs/xsk_send

# child OPTION... - m1 in netns box, up, made by the host with address OWN
child() {
	ip -n "$host" link add link e0 name m1 netns "$box" address "$OWN" \
		type "$KIND" mode bridge "$@"
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

# zeros N - so many bytes
zeros() {
	head -c "$1" /dev/zero | od -An -v -tx1 | tr -d ' \n'
}

# in_software - e0 leaves checksums and segments to the kernel, behind the check
in_software() {
	in_ns "$host" ethtool -K e0 tx off tso off gso on tx-gso-list off >/dev/null 2>&1 || :
}

in_hardware() {
	in_ns "$host" ethtool -K e0 tx on tso on tx-gso-list on >/dev/null 2>&1 || :
}

# virtio TEXT DEV CHECKED FRAME - with no virtio-net header a frame comes out that is
# another one in what is checked
virtio() {
	local out status=0

	out=$("$VNET" "$box" "$2" "$router" q0 "$4" "$3" 2>&1) || status=$?
	note "$1: ${out//$'\n'/$'\n# '}"
	equal "$1" "$status" "${5-0}"
}

# tap - m1 is a tap; puts its node into $node
tap() {
	modprobe -q mymacvtap || :
	ip -n "$host" link add link e0 name m1 netns "$box" address "$OWN" \
		type mymacvtap mode bridge "$@" 2>/dev/null || skip "no mymacvtap here"
	ip -n "$box" link set m1 up
	node=/dev/tap$(in_ns "$box" cat /sys/class/net/m1/ifindex)
	poll 5 test -c "$node" || skip "no node here"
}

# handled N - so many frames of m1 have been sent or stopped
handled() {
	counters "$box" m1
	[ $((COUNTER[tx_drop_pin] + COUNTER[tx_wire])) -ge "$1" ]
}

# asks_for_checksum START OFFSET FRAME... - m1 sends them by AF_XDP, each with a checksum
# to be filled in there; sets $stopped
asks_for_checksum() {
	local before all

	counters "$box" m1
	before=${COUNTER[tx_drop_pin]} all=$((COUNTER[tx_drop_pin] + COUNTER[tx_wire]))
	"$XSK_SEND" "$box" m1 "csum=$1+$2" "${@:3}" ||
		{ end; skip "AF_XDP asks for no checksums here"; }
	check "checksum from $1, at +$2" poll 5 handled $((all + $# - 2))
	stopped=$(($(counter "$box" m1 tx_drop_pin) - before))
}
