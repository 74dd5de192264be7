#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Dumps of many children, in many pieces: complete, in order, and for as long only as
# the reader has the right to them. Meanwhile children, ports and lower devices go.
#
#   netns host: e0, with children c0, c1, … in netns box, in two ports
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[ "$KIND" = mymacvlan ] || skip_all "in-tree macvlan tells nothing of the kind"

# More than a piece has room for, several times.
MANY=${MANY-100}

# many FIRST LAST LOWER - children cFIRST to cLAST in netns host
many() {
	local i

	for ((i = $1; i <= $2; i++)); do
		echo "link add link $3 name c$i type $KIND mode bridge"
	done | links "$host"
}

# lowers - two lower devices with $MANY children together
lowers() {
	links "$host" <<-END
	link add d0 type dummy
	link add d1 type dummy
	END
	many 1 $((MANY / 2)) d0
	many $((MANY / 2 + 1)) "$MANY" d1
}

end() {
	links "$host" <<-END
	link del d0
	link del d1
	END
}

# dump TEXT EXPECTED ARGUMENT... - "dump" must say so; EXPECTED is a pattern
dump() {
	local said

	said=$("$DUMP" "$host" "${@:3}")
	# shellcheck disable=SC2053 # a pattern
	[[ $said == $2 ]] || fail "$1: \"$said\", not \"$2\""
}

test_all_in_order() {
	lowers
	dump "all of them" "messages $MANY pieces @([3-9]|[1-9][0-9]) OK" children
	dump "those of one port" "messages $((MANY / 2)) pieces * OK" children lower=d0
	dump "ports" "messages 2 pieces * OK" ports
	equal "by the tool" "$(in_ns "$host" mymacvlan -j show |
		jq '[.[].children[].ifname]|unique|length')" "$MANY"
	end
}

test_right_is_lost_meanwhile() {
	lowers
	dump "capabilities are given up" "messages [1-9]* EPERM" children then=drop
	dump "before the first piece" "messages 0 pieces 1 EPERM" children first=drop
	dump "another namespace" "messages [1-9]* EPERM" children then=leave:"$box"
	dump "with the right" "messages $MANY pieces * OK" children
	end
}

test_children_go_meanwhile() {
	lowers
	dump "those to come are not told" "messages * interrupted OK" children \
		then="run:for i in \$(seq 40 $((MANY / 2))); do echo link del c\$i; done | ip -n $host -batch -"
	dump "the one that was told last" "messages * interrupted OK" children \
		then="run:for i in \$(seq 1 39); do echo link del c\$i; done | ip -n $host -batch -"
	dump "the port is gone" "messages 0 pieces 1 ENODEV" children lower=d0
	end
}

test_port_goes_meanwhile() {
	lowers
	dump "the lower device" "messages * interrupted OK" children \
		then="run:ip -n $host link del d0"
	dump "that of the rest" "messages * OK" children lower=d1 \
		then="run:ip -n $host link del d1"
	equal "nothing is left" "$("$DUMP" "$host" children)" "messages 0 pieces 1 OK"
}

test_lower_moves_meanwhile() {
	lowers
	dump "moved" "messages * interrupted OK" children \
		then="run:ip -n $host link set d0 netns $box"
	equal "told where it is now" "$("$DUMP" "$box" children lower=d0 |
		sed 's/ pieces.* / /')" "messages $((MANY / 2)) OK"
	ip -n "$box" link del d0
	ip -n "$host" link del d1
}

test_new_children_meanwhile() {
	lowers
	dump "made" "messages * interrupted OK" children \
		then="run:ip -n $host link add link d0 name new type $KIND"
	end
}

# begin_churn - beside the others x1 to x10, and $RESULT_DIR/churn: each call takes away
# the oldest of them and makes a new one
begin_churn() {
	local i

	for i in {1..10}; do
		echo "link add link d0 name x$i type $KIND mode bridge"
	done | links "$host"
	echo 10 >"$RESULT_DIR/newest"
	cat >"$RESULT_DIR/churn" <<-END
		read -r i <$RESULT_DIR/newest
		echo \$((i + 1)) >$RESULT_DIR/newest
		ip -n $host -batch - <<-LINKS
		link del x\$((i - 9))
		link add link d\$((i % 2)) name x\$((i + 1)) type $KIND mode bridge
		LINKS
	END
}

