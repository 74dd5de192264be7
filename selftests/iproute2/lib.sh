# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of the ip plugin: builds what they need, runs cases,
# prints KTAP. (selftests/lib.sh is for tests of the driver: it wants root and
# the module. Here neither is needed, and tests are tables.)
#
# A case is a line "FUNCTION;ARGUMENT;..."; the function returns 0 for passed, 4
# for skipped (its last line of output says why), anything else for failed.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d)
# where the plugin is, and the only place where ip shall look for plugins
export IP_LIB_DIR=$tmp/plugin
export MYMACVLAN_PLUGIN=$IP_LIB_DIR/link_mymacvlan.so
# the same plugin, disguised as ip's own macvlan
disguise=$tmp/disguise

skip_all() {
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

compile() {
	"${CC:-cc}" -Wall -Wextra -Werror -O1 -g -D_GNU_SOURCE \
		-I"$top/tools/iproute2" -I"$top/include/uapi" "$@"
}

build() {
	mkdir "$disguise" &&
	make -s -C "$top/tools/iproute2" O="$IP_LIB_DIR" CC="${CC:-cc}" &&
	compile -shared -fPIC -o "$tmp/capture.so" "$here/capture.c" &&
	# -Bsymbolic: not the macvlan_link_util of ip itself
	compile -shared -fPIC -Wl,-Bsymbolic \
		-o "$disguise/link_macvlan.so" "$here/link_macvlan.c" &&
	compile -rdynamic -o "$tmp/print_opt" "$here/print_opt.c"
}

need() {
	local tool

	for tool; do
		command -v "$tool" >/dev/null || skip_all "no $tool here"
	done
}

# run_cases CASE... - each is one KTAP result; exits 1 if one failed
run_cases() {
	local case args number=0
	local -A count=([ok]=0 [skip]=0 [fail]=0)

	echo "TAP version 13"
	echo "1..$#"
	for case; do
		number=$((number + 1))
		IFS=';' read -r -a args <<<"$case"
		("${args[@]}") >"$tmp/out" 2>&1
		report "$?" "$number ${case//[;#]/ }"
	done
	echo "# Totals: pass:${count[ok]} fail:${count[fail]} xfail:0 xpass:0 skip:${count[skip]} error:0"
	[ "${count[fail]}" -eq 0 ]
}

# report STATUS TEXT - prints one result and counts it in run_cases' table
report() {
	case $1 in
	0)	count[ok]=$((count[ok] + 1))
		echo "ok $2" ;;
	4)	count[skip]=$((count[skip] + 1))
		echo "ok $2 # SKIP $(tail -n 1 "$tmp/out")" ;;
	*)	count[fail]=$((count[fail] + 1))
		sed 's/^/# /' "$tmp/out"
		echo "not ok $2" ;;
	esac
}
