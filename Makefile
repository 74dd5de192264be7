# SPDX-License-Identifier: GPL-2.0-only
#
# "make help" lists what can be asked. The module itself is described in
# Kbuild; scripts/kbuild hands it to the kernel's own build.

.DEFAULT_GOAL := all

ifeq ($(shell command -v bash),)
$(error bash is missing: install the package bash, which the scripts of this project are run by (Kbuild, and so DKMS and AKMS, does without))
endif

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
# Asked for once, and only by what needs it.
KVER    ?= $(eval KVER := $$(shell FOR="$(ARCH)$(CROSS_COMPILE)" scripts/default-kernel))$(KVER)
MODULES := mymacvlan mymacvtap
# Those of another processor do not take the place of this machine's.
TOOLS   := $(CURDIR)/build/tools$(if $(CROSS_COMPILE),-$(patsubst %-,%,$(notdir $(CROSS_COMPILE))))
DESTDIR :=
# Not empty: in place of the in-tree drivers, see Documentation/install.md.
DROP_IN :=
DKMS_SRC = $(DESTDIR)/usr/src/mymacvlan-$(VERSION)
export DESTDIR

# What is installed beside the modules.
define INSTALL_USER
@$(MAKE) --no-print-directory -C tools/iproute2 O=$(TOOLS) DESTDIR=$(DESTDIR) DROP_IN=$(DROP_IN) install
@$(if $(DROP_IN),$(MAKE) --no-print-directory -C tools/drop-in DESTDIR=$(DESTDIR) install)
endef
define UNINSTALL_USER
@$(MAKE) --no-print-directory -C tools/drop-in DESTDIR=$(DESTDIR) uninstall
@$(MAKE) --no-print-directory -C tools/iproute2 O=$(TOOLS) DESTDIR=$(DESTDIR) uninstall
endef

# What the kernel's build understands is passed through. ARCH, CROSS_COMPILE and LLVM hold
# for the tools as well, see tools/compiler.mk.
KBUILD_ARGS := $(foreach v,W C V CF ARCH CROSS_COMPILE LLVM MYMACVLAN_TEST,$(if $($(v)),$(v)=$($(v))))

all: module tools ## Build the modules, the plugins for iproute2 and mymacvlan(8) (the default)

module: ## Build the modules: KVER=<release> for another kernel (CROSS_COMPILE=, LLVM=1), W=1, C=2
	@test -n "$(KVER)"
	@echo "kernel $(KVER): $(MODULES:%=build/$(KVER)/%.ko)"
	@scripts/kbuild $(KVER) $(KBUILD_ARGS)

probes: module ## Print what the kernel has that older or newer ones lack (KVER=<release>)
	@sort build/$(KVER)/src/probed.h

tools: ## Build the plugins for iproute2 and mymacvlan(8), in build/tools
	@$(MAKE) --no-print-directory -C tools/iproute2 O=$(TOOLS) all

install: ## Install modules, plugins and man pages (DESTDIR=; DROP_IN=1: in place of macvlan and macvtap)
	@test -n "$(KVER)" && scripts/install check $(KVER)
	@$(MAKE) --no-print-directory all KVER=$(KVER)
	@scripts/install modules $(KVER)
	$(INSTALL_USER)

uninstall: ## Remove what "make install" installed, for all kernels
	@scripts/install uninstall
	@scripts/install in-use || $(MAKE) --no-print-directory uninstall-user

dkms: tools ## Install through dkms, or upgrade that: built again for each new kernel
	@test -n "$(KVER)" && scripts/install dkms $(KVER)
	$(INSTALL_USER)

dkms-remove: ## Remove what "make dkms" installed
	@scripts/install dkms-remove
	@scripts/install in-use || $(MAKE) --no-print-directory uninstall-user

# What DKMS and its like build the modules from. A package of them calls this, too.
install-source:
	install -d $(DKMS_SRC)
	cp -r Kbuild dkms.conf drivers include $(DKMS_SRC)

uninstall-user:
	$(UNINSTALL_USER)

dist: ## Make the tarball that packaging/ takes, of what is committed, in build/dist
	@scripts/dist

deb: ## Build Debian packages into build/deb (needs dpkg-dev, debhelper, dh-dkms)
	@scripts/deb

test-deb: ## Install, upgrade and remove the packages on Debian 12 and 13 (SUITES=bookworm; as root, slow)
	@scripts/setup deb $(SUITES)
	@$(MAKE) --no-print-directory deb
	@scripts/test-deb $(SUITES)

setup: ## Install or fetch what building, checking and testing need (as root)
	@scripts/setup all

demo: ## Show the module at work, in a virtual machine where needed (as root)
	@scripts/setup demo
	@scripts/demo

test: ## Run all tests on the oldest and the newest kernel (KVERS=current, T=modes/bridge.sh; as root)
	@scripts/setup test $(or $(KVERS),oldest newest) || [ $$? = 3 ]
	@KVERS="$(KVERS)" TESTS="$(or $(TESTS),$(T))" scripts/test

test-vm: ## Run the tests that boot a guest with QEMU on a tap (as root, slow)
	@scripts/setup test
	@KVERS="$(KVERS)" scripts/test-vm

test-secure-boot: ## Load the modules on machines with Secure Boot (as root, slow)
	@scripts/setup secure-boot
	@KVERS="$(KVERS)" scripts/test-secure-boot

test-clients: ## Run Docker, Podman, CNI and more on the modules in macvlan's place (as root, slow)
	@scripts/setup clients
	@KVERS="$(KVERS)" TESTS="$(or $(TESTS),$(T))" scripts/test-clients

test-debug: ## Run all tests under a kernel that looks for errors (T=modes; as root, a quarter of an hour)
	@scripts/setup test && scripts/debug-kernel
	@$(MAKE) -s tools && $(MAKE) -s -C selftests install
	@TESTS="$(or $(TESTS),$(T))" scripts/test-debug

fuzz: ## Fuzz and stress the modules under that kernel (ARGS= for scripts/fuzz; as root, slow)
	@scripts/setup test
	@scripts/fuzz $(ARGS)

bench: ## Count what frames and commands cost, ours and in-tree (ARGS= for scripts/bench; as root, slow)
	@scripts/setup bench
	@scripts/bench $(ARGS)

bench-time: ## Take the time of frames and commands, ours and in-tree, natively (ARGS= for scripts/bench-time; as root)
	@scripts/setup bench
	@scripts/bench-time $(ARGS)

bench-guard: ## The same in short: fails where we got slower against in-tree (as root)
	@scripts/setup test
	@scripts/bench --guard

check: ## Run the checks of style and correctness
	@scripts/check

generate: ## Write what follows from the specifications of options, see CONTRIBUTING.md
	@scripts/generate

check-all: ## The same, and those that take minutes: clang, gcc's analyzer, coccinelle
	@scripts/check --all

matrix: ## Build for other kernels and processors (as root, slow; see Documentation/platforms.md)
	@scripts/setup matrix
	@scripts/matrix

test-matrix: ## Run the core of the tests on other processors and real time kernels (ROWS=s390x; as root, slow)
	@scripts/setup test-matrix
	@scripts/test-matrix $(ROWS)

coverage: ## Which lines of the driver the tests run (T=modes; as root, slow)
	@scripts/setup test
	@scripts/coverage $(T)

clean: ## Remove everything that was built
	rm -rf build

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

.PHONY: all module probes tools install uninstall install-source uninstall-user dkms dkms-remove dist deb test-deb setup demo test test-vm test-secure-boot test-clients test-debug fuzz bench bench-time bench-guard check check-all generate matrix test-matrix coverage clean help
