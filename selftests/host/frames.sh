#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Option "host on", frame by frame: who hears what, how often, and who must not.
# The picture is in host.sh.
# shellcheck source=host.sh
. "$(dirname "$0")/host.sh"

# shellcheck disable=SC2046 # words
test_child_to_host() {
	gains "bridge" "$host" h1 "tx_host=1 tx_wire=0 tx_local=0 tx_hairpin=0" \
		send "$host/h1" dst="@$host/e0" \
		hear "$host/e0,host=1" "$peer/q0=0" $(nobody)
	gains "private" "$host" ph "tx_host=1 tx_wire=0" \
		send "$host/ph" dst="@$host/e0" \
		hear "$host/e0,host=1" "$peer/q0=0" $(nobody)
}

# shellcheck disable=SC2046 # words
test_child_without_the_option_to_host() {
	local dev

	for dev in b1 pb v1; do
		gains "$dev" "$host" "$dev" "tx_host=0 tx_host_copies=0 tx_wire=2" \
			send "$host/$dev" dst="@$host/e0" \
			send "$host/$dev" dst=01:00:5e:11:22:33 \
			hear "$host/e0=0" "$peer/q0=2" $(nobody)
	done
}

# shellcheck disable=SC2046 # words
test_host_to_child() {
	gains "bridge" "$host" h1 "rx_host=1 rx_unicast=1" \
		send "$host/e0" dst="@$host/h1" \
		hear "$host/h1,host=1" "$peer/q0=0" "$host/e0=0" $(nobody h1)
	gains "private" "$host" ph "rx_host=1 rx_unicast=1" \
		send "$host/e0" dst="@$host/ph" \
		hear "$host/ph,host=1" "$peer/q0=0" "$host/e0=0" $(nobody ph)
	hears "time stamps" send "$host/e0" dst="@$host/h1" count=3 stamp hear "$host/h1,host=3"
}

# shellcheck disable=SC2046 # words
test_host_to_child_without_the_option() {
	local dev

	for dev in b1 pb v1; do
		gains "$dev" "$host" "$dev" "rx_host=0 rx_unicast=0" \
			send "$host/e0" dst="@$host/$dev" \
			hear "$peer/q0,other=1" "$host/e0=0" $(nobody)
	done
	hears "a stranger" send "$host/e0" dst="@$peer/q0" \
		hear "$peer/q0,host=1" "$host/e0=0" $(nobody)
}

# shellcheck disable=SC2046 # words
test_broadcast_of_child() {
	gains "bridge" "$host" h1 "tx_host=0 tx_host_copies=1 tx_wire=1" \
		send "$host/h1" hear "$host/e0,broadcast=1" "$peer/q0=1" \
		"$host/h2=1" "$host/b1=1" $(nobody h2 b1)
	gains "private" "$host" ph "tx_host=0 tx_host_copies=1 tx_wire=1" \
		send "$host/ph" hear "$host/e0,broadcast=1" "$peer/q0=1" $(nobody)
	gains "bridge without it" "$host" b1 "tx_host_copies=0 tx_wire=1" \
		send "$host/b1" hear "$host/e0=0" "$peer/q0=1" \
		"$host/h1=1" "$host/h2=1" $(nobody h1 h2)
}

# shellcheck disable=SC2046 # words
test_broadcast_of_host() {
	gains "broadcast" "$host" h1 "rx_host=1 rx_broadcast=1" \
		send "$host/e0" \
		hear "$host/h1,broadcast=1" "$host/h2,broadcast=1" \
		"$host/ph,broadcast=1" "$host/e0=0" "$peer/q0=1" \
		$(nobody h1 h2 ph)
}

# shellcheck disable=SC2046 # words
test_multicast_of_host() {
	local dev group=01:00:5e:01:02:03

	# Not in a batch: of several, ip carries out the first.
	for dev in h1 ph b1; do
		ip -n "$host" maddress add "$group" dev "$dev"
	done
	poll 10 frame limit=300 settle=20 send "$host/e0" dst="$group" \
		hear "$host/h1=1" "$host/ph=1"
	gains "who asked" "$host" h1 "rx_host=1 rx_multicast=1" \
		send "$host/e0" dst="$group" \
		hear "$host/h1,multicast=1" "$host/ph,multicast=1" \
		"$host/e0=0" "$peer/q0=1" $(nobody h1 ph)
	for dev in h1 ph b1; do
		ip -n "$host" maddress del "$group" dev "$dev"
	done
}

