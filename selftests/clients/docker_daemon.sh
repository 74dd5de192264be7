# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of Docker: a daemon on each machine, and what is asked of
# its containers.

. "$(dirname "$0")/containers.sh"
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

# in_container VAR NAME COMMAND...
in_container() {
	on "$1" docker exec "$2" "${@:3}"
}

# process_of VAR NAME
process_of() {
	on "$1" docker inspect -f '{{.State.Pid}}' "$2"
}
