#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an administrator's rules see of the frames between host and children, and
# that they can stop them: nftables, tc and XDP on the lower device and on the
# child, INPUT and OUTPUT of the host. The picture is in host.sh.
# shellcheck source=host.sh
. "$(dirname "$0")/host.sh"

# to_host N TEXT - a child's frame reaches the host N times
to_host() {
	hears "child to host: $2" send "$host/h1" dst="@$host/e0" \
		hear "$host/e0,host=$1" "$peer/q0=0"
}

# to_child N TEXT - the host's frame reaches a child N times, and never the wire
to_child() {
	hears "host to child: $2" send "$host/e0" dst="@$host/h1" \
		hear "$host/h1,host=$1" "$peer/q0=0"
}

nft_rules() {
	in_ns "$host" nft -f -
}

nft_off() {
	in_ns "$host" nft delete table "$@"
}

test_nft_ingress_of_the_lower_device() {
	nft_rules <<-END
	table netdev t {
		chain c {
			type filter hook ingress device e0 priority 0
			ether saddr $(mac "$host" h1) drop
		}
	}
	END
	to_host 0 "nft ingress drops it"
	nft_off netdev t
	to_host 1 "without the rule"
}

test_tc_ingress_of_the_lower_device() {
	tc -n "$host" qdisc add dev e0 clsact
	tc -n "$host" filter add dev e0 ingress protocol all matchall action drop
	to_host 0 "tc ingress drops it"
	tc -n "$host" filter del dev e0 ingress
	to_host 1 "without the filter"
	tc -n "$host" qdisc del dev e0 clsact
}

# The rules may do with it what they want: it stays the host's alone.
# shellcheck disable=SC2046 # words
test_tc_that_changes_a_frame() {
	tc -n "$host" qdisc add dev e0 clsact
	tc -n "$host" filter add dev e0 ingress protocol all matchall \
		action skbedit mark 7 priority 3
	hears "a private child's broadcast" send "$host/ph" \
		hear "$host/e0,broadcast=1" "$peer/q0=1" $(nobody)
	tc -n "$host" qdisc del dev e0 clsact
}

# Generic XDP may move a frame into new memory.
# shellcheck disable=SC2046 # words
test_xdp_of_the_lower_device() {
	local drop

	drop=$(program ../modes/xdp_drop) || skip "no program to load"
	"$drop" "$host" e0 pass || skip "cannot load XDP programs"
	to_host 1 "XDP passes it"
	hears "a private child's broadcast" send "$host/ph" \
		hear "$host/e0,broadcast=1" "$peer/q0=1" $(nobody)
	ip -n "$host" link set e0 xdpgeneric off
}

# A queue of another CPU takes it: the mark goes along.
# shellcheck disable=SC2046 # words
test_receive_packet_steering() {
	in_ns "$host" bash -c 'echo 3 >/sys/class/net/e0/queues/rx-0/rps_cpus' ||
		skip "no receive packet steering here"
	hears "broadcasts" send "$host/ph" count=20 send "$host/h1" count=20 \
		hear "$host/e0,broadcast=40" "$peer/q0=40" "$host/h2=20" \
		"$host/b1=20" $(nobody h2 b1)
	in_ns "$host" bash -c 'echo 0 >/sys/class/net/e0/queues/rx-0/rps_cpus'
}

test_nft_egress_of_the_lower_device() {
	nft_rules <<-END 2>/dev/null || skip "no egress chains in this nft"
	table netdev t {
		chain c {
			type filter hook egress device e0 priority 0
			ether daddr $(mac "$host" h1) drop
		}
	}
	END
	hears "nft egress drops it" send "$host/e0" dst="@$host/h1" may-fail \
		hear "$host/h1=0" "$peer/q0=0"
	nft_off netdev t
	to_child 1 "without the rule"
}

# The hook comes before queueing disciplines and tc's egress.
test_tc_egress_of_the_lower_device_does_not_see_it() {
	tc -n "$host" qdisc add dev e0 clsact
	tc -n "$host" filter add dev e0 egress protocol all matchall action drop
	to_child 1 "tc egress has no say"
	hears "the wire's copy of a broadcast is dropped" send "$host/e0" may-fail \
		hear "$host/h1=1" "$host/h2=1" "$peer/q0=0"
	tc -n "$host" qdisc del dev e0 clsact
}

test_tc_ingress_of_the_child() {
	tc -n "$host" qdisc add dev h1 clsact
	tc -n "$host" filter add dev h1 ingress protocol all matchall action drop
	to_child 0 "tc ingress of the child drops it"
	tc -n "$host" qdisc del dev h1 clsact
	to_child 1 "without the filter"
}

# shellcheck disable=SC2046 # words
test_redirected_by_tc_stays_on_the_wire() {
	links "$host" <<-END
	link add d0 type dummy
	link set d0 up
	END
	tc -n "$host" qdisc add dev d0 clsact
	tc -n "$host" filter add dev d0 egress protocol all matchall \
		action mirred egress redirect dev e0
	hears "redirected" send "$host/d0" dst="@$host/h1" may-fail \
		hear "$peer/q0,tap=1" $(nobody)
	ip -n "$host" link del d0
}

