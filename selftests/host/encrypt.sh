#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is encrypted only behind the place where the host's frames are caught must not
# reach a child in clear: IPsec, by the kernel's offload in software.
#
#   netns host            netns c1, c2         netns outside
#   e0 192.168.7.1        mv .11 (host on)     q0
#    |                    mv .12 (host on)     |
#    '--------------------+--------------------'
# shellcheck source=host.sh
. "$(dirname "$0")/host.sh"

# container NS NUMBER
container() {
	ip -n "$host" link add link e0 name mv netns "$1" type "$KIND" mode bridge host on
	links "$1" <<-END
	link set mv up
	address add 192.168.7.$2/24 dev mv
	END
}

build() {
	modprobe -q esp4_offload || skip_all "no esp4_offload"
	netns host outside c1 c2
	no_ipv6 "$host" "$outside" "$c1" "$c2"
	cable "$host" e0 "$outside" q0
	ip -n "$host" address add 192.168.7.1/24 dev e0
	container "$c1" 11
	container "$c2" 12
}

# esp NS SOURCE DESTINATION SPI
esp() {
	in_ns "$1" ip xfrm state add src "$2" dst "$3" proto esp spi "$4" mode transport \
		auth 'hmac(sha256)' 0x0123456789012345678901234567890123456789012345678901234567890123 \
		enc 'cbc(aes)' 0x01234567890123456789012345678901
}

# between_host_and_c1 - what they say to each other is encrypted
between_host_and_c1() {
	local ns

	for ns in "$host" "$c1"; do
		esp "$ns" 192.168.7.1 192.168.7.11 1 || skip "no algorithms for IPsec here"
		esp "$ns" 192.168.7.11 192.168.7.1 2
	done
	in_ns "$host" ip xfrm policy add src 192.168.7.1 dst 192.168.7.11 dir out \
		tmpl proto esp mode transport
	in_ns "$c1" ip xfrm policy add src 192.168.7.11 dst 192.168.7.1 dir out \
		tmpl proto esp mode transport
}

# one_ping TO - whether it arrives or not
one_ping() {
	in_ns "$host" ping -n -c 1 -W 1 "$1" >/dev/null
}

# echoes - how many ICMP messages c1 has had
echoes() {
	in_ns "$c1" sed -n 's/^Icmp: \([0-9]*\) .*/\1/p' /proc/net/snmp
}

test_stays_encrypted() {
	local pid left heard

	check "before" poll 5 one_ping 192.168.7.11
	check "before, the other" poll 5 one_ping 192.168.7.12
	between_host_and_c1
	ip netns exec "$outside" tcpdump -Z root -i q0 -n -c 1 'ip proto 50' \
		>"$RESULT_DIR/out" 2>"$RESULT_DIR/err" &
	pid=$!
	poll 10 grep -q 'listening on' "$RESULT_DIR/err"
	left=$(counter "$c1" mv rx_host_left_encrypted) heard=$(echoes)
	one_ping 192.168.7.11 || :
	check "it is on the wire, encrypted" poll 5 test ! -e "/proc/$pid" || kill "$pid"
	wait "$pid" || :
	equal "rx_host_left_encrypted" \
		"$(counter "$c1" mv rx_host_left_encrypted)" $((left + 1))
	equal "what arrived in clear" "$(echoes)" "$heard"
}

# Others are not concerned.
test_the_rest_is_as_ever() {
	check "in clear to the other child" one_ping 192.168.7.12
	in_ns "$host" ip xfrm policy flush
	in_ns "$c1" ip xfrm policy flush
	check "after all" poll 5 one_ping 192.168.7.11
}

build
run_tests stays_encrypted the_rest_is_as_ever
