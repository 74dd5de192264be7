#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How scripts/setup and scripts/debug-kernel reach a Debian archive: the kernel's source on
# a machine that has no Debian tree; a proxy that only apt knows; a machine that calls
# itself Ubuntu. The archives are made here. Behind the proxy their host has no address, so
# whatever goes around it fails.
set -uo pipefail
# shellcheck source=archive.sh
. "$(dirname "$0")/archive.sh"
here=$top/selftests/setup

clean_up() {
	[ -z "$proxy" ] || kill "$proxy"
	rm -rf "$tmp"
}
proxy=''

# start_proxy - sets $proxy and $port
start_proxy() {
	local fd

	exec {fd}< <(exec python3 "$here/proxy.py" "$mirror" "$tmp/requests" 2>"$tmp/proxy.err")
	proxy=$!
	read -r -t 60 -u "$fd" port
}

# behind_proxy LINE... - apt with these lines; the archive is behind the proxy
behind_proxy() {
	printf '%s\n' "$@" >>"$APT_CONFIG"
	export MYMACVLAN_MIRROR=http://debian.invalid
	: >"$tmp/requests"
}

# asked PROGRAM PATH - the proxy, for it
asked() {
	grep -E "^$1[^ ]* http://debian.invalid/$2" "$tmp/requests" >/dev/null ||
		{ echo "$1 did not ask the proxy for $2, only these were asked for:"; cat "$tmp/requests"; return 1; }
}

# other_debian - the kernels are those of another Debian, so that a tree of it is made
other_debian() {
	other=trixie
	[ "$base" != trixie ] || other=bookworm
	echo "newest 6.3 $other" >"$MYMACVLAN_KERNELS"
	suite "$other" '*6.3.1*'
}

# no_debootstrap - one that makes something like a tree, in which no program can run
no_debootstrap() {
	mkdir -p "$tmp/bin"
	cat >"$tmp/bin/debootstrap" <<-'END'
	#!/bin/sh
	mkdir -p "$3/etc/apt/apt.conf.d" "$3/etc/apt/sources.list.d" "$3/etc/dpkg/dpkg.cfg.d" "$3/usr/bin"
	ln -s true "$3/usr/bin/env"
	echo "http_proxy=${http_proxy-}" >"$3/debootstrap"
	END
	cp "$(type -P true)" "$tmp/bin/true"
	chmod +x "$tmp/bin/debootstrap"
	export PATH=$tmp/bin:$PATH
}

