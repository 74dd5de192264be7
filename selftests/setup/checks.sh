#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Do "scripts/check documents", "generated", "mutants", "release" and "commits" notice? A copy of the tree, with
# one lie at a time, and the words that each must be told by.
set -uo pipefail
# shellcheck source=selftests/install/lib.sh
. "$(dirname "$0")/../install/lib.sh"
tree=$tmp/tree

# original - the tree without a lie
original() {
	rm -rf "$tree"
	mkdir -p "$tree"
	(cd "$top" && git ls-files -z --cached --others --exclude-standard |
		tar --null --ignore-failed-read -T - -cf - 2>/dev/null) | tar -C "$tree" -xf -
}

# check NAME... - in the copy
check() {
	(cd "$tree" && scripts/check "$@" 2>&1)
}

no_lie() {
	original
	says "ok       documents" check documents
	says "ok       generated" check generated
	says "ok       release" check release
}

# no_mutants_but NAME... - "scripts/check mutants" looks at all of them, which takes long
no_mutants_but() {
	local name keep=$tmp/keep

	mkdir -p "$keep"
	for name; do
		cp "$tree/selftests/mutants/$name.patch" "$keep"
	done
	rm -f "$tree"/selftests/mutants/*.patch
	mv "$keep"/*.patch "$tree/selftests/mutants"
}

# mutant FILE SED-SCRIPT NAME TEXT - after that change the patch NAME, or a row of the
# table, does not apply as it should, which is told by TEXT
mutant() {
	local out

	original
	no_mutants_but "$3"
	says "ok       mutants" check mutants || return
	sed -i "$2" "$tree/$1"
	! out=$(check mutants) || { echo "nobody notices"; return 1; }
	[[ $out == *"$4"* ]] || expect "... $4 ..." "$out"
}

# lie FILE SED-SCRIPT CHECK TEXT - that change is found, and told by TEXT
lie() {
	local out

	original
	sed -i "$2" "$tree/$1"
	! cmp -s "$tree/$1" "$top/$1" || { echo "$2 changes nothing in $1"; return 1; }
	! out=$(check "$3") || { echo "nobody notices"; return 1; }
	[[ $out == *"$4"* ]] || expect "... $4 ..." "$out"
}

# gone FILE TEXT - the file is away
gone() {
	original
	rm "$tree/$1"
	! out=$(check documents) || { echo "nobody notices"; return 1; }
	[[ $out == *"$2"* ]] || expect "... $2 ..." "$out"
}

# new FILE TEXT - there is one that no document has
new() {
	original
	echo >"$tree/$1"
	! out=$(check documents) || { echo "nobody notices"; return 1; }
	[[ $out == *"$2"* ]] || expect "... $2 ..." "$out"
}

# commit FILE MESSAGE - in a repository of its own, on top of an empty one; \n is a line's end
commit() {
	[ -e "$tree/Makefile" ] || original
	rm -rf "$tree/.git"
	(cd "$tree" && git init -q && git config user.name A && git config user.email a@example.org &&
		git commit -q --allow-empty -m first && git branch -q base &&
		git add "$1" && printf '%b\n' "$2" | git commit -q -F -) >/dev/null
}

# commits_pass FILE MESSAGE
commits_pass() {
	commit "$1" "$2\n\n$signed"
	says "ok       commits" check commits base..HEAD
}

# commits_fail FILE MESSAGE TEXT
commits_fail() {
	commit "$1" "$2"
	! out=$(check commits base..HEAD) || { echo "nobody notices"; return 1; }
	[[ $out == *"$3"* ]] || expect "... $3 ..." "$out"
}

need git tar python3 sed
signed="Signed-off-by: A <a@example.org>"
list=Documentation/options.md counters=Documentation/counters.md
main=drivers/net/mymacvlan/main.c
run_cases \
	"no_lie" \
	"lie;$counters;/^| .tx_wire. |/d;documents;lacks the counter tx_wire" \
	"lie;$counters;s/tx_wire/tx_wires/;documents;names the counter tx_wires" \
	"lie;$counters;s/| frames of all kinds from the host/| all frames from the host/;documents;should begin with: frames of all kinds" \
	"lie;drivers/net/mymacvlan/counters.h;s/\"rx_host\", HOST/\"rx_host\", PORT/;documents;is not in the table of its scope, PORT" \
	"lie;drivers/net/mymacvlan/link_validate.c;s/\"Unknown mode\"/\"No such mode\"/;documents;lacks the message No such mode" \
	"lie;$list;s/Unknown flag/Unknown flags/;documents;does not: Unknown flags" \
	"lie;$list;/has taken MAC address/d;documents;lacks the message lower device" \
	"lie;$list;/^| .bclim. |/d;documents;lacks the option bclim" \
	"lie;tools/iproute2/link_options.c;s/{ \"perm\",/{ \"mode_of_node\",/;documents;lacks the option mode_of_node" \
	"lie;tools/iproute2/ip-link-mymacvlan.8;s/bcqueuelen/queuelen/;documents;ip-link-mymacvlan.8 lacks the option bcqueuelen" \
	"lie;$main;s/module_param(kind/module_param(sort/;documents;lacks the parameter mymacvlan sort" \
	"lie;drivers/net/mymacvlan/sysctl.c;s/procname.*\"host\"/procname = \"hosts\"/;documents;lacks the sysctl net.mymacvlan.hosts" \
	"lie;Makefile;s/^probes:/probe:/;documents;lacks the make target probe" \
	"lie;README.md;s/make install/make instal/;documents;make has no target instal" \
	"lie;README.md;s/2,425/9,999/;documents;measured figure 9,999" \
	"lie;README.md;s/ libmnl-dev//;documents;missing: libmnl-dev" \
	"lie;README.md;s/(Documentation.clients.md)/(clients.md)/;documents;no file clients.md" \
	"lie;README.md;s/options.md#differences-from/options.md#difference-from/;documents;no section #difference-from" \
	"lie;Documentation/security.md;s|modes/isolation.sh|modes/isolate.sh|;documents;no test modes/isolate.sh" \
	"lie;include/compat/linux/slab.h;s/kvzalloc_obj/kvzalloc_type/;documents;lacks the helper kvzalloc_type" \
	"gone;drivers/net/mymacvlan/vlan.c;names the file drivers/net/mymacvlan/vlan.c" \
	"gone;include/compat/probe/generic_hwtstamp.c;names the probe generic_hwtstamp" \
	"gone;include/compat/net/gso.h;names the shadow header include/compat/net/gso.h" \
	"gone;scripts/kernels;no file scripts/kernels" \
	"new;drivers/net/mymacvlan/new.c;lacks the file drivers/net/mymacvlan/new.c" \
	"new;include/compat/probe/new.c;lacks the probe new" \
	"lie;include/uapi/linux/mymacvlan.h;s/= 16,/= 32,/;generated;include/uapi/linux/mymacvlan.h is not what" \
	"lie;Documentation/netlink/specs/mymacvlan-link.yaml;s/default: bclim 1/default: bclim 2/;generated;link_options.c is not what" \
	"mutant;drivers/net/mymacvlan/tx.c;s/ptype->type == proto/proto == ptype->type/;local-any-socket;local-any-socket does not apply exactly" \
	"mutant;drivers/net/mymacvlan/address.c;s/_filter_move(child)/_filter_move((child))/;local-any-socket;set_running has its line 0 times" \
	"mutant;selftests/mutants/table;s/mymacvlan_addr_set_running/mymacvlan_addr_running/;local-any-socket;address.c has 0 of" \
	"lie;packaging/arch/PKGBUILD;s/^pkgver=.*/pkgver=9/;release;packaging/arch/PKGBUILD has version" \
	"lie;NEWS;s/^mymacvlan .*/mymacvlan 9/;release;NEWS has version" \
	"commits_pass;$main;tx: count a frame\\n\\nIt was lost." \
	"commits_pass;NEWS;doc: count a frame" \
	"commits_fail;$main;tx: count a frame\\n\\n$signed;does not say why" \
	"commits_fail;NEWS;doc: count a frame;no Signed-off-by" \
	"commits_fail;NEWS;count a frame\\n\\n$signed;subject is not like" \
	"commits_fail;NEWS;doc: count a frame and the next one and then another one, and so on and on until the end\\n\\n$signed;subject has" \
	"commits_fail;NEWS;doc: count a frame\\n\\nFixes: 1234\\n$signed;Fixes: does not name"
