# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the scripts that run tests: what ktap.awk makes of their output, kept
# in files of events, and shown; and which tests to run. They have set $out, the
# directory of these files, $installed, that of the tests, and $TESTS.

say() {
	printf '%s\n' "$*"
}

# wanted TARGET PROGRAM - $TESTS asks for it
wanted() {
	local test

	[ -n "$TESTS" ] || return 0
	for test in $TESTS; do
		test=${test#selftests/}
		case ${test%/} in
		"$1"|"$1/$2"|"$1:$2") return ;;
		esac
	done
	return 1
}

# guest_list - the installed tests to run, TARGET:PROGRAM a line
guest_list() {
	local target program

	while IFS=: read -r target program; do
		! wanted "$target" "$program" || echo "$target:$program"
	done <"$installed/kselftest-list.txt"
}

# follow LABEL EVENTS - copies events into a file, a line of progress for each
# program that ends
follow() {
	local label=$1 what program a b c

	while IFS=$'\t' read -r what program a b c; do
		printf '%s\t%s\t%s\t%s\t%s\n' "$what" "$program" "$a" "$b" "$c" >>"$2"
		case $what in
		fail)	say "$label  $program  FAILED: $a${b:+: $b}" ;;
		end)	say "$label  $program  $a passed, $b failed, $c skipped" ;;
		esac
	done
}

# complaint EVENTS PROGRAM TEXT - a failure that is not a test's own
complaint() {
	printf 'fail\t%s\t%s\nend\t%s\t0\t1\t0\n' "$2" "$3" "$2" >>"$1"
}

# not_run EVENTS < LIST - a failure for each test that never ended
not_run() {
	local target program

	while IFS=: read -r target program; do
		grep -q "^end"$'\t'"$target/$program"$'\t' "$1" ||
			complaint "$1" "$target/$program" "not run to its end"
	done
}

# table LABEL... - one row for each program, then skips and failures with
# their reasons, then the sums; fails if anything failed
table() {
	local label

	printf '\n%-22s %-34s %7s %7s %8s\n' kernel test passed failed skipped
	for label; do
		[ ! -s "$out/$label.events" ] ||
			sed "s/^/$label\t/" "$out/$label.events"
	done | gawk -F'\t' '
		$2 == "end" {
			printf "%-22s %-34s %7d %7d %8d\n", $1, $3, $4, $5, $6
			passed += $4; failed += $5; skipped += $6
		}
		$2 == "fail" { fails = fails "\n  " $1 "  " $3 ": " $4 ($5 ? ": " $5 : "") }
		$2 == "skip" { skips = skips "\n  " $1 "  " $3 ": " $4 ": " $5 }
		END {
			if (skips) print "\nSkipped:" skips
			if (fails) print "\nFailed:" fails
			printf "\n%d passed, %d failed", passed, failed
			if (skipped) printf ", %d skipped", skipped
			print ""
			exit failed || !passed
		}'
}
