#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A child with protodown on, as FRR has it on the backup of a virtual router: it
# hears nothing, and what is for its address goes to whoever has it elsewhere. See
# world.sh for the topology. Children of e0: m1 m2 (the virtual address), b1 b2
# (bridge).
# shellcheck source=world.sh
. "$(dirname "$0")/world.sh"

VIRTUAL=02:5e:00:00:00:07
G1=01:00:5e:01:01:01

# fresh MODE - m1 is a new child in that mode, active; m2 is there no more
fresh() {
	ip -n "$host" link del m1 2>/dev/null || :
	ip -n "$host" link del m2 2>/dev/null || :
	children "m1 address $VIRTUAL type $KIND mode $1"
}

# children LINE... - with options of the device before those of the kind
children() {
	local line

	for line; do
		echo "link add link e0 name ${line%% *} ${line#* }"
		echo "link set ${line%% *} up"
	done | links "$host"
}

# protodown DEV on|off
protodown() {
	ip -n "$host" link set "$1" protodown "$2"
}

# silent TEXT - m1 hears nothing; somebody else with its address would
silent() {
	gains "$1: unicast from outside" "$host" m1 \
		"rx_unicast=0 rx_unicast_dropped=0" \
		send "$peer/q0" dst="$VIRTUAL" hear "$host/m1=0" "$host/e0,host=0"
	hears "$1: floods from outside" send "$peer/q0" send "$peer/q0" dst="$G1" \
		hear "$host/m1=0" "$host/b1,broadcast=1" "$host/b2,multicast=1"
	hears "$1: unicast from a sibling" send "$host/b1" dst="$VIRTUAL" \
		hear "$host/m1=0" "$peer/q0=1"
	hears "$1: a sibling's floods" send "$host/b1" send "$host/b1" dst="$G1" \
		hear "$host/m1=0" "$host/b2=2" "$peer/q0=2"
	# The one who has the address now is heard by everybody.
	hears "$1: from the one elsewhere" send "$peer/q0" src="$VIRTUAL" \
		send "$peer/q0" src="$VIRTUAL" dst="@$host/b1" \
		hear "$host/m1=0" "$host/b1=2" "$host/b2=1" "$host/e0=1"
}

# hearing TEXT
hearing() {
	hears "$1" send "$peer/q0" dst="$VIRTUAL" send "$peer/q0" dst="$G1" \
		hear "$host/m1=2"
}

test_bridge() {
	fresh bridge
	join m1 "$G1"
	hearing "active"
	protodown m1 on
	silent "backup"
	protodown m1 off
	hearing "active again"
	hears "from a sibling" send "$host/b1" dst="$VIRTUAL" \
		hear "$host/m1,host=1" "$peer/q0=0"
}

test_private_and_vepa() {
	local mode

	for mode in private vepa; do
		fresh "$mode"
		join m1 "$G1"
		protodown m1 on
		silent "$mode"
		protodown m1 off
		hearing "$mode, active again"
	done
	ip -n "$host" link del m1
}

# Its senders are others' business meanwhile, nodst or not.
test_source() {
	fresh "source macaddr add 02:aa:00:00:00:0a nodst"
	hears "active" send "$peer/q0" src=02:aa:00:00:00:0a \
		hear "$host/m1=1" "$host/b1=0"
	protodown m1 on
	hears "backup" send "$peer/q0" src=02:aa:00:00:00:0a \
		send "$peer/q0" src=02:aa:00:00:00:0a dst="@$host/b1" \
		hear "$host/m1=0" "$host/b1=2"
	ip -n "$host" link del m1
}

# It shares the address with the lower device, which must not get its frames.
test_passthru() {
	only_ours
	ip -n "$wire" link add t0 type veth peer name t1
	ip -n "$wire" link set t0 up
	ip -n "$wire" link set t1 up
	links "$wire" <<-END
		link add link t1 name p type $KIND mode passthru
		link set p up
		link set p protodown on
	END
	gains "passthru" "$wire" p "rx_drop_child_down=1 rx_unicast_dropped=1" \
		send "$wire/t0" dst="@$wire/t1" hear "$wire/p=0" "$wire/t1=0"
	ip -n "$wire" link del t0
}

