#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# keepalived (use_vmac) and FRR's vrrpd: two routers of one LAN share the virtual
# address .7, and each has a child with the same virtual MAC address on its card.
# Machines, their containers and the gateway keep talking to whoever is master.
#
#   .--------- router_a ---------.   .--------- router_b ---------.
#   |  virtual .7                |   |  virtual .7                |
#   |      |    .--- box_a ---.  |   |      |    .--- box_b ---.  |
#   |      |    |  m0 .101    |  |   |      |    |  m0 .102    |  |
#   |      |    '---+---------'  |   |      |    '---+---------'  |
#   |   enp0s5 .11 -'            |   |   enp0s5 .12 -'            |
#   '------+---------------------'   '------+---------------------'
#          '-------- switch: br0 .1 --------'
. "$(dirname "$0")/lib.sh"
client_programs keepalived ethtool /usr/lib/frr/zebra /usr/lib/frr/vrrpd

VIRTUAL=192.168.2.7
VIRTUAL_MAC=00:00:5e:00:01:07

# boxes - a container on each router
boxes() {
	local var n=0

	netns box_a box_b
	for var in a b; do
		n=$((n + 1))
		ip -n "$(router $var)" address add 192.168.2.1$n/24 dev enp0s5
		box $var bridge
	done
}

# router a|b - its namespace
router() {
	local var=router_$1

	echo "${!var}"
}

# box a|b MODE - its child is a new one in this mode
box() {
	local var=box_$1 n=1

	[ "$1" = a ] || n=2
	ip -n "${!var}" link del m0 2>/dev/null || :
	# The same address each time: what the routers' caches have stays true.
	ip -n "$(router "$1")" link add link enp0s5 name m0 netns "${!var}" \
		address 02:00:00:00:01:0$n type macvlan mode "$2"
	links "${!var}" <<-END
		link set m0 up
		address add 192.168.2.10$n/24 dev m0
	END
}

# flush NS... - nobody remembers where the virtual address was
flush() {
	local ns

	for ns; do
		ip -n "$ns" neigh flush all 2>/dev/null || :
	done
}

# reaches NS WHO - by ARP, and by what the caches have
reaches() {
	check "$2 reaches the virtual address" in_ns "$1" \
		ping -n -q -c 1 -w 10 "$VIRTUAL"
}

# everybody MASTER OTHER - all but the master's own containers: its answers to them
# leave by the card, as with in-tree macvlan
everybody() {
	local box=box_$2 cache

	for cache in "as it is" empty; do
		[ "$cache" != empty ] || flush "$switch" "$(router "$2")" "${!box}"
		reaches "$switch" "cache $cache: the gateway"
		reaches "$(router "$2")" "cache $cache: router_$2"
		reaches "${!box}" "cache $cache: a container on router_$2"
	done
}

# hears_master MASTER OTHER DEV - its broadcasts, from the virtual MAC address, come
# to the backup and to its containers
hears_master() {
	local box=box_$2

	hears "broadcast of the master" send "$(router "$1")/$3" \
		hear "$(router "$2")/enp0s5=1" "${!box}/m0=1" "$switch/br0=1"
}

# cable_out a|b, cable_in a|b
cable_out() {
	ip -n "$switch" link set "router_$1" down
}

cable_in() {
	ip -n "$switch" link set "router_$1" up
}

#
# keepalived
#

# keepalived_start a|b PRIORITY
keepalived_start() {
	on "router_$1" tee /run/keepalived.conf >/dev/null <<-END
		vrrp_instance v7 {
			interface enp0s5
			state BACKUP
			virtual_router_id 7
			priority $2
			advert_int 1
			use_vmac vrrp.7
			virtual_ipaddress {
				$VIRTUAL/24
			}
		}
	END
	program_start "router_$1" keepalived keepalived --dont-fork --log-console \
		--log-detail --vrrp --use-file /run/keepalived.conf \
		--pid /run/keepalived.pid --vrrp_pid /run/vrrp.pid
}

no_keepalived() {
	! on "router_$1" pgrep -x keepalived
}

keepalived_stop() {
	on "router_$1" pkill -TERM -x keepalived
	check "keepalived has ended" poll 20 no_keepalived "$1"
}

# has_virtual a|b
has_virtual() {
	[ -n "$(ip -n "$(router "$1")" -o address show to "$VIRTUAL/32")" ]
}

# keepalived_is_master a|b
keepalived_is_master() {
	check "keepalived on router_$1 is master" poll 60 has_virtual "$1" ||
		program_log "router_$1" keepalived
}

