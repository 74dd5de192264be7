# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of "make install" and of packages. A case is a line
# "FUNCTION;ARGUMENT;...", as in selftests/iproute2/lib.sh, whose run_cases this uses.

# shellcheck source=selftests/iproute2/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../iproute2/lib.sh"
# shellcheck source=scripts/lib.sh
. "$top/scripts/lib.sh"
unset IP_LIB_DIR
# "make test" hands down what it was given.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES KVER DESTDIR
trap 'rm -rf "$tmp"' EXIT

version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")

# built - a kernel for which the modules have been built, into $release; one is built
# if there is none
built() {
	local name

	for name in $(releases headers); do
		release=$name
		[ ! -e "$top/build/$name/mymacvlan.ko" ] || return 0
	done
	[ -n "${release:-}" ] || skip_all "no kernel headers here"
	make -s -C "$top" module KVER="$release" >"$tmp/out" 2>&1 ||
		skip_all "the modules do not build for $release"
}

# needs PROGRAM PACKAGE - or the case is skipped
needs() {
	type -P "$1" >/dev/null && return
	echo "no $1 here: install the package $2"
	exit 4
}

# says TEXT COMMAND... - it succeeds and prints that
says() {
	local out

	out=$("${@:2}" 2>&1) || { echo "$out"; return 1; }
	[[ $out == *"$1"* ]] || expect "... $1 ..." "$out"
}

# refuses_to TEXT COMMAND... - it fails, prints that, and changes nothing below $dir
refuses_to() {
	local before out

	before=$(files "$dir")
	! out=$("${@:2}" 2>&1) || { echo "not refused: $out"; return 1; }
	[[ $out == *"$1"* ]] || expect "... $1 ..." "$out" || return
	expect "$before" "$(files "$dir")"
}

# files DIR - all that is no directory, by its path inside DIR
files() {
	(cd "$1" && find . ! -type d | cut -c 2- | sort)
}
