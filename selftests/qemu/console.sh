# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests that boot the small guest of guest_files: what its kernel is
# told, and talking to its shell (guest_init). The test opens the serial line: what
# the guest reads is written to $guest_in, what it says is read from $guest_out.

# Quiet, quick, and not misled by a processor that is slow or not a real one.
# shellcheck disable=SC2034 # used by those that source this
GUEST_APPEND="console=ttyS0 quiet panic=-1 nokaslr mitigations=off audit=0 apparmor=0 \
net.ifnames=0 random.trust_cpu=on no_timer_check cryptomgr.notests tsc=reliable"
# What QEMU has to say, where the guest says nothing.
GUEST_LOG=/dev/null

# answer SECONDS - prints what the guest says up to the status of the command that
# it has executed, and returns that
answer() {
	local line

	while IFS= read -rt "$1" -u "$guest_out" line; do
		line=${line%$'\r'}
		case $line in
		"guest: "*)	return "${line#guest: }" ;;
		*)		echo "$line" ;;
		esac
		[[ $line != *"end Kernel panic"* ]] || break
	done
	echo "no answer from the guest; QEMU: $(tail -n 5 "$GUEST_LOG")"
	return 255
}

# guest COMMAND... - executed in the guest by busybox's shell. A guest that is
# emulated by one of few processors may take minutes for 10 MB.
guest() {
	echo "$*" >&"$guest_in"
	answer 300
}
