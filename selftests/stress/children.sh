#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Children come, go and change while frames of all kinds go by.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

some_noise() {
	noise "$outside/eth0" "$box/m1" "$box/m2" "$box/m3" "$room/m4" "$room/m5" "$box/eth0"
	noise "$outside/eth0" "$box/m4" "$box/m5" "$room/m1" "$room/m2"
}

# come_and_go N - one child's life
come_and_go() {
	batch "$box" <<-END
		link add link eth0 name m$1 address 02:00:00:00:00:0$1 type $KIND mode bridge
		link set m$1 up
		link set m$1 promisc on
		link set m$1 allmulticast on
		link set m$1 type $KIND mode private
		link del m$1
	END
}

test_created_and_deleted() {
	place
	some_noise
	job come_and_go 1
	job come_and_go 2
	the_end "$box" "$room"
}

changes() {
	batch "$box" <<-END
		maddress add $GROUP dev m1
		link set m1 type $KIND mode vepa
		link set m1 address 02:00:00:00:00:07
		link set m2 type $KIND mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:03
		link set m2 type $KIND mode source macaddr add 02:00:00:00:00:05
		link set m2 type $KIND mode bridge
		link set m1 down
		link set m1 name m4
		link set m4 address 02:00:00:00:00:01
		link set m4 up
		maddress del $GROUP dev m4
		link set m4 type $KIND mode bridge bclim -1
		link set m3 type $KIND mode private bcqueuelen 2
		link set m3 type $KIND mode bridge bclim 1
		link set m3 mtu 1000
		link set m3 mtu 1500
		link set m4 down
		link set m4 name m1
		link set m1 up
	END
}

test_changed() {
	place
	batch "$box" <<-END
		link add link eth0 name m1 address 02:00:00:00:00:01 up type $KIND mode bridge
		link add link eth0 name m2 address 02:00:00:00:00:02 up type $KIND mode bridge
		link add link eth0 name m3 address 02:00:00:00:00:03 up type $KIND mode bridge
	END
	some_noise
	job changes
	job come_and_go 5
	the_end "$box" "$room"
}

# As fast as can be, and no child goes away meanwhile: most for KCSAN, which has to have
# two processors at the same place at the same time.
hurry() {
	local round

	for ((round = 0; round < 20; round++)); do
		cat <<-END
			link set m1 type $KIND mode vepa
			link set m1 type $KIND mode private
			link set m1 type $KIND mode bridge
			link set m1 address 02:00:00:00:00:07
			link set m1 address 02:00:00:00:00:01
			link set m1 promisc on
			link set m1 promisc off
			link set m1 allmulticast on
			link set m1 allmulticast off
			maddress add $GROUP dev m1
			link set m2 type $KIND host on
			link set m2 type $KIND bclim 0
			link set m2 type $KIND bclim -1 bcqueuelen 2
			link set m2 type $KIND bclim 1 bcqueuelen 1000
			maddress del $GROUP dev m1
			link set m2 type $KIND host off
			link set m3 type $KIND macaddr set 02:00:00:00:00:05 02:00:00:00:00:03
			link set m3 type $KIND macaddr add 02:00:00:00:00:06
			link set m3 type $KIND macaddr del 02:00:00:00:00:05
			link set m3 type $KIND macaddr flush
			link set m2 mtu 1400
			link set m2 mtu 1500
		END
	done | batch "$box"
}

test_changed_in_a_hurry() {
	place
	batch "$box" <<-END
		link add link eth0 name m1 address 02:00:00:00:00:01 up type $KIND mode bridge
		link add link eth0 name m2 address 02:00:00:00:00:02 up type $KIND mode bridge
		link add link eth0 name m3 address 02:00:00:00:00:03 up type $KIND mode source
	END
	noise "$outside/eth0" "$box/m1" "$box/m2" "$box/eth0"
	noise "$outside/eth0" "$box/m1" "$box/m2" "$box/eth0"
	job hurry
	the_end "$box"
}

moves() {
	batch "$box" <<-END
		link add link eth0 name m1 address 02:00:00:00:00:01 type $KIND mode bridge
		link set m1 up
		link set m1 netns $room
	END
	batch "$room" <<-END
		link set m1 up
		link set m1 allmulticast on
		link set m1 netns $box
	END
	batch "$box" <<-END
		link set m1 up
		link del m1
	END
}

# A namespace dies with a child of ours up in it.
deaths() {
	local grave=grave-$SRANDOM

	ip netns add "$grave" || return 0
	batch "$box" <<-END
		link add link eth0 name m2 netns $grave address 02:00:00:00:00:02 type $KIND mode bridge
		link add link eth0 name m3 netns $grave address 02:00:00:00:00:03 type $KIND mode vepa
	END
	batch "$grave" <<-END
		link set m2 up
		link set m3 up promisc on
	END
	ip netns del "$grave"
}

test_moved_and_buried() {
	place
	some_noise
	job moves
	job deaths
	the_end "$box" "$room"
}

run_tests created_and_deleted changed changed_in_a_hurry moved_and_buried
