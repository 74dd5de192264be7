#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the ip plugin makes of words (which attributes, which errors) and of
# unusual attributes. Needs no root, no driver, and changes nothing: no request
# leaves ip (capture.c).

set -uo pipefail
# shellcheck source=selftests/iproute2/lib.sh
. "$(dirname "$0")/lib.sh"
trap 'rm -rf "$tmp"' EXIT

# request VERB KIND WORDS - what ip would send
request() {
	local -a words device=(dev lo)

	read -r -a words <<<"$3"
	[ "$1" = set ] || device=(link lo name m0)
	LD_PRELOAD=$tmp/capture.so ip link "$1" "${device[@]}" \
		type "$2" "${words[@]}"
}

expect() {
	[ "$1" = "$2" ] && return
	printf 'expected: %s\n     got: %s\n' "$1" "$2"
	return 1
}

# WORDS ask for ATTRIBUTES in a new device
sends() {
	expect "create mymacvlan ${2:-}" "$(request add mymacvlan "$1" 2>&1)"
}

# WORDS ask for ATTRIBUTES in a device that exists
changes() {
	expect "change mymacvlan ${2:-}" "$(request set mymacvlan "$1" 2>&1)"
}

# WORDS are refused with a message that contains TEXT
refuses() {
	local out

	out=$(request add mymacvlan "$1" 2>&1) && {
		echo "not refused: $out"
		return 1
	}
	[[ $out == *"$2"* ]] || expect "... $2 ..." "$out"
}

# ip's own macvlan asks for the same with WORDS, in whatever order
same() {
	local own ours

	own=$(request add macvlan "$1" 2>&1) || {
		grep -q 'unknown option' <<<"$own" || return 1
		echo "this ip's own macvlan does not know it"
		return 4
	}
	ours=$(IP_LIB_DIR=$disguise request add macvlan "$1" 2>&1)
	expect "$(sorted <<<"$own")" "$(sorted <<<"$ours")"
}

# One attribute a line; a list of addresses stays together, in its order.
sorted() {
	sed 's/ \([0-9]*=\)/\n\1/g; :a; s/\(\[[^]\n]*\)\n/\1 /; ta' | sort
}

# print_opt() of ATTRIBUTES writes TEXT
prints() {
	local -a attrs

	read -r -a attrs <<<"${1:-}"
	expect "${2:-}" "$("$tmp/print_opt" "$MYMACVLAN_PLUGIN" "${attrs[@]}" 2>&1)"
}

# ip link help KIND, and the words "help", tell every option
help_is_complete() {
	local word

	ip link help mymacvlan >"$tmp/help" 2>&1
	request add mymacvlan help >"$tmp/help2" 2>&1 && return 1
	diff "$tmp/help" "$tmp/help2" || return 1
	for word in mode private vepa bridge passthru source flag null \
		    nopromisc nodst macaddr add del set flush bcqueuelen bclim; do
		grep -qw -- "$word" "$tmp/help" || {
			echo "no $word in the help"
			return 1
		}
	done
}

# 200 addresses do not fit: said, and nothing is sent
too_many() {
	local -a macs
	local out

	mapfile -t macs < <(printf '02:00:00:00:00:%02x\n' {1..200})
	out=$(request add mymacvlan "macaddr set ${macs[*]}" 2>&1) && {
		echo "not refused: $out"
		return 1
	}
	expect "mymacvlan: too many MAC addresses for one request" "$out"
}

# as many as ip's own macvlan takes do fit
many() {
	local -a macs

	mapfile -t macs < <(printf '02:00:00:00:00:%02x\n' {1..75})
	expect 75 "$(request add mymacvlan "macaddr set ${macs[*]}" |
		grep -o '4=0200000000' | wc -l)"
}

# man has nothing to complain about the page
man_page_is_clean() {
	local page=$IP_LIB_DIR/ip-link-mymacvlan.8 out

	command -v man >/dev/null || {
		echo "no man here"
		return 4
	}
	out=$(MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z \
		"$page" 2>&1 >/dev/null)
	expect "" "$out"
}