test_host() {
	only_ours
	fresh "bridge host on"
	hears "active" send "$host/e0" dst="$VIRTUAL" hear "$host/m1,host=1" "$peer/q0=0"
	protodown m1 on
	hears "backup" send "$host/e0" dst="$VIRTUAL" send "$host/e0" \
		hear "$host/m1=0" "$peer/q0=2"
	ip -n "$host" link del m1
}

# owner DEV OTHER - who of the two gets what is for their address
owner() {
	hears "$1 gets it" send "$peer/q0" dst="$VIRTUAL" \
		send "$host/b1" dst="$VIRTUAL" hear "$host/$1,host=2" "$host/$2=0" \
		"$peer/q0=0"
}

test_the_address_stays_reserved() {
	fresh bridge
	protodown m1 on
	ip -n "$host" link add link e0 name m2 address "$VIRTUAL" type "$KIND" mode bridge
	expect_err "MAC address is already in use" ip -n "$host" link set m2 up
	# Two backups of one virtual router get along.
	[ "$KIND" = mymacvlan ] || return 0
	protodown m2 on
	check "a second backup" ip -n "$host" link set m2 up
	silent "two backups"
}

test_first_active_keeps_it() {
	local name

	only_ours
	fresh bridge
	protodown m1 on
	ip -n "$host" link add link e0 name m2 address "$VIRTUAL" type "$KIND" mode bridge
	protodown m2 on
	ip -n "$host" link set m2 up
	dmesg --clear
	protodown m2 off
	owner m2 m1
	protodown m1 off
	owner m2 m1
	[[ $(dmesg) == *"m1: MAC address is already in use: $VIRTUAL belongs to m2"* ]] ||
		fail "the log does not say who has it: $(dmesg | tail -n 3)"
	protodown m2 on
	owner m1 m2
	protodown m2 off
	owner m1 m2
	ip -n "$host" link set m1 down
	owner m2 m1
	ip -n "$host" link set m2 address 02:5e:00:00:00:08
	ip -n "$host" link set m1 up
	owner m1 m2
}

# The second of two backups is there when the first one is gone, or moves on.
test_next_backup() {
	local how

	only_ours
	for how in "set m1 down" "del m1" "set m1 address 02:5e:00:00:00:08"; do
		fresh bridge
		protodown m1 on
		ip -n "$host" link add link e0 name m2 address "$VIRTUAL" \
			type "$KIND" mode bridge
		protodown m2 on
		ip -n "$host" link set m2 up
		# shellcheck disable=SC2086 # a list
		ip -n "$host" link $how
		hears "$how: still a backup" send "$host/b1" dst="$VIRTUAL" \
			hear "$host/m2=0" "$peer/q0=1"
		protodown m2 off
		hears "$how: it takes over" send "$host/b1" dst="$VIRTUAL" \
			hear "$host/m2,host=1" "$peer/q0=0"
	done
}

# In /sys, where nobody is told.
test_sysfs() {
	fresh bridge
	in_ns "$host" sh -c "echo 1 >/sys/class/net/m1/proto_down"
	hears "backup" send "$host/b1" dst="$VIRTUAL" hear "$host/m1=0" "$peer/q0=1"
	in_ns "$host" sh -c "echo 0 >/sys/class/net/m1/proto_down"
	hears "active" send "$host/b1" dst="$VIRTUAL" hear "$host/m1=1" "$peer/q0=0"
}

world
children "b1 type $KIND mode bridge" "b2 type $KIND mode bridge"
join b2 $G1

run_tests bridge private_and_vepa source passthru host \
	the_address_stays_reserved first_active_keeps_it next_backup sysfs
