#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the ip plugins make of words (which attributes, which errors) and of
# unusual attributes: the options that all our kinds share. Needs no root, no
# driver, and changes nothing: no request leaves ip (capture.c).

set -uo pipefail
# shellcheck source=selftests/iproute2/lib.sh
. "$(dirname "$0")/lib.sh"
trap 'rm -rf "$tmp"' EXIT

# 200 addresses do not fit: said, and nothing is sent
too_many() {
	local -a macs
	local out

	mapfile -t macs < <(printf '02:00:00:00:00:%02x\n' {1..200})
	out=$(request add "$kind" "macaddr set ${macs[*]}" 2>&1) && {
		echo "not refused: $out"
		return 1
	}
	expect "$kind: too many MAC addresses for one request" "$out"
}

# as many as ip's own macvlan takes do fit
many() {
	local -a macs

	mapfile -t macs < <(printf '02:00:00:00:00:%02x\n' {1..75})
	expect 75 "$(request add "$kind" "macaddr set ${macs[*]}" |
		grep -o '4=0200000000' | wc -l)"
}

a=02:00:00:00:00:01
b=02:00:00:00:00:02
cases=(
	"sends;mode private;1=1"
	"sends;mode vepa;1=2"
	"sends;mode bridge;1=4"
	"sends;mode passthru;1=8"
	"sends;mode source;1=16"
	"sends;mode passthru nopromisc;1=8 2=1"
	"sends;mode passthru flag nopromisc;1=8 2=1"
	"sends;nopromisc mode passthru;1=8 2=1"
	"sends;mode source nodst;1=16 2=2"
	"sends;flag nodst;2=2"
	"sends;flag null;2=0"
	"sends;nodst flag null;2=0"
	"sends;mode source macaddr add $a;1=16 3=0 4=020000000001"
	"sends;mode source macaddr add 2:0:0:0:a:B;1=16 3=0 4=020000000a0b"
	"sends;macaddr del $a;3=1 4=020000000001"
	"sends;macaddr set $a $b;3=3 5=[4=020000000001 4=020000000002]"
	"sends;macaddr set $a bcqueuelen 5;7=5 3=3 5=[4=020000000001]"
	"sends;macaddr set;3=3 5=[]"
	"sends;macaddr flush;3=2"
	"sends;bcqueuelen 0;7=0"
	"sends;bcqueuelen 4294967295;7=4294967295"
	"sends;bcqueuelen 0x10;7=16"
	"sends;bclim 3;9=3"
	"sends;host on;44=01"
	"sends;host off;44=00"
	"sends;mode bridge host on;1=4 44=01"
	"sends;announce on;49=01"
	"sends;announce off;49=00"
	"sends;mode bridge announce off host on;1=4 44=01 49=00"
	"sends;arp flood;50=00"
	"sends;arp directed;50=01"
	"sends;pin off;46=00"
	"sends;pin mac host on;44=01 46=01"
	"sends;pin guard;46=03"
	"sends;allow flush;47=2 48="
	"sends;allow add 192.0.2.1;47=0 48=09000100c000020120000000"
	"sends;allow set 02:0:00:00:00:1;47=3 48=0a0003000200000000010000"
	"sends;bclim -1;9=4294967295"
	"sends;bclim -2147483648;9=2147483648"
	"sends;bclim 2147483647;9=2147483647"
	"sends;mo bridge bcq 7;1=4 7=7"
	"changes;mode private;1=1"
	"changes;nopromisc;2=1"
	"changes;flag null;2=0"
	"changes;macaddr add $a;3=0 4=020000000001"
	"changes;macaddr add $a $b;3=0 5=[4=020000000001 4=020000000002]"

	'refuses;mode foo;bad mode "foo": give private, vepa, bridge, passthru or source'
	'refuses;mode br;bad mode "br"'
	"refuses;mode;mode needs private, vepa, bridge, passthru or source"
	"refuses;mode vepa mode bridge;mode given twice"
	'refuses;flag foo;bad flag "foo": give nopromisc, nodst or null'
	"refuses;flag;flag needs nopromisc, nodst or null"
	"refuses;nopromisc;nopromisc is for mode passthru only"
	"refuses;mode bridge nopromisc;nopromisc is for mode passthru only"
	'refuses;macaddr foo;bad macaddr "foo": give add, del, flush or set'
	"refuses;macaddr;macaddr needs add, del, flush or set"
	"refuses;macaddr add;macaddr needs a MAC address"
	'refuses;macaddr add 1;bad MAC address "1"'
	'refuses;macaddr add 02:00:00:00:00;bad MAC address "02:00:00:00:00"'
	"refuses;macaddr add $a:03;bad MAC address \"$a:03\""
	'refuses;macaddr add 02:00:00:00:00:0g;bad MAC address "02:00:00:00:00:0g"'
	'refuses;macaddr add 02:00:00:00:00:;bad MAC address "02:00:00:00:00:"'
	'refuses;macaddr del 1.2.3.4;bad MAC address "1.2.3.4"'
	"refuses;macaddr set $a 02:zz;bad MAC address \"02:zz\""
	"refuses;macaddr add $a macaddr add $b;macaddr given twice"
	"refuses;bcqueuelen;bcqueuelen needs a number"
	'refuses;bcqueuelen -1;bad bcqueuelen "-1": give a number from 0 to 4294967295'
	'refuses;bcqueuelen 4294967296;bad bcqueuelen "4294967296"'
	'refuses;bcqueuelen 5x;bad bcqueuelen "5x"'
	'refuses;bcqueuelen +5;bad bcqueuelen "+5"'
	"refuses;bcqueuelen 5 bcqueuelen 6;bcqueuelen given twice"
	"refuses;bclim;bclim needs a number"
	'refuses;bclim x;bad bclim "x": give a number from -2147483648 to 2147483647'
	'refuses;bclim 2147483648;bad bclim "2147483648"'
	'refuses;bclim -2147483649;bad bclim "-2147483649"'
	'refuses;bclim 99999999999999999999;bad bclim "99999999999999999999"'
	"refuses;bclim 1 bclim 2;bclim given twice"
	"refuses;host;host needs on or off"
	'refuses;host 1;bad host "1": give on or off'
	"refuses;host on host on;host given twice"
	"refuses;announce;announce needs on or off"
	'refuses;announce 1;bad announce "1": give on or off'
	"refuses;announce on announce on;announce given twice"
	"refuses;arp;arp needs flood or directed"
	'refuses;arp on;bad arp "on": give flood or directed'
	"refuses;pin;pin needs off, mac, ip or guard"
	'refuses;pin on;bad pin "on": give off, mac, ip or guard'
	"refuses;allow;allow needs add, del, flush or set"
	"refuses;allow add;allow needs an IP or MAC address"
	'refuses;allow add 192.0.2.256;bad address "192.0.2.256": give 192.0.2.1, 2001:db8::/64 or a MAC address'
	'refuses;allow add 192.0.2.1/33;bad address "192.0.2.1/33": give 192.0.2.1, 2001:db8::/64 or a MAC address'
	'refuses;allow add 02:00:00:00:00;bad address "02:00:00:00:00": give 192.0.2.1, 2001:db8::/64 or a MAC address'
	"refuses;allow flush allow flush;allow given twice: use allow set ADDRESS ADDRESS ..."
	"refuses;pin mac pin mac;pin given twice"
	'refuses;usedbcqueuelen 5;unknown option "usedbcqueuelen"'
	'refuses;mode bridge foo;unknown option "foo"'
	too_many
	many

	"same;mode bridge"
	"same;mode passthru nopromisc"
	"same;mode passthru n"
	"same;mode source nodst macaddr set $a $b bcqueuelen 9"
	"same;mode source macaddr add $a"
	"same;mode source macaddr del $a"
	"same;mode source macaddr set"
	"same;macaddr flush"
	"same;mode vepa nodst"
	"same;flag null"
	"same;bcqueuelen 010"
	"same;bclim -5"

	"prints;"
	"prints;1=04000000;mode bridge "
	"prints;1=03000000;mode unknown "
	"prints;1=0400"
	"prints;2=0300;nopromisc nodst "
	"prints;2=0000"
	"prints;2=01"
	"prints;7=05000000 8=e8030000;bcqueuelen 5 usedbcqueuelen 1000 "
	"prints;9=ffffffff;bclim -1 "
	"prints;44=01;host on "
	"prints;44=00;host off "
	"prints;44=01;\"host\":true,;-j"
	"prints;44=01 45=01;host on "
	"prints;44=01 45=00;host on addr_own_choice "
	"prints;44=01 45=00 49=01;host on announce on addr_own_choice "
	"prints;49=00;announce off "
	"prints;49=01;\"announce\":true,;-j"
	"prints;50=01;arp directed "
	"prints;46=01;pin mac "
	"prints;46=00;pin off "
	"prints;46=09;pin unknown "
	"prints;46=02;pin ip "
	"prints;48=09000100c000020120000000;allow 192.0.2.1/32 "
	"prints;48=09000100c000020120000000;\"allow\":[\"192.0.2.1/32\",],;-j"
	"prints;48=05000100c000020120;allow "
	"prints;48=0a0003000200000000010000;allow 02:00:00:00:00:01 "
	"prints;46=01;\"pin\":\"mac\",;-j"
	"prints;45=01;\"addr_vouched\":true,;-j"
	"prints;45=00;\"addr_vouched\":false,;-j"
	"prints;9=ffff"
	"prints;1=10000000 6=00000000;mode source remotes (0) "
	"prints;1=04000000 6=00000000;mode bridge "
	"prints;6=01000000 5=0a00040002000000000a0000;remotes (1) 02:00:00:00:00:0a "
	"prints;6=01000000 5=0800040002000000;remotes (1) "
	"prints;6=01000000 5=ff00040002000000;remotes (1) "
	"prints;1=04000000 7=05000000 9=ffffffff;\"mode\":\"bridge\",\"bcqueuelen\":5,\"bclim\":-1,;-j"
	"prints;2=0300;\"nopromisc\":true,\"nodst\":true,;-j"
	"prints;6=01000000 5=0a00040002000000000a0000;\"macaddr_count\":1,\"macaddr_data\":[\"02:00:00:00:00:0a\",],;-j"
	"helps;mode private vepa bridge passthru source flag null nopromisc nodst"
	"helps;macaddr add del set flush bcqueuelen bclim host on off pin guard allow announce arp directed"
	"documents;mode flag macaddr bcqueuelen bclim host pin allow announce arp"
	man_page_is_clean
)

both=()
for kind in mymacvlan mymacvtap; do
	both+=("${cases[@]/#/on;$kind;}")
done
need ip make "${CC:-cc}"
build
run_cases "${both[@]}"
