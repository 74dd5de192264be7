#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The program of counters.md writes what a real node_exporter of Prometheus takes, also of
# children whose names are meant to spoil it.
#
#   netns machine: eth0, with children there and in netns box
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
[ "$KIND" = mymacvlan ] || skip_all "in-tree macvlan tells nothing of the kind"
type -P prometheus-node-exporter >/dev/null ||
	skip_all "no prometheus-node-exporter (a package of that name)"

DIR=$RESULT_DIR/textfile
PORT=19100
# What no device may have in its name: a slash, a colon, white space.
# shellcheck disable=SC1003 # a backslash
ODD=('q"uote' 'back\slash' 'end\' '"},x{y="' $'\001\033[2J' '#HELP')

# answers - the exporter does, into the file "metrics"
answers() {
	# shellcheck disable=SC2016 # the other shell's
	in_ns "$machine" bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0 &&
		printf "GET /metrics HTTP/1.0\r\n\r\n" >&3 && cat <&3' "$PORT" \
		>"$RESULT_DIR/metrics" 2>/dev/null
}

# metric NAME - lines of it, without its labels' order
metric() {
	grep "^$1" "$RESULT_DIR/metrics"
}

write() {
	awk '/^```/ { inside = !inside && $0 == "```sh"; next } inside' \
		"$LIB_DIR/stories/counters.md" >"$RESULT_DIR/program"
	check "the document's program" in_ns "$machine" bash "$RESULT_DIR/program" \
		"$DIR/mymacvlan.prom"
}

test_taken() {
	local name children

	mkdir -p "$DIR"
	cable "$machine" eth0 "$box" peer
	links "$machine" <<-END
		link add link eth0 name m1 type $KIND mode bridge
		link add link eth0 name m2 type $KIND mode bridge
		link set m2 netns $box
	END
	for name in "${ODD[@]}"; do
		ip -n "$machine" link add link eth0 name "$name" type "$KIND" mode bridge
	done
	write
	ip -n "$machine" link set lo up
	in_ns "$machine" prometheus-node-exporter --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="$DIR" \
		--web.listen-address="127.0.0.1:$PORT" >"$RESULT_DIR/exporter" 2>&1 &
	EXPORTER=$!
	poll 30 answers || fail "no answer: $(tail -n 3 "$RESULT_DIR/exporter")"
	equal "errors" "$(metric node_textfile_scrape_error)" "node_textfile_scrape_error 0"
	children=$(metric 'mymacvlan_frames.*counter="tx_wire"' | wc -l)
	equal "children" "$children" $((2 + ${#ODD[@]}))
	metric 'mymacvlan_frames.*counter="rx_unicast",device="m2",.*netns="'"$box"'"' >/dev/null ||
		fail "no m2 in $box"
	metric 'mymacvlan_frames.*device="q\\"uote"' >/dev/null || fail "no child with a quote"
}

end_exporter() {
	[ -z "${EXPORTER-}" ] || kill "$EXPORTER" 2>/dev/null || :
}

netns machine box
no_ipv6 "$machine" "$box"
trap 'end_exporter; cleanup; rm -rf "$RESULT_DIR"' EXIT
run_tests taken
