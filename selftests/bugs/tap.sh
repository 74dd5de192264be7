#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Classes of bugs about taps. Many of them were the kernel's tap library's: what is
# tested is our use of it. The topology is that of ../device/device.sh.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../device/device.sh
. "$(dirname "$0")/../device/device.sh"
# shellcheck source=bugs.sh
. "$(dirname "$0")/bugs.sh"

TAP=${KIND/lan/tap}
modprobe -q "$TAP" || skip_all "no module $TAP"
USER_ID=4711
TAP_MAC=02:00:00:00:00:07

# A frame through vhost-net that is shorter than an Ethernet header.
test_CVE_2024_41090_short_frames() {
	same tap/vhost_test short_frames
	same tap/header_test short_frames
}

# Such a frame was refused, but its page kept.
test_CVE_2026_46320_short_frames_are_not_freed() {
	same tap/vhost_test short_frames_are_freed
}

# open_by ID FRAME - this user opens the node of t0, and sends
open_by() {
	local index

	index=$(field "$box" t0 ifindex)
	in_ns "$box" setpriv --reuid "$1" --clear-groups \
		bash -c "exec 3<>/dev/tap$index && printf '$2' >&3"
}

# What the file's frames and sockets are accounted to.
test_CVE_2023_1076_owner_of_the_socket() {
	fresh
	ip -n "$box" link add link eth0 name t0 address "$TAP_MAC" \
		type "$TAP" mode bridge perm 0666
	ip -n "$box" link set t0 up
	asks eth0 egress "uid=$USER_ID"
	open_by "$USER_ID" "$(raw_frame)"
	equal "frames of this user" "$(counter "$box" t0 tx_wire)" 1
	equal "frames of another one" "$(counter "$box" t0 tx_drop_wire)" 0
}

# The first fix took the node's owner for the one who opens it.
test_CVE_2023_4194_owner_is_who_opens() {
	fresh
	ip -n "$box" link add link eth0 name t0 address "$TAP_MAC" \
		type "$TAP" mode bridge user "$USER_ID" perm 0600
	ip -n "$box" link set t0 up
	asks eth0 egress uid=0
	open_by 0 "$(raw_frame)"
	equal "frames of root" "$(counter "$box" t0 tx_wire)" 1
	equal "frames of another one" "$(counter "$box" t0 tx_drop_wire)" 0
}

# raw_frame - an empty virtio-net header and a frame, for "printf"
raw_frame() {
	local i mac header='' payload=''

	for i in {1..10}; do
		header+='\x00'
	done
	# With 0a in it, as a device's own may have, bash would write two pieces.
	mac=02:00:00:00:00:99:$TAP_MAC
	for i in {1..60}; do
		payload+=x
	done
	printf '%s' "$header\\x${mac//:/\\x}\\x88\\xb5$payload"
}

test_stack_bytes_leaked_by_SIOCGIFHWADDR() {
	same tap/ioctl_test hardware_address_leaks_nothing
}

# More pieces than a frame has places for, and the sender's pages sent as they are.
test_CVE_2012_2119_zerocopy_vector() {
	[ -n "${MYMACVLAN_VM-}" ] || skip "only in the test machine: vhost_net is loaded anew"
	! [ -d /sys/module/vhost_net ] || rmmod vhost_net || skip "vhost_net is in use"
	modprobe -q vhost_net experimental_zcopytx=1 || skip "no vhost-net"
	same tap/vhost_test pieces whole_out frames_out
	rmmod vhost_net
}

test_CVE_2024_43817_and_43897_virtio_headers() {
	same tap/header_test headers nonsense_to_segment
	same tap/vhost_test hostile_headers
}

test_checksum_start_with_a_vlan_tag() {
	same tap/offload_test checksum_in checksum_out
}

test_truncation_not_signalled() {
	same tap/header_test truncated_reads
}

test_minor_number_reuse() {
	same tap/lifetime_test old_file_of_a_new_tap
}

TC_ASK=$(program tc_ask) || exit 1
spaces
run_tests CVE_2024_41090_short_frames CVE_2026_46320_short_frames_are_not_freed \
	CVE_2023_1076_owner_of_the_socket CVE_2023_4194_owner_is_who_opens \
	stack_bytes_leaked_by_SIOCGIFHWADDR CVE_2012_2119_zerocopy_vector \
	CVE_2024_43817_and_43897_virtio_headers checksum_start_with_a_vlan_tag \
	truncation_not_signalled minor_number_reuse
