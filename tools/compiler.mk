# SPDX-License-Identifier: GPL-2.0-only
#
# Included by the tools' Makefiles: which compiler CROSS_COMPILE and LLVM mean, as the
# kernel's build understands them. A CC that somebody gave wins.

ifeq ($(origin CC),default)
ifneq ($(LLVM),)
# "1", "-15" or a directory that ends with a slash
CC := $(if $(filter %/,$(LLVM)),$(LLVM))clang$(if $(filter -%,$(LLVM)),$(LLVM))
ifneq ($(CROSS_COMPILE),)
CC += --target=$(patsubst %-,%,$(notdir $(CROSS_COMPILE)))
endif
else ifneq ($(CROSS_COMPILE),)
CC := $(CROSS_COMPILE)gcc
endif
endif
