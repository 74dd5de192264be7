#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "make", "make install" and "make uninstall": for which kernel, where to, beside what.
# All of it in a DESTDIR; needs no root.

set -uo pipefail
# shellcheck source=selftests/install/lib.sh
. "$(dirname "$0")/lib.sh"
dir=$tmp/dest

make_top() {
	make -C "$top" "$@"
}

# installed [VARIABLE=VALUE]... - a DESTDIR as "make install" leaves it
installed() {
	local kept=$tmp/kept/${*:-plain}

	rm -rf "$dir"
	if [ ! -d "$kept" ]; then
		mkdir -p "$dir" "$kept"
		make_top install KVER="$release" DESTDIR="$dir" "$@" >"$tmp/install" 2>&1 ||
			{ cat "$tmp/install"; rm -r "$kept"; return 1; }
		cp -a "$dir" "$tmp/install" "$kept"
	else
		cp -a "$kept"/* "$tmp"
	fi
}

# for_nobody [WORD...] - make on a machine without headers of its own
for_nobody() {
	MYMACVLAN_NO_HOST_KERNELS=1 MYMACVLAN_CACHE=$tmp/cache make_top "$@"
}

# on_distribution ID RELEASE PACKAGE - what the reader is told to install
on_distribution() {
	echo "ID=$1" >"$tmp/os-release"
	mkdir -p "$tmp/bin"
	printf '#!/bin/sh\necho %s\n' "$2" >"$tmp/bin/uname"
	chmod +x "$tmp/bin/uname"
	PATH=$tmp/bin:$PATH OS_RELEASE=$tmp/os-release \
		refuses_to "install the package $3" for_nobody module
}

# Headers of another kernel do not help, but can be asked for.
another_kernel() {
	local tree=$tmp/cache/tree

	mkdir -p "$tree/usr/bin" "$tree/lib/modules/9.9.9-other/build/include/config"
	touch "$tree/lib/modules/9.9.9-other/build/include/config/auto.conf"
	cp /usr/bin/env "$tree/usr/bin"
	refuses_to "make KVER=9.9.9-other" for_nobody module
	status=$?
	rm -rf "$tmp/cache"
	return "$status"
}

no_release() {
	refuses_to "" make_top install KVER= DESTDIR="$dir"
}

# A machine that has only the shell that POSIX knows is told so.
no_bash() {
	local program

	mkdir -p "$tmp/nobash"
	for program in sh make sed; do
		ln -sf "$(type -P "$program")" "$tmp/nobash"
	done
	PATH=$tmp/nobash refuses_to "install the package bash" make_top module
}

two_modules() {
	installed || return
	expect "mymacvlan.ko
mymacvtap.ko" "$(ls "$dir/lib/modules/$release/updates")"
}

no_debug_sections() {
	local module

	needs readelf binutils
	installed || return
	for module in "$dir"/lib/modules/*/updates/*.ko; do
		! readelf -SW "$module" | grep -F .debug_ || return
		readelf -SW "$module" | grep -F .modinfo >/dev/null || return
	done
}

# all_named [DROP_IN=1] - the output has the path of each file
all_named() {
	local file

	installed "$@" || return
	while read -r file; do
		grep -q -F "$dir$file" "$tmp/install" || { echo "not named: $file"; return 1; }
	done < <(files "$dir")
}

beside_dkms() {
	rm -rf "$dir"
	mkdir -p "$dir/var/lib/dkms/mymacvlan/0.0.9/source"
	refuses_to "make dkms-remove" make_top install KVER="$release" DESTDIR="$dir"
}

# beside PATH - another copy of a module
beside() {
	rm -rf "$dir"
	install -D /dev/null "$dir/lib/modules/$release/$1"
	refuses_to "$1" make_top install KVER="$release" DESTDIR="$dir"
}

again() {
	installed && make_top install KVER="$release" DESTDIR="$dir" >/dev/null 2>&1
}

# old_drop_in GOAL... - the file of earlier versions, which would hide the new one
old_drop_in() {
	rm -rf "$dir"
	install -D /dev/null "$dir/etc/modprobe.d/mymacvlan-drop-in.conf"
	make_top "$@" KVER="$release" DESTDIR="$dir" >/dev/null 2>&1 || return
	! files "$dir" | grep ^/etc
}

# Kernels come and go between "make install" and "make uninstall".
uninstall_all() {
	local other=$dir/lib/modules/9.9.9-other/updates

	installed DROP_IN=1 || return
	mkdir -p "$other"
	cp "$dir/lib/modules/$release/updates"/*.ko "$other"
	touch "$other/foreign.ko"
	says 9.9.9-other for_nobody uninstall DESTDIR="$dir" || return
	expect "/lib/modules/9.9.9-other/updates/foreign.ko" "$(files "$dir")"
}

# What DKMS has built still needs the plugins.
uninstall_beside_dkms() {
	installed || return
	mkdir -p "$dir/var/lib/dkms/mymacvlan/0.0.9/source"
	says "make dkms-remove" make_top uninstall DESTDIR="$dir" || return
	files "$dir" | grep link_mymacvlan.so || return
	! files "$dir" | grep -F .ko
}

# other_ip DIRECTORY - an ip into which that is compiled, and nothing else of an ip
other_ip() {
	mkdir -p "$tmp/bin"
	printf '#!/bin/sh\0/etc/iproute2\0%s\0/proc/net/ip\0exit 1' "$1" >"$tmp/bin/ip"
	chmod +x "$tmp/bin/ip"
}

# plugins_in DIRECTORY - that is where they go if ip looks there
plugins_in() {
	other_ip "$1"
	rm -rf "$dir"
	PATH=$tmp/bin:$PATH make -C "$top/tools/iproute2" O="$tmp/tools" DESTDIR="$dir" \
		install >"$tmp/install" 2>&1 || { cat "$tmp/install"; return 1; }
	rm "$tmp/bin/ip"
	expect "$1/link_mymacvlan.so
$1/link_mymacvtap.so" "$(files "$dir" | grep '\.so$')"
}

# The loader tells where this machine's ip looks.
plugins_of_this_ip() {
	local looks

	needs ip iproute2
	looks=$(LD_DEBUG=files ip link help nosuchkind 2>&1 |
		sed -n 's/.*file=\(\/.*\)\/link_nosuchkind.so.*/\1/p' | head -n 1)
	[ -n "$looks" ] || { echo "this ip does not tell"; return 4; }
	expect "$looks" "$("$top/tools/iproute2/ip-lib")"
}

