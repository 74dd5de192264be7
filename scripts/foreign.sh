# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by scripts/matrix and scripts/test-matrix, after archive.sh: kernels that are in none of the roles of
# scripts/kernels, of other processors and flavours. Their headers go into the tree that
# "scripts/setup matrix" makes, $tree. $work is a directory of the caller's.

tree=$cache/.matrix
# Kernels are looked for there first.
export MYMACVLAN_ROOT=$tree

# processors - Debian's names: flavour of the kernel's package, prefix of the compiler
processors() {
	cat <<-END
	amd64 amd64 x86_64-linux-gnu-
	amd64 cloud-amd64 x86_64-linux-gnu-
	amd64 rt-amd64 x86_64-linux-gnu-
	i386 686-pae i686-linux-gnu-
	arm64 arm64 aarch64-linux-gnu-
	armhf armmp arm-linux-gnueabihf-
	riscv64 riscv64 riscv64-linux-gnu-
	s390x s390x s390x-linux-gnu-
	END
}

# debians - those that scripts/kernels names, the newest first: there a series is found
# first that is a backport elsewhere
debians() {
	kernel_list | awk '{ for (i = NF; i > 2; i--) { sub(/-backports$/, "", $i); print $i } }' |
		tac | awk '!seen[$1]++'
}

# archive_of DEBIAN PROCESSOR - its name for scripts/archive.sh
archive_of() {
	[ "$2" = amd64 ] && echo "$1" || echo "$1-$2"
}

# headers ARCHIVE - release of each kernel whose headers the archive has, with the
# packages that they need
headers() {
	local names

	mapfile -t names < <(archive_apt "$1" apt-cache pkgnames linux-headers-)
	[ ${#names[@]} -gt 0 ] || return 0
	archive_apt "$1" apt-cache show --no-all-versions "${names[@]}" 2>/dev/null | awk -v archive="$1" '
		/^Package: / { name = $2 }
		/^Depends: / && name ~ /^linux-headers-[0-9]/ && name !~ /common|-deb1[0-9]-/ {
			needs = ""
			n = split(substr($0, 10), part, / *, */)
			for (i = 1; i <= n; i++)
				if (match(part[i], /^linux-(headers|kbuild)-[^ ]*/))
					needs = needs " " substr(part[i], RSTART, RLENGTH)
			if (needs ~ /kbuild/)
				print substr(name, 15), archive, needs
		}' | sort -uV
}

# look_up PROCESSOR - the headers of all Debians, once in a run
look_up() {
	local debian name

	[ ! -e "$work/headers-$1" ] || return 0
	for debian in $(debians); do
		name=$(archive_of "$debian" "$1")
		open_archive "$name" >&2
		headers "$name"
	done >"$work/headers-$1"
}

# candidates PROCESSOR FLAVOUR SERIES - of its headers, newest first: lines of headers()
candidates() {
	look_up "$1"
	awk -v flavour="$2" -v series="$3" '
		index($1, series ".") == 1 {
			rest = $1
			# "X.Y.0-56-amd64", "X.Y.118+deb13-amd64": no flavour begins with a digit
			sub(/^[0-9][^-]*-([0-9]+-)?/, "", rest)
			if (rest == flavour && (archive == "" || archive == $2)) {
				print
				archive = $2
			}
		}' "$work/headers-$1" | tac
}

# unpack ARCHIVE PACKAGE... - into the tree
unpack() {
	local package debs=$work/debs

	download "$1" "$debs" "${@:2}" || return
	for package in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$package" | tar -x -C "$tree" --keep-directory-symlink || return
	done
}

# fetch RELEASE PROCESSOR ARCHIVE PACKAGE... - the headers. What they need is for any
# processor, or runs on this one.
fetch() {
	local release=$1 archive=$3

	[ ! -e "$tree/fetched/$release" ] || return 0
	look_up amd64
	unpack "$archive" "linux-headers-$release" && unpack "${archive%%-*}" "${@:4}" || return
	mkdir -p "$tree/fetched"
	touch "$tree/fetched/$release"
}

# library PROCESSOR - libmnl, which mymacvlan(8) is linked with. Unpacked, not installed:
# for that, libc6 would have to be of the same version for both processors, which two
# lists of a mirror seldom promise.
library() {
	local archive

	archive=$(archive_of trixie "$1")
	[ ! -e "$tree/fetched/libmnl-$1" ] || return 0
	open_archive "$archive" && unpack "$archive" libmnl0 libmnl-dev || return
	mkdir -p "$tree/fetched"
	touch "$tree/fetched/libmnl-$1"
}

# attempt LOG COMMAND... - its end is not the script's
attempt() {
	local log=$1
	shift

	("$@") >"$log" 2>&1 </dev/null
}

# get PROCESSOR FLAVOUR SERIES NAME - the newest release whose packages can be had, with
# its headers, into $release; what was fetched in vain is in NAME.fetch.log. Three are
# tried: a mirror's lists can be of another day than its packages.
get() {
	local found

	while read -r found; do
		release=${found%% *}
		# shellcheck disable=SC2086 # a list
		! attempt "$4.fetch.log" fetch "$release" "$1" ${found#* } || return 0
		say "the mirror lists kernel $release, but does not have all of it"
	done < <(candidates "$1" "$2" "$3" | head -n 3)
	return 1
}

# lacks SERIES PROCESSOR FLAVOUR - why there is no such kernel
lacks() {
	if ! grep . "$work/headers-$2" >/dev/null; then
		echo "the mirror here has no kernels for $2"
	else
		echo "the mirror here has no $1 kernel of flavour $3"
	fi
}

# make_in_tree WORD... - make in the project with the tree's compilers; the kernel's
# selftest framework is in /srv
make_in_tree() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount bash -euc 'top=$1 source=$2
		shift 2
		mount --bind "$top" "$0/mnt"
		mount --rbind /dev "$0/dev"
		mount --bind "$source" "$0/srv"
		exec chroot "$0" env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
			make --no-print-directory -C /mnt "$@"' \
		"$tree" "$top" "$(kernel_source)" "$@"
}

# turn WORD... - one of them; which one changes with the commit
turn() {
	[ $# = 0 ] || echo "${@:1 + 16#$(git -C "$top" rev-parse --short=6 HEAD) % $#:1}"
}

# publish_rows PAGE MARK TABLE - into the page's table that MARK begins: a row replaces the
# one that had its name
publish_rows() {
	awk -v new="$3" -v mark="<!-- $2 -->" '
		BEGIN { while ((getline line <new) > 0) { split(line, f, " *[|] *"); row[f[2]] = line; order[++n] = f[2] } }
		/^<!-- end -->$/ && inside { for (i = 1; i <= n; i++) if (order[i] in row) print row[order[i]]; inside = 0 }
		inside { split($0, f, " *[|] *"); if (f[2] in row) { print row[f[2]]; delete row[f[2]]; next } }
		$0 == mark { inside = 1 }
		{ print }' "$1" >"$work/page"
	cp "$work/page" "$1"
}
