#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An ip plugin of ours in place of ip's own macvlan or macvtap, as with "make
# install DROP_IN=1", on devices of the in-tree driver: the plugin sets and
# changes them, ip itself tells what the kernel made of it, and both must print
# the same. Needs root and the in-tree driver, not ours. KIND is macvlan (the
# default) or macvtap.
#
#	veth w0 ---- veth w1
#	 |  ...       |
#	 children     a passthru child

set -uo pipefail
# shellcheck source=selftests/iproute2/lib.sh
. "$(dirname "$0")/lib.sh"
kind=${KIND:-macvlan}
ns=ip-$(basename "$tmp")
trap 'ip netns del "$ns" 2>/dev/null; rm -rf "$tmp"' EXIT

own() {
	IP_LIB_DIR=$tmp/none ip -n "$ns" "$@"
}

ours() {
	IP_LIB_DIR=$disguise ip -n "$ns" "$@"
}

# info NAME - what the kernel has in force, told by ip itself
info() {
	own -json -details link show "$1" | jq -c '.[0].linkinfo.info_data'
}

# holds NAME FILTER - info NAME fulfils the jq FILTER
holds() {
	info "$1" | jq -e "$2" >/dev/null && return
	echo "not so: $2"
	info "$1"
	return 1
}

# add NAME WORDS FILTER - a child made with WORDS fulfils FILTER
add() {
	local lower=w0 words

	read -r -a words <<<"$2"
	[[ $2 != *passthru* ]] || lower=w1
	ours link add link "$lower" name "$1" type "$kind" "${words[@]}" &&
	holds "$1" "$3"
}

# change NAME WORDS FILTER - the child changed with WORDS fulfils FILTER
change() {
	local words

	read -r -a words <<<"$2"
	ours link set dev "$1" type "$kind" "${words[@]}" && holds "$1" "$3"
}

# text OPTIONS - both print every device alike
text() {
	local -a options

	read -r -a options <<<"$1"
	own "${options[@]}" link show >"$tmp/own"
	ours "${options[@]}" link show >"$tmp/ours"
	grep -q passthru "$tmp/own" || return 1
	diff "$tmp/own" "$tmp/ours"
}

# The limit exists since Linux 6.4; ip 6.1 itself does not print it.
limit() {
	if [ "$(printf '%s\n' 6.4 "$(uname -r)" | sort -V | head -n 1)" != 6.4 ]; then
		echo "this kernel has no bclim"
		return 4
	fi
	ours link set dev br type "$kind" bclim -7 &&
	ours -details link show br | grep ' bclim -7 ' &&
	ours -json -details link show br |
		jq -e '.[0].linkinfo.info_data.bclim == -7'
}

# ip 6.1 itself does not know the limit, so there is nothing to compare
limit_text() {
	own link help "$kind" 2>&1 | grep bclim >/dev/null || {
		echo "this ip's own $kind does not know bclim"
		return 4
	}
	text "$1"
}

a=02:00:00:00:00:01
b=02:00:00:00:00:02
c=02:00:00:00:00:03
cases=(
	'add;pr;mode private;.mode == "private"'
	'add;ve;;.mode == "vepa"'
	'add;br;mode bridge bcqueuelen 2000;.mode == "bridge" and .usedbcqueuelen == 2000'
	'add;pa;mode passthru nopromisc;.mode == "passthru" and .nopromisc'
	"add;so;mode source nodst macaddr set $a $b;.mode == \"source\" and .nodst and .macaddr_count == 2"
	'add;em;mode source;.mode == "source" and .macaddr_count == 0'
	"text;-details"
	"text;-details -oneline"
	"text;-details -json"
	"text;-details -json -pretty"
	"text;-details -color=always"
	"text;-details -statistics"
	"change;so;macaddr add $c;.macaddr_data | sort == [\"$a\", \"$b\", \"$c\"]"
	"change;so;macaddr del $b;.macaddr_data | sort == [\"$a\", \"$c\"]"
	"change;so;macaddr set $b;.macaddr_data == [\"$b\"]"
	"change;so;macaddr flush;.macaddr_count == 0"
	'change;so;flag null;.nodst | not'
	'change;pa;flag null;.nopromisc | not'
	'change;pa;nopromisc;.nopromisc'
	'change;pr;mode vepa;.mode == "vepa"'
	'change;br;bcqueuelen 3;.bcqueuelen == 3 and .usedbcqueuelen == 1000'
	limit
	"limit_text;-details"
	"limit_text;-details -json"
)

need ip make jq "${CC:-cc}"
[ "$(id -u)" -eq 0 ] || skip_all "not root"
build
ip netns add "$ns" || exit 1
own link add w0 type veth peer name w1 2>/dev/null || skip_all "no veth here"
own link add link w0 name probe type "$kind" 2>/dev/null ||
	skip_all "no in-tree $kind here"
own link del probe
run_cases "${cases[@]}"
