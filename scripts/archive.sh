# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by scripts/setup: what a Debian archive has, and which kernel to take of it.
#
# The lists are apt's, in a directory of the cache for each Debian ("trixie", with its
# backports and security updates; "trixie-arm64" for another processor): nothing of this
# machine's own apt is changed, and no Debian tree is needed to choose and download. The
# configuration of the machine's apt holds, its proxy with it.

# archive_apt BASE PROGRAM ARG... - apt-get or apt-cache on the lists of that Debian
archive_apt() {
	local base=$1 program=$2
	shift 2
	LC_ALL=C "$program" -c "$cache/.archive/$base/apt.conf" "$@"
}

no_archive="apt here knows no Debian archive: set MYMACVLAN_MIRROR to the address of one"

# sources BASE - one line for each suite
sources() {
	local base=$1 from security key=/usr/share/keyrings/debian-archive-keyring.gpg signed=''

	from=$(mirror)
	[ -n "$from" ] || die "$no_archive"
	security=$(archive Debian-Security)
	[ ! -e "$key" ] || signed="[signed-by=$key] "
	echo "deb $signed$from $base main"
	echo "deb $signed$from $base-backports main"
	[ -z "$security" ] || echo "deb $signed$security $base-security main"
}

# archive_config DIR PROCESSOR - no translations: they are most of what is downloaded
archive_config() {
	cat <<-END
	Dir::State "$1/state";
	Dir::State::lists "$1/state/lists";
	Dir::State::status "$1/status";
	Dir::Cache "$1/cache";
	Dir::Cache::archives "$1/cache/archives";
	Dir::Cache::pkgcache "$1/cache/pkgcache.bin";
	Dir::Cache::srcpkgcache "$1/cache/srcpkgcache.bin";
	Dir::Etc::sourcelist "$1/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "/dev/null";
	APT::Architecture "$2";
	APT::Architectures "$2";
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	Acquire::Retries "3";
	END
}

