#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# as_macvlan.sh with taps.

KIND=macvtap exec "$(dirname "$0")/as_macvlan.sh"
