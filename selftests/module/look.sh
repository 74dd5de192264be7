# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced, after the library, by tests that look at a child through view.c. It
# searches the initial namespace, so the devices are there, and this is for the
# test machine only.

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"

KO=${MYMACVLAN_VIEW_KO:-$(dirname "$0")/../../build/mymacvlan_view.ko}
[ -e "$KO" ] || skip_all "no $KO: make module MYMACVLAN_TEST=1 builds it"

# look DEV - loads the module on it; what it saw, in $seen
look() {
	dmesg --clear
	insmod "$KO" device="$1" || return
	rmmod mymacvlan_view
	seen=$(dmesg)
}

sees() {
	[[ $seen == *"view: $1"* ]] || fail "expected \"$1\" in: $seen"
}

# lower KIND [DEVICE...] - "vlower", up; all that are named go at the end
lower() {
	local kind=$1
	shift
	# shellcheck disable=SC2064 # the names of now
	trap "remove $* vlower" EXIT
	ip link add vlower type "$kind" 2>/dev/null || skip "no $kind"
	ip link set vlower up
}

remove() {
	local dev

	for dev; do
		echo "link del $dev"
	done | ip -force -batch - 2>/dev/null || :
}
