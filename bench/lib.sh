# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The benchmark inside the guest: contestants, devices, cases. Sourced by "guest".
#
# Each contestant has a lower device of its own, a dummy (or one end of a cable),
# and the same children on it:
#
#   contestant   lower  children        what
#   ours         da     a0 a1 a2 ...    mymacvlan
#   intree       db     b0 b1 b2 ...    macvlan
#   ipvlan       dc     c0 c1 c2 ...    ipvlan, mode l2
#   bridge       dd     e0 e1 e2 ...    veth pairs, their other ends and the lower
#                                       in a bridge
#   floor        df     -               the lower device itself

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
load=$here/../build/bench/load
rounds=${ROUNDS:-3}

declare -A letter=([ours]=a [intree]=b [ipvlan]=c [bridge]=e [floor]=f)
declare -A lower=([ours]=da [intree]=db [ipvlan]=dc [bridge]=dd [floor]=df)
declare -A kind=([ours]=mymacvlan [intree]=macvlan [ipvlan]=ipvlan)
declare -A tap_kind=([ours]=mymacvtap [intree]=macvtap)
# The third byte of the children's addresses.
declare -A family=([ours]=10 [intree]=11 [ipvlan]=12 [bridge]=14)

bench_start=$EPOCHSECONDS

progress() {
	printf 'bench: %s\n' "$*"
}

# child WHO NUMBER - its name
child() {
	echo "${letter[$1]}$2"
}

# child_mac WHO NUMBER - its address; load gives the same ones
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

# quiet_kernel - nothing that works now and then by itself
quiet_kernel() {
	local file

	sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 \
		vm.stat_interval=100000 net.core.default_qdisc=fq_codel \
		kernel.printk=1 net.core.netdev_budget_usecs=1000000000
	for file in /sys/module/damon_{stat,reclaim,lru_sort}/parameters/enabled; do
		[ ! -w "$file" ] || echo N >"$file"
	done
}

modules() {
	local name
	for name in dummy veth bridge pktgen macvlan macvtap ipvlan mymacvtap; do
		modprobe "$name" || { echo "bench: no module $name"; exit 1; }
	done
	"$load" text ours=mymacvlan ours=mymacvtap intree=macvlan intree=macvtap \
		tap=tap ipvlan=ipvlan bridge=bridge bridge=veth
}

# make_lower WHO... - and up
make_lower() {
	local who

	for who; do
		echo "link add ${lower[$who]} address $(lower_mac "$who") type dummy"
		echo "link set ${lower[$who]} up"
	done | ip -batch -
}

# links NAME WHO do=WHAT ... - see load
links() {
	"$load" links "$1" "$2" "${@:3}" prefix="${letter[$2]}"
}

# make_children WHO N MODE - measured
make_children() {
	local who=$1 n=$2 mode=${3:-4} i

	if [ "$who" = bridge ]; then
		make_ports "$n"
		return
	fi
	links "create:$n" "$who" do=add kind="${kind[$who]}" lower="${lower[$who]}" \
		first=0 count="$n" mode="$mode" family="${family[$who]}"
	links "set-up:$n" "$who" do=up first=0 count="$n"
	[ "$who" != ipvlan ] || for ((i = 0; i < n; i++)); do
		echo "address add $(child_ip ipvlan "$i")/32 dev $(child ipvlan "$i")"
	done | ip -batch -
}

make_ports() {
	local i

	{
		echo "link add br0 type bridge stp_state 0 mcast_snooping 0"
		echo "link set br0 up"
		echo "link set dd master br0"
		for ((i = 0; i < $1; i++)); do
			echo "link add e$i address $(child_mac bridge "$i") type veth peer name p$i"
			echo "link set p$i master br0 up"
			echo "link set e$i up"
		done
	} | ip -batch -
	# Else the first frame for each is flooded.
	for ((i = 0; i < $1; i++)); do
		echo "fdb add $(child_mac bridge "$i") dev p$i master static"
	done | bridge -batch -
}

# delete_lower WHO N - its children go with it, which is measured
delete_lower() {
	if [ "$1" = bridge ]; then
		local i
		for ((i = 0; i < $2; i++)); do echo "link del e$i"; done | ip -batch -
		ip link del br0
		ip link del dd
		return
	fi
	"$load" links "delete-with-lower:$2" "$1" do=delete prefix="${lower[$1]}" work="$2"
}

# flow NAME [OPTION]... -- and the contestants' words in the array "words"
flow() {
	progress "${1/:/, N = }"
	"$load" flow "$@" rounds="$rounds" "${words[@]}"
}

# each_who COMMAND WHO... - words of COMMAND WHO for each, into "words"
collect() {
	local who command=$1
	shift
	words=()
	for who; do
		words+=(-- "$who")
		"$command" "$who"
	done
}
