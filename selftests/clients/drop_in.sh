#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What "make install DROP_IN=1" leads to, with Debian's modprobe and ip: everybody who
# asks for macvlan and macvtap gets ours, until the files are removed.
#
#    m1 t1   of kinds macvlan, macvtap
#      \/
#   .-eth0-.  eth1    dummies, in "box"
. "$(dirname "$0")/lib.sh"
client_programs modprobe ip ethtool jq

conf=/usr/lib/modprobe.d/mymacvlan-drop-in.conf

driver() {
	in_ns "$box" ethtool -i "$1" | sed -n 's/^driver: //p'
}

# add NAME KIND [OPTION...]
add() {
	check "ip link add $1 type ${*:2}" \
		ip -n "$box" link add link eth0 name "$1" type "${@:2}"
}

# parameter MODULE - the kind that it was loaded with
parameter() {
	cat "/sys/module/$1/parameters/kind"
}

# Nothing but a request for the kind: the kernel loads the module by its alias.
test_the_kernel_loads_ours() {
	add m1 macvlan mode bridge
	add t1 macvtap mode bridge
	ours "ip link add: m1" in_ns "$box"
	ours "ip link add: t1" in_ns "$box"
	equal "kinds" "$(parameter mymacvlan) $(parameter mymacvtap)" "macvlan macvtap"
	expect_err "" ip -n "$box" link add link eth0 name m2 type mymacvlan mode bridge
}

# options DEV
options() {
	show "$box" "$1" | jq -c '.[0].linkinfo.info_data | [.allmulti, .uid, .perm]'
}

# ip finds our plugins under the other names.
test_options_that_only_ours_has() {
	add t2 macvtap mode bridge allmulti off user 4242 perm 0640
	equal "options of t2" "$(options t2)" '[false,4242,"0640"]'
	check "ip link set t2 type macvtap" \
		ip -n "$box" link set t2 type macvtap allmulti on perm 0600
	equal "options of t2, changed" "$(options t2)" '[true,4242,"0600"]'
}

# Nobody gets the in-tree ones by asking for them by name.
test_modprobe_by_the_old_names() {
	ip -n "$box" link delete t2
	ip -n "$box" link delete t1
	ip -n "$box" link delete m1
	unloads
	check "modprobe macvtap" modprobe macvtap
	check "modprobe macvlan" modprobe macvlan
	! in_tree_loaded || fail "in-tree macvlan is loaded"
	equal "kinds" "$(parameter mymacvlan) $(parameter mymacvtap)" "macvlan macvtap"
	unloads
	check "modprobe mymacvlan" modprobe mymacvlan
	equal "kinds" "$(parameter mymacvlan) $(parameter mymacvtap)" "macvlan macvtap"
	unloads
}

# What "make uninstall" and the package remove is out of the way; ours, still on
# the disk, have their own names.
test_and_back() {
	# KASAN's marks of a module that was unloaded would be found by the next.
	! grep -q 'User Mode Linux' /proc/cpuinfo ||
		skip "in-tree modules cannot be unloaded under User-mode Linux with KASAN"
	trap 'forward; cleanup' EXIT
	mkdir "$RESULT_DIR/away"
	mv "$conf" "${plugins[@]}" "$RESULT_DIR/away"
	add m1 macvlan mode bridge
	add t1 macvtap mode bridge
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
	check "ours by its own name" \
		ip -n "$box" link add link eth1 name m2 type mymacvlan mode bridge
	equal "its driver" "$(driver m2)" mymacvlan
}

# forward - the files are back
forward() {
	netns_del "$box"
	modprobe -r mymacvtap mymacvlan macvtap macvlan
	mv "$RESULT_DIR/away/${conf##*/}" "$conf"
	mv "$RESULT_DIR"/away/*.so "${plugins[0]%/*}"
}

plugins=(/usr/lib/*/ip/link_macv{lan,tap}.so)
netns box
ip -n "$box" link add eth0 up type dummy
ip -n "$box" link add eth1 up type dummy
run_tests the_kernel_loads_ours options_that_only_ours_has \
	modprobe_by_the_old_names and_back
