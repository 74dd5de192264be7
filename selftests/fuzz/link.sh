#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Link messages that nobody would send, see link.c.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

test_messages() {
	fuzz link link 1500
	loaded_anew
}

test_messages_of_a_user_namespace() {
	fuzz link link 1500 userns
	loaded_anew
}

run_tests messages messages_of_a_user_namespace
