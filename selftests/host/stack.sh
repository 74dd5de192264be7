#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "host on" on lower devices that are no network cards: a bond, a bridge, a
# VLAN device, and stacks of these. Everybody hears each frame once.
#
#   netns host                               netns peer
#     h1 (host on)  p1 (private, host on)
#      '---.  .----'
#        LOWER  --- e0 ----------------------- q0
# shellcheck source=host.sh
. "$(dirname "$0")/host.sh"

# children LOWER
children() {
	links "$host" <<-END
	link add link $1 name h1 up type $KIND mode bridge host on
	link add link $1 name h2 up type $KIND mode bridge host on
	link add link $1 name p1 up type $KIND mode private host on
	END
}

# talk LOWER FAR - each with each; FAR is where all that goes out is heard
talk() {
	local lower=$host/$1 far=$2

	poll 10 frame limit=200 settle=20 send "$host/h1" hear "$far=1" ||
		fail "nothing goes out of $1"
	hears "child to host" send "$host/h1" dst="@$lower" \
		send "$host/p1" dst="@$lower" hear "$lower,host=2" "$far=0"
	hears "host to child" send "$lower" dst="@$host/h1" \
		send "$lower" dst="@$host/p1" \
		hear "$host/h1,host=1" "$host/p1,host=1" "$host/h2=0" "$far=0"
	hears "broadcast of a child" send "$host/h1" \
		hear "$lower=1" "$host/h1=0" "$host/h2=1" "$host/p1=0" "$far=1"
	hears "broadcast of a private child" send "$host/p1" \
		hear "$lower=1" "$host/h1=0" "$host/h2=0" "$host/p1=0" "$far=1"
	hears "broadcast of the host" send "$lower" \
		hear "$lower=0" "$host/h1=1" "$host/h2=1" "$host/p1=1" "$far=1"
	hears "from outside" send "$far" send "$far" dst="@$host/h1" \
		send "$far" dst="@$lower" \
		hear "$lower=2" "$host/h1=2" "$host/h2=1" "$host/p1=1"
}

test_bond() {
	modprobe -q bonding max_bonds=0 || skip "no bonding"
	links "$host" <<-END
	link set e0 down
	link add bond0 type bond mode active-backup miimon 100
	link set e0 master bond0
	link set bond0 up
	END
	children bond0
	talk bond0 "$peer/q0"
	ip -n "$host" link del bond0
	ip -n "$host" link set e0 up
}

test_bridge() {
	modprobe -q bridge || skip "no bridge"
	links "$host" <<-END
	link add br0 type bridge
	link set e0 master br0
	link set br0 up
	END
	children br0
	talk br0 "$peer/q0"
	ip -n "$host" link del br0
}

# A machine behind the bridge is reached by way of its own device, like the host.
test_behind_a_bridge() {
	modprobe -q bridge || skip "no bridge"
	links "$host" <<-END
	link add br0 type bridge
	link set e0 master br0
	link set br0 up
	link add v0 up type veth peer name v1
	link set v0 master br0
	link set v1 up
	END
	children br0
	hears "to and fro" send "$host/h1" dst="@$host/v1" send "$host/v1" dst="@$host/h1" \
		send "$host/v1" \
		hear "$host/v1,host=1" "$host/h1=2" "$host/h2=1"
	hears "broadcast of a child" send "$host/h1" \
		hear "$host/v1=1" "$host/br0=1" "$host/h2=1" "$peer/q0=1"
	ip -n "$host" link del br0
	ip -n "$host" link del v0
}

test_vlan() {
	links "$host" <<-END
	link add link e0 name e0.5 up type vlan id 5
	END
	links "$peer" <<-END
	link add link q0 name q0.5 up type vlan id 5
	END
	children e0.5
	talk e0.5 "$peer/q0.5"
	ip -n "$host" link del e0.5
	ip -n "$peer" link del q0.5
}

# Children of a VLAN device of a bond that is a port of a bridge's VLAN: deep.
test_deep() {
	modprobe -q bridge || skip "no bridge"
	modprobe -q bonding max_bonds=0 || skip "no bonding"
	links "$host" <<-END
	link set e0 down
	link add bond0 type bond mode active-backup miimon 100
	link set e0 master bond0
	link set bond0 up
	link add br0 type bridge
	link set bond0 master br0
	link set br0 up
	link add link br0 name br0.7 up type vlan id 7
	END
	links "$peer" <<-END
	link add link q0 name q0.7 up type vlan id 7
	END
	children br0.7
	talk br0.7 "$peer/q0.7"
	ip -n "$host" link del br0
	ip -n "$host" link del bond0
	ip -n "$peer" link del q0.7
	ip -n "$host" link set e0 up
}

netns host peer
no_ipv6 "$host" "$peer"
cable "$host" e0 "$peer" q0
run_tests bond bridge behind_a_bridge vlan deep