test_source_without_a_debian_tree() {
	local got

	suite "$base"
	suite "$base-backports" linux-source-6.3
	rm -rf "$MYMACVLAN_CACHE"
	got=$("$top/scripts/debug-kernel" source 2>"$tmp/out") || return
	if [ "$got" != "$MYMACVLAN_CACHE/linux-source-6.3-full" ] || [ ! -e "$got/drivers/net/veth.c" ]; then
		echo "the source is in \"$got\""
		return 1
	fi
	! ls -d "$MYMACVLAN_CACHE"/*/usr 2>/dev/null || { echo "for this a Debian tree was made"; return 1; }
	got=$("$top/scripts/debug-kernel" source 2>&1) || return
	[ "$got" = "$MYMACVLAN_CACHE/linux-source-6.3-full" ] || { echo "it is fetched again: $got"; return 1; }
}

test_source_that_is_not_there() {
	suite "$base"
	suite "$base-backports"
	rm -rf "$MYMACVLAN_CACHE"
	! "$top/scripts/debug-kernel" source >"$tmp/out" 2>&1 || { echo "it did not fail"; return 1; }
	said "these packages cannot be downloaded: linux-source-6.3" &&
		[ ! -e "$MYMACVLAN_CACHE/linux-source-6.3-full" ]
}

test_kernels_by_apts_proxy() {
	suite "$base"
	suite "$base-backports" '*6.3.1*'
	behind_proxy "Acquire::http::Proxy \"http://127.0.0.1:$port\";"
	set_up newest
	ended 0 && has newest 6.3.1-amd64 &&
		asked Debian "dists/$base-backports/main/binary-amd64/Packages" &&
		asked Debian "pool/linux-modules-6.3.1-amd64.deb"
}

test_source_by_apts_proxy() {
	suite "$base"
	suite "$base-backports" linux-source-6.3
	behind_proxy "Acquire::http::Proxy \"http://127.0.0.1:$port\";"
	rm -rf "$MYMACVLAN_CACHE"
	"$top/scripts/debug-kernel" source >"$tmp/out" 2>&1 &&
		asked Debian "pool/linux-source-6.3.deb"
}

# The archive is not signed, so debootstrap ends with its first request.
test_debootstrap_by_apts_proxy() {
	type -P debootstrap wget >/dev/null || { echo "no debootstrap or no wget here"; return 4; }
	other_debian
	behind_proxy "Acquire::http::Proxy \"http://127.0.0.1:$port\";"
	set_up newest
	ended 3 && said "making a Debian $other tree" && asked Wget "dists/$other/InRelease"
}

test_a_trees_apt_knows_the_proxies() {
	other_debian
	no_debootstrap
	behind_proxy "Acquire::http::Proxy \"http://127.0.0.1:$port\";" \
		'Acquire::http::Proxy::intranet.invalid "DIRECT";'
	set_up newest
	debootstrap_had "http://127.0.0.1:$port" || return
	[ "$(tree_proxies)" = "http://127.0.0.1:$port DIRECT" ] ||
		{ echo "the tree has these proxies: $(tree_proxies)"; return 1; }
}

debootstrap_had() {
	grep -xF "http_proxy=$1" "$MYMACVLAN_CACHE/$other/debootstrap" >/dev/null ||
		{ echo "debootstrap: $(<"$MYMACVLAN_CACHE/$other/debootstrap")"; return 1; }
}

# tree_proxies - what apt in the tree makes of its configuration
tree_proxies() {
	local all='' one=''

	eval "$(APT_CONFIG=$MYMACVLAN_CACHE/$other/etc/apt/apt.conf.d/90proxy apt-config shell \
		all Acquire::http::Proxy one Acquire::http::Proxy::intranet.invalid)"
	echo "$all $one"
}

# apt's own programs for that (auto-apt-proxy, squid-deb-proxy-client) are not in the tree.
test_a_proxy_that_is_found() {
	other_debian
	no_debootstrap
	printf '#!/bin/sh\necho http://127.0.0.1:%s\n' "$port" >"$tmp/find-proxy"
	chmod +x "$tmp/find-proxy"
	behind_proxy "Acquire::http::Proxy-Auto-Detect \"$tmp/find-proxy\";"
	set_up newest
	asked Debian "dists/$other/" &&
		debootstrap_had "http://127.0.0.1:$port" &&
		[ "$(tree_proxies)" = "http://127.0.0.1:$port " ] &&
		! grep find-proxy "$MYMACVLAN_CACHE/$other/etc/apt/apt.conf.d/90proxy"
}

test_a_proxy_for_another_host() {
	other_debian
	no_debootstrap
	behind_proxy 'Acquire::http::Proxy "http://127.0.0.1:1";' \
		"Acquire::http::Proxy::debian.invalid \"http://127.0.0.1:$port\";"
	set_up newest
	debootstrap_had "http://127.0.0.1:$port"
}

# ubuntu - this machine seems to be one: apt has an archive, but it is not Debian's
ubuntu() {
	printf 'ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n' >"$tmp/os-release"
	export OS_RELEASE=$tmp/os-release
	suite noble
	sed -i 's/: Debian$/: Ubuntu/' "$mirror/dists/noble/Release"
	printf 'Types: deb\nURIs: file:%s\nSuites: noble\nComponents: main\n' "$mirror" \
		>"$tmp/apt/sources/ubuntu.sources"
	apt-get update >"$tmp/out" 2>&1
}

test_ubuntu_is_asked_for_a_mirror() {
	ubuntu
	unset MYMACVLAN_MIRROR
	set_up newest
	ended 3 && said "MISSING: the newest kernel, 6.3: apt here knows no Debian archive: set MYMACVLAN_MIRROR"
}

# A kernel of the Debian that this machine really is: not unpacked here, since Ubuntu's
# compiler is another one.
test_ubuntu_with_a_mirror_gets_a_debian_tree() {
	ubuntu
	no_debootstrap
	echo "newest 6.3 $base" >"$MYMACVLAN_KERNELS"
	suite "$base" '*6.3.1*'
	set_up newest
	said "making a Debian $base tree" && said "fetching kernel 6.3.1-amd64 into the Debian $base tree" &&
		[ ! -e "$MYMACVLAN_CACHE/.plain-$base" ]
}

# boot_loaders TEXT - packages of them; the shim consists of this text
boot_loaders() {
	deb shim-signed 1 "" "usr/lib/shim/shimx64.efi.signed=$1"
	deb shim-helpers-amd64-signed 1 "" "usr/lib/shim/mmx64.efi.signed=helper"
	deb grub-efi-amd64-signed 1 "" "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed=grub"
}

# all_installed - whatever package set-up asks for
all_installed() {
	mkdir -p "$tmp/bin"
	printf '#!/bin/sh\necho installed\n' >"$tmp/bin/dpkg-query"
	chmod +x "$tmp/bin/dpkg-query"
	export PATH=$tmp/bin:$PATH
}

# Ubuntu has shim-signed and grub too, which do not start Debian's kernels, and no
# shim-helpers.
test_ubuntu_gets_debians_boot_loaders() {
	local got

	boot_loaders of-debian
	ubuntu
	no_debootstrap
	all_installed
	echo "newest 6.3 $base" >"$MYMACVLAN_KERNELS"
	suite "$base" '*6.3.1*' 'shim-*' 'grub-*'
	rm -rf "$MYMACVLAN_CACHE"
	KSRC=$tmp "$top/scripts/setup" secure-boot >"$tmp/out" 2>&1
	got=$(cat "$MYMACVLAN_CACHE"/secure-boot/{shim,mm,grub}x64.efi.signed 2>&1)
	[ "$got" = of-debian$'\n'helper$'\n'grub ] || { echo "the boot loaders are: $got"; return 1; }
}

need_tools dpkg-deb python3 xz debootstrap
mkdir -p "$tmp/source/linux"/{arch/um,drivers/net}
touch "$tmp/source/linux/arch/um/Makefile" "$tmp/source/linux/drivers/net/veth.c"
tar -cJf "$tmp/linux-source-6.3.tar.xz" -C "$tmp/source" linux
deb linux-source-6.3 6.3.1-1 "" "usr/src/linux-source-6.3.tar.xz@$tmp/linux-source-6.3.tar.xz"
headers 6.3.1-amd64
split_image 6.3.1-amd64
start_proxy || skip_all "the proxy does not start: $(cat "$tmp/proxy.err")"
run_tests
