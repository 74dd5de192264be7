# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced, after the library, by tests on real network cards, those that
# "selftests/vm/run --nic" gives to the test machine. Never on another machine:
# its cards are in use.

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"

# Gone at the end: 6.1 looks for a new device's name in the initial namespace,
# too, so other tests could not have an "eth0".
unload_drivers() {
	modprobe -qr e1000e virtio_net || :
}

trap 'cleanup; unload_drivers; rm -rf "$RESULT_DIR"' EXIT

# cards DRIVER [MODULE...] - the cards of this driver in the initial namespace,
# in their order, in $CARDS; the driver and the modules are loaded first
cards() {
	local link

	CARDS=()
	modprobe -a "$@" 2>/dev/null || :
	for link in /sys/class/net/*/device/driver; do
		[[ $(readlink "$link") == */"$1" ]] || continue
		link=${link#/sys/class/net/}
		CARDS+=("${link%%/*}")
	done
}
