# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the scripts: where the project, its cache and the kernels are.
#
# A "root" is a directory that holds kernels and their headers: "/", the
# machine itself, or a Debian tree that scripts/setup made in the cache. A
# tree brings its own compiler, so its kernels are built inside it (chroot). And a
# directory of unpacked kernel packages, which this machine's compiler builds for.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$(realpath -m "${MYMACVLAN_CACHE:-/var/cache/mymacvlan}")

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# host_dir DIR - DIR; nothing when the machine's own kernels do not count, a
# way to see what happens on a machine that has none
host_dir() {
	[ -n "${MYMACVLAN_NO_HOST_KERNELS:-}" ] || echo "$1"
}

# kernel_roots - every root: one that was asked for, the machine itself, the trees
kernel_roots() {
	local dir

	[ -z "${MYMACVLAN_ROOT:-}" ] || echo "$MYMACVLAN_ROOT"
	host_dir /
	for dir in "$cache"/.plain-*/; do
		[ ! -d "$dir/lib/" ] || echo "${dir%/}"
	done
	for dir in "$cache"/*/; do
		[ ! -x "$dir/usr/bin/env" ] || echo "${dir%/}"
	done
}

# is_plain ROOT - kernels there are built for with this machine's own compiler
is_plain() {
	case $1 in
	/|"$cache"/.plain-*)	return 0 ;;
	esac
	return 1
}

# headers_of ROOT REL - the kernel's build directory, as seen from inside ROOT
headers_of() {
	local root=${1%/} link=$1/lib/modules/$2/build dir

	dir=$(readlink "$link" || echo "$link")
	case $dir in
	"$link")	dir=/lib/modules/$2/build ;;
	/*)		;;
	# Relative to /usr/lib/modules/REL, since /lib is a link to /usr/lib.
	*)		dir=$(realpath -m "/usr/lib/modules/$2/$dir") ;;
	esac
	[ -e "$root$dir/include/config/auto.conf" ] && echo "$dir"
}

# image_of ROOT REL - the kernel image
image_of() {
	local root=${1%/} file

	for file in "$root/boot/vmlinuz-$2" "$root/usr/lib/modules/$2/vmlinuz"; do
		[ ! -r "$file" ] || { echo "$file"; return; }
	done
	return 1
}

# root_with headers|image REL - the first root that has the headers (or the
# image and its modules) of kernel REL
root_with() {
	local root

	while read -r root; do
		[ "$1" != image ] || [ -d "$root/lib/modules/$2/kernel" ] || continue
		"$1_of" "$root" "$2" >/dev/null || continue
		echo "$root"
		return
	done < <(kernel_roots)
	return 1
}

# kernel_list - of scripts/kernels: role, series and suites, one kernel a line
kernel_list() {
	grep -v '^#' "${MYMACVLAN_KERNELS:-$top/scripts/kernels}"
}

# kernel_roles - their names, oldest kernel first
kernel_roles() {
	kernel_list | awk '{ print $1 }'
}

# kernel_listed ROLE, kernel_suites ROLE - what the list has for it
kernel_listed() {
	kernel_list | awk -v role="$1" '$1 == role { print $2 }'
}

kernel_suites() {
	kernel_list | awk -v role="$1" '$1 == role { $1 = $2 = ""; print }'
}

# kernel_record ROLE - what scripts/setup found for it, if that was for this list: the
# series, or "-" and a reason
kernel_record() {
	[ -r "$cache/kernels" ] || return 0
	awk -v role="$1" -v listed="$(kernel_listed "$1")" '
		$1 == role && $2 == listed { $1 = $2 = ""; sub(/^ +/, ""); print }' "$cache/kernels"
}

# kernel_series ROLE - the series that has this role here: that of the list, or the
# newer one that scripts/setup found in its place
kernel_series() {
	local found

	found=$(kernel_record "$1")
	case $found in
	''|-*)	kernel_listed "$1" ;;
	*)	echo "$found" ;;
	esac
}

# kernel_missing ROLE - why there is none, if scripts/setup could not get it
kernel_missing() {
	kernel_record "$1" | sed -n 's/^- //p'
}

# series_of NAME - of a role; any other name is left as it is
series_of() {
	local series

	series=$(kernel_series "$1")
	echo "${series:-$1}"
}

# note_untried - says so where the newest kernel is one that nobody has tried yet
note_untried() {
	local series listed

	series=$(kernel_series newest)
	listed=$(kernel_listed newest)
	[ "$series" = "$listed" ] ||
		echo "note: kernel $series has not been tried yet: the newest in scripts/kernels is $listed"
}

# releases headers|image [ROOT...] - what is there, oldest first
releases() {
	local what=$1 root dir
	shift
	[ $# -gt 0 ] || mapfile -t roots < <(kernel_roots)
	for root in "${@-${roots[@]}}"; do
		for dir in "${root%/}"/lib/modules/*/; do
			dir=$(basename "$dir")
			! "${what}_of" "$root" "$dir" >/dev/null || echo "$dir"
		done
	done | sort -uV
}

