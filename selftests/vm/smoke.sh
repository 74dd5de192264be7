#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: selftests/vm/smoke.sh [KERNEL...]
#
# Tests the runner itself: that it passes on what happens in the guest, and
# above all that it calls a failure a failure. A few boots for each kernel
# (default: newest).
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kernels=("$@")
[ $# -gt 0 ] || kernels=(newest)

number=0
failed=0
# Seconds of silence.
limit=20

# expect STATUS TEXT NAME OPTION... -- COMMAND... - the runner ends with STATUS
# and TEXT is in what it prints
expect() {
	local status=$1 text=$2 name=$3 out got
	shift 3
	number=$((number + 1))
	out=$("$here/run" --kver "$kernel" --module none "$@" 2>&1)
	got=$?
	if [ "$got" = "$status" ] && [[ $out == *"$text"* ]]; then
		echo "ok $number $kernel: $name"
		return
	fi
	echo "# exit status $got, expected $status with \"$text\""
	printf '# %s\n' "${out//$'\n'/$'\n# '}"
	echo "not ok $number $kernel: $name"
	failed=1
}

# talks - a command that says something now and then runs for longer than the limit,
# counted from its first word; then it is not awaited
talks() {
	local said pid begun='' result="not ok"

	number=$((number + 1))
	said=$(mktemp)
	"$here/run" --quiet --kver "$kernel" --module none --timeout "$limit" -- \
		bash -c 'while :; do for ((i = 0; i < 1000; i++)); do :; done; echo .; done' \
		>"$said" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		[ -n "$begun" ] || [ ! -s "$said" ] || begun=$SECONDS
		[ -z "$begun" ] || [ $((SECONDS - begun)) -le $((limit + 10)) ] ||
			{ result=ok; break; }
		sleep 0.5
	done
	kill "$pid" 2>/dev/null
	wait "$pid"
	rm "$said"
	[ "$result" = ok ] || failed=1
	echo "$result $number $kernel: a command that talks for longer than the limit"
}

echo "TAP version 13"
echo "1..$((7 * ${#kernels[@]}))"
for kernel in "${kernels[@]}"; do
	# What is put in is a script: it has no libraries.
	expect 0 "LOOPBACK" "output and success" --add "$0=added" -- \
		bash -c 'test -x ../added && ip link'
	# 0x02: network cards.
	expect 7 "2 0x020000" "exit status of the command" \
		--nic virtio-net-pci --nic e1000e -- \
		bash -c 'cat /sys/bus/pci/devices/*/class | grep ^0x02 | uniq -c >&2; exit 7'
	expect 122 "Kernel panic" "a crash" -- \
		bash -c 'echo c >/proc/sysrq-trigger'
	expect 122 "died before" "a silent death" -- \
		bash -c 'echo b >/proc/sysrq-trigger'
	expect 121 "WARNING: a test of the runner" "a warning in the kernel log" -- \
		bash -c 'echo "WARNING: a test of the runner" >/dev/kmsg'
	# Sleeping would take no time.
	expect 124 "silent for $limit s" "a silent command" --timeout "$limit" -- \
		bash -c 'while :; do :; done'
	talks
done
exit "$failed"