# From the wire everything is as ever, and the host's own are no exception.
# shellcheck disable=SC2046 # words
test_wire_is_as_before() {
	gains "unicast" "$host" h1 "rx_host=0 rx_unicast=1" \
		send "$peer/q0" dst="@$host/h1" \
		hear "$host/h1,host=1" "$host/e0=0" $(nobody h1)
	hears "to the host" send "$peer/q0" dst="@$host/e0" \
		hear "$host/e0,host=1" $(nobody)
	hears "broadcast" send "$peer/q0" \
		hear "$host/e0,broadcast=1" "$host/h1=1" "$host/h2=1" \
		"$host/ph=1" "$host/b1=1" "$host/pb=1" "$host/v1=1"
}

# shellcheck disable=SC2046 # words
test_siblings_are_as_before() {
	gains "straight" "$host" h1 "tx_local=1 tx_wire=0 tx_host=0" \
		send "$host/h1" dst="@$host/b1" \
		hear "$host/b1,host=1" "$peer/q0=0" $(nobody b1)
	gains "private" "$host" ph "tx_local=0 tx_wire=1 tx_host=0" \
		send "$host/ph" dst="@$host/h1" \
		hear "$peer/q0=1" "$host/e0=0" $(nobody)
	hears "to private" send "$host/h1" dst="@$host/ph" \
		hear "$peer/q0=1" "$host/e0=0" $(nobody)
}

# Whoever a frame claims to be from: what a child sends is no frame of the host.
# shellcheck disable=SC2046 # words
test_forged_sources() {
	local dev src

	for dev in ph pb v1; do
		for src in "@$host/e0" "@$host/h2" 02:00:00:00:00:77; do
			hears "$dev as $src" \
				send "$host/$dev" src="$src" dst="@$host/h1" \
				send "$host/$dev" src="$src" dst=01:00:5e:00:00:01 \
				hear "$peer/q0=2" "$host/e0=$([ "$dev" = ph ] && echo 1 || echo 0)" \
				$(nobody)
		done
	done
}

test_captures_on_the_lower_device() {
	hears "host to child" send "$host/e0" dst="@$host/h1" \
		hear "$host/h1,host=1" "$peer/q0=0"
	hears "child to host" send "$host/h1" dst="@$host/e0" \
		hear "$host/e0,tap,host=1" "$host/e0,host=1" "$peer/q0=0"
	hears "broadcast of a child, once" send "$host/h1" \
		hear "$host/e0,tap,broadcast=1" "$host/e0,broadcast=1" \
		"$peer/q0=1" "$host/h2=1"
}

# An outgoing frame that a child gets is shown to tcpdump as outgoing.
test_tcpdump_sees_what_the_host_sends() {
	local pid out

	type tcpdump >/dev/null 2>&1 || skip "no tcpdump here"
	ip netns exec "$host" tcpdump -Z root -i e0 -n -e -Q out -c 1 ether proto 0x88b5 \
		>"$RESULT_DIR/out" 2>"$RESULT_DIR/err" &
	pid=$!
	poll 10 grep -q 'listening on' "$RESULT_DIR/err"
	hears "host to child" send "$host/e0" dst="@$host/h1" \
		hear "$host/h1,host=1" "$peer/q0=0"
	poll 5 test ! -e "/proc/$pid" || { kill "$pid"; fail "tcpdump saw nothing"; }
	wait "$pid" || :
	out=$(grep -c 88b5 "$RESULT_DIR/out")
	equal "frames shown" "$out" 1
}

# Tagged frames stay on the wire, whoever has the VLAN device.
test_vlan_of_the_host() {
	links "$host" <<-END
	link add link e0 name e0.5 type vlan id 5
	link set e0.5 address 02:00:00:00:05:05 up
	END
	hears "its own address, untagged: not the host's" \
		send "$host/h1" dst=02:00:00:00:05:05 \
		hear "$host/e0=0" "$peer/q0=1"
	hears "tagged, to its address" \
		send "$host/h1" dst=02:00:00:00:05:05 vlan=5 \
		hear "$host/e0.5=0" "$peer/q0,tap=1"
	hears "tagged, to the lower device's" \
		send "$host/h1" dst="@$host/e0" vlan=5 \
		hear "$host/e0.5=0" "$host/e0=0" "$peer/q0,tap=1"
	hears "a tagged broadcast" send "$host/h1" vlan=5 \
		hear "$host/e0.5=0" "$host/e0=0" "$peer/q0,tap=1"
	hears "what the VLAN device sends stays on the wire" \
		send "$host/e0.5" dst="@$host/h1" \
		send "$host/e0.5" \
		hear "$host/h1=0" "$host/h2=0" "$peer/q0,tap=2"
	ip -n "$host" link del e0.5
	hears "a tag that the host does not know" \
		send "$host/e0" dst="@$host/h1" vlan=7 send "$host/e0" vlan=7 \
		send "$host/h1" dst="@$host/e0" vlan=7 \
		hear "$host/h1,tap=0" "$host/e0,tap=0" "$peer/q0,tap=3"
}

