# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the benchmark in the guest works with: the contestants and their devices.
# Sourced by "guest".
#
# Each contestant has a lower device of its own, a dummy or one end of a cable,
# and the same children on it:
#
#   contestant   lower  children        what
#   ours         da     a0 a1 a2 ...    mymacvlan
#   intree       db     b0 b1 b2 ...    macvlan
#   ipvlan       dc     c0 c1 c2 ...    ipvlan, mode l2
#   bridge       de     e0 e1 e2 ...    veth pairs, their other ends and the lower
#                                       in a bridge
#   floor        df     -               the lower device itself

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
load=$here/../build/bench/load
rounds=${ROUNDS:-3}

declare -A letter=([ours]=a [intree]=b [ipvlan]=c [bridge]=e [floor]=f [noqueue]=n)
declare -A kind=([ours]=mymacvlan [intree]=macvlan [ipvlan]=ipvlan)
# shellcheck disable=SC2034 # used by guest
declare -A tap_kind=([ours]=mymacvtap [intree]=macvtap [noqueue]=macvtap)
# The third byte of the children's addresses.
declare -A family=([ours]=10 [intree]=11 [ipvlan]=12 [bridge]=14)
# As the kernel numbers them.
declare -A mode=([vepa]=2 [bridge]=4 [passthru]=8 [source]=16)

# Written to by nobody: reading it with a limit waits without a process.
exec {pause_fd}<> <(:)

progress() {
	printf 'bench: %s\n' "$*"
}

die() {
	echo "bench: $*" >&2
	exit 1
}

# poll COMMAND... - until it succeeds. Waiting costs nothing here.
poll() {
	local tries
	for ((tries = 0; tries < 4000; tries++)); do
		! "$@" || return 0
		read -rt 0.5 -u "$pause_fd" || :
	done
	die "this never came true: $*"
}

lower() {
	echo "d${letter[$1]}"
}

# child WHO NUMBER - its name
child() {
	echo "${letter[$1]}$2"
}

# child_mac WHO NUMBER - its address; "load links" gives the same
child_mac() {
	case $1 in
	ipvlan)	lower_mac "$1" ;;
	*)	printf '02:00:%02x:%02x:%02x:%02x' "${family[$1]}" \
			$(($2 >> 16 & 255)) $(($2 >> 8 & 255)) $(($2 & 255)) ;;
	esac
}

lower_mac() {
	printf '02:00:00:00:dd:%02x' "'${letter[$1]}"
}

# child_ip WHO NUMBER - only ipvlan looks at it, and only its children have one
child_ip() {
	case $1 in
	ipvlan)	echo "10.12.$(($2 / 250)).$(($2 % 250 + 1))" ;;
	*)	echo 10.9.9.9 ;;
	esac
}

# quiet_kernel - nothing shall work now and then by itself, nor frames come that
# nobody asked for
quiet_kernel() {
	local file

	sysctl -eqw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 \
		vm.stat_interval=100000 net.core.default_qdisc=fq_codel kernel.printk=1
	for file in /sys/module/damon_{stat,reclaim,lru_sort}/parameters/enabled; do
		[ ! -w "$file" ] || echo N >"$file"
	done
}

load_modules() {
	local name

	for name in dummy veth bridge pktgen macvlan macvtap ipvlan mymacvtap vhost_net; do
		modprobe "$name" || die "no module $name"
	done
	[ -z "${TIME-}" ] || return 0
	"$load" text ours=mymacvlan ours=mymacvtap intree=macvlan intree=macvtap \
		ipvlan=ipvlan bridge=bridge bridge=veth tap=tap
}

# make_lower TYPE WHO... - up; with TYPE veth, xX is the other end of the cable
make_lower() {
	local type=$1 who dev
	shift

	for who; do
		dev=$(lower "$who")
		[ "$type" = dummy ] || type="veth peer name x${letter[$who]}"
		echo "link add $dev address $(lower_mac "$who") type $type"
		echo "link set $dev up"
		[ "$type" = dummy ] || echo "link set x${letter[$who]} up"
	done | ip -batch -
}

