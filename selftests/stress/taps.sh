#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Taps are written to, read, and lose their queues while they come, go and change.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

# The name of a tap's kind.
TAP=${KIND/lan/tap}

come_and_go() {
	batch "$box" <<-END
		link add link eth0 name t1 address 02:00:00:00:00:01 up type $TAP mode bridge
		link set t1 txqueuelen 20
		link set t1 type $TAP mode vepa
		link set t1 txqueuelen 400
		link set t1 mtu 1300
		link del t1
	END
}

changes() {
	batch "$box" <<-END
		link set t2 txqueuelen 3
		link set t2 type $TAP mode private
		link set t2 address 02:00:00:00:00:06
		link set t2 down
		link set t2 name t3
		link set t3 address 02:00:00:00:00:02
		link set t3 up
		link set t3 txqueuelen 500
		link set t3 type $TAP mode bridge
		link set t3 down
		link set t3 name t2
		link set t2 up
	END
}

test_created_changed_deleted() {
	place
	batch "$box" <<<"link add link eth0 name t2 address 02:00:00:00:00:02 up type $TAP mode bridge"
	noise "$outside/eth0" "$box/t1,tap" "$box/t2,tap"
	noise "$outside/eth0" "$box/t2,tap" "$box/t1,tap" "$box/t3,tap"
	job come_and_go
	job changes
	the_end "$box"
}

moves() {
	batch "$box" <<-END
		link add link eth0 name t1 address 02:00:00:00:00:01 up type $TAP mode bridge
		link set t1 netns $room
	END
	batch "$room" <<-END
		link set t1 up
		link set t1 netns $box
	END
	batch "$box" <<-END
		link set t1 up
		link del t1
	END
}

test_moved() {
	place
	noise "$outside/eth0" "$box/t1,tap" "$room/t1,tap"
	noise "$outside/eth0" "$room/t1,tap" "$box/t1,tap"
	job moves
	the_end "$box" "$room"
}

run_tests created_changed_deleted moved