# Busybox has an ip, but that has no plugins.
no_iproute2() {
	other_ip /nowhere
	PATH=$tmp/bin:$PATH says "install the package iproute2" "$top/tools/iproute2/ip-lib"
}

# dkms_takes yes|no RELEASE
dkms_takes() {
	expect "$1" "$(
		set +u
		kernelver=$2
		# shellcheck source=dkms.conf
		. "$top/dkms.conf" 2>/dev/null
		[[ $kernelver =~ $BUILD_EXCLUSIVE_KERNEL ]] && echo yes || echo no)"
}

# Every kernel that has been tried is one that DKMS builds for.
dkms_takes_ours() {
	local role

	for role in $(kernel_roles); do
		dkms_takes yes "$(kernel_listed "$role").1-amd64" ||
			{ echo "the $role kernel is not in BUILD_EXCLUSIVE_KERNEL of dkms.conf"; return 1; }
	done
}

need make "${CC:-cc}"
built
mkdir -p "$dir"
run_cases \
	"on_distribution;debian;6.1.0-1-amd64;linux-headers-6.1.0-1-amd64" \
	"on_distribution;ubuntu;6.8.0-1-generic;linux-headers-6.8.0-1-generic" \
	"on_distribution;fedora;6.12.3-200.fc41.x86_64;kernel-devel" \
	"on_distribution;opensuse;6.12.0-1-default;kernel-default-devel" \
	"on_distribution;arch;6.12.1-arch1-1;linux-headers" \
	"on_distribution;arch;6.12.1-1-lts;linux-lts-headers" \
	"on_distribution;alpine;6.12.1-0-virt;linux-virt-dev" \
	"another_kernel" \
	"no_release" \
	"no_bash" \
	"two_modules" \
	"no_debug_sections" \
	"all_named" \
	"all_named;DROP_IN=1" \
	"old_drop_in;install;DROP_IN=1" \
	"old_drop_in;uninstall" \
	"again" \
	"beside_dkms" \
	"beside;updates/dkms/mymacvlan.ko.xz" \
	"beside;extra/mymacvtap.ko" \
	"uninstall_all" \
	"uninstall_beside_dkms" \
	"plugins_in;/usr/lib64/ip" \
	"plugins_in;/usr/lib/ip" \
	"plugins_of_this_ip" \
	"no_iproute2" \
	"dkms_takes;no;5.10.0-30-amd64" \
	"dkms_takes;no;6.0.19-1" \
	"dkms_takes;yes;6.1.0-56-amd64" \
	"dkms_takes;yes;6.12.95+deb13-amd64" \
	"dkms_takes;yes;7.3.4+deb13-amd64" \
	"dkms_takes;no;7.4.1-1-amd64" \
	"dkms_takes;no;7.30.1" \
	"dkms_takes;no;8.0.0" \
	"dkms_takes_ours"
