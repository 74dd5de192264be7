# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the fuzzers' tests: how much of it, and where each begins.
#   SEED   of the random numbers (default 1: the same cases each time)
#   CASES  how many cases (default: few, as a test among others)
#   LEARN  not empty: keep what reaches new code, see scripts/fuzz
#   ANYWHERE  not empty: on any kernel; without KASAN and lockdep there is less to see
SEED=${SEED:-1}

[[ $(</proc/sys/kernel/osrelease) == *-@(debug|light|kcsan) ]] || [ -n "${ANYWHERE-}" ] ||
	skip_all "only the debug kernel tells what is wrong: make fuzz"

# fuzz PROGRAM CORPUS COUNT ARGUMENT... - runs one of the fuzzers, shows what it says
fuzz() {
	local program=$1 corpus=$LIB_DIR/fuzz/corpus/$2.txt count=${CASES:-$3} words=()
	shift 3
	[ ! -r "$corpus" ] || words+=("corpus=$corpus")
	[ -z "${LEARN-}" ] || words+=(learn)
	[ -z "${TIME-}" ] || words+=("seconds=$TIME")
	"$(program "$program")" seed="$SEED" count="$count" "${words[@]}" "$@" ||
		fail "$program, seed $SEED"
}

# loaded_anew - the module is not held by anything that is left, and comes again
loaded_anew() {
	[ -n "${MYMACVLAN_VM-}" ] && only_ours || return 0
	[ ! -d /sys/module/mymacvtap ] ||
		check "mymacvtap can be unloaded" poll 10 rmmod mymacvtap
	check "mymacvlan can be unloaded" poll 10 rmmod mymacvlan
	check "mymacvlan can be loaded" modprobe mymacvlan
}
