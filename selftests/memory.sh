# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests share that let memory run out, on top of lib.sh. They need a
# kernel that fails on demand, as the debug kernel does.

DEBUG=/sys/kernel/debug
[ -w $DEBUG/failslab/probability ] || skip_all "this kernel has no failslab"
[ -e /proc/self/fail-nth ] || skip_all "this kernel has no fail-nth"
[[ $KIND == my* ]] || skip_all "not a test of in-tree $KIND"

# any_allocation - may fail on demand, whoever wants it: of the slab and of pages, also if
# it could wait; but none does by chance
any_allocation() {
	local which slab

	for which in failslab fail_page_alloc; do
		[ -d "$DEBUG/$which" ] || continue
		echo 0 >"$DEBUG/$which/probability"
		echo 0 >"$DEBUG/$which/verbose"
		echo 0 >"$DEBUG/$which/ignore-gfp-wait"
		[ -e "$DEBUG/$which/require-start" ] || continue
		echo 0 >"$DEBUG/$which/require-start"
		printf %u -1 >"$DEBUG/$which/require-end"
	done
	[ ! -d $DEBUG/fail_page_alloc ] || echo 0 >$DEBUG/fail_page_alloc/min-order
	echo 0 >$DEBUG/failslab/cache-filter
	for slab in /sys/kernel/slab/kmalloc-*/failslab; do
		[ ! -e "$slab" ] || echo 0 >"$slab"
	done
}

# whose_memory FIRST LAST - who asks for memory that may not be there: code of these
# addresses, or what that calls; until any_allocation
whose_memory() {
	local dir

	for dir in "$DEBUG"/{failslab,fail_page_alloc}; do
		printf '0x%x' "$1" >"$dir/require-start"
		printf '0x%x' "$2" >"$dir/require-end"
		echo 32 >"$dir/stacktrace-depth"
		echo -1 >"$dir/times"
	done
}

memory_of_driver() {
	local start size

	read -r _ size _ _ _ start _ < <(grep "^$KIND " /proc/modules)
	whose_memory "$start" $((start + size))
}

# memory_of FUNCTION - of the driver
memory_of() {
	local start end

	# Addresses are as long as each other.
	read -r start end < <(awk -v name="$1" -v module="[$KIND]" '
		$4 == module { all[$1]; if ($3 == name) start = $1 }
		END {
			for (at in all)
				if (at > start && (end == "" || at < end))
					end = at
			if (start != "" && end != "")
				print "0x" start, "0x" end
		}' /proc/kallsyms)
	whose_memory "$start" "$end"
}

# no_memory COMMAND... - while all that whose_memory has named fails
no_memory() {
	echo 100 >"$DEBUG/failslab/probability"
	echo 100 >"$DEBUG/fail_page_alloc/probability"
	"$@" || fail "$*"
	echo 0 >"$DEBUG/failslab/probability"
	echo 0 >"$DEBUG/fail_page_alloc/probability"
}

# a_lower_device - e0 of the namespace host, wired to p0; no_children knows it
a_lower_device() {
	netns host
	no_ipv6 "$host"
	cable "$host" e0 "$host" p0
	MADE=$(devices "$host" dev e0)
	any_allocation
}

# nl WORD... - sends requests, see nl.c
nl() {
	"$(dirname "$0")/../link/nl" "$host" "$@"
}

# failing MOST WORD... - the request again and again, N-th allocation failing
# the N-th time, until one passes without; %N stands for the number. What comes
# after "--" is a request in between.
failing() {
	local most=$1 n line words=()
	shift

	for ((n = 1; n <= most; n++)); do
		[ "$n" = 1 ] || words+=(--)
		for line in "${@//%N/$n}"; do
			[ "$line" != -- ] || words+=("fail=$n")
			words+=("$line")
		done
		[[ " $* " == *" -- "* ]] || words+=("fail=$n")
	done
	nl "${words[@]}" >"$RESULT_DIR/answers"
	# All places have had their turn if the last ones had none to fail.
	note "$(grep -c '^+' "$RESULT_DIR/answers") allocations failed"
	check "some of them did" grep -q '^+' "$RESULT_DIR/answers"
	equal "the last answers" "$(tail -n 2 "$RESULT_DIR/answers" | uniq)" OK
	! grep -vE '^(OK|ENODEV|\+(OK|nothing|E.*))$' "$RESULT_DIR/answers" ||
		fail "unexpected answers"
}

# no_children - whatever was made all the same goes, and nothing is left
no_children() {
	ip -n "$host" -o link show type "$KIND" | sed 's/^[0-9]*: \([^@:]*\).*/link del \1/' |
		ip -n "$host" -force -batch - || :
	equal "the lower device" "$(devices "$host" dev e0)" "$MADE"
	check "e0 is free" links "$host" <<-END
		link add br0 type bridge
		link set e0 master br0
		link del br0
	END
}

# creating MOST WORD... - of a child, and so of a port, again and again
creating() {
	failing "$1" new "$KIND" link=e0 name=x%N "${@:2}" -- del "$KIND" name=x%N
	no_children
}