# release_like headers|image NAME - NAME itself if there is such a release, else the
# newest of that series ("5.10" would find "5.10.95-amd64") or role ("newest")
release_like() {
	releases "$1" | awk -v want="$(series_of "$2")" '
		$0 == want { exact = $0 }
		index($0, want ".") == 1 || index($0, want "-") == 1 { last = $0 }
		END { if (exact last == "") exit 1; print exact ? exact : last }'
}

# os_is WORD... - the distribution is one of these, or derived from one
os_is() {
	local ids word

	ids=$(. "${OS_RELEASE:-/etc/os-release}" 2>/dev/null && echo "${ID:-} ${ID_LIKE:-}")
	for word; do
		[[ " $ids " != *" $word "* ]] || return 0
	done
	return 1
}

# flavour REL DEFAULT - the last part of its name ("lts" of "5.10.1-0-lts")
flavour() {
	[[ $1 =~ -([a-z][a-z-]*)$ ]] && echo "${BASH_REMATCH[1]}" || echo "$2"
}

# headers_package REL - the package of this distribution that has the kernel's headers
headers_package() {
	if [[ $1 == *-pve ]]; then
		echo "proxmox-headers-$1"
	elif os_is debian ubuntu; then
		echo "linux-headers-$1"
	elif os_is suse opensuse; then
		echo "kernel-$(flavour "$1" default)-devel"
	elif os_is fedora rhel centos; then
		echo "kernel-devel-$1"
	elif os_is arch; then
		case $(flavour "$1" arch) in
		lts|zen|hardened|rt)	echo "linux-$(flavour "$1" arch)-headers" ;;
		*)	echo linux-headers ;;
		esac
	elif os_is alpine; then
		echo "linux-$(flavour "$1" lts)-dev"
	else
		return 1
	fi
}

# install_headers REL - says what to do for its headers
install_headers() {
	local package

	if package=$(headers_package "$1"); then
		echo "install the package $package"
	else
		echo "install the package that has /lib/modules/$1/build"
	fi
}

# kernel_source - the newest tree that has the selftest framework
kernel_source() {
	local dir found=''

	if [ -n "${KSRC:-}" ]; then
		echo "$KSRC"
		return
	fi
	while read -r dir; do
		[ ! -e "$dir/tools/testing/selftests/lib.mk" ] || found=$dir
	done < <(printf '%s\n' "$cache"/linux-source-* "$(host_dir /usr/src)"/linux-source-* |
		 awk -F/ '{ print $NF "\t" $0 }' | sort -V | cut -f2)
	[ -n "$found" ] && echo "$found"
}

# archive LABEL - the address of the Debian archive of that label that apt uses
archive() {
	local uri

	# shellcheck disable=SC2016 # apt's own variables
	uri=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 2>/dev/null |
		awk -F'|' -v label="$1" '$1 == "Debian" && $2 == label && !n++ { print $3 }')
	case $uri in
	# The first of a list of mirrors: debootstrap knows no such lists.
	mirror+file:*)
		uri=${uri#mirror+file:}
		uri=${uri%/}
		awk '!/^#/ && NF && !n++ { print $1 }' "/${uri##/}" ;;
	*)	[ -z "$uri" ] || echo "$uri" ;;
	esac
}

# mirror - the address that apt has its packages from
mirror() {
	echo "${MYMACVLAN_MIRROR:-$(archive Debian)}"
}

# in_tree TREE COMMAND... - as root, inside a Debian tree
in_tree() {
	local tree=$1
	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount bash -euc '
		mount --rbind /dev "$0/dev"
		mount --rbind /proc "$0/proc"
		cp -L /etc/resolv.conf "$0/etc/resolv.conf"
		exec chroot "$0" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
	' "$tree" "$@"
}
