# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests share. A test file sources this, may build what all of its
# tests use, and ends with "run_tests name...": one function test_NAME for one
# KTAP result. Each runs in a subshell with "set -e": any command that fails
# ends that test as failed, "check" notes a failure and goes on. Namespaces
# made with "netns" are deleted when the shell that made them ends.
#
# Starting programs is what costs time in an emulated machine, so the functions
# below start few of them: "ip" is used in batches (functions "links" and
# "in_ns"), and one run of "frame" sends and counts on many devices.

set -u

LIB_DIR=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
# The kind of link to test; "macvlan" tries the tests on the in-tree driver.
KIND=${KIND:-mymacvlan}

# Kernel release as a number: 6.1 is 601.
[[ $(</proc/sys/kernel/osrelease) =~ ^([0-9]+)\.([0-9]+) ]]
KERNEL=$((BASH_REMATCH[1] * 100 + BASH_REMATCH[2]))

KSFT_SKIP=4

# Never written to: reading it with a limit waits without starting a program.
exec {PAUSE_FD}<> <(:)

#
# Results
#

# skip_all REASON - the whole file cannot run here
skip_all() {
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit $KSFT_SKIP
}

# Tests that are only about what the in-tree driver lacks.
only_ours() {
	[[ $KIND == my* ]] || skip "only for kind my$KIND"
}

# skip REASON - ends the running test
skip() {
	echo "$*" >"$RESULT_FILE"
	exit $KSFT_SKIP
}

note() {
	echo "# $*"
}

# fail TEXT - notes a failure of the running test, which goes on
fail() {
	note "FAIL: $*"
	FAILED=1
}

# check TEXT COMMAND... - the command must succeed
check() {
	local text=$1 output
	shift
	output=$("$@" 2>&1) && return
	fail "$text (status $?)"
	note "    $*"
	[ -z "$output" ] || note "    ${output//$'\n'/$'\n#     '}"
}

