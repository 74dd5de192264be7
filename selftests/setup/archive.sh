# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by choose.sh: small Debian archives. Packages are made once, in $pool; an
# archive is a choice of them, by patterns. $base is the Debian that this machine is, so
# that its kernels are unpacked and no Debian tree is made.

pool=$tmp/pool
mirror=$tmp/mirror

# deb NAME VERSION DEPENDS [FILE...] - FILE is PATH=TEXT, or PATH>TARGET for a link
deb() {
	local dir=$tmp/deb name=$1 file
	local control="Package: $1"$'\n'"Version: $2"$'\n'"Architecture: amd64"$'\n'"Maintainer: nobody <nobody@example.org>"$'\n'

	rm -rf "$dir"
	mkdir -p "$dir/DEBIAN" "$pool"
	[ -z "$3" ] || control+="Depends: $3"$'\n'
	printf '%sDescription: for a test\n' "$control" >"$dir/DEBIAN/control"
	shift 3
	for file; do
		mkdir -p "$dir/$(dirname "${file%%[=>]*}")"
		case $file in
		*'>'*)	ln -s "${file#*>}" "$dir/${file%%>*}" ;;
		*)	echo "${file#*=}" >"$dir/${file%%=*}" ;;
		esac
	done
	dpkg-deb --build --root-owner-group -Znone "$dir" "$pool/$name.deb" >/dev/null
}

# headers RELEASE [DEPENDS] - with kbuild, for this machine's compiler
headers() {
	local release=$1 version gcc

	version=${release%-amd64}-1
	gcc=$(gcc -dumpversion | cut -d. -f1)
	deb "linux-headers-$release" "$version" \
		"linux-kbuild-${release%-amd64} (= $version)${2:+, $2}" \
		"lib/modules/$release/build>/usr/src/linux-headers-$release" \
		"usr/src/linux-headers-$release/Makefile=include /usr/src/linux-headers-common/Makefile" \
		"usr/src/linux-headers-$release/include/config/auto.conf=CONFIG_GCC_VERSION=${gcc}0000"
	deb "linux-kbuild-${release%-amd64}" "$version" "" "usr/lib/linux-kbuild-$release=kbuild"
}

# image RELEASE [SUFFIX] - in one package
image() {
	deb "linux-image-$1${2-}" "${1%-amd64}-1" "" "boot/vmlinuz-$1=image" \
		"lib/modules/$1/kernel/a=module" "lib/modules/$1/modules.order="
}

# split_image RELEASE - in several, as from 6.19 on
split_image() {
	local version=${1%-amd64}-1

	deb "linux-image-$1" "$version" "linux-binary-$1, linux-modules-$1"
	deb "linux-binary-$1" "$version" "" "usr/lib/modules/$1/vmlinuz=image"
	deb "linux-modules-$1" "$version" "" "usr/lib/modules/$1/kernel/a=module" \
		"usr/lib/modules/$1/modules.order="
	deb "linux-base-$1" "$version" "" "boot/config-$1=config"
}

# stanza FILE - what an index has of it
stanza() {
	dpkg-deb -f "$1"
	printf 'Filename: pool/%s\nSize: %s\nSHA256: %s\n\n' "${1##*/}" \
		"$(stat -c %s "$1")" "$(sha256sum "$1" | cut -d' ' -f1)"
}

# suite NAME PATTERN... - has the packages that match
suite() {
	local dir=$mirror/dists/$1 name=$1 index=main/binary-amd64/Packages pattern file
	shift

	mkdir -p "$dir/main/binary-amd64"
	ln -sfn "$pool" "$mirror/pool"
	for pattern; do
		for file in "$pool"/$pattern.deb; do
			stanza "$file"
		done
	done >"$dir/$index"
	printf 'Origin: Debian\nLabel: Debian\nSuite: %s\nCodename: %s\nArchitectures: amd64\nComponents: main\nDate: %s\nSHA256:\n %s %s %s\n' \
		"$name" "$name" "$(LC_ALL=C date -Ru)" "$(sha256sum "$dir/$index" | cut -d' ' -f1)" \
		"$(stat -c %s "$dir/$index")" "$index" >"$dir/Release"
}

# half_synchronised SUITE - the index is a newer one than the signature
half_synchronised() {
	echo >>"$mirror/dists/$1/main/binary-amd64/Packages"
}

# apt_config - apt that knows no source, and asks for no signature
apt_config() {
	mkdir -p "$tmp/apt"/{lists/partial,sources}
	cat >"$tmp/apt/apt.conf" <<-END
	Dir::Etc::sourcelist "/dev/null";
	Dir::Etc::sourceparts "$tmp/apt/sources";
	Dir::State::lists "$tmp/apt/lists";
	Acquire::AllowInsecureRepositories "true";
	APT::Get::AllowUnauthenticated "true";
	APT::Sandbox::User "root";
	END
	export APT_CONFIG=$tmp/apt/apt.conf
}