# One in a container, or under another driver: nothing of it is the child's.
test_vlan_device_of_somebody_else() {
	netns box
	links "$host" <<-END
	link add link e0 name e0.5 type vlan id 5
	link set e0.5 netns $box
	link add link e0 name e0.6 up type vlan id 6
	link add link e0.6 name v6 up type macvlan mode bridge
	END
	no_ipv6 "$box"
	ip -n "$box" link set e0.5 up
	hears "in another namespace" send "$host/h1" vlan=5 \
		send "$host/h1" dst="@$box/e0.5" vlan=5 \
		hear "$box/e0.5=0" "$peer/q0,tap=2"
	hears "under in-tree macvlan" send "$host/h1" vlan=6 \
		send "$host/h1" dst="@$host/v6" vlan=6 \
		hear "$host/v6=0" "$host/e0.6=0" "$peer/q0,tap=2"
	links "$host" <<-END
	link del e0.6
	END
	ip -n "$box" link del e0.5
}

# 57344 is priority 7 and VLAN 0.
test_priority_tag_is_no_vlan() {
	netns box
	hears "both ways" send "$host/h1" dst="@$host/e0" vlan=57344 \
		send "$host/e0" dst="@$host/h1" vlan=57344 \
		hear "$host/e0,tap=1" "$host/h1,tap=1" "$peer/q0,tap=0"
	# Unless somebody has a device for VLAN 0.
	ip -n "$host" link add link e0 name e0.0 type vlan id 0
	ip -n "$host" link set e0.0 netns "$box"
	no_ipv6 "$box"
	ip -n "$box" link set e0.0 up
	hears "a device for VLAN 0" send "$host/h1" vlan=57344 \
		send "$host/h1" dst="@$host/e0" vlan=57344 \
		hear "$box/e0.0=0" "$peer/q0,tap=2"
	ip -n "$box" link del e0.0
}

# A container that has a VLAN device on e0 must not draw others' frames to itself.
test_vlan_device_with_a_foreign_address() {
	netns box
	links "$host" <<-END
	link add link e0 name e0.5 type vlan id 5
	link set e0.5 netns $box
	END
	no_ipv6 "$box"
	ip -n "$box" link set e0.5 address "$(mac "$peer" q0)" up
	hears "the neighbour's frames" send "$host/h1" dst="@$peer/q0" \
		hear "$peer/q0,host=1" "$host/e0=0" "$box/e0.5=0"
	ip -n "$box" link set e0.5 address "$(mac "$host" h2)"
	hears "the sibling's frames" send "$host/h1" dst="@$host/h2" \
		hear "$host/h2,host=1" "$peer/q0=0" "$box/e0.5=0"
	ip -n "$box" link del e0.5
}

# They are nobody's but their port's, even by way of the host.
test_vlan_with_children_of_its_own() {
	links "$host" <<-END
	link add link e0 name e0.5 up type vlan id 5
	link add link e0.5 name c5 up type $KIND mode bridge
	link add link e0.5 name d5 up type $KIND mode bridge host on
	END
	hears "a tagged broadcast" send "$host/h1" vlan=5 \
		hear "$host/c5=0" "$host/d5=0" "$host/e0.5=0" "$peer/q0,tap=1"
	hears "tagged, to the VLAN device" \
		send "$host/h1" dst="@$host/e0.5" vlan=5 \
		hear "$host/c5=0" "$host/e0.5=0" "$peer/q0,tap=1"
	hears "a child there and the host" send "$host/d5" dst="@$host/e0.5" \
		send "$host/e0.5" dst="@$host/d5" \
		hear "$host/e0.5,host=1" "$host/d5,host=1" "$peer/q0,tap=0"
	hears "a child there broadcasts" send "$host/d5" \
		hear "$host/e0.5=1" "$host/c5=1" "$host/d5=0" "$host/e0=0" \
		"$host/h1=0" "$peer/q0,tap=1"
	ip -n "$host" link del e0.5
}

# Nothing of a packet socket that does not wait for the queue: it comes to the hook in
# another context.
# shellcheck disable=SC2046 # words
test_past_the_queue() {
	hears "unicast" send "$host/e0" bypass may-fail dst="@$host/h1" \
		hear "$host/h1,host=1" "$peer/q0=0" $(nobody h1)
	hears "broadcast" send "$host/e0" bypass \
		hear "$host/h1=1" "$host/h2=1" "$host/ph=1" "$peer/q0=1" \
		$(nobody h1 h2 ph)
	hears "of a child" send "$host/h1" bypass dst="@$host/e0" \
		send "$host/ph" bypass dst="@$host/e0" \
		hear "$host/e0,host=2" "$peer/q0=0"
}

