#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Classes of bugs about link messages.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=bugs.sh
. "$(dirname "$0")/bugs.sh"

test_attribute_without_a_policy() {
	same link/netlink.sh lengths
}

test_dump_size_too_small() {
	same link/sources.sh long_list
}

test_source_list_not_validated() {
	same link/netlink.sh source_addresses source_lists truncated_list
}

# A child whose MTU was below what IPv4 needs.
test_CVE_2022_49776_mtu_below_68() {
	same link/options.sh mtu
}

test_capability_in_the_wrong_namespace() {
	same device/nesting.sh capability_for_a_child_on_a_child \
		capability_for_settings_of_the_port
	same link/queue.sh longer_than_1000_is_for_the_real_root \
		port_settings_are_for_the_lowers_owner
}

run_tests attribute_without_a_policy dump_size_too_small source_list_not_validated \
	CVE_2022_49776_mtu_below_68 capability_in_the_wrong_namespace
