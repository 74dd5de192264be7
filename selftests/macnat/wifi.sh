#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real Wi-Fi: mac80211 on both sides, WPA2, the access point drops whatever is not from
# a station of its own. As in lib.sh, but for what is between e0 and q0:
#
#   netns host                 netns outside              netns other
#   | e0 a station |~~~~~~~~~~~| q0 access point |~~~~~~~~| w0 a station .200 |
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

for program in hostapd wpa_supplicant wpa_cli iw; do
	type "$program" >/dev/null 2>&1 || skip_all "no $program here"
done
[ -e /sys/module/mac80211_hwsim ] || modprobe -q mac80211_hwsim radios=3 2>/dev/null ||
	skip_all "no mac80211_hwsim here"

# As long as this: to compute it from a passphrase takes seconds under emulation.
PSK=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff

# radio NS NAME - one that is still here goes to NS, its device is called NAME there
radio() {
	local phy dev

	for phy in /sys/class/ieee80211/*; do
		for dev in "$phy"/device/net/*; do
			[ -e "$dev" ] || continue
			iw phy "${phy##*/}" set netns name "$1"
			ip -n "$1" link set "${dev##*/}" name "$2"
			return
		done
	done
	fail "no radio is left"
	return 1
}

# here NS DEV PROGRAM... - in the background, its output in a file
here() {
	ip netns exec "$1" "${@:3}" >"$RESULT_DIR/$2.log" 2>&1 &
}

# access_point OPTION... - of hostapd's
access_point() {
	cat >"$RESULT_DIR/hostapd.conf" <<-END
	interface=q0
	driver=nl80211
	ctrl_interface=$RESULT_DIR/ap
	ssid=mymacvlan
	hw_mode=g
	channel=1
	wpa=2
	wpa_key_mgmt=WPA-PSK
	rsn_pairwise=CCMP
	wpa_psk=$PSK
	END
	printf '%s\n' "$@" >>"$RESULT_DIR/hostapd.conf"
	here "$outside" q0 hostapd "$RESULT_DIR/hostapd.conf"
	poll 30 grep -q AP-ENABLED "$RESULT_DIR/q0.log" || fail "no access point"
}

# is_connected NS DEV - for "poll"
is_connected() {
	[[ $(in_ns "$1" wpa_cli -p "$RESULT_DIR/$2" -i "$2" status) == *wpa_state=COMPLETED* ]]
}

# station NS DEV
station() {
	cat >"$RESULT_DIR/$2.conf" <<-END
	ctrl_interface=$RESULT_DIR/$2
	network={
		ssid="mymacvlan"
		psk=$PSK
		scan_freq=2412
	}
	END
	here "$1" "$2" wpa_supplicant -D nl80211 -i "$2" -c "$RESULT_DIR/$2.conf"
	poll 60 is_connected "$1" "$2" || fail "$2 is not connected"
}

# air OPTION... - of the access point's
air() {
	netns host outside other c1 c2
	radio "$host" e0
	radio "$outside" q0
	radio "$other" w0
	links "$host" <<-END
	link set lo up
	link set e0 up
	END
	links "$outside" <<-END
	link set lo up
	END
	access_point "$@"
	station "$host" e0
	links "$host" <<-END
	address add 192.168.7.1/24 dev e0
	address add 2001:db8:7::1/64 dev e0 nodad
	END
	links "$outside" <<-END
	address add 192.168.7.100/24 dev q0
	address add 2001:db8:7::100/64 dev q0 nodad
	END
}

# end_air - the radios come back with the namespaces
end_air() {
	# shellcheck disable=SC2046 # a list
	kill $(jobs -p) 2>/dev/null
	wait || :
}

everybody_reaches_everybody() {
	pings "$c1" 192.168.7.100 2001:db8:7::100
	pings "$c2" 192.168.7.100 2001:db8:7::100
	pings "$outside" 192.168.7.1 192.168.7.11 192.168.7.12 2001:db8:7::11 2001:db8:7::12
	pings "$host" 192.168.7.100
}

test_access_point() {
	air
	container "$c1" mode bridge macnat on
	container "$c2" mode private macnat on
	addresses "$c1" 11
	addresses "$c2" 12
	everybody_reaches_everybody
	has "$host" e0 promiscuity=0
	# And by another station, which the access point hands its frames.
	ip -n "$other" link set w0 up
	station "$other" w0
	ip -n "$other" address add 192.168.7.200/24 dev w0
	pings "$other" 192.168.7.11 192.168.7.12
	pings "$c1" 192.168.7.200
	head -c "${BYTES:-300000}" /dev/urandom >"$RESULT_DIR/sent"
	file "$c1" 192.168.7.100 "$outside"
	file "$outside" 192.168.7.12 "$c2"
	file "$outside" 2001:db8:7::11 "$c1"
	# New keys, and the station signs on anew.
	check "new keys" in_ns "$outside" hostapd_cli -p "$RESULT_DIR/ap" -i q0 rekey_gtk
	check "again" in_ns "$host" wpa_cli -p "$RESULT_DIR/e0" -i e0 reassociate
	poll 60 is_connected "$host" e0 || fail "not connected any more"
	everybody_reaches_everybody
	end_air
}

# OpenWrt's default.
test_multicast_to_unicast() {
	air multicast_to_unicast=1
	container "$c1" mode bridge macnat on
	container "$c2" mode private macnat on
	addresses "$c1" 11
	addresses "$c2" 12
	ip -n "$outside" neighbour flush all
	everybody_reaches_everybody
	end_air
}

test_dhcp_and_router_advertisements() {
	local address

	type dnsmasq busybox >/dev/null 2>&1 || skip "no dnsmasq or busybox here"
	air
	container "$c1" mode bridge macnat on
	container "$c2" mode private macnat on
	serve --enable-ra --dhcp-range=192.168.7.50,192.168.7.59,1h \
		--dhcp-range=2001:db8:7::,ra-only,64
	lease "$c1"
	lease "$c2"
	grep -q "$(mac "$c1" mv)" "$RESULT_DIR/leases" || fail "c1 is not known to the server"
	pings "$c1" 192.168.7.100
	pings "$c2" 192.168.7.100
	poll 30 has_address "$c1" 2001:db8:7: || fail "no address from the router"
	address=$(ip -n "$c1" -6 -o address show dev mv scope global)
	address=${address##*inet6 } address=${address%%/*}
	pings "$c1" 2001:db8:7::100
	pings "$outside" "$address"
	end_air
}

test_in_tree_is_silent() {
	air
	ip -n "$host" link add link e0 name mv netns "$c1" type macvlan mode bridge \
		2>/dev/null || { end_air; skip "no in-tree macvlan here"; }
	ip -n "$c1" link set mv up
	addresses "$c1" 11
	silent "out" "$c1" 192.168.7.100
	silent "in" "$outside" 192.168.7.11
	pings "$host" 192.168.7.100
	end_air
}

run_tests access_point multicast_to_unicast dhcp_and_router_advertisements \
	in_tree_is_silent