not() {
	! "$@"
}

test_keepalived() {
	keepalived_start a 100
	keepalived_is_master a
	ours "device vrrp.7" on router_a
	equal "its MAC address" "$(mac "$router_a" vrrp.7)" "$VIRTUAL_MAC"
	# Which isolation must not come from: its peer has that address, too.
	has "$router_a" vrrp.7 mode=private
	everybody a b
	# The second one preempts it; the first keeps the child, and the address.
	keepalived_start b 200
	keepalived_is_master b
	check "router_a is backup" poll 30 not has_virtual a
	equal "MAC address of the backup" "$(mac "$router_a" vrrp.7)" "$VIRTUAL_MAC"
	everybody b a
	hears_master b a vrrp.7
}

test_keepalived_failover() {
	keepalived_stop b
	keepalived_is_master a
	everybody a b
	keepalived_start b 200
	keepalived_is_master b
	check "router_a is backup" poll 30 not has_virtual a
	everybody b a
}

test_keepalived_flap_of_the_cable() {
	cable_out b
	keepalived_is_master a
	reaches "$switch" "the gateway"
	cable_in b
	keepalived_is_master b
	check "router_a is backup" poll 60 not has_virtual a
	everybody b a
	keepalived_stop b
	keepalived_stop a
	check "no child is left" poll 10 not ip -n "$router_a" link show vrrp.7
}

#
# FRR
#

# frr_child a|b - as its manual has it
frr_child() {
	ip -n "$(router "$1")" link add vrrp4-2-7 link enp0s5 \
		type macvlan mode bridge
	links "$(router "$1")" <<-END
		link set vrrp4-2-7 address $VIRTUAL_MAC
		address add $VIRTUAL/24 dev vrrp4-2-7
		link set vrrp4-2-7 up
	END
}

frr_answers() {
	on "router_$1" test -S "/run/frr/$2.vty"
}

# frr_start a|b PRIORITY
frr_start() {
	local daemon

	frr_child "$1"
	on "router_$1" install -d -o frr -g frr /run/frr
	on "router_$1" tee /run/frr/vrrpd.conf >/dev/null <<-END
		interface enp0s5
		 vrrp 7
		 vrrp 7 priority $2
		 vrrp 7 advertisement-interval 1000
		 vrrp 7 ip $VIRTUAL
		exit
	END
	on "router_$1" touch /run/frr/zebra.conf
	on "router_$1" chown -R frr:frr /run/frr
	for daemon in zebra vrrpd; do
		program_start "router_$1" "$daemon" "/usr/lib/frr/$daemon" \
			-f "/run/frr/$daemon.conf" --log stdout
		check "$daemon runs" poll 60 frr_answers "$1" "$daemon" ||
			program_log "router_$1" "$daemon"
	done
}

# protodown_is a|b true|"" - what FRR has set
protodown_is() {
	[ "$(field "$(router "$1")" vrrp4-2-7 proto_down)" = "$2" ]
}

# frr_is MASTER BACKUP
frr_is() {
	check "FRR on router_$2 is backup" poll 60 protodown_is "$2" true ||
		program_log "router_$2" vrrpd
	check "FRR on router_$1 is master" poll 60 protodown_is "$1" '' ||
		program_log "router_$1" vrrpd
}

test_frr() {
	frr_start a 100
	frr_start b 200
	frr_is b a
	ours "device vrrp4-2-7" on router_a
	everybody b a
	hears_master b a vrrp4-2-7
}

test_frr_failover() {
	on router_b pkill -KILL -x vrrpd
	check "router_a is master" poll 60 protodown_is a ''
	ip -n "$router_b" link del vrrp4-2-7
	on router_b pkill -KILL -x zebra
	everybody a b
	frr_start b 200
	frr_is b a
	everybody b a
}

test_frr_flap_of_the_cable() {
	cable_out b
	check "router_a is master" poll 60 protodown_is a ''
	reaches "$switch" "the gateway"
	cable_in b
	frr_is b a
	everybody b a
}

test_nothing_is_left() {
	local var

	for var in a b; do
		on "router_$var" pkill -KILL -x 'vrrpd|zebra' || :
		ip -n "$(router "$var")" link del vrrp4-2-7
	done
	ip -n "$box_a" link del m0
	ip -n "$box_b" link del m0
	unloads
}

lan router_a router_b
boxes
run_tests keepalived keepalived_failover keepalived_flap_of_the_cable \
	frr frr_failover frr_flap_of_the_cable nothing_is_left
