#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "make" for another processor, with another compiler and for a kernel without taps: what
# reaches the kernel's build, and which compiler the tools get. The kernel is made up: its
# Makefile prints what it is given. Real ones are what "make matrix" builds.

set -uo pipefail
# shellcheck source=selftests/install/lib.sh
. "$(dirname "$0")/lib.sh"
unset ARCH CROSS_COMPILE LLVM CC
release=5.1.0-foreign
headers=$tmp/cache/.plain-foreign/usr/src/linux-headers-$release

# kernel OPTION... - the made-up kernel was configured with these
kernel() {
	rm -rf "$tmp/cache" "$top/build/$release"
	mkdir -p "$headers/include/config" "$tmp/cache/.plain-foreign/lib/modules/$release"
	ln -s "/usr/src/linux-headers-$release" "$tmp/cache/.plain-foreign/lib/modules/$release/build"
	printf 'CONFIG_%s\n' "$@" >"$headers/include/config/auto.conf"
	cat >"$headers/Makefile" <<-'END'
	.RECIPEPREFIX = >
	include include/config/auto.conf
	CONFIG_MODULES := y
	src := $(M)
	obj := $(M)
	include $(M)/Kbuild
	modules:
	> @echo "kernel: ARCH=$(ARCH) CROSS_COMPILE=$(CROSS_COMPILE) LLVM=$(LLVM)"
	> @echo "modules: $(obj-m) and no other"
	> @touch $(obj-m:%.o=$(M)/%.ko)
	END
}

make_top() {
	MYMACVLAN_CACHE=$tmp/cache make -C "$top" --no-print-directory "$@"
}

# module_says TEXT WORD... - when the modules are built
module_says() {
	says "$1" make_top module KVER="$release" "${@:2}"
}

# passed_on LINE WORD... - to the build of a kernel that gcc has built
passed_on() {
	kernel MACVLAN=m TAP=m CC_IS_GCC=y
	module_says "kernel: $1" "${@:2}"
}

# A kernel that gcc has built keeps gcc, and that is said.
llvm_in_vain() {
	passed_on "ARCH= CROSS_COMPILE= LLVM="$'\n' LLVM=1 &&
		module_says "was built by gcc, and so are its modules: LLVM=1 is obeyed for the tools only" LLVM=1
}

# clang_kernel LLVM WORD... - what it is built with
clang_kernel() {
	kernel MACVLAN=m TAP=m CC_IS_CLANG=y
	module_says "LLVM=$1"$'\n' "${@:2}"
}

# Without a word about it, since one compiler only can do it.
clang_of_itself() {
	clang_kernel 1 && module_says "was built by clang: building its modules with LLVM=1"
}

without_tap() {
	local dir=$tmp/dest

	kernel MACVLAN=m CC_IS_GCC=y
	mkdir -p "$top/build/$release"
	touch "$top/build/$release/mymacvtap.ko"
	module_says "mymacvtap: not built, since this kernel has no CONFIG_TAP" &&
		module_says "modules: mymacvlan.o and no other" &&
		expect mymacvlan.ko "$(cd "$top/build/$release" && echo *.ko)" &&
		says "no mymacvtap: this kernel has no CONFIG_TAP" \
			env MYMACVLAN_CACHE="$tmp/cache" DESTDIR="$dir" STRIP=true "$top/scripts/install" modules "$release" &&
		expect "/lib/modules/$release/updates/mymacvlan.ko" "$(files "$dir")"
}

without_macvlan() {
	kernel TAP=m CC_IS_GCC=y
	dir=$tmp/dest
	mkdir -p "$dir"
	refuses_to "has no CONFIG_MACVLAN" make_top module KVER="$release"
}

# for_which WORD... - modules for this machine's kernel are not meant
for_which() {
	dir=$tmp/dest
	mkdir -p "$dir"
	refuses_to "say which one with KVER=<release>" make_top module "$@"
}

# tools_by COMPILER WORD... - it compiles all of the tools
tools_by() {
	local out

	out=$(make_top -B -n tools "${@:2}" 2>&1 | grep -E -- ' -o [^ ]*(\.so|\.o|/mymacvlan) ') ||
		{ echo "nothing is compiled"; return 1; }
	! grep -v "^$1 " <<<"$out"
}

# packages_by COMPILER PROCESSOR - it compiles the packages' tools, for all that
# "dpkg-buildpackage -a PROCESSOR" says
packages_by() {
	local out

	needs dpkg-architecture dpkg-dev
	# It only says which make it would run.
	out=$(cd "$top" && dpkg-architecture -f -a "$2" \
		-c "make -n -f debian/rules override_dh_auto_build" 2>/dev/null) || return
	# shellcheck disable=SC2086 # a command
	out=$(cd "$top" && $out --no-print-directory -B -n |
		grep -E -- ' -o [^ ]*(\.so|\.o|/mymacvlan) ') || { echo "nothing is compiled"; return 1; }
	! grep -v "^$1 " <<<"$out"
}

# Objects of one processor are not taken for another's.
apart() {
	local out

	out=$(make_top -B -n tools CROSS_COMPILE=/opt/bin/riscv64-none-linux- CC=none 2>&1)
	[[ $out == *"-o $top/build/tools-riscv64-none-linux/mymacvlan "* ]] ||
		expect "... -o $top/build/tools-riscv64-none-linux/mymacvlan ..." "$out"
}

# plugins_in DIRECTORY WORD... - where "make install" puts them
plugins_in() {
	mkdir -p "$tmp/bin"
	printf '#!/bin/sh\necho s390x-linux-gnu\n' >"$tmp/bin/s390x-linux-gnu-gcc"
	chmod +x "$tmp/bin/s390x-linux-gnu-gcc"
	PATH=$tmp/bin:$PATH says "/dest$1/link_mymacvlan.so" \
		make_top -C tools/iproute2 -n install DESTDIR="/dest" "${@:2}"
}

trap 'rm -rf "$tmp" "$top/build/$release"' EXIT
run_cases \
	"passed_on;ARCH= CROSS_COMPILE= LLVM=" \
	"passed_on;ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- LLVM=;ARCH=arm64;CROSS_COMPILE=aarch64-linux-gnu-" \
	"llvm_in_vain" \
	"clang_kernel;-15;LLVM=-15" \
	"clang_of_itself" \
	"without_tap" \
	"without_macvlan" \
	"for_which;ARCH=arm64" \
	"for_which;CROSS_COMPILE=aarch64-linux-gnu-" \
	"tools_by;cc" \
	"tools_by;aarch64-linux-gnu-gcc;CROSS_COMPILE=aarch64-linux-gnu-" \
	"tools_by;clang;LLVM=1" \
	"tools_by;clang-15 --target=s390x-linux-gnu;LLVM=-15;CROSS_COMPILE=s390x-linux-gnu-" \
	"tools_by;mycc;CC=mycc;CROSS_COMPILE=s390x-linux-gnu-;LLVM=1" \
	"packages_by;aarch64-linux-gnu-gcc;arm64" \
	"apart" \
	"plugins_in;/usr/lib/s390x-linux-gnu/ip;CROSS_COMPILE=s390x-linux-gnu-"
