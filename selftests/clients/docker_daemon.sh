# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of Docker: a daemon on each machine, and what is asked of
# its containers.

client_programs dockerd containerd docker runc ping

# listens VAR SOCKET - there is one on this machine; asks no program, which would
# take longer than what it waits for
listens() {
	[ -S "/proc/${MACHINE_PID[$1]}/root/$2" ]
}

# docker_daemon VAR - the one that "systemctl start docker" would start. Once it
# listens, the first command waits until it serves.
docker_daemon() {
	program_start "$1" dockerd dockerd --containerd /run/containerd/containerd.sock
	poll 120 listens "$1" /run/docker.sock &&
		on "$1" docker version >/dev/null && return
	program_log "$1" dockerd
	return 1
}

# docker_start VAR... - containerd and dockerd with their defaults, and the image
# "busybox". Both need long where a processor is emulated.
docker_start() {
	local var

	image "$RESULT_DIR/image.tar"
	for var; do
		program_start "$var" containerd containerd
	done
	for var; do
		note "starting Docker on $var"
		poll 120 listens "$var" /run/containerd/containerd.sock ||
			{ program_log "$var" containerd; exit 1; }
		docker_daemon "$var" || exit 1
		on "$var" docker import - busybox <"$RESULT_DIR/image.tar" >/dev/null || exit 1
	done
}

# no_daemon VAR
no_daemon() {
	! on "$1" pgrep -x dockerd
}

# docker_stop VAR [SIGNAL] - the daemon; by default as systemd does
docker_stop() {
	on "$1" pkill "-${2:-TERM}" -x dockerd
	poll 60 no_daemon "$1"
	on "$1" rm -f /run/docker.sock /run/docker.pid
}

# run VAR NAME ARGUMENT... - a container that does nothing, for its network
run() {
	on "$1" docker run -d --init --name "$2" "${@:3}" busybox sleep infinity >/dev/null
}

# in_container VAR NAME COMMAND... - a program of the container's, in all of it
in_container() {
	on "$1" docker exec "$2" "${@:3}"
}

# beside VAR NAME COMMAND... - a program of the machine's, in the container's network
beside() {
	local pid

	pid=$(on "$1" docker inspect -f '{{.State.Pid}}' "$2") &&
		on "$1" nsenter --target "$pid" --net -- "${@:3}"
}

# pings VAR NAME HOST... - all of them, by one program in the container
pings() {
	local var=$1 name=$2
	shift 2
	# shellcheck disable=SC2016 # the container's shell
	check "$name reaches $*" in_container "$var" "$name" sh -c \
		'for host; do ping -q -c 1 -w 10 "$host" || exit; done' sh "$@"
}

# deaf VAR NAME HOST - what must not be reached is not, in the time that others
# answer in
deaf() {
	! in_container "$1" "$2" ping -q -c 3 -i 0.2 -w 1 "$3" >/dev/null 2>&1 ||
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
