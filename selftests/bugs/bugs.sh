# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of bug classes, after the library: each class that drivers
# of this kind have had has one test here with its name, and its CVE if it has one.
# Documentation/bugs.md has the table.

# same PROGRAM TEST... - the class is what these tests of another target are about
same() {
	local program=$1 status=0 args=("$@")
	local path=${0%/*}/../$program log=$RESULT_DIR/same
	shift

	if [[ $program == *.sh ]]; then
		ONLY="$*" "$path" >"$log" 2>&1 || status=$?
	else
		args=("${@/#/-t}")
		"$path" "${args[@]}" >"$log" 2>&1 || status=$?
	fi
	# Indented twice: its results are not ours.
	sed "s/^/#   /" "$log"
	if [ "$status" = "$KSFT_SKIP" ] || all_skipped "$log"; then
		skip "$program: $(sed -n 's/.*# *SKIP *//p' "$log" | head -n 1)"
	fi
	[ "$status" = 0 ] || fail "$program $* ended with status $status"
}

# all_skipped LOG - there are results, and each is a skip
all_skipped() {
	grep -qE '^(not )?ok ' "$1" && ! grep -E '^(not )?ok ' "$1" | grep -qv '# *SKIP'
}

# flood WORD... - "frame" sends in the background, until "calm"
flood() {
	"$FRAME" limit=10 "$@" >/dev/null 2>&1 &
	FLOOD=$!
}

calm() {
	kill "$FLOOD" 2>/dev/null || note "the flood was over too early"
	wait "$FLOOD" 2>/dev/null || :
}

# asks DEV HOOK QUESTION - a device of "box": frames pass there only if tc_ask's
# answer is yes
asks() {
	local dir=$RESULT_DIR/bpf status=0

	# Not below /sys, which "tc -n" sees as the namespace's own.
	mkdir -p "$dir"
	mount -t bpf bpf "$dir" || skip "no BPF file system"
	if "$TC_ASK" "$dir/ask" "$3"; then
		tc -n "$box" qdisc add dev "$1" clsact &&
			tc -n "$box" filter add dev "$1" "$2" bpf da \
				object-pinned "$dir/ask" || status=$?
	else
		status=$KSFT_SKIP
	fi
	umount "$dir"
	[ "$status" != "$KSFT_SKIP" ] || skip "no BPF"
	[ "$status" = 0 ] || { fail "tc does not take the program"; return 1; }
}

KMEMLEAK=/sys/kernel/debug/kmemleak

# forget_leaks - what there is by now is not meant
forget_leaks() {
	if [ ! -w $KMEMLEAK ] || [[ " $(</proc/cmdline) " == *" kmemleak=off "* ]]; then
		skip "this kernel does not look for leaks"
	fi
	echo clear >$KMEMLEAK
}

# no_leaks - it overlooks what is younger than five seconds, and wants two looks
no_leaks() {
	local found

	pause 5.5
	echo scan >$KMEMLEAK
	echo scan >$KMEMLEAK
	found=$(<$KMEMLEAK)
	[ -z "$found" ] || {
		fail "memory has leaked"
		head -n 40 <<<"#    ${found//$'\n'/$'\n#    '}"
	}
}
