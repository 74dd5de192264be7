#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A tap's file and vhost-net, used as no program would: see tapfile.c, vhost.c.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

test_file() {
	fuzz tapfile file 500
	loaded_anew
}

test_vhost() {
	modprobe vhost_net 2>/dev/null || :
	[ -e /dev/vhost-net ] || skip "this kernel has no vhost-net"
	fuzz vhost vhost 60
	loaded_anew
}

run_tests file vhost
