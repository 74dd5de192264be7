# SPDX-License-Identifier: GPL-2.0-only
#
# NixOS: the modules for one kernel, the plugins of ip and their manual pages. In
# configuration.nix, with the tarball of "make dist" unpacked in ./mymacvlan:
#
#	let mymacvlan = config.boot.kernelPackages.callPackage ./mymacvlan/packaging/nix { };
#	in {
#	  boot.extraModulePackages = [ mymacvlan ];
#	  environment.systemPackages = [ mymacvlan ];
#	  environment.variables.IP_LIB_DIR = "${mymacvlan}/lib/ip";
#	}
#
# Not built: there was no NixOS at hand. The expression was parsed by nix-instantiate
# (selftests/install/packages.sh does it where that is installed), and of what the phases
# run the build of the modules was tried by hand, with Debian's headers of kernel 6.12.
# There is no drop-in for NixOS: "boot.extraModprobeConfig" with kind=macvlan, as
# Documentation/install.md has it, is the way.
{
  lib,
  stdenv,
  kernel,
  libmnl,
}:

stdenv.mkDerivation {
  pname = "mymacvlan";
  version = "0.2.0";
  src = ../..;

  nativeBuildInputs = kernel.moduleBuildDependencies;
  buildInputs = [ libmnl ];
  hardeningDisable = [
    "pic"
    "format"
  ];
  enableParallelBuilding = true;

  buildPhase = ''
    runHook preBuild
    make -C ${kernel.dev}/lib/modules/${kernel.modDirVersion}/build M="$PWD" modules
    make -C tools/iproute2 O="$PWD/build/tools" IP_LIB="$out/lib/ip"
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    make -C ${kernel.dev}/lib/modules/${kernel.modDirVersion}/build M="$PWD" \
      INSTALL_MOD_PATH="$out" INSTALL_MOD_DIR=updates INSTALL_MOD_STRIP=1 modules_install
    make -C tools/iproute2 O="$PWD/build/tools" IP_LIB="$out/lib/ip" \
      MAN8="$out/share/man/man8" SBIN="$out/bin" \
      BASH_COMPLETION="$out/share/bash-completion/completions" install
    runHook postInstall
  '';

  meta = {
    description = "Virtual network cards with MAC addresses of their own";
    license = lib.licenses.gpl2Only;
    platforms = [ "x86_64-linux" ];
    broken = kernel.kernelOlder "6.1";
  };
}