# equal TEXT VALUE EXPECTED
equal() {
	[ "$2" != "$3" ] || return 0
	if [ ${#2} -lt 100 ] && [ ${#3} -lt 100 ]; then
		fail "$1: is \"$2\", expected \"$3\""
		return
	fi
	fail "$1: is not as expected"
	diff <(tr , '\n' <<<"$3") <(tr , '\n' <<<"$2") | sed 's/^/#     /' || :
}

# expect_err TEXT COMMAND... - the command must fail and say TEXT. Kernels
# without formatted messages say only what comes before the first ": ".
expect_err() {
	local text=$1 output
	shift
	if output=$("$@" 2>&1); then
		fail "this should have failed with \"$text\": $*"
		return
	fi
	[[ $KIND == my* ]] || return 0
	[ "$KERNEL" -ge 602 ] || text=${text%%: *}
	[[ $output == *"$text"* ]] ||
		fail "said \"$output\", expected \"$text\": $*"
}

on_error() {
	note "FAIL: line $1: command failed: $2"
}

# run_one NAME - in a subshell of its own
run_one() {
	# A namespace of an outer shell is not this one's to delete.
	NAMESPACES=()
	FAILED=0
	trap cleanup EXIT
	trap 'on_error "$LINENO" "$BASH_COMMAND"' ERR
	set -eE
	"test_$1"
	exit "$FAILED"
}

# forgotten NAME... - the tests of this file that are none of these
forgotten() {
	local name

	while read -r _ _ name; do
		[[ $name != test_* || " $* " == *" ${name#test_} "* ]] || echo "$name"
	done < <(declare -F)
}

# run_tests NAME... - runs all test_NAME, prints KTAP, ends the file. With
# ONLY="name name" in the environment only those.
run_tests() {
	local name status number=0 failed=0 skipped=0

	name=$(forgotten "$@")
	[ -z "$name" ] || { echo "Bail out! nobody runs ${name//$'\n'/ }"; exit 1; }
	# shellcheck disable=SC2086 # a list of words
	[ -z "${ONLY-}" ] || set -- $ONLY

	echo "TAP version 13"
	echo "1..$#"
	for name; do
		number=$((number + 1))
		: >"$RESULT_FILE"
		(run_one "$name")
		status=$?
		name=${name//_/ }
		case $status in
		0) echo "ok $number $name" ;;
		"$KSFT_SKIP")
			skipped=$((skipped + 1))
			echo "ok $number $name # SKIP $(<"$RESULT_FILE")" ;;
		*)
			failed=$((failed + 1))
			echo "not ok $number $name" ;;
		esac
	done
	echo "# Totals: pass:$(($# - failed - skipped)) fail:$failed xfail:0 xpass:0 skip:$skipped error:0"
	[ $failed = 0 ] || exit 1
	[ $skipped -lt $# ] || exit $KSFT_SKIP
	exit 0
}

#
# Waiting
#

# pause SECONDS - sleeps without a process
pause() {
	read -rt "$1" -u "$PAUSE_FD" || :
}

# poll SECONDS COMMAND... - until the command succeeds, at most so long. The
# waits in between grow: a look costs more than a wait.
poll() {
	local end=$((SECONDS + $1 + 1)) waits=(0.05 0.1 0.2 0.4 0.8) looks=0
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		pause "${waits[looks]-1}"
		looks=$((looks + 1))
	done
}

#
# Namespaces and links
#

NAMESPACES=()

# netns VAR... - makes namespaces with random names and puts the names into the
# variables; "lo" stays down
netns() {
	local var name batch=''

	for var; do
		printf -v name '%s-%08x' "$var" "$SRANDOM"
		printf -v "$var" '%s' "$name"
		NAMESPACES+=("$name")
		batch+="netns add $name"$'\n'
	done
	ip -batch - <<<"$batch"
}

# netns_del NAME... - now, not at the end
netns_del() {
	printf 'netns del %s\n' "$@" | ip -batch -
}

cleanup() {
	local name

	[ ${#NAMESPACES[@]} -gt 0 ] || return 0
	for name in "${NAMESPACES[@]}"; do
		# The test may have deleted it.
		[ ! -e "/run/netns/$name" ] || echo "netns del $name"
	done | ip -batch -
	NAMESPACES=()
}

# links NS - runs the lines on standard input as "ip" commands in NS
links() {
	ip -n "$1" -batch -
}

# in_ns NS COMMAND... - runs a program in NS
in_ns() {
	ip netns exec "$@"
}

# sysctls NS NAME=VALUE...
sysctls() {
	local ns=$1
	shift
	in_ns "$ns" sysctl -qw "$@"
}

# no_ipv6 NS... - for devices to come: no frames that nobody asked for, such as those of
# IPv6 and announcements
no_ipv6() {
	local ns

	for ns; do
		# In-tree macvlan has not all of them.
		sysctls "$ns" -e net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1 net.mymacvlan.announce=0
	done
}

# cable NS1 DEV1 NS2 DEV2 - a veth pair, both ends up
cable() {
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

# switch NS BRIDGE PORT... - a switch from bridge ports that are in NS already
switch() {
	local ns=$1 bridge=$2 port
	shift 2
	{
		echo "link add $bridge type bridge stp_state 0 mcast_snooping 0"
		echo "link set $bridge up"
		for port; do
			echo "link set $port master $bridge"
		done
	} | links "$ns"
}

# hairpin NS PORT on|off - frames go back out where they came in
hairpin() {
	ip -n "$1" link set "$2" type bridge_slave hairpin "$3"
}

# mac NS DEV - its address
mac() {
	local json

	json=$(ip -n "$1" -j link show dev "$2")
	[[ $json =~ \"address\":\"([0-9a-f:]+)\" ]] && echo "${BASH_REMATCH[1]}"
}

# show NS DEV - everything that "ip" tells about a device, as JSON
show() {
	ip -n "$1" -j -d link show dev "$2"
}

# devices NS [dev DEV] - the same of all devices or of one, to compare a state with what
# it was before. Without operstate, which the core brings up to date when it gets round
# to it, up to a second after the carrier came.
devices() {
	ip -n "$1" -j -d link show "${@:2}" | sed 's/"operstate":"[A-Z]*",//g'
}

# field NS DEV NAME - one number or word out of "show", empty if not there
field() {
	[[ $(show "$1" "$2") =~ \"$3\":\"?([^\",}]*) ]] || return 0
	echo "${BASH_REMATCH[1]}"
}

# same_list WORDS WORDS - separated by commas, in any order
same_list() {
	local IFS=, word rest=",$2,"

	for word in $1; do
		[[ $rest == *",$word,"* ]] || return 1
		rest=${rest/",$word,"/,}
	done
	[ "$rest" = , ] || [ "$rest" = ,, ]
}

# compare DEV JSON NAME=VALUE... - fails the test where JSON tells other values.
# An empty value means that the name is not there; a list goes with commas.
compare() {
	local dev=$1 json=$2 want name value

	for want in "${@:3}"; do
		name=${want%%=*} value=
		if [[ $json =~ \"$name\":\[([^]]*)] ]]; then
			value=${BASH_REMATCH[1]//\"/}
			same_list "$value" "${want#*=}" && continue
		elif [[ $json =~ \"$name\":\"?([^\",}]*) ]]; then
			value=${BASH_REMATCH[1]}
		fi
		[ "$value" = "${want#*=}" ] ||
			fail "$dev: $name is \"$value\", expected \"${want#*=}\""
	done
}

# has NS DEV NAME=VALUE... - "compare" with what "show" tells
has() {
	compare "$2" "$(show "$1" "$2")" "${@:3}"
}

# steps NS - runs the lines on standard input as "ip link" commands, all in one
# process. After a command "| DEV NAME=VALUE..." says what must hold then; the
# command itself may be missing. One that fails fails the test.
steps() {
	local command rest lines=() wants=() output i

	while IFS='|' read -r command rest; do
		command=${command%"${command##*[! ]}"}
		[ -z "$command" ] || lines+=("link $command")
		[ -z "$rest" ] || {
			wants+=("$rest")
			read -r rest _ <<<"$rest"
			lines+=("link show dev $rest")
		}
	done
	if ! output=$(printf '%s\n' "${lines[@]}" |
			ip -n "$1" -j -d -batch - 2>&1); then
		# The kernel's words, and the number of the line.
		rest=${output##*]}
		fail "step ${output##*-:}: ${lines[${output##*-:}-1]}:${rest//$'\n'/ }"
		return
	fi
	mapfile -t lines <<<"$output"
	for ((i = 0; i < ${#wants[@]}; i++)); do
		read -ra rest <<<"${wants[i]}"
		compare "${rest[0]}, check $((i + 1))" "${lines[i]}" "${rest[@]:1}"
	done
}

# no_device NS DEV - true when it is not there
no_device() {
	! ip -n "$1" link show dev "$2" >/dev/null 2>&1
}

# mc_users NS DEV MAC - how many want this multicast address of the device
mc_users() {
	# "" because 01005e000001 is a number to awk.
	# shellcheck disable=SC2016 # awk's
	in_ns "$1" awk -v dev="$2" -v mac="${3//:/}" \
		'$2 == dev && $5 "" == mac "" { n = $3 } END { print n + 0 }' \
		/proc/net/dev_mcast
}

# joined NS DEV MAC USERS - for "poll": a join reaches the lower device from a
# work item on newer kernels
joined() {
	[ "$(mc_users "$1" "$2" "$3")" = "$4" ]
}

# counters NS DEV - reads all of "ethtool -S" into the array COUNTER
declare -A COUNTER
counters() {
	local name value

	COUNTER=()
	while IFS=': ' read -r name value; do
		[ -z "$value" ] || COUNTER[$name]=$value
	done < <(in_ns "$1" ethtool -S "$2" 2>/dev/null)
}

# counter NS DEV NAME - one of them
counter() {
	counters "$1" "$2"
	echo "${COUNTER[$3]-0}"
}

# counted NS DEV NAME AT_LEAST - for "poll"
counted() {
	counters "$1" "$2"
	[ "${COUNTER[$3]-0}" -ge "$4" ]
}

# has_received NS DEV AT_LEAST - for "poll": so many frames, by its statistics
has_received() {
	[ "$(in_ns "$1" cat "/sys/class/net/$2/statistics/rx_packets")" -ge "$3" ]
}

#
# Programs of ours
#

# program NAME - the path of a helper built from NAME.c beside this file or in
# the test's directory; built now if it is missing and a compiler is there
program() {
	local dir

	for dir in "$LIB_DIR" "$PWD" "${0%/*}"; do
		[ ! -x "$dir/$1" ] || [ -d "$dir/$1" ] || { echo "$dir/$1"; return; }
	done
	for dir in "$LIB_DIR" "$PWD" "${0%/*}"; do
		[ -e "$dir/$1.c" ] || continue
		! cc -O2 -o "$RESULT_DIR/$1" "$dir/$1.c" 2>/dev/null ||
			{ echo "$RESULT_DIR/$1"; return; }
	done
	echo "# helper $1 is not built: make -C selftests" >&2
	return 1
}

# frame ARGUMENT... - see frame.c
FRAME=
frame() {
	"$FRAME" "$@"
}

# hears TEXT ARGUMENT... - "frame" must count what the arguments say
hears() {
	check "$1" frame "${@:2}"
}

# gains TEXT NS DEV "NAME=N..." ARGUMENT... - like "hears", and meanwhile these
# counters of "ethtool -S" must grow by just so much
gains() {
	local text=$1 ns=$2 dev=$3 wanted=$4 want name
	local -A before
	shift 4

	if [ "$KIND" != mymacvlan ]; then
		hears "$text" "$@"
		return
	fi
	counters "$ns" "$dev"
	for want in $wanted; do
		name=${want%=*}
		[ -n "${COUNTER[$name]-}" ] || fail "$dev has no counter $name"
		before[$name]=${COUNTER[$name]-0}
	done
	hears "$text" "$@"
	counters "$ns" "$dev"
	for want in $wanted; do
		name=${want%=*}
		equal "$text: growth of $name of $dev" \
			"$((${COUNTER[$name]-0} - before[$name]))" "${want#*=}"
	done
}

#
# Start
#

start() {
	[ "$EUID" = 0 ] || skip_all "needs root"
	RESULT_DIR=$(mktemp -d)
	RESULT_FILE=$RESULT_DIR/result
	trap 'cleanup; rm -rf "$RESULT_DIR"' EXIT
	trap 'exit 130' INT TERM
	FRAME=$(program frame) || exit 1
	# In the test machine it is loaded already.
	[ "$KIND" != mymacvlan ] || [ -e /sys/module/mymacvlan ] ||
		modprobe mymacvlan || { echo "Bail out! no module mymacvlan"; exit 1; }
}
start