# add_children CASE WHO FIRST COUNT MODE ROUND - made and set up, both measured
add_children() {
	local case=$1 who=$2
	shift 2
	"$load" links "create$case" "$who" do=add kind="${kind[$who]}" \
		lower="$(lower "$who")" prefix="${letter[$who]}" first="$1" count="$2" \
		mode="${mode[$3]}" family="${family[$who]}" round="$4"
	"$load" links "set-up$case" "$who" do=up prefix="${letter[$who]}" first="$1" \
		count="$2" round="$4"
}

# make_children WHO N MODE
make_children() {
	local who=$1 n=$2 i

	if [ "$who" = bridge ]; then
		make_ports "$n"
	else
		add_children "-all:$n" "$who" 0 "$n" "$3" 0
	fi
	[ "$who" != ipvlan ] || for ((i = 0; i < n; i++)); do
		echo "address add $(child_ip ipvlan "$i")/32 dev $(child ipvlan "$i")"
	done | ip -batch -
}

make_ports() {
	local i

	{
		echo "link add br0 type bridge stp_state 0 mcast_snooping 0"
		echo "link set br0 up"
		echo "link set de master br0"
		for ((i = 0; i < $1; i++)); do
			echo "link add e$i address $(child_mac bridge "$i") type veth peer name p$i"
			echo "link set p$i master br0 up"
			echo "link set e$i up"
		done
	} | ip -batch -
	# Else frames for them are flooded.
	for ((i = 0; i < $1; i++)); do
		echo "fdb add $(child_mac bridge "$i") dev p$i master static"
	done | bridge -batch -
	bridge fdb add 02:ff:ff:ff:ff:ff dev de master static
}

# delete_lower WHO N [ROUND] - its children go with it, which is measured
delete_lower() {
	local i

	if [ "$1" = bridge ]; then
		for ((i = 0; i < $2; i++)); do
			echo "link del e$i"
		done | ip -batch -
		ip -batch - <<<"link del br0"$'\n'"link del de"
		return
	fi
	"$load" links "delete-with-lower:$2" "$1" do=delete prefix="$(lower "$1")" \
		work="$2" round="${3:-0}"
}

is_up() {
	local state

	read -r state <"/sys/class/net/$1/operstate" && [ "$state" = up ]
}

# links_settled N WHO... - the kernel works off the news of links bit by bit, a
# hundred a second, in their order. (Of ipvlan, of which there are few, not all
# get to the state "up".)
links_settled() {
	local n=$1 who
	shift

	if [ -n "${TIME-}" ]; then
		# Here waiting takes its time, and a little work now and then does no harm.
		read -rt 0.05 -u "$pause_fd" || :
		return
	fi
	for who; do
		[ "$who" = ipvlan ] || poll is_up "$(child "$who" $((n - 1)))"
	done
	read -rt 3 -u "$pause_fd" || :
}

# flow NAME [OPTION]... - the contestants' words are in the array "words"
flow() {
	wanted "$1" || return 0
	progress "$(title "$1")"
	if [ -n "${TIME-}" ]; then
		take_time "$@"
	else
		"$load" flow "$@" rounds="$rounds" "${words[@]}"
	fi
}

# wanted NAME - not all cases are, always
wanted() {
	[[ -z ${CASES-} || $1 =~ $CASES ]]
}

# take_time NAME frames=FEW,MANY - the same in slices of some hundred microseconds
take_time() {
	local name=$1

	[ "$TIME" = 1 ] || name=${1%:*}-two:${1#*:}
	"$load" time "$name" frames=0,$((${2##*,} / 2)) rounds="$rounds" cpus="$TIME" "${words[@]}"
}

# title NAME - for people
title() {
	local n=${1#*:}

	echo "${1%:*}, $n $([ "$n" = 1 ] && echo child || echo children)"
}

# collect COMMAND WHO... - what COMMAND adds to "words" for each
collect() {
	local who command=$1
	shift
	words=()
	for who; do
		words+=(-- "$who")
		"$command" "$who"
	done
}
