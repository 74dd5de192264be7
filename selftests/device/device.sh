# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the device tests, after the library:
#
#      m1   m2 ...              children, in "box" or in "room" and "other"
#       |   |
#    .--+---+-- box --.       .- outside -.
#    |     eth0-------+-------+--- eth0   |
#    '----------------'       '-----------'
#
# Nobody sends anything unasked: there is no IPv6, and children announce nothing.

# shellcheck disable=SC2154 # namespaces are set by netns

# A multicast group for the tests.
GROUP=01:00:5e:7f:00:07
# Addresses that nobody has by accident.
MAC_A=02:00:00:aa:aa:01
MAC_B=02:00:00:bb:bb:02
MAC_C=02:00:00:cc:cc:03

# Names that the kernel refuses: the one before anything is made; the other late,
# when half of the device is, because its directory of sysctls has another use.
# shellcheck disable=SC2034 # for the tests
BAD_NAME='invalid%d%d' LATE_NAME=all

# The namespaces are made once in a file, by "spaces"; each test begins with
# "fresh", which takes away what another one may have left and makes a new
# cable. A test that deletes namespaces makes them anew with "spaces NAME...".
spaces() {
	local name

	[ $# -gt 0 ] || set -- box outside room other
	netns "$@"
	for name; do
		no_ipv6 "${!name}"
	done
}

fresh() {
	ip -n "$outside" -force -batch - 2>/dev/null <<-END || :
		link del eth0
		link del eth1
		link add eth0 type veth peer name eth0 netns $box
		link set eth0 up
	END
	ip -n "$box" -force -batch - 2>/dev/null <<-END || :
		link del up0
		link del d0
		link del claim
		link set eth0 up
	END
}

# child NAME [ADDRESS] - on eth0 of box, mode bridge, up
child() {
	ip -n "$box" link add link eth0 name "$1" ${2:+address "$2"} type "$KIND" mode bridge
	ip -n "$box" link set "$1" up
}

# counts NS DEV - its promiscuity and allmulti counts, as "1 0"
counts() {
	[[ $(ip -n "$1" -d link show dev "$2") =~ promiscuity\ ([0-9]+).*allmulti\ ([0-9]+) ]]
	echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
}

# listed NS DEV MAC - a unicast or multicast address of the device's filters
listed() {
	[[ $'\n'$(bridge -n "$1" fdb show dev "$2") == *$'\n'"$3 "* ]]
}

# not COMMAND...
not() {
	! "$@"
}

# joined_below NS DEV CHILD_NS CHILD - joins GROUP on the child, and waits for
# the lower device to know
join() {
	ip -n "$3" maddress add $GROUP dev "$4"
	poll 5 listed "$1" "$2" $GROUP
}

# clean_lower NS DEV [CLAIM] - nothing of any child is left on it: no count, no
# filter, no claim. Somebody else can have it; CLAIM is the kind, bridge or $KIND
clean_lower() {
	local left

	equal "promiscuity and allmulti of $2" "$(counts "$1" "$2")" "0 0"
	left=$(bridge -n "$1" fdb show dev "$2" | grep -Ev '^(33:33|01:00:5e:00:00:01)' || :)
	equal "filters of $2" "$left" ""
	left=$(ip -n "$1" -o link show type "$KIND")
	equal "children in $2's namespace" "$left" ""
	if [ "${3-bridge}" = bridge ]; then
		check "$2 is free" links "$1" <<-END
			link add claim type bridge
			link set $2 master claim
			link del claim
		END
	else
		check "$2 is free" links "$1" <<-END
			link add link $2 name claim type $3 mode passthru
			link del claim
		END
	fi
}

# talks NS/CHILD OUT_NS/DEV - unicast and broadcast both ways; "group" in front
# of them: the child hears GROUP as well
talks() {
	local group=''

	[ "$1" != group ] || { group=$GROUP; shift; }
	if [ -n "$group" ]; then
		hears "multicast to ${1#*/}" send "$2" dst="$group" hear "$1,multicast=1"
	fi
	hears "frames to ${1#*/}" send "$2" dst="@$1" send "$2" hear "$1,host=1" "$1,broadcast=1"
	hears "frames from ${1#*/}" send "$1" dst="@$2" send "$1" hear "$2,host=1" "$2,broadcast=1"
}

# link_state NS DEV - its operational state
link_state() {
	field "$1" "$2" operstate
}

# state_is NS DEV STATE - for "poll"
state_is() {
	[ "$(link_state "$1" "$2")" = "$3" ]
}

# logged TEXT - the kernel log has it (run in a fresh test, with a name of this
# run in TEXT)
logged() {
	dmesg | grep -qF "$1"
}