# Between any two pieces: none is told twice, and none is missing that was there all the
# time, though the kernel says that it was disturbed.
test_churn() {
	lowers
	begin_churn
	dump "one goes, one comes" "kept $MANY messages * interrupted OK" children keep=c \
		each="run:bash $RESULT_DIR/churn"
	dump "nothing does" "kept $MANY messages $((MANY + 10)) pieces * OK" children keep=c
	end
}

# Two at a time go on where the other one stopped, or not.
test_two_readers() {
	lowers
	dump "both" "messages $MANY pieces * OK" children \
		each="run:$DUMP $host children | grep -q \"^messages $MANY .* OK\""
	dump "of groups, too" "messages $MANY pieces * OK" children \
		each="run:$DUMP $host groups >/dev/null"
	end
}

# Those of other ports are nobody's business here.
test_undisturbed_by_others() {
	lowers
	ip -n "$box" link add d2 type dummy
	dump "made elsewhere" "messages $MANY pieces @([3-9]|[1-9][0-9]) OK" children \
		then="run:ip -n $box link add link d2 name x type $KIND; ip -n $box link del x"
	ip -n "$box" link del d2
	end
}

test_many_groups() {
	local i

	links "$host" <<-END
	link add d0 type dummy
	link add link d0 name c1 up type $KIND mode bridge
	link add link d0 name c2 up type $KIND mode bridge
	link set d0 up
	END
	# "ip maddr" ends a batch.
	for i in {10..99}{10..19}; do
		echo "fdb add 01:00:5e:7f:${i::2}:${i:2} dev c1"
	done | bridge -n "$host" -batch -
	poll 10 all_groups
	dump "several messages for one child" "messages [3-9] pieces [2-9] OK" groups
	dump "it goes down meanwhile" "messages [1-9] pieces * OK" groups \
		then="run:ip -n $host link set c1 down"
	ip -n "$host" link del d0
}

# all_groups - the tool tells of each of them once
all_groups() {
	[ "$(in_ns "$host" mymacvlan -j groups |
		jq '[.[].group|select(startswith("01:00:5e:7f"))]|length')" = 900 ]
}

test_wrong_requests() {
	lowers
	dump "an attribute of another command" "messages 0 pieces 1 EINVAL" ports attr=4
	dump "one that only answers have" "messages 0 pieces 1 EINVAL" children attr=21
	dump "no such device" "messages 0 pieces 1 ENODEV" children lower=nosuch
	end
}

# state - all that is told but for counters
state() {
	in_ns "$host" mymacvlan -j show | jq -c 'walk(if type=="object" then del(.counters,.rx,.tx) else . end)'
}

# Whoever sends what: what only looks changes nothing, and who may not changes nothing.
test_random_requests() {
	local before said

	lowers
	before=$(state)
	said=$("$JUNK" "$host" 1 1000 2)
	[[ $said == "refused "[1-9]*" messages "[1-9]* ]] || fail "nothing of both: $said"
	equal "after those that look" "$(state)" "$before"
	said=$(in_ns "$host" setpriv --bounding-set=-all --inh-caps=-all "$JUNK" - 2 1000 0)
	[[ $said == "refused "[1-9]* ]] || fail "nothing refused: $said"
	equal "after those of a user without rights" "$(state)" "$before"
	end
}

DUMP=$(program dump) || exit 1
JUNK=$(program junk) || exit 1
netns host box
no_ipv6 "$host" "$box"
run_tests all_in_order right_is_lost_meanwhile children_go_meanwhile \
	port_goes_meanwhile lower_moves_meanwhile new_children_meanwhile churn two_readers \
	undisturbed_by_others many_groups wrong_requests random_requests