# A child's frames to the wire pass nft egress as before.
test_children_to_the_wire_pass_nft_egress() {
	nft_rules <<-END 2>/dev/null || skip "no egress chains in this nft"
	table netdev t {
		chain c {
			type filter hook egress device e0 priority 0
			ether saddr $(mac "$host" h1) drop
		}
	}
	END
	hears "dropped" send "$host/h1" dst="@$peer/q0" may-fail hear "$peer/q0=0"
	nft_off netdev t
	hears "not dropped" send "$host/h1" dst="@$peer/q0" hear "$peer/q0,host=1"
}

# addresses - the host and a container of h2's from now on, for rules about IP
addresses() {
	sysctls "$host" net.ipv6.conf.e0.disable_ipv6=0
	links "$host" <<-END
	link set lo up
	address add 192.168.9.1/24 dev e0
	link set h2 netns $box
	END
	sysctls "$box" net.ipv6.conf.h2.disable_ipv6=0
	links "$box" <<-END
	link set lo up
	link set h2 up
	address add 192.168.9.2/24 dev h2
	END
}

reaches() {
	in_ns "$1" ping -n -c 1 -W 1 "$2" >/dev/null
}

# rule HOOK RULE - in table inet t of the host
rule() {
	nft_rules <<-END
	table inet t {
		chain c {
			type filter hook $1 priority 0
			$2
		}
	}
	END
}

test_firewall_of_the_host() {
	addresses
	check "no rule" poll 5 reaches "$box" 192.168.9.1
	rule input "ip saddr 192.168.9.2 drop"
	! reaches "$box" 192.168.9.1 || fail "INPUT does not stop a child"
	nft_off inet t
	rule output "ip daddr 192.168.9.2 drop"
	! reaches "$host" 192.168.9.2 || fail "OUTPUT does not stop the host"
	nft_off inet t
	check "no rule" reaches "$host" 192.168.9.2
}

# ingress RULE - for what comes to e0, and counts
ingress() {
	nft_rules <<-END
	table netdev t {
		chain c {
			type filter hook ingress device e0 priority 0
			$1
		}
	}
	END
}

# matched - frames that the rule has met
matched() {
	in_ns "$host" nft -j list chain netdev t c | jq '[.. | .counter? // empty |
		.packets] | add'
}

has_matched() {
	[ "$(matched)" -gt 0 ]
}

# claims - the container speaks for an address that is not its own
claims() {
	ip -n "$host" neigh flush dev e0
	ip -n "$box" neigh flush dev h2
	in_ns "$box" ping -n -c 1 -W 1 -I 192.168.9.77 192.168.9.1 >/dev/null
}

test_advice_on_arp() {
	ip -n "$box" address add 192.168.9.77/32 dev h2
	check "anybody may, at first" poll 5 claims
	ingress "arp saddr ip 192.168.9.77 counter drop"
	! claims || fail "nft ingress does not stop ARP"
	check "it was the rule" has_matched
	ip -n "$box" neigh flush dev h2
	check "its own address" poll 5 reaches "$box" 192.168.9.1
	nft_off netdev t
	ip -n "$box" address del 192.168.9.77/32 dev h2
}

# solicits - the host looks for routers anew
solicits() {
	sysctls "$host" net.ipv6.conf.e0.disable_ipv6=1
	sysctls "$host" net.ipv6.conf.e0.disable_ipv6=0
}

has_prefix() {
	ip -n "$host" -6 address show dev e0 | grep -q 2001:db8:9:
}

test_advice_on_router_advertisements() {
	local program pid

	program=$(program ../qemu/advertise) || skip "no program to advertise with"
	sysctls "$host" net.ipv6.conf.e0.accept_ra=2 net.ipv6.conf.e0.router_solicitation_delay=0
	ip netns exec "$box" "$program" h2 2001:db8:9:: &
	pid=$!
	solicits
	check "the host believes a container" poll 15 has_prefix
	ingress "icmpv6 type nd-router-advert ether saddr $(mac "$box" h2) counter drop"
	solicits
	check "the rule meets it" poll 15 has_matched
	! has_prefix || fail "nft ingress does not stop router advertisements"
	nft_off netdev t
	kill "$pid"
	wait "$pid" || :
}

hosts
netns box
run_tests nft_ingress_of_the_lower_device tc_ingress_of_the_lower_device \
	tc_that_changes_a_frame xdp_of_the_lower_device \
	receive_packet_steering nft_egress_of_the_lower_device \
	tc_egress_of_the_lower_device_does_not_see_it tc_ingress_of_the_child \
	redirected_by_tc_stays_on_the_wire \
	children_to_the_wire_pass_nft_egress firewall_of_the_host \
	advice_on_arp advice_on_router_advertisements
