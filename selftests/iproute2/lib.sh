# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of the ip plugins: builds what they need, runs cases,
# prints KTAP. (selftests/lib.sh is for tests of the driver: it wants root and
# the module. Here neither is needed, and tests are tables.)
#
# A case is a line "FUNCTION;ARGUMENT;..."; the function returns 0 for passed, 4
# for skipped (its last line of output says why), anything else for failed.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d)
# where the plugins are, and the only place where ip shall look for plugins
export IP_LIB_DIR=$tmp/plugin
# the same plugins as ip takes them for macvlan and macvtap, in place of its own
disguise=$tmp/disguise

skip_all() {
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

compile() {
	"${CC:-cc}" -Wall -Wextra -Werror -O1 -g -D_GNU_SOURCE \
		-I"$top/tools/iproute2" -I"$top/include/uapi" "$@"
}

build_all() {
	mkdir "$disguise" &&
	make -s -C "$top/tools/iproute2" O="$IP_LIB_DIR" CC="${CC:-cc}" &&
	compile -shared -fPIC -o "$tmp/capture.so" "$here/capture.c" &&
	ln -s "$IP_LIB_DIR/link_mymacvlan.so" "$disguise/link_macvlan.so" &&
	ln -s "$IP_LIB_DIR/link_mymacvtap.so" "$disguise/link_macvtap.so" &&
	compile -rdynamic -o "$tmp/print_opt" "$here/print_opt.c"
}

build() {
	build_all >"$tmp/build" 2>&1 && return
	sed 's/^/# /' "$tmp/build"
	echo "Bail out! the plugins or their test helpers do not build"
	exit 1
}

need() {
	local tool

	for tool; do
		command -v "$tool" >/dev/null || skip_all "no $tool here"
	done
}

# on KIND FUNCTION ARGUMENT... - a case for one of our kinds
on() {
	kind=$1
	"${@:2}"
}

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
	expect "create $kind${2:+ $2}" "$(request add "$kind" "$1" 2>&1)"
}

# WORDS ask for ATTRIBUTES in a device that exists
changes() {
	expect "change $kind${2:+ $2}" "$(request set "$kind" "$1" 2>&1)"
}

# WORDS are refused with a message that contains TEXT
refuses() {
	local out

	out=$(request add "$kind" "$1" 2>&1) && {
		echo "not refused: $out"
		return 1
	}
	[[ $out == *"$2"* ]] || expect "... $2 ..." "$out"
}

# ip's own kind without "my" asks for the same with WORDS, in whatever order
same() {
	local own ours

	own=$(request add "${kind#my}" "$1" 2>&1) || {
		grep -q 'unknown option' <<<"$own" || return 1
		echo "this ip's own ${kind#my} does not know it"
		return 4
	}
	ours=$(IP_LIB_DIR=$disguise request add "${kind#my}" "$1" 2>&1)
	expect "$(sorted <<<"$own")" "$(sorted <<<"$ours")"
}

# One attribute a line; a list of addresses stays together, in its order.
sorted() {
	sed 's/ \([0-9]*=\)/\n\1/g; :a; s/\(\[[^]\n]*\)\n/\1 /; ta' | sort
}

# print_opt() of ATTRIBUTES writes TEXT, with OPTIONS of print_opt.c
prints() {
	local -a attrs options

	read -r -a attrs <<<"${1:-}"
	read -r -a options <<<"${3:-}"
	expect "${2:-}" "$("$tmp/print_opt" "${options[@]}" "$IP_LIB_DIR" \
		"$kind" "${attrs[@]}" 2>&1)"
}

# ip link help KIND, and the word "help", tell all of WORDS
helps() {
	local word

	request add "$kind" help >"$tmp/help2" 2>&1 && return 1
	ip link help "$kind" >"$tmp/help" 2>&1
	diff "$tmp/help" "$tmp/help2" || return 1
	for word in $1; do
		grep -qw -- "$word" "$tmp/help" && continue
		echo "no $word in the help"
		return 1
	done
}

# the man page of the kind has all of WORDS in bold
documents() {
	local word

	for word in $1; do
		grep -qE "^\.(B|BR|BI|RB) .*\b$word\b" "$(man_page)" && continue
		echo "no $word in the man page"
		return 1
	done
}

man_page() {
	echo "$IP_LIB_DIR/ip-link-$kind.8"
}

# man has nothing to complain about the page
man_page_is_clean() {
	local out

	command -v man >/dev/null || {
		echo "no man here"
		return 4
	}
	out=$(MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z \
		"$(man_page)" 2>&1 >/dev/null)
	expect "" "$out"
}

# run_cases CASE... - each is one KTAP result; exits 1 if one failed
run_cases() {
	local case args number=0
	local -A count=([ok]=0 [skip]=0 [fail]=0)

	echo "TAP version 13"
	echo "1..$#"
	for case; do
		number=$((number + 1))
		IFS=';' read -r -a args <<<"$case"
		("${args[@]}") >"$tmp/out" 2>&1
		report "$?" "$number ${case//[;#]/ }"
	done
	echo "# Totals: pass:${count[ok]} fail:${count[fail]} xfail:0 xpass:0 skip:${count[skip]} error:0"
	[ "${count[fail]}" -eq 0 ]
}

# report STATUS TEXT - prints one result and counts it in run_cases' table
report() {
	case $1 in
	0)	count[ok]=$((count[ok] + 1))
		echo "ok $2" ;;
	4)	count[skip]=$((count[skip] + 1))
		echo "ok $2 # SKIP $(tail -n 1 "$tmp/out")" ;;
	*)	count[fail]=$((count[fail] + 1))
		sed 's/^/# /' "$tmp/out"
		echo "not ok $2" ;;
	esac
}