# open_archive BASE - its lists, as new as the mirror has them. A suite that has gone is
# named and gone without; a mirror in the middle of a synchronisation is asked again.
open_archive() {
	local base=${1%%-*} dir=$cache/.archive/$1 processor=amd64 lines

	[ "$base" = "$1" ] || processor=${1#*-}

	# Once in a run of set-up, which the lock dates.
	[ ! "$dir/opened" -nt "$cache/.lock" ] || return 0
	mkdir -p "$dir"/{state/lists/partial,cache/archives/partial}
	: >>"$dir/status"
	lines=$(sources "$base")
	echo "$lines" >"$dir/sources.list"
	archive_config "$dir" "$processor" >"$dir/apt.conf"
	update_lists "$1"
	touch "$dir/opened"
}

# update_lists BASE - old lists are better than none, so it never fails
update_lists() {
	local out try

	for try in 1 2 3; do
		out=$(archive_apt "$1" apt-get update 2>&1) || :
		echo "$out" >>"$log"
		grep -E '^(E:|W: Failed)' <<<"$out" >/dev/null || return 0
		grep -E 'Hash Sum mismatch|unexpected size|[Mm]irror sync|Connection|Temporary failure' \
			<<<"$out" >/dev/null || break
		[ "$try" = 3 ] || { say "the mirror is being synchronised or cannot be reached: once more in $retry_pause s"
			sleep "$retry_pause"; }
	done
	sed -nE "s/^[EW]: The repository '[^ ]* ([^ ]*) Release' (does not have|no longer has) .*/\1/p" <<<"$out" |
		while read -r suite; do
			say "the mirror has no suite $suite (any more): going on without it"
		done
	! grep -E 'Hash Sum|unexpected size|[Mm]irror sync|Connection|Temporary' <<<"$out" >/dev/null ||
		say "some lists of Debian $1 could not be fetched: going on with those that are here ($log has the errors)"
}
retry_pause=${MYMACVLAN_RETRY_PAUSE:-10}

# kernel_stanzas BASE - what apt would install of the packages that kernels consist of
kernel_stanzas() {
	local names

	mapfile -t names < <(archive_apt "$1" apt-cache pkgnames linux- |
		grep -E '^linux-(headers|kbuild|image|binary|modules|base)-[0-9]' |
		grep -vE -- '-(dbg|rt-amd64|cloud-amd64|signed-template)$')
	[ ${#names[@]} = 0 ] ||
		archive_apt "$1" apt-cache show --no-all-versions "${names[@]}" 2>/dev/null || :
}

# archive_releases BASE - the kernels that the archive has headers of, newest first, each
# with the packages that it lacks: a package of its headers' (kbuild and the common
# headers), and image, or binary, modules and base into which it is cut from 6.19 on
archive_releases() {
	kernel_stanzas "$1" | awk '
		$1 == "Package:" { name = $2 }
		$1 == "Version:" { have[name] = $2 }
		$1 == "Depends:" { depends[name] = substr($0, 10) }
		function want(package) {
			if (!(package in have))
				lacks = lacks " " package
		}
		function want_parts(list,    i, n, part, word) {
			n = split(list, part, / *, */)
			for (i = 1; i <= n; i++) {
				if (part[i] !~ /^linux-(headers|kbuild)-/)
					continue
				split(part[i], word, /[ ()]+/)
				want(word[1])
				if (word[2] == "=" && word[1] in have && have[word[1]] != word[3])
					lacks = lacks " " word[1] "=" word[3]
			}
		}
		function want_image(release) {
			if (depends["linux-image-" release] !~ /linux-binary-/ &&
			    !(("linux-modules-" release) in have)) {
				want("linux-image-" release)
				return
			}
			want("linux-binary-" release)
			want("linux-modules-" release)
			want("linux-base-" release)
		}
		END {
			for (name in have) {
				if (name !~ /^linux-headers-.*-amd64$/)
					continue
				release = substr(name, 15)
				lacks = ""
				want_parts(depends[name])
				want_image(release)
				print release lacks
			}
		}' | sort -rV
}

# release_series RELEASE - "5.10" of "5.10.0-1-amd64"
release_series() {
	sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<<"$1"
}

# above SERIES OTHER - it is the newer one
above() {
	[ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]
}

# installable BASE RELEASE - its headers, with all that they need
installable() {
	archive_apt "$1" apt-get install -s --no-install-recommends "linux-headers-$2" >>"$log" 2>&1
}

# choose_release BASE SERIES - prints the newest release of the series that is there as a
# whole ("+SERIES": of any series above it), and says which newer ones are not
choose_release() {
	local base=$1 want=$2 release lacks series passed=''

	while read -r release lacks; do
		series=$(release_series "$release")
		case $want in
		+*)	above "$series" "${want#+}" || continue ;;
		*)	[ "$series" = "$want" ] || continue ;;
		esac
		[ -n "$lacks" ] || installable "$base" "$release" ||
			lacks="something that its headers need, see $log"
		if [ -z "$lacks" ]; then
			[ -z "$passed" ] || say "taking kernel $release in its place" >&2
			echo "$release"
			return
		fi
		passed=1
		say "kernel $release is not complete in Debian $base yet: it lacks $lacks" >&2
	done < <(archive_releases "$base")
	return 1
}

# image_packages BASE RELEASE, headers_packages BASE RELEASE - what to download of it
image_packages() {
	local name

	for name in image binary modules base; do
		archive_apt "$1" apt-cache show --no-all-versions "linux-$name-$2" >/dev/null 2>&1 &&
			echo "linux-$name-$2"
	done
	return 0
}

headers_packages() {
	echo "linux-headers-$2"
	archive_apt "$1" apt-cache show --no-all-versions "linux-headers-$2" |
		sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -nE 's/^ *(linux-(headers|kbuild)-[^ ]*).*/\1/p'
}

# download BASE DIR PACKAGE... - tried again, since a mirror may be changing
download() {
	local base=$1 dir=$2 try
	shift 2

	rm -rf "$dir"
	mkdir -p "$dir"
	for try in 1 2 3; do
		(cd "$dir" && archive_apt "$base" apt-get download "$@") >>"$log" 2>&1 </dev/null && return
		[ "$try" = 3 ] || { sleep "$retry_pause"; archive_apt "$base" apt-get update >>"$log" 2>&1 || :; }
	done
	tail -n 5 "$log" >&2
	die "these packages cannot be downloaded: $*"
}
