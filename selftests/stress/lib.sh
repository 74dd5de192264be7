# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the stress tests: everything at once, for a set time.
#   TIME      seconds a test (default 5; scripts/fuzz takes 20)
#   ANYWHERE  not empty: on any kernel; without KASAN and lockdep there is less to see
#
#    netns room          netns box                      netns outside
#    +--------+         +---------------------------+   +------------+
#    | m...   |         | m...  t...  --- eth0 -----|---|-- eth0     |
#    +--------+         +---------------------------+   +------------+
TIME=${TIME:-5}

[[ $(</proc/sys/kernel/osrelease) == *-@(debug|light|kcsan) ]] || [ -n "${ANYWHERE-}" ] ||
	skip_all "only the debug kernel tells what is wrong: make fuzz"
# shellcheck disable=SC2034 # theirs
GROUP=01:00:5e:7f:00:01
JOBS=()

# job COMMAND... - over and over, whatever it says, until "jobs_end"
job() {
	(
		trap - EXIT ERR
		set +eE
		end=$((SECONDS + TIME))
		while [ $SECONDS -lt $end ]; do
			"$@"
		done
	) >/dev/null 2>&1 &
	JOBS+=($!)
}

# noise PLACE... - frames of all kinds on these devices, as long as they are there
noise() {
	"$NOISE" $((TIME * 1000)) "$@" &
	JOBS+=($!)
}

# jobs_end - waits for all of them; one that hangs is a failure
jobs_end() {
	local pid limit=$((SECONDS + TIME + 60))

	for pid in "${JOBS[@]}"; do
		while [ -d "/proc/$pid" ] && [ $SECONDS -lt $limit ]; do
			pause 0.2
		done
		if [ -d "/proc/$pid" ]; then
			fail "process $pid hangs: $(<"/proc/$pid/wchan")"
			kill -KILL "$pid"
		fi
		wait "$pid" 2>/dev/null || :
	done
	JOBS=()
}

# batch NS - "ip" commands, of which some are bound to fail
batch() {
	ip -n "$1" -force -batch - >/dev/null 2>&1 || :
}

# no_children NS... - deletes all that are there, renamed ones too
no_children() {
	local ns

	for ns; do
		ip -n "$ns" -o link show |
			sed -nE 's/^[0-9]+: ([mtx][a-z0-9]*)@.*/link del \1/p' | batch "$ns"
	done
}

# as_before NS LOWER - nothing is left of what its children wanted of it
as_before() {
	local ns=$1 lower=$2

	[[ $(ip -n "$ns" -d link show dev "$lower") =~ promiscuity\ ([0-9]+).*allmulti\ ([0-9]+) ]]
	equal "promiscuity and allmulti of $lower" "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" "0 0"
	equal "filters of $lower" \
		"$(bridge -n "$ns" fdb show dev "$lower" | grep -E '^(02:|01:00:5e:7f)' || :)" ""
}

# every_frame_counted - what a child does not hear is in its counters
every_frame_counted() {
	links "$box" <<-END
		link add link eth0 name mz address 02:00:00:00:00:5a type $KIND mode bridge
		link set mz up
	END
	gains "frames after all that" "$box" mz \
		"rx_unicast=50 rx_broadcast=20 rx_unicast_dropped=0 rx_broadcast_dropped=0" \
		send "$outside/eth0" dst=02:00:00:00:00:5a count=50 \
		send "$outside/eth0" count=20 hear "$box/mz=70"
	ip -n "$box" link del mz
}

# the_end NS... - no device, no reference, no module is left behind
the_end() {
	local ns

	jobs_end
	no_children "$@"
	as_before "$box" eth0
	every_frame_counted
	check "eth0 can be deleted" timeout 20 ip -n "$box" link del eth0
	for ns; do
		check "no child is left in $ns" no_kind "$ns"
	done
	anew
}

# no_kind NS
no_kind() {
	! ip -n "$1" -d link show | grep -E "^ +my?macv(lan|tap) "
}

# anew - the modules are not held by anything, and come again
anew() {
	[ -n "${MYMACVLAN_VM-}" ] && [[ $KIND == my* ]] || return 0
	[ ! -d /sys/module/mymacvtap ] ||
		check "mymacvtap can be unloaded" poll 10 rmmod mymacvtap
	[ ! -d /sys/module/mymacvlan ] ||
		check "mymacvlan can be unloaded" poll 10 rmmod mymacvlan
	check "mymacvlan can be loaded" modprobe mymacvlan
}

# place - a fresh one for each test
place() {
	netns box outside room
	no_ipv6 "$box" "$outside" "$room"
	cable "$box" eth0 "$outside" eth0
}

NOISE=$(program noise) || exit 1
