# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Children that talk to the host, and others beside them.
#
#   netns host
#   +-----------------------------------------+   netns peer
#   |  h1   h2   ph     b1   pb   v1           |   +--------+
#   |  bridge  private  bridge pr. vepa        |   |        |
#   |   host on         host off               |   |        |
#   |    \   |    \      |    |   /            |   |        |
#   |            e0 ---------------------------|---|-- q0   |
#   +-----------------------------------------+   +--------+
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[[ $KIND == my* ]] || skip_all "in-tree macvlan has no such option"

# hosts - the namespaces and the devices; no IPv6, so nobody speaks unasked
hosts() {
	netns host peer
	no_ipv6 "$host" "$peer"
	cable "$host" e0 "$peer" q0
	links "$host" <<-END
	link add link e0 name h1 up type $KIND mode bridge host on
	link add link e0 name h2 up type $KIND mode bridge host on
	link add link e0 name ph up type $KIND mode private host on
	link add link e0 name b1 up type $KIND mode bridge
	link add link e0 name pb up type $KIND mode private
	link add link e0 name v1 up type $KIND mode vepa
	END
}

# nobody BUT... - places of all children, none of which must hear anything,
# except for those named
nobody() {
	local dev

	for dev in h1 h2 ph b1 pb v1; do
		[[ " $* " == *" $dev "* ]] || printf '%s/%s=0 ' "$host" "$dev"
	done
}
