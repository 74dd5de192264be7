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

# new_index - an ifindex that no tap of this machine has, in $index
new_index() {
	index=$((SRANDOM % 1000000000 + 100000))
}

modprobe "$KIND" 2>/dev/null || [ -d "/sys/module/$KIND" ] ||
	skip_all "no module $KIND"
