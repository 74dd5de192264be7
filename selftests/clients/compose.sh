#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Docker Compose: the file of clients.md as it stands there, with another service beside
# its own, as somebody would write who has two.
#
#   .----------- machine_a ----------.
#   | .--- web ----.  .--- db -----. |
#   | |    eth0    |  |    eth0    | |
#   | '-----+------'  '------+-----' |
#   |       '----. .---------'       |
#   |           enp0s5               |
#   '-------------+------------------'
#                 '-- switch: br0, 192.168.2.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/docker_daemon.sh"
client_programs docker-compose

project=/run/project

# compose WORD...
compose() {
	on machine_a docker-compose --project-directory "$project" --progress quiet "$@"
}

# name SERVICE - of its container
name() {
	echo "project-$1-1"
}

test_up() {
	on machine_a mkdir -p "$project"
	example "Docker Compose" yaml | on machine_a tee "$project"/compose.yaml >/dev/null
	on machine_a tee "$project"/compose.override.yaml >/dev/null <<-END
		services:
		  db:
		    image: busybox
		    command: sleep infinity
		    init: true
		    networks:
		      - macnet
	END
	check "docker-compose up" compose up --detach
	has_mode machine_a "$(name web)" bridge
	has_mode machine_a "$(name db)" bridge
}

# The address that the file gives, and one of the range that it leaves to Docker.
test_addresses() {
	local address

	address=$(beside machine_a "$(name web)" ip -4 -j addr show dev eth0 |
		jq -r '.[0].addr_info[0].local')
	equal "web's address" "$address" 192.168.2.220
	address=$(beside machine_a "$(name db)" ip -4 -j addr show dev eth0 |
		jq -r '.[0].addr_info[0].local')
	[[ $address == 192.168.2.2@(1[6-9]|2[0-3]) ]] || fail "db's address is $address"
	equal "the default route" "$(beside machine_a "$(name web)" ip -j route show default |
		jq -r '.[0].gateway')" 192.168.2.1
}

test_services_reach_each_other_and_the_gateway() {
	pings machine_a "$(name web)" 192.168.2.1 db
	pings machine_a "$(name db)" 192.168.2.1 192.168.2.220 web
	check "the gateway reaches web" in_ns "$switch" ping -q -c 1 -w 10 192.168.2.220
}

test_up_again_after_a_change() {
	local before after

	before=$(process_of machine_a "$(name web)")
	on machine_a sed -i 's/220/221/' "$project"/compose.yaml
	check "docker-compose up" compose up --detach
	after=$(process_of machine_a "$(name web)")
	[ "$before" != "$after" ] || fail "web is the old container"
	pings machine_a "$(name db)" 192.168.2.221 web
	deaf machine_a "$(name db)" 192.168.2.220
}

test_down() {
	check "docker-compose down" compose down --timeout 1
	check "no device" no_links "$machine_a"
	promiscuity "$machine_a" enp0s5 0
	docker_stop machine_a
	unloads
}

lan machine_a
docker_start machine_a
run_tests up addresses services_reach_each_other_and_the_gateway \
	up_again_after_a_change down
