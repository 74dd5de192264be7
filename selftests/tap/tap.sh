# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the tap in shell share, on top of ../lib.sh, see there.
