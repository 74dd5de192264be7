#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# As plugin.sh, for the options that only a tap has, and for what the plugin of
# mymacvlan says to them.

set -uo pipefail
# shellcheck source=selftests/iproute2/lib.sh
. "$(dirname "$0")/lib.sh"
trap 'rm -rf "$tmp"' EXIT
kind=mymacvtap

# u32 NUMBER - as the kernel sends it, in the form that print_opt takes
u32() {
	printf '%08x' "$1" | sed -E 's/(..)(..)(..)(..)/\4\3\2\1/'
}

# first DATABASE - name and id of its first entry that is not root's
first() {
	getent "$1" | awk -F: '$3 > 0 { print $1, $3; exit }'
}

# a prefix of an option is enough, and of two options the shared one is meant
short_words() {
	sends "a off u 5 g 6 p 640" "40=00 41=5 42=6 43=416" &&
	sends "m bridge" "1=4"
}

# in front of "type" the words are ip's own
own_group() {
	expect "create $kind 42=7" "$(LD_PRELOAD=$tmp/capture.so ip link add \
		link lo name m0 group 5 type "$kind" group 7 2>&1)"
}

# all of one kind of output at once, in the order of the man page
sources="1=10000000 6=01000000 5=0a00040002000000000a0000"
sources_text="mode source remotes (1) 02:00:00:00:00:0a "
root="41=00000000 42=00000000"
read -r user uid < <(first passwd)
read -r group gid < <(first group)
# nobody has the id one below "none"
free=4294967294

cases=(
	"sends;allmulti on;40=01"
	"sends;allmulti off;40=00"
	"sends;user root;41=0"
	"sends;group root;42=0"
	"sends;user $user;41=$uid"
	"sends;group $group;42=$gid"
	"sends;user $uid;41=$uid"
	"sends;group $gid;42=$gid"
	"sends;user 0 group 0;41=0 42=0"
	"sends;user 010 group 0010;41=10 42=10"
	"sends;user $free group $free;41=$free 42=$free"
	"sends;perm 0660;43=432"
	"sends;perm 660;43=432"
	"sends;perm 0;43=0"
	"sends;perm 777;43=511"
	"sends;perm 0000644;43=420"
	"sends;perm 0640 group $group user $user allmulti off mode bridge;1=4 40=00 41=$uid 42=$gid 43=416"
	"sends;mode source macaddr set 2:0:0:0:0:a user 1;1=16 41=1 3=3 5=[4=02000000000a]"
	"changes;allmulti off;40=00"
	"changes;user $user group $group perm 0600;41=$uid 42=$gid 43=384"
	short_words
	own_group

	"refuses;allmulti;allmulti needs on or off"
	'refuses;allmulti 1;bad allmulti "1": give on or off'
	'refuses;allmulti yes;bad allmulti "yes": give on or off'
	"refuses;allmulti on allmulti off;allmulti given twice"
	"refuses;user;user needs a name or a number"
	'refuses;user no-such-user;unknown user "no-such-user": give a user of this system or a number from 0 to 4294967294'
	'refuses;user -1;unknown user "-1"'
	'refuses;user 0x10;unknown user "0x10"'
	'refuses;user root:root;unknown user "root:root"'
	'refuses;user 4294967295;bad user "4294967295": give a name or a number from 0 to 4294967294'
	'refuses;user 99999999999999999999;bad user "99999999999999999999"'
	"refuses;user 1 user 1;user given twice"
	"refuses;group;group needs a name or a number"
	'refuses;group no-such-group;unknown group "no-such-group": give a group of this system or a number from 0 to 4294967294'
	'refuses;group 4294967295;bad group "4294967295": give a name or a number from 0 to 4294967294'
	"refuses;group 1 group 1;group given twice"
	"refuses;perm;perm needs octal digits"
	'refuses;perm 0888;bad perm "0888": give octal digits from 0 to 0777'
	'refuses;perm 1000;bad perm "1000": give octal digits from 0 to 0777'
	'refuses;perm 99;bad perm "99"'
	'refuses;perm -1;bad perm "-1"'
	'refuses;perm +660;bad perm "+660"'
	'refuses;perm 0x1b0;bad perm "0x1b0"'
	'refuses;perm u+rw;bad perm "u+rw"'
	'refuses;perm 7777777777777777777777777;bad perm "7777777777777777777777777"'
	"refuses;perm 600 perm 600;perm given twice"

	"on;mymacvlan;refuses;allmulti on;mymacvlan: allmulti is an option of mymacvtap"
	"on;mymacvlan;refuses;mode bridge user root;mymacvlan: user is an option of mymacvtap"
	"on;mymacvlan;refuses;group root;mymacvlan: group is an option of mymacvtap"
	"on;mymacvlan;refuses;perm 0660;mymacvlan: perm is an option of mymacvtap"
	"on;mymacvlan;refuses;perm;mymacvlan: perm is an option of mymacvtap"

	"prints;40=01;allmulti on "
	"prints;40=00;allmulti off "
	"prints;40="
	"prints;$root 43=8001;user root group root perm 0600 "
	"prints;41=$(u32 "$uid");user $user "
	"prints;42=$(u32 "$gid");group $group "
	"prints;41=$(u32 $free);user $free "
	"prints;42=$(u32 $free);group $free "
	"prints;41=0000"
	"prints;42=000000"
	"prints;43=b001;perm 0660 "
	"prints;43=0000;perm 0000 "
	"prints;43=b0"
	"prints;$sources 40=01 $root 43=8001;${sources_text}allmulti on user root group root perm 0600 "
	"prints;$root;user 0 group 0 ;-N"
	"prints;40=01 $root 43=b001;\"allmulti\":true,\"user\":\"root\",\"uid\":0,\"group\":\"root\",\"gid\":0,\"perm\":\"0660\",;-j"
	"prints;40=00;\"allmulti\":false,;-j"
	"prints;41=$(u32 $free) 42=$(u32 $free);\"user\":\"$free\",\"uid\":$free,\"group\":\"$free\",\"gid\":$free,;-j"
	"prints;$root;\"user\":\"0\",\"uid\":0,\"group\":\"0\",\"gid\":0,;-jN"
	"helps;allmulti on off user group perm"
	"documents;allmulti user group perm uid gid"
)

need ip make getent awk "${CC:-cc}"
if [ -z "$uid" ] || [ -z "$gid" ]; then
	skip_all "no user or no group beside root here"
fi
build
run_cases "${cases[@]}"