a=02:00:00:00:00:01
b=02:00:00:00:00:02
cases=(
	"sends;mode private;1=1"
	"sends;mode vepa;1=2"
	"sends;mode bridge;1=4"
	"sends;mode passthru;1=8"
	"sends;mode source;1=16"
	"sends;mode passthru nopromisc;1=8 2=1"
	"sends;mode passthru flag nopromisc;1=8 2=1"
	"sends;nopromisc mode passthru;1=8 2=1"
	"sends;mode source nodst;1=16 2=2"
	"sends;flag nodst;2=2"
	"sends;flag null;2=0"
	"sends;nodst flag null;2=0"
	"sends;mode source macaddr add $a;1=16 3=0 4=020000000001"
	"sends;mode source macaddr add 2:0:0:0:a:B;1=16 3=0 4=020000000a0b"
	"sends;macaddr del $a;3=1 4=020000000001"
	"sends;macaddr set $a $b;3=3 5=[4=020000000001 4=020000000002]"
	"sends;macaddr set $a bcqueuelen 5;7=5 3=3 5=[4=020000000001]"
	"sends;macaddr set;3=3 5=[]"
	"sends;macaddr flush;3=2"
	"sends;bcqueuelen 0;7=0"
	"sends;bcqueuelen 4294967295;7=4294967295"
	"sends;bcqueuelen 0x10;7=16"
	"sends;bclim 3;9=3"
	"sends;bclim -1;9=4294967295"
	"sends;bclim -2147483648;9=2147483648"
	"sends;bclim 2147483647;9=2147483647"
	"sends;mo bridge bcq 7;1=4 7=7"
	"changes;mode private;1=1"
	"changes;nopromisc;2=1"
	"changes;flag null;2=0"
	"changes;macaddr add $a;3=0 4=020000000001"

	'refuses;mode foo;bad mode "foo": give private, vepa, bridge, passthru or source'
	'refuses;mode br;bad mode "br"'
	"refuses;mode;mode needs private, vepa, bridge, passthru or source"
	"refuses;mode vepa mode bridge;mode given twice"
	'refuses;flag foo;bad flag "foo": give nopromisc, nodst or null'
	"refuses;flag;flag needs nopromisc, nodst or null"
	"refuses;nopromisc;nopromisc is for mode passthru only"
	"refuses;mode bridge nopromisc;nopromisc is for mode passthru only"
	'refuses;macaddr foo;bad macaddr "foo": give add, del, set or flush'
	"refuses;macaddr;macaddr needs add, del, set or flush"
	"refuses;macaddr add;macaddr needs a MAC address"
	'refuses;macaddr add 1;bad MAC address "1"'
	'refuses;macaddr add 02:00:00:00:00;bad MAC address "02:00:00:00:00"'
	"refuses;macaddr add $a:03;bad MAC address \"$a:03\""
	'refuses;macaddr add 02:00:00:00:00:0g;bad MAC address "02:00:00:00:00:0g"'
	'refuses;macaddr add 02:00:00:00:00:;bad MAC address "02:00:00:00:00:"'
	'refuses;macaddr del 1.2.3.4;bad MAC address "1.2.3.4"'
	"refuses;macaddr set $a 02:zz;bad MAC address \"02:zz\""
	"refuses;macaddr add $a $b;unknown option \"$b\""
	"refuses;macaddr add $a macaddr add $b;macaddr given twice"
	"refuses;bcqueuelen;bcqueuelen needs a number"
	'refuses;bcqueuelen -1;bad bcqueuelen "-1": give a number from 0 to 4294967295'
	'refuses;bcqueuelen 4294967296;bad bcqueuelen "4294967296"'
	'refuses;bcqueuelen 5x;bad bcqueuelen "5x"'
	'refuses;bcqueuelen +5;bad bcqueuelen "+5"'
	"refuses;bcqueuelen 5 bcqueuelen 6;bcqueuelen given twice"
	"refuses;bclim;bclim needs a number"
	'refuses;bclim x;bad bclim "x": give a number from -2147483648 to 2147483647'
	'refuses;bclim 2147483648;bad bclim "2147483648"'
	'refuses;bclim -2147483649;bad bclim "-2147483649"'
	'refuses;bclim 99999999999999999999;bad bclim "99999999999999999999"'
	"refuses;bclim 1 bclim 2;bclim given twice"
	'refuses;usedbcqueuelen 5;unknown option "usedbcqueuelen"'
	'refuses;mode bridge foo;unknown option "foo"'
	too_many
	many

	"same;mode bridge"
	"same;mode passthru nopromisc"
	"same;mode passthru n"
	"same;mode source nodst macaddr set $a $b bcqueuelen 9"
	"same;mode source macaddr add $a"
	"same;mode source macaddr del $a"
	"same;mode source macaddr set"
	"same;macaddr flush"
	"same;mode vepa nodst"
	"same;flag null"
	"same;bcqueuelen 010"
	"same;bclim -5"

	"prints;"
	"prints;1=04000000;mode bridge "
	"prints;1=03000000;mode unknown "
	"prints;1=0400"
	"prints;2=0300;nopromisc nodst "
	"prints;2=0000"
	"prints;2=01"
	"prints;7=05000000 8=e8030000;bcqueuelen 5 usedbcqueuelen 1000 "
	"prints;9=ffffffff;bclim -1 "
	"prints;9=ffff"
	"prints;1=10000000 6=00000000;mode source remotes (0) "
	"prints;1=04000000 6=00000000;mode bridge "
	"prints;6=01000000 5=0a00040002000000000a0000;remotes (1) 02:00:00:00:00:0a "
	"prints;6=01000000 5=0800040002000000;remotes (1) "
	"prints;6=01000000 5=ff00040002000000;remotes (1) "
	help_is_complete
	man_page_is_clean
)

need ip make "${CC:-cc}"
build >"$tmp/build" 2>&1 || {
	sed 's/^/# /' "$tmp/build"
	echo "Bail out! the plugin or its test helpers do not build"
	exit 1
}
run_cases "${cases[@]}"
