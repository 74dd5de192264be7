# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of scripts/setup: small Debian archives. Packages are made once, in $pool; an
# archive is a choice of them, by patterns. $base is the Debian that this machine is, so
# that its kernels are unpacked and no Debian tree is made.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tmp=$(mktemp -d)
base=$(. /etc/os-release && [ "$ID" = debian ] && echo "${VERSION_CODENAME-}")
pool=$tmp/pool
mirror=$tmp/mirror

# clean_up - unless a test file has more to do at its end
clean_up() {
	rm -rf "$tmp"
}
trap clean_up EXIT

skip_all() {
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

# need_tools NAME... - and root, on a Debian
need_tools() {
	local tool

	[ "$(id -u)" = 0 ] || skip_all "this wants to be root"
	[ -n "$base" ] || skip_all "this machine is no Debian"
	for tool in gcc depmod "$@"; do
		type -P "$tool" >/dev/null || skip_all "no $tool here"
	done
}

# own_list - the kernels of these archives, and nothing of this machine's
own_list() {
	export MYMACVLAN_CACHE=$tmp/cache MYMACVLAN_KERNELS=$tmp/kernels MYMACVLAN_NO_HOST_KERNELS=1
	export MYMACVLAN_MIRROR=file:$mirror MYMACVLAN_RETRY_PAUSE=0
	printf 'oldest 5.1 %s\ncurrent 5.9 %s\nnewest 6.3 %s-backports\n' \
		"$base" "$base" "$base" >"$MYMACVLAN_KERNELS"
	apt_config
}

# set_up ROLE... - into an empty cache
set_up() {
	rm -rf "$MYMACVLAN_CACHE"
	"$top/scripts/setup" kernels "$@" >"$tmp/out" 2>&1
	status=$?
}

# has ROLE RELEASE - both image and headers of it are there, and none of the role's others
has() {
	local got

	got=$(bash -c '. "$1/scripts/lib.sh"; release_like image "$2"; release_like headers "$2"' - "$top" "$1")
	[ "$got" = "$2"$'\n'"$2" ] || { echo "the $1 kernel is \"${got//$'\n'/ }\", not $2"; return 1; }
}

said() {
	grep -F -- "$1" "$tmp/out" >/dev/null || { echo "it does not say: $1"; return 1; }
}

ended() {
	[ "$status" = "$1" ] || { echo "exit status $status, not $1"; return 1; }
}

# run_tests - all functions test_NAME, or those in $ONLY, each with an archive of its own;
# status 4 is one that was skipped
run_tests() {
	local tests test number=0 failed=0 reason status

	mapfile -t tests < <(declare -F | sed -n 's/^declare -f test_//p')
	# shellcheck disable=SC2086 # a list
	[ -z "${ONLY:-}" ] || mapfile -t tests < <(printf '%s\n' $ONLY)
	echo "TAP version 13"
	echo "1..${#tests[@]}"
	for test in "${tests[@]}"; do
		number=$((number + 1)) status=0
		rm -rf "$mirror"
		own_list
		reason=$("test_$test" 2>&1) || status=$?
		case $status in
		0)	echo "ok $number $test" ;;
		4)	echo "ok $number $test # SKIP $reason" ;;
		*)	failed=1
			sed 's/^/# /' "$tmp/out"
			echo "# ${reason//$'\n'/$'\n'# }"
			echo "not ok $number $test" ;;
		esac
	done
	return "$failed"
}

# deb NAME VERSION DEPENDS [FILE...] - FILE is PATH=TEXT, PATH>TARGET for a link, or
# PATH@FILE
deb() {
	local dir=$tmp/deb name=$1 file
	local control="Package: $1"$'\n'"Version: $2"$'\n'"Architecture: amd64"$'\n'"Maintainer: nobody <nobody@example.org>"$'\n'

	rm -rf "$dir"
	mkdir -p "$dir/DEBIAN" "$pool"
	[ -z "$3" ] || control+="Depends: $3"$'\n'
	printf '%sDescription: for a test\n' "$control" >"$dir/DEBIAN/control"
	shift 3
	for file; do
		mkdir -p "$dir/$(dirname "${file%%[=>@]*}")"
		case $file in
		*@/*)	cp "${file#*@}" "$dir/${file%%@*}" ;;
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
	rm -rf "$tmp/apt"
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
