#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A machine with the drop-in always has macvlan and macvtap: ours if both of our
# modules can be loaded, else the in-tree ones, and the kernel log says why. In the
# test machine only: it moves modules away, damages them, loads and unloads.
#
#    m1 t1   of kinds macvlan, macvtap
#      \/
#     eth0    dummy, in "box"
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

[ -n "${MYMACVLAN_VM-}" ] || skip_all "only in the test machine"
[ "$KIND" = mymacvlan ] || skip_all "only for kind mymacvlan"

release=$(uname -r)
dir=/usr/lib/modules/$release
source=$(dirname "$0")/../../tools/drop-in
conf=/usr/lib/modprobe.d/mymacvlan-drop-in.conf
program=/usr/lib/mymacvlan/drop-in
kept=$RESULT_DIR/kept

not() {
	! "$@"
}

loaded() {
	[ -d "/sys/module/$1" ]
}

# Not "modprobe -r", which does not know those that are missing on the disk.
unload_all() {
	local module

	for module in mymacvtap mymacvlan macvtap macvlan macvlan_built_in; do
		! loaded "$module" || rmmod "$module"
	done
}

# fresh - nothing is loaded or damaged, the drop-in is there, the log is empty
fresh() {
	ip -n "$box" link delete t1 2>/dev/null || :
	ip -n "$box" link delete m1 2>/dev/null || :
	unload_all
	cp -p "$kept"/modules/* "$dir"
	cp -p "$kept"/ours/* "$dir/updates"
	install -D -m 644 -t "${conf%/*}" "$source/${conf##*/}"
	install -D -m 755 -t "${program%/*}" "$source/${program##*/}"
	depmod
	dmesg --clear
}

driver() {
	in_ns "$box" ethtool -i "$1" | sed -n 's/^driver: //p'
}

# name_of KIND - of the device
name_of() {
	[ "$1" = macvlan ] && echo m1 || echo t1
}

