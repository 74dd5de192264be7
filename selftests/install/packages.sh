#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The tarball of "make dist", and the packages that can be built here from it: what
# is in them. As far as the programs for that are here.

set -uo pipefail
# shellcheck source=selftests/install/lib.sh
. "$(dirname "$0")/lib.sh"
tarball=$top/build/dist/mymacvlan-$version.tar.gz
source=$tmp/source/mymacvlan-$version
docs=/usr/share/doc

tarball_has_all() {
	git -C "$top" rev-parse HEAD >/dev/null 2>&1 || { echo "no git repository"; return 4; }
	make -s -C "$top" dist || return
	mkdir -p "$tmp/source"
	tar -C "$tmp/source" -xzf "$tarball" || return
	expect "$(git -C "$top" ls-tree -r --name-only HEAD | sort)" \
		"$(files "$source" | cut -c 2-)"
}

same_each_time() {
	local sum

	sum=$(sha256sum <"$tarball")
	rm "$tarball"
	make -s -C "$top" dist && expect "$sum" "$(sha256sum <"$tarball")"
}

# modules_source DIR - what DKMS or its like builds from is below it, and no less than
# the tarball has
modules_source() {
	local file

	for file in Kbuild dkms.conf drivers include; do
		diff -r "$source/$file" "$1/usr/src/mymacvlan-$version/$file" || return
	done
}

# beside_modules IP_LIB - the files of all packages but source, documentation
beside_modules() {
	printf '%s\n' /usr/lib/modprobe.d/mymacvlan-drop-in.conf /usr/lib/mymacvlan/drop-in \
		"$1"/link_{,my}mac{vlan,vtap}.so /usr/share/man/man8/ip-link-mymac{vlan,vtap}.8 \
		/usr/sbin/mymacvlan /usr/share/man/man8/mymacvlan.8 \
		/usr/share/bash-completion/completions/mymacvlan
}

# holds DIR IP_LIB - a machine with all packages has that. Arch has no sbin, and rpm adds
# links that debuggers find a program by.
holds() {
	modules_source "$1" || return
	expect "$(beside_modules "$2" | sort)" \
		"$(files "$1" |
		   grep -vE '^/usr/src/|^/usr/share/(doc|licenses)/|^/usr/lib/\.build-id/' |
		   sed 's/\.gz$//; s|^/usr/bin/|/usr/sbin/|' | sort)"
}

rpm_packages() {
	local dir=$tmp/rpm package

	needs rpmbuild rpm
	needs rpm2cpio rpm2cpio
	needs cpio cpio
	mkdir -p "$dir"
	# Debian has no database of rpm's in which gcc or iproute would be found.
	rpmbuild -bb --nodeps --define "_topdir $dir" --define "_sourcedir ${tarball%/*}" \
		"$source/packaging/rpm/mymacvlan.spec" >"$dir/log" 2>&1 ||
		{ tail -n 20 "$dir/log"; return 1; }
	for package in "$dir"/RPMS/*/*.rpm; do
		rpm -qlp "$package"
		mkdir -p "$dir/all"
		rpm2cpio "$package" | (cd "$dir/all" && cpio -idmu --quiet) || return
	done
	holds "$dir/all" "$(rpm --eval '%{_libdir}')/ip"
}

# not_root COMMAND... - makepkg wants that
not_root() {
	if [ "$(id -u)" = 0 ]; then
		chown -R nobody "$tmp/arch" && setpriv --reuid=nobody --clear-groups \
			env HOME="$tmp/arch" "$@"
	else
		"$@"
	fi
}

arch_packages() {
	local dir=$tmp/arch package

	needs makepkg makepkg
	needs bsdtar libarchive-tools
	needs fakeroot fakeroot
	mkdir -p "$dir/all"
	cp "$source/packaging/arch/PKGBUILD" "$tarball" "$dir"
	chmod 755 "$tmp"
	# Debian has no pacman that knows what is installed.
	(cd "$dir" && not_root env PACMAN=true PKGEXT=.pkg.tar.gz makepkg --nodeps --nocheck) >"$tmp/log" 2>&1 ||
		{ tail -n 20 "$tmp/log"; return 1; }
	for package in "$dir"/*.pkg.tar.gz; do
		tar -tzf "$package"
		tar -C "$dir/all" -xzf "$package" --exclude='.[A-Z]*' || return
	done
	holds "$dir/all" /usr/lib/ip
}

# alpine_package FUNCTION - as abuild would call it
alpine_package() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	builddir=$tmp/alpine/src/mymacvlan-$version srcdir=$tmp/alpine/src \
		pkgdir=$tmp/alpine/all subpkgdir=$tmp/alpine/all sh -euc '
		. "$1/APKBUILD"
		cd "$builddir"
		"$2"' - "$source/packaging/alpine" "$1"
}

alpine_functions() {
	local dir=$tmp/alpine function

	mkdir -p "$dir/src"
	tar -C "$dir/src" -xzf "$tarball"
	cp "$source/packaging/alpine/AKMBUILD" "$dir/src"
	for function in build package _src _drop_in; do
		alpine_package "$function" >"$tmp/log" 2>&1 ||
			{ tail -n 20 "$tmp/log"; return 1; }
	done
	(. "$dir/all/usr/src/mymacvlan-$version/AKMBUILD" &&
		expect "mymacvlan $version" "$modname $modver") || return
	holds "$dir/all" /usr/lib/ip
}

nix_expression() {
	needs nix-instantiate nix-bin
	NIX_STATE_DIR=$tmp/nix NIX_STORE_DIR=$tmp/nix/store \
		nix-instantiate --parse "$source/packaging/nix/default.nix" >/dev/null
}

debian_packages() {
	local package

	needs dpkg-buildpackage dpkg-dev
	needs dh debhelper
	needs dh_dkms dh-dkms
	make -s -C "$top" deb || return
	mkdir -p "$tmp/deb"
	for package in "$top"/build/deb/*_"$version"_*.deb; do
		[[ $package == *-dbgsym_* ]] || dpkg-deb -x "$package" "$tmp/deb" || return
	done
	[ -e "$tmp/deb$docs/mymacvlan-dkms/README.md" ] ||
		[ -e "$tmp/deb$docs/mymacvlan-dkms/README.md.gz" ] || return
	rm -rf "$tmp/deb/usr/share/lintian"
	(source=$top holds "$tmp/deb" "$("$top/tools/iproute2/ip-lib")")
}

lintian_is_silent() {
	needs lintian lintian
	ls "$top"/build/deb/*.changes >/dev/null 2>&1 || { echo "no packages were built"; return 4; }
	expect "" "$(lintian --allow-root --fail-on none "$top"/build/deb/*.changes 2>&1)"
}

need make tar "${CC:-cc}"
run_cases \
	"tarball_has_all" \
	"same_each_time" \
	"rpm_packages" \
	"arch_packages" \
	"alpine_functions" \
	"nix_expression" \
	"debian_packages" \
	"lintian_is_silent"
