#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In the guest of scripts/mutate: for each line of the list,
#
#   NAME fails|leaks PROGRAM TEST...
#
# loads the modules in DIRECTORY/NAME and runs these tests of the program,
# with "leaks" also the kernel's search for leaked memory. Before a run it says
# "mutate: run NAME PROGRAM", after it "mutate: end STATUS WORDS". Stops when
# the next mutant would not find a sound kernel.
#
#   guest.sh DIRECTORY LIST
directory=$(realpath "$1")
exec <"$2"
cd "$(dirname "$0")/../../installed" || exit
updates=/usr/lib/modules/$(uname -r)/updates
leaks=/sys/kernel/debug/kmemleak
bad='WARNING: |BUG: |Oops|K[AC]SAN: |UBSAN: |refcount_t: |ref_tracker: .*users|list_(add|del) corruption'
bad+='|unregister_netdevice: waiting|possible (recursive|circular|irq)|inconsistent lock'
bad+='|suspicious RCU|ODEBUG: |blocked for more'
loaded=''
# More than a backlog takes, but not the thousands of scale/many_children.sh.
export COUNT=1600

unload() {
	! [ -d "/sys/module/$1" ] || timeout 30 rmmod "$1"
}

# load_library FILE - the kernel's tap library, or a broken one if there is the file
load_library() {
	local module

	for module in vhost_net macvtap ipvtap tap; do
		unload $module || return
	done
	[ ! -e "$1" ] || insmod "$1"
}

# load NAME
load() {
	[ "$1" != "$loaded" ] || return 0
	loaded=$1
	unload mymacvtap && unload mymacvlan && load_library "$directory/$1/tap.ko" || return
	cp "$directory/$1"/mymacv*.ko "$updates/" && modprobe mymacvlan
}

# run PROGRAM TEST... - those of a program in C are functions of its harness
run() {
	local program=$1 test tests=()
	shift

	if [[ $program == *.sh ]]; then
		ONLY="$*" timeout 150 "./$program"
		return
	fi
	for test; do
		tests+=(-t "$test")
	done
	timeout 150 "./$program" "${tests[@]}"
}

complaint() {
	dmesg | grep -E "$bad" | head -n 1 | sed 's/^\[[^]]*\] *//'
}

# leaked - it overlooks what is young, and wants a second look
leaked() {
	sleep 6
	echo scan >$leaks
	sleep 1
	echo scan >$leaks
	grep -m1 unreferenced $leaks
	echo clear >$leaks
}

while read -r name kind program tests; do
	load "$name" || { echo "mutate: cannot load $name"; exit 75; }
	dmesg --clear
	echo "mutate: run $name $program"
	start=$SECONDS
	# shellcheck disable=SC2086 # a list
	run "$program" $tests </dev/null 2>&1
	status=$? text=$(complaint)
	[ -n "$text" ] || [ "$kind" != leaks ] || text=$(leaked)
	echo "mutate: end $status $text"
	echo "mutate: took $name $((SECONDS - start))"
	# What reported once may not do so again, and what hung still hangs.
	[ -z "$text" ] || [ "$kind" = leaks ] || exit 75
	[ "$status" != 124 ] || exit 75
done
