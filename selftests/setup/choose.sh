#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which kernels scripts/setup takes, from archives made here: with a part missing, with an
# unsigned image only, without a series or a suite, with a newer series than the one that
# was tried last, in the middle of a synchronisation.
#
#   role     listed  suite          the archive may have
#   oldest   5.1     $base          5.1.0-1, 5.1.0-2 (image in one package)
#   current  5.9     $base          5.9.1
#   newest   6.3     $base-backports  6.3.1, 6.3.2, 6.4.1 (image in several packages)
set -uo pipefail

# shellcheck source=archive.sh
. "$(dirname "$0")/archive.sh"

# none ROLE - and the cache says why
none() {
	bash -c '. "$1/scripts/lib.sh"; ! release_like image "$2" && [ -n "$(kernel_missing "$2")" ]' - "$top" "$1" ||
		{ echo "there is a $1 kernel, or no reason for its absence"; return 1; }
}

old='*5.1.0-1*'
whole() {
	suite "$base" '*5.1.0-*' '*5.9.1*'
	suite "$base-backports" '*6.3.*'
}

test_the_newest_of_each() {
	whole
	set_up
	ended 0 && has oldest 5.1.0-2-amd64 && has current 5.9.1-amd64 && has newest 6.3.2-amd64
}

test_one_kernel_and_no_other() {
	whole
	set_up newest
	ended 0 && has newest 6.3.2-amd64 && [ "$(ls "$MYMACVLAN_CACHE/.plain-$base/lib/modules")" = 6.3.2-amd64 ]
}

test_no_image_yet() {
	suite "$base" "$old" 'linux-headers-5.1.0-2*' 'linux-kbuild-5.1.0-2*'
	set_up oldest
	ended 0 && has oldest 5.1.0-1-amd64 && said "it lacks linux-image-5.1.0-2-amd64" &&
		said "taking kernel 5.1.0-1-amd64 in its place"
}

test_unsigned_image_only() {
	suite "$base" "$old" 'linux-headers-5.1.0-2*' 'linux-kbuild-5.1.0-2*' 'unsigned/*'
	set_up oldest
	ended 0 && has oldest 5.1.0-1-amd64 && said "it lacks linux-image-5.1.0-2-amd64"
}

test_no_kbuild_yet() {
	suite "$base" "$old" 'linux-headers-5.1.0-2*' 'linux-image-5.1.0-2-amd64'
	set_up oldest
	ended 0 && has oldest 5.1.0-1-amd64 && said "it lacks linux-kbuild-5.1.0-2"
}

test_no_modules_yet() {
	suite "$base" '*5.9.1*'
	suite "$base-backports" '*6.3.1*' 'linux-[hkib]*6.3.2*'
	set_up newest
	ended 0 && has newest 6.3.1-amd64 && said "it lacks linux-modules-6.3.2-amd64"
}

test_headers_that_cannot_be_installed() {
	suite "$base" "$old" 'broken/*' 'linux-image-5.1.0-2-amd64' 'linux-kbuild-5.1.0-2*'
	set_up oldest
	ended 0 && has oldest 5.1.0-1-amd64 && said "something that its headers need"
}

test_a_series_has_gone() {
	suite "$base" '*5.1.0-*'
	suite "$base-backports" '*6.3.*'
	set_up
	ended 3 && has oldest 5.1.0-2-amd64 && has newest 6.3.2-amd64 && none current &&
		said "MISSING: the current kernel, 5.9"
}

test_a_newer_series_has_come() {
	whole
	suite "$base-backports" '*6.3.*' '*6.4.1*'
	set_up newest
	ended 0 && has newest 6.4.1-amd64 &&
		bash -c '. "$1/scripts/lib.sh"; note_untried' - "$top" | grep -F "6.4 has not been tried yet" >/dev/null
}

test_a_newer_series_is_on_its_way() {
	whole
	suite "$base-backports" '*6.3.*' 'linux-headers-6.4.1*' 'linux-kbuild-6.4.1'
	set_up newest
	ended 0 && has newest 6.3.2-amd64 && said "kernel 6.4.1-amd64 is not complete"
}

# A week later: the kernel that is here is not the newest any more.
test_a_newer_series_is_noticed() {
	whole
	set_up newest
	touch -d '8 days ago' "$MYMACVLAN_CACHE/kernels"
	suite "$base-backports" '*6.3.*' '*6.4.1*'
	"$top/scripts/setup" kernels newest >"$tmp/out" 2>&1
	status=$?
	ended 0 && has newest 6.4.1-amd64
}

test_a_suite_has_gone() {
	whole
	rm -r "$mirror/dists/$base-backports"
	set_up
	ended 3 && has oldest 5.1.0-2-amd64 && has current 5.9.1-amd64 && none newest &&
		said "the mirror has no suite $base-backports"
}

test_half_synchronised() {
	whole
	half_synchronised "$base-backports"
	set_up
	ended 3 && has oldest 5.1.0-2-amd64 && has current 5.9.1-amd64 && none newest &&
		said "the mirror is being synchronised" && said "MISSING: the newest kernel"
}

# After that: one more set-up has it all, and fetches only what was missing.
test_missing_is_made_up_for() {
	whole
	half_synchronised "$base-backports"
	set_up
	whole
	"$top/scripts/setup" kernels >"$tmp/out" 2>&1
	status=$?
	ended 0 && has newest 6.3.2-amd64 && ! said "fetching kernel 5.1.0-2-amd64" >/dev/null
}

# apt's sources as cloud images and Debian 13 have them
test_a_list_of_mirrors() {
	local got

	whole
	printf '# ours\nfile:%s\tpriority:1\nfile:/nowhere\n' "$mirror" >"$tmp/mirrors.list"
	printf 'Types: deb\nURIs: mirror+file:%s\nSuites: %s\nComponents: main\n' \
		"$tmp/mirrors.list" "$base" >"$tmp/apt/sources/debian.sources"
	apt-get update >"$tmp/out" 2>&1
	# shellcheck disable=SC2016 # the inner shell's
	got=$(env -u MYMACVLAN_MIRROR bash -c '. "$1/scripts/lib.sh"; mirror' - "$top")
	[ "${got%/}" = "file:$mirror" ] || { echo "the mirror is \"$got\""; return 1; }
}

need_tools dpkg-deb
mkdir -p "$pool"/{unsigned,broken}
headers 5.1.0-2-amd64 "a-compiler-that-is-nowhere"
mv "$pool/linux-headers-5.1.0-2-amd64.deb" "$pool/broken"
for release in 5.1.0-1-amd64 5.1.0-2-amd64 5.9.1-amd64; do
	headers "$release"
	image "$release"
done
image 5.1.0-2-amd64 -unsigned
mv "$pool"/*-unsigned.deb "$pool/unsigned"
for release in 6.3.1-amd64 6.3.2-amd64 6.4.1-amd64; do
	headers "$release"
	split_image "$release"
done

run_tests