# What bridges keep to the cable that it came by (802.1D): LLDP and the like.
test_link_local_protocols() {
	local group=01:80:c2:00:00:0e

	links "$host" <<-END
	link set h1 allmulticast on
	link set e0 allmulticast on
	END
	hears "of a child" send "$host/h1" dst="$group" \
		hear "$host/e0=0" "$peer/q0=1"
	hears "of the host" send "$host/e0" dst="$group" \
		hear "$host/h1=0" "$peer/q0=1"
	hears "others" send "$host/h1" dst=01:80:c2:00:00:21 \
		hear "$host/e0=1" "$peer/q0=1"
	links "$host" <<-END
	link set h1 allmulticast off
	link set e0 allmulticast off
	END
}

test_new_address_of_the_lower_device() {
	local old

	old=$(mac "$host" e0)
	ip -n "$host" link set e0 address 02:00:00:00:00:e0
	hears "the new one" send "$host/h1" dst=02:00:00:00:00:e0 \
		hear "$host/e0,host=1" "$peer/q0=0"
	hears "the old one" send "$host/h1" dst="$old" \
		hear "$host/e0=0" "$peer/q0=1"
	ip -n "$host" link set e0 address "$old"
	hears "back" send "$host/h1" dst="$old" \
		hear "$host/e0,host=1" "$peer/q0=0"
}

test_new_address_of_a_child() {
	local old

	old=$(mac "$host" h1)
	ip -n "$host" link set h1 address 02:00:00:00:00:11
	hears "the new one" send "$host/e0" dst=02:00:00:00:00:11 \
		hear "$host/h1,host=1" "$peer/q0=0"
	hears "the old one" send "$host/e0" dst="$old" \
		hear "$host/h1=0" "$peer/q0=1"
	ip -n "$host" link set h1 address "$old"
}

test_child_is_down() {
	ip -n "$host" link set h1 down
	hears "unicast goes to the wire" send "$host/e0" dst="@$host/h1" \
		hear "$host/h1=0" "$peer/q0=1"
	hears "broadcast" send "$host/e0" \
		hear "$host/h1=0" "$host/h2=1" "$peer/q0=1"
	ip -n "$host" link set h1 up
	hears "up again" send "$host/e0" dst="@$host/h1" \
		hear "$host/h1,host=1" "$peer/q0=0"
}

test_lower_device_is_down() {
	ip -n "$host" link set e0 down
	gains "nothing gets through" "$host" h1 "tx_host=0" \
		send "$host/h1" dst="@$host/e0" may-fail hear "$host/e0=0"
	ip -n "$host" link set e0 up
	poll 5 in_ns "$host" grep -q up /sys/class/net/e0/operstate
	hears "up again" send "$host/h1" dst="@$host/e0" \
		hear "$host/e0,host=1" "$peer/q0=0"
}

# shellcheck disable=SC2046 # words
test_off_again() {
	links "$host" <<-END
	link set h1 type $KIND host off
	link set ph type $KIND host off
	END
	hears "not to the host" send "$host/h1" dst="@$host/e0" \
		hear "$host/e0=0" "$peer/q0=1"
	hears "not from the host" send "$host/e0" dst="@$host/h1" \
		send "$host/e0" dst="@$host/ph" \
		hear "$peer/q0=2" $(nobody)
	hears "broadcast" send "$host/e0" \
		hear "$peer/q0=1" "$host/h2=1" $(nobody h2)
	# The last one: the hook goes, the rest stays as it was.
	ip -n "$host" link set h2 type "$KIND" host off
	hears "broadcast, all off" send "$host/e0" hear "$peer/q0=1" $(nobody)
	hears "a private child's" send "$host/ph" \
		hear "$peer/q0=1" "$host/e0=0" $(nobody)
	links "$host" <<-END
	link set h1 type $KIND host on
	link set h2 type $KIND host on
	link set ph type $KIND host on
	END
	hears "on again" send "$host/e0" dst="@$host/h1" \
		send "$host/ph" dst="@$host/e0" \
		hear "$peer/q0=0" "$host/h1,host=1" "$host/e0,host=1"
}

hosts
run_tests child_to_host child_without_the_option_to_host \
	host_to_child host_to_child_without_the_option \
	broadcast_of_child broadcast_of_host multicast_of_host \
	wire_is_as_before siblings_are_as_before forged_sources \
	captures_on_the_lower_device tcpdump_sees_what_the_host_sends \
	vlan_of_the_host vlan_device_of_somebody_else \
	priority_tag_is_no_vlan vlan_device_with_a_foreign_address \
	vlan_with_children_of_its_own past_the_queue link_local_protocols \
	new_address_of_the_lower_device \
	new_address_of_a_child child_is_down lower_device_is_down off_again
