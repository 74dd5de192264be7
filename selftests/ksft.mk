# SPDX-License-Identifier: GPL-2.0-only
#
# Included at the end of each target's Makefile: finds the kernel's lib.mk,
# which knows what to do with TEST_PROGS and its relatives.

SELFTESTS := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
KSFT_SRC  ?= $(shell bash -c '. $(SELFTESTS)/../scripts/lib.sh && echo $$(kernel_source)/tools/testing/selftests')

ifeq ($(wildcard $(KSFT_SRC)/lib.mk),)
$(error the selftest framework of the kernel is missing: run "scripts/setup test" or set KSFT_SRC=<kernel source>/tools/testing/selftests)
endif

# Time under emulation is counted in instructions, so this is generous.
export kselftest_override_timeout ?= 900

CFLAGS += -O2 -Wall -Wextra -I$(SELFTESTS)/../include/uapi

include $(KSFT_SRC)/lib.mk
