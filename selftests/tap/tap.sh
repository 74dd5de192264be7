# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the tap in shell share, on top of ../lib.sh. The kind of link
# is that of the taps; PLAIN is that of the children without a file.

case ${KIND-} in
''|mymacvlan)	KIND=mymacvtap ;;
macvlan)	KIND=macvtap ;;
esac
# shellcheck disable=SC2034 # for the tests
PLAIN=${KIND/tap/lan}

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# Tests that are only about what in-tree macvtap lacks.
only_ours() {
	[ "$KIND" = mymacvtap ] || skip "only for kind mymacvtap"
}

# expect_err TEXT COMMAND... - the command must fail and say TEXT
expect_err() {
	local text=$1 output
	shift
	if output=$("$@" 2>&1); then
		fail "this should have failed with \"$text\": $*"
		return
	fi
	[ "$KIND" != mymacvtap ] || [[ $output == *"$text"* ]] ||
		fail "said \"$output\", expected \"$text\": $*"
}

# new_index - an ifindex that no tap of this machine has, in $index
new_index() {
	index=$((SRANDOM % 1000000000 + 100000))
}

modprobe "$KIND" 2>/dev/null || [ -d "/sys/module/$KIND" ] ||
	skip_all "no module $KIND"