# asked [KIND...] - nothing but a request for the kinds, in this order: the kernel
# itself starts modprobe
asked() {
	local kind

	[ $# -gt 0 ] || set -- macvlan macvtap
	for kind; do
		check "ip link add type $kind" ip -n "$box" link add link eth0 \
			name "$(name_of "$kind")" type "$kind" mode bridge
	done
}

# log_says TEXT
log_says() {
	[[ $(dmesg) == *"mymacvlan: drop-in: "*"$1"* ]] ||
		fail "expected \"mymacvlan: drop-in: ... $1\" in: $(dmesg)"
}

# ours_serve [KIND...] - asked for in this order
ours_serve() {
	asked "$@"
	equal "drivers" "$(driver m1) $(driver t1)" "mymacvlan mymacvtap"
	check "in-tree macvlan is not loaded" not loaded macvlan
	check "in-tree macvtap is not loaded" not loaded macvtap
}

# in_tree_serves REASON [KIND...] - and nothing of ours is loaded
in_tree_serves() {
	local reason=$1
	shift
	asked "$@"
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
	check "mymacvlan is not loaded" not loaded mymacvlan
	check "mymacvtap is not loaded" not loaded mymacvtap
	log_says "$reason"
}

# tried "KIND KIND" REASON SETUP... - with what SETUP has done to our modules
tried() {
	local kinds=$1 reason=$2
	shift 2
	fresh
	"$@"
	# shellcheck disable=SC2086 # a list
	in_tree_serves "$reason" $kinds
}

# missing MODULE
missing() {
	rm "$dir/updates/$1.ko"
	depmod
}

# of_another_kernel MODULE
of_another_kernel() {
	sed -i 's/\(vermagic=[^\x00]*\)mod_unload/\1mad_unload/' "$dir/updates/$1.ko"
	not cmp -s "$dir/updates/$1.ko" "$kept/ours/$1.ko" || fail "$1 has no vermagic"
}

# badly_signed MODULE - longer than the file: what no kernel with signatures takes,
# enforced or not
badly_signed() {
	printf '\0\0\2\0\0\0\0\0\377\377\377\377~Module signature appended~\n' >>"$dir/updates/$1.ko"
}

test_ours_where_both_load() {
	fresh
	ours_serve
	fresh
	ours_serve macvtap macvlan
	equal "kinds" "$(cat /sys/module/mymacv{lan,tap}/parameters/kind | xargs)" "macvlan macvtap"
	! dmesg | grep 'drop-in: ' || fail "the log has something to say"
}

test_missing() {
	local kinds

	for kinds in "macvlan macvtap" "macvtap macvlan"; do
		tried "$kinds" "there is no module mymacvlan for kernel $release" missing mymacvlan
		tried "$kinds" "there is no module mymacvtap for kernel $release" missing mymacvtap
	done
}

test_of_another_kernel() {
	tried "macvtap macvlan" "could not insert 'mymacvlan': Exec format error" \
		of_another_kernel mymacvlan
	tried "macvlan macvtap" "could not insert 'mymacvtap': Exec format error" \
		of_another_kernel mymacvtap
}

test_refused_signature() {
	[ -e /sys/module/module/parameters/sig_enforce ] ||
		skip "this kernel has no signatures of modules"
	tried "macvtap macvlan" "could not insert 'mymacvlan': Bad message" badly_signed mymacvlan
	tried "macvlan macvtap" "could not insert 'mymacvtap': Bad message" badly_signed mymacvtap
}

# As with Secure Boot, and for good: with SIG_ENFORCE=1 this machine takes no module
# of ours any more, so this is the last thing that it runs.
test_signatures_are_enforced() {
	local enforce=/sys/module/module/parameters/sig_enforce

	fresh
	[ -z "${SIG_ENFORCE-}" ] || echo 1 >"$enforce"
	[ "$(cat "$enforce" 2>/dev/null)" = Y ] || skip "signatures are not enforced: SIG_ENFORCE=1"
	in_tree_serves "could not insert 'mymacvlan': Key was rejected by service"
}

# The one of ours that could be loaded must not be in the way of anything.
test_by_our_own_name_then() {
	fresh
	missing mymacvtap
	expect_err "there is no module mymacvtap for kernel $release" modprobe mymacvlan
	check "mymacvlan is not loaded" not loaded mymacvlan
	check "beside macvlan" modprobe mymacvlan kind=mymacvlan
	asked macvlan
	equal "driver" "$(driver m1)" macvlan
	log_says "mymacvlan is loaded under its own name already"
}

test_in_tree_is_loaded() {
	fresh
	modprobe --ignore-install macvlan
	asked macvtap macvlan
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
	log_says "in-tree macvlan is loaded already"
	expect_err "in-tree macvlan is loaded already" modprobe mymacvlan
	ip -n "$box" link delete t1
	ip -n "$box" link delete m1
	# What "make install DROP_IN=1" says.
	[[ $("$program" --status) == *"In-tree macvlan is loaded"*" $program --switch"* ]] ||
		fail "the program says \"$("$program" --status)\""
	check "the switch" "$program" --switch
	[[ $("$program" --status) == *"mymacvlan is loaded and serves"* ]] ||
		fail "the program says \"$("$program" --status)\""
	ours_serve
}

test_loaded_under_its_own_name() {
	fresh
	modprobe mymacvlan kind=mymacvlan
	modprobe mymacvtap
	equal "kinds" "$(cat /sys/module/mymacv{lan,tap}/parameters/kind | xargs)" "mymacvlan mymacvtap"
	asked
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
	log_says "mymacvlan is loaded under its own name already"
	ip -n "$box" link delete t1
	ip -n "$box" link delete m1
	[[ $("$program" --status) == *"In-tree macvlan is loaded"*" $program --switch"* ]] ||
		fail "the program says \"$("$program" --status)\""
	check "the switch" "$program" --switch
	ours_serve
}

# in_the_kernel - in-tree macvlan under a module name that nobody knows, as if it
# were part of the kernel
in_the_kernel() {
	local offset

	# With its signature it would be a forgery; without, it is unsigned.
	! tail -c 28 "$dir/macvlan.ko" | grep -q 'Module signature appended' ||
		truncate -s -28 "$dir/macvlan.ko"
	offset=$(LC_ALL=C grep -obUaP 'macvlan\x00{40}' "$dir/macvlan.ko" | tail -n 1 | cut -d: -f1)
	printf 'macvlan_built_in' | dd of="$dir/macvlan.ko" bs=1 seek="$offset" conv=notrunc status=none
	insmod "$dir/macvlan.ko"
	loaded macvlan_built_in
	rm "$dir/macvlan.ko"
	echo kernel/drivers/net/macvlan.ko >>"$dir/modules.builtin"
	depmod
}

test_macvlan_is_built_in() {
	fresh
	in_the_kernel
	in_tree_serves "macvlan is part of this kernel" macvtap macvlan
	expect_err "macvlan is part of this kernel" modprobe mymacvlan
	[[ $("$program" --status) == *"part of this kernel"* ]] ||
		fail "the program says \"$("$program" --status)\""
	# Where no list of such modules is to be found, it is tried.
	fresh
	in_the_kernel
	: >"$dir/modules.builtin"
	in_tree_serves "could not insert 'mymacvlan'" macvtap macvlan
}

# What is left when half of the files are removed, by hand or by a failed package.
test_program_is_gone() {
	fresh
	rm "$program"
	asked
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
	fresh
	rm "$program"
	asked macvtap macvlan
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
}

test_file_is_gone() {
	fresh
	rm "$conf"
	asked
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
	check "ours beside" modprobe mymacvtap
	equal "kinds" "$(cat /sys/module/mymacv{lan,tap}/parameters/kind | xargs)" "mymacvlan mymacvtap"
}

# Twenty programs at once want both: one decision.
test_many_at_once() {
	local i kind setup

	for setup in true "missing mymacvtap"; do
		fresh
		$setup
		for i in {1..20}; do
			kind=macvlan
			[ $((i % 2)) = 0 ] || kind=macvtap
			ip -n "$box" link add link eth0 name "c$i" type "$kind" mode bridge &
		done
		wait
		equal "devices" "$(ip -n "$box" -br link show | grep -c '^c')" 20
		equal "drivers" "$(for i in {1..20}; do driver "c$i"; done | sort | uniq -c | xargs)" \
			"$([ "$setup" = true ] && echo "10 mymacvlan 10 mymacvtap" || echo "20 macvlan")"
		for i in {1..20}; do
			echo "link delete c$i"
		done | links "$box"
	done
}

test_switching_there_and_back() {
	fresh
	ours_serve
	ip -n "$box" link delete t1
	ip -n "$box" link delete m1
	rm "$conf" "$program"
	unload_all
	asked
	equal "drivers" "$(driver m1) $(driver t1)" "macvlan macvlan"
	fresh
	ours_serve
	# A newer one is loaded.
	ip -n "$box" link delete t1
	ip -n "$box" link delete m1
	check "reload" "$program" --switch
	ours_serve
}

# An administrator's own, and the parameter of a sysctl.
test_options_of_modprobe() {
	fresh
	echo "options mymacvlan host=1" >/etc/modprobe.d/test.conf
	asked macvlan
	equal "sysctl" "$(sysctl -n net.mymacvlan.host)" 1
	rm /etc/modprobe.d/test.conf
	fresh
	check "modprobe mymacvlan host=1" modprobe mymacvlan host=1
	equal "sysctl" "$(sysctl -n net.mymacvlan.host)" 1
	equal "kind" "$(</sys/module/mymacvlan/parameters/kind)" macvlan
}

mkdir -p "$kept"/{modules,ours} /etc/modprobe.d
[ -e "$dir/modules.builtin" ] || : >"$dir/modules.builtin"
cp -p "$dir"/macv{lan,tap}.ko "$dir/modules.builtin" "$kept/modules"
cp -p "$dir"/updates/mymacv{lan,tap}.ko "$kept/ours"
netns box
ip -n "$box" link add eth0 type dummy
# However this ends, the next test finds the module there.
trap 'fresh; rm -rf "$conf" "${program%/*}"; modprobe mymacvlan; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests ours_where_both_load missing of_another_kernel refused_signature \
	by_our_own_name_then in_tree_is_loaded loaded_under_its_own_name \
	macvlan_is_built_in program_is_gone file_is_gone many_at_once \
	switching_there_and_back options_of_modprobe signatures_are_enforced
