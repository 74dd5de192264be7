#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory runs out, at one place after the other, while the modules are loaded and
# while a network namespace is made with them there. Needs a kernel that fails on
# demand, as the debug kernel does.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../memory.sh
. "$(dirname "$0")/../memory.sh"

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"

FILE=${MYMACVLAN_KO:-$(modinfo -n "$KIND")}

# fails WORD... - what the program failing says
fails() {
	local said

	if said=$("$FAILING" "$@" 2>&1); then
		note "$said"
	else
		fail "$said"
	fi
}

test_module() {
	rmmod "${KIND/lan/tap}" 2>/dev/null || :
	rmmod "$KIND" 2>/dev/null || :
	fails 120 load "$FILE" "$KIND"
	check "no sysctl is left" [ ! -e "/proc/sys/net/$KIND" ]
	check "it can be loaded" modprobe "$KIND"
}

test_module_of_taps() {
	# Not what it stands on.
	modprobe "${KIND/lan/tap}"
	rmmod "${KIND/lan/tap}"
	fails 120 load "${FILE%/*}/${KIND/lan/tap}.ko" "${KIND/lan/tap}"
	equal "device numbers" "$(grep "${KIND/lan/tap}" /proc/devices || :)" ""
	check "it can be loaded" modprobe "${KIND/lan/tap}"
}

test_namespace() {
	modprobe "${KIND/lan/tap}"
	fails 100 namespace
}

test_works_after_all() {
	no_ipv6 "$box" "$outside"
	cable "$box" eth0 "$outside" eth0
	ip -n "$box" link add link eth0 name m1 up type "$KIND" mode bridge
	ip -n "$box" link add link eth0 name t1 up type "${KIND/lan/tap}" mode bridge
	hears "frames" send "$outside/eth0" hear "$box/m1=1" "$box/t1=1"
}

# The modules do something for each.
netns box outside
FAILING=$(program failing) || exit 1
any_allocation
trap 'modprobe "$KIND"; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests module module_of_taps namespace works_after_all
