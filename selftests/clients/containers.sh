# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of programs that run containers: what is asked of a container
# on one of the machines. How to come at it each program's test says, by two functions:
#   process_of VAR NAME              prints the number of the container's first process
#   in_container VAR NAME COMMAND... runs a program of the container's, in all of it

# beside VAR NAME COMMAND... - a program of the machine's, in the container's network
beside() {
	local pid

	pid=$(process_of "$1" "$2") && on "$1" nsenter --target "$pid" --net -- "${@:3}"
}

# pings VAR NAME HOST... - all of them, by one program in the container
pings() {
	local var=$1 name=$2
	shift 2
	# shellcheck disable=SC2016 # the container's shell
	check "$name reaches $*" in_container "$var" "$name" /bin/sh -c \
		'for host; do /bin/ping -q -c 1 -w 10 "$host" || exit; done' sh "$@"
}

# deaf VAR NAME HOST - what must not be reached is not, in the time that others
# answer in
deaf() {
	! in_container "$1" "$2" /bin/ping -q -c 3 -i 0.2 -w 1 "$3" >/dev/null 2>&1 ||
		fail "$2 reaches $3"
}

# has_mode VAR NAME MODE - the container's device, and whose it is
has_mode() {
	local mode

	mode=$(beside "$1" "$2" ip -d -j link show dev eth0 |
		jq -r '.[0].linkinfo.info_data.mode')
	equal "mode of $2" "$mode" "$3"
	ours "$2: eth0" beside "$1" "$2"
}
